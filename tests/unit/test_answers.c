/* Answers that come back as text: where a code may stand, what bots and mailboxes say. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/imap.h"
#include "core/str.h"
#include "responder/answer.h"

static void
a_code_stands_alone_on_one_of_the_first_lines(void **state)
{
	static const struct {
		const char *text, *code; /* code NULL: none */
		enum link_verb verb;
	} cases[] = {
		{ "123456", "123456", LINK_TAKE },
		{ "\r\n  123456 \r\n", "123456", LINK_TAKE },
		{ "好的\n接手 123456。\n", "123456", LINK_TAKE },
		{ "我来处理：123456", "123456", LINK_TAKE },
		{ "Take 123456!", "123456", LINK_TAKE },
		{ "take123456", "123456", LINK_TAKE },
		{ "升级 123456", "123456", LINK_ESCALATE },
		{ "ESCALATE: 123456", "123456", LINK_ESCALATE },
		{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n123456", "123456", LINK_TAKE },
		{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n123456", NULL, 0 },
		{ "", NULL, 0 },
		{ "12345", NULL, 0 },
		{ "1234567", NULL, 0 },
		{ "12 123456", NULL, 0 },
		{ "my number is 123456", NULL, 0 },
		{ "do not take 123456", NULL, 0 },
		{ "-123456", NULL, 0 },
		{ "Take it: langyan incident ack INC-2026-0042 --code 123456", NULL, 0 },
		/* what was answered carries the code, too */
		{ "I can not.\n> 123456", NULL, 0 },
		{ "I can not.\n>123456\n123456", NULL, 0 },
		{ "no\nOn Mon, 1 Jan 2026 langyan wrote:\n123456", NULL, 0 },
		{ "不行\n2026年1月1日 狼烟 写道：\n123456", NULL, 0 },
		{ "no\n-----Original Message-----\n123456", NULL, 0 },
		{ "no\n发件人: 狼烟\n123456", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct coded a;
		bool found = answer_read(str_of(cases[i].text), &a);

		if (found != (cases[i].code != NULL))
			fail_msg("%s: %d", cases[i].text, found);
		if (found && (!str_is(a.code, cases[i].code) || a.verb != cases[i].verb))
			fail_msg("%s: %.*s %d", cases[i].text, STR_ARG(a.code), (int)a.verb);
	}
}

static void
messages_and_buttons_of_a_bot_are_read(void **state)
{
	static const char body[] =
		"{\"ok\":true,\"result\":["
		"{\"update_id\":7,\"message\":{\"chat\":{\"id\":-100},\"from\":{\"id\":4711},"
		"\"text\":\"123456\"}},"
		"{\"update_id\":9,\"callback_query\":{\"id\":\"q\",\"from\":{\"id\":5},"
		"\"data\":"
		"\"escalate 123456\",\"message\":{\"chat\":{\"id\":6}}}},"
		"{\"update_id\":12,\"edited_message\":{}},"
		"{\"update_id\":-1,\"message\":{\"chat\":{\"id\":1},\"from\":{\"id\":1},"
		"\"text\":\"x\"}}]}";
	struct arena *a = arena_new();
	struct updates u;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(updates_read(a, str_of(body), &u, &e), 0);
	assert_int_equal(u.n, 2);
	assert_int_equal(u.last, 12);
	assert_true(str_is(u.v[0].chat, "-100") && str_is(u.v[0].from, "4711"));
	assert_true(str_is(u.v[0].text, "123456") && !u.v[0].callback.n);
	assert_true(str_is(u.v[1].callback, "q") && str_is(u.v[1].text, "escalate 123456"));
	assert_int_equal(
		updates_read(a, STR("{\"ok\":false,\"description\":\"Conflict\"}"), &u, &e),
		-1);
	assert_non_null(strstr(e.text, "Conflict"));
	assert_int_equal(updates_read(a, STR("<html>"), &u, &e), -1);
	arena_free(a);
}

static void
a_mailbox_says_what_is_new(void **state)
{
	static const char head[] = "* OK ready\r\n* 9 EXISTS\r\n"
				   "* OK [UIDVALIDITY 3857529045] valid\r\n"
				   "* OK [UIDNEXT 4392] next\r\n"
				   "* SEARCH 12 4391 7 12 99999999999 x\r\nA4 OK done\r\n";
	struct imap_found f;
	struct buf b = BUF(1 << 16);

	(void)state;
	imap_found_read(str_of(head), 7, &f);
	assert_int_equal(f.validity, 3857529045);
	assert_int_equal(f.next, 4392);
	assert_int_equal(f.n, 2);
	assert_int_equal(f.uids[0], 12);
	assert_int_equal(f.uids[1], 4391);
	assert_false(f.more);
	/* More than fit: the oldest first. */
	buf_add(&b, STR("* SEARCH"));
	for (int i = 100; i > 0; i--)
		buf_addf(&b, " %d", i);
	imap_found_read(buf_str(&b), 3, &f);
	assert_int_equal(f.n, IMAP_MAX);
	assert_int_equal(f.uids[0], 4);
	assert_int_equal(f.uids[IMAP_MAX - 1], 3 + IMAP_MAX);
	assert_true(f.more);
	buf_release(&b);
	imap_found_read(STR("* SEARCH\r\n"), 3, &f);
	assert_int_equal(f.n, 0);
}

static void
an_address_of_a_mailbox_names_one(void **state)
{
	static const char *const right[] = { "imaps://mail.example/INBOX",
					     "imap://127.0.0.1:143/INBOX/replies" },
				 *const wrong[] = { "",
						    "https://mail.example/INBOX",
						    "imaps://mail.example",
						    "imaps://mail.example/",
						    "imaps:///INBOX",
						    "imaps://mail.example/INBOX;UID=1",
						    "imaps://a@mail.example/INBOX",
						    "imaps://mail.example/IN BOX",
						    "imaps://mail.example/INBOX?ALL",
						    "imaps://mail.example/\r\nINBOX" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(right); i++)
		assert_true(imap_url_right(str_of(right[i])));
	for (size_t i = 0; i < LY_COUNT(wrong); i++)
		if (imap_url_right(str_of(wrong[i])))
			fail_msg("%s", wrong[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_stands_alone_on_one_of_the_first_lines),
		cmocka_unit_test(messages_and_buttons_of_a_bot_are_read),
		cmocka_unit_test(a_mailbox_says_what_is_new),
		cmocka_unit_test(an_address_of_a_mailbox_names_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
