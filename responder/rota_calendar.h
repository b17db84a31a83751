/*
 * rota_calendar.h - a rota as iCalendar: one event for each time on shift without a gap.
 *
 * An event keeps its UID while its schedule, person and beginning stay, whichever window is asked
 * for. Who is on shift for more than ROTA_LONG_S without a gap has an event a month.
 */
#ifndef LY_RESPONDER_ROTA_CALENDAR_H
#define LY_RESPONDER_ROTA_CALENDAR_H

#include "responder/roster.h"

#define ROTA_LONG_S (35 * 86400)

struct rota_calendar_ask {
	const struct roster *roster;
	const struct schedule_conf *schedule; /* NULL: all */
	const struct person_conf *person;     /* NULL: everybody */
	struct str site;                      /* goes into UIDs and the calendar's name */
	const struct zone *zone;              /* of the site */
	bool zh;
	int64_t from, to, now;
};
/* The whole calendar onto b; ask buf_ok. The number of events. */
size_t rota_calendar(const struct rota_calendar_ask *q, struct buf *b);

#endif
