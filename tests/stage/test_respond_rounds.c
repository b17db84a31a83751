/* An incident that flares up again is another round: what was said before it ends nothing. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/release_world.h"

#define NOW(minutes) (WORLD_T0 + HOUR + (int64_t)(minutes)*MINUTE)

/* incident.VERB of the first incident, minutes after WORLD_T0 + an hour. */
static void
on(struct world *w, const char *who, const char *verb, const char *rest, int64_t minutes)
{
	const char *args = arena_textf(w->arena, "{\"id\":\"INC-2026-0001\",\"n\":%lld%s}",
				       (long long)++w->seq, rest);

	is(w,
	   world_act(w, arena_textf(w->arena, "unix:%s", who),
		     arena_textf(w->arena, "incident.%s", verb), args, 0, NOW(minutes)),
	   200, NULL);
}

/* Approved by two and said. */
static void
say(struct world *w, const char *template, const char *rest, int64_t minutes)
{
	is(w, act_at(w, "anna", "approve", template, "", minutes), 200, NULL);
	is(w, act_at(w, "bob", "approve", template, "", minutes), 200, "approved");
	is(w, act_at(w, "cara", "say", template, rest, minutes), 200, NULL);
}

static void
waive(struct world *w, int64_t minutes)
{
	static const char *const pieces[] = { "plan", "third" };

	for (size_t i = 0; i < LY_COUNT(pieces); i++) {
		const char *rest = arena_textf(
			w->arena, ",\"piece\":\"%s\",\"why\":\"nobody was hurt\"", pieces[i]);

		on(w, "anna", "pack_waive", rest, minutes);
		on(w, "bob", "pack_waive", rest, minutes);
	}
}

/* Louder than before. */
static void
flare(struct world *w, int64_t minutes)
{
	for (int i = 0; i < 30; i++)
		world_say(w, &(struct world_mention){
				     .at = NOW(minutes + i / 10),
				     .label = LABEL_NEG,
				     .author = arena_textf(w->arena, "z%lld.%d",
							   (long long)minutes, i),
				     .site = arena_textf(w->arena, "z%d.example", i),
				     .topic = "food_safety",
				     .severity = 3,
				     .flags = MENTION_FIRST_HAND });
	world_turn(w, NOW(minutes + 4));
}

static const char *
incident(struct world *w)
{
	return world_ask(w, "SELECT state || ' L' || level FROM incident");
}

#define FULL                                                                            \
	",\"next\":\"8h\",\"text\":\"Families told us that they fell ill again. Three " \
	"families fell ill.\\n\\nThis is our responsibility, and we apologise.\\n\\n"   \
	"What we do: every pack is refunded within 7 days without a receipt.\\n\\n"     \
	"Next update: by 20:00 today.\\nContact: 400-000-0000.\\n\""

static void
what_was_said_before_it_flared_up_ends_nothing(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	waive(&w, 1);
	say(&w, "en-f", SAY, 2);
	assert_string_equal(incident(&w), "watching L3");
	world_turn(&w, NOW(600));
	flare(&w, 610);
	assert_string_equal(incident(&w), "responding L3");
	assert_non_null(strstr(world_standing(&w, "task", "full"), "\"open\""));
	assert_non_null(strstr(world_standing(&w, "task", "pack"), "\"open\""));
	assert_non_null(strstr(world_standing(&w, "task", "pack.plan"), "\"open\""));
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM entry WHERE kind = 'task' AND"
					  " key IN ('assessment', 'fact')"),
			    "3"); /* opened once each, the fact sheet filled in */
	on(&w, "cara", "release", ",\"kind\":\"update\",\"channel\":\"site\"", 620);
	assert_string_equal(incident(&w), "responding L3");
	waive(&w, 630);
	assert_string_equal(incident(&w), "responding L3");
	is(&w, act_at(&w, "cara", "edit", "en-f", FULL, 631), 200, "lint_passed");
	say(&w, "en-f", SAY, 632);
	assert_string_equal(incident(&w), "watching L3");
	/* The second round has a follow-up of its own, 48 h after its own response. */
	assert_non_null(strstr(world_standing(&w, "task", "followup"),
			       "\"due\":\"2026-03-16T11:32:00Z\""));
	world_turn(&w, NOW(48 * 60 + 2));
	assert_string_equal(state_of(&w, "en-any-followup"), "");
	world_turn(&w, NOW(48 * 60 + 632));
	assert_string_equal(newest(&w, "en-any-followup", "version"), "1");
	world_verified(&w);
	world_close(&w);
}

/* What is of which round tells the order of rows: no clock that is set back changes it. */
static void
a_round_is_the_same_when_the_clock_is_set_back(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	waive(&w, 1);
	say(&w, "en-f", SAY, 2);
	world_turn(&w, NOW(600));
	flare(&w, 610);
	assert_string_equal(incident(&w), "responding L3");
	world_turn(&w, NOW(560)); /* before it flared up, by the clock of now */
	waive(&w, 570);
	assert_string_equal(incident(&w), "responding L3");
	is(&w, act_at(&w, "cara", "edit", "en-f", FULL, 571), 200, "lint_passed");
	say(&w, "en-f", SAY, 572);
	assert_string_equal(incident(&w), "watching L3");
	world_verified(&w);
	world_close(&w);
}

static void
a_second_round_has_a_follow_up_though_the_first_was_said(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	waive(&w, 1);
	say(&w, "en-f", SAY, 2);
	world_turn(&w, NOW(48 * 60 + 2));
	on(&w, "cara", "release", ",\"kind\":\"update\",\"channel\":\"site\"", 48 * 60 + 3);
	assert_non_null(strstr(world_standing(&w, "task", "followup"), "\"done\""));
	flare(&w, 49 * 60 - 5);
	assert_string_equal(incident(&w), "responding L3");
	is(&w, act_at(&w, "cara", "edit", "en-f", FULL, 49 * 60 + 1), 200, "lint_passed");
	say(&w, "en-f", SAY, 49 * 60 + 2);
	assert_non_null(strstr(world_standing(&w, "task", "followup"), "\"open\""));
	world_turn(&w, NOW(97 * 60 + 2));
	assert_string_equal(newest(&w, "en-any-followup", "version"), "2");
	world_verified(&w);
	world_close(&w);
}

/* ---- what stands ------------------------------------------------------------------------------- */

static void
a_correction_that_is_taken_back_leaves_nothing_in_public(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	say(&w, "en-f", SAY, 2);
	is(&w, act_at(&w, "cara", "edit", "en-f", FULL, 3), 200, "lint_passed");
	say(&w, "en-f", SAY ",\"corrects\":\"1\",\"why\":\"a receipt\"", 4);
	on(&w, "cara", "withdraw", ",\"release\":\"2\",\"why\":\"another batch\"", 5);
	on(&w, "cara", "pack", "", 6);
	assert_null(strstr(w.reply.p, "\"state\":\"released\""));
	on(&w, "anna", "pack_waive", ",\"piece\":\"statement\",\"why\":\"x\"", 7);
	on(&w, "bob", "pack_waive", ",\"piece\":\"statement\",\"why\":\"x\"", 7);
	waive(&w, 8);
	assert_string_equal(incident(&w), "responding L3");
	world_verified(&w);
	world_close(&w);
}

static void
who_waived_what_was_taken_back_since_waives_it_anew(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	on(&w, "anna", "pack_waive", ",\"piece\":\"statement\",\"why\":\"x\"", 1);
	say(&w, "en-h", SAY, 2);
	on(&w, "cara", "withdraw", ",\"release\":\"1\",\"why\":\"another batch\"", 3);
	on(&w, "bob", "pack_waive", ",\"piece\":\"statement\",\"why\":\"x\"", 4);
	assert_non_null(strstr(w.reply.p, "statement: missing"));
	world_close(&w);
}

static void
what_is_on_the_wire_is_called_back_when_it_is_taken_back(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	say(&w, "en-h", ",\"publish\":\"site\"", 2);
	assert_string_equal(world_ask(&w, "SELECT state FROM notice WHERE kind = 'publish'"),
			    "sending");
	on(&w, "cara", "withdraw", ",\"release\":\"1\",\"why\":\"another batch\"", 3);
	assert_string_equal(world_ask(&w, "SELECT recalled FROM notice WHERE kind = 'publish'"),
			    "taken back");
	world_close(&w);
}

static void
what_clocks_did_is_not_struck(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	is(&w,
	   world_act_on(&w, "unix:cara", "incident.strike",
			",\"kind\":\"clock\",\"key\":\"pack\",\"why\":\"it was late\""),
	   409, "stays");
	world_close(&w);
}

/* ---- 48 hours later, when it is over ------------------------------------------------------------- */

static void
what_is_owed_is_said_though_the_incident_has_closed(void **state)
{
	static const char over[] = "{\"id\":\"INC-2026-0001\",\"why\":\"it is over\"}";
	const int64_t closed = (int64_t)90 * 60;
	struct world w;

	(void)state;
	open_l3(&w);
	waive(&w, 1);
	say(&w, "en-f", SAY, 2);
	for (int h = 2; h < 91; h += 4)
		world_turn(&w, WORLD_T0 + h * HOUR);
	is(&w, world_act(&w, "unix:dan", "incident.close", over, 0, NOW(closed)), 200, NULL);
	is(&w,
	   act_at(&w, "cara", "edit", "en-any-followup",
		  ",\"next\":\"48h\",\"text\":\"Two days ago we told you what we would do. New "
		  "since then: every pack "
		  "was refunded by 16 March 2026. What you can do: keep the pack and do not "
		  "eat "
		  "it, and call us for a refund. Next update: by 20:00 on 20 March. Contact: "
		  "400-000-0000.\"",
		  closed + 1),
	   200, "lint_passed");
	say(&w, "en-any-followup", SAY, closed + 2);
	assert_non_null(strstr(world_standing(&w, "task", "followup"), "\"done\""));
	/* Once. */
	is(&w,
	   act_at(&w, "cara", "edit", "en-any-followup",
		  ",\"next\":\"48h\",\"text\":\"Three days ago we told you what we would do. "
		  "New since then: every "
		  "pack was refunded by 16 March 2026. What you can do: keep the pack and do "
		  "not "
		  "eat it, and call us for a refund. Next update: by 20:00 on 20 March. "
		  "Contact: 400-000-0000.\"",
		  closed + 3),
	   200, "lint_passed");
	is(&w, act_at(&w, "anna", "approve", "en-any-followup", "", closed + 4), 200, NULL);
	is(&w, act_at(&w, "bob", "approve", "en-any-followup", "", closed + 4), 200, NULL);
	is(&w, act_at(&w, "cara", "say", "en-any-followup", SAY, closed + 5), 409, "is closed");
	world_verified(&w);
	world_close(&w);
}

static void
of_two_that_are_one_the_follow_up_is_owed_once(void **state)
{
	struct world w;

	(void)state;
	open_l3(&w);
	say(&w, "en-f", SAY, 2);
	world_say(&w, &(struct world_mention){ .watch = "qingshan",
					       .at = WORLD_T0 + 2 * HOUR,
					       .label = LABEL_NEG,
					       .author = "y",
					       .topic = "food_safety",
					       .flags = MENTION_FIRST_HAND });
	world_act(&w, "unix:cara", "incident.release",
		  "{\"id\":\"INC-2026-0002\",\"kind\":\"full\",\"channel\":\"site\"}", 0,
		  NOW(70));
	on(&w, "cara", "merge", ",\"into\":\"INC-2026-0002\",\"why\":\"one matter\"", 80);
	assert_non_null(strstr(world_standing(&w, "task", "followup"), "\"dropped\""));
	world_turn(&w, NOW(48 * 60 + 2));
	world_turn(&w, NOW(48 * 60 + 70));
	assert_string_equal(newest(&w, "en-any-followup", "version"), "1");
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_before_it_flared_up_ends_nothing),
		cmocka_unit_test(a_round_is_the_same_when_the_clock_is_set_back),
		cmocka_unit_test(a_second_round_has_a_follow_up_though_the_first_was_said),
		cmocka_unit_test(a_correction_that_is_taken_back_leaves_nothing_in_public),
		cmocka_unit_test(who_waived_what_was_taken_back_since_waives_it_anew),
		cmocka_unit_test(what_is_on_the_wire_is_called_back_when_it_is_taken_back),
		cmocka_unit_test(what_clocks_did_is_not_struck),
		cmocka_unit_test(what_is_owed_is_said_though_the_incident_has_closed),
		cmocka_unit_test(of_two_that_are_one_the_follow_up_is_owed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
