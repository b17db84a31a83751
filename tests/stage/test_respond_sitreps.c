/* Situation reports of an L3 incident, through the responder with the real notices. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/desk.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600

static const char settings[] =
	"people:\n"
	"  anna: { name: 安娜, unix: anna, contacts: [ { channel: disk }, { channel: bell } ], "
	"roles: [lead, analyst] }\n"
	"  bob: { name: Bob, lang: en, contacts: [ { channel: disk } ], roles: [legal] }\n"
	"policies:\n"
	"  default: { steps: [ { to: [\"person:anna\"] } ] }\n"
	"routes: [ { policy: default, owner: anna } ]\n"
	"channels:\n"
	"  disk: { kind: file, path: told, region: cn }\n" /* ours: no border */
	"  bell: { kind: file, path: told-loud, wakes: on }\n";

struct house {
	struct world w;
	int64_t t0; /* at L3 since */
};

/* Three first-hand reports from three sites: W3 at once. */
static void
house_open(struct house *h)
{
	world_open(&h->w, CLOCK_WALL);
	world_configure(&h->w, settings);
	h->w.conf.site.lang = STR("zh");
	h->w.conf.site.region = STR("cn");
	h->w.conf.send = SEND_SINK;
	h->t0 = WORLD_T0 + HOUR;
	world_reopen(&h->w, WORLD_T0);
	for (int i = 0; i < 3; i++)
		world_say(&h->w, &(struct world_mention){
					 .at = h->t0,
					 .label = LABEL_NEG,
					 .author = arena_textf(h->w.arena, "a%d", i),
					 .site = arena_textf(h->w.arena, "s%d.example", i),
					 .title = "住院了",
					 .topic = "food_safety",
					 .followers = 1000,
					 .severity = 3,
					 .flags = MENTION_FIRST_HAND });
	world_turn(&h->w, h->t0);
	assert_string_equal(world_ask(&h->w, "SELECT state || level FROM incident"),
			    "responding3");
}

static void
turn(struct house *h, int64_t minutes)
{
	world_turn(&h->w, h->t0 + minutes * MINUTE);
	world_turn(&h->w, h->t0 + minutes * MINUTE);
}

static const char *
reports(struct house *h)
{
	return world_ask(&h->w, "SELECT count(*) FROM notice WHERE kind = 'sitrep' AND"
				" recipient = 'anna'");
}

static const char *
fact(struct house *h, const char *name)
{
	return world_ask(
		&h->w, arena_textf(h->w.arena,
				   "SELECT json_extract(facts, '$.%s') FROM notice WHERE kind ="
				   " 'sitrep' AND recipient = 'anna' ORDER BY seq DESC LIMIT 1",
				   name));
}

static void
each_time_has_one_with_what_came_since(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	turn(&h, 29);
	assert_string_equal(reports(&h), "0");
	turn(&h, 30);
	turn(&h, 31);
	assert_string_equal(reports(&h), "1");
	assert_string_equal(fact(&h, "mentions"), "3");
	assert_string_equal(fact(&h, "reach"), "3000");
	assert_string_equal(fact(&h, "sites"), "3");
	assert_string_equal(fact(&h, "before"), "-1");
	/* Through the first contact, to each role's person once; nobody is asked to take it. */
	assert_string_equal(world_ask(&h.w,
				      "SELECT count(*) || group_concat(DISTINCT channel) ||"
				      " group_concat(DISTINCT code) || group_concat(DISTINCT"
				      " state) FROM notice WHERE kind = 'sitrep'"),
			    "2disksent");
	world_say(&h.w, &(struct world_mention){ .at = h.t0 + 40 * MINUTE,
						 .label = LABEL_NEG,
						 .author = "b",
						 .followers = 600000,
						 .rank = 9 });
	world_say(&h.w, &(struct world_mention){ .at = h.t0 + 41 * MINUTE, .author = "c" });
	turn(&h, 60);
	assert_string_equal(reports(&h), "2");
	assert_string_equal(fact(&h, "mentions"), "2");
	assert_string_equal(fact(&h, "negative"), "1");
	assert_string_equal(fact(&h, "rank"), "9");
	assert_string_equal(fact(&h, "before"), "3");
	turn(&h, 90); /* nothing changed: told all the same */
	assert_string_equal(reports(&h), "3");
	assert_string_equal(fact(&h, "mentions"), "0");
	world_verified(&h.w);
	world_close(&h.w);
}

static void
what_stands_in_the_file_is_told(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	/* at WORLD_T0 + 1 h, as all acts of world_act_on */
	world_act_on(&h.w, "unix:anna", "incident.claim",
		     ",\"text\":\"three children are in hospital\",\"truth\":\"untrue\"");
	world_act_on(&h.w, "unix:anna", "incident.task",
		     ",\"what\":\"call the hospital\",\"role\":\"legal\",\"due\":\"20m\"");
	world_act_on(
		&h.w, "unix:anna", "incident.release",
		",\"kind\":\"statement\",\"channel\":\"weibo\",\"text\":\"we look into it\","
		"\"next\":\"1h\"");
	turn(&h, 30);
	assert_string_equal(fact(&h, "claims_n"), "1");
	assert_string_equal(fact(&h, "claims[0].truth"), "untrue");
	assert_string_equal(fact(&h, "late_n"), "1");
	assert_string_equal(fact(&h, "releases"), "1");
	assert_string_equal(fact(&h, "promise_at"),
			    arena_textf(h.w.arena, "%lld", (long long)(h.t0 + HOUR)));
	assert_non_null(
		strstr(world_ask(&h.w, "SELECT body FROM notice WHERE kind = 'sitrep' AND"
				       " recipient = 'bob'"),
		       "Claims: three children are in hospital (untrue)\n"));
	world_verified(&h.w);
	/* What is struck from the file is in no report any more. */
	assert_int_equal(world_act_on(&h.w, "unix:anna", "incident.strike",
				      ",\"kind\":\"claim\",\"key\":\"1\",\"why\":\"names a "
				      "child\""),
			 200);
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM notice WHERE body LIKE"
					    " '%hospital%' OR html LIKE '%hospital%'"),
			    "0");
	world_verified(&h.w);
	world_close(&h.w);
}

/* Its row is written anew, it is not said anew. */
static void
what_is_taken_back_was_said_when_it_was_said(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	world_act_on(&h.w, "unix:anna", "incident.release",
		     ",\"kind\":\"statement\",\"channel\":\"weibo\",\"text\":\"x\"");
	turn(&h, 30);
	assert_string_equal(fact(&h, "released"), "1");
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.withdraw",
				   "{\"id\":\"INC-2026-0001\",\"release\":\"1\",\"why\":\"x\"}",
				   0, h.t0 + 40 * MINUTE),
			 200);
	turn(&h, 60);
	assert_string_equal(reports(&h), "2");
	assert_string_equal(fact(&h, "released"), "0");
	world_verified(&h.w);
	world_close(&h.w);
}

/* What it told of goes with the incident, the figures of our own words stay. */
static void
at_its_term_no_report_quotes_the_file_and_all_of_them_are_right(void **state)
{
	int64_t closed;
	struct house h;

	(void)state;
	house_open(&h);
	closed = h.t0 + 100 * HOUR;
	h.w.conf.retain = (struct retain_conf){ .incidents_s = 20 * 86400 };
	world_reopen(&h.w, h.t0);
	world_act_on(&h.w, "unix:anna", "incident.claim",
		     ",\"text\":\"three children are in hospital\",\"truth\":\"untrue\"");
	world_act_on(&h.w, "unix:anna", "incident.task",
		     ",\"what\":\"call the hospital\",\"role\":\"legal\",\"due\":\"20m\"");
	world_act_on(&h.w, "unix:anna", "incident.release",
		     ",\"kind\":\"statement\",\"channel\":\"weibo\",\"text\":\"we look into "
		     "it\",\"next\":\"1h\"");
	turn(&h, 30);
	assert_string_equal(fact(&h, "late_n"), "1");
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.close",
				   "{\"id\":\"INC-2026-0001\",\"why\":\"calm\"}", 0,
				   h.t0 + HOUR),
			 200);
	for (int i = 1; i <= 100; i++)
		world_turn(&h.w, h.t0 + i * HOUR);
	(void)world_act(&h.w, "unix:anna", "incident.close",
			"{\"id\":\"INC-2026-0001\",\"why\":\"over\"}", 0, closed);
	for (int i = 0; i < 8; i++)
		world_turn(&h.w, closed + 20 * 86400 + HOUR + i);
	assert_string_equal(world_ask(&h.w, "SELECT count(expired_at) FROM incident"), "1");
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM notice WHERE kind = 'sitrep'"
					    " AND (body || html) LIKE '%hospital%'"),
			    "0");
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM entry WHERE value IS NULL"
					    " AND kind IN ('release', 'clock')"),
			    "0");
	assert_string_equal(world_ask(&h.w, "SELECT count(*) FROM entry WHERE value LIKE"
					    " '%hospital%'"),
			    "0");
	world_verified(&h.w);
	/* More were never late than have gone. */
	world_forge(&h.w, "UPDATE notice SET facts = replace(facts, '\"late_n\":1',"
			  " '\"late_n\":99') WHERE kind = 'sitrep' AND recipient = 'anna'");
	assert_int_equal(world_verify(&h.w, &(struct verify_sum){ 0 }), 1);
	world_close(&h.w);
}

static void
what_was_missed_is_one_report_and_none_comes_twice(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	turn(&h, 30);
	world_reopen(&h.w, h.t0 + 30 * MINUTE); /* killed; again at the same time */
	turn(&h, 30);
	assert_string_equal(reports(&h), "1");
	turn(&h, 30 + 24 * 60); /* a day of silence */
	assert_string_equal(reports(&h), "2");
	assert_string_equal(
		world_ask(&h.w, "SELECT n || '/' || (next_at - told_at) FROM sitrep"),
		"2/5400"); /* at 24 h 30 min: the next of every two hours is at 26 h */
	/* The clock is set back two days: not again at once, and not only in two days. */
	turn(&h, -24 * 60);
	assert_string_equal(reports(&h), "2");
	turn(&h, -24 * 60 + 89);
	assert_string_equal(reports(&h), "2");
	turn(&h, -24 * 60 + 90);
	assert_string_equal(reports(&h), "3");
	world_close(&h.w);
}

/* Whoever waits for an answer waits as long as before, not longer by the jump. */
static void
a_clock_that_is_set_back_holds_no_escalation(void **state)
{
	static const char newest[] = "SELECT max(seq) FROM notice WHERE kind = 'page'";
	static const int back[] = { 60, 24 * 60 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(back); i++) {
		struct house h;
		int64_t wait, seq;

		house_open(&h);
		turn(&h, 5);
		seq = strtoll(world_ask(&h.w, newest), NULL, 10);
		wait = strtoll(world_ask(&h.w, "SELECT step_due FROM incident"), NULL, 10) -
		       (h.t0 + 5 * MINUTE);
		assert_in_range(wait, 1, 15 * MINUTE);
		turn(&h, 5 - back[i]);
		assert_string_equal(
			world_ask(&h.w, "SELECT step_due FROM incident"),
			arena_textf(h.w.arena, "%lld",
				    (long long)(h.t0 + (5 - back[i]) * MINUTE + wait)));
		world_turn(&h.w, h.t0 + (5 - back[i]) * MINUTE + wait);
		assert_true(strtoll(world_ask(&h.w, newest), NULL, 10) > seq);
		world_close(&h.w);
	}
}

static void
it_ends_with_the_handling_and_numbers_go_on(void **state)
{
	struct house h;

	(void)state;
	house_open(&h);
	turn(&h, 30);
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.verdict",
				   "{\"id\":\"INC-2026-0001\",\"verdict\":\"stand_down\"}", 0,
				   h.t0 + 40 * MINUTE),
			 200);
	turn(&h, 60);
	turn(&h, 600);
	assert_string_equal(reports(&h), "1");
	assert_int_equal(world_act(&h.w, "unix:anna", "incident.promote",
				   "{\"id\":\"INC-2026-0001\",\"level\":3,\"again\":1}", 0,
				   h.t0 + 601 * MINUTE),
			 409); /* it is at L3 */
	for (int i = 0; i < 30; i++)
		world_say(&h.w, &(struct world_mention){
					.at = h.t0 + (602 + i / 10) * MINUTE,
					.label = LABEL_NEG,
					.author = arena_textf(h.w.arena, "z%d", i),
					.site = arena_textf(h.w.arena, "z%d.example", i),
					.topic = "food_safety",
					.severity = 3,
					.flags = MENTION_FIRST_HAND });
	turn(&h, 606);
	if (!strcmp(world_ask(&h.w, "SELECT state FROM incident"), "responding")) {
		turn(&h, 640);
		assert_string_equal(fact(&h, "n"), "2");
	} else {
		fail_msg("it did not flare up again: %s",
			 world_ask(&h.w, "SELECT state FROM incident"));
	}
	world_verified(&h.w);
	world_close(&h.w);
}

static void
verify_finds_a_figure_that_was_changed(void **state)
{
	static const char *const forged[] = {
		"UPDATE notice SET facts = replace(facts, '\"mentions\":3', '\"mentions\":4')"
		" WHERE kind = 'sitrep' AND recipient = 'anna'",
		"UPDATE notice SET body = replace(body, '新增 3', '新增 2') WHERE kind = "
		"'sitrep' AND recipient = 'anna'",
		"UPDATE mention SET label = 1 WHERE id = (SELECT min(id) FROM mention)",
		"UPDATE notice SET facts = replace(facts, '\"releases\":0', '\"releases\":1')"
		" WHERE kind = 'sitrep' AND recipient = 'anna'",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(forged); i++) {
		struct house h;
		struct verify_sum sum;

		house_open(&h);
		turn(&h, 30);
		world_verified(&h.w);
		world_forge(&h.w, forged[i]);
		if (world_verify(&h.w, &sum) <= 0)
			fail_msg("not found: %s", forged[i]);
		if (!strstr(h.w.reply.p, "situation report"))
			fail_msg("%zu: %s", i, h.w.reply.p);
		world_close(&h.w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_time_has_one_with_what_came_since),
		cmocka_unit_test(what_stands_in_the_file_is_told),
		cmocka_unit_test(what_is_taken_back_was_said_when_it_was_said),
		cmocka_unit_test(
			at_its_term_no_report_quotes_the_file_and_all_of_them_are_right),
		cmocka_unit_test(what_was_missed_is_one_report_and_none_comes_twice),
		cmocka_unit_test(a_clock_that_is_set_back_holds_no_escalation),
		cmocka_unit_test(it_ends_with_the_handling_and_numbers_go_on),
		cmocka_unit_test(verify_finds_a_figure_that_was_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
