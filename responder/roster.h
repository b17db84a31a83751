/*
 * roster.h - people and schedules with their zones: who is on shift, who may be disturbed.
 *
 * Made once from the configuration; every answer is a pure function of it and a time.
 */
#ifndef LY_RESPONDER_ROSTER_H
#define LY_RESPONDER_ROSTER_H

#include "responder/quiet.h"
#include "responder/rota.h"

struct roster;
/* c and site outlive it. ERR_USAGE for a zone that does not exist. */
struct roster *roster_new(const struct notice_conf *c, const struct zone *site,
			  struct err *e) LY_MUST_USE;
void roster_free(struct roster *r);
const struct notice_conf *roster_conf(const struct roster *r);
/* The person's zone, or the site's. p NULL: the site's. */
const struct zone *roster_zone(const struct roster *r, const struct person_conf *p);
/* People of a schedule at a time, as rota_who. */
size_t roster_who(const struct roster *r, const struct schedule_conf *s, int64_t at,
		  struct str *who);
/* The first instant >= at when the schedule has somebody; INT64_MAX: not soon. */
int64_t roster_when(const struct roster *r, const struct schedule_conf *s, int64_t at);
/* Is this person on any shift? */
bool roster_on_shift(const struct roster *r, const struct person_conf *p, int64_t at);
/* When a notice may reach the person: now, or later and why. */
int64_t roster_reach(const struct roster *r, const struct person_conf *p, int64_t level,
		     bool safety, int64_t now, enum quiet_why *why);

#endif
