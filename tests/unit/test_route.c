#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/route.h"

#define TEXTS(...)                                                                       \
	{                                                                                \
		(struct str[]){ __VA_ARGS__ }, LY_COUNT(((struct str[]){ __VA_ARGS__ })) \
	}

static void
the_first_match_decides_unless_it_says_continue(void **state)
{
	struct route_conf routes[] = {
		{ .watches = TEXTS(STR("tea")),
		  .levels = TEXTS(STR("3")),
		  .policy = STR("boss"),
		  .go_on = 1 },
		{ .watches = TEXTS(STR("tea")), .policy = STR("tea-team") },
		{ .classes = TEXTS(STR("business")), .policy = STR("shop") },
		{ .levels = TEXTS(STR("2"), STR("3")), .policy = STR("duty"), .go_on = 1 },
		{ .watches = TEXTS(STR("cola")), .policy = STR("cola-team"), .go_on = 1 },
	};
	struct notice_conf c = { .routes = { routes, LY_COUNT(routes) } };
	static const struct {
		const char *watch;
		int64_t level;
		enum signal_class class;
		const char *policy, *copy;
	} cases[] = {
		{ "tea", 3, SIGNAL_VOICE, "boss", "tea-team" },
		{ "tea", 2, SIGNAL_VOICE, "tea-team", "" },
		{ "cola", 1, SIGNAL_VOICE, "cola-team", "" },
		{ "cola", 2, SIGNAL_VOICE, "duty", "cola-team" },
		{ "cola", 1, SIGNAL_BUSINESS, "shop", "" },
		{ "milk", 3, SIGNAL_SYSTEM, "duty", "" },
		{ "milk", 1, SIGNAL_VOICE, "", "" },
		{ "tea", 0, SIGNAL_VOICE, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct route_ask q = { str_of(cases[i].watch), cases[i].level, cases[i].class };
		struct tags tags = route_tags(&q);
		struct route_answer a = route_find(&c, &tags);
		struct str policy = a.route ? a.route->policy : STR("");
		struct str copy = a.copies_n ? a.copies[0]->policy : STR("");

		if (!str_is(policy, cases[i].policy) || !str_is(copy, cases[i].copy) ||
		    a.copies_n > 1)
			fail_msg("case %zu: %.*s, %.*s", i, STR_ARG(policy), STR_ARG(copy));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_match_decides_unless_it_says_continue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
