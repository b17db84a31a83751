/*
 * roster.h - people and schedules with their zones: who is on shift, who may be disturbed.
 *
 * Made from the configuration and what people changed since (roster_load); every answer is a
 * pure function of these and a time.
 */
#ifndef LY_RESPONDER_ROSTER_H
#define LY_RESPONDER_ROSTER_H

#include "core/store.h"
#include "responder/quiet.h"
#include "responder/rota.h"

struct roster;
/* c and site outlive it. ERR_USAGE for a zone that does not exist. */
struct roster *roster_new(const struct notice_conf *c, const struct zone *site,
			  struct err *e) LY_MUST_USE;
void roster_free(struct roster *r);
/* Read what people changed of the rota and did not end ROTA_KEEP_S before now: again after each
 * change. Without a call only the configuration counts. */
#define ROTA_KEEP_S (400 * 86400)
int roster_load(struct roster *r, struct store *s, int64_t now, struct err *e) LY_MUST_USE;
const struct notice_conf *roster_conf(const struct roster *r);
/* The person's zone, or the site's. p NULL: the site's. */
const struct zone *roster_zone(const struct roster *r, const struct person_conf *p);
/* A schedule as it holds now, changes among it; s is one of the configuration's. Until the next
 * roster_load. */
const struct schedule_conf *roster_schedule(const struct roster *r,
					    const struct schedule_conf *s);
/* The schedule's zone, or the site's. */
const struct zone *roster_schedule_zone(const struct roster *r, const struct schedule_conf *s);
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
