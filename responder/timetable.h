/*
 * timetable.h - timetable 时段: named times at which a route is mute, or alone active. Pure.
 *
 * A timetable holds when one of its spans does; a span when all that it says does. As in
 * Alertmanager's time intervals: dates count from the end of the month when negative and are
 * clamped to it, `to` is not part of it, nothing crosses midnight (write two spans).
 */
#ifndef LY_RESPONDER_TIMETABLE_H
#define LY_RESPONDER_TIMETABLE_H

#include "core/clock.h"
#include "core/conf.h"

/* Both ends are part of it. */
struct number_range {
	int64_t from, to;
};
struct number_ranges {
	struct number_range *v;
	size_t n; /* 0: any */
};
struct timespan_conf {
	struct conf_texts days;   /* mon … sun; empty: all                    */
	int64_t from, to;         /* seconds after midnight; to: not part of it */
	struct conf_texts dates;  /* "1", "8..14", "-3..-1"                    */
	struct conf_texts months; /* "1..3", "12"                             */
	struct conf_texts years;  /* "2026", "2026..2028"                     */
	/* read by the check: */
	struct number_ranges date, month, year;
	uint32_t weekdays; /* bits 1 << 1 (Monday) … 1 << 7; 0: all */
};
struct timetable_conf {
	struct str name;
	struct str zone;        /* empty: the site's */
	struct conf_list spans; /* struct timespan_conf */
	struct zone *z;         /* opened by the check; NULL: the site's */
};
extern const struct conf_schema timetable_schema;

/* NULL when there is none of that name. */
const struct timetable_conf *timetable_find(const struct conf_list *all, struct str name);
/* site: the zone of tables without one of their own. */
bool timetable_holds(const struct timetable_conf *t, const struct zone *site, int64_t at);

/* What a route says: mute in these, active in those alone (empty: always). */
struct timetable_use {
	const struct conf_list *all; /* struct timetable_conf */
	const struct conf_texts *mute, *active;
	const struct zone *site;
};
/* The first instant >= at that is not mute: at itself, or INT64_MAX when none comes within 400
 * days. *by, may be NULL: the name that holds it now; empty: outside all active ones. */
int64_t timetable_opens(const struct timetable_use *u, int64_t at, struct str *by);

#endif
