/* Words of two Chinese characters are found, nothing that people write is syntax, and what is dropped
 * and forgotten is in no byte of the file. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/store_fts.h"
#include "tests/support/folder.h"

static void
text_is_cut_into_pairs_and_words(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "召回薯片", "召回 回薯 薯片 片" },
		{ "召", "召" },
		{ "", "" },
		{ "。，！ \n", "" },
		{ "iPhone 15 召回!", "iPhone 15 召回 回" },
		{ "山脆,薯片", "山脆 脆 薯片 片" },
		{ "ＡＢＣ１２３", "ABC123" },
		{ "ポテト recall", "ポテ テト ト recall" },
		{ "a\"b*c^d", "a b c d" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);

		fts_words(str_of(cases[i].text), &b);
		assert_string_equal(b.p, cases[i].words);
		buf_release(&b);
	}
}

static const struct migration steps[] = { { 1, "words", fts_schema }, { 0, NULL, NULL } };
static const struct migrations words_store = { "words", steps };

struct found {
	int64_t v[10];
	size_t n;
};

static int
found_add(void *arg, int64_t n)
{
	struct found *f = arg;

	f->v[f->n++] = n;
	return 0;
}

static struct found
find(struct store *s, const char *query, enum fts_mode mode)
{
	struct fts_ask q = { str_of(query), mode, 10 };
	struct found f = { .n = 0 };
	struct err e = { 0 };

	if (fts_find(s, &q, found_add, &f, &e) < 0)
		fail_msg("\"%s\": %s", query, e.text);
	return f;
}

static struct store *
three_texts(const char *path)
{
	struct err e = { 0 };
	struct store *s = store_open(path, &words_store, &e);

	if (!s)
		fail_msg("%s", e.text);
	assert_int_equal(fts_put(s, 1, STR("山脆薯片召回"), STR("包装里有玻璃"), &e), 0);
	assert_int_equal(fts_put(s, 2, STR("data leak"),
				 STR("Customers' phone numbers leaked in Zürich"), &e),
			 0);
	assert_int_equal(fts_put(s, 3, STR("高管言论"), STR("内部会议录音，提到薯片"), &e), 0);
	return s;
}

static void
what_people_look_for_is_found(void **state)
{
	static const struct {
		const char *query;
		int64_t first;
		size_t n;
	} cases[] = {
		{ "召回", 1, 1 },       { "玻璃", 1, 1 },         { "薯片", 1, 2 },
		{ "片召", 1, 1 },       { "薯片 录音", 3, 1 },    { "回召", 0, 0 },
		{ "璃", 1, 1 },         { "音", 3, 1 },           { "leak", 2, 1 },
		{ "LEAKED", 2, 1 },     { "zurich", 2, 1 },       { "薯片召回", 1, 1 },
		{ "phone 薯片", 0, 0 }, { "山脆薯片召回", 1, 1 }, { "山 脆", 1, 1 },
	};
	struct store *s = three_texts(":memory:");

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct found f = find(s, cases[i].query, FTS_ALL);

		if (f.n != cases[i].n || (f.n && f.v[0] != cases[i].first))
			fail_msg("%s: %zu found, first %lld", cases[i].query, f.n,
				 (long long)(f.n ? f.v[0] : 0));
	}
	assert_int_equal(find(s, "phone 薯片", FTS_ANY).n, 3);
	store_close(s);
}

static void
nothing_in_a_query_is_syntax(void **state)
{
	static const char *const queries[] = {
		"\"",
		"'",
		"\"\"\"",
		"AND",
		"OR NOT",
		"NEAR(a b, 3)",
		"title:山脆",
		"*",
		"^a",
		"a*b",
		"(((",
		"-薯片",
		"{title}: x",
		"; DROP TABLE fts",
		"\xff\xfe",
		"a\x01\x02",
		"+ + +",
		"召\"回",
		"NOT 薯片",
		"fts",
		":n",
		"?1",
		"薯\xf0\x9f\x98\x80片",
	};
	struct store *s = three_texts(":memory:");
	struct buf longest = BUF(1 << 20);
	uint64_t random = 88172645463325252u;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(queries); i++) {
		find(s, queries[i], FTS_ALL);
		find(s, queries[i], FTS_ANY);
	}
	for (int i = 0; i < 60000; i++)
		buf_add(&longest, i % 2 ? STR("片 ") : STR("\"a"));
	find(s, longest.p, FTS_ALL);
	for (int i = 0; i < 3000; i++) {
		char q[24];

		for (size_t k = 0; k < sizeof q - 1; k++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			q[k] = (char)(random % 255 + 1);
		}
		q[sizeof q - 1] = '\0';
		find(s, q, i % 2 ? FTS_ALL : FTS_ANY);
	}
	assert_int_equal(find(s, "召回", FTS_ALL).n, 1);
	buf_release(&longest);
	store_close(s);
}

static void
what_is_forgotten_is_in_no_byte(void **state)
{
	char dir[] = "/tmp/ly-fts-XXXXXX";
	struct buf where = BUF(4096);
	struct err e = { 0 };
	struct store *s;
	char path[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/words.db", dir);
	s = three_texts(path);
	assert_int_equal(fts_put(s, 4, STR("quartzebra"), STR("quartzebra"), &e), 0);
	assert_int_equal(find(s, "quartzebra", FTS_ALL).n, 1);
	/* Another in its place, and the last one goes. */
	assert_int_equal(fts_put(s, 4, STR("else"), STR("else"), &e), 0);
	assert_int_equal(find(s, "quartzebra", FTS_ALL).n, 0);
	assert_int_equal(fts_forget(s, &e), 0);
	assert_int_equal(store_forget(s, &e), 0);
	assert_int_equal(folder_files_with(dir, "quartzebra", &where), 0);
	assert_int_equal(folder_files_with(dir, "rtzebra", &where), 0);
	assert_int_equal(find(s, "else", FTS_ALL).n, 1);
	store_close(s);
	folder_remove(dir);
	buf_release(&where);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_cut_into_pairs_and_words),
		cmocka_unit_test(what_people_look_for_is_found),
		cmocka_unit_test(nothing_in_a_query_is_syntax),
		cmocka_unit_test(what_is_forgotten_is_in_no_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
