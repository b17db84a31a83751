/* An exercise tells only who is enrolled, and says so: through the outbox. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "responder/exercise.h"
#include "tests/support/receiver.h"

#define AT(clock) desk_iso("2026-03-16T" clock "+08:00")

static void
who_is_enrolled_is_named_with_the_contact(void **state)
{
	static const struct {
		const char *enrolled, *recipient, *channel;
		bool may;
	} cases[] = {
		{ "lin", "lin", "hook", true },
		{ "lin", "ann", "hook", false },
		{ "lin/hook", "lin", "hook", true },
		{ "lin/hook", "lin", "mail", false },
		{ "lin/hook", "li", "n/hook", false },
		{ "channel:hook", "", "hook", true },
		{ "channel:hook", "", "mail", false },
		{ "channel:hook", "lin", "hook", false }, /* a person is not a channel */
		{ "lin", "", "lin", false },
		{ "", "", "hook", false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str who = str_of(cases[i].enrolled);
		const struct exercise_conf c = { 1, { &who, who.n > 0 } };

		if (exercise_may(&c, str_of(cases[i].recipient), str_of(cases[i].channel)) !=
		    cases[i].may)
			fail_msg("case %zu", i);
	}
}

static void
the_mark_stands_first_and_last(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(exercise_text(a, STR("one\ntwo"), true).p,
			    "【演练】\none\ntwo\n【演练】\n");
	assert_string_equal(exercise_text(a, STR("one\n"), false).p,
			    "[EXERCISE]\none\n[EXERCISE]\n");
	assert_string_equal(
		exercise_html(a, STR("<html><body class=x><p>one</p></body></html>"), false).p,
		"<html><body class=x><p><strong>[EXERCISE]</strong></p><p>one</p>"
		"<p><strong>[EXERCISE]</strong></p></body></html>");
	assert_string_equal(exercise_html(a, STR("one"), false).p,
			    "<p><strong>[EXERCISE]</strong></p>one"
			    "<p><strong>[EXERCISE]</strong></p>");
	assert_int_equal(exercise_html(a, STR(""), false).n, 0);
	arena_free(a);
}

static int64_t
count(struct hooked *w, const char *where)
{
	struct stmt *q = store_stmt(
		w->d.store, arena_textf(w->d.a, "SELECT count(*) FROM notice WHERE %s", where));
	struct err e = { 0 };
	int64_t n;

	assert_int_equal(stmt_step(q, &e), 1);
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	return n;
}

/* Whatever plans it: a page, a digest, a text that would be published. */
static void
nothing_reaches_who_is_not_enrolled(void **state)
{
	static const char *const kinds[] = { "digest", "operator", "publish", "canary" };
	int64_t now = AT("10:00:00");
	struct hooked w;
	struct err e = { 0 };

	(void)state;
	hooked_open(&w, now, YES, NULL);
	w.d.c.exercise = (struct exercise_conf){ .on = 1 };
	desk_fire(&w.d, 3, false, now);
	assert_int_equal(store_begin(w.d.store, &e), 0);
	for (size_t i = 0; i < LY_COUNT(kinds); i++) {
		struct notice_text t = { .kind = kinds[i],
					 .channel = STR("hook"),
					 .key = STR("1"),
					 .subject = STR("x"),
					 .body = STR("y") };

		assert_int_equal(notices_tell(w.d.notices, &t, now, &e), 0);
	}
	assert_int_equal(store_commit(w.d.store, &e), 0);
	notices_send(w.d.notices, now);
	hooked_pump(&w.d, &w.r, now);
	assert_int_equal(w.r.n_seen, 0);
	assert_true(count(&w, "why LIKE 'an exercise: %'") >= 5);
	assert_int_equal(
		count(&w, "state IN ('sent', 'acked') AND channel NOT LIKE 'last-resort'"), 0);
	hooked_close(&w);
}

static void
who_is_enrolled_reads_first_and_last_that_it_is_one(void **state)
{
	static struct str lin = STR_INIT("lin/hook");
	int64_t now = AT("10:00:00");
	const struct json *j;
	struct hooked w;
	struct err e = { 0 };
	struct str said;

	(void)state;
	hooked_open(&w, now, YES, NULL);
	w.d.c.exercise = (struct exercise_conf){ 1, { &lin, 1 } };
	desk_fire(&w.d, 2, false, now);
	hooked_pump(&w.d, &w.r, now);
	assert_int_equal(w.r.n_seen, 1);
	j = json_parse(w.d.a, receiver_body(w.r.seen[0]), &e);
	j = json_get(json_at(json_get(j, "alerts"), 0), "annotations");
	assert_true(str_starts(json_text(json_get(j, "summary"), STR("")), STR("【演练】 ")));
	said = str_trim(json_text(json_get(j, "description"), STR("")));
	assert_true(str_starts(said, STR("【演练】\n")));
	assert_true(str_ends(said, STR("\n【演练】")));
	hooked_close(&w);
}

static int64_t
pages(struct desk *d)
{
	struct stmt *q =
		store_stmt(d->store, "SELECT count(*) FROM notice WHERE kind = 'page'");
	struct err e = { 0 };
	int64_t n = stmt_step(q, &e) > 0 ? stmt_col_int(q, 0) : -1;

	stmt_reset(q);
	return n;
}

/* Each page fails at once; then the last of the policy would be told again, and again. */
static void
of_an_l3_that_reaches_nobody_pages_wait_for_each_other(void **state)
{
	int64_t now = AT("10:00:00");
	struct desk d;

	(void)state;
	desk_begin(&d, desk_office, now);
	d.c.exercise = (struct exercise_conf){ .on = 1 };
	desk_fire(&d, 3, false, now);
	desk_until(&d, now);
	assert_int_equal(pages(&d), 5); /* lin; boss twice, by mail and phone */
	desk_until(&d, now + 24 * 3600);
	assert_in_range(pages(&d), 20, 200);
	desk_close(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_enrolled_is_named_with_the_contact),
		cmocka_unit_test(the_mark_stands_first_and_last),
		cmocka_unit_test(nothing_reaches_who_is_not_enrolled),
		cmocka_unit_test(of_an_l3_that_reaches_nobody_pages_wait_for_each_other),
		cmocka_unit_test(who_is_enrolled_reads_first_and_last_that_it_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
