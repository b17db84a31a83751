/* The responder: who only spreads what we released sets nothing off. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "tests/support/record_neighbours.h"
#include "tests/support/record_world.h"

#define OURS                                                                                \
	"A customer found a thin wire in a bag of our crisps yesterday. We have taken all " \
	"bags of this batch off the shelves, and a laboratory is looking at them."
#define QUOTE                                                                                \
	"We have taken all bags of this batch off the shelves, and a laboratory is looking " \
	"at them."
/* More words than the sentence that is quoted. */
#define ARTICLE                                                                              \
	"We asked in four shops of the city this morning, and in two of them the very same " \
	"bags were still on sale, next to the till, at half the price of last week. "

static void
release(struct world *w)
{
	world_say(w, &(struct world_mention){ .text = OURS,
					      .at = WORLD_T0,
					      .flags = MENTION_OWNED,
					      .label = LABEL_NEG });
}

/* n people, a minute apart, each with the text and a tail of his own. */
static void
spread(struct world *w, const char *text, int n, int64_t flags)
{
	for (int i = 0; i < n; i++)
		world_say(w, &(struct world_mention){
				     .text = arena_textf(w->arena, "%s (%d)", text, i),
				     .at = WORLD_T0 + 600 + i * 60,
				     .label = LABEL_NEG,
				     .flags = flags,
				     .author = arena_textf(w->arena, "p%d", i),
				     .site = arena_textf(w->arena, "s%d.example", i % 7) });
}

static const char *
firings(struct world *w)
{
	return world_ask(w, "SELECT CASE WHEN count(*) > 0 THEN 'some' ELSE 'none' END FROM"
			    " firing");
}

static void
the_same_texts_fire_only_when_they_are_not_ours(void **state)
{
	static const char *const texts[] = { OURS, ARTICLE QUOTE,
					     "read http://a.example/x about the crisps" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(texts); i++)
		for (int ours = 0; ours < 2; ours++) {
			struct world w;

			world_open(&w, CLOCK_WALL);
			if (ours)
				release(&w);
			spread(&w, texts[i], 12, 0);
			assert_string_equal(firings(&w), ours ? "none" : "some");
			assert_string_equal(world_ask(&w, "SELECT count(*) FROM mention WHERE"
							  " flags & 256"),
					    ours ? "12" : "0");
			world_close(&w);
		}
}

static void
a_witness_who_quotes_us_is_a_witness(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	release(&w);
	spread(&w, ARTICLE "My bag had one, too. " QUOTE, 12, MENTION_FIRST_HAND);
	assert_string_equal(firings(&w), "some");
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM echo"), "0");
	world_close(&w);
}

static void
what_is_ours_is_known_after_a_restart_and_its_figures_hold(void **state)
{
	struct verify_sum sum;
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	release(&w);
	world_reopen(&w, WORLD_T0 + 300);
	spread(&w, OURS, 12, 0);
	assert_string_equal(firings(&w), "none");
	assert_string_equal(world_ask(&w, "SELECT count(*) || ' ' || min(how) FROM echo"),
			    "12 1");
	world_reopen(&w, WORLD_T0 + 3600);
	assert_int_equal(world_verify(&w, &sum), 0);
	world_close(&w);
}

static void
what_a_person_told_of_counts_from_then_on(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	assert_int_equal(
		world_act(&w, "unix:anna", "echo.add", "{\"text\":\"" OURS "\"}", 0, WORLD_T0),
		200);
	spread(&w, OURS, 12, 0);
	assert_string_equal(firings(&w), "none");
	assert_string_equal(world_ask(&w, "SELECT kind || ' ' || actor FROM released"),
			    "told unix:anna");
	world_close(&w);
}

static void
an_erased_text_of_an_own_account_is_gone_here_too(void **state)
{
	struct world w;

	(void)state;
	world_open(&w, CLOCK_WALL);
	release(&w);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM released"), "1");
	assert_int_equal(
		world_act(&w, "unix:anna", "erase",
			  arena_textf(w.arena, "{\"document\":\"%s\"}",
				      world_ask(&w, "SELECT lower(hex(id)) FROM document")),
			  0, WORLD_T0 + 60),
		200);
	assert_string_equal(world_ask(&w, "SELECT count(*) FROM released"), "0");
	world_close(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_texts_fire_only_when_they_are_not_ours),
		cmocka_unit_test(a_witness_who_quotes_us_is_a_witness),
		cmocka_unit_test(what_is_ours_is_known_after_a_restart_and_its_figures_hold),
		cmocka_unit_test(what_a_person_told_of_counts_from_then_on),
		cmocka_unit_test(an_erased_text_of_an_own_account_is_gone_here_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
