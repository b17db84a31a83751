#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/str.h"
#include "nlp/walk.h"
#include "tests/support/small_lexicon.h"

static const struct image_literal brands[] = {
	{ STR_INIT("好看"), LITERAL_WORD },    { STR_INIT("shan"), LITERAL_WORD },
	{ STR_INIT("山脆"), LITERAL_WORD },    { STR_INIT("脆"), LITERAL_WORD },
	{ STR_INIT("cui cui"), LITERAL_WORD }, { STR_INIT("recal"), LITERAL_INNER },
	{ STR_INIT("thanks"), LITERAL_WORD },
};

/* "good@0 ,@4": score hits and marks in order, then literals after "|", facts after "#". */
static void
show(const struct image *m, const char *text, struct buf *out)
{
	struct walk w = WALK_INIT;
	struct str s = str_of(text);

	walk_run(&w, m, s);
	buf_clear(out);
	for (size_t i = 0; i < w.score.n; i++) {
		const struct walk_hit *h = &w.score.v[i];
		static const char *const marks[] = { "",     "clause", "sentence",
						     "ask",  "shout",  "repost",
						     "link", "name",   "number" };

		if (h->mark)
			buf_addf(out, "<%s>", marks[h->mark]);
		else
			buf_addf(out, "[%.*s]", STR_ARG(str_slice(s, h->at, h->len)));
	}
	for (size_t i = 0; i < w.literals.n; i++)
		buf_addf(out, "|%.*s",
			 STR_ARG(str_slice(s, w.literals.v[i].at, w.literals.v[i].len)));
	for (size_t i = 0; i < w.facts.n; i++)
		buf_addf(out, "#%.*s",
			 STR_ARG(str_slice(s, w.facts.v[i].at, w.facts.v[i].len)));
	walk_release(&w);
}

static void
hits_are_what_a_reader_would_mark(void **state)
{
	static const struct {
		const char *text, *shows;
	} cases[] = {
		{ "", "" },
		/* word edges for Latin, none for Han */
		{ "good goods ungood GOOD", "[good][GOOD]" },
		{ "iPhone好吃ok", "[好吃]" },
		{ "warm war-like war", "[war][war]" },
		{ "café good", "[good]" },
		{ "goodé", "" },
		{ "nos can't cant can’t", "[can't][can’t]" },
		{ "good's good'll", "[good]" },
		/* stretched words, as whole words only */
		{ "sooo goooood baaad", "[goooood][baaad]" },
		{ "GOOOD! goooods 10000", "[GOOOD]<shout><number>" },
		/* leftmost-longest */
		{ "太慢了", "[太慢]" },
		{ "Best Buy is best", "[Best Buy][best]" },
		{ "我等了好几天，好", "[好几]<clause>[好]" },
		/* folding */
		{ "ＧＯＯＤ，ｂａｄ", "[ＧＯＯＤ]<clause>[ｂａｄ]" },
		/* breaks */
		{ "good, bad. nice!", "[good]<clause>[bad]<sentence>[nice]<shout>" },
		{ "好？！差", "[好]<ask>[差]" },
		{ "好。。。差", "[好]<sentence>[差]" },
		{ "good... bad", "[good]<sentence>[bad]" },
		{ "costs 1,000.5 e.g. now", "[costs]<number><sentence>" },
		{ "好\n差", "[好]<sentence>[差]" },
		{ "不、没有", "[不][没有]" },
		/* symbols */
		{ "ok :) fine", "[:)]" },
		{ "[微笑]好", "[[微笑]][好]" },
		/* what is no language */
		{ "https://x.test/good/bad good", "<link>[good]" },
		{ "@good_guy good", "<name>[good]" },
		{ "a@good.com", "[good]" },
		{ "好//@张三:差", "[好]<repost><name><clause>[差]" },
		/* literals: all there are, also inside other hits */
		{ "不好看", "[不][好看]|好看" },
		{ "山脆好", "[好]|山脆|脆" },
		{ "shancui shan SHAN", "|shan|SHAN" },
		{ "cui cui cui", "|cui cui|cui cui" },
		{ "thanks for good", "[thanks for][good]|thanks" },
		{ "@山脆官方 https://x.test/shan", "<name><link>|山脆|脆|shan" },
		/* a literal of a rule is found inside words; "recall" is a fact */
		{ "precalled", "|recal" },
		{ "a recall now", "|recal#recall" },
		/* facts are found beside score hits */
		{ "吃出异物", "[异物]#异物" },
		{ "food poisoning and my customer service",
		  "#food poisoning#my#customer service" },
	};
	struct image *m = small_image(brands, LY_COUNT(brands));
	struct buf out = BUF(1 << 16);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		show(m, cases[i].text, &out);
		if (strcmp(out.p, cases[i].shows) != 0)
			print_message("text: %s\n", cases[i].text);
		assert_string_equal(out.p, cases[i].shows);
	}
	buf_release(&out);
	image_free(m);
}

static void
units_count_words_and_characters(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct walk w = WALK_INIT;

	(void)state;
	walk_run(&w, m, STR("not a good 很好吃"));
	assert_int_equal(w.score.n, 4);
	assert_int_equal(w.score.v[0].unit, 0);
	assert_int_equal(w.score.v[1].unit, 4);
	assert_int_equal(w.score.v[2].unit, 6);
	assert_int_equal(w.score.v[3].unit, 7);
	assert_int_equal(w.units, 9);
	assert_int_equal(w.han, 3);
	assert_int_equal(w.latin, 3);
	walk_release(&w);
	image_free(m);
}

/* Linear time: a text made of the worst prefixes takes as many steps a byte as any other. The
 * walk looks at most 3 * longest bytes ahead of each place, so this only has to end. */
static void
any_bytes_end_and_stay_inside(void **state)
{
	struct image *m = small_image(brands, LY_COUNT(brands));
	struct walk w = WALK_INIT;
	char *text = malloc(1 << 16);
	uint32_t r = 1;

	(void)state;
	for (int round = 0; round < 200; round++) {
		size_t n = 1 + r % 300;

		for (size_t i = 0; i < n; i++) {
			r = r * 1664525u + 1013904223u;
			text[i] = (char)(r >> 24);
		}
		walk_run(&w, m, (struct str){ text, n });
		for (size_t i = 0; i < w.score.n; i++)
			assert_true(w.score.v[i].at + w.score.v[i].len <= n);
		for (size_t i = 0; i < w.literals.n; i++)
			assert_true(w.literals.v[i].at + w.literals.v[i].len <= n);
	}
	/* a name cut in a character, at the end of an allocation of its size (found by the fuzzer) */
	for (unsigned lead = 0xC0; lead < 0x100; lead++) {
		char *cut = malloc(3);

		cut[0] = '@', cut[1] = 'a', cut[2] = (char)lead;
		walk_run(&w, m, (struct str){ cut, 3 });
		walk_run(&w, m, (struct str){ cut + 2, 1 });
		free(cut);
	}
	memset(text, '/', 1 << 16);
	walk_run(&w, m, (struct str){ text, 1 << 16 });
	memset(text, '@', 1 << 16);
	walk_run(&w, m, (struct str){ text, 1 << 16 });
	walk_release(&w);
	image_free(m);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hits_are_what_a_reader_would_mark),
		cmocka_unit_test(units_count_words_and_characters),
		cmocka_unit_test(any_bytes_end_and_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
