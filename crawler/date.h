/*
 * date.h - dates as feeds and pages write them -> UTC seconds.
 *
 * RFC 822/2822 with its usual mistakes, RFC 3339 / ISO 8601 and W3C-DTF, asctime, epoch s/ms,
 * Chinese (昨天 下午3点, 3小时前, 二〇二六年三月五日, full-width digits). Words are English and
 * Chinese first; other languages by table. Pure.
 */
#ifndef LY_CRAWLER_DATE_H
#define LY_CRAWLER_DATE_H

#include "core/clock.h"

/* now and zone serve relative dates and those without an offset (zone NULL = UTC).
 * 0 and *at, or -1 when it cannot be read. */
int date_parse(struct str s, int64_t now, const struct zone *zone, int64_t *at) LY_MUST_USE;
/* The same, and how far east of UTC it was written: the day that its readers saw. */
int date_parse_local(struct str s, int64_t now, const struct zone *zone, int64_t *at,
		     int *offset_s) LY_MUST_USE;

#endif
