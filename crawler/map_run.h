/* map_run.h - a compiled mapping, for map.c, which runs it, and map_conf.c, which makes it. */
#ifndef LY_CRAWLER_MAP_RUN_H
#define LY_CRAWLER_MAP_RUN_H

#include "crawler/jpath.h"
#include "crawler/map.h"
#include "crawler/map_step.h"
#include "crawler/select.h"

#define MAP_ALTS_MAX  8
#define MAP_STEPS_MAX 8

/* One of "a ?? b": a path or a constant, and what is done to its value. */
struct map_alt {
	struct str constant;
	struct select *select; /* HTML */
	struct jpath *jpath;   /* JSON */
	struct map_step steps[MAP_STEPS_MAX];
	size_t n_steps;
	struct str steps_text;
};
struct map_field_paths {
	struct map_alt *v;
	size_t n;
	struct str text; /* as written */
};
struct mapping {
	int64_t format;
	bool may_be_empty;
	struct str items_text, inside;
	struct select *items_select;
	struct jpath *items_jpath;
	struct map_alt next;
	struct map_field_paths fields[MAP_FIELDS];
};

#endif
