/* Stories that are looked at again when another text has come (responder/join_again.c). */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "nlp/gist.h"
#include "responder/join_inside.h"

#define NOW    ((int64_t)1773446400)
#define MINUTE 60
#define HOUR   ((int64_t)3600)
#define TEXTS  100

/* A stream that is told text by text, and where each is by now. */
struct stream {
	struct gist_words *words;
	struct joins *joins;
	int n;
	int64_t apart_s;
	struct id document[TEXTS], story[TEXTS];
	struct join to;                 /* of the newest */
	const struct join_moved *moved; /* by it */
	size_t moved_n;
};
/* How one is told, beside its text. */
struct how {
	uint64_t watches;
	const struct id *copy;
	uint32_t old_author;
	int64_t after_s; /* the beginning; 0: when its number says */
};

/* Two events that the first report of the second is not enough to tell apart. */
static const char *const wire[] = { "禾穗面馆面里有铁丝，顾客牙齿崩了", "禾穗面馆吃出铁丝" };
static const char *const roach[] = { "禾穗面馆面里有蟑螂，顾客吐了", "禾穗面馆吃出蟑螂" };
/* One event that its first two reports are not enough to see. */
static const char *const fire[] = { "Hartwell toaster caught fire",
				    "Hartwell toaster fire in a kitchen, two hurt",
				    "Kitchen fire: Hartwell toaster burned, two hurt" };

static int
stream_begin(void **state)
{
	struct stream *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->words = gist_words_new();
	s->joins = joins_new();
	s->apart_s = MINUTE;
	*state = s;
	return 0;
}

static int
stream_end(void **state)
{
	struct stream *s = *state;

	gist_words_free(s->words);
	joins_free(s->joins);
	free(s);
	return 0;
}

static int
number_of(const struct stream *s, const struct id *document)
{
	int i = 0;

	while (i < s->n && !id_eq(&s->document[i], document))
		i++;
	return i;
}

/* Returns its number. */
static int
tell_how(struct stream *s, const char *text, struct how how)
{
	uint32_t parts[GIST_MAX];
	size_t n = gist_parts(s->words, str_of(text), parts, NULL);
	int64_t after_s = how.after_s ? how.after_s : s->n * s->apart_s;
	struct join_item item = { .at = NOW + after_s,
				  .watches = how.watches,
				  .copy = how.copy,
				  .old_author = how.old_author,
				  .gist = { (const char *)parts, n * 4 } };

	item.document = ID_OF((struct str){ (const char *)&s->n, sizeof s->n });
	s->document[s->n] = item.document;
	joins_add(s->joins, &item, &s->to);
	s->story[s->n] = s->to.story;
	s->moved_n = joins_moved(s->joins, &s->moved);
	for (size_t i = 0; i < s->moved_n; i++)
		s->story[number_of(s, &s->moved[i].document)] = s->moved[i].why.story;
	return s->n++;
}

static int
tell(struct stream *s, const char *text)
{
	return tell_how(s, text, (struct how){ .watches = 1 });
}

static bool
is_in(const struct stream *s, int text, int story)
{
	return id_eq(&s->story[text], &s->document[story]);
}

/* ---- parting and putting together ------------------------------------------------------------ */

static void
two_events_that_were_one_story_become_two_when_their_texts_are_several(void **state)
{
	struct stream *s = *state;

	tell(s, wire[0]);
	tell(s, wire[1]);
	tell(s, roach[0]);
	assert_true(is_in(s, 1, 0) && is_in(s, 2, 0));
	assert_int_equal(s->moved_n, 0);
	tell(s, roach[1]);
	assert_true(is_in(s, 1, 0) && is_in(s, 2, 2) && is_in(s, 3, 2));
	assert_int_equal(s->moved_n, 1);
	assert_int_equal(number_of(s, &s->moved[0].document), 2);
}

/* It heads it, so why is all zero; and it began when it came. */
static void
what_is_parted_is_a_story_named_after_its_oldest(void **state)
{
	struct stream *s = *state;
	static const struct join none = { .alike = 0 };

	tell(s, wire[0]);
	tell(s, wire[1]);
	tell(s, roach[0]);
	tell(s, roach[1]);
	assert_int_equal(s->moved[0].why.alike, 0);
	assert_true(id_eq(&s->moved[0].why.like, &none.like));
	assert_int_equal(s->moved[0].why.first_at, NOW + 2 * MINUTE);
	assert_int_equal(s->to.first_at, NOW + 2 * MINUTE);
	assert_true(id_eq(&s->to.like, &s->document[2]));
	assert_int_equal(join_alike(&s->to), s->to.alike);
}

static void
two_stories_that_were_one_event_become_the_older_one(void **state)
{
	struct stream *s = *state;
	const struct join *why;

	tell(s, fire[0]);
	tell(s, fire[1]);
	assert_true(is_in(s, 1, 1));
	tell(s, fire[2]);
	assert_true(is_in(s, 1, 0) && is_in(s, 2, 0));
	assert_int_equal(s->moved_n, 1);
	why = &s->moved[0].why;
	assert_true(id_eq(&why->like, &s->document[0])); /* older than it */
	assert_int_equal(why->first_at, NOW);
	assert_true(why->alike > 0 && why->n > 0);
	assert_int_equal(join_alike(why), why->alike);
	assert_int_equal(joins_count(s->joins), 3);
}

/* However many they are: the older half is no other event. */
static void
a_story_that_grows_by_the_hour_is_not_parted(void **state)
{
	struct stream *s = *state;

	s->apart_s = 60 * (int64_t)MINUTE;
	for (int i = 0; i < 40; i++) {
		tell(s, "Wire found in Hartwell bread, lot B104");
		assert_true(is_in(s, i, 0));
		assert_int_equal(s->moved_n, 0);
	}
}

static void
what_contradicts_is_not_put_together(void **state)
{
	struct stream *s = *state;

	tell(s, "Hartwell toaster caught fire, lot B104");
	tell(s, "Hartwell toaster fire in a kitchen, two hurt, lot B229");
	tell(s, "Kitchen fire: Hartwell toaster burned, two hurt, lot B229");
	tell(s, "Kitchen fire: Hartwell toaster burned, two hurt, lot B104");
	assert_true(is_in(s, 1, 1) && is_in(s, 2, 1) && is_in(s, 3, 0));
}

static void
nor_is_what_is_of_another_watch(void **state)
{
	struct stream *s = *state;

	tell_how(s, fire[0], (struct how){ .watches = 1 });
	tell_how(s, fire[1], (struct how){ .watches = 2 });
	tell_how(s, fire[2], (struct how){ .watches = 1 });
	assert_true(is_in(s, 1, 1) && is_in(s, 2, 0));
	assert_int_equal(s->moved_n, 0);
}

/* Also when one of both is like them, but another event. */
static void
nor_are_two_watches_by_one_of_both(void **state)
{
	static const char down[] = "潮屿支付崩了，无法付款，闸机刷不过";
	struct stream *s = *state;

	tell_how(s, down, (struct how){ .watches = 1, .after_s = 1 });
	tell_how(s, down, (struct how){ .watches = 2, .after_s = 2 });
	tell_how(s, "潮屿支付又崩了，无法付款，闸机刷不过",
		 (struct how){ .watches = 3, .after_s = 30 * HOUR });
	assert_true(is_in(s, 0, 0) && is_in(s, 1, 1) && is_in(s, 2, 2));
}

/* One that was long on its way may be like two that are further apart. */
static void
nor_are_stories_that_would_be_longer_than_72_hours(void **state)
{
	static const int64_t hours[] = { 71, 73 };

	for (size_t i = 0; i < LY_COUNT(hours); i++) {
		struct stream *s = *state;

		joins_free(s->joins);
		s->joins = joins_new();
		s->n = 0;
		tell_how(s, wire[0], (struct how){ .watches = 1, .after_s = 20 * HOUR });
		tell_how(s, fire[2], (struct how){ .watches = 1, .after_s = 1 });
		tell_how(s, fire[2], (struct how){ .watches = 1, .after_s = hours[i] * HOUR });
		tell_how(s, fire[2], (struct how){ .watches = 1, .after_s = 50 * HOUR });
		assert_int_equal(id_eq(&s->story[1], &s->story[2]), i == 0);
	}
}

/* ---- what goes with it ----------------------------------------------------------------------- */

static void
copies_go_where_what_they_copy_goes(void **state)
{
	struct stream *s = *state;
	size_t copies = 0;

	tell(s, wire[0]);
	tell(s, wire[1]);
	tell(s, roach[0]);
	tell_how(s, wire[0], (struct how){ .watches = 1, .copy = &s->document[0] });
	tell_how(s, roach[0], (struct how){ .watches = 1, .copy = &s->document[2] });
	tell_how(s, roach[0], (struct how){ .watches = 1, .copy = &s->document[4] });
	assert_true(is_in(s, 4, 0) && is_in(s, 5, 0));
	tell(s, roach[1]);
	assert_true(is_in(s, 3, 0) && is_in(s, 2, 2) && is_in(s, 4, 2) && is_in(s, 5, 2));
	assert_int_equal(s->moved_n, 3);
	for (size_t i = 0; i < s->moved_n; i++) {
		if (s->moved[i].why.alike != 1000)
			continue;
		copies++;
		assert_true(id_eq(&s->moved[i].why.like, &s->document[2]));
	}
	assert_int_equal(copies, 2);
	/* What copies a copy later goes there at once. */
	tell_how(s, roach[0], (struct how){ .watches = 1, .copy = &s->document[5] });
	assert_true(is_in(s, 7, 2));
}

static void
old_voices_are_united_with_stories_and_stay_with_the_name(void **state)
{
	struct stream *s = *state;

	tell_how(s, fire[0], (struct how){ .watches = 1, .old_author = 1 });
	tell_how(s, fire[1], (struct how){ .watches = 1, .old_author = 2 });
	assert_int_equal(s->to.old_voices, 1);
	tell_how(s, fire[2], (struct how){ .watches = 1, .old_author = 3 });
	assert_int_equal(s->to.old_voices, 3);
	tell_how(s, wire[0], (struct how){ .watches = 1, .old_author = 4 });
	tell_how(s, wire[1], (struct how){ .watches = 1, .old_author = 5 });
	tell_how(s, roach[0], (struct how){ .watches = 1, .old_author = 6 });
	assert_int_equal(s->to.old_voices, 3);
	tell_how(s, roach[1], (struct how){ .watches = 1, .old_author = 7 });
	assert_int_equal(s->to.old_voices, 1); /* a name of its own */
	tell_how(s, wire[0], (struct how){ .watches = 1, .copy = &s->document[3] });
	assert_int_equal(s->to.old_voices, 3);
}

/* A story of more than 24 is asked no more, nor moved. */
static void
a_story_of_many_is_settled(void **state)
{
	static const int copies[] = { 21, 22 };

	for (size_t i = 0; i < LY_COUNT(copies); i++) {
		struct stream *s = *state;

		joins_free(s->joins);
		s->joins = joins_new();
		s->n = 0;
		tell(s, wire[0]);
		tell(s, wire[1]);
		for (int k = 0; k < copies[i] - 1; k++)
			tell_how(s, wire[0],
				 (struct how){ .watches = 1, .copy = &s->document[0] });
		tell(s, roach[0]);
		assert_true(is_in(s, s->n - 1, 0));
		tell(s, roach[1]);
		assert_int_equal(s->moved_n, i == 0);
		assert_int_equal(is_in(s, s->n - 1, 0), i == 1);
	}
}

/* ---- whatever comes -------------------------------------------------------------------------- */

static uint32_t
random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static const char *
random_text(uint32_t *seed)
{
	static const char *const texts[] = {
		"禾穗面馆面里有铁丝，顾客牙齿崩了",
		"禾穗面馆吃出铁丝",
		"岑溪禾穗面馆铁丝划伤顾客",
		"岑溪一面馆面里吃出铁丝，顾客就医",
		"禾穗面馆铁丝事件：岑溪门店道歉",
		"顾客吃面吃到铁丝，岑溪禾穗回应",
		"禾穗面馆面里有蟑螂，顾客吐了",
		"禾穗面馆吃出蟑螂",
		"岑溪禾穗面馆碗里有蟑螂",
		"岑溪一面馆面里吃出蟑螂，店家免单",
		"沔阳禾穗面馆碗里有蟑螂",
		"岑溪禾穗面馆吃出异物",
		"禾穗面馆道歉，岑溪门店停业",
		"Hartwell toaster caught fire",
		"Hartwell toaster fire in a kitchen, two hurt",
		"Kitchen fire: Hartwell toaster burned, two hurt",
		"Hartwell toaster gives electric shock",
		"Electric shock from Hartwell toaster, man in hospital",
		"Hartwell toaster hurt somebody in a kitchen",
		"Hartwell looks into toaster accident",
	};

	return texts[random_next(seed) % LY_COUNT(texts)];
}

/* Every live entry is in one story, and its chain is in order and whole. */
static void
joins_check(const struct joins *j)
{
	uint32_t live = 0, chained = 0, members = 0;

	for (uint32_t i = 0; i < j->tales_n; i++) {
		uint32_t before = 0;

		live += j->tales[i].live;
		for (uint32_t at = j->tales[i].oldest; at; at = join_member(j, at - 1)->next) {
			assert_true(at > before && join_lives(j, at - 1));
			assert_int_equal(join_member(j, at - 1)->tale, i);
			before = at;
			chained++;
		}
		assert_int_equal(j->tales[i].newest, before);
	}
	for (uint32_t i = j->head; i != j->next; i++) {
		const struct member *m = join_member(j, i);

		members += join_entry(j, i)->n > 0;
		if (m->copy_of && join_lives(j, m->copy_of - 1))
			assert_int_equal(m->tale, join_member(j, m->copy_of - 1)->tale);
	}
	assert_int_equal(live, joins_count(j));
	assert_int_equal(chained, members);
}

/* The one, and one whose numbers are about to begin anew. */
static void
members_are_where_their_stories_say_also_when_they_are_numbered_anew(void **state)
{
	struct stream *s = *state, *late = NULL;
	static const size_t most[] = { 90, 12 };

	stream_begin((void **)&late);
	for (size_t i = 0; i < LY_COUNT(most); i++) {
		uint32_t seed = 3 + (uint32_t)i;
		size_t moved = 0;

		for (int round = 0; round < 30; round++) {
			joins_free(s->joins);
			joins_free(late->joins);
			s->joins = joins_new();
			late->joins = joins_new();
			joins_bound(s->joins, most[i]);
			joins_bound(late->joins, most[i]);
			late->joins->head = late->joins->next = (1u << 26) - 40;
			s->n = late->n = 0;
			while (s->n < TEXTS) {
				struct how how = { .watches = 1 };
				const char *text = random_text(&seed);

				if (s->n && random_next(&seed) % 4 == 0)
					how.copy = &s->document[random_next(&seed) %
								(unsigned)s->n];
				how.old_author = random_next(&seed) % 4;
				tell_how(s, text, how);
				tell_how(late, text, how);
				joins_check(s->joins);
				joins_check(late->joins);
				assert_memory_equal(late->story, s->story, sizeof s->story);
				assert_int_equal(late->to.old_voices, s->to.old_voices);
				assert_int_equal(late->moved_n, s->moved_n);
				moved += s->moved_n;
			}
			assert_true(late->joins->next <= TEXTS);
		}
		assert_true(moved > 100);
	}
	stream_end((void **)&late);
}

/* Those that left stand for a story no more: younger ones do. */
static void
the_first_that_live_stand_for_a_story(void **state)
{
	struct stream *s = *state;

	joins_bound(s->joins, 20);
	for (int i = 0; i < 60; i++)
		tell(s, "Wire found in Hartwell bread, lot B104");
	assert_true(is_in(s, 59, 0));
	tell(s, "Wire found in Hartwell bread, lot B229");
	assert_true(is_in(s, 60, 60));
}

/* ---- as bytes -------------------------------------------------------------------------------- */

/* A row that moves some, and the memory that it comes to. */
static void
row_of_a_move(struct stream *s, struct buf *row)
{
	static const uint32_t part = 0x12345600;
	struct join_item item = { .gist = { (const char *)&part, 4 } };

	tell(s, wire[0]);
	tell(s, wire[1]);
	tell_how(s, roach[0], (struct how){ .watches = 1, .old_author = 9 });
	tell_how(s, roach[0], (struct how){ .watches = 1, .copy = &s->document[2] });
	tell_how(s, roach[1], (struct how){ .watches = 1, .old_author = 8 });
	assert_true(s->moved_n == 2 && s->to.moved.n > 0);
	join_pack_state(&item, &s->to, row);
}

static void
whom_a_text_moved_is_in_its_row_and_is_not_taken_for_parts(void **state)
{
	struct stream *s = *state;
	struct buf row = BUF(4096);
	struct join_item item;
	struct join x;

	row_of_a_move(s, &row);
	assert_true(join_unpack_state(buf_str(&row), &item, &x));
	assert_true(x.past.known);
	assert_true(str_eq(x.moved, s->to.moved));
	assert_int_equal(item.gist.n, 4);
	/* Cut anywhere it is none of ours, or one that says less. */
	for (size_t n = 0; n < row.n; n++) {
		char *cut = malloc(n + 1); /* a checked build sees who reads beyond */

		assert_non_null(cut);
		memcpy(cut + 1, row.p, n);
		if (join_unpack_state((struct str){ cut + 1, n }, &item, &x))
			assert_true(item.gist.n / 4 <= GIST_MAX && x.moved.n <= n);
		free(cut);
	}
	buf_release(&row);
}

/* Each byte of it otherwise: it is refused, or played, and memory is whole. */
static void
bytes_that_no_move_wrote_do_no_harm(void **state)
{
	struct stream *s = *state;
	struct buf row = BUF(4096);
	size_t played = 0;

	row_of_a_move(s, &row);
	for (size_t at = 0; at < row.n; at++)
		for (int bit = 0; bit < 8; bit++) {
			struct join_item item = { .at = NOW + TEXTS * (int64_t)MINUTE };
			struct join x;

			row.p[at] ^= (char)(1 << bit);
			item.document = ID_OF((struct str){ row.p, row.n });
			if (join_unpack_state(buf_str(&row), &item, &x)) {
				x.past.room = 10;
				joins_load(s->joins, &item, &x);
				joins_check(s->joins);
				played += x.moved.n > 0;
			}
			row.p[at] ^= (char)(1 << bit);
		}
	assert_true(played > 100);
	buf_release(&row);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, stream_begin, stream_end)
		TEST(two_events_that_were_one_story_become_two_when_their_texts_are_several),
		TEST(what_is_parted_is_a_story_named_after_its_oldest),
		TEST(two_stories_that_were_one_event_become_the_older_one),
		TEST(a_story_that_grows_by_the_hour_is_not_parted),
		TEST(what_contradicts_is_not_put_together),
		TEST(nor_is_what_is_of_another_watch),
		TEST(nor_are_two_watches_by_one_of_both),
		TEST(nor_are_stories_that_would_be_longer_than_72_hours),
		TEST(copies_go_where_what_they_copy_goes),
		TEST(old_voices_are_united_with_stories_and_stay_with_the_name),
		TEST(a_story_of_many_is_settled),
		TEST(members_are_where_their_stories_say_also_when_they_are_numbered_anew),
		TEST(the_first_that_live_stand_for_a_story),
		TEST(whom_a_text_moved_is_in_its_row_and_is_not_taken_for_parts),
		TEST(bytes_that_no_move_wrote_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
