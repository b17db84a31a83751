/* retain_hold.c - see retain_hold.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/record_store.h"
#include "responder/retain_hold.h"

static int
by_id(const void *a, const void *b)
{
	return id_cmp(a, b);
}

static void
hold(void *arg, struct str watch, struct str evidence)
{
	struct holds *h = arg;
	size_t n = evidence.n / sizeof *h->v;

	names_add(h->watches, watch);
	while (h->n + n > h->cap)
		h->v = heap_more(h->v, &h->cap, sizeof *h->v);
	if (n)
		memcpy(h->v + h->n, evidence.p, n * sizeof *h->v);
	h->n += n;
}

int
holds_read(struct store *s, const struct retain_row *rows, int n, const struct id *but,
	   struct holds *h, struct err *e)
{
	struct retain_span span = { INT64_MAX, INT64_MIN, *but };

	*h = (struct holds){ .watches = names_new() };
	for (int i = 0; i < n; i++) {
		if (rows[i].arrived_at < span.from)
			span.from = rows[i].arrived_at;
		if (rows[i].arrived_at > span.to)
			span.to = rows[i].arrived_at;
	}
	if (n && retain_firings(s, &span, hold, h, e) < 0)
		return -1;
	if (h->n)
		qsort(h->v, h->n, sizeof *h->v, by_id);
	return 0;
}

/* A mention's identity is hash(document, watch): none has to be looked up. */
bool
holds_document(const struct holds *h, const struct id *document)
{
	for (uint32_t i = 1; h->n && i < names_count(h->watches); i++) {
		struct id mention = ID_OF(id_str(document), names_get(h->watches, i));

		if (bsearch(&mention, h->v, h->n, sizeof *h->v, by_id))
			return true;
	}
	return false;
}

void
holds_release(struct holds *h)
{
	free(h->v);
	names_free(h->watches);
}

const char *const retain_words[] = { "authors", "text", "incidents", "rejects", NULL };

const char *const retain_place_names[RETAIN_TEXT + 1][2] = {
	[RETAIN_AUTHORS] = { "retain_authors_at", "retain_authors_n" },
	[RETAIN_TEXT] = { "retain_text_at", "retain_text_n" },
};

int64_t
retain_term(const struct retain_conf *c, enum retain_class k)
{
	return k == RETAIN_AUTHORS     ? c->authors_s
	       : k == RETAIN_INCIDENTS ? c->incidents_s
				       : c->text_s;
}

void
retain_sum_add(struct retain_sum *sum, enum retain_class k, int64_t at)
{
	if (!sum->of[k].n++ || at < sum->of[k].oldest_at)
		sum->of[k].oldest_at = at;
}

/* Of what no watch noticed there is no text: its link goes with its author. */
static bool
has_left(enum retain_class k, const struct retain_row *row)
{
	if (k == RETAIN_TEXT && row->mentions)
		return !row->gone;
	return !(row->flags & RECORD_AUTHOR_GONE) && !(row->mentions && row->gone);
}

bool
retain_may_go(enum retain_class k, const struct retain_row *row, const struct holds *h,
	      struct retain_sum *sum)
{
	if (!has_left(k, row))
		return false;
	if (row->mentions && holds_document(h, &row->document)) {
		sum->of[k].held++;
		return false;
	}
	retain_sum_add(sum, k, row->arrived_at);
	return true;
}
