/* evidence.c - wants -> rows, files; when to look again; when to forget. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/append.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/evidence_inside.h"
#include "crawler/evidence_text.h"
#include "crawler/evidence_warc.h"
#include "crawler/harvest.h"

#define HOLD_S      7200 /* the responder says every 10 minutes that an incident is open */
#define DAY_S       86400
#define ROWS_A_TURN 16
#define FULL_S      3600 /* over the budget: looked at again after */
#define DISK_S      600  /* the disk refused                       */
#define FILE_MAX    ((size_t)64 << 20)

struct evidence *
evidence_new(struct crawler *c, struct err *e)
{
	struct evidence *v = calloc(1, sizeof *v);

	if (!v || asprintf(&v->dir, "%s/evidence", c->setup.dir) < 0)
		abort();
	v->c = c;
	v->conf = c->setup.evidence;
	if (mkdir(v->dir, 0700) < 0 && errno != EEXIST) {
		err_set(e, ERR_USAGE, "could not make \"%s\": %s", v->dir, strerror(errno));
		evidence_free(v);
		return NULL;
	}
	return v;
}

void
evidence_free(struct evidence *v)
{
	if (!v)
		return;
	looks_free(v);
	free(v->wants);
	free(v->dir);
	free(v);
}

static bool
has_page(const struct evidence *v, const struct evidence_row *row)
{
	/* In stepped time the page of now is not the page of then. */
	return v->conf->fetch && row->url.n && !v->c->setup.quiet &&
	       v->c->setup.clock->mode != CLOCK_STEPPED;
}

/* ---- wants --------------------------------------------------------------------------------------- */

void
evidence_want(struct evidence *v, int64_t seq, int64_t keep)
{
	if (v->n_wants == v->cap) {
		v->cap = v->cap ? v->cap * 2 : 64;
		v->wants = reallocarray(v->wants, v->cap, sizeof *v->wants);
		if (!v->wants)
			abort();
	}
	v->wants[v->n_wants++] = (struct want){ seq, keep };
}

bool
evidence_wanted(const struct evidence *v)
{
	return v->n_wants > 0;
}

/* The row of a document that nothing was known of. 1, 0: it is not in the spool any more, -1. */
static int
row_new(struct evidence *v, int64_t seq, struct arena *a, struct evidence_row *r, struct err *e)
{
	struct buf body = BUF(RECORD_MAX), file = BUF(100);
	struct document d;
	struct civil day = zone_civil(NULL, v->c->now);
	int rc = spool_body(v->c->store, seq, &body, e);

	if (rc == 0 && body.n)
		rc = record_decode(&document_record, arena_str(a, buf_str(&body)), &d, a, e) < 0
			     ? -1
			     : 1;
	if (rc == 1) {
		buf_addf(&file, "%04d%02d%02d/", day.year, day.month, day.day);
		id_add_hex(&file, &d.id);
		buf_add(&file, STR(".warc.gz"));
		*r = (struct evidence_row){ .document = d.id,
					    .seq = seq,
					    .at = v->c->now,
					    .source = d.source,
					    .url = d.url,
					    .file = arena_str(a, buf_str(&file)),
					    .next_at = v->c->now };
	}
	buf_release(&body);
	buf_release(&file);
	return rc;
}

static int
want_write(struct evidence *v, const struct want *w, struct arena *a, struct err *e)
{
	struct evidence_row r;
	int known = evidence_read_seq(v->c->store, w->seq, a, &r, e);
	int64_t why, held;

	if (known == 0) {
		known = row_new(v, w->seq, a, &r, e);
		if (known < 0 && e->kind == ERR_REJECT)
			known = 0; /* a damaged row of the spool is no evidence */
		/* An older number of the same document: its row stays. */
		if (known == 1) {
			struct evidence_row old;
			int there = evidence_read(v->c->store, &r.document, a, &old, e);

			if (there < 0)
				return -1;
			if (there)
				r = old;
		}
	}
	if (known <= 0)
		return known;
	why = r.why | w->keep;
	held = w->keep & KEEP_INCIDENT ? v->c->now + HOLD_S : r.held_until;
	if (why == r.why && held < r.held_until + HOLD_S / 4)
		return 0;
	r.why = why;
	r.held_until = held > r.held_until ? held : r.held_until;
	if (r.next_at == EVIDENCE_NEVER && has_page(v, &r))
		r.next_at = evidence_again(v, &r, v->c->now);
	if (r.next_at < v->next_at)
		v->next_at = r.next_at;
	return evidence_write(v->c->store, &r, e);
}

int
evidence_settle(struct evidence *v, struct err *e)
{
	struct arena *a = arena_new();
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < v->n_wants; i++) {
		arena_reset(a);
		rc = want_write(v, &v->wants[i], a, e);
	}
	arena_free(a);
	return rc < 0 ? -1 : 0;
}

void
evidence_committed(struct evidence *v)
{
	v->n_wants = 0;
}

void
evidence_dropped(struct evidence *v)
{
	v->next_at = 0;
}

/* ---- files ---------------------------------------------------------------------------------------- */

static const char *
path_of(const struct evidence *v, const struct evidence_row *row, char *path, size_t n)
{
	snprintf(path, n, "%s/%.*s", v->dir, STR_ARG(row->file));
	return path;
}

static int
bytes_put(struct evidence *v, struct evidence_row *row, struct str pieces, struct err *e)
{
	char path[4300], *slash;

	path_of(v, row, path, sizeof path);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(e, ERR_RETRY, "could not make \"%s\": %s", path,
			       strerror(errno));
	*slash = '/';
	return append_at(path, row->bytes, pieces, e);
}

int
evidence_put(struct evidence *v, struct evidence_row *row, struct sight_row *s,
	     struct str pieces, struct err *e)
{
	uint8_t sha[32];
	struct err why = { 0 };

	if (bytes_put(v, row, pieces, &why) < 0) {
		log_event(LOG_ERROR, "evidence_unwritable", "file=%.*s why=%s",
			  STR_ARG(row->file), why.text);
		row->next_at = v->c->now + DISK_S;
		return evidence_write(v->c->store, row, e);
	}
	hash_sha256(pieces, sha);
	s->n = row->sights;
	s->from = row->bytes;
	s->bytes = (int64_t)pieces.n;
	s->sha = (struct str){ (const char *)sha, sizeof sha };
	row->sights++;
	row->fetches += s->outcome != SIGHT_TAKEN;
	row->bytes += s->bytes;
	if (sight_write(v->c->store, &row->document, s, e) < 0)
		return -1;
	return evidence_write(v->c->store, row, e);
}

/* The document as it was taken in: at once, whatever becomes of its page. */
static int
document_put(struct evidence *v, struct evidence_row *row, struct arena *a, struct err *e)
{
	struct buf pieces = BUF(FILE_MAX), body = BUF(RECORD_MAX), text = BUF(RECORD_MAX);
	struct sight_row s = { .at = v->c->now, .outcome = SIGHT_TAKEN };
	struct document d;
	uint8_t sha[32];
	int rc = spool_body(v->c->store, row->seq, &body, e);

	if (rc == 0 && body.n)
		rc = record_decode(&document_record, buf_str(&body), &d, a, e) < 0 ? -1 : 1;
	if (rc == 1) {
		evidence_add_info(&pieces, &row->document, v->c->now);
		evidence_add_document(&pieces, &d, v->c->now);
		buf_addf(&text, "%.*s\n%.*s", STR_ARG(d.title), STR_ARG(d.text));
		hash_sha256(str_trim(buf_str(&text)), sha);
		s.text_sha = (struct str){ (const char *)sha, sizeof sha };
		rc = evidence_put(v, row, &s, buf_str(&pieces), e);
	} else if (rc == 0) {
		log_event(LOG_WARN, "evidence_gone", "seq=%lld why=%s", (long long)row->seq,
			  "the spool has it no more");
		row->sights++;
		rc = evidence_write(v->c->store, row, e);
	}
	buf_release(&pieces);
	buf_release(&body);
	buf_release(&text);
	return rc;
}

/* ---- when ----------------------------------------------------------------------------------------- */

int64_t
evidence_again(const struct evidence *v, const struct evidence_row *row, int64_t now)
{
	for (size_t i = 0; i < v->conf->n_again; i++)
		if (row->at + v->conf->again_s[i] > now)
			return row->at + v->conf->again_s[i];
	return row->held_until > now ? now + DAY_S : EVIDENCE_NEVER;
}

/* 1 something was done, 0 it stays as it is for now, -1. */
static int
row_turn(struct evidence *v, struct evidence_row *row, struct arena *a, struct err *e)
{
	if (look_runs(v, &row->document))
		return 0;
	if (!row->sights) {
		if (document_put(v, row, a, e) < 0)
			return -1;
		if (!row->sights)
			return 1; /* the disk refused: later */
	}
	if (has_page(v, row) && !v->full) {
		if (v->n_looks == LOOKS_MAX)
			return 0;
		look_begin(v, row);
		return 1;
	}
	row->next_at = has_page(v, row) ? v->c->now + FULL_S : EVIDENCE_NEVER;
	return evidence_write(v->c->store, row, e) < 0 ? -1 : 1;
}

/* More than can be on its way, so that others are seen beside those. */
#define ROWS_SEEN (LOOKS_MAX + ROWS_A_TURN)

static int
rows_turn(struct evidence *v, struct err *e)
{
	struct evidence_row rows[ROWS_SEEN];
	struct arena *a = arena_new();
	int n = evidence_due(v->c->store, v->c->now, a, rows, ROWS_SEEN, e);
	int rc = n < 0 || (n && crawler_begin(v->c, e) < 0) ? -1 : 0, done = 0;

	for (int i = 0; rc >= 0 && i < n && done < ROWS_A_TURN; i++) {
		rc = row_turn(v, &rows[i], a, e);
		done += rc > 0;
	}
	if (rc >= 0 && done && n == ROWS_SEEN)
		v->next_at = v->c->now; /* there may be more */
	else if (rc >= 0)
		rc = evidence_next(v->c->store, v->c->now, &v->next_at, e);
	arena_free(a);
	return rc < 0 ? -1 : 0;
}

void
evidence_turn(struct evidence *v)
{
	struct err e = { 0 };

	looks_turn(v);
	if (v->next_at <= v->c->now && rows_turn(v, &e) < 0)
		crawler_fail(v->c, &e);
}

int64_t
evidence_due_at(const struct evidence *v)
{
	int64_t looks = looks_due(v);

	return v->next_at < looks ? v->next_at : looks;
}

int64_t
evidence_looks(const struct evidence *v)
{
	return (int64_t)v->n_looks;
}

/* ---- forgetting ----------------------------------------------------------------------------------- */

/* The file first: what dies between leaves a row without one, which the next turn removes. */
static int
row_remove(struct evidence *v, const struct evidence_row *row, struct err *e)
{
	char path[4300];

	if (unlink(path_of(v, row, path, sizeof path)) < 0 && errno != ENOENT)
		return err_set(e, ERR_RETRY, "could not remove \"%s\": %s", path,
			       strerror(errno));
	*strrchr(path, '/') = '\0';
	if (rmdir(path) < 0)
		errno = 0; /* others of that day are still there */
	return evidence_delete(v->c->store, &row->document, e);
}

int
evidence_retain(struct evidence *v, int64_t now, struct err *e)
{
	struct evidence_terms terms = { now - v->conf->keep_s, KEEP_INCIDENT,
					now - v->conf->keep_incident_s };
	struct evidence_row rows[ROWS_A_TURN];
	struct arena *a = arena_new();
	int n = evidence_old(v->c->store, &terms, a, rows, ROWS_A_TURN, e), rc = n < 0 ? -1 : 0;
	bool full = evidence_bytes(v->c->store) > v->conf->keep_bytes;

	for (int i = 0; rc == 0 && i < n; i++)
		rc = row_remove(v, &rows[i], e);
	arena_free(a);
	if (full && !v->full)
		log_event(LOG_ERROR, "evidence_full", "keep_bytes=%lld",
			  (long long)v->conf->keep_bytes);
	v->full = full;
	return rc;
}

int
evidence_erase(struct evidence *v, const struct id *document, struct err *e)
{
	struct arena *a = arena_new();
	struct evidence_row row;
	int r = evidence_read(v->c->store, document, a, &row, e);

	if (r == 1 && row_remove(v, &row, e) < 0)
		r = -1;
	arena_free(a);
	return r;
}
