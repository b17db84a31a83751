/* import.c - see import.h. */
#include "core/base.h"

#include <ctype.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/date.h"
#include "crawler/import.h"

#define HEAD_ROWS 40 /* the header is one of the first so many rows */
#define TEXT_MAX  ((size_t)4 << 20)

struct column {
	struct str name; /* as it is compared */
	int field;       /* enum preset_field; -1 = not used */
	int rank;        /* which of the field's names it is */
	int64_t factor;
};
struct importer {
	const struct preset *preset;
	enum import_mode mode;
	int64_t now;
	struct arena *arena; /* of the present header */
	struct arena *names; /* of the preset's names */
	struct str *known[COLUMN_COUNT];
	struct column *columns;
	size_t n;
	bool began, header_open; /* the row before was the header */
	int rows_before;
	struct str *above; /* the row before the header: merged group names */
	size_t above_n;
	struct import_sum sum;
	struct met *met; /* rows of the present table that only their words name */
	size_t met_n, met_cap;
	importer_count_fn *count; /* NULL: by met */
	void *count_arg;
};
struct met {
	struct id row; /* all zero: free */
	int64_t n;
};

struct importer *
importer_new(const struct preset *preset, enum import_mode mode, int64_t now)
{
	struct importer *im = calloc(1, sizeof *im);

	if (!im)
		abort();
	*im = (struct importer){ .preset = preset,
				 .mode = mode,
				 .now = now,
				 .arena = arena_new(),
				 .names = arena_new() };
	for (int f = 0; f < COLUMN_COUNT; f++) {
		const struct conf_texts *t = &preset->columns[f];
		int64_t factor;

		im->known[f] = arena_alloc(im->names, (t->n + 1) * sizeof *im->known[f]);
		for (size_t i = 0; i < t->n; i++)
			im->known[f][i] = preset_name(im->names, t->v[i], &factor);
	}
	return im;
}

void
importer_free(struct importer *im)
{
	if (!im)
		return;
	arena_free(im->arena);
	arena_free(im->names);
	free(im->met);
	free(im);
}

void
importer_table(struct importer *im)
{
	arena_reset(im->arena);
	im->columns = NULL;
	im->above = NULL;
	im->n = im->above_n = 0;
	im->began = im->header_open = false;
	im->rows_before = 0;
	if (im->met)
		memset(im->met, 0, im->met_cap * sizeof *im->met);
	im->met_n = 0;
}

void
importer_count_by(struct importer *im, importer_count_fn *count, void *arg)
{
	im->count = count;
	im->count_arg = arg;
}

bool
importer_began(const struct importer *im)
{
	return im->began;
}

struct import_sum
importer_sum(const struct importer *im)
{
	return im->sum;
}

/* ---- the header ------------------------------------------------------------------------------- */

static void
column_name(const struct importer *im, struct arena *a, struct str text, struct column *c)
{
	*c = (struct column){ .field = -1 };
	c->name = preset_name(a, text, &c->factor);
	for (int f = 0; f < COLUMN_COUNT && c->field < 0 && c->name.n; f++)
		for (size_t i = 0; i < im->preset->columns[f].n && c->field < 0; i++)
			if (str_eq(c->name, im->known[f][i])) {
				c->field = f;
				c->rank = (int)i;
			}
}

/* A field that several columns could be is the one whose name stands first in the preset;
 * from COLUMN_MORE on all count. */
static void
columns_settle(struct column *v, size_t n)
{
	for (int f = 0; f < COLUMN_MORE; f++) {
		size_t best = SIZE_MAX;

		for (size_t i = 0; i < n; i++)
			if (v[i].field == f && (best == SIZE_MAX || v[i].rank < v[best].rank))
				best = i;
		for (size_t i = 0; i < n; i++)
			if (v[i].field == f && i != best)
				v[i].field = -1;
	}
}

/* How many fields the columns name; 0 when nothing that was said is among them. */
static int
columns_score(const struct column *v, size_t n)
{
	int score = 0;
	bool said = false;

	for (size_t i = 0; i < n; i++) {
		score += v[i].field >= 0;
		said = said || v[i].field == COLUMN_TEXT || v[i].field == COLUMN_TITLE;
	}
	return said ? score : 0;
}

static bool
row_blank(const struct table_row *row)
{
	for (size_t i = 0; i < row->n; i++)
		if (str_trim(row->cells[i]).n)
			return false;
	return true;
}

/* The columns that cells name; where a cell is empty the one above it does. */
static struct column *
columns_of(const struct importer *im, struct arena *a, const struct str *cells, size_t n,
	   size_t *count)
{
	size_t wide = im->above_n > n ? im->above_n : n;
	struct column *v = arena_alloc(a, (wide + 1) * sizeof *v);

	for (size_t i = 0; i < wide; i++) {
		struct str own = i < n ? str_trim(cells[i]) : STR("");

		column_name(im, a, own.n || i >= im->above_n ? own : im->above[i], &v[i]);
	}
	columns_settle(v, wide);
	*count = wide;
	return v;
}

static void
above_keep(struct importer *im, const struct table_row *row)
{
	im->above = arena_alloc(im->arena, (row->n + 1) * sizeof *im->above);
	im->above_n = row->n;
	for (size_t i = 0; i < row->n; i++)
		im->above[i] = arena_str(im->arena, row->cells[i]);
}

/* Is row the header, alone or with the merged cells above it? */
static bool
header_take(struct importer *im, const struct table_row *row)
{
	size_t both_n, n;
	struct column *both = columns_of(im, im->arena, row->cells, row->n, &both_n), *one;
	size_t above_n = im->above_n, cells = 0;
	int score;

	for (size_t i = 0; i < row->n; i++)
		cells += str_trim(row->cells[i]).n > 0;

	im->above_n = 0;
	one = columns_of(im, im->arena, row->cells, row->n, &n);
	im->above_n = above_n;
	score = columns_score(one, n);
	if (columns_score(both, both_n) > score) {
		one = both;
		n = both_n;
		score = columns_score(both, both_n);
	}
	above_keep(im, row);
	if (!score || (cells == 1 && n > 2))
		return false; /* a title that happens to be a column's name */
	im->columns = one;
	im->n = n;
	im->began = im->header_open = true;
	return true;
}

/* Does row name the lower half of merged headers? Two names of columns among few other words are
 * no review. */
static bool
header_more(struct importer *im, const struct table_row *row)
{
	size_t n, cells = 0, known = 0;
	struct column *v = columns_of(im, im->arena, row->cells, row->n, &n), own;

	for (size_t i = 0; i < row->n; i++) {
		cells += str_trim(row->cells[i]).n > 0;
		column_name(im, im->arena, row->cells[i], &own);
		known += own.field >= 0;
	}
	if (!known || known * 2 < cells || (known < 2 && cells > 1) || !columns_score(v, n) ||
	    columns_score(v, n) < columns_score(im->columns, im->n))
		return false;
	im->columns = v;
	im->n = n;
	return true;
}

static bool
header_again(const struct importer *im, const struct table_row *row, struct arena *a)
{
	size_t same = 0;

	for (size_t i = 0; i < row->n && i < im->n; i++) {
		int64_t factor;
		struct str name;

		if (im->columns[i].field < 0)
			continue;
		name = preset_name(a, row->cells[i], &factor);
		if (!str_eq(name, im->columns[i].name))
			return false;
		same++;
	}
	return same > 0;
}

void
importer_columns(const struct importer *im, struct buf *used, struct buf *unused)
{
	for (size_t i = 0; i < im->n; i++) {
		const struct column *c = &im->columns[i];

		if (c->field >= 0)
			buf_addf(used, "%s%s=%.*s", used->n ? ", " : "",
				 preset_field_words[c->field], STR_ARG(c->name));
		else if (c->name.n)
			buf_addf(unused, "%s%.*s", unused->n ? ", " : "", STR_ARG(c->name));
	}
}

/* ---- a row ------------------------------------------------------------------------------------ */

struct fields {
	struct str v[COLUMN_COUNT]; /* trimmed; unknown ones are empty */
	size_t at[COLUMN_COUNT];    /* column, from 1; 0 = there is none */
	int64_t factor;             /* of followers */
	int64_t engagement;
	bool unread; /* a number of them was none */
	struct buf more;
};

static void
engagement_add(struct fields *f, struct str cell, int64_t factor)
{
	int64_t n;

	if (preset_count(cell, factor, &n) == 0)
		f->engagement += n;
	else
		f->unread = true;
}

static void
fields_read(const struct importer *im, const struct column *columns, size_t n,
	    const struct table_row *row, struct fields *f)
{
	for (size_t i = 0; i < n && i < row->n; i++) {
		int field = columns[i].field;
		struct str cell = str_trim(row->cells[i]);

		if (field < 0)
			continue;
		f->at[field] = i + 1;
		if (preset_is_unknown(im->preset, cell))
			continue;
		f->v[field] = cell;
		if (field == COLUMN_FOLLOWERS)
			f->factor = columns[i].factor;
		if (field == COLUMN_ENGAGEMENT)
			engagement_add(f, cell, columns[i].factor);
		if (field == COLUMN_MORE) {
			buf_add_byte(&f->more, '\n');
			buf_add(&f->more, cell);
		}
	}
}

static int
published_read(const struct importer *im, const struct fields *f, int64_t *at, size_t *column,
	       struct err *e)
{
	struct str s = f->v[COLUMN_PUBLISHED];

	*at = 0;
	*column = f->at[COLUMN_PUBLISHED];
	if (s.n && (date_parse(s, im->now, im->preset->zone, at) < 0 || *at <= 0))
		return err_set(e, ERR_REJECT, "\"%.*s\" is not a time",
			       STR_ARG(utf8_cut(s, 60)));
	if (!*at && im->mode == IMPORT_HISTORY)
		return err_set(e, ERR_REJECT, "history needs the time of each row");
	return 0;
}

static void
text_add(struct buf *b, const char *key, struct str s)
{
	if (!s.n)
		return;
	buf_addf(b, ",\"%s\":", key);
	json_add_text(b, s);
}

static struct met *
met_find(struct met *v, size_t cap, const struct id *row)
{
	uint64_t h;

	memcpy(&h, row->b, sizeof h);
	while (!id_none(&v[h & (cap - 1)].row) && !id_eq(&v[h & (cap - 1)].row, row))
		h++;
	return &v[h & (cap - 1)];
}

/* How many rows of these words came before in the table, as far as this importer has seen it. */
static int64_t
met_count(struct importer *im, const struct id *row)
{
	struct met *x;

	if ((im->met_n + 1) * 2 > im->met_cap) {
		size_t cap = im->met_cap ? im->met_cap * 2 : 1024;
		struct met *v = calloc(cap, sizeof *v);

		if (!v)
			abort();
		for (size_t i = 0; i < im->met_cap; i++)
			if (im->met[i].n)
				*met_find(v, cap, &im->met[i].row) = im->met[i];
		free(im->met);
		im->met = v;
		im->met_cap = cap;
	}
	x = met_find(im->met, im->met_cap, row);
	im->met_n += !x->n;
	x->row = *row;
	return x->n++;
}

/* The name of the next row of these words: nobody is said to have written it, so it may well be
 * another one's. */
static int
id_unmet(struct importer *im, struct id *id, struct err *e)
{
	struct buf n = BUF(32);
	int64_t before = 0;

	if (!im->count)
		before = met_count(im, id);
	else if (im->count(im->count_arg, id, &before, e) < 0)
		return -1;
	buf_addf(&n, "%lld", (long long)before);
	if (before)
		*id = ID_OF(STR("again"), id_str(id), buf_str(&n));
	buf_release(&n);
	return 0;
}

/* The row's own words name it, when nothing else does: the same row is the same document in
 * every export, and two short praises of two people are two. */
static int
identity_add(struct importer *im, struct buf *b, const struct fields *f, struct str text,
	     int64_t at, struct err *e)
{
	struct str id = f->v[COLUMN_ID];
	struct buf hex = BUF(64), time = BUF(32);
	int rc = 0;

	if (!id.n) {
		struct id own;

		buf_addf(&time, "%lld", (long long)at);
		own = ID_OF(STR("row"), f->v[COLUMN_AUTHOR], f->v[COLUMN_TITLE], text,
			    f->v[COLUMN_URL], buf_str(&time));
		if (!f->v[COLUMN_AUTHOR].n)
			rc = id_unmet(im, &own, e);
		buf_add(&hex, STR("row:"));
		id_add_hex(&hex, &own);
		id = buf_str(&hex);
	}
	buf_add(b, STR("{\"id\":"));
	json_add_text(b, id);
	buf_release(&hex);
	buf_release(&time);
	return rc;
}

static void
followers_add(struct importer *im, const struct fields *f, int64_t line, struct buf *b)
{
	int64_t n;

	if (!f->v[COLUMN_FOLLOWERS].n)
		return; /* unknown, never none */
	if (preset_count(f->v[COLUMN_FOLLOWERS], f->factor, &n) == 0)
		buf_addf(b, ",\"followers\":%lld", (long long)n);
	else if (!im->sum.followers_unread++)
		im->sum.followers_unread_line = line;
}

/* Rating, country, engagement: what cannot be read is unknown, and told. */
static void
figures_add(struct importer *im, const struct fields *f, int64_t line, struct buf *b)
{
	struct str rating = f->v[COLUMN_RATING], country = f->v[COLUMN_COUNTRY];
	bool unread = f->unread, code;
	int64_t milli;

	if (rating.n && preset_rating(rating, &milli) == 0) {
		buf_add(b, STR(",\"rating\":"));
		json_add_milli(b, milli);
	} else {
		unread |= rating.n > 0;
	}
	code = country.n == 2 && isalpha((unsigned char)country.p[0]) &&
	       isalpha((unsigned char)country.p[1]);
	if (code)
		text_add(b, "country", country);
	unread |= country.n && !code;
	if (f->engagement)
		buf_addf(b, ",\"engagement\":%lld", (long long)f->engagement);
	if (unread && !im->sum.cells_unread++)
		im->sum.cells_unread_line = line;
}

static void
sum_add(struct import_sum *s, int64_t at)
{
	if (!at) {
		s->undated++;
		return;
	}
	if (at > s->newest_at)
		s->newest_at = at;
	if (!s->oldest_at || at < s->oldest_at)
		s->oldest_at = at;
}

static enum import_said
fields_write(struct importer *im, const struct table_row *row, struct fields *f, struct buf *b,
	     size_t *column, struct err *e)
{
	struct str text = f->v[COLUMN_TEXT];
	struct buf whole = BUF(TEXT_MAX);
	int64_t at;
	int rc;

	*column = row->column;
	if (row->why)
		return err_set(e, ERR_REJECT, "%s", row->why), IMPORT_REFUSED;
	*column = f->at[COLUMN_TEXT] ? f->at[COLUMN_TEXT] : f->at[COLUMN_TITLE];
	if (!text.n && !f->v[COLUMN_TITLE].n && !f->more.n)
		return err_set(e, ERR_REJECT, "nothing was said in it"), IMPORT_REFUSED;
	if (published_read(im, f, &at, column, e) < 0)
		return IMPORT_REFUSED;
	*column = 0;
	buf_add(&whole, text);
	buf_add(&whole, buf_str(&f->more));
	text = str_trim(buf_str(&whole));
	rc = identity_add(im, b, f, text, at, e);
	text_add(b, "url", f->v[COLUMN_URL]);
	text_add(b, "title", f->v[COLUMN_TITLE]);
	text_add(b, "text", text);
	text_add(b, "author", f->v[COLUMN_AUTHOR]);
	text_add(b, "lang", f->v[COLUMN_LANG].n ? f->v[COLUMN_LANG] : im->preset->lang);
	followers_add(im, f, row->line, b);
	figures_add(im, f, row->line, b);
	if (at)
		buf_addf(b, ",\"published\":%lld", (long long)at);
	buf_add_byte(b, '}');
	buf_release(&whole);
	if (rc < 0)
		return IMPORT_REFUSED;
	sum_add(&im->sum, at);
	return IMPORT_TAKEN;
}

enum import_said
importer_row(struct importer *im, const struct table_row *row, struct buf *json, size_t *column,
	     struct err *e)
{
	struct fields f = { .more = BUF(TEXT_MAX), .factor = 1 };
	enum import_said said;
	struct arena *a;
	bool again;

	if (row_blank(row) && !row->why)
		return IMPORT_SKIPPED;
	if (!im->began) {
		if (im->rows_before++ < HEAD_ROWS)
			header_take(im, row);
		return IMPORT_SKIPPED;
	}
	if (im->header_open) {
		im->header_open = false;
		if (header_more(im, row))
			return IMPORT_SKIPPED;
	}
	a = arena_new();
	again = header_again(im, row, a);
	arena_free(a);
	if (again)
		return IMPORT_SKIPPED;
	fields_read(im, im->columns, im->n, row, &f);
	said = fields_write(im, row, &f, json, column, e);
	buf_release(&f.more);
	return said;
}

bool
importer_knows(const struct importer *im, const struct str *names, size_t n)
{
	struct arena *a = arena_new();
	struct column *v = arena_alloc(a, (n + 1) * sizeof *v);
	bool knows;

	for (size_t i = 0; i < n; i++)
		column_name(im, a, names[i], &v[i]);
	knows = columns_score(v, n) > 0;
	arena_free(a);
	return knows;
}

enum import_said
importer_named(struct importer *im, const struct str *names, const struct table_row *row,
	       struct buf *json, size_t *column, struct err *e)
{
	struct fields f = { .more = BUF(TEXT_MAX), .factor = 1 };
	enum import_said said;

	arena_reset(im->arena);
	im->columns = arena_alloc(im->arena, (row->n + 1) * sizeof *im->columns);
	im->n = row->n;
	im->above = NULL;
	im->above_n = 0;
	for (size_t i = 0; i < row->n; i++)
		column_name(im, im->arena, names[i], &im->columns[i]);
	columns_settle(im->columns, im->n);
	if (!columns_score(im->columns, im->n)) {
		*column = 0;
		return err_set(e, ERR_REJECT, "no member of it is the text"), IMPORT_REFUSED;
	}
	im->began = true;
	fields_read(im, im->columns, im->n, row, &f);
	said = fields_write(im, row, &f, json, column, e);
	buf_release(&f.more);
	return said;
}
