/*
 * Closed incidents become cases that are found by their words, and shown to those who may see them;
 * reports whose figures are counted again.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "responder/digest_seal.h"
#include "responder/outfile.h"
#include "responder/report.h"
#include "responder/sop.h"
#include "tests/support/folder.h"
#include "tests/support/release_world.h"

#define DAY    ((int64_t)86400)
#define CLOSED (WORLD_T0 + 5 * DAY)

static int
ask(struct world *w, const char *who, const char *verb, const char *args, int64_t at)
{
	return world_act(w, who, verb,
			 arena_textf(w->arena, "{\"n\":%lld%s}", (long long)++w->seq, args), 0,
			 at);
}

static void
has(struct world *w, const char *says)
{
	if (!strstr(w->reply.p, says))
		fail_msg("no \"%s\" in: %s", says, w->reply.p);
}

static void
hasnt(struct world *w, const char *says)
{
	if (strstr(w->reply.p, says))
		fail_msg("\"%s\" in: %s", says, w->reply.p);
}

/* An L3 is stood down, and closed when it has been calm for 72 h. */
static void
closes(struct world *w, const char *who)
{
	const char *args = ",\"id\":\"INC-2026-0001\",\"why\":\"实验室排除\"";

	is(w, ask(w, who, "incident.close", args, WORLD_T0 + 2 * HOUR), 200, "watching");
	for (int64_t at = WORLD_T0 + 6 * HOUR; at < CLOSED; at += 12 * HOUR)
		world_turn(w, at);
	is(w, ask(w, who, "incident.close", args, CLOSED), 200, "\"state\":\"closed\"");
}

/* Said, claimed, closed. */
static void
closed_l3(struct world *w)
{
	open_l3(w);
	is(w, act(w, "anna", "approve", "en-h", ""), 200, NULL);
	is(w, act(w, "bob", "approve", "en-h", ""), 200, "approved");
	is(w, act(w, "cara", "say", "en-h", SAY), 200, "release 1");
	is(w,
	   world_act_on(w, "unix:cara", "incident.claim",
			",\"text\":\"三个孩子住院\",\"truth\":\"untrue\""),
	   200, NULL);
	closes(w, "unix:cara");
}

#define CASE ",\"id\":\"INC-2026-0001\""

static void
a_closed_incident_is_found_by_its_words(void **state)
{
	static const struct {
		const char *query, *says;
	} cases[] = {
		{ "住院", "INC-2026-0001" },
		{ "三个孩子", "\"words\":\"all\"" },
		{ "submarine", "\"cases\":[]" },
		{ "排除", "INC-2026-0001" },
		{ "crisps", "INC-2026-0001" }, /* of the text that was released */
		{ "住院 submarine", "\"words\":\"any\",\"cases\":[{\"kind\":\"case\"" },
		{ "火箭", "\"cases\":[]" },
	};
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w,
	   ask(&w, "unix:cara", "case.search", ",\"query\":\"crisps\"", WORLD_T0 + 2 * HOUR),
	   200, "\"cases\":[]"); /* it is open */
	world_close(&w);
	closed_l3(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		is(&w,
		   ask(&w, "unix:cara", "case.search",
		       arena_textf(w.arena, ",\"query\":\"%s\"", cases[i].query), CLOSED + 60),
		   200, NULL);
		has(&w, cases[i].says);
	}
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"住院\"", CLOSED + 60), 200,
	   "三个孩子住院"); /* the place */
	is(&w, ask(&w, "unix:cara", "case.list", "", CLOSED + 60), 200,
	   "\"name\":\"INC-2026-0001\"");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"\"", CLOSED + 60), 400, NULL);
	is(&w, ask(&w, "unix:cara", "case.show", ",\"id\":\"INC-2026-0009\"", CLOSED + 60), 404,
	   NULL);
	is(&w, ask(&w, "unix:cara", "case.show", CASE, CLOSED + 60), 200, "三个孩子住院");
	world_verified(&w);
	world_close(&w);
}

/* A year later the stage has it no more in memory. */
static void
lessons_are_written_long_after_and_struck(void **state)
{
	struct world w;
	int64_t at = CLOSED + 365 * DAY;

	(void)state;
	closed_l3(&w);
	world_reopen(&w, at);
	is(&w, ask(&w, "unix:cara", "case.lesson", CASE ",\"side\":\"odd\",\"text\":\"x\"", at),
	   400, "side is");
	is(&w,
	   ask(&w, "unix:cara", "case.lesson", CASE ",\"side\":\"badly\",\"text\":\"\"", at),
	   400, "text is missing");
	is(&w,
	   ask(&w, "unix:cara", "case.lesson",
	       CASE ",\"side\":\"badly\",\"text\":\"门店先从媒体上知道\"", at),
	   200, "\"key\":\"1\"");
	is(&w,
	   ask(&w, "unix:cara", "case.lesson",
	       CASE ",\"side\":\"well\",\"text\":\"一小时内停售\"", at),
	   200, "\"key\":\"2\"");
	is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"供应商已更换\"", at), 200,
	   NULL);
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"门店 媒体\"", at + 1), 200,
	   "INC-2026-0001");
	is(&w, ask(&w, "unix:cara", "case.show", CASE ",\"lang\":\"zh\"", at + 1), 200,
	   "== 做得好的 ==\n- 一小时内停售");
	has(&w, "备注：供应商已更换");
	is(&w,
	   ask(&w, "unix:cara", "case.strike",
	       CASE ",\"kind\":\"claim\",\"key\":\"1\",\"why\":\"x\"", at),
	   400, "note or lesson");
	is(&w,
	   ask(&w, "unix:cara", "case.strike",
	       CASE ",\"kind\":\"lesson\",\"key\":\"1\",\"why\":\"names a person\"", at + 2),
	   200, "\"erased\":1");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"门店\"", at + 3), 200,
	   "\"cases\":[]");
	assert_string_equal(world_ask(&w,
				      "SELECT count(*) FROM command WHERE args || reply LIKE"
				      " '%门店%'"),
			    "0");
	is(&w, ask(&w, "unix:cara", "case.show", CASE, at + 3), 200, NULL);
	hasnt(&w, "门店");
	world_verified(&w);
	world_close(&w);
}

/* Struck from the incident, not from the case: its words are found no more, and in no file. */
static void
what_is_struck_from_the_incident_is_gone_from_the_case(void **state)
{
	struct world w;

	(void)state;
	closed_l3(&w);
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"住院\"", CLOSED + 1), 200,
	   "INC-2026-0001");
	is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"门店说过\"", CLOSED + 2),
	   200, NULL);
	is(&w,
	   ask(&w, "unix:cara", "incident.strike",
	       CASE ",\"kind\":\"note\",\"key\":\"1\",\"why\":\"x\"", CLOSED + 3),
	   200, "erased");
	is(&w,
	   ask(&w, "unix:cara", "incident.strike",
	       CASE ",\"kind\":\"claim\",\"key\":\"1\",\"why\":\"x\"", CLOSED + 3),
	   200, "erased");
	assert_string_equal(world_ask(&w,
				      "SELECT count(*) FROM command WHERE args || reply LIKE"
				      " '%门店说过%'"),
			    "0");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM library WHERE traits LIKE '%住院%'"), "0");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"住院\"", CLOSED + 4), 200,
	   "\"cases\":[]");
	world_close(&w);
}

static void
who_may_not_see_it_finds_nothing(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w,
	   world_act_on(&w, "unix:anna", "incident.confidential",
			",\"is\":\"yes\",\"why\":\"x\""),
	   200, NULL);
	closes(&w, "unix:anna");
	is(&w, ask(&w, "unix:anna", "case.search", ",\"query\":\"排除\"", CLOSED + 1), 200,
	   "INC-2026-0001");
	is(&w, ask(&w, "http:token", "case.search", ",\"query\":\"排除\"", CLOSED + 1), 200,
	   "\"cases\":[]");
	/* Nor whether it has the word: all of them, or some, is said of what may be seen. */
	is(&w, ask(&w, "http:token", "case.search", ",\"query\":\"排除\"", CLOSED + 1), 200,
	   "\"words\":\"any\"");
	is(&w, ask(&w, "http:token", "case.list", "", CLOSED + 1), 200, "\"cases\":[]");
	is(&w, ask(&w, "http:token", "case.show", CASE, CLOSED + 1), 403, NULL);
	is(&w, ask(&w, "http:token", "report", CASE, CLOSED + 1), 403, NULL);
	is(&w, ask(&w, "http:token", "case.note", CASE ",\"text\":\"x\"", CLOSED + 1), 403,
	   NULL);
	world_close(&w);
}

/* Who looks at an incident waits for no case: turns make them, some at a time. */
static void
cases_are_made_by_turns_and_not_while_somebody_waits(void **state)
{
	struct world w;

	(void)state;
	closed_l3(&w);
	/* As after an upgrade: many of them at once. */
	world_forge(&w,
		    "WITH RECURSIVE k(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM k WHERE n"
		    " < 51) INSERT INTO incident (id, number, watch, story, topic, title,"
		    " state, level, grade, opened_at, first_mention_at, step, round, safety,"
		    " closed_at, version) SELECT randomblob(16), 'INC-2025-' || n, watch,"
		    " story, topic, title, state, level, grade, opened_at, first_mention_at,"
		    " 0, 0, 0, closed_at - n, version FROM incident, k");
	world_reopen(&w, CLOSED + 1);
	is(&w, ask(&w, "unix:cara", "incident.show", CASE, CLOSED + 1), 200, "\"similar\":[]");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM library"), "0");
	for (int made = 20, at = 2; at < 6; at++, made += 20) {
		world_turn(&w, CLOSED + at);
		assert_string_equal(world_ask(&w, "SELECT count(*) FROM library"),
				    arena_textf(w.arena, "%d", made < 51 ? made : 51));
	}
	is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"x\"", CLOSED + 7), 200,
	   NULL);
	/* What a case is made of has changed: the turn behind the question makes it. */
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM library l JOIN incident i ON"
					  " i.number = l.name WHERE l.signature LIKE '%.' ||"
					  " (SELECT count(*) FROM entry) || '.%'"),
			    "0");
	is(&w, ask(&w, "unix:cara", "incident.show", CASE, CLOSED + 8), 200, NULL);
	world_turn(&w, CLOSED + 8);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM library l JOIN incident i ON"
					  " i.number = l.name WHERE l.signature LIKE '%.' ||"
					  " (SELECT count(*) FROM entry) || '.%'"),
			    "1");
	world_close(&w);
}

/* A draft is read by more people than a case: why it was picked names no confidential one. */
static void
a_draft_tells_of_no_confidential_case(void **state)
{
	(void)state;
	for (int hidden = 0; hidden < 2; hidden++) {
		struct world w;
		const char *why;

		open_l3(&w);
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + HOUR / 2,
						       .label = LABEL_NEG,
						       .author = "r",
						       .topic = "food_safety",
						       .flags = MENTION_FIRST_HAND });
		is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
		is(&w, act(&w, "bob", "approve", "en-f", ""), 200, "approved");
		is(&w, act(&w, "cara", "say", "en-f", SAY), 200, "release 1");
		for (int i = 0; i < 35; i++) /* what turned */
			world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 9 * HOUR + i });
		if (hidden)
			is(&w,
			   world_act_on(&w, "unix:anna", "incident.confidential",
					",\"is\":\"yes\",\"why\":\"x\""),
			   200, NULL);
		closes(&w, "unix:anna");
		/* Another watch, the same kind of crisis. */
		world_say(&w, &(struct world_mention){ .at = CLOSED + HOUR,
						       .watch = "qingshan",
						       .label = LABEL_NEG,
						       .author = "q",
						       .topic = "food_safety",
						       .flags = MENTION_FIRST_HAND });
		is(&w,
		   ask(&w, "unix:cara", "incident.promote",
		       ",\"id\":\"INC-2026-0002\",\"to\":3,\"why\":\"x\"", CLOSED + 2 * HOUR),
		   200, NULL);
		for (int i = 1; i < 20; i++)
			world_turn(&w, CLOSED + 2 * HOUR + i);
		assert_string_equal(world_ask(&w, "SELECT json_extract(traits, '$.turn')"
						  " FROM library WHERE kind = 'case'"),
				    "turned");
		why = world_ask(&w, "SELECT d.why FROM draft d JOIN incident i ON i.id ="
				    " d.incident WHERE d.template = 'en-f' AND i.number ="
				    " 'INC-2026-0002' ORDER BY d.at DESC LIMIT 1");
		assert_true(*why);
		assert_int_equal(strstr(why, "INC-2026-0001") != NULL, !hidden);
		world_close(&w);
	}
}

/* ---- pages beside them --------------------------------------------------------------------------- */

static void
sop_pages_are_found_in_the_same_search(void **state)
{
	struct world w;
	const char *dir;

	(void)state;
	closed_l3(&w);
	dir = arena_textf(w.arena, "%s/sop", w.dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	folder_put(arena_textf(w.arena, "%s/recall.md", dir),
		   "# 召回第一小时\n\n先停售，再问住院的人。<script>x</script> {{known}}\n");
	w.conf.site.sop = str_of(dir);
	world_reopen(&w, CLOSED);
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"住院\"", CLOSED + 1), 200,
	   "\"kind\":\"sop\",\"name\":\"recall.md\",\"title\":\"召回第一小时\"");
	has(&w, "INC-2026-0001");
	/* As it stands: nothing in it is obeyed. */
	is(&w, ask(&w, "unix:cara", "case.show", ",\"id\":\"recall.md\"", CLOSED + 1), 200,
	   "<script>x</script> {{known}}");
	is(&w, ask(&w, "unix:cara", "case.show", ",\"id\":\"../recall.md\"", CLOSED + 1), 404,
	   NULL);
	folder_put(arena_textf(w.arena, "%s/recall.md", dir), "# 另一页\n\n全新的内容在这里\n");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"停售\"", CLOSED + 2), 200,
	   "\"cases\":[]");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"全新\"", CLOSED + 2), 200,
	   "另一页");
	w.conf.site.sop = STR("/nowhere/at/all"); /* cases are found all the same */
	world_reopen(&w, CLOSED + 3);
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"全新\"", CLOSED + 3), 200,
	   "\"cases\":[]");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"住院\"", CLOSED + 3), 200,
	   "INC-2026-0001");
	world_close(&w);
}

static void
sop_put(struct world *w, const char *dir, const char *name, struct str bytes)
{
	struct err e = { 0 };

	assert_int_equal(outfile_write(arena_textf(w->arena, "%s/%s", dir, name), bytes, &e),
			 0);
}

/* It is named with the reason, until it can be read; all else is found. */
static void
a_page_that_cannot_be_read_keeps_no_other_from_being_found(void **state)
{
	struct world w;
	char dir[] = "/tmp/langyan-sop-XXXXXX";
	char *large = calloc(1, SOP_BYTES + 1);
	const struct str too_much = { large, SOP_BYTES + 1 };
	int status;

	(void)state;
	closed_l3(&w);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0755), 0);
	memset(large, 'x', SOP_BYTES + 1);
	sop_put(&w, dir, "large.md", too_much);
	sop_put(&w, dir, "odd.md", STR("# \xd5\xd9\xbb\xd8 recall\n")); /* GB18030 */
	sop_put(&w, dir, "recall.md", STR("# recall\n\nsubmarine\n"));
	w.conf.site.sop = str_of(dir);
	world_reopen(&w, CLOSED);
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"recall\"", CLOSED + 1), 200,
	   "\"cases\":[{\"kind\":\"sop\",\"name\":\"recall.md\"");
	has(&w, "\"unread\":[{\"page\":\"odd.md\",\"why\":\"it is no UTF-8\"},"
		"{\"page\":\"large.md\",\"why\":\"it is over 256 KiB\"}]");
	hasnt(&w, "\"name\":\"odd.md\"");
	is(&w, ask(&w, "unix:cara", "case.list", ",\"kind\":\"sop\"", CLOSED + 1), 200,
	   "\"page\":\"odd.md\"");
	hasnt(&w, "\"name\":\"odd.md\"");
	is(&w, ask(&w, "unix:cara", "case.show", ",\"id\":\"odd.md\"", CLOSED + 1), 409,
	   "cannot be read: it is no UTF-8");
	/* One that was found before, and one that is mended. */
	sop_put(&w, dir, "recall.md", STR("\xff"));
	sop_put(&w, dir, "odd.md", STR("# 召回 recall\n"));
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"submarine\"", CLOSED + 2), 200,
	   "\"cases\":[]");
	has(&w, "\"page\":\"recall.md\"");
	hasnt(&w, "odd.md");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"recall\"", CLOSED + 3), 200,
	   "\"name\":\"odd.md\"");
	/* Not ours to read any more, though it is as it was; root may read all. */
	assert_int_equal(chmod(arena_textf(w.arena, "%s/odd.md", dir), 0), 0);
	assert_int_equal(geteuid() == 0 ? seteuid(65534) : 0, 0);
	status = ask(&w, "unix:cara", "case.search", ",\"query\":\"住院 recall\"", CLOSED + 4);
	assert_int_equal(getuid() == 0 ? seteuid(0) : 0, 0);
	is(&w, status, 200, "INC-2026-0001");
	has(&w, "{\"page\":\"odd.md\",\"why\":\"it may not be read\"}");
	folder_remove(dir);
	free(large);
	world_close(&w);
}

/* What keeps a page from being read for now is nothing of the page: the next look reads it. */
static void
a_page_that_was_not_read_for_want_of_files_is_read_at_the_next_look(void **state)
{
	char dir[] = "/tmp/langyan-sop-XXXXXX";
	struct rlimit was, few;
	struct world w;
	int status, lowest;

	(void)state;
	closed_l3(&w);
	assert_non_null(mkdtemp(dir));
	sop_put(&w, dir, "recall.md", STR("# recall\n\nsubmarine\n"));
	w.conf.site.sop = str_of(dir);
	world_reopen(&w, CLOSED);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	few = was;
	lowest = dup(0);
	few.rlim_cur = (rlim_t)lowest + 1; /* the folder, and no page in it */
	close(lowest);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	status = ask(&w, "unix:cara", "case.search", ",\"query\":\"submarine\"", CLOSED + 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	is(&w, status, 200, "{\"page\":\"recall.md\",\"why\":\"Too many open files\"}");
	is(&w, ask(&w, "unix:cara", "case.search", ",\"query\":\"submarine\"", CLOSED + 2), 200,
	   "\"name\":\"recall.md\"");
	hasnt(&w, "\"page\":\"recall.md\"");
	folder_remove(dir);
	world_close(&w);
}

/* ---- reports ------------------------------------------------------------------------------------------ */

struct differing {
	char id[16], says[40], counted[40];
	int n;
};

static void
differs(void *arg, struct str id, struct str says, struct str counted, const struct json *f)
{
	struct differing *d = arg;

	(void)f;
	snprintf(d->id, sizeof d->id, "%.*s", STR_ARG(id));
	snprintf(d->says, sizeof d->says, "%.*s", STR_ARG(says));
	snprintf(d->counted, sizeof d->counted, "%.*s", STR_ARG(counted));
	d->n++;
}

/* As `langyan verify FILE` does it. How many figures. */
static int64_t
counted_again(struct world *w, struct str file, struct differing *d, bool *holds)
{
	struct report_ask q = { .made_at = 0 };
	struct seal_told told = { differs, d };
	struct err e = { 0 };
	struct seal seal;
	struct str facts;

	*d = (struct differing){ .n = 0 };
	assert_true(seal_find(file, w->arena, &seal, holds));
	assert_true(report_of_name(seal.name, &q));
	q.made_at = seal.made_at;
	q.zh = seal.zh;
	if (report_facts(&w->r->env, &q, w->arena, &facts, &e) != 1)
		fail_msg("%s", e.text);
	return seal_figures(file, json_parse(w->arena, facts, &e), &told);
}

static const char *const kinds[] = { "brief", "after-action" };
static const char *const forms[] = { "md", "html", "text" };

static void
every_figure_of_a_report_is_counted_again(void **state)
{
	struct world w;
	int64_t at = CLOSED + 60;

	(void)state;
	closed_l3(&w);
	is(&w,
	   ask(&w, "unix:cara", "case.lesson",
	       CASE ",\"side\":\"well\",\"text\":\"<b>fast</b> 9[f1] =1+1 | **x**\"", at - 1),
	   200, NULL);
	for (size_t i = 0; i < 12; i++) {
		struct differing d;
		int64_t figures;
		struct str file;
		bool holds;

		is(&w,
		   ask(&w, "unix:cara", "report",
		       arena_textf(w.arena,
				   CASE ",\"kind\":\"%s\",\"format\":\"%s\",\"lang\":\"%s\"",
				   kinds[i / 6], forms[i / 2 % 3], i % 2 ? "en" : "zh"),
		       at),
		   200, "INC-2026-0001");
		file = arena_str(w.arena, str_of(w.reply.p));
		/* What comes after it changes none of it. */
		is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"later\"", at + 1),
		   200, NULL);
		figures = counted_again(&w, file, &d, &holds);
		assert_true(figures >= (i < 6 ? 7 : 12));
		if (d.n || !holds)
			fail_msg("%s says %s, not %s, %s", d.id, d.says, d.counted, file.p);
	}
	world_verified(&w);
	world_close(&w);
}

/* Made before a merge it tells of then, made after it of both; each is counted again as it was. */
static void
a_merge_changes_no_report_that_was_made_before(void **state)
{
	static const char report[] = ",\"id\":\"INC-2026-0002\",\"kind\":\"after-action\"";
	struct str file[2];
	struct world w;

	(void)state;
	open_l3(&w); /* its first mention is the earlier one */
	world_say(&w,
		  &(struct world_mention){ .at = WORLD_T0 + 2 * HOUR, .watch = "qingshan" });
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + 4 * HOUR,
					       .watch = "qingshan",
					       .label = LABEL_NEG,
					       .author = "r",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	is(&w, ask(&w, "unix:cara", "report", report, WORLD_T0 + 6 * HOUR), 200, NULL);
	file[0] = arena_str(w.arena, str_of(w.reply.p));
	is(&w,
	   ask(&w, "unix:cara", "incident.merge",
	       ",\"id\":\"INC-2026-0001\",\"into\":\"INC-2026-0002\",\"why\":\"one\"",
	       WORLD_T0 + 7 * HOUR),
	   200, "took in INC-2026-0001");
	is(&w, ask(&w, "unix:cara", "report", report, WORLD_T0 + 8 * HOUR), 200, NULL);
	file[1] = arena_str(w.arena, str_of(w.reply.p));
	assert_non_null(strstr(file[0].p, " 1[f1] mentions"));
	assert_non_null(strstr(file[1].p, " 2[f1] mentions"));
	for (int i = 0; i < 2; i++) {
		struct differing d;
		bool holds;

		assert_true(counted_again(&w, file[i], &d, &holds) >= 12);
		if (d.n || !holds)
			fail_msg("%d: %s says %s, not %s", i, d.id, d.says, d.counted);
	}
	world_verified(&w);
	world_close(&w);
}

static void
what_a_time_line_leaves_out_is_counted(void **state)
{
	struct world w;

	(void)state;
	closed_l3(&w);
	for (int i = 0; i < 205; i++)
		is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"x\"", CLOSED + 1),
		   200, NULL);
	is(&w,
	   ask(&w, "unix:cara", "report", CASE ",\"kind\":\"after-action\",\"lang\":\"en\"",
	       CLOSED + 60),
	   200, NULL);
	has(&w, arena_textf(w.arena, "\n%s more rows.",
			    world_ask(&w, "SELECT (SELECT count(*) FROM move) + count(*) - 200"
					  " FROM entry WHERE kind IN ('release', 'claim',"
					  " 'note')")));
	world_close(&w);
}

/* An incident of years: of each kind there is more than a report takes in. */
static void
what_a_report_does_not_take_in_is_counted(void **state)
{
	static const char many[] = "WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 "
				   "FROM k WHERE n < 5100)";
	const char *planned, *sent, *acks;
	struct world w;

	(void)state;
	closed_l3(&w);
	is(&w, ask(&w, "unix:cara", "case.note", CASE ",\"text\":\"x\"", CLOSED + 1), 200,
	   NULL);
	world_forge(&w, arena_textf(w.arena,
				    "%s INSERT INTO entry (seq, incident, at, kind, key, actor,"
				    " value, salt, digest, previous, hash) SELECT 100000 + n,"
				    " incident, at, kind, key, actor, value, salt, digest,"
				    " previous, hash FROM entry, k WHERE kind = 'note'",
				    many));
	world_forge(&w, arena_textf(w.arena,
				    "%s INSERT INTO move SELECT 100000 + n, incident, %lld,"
				    " CASE WHEN n > 5000 THEN 'ack' ELSE event END, to_state, "
				    "to_state, to_level, to_level, actor, reason,"
				    " NULL, '[]', previous, hash FROM (SELECT * FROM move ORDER"
				    " BY seq DESC LIMIT 1), k",
				    many, (long long)(CLOSED + 1)));
	world_forge(&w,
		    arena_textf(w.arena,
				"%s INSERT INTO notice (id, incident, level, kind, recipient,"
				" channel, address, seq, state, why, created_at, due_at,"
				" sent_at, attempts, subject, body, html, facts, code,"
				" repeat_possible) SELECT randomblob(16), id, 3, 'copy',"
				" 'cara', 'mail', 'x', 1, 'sent', '', %lld, 0, %lld, 1, '',"
				" '', '', '{}', '', 0 FROM incident, k",
				many, (long long)CLOSED, (long long)CLOSED));
	world_reopen(&w, CLOSED + 2);
	is(&w,
	   ask(&w, "unix:cara", "report", CASE ",\"kind\":\"after-action\",\"lang\":\"en\"",
	       CLOSED + 60),
	   200, NULL);
	has(&w, arena_textf(w.arena, "\n%s more rows.",
			    world_ask(&w, "SELECT (SELECT count(*) FROM move) + count(*) - 200"
					  " FROM entry WHERE kind IN ('release', 'claim',"
					  " 'note')")));
	has(&w, arena_textf(w.arena, "\n%s more rows.",
			    world_ask(&w, "SELECT count(*) - 200 FROM notice WHERE incident IS"
					  " NOT NULL")));
	planned = arena_textf(w.arena, "\n%s[f",
			      world_ask(&w, "SELECT count(*) FROM notice WHERE incident IS NOT"
					    " NULL"));
	sent = arena_textf(w.arena, " notices planned, %s[f",
			   world_ask(&w,
				     "SELECT count(sent_at) FROM notice WHERE incident IS NOT"
				     " NULL"));
	acks = arena_textf(w.arena, " sent; %s[f",
			   world_ask(&w, "SELECT count(*) FROM move WHERE event = 'ack'"));
	has(&w, planned);
	has(&w, sent);
	has(&w, acks);
	has(&w, "Told by the first 5000 rows of each kind: of ");
	world_close(&w);
}

static void
a_figure_changed_by_hand_is_named(void **state)
{
	static const struct {
		const char *form, *is, *changed;
	} cases[] = {
		{ "md", "1[f", "4[f" },
		{ "text", "1[f", "4[f" },
		{ "html", "\">1</span>", "\">4</span>" },
	};
	struct world w;

	(void)state;
	closed_l3(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct differing d;
		struct str file;
		bool holds;
		char *place;

		is(&w,
		   ask(&w, "unix:cara", "report",
		       arena_textf(w.arena, CASE ",\"kind\":\"after-action\",\"format\":\"%s\"",
				   cases[i].form),
		       CLOSED + 60),
		   200, NULL);
		file = arena_str(w.arena, str_of(w.reply.p));
		place = strstr((char *)(uintptr_t)file.p, cases[i].is);
		assert_non_null(place);
		memcpy(place, cases[i].changed, strlen(cases[i].changed));
		counted_again(&w, file, &d, &holds);
		assert_int_equal(d.n, 1);
		assert_string_equal(d.says, "4");
		assert_string_equal(d.counted, "1");
		assert_false(holds);
	}
	assert_false(report_of_name(STR("report brief INC-2026-0001 legal"),
				    &(struct report_ask){ .zh = false }));
	world_close(&w);
}

/* A brief is one page, and people's words are words in every form. */
static void
a_report_says_what_happened_and_is_escaped(void **state)
{
	struct world w;

	(void)state;
	closed_l3(&w);
	is(&w,
	   ask(&w, "unix:cara", "case.lesson",
	       CASE ",\"side\":\"badly\",\"text\":\"<script>alert(1)</script>\"", CLOSED + 1),
	   200, NULL);
	is(&w,
	   ask(&w, "unix:cara", "report",
	       CASE ",\"kind\":\"after-action\",\"format\":\"html\",\"lang\":\"en\"",
	       CLOSED + 60),
	   200, "After-action report INC-2026-0001");
	hasnt(&w, "<script>");
	has(&w, "&lt;script&gt;");
	has(&w, "Approved by: anna,bob (2 wanted; approved)");
	has(&w, "so it is not judged");
	has(&w, "What went badly");
	is(&w,
	   ask(&w, "unix:cara", "report", CASE ",\"kind\":\"after-action\",\"lang\":\"zh\"",
	       CLOSED + 60),
	   200, "复盘报告 INC-2026-0001");
	has(&w, "## 时限");
	is(&w,
	   ask(&w, "unix:cara", "report", CASE ",\"format\":\"text\",\"lang\":\"zh\"",
	       CLOSED + 60),
	   200, "事件简报 INC-2026-0001");
	has(&w, "说法 1：三个孩子住院（untrue）");
	assert_true(w.reply.n < 4000);
	is(&w, ask(&w, "unix:cara", "report", CASE ",\"kind\":\"odd\"", CLOSED + 60), 400,
	   NULL);
	world_close(&w);
}

/* An act that came after it by the order of rows is no opening, whatever the clock said. */
static void
an_incident_was_opened_first_whatever_the_clock_said_later(void **state)
{
	static const char report[] =
		",\"id\":\"INC-2026-0001\",\"kind\":\"after-action\",\"lang\":\"en\"";
	struct world w;

	(void)state;
	open_l3(&w);
	world_turn(&w, WORLD_T0 + HOUR);
	world_turn(&w, WORLD_T0 - 3 * HOUR);
	is(&w,
	   ask(&w, "unix:cara", "incident.ack", ",\"id\":\"INC-2026-0001\"",
	       WORLD_T0 - 2 * HOUR),
	   200, NULL);
	is(&w, ask(&w, "unix:cara", "report", report, WORLD_T0 + 26 * HOUR), 200, NULL);
	assert_non_null(strstr(w.reply.p, "; opened 2026-03-14 08:05."));
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_closed_incident_is_found_by_its_words),
		cmocka_unit_test(lessons_are_written_long_after_and_struck),
		cmocka_unit_test(what_is_struck_from_the_incident_is_gone_from_the_case),
		cmocka_unit_test(who_may_not_see_it_finds_nothing),
		cmocka_unit_test(cases_are_made_by_turns_and_not_while_somebody_waits),
		cmocka_unit_test(a_draft_tells_of_no_confidential_case),
		cmocka_unit_test(sop_pages_are_found_in_the_same_search),
		cmocka_unit_test(a_page_that_cannot_be_read_keeps_no_other_from_being_found),
		cmocka_unit_test(
			a_page_that_was_not_read_for_want_of_files_is_read_at_the_next_look),
		cmocka_unit_test(every_figure_of_a_report_is_counted_again),
		cmocka_unit_test(an_incident_was_opened_first_whatever_the_clock_said_later),
		cmocka_unit_test(a_merge_changes_no_report_that_was_made_before),
		cmocka_unit_test(what_a_time_line_leaves_out_is_counted),
		cmocka_unit_test(what_a_report_does_not_take_in_is_counted),
		cmocka_unit_test(a_figure_changed_by_hand_is_named),
		cmocka_unit_test(a_report_says_what_happened_and_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
