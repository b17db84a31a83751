/* xlsx_sheet.c - the rows of one sheet's XML: see xlsx.h. */
#include "core/base.h"

#include <math.h>
#include <stdio.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/xlsx.h"

#define ROW_BYTES     ((size_t)8 << 20) /* of one row's texts */
#define EPOCH_1900    (-2209161600LL)   /* 1899-12-30 */
#define EPOCH_1904    (-2082844800LL)   /* 1904-01-01 */
#define SERIAL_MAX    2958466.0         /* the year 10000 */
#define RESET_AT_ROWS 1000

enum inside { NOWHERE, IN_VALUE, IN_TEXT, IN_PHONETIC };
struct sheet {
	const struct xlsx_style *style;
	table_row_fn *each;
	void *arg;
	struct err *e;
	struct arena *rows; /* of the present rows */
	struct str cells[TABLE_CELLS_MAX];
	size_t n;
	int64_t line;
	size_t at; /* column of the present cell */
	char type;
	size_t cell_style;
	enum inside inside;
	bool in_cell, in_row, over;
	struct buf text;
	int since_reset;
	int rc;
};

bool
xlsx_add_time(struct buf *b, struct str serial, bool epoch_1904)
{
	char digits[64], *end;
	struct civil c;
	double d;
	int64_t at;

	snprintf(digits, sizeof digits, "%.*s", (int)(serial.n < 60 ? serial.n : 60), serial.p);
	d = strtod(digits, &end);
	if (end == digits || *end || !(d >= 0) || d > SERIAL_MAX)
		return false;
	at = (epoch_1904 ? EPOCH_1904 : EPOCH_1900) + (int64_t)llround(d * 86400.0);
	c = zone_civil(NULL, at);
	if (c.year < 1900 || c.year > 9999)
		return false;
	buf_addf(b, "%04d-%02d-%02d", c.year, c.month, c.day);
	if (d != floor(d))
		buf_addf(b, " %02d:%02d:%02d", c.hour, c.minute, c.second);
	return true;
}

/* "BC12" -> 54 (from 0); SIZE_MAX when there is no letter. */
static size_t
column_of(struct str ref)
{
	size_t n = 0, i = 0;

	for (; i < ref.n && i < 4; i++) {
		char c = ref.p[i] & ~0x20;

		if (c < 'A' || c > 'Z')
			break;
		n = n * 26 + (size_t)(c - 'A' + 1);
	}
	return i ? n - 1 : SIZE_MAX;
}

/* 1.8000138E+10 is a number of a person, not of a computer. */
static void
number_add(struct buf *b, struct str s)
{
	char digits[64], *end;
	double d;

	snprintf(digits, sizeof digits, "%.*s", (int)(s.n < 60 ? s.n : 60), s.p);
	d = strtod(digits, &end);
	if (end != digits && !*end && strpbrk(digits, "eE") && fabs(d) < 1e15 && d == floor(d))
		buf_addf(b, "%.0f", d);
	else
		utf8_add_clean(b, s);
}

static struct str
cell_text(struct sheet *x)
{
	struct str s = buf_str(&x->text);
	struct buf b = BUF(TABLE_CELL_MAX);
	int64_t i;

	switch (x->type) {
	case 's':
		if (str_int64(str_trim(s), &i) == 0 && i >= 0 &&
		    (size_t)i < x->style->n_strings)
			return x->style->strings[i];
		return STR("");
	case 'b':
		return str_is(s, "1") ? STR("TRUE") : STR("FALSE");
	case 'e':
		return STR(""); /* #DIV/0! says nothing */
	case 'n':
		if (!(x->cell_style < x->style->n_styles && x->style->is_date[x->cell_style] &&
		      xlsx_add_time(&b, s, x->style->epoch_1904)))
			number_add(&b, s);
		break;
	default:
		utf8_add_clean(&b, s);
	}
	s = arena_str(x->rows, utf8_cut(buf_str(&b), TABLE_CELL_MAX));
	buf_release(&b);
	return s;
}

static void
cell_end(struct sheet *x)
{
	if (!x->in_cell)
		return;
	x->in_cell = false;
	x->inside = NOWHERE;
	if (x->at >= TABLE_CELLS_MAX) {
		x->over = true;
		return;
	}
	for (; x->n <= x->at; x->n++)
		x->cells[x->n] = STR("");
	x->cells[x->at] = cell_text(x);
	if (!buf_ok(&x->text))
		x->over = true;
}

static void
row_end(struct sheet *x)
{
	struct table_row row = { .line = x->line, .cells = x->cells, .n = x->n };

	if (!x->in_row)
		return;
	cell_end(x);
	row.n = x->n;
	x->in_row = false;
	if (x->over) {
		row.why = "a row has over 1024 cells, or one of over 1 MiB";
		row.column = row.n;
	}
	if (row.n && x->rc == 0)
		x->rc = x->each(x->arg, &row, x->e);
	if (++x->since_reset >= RESET_AT_ROWS) {
		arena_reset(x->rows);
		x->since_reset = 0;
	}
}

static void
row_start(struct sheet *x, const struct xml_tag *t)
{
	int64_t r;

	row_end(x);
	x->in_row = true;
	x->over = false;
	x->n = x->at = 0;
	x->line = str_int64(xml_attr(t, "r"), &r) == 0 && r > 0 ? r : x->line + 1;
}

static void
cell_start(struct sheet *x, const struct xml_tag *t)
{
	struct str type = xml_attr(t, "t");
	size_t at = column_of(xml_attr(t, "r"));
	int64_t style;

	cell_end(x);
	x->at = at != SIZE_MAX ? at : x->n;
	x->type = !type.n || str_is(type, "n") ? 'n'
		  : str_is(type, "s")          ? 's'
		  : str_is(type, "b")          ? 'b'
		  : str_is(type, "e")          ? 'e'
					       : 't';
	x->cell_style = str_int64(xml_attr(t, "s"), &style) == 0 && style >= 0 ? (size_t)style
									       : SIZE_MAX;
	x->in_cell = x->in_row;
	x->inside = NOWHERE;
	buf_clear(&x->text);
}

static void
on_start(void *self, const struct xml_tag *t)
{
	struct sheet *x = self;

	if (x->rc)
		return;
	if (str_is(t->name, "row"))
		row_start(x, t);
	else if (str_is(t->name, "c"))
		cell_start(x, t);
	else if (x->in_cell && str_is(t->name, "v"))
		x->inside = IN_VALUE;
	else if (x->in_cell && str_is(t->name, "rPh"))
		x->inside = IN_PHONETIC;
	else if (x->in_cell && x->inside != IN_PHONETIC && str_is(t->name, "t"))
		x->inside = IN_TEXT;
}

static void
on_end(void *self, struct str prefix, struct str name)
{
	struct sheet *x = self;

	(void)prefix;
	if (x->rc)
		return;
	if (str_is(name, "row"))
		row_end(x);
	else if (str_is(name, "c"))
		cell_end(x);
	else if (str_is(name, "v") || (str_is(name, "t") && x->inside != IN_PHONETIC) ||
		 str_is(name, "rPh"))
		x->inside = NOWHERE;
}

static void
on_text(void *self, struct str s)
{
	struct sheet *x = self;

	if (!x->rc && x->in_cell && (x->inside == IN_VALUE || x->inside == IN_TEXT))
		buf_add(&x->text, s);
}

int
xlsx_sheet_rows(struct str xml, const struct xlsx_style *style, table_row_fn *each, void *arg,
		struct err *e)
{
	static const struct xml_events events = { on_start, on_end, on_text };
	struct sheet *x = calloc(1, sizeof *x);
	struct arena *a = arena_new();
	int rc;

	if (!x)
		abort();
	*x = (struct sheet){ .style = style,
			     .each = each,
			     .arg = arg,
			     .e = e,
			     .rows = arena_new(),
			     .text = BUF(TABLE_CELL_MAX) };
	xml_read_loose(a, xml, &events, x);
	row_end(x);
	rc = x->rc;
	arena_free(x->rows);
	arena_free(a);
	buf_release(&x->text);
	free(x);
	return rc;
}
