/* Evidence as the crawler keeps it: a receipt asks, a page is looked at, again and again. */
#include "core/base.h"

#include <poll.h>
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
#include "tests/support/witness.h"

static void
what_a_receipt_asks_for_is_kept_with_its_page(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct evidence_file f;
	struct sight_row *v;
	struct stat st;
	char path[256];
	size_t n;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[0].outcome, SIGHT_TAKEN);
	assert_int_equal(v[1].outcome, SIGHT_FIRST);
	assert_int_equal(v[1].status, 200);
	assert_int_equal(b->asked, 1);
	assert_true(witness_look(b, &row, &v, &n));
	assert_int_equal(row.why, KEEP_TOPIC);
	f = witness_file(b, &v[1], path, sizeof path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, f.bytes);
	assert_int_equal(f.live, 2);
	assert_int_equal(row.bytes, v[0].bytes + v[1].bytes);
	assert_int_equal(witness_mismatches(b), 0);
}

/* A wish goes with its receipt, and an fsync of its own with both. */
static void
what_is_asked_for_waits_for_the_receipts_turn(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct document asked;
	struct sight_row *v;
	size_t n;

	crawler_free(b->crawler);
	b->setup.house_ms = INT64_MAX; /* never by its time */
	witness_start(b);
	witness_push(b, "shop", "/p");
	asked = b->doc;
	witness_receipt(b, KEEP_TOPIC);
	witness_settle(b);
	assert_false(witness_look(b, &row, &v, &n));
	/* Nor does a batch of documents take it for written. */
	witness_push(b, "shop", "/q");
	crawler_free(b->crawler);
	b->doc = asked;
	assert_true(witness_look(b, &row, &v, &n));
	assert_int_equal(row.why, KEEP_TOPIC);
	assert_int_equal(n, 1);
	assert_int_equal(v[0].outcome, SIGHT_TAKEN);
	witness_start(b);
	assert_int_equal(witness_mismatches(b), 0);
}

/* A page is put into the file by a step of its own: how long the file is goes with that batch. */
static void
a_page_is_kept_where_receipts_have_their_own_turn(void **state)
{
	struct witness *b = *state;
	struct evidence_file f;
	struct sight_row *v;
	struct stat st;
	char path[256];

	crawler_free(b->crawler);
	b->setup.house_ms = 1;
	witness_start(b);
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	f = witness_file(b, &v[1], path, sizeof path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, f.bytes);
	assert_int_equal(f.live, 2);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
without_a_wish_nothing_is_kept(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	witness_push(b, "shop", "/p");
	witness_receipt(b, 0);
	witness_step(b, STR(""));
	witness_settle(b);
	assert_false(witness_look(b, &row, &v, &n));
	assert_int_equal(b->asked, 0);
}

static void
the_same_wish_twice_is_one(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	witness_receipt(b, KEEP_TIER);
	witness_step(b, STR(""));
	witness_settle(b);
	assert_true(witness_look(b, &row, &v, &n));
	assert_int_equal(n, 2);
	assert_int_equal(row.why, KEEP_TOPIC | KEEP_TIER);
	assert_int_equal(b->asked, 1);
}

static void
a_page_is_looked_at_again_and_what_became_of_it_is_told(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	b->evidence.again_s[2] = 2 * 86400;
	b->evidence.again_s[3] = 3 * 86400;
	b->evidence.n_again = 4;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	witness_later(b, 3600);
	witness_sights(b, 3);
	b->words = "The soup was warm, we are told.";
	witness_later(b, 86400);
	witness_sights(b, 4);
	b->status = 410;
	witness_later(b, 86400);
	witness_sights(b, 5);
	b->status = 503;
	witness_later(b, 86400);
	v = witness_sights(b, 6);
	assert_int_equal(v[2].outcome, SIGHT_SAME);
	assert_int_equal(v[3].outcome, SIGHT_CHANGED);
	assert_int_equal(v[4].outcome, SIGHT_GONE);
	assert_int_equal(v[5].outcome, SIGHT_UNREACHABLE);
	assert_int_equal(v[5].status, 503);
	assert_true(b->edited == 1 && b->deleted == 1); /* the responder is told, once each */
	assert_true(v[2].bytes < v[1].bytes); /* a revisit: the payload is not there again */
	assert_int_equal(witness_mismatches(b), 0);
}

/* Not "changed": nobody could look at it. */
static void
a_wall_says_nothing_of_the_page(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	b->evidence.again_s[2] = 2 * 86400;
	b->evidence.n_again = 3;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	b->wall = true;
	witness_later(b, 3600);
	witness_sights(b, 3);
	b->wall = false;
	witness_later(b, 86400);
	v = witness_sights(b, 4);
	assert_int_equal(v[2].outcome, SIGHT_WALL);
	assert_int_equal(v[2].status, 200);
	assert_true(str_starts(v[2].why, STR("blocked: ")));
	assert_int_equal(v[3].outcome, SIGHT_SAME);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
the_words_at_first_sight_and_after_are_shown_masked(void **state)
{
	struct witness *b = *state;
	struct buf file = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;
	struct str words;

	b->words = "Call me at 13800138000.";
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	assert_true(witness_look(b, &row, &v, &n));
	witness_file(b, &v[0], path, sizeof path);
	assert_int_equal(append_read(path, v[0].from, v[0].bytes, &file, &b->e), 0);
	words = evidence_words(b->kept, buf_str(&file), &row, &v[0]);
	assert_true(str_find(words, STR("cold\ncall")) == 0);
	buf_clear(&file);
	assert_int_equal(append_read(path, v[1].from, v[1].bytes, &file, &b->e), 0);
	words = evidence_words(b->kept, buf_str(&file), &row, &v[1]);
	assert_true(str_find(words, STR("Call me at ")) >= 0);
	assert_true(str_find(words, STR("13800138000")) < 0);
	buf_release(&file);
}

static void
every_hop_of_a_redirect_is_kept(void **state)
{
	struct witness *b = *state;
	struct evidence_sum sum = { 0 };
	struct evidence_told t = { witness_told, b };
	struct sight_row *v;

	b->moved = true;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_FIRST);
	assert_int_equal(b->asked, 2);
	assert_int_equal(evidence_check_all(b->dir, &t, &sum, &b->e), 0);
	/* resource, 2 x (request, response), metadata */
	assert_int_equal(sum.records, 6);
	assert_int_equal(sum.wrong, 0);
}

static void
an_attachment_is_not_read(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	witness_push(b, "shop", "/customers.xlsx?x=1");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 0); /* its address says so */
	b->type = "application/octet-stream";
	witness_push(b, "shop", "/leak");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 1); /* the head of the answer does */
	assert_true(v[1].bytes < 2000);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
a_private_address_is_not_asked(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	witness_push(b, "world", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 0);
}

static void
what_robots_txt_forbids_is_not_looked_at(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	b->robots = "User-agent: *\nDisallow: /p\n";
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_true(str_find(v[1].why, STR("robots")) >= 0);
	assert_int_equal(b->asked, 0);
}

/* The second look is in a batch that a full disk undoes; the third would be 5 hours later. */
static void
a_look_of_a_dropped_batch_is_made_again_at_once(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	witness_later(b, 3600);
	disk_is_full(true);
	while (b->asked < 2 && clock_mono_ms() < end) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		witness_step(b, STR(""));
		witness_settle(b);
		(void)poll(&p, 1, 5);
	}
	for (int i = 0; i < 20; i++) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		witness_step(b, STR(""));
		witness_settle(b);
		(void)poll(&p, 1, 5);
	}
	disk_is_full(false);
	v = witness_sights(b, 3);
	assert_int_equal(v[2].outcome, SIGHT_SAME);
	assert_int_equal(witness_mismatches(b), 0);
}

static void
what_the_law_closes_is_not_looked_at_any_more(void **state)
{
	struct witness *b = *state;
	struct sight_row *v;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	b->asked = 0;
	b->source[0].contract_end_at = 1;
	witness_later(b, 3600);
	v = witness_sights(b, 3);
	assert_int_equal(v[2].outcome, SIGHT_REFUSED);
	assert_true(str_is(v[2].why, "its contract has ended"));
	assert_int_equal(b->asked, 0);
}

/* The bytes were written, their row was not: kill -9 between the two. */
static void
what_was_written_and_not_acknowledged_is_cut(void **state)
{
	struct witness *b = *state;
	struct evidence_file f;
	struct sight_row *v;
	char path[256];

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 2);
	f = witness_file(b, &v[1], path, sizeof path);
	assert_int_equal(append_at(path, f.bytes, STR("half a record"), &b->e), 0);
	assert_int_equal(witness_mismatches(b), 0); /* nobody was told of it */
	crawler_free(b->crawler);
	witness_start(b);
	assert_int_equal(append_length(path), f.bytes);
	assert_int_equal(append_at(path, f.bytes, STR("half a record"), &b->e), 0);
	witness_later(b, 3600);
	v = witness_sights(b, 3);
	assert_int_equal(v[2].from, f.bytes);
	assert_int_equal(witness_mismatches(b), 0);
	f = witness_file(b, &v[2], path, sizeof path);
	assert_int_equal(append_length(path), f.bytes);
}

/* Then what it held is a mismatch, and what comes stands in another file. */
static void
behind_a_file_that_somebody_cut_nothing_is_written(void **state)
{
	struct witness *b = *state;
	struct evidence_file f, other;
	struct sight_row *v;
	char path[256];

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 1);
	f = witness_file(b, v, path, sizeof path);
	crawler_free(b->crawler);
	assert_int_equal(append_cut(path, f.bytes - 1, &b->e), 1);
	witness_start(b);
	witness_push(b, "shop", "/q");
	witness_receipt(b, KEEP_TOPIC);
	v = witness_sights(b, 1);
	other = witness_file(b, v, path, sizeof path);
	assert_true(other.id > f.id);
	assert_int_equal(witness_mismatches(b), 1);
}

/* A wish that was not committed goes with its receipt: the document is sent again. */
static void
a_wish_is_lost_only_together_with_its_receipt(void **state)
{
	struct witness *b = *state;
	char command[256], dir[64];
	struct evidence_row row;
	struct sight_row *v;
	size_t n, before;

	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	/* as kill -9 leaves it: the files as they are now */
	snprintf(dir, sizeof dir, "%s", b->dir);
	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-ev-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(command, sizeof command, "cp -r %s/. %s/", dir, b->dir);
	assert_int_equal(system(command), 0);
	crawler_free(b->crawler);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	before = b->n_docs;
	witness_start(b);
	witness_settle(b);
	assert_false(witness_look(b, &row, &v, &n));
	assert_int_equal(b->n_docs, before + 1);
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
}

static void
while_an_incident_is_open_it_is_looked_at_daily(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.n_again = 0;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 2);
	assert_true(witness_look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
	witness_receipt(b, KEEP_INCIDENT);
	witness_settle(b);
	assert_true(witness_look(b, &row, &v, &n));
	assert_true(row.next_at > clock_now(&b->clock) && row.next_at != EVIDENCE_NEVER);
	witness_later(b, 86400 - 60);
	witness_receipt(b, KEEP_INCIDENT); /* still open */
	witness_later(b, 120);
	witness_sights(b, 3);
	witness_later(b, 86400 + 60); /* nothing was heard of it for long: closed */
	witness_sights(b, 4);
	assert_true(witness_look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
}

static void
what_has_no_page_is_never_looked_at_again(void **state)
{
	struct witness *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.fetch = 0;
	witness_push(b, "shop", "/p");
	witness_receipt(b, KEEP_TOPIC);
	witness_sights(b, 1);
	witness_receipt(b, KEEP_INCIDENT);
	witness_settle(b);
	assert_true(witness_look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
	assert_int_equal(b->asked, 0);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, witness_setup, witness_teardown)
	const struct CMUnitTest tests[] = {
		T(what_a_receipt_asks_for_is_kept_with_its_page),
		T(what_is_asked_for_waits_for_the_receipts_turn),
		T(a_page_is_kept_where_receipts_have_their_own_turn),
		T(without_a_wish_nothing_is_kept),
		T(the_same_wish_twice_is_one),
		T(a_page_is_looked_at_again_and_what_became_of_it_is_told),
		T(the_words_at_first_sight_and_after_are_shown_masked),
		T(every_hop_of_a_redirect_is_kept),
		T(an_attachment_is_not_read),
		T(a_private_address_is_not_asked),
		T(what_robots_txt_forbids_is_not_looked_at),
		T(a_look_of_a_dropped_batch_is_made_again_at_once),
		T(what_the_law_closes_is_not_looked_at_any_more),
		T(what_was_written_and_not_acknowledged_is_cut),
		T(behind_a_file_that_somebody_cut_nothing_is_written),
		T(a_wall_says_nothing_of_the_page),
		T(a_wish_is_lost_only_together_with_its_receipt),
		T(while_an_incident_is_open_it_is_looked_at_daily),
		T(what_has_no_page_is_never_looked_at_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
