/* raise.c - signals -> firing -> incident -> moves, all in the open transaction. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/course.h"
#include "responder/confidential.h"
#include "responder/gate.h"
#include "responder/incident_store.h"
#include "responder/playbook.h"
#include "responder/reason.h"
#include "responder/signal_store.h"
#include "responder/state.h"

#define CLOCK_1 (30 * 60)  /* verdict, first statement: RESPONSE.md section 2 */
#define CLOCK_2 (2 * 3600) /* the response pack */

int64_t
raise_grade(const struct responder *r, const struct watch_state *w)
{
	int64_t most = gauges_grade(r, w->conf->name);

	for (size_t i = 0; i < w->triggers_n; i++)
		for (int h = 0; h < w->triggers[i].halves; h++) {
			const struct trigger_half *x = &w->triggers[i].half[h];

			if (x->state.fired_at && !w->triggers[i].conf->shadow &&
			    x->grade > most)
				most = x->grade;
		}
	return most;
}

/* ---- moves ---------------------------------------------------------------------------------- */

static void
tell_move(struct responder *r, const struct incident *i, const struct move *m)
{
	bool zh = !str_is(r->conf->site.lang, "en");
	struct told t = { .at = m->at,
			  .type = "move",
			  .id = i->id,
			  .watch = i->watch,
			  .incident = i->number,
			  .level = i->level,
			  .grade = m->firing ? m->firing->grade : 0,
			  .reason = zh ? m->reason_zh : m->reason_en };

	told_put(&r->env.told, &t);
}

/* What there is to do after people have been told. */
static int
follow(struct responder *r, struct incident *i, const struct move *m, bool bound, struct err *e)
{
	r->due_known = false;
	if (!incident_is_open(i) || m->event == EVENT_RECUR)
		r->library.look_at = m->at;
	if (drafts_on_move(r->drafts, m, e) < 0 || actions_on_move(r, i, m, bound, e) < 0)
		return -1;
	return duties_on_move(r, i, m->at, e);
}

/* A level that was reached before has its roles filled: a new playbook may know somebody for an empty one. */
static int
play(const struct gate_ask *gate, const struct move *m, bool bound, struct err *e)
{
	bool higher = m->to_level > m->from_level;

	if (bound && !higher && m->to_level >= 2 && gate_roles(gate, e) < 0)
		return -1;
	return bound || higher ? playbook_open(gate, m->to_level, e) : 0;
}

/* Whoever is out must be so before anybody is told; a playbook wants people for roles. 1 when one
 * was bound, 0, -1. */
static int
prepare(struct responder *r, struct incident *i, const struct move *m, int64_t now,
	struct err *e)
{
	struct gate_ask gate = { &r->env, &r->conf->notice, i, STR("table"), now, r->batch };
	bool shown = !i->confidential;
	int bound = playbook_bind(&gate, i, &r->conf->playbooks, e);

	if (bound < 0 || confidential_on_move(&gate, i, e) < 0 ||
	    (m->newcomer && confidential_on_topic(&gate, i, m->firing->topic, e) < 0) ||
	    gate_on_move(&gate, m, e) < 0)
		return -1;
	/* Who is named in a watch that heard it, too, is out from now on. */
	if (m->newcomer && (notices_recall(r->notices, i, RECALL_OUT, now, e) < 0 ||
			    (i->level >= 2 && gate_roles(&gate, e) < 0)))
		return -1;
	if (play(&gate, m, bound, e) < 0)
		return -1;
	/* What was composed before says more than is to be said. */
	if (shown && i->confidential &&
	    notices_recall(r->notices, i, move_calls_people(m) ? RECALL_TEXTS : RECALL_ALL, now,
			   e) < 0)
		return -1;
	return bound > 0;
}

int
raise_move(struct responder *r, struct incident_move_info *info, int64_t now, struct err *e)
{
	struct incident *i = info->incident;
	bool clear = i->clear_at != 0, lower = i->lower_at != 0;
	struct move m;
	int bound;

	if (incident_move(r->incidents, info, &m, e) < 0)
		return -1;
	r->wrote = true;
	if ((clear && !i->clear_at && timer_set(r->store, "clear", &i->id, 0, e) < 0) ||
	    (lower && !i->lower_at && timer_set(r->store, "lower", &i->id, 0, e) < 0))
		return -1;
	bound = prepare(r, i, &m, now, e);
	if (bound < 0)
		return -1;
	if (hush_on_move(r, i, &m, now, e) < 0 || urge_on_move(r, i, &m, now, e) < 0 ||
	    sitreps_on_move(r, i, now, e) < 0 || notices_on_move(r->notices, i, &m, now, e) < 0)
		return -1;
	if (m.to_level >= 2 && auto_ack_turn(r, now, e) < 0)
		return -1;
	if (info->event == EVENT_ACK && notices_ack(r->notices, i, info->actor, now, e) < 0)
		return -1;
	if (follow(r, i, &m, bound > 0, e) < 0)
		return -1;
	tell_move(r, i, &m);
	return 0;
}

/* ---- a firing finds its incident ----------------------------------------------------------------- */

/* Is it only counted more that makes a new peak? Not of places on a list, nor of silence. */
static bool
has_peaks(struct responder *r, const struct firing *f)
{
	const struct watch_state *w = state_watch(r, f->watch);

	for (size_t i = 0; w && i < w->triggers_n; i++)
		if (str_eq(w->triggers[i].conf->name, f->trigger))
			return w->triggers[i].conf->kind != TRIGGER_HOTLIST &&
			       !trigger_by_silence(w->triggers[i].conf);
	return false;
}

static int
sign_event(struct responder *r, const struct incident *i, const struct firing *f, int64_t now,
	   enum incident_event *event, struct err *e)
{
	int64_t peak = -1;

	if (i->state == INCIDENT_WATCHING && has_peaks(r, f) &&
	    firing_peak(r->store, &i->id, f->trigger, &peak, e) < 0)
		return -1;
	if (peak < 0 && f->safety && !i->safety)
		peak = 0; /* nobody was hurt before */
	*event = course_sign(i, f->grade, f->observed, peak, now);
	return 0;
}

static struct incident *
incident_of(struct responder *r, const struct firing *f, int64_t now)
{
	struct incident *i = incidents_open_for(r->incidents, f->watch, &f->lead);

	return i ? i : incidents_closed_for(r->incidents, f, now);
}

static struct incident *
incident_for(struct responder *r, const struct firing *f, struct str title, int64_t now,
	     struct err *e)
{
	struct incident *i = incident_of(r, f, now);
	struct incident_move_info again = { .event = EVENT_RECUR,
					    .at = now,
					    .actor = STR("clock"),
					    .reason_zh = STR("十四天内同一话题再次出现"),
					    .reason_en = STR(
						    "the same topic again within 14 days") };

	if (!i)
		return incidents_add(r->incidents, f, title, now, e);
	again.incident = i;
	return !incident_is_open(i) && raise_move(r, &again, now, e) < 0 ? NULL : i;
}

/* An incident of several watches says which of them heard it. */
static void
watch_name(struct responder *r, const struct firing *f, struct incident_move_info *info)
{
	struct str title = watch_title(&r->env, f->watch);

	info->reason_zh = str_of(
		arena_textf(r->batch, "%.*s：%.*s", STR_ARG(title), STR_ARG(f->reason_zh)));
	info->reason_en = str_of(
		arena_textf(r->batch, "%.*s: %.*s", STR_ARG(title), STR_ARG(f->reason_en)));
}

int
raise_fired(struct responder *r, const struct firing *f, struct str title, int64_t now,
	    struct err *e)
{
	struct told told = { .at = f->at,
			     .type = "firing",
			     .id = f->id,
			     .watch = f->watch,
			     .grade = f->grade,
			     .reason = str_is(r->conf->site.lang, "en") ? f->reason_en
									: f->reason_zh };
	struct incident_move_info info = {
		.at = now,
		.actor = (struct str){ 0 },
		.reason_zh = f->reason_zh,
		.reason_en = f->reason_en,
		.firing = f,
	};
	char *actor = arena_textf(r->batch, "trigger:%.*s", STR_ARG(f->trigger));

	info.actor = str_of(actor);
	info.title = title;
	info.incident = incident_for(r, f, info.title, now, e);
	if (!info.incident)
		return -1;
	if (sign_event(r, info.incident, f, now, &info.event, e) < 0 ||
	    firing_set_incident(r->store, &f->id, &info.incident->id, e) < 0)
		return -1;
	told.incident = info.incident->number;
	told_put(&r->env.told, &told);
	if (!str_eq(info.incident->watch, f->watch))
		watch_name(r, f, &info);
	if (raise_move(r, &info, now, e) < 0)
		return -1;
	info.incident->asks = true;
	incidents_hear(r->incidents, info.incident, f);
	return 0;
}

/* ---- a trigger comes true -------------------------------------------------------------------------- */

static const struct trigger_conf *
conf_now(struct responder *r, struct watch_trigger *t, int64_t at)
{
	if (t->conf->night.from == t->conf->night.until)
		return t->conf;
	return trigger_at(t->conf, at - zone_day(r->zone, at), &t->night);
}

static int
usual_read(struct responder *r, struct watch_state *w, struct watch_trigger *t, int64_t at,
	   struct err *e)
{
	enum trigger_usual usual = trigger_usual(t->conf);
	struct rollup_ask ask = { w->conf->name, STR(""),
				  usual == USUAL_COUNT || usual == USUAL_RATE
					  ? (enum signal_kind)t->conf->signal
					  : SIGNAL_NEGATIVE };

	if (t->usual_at == at - at % 3600)
		return 0;
	if (usual == USUAL_MEAN)
		ask.topic = STR(ROLLUP_T3);
	baseline_span(&r->hours, at);
	r->hours.prior = usual == USUAL_COUNT ? baseline_prior(w->conf->size, ask.signal) : 0;
	if (rollup_read_hours(r->store, &ask, &r->hours, e) < 0)
		return -1;
	t->usual = trigger_baseline(t->conf, &r->hours, at, w->conf->campaigns.v,
				    w->conf->campaigns.n);
	t->usual_at = at - at % 3600;
	t->usual_as_of = r->commit_seq;
	t->usual_prior = r->hours.prior;
	return 0;
}

/* What is written down of a trigger in shadow, and told to whoever looks on: nobody is called. */
static int
shadow_firing(struct responder *r, const struct firing *f)
{
	struct told told = { .at = f->at,
			     .type = "firing",
			     .id = f->id,
			     .watch = f->watch,
			     .grade = f->grade,
			     .reason = str_is(r->conf->site.lang, "en") ? f->reason_en
									: f->reason_zh };

	told_put(&r->env.told, &told);
	return 0;
}

/* Another watch's incident tells the story only when both heard one document: the join knows watches by one
 * bit of 64 (join_watch()), and brands that share it are joined by texts in which only the brand differs. */
static int
lead_read(struct responder *r, struct firing *f, int64_t now, struct err *e)
{
	const struct incident *i;
	struct conf_texts watches;
	int shares;

	if (firing_lead(r->store, f, &f->lead, e) < 0)
		return -1;
	i = incident_of(r, f, now);
	if (!i || incidents_covers(r->incidents, i, f->watch))
		return 0;
	watches = incidents_watches(r->incidents, i, r->batch);
	shares = firing_shares(r->store, f, &watches, e);
	if (!shares)
		f->lead = (struct id){ { 0 } };
	return shares < 0 ? -1 : 0;
}

static int
fire(struct responder *r, struct watch_state *w, struct watch_trigger *t, int h,
     struct reason *why, int64_t now, struct err *e)
{
	int64_t at = series_now(w->series), start = at - at % t->conf->window;
	char window[64];
	struct firing f = {
		.trigger = t->conf->name,
		.version = t->version,
		.watch = w->conf->name,
		.grade = t->half[h].grade,
		.at = at,
		.from_at = at - t->conf->window,
		.to_at = at,
		.observed = trigger_observed(t->conf, t->half[h].grade, why->view),
		.threshold = why->threshold,
		.baseline = why->view->baseline,
		.as_of = r->commit_seq + 1,
	};
	int added;

	why->items = series_counted(w->series, t->window, r->batch, &why->n);
	if (!why->n && !trigger_by_silence(t->conf))
		return 0;
	snprintf(window, sizeof window, "%lld W%d", (long long)start, (int)f.grade);
	if (w->again)
		snprintf(window, sizeof window, "%lld W%d again %lld", (long long)start,
			 (int)f.grade, (long long)w->again);
	f.id = ID_OF(STR("firing"), f.trigger, f.watch, str_of(window));
	reason_make(why, &f, r->batch);
	if (lead_read(r, &f, now, e) < 0)
		return -1;
	t->half[h].firing = f.id;
	added = firing_add(r->store, &f, e);
	if (added <= 0)
		return added; /* once per window: it was raised before it cleared */
	r->fired = true;
	log_event(LOG_INFO, "trigger_fired",
		  "trigger=%.*s watch=%.*s grade=W%d observed=%lld shadow=%d",
		  STR_ARG(f.trigger), STR_ARG(f.watch), (int)f.grade, (long long)f.observed,
		  (int)t->conf->shadow);
	if (t->conf->shadow)
		return shadow_firing(r, &f);
	return raise_fired(r, &f,
			   reason_title(t->conf, &f, watch_title(&r->env, f.watch),
					r->conf->site.lang, r->batch),
			   now, e);
}

static bool
state_same(const struct trigger_state *a, const struct trigger_state *b)
{
	return a->over_since == b->over_since && a->fired_at == b->fired_at;
}

static int
judge_half(struct responder *r, struct watch_state *w, struct watch_trigger *t, int h,
	   struct trigger_view *v, int64_t now, struct err *e)
{
	struct trigger_half *x = &t->half[h];
	int64_t at = series_now(w->series);
	const struct trigger_conf *c = conf_now(r, t, at);
	struct reason why = { .conf = c, .view = v, .zone = r->zone };
	bool is_armed = !x->state.fired_at && !x->state.over_since, changed;
	struct trigger_verdict said;

	/* Spares the baseline and the look at every item. */
	if (is_armed && !trigger_could_fire(c, x->grade, v))
		return 0;
	if (trigger_usual(c) != USUAL_NONE) {
		if (usual_read(r, w, t, at, e) < 0)
			return -1;
		v->baseline = t->usual.milli;
		v->spread = t->usual.spread;
		why.usual = &t->usual;
		why.usual_as_of = t->usual_as_of;
		why.usual_prior = t->usual_prior;
		if (is_armed && !trigger_could_fire(c, x->grade, v))
			return 0;
	}
	said = trigger_judge(c, x->grade, v, x->state, at);
	if (said.said == TRIGGER_FIRES) {
		int muted = hush_mutes(r, w, t, h, &why, e);

		if (muted)
			return muted < 0 ? -1 : 0;
	}
	changed = !state_same(&said.state, &x->state);
	x->state = said.state;
	why.threshold = said.threshold;
	why.sites = r->sites;
	why.topics = r->topics;
	if (said.said == TRIGGER_FIRES && fire(r, w, t, h, &why, now, e) < 0)
		return -1;
	if (!changed)
		return 0;
	r->wrote = true;
	r->due_known = false;
	if (r->judge_at <= now || r->judge_at > now + 60)
		r->judge_at = now - now % 60 + 60;
	return trigger_state_write(r->store, t->conf->name, w->conf->name, state_half(t, h),
				   &x->state, &x->firing, e);
}

static bool
hears(const struct watch_state *w, const struct watch_trigger *t)
{
	for (int h = 0; h < t->halves; h++)
		if (trigger_hears(t->conf, &t->half[h].state, series_now(w->series)))
			return true;
	return false;
}

int
raise_judge(struct responder *r, struct watch_state *w, const struct signal_item *item,
	    int64_t now, struct err *e)
{
	for (size_t i = 0; i < w->triggers_n; i++) {
		struct watch_trigger *t = &w->triggers[i];
		struct trigger_view v;

		if (item && !series_counts(w->series, t->window, item))
			continue; /* it only gets less there: the next turn sees to it */
		if (item && !hears(w, t))
			continue;
		series_view(w->series, t->window, &v);
		for (int h = 0; h < t->halves; h++)
			if (judge_half(r, w, t, h, &v, now, e) < 0)
				return -1;
	}
	return 0;
}
