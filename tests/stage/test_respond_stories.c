/* Stories of events, from the result to the record and to those who look. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "cli/verify_stories.h"
#include "responder/record_store.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define MINUTE 60

/* Two events of one brand, told in turns. */
static const char *const reports[] = {
	"岑溪市场监管局通报：山脆饼干0715批次检出霉菌",
	"山脆饼干高管辞职，财务总监离任",
	"山脆饼干0715批次发霉，赶紧看看你家的",
	"财务总监辞职 山脆饼干回应",
	"0715批次山脆饼干霉变 企业已召回",
	"山脆财务总监离职，高管又走一个",
};

static void
report(struct world *w, size_t i, int64_t at)
{
	char site[32];

	snprintf(site, sizeof site, "s%zu.example", i);
	world_say(w, &(struct world_mention){ .at = at,
					      .text = reports[i % LY_COUNT(reports)],
					      .site = arena_textf(w->arena, "%s", site),
					      .author = site,
					      .label = LABEL_NEG,
					      .gist = true });
}

static const char stories_told[] =
	"SELECT count(*) || ' in ' || count(DISTINCT story) FROM document";

static void
one_event_is_one_story_and_its_reports_stay_voices_of_their_own(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (size_t i = 0; i < LY_COUNT(reports); i++)
		report(&w, i, WORLD_T0 + (int64_t)i * MINUTE);
	assert_string_equal(world_ask(&w, stories_told), "6 in 2");
	assert_string_equal(world_ask(&w, "SELECT count(DISTINCT story) FROM mention"), "6");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM story_why"), "4");
	world_close(&w);
}

static void
a_restart_in_the_middle_gives_the_same_stories(void **state)
{
	static const char all[] = "SELECT group_concat(hex(story), ' ') FROM (SELECT story FROM"
				  " document ORDER BY arrived_at)";
	char one[1024];

	(void)state;
	for (int restart = 0; restart < 2; restart++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		for (size_t i = 0; i < 2 * LY_COUNT(reports); i++) {
			if (restart && i % 3 == 2)
				world_reopen(&w, WORLD_T0 + (int64_t)i * MINUTE);
			report(&w, i, WORLD_T0 + (int64_t)i * MINUTE);
		}
		if (restart)
			assert_string_equal(world_ask(&w, all), one);
		else
			snprintf(one, sizeof one, "%s", world_ask(&w, all));
		world_close(&w);
	}
}

static void
an_incident_shows_each_story_once_with_its_number_and_sites(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (size_t i = 0; i < 3 * LY_COUNT(reports); i++)
		report(&w, i, WORLD_T0 + (int64_t)i * MINUTE);
	assert_int_equal(world_act(&w, "lin", "incident.show", "{\"id\":\"INC-2026-0001\"}", 0,
				   WORLD_T0 + 60 * MINUTE),
			 200);
	assert_true(str_find(buf_str(&w.reply), STR("\"stories\":[{\"story\":\"")) > 0);
	assert_true(str_find(buf_str(&w.reply), STR("\",\"told\":")) > 0);
	assert_true(str_find(buf_str(&w.reply), STR("\"told\":1,")) < 0);
	world_close(&w);
}

static void
old_news_counts_from_the_fifth_who_spreads_it(void **state)
{
	static const char *const who[] = { "a", "b", "b", "c", "d", "e", "a" };
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (size_t i = 0; i < LY_COUNT(who); i++)
		world_say(&w, &(struct world_mention){ .at = WORLD_T0 + (int64_t)i * MINUTE,
						       .text = reports[i % 2 ? 0 : 2],
						       .author = who[i],
						       .document_flags = DOCUMENT_OLD,
						       .gist = true });
	assert_string_equal(world_ask(&w, "SELECT sum(mentions) FROM rollup_day WHERE topic = "
					  "''"),
			    "2");
	world_close(&w);
}

static int64_t
mismatches(struct world *w)
{
	struct verify_stories sum;
	struct err e = { 0 };

	assert_int_equal(verify_stories(w->path, &sum, &e), 0);
	assert_int_equal(sum.computed, 4);
	return sum.mismatches;
}

static void
why_is_told_in_words_and_verify_finds_what_was_forged(void **state)
{
	static const char *const forged[] = {
		"UPDATE story_why SET alike = alike + 1 WHERE rowid = 1",
		"UPDATE story_why SET story = alike_to || story WHERE rowid = 1",
		"UPDATE content SET body = 'nothing of it' WHERE document = (SELECT "
		"max(document) "
		"FROM content)",
	};
	struct buf words = BUF(1 << 16);
	struct err e = { 0 };

	(void)state;
	for (size_t f = 0; f <= LY_COUNT(forged); f++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		for (size_t i = 0; i < LY_COUNT(reports); i++)
			report(&w, i, WORLD_T0 + (int64_t)i * MINUTE);
		if (f) {
			world_forge(&w, forged[f - 1]);
			assert_true(mismatches(&w) > 0);
		} else {
			struct store *s = store_open_reader(w.path, &record_migrations, &e);
			struct id document;

			assert_int_equal(mismatches(&w), 0);
			assert_int_equal(
				id_from_hex(str_of(world_ask(&w, "SELECT lower(hex(document)) "
								 "FROM story_why ORDER BY "
								 "arrived_at LIMIT 1")),
					    &document),
				0);
			assert_int_equal(story_explain(s, &document, &words, &e), 0);
			assert_true(str_find(buf_str(&words), STR("0715")) > 0);
			assert_true(str_starts(buf_str(&words), STR("alike ")));
			store_close(s);
		}
		world_close(&w);
	}
	buf_release(&words);
}

/* A row of an older version is told from a forged one. */
static void
verify_counts_what_another_version_gave(void **state)
{
	struct verify_stories sum;
	struct err e = { 0 };
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	for (size_t i = 0; i < LY_COUNT(reports); i++)
		report(&w, i, WORLD_T0 + (int64_t)i * MINUTE);
	world_forge(&w, "UPDATE story_why SET why = X'01' || substr(why, 2) WHERE rowid = 1");
	assert_int_equal(verify_stories(w.path, &sum, &e), 0);
	assert_int_equal(sum.mismatches, 0);
	assert_int_equal(sum.foreign, 1);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			one_event_is_one_story_and_its_reports_stay_voices_of_their_own),
		cmocka_unit_test(a_restart_in_the_middle_gives_the_same_stories),
		cmocka_unit_test(an_incident_shows_each_story_once_with_its_number_and_sites),
		cmocka_unit_test(why_is_told_in_words_and_verify_finds_what_was_forged),
		cmocka_unit_test(verify_counts_what_another_version_gave),
		cmocka_unit_test(old_news_counts_from_the_fifth_who_spreads_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
