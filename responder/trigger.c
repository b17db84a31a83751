#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/chance.h"
#include "responder/rate.h"
#include "responder/trigger.h"

#define LIST_END     1000 /* crawler/hotlist.h: below all steps */
#define DROP_Z       3
#define ABSENT_MILLI 10000 /* usual 10: silence by chance once in 22,000 windows */

#define RATE_DEVIATION 600000 /* 1/1000 of 1/1000: of one mention's tone, two thirds neutral */

static int64_t
at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* times and usual in 1/1000: the smallest whole count >= their product. */
static int64_t
times_usual(int64_t times, int64_t usual)
{
	return (times * usual + 999999) / 1000000;
}

static int64_t
at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* ---- the kinds: what fires, and when it is over ------------------------------------------------ */

static int64_t
above_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	int64_t least = t->above + 1;

	(void)grade;
	if (t->times_median && v->baseline >= 0)
		least = at_least(least, times_usual(t->times_median, v->baseline));
	return at_least(least, t->min_count);
}

static int64_t
spike_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade;
	return at_least(at_least(1, times_usual(t->factor, at_least(v->baseline, 0))),
			t->min_count);
}

static int64_t
words_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)v;
	return grade == 2 ? t->first_hand : t->sources;
}

static int64_t
below_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade, (void)v;
	return t->below - 1;
}

/* Three spreads under the usual, and by the share that was asked: the lower one. -1: never. */
static int64_t
drop_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	int64_t by_share = v->baseline * (1000 - t->drop) / 1000000;
	int64_t by_chance = (v->baseline - DROP_Z * v->spread) / 1000;

	(void)grade;
	return v->baseline < 0 || v->baseline < DROP_Z * v->spread
		       ? -1
		       : at_most(by_share, by_chance);
}

static int64_t
absent_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)t, (void)grade;
	return v->baseline >= ABSENT_MILLI ? 0 : -1;
}

static int64_t
share_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	int64_t usual = v->baseline > 0 ? at_most(v->baseline, 999) : 1;

	(void)grade;
	return chance_least(v->total, usual, 1000, t->chance);
}

static int64_t
author_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade;
	if (t->who == TRIGGER_WHO_NOTABLE || v->severe)
		return 1;
	return chance_least_events(v->baseline, t->chance);
}

/* W1: any place. */
static int64_t
hotlist_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)v;
	return grade == 3 ? t->top : grade == 2 ? t->place : LIST_END;
}

static int64_t
official_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade, (void)v;
	return at_least(1, t->min_count);
}

static int64_t
story_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade, (void)v;
	return at_least(1, t->min_authors);
}

static bool
counted_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	     int64_t threshold)
{
	(void)grade;
	return v->observed >= threshold && v->authors >= t->min_authors;
}

static bool
words_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	   int64_t threshold)
{
	(void)threshold;
	if (v->observed < t->min_count)
		return false;
	return grade == 2 ? v->first_hand >= t->first_hand
			  : v->sites >= t->sources || v->site_authors >= t->authors;
}

/* min_count: under so many nothing is said of what is missing. */
static bool
under_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	   int64_t threshold)
{
	(void)t, (void)grade;
	return threshold >= 0 && v->observed <= threshold;
}

static bool
share_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	   int64_t threshold)
{
	return v->total >= t->min_count && counted_over(t, grade, v, threshold);
}

static bool
hotlist_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	     int64_t threshold)
{
	int64_t place = trigger_observed(t, grade, v);

	return place > 0 && place <= threshold;
}

static bool
story_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	   int64_t threshold)
{
	return v->classes >= t->classes && counted_over(t, grade, v, threshold);
}

/* Under the share of the threshold that was asked for. */
static bool
counted_clear(const struct trigger_conf *t, const struct trigger_view *v, int64_t threshold)
{
	return v->observed * 1000 < threshold * t->clear_below ||
	       (v->observed == 0 && threshold > 0);
}

static const struct kind {
	unsigned grades; /* bits of the grades it is judged for; 0 = its own */
	enum trigger_usual usual;
	int64_t (*threshold)(const struct trigger_conf *t, int64_t grade,
			     const struct trigger_view *v);
	bool (*over)(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
		     int64_t threshold);
	/* NULL: when it is not over any more */
	bool (*clear)(const struct trigger_conf *t, const struct trigger_view *v,
		      int64_t threshold);
	bool by_silence;
} kinds[TRIGGER_KINDS] = {
	[TRIGGER_ABOVE] = { 0, USUAL_NONE, above_threshold, counted_over, counted_clear },
	[TRIGGER_SPIKE] = { 0, USUAL_COUNT, spike_threshold, counted_over, counted_clear },
	[TRIGGER_WORDS] = { 1 << 2 | 1 << 3, USUAL_NONE, words_threshold, words_over, NULL },
	[TRIGGER_BELOW] = { 0, USUAL_NONE, below_threshold, under_over, NULL, true },
	[TRIGGER_DROP] = { 0, USUAL_COUNT, drop_threshold, under_over, NULL, true },
	[TRIGGER_ABSENT] = { 0, USUAL_COUNT, absent_threshold, under_over, NULL, true },
	[TRIGGER_SHARE] = { 0, USUAL_SHARE, share_threshold, share_over, counted_clear },
	[TRIGGER_AUTHOR] = { 0, USUAL_MEAN, author_threshold, counted_over, counted_clear },
	[TRIGGER_HOTLIST] = { 1 << 1 | 1 << 2 | 1 << 3, USUAL_NONE, hotlist_threshold,
			      hotlist_over, NULL },
	[TRIGGER_OFFICIAL] = { 0, USUAL_NONE, official_threshold, counted_over, counted_clear },
	[TRIGGER_STORY] = { 0, USUAL_NONE, story_threshold, story_over, counted_clear },
	[TRIGGER_OLD_NEWS] = { 0, USUAL_NONE, story_threshold, story_over, counted_clear },
};

/* ---- quotients ------------------------------------------------------------------------------------- */

static int64_t
rate_above(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade, (void)v;
	return t->level + 1;
}

static int64_t
rate_below(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade, (void)v;
	return t->level - 1;
}

/* How far from the usual, 1/1000 of its unit: as was asked, and by three spreads - of the days
 * before, and of what chance gives with so few mentions. */
static int64_t
rate_far(const struct trigger_conf *t, const struct trigger_view *v)
{
	int64_t chance = t->signal == SIGNAL_LAG || !v->total
				 ? 0
				 : RATE_DEVIATION / chance_root(v->total);

	return at_least(t->by * 1000, DROP_Z * at_least(v->spread, chance));
}

/* Down to a whole unit, also below zero. */
static int64_t
floored(int64_t milli)
{
	return milli >= 0 ? milli / 1000 : -((-milli + 999) / 1000);
}

static int64_t
rate_spike(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade;
	return v->spread < 0 ? INT64_MAX : -floored(-(v->baseline + rate_far(t, v)));
}

static int64_t
rate_drop(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	(void)grade;
	return v->spread < 0 ? INT64_MIN : floored(v->baseline - rate_far(t, v));
}

static bool
rate_said(const struct trigger_conf *t, const struct trigger_view *v)
{
	return v->total > 0 && v->total >= t->min_count && v->authors >= t->min_authors;
}

static bool
rate_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	  int64_t threshold)
{
	(void)grade;
	return rate_said(t, v) && v->observed >= threshold;
}

static bool
rate_under(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	   int64_t threshold)
{
	(void)grade;
	return rate_said(t, v) && v->observed <= threshold;
}

/* What leaves the window changes it as much as what comes. */
static const struct kind rates[TRIGGER_KINDS] = {
	[TRIGGER_ABOVE] = { 0, USUAL_NONE, rate_above, rate_over, NULL, true },
	[TRIGGER_BELOW] = { 0, USUAL_NONE, rate_below, rate_under, NULL, true },
	[TRIGGER_SPIKE] = { 0, USUAL_RATE, rate_spike, rate_over, NULL, true },
	[TRIGGER_DROP] = { 0, USUAL_RATE, rate_drop, rate_under, NULL, true },
};

static const struct kind *
kind_of(const struct trigger_conf *t)
{
	return rate_is(t->signal) && rates[t->kind].over ? &rates[t->kind] : &kinds[t->kind];
}

/* ---- asking --------------------------------------------------------------------------------------- */

enum trigger_usual
trigger_usual(const struct trigger_conf *t)
{
	if (t->kind == TRIGGER_ABOVE && t->times_median > 0)
		return USUAL_COUNT;
	if (t->kind == TRIGGER_AUTHOR && t->who == TRIGGER_WHO_NOTABLE)
		return USUAL_NONE;
	return kind_of(t)->usual;
}

struct baseline
trigger_baseline(const struct trigger_conf *t, const struct baseline_hours *h, int64_t at,
		 const struct watch_campaign *campaigns, size_t campaigns_n)
{
	struct baseline (*const by[])(const struct baseline_hours *h, int64_t window_s,
				      int64_t at, const struct watch_campaign *campaigns,
				      size_t campaigns_n) = {
		[USUAL_NONE] = baseline_of,     [USUAL_COUNT] = baseline_of,
		[USUAL_SHARE] = baseline_share, [USUAL_MEAN] = baseline_mean,
		[USUAL_RATE] = baseline_rate,
	};

	return by[trigger_usual(t)](h, t->window, at, campaigns, campaigns_n);
}

bool
trigger_by_silence(const struct trigger_conf *t)
{
	return kind_of(t)->by_silence;
}

int
trigger_grades(const struct trigger_conf *t, int64_t grades[3])
{
	unsigned bits = kind_of(t)->grades ? kind_of(t)->grades : 1u << t->grade;
	int n = 0;

	for (int64_t g = 1; g <= 3; g++)
		if (bits & 1u << g)
			grades[n++] = g;
	return n;
}

int64_t
trigger_observed(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	if (t->kind == TRIGGER_HOTLIST)
		return grade == 1 ? v->rank : v->crisis_rank;
	return v->observed;
}

int64_t
trigger_threshold(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	return kind_of(t)->threshold(t, grade, v);
}

bool
trigger_hears(const struct trigger_conf *t, const struct trigger_state *s, int64_t now)
{
	return !s->fired_at && (!s->over_since || now - s->over_since >= t->hold);
}

/* A tail costs a walk over its numbers. What is within two deviations of the mean is had by
 * chance more than once in a hundred; baseline -1: not read yet. */
static bool
share_could(const struct trigger_conf *t, const struct trigger_view *v)
{
	int64_t mean = v->total * v->baseline,
		deviation = chance_root(mean * (1000 - v->baseline));

	if (v->total < t->min_count || v->authors < t->min_authors)
		return false;
	return v->baseline < 0 || v->baseline > 500 || t->chance > 1000 ||
	       v->observed * 1000 >= mean + 2 * deviation;
}

bool
trigger_could_fire(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	struct trigger_view least = *v;

	if (kind_of(t)->by_silence)
		return true;
	if (t->kind == TRIGGER_SHARE)
		return share_could(t, v);
	if (t->kind == TRIGGER_AUTHOR)
		return v->observed > 0;
	least.baseline = trigger_usual(t) == USUAL_COUNT ? baseline_floor(t->window) : -1;
	return kind_of(t)->over(t, grade, v, kind_of(t)->threshold(t, grade, &least));
}

/* ---- judging -------------------------------------------------------------------------------------- */

struct trigger_verdict
trigger_judge(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	      struct trigger_state s, int64_t now)
{
	const struct kind *k = kind_of(t);
	struct trigger_verdict out = { .said = TRIGGER_SILENT, .state = s };
	bool over, clear;

	out.threshold = k->threshold(t, grade, v);
	over = k->over(t, grade, v, out.threshold);
	clear = k->clear ? k->clear(t, v, out.threshold) : !over;
	if (s.fired_at) {
		if (clear) {
			out.said = TRIGGER_CLEARS;
			out.state = (struct trigger_state){ 0 };
		}
		return out;
	}
	if (!over) {
		out.state.over_since = 0;
		return out;
	}
	if (!s.over_since)
		out.state.over_since = now;
	if (now - out.state.over_since < t->hold) {
		out.said = TRIGGER_WAITS;
		return out;
	}
	out.state.fired_at = now;
	out.said = TRIGGER_FIRES;
	return out;
}

bool
trigger_applies(const struct trigger_conf *t, struct str watch)
{
	for (size_t i = 0; i < t->watches.n; i++)
		if (str_eq(t->watches.v[i], watch))
			return true;
	return !t->watches.n;
}

const struct trigger_conf *
trigger_at(const struct trigger_conf *t, int64_t second, struct trigger_conf *night)
{
	const struct trigger_night *n = &t->night;
	bool within = n->from <= n->until ? second >= n->from && second < n->until
					  : second >= n->from || second < n->until;

	if (n->from == n->until || !within)
		return t;
	*night = *t;
	night->above = n->above ? n->above : t->above;
	night->factor = n->factor ? n->factor : t->factor;
	night->min_authors = n->min_authors ? n->min_authors : t->min_authors;
	night->min_count = n->min_count ? n->min_count : t->min_count;
	return night;
}

struct id
trigger_version(const struct trigger_conf *t)
{
	const int64_t figures[] = {
		t->kind,
		t->signal,
		t->window,
		t->above,
		t->times_median,
		t->factor,
		t->min_authors,
		t->min_count,
		t->hold,
		t->clear_below,
		t->grade,
		t->first_hand,
		t->sources,
		t->authors,
		t->below,
		t->drop,
		t->chance,
		t->classes,
		t->fresh,
		t->who,
		t->confidence,
		t->severity,
		t->place,
		t->top,
		t->night.from,
		t->night.until,
		t->night.above,
		t->night.factor,
		t->night.min_authors,
		t->night.min_count,
	};
	struct buf b = BUF(1 << 20);
	struct id id;

	for (size_t i = 0; i < LY_COUNT(figures); i++)
		buf_addf(&b, "%lld ", (long long)figures[i]);
	for (size_t i = 0; i < t->topics.n; i++)
		buf_addf(&b, "%.*s ", STR_ARG(t->topics.v[i]));
	if (rate_is(t->signal))
		buf_addf(&b, "%lld %lld", (long long)t->level, (long long)t->by);
	id = ID_OF(STR("trigger"), t->name, buf_str(&b));
	buf_release(&b);
	return id;
}
