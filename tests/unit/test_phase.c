#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "responder/phase.h"

static void
the_curve_says_where_it_stands(void **state)
{
	static const struct {
		const char *what;
		int64_t usual_milli;
		int64_t v[14]; /* by hour; ends with -1 */
		enum phase phase;
	} cases[] = {
		{ "a few grumble", 0, { 1, 0, 1, 1, -1 }, PHASE_LATENT },
		{ "as many as always", 10000, { 9, 12, 11, 10, 14, -1 }, PHASE_LATENT },
		{ "it rises", 1000, { 1, 2, 6, 15, 40, -1 }, PHASE_OUTBREAK },
		{ "it stands high", 1000, { 5, 60, 70, 65, 62, 60, 58, -1 }, PHASE_OUTBREAK },
		{ "the first hour of all", 0, { 9, -1 }, PHASE_OUTBREAK },
		{ "half of it is left",
		  1000,
		  { 5, 60, 70, 65, 40, 30, 28, 30, -1 },
		  PHASE_LASTING },
		{ "one quiet hour ends nothing",
		  1000,
		  { 60, 70, 65, 50, 40, 35, 30, 0, -1 },
		  PHASE_LASTING },
		{ "a fifth is left", 1000, { 60, 70, 65, 40, 20, 9, 8, 9, -1 }, PHASE_ENDING },
		{ "what is usual is left",
		  12000,
		  { 60, 70, 65, 40, 20, 12, 12, 12, -1 },
		  PHASE_ENDING },
		{ "it flares up again",
		  1000,
		  { 60, 70, 65, 20, 5, 4, 30, 60, 80, -1 },
		  PHASE_OUTBREAK },
		{ "nothing at all", 0, { 0, -1 }, PHASE_LATENT },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		static struct phase_curve c;

		c = (struct phase_curve){ .usual_milli = cases[i].usual_milli };
		while (cases[i].v[c.n] >= 0) {
			c.v[c.n] = cases[i].v[c.n];
			c.n++;
		}
		if (phase_of(&c) != cases[i].phase)
			fail_msg("%s: %s", cases[i].what, phase_words[phase_of(&c)]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_curve_says_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
