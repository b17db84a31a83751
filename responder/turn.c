/* turn.c - what time sets off: triggers that clear, incidents that end, notices, digests. */
#include "core/base.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/copies_store.h"
#include "responder/count_fill.h"
#include "responder/course.h"
#include "responder/incident_store.h"
#include "responder/library.h"
#include "responder/sample.h"
#include "responder/signal_store.h"
#include "responder/state.h"

#define FORGET_EVERY_S 60
#define CALM_MS        15 /* after something fired; the runner comes by in 20 (IDLE_MS) */
#define DRAFTS_LATE_S  2  /* and however much fires, drafts wait no longer */

static bool
can(const struct incident *i, enum incident_event event)
{
	return level_next(i->state, i->level, event) != NULL;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Something is over or fired, or an open incident does not know yet that its watch is clear. */
static bool
must_judge(const struct responder *r)
{
	if (r->gauges_n)
		return true;
	for (size_t i = 0; i < r->watches_n; i++)
		for (size_t k = 0; k < r->watches[i].triggers_n; k++) {
			const struct watch_trigger *t = &r->watches[i].triggers[k];

			if (trigger_by_silence(t->conf))
				return true;
			for (int h = 0; h < t->halves; h++)
				if (t->half[h].state.fired_at || t->half[h].state.over_since)
					return true;
		}
	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		const struct incident *x = incidents_at(r->incidents, i);

		if (incident_is_open(x) && (!x->clear_at || (x->level > 1 && !x->lower_at)))
			return true;
	}
	return false;
}

static int64_t
library_due(const struct responder *r)
{
	return r->conf->fleeting ? INT64_MAX : r->library.look_at;
}

/* Triggers apart. */
static int64_t
rest_due(struct responder *r)
{
	int64_t at = sitreps_due(r);
	enum incident_event event;

	for (size_t i = 0; i < incidents_count(r->incidents); i++)
		at = least(at,
			   course_end_at(level_moves, incidents_at(r->incidents, i), &event));
	at = least(at, least(urge_due(r), r->retell_at));
	at = least(at, followup_due(r));
	at = least(at, notices_due(r->notices));
	at = least(at, duties_due(r));
	at = least(at, drafts_due(r->drafts));
	at = least(at, retain_due(r));
	at = least(at, count_fill_due(r));
	at = least(at, library_due(r));
	at = least(at, r->forget_more ? r->forget_at : INT64_MAX);
	at = least(at, alive_due(r));
	return least(at, digests_due(r->digests));
}

int64_t
turn_due(struct responder *r)
{
	if (!r->due_known) {
		r->rest_due_at = rest_due(r);
		r->due_at = must_judge(r) ? least(r->judge_at, r->rest_due_at) : r->rest_due_at;
	}
	r->due_known = true;
	return r->due_at;
}

int64_t
turn_due_committed(struct responder *r)
{
	turn_due(r);
	return r->rest_due_at;
}

/* ---- the parts of a turn --------------------------------------------------------------------- */

/* The highest grade in force in all watches that the incident is about. */
static int64_t
grade_now(struct responder *r, const struct incident *x)
{
	int64_t most = 0;

	for (size_t i = 0; i < r->watches_n; i++) {
		const struct watch_state *w = &r->watches[i];
		int64_t grade = raise_grade(r, w);

		if (grade > most && incidents_covers(r->incidents, x, w->conf->name))
			most = grade;
	}
	return most;
}

/* A clock row that says since when something holds. */
static int
mark(struct responder *r, const struct incident *x, const char *kind, bool holds,
     int64_t *since_at, int64_t now, struct err *e)
{
	if (holds == (*since_at != 0))
		return 0;
	*since_at = holds ? now : 0;
	r->wrote = true;
	return timer_set(r->store, kind, &x->id, *since_at, e);
}

/* Remember since when the watches of an open incident are clear, or say less than its level. */
static int
mark_clear(struct responder *r, int64_t now, struct err *e)
{
	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		struct incident *x = incidents_at(r->incidents, i);
		int64_t grade;

		if (!incident_is_open(x))
			continue;
		grade = grade_now(r, x);
		if (mark(r, x, "clear", !grade, &x->clear_at, now, e) < 0 ||
		    mark(r, x, "lower", grade < x->level && x->level > 1, &x->lower_at, now,
			 e) < 0)
			return -1;
	}
	return 0;
}

static int
turn_triggers(struct responder *r, int64_t now, struct err *e)
{
	if (now < r->judge_at || !must_judge(r))
		return 0;
	r->judge_at = now - now % 60 + 60;
	for (size_t i = 0; i < r->watches_n; i++) {
		series_advance(r->watches[i].series, now);
		if (raise_judge(r, &r->watches[i], NULL, now, e) < 0)
			return -1;
	}
	if (gauges_turn(r, now, e) < 0)
		return -1;
	return mark_clear(r, now, e);
}

/* What is not over after 14 days goes on under a new number, and is told of anew. */
static int
follow(struct responder *r, const struct incident *old, enum incident_event event, int64_t now,
       struct err *e)
{
	struct incident_move_info info = {
		.incident = incidents_follow(r->incidents, old, now, e),
		.event = event,
		.at = now,
		.actor = STR("clock"),
		.reason_zh = str_of(arena_textf(r->batch, "接续 %.*s，满 14 天后仍在触发",
						STR_ARG(old->number))),
		.reason_en = str_of(arena_textf(
			r->batch, "goes on from %.*s, which still fires after 14 days",
			STR_ARG(old->number))),
	};

	/* Who is out must be so before anybody is told. */
	if (!info.incident || merge_shut(r, old, info.incident, now, e) < 0 ||
	    firings_move(r->store, &old->id, &info.incident->id, e) < 0)
		return -1;
	if (raise_move(r, &info, now, e) < 0)
		return -1;
	return followup_carry(r, old, info.incident, now, e);
}

static int
end_one(struct responder *r, struct incident *i, enum incident_event event, int64_t now,
	struct err *e)
{
	struct incident_move_info info = {
		.incident = i,
		.event = event,
		.at = now,
		.actor = STR("clock"),
		.reason_zh = STR("所有指标恢复平静已满 24 小时"),
		.reason_en = STR("all signals have been clear for 24 h"),
	};
	enum incident_event next = EVENT_COUNT;

	if (event == EVENT_EXPIRE) {
		next = course_successor(i);
		info.reason_zh = STR("已满 14 天，仍在触发的另立事件接续");
		info.reason_en = STR("older than 14 days; what still fires goes on in another");
	}
	if (raise_move(r, &info, now, e) < 0)
		return -1;
	return next == EVENT_COUNT ? 0 : follow(r, i, next, now, e);
}

static int
turn_incidents(struct responder *r, int64_t now, struct err *e)
{
	/* A successor is added behind, and ends no sooner than in 14 days. */
	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		struct incident *x = incidents_at(r->incidents, i);
		enum incident_event event;

		if (course_end_at(level_moves, x, &event) <= now &&
		    end_one(r, x, event, now, e) < 0)
			return -1;
	}
	return 0;
}

static int
take_event(struct responder *r, const struct notice_event *ev, int64_t now, struct err *e)
{
	struct incident *i = incidents_find(r->incidents, &ev->incident);
	struct incident_move_info info = { .incident = i,
					   .event = EVENT_POLICY_EXHAUSTED,
					   .at = ev->at,
					   .actor = STR("policy"),
					   .reason_zh = str_of(ev->why_zh),
					   .reason_en = str_of(ev->why) };

	if (!i)
		return 0;
	if (ev->what == NOTICE_SENT)
		return urge_sent(r, i, ev, e);
	if (ev->what == NOTICE_ACK_OVER) {
		info.event = EVENT_ACK_OVER;
		info.actor = STR("clock");
	}
	/* The incident may have moved on since the policy began. */
	if (!can(i, info.event) || (ev->level && ev->level != i->level))
		return 0;
	return raise_move(r, &info, now, e);
}

static int
turn_notices(struct responder *r, int64_t now, struct err *e)
{
	struct notice_events events = { .n = 0 };
	int changed;

	if (auto_ack_turn(r, now, e) < 0)
		return -1;
	changed = notices_turn(r->notices, now, &events, e);
	if (changed < 0)
		return -1;
	r->wrote |= changed > 0;
	for (size_t i = 0; i < events.n; i++)
		if (take_event(r, &events.v[i], now, e) < 0)
			return -1;
	return 0;
}

/* Signatures older than the stories they serve: seldom, and as long as there are more a few with each
 * turn, so that as many go as come. */
static int
turn_forget(struct responder *r, int64_t now, struct err *e)
{
	int gone;

	if (now < r->forget_at)
		return 0;
	gone = copies_forget(r->store, now - STORY_KEEP_S, now, r->copies_most, e);
	r->wrote |= gone > 0;
	r->forget_more = gone == COPIES_AT_ONCE;
	if (r->forget_more)
		return 0;
	r->forget_at = now + FORGET_EVERY_S;
	if (gone >= 0)
		gone = samples_forget(r->store, now - SAMPLES_KEEP_S, e);
	if (gone > 0 && record_meta_set(r->store, SAMPLES_FROM, now - SAMPLES_KEEP_S, e) < 0)
		return -1;
	r->wrote |= gone > 0;
	return gone < 0 ? -1 : 0;
}

/* What fires mostly does not fire alone: whoever must be told next does not wait for a text. */
static bool
drafts_wait(const struct responder *r, int64_t now)
{
	return now - drafts_due(r->drafts) < DRAFTS_LATE_S &&
	       clock_mono_ms() - r->fired_ms < CALM_MS;
}

/* One step, and the next behind the commit, so that what comes in meanwhile waits for one text
 * and not for all; a tick waits for all. */
static int
turn_drafts(struct responder *r, int64_t now, struct err *e)
{
	bool all = r->env.clock == CLOCK_STEPPED;
	int made = 0;

	if (drafts_due(r->drafts) != INT64_MAX && (all || !drafts_wait(r, now)))
		made = all ? drafts_turn(r->drafts, r->incidents, now, e)
			   : drafts_step(r->drafts, r->incidents, now, e);

	r->wrote |= made > 0;
	return made < 0 ? -1 : 0;
}

/* One, and the next behind the commit; a tick waits for all. */
static int
turn_digests(struct responder *r, int64_t now, struct err *e)
{
	int made = 1;

	while (made > 0 && digests_due(r->digests) <= now) {
		made = digests_turn(r->digests, now, e);
		r->wrote |= made > 0;
		if (r->env.clock != CLOCK_STEPPED)
			break;
	}
	return made < 0 ? -1 : 0;
}

/* Nobody waits for them. */
static int
turn_blocks(struct responder *r, int64_t now, struct err *e)
{
	bool calm = !r->fired && clock_mono_ms() - r->fired_ms >= CALM_MS;
	int made = 0;

	if (calm || now - count_fill_due(r) >= DRAFTS_LATE_S)
		made = count_fill_turn(r, now, e);
	r->wrote |= made > 0;
	return made < 0 ? -1 : 0;
}

/* ---- cases ---------------------------------------------------------------------------------------- */

#define LIBRARY_A_TURN  20   /* cases; what comes in meanwhile waits for no more */
#define LIBRARY_PAUSE_S 1    /* there are more of them                           */
#define LIBRARY_FULL_S  60   /* the disk is full                                 */
#define LIBRARY_EVERY_S 3600 /* what is measured later of a case is known by then */

int
turn_look_library(struct responder *r, int64_t now, struct err *e)
{
	int64_t seen[2] = { 0, 0 };

	if (library_changes(r->store, seen, e) < 0)
		return -1;
	if (now >= r->library.again_at || seen[0] != r->library.seen[0] ||
	    seen[1] != r->library.seen[1]) {
		r->library.look_at = now;
		r->due_known = false;
	}
	return 0;
}

/* Closed incidents become cases, some with each turn. */
static int
turn_library(struct responder *r, int64_t now, struct err *e)
{
	int64_t seen[2] = { 0, 0 };
	int made;

	if (now < library_due(r))
		return 0;
	r->library.look_at = now + LIBRARY_FULL_S;
	if (r->full)
		return 0;
	if (library_changes(r->store, seen, e) < 0)
		return -1;
	made = library_settle(&r->env, LIBRARY_CASES_ONLY, LIBRARY_A_TURN, now, e);
	if (made < 0)
		return -1;
	r->wrote |= made > 0;
	r->library.look_at = made ? now + LIBRARY_PAUSE_S : INT64_MAX;
	if (!made) {
		memcpy(r->library.seen, seen, sizeof seen);
		r->library.again_at = now + LIBRARY_EVERY_S;
	}
	return 0;
}

/* ---- the clock was set back ---------------------------------------------------------------------- */

/* It lies ahead by a jump: as far off as before. True: it was changed. */
static bool
earlier(int64_t *at, const struct set_back *b)
{
	int64_t by_s = set_back_since(b, *at);

	if (*at <= b->now || !by_s)
		return false;
	*at -= by_s;
	return true;
}

/* Who has taken it, and since when its watches are clear. */
static int
incident_earlier(struct responder *r, struct incident *x, const struct set_back *b,
		 struct err *e)
{
	struct store *s = r->store;
	int64_t acked_s = set_back_since(b, x->acked_at);

	if (earlier(&x->moved_at, b) && incident_write(s, x, e) < 0)
		return -1;
	if (!incident_is_open(x))
		return 0;
	if (x->acked_until > b->now) {
		earlier(&x->acked_at, b);
		x->acked_until -= acked_s;
		if (incident_write(s, x, e) < 0)
			return -1;
	}
	if (earlier(&x->clear_at, b) && timer_set(s, "clear", &x->id, x->clear_at, e) < 0)
		return -1;
	if (earlier(&x->lower_at, b) && timer_set(s, "lower", &x->id, x->lower_at, e) < 0)
		return -1;
	return 0;
}

static int64_t
passed_s(const struct responder *r)
{
	return r->env.clock == CLOCK_WALL && r->env.passed_s ? r->env.passed_s() : -1;
}

bool
turn_clock_jumped(const struct responder *r, int64_t now)
{
	return jumps_seen(&r->jumps, r->turned_at, now, passed_s(r));
}

/* Everything that waits for a time, or has one that is to come. */
static int
all_earlier(struct responder *r, const struct set_back *b, struct err *e)
{
	for (size_t i = 0; i < incidents_count(r->incidents); i++)
		if (incident_earlier(r, incidents_at(r->incidents, i), b, e) < 0)
			return -1;
	if (notices_set_back(r->notices, b, e) < 0 || duties_set_back(r, b, e) < 0 ||
	    urge_set_back(r, b, e) < 0)
		return -1;
	return followup_set_back(r, b, e);
}

int
turn_clock(struct responder *r, int64_t now, struct err *e)
{
	int64_t ahead_s = r->jumps.ahead_s;
	bool known = r->jumps.known;
	struct set_back b;

	if (jumps_take(&r->jumps, r->turned_at, now, passed_s(r), &b)) {
		log_event(LOG_WARN, "clock_set_back", "by_s=%lld", (long long)b.by_s);
		r->judge_at = r->keep_at = r->forget_at = 0;
		r->library.look_at = r->library.again_at = 0;
		r->alive.beat_at = r->alive.look_at = 0;
		r->due_known = false;
		if (b.by_s && all_earlier(r, &b, e) < 0)
			return -1;
		retain_look(r, now);
		answers_look(r->answers, now);
		r->wrote = true; /* that it was, at least */
	}
	/* What is known of a jump is kept by the commit. */
	r->wrote |= known && ahead_s != r->jumps.ahead_s;
	r->turned_at = now;
	return 0;
}

int
turn_once(struct responder *r, int64_t now, struct err *e)
{
	bool before = r->wrote;
	int made;

	r->wrote = false;
	/* What waits, and not what this turn raises: its notices leave with the commit. */
	if (turn_drafts(r, now, e) < 0)
		return -1;
	if (turn_triggers(r, now, e) < 0 || turn_incidents(r, now, e) < 0 ||
	    urge_turn(r, now, e) < 0 || turn_notices(r, now, e) < 0)
		return -1;
	if (duties_turn(r, now, e) < 0 || sitreps_turn(r, now, e) < 0 ||
	    followup_turn(r, now, e) < 0)
		return -1;
	made = actions_turn(r, now, e);
	if (made < 0)
		return -1;
	r->wrote |= made > 0;
	made = answers_turn(r->answers, now, e);
	if (made < 0)
		return -1;
	r->wrote |= made > 0;
	/* Nobody waits for a tick: the drafts of a tick are of the tick. */
	if (r->env.clock == CLOCK_STEPPED && turn_drafts(r, now, e) < 0)
		return -1;
	if (turn_digests(r, now, e) < 0 || turn_forget(r, now, e) < 0)
		return -1;
	if (retain_turn(r, now, e) < 0 || alive_turn(r, now, e) < 0 ||
	    turn_library(r, now, e) < 0)
		return -1;
	if (turn_blocks(r, now, e) < 0)
		return -1;
	made = r->wrote;
	r->wrote |= before;
	return made;
}
