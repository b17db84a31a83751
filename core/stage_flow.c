/* Records on, receipts and losses back. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/stage_runner.h"

#define NOBODY       UINT32_MAX /* in place of a peer's number */
#define LOST_AT_ONCE 8192       /* numbers in one KIND_LOST record; 12 bytes each at most */

/* ---- the stage ---------------------------------------------------------------------------- */

static int
step_failed(struct runner *r, struct str in, const struct err *e)
{
	if (e->kind != ERR_REJECT)
		return runner_break(r, e);
	r->figures.rejects++;
	log_event(LOG_WARN, "record_refused", "stage=%s kind=%d reason=\"%s\"", r->stage->name,
		  record_kind(in), e->text);
	if (r->stage->refuse)
		r->stage->refuse(r->self, in, e);
	return 0;
}

int
flow_step(struct runner *r, struct str in)
{
	struct err e = { .kind = ERR_NONE };
	int said;

	in = in.n ? arena_str(r->arena, in) : in;
	if (r->steps++ == 0)
		r->batch_ms = r->figures.beat_ms;
	said = r->stage->step(r->self, in, clock_now(r->clock), &r->out.out, r->arena, &e);
	if (said < 0 && step_failed(r, in, &e) < 0)
		return -1;
	if (said == STEP_DONE)
		r->done = true;
	if (said == STEP_SETTLE || said == STEP_DONE ||
	    (r->stage->batch_records > 0 && r->steps >= r->stage->batch_records))
		return flow_settle(r);
	return 0;
}

int
flow_settle(struct runner *r)
{
	struct err e = { .kind = ERR_NONE };
	int64_t from_us = clock_mono_us(), took_us;
	uint64_t n = r->figures.batches;

	r->steps = 0;
	if (r->stage->settle &&
	    r->stage->settle(r->self, clock_now(r->clock), &r->out.out, &e) < 0) {
		err_within(&e, "settle");
		return runner_break(r, &e);
	}
	took_us = clock_mono_us() - from_us;
	r->figures.settle_us[n % SETTLES_KEPT] =
		took_us > UINT32_MAX ? UINT32_MAX : (uint32_t)took_us;
	r->figures.batches++;
	arena_reset(r->arena);
	return 0;
}

/* ---- to the next -------------------------------------------------------------------------- */

static size_t
peer_room(const struct peer *p)
{
	if (!peer_live(p) || p->leaving || p->first || p->inflight >= p->window ||
	    p->inflight_bytes >= INFLIGHT_MAX)
		return 0;
	return (size_t)(p->window - p->inflight);
}

size_t
flow_room(struct out *o)
{
	struct runner *r = ((struct runner_out *)o)->r;
	size_t room = 0;

	if (r->draining && !r->ends.in.n)
		return 0;
	if (r->pipe_out)
		return pipe_room(r->pipe_out);
	if (!r->end_out)
		return SIZE_MAX;
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->end == r->end_out)
			room += peer_room(r->peers[i]);
	if (!room)
		r->starved = true;
	return room;
}

/* Fill one peer's message, then go to the one with most room. */
static struct peer *
peer_pick(struct runner *r)
{
	struct peer *best = r->current;
	size_t most = 0;

	if (best && best->batch.n && peer_room(best))
		return best;
	best = NULL;
	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (!p || p->end != r->end_out || !peer_live(p))
			continue;
		if (!best || peer_room(p) > most) {
			best = p;
			most = peer_room(p);
		}
	}
	r->current = best;
	return best;
}

/* It is not on its way any more, by receipt or by loss. */
static void
ahead_drop(struct runner *r, struct trail *t)
{
	struct peer *p = peer_get(r, t->peer);

	if (p) {
		p->inflight--;
		p->inflight_bytes -= t->bytes;
	}
	trails_drop(&r->ahead, t);
}

static void
ahead_add(struct runner *r, const struct id *spool, int64_t seq, size_t bytes)
{
	struct peer *p = r->current;
	struct trail new = { .spool = *spool,
			     .seq = seq,
			     .peer = p ? p->number : NOBODY,
			     .bytes = (uint32_t)bytes,
			     .at_ms = r->figures.beat_ms };
	struct trail *old = trails_find(&r->ahead, spool, seq);

	if (old) {
		r->figures.resent++;
		ahead_drop(r, old);
	}
	if (trails_add(&r->ahead, &new) && p) {
		p->inflight++;
		p->inflight_bytes += (int64_t)bytes;
	}
}

static void
put_next(struct runner *r, struct str record)
{
	struct peer *p;
	struct id spool;
	int64_t seq;

	r->puts++;
	r->figures.records_out++;
	if (r->pipe_out) {
		pipe_put(r, r->pipe_out, record);
		return;
	}
	if (!r->end_out) {
		log_event(LOG_ERROR, "record_homeless", "stage=%s", r->stage->name);
		return;
	}
	p = peer_pick(r);
	/* Nobody there: it counts as lost on the way, and comes back as that. */
	if (record_address(record, &spool, &seq))
		ahead_add(r, &spool, seq, record.n);
	if (p)
		peer_add(r, p, record);
	else
		r->homeless = true;
}

/* ---- back to where it came from ------------------------------------------------------------ */

static struct end *
spool_end(struct runner *r, const struct id *spool)
{
	for (size_t i = 0; i < r->n_spools; i++)
		if (id_eq(&r->spools[i].spool, spool))
			return r->spools[i].end;
	return NULL;
}

static void
spool_learn(struct runner *r, const struct id *spool, struct end *end)
{
	for (size_t i = 0; i < r->n_spools; i++) {
		if (!id_eq(&r->spools[i].spool, spool))
			continue;
		r->spools[i].end = end;
		return;
	}
	if (r->n_spools == SPOOLS_MAX) {
		memmove(r->spools, r->spools + 1, (SPOOLS_MAX - 1) * sizeof *r->spools);
		r->n_spools--;
	}
	r->spools[r->n_spools++] = (struct spool_way){ *spool, end };
}

/* To all ends that may be the one; a crawler that does not know the spool passes it over. */
static void
back_by_spool(struct runner *r, const struct id *spool, struct str record)
{
	struct end *end = spool_end(r, spool);

	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (p && p->end->kind == END_IN && peer_live(p) && (!end || p->end == end))
			peer_add(r, p, record);
	}
}

/* By one more way, or by one that is known. Who is gone leaves its place. */
static void
way_learn(struct runner *r, const struct trail *new)
{
	struct trail *t = trails_find(&r->behind, &new->spool, new->seq), *left = NULL;

	for (; t && t->peer != new->peer; t = trails_same(&r->behind, t))
		if (!peer_get(r, t->peer))
			left = t;
	if (!t)
		t = left;
	if (t)
		*t = *new;
	else
		(void)trails_add(&r->behind, new);
}

/* To each peer that brought it: one that was taken for dead and was not, and the one that had its
 * documents then, both count it as on its way. False when none of them is there. */
static bool
back_by_ways(struct runner *r, const struct id *spool, int64_t seq, struct str record)
{
	bool told = false;

	for (struct trail *t; (t = trails_find(&r->behind, spool, seq));) {
		struct peer *p = peer_get(r, t->peer);

		trails_drop(&r->behind, t);
		if (!p || !peer_live(p))
			continue;
		peer_add(r, p, record);
		told = true;
	}
	return told;
}

static void
put_receipt(struct runner *r, struct str record)
{
	struct peer *p;
	struct id spool;
	int64_t seq;

	r->figures.receipts++;
	if (!record_address(record, &spool, &seq) || back_by_ways(r, &spool, seq, record))
		return;
	if (!r->ends.bind_in) {
		back_by_spool(r, &spool, record);
		return;
	}
	/* Whoever brought it is gone; any other scorer knows the way to its spool. */
	for (size_t i = 0; i < r->peers_top; i++) {
		p = r->peers[i];
		if (p && p->end->kind == END_IN && peer_live(p)) {
			peer_add(r, p, record);
			return;
		}
	}
}

void
flow_put(struct out *o, enum out_way way, struct str record)
{
	struct runner *r = ((struct runner_out *)o)->r;

	switch (way) {
	case OUT_NEXT:
		put_next(r, record);
		break;
	case OUT_RECEIPT:
		put_receipt(r, record);
		break;
	case OUT_REPLY:
		call_reply(r, record);
		break;
	}
}

void
flow_flush(struct out *o)
{
	peers_flush(((struct runner_out *)o)->r, true);
}

/* ---- what comes --------------------------------------------------------------------------- */

static int
tick_pass(struct runner *r, struct str record)
{
	struct tick tick;
	struct err e = { .kind = ERR_NONE };

	arena_reset(r->scratch);
	if (record_decode(&tick_record, record, &tick, r->scratch, &e) < 0)
		return step_failed(r, record, &e);
	if (r->clock->mode == CLOCK_STEPPED)
		clock_step(r->clock, tick.at);
	put_next(r, record);
	return 0;
}

/* A record from the stage before. */
int
flow_in(struct runner *r, struct end *end, struct peer *from, struct str record)
{
	struct trail t = { .peer = from ? from->number : NOBODY, .at_ms = r->figures.beat_ms };

	r->figures.records_in++;
	r->input_ms = t.at_ms;
	if (record_address(record, &t.spool, &t.seq)) {
		if (r->ends.bind_in)
			way_learn(r, &t);
		else if (end)
			spool_learn(r, &t.spool, end);
	}
	if (record_kind(record) == KIND_TICK && (r->end_out || r->pipe_out))
		return tick_pass(r, record);
	return flow_step(r, record);
}

int
flow_receipt(struct runner *r, struct str record)
{
	struct trail *t;
	struct id spool;
	int64_t seq;

	r->figures.receipts++;
	if (!record_address(record, &spool, &seq)) {
		struct err e = { .kind = ERR_NONE };

		err_set(&e, ERR_REJECT, "receipt without an address");
		return step_failed(r, record, &e);
	}
	t = trails_find(&r->ahead, &spool, seq);
	if (t)
		ahead_drop(r, t);
	if (!r->ends.in.n)
		return flow_step(r, record);
	back_by_spool(r, &spool, record);
	return 0;
}

/* Tell whoever can send them again: our own stage, or the one before. */
static int
lost_tell(struct runner *r, const struct lost *l)
{
	struct buf b = BUF(RECORD_MAX);
	int rc = 0;

	r->figures.resent += l->seqs.n;
	record_encode(&lost_record, l, &b);
	if (r->ends.in.n)
		back_by_spool(r, &l->spool, buf_str(&b));
	else
		rc = flow_step(r, buf_str(&b));
	buf_release(&b);
	return rc;
}

/* The next consumer says that these got lost behind it. */
static int
lost_came(struct runner *r, struct peer *from, struct str record)
{
	struct err e = { .kind = ERR_NONE };
	struct lost_seq *seqs;
	struct lost l;
	size_t n = 0;

	arena_reset(r->scratch);
	if (record_decode(&lost_record, record, &l, r->scratch, &e) < 0)
		return step_failed(r, record, &e);
	seqs = l.seqs.v;
	for (size_t i = 0; i < l.seqs.n; i++) {
		struct trail *t = trails_find(&r->ahead, &l.spool, seqs[i].seq);

		if (!t || t->peer != from->number)
			continue; /* it has been given to another since */
		ahead_drop(r, t);
		seqs[n++] = seqs[i];
	}
	l.seqs.n = n;
	return n ? lost_tell(r, &l) : 0;
}

/* A record from the stage after. */
int
flow_back(struct runner *r, struct peer *from, struct str record)
{
	switch (record_kind(record)) {
	case KIND_RECEIPT:
		return flow_receipt(r, record);
	case KIND_LOST:
		return lost_came(r, from, record);
	default:
		return 0; /* of a newer minor version */
	}
}

/* ---- losses ------------------------------------------------------------------------------- */

/* Collect up to LOST_AT_ONCE of one spool that were with peer; false when there are none. */
static bool
lost_collect(struct runner *r, uint32_t peer, struct lost *l, struct lost_seq *seqs)
{
	l->seqs = (struct rec_list){ seqs, 0 };
	for (struct trail *t = NULL; (t = trails_next(&r->ahead, t));) {
		if (t->peer != peer || (l->seqs.n && !id_eq(&t->spool, &l->spool)))
			continue;
		l->spool = t->spool;
		seqs[l->seqs.n++].seq = t->seq;
		if (l->seqs.n == LOST_AT_ONCE)
			break;
	}
	return l->seqs.n > 0;
}

static int
by_seq(const void *a, const void *b)
{
	int64_t x = ((const struct lost_seq *)a)->seq, y = ((const struct lost_seq *)b)->seq;

	return (x > y) - (x < y);
}

static int
lost_all(struct runner *r, uint32_t peer)
{
	struct lost_seq *seqs = calloc(LOST_AT_ONCE, sizeof *seqs);
	struct lost l;
	int rc = 0;

	if (!seqs)
		abort();
	while (rc == 0 && lost_collect(r, peer, &l, seqs)) {
		for (size_t i = 0; i < l.seqs.n; i++)
			ahead_drop(r, trails_find(&r->ahead, &l.spool, seqs[i].seq));
		qsort(seqs, l.seqs.n, sizeof *seqs, by_seq);
		log_event(LOG_WARN, "records_lost", "stage=%s n=%zu", r->stage->name, l.seqs.n);
		rc = lost_tell(r, &l);
	}
	free(seqs);
	return rc;
}

/* It hears that we have forgotten it before we read on: what comes until it answers is dropped. */
static void
peer_again(struct runner *r, struct peer *p)
{
	peer_reset(p);
	peer_hello(r, p);
}

int
peers_reap(struct runner *r)
{
	uint64_t live = 0;

	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (!p)
			continue;
		if ((p->gone || p->lost) && lost_all(r, p->number) < 0)
			return -1;
		p->lost = false;
		if (p->gone && p->end->bound)
			peer_free(r, p);
		else if (p->gone)
			peer_again(r, p);
		else
			live += p->greeted;
	}
	r->figures.peers = live;
	r->figures.unreceipted = r->ahead.n;
	if (!r->homeless)
		return 0;
	r->homeless = false;
	return lost_all(r, NOBODY);
}

static void
trails_forget(struct trails *t, struct runner *r, int64_t before_ms)
{
	struct trail *old = NULL;

	/* a drop moves others: the place is looked at again */
	while ((old = trails_next(t, old))) {
		while (old->peer && old->at_ms < before_ms) {
			if (t == &r->ahead)
				ahead_drop(r, old);
			else
				trails_drop(t, old);
		}
	}
}

void
flow_expire(struct runner *r, int64_t now_ms)
{
	trails_forget(&r->ahead, r, now_ms - FORGET_MS);
	trails_forget(&r->behind, r, now_ms - FORGET_MS);
	for (size_t i = 0; i < CALLS_MAX; i++)
		if (r->calls[i].number && now_ms - r->calls[i].at_ms > FORGET_MS)
			r->calls[i].number = 0;
}
