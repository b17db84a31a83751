/* evidence_files.c - the files of evidence: the newest grows, worn ones are emptied and removed. */
#include "core/base.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/append.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/evidence_inside.h"
#include "crawler/evidence_warc.h"

#define FILE_BYTES ((int64_t)64 << 20) /* what an erasure may have to move, within a second */
#define MOVE_BYTES ((int64_t)8 << 20)  /* at one step                                       */
#define MOVE_PARTS 256
#define MOVE_MAX   ((size_t)96 << 20) /* one look can be as large */
#define DAY_S      86400

static const char *
path_of(const struct evidence *v, const struct evidence_file *f, char *path, size_t n)
{
	snprintf(path, n, "%s/%s", v->dir, f->name);
	return path;
}

/* "00000012.warc.gz"; 0 = it is none of these (DAY/DOCUMENT.warc.gz, as older versions did). */
static int64_t
number_of(const char *name)
{
	struct str s = str_of(name);
	int64_t n;

	return s.n >= 16 && str_ends(s, STR(".warc.gz")) &&
			       str_int64(str_slice(s, 0, s.n - 8), &n) == 0 && n > 0
		       ? n
		       : 0;
}

/* A number is never given twice, not even when the store is another one than the files'. */
static int64_t
highest_number(const struct evidence *v)
{
	DIR *d = opendir(v->dir);
	struct dirent *entry;
	int64_t most = 0;

	while (d && (entry = readdir(d)))
		if (number_of(entry->d_name) > most)
			most = number_of(entry->d_name);
	if (d)
		closedir(d);
	return most;
}

/* The name first, committed; the file comes with its first bytes. */
static int
file_begin(struct evidence *v, int64_t now, struct err *e)
{
	struct evidence_file f = { .id = highest_number(v), .at = now };
	struct store *s = v->c->store;

	if (f.id < v->cur.id)
		f.id = v->cur.id;
	f.id++;
	snprintf(f.name, sizeof f.name, "%08lld.warc.gz", (long long)f.id);
	if (store_begin(s, e) < 0)
		return -1;
	if (evidence_file_add(s, &f, e) < 0) {
		store_rollback(s);
		return -1;
	}
	if (store_commit(s, e) < 0)
		return -1;
	v->cur = f;
	v->acked = 0;
	v->short_cur = false;
	return 0;
}

/* What lies behind the length was being written when the process died. */
static int
tail_cut(struct evidence *v, struct err *e)
{
	char path[4300];
	int64_t n = append_length(path_of(v, &v->cur, path, sizeof path));
	int cut;

	if (n < v->cur.bytes && v->cur.bytes) {
		log_event(LOG_ERROR, "evidence_short", "file=%s bytes=%lld should_be=%lld",
			  v->cur.name, (long long)n, (long long)v->cur.bytes);
		v->short_cur = true;
		return 0;
	}
	cut = append_cut(path, v->cur.bytes, e);
	if (cut > 0)
		log_event(LOG_INFO, "evidence_tail_cut", "file=%s bytes=%lld", v->cur.name,
			  (long long)(n - v->cur.bytes));
	return cut < 0 ? -1 : 0;
}

static bool
is_full(const struct evidence *v, int64_t now)
{
	return v->short_cur || !number_of(v->cur.name) || v->cur.bytes >= FILE_BYTES ||
	       (v->cur.bytes && v->cur.at / DAY_S != now / DAY_S);
}

int
files_open(struct evidence *v, struct err *e)
{
	int64_t now = clock_now(v->c->setup.clock);
	int known = evidence_file_newest(v->c->store, &v->cur, e);

	if (known < 0)
		return -1;
	v->worn = true;
	v->acked = v->cur.bytes;
	if (known && number_of(v->cur.name) && tail_cut(v, e) < 0)
		return -1;
	return known && !is_full(v, now) ? 0 : file_begin(v, now, e);
}

/* ---- growing ------------------------------------------------------------------------------------ */

int
files_head(struct evidence *v, struct err *e)
{
	struct buf head = BUF(65536);
	char path[4300];
	int rc;

	if (v->cur.bytes)
		return 0;
	evidence_add_info(&head, str_of(v->cur.name), v->c->now);
	rc = append_write(path_of(v, &v->cur, path, sizeof path), 0, buf_str(&head), e);
	if (rc == 0)
		v->cur.bytes = (int64_t)head.n;
	buf_release(&head);
	return rc;
}

int
files_put(struct evidence *v, struct str pieces, int64_t sights, int64_t *from, struct err *e)
{
	char path[4300];

	if (files_head(v, e) < 0)
		return -1;
	if (append_write(path_of(v, &v->cur, path, sizeof path), v->cur.bytes, pieces, e) < 0) {
		v->short_cur = v->short_cur || e->kind == ERR_REJECT;
		return -1;
	}
	*from = v->cur.bytes;
	v->cur.bytes += (int64_t)pieces.n;
	v->grown += sights;
	v->unsynced = true;
	return 0;
}

int
files_settle(struct evidence *v, struct err *e)
{
	char path[4300];

	if (!v->unsynced)
		return 0;
	if (append_sync(path_of(v, &v->cur, path, sizeof path), e) < 0)
		return -1;
	return evidence_file_grow(v->c->store, v->cur.id, v->cur.bytes, v->grown, e);
}

void
files_committed(struct evidence *v)
{
	v->acked = v->cur.bytes;
	v->grown = 0;
	v->unsynced = false;
}

void
files_dropped(struct evidence *v)
{
	v->cur.bytes = v->acked;
	v->grown = 0;
	v->unsynced = false;
}

/* ---- what must go -------------------------------------------------------------------------------- */

struct moving {
	struct evidence_part parts[MOVE_PARTS];
	int64_t at[MOVE_PARTS]; /* in bytes; -1 = it cannot be read and stays */
	int n, moved;
	int lost; /* of those that stay: behind the end of the file */
	struct buf bytes;
};

/* A file that is not there has 0 bytes, if its folder is the right one: the newest file is there. */
static int64_t
length_now(const struct evidence *v, const struct evidence_file *f)
{
	char path[4300];
	int64_t n = append_length(path_of(v, f, path, sizeof path));

	if (n < 0 && append_length(path_of(v, &v->cur, path, sizeof path)) < 0)
		return INT64_MAX;
	return n < 0 ? 0 : n;
}

/* Some of what is live in f, from its file into memory. */
static int
parts_read(struct evidence *v, const struct evidence_file *f, struct moving *m, struct err *e)
{
	char path[4300];
	int n = evidence_parts(v->c->store, f->id, m->parts, MOVE_PARTS, e);
	int64_t length = length_now(v, f);

	path_of(v, f, path, sizeof path);
	for (m->n = 0; m->n < n && m->bytes.n < (size_t)MOVE_BYTES; m->n++) {
		const struct evidence_part *p = &m->parts[m->n];
		struct err why = { 0 };
		size_t before = m->bytes.n;

		m->at[m->n] = (int64_t)before;
		if (append_read(path, p->from, p->bytes, &m->bytes, &why) == 0) {
			m->moved++;
			continue;
		}
		log_event(LOG_ERROR, "evidence_unreadable", "file=%s from=%lld why=%s", f->name,
			  (long long)p->from, why.text);
		m->bytes.n = before;
		m->at[m->n] = -1;
		m->lost += p->from + p->bytes > length;
	}
	return n < 0 ? -1 : 0;
}

/* In a transaction of its own. */
static int
parts_move(struct evidence *v, const struct evidence_file *f, struct moving *m, struct err *e)
{
	struct store *s = v->c->store;
	int64_t from;

	if (files_put(v, buf_str(&m->bytes), m->moved, &from, e) < 0 || store_begin(s, e) < 0)
		return -1;
	for (int i = 0; i < m->n; i++)
		if (m->at[i] >= 0 &&
		    evidence_part_move(s, &m->parts[i], v->cur.id, from + m->at[i], e) < 0)
			goto fail;
	if (files_settle(v, e) < 0 || evidence_file_grow(s, f->id, f->bytes, -m->moved, e) < 0)
		goto fail;
	if (store_commit(s, e) < 0)
		return -1;
	files_committed(v);
	return 0;
fail:
	store_rollback(s);
	return -1;
}

/* The file first: what dies between leaves a row without one, which is removed then. */
static int
file_remove(struct evidence *v, const struct evidence_file *f, struct err *e)
{
	struct store *s = v->c->store;
	char path[4300];

	if (append_remove(path_of(v, f, path, sizeof path), e) < 0)
		return -1;
	if (!number_of(f->name)) {
		*strrchr(path, '/') = '\0';
		if (rmdir(path) < 0)
			errno = 0; /* others of that day are still there */
	}
	if (store_begin(s, e) < 0)
		return -1;
	if (evidence_file_delete(s, f->id, e) < 0) {
		store_rollback(s);
		return -1;
	}
	return store_commit(s, e);
}

/* What the disk lost keeps nobody from erasing the rest: its rows stay, and are told as wrong. */
static int
file_empty(struct evidence *v, const struct evidence_file *f, struct err *e)
{
	struct moving *m = calloc(1, sizeof *m);
	int rc;

	if (!m)
		abort();
	m->bytes = BUF(MOVE_MAX);
	rc = parts_read(v, f, m, e);
	if (rc == 0 && !m->moved && f->erase && m->lost == m->n)
		rc = file_remove(v, f, e);
	else if (rc == 0 && !m->moved)
		v->worn = false; /* nothing of it can be read: looked at again later */
	else if (rc == 0)
		rc = parts_move(v, f, m, e);
	if (rc < 0)
		files_dropped(v);
	buf_release(&m->bytes);
	free(m);
	return rc;
}

static int
worn_turn(struct evidence *v, int64_t now, struct err *e)
{
	const struct evidence_conf *conf = v->conf;
	int64_t last = conf->n_again ? conf->again_s[conf->n_again - 1] : 0;
	struct evidence_file f;
	int r = evidence_file_worn(v->c->store, now - conf->keep_s - last - 2 * DAY_S, &f, e);

	if (r <= 0) {
		v->worn = false;
		return r;
	}
	if (f.id == v->cur.id)
		return file_begin(v, now, e);
	return f.live > 0 ? file_empty(v, &f, e) : file_remove(v, &f, e);
}

int64_t
evidence_erasing(struct evidence *v, struct err *e)
{
	v->worn = true;
	return evidence_files_erasing(v->c->store, e);
}

int
evidence_upkeep(struct evidence *v, int64_t now, struct err *e)
{
	int rc = 0;

	if (store_in_batch(v->c->store))
		return 0;
	v->c->now = now;
	if (is_full(v, now))
		rc = file_begin(v, now, e);
	if (rc == 0 && v->worn)
		rc = worn_turn(v, now, e);
	if (rc == 0 || e->kind == ERR_BROKEN)
		return rc;
	log_event(LOG_ERROR, "evidence_unwritable", "file=%s why=%s", v->cur.name, e->text);
	v->worn = false; /* evidence_retain asks for it again */
	return 0;
}
