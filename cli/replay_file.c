/*
 * A block is some 256 KiB of whole lines. What it gives, in order:
 *   u64 how many lines it has, then struct entry_head and bytes for each line that says something:
 *   an encoded document, or why the line is refused.
 */
#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/fan.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/intake.h"
#include "crawler/push.h"

#include "responder/sample.h"

#include "cli/file.h"
#include "cli/replay_file.h"
#include "cli/settings.h"

#define FILE_MAX_BYTES ((size_t)4 << 30)
#define BLOCK_BYTES    ((size_t)256 << 10)
/* Of a block as records: each may grow a little, and a line is as long as it is. */
#define OUTCOME_MAX (FILE_MAX_BYTES * 2)
#define TIME_MAX    253402300799 /* the last second of the year 9999 */

struct entry_head {
	int64_t at; /* REFUSED: what follows is the reason */
	uint64_t line, n;
};
#define REFUSED INT64_MIN

struct reading {
	const struct settings *s;
	struct str text;
	struct id spool;
	enum replay_takes takes;
	struct arena **arenas; /* one a thread */
};

/* ---- one line -------------------------------------------------------------------------------- */

static const struct source_conf *
source_of(const struct reading *k, struct str name)
{
	static const struct source_conf unknown = { .name = STR_INIT("replay"),
						    .kind = SOURCE_PUSH,
						    .source_class = CLASS_OTHER };
	const struct source_conf *known = name.n ? source_find(&k->s->sources, name) : NULL;

	return known ? known : &unknown;
}

static void
fill(const struct reading *k, struct arena *a, const struct intake *in, int64_t at,
     struct document *d)
{
	static const uint8_t key[32] = "replay: no key, nothing is kept";

	intake_fill(a, in, key, at, k->s->fetch.max_age_s, d);
}

static int
document_read(const struct reading *k, struct arena *a, struct str line, struct document *d,
	      struct err *e)
{
	struct pushed p;
	int64_t at;

	if (push_parse(a, line, 0, &p, e) < 0)
		return -1;
	at = p.arrived_at ? p.arrived_at : p.published_at;
	if (!at)
		return err_set(e, ERR_REJECT, "neither \"arrived\" nor \"published\"");
	fill(k, a,
	     &(struct intake){ .source = source_of(k, p.source),
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
	     at, d);
	return 0;
}

/* A number takes a document's way, as those of a metrics source do. */
static int
sample_read(const struct reading *k, struct arena *a, struct str line, struct document *d,
	    struct err *e)
{
	const int64_t none = TIME_MAX - SAMPLES_AHEAD_S;
	struct buf identity = BUF(1024), value = BUF(64);
	struct samples x;

	if (samples_read_body(a, SAMPLES_JSON, line, none, &x, e) < 0)
		return -1;
	if (x.v->at == none)
		return err_set(e, ERR_REJECT, "a number of the past needs \"at\"");
	buf_addf(&identity, "%.*s@%lld", STR_ARG(x.v->signal), (long long)x.v->at);
	sample_add_value(&value, x.v->value_micro);
	fill(k, a,
	     &(struct intake){ .source = source_of(k, (struct str){ 0 }),
			       .identity = buf_str(&identity),
			       .title = x.v->signal,
			       .text = buf_str(&value),
			       .followers = -1,
			       .published_at = x.v->at,
			       .flags = DOCUMENT_SAMPLE },
	     x.v->at, d);
	d->identity = arena_str(a, d->identity);
	d->text = arena_str(a, d->text);
	buf_release(&identity);
	buf_release(&value);
	return 0;
}

/* Is the line a number? A document's text may speak of "signal", so its keys decide. */
static bool
is_sample(struct arena *a, struct str line)
{
	struct err e;

	return str_find(line, STR("\"signal\"")) >= 0 &&
	       json_get(json_parse(a, line, &e), "signal");
}

/* 1 taken, 0 passed over, -1 refused. */
static int
line_read(const struct reading *k, struct arena *a, struct str line, struct document *d,
	  struct err *e)
{
	if (is_sample(a, line))
		return sample_read(k, a, line, d, e) < 0 ? -1 : 1;
	if (k->takes == REPLAY_SIGNALS)
		return 0;
	return document_read(k, a, line, d, e) < 0 ? -1 : 1;
}

/* ---- a block ---------------------------------------------------------------------------------- */

/* Where the first line that begins at or after byte i begins. */
static size_t
line_from(struct str text, size_t i)
{
	const char *p;

	if (!i || i >= text.n)
		return i < text.n ? i : text.n;
	p = memchr(text.p + i - 1, '\n', text.n - i + 1);
	return p ? (size_t)(p + 1 - text.p) : text.n;
}

static void
entry_put(struct buf *out, struct entry_head head, struct str bytes)
{
	head.n = bytes.n;
	buf_add(out, (struct str){ (const char *)&head, sizeof head });
	buf_add(out, bytes);
}

/* number: the block's in the upper half, the line's within it in the lower. */
static void
line_put(const struct reading *k, struct arena *a, struct str line, uint64_t number,
	 struct buf *out)
{
	struct entry_head head = { .line = number & UINT32_MAX };
	struct document d;
	struct err e = { .kind = ERR_NONE };
	size_t at = out->n;
	int taken = line_read(k, a, line, &d, &e);

	if (taken > 0) {
		head.at = d.arrived_at;
		d.spool = k->spool;
		d.seq = (int64_t)number;
		entry_put(out, head, STR(""));
		record_encode(&document_record, &d, out);
		head.n = out->n - at - sizeof head;
		if (head.n > RECORD_MAX) {
			out->n = at;
			taken = err_set(&e, ERR_REJECT, "over %d bytes", RECORD_MAX);
		} else {
			memcpy(out->p + at, &head, sizeof head);
		}
	}
	head.at = REFUSED;
	if (taken < 0)
		entry_put(out, head, str_of(e.text));
}

static void
block_read(void *arg, int thread, size_t block, struct buf *out)
{
	const struct reading *k = arg;
	size_t from = line_from(k->text, block * BLOCK_BYTES);
	size_t to = line_from(k->text, (block + 1) * BLOCK_BYTES);
	struct str rest = str_slice(k->text, from, to - from), line;
	uint64_t lines = 0;

	buf_add(out, (struct str){ (const char *)&lines, sizeof lines });
	while (str_next(&rest, '\n', &line)) {
		lines++;
		line = str_trim(line);
		if (!line.n)
			continue;
		arena_reset(k->arenas[thread]);
		line_put(k, k->arenas[thread], line, (uint64_t)block << 32 | lines, out);
	}
	memcpy(out->p, &lines, sizeof lines);
}

/* ---- all of it ---------------------------------------------------------------------------------- */

static void
timed_add(struct replay_file *f, struct timed t)
{
	if (f->n == f->cap) {
		f->cap = f->cap ? f->cap * 2 : 4096;
		f->v = reallocarray(f->v, f->cap, sizeof *f->v);
		if (!f->v)
			abort();
	}
	f->v[f->n++] = t;
}

/* outcome stays as long as f. */
static void
block_take(struct replay_file *f, struct str outcome)
{
	const char *p = outcome.p + sizeof(uint64_t), *end = outcome.p + outcome.n;
	uint64_t lines;

	memcpy(&lines, outcome.p, sizeof lines);
	while (p < end) {
		struct entry_head head;
		struct str bytes;

		memcpy(&head, p, sizeof head);
		bytes = (struct str){ p + sizeof head, head.n };
		p = bytes.p + bytes.n;
		if (head.at == REFUSED) {
			fprintf(stderr, "line %zu: %.*s\n", f->lines + head.line,
				STR_ARG(bytes));
			f->refused++;
		} else {
			timed_add(f, (struct timed){ head.at, f->lines + head.line, bytes });
		}
	}
	f->lines += lines;
}

static int
by_time(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static bool
in_order(const struct replay_file *f)
{
	for (size_t i = 1; i < f->n; i++)
		if (f->v[i].at < f->v[i - 1].at)
			return false;
	return true;
}

/* A copy that is as large as it must be. */
static struct str
block_keep(struct replay_file *f, struct str outcome)
{
	char *p = malloc(outcome.n);

	if (!p)
		abort();
	memcpy(p, outcome.p, outcome.n);
	f->blocks[f->blocks_n++] = p;
	return (struct str){ p, outcome.n };
}

static void
blocks_read(struct replay_file *f, struct reading *k)
{
	int threads = fan_threads(0);
	size_t blocks = (k->text.n + BLOCK_BYTES - 1) / BLOCK_BYTES;
	struct arena *arenas[FAN_MAX];
	struct fan *fan;
	struct str outcome;

	for (int i = 0; i < threads; i++)
		arenas[i] = arena_new();
	k->arenas = arenas;
	f->blocks = calloc(blocks + 1, sizeof *f->blocks);
	if (!f->blocks)
		abort();
	fan = fan_new(&(struct fan_work){ blocks, threads, OUTCOME_MAX, block_read, k });
	while (fan_next(fan, &outcome))
		block_take(f, block_keep(f, outcome));
	fan_free(fan);
	for (int i = 0; i < threads; i++)
		arena_free(arenas[i]);
}

int
replay_file_read(struct replay_file *f, const char *path, const struct settings *s,
		 const struct id *spool, enum replay_takes takes, struct err *e)
{
	struct reading k = { .s = s, .spool = *spool, .takes = takes };
	struct buf text = BUF(FILE_MAX_BYTES);
	int bad = file_read(path, &text, e);

	*f = (struct replay_file){ .bytes = (int64_t)text.n };
	if (!bad) {
		k.text = buf_str(&text);
		blocks_read(f, &k);
		if (!in_order(f))
			qsort(f->v, f->n, sizeof *f->v, by_time);
	}
	buf_release(&text);
	return bad;
}

void
replay_file_release(struct replay_file *f)
{
	for (size_t i = 0; i < f->blocks_n; i++)
		free(f->blocks[i]);
	free(f->blocks);
	free(f->v);
	*f = (struct replay_file){ .n = 0 };
}
