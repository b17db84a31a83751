/* Drafts: which are made, when, and what becomes of them. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/draft_world.h"
#include "tests/support/folder.h"

#define T0 DRAFT_WORLD_T0

static char *
read_text(struct draft_world *w, const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = arena_alloc(w->a, 65536);

	if (!f)
		return NULL;
	text[fread(text, 1, 65535, f)] = 0;
	fclose(f);
	return text;
}

static void
reaching_l2_drafts_a_holding_statement_and_a_reply_in_both_languages(void **state)
{
	struct draft_world *w = *state;

	draft_world_move(w, 1, 1, 2, T0);
	assert_string_equal(draft_world_names(w), "en-food-safety-holding v1 generated\n"
						  "en-food-safety-reply v1 lint_passed\n"
						  "en-staff-note v1 generated\n"
						  "zh-food-safety-holding v1 generated\n"
						  "zh-food-safety-reply v1 lint_passed\n"
						  "zh-staff-note v1 generated\n");
}

static void
reaching_l3_drafts_the_pack_and_supersedes_what_was_there(void **state)
{
	struct draft_world *w = *state;

	draft_world_move(w, 1, 1, 2, T0);
	draft_world_move(w, 2, 2, 3, T0 + 600);
	assert_string_equal(draft_world_names(w), "en-food-safety-full v1 generated\n"
						  "en-food-safety-holding v2 generated\n"
						  "en-press-line v1 generated\n"
						  "en-sampling-cover v1 generated\n"
						  "en-staff-note v2 generated\n"
						  "zh-food-safety-full v1 generated\n"
						  "zh-food-safety-holding v2 generated\n"
						  "zh-food-safety-press v1 generated\n"
						  "zh-sampling-cover v1 generated\n"
						  "zh-staff-note v2 generated\n"
						  "en-food-safety-holding v1 superseded\n"
						  "en-food-safety-reply v1 lint_passed\n"
						  "en-staff-note v1 superseded\n"
						  "zh-food-safety-holding v1 superseded\n"
						  "zh-food-safety-reply v1 lint_passed\n"
						  "zh-staff-note v1 superseded\n");
}

static void
what_moves_nothing_drafts_nothing_and_a_move_drafts_once(void **state)
{
	struct draft_world *w = *state;

	draft_world_move(w, 1, 0, 1, T0);
	assert_string_equal(draft_world_names(w), "");
	draft_world_move(w, 2, 2, 2, T0);
	assert_string_equal(draft_world_names(w), "");
	draft_world_move(w, 3, 1, 2, T0);
	assert_int_equal(draft_world_turn(w), 0);
	assert_int_equal(strlen(draft_world_names(w)),
			 strlen("en-food-safety-holding v1 generated\n"
				"en-food-safety-reply v1 lint_passed\n"
				"en-staff-note v1 generated\n"
				"zh-food-safety-holding v1 generated\n"
				"zh-food-safety-reply v1 lint_passed\n"
				"zh-staff-note v1 generated\n"));
}

static void
a_topic_without_templates_of_its_own_gets_those_for_any(void **state)
{
	struct draft_world *w = *state;

	w->incident.topic = STR("environment");
	draft_world_move(w, 1, 1, 2, T0);
	assert_string_equal(draft_world_names(w), "en-any-holding v1 generated\n"
						  "en-comment-reply v1 lint_passed\n"
						  "en-staff-note v1 generated\n"
						  "zh-any-holding v1 generated\n"
						  "zh-comment-reply v1 lint_passed\n"
						  "zh-staff-note v1 generated\n");
}

static void
each_draft_becomes_a_file_and_a_lost_file_comes_back(void **state)
{
	struct draft_world *w = *state;
	const char *path =
		arena_textf(w->a, "%s/drafts/INC-2026-0001/zh-food-safety-reply.md", w->dir);
	const char *second = arena_textf(
		w->a, "%s/drafts/INC-2026-0001/zh-food-safety-holding.2.md", w->dir);
	const char *text;

	draft_world_move(w, 1, 1, 2, T0);
	draft_world_move(w, 2, 2, 3, T0 + 60);
	text = read_text(w, path);
	assert_non_null(text);
	assert_non_null(strstr(
		text, "---\nincident: \"INC-2026-0001\"\ntemplate: \"zh-food-safety-reply\"\n"
		      "kind: reply\nlanguage: zh\nstate: lint_passed\nversion: 1\n"
		      "made: \"2026-03-10 08:00\"\n"));
	assert_non_null(strstr(text, "gaps: []\nlint: []\n---\n您和家人现在怎么样"));
	assert_non_null(read_text(w, second));
	folder_put(second, "edited by a person\n");
	assert_int_equal(unlink(path), 0);
	draft_world_reopen(w); /* as after a crash between commit and file */
	drafts_flush(w->drafts);
	assert_non_null(read_text(w, path));
	assert_string_equal(read_text(w, second), "edited by a person\n");
}

static void
what_was_rolled_back_leaves_no_file(void **state)
{
	struct draft_world *w = *state;
	struct err e = { 0 };
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };

	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	store_rollback(w->store);
	draft_world_reopen(w);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_int_equal(draft_world_turn(w), 0);
	drafts_flush(w->drafts);
	assert_int_equal(access(arena_textf(w->a, "%s/drafts", w->dir), F_OK), -1);
}

static void
what_waits_is_made_after_a_crash_as_of_the_time_of_its_move(void **state)
{
	struct draft_world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_string_equal(draft_world_names(w), "");
	draft_world_reopen(w);
	assert_int_equal(drafts_due(w->drafts), T0);
	assert_true(draft_world_turn(w) > 0);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_int_equal(draft_world_row(w, "zh-food-safety-holding").at, T0);
	assert_int_equal(draft_world_turn(w), 0);
}

/* One step in a transaction of its own, like a turn of the running service. */
static int
step(struct draft_world *w)
{
	struct err e = { 0 };
	struct incidents *s = incidents_new(&w->env, &e);
	int made;

	assert_non_null(s);
	assert_int_equal(store_begin(w->store, &e), 0);
	made = drafts_step(w->drafts, s, T0 + 60, &e);
	assert_int_equal(store_commit(w->store, &e), 0);
	incidents_free(s);
	return made;
}

static void
texts_are_written_a_few_at_a_step_and_a_crash_between_steps_repeats_none(void **state)
{
	struct draft_world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct err e = { 0 };
	const char *some, *all;
	int steps = 0;

	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(step(w), 1);
	some = draft_world_names(w);
	assert_true(*some);
	assert_int_equal(drafts_due(w->drafts), T0);
	draft_world_reopen(w);
	while (step(w) > 0)
		steps++;
	assert_true(steps > 1);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	all = draft_world_names(w);
	assert_true(strlen(all) > strlen(some));
	assert_int_equal(draft_world_row(w, "zh-food-safety-holding").version, 1);
	assert_int_equal(draft_world_row(w, "zh-food-safety-holding").at, T0);
}

static void
an_incident_that_has_ended_since_gets_no_drafts(void **state)
{
	struct draft_world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct err e = { 0 };

	w->incident.state = INCIDENT_CLOSED;
	w->incident.closed_at = T0 + 60;
	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_true(draft_world_turn(w) > 0);
	assert_int_equal(drafts_due(w->drafts), INT64_MAX);
	assert_string_equal(draft_world_names(w), "");
}

static void
a_rehearsal_without_senders_writes_no_files(void **state)
{
	struct draft_world *w = *state;

	w->env.send = SEND_SINK;
	draft_world_move(w, 1, 1, 2, T0);
	assert_int_equal(access(arena_textf(w->a, "%s/drafts", w->dir), F_OK), -1);
	assert_int_equal(draft_world_row(w, "zh-food-safety-reply").version, 1);
}

static void
mistakes_in_facts_and_templates_are_told_with_their_place(void **state)
{
	struct draft_world *w = *state;
	struct err e = { 0 };
	char dir[128], path[192];

	folder_put(w->facts, "facts:\n  brand: [山脆]\n");
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(strstr(e.text, "facts.yaml:2:10"));
	folder_put(w->facts, "facts: {}\n");
	snprintf(dir, sizeof dir, "%s/templates", w->dir);
	mkdir(dir, 0700);
	snprintf(path, sizeof path, "%s/zh", dir);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/zh/a.md", dir);
	folder_put(path, "---\nid: a\nlanguage: zh\nscenario: [any]\nkind: "
			 "reply\nchannel: [site]\n---\n一\n二{{braand}}\n");
	w->conf.dir = str_of(dir);
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(
		strstr(e.text, "/templates/zh/a.md:9: slots: does not declare \"braand\""));
	folder_put(path, "---\nid: a\nlanguage: en\nscenario: [any]\nkind: reply\nchannel: "
			 "[site]\n---\nx\n");
	assert_null(drafts_new(&w->conf, &w->env, &e));
	assert_non_null(strstr(e.text, "language: en, but it lies in zh/"));
}

static void
what_waited_for_days_knows_what_was_known_then_and_promises_nothing_past(void **state)
{
	struct draft_world *w = *state;
	struct move m = { .seq = 1,
			  .incident = w->incident.id,
			  .at = T0,
			  .from_state = INCIDENT_OPEN,
			  .to_state = INCIDENT_ASSESSING,
			  .from_level = 1,
			  .to_level = 2 };
	struct draft_row r;
	struct err e = { 0 };

	draft_world_say(w, "fact", "batch",
			"{\"value\":\"20260310A\",\"status\":\"confirmed\"}");
	assert_int_equal(store_begin(w->store, &e), 0);
	draft_world_move_put(w, &m);
	assert_int_equal(store_commit(w->store, &e), 0);
	draft_world_say_at(w, T0 + 1, "fact", "batch",
			   "{\"value\":\"20260311B\",\"status\":\"confirmed\"}");
	assert_true(draft_world_turn_at(w, T0 + 3 * 86400) > 0);
	r = draft_world_row(w, "zh-food-safety-holding");
	assert_int_equal(r.at, T0);
	assert_non_null(strstr(r.text.p, "涉及产品的批号为20260310A。"));
	assert_true(r.promise_at > T0 + 3 * 86400);
	assert_non_null(strstr(r.text.p, "3月13日"));
	assert_int_equal(r.promise_at % 1800, 0);
}

static void
there_are_variants_to_choose_from(void **state)
{
	struct draft_world *w = *state;

	w->conf.variants = 2;
	draft_world_reopen(w);
	draft_world_move(w, 1, 1, 2, T0);
	assert_string_equal(draft_world_names(w), "en-any-holding v1 generated\n"
						  "en-comment-reply v1 lint_passed\n"
						  "en-food-safety-holding v1 generated\n"
						  "en-food-safety-reply v1 lint_passed\n"
						  "en-staff-note v1 generated\n"
						  "zh-any-holding v1 generated\n"
						  "zh-comment-reply v1 lint_passed\n"
						  "zh-food-safety-holding v1 generated\n"
						  "zh-food-safety-reply v1 lint_passed\n"
						  "zh-staff-note v1 generated\n");
}

/* Who can publish nowhere but inside gets no statement drafted. */
static void
only_what_has_a_channel_is_drafted(void **state)
{
	static struct str inside[] = { STR_INIT("internal") };
	struct draft_world *w = *state;

	w->conf.channels = (struct conf_texts){ inside, 1 };
	draft_world_reopen(w);
	draft_world_move(w, 1, 1, 2, T0);
	assert_string_equal(draft_world_names(w), "en-staff-note v1 generated\n"
						  "zh-staff-note v1 generated\n");
}

/* An untrue rumour about us is no reason to pay and repent; while nothing is assessed, that is
 * prepared. */
static void
what_the_assessment_blocks_is_not_drafted(void **state)
{
	struct draft_world *w = *state;

	draft_world_move(w, 1, 1, 3, T0);
	assert_non_null(strstr(draft_world_names(w), "zh-food-safety-full v1"));
	draft_world_say(w, "assessment", "",
			"{\"type\":\"rumour\",\"fault\":\"no\",\"history\":\"no\","
			"\"reputation\":\"2\"}");
	draft_world_say(w, "claim", "1", "{\"text\":\"x\",\"truth\":\"untrue\"}");
	draft_world_move(w, 2, 1, 3, T0 + 60);
	assert_null(strstr(draft_world_names(w), "zh-food-safety-full v2"));
	assert_non_null(strstr(draft_world_names(w), "zh-food-safety-holding v2"));
	/* Another claim is true and ours: now it has its place again. */
	draft_world_say(
		w, "assessment", "",
		"{\"type\":\"human_error\",\"fault\":\"yes\",\"history\":\"no\",\"reputation\":"
		"\"2\"}");
	draft_world_say(w, "claim", "2", "{\"text\":\"y\",\"truth\":\"true\"}");
	draft_world_move(w, 3, 1, 3, T0 + 120);
	assert_non_null(strstr(draft_world_names(w), "zh-food-safety-full v2"));
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, draft_world_make, draft_world_drop)
	static const struct CMUnitTest tests[] = {
		WITH(reaching_l2_drafts_a_holding_statement_and_a_reply_in_both_languages),
		WITH(reaching_l3_drafts_the_pack_and_supersedes_what_was_there),
		WITH(what_moves_nothing_drafts_nothing_and_a_move_drafts_once),
		WITH(a_topic_without_templates_of_its_own_gets_those_for_any),
		WITH(each_draft_becomes_a_file_and_a_lost_file_comes_back),
		WITH(what_was_rolled_back_leaves_no_file),
		WITH(what_waits_is_made_after_a_crash_as_of_the_time_of_its_move),
		WITH(texts_are_written_a_few_at_a_step_and_a_crash_between_steps_repeats_none),
		WITH(an_incident_that_has_ended_since_gets_no_drafts),
		WITH(a_rehearsal_without_senders_writes_no_files),
		WITH(what_waited_for_days_knows_what_was_known_then_and_promises_nothing_past),
		WITH(there_are_variants_to_choose_from),
		WITH(only_what_has_a_channel_is_drafted),
		WITH(what_the_assessment_blocks_is_not_drafted),
		WITH(mistakes_in_facts_and_templates_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
