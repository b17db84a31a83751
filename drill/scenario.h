/*
 * scenario.h - scenario 剧本: who says what, when; a YAML file played by newsroom.c.
 *
 * Every text may hold {word} of `words:`, {list} (one entry of `lists:`, chosen by the seed) and
 * {n} (the item's number). What is substituted is never read again. The same file and seed give
 * the same items, byte for byte.
 */
#ifndef LY_DRILL_SCENARIO_H
#define LY_DRILL_SCENARIO_H

#include "core/conf.h"

enum scenario_format { SCENARIO_RSS, SCENARIO_ATOM };
struct scenario_feed {
	struct str name, path, title, lang;
	int64_t format; /* enum scenario_format */
	int64_t window; /* newest items shown   */
	int64_t pages; /* items have a page of their own with the whole text; the feed a part */
};
/* One thing said. */
struct scenario_item {
	int64_t at; /* UTC seconds: visible from then on */
	size_t feed, number;
	struct str author, title, text;
};
struct scenario {
	struct conf *conf;
	struct arena *arena;
	struct str title;
	int64_t start_at, length_s, seed;
	struct conf_list words; /* struct conf_pair */
	struct conf_list lists, feeds, noise, script;
	size_t bytes;                /* of all texts       */
	struct scenario_item *items; /* by at, then number */
	size_t n;
};
/* NULL with all mistakes in *report. */
struct scenario *scenario_read(const char *path, struct buf *report, struct err *e) LY_MUST_USE;
/* The later of start + length and the last item. */
int64_t scenario_end(const struct scenario *s);
void scenario_free(struct scenario *s);

#endif
