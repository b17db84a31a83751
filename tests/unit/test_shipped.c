/* What the shipped lists, hand-written and learned, say as a whole. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/shipped.h"

static struct image *m; /* of the shipped lists */

static int
lists_load(void **state)
{
	struct buf report = BUF(1 << 20);

	(void)state;
	m = shipped_image(&report);
	if (report.n)
		print_error("%s", report.p);
	assert_int_equal(report.n, 0); /* no warning either */
	buf_release(&report);
	return 0;
}

static int
lists_drop(void **state)
{
	(void)state;
	image_free(m);
	return 0;
}

/* ---- names ---- */

#define SPREAD_MOST 30 /* 1/1000 */
#define NAMES_LEAST 700

struct extremes {
	int64_t low, high;
	struct str lowest, highest;
};

static void
extremes_take(struct extremes *x, int64_t score, struct str name)
{
	if (!x->lowest.n || score < x->low) {
		x->low = score;
		x->lowest = name;
	}
	if (!x->highest.n || score > x->high) {
		x->high = score;
		x->highest = name;
	}
}

/* The spread of a frame ("before|behind") over the names of a list. */
static int64_t
spread_of(const char *path, const char *frame)
{
	struct arena *a = arena_new();
	struct str rest = shipped_file(a, path), line, behind = str_of(frame), before = behind;
	struct extremes x = { .low = 0 };
	size_t n = 0;

	str_next(&behind, '|', &before);
	while (str_next(&rest, '\n', &line)) {
		struct buf b = BUF(1 << 12);

		if (!line.n || line.p[0] == '#')
			continue;
		buf_add(&b, before);
		buf_add(&b, line);
		buf_add(&b, behind);
		extremes_take(&x, shipped_score(m, buf_str(&b), NULL).score, line);
		buf_release(&b);
		n++;
	}
	assert_true(n >= NAMES_LEAST);
	if (x.high - x.low >= SPREAD_MOST)
		print_error("\"%s\": %.*s %lld, %.*s %lld\n", frame, STR_ARG(x.lowest),
			    (long long)x.low, STR_ARG(x.highest), (long long)x.high);
	arena_free(a);
	return x.high - x.low;
}

static void
who_is_named_in_a_neutral_text_does_not_move_its_score(void **state)
{
	static const char *const en[] = {
		"We talked about | at lunch.",
		"I saw a report on | this morning",
		"The article mentions | twice.",
		"there is something about | in the paper today",
		"| was on the radio on Tuesday.",
		"Somebody asked me a question about |",
	};
	static const char *const zh[] = {
		"会上有人提到|，之后散会。", "昨天看到一篇讲“|”的文章", "他们下午谈了谈|",
		"广播里讲了讲|。",           "今天的新闻里出现了“|”",   "这一段写的是|的事",
	};
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(en); i++)
		wrong += spread_of("lexicons/en/names.tsv", en[i]) >= SPREAD_MOST;
	for (size_t i = 0; i < LY_COUNT(zh); i++)
		wrong += spread_of("lexicons/zh/names.tsv", zh[i]) >= SPREAD_MOST;
	assert_int_equal(wrong, 0);
}

/* ---- other languages ---- */

static void
a_language_that_was_not_learned_gets_no_opinion(void **state)
{
	static const char *const texts[] = {
		"이 식당 음식이 정말 맛없었고 직원도 불친절했어요.",
		"Ужасное обслуживание, больше никогда сюда не вернусь.",
		"الخدمة سيئة جدا ولن أعود مرة أخرى",
		"อาหารไม่อร่อยและพนักงานบริการแย่มาก",
		"यह फोन बहुत खराब है, पैसे बर्बाद हो गए",
		"Πολύ κακή εξυπηρέτηση, δεν θα ξαναπάω ποτέ.",
		"השירות היה נורא והאוכל קר",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(texts); i++) {
		bool foreign;
		struct score s = shipped_score(m, str_of(texts[i]), &foreign);

		assert_true(foreign);
		assert_int_equal(s.score, 0);
		assert_int_equal(s.label, LABEL_NEU);
		assert_true(s.confidence <= 200);
	}
}

/* Some of their words look like ones that are known. */
static void
a_language_of_few_known_words_gets_little_confidence(void **state)
{
	static const char *const texts[] = {
		"Das Hotelzimmer war kalt und niemand ging ans Telefon.",
		"Le service était nul et la nourriture froide.",
		"Dịch vụ quá tệ, tôi sẽ không bao giờ quay lại.",
		"このレストランは本当にひどかった。二度と行きません。",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(texts); i++)
		assert_true(shipped_score(m, str_of(texts[i]), NULL).confidence <= 500);
	assert_true(
		shipped_score(m, STR("The room was cold and nobody answered the phone."), NULL)
			.confidence > 500);
}

/* ---- labels ---- */

/* Macro-F1 of the lists over a file of texts with labels. */
static double
labels_f1(const char *path)
{
	struct arena *a = arena_new();
	struct str rest = shipped_file(a, path), line, label = { NULL, 0 };
	static const char *const words[] = { "neg", "neu", "pos" };
	double right[3] = { 0 }, is[3] = { 0 }, said[3] = { 0 }, f1 = 0;

	while (str_next(&rest, '\n', &line)) {
		int says;

		if (!line.n || line.p[0] == '#')
			continue;
		str_next(&line, '\t', &label);
		says = (int)shipped_score(m, line, NULL).label + 1;
		said[says]++;
		for (int i = 0; i < 3; i++)
			if (str_is(label, words[i])) {
				is[i]++;
				right[i] += says == i;
			}
	}
	for (int i = 0; i < 3; i++) {
		assert_true(is[i] >= 20);
		f1 += 200 * right[i] / (is[i] + said[i]) / 3;
	}
	arena_free(a);
	return f1;
}

/* A broken learned list is seen without the corpora: what was reached, less two texts. */
static void
labels_of_our_own_texts_are_as_good_as_they_were(void **state)
{
	static const struct {
		const char *path;
		double least;
	} files[] = {
		{ "tests/data/labels-en.tsv", 81.5 },
		{ "tests/data/labels-zh.tsv", 83.0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(files); i++) {
		double f1 = labels_f1(files[i].path);

		if (f1 < files[i].least)
			print_error("%s: macro-F1 %.1f, its gate is %.1f\n", files[i].path, f1,
				    files[i].least);
		assert_true(f1 >= files[i].least);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_named_in_a_neutral_text_does_not_move_its_score),
		cmocka_unit_test(a_language_that_was_not_learned_gets_no_opinion),
		cmocka_unit_test(a_language_of_few_known_words_gets_little_confidence),
		cmocka_unit_test(labels_of_our_own_texts_are_as_good_as_they_were),
	};

	return cmocka_run_group_tests(tests, lists_load, lists_drop);
}
