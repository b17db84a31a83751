/*
 * csv.c - see csv.h.
 *
 * 1. Every call of csv_next moves c->at forward or says 0.
 * 2. A search for a closing quote is bounded by TABLE_CELL_MAX, and after UNCLOSED_MAX failures a
 *    quote is a letter like others: hostile files stay linear.
 */
#include "core/base.h"

#include "core/buf.h"
#include "core/csv.h"
#include "core/str.h"
#include "core/utf8.h"

#define UNCLOSED_MAX 64
#define LOOK_ROWS    24
#define LOOK_BYTES   (64 << 10)
#define COUNTS_MAX   256

enum cell_end { CELL_MORE, CELL_ROW, CELL_FILE };

static bool
is_end(char c)
{
	return c == '\n' || c == '\r';
}

/* The byte behind the line end at at; at itself when there is none. */
static size_t
line_past(struct str s, size_t at)
{
	if (at < s.n && s.p[at] == '\r')
		return at + 1 < s.n && s.p[at + 1] == '\n' ? at + 2 : at + 1;
	return at < s.n && s.p[at] == '\n' ? at + 1 : at;
}

/* How many separators each of the first rows has, quotes minded: counts[i], number of rows. */
static size_t
rows_count(struct str s, char separator, size_t counts[LOOK_ROWS])
{
	bool quoted = false, blank = true;
	size_t n = 0;

	memset(counts, 0, LOOK_ROWS * sizeof *counts);
	for (size_t i = 0; i < s.n && n < LOOK_ROWS; i++) {
		char c = s.p[i];

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && c == separator)
			counts[n]++;
		if (!quoted && is_end(c)) {
			n += !blank;
			if (n < LOOK_ROWS)
				counts[n] = 0;
			blank = true;
		} else {
			blank = blank && (c == ' ' || c == '\t');
		}
	}
	return n < LOOK_ROWS && !blank ? n + 1 : n;
}

char
csv_separator(struct str text)
{
	static const char candidates[] = { ',', '\t', ';' };
	struct str head = str_slice(text, 0, LOOK_BYTES);
	size_t best = 0;
	char found = ',';

	for (size_t k = 0; k < LY_COUNT(candidates); k++) {
		size_t counts[LOOK_ROWS], n = rows_count(head, candidates[k], counts);

		/* Rows that agree on one number weigh most, then that number. */
		for (size_t i = 0; i < n; i++) {
			size_t same = 0, score;

			for (size_t j = 0; j < n; j++)
				same += counts[j] == counts[i];
			score = counts[i] ? same * COUNTS_MAX + (counts[i] < COUNTS_MAX
									 ? counts[i]
									 : COUNTS_MAX - 1)
					  : 0;
			if (score > best) {
				best = score;
				found = candidates[k];
			}
		}
	}
	return found;
}

void
csv_begin(struct csv *c, struct str text)
{
	*c = (struct csv){ .text = text, .line = 1, .separator = csv_separator(text) };
	if (str_starts(text, STR("\xef\xbb\xbf")))
		c->at = 3;
	if (text.n - c->at > 5 && str_starts(str_slice(text, c->at, 4), STR("sep=")) &&
	    is_end(text.p[c->at + 5])) {
		c->separator = text.p[c->at + 4];
		c->at = line_past(text, c->at + 5);
		c->line++;
	}
}

/* The closing quote of a cell that begins at from (behind its quote), or c->text.n. */
static size_t
quote_close(struct csv *c, size_t from)
{
	size_t limit = c->text.n - from > TABLE_CELL_MAX ? from + TABLE_CELL_MAX : c->text.n;

	while (from < limit) {
		const char *q = memchr(c->text.p + from, '"', limit - from);

		if (!q)
			break;
		from = (size_t)(q - c->text.p) + 1;
		if (from == c->text.n || c->text.p[from] != '"')
			return from - 1;
		from++;
	}
	return c->text.n;
}

static void
lines_count(struct csv *c, struct str s)
{
	for (size_t i = 0; i<s.n; i = line_past(s, i)> i ? line_past(s, i) : i + 1)
		c->line += is_end(s.p[i]);
}

/* Doubled quotes become one. */
static struct str
unquoted(struct arena *a, struct str s)
{
	struct buf b = BUF(TABLE_CELL_MAX + 1);
	const char *q;

	if (str_find(s, STR("\"\"")) < 0)
		return s;
	while ((q = memchr(s.p, '"', s.n))) {
		size_t n = (size_t)(q - s.p) + 1;

		buf_add(&b, str_slice(s, 0, n));
		s = str_slice(s, n + 1, s.n);
		if (!s.n)
			break;
	}
	buf_add(&b, s);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str
plain_read(struct csv *c)
{
	size_t from = c->at;

	while (c->at < c->text.n && c->text.p[c->at] != c->separator &&
	       !is_end(c->text.p[c->at]))
		c->at++;
	return str_slice(c->text, from, c->at - from);
}

/* A cell whose first byte is a quote. False when it is never closed; nothing was read then. */
static bool
quoted_read(struct csv *c, struct arena *a, struct str *cell)
{
	size_t from = c->at + 1, close = quote_close(c, from);
	struct str inside, rest;

	if (close == c->text.n)
		return false;
	inside = str_slice(c->text, from, close - from);
	lines_count(c, inside);
	c->at = close + 1;
	rest = plain_read(c);
	inside = unquoted(a, inside);
	/* "abc"def: what stands behind the quote belongs to the cell all the same. */
	*cell = str_trim(rest).n
			? str_of(arena_textf(a, "%.*s%.*s", STR_ARG(inside), STR_ARG(rest)))
			: inside;
	return true;
}

static enum cell_end
cell_read(struct csv *c, struct arena *a, struct str *cell, struct table_row *row)
{
	size_t from = c->at, past;

	while (from < c->text.n && c->text.p[from] == ' ')
		from++;
	if (from < c->text.n && c->text.p[from] == '"' && c->unclosed < UNCLOSED_MAX) {
		c->at = from;
		if (!quoted_read(c, a, cell)) {
			c->unclosed++;
			row->why = "a quote is opened and never closed";
			row->column = row->n + 1;
			*cell = plain_read(c);
		}
	} else {
		*cell = plain_read(c);
	}
	if (cell->n > TABLE_CELL_MAX) {
		*cell = utf8_cut(*cell, TABLE_CELL_MAX);
		row->why = "a cell is over 1 MiB";
		row->column = row->n + 1;
	}
	if (c->at == c->text.n)
		return CELL_FILE;
	past = line_past(c->text, c->at);
	if (past == c->at) {
		c->at++; /* the separator */
		return CELL_MORE;
	}
	c->at = past;
	c->line++;
	return CELL_ROW;
}

int
csv_next(struct csv *c, struct arena *a, struct table_row *row)
{
	struct str cells[TABLE_CELLS_MAX], *kept;
	struct csv before = *c;
	enum cell_end end;

	*row = (struct table_row){ .line = c->line };
	if (c->at >= c->text.n)
		return 0;
	do {
		struct str cell;

		end = cell_read(c, a, &cell, row);
		if (row->n < TABLE_CELLS_MAX)
			cells[row->n++] = cell;
		else
			row->why = "a row has over 1024 cells", row->column = row->n;
	} while (end == CELL_MORE);
	if (c->growing && (end == CELL_FILE || (c->unclosed != before.unclosed &&
						c->text.n - before.at <= TABLE_CELL_MAX))) {
		*c = before; /* the rest of it is still being written */
		return 0;
	}
	kept = arena_alloc(a, row->n * sizeof *kept);
	memcpy(kept, cells, row->n * sizeof *kept);
	row->cells = kept;
	return 1;
}

/* ---- writing -------------------------------------------------------------------------------------- */

/* Spreadsheets look at the first character; some of them behind blanks. */
static bool
may_be_formula(struct str s)
{
	static const struct str signs[] = { STR_INIT("="),  STR_INIT("+"),  STR_INIT("-"),
					    STR_INIT("@"),  STR_INIT("＝"), STR_INIT("＋"),
					    STR_INIT("－"), STR_INIT("＠"), STR_INIT("\t"),
					    STR_INIT("\r"), STR_INIT("\n") };

	while (s.n && (s.p[0] == ' ' || !s.p[0]))
		s = str_slice(s, 1, s.n);
	for (size_t i = 0; i < LY_COUNT(signs); i++)
		if (str_starts(s, signs[i]))
			return true;
	return false;
}

void
csv_add_cell(struct buf *b, struct str s)
{
	buf_add_byte(b, '"');
	if (may_be_formula(s))
		buf_add_byte(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_add_byte(b, '"');
		if (s.p[i])
			buf_add_byte(b, s.p[i]);
	}
	buf_add_byte(b, '"');
}
