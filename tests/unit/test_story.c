#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/story.h"

#define NOW ((int64_t)1773446400)

struct item {
	struct story_item i;
	uint8_t places[STORY_PLACES * 4];
};

/* Document number n with the signature of text base, of which differ places are its own. */
static struct story_item
item(struct item *x, int n, int base, int differ, int sign)
{
	for (int k = 0; k < STORY_PLACES; k++) {
		/* Spread over the places, as an edit would. */
		int own = k * differ / STORY_PLACES != (k + 1) * differ / STORY_PLACES;
		int parts[3] = { own ? n : base, own, k };
		uint64_t h = hash_fast((struct str){ (const char *)parts, sizeof parts }, 0);

		memcpy(x->places + k * 4, &h, 4);
	}
	x->i = (struct story_item){ .at = NOW + n,
				    .sign = sign,
				    .copies = { (const char *)x->places, sizeof x->places } };
	x->i.document = ID_OF((struct str){ (const char *)&n, sizeof n });
	x->i.text_hash = ID_OF((struct str){ (const char *)&base, sizeof base });
	return x->i;
}

static void
copies_fold_and_others_do_not(void **state)
{
	static const struct {
		int differ, sign, other_sign;
		bool same;
	} cases[] = {
		{ 0, 0, 0, true },     { 4, -1, -1, true }, { 12, -1, -1, true },
		{ 20, -1, -1, false }, { 40, 0, 0, false }, { 64, 0, 0, false },
		{ 0, -1, 1, false }, /* "不" makes a copy the contrary */
		{ 0, -1, 0, true },    { 0, 0, 1, true },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct stories *s = stories_new();
		struct item a, b;
		struct story_item x = item(&a, 1, 7, 0, cases[i].sign);
		struct story_item y = item(&b, 2, 7, cases[i].differ, cases[i].other_sign);
		struct id first = stories_add(s, &x), second = stories_add(s, &y);

		assert_true(id_eq(&first, &x.document));
		if (id_eq(&first, &second) != cases[i].same)
			fail_msg("case %zu", i);
		stories_free(s);
	}
}

static void
short_texts_fold_only_when_equal(void **state)
{
	struct stories *s = stories_new();
	struct item b;
	struct story_item x = item(&b, 1, 7, 0, 0), y = item(&b, 2, 7, 0, 0),
			  z = item(&b, 3, 8, 0, 0);
	struct id first, second, third;

	(void)state;
	x.copies.n = y.copies.n = z.copies.n = 0;
	first = stories_add(s, &x);
	second = stories_add(s, &y);
	third = stories_add(s, &z);
	assert_true(id_eq(&first, &second));
	assert_false(id_eq(&first, &third));
	stories_free(s);
}

static void
the_oldest_copy_names_the_story_and_72_h_are_kept(void **state)
{
	struct stories *s = stories_new();
	struct item b;
	struct story_item x = item(&b, 1, 7, 0, 0);
	struct id first = stories_add(s, &x), again;

	(void)state;
	for (int n = 2; n < 5000; n++) {
		struct story_item other = item(&b, n, n + 100000, 0, 0);
		struct id own = stories_add(s, &other);

		assert_true(id_eq(&own, &other.document)); /* 5,000 others: no false merge */
	}
	x = item(&b, 6000, 7, 3, 0);
	again = stories_add(s, &x);
	assert_true(id_eq(&again, &first));
	stories_forget(s, NOW + STORY_KEEP_S + 10);
	assert_int_equal(stories_count(s), 5000 - 10 + 1);
	stories_forget(s, NOW + STORY_KEEP_S + 7000);
	assert_int_equal(stories_count(s), 0);
	x = item(&b, 6001, 7, 0, 0);
	again = stories_add(s, &x);
	assert_true(id_eq(&again, &x.document));
	stories_free(s);
}

static void
a_reloaded_story_is_found_again(void **state)
{
	struct stories *s = stories_new(), *t = stories_new();
	struct item a, b;
	struct story_item x = item(&a, 1, 7, 0, -1), y = item(&b, 2, 7, 2, -1), back = { 0 };
	struct story_blob blob = story_pack(&x);
	struct id first = stories_add(s, &x), second;

	(void)state;
	assert_true(story_unpack((struct str){ (const char *)blob.b, blob.n }, &back));
	assert_int_equal(back.sign, -1);
	back.document = x.document;
	back.at = x.at;
	stories_load(t, &back, &first);
	second = stories_add(t, &y);
	assert_true(id_eq(&first, &second));
	assert_false(story_unpack(STR("none of ours"), &back));
	stories_free(s);
	stories_free(t);
}

/* A clock that was 80 h ahead and was set back: what it let go of is not back after a restart. */
static void
what_a_clock_ahead_let_go_of_is_not_loaded_again(void **state)
{
	struct stories *s = stories_new(), *t = stories_new();
	struct item a, b, c;
	struct story_item x = item(&a, 1, 7, 0, 0), ahead = item(&b, 2, 900, 0, 0),
			  copy = item(&c, 3, 7, 2, 0);
	struct id first, second;

	(void)state;
	ahead.at = NOW + 80 * 3600;
	first = stories_add(s, &x);
	stories_forget(s, ahead.at);
	second = stories_add(s, &ahead);
	stories_load(t, &x, &first);
	stories_load(t, &ahead, &second);
	assert_int_equal(stories_count(t), stories_count(s));
	first = stories_add(s, &copy);
	second = stories_add(t, &copy);
	assert_true(id_eq(&first, &copy.document));
	assert_true(id_eq(&second, &first));
	stories_free(s);
	stories_free(t);
}

/* ... and what lies behind one of its documents is no older than 72 h when it is found. */
static void
no_copy_is_found_behind_a_clock_ahead_once_it_is_older_than_72_h(void **state)
{
	struct stories *s = stories_new();
	struct item a, b, c;
	struct story_item ahead = item(&a, 1, 900, 0, 0), x = item(&b, 2, 7, 0, 0),
			  copy = item(&c, 3, 7, 2, 0);
	struct id first, found;

	(void)state;
	ahead.at = NOW + 80 * 3600;
	stories_add(s, &ahead);
	first = stories_add(s, &x);
	copy.at = x.at + STORY_KEEP_S;
	stories_forget(s, copy.at);
	found = stories_add(s, &copy);
	assert_true(id_eq(&found, &first));
	copy = item(&c, 4, 7, 2, 0);
	copy.at = x.at + STORY_KEEP_S + 1;
	stories_forget(s, copy.at);
	found = stories_add(s, &copy);
	assert_true(id_eq(&found, &first)); /* by way of the copy that is younger */
	stories_free(s);
	s = stories_new();
	stories_add(s, &ahead);
	stories_add(s, &x);
	stories_forget(s, copy.at);
	found = stories_add(s, &copy);
	assert_true(id_eq(&found, &copy.document));
	stories_free(s);
}

/* Memory for the first 1,024, 2,048, 4,096 becomes too small: nobody waits until all have moved, and
 * whoever is loaded with the room that it had, in one go, finds the same. */
static void
room_is_made_a_few_at_a_time_and_finds_what_a_new_one_finds(void **state)
{
	enum { ALL = 5000 };
	struct story_item *items = calloc(ALL, sizeof *items);
	struct item *x = calloc(ALL, sizeof *x);
	struct id *given = calloc(ALL, sizeof *given);
	struct stories *s = stories_new(), *t = stories_new();
	uint64_t moves = 0;

	(void)state;
	for (int n = 0; n < ALL; n++) {
		struct id again;

		if (n % 97 == 0) {
			stories_free(t);
			t = stories_new();
			for (int i = 0; i < n; i++)
				stories_load(t, &items[i], &given[i]);
		}
		items[n] = item(&x[n], n, n % 3 ? n / 2 : n % 11, n % 30, 0);
		given[n] = stories_add(s, &items[n]);
		again = stories_add(t, &items[n]);
		items[n].room = stories_room(s);
		assert_int_equal(stories_room(t), stories_room(s));
		assert_true(id_eq(&again, &given[n]));
		assert_true(stories_moves(s) - moves <= STORY_MOVES);
		moves = stories_moves(s);
	}
	assert_int_equal(stories_room(s), 13);
	assert_int_equal(moves, 1024 + 2048 + 4096);
	stories_free(s);
	stories_free(t);
	free(items);
	free(x);
	free(given);
}

/* They leave while room is made for them: it is taken back, and made again when it is needed. */
static void
room_that_is_not_needed_in_the_end_is_made_again_later(void **state)
{
	struct stories *s = stories_new();
	uint64_t moves = 0;
	struct item b;

	(void)state;
	for (int n = 0; n < 900; n++) {
		struct story_item x = item(&b, n, n, 0, 0);

		(void)stories_add(s, &x);
	}
	assert_true(stories_moves(s) > 0);
	stories_forget(s, NOW + STORY_KEEP_S + 500);
	for (int n = 900; n < 900 + 800; n++) {
		struct story_item x = item(&b, n, n % 2 ? n : 700, 0, 0);
		struct id story;

		moves = stories_moves(s);
		story = stories_add(s, &x);
		assert_true(stories_moves(s) - moves <= STORY_MOVES);
		if (n % 2) {
			assert_true(id_eq(&story, &x.document));
		} else {
			x = item(&b, 700, 700, 0, 0);
			assert_true(id_eq(&story, &x.document));
		}
	}
	assert_int_equal(stories_room(s), 11);
	stories_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_fold_and_others_do_not),
		cmocka_unit_test(short_texts_fold_only_when_equal),
		cmocka_unit_test(the_oldest_copy_names_the_story_and_72_h_are_kept),
		cmocka_unit_test(a_reloaded_story_is_found_again),
		cmocka_unit_test(what_a_clock_ahead_let_go_of_is_not_loaded_again),
		cmocka_unit_test(
			no_copy_is_found_behind_a_clock_ahead_once_it_is_older_than_72_h),
		cmocka_unit_test(room_is_made_a_few_at_a_time_and_finds_what_a_new_one_finds),
		cmocka_unit_test(room_that_is_not_needed_in_the_end_is_made_again_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
