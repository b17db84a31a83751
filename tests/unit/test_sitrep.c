/* Situation reports: when they come, and what their words say. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/sitrep.h"

#define MINUTE 60
#define HOUR   3600
#define SINCE  ((int64_t)1773446400) /* 2026-03-14T00:00:00Z, 08:00 in Shanghai */

static void
every_half_hour_for_four_hours_then_every_two(void **state)
{
	static const struct {
		int64_t now, next; /* minutes since */
	} cases[] = {
		{ 0, 30 },    { 1, 30 },    { 29, 30 },     { 30, 60 },   { 31, 60 },
		{ 209, 210 }, { 210, 240 }, { 239, 240 },   { 240, 360 }, { 241, 360 },
		{ 359, 360 }, { 360, 480 }, { 1000, 1080 }, { -5, 30 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(sitrep_next(SINCE, SINCE + cases[i].now * MINUTE),
				 SINCE + cases[i].next * MINUTE);
}

/* A whole day: what is told, each time once. */
static void
a_day_has_eighteen_of_them(void **state)
{
	int64_t at = SINCE;
	int n = 0;

	(void)state;
	while ((at = sitrep_next(SINCE, at)) <= SINCE + 24 * HOUR)
		n++;
	assert_int_equal(n, 8 + 10);
}

static const struct sitrep report = {
	.n = 3,
	.from_at = SINCE + HOUR,
	.to_at = SINCE + HOUR + 30 * MINUTE,
	.from_seq = 17,
	.to_seq = 41,
	.mentions = 63,
	.negative = 41,
	.complaints = 5,
	.authors = 22,
	.sites = 9,
	.reach = 12400000,
	.rank = 7,
	.before = 40,
	.claims = { { STR_INIT("三名儿童住院 *@all*\n"), STR_INIT("untrue"), 12 },
		    { STR_INIT(""), STR_INIT("partly"), 9 } },
	.claims_n = 2,
	.late = { { STR_INIT("联系医院"), STR_INIT("legal"), SINCE + HOUR } },
	.late_n = 1,
	.releases = 2,
	.released = 1,
	.last_kind = STR_INIT("statement"),
	.last_at = SINCE + HOUR + 12 * MINUTE,
	.promise_at = SINCE + 2 * HOUR,
	.next_at = SINCE + 2 * HOUR,
	.entries = 14,
};

struct page {
	struct zone *zone;
	struct matter m;
	struct sitrep_words w;
	struct buf b;
};

static void
page_open(struct page *p, const struct sitrep *s, bool zh)
{
	struct err e = { 0 };

	*p = (struct page){ .zone = zone_open("Asia/Shanghai", &e), .b = BUF(1 << 16) };
	p->m = (struct matter){ .number = STR("INC-2026-0042"),
				.title = STR("山脆：食品安全"),
				.level = 3 };
	p->w = (struct sitrep_words){
		.s = s, .m = &p->m, .zh = zh, .zone = p->zone, .owner = STR("林静")
	};
}

static void
page_close(struct page *p)
{
	zone_close(p->zone);
	buf_release(&p->b);
}

static void
it_says_all_that_a_lead_asks_in_chinese(void **state)
{
	struct page p;

	(void)state;
	page_open(&p, &report, true);
	p.w.form = PLAIN_CHAT;
	sitrep_body(&p.w, &p.b);
	assert_string_equal(p.b.p,
			    "[L3 处置] 态势快报 第 3 期：山脆：食品安全 · INC-2026-0042\n\n"
			    "时段　09:00 到 09:30（截至第 41 次入库）\n"
			    "声量　新增 63 条（上一期 40 条），其中负面 41 条、投诉 5 条；22 "
			    "位作者，9 个来源\n"
			    "影响　作者的粉丝合计 12400000（已知的）；热榜最高第 7 位\n"
			    "说法　三名儿童住院 ＊＠all＊（不实）；（已删除）（部分属实）\n"
			    "已发　共 2 次，本期 1 次；最近：情况说明，09:12\n"
			    "拖延　1 项：联系医院（应在 09:00 前，法务）\n"
			    "承诺　答应在 10:00 前更新\n"
			    "负责　林静\n"
			    "下一期　10:00，没有变化也会发\n"
			    "详情　langyan incident show INC-2026-0042\n");
	page_close(&p);
}

static void
nothing_new_is_said_too_in_english(void **state)
{
	static const struct sitrep calm = { .n = 1,
					    .from_at = SINCE,
					    .to_at = SINCE + 30 * MINUTE,
					    .before = -1,
					    .next_at = SINCE + HOUR };
	struct page p;

	(void)state;
	page_open(&p, &calm, false);
	p.w.owner = STR("");
	sitrep_body(&p.w, &p.b);
	assert_string_equal(p.b.p,
			    "[L3 handle] situation report 1: 山脆：食品安全 · INC-2026-0042\n\n"
			    "Time: 08:00 to 08:30 (as of commit 0)\n"
			    "Voices: 0 new, of these 0 negative and 0 complaints; 0 authors, 0 "
			    "sites\n"
			    "Reach: 0 followers in all (where known); on no hot list\n"
			    "Claims: none is written down yet\n"
			    "We said: nothing yet\n"
			    "Late: none\n"
			    "Promised: no time of an update was promised\n"
			    "Owner: nobody yet\n"
			    "Next report: 09:00, also when nothing has changed\n"
			    "More: langyan incident show INC-2026-0042\n");
	page_close(&p);
}

static void
across_a_border_counts_and_of_a_confidential_one_not_even_these(void **state)
{
	struct page p;

	(void)state;
	page_open(&p, &report, false);
	p.w.brief = true;
	sitrep_body(&p.w, &p.b);
	assert_non_null(strstr(p.b.p, "63 new"));
	assert_null(strstr(p.b.p, "山脆"));
	assert_null(strstr(p.b.p, "儿童"));
	buf_clear(&p.b);
	p.m.confidential = 1;
	sitrep_html(&p.w, &p.b);
	assert_null(strstr(p.b.p, "63"));
	assert_non_null(strstr(p.b.p, "INC-2026-0042"));
	page_close(&p);
}

static void
facts_are_read_back_as_they_were(void **state)
{
	static struct str watches[] = { STR_INIT("shan\"cui"), STR_INIT("qingshan") };
	struct sitrep s = report, back;
	struct arena *a = arena_new();
	struct buf b = BUF(1 << 16), again = BUF(1 << 16);
	struct err e = { 0 };

	(void)state;
	s.watches = (struct conf_texts){ watches, 2 };
	buf_add_byte(&b, '{');
	sitrep_facts(&s, &b);
	buf_add_byte(&b, '}');
	assert_int_equal(sitrep_of_facts(json_parse(a, buf_str(&b), &e), a, &back), 0);
	buf_add_byte(&again, '{');
	sitrep_facts(&back, &again);
	buf_add_byte(&again, '}');
	assert_string_equal(again.p, b.p);
	assert_int_equal(back.claims[0].entry, 12);
	assert_int_equal(sitrep_of_facts(json_parse(a, STR("{\"n\":\"x\"}"), &e), a, &back),
			 -1);
	buf_release(&b);
	buf_release(&again);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_half_hour_for_four_hours_then_every_two),
		cmocka_unit_test(a_day_has_eighteen_of_them),
		cmocka_unit_test(it_says_all_that_a_lead_asks_in_chinese),
		cmocka_unit_test(nothing_new_is_said_too_in_english),
		cmocka_unit_test(
			across_a_border_counts_and_of_a_confidential_one_not_even_these),
		cmocka_unit_test(facts_are_read_back_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
