/*
 * stage.c - the stage "respond": results in, one transaction per batch, then receipts.
 *
 * 1. A receipt leaves only after the COMMIT that holds its document (settle).
 * 2. A notice leaves only after the COMMIT that holds its row (settle).
 * 3. A firing ends the batch at once: STEP_SETTLE.
 * 4. When the store is busy or full nothing is receipted: the transaction is undone, memory is
 *    rebuilt from the record, and the held results are applied again a second later.
 * 5. Stepped mode: time moves only with ticks; a tick and its documents are receipted when
 *    everything they caused is committed and no notice is on its way.
 */
#include "core/base.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "responder/heap.h"
#include "responder/keep.h"
#include "responder/signal_store.h"
#include "responder/state.h"
#include "responder/unquote.h"

#define SCRATCH_MAX (4 << 20)

static bool
is_stepped(const struct responder *r)
{
	return r->env.clock == CLOCK_STEPPED;
}

/* ---- life -------------------------------------------------------------------------------------- */

static void
reserve_make(struct responder *r)
{
	const char *path = r->conf->record.p, *slash = strrchr(path, '/');
	struct err e = { .kind = ERR_NONE };

	if (!slash)
		return; /* ":memory:" */
	r->dir = strndup(path, (size_t)(slash - path));
	if (!r->dir)
		abort();
	if (store_reserve_open(r->dir, &e) < 0)
		log_event(LOG_ERROR, "no_reserve", "dir=%s why=%s", r->dir, e.text);
}

struct responder *
responder_new(const struct responder_conf *c, int64_t now, struct err *e)
{
	struct responder *r = heap_zero(1, sizeof *r);
	struct buf path = BUF(1 << 16);

	r->conf = c;
	r->epoll = -1;
	r->batch = arena_new();
	r->work = arena_new();
	r->held_arena = arena_new();
	r->scratch = BUF(SCRATCH_MAX);
	r->knocks = (struct knocks){ .burst = 30, .refill_ms = 2000 };
	hash_random(r->knocks.key, sizeof r->knocks.key);
	buf_add(&path, c->record);
	r->zone = zone_open(c->site.zone.n ? c->site.zone.p : "UTC", e);
	r->store = r->zone ? store_open(path.p, &record_migrations, e) : NULL;
	buf_release(&path);
	if (!r->store)
		goto fail;
	r->env = (struct responder_env){ .store = r->store,
					 .site = &c->site,
					 .zone = r->zone,
					 .watches = c->watches,
					 .watches_n = c->watches_n,
					 .clock = c->clock,
					 .passed_s = c->passed_s,
					 .send = c->send,
					 .told = c->told,
					 .signals = c->signals.v,
					 .signals_n = c->signals.n,
					 .publish = &c->publish };
	if (is_stepped(r)) {
		if (record_meta_int(r->store, "stepped_at", now, &r->stepped_at, e) < 0)
			goto fail;
		now = r->stepped_at;
	}
	r->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (r->epoll < 0) {
		err_set(e, ERR_RETRY, "could not wait: %s", strerror(errno));
		goto fail;
	}
	if (state_load(r, now, e) < 0)
		goto fail;
	r->actions = actions_new(r, now, e);
	if (!r->actions || state_wait_for(r, actions_fd(r->actions), e) < 0)
		goto fail;
	e->kind = ERR_NONE;
	r->answers = answers_new(r, now, e);
	if (e->kind != ERR_NONE || state_wait_for(r, answers_fd(r->answers), e) < 0)
		goto fail;
	reserve_make(r);
	r->unquoting = true;
	return r;
fail:
	responder_free(r);
	return NULL;
}

void
responder_free(struct responder *r)
{
	if (!r)
		return;
	actions_free(r->actions);
	answers_free(r->answers);
	state_drop(r);
	if (r->epoll >= 0)
		close(r->epoll);
	rollup_release(&r->rollup);
	store_close(r->store);
	zone_close(r->zone);
	arena_free(r->batch);
	arena_free(r->work);
	arena_free(r->held_arena);
	buf_release(&r->scratch);
	free(r->held);
	tally_release(&r->held_keys);
	free(r->dir);
	free(r);
}

/* ---- transactions ------------------------------------------------------------------------------ */

static int
batch_open(struct responder *r, int64_t now, struct err *e)
{
	if (!store_in_batch(r->store) && store_begin(r->store, e) < 0)
		return -1;
	return is_stepped(r) ? 0 : turn_clock(r, now, e);
}

/* Undo the open transaction; what memory counted since the last commit is read back. */
static int
batch_undo(struct responder *r, int64_t now, struct err *e)
{
	store_rollback(r->store);
	arena_reset(r->batch);
	r->applied = r->committed;
	r->tick_applied = r->tick_committed;
	answers_undo(r->answers);
	state_drop(r);
	return state_load(r, now, e);
}

/* The disk is full: the reserve is given back, and only timers, notices and people's acts use it
 * until there is more room than that; results wait without a receipt. */
static void
room_lost(struct responder *r)
{
	if (!r->dir || store_has_room(r->dir))
		return;
	r->full = true;
	if (store_reserve_release(r->dir))
		log_event(LOG_ERROR, "disk_full", "dir=%s reserve=released", r->dir);
}

static void
room_again(struct responder *r, int64_t now)
{
	struct err e = { .kind = ERR_NONE };

	if (!r->full)
		return;
	r->full = !store_has_room(r->dir) || store_reserve_open(r->dir, &e) < 0;
	if (r->full)
		r->retry_at = now + 1;
	else
		log_event(LOG_WARN, "disk_room_again", "dir=%s", r->dir);
}

/* The store said no. 0: it will be tried again; -1: the stage ends. */
static int
batch_fail(struct responder *r, int64_t now, struct err *e)
{
	struct err why = *e;

	if (why.kind != ERR_RETRY) {
		store_rollback(r->store);
		return -1;
	}
	log_event(LOG_ERROR, "record_unwritable", "held=%zu why=\"%s\"", r->held_n, why.text);
	r->retry_at = (is_stepped(r) ? clock_wall() : now) + 1;
	room_lost(r);
	return batch_undo(r, now, e);
}

/* How far the signals have been judged: where the windows begin after a long stop. */
static int64_t
judged_at(const struct responder *r)
{
	int64_t at = 0;

	for (size_t i = 0; i < r->watches_n; i++)
		if (series_now(r->watches[i].series) > at)
			at = series_now(r->watches[i].series);
	return at;
}

static int
batch_commit(struct responder *r, struct err *e)
{
	if (rollup_write(r->store, &r->rollup, r->watch_names, r->topics, e) < 0 ||
	    record_meta_set(r->store, "commit_seq", r->commit_seq + 1, e) < 0 ||
	    record_meta_set(r->store, "judged_at", judged_at(r), e) < 0 ||
	    (!is_stepped(r) && record_meta_set(r->store, "turned_at", r->turned_at, e) < 0) ||
	    store_commit(r->store, e) < 0)
		return -1;
	rollup_clear(&r->rollup);
	r->commit_seq++;
	r->jumps_kept = r->jumps;
	r->keep_some |= r->fired;
	r->fired_ms = r->fired ? clock_mono_ms() : r->fired_ms;
	r->wrote = r->fired = r->turned = false;
	r->tick_committed = r->tick_applied;
	return 0;
}

/* ---- settle ------------------------------------------------------------------------------------ */

/* A notice or a command is on its way. */
static bool
is_busy(struct responder *r)
{
	return notices_busy(r->notices) || actions_busy(r->actions);
}

static void
receipts(struct responder *r, struct out *out)
{
	if (is_stepped(r) && r->tick_committed && is_busy(r))
		return; /* the tick lasts until nothing is on its way */
	held_receipt(r, out);
	if (!r->tick_committed)
		return;
	r->past.spool = r->tick.spool;
	r->past.at = r->tick.at > r->past.at ? r->tick.at : r->past.at;
	out_receipt(out, r->tick.spool, r->tick.seq);
	r->tick = (struct tick){ .seq = 0 };
	r->tick_applied = r->tick_committed = false;
}

static int
respond_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct responder *r = self;

	if (is_stepped(r))
		now = r->stepped_at;
	if (store_in_batch(r->store)) {
		if (!r->wrote)
			store_rollback(r->store);
		else if (batch_commit(r, e) < 0)
			return batch_fail(r, now, e);
	}
	r->committed = r->applied;
	r->due_known = r->due_known && !r->unquoting;
	notices_send(r->notices, now);
	alive_start(r);
	actions_start(r);
	answers_start(r->answers, now);
	arena_reset(r->batch);
	drafts_flush(r->drafts);
	digests_flush(r->digests);
	if (unquote_finish(r, now, e) < 0 && e->kind == ERR_BROKEN)
		return -1;
	receipts(r, out);
	if (r->conf->fleeting)
		return 0; /* no crawler listens, and there is no log to move */
	keep_tell(r, now, out);
	store_upkeep(r->store);
	return 0;
}

/* ---- step -------------------------------------------------------------------------------------- */

/* Results that wait, and timers. STEP_SETTLE when something must leave at once. */
static int
work(struct responder *r, int64_t now, struct err *e)
{
	int changed = 0;

	room_again(r, is_stepped(r) ? clock_wall() : now);
	if (batch_open(r, now, e) < 0 || (!r->full && held_apply(r, now, e) < 0))
		return batch_fail(r, now, e);
	if (!is_stepped(r) || (r->tick_applied && r->applied == r->committed)) {
		changed = turn_once(r, is_stepped(r) ? r->stepped_at : now, e);
		r->due_known = false;
		if (changed < 0)
			return batch_fail(r, now, e);
	}
	if (r->conf->fleeting)
		return changed || r->fired || r->turned ? STEP_SETTLE : STEP_OK;
	return changed || r->fired || r->tick_applied ? STEP_SETTLE : STEP_OK;
}

static int
step_result(struct responder *r, struct str in, int64_t now, struct err *e)
{
	int added = held_add(r, in, e);

	if (added <= 0 || r->retry_at)
		return added < 0 ? -1 : STEP_OK;
	if (is_stepped(r) && !held_tick_ready(r))
		return held_is_late(r, &r->held[r->held_n - 1])
			       ? work(r, now, e) < 0 ? -1 : STEP_SETTLE
			       : STEP_OK;
	if (batch_open(r, now, e) < 0 || held_apply(r, now, e) < 0)
		return batch_fail(r, now, e);
	return r->fired || r->tick_applied ? STEP_SETTLE : STEP_OK;
}

static int
step_tick(struct responder *r, struct str in, int64_t now, struct arena *a, struct err *e)
{
	struct tick t;

	if (record_decode(&tick_record, in, &t, a, e) < 0)
		return -1;
	if (!is_stepped(r))
		return err_set(e, ERR_REJECT, "a tick, but our clock is not stepped");
	if (r->tick.seq && id_eq(&r->tick.spool, &t.spool) && t.at == r->tick.at &&
	    r->tick_applied) {
		r->tick.seq = t.seq; /* asked again while the outbox is at work */
		return STEP_OK;
	}
	if (held_tick(r, &t, e) < 0)
		return -1;
	return r->tick_applied || held_tick_ready(r) ? work(r, now, e) : STEP_OK;
}

/* An act of a person: its own transaction, after what is open. */
static int
step_command(struct responder *r, struct str in, int64_t now, struct out *out, struct arena *a,
	     struct err *e)
{
	struct command c;

	if (record_decode(&command_record, in, &c, a, e) < 0)
		return -1;
	if (respond_settle(r, now, out, e) < 0)
		return -1;
	return responder_act(r, &c, now, out, e);
}

/* Erased is said when it is out of the files, too. */
static int
erase_finish(struct responder *r, const struct command *c, int64_t now, struct reply *reply,
	     struct err *e)
{
	if (!str_is(c->verb, "erase") || unquote_finish(r, now, e) == 0)
		return 0;
	reply->status = 503;
	reply->body = STR("{\"error\":\"erased in the record, but not yet in all files and the "
			  "log (see the log lines): the same command again goes on\"}");
	return e->kind == ERR_BROKEN ? -1 : 0;
}

/* A clock that was set back is no part of the act. */
static int
clock_before(struct responder *r, int64_t now, struct err *e)
{
	if (is_stepped(r) || !turn_clock_jumped(r, now))
		return 0;
	return batch_open(r, now, e) < 0 ? -1 : batch_commit(r, e);
}

/* What waits is of before the act, and stands on nothing that the act adds. Its own transaction:
 * a refused act takes nothing back. */
static int
drafts_before(struct responder *r, int64_t now, struct err *e)
{
	int made;

	if (drafts_due(r->drafts) == INT64_MAX)
		return 0;
	if (batch_open(r, now, e) < 0)
		return -1;
	made = drafts_turn(r->drafts, r->incidents, now, e);
	return made > 0 ? batch_commit(r, e) : made;
}

/* Who asks the library finds it as the record is now; when nothing can be written, as it was. Who looks at
 * an incident, and at what it is like, waits for no case: the next turn makes them. */
static int
library_before(struct responder *r, struct str verb, int64_t now, struct err *e)
{
	int made;

	if (str_is(verb, "incident.show"))
		return turn_look_library(r, now, e);
	if (!str_starts(verb, STR("case.")) || store_in_batch(r->store))
		return 0;
	made = clock_before(r, now, e) < 0 || store_begin(r->store, e) < 0
		       ? -1
		       : library_settle(&r->env, LIBRARY_WITH_PAGES, LIBRARY_AT_ONCE, now, e);
	if (made > 0)
		made = batch_commit(r, e);
	if (made < 0 && e->kind == ERR_RETRY) {
		*e = (struct err){ ERR_NONE };
		return batch_undo(r, now, e);
	}
	if (store_in_batch(r->store))
		store_rollback(r->store);
	return made < 0 ? -1 : 0;
}

int
responder_act(struct responder *r, const struct command *c, int64_t now, struct out *out,
	      struct err *e)
{
	struct arena *a = arena_new();
	struct reply reply = { .call = c->call, .status = 500 };
	bool writes = act_writes(c->verb);
	int bad;

	if (is_stepped(r))
		now = r->stepped_at;
	/* Whoever raises it finds its drafts when they have the answer. */
	bad = (writes && clock_before(r, now, e) < 0) ||
	      library_before(r, c->verb, now, e) < 0 ||
	      (writes && (drafts_before(r, now, e) < 0 || batch_open(r, now, e) < 0)) ||
	      act_command(r, c, now, &reply, a, e) < 0 ||
	      (r->wrote && drafts_turn(r->drafts, r->incidents, now, e) < 0) ||
	      (r->wrote && batch_commit(r, e) < 0);
	r->due_known = false;
	if (!bad && store_in_batch(r->store))
		store_rollback(r->store); /* refused: nothing was changed */
	if (bad && e->kind == ERR_RETRY) {
		reply.status = 503;
		reply.body = str_of("{\"error\":\"the record cannot be written now\"}");
		bad = batch_fail(r, now, e) < 0;
	}
	if (!bad)
		bad = erase_finish(r, c, now, &reply, e) < 0;
	if (!bad) {
		out_reply(out, c->call, (int)reply.status,
			  reply.type.n ? reply.type.p : "application/json", reply.body);
		notices_send(r->notices, now);
		actions_start(r);
		drafts_flush(r->drafts);
	}
	arena_reset(r->batch);
	arena_free(a);
	return bad ? -1 : STEP_OK;
}

static int
respond_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	     struct err *e)
{
	struct responder *r = self;

	switch (record_kind(in)) {
	case KIND_RESULT:
		return step_result(r, in, now, e);
	case KIND_TICK:
		return step_tick(r, in, now, a, e);
	case KIND_COMMAND:
		return step_command(r, in, now, out, a, e);
	}
	if (in.n)
		return err_set(e, ERR_REJECT, "a record of kind %d is not for the responder",
			       record_kind(in));
	if (r->retry_at) {
		if ((is_stepped(r) ? clock_wall() : now) < r->retry_at)
			return STEP_OK;
		r->retry_at = 0;
		return work(r, now, e) < 0 ? -1 : STEP_SETTLE;
	}
	if (is_stepped(r))
		return r->tick_applied || held_tick_ready(r) ? work(r, now, e) : STEP_OK;
	if (answers_hear(r->answers) || answers_due(r->answers) <= now)
		return work(r, now, e) < 0 ? -1
					   : STEP_SETTLE; /* they go on behind the commit */
	return turn_due(r) <= now || turn_clock_jumped(r, now) || is_busy(r) ? work(r, now, e)
									     : STEP_OK;
}

static int64_t
respond_due(void *self)
{
	struct responder *r = self;

	if (r->retry_at)
		return r->retry_at;
	if (is_stepped(r))
		return r->conf->fleeting ? turn_due_committed(r) : INT64_MAX;
	if (answers_due(r->answers) < keep_due(r) && answers_due(r->answers) < turn_due(r))
		return answers_due(r->answers);
	return turn_due(r) < keep_due(r) ? turn_due(r) : keep_due(r);
}

static int
respond_fd(void *self)
{
	struct responder *r = self;

	return r->epoll;
}

static void
respond_refuse(void *self, struct str in, const struct err *why)
{
	struct responder *r = self;
	struct err e;

	if ((!store_in_batch(r->store) && store_begin(r->store, &e) < 0) ||
	    record_add_reject(r->store, in, why, clock_wall(), &e) < 0)
		log_event(LOG_ERROR, "reject_lost", "bytes=%zu why=\"%s\"", in.n, why->text);
	else
		r->wrote = true;
}

const struct stage respond_stage = {
	.name = "respond",
	.step = respond_step,
	.settle = respond_settle,
	.due = respond_due,
	.fd = respond_fd,
	.refuse = respond_refuse,
	/* Half of what a batch costs is by the page, and a thousand touch few more than 500. */
	.batch_records =
		1000, /* 500 and 50 ms gave 9,064 and 9,609 documents/s, these 11,619 */
	.batch_ms = 100,
	.linger_ms = 5,
};
