/* digest_sources.c - which sources were heard, and how much: blocks, and rows where there are none. */
#include "core/base.h"

#include "core/str.h"
#include "responder/count_block.h"
#include "responder/count_store.h"
#include "responder/digest_store.h"
#include "responder/heap.h"

struct hearing {
	struct store *store;
	const struct digest_day *d;
	struct heard_list sum; /* documents: of the window */
	int64_t at;            /* counted so far */
	bool in_window;        /* of the block that is read */
	struct err *e;
};

static void
sum_add(struct heard *h, int64_t documents, int64_t last_at)
{
	h->documents += documents;
	h->last_at = last_at > h->last_at ? last_at : h->last_at;
}

static void
block_heard(void *arg, struct str key, const struct heard *h)
{
	struct hearing *x = arg;

	sum_add(heard_get(&x->sum, key), x->in_window ? h->documents : 0, h->last_at);
}

static void
row_heard(void *arg, const struct day_document *d)
{
	struct hearing *x = arg;

	sum_add(heard_of(&x->sum, d->source, d->source_class),
		d->arrived_at >= x->d->from && d->arrived_at < x->d->to, d->arrived_at);
}

static int
rows_until(struct hearing *x, int64_t to)
{
	const struct day_read q = { .from = x->at, .to = to, .as_of = x->d->as_of };

	if (x->at >= to)
		return 0;
	x->at = to;
	return day_documents(x->store, &q, row_heard, x, x->e);
}

/* All of it is read, and either all of it lies in the window or none. */
static bool
is_whole(const struct hearing *x, const struct count_row *r)
{
	const struct digest_day *d = x->d;
	bool inside = r->from_at >= d->from && r->to_at <= d->to,
	     outside = r->to_at <= d->from || r->from_at >= d->to;

	return !d->from_rows && r->from_at >= x->at && r->to_at <= d->made_at &&
	       r->as_of >= 0 && r->as_of <= d->as_of && (inside || outside) &&
	       heard_open(r->bytes, NULL, NULL);
}

static int
row_take(void *arg, const struct count_row *r)
{
	struct hearing *x = arg;

	if (r->from_at >= x->d->made_at)
		return 1;
	if (!is_whole(x, r))
		return 0;
	if (rows_until(x, r->from_at) < 0)
		return -1;
	x->in_window = r->from_at >= x->d->from && r->to_at <= x->d->to;
	heard_open(r->bytes, block_heard, x);
	x->at = r->to_at;
	return 0;
}

static struct day_source
source_of(const struct heard_list *l, uint32_t i)
{
	struct day_source s = { .in_window = l->v[i].documents, .last_at = l->v[i].last_at };

	s.source = heard_source(names_get(l->keys, i), &s.source_class);
	return s;
}

static int
by_name(const void *x, const void *y)
{
	const struct day_source *a = x, *b = y;
	int c = str_cmp(a->source, b->source);

	return c ? c
		 : (a->source_class > b->source_class) - (a->source_class < b->source_class);
}

int
day_sources(struct store *s, int64_t since, const struct digest_day *d,
	    void (*each)(void *arg, const struct day_source *x), void *arg, struct err *e)
{
	struct hearing x = { .store = s, .d = d, .at = since, .e = e };
	struct day_source *v;
	size_t n = 0;
	int bad;

	heard_begin(&x.sum);
	bad = count_read(s, STR(""), since, row_take, &x, e);
	if (bad >= 0)
		bad = rows_until(&x, d->made_at);
	v = heap_zero(names_count(x.sum.keys), sizeof *v);
	for (uint32_t i = 1; i < names_count(x.sum.keys); i++)
		v[n++] = source_of(&x.sum, i);
	qsort(v, n, sizeof *v, by_name);
	for (size_t i = 0; bad >= 0 && i < n; i++)
		each(arg, &v[i]);
	free(v);
	heard_release(&x.sum);
	return bad;
}
