#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/digest_chart.h"
#include "responder/plain.h"

/* Tenths. */
#define LEFT   300
#define RIGHT  60
#define TOP    160
#define BOTTOM 180
#define ALL    16 /* bars that all carry their value */

/* ---- what is shown ------------------------------------------------------------------------------- */

static size_t
with_data(const struct day_series *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->mentions[i] > 0;
	return n;
}

static void
label_of(const struct zone *z, int64_t at, bool hours, char out[CHART_LABEL])
{
	struct civil c = zone_civil(z, at);

	if (hours)
		snprintf(out, CHART_LABEL, "%02d:%02d", c.hour, c.minute % 60);
	else
		snprintf(out, CHART_LABEL, "%02d-%02d", (unsigned)c.month % 100, c.day % 100);
}

/* A day is named by where it ends: the window of a digest that is told at nine began yesterday. */
static int64_t
named_at(const struct digest_day *d, const struct day_series *s, size_t i)
{
	if (s == &d->hours)
		return s->from[i];
	return (i + 1 < s->n ? s->from[i + 1] : d->to) - 1;
}

static void
bars_of(const struct digest_day *d, const struct day_series *s, const struct zone *z,
	struct chart *c)
{
	*c = (struct chart){ .kind = CHART_BARS, .n = s->n, .usual = s->usual, .height = 150 };
	for (size_t i = 0; i < s->n; i++) {
		c->value[i] = s->mentions[i];
		c->part[i] = s->negative[i];
		c->figure[i] = s->figure + 2 * i + 1;
		label_of(z, named_at(d, s, i), s == &d->hours, c->label[i]);
	}
}

static void
shares_of(const struct digest_day *d, const struct zone *z, struct chart *c)
{
	const struct day_series *s = &d->days;

	bars_of(d, s, z, c);
	c->kind = CHART_SHARE;
	c->usual = 0;
	c->height = 110;
	for (size_t i = 0; i < s->n; i++) {
		const struct figure *f = &d->figures.v[s->shares + i];

		c->value[i] = f->known ? f->value : -1;
		c->part[i] = 0;
		c->figure[i] = s->shares + i + 1;
	}
}

size_t
charts_of(const struct digest_day *d, const struct zone *z, struct chart out[CHARTS_MAX])
{
	size_t n = 0, known = 0;

	if (with_data(&d->hours) > 1)
		bars_of(d, &d->hours, z, &out[n++]);
	if (with_data(&d->days) > 1)
		bars_of(d, &d->days, z, &out[n++]);
	for (size_t i = 0; i < d->days.n; i++)
		known += d->figures.v[d->days.shares + i].known;
	if (known > 1)
		shares_of(d, z, &out[n++]);
	return n;
}

/* ---- as facts ------------------------------------------------------------------------------------ */

static void
numbers_add(struct buf *out, const char *name, const int64_t *v, size_t n)
{
	buf_addf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%lld", i ? "," : "", (long long)v[i]);
	buf_add_byte(out, ']');
}

void
chart_add_json(const struct chart *c, struct buf *out)
{
	buf_addf(out, "{\"kind\":\"%s\",\"height\":%lld,\"usual_milli\":%lld,\"labels\":[",
		 c->kind == CHART_BARS ? "bars" : "share", (long long)c->height,
		 (long long)c->usual);
	for (size_t i = 0; i < c->n; i++)
		buf_addf(out, "%s\"%s\"", i ? "," : "", c->label[i]);
	buf_add_byte(out, ']');
	numbers_add(out, "value", c->value, c->n);
	numbers_add(out, "part", c->part, c->n);
	buf_add(out, STR(",\"figure\":["));
	for (size_t i = 0; i < c->n; i++)
		buf_addf(out, "%s\"f%zu\"", i ? "," : "", c->figure[i]);
	buf_add(out, STR("]}"));
}

static int64_t
within(const struct json *j, int64_t least)
{
	int64_t v = json_int(j, 0);

	return v < least ? least : v > 1000000000 ? 1000000000 : v;
}

bool
chart_parse(const struct json *j, struct chart *c)
{
	struct str kind = json_text(json_get(j, "kind"), STR(""));
	const struct json *labels = json_get(j, "labels");

	*c = (struct chart){ .kind = str_is(kind, "bars") ? CHART_BARS : CHART_SHARE,
			     .n = json_count(labels),
			     .height = within(json_get(j, "height"), 60),
			     .usual = within(json_get(j, "usual_milli"), 0) };
	if (!kind.n || !c->n || c->n > DIGEST_BUCKETS || c->height > 400)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		c->value[i] = within(json_at(json_get(j, "value"), i), -1);
		c->part[i] = within(json_at(json_get(j, "part"), i), 0);
		snprintf(c->label[i], CHART_LABEL, "%.*s",
			 STR_ARG(json_text(json_at(labels, i), STR(""))));
	}
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------- */

struct drawing {
	const struct chart *c;
	const struct pen *pen;
	int64_t top, step; /* value at the upper edge; width of a bar's place */
};

static int64_t
round_up(int64_t v)
{
	int64_t unit = 1;

	while (unit * 10 < v)
		unit *= 10;
	if (v <= unit * 2)
		unit = unit >= 5 ? unit / 5 : 1;
	else if (v <= unit * 5)
		unit = unit >= 2 ? unit / 2 : 1;
	return (v + unit - 1) / unit * unit;
}

static int64_t
greatest(const struct chart *c)
{
	int64_t most = c->usual / 1000 + 1;

	for (size_t i = 0; i < c->n; i++)
		most = c->value[i] > most ? c->value[i] : most;
	return most;
}

static int64_t
y_of(const struct drawing *d, int64_t value)
{
	int64_t room = d->c->height * 10 - TOP - BOTTOM;

	return d->c->height * 10 - BOTTOM - value * room / d->top;
}

static int64_t
x_of(const struct drawing *d, size_t i)
{
	return LEFT + d->step * (int64_t)i + d->step / 2;
}

static void
say(const struct drawing *d, int64_t value, char out[FIGURE_PRINT_MAX])
{
	const struct figure f = { .form = d->c->kind == CHART_SHARE ? FIGURE_SHARE
								    : FIGURE_COUNT,
				  .known = true,
				  .value = value };

	figure_show(&f, out);
}

static void
draw_grid(const struct drawing *d)
{
	for (int i = 0; i <= 2; i++) {
		int64_t value = d->top * i / 2, y = y_of(d, value);
		const int64_t ends[4] = { LEFT, y, CHART_WIDTH * 10 - RIGHT, y };
		const int64_t at[2] = { LEFT - 30, y + 30 };
		char text[FIGURE_PRINT_MAX];

		say(d, value, text);
		d->pen->line(d->pen->arg, ends, INK_GRID, false);
		if (i != 1 || d->top % 2 == 0)
			d->pen->text(d->pen->arg, at, ANCHOR_RIGHT, text, 0);
	}
}

static void
draw_labels(const struct drawing *d)
{
	/* As many as have room. */
	size_t every = ((size_t)(420 / d->step)) + 1;

	for (size_t i = 0; i < d->c->n; i++) {
		const int64_t at[2] = { x_of(d, i), d->c->height * 10 - 40 };

		if ((d->c->n - 1 - i) % every == 0)
			d->pen->text(d->pen->arg, at, ANCHOR_MIDDLE, d->c->label[i], 0);
	}
}

static size_t
top_of(const struct chart *c)
{
	size_t top = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->value[i] > c->value[top])
			top = i;
	return top;
}

/* All values where there is room, else the greatest and the last. */
static void
draw_values(const struct drawing *d)
{
	size_t top = top_of(d->c);

	for (size_t i = 0; i < d->c->n; i++) {
		const int64_t at[2] = { x_of(d, i), y_of(d, d->c->value[i]) - 30 };
		bool last = i + 1 == d->c->n && (top + 3 < i || top == i);
		char text[FIGURE_PRINT_MAX];

		if (d->c->value[i] <= 0 || (d->c->n > ALL && i != top && !last) ||
		    (d->c->value[i] > 9999 && i != top))
			continue;
		say(d, d->c->value[i], text);
		d->pen->text(d->pen->arg, at, ANCHOR_MIDDLE, text, d->c->figure[i]);
	}
}

static void
draw_bars(const struct drawing *d)
{
	int64_t width = d->step * 72 / 100, foot = y_of(d, 0);

	for (size_t i = 0; i < d->c->n; i++) {
		int64_t x = x_of(d, i) - width / 2;
		int64_t all = y_of(d, d->c->value[i]), part = y_of(d, d->c->part[i]);
		const int64_t upper[4] = { x, all, width, part - all },
			      lower[4] = { x, part, width, foot - part };

		if (part > all)
			d->pen->rect(d->pen->arg, upper, INK_ALL);
		if (foot > part)
			d->pen->rect(d->pen->arg, lower, INK_NEGATIVE);
	}
}

static void
draw_line(const struct drawing *d)
{
	for (size_t i = 0; i < d->c->n; i++) {
		int64_t x = x_of(d, i), y = y_of(d, d->c->value[i]);
		const int64_t dot[4] = { x - 20, y - 20, 40, 40 };

		if (d->c->value[i] < 0)
			continue;
		d->pen->rect(d->pen->arg, dot, INK_NEGATIVE);
		if (i + 1 < d->c->n && d->c->value[i + 1] >= 0) {
			const int64_t ends[4] = { x, y, x_of(d, i + 1),
						  y_of(d, d->c->value[i + 1]) };

			d->pen->line(d->pen->arg, ends, INK_NEGATIVE, false);
		}
	}
}

void
chart_draw(const struct chart *c, const struct pen *pen)
{
	struct drawing d = { c, pen, round_up(greatest(c)),
			     (CHART_WIDTH * 10 - LEFT - RIGHT) / (int64_t)c->n };

	draw_grid(&d);
	if (c->kind == CHART_BARS)
		draw_bars(&d);
	else
		draw_line(&d);
	if (c->usual) {
		int64_t y =
			y_of(&d, 0) - (y_of(&d, 0) - y_of(&d, d.top)) * c->usual / 1000 / d.top;
		const int64_t ends[4] = { LEFT, y, CHART_WIDTH * 10 - RIGHT, y };

		pen->line(pen->arg, ends, INK_USUAL, true);
	}
	draw_values(&d);
	draw_labels(&d);
}

/* ---- SVG ----------------------------------------------------------------------------------------- */

#define T(v) (long long)((v) / 10), (long long)((v) % 10)

static void
svg_rect(void *arg, const int64_t b[4], enum chart_ink ink)
{
	buf_addf(arg,
		 "<rect class=\"c%d\" x=\"%lld.%lld\" y=\"%lld.%lld\" width=\"%lld.%lld\" "
		 "height=\"%lld.%lld\"/>\n",
		 (int)ink, T(b[0]), T(b[1]), T(b[2]), T(b[3]));
}

static void
svg_line(void *arg, const int64_t e[4], enum chart_ink ink, bool dashed)
{
	buf_addf(arg,
		 "<line class=\"l%d\" x1=\"%lld.%lld\" y1=\"%lld.%lld\" x2=\"%lld.%lld\" "
		 "y2=\"%lld.%lld\"%s/>\n",
		 (int)ink, T(e[0]), T(e[1]), T(e[2]), T(e[3]),
		 dashed ? " stroke-dasharray=\"4 3\"" : "");
}

static void
svg_text(void *arg, const int64_t at[2], enum chart_anchor anchor, const char *text,
	 size_t figure)
{
	static const char *const words[] = { "start", "middle", "end" };

	buf_addf(arg, "<text class=\"c%d\" x=\"%lld.%lld\" y=\"%lld.%lld\" text-anchor=\"%s\"",
		 figure ? INKS : INK_TEXT, T(at[0]), T(at[1]), words[anchor]);
	if (figure)
		buf_addf(arg, " data-f=\"f%zu\"", figure);
	buf_addf(arg, ">%s</text>\n", text);
}

void
chart_svg(const struct chart *c, struct str alt, struct buf *out)
{
	const struct pen pen = { svg_rect, svg_line, svg_text, out };

	buf_addf(out,
		 "<svg viewBox=\"0 0 %d %lld\" role=\"img\" font-size=\"10\" aria-label=\"",
		 CHART_WIDTH, (long long)c->height);
	plain_add_html(out, alt);
	buf_add(out, STR("\">\n"));
	chart_draw(c, &pen);
	buf_add(out, STR("</svg>\n"));
}
