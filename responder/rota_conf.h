/*
 * rota_conf.h - what the configuration says of a schedule 班表: shifts, turns, overrides,
 * temporary schedules.
 *
 * Plain structs and the schema of one entry of `schedules:`. rota.h says what they mean at a
 * time; rota_change.h makes the same structs from what people changed since.
 */
#ifndef LY_RESPONDER_ROTA_CONF_H
#define LY_RESPONDER_ROTA_CONF_H

#include "core/conf.h"

enum rotate_every { ROTATE_NEVER, ROTATE_HOUR, ROTATE_DAY, ROTATE_WEEK, ROTATE_MONTH };
extern const char *const rotate_words[]; /* "never", "hour" …, NULL-ended */
/* 轮值: the people of a shift take turns. */
struct rotate_conf {
	int64_t every;    /* enum rotate_every; ROTATE_NEVER: all of them at once      */
	int64_t length;   /* so many of them is a turn                                 */
	struct str start; /* "2026-01-05 09:00": the first one's first turn            */
	int64_t start_s;  /* the same: seconds from 1970-01-01 00:00 on the zone's wall */
};
struct shift_conf {
	struct conf_texts who;
	struct rotate_conf rotate;
	struct conf_texts days; /* mon … sun; empty: every day           */
	int64_t from, to;       /* to <= from ends on the next day; equal: 24 h */
};
enum override_kind { OVERRIDE_ADD, OVERRIDE_REMOVE, OVERRIDE_REPLACE };
extern const char *const override_words[]; /* "add", "remove", "replace", NULL-ended */
struct override_conf {
	int64_t kind; /* enum override_kind */
	struct conf_texts who;
	struct conf_texts instead; /* REPLACE: of these; empty: of everybody     */
	int64_t from_at, to_at;    /* UTC; to_at is the first second after it    */
};
/* A shift with its dates: these people, from then until then. */
struct stint_conf {
	struct conf_texts who;
	int64_t from_at, to_at;
};
/* 临时班表: while it holds, its stints alone count. */
struct temporary_conf {
	int64_t from_at, to_at;
	struct conf_list stints; /* struct stint_conf */
};
struct schedule_conf {
	struct str name;
	struct str zone;            /* empty: the site's     */
	struct conf_list shifts;    /* struct shift_conf     */
	struct conf_list overrides; /* struct override_conf  */
	struct conf_list temporary; /* struct temporary_conf */
};
extern const struct conf_schema schedule_schema;

/* 1..7 of "mon".."sun", or 0. */
int day_of_word(struct str word);

#endif
