/* What holds notices, what is told together and again: over rows, with time passed in. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/hold_store.h"
#include "responder/route.h"
#include "responder/silence_store.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

#define DESK(routes)                                                                       \
	"people:\n"                                                                        \
	"  lin: { contacts: [ { channel: mail, address: \"lin@example.test\" } ], roles: " \
	"[lead] }\n"                                                                       \
	"  ann: { contacts: [ { channel: mail, address: \"ann@example.test\" } ] }\n"      \
	"policies:\n"                                                                      \
	"  p: { steps: [ { to: [\"person:lin\"] } ] }\n"                                   \
	"  q: { steps: [ { to: [\"person:ann\"] } ] }\n"                                   \
	"channels:\n"                                                                      \
	"  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", from: \"x@example.test\" "  \
	"}\n" routes

#define PLAIN "routes: [ { policy: p, group_wait: 0s } ]\n"

static void
holds_add(void *arg, const struct notice_hold *r)
{
	buf_addf(arg, "%.*s: %.*s\n", STR_ARG(r->why), STR_ARG(r->detail));
}

/* Every hold of the only notice to that person. */
static const char *
holds(struct desk *d, const char *who, const char *kind)
{
	struct notice_row r = desk_row(d, who, "mail", kind);
	struct buf b = BUF(4000);
	struct err e = { 0 };
	char *text;

	buf_add(&b, STR(""));
	assert_int_equal(notice_holds_read(d->store, &r.id, holds_add, &b, &e), 0);
	text = arena_text(d->a, buf_str(&b));
	buf_release(&b);
	return text;
}

static int64_t
silence(struct desk *d, const char *kind, int64_t n, const char *matchers, int64_t from,
	int64_t until, int64_t now)
{
	struct silence_row r = { .at = now,
				 .silence = n,
				 .kind = str_of(kind),
				 .matchers = str_of(matchers),
				 .from_at = from,
				 .until_at = until,
				 .actor = STR("unix:lin"),
				 .reason = STR("moving") };
	struct err e = { 0 };

	assert_int_equal(store_begin(d->store, &e), 0);
	assert_int_equal(silence_row_append(d->store, &r, &e), 0);
	assert_int_equal(notices_silenced(d->notices, now, &e), 0);
	assert_int_equal(store_commit(d->store, &e), 0);
	return r.silence;
}

static void
a_silence_holds_and_its_end_sends(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	silence(&d, "add", 0, "watch=milk", AT("16T09:00"), AT("16T18:00"), AT("16T09:00"));
	silence(&d, "add", 0, "watch=tea\nlevel=~\"1|2\"", AT("16T09:00"), AT("16T12:00"),
		AT("16T09:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T11:59"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail held (silenced) 03-16 12:00\n");
	assert_string_equal(holds(&d, "lin", "page"), "silenced: silence 2: moving\n");
	desk_until(&d, AT("16T12:00"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sent 03-16 12:00\n");
	desk_close(&d);
}

static void
a_silence_that_is_ended_lets_go_at_once(void **state)
{
	struct desk d;
	int64_t n;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	n = silence(&d, "add", 0, "watch=tea", AT("16T09:00"), AT("17T12:00"), AT("16T09:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (silenced) 03-17 12:00\n");
	silence(&d, "expire", n, "", AT("16T09:00"), AT("16T10:10"), AT("16T10:10"));
	desk_until(&d, AT("16T10:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-16 10:10\n");
	desk_close(&d);
}

/* What a silence of the configuration held is looked at again when the configuration has it no more. */
static void
a_silence_that_left_the_configuration_lets_go(void **state)
{
	struct desk d;
	char path[300];

	(void)state;
	snprintf(path, sizeof path, "%s/silence.db", getenv("LY_TMP"));
	desk_open(&d,
		  DESK(PLAIN
		       "silences: [ { match: [watch=tea], from: 2026-03-16T00:00:00Z, until: "
		       "2026-03-31T00:00:00Z, who: lin, why: moving } ]\n"),
		  SEND_SINK, path, NULL, AT("16T10:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (silenced) 03-31 08:00\n");
	desk_close(&d);
	desk_open(&d, DESK(PLAIN), SEND_SINK, path, NULL, AT("16T10:20"));
	desk_until(&d, AT("16T10:20"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-16 10:20\n");
	desk_close(&d);
}

/* What holds next is asked when a hold ends: the quiet hours have begun by then. */
static void
what_holds_next_holds_it_next(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T21:00"));
	silence(&d, "add", 0, "watch=tea", AT("16T20:00"), AT("16T23:00"), AT("16T20:00"));
	desk_fire(&d, 2, false, AT("16T21:00"));
	desk_until(&d, AT("17T07:59"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail held (quiet) 03-17 08:00\n");
	desk_until(&d, AT("17T08:00"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail sent 03-17 08:00\n");
	assert_string_equal(
		holds(&d, "lin", "page"),
		"silenced: silence 1: moving\nquiet: quiet hours, and not on shift\n");
	desk_close(&d);
}

static void
l3_passes_a_silence_that_does_not_name_it_and_safety_every_one(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	silence(&d, "add", 0, "watch=tea", AT("16T09:00"), AT("17T12:00"), AT("16T09:00"));
	desk_fire(&d, 3, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L3 page lin mail sent 03-16 10:00\n");
	desk_close(&d);
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	silence(&d, "add", 0, "level=3", AT("16T09:00"), AT("16T10:30"), AT("16T09:00"));
	desk_fire(&d, 3, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L3 page lin mail held (silenced) 03-16 10:30\n");
	desk_close(&d);
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	silence(&d, "add", 0, "level=~\".*\"", AT("16T09:00"), AT("17T12:00"), AT("16T09:00"));
	desk_fire(&d, 1, true, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-16 10:00\n");
	desk_close(&d);
}

static void
a_route_is_mute_in_its_times(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(
		&d,
		DESK("timetables: { move: { spans: [ { from: 09:00, to: 11:00 } ] }, tuesday: "
		     "{ "
		     "spans: [ { days: [tue] } ] } }\n"
		     "routes: [ { policy: p, group_wait: 0s, mute: [move], continue: on }, { "
		     "policy: q, group_wait: 0s, active: [tuesday] } ]\n"),
		AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L2 copy ann mail held (muted) 03-17 00:00\n"
					   "L2 page lin mail held (muted) 03-16 11:00\n");
	assert_string_equal(holds(&d, "lin", "page"), "muted: mute: move\n");
	assert_string_equal(holds(&d, "ann", "copy"),
			    "muted: outside the route's active times\n");
	desk_until(&d, AT("16T11:00"));
	assert_int_equal(desk_row(&d, "lin", "mail", "page").sent_at, AT("16T11:00"));
	/* Its quiet hours are not over when the day begins. */
	desk_move(&d, EVENT_ACK, "unix:lin", AT("18T12:00"), AT("16T11:05"));
	desk_close(&d);
}

static void
an_l3_of_the_watch_folds_its_l1_until_it_is_over(void **state)
{
	struct incident *most;
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	desk_fire(&d, 3, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	desk_move(&d, EVENT_ACK, "unix:lin", AT("18T12:00"), AT("16T10:01"));
	most = d.incident;
	desk_fire_another(&d, 1, false, AT("16T10:30"));
	desk_until(&d, AT("16T12:00"));
	assert_non_null(strstr(desk_rows(&d), "L1 page lin mail held (inhibited)"));
	desk_move_of(&d, most, EVENT_STAND_DOWN, "unix:lin", 0, AT("16T12:10"));
	desk_until(&d, AT("16T12:10"));
	assert_non_null(strstr(desk_rows(&d), "L1 page lin mail sent 03-16 12:10\n"));
	desk_close(&d);
}

static void
over_the_budget_they_wait_and_go_as_one(void **state)
{
	struct notice_text t = { .kind = "inform", .person = STR("lin"), .body = STR("x") };
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(PLAIN), AT("16T10:00"));
	assert_int_equal(store_begin(d.store, &e), 0);
	for (int i = 0; i < 12; i++) {
		t.key = str_of(arena_textf(d.a, "%d", i));
		assert_int_equal(notices_tell(d.notices, &t, AT("16T10:00") + i, &e), 0);
	}
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_until(&d, AT("16T10:05"));
	desk_fire(&d, 2, false, AT("16T10:10"));
	desk_fire_another(&d, 2, false, AT("16T10:20"));
	assert_non_null(strstr(desk_rows(&d), "L2 page lin mail held (budget) 03-16 11:00\n"
					      "L2 page lin mail held (budget) 03-16 11:00\n"));
	desk_until(&d, AT("16T10:59"));
	assert_null(strstr(desk_rows(&d), "bundle"));
	desk_until(&d, AT("16T11:00"));
	assert_non_null(strstr(desk_rows(&d), "L2 page lin mail bundled 03-16 11:00\n"
					      "L2 page lin mail bundled 03-16 11:00\n"));
	assert_non_null(strstr(desk_rows(&d), "L2 bundle lin mail sent 03-16 11:00\n"));
	desk_close(&d);
}

/* No route is configured: by role, and PR has a copy of what is not a voice. */
static void
without_routes_roles_decide(void **state)
{
	static const char settings[] = "people:\n"
				       "  lin: { contacts: [ { channel: mail, address: "
				       "\"lin@example.test\" } ], roles: [lead] "
				       "}\n"
				       "  ann: { contacts: [ { channel: mail, address: "
				       "\"ann@example.test\" } ], roles: "
				       "[spokesperson] }\n"
				       "channels:\n"
				       "  mail: { kind: smtp, server: \"smtp://127.0.0.1:1\", "
				       "from: \"x@example.test\" }\n";
	struct notice_conf none = { .routes = { NULL, 0 } };
	struct route_ask q = { STR("tea"), 3, SIGNAL_SYSTEM };
	struct tags t = route_tags(&q);
	struct route_answer a = route_find(&none, &t);
	struct desk d;

	(void)state;
	assert_true(str_is(a.route->policy, "role:fixer"));
	assert_int_equal(a.copies_n, 1);
	assert_true(str_is(a.copies[0]->policy, "role:spokesperson"));
	q = (struct route_ask){ STR("tea"), 1, SIGNAL_BUSINESS, .rising = true };
	t = route_tags(&q);
	a = route_find(&none, &t);
	assert_true(str_is(a.route->policy, "role:lead") && a.copies_n == 1);
	q = (struct route_ask){ STR("tea"), 1, SIGNAL_BUSINESS };
	t = route_tags(&q);
	assert_int_equal(route_find(&none, &t).copies_n, 0);
	desk_begin(&d, settings, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:16"));
	assert_string_equal(desk_rows(&d), "L2 page ann mail expired (unanswered) 03-16 10:00\n"
					   "L2 page lin mail sent 03-16 10:15\n");
	desk_close(&d);
}

/* ---- groups ------------------------------------------------------------------------------------ */

#define GROUPS "routes: [ { policy: p, group_by: [watch] } ]\n"

static void
first_pages_wait_for_others_and_go_as_one(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(GROUPS), AT("16T10:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_fire_another(&d, 1, false, AT("16T10:00") + 20);
	desk_until(&d, AT("16T10:00") + 29);
	assert_string_equal(desk_rows(&d), "L1 page lin mail planned (group) 03-16 10:00\n"
					   "L1 page lin mail planned (group) 03-16 10:00\n");
	desk_until(&d, AT("16T10:00") + 30);
	assert_string_equal(desk_rows(&d), "L1 page lin mail bundled 03-16 10:00\n"
					   "L1 page lin mail bundled 03-16 10:00\n"
					   "L1 bundle lin mail sent 03-16 10:00\n");
	/* One more waits for the next step. */
	desk_fire_another(&d, 1, false, AT("16T10:02"));
	desk_until(&d, AT("16T10:05") + 29);
	assert_non_null(
		strstr(desk_rows(&d), "L1 page lin mail planned (group) 03-16 10:05\n"));
	desk_until(&d, AT("16T10:05") + 30);
	assert_non_null(strstr(desk_rows(&d), "L1 page lin mail sent 03-16 10:05\n"));
	desk_close(&d);
}

static void
l3_waits_for_nobody(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(GROUPS), AT("16T10:00"));
	desk_fire(&d, 3, false, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L3 page lin mail sending 03-16 10:00\n");
	desk_close(&d);
}

static void
what_nobody_took_is_told_again(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(GROUPS), AT("16T10:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_until(&d, AT("16T14:00"));
	assert_string_equal(desk_rows(&d),
			    "L1 page lin mail expired (unanswered) 03-16 10:00\n");
	assert_int_equal(d.exhausted, 1);
	desk_until(&d, AT("16T14:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail expired (unanswered) 03-16 10:00\n"
					   "L1 copy lin mail sent 03-16 14:05\n");
	assert_true(str_find(desk_row(&d, "lin", "mail", "copy").body,
			     STR("已 4 h，仍在触发，无人接手")) > 0);
	assert_non_null(strstr(desk_row(&d, "lin", "mail", "copy").body.p, "无人接手"));
	/* Somebody took it. */
	desk_move(&d, EVENT_ACK, "unix:lin", AT("18T12:00"), AT("16T15:00"));
	desk_until(&d, AT("16T21:00"));
	assert_null(strstr(desk_rows(&d), "18:"));
	desk_close(&d);
}

static void
a_group_is_gone_when_nobody_is_left(void **state)
{
	struct stmt *q;
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, DESK(GROUPS), AT("16T10:00"));
	desk_fire(&d, 1, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:01"));
	desk_move(&d, EVENT_CLOSE, "unix:lin", 0, AT("16T10:02"));
	desk_until(&d, AT("16T10:06"));
	q = store_stmt(d.store,
		       "SELECT 1 FROM notice_group UNION ALL SELECT 1 FROM group_member");
	assert_int_equal(stmt_step(q, &e), 0);
	stmt_reset(q);
	desk_close(&d);
}

/* ---- by whose times, and for what ---------------------------------------------------------------- */

#define NIGHT(to)                                                                   \
	DESK("schedules: { night: { shifts: [ { who: [lin], from: 20:00, to: \"" to \
	     "\" } ] } }\n" PLAIN)

/* Something that holds has changed: all is looked at again, a copy by the times of its own route. */
static void
a_copy_that_is_woken_stays_mute_with_its_route(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d,
		   DESK("timetables: { move: { spans: [ { from: 09:00, to: 10:10 } ] } }\n"
			"routes: [ { policy: p, group_wait: 0s, continue: on }, { policy: q, "
			"group_wait: 0s, mute: [move] } ]\n"),
		   AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	assert_string_equal(desk_rows(&d), "L2 copy ann mail held (muted) 03-16 10:10\n"
					   "L2 page lin mail sent 03-16 10:00\n");
	silence(&d, "add", 0, "watch=milk", AT("16T10:00"), AT("16T12:00"), AT("16T10:05"));
	desk_until(&d, AT("16T10:06"));
	assert_string_equal(desk_rows(&d), "L2 copy ann mail held (muted) 03-16 10:10\n"
					   "L2 page lin mail sent 03-16 10:00\n");
	desk_until(&d, AT("16T10:10"));
	assert_int_equal(desk_row(&d, "ann", "mail", "copy").sent_at, AT("16T10:10"));
	desk_close(&d);
}

/* That it is over was held by no route when it was told; nor is it when it is woken. */
static void
what_no_route_held_is_held_by_none_when_woken(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d,
		   DESK("timetables: { late: { spans: [ { from: 10:30, to: 23:00 } ] } }\n"
			"routes: [ { policy: p, group_wait: 0s, mute: [late] } ]\n"),
		   AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:00"));
	silence(&d, "add", 0, "watch=tea", AT("16T10:40"), AT("16T11:00"), AT("16T10:40"));
	desk_move(&d, EVENT_CLOSE, "unix:lin", 0, AT("16T10:45"));
	assert_string_equal(holds(&d, "lin", "clear"), "silenced: silence 1: moving\n");
	desk_until(&d, AT("16T11:00"));
	assert_int_equal(desk_row(&d, "lin", "mail", "clear").sent_at, AT("16T11:00"));
	desk_close(&d);
}

static void
on_shift_the_end_of_it_waits_for_the_hour(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, NIGHT("08:00"), AT("16T22:10"));
	desk_fire(&d, 2, false, AT("16T22:10"));
	desk_until(&d, AT("16T22:10"));
	desk_move(&d, EVENT_CLOSE, "unix:lin", 0, AT("16T22:20"));
	assert_string_equal(holds(&d, "lin", "clear"),
			    "bundle: L1 on shift in quiet hours: with the next hour's\n");
	desk_until(&d, AT("16T23:00"));
	assert_int_equal(desk_row(&d, "lin", "mail", "clear").sent_at, AT("16T23:00"));
	desk_close(&d);
}

/* Whoever still has the shift is told, a minute before its end. */
static void
a_shift_that_ends_before_the_hour_leaves_nothing_for_the_morning(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, NIGHT("22:30"), AT("16T22:10"));
	desk_fire(&d, 1, false, AT("16T22:10"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail held (bundle) 03-16 22:29\n");
	desk_until(&d, AT("16T22:29"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail sent 03-16 22:29\n");
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silence_holds_and_its_end_sends),
		cmocka_unit_test(a_silence_that_is_ended_lets_go_at_once),
		cmocka_unit_test(a_silence_that_left_the_configuration_lets_go),
		cmocka_unit_test(what_holds_next_holds_it_next),
		cmocka_unit_test(
			l3_passes_a_silence_that_does_not_name_it_and_safety_every_one),
		cmocka_unit_test(a_route_is_mute_in_its_times),
		cmocka_unit_test(an_l3_of_the_watch_folds_its_l1_until_it_is_over),
		cmocka_unit_test(over_the_budget_they_wait_and_go_as_one),
		cmocka_unit_test(without_routes_roles_decide),
		cmocka_unit_test(first_pages_wait_for_others_and_go_as_one),
		cmocka_unit_test(l3_waits_for_nobody),
		cmocka_unit_test(what_nobody_took_is_told_again),
		cmocka_unit_test(a_group_is_gone_when_nobody_is_left),
		cmocka_unit_test(a_copy_that_is_woken_stays_mute_with_its_route),
		cmocka_unit_test(what_no_route_held_is_held_by_none_when_woken),
		cmocka_unit_test(on_shift_the_end_of_it_waits_for_the_hour),
		cmocka_unit_test(
			a_shift_that_ends_before_the_hour_leaves_nothing_for_the_morning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
