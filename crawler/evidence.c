/* evidence.c - wants -> rows and records; when to look again; when to forget. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/erase_store.h"
#include "crawler/evidence_inside.h"
#include "crawler/evidence_text.h"
#include "crawler/evidence_warc.h"
#include "crawler/harvest.h"

#define HOLD_S      7200 /* the responder says every 10 minutes that an incident is open */
#define DAY_S       86400
#define ROWS_A_TURN 16
#define FULL_S      3600 /* over the budget: looked at again after */
#define DISK_S      600  /* the disk refused                       */
#define ROWS_GO     500
#define PIECES_SOME ((size_t)4 << 20) /* written at once, if not less */
#define PIECES_MAX  ((size_t)64 << 20)

struct evidence *
evidence_new(struct crawler *c, struct err *e)
{
	struct evidence *v = calloc(1, sizeof *v);

	if (!v || asprintf(&v->dir, "%s/evidence", c->setup.dir) < 0)
		abort();
	v->c = c;
	v->conf = c->setup.evidence;
	v->pieces = BUF(PIECES_MAX);
	if (mkdir(v->dir, 0700) < 0 && errno != EEXIST)
		err_set(e, ERR_USAGE, "could not make \"%s\": %s", v->dir, strerror(errno));
	else if (files_open(v, e) == 0)
		return v;
	evidence_free(v);
	return NULL;
}

void
evidence_free(struct evidence *v)
{
	if (!v)
		return;
	looks_free(v);
	free(v->wants);
	free(v->taken);
	buf_release(&v->pieces);
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

/* ---- documents ------------------------------------------------------------------------------------ */

/* What was taken goes into the file; what the disk refuses is told to the log and tried later. */
static int
taken_flush(struct evidence *v, struct err *e)
{
	struct err why = { 0 };
	int64_t from;
	int rc = 0;

	if (v->n_taken &&
	    files_put(v, buf_str(&v->pieces), (int64_t)v->n_taken, &from, &why) < 0) {
		log_event(LOG_ERROR, "evidence_unwritable", "file=%s why=%s", v->cur.name,
			  why.text);
		for (size_t i = 0; rc == 0 && i < v->n_taken; i++)
			rc = sight_undo(v->c->store, &v->taken[i], v->c->now + DISK_S, e);
		if (v->c->now + DISK_S < v->next_at)
			v->next_at = v->c->now + DISK_S;
	}
	v->n_taken = 0;
	buf_clear(&v->pieces);
	return rc;
}

static void
taken_add(struct evidence *v, const struct id *document)
{
	if (v->n_taken == v->taken_cap) {
		v->taken_cap = v->taken_cap ? v->taken_cap * 2 : 64;
		v->taken = reallocarray(v->taken, v->taken_cap, sizeof *v->taken);
		if (!v->taken)
			abort();
	}
	v->taken[v->n_taken++] = *document;
}

/* The document of row as it was taken in, at once, whatever becomes of its page: its records
 * behind the others of this batch, its rows into the store. 1, 0: there is a row already, -1. */
static int
document_take(struct evidence *v, struct evidence_row *row, const struct document *d,
	      struct err *e)
{
	uint8_t sha[32], text_sha[32];
	struct sight_row s = { .at = v->c->now,
			       .outcome = SIGHT_TAKEN,
			       .file = v->cur.id,
			       .sha = { (const char *)sha, sizeof sha },
			       .text_sha = { (const char *)text_sha, sizeof text_sha } };
	struct buf text = BUF(RECORD_MAX);
	size_t before = v->pieces.n;
	int rc;

	evidence_add_document(&v->pieces, d, v->c->now);
	buf_addf(&text, "%.*s\n%.*s", STR_ARG(d->title), STR_ARG(d->text));
	hash_sha256(str_trim(buf_str(&text)), text_sha);
	buf_release(&text);
	s.from = v->cur.bytes + (int64_t)before;
	s.bytes = (int64_t)(v->pieces.n - before);
	hash_sha256(str_slice(buf_str(&v->pieces), before, (size_t)s.bytes), sha);
	row->sights = 1;
	row->bytes = s.bytes;
	row->next_at = has_page(v, row) ? v->c->now : EVIDENCE_NEVER;
	if (!buf_ok(&v->pieces)) {
		log_event(LOG_WARN, "evidence_too_large", "seq=%lld", (long long)row->seq);
		v->pieces.over = false;
		v->pieces.n = before;
		row->bytes = 0;
		return evidence_add(v->c->store, row, e);
	}
	rc = evidence_add(v->c->store, row, e);
	if (rc == 1 && sight_write(v->c->store, &row->document, &s, e) < 0)
		rc = -1;
	if (rc == 1)
		taken_add(v, &row->document);
	else
		v->pieces.n = before;
	return rc;
}

/* Document seq of the spool. 1, 0: it is not there any more, or damaged, -1. */
static int
document_read(struct evidence *v, int64_t seq, struct arena *a, struct document *d,
	      struct err *e)
{
	struct buf body = BUF(RECORD_MAX);
	int rc = spool_body(v->c->store, seq, &body, e);
	struct err why = { 0 };

	if (rc == 0 && body.n)
		rc = record_decode(&document_record, arena_str(a, buf_str(&body)), d, a,
				   &why) == 0;
	buf_release(&body);
	return rc;
}

/* Room for another one, whose place is then known. False: the disk refused, as it will be told. */
static bool
room_make(struct evidence *v, struct err *e, int *rc)
{
	struct err why = { 0 };

	*rc = v->pieces.n >= PIECES_SOME ? taken_flush(v, e) : 0;
	return *rc == 0 && files_head(v, &why) == 0;
}

/* ---- wants ---------------------------------------------------------------------------------------- */

/* Of a document that nothing was known of. 1 it is kept, 0: r is filled with the row that it has
 * under an older number, or its seq is 0: it is gone, or was erased; -1. */
static int
want_begin(struct evidence *v, const struct want *w, struct arena *a, struct evidence_row *r,
	   struct err *e)
{
	struct document d;
	int rc = document_read(v, w->seq, a, &d, e);
	bool room;

	*r = (struct evidence_row){ .seq = 0 };
	if (rc <= 0)
		return rc;
	rc = erased_is(v->c->store, &d.id, e);
	if (rc)
		return rc < 0 ? -1 : 0;
	*r = (struct evidence_row){ .document = d.id,
				    .seq = w->seq,
				    .at = v->c->now,
				    .why = w->keep,
				    .source = d.source,
				    .url = d.url,
				    .held_until =
					    w->keep & KEEP_INCIDENT ? v->c->now + HOLD_S : 0 };
	room = room_make(v, e, &rc);
	if (rc == 0 && room)
		rc = document_take(v, r, &d, e);
	else if (rc == 0) {
		r->next_at = v->c->now + DISK_S;
		rc = evidence_add(v->c->store, r, e);
	}
	if (rc == 0 && evidence_read(v->c->store, &d.id, a, r, e) < 0)
		return -1;
	return rc;
}

static int
want_write(struct evidence *v, const struct want *w, struct arena *a, struct err *e)
{
	struct evidence_row r;
	int known = evidence_read_seq(v->c->store, w->seq, a, &r, e);
	int64_t why, held;

	if (known == 0) {
		known = want_begin(v, w, a, &r, e);
		if (known == 1 && r.next_at < v->next_at)
			v->next_at = r.next_at;
		if (known || !r.seq)
			return known < 0 ? -1 : 0;
	}
	if (known < 0)
		return -1;
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
	v->granted = true;
	return rc < 0 || taken_flush(v, e) < 0 ? -1 : files_settle(v, e);
}

int
evidence_sync(struct evidence *v, struct err *e)
{
	return files_settle(v, e);
}

void
evidence_committed(struct evidence *v)
{
	if (v->granted)
		v->n_wants = 0;
	v->granted = false;
	files_committed(v);
}

void
evidence_dropped(struct evidence *v)
{
	v->next_at = 0;
	v->n_taken = 0;
	v->granted = false;
	buf_clear(&v->pieces);
	files_dropped(v);
}

/* ---- looks ---------------------------------------------------------------------------------------- */

int
evidence_put(struct evidence *v, struct evidence_row *row, struct sight_row *s,
	     struct str pieces, struct err *e)
{
	uint8_t sha[32];
	struct err why = { 0 };

	if (files_put(v, pieces, 1, &s->from, &why) < 0) {
		log_event(LOG_ERROR, "evidence_unwritable", "file=%s why=%s", v->cur.name,
			  why.text);
		row->next_at = v->c->now + DISK_S;
		return evidence_write(v->c->store, row, e);
	}
	hash_sha256(pieces, sha);
	s->n = row->sights;
	s->file = v->cur.id;
	s->bytes = (int64_t)pieces.n;
	s->sha = (struct str){ (const char *)sha, sizeof sha };
	row->sights++;
	row->fetches++;
	row->bytes += s->bytes;
	if (sight_write(v->c->store, &row->document, s, e) < 0)
		return -1;
	return evidence_write(v->c->store, row, e);
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

/* A document that the disk refused, or that an older version left to be written. */
static int
row_take(struct evidence *v, struct evidence_row *row, struct arena *a, struct err *e)
{
	struct document d;
	int rc = document_read(v, row->seq, a, &d, e);
	bool room;

	if (rc == 0) {
		log_event(LOG_WARN, "evidence_gone", "seq=%lld why=%s", (long long)row->seq,
			  "the spool has it no more");
		row->sights++;
		row->next_at = has_page(v, row) ? v->c->now : EVIDENCE_NEVER;
		return evidence_write(v->c->store, row, e);
	}
	if (rc < 0)
		return -1;
	room = room_make(v, e, &rc);
	if (rc < 0)
		return -1;
	if (room && evidence_delete(v->c->store, &row->document, EVIDENCE_EXPIRED, e) == 0)
		return document_take(v, row, &d, e) < 0 ? -1 : 0;
	row->next_at = v->c->now + DISK_S;
	return room ? -1 : evidence_write(v->c->store, row, e);
}

/* Those whose page is looked at come after all that wait for their document to be written. */
static int
rows_take(struct evidence *v, struct arena *a, struct err *e)
{
	struct evidence_row rows[ROWS_A_TURN];
	int n = evidence_untaken(v->c->store, v->c->now, a, rows, ROWS_A_TURN, e);
	int rc = n < 0 || (n && crawler_begin(v->c, e) < 0) ? -1 : 0;

	for (int i = 0; rc == 0 && i < n; i++)
		rc = row_take(v, &rows[i], a, e);
	return rc < 0 || taken_flush(v, e) < 0 ? -1 : n;
}

/* 1 something was done, 0 it stays as it is for now, -1. */
static int
row_turn(struct evidence *v, struct evidence_row *row, struct err *e)
{
	if (!row->sights || look_runs(v, &row->document))
		return 0;
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
	int done = rows_take(v, a, e);
	int n = done < 0 ? -1 : evidence_due(v->c->store, v->c->now, a, rows, ROWS_SEEN, e);
	int rc = n < 0 || (n && crawler_begin(v->c, e) < 0) ? -1 : 0;

	for (int i = 0; rc >= 0 && i < n && done < ROWS_A_TURN; i++) {
		rc = row_turn(v, &rows[i], e);
		done += rc > 0;
	}
	if (rc >= 0 && done && (n == ROWS_SEEN || done >= ROWS_A_TURN))
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

	if (v->worn)
		return v->c->now;
	return v->next_at < looks ? v->next_at : looks;
}

int64_t
evidence_looks(const struct evidence *v)
{
	return (int64_t)v->n_looks;
}

/* ---- forgetting ----------------------------------------------------------------------------------- */

int
evidence_retain(struct evidence *v, int64_t now, struct err *e)
{
	struct evidence_terms terms = { now - v->conf->keep_s, KEEP_INCIDENT,
					now - v->conf->keep_incident_s };
	struct arena *a = arena_new();
	struct evidence_row *rows = arena_alloc(a, ROWS_GO * sizeof *rows);
	int n = evidence_old(v->c->store, &terms, a, rows, ROWS_GO, e), rc = n < 0 ? -1 : 0;
	bool full = evidence_bytes(v->c->store) > v->conf->keep_bytes;

	for (int i = 0; rc == 0 && i < n; i++)
		rc = evidence_delete(v->c->store, &rows[i].document, EVIDENCE_EXPIRED, e);
	arena_free(a);
	v->worn = true;
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

	if (r == 1 && evidence_delete(v->c->store, document, EVIDENCE_ERASED, e) < 0)
		r = -1;
	if (r == 1)
		v->worn = true;
	arena_free(a);
	return r;
}
