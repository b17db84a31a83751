/* What worked in similar cases raises a template's rank, and the draft says so. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/draft_pick.h"
#include "responder/strategy.h"

static struct draft_ask
ask_for(struct str topic)
{
	return (struct draft_ask){ .kind = TEMPLATE_FULL,
				   .lang = TEMPLATE_ZH,
				   .level = 3,
				   .topic = topic,
				   .variants = DRAFT_VARIANTS };
}

static size_t
place_of(const struct template *const *v, size_t n, const struct template *t)
{
	size_t i = 0;

	while (i < n && v[i] != t)
		i++;
	return i;
}

/* Each of them in turn is the one that worked. */
static void
what_worked_comes_first_among_its_likes(void **state)
{
	const struct template *v[DRAFT_VARIANTS], *again[DRAFT_VARIANTS];
	struct draft_ask q = ask_for(STR("food_safety"));
	struct err e = { 0 };
	struct templates *all = templates_load("templates", &e);
	size_t n;

	(void)state;
	if (!all)
		fail_msg("%s", e.text);
	n = draft_pick(all, &q, v);
	assert_true(n >= 2);
	for (size_t i = 0; i < n; i++) {
		const struct draft_worked good = { v[i]->id, 2, 1, STR("INC-2026-0001") };
		const struct draft_worked bad = { v[i]->id, 1, 1, STR("INC-2026-0001") };
		bool by_name = template_fits(v[i], q.topic) == 2;

		q.worked = &good;
		q.worked_n = 1;
		draft_pick(all, &q, again);
		for (size_t k = 0; k < n; k++) /* before all but those of the topic's name */
			if (place_of(again, n, v[k]) < place_of(again, n, v[i]))
				assert_true(!by_name && template_fits(v[k], q.topic) == 2);
		q.worked = &bad; /* as often not: nothing follows */
		draft_pick(all, &q, again);
		assert_memory_equal(again, v, n * sizeof *v);
	}
	templates_free(all);
}

/* Strategies that the assessment wants weigh less than what worked, and more than nothing. */
static void
what_worked_outweighs_strategies(void **state)
{
	const struct template *v[DRAFT_VARIANTS];
	struct draft_ask q = ask_for(STR("food_safety"));
	struct err e = { 0 };
	struct templates *all = templates_load("templates", &e);
	struct draft_worked last;
	size_t n;

	(void)state;
	q.use = STRATEGY_INSTRUCT | STRATEGY_ADJUST | STRATEGY_REBUILD;
	n = draft_pick(all, &q, v);
	last = (struct draft_worked){ v[n - 1]->id, 1, 0, STR("INC-2026-0001") };
	q.worked = &last;
	q.worked_n = 1;
	if (template_fits(v[n - 1], q.topic) == template_fits(v[0], q.topic)) {
		draft_pick(all, &q, v);
		assert_true(str_eq(v[0]->id, last.template));
	}
	templates_free(all);
}

static void
the_reason_is_said(void **state)
{
	static const struct {
		const char *why, *zh, *en;
	} cases[] = {
		{ "", "", "" },
		{ "no JSON", "", "" },
		{ "{\"wanted\":true,\"topic\":\"name\",\"strategies\":2}",
		  "预案点名；专为此主题；研判要的策略中有 2 项；没有可判断的相似案例",
		  "its playbook names it; it speaks of this topic; 2 of the strategies that "
		  "the "
		  "assessment wants; no similar case can be judged" },
		{ "{\"wanted\":false,\"topic\":\"any\",\"strategies\":0,\"turned\":2,\"not_"
		  "turned\":1,"
		  "\"cases\":\"INC-2026-0007, INC-2026-0009\"}",
		  "适用任何主题；相似案例 3 起中 2 起之后反转（INC-2026-0007, "
		  "INC-2026-0009）；相关，不等于因果",
		  "it fits any topic; of 3 similar cases 2 turned after it (INC-2026-0007, "
		  "INC-2026-0009); a correlation, not a cause" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		for (int zh = 0; zh < 2; zh++) {
			struct buf b = BUF(4096);

			draft_why_text(str_of(cases[i].why), zh, &b);
			assert_string_equal(b.p, zh ? cases[i].zh : cases[i].en);
			buf_release(&b);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_worked_comes_first_among_its_likes),
		cmocka_unit_test(what_worked_outweighs_strategies),
		cmocka_unit_test(the_reason_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
