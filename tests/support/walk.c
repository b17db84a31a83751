#include "core/base.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/result.h"
#include "core/str.h"
#include "tests/support/walk.h"

extern char **environ;

/* ---- producer ------------------------------------------------------------------------------- */

void
producer_init(struct producer *p, int64_t n)
{
	*p = (struct producer){ .spool = { { 7 } }, .n = n, .next = 1 };
	p->state = calloc((size_t)n + 1, 1);
}

void
producer_release(struct producer *p)
{
	free(p->state);
}

static int
producer_emit(struct producer *p, int64_t seq, struct out *out, struct err *e)
{
	struct document d = { .spool = p->spool,
			      .seq = seq,
			      .id = { { (uint8_t)seq, (uint8_t)(seq >> 8),
					(uint8_t)(seq >> 16) } },
			      .title = STR("第三次吃到异物"),
			      .followers = -1 };
	struct tick t = { .spool = p->spool, .seq = seq, .upto = seq - 1, .at = 1000 + seq };

	p->state[seq] = WALK_SENT;
	if (p->tick_every && seq % p->tick_every == 0)
		return out_emit(out, &tick_record, &t, e);
	return out_emit(out, &document_record, &d, e);
}

static int
producer_receipt(struct producer *p, struct str in, struct arena *a, struct err *e)
{
	struct receipt r;

	if (record_decode(&receipt_record, in, &r, a, e) < 0)
		return -1;
	if (!id_eq(&r.spool, &p->spool) || r.seq < 1 || r.seq > p->n)
		return err_set(e, ERR_BROKEN, "receipt for somebody else");
	if (p->state[r.seq] != WALK_DONE) {
		p->done++;
		p->receipted++;
	}
	p->state[r.seq] = WALK_DONE;
	return 0;
}

static int
producer_lost(struct producer *p, struct str in, struct arena *a, struct err *e)
{
	struct lost_seq *seqs;
	struct lost l;

	if (record_decode(&lost_record, in, &l, a, e) < 0)
		return -1;
	seqs = l.seqs.v;
	for (size_t i = 0; i < l.seqs.n; i++) {
		p->lost++;
		if (p->state[seqs[i].seq] == WALK_SENT)
			p->state[seqs[i].seq] = WALK_WAITING;
		if (seqs[i].seq < p->next)
			p->next = seqs[i].seq;
	}
	return 0;
}

static int
producer_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	      struct err *e)
{
	struct producer *p = self;
	int rc = 0;

	(void)now;
	if (record_kind(in) == KIND_RECEIPT)
		rc = producer_receipt(p, in, a, e);
	if (record_kind(in) == KIND_LOST)
		rc = producer_lost(p, in, a, e);
	while (rc == 0 && p->next <= p->n && out_room(out)) {
		if (p->state[p->next] == WALK_WAITING)
			rc = producer_emit(p, p->next, out, e);
		p->next++;
	}
	return rc < 0 ? -1 : p->done == p->n ? STEP_DONE : STEP_OK;
}

static int
settle_nothing(void *self, int64_t now, struct out *out, struct err *e)
{
	(void)self;
	(void)now;
	(void)out;
	(void)e;
	return 0;
}

const struct stage producer_stage = {
	.name = "produce",
	.step = producer_step,
	.settle = settle_nothing,
	.batch_records = 100,
	.batch_ms = 10,
};

/* ---- scorer --------------------------------------------------------------------------------- */

static int
scorer_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	    struct err *e)
{
	struct scorer *s = self;
	struct result r = { .copies = { NULL, 0 } };

	(void)now;
	if (!in.n)
		return 0;
	if (record_decode(&document_record, in, &r.document, a, e) < 0)
		return -1;
	if (!s->shuffle)
		return out_emit(out, &result_record, &r, e);
	s->held[s->n++] = r.document;
	return s->n == LY_COUNT(s->held) ? STEP_SETTLE : STEP_OK;
}

static int
scorer_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct scorer *s = self;

	(void)now;
	while (s->n) {
		struct result r = { .copies = { NULL, 0 } };
		uint32_t i;

		s->dice = s->dice * 1664525 + 1013904223;
		i = (s->dice >> 8) % (uint32_t)s->n;
		r.document = s->held[i];
		s->held[i] = s->held[--s->n];
		if (out_emit(out, &result_record, &r, e) < 0)
			return -1;
	}
	return 0;
}

const struct stage scorer_stage = {
	.name = "score",
	.step = scorer_step,
	.settle = scorer_settle,
	.batch_records = 64,
	.batch_ms = 5,
};

/* ---- sink ----------------------------------------------------------------------------------- */

void
sink_init(struct sink *s, int64_t n)
{
	memset(s, 0, sizeof *s);
	s->n = n;
	s->file = -1;
	s->seen = calloc((size_t)n + 1, 1);
}

void
sink_release(struct sink *s)
{
	free((void *)s->seen);
}

static int
sink_command(struct sink *s, struct str in, struct out *out, struct arena *a, struct err *e)
{
	struct command cmd;

	if (record_decode(&command_record, in, &cmd, a, e) < 0)
		return -1;
	s->commands++;
	out_reply(out, cmd.call, str_is(cmd.verb, "no") ? 409 : 200, NULL, cmd.body);
	return STEP_SETTLE;
}

static int
sink_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	  struct err *e)
{
	struct sink *s = self;
	struct receipt *r = &s->open[s->n_open];

	(void)now;
	if (!in.n)
		return 0;
	if (record_kind(in) == KIND_COMMAND)
		return sink_command(s, in, out, a, e);
	if (!record_address(in, &r->spool, &r->seq) || r->seq < 1 || r->seq > s->n)
		return err_set(e, ERR_REJECT, "no such number");
	s->ticks += record_kind(in) == KIND_TICK;
	s->distinct += s->seen[r->seq] == 0;
	if (s->seen[r->seq] < 255)
		s->seen[r->seq]++;
	if (s->file >= 0 && dprintf(s->file, "%lld\n", (long long)r->seq) < 0)
		return err_set(e, ERR_BROKEN, "could not write");
	return ++s->n_open == (int)LY_COUNT(s->open) ? STEP_SETTLE : STEP_OK;
}

static int
sink_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	struct sink *s = self;

	(void)now;
	(void)e;
	for (int i = 0; i < s->n_open && !s->mute; i++)
		out_receipt(out, s->open[i].spool, s->open[i].seq);
	s->n_open = 0;
	return 0;
}

const struct stage sink_stage = {
	.name = "sink",
	.step = sink_step,
	.settle = sink_settle,
	.batch_records = 500,
	.batch_ms = 50,
	.linger_ms = 1,
};

/* ---- lanes ---------------------------------------------------------------------------------- */

static void *
lane_run(void *arg)
{
	struct lane *l = arg;

	l->rc = runner_run(l->runner, &l->e);
	return NULL;
}

void
lane_start(struct lane *l, struct bus *b, const struct stage *s, void *self, struct ends ends)
{
	memset(l, 0, sizeof *l);
	clock_init(&l->clock, CLOCK_WALL, 0, 1);
	l->runner = runner_new(b, s, self, ends, &l->clock);
	pthread_create(&l->thread, NULL, lane_run, l);
}

int
lane_end(struct lane *l, struct runner_figures *f)
{
	pthread_join(l->thread, NULL);
	if (f)
		runner_figures(l->runner, f);
	runner_free(l->runner);
	return l->rc;
}

/* ---- processes ------------------------------------------------------------------------------ */

int
walk_spawn_on(const char *kind, const char *in, const char *out, int in_fd, int out_fd)
{
	char *argv[] = { (char *)"walk", (char *)"walk", (char *)kind,
			 (char *)in,     (char *)out,    NULL };
	posix_spawn_file_actions_t files;
	char exe[4096] = "";
	pid_t pid = -1;
	int rc;

	/* By its name: under valgrind the link itself leads to valgrind. */
	if (readlink("/proc/self/exe", exe, sizeof exe - 1) < 0)
		return -1;
	posix_spawn_file_actions_init(&files);
	if (in_fd >= 0)
		posix_spawn_file_actions_adddup2(&files, in_fd, STDIN_FILENO);
	if (out_fd >= 0)
		posix_spawn_file_actions_adddup2(&files, out_fd, STDOUT_FILENO);
	rc = posix_spawn(&pid, exe, &files, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	return rc ? -1 : pid;
}

int
walk_spawn(const char *kind, const char *in, const char *out)
{
	return walk_spawn_on(kind, in, out, -1, -1);
}

/* A sink keeps its file beside its endpoint: ipc:///tmp/x/results -> /tmp/x/results.log */
static void
walk_sink(struct sink *s, const char *in)
{
	char path[256];

	sink_init(s, 1 << 20);
	snprintf(path, sizeof path, "%s.log", in + strlen("ipc://"));
	s->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void
walk_main(int argc, char **argv)
{
	struct err e = { .kind = ERR_NONE };
	struct str in;
	struct clock clock;
	struct ends ends = { .in = { &in, 1 } };
	struct scorer scorer = { .n = 0 };
	struct sink *sink = calloc(1, sizeof *sink);
	bool is_sink;

	if (argc != 5 || strcmp(argv[1], "walk")) {
		free(sink);
		return;
	}
	is_sink = !strcmp(argv[2], "sink");
	in = str_of(argv[3]);
	ends.out = str_of(argv[4]);
	ends.bind_in = is_sink;
	clock_init(&clock, CLOCK_WALL, 0, 1);
	if (is_sink)
		walk_sink(sink, argv[3]);
	log_threshold(LOG_ERROR);
	_exit(runner_run(runner_new(bus_new(NULL, &e), is_sink ? &sink_stage : &scorer_stage,
				    is_sink ? (void *)sink : &scorer, ends, &clock),
			 &e) < 0);
}
