/* urge.c - the clocks of incidents in the open transaction: started, ended, and who is urged.
 *
 * Every start, warning and end is a row of the incident's file (kind "clock", key the clock's word);
 * table deadline holds how far each is. */
#include "core/base.h"

#include <assert.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/deadline_store.h"
#include "responder/duty.h"
#include "responder/gate.h"
#include "responder/playbook.h"
#include "responder/state.h"

#define RETOLD_EVERY_S \
	3600       /* an end that moves again within the hour is told when it is over */
#define AT_ONCE 64 /* warnings of one turn; more stay due */

static struct gate_ask
gate_for(struct responder *r, const struct incident *i, int64_t now)
{
	return (struct gate_ask){ &r->env, &r->conf->notice, i, STR("clock"), now, r->batch };
}

static const char *
iso(struct responder *r, int64_t at)
{
	struct buf b = BUF(64);
	const char *text;

	clock_add_iso(&b, at);
	text = arena_text(r->batch, buf_str(&b));
	buf_release(&b);
	return text;
}

/* Writes how far it is, and the row that says so: "running", "50", "75", "100", "moved" (our own clock
 * was set back), or how it ended. */
static int
tell(struct responder *r, const struct incident *i, const struct deadline *d, const char *state,
     int64_t now, struct err *e)
{
	struct gate_ask q = gate_for(r, i, now);
	const char *value[] = { "state",           state, "from", iso(r, d->started_at), "due",
				iso(r, d->due_at), NULL };

	r->wrote = true;
	r->urge_known = r->due_known = false;
	log_event(LOG_INFO, "clock", "incident=%.*s clock=%s state=%s", STR_ARG(i->number),
		  deadline_rules[d->kind].word, state);
	if (deadline_write(r->store, d, e) < 0)
		return -1;
	return gate_add(&q, "clock", str_of(deadline_rules[d->kind].word),
			gate_value(&q, value), e);
}

static int
start(struct responder *r, const struct incident *i, struct deadline d, int64_t now,
      struct err *e)
{
	d.incident = i->id;
	return tell(r, i, &d, "running", now, e);
}

static int
end(struct responder *r, const struct incident *i, struct deadline d, bool met, int64_t now,
    struct err *e)
{
	d.ended_at = now;
	if (notices_clock_over(r->notices, &i->id, d.kind, e) < 0)
		return -1;
	return tell(r, i, &d, deadline_end_word(&d, met, now), now, e);
}

/* ---- what starts and ends them ---------------------------------------------------------------- */

static int64_t
span_of(const struct incident *i, enum deadline_kind kind)
{
	int64_t usual = deadline_rules[kind].span_s;

	for (int c = 0; play_clock_words[c]; c++)
		if (!strcmp(play_clock_words[c], deadline_rules[kind].word))
			return playbook_clock(i->playbook, (enum play_clock)c, usual);
	return usual;
}

/* The newest of its kind in *d; *before: NULL when there is none. */
static int
newest(struct responder *r, const struct incident *i, enum deadline_kind kind,
       struct deadline *d, const struct deadline **before, struct err *e)
{
	int found = deadline_read(r->store, &i->id, kind, d, e);

	*before = found > 0 ? d : NULL;
	return found < 0 ? -1 : 0;
}

/* Somebody knows of the level: its clocks run from now on. */
static int
level_known(struct responder *r, const struct incident *i, int64_t level, int64_t at,
	    struct err *e)
{
	for (int k = 0; k < DEADLINE_KINDS; k++) {
		enum deadline_kind kind = (enum deadline_kind)k;
		const struct deadline *before;
		struct deadline had,
			d = { .kind = kind, .started_at = at, .due_at = at + span_of(i, kind) };

		if (newest(r, i, kind, &had, &before, e) < 0 ||
		    (deadline_starts(kind, i, level, before) && start(r, i, d, at, e) < 0))
			return -1;
	}
	return 0;
}

int
urge_sent(struct responder *r, struct incident *i, const struct notice_event *ev, struct err *e)
{
	struct deadline d = { .kind = DEADLINE_ACK,
			      .started_at = ev->at,
			      .due_at = ev->answer_at },
			had;
	const struct deadline *before;

	if (!ev->to_person || !incident_is_open(i))
		return 0;
	if (level_known(r, i, ev->level, ev->at, e) < 0)
		return -1;
	if (!ev->answer_at || !deadline_goes_on(DEADLINE_ACK, i))
		return 0;
	if (newest(r, i, DEADLINE_ACK, &had, &before, e) < 0)
		return -1;
	if (before && !had.ended_at && had.due_at == ev->answer_at)
		return 0; /* another of the same step has it, too */
	return start(r, i, d, ev->at, e);
}

/* Is this what it waited for? */
static bool
is_met(enum deadline_kind kind, enum incident_event event)
{
	if (kind == DEADLINE_ACK)
		return event == EVENT_ACK;
	return kind == DEADLINE_VERDICT &&
	       (event == EVENT_VERDICT_RESPOND || event == EVENT_VERDICT_WATCH ||
		event == EVENT_VERDICT_WRONG);
}

int
urge_on_move(struct responder *r, const struct incident *i, const struct move *m, int64_t now,
	     struct err *e)
{
	struct deadline v[DEADLINE_KINDS];
	int n = deadlines_of(r->store, &i->id, v, e);

	for (int k = 0; k < n; k++) {
		bool met = is_met(v[k].kind, m->event);
		/* Another page takes its place, whose clock starts when it is sent. */
		bool anew = v[k].kind == DEADLINE_ACK && move_calls_people(m);

		if ((met || anew || !deadline_goes_on(v[k].kind, i)) &&
		    end(r, i, v[k], met, now, e) < 0)
			return -1;
	}
	/* Who takes it before a page has left knows all the same. */
	if (n >= 0 && m->event == EVENT_ACK && level_known(r, i, i->level, now, e) < 0)
		return -1;
	return n < 0 ? -1 : 0;
}

int
urge_done(struct responder *r, const struct incident *i, enum deadline_kind kind, int64_t now,
	  struct err *e)
{
	struct deadline d;
	const struct deadline *before;

	if (kind == DEADLINE_KINDS)
		return 0;
	if (newest(r, i, kind, &d, &before, e) < 0)
		return -1;
	return before && !d.ended_at ? end(r, i, d, true, now, e) : 0;
}

int
urge_promise(struct responder *r, const struct incident *i, int64_t due_at, int64_t now,
	     struct err *e)
{
	if (!deadline_goes_on(DEADLINE_UPDATE, i))
		return 0;
	return start(r, i,
		     (struct deadline){
			     .kind = DEADLINE_UPDATE, .started_at = now, .due_at = due_at },
		     now, e);
}

int
urge_merge(struct responder *r, const struct incident *into, const struct deadline *v, int n,
	   int64_t now, struct err *e)
{
	for (int k = 0; k < n; k++) {
		struct deadline d = v[k], own;
		const struct deadline *before;

		if (v[k].kind == DEADLINE_ACK || !deadline_goes_on(v[k].kind, into))
			continue;
		if (newest(r, into, v[k].kind, &own, &before, e) < 0)
			return -1;
		if (before && !own.ended_at) {
			d = own;
			deadline_earliest(&d, &v[k]);
		}
		if (start(r, into, d, now, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- our own clock was set back --------------------------------------------------------------- */

/* The end that people know of: its newest row has it. */
static int
told_end(struct responder *r, const struct deadline *d, int64_t *due_at, struct err *e)
{
	const struct entry of = { .incident = d->incident,
				  .kind = STR("clock"),
				  .key = str_of(deadline_rules[d->kind].word) };
	struct entry x;
	struct err bad;
	int found = entry_newest(r->store, &of, r->batch, &x, e);

	*due_at = d->due_at;
	if (found > 0 &&
	    clock_parse_iso(
		    json_text(json_get(json_parse(r->batch, x.value, &bad), "due"), STR("")),
		    due_at, &bad) < 0)
		*due_at = d->due_at;
	return found < 0 ? -1 : 0;
}

/* A clock of by's incident that runs: behind those of by, when people know of another end. */
static int
retell_one(struct responder *r, const struct deadline *d, struct clock_back *by, struct err *e)
{
	int64_t due_at;

	if (told_end(r, d, &due_at, e) < 0)
		return -1;
	if (d->due_at <= by->now || due_at - d->due_at < CLOCK_RETOLD_S)
		return 0;
	if (due_at - d->due_at > by->by_s)
		by->by_s = due_at - d->due_at;
	by->v[by->n++] = *d;
	return tell(r, by->incident, d, "moved", by->now, e);
}

/* Whoever was told an end that holds no more. */
static int
retell(struct responder *r, int64_t now, struct err *e)
{
	int duties;

	r->due_known = false;
	r->retell_at = r->retold_at ? r->retold_at + RETOLD_EVERY_S : now;
	if (r->retell_at > now)
		return 0;
	r->retell_at = INT64_MAX;
	duties = duties_retell(r, now, e);
	if (duties < 0)
		return -1;
	if (duties)
		r->retold_at = now;
	for (size_t n = 0; n < incidents_count(r->incidents); n++) {
		struct clock_back by = { .incident = incidents_at(r->incidents, n),
					 .now = now };
		struct deadline v[DEADLINE_KINDS];
		int k = deadlines_of(r->store, &by.incident->id, v, e);

		if (k < 0)
			return -1;
		for (int i = 0; i < k; i++)
			if (retell_one(r, &v[i], &by, e) < 0)
				return -1;
		if (!by.n)
			continue;
		r->retold_at = now;
		if (notices_retell(r->notices, &by, e) < 0)
			return -1;
	}
	return 0;
}

int
urge_set_back(struct responder *r, const struct set_back *b, struct err *e)
{
	r->urge_known = false;
	if (r->retold_at)
		r->retold_at -= set_back_since(b, r->retold_at);
	for (size_t n = 0; n < incidents_count(r->incidents); n++)
		for (int k = 0; k < DEADLINE_KINDS; k++) {
			const struct incident *i = incidents_at(r->incidents, n);
			struct deadline d;
			int found =
				deadline_read(r->store, &i->id, (enum deadline_kind)k, &d, e);

			if (found < 0 || (found && deadline_set_back(&d, b) &&
					  deadline_write(r->store, &d, e) < 0))
				return -1;
		}
	return retell(r, b->now, e);
}

/* ---- warnings --------------------------------------------------------------------------------- */

int64_t
urge_due(struct responder *r)
{
	struct err e = { 0 };

	if (r->urge_known)
		return r->urge_at;
	if (deadlines_due_at(r->store, &r->urge_at, &e) < 0) {
		log_event(LOG_ERROR, "clocks_unreadable", "why=%s", e.text);
		return 0;
	}
	r->urge_known = true;
	return r->urge_at;
}

static int
warn(struct responder *r, const struct incident *i, struct deadline *d, int64_t now,
     struct err *e)
{
	struct gate_ask q = gate_for(r, i, now);
	struct notice_urge u = { .incident = i, .deadline = d };

	d->percent = deadline_percent(d, now);
	if (tell(r, i, d, arena_textf(r->batch, "%lld", (long long)d->percent), now, e) < 0)
		return -1;
	if (!deadline_rules[d->kind].urges)
		return 0;
	if (gate_holder(&q, "lead", &u.lead, e) < 0 ||
	    gate_holder(&q, "approver", &u.approver, e) < 0)
		return -1;
	return notices_urge(r->notices, &u, now, e);
}

int
urge_turn(struct responder *r, int64_t now, struct err *e)
{
	struct deadline v[AT_ONCE];
	int n;

	if (r->retell_at <= now && retell(r, now, e) < 0)
		return -1;
	if (urge_due(r) > now)
		return 0;
	n = deadlines_due(r->store, now, v, AT_ONCE, e);
	for (int k = 0; k < n; k++) {
		struct incident *i = incidents_find(r->incidents, &v[k].incident);

		assert(i); /* all are in memory */
		if (warn(r, i, &v[k], now, e) < 0)
			return -1;
	}
	return n < 0 ? -1 : 0;
}
