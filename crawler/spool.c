/* spool.c - the ledger: a ring of entries by number, a cursor for what is to be sent. */
#include "core/base.h"

#include "core/log.h"

#include "crawler/spool.h"

#define WINDOW       2048               /* about as many are on their way at most */
#define MEMORY_BYTES ((size_t)64 << 20) /* bodies kept in memory; the rest is read again */

/* How many may be on their way beside a document of so much suspicion. */
static const struct {
	int from;
	int64_t most;
} groups[] = { { 9, 1 }, { 7, 8 }, { 5, 64 }, { 3, 512 }, { 0, INT64_MAX } };
#define ALONE_FROM 9
#define REJECT_AT  12

enum entry_state { GONE, FRESH, WAITING, SENT };
struct entry {
	char *body; /* NULL: read it from the store */
	uint32_t len;
	uint8_t state, suspicion;
	bool written; /* suspicion is on disk */
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
	int64_t fresh, waiting, sent, rejected, bytes;
	size_t memory;
	int64_t *receipts; /* numbers since the last settle, unsorted  */
	size_t n_receipts, cap_receipts;
	bool suspects; /* some suspicion is not on disk            */
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
	int unclean;

	if (!s)
		abort();
	s->store = store;
	s->resend_ms = resend_after_s * 1000;
	if (store_begin(store, e) < 0)
		goto fail;
	unclean = spool_opened(store, e);
	if (unclean < 0 || spool_uuid(store, &s->name, e) < 0 ||
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
	if (store_commit(store, e) < 0)
		goto fail;
	s->last_seq = spool_last_seq(store);
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

void
spool_committed(struct spool *s)
{
	fresh_become(s, WAITING);
}

void
spool_dropped(struct spool *s)
{
	fresh_become(s, GONE);
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
	if (!b.n)
		return err_set(e, ERR_BROKEN, "document %lld is gone from the spool",
			       (long long)seq);
	out->put(out, OUT_NEXT, buf_str(&b));
	buf_release(&b);
	x->state = SENT;
	x->sent_ms = mono_ms;
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
			if (!out_room(out) || !may_join(s, x))
				return 0;
			if (entry_send(s, i, x, mono_ms, out, e) < 0)
				return -1;
			if (x->suspicion >= ALONE_FROM)
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
	*(x->state == SENT ? &s->sent : &s->waiting) -= 1;
	body_drop(s, x);
	x->state = GONE;
	while (s->first < s->end && entry_of(s, s->first)->state == GONE)
		s->first++;
	if (s->cursor < s->first)
		s->cursor = s->first;
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
	x->state = WAITING;
	if (x->suspicion < ALONE_FROM || s->sent == 1)
		x->suspicion++;
	x->written = false;
	s->suspects = true;
	s->sent--;
	s->waiting++;
	if (seq < s->cursor)
		s->cursor = seq;
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

	qsort(s->receipts, n, sizeof *s->receipts, by_number);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && s->receipts[j] - s->receipts[j - 1] <= 1; j++)
			;
		if (spool_receipt(s->store, s->receipts[i], s->receipts[j - 1], e) < 0)
			return -1;
	}
	s->n_receipts = 0;
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
		if (spool_reject(s->store, i, at, "sent alone three times without a receipt",
				 e) < 0)
			return -1;
		log_event(LOG_ERROR, "document_set_aside", "seq=%lld", (long long)i);
		body_drop(s, x);
		x->state = GONE;
		s->waiting--;
		s->rejected++;
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
	for (int64_t i = s->first; i < s->end; i++)
		if (entry_of(s, i)->state == SENT &&
		    mono_ms - entry_of(s, i)->sent_ms > s->resend_ms)
			spool_lost(s, i);
}

int
spool_settle(struct spool *s, int64_t at, struct err *e)
{
	int receipts, suspects = 0;

	receipts = receipts_write(s, e);
	if (receipts >= 0 && s->suspects)
		suspects = suspects_write(s, at, e);
	return receipts < 0 || suspects < 0 ? -1 : receipts + suspects;
}

bool
spool_dirty(const struct spool *s)
{
	return s->n_receipts || s->suspects;
}

struct again {
	struct spool *s;
	int n;
};

static void
again_each(void *arg, int64_t seq, int64_t sends)
{
	struct again *g = arg;
	bool known =
		seq >= g->s->first && seq < g->s->end && entry_of(g->s, seq)->state != GONE;

	if (known)
		return;
	load_waiting(g->s, seq, sends);
	if (seq < g->s->cursor)
		g->s->cursor = seq;
	g->n++;
}

int
spool_again(struct spool *s, int64_t seq, struct err *e)
{
	struct again g = { s, 0 };

	if (spool_retry(s->store, seq, e) < 0 ||
	    spool_each_waiting(s->store, again_each, &g, e) < 0)
		return -1;
	return g.n;
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
