/* Who is told that a rule is parked reads why, and who asks finds it. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/notice_store.h"
#include "responder/parked.h"
#include "responder/record_store.h"

static const struct parked_rule rule = { STR_INIT("shancui"), STR_INIT("(\"b+)+") };

static struct parked_words
words_of(const struct id *conf, bool zh)
{
	struct parked_words w = { BUF(4096), BUF(8192), BUF(8192) };

	parked_compose(&rule, conf, zh, &w);
	return w;
}

static void
words_release(struct parked_words *w)
{
	buf_release(&w->subject);
	buf_release(&w->body);
	buf_release(&w->facts);
}

static void
words_are_plain_and_in_the_readers_language(void **state)
{
	static const struct id conf = { { 7 } };
	struct parked_words w = words_of(&conf, false);

	(void)state;
	assert_string_equal(w.subject.p, "[Langyan] watch shancui: a rule is parked");
	assert_string_equal(
		w.body.p,
		"[Langyan] watch shancui: a rule is parked\nrule: (\"b+)+\n"
		"It hit its step limit three times, so it is not run any more. What hangs on "
		"it is "
		"marked undecided and comes to a person; nothing is left out.\n"
		"Write it shorter, or with words and NEAR, then reload. See \"langyan watch "
		"list\".\n");
	words_release(&w);
	w = words_of(&conf, true);
	assert_string_equal(w.subject.p, "[狼烟] 监测方案 shancui：一条规则已停用");
	words_release(&w);
}

/* Told to two people under one configuration, and to one under another. */
static void
a_rule_is_found_once_under_its_configuration(void **state)
{
	static const struct {
		uint8_t conf;
		const char *person;
		int64_t at;
	} told[] = { { 7, "anna", 1000 }, { 7, "ben", 1001 }, { 8, "anna", 900 } };
	struct err e = { .kind = ERR_NONE };
	struct store *s = store_open(":memory:", &record_migrations, &e);
	struct arena *a = arena_new();
	struct parked_row v[4];
	struct id conf = { { 7 } };

	(void)state;
	assert_non_null(s);
	for (size_t i = 0; i < LY_COUNT(told); i++) {
		struct id of = { { told[i].conf } };
		struct parked_words w = words_of(&of, i % 2);
		struct notice_row r = { .kind = STR("operator"),
					.recipient = str_of(told[i].person),
					.state = STR("queued"),
					.created_at = told[i].at,
					.subject = buf_str(&w.subject),
					.body = buf_str(&w.body),
					.facts = buf_str(&w.facts) };

		r.id.b[0] = (uint8_t)(i + 1);
		assert_true(notice_add(s, &r, &e) >= 0);
		words_release(&w);
	}
	assert_int_equal(parked_read(s, &conf, a, v, 4, &e), 1);
	assert_true(str_eq(v[0].watch, rule.watch) && str_eq(v[0].rule, rule.rule));
	assert_int_equal(v[0].at, 1000);
	conf.b[0] = 9;
	assert_int_equal(parked_read(s, &conf, a, v, 4, &e), 0);
	arena_free(a);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_plain_and_in_the_readers_language),
		cmocka_unit_test(a_rule_is_found_once_under_its_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
