/* digest_png.c - a chart as PNG, drawn with cairo; the one place that includes it. */
#include "core/base.h"

#include <cairo.h>

#include "core/str.h"
#include "responder/digest_chart.h"

#define SCALE 2 /* pixels of a unit: sharp on phones */

static const double inks[INKS][3] = {
	[INK_ALL] = { .62, .71, .82 },   [INK_NEGATIVE] = { .82, .29, .36 },
	[INK_USUAL] = { .30, .34, .40 }, [INK_GRID] = { .90, .91, .92 },
	[INK_TEXT] = { .36, .40, .46 },
};

static void
ink_set(cairo_t *c, enum chart_ink ink)
{
	cairo_set_source_rgb(c, inks[ink][0], inks[ink][1], inks[ink][2]);
}

static double
unit(int64_t tenths)
{
	return (double)tenths / 10;
}

static void
png_rect(void *arg, const int64_t b[4], enum chart_ink ink)
{
	cairo_t *c = arg;

	ink_set(c, ink);
	cairo_rectangle(c, unit(b[0]), unit(b[1]), unit(b[2]), unit(b[3]));
	cairo_fill(c);
}

static void
png_line(void *arg, const int64_t e[4], enum chart_ink ink, bool dashed)
{
	const double dashes[] = { 4, 3 };
	cairo_t *c = arg;

	ink_set(c, ink);
	cairo_set_line_width(c, ink == INK_GRID ? .7 : 1.5);
	cairo_set_dash(c, dashes, dashed ? 2 : 0, 0);
	cairo_move_to(c, unit(e[0]), unit(e[1]));
	cairo_line_to(c, unit(e[2]), unit(e[3]));
	cairo_stroke(c);
}

/* Our own digits: a font of the machine would decide what a reader sees, and finding one leaks in
 * the library that does. Points xy on a grid of 4 by 6, "/" lifts the pen. */
static const char *const glyphs[128] = {
	['0'] = "10 30 41 45 36 16 05 01 10",
	['1'] = "11 20 26",
	['2'] = "01 10 30 41 42 06 46",
	['3'] = "01 10 30 41 42 33 23/33 44 45 36 16 05",
	['4'] = "36 30 04 44",
	['5'] = "40 00 03 33 44 45 36 16 05",
	['6'] = "41 30 10 01 05 16 36 45 44 33 13 04",
	['7'] = "00 40 16",
	['8'] = "10 30 41 42 33 13 02 01 10/13 04 05 16 36 45 44 33",
	['9'] = "05 16 36 45 41 30 10 01 02 13 33 42",
	[':'] = "22 22/25 25",
	['-'] = "13 33",
	['+'] = "13 33/22 24",
	['.'] = "26 26",
	['%'] = "00 10 11 01 00/06 40/35 45 46 36 35",
};
#define GLYPH_X    .95 /* of a step of the grid */
#define GLYPH_Y    1.17
#define GLYPH_NEXT 5.7

static void
glyph_draw(cairo_t *c, const char *points, double x, double y)
{
	bool lifted = true;

	for (const char *p = points; p && *p && p[1]; p += p[2] ? 3 : 2) {
		double px = x + (p[0] - '0') * GLYPH_X, py = y - ('6' - p[1]) * GLYPH_Y;

		if (lifted)
			cairo_move_to(c, px, py);
		else
			cairo_line_to(c, px, py);
		lifted = p[2] == '/';
	}
}

static void
png_text(void *arg, const int64_t at[2], enum chart_anchor anchor, const char *text,
	 size_t figure)
{
	static const double parts[] = { 0, .5, 1 };
	cairo_t *c = arg;
	double x = unit(at[0]) - (double)strlen(text) * GLYPH_NEXT * parts[anchor];

	ink_set(c, figure ? INK_USUAL : INK_TEXT);
	cairo_set_line_width(c, 1);
	cairo_set_dash(c, NULL, 0, 0);
	for (; *text; text++, x += GLYPH_NEXT)
		glyph_draw(c, glyphs[*text & 127], x, unit(at[1]));
	cairo_stroke(c);
}

static cairo_status_t
png_write(void *arg, const unsigned char *bytes, unsigned int n)
{
	buf_add(arg, (struct str){ (const char *)bytes, n });
	return buf_ok(arg) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int
chart_png(const struct chart *chart, struct buf *out)
{
	cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, CHART_WIDTH * SCALE,
							(int)chart->height * SCALE);
	cairo_t *c = cairo_create(s);
	const struct pen pen = { png_rect, png_line, png_text, c };
	bool bad;

	cairo_set_source_rgb(c, 1, 1, 1);
	cairo_paint(c);
	cairo_scale(c, SCALE, SCALE);
	cairo_set_line_cap(c, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(c, CAIRO_LINE_JOIN_ROUND);
	chart_draw(chart, &pen);
	bad = cairo_status(c) != CAIRO_STATUS_SUCCESS ||
	      cairo_surface_write_to_png_stream(s, png_write, out) != CAIRO_STATUS_SUCCESS;
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return bad ? -1 : 0;
}
