#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/gist.h"
#include "nlp/gist_inside.h"

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

static bool
has_part(const uint32_t *v, size_t n, enum gist_kind kind, uint32_t flag)
{
	for (size_t i = 0; i < n; i++)
		if (gist_kind_of(v[i]) == kind && (v[i] & flag) == flag)
			return true;
	return false;
}

/* Is one of the parts of a a part of b, and of that kind? */
static bool
share(const struct gist_words *w, const char *a, const char *b, enum gist_kind kind)
{
	uint32_t x[GIST_MAX], y[GIST_MAX];
	size_t n = gist_parts(w, str_of(a), x, NULL), m = gist_parts(w, str_of(b), y, NULL);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < m; k++)
			if (gist_kind_of(x[i]) == kind && gist_is_same(x[i], y[k]))
				return true;
	return false;
}

/* More than any figure is, and no number may run over. */
static void
a_figure_in_words_has_a_ceiling(void **state)
{
	static const struct {
		const char *text;
		size_t tokens;
		int64_t milli;
	} cases[] = {
		{ "六万八", 3, 68000000 }, { "一千亿", 3, INT64_C(100000000000000) },
		{ "一千亿亿", 0, 0 },      { "九百五十亿亿", 0, 0 },
		{ "一亿亿亿亿", 0, 0 },
	};

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct token t[GIST_TOKENS + 4];
		int64_t milli = 0;

		gist_tokens(*state, str_of(cases[i].text), t);
		assert_int_equal(gist_han_figure(t, &milli), cases[i].tokens);
		assert_int_equal(milli, cases[i].milli);
	}
}

static void
what_is_the_same_in_other_words_has_a_part_in_common(void **state)
{
	static const struct {
		const char *a, *b;
		enum gist_kind kind;
	} cases[] = {
		{ "830万用户", "8.3 million users", GIST_NUMBER },
		{ "8.3M rows", "8,300,000 rows", GIST_NUMBER },
		{ "4.1万辆", "41,000 cars", GIST_NUMBER },
		{ "出现故障", "a long outage", GIST_IDEA },
		{ "周四中午", "on Thursday", GIST_DAY },
		{ "they recalled it", "recalling cars", GIST_STEP },
		{ "the toaster burned", "burning toasters", GIST_KNOWN },
		{ "充了六万八", "充值6.8万", GIST_NUMBER },
		{ "汤里有虫", "吃出虫子", GIST_IDEA },
		{ "烫了一下", "被烫伤", GIST_HAN },
		{ "Recall 26V-114", "in recall 26V-114", GIST_CODE },
		{ "騙子來了大樓", "骗子来了大楼", GIST_WORD },
		{ "批号：L7", "L7批次", GIST_CODE },
	};

	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (!share(*state, cases[i].a, cases[i].b, cases[i].kind))
			fail_msg("case %zu", i);
}

static void
kinds_are_told_from_what_stands_around(void **state)
{
	static const struct {
		const char *text;
		enum gist_kind kind;
		uint32_t flag;
		bool has;
	} cases[] = {
		{ "某奶粉0312批次", GIST_CODE, 0, true },
		{ "抽检42批次", GIST_CODE, 0, false },
		{ "dog food lot C118", GIST_CODE, 0, true },
		{ "batch 119 is bad", GIST_CODE, 0, true },
		{ "119 people", GIST_CODE, 0, false },
		{ "2025年的事", GIST_YEAR, 0, true },
		{ "a phone of 2025", GIST_YEAR, 0, true },
		{ "岑溪市的门店", GIST_WORD, GIST_PLACE, true },
		{ "岑溪警方通报", GIST_WORD, GIST_PLACE, true },
		{ "岑溪一门店", GIST_WORD, GIST_PLACE, true },
		{ "大超市里", GIST_WORD, GIST_PLACE, false },
		{ "a shop in Ellerby", GIST_WORD, GIST_PLACE, true },
		{ "Ellerby council said", GIST_WORD, GIST_PLACE, true },
		{ "Port Ellerby", GIST_WORD, GIST_PLACE, true },
		{ "Ellerby toasters", GIST_WORD, GIST_PLACE, false },
		{ "上海一家店", GIST_WORD, GIST_PLACE, true },
		{ "沙棠路的店", GIST_WORD, GIST_SPOT, true },
		{ "14日晚停电", GIST_DAY, 0, true },
		{ "停电14天", GIST_DAY, 0, false },
		{ "use by 12 June", GIST_CODE, 0, true },
		{ "on 12 June", GIST_DAY, 0, true },
		{ "on 12 June", GIST_CODE, 0, false },
		{ "3月2日产的酱油", GIST_CODE, 0, true },
		{ "3月2日的酱油", GIST_CODE, 0, false },
		{ "禾穗G3召回", GIST_MODEL, GIST_SPOT, true },
		{ "沔阳火车站的店", GIST_WORD, GIST_PLACE, true },
		{ "a Hartwell shop, Ellerby", GIST_WORD, GIST_PLACE, true },
		{ "our Ellerby store", GIST_WORD, GIST_PLACE, true },
		{ "14号又停电", GIST_AGAIN, 0, true },
		{ "2号线停运", GIST_SMALL, GIST_SPOT, true },
		{ "5号停运", GIST_SMALL, GIST_SPOT, false },
		{ "trains on line 5", GIST_SMALL, GIST_SPOT, true },
		{ "Hart & Finch", GIST_WORD, GIST_FOLLOW, true },
		{ "Hart, Finch", GIST_WORD, GIST_FOLLOW, false },
		{ "抽检不合格", GIST_BAD, 0, true },
		{ "抽检全部合格", GIST_GOOD, 0, true },
		{ "合格，又不合格", GIST_GOOD, 0, false },
		{ "食安早报：禾穗发霉；潮屿宕机", GIST_MANY, 0, true },
		{ "Morning briefing: mould, outage", GIST_MANY, 0, true },
		{ "禾穗饼干发霉，早报今天没登", GIST_MANY, 0, false },
		{ "董事长路某被查", GIST_WORD, GIST_SPOT, false },
		{ "发现摄像头 警方介入", GIST_WORD, GIST_PLACE, false },
		{ "， 潭口禾穗门店", GIST_WORD, GIST_PLACE, true },
		{ "岑溪禾穗饼干发霉", GIST_WORD, GIST_PLACE, true },
		{ "商城禾穗饼干发霉", GIST_WORD, GIST_PLACE, false },
		{ "发现岑溪禾穗饼干", GIST_WORD, GIST_PLACE, false },
		{ "fire at Ellerby mill", GIST_WORD, GIST_NAME, true },
		{ "Mould. Ellerby mill", GIST_WORD, GIST_NAME, false },
		{ "Fire Destroys Ellerby Mill at Dawn", GIST_WORD, GIST_NAME, false },
		{ "Fire Destroys Ellerby Mill at Dawn\nThe mill of Ellerby", GIST_WORD,
		  GIST_NAME, true },
		{ "又崩了", GIST_AGAIN, 0, true },
		{ "down again", GIST_AGAIN, 0, true },
	};

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		uint32_t v[GIST_MAX];
		size_t n = gist_parts(*state, str_of(cases[i].text), v, NULL);

		if (has_part(v, n, cases[i].kind, cases[i].flag) != cases[i].has)
			fail_msg("case %zu", i);
	}
}

/* They lie in records and travel between versions. */
static void
parts_are_the_same_on_every_machine(void **state)
{
	uint32_t v[GIST_MAX];
	struct gist_place place[GIST_MAX];
	size_t n = gist_parts(*state, STR("禾穗 recalled 0715批次"), v, place);
	static const uint32_t pinned[] = { 0xb8c0a100, 0x7887d402, 0x59749202,
					   0x78e5e00d, 0x226cee07, 0x2bbf001f,
					   0x2c58040f, 0x147a003f, 0x1d220c0f };

	assert_int_equal(n, LY_COUNT(pinned));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(v[i], pinned[i]);
	assert_int_equal(place[0].at, 0);
	assert_int_equal(place[0].len, 6);
	assert_int_equal(place[1].at, 7);
	assert_int_equal(place[1].len, 8);
}

static void
any_bytes_give_at_most_so_many_parts(void **state)
{
	uint32_t v[GIST_MAX], seed = 3;
	char text[2000];

	for (int round = 0; round < 300; round++) {
		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(round % 2 ? seed >> 24 : 32 + (seed >> 24) % 96);
		}
		assert_true(gist_parts(*state, (struct str){ text, sizeof text }, v, NULL) <=
			    GIST_MAX);
	}
	assert_int_equal(gist_parts(*state, STR(""), v, NULL), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_figure_in_words_has_a_ceiling),
		cmocka_unit_test(what_is_the_same_in_other_words_has_a_part_in_common),
		cmocka_unit_test(kinds_are_told_from_what_stands_around),
		cmocka_unit_test(parts_are_the_same_on_every_machine),
		cmocka_unit_test(any_bytes_give_at_most_so_many_parts),
	};

	return cmocka_run_group_tests(tests, words_make, words_drop);
}
