/*
 * map_step.h - what may follow a path: "| regex \"(\\d+)\" | number". A table of small transforms.
 */
#ifndef LY_CRAWLER_MAP_STEP_H
#define LY_CRAWLER_MAP_STEP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/rx.h"

struct map_verb;
struct map_step {
	const struct map_verb *verb;
	struct str arg[2];
	size_t n_args;
	struct rx *rx;
	struct zone *zone;
	int64_t n;
};
/* What a value is read with. */
struct map_env {
	struct arena *arena;
	struct rx_scratch *scratch;
	struct str url; /* of the page: relative addresses */
	int64_t now;
	const struct zone *zone; /* of times that name none; NULL = UTC */
};

/* One step as written: `regex "(\d+)"`. Lives as long as a. ERR_USAGE with a suggestion. */
int map_step_compile(struct arena *a, struct str text, struct map_step *s,
		     struct err *e) LY_MUST_USE;
bool map_step_joins(const struct map_step *s); /* takes all values of the path, not the first */
bool map_step_fills(const struct map_step *s); /* also runs on an empty value                 */
/* False: this value is of no use (then *v is what it was). */
bool map_step_run(const struct map_step *s, const struct map_env *env, struct str *v);
/* The four that fields apply by themselves. */
bool map_number(struct str s, int64_t *n);
bool map_date(struct str s, const struct map_env *env, int64_t *at);
bool map_url(struct str s, const struct map_env *env, struct str *url);
struct str map_plain(struct str s, struct arena *a); /* markup stripped, when there is any */
/* The table for the manual: "regex PATTERN  the first group …", a line each. */
void map_steps_document(struct buf *out);

#endif
