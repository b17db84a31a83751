/*
 * Four crises at 23:40 on a Saturday, for a team of one, of five and of thirty, told hour by hour: who
 * is told when, by which channel, what waits, what wakes, what was never sent. The tables come from the
 * rules, not from what the program said: the numbers are sections of RESPONSE.md (1 triggers, 2 incidents
 * and clocks, 4 steps, 5 quiet hours and notices). tests/support/night.h says how to read a line.
 *
 * LY_TELL=1 tells each night in plain words.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/night.h"

/* ---- a food-safety rumour -------------------------------------------------------------------- */

#define HOSPITAL                                                                    \
	.topic = "food_safety", .label = LABEL_NEG, .severity = 3, .title = "急诊", \
	.flags = MENTION_FIRST_HAND, .lang = "zh"
#define RUMOUR                                                                                \
	{ "23:40",                                                                            \
	  "A mother writes to a complaint site that her child is in hospital after eating "   \
	  "it.",                                                                              \
	  { .site = "tousu.example",                                                          \
	    .author = "a",                                                                    \
	    .source_class = CLASS_COMPLAINT,                                                  \
	    HOSPITAL } },                                                                     \
	{                                                                                     \
		"23:52", "A second report, on another site, in other words.",                 \
		{                                                                             \
			.site = "luntan.example", .author = "b", .source_class = CLASS_FORUM, \
			HOSPITAL                                                              \
		}                                                                             \
	}
#define TAKES(clock, person, name)                                                   \
	{                                                                            \
		clock, name " takes it, until noon.", { 0 }, person, "incident.ack", \
			",\"for\":\"12h\""                                           \
	}
#define TAKES_FOR_AN_HOUR(clock, person, name)                                             \
	{                                                                                  \
		clock, name " takes it, for an hour.", { 0 }, person, "incident.ack", NULL \
	}
#define STANDS_DOWN(clock, person, name)                                                       \
	{                                                                                      \
		clock, name " stands it down: from now on it is only watched.", { 0 }, person, \
			"incident.verdict", ",\"verdict\":\"stand_down\""                      \
	}
#define BACK                                            \
	{                                               \
		"00:25", "The app's heartbeat is back." \
	}
#define STATEMENT(clock, person, name)                                                      \
	{                                                                                   \
		clock,                                                                      \
			name " releases the first statement and promises an update in two " \
			     "hours.",                                                      \
			{ 0 }, person, "incident.release",                                  \
			",\"kind\":\"statement\",\"channel\":\"weibo\",\"text\":\"t\","     \
			"\"next\":\"2h\""                                                   \
	}
#define UNTRUE(clock, person, name)                                                           \
	{                                                                                     \
		clock,                                                                        \
			name " has spoken to the hospital: it was something else. The claim " \
			     "is untrue.",                                                    \
			{ 0 }, person, "incident.claim",                                      \
			",\"text\":\"the crisps\",\"truth\":\"untrue\""                       \
	}
#define UPDATE(clock, person, name)                                                 \
	{                                                                           \
		clock, name " releases the promised update.", { 0 }, person,        \
			"incident.release",                                         \
			",\"kind\":\"update\",\"channel\":\"weibo\",\"text\":\"u\"" \
	}

static void
a_food_rumour_and_a_team_of_one(void **state)
{
	static const struct night_deed deeds[] = {
		RUMOUR,
		TAKES("00:03", "mei", "Mei"),
		STATEMENT("00:15", "mei", "Mei"),
		UNTRUE("00:40", "mei", "Mei"),
		UPDATE("02:05", "mei", "Mei"),
		{ NULL },
	};
	static const struct night_script script = { "a food-safety rumour", deeds, NULL, NULL,
						    NULL };

	(void)state;
	night_play(
		&night_one, &script,
		/* 1: one first-hand report is W2. 5: safety breaks quiet hours, and rings.
		 * 2: the clock of a recall opens a task of the law; a task rings nobody
		 * below L3 */
		"23:40    moved  assessing L2 by W2\n"
		"23:40    L2 urge silent: mei/mail\n"
		"23:40    L2 page silent: mei/mail\n"
		"23:40    L2 page rings: mei/phone\n"
		/* 1: the second site is W3. 5: an L3 is told at once */
		"23:52    moved  responding L3 by W3\n"
		"23:52    L3 page silent: mei/mail\n"
		"23:52    L3 page rings: mei/phone\n"
		/* 4: unanswered for 5 min, and there is no other step */
		"23:57    L3 page silent: mei/mail\n"
		"23:57    L3 page rings: mei/phone\n"
		"00:03    moved  ack\n"
		/* 2: the first statement, due 30 min after the page: at 50 and 75 %; then it
		 * is out */
		"00:07    L3 urge silent: mei/mail\n"
		"00:07    L3 urge rings: mei/phone\n"
		"00:14:30 L3 urge silent: mei/mail\n"
		"00:14:30 L3 urge rings: mei/phone\n"
		/* 5: the situation report every 30 min for 4 h, then every 2 h */
		"00:22    L3 sitrep silent: mei/mail\n"
		/* 2: the pack, due 2 h after the page: at 50, 75, 100 % */
		"00:52    L3 urge silent: mei/mail\n"
		"00:52    L3 urge rings: mei/phone\n"
		"00:52    L3 sitrep silent: mei/mail\n"
		/* 2: what we promised at 00:15 for 02:15: at 50 and 75 %; at 02:05 it is out */
		"01:15    L3 urge silent: mei/mail\n"
		"01:15    L3 urge rings: mei/phone\n"
		"01:22    L3 urge silent: mei/mail\n"
		"01:22    L3 urge rings: mei/phone\n"
		"01:22    L3 sitrep silent: mei/mail\n"
		"01:45    L3 urge silent: mei/mail\n"
		"01:45    L3 urge rings: mei/phone\n"
		"01:52    L3 urge silent: mei/mail\n"
		"01:52    L3 urge rings: mei/phone\n"
		"01:52    L3 sitrep silent: mei/mail\n"
		"02:22    L3 sitrep silent: mei/mail\n"
		"02:52    L3 sitrep silent: mei/mail\n"
		"03:22    L3 sitrep silent: mei/mail\n"
		"03:52    L3 sitrep silent: mei/mail\n"
		"05:52    L3 sitrep silent: mei/mail\n"
		"07:52    L3 sitrep silent: mei/mail\n");
}

static void
a_food_rumour_and_a_team_of_five(void **state)
{
	static const struct night_deed deeds[] = {
		RUMOUR,
		TAKES("23:55", "an", "An"),
		STATEMENT("00:15", "su", "Su"),
		UNTRUE("00:40", "an", "An"),
		UPDATE("02:05", "su", "Su"),
		STANDS_DOWN("02:40", "lin", "Lin"),
		{ NULL },
	};
	static const struct night_script script = {
		"a food-safety rumour", deeds, NULL, NULL, NULL, "docs/operations.md"
	};

	(void)state;
	night_play(&night_five, &script,
		   /* 1: W2 goes to whoever is on shift. The law's task is told to legal and
		 * lead, whom it lets sleep */
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    L2 urge silent: lin/mail, su/mail\n"
		   "23:40    L2 page rings: an/phone\n"
		   "23:40    L2 page on shift: an/mail\n"
		   /* 3 min later An has it: Lin and Chen are not paged */
		   "23:52    moved  responding L3 by W3\n"
		   "23:52    L3 page rings: an/phone\n"
		   "23:52    L3 page on shift: an/mail\n"
		   "23:55    moved  ack\n"
		   /* 2: at 50 % the owner, who is An by now; at 75 % the lead */
		   "00:07    L3 urge rings: an/phone\n"
		   "00:07    L3 urge on shift: an/mail\n"
		   "00:14:30 L3 urge silent: lin/mail\n"
		   "00:14:30 L3 urge rings: lin/phone\n"
		   /* 5: to each role and the owner, by what wakes nobody */
		   "00:22    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "00:22    L3 sitrep on shift: an/mail\n"
		   "00:52    L3 urge rings: an/phone\n"
		   "00:52    L3 urge on shift: an/mail\n"
		   "00:52    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "00:52    L3 sitrep on shift: an/mail\n"
		   "01:15    L3 urge rings: an/phone\n"
		   "01:15    L3 urge on shift: an/mail\n"
		   "01:22    L3 urge silent: lin/mail\n"
		   "01:22    L3 urge rings: lin/phone\n"
		   "01:22    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "01:22    L3 sitrep on shift: an/mail\n"
		   "01:45    L3 urge silent: lin/mail\n"
		   "01:45    L3 urge rings: lin/phone\n"
		   /* 2: at 100 % the approver, and the next step of the policy */
		   "01:52    L3 urge silent: chen/mail, lin/mail\n"
		   "01:52    L3 urge rings: chen/phone, lin/phone\n"
		   "01:52    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "01:52    L3 sitrep on shift: an/mail\n"
		   "02:22    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "02:22    L3 sitrep on shift: an/mail\n"
		   "02:40    moved  watching L3 by stand_down\n");
}

static void
a_food_rumour_and_a_team_of_thirty(void **state)
{
	static const struct night_deed deeds[] = {
		RUMOUR,
		TAKES("23:55", "bing", "Bing"),
		STATEMENT("00:15", "jia", "Jia"),
		UNTRUE("00:40", "an", "An"),
		UPDATE("02:05", "jia", "Jia"),
		STANDS_DOWN("02:40", "hua", "Hua"),
		{ NULL },
	};
	static const struct night_script script = { "a food-safety rumour", deeds, NULL, NULL,
						    NULL };

	(void)state;
	night_play(&night_thirty, &script,
		   /* of thirty people one is paged, and two find a mail */
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    L2 urge silent: hua/mail, luo/mail\n"
		   "23:40    L2 page rings: bing/phone\n"
		   "23:40    L2 page on shift: bing/mail\n"
		   "23:52    moved  responding L3 by W3\n"
		   "23:52    L3 page rings: bing/phone\n"
		   "23:52    L3 page on shift: bing/mail\n"
		   "23:55    moved  ack\n"
		   "00:07    L3 urge rings: bing/phone\n"
		   "00:07    L3 urge on shift: bing/mail\n"
		   "00:14:30 L3 urge silent: hua/mail\n"
		   "00:14:30 L3 urge rings: hua/phone\n"
		   /* 6 roles and the owner; 22 people are told nothing all night */
		   "00:22    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "00:22    L3 sitrep on shift: bing/mail\n"
		   "00:52    L3 urge rings: bing/phone\n"
		   "00:52    L3 urge on shift: bing/mail\n"
		   "00:52    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "00:52    L3 sitrep on shift: bing/mail\n"
		   "01:15    L3 urge rings: bing/phone\n"
		   "01:15    L3 urge on shift: bing/mail\n"
		   "01:22    L3 urge silent: hua/mail\n"
		   "01:22    L3 urge rings: hua/phone\n"
		   "01:22    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "01:22    L3 sitrep on shift: bing/mail\n"
		   "01:45    L3 urge silent: hua/mail\n"
		   "01:45    L3 urge rings: hua/phone\n"
		   "01:52    L3 urge silent: chen/mail, hua/mail\n"
		   "01:52    L3 urge rings: chen/phone, hua/phone\n"
		   "01:52    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "01:52    L3 sitrep on shift: bing/mail\n"
		   "02:22    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "02:22    L3 sitrep on shift: bing/mail\n"
		   "02:40    moved  watching L3 by stand_down\n");
}

/* ---- an executive on a hot list --------------------------------------------------------------- */

/* Chen Li is the approver of the larger teams, and what the watch is called. */
#define SCANDAL                                                                             \
	{                                                                                   \
		"23:40",                                                                    \
			"Chen Li stands at place 8 of a hot list, for what he said at a "   \
			"dinner.",                                                          \
		{                                                                           \
			.watch = "qingshan", .site = "hot.example", .title = "陈立 饭局",   \
			.topic = "executive", .label = LABEL_NEG, .severity = 3, .rank = 8, \
			.lang = "zh"                                                        \
		}                                                                           \
	}

static void
a_scandal_and_a_team_of_one(void **state)
{
	static const struct night_deed deeds[] = {
		SCANDAL,
		TAKES("23:48", "mei", "Mei"),
		STATEMENT("00:08", "mei", "Mei"),
		UPDATE("02:00", "mei", "Mei"),
		STANDS_DOWN("02:20", "mei", "Mei"),
		{ NULL },
	};
	static const struct night_script script = { "an executive on a hot list", deeds, NULL,
						    NULL, "陈立" };

	(void)state;
	night_play(&night_one, &script,
		   /* 1: on a list W1, under place 50 and negative W2, under 10 W3: all in one
		 * transaction; the pages of L1 and L2 would have waited, and never leave */
		   "23:40    moved  open L1 by W1\n"
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    moved  responding L3 by W3\n"
		   "23:40    L3 page silent: mei/mail\n"
		   "23:40    L3 page rings: mei/phone\n"
		   "23:40    L2 page waits: mei/mail (quiet until 08:00)\n"
		   "23:40    L1 page waits: mei/mail (quiet until 08:00)\n"
		   /* 4: unanswered for 5 min */
		   "23:45    L3 page silent: mei/mail\n"
		   "23:45    L3 page rings: mei/phone\n"
		   "23:48    moved  ack\n"
		   "23:55    L3 urge silent: mei/mail\n"
		   "23:55    L3 urge rings: mei/phone\n"
		   "00:02:30 L3 urge silent: mei/mail\n"
		   "00:02:30 L3 urge rings: mei/phone\n"
		   "00:10    L3 sitrep silent: mei/mail\n"
		   "00:40    L3 urge silent: mei/mail\n"
		   "00:40    L3 urge rings: mei/phone\n"
		   "00:40    L3 sitrep silent: mei/mail\n"
		   "01:08    L3 urge silent: mei/mail\n"
		   "01:08    L3 urge rings: mei/phone\n"
		   "01:10    L3 urge silent: mei/mail\n"
		   "01:10    L3 urge rings: mei/phone\n"
		   "01:10    L3 sitrep silent: mei/mail\n"
		   "01:38    L3 urge silent: mei/mail\n"
		   "01:38    L3 urge rings: mei/phone\n"
		   "01:40    L3 urge silent: mei/mail\n"
		   "01:40    L3 urge rings: mei/phone\n"
		   "01:40    L3 sitrep silent: mei/mail\n"
		   "02:10    L3 sitrep silent: mei/mail\n"
		   "02:20    moved  watching L3 by stand_down\n"
		   "never    L2 page: mei/mail (raised)\n"
		   "never    L1 page: mei/mail (raised)\n");
}

static void
a_scandal_and_a_team_of_five(void **state)
{
	static const struct night_deed deeds[] = {
		SCANDAL,
		TAKES_FOR_AN_HOUR("23:53", "su", "Su"),
		TAKES("00:55", "an", "An"),
		STATEMENT("01:00", "su", "Su"),
		UPDATE("02:14", "su", "Su"),
		STANDS_DOWN("02:15", "lin", "Lin"),
		{ NULL },
	};
	static const struct night_script script = { "an executive on a hot list", deeds, NULL,
						    NULL, "陈立" };

	(void)state;
	night_play(
		&night_five, &script,
		/* 5: L1 on shift in quiet hours would have gone with the next hour's */
		"23:40    moved  open L1 by W1\n"
		"23:40    moved  assessing L2 by W2\n"
		"23:40    moved  responding L3 by W3\n"
		"23:40    L3 page rings: an/phone\n"
		"23:40    L3 page on shift: an/mail\n"
		"23:40    L1 page waits: an/mail (bundle until 00:00)\n"
		/* 4: each step 5 min; the third is Chen, who is out, so his deputy is told */
		"23:45    L3 page silent: lin/mail\n"
		"23:45    L3 page rings: lin/phone\n"
		"23:50    L3 page silent: su/mail\n"
		"23:50    L3 page rings: su/phone\n"
		"23:53    moved  ack\n"
		"23:55    L3 urge silent: su/mail\n"
		"23:55    L3 urge rings: su/phone\n"
		"00:02:30 L3 urge silent: lin/mail\n"
		"00:02:30 L3 urge rings: lin/phone\n"
		/* 2: at 100 % the approver: Chen's deputy. Confidential: an, fan have no
		 * role, and no report */
		"00:10    L3 urge silent: lin/mail, su/mail\n"
		"00:10    L3 urge rings: lin/phone, su/phone\n"
		"00:10    L3 sitrep silent: lin/mail, su/mail\n"
		"00:40    L3 urge silent: su/mail\n"
		"00:40    L3 urge rings: su/phone\n"
		"00:40    L3 sitrep silent: lin/mail, su/mail\n"
		/* 2: taken for an hour, and nothing happened: the first step again */
		"00:53    moved  ack_over\n"
		"00:53    L3 page rings: an/phone\n"
		"00:53    L3 page on shift: an/mail\n"
		"00:55    moved  ack\n"
		"01:10    L3 urge silent: lin/mail\n"
		"01:10    L3 urge rings: lin/phone\n"
		"01:10    L3 sitrep silent: lin/mail, su/mail\n"
		"01:10    L3 sitrep on shift: an/mail\n"
		"01:40    L3 urge silent: lin/mail, su/mail\n"
		"01:40    L3 urge rings: lin/phone, su/phone\n"
		"01:40    L3 sitrep silent: lin/mail, su/mail\n"
		"01:40    L3 sitrep on shift: an/mail\n"
		/* 2: promised at 01:00 for 03:00 */
		"02:00    L3 urge rings: an/phone\n"
		"02:00    L3 urge on shift: an/mail\n"
		"02:10    L3 sitrep silent: lin/mail, su/mail\n"
		"02:10    L3 sitrep on shift: an/mail\n"
		"02:15    moved  watching L3 by stand_down\n"
		"never    L2 page: an/mail (raised)\n"
		"never    L1 page: an/mail (raised)\n");
}

static void
a_scandal_and_a_team_of_thirty(void **state)
{
	static const struct night_deed deeds[] = {
		SCANDAL,
		TAKES("23:47", "hua", "Hua"),
		STATEMENT("00:05", "jia", "Jia"),
		UPDATE("01:55", "jia", "Jia"),
		STANDS_DOWN("02:30", "hua", "Hua"),
		{ NULL },
	};
	static const struct night_script script = { "an executive on a hot list", deeds, NULL,
						    NULL, "陈立" };

	(void)state;
	night_play(&night_thirty, &script,
		   "23:40    moved  open L1 by W1\n"
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    moved  responding L3 by W3\n"
		   "23:40    L3 page rings: bing/phone\n"
		   "23:40    L3 page on shift: bing/mail\n"
		   "23:40    L1 page waits: bing/mail (bundle until 00:00)\n"
		   "23:45    L3 page silent: hua/mail\n"
		   "23:45    L3 page rings: hua/phone\n"
		   "23:47    moved  ack\n"
		   "23:55    L3 urge silent: hua/mail\n"
		   "23:55    L3 urge rings: hua/phone\n"
		   "00:02:30 L3 urge silent: hua/mail\n"
		   "00:02:30 L3 urge rings: hua/phone\n"
		   /* confidential: only roles that may see it; not analyst, fixer, nor Bing,
		 * who was told its number */
		   "00:10    L3 sitrep silent: hua/mail, jia/mail, luo/mail\n"
		   "00:40    L3 urge silent: hua/mail\n"
		   "00:40    L3 urge rings: hua/phone\n"
		   "00:40    L3 sitrep silent: hua/mail, jia/mail, luo/mail\n"
		   "01:05    L3 urge silent: hua/mail\n"
		   "01:05    L3 urge rings: hua/phone\n"
		   "01:10    L3 urge silent: hua/mail\n"
		   "01:10    L3 urge rings: hua/phone\n"
		   "01:10    L3 sitrep silent: hua/mail, jia/mail, luo/mail\n"
		   "01:35    L3 urge silent: hua/mail\n"
		   "01:35    L3 urge rings: hua/phone\n"
		   "01:40    L3 urge silent: hua/mail, luo/mail\n"
		   "01:40    L3 urge rings: hua/phone, luo/phone\n"
		   "01:40    L3 sitrep silent: hua/mail, jia/mail, luo/mail\n"
		   "02:10    L3 sitrep silent: hua/mail, jia/mail, luo/mail\n"
		   "02:30    moved  watching L3 by stand_down\n"
		   "never    L2 page: bing/mail (raised)\n"
		   "never    L1 page: bing/mail (raised)\n");
}

/* ---- a leak in an English forum ---------------------------------------------------------------- */

#define POST(clock, n, words)                                                             \
	{                                                                                 \
		clock, words,                                                             \
		{                                                                         \
			.site = "forum.example", .title = "dump", .author = "u" #n,       \
			.source_class = CLASS_FORUM, .topic = "data_leak", .severity = 3, \
			.label = LABEL_NEG, .lang = "en"                                  \
		}                                                                         \
	}
#define SIX_POSTS                                                                          \
	POST("23:15", 1, "On an English forum somebody offers our customers' addresses."), \
		POST("23:20", 2, NULL), POST("23:25", 3, NULL), POST("23:30", 4, NULL),    \
		POST("23:35", 5, NULL),                                                    \
		POST("23:40", 6, "The sixth who writes about it: a burst.")
#define MORE_POSTS                                                                         \
	POST("01:00", 7, "The thread wakes up again."), POST("01:05", 8, NULL),            \
		POST("01:10", 9, NULL), POST("01:15", 10, NULL), POST("01:18", 11, NULL),  \
		POST("01:20", 12, NULL), POST("01:23", 13, NULL), POST("01:26", 14, NULL), \
		POST("01:30", 15, "The fifteenth: a flood.")

static void
a_leak_and_a_team_of_one(void **state)
{
	static const struct night_deed deeds[] = {
		SIX_POSTS,
		MORE_POSTS,
		TAKES("01:52", "mei", "Mei"),
		STATEMENT("01:58", "mei", "Mei"),
		UPDATE("03:05", "mei", "Mei"),
		STANDS_DOWN("03:10", "mei", "Mei"),
		{ NULL },
	};
	static const struct night_script script = { "a leak in an English forum", deeds, NULL,
						    NULL, "dump" };

	(void)state;
	night_play(&night_one, &script,
		   /* 1: 6 in 3 h are 4 times the least that counts as usual: W2. 5: nobody is
		 * on shift, so L2 waits; so do two duties of the law (2): 4 h, and at once */
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    L2 urge waits: mei/mail, mei/mail (quiet until 08:00)\n"
		   "23:40    L2 page waits: mei/mail (quiet until 08:00)\n"
		   /* 1: 15 are 10 times the usual: W3, and what waited of L2 is not needed any
		 * more */
		   "01:30    moved  responding L3 by W3\n"
		   "01:30    L3 page silent: mei/mail\n"
		   "01:30    L3 page rings: mei/phone\n"
		   /* 4: after 5 min, then after 10 more */
		   "01:35    L3 page silent: mei/mail\n"
		   "01:35    L3 page rings: mei/phone\n"
		   /* 2: the 4 h of the cyber report, since 23:40: half is over */
		   "01:40    L3 urge silent: mei/mail\n"
		   "01:40    L3 urge rings: mei/phone\n"
		   "01:45    L3 urge silent: mei/mail\n"
		   "01:45    L3 urge rings: mei/phone\n"
		   "01:45    L3 page silent: mei/mail\n"
		   "01:45    L3 page rings: mei/phone\n"
		   "01:52    moved  ack\n"
		   "01:52:30 L3 urge silent: mei/mail\n"
		   "01:52:30 L3 urge rings: mei/phone\n"
		   /* 1: for 30 min nearly all is negative: W1 joins, and calls nobody */
		   "02:00    moved  W1\n"
		   "02:00    L3 sitrep silent: mei/mail\n"
		   "02:30    L3 urge silent: mei/mail\n"
		   "02:30    L3 urge rings: mei/phone\n"
		   "02:30    L3 sitrep silent: mei/mail\n"
		   "02:40    L3 urge silent: mei/mail\n"
		   "02:40    L3 urge rings: mei/phone\n"
		   "02:58    L3 urge silent: mei/mail\n"
		   "02:58    L3 urge rings: mei/phone\n"
		   "03:00    L3 urge silent: mei/mail\n"
		   "03:00    L3 urge rings: mei/phone\n"
		   "03:00    L3 sitrep silent: mei/mail\n"
		   "03:10    moved  watching L3 by stand_down\n"
		   "03:40    L3 urge silent: mei/mail\n"
		   "03:40    L3 urge rings: mei/phone\n"
		   /* 5: what was held comes in the morning, also of the law at L2 */
		   "08:00    L2 urge told: mei/mail, mei/mail\n"
		   "never    L2 page: mei/mail (raised)\n");
}

static void
a_leak_and_a_team_of_five(void **state)
{
	static const struct night_deed deeds[] = {
		SIX_POSTS,
		TAKES("00:10", "an", "An"),
		MORE_POSTS,
		TAKES("01:37", "lin", "Lin"),
		STATEMENT("01:58", "su", "Su"),
		UPDATE("03:05", "su", "Su"),
		STANDS_DOWN("03:10", "lin", "Lin"),
		{ NULL },
	};
	static const struct night_script script = { "a leak in an English forum", deeds, NULL,
						    NULL, "dump" };

	(void)state;
	night_play(&night_five, &script,
		   "23:40    moved  assessing L2 by W2\n"
		   "23:40    L2 urge waits: lin/mail, su/mail, lin/mail, su/mail (quiet until "
		   "08:00)\n"
		   /* 5: group_wait 30 s, then on shift at once */
		   "23:40:30 L2 page on shift: an/mail\n"
		   /* 2, 4: half of the 30 min for a verdict, and 15 min unanswered: owner and
		 * next step, both Lin, who sleeps */
		   "23:55:30 L2 urge waits: lin/mail (quiet until 08:00)\n"
		   "23:55:30 L2 page waits: lin/mail (quiet until 08:00)\n"
		   "00:03    L2 urge waits: lin/mail (quiet until 08:00)\n"
		   /* 2: An has it: the page to Lin is not needed; the verdict is still due */
		   "00:10    moved  ack\n"
		   "00:10:30 L2 urge waits: chen/mail, lin/mail (quiet until 08:00)\n"
		   /* the verdict's clock ends with the state: its three warnings never leave */
		   "01:30    moved  responding L3 by W3\n"
		   "01:30    L3 page rings: an/phone\n"
		   "01:30    L3 page on shift: an/mail\n"
		   "01:35    L3 page silent: lin/mail\n"
		   "01:35    L3 page rings: lin/phone\n"
		   "01:37    moved  ack\n"
		   "01:40    L3 urge silent: lin/mail, su/mail\n"
		   "01:40    L3 urge rings: lin/phone, su/phone\n"
		   "01:45    L3 urge silent: lin/mail\n"
		   "01:45    L3 urge rings: lin/phone\n"
		   "01:52:30 L3 urge silent: lin/mail\n"
		   "01:52:30 L3 urge rings: lin/phone\n"
		   "02:00    moved  W1\n"
		   "02:00    L3 sitrep silent: chen/mail, lin/mail, su/mail\n"
		   "02:30    L3 urge silent: lin/mail\n"
		   "02:30    L3 urge rings: lin/phone\n"
		   "02:30    L3 sitrep silent: chen/mail, lin/mail, su/mail\n"
		   "02:40    L3 urge silent: lin/mail, su/mail\n"
		   "02:40    L3 urge rings: lin/phone, su/phone\n"
		   "02:58    L3 urge silent: lin/mail\n"
		   "02:58    L3 urge rings: lin/phone\n"
		   "03:00    L3 urge silent: lin/mail\n"
		   "03:00    L3 urge rings: lin/phone\n"
		   "03:00    L3 sitrep silent: chen/mail, lin/mail, su/mail\n"
		   "03:10    moved  watching L3 by stand_down\n"
		   "03:40    L3 urge silent: lin/mail, su/mail\n"
		   "03:40    L3 urge rings: lin/phone, su/phone\n"
		   "08:00    L2 urge told: lin/mail, su/mail, lin/mail, su/mail\n"
		   "never    L2 urge: lin/mail, lin/mail, chen/mail, lin/mail (over)\n"
		   "never    L2 page: lin/mail (answered)\n");
}

static void
a_leak_and_a_team_of_thirty(void **state)
{
	static const struct night_deed deeds[] = {
		SIX_POSTS,
		TAKES("23:44", "kate", "Kate"),
		MORE_POSTS,
		TAKES("01:33", "bing", "Bing"),
		STATEMENT("01:58", "jia", "Jia"),
		UPDATE("03:05", "jia", "Jia"),
		STANDS_DOWN("03:10", "hua", "Hua"),
		{ NULL },
	};
	static const struct night_script script = { "a leak in an English forum", deeds, NULL,
						    NULL, "dump" };

	(void)state;
	night_play(
		&night_thirty, &script,
		"23:40    moved  assessing L2 by W2\n"
		"23:40    L2 urge waits: hua/mail, luo/mail, hua/mail, luo/mail (quiet until "
		"08:00)\n"
		/* 5: English goes to London, too, where it is a quarter to four in the
		 * afternoon; 1: a channel abroad */
		"23:40:30 L2 page told: kate/abroad\n"
		"23:40:30 L2 page on shift: bing/mail\n"
		"23:44    moved  ack\n"
		"23:55:30 L2 urge told: kate/abroad\n"
		"00:03    L2 urge waits: hua/mail (quiet until 08:00)\n"
		"00:10:30 L2 urge waits: chen/mail, hua/mail (quiet until 08:00)\n"
		"01:30    moved  responding L3 by W3\n"
		"01:30    L3 page told: kate/abroad\n"
		"01:30    L3 page rings: bing/phone\n"
		"01:30    L3 page on shift: bing/mail\n"
		"01:33    moved  ack\n"
		"01:40    L3 urge silent: hua/mail, luo/mail\n"
		"01:40    L3 urge rings: hua/phone, luo/phone\n"
		"01:45    L3 urge rings: bing/phone\n"
		"01:45    L3 urge on shift: bing/mail\n"
		"01:52:30 L3 urge silent: hua/mail\n"
		"01:52:30 L3 urge rings: hua/phone\n"
		"02:00    moved  W1\n"
		"02:00    L3 sitrep silent: chen/mail, hua/mail, jia/mail, luo/mail\n"
		"02:00    L3 sitrep on shift: bing/mail\n"
		"02:30    L3 urge rings: bing/phone\n"
		"02:30    L3 urge on shift: bing/mail\n"
		"02:30    L3 sitrep silent: chen/mail, hua/mail, jia/mail, luo/mail\n"
		"02:30    L3 sitrep on shift: bing/mail\n"
		"02:40    L3 urge silent: hua/mail, luo/mail\n"
		"02:40    L3 urge rings: hua/phone, luo/phone\n"
		"02:58    L3 urge rings: bing/phone\n"
		"02:58    L3 urge on shift: bing/mail\n"
		"03:00    L3 urge silent: hua/mail\n"
		"03:00    L3 urge rings: hua/phone\n"
		"03:00    L3 sitrep silent: chen/mail, hua/mail, jia/mail, luo/mail\n"
		"03:00    L3 sitrep on shift: bing/mail\n"
		"03:10    moved  watching L3 by stand_down\n"
		"03:40    L3 urge silent: hua/mail, luo/mail\n"
		"03:40    L3 urge rings: hua/phone, luo/phone\n"
		"08:00    L2 urge told: hua/mail, luo/mail, hua/mail, luo/mail\n"
		"never    L2 urge: hua/mail, chen/mail, hua/mail (over)\n");
}

/* ---- the app is down --------------------------------------------------------------------------- */

#define OUTAGE                                                                     \
	{                                                                          \
		"23:39:30",                                                        \
			"The app's heartbeat is lost; others are heard, so it is " \
			"not us who are blind.",                                   \
		{                                                                  \
			.site = "luntan.example", .author = "z", .title = "好吃",  \
			.label = LABEL_POS, .lang = "zh"                           \
		}                                                                  \
	}

static void
an_outage_and_a_team_of_one(void **state)
{
	static const struct night_deed deeds[] = {
		OUTAGE,   TAKES("23:43", "mei", "Mei"),  STATEMENT("00:05", "mei", "Mei"),
		BACK,     UPDATE("00:34", "mei", "Mei"), STANDS_DOWN("00:36", "mei", "Mei"),
		{ NULL },
	};
	static const struct night_script script = { "the app is down", deeds, "23:39", "00:25",
						    NULL };

	(void)state;
	night_play(&night_one, &script,
		   /* 1: two intervals without a heartbeat while others are heard: W3 */
		   "23:40    moved  responding L3 by W3\n"
		   "23:40    L3 page silent: mei/mail\n"
		   "23:40    L3 page rings: mei/phone\n"
		   "23:43    moved  ack\n"
		   "23:55    L3 urge silent: mei/mail\n"
		   "23:55    L3 urge rings: mei/phone\n"
		   "00:02:30 L3 urge silent: mei/mail\n"
		   "00:02:30 L3 urge rings: mei/phone\n"
		   "00:10    L3 sitrep silent: mei/mail\n"
		   /* 2: L3 does not end by itself when the heartbeat is back */
		   "00:36    moved  watching L3 by stand_down\n");
}

static void
an_outage_and_a_team_of_five(void **state)
{
	static const struct night_deed deeds[] = {
		OUTAGE,   TAKES("23:47", "an", "An"),  STATEMENT("00:05", "su", "Su"),
		BACK,     UPDATE("00:34", "su", "Su"), STANDS_DOWN("00:36", "fan", "Fan"),
		{ NULL },
	};
	static const struct night_script script = { "the app is down", deeds, "23:39", "00:25",
						    NULL };

	(void)state;
	night_play(&night_five, &script,
		   /* 5: the system's goes to who fixes it, with a copy to PR's shift at L3 */
		   "23:40    moved  responding L3 by W3\n"
		   "23:40    L3 page silent: fan/mail\n"
		   "23:40    L3 page rings: fan/phone\n"
		   "23:40    L3 copy rings: an/phone\n"
		   "23:40    L3 copy on shift: an/mail\n"
		   /* 4: the next step */
		   "23:45    L3 page rings: an/phone\n"
		   "23:45    L3 page on shift: an/mail\n"
		   "23:47    moved  ack\n"
		   "23:55    L3 urge rings: an/phone\n"
		   "23:55    L3 urge on shift: an/mail\n"
		   "00:02:30 L3 urge silent: lin/mail\n"
		   "00:02:30 L3 urge rings: lin/phone\n"
		   "00:10    L3 sitrep silent: chen/mail, fan/mail, lin/mail, su/mail\n"
		   "00:10    L3 sitrep on shift: an/mail\n"
		   "00:36    moved  watching L3 by stand_down\n");
}

static void
an_outage_and_a_team_of_thirty(void **state)
{
	static const struct night_deed deeds[] = {
		OUTAGE,   TAKES("23:42", "peng", "Peng"), STATEMENT("00:05", "jia", "Jia"),
		BACK,     UPDATE("00:34", "jia", "Jia"),  STANDS_DOWN("00:36", "kang", "Kang"),
		{ NULL },
	};
	static const struct night_script script = { "the app is down", deeds, "23:39", "00:25",
						    NULL };

	(void)state;
	night_play(&night_thirty, &script,
		   "23:40    moved  responding L3 by W3\n"
		   "23:40    L3 page rings: peng/phone\n"
		   "23:40    L3 page on shift: peng/mail\n"
		   "23:40    L3 copy rings: bing/phone\n"
		   "23:40    L3 copy on shift: bing/mail\n"
		   "23:42    moved  ack\n"
		   "23:55    L3 urge rings: peng/phone\n"
		   "23:55    L3 urge on shift: peng/mail\n"
		   "00:02:30 L3 urge silent: hua/mail\n"
		   "00:02:30 L3 urge rings: hua/phone\n"
		   "00:10    L3 sitrep silent: an/mail, chen/mail, hua/mail, jia/mail, "
		   "kang/mail, luo/mail\n"
		   "00:10    L3 sitrep on shift: peng/mail\n"
		   "00:36    moved  watching L3 by stand_down\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_food_rumour_and_a_team_of_one),
		cmocka_unit_test(a_food_rumour_and_a_team_of_five),
		cmocka_unit_test(a_food_rumour_and_a_team_of_thirty),
		cmocka_unit_test(a_scandal_and_a_team_of_one),
		cmocka_unit_test(a_scandal_and_a_team_of_five),
		cmocka_unit_test(a_scandal_and_a_team_of_thirty),
		cmocka_unit_test(a_leak_and_a_team_of_one),
		cmocka_unit_test(a_leak_and_a_team_of_five),
		cmocka_unit_test(a_leak_and_a_team_of_thirty),
		cmocka_unit_test(an_outage_and_a_team_of_one),
		cmocka_unit_test(an_outage_and_a_team_of_five),
		cmocka_unit_test(an_outage_and_a_team_of_thirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
