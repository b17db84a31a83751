#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/query_import.h"
#include "tests/support/query_ask.h"

/* The translation, and "column: text" of each note, "!" before what is lost. */
static void
translated(enum query_tool tool, const char *query, struct buf *ours, struct buf *notes)
{
	struct arena *a = arena_new();
	struct import_notes n;

	buf_clear(ours);
	buf_clear(notes);
	query_import(a, tool, str_of(query), ours, &n);
	for (size_t i = 0; i < n.n; i++)
		buf_addf(notes, "%s%zu: %s\n", n.v[i].how == IMPORT_LOST ? "!" : "",
			 n.v[i].at + 1, n.v[i].text);
	arena_free(a);
}

static void
what_has_a_twin_becomes_it(void **state)
{
	static const struct {
		enum query_tool tool;
		const char *theirs, *ours;
	} cases[] = {
		{ TOOL_BRANDWATCH, "(山脆 OR \"Mountain Crisp\") NOT game*",
		  "(山脆 OR \"Mountain Crisp\") NOT game*" },
		{ TOOL_BRANDWATCH, "{BT} NEAR/5f (bill OR \"late fee\"~3)",
		  "{BT} NEAR/5f (bill OR \"late fee\"~3)" },
		{ TOOL_BRANDWATCH, "raw:AT&T OR raw:\"C++ 17\"", "raw:AT&T OR raw:\"C++ 17\"" },
		{ TOOL_BRANDWATCH, "crisp AND title:(hair OR plastic)",
		  "crisp AND title:(hair OR plastic)" },
		{ TOOL_BRANDWATCH, "crisp AND hashtags:(a1 OR #b1) AND at_mentions:shancui",
		  "crisp AND (#a1 OR #b1) AND @shancui" },
		{ TOOL_BRANDWATCH, "crisp AND authorFollowers:[1000 TO 50000]",
		  "crisp AND followers:[1000 TO 50000]" },
		{ TOOL_BRANDWATCH, "crisp AND site:(a.com OR b.com) <<<ours>>>",
		  "crisp AND site:(a.com OR b.com) <<<ours>>>" },
		{ TOOL_BRANDWATCH, "crisp AND subreddit:snacks AND pageType:twitter",
		  "crisp AND url:\"/r/snacks/\" AND class:social" },
		{ TOOL_MELTWATER, "(crisp or “mountain crisp”) and hair",
		  "(crisp OR \"mountain crisp\") AND hair" },
		{ TOOL_MELTWATER, "crisp NEAR hair", "crisp NEAR/4 hair" },
		{ TOOL_MELTWATER, "crisp ONEAR/10 hair", "crisp NEAR/10f hair" },
		{ TOOL_MELTWATER, "crisp^9 NOT (\"apple juice\")^2",
		  "crisp NOT (\"apple juice\")" },
		{ TOOL_TALKWALKER, "++\"BT\" AND +\"a-b\"", "{BT} AND \"a-b\"" },
		{ TOOL_TALKWALKER, "crisp -game AND -site:b.com",
		  "crisp NOT game AND NOT site:b.com" },
		{ TOOL_TALKWALKER, "crisp ONEAR/3 hair", "crisp NEAR/3f hair" },
		{ TOOL_TALKWALKER, "crisp AND lang:en AND sourcecountry:us AND sourcetype:BLOG",
		  "crisp AND language:en AND country:us AND class:other" },
		{ TOOL_TALKWALKER, "crisp AND content:hair AND engagement:>100",
		  "crisp AND body:hair AND engagement:>100" },
		{ TOOL_TALKWALKER, "mountain crisp hair", "\"mountain crisp hair\"~20" },
	};
	struct buf ours = BUF(1 << 14), notes = BUF(1 << 14), again = BUF(1 << 14);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		translated(cases[i].tool, cases[i].theirs, &ours, &notes);
		assert_string_equal(ours.p, cases[i].ours);
		assert_string_equal(notes.p, "");
		assert_true(query_ask_open(&k, buf_str(&ours), NULL));
		query_ask_close(&k);
		/* ours, taken for theirs, stays; field names differ */
		if (cases[i].tool == TOOL_BRANDWATCH && !strstr(cases[i].ours, "followers:") &&
		    !strstr(cases[i].ours, "class:")) {
			translated(TOOL_BRANDWATCH, cases[i].ours, &again, &notes);
			assert_string_equal(again.p, cases[i].ours);
		}
	}
	buf_release(&ours);
	buf_release(&notes);
	buf_release(&again);
}

static void
what_is_nearly_the_same_is_told(void **state)
{
	static const struct {
		enum query_tool tool;
		const char *theirs, *ours, *notes;
	} cases[] = {
		{ TOOL_TALKWALKER, "crisp SENTENCE hair", "crisp NEAR/15 hair",
		  "7: \"SENTENCE\": sentences are not told apart: 15 words at most between "
		  "them\n" },
		{ TOOL_MELTWATER, "ingress:crisp", "body:crisp",
		  "1: \"ingress:\": there is no lead here: body: looks at the whole text, "
		  "title: at "
		  "the title\n" },
		{ TOOL_MELTWATER, "crisp NEAR/200 hair", "crisp AND hair",
		  "7: \"NEAR/200\": a distance is at most 100 words; AND stands for more\n" },
		{ TOOL_BRANDWATCH, "crisp AND minuteOfDay:[60 TO 120]",
		  "crisp AND minuteofday:[60 TO 120]",
		  "11: \"minuteOfDay:\": hours are those of site.zone here, not of UTC: move "
		  "them\n" },
	};
	struct buf ours = BUF(1 << 14), notes = BUF(1 << 14);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		translated(cases[i].tool, cases[i].theirs, &ours, &notes);
		assert_string_equal(ours.p, cases[i].ours);
		assert_string_equal(notes.p, cases[i].notes);
		assert_true(query_ask_open(&k, buf_str(&ours), NULL));
		query_ask_close(&k);
	}
	buf_release(&ours);
	buf_release(&notes);
}

static void
what_cannot_be_is_told_with_place_reason_and_what_to_do(void **state)
{
	static const struct {
		enum query_tool tool;
		const char *theirs, *ours, *notes;
	} cases[] = {
		{ TOOL_BRANDWATCH, "crisp AND city:(berlin OR bonn)",
		  "crisp AND <<<not translated: city:(berlin OR bonn)>>>",
		  "!11: \"city:\": documents carry no town; use country:, or name the town\n" },
		{ TOOL_BRANDWATCH, "crisp AND mood:happy",
		  "crisp AND <<<not translated: mood:happy>>>",
		  "!11: \"mood:\": there is no such field here; see the fields of "
		  "docs/query.md\n" },
		{ TOOL_MELTWATER, "ATLEAST/5 crisp", "<<<not translated: ATLEAST/5>>> crisp",
		  "!1: \"ATLEAST/5\": this operator is not known here; NEAR/5 is a distance, "
		  "{…} "
		  "keeps upper and lower case\n" },
		{ TOOL_BRANDWATCH, "crisp NEAR hair", "crisp <<<not translated: NEAR>>> hair",
		  "!7: \"NEAR\": its distance is missing; write NEAR/5\n" },
		{ TOOL_BRANDWATCH, "crisp AND *berry", "crisp AND *berry",
		  "!11: \"*berry\": a wildcard cannot come first; write out the words with "
		  "OR\n" },
		{ TOOL_TALKWALKER, "crisp AND reach:>1000",
		  "crisp AND <<<not translated: reach:.1000>>>",
		  "!11: \"reach:\": reach is their estimate; use followers: or tier:\n" },
	};
	struct buf ours = BUF(1 << 14), notes = BUF(1 << 14);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		translated(cases[i].tool, cases[i].theirs, &ours, &notes);
		assert_string_equal(ours.p, cases[i].ours);
		assert_string_equal(notes.p, cases[i].notes);
	}
	buf_release(&ours);
	buf_release(&notes);
}

static void
a_translated_query_finds_what_it_found(void **state)
{
	static const struct {
		enum query_tool tool;
		const char *theirs, *yes, *no;
	} cases[] = {
		{ TOOL_BRANDWATCH, "crisp* NEAR/2f (hair OR plastic) NOT {HAIR}",
		  "crisps with some hair", "hair in my crisps" },
		{ TOOL_MELTWATER, "(shancui or crisp) onear hair not game",
		  "Shancui: yet again a hair", "hair in Shancui" },
		{ TOOL_TALKWALKER, "++\"BT\" AND +\"broad-band\"", "BT broad-band",
		  "bt broad-band" },
		{ TOOL_TALKWALKER, "crisp hair", "a hair was in the crisp", "hair" },
	};
	struct buf ours = BUF(1 << 14), notes = BUF(1 << 14);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_ask k;

		translated(cases[i].tool, cases[i].theirs, &ours, &notes);
		assert_true(query_ask_open(&k, buf_str(&ours), NULL));
		assert_int_equal(query_ask_text(&k, str_of(cases[i].yes), NULL), QUERY_YES);
		assert_int_equal(query_ask_text(&k, str_of(cases[i].no), NULL), QUERY_NO);
		query_ask_close(&k);
	}
	buf_release(&ours);
	buf_release(&notes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_has_a_twin_becomes_it),
		cmocka_unit_test(what_is_nearly_the_same_is_told),
		cmocka_unit_test(what_cannot_be_is_told_with_place_reason_and_what_to_do),
		cmocka_unit_test(a_translated_query_finds_what_it_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
