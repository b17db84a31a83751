/* evidence_check.c - see evidence_check.h. */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/append.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/evidence_check.h"
#include "crawler/evidence_text.h"
#include "crawler/mask.h"
#include "crawler/spool_store.h"
#include "crawler/warc.h"

#define READ_MS 3600000 /* a whole year of it */

struct checking {
	const struct evidence_row *row;
	const struct evidence_told *told;
	struct evidence_sum *sum;
};

static void
wrong(struct checking *c, const char *what)
{
	c->sum->wrong++;
	c->told->wrong(c->told->arg, c->row, what);
}

int
evidence_sight_read(struct store *s, const char *dir, const struct sight_row *sight,
		    struct buf *out, struct err *e)
{
	struct evidence_file file;
	char path[4300];
	int known = evidence_file_read(s, sight->file, &file, e);

	buf_clear(out);
	if (known < 0)
		return -1;
	if (!known || sight->from + sight->bytes > file.bytes)
		return err_set(e, ERR_REJECT, "its file does not go so far");
	snprintf(path, sizeof path, "%s/evidence/%s", dir, file.name);
	return append_read(path, sight->from, sight->bytes, out, e);
}

/* Are its bytes those that were kept? */
static void
sight_check(struct checking *c, struct str bytes, const struct sight_row *s)
{
	uint8_t sha[32];
	char what[200];

	hash_sha256(bytes, sha);
	if (s->sha.n == sizeof sha && !memcmp(sha, s->sha.p, sizeof sha))
		return;
	snprintf(what, sizeof what, "sight %lld: its bytes are not those that were kept",
		 (long long)s->n);
	wrong(c, what);
}

static void
records_check(struct checking *c, struct str file)
{
	struct warc_reader r = { .rest = file, .record = BUF(WARC_RECORD_MAX) };
	struct warc_seen s;
	struct err e = { 0 };
	char what[300];
	int more;

	while ((more = warc_read(&r, &s, &e)) == 1) {
		c->sum->records++;
		if (s.block_check == WARC_RIGHT && s.payload_check != WARC_WRONG)
			continue;
		snprintf(what, sizeof what, "record at byte %zu: %s", s.at,
			 s.block_check == WARC_UNSAID ? "it has no digest"
						      : "its digest is another");
		wrong(c, what);
	}
	if (more < 0)
		wrong(c, e.text);
	buf_release(&r.record);
}

int
evidence_check(struct store *s, const char *dir, const struct evidence_row *row,
	       const struct evidence_told *told, struct buf *piece, struct evidence_sum *sum,
	       struct err *e)
{
	struct checking c = { row, told, sum };
	struct arena *a = arena_new();
	struct sight_row *v;
	size_t n = 0;
	int rc = sights_read(s, &row->document, a, &v, &n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct err why = { 0 };
		char what[700];

		sum->sights++;
		sum->bytes += v[i].bytes;
		if (evidence_sight_read(s, dir, &v[i], piece, &why) == 0) {
			sight_check(&c, buf_str(piece), &v[i]);
			records_check(&c, buf_str(piece));
		} else if (why.kind == ERR_REJECT) {
			snprintf(what, sizeof what, "sight %lld: its bytes are not there: %s",
				 (long long)v[i].n, why.text);
			wrong(&c, what);
		} else {
			*e = why;
			rc = -1;
		}
	}
	sum->documents++;
	arena_free(a);
	return rc;
}

struct all {
	struct store *store;
	const char *dir;
	const struct evidence_told *told;
	struct evidence_sum *sum;
	struct buf piece;
	struct err *e;
	int rc;
};

static int
all_each(void *arg, const struct evidence_row *row)
{
	struct all *x = arg;

	x->rc = evidence_check(x->store, x->dir, row, x->told, &x->piece, x->sum, x->e);
	return x->rc;
}

int
evidence_check_all(const char *dir, const struct evidence_told *told, struct evidence_sum *sum,
		   struct err *e)
{
	struct all x = {
		.dir = dir, .told = told, .sum = sum, .piece = BUF(EVIDENCE_LOOK_MAX), .e = e
	};
	char path[4200];
	int rc = -1;

	snprintf(path, sizeof path, "%s/spool.db", dir);
	if (access(path, F_OK) < 0)
		return 0;
	x.store = store_open_reader(path, &spool_migrations, e);
	if (x.store) {
		store_read_limit(x.store, READ_MS);
		rc = evidence_each(x.store, all_each, &x, e);
	}
	store_close(x.store);
	buf_release(&x.piece);
	return rc < 0 || x.rc < 0 ? -1 : 0;
}

/* ---- words ---------------------------------------------------------------------------------------- */

/* Title and text of the JSON that a document is kept as. */
static struct str
document_words(struct arena *a, struct str json)
{
	struct err e = { 0 };
	const struct json *j = json_parse(a, json, &e);
	struct str title = json_text(json_get(j, "title"), STR(""));
	struct str text = json_text(json_get(j, "text"), STR(""));

	return str_trim(str_of(arena_textf(a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(text))));
}

struct str
evidence_words(struct arena *a, struct str bytes, const struct evidence_row *row,
	       const struct sight_row *s)
{
	struct warc_reader r = { .rest = bytes, .record = BUF(WARC_RECORD_MAX) };
	struct str words = STR(""), text;
	struct warc_seen seen;
	struct err e = { 0 };
	size_t masked = 0;

	while (warc_read(&r, &seen, &e) == 1) {
		if (seen.type == WARC_RESOURCE)
			words = document_words(a, seen.payload);
		else if (seen.type == WARC_RESPONSE &&
			 evidence_text(a, arena_str(a, seen.head), arena_str(a, seen.payload),
				       row->url, s->at, &text, &e) == 0)
			words = mask_text(a, text, &masked);
	}
	buf_release(&r.record);
	return words;
}
