/*
 * Channels: how long a text may be and where it is cut. No payload breaks and none calls a crowd,
 * whatever people write.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/channel_world.h"
#include "tests/support/hostile.h"
#include "tests/support/sanitized.h"

#define LONG  100000
#define TEXTS (SANITIZED ? 15 : 60) /* hostile texts through every kind */

/* ---- limits ----------------------------------------------------------------------------------------- */

/* What the vendors themselves count (CHANNELS.md 0). */
static const struct {
	enum channel_type kind;
	const char *address;
	size_t bytes_of_body, bytes_of_text, units_of_text;
} vendors[] = {
	{ CHANNEL_FEISHU, "ou_1", 20000, 0, 0 },
	{ CHANNEL_FEISHU_APP, "ou_1", 30000, 0, 0 },
	{ CHANNEL_DINGTALK, "", 20000, 0, 0 },
	{ CHANNEL_WECOM, "wangqing", 0, 4096, 0 },
	{ CHANNEL_WECOM, "13800001111", 0, 2048, 0 },
	{ CHANNEL_SLACK, "U1", 0, 0, 13000 },
	{ CHANNEL_TEAMS, "", 21000, 0, 0 },
	{ CHANNEL_TELEGRAM, "", 0, 0, 4096 },
	{ CHANNEL_NTFY, "", 4096, 0, 0 },
	{ CHANNEL_PAGERDUTY, "", 512000, 0, 0 },
};

/* A text of the size, of our own making: its words are counted again behind the cuts. */
static void
long_text(struct buf *b, size_t n)
{
	for (size_t i = 0; b->n < n; i++) {
		buf_addf(b, "词%zu句 😀 **粗%zu** &amp; `code %zu`。", i, i, i);
		if (i % 3 == 0)
			buf_addf(b, "\nhttps://w.example/%zu/a_b?c=%zu", i, i);
		buf_add(b, i % 7 == 0 ? STR("\n\n") : STR("\n"));
	}
}

/* How often needle stands in s. */
static size_t
count_of(struct str s, const char *needle)
{
	size_t n = 0;

	for (ptrdiff_t at; (at = str_find(s, str_of(needle))) >= 0; n++)
		s = str_slice(s, (size_t)at + 1, s.n);
	return n;
}

static void
a_long_text_goes_in_parts_each_within_the_vendors_limit_and_nothing_is_left_out(void **state)
{
	struct buf text = BUF(1 << 20);

	(void)state;
	long_text(&text, LONG);
	for (size_t k = 0; k < LY_COUNT(vendors); k++) {
		struct channel_conf c = channel_world_conf(vendors[k].kind);
		struct parcel p = channel_world_parcel(STR("[L2] 长"), buf_str(&text));
		struct buf all = BUF(4 << 20);
		struct channel_world_said s;

		p.address = str_of(vendors[k].address);
		channel_world_say(&s, &c, &p);
		assert_true(s.n > 1 || vendors[k].kind == CHANNEL_PAGERDUTY);
		for (size_t i = 0; i < s.n; i++) {
			struct str counted = s.q[i].counted;

			if (vendors[k].bytes_of_body)
				assert_true((c.kind == CHANNEL_FEISHU_APP ? counted.n
									  : s.q[i].body.n) <=
					    vendors[k].bytes_of_body);
			if (vendors[k].bytes_of_text)
				assert_true(counted.n <= vendors[k].bytes_of_text);
			if (vendors[k].units_of_text)
				assert_true(text_size(MEASURE_UTF16, counted) <=
					    vendors[k].units_of_text);
			assert_true(text_size(s.l.limit.measure == MEASURE_UTF16 ? MEASURE_UTF16
										 : MEASURE_TEXT,
					      counted) <= s.l.limit.most);
			/* At least half full: no more messages than it takes. */
			if (i + 1 < s.n)
				assert_true(counted.n > s.l.limit.most / 3);
			buf_addf(&all, "%.*s\n", STR_ARG(s.pieces[i].text));
		}
		assert_int_equal(count_of(buf_str(&all), "句"), count_of(buf_str(&text), "句"));
		assert_int_equal(count_of(buf_str(&all), "😀"), count_of(buf_str(&text), "😀"));
		assert_int_equal(count_of(buf_str(&all), "https://w.example/"),
				 count_of(buf_str(&text), "https://w.example/"));
		arena_free(s.a);
		buf_release(&all);
	}
	buf_release(&text);
}

static void
a_section_of_slack_is_within_its_own_limit(void **state)
{
	struct buf text = BUF(1 << 20);
	struct channel_conf c = channel_world_conf(CHANNEL_SLACK);
	struct parcel p;
	struct channel_world_said s;
	size_t sections = 0;

	(void)state;
	assert_int_equal(text_size(MEASURE_UTF16, STR("a汉😀")), 4);
	long_text(&text, 20000);
	p = channel_world_parcel(STR("x"), buf_str(&text));
	channel_world_say(&s, &c, &p);
	for (size_t i = 0; i < s.n; i++) {
		struct err e;
		const struct json *blocks =
			json_get(json_parse(s.a, s.q[i].body, &e), "blocks");

		assert_true(json_count(blocks) <= 50);
		for (size_t k = 0; k < json_count(blocks); k++) {
			struct str words = json_text(
				json_get(json_get(json_at(blocks, k), "text"), "text"),
				STR(""));

			sections += words.n > 1000;
			assert_true(text_size(MEASURE_UTF16, words) <= 3000);
		}
	}
	assert_true(sections > 4);
	arena_free(s.a);
	buf_release(&text);
}

static void
parts_are_numbered_and_buttons_stand_on_the_last(void **state)
{
	struct buf text = BUF(1 << 20);
	struct channel_conf c = channel_world_conf(CHANNEL_TELEGRAM);
	struct parcel p;
	struct channel_world_said s;

	(void)state;
	long_text(&text, 9000);
	p = channel_world_parcel(STR("[L2] 长"), buf_str(&text));
	channel_world_say(&s, &c, &p);
	assert_int_equal(s.n, 3);
	for (size_t i = 0; i < s.n; i++) {
		char number[40];

		snprintf(number, sizeof number, "\"text\":\"<b>(%zu/3) [L2] 长", i + 1);
		assert_true(str_find(s.q[i].body, str_of(number)) > 0);
		assert_int_equal(str_find(s.q[i].body, STR("inline_keyboard")) > 0, i == 2);
	}
	assert_int_equal(channel_parts(&c, &p), 3);
	arena_free(s.a);
	buf_release(&text);
}

static void
a_text_beyond_all_parts_is_refused_not_cut(void **state)
{
	struct buf text = BUF(1 << 20);
	struct channel_conf c = channel_world_conf(CHANNEL_WECOM);
	struct parcel p;
	struct piece *pieces;
	struct letter l;
	struct err e = { 0 };
	size_t n;

	(void)state;
	long_text(&text, 500000);
	p = channel_world_parcel(STR("x"), buf_str(&text));
	assert_int_equal(channel_parts(&c, &p), 0);
	letter_read(&l, arena_new(), &c, &p);
	assert_int_equal(letter_cut(&l, &pieces, &n, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_string_equal(e.text, "it is longer than 99 messages of wecom");
	arena_free(l.a);
	buf_release(&text);
}

/* Where a cut falls: the story before the paragraph before the line before the sentence. */
static void
a_cut_falls_at_the_largest_seam(void **state)
{
	static const struct {
		const char *text;
		size_t room;
		const char *first;
	} cases[] = {
		{ "abc. def. ghi", 10, "abc. def. " },
		{ "abc. def\nghi jkl", 12, "abc. def\n" },
		{ "abc def\n\nghi\njkl mno", 15, "abc def\n\n" },
		{ "abc def\n――――\nghi\n\njkl", 27, "abc def\n――――\n" },
		{ "a\n――――\nbcdefghijklmnopqrs tuv wxyz", 40,
		  "a\n――――\nbcdefghijklmnopqrs tuv " },
		{ "一二。三四五六", 16, "一二。" },
		{ "abcdefghij", 4, "abcd" },
		{ "ab \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 6, "ab " },
		{ "see https://a.example/bcd now", 12, "see " },
		{ "x `a code span` y", 9, "x " },
		{ "fish &amp; chips", 8, "fish " },
		{ "go [there](https://a.example/b) now", 20, "go " },
		{ "https://a.example/0123456789", 12, "https://a.ex" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str rest = str_of(cases[i].text), first;

		first = text_cut(&rest, DIALECT_RAW, MEASURE_TEXT, cases[i].room);
		if (!str_is(first, cases[i].first))
			fail_msg("case %zu: \"%.*s\"", i, STR_ARG(first));
		assert_true(rest.p == first.p + first.n);
		assert_int_equal(rest.n + first.n, strlen(cases[i].text));
	}
}

/* ---- hostile ---------------------------------------------------------------------------------------- */

/* What calls everybody somewhere, as it would have to stand. */
static const char *const crowds[] = { "@all",    "@everyone", "@here",         "@channel",
				      "@所有人", "<!channel", "<!here",        "<!everyone",
				      "<at",     "<@",        "isAtAll\":true" };

static void
calls_nobody(int kind, struct str body)
{
	for (size_t i = 0; i < LY_COUNT(crowds); i++)
		if (str_find(body, str_of(crowds[i])) >= 0)
			fail_msg("%s: %s in %.*s", channel_words[kind], crowds[i],
				 STR_ARG(body));
}

static void
text_is_clean(int kind, struct str s)
{
	if (hostile_marks(s) || !utf8_valid(s))
		fail_msg("%s: %.*s", channel_words[kind], STR_ARG(s));
}

/* Every text of it, at any depth. */
static void
json_is_clean(int kind, const struct json *j)
{
	struct str key;

	if (json_kind(j) == JSON_TEXT)
		text_is_clean(kind, json_text(j, STR("")));
	for (size_t i = 0; json_kind(j) == JSON_LIST && i < json_count(j); i++)
		json_is_clean(kind, json_at(j, i));
	for (size_t i = 0; json_kind(j) == JSON_OBJECT && i < json_count(j); i++)
		json_is_clean(kind, json_member(j, i, &key));
}

/* Telegram's subset of HTML: <b> and <a href> that open and close in turn, known entities. */
static bool
html_is_whole(struct str s)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
	const char *open = NULL;

	for (size_t i = 0; i < s.n; i++) {
		struct str rest = str_slice(s, i, s.n);
		bool entity = s.p[i] != '&';

		for (size_t k = 0; k < LY_COUNT(known); k++)
			entity |= str_starts(rest, str_of(known[k]));
		if (!entity)
			return false;
		if (s.p[i] != '<')
			continue;
		if (str_starts(rest, STR("</b>")) || str_starts(rest, STR("</a>"))) {
			if (!open || open[1] != rest.p[2])
				return false;
			open = NULL;
		} else if (str_starts(rest, STR("<b>")) ||
			   str_starts(rest, STR("<a href=\"https://")) ||
			   str_starts(rest, STR("<a href=\"http://"))) {
			if (open)
				return false;
			open = rest.p;
		} else {
			return false;
		}
	}
	return !open;
}

static void
is_harmless(int kind, const struct channel_request *q, struct arena *a)
{
	struct err e = { 0 };
	const struct json *j = kind == CHANNEL_NTFY ? NULL : json_parse(a, q->body, &e);

	for (size_t i = 0; i < q->headers_n; i++) {
		text_is_clean(kind, q->headers[i].value);
		assert_int_equal(str_find_byte(q->headers[i].value, '\n'), -1);
	}
	if (kind == CHANNEL_NTFY) {
		text_is_clean(kind, q->body);
		return;
	}
	if (!j)
		fail_msg("%s: %s: %s", channel_words[kind], e.text, q->body.p);
	json_is_clean(kind, j);
	if (kind == CHANNEL_TELEGRAM && !html_is_whole(json_text(json_get(j, "text"), STR(""))))
		fail_msg("%s", q->body.p);
	/* A pager and a webhook show what they get; a chat reads it. */
	if (kind != CHANNEL_PAGERDUTY && kind != CHANNEL_WEBHOOK)
		calls_nobody(kind, q->body);
}

static void
through_all_kinds(struct str subject, struct str body)
{
	for (int kind = 0; kind < CHANNEL_TYPES; kind++) {
		struct channel_conf c = channel_world_conf((enum channel_type)kind);
		struct parcel p = channel_world_parcel(subject, body);
		struct channel_world_said s;

		if (!channel_world_http(kind))
			continue;
		channel_world_say(&s, &c, &p);
		for (size_t i = 0; i < s.n; i++)
			is_harmless(kind, &s.q[i], s.a);
		arena_free(s.a);
	}
}

static void
no_text_breaks_a_payload_or_calls_a_crowd(void **state)
{
	static const char *const worst[] = {
		"@all @everyone @here <!channel> <!here> <at user_id=\"all\">所有人</at> "
		"<at id=all></at> <@all> @所有人",
		"</font><font color=\"info\">**x** [点](javascript:alert(1))",
		"https://evil.example/<@all>|x https://evil.example/a@all/@everyone "
		"http://a@all:b@evil.example/",
		"\"},\"at\":{\"isAtAll\":true},\"x\":{\"y\":\"",
		"a\r\nBcc: x@evil.example\r\n\r\n.\r\nQUIT\r\n",
		"\xff\xfe\xf0\x9f\x98 \xed\xa0\x80 \xc0\xaf 😀👩‍💻 \xe2\x80\xae gnp "
		"\x1b[31m\x07",
		"]]></script><!-- {{x}} ${x} `rm -rf` $(id) %s%n",
		"https:// http://[ https://[::1 https://%ff/ https://" /* no address at all */
	};
	struct hostile h = { 20261129 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(worst); i++)
		through_all_kinds(str_of(worst[i]), str_of(worst[i]));
	for (int i = 0; i < TEXTS; i++) {
		struct buf subject = BUF(1 << 16), body = BUF(1 << 20);

		hostile_add(&h, &subject);
		for (int k = 0; k < 40; k++) {
			hostile_add(&h, &body);
			buf_add_byte(&body, k % 3 ? ' ' : '\n');
		}
		through_all_kinds(buf_str(&subject), buf_str(&body));
		buf_release(&subject);
		buf_release(&body);
	}
}

static void
a_hundred_kilobytes_of_marks_still_fit_their_parts(void **state)
{
	struct buf body = BUF(1 << 20);

	(void)state;
	while (body.n < LONG)
		buf_add(&body, STR("<&>*@all\"\\\x01"));
	through_all_kinds(STR("x"), buf_str(&body));
	buf_release(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_long_text_goes_in_parts_each_within_the_vendors_limit_and_nothing_is_left_out),
		cmocka_unit_test(a_section_of_slack_is_within_its_own_limit),
		cmocka_unit_test(parts_are_numbered_and_buttons_stand_on_the_last),
		cmocka_unit_test(a_text_beyond_all_parts_is_refused_not_cut),
		cmocka_unit_test(a_cut_falls_at_the_largest_seam),
		cmocka_unit_test(no_text_breaks_a_payload_or_calls_a_crowd),
		cmocka_unit_test(a_hundred_kilobytes_of_marks_still_fit_their_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
