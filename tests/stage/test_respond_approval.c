/* A text on its way to the public: who approves it, and what an approval is worth. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "tests/support/folder.h"
#include "tests/support/release_world.h"

static void
at_l3_two_different_people_approve_and_then_it_is_said(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	assert_string_equal(state_of(&w, "en-h"), "lint_passed");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "not approved");
	is(&w, act(&w, "cara", "approve", "en-h", ""), 403, "no approver");
	is(&w, act(&w, "eve", "approve", "en-h", ""), 403, "nobody of the configuration");
	is(&w, act(&w, "cara", "submit", "en-h", ""), 200, "in_review");
	assert_string_equal(sent(&w, "inform"), "annadesk,bobdesk");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, "\"approvals\":1,\"needed\":2");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 403, "somebody else");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "not approved");
	is(&w, act(&w, "bob", "approve", "en-h", ",\"hash\":\"00\""), 409, "that you saw");
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "\"state\":\"approved\"");
	is(&w, act(&w, "bob", "approve", "en-h", ""), 403, "somebody else");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, "release 1 (statement, approved)");
	assert_string_equal(state_of(&w, "en-h"), "released");
	assert_non_null(
		strstr(world_standing(&w, "release", "1"), "\"approved_by\":\"anna,bob\""));
	assert_non_null(strstr(world_standing(&w, "task", "statement"), "\"state\":\"done\""));
	/* What it promises runs; its echo is known. */
	assert_string_equal(world_ask(&w,
				      "SELECT (due_at - started_at) / 60 FROM deadline WHERE"
				      " kind = 'update' AND ended_at IS NULL"),
			    "120");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM released"), "1");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "released");
	world_verified(&w);
	world_close(&w);
}

static void
an_edit_is_another_text_that_nobody_approved(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
	is(&w,
	   act(&w, "cara", "edit", "en-h",
	       ",\"text\":\"We deeply regret any inconvenience and take this very "
	       "seriously.\""),
	   200, "\"state\":\"lint_failed\"");
	assert_string_equal(newest(&w, "en-h", "version || author"), "4cara");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "lint");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 409, "only what the lint has passed");
	assert_string_equal(
		world_ask(&w,
			  "SELECT state FROM draft WHERE template = 'en-h' AND version = 3"),
		"superseded");
	/* The approver who wrote it is one of two, never enough alone. */
	is(&w,
	   act(&w, "anna", "edit", "en-f",
	       ",\"text\":\"Families told us that they fell ill. Three families fell ill.\\n\\n"
	       "This is our responsibility, and we apologise.\\n\\nWhat we do: every pack is "
	       "refunded within 7 days without a receipt.\\n\\nNext update: by 20:00 today.\\n"
	       "Contact: 400-000-0000.\\n\""),
	   200, "\"state\":\"lint_passed\"");
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, "in_review");
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, "approved");
	world_verified(&w);
	world_close(&w);
}

static void
a_fact_that_changes_expires_what_it_fills(void **state)
{
	static const struct {
		const char *rest, *to;
	} changes[] = {
		{ ",\"key\":\"known\",\"source\":\"the clinic\"", "approved" },
		{ ",\"key\":\"other\",\"value\":\"9\",\"status\":\"confirmed\"", "approved" },
		{ ",\"key\":\"known\",\"value\":\"four families fell ill\"", "editing" },
		{ ",\"key\":\"known\",\"status\":\"withdrawn\"", "editing" },
		/* What an English text would be filled with first. */
		{ ",\"key\":\"known_en\",\"value\":\"four families\",\"status\":\"confirmed\"",
		  "editing" },
		/* It hides what the file of facts says. */
		{ ",\"key\":\"contact\",\"value\":\"400-111-1111\"", "editing" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(changes); i++) {
		struct world w;

		open_l3(&w);
		is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
		is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
		is(&w, world_act_on(&w, "unix:cara", "incident.fact", changes[i].rest), 200,
		   NULL);
		assert_string_equal(state_of(&w, "en-h"), changes[i].to);
		is(&w, act(&w, "cara", "say", "en-h", SAY), changes[i].to[0] == 'a' ? 200 : 409,
		   NULL);
		world_verified(&w);
		world_close(&w);
	}
}

static void
a_fact_file_that_changes_is_seen_before_it_is_said(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
	folder_put(w.conf.draft.facts.p,
		   "facts:\n  contact: 400-222-2222\n  action: keep the pack\n");
	world_reopen(&w, WORLD_T0 + HOUR);
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "has changed since");
	assert_string_equal(state_of(&w, "en-h"), "editing");
	world_verified(&w);
	world_close(&w);
}

static void
who_is_recused_neither_approves_nor_counts(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.claim", ",\"text\":\"Bob Roux knew of it\""),
	   200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 403, "recused");
	is(&w, act(&w, "bob", "say", "en-h", SAY), 403, "recused");
	/* Only anna is left: nobody could approve it, so it can only be told of. */
	is(&w, act(&w, "cara", "say", "en-h", SAY), 409, "too few approvers");
	world_verified(&w);
	world_close(&w);
}

static void
a_finding_stands_with_a_reason_and_a_hard_one_never(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "cara", "override", "en-h", ",\"rule\":\"en.regret\",\"why\":\"x\""),
	   404, "nothing in the text");
	is(&w,
	   act(&w, "cara", "edit", "en-h",
	       ",\"text\":\"We are aware that people say that three families fell ill, and we "
	       "deeply regret it.\\nWhat we know: three families fell ill. What we do not know "
	       "yet: the cause.\\nWhat you can do: please keep the pack. What we are doing: we "
	       "took the batch off the shelves at 09:00 today.\\nNext update: by 18:00 "
	       "today.\\n"
	       "Contact: 400-000-0000.\\n\""),
	   200, "\"state\":\"lint_failed\"");
	is(&w, act(&w, "cara", "override", "en-h", ",\"rule\":\"en.regret\""), 400, "why");
	is(&w,
	   act(&w, "cara", "override", "en-h",
	       ",\"rule\":\"en.regret\",\"why\":\"the families asked for these words\""),
	   200, "\"state\":\"lint_passed\"");
	is(&w,
	   act(&w, "cara", "edit", "en-h",
	       ",\"text\":\"[TO FILL: all] If you delete your post we pay a compensation.\""),
	   200, "lint_failed");
	is(&w, act(&w, "cara", "override", "en-h", ",\"rule\":\"any.gap\",\"why\":\"x\""), 403,
	   "cannot be overridden");
	is(&w, act(&w, "cara", "override", "en-h", ",\"rule\":\"en.hush\",\"why\":\"x\""), 403,
	   "cannot be overridden");
	world_verified(&w);
	world_close(&w);
}

static void
an_emergency_wants_ten_minutes_without_an_answer(void **state)
{
	const char *how = SAY ",\"how\":\"emergency\",\"why\":\"bob does not answer\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "cara", "say", "en-h", how), 409, "wants an approval all the same");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, "in_review");
	world_turn(&w, WORLD_T0 + HOUR + 60); /* the notice to bob leaves */
	assert_string_equal(sent(&w, "inform"), "bobdesk");
	is(&w, act_at(&w, "cara", "say", "en-h", how, 9), 409, "a short while ago");
	is(&w, act_at(&w, "cara", "say", "en-h", SAY ",\"how\":\"emergency\"", 12), 400, "why");
	is(&w, act_at(&w, "cara", "say", "en-h", how, 12), 200, "(statement, emergency)");
	assert_non_null(strstr(world_standing(&w, "task", "review.1"), "\"role\":\"lead\""));
	assert_non_null(strstr(world_standing(&w, "release", "1"), "\"approved_by\":\"anna\""));
	/* A full response never goes so. */
	is(&w, act_at(&w, "anna", "approve", "en-f", "", 13), 200, "in_review");
	world_turn(&w, WORLD_T0 + 2 * HOUR);
	is(&w, act_at(&w, "cara", "say", "en-f", how, 100), 409, "only a holding statement");
	world_verified(&w);
	world_close(&w);
}

/* Approved by one, sent back, looked at: it has no approval. */
static void
sent_back(struct world *w)
{
	is(w, act(w, "anna", "approve", "en-h", ""), 200, "in_review");
	is(w, act(w, "bob", "reject", "en-h", ",\"why\":\"the tone\""), 200, "editing");
	is(w, act(w, "cara", "look", "en-h", ""), 200, "lint_passed");
}

static void
what_was_sent_back_is_void_though_its_entry_is_erased(void **state)
{
	static const char *const kinds[] = { "draft", "approval", "override", "release",
					     "pack" };
	struct world w;

	(void)state;
	open_l3(&w);
	sent_back(&w);
	for (size_t i = 0; i < LY_COUNT(kinds); i++)
		is(&w,
		   world_act_on(&w, "unix:cara", "incident.strike",
				arena_textf(w.arena,
					    ",\"kind\":\"%s\",\"key\":\"%s\",\"why\":\"x\"",
					    kinds[i], newest(&w, "en-h", "lower(hex(id))"))),
		   409, "stays");
	world_forge(&w, "UPDATE entry SET value = NULL, salt = NULL, erased_at = 1, erased_why "
			"= 'x' WHERE kind = 'draft' AND value LIKE '%reject%'");
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "\"approvals\":1,\"needed\":2");
	world_close(&w);
}

static void
a_second_round_is_told_and_its_wait_begins_anew(void **state)
{
	const char *how = SAY ",\"how\":\"emergency\",\"why\":\"bob does not answer\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, "in_review");
	world_turn(&w, WORLD_T0 + HOUR + MINUTE);
	is(&w, act_at(&w, "bob", "reject", "en-h", ",\"why\":\"the tone\"", 5), 200, NULL);
	is(&w, act_at(&w, "cara", "look", "en-h", "", 6), 200, "lint_passed");
	is(&w, act_at(&w, "anna", "approve", "en-h", "", 20), 200, "in_review");
	world_turn(&w, WORLD_T0 + HOUR + 21 * MINUTE);
	assert_string_equal(sent(&w, "inform"), "bobdesk,bobdesk");
	is(&w, act_at(&w, "cara", "say", "en-h", how, 22), 409, "a short while ago");
	is(&w, act_at(&w, "cara", "say", "en-h", how, 32), 200, "emergency");
	world_verified(&w);
	world_close(&w);
}

static void
nothing_was_said_as_approved_before_it_was(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-h", "", 10), 200, "approved");
	is(&w, act_at(&w, "cara", "say", "en-h", SAY ",\"at\":\"2026-03-14T01:09:59Z\"", 20),
	   409, "before it was approved");
	is(&w, act_at(&w, "cara", "say", "en-h", SAY ",\"at\":\"2026-03-14T01:10:00Z\"", 20),
	   200, NULL);
	world_close(&w);
}

static void
who_is_no_approver_any_more_does_not_count(void **state)
{
	static struct person_conf later[] = {
		PERSON("anna", "Anna Li", release_world_approver, 1),
		PERSON("bob", "Bob Roux", release_world_work, 1),
		PERSON("cara", "Cara Wu", release_world_work, 3),
		PERSON("dan", "Dan Ost", release_world_approver, 1),
	};
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, "approved");
	world_forge(&w, "UPDATE entry SET value = NULL, salt = NULL, erased_at = 1, erased_why "
			"= 'x' WHERE kind = 'role' AND key = 'approver'");
	world_stop(&w);
	w.conf.notice.people = (struct conf_list){ later, LY_COUNT(later) };
	world_reopen(&w, WORLD_T0 + HOUR);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 409, "not approved by as many");
	is(&w, act(&w, "dan", "approve", "en-f", ""), 200, "\"approvals\":2");
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, NULL);
	assert_non_null(
		strstr(world_standing(&w, "release", "1"), "\"approved_by\":\"anna,dan\""));
	world_close(&w);
}

static void
the_same_words_in_the_same_second_are_no_new_version(void **state)
{
	static const char *const texts[] = { ",\"text\":\"We look into it.\"",
					     ",\"text\":\"We look into it now.\"" };
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "cara", "edit", "en-h", texts[0]), 200, NULL);
	is(&w, act(&w, "cara", "edit", "en-h", texts[1]), 200, NULL);
	is(&w, act(&w, "cara", "edit", "en-h", texts[0]), 409, "a moment");
	assert_string_equal(newest(&w, "en-h", "state <> 'superseded'"), "1");
	is(&w, act_at(&w, "cara", "edit", "en-h", texts[0], 1), 200, NULL);
	world_verified(&w);
	world_close(&w);
}

/* The text that another template says of the same matter. */
static void
what_contradicts_another_text_of_the_incident_is_blocked(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w,
	   act(&w, "cara", "edit", "en-h",
	       ",\"text\":\"We are aware that people say that three families fell ill.\\nWhat "
	       "we "
	       "know: three families fell ill. What we do not know yet: the cause.\\nWhat you "
	       "can "
	       "do: please keep the pack; you get a refund until 31 May. What we are doing: we "
	       "took the batch off the shelves at 09:00 today.\\nNext update: by 18:00 "
	       "today.\\n"
	       "Contact: 400-000-0000.\\n\""),
	   200, "together.");
	assert_string_equal(state_of(&w, "en-h"), "lint_failed");
	world_close(&w);
}

/* ---- posts that it rests on --------------------------------------------------------------------- */

/* As the crawler says it, of the document of a mention. */
static void
post_was(struct world *w, const char *what, const char *document, int64_t at)
{
	struct result r = { .document = { .source = STR("board"),
					  .identity = str_of(arena_textf(w->arena, "%s:%lld",
									 what, (long long)at)),
					  .text = str_of(arena_textf(
						  w->arena, "{\"document\":\"%s\"}", document)),
					  .followers = -1,
					  .published_at = at,
					  .arrived_at = at,
					  .flags = DOCUMENT_HEALTH } };
	struct buf b = BUF(RECORD_MAX);

	r.document.id = ID_OF(STR("post"), r.document.identity);
	r.document.spool = w->spool;
	r.document.seq = ++w->seq;
	record_encode(&result_record, &r, &b);
	world_step(w, buf_str(&b), at);
	world_settle(w, at);
	buf_release(&b);
}

static void
a_post_that_changed_is_asked_about_before_approval(void **state)
{
	struct world w;
	const char *document, *mention;
	int64_t at = WORLD_T0 + HOUR + MINUTE;

	(void)state;
	open_l3(&w);
	mention = world_ask(&w, "SELECT lower(hex(id)) FROM mention ORDER BY id LIMIT 1");
	document =
		world_ask(&w, "SELECT lower(hex(document)) FROM mention ORDER BY id LIMIT 1");
	world_forge(
		&w,
		arena_textf(w.arena,
			    "UPDATE draft SET evidence = '{\"known\":{\"mentions\":[\"%s\"]}}'"
			    " WHERE template = 'en-h' AND state <> 'superseded'",
			    mention));
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, "\"approvals\":1");
	post_was(&w, "post-changed", document, at);
	/* What was approved stays so; the draft says it; nobody else approves it unseen. */
	is(&w, act_at(&w, "cara", "look", "en-h", "", 2), 200, "any.post");
	assert_non_null(strstr(w.reply.p, "\"approvals\":1"));
	assert_non_null(strstr(newest(&w, "en-h", "lint"), "was edited (seen "));
	is(&w, act_at(&w, "bob", "approve", "en-h", "", 3), 409, "edited or deleted since");
	is(&w, act_at(&w, "bob", "override", "en-h", ",\"rule\":\"any.post\"", 3), 400, "why");
	is(&w,
	   act_at(&w, "bob", "override", "en-h",
		  ",\"rule\":\"any.post\",\"why\":\"only a typo was mended\"", 3),
	   200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-h", "", 4), 200, "\"state\":\"approved\"");
	is(&w, act_at(&w, "cara", "say", "en-h", SAY, 5), 200, "release 1");
	/* Another post, or one that nothing rests on, asks nobody. */
	is(&w, act_at(&w, "bob", "override", "en-f", ",\"rule\":\"any.post\",\"why\":\"x\"", 6),
	   404, "no post");
	post_was(&w, "post-gone", "00000000000000000000000000000001", at + HOUR);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM post"), "2");
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM document WHERE source = 'board'"), "0");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_l3_two_different_people_approve_and_then_it_is_said),
		cmocka_unit_test(an_edit_is_another_text_that_nobody_approved),
		cmocka_unit_test(a_fact_that_changes_expires_what_it_fills),
		cmocka_unit_test(a_fact_file_that_changes_is_seen_before_it_is_said),
		cmocka_unit_test(who_is_recused_neither_approves_nor_counts),
		cmocka_unit_test(a_finding_stands_with_a_reason_and_a_hard_one_never),
		cmocka_unit_test(an_emergency_wants_ten_minutes_without_an_answer),
		cmocka_unit_test(what_was_sent_back_is_void_though_its_entry_is_erased),
		cmocka_unit_test(a_second_round_is_told_and_its_wait_begins_anew),
		cmocka_unit_test(nothing_was_said_as_approved_before_it_was),
		cmocka_unit_test(who_is_no_approver_any_more_does_not_count),
		cmocka_unit_test(the_same_words_in_the_same_second_are_no_new_version),
		cmocka_unit_test(what_contradicts_another_text_of_the_incident_is_blocked),
		cmocka_unit_test(a_post_that_changed_is_asked_about_before_approval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
