/* digest_watch.c - the mentions of one watch -> counts, topics, sites, tiers, stories of a digest. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/digest_store.h"
#include "responder/digest_word.h"
#include "responder/heap.h"
#include "responder/names.h"
#include "responder/signal.h"
#include "responder/tally.h"

#define DAY 86400
#define SLICE_S \
	(6 * 3600) /* at 5,000,000 a month some 30 MB of rows: the store's cache holds 64 */

struct negative { /* a negative mention of the day */
	struct id story, mention;
	int64_t at, score, reach;
	uint32_t site;
};
struct share {
	int64_t mentions, negative;
};
/* Counts by name: shares[number of names.h]. */
struct by_name {
	struct names *names;
	struct share *v;
	size_t cap;
};
struct counting {
	struct digest_day *d;
	struct day_watch *w;
	struct by_name topics, sites;
	struct tally authors[DAY_SPANS], places[DAY_SPANS], voices[DAY_SPANS];
	struct lag *lag;
	struct negative *v;
	size_t n, cap;
	bool again;      /* the week before is read: what came later in it is not asked */
	struct arena *a; /* emptied after each mention */
};

static struct share *
share_of(struct by_name *b, struct str name)
{
	uint32_t i = names_add(b->names, name);

	while (i >= b->cap) {
		size_t had = b->cap;

		b->v = heap_more(b->v, &b->cap, sizeof *b->v);
		memset(b->v + had, 0, (b->cap - had) * sizeof *b->v);
	}
	return &b->v[i];
}

static void
share_add(struct by_name *b, struct str name, bool negative)
{
	struct share *s = share_of(b, name);

	s->mentions++;
	s->negative += negative;
}

static int64_t
time_of(const struct day_mention *m)
{
	return m->published_at > 0 && m->published_at < m->arrived_at ? m->published_at
								      : m->arrived_at;
}

static void
topics_add(struct counting *k, const struct day_mention *m, bool negative)
{
	struct err e;
	const struct json *list = m->topics.n > 2 ? json_parse(k->a, m->topics, &e) : NULL;

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *t = json_at(list, i);
		struct str name = json_text(json_get(t, "topic"), STR(""));
		bool seen = json_int(json_get(t, "negated"), 0) != 0;

		for (size_t o = 0; o < i && !seen; o++)
			seen = !json_int(json_get(json_at(list, o), "negated"), 0) &&
			       str_eq(name,
				      json_text(json_get(json_at(list, o), "topic"), STR("")));
		if (!seen && name.n)
			share_add(&k->topics, name, negative);
	}
	arena_reset(k->a);
}

static void
negative_add(struct counting *k, const struct day_mention *m)
{
	if (k->n == k->cap)
		k->v = heap_more(k->v, &k->cap, sizeof *k->v);
	k->v[k->n++] = (struct negative){ .story = id_none(&m->story) ? m->document : m->story,
					  .mention = m->id,
					  .at = time_of(m),
					  .score = m->score,
					  .reach = m->followers > 0 ? m->followers : 0,
					  .site = names_add(k->sites.names, m->site) };
}

static uint64_t
hash_of(const struct id *id)
{
	return hash_fast(id_str(id), 0);
}

static int
tier_of(const struct day_mention *m)
{
	const struct document d = { .followers = m->followers };
	int tier = document_tier(&d);

	return tier < 0 ? DAY_TIERS - 1 : tier;
}

static void
counts_add(struct counting *k, const struct day_mention *m, unsigned bits, int span)
{
	struct day_counts *c = &k->w->counts[span];
	bool negative = bits & SIGNAL_BIT_NEGATIVE;
	int64_t reach = m->followers > 0 ? m->followers : 0;
	struct day_share *tier = &c->tiers[tier_of(m)];

	c->mentions++;
	c->negative += negative;
	c->positive += !!(bits & SIGNAL_BIT_POSITIVE);
	c->complaints += !!(bits & SIGNAL_BIT_COMPLAINT);
	c->rivals += !!(m->flags & MENTION_RIVAL);
	c->reach += reach;
	c->reach_negative += negative ? reach : 0;
	c->reach_positive += bits & SIGNAL_BIT_POSITIVE ? reach : 0;
	tier->mentions++;
	tier->negative += negative;
	if (m->rank > 0) {
		c->hot++;
		if (!c->place || m->rank < c->place)
			c->place = m->rank;
	}
	tally_add(&k->authors[span],
		  id_none(&m->author_key) ? hash_fast(m->site, 0) : hash_of(&m->author_key));
	tally_add(&k->places[span], hash_fast(m->site, 0));
	tally_add(&k->voices[span], hash_of(id_none(&m->voice) ? &m->document : &m->voice));
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

static int
mention_count(void *arg, const struct day_mention *m)
{
	struct counting *k = arg;
	struct digest_day *d = k->d;
	struct signal_marks marks = { m->label, m->intent, m->flags, m->document_flags,
				      m->source_class };
	unsigned bits = signal_bits(&marks);
	bool negative = bits & SIGNAL_BIT_NEGATIVE;
	int64_t t = time_of(m);
	int span = 0;

	if (!signal_counts_window(&marks))
		return 0;
	k->w->authors_gone |= (m->document_flags & RECORD_AUTHOR_GONE) != 0;
	if (!k->again && t < d->from && m->arrived_at >= d->late_since &&
	    m->arrived_at >= d->from)
		k->w->late++;
	while (span < DAY_SPANS && (t < d->span[span].from || t >= d->span[span].to))
		span++;
	if (span == DAY_SPANS || (span == DAY_WEEK) != k->again)
		return 0;
	counts_add(k, m, bits, span);
	if (span != DAY_NOW)
		return 0;
	hour_add(d, t, negative);
	lag_add(k->lag, m->arrived_at - t);
	share_add(&k->sites, m->site, negative);
	topics_add(k, m, negative);
	if (negative)
		negative_add(k, m);
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
	struct tally sites = { .slots = NULL };

	for (size_t i = 0; i < n; i++) {
		tally_add(&sites, v[i].site);
		s.reach += v[i].reach;
		if (v[i].at < s.first_at)
			s.first_at = v[i].at;
	}
	s.sites = (int64_t)sites.distinct;
	tally_release(&sites);
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
		struct day_counts *c = &k->w->counts[i];

		c->authors = (int64_t)k->authors[i].distinct;
		c->sites = (int64_t)k->places[i].distinct;
		c->voices = (int64_t)k->voices[i].distinct;
		tally_release(&k->authors[i]);
		tally_release(&k->places[i]);
		tally_release(&k->voices[i]);
	}
}

/* What arrived from <= t < to, of all watches. By slices: what arrived together lies together, and is
 * fetched once for all of them. */
static int
slices_count(const struct responder_env *env, const struct digest_day *d, struct counting *k,
	     const struct day_read *q, struct err *e)
{
	struct day_read part = *q;

	for (part.from = q->from; part.from < q->to; part.from = part.to) {
		part.to = part.from + SLICE_S < q->to ? part.from + SLICE_S : q->to;
		for (size_t i = 0; i < d->watches_n; i++) {
			part.watch = d->watches[i].name;
			if (day_mentions(env->store, &part, mention_count, &k[i], e) < 0)
				return -1;
		}
	}
	return 0;
}

/* What arrived since the span before began; and of the week before what came within a day. */
static int
mentions_count(const struct responder_env *env, const struct digest_day *d, struct counting *k,
	       struct err *e)
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

	if (slices_count(env, d, k, &now, e) < 0)
		return -1;
	for (size_t i = 0; i < d->watches_n; i++)
		k[i].again = true;
	return week->to ? slices_count(env, d, k, &then, e) : 0;
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
}

int
digest_watches(const struct responder_env *env, struct digest_day *d, struct lag *lag,
	       struct arena *a, struct err *e)
{
	struct counting *k = heap_zero(d->watches_n + 1, sizeof *k);
	struct arena *each = arena_new();
	int bad;

	for (size_t i = 0; i < d->watches_n; i++)
		k[i] = (struct counting){ .d = d,
					  .w = &d->watches[i],
					  .topics.names = names_new(),
					  .sites.names = names_new(),
					  .lag = lag,
					  .a = each };
	bad = mentions_count(env, d, k, e);
	for (size_t i = 0; i < d->watches_n; i++) {
		different(&k[i]);
		if (bad == 0)
			bad = finish(env, &k[i], a, e);
		counting_release(&k[i]);
	}
	arena_free(each);
	free(k);
	return bad;
}
