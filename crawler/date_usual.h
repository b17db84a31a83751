/* date_usual.h - the usual forms of a date, quickly. For crawler/date.c. */
#ifndef LY_CRAWLER_DATE_USUAL_H
#define LY_CRAWLER_DATE_USUAL_H

#include "core/clock.h"

/* True when s is one of them, whole; *t as it is written (not looked at whether it exists),
 * *offset_m minutes east of UTC, INT32_MAX when it has none. */
bool date_usual(struct str s, struct civil *t, int *offset_m);

#endif
