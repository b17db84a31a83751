/*
 * cmd_replay.c - timed documents through the real stages, stepped, in memory: what would have
 * happened with these rules. Writes no record, sends nothing.
 *
 * Documents are taken in the order of (arrived or published, line); time moves on the grid of
 * clock.step, so the outcome depends on the file and the configuration alone.
 */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/intake.h"
#include "crawler/push.h"

#include "cli/command.h"
#include "cli/file.h"
#include "cli/progress.h"
#include "cli/settings.h"

struct timed {
	int64_t at;
	size_t line;
	struct str json; /* in the file's text */
};
struct replay {
	struct settings *s;
	struct nlp *nlp;
	struct responder *responder;
	struct out results, events; /* of score, of respond */
	struct buf result;          /* the one result of a step */
	struct clock clock;
	struct id spool;
	int64_t seq;
	size_t refused;
};

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
result_put(struct out *o, enum out_way way, struct str record)
{
	struct replay *r = (struct replay *)((char *)o - offsetof(struct replay, results));

	if (way == OUT_NEXT)
		buf_add(&r->result, record);
}

static void
nothing_put(struct out *o, enum out_way way, struct str record)
{
	(void)o, (void)way, (void)record;
}

static int
time_of(struct arena *a, struct str line, struct timed *t, struct err *e)
{
	struct pushed p;

	if (push_parse(a, line, 0, &p, e) < 0)
		return -1;
	t->at = p.arrived_at ? p.arrived_at : p.published_at;
	if (!t->at)
		return err_set(e, ERR_REJECT, "neither \"arrived\" nor \"published\"");
	t->json = line;
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* All lines with their times, sorted. Refused lines are told with number and reason. */
static struct timed *
lines_read(struct replay *r, struct str text, size_t *n)
{
	struct arena *a = arena_new();
	struct timed *v = NULL;
	struct str line;
	size_t number = 0;

	*n = 0;
	while (str_next(&text, '\n', &line)) {
		struct timed t = { .line = ++number };
		struct err e = { 0 };

		line = str_trim(line);
		if (!line.n)
			continue;
		arena_reset(a);
		if (time_of(a, line, &t, &e) < 0) {
			fprintf(stderr, "line %zu: %s\n", number, e.text);
			r->refused++;
			continue;
		}
		if (*n % 4096 == 0) {
			v = reallocarray(v, *n + 4096, sizeof *v);
			if (!v)
				abort();
		}
		v[(*n)++] = t;
	}
	arena_free(a);
	if (*n)
		qsort(v, *n, sizeof *v, by_time);
	return v;
}

static int
document_play(struct replay *r, const struct timed *t, struct arena *held, struct err *e)
{
	static const struct source_conf unknown = { .name = STR_INIT("replay"),
						    .kind = SOURCE_PUSH,
						    .source_class = CLASS_OTHER };
	static const uint8_t key[32] = "replay: no key, nothing is kept";
	const struct source_conf *src;
	struct buf record = BUF(RECORD_MAX);
	struct document d;
	struct pushed p;
	struct arena *a = arena_new();
	int rc = push_parse(a, t->json, t->at, &p, e);

	if (rc < 0)
		goto done;
	src = p.source.n ? source_find(&r->s->sources, p.source) : NULL;
	intake_fill(a,
		    &(struct intake){ .source = src ? src : &unknown,
				      .identity = p.id,
				      .url = p.url,
				      .title = p.title,
				      .text = p.text,
				      .author = p.author,
				      .lang = p.lang,
				      .country = p.country,
				      .followers = p.followers,
				      .engagement = p.engagement,
				      .rating = p.rating,
				      .published_at = p.published_at },
		    key, t->at, r->s->fetch.max_age_s, &d);
	d.spool = r->spool;
	d.seq = ++r->seq;
	record_encode(&document_record, &d, &record);
	buf_clear(&r->result);
	if (!buf_ok(&record))
		rc = err_set(e, ERR_REJECT, "over %d bytes", RECORD_MAX);
	else
		rc = score_stage.step(r->nlp, buf_str(&record), t->at, &r->results, a, e);
	if (rc >= 0)
		rc = respond_stage.step(r->responder, buf_str(&r->result), t->at, &r->events,
					held, e);
done:
	buf_release(&record);
	arena_free(a);
	return rc;
}

static int
tick_play(struct replay *r, int64_t at, int64_t count, struct arena *a, struct err *e)
{
	struct tick t = { .spool = r->spool, .seq = ++r->seq, .count = count, .at = at };
	struct buf record = BUF(4096);
	int rc;

	t.upto = t.seq - 1;
	record_encode(&tick_record, &t, &record);
	rc = respond_stage.step(r->responder, buf_str(&record), at, &r->events, a, e);
	if (rc >= 0)
		rc = respond_stage.settle(r->responder, at, &r->events, e);
	buf_release(&record);
	return rc;
}

static int
play(struct replay *r, const struct timed *v, size_t n, struct err *e)
{
	struct arena *a = arena_new();
	struct progress p;
	int64_t step = r->s->clock.step_s, held = 0;
	int rc = 0;

	progress_begin(&p, "documents");
	p.total = (int64_t)n;
	for (size_t i = 0; rc >= 0 && i < n; i++) {
		/* A tick's time is that of the last documents it holds: up to and with the grid. */
		int64_t grid = v[i].at + (step - v[i].at % step) % step;
		struct err refused = { 0 };

		rc = document_play(r, &v[i], a, &refused);
		if (rc >= 0) {
			held++;
		} else if (refused.kind == ERR_REJECT) {
			fprintf(stderr, "line %zu: %s\n", v[i].line, refused.text);
			r->refused++;
			rc = 0;
		} else {
			*e = refused;
		}
		if (rc >= 0 && (i + 1 == n || v[i + 1].at > grid)) {
			rc = tick_play(r, grid, held, a, e);
			held = 0;
			arena_reset(a);
			progress_add(&p, 0);
		}
		p.done++;
	}
	/* What waits for time alone (quiet for a day, a digest) happens too. */
	if (rc >= 0 && n)
		rc = tick_play(r, v[n - 1].at + 86400, 0, a, e);
	progress_end(&p);
	arena_free(a);
	return rc;
}

static int
open_stages(struct replay *r, struct err *e)
{
	struct nlp_setup nlp = settings_nlp(r->s);
	struct responder_conf respond = settings_responder(r->s);
	struct responder_conf *kept;
	struct buf report = BUF(1 << 20);

	r->nlp = nlp_new(&nlp, &report, e);
	if (report.n)
		fputs(report.p, stderr);
	buf_release(&report);
	if (!r->nlp)
		return -1;
	respond.record = STR(":memory:");
	respond.clock = CLOCK_STEPPED;
	respond.send = SEND_SINK;
	respond.told = (struct told_sink){ event_put, r };
	kept = arena_alloc(r->s->arena, sizeof *kept);
	*kept = respond;
	r->responder = responder_new(kept, 0, e);
	return r->responder ? 0 : -1;
}

static int
replay(int argc, char **argv, struct err *e)
{
	struct replay r = { .results = { NULL, result_put, OUT_SCRATCH },
			    .events = { NULL, nothing_put, OUT_SCRATCH },
			    .result = BUF(RECORD_MAX * 2),
			    .spool = ID_OF(STR("replay")) };
	struct buf text = BUF((size_t)4 << 30);
	struct timed *v = NULL;
	const char *path;
	int i = command_options(argc, argv, &path, e), rc = -1;
	size_t n = 0;

	log_threshold(LOG_WARN); /* what happened is on stdout already */
	if (i >= 0 && i + 1 != argc)
		i = err_set(e, ERR_USAGE, "which file of JSON Lines?");
	if (i >= 0 && file_read(argv[i], &text, e) == 0)
		r.s = settings_read(path, NULL, e);
	if (r.s && open_stages(&r, e) == 0) {
		v = lines_read(&r, buf_str(&text), &n);
		rc = play(&r, v, n, e);
	}
	responder_free(r.responder);
	nlp_free(r.nlp);
	settings_free(r.s);
	buf_release(&r.result);
	buf_release(&r.results.scratch);
	buf_release(&r.events.scratch);
	buf_release(&text);
	free(v);
	return rc < 0 ? -1 : r.refused ? 1 : 0;
}

const struct subcommand cmd_replay = {
	"replay", "[-c FILE] FILE.jsonl",
	"what would have happened: timed documents through the real stages in memory\n"
	"Lines as `push` takes them, each with \"published\" (or \"arrived\"). Firings, moves, "
	"notices and\n"
	"digests come out as JSON Lines. Writes no record, sends nothing.",
	"  langyan replay last-month.jsonl | jq -r '[.at,.type,.incident,.reason]|@tsv'", replay
};
