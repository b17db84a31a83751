/* followup.c - 48 hours after the full response: a text for whoever still waits, and a task to send it. */
#include "core/base.h"

#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/audit.h"
#include "responder/incident_store.h"
#include "responder/state.h"

#define FOLLOWUP_S (48 * 3600)
#define TIMER      "followup"
#define AT_ONCE    16

static struct gate_task
task_of(struct responder *r, int64_t due_at)
{
	bool zh = !str_is(r->conf->site.lang, "en");

	return (struct gate_task){
		.key = STR(TIMER),
		.what = zh ? STR("48 小时回访：答应的事做到哪一步，逐条说明")
			   : STR("48 hours later: say which promises are kept"),
		.role = STR("spokesperson"),
		.due_at = due_at,
		.anew = true
	};
}

int
followup_start(struct responder *r, const struct gate_ask *q, struct err *e)
{
	struct gate_task t = task_of(r, q->at + FOLLOWUP_S);
	int opened = gate_task(q, &t, e);

	if (opened <= 0)
		return opened;
	r->follow_known = r->due_known = false;
	return timer_set(r->store, TIMER, &q->incident->id, t.due_at, e);
}

int
followup_done(struct responder *r, const struct gate_ask *q, struct err *e)
{
	int64_t at;

	/* Before the time an update is one like others. */
	if (timer_get(r->store, TIMER, &q->incident->id, &at, e) < 0)
		return -1;
	return at ? 0 : gate_done(q, TIMER, e);
}

/* Is it still owed by the incident? 1 (its value in *j), 0, -1. */
static int
owes(struct responder *r, const struct id *incident, struct arena *a, const struct json **j,
     struct err *e)
{
	struct entry of = { .incident = *incident, .kind = STR("task"), .key = STR(TIMER) }, x;
	struct err bad;
	int found = entry_newest(r->store, &of, a, &x, e);

	if (found <= 0)
		return found;
	*j = json_parse(a, x.value.n ? x.value : STR("{}"), &bad);
	return str_is(json_text(json_get(*j, "state"), STR("")), "open");
}

int
followup_owed(struct responder *r, const struct gate_ask *q, struct err *e)
{
	const struct json *j;

	return owes(r, &q->incident->id, q->a, &j, e);
}

/* What from owed is not owed there any more. */
static int
drop(const struct gate_ask *q, const struct json *j, const struct incident *into, struct err *e)
{
	const char *value[] = {
		"what",  arena_text(q->a, json_text(json_get(j, "what"), STR(""))),
		"role",  arena_text(q->a, json_text(json_get(j, "role"), STR(""))),
		"state", "dropped",
		"why",   arena_textf(q->a, "goes on in %.*s", STR_ARG(into->number)),
		NULL
	};

	return gate_add(q, "task", STR(TIMER), gate_value(q, value), e);
}

int
followup_carry(struct responder *r, const struct incident *from, const struct incident *into,
	       int64_t now, struct err *e)
{
	struct gate_ask q = { &r->env, &r->conf->notice, from, STR("table"), now, r->batch };
	const struct json *j, *own;
	struct gate_task t;
	int64_t at;
	int owed = owes(r, &from->id, q.a, &j, e);

	if (owed <= 0)
		return owed;
	if (timer_get(r->store, TIMER, &from->id, &at, e) < 0 ||
	    timer_set(r->store, TIMER, &from->id, 0, e) < 0 || drop(&q, j, into, e) < 0)
		return -1;
	r->follow_known = r->due_known = false;
	owed = owes(r, &into->id, q.a, &own, e);
	if (owed)
		return owed < 0 ? -1 : 0; /* one text tells of both */
	/* Drafted already: anew, where it can be said. */
	t = task_of(r, at ? at : now);
	q.incident = into;
	return gate_task_again(&q, &t, e) < 0 ||
			       timer_set(r->store, TIMER, &into->id, t.due_at, e) < 0
		       ? -1
		       : 0;
}

int
followup_set_back(struct responder *r, const struct set_back *b, struct err *e)
{
	r->follow_known = r->due_known = false;
	for (size_t n = 0; n < incidents_count(r->incidents); n++) {
		const struct id *id = &incidents_at(r->incidents, n)->id;
		int64_t at;

		if (timer_get(r->store, TIMER, id, &at, e) < 0)
			return -1;
		if (at > b->now && timer_set(r->store, TIMER, id,
					     at - set_back_since(b, at - FOLLOWUP_S), e) < 0)
			return -1;
	}
	return 0;
}

int64_t
followup_due(struct responder *r)
{
	struct err e = { 0 };

	if (r->follow_known)
		return r->follow_at;
	if (timer_next(r->store, TIMER, &r->follow_at, &e) < 0) {
		log_event(LOG_ERROR, "timers_unreadable", "why=%s", e.text);
		return 0;
	}
	r->follow_known = true;
	return r->follow_at;
}

static int
followup_make(struct responder *r, const struct id *incident, int64_t now, struct err *e)
{
	/* Of the shipped library; one's own may have others under these names. */
	struct str templates[] = { STR("zh-any-followup"), STR("en-any-followup") };
	const struct conf_texts both = { templates, LY_COUNT(templates) };
	struct incident *i = incidents_find(r->incidents, incident);
	struct move m = { .at = now };
	uint8_t hash[32];

	i = i ? incidents_heir(r->incidents, i) : NULL;
	if (!i)
		return 0; /* closed for longer than it is remembered */
	m.incident = i->id;
	m.to_level = i->level;
	m.from_state = m.to_state = i->state;
	if (move_newest(r->store, &m.seq, hash, e) < 0)
		return -1;
	return drafts_for(r->drafts, i, &m, &both, now, e) < 0 ? -1 : 0;
}

int
followup_turn(struct responder *r, int64_t now, struct err *e)
{
	struct id due[AT_ONCE];
	int n;

	if (followup_due(r) > now)
		return 0;
	n = timers_due(r->store, TIMER, now, due, AT_ONCE, e);
	for (int k = 0; k < n; k++) {
		r->wrote = true;
		if (followup_make(r, &due[k], now, e) < 0 ||
		    timer_set(r->store, TIMER, &due[k], 0, e) < 0)
			return -1;
	}
	r->follow_known = false;
	return n < 0 ? -1 : 0;
}
