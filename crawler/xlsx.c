/* xlsx.c - what a workbook says of its sheets, strings and formats: see xlsx.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/xlsx.h"

#define PART_BYTES    ((size_t)4 << 20) /* workbook, relations, styles */
#define STRINGS_BYTES ((size_t)64 << 20)
#define SHEET_BYTES   ((size_t)128 << 20)
#define STRINGS_MAX   2000000
#define STYLES_MAX    65536
#define FORMATS_MAX   4096
#define SHEETS_MAX    64

struct sheet_of {
	struct str name, relation, path;
};
struct format {
	int64_t id;
	bool is_date;
};
struct xlsx {
	struct unzip *zip;
	struct arena *a;
	struct sheet_of sheets[SHEETS_MAX];
	size_t n_sheets;
	struct str *strings;
	size_t n_strings, cap_strings;
	bool *is_date;
	size_t n_styles;
	struct format *formats;
	size_t n_formats;
	bool epoch_1904;

	/* while a part is read */
	struct buf text;
	bool in_text, in_phonetic, in_xfs;
};

bool
xlsx_is(struct unzip *z)
{
	return unzip_find(z, "xl/workbook.xml") >= 0;
}

size_t
xlsx_sheets(const struct xlsx *x)
{
	return x->n_sheets;
}

struct str
xlsx_sheet_name(const struct xlsx *x, size_t i)
{
	return x->sheets[i].name;
}

static void
no_end(void *self, struct str prefix, struct str name)
{
	(void)self, (void)prefix, (void)name;
}

static void
no_text(void *self, struct str s)
{
	(void)self, (void)s;
}

static struct str
kept(struct xlsx *x, struct str s)
{
	struct buf b = BUF(s.n * 3 + 1);

	utf8_add_clean(&b, s);
	s = arena_str(x->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
workbook_start(void *self, const struct xml_tag *t)
{
	struct xlsx *x = self;
	struct str state = xml_attr(t, "state"), epoch = xml_attr(t, "date1904");

	if (str_is(t->name, "workbookPr"))
		x->epoch_1904 = str_is(epoch, "1") || str_is(epoch, "true");
	if (!str_is(t->name, "sheet") || x->n_sheets == SHEETS_MAX || str_is(state, "hidden") ||
	    str_is(state, "veryHidden"))
		return;
	x->sheets[x->n_sheets] = (struct sheet_of){ .name = kept(x, xml_attr(t, "name")) };
	for (size_t i = 0; i < t->n; i++)
		if (t->attrs[i].prefix.n && str_is(t->attrs[i].name, "id"))
			x->sheets[x->n_sheets].relation = kept(x, t->attrs[i].value);
	x->n_sheets++;
}

static void
relation_start(void *self, const struct xml_tag *t)
{
	struct xlsx *x = self;
	struct str id = xml_attr(t, "Id"), target = xml_attr(t, "Target");

	if (!str_is(t->name, "Relationship") || !id.n)
		return;
	if (target.n && target.p[0] == '/')
		target = str_slice(target, 1, target.n);
	else
		target = str_of(arena_textf(x->a, "xl/%.*s", STR_ARG(target)));
	for (size_t i = 0; i < x->n_sheets; i++)
		if (str_eq(x->sheets[i].relation, id))
			x->sheets[i].path = kept(x, target);
}

/* A format shows a time when one of y, m, d, h, s is in it outside of quotes, brackets, escapes. */
static bool
format_is_date(struct str f)
{
	char close = 0;

	for (size_t i = 0; i < f.n; i++) {
		char c = f.p[i];

		if (close) {
			close = c == close ? 0 : close;
		} else if (c == '\\') {
			i++;
		} else if (c == '"') {
			close = '"';
		} else if (c == '[') {
			close = ']';
		} else if (c == ';') {
			return false; /* what follows is for negative numbers */
		} else if (strchr("ymdhsYMDHS", c)) {
			return true;
		} else if (str_starts(str_slice(f, i, 3), STR("年")) ||
			   str_starts(str_slice(f, i, 3), STR("月")) ||
			   str_starts(str_slice(f, i, 3), STR("日"))) {
			return true;
		}
	}
	return false;
}

/* ECMA-376 18.8.30: 14-22, 45-47, and those of East Asia. */
static bool
builtin_is_date(int64_t id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
	       (id >= 50 && id <= 58);
}

static void
styles_start(void *self, const struct xml_tag *t)
{
	struct xlsx *x = self;
	bool date;
	int64_t id;

	if (str_is(t->name, "numFmt") && x->n_formats < FORMATS_MAX &&
	    str_int64(xml_attr(t, "numFmtId"), &id) == 0)
		x->formats[x->n_formats++] =
			(struct format){ id, format_is_date(xml_attr(t, "formatCode")) };
	else if (str_is(t->name, "cellXfs"))
		x->in_xfs = true;
	else if (str_is(t->name, "cellStyles"))
		x->in_xfs = false;
	if (!x->in_xfs || !str_is(t->name, "xf") || x->n_styles == STYLES_MAX)
		return;
	if (str_int64(xml_attr(t, "numFmtId"), &id) < 0)
		id = 0;
	date = builtin_is_date(id);
	for (size_t i = 0; i < x->n_formats; i++)
		if (x->formats[i].id == id)
			date = x->formats[i].is_date;
	x->is_date[x->n_styles++] = date;
}

static void
styles_end(void *self, struct str prefix, struct str name)
{
	struct xlsx *x = self;

	(void)prefix;
	if (str_is(name, "cellXfs"))
		x->in_xfs = false;
}

static void
strings_start(void *self, const struct xml_tag *t)
{
	struct xlsx *x = self;

	if (str_is(t->name, "si"))
		buf_clear(&x->text);
	else if (str_is(t->name, "rPh"))
		x->in_phonetic = true;
	else if (str_is(t->name, "t"))
		x->in_text = !x->in_phonetic;
}

static void
strings_end(void *self, struct str prefix, struct str name)
{
	struct xlsx *x = self;

	(void)prefix;
	if (str_is(name, "t")) {
		x->in_text = false;
	} else if (str_is(name, "rPh")) {
		x->in_phonetic = false;
	} else if (str_is(name, "si") && x->n_strings < STRINGS_MAX) {
		if (x->n_strings == x->cap_strings) {
			size_t cap = x->cap_strings ? x->cap_strings * 2 : 1024;
			struct str *more = arena_alloc(x->a, cap * sizeof *more);

			if (x->n_strings)
				memcpy(more, x->strings, x->n_strings * sizeof *more);
			x->strings = more;
			x->cap_strings = cap;
		}
		x->strings[x->n_strings++] = kept(x, buf_str(&x->text));
		buf_clear(&x->text);
	}
}

static void
strings_text(void *self, struct str s)
{
	struct xlsx *x = self;

	if (x->in_text)
		buf_add(&x->text, s);
}

/* A part that is not there is an empty one. */
static int
part_read(struct xlsx *x, const char *name, size_t max, const struct xml_events *events,
	  struct err *e)
{
	int64_t i = unzip_find(x->zip, name);
	struct buf b = BUF(max);
	int rc = 0;

	if (i >= 0)
		rc = unzip_read(x->zip, (size_t)i, &b, e);
	if (i >= 0 && rc == 0)
		xml_read_loose(x->a, buf_str(&b), events, x);
	buf_release(&b);
	return rc;
}

static void
text_release(void *arg)
{
	buf_release(arg);
}

struct xlsx *
xlsx_open(struct unzip *z, struct arena *a, struct err *e)
{
	static const struct xml_events workbook = { workbook_start, no_end, no_text },
				       relations = { relation_start, no_end, no_text },
				       styles = { styles_start, styles_end, no_text },
				       strings = { strings_start, strings_end, strings_text };
	struct xlsx *x = arena_alloc(a, sizeof *x);

	*x = (struct xlsx){ .zip = z, .a = a, .text = BUF(TABLE_CELL_MAX) };
	arena_defer(a, text_release, &x->text);
	x->formats = arena_alloc(a, FORMATS_MAX * sizeof *x->formats);
	x->is_date = arena_alloc(a, STYLES_MAX * sizeof *x->is_date);
	if (part_read(x, "xl/workbook.xml", PART_BYTES, &workbook, e) < 0 ||
	    part_read(x, "xl/_rels/workbook.xml.rels", PART_BYTES, &relations, e) < 0 ||
	    part_read(x, "xl/styles.xml", PART_BYTES, &styles, e) < 0 ||
	    part_read(x, "xl/sharedStrings.xml", STRINGS_BYTES, &strings, e) < 0)
		return NULL;
	if (!x->n_sheets) {
		err_set(e, ERR_REJECT, "the workbook has no sheet that is shown");
		return NULL;
	}
	return x;
}

int
xlsx_read(const struct xlsx *x, size_t i, table_row_fn *each, void *arg, struct err *e)
{
	struct xlsx_style style = { x->strings, x->n_strings, x->is_date, x->n_styles,
				    x->epoch_1904 };
	const struct sheet_of *s = &x->sheets[i];
	int64_t member = s->path.n ? unzip_find(x->zip, s->path.p) : -1;
	struct buf b = BUF(SHEET_BYTES);
	int rc;

	if (member < 0)
		return err_set(e, ERR_REJECT, "the sheet \"%.*s\" is not in the workbook",
			       STR_ARG(utf8_cut(s->name, 100)));
	rc = unzip_read(x->zip, (size_t)member, &b, e);
	if (rc == 0)
		rc = xlsx_sheet_rows(buf_str(&b), &style, each, arg, e);
	buf_release(&b);
	return rc;
}
