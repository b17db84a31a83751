/* digest_count.c - a window of the record -> all that a digest tells of it. */
#include "core/base.h"

#include "core/str.h"
#include "responder/baseline.h"
#include "responder/deadline_store.h"
#include "responder/digest_store.h"
#include "responder/digest_word.h"
#include "responder/heap.h"
#include "responder/incident_store.h"
#include "responder/measure_store.h"
#include "responder/signal_store.h"

#define WEEK        (7 * 86400)
#define USUAL_SPANS 28 /* windows that the usual is a median of */

/* ---- charts -------------------------------------------------------------------------------------- */

/* What its bars stand for, by period, and how many there are. */
static const struct {
	int days;
	size_t n;
} bars[] = {
	[PERIOD_DAY] = { 1, 14 },
	[PERIOD_WEEK] = { 1, 28 },
	[PERIOD_MONTH] = { 1, 31 },
	[PERIOD_QUARTER] = { 7, 26 },
};

/* Buckets before the series, too: what is usual is a median of these. */
struct bucketing {
	int64_t from[USUAL_SPANS + DIGEST_BUCKETS + 1];
	int64_t mentions[USUAL_SPANS + DIGEST_BUCKETS], negative[USUAL_SPANS + DIGEST_BUCKETS];
	size_t n;
	int64_t first_at; /* when data begins */
};

static void
bucket_add(void *arg, int64_t at, int64_t mentions, int64_t negative)
{
	struct bucketing *b = arg;
	size_t i = 0;

	if (mentions && (!b->first_at || at < b->first_at))
		b->first_at = at;
	while (i + 1 < b->n && at >= b->from[i + 1])
		i++;
	b->mentions[i] += mentions;
	b->negative[i] += negative;
}

/* The median of the buckets that end before the window begins and have data behind them. */
static int64_t
usual_of(const struct bucketing *b, int64_t until)
{
	int64_t v[USUAL_SPANS + DIGEST_BUCKETS];
	size_t n = 0;

	for (size_t i = b->n; i-- > 0 && n < USUAL_SPANS;)
		if (b->from[i + 1] <= until && b->first_at && b->from[i] + 3600 > b->first_at)
			v[n++] = b->mentions[i];
	return n >= 3 ? baseline_median(v, n) : 0;
}

/* Bars of windows that are told as figures, too, show these. */
static void
exact(struct digest_day *d, const struct bucketing *b)
{
	for (int span = 0; span < DAY_SPANS; span++)
		for (size_t i = 0; i < d->days.n; i++) {
			size_t k = b->n - d->days.n + i;

			if (b->from[k] != d->span[span].from ||
			    b->from[k + 1] != d->span[span].to)
				continue;
			d->days.mentions[i] = d->all[span].mentions;
			d->days.negative[i] = d->all[span].negative;
		}
}

static int
days_count(const struct responder_env *env, struct digest_day *d, struct err *e)
{
	struct bucketing b = { .n = USUAL_SPANS + bars[d->conf->period].n };
	int length = bars[d->conf->period].days, bad = 0;

	for (size_t i = 0; i <= b.n; i++)
		b.from[b.n - i] =
			digest_moment(env->zone, d->to, d->conf->cut, -length * (int)i);
	b.from[b.n] = d->to;
	for (size_t i = 0; bad == 0 && i < d->watches_n; i++)
		bad = day_hours(env->store, d->watches[i].name, b.from[0], d->to, bucket_add,
				&b, e);
	d->days.n = bars[d->conf->period].n;
	for (size_t i = 0; i < d->days.n; i++) {
		size_t k = b.n - d->days.n + i;

		d->days.from[i] = b.from[k];
		d->days.mentions[i] = b.mentions[k];
		d->days.negative[i] = b.negative[k];
	}
	exact(d, &b);
	d->days.usual = usual_of(&b, d->from);
	return bad;
}

static void
hours_begin(struct digest_day *d)
{
	if (d->conf->period != PERIOD_DAY)
		return;
	d->hours.n = (size_t)((d->to - d->from + 3599) / 3600);
	for (size_t i = 0; i < d->hours.n; i++)
		d->hours.from[i] = d->from + (int64_t)i * 3600;
}

/* ---- watches ------------------------------------------------------------------------------------- */

static void
counts_sum(struct day_counts *all, const struct day_counts *c)
{
	all->mentions += c->mentions;
	all->negative += c->negative;
	all->positive += c->positive;
	all->complaints += c->complaints;
	all->voices += c->voices;
	all->reach += c->reach;
	all->reach_negative += c->reach_negative;
	all->reach_positive += c->reach_positive;
	all->rivals += c->rivals;
	all->hot += c->hot;
	if (c->place && (!all->place || c->place < all->place))
		all->place = c->place;
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

/* ---- numbers from outside ------------------------------------------------------------------------ */

struct gauging {
	struct digest_day *d;
	struct arena *a;
	int64_t until; /* the newest before then */
	int64_t value;
	bool found;
};

static void
gauge_name(void *arg, const struct sample *x, int64_t count)
{
	struct gauging *g = arg;
	struct digest_day *d = g->d;

	(void)count;
	if (d->gauges_n < LY_COUNT(d->gauges) && !str_starts(x->signal, STR("alert/")))
		d->gauges[d->gauges_n++].name = arena_str(g->a, x->signal);
}

static void
gauge_value(void *arg, const struct sample *x, int64_t count)
{
	struct gauging *g = arg;

	(void)count;
	if (g->found || x->arrived_at >= g->d->made_at)
		return;
	g->value = x->value_micro;
	g->found = true;
}

static int
gauge_at(const struct responder_env *env, struct gauging *g, struct str name, int64_t until,
	 struct err *e)
{
	const struct sample_span span = { name, until - WEEK, until, 100 };

	g->found = false;
	return samples_read(env->store, &span, gauge_value, g, e);
}

static int
gauges_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
	     struct err *e)
{
	struct gauging g = { .d = d, .a = a };

	if (!d->gauges_named && samples_newest(env->store, gauge_name, &g, e) < 0)
		return -1;
	for (size_t i = 0; i < d->gauges_n; i++) {
		struct day_gauge *x = &d->gauges[i];

		if (gauge_at(env, &g, x->name, d->to, e) < 0)
			return -1;
		x->known = g.found;
		x->value = g.value;
		if (gauge_at(env, &g, x->name, d->from, e) < 0)
			return -1;
		x->compared = x->known && g.found && g.value;
		x->before = g.value;
	}
	return 0;
}

/* ---- together ------------------------------------------------------------------------------------ */

static void
free_incidents(void *list)
{
	free(list);
}

static void
free_figures(void *f)
{
	figures_release(f);
}

static int
watches_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
	      struct err *e)
{
	struct lag *lag = heap_zero(1, sizeof *lag);
	int bad;

	d->watches = arena_alloc(a, (env->watches_n + 1) * sizeof *d->watches);
	for (size_t i = 0; i < env->watches_n; i++) {
		const struct watch_conf *w = &env->watches[i];
		struct day_watch *x = &d->watches[d->watches_n];

		if (!is_read(d->conf, w->name))
			continue;
		x->name = w->name;
		x->title = w->title.n ? w->title : w->name;
		d->watches_n++;
	}
	bad = digest_watches(env, d, lag, a, e);
	for (size_t i = 0; i < d->watches_n; i++)
		for (int span = 0; span < DAY_SPANS; span++)
			counts_sum(&d->all[span], &d->watches[i].counts[span]);
	d->lag_s = lag->n ? lag_median(lag) : -1;
	free(lag);
	return bad;
}

static void
template_add(void *arg, const struct measured_template *t)
{
	struct reading *x = arg;
	struct digest_day *d = x->d;

	if (d->templates_n < DIGEST_TEMPLATES)
		d->templates[d->templates_n++] = (struct day_template){
			arena_str(x->a, t->name),          arena_str(x->a, t->lang),
			t->made.used + t->edited.used,     t->made.judged + t->edited.judged,
			t->made.turned + t->edited.turned, 0
		};
}

static int
rest_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
	   struct err *e)
{
	struct reading x = { .d = d, .a = a };
	struct measure_ask ask = { .watches = &d->conf->watches, .made_at = d->made_at };
	int bad = day_incidents(env->store, d, incident_add, &x, e);

	if (d->incidents)
		arena_defer(a, free_incidents, d->incidents);
	if (bad < 0 || clocks_read(env, d, e) < 0 ||
	    day_sources(env->store, d->from - WEEK, d, source_add, &x, e) < 0 ||
	    shed_between(env->store, d->from, d->to, d->as_of, &d->shed, e) < 0 ||
	    day_rejects(env->store, d->from, d->to, &d->rejects, e) < 0 ||
	    day_notices(env->store, d, &d->planned, &d->sent, e) < 0)
		return -1;
	if (measure_templates(env->store, &ask, template_add, &x, e) < 0)
		return -1;
	return measure_read(env->store, &ask, &d->measures, e);
}

int
digest_count(const struct responder_env *env, struct digest_day *d, struct arena *a,
	     struct err *e)
{
	hours_begin(d);
	if (digest_edit_read(env->store, d, a, &d->edit, e) < 0 ||
	    day_first(env->store, &d->first_at, e) < 0 || watches_count(env, d, a, e) < 0 ||
	    days_count(env, d, e) < 0 || rest_count(env, d, a, e) < 0 ||
	    gauges_count(env, d, a, e) < 0)
		return -1;
	arena_defer(a, free_figures, &d->figures); /* d lives in a, or longer */
	digest_figures(d);
	return 0;
}
