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

static void
png_text(void *arg, const int64_t at[2], enum chart_anchor anchor, const char *text,
	 size_t figure)
{
	static const double parts[] = { 0, .5, 1 };
	cairo_t *c = arg;
	cairo_text_extents_t size;

	ink_set(c, figure ? INK_USUAL : INK_TEXT);
	cairo_set_font_size(c, 10);
	cairo_text_extents(c, text, &size);
	cairo_move_to(c, unit(at[0]) - size.x_advance * parts[anchor], unit(at[1]));
	cairo_show_text(c, text);
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
	cairo_select_font_face(c, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
			       CAIRO_FONT_WEIGHT_NORMAL);
	chart_draw(chart, &pen);
	bad = cairo_status(c) != CAIRO_STATUS_SUCCESS ||
	      cairo_surface_write_to_png_stream(s, png_write, out) != CAIRO_STATUS_SUCCESS;
	cairo_destroy(c);
	cairo_surface_destroy(s);
	return bad ? -1 : 0;
}
