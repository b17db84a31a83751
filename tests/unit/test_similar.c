/* What makes a case like an incident, each reason by its share; and SOP pages as they are read. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/outfile.h"
#include "responder/similar.h"
#include "responder/sop.h"
#include "tests/support/folder.h"

/* "food_safety | weibo,zhihu | victim | 3 | 玻璃,薯片" */
static void
traits_of(struct arena *a, const char *text, struct traits *t)
{
	struct str rest = str_of(arena_text(a, str_of(text))), list, one;
	struct str part[5] = { { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 }, { "", 0 } };
	size_t n = 0;

	memset(t, 0, sizeof *t);
	while (n < 5 && str_next(&rest, '|', &part[n]))
		n++;
	assert_true(n >= 4);
	for (list = str_trim(part[0]); str_next(&list, ',', &one);)
		t->topics[t->topics_n++] = one;
	for (list = str_trim(part[1]); str_next(&list, ',', &one);)
		t->sites[t->sites_n++] = one;
	t->cluster = str_trim(part[2]);
	assert_int_equal(str_int64(str_trim(part[3]), &t->level), 0);
	for (list = str_trim(part[4]); str_next(&list, ',', &one);)
		t->words[t->words_n++] = one;
	traits_settle(t);
}

static void
each_reason_has_its_share(void **state)
{
	static const struct {
		const char *to, *of;
		int64_t share[SIMILAR_WHYS];
	} cases[] = {
		{ "food_safety|weibo|victim|3|玻璃,薯片",
		  "food_safety|weibo|victim|3|玻璃,薯片",
		  { 300, 200, 150, 100, 50, 200 } },
		/* The same kind, another topic; one level apart; one of three sites. */
		{ "recall|weibo,zhihu|accidental|2|召回",
		  "food_safety|weibo,tieba|victim|3|玻璃",
		  { 300, 0, 0, 33, 25, 0 } },
		/* Its topic is among the other's; half of the words are as much as all. */
		{ "recall|a|unknown|1|aa,bb,cc,dd",
		  "quality,recall|b|unknown|3|aa,bb",
		  { 300, 100, 0, 0, 0, 200 } },
		{ "recall|a|unknown|1|aa,bb,cc,dd",
		  "outage|b|unknown|3|aa",
		  { 0, 0, 0, 0, 0, 100 } },
		/* What is not known is like nothing. */
		{ "|||0|", "|||0|", { 0 } },
		{ "|||0|", "food_safety|weibo|victim|3|玻璃", { 0 } },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct traits *to = arena_alloc(a, sizeof *to),
			      *of = arena_alloc(a, sizeof *of);
		const struct traits *list[] = { of };
		struct similar out[SIMILAR_MAX];
		int64_t total = 0;
		size_t n;

		traits_of(a, cases[i].to, to);
		traits_of(a, cases[i].of, of);
		n = similar_rank(to, list, 1, out);
		for (int k = 0; k < SIMILAR_WHYS; k++)
			total += cases[i].share[k];
		assert_int_equal(n, total >= SIMILAR_LEAST);
		for (int k = 0; n && k < SIMILAR_WHYS; k++)
			if (out[0].share[k] != cases[i].share[k])
				fail_msg("%zu: %s is %lld", i, similar_words[k],
					 (long long)out[0].share[k]);
		assert_int_equal(n ? out[0].total : 0, n ? total : 0);
		arena_free(a);
	}
}

/* Of many the best, the most similar first; a word that half of them have counts for nothing. */
static void
the_best_come_first(void **state)
{
	static const char *const cases[] = {
		"recall|x|unknown|3|我们,玻璃",    "outage|x|unknown|3|我们,别的",
		"recall|x|victim|3|我们,玻璃",     "recall|weibo|victim|3|我们,玻璃,薯片",
		"quality|x|unknown|3|我们,什么",   "recall|x|unknown|3|我们",
		"recall|x|accidental|3|我们,其他", "delivery|x|victim|2|我们",
	};
	struct arena *a = arena_new();
	struct traits *to = arena_alloc(a, sizeof *to);
	const struct traits *list[LY_COUNT(cases)];
	struct similar out[SIMILAR_MAX];
	size_t n;

	(void)state;
	traits_of(a, "recall|weibo|victim|3|我们,玻璃,薯片,召回", to);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct traits *t = arena_alloc(a, sizeof *t);

		traits_of(a, cases[i], t);
		list[i] = t;
	}
	n = similar_rank(to, list, LY_COUNT(cases), out);
	assert_int_equal(n, SIMILAR_MAX);
	assert_int_equal(out[0].at, 3);
	assert_int_equal(out[1].at, 2);
	assert_int_equal(out[2].at, 0);
	for (size_t i = 1; i < n; i++)
		assert_true(out[i - 1].total >= out[i].total);
	assert_int_equal(out[0].common_n, 2);
	assert_true(str_is(out[0].common[0], "薯片")); /* the rarer first */
	assert_true(str_is(out[0].common[1], "玻璃"));
	arena_free(a);
}

static void
traits_come_back_as_they_were_written(void **state)
{
	struct arena *a = arena_new();
	struct traits *t = arena_alloc(a, sizeof *t), *back = arena_alloc(a, sizeof *back);
	struct buf b = BUF(65536), again = BUF(65536);
	struct err e = { 0 };

	(void)state;
	traits_of(a, "recall,\"q\"|weibo|victim|3|b,a,b", t);
	t->turn = STR("turned");
	t->template = STR("zh-x");
	traits_add_json(&b, t);
	traits_read(json_parse(a, buf_str(&b), &e), back);
	traits_add_json(&again, back);
	assert_string_equal(b.p, again.p);
	assert_int_equal(back->words_n, 2);
	traits_read(NULL, back); /* nothing is unknown, not a crash */
	assert_int_equal(back->topics_n + back->sites_n + back->words_n, 0);
	buf_release(&b);
	buf_release(&again);
	arena_free(a);
}

/* ---- SOP pages ------------------------------------------------------------------------------------- */

static void
a_page_is_text_and_nothing_else(void **state)
{
	static const struct {
		const char *bytes, *title, *text;
	} cases[] = {
		{ "# 召回第一小时\n\n1. 先停售\n", "召回第一小时",
		  "# 召回第一小时\n\n1. 先停售\n" },
		{ "no heading\n", "x.md", "no heading\n" },
		{ "#hash\n##  Second  \n", "Second", "#hash\n##  Second  \n" },
		{ "# a\x1b[31mb\r\n", "a[31mb", "# a[31mb\n" },
		{ "# \xe2\x80\xaeturned\n", "turned", "# turned\n" },
		{ "# bad \xff byte\n", "bad \xef\xbf\xbd byte", "# bad \xef\xbf\xbd byte\n" },
		{ "", "x.md", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct arena *a = arena_new();
		struct sop_page p = sop_parse(STR("x.md"), str_of(cases[i].bytes), a);

		assert_string_equal(arena_text(a, p.title), cases[i].title);
		assert_string_equal(arena_text(a, p.text), cases[i].text);
		assert_true(utf8_valid(p.text));
		arena_free(a);
	}
}

static void
put(const char *dir, const char *name, struct str bytes)
{
	char path[200];
	struct err e = { 0 };

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_int_equal(outfile_write(path, bytes, &e), 0);
}

static void
only_pages_within_the_ceilings_are_listed(void **state)
{
	char dir[] = "/tmp/ly-sop-XXXXXX", path[200];
	struct arena *a = arena_new();
	char *large = calloc(1, SOP_BYTES + 1);
	struct sop_files f;
	struct sop_page p;
	struct err e = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/recall", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	put(dir, "b.md", STR("# B\n"));
	put(dir, "recall/a.md", STR("# A\n"));
	put(dir, "note.txt", STR("# T\n"));
	put(dir, ".hidden.md", STR("# H\n"));
	memset(large, 'x', SOP_BYTES + 1);
	put(dir, "large.md", (struct str){ large, SOP_BYTES + 1 });
	put(dir, "full.md", (struct str){ large, SOP_BYTES });
	snprintf(path, sizeof path, "%s/link.md", dir);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(sop_list(str_of(dir), a, &f, &e), 0);
	assert_int_equal(f.n, 4);
	assert_true(str_is(f.v[0].name, "b.md") && !f.v[0].unread);
	assert_true(str_is(f.v[1].name, "full.md") && !f.v[1].unread);
	assert_true(str_is(f.v[2].name, "large.md"));
	assert_string_equal(f.v[2].unread, "it is over 256 KiB");
	assert_true(str_is(f.v[3].name, "recall/a.md") && !f.v[3].unread);
	assert_int_equal(f.passed, 1);
	assert_int_equal(sop_read(str_of(dir), STR("recall/a.md"), a, &p, &e), 1);
	assert_true(str_is(p.title, "A"));
	assert_int_equal(sop_read(str_of(dir), STR("full.md"), a, &p, &e), 1);
	assert_int_equal(sop_read(str_of(dir), STR("large.md"), a, &p, &e), -1);
	/* No way out of the folder, and no link is followed. */
	assert_int_equal(sop_read(str_of(dir), STR("link.md"), a, &p, &e), 0);
	assert_int_equal(sop_read(str_of(dir), STR("../x.md"), a, &p, &e), 0);
	assert_int_equal(sop_read(str_of(dir), STR("/etc/x.md"), a, &p, &e), 0);
	assert_int_equal(sop_read(str_of(dir), STR("none.md"), a, &p, &e), 0);
	assert_int_equal(sop_list(STR("/nowhere/at/all"), a, &f, &e), -1);
	assert_int_equal(sop_list(STR(""), a, &f, &e), 0);
	assert_int_equal(f.n, 0);
	free(large);
	folder_remove(dir);
	arena_free(a);
}

/* Of more than fit, those that can be read have the places. */
static void
a_page_that_is_too_large_takes_no_place_of_another(void **state)
{
	static char too_much[SOP_BYTES + 1];
	char dir[] = "/tmp/ly-sop-XXXXXX", name[40];
	struct arena *a = arena_new();
	struct sop_files f;
	struct err e = { 0 };
	size_t unread = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < SOP_FILES; i++) {
		snprintf(name, sizeof name, "page-%03d.md", i);
		put(dir, name, STR("# P\n"));
		if (i % 100)
			continue;
		snprintf(name, sizeof name, "large-%03d.md", i);
		put(dir, name, (struct str){ too_much, sizeof too_much });
	}
	assert_int_equal(sop_list(str_of(dir), a, &f, &e), 0);
	assert_int_equal(f.n, SOP_FILES);
	assert_int_equal(f.passed, 5);
	for (size_t i = 0; i < f.n; i++)
		unread += f.v[i].unread != NULL;
	assert_int_equal(unread, 0);
	folder_remove(dir);
	arena_free(a);
}

/* As somebody whose file it is not: root may read all. */
static void
what_is_not_ours_to_read_is_listed_with_the_reason(void **state)
{
	char dir[] = "/tmp/ly-sop-XXXXXX", path[200];
	bool root = geteuid() == 0;
	struct arena *a = arena_new();
	struct sop_files f;
	struct sop_page p;
	struct err e = { 0 };
	struct str shut;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chmod(dir, 0755), 0);
	put(dir, "a.md", STR("# A\n"));
	snprintf(path, sizeof path, "%s/a.md", dir);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(root ? seteuid(65534) : 0, 0);
	assert_int_equal(sop_list(str_of(dir), a, &f, &e), 0);
	assert_int_equal(sop_read(str_of(dir), STR("a.md"), a, &p, &e), -1);
	assert_int_equal(root ? seteuid(0) : 0, 0);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.v[0].unread, "it may not be read");
	shut = f.v[0].signature;
	/* It is looked at again when it may be, though it was not written. */
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(sop_list(str_of(dir), a, &f, &e), 0);
	assert_null(f.v[0].unread);
	assert_false(str_eq(f.v[0].signature, shut));
	folder_remove(dir);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_has_its_share),
		cmocka_unit_test(the_best_come_first),
		cmocka_unit_test(traits_come_back_as_they_were_written),
		cmocka_unit_test(a_page_is_text_and_nothing_else),
		cmocka_unit_test(only_pages_within_the_ceilings_are_listed),
		cmocka_unit_test(a_page_that_is_too_large_takes_no_place_of_another),
		cmocka_unit_test(what_is_not_ours_to_read_is_listed_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
