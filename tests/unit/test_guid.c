#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/feed.h"
#include "crawler/guid.h"

static void
within_a_feed_a_guid_stands_for_one_thing(void **state)
{
	/* Items "guid link title", and what each is known by: its guid, link or words. */
	static const struct {
		const char *items[5], *use;
	} cases[] = {
		{ { "a 1 x", "b 2 y", "c 3 z" }, "ggg" },
		{ { "a 1 x", "a 2 y", "b 3 z" }, "llg" },
		{ { "a 1 x", "a 1 y" }, "gg" }, /* an item and its correction */
		{ { "a 1 x", "a 1 y", "a 1 z" }, "www" },
		{ { "a 1 x", "a 1 x", "a 1 x" }, "ggg" },
		{ { "a 1 x", "a 1 y", "a 2 z" }, "wwl" },
		{ { "- 1 x", "- 2 y", "- 2 z", "- - z" }, "lwwl" },
		{ { "- 1 x", "- 1 x" }, "ll" },
		{ { "- 1 x", "a 1 y" }, "lg" }, /* the guid speaks for itself */
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct feed_item items[5] = { 0 };
		struct feed f = { .items = items };
		const uint8_t *use;

		for (; f.n < 5 && cases[i].items[f.n]; f.n++) {
			struct str rest = str_of(cases[i].items[f.n]), part[3];

			for (int k = 0; k < 3; k++)
				if (str_next(&rest, ' ', &part[k]) && str_is(part[k], "-"))
					part[k] = STR("");
			items[f.n].id = part[0];
			items[f.n].link = part[1];
			items[f.n].title = part[2];
		}
		use = guid_judge(a, &f);
		for (size_t k = 0; k < f.n; k++)
			if ("glw"[use[k]] != cases[i].use[k])
				fail_msg("case %zu, item %zu: %c", i, k, "glw"[use[k]]);
	}
	arena_free(a);
}

static void
five_thousand_guids_are_judged_at_once(void **state)
{
	static struct feed_item items[5000];
	struct feed f = { .items = items, .n = LY_COUNT(items) };
	struct arena *a = arena_new();
	int64_t began = clock_cpu_us();

	(void)state;
	for (size_t i = 0; i < f.n; i++)
		items[i] = (struct feed_item){ .id = STR("same"),
					       .link = str_of(arena_textf(a, "l%zu", i)) };
	assert_int_equal(guid_judge(a, &f)[4999], GUID_LINK);
	assert_in_range(clock_cpu_us() - began, 0, 100 * 1000);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(within_a_feed_a_guid_stands_for_one_thing),
		cmocka_unit_test(five_thousand_guids_are_judged_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
