/*
 * held.c - results between the wire and their receipts.
 *
 * Stepped mode: a tick (spool, upto, count, at) is applied when `count` different documents of
 * the spool with numbers up to upto are here, whichever scorer brought them and in whatever
 * order. They are applied by (arrived_at, document id), and before each what is due until its
 * arrival; then what is due until at. So the outcome depends on the documents alone. A tick for
 * a time that has been applied (its sender did not hear us) is only receipted, and so is what
 * arrived at such a time.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/keep.h"
#include "responder/record_store.h"
#include "responder/state.h"

#define TURNS_MAX 100000 /* timers between two documents; more is our own mistake */

static bool
is_stepped(const struct responder *r)
{
	return r->env.clock == CLOCK_STEPPED;
}

static uint64_t
key_of(const struct id *spool, int64_t seq)
{
	return hash_fast(id_str(spool), (uint64_t)seq);
}

/* Does it wait here already? What is applied and not receipted is taken once more, for its
 * receipt. */
static bool
is_waiting(const struct responder *r, const struct document *d)
{
	for (size_t i = r->applied; i < r->held_n; i++)
		if (r->held[i].seq == d->seq && id_eq(&r->held[i].spool, &d->spool))
			return true;
	return false;
}

int
held_add(struct responder *r, struct str bytes, struct err *e)
{
	struct result *res;
	const struct document *d;
	uint64_t key;
	size_t before = r->held_keys.distinct;

	if (!r->held_n)
		arena_reset(r->held_arena);
	res = arena_alloc(r->held_arena, sizeof *res);
	if (record_decode(&result_record, arena_str(r->held_arena, bytes), res, r->held_arena,
			  e) < 0)
		return -1;
	d = &res->document;
	key = key_of(&d->spool, d->seq);
	tally_add(&r->held_keys,
		  key); /* two of one key are hardly ever two: then it is looked for */
	if (r->held_keys.distinct == before && is_waiting(r, d)) {
		tally_remove(&r->held_keys, key);
		return 0;
	}
	if (r->held_n == r->held_cap)
		r->held = heap_more(r->held, &r->held_cap, sizeof *r->held);
	r->held[r->held_n++] =
		(struct held){ res, d->id, d->spool, d->seq, d->arrived_at, keep_flags(res) };
	return 1;
}

bool
held_is_late(const struct responder *r, const struct held *h)
{
	return id_eq(&h->spool, &r->past.spool) && h->arrived_at <= r->past.at;
}

static bool
in_tick(const struct responder *r, const struct held *h)
{
	return r->tick.seq && !r->tick_applied && id_eq(&h->spool, &r->tick.spool) &&
	       h->seq <= r->tick.upto;
}

bool
held_tick_ready(const struct responder *r)
{
	int64_t have = 0;

	if (!r->tick.seq || r->tick_applied)
		return false;
	for (size_t i = r->applied; i < r->held_n; i++)
		have += in_tick(r, &r->held[i]);
	return have >= r->tick.count;
}

/* "tick_<spool>" in meta: the time of the newest tick that is in the record. */
static void
past_name(const struct id *spool, struct buf *name)
{
	buf_add(name, STR("tick_"));
	id_add_hex(name, spool);
}

int
held_tick(struct responder *r, const struct tick *t, struct err *e)
{
	struct buf name = BUF(64);
	int bad = 0;

	if (!id_eq(&r->past.spool, &t->spool)) {
		past_name(&t->spool, &name);
		r->past.spool = t->spool;
		bad = record_meta_int(r->store, name.p, -1, &r->past.at, e);
		buf_release(&name);
	}
	if (bad)
		return -1;
	r->tick = *t;
	/* Applied, but the sender does not know: receipt it as soon as the outbox is at rest. */
	r->tick_applied = r->tick_committed = t->at <= r->past.at;
	return 0;
}

void
held_receipt(struct responder *r, struct out *out)
{
	if (!r->committed)
		return;
	for (size_t i = 0; i < r->committed; i++) {
		const struct held *h = &r->held[i];

		out_receipt_keep(out, h->spool, h->seq, h->keep);
		tally_remove(&r->held_keys, key_of(&h->spool, h->seq));
	}
	memmove(r->held, r->held + r->committed, (r->held_n - r->committed) * sizeof *r->held);
	r->held_n -= r->committed;
	r->applied -= r->committed;
	r->committed = 0;
}

static int
apply_next(struct responder *r, int64_t now, struct err *e)
{
	arena_reset(r->work);
	if (apply_result(r, r->held[r->applied].result, now, e) < 0)
		return -1;
	r->applied++;
	return 0;
}

/* ---- stepped ----------------------------------------------------------------------------------- */

/* The tick's documents and late ones first, by (arrived_at, id). */
struct order {
	struct held h;
	bool now;
};

static int
by_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->now != y->now)
		return y->now - x->now;
	if (x->h.arrived_at != y->h.arrived_at)
		return x->h.arrived_at < y->h.arrived_at ? -1 : 1;
	return id_cmp(&x->h.document, &y->h.document);
}

/* Sorts what waits; returns how many of it belong to the tick. */
static size_t
put_in_order(struct responder *r)
{
	size_t n = r->held_n - r->applied, ready = 0;
	struct order *v = heap_zero(n, sizeof *v);

	for (size_t i = 0; i < n; i++) {
		v[i].h = r->held[r->applied + i];
		v[i].now = in_tick(r, &v[i].h) || held_is_late(r, &v[i].h);
		ready += v[i].now;
	}
	qsort(v, n, sizeof *v, by_order);
	for (size_t i = 0; i < n; i++)
		r->held[r->applied + i] = v[i].h;
	free(v);
	return ready;
}

static int
turns_until(struct responder *r, int64_t at, struct err *e)
{
	for (int i = 0; i < TURNS_MAX; i++) {
		int64_t due = turn_due(r);
		int changed;

		if (due > at)
			return 0;
		if (due > r->stepped_at)
			r->stepped_at = due;
		changed = turn_once(r, r->stepped_at, e);
		r->due_known = false;
		if (changed < 0)
			return -1;
		r->turned |= changed > 0;
		if (!changed && turn_due(r) <= r->stepped_at)
			return 0; /* it waits for the commit */
	}
	return err_set(e, ERR_BROKEN, "what is due at %lld is due again and again",
		       (long long)at);
}

static int
tick_write(struct responder *r, struct err *e)
{
	struct buf name = BUF(64);
	int done;

	past_name(&r->tick.spool, &name);
	done = record_meta_set(r->store, name.p, r->tick.at, e);
	buf_release(&name);
	return done < 0 ? -1 : record_meta_set(r->store, "stepped_at", r->tick.at, e);
}

/* Nobody said when it begins: it begins with the first thing seen. */
static int
begin_at(struct responder *r, int64_t at, struct err *e)
{
	if (r->stepped_at)
		return 0;
	r->stepped_at = at;
	state_drop(r);
	return state_load(r, at, e);
}

static int
apply_tick(struct responder *r, struct err *e)
{
	size_t n = put_in_order(r);

	if (begin_at(r, n ? r->held[r->applied].arrived_at : r->tick.at, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct held *h = &r->held[r->applied];

		if (turns_until(r, h->arrived_at, e) < 0)
			return -1;
		if (h->arrived_at > r->stepped_at)
			r->stepped_at = h->arrived_at;
		if (apply_next(r, r->stepped_at, e) < 0)
			return -1;
	}
	if (turns_until(r, r->tick.at, e) < 0 || (!r->conf->fleeting && tick_write(r, e) < 0))
		return -1;
	if (r->tick.at > r->stepped_at)
		r->stepped_at = r->tick.at;
	r->tick_applied = r->wrote = true;
	return 0;
}

/* Documents of a time that has been applied: known already, or pushed since. */
static int
apply_late(struct responder *r, struct err *e)
{
	size_t n = put_in_order(r);

	for (; n; n--)
		if (apply_next(r, r->stepped_at, e) < 0)
			return -1;
	return 0;
}

int
held_apply(struct responder *r, int64_t now, struct err *e)
{
	if (is_stepped(r))
		return held_tick_ready(r) ? apply_tick(r, e) : apply_late(r, e);
	while (r->applied < r->held_n)
		if (apply_next(r, now, e) < 0)
			return -1;
	return 0;
}
