/* A million lives of incidents, against what must hold whatever happens: the table of moves,
 * course.c, deadline.c, hush.c and gate_pick() in the small world of lives.h. A row that is
 * missing or wrong shows, which the second test proves for each. LY_NIGHTLY=1: one million. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "tests/support/lives.h"
#include "tests/support/sanitized.h"

/* ---- what people say -------------------------------------------------------------------------------- */

/* The nearest, the newest of those. */
static struct life *
open_for(struct lives *w, int s, int watch)
{
	enum course_tie most = TIE_NONE;
	struct life *best = NULL;

	for (size_t n = w->n; n-- > 0;) {
		struct life *x = &w->v[n];
		bool hears = x->watches >> watch & 1;
		enum course_tie tie = w->tie(&x->i, x->stories >> s & 1, hears, hears);

		if (tie > most) {
			most = tie;
			best = x;
		}
	}
	return best;
}

static struct life *
closed_for(struct lives *w, int s, int watch)
{
	for (size_t n = w->n; n-- > 0;) {
		struct life *x = &w->v[n];
		bool hears = x->watches >> watch & 1;

		if (x->stories >> s & 1 && course_comes_back(&x->i, true, hears, hears, w->now))
			return x;
	}
	return NULL;
}

/* A trigger of that grade of a watch counts `observed` in the story. */
static void
fire(struct lives *w, int s, int watch, int64_t grade, int64_t observed)
{
	struct story *t = &w->story[s];
	struct life *x = open_for(w, s, watch);
	enum incident_event event;
	int64_t peak = t->peak;

	if (t->fired[grade] || (!x && !closed_for(w, s, watch) && !lives_have_room(w)))
		return; /* silent until it has cleared */
	t->fired[grade] = true;
	t->peak = observed > peak ? observed : peak;
	if (!x && (x = closed_for(w, s, watch)))
		lives_move(w, x, &(struct act){ .event = EVENT_RECUR });
	if (!x)
		x = lives_add(w, 0, 1u << watch);
	if (!(x->stories >> s & 1)) {             /* it has counted nothing of the story yet */
		for (size_t n = 0; n < w->n; n++) /* what comes back has lost it */
			if (!incident_is_open(&w->v[n].i))
				w->v[n].stories &= ~(1u << s);
		x->stories |= 1u << s;
		t->peak = observed;
		peak = -1;
	}
	event = course_sign(&x->i, grade, observed, peak, w->now);
	if (event == EVENT_PEAK && (peak < 0 || x->i.state != INCIDENT_WATCHING ||
				    observed <= peak || w->now - x->i.moved_at > 3 * DAY))
		lives_wrong(w, x, "flares up without a new peak");
	lives_move(w, x, &(struct act){ .event = event, .grade = grade });
	if (!incident_is_open(&x->i))
		lives_wrong(w, x, "it fired, and nothing is open");
}

/* The story is told by more authors, rarely elsewhere or by somebody big. */
static void
spread(struct lives *w, struct story *t)
{
	t->reach.authors += 1 + lives_dice(w, 8);
	t->reach.classes |= lives_dice(w, 8) ? 1 : 1u << lives_dice(w, 8);
	t->reach.tier = lives_dice(w, 30) ? -1 : (int64_t)lives_dice(w, 4);
	t->reach.rank = lives_dice(w, 40) ? 0 : 1 + lives_dice(w, 50);
	t->reach.official = !lives_dice(w, 50);
}

static void
flare(struct lives *w)
{
	int s = (int)lives_dice(w, STORIES);
	struct story *t = &w->story[s];
	int64_t grade = 1 + lives_dice(w, 3), observed = 10 + lives_dice(w, 90);
	bool far;

	if (!lives_dice(w, 8))
		return; /* only our own echo: no trigger counts it */
	spread(w, t);
	far = t->reach.authors >= 3 * t->then.authors || t->reach.classes & ~t->then.classes ||
	      t->reach.tier >= 2 || t->reach.rank || t->reach.official;
	if (t->hushed && far != (hush_judge(&t->then, &t->reach) != HUSH_HOLDS))
		lives_wrong(w, w->v, "the silence after a wrong alarm");
	if (t->hushed && !far)
		return;
	if (t->hushed) { /* it is another story now: whatever still holds fires anew */
		t->hushed = false;
		memset(t->fired, 0, sizeof t->fired);
	}
	fire(w, s, (int)lives_dice(w, WATCHES), grade, observed);
}

static void
calm(struct lives *w)
{
	struct story *t = &w->story[lives_dice(w, STORIES)];

	for (int g = 1; g <= 3; g++)
		if (lives_dice(w, 4))
			t->fired[g] = false;
}

/* ---- what people do ----------------------------------------------------------------------------------- */

static void
judge_wrong(struct lives *w, struct life *x)
{
	lives_move(w, x, &(struct act){ .event = EVENT_VERDICT_WRONG, .person = true });
	for (int s = 0; s < STORIES; s++)
		if (x->stories >> s & 1) {
			w->story[s].hushed = true;
			w->story[s].then = w->story[s].reach;
		}
}

static void
merge(struct lives *w, struct life *x, struct life *into)
{
	enum incident_event event = course_join(&x->i, &into->i);
	struct life was = *x;
	int64_t level = x->i.level > into->i.level ? x->i.level : into->i.level;
	int64_t opened =
		x->i.opened_at < into->i.opened_at ? x->i.opened_at : into->i.opened_at;

	if (x == into || !incident_is_open(&x->i) || !incident_is_open(&into->i)) {
		if (event != EVENT_COUNT)
			lives_wrong(w, x, "merged, though it may not");
		return;
	}
	lives_move(w, x,
		   &(struct act){ .event = EVENT_MERGE, .person = true, .other = &into->i });
	x->stories = x->watches = 0;
	into->stories |= was.stories;
	into->watches |= was.watches;
	for (int p = 0; p < PEOPLE; p++)
		into->out[p] |= was.out[p];
	lives_move(w, into, &(struct act){ .event = event, .person = true, .other = &was.i });
	if (into->i.level != level || into->i.opened_at != opened)
		lives_wrong(w, into, "not the higher level and the earlier start");
	for (int k = DEADLINE_VERDICT; k < DEADLINE_KINDS; k++) {
		enum deadline_kind kind = (enum deadline_kind)k;

		if (!lives_runs(&was, kind) || !deadline_goes_on(kind, &into->i))
			continue;
		into->inherited[k] = true;
		if (lives_runs(into, kind))
			deadline_earliest(&into->clock[k], &was.clock[k]);
		else
			into->clock[k] = was.clock[k];
	}
}

/* May it, by RESPONSE.md? And how. */
static void
person(struct lives *w, struct life *x)
{
	struct act a = { .person = true, .event = EVENT_COUNT };
	enum incident_state s = x->i.state;
	bool before = s == INCIDENT_OPEN || s == INCIDENT_ASSESSING;

	switch (lives_dice(w, 12)) {
	case 0:
	case 1:
		a.event = EVENT_ACK;
		a.until = w->now + (1 + lives_dice(w, 20)) * HOUR;
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
			lives_wrong(w, x, "an L3 is closed before it was calm for 72 h");
		break;
	case 9:
		if (x->i.level > (s == INCIDENT_WATCHING ? 2 : 1) &&
		    course_may_lower(&x->i, HOUR, w->now))
			a.event = EVENT_LOWER;
		if (a.event == EVENT_LOWER &&
		    (!x->i.lower_at || w->now < x->i.lower_at + 2 * HOUR))
			lives_wrong(w, x, "lowered before the numbers were, for long");
		break;
	case 11:
		a.event = s != INCIDENT_WATCHING ? EVENT_ESCALATE : EVENT_COUNT;
		break;
	case 10:
		merge(w, x, &w->v[lives_dice(w, (uint32_t)w->n)]);
		return;
	}
	if (a.event != EVENT_COUNT)
		lives_move(w, x, &a);
}

/* What the table must not know. */
static void
mischief(struct lives *w, struct life *x)
{
	bool open = incident_is_open(&x->i);

	if (x->i.level == 3 && open) {
		lives_refused(w, x, EVENT_QUIET);
		lives_refused(w, x, EVENT_EXPIRE);
	}
	if (x->i.state == INCIDENT_RESPONDING)
		lives_refused(w, x, EVENT_CLOSE);
	if (x->i.state == INCIDENT_OPEN)
		lives_refused(w, x, EVENT_VERDICT_WATCH);
	if (open)
		lives_refused(w, x, EVENT_RECUR);
	if (!open)
		lives_refused(w, x, (enum incident_event)lives_dice(w, EVENT_RECUR));
	if (x->i.state == INCIDENT_MERGED)
		lives_refused(w, x, EVENT_RECUR);
}

/* ---- a life ---------------------------------------------------------------------------------------------- */

/* Minutes, hours, and sometimes days in which nothing comes: signals must be able to clear. */
static int64_t
pause_of(struct lives *w)
{
	static const int64_t spans[] = { 60, 600, 1800, HOUR, 6 * HOUR, DAY, 2 * DAY };

	return spans[lives_dice(w, LY_COUNT(spans))] * (1 + (int64_t)lives_dice(w, 3)) / 2;
}

/* NULL, or what went wrong. */
static const char *
live(struct lives *w, const struct level_move *table, int64_t *taken, uint64_t seed)
{
	lives_tie *tie = w->tie;

	memset(w, 0, offsetof(struct lives, v));
	w->n = 0;
	w->why[0] = 0;
	w->table = table;
	w->tie = tie ? tie : course_tie;
	w->taken = taken;
	w->dice = seed * 2654435761u + 97;
	w->now = T0;
	for (int k = 0; k < STEPS && !w->why[0]; k++) {
		struct life *x;

		lives_until(w, w->now + pause_of(w));
		switch (lives_dice(w, 8)) {
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
			x = &w->v[lives_dice(w, (uint32_t)w->n)];
			x->out[lives_dice(w, PEOPLE)] |= !lives_dice(w, 20);
			mischief(w, x);
			if (incident_is_open(&x->i))
				person(w, x);
		}
		lives_mark(w);
		lives_until(w, w->now);
		lives_check(w);
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
	uint64_t histories = nightly && *nightly == '1' ? 1000000 : SANITIZED ? 1000 : 4000;
	static int64_t taken[ROWS_MAX];
	static struct lives w;
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
		if (!taken[r] && !SANITIZED)
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
	static struct lives w;
	size_t rows = rows_of(level_moves);

	(void)state;
	if (SANITIZED)
		skip(); /* it asks of the table, not of the code */
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

/* As when each watch opened its own. */
static enum course_tie
by_watch_alone(const struct incident *i, bool tells, bool own, bool heir)
{
	(void)tells;
	return course_tie(i, false, own, heir);
}

static void
by_the_watch_alone_a_story_has_two_incidents(void **state)
{
	static struct lives w = { .tie = by_watch_alone };
	const char *bad = NULL;

	(void)state;
	for (uint64_t h = 0; h < 400 && !bad; h++)
		bad = live(&w, level_moves, NULL, h);
	assert_non_null(bad);
	assert_non_null(strstr(bad, "two open incidents of one story"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_the_rules_hold_and_every_row_is_taken),
		cmocka_unit_test(without_any_row_a_rule_is_broken),
		cmocka_unit_test(by_the_watch_alone_a_story_has_two_incidents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
