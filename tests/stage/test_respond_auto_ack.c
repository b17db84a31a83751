/* The one text that leaves by itself: an acknowledgement on our own channel. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/release_world.h"

static struct str ack_watches[] = { STR_INIT("shancui"), STR_INIT("qingshan") };
static struct str ack_sources[] = { STR_INIT("src") };
static struct str ack_templates[] = { STR_INIT("en-h"), STR_INIT("en-ack") };

static void
complain_of(struct world *w, const char *watch, const char *author, int64_t at)
{
	world_say(w, &(struct world_mention){ .watch = watch,
					      .at = at,
					      .label = LABEL_NEG,
					      .intent = INTENT_COMPLAINT,
					      .topic = NULL,
					      .author = author,
					      .source_class = CLASS_COMPLAINT });
}

static void
complain(struct world *w, const char *author, int64_t at)
{
	complain_of(w, "shancui", author, at);
}

/* A world whose desk acknowledges. */
static void
desk_open(struct world *w)
{
	world_open(w, CLOCK_WALL);
	release_world_library(w);
	world_stop(w);
	w->conf.notice.channels =
		(struct conf_list){ release_world_channels, LY_COUNT(release_world_channels) };
	w->conf.publish = (struct conf_texts){ release_world_publish, 1 };
	w->conf.auto_ack = (struct auto_ack_conf){ .enabled = 1,
						   .watches = { ack_watches, 2 },
						   .sources = { ack_sources, 1 },
						   .templates = { ack_templates, 2 },
						   .channel = STR("site"),
						   .per_hour = 2,
						   .max_age = HOUR,
						   .unknown_tier = 1 };
	world_reopen(w, WORLD_T0);
}

static const char *
acks(struct world *w)
{
	return world_ask(w, "SELECT count(*) FROM notice WHERE kind = 'auto_ack'");
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

		desk_open(&w);
		w.conf.auto_ack.enabled = on;
		world_reopen(&w, WORLD_T0);
		for (size_t i = 0; i < LY_COUNT(cases); i++) {
			const char *n;

			complain(&w, cases[i].author, WORLD_T0 + cases[i].minutes * MINUTE);
			n = acks(&w);
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
		assert_string_equal(acks(&w), on ? "3" : "0");
		world_verified(&w);
		world_close(&w);
	}
}

static void
who_complains_of_two_brands_is_answered_once(void **state)
{
	struct world w;

	(void)state;
	desk_open(&w);
	complain(&w, "amy", WORLD_T0 + MINUTE);
	complain_of(&w, "qingshan", "amy", WORLD_T0 + 2 * MINUTE);
	assert_string_equal(acks(&w), "1");
	complain_of(&w, "qingshan", "ben", WORLD_T0 + 3 * MINUTE);
	assert_string_equal(acks(&w), "2");
	world_close(&w);
}

/* An incident about safety at L1 is a matter for people, too. */
static void
what_is_about_safety_stops_it_at_every_level(void **state)
{
	struct world w;

	(void)state;
	desk_open(&w);
	world_grumble(&w, WORLD_T0, 6);
	world_turn(&w, WORLD_T0 + 25 * HOUR); /* the burst is over */
	world_forge(&w, "UPDATE incident SET level = 1, state = 'open', safety = 0");
	complain(&w, "amy", WORLD_T0 + 26 * HOUR);
	assert_string_equal(acks(&w), "1");
	world_forge(&w, "UPDATE incident SET level = 1, state = 'open', safety = 1");
	complain(&w, "ben", WORLD_T0 + 26 * HOUR + MINUTE);
	assert_string_equal(acks(&w), "1");
	world_close(&w);
}

/* ---- what waits ------------------------------------------------------------------------------------ */

static void
is_off(struct world *w)
{
	w->conf.auto_ack.enabled = 0;
}

static void
has_night(struct world *w)
{
	w->conf.auto_ack.quiet = (struct quiet_conf){ 8 * HOUR, 10 * HOUR };
}

static void
has_another_text(struct world *w)
{
	w->conf.auto_ack.templates.n = 1; /* en-h, which has gaps */
}

static void
is_as_it_was(struct world *w)
{
	(void)w;
}

static void
is_erased(struct world *w)
{
	is(w,
	   world_act(w, "unix:root", "erase", "{\"author\":\"amy\",\"why\":\"asked\"}", 0,
		     WORLD_T0 + 2 * MINUTE),
	   200, "\"erased\":1");
}

static void
has_trouble(struct world *w)
{
	world_grumble(w, WORLD_T0 + 2 * MINUTE, 6);
}

/* It is written while nothing leaves; then something changes, and its turn comes. */
static void
what_waits_is_asked_again_when_its_turn_comes(void **state)
{
	static const struct {
		void (*change)(struct world *w);
		int64_t minutes;
		const char *becomes, *answered;
	} cases[] = {
		{ is_as_it_was, 30, "sent ", "1" },
		{ is_as_it_was, 62, "superseded stale", "0" },
		{ is_off, 30, "superseded off", "0" },
		{ has_night, 30, "superseded quiet", "0" },
		{ has_another_text, 30, "superseded template", "0" },
		{ is_erased, 30, "superseded author", "1" },
		{ has_trouble, 30, "superseded level", "0" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t at = WORLD_T0 + cases[i].minutes * MINUTE;
		struct world w;
		const char *is;

		desk_open(&w);
		w.conf.send = SEND_LATER;
		world_reopen(&w, WORLD_T0);
		complain(&w, "amy", WORLD_T0 + MINUTE);
		assert_string_equal(acks(&w), "1");
		cases[i].change(&w);
		w.conf.send = SEND_SINK;
		world_reopen(&w, at);
		world_turn(&w, at);
		world_turn(&w, at + 1);
		is = world_ask(&w, "SELECT state || ' ' || why FROM notice WHERE kind ="
				   " 'auto_ack'");
		if (strcmp(is, cases[i].becomes) != 0)
			fail_msg("case %zu: %s, not %s", i, is, cases[i].becomes);
		assert_string_equal(world_ask(&w, "SELECT count(*) FROM auto_ack"),
				    cases[i].answered);
		world_verified(&w);
		world_close(&w);
	}
}

/* The level says no at once, not only when the turn comes. */
static void
what_waits_is_called_off_when_an_incident_reaches_l2(void **state)
{
	struct world w;

	(void)state;
	desk_open(&w);
	w.conf.send = SEND_LATER;
	world_reopen(&w, WORLD_T0);
	complain(&w, "amy", WORLD_T0 + MINUTE);
	world_grumble(&w, WORLD_T0 + 2 * MINUTE, 6);
	assert_string_equal(
		world_ask(&w, "SELECT state || ' ' || why FROM notice WHERE kind = 'auto_ack'"),
		"superseded level");
	world_close(&w);
}

/* Whom it answered, and where, is as much theirs as what they wrote. */
static void
who_is_erased_is_in_no_acknowledgement(void **state)
{
	struct world w;

	(void)state;
	desk_open(&w);
	world_say(&w, &(struct world_mention){ .at = WORLD_T0 + MINUTE,
					       .url = "https://desk.example/t/4711",
					       .label = LABEL_NEG,
					       .intent = INTENT_COMPLAINT,
					       .author = "amy",
					       .source_class = CLASS_COMPLAINT });
	assert_non_null(
		strstr(world_ask(&w, "SELECT facts FROM notice WHERE kind = 'auto_ack'"),
		       "desk.example/t/4711"));
	is_erased(&w);
	assert_string_equal(
		world_ask(&w, "SELECT count(*) FROM notice WHERE facts LIKE '%4711%' OR facts"
			      " LIKE '%reply_to%'"),
		"0");
	assert_non_null(
		strstr(world_ask(&w, "SELECT facts FROM notice WHERE kind = 'auto_ack'"),
		       "\"template\":\"en-ack\""));
	assert_string_equal(
		world_ask(&w, "SELECT erased_at > 0 FROM notice WHERE kind = 'auto_ack'"), "1");
	world_verified(&w);
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_complaint_on_our_own_channel_is_acknowledged_once),
		cmocka_unit_test(who_complains_of_two_brands_is_answered_once),
		cmocka_unit_test(what_is_about_safety_stops_it_at_every_level),
		cmocka_unit_test(what_waits_is_asked_again_when_its_turn_comes),
		cmocka_unit_test(what_waits_is_called_off_when_an_incident_reaches_l2),
		cmocka_unit_test(who_is_erased_is_in_no_acknowledgement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
