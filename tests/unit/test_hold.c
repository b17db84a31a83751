/* Why a notice waits, and until when: the decision alone. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/hold.h"
#include "responder/tags_store.h"

#define NOW INT64_C(1800000000)

static void
the_first_that_applies_holds_it(void **state)
{
	static const struct {
		struct hold_ask q;
		enum hold_why why;
		int64_t after; /* now */
	} cases[] = {
		{ { .level = 1 }, HOLD_NOT, 0 },
		{ { .level = 2, .silenced_until = NOW + 5 }, HOLD_SILENCED, 5 },
		{ { .level = 2, .silenced_until = NOW }, HOLD_NOT, 0 },
		{ { .level = 2, .silenced_until = NOW + 5, .mute_until = NOW + 9 },
		  HOLD_SILENCED,
		  5 },
		{ { .level = 2, .mute_until = NOW + 9, .inhibited = true }, HOLD_MUTED, 9 },
		{ { .level = 2, .mute_until = NOW, .inhibited = true }, HOLD_INHIBITED, 3600 },
		{ { .level = 1,
		    .inhibited = true,
		    .reach_at = NOW + 7,
		    .reach_why = HOLD_QUIET },
		  HOLD_INHIBITED,
		  3600 },
		{ { .level = 1,
		    .reach_at = NOW + 7,
		    .reach_why = HOLD_QUIET,
		    .budget_at = NOW },
		  HOLD_QUIET,
		  7 },
		{ { .level = 1, .reach_at = NOW + 7, .reach_why = HOLD_SHIFT }, HOLD_SHIFT, 7 },
		{ { .level = 1, .reach_at = NOW + 7, .reach_why = HOLD_BUNDLE },
		  HOLD_BUNDLE,
		  7 },
		{ { .level = 1, .reach_at = NOW, .reach_why = HOLD_QUIET }, HOLD_NOT, 0 },
		{ { .level = 2, .budget_at = NOW - 600 }, HOLD_BUDGET, 3000 },
		{ { .level = 2, .budget_at = NOW - 3599 }, HOLD_BUDGET, 1 },
		{ { .level = 2, .budget_at = NOW - 3600 }, HOLD_NOT, 0 },
		/* L3 only by a silence (that names the level: silence.h), safety by nothing. */
		{ { .level = 3,
		    .mute_until = NOW + 9,
		    .inhibited = true,
		    .reach_at = NOW + 7,
		    .reach_why = HOLD_QUIET,
		    .budget_at = NOW },
		  HOLD_NOT,
		  0 },
		{ { .level = 3, .silenced_until = NOW + 5 }, HOLD_SILENCED, 5 },
		{ { .level = 1,
		    .safety = true,
		    .silenced_until = NOW + 5,
		    .mute_until = NOW + 9,
		    .inhibited = true,
		    .reach_at = NOW + 7,
		    .reach_why = HOLD_QUIET,
		    .budget_at = NOW },
		  HOLD_NOT,
		  0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct hold_ask q = cases[i].q;
		struct hold h;

		q.now = NOW;
		h = hold_decide(&q);
		if (h.why != cases[i].why || h.until != NOW + cases[i].after)
			fail_msg("case %zu: %s, %lld", i, hold_words[h.why],
				 (long long)(h.until - NOW));
	}
	assert_int_equal(HOLD_BUDGET_N, 12);
}

/* Two hours against the 22 before them. */
static void
voices_rise_when_an_hour_has_twice_as_many(void **state)
{
	(void)state;
	assert_false(tags_rising(4, 0));
	assert_true(tags_rising(5, 0));
	assert_true(tags_rising(20, 110));
	assert_false(tags_rising(20, 111));
	assert_false(tags_rising(6, 34));
	assert_true(tags_rising(6, 33));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_applies_holds_it),
		cmocka_unit_test(voices_rise_when_an_hour_has_twice_as_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
