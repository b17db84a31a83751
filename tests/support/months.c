#include "core/base.h"

#include <math.h>

#include "core/document.h"
#include "responder/baseline.h"
#include "responder/signal.h"
#include "tests/support/months.h"

#define HOUR     3600
#define DAY      (24 * HOUR)
#define T0       ((int64_t)1773532800) /* a Sunday 00:00 UTC: hours of a local day */
#define BEFORE_H (37 * 24)             /* hours known by count */
#define CRISIS_H 6
#define STORIES  50
#define EVENTS   200000
#define SAFETY   (SIGNAL_ANY_SAFETY | 1)

const char *const months_crises[CRISES] = { "none",     "food safety",
					    "hot list", "leak in a forum",
					    "outage",   "one platform",
					    "official", "old news" };

struct counts {
	int64_t mentions, negative, complaints, loud;
};
struct judged {
	const struct trigger_conf *conf;
	size_t window;
	int64_t grades[3];
	int halves;
	struct trigger_state state[3];
	struct baseline usual;
	int64_t usual_at;
};
struct life {
	struct months *m;
	struct series *series;
	struct judged t[MONTHS_TRIGGERS];
	struct counts *hours; /* from BEFORE_H hours before T0 */
	size_t hours_n;
	struct baseline_hours *ask;
	struct {
		uint64_t story;
		uint32_t site;
		bool negative;
	} told[STORIES];
	uint64_t dice, stories;
	int64_t crisis_at; /* 0: none yet */
	struct signal_item *events;
	size_t events_n;
};

static double
dice(struct life *l)
{
	l->dice ^= l->dice << 13;
	l->dice ^= l->dice >> 7;
	l->dice ^= l->dice << 17;
	return (double)(l->dice >> 11) / 9007199254740992.0;
}

static int64_t
poisson(struct life *l, double mean)
{
	double left = 1, least = exp(-mean);
	int64_t n = 0;

	if (mean > 50) { /* near enough to normal */
		double z = sqrt(-2 * log(1 - dice(l))) * cos(6.283185307179586 * dice(l));
		double v = mean + z * sqrt(mean);

		return v > 0 ? (int64_t)(v + .5) : 0;
	}
	while ((left *= 1 - dice(l)) > least)
		n++;
	return n;
}

/* Mentions an hour: nights are quiet, evenings loud, weekends louder than weekdays. */
static double
rate(const struct months *m, int64_t hour)
{
	int64_t h = (hour % 24 + 24) % 24, day = ((hour - h) / 24 % 7 + 7) % 7;
	double share = (h < 7 ? .25 : h < 18 ? 1.1 : h < 23 ? 1.8 : .6) / 23.45;

	return m->a_day * share * (day == 0 || day == 6 ? 1.3 : .88);
}

static double
negative_share(const struct months *m)
{
	return m->negative > 0 ? m->negative : .12;
}

static void
before(struct life *l)
{
	for (int64_t h = 0; h < BEFORE_H; h++) {
		struct counts *c = &l->hours[h];
		double a = rate(l->m, h - BEFORE_H), bad = negative_share(l->m);

		c->negative = poisson(l, a * bad);
		c->mentions = c->negative + poisson(l, a * (1 - bad));
		c->complaints = poisson(l, a * .05);
		c->loud = poisson(l, a * bad / 5000);
	}
}

/* ---- judging as raise.c does ----------------------------------------------------------------------- */

static struct baseline
usual_at(struct life *l, const struct trigger_conf *t, int64_t at)
{
	struct baseline_hours *h = l->ask;
	enum trigger_usual usual = trigger_usual(t);
	int64_t first;

	baseline_span(h, at);
	first = (h->first_at - T0) / HOUR + BEFORE_H;
	h->prior = usual == USUAL_COUNT
			   ? baseline_prior(l->m->size, (enum signal_kind)t->signal)
			   : 0;
	for (size_t i = 0; i < h->n; i++) {
		int64_t k = first + (int64_t)i;
		const struct counts none = { 0 }, *c = k >= 0 && k < (int64_t)l->hours_n
							       ? &l->hours[k]
							       : &none;

		h->mentions[i] = c->mentions;
		h->counts[i] = usual == USUAL_MEAN              ? c->loud
			       : usual == USUAL_SHARE           ? c->negative
			       : t->signal == SIGNAL_COMPLAINTS ? c->complaints
			       : t->signal == SIGNAL_NEGATIVE   ? c->negative
								: c->mentions;
	}
	return trigger_baseline(t, h, at, NULL, 0);
}

static void
note(struct life *l, size_t k, int64_t grade, int64_t at)
{
	int64_t *found = &l->m->found_s[k][grade];

	if (!l->crisis_at)
		l->m->fired[k][grade]++;
	else if (*found < 0)
		*found = at - l->crisis_at;
}

static void
judge_one(struct life *l, size_t k, int64_t at)
{
	struct judged *t = &l->t[k];
	struct trigger_view v;

	series_view(l->series, t->window, &v);
	for (int h = 0; h < t->halves; h++) {
		bool armed = !t->state[h].fired_at && !t->state[h].over_since;
		struct trigger_verdict said;

		if (armed && !trigger_could_fire(t->conf, t->grades[h], &v))
			continue;
		if (trigger_usual(t->conf) != USUAL_NONE && t->usual_at != at - at % HOUR) {
			t->usual = usual_at(l, t->conf, at);
			t->usual_at = at - at % HOUR;
		}
		v.baseline = trigger_usual(t->conf) != USUAL_NONE ? t->usual.milli : -1;
		v.spread = t->usual.spread;
		if (armed && !trigger_could_fire(t->conf, t->grades[h], &v))
			continue;
		said = trigger_judge(t->conf, t->grades[h], &v, t->state[h], at);
		t->state[h] = said.state;
		if (said.said == TRIGGER_FIRES)
			note(l, k, t->grades[h], at);
	}
}

/* item NULL: only time went on, so only what is over or fired can change. */
static void
judge(struct life *l, const struct signal_item *item, int64_t at)
{
	for (size_t k = 0; k < l->m->triggers_n; k++) {
		struct judged *t = &l->t[k];
		bool waits = false, hears = false;

		for (int h = 0; h < t->halves; h++) {
			waits |= t->state[h].fired_at || t->state[h].over_since;
			hears |= trigger_hears(t->conf, &t->state[h], at);
		}
		if (item ? hears && series_counts(l->series, t->window, item) : waits)
			judge_one(l, k, at);
	}
}

/* ---- mentions ---------------------------------------------------------------------------------------- */

static void
hear(struct life *l, const struct signal_item *x)
{
	struct counts *c = &l->hours[(x->at - T0) / HOUR + BEFORE_H];

	series_add(l->series, x);
	judge(l, x, x->at);
	l->m->mentions++;
	if (x->bits & SIGNAL_BIT_OLD)
		return;
	c->mentions++;
	c->negative += !!(x->bits & SIGNAL_BIT_NEGATIVE);
	c->complaints += !!(x->bits & SIGNAL_BIT_COMPLAINT);
	c->loud += x->tier == 3 && x->bits & SIGNAL_BIT_NEGATIVE;
}

static void
story_of(struct signal_item *x, uint64_t number)
{
	memcpy(x->story.b, &number, sizeof number);
}

static struct signal_item
calm_mention(struct life *l, int64_t at)
{
	struct signal_item x = { .at = at, .bits = SIGNAL_BIT_VOICE, .tier = 0 };
	bool negative = dice(l) < negative_share(l->m);
	size_t place = (size_t)(dice(l) * STORIES);

	x.author = (uint64_t)(dice(l) * l->m->a_day * 3);
	x.site = (uint32_t)(dice(l) * 12);
	if (dice(l) < .3 && l->told[place].story) {
		story_of(&x, l->told[place].story);
		negative = l->told[place].negative;
		if (dice(l) < .8) /* most retell where they read it */
			x.site = l->told[place].site;
	} else {
		story_of(&x, ++l->stories);
		l->told[place].story = l->stories;
		l->told[place].negative = negative;
		l->told[place].site = x.site;
	}
	x.source_class = (uint8_t)(x.site % CLASS_COUNT);
	x.bits |= negative ? SIGNAL_BIT_NEGATIVE : 0;
	x.bits |= dice(l) < .05 ? SIGNAL_BIT_COMPLAINT : 0;
	x.tier = dice(l) < .0002 ? 3 : 0;
	x.severity = negative && dice(l) < .005 ? 2 : 0;
	x.confidence = (int16_t)(500 + dice(l) * 500);
	return x;
}

/* ---- crises ------------------------------------------------------------------------------------------ */

/* Every figure of a crisis: mentions an hour grow from `begins` to `peak` times the usual negative
 * ones (and at least `least`), doubling every `doubles_s`. */
static const struct crisis {
	double begins, peak, least;
	int64_t doubles_s;
	int sites, classes;
	uint8_t bits, severity;
	uint64_t topics;
	double first_hand; /* share */
	double one_story;  /* share that tells the same story */
} crises[CRISES] = {
	[CRISIS_FOOD] = { 3, 12, 12, 1800, 8, 4, SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_COMPLAINT, 3,
			  SAFETY, .2, .2 },
	[CRISIS_HOT] = { 6, 12, 12, 1800, 8, 4, SIGNAL_BIT_NEGATIVE, 2, 0, 0, .5 },
	[CRISIS_LEAK] = { 6, 12, 15, 1200, 8, 4, SIGNAL_BIT_NEGATIVE, 3, 0, .1, .4 },
	[CRISIS_OUTAGE] = { 1e9, 15, 15, 600, 6, 3, SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_COMPLAINT,
			    1, 0, .6, 0 },
	[CRISIS_PLATFORM] = { 4, 8, 8, 2400, 1, 1, SIGNAL_BIT_NEGATIVE, 3, SAFETY, .3, 0 },
	[CRISIS_OFFICIAL] = { 0, 0, 0, 600, 1, 1, 0, 0, 0, 0, 0 },
	[CRISIS_OLD] = { 6, 3, 8, 1800, 8, 4, SIGNAL_BIT_NEGATIVE, 2, 0, 0, .7 },
};

static struct signal_item *
event_add(struct life *l, int64_t at)
{
	struct signal_item *x = &l->events[l->events_n];

	if (l->events_n < EVENTS - 1)
		l->events_n++;
	*x = (struct signal_item){ .at = at, .bits = SIGNAL_BIT_VOICE, .confidence = 900 };
	x->author = ((uint64_t)1 << 40) + l->events_n;
	story_of(x, ++l->stories);
	return x;
}

/* In a forum at first: the first half hour has one site. */
static void
crisis_mention(struct life *l, const struct crisis *c, int64_t at, int64_t since)
{
	struct signal_item *x = event_add(l, at);
	bool narrow = l->m->crisis == CRISIS_LEAK && since < 1800;

	x->site = 100 + (uint32_t)(dice(l) * (narrow ? 1 : c->sites));
	x->source_class = narrow || c->classes == 1 ? CLASS_FORUM
						    : (uint8_t)(x->site % (unsigned)c->classes);
	x->bits |= c->bits;
	x->bits |= dice(l) < c->first_hand ? SIGNAL_BIT_FIRST_HAND : 0;
	x->bits |= l->m->crisis == CRISIS_OLD && dice(l) < .5 ? SIGNAL_BIT_OLD : 0;
	x->severity = c->severity;
	x->topics = c->topics;
	if (dice(l) < c->one_story)
		story_of(x, (uint64_t)1 << 50);
}

static int
by_time(const void *a, const void *b)
{
	const struct signal_item *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->author < y->author ? -1 : 1;
}

static void
crisis_make(struct life *l, int64_t at)
{
	const struct crisis *c = &crises[l->m->crisis];
	double usual = rate(l->m, (at - T0) / HOUR) * negative_share(l->m);
	double most = usual * c->peak > c->least ? usual * c->peak : c->least;

	for (int64_t minute = 0; c->peak > 0 && minute < CRISIS_H * 60; minute++) {
		double now = c->begins * exp2((double)(minute * 60) / (double)c->doubles_s);
		int64_t n = poisson(l, (now < most ? now : most) / 60);

		for (int64_t i = 0; i < n; i++)
			crisis_mention(l, c, at + minute * 60 + (int64_t)(dice(l) * 60),
				       minute * 60);
	}
	if (l->m->crisis == CRISIS_HOT) {
		static const int16_t places[] = { 41, 18, 7 };

		for (int i = 0; i < 3; i++) {
			struct signal_item *x = event_add(l, at + 600 + i * 1200);

			x->rank = places[i];
			x->bits |= SIGNAL_BIT_NEGATIVE;
			x->severity = 2;
		}
	}
	if (l->m->crisis == CRISIS_OFFICIAL)
		event_add(l, at)->bits |= SIGNAL_BIT_OFFICIAL;
	qsort(l->events, l->events_n, sizeof *l->events, by_time);
}

/* ---- a life ------------------------------------------------------------------------------------------ */

static void
hour_live(struct life *l, int64_t hour, size_t *next)
{
	double a = rate(l->m, hour);
	int64_t begin = T0 + hour * HOUR, minute = 0;
	double at = -log(1 - dice(l)) / a;

	for (;;) {
		int64_t calm = at < 1 ? begin + (int64_t)(at * HOUR) : INT64_MAX;
		int64_t event = *next < l->events_n ? l->events[*next].at : INT64_MAX;
		int64_t tick = minute < 60 ? begin + minute * 60 : INT64_MAX;

		event = event < begin + HOUR ? event : INT64_MAX;
		if (tick <= calm && tick <= event && tick != INT64_MAX) {
			series_advance(l->series, tick);
			judge(l, NULL, tick);
			minute++;
		} else if (event <= calm && event != INT64_MAX) {
			if (!l->crisis_at)
				l->crisis_at = event;
			hear(l, &l->events[(*next)++]);
		} else if (calm != INT64_MAX) {
			struct signal_item x = calm_mention(l, calm);

			hear(l, &x);
			at -= log(1 - dice(l)) / a;
		} else {
			return;
		}
	}
}

static void
place(struct life *l)
{
	for (size_t k = 0; k < l->m->triggers_n; k++) {
		struct judged *t = &l->t[k];

		t->conf = &l->m->triggers[k];
		t->halves = trigger_grades(t->conf, t->grades);
		t->usual_at = INT64_MIN;
		t->window = series_window_for(l->series, t->conf,
					      t->conf->kind == TRIGGER_WORDS ? 1 : 0);
		for (int g = 0; g < 4; g++) {
			l->m->fired[k][g] = 0;
			l->m->found_s[k][g] = -1;
		}
	}
}

void
months_live(struct months *m)
{
	struct life l = { .m = m, .series = series_new(2 * DAY) };
	int64_t hours = m->days * 24 + (m->crisis ? CRISIS_H : 0);
	size_t next = 0;

	l.dice = 88172645463325252u ^ (m->seed + 1) * 0x9e3779b97f4a7c15u;
	l.hours_n = (size_t)(BEFORE_H + hours + 1);
	l.hours = calloc(l.hours_n, sizeof *l.hours);
	l.ask = calloc(1, sizeof *l.ask);
	l.events = calloc(EVENTS, sizeof *l.events);
	m->mentions = 0;
	place(&l);
	before(&l);
	/* The last evening at 20:00, some minutes later or earlier by the seed. */
	if (m->crisis)
		crisis_make(&l, T0 + (m->days * 24 - 4) * HOUR + (int64_t)(dice(&l) * HOUR));
	for (int64_t hour = 0; hour < hours; hour++)
		hour_live(&l, hour, &next);
	series_free(l.series);
	free(l.hours);
	free(l.ask);
	free(l.events);
}

int
months_fired(const struct months *m, int64_t grade)
{
	int n = 0;

	for (size_t k = 0; k < m->triggers_n; k++)
		n += m->fired[k][grade];
	return n;
}

int64_t
months_found(const struct months *m, int64_t grade, size_t *trigger)
{
	int64_t best = -1;

	for (size_t k = 0; k < m->triggers_n; k++)
		for (int64_t g = grade; g <= 3; g++)
			if (m->found_s[k][g] >= 0 && (best < 0 || m->found_s[k][g] < best)) {
				best = m->found_s[k][g];
				*trigger = k;
			}
	return best;
}
