/* The responder with its real drafts and notices: a text on its way to the public. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600

struct world_notices world_notices; /* nobody is replaced here */

static struct str approver[] = { STR_INIT("approver") };
static struct str work[] = { STR_INIT("lead"), STR_INIT("spokesperson"), STR_INIT("fixer") };
static struct contact_conf desk[] = { { STR_INIT("desk"), STR_INIT("") } };
static struct channel_conf channels[] = {
	{ .name = STR_INIT("desk"), .kind = CHANNEL_FILE, .path = STR_INIT("/nowhere") },
	{ .name = STR_INIT("site"),
	  .kind = CHANNEL_WEBHOOK,
	  .url = STR_INIT("https://cms.example/in"),
	  .secret = STR_INIT("s") },
};
static struct str publish[] = { STR_INIT("site") };
#define PERSON(key_, name_, roles_, n)                                                       \
	{                                                                                    \
		.key = STR_INIT(key_), .name = STR_INIT(name_), .unix_name = STR_INIT(key_), \
		.contacts = { desk, 1 }, .roles = {                                          \
			roles_,                                                              \
			n                                                                    \
		}                                                                            \
	}
static struct person_conf people[] = {
	PERSON("anna", "Anna Li", approver, 1),
	PERSON("bob", "Bob Roux", approver, 1),
	PERSON("cara", "Cara Wu", work, 3),
	PERSON("dan", "Dan Ost", work, 1),
};

/* ---- a small library of texts ------------------------------------------------------------------- */

static const char holding[] =
	"---\nid: en-h\nlanguage: en\nscenario: [any]\nkind: holding\nstrategy: [instructing, "
	"adjusting]\nlevel: 2\nchannel: [site]\nmax_length: 1200\nnext_update: 2h\n"
	"approved_by: \"legal, 2026-01\"\nslots:\n  known: { type: text, wants: known }\n"
	"  action: { type: text, wants: what they can do }\n"
	"  contact: { type: contact, wants: phone }\n---\n"
	"We are aware of what people say about our crisps, and we are sorry for what lies "
	"behind "
	"it.\n\nWhat we know: {{known}}.\nWhat we do not know yet: the cause.\n\nWhat you can "
	"do: "
	"please {{action}}.\nWhat we are doing: we took the batch off the shelves at 09:00 "
	"today "
	"and sent samples to a laboratory.\n\nNext update: by {{next_update}}.\nContact: "
	"{{contact}}.\n";
static const char full[] =
	"---\nid: en-f\nlanguage: en\nscenario: [any]\nkind: full\nstrategy: [instructing, "
	"adjusting]\nlevel: 3\nchannel: [site]\nmax_length: 2000\nnext_update: 24h\nslots:\n"
	"  known: { type: text, wants: known }\n  contact: { type: contact, wants: phone "
	"}\n---\n"
	"Families told us that they fell ill. What we found: {{known}}.\n\nThis is our "
	"responsibility, and we apologise.\n\nWhat we do: you get a refund until 30 April, "
	"without a receipt. From 1 April on each batch is tested before it leaves.\n\nNext "
	"update: by {{next_update}}.\nContact: {{contact}}.\n";

static const char followup[] =
	"---\nid: en-any-followup\nlanguage: en\nscenario: [any]\nkind: update\nstrategy: "
	"[instructing, adjusting]\nlevel: 2\nchannel: [site]\nmax_length: 900\nslots:\n  done: "
	"{ "
	"type: text, wants: what is done }\n---\nTwo days ago we told you what we would do. "
	"Done: {{done}}.\n";
static const char reply[] =
	"---\nid: en-ack\nlanguage: en\nscenario: [any]\nkind: reply\nstrategy: [instructing, "
	"adjusting]\nlevel: 1\nchannel: [message]\nmax_length: 400\napproved_by: \"cara, "
	"2026-01\"\nslots:\n  contact: { type: contact, wants: phone }\n---\nWe are sorry that "
	"this went wrong. Please send us your order number here, or call {{contact}}: a person "
	"answers by 18:00 today.\n";

static void
put(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void
library_make(struct world *w)
{
	const char *dir = arena_textf(w->arena, "%s/templates", w->dir);
	const char *facts = arena_textf(w->arena, "%s/facts.yaml", w->dir);

	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(mkdir(arena_textf(w->arena, "%s/en", dir), 0700), 0);
	assert_int_equal(mkdir(arena_textf(w->arena, "%s/zh", dir), 0700), 0);
	put(arena_textf(w->arena, "%s/en/h.md", dir), holding);
	put(arena_textf(w->arena, "%s/en/f.md", dir), full);
	put(arena_textf(w->arena, "%s/en/u.md", dir), followup);
	put(arena_textf(w->arena, "%s/en/r.md", dir), reply);
	put(facts,
	    "facts:\n  contact: 400-000-0000\n  action: keep the pack and do not eat it\n");
	w->conf.draft = (struct draft_conf){ .dir = str_of(dir),
					     .facts = str_of(facts),
					     .variants = 1 };
}

/* An incident at L3 with one confirmed fact, at WORLD_T0 + an hour. */
static void
open_l3(struct world *w)
{
	world_open(w, CLOCK_WALL);
	library_make(w);
	responder_free(w->r); /* before its people change */
	w->r = NULL;
	w->conf.notice.people = (struct conf_list){ people, LY_COUNT(people) };
	w->conf.site.data = str_of(w->dir);
	w->conf.notice.channels = (struct conf_list){ channels, LY_COUNT(channels) };
	w->conf.publish = (struct conf_texts){ publish, 1 };
	w->conf.approvals = (struct approval_conf){ .after = 600 };
	world_reopen(w, WORLD_T0);
	world_grumble(w, WORLD_T0, 40);
	assert_string_equal(world_ask(w, "SELECT state FROM incident"), "responding");
	assert_int_equal(
		world_act_on(w, "unix:cara", "incident.fact",
			     ",\"key\":\"known\",\"value\":\"three families fell ill\","
			     "\"status\":\"confirmed\""),
		200);
	assert_int_equal(
		world_act_on(w, "unix:cara", "incident.draft", ",\"template\":\"all\""), 200);
}

/* ---- acts --------------------------------------------------------------------------------------- */

/* The newest draft of a template: its id, its state. */
static const char *
newest(struct world *w, const char *template, const char *what)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT %s FROM draft WHERE template = '%s'"
					" ORDER BY version DESC LIMIT 1",
					what, template));
}

static const char *
state_of(struct world *w, const char *template)
{
	return newest(w, template, "state");
}

/* verb on the newest draft of a template; rest: more members. at: minutes after WORLD_T0 + an hour. */
static int
act_at(struct world *w, const char *who, const char *verb, const char *template,
       const char *rest, int64_t at)
{
	/* Another command each time, not one that is asked again. */
	const char *args = arena_textf(
		w->arena, "{\"id\":\"INC-2026-0001\",\"draft\":\"%s\",\"n\":%lld%s}",
		newest(w, template, "lower(hex(id))"), (long long)++w->seq, rest);

	return world_act(w, arena_textf(w->arena, "unix:%s", who),
			 arena_textf(w->arena, "incident.%s", verb), args, 0,
			 WORLD_T0 + HOUR + at * MINUTE);
}

static int
act(struct world *w, const char *who, const char *verb, const char *template, const char *rest)
{
	return act_at(w, who, verb, template, rest, 0);
}

static void
is(struct world *w, int got, int status, const char *says)
{
	if (got != status || (says && !strstr(w->reply.p, says)))
		fail_msg("%d, not %d with \"%s\": %s", got, status, says ? says : "",
			 w->reply.p);
}

static const char *
sent(struct world *w, const char *kind)
{
	return world_ask(w,
			 arena_textf(w->arena,
				     "SELECT group_concat(recipient || channel) FROM (SELECT * "
				     "FROM notice WHERE kind = '%s' ORDER BY recipient)",
				     kind));
}

#define SAY ",\"channel\":\"weibo\",\"url\":\"https://w.example/1/abc\""

/* ---- the way of a text ---------------------------------------------------------------------------- */

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
	put(w.conf.draft.facts.p, "facts:\n  contact: 400-222-2222\n  action: keep the pack\n");
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

static void
one_who_works_alone_tells_what_was_said_elsewhere(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "cara", "say", "en-h", SAY ",\"how\":\"elsewhere\""), 409,
	   "can approve it");
	responder_free(w.r);
	w.r = NULL;
	w.conf.notice.people = (struct conf_list){ people + 2, 1 };
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

/* ---- what must not count ------------------------------------------------------------------------ */

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
		PERSON("anna", "Anna Li", approver, 1),
		PERSON("bob", "Bob Roux", work, 1),
		PERSON("cara", "Cara Wu", work, 3),
		PERSON("dan", "Dan Ost", approver, 1),
	};
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, "approved");
	world_forge(&w, "UPDATE entry SET value = NULL, salt = NULL, erased_at = 1, erased_why "
			"= 'x' WHERE kind = 'role' AND key = 'approver'");
	responder_free(w.r);
	w.r = NULL;
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
who_is_recused_waives_nothing(void **state)
{
	const char *waive = ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, world_act_on(&w, "unix:anna", "incident.pack_waive", waive), 200, NULL);
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.claim", ",\"text\":\"Anna Li knew of it\""),
	   200, NULL);
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_waive", waive), 200,
	   "plan: missing");
	is(&w, world_act_on(&w, "unix:dan", "incident.pack_waive", waive), 200, "plan: waived");
	world_close(&w);
}

static void
a_pack_that_is_no_longer_complete_ends_nothing(void **state)
{
	const char *waive = ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"";
	const char *until = ",\"piece\":\"third\",\"text\":\"at the lab\",\"until\":\"1h\"";
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w, world_act_on(&w, "unix:anna", "incident.pack_waive", waive), 200, NULL);
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_waive", waive), 200, "waived");
	is(&w, world_act_on(&w, "unix:cara", "incident.pack_status", until), 200, "interim");
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, NULL);
	assert_non_null(strstr(world_standing(&w, "task", "pack"), "\"done\""));
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.withdraw",
			",\"release\":\"1\",\"why\":\"another batch\""),
	   200, NULL);
	is(&w, world_act_on(&w, "unix:cara", "incident.pack", ""), 200, "\"complete\":false");
	assert_null(strstr(w.reply.p, "\"state\":\"released\""));
	is(&w, act_at(&w, "anna", "approve", "en-f", "", 90), 200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-f", "", 90), 200, NULL);
	is(&w, act_at(&w, "cara", "say", "en-f", SAY, 90), 200, "release 2 (full");
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	world_verified(&w);
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

/* A file where `langyan pack attach` puts it. */
static void
file_put(struct world *w, const char *sha256, const char *text)
{
	const char *dir = arena_textf(w->arena, "%s/pack", w->dir);

	mkdir(dir, 0700);
	mkdir(arena_textf(w->arena, "%s/INC-2026-0001", dir), 0700);
	put(arena_textf(w->arena, "%s/INC-2026-0001/%s", dir, sha256), text);
}

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

/* What we said and who approved it is proved for ever; what was attached goes. */
static void
at_its_term_what_was_said_stays_and_attached_files_go(void **state)
{
	int64_t closed = WORLD_T0 + 80 * HOUR;
	struct world w;
	const char *file;

	(void)state;
	open_l3(&w);
	w.conf.retain = (struct retain_conf){ .incidents_s = 20 * 86400 };
	world_reopen(&w, WORLD_T0 + HOUR);
	is(&w, act(&w, "anna", "approve", "en-h", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-h", ""), 200, "approved");
	is(&w, act(&w, "cara", "say", "en-h", SAY), 200, "release 1");
	file_put(&w, ABC, "abc");
	file = arena_textf(w.arena, "%s/pack/INC-2026-0001/" ABC, w.dir);
	is(&w,
	   world_act_on(&w, "unix:anna", "incident.pack_attach",
			",\"piece\":\"plan\",\"file\":\"plan.pdf\",\"sha256\":\"" ABC "\""),
	   200, NULL);
	is(&w,
	   world_act(&w, "unix:anna", "incident.close",
		     "{\"id\":\"INC-2026-0001\",\"why\":\"calm\"}", 0, WORLD_T0 + 2 * HOUR),
	   200, NULL);
	for (int i = 2; i <= 80; i++)
		world_turn(&w, WORLD_T0 + i * HOUR);
	(void)world_act(&w, "unix:anna", "incident.close",
			"{\"id\":\"INC-2026-0001\",\"why\":\"over\"}", 0, closed);
	world_turn(&w, closed + 20 * 86400 - HOUR);
	assert_int_equal(access(file, F_OK), 0);
	for (int i = 0; i < 8; i++)
		world_turn(&w, closed + 20 * 86400 + HOUR + i);
	assert_string_equal(world_ask(&w, "SELECT group_concat(kind) FROM (SELECT DISTINCT"
					  " kind FROM entry WHERE value IS NOT NULL ORDER BY"
					  " kind)"),
			    "approval,clock,draft,release");
	assert_int_equal(access(arena_textf(w.arena, "%s/pack/INC-2026-0001", w.dir), F_OK),
			 -1);
	world_verified(&w);
	world_close(&w);
}

static void
a_full_response_beside_the_pack_is_the_end_of_responding(void **state)
{
	static const struct {
		const char *who, *verb, *rest;
		int status;
		const char *says;
	} cases[] = {
		{ "cara", "task", ",\"task\":\"pack\",\"state\":\"done\"", 409, "pack show" },
		{ "cara", "task", ",\"task\":\"pack.third\",\"state\":\"done\"", 409,
		  "pack show" },
		{ "anna", "pack_attach",
		  ",\"piece\":\"plan\",\"file\":\"plan.pdf\",\"sha256\":\"" ABC "\"", 409,
		  "could not open" },
		{ "anna", "pack_waive", ",\"piece\":\"song\",\"why\":\"x\"", 400, "piece is" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\"", 400, "why" },
		{ "eve", "pack_waive", ",\"piece\":\"plan\",\"why\":\"x\"", 403, "nobody" },
		{ "anna", "pack_status", ",\"piece\":\"third\"", 403, "fixer" },
		{ "cara", "pack_status", ",\"piece\":\"third\"", 409, "waits for you" },
		{ "anna", "pack_status",
		  ",\"piece\":\"third\",\"text\":\"at the lab\",\"until\":\"4h\"", 200,
		  "third: unconfirmed" },
		{ "cara", "pack_status", ",\"piece\":\"third\"", 200, "third: interim" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\",\"why\":\"nobody was hurt\"", 200,
		  "plan: missing" },
		{ "anna", "pack_waive", ",\"piece\":\"plan\",\"why\":\"again\"", 409,
		  "somebody else" },
	};
	struct world w;

	(void)state;
	open_l3(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		is(&w,
		   world_act_on(&w, arena_textf(w.arena, "unix:%s", cases[i].who),
				arena_textf(w.arena, "incident.%s", cases[i].verb),
				cases[i].rest),
		   cases[i].status, cases[i].says);
	is(&w, act(&w, "anna", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "bob", "approve", "en-f", ""), 200, NULL);
	is(&w, act(&w, "cara", "say", "en-f", SAY), 200, "release 1 (full");
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "responding");
	assert_non_null(strstr(world_standing(&w, "task", "pack.statement"), "\"done\""));
	file_put(&w, ABC, "abd");
	is(&w, world_act_on(&w, "unix:dan", "incident.pack_attach", cases[2].rest), 409,
	   "not the one");
	file_put(&w, ABC, "abc");
	is(&w, world_act_on(&w, "unix:bob", "incident.pack_attach", cases[2].rest), 200,
	   "plan: attached; the pack is complete");
	assert_non_null(strstr(world_standing(&w, "task", "pack"), "\"done\""));
	assert_string_equal(world_ask(&w, "SELECT state FROM incident"), "watching");
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

/* ---- what leaves by itself ---------------------------------------------------------------------- */

static struct str ack_watches[] = { STR_INIT("shancui") };
static struct str ack_sources[] = { STR_INIT("src") };
static struct str ack_templates[] = { STR_INIT("en-h"), STR_INIT("en-ack") };

static void
complain(struct world *w, const char *author, int64_t at)
{
	world_say(w, &(struct world_mention){ .at = at,
					      .label = LABEL_NEG,
					      .intent = INTENT_COMPLAINT,
					      .topic = NULL,
					      .author = author,
					      .source_class = CLASS_COMPLAINT });
}

static void
a_complaint_on_our_own_channel_is_acknowledged_once(void **state)
{
	static const struct {
		const char *author;
		int64_t minutes;
		const char *sent;
	} cases[] = {
		{ "amy", 1, "1" },  { "amy", 2, "1" },
		{ "ben", 3, "2" },  { "cid", 4, "2" }, /* two an hour are enough */
		{ "dee", 65, "3" }, { NULL, 66, "3" },
	};

	(void)state;
	for (int on = 0; on < 2; on++) {
		struct world w;

		world_open(&w, CLOCK_WALL);
		library_make(&w);
		responder_free(w.r);
		w.r = NULL;
		w.conf.notice.channels = (struct conf_list){ channels, LY_COUNT(channels) };
		w.conf.publish = (struct conf_texts){ publish, 1 };
		w.conf.auto_ack = (struct auto_ack_conf){ .enabled = on,
							  .watches = { ack_watches, 1 },
							  .sources = { ack_sources, 1 },
							  .templates = { ack_templates, 2 },
							  .channel = STR("site"),
							  .per_hour = 2,
							  .max_age = HOUR };
		world_reopen(&w, WORLD_T0);
		for (size_t i = 0; i < LY_COUNT(cases); i++) {
			const char *n;

			complain(&w, cases[i].author, WORLD_T0 + cases[i].minutes * MINUTE);
			n = world_ask(&w,
				      "SELECT count(*) FROM notice WHERE kind = 'auto_ack'");
			if (strcmp(n, on ? cases[i].sent : "0") != 0)
				fail_msg("after %s: %s", cases[i].author, n);
		}
		if (on)
			assert_string_equal(
				world_ask(&w, "SELECT count(DISTINCT n.id) FROM notice n JOIN "
					      "auto_ack a ON"
					      " instr(n.facts, a.hash) > 0 WHERE n.channel = "
					      "'site' AND n.body LIKE '%400-000-0000%'"),
				"3");
		/* Whatever is worked on at L2 stops it. */
		world_grumble(&w, WORLD_T0 + 3 * HOUR, 40);
		complain(&w, "eve", WORLD_T0 + 4 * HOUR);
		assert_string_equal(
			world_ask(&w, "SELECT count(*) FROM notice WHERE kind = 'auto_ack'"),
			on ? "3" : "0");
		world_verified(&w);
		world_close(&w);
	}
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
		cmocka_unit_test(at_l3_two_different_people_approve_and_then_it_is_said),
		cmocka_unit_test(an_edit_is_another_text_that_nobody_approved),
		cmocka_unit_test(a_fact_that_changes_expires_what_it_fills),
		cmocka_unit_test(a_fact_file_that_changes_is_seen_before_it_is_said),
		cmocka_unit_test(who_is_recused_neither_approves_nor_counts),
		cmocka_unit_test(a_finding_stands_with_a_reason_and_a_hard_one_never),
		cmocka_unit_test(an_emergency_wants_ten_minutes_without_an_answer),
		cmocka_unit_test(one_who_works_alone_tells_what_was_said_elsewhere),
		cmocka_unit_test(only_an_approved_text_is_published_and_only_where_it_may),
		cmocka_unit_test(what_was_said_is_corrected_or_taken_back_with_a_reason),
		cmocka_unit_test(what_was_sent_back_is_void_though_its_entry_is_erased),
		cmocka_unit_test(of_an_incident_that_ended_nothing_new_is_said),
		cmocka_unit_test(what_was_said_is_put_right_after_the_end),
		cmocka_unit_test(what_is_taken_back_is_not_published_any_more),
		cmocka_unit_test(a_second_round_is_told_and_its_wait_begins_anew),
		cmocka_unit_test(nothing_was_said_as_approved_before_it_was),
		cmocka_unit_test(who_is_no_approver_any_more_does_not_count),
		cmocka_unit_test(who_is_recused_waives_nothing),
		cmocka_unit_test(a_pack_that_is_no_longer_complete_ends_nothing),
		cmocka_unit_test(the_same_words_in_the_same_second_are_no_new_version),
		cmocka_unit_test(at_its_term_what_was_said_stays_and_attached_files_go),
		cmocka_unit_test(a_full_response_beside_the_pack_is_the_end_of_responding),
		cmocka_unit_test(what_contradicts_another_text_of_the_incident_is_blocked),
		cmocka_unit_test(two_days_after_the_full_response_a_text_says_what_was_kept),
		cmocka_unit_test(who_told_it_first_is_shown_with_what_it_rests_on),
		cmocka_unit_test(a_complaint_on_our_own_channel_is_acknowledged_once),
		cmocka_unit_test(verify_finds_a_text_or_an_approval_that_was_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
