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

static void
sight_check(struct checking *c, struct str file, const struct sight_row *s, int64_t *end)
{
	char what[200];
	uint8_t sha[32];

	c->sum->sights++;
	if (s->from != *end || s->bytes <= 0 || s->from + s->bytes > (int64_t)file.n) {
		snprintf(what, sizeof what, "sight %lld: its bytes are not there",
			 (long long)s->n);
		wrong(c, what);
		return;
	}
	*end += s->bytes;
	hash_sha256(str_slice(file, (size_t)s->from, (size_t)s->bytes), sha);
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
	       const struct evidence_told *told, struct buf *file, struct evidence_sum *sum,
	       struct err *e)
{
	struct checking c = { row, told, sum };
	struct arena *a = arena_new();
	struct sight_row *v;
	struct err why = { 0 };
	char path[4300];
	size_t n;
	int64_t end = 0;
	int rc = sights_read(s, &row->document, a, &v, &n, e);

	buf_clear(file);
	if (rc == 0 && row->bytes) {
		snprintf(path, sizeof path, "%s/evidence/%.*s", dir, STR_ARG(row->file));
		if (append_read(path, 0, row->bytes, file, &why) < 0)
			wrong(&c, why.text);
		for (size_t i = 0; i < n; i++)
			sight_check(&c, buf_str(file), &v[i], &end);
		if (end != row->bytes && !sum->wrong)
			wrong(&c, "it holds bytes of no sight");
		records_check(&c, buf_str(file));
	}
	sum->documents++;
	sum->bytes += row->bytes;
	arena_free(a);
	return rc;
}

struct all {
	struct store *store;
	const char *dir;
	const struct evidence_told *told;
	struct evidence_sum *sum;
	struct buf file;
	struct err *e;
	int rc;
};

static int
all_each(void *arg, const struct evidence_row *row)
{
	struct all *x = arg;

	x->rc = evidence_check(x->store, x->dir, row, x->told, &x->file, x->sum, x->e);
	return x->rc;
}

int
evidence_check_all(const char *dir, const struct evidence_told *told, struct evidence_sum *sum,
		   struct err *e)
{
	struct all x = {
		.dir = dir, .told = told, .sum = sum, .file = BUF(EVIDENCE_FILE_MAX), .e = e
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
	buf_release(&x.file);
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
evidence_words(struct arena *a, struct str file, const struct evidence_row *row,
	       const struct sight_row *s)
{
	struct warc_reader r = { .rest = str_slice(file, (size_t)s->from, (size_t)s->bytes),
				 .record = BUF(WARC_RECORD_MAX) };
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
