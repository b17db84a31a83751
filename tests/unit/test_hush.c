/* What breaks the silence of a story that was called a wrong alarm (RESPONSE.md section 2). */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/document.h"
#include "responder/hush.h"

#define NEWS  (1u << CLASS_NEWS)
#define FORUM (1u << CLASS_FORUM)

static void
a_story_stays_silent_until_it_is_another(void **state)
{
	static const struct {
		struct hush_reach then, now;
		enum hush_broken says;
	} cases[] = {
		{ { 4, NEWS, -1, 0, false }, { 4, NEWS, -1, 0, false }, HUSH_HOLDS },
		/* Three times its authors. */
		{ { 4, NEWS, -1, 0, false }, { 11, NEWS, -1, 0, false }, HUSH_HOLDS },
		{ { 4, NEWS, -1, 0, false }, { 12, NEWS, -1, 0, false }, HUSH_AUTHORS },
		{ { 1, NEWS, -1, 0, false }, { 2, NEWS, -1, 0, false }, HUSH_HOLDS },
		{ { 1, NEWS, -1, 0, false }, { 3, NEWS, -1, 0, false }, HUSH_AUTHORS },
		{ { 0, NEWS, -1, 0, false }, { 2, NEWS, -1, 0, false }, HUSH_HOLDS },
		{ { 0, NEWS, -1, 0, false }, { 3, NEWS, -1, 0, false }, HUSH_AUTHORS },
		/* A class of source that it had not; one that it lost is none. */
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS | FORUM, -1, 0, false }, HUSH_CLASS },
		{ { 4, NEWS | FORUM, -1, 0, false }, { 5, FORUM, -1, 0, false }, HUSH_HOLDS },
		/* An author of T2 or more. */
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, 1, 0, false }, HUSH_HOLDS },
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, 2, 0, false }, HUSH_TIERED },
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, 3, 0, false }, HUSH_TIERED },
		/* A hot list at any place, an official source; the gravest is told. */
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, -1, 50, false }, HUSH_HOTLIST },
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, -1, 1, false }, HUSH_HOTLIST },
		{ { 4, NEWS, -1, 0, false }, { 5, NEWS, -1, 0, true }, HUSH_OFFICIAL },
		{ { 4, NEWS, -1, 0, false }, { 99, NEWS | FORUM, 3, 1, true }, HUSH_OFFICIAL },
		{ { 4, NEWS, -1, 0, false }, { 99, NEWS | FORUM, 3, 1, false }, HUSH_HOTLIST },
		{ { 4, NEWS, -1, 0, false }, { 99, NEWS | FORUM, 3, 0, false }, HUSH_TIERED },
		{ { 4, NEWS, -1, 0, false }, { 99, NEWS | FORUM, 1, 0, false }, HUSH_CLASS },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (hush_judge(&cases[i].then, &cases[i].now) != cases[i].says)
			fail_msg("case %zu: %s, not %s", i,
				 hush_words[hush_judge(&cases[i].then, &cases[i].now)],
				 hush_words[cases[i].says]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_story_stays_silent_until_it_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
