/*
 * stage.c - due source -> committed document -> on its way: the crawler as a stage.
 *
 * Invariants
 *  1. One batch transaction at a time: begun by the first write of a step, ended by settle().
 *  2. Documents are sent, and pushes answered, only after its commit.
 *  3. STEPPED: the clock moves only when every document and the tick of the present time have
 *     their receipts. At one time: fetch all that is due -> commit -> send documents and one
 *     tick -> receipts -> next grid time, as far as pacing allows.
 *  4. What nobody waits for (receipts, and the evidence they ask for) is a batch of its own,
 *     behind documents and answers, at most every house_ms: evidence is one more fsync.
 *  5. A disk that is full drops the batch (nothing was told to anybody), not the process. Full
 *     is what leaves less than the responder's reserve: the two may share a disk.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/archive_store.h"
#include "crawler/erase.h"
#include "crawler/fetch.h"
#include "crawler/inbox.h"
#include "crawler/health_keep.h"
#include "crawler/hurry.h"
#include "crawler/intake.h"
#include "crawler/interval.h"
#include "crawler/law.h"
#include "crawler/pulse.h"
#include "crawler/retire.h"
#include "crawler/robots_gate.h"
#include "crawler/robots_store.h"
#include "crawler/state.h"
#include "crawler/verbs.h"
#include "crawler/websub.h"

#define KEEP_EVERY_S 60
/* robots.txt that nobody asks for any more; every so many times of KEEP_EVERY_S. */
#define ROBOTS_EVERY      60
#define ROBOTS_KEEP_S     (60 * 86400)
#define ROBOTS_KEEP_BYTES ((int64_t)64 << 20)
#define RETIRE_EVERY      64
#define EXPIRE_ROWS       500
#define OPEN_MAX          2000000 /* documents without a receipt */
#define AGAIN_MS          50      /* STEPPED: what came after the tick gets another one */
#define DROPPED_S         60      /* polls of a batch that was rolled back are made again */
#define HOUSE_FULL        10      /* of house_ms: behind a full disk */
#define FAR_S             (2 * 86400)
#define WAITING_SHARE     4 /* redirects that wait, for each transfer */
/* STEPPED: all that is due at one time is asked at once; who waited behind a slow one in curl's
 * queue would be out of time before its turn. */
#define HOST_STEPPED 64

int
crawler_begin(struct crawler *c, struct err *e)
{
	if (store_in_batch(c->store))
		return 0;
	c->begun_at = c->now;
	return store_begin(c->store, e);
}

bool
crawler_full(const struct crawler *c)
{
	struct spool_figures f;

	spool_figures(c->spool, &f);
	return spool_open_count(c->spool) > OPEN_MAX ||
	       f.bytes / 2 > c->setup.spool->keep_bytes || !store_has_room(c->setup.dir);
}

/* A slot with all that is known of it. It is due when that says; if that was before now or
 * nothing is known, at 0. */
static struct slot *
source_schedule(struct crawler *c, const struct source_conf *src, struct arena *a, int64_t now)
{
	struct slot *slot = schedule_add(c->schedule, src, 0);
	int64_t far = src->interval_s ? src->interval_s : c->setup.fetch->interval_s;
	struct source_state st;
	struct err e = { 0 };

	if (!slot || fetch_state(c, src, a, &st, &e) != 1)
		return slot;
	slot->hurry_s = st.hurry_s;
	slot->hurry_until_at = st.hurry_until_at;
	outage_load(c, slot, &st);
	if (st.adopted.n)
		schedule_rehome(c->schedule, slot, st.adopted);
	/* Later than any rule says: the clock was wrong when that was written. */
	if (st.next_at > now && (st.next_at == INT64_MAX || st.next_at < now + far + FAR_S))
		schedule_put(c->schedule, slot, st.next_at);
	return slot;
}

/* A first sweep, an import, and what came due while we were down is spread over the interval, so
 * that ten thousand sources do not start at once; in stepped mode time costs nothing. */
static void
sources_schedule(struct crawler *c)
{
	const struct source_conf *v = c->setup.sources->v;
	size_t n = c->setup.quiet ? 0 : c->setup.sources->n, at_once = 0, k = 0;
	int64_t now = clock_now(c->setup.clock);
	struct slot **slots = calloc(n + 1, sizeof *slots);
	struct arena *a = arena_new();

	if (!slots)
		abort();
	for (size_t i = 0; i < n; i++) {
		slots[i] = source_schedule(c, &v[i], a, now);
		at_once += slots[i] && !slots[i]->due.at;
		arena_reset(a);
	}
	for (size_t i = 0; i < n; i++) {
		int64_t every = v[i].interval_s ? v[i].interval_s : c->setup.fetch->interval_s;

		if (!slots[i] || slots[i]->due.at)
			continue;
		if (!every)
			every = INTERVAL_START_S;
		schedule_put(c->schedule, slots[i],
			     c->setup.clock->mode == CLOCK_STEPPED
				     ? now
				     : schedule_spread(now, k++, at_once, every));
	}
	arena_free(a);
	free(slots);
}

/* Open the archive; without one the spool need not wait for it. */
static int
archive_begin(struct crawler *c, struct err *e)
{
	const struct archive_conf *conf = c->setup.archive;

	if (conf && conf->keep_s) {
		c->archive = archive_new(c->setup.dir, conf, c->store, e);
		return c->archive ? 0 : -1;
	}
	if (store_begin(c->store, e) < 0 || archive_place_drop(c->store, e) < 0)
		return -1;
	return store_commit(c->store, e);
}

/* At a clean stop: what the spool has goes into the archive. */
static void
archive_end(struct crawler *c)
{
	struct err e = { 0 };

	if (c->archive && archive_turn(c->archive, clock_mono_ms(), ARCHIVE_ALL, &e) < 0)
		log_event(LOG_WARN, "archive_not_written", "why=%s", e.text);
	archive_free(c->archive);
	c->archive = NULL;
}

/* What the spool remembers of sources, hubs, outages and overload. */
static int
memory_open(struct crawler *c, struct err *e)
{
	return health_open(c, e) < 0 || websub_open(c, e) < 0 || outage_open(c, e) < 0 ||
			       shed_open(c, e) < 0
		       ? -1
		       : 0;
}

struct crawler *
crawler_new(const struct crawler_setup *setup, struct err *e)
{
	struct crawler *c = calloc(1, sizeof *c);
	bool stepped = setup->clock->mode == CLOCK_STEPPED;
	struct http_conf http = { .agent = setup->fetch->agent,
				  .proxy = setup->fetch->proxy,
				  .ca_file = setup->fetch->ca_file,
				  .max_transfers = (1 + WAITING_SHARE) *
						   setup->fetch->max_transfers *
						   setup->fetch->per_host,
				  .per_host = stepped ? HOST_STEPPED : setup->fetch->per_host };
	char path[4096];

	if (!c)
		abort();
	c->setup = *setup;
	c->erasing = erasing_new();
	c->seen_slice = (int)(clock_now(setup->clock) / KEEP_EVERY_S % SEEN_SLICES);
	snprintf(path, sizeof path, "%s/spool.db", setup->dir);
	c->store = store_open(path, &spool_migrations, e);
	if (!c->store)
		goto fail;
	c->spool = spool_new(c->store, setup->spool->resend_after_s,
			     setup->all_in_one ? SPOOL_SUSPECT : SPOOL_TRUST, e);
	if (!c->spool || store_begin(c->store, e) < 0 ||
	    spool_author_key(c->store, c->author_key, e) < 0 || store_commit(c->store, e) < 0)
		goto fail;
	if (archive_begin(c, e) < 0)
		goto fail;
	c->http = http_new(&http, e);
	if (!c->http)
		goto fail;
	c->robots = robots_gate_new(&(struct robots_setup){ c->http, setup->fetch, c });
	c->schedule = schedule_new(stepped ? 0 : (size_t)setup->fetch->per_host,
				   stepped ? 0 : (size_t)setup->fetch->per_address);
	sources_schedule(c);
	if (memory_open(c, e) < 0)
		goto fail;
	/* Also what an older configuration kept: it expires, and is erased. */
	if (setup->evidence && (setup->evidence->keep_s || evidence_bytes(c->store)) &&
	    !(c->evidence = evidence_new(c, e)))
		goto fail;
	return c;
fail:
	crawler_free(c);
	return NULL;
}

/* What the law closes is not asked again before somebody changes the configuration. */
static void
poll_begin(struct crawler *c, struct slot *slot)
{
	const char *why;

	if (law_allows(slot->source, c->now, &why)) {
		if (inbox_is(slot->source))
			inbox_poll(c, slot);
		else
			fetch_begin(c, slot);
		return;
	}
	log_event(law_judge(slot->source, c->now, 0) == LAW_PAUSED ? LOG_INFO : LOG_ERROR,
		  "source_closed", "source=%.*s why=%s", STR_ARG(slot->source->name), why);
	schedule_give(c->schedule, slot, c->now, INT64_MAX, 0);
}

/* A redirect that waits for a host's turn, for minutes, keeps no other poll from its transfer. */
static bool
polls_have_room(const struct crawler *c)
{
	size_t most = (size_t)c->setup.fetch->max_transfers;
	size_t waiting = robots_waiting(c->robots);

	if (waiting > WAITING_SHARE * most)
		waiting = WAITING_SHARE * most;
	return schedule_busy(c->schedule) < most + waiting;
}

/* Each poll has at most per_host transfers at a time, so http_start finds room. */
static void
polls_begin(struct crawler *c)
{
	struct slot *slot;

	fetch_pages(c);
	websub_turn(c);
	if (schedule_due(c->schedule) > c->now)
		return;
	if (c->setup.clock->mode != CLOCK_STEPPED && crawler_full(c)) {
		log_event(LOG_WARN, "spool_full", "open=%lld",
			  (long long)spool_open_count(c->spool));
		return;
	}
	while (!c->failed && polls_have_room(c) && (slot = schedule_take(c->schedule, c->now)))
		if (!shed_poll(c, slot))
			poll_begin(c, slot);
}

/* STEPPED: the tick of the present time. It waits for what is on its way: more may wait here
 * than the window holds, and that goes when these are receipted. */
static int
tick_send(struct crawler *c, struct out *out, struct err *e)
{
	struct tick t = { .spool = spool_name(c->spool), .at = c->now };
	struct spool_figures f;

	spool_figures(c->spool, &f);
	if ((!out_room(out) && !f.sent) || !spool_tick_safe(c->spool))
		return 0;
	t.count = f.sent;
	t.seq = spool_next_seq(c->spool);
	t.upto = t.seq - 1;
	c->step.tick_seq = t.seq;
	c->step.tick_ms = clock_mono_ms();
	c->step.lost = false;
	c->step.told = true;
	return out_emit(out, &tick_record, &t, e);
}

/* STEPPED: is everything of the present time in the spool? */
static bool
all_fetched(struct crawler *c)
{
	if (!c->step.fetched)
		c->step.fetched = !schedule_busy(c->schedule) &&
				  schedule_due(c->schedule) > c->now &&
				  !store_in_batch(c->store);
	return c->step.fetched;
}

/* STEPPED: one turn of invariant 3. */
static int
clock_turn(struct crawler *c, struct out *out, struct err *e)
{
	int64_t since_ms = clock_mono_ms() - c->step.tick_ms, next;
	int64_t open = spool_open_count(c->spool);

	if (!all_fetched(c))
		return 0;
	if (c->step.tick_seq) /* on its way */
		return c->step.lost || since_ms > c->setup.spool->resend_after_s * 1000
			       ? tick_send(c, out, e)
			       : 0;
	/* What was not on its way when the tick was sent is let go by another of that time. */
	if (!c->step.told || (open && since_ms > AGAIN_MS))
		return tick_send(c, out, e);
	if (open)
		return 0;
	if (c->setup.until_at && c->now >= c->setup.until_at)
		return STEP_DONE;
	next = c->now - c->now % c->setup.step_s + c->setup.step_s;
	if (next > clock_allowed(c->setup.clock))
		return 0;
	clock_step(c->setup.clock, next);
	c->now = next;
	c->step.fetched = c->step.told = false;
	polls_begin(c);
	return 0;
}

static int
receipt_take(struct crawler *c, struct str in, struct arena *a, struct err *e)
{
	struct receipt r;
	struct id name = spool_name(c->spool);

	if (record_decode(&receipt_record, in, &r, a, e) < 0)
		return -1;
	if (!id_eq(&r.spool, &name))
		return 0; /* a scorer that did not know whose it is told everybody */
	if (r.seq == c->step.tick_seq)
		c->step.tick_seq = 0;
	else
		spool_receipted(c->spool, r.seq);
	c->shed.receipted++;
	if (r.keep & KEEP_EVIDENCE && c->evidence && c->setup.evidence->keep_s)
		evidence_want(c->evidence, r.seq, r.keep & KEEP_EVIDENCE);
	return r.keep & KEEP_HURRY ? hurry_incident(c, r.seq, e) : 0;
}

static int
lost_take(struct crawler *c, struct str in, struct arena *a, struct err *e)
{
	struct lost l;
	const struct lost_seq *v;
	struct id name = spool_name(c->spool);

	if (record_decode(&lost_record, in, &l, a, e) < 0)
		return -1;
	if (!id_eq(&l.spool, &name))
		return 0;
	v = l.seqs.v;
	for (size_t i = 0; i < l.seqs.n; i++) {
		if (c->step.tick_seq && v[i].seq == c->step.tick_seq)
			c->step.lost = true;
		else
			spool_lost(c->spool, v[i].seq);
	}
	return 0;
}

static void
undo(struct crawler *c)
{
	store_rollback(c->store);
	spool_dropped(c->spool);
	if (c->evidence)
		evidence_dropped(c->evidence);
}

/* The batch cannot be kept: nobody was told of it, so nothing is lost. */
static void
batch_drop(struct crawler *c, struct out *out, const struct err *why)
{
	log_event(LOG_ERROR, "spool_batch_dropped", "why=%s", why->text);
	undo(c);
	c->drops++;
	websub_dropped(c);
	outage_dropped(c);
	shed_dropped(c);
	health_dropped(c);
	c->batch_bytes = 0;
	schedule_pull(c->schedule, NULL, c->begun_at, c->now + DROPPED_S);
	for (struct crawler_reply *r = c->replies; r; r = r->next)
		out_reply(out, r->call, 503, "text/plain; charset=utf-8", str_of(why->text));
	c->replies = NULL;
}

static int
crawl_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	   struct err *e)
{
	struct crawler *c = self;
	bool stepped = c->setup.clock->mode == CLOCK_STEPPED;
	int r = 0;

	c->arena = a;
	c->now = now;
	c->err = e;
	c->failed = false;
	switch (in.n ? record_kind(in) : 0) {
	case 0:
		break;
	case KIND_RECEIPT:
		r = receipt_take(c, in, a, e);
		break;
	case KIND_LOST:
		r = lost_take(c, in, a, e);
		break;
	case KIND_COMMAND:
		r = verb_apply(c, in, out, e);
		break;
	default:
		r = err_set(e, ERR_REJECT, "the crawler takes no records of kind %d",
			    record_kind(in));
	}
	if (r >= 0 && (shed_turn(c, clock_mono_ms(), e) < 0 || pulse_turn(c, e) < 0))
		r = -1;
	if (r >= 0 && (!in.n || stepped)) {
		if (!stepped || !c->step.fetched)
			polls_begin(c);
		do
			http_turn(c->http);
		while (robots_turn(c->robots));
		if (c->evidence && !c->failed)
			evidence_turn(c->evidence);
	}
	if (c->failed)
		r = -1;
	if (r < 0 && e->kind == ERR_RETRY) {
		batch_drop(c, out, e);
		return 0;
	}
	spool_late(c->spool, clock_mono_ms());
	if (r == STEP_OK && stepped)
		r = clock_turn(c, out, e);
	return r;
}

/* A part at a time: as long as there is more, with every batch. */
static int
keep_house(struct crawler *c, int64_t now, struct err *e)
{
	int64_t before = now - c->setup.spool->keep_s, bytes;
	struct spool_figures f;
	int n;

	if (now < c->kept_at + KEEP_EVERY_S)
		return 0;
	spool_figures(c->spool, &f);
	if (f.bytes > c->setup.spool->keep_bytes)
		before = now - 3600; /* over the budget: only the last hour is safe */
	n = spool_expire(c->store, before, EXPIRE_ROWS, &bytes, e);
	if (n < 0)
		return -1;
	spool_expired(c->spool, bytes);
	if (n == EXPIRE_ROWS)
		return 0;
	c->kept_at = now;
	if (c->archive)
		archive_prune(c->archive, now);
	if (c->evidence && evidence_retain(c->evidence, now, e) < 0)
		return -1;
	c->seen_slice = (c->seen_slice + 1) % SEEN_SLICES;
	if (c->seen_slice % ROBOTS_EVERY == 0 &&
	    robots_rows_expire(c->store, now - ROBOTS_KEEP_S, ROBOTS_KEEP_BYTES, e) < 0)
		return -1;
	if (!c->setup.spool->keep_seen_s)
		return 0;
	if (c->seen_slice % RETIRE_EVERY == 0 &&
	    sources_retire(c, now - c->setup.spool->keep_seen_s, e) < 0)
		return -1;
	n = spool_forget_seen(c->store, c->seen_slice, now - c->setup.spool->keep_seen_s, e);
	return n < 0 ? -1 : 0;
}

/* What is new is not taken in when it would stand on what lies aside for notices. */
static int
fresh_fits(struct crawler *c, struct err *e)
{
	struct spool_figures f;

	spool_figures(c->spool, &f);
	return !f.fresh || store_has_room(c->setup.dir)
		       ? 0
		       : err_set(e, ERR_RETRY, "the disk of \"%s\" is full", c->setup.dir);
}

/* Receipts and evidence have a batch of their own. */
static bool
is_apart(const struct crawler *c)
{
	return c->setup.house_ms && c->setup.clock->mode != CLOCK_STEPPED;
}

static int
batch_write(struct crawler *c, int64_t now, struct err *e)
{
	bool apart = is_apart(c);

	if (fresh_fits(c, e) < 0 || crawler_begin(c, e) < 0 ||
	    (apart ? spool_reserve(c->spool, e) : spool_settle(c->spool, now, e)) < 0 ||
	    health_settle(c, e) < 0 || (!apart && keep_house(c, now, e) < 0))
		return -1;
	if (c->evidence &&
	    (apart ? evidence_sync(c->evidence, e) : evidence_settle(c->evidence, e)) < 0)
		return -1;
	return store_commit(c->store, e);
}

static int
house_write(struct crawler *c, int64_t now, struct err *e)
{
	if (crawler_begin(c, e) < 0 || spool_settle(c->spool, now, e) < 0 ||
	    keep_house(c, now, e) < 0)
		return -1;
	if (c->evidence && evidence_settle(c->evidence, e) < 0)
		return -1;
	return store_commit(c->store, e);
}

static bool
house_wanted(const struct crawler *c)
{
	return spool_dirty(c->spool) || (c->evidence && evidence_wanted(c->evidence));
}

static void
batch_committed(struct crawler *c)
{
	spool_committed(c->spool);
	health_committed(c);
	if (c->evidence)
		evidence_committed(c->evidence);
}

/* Behind a batch, if there was one, which stays when this cannot be kept. */
static int
house_turn(struct crawler *c, bool wrote, int64_t now, struct err *e)
{
	int64_t ms = clock_mono_ms();

	if (!is_apart(c) || ms - c->housed_ms < c->setup.house_ms ||
	    !(house_wanted(c) || (wrote && now >= c->kept_at + KEEP_EVERY_S)))
		return 0;
	c->housed_ms = ms;
	if (house_write(c, now, e) == 0) {
		batch_committed(c);
		return 0;
	}
	if (e->kind != ERR_RETRY)
		return -1;
	log_event(LOG_ERROR, "receipts_not_written", "why=%s", e->text);
	undo(c);
	c->housed_ms += HOUSE_FULL * c->setup.house_ms;
	return 0;
}

/* At a clean stop: what waited for its time. */
static void
house_end(struct crawler *c)
{
	struct err e = { 0 };

	undo(c);
	if (!is_apart(c) || !house_wanted(c))
		return;
	if (house_write(c, clock_now(c->setup.clock), &e) == 0)
		batch_committed(c);
	else
		log_event(LOG_WARN, "receipts_not_written", "why=%s", e.text);
}

void
crawler_free(struct crawler *c)
{
	struct err e = { 0 };

	if (!c)
		return;
	fetch_stop(c);
	websub_close(c);
	if (c->store && c->spool)
		house_end(c);
	if (c->setup.quiet && c->store && c->spool)
		erase_finish(c);
	evidence_free(c->evidence);
	erasing_free(c->erasing);
	if (c->store && c->spool) {
		store_rollback(c->store);
		spool_dropped(c->spool);
		if (store_begin(c->store, &e) < 0 || spool_end(c->spool, &e) < 0 ||
		    health_end(c, &e) < 0 || store_commit(c->store, &e) < 0)
			log_event(LOG_WARN, "spool_not_closed", "why=%s", e.text);
		archive_end(c);
	}
	health_close(c);
	schedule_free(c->schedule);
	spool_free(c->spool);
	store_close(c->store);
	free(c);
}

/* Archive, evidence, what was erased: each writes files, then a transaction of its own. */
static int
files_turn(struct crawler *c, int64_t now, struct err *e)
{
	if (c->archive && archive_turn(c->archive, clock_mono_ms(), ARCHIVE_DUE, e) < 0)
		return -1;
	if (c->evidence && evidence_upkeep(c->evidence, now, e) < 0)
		return -1;
	return erase_turn(c, e);
}

static int
crawl_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct crawler *c = self;
	bool write = store_in_batch(c->store) || (!is_apart(c) && house_wanted(c));
	int pumped;

	if (write && batch_write(c, now, e) < 0) {
		if (e->kind != ERR_RETRY)
			return -1;
		batch_drop(c, out, e);
		return 0;
	}
	if (write)
		batch_committed(c);
	c->batch_bytes = 0;
	/* On their way before files are written, which nobody waits for. */
	pumped = spool_pump(c->spool, clock_mono_ms(), out, e);
	out_flush(out);
	for (struct crawler_reply *r = c->replies; r; r = r->next)
		out_reply(out, r->call, r->status, r->type ? r->type : "application/json",
			  r->body);
	c->replies = NULL;
	if (pumped < 0 && e->kind != ERR_RETRY)
		return -1;
	if (house_turn(c, write, now, e) < 0 || files_turn(c, now, e) < 0)
		return -1;
	store_upkeep(c->store);
	if (pumped < 0)
		return 0;
	c->now = now;
	if (c->setup.clock->mode != CLOCK_STEPPED)
		return 0;
	c->err = e;
	c->failed = false;
	if (clock_turn(c, out, e) < 0) /* the end of the run waits for a step */
		return -1;
	if (c->failed && e->kind != ERR_RETRY)
		return -1;
	if (c->failed)
		batch_drop(c, out, e);
	return 0;
}

/* It goes on without being asked. */
static bool
is_at_work(struct crawler *c)
{
	return robots_due(c->robots) || erase_waits(c) || (is_apart(c) && house_wanted(c));
}

/* While something has no receipt, look once a second whether it is late. */
static int64_t
crawl_due(void *self)
{
	struct crawler *c = self;
	int64_t due = schedule_due(c->schedule), pages = fetch_due(c), hubs = websub_due(c);
	int64_t scale = c->setup.clock->mode == CLOCK_SCALED ? c->setup.clock->scale : 1;
	int64_t soon;

	if (is_at_work(c))
		return c->now;

	soon = c->now + scale;
	/* No room for more: an answer (fd) or a receipt makes some. */
	if (!polls_have_room(c))
		due = INT64_MAX;
	else if (due <= c->now && c->setup.clock->mode != CLOCK_STEPPED && crawler_full(c))
		due = soon;
	if (shed_due(c, soon) < due)
		due = shed_due(c, soon);
	if (pages < due)
		due = pages;
	if (pulse_due(c) < due)
		due = pulse_due(c);
	if (c->archive && archive_waits(c->archive)) {
		int64_t archive = c->now + (c->setup.archive->every_s + 1) * scale;

		due = archive < due ? archive : due;
	}
	if (hubs < due)
		due = hubs;
	if (robots_next_at(c->robots) < due)
		due = robots_next_at(c->robots);
	if (c->evidence && evidence_due_at(c->evidence) < due)
		due = evidence_due_at(c->evidence);
	return spool_open_count(c->spool) && soon < due ? soon : due;
}

static int
crawl_fd(void *self)
{
	struct crawler *c = self;

	return http_fd(c->http);
}

const struct stage crawl_stage = {
	.name = "crawl",
	.step = crawl_step,
	.settle = crawl_settle,
	.due = crawl_due,
	.fd = crawl_fd,
	.batch_records = 500,
	.batch_ms = 50,
	.linger_ms = 0,
};
