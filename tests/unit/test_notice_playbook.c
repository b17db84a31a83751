/* What a playbook adds to notices: whom it tells, by which policy, and who owns it. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/playbook.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

/* At night: the boss sleeps and it may wait. Each thing is told once, and two are two notices. */
static void
a_playbook_tells_each_thing_once_and_lets_people_sleep(void **state)
{
	static struct str to[] = { STR_INIT("person:boss"), STR_INIT("person:nobody") };
	struct conf_texts whom = { to, 2 };
	struct notice_inform say = { &whom, STR_INIT("预案"), STR_INIT("playbook loud: tell") };
	static const struct {
		int64_t once;
		int told;
	} says[] = { { 7, 1 }, { 7, 0 }, { 8, 1 } };
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 2, false, AT("14T22:05"));
	for (size_t i = 0; i < LY_COUNT(says); i++) {
		say.once = says[i].once;
		assert_int_equal(store_begin(d.store, &e), 0);
		assert_int_equal(
			notices_inform(d.notices, d.incident, &say, AT("14T22:06"), &e),
			says[i].told);
		assert_int_equal(store_commit(d.store, &e), 0);
		if (i == 1)
			assert_non_null(strstr(desk_row(&d, "boss", "mail", "inform").body.p,
					       "playbook loud: tell"));
	}
	assert_non_null(strstr(desk_rows(&d),
			       "L2 inform boss mail held (quiet) 03-15 08:00\n"
			       "L2 inform boss mail held (quiet) 03-15 08:00\n"));
	desk_close(&d);
}

/* Whom it names comes before the route; what it does not say is the route's. */
static void
a_playbook_has_a_policy_and_an_owner_of_its_own(void **state)
{
	static const char two[] =
		"people:\n"
		"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] }\n"
		"  boss: { contacts: [ { channel: mail, address: \"boss@example.test\" } ] }\n"
		"policies:\n"
		"  default: { steps: [ { to: [\"person:lin\"] } ] }\n"
		"  bosses: { steps: [ { to: [\"person:boss\"] } ] }\n"
		"routes: [ { policy: default, owner: lin, group_wait: 0s } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n";
	static struct playbook_conf book = { .name = STR_INIT("loud"),
					     .policy = STR_INIT("bosses") };
	struct route_conf r, base = { .policy = STR("default"), .owner = STR("lin") };
	struct desk d;

	(void)state;
	assert_true(playbook_route(&book, &base, &r));
	assert_true(str_is(r.policy, "bosses") && str_is(r.owner, "lin"));
	assert_false(playbook_route(NULL, &base, &r));
	desk_begin(&d, two, AT("14T10:00"));
	desk_fire(&d, 1, false, AT("14T10:00"));
	d.incident->playbook = &book;
	desk_fire(&d, 2, false, AT("14T10:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sending 03-14 10:00\n"
					   "L2 page boss mail sending 03-14 10:10\n");
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_playbook_tells_each_thing_once_and_lets_people_sleep),
		cmocka_unit_test(a_playbook_has_a_policy_and_an_owner_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
