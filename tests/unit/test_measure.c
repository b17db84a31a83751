/* How quickly incidents were found, taken and answered, and whether it turned. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"

#include "responder/audit.h"
#include "responder/entry.h"
#include "responder/incident_store.h"
#include "responder/measure_store.h"

#include "tests/support/digest_world.h"

static void
a_reversal_is_back_at_zero_or_half_of_the_way(void **state)
{
	static const struct {
		struct measured_tone before, low, after;
		enum reversal is;
	} cases[] = {
		{ { 1000, 100, 300 }, { 100, 90, 0 }, { 100, 30, 30 }, REVERSAL_TURNED },
		{ { 1000, 100, 300 }, { 100, 90, 0 }, { 100, 31, 30 }, REVERSAL_TURNED },
		/* From -90 back to -10: half is at -50. */
		{ { 1000, 200, 100 }, { 100, 90, 0 }, { 100, 50, 0 }, REVERSAL_TURNED },
		{ { 1000, 200, 100 }, { 100, 90, 0 }, { 100, 51, 0 }, REVERSAL_NOT },
		{ { 1000, 200, 100 }, { 100, 90, 0 }, { 29, 0, 29 }, REVERSAL_TOO_FEW },
		{ { 29, 0, 29 }, { 100, 90, 0 }, { 100, 20, 0 }, REVERSAL_TOO_FEW },
		{ { 29, 0, 29 }, { 100, 90, 0 }, { 100, 0, 0 }, REVERSAL_TURNED },
		/* What was always so bad did not turn by staying so. */
		{ { 1000, 900, 0 }, { 100, 90, 0 }, { 100, 90, 0 }, REVERSAL_NOT },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (reversal_judge(&cases[i].before, &cases[i].low, &cases[i].after) !=
		    cases[i].is)
			fail_msg("case %zu", i);
}

static void
spans_are_told_by_median_and_from_ten_on_by_p90(void **state)
{
	int64_t v[] = { 50, 10, 40, 20, 30, 60, 70, 80, 90, 100 };
	struct measured_span m = measure_span(v, 0);
	int64_t low, high;

	(void)state;
	assert_true(m.n == 0 && m.median == -1 && m.p90 == -1);
	m = measure_span(v, 3);
	assert_true(m.n == 3 && m.median == 40 && m.p90 == -1);
	m = measure_span(v, 10);
	assert_true(m.median == 55 && m.p90 == 90);
	measure_wilson(8, 10, &low, &high);
	assert_int_equal(low, 490);
	assert_int_equal(high, 943);
	measure_wilson(0, 3, &low, &high);
	assert_int_equal(low, 0);
	assert_int_equal(high, 561);
}

/* ---- of a record --------------------------------------------------------------------------------- */

static void
move(struct digest_world *w, struct id incident, const char *event, int64_t level, int64_t at)
{
	struct err e = { 0 };
	struct audit_row row = { .incident = incident,
				 .at = at,
				 .event = str_of(event),
				 .from_state = STR("none"),
				 .to_state = str_of(level ? "responding" : "closed"),
				 .to_level = level ? level : 3,
				 .actor = STR("unix:anna"),
				 .reason = STR(""),
				 .evidence = STR("[]") };

	assert_int_equal(audit_append(w->store, &row, &e), 0);
}

static void
entry(struct digest_world *w, struct id incident, const char *kind, const char *key,
      const char *value, int64_t at)
{
	struct err e = { 0 };
	struct entry x = { .incident = incident,
			   .at = at,
			   .kind = str_of(kind),
			   .key = str_of(key),
			   .actor = STR("unix:anna"),
			   .value = str_of(value),
			   .salt = STR("0123456789abcdef") };

	assert_int_equal(entry_append(w->store, &x, &e), 0);
}

/* As merge.c leaves it: its moves, and rows that have another's times. */
static void
merged(struct digest_world *w, const char *from, const char *into, int64_t at)
{
	struct err e = { 0 };
	struct id a = ID_OF(str_of(from)), b = ID_OF(str_of(into));
	struct audit_row row = { .incident = a,
				 .at = at,
				 .event = STR("merge"),
				 .from_state = STR("responding"),
				 .to_state = STR("merged"),
				 .to_level = 3,
				 .actor = STR("unix:anna"),
				 .reason = STR(""),
				 .evidence = STR("[]") };
	struct stmt *q = store_stmt(w->store, "UPDATE incident SET merged_into = :into, state ="
					      " 'merged' WHERE id = :from");

	assert_int_equal(audit_append(w->store, &row, &e), 0);
	stmt_id(q, 1, &b);
	stmt_id(q, 2, &a);
	assert_true(stmt_run(q, &e) >= 0);
	q = store_stmt(w->store, "UPDATE incident SET opened_at = opened_at - 3600,"
				 " first_mention_at = first_mention_at - 3600 WHERE id = :id");
	stmt_id(q, 1, &b);
	assert_true(stmt_run(q, &e) >= 0);
	move(w, b, "join_L3", 3, at);
}

static const char *
iso(struct digest_world *w, int64_t at)
{
	struct buf b = BUF(64);
	const char *s;

	clock_add_iso(&b, at);
	s = arena_text(w->a, buf_str(&b));
	buf_release(&b);
	return s;
}

static void
tone(struct digest_world *w, int64_t from, int64_t to, int negative, int positive)
{
	struct err e = { 0 };
	struct stmt *q = store_stmt(
		w->store, "INSERT INTO rollup_hour (watch, topic, at, mentions, negative,"
			  " positive, complaints, score, reach) VALUES ('shancui', '', :at, 10,"
			  " :negative, :positive, 0, 0, 0) ON CONFLICT DO NOTHING");

	for (int64_t at = from / 3600 * 3600; at < to; at += 3600) {
		stmt_int(q, 1, at);
		stmt_int(q, 2, negative);
		stmt_int(q, 3, positive);
		assert_true(stmt_run(q, &e) >= 0);
	}
}

/* A draft of that template, whose id is that of its name. */
static void
draft(struct digest_world *w, const char *template)
{
	struct err e = { 0 };
	struct id id = ID_OF(str_of(template));
	struct stmt *q = store_stmt(
		w->store,
		"INSERT INTO draft (id, incident, template, kind, lang, at, text, gaps,"
		" lint, evidence, state, version) VALUES (:id, :id, :template, 'full',"
		" 'zh', 1, '', '', '', '', 'released', 1)");

	stmt_id(q, 1, &id);
	stmt_text(q, 2, str_of(template));
	assert_true(stmt_run(q, &e) >= 0);
}

/* An L3 that began at `at`: taken after 5 min, answered after 40 min, in full after 10 h. */
static void
crisis(struct digest_world *w, const char *number, int64_t at)
{
	struct err e = { 0 };
	struct incident i = { .id = ID_OF(str_of(number)),
			      .number = str_of(number),
			      .watch = STR("shancui"),
			      .topic = STR("food_safety"),
			      .title = STR("x"),
			      .state = INCIDENT_RESPONDING,
			      .level = 3,
			      .grade = 3,
			      .opened_at = at,
			      .first_mention_at = at - 600,
			      .version = 1 };
	struct id draft_id = ID_OF(STR("zh-full"));
	struct buf hex = BUF(64);

	assert_int_equal(incident_write(w->store, &i, &e), 0);
	move(w, i.id, "W3", 3, at);
	move(w, i.id, "ack", 3, at + 300);
	entry(w, i.id, "release", "1", "{\"kind\":\"staff_note\"}", at + 60);
	entry(w, i.id, "release", "2", "{\"kind\":\"statement\"}", at + 1800);
	entry(w, i.id, "clock", "pack", "{\"state\":\"met\"}", at + 3600);
	id_add_hex(&hex, &draft_id);
	entry(w, i.id, "release", "3",
	      arena_textf(w->a, "{\"kind\":\"full\",\"draft\":\"%s\"}", hex.p), at + 10 * HOUR);
	buf_release(&hex);
	tone(w, at - 28 * DAY, at, 1, 2);
	tone(w, at, at + 12 * HOUR, 9, 0);
	tone(w, at + 12 * HOUR, at + 80 * HOUR, 2, 2);
}

static void
a_record_is_measured_as_it_was_at_a_time(void **state)
{
	struct digest_world *w = *state;
	const struct conf_texts all = { NULL, 0 };
	struct measure_ask q = { .watches = &all, .made_at = AT_9 };
	struct measures m;
	struct err e = { 0 };
	int64_t at = AT_9 - 3 * DAY;

	assert_int_equal(store_begin(w->store, &e), 0);
	crisis(w, "INC-2026-0001", at);
	crisis(w, "DRL-2026-0001", at);
	move(w, ID_OF(STR("INC-2026-0001")), "close", 0, AT_9 + 10);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_int_equal(m.spans[MEASURE_STATEMENT].n, 1); /* drills apart */
	assert_int_equal(m.spans[MEASURE_STATEMENT].median, 600 + 1800);
	assert_int_equal(m.spans[MEASURE_FULL].median, 600 + 10 * HOUR);
	assert_int_equal(m.spans[MEASURE_DETECTION].n, 0); /* no firing, no figure */
	assert_true(m.packs == 1 && m.packs_in_time == 1);
	assert_true(m.fulls == 1 && m.judged == 1 && m.turned == 1 && !m.too_soon);
	assert_true(m.open[3] == 1 && m.oldest_s == 3 * DAY);
	q.made_at = AT_9 + 20; /* closed by now */
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_true(!m.open[3] && m.oldest_s == -1);
	q.made_at = at + 39 * HOUR; /* its 24 h are not over */
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_true(m.fulls == 1 && !m.judged && m.too_soon == 1);
	q.made_at = at + 10;
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_true(!m.spans[MEASURE_STATEMENT].n && !m.fulls && m.open[3] == 1);
}

/* A row of a release, as people write them. */
static void
said(struct digest_world *w, const char *incident, const char *number, const char *value,
     int64_t at)
{
	entry(w, ID_OF(str_of(incident)), "release", number, value, at);
}

static int64_t
median(struct digest_world *w, int64_t made_at, enum measure_kind kind)
{
	const struct conf_texts all = { NULL, 0 };
	struct measure_ask q = { .watches = &all, .made_at = made_at };
	struct measures m;
	struct err e = { 0 };

	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	return m.spans[kind].n == 1 ? m.spans[kind].median : -m.spans[kind].n;
}

static void
opened(struct digest_world *w, const char *number, int64_t at, const struct id *follows)
{
	struct err e = { 0 };
	struct incident i = { .id = ID_OF(str_of(number)),
			      .number = str_of(number),
			      .watch = STR("shancui"),
			      .title = STR("x"),
			      .state = INCIDENT_RESPONDING,
			      .level = 3,
			      .opened_at = at,
			      .first_mention_at = at - 600,
			      .version = 1 };

	if (follows)
		i.follows = *follows;
	assert_int_equal(incident_write(w->store, &i, &e), 0);
	move(w, i.id, "W3", 3, at);
}

/* The first word that stands, by when it was said; not to our own people. */
static void
a_response_is_the_first_that_stands_by_when_it_was_said(void **state)
{
	struct digest_world *w = *state;
	const int64_t at = AT_9 - DAY;
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	opened(w, "INC-2026-0001", at, NULL);
	said(w, "INC-2026-0001", "1", "{\"kind\":\"staff_note\"}", at + 60);
	said(w, "INC-2026-0001", "2", "{\"kind\":\"statement\",\"state\":\"released\"}",
	     at + 120);
	said(w, "INC-2026-0001", "3", "{\"kind\":\"press\"}", at + 7200);
	said(w, "INC-2026-0001", "2", "{\"kind\":\"statement\",\"state\":\"withdrawn\"}",
	     at + 7300);
	/* Written down last, said before. */
	said(w, "INC-2026-0001", "4",
	     arena_textf(w->a, "{\"kind\":\"reply\",\"at\":\"%s\"}", iso(w, at + 3600)),
	     at + 7400);
	said(w, "INC-2026-0001", "5", "{\"kind\":\"full\"}", at + 8000);
	said(w, "INC-2026-0001", "6", "{\"kind\":\"full\"}", at + 8100);
	said(w, "INC-2026-0001", "5",
	     "{\"kind\":\"full\",\"state\":\"corrected\",\"by\":\"6\"}", at + 8100);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(median(w, at + 7301, MEASURE_STATEMENT), 600 + 7200);
	assert_int_equal(median(w, at + 200, MEASURE_STATEMENT), 600 + 120); /* stood then */
	assert_int_equal(median(w, AT_9, MEASURE_STATEMENT), 600 + 3600);
	assert_int_equal(median(w, AT_9, MEASURE_FULL), 600 + 8000);
	assert_int_equal(store_begin(w->store, &e), 0);
	said(w, "INC-2026-0001", "6", "{\"kind\":\"full\",\"state\":\"withdrawn\"}", at + 9000);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(median(w, AT_9, MEASURE_FULL), 0); /* nothing is left of it */
}

/* Roll-ups are of whole hours: the last that belongs to the 24 must be over, too. */
static void
a_reversal_waits_for_its_last_hour(void **state)
{
	struct digest_world *w = *state;
	const struct conf_texts all = { NULL, 0 };
	const int64_t at = AT_9 - 3 * DAY + 1800;
	struct measure_ask q = { .watches = &all, .made_at = at + 40 * HOUR };
	struct measures m;
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	crisis(w, "INC-2026-0001", at);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_true(m.fulls == 1 && !m.judged && m.too_soon == 1);
	q.made_at += 1800;
	assert_int_equal(measure_read(w->store, &q, &m, &e), 0);
	assert_true(m.fulls == 1 && m.judged == 1 && !m.too_soon);
}

/* What a merge writes into rows later changes no figure that was told before. */
static void
what_becomes_one_later_was_two_then(void **state)
{
	struct digest_world *w = *state;
	const struct conf_texts all = { NULL, 0 };
	const int64_t at = AT_9 - DAY;
	struct measure_ask q = { .watches = &all, .made_at = at + 9000 };
	struct id old = ID_OF(STR("INC-2026-0001"));
	struct measures then, again, after;
	struct err e = { 0 };

	assert_int_equal(store_begin(w->store, &e), 0);
	opened(w, "INC-2026-0001", at - 3600, NULL);
	opened(w, "INC-2026-0002", at, NULL);
	said(w, "INC-2026-0001", "1", "{\"kind\":\"full\"}", at + 100);
	said(w, "INC-2026-0002", "1", "{\"kind\":\"full\"}", at + 300);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_read(w->store, &q, &then, &e), 0);
	assert_true(then.open[3] == 2 && then.oldest_s == 9000 + 3600);
	assert_true(then.spans[MEASURE_FULL].n == 2);
	assert_int_equal(store_begin(w->store, &e), 0);
	merged(w, "INC-2026-0001", "INC-2026-0002", at + 10000);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_read(w->store, &q, &again, &e), 0);
	assert_memory_equal(&then, &again, sizeof then);
	q.made_at = AT_9;
	assert_int_equal(measure_read(w->store, &q, &after, &e), 0);
	/* One by now: from the first mention of both to the first word of both. */
	assert_true(after.open[3] == 1 && after.oldest_s == DAY + 3600);
	assert_true(after.spans[MEASURE_FULL].n == 1);
	assert_int_equal(after.spans[MEASURE_FULL].median, 600 + 3600 + 100);
	/* So is what goes on in a successor. */
	assert_int_equal(store_begin(w->store, &e), 0);
	old = ID_OF(STR("INC-2026-0002"));
	move(w, old, "expire", 0, AT_9 + 10);
	opened(w, "INC-2026-0003", AT_9 + 10, &old);
	said(w, "INC-2026-0003", "1", "{\"kind\":\"full\"}", AT_9 + 20);
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_read(w->store, &q, &again, &e), 0);
	assert_memory_equal(&after, &again, sizeof after);
	assert_int_equal(median(w, AT_9 + 30, MEASURE_FULL), 600 + 3600 + 100);
}

static void
template_said(void *arg, const struct measured_template *t)
{
	struct buf *b = arg;

	buf_addf(b, "%.*s %.*s made %d %d %d edited %d %d %d\n", STR_ARG(t->name),
		 STR_ARG(t->lang), (int)t->made.used, (int)t->made.judged, (int)t->made.turned,
		 (int)t->edited.used, (int)t->edited.judged, (int)t->edited.turned);
}

static void
templates_are_judged_by_what_came_after(void **state)
{
	struct digest_world *w = *state;
	const struct conf_texts all = { NULL, 0 };
	struct measure_ask q = { .watches = &all, .made_at = AT_9 };
	struct buf said = BUF(1000);
	struct digest_row r;
	struct err e = { 0 };
	const char *says;

	assert_int_equal(store_begin(w->store, &e), 0);
	draft(w, "zh-full");
	crisis(w, "INC-2026-0001", AT_9 - 3 * DAY);
	crisis(w, "INC-2026-0002", AT_9 - DAY); /* its 24 h are not over */
	assert_int_equal(store_commit(w->store, &e), 0);
	assert_int_equal(measure_templates(w->store, &q, template_said, &said, &e), 0);
	assert_string_equal(said.p, "zh-full zh made 2 1 1 edited 0 0 0\n");
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "- zh-full | 用过 2[f");
	text_has_not(r.text, "95%"); /* one is too few */
	text_has(r.facts, "\"figure\":\"reversal.share_low\",\"value\":null,");
	text_has(r.facts, "\"figure\":\"template.share_high\",\"value\":null,");
	assert_int_equal(digest_verify(w->store, w->zone, &r, w->a, &says, &e), 1);
	buf_release(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reversal_is_back_at_zero_or_half_of_the_way),
		cmocka_unit_test(spans_are_told_by_median_and_from_ten_on_by_p90),
		WITH(a_record_is_measured_as_it_was_at_a_time),
		WITH(a_response_is_the_first_that_stands_by_when_it_was_said),
		WITH(a_reversal_waits_for_its_last_hour),
		WITH(what_becomes_one_later_was_two_then),
		WITH(templates_are_judged_by_what_came_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
