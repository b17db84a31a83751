/*
 * digest_chart.h - chart 图: bars or a line of figures, drawn by us: as SVG for pages, as PNG for mail.
 *
 * Its words are digits alone, so that no font decides what a reader sees; what it shows is said
 * beside it. 360 wide, so that a phone shows it as it is. Pure.
 */
#ifndef LY_RESPONDER_DIGEST_CHART_H
#define LY_RESPONDER_DIGEST_CHART_H

#include "core/json.h"
#include "responder/digest_day.h"

#define CHART_WIDTH 360
#define CHART_LABEL 8

enum chart_kind {
	CHART_BARS, /* all, and of these the negative part */
	CHART_SHARE /* a line, 1/1000; -1: unknown, a gap   */
};
struct chart {
	enum chart_kind kind;
	size_t n;
	int64_t value[DIGEST_BUCKETS], part[DIGEST_BUCKETS];
	size_t figure[DIGEST_BUCKETS]; /* number of value's, from 1; 0: none */
	char label[DIGEST_BUCKETS][CHART_LABEL];
	int64_t usual; /* a dashed line at 1/1000 of a count; 0: none */
	int64_t height;
};
#define CHARTS_MAX 3
/* Those that the day has something to show in. How many. */
size_t charts_of(const struct digest_day *d, const struct zone *z,
		 struct chart out[CHARTS_MAX]);

/* As a member of the facts, and read again. */
void chart_add_json(const struct chart *c, struct buf *out);
/* false: it is none. */
bool chart_parse(const struct json *j, struct chart *c);

/* What draws: units of 1/10, y downwards; ink by what it stands for. */
enum chart_ink { INK_ALL, INK_NEGATIVE, INK_USUAL, INK_GRID, INK_TEXT, INKS };
enum chart_anchor { ANCHOR_LEFT, ANCHOR_MIDDLE, ANCHOR_RIGHT };
struct pen {
	void (*rect)(void *arg, const int64_t box[4], enum chart_ink ink); /* x, y, w, h */
	void (*line)(void *arg, const int64_t ends[4], enum chart_ink ink, bool dashed);
	/* figure: its number, or 0 */
	void (*text)(void *arg, const int64_t at[2], enum chart_anchor anchor, const char *text,
		     size_t figure);
	void *arg;
};
void chart_draw(const struct chart *c, const struct pen *pen);
/* An <svg> element; colours are classes c0 … c4 of the page. alt: what it shows, escaped by us. */
void chart_svg(const struct chart *c, struct str alt, struct buf *out);
/* 720 wide, on white. -1: cairo could not. */
int chart_png(const struct chart *c, struct buf *out);

#endif
