/* Channels: what each kind says, what crosses a border, what an answer means. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/channel_world.h"
#include "tests/support/hostile.h"

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
		struct channel_conf c = channel_world_conf(page[i].kind);
		struct parcel p = channel_world_parcel(
			STR("[L2] a*b"), STR("[L2] a*b\n\n原文 https://w.example/1\n"));
		struct channel_world_said s;

		p.address = str_of(page[i].address);
		channel_world_say(&s, &c, &p);
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
	struct channel_conf c = channel_world_conf(CHANNEL_NTFY);
	struct parcel p = channel_world_parcel(STR("[L3] 甲\r\nX-Evil: 1"), STR("x"));
	struct channel_world_said s;

	(void)state;
	p.level = 3;
	channel_world_say(&s, &c, &p);
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
	struct parcel p = channel_world_parcel(STR("x"), STR("x"));
	struct channel_conf pager = channel_world_conf(CHANNEL_PAGERDUTY),
			    feishu = channel_world_conf(CHANNEL_FEISHU);
	struct channel_world_said s;

	(void)state;
	p.kind = STR("clear");
	channel_world_say(&s, &pager, &p);
	assert_true(str_find(s.q[0].body, STR("\"event_action\":\"resolve\"")) > 0);
	arena_free(s.a);
	channel_world_say(&s, &feishu, &p);
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
		struct channel_conf c = channel_world_conf((enum channel_type)kind);
		struct parcel p = channel_world_parcel(STR("[L2] 山脆 · x"), STR("山脆 63 条"));
		struct channel_world_said s;

		if (!channel_world_http(kind))
			continue;
		p.crosses = true;
		channel_world_say(&s, &c, &p);
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
					    .wall_at = CHANNEL_WORLD_WALL };
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
		const char *detail, *says;
	} cases[] = {
		{ CHANNEL_SLACK, HTTP_SLOW, 0, FAULT_WORLD, "", "too slow" },
		{ CHANNEL_SLACK, HTTP_CUT, 0, FAULT_WORLD, "", "cut off" },
		{ CHANNEL_FEISHU, HTTP_NO_CONNECT, 0, FAULT_WORLD, "nobody there",
		  "nobody there" },
		{ CHANNEL_FEISHU, HTTP_BLOCKED, 0, FAULT_KEY, "::1 is not allowed",
		  "::1 is not allowed; if it is yours: allow_private: [ADDRESS:PORT]" },
		{ CHANNEL_WEBHOOK, HTTP_TLS, 0, FAULT_WORLD, "self-signed certificate",
		  "certificate or handshake refused: self-signed certificate" },
		{ CHANNEL_WEBHOOK, HTTP_TOO_LARGE, 200, FAULT_NONE, "", "" },
		{ CHANNEL_SMTP, HTTP_REFUSED_MAIL, 550, FAULT_BODY, "550 nobody",
		  "550 nobody" },
		{ CHANNEL_SMTP, HTTP_REFUSED_MAIL, 535, FAULT_KEY, "535 no", "535 no" },
		{ CHANNEL_SMTP, HTTP_NO_CONNECT, 0, FAULT_WORLD, "", "no connection" },
		{ CHANNEL_SMTP, HTTP_TLS, 250, FAULT_WORLD, "it offers no STARTTLS",
		  "certificate or handshake refused: it offers no STARTTLS" },
		{ CHANNEL_COMMAND, HTTP_SLOW, 9, FAULT_WORLD, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct channel_answer a = { .end = cases[i].end,
					    .status = cases[i].status,
					    .detail = cases[i].detail };
		struct channel_said said;

		channel_judge(cases[i].kind, &a, &said);
		if (said.fault != cases[i].fault || strcmp(said.why, cases[i].says) != 0)
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
		cmocka_unit_test(an_answer_means_what_its_vendor_means_by_it),
		cmocka_unit_test(
			what_ends_without_an_answer_is_the_worlds_fault_or_the_settings),
		cmocka_unit_test(what_others_say_is_kept_clean),
		cmocka_unit_test(every_kind_has_a_name_a_rate_and_a_way_out),
		cmocka_unit_test(the_manual_tells_the_tables_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
