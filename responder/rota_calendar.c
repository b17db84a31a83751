#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/ical.h"
#include "responder/rota_calendar.h"

struct writing {
	const struct rota_calendar_ask *q;
	const struct schedule_conf *s;
	const struct zone *z;
	int64_t seen_from, seen_to; /* as far as it was looked */
	struct buf *b;
	size_t n;
};

/* The first of the month that holds at, or of the one after. */
static int64_t
month_of(const struct zone *z, int64_t at, int months)
{
	struct civil c = zone_civil(z, at);

	c.month += months;
	c.day = 1;
	c.hour = c.minute = c.second = 0;
	return zone_utc(z, c);
}

static void
event_put(struct writing *w, const struct rota_span *s)
{
	const struct person_conf *p = person_find(roster_conf(w->q->roster), s->who);
	struct str name = p ? p->name : s->who;
	struct id id = ID_OF(STR("shift"), w->q->site, w->s->name, s->who,
			     (struct str){ (const char *)&s->from, sizeof s->from });
	struct buf uid = BUF(128), summary = BUF(1000);

	if (s->to <= w->q->from || s->from >= w->q->to)
		return;
	id_add_hex(&uid, &id);
	buf_add(&uid, STR("@langyan"));
	buf_addf(&summary, w->q->zh ? "值班：%.*s（%.*s）" : "On call: %.*s (%.*s)",
		 STR_ARG(name), STR_ARG(w->s->name));
	ical_add(w->b, &(struct ical_event){ .uid = buf_str(&uid),
					     .made_at = w->q->now,
					     .from = s->from,
					     .to = s->to,
					     .summary = buf_str(&summary) });
	w->n++;
	buf_release(&uid);
	buf_release(&summary);
}

/* What reaches out of what was looked at is long, too. */
static void
span_put(void *arg, const struct rota_span *s)
{
	struct writing *w = arg;
	struct rota_span part = *s;

	if (w->q->person && !str_eq(w->q->person->key, s->who))
		return;
	if (s->to - s->from <= ROTA_LONG_S && s->from > w->seen_from && s->to < w->seen_to) {
		event_put(w, s);
		return;
	}
	for (; part.from < s->to; part.from = part.to) {
		int64_t month = month_of(w->z, part.from, 1);

		part.to = month < s->to ? month : s->to;
		event_put(w, &part);
	}
}

size_t
rota_calendar(const struct rota_calendar_ask *q, struct buf *b)
{
	const struct notice_conf *c = roster_conf(q->roster);
	const struct schedule_conf *all = c->schedules.v;
	struct writing w = { .q = q, .b = b };
	struct buf name = BUF(1000);

	buf_addf(&name, q->zh ? "%.*s 值班表" : "%.*s on call", STR_ARG(q->site));
	ical_begin(b, buf_str(&name), q->zone);
	buf_release(&name);
	for (size_t i = 0; i < c->schedules.n; i++) {
		if (q->schedule && q->schedule != &all[i])
			continue;
		w.s = &all[i];
		w.z = roster_schedule_zone(q->roster, w.s);
		w.seen_from = month_of(w.z, q->from - ROTA_LONG_S, 0);
		w.seen_to = month_of(w.z, q->to + ROTA_LONG_S, 1);
		rota_spans(roster_schedule(q->roster, w.s), w.z, w.seen_from, w.seen_to,
			   span_put, &w);
	}
	ical_end(b);
	return w.n;
}
