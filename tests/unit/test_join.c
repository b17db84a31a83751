/* Which documents tell of one event (responder/join.h), by the parts that nlp/gist.h makes. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "nlp/gist.h"
#include "responder/join.h"

#define NOW    ((int64_t)1773446400)
#define HOUR   3600
#define STREAM 1500

struct told {
	struct join_item item;
	uint32_t parts[GIST_MAX];
};

static int
words_make(void **state)
{
	*state = gist_words_new();
	return 0;
}

static int
words_drop(void **state)
{
	gist_words_free(*state);
	return 0;
}

static void
told_fill(const struct gist_words *w, struct told *x, int n, int64_t at, struct str text)
{
	size_t parts = gist_parts(w, text, x->parts, NULL);

	x->item = (struct join_item){ .at = at,
				      .watches = 1,
				      .gist = { (const char *)x->parts, parts * 4 } };
	x->item.document = ID_OF((struct str){ (const char *)&n, sizeof n });
}

/* Do the second and the first tell of one event? */
static bool
joins_two(const struct gist_words *w, const char *first, const char *second, int64_t apart)
{
	struct joins *j = joins_new();
	struct join a, b;
	struct told x, y;

	told_fill(w, &x, 1, NOW, str_of(first));
	told_fill(w, &y, 2, NOW + apart, str_of(second));
	joins_add(j, &x.item, &a);
	joins_add(j, &y.item, &b);
	joins_free(j);
	assert_true(id_eq(&a.story, &x.item.document));
	return id_eq(&a.story, &b.story);
}

struct pair {
	const char *first, *second;
};

static void
one_event_told_otherwise_is_one_story(void **state)
{
	static const struct pair pairs[] = {
		{ "岑溪市场监管局通报：禾穗饼干0715批次检出霉菌",
		  "禾穗饼干0715批次发霉，赶紧看看你家的" },
		{ "Hartwell toaster recalled after three kitchen fires",
		  "Kitchen fire started by Hartwell toaster, says brigade" },
		{ "潮屿支付今晚崩了，付不了款", "潮屿支付出现故障 大量用户无法付款" },
		{ "Leak of 6.4 million user records at Orlen app",
		  "奥伦应用640万用户数据泄露，Orlen称正核实" },
	};

	for (size_t i = 0; i < LY_COUNT(pairs); i++)
		if (!joins_two(*state, pairs[i].first, pairs[i].second, 2 * HOUR))
			fail_msg("case %zu", i);
}

static void
what_contradicts_is_another_story(void **state)
{
	static const struct pair pairs[] = {
		{ "禾穗饼干0715批次吃出铁丝", "禾穗饼干0803批次吃出铁丝" },
		{ "Wire found in Hartwell bread, lot B104",
		  "Wire found in Hartwell bread, lot B229" },
		{ "岑溪市一禾穗门店后厨有老鼠", "沔阳市一禾穗门店后厨有老鼠" },
		{ "Rats filmed in Hartwell bakery in Ellerby",
		  "Rats filmed in Hartwell bakery in Norham" },
		{ "禾穗饼干抽检不合格", "禾穗饼干抽检合格" },
		{ "潮屿支付周一故障 无法付款", "潮屿支付周四故障 无法付款" },
		{ "禾穗酱油有蛆，3月2日产", "禾穗酱油有蛆，3月15日产" },
		{ "禾穗G3电动车刹车失灵", "禾穗G5电动车刹车失灵" },
		{ "沔阳12日晚停电 供电公司抢修", "沔阳14日晚停电 供电公司抢修" },
		{ "禾穗2023年年报推迟披露", "禾穗2025年年报推迟披露" },
		{ "岑溪禾穗面馆的面里吃出蟑螂", "潭口禾穗面馆的汤里吃出蟑螂" },
	};

	for (size_t i = 0; i < LY_COUNT(pairs); i++)
		if (joins_two(*state, pairs[i].first, pairs[i].second, 2 * HOUR))
			fail_msg("case %zu", i);
}

static void
the_name_alone_joins_nothing(void **state)
{
	assert_false(joins_two(*state, "禾穗饼干吃出铁丝", "禾穗饼干请了新代言人", HOUR));
	assert_false(joins_two(*state, "Hartwell opens a museum",
			       "Hartwell toaster caught fire", HOUR));
}

static void
a_story_ends_after_72_hours_and_again_begins_one_after_a_day(void **state)
{
	const char *text = "潮屿支付崩了，无法付款，闸机刷不过";

	assert_true(joins_two(*state, text, text, 71 * HOUR));
	assert_false(joins_two(*state, text, text, 73 * HOUR));
	assert_true(joins_two(*state, text, "潮屿支付又崩了，无法付款，闸机刷不过", 2 * HOUR));
	assert_false(
		joins_two(*state, text, "潮屿支付又崩了，无法付款，闸机刷不过", 30 * HOUR));
}

static void
another_watch_and_opposite_sentiment_are_other_stories(void **state)
{
	struct joins *j = joins_new();
	struct join a, b;
	struct told x;

	told_fill(*state, &x, 1, NOW, STR("禾穗饼干0715批次吃出铁丝"));
	joins_add(j, &x.item, &a);
	told_fill(*state, &x, 2, NOW + 1, STR("禾穗饼干0715批次吃出铁丝"));
	x.item.watches = 2;
	joins_add(j, &x.item, &b);
	assert_false(id_eq(&a.story, &b.story));
	for (int n = 3; n < 6; n++) {
		told_fill(*state, &x, n, NOW + 1, STR("禾穗饼干0715批次吃出铁丝"));
		x.item.sign = n < 5 ? -1 : 1;
		joins_add(j, &x.item, &b);
		assert_int_equal(id_eq(&a.story, &b.story), n < 5);
	}
	joins_free(j);
}

static void
a_copy_joins_what_it_copies_unless_it_names_another_batch(void **state)
{
	struct joins *j = joins_new();
	struct told x, y, z;
	struct join a, b, c;

	told_fill(*state, &x, 1, NOW, STR("禾穗饼干0715批次吃出铁丝"));
	told_fill(*state, &y, 2, NOW + 1, STR("铁丝！"));
	told_fill(*state, &z, 3, NOW + 2, STR("禾穗饼干0803批次吃出铁丝"));
	y.item.copy = z.item.copy = &x.item.document;
	joins_add(j, &x.item, &a);
	joins_add(j, &y.item, &b);
	joins_add(j, &z.item, &c);
	assert_true(id_eq(&a.story, &b.story));
	assert_int_equal(b.alike, 1000);
	assert_false(id_eq(&a.story, &c.story));
	joins_free(j);
}

static void
old_news_is_new_when_five_spread_it(void **state)
{
	struct joins *j = joins_new();
	struct told x;
	struct join a;

	for (int n = 1; n < 8; n++) {
		told_fill(*state, &x, n, NOW + n, STR("禾穗饼干0715批次吃出铁丝"));
		x.item.old_author = n < 4 ? 1 : (uint32_t)n;
		joins_add(j, &x.item, &a);
		assert_int_equal(a.old_voices, n < 4 ? 1 : n < 7 ? n - 2 : JOIN_VOICES);
	}
	joins_free(j);
}

static void
why_it_joined_can_be_computed_again(void **state)
{
	struct joins *j = joins_new();
	struct buf why = BUF(4096);
	struct told x;
	struct join a, b = { .alike = 0 };

	told_fill(*state, &x, 1, NOW, STR("岑溪市场监管局通报：禾穗饼干0715批次检出霉菌"));
	joins_add(j, &x.item, &a);
	told_fill(*state, &x, 2, NOW + HOUR, STR("禾穗饼干0715批次发霉，赶紧看看你家的"));
	joins_add(j, &x.item, &a);
	assert_true(a.alike >= JOIN_ALIKE && a.n > 1);
	join_pack_why(&a, &why);
	assert_true(join_unpack_why(buf_str(&why), &b));
	assert_int_equal(join_alike(&b), a.alike);
	assert_false(join_unpack_why(STR("none of ours"), &b));
	why.p[0] = 1; /* another version */
	assert_true(join_unpack_why(buf_str(&why), &b));
	assert_int_equal(b.version, 1);
	assert_int_equal(b.n, 0);
	joins_free(j);
	buf_release(&why);
}

static void
a_round_up_joins_nothing_and_nothing_joins_it(void **state)
{
	struct joins *j = joins_new();
	struct told x;
	struct join a, b, c;

	told_fill(*state, &x, 1, NOW, STR("岑溪市禾穗饼干吃出铁丝，企业召回"));
	joins_add(j, &x.item, &a);
	told_fill(*state, &x, 2, NOW + 1, STR("食安早报：禾穗饼干吃出铁丝，潮屿支付宕机"));
	joins_add(j, &x.item, &b);
	told_fill(*state, &x, 3, NOW + 2, STR("潮屿支付宕机，付不了款"));
	joins_add(j, &x.item, &c);
	assert_int_equal(b.alike, 0);
	assert_int_equal(c.alike, 0);
	joins_free(j);
}

/* What all say of a brand says nothing, but that they are of one watch says what a name does. */
static void
a_name_in_every_text_still_helps_those_of_one_watch(void **state)
{
	int alike[2];

	for (uint64_t watch = 0; watch < 2; watch++) {
		struct joins *j = joins_new();
		struct buf text = BUF(256);
		struct told x;
		struct join to;

		for (int n = 0; n < 600; n++) {
			buf_clear(&text);
			buf_addf(&text, "禾穗 %c%c%c", 'a' + n % 26, 'a' + n / 26 % 26, 'q');
			told_fill(*state, &x, n, NOW, buf_str(&text));
			x.item.watches = watch;
			joins_add(j, &x.item, &to);
		}
		for (int n = 600; n < 602; n++) {
			told_fill(*state, &x, n, NOW + n,
				  n == 600 ? STR("禾穗饼干吃出铁丝")
					   : STR("我在禾穗里吃到一根铁丝"));
			x.item.watches = watch;
			joins_add(j, &x.item, &to);
		}
		alike[watch] = to.alike;
		assert_int_equal(to.named > 0, watch);
		joins_free(j);
		buf_release(&text);
	}
	assert_true(alike[0] > 0 && alike[1] > alike[0]);
}

/* ---- any stream ------------------------------------------------------------------------------ */

static uint32_t
random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Texts of a few brands, matters, places and batches, in any mixture. */
static void
stream_text(uint32_t *seed, struct buf *b)
{
	static const char *const brands[] = { "禾穗饼干", "潮屿支付", "Hartwell toaster" };
	static const char *const places[] = { "岑溪市", "沔阳县", "", "in Ellerby", "" };
	static const char *const matters[] = { "吃出铁丝",   "付不了款",     "后厨有老鼠",
					       "召回",       "caught fire",  "高管辞职",
					       "抽检不合格", "抽检全部合格", "又崩了" };
	static const char *const tails[] = { "，网友吵翻", "，企业回应", "", "，我家也有",
					     " again" };

	buf_clear(b);
	buf_addf(b, "%s%s", places[random_next(seed) % LY_COUNT(places)],
		 brands[random_next(seed) % LY_COUNT(brands)]);
	if (random_next(seed) % 3 == 0)
		buf_addf(b, "0%u批次", 700 + random_next(seed) % 5);
	buf_addf(b, "%s%s", matters[random_next(seed) % LY_COUNT(matters)],
		 tails[random_next(seed) % LY_COUNT(tails)]);
	for (uint32_t n = random_next(seed) % 4; n; n--)
		buf_addf(b, "%c%c", 'a' + (int)(random_next(seed) % 26),
			 'a' + (int)(random_next(seed) % 26));
}

/* What a stream gave, and where memory begins when it is loaded from the record. */
struct stream {
	struct told *told;
	struct join *given;
	size_t most;
	uint32_t seed;
	size_t moved;
	bool old; /* as a version wrote it that knew no past: all of it is loaded */
};

/* Of a version before: the past left out. */
static void
past_leave_out(struct buf *b, const struct join *x)
{
	size_t past = 2 + 4u * x->past.voices_n, at = 39;

	memmove(b->p + at, b->p + at + past, b->n - at - past);
	b->n -= past;
}

static struct joins *
loaded(const struct stream *s, int n)
{
	struct joins *j = joins_new();
	int from = s->old || n < (int)s->most ? 0 : n - (int)s->most;

	/* What had left by its age is not in the record any more. */
	while (s->told[from].item.at < s->told[n - 1].item.at - JOIN_KEEP_S)
		from++;
	joins_bound(j, s->most);
	for (int i = from; i < n; i++) {
		struct buf b = BUF(4096);
		struct join_item item = { .document = s->told[i].item.document,
					  .at = s->told[i].item.at,
					  .copy = s->told[i].item.copy };
		struct join back;

		join_pack_state(&s->told[i].item, &s->given[i], &b);
		if (s->old)
			past_leave_out(&b, &s->given[i]);
		assert_true(join_unpack_state(buf_str(&b), &item, &back));
		assert_int_equal(back.past.known, !s->old);
		joins_load(j, &item, &back);
		buf_release(&b);
	}
	return j;
}

/* A crowd, and then few: memory is for more than there are. Some come late. */
static int64_t
stream_at(int i, uint32_t *seed)
{
	int64_t at = i < STREAM ? i * (int64_t)150
				: STREAM * (int64_t)150 + (i - STREAM) * (int64_t)2000;

	return NOW + at - (random_next(seed) % 7 ? 0 : random_next(seed) % 9000);
}

/* It was borrowed. */
static void
given_keep(struct join *x)
{
	char *p = malloc(x->moved.n + 1);

	assert_non_null(p);
	memcpy(p, x->moved.p, x->moved.n);
	x->moved.p = p;
}

static void
same_moved(const struct joins *one, const struct joins *cut)
{
	const struct join_moved *a, *b;
	size_t n = joins_moved(one, &a);

	assert_int_equal(joins_moved(cut, &b), n);
	for (size_t i = 0; i < n; i++) {
		assert_true(id_eq(&a[i].document, &b[i].document));
		assert_true(id_eq(&a[i].why.story, &b[i].why.story));
		assert_true(id_eq(&a[i].why.like, &b[i].why.like));
		assert_int_equal(a[i].why.first_at, b[i].why.first_at);
		assert_int_equal(a[i].why.alike, b[i].why.alike);
	}
}

/* How many of s belong to a story that others began. */
static int
stream_cut(const struct gist_words *w, struct stream *s)
{
	struct joins *j = joins_new(), *k = joins_new();
	struct buf text = BUF(4096);
	uint32_t seed = s->seed;
	int joined = 0;

	joins_bound(j, s->most);
	joins_bound(k, s->most);
	for (int i = 0; i < 2 * STREAM; i++) {
		struct join_item *x = &s->told[i].item;
		const struct join_moved *moved;
		struct join again;

		stream_text(&seed, &text);
		told_fill(w, &s->told[i], i, stream_at(i, &seed), buf_str(&text));
		if (i && random_next(&seed) % 5 == 0)
			x->copy = &s->told[i - 1].item.document;
		x->sign = (int)(random_next(&seed) % 3) - 1;
		x->old_author = random_next(&seed) % 3 ? 0 : 1 + random_next(&seed) % 9;
		joins_add(j, x, &s->given[i]);
		given_keep(&s->given[i]);
		joined += s->given[i].alike > 0;
		if (i && random_next(&seed) % 40 == 0) {
			joins_free(k);
			k = loaded(s, i);
		}
		joins_add(k, x, &again);
		assert_true(id_eq(&again.story, &s->given[i].story));
		assert_int_equal(again.first_at, s->given[i].first_at);
		assert_int_equal(again.old_voices, s->given[i].old_voices);
		assert_int_equal(again.alike, s->given[i].alike);
		assert_int_equal(again.others, s->given[i].others);
		assert_true(str_eq(again.moved, s->given[i].moved));
		same_moved(j, k);
		s->moved += joins_moved(j, &moved);
		assert_memory_equal(&again.past, &s->given[i].past, sizeof again.past);
		assert_int_equal(joins_count(j), joins_count(k));
	}
	joins_free(j);
	joins_free(k);
	buf_release(&text);
	return joined;
}

/* Also when stories outlive most of their members: told is what is no longer in memory. */
static void
a_restart_anywhere_gives_the_same_stories(void **state)
{
	static const struct stream cases[] = {
		{ .most = JOIN_MAX, .seed = 7 },
		{ .most = 90, .seed = 8 },
		{ .most = 40, .seed = 7 },
		{ .most = 23, .seed = 9 },
		{ .most = 7, .seed = 7 },
		{ .most = 3, .seed = 10 },
		{ .most = 40, .seed = 7, .old = true },
	};

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct stream s = cases[i];
		int joined;

		s.told = calloc(2 * STREAM, sizeof *s.told);
		s.given = calloc(2 * STREAM, sizeof *s.given);
		joined = stream_cut(*state, &s);
		assert_true(joined > STREAM / 4 && joined < 2 * STREAM - STREAM / 10);
		assert_true(s.moved > 0);
		for (int n = 0; n < 2 * STREAM; n++)
			free((char *)(uintptr_t)s.given[n].moved.p);
		free(s.told);
		free(s.given);
	}
}

/* Memory for the first 1,024 and 2,048 becomes too small: nobody waits until all have moved. */
static void
room_is_made_a_few_at_a_time(void **state)
{
	struct joins *j = joins_new();
	struct buf text = BUF(4096);
	uint32_t seed = 5;
	uint64_t moves = 0;
	struct join to;

	for (int i = 0; i < 3000; i++) {
		struct told x;

		stream_text(&seed, &text);
		told_fill(*state, &x, i, NOW + i, buf_str(&text));
		joins_add(j, &x.item, &to);
		assert_true(joins_moves(j) - moves <= JOIN_MOVES);
		moves = joins_moves(j);
	}
	assert_int_equal(to.past.room, 12);
	assert_true(moves >= 1024 + 2048);
	joins_free(j);
	buf_release(&text);
}

/* When the newest came. */
static size_t
all_moved_hold(const struct joins *j, const struct told *newest)
{
	const struct join_moved *v;
	size_t n = joins_moved(j, &v);

	for (size_t i = 0; i < n; i++) {
		const struct join *why = &v[i].why;

		assert_false(id_eq(&v[i].document, &newest->item.document));
		assert_false(id_eq(&v[i].document, &why->like));
		assert_int_equal(why->alike == 0, id_eq(&why->story, &v[i].document));
		assert_int_equal(why->alike > 0, !id_eq(&why->like, &(struct id){ { 0 } }));
		if (why->n)
			assert_int_equal(join_alike(why), why->alike);
		assert_true(newest->item.at - why->first_at <= JOIN_KEEP_S);
	}
	return n;
}

/* What must hold of every story, whatever came, and however often it moved. */
static void
no_story_is_longer_than_72_hours_or_says_the_contrary_of_what_began_it(void **state)
{
	struct joins *j = joins_new();
	struct buf text = BUF(4096);
	uint32_t seed = 11;
	size_t moved = 0;

	for (int i = 0; i < 2400; i++) {
		struct told x;
		struct join to;

		stream_text(&seed, &text);
		told_fill(*state, &x, i, NOW + i * (int64_t)700, buf_str(&text));
		joins_add(j, &x.item, &to);
		assert_true(x.item.at - to.first_at <= JOIN_KEEP_S);
		assert_int_equal(to.alike == 0, id_eq(&to.story, &x.item.document));
		moved += all_moved_hold(j, &x);
		assert_true(joins_count(j) <= JOIN_KEEP_S / 700 + 2);
	}
	assert_true(moved > 0);
	joins_free(j);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_event_told_otherwise_is_one_story),
		cmocka_unit_test(what_contradicts_is_another_story),
		cmocka_unit_test(the_name_alone_joins_nothing),
		cmocka_unit_test(a_story_ends_after_72_hours_and_again_begins_one_after_a_day),
		cmocka_unit_test(another_watch_and_opposite_sentiment_are_other_stories),
		cmocka_unit_test(a_copy_joins_what_it_copies_unless_it_names_another_batch),
		cmocka_unit_test(old_news_is_new_when_five_spread_it),
		cmocka_unit_test(why_it_joined_can_be_computed_again),
		cmocka_unit_test(a_round_up_joins_nothing_and_nothing_joins_it),
		cmocka_unit_test(a_name_in_every_text_still_helps_those_of_one_watch),
		cmocka_unit_test(a_restart_anywhere_gives_the_same_stories),
		cmocka_unit_test(
			no_story_is_longer_than_72_hours_or_says_the_contrary_of_what_began_it),
		cmocka_unit_test(room_is_made_a_few_at_a_time),
	};

	return cmocka_run_group_tests(tests, words_make, words_drop);
}
