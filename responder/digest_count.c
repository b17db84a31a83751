/* digest_count.c - rows of a day -> counts, top topics, sites, stories; the record's other facts. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/digest_store.h"
#include "responder/heap.h"
#include "responder/deadline_store.h"
#include "responder/incident_store.h"
#include "responder/names.h"
#include "responder/signal.h"
#include "responder/tally.h"

#define WEEK (7 * 86400)

/* ---- windows ------------------------------------------------------------------------------------ */

/* seconds after midnight of the local day that holds t, days later. */
static int64_t
moment(const struct zone *z, int64_t t, int64_t seconds, int days)
{
	struct civil c = zone_civil(z, t);

	c.day += days;
	c.hour = (int)(seconds / 3600);
	c.minute = (int)(seconds % 3600 / 60);
	c.second = (int)(seconds % 60);
	return zone_utc(z, c);
}

void
digest_window(const struct digest_conf *c, const struct zone *z, int64_t at,
	      struct digest_day *d)
{
	int back = moment(z, at, c->cut, 0) <= at ? 0 : -1;

	d->conf = c;
	d->to = moment(z, at, c->cut, back);
	d->from = moment(z, at, c->cut, back - 1);
	d->late_since = moment(z, at, c->at, -1);
	d->day = zone_day(z, at);
}

int64_t
digest_next(const struct digest_conf *c, const struct zone *z, int64_t t)
{
	int64_t at = moment(z, t, c->at, 0);

	return at > t ? at : moment(z, t, c->at, 1);
}

/* ---- one watch ------------------------------------------------------------------------------------ */

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
	const struct digest_day *d;
	struct day_watch *w;
	struct by_name topics, sites;
	struct tally authors[2], places[2]; /* now, before */
	struct negative *v;
	size_t n, cap;
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

static int
mention_count(void *arg, const struct day_mention *m)
{
	struct counting *k = arg;
	const struct digest_day *d = k->d;
	struct signal_marks marks = { m->label, m->intent, m->flags, m->document_flags,
				      m->source_class };
	unsigned bits = signal_bits(&marks);
	int64_t t = time_of(m);
	bool now = t >= d->from && t < d->to;
	struct day_counts *c = now ? &k->w->now : &k->w->before;
	uint64_t author =
		hash_fast(id_none(&m->author_key) ? m->site : id_str(&m->author_key), 0);

	if (!signal_counts_window(&marks))
		return 0;
	if (t < d->from && m->arrived_at >= d->late_since && m->arrived_at >= d->from)
		k->w->late++;
	if (!now && (t >= d->from || t < d->from - (d->to - d->from)))
		return 0;
	c->mentions++;
	c->negative += !!(bits & SIGNAL_BIT_NEGATIVE);
	c->positive += !!(bits & SIGNAL_BIT_POSITIVE);
	c->complaints += !!(bits & SIGNAL_BIT_COMPLAINT);
	tally_add(&k->authors[!now], author);
	tally_add(&k->places[!now], hash_fast(m->site, 0));
	if (!now)
		return 0;
	share_add(&k->sites, m->site, bits & SIGNAL_BIT_NEGATIVE);
	topics_add(k, m, bits & SIGNAL_BIT_NEGATIVE);
	if (bits & SIGNAL_BIT_NEGATIVE)
		negative_add(k, m);
	return 0;
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
		top[at] = (struct day_share){ arena_str(a, name), b->v[i].mentions,
					      b->v[i].negative };
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
	if (at == DIGEST_TOP)
		return;
	if (w->stories_n < DIGEST_TOP)
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
	for (size_t i = 0; i < k->w->stories_n; i++)
		if (evidence_read(env, k, &k->w->stories[i].shown, a, e) < 0)
			return -1;
	return 0;
}

static int
watch_count(const struct responder_env *env, const struct digest_day *d, struct day_watch *w,
	    struct arena *a, struct err *e)
{
	struct counting k = { .d = d,
			      .w = w,
			      .topics.names = names_new(),
			      .sites.names = names_new(),
			      .a = arena_new() };
	int64_t from = d->from - (d->to - d->from);
	int bad = day_mentions(env->store, w->name, from, d->made_at, d->as_of, mention_count,
			       &k, e);

	for (int i = 0; i < 2; i++) {
		struct day_counts *c = i ? &w->before : &w->now;

		c->authors = (int64_t)k.authors[i].distinct;
		c->sites = (int64_t)k.places[i].distinct;
		tally_release(&k.authors[i]);
		tally_release(&k.places[i]);
	}
	if (bad == 0) {
		w->topics_n = shares_rank(&k.topics, w->topics, a);
		w->sites_n = shares_rank(&k.sites, w->sites, a);
		bad = stories_rank(env, &k, a, e);
	}
	names_free(k.topics.names);
	names_free(k.sites.names);
	free(k.topics.v);
	free(k.sites.v);
	free(k.v);
	arena_free(k.a);
	return bad;
}

/* ---- the rest of the day ---------------------------------------------------------------------------- */

struct reading {
	struct digest_day *d;
	struct arena *a;
	size_t cap;
};

static bool
is_read(const struct digest_conf *c, struct str watch)
{
	for (size_t i = 0; i < c->watches.n; i++)
		if (str_eq(c->watches.v[i], watch))
			return true;
	return !c->watches.n;
}

static void
incident_add(void *arg, const struct incident *i)
{
	struct reading *x = arg;
	struct digest_day *d = x->d;

	if (!is_read(d->conf, i->watch))
		return;
	if (d->incidents_n == x->cap)
		d->incidents = heap_more(d->incidents, &x->cap, sizeof *d->incidents);
	d->incidents[d->incidents_n++] =
		(struct day_incident){ .id = i->id,
				       .number = arena_str(x->a, i->number),
				       .watch = arena_str(x->a, i->watch),
				       .title = arena_str(x->a, i->title),
				       .state = arena_str(x->a, i->closed_why),
				       .acked_by = arena_str(x->a, i->acked_by),
				       .level = i->level,
				       .opened_at = i->opened_at,
				       .closed_at = i->closed_at,
				       .acked_until = i->acked_until,
				       .confidential = i->confidential != 0 };
}

/* The clock of an incident that ends first. */
static int
clocks_read(const struct responder_env *env, struct digest_day *d, struct err *e)
{
	for (size_t i = 0; i < d->incidents_n; i++) {
		struct day_incident *x = &d->incidents[i];
		struct deadline v[DEADLINE_KINDS];
		int n = deadlines_of(env->store, &x->id, v, e);

		for (int k = n; k-- > 0;) /* soonest first */
			if (deadline_rules[v[k].kind].urges) {
				x->clock = deadline_rules[v[k].kind].word;
				x->clock_at = v[k].due_at;
			}
		if (n < 0)
			return -1;
	}
	return 0;
}

static void
source_add(void *arg, const struct day_source *s)
{
	struct reading *x = arg;
	struct digest_day *d = x->d;

	d->documents += s->in_window;
	d->classes |= 1u << s->source_class;
	if (s->in_window) {
		d->sources_heard++;
		return;
	}
	d->silent_all++;
	if (d->silent_n < LY_COUNT(d->silent))
		d->silent[d->silent_n++] =
			(struct day_silent){ arena_str(x->a, s->source), s->last_at };
}

static void
arena_free_list(void *list)
{
	free(list);
}

int
digest_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
	     struct err *e)
{
	struct reading x = { .d = d, .a = a };
	int bad;

	d->watches = arena_alloc(a, (env->watches_n + 1) * sizeof *d->watches);
	for (size_t i = 0; i < env->watches_n; i++) {
		const struct watch_conf *w = &env->watches[i];

		if (!is_read(d->conf, w->name))
			continue;
		d->watches[d->watches_n].name = w->name;
		d->watches[d->watches_n].title = w->title.n ? w->title : w->name;
		if (watch_count(env, d, &d->watches[d->watches_n++], a, e) < 0)
			return -1;
	}
	bad = day_incidents(env->store, d, incident_add, &x, e);
	if (d->incidents)
		arena_defer(a, arena_free_list, d->incidents);
	if (bad < 0 || clocks_read(env, d, e) < 0)
		return -1;
	if (day_sources(env->store, d->from - WEEK, d, source_add, &x, e) < 0)
		return -1;
	if (shed_between(env->store, d->from, d->to, d->as_of, &d->shed, e) < 0)
		return -1;
	return day_rejects(env->store, d->from, d->to, &d->rejects, e);
}

int64_t
digest_net(const struct day_counts *c)
{
	return (c->positive - c->negative) * 1000 / c->mentions;
}
