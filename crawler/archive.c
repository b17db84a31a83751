/* archive.c - the writing half: spool -> block -> segment -> place. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/append.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/archive_block.h"
#include "crawler/archive_files.h"
#include "crawler/archive_store.h"

#define BLOCK_BYTES   ((size_t)2 << 20) /* of documents, before compression */
#define SEGMENT_BYTES ((int64_t)64 << 20)
#define AGAIN_MS      60000 /* the disk was full */
#define BLOCKS_A_TURN 4
#define DAY_S         86400

struct archive {
	char *dir;
	const struct archive_conf *conf;
	struct store *store;
	struct archive_place place;
	size_t waiting;     /* bytes, about                        */
	int64_t since_ms;   /* the first of them; 0 = none seen    */
	int64_t not_before; /* monotonic ms                        */
	struct buf raw, block;
};

static int64_t
day_of(int64_t at)
{
	return (at >= 0 ? at : at - (DAY_S - 1)) / DAY_S;
}

static void
segment_name(char *name, int64_t number, int64_t at)
{
	struct civil c = zone_civil(NULL, at);

	snprintf(name, ARCHIVE_NAME_MAX, "%08lld-%04d%02d%02d.zst", (long long)number, c.year,
		 c.month, c.day);
}

static const char *
segment_path(const struct archive *a, char *path, size_t n)
{
	snprintf(path, n, "%s/%s", a->dir, a->place.segment);
	return path;
}

/* What lies behind the place was being written when the process died. */
static int
tail_cut(struct archive *a, struct err *e)
{
	char path[4200];
	int64_t n;
	int cut;

	if (!a->place.segment[0])
		return 0;
	n = append_length(segment_path(a, path, sizeof path));
	if (n < a->place.bytes) {
		log_event(LOG_ERROR, "archive_short", "segment=%s bytes=%lld should_be=%lld",
			  a->place.segment, (long long)n, (long long)a->place.bytes);
		a->place.segment[0] = '\0'; /* what there is stays; go on in another */
		a->place.bytes = 0;
		return 0;
	}
	cut = append_cut(path, a->place.bytes, e);
	if (cut > 0)
		log_event(LOG_INFO, "archive_tail_cut", "segment=%s bytes=%lld",
			  a->place.segment, (long long)(n - a->place.bytes));
	return cut < 0 ? -1 : 0;
}

static int
place_write(struct archive *a, const struct archive_place *p, struct err *e)
{
	if (store_begin(a->store, e) < 0)
		return -1;
	if (archive_place_write(a->store, p, e) < 0) {
		store_rollback(a->store);
		return -1;
	}
	if (store_commit(a->store, e) < 0)
		return -1;
	a->place = *p;
	return 0;
}

struct archive *
archive_new(const char *dir, const struct archive_conf *conf, struct store *store,
	    struct err *e)
{
	struct archive *a = calloc(1, sizeof *a);
	int known;

	if (!a || asprintf(&a->dir, "%s/archive", dir) < 0)
		abort();
	a->conf = conf;
	a->store = store;
	a->raw = BUF(ARCHIVE_RAW_MAX);
	a->block = BUF(ARCHIVE_RAW_MAX * 2);
	if (mkdir(a->dir, 0700) < 0 && errno != EEXIST) {
		err_set(e, ERR_USAGE, "could not make \"%s\": %s", a->dir, strerror(errno));
		goto fail;
	}
	known = archive_place_read(store, &a->place, e);
	if (known < 0 || tail_cut(a, e) < 0 || (!known && place_write(a, &a->place, e) < 0))
		goto fail;
	a->waiting = 1; /* perhaps: look */
	return a;
fail:
	archive_free(a);
	return NULL;
}

void
archive_free(struct archive *a)
{
	if (!a)
		return;
	free(a->dir);
	buf_release(&a->raw);
	buf_release(&a->block);
	free(a);
}

void
archive_told(struct archive *a, size_t bytes)
{
	a->waiting += bytes;
}

int
archive_close_segment(struct archive *a, struct err *e)
{
	struct archive_place next = { .seq = a->place.seq };

	return a->place.segment[0] ? place_write(a, &next, e) : 0;
}

bool
archive_waits(const struct archive *a)
{
	return a->waiting > 0;
}

/* ---- one block -------------------------------------------------------------------------------- */

struct gathering {
	struct archive *a;
	struct archive_span span;
	int64_t upto; /* highest number looked at */
	bool more;
};

static bool
gather(void *arg, const struct archive_row *r)
{
	struct gathering *g = arg;
	struct archive *a = g->a;

	if (!r->again && a->raw.n &&
	    (a->raw.n + r->body.n > BLOCK_BYTES || day_of(r->at) != day_of(g->span.first_at))) {
		g->more = true;
		return false;
	}
	g->upto = r->seq;
	if (r->again)
		return true;
	buf_add(&a->raw, r->body);
	if (!g->span.documents++) {
		g->span.first_seq = r->seq;
		g->span.first_at = g->span.last_at = r->at;
	}
	g->span.last_seq = r->seq;
	if (r->at < g->span.first_at)
		g->span.first_at = r->at;
	if (r->at > g->span.last_at)
		g->span.last_at = r->at;
	return true;
}

/* A segment is of one day and not too long. Its name is remembered before it is made. */
static int
segment_choose(struct archive *a, int64_t at, struct err *e)
{
	struct archive_place next = { .seq = a->place.seq };
	struct archive_files files;
	char same[ARCHIVE_NAME_MAX];
	int64_t number = 1;

	if (a->place.segment[0] && a->place.bytes < SEGMENT_BYTES &&
	    str_int64((struct str){ a->place.segment, 8 }, &number) == 0) {
		segment_name(same, number, at);
		if (!strcmp(same, a->place.segment))
			return 0;
	}
	number = 0;
	if (archive_files_read(a->dir, &files, e) < 0)
		return -1;
	if (files.n)
		number = files.v[files.n - 1].number;
	archive_files_release(&files);
	segment_name(next.segment, number + 1, at);
	return place_write(a, &next, e);
}

static int
block_write(struct archive *a, const struct gathering *g, struct err *e)
{
	struct archive_place next;
	char path[4200];

	if (!g->span.documents) { /* all of them stand in the archive already */
		next = a->place;
		next.seq = g->upto;
		return place_write(a, &next, e);
	}
	if (segment_choose(a, g->span.first_at, e) < 0)
		return -1;
	buf_clear(&a->block);
	archive_block_add(&a->block, buf_str(&a->raw), &g->span);
	if (append_at(segment_path(a, path, sizeof path), a->place.bytes, buf_str(&a->block),
		      e) < 0)
		return -1;
	next = a->place;
	next.bytes += (int64_t)a->block.n;
	next.seq = g->upto;
	return place_write(a, &next, e);
}

static int
turn_failed(struct archive *a, int64_t mono_ms, struct err *e)
{
	if (e->kind != ERR_RETRY && e->kind != ERR_REJECT)
		return -1;
	log_event(LOG_ERROR, "archive_unwritable", "segment=%s why=%s", a->place.segment,
		  e->text);
	if (e->kind == ERR_REJECT) /* the segment was cut by somebody */
		a->place.segment[0] = '\0', a->place.bytes = 0;
	a->not_before = mono_ms + AGAIN_MS;
	return 0;
}

int
archive_turn(struct archive *a, int64_t mono_ms, enum archive_when when, struct err *e)
{
	int n = 0;

	if (!a->waiting || (when == ARCHIVE_DUE && mono_ms < a->not_before))
		return 0;
	if (!a->since_ms)
		a->since_ms = mono_ms;
	if (when == ARCHIVE_DUE && a->waiting < BLOCK_BYTES &&
	    mono_ms - a->since_ms < a->conf->every_s * 1000)
		return 0;
	for (;;) {
		struct gathering g = { .a = a };

		buf_clear(&a->raw);
		if (archive_each(a->store, a->place.seq, gather, &g, e) < 0)
			return -1;
		if (g.upto && block_write(a, &g, e) < 0)
			return turn_failed(a, mono_ms, e);
		n += g.upto != 0;
		if (!g.more) {
			a->waiting = 0;
			a->since_ms = 0;
			return n;
		}
		if (when == ARCHIVE_DUE && n == BLOCKS_A_TURN)
			return n; /* the rest with the next batch */
	}
}

/* ---- what is too old or too much --------------------------------------------------------------- */

int
archive_prune(struct archive *a, int64_t now)
{
	struct archive_files files;
	struct err e = { 0 };
	int64_t bytes = 0;
	int gone = 0;

	if (archive_files_read(a->dir, &files, &e) < 0) {
		log_event(LOG_WARN, "archive_unreadable", "why=%s", e.text);
		return 0;
	}
	for (size_t i = 0; i < files.n; i++)
		bytes += files.v[i].bytes;
	for (size_t i = 0; i < files.n; i++) {
		const struct archive_file *f = &files.v[i];
		char path[4200];

		if ((f->day_at + DAY_S > now - a->conf->keep_s &&
		     bytes <= a->conf->keep_bytes) ||
		    !strcmp(f->name, a->place.segment))
			continue;
		snprintf(path, sizeof path, "%s/%s", a->dir, f->name);
		if (unlink(path) < 0)
			log_event(LOG_WARN, "archive_not_removed", "segment=%s why=%s", f->name,
				  strerror(errno));
		bytes -= f->bytes;
		gone++;
	}
	archive_files_release(&files);
	return gone;
}
