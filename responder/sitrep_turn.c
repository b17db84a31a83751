/* sitrep_turn.c - when an incident has situation reports, and the next of them. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"
#include "responder/sitrep.h"
#include "responder/state.h"

#define AT_ONCE 32 /* reports of one turn; more stay due */

static bool
has_reports(const struct incident *i)
{
	return i->state == INCIDENT_RESPONDING && i->level >= 3;
}

int
sitreps_on_move(struct responder *r, const struct incident *i, int64_t now, struct err *e)
{
	struct sitrep_state x = { .incident = i->id }, had;
	int found = sitrep_read(r->store, &i->id, &had, e);

	if (found < 0)
		return -1;
	if (!has_reports(i))
		return found ? sitrep_end(r->store, &i->id, e) : 0;
	if (found && had.next_at)
		return 0; /* they go on */
	if (found)
		x.n = had.n; /* a re-ignition: numbers go on, the time begins anew */
	x.since_at = x.told_at = now;
	x.next_at = sitrep_next(now, now);
	x.mentions = -1;
	x.to_seq = found ? had.to_seq : 0;
	return sitrep_write(r->store, &x, e);
}

int64_t
sitreps_due(struct responder *r)
{
	struct err e = { 0 };
	int64_t at;

	if (sitrep_due_at(r->store, &at, &e) < 0) {
		log_event(LOG_ERROR, "sitreps_unreadable", "why=%s", e.text);
		return 0; /* the turn reads it again and fails as a whole */
	}
	return at;
}

static struct conf_texts
watches_of(struct responder *r, const struct incident *i)
{
	struct conf_texts w = { arena_alloc(r->batch, (r->watches_n + 1) * sizeof *w.v), 0 };

	for (size_t k = 0; k < r->watches_n; k++)
		if (incidents_covers(r->incidents, i, r->watches[k].conf->name))
			w.v[w.n++] = r->watches[k].conf->name;
	if (!w.n)
		w.v[w.n++] = i->watch; /* it is configured no more */
	return w;
}

/* The first tells what came since the incident opened, at most a day; each other what was committed
 * since the one before. The open batch is the next one's. */
static int
report(struct responder *r, const struct incident *i, struct sitrep_state *x, int64_t now,
       struct err *e)
{
	bool first = x->mentions < 0;
	int64_t from = i->first_mention_at ? i->first_mention_at : i->opened_at;
	struct sitrep s = { .n = x->n + 1,
			    .from_at = first ? (from > now - 86400 ? from : now - 86400)
					     : x->told_at,
			    .to_at = now,
			    .from_seq = x->to_seq,
			    .to_seq = r->commit_seq,
			    .watches = watches_of(r, i),
			    .before = x->mentions,
			    .next_at = sitrep_next(x->since_at, now) };

	if (sitrep_voices(r->store, &s, e) < 0 ||
	    sitrep_file(r->store, &i->id, r->batch, &s, e) < 0 ||
	    notices_sitrep(r->notices, i, &s, now, e) < 0)
		return -1;
	log_event(LOG_INFO, "sitrep", "incident=%.*s n=%lld mentions=%lld", STR_ARG(i->number),
		  (long long)s.n, (long long)s.mentions);
	x->n = s.n;
	x->told_at = now;
	x->next_at = s.next_at;
	x->to_seq = s.to_seq;
	x->mentions = s.mentions;
	return 0;
}

int
sitreps_turn(struct responder *r, int64_t now, struct err *e)
{
	struct sitrep_state v[AT_ONCE];
	int n = sitreps_due_rows(r->store, now, v, AT_ONCE, e);

	for (int k = 0; k < n; k++) {
		const struct incident *i = incidents_find(r->incidents, &v[k].incident);

		r->wrote = true;
		if (!i || !has_reports(i)) {
			if (sitrep_end(r->store, &v[k].incident, e) < 0)
				return -1;
			continue;
		}
		if (v[k].told_at > now) { /* the clock was set back: as long as before */
			int64_t back = v[k].told_at - now;

			v[k].told_at -= back;
			v[k].since_at -= back;
			v[k].next_at -= back;
		} else if (report(r, i, &v[k], now, e) < 0) {
			return -1;
		}
		if (sitrep_write(r->store, &v[k], e) < 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}
