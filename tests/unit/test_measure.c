/* How quickly incidents were found, taken and answered, and whether it turned. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

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

static void
template_said(void *arg, const struct measured_template *t)
{
	struct buf *b = arg;

	buf_addf(b, "%.*s %d %d %d\n", STR_ARG(t->name), (int)t->used, (int)t->judged,
		 (int)t->turned);
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
	assert_string_equal(said.p, "zh-full 2 1 1\n");
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
		WITH(templates_are_judged_by_what_came_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
