/* inbox_rows.c - a piece of a watched file -> documents: JSON Lines, tables, lines, whole texts. */
#include "core/base.h"

#include "core/charset.h"
#include "core/csv.h"
#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/import_file.h"
#include "crawler/inbox_read.h"
#include "crawler/push.h"
#include "crawler/state.h"

#define HEAD_ROWS 64
#define JSON_MAX  ((size_t)8 << 20)

/* One JSON object as push takes it. */
static int
pushed_take(struct look *l, const struct piece *p, int64_t line, struct str json, bool rows)
{
	struct err why = { 0 };
	struct pushed d;

	if (push_parse(l->row, json, l->c->now, &d, &why) < 0) {
		look_refused(l, p->name, line, why.text);
		return 0;
	}
	return look_take(l, &(struct intake){ .source = l->source,
					      .identity = d.id,
					      .url = d.url,
					      .title = d.title,
					      .text = d.text,
					      .author = d.author,
					      .lang = d.lang.n ? d.lang : l->source->lang,
					      .country = d.country,
					      .followers = d.followers,
					      .engagement = d.engagement,
					      .rating = d.rating,
					      .published_at = d.published_at,
					      .words_alone = rows });
}

/* Cut the next whole line off the piece; the last one too when the file has ended. */
static bool
line_next(const struct look *l, struct piece *p, struct str *line)
{
	struct str rest = str_slice(p->text, p->used, p->text.n);
	const char *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;

	if (!rest.n || look_full(l) || (!end && !p->final))
		return false;
	*line = end ? str_slice(rest, 0, (size_t)(end - rest.p)) : rest;
	p->used += line->n + (end != NULL);
	p->lines++;
	*line = str_trim(*line);
	return true;
}

static int
json_piece(struct look *l, struct piece *p)
{
	struct str line;
	int r = 0;

	while (r == 0 && line_next(l, p, &line)) {
		arena_reset(l->row);
		if (line.n)
			r = pushed_take(l, p, p->line + p->lines - 1, line, false);
	}
	return r;
}

/* Bytes of any charset -> text; bytes that are UTF-8 stay as they are. */
static struct str
decoded(struct arena *a, struct str s)
{
	struct buf b = BUF(s.n * 3 + 16);
	struct charset_found found;
	struct err e = { 0 };

	if (utf8_valid(s))
		return s;
	if (charset_decode(s, STR(""), &b, &found, &e) < 0) {
		buf_clear(&b);
		utf8_add_clean(&b, s);
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static int
lines_piece(struct look *l, struct piece *p)
{
	struct str line;
	int r = 0;

	while (r == 0 && line_next(l, p, &line)) {
		arena_reset(l->row);
		if (line.n)
			r = look_take(l, &(struct intake){ .source = l->source,
							   .text = decoded(l->row, line),
							   .lang = l->source->lang,
							   .followers = -1 });
	}
	return r;
}

/* A text is a document when it has not grown between two looks. */
static int
text_piece(struct look *l, struct piece *p)
{
	struct str text = decoded(l->file, p->text);
	struct id words = ID_OF(str_of(p->name), text);
	struct buf identity = BUF(64);
	const char *dot = strrchr(p->name, '.');
	int r = 0;

	if (!p->final)
		return 0;
	id_add_hex(&identity, &words);
	if (str_trim(text).n)
		r = look_take(
			l, &(struct intake){ .source = l->source,
					     .identity = buf_str(&identity),
					     .title = { p->name, dot ? (size_t)(dot - p->name)
								     : strlen(p->name) },
					     .text = text,
					     .lang = l->source->lang,
					     .followers = -1 });
	p->used = p->text.n;
	buf_release(&identity);
	return r;
}

/* Without the last line when that is not whole: a character that is cut in two would make another
 * charset of it all. (No charset has a line end within a character but UTF-16, which is refused.) */
static struct str
whole_lines(struct str s)
{
	const char *end = s.n ? memrchr(s.p, '\n', s.n) : NULL;

	return str_slice(s, 0, end ? (size_t)(end - s.p) + 1 : 0);
}

/* ---- tables -------------------------------------------------------------------------------------- */

static void
header_learn(struct look *l, struct importer *im, const struct piece *p)
{
	struct buf json = BUF(JSON_MAX);
	struct table_row row;
	struct csv c;
	size_t column;

	importer_table(im);
	csv_begin(&c, decoded(l->file, whole_lines(p->whole)));
	for (int i = 0; i < HEAD_ROWS && csv_next(&c, l->file, &row) && row.line < p->line;
	     i++) {
		struct err ignored = { 0 };
		bool was = importer_began(im);

		importer_row(im, &row, &json, &column, &ignored);
		buf_clear(&json);
		if (was)
			break; /* the row behind the header may belong to it */
	}
	buf_release(&json);
}

/* Rows of the file, over all looks: an importer lives for one. */
struct rows {
	struct look *l;
	int64_t inode;
};
static int
row_count(void *arg, const struct id *row, int64_t *before, struct err *e)
{
	const struct rows *r = arg;

	return watched_row_count(r->l->c->store, r->l->source->name, r->inode, row, before, e);
}

/* Of one row: refused for what it is, or our own store's trouble. */
static int
row_refused(struct look *l, const struct piece *p, int64_t line, const struct err *why)
{
	if (why->kind != ERR_REJECT) {
		*l->e = *why;
		return -1;
	}
	look_refused(l, p->name, line, why->text);
	return 0;
}

static int
row_take(struct look *l, struct importer *im, const struct piece *p,
	 const struct table_row *row)
{
	struct buf json = BUF(JSON_MAX);
	struct err why = { 0 };
	size_t column;
	int r = 0;

	switch (importer_row(im, row, &json, &column, &why)) {
	case IMPORT_TAKEN:
		r = pushed_take(l, p, row->line, buf_str(&json), true);
		break;
	case IMPORT_REFUSED:
		r = row_refused(l, p, row->line, &why);
		break;
	case IMPORT_SKIPPED:
		break;
	}
	buf_release(&json);
	return r;
}

/* Raw bytes up to behind the n-th line end. */
static size_t
lines_bytes(struct str s, int64_t n)
{
	size_t at = 0;

	for (; n > 0; n--) {
		const char *end = memchr(s.p + at, '\n', s.n - at);

		if (!end)
			return s.n;
		at = (size_t)(end - s.p) + 1;
	}
	return at;
}

static int
table_piece(struct look *l, struct piece *p)
{
	struct rows rows = { l, p->inode };
	struct importer *im;
	struct str raw = p->final ? p->text : whole_lines(p->text);
	struct str text = decoded(l->file, raw);
	struct table_row row;
	struct csv c;
	int r = 0;

	if (!l->preset)
		return err_set(l->e, ERR_REJECT,
			       "\"%s\" is a table: the source needs preset:", p->name);
	im = importer_new(l->preset, IMPORT_LIVE, l->c->now);
	header_learn(l, im, p);
	importer_count_by(im, row_count, &rows);
	csv_begin(&c, p->place ? decoded(l->file, whole_lines(p->whole)) : text);
	c = (struct csv){ .text = text,
			  .at = p->place ? 0 : c.at,
			  .line = p->place ? p->line : c.line,
			  .separator = c.separator,
			  .growing = !p->final };
	while (r == 0 && !look_full(l) && csv_next(&c, l->row, &row)) {
		r = row_take(l, im, p, &row);
		arena_reset(l->row);
	}
	importer_free(im);
	p->lines = c.line - p->line;
	if (text.p == raw.p)
		p->used = c.at;
	else
		p->used = c.at == text.n ? raw.n : lines_bytes(raw, p->lines);
	return r;
}

/* ---- which? -------------------------------------------------------------------------------------- */

static int
object_piece(struct look *l, struct piece *p)
{
	struct rows rows = { l, p->inode };
	struct importer *im;
	struct str line;
	int r = 0;

	if (!l->preset)
		return json_piece(l, p);
	im = importer_new(l->preset, IMPORT_LIVE, l->c->now);
	importer_count_by(im, row_count, &rows);
	while (r == 0 && line_next(l, p, &line)) {
		struct buf json = BUF(JSON_MAX);
		struct err why = { 0 };

		arena_reset(l->row);
		if (!line.n)
			continue;
		if (importer_json(im, l->row, line, &json, &why) == IMPORT_TAKEN)
			r = pushed_take(l, p, p->line + p->lines - 1, buf_str(&json), true);
		else
			r = row_refused(l, p, p->line + p->lines - 1, &why);
		buf_release(&json);
	}
	importer_free(im);
	return r;
}

/* What rotation put behind a name: ".1", "-20261128", ".old". */
static struct str
unrotated(struct str s)
{
	static const char *const behind[] = { ".old", ".bak", ".orig" };

	for (size_t i = 0; i < LY_COUNT(behind); i++)
		if (str_ends(s, str_of(behind[i])))
			s.n -= strlen(behind[i]);
	for (size_t n = s.n; n > 0; s.n = n) {
		while (n > 0 && s.p[n - 1] >= '0' && s.p[n - 1] <= '9')
			n--;
		if (n == s.n || !n || !strchr(".-_", s.p[n - 1]))
			break;
		n--;
	}
	return s;
}

piece_fn *
rows_reader(const struct look *l, const char *name)
{
	static const struct {
		const char *end;
		piece_fn *fn;
	} readers[] = {
		{ ".jsonl", object_piece }, { ".ndjson", object_piece },
		{ ".json", object_piece },  { ".csv", table_piece },
		{ ".tsv", table_piece },    { ".txt", text_piece },
		{ ".md", text_piece },
	};
	struct str s = unrotated(str_of(name));

	(void)l;
	for (size_t i = 0; i < LY_COUNT(readers); i++) {
		size_t n = strlen(readers[i].end);

		if (s.n > n && str_eq_nocase(str_slice(s, s.n - n, n), str_of(readers[i].end)))
			return readers[i].fn;
	}
	return lines_piece;
}
