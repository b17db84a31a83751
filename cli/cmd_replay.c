/*
 * cmd_replay.c - timed documents and numbers through the real stages, stepped, in memory: what
 * would have happened with these rules. Writes no record, sends nothing.
 *
 * 1. Lines become documents and documents results in as many threads as there are processors
 *    (core/fan.h), while what came before is played; each depends on its line alone. The responder
 *    takes them in the order of (time, line), so the outcome depends on the file and the
 *    configuration alone. A file in the order of its times is scored block by block as it is read,
 *    another one when all of it has been sorted.
 * 2. Time moves on the grid of clock.step. A tick ends when all that it set off has happened.
 * 3. A batch is ended where the next tick may look at what is committed: when something leaves,
 *    before something is due, and before another hour, whose usual values are counted then.
 */
#include "core/base.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/fan.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/replay_file.h"
#include "cli/settings.h"

#define BLOCK       64 /* documents that a thread scores at a time when they had to be sorted */
#define TICK_TURNS  1000
#define OUTCOME_MAX ((size_t)8 << 30)
#define HEAP_ONLY   (1 << 30) /* bytes; nothing that is allocated is as large */

/* A block gives the number of its lines, and then, each behind its head, results and reasons. */
struct outcome_head {
	int64_t at;    /* REPLAY_NEVER: the line is no document */
	uint64_t line; /* from the first of the block           */
	uint32_t n;
	bool refused; /* what follows is why there is no result */
};
/* A thread that scores. */
struct scorer {
	struct out out;
	struct nlp *nlp;
	struct arena *arena;
	struct buf *to;
	struct outcome_head head; /* of what it is scoring */
};
struct replay {
	struct settings *s;
	struct replay_file file;
	struct scorer scorers[FAN_MAX];
	int threads;
	struct responder *responder;
	struct out events;  /* of respond: receipts that nobody waits for */
	struct arena *held; /* of the open batch */
	struct id spool;
	int64_t seq;      /* of ticks; behind those of documents */
	int64_t begun_at; /* the first time in the open batch; 0: nothing is open */
};

/* ---- what comes out ------------------------------------------------------------------------------ */

/* Events as JSON Lines, keys in the fixed order. */
static void
event_put(void *arg, const struct told *t)
{
	struct buf b = BUF(1 << 20);

	(void)arg;
	buf_add(&b, STR("{\"at\":\""));
	clock_add_iso(&b, t->at);
	buf_addf(&b, "\",\"type\":\"%s\",\"id\":\"", t->type);
	id_add_hex(&b, &t->id);
	buf_add(&b, STR("\",\"watch\":"));
	json_add_text(&b, t->watch);
	buf_add(&b, STR(",\"incident\":"));
	json_add_text(&b, t->incident);
	buf_addf(&b, ",\"level\":%lld,\"grade\":%lld,\"reason\":", (long long)t->level,
		 (long long)t->grade);
	json_add_text(&b, t->reason);
	buf_add_byte(&b, '}');
	puts(b.p);
	buf_release(&b);
}

static void
nothing_put(struct out *o, enum out_way way, struct str record)
{
	(void)o, (void)way, (void)record;
}

/* ---- documents -> results -------------------------------------------------------------------------- */

static void
outcome_put(struct scorer *k, bool refused, struct str bytes)
{
	k->head.n = (uint32_t)bytes.n;
	k->head.refused = refused;
	buf_add(k->to, (struct str){ (const char *)&k->head, sizeof k->head });
	buf_add(k->to, bytes);
}

static void
result_put(struct out *o, enum out_way way, struct str record)
{
	struct scorer *k = (struct scorer *)((char *)o - offsetof(struct scorer, out));

	if (way == OUT_NEXT)
		outcome_put(k, false, record);
}

static void
line_score(void *arg, const struct replay_said *x)
{
	struct scorer *k = arg;
	struct err e = { .kind = ERR_NONE };

	k->head.at = x->record.n ? x->at : REPLAY_NEVER;
	k->head.line = x->line;
	arena_reset(k->arena);
	if (!x->record.n)
		outcome_put(k, true, x->why);
	else if (score_stage.step(k->nlp, x->record, x->at, &k->out, k->arena, &e) < 0)
		outcome_put(k, true, str_of(e.text));
}

static void
lines_score(void *arg, int thread, size_t block, struct buf *out)
{
	struct replay *r = arg;
	uint64_t lines = 0;

	r->scorers[thread].to = out;
	buf_add(out, (struct str){ (const char *)&lines, sizeof lines });
	lines = replay_file_block(&r->file, thread, block, line_score, &r->scorers[thread]);
	memcpy(out->p, &lines, sizeof lines);
}

/* Of documents that were sorted: their lines are counted from the first of the file. */
static void
sorted_score(void *arg, int thread, size_t block, struct buf *out)
{
	struct replay *r = arg;
	size_t to = (block + 1) * BLOCK < r->file.n ? (block + 1) * BLOCK : r->file.n;
	const uint64_t lines = 0;

	r->scorers[thread].to = out;
	buf_add(out, (struct str){ (const char *)&lines, sizeof lines });
	for (size_t i = block * BLOCK; i < to; i++) {
		const struct timed *t = &r->file.v[i];

		line_score(&r->scorers[thread], &(struct replay_said){ .at = t->at,
								       .line = t->line,
								       .record = t->record });
	}
}

/* ---- results -> what happens ----------------------------------------------------------------------- */

/* Commit, and all that leaves with it, until nothing is on its way. */
static int
batch_end(struct replay *r, int64_t at, struct err *e)
{
	int said = STEP_SETTLE;

	for (int i = 0; said == STEP_SETTLE && i < TICK_TURNS; i++) {
		if (respond_stage.settle(r->responder, at, &r->events, e) < 0)
			return -1;
		said = respond_stage.step(r->responder, STR(""), at, &r->events, r->held, e);
	}
	if (said == STEP_SETTLE)
		return err_set(e, ERR_BROKEN, "what leaves at %lld never ends", (long long)at);
	arena_reset(r->held);
	r->begun_at = 0;
	return said;
}

/* See 3. */
static bool
looks_at_committed(struct replay *r, int64_t at)
{
	return r->begun_at &&
	       (at / 3600 > r->begun_at / 3600 || respond_stage.due(r->responder) <= at);
}

static int
tick_play(struct replay *r, int64_t at, int64_t count, struct err *e)
{
	struct tick t = {
		.spool = r->spool, .seq = ++r->seq, .upto = INT64_MAX, .count = count, .at = at
	};
	struct buf record = BUF(4096);
	int said;

	record_encode(&tick_record, &t, &record);
	said = respond_stage.step(r->responder, buf_str(&record), at, &r->events, r->held, e);
	buf_release(&record);
	return said == STEP_SETTLE ? batch_end(r, at, e) : said;
}

/* What comes next, of a number of blocks. */
struct playing {
	struct fan *fan;
	struct str rest; /* of the block's outcome */
	uint64_t lines;  /* of the blocks before   */
	uint64_t in_block;
	struct outcome_head head; /* of the next; its line is that of the file */
	struct str bytes;
	bool is_there;
	int64_t last_at;
	size_t refused;
};

static void
refusal_tell(struct playing *p)
{
	fprintf(stderr, "line %zu: %.*s\n", (size_t)p->head.line, STR_ARG(p->bytes));
	p->refused++;
}

/* 1 there is a next, 0 that was all, -1. */
static int
next_find(struct playing *p, struct err *e)
{
	while (!p->is_there) {
		while (!p->rest.n) {
			p->lines += p->in_block;
			if (!fan_next(p->fan, &p->rest))
				return 0;
			memcpy(&p->in_block, p->rest.p, sizeof p->in_block);
			p->rest = str_slice(p->rest, sizeof p->in_block, SIZE_MAX);
		}
		memcpy(&p->head, p->rest.p, sizeof p->head);
		p->head.line += p->lines;
		p->bytes = str_slice(p->rest, sizeof p->head, p->head.n);
		p->rest = str_slice(p->rest, sizeof p->head + p->head.n, SIZE_MAX);
		p->is_there = p->head.at != REPLAY_NEVER;
		if (!p->is_there)
			refusal_tell(p);
	}
	if (p->head.at < p->last_at)
		return err_set(e, ERR_USAGE, "line %zu: the file was changed meanwhile",
			       (size_t)p->head.line);
	return 1;
}

/* 1 taken, 0 refused. */
static int
next_take(struct replay *r, struct playing *p, struct err *e)
{
	p->is_there = false;
	p->last_at = p->head.at;
	if (p->head.refused) {
		refusal_tell(p);
		return 0;
	}
	return respond_stage.step(r->responder, p->bytes, p->head.at, &r->events, r->held, e) <
			       0
		       ? -1
		       : 1;
}

/* A tick's time is that of the last documents it holds: up to and with the grid. */
static int
tick_next(struct replay *r, struct playing *p, struct progress *shown, struct err *e)
{
	int64_t step = r->s->clock.step_s, first = p->head.at;
	int64_t at = first + (step - first % step) % step, count = 0, seen = 0;
	int more = 1;

	if (looks_at_committed(r, at) && batch_end(r, at, e) < 0)
		return -1;
	if (!r->begun_at)
		r->begun_at = first;
	while (more > 0 && p->head.at <= at) {
		int taken = next_take(r, p, e);

		if (taken < 0)
			return -1;
		count += taken;
		seen++;
		more = next_find(p, e);
	}
	if (more < 0)
		return -1;
	progress_add(shown, seen);
	return tick_play(r, at, count, e);
}

/* Somebody asked us to end. */
static bool
is_stopped(const sigset_t *stops)
{
	return sigtimedwait(stops, NULL, &(struct timespec){ 0 }) > 0;
}

static int
play(struct replay *r, struct playing *p, const sigset_t *stops, struct err *e)
{
	struct progress shown;
	int more, bad = 0;

	progress_begin(&shown, "documents");
	shown.total = (int64_t)r->file.documents;
	while (!bad && (more = next_find(p, e)) > 0)
		bad = is_stopped(stops) ? err_set(e, ERR_RETRY, "stopped before line %zu",
						  (size_t)p->head.line)
					: tick_next(r, p, &shown, e);
	if (!bad && more < 0)
		bad = -1;
	/* What waits for time alone (quiet for a day, a digest) happens too. */
	if (!bad && p->last_at != REPLAY_NEVER)
		bad = batch_end(r, p->last_at, e) < 0 ||
				      tick_play(r, p->last_at + 86400, 0, e) < 0 ||
				      batch_end(r, p->last_at + 86400, e) < 0
			      ? -1
			      : 0;
	progress_end(&shown);
	return bad;
}

/* ---- the stages ------------------------------------------------------------------------------------ */

static int
scorers_open(struct replay *r, struct err *e)
{
	struct nlp_setup setup = settings_nlp(r->s);

	setup.parks_none = true; /* which thread met a rule must not show */
	for (int i = 0; i < r->threads; i++) {
		struct scorer *k = &r->scorers[i];
		struct buf report = BUF(1 << 20);

		*k = (struct scorer){ .out = { .put = result_put, .scratch = OUT_SCRATCH },
				      .arena = arena_new() };
		k->nlp = nlp_new(&setup, &report, e);
		if (report.n && !i)
			fputs(report.p, stderr);
		buf_release(&report);
		if (!k->nlp)
			return -1;
	}
	return 0;
}

static int
responder_open(struct replay *r, struct err *e)
{
	struct responder_conf *c = arena_alloc(r->s->arena, sizeof *c);

	*c = settings_responder(r->s);
	c->record = STR(":memory:");
	c->clock = CLOCK_STEPPED;
	c->send = SEND_SINK;
	c->fleeting = true;
	c->told = (struct told_sink){ event_put, r };
	r->responder = responder_new(c, 0, e);
	return r->responder ? 0 : -1;
}

static void
close_all(struct replay *r)
{
	for (int i = 0; i < r->threads; i++) {
		nlp_free(r->scorers[i].nlp);
		arena_free(r->scorers[i].arena);
		buf_release(&r->scorers[i].out.scratch);
	}
	responder_free(r->responder);
	replay_file_release(&r->file);
	settings_free(r->s);
	arena_free(r->held);
	buf_release(&r->events.scratch);
}

static struct fan *
fan_begin(struct replay *r)
{
	struct fan_work work = { .threads = r->threads, .max = OUTCOME_MAX, .arg = r };

	work.run = r->file.in_order ? lines_score : sorted_score;
	work.blocks = r->file.in_order ? r->file.blocks : (r->file.n + BLOCK - 1) / BLOCK;
	return fan_new(&work);
}

static int
run(struct replay *r, const char *path, enum replay_takes takes, const sigset_t *stops,
    struct err *e)
{
	struct playing p = { .last_at = REPLAY_NEVER };
	struct replay_open open = { .how = { r->s, takes },
				    .spool = r->spool,
				    .threads = r->threads };
	int bad;

	if (scorers_open(r, e) < 0 || responder_open(r, e) < 0 ||
	    replay_file_open(&r->file, path, &open, e) < 0 ||
	    (!r->file.in_order && replay_file_read(&r->file, e) < 0))
		return -1;
	r->seq = INT64_MAX / 2;
	p.fan = fan_begin(r);
	bad = play(r, &p, stops, e);
	fan_free(p.fan);
	return bad ? -1 : r->file.refused + p.refused ? 1 : 0;
}

/* What came out until somebody stops us is whole lines. */
static int
run_until_stopped(struct replay *r, const char *path, enum replay_takes takes, struct err *e)
{
	sigset_t stops, was;
	int rc;

	sigemptyset(&stops);
	sigaddset(&stops, SIGINT);
	sigaddset(&stops, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &stops, &was);
	rc = run(r, path, takes, &stops, e);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	return rc;
}

/* Takes the options out of argv. -1 when one is wrong. */
static int
options_take(int *argc, char **argv, enum replay_takes *takes, int *threads, struct err *e)
{
	int kept = 1;

	for (int k = 1; k < *argc; k++) {
		if (!strcmp(argv[k], "--signals")) {
			*takes = REPLAY_SIGNALS;
		} else if (!strcmp(argv[k], "--threads")) {
			int64_t n = 0;

			if (k + 1 == *argc || str_int64(str_of(argv[++k]), &n) < 0 || n < 1 ||
			    n > FAN_MAX)
				return err_set(e, ERR_USAGE, "--threads is 1..%d", FAN_MAX);
			*threads = (int)n;
		} else {
			argv[kept++] = argv[k];
		}
	}
	*argc = kept;
	return 0;
}

static int
replay(int argc, char **argv, struct err *e)
{
	struct replay r = { .events = { .put = nothing_put, .scratch = OUT_SCRATCH },
			    .held = arena_new(),
			    .spool = ID_OF(STR("replay")) };
	enum replay_takes takes = REPLAY_ALL;
	const char *path;
	int i, threads = 0, rc = -1;

	/* What is given back to the system, and taken again, is cleared by it each time: a
	 * fifteenth of a replay. */
	(void)mallopt(M_MMAP_THRESHOLD, HEAP_ONLY);
	log_threshold(LOG_WARN); /* what happened is on stdout already */
	i = options_take(&argc, argv, &takes, &threads, e);
	r.threads = fan_threads(threads);
	if (i >= 0)
		i = command_options(argc, argv, &path, e);
	if (i >= 0 && i + 1 != argc)
		i = err_set(e, ERR_USAGE, "which file of JSON Lines?");
	if (i >= 0)
		r.s = settings_read(path, NULL, e);
	if (r.s)
		rc = run_until_stopped(&r, argv[i], takes, e);
	close_all(&r);
	return rc;
}

const struct subcommand cmd_replay = {
	"replay", "[-c FILE] [--signals] [--threads N] FILE.jsonl",
	"what would have happened: timed documents and numbers through the real stages in "
	"memory\n"
	"Lines as `push` takes them, each with \"published\" (or \"arrived\"), and as signals "
	"are "
	"pushed,\n"
	"each with \"at\". Firings, moves, notices and digests come out as JSON Lines, the "
	"same for "
	"the same\n"
	"file and configuration. Writes no record, sends nothing.\n"
	"  --signals   the numbers alone\n"
	"  --threads   that read and score, else one a processor; the outcome is the same",
	"  langyan replay last-month.jsonl | jq -r '[.at,.type,.incident,.reason]|@tsv'", replay
};
