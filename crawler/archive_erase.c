/* archive_erase.c - see archive_erase.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/append.h"
#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/archive_block.h"
#include "crawler/archive_erase.h"
#include "crawler/archive_files.h"

#define SEGMENT_MAX ((size_t)96 << 20)
#define DAY_S       86400

struct rewrite {
	const struct archive_erased *v;
	size_t n;
	char path[4400], part[4500];
	struct buf file, raw, rest, block;
	int64_t written; /* of part                            */
	size_t upto;     /* of file, that stand in part        */
	int64_t gone;
};

static bool
is_erased(const struct rewrite *w, const struct id *document)
{
	for (size_t i = 0; i < w->n; i++)
		if (id_eq(&w->v[i].document, document))
			return true;
	return false;
}

static bool
may_hold(const struct rewrite *w, int64_t first_at, int64_t last_at)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].at >= first_at && w->v[i].at <= last_at)
			return true;
	return false;
}

static int
part_add(struct rewrite *w, struct str bytes, struct err *e)
{
	if (bytes.n && append_write(w->part, w->written, bytes, e) < 0)
		return -1;
	w->written += (int64_t)bytes.n;
	return 0;
}

/* The documents of a block but those that go into w->rest. Their number. */
static int64_t
block_sift(struct rewrite *w, const struct archive_block *b)
{
	struct str from;
	struct arena *a = arena_new();
	struct err e = { 0 };
	int64_t gone = 0;
	size_t n;

	buf_clear(&w->raw);
	buf_clear(&w->rest);
	if (archive_block_read(b, &w->raw, &e) < 0)
		buf_clear(&w->raw); /* damaged: nobody can read it */
	for (from = buf_str(&w->raw); from.n && (n = record_length(from));
	     from = str_slice(from, n, from.n)) {
		struct str record = str_slice(from, 0, n);
		struct document d;

		arena_reset(a);
		if (record_decode(&document_record, record, &d, a, &e) == 0 &&
		    is_erased(w, &d.id))
			gone++;
		else
			buf_add(&w->rest, record);
	}
	buf_add(&w->rest, from);
	arena_free(a);
	return gone;
}

/* A block that loses documents keeps its span: what it says of numbers stays true. */
static int
block_erase(struct rewrite *w, struct archive_block *b, struct err *e)
{
	int64_t gone;

	if (!may_hold(w, b->span.first_at, b->span.last_at))
		return 0;
	gone = block_sift(w, b);
	if (!gone)
		return 0;
	w->gone += gone;
	b->span.documents -= gone;
	buf_clear(&w->block);
	archive_block_add(&w->block, buf_str(&w->rest), &b->span);
	if (part_add(w, str_slice(buf_str(&w->file), w->upto, b->at - w->upto), e) < 0)
		return -1;
	w->upto = b->at + b->n;
	return part_add(w, buf_str(&w->block), e);
}

static int
segment_erase(struct rewrite *w, struct err *e)
{
	enum archive_said said;
	struct archive_block b;
	struct err why = { 0 };
	size_t at = 0;

	if (append_read(w->path, 0, -1, &w->file, &why) < 0)
		return append_length(w->path) < 0 ? 0 /* it expired */
						  : err_set(e, ERR_RETRY, "%s", why.text);
	while ((said = archive_block_next(buf_str(&w->file), &at, &b)) != ARCHIVE_END)
		if (said == ARCHIVE_BLOCK && block_erase(w, &b, e) < 0)
			return -1;
	if (!w->gone)
		return 0;
	if (part_add(w, str_slice(buf_str(&w->file), w->upto, w->file.n - w->upto), e) < 0)
		return -1;
	return append_rename(w->part, w->path, e);
}

/* The file to look into next. */
static bool
segment_find(const char *dir, const struct rewrite *w, int64_t after, struct archive_file *f,
	     struct err *e)
{
	struct archive_files files;
	bool found = false;

	if (archive_files_read(dir, &files, e) < 0)
		return false;
	for (size_t i = 0; i < files.n && !found; i++) {
		*f = files.v[i];
		found = f->number > after &&
			may_hold(w, f->day_at - DAY_S, f->day_at + 2 * DAY_S);
	}
	archive_files_release(&files);
	return found;
}

int
archive_erase(const char *dir, const struct archive_erased *v, size_t n, int64_t *after,
	      int64_t *gone, struct err *e)
{
	struct rewrite w = { .v = v,
			     .n = n,
			     .file = BUF(SEGMENT_MAX),
			     .raw = BUF(ARCHIVE_RAW_MAX),
			     .rest = BUF(ARCHIVE_RAW_MAX),
			     .block = BUF(ARCHIVE_RAW_MAX * 2) };
	struct archive_file f;
	int rc;

	e->kind = ERR_NONE;
	if (!segment_find(dir, &w, *after, &f, e))
		return e->kind == ERR_NONE ? 0 : -1;
	snprintf(w.path, sizeof w.path, "%s/%s", dir, f.name);
	snprintf(w.part, sizeof w.part, "%s.part", w.path);
	rc = segment_erase(&w, e);
	if (rc == 0) {
		*after = f.number;
		*gone += w.gone;
	}
	buf_release(&w.file);
	buf_release(&w.raw);
	buf_release(&w.rest);
	buf_release(&w.block);
	return rc < 0 ? -1 : 1;
}
