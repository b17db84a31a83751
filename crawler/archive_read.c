/* archive_read.c - segments -> documents, past damage; and what a restore makes of them. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "core/append.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/archive_block.h"
#include "crawler/archive_files.h"
#include "crawler/spool_store.h"

#define SEGMENT_MAX ((size_t)96 << 20) /* 64 MiB and a last block that is too long for it */
#define DAY_S       86400
#define FILES_MAX   100000

/* ---- the folder -------------------------------------------------------------------------------- */

/* "00000012-20261128.zst" */
static bool
name_read(const char *name, struct archive_file *f)
{
	struct str s = str_of(name);
	int64_t day;

	if (s.n != 21 || s.p[8] != '-' || !str_ends(s, STR(".zst")) ||
	    str_int64(str_slice(s, 0, 8), &f->number) < 0 ||
	    str_int64(str_slice(s, 9, 8), &day) < 0 || day < 0)
		return false;
	f->day_at = zone_utc(NULL, (struct civil){ .year = (int)(day / 10000),
						   .month = (int)(day / 100 % 100),
						   .day = (int)(day % 100) });
	memcpy(f->name, s.p, s.n + 1);
	return true;
}

static int
by_number(const void *a, const void *b)
{
	const struct archive_file *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

int
archive_files_read(const char *dir, struct archive_files *f, struct err *e)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	*f = (struct archive_files){ .n = 0 };
	if (!d && errno == ENOENT)
		return 0;
	if (!d)
		return err_set(e, ERR_RETRY, "could not read \"%s\": %s", dir, strerror(errno));
	while ((entry = readdir(d)) && f->n < FILES_MAX) {
		struct archive_file file = { .number = 0 };
		char path[4400];

		if (!name_read(entry->d_name, &file))
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		file.bytes = append_length(path);
		if (file.bytes < 0)
			continue;
		if (f->n == f->cap) {
			f->cap = f->cap ? f->cap * 2 : 64;
			f->v = reallocarray(f->v, f->cap, sizeof *f->v);
			if (!f->v)
				abort();
		}
		f->v[f->n++] = file;
	}
	closedir(d);
	if (f->n)
		qsort(f->v, f->n, sizeof *f->v, by_number);
	return 0;
}

void
archive_files_release(struct archive_files *f)
{
	free(f->v);
	*f = (struct archive_files){ .n = 0 };
}

/* ---- documents --------------------------------------------------------------------------------- */

struct archive_reader {
	char *dir;
	int64_t from, to;
	struct archive_files files;
	size_t next_file;
	struct buf file, raw; /* the segment, the documents of one block */
	size_t at;            /* in file                                */
	struct str rest;      /* of raw                                 */
	struct arena *arena;  /* of one document                        */
	struct archive_figures figures;
};

struct archive_reader *
archive_open(const char *dir, int64_t from, int64_t to, struct err *e)
{
	struct archive_reader *r = calloc(1, sizeof *r);

	if (!r || asprintf(&r->dir, "%s/archive", dir) < 0)
		abort();
	r->from = from;
	r->to = to;
	r->file = BUF(SEGMENT_MAX);
	r->raw = BUF(ARCHIVE_RAW_MAX);
	r->arena = arena_new();
	if (archive_files_read(r->dir, &r->files, e) < 0 ||
	    (!r->files.n && err_set(e, ERR_USAGE,
				    "there is no archive in \"%s\" yet: what comes in is there "
				    "after archive.every, unless archive.keep is 0",
				    r->dir) < 0)) {
		archive_close(r);
		return NULL;
	}
	return r;
}

int64_t
archive_newest_at(const char *dir)
{
	struct archive_files files;
	char path[4200];
	struct err e = { 0 };
	int64_t at = 0;

	snprintf(path, sizeof path, "%s/archive", dir);
	if (archive_files_read(path, &files, &e) < 0)
		return 0;
	if (files.n)
		at = files.v[files.n - 1].day_at + DAY_S;
	archive_files_release(&files);
	return at;
}

void
archive_close(struct archive_reader *r)
{
	if (!r)
		return;
	archive_files_release(&r->files);
	buf_release(&r->file);
	buf_release(&r->raw);
	arena_free(r->arena);
	free(r->dir);
	free(r);
}

static void
damaged(struct archive_reader *r, size_t at, size_t n, const char *why)
{
	log_event(LOG_WARN, "archive_damaged", "segment=%s at=%zu bytes=%zu why=%s",
		  r->files.v[r->next_file - 1].name, at, n, why);
	r->figures.damaged++;
	r->figures.lost_bytes += (int64_t)n;
}

/* The next segment that may hold something of ours into r->file. */
static bool
segment_next(struct archive_reader *r)
{
	while (r->next_file < r->files.n) {
		const struct archive_file *f = &r->files.v[r->next_file++];
		struct err e = { 0 };
		char path[4400];

		r->at = 0;
		buf_clear(&r->file);
		if (f->day_at + DAY_S <= r->from || f->day_at > r->to)
			continue;
		snprintf(path, sizeof path, "%s/%s", r->dir, f->name);
		if (append_read(path, 0, -1, &r->file, &e) == 0)
			return true;
		damaged(r, 0, (size_t)f->bytes, e.text);
		buf_release(&r->file);
	}
	return false;
}

static void
span_count(struct archive_figures *f, const struct archive_span *s)
{
	f->blocks++;
	if (!f->first_at || s->first_at < f->first_at)
		f->first_at = s->first_at;
	if (s->last_at > f->last_at)
		f->last_at = s->last_at;
	if (s->last_seq > f->last_seq)
		f->last_seq = s->last_seq;
}

/* The documents of the next block into r->rest. False at the end. */
static bool
block_next(struct archive_reader *r)
{
	struct archive_block b;
	struct err e = { 0 };

	for (;;) {
		switch (archive_block_next(buf_str(&r->file), &r->at, &b)) {
		case ARCHIVE_END:
			if (!segment_next(r))
				return false;
			break;
		case ARCHIVE_DAMAGE:
			damaged(r, b.at, b.n, "not a block, or its checksum is wrong");
			break;
		case ARCHIVE_TAIL:
			r->figures.tail_bytes += (int64_t)b.n;
			break;
		case ARCHIVE_BLOCK:
			span_count(&r->figures, &b.span);
			if (b.span.last_at < r->from || b.span.first_at > r->to)
				break;
			buf_clear(&r->raw);
			if (archive_block_read(&b, &r->raw, &e) < 0) {
				damaged(r, b.at, b.n, e.text);
				break;
			}
			r->rest = buf_str(&r->raw);
			return true;
		}
	}
}

int
archive_read(struct archive_reader *r, struct document *d, struct err *e)
{
	(void)e;
	for (;;) {
		size_t n = record_length(r->rest);
		struct str record = str_slice(r->rest, 0, n);
		struct err why = { 0 };

		if (!r->rest.n || !n) {
			if (r->rest.n)
				damaged(r, 0, r->rest.n, "a block holds something else");
			if (!block_next(r))
				return 0;
			continue;
		}
		r->rest = str_slice(r->rest, n, r->rest.n);
		arena_reset(r->arena);
		if (record_decode(&document_record, record, d, r->arena, &why) < 0) {
			damaged(r, 0, n, why.text);
			continue;
		}
		if (d->arrived_at < r->from || d->arrived_at > r->to)
			continue;
		r->figures.documents++;
		return 1;
	}
}

void
archive_read_figures(const struct archive_reader *r, struct archive_figures *f)
{
	*f = r->figures;
}

/* ---- restore ----------------------------------------------------------------------------------- */

/* Highest document number of all whole blocks. */
static int
last_number(const char *dir, int64_t *seq, struct err *e)
{
	struct archive_reader *r = archive_open(dir, INT64_MAX, INT64_MAX - 1, e);
	struct archive_files *f;

	*seq = 0;
	if (!r)
		return e->kind == ERR_USAGE ? 0 : -1;
	f = &r->files;
	for (size_t i = f->n; i-- > 0 && !*seq;) { /* the newest segment that has one */
		struct archive_block b;
		char path[4400];
		size_t at = 0;
		enum archive_said said;

		buf_clear(&r->file);
		snprintf(path, sizeof path, "%s/%s", r->dir, f->v[i].name);
		if (append_read(path, 0, -1, &r->file, e) < 0)
			continue;
		while ((said = archive_block_next(buf_str(&r->file), &at, &b)) != ARCHIVE_END)
			if (said == ARCHIVE_BLOCK && b.span.last_seq > *seq)
				*seq = b.span.last_seq;
	}
	archive_close(r);
	return 0;
}

int
archive_adopt(struct store *s, const char *dir, struct err *e)
{
	struct archive_place p;
	int64_t seq;
	int known = archive_place_read(s, &p, e);

	if (known < 1)
		return known;
	if (last_number(dir, &seq, e) < 0)
		return -1;
	p.segment[0] = '\0';
	p.bytes = 0;
	/* What came after the copy was made has its numbers given anew. */
	if (seq > spool_last_seq(s))
		seq = spool_last_seq(s);
	if (seq > p.seq)
		p.seq = seq;
	return archive_place_write(s, &p, e);
}
