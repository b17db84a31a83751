/* What warns of a clock: whom it urges, and that it is no page. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/outbox.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

/* 50 % the owner, 75 % the lead, 100 % who is next in the policy, and the approver. */
static void
a_clock_urges_one_after_the_other(void **state)
{
	struct notice_row r;
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:01"));
	desk_move(&d, EVENT_ACK, "unix:lin", AT("16T12:00"), AT("16T10:05"));
	desk_urge(&d, 50, AT("16T10:30"), AT("16T10:15"));
	desk_until(&d, AT("16T10:16"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n"
					   "L2 urge lin mail sent 03-16 10:15\n");
	r = desk_row(&d, "lin", "mail", "urge");
	assert_true(str_find(r.body, STR("时限已过 50%：2026-03-16 10:30 前完成研判")) > 0);
	/* Not to be taken for another page. */
	assert_string_equal(r.subject.p,
			    "[L2 研判] 茶铺：负面激增（时限提醒） · INC-2026-0001");
	desk_urge(&d, 75, AT("16T10:30"), AT("16T10:23"));
	desk_until(&d, AT("16T10:24"));
	desk_urge(&d, 100, AT("16T10:30"), AT("16T10:30"));
	/* The same warning again is none. */
	desk_urge(&d, 100, AT("16T10:30"), AT("16T10:30"));
	desk_until(&d, AT("16T10:31"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n"
					   "L2 urge lin mail sent 03-16 10:15\n"
					   "L2 urge lin mail sent 03-16 10:23\n"
					   "L2 urge boss mail sent 03-16 10:30\n");
	r = desk_row(&d, "boss", "mail", "urge");
	assert_true(str_find(r.body, STR("100 % of the time is over: give the verdict by "
					 "2026-03-16 10:30")) > 0);
	desk_close(&d);
}

/* The lead, the approver and whoever is next are three people here. */
static const char three[] =
	"people:\n"
	"  lin: { name: 林静, contacts: [ { channel: mail, address: \"lin@example.test\" } ], "
	"roles: [lead] }\n"
	"  boss: { contacts: [ { channel: mail, address: \"boss@example.test\" }, { channel: "
	"phone, wakes: yes } ] }\n"
	"  kim: { contacts: [ { channel: mail, address: \"kim@example.test\" } ] }\n"
	"policies: { default: { steps: [ { to: [\"person:lin\"] }, { to: [\"person:kim\"] } ] "
	"} }\n"
	"routes: [ { policy: default, group_wait: 0s } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n"
	"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";

static bool
has(struct desk *d, const char *row)
{
	return strstr(desk_rows(d), row) != NULL;
}

static void
at_the_end_of_a_clock_the_next_step_hears_it_and_an_l3_by_every_contact(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, three, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:15"));
	assert_true(str_find(desk_row(&d, "kim", "mail", "page").body,
			     STR("林静 15 分钟内没有接手，转到你这里")) > 0);
	desk_move(&d, EVENT_ACK, "person:kim", AT("16T12:00"), AT("16T10:16"));
	desk_urge(&d, 75, AT("16T10:30"), AT("16T10:23"));
	desk_until(&d, AT("16T10:24"));
	assert_true(has(&d, "L2 urge lin mail sent 03-16 10:23\n"));
	assert_false(has(&d, "urge boss") || has(&d, "urge kim"));
	desk_urge(&d, 100, AT("16T10:30"), AT("16T10:30"));
	desk_until(&d, AT("16T10:31"));
	assert_true(has(&d, "L2 urge boss mail sent 03-16 10:30\n"));
	assert_true(has(&d, "L2 urge kim mail sent 03-16 10:30\n"));
	assert_false(has(&d, "urge boss phone"));
	desk_fire(&d, 3, false, AT("16T10:40"));
	desk_urge(&d, 100, AT("16T10:41"), AT("16T10:41"));
	desk_until(&d, AT("16T10:42"));
	assert_true(has(&d, "L3 urge boss mail sent 03-16 10:41\n"));
	assert_true(has(&d, "L3 urge boss phone sent 03-16 10:41\n"));
	desk_close(&d);
}

/* A page that waits for its answer still does after an urge went out. */
static void
an_urge_is_no_answer_and_stops_no_page(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_urge(&d, 50, AT("16T10:30"), AT("16T10:00"));
	desk_until(&d, AT("16T10:16"));
	assert_string_equal(d.seen.p, "10:00 sent L2 until 10:15: notice sent to lin\n"
				      "10:15 sent L2 until 10:30: notice sent to boss\n");
	desk_close(&d);
}

/* Whoever is asleep hears of the clock in the morning, although somebody has it by then: it runs. */
static void
an_answer_ends_the_page_and_not_the_clocks_warning(void **state)
{
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 2, false, AT("14T22:05"));
	desk_urge(&d, 50, AT("14T22:40"), AT("14T22:20")); /* the owner: lin */
	desk_move(&d, EVENT_ACK, "unix:night", AT("15T12:00"), AT("14T22:30"));
	assert_string_equal(desk_rows(&d),
			    "L2 page lin mail superseded (answered) 03-15 08:00\n"
			    "L2 urge lin mail held (quiet) 03-15 08:00\n");
	desk_until(&d, AT("15T08:00"));
	assert_non_null(strstr(desk_rows(&d), "L2 urge lin mail sent 03-15 08:00\n"));
	/* What it waited for is there: what was not told is not needed. Another clock goes on. */
	desk_urge(&d, 75, AT("15T23:40"), AT("15T23:20")); /* the lead: lin */
	for (int k = DEADLINE_ACK; k <= DEADLINE_VERDICT; k++) {
		assert_int_equal(store_begin(d.store, &e), 0);
		assert_int_equal(notices_clock_over(d.notices, &d.incident->id,
						    k == DEADLINE_ACK ? DEADLINE_STATEMENT
								      : DEADLINE_VERDICT,
						    &e),
				 0);
		assert_int_equal(store_commit(d.store, &e), 0);
		if (k == DEADLINE_ACK)
			assert_non_null(strstr(desk_rows(&d),
					       "L2 urge lin mail held (quiet) 03-16 08:00\n"));
	}
	assert_non_null(
		strstr(desk_rows(&d), "L2 urge lin mail superseded (over) 03-16 08:00\n"));
	desk_close(&d);
}

/* ---- our own clock flaps ------------------------------------------------------------------------ */

/* It went ahead by five minutes when it said `at`, and now it is set back. */
static void
flap(struct desk *d, int64_t at)
{
	const struct set_back back = { 300, at + 60, { .v = { { at + 300, 300 } }, .n = 1 } };
	struct err e = { 0 };

	assert_int_equal(store_begin(d->store, &e), 0);
	assert_int_equal(notices_set_back(d->notices, &back, &e), 0);
	assert_int_equal(store_commit(d->store, &e), 0);
}

static void
a_clock_that_flaps_moves_no_step(void **state)
{
	const struct set_back alone = { 300, AT("16T10:05"), { .n = 0 } };
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:01"));
	flap(&d, AT("16T10:02"));
	flap(&d, AT("16T10:04"));
	desk_until(&d, AT("16T10:14"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sent 03-16 10:00\n");
	/* What is not taken back is: five minutes of its fifteen are over. */
	assert_int_equal(store_begin(d.store, &e), 0);
	assert_int_equal(notices_set_back(d.notices, &alone, &e), 0);
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_until(&d, AT("16T10:09"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sent 03-16 10:00\n");
	desk_until(&d, AT("16T10:10"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail expired (unanswered) 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:10\n");
	desk_close(&d);
}

/* What began while it was ahead is earlier by that, and nothing else. */
static void
what_began_while_the_clock_was_ahead_is_earlier_by_that(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:07"));
	desk_fire(&d, 2, false, AT("16T10:07"));
	desk_until(&d, AT("16T10:07"));
	flap(&d, AT("16T10:02")); /* and now it is 10:03 */
	desk_until(&d, AT("16T10:16"));
	assert_false(has(&d, "boss"));
	desk_until(&d, AT("16T10:17"));
	assert_true(has(&d, "page boss mail sent 03-16 10:17"));
	desk_close(&d);
}

static const char patient[] =
	"people: { lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] } }\n"
	"routes: [ { owner: lin, group_wait: 20m } ]\n"
	"channels: { mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
	"\"x@example.test\" } }\n";

static void
a_clock_that_flaps_sends_no_group_sooner(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, patient, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	flap(&d, AT("16T10:02"));
	flap(&d, AT("16T10:08"));
	desk_until(&d, AT("16T10:19"));
	assert_true(has(&d, "page lin mail planned"));
	desk_until(&d, AT("16T10:20"));
	assert_true(has(&d, "page lin mail sent 03-16 10:20"));
	desk_close(&d);
}

/* Its row keeps the time that it was given: 10:07. The second flap took five minutes of it again. */
static void
what_began_while_the_clock_was_ahead_is_earlier_by_that_once(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, patient, AT("16T10:07"));
	desk_fire(&d, 2, false, AT("16T10:07"));
	flap(&d, AT("16T10:02")); /* and now it is 10:03 */
	flap(&d, AT("16T10:04"));
	desk_until(&d, AT("16T10:21"));
	assert_true(has(&d, "page lin mail planned"));
	desk_until(&d, AT("16T10:22"));
	assert_true(has(&d, "page lin mail sent 03-16 10:22"));
	desk_close(&d);
}

static void
busy(struct desk *d, void *arg)
{
	struct ended *x = d->notices->ended;

	for (size_t i = 0; i < d->notices->ended_n; i++, x++) {
		x->said = (struct channel_said){ .fault = FAULT_WORLD, .wait_s = 1200 };
		x->end = HTTP_NO_CONNECT;
		x->status = 0;
	}
	(void)arg;
}

static void
a_clock_that_flaps_tries_nothing_sooner(void **state)
{
	struct desk d;
	int64_t at;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	d.sent = busy;
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_turn(&d, AT("16T10:00"));
	at = desk_row(&d, "lin", "mail", "page").next_at;
	assert_true(at >= AT("16T10:20"));
	flap(&d, AT("16T10:02"));
	flap(&d, AT("16T10:08"));
	assert_int_equal(desk_row(&d, "lin", "mail", "page").next_at, at);
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_ends_the_page_and_not_the_clocks_warning),
		cmocka_unit_test(a_clock_that_flaps_moves_no_step),
		cmocka_unit_test(what_began_while_the_clock_was_ahead_is_earlier_by_that),
		cmocka_unit_test(a_clock_that_flaps_sends_no_group_sooner),
		cmocka_unit_test(what_began_while_the_clock_was_ahead_is_earlier_by_that_once),
		cmocka_unit_test(a_clock_that_flaps_tries_nothing_sooner),
		cmocka_unit_test(a_clock_urges_one_after_the_other),
		cmocka_unit_test(
			at_the_end_of_a_clock_the_next_step_hears_it_and_an_l3_by_every_contact),
		cmocka_unit_test(an_urge_is_no_answer_and_stops_no_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
