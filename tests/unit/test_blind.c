/* Who is told that a source is dead, and in which words. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "responder/blind.h"
#include "responder/shed.h"

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

static void
overload_says_what_waits_and_what_does_not(void **state)
{
	static const struct {
		const char *identity, *title, *text;
		bool zh;
		const char *begins, *ends;
	} cases[] = {
		{ "valve-sheds:1", "CPU 97 %, queue 12 %, disk 3 %", "", false,
		  "[Langyan] more to do than this machine can: sources are asked less often\n"
		  "since: 2026-03-10 00:00\nload: CPU 97 %, queue 12 %, disk 3 %\n",
		  "or another machine for `langyan score`.\n" },
		{ "valve-sheds:1", "CPU 97 %", "", true,
		  "[狼烟] 过载：信源改为少抓\n自：2026-03-10 00:00\n负载：CPU 97 %\n"
		  "已收到的内容照常处理。",
		  "运行 langyan score。\n" },
		{ "valve-opens:1", "",
		  "{\"polls\":312,\"sources\":5,\"names\":[\"forum\",\"blog\"]}", false,
		  "[Langyan] the load is over: sources are asked as usual\n",
		  "312 polls of 5 sources came later; nothing was dropped.\namong them: forum, "
		  "blog\n" },
		{ "valve-opens:1", "", "{\"polls\":0,\"sources\":0,\"names\":[]}", true,
		  "[狼烟] 过载已过，信源恢复正常抓取\n", "没有推迟任何抓取。\n" },
		{ "valve-opens:1", "", "no JSON", false, "[Langyan] the load is over",
		  "Nothing was put off.\n" },
	};
	struct arena *a = arena_new();
	struct document outage = { .identity = STR("outage-begins:1") };
	struct shed_word w;

	(void)state;
	assert_false(shed_read(a, &outage, &w));
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d = { .identity = str_of(cases[i].identity),
				      .title = str_of(cases[i].title),
				      .text = str_of(cases[i].text),
				      .published_at = 1773100800 };
		struct blind_words words = { BUF(4096), BUF(8192) };

		assert_true(shed_read(a, &d, &w));
		shed_compose(&w, cases[i].zh, NULL, &words);
		if (!str_starts(buf_str(&words.body), str_of(cases[i].begins)) ||
		    !str_ends(buf_str(&words.body), str_of(cases[i].ends)))
			fail_msg("case %zu: %s", i, words.body.p);
		buf_release(&words.subject);
		buf_release(&words.body);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners_are_told_each_once_and_else_a_lead),
		cmocka_unit_test(words_are_plain_and_in_the_readers_language),
		cmocka_unit_test(overload_says_what_waits_and_what_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
