/* count_fill.c - see count_fill.h. */
#include "core/base.h"

#include "core/clock.h"
#include "core/str.h"
#include "responder/count_block.h"
#include "responder/count_fill.h"
#include "responder/state.h"

#define ROWS_A_TURN 2048 /* documents; a mention costs as two of them */
#define MENTION     2
#define BLOCK       16  /* that it is written */
#define READ_BYTES  512 /* ... or so many of it are read */
#define REST_MS     100 /* between two turns: results and pages go first */
#define LOOK_S      60  /* until the next look when nothing was missing */
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
	int64_t n = r->as_of < 0 || block_is_other(r->bytes) ? 0 : pack(s, &again, &b, e);
	bool right = r->as_of == again.as_of && str_eq(r->bytes, again.bytes);

	buf_release(&b);
	return n < 0 ? -1 : right;
}

/* ---- which ---------------------------------------------------------------------------------- */

/* What one turn does: blocks of so many rows. made: the last look made one; over: the next does not fit
 * into this turn. */
struct look {
	struct responder *r;
	int64_t now, rows;
	bool made, over;
	int emptied; /* of what did not open */
};

static int64_t
block_most(const struct look *x, struct str watch)
{
	int64_t slice = x->r->blocks.slice;

	return watch.n ? COUNT_MOST : slice ? slice : COUNT_DOCUMENTS;
}

/* A turn's first block may be as large as any; another only as large as what is left. */
static int
fits(struct look *x, const struct count_span *of, struct err *e)
{
	int64_t left = (ROWS_A_TURN - x->rows) / (of->watch.n ? MENTION : 1), at;
	int found = !x->rows ? 0 : left > 0 ? count_nth(x->r->store, of, left, &at, e) : 1;

	x->over = found > 0;
	return found < 0 ? -1 : !found;
}

/* What is more than one may hold is cut behind `part`; of->to becomes its end. */
static int
make(struct look *x, struct count_span *of, int64_t part, struct err *e)
{
	struct store *s = x->r->store;
	int64_t at, n;
	int found = count_nth(s, of, block_most(x, of->watch), &at, e);

	if (found > 0)
		found = count_nth(s, of, part, &at, e);
	if (found > 0)
		of->to = at > of->from ? at : of->from + 1; /* all of one second */
	if (found >= 0)
		found = fits(x, of, e);
	if (found <= 0)
		return found;
	n = count_fill(x->r->store, of->watch, of->from, of->to, e);
	if (n < 0)
		return -1;
	if (of->to > x->r->blocks.until)
		x->r->blocks.until = of->to;
	x->rows += BLOCK + (of->watch.n ? n * MENTION : n);
	x->made = true;
	return 1;
}

/* The next block of a watch that ends at `end` or earlier; few are left for the next slice. */
static int
watch_fill(struct look *x, struct str watch, int64_t end, struct err *e)
{
	struct store *s = x->r->store;
	struct count_span of = { watch, 0, end };
	int64_t least;
	int found = count_frontier(s, watch, &of.from, e);

	if (found <= 0 || of.from >= end)
		return found < 0 ? -1 : 0;
	found = count_nth(s, &of, COUNT_LEAST - 1, &least, e);
	return found <= 0 ? found : make(x, &of, COUNT_MOST, e) < 0 ? -1 : 0;
}

/* The next block of all documents, when there are enough for it. */
static int
documents_fill(struct look *x, struct err *e)
{
	struct responder *r = x->r;
	struct count_span of = { STR(""), 0, x->now - COUNT_QUIET_S };
	int64_t n = block_most(x, of.watch), end;
	int found = count_frontier(r->store, of.watch, &of.from, e);

	if (found > 0)
		found = count_nth(r->store, &of, n, &end, e);
	if (found > 0)
		found = make(x, &of, n, e);
	if (found <= 0)
		return found;
	r->blocks.since += n;
	if (r->blocks.slice || !r->blocks.known || r->blocks.since >= COUNT_SLICE)
		r->blocks.end = of.to;
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
		if (x->made || x->over)
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
	return x->made || x->over ? 0 : documents_fill(x, e);
}

/* The first block of what an emptied one was of; the rest of it stays emptied. Half of what one may hold,
 * so that the last is no small one and the next that comes late has room. */
static int
again(struct look *x, const struct count_row *row, struct err *e)
{
	struct count_span of = { row->watch, row->from_at, row->to_at };
	int made = make(x, &of, block_most(x, of.watch) / 2, e);

	if (made <= 0 || of.to == row->to_at)
		return made;
	return count_shorten(x->r->store, row, of.to, e);
}

/* The oldest emptied block that is quiet and may stay as it will be. */
static int
emptied_fill(struct look *x, struct err *e)
{
	struct responder *r = x->r;
	struct arena *a = arena_new();
	struct count_quiet quiet = { .after = r->blocks.emptied_after,
				     .until = x->now - COUNT_QUIET_S,
				     .ahead = x->now + COUNT_QUIET_S };
	struct count_row row;
	int found;

	while ((found = count_emptied(r->store, &quiet, a, &row, e)) > 0) {
		r->blocks.emptied_after = row.to_at - 1; /* others may end there, too */
		quiet.after = row.to_at;
		if (retain_is_near(r, row.from_at, row.to_at, x->now))
			continue;
		if (again(x, &row, e) < 0)
			found = -1;
		break;
	}
	if (!found) {
		r->blocks.emptied_after = INT64_MIN;
		r->blocks.none_at = x->now;
	}
	arena_free(a);
	return found < 0 ? -1 : 0;
}

/* Whose blocks do not open. */
struct closed {
	struct arena *a;
	struct str v[64]; /* watches */
	int64_t from_at[64], rows;
	size_t n;
};

static int
closed_add(void *arg, const struct count_row *row)
{
	struct closed *c = arg;
	struct count_block b;
	bool opens = row->watch.n ? block_open(row->bytes, row->from_at, &b)
				  : heard_open(row->bytes, NULL, NULL);

	c->rows += BLOCK + (int64_t)row->bytes.n / READ_BYTES;
	if ((row->as_of < 0 && row->as_of != COUNT_UNFIT) || (row->as_of >= 0 && opens) ||
	    c->n == LY_COUNT(c->v))
		return 0;
	c->v[c->n] = arena_str(c->a, row->watch);
	c->from_at[c->n++] = row->from_at;
	return 0;
}

/* Once since the start: what another version wrote, or could not, or is damaged, is emptied. */
static int
closed_empty(struct look *x, struct err *e)
{
	struct responder *r = x->r;
	struct closed c = { .a = arena_new() };
	int64_t *to = &r->blocks.opened;
	int more = count_read_next(r->store, *to, to, closed_add, &c, e), bad = 0;

	for (size_t i = 0; more > 0 && !bad && i < c.n; i++) {
		struct count_row row = { c.v[i], c.from_at[i], *to, -1, STR("") };

		bad = count_put(r->store, &row, e);
		r->blocks.none_at = 0;
		r->blocks.emptied_after = 0;
		x->emptied++;
		x->rows += BLOCK;
	}
	*to -= c.n == LY_COUNT(c.v); /* there may be more that end there */
	x->rows += c.rows;
	x->over = more > 0 && x->rows >= ROWS_A_TURN;
	r->blocks.all_open = !more;
	arena_free(c.a);
	return more < 0 || bad < 0 ? -1 : more;
}

/* When nothing else is to be done. */
static int
all_open(struct look *x, struct err *e)
{
	int more = !x->r->blocks.all_open;

	while (more > 0 && !x->over)
		more = closed_empty(x, e);
	x->over |= x->emptied > 0;
	return more < 0 ? -1 : 0;
}

/* By turns what is new and what was emptied goes first: neither waits for the other to end. */
static int
one_fill(struct look *x, struct err *e)
{
	int64_t ago = x->now - x->r->blocks.none_at;
	bool fresh_first = x->r->blocks.turns % 2, none = ago >= 0 && ago < LOOK_S;

	x->made = x->over = false;
	if (fresh_first && slice_fill(x, e) < 0)
		return -1;
	if (!x->made && !x->over && !none && emptied_fill(x, e) < 0)
		return -1;
	return x->made || x->over || fresh_first ? 0 : slice_fill(x, e);
}

static bool
has_blocks(const struct responder *r)
{
	return r->env.clock != CLOCK_STEPPED && !r->conf->fleeting && !r->full;
}

int64_t
count_fill_due(const struct responder *r)
{
	return has_blocks(r) ? r->blocks.look_at : INT64_MAX;
}

/* A look that lies ahead by more than its distance was set before the clock was. */
static bool
is_due(const struct responder *r, int64_t now)
{
	if (now < r->blocks.look_at && r->blocks.look_at <= now + LOOK_S)
		return false;
	return now != r->blocks.look_at || clock_mono_ms() >= r->blocks.rest_ms;
}

int
count_fill_turn(struct responder *r, int64_t now, struct err *e)
{
	struct look x = { .r = r, .now = now, .made = true };
	int made = 0;

	if (!has_blocks(r) || !is_due(r, now))
		return 0;
	while (x.made) {
		if (one_fill(&x, e) < 0)
			return -1;
		made += x.made;
	}
	if (!x.over && all_open(&x, e) < 0)
		return -1;
	r->blocks.turns++;
	r->blocks.look_at = now + (x.over ? 0 : LOOK_S);
	r->blocks.rest_ms = x.over ? clock_mono_ms() + REST_MS : 0;
	return made + x.emptied;
}

/* ---- what came late ------------------------------------------------------------------------- */

int
count_fill_arrived(struct responder *r, const struct result *res, int64_t now, struct err *e)
{
	const struct mention *m = res->mentions.v;
	int64_t at = res->document.arrived_at;

	if (at >= r->blocks.until)
		return 0;
	if (count_empty(r->store, STR(""), at, now, e) < 0)
		return -1;
	for (size_t i = 0; i < res->mentions.n; i++)
		if (count_empty(r->store, m[i].watch, at, now, e) < 0)
			return -1;
	return 0;
}
