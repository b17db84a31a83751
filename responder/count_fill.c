/* count_fill.c - see count_fill.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/count_block.h"
#include "responder/count_fill.h"
#include "responder/state.h"

#define ROWS_A_TURN 8192 /* mentions, documents; and what the last block has more: 30 ms */
#define LOOK_S      60   /* until the next look when nothing was missing */
#define BLOCK_MAX   (16 << 20)

/* ---- one block ------------------------------------------------------------------------------ */

struct filling {
	struct block_maker block;
	struct heard_list heard;
	int64_t n, as_of;
};

static int
mention_pack(void *arg, const struct day_mention *m)
{
	struct filling *x = arg;

	block_add(&x->block, m);
	x->n++;
	x->as_of = m->as_of > x->as_of ? m->as_of : x->as_of;
	return 0;
}

static void
document_pack(void *arg, const struct day_document *d)
{
	struct filling *x = arg;
	struct heard *h = heard_of(&x->heard, d->source, d->source_class);

	h->documents++;
	x->n++;
	h->last_at = d->arrived_at > h->last_at ? d->arrived_at : h->last_at;
	x->as_of = d->as_of > x->as_of ? d->as_of : x->as_of;
}

/* The row that a watch has for that time, its bytes in b: of how many, or -1. */
static int64_t
pack(struct store *s, struct count_row *row, struct buf *b, struct err *e)
{
	const struct day_read all = {
		.watch = row->watch, .from = row->from_at, .to = row->to_at, .as_of = INT64_MAX
	};
	struct filling x = { .as_of = 0 };
	int bad, unfit;

	block_begin(&x.block, row->from_at);
	heard_begin(&x.heard);
	bad = row->watch.n ? day_mentions(s, &all, mention_pack, &x, e)
			   : day_documents(s, &all, document_pack, &x, e);
	unfit = row->watch.n ? block_write(&x.block, b) : heard_write(&x.heard, b);
	row->as_of = unfit ? COUNT_UNFIT : x.as_of;
	row->bytes = unfit ? STR("") : buf_str(b);
	block_release(&x.block);
	heard_release(&x.heard);
	return bad < 0 ? -1 : x.n;
}

int64_t
count_fill(struct store *s, struct str watch, int64_t from, int64_t to, struct err *e)
{
	struct count_row row = { .watch = watch, .from_at = from, .to_at = to };
	struct buf b = BUF(BLOCK_MAX);
	int64_t n = pack(s, &row, &b, e);

	if (n >= 0 && count_put(s, &row, e) < 0)
		n = -1;
	buf_release(&b);
	return n;
}

int
count_right(struct store *s, const struct count_row *r, struct err *e)
{
	struct count_row again = *r;
	struct buf b = BUF(BLOCK_MAX);
	int64_t n = r->as_of < 0 ? 0 : pack(s, &again, &b, e);
	bool right = r->as_of == again.as_of && str_eq(r->bytes, again.bytes);

	buf_release(&b);
	return n < 0 ? -1 : right;
}

/* ---- which ---------------------------------------------------------------------------------- */

/* What one look does: a block more or none, of so many mentions or documents. */
struct look {
	struct responder *r;
	int64_t now, n;
	bool made, none_emptied;
};

static int
make(struct look *x, struct str watch, int64_t from, int64_t to, struct err *e)
{
	int64_t n = count_fill(x->r->store, watch, from, to, e);

	if (n < 0)
		return -1;
	if (to > x->r->blocks.until)
		x->r->blocks.until = to;
	x->n += n;
	x->made = true;
	return 0;
}

/* The next block of a watch that ends at `end` or earlier; few are left for the next slice. */
static int
watch_fill(struct look *x, struct str watch, int64_t end, struct err *e)
{
	struct store *s = x->r->store;
	struct count_span of = { watch, 0, end };
	int64_t least, most;
	int found = count_frontier(s, watch, &of.from, e);

	if (found <= 0 || of.from >= end)
		return found < 0 ? -1 : 0;
	found = count_nth(s, &of, COUNT_LEAST - 1, &least, e);
	if (found <= 0)
		return found;
	found = count_nth(s, &of, COUNT_MOST, &most, e);
	if (found > 0)
		of.to = most > of.from ? most : of.from + 1; /* all of one second */
	return found < 0 ? -1 : make(x, watch, of.from, of.to, e);
}

/* The next block of all documents. */
static int
documents_fill(struct look *x, struct err *e)
{
	struct responder *r = x->r;
	struct count_span of = { STR(""), 0, x->now - COUNT_QUIET_S };
	int64_t n = r->blocks.slice ? r->blocks.slice : COUNT_DOCUMENTS, end;
	int found = count_frontier(r->store, of.watch, &of.from, e);

	if (found > 0)
		found = count_nth(r->store, &of, n, &end, e);
	if (found <= 0)
		return found;
	end += end == of.from; /* all of one second */
	if (make(x, of.watch, of.from, end, e) < 0)
		return -1;
	r->blocks.since += n;
	if (r->blocks.slice || !r->blocks.known || r->blocks.since >= COUNT_SLICE)
		r->blocks.end = end;
	return 0;
}

/* The blocks of all watches for the slice that ends at blocks.end: what arrived together lies
 * together in the record. */
static int
watches_fill(struct look *x, struct err *e)
{
	struct responder *r = x->r;

	while (r->blocks.next < r->conf->watches_n) {
		if (watch_fill(x, r->conf->watches[r->blocks.next].name, r->blocks.end, e) < 0)
			return -1;
		if (x->made)
			return 0;
		r->blocks.next++;
	}
	r->blocks.next = 0;
	r->blocks.end = r->blocks.since = 0;
	r->blocks.known = true;
	return 0;
}

static int
slice_fill(struct look *x, struct err *e)
{
	if (x->r->blocks.end && watches_fill(x, e) < 0)
		return -1;
	return x->made ? 0 : documents_fill(x, e);
}

/* The oldest emptied block that may stay as it will be. */
static int
emptied_fill(struct look *x, struct err *e)
{
	struct responder *r = x->r;
	struct arena *a = arena_new();
	struct count_row row = { .to_at = r->blocks.emptied_after };
	int found;

	while ((found = count_emptied(r->store, row.to_at, a, &row, e)) > 0) {
		r->blocks.emptied_after = row.to_at - 1; /* others may end there, too */
		if (retain_is_near(r, row.from_at, row.to_at, x->now))
			continue;
		if (make(x, row.watch, row.from_at, row.to_at, e) < 0)
			found = -1;
		break;
	}
	if (!found) {
		r->blocks.emptied_after = INT64_MIN;
		x->none_emptied = true; /* of this turn */
	}
	arena_free(a);
	return found < 0 ? -1 : 0;
}

static int
one_fill(struct look *x, struct err *e)
{
	x->made = false;
	if (!x->none_emptied && emptied_fill(x, e) < 0)
		return -1;
	return x->made ? 0 : slice_fill(x, e);
}

static bool
has_blocks(const struct responder *r)
{
	return r->env.clock != CLOCK_STEPPED && !r->conf->fleeting && !r->full;
}

int64_t
count_fill_due(const struct responder *r)
{
	return has_blocks(r) && r->blocks.more ? r->blocks.look_at : INT64_MAX;
}

int
count_fill_turn(struct responder *r, int64_t now, struct err *e)
{
	struct look x = { .r = r, .now = now, .made = true };
	int made = 0;

	/* A look that lies ahead by more than its distance was set before the clock was. */
	if (!has_blocks(r) || (now < r->blocks.look_at && r->blocks.look_at <= now + LOOK_S))
		return 0;
	while (x.made && x.n < ROWS_A_TURN) {
		if (one_fill(&x, e) < 0)
			return -1;
		made += x.made;
	}
	r->blocks.more = x.made;
	r->blocks.look_at = now + (x.made ? 1 : LOOK_S);
	return made;
}

/* ---- what came late ------------------------------------------------------------------------- */

int
count_fill_arrived(struct responder *r, const struct result *res, struct err *e)
{
	const struct mention *m = res->mentions.v;
	int64_t at = res->document.arrived_at;

	if (at >= r->blocks.until)
		return 0;
	if (count_empty(r->store, STR(""), at, e) < 0)
		return -1;
	for (size_t i = 0; i < res->mentions.n; i++)
		if (count_empty(r->store, m[i].watch, at, e) < 0)
			return -1;
	return 0;
}
