/* What a page says: its words, its evidence, that we hear later. Nothing leaves (SEND_SINK). */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/outbox.h"
#include "tests/support/desk.h"

#define AT(clock) desk_iso("2026-03-" clock ":00+08:00")

/* The whole text, as it is read. */
static void
a_page_says_why_what_by_when_and_how(void **state)
{
	struct desk d;
	struct notice_row r;
	struct buf want = BUF(1 << 16);

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	desk_until(&d, AT("16T10:15"));
	r = desk_row(&d, "lin", "mail", "page");
	buf_addf(&want,
		 "[L2 研判] 茶铺：负面激增 · INC-2026-0001\n\n"
		 "为什么　3 小时内负面 63 条，平时约 4 条；5 个来源\n"
		 "先做　30 "
		 "分钟内给出研判：是否属实、谁在传、要不要回应。研判之前不逐条回评，不删帖。\n"
		 "时限　请在 10:15 前确认；否则通知 陈立\n"
		 "接手　langyan incident ack INC-2026-0001 --code %.*s\n"
		 "负责　林静\n"
		 "证据　最新 1 条，共 1 条\n"
		 "  1. 喝出虫子 — weibo.example\n"
		 "     https://weibo.example/1\n"
		 "起因　最早一条 09:50，立案 10:00，预警 W2\n"
		 "覆盖　近 24 小时 新闻 "
		 "1；没有收到：社交、论坛、短视频、投诉、官方、评价（没人说，或没接入）\n",
		 STR_ARG(r.code));
	assert_string_equal(r.body.p, want.p);
	r = desk_row(&d, "boss", "mail", "page");
	buf_clear(&want);
	buf_addf(&want,
		 "[L2 assess] 茶铺：负面激增 (unanswered) · INC-2026-0001\n\n"
		 "Why: 63 negative in 3 h, usually 4; 5 sources\n"
		 "Now: on shift in duty did not take it within 15 min; it comes to you\n"
		 "First: Assess within 30 minutes: is it true, who spreads it, does it need an "
		 "answer? "
		 "Until then reply to nobody and delete nothing.\n"
		 "Clock: take it by 10:30; else it becomes L3\n"
		 "Take it: langyan incident ack INC-2026-0001 --code %.*s\n"
		 "Owner: 林静\n"
		 "Evidence: the newest 1 of 1\n"
		 "  1. 喝出虫子 — weibo.example\n"
		 "     https://weibo.example/1\n"
		 "Since: first seen 09:50, opened 10:00, grade W2\n"
		 "Coverage: last 24 h: news 1; nothing from: social, forums, short video, "
		 "complaints, "
		 "official, reviews (silent, or not covered)\n",
		 STR_ARG(r.code));
	assert_string_equal(r.body.p, want.p);
	buf_release(&want);
	desk_close(&d);
}

/* What fired last is a number, which nobody has said: the posts are those that were counted before. */
static void
a_number_brings_no_evidence_and_takes_none(void **state)
{
	struct desk d;
	struct err e = { 0 };

	(void)state;
	desk_begin(&d, desk_office, AT("16T10:00"));
	desk_fire(&d, 2, false, AT("16T10:00"));
	assert_true(
		stmt_run(store_stmt(d.store,
				    "INSERT INTO firing (id, trigger, version, watch, story,"
				    " grade, at, from_at, to_at, observed, threshold, baseline,"
				    " facts, reason_zh, reason_en, evidence, incident, as_of)"
				    " SELECT randomblob(16), 'load', version, watch, story,"
				    " grade, at + 60, 0, 0, 900, 850, 0, '{}', 'load 0.9',"
				    " 'load 0.9', x'', incident, 1 FROM firing"),
			 &e) >= 0);
	desk_move(&d, EVENT_ESCALATE, "unix:x", 0, AT("16T10:02"));
	desk_until(&d, AT("16T10:02"));
	assert_non_null(strstr(desk_row(&d, "boss", "mail", "page").body.p, "Why: load 0.9"));
	assert_non_null(strstr(desk_row(&d, "boss", "mail", "page").body.p, "Evidence: "));
	desk_close(&d);
}

/* While polls are put off a page says so, and no longer than that. */
static void
a_page_says_that_we_hear_later(void **state)
{
	(void)state;
	for (int sheds = 0; sheds < 2; sheds++) {
		struct desk d;
		struct err e = { 0 };
		struct stmt *q;

		desk_begin(&d, desk_office, AT("16T10:00"));
		q = store_stmt(d.store,
			       "INSERT INTO valve_word (at, document, sheds, since_at, said,"
			       " polls, sources, names, as_of) VALUES (:at, x'01', :sheds,"
			       " :since, 'CPU 97 %', 3, 2, '', 1)");
		stmt_int(q, 1, AT("16T09:55"));
		stmt_int(q, 2, sheds);
		stmt_int(q, 3, AT("16T09:50"));
		assert_true(stmt_run(q, &e) >= 0);
		desk_fire(&d, 2, false, AT("16T10:00"));
		desk_until(&d, AT("16T10:00"));
		assert_int_equal(
			str_find(desk_row(&d, "lin", "mail", "page").body,
				 STR("过载　自 09:50 起处理不过来，普通信源改为少抓")) > 0,
			sheds);
		desk_close(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_says_why_what_by_when_and_how),
		cmocka_unit_test(a_number_brings_no_evidence_and_takes_none),
		cmocka_unit_test(a_page_says_that_we_hear_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
