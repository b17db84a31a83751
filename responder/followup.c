/* followup.c - 48 hours after the full response: a text for whoever still waits, and a task to send it. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"
#include "responder/audit.h"
#include "responder/incident_store.h"
#include "responder/state.h"

#define FOLLOWUP_S (48 * 3600)
#define TIMER      "followup"
#define AT_ONCE    16

int
followup_start(struct responder *r, const struct gate_ask *q, struct err *e)
{
	bool zh = !str_is(r->conf->site.lang, "en");
	struct gate_task t = { .key = STR("followup"),
			       .what = zh ? STR("48 小时回访：答应的事做到哪一步，逐条说明")
					  : STR("48 hours later: say which promises are kept"),
			       .role = STR("spokesperson"),
			       .due_at = q->at + FOLLOWUP_S };
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
