/* Text of other people in notices, by the form of the channel it goes to. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/notice_text.h"
#include "responder/plain.h"

static const struct {
	const char *in, *text, *chat, *html; /* html: of the text form */
} hostile[] = {
	{ "喝出虫子", "喝出虫子", "喝出虫子", "喝出虫子" },
	{ "a\r\nBcc: x@evil.test\r\n\r\nbody", "a Bcc: x@evil.test body",
	  "a Bcc: x＠evil.test body", "a Bcc: x@evil.test body" },
	{ "@all @everyone @所有人 <at user_id=\"all\">",
	  "@all @everyone @所有人 <at user_id=\"all\">",
	  "＠all ＠everyone ＠所有人 ＜at user＿id=\"all\"＞",
	  "@all @everyone @所有人 &lt;at user_id=&quot;all&quot;&gt;" },
	{ "<!channel> <https://evil.test|好消息>", "<!channel> <https://evil.test|好消息>",
	  "＜!channel＞ ＜https://evil.test｜好消息＞",
	  "&lt;!channel&gt; &lt;https://evil.test|好消息&gt;" },
	{ "**粗** [点我](javascript:alert(1)) `x` # 标题 ~~删~~",
	  "**粗** [点我](javascript:alert(1)) `x` # 标题 ~~删~~",
	  "＊＊粗＊＊ ［点我］(javascript:alert(1)) ｀x｀ ＃ 标题 ～～删～～",
	  "**粗** [点我](javascript:alert(1)) `x` # 标题 ~~删~~" },
	{ "<script>alert('1')</script>&amp;", "<script>alert('1')</script>&amp;",
	  "＜script＞alert('1')＜/script＞＆amp;",
	  "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;" },
	{ "ok\xe2\x80\xaegnp.exe\xe2\x80\xac", "okgnp.exe", "okgnp.exe",
	  "okgnp.exe" }, /* RLO … PDF */
	{ "\xe2\x81\xa6x\xe2\x81\xa9\xe2\x80\x8b\xef\xbb\xbfy\xc2\xad", "xy", "xy", "xy" },
	{ "a\xe2\x80\xa8"
	  "b\xe2\x80\xa9"
	  "c\x01\x1b[31md\x7f\xc2\x85"
	  "e",
	  "a b c [31md e", "a b c ［31md e", "a b c [31md e" },
	{ "  \t 两头 \xe3\x80\x80 空  ", "两头 空", "两头 空", "两头 空" },
	{ "\xf3\xa0\x81\x81\xf3\xa0\x81\x82tag", "tag", "tag",
	  "tag" }, /* invisible tag letters */
	{ "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
	  "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
	  "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9",
	  "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9" }, /* an emoji that needs its joiner */
	{ "", "", "", "" },
};

static void
hostile_text_is_harmless_in_each_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(hostile); i++) {
		struct buf text = BUF(1000), chat = BUF(1000), html = BUF(1000);

		plain_add(&text, PLAIN_TEXT, str_of(hostile[i].in), 200);
		plain_add(&chat, PLAIN_CHAT, str_of(hostile[i].in), 200);
		plain_add_html(&html, buf_str(&text));
		if (strcmp(text.p, hostile[i].text) != 0)
			fail_msg("case %zu as text: \"%s\"", i, text.p);
		if (strcmp(chat.p, hostile[i].chat) != 0)
			fail_msg("case %zu in a chat: \"%s\"", i, chat.p);
		if (strcmp(html.p, hostile[i].html) != 0)
			fail_msg("case %zu in HTML: \"%s\"", i, html.p);
		buf_release(&text);
		buf_release(&chat);
		buf_release(&html);
	}
}

static void
what_is_too_long_ends_in_dots_between_code_points(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *out;
	} cases[] = {
		{ "一二三", 3, "一二三" }, { "一二三", 2, "一二…" }, { "一 二", 2, "一…" },
		{ "一 二", 3, "一 二" },   { "一", 0, "…" },         { "", 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(100);

		plain_add(&b, PLAIN_TEXT, str_of(cases[i].in), cases[i].max);
		if (strcmp(b.p, cases[i].out) != 0)
			fail_msg("case %zu: \"%s\"", i, b.p);
		buf_release(&b);
	}
}

static void
only_web_links_stand_and_cannot_be_bent(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: refused */
	} cases[] = {
		{ "https://a.test/x?y=1&z=2#f", "https://a.test/x?y=1&z=2#f" },
		{ "https://a.test/\"><script>", "https://a.test/%22%3E%3Cscript%3E" },
		{ "https://a.test/(x)[y]_*`|", "https://a.test/%28x%29%5By%5D%5F%2A%60%7C" },
		{ "https://good.test@evil.test/", "https://good.test%40evil.test/" },
		{ "https://a.test/\r\nX: y", "https://a.test/%0D%0AX:%20y" },
		{ "https://a.test/茶", "https://a.test/%E8%8C%B6" },
		{ "javascript:alert(1)", NULL },
		{ "data:text/html,x", NULL },
		{ "HTTPS://a.test", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);
		bool ok = plain_add_url(&b, str_of(cases[i].in));

		if (ok != !!cases[i].out || strcmp(b.p, ok ? cases[i].out : "") != 0)
			fail_msg("case %zu: %d \"%s\"", i, ok, b.p);
		buf_release(&b);
	}
}

/* Every hostile text as title, site, link, reason and owner of one notice. */
static void
no_hostile_text_bends_a_notice(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(hostile); i++) {
		struct str x = str_of(hostile[i].in);
		struct matter m = { .number = STR("INC-2026-0001"),
				    .title = x,
				    .level = 3,
				    .reason_zh = x,
				    .reason_en = x,
				    .evidence_n = 1,
				    .evidence = { { .title = x, .site = x, .url = x } } };
		struct notice_words w = { .m = &m,
					  .owner = x,
					  .why_now = x,
					  .next = x,
					  .answer_at = 300,
					  .code = STR("123456"),
					  .form = PLAIN_CHAT };
		struct buf subject = BUF(1 << 16), body = BUF(1 << 16), html = BUF(1 << 16);
		size_t lines = 0, links = 0;

		notice_subject(&w, &subject);
		notice_body(&w, &body);
		notice_html(&w, &html);
		assert_null(strpbrk(subject.p, "\r\n"));
		assert_null(strchr(body.p, '\r'));
		assert_null(strchr(body.p, '@'));
		assert_null(strchr(body.p, '<'));
		assert_null(strstr(html.p, "<script"));
		assert_null(strstr(html.p, "javascript:alert(1)\""));
		for (const char *p = body.p; (p = strchr(p, '\n')); p++)
			lines++;
		for (const char *p = html.p; (p = strstr(p, "<a ")); p++)
			links++;
		/* Subject, blank, why, now, first, clock, take, owner, evidence (2), since, coverage. */
		assert_true(lines <= 12);
		assert_int_equal(links, 0); /* none of these is a web link */
		buf_release(&subject);
		buf_release(&body);
		buf_release(&html);
	}
}

static void
across_a_border_only_number_level_counts_and_the_way_to_take_it(void **state)
{
	struct matter m = { .number = STR("INC-2026-0001"),
			    .title = STR("秘密"),
			    .level = 2,
			    .grade = 2,
			    .reason_en = STR("secret"),
			    .reason_zh = STR("秘密"),
			    .evidence_n = 1,
			    .evidence_total = 63,
			    .evidence = {
				    { .title = STR("秘密"), .url = STR("https://a.test/") } } };
	struct notice_words w = { .m = &m,
				  .brief = true,
				  .owner = STR("林静"),
				  .code = STR("123456"),
				  .take_url = STR("https://langyan.example.test/a/T"),
				  .escalate_url = STR("https://langyan.example.test/a/U") };
	struct buf b = BUF(1 << 16);

	(void)state;
	notice_body(&w, &b);
	assert_string_equal(b.p,
			    "[L2 assess] INC-2026-0001\n\n"
			    "Counts: W2, 63 mentions\n"
			    "Take it: https://langyan.example.test/a/T , or langyan incident "
			    "ack INC-2026-0001 --code 123456\n"
			    "Escalate: https://langyan.example.test/a/U\n");
	buf_clear(&b);
	w.take_url = w.escalate_url = STR("");
	notice_body(&w, &b);
	assert_string_equal(b.p, "[L2 assess] INC-2026-0001\n\n"
				 "Counts: W2, 63 mentions\n"
				 "Take it: langyan incident ack INC-2026-0001 --code 123456\n");
	buf_clear(&b);
	w.take_url = STR("https://langyan.example.test/a/T?a&b");
	notice_html(&w, &b);
	assert_non_null(strstr(b.p, "<a href=\"https://langyan.example.test/a/T?a&amp;b\""));
	assert_null(strstr(b.p, "ecret"));
	assert_null(strstr(b.p, "秘密"));
	assert_null(strstr(b.p, "a.test"));
	buf_release(&b);
}

static void
erased_evidence_says_so(void **state)
{
	struct matter m = { .number = STR("INC-2026-0001"),
			    .title = STR("t"),
			    .level = 1,
			    .evidence_n = 1,
			    .evidence_total = 1,
			    .evidence = { { .erased = STR("author asked"),
					    .site = STR("weibo.example"),
					    .url = STR("https://weibo.example/1") } } };
	struct notice_words w = { .m = &m, .zh = true, .code = STR("123456") };
	struct buf b = BUF(1 << 16);

	(void)state;
	notice_body(&w, &b);
	assert_non_null(strstr(b.p, "  1. （内容已删除：author asked） — weibo.example\n"));
	buf_release(&b);
}

static void
both_parts(const struct notice_words *w, struct buf parts[2])
{
	for (int part = 0; part < 2; part++)
		parts[part] = BUF(1 << 16);
	notice_body(w, &parts[NOTICE_BODY]);
	notice_html(w, &parts[NOTICE_HTML]);
}

/* Whatever the texts around it are: byte for byte what would be composed now. */
static void
a_notice_is_told_again_as_it_would_be_told_now(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(hostile) * 12; i++) {
		struct str x = str_of(hostile[i / 12].in);
		size_t k = i % 3;
		struct evidence gone = { .erased = STR("asked for"), .site = x };
		struct matter m = { .number = STR("INC-2026-0001"),
				    .title = STR("t"),
				    .reason_zh = x,
				    .reason_en = x,
				    .evidence_n = 3,
				    .evidence_total = 63,
				    .evidence = {
					    { .title = STR("a — b.example　×99，88 个来源"),
					      .site = x,
					      .told = 12,
					      .sites = 5,
					      .url = STR("https://a.example/") },
					    { .title = x, .site = x, .told = 7, .sites = 1 },
					    { .body = x, .source = x, .site = x } } };
		struct notice_words w = { .m = &m,
					  .zh = i % 2,
					  .form = i % 12 < 6 ? PLAIN_TEXT : PLAIN_CHAT,
					  .code = STR("123456") };
		struct buf was[2], now[2];

		both_parts(&w, was);
		gone.told = m.evidence[k].told;
		gone.sites = m.evidence[k].sites;
		m.evidence[k] = gone;
		both_parts(&w, now);
		gone.told = gone.sites = 0; /* the record does not say how many it was then */
		assert_true(notice_quotes(buf_str(&was[NOTICE_BODY]), k));
		assert_false(notice_quotes(buf_str(&now[NOTICE_BODY]), k));
		assert_false(notice_quotes(buf_str(&was[NOTICE_BODY]), 3));
		for (int part = 0; part < 2; part++) {
			struct buf again = BUF(1 << 16);

			assert_int_equal(notice_again(buf_str(&was[part]),
						      (enum notice_part)part, w.form, k, &gone,
						      &again),
					 NOTICE_TOLD_AGAIN);
			assert_string_equal(again.p, now[part].p);
			buf_clear(&again);
			assert_int_equal(notice_again(buf_str(&was[part]),
						      (enum notice_part)part, w.form, 3, &gone,
						      &again),
					 NOTICE_UNREADABLE);
			assert_int_equal(notice_again(STR("[L1] t"), (enum notice_part)part,
						      w.form, 0, &gone, &again),
					 NOTICE_NOT_LISTED);
			buf_release(&again);
			buf_release(&was[part]);
			buf_release(&now[part]);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_is_harmless_in_each_form),
		cmocka_unit_test(what_is_too_long_ends_in_dots_between_code_points),
		cmocka_unit_test(only_web_links_stand_and_cannot_be_bent),
		cmocka_unit_test(no_hostile_text_bends_a_notice),
		cmocka_unit_test(
			across_a_border_only_number_level_counts_and_the_way_to_take_it),
		cmocka_unit_test(erased_evidence_says_so),
		cmocka_unit_test(a_notice_is_told_again_as_it_would_be_told_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
