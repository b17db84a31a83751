/*
 * The labelled headlines that grouping is measured on (tests/data/stories-*.tsv) are what their
 * heads promise; what is measured with them is in tests/bench/bench_story.c.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/document.h"
#include "core/str.h"
#include "responder/story.h"
#include "tests/support/story_set.h"

#define EVENTS_LEAST 40
#define ITEMS_LEAST  300

#define BLIND              4
#define BLIND_EVENTS_LEAST 60
#define BLIND_ITEMS_LEAST  330

static const char *const kinds[] = { "batch", "place", "matter", "sentiment",
				     "old",   "brand", "person", "time" };
static const char *const languages[] = { "zh", "en" };

#define HALVES 2

struct sets {
	struct arena *arena;
	struct story_set set[6]; /* the halves develop and held; train; fresh; blind; near2 */
};

static int
sets_read(void **state)
{
	static const char *const files[] = { STORY_SET_DEVELOP, STORY_SET_HELD,
					     STORY_SET_TRAIN,   STORY_SET_FRESH,
					     STORY_SET_BLIND,   STORY_SET_NEAR2 };
	struct arena *a = arena_new();
	struct sets *s = arena_alloc(a, sizeof *s);
	struct err e = { .kind = ERR_NONE };

	s->arena = a;
	for (size_t h = 0; h < LY_COUNT(files); h++)
		if (story_set_read(files[h], a, &s->set[h], &e) < 0) {
			print_error("%s\n", e.text);
			return -1;
		}
	*state = s;
	return 0;
}

static int
sets_free(void **state)
{
	struct sets *s = *state;

	arena_free(s->arena);
	return 0;
}

static bool
is_among(struct str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] && str_is(word, words[i]))
			return true;
	return false;
}

/* 10 % apart at most. */
static bool
is_balanced(size_t a, size_t b)
{
	return (a > b ? a - b : b - a) * 10 <= (a > b ? a : b);
}

static size_t
lang_count(const struct story_set *set, const char *lang)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_items; i++)
		n += str_is(set->items[i].lang, lang);
	return n;
}

static void
there_are_enough_headlines_and_the_halves_weigh_the_same(void **state)
{
	const struct sets *s = *state;
	const struct story_set *develop = &s->set[0], *held = &s->set[1];

	assert_true(develop->n_events + held->n_events >= EVENTS_LEAST);
	assert_true(develop->n_items + held->n_items >= ITEMS_LEAST);
	assert_true(is_balanced(develop->n_events, held->n_events));
	assert_true(is_balanced(develop->n_items, held->n_items));
	for (size_t l = 0; l < LY_COUNT(languages); l++) {
		size_t n = lang_count(develop, languages[l]);

		assert_true(is_balanced(n, lang_count(held, languages[l])));
		assert_true(n * 4 >= develop->n_items);
	}
}

static size_t
near_count(const struct story_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_events; i++)
		n += !str_is(set->events[i].near, "-");
	return n;
}

/* It judges methods made with develop: in shares of near misses, sizes and languages it is alike. */
static void
the_blind_set_is_large_and_of_the_making_of_develop(void **state)
{
	const struct sets *s = *state;
	const struct story_set *develop = &s->set[0], *blind = &s->set[BLIND];

	assert_true(blind->n_events >= BLIND_EVENTS_LEAST);
	assert_true(blind->n_items >= BLIND_ITEMS_LEAST);
	assert_true(is_balanced(near_count(blind) * develop->n_events,
				near_count(develop) * blind->n_events));
	assert_true(is_balanced(blind->n_items * develop->n_events,
				develop->n_items * blind->n_events));
	for (size_t l = 0; l < LY_COUNT(languages); l++)
		assert_true(is_balanced(lang_count(blind, languages[l]) * develop->n_items,
					lang_count(develop, languages[l]) * blind->n_items));
}

static void
no_headline_of_the_blind_set_stands_in_another(void **state)
{
	const struct sets *s = *state;
	const struct story_set *blind = &s->set[BLIND];

	for (size_t h = 0; h < BLIND; h++)
		for (size_t i = 0; i < s->set[h].n_items; i++)
			for (size_t j = 0; j < blind->n_items; j++)
				assert_false(str_eq(s->set[h].items[i].headline,
						    blind->items[j].headline));
}

static void
the_number_of_an_event_tells_its_half(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < HALVES; h++)
		for (size_t i = 0; i < s->set[h].n_events; i++) {
			struct str name = s->set[h].events[i].name;

			assert_int_equal(name.n, 3); /* 01a */
			assert_int_equal(name.p[1] % 2, h == 0);
		}
}

/* A round-up names several events, and is an event of its own. */
static bool
is_round_up(struct str name)
{
	return str_starts(name, STR("t90"));
}

static void
every_event_is_told_three_times_at_least(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < LY_COUNT(s->set); h++)
		for (size_t i = 0; i < s->set[h].n_events; i++) {
			const struct story_event *x = &s->set[h].events[i];

			assert_true(x->n >= (is_round_up(x->name) ? 1 : 3));
			assert_true(x->what.n > 0);
		}
}

static void
no_event_is_told_for_longer_than_stories_are_kept(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < LY_COUNT(s->set); h++) {
		const struct story_set *set = &s->set[h];

		for (size_t i = 0; i < set->n_items; i++)
			for (size_t j = 0; j < i; j++)
				if (set->items[i].event == set->items[j].event)
					assert_true(
						llabs(set->items[i].hour - set->items[j].hour) *
							3600 <=
						STORY_KEEP_S);
	}
}

/* A near miss follows the event it is taken for, which is its neighbour 01a of 01b. */
static void
every_kind_of_near_miss_stands_in_each_set_and_names_an_event(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < LY_COUNT(s->set); h++) {
		const struct story_set *set = &s->set[h];
		size_t seen[LY_COUNT(kinds)] = { 0 };

		for (size_t i = 0; i < set->n_events; i++) {
			const struct story_event *x = &set->events[i];

			if (str_is(x->near, "-")) {
				assert_true(str_is(x->kind, "-"));
				continue;
			}
			assert_true(story_set_find(set, x->near) < i);
			assert_memory_equal(x->near.p, x->name.p, x->name.n - 1);
			assert_true(is_among(x->kind, kinds, LY_COUNT(kinds)));
			for (size_t k = 0; k < LY_COUNT(kinds); k++)
				seen[k] += str_is(x->kind, kinds[k]);
		}
		for (size_t k = 0; k < LY_COUNT(kinds); k++)
			assert_true(seen[k] > 0);
	}
}

/* Events of both languages, and in the halves of a name written in several ways. */
static void
each_set_holds_what_is_the_same_and_looks_otherwise(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < LY_COUNT(s->set); h++) {
		const struct story_set *set = &s->set[h];
		size_t variants = 0, both = 0;

		for (size_t i = 0; i < set->n_events; i++) {
			size_t zh = 0, en = 0;

			for (size_t j = 0; j < set->n_items; j++) {
				zh += set->items[j].event == i &&
				      str_is(set->items[j].lang, "zh");
				en += set->items[j].event == i &&
				      str_is(set->items[j].lang, "en");
			}
			both += zh && en;
			variants += str_starts(set->events[i].what, STR("variants "));
		}
		assert_true(variants >= 2 || h >= HALVES);
		assert_true(both >= 2);
	}
}

static void
every_item_says_where_and_when_and_no_headline_stands_twice(void **state)
{
	const struct sets *s = *state;

	for (size_t h = 0; h < LY_COUNT(s->set); h++) {
		const struct story_set *set = &s->set[h];

		for (size_t i = 0; i < set->n_items; i++) {
			const struct story_headline *x = &set->items[i];

			assert_true(x->headline.n > 0);
			assert_true(x->hour >= 0);
			assert_true(is_among(x->lang, languages, LY_COUNT(languages)));
			assert_true(is_among(x->source_class, source_class_words, CLASS_COUNT));
			for (size_t j = 0; j < i; j++)
				assert_false(str_eq(x->headline, set->items[j].headline));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_enough_headlines_and_the_halves_weigh_the_same),
		cmocka_unit_test(the_blind_set_is_large_and_of_the_making_of_develop),
		cmocka_unit_test(no_headline_of_the_blind_set_stands_in_another),
		cmocka_unit_test(the_number_of_an_event_tells_its_half),
		cmocka_unit_test(every_event_is_told_three_times_at_least),
		cmocka_unit_test(no_event_is_told_for_longer_than_stories_are_kept),
		cmocka_unit_test(every_kind_of_near_miss_stands_in_each_set_and_names_an_event),
		cmocka_unit_test(each_set_holds_what_is_the_same_and_looks_otherwise),
		cmocka_unit_test(every_item_says_where_and_when_and_no_headline_stands_twice),
	};

	return cmocka_run_group_tests(tests, sets_read, sets_free);
}
