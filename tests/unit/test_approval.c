/* Approvals: random histories of drafts against what must hold whatever people do, who may approve,
 * and what an emergency asks for. LY_NIGHTLY=1: a hundred times as many. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/approval.h"

#define PEOPLE   5 /* anna, bob, cara approve; dan and eve do not */
#define STEPS    60
#define ROWS_MAX 40

static const struct str people[PEOPLE] = { STR_INIT("anna"), STR_INIT("bob"), STR_INIT("cara"),
					   STR_INIT("dan"), STR_INIT("eve") };

/* ---- a small world: one template's newest text, and those that were said ------------------------- */

/* What really happened, kept apart from what the code keeps. */
struct text {
	enum draft_state state;
	struct approvals given;
	bool said_yes[PEOPLE]; /* to exactly this text, and nothing has changed since */
	int author;            /* PEOPLE: the template */
	bool faulty;
};
struct office {
	const struct draft_course *table;
	int64_t *taken;
	uint64_t dice;
	struct approval_conf conf;
	int64_t level, now, asked_at;
	bool out[PEOPLE];
	struct str outs[PEOPLE], mays[PEOPLE];
	struct conf_texts out_list, may_list;
	struct text t, said; /* said: what stands in public */
	char why[160];
};

static uint32_t
dice(struct office *o, uint32_t n)
{
	o->dice ^= o->dice << 13;
	o->dice ^= o->dice >> 7;
	o->dice ^= o->dice << 17;
	return (uint32_t)(o->dice >> 11) % n;
}

static void
wrong(struct office *o, const char *what)
{
	if (!o->why[0])
		snprintf(o->why, sizeof o->why, "%s (L%d, %s)", what, (int)o->level,
			 draft_state_words[o->t.state]);
}

/* may: what RESPONSE.md says of it. */
static bool
move(struct office *o, struct text *t, enum draft_event event, bool may)
{
	enum draft_state to = draft_next_by(o->table, t->state, event);

	if (may != (to != DRAFT_NONE)) {
		wrong(o, draft_event_words[event]);
		return false;
	}
	if (!may)
		return false;
	for (size_t r = 0; o->taken && o->table[r].what; r++)
		if (o->table[r].event == event && o->table[r].from >> t->state & 1) {
			o->taken[r]++;
			break;
		}
	if (draft_voids(event))
		t->given.n = 0;
	/* What really makes void is not asked of the code that is tried. */
	if (event == DRAFT_FAULTS || event == DRAFT_REJECT || event == DRAFT_EXPIRE)
		memset(t->said_yes, 0, sizeof t->said_yes);
	t->state = to;
	return true;
}

static void
lists_make(struct office *o)
{
	o->out_list = (struct conf_texts){ o->outs, 0 };
	o->may_list = (struct conf_texts){ o->mays, 0 };
	for (int p = 0; p < PEOPLE; p++) {
		if (o->out[p])
			o->outs[o->out_list.n++] = people[p];
		else if (p < 3)
			o->mays[o->may_list.n++] = people[p];
	}
}

static struct approval_ask
ask_of(struct office *o)
{
	lists_make(o);
	return (struct approval_ask){ approvals_needed(&o->conf, o->level),
				      o->conf.author_alone != 0,
				      o->t.author < PEOPLE ? people[o->t.author] : STR(""),
				      &o->t.given,
				      &o->out_list,
				      &o->may_list };
}

/* People who said yes to exactly this text, may, and are not out; *others: one did not write it. */
static int64_t
eyes(const struct office *o, bool *others)
{
	int64_t n = 0;

	*others = false;
	for (int p = 0; p < 3; p++)
		if (o->t.said_yes[p] && !o->out[p]) {
			n++;
			*others |= p != o->t.author;
		}
	return n;
}

static bool
is_clean(const struct text *t)
{
	return t->state == DRAFT_LINT_PASSED || t->state == DRAFT_IN_REVIEW ||
	       t->state == DRAFT_APPROVED;
}

static bool
is_unsaid(const struct text *t)
{
	return is_clean(t) || t->state == DRAFT_GENERATED || t->state == DRAFT_EDITING ||
	       t->state == DRAFT_LINT_FAILED;
}

/* ---- what people do ------------------------------------------------------------------------------- */

static void
begin(struct office *o, int author)
{
	static const enum draft_event made[] = { DRAFT_MADE_GAPS, DRAFT_MADE_FAULTY,
						 DRAFT_MADE_CLEAN };

	o->t = (struct text){ .state = DRAFT_NONE, .author = author };
	move(o, &o->t, author < PEOPLE ? DRAFT_EDIT : made[dice(o, 3)], true);
}

static void
edit(struct office *o)
{
	struct text before = o->t;

	move(o, &before, DRAFT_REPLACE, is_unsaid(&before));
	begin(o, (int)dice(o, PEOPLE));
}

/* The lint looks again: as the code does, nothing happens when it says what it said. */
static void
look(struct office *o)
{
	bool faulty = !dice(o, 4);
	bool failed = o->t.state == DRAFT_LINT_FAILED;

	if (faulty)
		move(o, &o->t, DRAFT_FAULTS, is_unsaid(&o->t) && !failed);
	else
		move(o, &o->t, DRAFT_CLEAN, is_unsaid(&o->t) && !is_clean(&o->t));
}

static void
approve(struct office *o)
{
	int p = (int)dice(o, PEOPLE);
	struct approval_ask q = ask_of(o);
	const char *no = approval_refused(&q, people[p]);
	bool may = p < 3 && !o->out[p] && !o->t.said_yes[p] &&
		   !(q.needed == 1 && !o->conf.author_alone && o->t.author == p);
	bool others;

	if (may != !no)
		wrong(o, no ? no : "may approve, and may not");
	if (no || (o->t.state == DRAFT_APPROVED && approvals_suffice(&q)))
		return;
	if (!is_clean(&o->t)) {
		move(o, &o->t, DRAFT_APPROVE, false);
		return;
	}
	o->t.given.who[o->t.given.n++] = people[p];
	o->t.said_yes[p] = true;
	move(o, &o->t, approvals_suffice(&q) ? DRAFT_APPROVE_LAST : DRAFT_APPROVE, true);
	if (approvals_suffice(&q) !=
	    (eyes(o, &others) >= q.needed && (others || o->conf.author_alone)))
		wrong(o, "enough, and not enough");
	o->asked_at = o->now;
}

static void
released(struct office *o)
{
	o->said = o->t;
	begin(o, PEOPLE);
}

/* Invariant: whatever leaves as approved has the eyes that its level asks for. */
static void
say(struct office *o)
{
	struct approval_ask q = ask_of(o);
	bool others, enough = approvals_suffice(&q);
	int64_t n = eyes(o, &others);

	if (!enough || o->t.state != DRAFT_APPROVED) {
		if (o->t.state != DRAFT_APPROVED)
			move(o, &o->t, DRAFT_RELEASE, false);
		return;
	}
	if (!move(o, &o->t, DRAFT_RELEASE, true))
		return;
	if (n < (o->level == 3 ? 2 : 1) || n < q.needed || (!others && !o->conf.author_alone))
		wrong(o, "released without the approvals of different people");
	released(o);
}

static void
say_in_emergency(struct office *o)
{
	struct approval_ask q = ask_of(o);
	struct emergency_ask em = {
		.conf = &o->conf,
		.approval = &q,
		.level = o->level,
		.holding = dice(o, 4) > 0,
		.preapproved = dice(o, 4) > 0,
		.by_hand = o->t.author<PEOPLE, .gaps = !dice(o, 6), .facts_only = dice(o, 6)> 0,
		.asked_at = o->asked_at,
		.now = o->now
	};
	const char *no = o->t.state == DRAFT_IN_REVIEW ? approval_emergency(&em) : "not asked";
	bool others;
	int64_t n = eyes(o, &others);

	if (no)
		return;
	if (n < 1 || o->level < 3 || !em.holding || !em.preapproved || em.by_hand || em.gaps ||
	    !em.facts_only || !o->asked_at || o->now - o->asked_at < 600)
		wrong(o, "an emergency that is none");
	if (move(o, &o->t, DRAFT_EMERGENCY, true))
		released(o);
}

static void
say_elsewhere(struct office *o)
{
	struct approval_ask q = ask_of(o);
	int free = 0;

	for (int p = 0; p < 3; p++)
		free += !o->out[p];
	if (approvals_possible(&q) !=
	    (free >= q.needed && (free > 1 || o->t.author >= PEOPLE || o->conf.author_alone ||
				  o->t.author > 2 || o->out[o->t.author])))
		wrong(o, "whether it could be approved");
	if (!approvals_possible(&q) && move(o, &o->t, DRAFT_TOLD, is_clean(&o->t)))
		released(o);
}

static void
end_of(struct office *o)
{
	bool stands = o->said.state == DRAFT_RELEASED || o->said.state == DRAFT_ELSEWHERE;

	if (!o->said.state)
		return;
	move(o, &o->said, dice(o, 2) ? DRAFT_CORRECT : DRAFT_WITHDRAW, stands);
}

static void
step(struct office *o)
{
	static const int64_t pauses[] = { 30, 120, 700, 3600 };

	o->now += pauses[dice(o, LY_COUNT(pauses))];
	switch (dice(o, 16)) {
	case 0:
		edit(o);
		break;
	case 1:
	case 2:
		look(o);
		break;
	case 3:
		move(o, &o->t, DRAFT_SUBMIT, o->t.state == DRAFT_LINT_PASSED);
		break;
	case 4:
		move(o, &o->t, DRAFT_REJECT,
		     o->t.state == DRAFT_IN_REVIEW || o->t.state == DRAFT_APPROVED);
		break;
	case 5:
		move(o, &o->t, DRAFT_EXPIRE, is_clean(&o->t));
		break;
	case 6:
		o->out[dice(o, PEOPLE)] = !dice(o, 3);
		break;
	case 7:
		o->level = 1 + dice(o, 3);
		break;
	case 8:
		say_elsewhere(o);
		break;
	case 9:
		say_in_emergency(o);
		break;
	case 10:
		end_of(o);
		break;
	case 11:
	case 12:
		say(o);
		break;
	default:
		approve(o);
	}
}

static const char *
live(struct office *o, const struct draft_course *table, int64_t *taken, uint64_t seed)
{
	memset(o, 0, sizeof *o);
	o->table = table;
	o->taken = taken;
	o->dice = seed * 2654435761u + 97;
	o->level = 1 + dice(o, 3);
	o->now = 1773100800;
	o->conf.author_alone = !dice(o, 4);
	begin(o, PEOPLE);
	for (int k = 0; k < STEPS && !o->why[0]; k++)
		step(o);
	return o->why[0] ? o->why : NULL;
}

static size_t
rows_of(const struct draft_course *table)
{
	size_t n = 0;

	while (table[n].what)
		n++;
	return n;
}

static void
nothing_is_released_without_the_approvals_and_every_row_is_taken(void **state)
{
	const char *nightly = getenv("LY_NIGHTLY");
	uint64_t histories = nightly && *nightly == '1' ? 1000000 : 10000;
	static int64_t taken[ROWS_MAX];
	static struct office o;
	size_t rows = rows_of(draft_courses);

	(void)state;
	assert_true(rows < ROWS_MAX);
	for (uint64_t h = 0; h < histories; h++) {
		const char *bad = live(&o, draft_courses, taken, h);

		if (bad)
			fail_msg("history %llu: %s", (unsigned long long)h, bad);
	}
	for (size_t r = 0; r < rows; r++)
		if (!taken[r])
			fail_msg("row %zu (%s: %s) was never taken", r,
				 draft_event_words[draft_courses[r].event],
				 draft_courses[r].what);
}

static void
without_any_row_something_is_missed(void **state)
{
	enum { ENOUGH = 2000 };
	static struct draft_course table[ROWS_MAX];
	static struct office o;
	size_t rows = rows_of(draft_courses);

	(void)state;
	for (size_t gone = 0; gone < rows; gone++) {
		uint64_t h = 0;

		memcpy(table, draft_courses, gone * sizeof *table);
		memcpy(table + gone, draft_courses + gone + 1, (rows - gone) * sizeof *table);
		while (h < ENOUGH && !live(&o, table, NULL, h))
			h++;
		if (h == ENOUGH)
			fail_msg("row %zu (%s: %s) is missed by nobody", gone,
				 draft_event_words[draft_courses[gone].event],
				 draft_courses[gone].what);
	}
}

/* ---- one by one --------------------------------------------------------------------------------------- */

static void
each_lock_of_an_emergency_holds_alone(void **state)
{
	static struct str anna[] = { STR_INIT("anna") };
	struct approvals one = { .who = { STR("anna") }, .n = 1 }, none = { .n = 0 };
	struct conf_texts nobody = { NULL, 0 }, out = { anna, 1 }, may = { anna, 1 };
	struct approval_conf conf = { .after = 0 };
	struct approval_ask q = { 2, false, STR(""), &one, &nobody, &may };
	const struct emergency_ask good = { .conf = &conf,
					    .approval = &q,
					    .level = 3,
					    .holding = true,
					    .preapproved = true,
					    .facts_only = true,
					    .asked_at = 1000,
					    .now = 1600 };
	struct emergency_ask x;

	(void)state;
	assert_null(approval_emergency(&good));
#define BUT(change, says)                                              \
	do {                                                           \
		x = good;                                              \
		change;                                                \
		assert_non_null(approval_emergency(&x));               \
		assert_non_null(strstr(approval_emergency(&x), says)); \
	} while (0)
	BUT(x.level = 2, "for L3");
	BUT(x.holding = false, "holding statement");
	BUT(x.preapproved = false, "approved_by");
	BUT(x.by_hand = true, "changed the text");
	BUT(x.gaps = true, "gaps");
	BUT(x.facts_only = false, "no confirmed fact");
	BUT(x.asked_at = 0, "no notice");
	BUT(x.now = 1599, "a short while ago");
#undef BUT
	q.given = &none;
	assert_non_null(strstr(approval_emergency(&good), "wants an approval"));
	q.given = &one;
	q.out = &out;
	assert_non_null(strstr(approval_emergency(&good), "wants an approval"));
	q.out = &nobody;
	q.author = STR("anna");
	assert_non_null(strstr(approval_emergency(&good), "wants an approval"));
}

static void
a_level_asks_for_what_the_configuration_says(void **state)
{
	static const struct approval_conf none, own = { .l1 = 1, .l2 = 2, .l3 = 3 };

	(void)state;
	assert_int_equal(approvals_needed(&none, 1), 1);
	assert_int_equal(approvals_needed(&none, 2), 1);
	assert_int_equal(approvals_needed(&none, 3), 2);
	assert_int_equal(approvals_needed(&own, 2), 2);
	assert_int_equal(approvals_needed(&own, 3), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nothing_is_released_without_the_approvals_and_every_row_is_taken),
		cmocka_unit_test(without_any_row_something_is_missed),
		cmocka_unit_test(each_lock_of_an_emergency_holds_alone),
		cmocka_unit_test(a_level_asks_for_what_the_configuration_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
