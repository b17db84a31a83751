/* erase.c - see erase.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/log.h"
#include "core/str.h"

#include "crawler/archive_store.h"
#include "crawler/erase.h"
#include "crawler/erase_store.h"
#include "crawler/state.h"

#define ERASED_A_PASS 256
#define SPARE_S       (3 * 86400) /* files hold whole days */

/* A pass takes some of what is open through the spool and all segments. */
struct erasing {
	bool open;  /* perhaps there is something          */
	bool again; /* more was told while a pass went on  */
	bool log;   /* something stands in the write-ahead log still */
	struct archive_erased v[ERASED_A_PASS];
	bool waits[ERASED_A_PASS]; /* in the spool, for its receipt: another pass */
	int n;
	int64_t after; /* segments up to that number are done */
};

struct erasing *
erasing_new(void)
{
	struct erasing *x = calloc(1, sizeof *x);

	if (!x)
		abort();
	x->open = true;
	return x;
}

void
erasing_free(struct erasing *x)
{
	free(x);
}

/* What arrived before that has left spool and archive. */
static int64_t
horizon(const struct crawler *c)
{
	int64_t spool = c->setup.spool->keep_s;
	int64_t archive = c->setup.archive ? c->setup.archive->keep_s : 0;

	return c->now - (spool > archive ? spool : archive) - SPARE_S;
}

int
erase_document(struct crawler *c, const struct archive_erased *x, struct err *e)
{
	int gone = c->evidence ? evidence_erase(c->evidence, &x->document, e) : 0;

	if (gone < 0 || (x->at >= horizon(c) && erased_add(c->store, x, e) < 0))
		return -1;
	c->erasing->open = c->erasing->again = c->erasing->log = true;
	return gone;
}

int64_t
erase_rejected(struct crawler *c, struct str name, struct str site, struct err *e)
{
	struct erased_list v;
	int64_t all = 0;
	int n;

	do {
		n = erased_rejects(c->store, name, site, &v, e);
		for (int i = 0; i < n; i++) {
			int64_t bytes;

			if (erased_drop_seq(c->store, v.v[i].seq, &bytes, e) < 0 ||
			    erase_document(c, &v.v[i].x, e) < 0)
				return -1;
			spool_expired(c->spool, bytes);
			all++;
		}
	} while (n > 0);
	return n < 0 ? -1 : all;
}

int64_t
erase_left(struct crawler *c, struct err *e)
{
	int64_t files = c->evidence ? evidence_erasing(c->evidence, e) : 0;
	int64_t documents = files < 0 ? -1 : erased_count_open(c->store, e);

	c->erasing->open = c->erasing->again = true;
	return documents < 0 ? -1 : files + documents + c->erasing->log;
}

bool
erase_waits(const struct crawler *c)
{
	return c->erasing->open;
}

static int
spool_turn(struct crawler *c, struct err *e)
{
	struct erasing *x = c->erasing;
	int64_t sum = 0;
	int rc = erased_expire(c->store, horizon(c), e);

	for (int i = 0; rc >= 0 && i < x->n; i++) {
		int64_t bytes = 0;

		rc = erased_drop(c->store, &x->v[i], &bytes, &x->waits[i], e);
		sum += bytes;
	}
	if (rc >= 0)
		spool_expired(c->spool, sum);
	return rc < 0 ? -1 : 0;
}

static int
pass_end(struct crawler *c, struct err *e)
{
	struct erasing *x = c->erasing;
	bool waits = false;
	int rc = 0;

	for (int i = 0; rc == 0 && i < x->n; i++) {
		waits |= x->waits[i];
		if (!x->waits[i])
			rc = erased_done(c->store, &x->v[i].document, e);
	}
	/* What waits for its receipt is asked for again by the command, or at the next start. */
	x->open = x->again || x->n == ERASED_A_PASS || (x->log && !waits);
	x->again = false;
	x->n = 0;
	return rc;
}

/* In a transaction of its own. */
static int
alone(struct crawler *c, int (*what)(struct crawler *c, struct err *e), struct err *e)
{
	if (store_begin(c->store, e) < 0)
		return -1;
	if (what(c, e) < 0) {
		store_rollback(c->store);
		return -1;
	}
	return store_commit(c->store, e);
}

/* Last of all, when rows and files are gone. */
static int
log_empty(struct crawler *c, struct err *e)
{
	int64_t files = c->evidence ? evidence_erasing(c->evidence, e) : 0;

	if (files || !c->erasing->log)
		return files < 0 ? -1 : 0;
	if (store_forget(c->store, e) < 0)
		return -1;
	c->erasing->log = false;
	return 0;
}

static int
pass_begin(struct crawler *c, struct err *e)
{
	struct erasing *x = c->erasing;

	x->after = 0;
	x->again = false;
	x->n = erased_open(c->store, x->v, ERASED_A_PASS, e);
	if (x->n <= 0) {
		x->open = false;
		return x->n < 0 ? -1 : log_empty(c, e);
	}
	if (c->archive && archive_close_segment(c->archive, e) < 0)
		return -1;
	return alone(c, spool_turn, e);
}

static int
turn(struct crawler *c, struct err *e)
{
	struct erasing *x = c->erasing;
	char dir[4300];
	int64_t gone = 0;
	int more;

	if (!x->n)
		return pass_begin(c, e);
	snprintf(dir, sizeof dir, "%s/archive", c->setup.dir);
	more = archive_erase(dir, x->v, (size_t)x->n, &x->after, &gone, e);
	if (gone)
		log_event(LOG_INFO, "archive_erased", "segment=%lld documents=%lld",
			  (long long)x->after, (long long)gone);
	return more ? (more < 0 ? -1 : 0) : alone(c, pass_end, e);
}

int
erase_turn(struct crawler *c, struct err *e)
{
	struct erasing *x = c->erasing;

	if (store_in_batch(c->store))
		return 0;
	if (!x->open || turn(c, e) == 0)
		return 0;
	x->n = 0;
	x->open = false;
	if (e->kind == ERR_BROKEN)
		return -1;
	log_event(LOG_ERROR, "erase_delayed", "why=%s", e->text);
	return 0;
}

void
erase_finish(struct crawler *c)
{
	struct err e = { 0 };

	store_rollback(c->store); /* what is not settled is nobody's */
	while (c->erasing->open && erase_turn(c, &e) == 0)
		;
}
