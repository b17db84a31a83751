/* Whose turn it is at a destination, and what becomes of those whom it does not reach. */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/outbox.h"
#include "tests/support/receiver.h"

#define AT(clock) desk_iso("2026-03-16T" clock "+08:00")

/* Several texts to lin through that channel ("": as she is reached), in one commit. */
static void
tell(struct hooked *w, const char *channel, int count, int64_t at)
{
	struct err e = { 0 };

	assert_int_equal(store_begin(w->d.store, &e), 0);
	for (int i = 0; i < count; i++) {
		struct notice_text t = { .kind = "digest",
					 .person = STR("lin"),
					 .channel = str_of(channel),
					 .key = str_of(arena_textf(w->d.a, "%d", i)),
					 .subject =
						 str_of(arena_textf(w->d.a, "weather %d", i)),
					 .body = STR("calm") };

		assert_int_equal(notices_tell(w->d.notices, &t, at, &e), 0);
	}
	assert_int_equal(store_commit(w->d.store, &e), 0);
	notices_send(w->d.notices, at);
}

/* A figure of the notices, as "count(*) FROM notice WHERE …". */
static int64_t
figure(struct hooked *w, const char *what)
{
	struct stmt *q = store_stmt(w->d.store, arena_textf(w->d.a, "SELECT %s", what));
	struct err e = { 0 };
	int64_t n;

	assert_int_equal(stmt_step(q, &e), 1);
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

static int64_t
count(struct hooked *w, const char *where)
{
	return figure(w, arena_textf(w->d.a, "count(*) FROM notice WHERE %s", where));
}

static int64_t
tries(struct hooked *w)
{
	return figure(w, "sum(attempts) FROM notice WHERE channel = 'hook'");
}

static void
one_goes_at_a_time_and_the_urgent_overtakes_the_queue(void **state)
{
	struct hooked w;

	(void)state;
	hooked_open(&w, AT("10:00:00"), YES, NULL);
	tell(&w, "", 5, AT("10:00:00"));
	assert_int_equal(count(&w, "state = 'sending'"), 1);
	desk_fire(&w.d, 3, false, AT("10:00:00"));
	assert_int_equal(count(&w, "state = 'sending'"), 1);
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 2);
	assert_non_null(strstr(w.r.seen[0], "weather"));
	assert_non_null(strstr(w.r.seen[1], "INC-2026-0001"));
	hooked_close(&w);
}

static void
a_flood_starts_few_in_a_turn_and_the_urgent_is_before_the_rest(void **state)
{
	struct hooked w;
	struct notice_events out = { .n = 0 };
	struct err e = { 0 };
	int64_t sent;

	(void)state;
	hooked_open(&w, AT("10:00:00"), YES, NULL);
	tell(&w, "shelf", 60, AT("10:00:00"));
	assert_int_equal(count(&w, "state = 'sending'"), 60);
	assert_true(notices_busy(w.d.notices));
	assert_int_equal(notices_due(w.d.notices), AT("10:00:00"));
	assert_int_equal(store_begin(w.d.store, &e), 0);
	assert_int_equal(notices_turn(w.d.notices, AT("10:00:00"), &out, &e), 1);
	assert_int_equal(store_commit(w.d.store, &e), 0);
	sent = count(&w, "state = 'sent'"); /* by the one turn that sent */
	assert_in_range(sent, 1, STARTS_MOST);
	desk_fire(&w.d, 3, false, AT("10:00:00"));
	assert_non_null(w.d.notices->sends); /* the page; a file ends at once */
	assert_true(w.d.notices->unstarted);
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(count(&w, "kind = 'digest' AND state = 'sent'"), 60);
	assert_int_equal(w.r.n_seen, 1);
	assert_non_null(strstr(w.r.seen[0], "INC-2026-0001"));
	hooked_close(&w);
}

static void
who_asks_us_to_wait_gets_nothing_at_all_until_then(void **state)
{
	struct hooked w;

	(void)state;
	hooked_open(&w, AT("10:00:00"), LATER, YES, NULL);
	tell(&w, "", 2, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_int_equal(w.r.n_seen, 1);
	desk_until(&w.d, AT("10:01:59"));
	assert_int_equal(w.r.n_seen, 1);
	assert_int_equal(notices_due(w.d.notices), AT("10:02:00"));
	/* Nor after a restart: the ledger has it. */
	desk_fire(&w.d, 1, false, AT("10:01:59"));
	desk_crash(&w.d, AT("10:01:59"));
	desk_turn(&w.d, AT("10:01:59")); /* what fired is planned */
	assert_int_equal(w.r.n_seen, 1);
	assert_int_equal(notices_due(w.d.notices), AT("10:02:00"));
	desk_turn(&w.d, AT("10:02:00"));
	hooked_pump(&w.d, &w.r, AT("10:02:00"));
	assert_true(w.r.n_seen > 1);
	hooked_close(&w);
}

static void
what_left_before_a_restart_counts_in_the_rate(void **state)
{
	struct hooked w;
	int64_t at = AT("10:00:00");

	(void)state;
	hooked_open(&w, at, YES, NULL); /* rate: 8 */
	tell(&w, "", 12, at);
	hooked_pump(&w.d, &w.r, at);
	while (w.r.n_seen < 8) {
		at = notices_due(w.d.notices);
		desk_turn(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
	}
	desk_fire(&w.d, 1, false, AT("10:00:50"));
	desk_crash(&w.d, AT("10:00:50"));
	desk_turn(&w.d, AT("10:00:50"));
	assert_int_equal(w.r.n_seen, 8);
	assert_in_range(notices_due(w.d.notices), AT("10:01:00"), AT("10:01:01"));
	hooked_close(&w);
}

static void
a_destination_that_is_down_is_bypassed_at_once_and_told_of_once(void **state)
{
	struct hooked w;
	int64_t at = AT("10:00:00"), probed[3];
	size_t probes = 0;

	(void)state;
	hooked_open(&w, at, YES, NULL);
	close(w.r.fd); /* nobody listens */
	w.r.fd = -1;
	tell(&w, "", 6, at);
	for (; count(&w, "attempts > 0") < 3 && at < AT("10:01:00"); at++) {
		desk_turn(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
	}
	assert_int_equal(count(&w, "kind = 'operator'"), 1);
	assert_string_equal(desk_row(&w.d, "lin", "shelf", "operator").subject.p,
			    "[狼烟] 渠道 hook 不通");
	/* What comes now does not wait for three tries of its own. */
	desk_fire(&w.d, 3, false, at);
	hooked_pump(&w.d, &w.r, at);
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "queued"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").why, "down"));
	/* It is probed by one, more and more seldom. */
	for (int64_t end = at + 120, tried = tries(&w); at < end; at++) {
		desk_turn(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
		if (tries(&w) == tried)
			continue;
		assert_int_equal(tries(&w), ++tried);
		assert_true(probes < LY_COUNT(probed));
		probed[probes++] = at;
	}
	assert_int_equal(probes, LY_COUNT(probed));
	assert_int_equal(probed[1] - probed[0], 30);
	assert_int_equal(probed[2] - probed[1], 60);
	assert_int_equal(count(&w, "kind = 'operator'"), 1);
	hooked_close(&w);
}

#define STALL                                                                          \
	"HTTP/1.1 503 Later\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: " \
	"close\r\n\r\n"

static void
who_asks_us_to_wait_for_long_is_bypassed_and_down_in_the_end(void **state)
{
	struct hooked w;
	int64_t at = AT("10:00:00");

	(void)state;
	hooked_open(&w, at, STALL, NULL);
	tell(&w, "", 1, at);
	hooked_pump(&w.d, &w.r, at);
	desk_fire(&w.d, 3, false, at + 1);
	hooked_pump(&w.d, &w.r, at + 1);
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").why, "down"));
	assert_int_equal(count(&w, "kind = 'operator'"), 0);
	for (int i = 1; i < 3; i++) {
		desk_turn(&w.d, at + 3600 * i);
		hooked_pump(&w.d, &w.r, at + 3600 * i);
	}
	assert_int_equal(count(&w, "kind = 'operator'"), 1);
	hooked_close(&w);
}

static void
a_page_that_waits_for_its_retry_is_bypassed_when_the_channel_goes_down(void **state)
{
	struct hooked w;
	int64_t at = AT("10:00:00");

	(void)state;
	hooked_open(&w, at, BUSY, NULL);
	desk_fire(&w.d, 3, false, at);
	hooked_pump(&w.d, &w.r, at);
	tell(&w, "", 3, at);
	for (; !count(&w, "kind = 'operator'") && at < AT("10:01:00"); at++) {
		desk_turn(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
	}
	assert_true(desk_row(&w.d, "lin", "hook", "page").attempts < 3);
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "retry_wait"));
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	hooked_close(&w);
}

static void
a_kill_in_the_third_try_loses_no_next_contact(void **state)
{
	struct hooked w;
	struct err e = { 0 };
	int64_t at = AT("10:00:00");

	(void)state;
	hooked_open(&w, at, BUSY, NULL);
	desk_fire(&w.d, 2, false, at);
	hooked_pump(&w.d, &w.r, at);
	assert_int_equal(count(&w, "channel = 'shelf' AND kind = 'page'"), 0);
	assert_int_equal(
		stmt_run(store_stmt(w.d.store, "UPDATE notice SET attempts = 3 WHERE kind ="
					       " 'page'"),
			 &e),
		1);
	at = desk_row(&w.d, "lin", "hook", "page").next_at;
	desk_turn(&w.d, at);
	hooked_pump(&w.d, &w.r, at);
	assert_int_equal(desk_row(&w.d, "lin", "hook", "page").attempts, 4);
	assert_true(str_is(desk_row(&w.d, "lin", "shelf", "page").state, "sent"));
	hooked_close(&w);
}

static void
pages_of_a_bundle_are_told_another_way_too(void **state)
{
	static const char people[] = "  lin: { name: 林静, quiet: { from: 12:00, to: 14:00 }, "
				     "contacts: [ { channel: "
				     "hook }, { channel: shelf } ] }\n";
	static const char *const answers[] = { YES, STALL, NULL };
	struct hooked w;

	(void)state;
	hooked_open_for(&w, AT("10:00:00"), people, answers);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	desk_move(&w.d, EVENT_ACK, "unix:lin", AT("18:00:00"), AT("10:01:00"));
	desk_move(&w.d, EVENT_CLOSE, "unix:lin", 0, AT("12:10:00"));
	desk_fire(&w.d, 1, false, AT("12:20:00"));
	desk_until(&w.d, AT("14:00:00"));
	hooked_pump(&w.d, &w.r, AT("14:00:00"));
	assert_int_equal(count(&w, "kind = 'bundle' AND state = 'retry_wait'"), 1);
	assert_int_equal(count(&w, "kind = 'page' AND state = 'bundled'"), 1);
	assert_int_equal(count(&w, "kind = 'page' AND channel = 'shelf'"), 1);
	hooked_close(&w);
}

/* Whatever calls it back while a slow receiver has it: it does not go again, nor another way. */
static void
what_is_called_back_on_the_wire_does_not_go_again(void **state)
{
	static const char people[] =
		"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, contacts: [ { "
		"channel: hook }, { channel: shelf } ] }\n";
	static const char *const busy[] = { BUSY, YES, NULL }, *const no[] = { NO, YES, NULL };
	static const struct {
		const char *why, *const *answers;
		bool crash;
	} cases[] = {
		{ "answered", busy, false },     { "closed", busy, false },
		{ "closed", no, false },         { "closed", busy, true },
		{ "confidential", busy, false }, { "confidential", no, true },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		bool secret = !strcmp(cases[i].why, "confidential");
		int64_t at = AT("10:00:00");
		struct hooked w;

		hooked_open_for(&w, at, people, cases[i].answers);
		desk_fire(&w.d, 2, false, at);
		assert_int_equal(count(&w, "state = 'sending'"), 1);
		if (secret)
			desk_shut(&w.d, NULL, at);
		else if (!strcmp(cases[i].why, "answered"))
			desk_move(&w.d, EVENT_ACK, "unix:lin", AT("18:00:00"), at);
		else
			desk_move(&w.d, EVENT_CLOSE, "unix:lin", 0, at);
		if (cases[i].crash)
			desk_crash(&w.d, at);
		hooked_pump(&w.d, &w.r, at);
		desk_until(&w.d, AT("10:05:00"));
		hooked_pump(&w.d, &w.r, AT("10:05:00"));
		assert_int_equal(count(&w, arena_textf(w.d.a,
						       "kind = 'page' AND state = 'superseded'"
						       " AND why = '%s' AND attempts = 1",
						       cases[i].why)),
				 1);
		/* Once, the old words; with fewer, who is to be told anew. */
		assert_int_equal(count(&w, "kind = 'page'"), secret ? 2 : 1);
		assert_int_equal(count(&w, "kind = 'page' AND state = 'sent'"), secret);
		assert_int_equal(count(&w, "kind = 'operator'"), 0);
		hooked_close(&w);
	}
}

/* Anna has one contact, which refuses: Bob stands in for her, and has it once. */
static void
when_no_contact_gets_through_the_deputy_is_told(void **state)
{
	static const char people[] =
		"  lin: { name: 林静, quiet: { from: 00:00, to: 00:00 }, deputy: bob, "
		"contacts: "
		"[ { channel: hook } ] }\n"
		"  bob: { name: 包勃, quiet: { from: 00:00, to: 00:00 }, contacts: [ { "
		"channel: shelf } ] }\n";
	static const char *const answers[] = { NO, NULL };
	struct hooked w;
	struct notice_row r;

	(void)state;
	hooked_open_for(&w, AT("10:00:00"), people, answers);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "failed_perm"));
	r = desk_row(&w.d, "bob", "shelf", "page");
	assert_true(str_is(r.state, "sent"));
	assert_true(str_find(r.body, STR("林静 的所有联系方式都送不到，由你代替")) > 0);
	/* The step goes on from there: its clock runs. */
	assert_int_equal(notices_due(w.d.notices), AT("10:15:00"));
	hooked_close(&w);
}

static void
a_try_that_a_crash_cut_off_is_in_the_ledger(void **state)
{
	struct hooked w;
	int64_t now = AT("10:00:00");

	(void)state;
	hooked_open(&w, now, YES, NULL);
	desk_fire(&w.d, 2, false, now); /* committed as 'sending', transfer begun */
	desk_crash(&w.d, now + 60);
	assert_true(str_is(desk_row(&w.d, "lin", "hook", "page").state, "retry_wait"));
	w.r.silent = true; /* whatever came of the first connection */
	desk_turn(&w.d, now + 60);
	w.r.silent = false;
	hooked_pump(&w.d, &w.r, now + 60);
	assert_int_equal(strncmp(hooked_attempts(&w), "1 0 unknown, 2 200 answered", 27), 0);
	hooked_close(&w);
}

static void
a_channel_that_is_configured_no_more_fails_and_is_told_otherwise(void **state)
{
	struct hooked w;
	struct stmt *q;
	struct err e = { 0 };

	(void)state;
	hooked_open(&w, AT("10:00:00"), LATER, YES, NULL);
	desk_fire(&w.d, 2, false, AT("10:00:00"));
	hooked_pump(&w.d, &w.r, AT("10:00:00"));
	q = store_stmt(w.d.store, "UPDATE notice SET channel = 'pager' WHERE kind = 'page'"
				  " AND channel = 'hook'");
	assert_int_equal(stmt_run(q, &e), 1);
	desk_crash(&w.d, AT("10:00:00"));
	desk_until(&w.d, AT("10:02:00"));
	hooked_pump(&w.d, &w.r, AT("10:02:00"));
	assert_true(str_is(desk_row(&w.d, "lin", "pager", "page").state, "failed_perm"));
	assert_int_equal(count(&w, "kind = 'page' AND state = 'sent'"), 1);
	hooked_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_goes_at_a_time_and_the_urgent_overtakes_the_queue),
		cmocka_unit_test(
			a_flood_starts_few_in_a_turn_and_the_urgent_is_before_the_rest),
		cmocka_unit_test(who_asks_us_to_wait_gets_nothing_at_all_until_then),
		cmocka_unit_test(what_left_before_a_restart_counts_in_the_rate),
		cmocka_unit_test(
			a_destination_that_is_down_is_bypassed_at_once_and_told_of_once),
		cmocka_unit_test(who_asks_us_to_wait_for_long_is_bypassed_and_down_in_the_end),
		cmocka_unit_test(
			a_page_that_waits_for_its_retry_is_bypassed_when_the_channel_goes_down),
		cmocka_unit_test(a_kill_in_the_third_try_loses_no_next_contact),
		cmocka_unit_test(pages_of_a_bundle_are_told_another_way_too),
		cmocka_unit_test(what_is_called_back_on_the_wire_does_not_go_again),
		cmocka_unit_test(when_no_contact_gets_through_the_deputy_is_told),
		cmocka_unit_test(a_try_that_a_crash_cut_off_is_in_the_ledger),
		cmocka_unit_test(
			a_channel_that_is_configured_no_more_fails_and_is_told_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
