#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/gate.h"
#include "responder/policy.h"
#include "tests/support/lives.h"

uint32_t
lives_dice(struct lives *w, uint32_t sides)
{
	w->dice = w->dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(w->dice >> 33) % sides;
}

void
lives_wrong(struct lives *w, const struct life *x, const char *what)
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

/* As the query of matter_store.c has it. */
static bool
ack_over(const struct incident *i, int64_t now)
{
	return i->acked_until && i->acked_until <= now && incident_is_open(i) &&
	       i->state != INCIDENT_WATCHING;
}

static void
clock_end(struct life *x, enum deadline_kind k, int64_t now)
{
	if (x->clock[k].started_at && !x->clock[k].ended_at)
		x->clock[k].ended_at = now;
}

bool
lives_runs(const struct life *x, enum deadline_kind k)
{
	return x->clock[k].started_at && !x->clock[k].ended_at;
}

/* Planned now; by night it is held until the morning. */
static void
page(struct lives *w, struct life *x, int64_t step)
{
	int64_t held = lives_dice(w, 3) ? 0 : (1 + (int64_t)lives_dice(w, 9)) * HOUR;

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

static void
check_move(struct lives *w, const struct incident *before, const struct life *x,
	   const struct act *a)
{
	struct incident want = *before;

	expect(&want, a->event, a->other);
	if (want.state != x->i.state)
		lives_wrong(w, x, incident_event_words[a->event]);
	if (want.level != x->i.level)
		lives_wrong(w, x, "the level after it");
	if (incident_is_open(before) && x->i.level > before->level && !is_raising(a->event))
		lives_wrong(w, x, "raised by what raises nothing");
	if (incident_is_open(before) && x->i.level < before->level &&
	    !(a->event == EVENT_LOWER && a->person))
		lives_wrong(w, x, "lowered without a person");
	if (before->level == 3 && incident_is_open(before) && x->i.state == INCIDENT_CLOSED &&
	    !a->person)
		lives_wrong(w, x, "an L3 closed by itself");
}

/* What notices and clocks make of a move, as notice.c and urge.c do. */
static void
follow_up(struct lives *w, const struct incident *before, struct life *x,
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
check_roles(struct lives *w, const struct life *x)
{
	const struct notice_conf conf = { .people = { people, PEOPLE } };
	struct str names[PEOPLE];
	struct conf_texts out = { names, 0 };
	struct gate_slot slot;

	for (int p = 0; p < PEOPLE; p++)
		if (x->out[p])
			names[out.n++] = people[p].key;
	slot = gate_pick(&conf, &out, "approver", people[lives_dice(w, PEOPLE)].key);
	for (int p = 0; p < PEOPLE; p++)
		if (x->out[p] && (slot.person == &people[p] || slot.deputy == &people[p]))
			lives_wrong(w, x, "who is named approves");
	if (!slot.person && !(x->out[0] && x->out[1] && x->out[2]))
		lives_wrong(w, x, "nobody approves, though somebody could");
}

void
lives_move(struct lives *w, struct life *x, const struct act *a)
{
	struct incident before = x->i;
	struct course_step step = { .event = a->event,
				    .at = w->now,
				    .grade = a->grade,
				    .until = a->until,
				    .other = a->other };
	const struct level_move *row = course_take(w->table, &x->i, &step);

	if (!row) {
		lives_wrong(w, x, incident_event_words[a->event]);
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
void
lives_refused(struct lives *w, struct life *x, enum incident_event event)
{
	struct incident before = x->i;
	struct course_step step = { .event = event, .at = w->now, .other = &before };

	if (course_take(w->table, &x->i, &step) || memcmp(&before, &x->i, sizeof before) != 0)
		lives_wrong(w, x, "it was not refused");
}

/* ---- time ---------------------------------------------------------------------------------------- */

struct life *
lives_add(struct lives *w, unsigned stories, unsigned watches)
{
	struct life *x = &w->v[w->n++];
	int n = (int)w->n;

	*x = (struct life){ .i = { .id = ID_OF((struct str){ (const char *)&n, sizeof n }),
				   .opened_at = w->now },
			    .stories = stories,
			    .watches = watches };
	return x;
}

bool
lives_have_room(const struct lives *w)
{
	return w->n < INCIDENTS_MAX;
}

static void
ends(struct lives *w, struct life *x, enum incident_event event)
{
	enum incident_event next =
		event == EVENT_EXPIRE ? course_successor(&x->i) : EVENT_COUNT;
	unsigned stories = x->stories, watches = x->watches;

	lives_move(w, x, &(struct act){ .event = event });
	if (next == EVENT_COUNT || !lives_have_room(w))
		return;
	x->stories = 0;
	lives_move(w, lives_add(w, stories, watches), &(struct act){ .event = next });
}

static void
unanswered(struct lives *w, struct life *x)
{
	int64_t step = x->page.step;

	x->page.due_at = 0;
	if (step > 4) { /* at L3 the last step is told until somebody takes it */
		lives_move(w, x,
			   &(struct act){ .event = EVENT_ACK,
					  .person = true,
					  .until = w->now + 3 * DAY });
		return;
	}
	if (step < 1 || x->i.level == 3) {
		clock_end(x, DEADLINE_ACK, w->now);
		page(w, x, step + 1);
		return;
	}
	page_stop(x, w->now);
	lives_move(w, x, &(struct act){ .event = EVENT_POLICY_EXHAUSTED });
}

static int64_t
sooner(int64_t at, int64_t than)
{
	return at && at < than ? at : than;
}

static int64_t
due_of(struct lives *w, struct life *x)
{
	enum incident_event event;
	int64_t at;

	if (!incident_is_open(&x->i))
		return INT64_MAX;
	at = course_end_at(w->table, &x->i, &event);
	if (x->page.waits)
		at = sooner(x->page.sent_at, at);
	at = sooner(x->page.due_at, at);
	if (ack_over(&x->i, INT64_MAX))
		at = sooner(x->i.acked_until, at);
	for (int k = 0; k < DEADLINE_KINDS; k++)
		if (lives_runs(x, (enum deadline_kind)k))
			at = sooner(deadline_next_at(&x->clock[k]), at);
	return at;
}

/* What is due of one, each in the order in which it would be. */
static void
due_do(struct lives *w, struct life *x)
{
	enum incident_event event;

	if (x->page.waits && x->page.sent_at <= w->now)
		page_sent(x);
	else if (ack_over(&x->i, w->now))
		lives_move(w, x, &(struct act){ .event = EVENT_ACK_OVER });
	else if (course_end_at(w->table, &x->i, &event) <= w->now)
		ends(w, x, event);
	else if (x->page.due_at && x->page.due_at <= w->now)
		unanswered(w, x);
	for (int k = 0; k < DEADLINE_KINDS; k++)
		if (lives_runs(x, (enum deadline_kind)k))
			x->clock[k].percent = deadline_percent(&x->clock[k], w->now);
}

/* As turn.c does each minute. */
void
lives_mark(struct lives *w)
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

static void check_ended(struct lives *w);

void
lives_until(struct lives *w, int64_t at)
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
			lives_wrong(w, next ? next : w->v, "time stands still");
		if (!next)
			break;
		w->now = due > w->now ? due : w->now;
		due_do(w, next);
		lives_mark(w);
		lives_check(w);
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
check_clocks(struct lives *w, const struct life *x)
{
	for (int k = 0; k <= DEADLINE_PACK; k++) {
		const struct deadline *d = &x->clock[k];

		if (!lives_runs(x, (enum deadline_kind)k))
			continue;
		if (!deadline_goes_on((enum deadline_kind)k, &x->i))
			lives_wrong(w, x, "a clock runs that its state does not ask for");
		if (x->page.waits && d->started_at > x->page.held_from && !x->inherited[k])
			lives_wrong(w, x, "a clock runs while its notice is held");
		if (x->page.waits && k == DEADLINE_ACK)
			lives_wrong(w, x, "an answer is waited for to a notice that is held");
	}
	if (x->i.state == INCIDENT_RESPONDING && !x->page.waits &&
	    !lives_runs(x, DEADLINE_STATEMENT))
		lives_wrong(w, x, "told of an L3, and no clock runs");
}

void
lives_check(struct lives *w)
{
	unsigned covered = 0;

	for (size_t n = 0; n < w->n && !w->why[0]; n++) {
		const struct life *x = &w->v[n];
		const struct incident *i = &x->i;

		if (!fits(i))
			lives_wrong(w, x, "its state has not this level");
		if (x->moves != i->version)
			lives_wrong(w, x, "a move that nobody explains");
		if (!incident_is_open(i))
			continue;
		if (covered & x->stories)
			lives_wrong(w, x, "two open incidents of one story");
		covered |= x->stories;
		check_clocks(w, x);
	}
}

/* When all that was due is done. */
static void
check_ended(struct lives *w)
{
	for (size_t n = 0; n < w->n; n++) {
		const struct incident *i = &w->v[n].i;
		bool calm = i->clear_at && w->now > i->clear_at + DAY;

		if (i->level == 3 || !incident_is_open(i))
			continue;
		if (calm && i->state != INCIDENT_ASSESSING)
			lives_wrong(w, &w->v[n], "calm for a day, and open");
		if (w->now > i->opened_at + 14 * DAY)
			lives_wrong(w, &w->v[n], "older than 14 days");
	}
}
