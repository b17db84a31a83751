/* Which documents the crawler is asked to keep evidence of. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/control.h"
#include "core/str.h"

#include "responder/keep.h"

static void
grave_topics_and_far_heard_authors_are_kept(void **state)
{
	static const struct {
		int64_t severity, negated, followers, document_flags, mention_flags, mentions;
		int64_t keep;
	} cases[] = {
		{ 3, 0, -1, 0, 0, 1, KEEP_TOPIC },
		{ 2, 0, 100, 0, 0, 1, KEEP_TOPIC },
		{ 1, 0, 100, 0, 0, 1, 0 },
		{ 3, 1, 100, 0, 0, 1, 0 },            /* 没有异物 */
		{ 1, 0, 99999, 0, 0, 1, 0 },          /* T1       */
		{ 1, 0, 100000, 0, 0, 1, KEEP_TIER }, /* T2       */
		{ 2, 0, 500000, 0, 0, 1, KEEP_TOPIC | KEEP_TIER },
		{ 2, 0, 500000, 0, 0, 0, 0 }, /* about nobody we watch */
		{ 3, 0, 500000, DOCUMENT_OWNED, 0, 1, 0 },
		{ 3, 0, 500000, DOCUMENT_HISTORY, 0, 1, 0 },
		{ 3, 0, 500000, 0, MENTION_OWNED, 1, 0 },
		{ 3, 0, -1, DOCUMENT_OLD, 0, 1, KEEP_TOPIC },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct topic_hit t = { .topic = STR("x"),
				       .severity = cases[i].severity,
				       .negated = cases[i].negated };
		struct mention m = { .flags = cases[i].mention_flags, .topics = { &t, 1 } };
		struct result r = { .document = { .followers = cases[i].followers,
						  .flags = cases[i].document_flags },
				    .mentions = { &m, (size_t)cases[i].mentions } };

		if (keep_flags(&r) != cases[i].keep)
			fail_msg("case %zu: %lld", i, (long long)keep_flags(&r));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grave_topics_and_far_heard_authors_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
