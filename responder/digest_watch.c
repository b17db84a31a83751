/* digest_watch.c - the mentions of one watch -> counts, topics, sites, tiers, stories of a digest. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/count_block.h"
#include "responder/count_store.h"
#include "responder/digest_store.h"
#include "responder/digest_word.h"
#include "responder/distinct.h"
#include "responder/heap.h"
#include "responder/names.h"

#define DAY 86400
#define SLICE_S \
	(6 * 3600) /* at 5,000,000 a month some 30 MB of rows: the store's cache holds 64 */

struct negative { /* a negative mention of the day */
	struct id story, mention;
	int64_t at, reach;
	int32_t score;
	uint32_t site;
};
struct share {
	int64_t mentions, negative;
	unsigned spans; /* bits of those it is met in */
};
/* Counts by name: shares[number of names.h]. */
struct by_name {
	struct names *names;
	struct share *v;
	size_t cap;
};
/* What arrived from <= t < to is in no block. */
struct gap {
	int64_t from, to;
};
struct counting {
	struct digest_day *d;
	struct day_watch *w;
	struct by_name topics, sites;
	struct distinct authors[DAY_SPANS], voices;
	struct lag *lag;
	struct negative *v;
	size_t n, cap;
	struct gap *gaps;
	size_t gaps_n, gaps_cap, gaps_done;
	bool again;      /* the week before is read: what came later in it is not asked */
	bool negative;   /* the mention whose topics are added is */
	struct arena *a; /* emptied after each mention or block */
};

/* Those that are counted at once. */
struct group {
	struct counting *k;
	size_t n;
};

static struct share *
share_of(struct by_name *b, uint32_t i)
{
	while (i >= b->cap) {
		size_t had = b->cap;

		b->v = heap_more(b->v, &b->cap, sizeof *b->v);
		memset(b->v + had, 0, (b->cap - had) * sizeof *b->v);
	}
	return &b->v[i];
}

static void
share_add(struct share *s, bool negative)
{
	s->mentions++;
	s->negative += negative;
}

static void
negative_add(struct counting *k, const struct counted *x, const struct counted_negative *n)
{
	if (k->n == k->cap)
		k->v = heap_more(k->v, &k->cap, sizeof *k->v);
	k->v[k->n++] = (struct negative){ .story = n->story,
					  .mention = n->mention,
					  .at = x->told_at,
					  .score = n->score,
					  .reach = x->reach,
					  .site = x->site };
}

static void
counts_add(struct counting *k, const struct counted *x, int span)
{
	struct day_counts *c = &k->w->counts[span];
	struct share *site = share_of(&k->sites, x->site);

	c->mentions++;
	c->negative += !!(x->marks & COUNTED_NEGATIVE);
	c->positive += !!(x->marks & COUNTED_POSITIVE);
	c->complaints += !!(x->marks & COUNTED_COMPLAINT);
	c->sites += !(site->spans & 1u << span);
	site->spans |= 1u << span;
	distinct_add(&k->authors[span], x->author);
}

static void
hour_add(struct digest_day *d, int64_t t, bool negative)
{
	size_t i = (size_t)((t - d->from) / 3600);

	if (i >= d->hours.n)
		return;
	d->hours.mentions[i]++;
	d->hours.negative[i] += negative;
}

/* What is told of the window alone. */
static void
now_add(struct counting *k, const struct counted *x)
{
	struct day_counts *c = &k->w->counts[DAY_NOW];
	struct day_share *tier = &c->tiers[x->tier];
	bool negative = x->marks & COUNTED_NEGATIVE;

	c->rivals += !!(x->marks & COUNTED_RIVAL);
	c->reach += x->reach;
	c->reach_negative += negative ? x->reach : 0;
	c->reach_positive += x->marks & COUNTED_POSITIVE ? x->reach : 0;
	tier->mentions++;
	tier->negative += negative;
	if (x->rank > 0) {
		c->hot++;
		if (!c->place || x->rank < c->place)
			c->place = x->rank;
	}
	distinct_add(&k->voices, x->voice);
	hour_add(k->d, x->told_at, negative);
	lag_add(k->lag, x->arrived_at - x->told_at);
	share_add(share_of(&k->sites, x->site), negative);
}

static int
span_of(const struct digest_day *d, int64_t t)
{
	int span = 0;

	while (span < DAY_SPANS && (t < d->span[span].from || t >= d->span[span].to))
		span++;
	return span;
}

/* True: it belongs to the window. */
static bool
mention_count(struct counting *k, const struct counted *x)
{
	struct digest_day *d = k->d;
	int span = span_of(d, x->told_at);

	if (k->again && span != DAY_WEEK)
		return false;
	k->w->authors_gone |= (x->marks & COUNTED_AUTHOR_GONE) != 0;
	if (!k->again && x->told_at < d->from && x->arrived_at >= d->late_since &&
	    x->arrived_at >= d->from)
		k->w->late++;
	if (span == DAY_SPANS || (span == DAY_WEEK) != k->again)
		return false;
	counts_add(k, x, span);
	if (span == DAY_NOW)
		now_add(k, x);
	return span == DAY_NOW;
}

/* ---- of rows ------------------------------------------------------------------------------------- */

static void
topic_add(void *arg, struct str topic)
{
	struct counting *k = arg;

	share_add(share_of(&k->topics, names_add(k->topics.names, topic)), k->negative);
}

static int
row_count(void *arg, const struct day_mention *m)
{
	struct counting *k = arg;
	struct counted x;

	if (!counted_of(m, &x))
		return 0;
	x.site = names_add(k->sites.names, m->site);
	if (!mention_count(k, &x))
		return 0;
	k->negative = x.marks & COUNTED_NEGATIVE;
	counted_topics(m->topics, k->a, topic_add, k);
	if (k->negative)
		negative_add(k, &x,
			     &(struct counted_negative){ .story = counted_story(m),
							 .mention = m->id,
							 .score = (int32_t)m->score });
	return 0;
}

/* ---- of blocks ----------------------------------------------------------------------------------- */

struct reading {
	struct counting *k;
	int64_t from, to; /* arrived */
	int64_t at;       /* counted, or in a gap, so far */
};

static void
gap_add(struct reading *x, int64_t to)
{
	struct counting *k = x->k;

	if (x->at >= to)
		return;
	if (k->gaps_n == k->gaps_cap)
		k->gaps = heap_more(k->gaps, &k->gaps_cap, sizeof *k->gaps);
	k->gaps[k->gaps_n++] = (struct gap){ x->at, to };
	x->at = to;
}

/* The numbers that the block's names have here. */
static const uint32_t *
names_here(struct counting *k, struct names *names, struct str *rest, uint32_t n)
{
	uint32_t *v = arena_alloc(k->a, ((size_t)n + 1) * sizeof *v);

	for (uint32_t i = 0; i < n; i++)
		v[i] = names_add(names, block_name(rest));
	return v;
}

static void
block_count(const struct reading *x, const struct count_block *b)
{
	struct counting *k = x->k;
	struct str names = b->names;
	const uint32_t *sites = names_here(k, k->sites.names, &names, b->site_names_n);
	const uint32_t *topics = names_here(k, k->topics.names, &names, b->topic_names_n);
	bool *now = arena_alloc(k->a, (size_t)b->n + 1);

	for (uint32_t i = 0; i < b->n; i++) {
		struct counted c = block_get(b, i);

		c.site = sites[c.site];
		now[i] =
			c.arrived_at >= x->from && c.arrived_at < x->to && mention_count(k, &c);
	}
	for (uint32_t i = 0; i < b->negatives_n; i++) {
		struct counted_negative n = block_negative(b, i);
		struct counted c = block_get(b, n.of);

		c.site = sites[c.site];
		if (now[n.of])
			negative_add(k, &c, &n);
	}
	for (uint32_t i = 0; i < b->topics_n; i++) {
		struct block_topic t = block_topic(b, i);

		if (now[t.of])
			share_add(share_of(&k->topics, topics[t.topic]),
				  block_get(b, t.of).marks & COUNTED_NEGATIVE);
	}
	arena_reset(k->a);
}

static int
block_take(void *arg, const struct count_row *r)
{
	struct reading *x = arg;
	const struct digest_day *d = x->k->d;
	struct count_block b;

	if (r->from_at >= x->to)
		return 1;
	if (r->as_of < 0 || r->as_of > d->as_of || !block_open(r->bytes, r->from_at, &b))
		return 0;
	gap_add(x, r->from_at);
	block_count(x, &b);
	x->at = r->to_at;
	return 0;
}

/* What arrived from <= t < to, of the group; what is in no block is left as gaps. */
static int
blocks_count(const struct responder_env *env, const struct group *g, const struct day_read *q,
	     struct err *e)
{
	for (size_t i = 0; i < g->n; i++) {
		struct counting *k = &g->k[i];
		struct reading x = { k, q->from, q->to, q->from };

		k->gaps_n = k->gaps_done = 0;
		if (!k->d->from_rows &&
		    count_read(env->store, k->w->name, q->from, block_take, &x, e) < 0)
			return -1;
		gap_add(&x, q->to);
	}
	return 0;
}

/* ---- lag: minutes between publication and arrival, up to two days ------------------------------- */

void
lag_add(struct lag *l, int64_t seconds)
{
	int64_t minute = seconds < 0 ? 0 : seconds / 60;

	l->minutes[minute < LAG_MINUTES ? minute : LAG_MINUTES - 1]++;
	l->n++;
}

int64_t
lag_median(const struct lag *l)
{
	int64_t seen = 0;
	size_t i = 0;

	while (i < LAG_MINUTES && (seen += l->minutes[i]) * 2 < l->n)
		i++;
	return (int64_t)i * 60;
}

/* ---- what leads ------------------------------------------------------------------------------------ */

static bool
leads(const struct share *a, struct str a_name, const struct day_share *b)
{
	if (a->negative != b->negative)
		return a->negative > b->negative;
	if (a->mentions != b->mentions)
		return a->mentions > b->mentions;
	return str_cmp(a_name, b->name) < 0;
}

static size_t
shares_rank(const struct by_name *b, struct day_share *top, struct arena *a)
{
	size_t n = 0;

	for (size_t i = 1; i < b->cap && i < names_count(b->names); i++) {
		struct str name = names_get(b->names, (uint32_t)i);
		size_t at = n;

		if (!b->v[i].mentions)
			continue;
		while (at > 0 && leads(&b->v[i], name, &top[at - 1]))
			at--;
		if (at == DIGEST_TOP)
			continue;
		if (n < DIGEST_TOP)
			n++;
		for (size_t k = n - 1; k > at; k--)
			top[k] = top[k - 1];
		top[at] = (struct day_share){ .name = arena_str(a, name),
					      .mentions = b->v[i].mentions,
					      .negative = b->v[i].negative };
	}
	return n;
}

static int
by_story(const void *x, const void *y)
{
	const struct negative *a = x, *b = y;
	int c = id_cmp(&a->story, &b->story);

	if (c)
		return c;
	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return id_cmp(&a->mention, &b->mention);
}

/* v[0..n) are one story, its most negative mention first. */
static struct day_story
story_of(const struct negative *v, size_t n)
{
	struct day_story s = { .id = v[0].story,
			       .negative = (int64_t)n,
			       .first_at = v[0].at,
			       .shown = { .mention = v[0].mention } };
	struct distinct sites = { 0 };

	for (size_t i = 0; i < n; i++) {
		distinct_add(&sites, v[i].site);
		s.reach += v[i].reach;
		if (v[i].at < s.first_at)
			s.first_at = v[i].at;
	}
	s.sites = (int64_t)sites.n;
	distinct_release(&sites);
	return s;
}

static bool
story_leads(const struct day_story *a, const struct day_story *b)
{
	if (a->negative != b->negative)
		return a->negative > b->negative;
	if (a->reach != b->reach)
		return a->reach > b->reach;
	if (a->first_at != b->first_at)
		return a->first_at < b->first_at;
	return id_cmp(&a->id, &b->id) < 0;
}

static void
story_put(struct day_watch *w, const struct day_story *s)
{
	size_t at = w->stories_n;

	w->stories_all++;
	while (at > 0 && story_leads(s, &w->stories[at - 1]))
		at--;
	if (at == DIGEST_RANKED)
		return;
	if (w->stories_n < DIGEST_RANKED)
		w->stories_n++;
	for (size_t k = w->stories_n - 1; k > at; k--)
		w->stories[k] = w->stories[k - 1];
	w->stories[at] = *s;
}

#define BODY_SHOWN 80 /* code points, for posts without a title */

/* What a reader is shown of a mention; of its text only the first words stay. */
static int
evidence_read(const struct responder_env *env, struct counting *k, struct evidence *shown,
	      struct arena *a, struct err *e)
{
	struct str *texts[] = { &shown->watch,  &shown->url,   &shown->site,
				&shown->source, &shown->title, &shown->erased };
	struct id mention = shown->mention;

	if (record_evidence(env->store, &mention, k->a, shown, e) < 0)
		return -1;
	for (size_t i = 0; i < LY_COUNT(texts); i++)
		*texts[i] = arena_str(a, *texts[i]);
	shown->body = arena_str(a, utf8_head(shown->body, BODY_SHOWN));
	arena_reset(k->a);
	return 0;
}

static int
stories_rank(const struct responder_env *env, struct counting *k, struct arena *a,
	     struct err *e)
{
	size_t from = 0;

	if (k->n)
		qsort(k->v, k->n, sizeof *k->v, by_story);
	for (size_t i = 1; i <= k->n; i++) {
		struct day_story s;

		if (i < k->n && id_eq(&k->v[i].story, &k->v[from].story))
			continue;
		s = story_of(&k->v[from], i - from);
		story_put(k->w, &s);
		from = i;
	}
	digest_edit_apply(&k->d->edit, k->w, a);
	for (size_t i = 0; i < k->w->stories_n; i++)
		if (evidence_read(env, k, &k->w->stories[i].shown, a, e) < 0)
			return -1;
	return 0;
}

static void
different(struct counting *k)
{
	for (int i = 0; i < DAY_SPANS; i++) {
		k->w->counts[i].authors = (int64_t)k->authors[i].n;
		distinct_release(&k->authors[i]);
	}
	k->w->counts[DAY_NOW].voices = (int64_t)k->voices.n;
	distinct_release(&k->voices);
}

/* One watch's gaps within a slice. */
static int
gaps_count(const struct responder_env *env, struct counting *k, const struct day_read *slice,
	   struct err *e)
{
	while (k->gaps_done < k->gaps_n && k->gaps[k->gaps_done].to <= slice->from)
		k->gaps_done++;
	for (size_t i = k->gaps_done; i < k->gaps_n; i++) {
		const struct gap *g = &k->gaps[i];
		struct day_read part = *slice;

		if (g->from >= slice->to)
			break;
		part.watch = k->w->name;
		part.from = g->from > slice->from ? g->from : slice->from;
		part.to = g->to < slice->to ? g->to : slice->to;
		if (day_mentions(env->store, &part, row_count, k, e) < 0)
			return -1;
	}
	return 0;
}

/* What arrived from <= t < to, of the group. Rows by slices: what arrived together lies together, and
 * is fetched once for all of them. */
static int
spans_count(const struct responder_env *env, const struct group *g, const struct day_read *q,
	    struct err *e)
{
	struct day_read part = *q;

	if (blocks_count(env, g, q, e) < 0)
		return -1;
	for (part.from = q->from; part.from < q->to; part.from = part.to) {
		part.to = part.from + SLICE_S < q->to ? part.from + SLICE_S : q->to;
		for (size_t i = 0; i < g->n; i++)
			if (gaps_count(env, &g->k[i], &part, e) < 0)
				return -1;
	}
	return 0;
}

/* What arrived since the span before began; and of the week before what came within a day. */
static int
mentions_count(const struct responder_env *env, const struct digest_day *d,
	       const struct group *g, struct err *e)
{
	const struct day_span_of *week = &d->span[DAY_WEEK];
	const struct day_read now = { .from = d->span[DAY_BEFORE].from,
				      .to = d->made_at,
				      .as_of = d->as_of },
			      then = { .from = week->from,
				       .to = week->to + DAY,
				       .told_from = week->from,
				       .told_to = week->to,
				       .as_of = d->as_of };

	if (spans_count(env, g, &now, e) < 0)
		return -1;
	for (size_t i = 0; i < g->n; i++)
		g->k[i].again = true;
	return week->to ? spans_count(env, g, &then, e) : 0;
}

static int
finish(const struct responder_env *env, struct counting *k, struct arena *a, struct err *e)
{
	k->w->topics_n = shares_rank(&k->topics, k->w->topics, a);
	k->w->sites_n = shares_rank(&k->sites, k->w->sites, a);
	return stories_rank(env, k, a, e);
}

static void
counting_release(struct counting *k)
{
	names_free(k->topics.names);
	names_free(k->sites.names);
	free(k->topics.v);
	free(k->sites.v);
	free(k->v);
	free(k->gaps);
}

static int
group_count(const struct responder_env *env, struct digest_day *d, const struct group *g,
	    struct arena *a, struct err *e)
{
	int bad = mentions_count(env, d, g, e);

	for (size_t i = 0; i < g->n; i++) {
		different(&g->k[i]);
		if (bad == 0)
			bad = finish(env, &g->k[i], a, e);
		counting_release(&g->k[i]);
	}
	return bad;
}

/* Watches at once: who reads blocks holds the different authors and texts of one watch, who reads
 * rows fetches those of all together. */
static int
at_once(const struct responder_env *env, const struct digest_day *d, size_t *n, struct err *e)
{
	int64_t until = 0;

	if (!d->from_rows && count_until(env->store, &until, e) < 0)
		return -1;
	*n = until > d->from ? 1 : d->watches_n;
	return 0;
}

int
digest_watches(const struct responder_env *env, struct digest_day *d, struct lag *lag,
	       struct arena *a, struct err *e)
{
	struct group g = { .k = heap_zero(d->watches_n + 1, sizeof *g.k) };
	struct arena *each = arena_new();
	size_t most = 0;
	int bad = at_once(env, d, &most, e);

	for (size_t from = 0; bad == 0 && from < d->watches_n; from += g.n) {
		g.n = d->watches_n - from < most ? d->watches_n - from : most;
		for (size_t i = 0; i < g.n; i++)
			g.k[i] = (struct counting){ .d = d,
						    .w = &d->watches[from + i],
						    .topics.names = names_new(),
						    .sites.names = names_new(),
						    .lag = lag,
						    .a = each };
		bad = group_count(env, d, &g, a, e);
	}
	arena_free(each);
	free(g.k);
	return bad;
}
