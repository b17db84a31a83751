/* A text that goes to the public: published, put right, taken back, and after the end. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/release_world.h"

static void
one_who_works_alone_tells_what_was_said_elsewhere(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "cara", "say", "en-h", SAY ",\"how\":\"elsewhere\""), 409,
	   "can approve it");
	world_stop(&w);
	w.conf.notice.people = (struct conf_list){ release_world_people + 2, 1 };
	world_reopen(&w, WORLD_T0 + HOUR);
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "--elsewhere");
	is(&w, act(&w, "cara", "say", "en-h", ",\"how\":\"elsewhere\",\"publish\":\"site\""),
	   409, "nobody could approve");
	is(&w, act(&w, "cara", "say", "en-h", SAY ",\"how\":\"elsewhere\""), 200, "elsewhere");
	assert_string_equal(state_of(&w, "en-h"), "released_elsewhere");
	world_verified(&w);
	world_close(&w);
}

static void
only_an_approved_text_is_published_and_only_where_it_may(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", ",\"publish\":\"site\""), 409, "not approved");
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", ",\"publish\":\"desk\""), 403, "publish:");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM notice WHERE kind = 'publish'"),
			    "0");
	is(&w, act(&w, "cara", "say", "en-h", ",\"publish\":\"site\""), 200, NULL);
	assert_string_equal(sent(&w, "publish"), "site");
	assert_string_equal(world_ask(&w, "SELECT n.body = d.text FROM notice n, draft d WHERE"
					  " n.kind = 'publish' AND d.state = 'released'"),
			    "1");
	world_verified(&w);
	world_close(&w);
}

/* Who must be told of what fires next waits for no text; two seconds later texts wait no longer. */
static void
texts_wait_until_what_fires_has_calmed(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	release_world_library(&w);
	world_reopen(&w, WORLD_T0);
	world_grumble(&w, WORLD_T0, 6);
	w.r->fired_ms = INT64_MAX / 2; /* a moment ago, however slow we are */
	world_turn(&w, WORLD_T0 + 301);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM drafting"), "1");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM draft"), "0");
	assert_true(respond_stage.due(w.r) <= WORLD_T0 + 301);
	world_turn(&w, WORLD_T0 + 302);
	assert_string_equal(world_ask(&w, "SELECT count(*) > 0 FROM draft"), "1");
	world_close(&w);
}

static void
what_was_said_is_corrected_or_taken_back_with_a_reason(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, NULL);
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.fact",
			",\"key\":\"known\",\"value\":\"four families fell ill\""),
	   200, NULL);
	assert_string_equal(state_of(&w, "en-h"), "released");
	is(&w, world_act_on(&w, "unix:cara", "incident.draft", ",\"template\":\"en-h\""), 200,
	   NULL);
	assert_string_equal(newest(&w, "en-h", "version || state"), "4lint_passed");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", SAY ",\"corrects\":\"1\""), 400, "why");
	is(&w, act(&w, "cara", "say", "en-h", SAY ",\"corrects\":\"7\",\"why\":\"x\""), 404,
	   "7");
	is(&w,
	   act(&w, "cara", "say", "en-h",
	       SAY ",\"corrects\":\"1\",\"why\":\"four, not three\""),
	   200, "release 2");
	assert_non_null(strstr(world_standing(&w, "release", "1"), "\"state\":\"corrected\""));
	assert_non_null(strstr(world_standing(&w, "release", "1"), "\"by\":\"2\""));
	assert_string_equal(world_ask(&w, "SELECT state FROM draft WHERE template = 'en-h' AND"
					  " version = 3"),
			    "corrected");
	is(&w, world_act_on(&w, "unix:cara", "incident.withdraw", ",\"release\":\"2\""), 400,
	   "why");
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.withdraw",
			",\"release\":\"2\",\"why\":\"it was another batch\""),
	   200, NULL);
	assert_string_equal(state_of(&w, "en-h"), "withdrawn");
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.withdraw",
			",\"release\":\"2\",\"why\":\"again\""),
	   409, "already");
	world_verified(&w);
	world_close(&w);
}

static void
into_another(struct world *w)
{
	world_say(w, &(struct world_mention){ .watch = "qingshan",
					      .at = WORLD_T0 + HOUR,
					      .label = LABEL_NEG,
					      .author = "y",
					      .topic = "food_safety",
					      .flags = MENTION_FIRST_HAND });
	is(w,
	   world_act_on(w, "unix:cara", "incident.merge",
			",\"into\":\"INC-2026-0002\",\"why\":\"one matter\""),
	   200, NULL);
}

#define ENDED ((int64_t)90 * 60) /* minutes, as of act_at() */

static void
close_it(struct world *w)
{
	static const char args[] = "{\"id\":\"INC-2026-0001\",\"why\":\"it is over\"}";

	world_act(w, "unix:cara", "incident.close", args, 0, WORLD_T0 + HOUR);
	for (int h = 2; h < 91; h += 4)
		world_turn(w, WORLD_T0 + h * HOUR);
	world_act(w, "unix:dan", "incident.close", args, 0, WORLD_T0 + 91 * HOUR);
	assert_string_equal(world_ask(w, "SELECT state FROM incident"), "closed");
}

static void
of_an_incident_that_ended_nothing_new_is_said(void **state)
{
	static const struct {
		const char *verb, *rest;
	} acts[] = {
		{ "edit", ",\"text\":\"We look into it.\"" },
		{ "submit", "" },
		{ "approve", "" },
		{ "say", SAY ",\"corrects\":\"1\",\"why\":\"x\"" },
	};

	(void)state;
	for (int merged = 0; merged < 2; merged++) {
		struct world w;

		open_l3(&w);
		if (merged) {
			into_another(&w);
		} else {
			close_it(&w);
		}
		for (size_t i = 0; i < LY_COUNT(acts); i++)
			is(&w, act_at(&w, "anna", acts[i].verb, "en-h", acts[i].rest, ENDED),
			   409, merged ? "in INC-2026-0002" : "is closed");
		world_verified(&w);
		world_close(&w);
	}
}

static void
what_was_said_is_put_right_after_the_end(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, "approved");
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, "release 1");
	close_it(&w);
	is(&w,
	   act_at(&w, "cara", "edit", "en-f",
		  ",\"next\":\"2h\",\"text\":\"Families told us that they fell ill. Three "
		  "families fell ill.\\n\\nThis is our responsibility, and we apologise.\\n\\n"
		  "What we do: every pack is refunded within 7 days without a receipt.\\n\\n"
		  "Next update: by 20:00 today.\\nContact: 400-000-0000.\\n\"",
		  ENDED),
	   200, "lint_passed");
	is(&w, act_at(&w, "anna", "approve", "en-f", "", ENDED), 200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-f", "", ENDED), 200, "approved");
	is(&w, act_at(&w, "cara", "say", "en-f", SAY, ENDED), 409, "is closed");
	is(&w,
	   act_at(&w, "cara", "say", "en-f", SAY ",\"corrects\":\"1\",\"why\":\"a receipt\"",
		  ENDED),
	   200, "release 2");
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.withdraw",
			",\"release\":\"2\",\"why\":\"another batch\""),
	   200, NULL);
	world_verified(&w);
	world_close(&w);
}

static void
what_is_taken_back_is_not_published_any_more(void **state)
{
	static const char *const waits[] = { "queued", "retry_wait" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(waits); i++) {
		struct world w;

		open_l3(&w);
		is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
		is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
		is(&w,
		   act(&w, "cara", "say", "en-h",
		       ",\"publish\":\"site\",\"at\":\"2026-03-14T00:59:00Z\""),
		   400, "published now");
		is(&w, act(&w, "cara", "say", "en-h", ",\"publish\":\"site\""), 200, NULL);
		world_forge(&w, arena_textf(w.arena,
					    "UPDATE notice SET sent_at = NULL, state = '%s',"
					    " next_at = 9999999999 WHERE kind = 'publish'",
					    waits[i]));
		is(&w,
		   world_act_on(&w, "unix:cara", "incident.withdraw",
				",\"release\":\"1\",\"why\":\"another batch\""),
		   200, NULL);
		assert_string_equal(
			world_ask(&w, "SELECT state FROM notice WHERE kind = 'publish'"),
			"superseded");
		world_verified(&w);
		world_close(&w);
	}
}

static void
two_days_after_the_full_response_a_text_says_what_was_kept(void **state)
{
	const int64_t said = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, NULL);
	assert_non_null(strstr(world_standing(&w, "task", "followup"),
			       "\"due\":\"2026-03-16T01:00:00Z\""));
	world_turn(&w, said + 48 * HOUR - 1);
	assert_string_equal(state_of(&w, "en-any-followup"), "");
	world_turn(&w, said + 48 * HOUR);
	assert_string_equal(state_of(&w, "en-any-followup"), "generated");
	world_turn(&w, said + 49 * HOUR);
	assert_string_equal(newest(&w, "en-any-followup", "version"), "1");
	/* An update that is released then is what the task asked for. */
	is(&w,
	   world_act(&w, "unix:cara", "incident.release",
		     "{\"id\":\"INC-2026-0001\",\"kind\":\"update\",\"channel\":\"site\"}", 0,
		     said + 50 * HOUR),
	   200, NULL);
	assert_non_null(strstr(world_standing(&w, "task", "followup"), "\"done\""));
	world_verified(&w);
	world_close(&w);
}

static void
two_days_are_two_days_when_the_clock_is_set_back(void **state)
{
	const int64_t said = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, NULL);
	world_turn(&w, said + 24 * HOUR);
	world_turn(&w, said + 14 * HOUR); /* it was ten hours ahead */
	world_turn(&w, said + 38 * HOUR - 1);
	assert_string_equal(state_of(&w, "en-any-followup"), "");
	world_turn(&w, said + 38 * HOUR);
	assert_string_equal(state_of(&w, "en-any-followup"), "generated");
	world_close(&w);
}

static int64_t passed;

static int64_t
passed_s(void)
{
	return passed;
}

/* Ten hours ahead and back, twice: they began before. */
static void
two_days_are_two_days_when_the_clock_flaps(void **state)
{
	const int64_t said = WORLD_T0 + HOUR;
	struct world w;

	(void)state;
	open_l3(&w);
	w.conf.passed_s = passed_s;
	passed = 0;
	world_reopen(&w, said);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, NULL);
	for (int i = 1; i < 5; i++) {
		passed = i * HOUR;
		world_turn(&w, said + i * HOUR + (i % 2 ? 10 * HOUR : 0));
	}
	passed = 48 * HOUR - 1;
	world_turn(&w, said + 48 * HOUR - 1);
	assert_string_equal(state_of(&w, "en-any-followup"), "");
	passed = 48 * HOUR;
	world_turn(&w, said + 48 * HOUR);
	assert_string_equal(state_of(&w, "en-any-followup"), "generated");
	world_close(&w);
}

static void
who_told_it_first_is_shown_with_what_it_rests_on(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, world_act_on(&w, "unix:cara", "incident.show", ""), 200,
	   "\"told_first\":{\"by\":\"outside\",\"outside_at\":\"2026-03-14T00:00:00Z\",\"own_"
	   "at\":null,"
	   "\"mention\":\"");
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.release",
			",\"kind\":\"statement\",\"channel\":\"site\""),
	   200, NULL);
	is(&w, world_act_on(&w, "unix:dan", "incident.show", ""), 200,
	   "\"by\":\"outside\",\"outside_at\":\"2026-03-14T00:00:00Z\",\"own_at\":\"2026-03-"
	   "14T01:00:"
	   "00Z\"");
	assert_non_null(strstr(w.reply.p, "\"release\":1"));
	/* Our own site had told of the same event an hour before. */
	world_say(&w, &(struct world_mention){ .text = "We found a wire in one bag and take "
						       "the whole batch back today.",
					       .at = WORLD_T0 + 2 * HOUR,
					       .published_at = WORLD_T0 - HOUR,
					       .flags = MENTION_OWNED });
	world_forge(
		&w,
		"UPDATE document SET story = (SELECT d.story FROM document d JOIN mention m"
		" ON m.document = d.id WHERE m.label < 0 ORDER BY d.arrived_at, d.n LIMIT 1)"
		" WHERE published_at > 0");
	is(&w, world_act_on(&w, "unix:bob", "incident.show", ""), 200,
	   "\"by\":\"own\",\"outside_at\":\"2026-03-14T00:00:00Z\",\"own_at\":\"2026-03-13T23:"
	   "00:"
	   "00Z\"");
	assert_non_null(strstr(w.reply.p, "\"document\":\""));
	world_close(&w);
}

/* What somebody writes into the file behind our back is found. */
static void
verify_finds_a_text_or_an_approval_that_was_forged(void **state)
{
	static const char *const forged[] = {
		"UPDATE draft SET text = text || ' ' WHERE state = 'released'",
		"UPDATE draft SET state = 'approved' WHERE state = 'released'",
		"UPDATE draft SET state = 'released' WHERE template = 'en-f' AND version = 2",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(forged); i++) {
		struct verify_sum sum;
		struct world w;

		open_l3(&w);
		is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
		is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
		is(&w, act(&w, "cara", "say", "en-h", SAY), 200, NULL);
		world_verified(&w);
		world_forge(&w, forged[i]);
		if (world_verify(&w, &sum) < 1)
			fail_msg("nothing found after: %s", forged[i]);
		world_close(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_who_works_alone_tells_what_was_said_elsewhere),
		cmocka_unit_test(only_an_approved_text_is_published_and_only_where_it_may),
		cmocka_unit_test(texts_wait_until_what_fires_has_calmed),
		cmocka_unit_test(what_was_said_is_corrected_or_taken_back_with_a_reason),
		cmocka_unit_test(of_an_incident_that_ended_nothing_new_is_said),
		cmocka_unit_test(what_was_said_is_put_right_after_the_end),
		cmocka_unit_test(what_is_taken_back_is_not_published_any_more),
		cmocka_unit_test(two_days_after_the_full_response_a_text_says_what_was_kept),
		cmocka_unit_test(two_days_are_two_days_when_the_clock_is_set_back),
		cmocka_unit_test(two_days_are_two_days_when_the_clock_flaps),
		cmocka_unit_test(who_told_it_first_is_shown_with_what_it_rests_on),
		cmocka_unit_test(verify_finds_a_text_or_an_approval_that_was_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
