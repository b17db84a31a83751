/* What was composed for somebody who is out by now, or of what became confidential, does not go. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/entry.h"
#include "responder/incident_store.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

/* The first column of the only row, as text. */
static const char *
asked(struct desk *d, const char *sql)
{
	struct stmt *q = store_stmt(d->store, sql);
	struct err e = { 0 };
	const char *text;

	assert_int_equal(stmt_step(q, &e), 1);
	text = arena_text(d->a, stmt_col_text(q, 0));
	stmt_reset(q);
	return text;
}

/* Held for the morning, when somebody says that lin must stay out of it. */
static void
what_is_composed_for_who_is_out_goes_to_who_is_next(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	desk_shut(&d, "lin", AT("14T22:10"));
	desk_until(&d, AT("15T08:00"));
	assert_string_equal(desk_rows(&d), "L1 page lin mail superseded (recused) 03-15 08:00\n"
					   "L1 page boss mail sent 03-15 08:00\n");
	desk_close(&d);
}

/* The words of then say too much. */
static void
what_becomes_confidential_is_told_in_other_words(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	assert_non_null(strstr(desk_row(&d, "lin", "mail", "page").body.p, "负面"));
	desk_shut(&d, NULL, AT("14T22:10"));
	assert_string_equal(desk_rows(&d),
			    "L1 page lin mail superseded (confidential) 03-15 08:00\n"
			    "L1 page lin mail held (shift) 03-15 08:00\n");
	assert_string_equal(asked(&d, "SELECT count(*) FROM notice WHERE state = 'held' AND"
				      " subject || body || html || facts LIKE '%负面%'"),
			    "0");
	desk_close(&d);
}

/* One of two that wait for a token in one bundle. */
static void
a_bundle_is_taken_apart_for_what_goes(void **state)
{
	struct notice_row row = { .level = 1,
				  .kind = STR("bundle"),
				  .recipient = STR("lin"),
				  .channel = STR("mail"),
				  .state = STR("queued") };
	struct id bundle = ID_OF(STR("bundle")), other = ID_OF(STR("other")), first;
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	first = desk_row(&d, "lin", "mail", "page").id;
	assert_int_equal(store_begin(d.store, &e), 0);
	row.id = bundle;
	assert_int_equal(notice_add(d.store, &row, &e), 1);
	row.id = row.incident = other;
	row.kind = STR("page");
	assert_int_equal(notice_add(d.store, &row, &e), 1);
	assert_int_equal(notice_set_bundled(d.store, &other, &bundle, &e), 0);
	assert_int_equal(notice_set_bundled(d.store, &first, &bundle, &e), 0);
	assert_int_equal(
		notices_withdraw(d.store, &d.incident->id, STR("lin"), STR("recused"), &e), 1);
	assert_string_equal(
		asked(&d, "SELECT group_concat(kind || ' ' || state || ' ' || why, ', ') FROM"
			  " (SELECT * FROM notice ORDER BY kind, state)"),
		"bundle superseded recused, page held , page superseded recused");
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_close(&d);
}

/* The same while it is on the wire: it stays, and is taken apart when it has not arrived. */
static void
a_bundle_under_way_is_taken_apart_when_it_fails(void **state)
{
	struct notice_row row = { .level = 1,
				  .kind = STR("bundle"),
				  .recipient = STR("lin"),
				  .channel = STR("mail"),
				  .state = STR("sending") };
	struct id bundle = ID_OF(STR("bundle")), other = ID_OF(STR("other")), first;
	struct err e = { 0 };
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T22:05"));
	desk_fire(&d, 1, false, AT("14T22:05"));
	first = desk_row(&d, "lin", "mail", "page").id;
	assert_int_equal(store_begin(d.store, &e), 0);
	row.id = bundle;
	assert_int_equal(notice_add(d.store, &row, &e), 1);
	row.id = row.incident = other;
	row.kind = STR("page");
	assert_int_equal(notice_add(d.store, &row, &e), 1);
	assert_int_equal(notice_set_bundled(d.store, &other, &bundle, &e), 0);
	assert_int_equal(notice_set_bundled(d.store, &first, &bundle, &e), 0);
	assert_int_equal(
		notices_withdraw(d.store, &d.incident->id, STR("lin"), STR("recused"), &e), 1);
	assert_int_equal(notice_page_waits(d.store, &d.incident->id, &e), 0);
	assert_string_equal(asked(&d, "SELECT state FROM notice WHERE kind = 'bundle'"),
			    "sending");
	assert_int_equal(notices_drop_recalled(d.store, &bundle, &e), 1);
	assert_string_equal(
		asked(&d, "SELECT group_concat(kind || ' ' || state || ' ' || why, ', ') FROM"
			  " (SELECT * FROM notice ORDER BY kind, state)"),
		"bundle superseded recused, page held , page superseded recused");
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_close(&d);
}

static void
who_is_out_is_not_told_that_it_is_over(void **state)
{
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:16"));
	desk_shut(&d, "lin", AT("16T10:20"));
	desk_move(&d, EVENT_VERDICT_WRONG, "unix:boss", 0, AT("16T10:21"));
	desk_until(&d, AT("16T10:22"));
	assert_string_equal(desk_rows(&d), "L2 page lin mail expired (unanswered) 03-16 10:00\n"
					   "L2 page boss mail sent 03-16 10:15\n"
					   "L2 clear boss mail sent 03-16 10:21\n");
	desk_close(&d);
}

/* Number, level and how to take it: nothing of what, why, where, nor how many. */
static void
a_notice_of_a_confidential_incident_tells_number_and_level_only(void **state)
{
	static const char *const never[] = { "虫子", "weibo", "tea",  "负面",
					     "W2",   "1 条",  "boss", "burst" };
	struct err e = { 0 };
	struct notice_row r;
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, AT("14T10:00"));
	desk_fire(&d, 1, false, AT("14T10:00"));
	assert_int_equal(store_begin(d.store, &e), 0);
	assert_int_equal(incident_set_confidential(d.store, &d.incident->id, 1, &e), 0);
	assert_int_equal(store_commit(d.store, &e), 0);
	desk_until(&d, AT("14T10:30"));
	r = desk_row(&d, "boss", "mail", "page");
	assert_true(str_is(r.subject, "[L1 monitor] INC-2026-0001"));
	for (size_t i = 0; i < LY_COUNT(never); i++)
		if (str_find(r.body, str_of(never[i])) >= 0 ||
		    str_find(r.html, str_of(never[i])) >= 0 ||
		    str_find(r.facts, str_of(never[i])) >= 0)
			fail_msg("%s in %.*s %.*s", never[i], STR_ARG(r.body),
				 STR_ARG(r.facts));
	assert_true(str_find(r.body, STR("langyan incident ack INC-2026-0001 --code ")) > 0);
	desk_move(&d, EVENT_VERDICT_WRONG, "unix:lin", 0, AT("14T11:00"));
	r = desk_row(&d, "boss", "mail", "clear");
	assert_true(str_is(r.subject, "[over] INC-2026-0001"));
	assert_true(str_find(r.body, STR("Because")) < 0);
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_composed_for_who_is_out_goes_to_who_is_next),
		cmocka_unit_test(what_becomes_confidential_is_told_in_other_words),
		cmocka_unit_test(a_bundle_is_taken_apart_for_what_goes),
		cmocka_unit_test(a_bundle_under_way_is_taken_apart_when_it_fails),
		cmocka_unit_test(who_is_out_is_not_told_that_it_is_over),
		cmocka_unit_test(
			a_notice_of_a_confidential_incident_tells_number_and_level_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
