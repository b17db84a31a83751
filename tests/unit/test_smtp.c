#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/smtp.h"
#include "core/str.h"

#define SENT_AT 1795302941 /* 2026-11-21T23:15:41Z */

static struct mail
plain_mail(void)
{
	return (struct mail){ .server = STR("smtp://127.0.0.1:1"),
			      .from = STR("desk@example.test"),
			      .to = STR("linjing@example.test"),
			      .subject = STR("L2"),
			      .text = STR("two\nlines"),
			      .key = STR("00ff"),
			      .at = SENT_AT };
}

static void
a_plain_mail_is_rendered_to_the_byte(void **state)
{
	struct mail m = plain_mail();
	struct buf out = BUF(4096);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(mail_render(&m, &out, &e), 0);
	assert_string_equal(out.p, "Date: Sat, 21 Nov 2026 23:15:41 +0000\r\n"
				   "From: desk@example.test\r\n"
				   "To: linjing@example.test\r\n"
				   "Subject: L2\r\n"
				   "Message-ID: <00ff@example.test>\r\n"
				   "Auto-Submitted: auto-generated\r\n"
				   "MIME-Version: 1.0\r\n"
				   "Content-Type: text/plain; charset=utf-8\r\n"
				   "Content-Transfer-Encoding: 7bit\r\n"
				   "\r\n"
				   "two\r\nlines\r\n");
	buf_release(&out);
}

static void
a_full_mail_is_rendered_to_the_byte(void **state)
{
	struct mail m = plain_mail();
	struct buf out = BUF(8192);
	struct err e = { 0 };

	(void)state;
	m.from = STR("狼烟 <desk@example.test>");
	m.to = STR("\"Lin \\ Jing\" <linjing@example.test>");
	m.subject = STR("【L3】山脆：食品安全投诉在三小时内上升到平时的十倍，首条提及已有一百二"
			"十个账号转发");
	m.text = STR("山脆\n");
	m.html = STR("<p>山脆</p>");
	m.thread = STR("00aa");
	m.unsubscribe = STR("https://langyan.example.test/unsubscribe?t=1");
	assert_int_equal(mail_render(&m, &out, &e), 0);
	assert_string_equal(
		out.p,
		"Date: Sat, 21 Nov 2026 23:15:41 +0000\r\n"
		"From: =?UTF-8?B?54u854Of?=\r\n <desk@example.test>\r\n"
		"To: \"Lin \\\\ Jing\"\r\n <linjing@example.test>\r\n"
		"Subject: =?UTF-8?B?44CQTDPjgJHlsbHohIbvvJrpo5/lk4HlronlhajmipXor4nlnKg=?=\r\n"
		" =?UTF-8?B?5LiJ5bCP5pe25YaF5LiK5Y2H5Yiw5bmz5pe255qE5Y2B5YCN77yM6aaW5p2h?=\r\n"
		" =?UTF-8?B?5o+Q5Y+K5bey5pyJ5LiA55m+5LqM5Y2B5Liq6LSm5Y+36L2s5Y+R?=\r\n"
		"Message-ID: <00ff@example.test>\r\n"
		"In-Reply-To: <00aa@example.test>\r\n"
		"References: <00aa@example.test>\r\n"
		"List-Id: <langyan.example.test>\r\n"
		"List-Unsubscribe: <https://langyan.example.test/unsubscribe?t=1>\r\n"
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: multipart/alternative;\r\n "
		"boundary=\"=_ec9325ac40886526ba532b5dcdc05acd\"\r\n"
		"\r\n"
		"--=_ec9325ac40886526ba532b5dcdc05acd\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"\r\n"
		"5bGx6ISGDQo=\r\n"
		"--=_ec9325ac40886526ba532b5dcdc05acd\r\n"
		"Content-Type: text/html; charset=utf-8\r\n"
		"Content-Transfer-Encoding: base64\r\n"
		"\r\n"
		"PHA+5bGx6ISGPC9wPg==\r\n"
		"--=_ec9325ac40886526ba532b5dcdc05acd--\r\n");
	buf_release(&out);
}

static void
nothing_can_begin_a_header_of_its_own(void **state)
{
	static const struct {
		const char *from, *to, *subject, *key, *thread, *unsubscribe, *says;
	} cases[] = {
		{ "a@b\r\nBcc: c@d", 0, 0, 0, 0, 0,
		  "the sender of a mail holds a control byte" },
		{ 0, "a@b\nBcc: c@d", 0, 0, 0, 0,
		  "the recipient of a mail holds a control byte" },
		{ 0, 0, "x\r\nBcc: c@d", 0, 0, 0,
		  "the subject of a mail holds a control byte" },
		{ 0, 0, "x\tb", 0, 0, 0, "the subject of a mail holds a control byte" },
		{ 0, 0, "x\x7f", 0, 0, 0, "the subject of a mail holds a control byte" },
		{ 0, 0, "x\xff", 0, 0, 0, "the subject of a mail is not UTF-8" },
		{ 0, 0, 0, "a>\r\nBcc: c@d", 0, 0,
		  "the key of a mail holds other bytes than letters, digits and \"._+-\"" },
		{ 0, 0, 0, "", 0, 0, "a mail has no key" },
		{ 0, 0, 0, 0, "a b", 0,
		  "the thread of a mail holds other bytes than letters, digits and \"._+-\"" },
		{ 0, 0, 0, 0, 0, "javascript:x",
		  "the way to unsubscribe is no https or mailto address" },
		{ 0, 0, 0, 0, 0, "https://a>,<b",
		  "the way to unsubscribe is no https or mailto address" },
		{ "nobody", 0, 0, 0, 0, 0, "the sender of a mail is no address: \"nobody\"" },
		{ 0, "a@b, c@d", 0, 0, 0, 0,
		  "the recipient of a mail is no address: \"a@b, c@d\"" },
		{ 0, "A <a@b> c", 0, 0, 0, 0,
		  "the recipient of a mail is no address: \"A <a@b> c\"" },
		{ 0, "A <a@b> <c@d>", 0, 0, 0, 0,
		  "the recipient of a mail is no address: \"A <a@b> <c@d>\"" },
		{ 0, "a@b@c", 0, 0, 0, 0, "the recipient of a mail is no address: \"a@b@c\"" },
		{ 0, "@b", 0, 0, 0, 0, "the recipient of a mail is no address: \"@b\"" },
		{ 0, "a@", 0, 0, 0, 0, "the recipient of a mail is no address: \"a@\"" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct mail m = plain_mail();
		struct buf out = BUF(8192);
		struct err e = { 0 };

		if (cases[i].from)
			m.from = str_of(cases[i].from);
		if (cases[i].to)
			m.to = str_of(cases[i].to);
		if (cases[i].subject)
			m.subject = str_of(cases[i].subject);
		if (cases[i].key)
			m.key = str_of(cases[i].key);
		m.thread = str_of(cases[i].thread);
		m.unsubscribe = str_of(cases[i].unsubscribe);
		assert_int_equal(mail_render(&m, &out, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
		buf_release(&out);
	}
}

static void
a_server_is_named_by_scheme_host_and_port(void **state)
{
	static const char *const bad[] = {
		"",           "127.0.0.1:25",  "http://mail.example.test/", "smtp://",
		"smtp://a/b", "smtp://a\r\nb", "smtp://user@host",          "file:///tmp/x"
	};
	struct http_conf c = { .agent = STR("t") };
	struct err e = { 0 };
	struct http *h = http_new(&c, &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bad); i++) {
		struct mail m = plain_mail();

		m.server = str_of(bad[i]);
		assert_int_equal(mail_start(h, &m, &e), -1);
		assert_int_equal(e.kind, ERR_USAGE);
	}
	assert_int_equal(http_running(h), 0);
	http_free(h);
}

/* ---- with a server ------------------------------------------------------------------------- */

static pid_t sink = -1;
static int said = -1, alive = -1;
static char server[64];
static struct arena *arena;

/* The next line that the sink prints, within five seconds. */
static struct str
heard(void)
{
	static char text[65536];
	static size_t have;
	char *end;

	while (!(end = memchr(text, '\n', have))) {
		struct pollfd p = { said, POLLIN, 0 };
		ssize_t n = poll(&p, 1, 5000) == 1 ? read(said, text + have, sizeof text - have)
						   : 0;

		if (n <= 0)
			return (struct str){ NULL, 0 };
		have += (size_t)n;
	}
	{
		size_t n = (size_t)(end - text);
		struct str line = arena_str(arena, (struct str){ text, n });

		have -= n + 1;
		memmove(text, end + 1, have);
		return line;
	}
}

static int
start(void **state)
{
	int in[2], out[2];
	struct str line;

	(void)state;
	arena = arena_new();
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	sink = fork();
	if (sink == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execl("/usr/bin/python3", "python3", "tests/unit/smtp_sink.py", (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	alive = in[1];
	said = out[0];
	line = heard();
	if (!str_starts(line, STR("port="))) {
		int status;

		assert_int_equal(waitpid(sink, &status, 0), sink);
		sink = -1;
		/* Only a missing package may skip; a sink that fails is a failure. */
		return WIFEXITED(status) &&
				       (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127)
			       ? 0
			       : -1;
	} else {
		snprintf(server, sizeof server, "smtp://127.0.0.1:%s", line.p + 5);
	}
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	close(alive);
	if (sink > 0) {
		kill(sink, SIGTERM);
		waitpid(sink, NULL, 0);
	}
	close(said);
	arena_free(arena);
	return 0;
}

static void
need_sink(void)
{
	if (sink < 0) {
		print_message("skipped: no python3-aiosmtpd\n");
		skip();
	}
}

struct ended {
	int times, status;
	enum http_end end;
	char detail[160];
	int64_t left_us;
};

static void
note_end(void *arg, const struct http_response *r)
{
	struct ended *n = arg;

	n->times++;
	n->status = r->status;
	n->end = r->end;
	n->left_us = r->first_byte_sent_us;
	snprintf(n->detail, sizeof n->detail, "%s", r->detail);
}

static struct ended
send_by(struct http *h, struct mail m, bool allowed)
{
	struct str star = STR("*");
	struct conf_texts allow = { &star, 1 };
	struct ended n = { 0 };
	struct err e = { 0 };

	if (str_is(m.server, "smtp://127.0.0.1:1"))
		m.server = str_of(server);
	m.allow_private = allowed ? &allow : NULL;
	m.done = note_end;
	m.arg = &n;
	m.timeout_ms = 10000;
	if (mail_start(h, &m, &e) < 0)
		fail_msg("%s", e.text);
	while (!n.times) {
		struct pollfd p = { http_fd(h), POLLIN, 0 };

		poll(&p, 1, 1000);
		http_turn(h);
	}
	assert_int_equal(n.times, 1);
	return n;
}

static struct ended
send_mail(struct mail m, bool allowed)
{
	struct http_conf c = { .agent = STR("t") };
	struct err e = { 0 };
	struct http *h = http_new(&c, &e);
	struct ended n = send_by(h, m, allowed);

	http_free(h);
	return n;
}

static void
expect_lines(const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_string_equal(heard().p, lines[i]);
}

static void
a_mail_arrives_as_it_was_meant(void **state)
{
	static const char *const lines[] = {
		"envelope=desk@example.test>linjing@example.test login=desk",
		"headers=Date,From,To,Subject,Message-ID,In-Reply-To,References,List-Id,List-"
		"Unsubscribe,Auto-Submitted,MIME-Version,Content-Type",
		"from=狼烟 <desk@example.test>",
		"to=\"Lin, Jing\" <linjing@example.test>",
		"subject="
		"【L3】山脆：食品安全投诉在三小时内上升到平时的十倍，首条提及已有一百二十个账号"
		"转发 =?x?= 🔥🔥🔥",
		"message-id=<00ff@example.test>",
		"in-reply-to=<00aa@example.test>",
		"references=<00aa@example.test>",
		"date=Sat, 21 Nov 2026 23:15:41 +0000",
		"plain='山脆\\n.\\n..dots\\nFrom here\\n\\n 三倍'",
		"html='<p>山脆</p>'",
		"defects=[]",
		"end",
	};
	struct mail m = plain_mail();
	struct ended n;

	(void)state;
	need_sink();
	m.user = STR("desk");
	m.password = STR("secret");
	m.from = STR("狼烟 <desk@example.test>");
	m.to = STR("\"Lin, Jing\" <linjing@example.test>");
	m.subject = STR("【L3】山脆：食品安全投诉在三小时内上升到平时的十倍，首条提及已有一百二"
			"十个账号转发 =?x?= 🔥🔥🔥");
	m.text = STR("山脆\n.\r\n..dots\nFrom here\r\r\n 三倍");
	m.html = STR("<p>山脆</p>");
	m.thread = STR("00aa");
	m.unsubscribe = STR("mailto:stop@example.test");
	n = send_mail(m, true);
	assert_string_equal(n.detail, "");
	assert_int_equal(n.end, HTTP_OK);
	assert_int_equal(n.status, 250);
	assert_true(n.left_us > 0);
	expect_lines(lines, LY_COUNT(lines));
}

static void
dots_and_long_lines_survive(void **state)
{
	static const char *const lines[] = { "plain='.\\n..\\n.hidden\\n\\nend\\n'",
					     "html=none", "defects=[]", "end" };
	static char line[3000];
	struct mail m = plain_mail();

	(void)state;
	need_sink();
	m.text = STR(".\n..\n.hidden\n\nend");
	assert_int_equal(send_mail(m, true).end, HTTP_OK);
	for (int i = 0; i < 9; i++)
		heard();
	expect_lines(lines, LY_COUNT(lines));
	memset(line, 'a', sizeof line - 1);
	m.text = str_of(line);
	assert_int_equal(send_mail(m, true).end, HTTP_OK);
	for (int i = 0; i < 9; i++)
		heard();
	assert_int_equal(heard().n, sizeof line - 1 + strlen("plain=''"));
	for (int i = 0; i < 3; i++)
		heard();
}

static void
a_refusal_says_what_the_server_said(void **state)
{
	struct mail m = plain_mail();
	struct ended n;

	(void)state;
	need_sink();
	m.to = STR("nobody@example.test");
	n = send_mail(m, true);
	assert_int_equal(n.end, HTTP_REFUSED_MAIL);
	assert_int_equal(n.status, 550);
	assert_string_equal(n.detail, "550 5.1.1 no such person here");
	m.to = STR("later@example.test");
	n = send_mail(m, true);
	assert_int_equal(n.end, HTTP_OK);
	assert_int_equal(n.status, 451);
	assert_string_equal(n.detail, "451 4.3.0 try again later");
	m.to = STR("linjing@example.test");
	m.user = STR("desk");
	m.password = STR("wrong");
	n = send_mail(m, true);
	assert_int_equal(n.end, HTTP_REFUSED_MAIL);
	assert_int_equal(n.status, 535);
}

static void
a_server_that_breaks_off_has_not_taken_the_mail(void **state)
{
	struct mail m = plain_mail();
	struct ended n;

	(void)state;
	need_sink();
	m.to = STR("cut@example.test");
	n = send_mail(m, true);
	assert_true(n.end != HTTP_OK || n.status / 100 != 2);
	assert_int_equal(n.end, HTTP_CUT);
	m = plain_mail();
	m.starttls = 1; /* required, and this server has none */
	n = send_mail(m, true);
	assert_int_equal(n.end, HTTP_TLS);
	assert_string_equal(n.detail, "it offers no STARTTLS");
}

static void
the_guard_holds_for_mail_too(void **state)
{
	struct mail m = plain_mail();
	struct ended n;

	(void)state;
	need_sink();
	n = send_mail(m, false);
	assert_int_equal(n.end, HTTP_BLOCKED);
	assert_string_equal(n.detail, "127.0.0.1 is not allowed (loopback)");
	assert_int_equal(send_mail(m, true).end, HTTP_OK); /* the positive control */
	for (int i = 0; i < 13; i++)
		heard();
}

static void
several_mails_go_over_one_loop(void **state)
{
	struct http_conf c = { .agent = STR("t") };
	struct mail m = plain_mail();
	struct err e = { 0 };
	struct http *h;

	(void)state;
	need_sink();
	h = http_new(&c, &e);
	assert_non_null(h);
	for (int i = 0; i < 5; i++) {
		m.to = i == 2 ? STR("nobody@example.test") : STR("linjing@example.test");
		assert_int_equal(send_by(h, m, true).end, i == 2 ? HTTP_REFUSED_MAIL : HTTP_OK);
		for (int k = 0; i != 2 && k < 13; k++)
			heard();
	}
	http_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_mail_is_rendered_to_the_byte),
		cmocka_unit_test(a_full_mail_is_rendered_to_the_byte),
		cmocka_unit_test(nothing_can_begin_a_header_of_its_own),
		cmocka_unit_test(a_server_is_named_by_scheme_host_and_port),
		cmocka_unit_test(a_mail_arrives_as_it_was_meant),
		cmocka_unit_test(dots_and_long_lines_survive),
		cmocka_unit_test(a_refusal_says_what_the_server_said),
		cmocka_unit_test(a_server_that_breaks_off_has_not_taken_the_mail),
		cmocka_unit_test(the_guard_holds_for_mail_too),
		cmocka_unit_test(several_mails_go_over_one_loop),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
