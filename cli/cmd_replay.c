/*
 * cmd_replay.c - timed documents and numbers through the real stages, stepped, in memory: what
 * would have happened with these rules. Writes no record, sends nothing.
 *
 * 1. Lines become documents and documents results in as many threads as there are processors
 *    (core/fan.h); each depends on its line alone. The responder takes them in the order of
 *    (time, line), so the outcome depends on the file and the configuration alone.
 * 2. Time moves on the grid of clock.step. A tick ends when all that it set off has happened.
 * 3. A batch is ended where the next tick may look at what is committed: when something leaves,
 *    before something is due, and before another hour, whose usual values are counted then.
 */
#include "core/base.h"

#include <malloc.h>
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

#define BLOCK        64 /* documents that a thread scores at a time */
#define TICK_TURNS   1000
#define RESULTS_SIZE ((size_t)BLOCK * (RECORD_MAX + 64))
#define HEAP_ONLY    (1 << 30) /* bytes; nothing that is allocated is as large */

/* A thread that scores. */
struct scorer {
	struct out out;
	struct nlp *nlp;
	struct arena *arena;
	struct buf *to;
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

/* Before each result, and before each reason why there is none. */
struct result_head {
	uint32_t n;
	bool refused;
};

static void
head_put(struct buf *to, size_t n, bool refused)
{
	struct result_head head = { (uint32_t)n, refused };

	buf_add(to, (struct str){ (const char *)&head, sizeof head });
}

static void
result_put(struct out *o, enum out_way way, struct str record)
{
	struct scorer *k = (struct scorer *)((char *)o - offsetof(struct scorer, out));

	if (way != OUT_NEXT)
		return;
	head_put(k->to, record.n, false);
	buf_add(k->to, record);
}

static size_t
block_end(const struct replay *r, size_t block)
{
	size_t to = (block + 1) * BLOCK;

	return to < r->file.n ? to : r->file.n;
}

static void
block_score(void *arg, int thread, size_t block, struct buf *out)
{
	struct replay *r = arg;
	struct scorer *k = &r->scorers[thread];

	k->to = out;
	for (size_t i = block * BLOCK; i < block_end(r, block); i++) {
		const struct timed *t = &r->file.v[i];
		struct err e = { .kind = ERR_NONE };

		arena_reset(k->arena);
		if (score_stage.step(k->nlp, t->record, t->at, &k->out, k->arena, &e) < 0) {
			head_put(out, strlen(e.text), true);
			buf_add(out, str_of(e.text));
		}
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

/* The results of one tick, a number of blocks. */
struct playing {
	struct fan *fan;
	struct str rest; /* of the block's results */
	size_t refused;
};

/* 1 taken, 0 refused. */
static int
result_take(struct replay *r, struct playing *p, const struct timed *t, struct err *e)
{
	struct result_head head;
	struct str result;

	if (!p->rest.n && !fan_next(p->fan, &p->rest))
		return err_set(e, ERR_BROKEN, "results end before documents do");
	memcpy(&head, p->rest.p, sizeof head);
	result = str_slice(p->rest, sizeof head, head.n);
	p->rest = str_slice(p->rest, sizeof head + head.n, SIZE_MAX);
	if (head.refused) {
		fprintf(stderr, "line %zu: %.*s\n", t->line, STR_ARG(result));
		p->refused++;
		return 0;
	}
	return respond_stage.step(r->responder, result, t->at, &r->events, r->held, e) < 0 ? -1
											   : 1;
}

static int
play(struct replay *r, struct playing *p, struct err *e)
{
	const struct timed *v = r->file.v;
	int64_t step = r->s->clock.step_s;
	size_t n = r->file.n;
	struct progress shown;
	int bad = 0;

	progress_begin(&shown, "documents");
	shown.total = (int64_t)n;
	for (size_t i = 0; !bad && i < n;) {
		/* A tick's time is that of the last documents it holds: up to and with the grid. */
		int64_t at = v[i].at + (step - v[i].at % step) % step, count = 0;
		size_t from = i;

		if (looks_at_committed(r, at) && batch_end(r, at, e) < 0)
			bad = -1;
		if (!r->begun_at)
			r->begun_at = v[i].at;
		for (; !bad && i < n && v[i].at <= at; i++) {
			int taken = result_take(r, p, &v[i], e);

			bad = taken < 0 ? -1 : 0;
			count += taken;
		}
		if (!bad)
			bad = tick_play(r, at, count, e);
		progress_add(&shown, (int64_t)(i - from));
	}
	/* What waits for time alone (quiet for a day, a digest) happens too. */
	if (!bad && n)
		bad = batch_end(r, v[n - 1].at, e) < 0 ||
				      tick_play(r, v[n - 1].at + 86400, 0, e) < 0 ||
				      batch_end(r, v[n - 1].at + 86400, e) < 0
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
	r->threads = fan_threads(0);
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

static int
run(struct replay *r, const char *path, enum replay_takes takes, struct err *e)
{
	struct playing p = { .refused = 0 };
	int bad;

	if (scorers_open(r, e) < 0 || responder_open(r, e) < 0 ||
	    replay_file_read(&r->file, path, r->s, &r->spool, takes, e) < 0)
		return -1;
	r->seq = INT64_MAX / 2;
	p.fan = fan_new(&(struct fan_work){ .blocks = (r->file.n + BLOCK - 1) / BLOCK,
					    .threads = r->threads,
					    .max = RESULTS_SIZE,
					    .run = block_score,
					    .arg = r });
	bad = play(r, &p, e);
	fan_free(p.fan);
	return bad ? -1 : r->file.refused + p.refused ? 1 : 0;
}

static int
replay(int argc, char **argv, struct err *e)
{
	struct replay r = { .events = { .put = nothing_put, .scratch = OUT_SCRATCH },
			    .held = arena_new(),
			    .spool = ID_OF(STR("replay")) };
	enum replay_takes takes = REPLAY_ALL;
	const char *path;
	int i, kept = 1, rc = -1;

	/* What is given back to the system, and taken again, is cleared by it each time: a
	 * fifteenth of a replay. */
	(void)mallopt(M_MMAP_THRESHOLD, HEAP_ONLY);
	log_threshold(LOG_WARN); /* what happened is on stdout already */
	for (int k = 1; k < argc; k++)
		if (!strcmp(argv[k], "--signals"))
			takes = REPLAY_SIGNALS;
		else
			argv[kept++] = argv[k];
	argc = kept;
	i = command_options(argc, argv, &path, e);
	if (i >= 0 && i + 1 != argc)
		i = err_set(e, ERR_USAGE, "which file of JSON Lines?");
	if (i >= 0)
		r.s = settings_read(path, NULL, e);
	if (r.s)
		rc = run(&r, argv[i], takes, e);
	close_all(&r);
	return rc;
}

const struct subcommand cmd_replay = {
	"replay", "[-c FILE] [--signals] FILE.jsonl",
	"what would have happened: timed documents and numbers through the real stages in "
	"memory\n"
	"Lines as `push` takes them, each with \"published\" (or \"arrived\"), and as signals "
	"are "
	"pushed,\n"
	"each with \"at\". Firings, moves, notices and digests come out as JSON Lines, the "
	"same for "
	"the same\n"
	"file and configuration. Writes no record, sends nothing.\n"
	"  --signals   the numbers alone",
	"  langyan replay last-month.jsonl | jq -r '[.at,.type,.incident,.reason]|@tsv'", replay
};
