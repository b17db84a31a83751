#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/spool.h"

/* An out with so much room, that remembers what was put. */
struct wire {
	struct out out;
	size_t room, n;
	int64_t seqs[4096];
};

static size_t
wire_room(struct out *o)
{
	return ((struct wire *)o)->room;
}

static void
wire_put(struct out *o, enum out_way way, struct str record)
{
	struct wire *w = (struct wire *)o;
	int64_t seq = 0;

	assert_int_equal(way, OUT_NEXT);
	for (size_t i = 0; i < record.n; i++)
		seq = seq * 10 + (record.p[i] - '0');
	w->seqs[w->n++] = seq;
	w->room--;
}

struct bench {
	char path[64];
	struct store *store;
	struct spool *spool;
	struct wire wire;
	struct err e;
};

static void
bench_open(struct bench *b)
{
	b->store = store_open(b->path, &spool_migrations, &b->e);
	assert_non_null(b->store);
	b->spool = spool_new(b->store, 30, SPOOL_SUSPECT, &b->e);
	assert_non_null(b->spool);
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->path, sizeof b->path, "/tmp/ly-spool-XXXXXX");
	close(mkstemp(b->path));
	unlink(b->path);
	b->wire.out =
		(struct out){ .room = wire_room, .put = wire_put, .scratch = OUT_SCRATCH };
	bench_open(b);
	*state = b;
	return 0;
}

static void
bench_close(struct bench *b)
{
	spool_free(b->spool);
	store_close(b->store);
}

static int
teardown(void **state)
{
	struct bench *b = *state;
	char beside[80];

	bench_close(b);
	unlink(b->path);
	snprintf(beside, sizeof beside, "%s-wal", b->path);
	unlink(beside);
	snprintf(beside, sizeof beside, "%s-shm", b->path);
	unlink(beside);
	buf_release(&b->wire.out.scratch);
	free(b);
	return 0;
}

/* n documents whose body is their number. */
static void
take(struct bench *b, int n)
{
	assert_int_equal(store_begin(b->store, &b->e), 0);
	for (int i = 0; i < n; i++) {
		char body[32];
		int64_t seq = spool_next_seq(b->spool);

		snprintf(body, sizeof body, "%lld", (long long)seq);
		assert_int_equal(spool_take(b->spool, seq, 1000, str_of(body), &b->e), 0);
	}
}

static void
commit(struct bench *b)
{
	assert_int_equal(store_commit(b->store, &b->e), 0);
	spool_committed(b->spool);
}

static void
pump(struct bench *b, size_t room)
{
	b->wire.n = 0;
	b->wire.room = room;
	assert_int_equal(spool_pump(b->spool, 0, &b->wire.out, &b->e), 0);
}

static void
settle(struct bench *b)
{
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_true(spool_settle(b->spool, 2000, &b->e) >= 0);
	commit(b);
}

static void
nothing_leaves_before_its_commit(void **state)
{
	struct bench *b = *state;

	take(b, 3);
	pump(b, 10);
	assert_int_equal(b->wire.n, 0);
	commit(b);
	pump(b, 10);
	assert_int_equal(b->wire.n, 3);
	assert_int_equal(b->wire.seqs[0], 1);
	assert_int_equal(b->wire.seqs[2], 3);
}

static void
a_batch_that_is_dropped_leaves_no_trace(void **state)
{
	struct bench *b = *state;

	take(b, 3);
	store_rollback(b->store);
	spool_dropped(b->spool);
	pump(b, 10);
	assert_int_equal(b->wire.n, 0);
	assert_int_equal(spool_open_count(b->spool), 0);
	take(b, 1);
	commit(b);
	pump(b, 10);
	assert_int_equal(b->wire.n, 1);
}

static void
what_has_room_goes_and_the_rest_follows_in_order(void **state)
{
	struct bench *b = *state;

	take(b, 5);
	commit(b);
	pump(b, 2);
	assert_int_equal(b->wire.n, 2);
	pump(b, 10);
	assert_int_equal(b->wire.n, 3);
	assert_int_equal(b->wire.seqs[0], 3);
}

static void
a_receipt_survives_a_restart_and_its_lack_does_too(void **state)
{
	struct bench *b = *state;

	take(b, 4);
	commit(b);
	pump(b, 10);
	spool_receipted(b->spool, 2);
	spool_receipted(b->spool, 3);
	spool_receipted(b->spool, 3); /* told twice */
	settle(b);
	bench_close(b);
	bench_open(b);
	pump(b, 10);
	assert_int_equal(b->wire.n, 2);
	assert_int_equal(b->wire.seqs[0], 1);
	assert_int_equal(b->wire.seqs[1], 4);
	assert_true(spool_next_seq(b->spool) > 4);
}

static void
what_a_dead_peer_had_is_sent_again(void **state)
{
	struct bench *b = *state;

	take(b, 3);
	commit(b);
	pump(b, 10);
	spool_lost(b->spool, 2);
	pump(b, 10);
	assert_int_equal(b->wire.n, 1);
	assert_int_equal(b->wire.seqs[0], 2);
}

static void
what_has_no_receipt_for_long_is_sent_again(void **state)
{
	struct bench *b = *state;

	take(b, 2);
	commit(b);
	pump(b, 10);
	spool_late(b->spool, 30000);
	pump(b, 10);
	assert_int_equal(b->wire.n, 0);
	spool_late(b->spool, 31001);
	pump(b, 10);
	assert_int_equal(b->wire.n, 2);
}

/* Document 7 kills whoever takes it; whatever is on its way with it is lost, too. */
static void
a_poison_document_is_set_aside_and_its_neighbours_are_not(void **state)
{
	struct bench *b = *state;
	struct spool_figures f;
	bool done[101] = { false };
	int rounds = 0;

	take(b, 100);
	commit(b);
	for (; spool_open_count(b->spool) && rounds < 200; rounds++) {
		bool poison = false;

		pump(b, 20);
		for (size_t i = 0; i < b->wire.n; i++)
			poison = poison || b->wire.seqs[i] == 7;
		for (size_t i = 0; i < b->wire.n; i++) {
			if (poison) {
				spool_lost(b->spool, b->wire.seqs[i]);
			} else {
				spool_receipted(b->spool, b->wire.seqs[i]);
				done[b->wire.seqs[i]] = true;
			}
		}
		settle(b);
	}
	for (int i = 1; i <= 100; i++)
		assert_int_equal(done[i], i != 7);
	spool_figures(b->spool, &f);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(f.waiting, 0);
}

static void
renumber(struct str record, int64_t seq, struct buf *out)
{
	(void)record;
	buf_addf(out, "%lld", (long long)seq);
}

static void
a_rejected_document_can_wait_again(void **state)
{
	struct bench *b = *state;

	take(b, 1);
	commit(b);
	for (int i = 0; i < 12; i++) {
		pump(b, 1);
		assert_int_equal(b->wire.n, 1);
		spool_lost(b->spool, 1);
		settle(b);
	}
	pump(b, 1);
	assert_int_equal(b->wire.n, 0);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_again(b->spool, 0, 3000, renumber, &b->e), 1);
	commit(b);
	pump(b, 1);
	assert_int_equal(b->wire.n, 1);
	assert_int_equal(b->wire.seqs[0], 2); /* under a number of its own */
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_again(b->spool, 0, 3000, renumber, &b->e), 0);
	commit(b);
}

static void
an_old_rejected_document_costs_no_memory(void **state)
{
	struct bench *b = *state;
	int64_t before;

	take(b, 1);
	assert_int_equal(spool_reject(b->store, 1, 1000, "by hand", &b->e), 0);
	assert_int_equal(spool_numbers_set(b->store, (int64_t)1 << 40, &b->e), 0);
	commit(b);
	bench_close(b);
	bench_open(b);
	before = spool_next_seq(b->spool);
	assert_true(before > (int64_t)1 << 40);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_again(b->spool, 1, 3000, renumber, &b->e), 1);
	commit(b);
	pump(b, 1);
	assert_int_equal(b->wire.seqs[0], before + 1);
}

/* A receipt of a tick that was sent before the crash must not count for a document after it. */
static void
a_number_that_may_be_on_its_way_is_never_given_again(void **state)
{
	struct bench *b = *state;
	int64_t last = 0;

	for (int i = 0; i < 5000; i++) {
		if (!spool_tick_safe(b->spool)) {
			assert_true(spool_dirty(b->spool));
			settle(b);
		}
		assert_true(spool_tick_safe(b->spool));
		last = spool_next_seq(b->spool);
	}
	bench_close(b); /* killed */
	bench_open(b);
	assert_true(spool_next_seq(b->spool) > last);
}

static void
a_clean_stop_skips_no_numbers_even_when_all_documents_are_gone(void **state)
{
	struct bench *b = *state;
	int64_t bytes;

	take(b, 3);
	commit(b);
	for (int i = 1; i <= 3; i++)
		spool_receipted(b->spool, i);
	settle(b);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_expire(b->store, 5000, 10, &bytes, &b->e), 3);
	assert_int_equal(bytes, 3);
	assert_int_equal(spool_end(b->spool, &b->e), 0);
	commit(b);
	bench_close(b);
	bench_open(b);
	assert_int_equal(spool_next_seq(b->spool), 4);
}

/* The disk was full when receipts and suspicions were to be written. */
static void
what_a_dropped_batch_held_is_written_by_the_next(void **state)
{
	struct bench *b = *state;

	take(b, 3);
	commit(b);
	pump(b, 10);
	spool_receipted(b->spool, 1);
	spool_lost(b->spool, 2);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_true(spool_settle(b->spool, 2000, &b->e) >= 0);
	store_rollback(b->store);
	spool_dropped(b->spool);
	assert_true(spool_dirty(b->spool));
	settle(b);
	assert_false(spool_dirty(b->spool));
	bench_close(b);
	bench_open(b);
	pump(b, 10);
	assert_int_equal(b->wire.n, 2);
	assert_int_equal(b->wire.seqs[0], 2);
}

static void
who_is_set_aside_in_a_dropped_batch_stays(void **state)
{
	struct bench *b = *state;
	struct spool_figures f;

	take(b, 1);
	commit(b);
	for (int i = 0; i < 12; i++) {
		pump(b, 1);
		spool_lost(b->spool, 1);
		if (i < 11)
			settle(b);
	}
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_true(spool_settle(b->spool, 2000, &b->e) >= 0);
	store_rollback(b->store);
	spool_dropped(b->spool);
	spool_figures(b->spool, &f);
	assert_int_equal(f.rejected, 0);
	assert_int_equal(f.waiting, 1);
	settle(b);
	spool_figures(b->spool, &f);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(f.waiting, 0);
}

/* A responder that stands still for an hour must not cost a single document. */
static void
being_late_is_no_suspicion_while_nobody_is_receipted(void **state)
{
	struct bench *b = *state;
	struct spool_figures f;

	take(b, 10);
	commit(b);
	for (int64_t ms = 31000; ms < 3600000; ms += 31000) {
		b->wire.n = 0;
		b->wire.room = 100;
		assert_int_equal(spool_pump(b->spool, ms - 31000, &b->wire.out, &b->e), 0);
		assert_int_equal(b->wire.n, 10);
		spool_late(b->spool, ms);
		settle(b);
	}
	spool_figures(b->spool, &f);
	assert_int_equal(f.rejected, 0);
	assert_int_equal(f.waiting, 10);
}

static void
a_document_without_its_row_is_set_aside_alone(void **state)
{
	struct bench *b = *state;
	struct spool_figures f;

	take(b, 3);
	commit(b);
	bench_close(b);
	b->store = store_open(b->path, &spool_migrations, &b->e);
	assert_int_equal(store_begin(b->store, &b->e), 0);
	assert_int_equal(spool_forget(b->store, 2, &b->e), 0);
	assert_int_equal(store_commit(b->store, &b->e), 0);
	store_close(b->store);
	bench_open(b);
	pump(b, 10);
	assert_int_equal(b->wire.n, 2);
	settle(b);
	spool_figures(b->spool, &f);
	assert_int_equal(f.rejected, 1);
	assert_int_equal(f.waiting, 0);
}

static void
an_unclean_stop_makes_suspects_and_loses_nobody(void **state)
{
	struct bench *b = *state;
	take(b, 5);
	commit(b);
	for (int i = 0; i < 20; i++) { /* killed twenty times with all of them unreceipted */
		spool_free(b->spool);
		store_close(b->store);
		bench_open(b);
	}
	/* All are suspects now: one at a time, but every one of them comes through. */
	for (int i = 1; i <= 5; i++) {
		pump(b, 10);
		assert_int_equal(b->wire.n, 1);
		assert_int_equal(b->wire.seqs[0], i);
		spool_receipted(b->spool, i);
		settle(b);
	}
	assert_int_equal(spool_open_count(b->spool), 0);
}

/* Every slice once: who was met lately stays, the others go, none twice. */
static void
marks_that_nobody_meets_go_a_part_at_a_time(void **state)
{
	struct bench *b = *state;
	struct id marks[512];
	int gone = 0, most = 0;

	assert_int_equal(store_begin(b->store, &b->e), 0);
	for (size_t i = 0; i < LY_COUNT(marks); i++) {
		struct id n = { { (uint8_t)i, (uint8_t)(i >> 8) } };

		marks[i] = ID_OF(id_str(&n));
		assert_int_equal(spool_mark_seen(b->store, &marks[i], 1000, &b->e), 1);
	}
	for (size_t i = 0; i < LY_COUNT(marks); i += 2)
		assert_int_equal(spool_renew_seen(b->store, &marks[i], 1000 + 86401, &b->e), 0);
	/* Within a day it is not written again. */
	assert_int_equal(spool_renew_seen(b->store, &marks[1], 1000 + 86400, &b->e), 0);
	for (int slice = 0; slice < SEEN_SLICES; slice++) {
		int n = spool_forget_seen(b->store, slice, 1001, &b->e);

		assert_true(n >= 0);
		gone += n;
		most = n > most ? n : most;
	}
	assert_int_equal(gone, 256);
	assert_true(most < 16);
	for (size_t i = 0; i < LY_COUNT(marks); i++)
		assert_int_equal(spool_is_seen(b->store, &marks[i], &b->e), i % 2 == 0);
	assert_int_equal(store_commit(b->store, &b->e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(marks_that_nobody_meets_go_a_part_at_a_time,
						setup, teardown),
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(nothing_leaves_before_its_commit),
		TEST(a_batch_that_is_dropped_leaves_no_trace),
		TEST(what_has_room_goes_and_the_rest_follows_in_order),
		TEST(a_receipt_survives_a_restart_and_its_lack_does_too),
		TEST(what_a_dead_peer_had_is_sent_again),
		TEST(what_has_no_receipt_for_long_is_sent_again),
		TEST(a_poison_document_is_set_aside_and_its_neighbours_are_not),
		TEST(a_rejected_document_can_wait_again),
		TEST(an_old_rejected_document_costs_no_memory),
		TEST(a_number_that_may_be_on_its_way_is_never_given_again),
		TEST(a_clean_stop_skips_no_numbers_even_when_all_documents_are_gone),
		TEST(what_a_dropped_batch_held_is_written_by_the_next),
		TEST(who_is_set_aside_in_a_dropped_batch_stays),
		TEST(being_late_is_no_suspicion_while_nobody_is_receipted),
		TEST(a_document_without_its_row_is_set_aside_alone),
		TEST(an_unclean_stop_makes_suspects_and_loses_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
