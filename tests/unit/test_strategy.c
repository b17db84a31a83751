#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "responder/strategy.h"

#define FIRST (STRATEGY_INSTRUCT | STRATEGY_ADJUST)

static void
each_type_has_its_strategy(void **state)
{
	static const struct {
		enum crisis_type type;
		enum answer fault, history;
		int64_t reputation;
		enum truth claim;
		enum crisis_cluster cluster;
		unsigned use, blocked;
	} cases[] = {
		{ CRISIS_RUMOUR, ANSWER_NO, ANSWER_NO, 2, TRUTH_UNTRUE, CLUSTER_VICTIM,
		  FIRST | STRATEGY_DENY, STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_RUMOUR, ANSWER_NO, ANSWER_NO, 2, TRUTH_TRUE, CLUSTER_VICTIM, FIRST,
		  STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_RUMOUR, ANSWER_NO, ANSWER_NO, 2, TRUTH_PARTLY, CLUSTER_VICTIM, FIRST,
		  STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_RUMOUR, ANSWER_UNKNOWN, ANSWER_NO, 2, TRUTH_UNTRUE, CLUSTER_VICTIM,
		  FIRST | STRATEGY_UNCERTAIN,
		  STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_RUMOUR, ANSWER_NO, ANSWER_YES, 2, TRUTH_UNTRUE, CLUSTER_ACCIDENTAL,
		  FIRST | STRATEGY_DENY, STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_DISASTER, ANSWER_NO, ANSWER_NO, -1, TRUTH_TRUE, CLUSTER_VICTIM, FIRST,
		  STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_TAMPERING, ANSWER_YES, ANSWER_NO, 2, TRUTH_TRUE, CLUSTER_ACCIDENTAL,
		  FIRST | STRATEGY_DIMINISH, STRATEGY_DENY | STRATEGY_REBUILD },
		{ CRISIS_TECHNICAL_ERROR, ANSWER_NO, ANSWER_NO, 1, TRUTH_TRUE,
		  CLUSTER_ACCIDENTAL, FIRST | STRATEGY_DIMINISH,
		  STRATEGY_DENY | STRATEGY_REBUILD },
		{ CRISIS_TECHNICAL_ERROR, ANSWER_YES, ANSWER_NO, 0, TRUTH_TRUE,
		  CLUSTER_PREVENTABLE, FIRST | STRATEGY_REBUILD,
		  STRATEGY_DENY | STRATEGY_DIMINISH },
		{ CRISIS_CHALLENGE, ANSWER_NO, ANSWER_YES, 0, TRUTH_UNVERIFIED,
		  CLUSTER_PREVENTABLE, FIRST | STRATEGY_UNCERTAIN | STRATEGY_REBUILD,
		  STRATEGY_DENY | STRATEGY_DIMINISH },
		{ CRISIS_HUMAN_ERROR, ANSWER_YES, ANSWER_YES, 0, TRUTH_TRUE,
		  CLUSTER_PREVENTABLE, FIRST | STRATEGY_REBUILD,
		  STRATEGY_DENY | STRATEGY_DIMINISH },
		{ CRISIS_MISDEED, ANSWER_YES, ANSWER_NO, 2, TRUTH_UNTRUE, CLUSTER_PREVENTABLE,
		  FIRST | STRATEGY_DENY, STRATEGY_DIMINISH | STRATEGY_REBUILD },
		{ CRISIS_UNKNOWN, ANSWER_YES, ANSWER_YES, 0, TRUTH_TRUE, CLUSTER_UNKNOWN,
		  FIRST | STRATEGY_UNCERTAIN,
		  STRATEGY_DENY | STRATEGY_DIMINISH | STRATEGY_REBUILD },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct assessment a = { cases[i].type, cases[i].fault, ANSWER_NO,
					cases[i].history, cases[i].reputation };
		struct strategies s = strategies_of(&a, cases[i].claim);

		if (s.cluster != cases[i].cluster || s.use != cases[i].use ||
		    s.blocked != cases[i].blocked)
			fail_msg("case %zu: %s, use %x, blocked %x: %s", i,
				 cluster_words[s.cluster], s.use, s.blocked, s.why_en);
	}
}

/* Whatever the form says. */
static void
no_form_leads_to_what_is_never_allowed(void **state)
{
	enum { TRUTHS = 4, ANSWERS = 3, REPUTATIONS = 4 };
	int n = CRISIS_TYPES * ANSWERS * ANSWERS * ANSWERS * REPUTATIONS * TRUTHS;

	(void)state;
	for (int k = 0, x = 0; k < n; x = ++k) {
		struct assessment a;
		enum truth claim;
		struct strategies s;

		claim = (enum truth)(x % TRUTHS);
		x /= TRUTHS;
		a.reputation = x % REPUTATIONS - 1;
		x /= REPUTATIONS;
		a.fault = (enum answer)(x % ANSWERS);
		x /= ANSWERS;
		a.injury = (enum answer)(x % ANSWERS);
		x /= ANSWERS;
		a.history = (enum answer)(x % ANSWERS);
		a.type = (enum crisis_type)(x / ANSWERS);
		s = strategies_of(&a, claim);
		assert_int_equal(s.use & FIRST, FIRST);
		assert_int_equal(s.use & s.blocked, 0);
		assert_non_null(s.why_en);
		assert_null(strategies_conflict(&s, s.use));
		if (s.use & STRATEGY_DENY) {
			assert_int_equal(claim, TRUTH_UNTRUE);
			assert_int_not_equal(a.fault, ANSWER_UNKNOWN);
			assert_int_equal(s.use & (STRATEGY_DIMINISH | STRATEGY_REBUILD), 0);
		} else {
			assert_true(s.blocked & STRATEGY_DENY);
		}
		if (claim == TRUTH_UNVERIFIED)
			assert_true(s.use & STRATEGY_UNCERTAIN);
	}
}

static void
a_text_that_mixes_or_leaves_out_what_comes_first_conflicts(void **state)
{
	struct assessment a = { CRISIS_HUMAN_ERROR, ANSWER_YES, ANSWER_YES, ANSWER_NO, 1 };
	struct strategies s = strategies_of(&a, TRUTH_TRUE);

	(void)state;
	assert_null(strategies_conflict(&s, FIRST | STRATEGY_REBUILD));
	assert_string_equal(strategies_conflict(&s, FIRST | STRATEGY_DENY | STRATEGY_REBUILD),
			    "one claim is never both denied and diminished or rebuilt");
	assert_string_equal(strategies_conflict(&s, FIRST | STRATEGY_DENY),
			    "denying is blocked");
	assert_string_equal(strategies_conflict(&s, FIRST | STRATEGY_DIMINISH),
			    "diminishing is blocked");
	assert_string_equal(strategies_conflict(&s, STRATEGY_REBUILD),
			    "how to stay safe and what is being done come first");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_type_has_its_strategy),
		cmocka_unit_test(no_form_leads_to_what_is_never_allowed),
		cmocka_unit_test(a_text_that_mixes_or_leaves_out_what_comes_first_conflicts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
