/*
 * story_set.h - the labelled headlines of tests/data/stories-*.tsv. The files' heads say what
 * their columns mean.
 */
#ifndef LY_TESTS_STORY_SET_H
#define LY_TESTS_STORY_SET_H

#include "core/arena.h"
#include "core/err.h"

#define STORY_SET_DEVELOP "tests/data/stories-develop.tsv"
#define STORY_SET_MORE    "tests/data/stories-more.tsv"
#define STORY_SET_TRAIN   "tests/data/stories-train.tsv"
#define STORY_SET_NEAR    "tests/data/stories-near.tsv"
#define STORY_SET_NEAR2   "tests/data/stories-near2.tsv"
#define STORY_SET_FRESH   "tests/data/stories-fresh.tsv"
#define STORY_SET_HELD    "tests/data/stories-held.tsv"
#define STORY_SET_BLIND   "tests/data/stories-blind.tsv"

struct story_event {
	struct str name, near, kind, what;
	size_t n; /* items */
};
struct story_headline {
	size_t event; /* index into events */
	struct str lang, source_class, headline;
	struct str sentence; /* n == 0: none */
	int64_t hour;
	int line;
};
/* Lives as long as the arena it was read into. */
struct story_set {
	struct story_event *events;
	struct story_headline *items;
	size_t n_events, n_items;
};

/* -1 and path:line in *e for a line that is neither an event nor an item of one above it. */
int story_set_read(const char *path, struct arena *a, struct story_set *set,
		   struct err *e) LY_MUST_USE;
/* The index of an event, or n_events. */
size_t story_set_find(const struct story_set *set, struct str name);

#endif
