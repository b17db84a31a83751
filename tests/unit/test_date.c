#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "crawler/date.h"

static int64_t
at(const char *iso)
{
	int64_t t;
	struct err e;

	assert_int_equal(clock_parse_iso(str_of(iso), &t, &e), 0);
	return t;
}

static void
check(const char *s, const char *want, const struct zone *zone)
{
	struct buf b = BUF(64);
	int64_t t;

	if (date_parse(str_of(s), at("2026-03-05T06:00:00Z"), zone, &t) == 0)
		clock_add_iso(&b, t);
	if (strcmp(b.p, want) != 0)
		fail_msg("\"%s\": %s, not %s", s, b.p, want);
	buf_release(&b);
}

static void
feeds_write_dates_in_many_ways(void **state)
{
	static const char *const cases[][2] = {
		{ "Thu, 05 Mar 2026 08:00:00 +0800", "2026-03-05T00:00:00Z" },
		{ "Thu, 5 Mar 2026 08:00 GMT", "2026-03-05T08:00:00Z" },
		{ "5 Mar 26 08:00:00 EST", "2026-03-05T13:00:00Z" },
		{ "Thursday, 05-Mar-26 08:00:00 PDT", "2026-03-05T15:00:00Z" },
		{ "Thu Mar  5 08:00:00 2026", "2026-03-05T08:00:00Z" },
		{ "March 5, 2026 8:05 pm", "2026-03-05T20:05:00Z" },
		{ "March 5, 2026 12:05 am", "2026-03-05T00:05:00Z" },
		{ "2026-03-05T08:00:00Z", "2026-03-05T08:00:00Z" },
		{ "2026-03-05T08:00:00.123+08:00", "2026-03-05T00:00:00Z" },
		{ "2026-03-05 08:00", "2026-03-05T08:00:00Z" },
		{ "2026-03-05", "2026-03-05T00:00:00Z" },
		{ "2026-03", "2026-03-01T00:00:00Z" },
		{ "2026", "2026-01-01T00:00:00Z" },
		{ "2026-03-056T08:00:00+02:00", "2026-03-05T00:00:00Z" },
		{ "2026-064", "2026-03-05T00:00:00Z" },
		{ "20260305T080000Z", "2026-03-05T08:00:00Z" },
		{ "2026/3/5 8:00", "2026-03-05T08:00:00Z" },
		{ "3/5/2026", "2026-03-05T00:00:00Z" },
		{ "25/12/2025", "2025-12-25T00:00:00Z" },
		{ "5.3.2026 08:00", "2026-03-05T08:00:00Z" },
		{ "4. 2. 2022", "2022-02-04T00:00:00Z" },
		{ "mardi 5 juin 2018", "2018-06-05T00:00:00Z" },
		{ "martes, 6 de junio de 2018", "2018-06-06T00:00:00Z" },
		{ "G7-Gipfel 2022", "" },
		{ "1772697600", "2026-03-05T08:00:00Z" },
		{ "1772697600000", "2026-03-05T08:00:00Z" },
		{ "Thu, 05 Mar 2026 08:00:00 GMT+0800 (China Standard Time)",
		  "2026-03-05T00:00:00Z" },
		{ "5 mars 2026", "2026-03-05T00:00:00Z" },
		{ "5. März 2026 08:00", "2026-03-05T08:00:00Z" },
		{ "5 марта 2026", "2026-03-05T00:00:00Z" },
		{ "2026년 3월 5일 오후 5:00", "2026-03-05T08:00:00Z" },
		{ "2026-02-29", "" },
		{ "2026-13-01", "" },
		{ "2026-03-05 25:00", "" },
		{ "soon", "" },
		{ "", "" },
		{ "99-99-99-99", "" },
		{ "99999-01-01", "" },
		{ "12345/01/02 8:00", "" },
		{ "1e308", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(cases[i][0], cases[i][1], NULL);
}

static void
chinese_pages_write_dates_in_many_ways(void **state)
{
	static const char *const cases[][2] = {
		{ "2026年3月5日", "2026-03-04T16:00:00Z" },
		{ "2026年03月05日14:03:09", "2026-03-05T06:03:09Z" },
		{ "2026年3月5日 下午2时3分", "2026-03-05T06:03:00Z" },
		{ "二〇二六年三月五日", "2026-03-04T16:00:00Z" },
		{ "二零二五年十二月二十一日", "2025-12-20T16:00:00Z" },
		{ "２０２６年３月５日", "2026-03-04T16:00:00Z" },
		{ "发布时间：2026-03-05 10:00 来源：晨报", "2026-03-05T02:00:00Z" },
		{ "3月4日 10:00", "2026-03-04T02:00:00Z" },
		{ "12月25日 10:00", "2025-12-25T02:00:00Z" },
		{ "03-04 10:00", "2026-03-04T02:00:00Z" },
		{ "今天 09:30", "2026-03-05T01:30:00Z" },
		{ "昨天22:15", "2026-03-04T14:15:00Z" },
		{ "昨晚10:15", "2026-03-04T14:15:00Z" },
		{ "前天 上午8点", "2026-03-03T00:00:00Z" },
		{ "刚刚", "2026-03-05T06:00:00Z" },
		{ "5分钟前", "2026-03-05T05:55:00Z" },
		{ "半小时前", "2026-03-05T05:30:00Z" },
		{ "两小时前", "2026-03-05T04:00:00Z" },
		{ "3天前", "2026-03-02T06:00:00Z" },
		{ "3 hours ago", "2026-03-05T03:00:00Z" },
		{ "yesterday at 10:00", "2026-03-04T02:00:00Z" },
		{ "昨天下午3点半", "2026-03-04T07:30:00Z" },
		{ "上午十点一刻", "2026-03-05T02:15:00Z" },
		{ "周三 15:00", "2026-03-04T07:00:00Z" },
		{ "星期四", "2026-03-04T16:00:00Z" }, /* today */
		{ "星期五", "2026-02-26T16:00:00Z" },
		{ "上周三下午三点", "2026-02-25T07:00:00Z" },
		{ "2026年3月4日 周五", "2026-03-03T16:00:00Z" },
		{ "12:30", "2026-03-05T04:30:00Z" },
		{ "中午12:30", "2026-03-05T04:30:00Z" },
		{ "晚上11点", "2026-03-04T15:00:00Z" }, /* not come yet today */
		{ "明天 10:00", "2026-03-06T02:00:00Z" },
		{ "半年前", "2025-09-06T06:00:00Z" },
		{ "几秒前", "2026-03-05T05:59:57Z" },
		{ "an hour ago", "2026-03-05T05:00:00Z" },
		{ "民国115年3月5日", "2026-03-04T16:00:00Z" },
		{ "26-03-05", "2026-03-04T16:00:00Z" },
		{ "05-03-26", "2026-03-04T16:00:00Z" },
		{ "Thu Mar 05 08:00:00 CST 2026", "2026-03-05T00:00:00Z" }, /* China's */
		{ "营业时间为每天早上八点到晚上十点", "" },
		{ "关注", "" },
	};
	struct err e;
	struct zone *zone = zone_open("Asia/Shanghai", &e);

	(void)state;
	assert_non_null(zone);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		check(cases[i][0], cases[i][1], zone);
	zone_close(zone);
}

/* The usual forms have a reader of their own: the walk, which a word before them calls for,
 * must understand them the same way. */
static void
usual_forms_mean_the_same_to_both_readers(void **state)
{
	static const char *const cases[] = {
		"Thu, 05 Mar 2026 08:01:02 +0800",
		"5 Mar 2026 08:01:02 GMT",
		"Thu, 05 Mar 2026 08:01:02 -0330",
		"05 Mar 2026 08:01:02 Z",
		"2026-03-05T08:01:02Z",
		"2026-03-05 08:01:02",
		"2026-03-05T08:01:02.5+08:00",
		"2026-03-05T08:01:02-0700",
		"2026-02-30T08:01:02Z",
		"31 Feb 2026 08:01:02 GMT",
		"2026-03-05T25:01:02Z",
		"2026-03-05T08:61:02Z",
		"1026-03-05T08:01:02Z",
		"2026-03-05T08:01:60Z",
	};
	struct err e;
	struct zone *zone = zone_open("Asia/Shanghai", &e);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t soon = 0, slowly = 0;
		char text[80];
		int rc = date_parse(str_of(cases[i]), 0, zone, &soon);

		snprintf(text, sizeof text, "at %s", cases[i]);
		if (date_parse(str_of(text), 0, zone, &slowly) != rc || soon != slowly)
			fail_msg("%s: %lld, by the walk %lld", cases[i], (long long)soon,
				 (long long)slowly);
	}
	zone_close(zone);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(feeds_write_dates_in_many_ways),
		cmocka_unit_test(usual_forms_mean_the_same_to_both_readers),
		cmocka_unit_test(chinese_pages_write_dates_in_many_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
