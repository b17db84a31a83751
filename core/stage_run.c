#include "core/base.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <zmq.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/result.h"
#include "core/stage_bus.h"
#include "core/stage_runner.h"
#include "core/str.h"

#define MESSAGES_AT_ONCE 64 /* of one socket, before the others get their turn */
#define CALLS_AT_ONCE    256
#define SIGHT_MS         1000 /* we stood still for longer: nobody is dead yet */

/* ---- life --------------------------------------------------------------------------------- */

struct runner *
runner_new(struct bus *b, const struct stage *s, void *self, struct ends ends,
	   struct clock *clock)
{
	struct runner *r = calloc(1, sizeof *r);
	uint64_t seed;

	if (!r)
		abort();
	r->calls = calloc(CALLS_MAX, sizeof *r->calls);
	if (!r->calls)
		abort();
	r->bus = b;
	r->stage = s;
	r->self = self;
	r->ends = ends;
	if (!r->ends.window)
		r->ends.window = WINDOW_DFLT;
	r->clock = clock;
	r->out = (struct runner_out){ .out = { .room = flow_room,
					       .put = flow_put,
					       .scratch = OUT_SCRATCH,
					       .flush = flow_flush },
				      .r = r };
	r->arena = arena_new();
	r->scratch = arena_new();
	r->run = id_random();
	hash_random(&seed, sizeof seed);
	trails_init(&r->ahead, seed);
	trails_init(&r->behind, seed);
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return r;
}

static void
runner_close(struct runner *r)
{
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i])
			peer_free(r, r->peers[i]);
	for (size_t i = 0; i < r->n_ends; i++) {
		if (r->end[i].socket)
			zmq_close(r->end[i].socket);
		buf_release(&r->end[i].msg);
	}
	r->n_ends = 0;
	pipe_free(r->pipe_in);
	pipe_free(r->pipe_out);
	r->pipe_in = r->pipe_out = NULL;
}

void
runner_free(struct runner *r)
{
	if (!r)
		return;
	runner_close(r);
	trails_release(&r->ahead);
	trails_release(&r->behind);
	buf_release(&r->out.out.scratch);
	arena_free(r->arena);
	arena_free(r->scratch);
	free(r->calls);
	if (r->wake >= 0)
		close(r->wake);
	free(r);
}

/* Only lock-free atomics and write(2): it may be called from a signal handler. */
void
runner_stop(struct runner *r)
{
	uint64_t one = 1;
	int saved = errno;

	atomic_store(&r->stopping, true);
	if (write(r->wake, &one, sizeof one) < 0) {
		/* the counter is full: it is readable already */
	}
	errno = saved;
}

bool
runner_ready(struct runner *r)
{
	return atomic_load(&r->ready);
}

int
runner_break(struct runner *r, const struct err *e)
{
	if (!r->broken)
		r->why = *e;
	r->broken = true;
	return -1;
}

static int
by_time(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void
runner_figures(struct runner *r, struct runner_figures *f)
{
	uint32_t us[SETTLES_KEPT];
	size_t n;

	*f = (struct runner_figures){ .records_in = r->figures.records_in,
				      .records_out = r->figures.records_out,
				      .receipts = r->figures.receipts,
				      .rejects = r->figures.rejects,
				      .resent = r->figures.resent,
				      .batches = r->figures.batches,
				      .peers = r->figures.peers,
				      .unreceipted = r->figures.unreceipted,
				      .beat_ms = r->figures.beat_ms };
	n = f->batches < SETTLES_KEPT ? f->batches : SETTLES_KEPT;
	for (size_t i = 0; i < n; i++)
		us[i] = r->figures.settle_us[i];
	if (!n)
		return;
	qsort(us, n, sizeof *us, by_time);
	f->settle_us_p50 = us[n / 2];
	f->settle_us_p99 = us[n * 99 / 100];
}

/* ---- ends --------------------------------------------------------------------------------- */

static int
end_open(struct runner *r, enum end_kind kind, struct str endpoint, bool bind, struct err *e)
{
	struct end *end = &r->end[r->n_ends];
	char *name;
	struct bus_socket want = { .side = bind ? BUS_BIND : BUS_CONNECT };

	if (r->n_ends == ENDS_MAX)
		return err_set(e, ERR_USAGE, "over %d endpoints", ENDS_MAX);
	arena_reset(r->scratch);
	name = arena_text(r->scratch, endpoint);
	want.endpoint = name;
	want.max_bytes = kind == END_CONTROL ? RECORD_CALL_MAX + 64 : RECORD_MAX + 1024;
	/* a message holds a record at least, so what the window lets out always fits */
	want.high_water = (int)(r->ends.window < 1 << 20 ? r->ends.window : 1 << 20) + 1024;
	*end = (struct end){ .kind = kind,
			     .bound = bind,
			     .guarded = str_starts(endpoint, STR("tcp://")),
			     .msg = BUF(RECORD_CALL_MAX + 128) };
	end->socket = bus_open(r->bus, &want, e);
	if (!end->socket)
		return -1;
	r->n_ends++;
	if (kind == END_OUT)
		r->end_out = end;
	if (!bind)
		(void)peer_new(r, end, NULL, 0); /* whoever answers */
	return 0;
}

static int
ends_open(struct runner *r, struct err *e)
{
	const struct ends *ends = &r->ends;

	for (size_t i = 0; i < ends->in.n; i++) {
		if (str_is(ends->in.v[i], "-")) {
			pipe_free(r->pipe_in);
			r->pipe_in = pipe_open(ends->out.n ? &document_record : &result_record);
		} else if (end_open(r, END_IN, ends->in.v[i], ends->bind_in, e) < 0) {
			return -1;
		}
	}
	if (str_is(ends->out, "-"))
		r->pipe_out = pipe_open(NULL);
	else if (ends->out.n && end_open(r, END_OUT, ends->out, ends->bind_out, e) < 0)
		return -1;
	if (ends->control.n && end_open(r, END_CONTROL, ends->control, true, e) < 0)
		return -1;
	if (ends->control_too.n && end_open(r, END_CONTROL, ends->control_too, true, e) < 0)
		return -1;
	return 0;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* What came with one message beside its bytes. */
struct letter {
	char id[256];
	size_t id_n;
	char user[48]; /* the key that ZAP let in, or empty */
};

static void
letter_end(zmq_msg_t *m, struct end *end, struct letter *l, int frames)
{
	const char *user = zmq_msg_gets(m, "User-Id");

	if (frames == 1 && end->bound) {
		l->id_n = zmq_msg_size(m) < sizeof l->id ? zmq_msg_size(m) : 0;
		memcpy(l->id, zmq_msg_data(m), l->id_n);
		return;
	}
	snprintf(l->user, sizeof l->user, "%s", user ? user : "");
	buf_clear(&end->msg);
	buf_add(&end->msg, (struct str){ zmq_msg_data(m), zmq_msg_size(m) });
}

/* The next message of the socket into end->msg. False when there is none; a message with
 * too many frames or bytes counts as an empty one. */
static bool
letter_take(struct end *end, struct letter *l)
{
	int frames = 0, more = 1, want = end->bound ? 2 : 1;

	l->id_n = 0;
	l->user[0] = '\0';
	buf_clear(&end->msg);
	while (more) {
		zmq_msg_t m;

		zmq_msg_init(&m);
		if (zmq_msg_recv(&m, end->socket, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&m);
			return false;
		}
		more = zmq_msg_more(&m);
		if (++frames <= want)
			letter_end(&m, end, l, frames);
		zmq_msg_close(&m);
	}
	if (frames != want || !buf_ok(&end->msg))
		buf_clear(&end->msg);
	return true;
}

static void
message_bad(struct runner *r, const struct peer *p, const char *why)
{
	r->figures.rejects++;
	log_event(LOG_WARN, "wire_bad", "stage=%s peer=%s reason=%s", r->stage->name,
		  p ? p->name : "unknown", why);
}

/* Records of the message at hand, as long as there is room for what they become. */
static int
message_on(struct runner *r, struct end *end)
{
	struct str record;
	int got = 0;

	while (!r->broken && !r->done && end->rest.rest.n) {
		struct peer *p = peer_get(r, end->from);

		if (end->kind == END_IN && !flow_room(&r->out.out))
			break;
		if (unpack_next(&end->rest, &record) < 0) {
			message_bad(r, p, "not_a_record");
			break;
		}
		if (record_kind(record) == KIND_HELLO || !p)
			continue;
		got = 1;
		if ((end->kind == END_IN ? flow_in(r, end, p, record)
					 : flow_back(r, p, record)) < 0)
			return -1;
	}
	return got;
}

/* Hellos count at once, wherever they stand: they carry the heartbeat and the window. */
static struct peer *
message_hellos(struct runner *r, struct end *end, const struct letter *l, bool *hello)
{
	struct unpack u = { .rest = buf_str(&end->msg) };
	struct peer *p = end->bound ? peer_find(r, end, l->id, l->id_n) : peer_of_end(r, end);
	struct str record;

	while (unpack_next(&u, &record) == 1) {
		if (record_kind(record) != KIND_HELLO)
			continue;
		*hello = true;
		hello_take(r, end, p, l->id, l->id_n, record, l->user);
		if (!p)
			p = peer_find(r, end, l->id, l->id_n);
	}
	return p;
}

static int
message_new(struct runner *r, struct end *end, const struct letter *l)
{
	bool hello = false;
	struct peer *p;

	if (end->kind == END_CONTROL)
		return call_take(r, end, l->id, l->id_n, buf_str(&end->msg)) < 0 ? -1 : 1;
	p = message_hellos(r, end, l, &hello);
	if (!p || !p->greeted || p->barred) {
		if (end->bound && !p && !hello)
			hello_ask(r, end, l->id, l->id_n);
		end->rest = (struct unpack){ .n = 0 };
		return 0;
	}
	p->heard_ms = clock_mono_ms();
	end->from = p->number;
	end->rest = (struct unpack){ .rest = buf_str(&end->msg) };
	if (!end->msg.n)
		message_bad(r, p, "frames");
	return message_on(r, end);
}

/* 1: something came, 0: nothing, -1: broken. */
static int
end_read(struct runner *r, struct end *end)
{
	struct letter l;
	int got = 0, limit = end->kind == END_CONTROL ? CALLS_AT_ONCE : MESSAGES_AT_ONCE;

	for (int i = 0; i < limit && !r->done; i++) {
		int rc = message_on(r, end);

		if (rc < 0)
			return -1;
		got |= rc;
		if (end->rest.rest.n)
			break;
		if (!letter_take(end, &l))
			break;
		rc = message_new(r, end, &l);
		if (rc < 0)
			return -1;
		got |= rc;
	}
	return got;
}

static int
ends_read(struct runner *r)
{
	static const enum end_kind order[] = { END_OUT, END_CONTROL, END_IN };
	int got = 0;

	for (size_t k = 0; k < LY_COUNT(order); k++) {
		for (size_t i = 0; i < r->n_ends; i++) {
			int rc = r->end[i].kind == order[k] ? end_read(r, &r->end[i]) : 0;

			if (rc < 0)
				return -1;
			got |= rc;
		}
		if (order[k] == END_OUT && peers_reap(r) < 0)
			return -1;
	}
	return got;
}

/* ---- when the stage wants to be called ------------------------------------------------------ */

static int64_t
stage_due(struct runner *r)
{
	return r->stage->due ? r->stage->due(r->self) : INT64_MAX;
}

static int
stage_fd(struct runner *r)
{
	return r->stage->fd ? r->stage->fd(r->self) : -1;
}

/* Milliseconds until due on the domain clock; -1 for never. */
static int64_t
due_in(struct runner *r, int64_t due)
{
	const struct clock *c = r->clock;
	int64_t now = clock_now(c);

	if (due <= now)
		return 0;
	if (due == INT64_MAX || c->mode == CLOCK_STEPPED)
		return -1;
	if (due - now > 3600)
		return HELLO_MS; /* far off: ask again then */
	if (c->mode == CLOCK_WALL)
		return due * 1000 - clock_wall_ms() + 1;
	return (due - now) * 1000 / (c->scale > 0 ? c->scale : 1) + 1;
}

/* The domain clock was set back: what the stage waits for may be as far off as that. */
static bool
set_back(struct runner *r)
{
	int64_t now = clock_now(r->clock);
	bool back = now < r->domain_at;

	r->domain_at = now;
	return back;
}

/* Does the stage want a step without a record now? A stage that says so for ever without
 * doing anything gets one each IDLE_MS. */
static bool
stage_called(struct runner *r, bool fd_ready, int64_t now_ms)
{
	bool rested = now_ms - r->stepped_ms >= IDLE_MS;
	bool moved = r->puts != r->puts_seen;

	if (r->draining && !r->ends.in.n)
		return fd_ready;
	if (fd_ready)
		return true;
	if (r->starved && !r->ends.in.n && flow_room(&r->out.out))
		return true;
	if (r->clock->mode == CLOCK_STEPPED)
		return r->stage->due && (rested || r->fresh);
	return set_back(r) || ((rested || moved || r->fresh) && due_in(r, stage_due(r)) == 0);
}

/* Whoever sent what is in the open batch waits for its end, and for nothing that the stage does by itself: it
 * is not called as long as more comes, but each IDLE_MS. */
static bool
stage_held(struct runner *r, bool came, int64_t now_ms)
{
	if (!came || !r->steps || r->clock->mode == CLOCK_STEPPED) {
		r->held_ms = 0;
		return false;
	}
	if (!r->held_ms)
		r->held_ms = now_ms;
	return now_ms - r->held_ms < IDLE_MS;
}

static int
stage_wake(struct runner *r, bool fd_ready, bool came, int64_t now_ms)
{
	uint64_t before = r->puts;

	if (stage_held(r, came, now_ms) || !stage_called(r, fd_ready, now_ms))
		return 0;
	r->held_ms = 0;
	r->starved = false;
	r->fresh = false;
	r->puts_seen = before;
	r->stepped_ms = now_ms;
	if (flow_step(r, (struct str){ NULL, 0 }) < 0)
		return -1;
	return r->puts != before;
}

static bool
settle_due(struct runner *r, int64_t now_ms, bool idle)
{
	if (!r->steps)
		return false;
	if (idle && now_ms - r->input_ms >= r->stage->linger_ms)
		return true;
	return r->stage->batch_ms > 0 && now_ms - r->batch_ms >= r->stage->batch_ms;
}

/* ---- waiting ------------------------------------------------------------------------------ */

static void
sooner(int64_t *wait, int64_t ms)
{
	if (ms >= 0 && ms < *wait)
		*wait = ms;
}

static int64_t
wait_ms(struct runner *r, int64_t now_ms)
{
	int64_t wait = HELLO_MS / 4, due;

	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && !r->peers[i]->greeted)
			sooner(&wait, 50);
	if (peers_backlog(r))
		sooner(&wait, 5);
	if (r->steps) {
		sooner(&wait, r->input_ms + r->stage->linger_ms - now_ms);
		if (r->stage->batch_ms > 0)
			sooner(&wait, r->batch_ms + r->stage->batch_ms - now_ms);
	}
	if (r->stage->due && r->clock->mode == CLOCK_STEPPED)
		sooner(&wait, IDLE_MS);
	due = r->draining ? -1 : due_in(r, stage_due(r));
	sooner(&wait, due == 0 ? r->stepped_ms + IDLE_MS - now_ms : due);
	if (r->draining)
		sooner(&wait, 10);
	return wait < 0 ? 0 : wait;
}

/* Sleeps until something is to be read. Whether the stage's descriptor and stdin are. */
struct woken {
	bool fd, stdin_too;
};

static struct woken
ends_wait(struct runner *r, int64_t timeout_ms)
{
	zmq_pollitem_t items[ENDS_MAX + 3];
	struct woken w = { false, false };
	bool room = flow_room(&r->out.out) > 0;
	int n = 0, fd = stage_fd(r), at_fd = -1, at_stdin = -1;

	items[n++] = (zmq_pollitem_t){ .fd = r->wake, .events = r->draining ? 0 : ZMQ_POLLIN };
	for (size_t i = 0; i < r->n_ends; i++)
		if (!r->end[i].rest.rest.n)
			items[n++] = (zmq_pollitem_t){ .socket = r->end[i].socket,
						       .events = ZMQ_POLLIN };
	if (fd >= 0) {
		at_fd = n;
		items[n++] = (zmq_pollitem_t){ .fd = fd, .events = ZMQ_POLLIN };
	}
	if (r->pipe_in && pipe_fd(r->pipe_in) >= 0 && room) {
		at_stdin = n;
		items[n++] = (zmq_pollitem_t){ .fd = pipe_fd(r->pipe_in),
					       .events = ZMQ_POLLIN | ZMQ_POLLERR };
	}
	if (zmq_poll(items, n, (long)timeout_ms) <= 0)
		return w;
	w.fd = at_fd >= 0 && items[at_fd].revents;
	w.stdin_too = at_stdin >= 0 && items[at_stdin].revents;
	return w;
}

/* ---- the loop ----------------------------------------------------------------------------- */

static void
drain_begin(struct runner *r, int64_t now_ms)
{
	r->draining = true;
	r->drain_ms = now_ms;
	r->input_ms = now_ms;
	log_event(LOG_INFO, "stage_stopping", "stage=%s unreceipted=%zu", r->stage->name,
		  r->ahead.n);
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->greeted)
			peer_hello(r, r->peers[i]);
}

static bool
anybody(struct runner *r, enum end_kind kind)
{
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->end->kind == kind && peer_live(r->peers[i]))
			return true;
	return false;
}

/* Nothing is in hand and nothing more will come, or we have waited long enough. */
static bool
drained(struct runner *r, int64_t now_ms)
{
	if (now_ms - r->drain_ms >= DRAIN_MS)
		return true;
	if (r->steps || (r->ends.in.n && anybody(r, END_IN) && now_ms - r->input_ms < QUIET_MS))
		return false;
	return !r->ahead.n || !anybody(r, END_OUT);
}

/* We did not look for a while (SIGSTOP, a long step): the silence is ours, not theirs. */
static void
beat(struct runner *r, int64_t now_ms)
{
	int64_t gap = r->figures.beat_ms ? now_ms - r->figures.beat_ms : 0;

	r->figures.beat_ms = now_ms;
	for (size_t i = 0; i < r->peers_top; i++) {
		struct peer *p = r->peers[i];

		if (!p)
			continue;
		if (gap > SIGHT_MS)
			p->heard_ms += gap;
		/* what we do not read because there is no room we cannot hear, either */
		if (p->end->kind == END_IN && p->end->rest.rest.n)
			p->heard_ms = now_ms;
	}
}

static void
tend(struct runner *r, int64_t now_ms)
{
	beat(r, now_ms);
	peers_tend(r, now_ms);
	if (now_ms - r->expired_ms >= 10 * HELLO_MS) {
		flow_expire(r, now_ms);
		r->expired_ms = now_ms;
	}
	if (!r->draining && atomic_load(&r->stopping))
		drain_begin(r, now_ms);
}

/* Lines of stdin; its end is the end of the stage. */
static int
pipe_turn(struct runner *r, bool ready)
{
	int piped;

	if (!r->pipe_in || r->done)
		return 0;
	piped = pipe_read(r, r->pipe_in, ready);
	if (piped == 0 && pipe_fd(r->pipe_in) < 0 && flow_room(&r->out.out))
		runner_stop(r);
	return piped;
}

/* What is ready leaves: at once when nothing else is to be done. */
static int
turn_end(struct runner *r, bool idle, bool woke)
{
	if (settle_due(r, clock_mono_ms(), idle) && flow_settle(r) < 0)
		return -1;
	peers_flush(r, idle && !woke);
	return r->pipe_out && idle ? pipe_flush(r, r->pipe_out) : 0;
}

/* One turn: read all ends, let the stage act, settle, flush. 1: there was something to do. */
static int
turn(struct runner *r, struct woken woken)
{
	int64_t now_ms = clock_mono_ms();
	int got, woke, piped;
	bool came;

	tend(r, now_ms);
	got = ends_read(r);
	if (got < 0)
		return -1;
	r->fresh |= got > 0;
	piped = pipe_turn(r, woken.stdin_too);
	if (piped < 0)
		return -1;
	came = got || piped;
	if (!came && r->clock->mode != CLOCK_STEPPED && settle_due(r, now_ms, true) &&
	    flow_settle(r) < 0)
		return -1;
	woke = r->done ? 0 : stage_wake(r, woken.fd, came, now_ms);
	if (woke < 0 || turn_end(r, !came, woke > 0) < 0)
		return -1;
	return got || woke || piped;
}

static int
loop(struct runner *r)
{
	struct woken woken = { false, false };

	while (!r->done) {
		int64_t now_ms;
		int busy = turn(r, woken);

		if (busy < 0)
			return -1;
		now_ms = clock_mono_ms();
		if (r->draining && !busy && drained(r, now_ms))
			break;
		woken = ends_wait(r, busy ? 0 : wait_ms(r, now_ms));
	}
	return 0;
}

/* The last words: who hears them need not wait for five silent seconds. */
static int
farewell(struct runner *r)
{
	int rc = r->steps && !r->broken ? flow_settle(r) : 0;

	if (rc == 0 && r->pipe_out && !r->broken)
		rc = pipe_flush(r, r->pipe_out);
	r->draining = r->done = true;
	for (size_t i = 0; i < r->peers_top; i++)
		if (r->peers[i] && r->peers[i]->greeted)
			peer_hello(r, r->peers[i]);
	peers_flush(r, true);
	if (r->ahead.n)
		log_event(LOG_WARN, "stage_undrained", "stage=%s unreceipted=%zu",
			  r->stage->name, r->ahead.n);
	return rc;
}

int
runner_run(struct runner *r, struct err *e)
{
	int rc = ends_open(r, e);

	if (rc < 0) {
		runner_close(r);
		return err_within(e, "%s", r->stage->name);
	}
	atomic_store(&r->ready, true);
	r->fresh = true;
	rc = loop(r);
	if (farewell(r) < 0)
		rc = -1;
	atomic_store(&r->ready, false);
	runner_close(r);
	if (rc < 0) {
		*e = r->why;
		return err_within(e, "%s", r->stage->name);
	}
	return 0;
}
