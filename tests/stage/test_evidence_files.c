/* The files that evidence of many documents shares: how they grow, go, and are rid of what is erased. */
#include "core/base.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/append.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/evidence_warc.h"
#include "crawler/spool_store.h"
#include "crawler/warc.h"
#include "tests/support/crawl_bench.h"
#include "tests/support/folder.h"
#include "tests/support/witness.h"

/* What a WARC file holds from its first byte to its last, read as any other tool would. */
static int
records_in(struct witness *b, const char *path, const char *words, bool *there)
{
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	struct buf file = BUF(64 << 20);
	struct warc_seen s;
	int n = 0, more;

	*there = false;
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	for (r.rest = buf_str(&file); (more = warc_read(&r, &s, &b->e)) == 1; n++) {
		assert_int_equal(s.type == WARC_INFO, n == 0);
		*there = *there || str_find(s.block, str_of(words)) >= 0;
	}
	assert_int_equal(more, 0);
	buf_release(&r.record);
	buf_release(&file);
	return n;
}

static void
evidence_of_many_documents_stands_in_one_file(void **state)
{
	struct witness *b = *state;
	struct document first;
	struct evidence_row row;
	struct sight_row *v;
	char path[256], same[256];
	size_t n;
	bool there;

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	first = b->doc;
	witness_push(b, "shop", "/q");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 1);
	b->doc = first;
	witness_receipt(b, KEEP_TIER);
	v = witness_sights(b, 1);
	witness_file(b, v, path, sizeof path);
	assert_int_equal(records_in(b, path, "about /p", &there), 3);
	assert_true(there);
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	assert_true(witness_look(b, &row, &v, &n));
	witness_file(b, v, same, sizeof same);
	assert_string_equal(path, same);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
each_day_has_another_file(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;
	char path[256], other[256];

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	witness_file(b, &v[1], path, sizeof path);
	witness_later(b, 86400);
	v = witness_sights(b, 3);
	witness_file(b, &v[2], other, sizeof other);
	assert_string_not_equal(path, other);
	assert_int_equal(witness_mismatches(b), 0);
}

static bool
gone(const char *path)
{
	return access(path, F_OK) < 0 && errno == ENOENT;
}

/* Settles until the file is away. */
static void
upkeep_until_gone(struct witness *b, const char *path)
{
	for (int i = 0; i < 20 && !gone(path); i++) {
		witness_step(b, STR(""));
		witness_settle(b);
	}
	assert_true(gone(path));
}

static void
what_is_past_its_time_goes_and_an_incidents_stays(void **state)
{
	struct witness *b = *state;
	struct evidence_row row, other;
	struct sight_row *v;
	struct document first;
	char path[256];
	size_t n;
	bool there;

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	first = b->doc;
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 1);
	witness_file(b, v, path, sizeof path);
	witness_push(b, "shop", "/q");
	witness_receipt(b, KEEP_TOPIC | KEEP_INCIDENT);
	witness_sights(b, 1);
	witness_later(b, 190 * 86400);
	witness_push(b, "shop", "/r");
	witness_settle(b);
	upkeep_until_gone(b, path);
	b->doc = first;
	assert_false(witness_look(b, &row, &v, &n));
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	assert_true(witness_look(b, &other, &v, &n));
	witness_file(b, v, path, sizeof path);
	records_in(b, path, "about /p", &there);
	assert_false(there);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
erase(struct witness *b, const struct document *d)
{
	struct command c = { .call = 8, .actor = STR("test"), .verb = STR("documents.erase") };
	struct buf record = BUF(RECORD_CALL_MAX), body = BUF(100);

	id_add_hex(&body, &d->id);
	buf_addf(&body, " %lld\n", (long long)d->arrived_at);
	c.body = buf_str(&body);
	record_encode(&command_record, &c, &record);
	witness_step(b, buf_str(&record));
	witness_settle(b);
	buf_release(&record);
	buf_release(&body);
}

static void
what_is_erased_is_in_no_file_and_its_neighbours_are(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	struct document first;
	char path[256];
	size_t n;
	bool there;

	witness_push(b, "shop", "/p");
	first = b->doc;
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	witness_file(b, v, path, sizeof path);
	witness_push(b, "shop", "/q");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	erase(b, &first);
	upkeep_until_gone(b, path);
	assert_true(witness_look(b, &row, &v, &n));
	assert_int_equal(n, 2);
	witness_file(b, v, path, sizeof path);
	assert_int_equal(records_in(b, path, "about /p", &there), 5);
	assert_false(there);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(witness_mismatches(b), 0);
	b->doc = first;
	assert_false(witness_look(b, &row, &v, &n));
}

/* How many documents of spool and archive say words. */
static int
spool_says(struct witness *b, const char *words)
{
	char path[128];
	struct store *s;
	struct stmt *q;
	int n = 0;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &b->e);
	assert_non_null(s);
	q = store_stmt(s, "SELECT body FROM document");
	while (stmt_step(q, &b->e) == 1)
		n += str_find(stmt_col_bytes(q, 0), str_of(words)) >= 0;
	stmt_reset(q);
	store_close(s);
	return n;
}

static int
archive_says(struct witness *b, const char *words)
{
	struct archive_reader *r = archive_open(b->dir, 0, INT64_MAX, &b->e);
	struct archive_figures f;
	struct document d;
	int n = 0;

	assert_non_null(r);
	while (archive_read(r, &d, &b->e) == 1)
		n += str_find(d.text, str_of(words)) >= 0;
	archive_read_figures(r, &f);
	assert_int_equal(f.damaged, 0);
	archive_close(r);
	return n;
}

/* Files that hold the bytes, packed ones apart. */
static int
files_say(struct witness *b, const char *words)
{
	struct buf where = BUF(1 << 16);
	int n = folder_files_with(b->dir, words, &where);

	buf_release(&where);
	return n;
}

static void
what_is_erased_leaves_spool_and_archive_and_does_not_come_again(void **state)
{
	struct archive_conf archive = { 30 * 86400, (int64_t)1 << 30, 60 };
	struct witness *b = *state;
	struct document first, third;

	b->evidence.fetch = 0;
	b->setup.archive = &archive;
	crawler_free(b->crawler);
	witness_start(b);
	witness_push(b, "shop", "/p");
	first = b->doc;
	witness_receipt(b, KEEP_TOPIC);
	witness_push(b, "shop", "/q");
	witness_receipt(b, 0);
	witness_settle(b);
	crawler_free(b->crawler); /* all is in the archive then */
	witness_start(b);
	witness_push(b, "shop", "/r"); /* in the spool alone */
	third = b->doc;
	witness_receipt(b, 0);
	witness_settle(b);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 2);
	assert_int_equal(archive_says(b, "about /p"), 1);
	assert_true(files_say(b, "about /p") > 0); /* the log, if nothing else */
	erase(b, &first);
	erase(b, &third);
	for (int i = 0; i < 20; i++)
		witness_settle(b);
	assert_int_equal(files_say(b, "about /p") + files_say(b, "about /r"), 0);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 0);
	assert_int_equal(spool_says(b, "about /q"), 1);
	assert_int_equal(archive_says(b, "about /p"), 0);
	assert_int_equal(archive_says(b, "about /q"), 1);
	witness_push(b, "shop", "/p"); /* seen: it is not taken in again */
	crawler_free(b->crawler);
	witness_start(b);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 0);
	assert_int_equal(archive_says(b, "about /p") + archive_says(b, "about /r"), 0);
	assert_int_equal(archive_says(b, "about /q"), 1);
}

static void
push_by(struct witness *b, const char *id, const char *author)
{
	struct command c = { .call = 7, .actor = STR("test"), .verb = STR("documents.push") };
	struct buf record = BUF(RECORD_CALL_MAX), body = BUF(4096);

	buf_addf(&body,
		 "{\"source\":\"shop\",\"id\":\"%s\",\"url\":\"http://%s/\",\"title\":\"cold\","
		 "\"author\":\"%s\",\"text\":\"about %s\"}",
		 id, b->allow, author, id);
	c.body = buf_str(&body);
	record_encode(&command_record, &c, &record);
	witness_step(b, buf_str(&record));
	witness_settle(b);
	buf_release(&record);
	buf_release(&body);
}

/* Number of the newest document, by hand. */
static void
set_aside(struct witness *b)
{
	char path[128];
	struct store *s;

	crawler_free(b->crawler);
	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open(path, &spool_migrations, &b->e);
	assert_non_null(s);
	assert_int_equal(store_begin(s, &b->e), 0);
	assert_int_equal(spool_reject(s, b->doc.seq, 1000, "of no use", &b->e), 0);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	witness_start(b);
}

/* No record knows them: they are found by who wrote them, however long they have been there. */
static void
what_was_set_aside_goes_with_its_author(void **state)
{
	struct command c = { .call = 8,
			     .actor = STR("test"),
			     .verb = STR("documents.erase"),
			     .args = STR("{\"author\":\"Zhang San\"}") };
	struct archive_conf archive = { 30 * 86400, (int64_t)1 << 30, 60 };
	struct buf record = BUF(RECORD_CALL_MAX);
	struct witness *b = *state;

	b->evidence.fetch = 0;
	b->setup.archive = &archive;
	push_by(b, "/old", "Zhang San");
	set_aside(b);
	witness_later(b, 400 * 86400);
	push_by(b, "/his", "Zhang San");
	set_aside(b);
	push_by(b, "/hers", "Li Si");
	set_aside(b);
	witness_settle(b);
	crawler_free(b->crawler);
	witness_start(b);
	assert_int_equal(spool_says(b, "about /"), 3);
	record_encode(&command_record, &c, &record);
	witness_step(b, buf_str(&record));
	for (int i = 0; i < 20; i++)
		witness_settle(b);
	assert_int_equal(spool_says(b, "about /old") + spool_says(b, "about /his"), 0);
	assert_int_equal(archive_says(b, "about /old") + archive_says(b, "about /his"), 0);
	assert_int_equal(files_say(b, "about /old") + files_say(b, "about /his"), 0);
	assert_int_equal(spool_says(b, "about /hers"), 1);
	buf_release(&record);
}

/* A receipt that was on its way, or an incident that asks again, does not bring it back. */
static void
what_is_erased_is_not_kept_by_a_later_wish(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p"); /* waits for its receipt */
	erase(b, &b->doc);
	witness_receipt(b, KEEP_TOPIC);
	witness_settle(b);
	assert_int_equal(spool_says(b, "about /p"), 1);
	assert_false(witness_look(b, &row, &v, &n));
	witness_push(b, "shop", "/q");
	witness_receipt(b, 0);
	witness_settle(b);
	witness_receipt(b, KEEP_INCIDENT); /* in the batch of the command */
	erase(b, &b->doc);
	for (int i = 0; i < 5; i++)
		witness_settle(b);
	assert_false(witness_look(b, &row, &v, &n));
	assert_int_equal(spool_says(b, "about /q"), 0);
}

/* Part of the file is lost to the disk: the rest is moved, and the erased goes all the same. */
static void
what_is_erased_goes_although_its_file_was_cut(void **state)
{
	struct witness *b = *state;
	struct document first;
	struct sight_row *v;
	char path[256];
	bool there;

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	first = b->doc;
	witness_receipt(b, KEEP_TOPIC);
	witness_file(b, witness_sights(b, 1), path, sizeof path);
	witness_push(b, "shop", "/q");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 1);
	witness_push(b, "shop", "/r");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 1);
	assert_int_equal(append_cut(path, v->from + 1, &b->e), 1);
	erase(b, &first);
	upkeep_until_gone(b, path);
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	witness_file(b, witness_sights(b, 1), path, sizeof path);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(witness_mismatches(b), 1); /* what the disk lost is told, not hidden */
}

/* It answers that it is done only when it is: a kill -9 in between changes nothing of that. */
static void
an_erasure_goes_on_after_a_restart(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;
	char path[256];

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 1);
	witness_file(b, v, path, sizeof path);
	erase(b, &b->doc);
	crawler_free(b->crawler);
	witness_start(b);
	upkeep_until_gone(b, path);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
a_changed_file_is_a_mismatch(void **state)
{
	struct witness *b = *state;
	struct buf file = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	assert_true(witness_look(b, &row, &v, &n));
	witness_file(b, v, path, sizeof path);
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	file.p[file.n / 2] ^= 1;
	assert_int_equal(append_at(path, 0, buf_str(&file), &b->e), 0);
	assert_true(witness_mismatches(b) > 0);
	assert_int_equal(append_cut(path, (int64_t)file.n - 1, &b->e), 1);
	assert_true(witness_mismatches(b) > 0);
	assert_int_equal(unlink(path), 0);
	assert_true(witness_mismatches(b) > 0);
	buf_release(&file);
}

#define OLDER 13 /* migrations that were known when a document had a file of its own */

/* The spool of a version that knew those, with evidence of the document: a file of its own. */
static void
older_write(struct witness *b, struct str bytes, int64_t at)
{
	struct migration steps[OLDER + 1] = { { 0 } };
	struct migrations older = { spool_migrations.app, steps };
	char path[256], day[300];
	uint8_t sha[32];
	struct store *s;
	struct stmt *q;

	memcpy(steps, spool_migrations.m, OLDER * sizeof *steps);
	hash_sha256(bytes, sha);
	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open(path, &older, &b->e);
	assert_non_null(s);
	assert_int_equal(store_begin(s, &b->e), 0);
	q = store_stmt(s, "INSERT INTO evidence (document, seq, at, why, source, url, file,"
			  " bytes, sights, fetches, next_at, held_until) VALUES (:d, 999, :at,"
			  " 1, 'shop', '', '20260320/old.warc.gz', :n, 1, 0, :next, 0)");
	stmt_id(q, 1, &b->doc.id);
	stmt_int(q, 2, at);
	stmt_int(q, 3, (int64_t)bytes.n);
	stmt_int(q, 4, EVIDENCE_NEVER);
	assert_int_equal(stmt_run(q, &b->e), 1);
	q = store_stmt(s,
		       "INSERT INTO sight (document, n, at, outcome, status, from_byte, bytes,"
		       " sha, text_sha, body_sha, why) VALUES (:d, 0, :at, 0, 0, 0, :n, :sha,"
		       " X'', X'', '')");
	stmt_id(q, 1, &b->doc.id);
	stmt_int(q, 2, at);
	stmt_int(q, 3, (int64_t)bytes.n);
	stmt_bytes(q, 4, (struct str){ (const char *)sha, sizeof sha });
	assert_int_equal(stmt_run(q, &b->e), 1);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	snprintf(day, sizeof day, "%s/evidence/20260320", b->dir);
	assert_int_equal(mkdir(day, 0700), 0);
	snprintf(day, sizeof day, "%s/evidence/20260320/old.warc.gz", b->dir);
	assert_int_equal(append_at(day, 0, bytes, &b->e), 0);
}

static void
files_of_one_document_as_older_versions_wrote_them_stay_evidence(void **state)
{
	struct witness *b = *state;
	struct buf bytes = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;

	witness_push(b, "shop", "/p");
	evidence_add_info(&bytes, STR("old.warc.gz"), 1774000000);
	evidence_add_document(&bytes, &b->doc, 1774000000);
	crawler_free(b->crawler);
	snprintf(path, sizeof path, "rm %s/spool.db*", b->dir);
	assert_int_equal(system(path), 0);
	older_write(b, buf_str(&bytes), 1774000000);
	buf_release(&bytes);
	witness_start(b);
	witness_settle(b);
	assert_int_equal(witness_mismatches(b), 0);
	assert_true(witness_look(b, &row, &v, &n));
	witness_file(b, v, path, sizeof path);
	assert_non_null(strstr(path, "/evidence/20260320/old.warc.gz"));
	erase(b, &b->doc);
	upkeep_until_gone(b, path);
	*strrchr(path, '/') = '\0';
	assert_true(gone(path)); /* its day's folder, too */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, witness_setup, witness_teardown)
	const struct CMUnitTest tests[] = {
		T(evidence_of_many_documents_stands_in_one_file),
		T(each_day_has_another_file),
		T(what_is_erased_is_in_no_file_and_its_neighbours_are),
		T(an_erasure_goes_on_after_a_restart),
		T(what_is_erased_leaves_spool_and_archive_and_does_not_come_again),
		T(what_was_set_aside_goes_with_its_author),
		T(what_is_erased_is_not_kept_by_a_later_wish),
		T(what_is_erased_goes_although_its_file_was_cut),
		T(what_is_past_its_time_goes_and_an_incidents_stays),
		T(a_changed_file_is_a_mismatch),
		T(files_of_one_document_as_older_versions_wrote_them_stay_evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
