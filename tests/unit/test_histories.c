/* A million lives of incidents, against what must hold whatever happens: the table of moves,
 * course.c, deadline.c, hush.c and gate_pick() in a small simulated world, without record or outbox.
 *
 * The world goes by RESPONSE.md section 2 and never asks the table what may happen: what it does
 * must be accepted, and have the outcome written there (`expect`). So a row that is missing or
 * wrong shows, which the second test proves for each. LY_NIGHTLY=1: one million. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/course.h"
#include "responder/deadline.h"
#include "responder/gate.h"
#include "responder/hush.h"
#include "responder/policy.h"

#define HOUR 3600
#define DAY  86400
#define T0   ((int64_t)1773446400)

enum { STORIES = 3, INCIDENTS_MAX = 24, STEPS = 90, ROWS_MAX = 80, PEOPLE = 4 };

/* ---- the world --------------------------------------------------------------------------------- */

struct story {
	bool fired[4]; /* by grade, until it clears            */
	int64_t peak;  /* most that was counted in its incident */
	struct hush_reach reach, then;
	bool hushed;
};
struct page {
	bool waits;      /* planned, not sent                 */
	int64_t sent_at; /* when it will leave, or has left   */
	int64_t held_from;
	int64_t level, step, due_at; /* due_at 0: no answer is waited for */
};
struct life {
	struct incident i;
	unsigned stories; /* bits of those it is about */
	struct page page;
	struct deadline clock[DEADLINE_KINDS]; /* started_at 0: never */
	bool inherited[DEADLINE_KINDS];        /* from one that was merged into it */
	bool out[PEOPLE];
	int64_t moves;
};
struct world {
	const struct level_move *table;
	int64_t *taken; /* by row */
	uint64_t dice;
	int64_t now;
	struct story story[STORIES];
	struct life v[INCIDENTS_MAX];
	size_t n;
	char why[200]; /* what went wrong; empty: nothing */
};

static uint32_t
dice(struct world *w, uint32_t sides)
{
	w->dice = w->dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->dice >> 33) % sides;
}

static void
wrong(struct world *w, const struct life *x, const char *what)
{
	if (!w->why[0])
		snprintf(w->why, sizeof w->why, "%s (incident %d, %s L%d, day %d)", what,
			 (int)(x - w->v), incident_state_words[x->i.state], (int)x->i.level,
			 (int)((w->now - T0) / DAY));
}

/* ---- what RESPONSE.md says an event does -------------------------------------------------------- */

static bool
is_raising(enum incident_event e)
{
	return e == EVENT_W2 || e == EVENT_W3 || e == EVENT_PERSON_L2 || e == EVENT_PERSON_L3 ||
	       e == EVENT_VERDICT_RESPOND || e == EVENT_POLICY_EXHAUSTED || e == EVENT_PEAK ||
	       (e >= EVENT_JOIN_L1 && e <= EVENT_JOIN_WATCHED);
}

static void
to(struct incident *i, enum incident_state state, int64_t level)
{
	i->state = state;
	i->level = level;
}

/* At least that much work. */
static void
up(struct incident *i, int64_t level)
{
	if (level == 3)
		to(i, INCIDENT_RESPONDING, 3);
	else if (level == 2 && i->state == INCIDENT_OPEN)
		to(i, INCIDENT_ASSESSING, 2);
}

static void
open_at(struct incident *i, int64_t level)
{
	to(i,
	   level == 3   ? INCIDENT_RESPONDING
	   : level == 2 ? INCIDENT_ASSESSING
			: INCIDENT_OPEN,
	   level);
}

/* State and level that the event must lead to. */
static void
expect(struct incident *i, enum incident_event event, const struct incident *other)
{
	switch (event) {
	case EVENT_W1:
	case EVENT_W2:
	case EVENT_W3:
		if (i->state == INCIDENT_NONE)
			open_at(i, 1 + (int64_t)event - (int64_t)EVENT_W1);
		else
			up(i, 1 + (int64_t)event - (int64_t)EVENT_W1);
		return;
	case EVENT_PERSON_L2:
	case EVENT_PERSON_L3:
		up(i, event == EVENT_PERSON_L2 ? 2 : 3);
		return;
	case EVENT_POLICY_EXHAUSTED:
		if (i->level == 2)
			up(i, 3);
		return;
	case EVENT_VERDICT_RESPOND:
		up(i, 3);
		return;
	case EVENT_VERDICT_WATCH:
	case EVENT_STAND_DOWN:
		i->state = INCIDENT_WATCHING;
		return;
	case EVENT_VERDICT_WRONG:
	case EVENT_QUIET:
	case EVENT_CLOSE:
	case EVENT_EXPIRE:
		i->state = INCIDENT_CLOSED;
		return;
	case EVENT_PEAK:
		open_at(i, i->level == 3 ? 3 : 2);
		return;
	case EVENT_MERGE:
		i->state = INCIDENT_MERGED;
		return;
	case EVENT_RECUR:
		to(i, INCIDENT_OPEN, 1);
		return;
	case EVENT_LOWER:
		if (i->state == INCIDENT_WATCHING)
			i->level--;
		else
			open_at(i, i->level - 1);
		return;
	case EVENT_JOIN_L1:
	case EVENT_JOIN_L2:
	case EVENT_JOIN_L3:
		up(i, other->level);
		return;
	case EVENT_JOIN_WATCHED:
		i->level = other->level > i->level ? other->level : i->level;
		return;
	case EVENT_SUCCEED_L1:
	case EVENT_SUCCEED_L2:
		open_at(i, event == EVENT_SUCCEED_L1 ? 1 : 2);
		return;
	case EVENT_ACK:
	case EVENT_ACK_OVER:
	case EVENT_ESCALATE:
	case EVENT_COUNT:
		return;
	}
}

/* ---- pages and clocks ---------------------------------------------------------------------------- */

static void
clock_end(struct life *x, enum deadline_kind k, int64_t now)
{
	if (x->clock[k].started_at && !x->clock[k].ended_at)
		x->clock[k].ended_at = now;
}

static bool
runs(const struct life *x, enum deadline_kind k)
{
	return x->clock[k].started_at && !x->clock[k].ended_at;
}

/* Planned now; by night it is held until the morning. */
static void
page(struct world *w, struct life *x, int64_t step)
{
	int64_t held = dice(w, 3) ? 0 : (1 + (int64_t)dice(w, 9)) * HOUR;

	x->page = (struct page){ .waits = true,
				 .held_from = w->now,
				 .sent_at = w->now + held,
				 .level = x->i.level,
				 .step = step };
}

static void
page_stop(struct life *x, int64_t now)
{
	x->page.waits = false;
	x->page.due_at = 0;
	clock_end(x, DEADLINE_ACK, now);
}

/* Somebody knows of the level. */
static void
level_known(struct life *x, int64_t level, int64_t at)
{
	for (int k = 0; k < DEADLINE_KINDS; k++) {
		struct deadline *d = &x->clock[k];

		if (!deadline_starts((enum deadline_kind)k, &x->i, level,
				     d->started_at ? d : NULL))
			continue;
		*d = (struct deadline){ .kind = (enum deadline_kind)k,
					.started_at = at,
					.due_at = at + deadline_rules[k].span_s };
		x->inherited[k] = false;
	}
}

static void
page_sent(struct life *x)
{
	int64_t at = x->page.sent_at;

	x->page.waits = false;
	x->page.due_at = at + policy_wait_s(NULL, x->page.level, 0);
	level_known(x, x->page.level, at);
	x->clock[DEADLINE_ACK] = (struct deadline){ .kind = DEADLINE_ACK,
						    .started_at = at,
						    .due_at = x->page.due_at };
}

/* ---- moving -------------------------------------------------------------------------------------- */

struct act {
	enum incident_event event;
	int64_t grade, until;
	bool person; /* did it, and no clock or trigger */
	const struct incident *other;
};

static void
check_move(struct world *w, const struct incident *before, const struct life *x,
	   const struct act *a)
{
	struct incident want = *before;

	expect(&want, a->event, a->other);
	if (want.state != x->i.state)
		wrong(w, x, incident_event_words[a->event]);
	if (want.level != x->i.level)
		wrong(w, x, "the level after it");
	if (incident_is_open(before) && x->i.level > before->level && !is_raising(a->event))
		wrong(w, x, "raised by what raises nothing");
	if (incident_is_open(before) && x->i.level < before->level &&
	    !(a->event == EVENT_LOWER && a->person))
		wrong(w, x, "lowered without a person");
	if (before->level == 3 && incident_is_open(before) && x->i.state == INCIDENT_CLOSED &&
	    !a->person)
		wrong(w, x, "an L3 closed by itself");
}

/* What notices and clocks make of a move, as notice.c and urge.c do. */
static void
follow_up(struct world *w, const struct incident *before, struct life *x,
	  enum incident_event event)
{
	struct move m = { .event = event,
			  .from_state = before->state,
			  .to_state = x->i.state,
			  .from_level = before->level,
			  .to_level = x->i.level };

	for (int k = 0; k < DEADLINE_KINDS; k++)
		if (!deadline_goes_on((enum deadline_kind)k, &x->i))
			clock_end(x, (enum deadline_kind)k, w->now);
	if (event == EVENT_ACK)
		level_known(x, x->i.level, w->now);
	if (event == EVENT_ACK || !deadline_goes_on(DEADLINE_ACK, &x->i))
		page_stop(x, w->now);
	else if (move_calls_people(&m)) {
		page_stop(x, w->now);
		page(w, x, 0);
	}
}

static struct person_conf people[PEOPLE] = {
	{ .key = STR_INIT("a"), .roles = { (struct str[]){ STR_INIT("approver") }, 1 } },
	{ .key = STR_INIT("b"),
	  .deputy = STR_INIT("d"),
	  .roles = { (struct str[]){ STR_INIT("approver") }, 1 } },
	{ .key = STR_INIT("c"), .roles = { (struct str[]){ STR_INIT("approver") }, 1 } },
	{ .key = STR_INIT("d") },
};

/* Who is named never gets a role, least of all the approver's. */
static void
check_roles(struct world *w, const struct life *x)
{
	const struct notice_conf conf = { .people = { people, PEOPLE } };
	struct str names[PEOPLE];
	struct conf_texts out = { names, 0 };
	struct gate_slot slot;

	for (int p = 0; p < PEOPLE; p++)
		if (x->out[p])
			names[out.n++] = people[p].key;
	slot = gate_pick(&conf, &out, "approver", people[dice(w, PEOPLE)].key);
	for (int p = 0; p < PEOPLE; p++)
		if (x->out[p] && (slot.person == &people[p] || slot.deputy == &people[p]))
			wrong(w, x, "who is named approves");
	if (!slot.person && !(x->out[0] && x->out[1] && x->out[2]))
		wrong(w, x, "nobody approves, though somebody could");
}

static void
move(struct world *w, struct life *x, const struct act *a)
{
	struct incident before = x->i;
	struct course_step step = { .event = a->event,
				    .at = w->now,
				    .grade = a->grade,
				    .until = a->until,
				    .other = a->other };
	const struct level_move *row = course_take(w->table, &x->i, &step);

	if (!row) {
		wrong(w, x, incident_event_words[a->event]);
		return;
	}
	if (w->taken)
		w->taken[row - w->table]++;
	x->moves++;
	check_move(w, &before, x, a);
	follow_up(w, &before, x, a->event);
	check_roles(w, x);
}

/* What must be refused is, and nothing has changed. */
static void
refused(struct world *w, struct life *x, enum incident_event event)
{
	struct incident before = x->i;
	struct course_step step = { .event = event, .at = w->now, .other = &before };

	if (course_take(w->table, &x->i, &step) || memcmp(&before, &x->i, sizeof before) != 0)
		wrong(w, x, "it was not refused");
}

/* ---- time ---------------------------------------------------------------------------------------- */

static struct life *
life_add(struct world *w, unsigned stories)
{
	struct life *x = &w->v[w->n++];
	int n = (int)w->n;

	*x = (struct life){ .i = { .id = ID_OF((struct str){ (const char *)&n, sizeof n }),
				   .opened_at = w->now },
			    .stories = stories };
	return x;
}

static bool
has_room(const struct world *w)
{
	return w->n < INCIDENTS_MAX;
}

static void
ends(struct world *w, struct life *x, enum incident_event event)
{
	enum incident_event next =
		event == EVENT_EXPIRE ? course_successor(&x->i) : EVENT_COUNT;
	unsigned stories = x->stories;

	move(w, x, &(struct act){ .event = event });
	if (next == EVENT_COUNT || !has_room(w))
		return;
	x->stories = 0;
	move(w, life_add(w, stories), &(struct act){ .event = next });
}

static void
unanswered(struct world *w, struct life *x)
{
	int64_t step = x->page.step;

	x->page.due_at = 0;
	if (step > 4) { /* at L3 the last step is told until somebody takes it */
		move(w, x,
		     &(struct act){
			     .event = EVENT_ACK, .person = true, .until = w->now + 3 * DAY });
		return;
	}
	if (step < 1 || x->i.level == 3) {
		clock_end(x, DEADLINE_ACK, w->now);
		page(w, x, step + 1);
		return;
	}
	page_stop(x, w->now);
	move(w, x, &(struct act){ .event = EVENT_POLICY_EXHAUSTED });
}

static int64_t
sooner(int64_t at, int64_t than)
{
	return at && at < than ? at : than;
}

static int64_t
due_of(struct world *w, struct life *x)
{
	enum incident_event event;
	int64_t at;

	if (!incident_is_open(&x->i))
		return INT64_MAX;
	at = course_end_at(w->table, &x->i, &event);
	if (x->page.waits)
		at = sooner(x->page.sent_at, at);
	at = sooner(x->page.due_at, at);
	if (course_ack_over(&x->i, INT64_MAX))
		at = sooner(x->i.acked_until, at);
	for (int k = 0; k < DEADLINE_KINDS; k++)
		if (runs(x, (enum deadline_kind)k))
			at = sooner(deadline_next_at(&x->clock[k]), at);
	return at;
}

/* What is due of one, each in the order in which it would be. */
static void
due_do(struct world *w, struct life *x)
{
	enum incident_event event;

	if (x->page.waits && x->page.sent_at <= w->now)
		page_sent(x);
	else if (course_ack_over(&x->i, w->now))
		move(w, x, &(struct act){ .event = EVENT_ACK_OVER });
	else if (course_end_at(w->table, &x->i, &event) <= w->now)
		ends(w, x, event);
	else if (x->page.due_at && x->page.due_at <= w->now)
		unanswered(w, x);
	for (int k = 0; k < DEADLINE_KINDS; k++)
		if (runs(x, (enum deadline_kind)k))
			x->clock[k].percent = deadline_percent(&x->clock[k], w->now);
}

/* As turn.c does each minute. */
static void
mark(struct world *w)
{
	for (size_t n = 0; n < w->n; n++) {
		struct incident *i = &w->v[n].i;
		int64_t grade = 0;

		for (int s = 0; s < STORIES; s++)
			for (int g = 1; g <= 3; g++)
				if (w->v[n].stories >> s & 1 && w->story[s].fired[g] &&
				    g > grade)
					grade = g;
		if (!incident_is_open(i))
			continue;
		i->clear_at = grade ? 0 : i->clear_at ? i->clear_at : w->now;
		if (grade >= i->level || i->level == 1)
			i->lower_at = 0;
		else if (!i->lower_at)
			i->lower_at = w->now;
	}
}

static void check_all(struct world *w);
static void check_ended(struct world *w);

static void
until(struct world *w, int64_t at)
{
	for (int guard = 0; !w->why[0]; guard++) {
		struct life *next = NULL;
		int64_t due = at;

		for (size_t n = 0; n < w->n; n++) {
			int64_t of = due_of(w, &w->v[n]);

			if (of > due)
				continue;
			due = of;
			next = &w->v[n];
		}
		if (guard > 20000)
			wrong(w, next ? next : w->v, "time stands still");
		if (!next)
			break;
		w->now = due > w->now ? due : w->now;
		due_do(w, next);
		mark(w);
		check_all(w);
	}
	w->now = at;
	check_ended(w);
}

/* ---- what must hold at all times ------------------------------------------------------------------ */

static bool
fits(const struct incident *i)
{
	static const struct {
		int64_t least, most;
	} levels[] = { [INCIDENT_OPEN] = { 1, 1 },       [INCIDENT_ASSESSING] = { 2, 2 },
		       [INCIDENT_RESPONDING] = { 3, 3 }, [INCIDENT_WATCHING] = { 2, 3 },
		       [INCIDENT_CLOSED] = { 1, 3 },     [INCIDENT_MERGED] = { 1, 3 } };

	return i->state > INCIDENT_NONE && i->state < INCIDENT_STATES &&
	       i->level >= levels[i->state].least && i->level <= levels[i->state].most &&
	       incident_is_open(i) == !i->closed_at;
}

static void
check_clocks(struct world *w, const struct life *x)
{
	for (int k = 0; k <= DEADLINE_PACK; k++) {
		const struct deadline *d = &x->clock[k];

		if (!runs(x, (enum deadline_kind)k))
			continue;
		if (!deadline_goes_on((enum deadline_kind)k, &x->i))
			wrong(w, x, "a clock runs that its state does not ask for");
		if (x->page.waits && d->started_at > x->page.held_from && !x->inherited[k])
			wrong(w, x, "a clock runs while its notice is held");
		if (x->page.waits && k == DEADLINE_ACK)
			wrong(w, x, "an answer is waited for to a notice that is held");
	}
	if (x->i.state == INCIDENT_RESPONDING && !x->page.waits && !runs(x, DEADLINE_STATEMENT))
		wrong(w, x, "told of an L3, and no clock runs");
}

static void
check_all(struct world *w)
{
	unsigned covered = 0;

	for (size_t n = 0; n < w->n && !w->why[0]; n++) {
		const struct life *x = &w->v[n];
		const struct incident *i = &x->i;

		if (!fits(i))
			wrong(w, x, "its state has not this level");
		if (x->moves != i->version)
			wrong(w, x, "a move that nobody explains");
		if (!incident_is_open(i))
			continue;
		if (covered & x->stories)
			wrong(w, x, "two open incidents of one story");
		covered |= x->stories;
		check_clocks(w, x);
	}
}

/* When all that was due is done. */
static void
check_ended(struct world *w)
{
	for (size_t n = 0; n < w->n; n++) {
		const struct incident *i = &w->v[n].i;
		bool calm = i->clear_at && w->now > i->clear_at + DAY;

		if (i->level == 3 || !incident_is_open(i))
			continue;
		if (calm && i->state != INCIDENT_ASSESSING)
			wrong(w, &w->v[n], "calm for a day, and open");
		if (w->now > i->opened_at + 14 * DAY)
			wrong(w, &w->v[n], "older than 14 days");
	}
}

/* ---- what people say -------------------------------------------------------------------------------- */

static struct life *
open_for(struct world *w, int s)
{
	for (size_t n = w->n; n-- > 0;)
		if (incident_is_open(&w->v[n].i) && w->v[n].stories >> s & 1)
			return &w->v[n];
	return NULL;
}

static struct life *
closed_for(struct world *w, int s)
{
	for (size_t n = w->n; n-- > 0;)
		if (w->v[n].stories >> s & 1 && course_recurs(&w->v[n].i, w->now))
			return &w->v[n];
	return NULL;
}

/* A trigger of that grade counts `observed` in the story. */
static void
fire(struct world *w, int s, int64_t grade, int64_t observed)
{
	struct story *t = &w->story[s];
	struct life *x = open_for(w, s);
	enum incident_event event;
	int64_t peak = t->peak;

	if (t->fired[grade] || (!x && !closed_for(w, s) && !has_room(w)))
		return; /* silent until it has cleared */
	t->fired[grade] = true;
	t->peak = observed > peak ? observed : peak;
	if (!x && (x = closed_for(w, s)))
		move(w, x, &(struct act){ .event = EVENT_RECUR });
	if (!x) {
		x = life_add(w, 1u << s);
		t->peak = observed;
	}
	event = course_sign(&x->i, grade, observed, peak, w->now);
	if (event == EVENT_PEAK && (x->i.state != INCIDENT_WATCHING || observed <= peak ||
				    w->now - x->i.moved_at > 3 * DAY))
		wrong(w, x, "flares up without a new peak");
	move(w, x, &(struct act){ .event = event, .grade = grade });
	if (!incident_is_open(&x->i))
		wrong(w, x, "it fired, and nothing is open");
}

/* The story is told by more authors, rarely elsewhere or by somebody big. */
static void
spread(struct world *w, struct story *t)
{
	t->reach.authors += 1 + dice(w, 8);
	t->reach.classes |= dice(w, 8) ? 1 : 1u << dice(w, 8);
	t->reach.tier = dice(w, 30) ? -1 : (int64_t)dice(w, 4);
	t->reach.rank = dice(w, 40) ? 0 : 1 + dice(w, 50);
	t->reach.official = !dice(w, 50);
}

static void
flare(struct world *w)
{
	int s = (int)dice(w, STORIES);
	struct story *t = &w->story[s];
	int64_t grade = 1 + dice(w, 3), observed = 10 + dice(w, 90);
	bool far;

	if (!dice(w, 8))
		return; /* only our own echo: no trigger counts it */
	spread(w, t);
	far = t->reach.authors >= 3 * t->then.authors || t->reach.classes & ~t->then.classes ||
	      t->reach.tier >= 2 || t->reach.rank || t->reach.official;
	if (t->hushed && far != (hush_judge(&t->then, &t->reach) != HUSH_HOLDS))
		wrong(w, w->v, "the silence after a wrong alarm");
	if (t->hushed && !far)
		return;
	if (t->hushed) { /* it is another story now: whatever still holds fires anew */
		t->hushed = false;
		memset(t->fired, 0, sizeof t->fired);
	}
	fire(w, s, grade, observed);
}

static void
calm(struct world *w)
{
	struct story *t = &w->story[dice(w, STORIES)];

	for (int g = 1; g <= 3; g++)
		if (dice(w, 4))
			t->fired[g] = false;
}

/* ---- what people do ----------------------------------------------------------------------------------- */

static void
judge_wrong(struct world *w, struct life *x)
{
	move(w, x, &(struct act){ .event = EVENT_VERDICT_WRONG, .person = true });
	for (int s = 0; s < STORIES; s++)
		if (x->stories >> s & 1) {
			w->story[s].hushed = true;
			w->story[s].then = w->story[s].reach;
		}
}

static void
merge(struct world *w, struct life *x, struct life *into)
{
	enum incident_event event = course_join(&x->i, &into->i);
	struct life was = *x;
	int64_t level = x->i.level > into->i.level ? x->i.level : into->i.level;
	int64_t opened =
		x->i.opened_at < into->i.opened_at ? x->i.opened_at : into->i.opened_at;

	if (x == into || !incident_is_open(&x->i) || !incident_is_open(&into->i)) {
		if (event != EVENT_COUNT)
			wrong(w, x, "merged, though it may not");
		return;
	}
	move(w, x, &(struct act){ .event = EVENT_MERGE, .person = true, .other = &into->i });
	x->stories = 0;
	into->stories |= was.stories;
	for (int p = 0; p < PEOPLE; p++)
		into->out[p] |= was.out[p];
	move(w, into, &(struct act){ .event = event, .person = true, .other = &was.i });
	if (into->i.level != level || into->i.opened_at != opened)
		wrong(w, into, "not the higher level and the earlier start");
	for (int k = DEADLINE_VERDICT; k < DEADLINE_KINDS; k++) {
		enum deadline_kind kind = (enum deadline_kind)k;

		if (!runs(&was, kind) || !deadline_goes_on(kind, &into->i))
			continue;
		into->inherited[k] = true;
		if (runs(into, kind))
			deadline_earliest(&into->clock[k], &was.clock[k]);
		else
			into->clock[k] = was.clock[k];
	}
}

/* May it, by RESPONSE.md? And how. */
static void
person(struct world *w, struct life *x)
{
	struct act a = { .person = true, .event = EVENT_COUNT };
	enum incident_state s = x->i.state;
	bool before = s == INCIDENT_OPEN || s == INCIDENT_ASSESSING;

	switch (dice(w, 12)) {
	case 0:
	case 1:
		a.event = EVENT_ACK;
		a.until = w->now + (1 + dice(w, 20)) * HOUR;
		break;
	case 2:
		a.event = s == INCIDENT_OPEN ? EVENT_PERSON_L2 : EVENT_COUNT;
		break;
	case 3:
		a.event = s != INCIDENT_RESPONDING ? EVENT_PERSON_L3 : EVENT_COUNT;
		break;
	case 4:
		a.event = before ? EVENT_VERDICT_RESPOND : EVENT_COUNT;
		break;
	case 5:
		a.event = s == INCIDENT_ASSESSING ? EVENT_VERDICT_WATCH : EVENT_COUNT;
		break;
	case 6:
		if (before)
			judge_wrong(w, x);
		return;
	case 7:
		a.event = s == INCIDENT_RESPONDING ? EVENT_STAND_DOWN : EVENT_COUNT;
		break;
	case 8:
		if (s != INCIDENT_RESPONDING && course_may_close(&x->i, w->now))
			a.event = EVENT_CLOSE;
		if (a.event == EVENT_CLOSE && x->i.level == 3 &&
		    (!x->i.clear_at || w->now < x->i.clear_at + 3 * DAY))
			wrong(w, x, "an L3 is closed before it was calm for 72 h");
		break;
	case 9:
		if (x->i.level > (s == INCIDENT_WATCHING ? 2 : 1) &&
		    course_may_lower(&x->i, HOUR, w->now))
			a.event = EVENT_LOWER;
		if (a.event == EVENT_LOWER &&
		    (!x->i.lower_at || w->now < x->i.lower_at + 2 * HOUR))
			wrong(w, x, "lowered before the numbers were, for long");
		break;
	case 11:
		a.event = s != INCIDENT_WATCHING ? EVENT_ESCALATE : EVENT_COUNT;
		break;
	case 10:
		merge(w, x, &w->v[dice(w, (uint32_t)w->n)]);
		return;
	}
	if (a.event != EVENT_COUNT)
		move(w, x, &a);
}

/* What the table must not know. */
static void
mischief(struct world *w, struct life *x)
{
	bool open = incident_is_open(&x->i);

	if (x->i.level == 3 && open) {
		refused(w, x, EVENT_QUIET);
		refused(w, x, EVENT_EXPIRE);
	}
	if (x->i.state == INCIDENT_RESPONDING)
		refused(w, x, EVENT_CLOSE);
	if (x->i.state == INCIDENT_OPEN)
		refused(w, x, EVENT_VERDICT_WATCH);
	if (open)
		refused(w, x, EVENT_RECUR);
	if (!open)
		refused(w, x, (enum incident_event)dice(w, EVENT_RECUR));
	if (x->i.state == INCIDENT_MERGED)
		refused(w, x, EVENT_RECUR);
}

/* ---- a life ---------------------------------------------------------------------------------------------- */

/* Minutes, hours, and sometimes days in which nothing comes: signals must be able to clear. */
static int64_t
pause_of(struct world *w)
{
	static const int64_t spans[] = { 60, 600, 1800, HOUR, 6 * HOUR, DAY, 2 * DAY };

	return spans[dice(w, LY_COUNT(spans))] * (1 + (int64_t)dice(w, 3)) / 2;
}

/* NULL, or what went wrong. */
static const char *
live(struct world *w, const struct level_move *table, int64_t *taken, uint64_t seed)
{
	memset(w, 0, offsetof(struct world, v));
	w->n = 0;
	w->why[0] = 0;
	w->table = table;
	w->taken = taken;
	w->dice = seed * 2654435761u + 97;
	w->now = T0;
	for (int k = 0; k < STEPS && !w->why[0]; k++) {
		struct life *x;

		until(w, w->now + pause_of(w));
		switch (dice(w, 8)) {
		case 0:
		case 1:
			flare(w);
			break;
		case 2:
		case 3:
			calm(w);
			break;
		default:
			if (!w->n)
				break;
			x = &w->v[dice(w, (uint32_t)w->n)];
			x->out[dice(w, PEOPLE)] |= !dice(w, 20);
			mischief(w, x);
			if (incident_is_open(&x->i))
				person(w, x);
		}
		mark(w);
		until(w, w->now);
		check_all(w);
	}
	return w->why[0] ? w->why : NULL;
}

static size_t
rows_of(const struct level_move *table)
{
	size_t n = 0;

	while (table[n].what)
		n++;
	return n;
}

static void
whatever_happens_the_rules_hold_and_every_row_is_taken(void **state)
{
	const char *nightly = getenv("LY_NIGHTLY");
	uint64_t histories = nightly && *nightly == '1' ? 1000000 : 4000;
	static int64_t taken[ROWS_MAX];
	static struct world w;
	size_t rows = rows_of(level_moves);

	(void)state;
	assert_true(rows < ROWS_MAX);
	for (uint64_t h = 0; h < histories; h++) {
		const char *bad = live(&w, level_moves, taken, h);

		if (bad)
			fail_msg("history %llu: %s", (unsigned long long)h, bad);
	}
	for (size_t r = 0; r < rows; r++)
		printf("%9lld  %-16s %s\n", (long long)taken[r],
		       incident_event_words[level_moves[r].event], level_moves[r].what);
	for (size_t r = 0; r < rows; r++)
		if (!taken[r])
			fail_msg("row %zu (%s: %s) was never taken in %llu histories", r,
				 incident_event_words[level_moves[r].event],
				 level_moves[r].what, (unsigned long long)histories);
}

/* A test that cannot fail is none: without any one row of the table some history breaks a rule. */
static void
without_any_row_a_rule_is_broken(void **state)
{
	enum { ENOUGH = 4000 };
	static struct level_move table[ROWS_MAX];
	static struct world w;
	size_t rows = rows_of(level_moves);

	(void)state;
	for (size_t gone = 0; gone < rows; gone++) {
		uint64_t h = 0;

		memcpy(table, level_moves, gone * sizeof *table);
		memcpy(table + gone, level_moves + gone + 1, (rows - gone) * sizeof *table);
		while (h < ENOUGH && !live(&w, table, NULL, h))
			h++;
		if (h == ENOUGH)
			fail_msg("row %zu (%s: %s) is missed by nobody", gone,
				 incident_event_words[level_moves[gone].event],
				 level_moves[gone].what);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_the_rules_hold_and_every_row_is_taken),
		cmocka_unit_test(without_any_row_a_rule_is_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
