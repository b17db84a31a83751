/*
 * held.c - results between the wire and their receipts.
 *
 * Stepped mode: a tick (spool, upto, at) is applied when every document of the spool between the
 * newest applied tick and upto is here, whichever scorer brought it and in whatever order. They
 * are applied by (arrived_at, document id), and before each what is due until its arrival; then
 * what is due until at. So the outcome depends on the documents alone.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/record_store.h"
#include "responder/state.h"

#define TURNS_MAX 100000 /* timers between two documents; more is our own mistake */

static bool
is_stepped(const struct responder *r)
{
	return r->env.clock == CLOCK_STEPPED;
}

bool
held_add(struct responder *r, struct str bytes, const struct document *d)
{
	struct held *h;

	for (size_t i = r->applied; i < r->held_n; i++)
		if (r->held[i].seq == d->seq && id_eq(&r->held[i].spool, &d->spool))
			return false;
	if (!r->held_n)
		arena_reset(r->held_arena);
	if (r->held_n == r->held_cap)
		r->held = heap_more(r->held, &r->held_cap, sizeof *r->held);
	h = &r->held[r->held_n++];
	*h = (struct held){ arena_str(r->held_arena, bytes), d->id, d->spool, d->seq,
			    d->arrived_at };
	return true;
}

bool
held_is_late(const struct responder *r, const struct held *h)
{
	return id_eq(&h->spool, &r->base.spool) && h->seq <= r->base.seq;
}

static bool
in_tick(const struct responder *r, const struct held *h)
{
	return r->tick.seq && id_eq(&h->spool, &r->tick.spool) && h->seq <= r->tick.upto;
}

bool
held_tick_ready(const struct responder *r)
{
	int64_t base = id_eq(&r->base.spool, &r->tick.spool) ? r->base.seq : 0, have = 0;

	if (!r->tick.seq || r->tick_applied)
		return false;
	for (size_t i = r->applied; i < r->held_n; i++)
		have += in_tick(r, &r->held[i]) && r->held[i].seq > base;
	return have >= r->tick.upto - base;
}

void
held_receipt(struct responder *r, struct out *out)
{
	for (size_t i = 0; i < r->committed; i++)
		out_receipt(out, r->held[i].spool, r->held[i].seq);
	memmove(r->held, r->held + r->committed, (r->held_n - r->committed) * sizeof *r->held);
	r->held_n -= r->committed;
	r->applied -= r->committed;
	r->committed = 0;
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
		if (changed < 0)
			return -1;
		if (!changed && turn_due(r) <= r->stepped_at)
			return 0; /* it waits for the commit */
	}
	return err_set(e, ERR_BROKEN, "what is due at %lld is due again and again", (long long)at);
}

static int
tick_write(struct responder *r, struct err *e)
{
	struct buf name = BUF(64);
	int done;

	buf_addf(&name, "tick_");
	id_add_hex(&name, &r->tick.spool);
	done = record_meta_set(r->store, name.p, r->tick.seq, e);
	buf_release(&name);
	return done;
}

static int
apply_tick(struct responder *r, struct err *e)
{
	size_t n = put_in_order(r);

	for (size_t i = 0; i < n; i++) {
		const struct held *h = &r->held[r->applied];

		if (turns_until(r, h->arrived_at, e) < 0)
			return -1;
		if (h->arrived_at > r->stepped_at)
			r->stepped_at = h->arrived_at;
		if (apply_result(r, h->bytes, r->stepped_at, e) < 0)
			return -1;
		r->applied++;
	}
	if (turns_until(r, r->tick.at, e) < 0 || tick_write(r, e) < 0)
		return -1;
	if (r->tick.at > r->stepped_at)
		r->stepped_at = r->tick.at;
	r->tick_applied = r->wrote = true;
	return 0;
}

/* Documents from before the newest tick: known already, or resent after a restart. */
static int
apply_late(struct responder *r, struct err *e)
{
	size_t n = put_in_order(r);

	for (; n; n--, r->applied++)
		if (apply_result(r, r->held[r->applied].bytes, r->stepped_at, e) < 0)
			return -1;
	return 0;
}

int
held_apply(struct responder *r, int64_t now, struct err *e)
{
	if (is_stepped(r))
		return held_tick_ready(r) ? apply_tick(r, e) : apply_late(r, e);
	for (; r->applied < r->held_n; r->applied++)
		if (apply_result(r, r->held[r->applied].bytes, now, e) < 0)
			return -1;
	return 0;
}
