/* Who is told of a move, when, and what follows: nothing leaves (SEND_SINK), time is passed in. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/outbox.h"
#include "tests/support/desk.h"

static const char night_watch[] =
	"people:\n"
	"  night: { contacts: [ { channel: mail, address: \"night@example.test\" } ] }\n"
	"  boss: { contacts: [ { channel: mail, address: \"boss@example.test\" } ] }\n"
	"schedules:\n"
	"  duty: { shifts: [ { who: [night], from: 20:00, to: 08:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"schedule:duty\"] }, { to: [\"person:boss\"] } ] }\n"
	"routes: [ { policy: default } ]\n"
	"channels:\n"
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" }\n";

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

static void
a_w1_at_night_is_held_and_told_in_the_morning(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (shift) 03-15 08:00\n");
	desk_until(&d, AT("15T07:59"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (shift) 03-15 08:00\n");
	assert_string_equal(d.seen.p, "");
	desk_until(&d, AT("15T08:29"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-15 08:00\n");
	assert_string_equal(d.seen.p, "08:00 sent L1 until 08:30: notice sent to lin\n");
	/* Unanswered for 30 min from when it was sent, not from when it was planned. */
	desk_until(&d, AT("15T08:30"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail expired (unanswered) 03-15 08:00\n"
					   "L1 page boss mail sent 03-15 08:30\n");
	desk_until(&d, AT("15T12:00"));
	assert_int_equal(d.exhausted, 1);
	assert_int_equal(d.incident->level, 1); /* L1 stays */
	desk_close(&d);
}

static void
a_safety_w3_at_night_reaches_who_is_on_shift_at_once(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, night_watch, AT("14T23:40"));
	desk_fire(&d, 3, true, AT("14T23:40"));
	desk_until(&d, AT("14T23:40"));
	assert_string_equal(desk_rows(&d), "L3 page night mail sent 03-14 23:40\n");
	desk_until(&d, AT("14T23:45"));
	assert_string_equal(desk_rows(&d),
			    "L3 page night mail expired (unanswered) 03-14 23:40\n"
			    "L3 page boss mail sent 03-14 23:45\n");
	desk_close(&d);
}

static void
a_w3_with_nobody_on_shift_goes_past_the_empty_step(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T23:40"));
	desk_fire(&d, 3, false, AT("14T23:40"));
	desk_until(&d, AT("14T23:40"));
	/* The boss sleeps: mail, and the phone that wakes. */
	assert_string_equal(desk_rows(&d), "L3 page boss mail sent 03-14 23:40\n"
					   "L3 page boss phone sent 03-14 23:40\n");
	desk_close(&d);
}

static void
the_first_word_of_harm_calls_people_at_a_level_that_it_has(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 2, false, AT("14T22:05"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail held (shift) 03-15 08:00\n");
	/* Nobody is on shift, so whoever can be told is. */
	desk_fire(&d, 2, true, AT("14T22:10"));
	desk_until(&d, AT("14T22:10"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail superseded (harm) 03-15 08:00\n"
					   "L2 page boss mail sent 03-14 22:10\n"
					   "L2 page boss phone sent 03-14 22:10\n");
	desk_move(&d, EVENT_ACK, "unix:boss", AT("15T12:00"), AT("14T22:12"));
	desk_fire(&d, 2, true, AT("14T22:20")); /* the second word of it is one more sign */
	desk_until(&d, AT("14T22:30"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail superseded (harm) 03-15 08:00\n"
					   "L2 page boss mail acked 03-14 22:10\n"
					   "L2 page boss phone acked 03-14 22:10\n");
	desk_close(&d);
}

static void
a_word_of_harm_does_not_wait_for_its_group(void **state)
{
	struct desk d;

	(void)state;

	desk_begin(&d, night_watch, AT("14T23:40"));
	desk_fire(&d, 2, false, AT("14T23:40"));
	assert_string_equal(desk_rows(&d), "L2 page night mail planned (group) 03-14 23:40\n");
	desk_fire(&d, 2, true, AT("14T23:40"));
	desk_until(&d, AT("14T23:40"));
	assert_string_equal(desk_rows(&d), "L2 page night mail superseded (harm) 03-14 23:40\n"
					   "L2 page night mail sent 03-14 23:40\n");
	desk_close(&d);
}

static void
an_l1_on_shift_at_night_waits_for_the_hour(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, night_watch, AT("14T23:10"));
	desk_fire(&d, 1, false, AT("14T23:10"));
	assert_string_equal(desk_rows(&d), "L1 page night mail held (bundle) 03-15 00:00\n");
	desk_move(&d, EVENT_CLOSE, "unix:x", 0, AT("14T23:20")); /* nobody was told: no clear */
	desk_fire(&d, 1, false, AT("14T23:30"));
	desk_until(&d, AT("14T23:59"));
	assert_string_equal(desk_rows(&d),
			    "L1 page night mail superseded (closed) 03-15 00:00\n"
			    "L1 page night mail held (bundle) 03-15 00:00\n");
	desk_until(&d, AT("15T00:00"));
	assert_string_equal(desk_rows(&d),
			    "L1 page night mail superseded (closed) 03-15 00:00\n"
			    "L1 page night mail sent 03-15 00:00\n");
	desk_close(&d);
}

static void
an_unanswered_l2_becomes_l3_after_the_last_step(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:31"));
	assert_string_equal(d.seen.p,
			    "10:00 sent L2 until 10:15: notice sent to lin\n"
			    "10:15 sent L2 until 10:30: notice sent to boss\n"
			    "10:30 exhausted L2: nobody answered on any step of policy "
			    "\"default\"\n"
			    "10:30 sent L3 until 10:35: notice sent to lin\n");
	assert_int_equal(d.incident->level, 3);
	/* L3 goes on: 5 min to the boss, and then again and again. */
	desk_until(&d, AT("16T11:00"));
	assert_string_equal(desk_rows(&d),
			    "L2 page lin mail expired (unanswered) 03-16 10:00\n"
			    "L2 page boss mail expired (unanswered) 03-16 10:15\n"
			    "L3 page lin mail expired (unanswered) 03-16 10:30\n"
			    "L3 page boss mail expired (unanswered) 03-16 10:35\n"
			    "L3 page boss phone expired (unanswered) 03-16 10:35\n"
			    "L3 page boss mail expired (unanswered) 03-16 10:40\n"
			    "L3 page boss phone expired (unanswered) 03-16 10:40\n"
			    "L3 page boss mail sent 03-16 10:50\n"
			    "L3 page boss phone sent 03-16 10:50\n");
	desk_close(&d);
}

static void
an_answer_stops_it_until_its_time_is_over(void **state)
{
	struct desk d;
	struct id incident;
	struct str person;
	struct err e = { 0 };
	struct notice_row row;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:05"));
	row = desk_row(&d, "lin", "mail", "page");
	assert_int_equal(row.code.n, 6);
	assert_int_equal(notices_find_code(d.notices, row.code, &incident, &person, d.a, &e),
			 1);
	assert_true(id_eq(&incident, &d.incident->id));
	assert_true(str_is(person, "lin"));
	assert_int_equal(
		notices_find_code(d.notices, STR("12345"), &incident, &person, d.a, &e), 0);
	desk_move(&d, EVENT_ACK, "unix:lin", AT("16T12:00"), AT("16T10:06"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n");
	desk_until(&d, AT("16T11:59"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n");
	desk_until(&d, AT("16T12:01"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n"
					   "L2 page lin mail sent 03-16 12:00\n");
	desk_close(&d);
}

static void
whoever_comes_next_is_told_when_a_person_wants_it(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:05"));
	desk_move(&d, EVENT_ACK, "unix:lin", AT("16T12:00"), AT("16T10:06"));
	/* lin has it and wants the boss: the boss is told, and nobody has it. */
	desk_move(&d, EVENT_ESCALATE, "unix:lin", 0, AT("16T10:10"));
	desk_until(&d, AT("16T10:11"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:10\n");
	assert_int_equal(d.incident->acked_by.n, 0);
	assert_int_equal(d.incident->acked_until, 0);
	/* The boss is the last step: behind it comes the first. */
	desk_move(&d, EVENT_ESCALATE, "unix:boss", 0, AT("16T10:20"));
	desk_until(&d, AT("16T10:21"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:10\n"
					   "L2 page lin mail sent 03-16 10:20\n");
	/* Whose time runs as ever: 15 min. */
	desk_until(&d, AT("16T10:36"));
	assert_non_null(strstr(desk_rows(&d), "L2 page boss mail sent 03-16 10:35\n"));
	desk_close(&d);
}

/* Whoever was passed over had the time of the step behind it, too. */
static void
a_page_before_the_one_that_is_waited_for_expires_with_it(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:05"));
	desk_move(&d, EVENT_ESCALATE, "unix:lin", 0, AT("16T10:06"));
	desk_until(&d, AT("16T10:20"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sent 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:06\n");
	desk_until(&d, AT("16T10:21"));
	assert_non_null(strstr(desk_rows(&d),
			       "L2 page lin mail expired (unanswered) 03-16 10:00\n"
			       "L2 page boss mail expired (unanswered) 03-16 10:06\n"));
	desk_close(&d);
}

static void
wanting_the_next_step_passes_over_who_is_not_there(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05")); /* nobody on duty, the boss is woken */
	desk_fire(&d, 3, false, AT("14T22:05"));
	desk_until(&d, AT("14T22:06"));
	desk_move(&d, EVENT_ESCALATE, "unix:lin", 0, AT("14T22:07"));
	desk_until(&d, AT("14T22:07"));
	assert_string_equal(desk_rows(&d), "L3 page boss mail sent 03-14 22:05\n"
					   "L3 page boss phone sent 03-14 22:05\n"
					   "L3 page boss mail sent 03-14 22:07\n"
					   "L3 page boss phone sent 03-14 22:07\n");
	desk_close(&d);
}

static void
a_firing_that_only_joins_tells_nobody_and_a_raise_replaces_what_waits(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:15"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (shift) 03-15 08:00\n");
	desk_fire(&d, 3, false, AT("14T22:30"));
	desk_until(&d, AT("14T22:30"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail superseded (raised) 03-15 08:00\n"
					   "L3 page boss mail sent 03-14 22:30\n"
					   "L3 page boss phone sent 03-14 22:30\n");
	desk_close(&d);
}

/* Its channel is busy, or (arg) has refused it for good. */
static void
fails(struct desk *d, void *arg)
{
	const bool *refused = arg;

	for (size_t i = 0; i < d->notices->ended_n; i++)
		d->notices->ended[i].said.fault = *refused ? FAULT_BODY : FAULT_WORLD;
}

/* Mail is refused for good. */
static void
mail_fails(struct desk *d, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < d->notices->ended_n; i++) {
		struct ended *x = &d->notices->ended[i];
		struct notice_row r;
		struct err e = { 0 };

		assert_int_equal(notice_get(d->store, &x->key, d->a, &r, &e), 1);
		if (str_is(r.channel, "mail"))
			x->said.fault = FAULT_BODY;
	}
}

/* The step ends early: nobody had its time to see what is in the group. */
static void
what_a_group_has_just_got_has_not_gone_unanswered_when_the_people_are_lost(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { roles: [lead], contacts: [ { channel: mail, address: "
		"\"lin@example.test\" } ] }\n"
		"  boss: { contacts: [ { channel: wall } ] }\n"
		"policies:\n"
		"  p: { steps: [ { to: [\"person:lin\", \"channel:wall\"] },\n"
		"                { to: [\"person:boss\"] } ] }\n"
		"routes: [ { policy: p, group_wait: 0s } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n"
		"  wall: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";
	struct desk d;

	(void)state;
	desk_begin(&d, settings, AT("16T10:00"));
	d.sent = mail_fails;
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:01"));
	assert_true(str_is(desk_row(&d, "", "wall", "page").state, "sent"));
	assert_true(str_is(desk_row(&d, "boss", "wall", "page").state, "sent"));
	desk_until(&d, AT("16T10:16")); /* with the step behind it */
	assert_non_null(strstr(desk_rows(&d), "L2 page - wall expired (unanswered)"));
	assert_non_null(strstr(desk_rows(&d), "L2 page boss wall expired (unanswered)"));
	desk_close(&d);
}

/* At 21:59 it may come, at 22:00 it may not: neither tried again, nor by another contact, nor as a
 * notice to whoever leads that it did not get through. */
static void
what_fails_in_the_evening_is_not_tried_again_at_night(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { roles: [lead], contacts: [ { channel: mail, address: "
		"\"lin@example.test\" }, { channel: phone, wakes: yes } ] }\n"
		"routes: [ { owner: lin, group_wait: 0s } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n"
		"  phone: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";

	(void)state;
	for (int refused = 0; refused < 2; refused++) {
		bool for_good = refused != 0;
		const char *rows;
		struct desk d;

		desk_begin(&d, settings, AT("14T21:59"));
		d.sent = fails;
		d.sent_arg = &for_good;
		desk_fire(&d, 2, false, AT("14T21:59") + 58);
		d.sent = NULL;
		desk_turn(&d, AT("14T22:00") + 2); /* so long it took */
		desk_until(&d, AT("15T07:59"));
		rows = desk_rows(&d);
		if (strstr(rows, " sent ") || !strstr(rows, "(quiet) 03-15 08:00"))
			fail_msg("%s", rows);
		desk_until(&d, AT("15T08:01"));
		if (!strstr(desk_rows(&d), " sent 03-15 08:00"))
			fail_msg("%s", desk_rows(&d));
		desk_close(&d);
	}
}

static void
whoever_was_told_is_told_once_that_it_is_over(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:16"));
	desk_move(&d, EVENT_CLOSE, "unix:lin", 0, AT("16T10:20"));
	desk_until(&d, AT("16T23:00"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail expired (unanswered) 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:15\n"
					   "L2 clear boss mail sent 03-16 10:20\n"
					   "L2 clear lin mail sent 03-16 10:20\n");
	desk_close(&d);
}

static void
a_channel_in_a_step_is_told_but_answers_for_nobody(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] }\n"
		"policies:\n"
		"  p: { steps: [ { to: [\"person:lin\", \"channel:wall\"] } ] }\n"
		"routes: [ { policy: p } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n"
		"  wall: { kind: webhook, url: \"http://127.0.0.1:1/\" }\n";
	struct desk d;

	(void)state;
	desk_begin(&d, settings, AT("14T22:05"));
	desk_fire(&d, 2, false, AT("14T22:05"));
	desk_until(&d, AT("15T07:59"));
	/* The wall has it at once, but the clock waits for a person. */
	assert_string_equal(desk_rows(&d), "L2 page - wall sent 03-14 22:05\n"
					   "L2 page lin mail held (quiet) 03-15 08:00\n");
	assert_int_equal(d.exhausted, 0);
	desk_until(&d, AT("15T08:16"));
	assert_int_equal(d.exhausted, 1);
	desk_close(&d);
}

static void
routes_that_continue_send_a_copy_nobody_waits_for(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] }\n"
		"  pr: { contacts: [ { channel: mail, address: \"pr@example.test\" } ] }\n"
		"policies:\n"
		"  p: { steps: [ { to: [\"person:lin\"] } ] }\n"
		"routes: [ { policy: p, group_wait: 0s, continue: on }, { owner: pr, "
		"group_wait: 0s } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n";
	struct desk d;

	(void)state;
	desk_begin(&d, settings, AT("16T10:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-16 10:00\n"
					   "L1 copy pr mail sent 03-16 10:00\n");
	desk_close(&d);
}

static void
what_nobody_gets_is_written_to_the_data_directory(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, "channels: { }\n", AT("16T10:00"));
	desk_fire(&d, 3, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:30"));
	assert_string_equal(desk_rows(&d), "L3 page - last-resort sent 03-16 10:00\n");
	desk_close(&d);
}

static void
what_waited_for_one_address_goes_as_one(void **state)
{
	struct desk d;
	struct notice_row b;
	struct buf want = BUF(1 << 16);

	(void)state;
	desk_begin(&d, desk_office, AT("16T18:00"));
	desk_fire(&d, 2, false, AT("16T18:00"));
	desk_until(&d, AT("16T18:00"));
	desk_move(&d, EVENT_ACK, "unix:lin", AT("17T18:00"), AT("16T18:01"));
	desk_move(&d, EVENT_CLOSE, "unix:lin", 0, AT("16T22:10"));
	desk_fire(&d, 1, false, AT("16T22:20"));
	desk_until(&d, AT("17T07:59"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 18:00\n"
					   "L1 page lin mail held (shift) 03-17 08:00\n"
					   "L2 clear lin mail held (quiet) 03-17 08:00\n");
	d.seen.n = 0;
	desk_until(&d, AT("17T08:30"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail acked 03-16 18:00\n"
					   "L1 page lin mail expired 03-17 08:00\n"
					   "L2 clear lin mail bundled 03-17 08:00\n"
					   "L1 page boss mail sent 03-17 08:30\n"
					   "L2 bundle lin mail sent 03-17 08:00\n");
	/* What it carried counts as sent: its clock ran from 08:00. */
	assert_string_equal(d.seen.p, "08:00 sent L1 until 08:30: notice sent to lin\n"
				      "08:30 sent L1 until 09:00: notice sent to boss\n");
	b = desk_row(&d, "lin", "mail", "bundle");
	buf_addf(&want, "[已结束] 茶铺：负面激增 · INC-2026-0001\n\n"
			"结束　03-16 22:10 结束，立案于 03-16 18:00\n"
			"原因　人工\n"
			"当时　3 小时内负面 63 条，平时约 4 条；5 个来源\n"
			"负责　林静\n"
			"记录　langyan incident show INC-2026-0001\n"
			"\n――――――――\n\n"
			"[L1 监测] 茶铺：负面激增 · INC-2026-0002\n\n");
	assert_string_equal(b.subject.p,
			    "[L2] 2 件事：[已结束] 茶铺：负面激增 · INC-2026-0001 等");
	if (!str_starts(b.body, buf_str(&want)))
		fail_msg("%.*s", STR_ARG(b.body));
	buf_release(&want);
	desk_close(&d);
}

static void
over_the_budget_notices_wait_for_their_hour(void **state)
{
	static const char settings[] =
		"people:\n"
		"  lin: { quiet: { from: 00:00, to: 00:00 }, contacts: "
		"[ { channel: mail, address: "
		"\"lin@example.test\" } ] }\n"
		"routes: [ { owner: lin, group_wait: 0s, group_interval: 1s } ]\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", "
		"from: \"x@example.test\" }\n";
	struct desk d;

	(void)state;
	desk_begin(&d, settings, AT("16T10:00"));
	for (int i = 0; i < 6; i++) { /* opened and closed: two notices each */
		int64_t at = AT("16T10:00") + 60 * i;

		desk_fire(&d, 1, false, at);
		desk_until(&d, at);
		desk_move(&d, EVENT_CLOSE, "unix:x", 0, at + 30);
		desk_until(&d, at + 30);
	}
	desk_fire(&d, 1, false, AT("16T10:10"));
	desk_until(&d, AT("16T10:20"));
	assert_non_null(strstr(desk_rows(&d), "L1 page lin mail held (budget) 03-16 11:00\n"));
	desk_fire(&d, 3, false, AT("16T10:30")); /* L3 never waits */
	desk_until(&d, AT("16T10:30"));
	assert_non_null(strstr(desk_rows(&d), "L3 page lin mail sent 03-16 10:30\n"));
	desk_close(&d);
}

static void
the_same_input_gives_the_same_rows(void **state)
{
	struct buf all[2] = { BUF(1 << 20), BUF(1 << 20) };

	(void)state;
	for (int k = 0; k < 2; k++) {
		struct desk d;
		struct stmt *q;
		struct err e = { 0 };

		desk_begin(&d, desk_office, AT("16T10:00"));
		desk_fire(&d, 2, false, AT("16T10:00"));
		desk_until(&d, AT("16T11:00"));
		q = store_stmt(d.store,
			       "SELECT hex(id), code, subject, body, html, facts, due_at FROM"
			       " notice ORDER BY id");
		while (stmt_step(q, &e) > 0)
			for (int c = 0; c < 7; c++)
				buf_addf(&all[k], "%.*s|", STR_ARG(stmt_col_text(q, c)));
		desk_close(&d);
	}
	assert_true(all[0].n > 1000);
	assert_string_equal(all[0].p, all[1].p);
	buf_release(&all[0]);
	buf_release(&all[1]);
}

static void
a_text_of_others_is_told_once(void **state)
{
	struct notice_text t = { .kind = "digest",
				 .key = STR("daily 2026-03-16"),
				 .person = STR("lin"),
				 .subject = STR("日报"),
				 .body = STR("今天无事"),
				 .html = STR("<p>今天无事</p>") };
	struct desk d;
	struct err e = { 0 };

	(void)state;
	desk_begin(&d, desk_office, AT("16T09:00"));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(store_begin(d.store, &e), 0);
		assert_int_equal(notices_tell(d.notices, &t, AT("16T09:00"), &e), 0);
		assert_int_equal(store_commit(d.store, &e), 0);
		notices_send(d.notices, AT("16T09:00"));
		desk_until(&d, AT("16T09:00"));
	}
	assert_string_equal(desk_rows(&d), "L0 digest lin mail sent 03-16 09:00\n");
	assert_true(str_is(desk_row(&d, "lin", "mail", "digest").html, "<p>今天无事</p>"));
	desk_close(&d);
}

static void
who_would_hear_of_the_other_watch_is_told_once_a_level(void **state)
{
	static const char two[] =
		"people:\n"
		"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] }\n"
		"  mei: { contacts: [ { channel: mail, address: \"mei@example.test\" } ] }\n"
		"policies:\n"
		"  default: { steps: [ { to: [\"person:lin\"] } ] }\n"
		"  dairy: { steps: [ { to: [\"person:mei\"] } ] }\n"
		"routes:\n"
		"  - { policy: dairy, watches: [milk], owner: mei, group_wait: 0s }\n"
		"  - { policy: default, owner: lin, group_wait: 0s }\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n";
	struct desk d;

	(void)state;
	desk_begin(&d, two, AT("14T10:00"));
	desk_fire(&d, 1, false, AT("14T10:00"));
	desk_fire_too(&d, "milk", 1, AT("14T10:10"));
	desk_fire_too(&d, "milk", 1, AT("14T10:20"));
	desk_fire_too(&d, "soda", 1, AT("14T10:30")); /* goes to whoever has it */
	desk_fire(&d, 2, false, AT("14T10:40"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sending 03-14 10:00\n"
					   "L1 copy mei mail sending 03-14 10:10\n"
					   "L2 page lin mail sending 03-14 10:40\n"
					   "L2 copy mei mail sending 03-14 10:40\n");
	desk_close(&d);
}

static void
a_copy_of_another_watch_does_not_stop_the_page_that_is_waited_for(void **state)
{
	static const char two[] =
		"people:\n"
		"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ] }\n"
		"  mei: { contacts: [ { channel: mail, address: \"mei@example.test\" } ] }\n"
		"policies:\n"
		"  default: { steps: [ { to: [\"person:lin\"] } ] }\n"
		"  dairy: { steps: [ { to: [\"person:mei\"] } ] }\n"
		"routes:\n"
		"  - { policy: dairy, watches: [milk], group_wait: 0s }\n"
		"  - { policy: default, group_wait: 0s }\n"
		"channels:\n"
		"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: "
		"\"x@example.test\" }\n";
	struct notice_row page;
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, two, AT("14T10:00"));
	desk_fire(&d, 2, false, AT("14T10:00"));
	desk_fire_too(&d, "milk", 2, AT("14T10:01"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sending 03-14 10:00\n"
					   "L2 copy mei mail sending 03-14 10:01\n");
	page = desk_row(&d, "lin", "mail", "page");
	assert_int_equal(store_begin(d.store, &e), 0);
	assert_int_equal(escalate_sent(d.notices, &page, AT("14T10:02"), &e), 0);
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_until(&d, AT("14T12:00"));
	assert_true(d.exhausted > 0); /* unanswered: the clock ran */
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_would_hear_of_the_other_watch_is_told_once_a_level),
		cmocka_unit_test(
			a_copy_of_another_watch_does_not_stop_the_page_that_is_waited_for),
		cmocka_unit_test(a_w1_at_night_is_held_and_told_in_the_morning),
		cmocka_unit_test(a_safety_w3_at_night_reaches_who_is_on_shift_at_once),
		cmocka_unit_test(a_w3_with_nobody_on_shift_goes_past_the_empty_step),
		cmocka_unit_test(the_first_word_of_harm_calls_people_at_a_level_that_it_has),
		cmocka_unit_test(a_word_of_harm_does_not_wait_for_its_group),
		cmocka_unit_test(an_l1_on_shift_at_night_waits_for_the_hour),
		cmocka_unit_test(an_unanswered_l2_becomes_l3_after_the_last_step),
		cmocka_unit_test(an_answer_stops_it_until_its_time_is_over),
		cmocka_unit_test(whoever_comes_next_is_told_when_a_person_wants_it),
		cmocka_unit_test(a_page_before_the_one_that_is_waited_for_expires_with_it),
		cmocka_unit_test(
			what_a_group_has_just_got_has_not_gone_unanswered_when_the_people_are_lost),
		cmocka_unit_test(wanting_the_next_step_passes_over_who_is_not_there),
		cmocka_unit_test(
			a_firing_that_only_joins_tells_nobody_and_a_raise_replaces_what_waits),
		cmocka_unit_test(what_fails_in_the_evening_is_not_tried_again_at_night),
		cmocka_unit_test(whoever_was_told_is_told_once_that_it_is_over),
		cmocka_unit_test(a_channel_in_a_step_is_told_but_answers_for_nobody),
		cmocka_unit_test(routes_that_continue_send_a_copy_nobody_waits_for),
		cmocka_unit_test(what_nobody_gets_is_written_to_the_data_directory),
		cmocka_unit_test(what_waited_for_one_address_goes_as_one),
		cmocka_unit_test(over_the_budget_notices_wait_for_their_hour),
		cmocka_unit_test(the_same_input_gives_the_same_rows),
		cmocka_unit_test(a_text_of_others_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
