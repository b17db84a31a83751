/*
 * What stories are worth may not fall: on the labelled headlines that whoever makes them may read
 * (bench_story has all figures, and the half that nobody reads).
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/shipped.h"
#include "tests/support/story_stream.h"

static void
stories_are_as_precise_and_complete_as_docs_say(void **state)
{
	static const struct {
		const char *path;
		double precision, recall;
	} gates[] = {
		{ STORY_SET_DEVELOP, .98, .90 },
		{ STORY_SET_MORE, .98, .89 },
		{ STORY_SET_TRAIN, .92, .74 },
		{ STORY_SET_NEAR, .89, .87 },
	};
	struct buf report = BUF(1 << 20);
	struct image *m = shipped_image(&report);
	struct arena *a = arena_new();
	struct err e = { .kind = ERR_NONE };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(gates); i++) {
		struct story_stream s = { .n = 0 };
		struct story_counts c = { 0 };

		assert_int_equal(story_stream_read(&s, gates[i].path, m, a, &e), 0);
		story_stream_count(&s, NULL, &c);
		if (story_precision(&c) < gates[i].precision ||
		    story_recall(&c) < gates[i].recall)
			fail_msg("%s: precision %.3f, recall %.3f", gates[i].path,
				 story_precision(&c), story_recall(&c));
	}
	arena_free(a);
	image_free(m);
	buf_release(&report);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stories_are_as_precise_and_complete_as_docs_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
