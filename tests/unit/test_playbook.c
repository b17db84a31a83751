/* Which playbook fits, what is said of one that is written wrongly, and what the shipped ones hold. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "cli/settings.h"
#include "core/str.h"
#include "responder/playbook.h"

static const char head[] =
	"watches:\n  shancui: {query: 山脆}\n"
	"people:\n  anna: { roles: [lead], contacts: [ { channel: hook } ] }\n"
	"channels:\n  hook: { kind: webhook, url: \"http://127.0.0.1:9/x\" }\n"
	"  shelf: { kind: file, path: shelf }\n"
	"signals:\n  health: { watch: shancui, class: system, interval: 1m }\n"
	"playbooks:\n  p: ";

/* The settings with a playbook written like this; what is said of it in *says. */
static struct conf *
read_with(const char *playbook, struct settings *s, struct arena *a, const char **says)
{
	struct buf text = BUF(1 << 16), report = BUF(1 << 16);
	struct err e = { 0 };
	struct conf *c;

	buf_addf(&text, "%s%s\n", head, playbook);
	c = conf_read_text(buf_str(&text), "langyan.yaml", &settings_schema, s, &report, &e);
	*says = arena_text(a, buf_str(&report));
	buf_release(&text);
	buf_release(&report);
	return c;
}

static void
a_mistake_is_told_with_its_place_and_what_to_do(void **state)
{
	static const struct {
		const char *playbook, *place, *what;
	} cases[] = {
		{ "{topiks: [recall]}", "11:", "did you mean \"topics\"?" },
		{ "{triggers: [flod]}", "11:", "did you mean \"flood\"?" },
		{ "{triggers: [\"signal:healt\"]}", "11:", "did you mean \"signal:health\"?" },
		{ "{watches: [shancuj]}", "11:", "did you mean \"shancui\"?" },
		{ "{classes: [systems]}", "11:", "did you mean \"system\"?" },
		{ "{owner: ana}", "11:", "did you mean \"anna\"?" },
		{ "{policy: default}", "11:", "default" },
		{ "{roles: {legl: anna}}", "11:", "did you mean \"legal\"?" },
		{ "{roles: {legal: ana}}", "11:", "did you mean \"anna\"?" },
		{ "{clocks: {statement: 20}}", "11:", "is not a duration like" },
		{ "{tasks: [{key: a, what: x, role: boss}]}", "11:", "role \"boss\"" },
		{ "{tasks: [{key: a}]}", "11:", "what" },
		{ "{tasks: [{key: a, what: x, level: 4}]}", "11:", "4 is not within 1..3" },
		{ "{tasks: [{key: a, what: x}, {key: a, what: y}]}",
		  "11:", "there is a task \"a\" above" },
		{ "{actions: [{name: a, kind: notify}]}", "11:", "\"notify\" needs \"to\"" },
		{ "{actions: [{name: a, kind: notify, to: [anna]}]}",
		  "11:", "is not person:NAME" },
		{ "{actions: [{name: a, kind: notify, to: [\"person:ana\"]}]}",
		  "11:", "did you mean \"anna\"?" },
		{ "{actions: [{name: a, kind: notify, to: [\"role:legl\"]}]}", "11:", "legl" },
		{ "{actions: [{name: a, kind: draft}]}", "11:", "needs \"templates\"" },
		{ "{actions: [{name: a, kind: task}]}", "11:", "needs \"what\"" },
		{ "{actions: [{name: a, kind: task, what: x, argv: [/bin/true]}]}",
		  "11:", "\"argv\" means nothing to an action of the kind \"task\"" },
		{ "{actions: [{name: a, kind: webhook, channel: shelf}]}",
		  "11:", "channel \"shelf\" is no webhook" },
		{ "{actions: [{name: a, kind: webhook, channel: hok}]}",
		  "11:", "did you mean \"hook\"?" },
		{ "{actions: [{name: a, kind: command}]}", "11:", "needs \"argv\"" },
		{ "{actions: [{name: a, kind: command, argv: [systemctl, start, x]}]}",
		  "11:", "the whole path of a program" },
		{ "{actions: [{name: a, kind: command, argv: [/bin/true], timeout: 2h}]}",
		  "11:", "2h is not within 1s..1h" },
		{ "{actions: [{name: a, kind: command, argv: [/bin/true], pass: "
		  "[LD_PRELOAD]}]}",
		  "11:", "is no variable that may be passed on" },
		{ "{actions: [{name: a, kind: command, argv: [/bin/true], dry_run: false}]}",
		  "11:", "\"off\"" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct settings s = { 0 };
		const char *says;

		if (read_with(cases[i].playbook, &s, a, &says) ||
		    !strstr(says, cases[i].place) || !strstr(says, cases[i].what))
			fail_msg("%s: %s", cases[i].playbook, says);
	}
	arena_free(a);
}

static void
what_is_not_written_has_the_careful_default(void **state)
{
	struct settings s = { 0 };
	struct arena *a = arena_new();
	const char *says;
	struct conf *c = read_with("{actions: [{name: a, kind: command, argv: [/bin/true]}]}",
				   &s, a, &says);
	const struct playbook_conf *p = s.playbooks.v;
	const struct action_conf *x = p->actions.v;

	(void)state;
	if (!c)
		fail_msg("%s", says);
	assert_true(x->dry_run && x->changes);
	assert_int_equal(x->level, 3);
	assert_int_equal(x->timeout, 30);
	assert_int_equal(x->keep_bytes, 65536);
	assert_int_equal(x->dir.n, 0);
	conf_free(c);
	arena_free(a);
}

static void
the_first_that_fits_is_chosen_and_says_why(void **state)
{
	static struct str recall[] = { STR_INIT("recall") }, flood[] = { STR_INIT("flood") },
			  system[] = { STR_INIT("system") }, tea[] = { STR_INIT("tea") };
	static struct playbook_conf own[] = {
		{ .name = STR_INIT("tea-recall"),
		  .enabled = 1,
		  .watches = { tea, 1 },
		  .topics = { recall, 1 } },
		{ .name = STR_INIT("floods"), .enabled = 1, .triggers = { flood, 1 } },
		{ .name = STR_INIT("machines"), .enabled = 1, .classes = { system, 1 } },
		{ .name = STR_INIT("rumour"), .enabled = 0 },
	};
	static const struct {
		const char *watch, *topic, *trigger;
		enum signal_class class;
		const char *chosen, *why;
	} cases[] = {
		{ "tea", "recall", "safety", SIGNAL_VOICE, "tea-recall", "topic recall" },
		{ "cola", "recall", "safety", SIGNAL_VOICE, "product-recall", "topic recall" },
		{ "cola", "recall", "flood", SIGNAL_VOICE, "floods", "trigger flood" },
		{ "cola", "", "signal:health", SIGNAL_SYSTEM, "machines", "class system" },
		{ "cola", "", "signal:orders", SIGNAL_BUSINESS, "", "" },
		{ "cola", "food_safety", "safety", SIGNAL_VOICE, "food-safety",
		  "topic food_safety" },
		/* switched off: not the shipped one of that name either */
		{ "cola", "rumour", "burst", SIGNAL_VOICE, "", "" },
	};
	struct conf_list mine = { own, LY_COUNT(own) }, all;
	struct arena *a = arena_new();

	(void)state;
	all = playbooks_merge(&mine, a);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str trigger = str_of(cases[i].trigger);
		struct playbook_ask q = { str_of(cases[i].watch), str_of(cases[i].topic),
					  &trigger, &cases[i].class, 1 };
		const char *why = "";
		const struct playbook_conf *p = playbook_choose(&all, &q, a, &why);

		if (!str_is(p ? p->name : STR(""), cases[i].chosen) ||
		    (p && strcmp(why, cases[i].why) != 0))
			fail_msg("%s/%s: %.*s because %s", cases[i].topic, cases[i].trigger,
				 STR_ARG(p ? p->name : STR("-")), why);
	}
	arena_free(a);
}

static bool
is_role(struct str role)
{
	for (int i = 0; role_words[i]; i++)
		if (str_is(role, role_words[i]))
			return true;
	return false;
}

static void
shipped_playbooks_are_whole_in_both_languages(void **state)
{
	(void)state;
	for (const struct playbook_conf *p = playbooks_shipped; p->name.n; p++) {
		const struct play_task *t = p->tasks.v;
		int levels[4] = { 0 };

		assert_true(p->enabled && p->title.n && p->title_en.n && p->topics.n);
		for (size_t i = 0; i < p->tasks.n; i++) {
			assert_true(t[i].what.n && t[i].what_en.n && is_role(t[i].role));
			assert_in_range(t[i].level, 2, 3);
			levels[t[i].level]++;
			for (size_t k = 0; k < i; k++)
				assert_false(str_eq(t[i].key, t[k].key));
		}
		/* Something to do at each level. */
		assert_true(levels[2] && levels[3]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_is_told_with_its_place_and_what_to_do),
		cmocka_unit_test(what_is_not_written_has_the_careful_default),
		cmocka_unit_test(the_first_that_fits_is_chosen_and_says_why),
		cmocka_unit_test(shipped_playbooks_are_whole_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
