/* incident_show.c - see incident_show.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "cli/incident_show.h"
#include "cli/show_time.h"

static void
put_text(const struct json *j, const char *key)
{
	struct str s = json_text(json_get(j, key), STR(""));

	printf("%.*s", STR_ARG(s));
}

/* " (outbreak)": where it stands on its curve. */
static void
put_phase(const struct json *x)
{
	struct str phase = json_text(json_get(x, "phase"), STR(""));

	if (phase.n)
		printf(" (%.*s)", STR_ARG(phase));
}

static void
put_row(const struct json *x, const struct zone *z)
{
	put_text(x, "incident");
	printf("  L%lld W%lld  ", (long long)json_int(json_get(x, "level"), 0),
	       (long long)json_int(json_get(x, "grade"), 0));
	show_time_of(z, json_get(x, "opened_at"));
	fputs("  ", stdout);
	put_text(x, "state");
	put_phase(x);
	fputs("  ", stdout);
	if (json_get(x, "title"))
		put_text(x, "title");
	else
		fputs("(confidential)", stdout);
	fputs(json_text(json_get(x, "acked_by"), STR("")).n ? "  ack: " : "", stdout);
	put_text(x, "acked_by");
}

void
incident_put_list(const struct json *list, const struct zone *z)
{
	for (size_t i = 0; i < json_count(list); i++) {
		put_row(json_at(list, i), z);
		putchar('\n');
	}
	if (!json_count(list))
		puts("no open incident");
}

/* What an act has made of the incident. */
void
incident_put_done(const struct json *x, const struct zone *z)
{
	put_row(x, z);
	fputs("\n", stdout);
	put_text(x, "said");
	putchar('\n');
}

/* "type: rumour, fault: no": what is said of it, without what is empty. */
static void
put_value(const struct json *value)
{
	const char *comma = "";

	for (size_t i = 0; i < json_count(value); i++) {
		struct str name, text = json_text(json_member(value, i, &name), STR(""));

		if (!text.n)
			continue;
		printf("%s%.*s: %.*s", comma, STR_ARG(name), STR_ARG(text));
		comma = ", ";
	}
	putchar('\n');
}

static void
put_file(const struct json *file, const struct zone *z)
{
	for (size_t i = 0; i < json_count(file); i++) {
		const struct json *n = json_at(file, i);

		fputs("  ", stdout);
		show_time_of(z, json_get(n, "at"));
		fputs("  ", stdout);
		put_text(n, "kind");
		putchar(' ');
		put_text(n, "key");
		fputs("  ", stdout);
		put_text(n, "actor");
		fputs("\n      ", stdout);
		put_value(json_get(n, "value"));
	}
}

/* Who told it first, with what both sides rest on. */
static void
put_told(const struct json *x, const struct zone *z)
{
	int64_t release = json_int(json_get(x, "release"), 0);

	if (!x)
		return;
	printf("  told first by: %.*s (outside ",
	       STR_ARG(json_text(json_get(x, "by"), STR("unknown"))));
	show_time_of(z, json_get(x, "outside_at"));
	printf(" %.*s, we ",
	       STR_ARG(str_slice(json_text(json_get(x, "mention"), STR("-")), 0, 8)));
	show_time_of(z, json_get(x, "own_at"));
	if (release)
		printf(" release %lld)\n", (long long)release);
	else
		printf(" %.*s)\n",
		       STR_ARG(str_slice(json_text(json_get(x, "document"), STR("-")), 0, 8)));
}

static void
put_words(const char *label, const struct json *words)
{
	printf("  %s:", label);
	for (size_t i = 0; i < json_count(words); i++)
		printf(" %.*s", STR_ARG(json_text(json_at(words, i), STR(""))));
	putchar('\n');
}

/* "≈ INC-2026-0007  72 %  turned  title", and by what it is like this one. */
static void
put_similar(const struct json *list, bool zh)
{
	static const char *const names[][3] = {
		{ "scenario", "情景", "scenario" },   { "topic", "主题", "topic" },
		{ "cluster", "策略类群", "cluster" }, { "platform", "平台", "platform" },
		{ "level", "级别", "level" },         { "words", "用词", "words" },
	};

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *x = json_at(list, i), *shares = json_get(x, "shares"),
				  *common = json_get(x, "common");

		fputs("  ≈ ", stdout);
		put_text(x, "case");
		printf("  %lld%%  ", (long long)json_int(json_get(x, "total"), 0) / 10);
		put_text(x, "turn");
		fputs("  ", stdout);
		put_text(x, "title");
		fputs("\n      ", stdout);
		for (size_t k = 0; k < LY_COUNT(names); k++) {
			int64_t share = json_int(json_get(shares, names[k][0]), 0);

			if (share)
				printf("%s %lld.%lld%%  ", names[k][zh ? 1 : 2],
				       (long long)(share / 10), (long long)(share % 10));
		}
		for (size_t k = 0; k < json_count(common); k++)
			printf("%s%.*s",
			       k    ? " "
			       : zh ? "共有："
				    : "in common: ",
			       STR_ARG(json_text(json_at(common, k), STR(""))));
		putchar('\n');
	}
}

static void
put_strategies(const struct json *list, bool zh)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_at(list, i);

		printf(zh ? "  说法 %.*s：" : "  claim %.*s: ",
		       STR_ARG(json_text(json_get(t, "claim"), STR(""))));
		put_text(t, zh ? "why_zh" : "why_en");
		putchar('\n');
		put_words(zh ? "    可用" : "    use", json_get(t, "use"));
		put_words(zh ? "    不可" : "    blocked", json_get(t, "blocked"));
	}
}

/* What its newest firing counted, each event once. */
static void
put_stories(const struct json *stories)
{
	for (size_t i = 0; i < json_count(stories); i++) {
		const struct json *m = json_at(stories, i);
		int64_t sites = json_int(json_get(m, "sites"), 0);

		printf("  ×%lld from %lld site%s  ",
		       (long long)json_int(json_get(m, "told"), 0), (long long)sites,
		       sites == 1 ? "" : "s");
		put_text(m, "title");
		fputs("  ", stdout);
		put_text(m, "site");
		putchar('\n');
	}
}

/* What the playbook did; of a command's output the last lines. */
static void
put_actions(const struct json *list, const struct zone *z)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *m = json_at(list, i);
		struct str out = str_trim(json_text(json_get(m, "output"), STR(""))), line;
		size_t cut = out.n > 400 ? out.n - 400 : 0;

		fputs("  ▶ ", stdout);
		show_time_of(z, json_get(m, "at"));
		fputs("  ", stdout);
		put_text(m, "playbook");
		putchar('.');
		put_text(m, "action");
		printf(" %lld: ", (long long)json_int(json_get(m, "n"), 0));
		put_text(m, "state");
		fputs("  ", stdout);
		put_text(m, "why");
		fputs("  ", stdout);
		put_text(m, "by");
		putchar('\n');
		out = str_slice(out, cut, out.n);
		while (str_next(&out, '\n', &line))
			printf("      | %.*s\n", STR_ARG(line));
	}
}

/* "clock verdict  due 03-16 10:30": those that run. */
static void
put_clocks(const struct json *clocks, const struct zone *z)
{
	for (size_t i = 0; i < json_count(clocks); i++) {
		struct str name;
		const struct json *due = json_member(clocks, i, &name);

		if (json_kind(due) != JSON_TEXT)
			continue;
		printf("  ⏱ %.*s  due ", STR_ARG(name));
		show_time_of(z, due);
		putchar('\n');
	}
}

void
incident_put_show(const struct json *x, const struct zone *z, const char *lang)
{
	const struct json *moves = json_get(x, "moves"), *notices = json_get(x, "notices");

	put_text(x, "incident");
	printf("  L%lld W%lld  ", (long long)json_int(json_get(x, "level"), 0),
	       (long long)json_int(json_get(x, "grade"), 0));
	put_text(x, "state");
	put_phase(x);
	fputs("  ", stdout);
	put_text(x, "title");
	putchar('\n');
	put_stories(json_get(x, "stories"));
	put_clocks(json_get(x, "clocks"), z);
	for (size_t i = 0; i < json_count(moves); i++) {
		const struct json *m = json_at(moves, i);

		fputs("  ", stdout);
		show_time_of(z, json_get(m, "at"));
		printf("  %-18.*s L%lld -> L%lld  ",
		       STR_ARG(json_text(json_get(m, "event"), STR(""))),
		       (long long)json_int(json_get(m, "from_level"), 0),
		       (long long)json_int(json_get(m, "to_level"), 0));
		put_text(m, "actor");
		fputs("\n      ", stdout);
		put_text(json_get(m, "reason"), lang);
		putchar('\n');
	}
	for (size_t i = 0; i < json_count(notices); i++) {
		const struct json *m = json_at(notices, i);

		fputs("  ✉ ", stdout);
		show_time_of(z, json_get(m, "created_at"));
		printf("  %.*s via %.*s: %.*s  %.*s\n",
		       STR_ARG(json_text(json_get(m, "recipient"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "channel"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "state"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "why"), STR(""))));
	}
	put_told(json_get(x, "told_first"), z);
	put_actions(json_get(x, "actions"), z);
	put_file(json_get(x, "file"), z);
	put_similar(json_get(x, "similar"), !strcmp(lang, "zh"));
	put_strategies(json_get(x, "strategies"), !strcmp(lang, "zh"));
}
