#include "core/base.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"
#include "tests/support/walk.h"

#define SCORERS 3

/* A directory for ipc sockets, and a port that was free a moment ago. */
struct place {
	char dir[64];
	char documents[96], results[96], log[96];
};

static int
set_up(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	snprintf(p->dir, sizeof p->dir, "/tmp/langyan-walk-XXXXXX");
	if (!mkdtemp(p->dir))
		return -1;
	snprintf(p->documents, sizeof p->documents, "ipc://%s/documents", p->dir);
	snprintf(p->results, sizeof p->results, "ipc://%s/results", p->dir);
	snprintf(p->log, sizeof p->log, "%s/results.log", p->dir);
	*state = p;
	return 0;
}

static int
tear_down(void **state)
{
	struct place *p = *state;

	unlink(p->documents + strlen("ipc://"));
	unlink(p->results + strlen("ipc://"));
	unlink(p->log);
	rmdir(p->dir);
	free(p);
	return 0;
}

/* ---- a walk of threads -------------------------------------------------------------------- */

struct walk {
	struct str documents, results;
	struct producer producer;
	struct scorer scorers[SCORERS];
	struct sink sink;
	struct lane produce, score[SCORERS], respond;
	struct runner_figures figures;
};

static struct ends
ends_produce(struct walk *w)
{
	return (struct ends){ .out = w->documents, .bind_out = true };
}

static struct ends
ends_score(struct walk *w)
{
	return (struct ends){ .in = { &w->documents, 1 }, .out = w->results };
}

static struct ends
ends_sink(struct walk *w)
{
	return (struct ends){ .in = { &w->results, 1 }, .bind_in = true };
}

static struct walk *
walk_new(int64_t n, const char *documents, const char *results)
{
	struct walk *w = calloc(1, sizeof *w);

	w->documents = str_of(documents);
	w->results = str_of(results);
	producer_init(&w->producer, n);
	sink_init(&w->sink, n);
	return w;
}

static void
walk_free(struct walk *w)
{
	producer_release(&w->producer);
	sink_release(&w->sink);
	free(w);
}

static void
stop(struct lane *l)
{
	runner_stop(l->runner);
	assert_int_equal(lane_end(l, NULL), 0);
}

static void
all_came_once(const struct walk *w)
{
	int64_t twice = 0;

	assert_int_equal(w->producer.done, w->producer.n);
	assert_int_equal(w->sink.distinct, w->producer.n);
	for (int64_t i = 1; i <= w->producer.n; i++)
		twice += w->sink.seen[i] > 1;
	assert_int_equal(twice, 0);
	assert_int_equal(w->producer.lost, 0);
}

/* From start to the end of the producer, which ends by itself when it has all receipts. */
static void
walk_through(struct walk *w, struct bus *b[3], bool shuffle)
{
	lane_start(&w->respond, b[2], &sink_stage, &w->sink, ends_sink(w));
	for (int i = 0; i < SCORERS; i++) {
		w->scorers[i] = (struct scorer){ .shuffle = shuffle, .dice = (uint32_t)i };
		lane_start(&w->score[i], b[1], &scorer_stage, &w->scorers[i], ends_score(w));
	}
	lane_start(&w->produce, b[0], &producer_stage, &w->producer, ends_produce(w));
	assert_int_equal(lane_end(&w->produce, &w->figures), 0);
	for (int i = 0; i < SCORERS; i++)
		stop(&w->score[i]);
	stop(&w->respond);
}

static struct bus *
plain_bus(void)
{
	struct err e;
	struct bus *b = bus_new(NULL, &e);

	assert_non_null(b);
	return b;
}

static void
nothing_is_lost_or_doubled_within_a_process(void **state)
{
	struct bus *b = plain_bus();
	struct walk *w = walk_new(20000, "inproc://documents", "inproc://results");

	(void)state;
	walk_through(w, (struct bus *[]){ b, b, b }, false);
	all_came_once(w);
	assert_int_equal(w->figures.resent, 0);
	assert_int_equal(w->figures.unreceipted, 0);
	assert_int_equal(w->figures.records_out, 20000);
	assert_int_equal(w->figures.receipts, 20000);
	walk_free(w);
	bus_free(b);
}

static void
nothing_is_lost_or_doubled_over_ipc_in_any_order(void **state)
{
	struct place *p = *state;
	struct bus *b[3] = { plain_bus(), plain_bus(), plain_bus() };
	struct walk *w = walk_new(20000, p->documents, p->results);

	w->producer.tick_every = 1000;
	walk_through(w, b, true);
	all_came_once(w);
	assert_int_equal(w->sink.ticks, 20);
	walk_free(w);
	for (int i = 0; i < 3; i++)
		bus_free(b[i]);
}

/* ---- keys --------------------------------------------------------------------------------- */

struct keys {
	char public_key[41], secret_key[41];
};

static struct keys
keys_new(void)
{
	struct keys k;

	bus_keygen(k.public_key, k.secret_key);
	assert_int_equal(strlen(k.public_key), 40);
	return k;
}

static struct bus *
curve_bus(const struct keys *mine, const char *server, struct str *allowed, size_t n)
{
	struct err e = { 0 };
	struct curve c = { .public_key = str_of(mine->public_key),
			   .secret_key = str_of(mine->secret_key),
			   .server_key = str_of(server),
			   .allowed = { allowed, n } };
	struct bus *b = bus_new(&c, &e);

	if (!b)
		fail_msg("%s", e.text);
	return b;
}

/* Ports below the ephemeral range, apart for processes that run at once. */
static void
tcp_endpoint(char to[64], int which)
{
	snprintf(to, 64, "tcp://127.0.0.1:%d", 20000 + (int)(getpid() * 8 + which) % 12000);
}

static void
nothing_is_lost_or_doubled_over_tcp_with_keys(void **state)
{
	struct keys crawl = keys_new(), score = keys_new();
	struct str scorers[] = { str_of(score.public_key) };
	char documents[64], results[64];
	struct bus *b[3];
	struct walk *w;

	(void)state;
	tcp_endpoint(documents, 0);
	tcp_endpoint(results, 1);
	/* one key pair for both bound ends: a scorer knows one server key */
	b[0] = curve_bus(&crawl, NULL, scorers, 1);
	b[1] = curve_bus(&score, crawl.public_key, NULL, 0);
	b[2] = curve_bus(&crawl, NULL, scorers, 1);
	w = walk_new(5000, documents, results);
	walk_through(w, b, false);
	all_came_once(w);
	walk_free(w);
	for (int i = 0; i < 3; i++)
		bus_free(b[i]);
}

/* ---- processes that are killed ------------------------------------------------------------ */

static void
kill_and_wait(int pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
wait_for(_Atomic int64_t *figure, int64_t n)
{
	const char *slow = getenv("LY_SLOW"); /* a factor on every bound, under sanitizers */
	int64_t until = clock_mono_ms() + 60000 * (slow && *slow ? strtoll(slow, NULL, 10) : 1);

	while (*figure < n && clock_mono_ms() < until)
		poll(NULL, 0, 1); /* spinning would starve what it waits for */
	assert_true(*figure >= n);
}

static void
a_killed_scorer_loses_nothing(void **state)
{
	struct place *p = *state;
	struct bus *b = plain_bus();
	struct walk *w = walk_new(200000, p->documents, p->results);
	int pids[SCORERS];
	int64_t twice = 0;

	w->producer.tick_every = 500;
	for (int i = 0; i < SCORERS; i++)
		pids[i] = walk_spawn("score", p->documents, p->results);
	lane_start(&w->respond, b, &sink_stage, &w->sink, ends_sink(w));
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	wait_for(&w->producer.receipted, 1000);
	kill_and_wait(pids[0]);
	pids[0] = walk_spawn("score", p->documents, p->results);
	wait_for(&w->producer.receipted, 20000);
	kill_and_wait(pids[1]);
	kill_and_wait(pids[2]);
	assert_int_equal(lane_end(&w->produce, &w->figures), 0);
	stop(&w->respond);
	kill_and_wait(pids[0]);
	assert_int_equal(w->sink.distinct, w->producer.n);
	for (int64_t i = 1; i <= w->producer.n; i++)
		twice += w->sink.seen[i] - 1;
	print_message("# killed 3 scorers: %lld lost on the way, %lld seen twice\n",
		      (long long)w->producer.lost, (long long)twice);
	assert_true(twice <= w->producer.lost);
	assert_true(w->producer.lost > 0);
	walk_free(w);
	bus_free(b);
}

static int64_t
lines_distinct(const char *path, int64_t n, int64_t *twice)
{
	uint8_t *seen = calloc((size_t)n + 1, 1);
	FILE *f = fopen(path, "re");
	int64_t distinct = 0;
	long long seq;

	assert_non_null(f);
	*twice = 0;
	while (fscanf(f, "%lld", &seq) == 1) {
		assert_in_range(seq, 1, n);
		distinct += !seen[seq];
		*twice += seen[seq];
		seen[seq] = 1;
	}
	fclose(f);
	free(seen);
	return distinct;
}

static void
a_killed_responder_loses_nothing(void **state)
{
	struct place *p = *state;
	struct bus *b = plain_bus();
	struct walk *w = walk_new(60000, p->documents, p->results);
	int64_t twice;
	int pid = walk_spawn("sink", p->results, "");

	for (int i = 0; i < SCORERS; i++)
		lane_start(&w->score[i], b, &scorer_stage, &w->scorers[i], ends_score(w));
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	for (int k = 1; k <= 3; k++) {
		wait_for(&w->producer.receipted, k * 5000);
		kill_and_wait(pid);
		pid = walk_spawn("sink", p->results, "");
	}
	assert_int_equal(lane_end(&w->produce, &w->figures), 0);
	for (int i = 0; i < SCORERS; i++)
		stop(&w->score[i]);
	kill_and_wait(pid);
	assert_int_equal(lines_distinct(p->log, w->producer.n, &twice), w->producer.n);
	print_message("# killed 3 sinks: %lld lost on the way, %lld seen twice\n",
		      (long long)w->producer.lost, (long long)twice);
	assert_true(twice <= w->producer.lost);
	walk_free(w);
	bus_free(b);
}

static void
a_scorer_that_stood_still_is_given_up_and_may_come_back(void **state)
{
	struct place *p = *state;
	struct bus *b = plain_bus();
	struct walk *w = walk_new(100000, p->documents, p->results);
	int pids[2];

	/* Alone at first, so that it has a full window when it stands still. */
	pids[0] = walk_spawn("score", p->documents, p->results);
	lane_start(&w->respond, b, &sink_stage, &w->sink, ends_sink(w));
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	wait_for(&w->producer.receipted, 2000);
	kill(pids[0], SIGSTOP);
	pids[1] = walk_spawn("score", p->documents, p->results);
	wait_for(&w->producer.lost, 1);
	kill(pids[0], SIGCONT);
	assert_int_equal(lane_end(&w->produce, &w->figures), 0);
	assert_int_equal(w->sink.distinct, w->producer.n);
	stop(&w->respond);
	for (int i = 0; i < 2; i++)
		kill_and_wait(pids[i]);
	walk_free(w);
	bus_free(b);
}

/* ---- credit, batches, the end --------------------------------------------------------------- */

static void
at_most_the_window_is_on_its_way_without_a_receipt(void **state)
{
	struct bus *b = plain_bus();
	struct walk *w = walk_new(1000, "inproc://documents", "inproc://results");
	struct ends score = ends_score(w);
	struct runner_figures f;

	(void)state;
	score.window = 50;
	w->sink.mute = true;
	lane_start(&w->respond, b, &sink_stage, &w->sink, ends_sink(w));
	for (int i = 0; i < SCORERS; i++)
		lane_start(&w->score[i], b, &scorer_stage, &w->scorers[i], score);
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	wait_for(&w->sink.distinct, SCORERS * 50);
	runner_figures(w->produce.runner, &f);
	assert_int_equal(f.records_out, SCORERS * 50);
	assert_int_equal(f.receipts, 0);
	stop(&w->respond);
	for (int i = 0; i < SCORERS; i++)
		stop(&w->score[i]);
	stop(&w->produce);
	assert_int_equal(w->sink.distinct, SCORERS * 50);
	walk_free(w);
	bus_free(b);
}

static void
a_stop_waits_for_what_is_on_its_way(void **state)
{
	struct bus *b = plain_bus();
	struct walk *w = walk_new(10000000, "inproc://documents", "inproc://results");
	int64_t sent = 0;

	(void)state;
	lane_start(&w->respond, b, &sink_stage, &w->sink, ends_sink(w));
	for (int i = 0; i < SCORERS; i++)
		lane_start(&w->score[i], b, &scorer_stage, &w->scorers[i], ends_score(w));
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	wait_for(&w->producer.receipted, 3000);
	runner_stop(w->produce.runner);
	assert_int_equal(lane_end(&w->produce, &w->figures), 0);
	for (int i = 0; i < SCORERS; i++)
		stop(&w->score[i]);
	stop(&w->respond);
	for (int64_t i = 1; i <= w->producer.n; i++)
		sent += w->producer.state[i] == WALK_SENT;
	assert_int_equal(sent, 0);
	assert_int_equal(w->figures.unreceipted, 0);
	assert_true(w->producer.done < w->producer.n);
	assert_int_equal(w->sink.distinct, w->producer.done);
	walk_free(w);
	bus_free(b);
}

static void
a_batch_ends_when_it_is_full(void **state)
{
	struct bus *b = plain_bus();
	struct walk *w = walk_new(100, "inproc://documents", "inproc://results");
	struct stage tens = sink_stage;
	struct runner_figures f;

	(void)state;
	tens.batch_records = 10;
	tens.batch_ms = 0;
	tens.linger_ms = 60000;
	lane_start(&w->respond, b, &tens, &w->sink, ends_sink(w));
	lane_start(&w->score[0], b, &scorer_stage, &w->scorers[0], ends_score(w));
	lane_start(&w->produce, b, &producer_stage, &w->producer, ends_produce(w));
	assert_int_equal(lane_end(&w->produce, NULL), 0);
	stop(&w->score[0]);
	runner_figures(w->respond.runner, &f);
	assert_int_equal(f.batches, 10);
	assert_int_equal(f.records_in, 100);
	stop(&w->respond);
	walk_free(w);
	bus_free(b);
}

/* ---- stages without records ------------------------------------------------------------------ */

struct clockwork {
	int steps, settles, until;
	int64_t due;
	enum err_kind fails;
};

static int
clockwork_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	       struct err *e)
{
	struct clockwork *c = self;

	(void)in;
	(void)out;
	(void)a;
	c->steps++;
	if (c->fails)
		return err_set(e, c->fails, "the store is damaged");
	if (c->due != 0)
		c->due = now + 1;
	return c->steps == c->until ? STEP_DONE : STEP_OK;
}

static int
clockwork_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct clockwork *c = self;

	(void)now;
	(void)out;
	(void)e;
	c->settles++;
	return 0;
}

static int64_t
clockwork_due(void *self)
{
	struct clockwork *c = self;

	return c->due;
}

static const struct stage clockwork_stage = {
	.name = "tick", .step = clockwork_step, .settle = clockwork_settle, .due = clockwork_due
};

static int
clockwork_run(struct clockwork *c, struct clock *clock, struct err *e)
{
	struct bus *b = plain_bus();
	struct runner *r =
		runner_new(b, &clockwork_stage, c, (struct ends){ .window = 0 }, clock);
	int rc = runner_run(r, e);

	runner_free(r);
	bus_free(b);
	return rc;
}

static void
a_stage_is_woken_when_it_is_due_and_not_otherwise(void **state)
{
	struct clockwork c = { .until = 3, .due = 1 };
	struct clock clock;
	struct err e = { 0 };
	int64_t from = clock_mono_ms();

	(void)state;
	/* 100 domain seconds a second: due each second, so each 10 ms */
	clock_init(&clock, CLOCK_SCALED, 1000, 100);
	assert_int_equal(clockwork_run(&c, &clock, &e), 0);
	assert_int_equal(c.steps, 3);
	assert_int_equal(c.settles, 3);
	assert_in_range(clock_mono_ms() - from, 10, 2000);
}

static void
a_stage_that_is_always_due_does_not_spin(void **state)
{
	struct clockwork c = { .until = 10, .due = 0 };
	struct clock clock;
	struct err e = { 0 };
	int64_t from = clock_mono_ms();

	(void)state;
	clock_init(&clock, CLOCK_STEPPED, 1000, 0);
	assert_int_equal(clockwork_run(&c, &clock, &e), 0);
	assert_in_range(clock_mono_ms() - from, 8 * 20, 5000);
	c = (struct clockwork){ .until = 10, .due = 0 };
	from = clock_mono_ms();
	clock_init(&clock, CLOCK_WALL, 0, 1);
	assert_int_equal(clockwork_run(&c, &clock, &e), 0);
	assert_in_range(clock_mono_ms() - from, 8 * 20, 5000);
}

/* Always due by itself, and asked from outside. */
struct counter {
	char done[64]; /* since it was asked: c a command, s a settle, - a step of its own */
	size_t n;
};

static void
counter_note(struct counter *c, char what)
{
	if ((c->n || what == 'c') && c->n + 1 < sizeof c->done)
		c->done[c->n++] = what;
}

static int
counter_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	     struct err *e)
{
	struct command cmd;

	(void)now;
	counter_note(self, in.n ? 'c' : '-');
	if (in.n && record_decode(&command_record, in, &cmd, a, e) < 0)
		return -1;
	if (in.n)
		out_reply(out, cmd.call, 200, NULL, STR(""));
	return STEP_OK;
}

static int
counter_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	(void)now;
	(void)out;
	(void)e;
	counter_note(self, 's');
	return 0;
}

static int64_t
counter_due(void *self)
{
	(void)self;
	return 0;
}

static void
what_came_is_settled_before_the_stage_goes_on_by_itself(void **state)
{
	static const struct stage stage = { .name = "counter",
					    .step = counter_step,
					    .settle = counter_settle,
					    .due = counter_due };
	struct bus *b = plain_bus();
	struct counter c = { .n = 0 };
	struct command ask = { .actor = STR("test"), .verb = STR("count") };
	struct arena *a = arena_new();
	struct caller *caller;
	struct reply reply;
	struct err e = { 0 };
	struct lane l;

	(void)state;
	lane_start(&l, b, &stage, &c, (struct ends){ .control = STR("inproc://counter") });
	caller = caller_open(b, "inproc://counter", &e);
	assert_non_null(caller);
	assert_int_equal(caller_call(caller, &ask, 10000, a, &reply, &e), 0);
	stop(&l);
	assert_int_equal(c.done[0], 'c');
	assert_int_equal(c.done[1], 's');
	caller_close(caller);
	arena_free(a);
	bus_free(b);
}

/* More calls than are read in two turns; what it does by itself must not wait for the last of them. */
#define CROWD 600
struct crowd {
	atomic_bool all_sent;
	int calls, before; /* when it was first called for its own sake */
	bool settled;      /* before that */
};

static int
crowd_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	   struct err *e)
{
	struct crowd *c = self;
	int64_t from = clock_mono_ms();
	struct command cmd;

	(void)now;
	if (!in.n) {
		if (c->calls && !c->before)
			c->before = c->calls;
		return STEP_OK;
	}
	while (!atomic_load(&c->all_sent))
		;
	if (c->calls++ == CROWD / 2)
		while (clock_mono_ms() - from < 50) /* longer than it may be held back */
			;
	if (record_decode(&command_record, in, &cmd, a, e) < 0)
		return -1;
	out_reply(out, cmd.call, 200, NULL, STR(""));
	return STEP_OK;
}

static int
crowd_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct crowd *c = self;

	(void)now, (void)out, (void)e;
	c->settled |= c->calls && !c->before;
	return 0;
}

static void
a_crowd_holds_back_what_the_stage_does_by_itself_for_a_moment(void **state)
{
	static const struct stage stage = {
		.name = "crowd", .step = crowd_step, .settle = crowd_settle, .due = counter_due
	};
	struct bus *b = plain_bus();
	struct crowd c = { .calls = 0 };
	struct command ask = { .actor = STR("test"), .verb = STR("count") };
	struct arena *a = arena_new();
	struct caller *caller;
	struct reply reply;
	struct err e = { 0 };
	int64_t token;
	struct lane l;

	(void)state;
	lane_start(&l, b, &stage, &c, (struct ends){ .control = STR("inproc://crowd") });
	caller = caller_open(b, "inproc://crowd", &e);
	assert_non_null(caller);
	for (int i = 1; i < CROWD; i++)
		assert_int_equal(caller_send(caller, &ask, &token, &e), 0);
	atomic_store(&c.all_sent, true);
	assert_int_equal(caller_call(caller, &ask, 10000, a, &reply, &e), 0);
	stop(&l);
	assert_int_equal(c.calls, CROWD);
	assert_false(c.settled);
	assert_in_range(c.before, CROWD / 2 + 1, CROWD);
	caller_close(caller);
	arena_free(a);
	bus_free(b);
}

static void
a_stage_that_is_broken_ends_with_its_reason(void **state)
{
	struct clockwork c = { .fails = ERR_BROKEN };
	struct clock clock;
	struct err e = { 0 };

	(void)state;
	clock_init(&clock, CLOCK_STEPPED, 1000, 0);
	assert_int_equal(clockwork_run(&c, &clock, &e), -1);
	assert_int_equal(e.kind, ERR_BROKEN);
	assert_string_equal(e.text, "tick: the store is damaged");
	assert_int_equal(c.settles, 0);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void
lines_on_stdin_become_lines_on_stdout(void **state)
{
	struct place *p = *state;
	char command[256], line[65536];
	int64_t n = 0, refused = 0;
	FILE *f;
	int in, out, pid, status;

	snprintf(command, sizeof command, "%s/in", p->dir);
	f = fopen(command, "we");
	assert_non_null(f);
	for (int i = 1; i <= 5000; i++)
		fprintf(f, "{\"id\":\"%032x\",\"title\":\"第%d次\"}\n%s", i, i,
			i % 1000 ? "" : "{\"titel\":1}\n\n");
	fprintf(f, "{\"title\":\"without an end\"}");
	fclose(f);
	in = open(command, O_RDONLY | O_CLOEXEC);
	unlink(command);
	snprintf(command, sizeof command, "%s/out", p->dir);
	out = open(command, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	pid = walk_spawn_on("score", "-", "-", in, out);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	f = fopen(command, "re");
	unlink(command);
	while (fgets(line, sizeof line, f)) {
		char title[64];

		n++;
		snprintf(title, sizeof title, "\"title\":\"第%lld次\"", (long long)n);
		refused += !strstr(line, n <= 5000 ? title : "\"title\":\"without an end\"");
	}
	fclose(f);
	close(in);
	close(out);
	assert_int_equal(n, 5001);
	assert_int_equal(refused, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(nothing_is_lost_or_doubled_within_a_process),
		T(nothing_is_lost_or_doubled_over_ipc_in_any_order),
		T(nothing_is_lost_or_doubled_over_tcp_with_keys),
		T(a_killed_scorer_loses_nothing),
		T(a_killed_responder_loses_nothing),
		T(a_scorer_that_stood_still_is_given_up_and_may_come_back),
		T(at_most_the_window_is_on_its_way_without_a_receipt),
		T(a_stop_waits_for_what_is_on_its_way),
		T(a_batch_ends_when_it_is_full),
		T(a_stage_is_woken_when_it_is_due_and_not_otherwise),
		T(a_stage_that_is_always_due_does_not_spin),
		T(what_came_is_settled_before_the_stage_goes_on_by_itself),
		T(a_crowd_holds_back_what_the_stage_does_by_itself_for_a_moment),
		T(a_stage_that_is_broken_ends_with_its_reason),
		T(lines_on_stdin_become_lines_on_stdout),
	};

	walk_main(argc, argv);
	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
