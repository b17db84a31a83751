/* spool.c - the ledger: a ring of entries by number, a cursor for what is to be sent. */
#include "core/base.h"

#include "core/log.h"

#include "crawler/archive_store.h"
#include "crawler/spool.h"

#define WINDOW       2048               /* about as many are on their way at most */
#define MEMORY_BYTES ((size_t)64 << 20) /* bodies kept in memory; the rest is read again */

/* How many may be on their way beside a document of so much suspicion. */
static const struct {
	int from;
	int64_t most;
} groups[] = { { 9, 1 }, { 7, 8 }, { 5, 64 }, { 3, 512 }, { 0, INT64_MAX } };
#define ALONE_FROM    9
#define REJECT_AT     12
#define BODY_GONE     (REJECT_AT + 1) /* suspicion of a document whose row is damaged */
#define NUMBERS_AHEAD 1024 /* given out without a write; so many are skipped after a crash */

enum entry_state { GONE, FRESH, WAITING, SENT };
struct entry {
	char *body; /* NULL: read it from the store */
	uint32_t len;
	uint8_t state, suspicion;
	bool written;   /* suspicion is on disk */
	uint32_t heard; /* receipts had come when it was sent */
	int64_t sent_ms;
};
struct spool {
	struct store *store;
	struct id name;
	int64_t resend_ms;
	struct entry *ring; /* entry of number n is ring[n & (cap - 1)] */
	size_t cap;
	int64_t first, end; /* numbers first .. end - 1 have entries    */
	int64_t cursor;     /* nothing below it is WAITING              */
	int64_t last_seq;   /* given out                                */
	int64_t reserved;   /* numbers up to here are spent on disk     */
	int64_t reserving;  /* the same in the open transaction         */
	int64_t fresh, waiting, sent, rejected, bytes;
	size_t memory;
	int64_t *receipts; /* numbers since the last settle, unsorted  */
	size_t n_receipts, cap_receipts;
	bool suspects;  /* some suspicion is not on disk            */
	bool aside;     /* some are set aside in the open transaction */
	bool let_go;    /* receipts are in the open transaction       */
	uint32_t heard; /* receipts in all, modulo 2^32            */
	int64_t checked_ms;
};

static struct entry *
entry_of(const struct spool *s, int64_t seq)
{
	return &s->ring[(size_t)seq & (s->cap - 1)];
}

static void *
grown(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (!p)
		abort();
	return p;
}

/* Room for number seq: the ring doubles until all numbers from the lowest to the highest fit. */
static void
ring_reach(struct spool *s, int64_t seq)
{
	size_t cap = s->cap ? s->cap : 1024;
	int64_t low, high;
	struct entry *ring;

	if (s->first == s->end)
		s->first = s->end = s->cursor = seq;
	low = seq < s->first ? seq : s->first;
	high = seq >= s->end ? seq + 1 : s->end;
	while ((size_t)(high - low) > cap)
		cap *= 2;
	if (cap != s->cap) {
		ring = calloc(cap, sizeof *ring);
		if (!ring)
			abort();
		for (int64_t i = s->first; i < s->end; i++)
			ring[(size_t)i & (cap - 1)] = *entry_of(s, i);
		free(s->ring);
		s->ring = ring;
		s->cap = cap;
	}
	for (; s->end < high; s->end++)
		*entry_of(s, s->end) = (struct entry){ 0 };
	for (; s->first > low; s->first--)
		*entry_of(s, s->first - 1) = (struct entry){ 0 };
}

static void
body_drop(struct spool *s, struct entry *x)
{
	if (x->body)
		s->memory -= x->len;
	free(x->body);
	x->body = NULL;
}

static void
load_waiting(void *arg, int64_t seq, int64_t sends)
{
	struct spool *s = arg;
	struct entry *x;

	ring_reach(s, seq);
	x = entry_of(s, seq);
	*x = (struct entry){ .state = WAITING, .suspicion = (uint8_t)sends, .written = true };
	s->waiting++;
}

struct spool *
spool_new(struct store *store, int64_t resend_after_s, enum spool_blame blame, struct err *e)
{
	bool suspects = blame == SPOOL_SUSPECT;
	struct spool *s = calloc(1, sizeof *s);
	int64_t newest;
	int unclean;

	if (!s)
		abort();
	s->store = store;
	s->resend_ms = resend_after_s * 1000;
	if (store_begin(store, e) < 0)
		goto fail;
	unclean = spool_opened(store, e);
	if (unclean < 0 || spool_uuid(store, &s->name, e) < 0 ||
	    spool_numbers(store, &s->last_seq, e) < 0 ||
	    spool_each_waiting(store, load_waiting, s, e) < 0)
		goto fail;
	/* When all stages are one process a document may have killed it; the oldest were on their
	 * way. A crawler of its own never dies of what is in its spool. */
	for (int64_t i = s->first; unclean && suspects && i < s->end && i < s->first + WINDOW;
	     i++) {
		struct entry *x = entry_of(s, i);

		if (x->state == WAITING && x->suspicion < ALONE_FROM &&
		    spool_count_sends(store, i, ++x->suspicion, e) < 0)
			goto fail;
	}
	newest = spool_last_seq(store);
	if (newest > s->last_seq)
		s->last_seq = newest;
	s->reserved = s->last_seq + NUMBERS_AHEAD;
	if (spool_numbers_set(store, s->reserved, e) < 0 || store_commit(store, e) < 0)
		goto fail;
	s->bytes = spool_bytes(store);
	if (s->waiting)
		log_event(LOG_INFO, "spool_opened", "waiting=%lld unclean=%d",
			  (long long)s->waiting, unclean);
	return s;
fail:
	store_rollback(store);
	spool_free(s);
	return NULL;
}

void
spool_free(struct spool *s)
{
	if (!s)
		return;
	for (int64_t i = s->first; i < s->end; i++)
		free(entry_of(s, i)->body);
	free(s->ring);
	free(s->receipts);
	free(s);
}

struct id
spool_name(const struct spool *s)
{
	return s->name;
}

int64_t
spool_next_seq(struct spool *s)
{
	return ++s->last_seq;
}

bool
spool_tick_safe(const struct spool *s)
{
	return s->last_seq < s->reserved;
}

int
spool_end(struct spool *s, struct err *e)
{
	return spool_numbers_set(s->store, s->last_seq, e) < 0 ? -1 : spool_closed(s->store, e);
}

int
spool_take(struct spool *s, int64_t seq, int64_t at, struct str record, struct err *e)
{
	struct entry *x;

	if (spool_add(s->store, seq, at, record, e) < 0)
		return -1;
	ring_reach(s, seq);
	x = entry_of(s, seq);
	*x = (struct entry){ .state = FRESH, .len = (uint32_t)record.n, .written = true };
	if (s->memory + record.n <= MEMORY_BYTES) {
		x->body = malloc(record.n);
		if (!x->body)
			abort();
		memcpy(x->body, record.p, record.n);
		s->memory += record.n;
	}
	s->fresh++;
	s->bytes += (int64_t)record.n;
	return 0;
}

static void
fresh_become(struct spool *s, enum entry_state to)
{
	for (int64_t i = s->end - 1; s->fresh && i >= s->first; i--) {
		struct entry *x = entry_of(s, i);

		if (x->state != FRESH)
			continue;
		x->state = (uint8_t)to;
		s->fresh--;
		if (to == WAITING) {
			s->waiting++;
			s->cursor = i < s->cursor ? i : s->cursor;
		} else {
			s->bytes -= x->len;
			body_drop(s, x);
		}
	}
}

/* What spool_settle set aside is out of the ledger now. */
static void
aside_leave(struct spool *s)
{
	for (int64_t i = s->first; s->aside && i < s->end; i++) {
		struct entry *x = entry_of(s, i);

		if (x->state != WAITING || !x->written || x->suspicion < REJECT_AT)
			continue;
		log_event(LOG_ERROR, "document_set_aside", "seq=%lld", (long long)i);
		body_drop(s, x);
		x->state = GONE;
		s->waiting--;
		s->rejected++;
	}
	s->aside = false;
}

void
spool_committed(struct spool *s)
{
	fresh_become(s, WAITING);
	if (s->let_go)
		s->n_receipts = 0;
	s->let_go = false;
	if (s->reserving > s->reserved)
		s->reserved = s->reserving;
	aside_leave(s);
}

/* Receipts and suspicions stay to be written again. */
void
spool_dropped(struct spool *s)
{
	fresh_become(s, GONE);
	s->reserving = 0;
	s->aside = s->let_go = false;
	for (int64_t i = s->first; i < s->end; i++) {
		struct entry *x = entry_of(s, i);

		if (x->state == WAITING && x->suspicion && x->written) {
			x->written = false;
			s->suspects = true;
		}
	}
}

/* May x join what is on its way? */
static bool
may_join(const struct spool *s, const struct entry *x)
{
	size_t i = 0;

	while (x->suspicion < groups[i].from)
		i++;
	return s->sent < groups[i].most;
}

static int
entry_send(struct spool *s, int64_t seq, struct entry *x, int64_t mono_ms, struct out *out,
	   struct err *e)
{
	struct buf b = BUF(RECORD_MAX);

	if (x->body)
		buf_add(&b, (struct str){ x->body, x->len });
	else if (spool_body(s->store, seq, &b, e) < 0)
		return -1;
	if (!b.n) { /* damage must not stop the others */
		x->suspicion = BODY_GONE;
		x->written = false;
		s->suspects = true;
		return 0;
	}
	out->put(out, OUT_NEXT, buf_str(&b));
	buf_release(&b);
	x->state = SENT;
	x->sent_ms = mono_ms;
	x->heard = s->heard;
	s->waiting--;
	s->sent++;
	return 0;
}

int
spool_pump(struct spool *s, int64_t mono_ms, struct out *out, struct err *e)
{
	bool all_sent = true;

	for (int64_t i = s->cursor; i < s->end && s->waiting; i++) {
		struct entry *x = entry_of(s, i);

		if (x->state == WAITING) {
			if (x->suspicion >= REJECT_AT)
				continue; /* about to be set aside */
			if (!out_room(out) || !may_join(s, x))
				return 0;
			if (entry_send(s, i, x, mono_ms, out, e) < 0)
				return -1;
			if (x->state == SENT && x->suspicion >= ALONE_FROM)
				return 0; /* nobody else until it is back */
		}
		all_sent = all_sent && x->state != FRESH;
		if (all_sent)
			s->cursor = i + 1;
	}
	return 0;
}

void
spool_receipted(struct spool *s, int64_t seq)
{
	struct entry *x;

	if (seq < s->first || seq >= s->end)
		return; /* an old one, told twice */
	x = entry_of(s, seq);
	if (x->state != SENT && x->state != WAITING)
		return;
	if (s->n_receipts == s->cap_receipts) {
		s->cap_receipts = s->cap_receipts ? s->cap_receipts * 2 : 1024;
		s->receipts = grown(s->receipts, s->cap_receipts, sizeof *s->receipts);
	}
	s->receipts[s->n_receipts++] = seq;
	s->heard++;
	*(x->state == SENT ? &s->sent : &s->waiting) -= 1;
	body_drop(s, x);
	x->state = GONE;
	while (s->first < s->end && entry_of(s, s->first)->state == GONE)
		s->first++;
	if (s->cursor < s->first)
		s->cursor = s->first;
}

static void
wait_again(struct spool *s, int64_t seq, struct entry *x)
{
	x->state = WAITING;
	s->sent--;
	s->waiting++;
	if (seq < s->cursor)
		s->cursor = seq;
}

void
spool_lost(struct spool *s, int64_t seq)
{
	struct entry *x;

	if (seq < s->first || seq >= s->end)
		return;
	x = entry_of(s, seq);
	if (x->state != SENT)
		return;
	if (x->suspicion < ALONE_FROM || s->sent == 1) {
		x->suspicion++;
		x->written = false;
		s->suspects = true;
	}
	wait_again(s, seq, x);
}

static int
by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Receipts come nearly in order: a run of numbers is one statement. */
static int
receipts_write(struct spool *s, struct err *e)
{
	size_t n = s->n_receipts;

	if (n)
		qsort(s->receipts, n, sizeof *s->receipts, by_number);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && s->receipts[j] - s->receipts[j - 1] <= 1; j++)
			;
		if (spool_receipt(s->store, s->receipts[i], s->receipts[j - 1], e) < 0)
			return -1;
	}
	return (int)n;
}

static int
suspects_write(struct spool *s, int64_t at, struct err *e)
{
	int n = 0;

	for (int64_t i = s->first; i < s->end; i++) {
		struct entry *x = entry_of(s, i);

		if (x->state != WAITING || x->written)
			continue;
		n++;
		x->written = true;
		if (x->suspicion < REJECT_AT) {
			if (spool_count_sends(s->store, i, x->suspicion, e) < 0)
				return -1;
			continue;
		}
		if (spool_reject(s->store, i, at,
				 x->suspicion == BODY_GONE
					 ? "its text is gone from the spool"
					 : "sent alone three times without a receipt",
				 e) < 0)
			return -1;
		s->aside = true;
	}
	s->suspects = false;
	return n;
}

void
spool_late(struct spool *s, int64_t mono_ms)
{
	if (!s->sent || mono_ms - s->checked_ms < 1000)
		return;
	s->checked_ms = mono_ms;
	for (int64_t i = s->first; i < s->end; i++) {
		struct entry *x = entry_of(s, i);

		if (x->state != SENT || mono_ms - x->sent_ms <= s->resend_ms)
			continue;
		/* Nobody at all was receipted since: the far end stands still, x did nothing. */
		if (x->suspicion < ALONE_FROM && x->heard == s->heard)
			wait_again(s, i, x);
		else
			spool_lost(s, i);
	}
}

static bool
numbers_low(const struct spool *s)
{
	return s->last_seq + NUMBERS_AHEAD / 2 > s->reserved;
}

int
spool_reserve(struct spool *s, struct err *e)
{
	if (!numbers_low(s))
		return 0;
	s->reserving = s->last_seq + NUMBERS_AHEAD;
	return spool_numbers_set(s->store, s->reserving, e);
}

int
spool_settle(struct spool *s, int64_t at, struct err *e)
{
	int receipts, suspects = 0;

	receipts = receipts_write(s, e);
	if (receipts >= 0 && s->suspects)
		suspects = suspects_write(s, at, e);
	if (receipts < 0 || suspects < 0 || spool_reserve(s, e) < 0)
		return -1;
	s->let_go = true;
	return receipts + suspects;
}

bool
spool_dirty(const struct spool *s)
{
	return s->n_receipts || s->suspects || numbers_low(s);
}

struct again {
	int64_t only; /* 0 = all */
	int64_t *seqs;
	size_t n, cap;
};

static void
again_each(void *arg, int64_t seq, int64_t at, struct str why)
{
	struct again *g = arg;

	(void)at, (void)why;
	if (g->only && g->only != seq)
		return;
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->seqs = grown(g->seqs, g->cap, sizeof *g->seqs);
	}
	g->seqs[g->n++] = seq;
}

/* A fresh number, so that the ring need not reach back to the oldest rejected one. */
static int
again_one(struct spool *s, int64_t seq, int64_t at, spool_renumber *renumber, struct err *e)
{
	struct buf old = BUF(RECORD_MAX), new = BUF(RECORD_MAX);
	int64_t fresh;
	int r = spool_body(s->store, seq, &old, e);

	if (r == 0 && old.n) {
		fresh = spool_next_seq(s);
		renumber(buf_str(&old), fresh, &new);
		if (new.n && buf_ok(&new)) {
			s->bytes -= (int64_t)old.n;
			r = spool_take(s, fresh, at, buf_str(&new), e) < 0 ||
					    archive_again(s->store, seq, fresh, e) < 0 ||
					    spool_forget(s->store, seq, e) < 0
				    ? -1
				    : 1;
		}
	}
	buf_release(&old);
	buf_release(&new);
	return r;
}

int
spool_again(struct spool *s, int64_t seq, int64_t at, spool_renumber *renumber, struct err *e)
{
	struct again g = { .only = seq };
	int n = 0, r = spool_each_reject(s->store, again_each, &g, e);

	for (size_t i = 0; r >= 0 && i < g.n; i++) {
		r = again_one(s, g.seqs[i], at, renumber, e);
		n += r > 0;
	}
	free(g.seqs);
	return r < 0 ? -1 : n;
}

void
spool_expired(struct spool *s, int64_t bytes)
{
	s->bytes -= bytes;
}

void
spool_figures(const struct spool *s, struct spool_figures *f)
{
	*f = (struct spool_figures){ s->waiting,  s->sent,  s->fresh,
				     s->rejected, s->bytes, s->first };
}

int64_t
spool_open_count(const struct spool *s)
{
	return s->fresh + s->waiting + s->sent;
}
