/*
 * What a block gives to replay_file_read(), in order:
 *   u64 how many lines it has, then struct entry_head and bytes for each line that says something:
 *   an encoded document, or why the line is refused.
 */
#include "core/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/fan.h"
#include "core/hash.h"
#include "core/str.h"

#include "cli/file.h"
#include "cli/replay_file.h"

#define FILE_MAX_BYTES ((size_t)4 << 30)
#define BLOCK_BYTES    ((size_t)256 << 10)
#define TAIL_BYTES     4096 /* and twice that, and so on */
/* Of a block as records: each may grow a little, and a line is as long as it is. */
#define OUTCOME_MAX (FILE_MAX_BYTES * 2)

struct replay_reader {
	struct arena *arena;
	struct buf text;   /* of the block */
	struct buf record; /* of the line  */
};

/* ---- a block's lines ---------------------------------------------------------------------------- */

/* Bytes from .. from + n of the file behind to's. False: they are not there any more. */
static bool
bytes_read(const struct replay_file *f, size_t from, size_t n, struct buf *to)
{
	buf_reserve(to, to->n + n + 1);
	if (to->cap < to->n + n + 1)
		return false; /* over its ceiling */
	while (n) {
		ssize_t got = pread(f->fd, to->p + to->n, n, (off_t)from);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to->n += (size_t)got;
		from += (size_t)got;
		n -= (size_t)got;
	}
	return true;
}

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

/* What the last line of text has behind it: from byte at of the file on. */
static bool
last_load(const struct replay_file *f, struct buf *text, size_t at)
{
	size_t size = (size_t)f->bytes, n = TAIL_BYTES;

	for (; text->p[text->n - 1] != '\n' && at < size; at += n, n *= 2) {
		size_t was = text->n;
		const char *end;

		n = size - at < n ? size - at : n;
		if (!bytes_read(f, at, n, text))
			return false;
		end = memchr(text->p + was, '\n', n);
		if (end)
			text->n = (size_t)(end + 1 - text->p);
	}
	return true;
}

/* The lines that begin in the block, from the byte before it on: it tells whether one begins with it. */
static bool
block_load(const struct replay_file *f, struct replay_reader *r, size_t block,
	   struct str *lines)
{
	size_t from = block * f->block_bytes, to = from + f->block_bytes,
	       size = (size_t)f->bytes;
	size_t before = from ? 1 : 0, begin;

	if (f->fd < 0) {
		size_t end;

		begin = line_from(buf_str(&f->text), from);
		end = line_from(buf_str(&f->text), to);
		*lines = str_slice(buf_str(&f->text), begin, end - begin);
		return true;
	}
	buf_clear(&r->text);
	to = to < size ? to : size;
	if (!bytes_read(f, from - before, to - from + before, &r->text))
		return false;
	begin = line_from(buf_str(&r->text), before);
	*lines = (struct str){ 0 };
	if (begin == r->text.n) /* all of a line that began before */
		return true;
	if (!last_load(f, &r->text, to))
		return false;
	*lines = str_slice(buf_str(&r->text), begin, SIZE_MAX);
	return true;
}

/* number: the block's in the upper half, the line's within it in the lower. */
static bool
line_take(const struct replay_file *f, struct replay_reader *r, struct str line,
	  uint64_t number, struct replay_said *x, struct err *e)
{
	struct document d;
	int taken = replay_line_read(&f->how, r->arena, line, &d, e);

	*x = (struct replay_said){ .line = number & UINT32_MAX };
	if (!taken)
		return false;
	if (taken > 0) {
		x->at = d.arrived_at;
		d.spool = f->spool;
		d.seq = (int64_t)number;
		buf_clear(&r->record);
		record_encode(&document_record, &d, &r->record);
		x->record = buf_str(&r->record);
		if (x->record.n > RECORD_MAX)
			taken = err_set(e, ERR_REJECT, "over %d bytes", RECORD_MAX);
	}
	if (taken < 0) {
		x->record = (struct str){ 0 };
		x->why = str_of(e->text);
	}
	return true;
}

size_t
replay_file_block(const struct replay_file *f, int thread, size_t block,
		  void (*said)(void *arg, const struct replay_said *), void *arg)
{
	struct replay_reader *r = &f->readers[thread];
	struct replay_said x = { .line = 1, .why = STR("could not be read any more") };
	struct str rest, line;
	size_t lines = 0;

	if (!block_load(f, r, block, &rest)) {
		said(arg, &x);
		return 1;
	}
	while (str_next(&rest, '\n', &line)) {
		struct err e = { .kind = ERR_NONE };

		lines++;
		line = str_trim(line);
		if (!line.n)
			continue;
		arena_reset(r->arena);
		if (line_take(f, r, line, (uint64_t)block << 32 | lines, &x, &e))
			said(arg, &x);
	}
	return lines;
}

/* ---- is it in order? ----------------------------------------------------------------------------- */

struct times {
	size_t documents;
	int64_t first, last; /* REPLAY_NEVER: it has none */
	bool in_order;
};

static void
block_look(void *arg, int thread, size_t block, struct buf *out)
{
	const struct replay_file *f = arg;
	struct replay_reader *r = &f->readers[thread];
	struct times t = { .first = REPLAY_NEVER, .last = REPLAY_NEVER, .in_order = true };
	struct str rest, line;

	if (!block_load(f, r, block, &rest))
		rest = (struct str){ 0 }; /* told when it is to be played */
	while (str_next(&rest, '\n', &line)) {
		int64_t at;

		line = str_trim(line);
		if (!line.n)
			continue;
		arena_reset(r->arena);
		at = replay_line_time(&f->how, r->arena, line);
		t.documents++;
		if (at == REPLAY_NEVER)
			continue;
		t.in_order &= at >= t.last;
		t.first = t.first == REPLAY_NEVER ? at : t.first;
		t.last = at;
	}
	buf_add(out, (struct str){ (const char *)&t, sizeof t });
}

static void
order_look(struct replay_file *f)
{
	struct fan *fan = fan_new(&(struct fan_work){ .blocks = f->blocks,
						      .threads = f->threads,
						      .max = 2 * sizeof(struct times),
						      .run = block_look,
						      .arg = f });
	int64_t last = REPLAY_NEVER;
	struct str outcome;

	f->in_order = true;
	while (fan_next(fan, &outcome)) {
		struct times t;

		memcpy(&t, outcome.p, sizeof t);
		f->documents += t.documents;
		if (t.first == REPLAY_NEVER)
			continue;
		f->in_order &= t.in_order && t.first >= last;
		last = t.last;
	}
	fan_free(fan);
}

/* ---- opening ------------------------------------------------------------------------------------- */

static void
blocks_set(struct replay_file *f, size_t bytes)
{
	f->bytes = (int64_t)bytes;
	f->blocks = (bytes + f->block_bytes - 1) / f->block_bytes;
}

static int
all_load(struct replay_file *f, struct err *e)
{
	if (file_read(f->path, &f->text, e) < 0)
		return -1;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	blocks_set(f, f->text.n);
	return 0;
}

int
replay_file_open(struct replay_file *f, const char *path, const struct replay_open *o,
		 struct err *e)
{
	struct stat st;

	*f = (struct replay_file){
		.how = o->how,
		.spool = o->spool,
		.path = path,
		.fd = -1,
		.text = BUF(FILE_MAX_BYTES),
		.block_bytes = o->block_bytes ? o->block_bytes : BLOCK_BYTES,
		.threads = fan_threads(o->threads),
	};
	f->readers = calloc((size_t)f->threads, sizeof *f->readers);
	if (!f->readers)
		abort();
	for (int i = 0; i < f->threads; i++)
		f->readers[i] = (struct replay_reader){ arena_new(), BUF(FILE_MAX_BYTES * 2),
							BUF(FILE_MAX_BYTES) };
	/* A pipe is opened once, by who reads it whole. */
	if (strcmp(path, "-") && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		f->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f->fd >= 0)
		blocks_set(f, (size_t)st.st_size);
	else if (all_load(f, e) < 0) /* which says why it cannot be opened, too */
		return -1;
	order_look(f);
	return 0;
}

void
replay_file_release(struct replay_file *f)
{
	for (int i = 0; i < f->threads; i++) {
		arena_free(f->readers[i].arena);
		buf_release(&f->readers[i].text);
		buf_release(&f->readers[i].record);
	}
	free(f->readers);
	for (size_t i = 0; i < f->kept_n; i++)
		free(f->kept[i]);
	free(f->kept);
	free(f->v);
	buf_release(&f->text);
	if (f->path && f->fd >= 0)
		close(f->fd);
	*f = (struct replay_file){ .fd = -1 };
}

/* ---- all of it ---------------------------------------------------------------------------------- */

struct entry_head {
	int64_t at; /* REPLAY_NEVER: what follows is why it is refused */
	uint64_t line, n;
};

static void
entry_put(void *out, const struct replay_said *x)
{
	struct str bytes = x->record.n ? x->record : x->why;
	struct entry_head head = { x->record.n ? x->at : REPLAY_NEVER, x->line, bytes.n };

	buf_add(out, (struct str){ (const char *)&head, sizeof head });
	buf_add(out, bytes);
}

static void
block_read(void *arg, int thread, size_t block, struct buf *out)
{
	uint64_t lines = 0;

	buf_add(out, (struct str){ (const char *)&lines, sizeof lines });
	lines = replay_file_block(arg, thread, block, entry_put, out);
	memcpy(out->p, &lines, sizeof lines);
}

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
		if (head.at == REPLAY_NEVER) {
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

/* A copy that is as large as it must be. */
static struct str
block_keep(struct replay_file *f, struct str outcome)
{
	char *p = malloc(outcome.n);

	if (!p)
		abort();
	memcpy(p, outcome.p, outcome.n);
	f->kept[f->kept_n++] = p;
	return (struct str){ p, outcome.n };
}

int
replay_file_read(struct replay_file *f, struct err *e)
{
	struct fan *fan;
	struct str outcome;

	if (f->fd >= 0 && all_load(f, e) < 0)
		return -1;
	f->kept = calloc(f->blocks + 1, sizeof *f->kept);
	if (!f->kept)
		abort();
	fan = fan_new(&(struct fan_work){ f->blocks, f->threads, OUTCOME_MAX, block_read, f });
	while (fan_next(fan, &outcome))
		block_take(f, block_keep(f, outcome));
	fan_free(fan);
	buf_release(&f->text);
	qsort(f->v, f->n, sizeof *f->v, by_time);
	return 0;
}
