/* retain.c - see retain.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/count_store.h"
#include "responder/heap.h"
#include "responder/post.h"
#include "responder/record_store.h"
#include "responder/retain_hold.h"
#include "responder/state.h"
#include "responder/unquote.h"

#define IDLE_S  3600       /* nothing was left: the next look */
#define PAUSE_S 1          /* something was: results go first */
#define FULL_S  60         /* the disk is full: what is changed needs room */
#define IDS_MAX (64 << 20) /* mentions of one incident, 16 bytes each */
#define DAY_S   86400

struct retain {
	struct retain_place place[2]; /* RETAIN_AUTHORS, RETAIN_TEXT: done up to there */
	struct post_place posts;      /* looked at up to there */
	bool posts_begun;
	int64_t due_at;
	bool worked; /* since nothing was left */
	/* an author's key for a day: the secret goes with the day */
	int64_t veil_day, veil[2];
	/* the incident that is being let go of: found again after a restart */
	struct id incident;
	struct buf ids; /* mentions that it counted */
	size_t ids_at;
	bool in_incident;
};

/* ---- where it is ------------------------------------------------------------------------------ */

struct retain *
retain_new(struct store *s, struct err *e)
{
	struct retain *x = heap_zero(1, sizeof *x);
	int bad = 0;

	x->ids = BUF(IDS_MAX);
	for (size_t k = 0; !bad && k < LY_COUNT(x->place); k++)
		bad = record_meta_int(s, retain_place_names[k][0], INT64_MIN, &x->place[k].at,
				      e) < 0 ||
		      record_meta_int(s, retain_place_names[k][1], 0, &x->place[k].n, e) < 0;
	if (!bad)
		bad = record_meta_int(s, "retain_veil_day", -1, &x->veil_day, e) < 0 ||
		      record_meta_int(s, "retain_veil_a", 0, &x->veil[0], e) < 0 ||
		      record_meta_int(s, "retain_veil_b", 0, &x->veil[1], e) < 0;
	if (!bad)
		return x;
	retain_free(x);
	return NULL;
}

void
retain_free(struct retain *x)
{
	if (!x)
		return;
	buf_release(&x->ids);
	free(x);
}

static int
place_write(struct responder *r, enum retain_class k, const struct retain_place *to,
	    struct err *e)
{
	r->retain->place[k] = *to;
	if (record_meta_set(r->store, retain_place_names[k][0], to->at, e) < 0)
		return -1;
	return record_meta_set(r->store, retain_place_names[k][1], to->n, e);
}

int
retain_arrived(struct responder *r, int64_t arrived_at, struct err *e)
{
	const struct retain_place back = { arrived_at - 1, INT64_MAX };

	for (size_t k = 0; k < LY_COUNT(r->retain->place); k++)
		if (arrived_at <= r->retain->place[k].at &&
		    place_write(r, (enum retain_class)k, &back, e) < 0)
			return -1;
	return 0;
}

bool
retain_is_near(const struct responder *r, int64_t from, int64_t to, int64_t now)
{
	for (size_t k = 0; k < LY_COUNT(r->retain->place); k++) {
		int64_t term = retain_term(&r->conf->retain, (enum retain_class)k);

		if (term && from <= now - term + DAY_S && to > r->retain->place[k].at)
			return true;
	}
	return false;
}

/* ---- who wrote it ----------------------------------------------------------------------------- */

static bool
is_stepped(const struct responder *r)
{
	return r->env.clock == CLOCK_STEPPED; /* rehearsals must repeat byte for byte */
}

/* The secret of a day replaces that of the day before. */
static int
veil_of(struct responder *r, int64_t day, struct err *e)
{
	struct retain *x = r->retain;
	struct id fresh = id_random();

	if (day == x->veil_day)
		return 0;
	memcpy(x->veil, &fresh, sizeof x->veil);
	if (is_stepped(r))
		x->veil[0] = x->veil[1] = day;
	x->veil_day = day;
	if (record_meta_set(r->store, "retain_veil_day", day, e) < 0 ||
	    record_meta_set(r->store, "retain_veil_a", x->veil[0], e) < 0)
		return -1;
	return record_meta_set(r->store, "retain_veil_b", x->veil[1], e);
}

/* One author has one key for what he wrote on a day, and it leads nowhere. */
static int
author_veiled(struct responder *r, const struct retain_row *row, struct id *key, struct err *e)
{
	struct retain *x = r->retain;
	struct str secret = { (const char *)x->veil, sizeof x->veil };

	*key = row->author;
	if (id_none(&row->author))
		return 0;
	if (veil_of(r, row->arrived_at / DAY_S, e) < 0)
		return -1;
	*key = ID_OF(STR("veil"), secret, id_str(&row->author));
	return 0;
}

/* Of what no watch noticed the link goes along: nothing is counted by it. */
static int
author_go(struct responder *r, const struct retain_row *row, struct err *e)
{
	struct retain_change c = { .link_stays = row->mentions > 0 };

	if (row->mentions && (author_veiled(r, row, &c.author, e) < 0 ||
			      retain_author_go(r->store, row->n, e) < 0))
		return -1;
	return retain_document_go(r->store, row->n, &c, e) < 0 ? -1 : 1;
}

static int
text_go(struct responder *r, const struct retain_row *row, int64_t now, struct err *e)
{
	struct retain_change c = { .author = row->author };

	if (!row->mentions)
		return author_go(r, row, e);
	if (!(row->flags & RECORD_AUTHOR_GONE) && !id_none(&row->author))
		c.author = is_stepped(r) ? ID_OF(STR("gone"), id_str(&row->document))
					 : id_random();
	if (retain_text_go(r->store, row->n, now, e) < 0 ||
	    posts_drop(r->store, &row->document, e) < 0)
		return -1;
	return retain_document_go(r->store, row->n, &c, e) < 0 ? -1 : 1;
}

/* ---- a step over documents -------------------------------------------------------------------- */

/* Authors are others now; rows in order of arrival are neighbours. */
static int
blocks_empty(struct store *s, const struct retain_row *v, int n, int64_t now, struct err *e)
{
	int64_t from = INT64_MAX, to = INT64_MIN;

	for (int i = 0; i < n; i++) {
		from = v[i].arrived_at < from ? v[i].arrived_at : from;
		to = v[i].arrived_at > to ? v[i].arrived_at : to;
	}
	return n ? count_empty_between(s, from, to + 1, now, e) : 0;
}

static int
rows_go(struct responder *r, enum retain_class k, const struct retain_row *v, int n,
	int64_t now, struct retain_sum *sum, const struct id *but, struct err *e)
{
	struct id told[RETAIN_STEP];
	size_t told_n = 0;
	struct holds h;
	int rc = holds_read(r->store, v, n, but, &h, e);

	for (int i = 0; rc >= 0 && i < n; i++) {
		if (!retain_may_go(k, &v[i], &h, sum))
			continue;
		rc = k == RETAIN_AUTHORS ? author_go(r, &v[i], e) : text_go(r, &v[i], now, e);
		if (rc > 0 && k == RETAIN_TEXT && v[i].mentions)
			told[told_n++] = v[i].document;
	}
	holds_release(&h);
	return rc < 0 ? -1 : unquote_documents(r, told, told_n, now, e);
}

/* 1 there may be more, 0 none is due, -1. */
static int
documents_step(struct responder *r, enum retain_class k, int64_t now, struct retain_sum *sum,
	       struct err *e)
{
	static const struct id nobody;
	int64_t term = retain_term(&r->conf->retain, k);
	struct retain_row v[RETAIN_STEP];
	int n;

	if (!term)
		return 0;
	n = retain_documents(r->store, &r->retain->place[k], now - term, v, RETAIN_STEP, e);
	if (n <= 0)
		return n;
	if (rows_go(r, k, v, n, now, sum, &nobody, e) < 0 ||
	    blocks_empty(r->store, v, n, now, e) < 0)
		return -1;
	return place_write(r, k, &(struct retain_place){ v[n - 1].arrived_at, v[n - 1].n }, e) <
			       0
		       ? -1
		       : 1;
}

/* ---- a step over what an incident rests on ---------------------------------------------------- */

static int
incident_find(struct responder *r, int64_t now, struct retain_sum *sum, struct err *e)
{
	struct retain *x = r->retain;
	int64_t ended_at;
	int found = x->in_incident;

	if (found)
		return 1;
	found = retain_incident(r->store, now - r->conf->retain.incidents_s, &x->incident,
				&ended_at, e);
	if (found <= 0)
		return found;
	buf_clear(&x->ids);
	x->ids_at = 0;
	if (retain_evidence(r->store, &x->incident, &x->ids, e) < 0)
		return -1;
	x->in_incident = true;
	retain_sum_add(sum, RETAIN_INCIDENTS, ended_at);
	return 1;
}

/* What is past the term of its own class. */
static int
evidence_rows(struct responder *r, enum retain_class k, int64_t now, struct retain_row *v,
	      struct err *e)
{
	struct retain *x = r->retain;
	size_t at = x->ids_at;
	int64_t term = retain_term(&r->conf->retain, k);
	int n = 0;

	for (int i = 0; term && i < RETAIN_STEP && at < x->ids.n; i++) {
		struct id mention;
		int found;

		memcpy(mention.b, x->ids.p + at, sizeof mention.b);
		at += sizeof mention.b;
		found = retain_document(r->store, &mention, &v[n], e);
		if (found < 0)
			return -1;
		n += found && v[n].arrived_at <= now - term;
	}
	return n;
}

/* The same document may be named by several firings: its row is as it was before the step. */
static int
rows_once(struct retain_row *v, int n)
{
	int kept = 0;

	for (int i = 0; i < n; i++) {
		int k = 0;

		while (k < kept && v[k].n != v[i].n)
			k++;
		if (k == kept)
			v[kept++] = v[i];
	}
	return kept;
}

static int
evidence_go(struct responder *r, enum retain_class k, int64_t now, struct retain_sum *sum,
	    struct err *e)
{
	struct retain_row v[RETAIN_STEP];
	int n = evidence_rows(r, k, now, v, e);

	n = n < 0 ? n : rows_once(v, n);
	if (n < 0 || rows_go(r, k, v, n, now, sum, &r->retain->incident, e) < 0)
		return -1;
	/* One by one: they may lie days apart, with a great many blocks between. */
	for (int i = 0; i < n; i++)
		if (v[i].mentions && count_empty_at(r->store, v[i].arrived_at, now, e) < 0)
			return -1;
	return 0;
}

/* The case has words of what goes; whoever asks next makes it of what is left. */
static int
case_forget(struct responder *r, struct err *e)
{
	struct arena *a = arena_new();
	struct str number;
	int found = retain_number(r->store, &r->retain->incident, a, &number, e);

	if (found > 0)
		found = library_forget_case(r->store, number, e);
	arena_free(a);
	return found < 0 ? -1 : 0;
}

static int
incident_step(struct responder *r, int64_t now, struct retain_sum *sum, struct err *e)
{
	struct retain *x = r->retain;
	int found = r->conf->retain.incidents_s ? incident_find(r, now, sum, e) : 0;

	if (found <= 0)
		return found;
	if (case_forget(r, e) < 0 || evidence_go(r, RETAIN_TEXT, now, sum, e) < 0 ||
	    evidence_go(r, RETAIN_AUTHORS, now, sum, e) < 0)
		return -1;
	x->ids_at += RETAIN_STEP * sizeof(struct id);
	if (x->ids_at < x->ids.n)
		return 1;
	x->in_incident = false;
	if (retain_incident_go(r->store, &x->incident, now, e) < 0)
		return -1;
	return 1;
}

/* ---- steps ------------------------------------------------------------------------------------ */

static int
rejects_step(struct responder *r, int64_t now, struct retain_sum *sum, struct err *e)
{
	int64_t until = now - r->conf->retain.text_s;
	int64_t all = 0, oldest_at = 0;
	int n;

	if (!r->conf->retain.text_s ||
	    retain_rejects_count(r->store, until, &all, &oldest_at, e) < 0)
		return r->conf->retain.text_s ? -1 : 0;
	n = all ? retain_rejects_go(r->store, until, RETAIN_STEP, e) : 0;
	if (n > 0 &&
	    (!sum->of[RETAIN_REJECTS].n || oldest_at < sum->of[RETAIN_REJECTS].oldest_at))
		sum->of[RETAIN_REJECTS].oldest_at = oldest_at;
	sum->of[RETAIN_REJECTS].n += n > 0 ? n : 0;
	return n < 0 ? -1 : n > 0;
}

/* What the crawler said of posts goes with their text (text_go); what else there is, some at a look.
 * Where the looks begin is chance after a start, so that each row has its turn however often we are
 * started. */
static int
posts_step(struct responder *r, int64_t now, struct err *e)
{
	int64_t term = r->conf->retain.text_s;
	int n;

	if (!r->retain->posts_begun && !is_stepped(r))
		r->retain->posts.document = id_random();
	r->retain->posts_begun = true;
	n = posts_forget(r->store, &r->retain->posts, term ? now - term : 0, e);

	return n < 0 ? -1 : n > 0;
}

int
retain_step(struct responder *r, int64_t now, struct retain_sum *sum, struct err *e)
{
	struct retain *x = r->retain;
	int more = documents_step(r, RETAIN_AUTHORS, now, sum, e);

	if (!more)
		more = documents_step(r, RETAIN_TEXT, now, sum, e);
	if (!more)
		more = incident_step(r, now, sum, e);
	if (!more)
		more = rejects_step(r, now, sum, e);
	if (!more)
		more = posts_step(r, now, e);
	if (more < 0 || (!more && !x->worked))
		return more;
	/* Last of all, what went is out of the log as well. */
	if (unquote_log(r, e) < 0)
		return -1;
	r->wrote = true;
	r->unquoting |= !more;
	x->worked = more > 0;
	return more;
}

int64_t
retain_due(const struct responder *r)
{
	const struct retain_conf *c = &r->conf->retain;

	return c->text_s || c->authors_s || c->incidents_s ? r->retain->due_at : INT64_MAX;
}

void
retain_look(struct responder *r, int64_t now)
{
	if (r->retain->due_at > now)
		r->retain->due_at = now;
}

int
retain_turn(struct responder *r, int64_t now, struct err *e)
{
	struct retain_sum sum = { 0 };
	int more;

	if (now < retain_due(r))
		return 0;
	if (r->full) {
		r->retain->due_at = now + FULL_S;
		return 0;
	}
	more = retain_step(r, now, &sum, e);
	r->retain->due_at = now + (more ? PAUSE_S : IDLE_S);
	return more;
}
