#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/people_conf.h"

static const struct conf_key root_keys[] = {
	{ "people", CONF_TABLE, offsetof(struct notice_conf, people), 0, 0, "", "",
	  &person_schema },
	{ "schedules", CONF_TABLE, offsetof(struct notice_conf, schedules), 0, 0, "", "",
	  &schedule_schema },
	{ "policies", CONF_TABLE, offsetof(struct notice_conf, policies), 0, 0, "", "",
	  &policy_schema },
	{ "routes", CONF_LIST, offsetof(struct notice_conf, routes), 0, 0, "", "",
	  &route_schema },
	{ "channels", CONF_TABLE, offsetof(struct notice_conf, channels), 0, 0, "", "",
	  &channel_schema },
	CONF_END,
};

static void
root_check(struct conf_reader *r, void *self)
{
	static const struct str watches[] = { STR_INIT("shancui"), STR_INIT("cola") };

	notice_conf_check(r, self, watches, LY_COUNT(watches));
}

static const struct conf_schema root = { "settings", sizeof(struct notice_conf),
					 root_keys,  "",
					 0,          root_check };

static const char good[] =
	"people:\n"
	"  linjing:\n"
	"    name: 林静\n"
	"    unix: lin\n"
	"    lang: zh\n"
	"    quiet: { from: 23:00, to: 07:30 }\n"
	"    contacts: [ { channel: desk-mail, address: \"lin@example.test\", wakes: yes } ]\n"
	"    roles: [lead]\n"
	"    deputy: boss\n"
	"  boss: { contacts: [ { channel: hook } ] }\n"
	"schedules:\n"
	"  pr-duty: { zone: Asia/Shanghai, shifts: [ { who: [linjing], days: [mon, tue], from: "
	"08:00, to: 20:00 } ] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"schedule:pr-duty\", \"channel:notes\"] }, { to: "
	"[\"person:boss\"], after: 15m } ], repeat: 1 }\n"
	"routes: [ { watches: [shancui], levels: [1, 2, 3], policy: default, owner: linjing, "
	"continue: on } ]\n"
	"channels:\n"
	"  desk-mail: { kind: smtp, server: \"smtp://127.0.0.1:2525\", from: "
	"\"langyan@example.test\", "
	"starttls: off }\n"
	"  hook: { kind: webhook, url: \"http://127.0.0.1:9/x\", allow_private: "
	"[\"127.0.0.1:9\"] }\n"
	"  notes: { kind: file, path: ./notices, wakes: on }\n";

static void
the_tables_become_structs(void **state)
{
	struct notice_conf c = { 0 };
	struct buf report = BUF(1 << 20);
	struct err e = { 0 };
	struct conf *conf = conf_read_text(str_of(good), "x.yaml", &root, &c, &report, &e);
	const struct person_conf *p;
	const struct policy_conf *policy;
	const struct step_conf *steps;
	const struct route_conf *route;
	struct str name;

	(void)state;
	if (!conf)
		fail_msg("%s", report.p);
	p = person_find(&c, STR("linjing"));
	assert_true(str_is(p->name, "林静"));
	assert_int_equal(p->quiet.from, 23 * 3600);
	assert_int_equal(p->quiet.to, 7 * 3600 + 1800);
	assert_int_equal(p->lang, LANG_ZH);
	assert_int_equal(((const struct contact_conf *)p->contacts.v)->wakes, WAKES_YES);
	p = person_find(&c, STR("boss"));
	assert_true(str_is(p->name, "boss")); /* no name: the key */
	assert_int_equal(p->quiet.from, 22 * 3600);
	assert_int_equal(p->quiet.to, 8 * 3600);
	assert_ptr_equal(person_of_actor(&c, STR("unix:lin")), person_find(&c, STR("linjing")));
	assert_ptr_equal(person_of_actor(&c, STR("person:boss")), p);
	assert_null(person_of_actor(&c, STR("unix:")));
	assert_null(person_of_actor(&c, STR("unix:boss")));
	policy = policy_find(&c, STR("default"));
	steps = policy->steps.v;
	assert_int_equal(policy->repeat, 1);
	assert_int_equal(steps[0].after, 0);
	assert_int_equal(steps[1].after, 900);
	assert_int_equal(target_parse(steps[0].to.v[1], &name), TARGET_CHANNEL);
	assert_true(str_is(name, "notes"));
	route = c.routes.v;
	assert_int_equal(route->go_on, 1);
	assert_int_equal(route->levels.n, 3);
	assert_int_equal(channel_find(&c, STR("hook"))->kind, CHANNEL_WEBHOOK);
	assert_int_equal(channel_find(&c, STR("notes"))->wakes, 1);
	assert_null(channel_find(&c, STR("other")));
	conf_free(conf);
	buf_release(&report);
}

/* One change of the good text; the report must hold what `says` says. */
static void
names_that_lead_nowhere_are_told_with_their_place(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} cases[] = {
		{ "channel: hook", "channel: hok", "channel \"hok\"" },
		{ "channel: hook", "channel: hok", "did you mean \"hook\"?" },
		{ "channel: hook", "channel: hok", "x.yaml:10:" },
		{ "deputy: boss", "deputy: bos", "person \"bos\"" },
		{ "deputy: boss", "deputy: linjing", "nobody is their own deputy" },
		{ "who: [linjing]", "who: [linjin]", "did you mean \"linjing\"?" },
		{ "[mon, tue]", "[mon, tu]", "day \"tu\"" },
		{ "schedule:pr-duty", "schedule:pr-duti", "did you mean \"pr-duty\"?" },
		{ "person:boss", "boss", "is not person:NAME, schedule:NAME or channel:NAME" },
		{ "boss: { contacts: [ { channel: hook } ] }", "boss: { }",
		  "this step can never reach anybody" },
		{ "boss: { contacts: [ { channel: hook } ] }", "boss: { }", "x.yaml:14:" },
		{ "days: [mon, tue], from", "rotate: { every: wek, start: 2026-01-05 }, from",
		  "did you mean \"week\"?" },
		{ "days: [mon, tue], from", "rotate: { every: week, start: 5 January }, from",
		  "is not a date like" },
		{ "days: [mon, tue], from", "rotate: { every: week }, from", "start" },
		{ "to: 20:00 } ] }",
		  "to: 20:00 } ], overrides: [ { kind: replace, who: [boss], instead: "
		  "[lnjing], from: "
		  "\"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" } ] }",
		  "did you mean \"linjing\"?" },
		{ "to: 20:00 } ] }",
		  "to: 20:00 } ], overrides: [ { kind: add, who: [boss], instead: [linjing], "
		  "from: "
		  "\"2026-01-01T00:00:00Z\", to: \"2026-01-02T00:00:00Z\" } ] }",
		  "only \"kind: replace\" has \"instead\"" },
		{ "to: 20:00 } ] }",
		  "to: 20:00 } ], temporary: [ { from: \"2026-01-01T00:00:00Z\", to: "
		  "\"2026-01-02T00:00:00Z\", shifts: [ { who: [bos], from: "
		  "\"2026-01-01T00:00:00Z\", "
		  "to: \"2026-01-02T00:00:00Z\" } ] } ] }",
		  "did you mean \"boss\"?" },
		{ "to: 20:00 } ] }",
		  "to: 20:00 } ], temporary: [ { from: \"2026-01-01T00:00:00Z\", to: "
		  "\"2026-01-02T00:00:00Z\", shifts: [ { who: [boss], from: "
		  "\"2026-01-01T00:00:00Z\", "
		  "to: \"2026-01-03T00:00:00Z\" } ] } ] }",
		  "reaches out of the temporary schedule" },
		{ "policy: default,", "policy: defualt,", "did you mean \"default\"?" },
		{ "watches: [shancui]", "watches: [shanciu]", "did you mean \"shancui\"?" },
		{ "levels: [1, 2, 3]", "levels: [1, 4]", "level \"4\"" },
		{ "after: 15m", "after: 5s", "at least 1m" },
		{ "\"channel:notes\"] }", "\"channel:notes\"], after: 30s }", "at least 1m" },
		{ "\"channel:notes\"] }, { to: [\"person:boss\"], after: 15m } ], repeat: 1",
		  "\"channel:notes\"], after: 30m }, { to: [\"person:boss\"], after: 15m } ]",
		  "the first step is told at once" },
		{ "\"channel:notes\"] }, { to: [\"person:boss\"], after: 15m } ], repeat: 1",
		  "\"channel:notes\"], after: 30m }, { to: [\"person:boss\"], after: 15m } ]",
		  "x.yaml:14:75: the first" },
		{ "from: 08:00", "from: 24:00", "not at 24:00" },
		{ "roles: [lead]", "roles: [laed]", "did you mean \"lead\"?" },
		{ "lin@example.test", "nobody", "needs an e-mail address" },
		{ "server: \"smtp://127.0.0.1:2525\", ", "",
		  "a smtp channel needs \"server\"" },
		{ "path: ./notices, ", "", "a file channel needs \"path\"" },
		{ "path: ./notices", "path: ./notices, user: x",
		  "a file channel has no \"user\"" },
		{ "policy: default, owner: linjing, ", "",
		  "a route needs a policy or an owner" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct notice_conf c = { 0 };
		struct buf report = BUF(1 << 20), text = BUF(1 << 20);
		struct err e = { 0 };
		const char *at = strstr(good, cases[i].from);

		assert_non_null(at);
		buf_add(&text, (struct str){ good, (size_t)(at - good) });
		buf_add(&text, str_of(cases[i].to));
		buf_add(&text, str_of(at + strlen(cases[i].from)));
		if (conf_read_text(buf_str(&text), "x.yaml", &root, &c, &report, &e))
			fail_msg("case %zu was let through", i);
		if (strstr(cases[i].to, "hok") && strstr(report.p, "never reach"))
			fail_msg("case %zu: one mistake is told twice:\n%s", i, report.p);
		if (!strstr(report.p, cases[i].says))
			fail_msg("case %zu does not say \"%s\":\n%s", i, cases[i].says,
				 report.p);
		buf_release(&report);
		buf_release(&text);
	}
}

/* What a channel lacks, and what to write instead; its place is that of the channel. */
static void
a_channel_says_what_it_lacks_and_what_to_write(void **state)
{
	static const struct {
		const char *channel, *address, *says;
	} cases[] = {
		{ "kind: feishu", "",
		  "a feishu channel needs \"token\": write token: file:NAME" },
		{ "kind: feihsu, path: x", "", "feihsu" },
		{ "kind: dingtalk, token: \"env:LY_T\"", "", "write secret: file:NAME (加签)" },
		{ "kind: feishu-app, app: cli_1", "ou_1", "with the App Secret" },
		{ "kind: feishu-app, app: cli_1, secret: \"env:LY_T\"", "",
		  "needs an address" },
		{ "kind: slack, token: \"env:LY_T\", secret: \"env:LY_T\"", "",
		  "a slack channel has no \"secret\"" },
		{ "kind: slack, token: \"env:LY_T\", urgent: phone", "",
		  "only a feishu-app channel" },
		{ "kind: slack, token: \"env:LY_BAD\"", "", "copy it again" },
		{ "kind: teams, token: \"env:LY_T\"", "", "whole address of the workflow" },
		{ "kind: pagerduty, token: \"env:LY_T\"", "", "32 characters" },
		{ "kind: telegram, token: \"env:LY_T\"", "", "write the chat id" },
		{ "kind: ntfy, topic: \"a/b\"", "", "a topic has letters" },
		{ "kind: command, argv: [page]", "", "by its whole path" },
		{ "kind: command", "", "needs \"argv\"" },
		{ "kind: wecom, token: \"env:LY_T\"", "@all", "nobody calls a whole group" },
		{ "kind: slack, token: \"env:LY_T\"", "U1> <!here",
		  "nobody calls a whole group" },
	};

	(void)state;
	setenv("LY_T", "abc", 1);
	setenv("LY_BAD", "a b", 1);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct notice_conf c = { 0 };
		struct buf report = BUF(1 << 20), text = BUF(1 << 20);
		struct err e = { 0 };

		buf_addf(&text,
			 "people: { a: { contacts: [ { channel: x, address: \"%s\" } ] } }\n"
			 "routes: [ { owner: a } ]\n"
			 "channels:\n  x: { %s }\n",
			 cases[i].address, cases[i].channel);
		if (conf_read_text(buf_str(&text), "x.yaml", &root, &c, &report, &e))
			fail_msg("case %zu was let through", i);
		if (!strstr(report.p, cases[i].says) || !strstr(report.p, "x.yaml:"))
			fail_msg("case %zu does not say \"%s\":\n%s", i, cases[i].says,
				 report.p);
		buf_release(&report);
		buf_release(&text);
	}
}

/* What is not written is as the kind does it. */
static void
a_channel_rings_and_keeps_as_its_kind_does(void **state)
{
	static const struct {
		const char *channel, *region;
		int64_t wakes;
	} cases[] = {
		{ "kind: feishu, token: \"env:LY_T\", url: \"https://open.larksuite.com/\", "
		  "region: "
		  "global",
		  "global", 0 },
		{ "kind: wecom, token: \"env:LY_T\"", "cn", 0 },
		{ "kind: feishu-app, app: a, secret: \"env:LY_T\"", "cn", 0 },
		{ "kind: feishu-app, app: a, secret: \"env:LY_T\", urgent: phone", "cn", 1 },
		{ "kind: feishu-app, app: a, secret: \"env:LY_T\", urgent: app", "cn", 0 },
		{ "kind: ntfy, topic: x", "global", 1 },
		{ "kind: ntfy, topic: x, wakes: off", "global", 0 },
		{ "kind: command, argv: [/bin/true], wakes: on", "", 1 },
		{ "kind: file, path: x", "", 0 },
	};

	(void)state;
	setenv("LY_T", "abc", 1);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct notice_conf c = { 0 };
		struct buf report = BUF(1 << 20), text = BUF(1 << 20);
		struct err e = { 0 };
		const struct channel_conf *x;
		struct conf *conf;

		buf_addf(&text, "channels:\n  x: { %s }\n", cases[i].channel);
		conf = conf_read_text(buf_str(&text), "x.yaml", &root, &c, &report, &e);
		if (!conf)
			fail_msg("%s", report.p);
		x = channel_find(&c, STR("x"));
		if (x->wakes != cases[i].wakes || !str_is(x->region, cases[i].region))
			fail_msg("case %zu: %lld \"%.*s\"", i, (long long)x->wakes,
				 STR_ARG(x->region));
		if (i == 0)
			assert_true(str_is(x->url, "https://open.larksuite.com"));
		conf_free(conf);
		buf_release(&report);
		buf_release(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_become_structs),
		cmocka_unit_test(names_that_lead_nowhere_are_told_with_their_place),
		cmocka_unit_test(a_channel_says_what_it_lacks_and_what_to_write),
		cmocka_unit_test(a_channel_rings_and_keeps_as_its_kind_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
