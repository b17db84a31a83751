/*
 * Channels: what each kind says, how long it may be, what an answer means. No payload breaks and
 * none calls a crowd, whatever people write.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/channel_inside.h"
#include "tests/support/hostile.h"

#define LONG  100000
#define TEXTS 60 /* hostile texts through every kind */
#define WALL  1599360473

/* ---- a channel of each kind ------------------------------------------------------------------- */

static struct channel_conf
conf_of(enum channel_type kind)
{
	static struct str argv[] = { STR_INIT("/bin/true") };

	return (struct channel_conf){
		.name = STR("c"),
		.kind = kind,
		.url = kind == CHANNEL_WEBHOOK ? STR("https://hook.example/x")
		       : kind == CHANNEL_TEAMS ? STR("")
					       : STR("https://fake.example"),
		.token = kind == CHANNEL_TEAMS ? STR("https://flow.example/x?sig=1")
					       : STR("0123456789abcdef0123456789abcdef"),
		.secret = kind == CHANNEL_DINGTALK ? STR("SECdemo") : STR("demo-secret"),
		.app = STR("cli_1"),
		.chat = STR("-1001"),
		.topic = STR("alerts"),
		.keyword = kind == CHANNEL_DINGTALK || kind == CHANNEL_FEISHU ? STR("狼烟")
									      : STR(""),
		.argv = { argv, 1 },
	};
}

static struct parcel
parcel_of(struct str subject, struct str body)
{
	return (struct parcel){
		.hex = "00112233445566778899aabbccddeeff",
		.uuid = "00112233-4455-6677-8899-aabbccddeeff",
		.kind = STR("page"),
		.level = 2,
		.subject = subject,
		.body = body,
		.facts = STR("{\"planned_at\":1773626400,\"incident\":\"INC-2026-0042\","
			     "\"fingerprint\":\"0123456789abcdef\",\"watch\":\"oolong\","
			     "\"trigger\":\"burst\",\"mentions\":63,\"opened_at\":1773626400,"
			     "\"links\":[{\"label\":\"我来处理\",\"url\":\"https://l.example/a/"
			     "1\"}]}"),
		.public_url = STR("https://l.example"),
		.at = 1773626400,
		.zh = true,
	};
}

/* The requests of one notice, of the kinds that speak HTTP. */
struct said {
	struct arena *a;
	struct channel_conf c;
	struct parcel p;
	struct letter l;
	struct piece *pieces;
	struct channel_request q[99];
	size_t n;
};

static void
say(struct said *s, const struct channel_conf *c, const struct parcel *p)
{
	struct err e = { 0 };

	s->a = arena_new();
	s->c = *c;
	s->p = *p;
	letter_read(&s->l, s->a, &s->c, &s->p);
	s->l.wall_at = WALL;
	if (letter_cut(&s->l, &s->pieces, &s->n, &e) < 0)
		fail_msg("%s: %s", channel_words[c->kind], e.text);
	for (size_t i = 0; i < s->n; i++) {
		s->q[i] = (struct channel_request){ .headers_n = 0 };
		if (channel_kind(c)->frame(&s->l, &s->pieces[i], &s->q[i], &e) != 1)
			fail_msg("%s: %s", channel_words[c->kind], e.text);
	}
}

static bool
speaks_http(int kind)
{
	return channel_kinds[kind].frame;
}

/* ---- what is said --------------------------------------------------------------------------------- */

static const struct {
	enum channel_type kind;
	const char *address, *url, *body;
} page[] = {
	{ CHANNEL_FEISHU, "ou_1",
	  "https://fake.example/open-apis/bot/v2/hook/0123456789abcdef0123456789abcdef",
	  "{\"timestamp\":\"1599360473\",\"sign\":\"3/"
	  "MaVZ8JLIy4TUG+7KSFJqvUkTKd+HWY8g+56DZWq8s=\",\"msg_type\":\"interactive\",\"card\":{"
	  "\"config\":{\"wide_screen_mode\":true},\"header\":{\"template\":\"orange\","
	  "\"title\":"
	  "{\"tag\":\"plain_text\",\"content\":\"［L2］ "
	  "a＊b\"}},\"elements\":[{\"tag\":\"div\","
	  "\"text\":{\"tag\":\"lark_md\",\"content\":\"<at id=ou_1><\\/at>\\n原文 "
	  "[w.example](https://w.example/"
	  "1)\\n狼烟\"}},{\"tag\":\"action\",\"actions\":[{\"tag\":"
	  "\"button\",\"type\":\"primary\",\"text\":{\"tag\":\"plain_text\",\"content\":"
	  "\"我来处理\"},\"url\":\"https://l.example/a/1\"}]}]}}" },
	{ CHANNEL_FEISHU_APP, "ou_1",
	  "https://fake.example/open-apis/im/v1/messages?receive_id_type=open_id",
	  "{\"receive_id\":\"ou_1\",\"msg_type\":\"interactive\",\"content\":\"{\\\"config\\\":"
	  "{"
	  "\\\"wide_screen_mode\\\":true},\\\"header\\\":{\\\"template\\\":\\\"orange\\\","
	  "\\\"title\\\":{\\\"tag\\\":\\\"plain_text\\\",\\\"content\\\":\\\"［L2］ "
	  "a＊b\\\"}},\\\"elements\\\":[{\\\"tag\\\":\\\"div\\\",\\\"text\\\":{\\\"tag\\\":"
	  "\\\"lark_md\\\",\\\"content\\\":\\\"原文 "
	  "[w.example](https://w.example/"
	  "1)\\\"}},{\\\"tag\\\":\\\"action\\\",\\\"actions\\\":[{"
	  "\\\"tag\\\":\\\"button\\\",\\\"type\\\":\\\"primary\\\",\\\"text\\\":{\\\"tag\\\":"
	  "\\\"plain_text\\\",\\\"content\\\":\\\"我来处理\\\"},\\\"url\\\":\\\"https://"
	  "l.example/a/1\\\"}]}]}\",\"uuid\":\"00112233445566778899aabbccddeeff-1\"}" },
	{ CHANNEL_DINGTALK, "",
	  "https://fake.example/robot/send?access_token=0123456789abcdef0123456789abcdef&"
	  "timestamp=1599360473000&sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D",
	  "{\"msgtype\":\"actionCard\",\"actionCard\":{\"title\":\"［L2］ "
	  "a＊b\",\"text\":\"### "
	  "［L2］ a＊b\\n\\n原文 "
	  "[w.example](https://w.example/1)\\n\\n狼烟\",\"btnOrientation\":"
	  "\"0\",\"btns\":[{\"title\":\"我来处理\",\"actionURL\":\"https://l.example/a/"
	  "1\"}]}}" },
	{ CHANNEL_DINGTALK, "13800000000", NULL,
	  "{\"msgtype\":\"markdown\",\"markdown\":{\"title\":\"［L2］ a＊b\",\"text\":\"### "
	  "［L2］ "
	  "a＊b\\n\\n原文 [w.example](https://w.example/1)\\n\\n狼烟\\n\\n@13800000000\\n\\n"
	  "[我来处理](https://l.example/a/1)\"},\"at\":{\"atMobiles\":[\"13800000000\"],"
	  "\"atUserIds\":[],\"isAtAll\":false}}" },
	{ CHANNEL_WECOM, "wangqing",
	  "https://fake.example/cgi-bin/webhook/send?key=0123456789abcdef0123456789abcdef",
	  "{\"msgtype\":\"markdown\",\"markdown\":{\"content\":\"<font "
	  "color=\\\"warning\\\">［L2］ a＊b<\\/font>\\n原文 "
	  "[w.example](https://w.example/1)\\n[我来处理](https://l.example/a/"
	  "1)\\n<@wangqing>\"}}" },
	{ CHANNEL_WECOM, "13800001111", NULL,
	  "{\"msgtype\":\"text\",\"text\":{\"content\":\"［L2］ a＊b\\n原文 "
	  "https://w.example/1\\n我来处理: https://l.example/a/1\",\"mentioned_mobile_list\":["
	  "\"13800001111\"]}}" },
	{ CHANNEL_SLACK, "U1", "https://fake.example/services/0123456789abcdef0123456789abcdef",
	  "{\"text\":\"［L2］ "
	  "a＊b\",\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"plain_"
	  "text\",\"text\":\"［L2］ "
	  "a＊b\"}},{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\","
	  "\"text\":\"<@U1>\"}},{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":"
	  "\"原文 <https://w.example/1|w.example>\"}},{\"type\":\"actions\",\"elements\":[{"
	  "\"type\":\"button\",\"text\":{\"type\":\"plain_text\",\"text\":\"我来处理\"},"
	  "\"url\":"
	  "\"https://l.example/a/1\"}]}]}" },
	{ CHANNEL_TEAMS, "", "https://flow.example/x?sig=1",
	  "{\"type\":\"message\",\"attachments\":[{\"contentType\":\"application/"
	  "vnd.microsoft.card.adaptive\",\"contentUrl\":null,\"content\":{\"$schema\":\"http://"
	  "adaptivecards.io/schemas/adaptive-card.json\",\"type\":\"AdaptiveCard\",\"version\":"
	  "\"1.2\",\"msteams\":{\"width\":\"full\"},\"body\":[{\"type\":\"TextBlock\",\"text\":"
	  "\"［L2］ a＊b\",\"wrap\":true,\"weight\":\"Bolder\",\"size\":\"Medium\",\"style\":"
	  "\"heading\",\"color\":\"Warning\"},{\"type\":\"TextBlock\",\"text\":\"原文 "
	  "[w.example](https://w.example/1)\",\"wrap\":true}],\"actions\":[{\"type\":\"Action."
	  "OpenUrl\",\"title\":\"我来处理\",\"url\":\"https://l.example/a/1\"}]}}]}" },
	{ CHANNEL_TELEGRAM, "",
	  "https://fake.example/bot0123456789abcdef0123456789abcdef/sendMessage",
	  "{\"chat_id\":\"-1001\",\"text\":\"<b>[L2] a*b<\\/b>\\n原文 <a "
	  "href=\\\"https://w.example/1\\\">w.example<\\/"
	  "a>\",\"parse_mode\":\"HTML\",\"disable_"
	  "web_page_preview\":true,\"disable_notification\":false,\"reply_markup\":{\"inline_"
	  "keyboard\":[[{\"text\":\"我来处理\",\"url\":\"https://l.example/a/1\"}]]}}" },
	{ CHANNEL_NTFY, "", "https://fake.example/alerts", "原文 https://w.example/1" },
	{ CHANNEL_PAGERDUTY, "", "https://fake.example/v2/enqueue",
	  "{\"routing_key\":\"0123456789abcdef0123456789abcdef\",\"event_action\":\"trigger\","
	  "\"dedup_key\":\"langyan/INC-2026-0042\",\"payload\":{\"summary\":\"[L2] "
	  "a*b\",\"source\":\"langyan\",\"severity\":\"error\",\"timestamp\":\"2026-03-16T02:"
	  "00:"
	  "00Z\",\"component\":\"oolong\",\"class\":\"burst\",\"custom_details\":{\"text\":"
	  "\"原文 "
	  "https://w.example/1\",\"kind\":\"page\"}},\"links\":[{\"href\":\"https://l.example/"
	  "a/"
	  "1\",\"text\":\"我来处理\"}],\"client\":\"Langyan\",\"client_url\":\"https://"
	  "l.example/"
	  "incidents/INC-2026-0042\"}" },
};

static void
each_kind_says_a_page_as_its_vendor_wants_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(page); i++) {
		struct channel_conf c = conf_of(page[i].kind);
		struct parcel p = parcel_of(STR("[L2] a*b"),
					    STR("[L2] a*b\n\n原文 https://w.example/1\n"));
		struct said s;

		p.address = str_of(page[i].address);
		say(&s, &c, &p);
		assert_int_equal(s.n, 1);
		if (page[i].url)
			assert_string_equal(s.q[0].url.p, page[i].url);
		assert_string_equal(s.q[0].body.p, page[i].body);
		arena_free(s.a);
	}
}

static struct str
header_of(const struct channel_request *q, const char *name)
{
	for (size_t i = 0; i < q->headers_n; i++)
		if (str_is(q->headers[i].name, name))
			return q->headers[i].value;
	return STR("");
}

static void
an_ntfy_message_is_one_notification_per_incident_that_rings_at_l3(void **state)
{
	struct channel_conf c = conf_of(CHANNEL_NTFY);
	struct parcel p = parcel_of(STR("[L3] 甲\r\nX-Evil: 1"), STR("x"));
	struct said s;

	(void)state;
	p.level = 3;
	say(&s, &c, &p);
	assert_true(str_is(header_of(&s.q[0], "X-Title"), "[L3] 甲 X-Evil: 1"));
	assert_true(str_is(header_of(&s.q[0], "X-Priority"), "5"));
	assert_true(str_is(header_of(&s.q[0], "X-Sequence-ID"), "INC-2026-0042"));
	assert_true(str_is(header_of(&s.q[0], "X-Click"), "https://l.example/a/1"));
	assert_true(str_is(header_of(&s.q[0], "X-Actions"),
			   "view, \"我来处理\", \"https://l.example/a/1\""));
	assert_true(str_is(s.q[0].bearer, "Bearer 0123456789abcdef0123456789abcdef"));
	arena_free(s.a);
}

static void
what_is_over_resolves_and_turns_green(void **state)
{
	struct parcel p = parcel_of(STR("x"), STR("x"));
	struct channel_conf pager = conf_of(CHANNEL_PAGERDUTY),
			    feishu = conf_of(CHANNEL_FEISHU);
	struct said s;

	(void)state;
	p.kind = STR("clear");
	say(&s, &pager, &p);
	assert_true(str_find(s.q[0].body, STR("\"event_action\":\"resolve\"")) > 0);
	arena_free(s.a);
	say(&s, &feishu, &p);
	assert_true(str_find(s.q[0].body, STR("\"template\":\"green\"")) > 0);
	arena_free(s.a);
}

/* openssl dgst -sha256 -hmac, and two other implementations (CHANNELS.md 1, 2). */
static void
signatures_are_those_of_the_vendors(void **state)
{
	struct buf b = BUF(200);

	(void)state;
	feishu_sign(STR("demo-secret"), 1599360473, &b);
	assert_string_equal(b.p, "3/MaVZ8JLIy4TUG+7KSFJqvUkTKd+HWY8g+56DZWq8s=");
	buf_clear(&b);
	dingtalk_sign(STR("SECdemo"), 1599360473000, &b);
	assert_string_equal(b.p, "tGWkA5eQOQNCNPDgphtxIoNLO+/gD8Lcb705KQoRzeY=");
	buf_release(&b);
}

/* ---- across a border ------------------------------------------------------------------------------- */

static void
across_a_border_go_id_level_counts_and_link_alone(void **state)
{
	(void)state;
	for (int kind = 0; kind < CHANNEL_TYPES; kind++) {
		struct channel_conf c = conf_of((enum channel_type)kind);
		struct parcel p = parcel_of(STR("[L2] 山脆 · x"), STR("山脆 63 条"));
		struct said s;

		if (!speaks_http(kind))
			continue;
		p.crosses = true;
		say(&s, &c, &p);
		assert_true(s.l.bare);
		assert_string_equal(s.l.title.p, "[L2] INC-2026-0042");
		assert_string_equal(s.l.text.p, "63 条\n");
		for (size_t i = 0; i < s.n; i++)
			if (str_find(s.q[i].body, STR("山脆")) >= 0 ||
			    str_find(s.q[i].body, STR("oolong")) >= 0 ||
			    str_find(s.q[i].body, STR("burst")) >= 0)
				fail_msg("%s: %s", channel_words[kind], s.q[i].body.p);
		arena_free(s.a);
	}
}

static void
a_border_lies_where_regions_differ(void **state)
{
	static const struct {
		const char *channel, *site, *zone;
		bool crosses;
	} cases[] = {
		{ "", "", "Asia/Shanghai", false },    { "cn", "", "Asia/Shanghai", false },
		{ "cn", "", "Asia/Urumqi", false },    { "global", "", "Asia/Shanghai", true },
		{ "cn", "", "Europe/Paris", true },    { "global", "", "Europe/Paris", false },
		{ "eu", "", "Europe/Paris", true },    { "eu", "eu", "Europe/Paris", false },
		{ "cn", "eu", "Asia/Shanghai", true },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct channel_conf c = { .region = str_of(cases[i].channel) };
		struct site_view site = { .region = str_of(cases[i].site),
					  .zone = str_of(cases[i].zone) };

		if (channel_crosses(&c, &site) != cases[i].crosses)
			fail_msg("case %zu", i);
	}
}

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
		struct channel_conf c = conf_of(vendors[k].kind);
		struct parcel p = parcel_of(STR("[L2] 长"), buf_str(&text));
		struct buf all = BUF(4 << 20);
		struct said s;

		p.address = str_of(vendors[k].address);
		say(&s, &c, &p);
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
	struct channel_conf c = conf_of(CHANNEL_SLACK);
	struct parcel p;
	struct said s;
	size_t sections = 0;

	(void)state;
	assert_int_equal(text_size(MEASURE_UTF16, STR("a汉😀")), 4);
	long_text(&text, 20000);
	p = parcel_of(STR("x"), buf_str(&text));
	say(&s, &c, &p);
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
	struct channel_conf c = conf_of(CHANNEL_TELEGRAM);
	struct parcel p;
	struct said s;

	(void)state;
	long_text(&text, 9000);
	p = parcel_of(STR("[L2] 长"), buf_str(&text));
	say(&s, &c, &p);
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
	struct channel_conf c = conf_of(CHANNEL_WECOM);
	struct parcel p;
	struct piece *pieces;
	struct letter l;
	struct err e = { 0 };
	size_t n;

	(void)state;
	long_text(&text, 500000);
	p = parcel_of(STR("x"), buf_str(&text));
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
		struct channel_conf c = conf_of((enum channel_type)kind);
		struct parcel p = parcel_of(subject, body);
		struct said s;

		if (!speaks_http(kind))
			continue;
		say(&s, &c, &p);
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

/* ---- answers ------------------------------------------------------------------------------------------ */

static const struct {
	enum channel_type kind;
	int status;
	const char *body, *after;
	enum channel_fault fault;
	int64_t wait_s;
	const char *says;
} answers[] = {
	{ CHANNEL_FEISHU, 200, "{\"code\":0,\"msg\":\"success\"}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_FEISHU, 200, "{\"StatusCode\":0}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_FEISHU, 200, "{\"code\":11232,\"msg\":\"frequency limited\"}", "",
	  FAULT_WORLD, 20, "too many messages (11232: frequency limited)" },
	{ CHANNEL_FEISHU, 200, "{\"code\":19021,\"msg\":\"sign match fail\"}", "", FAULT_KEY, 0,
	  "the signature is refused" },
	{ CHANNEL_FEISHU, 200, "{\"code\":19022}", "", FAULT_KEY, 0, "IP list" },
	{ CHANNEL_FEISHU, 200, "{\"code\":19024}", "", FAULT_KEY, 0, "keyword" },
	{ CHANNEL_FEISHU, 200, "{\"code\":19036}", "", FAULT_BODY, 0, "too large" },
	{ CHANNEL_FEISHU, 400, "{\"code\":9499,\"msg\":\"Bad Request\"}", "", FAULT_BODY, 0,
	  "it answered 400" },
	{ CHANNEL_FEISHU, 200, "{\"code\":424242,\"msg\":\"new\"}", "", FAULT_BODY, 0,
	  "it answered 424242: new" },
	{ CHANNEL_FEISHU, 200, "<html>login</html>", "", FAULT_WORLD, 0, "who answered?" },
	{ CHANNEL_FEISHU_APP, 400, "{\"code\":230024}", "", FAULT_BODY, 0, "does not ring" },
	{ CHANNEL_FEISHU_APP, 400, "{\"code\":230012}", "", FAULT_BODY, 0, "does not ring" },
	{ CHANNEL_FEISHU_APP, 401, "{\"code\":99991663}", "", FAULT_WORLD, 1, "token" },
	{ CHANNEL_FEISHU_APP, 500, "", "", FAULT_WORLD, 0, "it answered 500" },
	{ CHANNEL_DINGTALK, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_DINGTALK, 200, "{\"errcode\":310000,\"errmsg\":\"sign not match\"}", "",
	  FAULT_KEY, 0, "310000: sign not match" },
	{ CHANNEL_DINGTALK, 200, "{\"errcode\":130101,\"errmsg\":\"send too fast\"}", "",
	  FAULT_WORLD, 600, "ten minutes" },
	{ CHANNEL_WECOM, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_WECOM, 200, "{\"errcode\":40058}", "", FAULT_BODY, 0, "too long" },
	{ CHANNEL_WECOM, 200, "{\"errcode\":45009}", "", FAULT_WORLD, 60, "too many" },
	{ CHANNEL_WECOM, 200, "{\"errcode\":93000}", "", FAULT_KEY, 0, "unknown" },
	{ CHANNEL_SLACK, 200, "ok", "", FAULT_NONE, 0, "" },
	{ CHANNEL_SLACK, 200, "<html>", "", FAULT_WORLD, 0, "who answered?" },
	{ CHANNEL_SLACK, 429, "", "7", FAULT_WORLD, 7, "it answered 429" },
	{ CHANNEL_SLACK, 400, "invalid_blocks", "", FAULT_BODY, 0,
	  "it answered: invalid_blocks" },
	{ CHANNEL_SLACK, 404, "no_service", "", FAULT_KEY, 0, "no_service" },
	{ CHANNEL_TEAMS, 202, "", "", FAULT_NONE, 0, "" },
	{ CHANNEL_TEAMS, 413, "", "", FAULT_BODY, 0, "it answered 413" },
	{ CHANNEL_TEAMS, 429, "", "", FAULT_WORLD, 0, "it answered 429" },
	{ CHANNEL_TELEGRAM, 200, "{\"ok\":true}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_TELEGRAM, 200, "{}", "", FAULT_WORLD, 0, "who answered?" },
	{ CHANNEL_TELEGRAM, 429,
	  "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests\","
	  "\"parameters\":{\"retry_after\":31}}",
	  "", FAULT_WORLD, 31, "Too Many Requests" },
	{ CHANNEL_TELEGRAM, 400,
	  "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: chat not found\"}",
	  "", FAULT_BODY, 0, "chat not found" },
	{ CHANNEL_TELEGRAM, 400,
	  "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: can't parse "
	  "entities\"}",
	  "", FAULT_BODY, 0, "parse" },
	{ CHANNEL_TELEGRAM, 403,
	  "{\"ok\":false,\"error_code\":403,\"description\":\"Forbidden: bot was blocked\"}",
	  "", FAULT_BODY, 0, "blocked" },
	{ CHANNEL_TELEGRAM, 401, "{\"ok\":false,\"error_code\":401}", "", FAULT_KEY, 0, "401" },
	{ CHANNEL_NTFY, 200, "{\"id\":\"x\"}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_NTFY, 429, "{\"code\":42901,\"error\":\"limit reached\"}", "", FAULT_WORLD, 0,
	  "42901: limit reached" },
	{ CHANNEL_NTFY, 403, "{\"code\":40301,\"error\":\"forbidden\"}", "", FAULT_KEY, 0,
	  "forbidden" },
	{ CHANNEL_PAGERDUTY, 202, "{\"status\":\"success\"}", "", FAULT_NONE, 0, "" },
	{ CHANNEL_PAGERDUTY, 400, "{\"message\":\"Event object is invalid\"}", "", FAULT_BODY,
	  0, "invalid" },
	{ CHANNEL_PAGERDUTY, 400, "{\"message\":\"Invalid routing key\"}", "", FAULT_KEY, 0,
	  "routing key" },
	{ CHANNEL_PAGERDUTY, 429, "", "", FAULT_WORLD, 120, "429" },
	{ CHANNEL_WEBHOOK, 204, "", "", FAULT_NONE, 0, "" },
	{ CHANNEL_WEBHOOK, 400, "", "", FAULT_BODY, 0, "it answered 400" },
	{ CHANNEL_WEBHOOK, 403, "", "", FAULT_KEY, 0, "it answered 403" },
	{ CHANNEL_WEBHOOK, 503, "", "120", FAULT_WORLD, 120, "it answered 503" },
	{ CHANNEL_WEBHOOK, 302, "", "", FAULT_KEY, 0, "it answered 302" },
	{ CHANNEL_SMTP, 250, "", "", FAULT_NONE, 0, "" },
	{ CHANNEL_SMTP, 451, "", "", FAULT_WORLD, 0, "as it said" },
	{ CHANNEL_COMMAND, 0, "", "", FAULT_NONE, 0, "" },
	{ CHANNEL_COMMAND, 1, "", "", FAULT_WORLD, 0, "as it said" },
	{ CHANNEL_COMMAND, 65, "", "", FAULT_BODY, 0, "as it said" },
	{ CHANNEL_COMMAND, 78, "", "", FAULT_KEY, 0, "as it said" },
};

static void
an_answer_means_what_its_vendor_means_by_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(answers); i++) {
		struct channel_answer a = { .end = HTTP_OK,
					    .status = answers[i].status,
					    .body = str_of(answers[i].body),
					    .retry_after = str_of(answers[i].after),
					    .detail = answers[i].kind == CHANNEL_SMTP ||
								      answers[i].kind ==
									      CHANNEL_COMMAND
							      ? "as it said"
							      : "",
					    .wall_at = WALL };
		struct channel_said said;

		channel_judge(answers[i].kind, &a, &said);
		if (said.fault != answers[i].fault || said.wait_s != answers[i].wait_s ||
		    str_find(str_of(said.why), str_of(answers[i].says)) < 0 ||
		    (said.fault == FAULT_NONE) != (said.why[0] == '\0'))
			fail_msg("case %zu, %s: fault %d, wait %lld, \"%s\"", i,
				 channel_words[answers[i].kind], said.fault,
				 (long long)said.wait_s, said.why);
	}
}

static void
what_ends_without_an_answer_is_the_worlds_fault_or_the_settings(void **state)
{
	static const struct {
		enum channel_type kind;
		enum http_end end;
		int status;
		enum channel_fault fault;
	} cases[] = {
		{ CHANNEL_SLACK, HTTP_SLOW, 0, FAULT_WORLD },
		{ CHANNEL_SLACK, HTTP_CUT, 0, FAULT_WORLD },
		{ CHANNEL_FEISHU, HTTP_NO_CONNECT, 0, FAULT_WORLD },
		{ CHANNEL_FEISHU, HTTP_BLOCKED, 0, FAULT_KEY },
		{ CHANNEL_WEBHOOK, HTTP_TOO_LARGE, 200, FAULT_NONE },
		{ CHANNEL_SMTP, HTTP_REFUSED_MAIL, 550, FAULT_BODY },
		{ CHANNEL_SMTP, HTTP_REFUSED_MAIL, 535, FAULT_KEY },
		{ CHANNEL_SMTP, HTTP_NO_CONNECT, 0, FAULT_WORLD },
		{ CHANNEL_COMMAND, HTTP_SLOW, 9, FAULT_WORLD },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct channel_answer a = { .end = cases[i].end, .status = cases[i].status };
		struct channel_said said;

		channel_judge(cases[i].kind, &a, &said);
		if (said.fault != cases[i].fault)
			fail_msg("case %zu: fault %d, \"%s\"", i, said.fault, said.why);
	}
}

/* What a server says of itself is its own words: no control byte, no half of a character. */
static void
what_others_say_is_kept_clean(void **state)
{
	char words[400];
	struct channel_answer a = { .end = HTTP_REFUSED_MAIL, .status = 550, .detail = words };
	struct channel_said said;

	(void)state;
	memset(words, 0, sizeof words);
	for (size_t i = 0; i + 3 < 160; i += 3)
		memcpy(words + i, "\xe6\xb1\x89", 3); /* 汉 */
	memcpy(words + 150, "\x1b[31m\r\n\xff", 9);
	channel_judge(CHANNEL_SMTP, &a, &said);
	assert_true(utf8_valid(str_of(said.why)) && !hostile_marks(str_of(said.why)));
	assert_true(str_find_byte(str_of(said.why), '\n') < 0);
	for (size_t i = 0; i + 4 < 390; i += 3)
		memcpy(words + i, "\xe6\xb1\x89", 3);
	channel_judge(CHANNEL_SMTP, &a, &said);
	assert_true(utf8_valid(str_of(said.why)) && strlen(said.why) > 200);
}

/* ---- the table --------------------------------------------------------------------------------------- */

static void
every_kind_has_a_name_a_rate_and_a_way_out(void **state)
{
	(void)state;
	for (int kind = 0; kind < CHANNEL_TYPES; kind++) {
		const struct channel_kind *k = &channel_kinds[kind];

		assert_non_null(channel_words[kind]);
		assert_true(k->rate.tokens > 0 && k->rate.per_s > 0 && k->rate.burst > 0);
		assert_true(k->rate.burst <= k->rate.tokens);
		assert_true(!k->frame != !k->start);
		assert_true(!k->step == !k->heard);
		assert_non_null(k->region);
	}
	assert_null(channel_words[CHANNEL_TYPES]);
	assert_int_equal(channel_rate(&(struct channel_conf){ .rate = 8 }).burst, 2);
	assert_int_equal(channel_rate(&(struct channel_conf){ .kind = CHANNEL_SLACK }).tokens,
			 60);
}

/* The figures that people read are those that hold. */
static void
the_manual_tells_the_tables_figures(void **state)
{
	struct buf text = BUF(1 << 20);
	FILE *f = fopen("docs/channels.md", "r");
	char block[4096];

	(void)state;
	assert_non_null(f);
	for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;)
		buf_add(&text, (struct str){ block, n });
	fclose(f);
	for (int kind = 0; kind < CHANNEL_TYPES; kind++) {
		const struct channel_kind *k = &channel_kinds[kind];
		char head[40], rate[80], limit[40];
		struct str rest, row = STR("");
		ptrdiff_t at;

		snprintf(head, sizeof head, "\n| `%s` |", channel_words[kind]);
		snprintf(rate, sizeof rate, "| %lld / %lld s, %lld at once |",
			 (long long)k->rate.tokens, (long long)k->rate.per_s,
			 (long long)k->rate.burst);
		snprintf(limit, sizeof limit, "| %zu ", k->limit.most);
		at = str_find(buf_str(&text), str_of(head));
		if (at < 0)
			fail_msg("no row for %s", channel_words[kind]);
		rest = str_slice(buf_str(&text), (size_t)at + 1, text.n);
		assert_true(str_next(&rest, '\n', &row));
		if (str_find(row, str_of(rate)) < 0 ||
		    (k->limit.most && str_find(row, str_of(limit)) < 0))
			fail_msg("%.*s\nshould say %s%s", STR_ARG(row), rate, limit);
	}
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_says_a_page_as_its_vendor_wants_it),
		cmocka_unit_test(
			an_ntfy_message_is_one_notification_per_incident_that_rings_at_l3),
		cmocka_unit_test(what_is_over_resolves_and_turns_green),
		cmocka_unit_test(signatures_are_those_of_the_vendors),
		cmocka_unit_test(across_a_border_go_id_level_counts_and_link_alone),
		cmocka_unit_test(a_border_lies_where_regions_differ),
		cmocka_unit_test(
			a_long_text_goes_in_parts_each_within_the_vendors_limit_and_nothing_is_left_out),
		cmocka_unit_test(a_section_of_slack_is_within_its_own_limit),
		cmocka_unit_test(parts_are_numbered_and_buttons_stand_on_the_last),
		cmocka_unit_test(a_text_beyond_all_parts_is_refused_not_cut),
		cmocka_unit_test(a_cut_falls_at_the_largest_seam),
		cmocka_unit_test(no_text_breaks_a_payload_or_calls_a_crowd),
		cmocka_unit_test(a_hundred_kilobytes_of_marks_still_fit_their_parts),
		cmocka_unit_test(an_answer_means_what_its_vendor_means_by_it),
		cmocka_unit_test(
			what_ends_without_an_answer_is_the_worlds_fault_or_the_settings),
		cmocka_unit_test(what_others_say_is_kept_clean),
		cmocka_unit_test(every_kind_has_a_name_a_rate_and_a_way_out),
		cmocka_unit_test(the_manual_tells_the_tables_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
