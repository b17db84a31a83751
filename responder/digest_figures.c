/* digest_figures.c - a counted day -> its figures, in their order. Pure. */
#include "core/base.h"

#include "core/str.h"
#include "responder/digest_day.h"

/* ---- what a count gives -------------------------------------------------------------------------- */

static int64_t
share_of(int64_t part, int64_t all)
{
	return all ? (part * 1000 + all / 2) / all : 0;
}

static int64_t
net_of(int64_t positive, int64_t negative, int64_t all)
{
	return all ? (positive - negative) * 1000 / all : 0;
}

static size_t
add(struct digest_day *d, struct str watch, const char *name, enum figure_form form,
    int64_t value)
{
	const struct figure x = { watch, name, form, true, value, -1 };

	return figure_add(&d->figures, &x);
}

/* A share or a net sentiment: known from DIGEST_SMALL on. */
static size_t
add_of(struct digest_day *d, struct str watch, const char *name, enum figure_form form,
       int64_t value, int64_t n)
{
	const struct figure x = { watch, name, form, n >= DIGEST_SMALL, value, n };

	return figure_add(&d->figures, &x);
}

bool
digest_span_known(const struct digest_day *d, enum day_span span)
{
	return d->all[span].mentions || d->span[span].to > d->first_at || span == DAY_NOW;
}

/* ---- by watch ------------------------------------------------------------------------------------ */

#define TREND_NAMES(name)                                 \
	{                                                 \
		name ".now", name ".before", name ".week" \
	}
static const char *const trend_names[TREND_COLUMNS][DAY_SPANS] = {
	[TREND_MENTIONS] = TREND_NAMES("mentions"),
	[TREND_NEGATIVE] = TREND_NAMES("negative"),
	[TREND_POSITIVE] = TREND_NAMES("positive"),
	[TREND_COMPLAINTS] = TREND_NAMES("complaints"),
	[TREND_AUTHORS] = TREND_NAMES("authors"),
	[TREND_SITES] = TREND_NAMES("sites"),
	[TREND_SHARE] = TREND_NAMES("negative_share"),
	[TREND_NET] = TREND_NAMES("net"),
};

static void
trend_add(struct digest_day *d, struct day_watch *w)
{
	w->figure = d->figures.n;
	for (int column = 0; column < TREND_COLUMNS; column++)
		for (int span = 0; span < DAY_SPANS; span++) {
			const struct day_counts *c = &w->counts[span];
			const int64_t v[TREND_COLUMNS] = {
				c->mentions,
				c->negative,
				c->positive,
				c->complaints,
				c->authors,
				c->sites,
				share_of(c->negative, c->mentions),
				net_of(c->positive, c->negative, c->mentions),
			};
			const char *name = trend_names[column][span];

			if (column < TREND_SHARE) {
				size_t i = add(d, w->name, name, FIGURE_COUNT, v[column]);

				d->figures.v[i].known =
					digest_span_known(d, (enum day_span)span);
			} else {
				add_of(d, w->name, name,
				       column == TREND_NET ? FIGURE_SIGNED : FIGURE_SHARE,
				       v[column], c->mentions);
			}
		}
}

static void
shares_add(struct digest_day *d, struct str watch, struct day_share *v, size_t n,
	   const char *const names[2])
{
	for (size_t i = 0; i < n; i++) {
		v[i].figure = add(d, watch, names[0], FIGURE_COUNT, v[i].mentions);
		add(d, watch, names[1], FIGURE_COUNT, v[i].negative);
	}
}

static void
watch_add(struct digest_day *d, struct day_watch *w)
{
	static const char *const topic[] = { "topic.mentions", "topic.negative" },
				 *const site[] = { "site.mentions", "site.negative" },
				 *const tier[] = { "tier.mentions", "tier.negative" };

	trend_add(d, w);
	add_of(d, w->name, "share_of_voice", FIGURE_SHARE,
	       share_of(w->counts[DAY_NOW].mentions, d->all[DAY_NOW].mentions),
	       d->all[DAY_NOW].mentions);
	add(d, w->name, "stories", FIGURE_COUNT, (int64_t)w->stories_all);
	shares_add(d, w->name, w->topics, w->topics_n, topic);
	shares_add(d, w->name, w->sites, w->sites_n, site);
	shares_add(d, w->name, w->counts[DAY_NOW].tiers, DAY_TIERS, tier);
	for (size_t i = 0; i < w->stories_n; i++) {
		w->stories[i].figure =
			add(d, w->name, "story.negative", FIGURE_COUNT, w->stories[i].negative);
		add(d, w->name, "story.sites", FIGURE_COUNT, w->stories[i].sites);
	}
}

/* ---- charts -------------------------------------------------------------------------------------- */

static void
series_add(struct digest_day *d, struct day_series *s, const char *const names[3])
{
	const struct str none = { "", 0 };

	s->figure = d->figures.n;
	for (size_t i = 0; i < s->n; i++) {
		add(d, none, names[0], FIGURE_COUNT, s->mentions[i]);
		add(d, none, names[1], FIGURE_COUNT, s->negative[i]);
	}
	s->shares = d->figures.n;
	for (size_t i = 0; names[2] && i < s->n; i++)
		add_of(d, none, names[2], FIGURE_SHARE,
		       share_of(s->negative[i], s->mentions[i]), s->mentions[i]);
}

/* ---- the cockpit --------------------------------------------------------------------------------- */

#define SPAN_ROWS(i, word)                                                            \
	[KPI_SPANS + 3 * (i)] = { word ".n", FIGURE_COUNT },                          \
			 [KPI_SPANS + 3 * (i) + 1] = { word ".median", FIGURE_SPAN }, \
			 [KPI_SPANS + 3 * (i) + 2] = { word ".p90", FIGURE_SPAN }
static const struct {
	const char *name;
	enum figure_form form;
} kpis[KPI_COUNT] = {
	[KPI_MENTIONS] = { "all.mentions.now", FIGURE_COUNT },
	[KPI_MENTIONS_BEFORE] = { "all.mentions.before", FIGURE_COUNT },
	[KPI_MENTIONS_WEEK] = { "all.mentions.week", FIGURE_COUNT },
	[KPI_USUAL] = { "all.mentions.usual", FIGURE_COUNT },
	[KPI_CHANGE] = { "all.mentions.change", FIGURE_CHANGE },
	[KPI_NEGATIVE] = { "all.negative.now", FIGURE_COUNT },
	[KPI_NEGATIVE_BEFORE] = { "all.negative.before", FIGURE_COUNT },
	[KPI_NEGATIVE_WEEK] = { "all.negative.week", FIGURE_COUNT },
	[KPI_SHARE] = { "all.negative_share.now", FIGURE_SHARE },
	[KPI_SHARE_BEFORE] = { "all.negative_share.before", FIGURE_SHARE },
	[KPI_SHARE_WEEK] = { "all.negative_share.week", FIGURE_SHARE },
	[KPI_NET] = { "all.net.now", FIGURE_SIGNED },
	[KPI_NET_BEFORE] = { "all.net.before", FIGURE_SIGNED },
	[KPI_NET_REACH] = { "all.net_by_reach.now", FIGURE_SIGNED },
	[KPI_REACH_NEGATIVE] = { "all.reach_negative.now", FIGURE_COUNT },
	[KPI_REACH_SHARE] = { "all.reach_negative_share.now", FIGURE_SHARE },
	[KPI_HOT] = { "all.hot_list.now", FIGURE_COUNT },
	[KPI_PLACE] = { "all.hot_place.now", FIGURE_COUNT },
	[KPI_VOICES] = { "all.voices.now", FIGURE_COUNT },
	[KPI_ORIGINAL] = { "all.original_share.now", FIGURE_SHARE },
	[KPI_COMPLAINTS] = { "all.complaints.now", FIGURE_COUNT },
	[KPI_COMPLAINTS_BEFORE] = { "all.complaints.before", FIGURE_COUNT },
	[KPI_OPEN_1] = { "open.1", FIGURE_COUNT },
	[KPI_OPEN_2] = { "open.2", FIGURE_COUNT },
	[KPI_OPEN_3] = { "open.3", FIGURE_COUNT },
	[KPI_OLDEST] = { "open.oldest", FIGURE_SPAN },
	SPAN_ROWS(MEASURE_DETECTION, "detection"),
	SPAN_ROWS(MEASURE_ACK, "acknowledge"),
	SPAN_ROWS(MEASURE_STATEMENT, "statement"),
	SPAN_ROWS(MEASURE_FULL, "full"),
	[KPI_PACKS] = { "pack.n", FIGURE_COUNT },
	[KPI_PACKS_IN_TIME] = { "pack.in_time", FIGURE_COUNT },
	[KPI_FULLS] = { "reversal.full_responses", FIGURE_COUNT },
	[KPI_JUDGED] = { "reversal.n", FIGURE_COUNT },
	[KPI_TURNED] = { "reversal.turned", FIGURE_COUNT },
	[KPI_TURNED_SHARE] = { "reversal.share", FIGURE_SHARE },
	[KPI_TURNED_LOW] = { "reversal.share_low", FIGURE_SHARE },
	[KPI_TURNED_HIGH] = { "reversal.share_high", FIGURE_SHARE },
	[KPI_SOURCES] = { "sources.heard", FIGURE_COUNT },
	[KPI_SILENT] = { "sources.silent", FIGURE_COUNT },
	[KPI_DOCUMENTS] = { "documents", FIGURE_COUNT },
	[KPI_REJECTS] = { "rejected", FIGURE_COUNT },
	[KPI_LATE] = { "late", FIGURE_COUNT },
	[KPI_LAG] = { "lag.median", FIGURE_SPAN },
	[KPI_SHED] = { "shed.polls", FIGURE_COUNT },
	[KPI_SHED_SOURCES] = { "shed.sources", FIGURE_COUNT },
	[KPI_PLANNED] = { "notices.planned", FIGURE_COUNT },
	[KPI_SENT] = { "notices.sent", FIGURE_COUNT },
};

/* v[k], and of how many it is: -1 of itself. */
struct valued {
	int64_t v[KPI_COUNT], n[KPI_COUNT];
	bool unknown[KPI_COUNT];
};

static void
set_of(struct valued *x, enum kpi k, int64_t value, int64_t n)
{
	x->v[k] = value;
	x->n[k] = n;
	x->unknown[k] = n < DIGEST_SMALL;
}

static void
tones_set(const struct digest_day *d, struct valued *x)
{
	const struct day_counts *now = &d->all[DAY_NOW], *before = &d->all[DAY_BEFORE],
				*week = &d->all[DAY_WEEK];

	set_of(x, KPI_SHARE, share_of(now->negative, now->mentions), now->mentions);
	set_of(x, KPI_SHARE_BEFORE, share_of(before->negative, before->mentions),
	       before->mentions);
	set_of(x, KPI_SHARE_WEEK, share_of(week->negative, week->mentions), week->mentions);
	set_of(x, KPI_NET, net_of(now->positive, now->negative, now->mentions), now->mentions);
	set_of(x, KPI_NET_BEFORE, net_of(before->positive, before->negative, before->mentions),
	       before->mentions);
	set_of(x, KPI_NET_REACH, net_of(now->reach_positive, now->reach_negative, now->reach),
	       now->reach ? now->mentions : 0);
	set_of(x, KPI_REACH_SHARE, share_of(now->reach_negative, now->reach),
	       now->reach ? now->mentions : 0);
	set_of(x, KPI_ORIGINAL, share_of(now->voices, now->mentions), now->mentions);
	x->v[KPI_USUAL] = (d->days.usual + 500) / 1000;
	x->unknown[KPI_USUAL] = !d->days.usual;
	x->unknown[KPI_CHANGE] = d->days.usual < 1000 * DIGEST_SMALL;
	if (!x->unknown[KPI_CHANGE])
		x->v[KPI_CHANGE] = now->mentions * 1000000 / d->days.usual - 1000;
	x->unknown[KPI_PLACE] = !now->place;
	x->unknown[KPI_LAG] = d->lag_s < 0;
	x->unknown[KPI_MENTIONS_BEFORE] = x->unknown[KPI_NEGATIVE_BEFORE] =
		x->unknown[KPI_COMPLAINTS_BEFORE] = !digest_span_known(d, DAY_BEFORE);
	x->unknown[KPI_MENTIONS_WEEK] = x->unknown[KPI_NEGATIVE_WEEK] =
		!digest_span_known(d, DAY_WEEK);
}

static void
measures_set(const struct digest_day *d, struct valued *x)
{
	const struct measures *m = &d->measures;

	x->unknown[KPI_OLDEST] = m->oldest_s < 0;
	for (int i = 0; i < MEASURE_KINDS; i++) {
		int64_t *v = &x->v[KPI_SPANS + 3 * i];

		v[0] = m->spans[i].n;
		v[1] = m->spans[i].median;
		v[2] = m->spans[i].p90;
		for (int k = 1; k < 3; k++)
			x->unknown[KPI_SPANS + 3 * i + k] = v[k] < 0;
	}
	set_of(x, KPI_TURNED_SHARE, share_of(m->turned, m->judged), m->judged);
	set_of(x, KPI_TURNED_LOW, 0, m->judged);
	set_of(x, KPI_TURNED_HIGH, 0, m->judged);
	if (m->judged >= DIGEST_SMALL)
		measure_wilson(m->turned, m->judged, &x->v[KPI_TURNED_LOW],
			       &x->v[KPI_TURNED_HIGH]);
}

static void
kpis_add(struct digest_day *d)
{
	const struct day_counts *now = &d->all[DAY_NOW], *before = &d->all[DAY_BEFORE],
				*week = &d->all[DAY_WEEK];
	const struct measures *m = &d->measures;
	int64_t late = 0;

	for (size_t i = 0; i < d->watches_n; i++)
		late += d->watches[i].late;
	struct valued x = { .v = { [KPI_MENTIONS] = now->mentions,
				   [KPI_MENTIONS_BEFORE] = before->mentions,
				   [KPI_MENTIONS_WEEK] = week->mentions,
				   [KPI_NEGATIVE] = now->negative,
				   [KPI_NEGATIVE_BEFORE] = before->negative,
				   [KPI_NEGATIVE_WEEK] = week->negative,
				   [KPI_REACH_NEGATIVE] = now->reach_negative,
				   [KPI_HOT] = now->hot,
				   [KPI_PLACE] = now->place,
				   [KPI_VOICES] = now->voices,
				   [KPI_COMPLAINTS] = now->complaints,
				   [KPI_COMPLAINTS_BEFORE] = before->complaints,
				   [KPI_OPEN_1] = m->open[1],
				   [KPI_OPEN_2] = m->open[2],
				   [KPI_OPEN_3] = m->open[3],
				   [KPI_OLDEST] = m->oldest_s,
				   [KPI_PACKS] = m->packs,
				   [KPI_PACKS_IN_TIME] = m->packs_in_time,
				   [KPI_FULLS] = m->fulls,
				   [KPI_JUDGED] = m->judged,
				   [KPI_TURNED] = m->turned,
				   [KPI_SOURCES] = d->sources_heard,
				   [KPI_SILENT] = (int64_t)d->silent_all,
				   [KPI_DOCUMENTS] = d->documents,
				   [KPI_REJECTS] = d->rejects,
				   [KPI_LATE] = late,
				   [KPI_LAG] = d->lag_s,
				   [KPI_SHED] = d->shed.polls,
				   [KPI_SHED_SOURCES] = d->shed.sources,
				   [KPI_PLANNED] = d->planned,
				   [KPI_SENT] = d->sent } };

	for (int k = 0; k < KPI_COUNT; k++)
		x.n[k] = -1;
	tones_set(d, &x);
	measures_set(d, &x);
	d->kpi = d->figures.n;
	for (int k = 0; k < KPI_COUNT; k++) {
		const struct figure f = { { "", 0 },     kpis[k].name, kpis[k].form,
					  !x.unknown[k], x.v[k],       x.n[k] };

		figure_add(&d->figures, &f);
	}
}

static void
templates_add(struct digest_day *d)
{
	for (size_t i = 0; i < d->templates_n; i++) {
		struct day_template *t = &d->templates[i];
		struct figure low = { t->name,
				      "template.share_low",
				      FIGURE_SHARE,
				      t->judged >= DIGEST_SMALL,
				      0,
				      t->judged },
			      high = low;

		high.name = "template.share_high";
		if (low.known)
			measure_wilson(t->turned, t->judged, &low.value, &high.value);
		t->figure = add(d, t->name, "template.used", FIGURE_COUNT, t->used);
		add(d, t->name, "template.n", FIGURE_COUNT, t->judged);
		add(d, t->name, "template.turned", FIGURE_COUNT, t->turned);
		figure_add(&d->figures, &low);
		figure_add(&d->figures, &high);
	}
}

static void
gauges_add(struct digest_day *d)
{
	for (size_t i = 0; i < d->gauges_n; i++) {
		struct day_gauge *g = &d->gauges[i];
		const struct figure value = { g->name,  "signal.value", FIGURE_MICRO,
					      g->known, g->value,       -1 };
		struct figure change = {
			g->name, "signal.change", FIGURE_CHANGE, g->compared, 0, -1
		};

		if (g->compared)
			change.value = (int64_t)((double)(g->value - g->before) * 1000 /
						 (double)llabs(g->before));
		g->figure = figure_add(&d->figures, &value);
		figure_add(&d->figures, &change);
	}
}

void
digest_figures(struct digest_day *d)
{
	static const char *const hour[] = { "hour.mentions", "hour.negative", NULL },
				 *const day[] = { "bar.mentions", "bar.negative",
						  "bar.negative_share" };

	kpis_add(d);
	gauges_add(d);
	templates_add(d);
	for (size_t i = 0; i < d->watches_n; i++)
		watch_add(d, &d->watches[i]);
	series_add(d, &d->hours, hour);
	series_add(d, &d->days, day);
}

/* ---- how ----------------------------------------------------------------------------------------- */

const char *
digest_figure_how(const char *name)
{
	static const struct {
		const char *begins, *how;
	} hows[] = {
		{ "all.mentions.usual", "median of as many windows before this one as have "
					"data, up to 28; by arrival" },
		{ "all.mentions.change", "mentions against the usual; from a usual of 30 on" },
		{ "all.net_by_reach",
		  "(followers of positive - of negative mentions) / followers of all" },
		{ "all.reach_negative_share", "followers of negative mentions / of all" },
		{ "all.reach_negative",
		  "followers of the authors of negative mentions, added" },
		{ "all.hot_list", "mentions that stood on a hot list" },
		{ "all.hot_place", "the best place of these" },
		{ "all.voices", "different texts among the mentions: copies count once" },
		{ "all.original_share", "different texts / mentions" },
		{ "all.", "the same of all watches of this digest, added" },
		{ "mentions", "rows of mention of the watch" },
		{ "negative_share", "negative / mentions; from 30 mentions on" },
		{ "negative", "of these, label neg and not promotion, own or about a rival" },
		{ "positive", "of these, label pos" },
		{ "complaints", "of these, intent complaint or from a complaint source, not "
				"promotion, own or "
				"about a rival" },
		{ "authors",
		  "different author keys of these; of unknown authors, different sites" },
		{ "sites", "different sites of these" },
		{ "net", "(positive - negative) / mentions, 1/1000; from 30 mentions on" },
		{ "share_of_voice", "mentions of the watch / of all watches of this digest" },
		{ "hour.", "by hour of publication" },
		{ "bar.", "by arrival, from rollup_hour; this window and those it is compared "
			  "with by publication" },
		{ "open.oldest", "age of the oldest open incident" },
		{ "open.", "incidents open at arrived_before, by level, from their moves" },
		{ "detection", "first firing - first mention; of 90 days" },
		{ "acknowledge", "first ack - first page sent; of 90 days" },
		{ "statement", "first public release - first mention; of 90 days" },
		{ "full", "first full response - first mention; of 90 days" },
		{ "pack", "response packs of 90 days, and those complete in time" },
		{ "reversal",
		  "L3 incidents of 90 days whose net sentiment in the 24 h from 6 h after the "
		  "full "
		  "response is >= 0 or has regained half of the way to the mean of the 28 days "
		  "before; correlation, not cause; shares with Wilson's 95 % interval" },
		{ "template.",
		  "full responses of 90 days that were drafts of it; reversal as for all" },
		{ "signal.value", "newest sample before the end of the window" },
		{ "signal.change", "against the newest before its beginning" },
		{ "lag", "median of arrival - publication" },
		{ "notices", "planned in the window; sent before arrived_before" },
	};

	for (size_t i = 0; i < LY_COUNT(hows); i++)
		if (str_starts(str_of(name), str_of(hows[i].begins)))
			return hows[i].how;
	return NULL;
}
