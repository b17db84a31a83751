/* When a digest is made, for whom, and that it is made once. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"

#include "responder/digest_word.h"
#include "responder/people_conf.h"
#include "responder/roster.h"
#include "responder/signal_store.h"

#include "tests/support/digest_world.h"

#define FIRST_OF_2024 ((int64_t)1704067200)

/* The outbox, as far as digests see it: who was told what. */
static struct buf *outbox;
static char newest_key[40];

int
notices_tell(struct notices *n, const struct notice_text *t, int64_t now, struct err *e)
{
	(void)n, (void)e;
	snprintf(newest_key, sizeof newest_key, "%.*s", STR_ARG(t->key));
	buf_addf(outbox, "%lld %s %.*s via %.*s key %zu: %.*s | %d %d %d\n", (long long)now,
		 t->kind, STR_ARG(t->person), STR_ARG(t->channel), t->key.n,
		 STR_ARG(t->subject), str_starts(t->body, STR("山脆 舆情日报")),
		 str_starts(t->html, STR("<!DOCTYPE html>")),
		 str_starts(t->facts, STR("{\"digest\":\"daily\"")));
	return 0;
}

static void
windows_end_at_the_cut_in_the_sites_zone(void **state)
{
	static const struct {
		const char *zone;
		int64_t cut, at_clock;
		const char *at, *from, *to;
	} cases[] = {
		{ "Asia/Shanghai", 8 * HOUR, 9 * HOUR, "2026-03-10T09:00:00+08:00",
		  "2026-03-09T08:00:00+08:00", "2026-03-10T08:00:00+08:00" },
		{ "Asia/Shanghai", 23 * HOUR, 9 * HOUR, "2026-03-10T09:00:00+08:00",
		  "2026-03-08T23:00:00+08:00", "2026-03-09T23:00:00+08:00" },
		{ "Asia/Shanghai", 8 * HOUR, 9 * HOUR, "2026-03-01T09:00:00+08:00",
		  "2026-02-28T08:00:00+08:00", "2026-03-01T08:00:00+08:00" },
		{ "Asia/Shanghai", 10 * HOUR, 9 * HOUR, "2026-01-01T09:00:00+08:00",
		  "2025-12-30T10:00:00+08:00", "2025-12-31T10:00:00+08:00" },
		/* The nights in which clocks change: a day of 23 and of 25 hours. */
		{ "Europe/London", 8 * HOUR, 9 * HOUR, "2026-03-29T09:00:00+01:00",
		  "2026-03-28T08:00:00+00:00", "2026-03-29T08:00:00+01:00" },
		{ "Europe/London", 8 * HOUR, 9 * HOUR, "2026-10-25T09:00:00+00:00",
		  "2026-10-24T08:00:00+01:00", "2026-10-25T08:00:00+00:00" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		struct zone *z = zone_open(cases[i].zone, &e);
		struct digest_conf c = { .cut = cases[i].cut, .at = cases[i].at_clock };
		struct digest_day d = { 0 };
		int64_t at, from, to;

		assert_int_equal(clock_parse_iso(str_of(cases[i].at), &at, &e), 0);
		assert_int_equal(clock_parse_iso(str_of(cases[i].from), &from, &e), 0);
		assert_int_equal(clock_parse_iso(str_of(cases[i].to), &to, &e), 0);
		digest_window(&c, z, at, &d);
		assert_int_equal(d.from, from);
		assert_int_equal(d.to, to);
		assert_int_equal(digest_next(&c, z, at - 1), at);
		zone_close(z);
	}
}

static void
weeks_months_and_quarters_end_at_the_cut_too(void **state)
{
	static const struct {
		int64_t period, on;
		const char *now, *next, *from, *to, *before;
	} cases[] = {
		{ PERIOD_WEEK, 0, "2026-03-10T10:00:00+08:00", "2026-03-16T09:00:00+08:00",
		  "2026-03-09T08:00:00+08:00", "2026-03-16T08:00:00+08:00",
		  "2026-03-02T08:00:00+08:00" },
		{ PERIOD_WEEK, 6, "2026-03-10T10:00:00+08:00", "2026-03-15T09:00:00+08:00",
		  "2026-03-08T08:00:00+08:00", "2026-03-15T08:00:00+08:00",
		  "2026-03-01T08:00:00+08:00" },
		{ PERIOD_MONTH, 0, "2026-02-01T09:00:00+08:00", "2026-03-01T09:00:00+08:00",
		  "2026-02-01T08:00:00+08:00", "2026-03-01T08:00:00+08:00",
		  "2026-01-01T08:00:00+08:00" },
		{ PERIOD_QUARTER, 0, "2026-01-05T09:00:00+08:00", "2026-04-01T09:00:00+08:00",
		  "2026-01-01T08:00:00+08:00", "2026-04-01T08:00:00+08:00",
		  "2025-10-01T08:00:00+08:00" },
	};
	struct digest_world *w = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct digest_conf c = { .period = cases[i].period,
					 .on = cases[i].on,
					 .cut = 8 * HOUR,
					 .at = 9 * HOUR };
		struct digest_day d = { 0 };
		struct err e;
		int64_t at, want;

		assert_int_equal(clock_parse_iso(str_of(cases[i].now), &at, &e), 0);
		assert_int_equal(clock_parse_iso(str_of(cases[i].next), &want, &e), 0);
		assert_int_equal(digest_next(&c, w->zone, at), want);
		digest_window(&c, w->zone, want, &d);
		assert_int_equal(clock_parse_iso(str_of(cases[i].from), &want, &e), 0);
		assert_int_equal(d.from, want);
		assert_int_equal(clock_parse_iso(str_of(cases[i].to), &want, &e), 0);
		assert_int_equal(d.to, want);
		assert_int_equal(clock_parse_iso(str_of(cases[i].before), &want, &e), 0);
		assert_int_equal(d.span[DAY_BEFORE].from, want);
	}
}

/* Also when the day is cut after the digest's time, so that it ends the day before. */
static void
each_window_begins_where_the_one_before_ended(void **state)
{
	static const char *const zones[] = { "Asia/Shanghai", "Europe/London",
					     "America/New_York" };
	static const struct {
		int64_t cut, at;
	} times[] = { { 8 * HOUR, 9 * HOUR }, { 8 * HOUR, 7 * HOUR }, { 23 * HOUR, 0 } };
	static const int64_t periods[] = { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH,
					   PERIOD_QUARTER };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(zones) * LY_COUNT(times) * LY_COUNT(periods); i++) {
		struct err e = { 0 };
		struct zone *z = zone_open(zones[i % 3], &e);
		struct digest_conf c = { .period = periods[i / 9],
					 .cut = times[i / 3 % 3].cut,
					 .at = times[i / 3 % 3].at };
		struct digest_day d = { 0 }, last;
		int64_t at = digest_next(&c, z, FIRST_OF_2024), last_at;

		digest_window(&c, z, at, &d);
		while (d.to < FIRST_OF_2024 + (int64_t)7 * 366 * DAY) {
			last = d;
			last_at = at;
			at = digest_next(&c, z, at);
			digest_window(&c, z, at, &d);
			if (d.from != last.to || d.span[DAY_BEFORE].from != last.from ||
			    d.late_since != last_at)
				fail_msg("%s period %lld cut %lld: %s and %s do not meet",
					 zones[i % 3], (long long)c.period, (long long)c.cut,
					 last.date, d.date);
		}
		zone_close(z);
	}
}

static void
a_digest_is_made_at_its_time_once(void **state)
{
	struct digest_world *w = *state;

	digest_world_usual_day(w);
	digest_world_begin(w, AT_9 - 2 * HOUR);
	assert_int_equal(digests_due(w->digests), AT_9);
	digest_world_turn(w, AT_9 - 1, 0);
	digest_world_turn(w, AT_9, 1);
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
	digest_world_turn(w, AT_9 + 10, 0);
	assert_string_equal(
		w->told.p,
		"1773104400 digest 山脆 舆情日报 2026-03-10（自动生成，未经人工复核） "
		"平静：没有未结事件。\n");
	digest_world_begin(w, AT_9 + 60); /* a restart the same day */
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
}

static void
each_reader_is_told_once_through_each_channel(void **state)
{
	static struct str readers[] = { STR_INIT("linjing"), STR_INIT("boss") };
	static struct str channels[] = { STR_INIT("mail"), STR_INIT("chat") };
	struct buf said = BUF(1 << 16);
	struct digest_world *w = *state;
	struct err e = { 0 };

	outbox = &said;
	w->conf.to = (struct conf_texts){ readers, 2 };
	for (int i = 0; i < 2; i++) {
		digests_free(w->digests);
		/* Only passed on to notices_tell above. */
		w->digests = digests_new(&w->list, &w->env, (struct notices *)w, w->roster,
					 AT_9 - HOUR + i, &e);
		assert_non_null(w->digests);
		digest_world_turn(w, AT_9, !i);
	}
	assert_string_equal(said.p, "1773104400 digest linjing via  key 32: 山脆 舆情日报 "
				    "2026-03-10（自动生成，未经人工复核） "
				    "看不见：这一期没有收到任何数据，不能说平静。 "
				    "| 1 1 1\n"
				    "1773104400 digest boss via  key 32: 山脆 舆情日报 "
				    "2026-03-10（自动生成，未经人工复核） "
				    "看不见：这一期没有收到任何数据，不能说平静。 "
				    "| 1 1 1\n");
	buf_clear(&said);
	w->conf.channels = (struct conf_texts){ channels, 2 };
	digest_world_turn(w, AT_9 + DAY, 1);
	assert_int_equal(text_times(buf_str(&said), " via mail "), 2);
	assert_int_equal(text_times(buf_str(&said), " via chat "), 2);
	buf_release(&said);
}

/* ---- readers ------------------------------------------------------------------------------------- */

static struct person_conf people[] = {
	{ .key = STR_INIT("linjing"), .name = STR_INIT("林静") },
	{ .key = STR_INIT("emma"), .zone = STR_INIT("Europe/London"), .lang = LANG_EN },
	{ .key = STR_INIT("zhouhang"), .name = STR_INIT("周航") },
	{ .key = STR_INIT("tom"), .zone = STR_INIT("Europe/London"), .lang = LANG_EN },
};

static void
each_reader_has_a_digest_in_their_language_at_their_time(void **state)
{
	static struct str to[] = { STR_INIT("linjing"), STR_INIT("emma"), STR_INIT("zhouhang"),
				   STR_INIT("tom") };
	const struct notice_conf c = { .people = { people, LY_COUNT(people) } };
	struct buf said = BUF(1 << 16);
	struct digest_world *w = *state;
	struct err e = { 0 };

	outbox = &said;
	w->roster = roster_new(&c, w->zone, &e);
	w->conf.to = (struct conf_texts){ to, LY_COUNT(to) };
	w->conf.personal = 1;
	w->digests =
		digests_new(&w->list, &w->env, (struct notices *)w, w->roster, AT_9 - HOUR, &e);
	digest_world_turn(w, AT_9, 1);
	assert_int_equal(text_times(buf_str(&said), "digest linjing"), 1);
	assert_int_equal(text_times(buf_str(&said), "digest zhouhang"), 1);
	assert_int_equal(text_times(buf_str(&said), "digest emma"), 0);
	assert_int_equal(digests_due(w->digests), AT_9 + 8 * HOUR); /* nine in London */
	digest_world_turn(w, AT_9 + 8 * HOUR, 1);
	assert_int_equal(text_times(buf_str(&said), "digest emma"), 1);
	assert_int_equal(text_times(buf_str(&said), "digest tom"), 1);
	text_has(buf_str(&said), "2026-03-10 (automatic, not reviewed)");
	assert_int_equal(text_times(buf_str(&w->told), "\n"), 2); /* two groups, four readers */
	buf_release(&said);
	roster_free(w->roster);
	w->roster = NULL;
}

/* Killed between two groups of one date: the other comes after the restart. */
static void
a_kill_between_two_groups_skips_neither(void **state)
{
	static struct person_conf two[] = {
		{ .key = STR_INIT("linjing"), .lang = LANG_ZH },
		{ .key = STR_INIT("emma"), .lang = LANG_EN },
	};
	static struct str to[] = { STR_INIT("linjing"), STR_INIT("emma") };
	const struct notice_conf c = { .people = { two, LY_COUNT(two) } };
	struct buf said = BUF(1 << 16);
	struct digest_world *w = *state;
	struct err e = { 0 };

	outbox = &said;
	w->roster = roster_new(&c, w->zone, &e);
	w->conf.to = (struct conf_texts){ to, LY_COUNT(to) };
	w->conf.personal = 1;
	for (int life = 0; life < 3; life++) {
		digests_free(w->digests);
		w->digests = digests_new(&w->list, &w->env, (struct notices *)w, w->roster,
					 AT_9 + life, &e);
		assert_non_null(w->digests);
		digest_world_turn(w, AT_9 + life, life < 2);
	}
	assert_int_equal(text_times(buf_str(&said), "digest linjing"), 1);
	assert_int_equal(text_times(buf_str(&said), "digest emma"), 1);
	buf_release(&said);
	roster_free(w->roster);
	w->roster = NULL;
}

/* Starts with one reader in a zone; a turn then makes so many. */
static void
reader_in(struct digest_world *w, const char *zone, int64_t now, int made)
{
	static struct str to[] = { STR_INIT("anna") };
	struct person_conf anna = { .key = STR("anna"), .zone = str_of(zone) };
	const struct notice_conf c = { .people = { &anna, 1 } };
	struct err e = { 0 };

	digests_free(w->digests);
	w->roster = roster_new(&c, w->zone, &e);
	w->conf.to = (struct conf_texts){ to, 1 };
	w->conf.personal = 1;
	w->digests = digests_new(&w->list, &w->env, (struct notices *)w, w->roster, now, &e);
	assert_non_null(w->digests);
	digest_world_turn(w, now, made);
	digests_free(w->digests);
	w->digests = NULL;
	roster_free(w->roster);
	w->roster = NULL;
}

/* Tells of one date to one reader have one key, in whichever group the reader is. */
static void
a_reader_who_moves_is_told_each_date_once(void **state)
{
	struct buf said = BUF(1 << 16);
	struct digest_world *w = *state;
	char first[40];

	outbox = &said;
	reader_in(w, "Asia/Shanghai", AT_9, 1);
	reader_in(w, "Asia/Shanghai", AT_9 + DAY, 1);
	memcpy(first, newest_key, sizeof first);
	reader_in(w, "Europe/London", AT_9 + DAY + 8 * HOUR, 1);
	assert_string_equal(newest_key, first);
	for (int day = 2; day <= 4; day++) /* those between, one a turn */
		reader_in(w, "Asia/Shanghai", AT_9 + 4 * DAY, 1);
	assert_string_not_equal(newest_key, first);
	assert_int_equal(text_times(buf_str(&said), "2026-03-12"), 1);
	buf_clear(&said);
	reader_in(w, "Europe/London", AT_9 + 4 * DAY + HOUR, 0); /* no days again */
	assert_int_equal(said.n, 0);
	buf_release(&said);
}

/* After a change of its time the first one comes. */
static void
a_changed_period_or_zone_skips_none(void **state)
{
	struct digest_world *w = *state;

	digest_world_begin(w, AT_9 - HOUR);
	digest_world_turn(w, AT_9, 1); /* a Tuesday */
	w->conf.period = PERIOD_WEEK;
	w->conf.on = 3;
	digest_world_begin(w, AT_9 + HOUR);
	assert_int_equal(digests_due(w->digests), AT_9 + 2 * DAY);
	w->conf.period = PERIOD_DAY;
	w->conf.at = 3 * HOUR;
	w->conf.zone = STR("Pacific/Auckland"); /* its 2026-03-11 03:00 is 22:00 in Shanghai */
	digest_world_begin(w, AT_9 + HOUR);
	assert_int_equal(digests_due(w->digests), AT_9 + 13 * HOUR);
}

static int
say_into(struct buf *out, struct digest_world *w,
	 int (*verb)(const struct digest_word_ask *, struct buf *, struct err *),
	 const char *args, int64_t now)
{
	static const struct notice_conf c = { .people = { people, LY_COUNT(people) } };
	struct err e = { 0 };
	bool wrote = false;
	const struct digest_word_ask q = { .store = w->store,
					   .env = &w->env,
					   .wrote = &wrote,
					   .digests = &w->list,
					   .people = &c,
					   .actor = STR("person:linjing"),
					   .now = now,
					   .args = json_parse(w->a, str_of(args), &e),
					   .a = w->a };
	int status;

	assert_non_null(q.args);
	assert_int_equal(store_begin(w->store, &e), 0);
	status = verb(&q, out, &e);
	assert_true(!wrote || status == 200);
	assert_int_equal(store_commit(w->store, &e), 0);
	return status;
}

static int
say(struct digest_world *w,
    int (*verb)(const struct digest_word_ask *, struct buf *, struct err *), const char *args,
    int64_t now)
{
	struct buf out = BUF(1 << 16);
	int status = say_into(&out, w, verb, args, now);

	buf_release(&out);
	return status;
}

static void
who_wants_no_more_of_it_gets_none(void **state)
{
	static struct str to[] = { STR_INIT("linjing"), STR_INIT("emma") };
	struct buf said = BUF(1 << 16);
	struct digest_world *w = *state;
	struct err e = { 0 };

	outbox = &said;
	w->conf.to = (struct conf_texts){ to, 2 };
	assert_int_equal(
		say(w, digest_word_off, "{\"name\":\"daily\",\"person\":\"emma\"}", AT_9 - 9),
		200);
	assert_int_equal(
		say(w, digest_word_off, "{\"name\":\"dayly\",\"person\":\"emma\"}", AT_9 - 9),
		404);
	assert_int_equal(say(w, digest_word_off, "{\"key\":\"00\"}", AT_9 - 9), 404);
	w->digests = digests_new(&w->list, &w->env, (struct notices *)w, NULL, AT_9 - HOUR, &e);
	digest_world_turn(w, AT_9, 1);
	assert_int_equal(text_times(buf_str(&said), "digest emma"), 0);
	assert_int_equal(text_times(buf_str(&said), "digest linjing"), 1);
	assert_int_equal(say(w, digest_word_off,
			     "{\"name\":\"daily\",\"person\":\"emma\",\"back\":true}",
			     AT_9 + 9),
			 200);
	digest_world_turn(w, AT_9 + DAY, 1);
	assert_int_equal(text_times(buf_str(&said), "digest emma"), 1);
	buf_release(&said);
}

static void
an_editor_has_a_word_until_it_is_told(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;
	const char *says, *drop;
	struct err e = { 0 };
	ptrdiff_t at;

	digest_world_usual_day(w);
	digest_world_say(
		w, (struct digest_said){ .at = CUT - HOUR, .label = -1, .title = "包装破了" });
	r = digest_world_compose(w, AT_9);
	at = str_find(r.text, STR("| m:"));
	drop = arena_textf(w->a, "{\"text\":\"同一批次，已停线\",\"drop\":[\"%.14s\"]}",
			   r.text.p + at + 2);
	assert_int_equal(say(w, digest_word_edit, drop, AT_9 - 60), 200);
	assert_int_equal(say(w, digest_word_edit,
			     "{\"date\":\"2026-03-10\",\"name\":\"daily\"}", AT_9 - 30),
			 200); /* what is not said stays */
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "2026-03-10（林静 已复核）\n");
	text_has(r.text, "\n研判：同一批次，已停线\n");
	text_has_not(r.text, "吃出异物");
	text_has(r.text, "包装破了");
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	digest_world_begin(w, AT_9 - HOUR);
	digest_world_turn(w, AT_9, 1);
	assert_int_equal(say(w, digest_word_edit, "{\"date\":\"2026-03-10\"}", AT_9 + 1), 409);
	assert_int_equal(say(w, digest_word_edit, "{}", AT_9 + 1), 200); /* of tomorrow's */
}

/* Nothing of an edit is dropped in silence. */
static void
an_edit_that_cannot_be_meant_is_refused_with_its_reason(void **state)
{
	static const struct {
		const char *args, *says;
		int text, drops; /* {"text":…} of so many bytes; {"drop":[…]} of so many */
	} cases[] = {
		{ "{\"date\":\"2026-03-10T00:00\"}", "not a date like 2026-03-10" },
		{ "{\"date\":\"tomorrow\"}", "not a date like 2026-03-10" },
		{ "{\"date\":\"2026-02-30\"}", "not a date like 2026-03-10" },
		{ "{\"date\":\"\"}", "not a date like 2026-03-10" },
		{ "{\"date\":20260310}", "date is a text" },
		{ "{\"text\":7}", "text is a text" },
		{ "{\"drop\":\"m:7ed3ba716656\"}", "drop is a list" },
		{ "{\"first\":[7]}", "first is a list" },
		{ NULL, "over 2000 bytes", 2001, 0 },
		{ NULL, NULL, 2000, 0 },
		{ NULL, "over 50", 0, 51 },
		{ NULL, NULL, 0, 50 },
	};
	struct digest_world *w = *state;

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf args = BUF(1 << 16), out = BUF(1 << 16);
		int status;

		buf_add(&args, STR("{\"text\":\""));
		for (int k = 0; k < cases[i].text; k++)
			buf_add_byte(&args, 'x');
		buf_add(&args, STR("\",\"drop\":["));
		for (int k = 0; k < cases[i].drops; k++)
			buf_addf(&args, "%s\"m:%012d\"", k ? "," : "", k);
		buf_add(&args, STR("]}"));
		status = say_into(&out, w, digest_word_edit,
				  cases[i].args ? cases[i].args : args.p, AT_9 - 60);
		if (status != (cases[i].says ? 400 : 200) ||
		    (cases[i].says && !strstr(out.p, cases[i].says)))
			fail_msg("case %zu: %d %s", i, status, out.p);
		buf_release(&args);
		buf_release(&out);
	}
}

static void
a_downtime_is_caught_up_day_by_day_and_never_twice(void **state)
{
	struct digest_world *w = *state;

	digest_world_begin(w, AT_9 - HOUR);
	digest_world_turn(w, AT_9, 1);
	digest_world_begin(w, AT_9 + 3 * DAY + HOUR);
	assert_int_equal(digests_due(w->digests), AT_9 + DAY);
	buf_clear(&w->told);
	/* One a turn, and the next at once: what else waits leaves between them. */
	digest_world_turn(w, AT_9 + 3 * DAY + HOUR, 1);
	text_has(buf_str(&w->told), "2026-03-11");
	text_has_not(buf_str(&w->told), "2026-03-12");
	assert_int_equal(digests_due(w->digests), AT_9 + 2 * DAY);
	digest_world_turn(w, AT_9 + 3 * DAY + HOUR, 1);
	digest_world_turn(w, AT_9 + 3 * DAY + HOUR, 1);
	digest_world_turn(w, AT_9 + 3 * DAY + HOUR, 0);
	text_has(buf_str(&w->told), "2026-03-12");
	text_has(buf_str(&w->told), "2026-03-13");
	text_has_not(buf_str(&w->told), "2026-03-10");
	assert_int_equal(digests_due(w->digests), AT_9 + 4 * DAY);
	digest_world_begin(w, AT_9 + 60 * DAY); /* too long ago: a week of it */
	assert_true(digests_due(w->digests) >= AT_9 + 53 * DAY);
	assert_true(digests_due(w->digests) < AT_9 + 54 * DAY + 1);
}

static void
what_was_rolled_back_is_made_again(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };

	digest_world_begin(w, AT_9 - HOUR);
	assert_int_equal(store_begin(w->store, &e), 0);
	assert_int_equal(digests_turn(w->digests, AT_9, &e), 1);
	store_rollback(w->store);
	digest_world_begin(w, AT_9); /* the stage rebuilds its parts after it */
	digest_world_turn(w, AT_9, 1);
}

static void
files_follow_the_commit_and_come_back(void **state)
{
	static const char *const suffixes[] = { "html", "md", "txt", "json" };
	struct digest_world *w = *state;

	digest_world_begin(w, AT_9 - HOUR);
	digest_world_turn(w, AT_9, 1);
	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; i < LY_COUNT(suffixes); i++) {
			const char *path = arena_textf(w->a, "%s/daily-2026-03-10.%s", w->path,
						       suffixes[i]);

			if (access(path, R_OK) < 0)
				fail_msg("no %s", path);
			if (!again && i == 1)
				assert_int_equal(unlink(path), 0);
		}
		digest_world_begin(w, AT_9 + HOUR);
		digests_flush(w->digests);
	}
}

/* Not of the newest alone; and what cannot be written is tried again. */
static void
files_of_every_day_of_a_stop_come_back(void **state)
{
	struct digest_world *w = *state;
	const char *path = arena_textf(w->a, "%s/daily-2026-03-10.md", w->path);

	digest_world_begin(w, AT_9 - HOUR);
	digest_world_turn(w, AT_9 + 2 * DAY, 1);
	assert_int_equal(unlink(path), 0);
	digest_world_begin(w, AT_9 + 2 * DAY + HOUR);
	digests_flush(w->digests);
	assert_int_equal(access(path, R_OK), 0);
	assert_int_equal(unlink(path), 0);
	w->conf.path = str_of(arena_textf(w->a, "%s/daily-2026-03-11.md/x", w->path));
	digest_world_begin(w, AT_9 + 2 * DAY + HOUR);
	digests_flush(w->digests); /* no folder: a file stands there */
	w->conf.path = str_of(w->path);
	digests_flush(w->digests);
	assert_int_equal(access(path, R_OK), 0);
}

static void
a_personal_digest_is_found_by_its_own_date(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	struct digest_row r;

	reader_in(w, "America/Los_Angeles", AT_9, 0);
	w->conf.name = STR("daily@en.America_Los_Angeles");
	w->conf.zone = STR("America/Los_Angeles");
	digest_world_begin(w, AT_9);
	digest_world_turn(w, AT_9 + DAY, 1);
	assert_int_equal(digest_read_dated(w->store, STR("daily"), "2026-03-10", w->a, &r, &e),
			 1);
	assert_true(str_starts(r.name, STR("daily@")));
	assert_int_equal(digest_read_dated(w->store, STR("daily"), "2026-03-11", w->a, &r, &e),
			 0);
	assert_int_equal(digest_read_dated(w->store, STR("daily"), NULL, w->a, &r, &e), 1);
}

static void
the_same_record_gives_the_same_bytes(void **state)
{
	struct digest_world *w = *state;
	struct digest_row a, b;

	digest_world_usual_day(w);
	for (int i = 0; i < 40; i++) {
		char site[32];

		snprintf(site, sizeof site, "s%d.example", i % 9);
		digest_world_say(w,
				 (struct digest_said){ .at = CUT - HOUR - i,
						       .label = i % 3 - 1,
						       .site = arena_text(w->a, str_of(site)),
						       .topic = i % 2 ? "service" : "price" });
	}
	a = digest_world_compose(w, AT_9);
	b = digest_world_compose(w, AT_9);
	assert_true(str_eq(a.facts, b.facts) && str_eq(a.text, b.text) && str_eq(a.md, b.md) &&
		    str_eq(a.html, b.html));
}

static void
verify_finds_a_changed_figure(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	const char *says;
	struct digest_row r;
	char *facts;

	digest_world_usual_day(w);
	r = digest_world_compose(w, AT_9);
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	/* What comes later does not change what was said. */
	digest_world_say(w, (struct digest_said){
				    .at = AT_9 + 10, .published_at = CUT - 10, .label = -1 });
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	facts = arena_text(w->a, r.facts);
	strstr(facts, "\"value\":3")[8] = '4';
	r.facts = str_of(facts);
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 0);
	assert_string_equal(says, "its figures are not those of the record: {\"id\":\"f6\","
				  "\"figure\":\"all.negative.now\",\"value\":4,"
				  "\"shown\":\"3\"}");
}

static void
sample(struct digest_world *w, const char *signal, int64_t at)
{
	const struct sample x = { .signal = str_of(signal),
				  .source = STR("shop"),
				  .at = at,
				  .value_micro = 5000000,
				  .arrived_at = at };
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	assert_true(sample_add(w->store, &x, &e) >= 0);
	assert_int_equal(store_commit(w->store, &e), 0);
}

static void
verify_knows_the_signals_of_then(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	const char *says;
	struct digest_row r;

	digest_world_usual_day(w);
	sample(w, "gmv", CUT - HOUR);
	r = digest_world_compose(w, AT_9);
	text_has(r.facts, "\"watch\":\"gmv\",\"figure\":\"signal.value\",\"value\":5000000");
	sample(w, "dau", AT_9 + DAY);
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_end_at_the_cut_in_the_sites_zone),
		WITH(weeks_months_and_quarters_end_at_the_cut_too),
		cmocka_unit_test(each_window_begins_where_the_one_before_ended),
		WITH(a_digest_is_made_at_its_time_once),
		WITH(each_reader_has_a_digest_in_their_language_at_their_time),
		WITH(who_wants_no_more_of_it_gets_none),
		WITH(a_kill_between_two_groups_skips_neither),
		WITH(a_reader_who_moves_is_told_each_date_once),
		WITH(a_changed_period_or_zone_skips_none),
		WITH(files_of_every_day_of_a_stop_come_back),
		WITH(a_personal_digest_is_found_by_its_own_date),
		WITH(an_editor_has_a_word_until_it_is_told),
		WITH(an_edit_that_cannot_be_meant_is_refused_with_its_reason),
		WITH(each_reader_is_told_once_through_each_channel),
		WITH(a_downtime_is_caught_up_day_by_day_and_never_twice),
		WITH(what_was_rolled_back_is_made_again),
		WITH(files_follow_the_commit_and_come_back),
		WITH(the_same_record_gives_the_same_bytes),
		WITH(verify_finds_a_changed_figure),
		WITH(verify_knows_the_signals_of_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
