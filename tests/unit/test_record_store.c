/* A record of an older schema keeps its texts and its tombstones under the newest one. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/str.h"
#include "responder/duty_store.h"
#include "responder/entry.h"
#include "responder/hold_store.h"
#include "responder/incident_store.h"
#include "responder/record_store.h"
#include "tests/support/store_folder.h"

#define OLD_STEPS 7 /* content was found by the document's id */

/* Three documents as the older schema had them: one without a mention, one erased. */
static const char rows[] =
	"INSERT INTO document (id, source, source_class, site, url, lang, followers,"
	" published_at, arrived_at, flags, spool, seq, text_hash, mentions, as_of) VALUES"
	" (x'0a000000000000000000000000000001', 's', 1, 'site', 'http://a/', 'en', -1, 0, 30, "
	"0,"
	" x'01', 1, x'01', 1, 1), (x'0b000000000000000000000000000002', 's', 1, 'site',"
	" 'http://b/', 'en', -1, 0, 20, 0, x'01', 2, x'02', 0, 1),"
	" (x'0c000000000000000000000000000003', 's', 1, 'site', '', 'en', -1, 0, 10, 0, x'01', "
	"3,"
	" x'03', 1, 1)";
static const char texts[] =
	"INSERT INTO content (document, digest, salt, title, body, author, erased_at,"
	" erased_why) VALUES (x'0c000000000000000000000000000003', x'03', NULL, NULL, NULL,"
	" NULL, 5, 'asked'), (x'0a000000000000000000000000000001', x'01', x'01', 'first',"
	" 'its text', 'ann', NULL, NULL)";
static const char mentions[] =
	"INSERT INTO mention (id, document, watch, arrived_at, published_at, score, label,"
	" confidence, subjectivity, intent, flags, severity, topics, spans, conf, image, as_of)"
	" SELECT id, id, 'w', arrived_at, 0, -5, -1, 0, 0, 0, 0, 0, '[]', x'', x'', x'', 1 FROM"
	" document WHERE mentions = 1";

static void
run(struct store *s, const char *sql)
{
	struct err e = { 0 };

	assert_int_equal(stmt_run(store_stmt(s, sql), &e) >= 0, 1);
}

static void
an_older_record_keeps_its_texts_and_tombstones(void **state)
{
	static const struct id first = { { 0x0a, [15] = 1 } }, erased = { { 0x0c, [15] = 3 } };
	struct migration steps[OLD_STEPS + 1] = { 0 };
	struct migrations old = { record_migrations.app, steps };
	struct arena *a = arena_new();
	struct evidence seen;
	struct err e = { 0 };
	struct store *s;

	(void)state;
	memcpy(steps, record_migrations.m, OLD_STEPS * sizeof *steps);
	s = store_open_ok(&old);
	assert_int_equal(store_begin(s, &e), 0);
	run(s, rows);
	run(s, texts);
	run(s, mentions);
	assert_int_equal(store_commit(s, &e), 0);
	store_close(s);

	s = store_open_ok(&record_migrations);
	assert_int_equal(store_number(s, "SELECT count(*) FROM document"), 3);
	assert_int_equal(store_number(s, "SELECT count(*) FROM content"), 2);
	assert_int_equal(record_evidence(s, &first, a, &seen, &e), 1);
	assert_true(str_is(seen.title, "first"));
	assert_true(str_is(seen.body, "its text"));
	assert_true(str_is(seen.url, "http://a/"));
	assert_int_equal(record_evidence(s, &erased, a, &seen, &e), 1);
	assert_true(str_is(seen.erased, "asked"));
	assert_int_equal(seen.body.n, 0);
	store_close(s);
	arena_free(a);
}

/* A firing's notice waits for each of these, and the others are as many as the record is old. */
static void
what_a_notice_waits_for_is_searched_for(void **state)
{
	static const struct {
		const char *sql, *plan;
	} cases[] = {
		{ entries_of_incident, "SEARCH e USING INDEX entry_by_incident (incident=?)" },
		{ moves_of_incident, "SEARCH move USING INDEX move_by_incident (incident=?)" },
		{ told_of_incident, "SEARCH n USING INDEX notice_by_incident (incident=?)" },
		{ matters_that_burn, "SCAN incident USING INDEX incident_burning" },
		{ duties_of_incident,
		  "SEARCH duty USING INDEX sqlite_autoindex_duty_1 (incident=?)" },
	};
	struct store *s = store_open_ok(&record_migrations);
	struct arena *a = arena_new();
	struct err e = { 0 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct stmt *q =
			store_stmt(s, arena_textf(a, "EXPLAIN QUERY PLAN %s", cases[i].sql));

		assert_int_equal(stmt_step(q, &e), 1);
		assert_string_equal(stmt_col_text(q, 3).p, cases[i].plan);
		stmt_reset(q);
	}
	store_close(s);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_a_notice_waits_for_is_searched_for),
		IN_A_FOLDER(an_older_record_keeps_its_texts_and_tombstones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
