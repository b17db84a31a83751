/* import_file.c - see import_file.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/csv.h"
#include "core/json.h"
#include "core/str.h"
#include "core/unzip.h"
#include "core/utf8.h"

#include "crawler/import_file.h"
#include "crawler/xlsx.h"

#define MEMBER_BYTES ((size_t)256 << 20) /* of a zip, unpacked    */
#define WHOLE_BYTES  ((size_t)64 << 20)  /* of one JSON text      */
#define DEPTH_MAX    3                   /* lists in lists        */
#define JSON_LINE    ((size_t)8 << 20)   /* of a document as JSON */
#define NAME_BYTES   2048

struct reading {
	struct importer *im;
	const struct import_sink *sink;
	struct str part;
	struct buf json;
	const struct str *names; /* of a JSON object */
};

static int
row_take(void *arg, const struct table_row *row, struct err *e)
{
	struct reading *r = arg;
	struct import_place at = { r->part, row->line };
	enum import_said said;
	struct err why = { 0 };
	size_t column = 0;

	buf_clear(&r->json);
	said = r->names ? importer_named(r->im, r->names, row, &r->json, &column, &why)
			: importer_row(r->im, row, &r->json, &column, &why);
	if (said == IMPORT_TAKEN && !buf_ok(&r->json)) {
		said = IMPORT_REFUSED;
		err_set(&why, ERR_REJECT, "it is over %zu bytes", JSON_LINE);
		buf_release(&r->json);
		r->json = BUF(JSON_LINE);
	}
	if (said == IMPORT_TAKEN)
		return r->sink->taken(r->sink->arg, &at, buf_str(&r->json), e);
	if (said == IMPORT_REFUSED)
		return r->sink->refused(r->sink->arg, &at, row, column, why.text, e);
	return 0;
}

static int
table_end(struct reading *r, struct err *e)
{
	struct import_place at = { r->part, 0 };
	bool found = importer_began(r->im);

	return r->sink->table(r->sink->arg, &at, found,
			      found ? NULL : "no row names a column with what was said", e);
}

/* A part that cannot be read is told; the others are read. */
static int
part_fail(struct reading *r, const struct err *why, struct err *e)
{
	struct import_place at = { r->part, 0 };

	return r->sink->table(r->sink->arg, &at, false, why->text, e);
}

static int
csv_take(struct reading *r, struct str text, struct err *e)
{
	struct arena *a = arena_new();
	struct table_row row;
	struct csv c;
	int rc = 0;

	importer_table(r->im);
	csv_begin(&c, text);
	for (int64_t n = 0; rc == 0 && csv_next(&c, a, &row); n++) {
		rc = row_take(r, &row, e);
		arena_reset(a);
	}
	arena_free(a);
	return rc < 0 ? -1 : table_end(r, e);
}

/* ---- JSON ------------------------------------------------------------------------------------- */

struct flat {
	struct arena *a;
	struct str names[TABLE_CELLS_MAX], cells[TABLE_CELLS_MAX];
	size_t n;
};

static struct str
value_text(struct arena *a, const struct json *v)
{
	switch (json_kind(v)) {
	case JSON_TEXT:
		return json_text(v, STR(""));
	case JSON_INT:
		return str_of(arena_textf(a, "%lld", (long long)json_int(v, 0)));
	case JSON_REAL:
		return str_of(arena_textf(a, "%.15g", json_real(v, 0)));
	case JSON_BOOL:
		return json_true(v) ? STR("true") : STR("false");
	default:
		return STR("");
	}
}

/* {"user":{"name":"x"},"tags":["a","b"]} -> user.name=x, tags="a, b". */
static void
flatten(struct flat *f, const struct json *o, struct str path, int depth)
{
	for (size_t i = 0; i < json_count(o) && f->n < TABLE_CELLS_MAX; i++) {
		struct str key, name;
		const struct json *v = json_member(o, i, &key);
		struct buf b = BUF(TABLE_CELL_MAX);

		key = utf8_cut(key, 200);
		name = path.n ? str_of(arena_textf(f->a, "%.*s.%.*s", STR_ARG(path),
						   STR_ARG(key)))
			      : key;
		if (json_kind(v) == JSON_OBJECT && depth < DEPTH_MAX) {
			flatten(f, v, name, depth + 1);
			continue;
		}
		for (size_t k = 0; json_kind(v) == JSON_LIST && k < json_count(v); k++) {
			buf_add(&b, k ? STR(", ") : STR(""));
			buf_add(&b, value_text(f->a, json_at(v, k)));
		}
		f->names[f->n] = name;
		f->cells[f->n++] = json_kind(v) == JSON_LIST ? arena_str(f->a, buf_str(&b))
							     : value_text(f->a, v);
		buf_release(&b);
	}
}

static bool
object_known(struct reading *r, struct arena *a, const struct json *o)
{
	struct flat *f = arena_alloc(a, sizeof *f);

	f->a = a;
	flatten(f, o, STR(""), 0);
	return importer_knows(r->im, f->names, f->n);
}

static int
object_take(struct reading *r, struct arena *a, const struct json *o, int64_t line,
	    struct err *e)
{
	struct flat *f = arena_alloc(a, sizeof *f);
	struct table_row row = { .line = line, .cells = f->cells };
	int rc;

	f->a = a;
	flatten(f, o, STR(""), 0);
	row.n = f->n;
	r->names = f->names;
	rc = row_take(r, &row, e);
	r->names = NULL;
	return rc;
}

enum import_said
importer_json(struct importer *im, struct arena *a, struct str line, struct buf *json,
	      struct err *e)
{
	const struct json *o = json_parse(a, line, e);
	struct flat *f = arena_alloc(a, sizeof *f);
	struct table_row row = { .line = 1, .cells = f->cells };
	size_t column;

	if (!o)
		return IMPORT_REFUSED;
	f->a = a;
	flatten(f, o, STR(""), 0);
	row.n = f->n;
	return importer_named(im, f->names, &row, json, &column, e);
}

static int
lines_take(struct reading *r, struct str text, struct err *e)
{
	struct arena *a = arena_new();
	struct str line;
	int64_t n = 0;
	int rc = 0;

	importer_table(r->im);
	while (rc == 0 && str_next(&text, '\n', &line)) {
		struct err why = { 0 };
		struct table_row raw = { .line = ++n, .cells = &line, .n = 1 };
		struct import_place at = { r->part, n };
		const struct json *o;

		line = str_trim(line);
		if (!line.n)
			continue;
		o = json_parse(a, line, &why);
		if (o && json_kind(o) == JSON_OBJECT)
			rc = object_take(r, a, o, n, e);
		else
			rc = r->sink->refused(r->sink->arg, &at, &raw, 0,
					      o ? "it is no JSON object" : why.text, e);
		arena_reset(a);
	}
	arena_free(a);
	return rc < 0 ? -1 : table_end(r, e);
}

/* The first list of objects in j. */
static const struct json *
list_find(const struct json *j, int depth)
{
	if (json_kind(j) == JSON_LIST)
		return json_kind(json_at(j, 0)) == JSON_OBJECT ? j : NULL;
	for (size_t i = 0;
	     json_kind(j) == JSON_OBJECT && i < json_count(j) && depth < DEPTH_MAX; i++) {
		struct str key;
		const struct json *l = list_find(json_member(j, i, &key), depth + 1);

		if (l)
			return l;
	}
	return NULL;
}

static int
json_take(struct reading *r, struct str text, struct err *e)
{
	struct arena *a = arena_new(), *row = arena_new();
	struct err why = { 0 };
	const struct json *j = NULL, *list;
	int rc = 0;

	importer_table(r->im);
	if (text.n > WHOLE_BYTES)
		err_set(&why, ERR_REJECT, "one JSON text of over 64 MiB: use JSON Lines");
	else
		j = json_parse(a, text, &why);
	if (!j) {
		arena_free(a);
		arena_free(row);
		return part_fail(r, &why, e);
	}
	list = json_kind(j) == JSON_OBJECT && object_known(r, row, j) ? NULL : list_find(j, 0);
	if (!list && json_kind(j) == JSON_OBJECT)
		rc = object_take(r, row, j, 1, e);
	for (size_t i = 0; rc == 0 && i < json_count(list); i++) {
		rc = object_take(r, row, json_at(list, i), (int64_t)i + 1, e);
		arena_reset(row);
	}
	arena_free(a);
	arena_free(row);
	return rc < 0 ? -1 : table_end(r, e);
}

/* ---- what is it? ------------------------------------------------------------------------------ */

static bool
is_lines(struct str text)
{
	struct arena *a = arena_new();
	struct str line = STR("");
	struct err e = { 0 };
	bool is;

	while (!str_trim(line).n && str_next(&text, '\n', &line))
		;
	is = str_trim(text).n && json_parse(a, str_trim(line), &e) != NULL;
	arena_free(a);
	return is;
}

static int
text_take(struct reading *r, struct str bytes, struct err *e)
{
	struct buf text = BUF(bytes.n * 3 + 16);
	struct charset_found found;
	struct err why = { 0 };
	struct str head;
	int rc;

	if (charset_decode(bytes, STR(""), &text, &found, &why) < 0) {
		rc = part_fail(r, &why, e);
		buf_release(&text);
		return rc;
	}
	head = str_trim(buf_str(&text));
	if (str_starts(head, STR("\xef\xbb\xbf")))
		head = str_trim(str_slice(head, 3, head.n));
	if (head.n && head.p[0] == '{' && is_lines(head))
		rc = lines_take(r, buf_str(&text), e);
	else if (head.n && (head.p[0] == '{' || head.p[0] == '['))
		rc = json_take(r, head, e);
	else
		rc = csv_take(r, buf_str(&text), e);
	buf_release(&text);
	return rc;
}

static int
book_take(struct reading *r, struct unzip *z, struct err *e)
{
	struct arena *a = arena_new();
	struct err why = { 0 };
	struct xlsx *x = xlsx_open(z, a, &why);
	struct str outer = r->part;
	int rc = x ? 0 : part_fail(r, &why, e);

	for (size_t i = 0; x && rc == 0 && i < xlsx_sheets(x); i++) {
		struct str name = xlsx_sheet_name(x, i);

		r->part = outer.n ? str_of(arena_textf(a, "%.*s: %.*s", STR_ARG(outer),
						       STR_ARG(utf8_cut(name, 200))))
				  : name;
		importer_table(r->im);
		why = (struct err){ 0 };
		rc = xlsx_read(x, i, row_take, r, &why);
		if (rc < 0 && why.kind == ERR_REJECT)
			rc = part_fail(r, &why, e);
		else if (rc < 0)
			*e = why;
		else
			rc = table_end(r, e);
	}
	r->part = outer;
	arena_free(a);
	return rc;
}

static bool
is_ours(struct str name)
{
	static const char *const ends[] = { ".csv",   ".tsv",    ".txt",  ".json",
					    ".jsonl", ".ndjson", ".xlsx", ".xlsm" };

	if (str_starts(name, STR("__MACOSX/")) || str_find(name, STR("/.")) >= 0)
		return false;
	for (size_t i = 0; i < LY_COUNT(ends); i++) {
		size_t n = strlen(ends[i]);

		if (name.n > n &&
		    str_eq_nocase(str_slice(name, name.n - n, n), str_of(ends[i])))
			return true;
	}
	return false;
}

static int bytes_take(struct reading *r, struct str bytes, int depth, struct err *e);

static int
members_take(struct reading *r, struct unzip *z, int depth, struct err *e)
{
	struct arena *a = arena_new();
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < unzip_count(z); i++) {
		struct buf b = BUF(MEMBER_BYTES);
		struct err why = { 0 };

		r->part = unzip_name(z, i, a);
		if (is_ours(r->part)) {
			if (unzip_read(z, i, &b, &why) < 0)
				rc = part_fail(r, &why, e);
			else
				rc = bytes_take(r, buf_str(&b), depth + 1, e);
		}
		buf_release(&b);
	}
	r->part = STR("");
	arena_free(a);
	return rc;
}

static int
bytes_take(struct reading *r, struct str bytes, int depth, struct err *e)
{
	struct err why = { 0 };
	struct unzip *z;
	int rc;

	if (str_starts(bytes, STR("\xd0\xcf\x11\xe0"))) {
		err_set(&why, ERR_REJECT,
			"an old Excel file (.xls) or an encrypted one: save "
			"it as .xlsx or .csv");
		return part_fail(r, &why, e);
	}
	if (!unzip_is(bytes))
		return text_take(r, bytes, e);
	z = unzip_open(bytes, &why);
	if (!z)
		return part_fail(r, &why, e);
	if (xlsx_is(z)) {
		rc = book_take(r, z, e);
	} else if (depth > 0) {
		err_set(&why, ERR_REJECT, "a zip in a zip is not unpacked");
		rc = part_fail(r, &why, e);
	} else {
		rc = members_take(r, z, depth, e);
	}
	unzip_close(z);
	return rc;
}

int
import_read(struct importer *im, struct str bytes, const struct import_sink *sink,
	    struct err *e)
{
	struct reading r = { .im = im, .sink = sink, .part = STR(""), .json = BUF(JSON_LINE) };
	int rc = bytes_take(&r, bytes, 0, e);

	buf_release(&r.json);
	return rc;
}
