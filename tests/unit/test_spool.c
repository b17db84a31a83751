#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

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
	b->wire.out = (struct out){ wire_room, wire_put, OUT_SCRATCH };
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
	assert_int_equal(store_commit(b->store, &b->e), 0);
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
	assert_int_equal(spool_next_seq(b->spool), 5);
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
	assert_int_equal(spool_again(b->spool, 0, &b->e), 1);
	commit(b);
	pump(b, 1);
	assert_int_equal(b->wire.n, 1);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(nothing_leaves_before_its_commit),
		TEST(a_batch_that_is_dropped_leaves_no_trace),
		TEST(what_has_room_goes_and_the_rest_follows_in_order),
		TEST(a_receipt_survives_a_restart_and_its_lack_does_too),
		TEST(what_a_dead_peer_had_is_sent_again),
		TEST(what_has_no_receipt_for_long_is_sent_again),
		TEST(a_poison_document_is_set_aside_and_its_neighbours_are_not),
		TEST(a_rejected_document_can_wait_again),
		TEST(an_unclean_stop_makes_suspects_and_loses_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
