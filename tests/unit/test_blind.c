/* Who is told that a source is dead, and in which words. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "responder/blind.h"

static struct person_conf people[] = {
	{ .key = STR_INIT("anna") },
	{ .key = STR_INIT("ben") },
	{ .key = STR_INIT("chen") },
};
static struct str lead[] = { STR_INIT("legal"), STR_INIT("lead") };

static void
owners_are_told_each_once_and_else_a_lead(void **state)
{
	struct route_conf routes[] = { { .owner = STR("ben") },
				       { .owner = STR("") },
				       { .owner = STR("chen") },
				       { .owner = STR("ben") } };
	struct notice_conf c = { .people = { people, 3 }, .routes = { routes, 4 } };
	struct str v[4];

	(void)state;
	assert_int_equal(blind_owners(&c, v, 4), 2);
	assert_true(str_is(v[0], "ben") && str_is(v[1], "chen"));
	assert_int_equal(blind_owners(&c, v, 1), 1);
	c.routes.n = 0;
	assert_int_equal(blind_owners(&c, v, 4), 1);
	assert_true(str_is(v[0], "anna"));
	people[2].roles = (struct conf_texts){ lead, 2 };
	assert_int_equal(blind_owners(&c, v, 4), 1);
	assert_true(str_is(v[0], "chen"));
	c.people.n = 0;
	assert_int_equal(blind_owners(&c, v, 4), 0);
}

static void
words_are_plain_and_in_the_readers_language(void **state)
{
	static const struct {
		const char *source, *identity, *why;
		bool zh;
		const char *body;
	} cases[] = {
		{ "board", "outage-begins:1", "answered 500", false,
		  "[Langyan] blind spot: board gives nothing\nhttps://b.example/\n"
		  "since: 2026-03-10 00:00\ncause: answered 500\n"
		  "What is said there is not seen until it is back. It is tried again by "
		  "itself; see \"langyan source list\".\n" },
		{ "board", "outage-ends:1", "", false,
		  "[Langyan] board is read again\nhttps://b.example/\nsince: 2026-03-10 "
		  "00:00\n" },
		{ "*", "outage-begins:1", "12/20", true,
		  "[狼烟] 我们看不见了：多数信源抓不到\n自：2026-03-10 "
		  "00:00\n失败的信源：12/20\n"
		  "可能是我们自己的网络故障。恢复之前，没有消息不等于没有事。\n" },
		{ "*", "outage-ends:1", "1/20", true,
		  "[狼烟] 信源已恢复抓取\n自：2026-03-10 00:00\n失败的信源：1/20\n" },
		{ "board", "outage-begins:1", "<at all>\n\nclick", true,
		  "[狼烟] 盲区：信源 board 抓不到内容\nhttps://b.example/\n自：2026-03-10 "
		  "00:00\n"
		  "原因：＜at all＞ click\n"
		  "恢复之前，那里的声量我们看不到；系统会继续重试，详见 langyan source "
		  "list。\n" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d = { .source = str_of(cases[i].source),
				      .identity = str_of(cases[i].identity),
				      .title = str_of(cases[i].why),
				      .url = STR("https://b.example/"),
				      .published_at = 1773100800 };
		struct blind_words w = { BUF(4096), BUF(8192) };

		blind_compose(&d, cases[i].zh, NULL, &w);
		assert_string_equal(w.body.p, cases[i].body);
		assert_true(str_starts(buf_str(&w.body), buf_str(&w.subject)));
		buf_release(&w.subject);
		buf_release(&w.body);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_are_told_each_once_and_else_a_lead),
		cmocka_unit_test(words_are_plain_and_in_the_readers_language),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
