#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "cli/settings.h"
#include "core/str.h"

static const char head[] = "watches:\n  shancui: {query: 山脆}\ntriggers:\n  t: ";

/* What is said about a trigger written like this; empty when nothing. */
static const char *
said(const char *trigger, struct arena *a)
{
	struct settings s = { 0 };
	struct buf text = BUF(4096), report = BUF(1 << 16);
	struct err e = { 0 };
	struct conf *c;
	const char *out;

	buf_addf(&text, "%s%s\n", head, trigger);
	c = conf_read_text(buf_str(&text), "langyan.yaml", &settings_schema, &s, &report, &e);
	out = arena_text(a, buf_str(&report));
	conf_free(c);
	buf_release(&text);
	buf_release(&report);
	return out;
}

static void
a_mistake_is_told_with_its_place_and_what_to_do(void **state)
{
	static const struct {
		const char *trigger, *place, *what;
	} cases[] = {
		/* no baseline */
		{ "{kind: spike, signal: authors}", "4:7",
		  "there is no usual value of \"authors\"" },
		{ "{kind: drop, signal: sites}", "4:7",
		  "there is no usual value of \"sites\"" },
		{ "{kind: absent, signal: net}", "4:", "\"net\" is a quotient" },
		{ "{kind: drop, signal: net}", "4:", "needs by: 0.3, say" },
		{ "{kind: above, signal: lag}", "4:", "needs level: 30min, say" },
		{ "{kind: below, signal: net, level: -2}",
		  "4:", "\"-2\" is no number from -1" },
		{ "{kind: below, signal: originality, level: -0.1}",
		  "4:", "is no number from 0 to 1" },
		{ "{kind: above, signal: lag, level: 0.5}", "4:", "is not a duration like" },
		{ "{kind: above, signal: net, level: 0.5, above: 3}",
		  "4:", "say level:, not above:" },
		{ "{kind: above, signal: negative, level: 0.5}",
		  "4:", "means nothing to \"negative\"" },
		{ "{kind: spike, signal: lag, by: 0}", "4:", "more than 0" },
		/* a wrong unit */
		{ "{kind: above, above: 5, window: 5 min}", "4:", "is not a duration like" },
		{ "{kind: drop, drop: 50}", "4:", "drop" },
		{ "{kind: author, who: T9}", "4:", "T9" },
		/* unknown names */
		{ "{kind: above, watches: [shancuj]}", "4:", "did you mean \"shancui\"?" },
		{ "{kind: abov, above: 3}", "4:", "above" },
		/* gates that exclude each other */
		{ "{kind: hotlist, place: 10, top: 50}", "4:", "contradicts place: 10" },
		{ "{kind: story, min_authors: 2, classes: 3}",
		  "4:", "contradicts min_authors: 2" },
		{ "{kind: share, min_count: 5, min_authors: 15}",
		  "4:", "contradicts min_count: 5" },
		{ "{kind: story, min_authors: 5, fresh: 1h, for: 2h}",
		  "4:", "contradicts fresh" },
		{ "{kind: spike, night: {from: 22:00, until: 22:00, factor: 8}}",
		  "4:", "a night that ends when it begins" },
		/* what its kind does not read, or cannot do without */
		{ "{kind: words, factor: 3}", "4:",
		  "\"factor\" means nothing to a trigger of the kind \"words\": leave it out" },
		{ "{kind: spike, topics: [food_safety]}", "4:", "make it kind: words" },
		{ "{kind: below}", "4:", "needs below: 1 or more" },
		{ "{kind: above, signal: negative}", "4:", "needs above: 1 or more" },
		{ "{kind: author}", "4:", "who: T3, or who: notable" },
		{ "{kind: story}", "4:", "min_authors: 10" },
		{ "{kind: above, grade: W0}", "4:", "W0 is calm" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *text = said(cases[i].trigger, a);

		if (!strstr(text, cases[i].what) || !strstr(text, "langyan.yaml:4:"))
			fail_msg("%s: \"%s\"", cases[i].trigger, text);
	}
	arena_free(a);
}

static void
what_is_well_is_not_complained_about(void **state)
{
	static const char *const cases[] = {
		"{kind: below, signal: mentions, below: 3, window: 1d}",
		"{kind: drop, signal: mentions, drop: 60%, window: 1d}",
		"{kind: absent, signal: mentions, window: 6h}",
		"{kind: above, signal: complaints, min_count: 1}",
		"{kind: above, signal: complaints, times_median: 3}",
		"{kind: share, min_count: 15, min_authors: 5, for: 30m}",
		"{kind: author, who: notable, grade: W2}",
		"{kind: author, who: T2, confidence: 80%, severity: 3, grade: W2}",
		"{kind: hotlist, place: 30, top: 3}",
		"{kind: official, grade: W3, shadow: on}",
		"{kind: story, min_authors: 10, classes: 3, fresh: 24h, grade: W3}",
		"{kind: old_news, min_authors: 5}",
		"{kind: spike, factor: 4, min_authors: 20, night: {factor: 8}}",
		"{kind: below, signal: net, level: -0.25, window: 6h, min_authors: 5}",
		"{kind: drop, signal: net_reach, by: 40%, min_count: 50}",
		"{kind: below, signal: originality, level: 35%, for: 1h}",
		"{kind: spike, signal: lag, by: 30m, grade: W2}",
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *text = said(cases[i], a);

		if (*text)
			fail_msg("%s: %s", cases[i], text);
	}
	arena_free(a);
}

static void
numbers_from_outside_are_checked_as_well(void **state)
{
	static const struct {
		const char *yaml, *says;
	} cases[] = {
		{ "  load: {class: system, above: 0.85, for: 60s}", "" },
		{ "  orders: {of: visits, drop: 5%}", "" },
		{ "  orders: {}", "it could never fire" },
		{ "  gmv: {drop: 5%, grade: W2}", "is at most W1 when it drops" },
		{ "  load: {above: 1, below: 2}", "contradicts above" },
		{ "  load: {above: 1, watch: shancuj}", "did you mean \"shancui\"?" },
		{ "  load: {above: 1, class: sytem}", "sytem" },
		{ "  load: {above: 1, of: load}", "no part of itself" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct settings s = { 0 };
		struct buf text = BUF(4096), report = BUF(1 << 16);
		struct err e = { 0 };
		struct conf *c;

		buf_addf(&text, "watches:\n  shancui: {query: 山脆}\nsignals:\n%s\n",
			 cases[i].yaml);
		c = conf_read_text(buf_str(&text), "langyan.yaml", &settings_schema, &s,
				   &report, &e);
		if (*cases[i].says ? !strstr(report.n ? report.p : "", cases[i].says) : !c)
			fail_msg("%s: %s", cases[i].yaml, report.n ? report.p : "");
		conf_free(c);
		buf_release(&text);
		buf_release(&report);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mistake_is_told_with_its_place_and_what_to_do),
		cmocka_unit_test(numbers_from_outside_are_checked_as_well),
		cmocka_unit_test(what_is_well_is_not_complained_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
