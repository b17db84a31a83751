/* release_world.c - see release_world.h. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/folder.h"
#include "tests/support/release_world.h"

struct str release_world_approver[] = { STR_INIT("approver") };
struct str release_world_work[] = { STR_INIT("lead"), STR_INIT("spokesperson"),
				    STR_INIT("fixer") };
struct contact_conf release_world_desk[] = { { STR_INIT("desk"), STR_INIT("") } };
struct channel_conf release_world_channels[] = {
	{ .name = STR_INIT("desk"), .kind = CHANNEL_FILE, .path = STR_INIT("/nowhere") },
	{ .name = STR_INIT("site"),
	  .kind = CHANNEL_WEBHOOK,
	  .url = STR_INIT("https://cms.example/in"),
	  .secret = STR_INIT("s") },
};
struct str release_world_publish[] = { STR_INIT("site") };
struct person_conf release_world_people[] = {
	PERSON("anna", "Anna Li", release_world_approver, 1),
	PERSON("bob", "Bob Roux", release_world_approver, 1),
	PERSON("cara", "Cara Wu", release_world_work, 3),
	PERSON("dan", "Dan Ost", release_world_work, 1),
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

void
release_world_library(struct world *w)
{
	const char *dir = arena_textf(w->arena, "%s/templates", w->dir);
	const char *facts = arena_textf(w->arena, "%s/facts.yaml", w->dir);

	assert_int_equal(mkdir(dir, 0700), 0);
	assert_int_equal(mkdir(arena_textf(w->arena, "%s/en", dir), 0700), 0);
	assert_int_equal(mkdir(arena_textf(w->arena, "%s/zh", dir), 0700), 0);
	folder_put(arena_textf(w->arena, "%s/en/h.md", dir), holding);
	folder_put(arena_textf(w->arena, "%s/en/f.md", dir), full);
	folder_put(arena_textf(w->arena, "%s/en/u.md", dir), followup);
	folder_put(arena_textf(w->arena, "%s/en/r.md", dir), reply);
	folder_put(
		facts,
		"facts:\n  contact: 400-000-0000\n  action: keep the pack and do not eat it\n");
	w->conf.draft = (struct draft_conf){ .dir = str_of(dir),
					     .facts = str_of(facts),
					     .variants = 1 };
}

/* An incident at L3 with one confirmed fact, at WORLD_T0 + an hour. */
void
open_l3(struct world *w)
{
	world_open(w, CLOCK_WALL);
	release_world_library(w);
	world_stop(w); /* before its people change */
	w->conf.notice.people =
		(struct conf_list){ release_world_people, LY_COUNT(release_world_people) };
	w->conf.site.data = str_of(w->dir);
	w->conf.notice.channels =
		(struct conf_list){ release_world_channels, LY_COUNT(release_world_channels) };
	w->conf.publish = (struct conf_texts){ release_world_publish, 1 };
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
const char *
newest(struct world *w, const char *template, const char *what)
{
	return world_ask(w, arena_textf(w->arena,
					"SELECT %s FROM draft WHERE template = '%s'"
					" ORDER BY version DESC LIMIT 1",
					what, template));
}

const char *
state_of(struct world *w, const char *template)
{
	return newest(w, template, "state");
}

/* verb on the newest draft of a template; rest: more members. at: minutes after WORLD_T0 + an hour. */
int
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

int
act(struct world *w, const char *who, const char *verb, const char *template, const char *rest)
{
	return act_at(w, who, verb, template, rest, 0);
}

void
is(struct world *w, int got, int status, const char *says)
{
	if (got != status || (says && !strstr(w->reply.p, says)))
		fail_msg("%d, not %d with \"%s\": %s", got, status, says ? says : "",
			 w->reply.p);
}

const char *
sent(struct world *w, const char *kind)
{
	return world_ask(w,
			 arena_textf(w->arena,
				     "SELECT group_concat(recipient || channel) FROM (SELECT * "
				     "FROM notice WHERE kind = '%s' ORDER BY recipient)",
				     kind));
}
