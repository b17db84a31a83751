#include "core/base.h"

#include "core/str.h"
#include "responder/heap.h"
#include "responder/roster.h"
#include "responder/rota_live.h"

struct roster {
	const struct notice_conf *c;
	const struct zone *site;
	struct zone **people, **schedules; /* beside the entries of c; NULL: the site's */
	struct schedule_conf *live;        /* beside them, too: with what people changed */
	struct arena *a;                   /* of live                                    */
};

static int
zone_of(struct str name, struct zone **z, struct err *e)
{
	*z = name.n ? zone_open(name.p, e) : NULL; /* texts of a conf are NUL-ended */
	return name.n && !*z ? -1 : 0;
}

struct roster *
roster_new(const struct notice_conf *c, const struct zone *site, struct err *e)
{
	struct roster *r = heap_zero(1, sizeof *r);
	const struct person_conf *p = c->people.v;
	const struct schedule_conf *s = c->schedules.v;
	struct rota_changes none = { NULL, 0 };

	*r = (struct roster){ c,
			      site,
			      heap_zero(c->people.n + 1, sizeof *r->people),
			      heap_zero(c->schedules.n + 1, sizeof *r->schedules),
			      NULL,
			      arena_new() };
	r->live = rota_live(c, &none, r->a);
	for (size_t i = 0; i < c->people.n; i++)
		if (zone_of(p[i].zone, &r->people[i], e) < 0)
			goto fail;
	for (size_t i = 0; i < c->schedules.n; i++)
		if (zone_of(s[i].zone, &r->schedules[i], e) < 0)
			goto fail;
	return r;
fail:
	roster_free(r);
	return NULL;
}

void
roster_free(struct roster *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->c->people.n; i++)
		zone_close(r->people[i]);
	for (size_t i = 0; i < r->c->schedules.n; i++)
		zone_close(r->schedules[i]);
	free(r->people);
	free(r->schedules);
	arena_free(r->a);
	free(r);
}

int
roster_load(struct roster *r, struct store *s, int64_t now, struct err *e)
{
	struct arena *a = arena_new();
	struct rota_changes changes;

	if (rota_changes_read(s, now - ROTA_KEEP_S, a, &changes, e) < 0) {
		arena_free(a);
		return -1;
	}
	r->live = rota_live(r->c, &changes, a);
	arena_free(r->a);
	r->a = a;
	return 0;
}

const struct notice_conf *
roster_conf(const struct roster *r)
{
	return r->c;
}

const struct zone *
roster_zone(const struct roster *r, const struct person_conf *p)
{
	const struct person_conf *first = r->c->people.v;

	return p && r->people[p - first] ? r->people[p - first] : r->site;
}

const struct schedule_conf *
roster_schedule(const struct roster *r, const struct schedule_conf *s)
{
	const struct schedule_conf *first = r->c->schedules.v;

	return &r->live[s - first];
}

const struct zone *
roster_schedule_zone(const struct roster *r, const struct schedule_conf *s)
{
	const struct schedule_conf *first = r->c->schedules.v;

	return r->schedules[s - first] ? r->schedules[s - first] : r->site;
}

size_t
roster_who(const struct roster *r, const struct schedule_conf *s, int64_t at, struct str *who)
{
	return rota_who(roster_schedule(r, s), roster_schedule_zone(r, s), at, who);
}

int64_t
roster_when(const struct roster *r, const struct schedule_conf *s, int64_t at)
{
	return rota_when(roster_schedule(r, s), roster_schedule_zone(r, s), at,
			 (struct str){ NULL, 0 });
}

bool
roster_on_shift(const struct roster *r, const struct person_conf *p, int64_t at)
{
	const struct schedule_conf *s = r->c->schedules.v;

	for (size_t i = 0; i < r->c->schedules.n; i++)
		if (rota_on_shift(&r->live[i], roster_schedule_zone(r, &s[i]), at, p->key))
			return true;
	return false;
}

int64_t
roster_reach(const struct roster *r, const struct person_conf *p, int64_t level, bool safety,
	     int64_t now, enum quiet_why *why)
{
	const struct schedule_conf *s = r->c->schedules.v;
	struct quiet_ask q = {
		p->quiet, roster_zone(r, p), false, now, INT64_MAX, level, safety
	};

	if (quiet_until(&q, now, why) == now)
		return now; /* on shift or not */
	for (size_t i = 0; i < r->c->schedules.n; i++) {
		const struct zone *z = roster_schedule_zone(r, &s[i]);
		int64_t ends = rota_until(&r->live[i], z, now, p->key), begins;

		if (ends > now) {
			q.on_shift = true;
			q.shift_ends = ends > q.shift_ends ? ends : q.shift_ends;
			continue;
		}
		begins = rota_when(&r->live[i], z, now, p->key);
		q.shift_begins = begins < q.shift_begins ? begins : q.shift_begins;
	}
	return quiet_until(&q, now, why);
}
