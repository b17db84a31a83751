/* Which ways a receipt goes back: runners without sockets, their peers made by hand. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/document.h"
#include "core/log.h"
#include "core/result.h"
#include "core/stage_runner.h"
#include "core/str.h"

#define PEERS 3

/* A responder that says nothing by itself, and scorers that are there. */
struct bench {
	struct clock clock;
	struct runner *r;
	struct peer *peer[PEERS];
};

static int
quiet_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	   struct err *e)
{
	(void)self, (void)in, (void)now, (void)out, (void)a, (void)e;
	return STEP_OK;
}

static const struct stage quiet_stage = { .name = "quiet", .step = quiet_step };

static struct peer *
scorer_new(struct bench *b, char name)
{
	struct peer *p = peer_new(b->r, &b->r->end[0], &name, 1);

	assert_non_null(p);
	p->greeted = true;
	return p;
}

static int
set_up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	clock_init(&b->clock, CLOCK_STEPPED, 1000, 0);
	b->r = runner_new(NULL, &quiet_stage, NULL, (struct ends){ .bind_in = true },
			  &b->clock);
	b->r->end[0] = (struct end){ .kind = END_IN, .bound = true };
	for (int i = 0; i < PEERS; i++)
		b->peer[i] = scorer_new(b, (char)('a' + i));
	*state = b;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *b = *state;

	runner_free(b->r);
	free(b);
	return 0;
}

static void
comes(struct bench *b, struct peer *from, int64_t seq)
{
	struct result res = { .document = { .spool = { { 7 } }, .seq = seq } };
	struct buf record = BUF(RECORD_MAX);

	record_encode(&result_record, &res, &record);
	assert_int_equal(flow_in(b->r, &b->r->end[0], from, buf_str(&record)), 0);
	buf_release(&record);
}

static void
is_receipted(struct bench *b, int64_t seq)
{
	out_receipt(&b->r->out.out, (struct id){ { 7 } }, seq);
}

/* Receipts of seq that wait to leave for p. */
static int
receipts_for(const struct peer *p, int64_t seq)
{
	struct unpack u = { .rest = buf_str(&p->batch.b) };
	struct str record;
	struct id spool;
	int64_t found;
	int n = 0;

	while (unpack_next(&u, &record) == 1)
		n += record_kind(record) == KIND_RECEIPT &&
		     record_address(record, &spool, &found) && found == seq;
	return n;
}

static void
a_receipt_goes_back_by_every_way_by_which_its_document_came(void **state)
{
	struct bench *b = *state;

	comes(b, b->peer[0], 1);
	comes(b, b->peer[1], 2);
	comes(b, b->peer[1], 1); /* the first was taken for dead, and was not */
	is_receipted(b, 1);
	is_receipted(b, 2);
	assert_int_equal(receipts_for(b->peer[0], 1), 1);
	assert_int_equal(receipts_for(b->peer[1], 1), 1);
	assert_int_equal(receipts_for(b->peer[2], 1), 0);
	assert_int_equal(receipts_for(b->peer[0], 2), 0);
	assert_int_equal(receipts_for(b->peer[1], 2), 1);
	assert_int_equal(b->r->behind.n, 0);
}

static void
a_way_by_which_it_came_again_is_one_way(void **state)
{
	struct bench *b = *state;

	comes(b, b->peer[0], 1);
	comes(b, b->peer[1], 1);
	comes(b, b->peer[0], 1);
	comes(b, b->peer[1], 1);
	assert_int_equal(b->r->behind.n, 2);
	is_receipted(b, 1);
	assert_int_equal(receipts_for(b->peer[0], 1), 1);
	assert_int_equal(receipts_for(b->peer[1], 1), 1);
	assert_int_equal(b->r->behind.n, 0);
}

/* A scorer that falls and comes back each time is another peer each time. */
static void
who_is_gone_leaves_its_place_to_the_next(void **state)
{
	struct bench *b = *state;

	comes(b, b->peer[0], 1);
	comes(b, b->peer[1], 1);
	for (int i = 0; i < 100; i++) {
		peer_free(b->r, b->peer[0]);
		b->peer[0] = scorer_new(b, 'a');
		comes(b, b->peer[1], 1);
		comes(b, b->peer[0], 1);
	}
	assert_int_equal(b->r->behind.n, 2);
	is_receipted(b, 1);
	assert_int_equal(receipts_for(b->peer[0], 1), 1);
	assert_int_equal(receipts_for(b->peer[1], 1), 1);
	assert_int_equal(b->r->behind.n, 0);
}

static void
when_all_who_brought_it_are_gone_another_has_the_receipt(void **state)
{
	struct bench *b = *state;

	comes(b, b->peer[0], 1);
	comes(b, b->peer[1], 1);
	peer_free(b->r, b->peer[0]);
	is_receipted(b, 1);
	assert_int_equal(receipts_for(b->peer[1], 1), 1);
	assert_int_equal(receipts_for(b->peer[2], 1), 0);
	comes(b, b->peer[1], 2);
	peer_free(b->r, b->peer[1]);
	is_receipted(b, 2);
	assert_int_equal(receipts_for(b->peer[2], 2), 1);
	assert_int_equal(b->r->behind.n, 0);
}

/* The table of ways grows, and loses what it is asked to lose, with two ways for each address. */
static void
two_ways_each_for_many_documents(void **state)
{
	struct bench *b = *state;
	struct id spool = { { 7 } };

	for (int64_t seq = 1; seq <= 5000; seq++) {
		comes(b, b->peer[0], seq);
		comes(b, b->peer[1], seq);
	}
	assert_int_equal(b->r->behind.n, 10000);
	for (int64_t seq = 1; seq <= 5000; seq++) {
		uint32_t ways = 0;

		for (struct trail *t; (t = trails_find(&b->r->behind, &spool, seq));) {
			ways ^= t->peer;
			trails_drop(&b->r->behind, t);
		}
		assert_int_equal(ways, b->peer[0]->number ^ b->peer[1]->number);
	}
	assert_int_equal(b->r->behind.n, 0);
}

/* ---- a scorer between ----------------------------------------------------------------------- */

/* The other end says hello, with this name of the link; 0: it knows none. */
static void
says(struct runner *r, struct peer *p, uint8_t link)
{
	struct hello h = { .major = WIRE_MAJOR,
			   .name = STR("other"),
			   .run = { { 1 } },
			   .link = { { link } },
			   .window = 100 };
	struct buf record = BUF(1024);

	record_encode(&hello_record, &h, &record);
	hello_take(r, p->end, p, p->id, p->id_n, buf_str(&record), "");
	buf_release(&record);
}

static void
what_comes_back_before_the_next_turn_goes_by_the_new_link(void **state)
{
	struct clock clock;
	struct runner *r;
	struct peer *crawler, *responder;
	struct receipt receipt = { .spool = { { 7 } }, .seq = 1 };
	struct buf record = BUF(1024);

	(void)state;
	clock_init(&clock, CLOCK_STEPPED, 1000, 0);
	r = runner_new(NULL, &quiet_stage, NULL,
		       (struct ends){ .in = { &(struct str){ NULL, 0 }, 1 } }, &clock);
	r->end[0] = (struct end){ .kind = END_IN };
	r->end[1] = (struct end){ .kind = END_OUT };
	crawler = peer_new(r, &r->end[0], NULL, 0);
	responder = peer_new(r, &r->end[1], NULL, 0);
	responder->greeted = true;
	says(r, crawler, 1);
	says(r, crawler, 2); /* we stood still, and are somebody new to it */
	record_encode(&receipt_record, &receipt, &record);
	assert_int_equal(flow_back(r, responder, buf_str(&record)), 0);
	assert_int_equal(receipts_for(crawler, 1), 1);
	buf_release(&record);
	runner_free(r);
}

/* ---- a crawler that stood still -------------------------------------------------------------- */

static int
losses_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	    struct err *e)
{
	struct lost l;

	(void)now, (void)out;
	if (record_decode(&lost_record, in, &l, a, e) < 0)
		return -1;
	*(size_t *)self += l.seqs.n;
	return STEP_OK;
}

static void
what_went_to_a_scorer_that_took_us_for_dead_is_sent_again(void **state)
{
	static const struct stage stage = { .name = "losses", .step = losses_step };
	struct document d = { .spool = { { 7 } }, .seq = 1 };
	struct clock clock;
	struct runner *r;
	struct peer *p;
	struct err e;
	size_t lost = 0;

	(void)state;
	clock_init(&clock, CLOCK_STEPPED, 1000, 0);
	r = runner_new(NULL, &stage, &lost, (struct ends){ .bind_out = true }, &clock);
	r->end[0] = (struct end){ .kind = END_OUT, .bound = true };
	r->end_out = &r->end[0];
	p = peer_new(r, r->end_out, "a", 1);
	p->greeted = true;
	p->link = (struct id){ { 5 } };
	says(r, p, 0); /* said before it heard the name that we gave its link */
	assert_int_equal(out_emit(&r->out.out, &document_record, &d, &e), 0);
	says(r, p, 0);
	assert_int_equal(peers_reap(r), 0);
	assert_int_equal(lost, 0);
	assert_int_equal(p->inflight, 1);
	says(r, p, 5);
	says(r, p, 0); /* knew it, and does not: what came since was dropped there */
	assert_int_equal(peers_reap(r), 0);
	assert_int_equal(lost, 1);
	assert_int_equal(p->inflight, 0);
	assert_true(peer_live(p));
	assert_int_equal(out_emit(&r->out.out, &document_record, &d, &e), 0);
	says(r, p, 0); /* said before it heard us again */
	assert_int_equal(peers_reap(r), 0);
	assert_int_equal(lost, 1);
	runner_free(r);
}

static void
whom_we_took_for_dead_hears_that_we_know_its_link_no_more(void **state)
{
	struct clock clock;
	struct runner *r;
	struct peer *crawler;

	(void)state;
	clock_init(&clock, CLOCK_STEPPED, 1000, 0);
	r = runner_new(NULL, &quiet_stage, NULL, (struct ends){ .window = 0 }, &clock);
	r->end[0] = (struct end){ .kind = END_IN };
	crawler = peer_new(r, &r->end[0], NULL, 0);
	says(r, crawler, 5);
	crawler->said_ms = 0;
	crawler->gone = true;
	assert_int_equal(peers_reap(r), 0);
	assert_false(crawler->greeted);
	assert_true(crawler->said_ms > 0); /* before anything else is read from it */
	runner_free(r);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_receipt_goes_back_by_every_way_by_which_its_document_came),
		T(a_way_by_which_it_came_again_is_one_way),
		T(who_is_gone_leaves_its_place_to_the_next),
		T(when_all_who_brought_it_are_gone_another_has_the_receipt),
		T(two_ways_each_for_many_documents),
		cmocka_unit_test(what_comes_back_before_the_next_turn_goes_by_the_new_link),
		cmocka_unit_test(what_went_to_a_scorer_that_took_us_for_dead_is_sent_again),
		cmocka_unit_test(whom_we_took_for_dead_hears_that_we_know_its_link_no_more),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
