/* Words in guise are found, where they stand, and what is in no guise is left alone. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/copies.h"
#include "nlp/fold.h"
#include "nlp/score.h"
#include "nlp/walk.h"
#include "tests/support/sanitized.h"
#include "tests/support/small_lexicon.h"

/* ---- tricks by terms ---- */

static const char *const latin[] = { "good", "scam", "recall", "shancui", "boycott" };
static const char *const han[] = { "垃圾", "骗子", "难吃", "山脆薯片", "退钱" };

/* What to put between characters; and where letters of another kind begin, small and capital. */
struct trick {
	const char *name, *between;
	uint32_t small, capital;
};
static const struct trick both[] = {
	{ "zero-width blank", "\u200B", 0, 0 },
	{ "non-joiner", "\u200C", 0, 0 },
	{ "joiner", "\u200D", 0, 0 },
	{ "word joiner", "\u2060", 0, 0 },
	{ "byte order mark", "\uFEFF", 0, 0 },
	{ "soft hyphen", "\u00AD", 0, 0 },
	{ "bidi marks", "\u200E\u202E\u202C\u2066\u2069", 0, 0 },
	{ "struck through", "\u0336", 0, 0 },
	{ "in squares", "\u20DE", 0, 0 },
	{ "many marks", "\u0316\u0301\u0360\u033F\u0489", 0, 0 },
	{ "variation selector", "\uFE0F", 0, 0 },
	{ "a tag", "\U000E0041", 0, 0 },
};
static const struct trick letters[] = {
	{ "capitals", "", 'A', 'A' },
	{ "full width", "", 0xFF41, 0xFF21 },
	{ "bold", "", 0x1D41A, 0x1D400 },
	{ "sans bold", "", 0x1D5EE, 0x1D5D4 },
	{ "fraktur", "", 0x1D586, 0x1D56C },
	{ "script", "", 0x1D4EA, 0x1D4D0 },
	{ "monospace", "", 0x1D68A, 0x1D670 },
	{ "circled", "", 0x24D0, 0x24B6 },
	{ "parenthesized", "", 0x249C, 0x1F110 },
	{ "negative squared", "", 0x1F170, 0x1F170 },
	{ "negative circled", "", 0x1F150, 0x1F150 },
	{ "bold, struck through", "\u0336", 0x1D41A, 0x1D400 },
};

static void
text_add(struct buf *b, uint32_t c)
{
	char s[8];

	buf_add(b, (struct str){ s, utf8_put(s, c) });
}

/* term as the trick writes it. A mark stands behind the last letter, too. */
static void
disguise(struct buf *b, const char *term, const struct trick *t, bool capital)
{
	for (const char *p = term; *p; p++) {
		bool starts = ((uint8_t)*p & 0xC0) != 0x80;

		if (p > term && starts)
			buf_add(b, str_of(t->between));
		if (t->small && *p >= 'a' && *p <= 'z')
			text_add(b, (capital ? t->capital : t->small) + (uint32_t)(*p - 'a'));
		else
			buf_add_byte(b, *p);
	}
}

/* The one literal in text is n-th, and stands there. */
static void
found_at(const struct image *m, struct str text, uint32_t n, size_t at, size_t len,
	 const char *name)
{
	struct walk w = WALK_INIT;
	uint32_t seen = 0;

	walk_run(&w, m, text);
	for (size_t i = 0; i < w.literals.n; i++) {
		if (w.literals.v[i].term != n)
			continue;
		seen++;
		if (w.literals.v[i].at != at || w.literals.v[i].len != len)
			print_message("%s: %.*s\n", name, STR_ARG(text));
		assert_int_equal(w.literals.v[i].at, at);
		assert_int_equal(w.literals.v[i].len, len);
	}
	if (seen != 1)
		print_message("%s: %.*s\n", name, STR_ARG(text));
	assert_int_equal(seen, 1);
	walk_release(&w);
}

static void
tricks_try(const struct image *m, const char *term, uint32_t n, const struct trick *t,
	   size_t count)
{
	struct buf b = BUF(1 << 12);

	for (size_t i = 0; i < 2 * count; i++) {
		buf_clear(&b);
		buf_add(&b, STR("so, 真的 ❤️ é "));
		size_t at = b.n;

		disguise(&b, term, &t[i / 2], i % 2);
		size_t len = b.n - at;

		buf_add(&b, STR("，又 ❤️ 來 again"));
		found_at(m, buf_str(&b), n, at, len, t[i / 2].name);
	}
	buf_release(&b);
}

static void
every_trick_shows_every_term_where_it_stands(void **state)
{
	struct image_literal lit[LY_COUNT(latin) + LY_COUNT(han)];
	struct err e = { .kind = ERR_NONE };
	struct image *m;
	uint32_t n = 0;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(latin); i++)
		lit[n++] = (struct image_literal){ str_of(latin[i]), LITERAL_WORD };
	for (size_t i = 0; i < LY_COUNT(han); i++)
		lit[n++] = (struct image_literal){ str_of(han[i]), LITERAL_WORD };
	m = image_build(NULL, lit, n, &e);
	assert_non_null(m);
	n = 0;
	for (size_t i = 0; i < LY_COUNT(latin); i++, n++) {
		tricks_try(m, latin[i], n, both, LY_COUNT(both));
		tricks_try(m, latin[i], n, letters, LY_COUNT(letters));
	}
	for (size_t i = 0; i < LY_COUNT(han); i++, n++)
		tricks_try(m, han[i], n, both, LY_COUNT(both));
	image_free(m);
}

/* ---- one by one ---- */

static void
guises_are_read_as_what_they_stand_for(void **state)
{
	static const struct {
		const char *guise, *reads;
	} cases[] = {
		/* twins from other alphabets, beside Latin letters */
		{ "gооd", "good" },       /* Cyrillic о */
		{ "ѕсаm", "scam" },       /* Cyrillic ѕ, с, а */
		{ "rеcаll", "recall" },   /* Cyrillic е, а */
		{ "Βoycοtt", "boycott" }, /* Greek Β, ο */
		{ "ѕһаnсuі", "shancui" },
		{ "nОТ", "not" },
		/* accents, letters with a stroke */
		{ "Nestlé", "nestle" },
		{ "L’ORÉAL", "l'oreal" },
		{ "Häagen-Dazs", "haagen-dazs" },
		{ "e\u0301te\u0301", "ete" },
		{ "Wrocław", "wroclaw" },
		/* small capitals, superscripts, letterlike */
		{ "ɢᴏᴏᴅ", "good" },
		{ "ˢᶜᵃᵐ", "scam" },
		{ "ℂℍ𝔸𝕋", "chat" },
		{ "𝟓𝟎", "50" },
		/* one traditional character for several simplified ones, and the reverse */
		{ "後悔", "后悔" },
		{ "皇后", "皇后" },
		{ "頭髮發黃", "头发发黄" },
		{ "乾淨的餅乾，幹部，干涉", "干净的饼干,干部,干涉" },
		{ "這裡，裏面，公里", "这里,里面,公里" },
		{ "著急，穿著，着火", "着急,穿着,着火" },
		{ "麵包，面子", "面包,面子" },
		{ "臺灣颱風，櫃檯", "台湾台风,柜台" },
		{ "鬆弛，松樹", "松弛,松树" },
		{ "復習，複雜，覆蓋", "复习,复杂,覆盖" },
		{ "關係，繫帶，干系", "关系,系带,干系" },
		{ "只有一隻，祇", "只有一只,只" },
		{ "鬱悶，憂鬱", "郁闷,忧郁" },
		{ "噁心，妳們，喫虧", "恶心,你们,吃亏" },
		{ "滙豐銀行，衞生", "汇丰银行,卫生" },
		{ "騙子，詐騙，投訴，維權", "骗子,诈骗,投诉,维权" },
		{ "品質很爛，賠錢", "品质很烂,赔钱" },
		/* radicals and compatibility forms */
		{ "⼈⼝", "人口" },
		{ "\uF92F累", "劳累" },
		/* emoji: selectors and skin go */
		{ "❤️", "❤" },
		{ "👍🏽👍🏿", "👍👍" },
		{ "👩🏽‍⚕️", "👩⚕" },
		/* and these stay as they are */
		{ "хорошо, сосо", "хорошо, сосо" },
		{ "Ελλάδα και", "Ελλάδα και" },
		{ "SMSки", "smsки" },
		{ "30º 5ª m²", "30º 5ª m²" },
		{ "ไทย हिंदी العربية", "ไทย हिंदी العربية" },
		{ "がんばって", "がんばって" },
		{ "¥5 ½ ™", "¥5 ½ ™" },
		{ "①②", "①②" },
		{ "看看", "看看" },
		{ "", "" },
	};
	struct buf b = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		buf_clear(&b);
		fold_add(&b, str_of(cases[i].guise));
		assert_string_equal(b.p, cases[i].reads);
		buf_clear(&b);
		fold_add(&b, str_of(cases[i].reads)); /* and is then in none */
		assert_string_equal(b.p, cases[i].reads);
	}
	buf_release(&b);
}

static void
hits_say_where_in_the_original_they_stand(void **state)
{
	static const struct {
		const char *text, *shows;
	} cases[] = {
		{ "騙子！難吃，不難吃", "[難吃][不][難吃]" },
		{ "g\u200Bo\u200Bo\u200Bd\u200B bad", "[g\u200Bo\u200Bo\u200Bd][bad]" },
		{ "\uFEFFgood \u202Ebad\u202C", "[good][bad]" },
		{ "g̶o̶o̶d̶, bad", "[g̶o̶o̶d̶][bad]" },
		{ "𝗴𝗼𝗼𝗱 bаd", "[𝗴𝗼𝗼𝗱][bаd]" },
		/* repeated characters: one that begins a term stands for all of them */
		{ "好好好好吃", "[好好好好吃]" },
		{ "难难难难吃", "[难难难难吃]" },
		{ "不不不错", "[不不不错]" },
		{ "太太太太慢了", "[太太太太慢]" },
		{ "垃圾圾圾圾", "[垃圾圾圾圾]" },
		{ "太慢慢慢了", "[太慢慢慢]" },
		{ "好好吃", "[好][好吃]" },
		{ "呵呵呵呵呵", "[呵呵呵呵呵]" },
		{ "all\U0001F232我，good", "[good]" }, /* a sign of four bytes stands for 禁 */
		{ "\U0001F232", "" },
		{ "難難難難吃", "[難難難難吃]" },
		/* digits for letters, in whole words */
		{ "g00d n1ce gr3at", "[g00d][n1ce][gr3at]" },
		{ "g00ds 900d 60od b4d", "" },
		{ "l0v3 10v3", "[l0v3]" },
		{ "sooo goood baaad", "[goood][baaad]" },
	};
	struct image *m = small_image(NULL, 0);
	struct buf out = BUF(1 << 12);
	struct walk w = WALK_INIT;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str s = str_of(cases[i].text);

		walk_run(&w, m, s);
		buf_clear(&out);
		for (size_t k = 0; k < w.score.n; k++)
			if (!w.score.v[k].mark)
				buf_addf(&out, "[%.*s]",
					 STR_ARG(str_slice(s, w.score.v[k].at,
							   w.score.v[k].len)));
		assert_string_equal(out.p, cases[i].shows);
	}
	walk_release(&w);
	buf_release(&out);
	image_free(m);
}

/* ---- the map ---- */

static void
the_map_is_whole_and_goes_forward_only(void **state)
{
	static const char *const parts[] = { "a",      "好",       "後", "é",
					     "\u200B", "\u0336",   "𝗴",  "о",
					     "❤️", "👍🏽", "ю",  "。" };
	struct buf b = BUF(1 << 12);
	struct guise g = GUISE_INIT;
	uint32_t r = 1;

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct str said;
		uint32_t last = 0;

		buf_clear(&b);
		for (uint32_t n = r >> 28; n; n--) {
			r = r * 1664525u + 1013904223u;
			buf_add(&b, str_of(parts[(r >> 16) % LY_COUNT(parts)]));
		}
		r = r * 1664525u + 1013904223u;
		said = guise_take_off(&g, buf_str(&b), NULL);
		if (said.p == b.p)
			continue;
		for (uint32_t at = 0; at <= said.n; at++) {
			uint32_t end = guise_end(&g, at), from = guise_begin(&g, at);

			assert_true(last <= end && end <= from && from <= b.n);
			last = from;
			if (at < said.n && ((uint8_t)said.p[at] & 0xC0) != 0x80)
				assert_true(((uint8_t)b.p[from] & 0xC0) != 0x80);
		}
		assert_int_equal(guise_begin(&g, (uint32_t)said.n), b.n);
	}
	guise_release(&g);
	buf_release(&b);
}

static void
a_text_in_no_guise_is_not_copied(void **state)
{
	static const char text[] = "The 山脆薯片 is good，真的（不错）！ — “ok” 😀";
	struct guise g = GUISE_INIT;

	(void)state;
	assert_ptr_equal(guise_take_off(&g, STR(text), NULL).p, text);
	assert_null(g.bends);
	guise_release(&g);
}

/* ---- hostile texts ---- */

static int64_t
shape_cost(const struct image *m, const char *part, size_t bytes)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct buf b = BUF(16 << 20);
	size_t n = strlen(part);
	struct walk w = WALK_INIT;
	struct arena *a = arena_new();
	uint8_t sig[COPIES_BYTES];
	struct score_text *t;
	struct score s;
	int32_t *weights;
	int64_t from, us;

	n = n ? n : 1; /* a NUL */
	while (b.n + n <= bytes)
		buf_add(&b, (struct str){ part, n });
	from = clock_cpu_us();
	walk_run(&w, m, buf_str(&b));
	for (size_t i = 0; i < w.literals.n; i++)
		assert_true(w.literals.v[i].at + w.literals.v[i].len <= b.n);
	t = score_prepare(m, &w, buf_str(&b), a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &s);
	(void)copies_sign(buf_str(&b), sig);
	us = clock_cpu_us() - from;
	walk_release(&w);
	arena_free(a);
	buf_release(&b);
	return us;
}

/* Four times the text may cost four times the work; what is quadratic costs sixteen times. */
static void
hostile_texts_cost_linear_time(void **state)
{
	static const char *const shapes[] = {
		"x",        "bad ",      "好",
		"😀",        "👍🏽",  "\u202E\u202C",
		"\u200B",   "\u0301",    "о",
		"оx\u200B", "0a",        "@a",
		"//@a ",    "/",         "",
		"\xFF\xFE", "\xE4\xB8",  "\xF0",
		"(",        "http://x/", "!?",
		"不",       "not ",      "but bad, ",
		"好好好",   "g00d ",     "thanks for ",
		"'s",
	};
	static const struct image_literal lit[] = { { STR_INIT("aa"), LITERAL_WORD },
						    { STR_INIT("好好"), LITERAL_WORD },
						    { STR_INIT("recal"), LITERAL_INNER } };
	size_t small = SANITIZED ? 1 << 13 : 1 << 16;
	struct image *m = small_image(lit, LY_COUNT(lit));

	(void)state;
	for (size_t i = 0; i < LY_COUNT(shapes); i++) {
		int64_t once = INT64_MAX / 16, four = INT64_MAX;

		for (int round = 0; round < 4 && four > 8 * once + 2000; round++) {
			int64_t x = shape_cost(m, shapes[i], small);
			int64_t y = shape_cost(m, shapes[i], 4 * small);

			once = x < once ? x : once;
			four = y < four ? y : four;
		}
		if (four > 8 * once + 2000)
			print_message("\"%s\": %lld us, four times of it %lld us\n", shapes[i],
				      (long long)once, (long long)four);
		assert_true(four <= 8 * once + 2000);
	}
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_trick_shows_every_term_where_it_stands),
		cmocka_unit_test(guises_are_read_as_what_they_stand_for),
		cmocka_unit_test(hits_say_where_in_the_original_they_stand),
		cmocka_unit_test(the_map_is_whole_and_goes_forward_only),
		cmocka_unit_test(a_text_in_no_guise_is_not_copied),
		cmocka_unit_test(hostile_texts_cost_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
