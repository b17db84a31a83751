/* backtest.c - see backtest.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/heap.h"
#include "responder/signal_store.h"
#include "responder/backtest_store.h"

#define DAY 86400

struct judged {
	const struct trigger_conf *conf;
	size_t window;
	int64_t grades[3];
	int halves;
	struct trigger_state state[3];
	struct baseline usual;
	int64_t usual_at;
	struct trigger_conf night;
};
struct run {
	struct store *s;
	const struct backtest_ask *q;
	struct series *series;
	struct names *sites, *topics;
	struct judged *t;
	struct backtest_sum (*sums)[3];
	bool *found; /* by trigger, grade, incident */
	struct judged_incident *incidents;
	size_t incidents_n;
	struct baseline_hours hours;
	struct arena *a;
	bool by_silence, bad;
	struct err *e;
};

const struct backtest_figure *
backtest_figure_of(const struct trigger_conf *t)
{
	static const struct backtest_figure figures[] = {
		{ "above", offsetof(struct trigger_conf, above) },
		{ "factor", offsetof(struct trigger_conf, factor) },
		{ "chance", offsetof(struct trigger_conf, chance) },
	};

	switch (t->kind) {
	case TRIGGER_ABOVE:
		return &figures[0];
	case TRIGGER_SPIKE:
		return &figures[1];
	case TRIGGER_SHARE:
		return &figures[2];
	default:
		return NULL;
	}
}

/* ---- what people said -------------------------------------------------------------------------- */

static void
count_firing(struct run *r, size_t k, int h, int64_t at)
{
	struct backtest_sum *sum = &r->sums[k][h];
	enum backtest_truth truth = TRUTH_UNKNOWN;

	if (at <= r->q->from || at > r->q->until)
		return;
	for (size_t i = 0; i < r->incidents_n; i++) {
		const struct judged_incident *x = &r->incidents[i];
		bool *found = &r->found[(k * 3 + (size_t)h) * JUDGED_MAX + i];

		if (at < x->from || at > x->until || x->truth == TRUTH_UNKNOWN)
			continue;
		truth = x->truth;
		sum->found += truth == TRUTH_RIGHT && !*found;
		*found = true;
	}
	sum->fired[truth]++;
}

/* ---- judging as raise.c does ------------------------------------------------------------------- */

static int
usual_read(struct run *r, struct judged *t, int64_t at)
{
	enum trigger_usual usual = trigger_usual(t->conf);
	const struct watch_conf *w = r->q->watch;
	struct rollup_ask ask = { w->name, usual == USUAL_MEAN ? STR(ROLLUP_T3) : STR(""),
				  usual == USUAL_COUNT || usual == USUAL_RATE
					  ? (enum signal_kind)t->conf->signal
					  : SIGNAL_NEGATIVE };

	if (t->usual_at == at - at % 3600)
		return 0;
	baseline_span(&r->hours, at);
	r->hours.prior = usual == USUAL_COUNT ? baseline_prior(w->size, ask.signal) : 0;
	if (rollup_read_hours(r->s, &ask, &r->hours, r->e) < 0)
		return -1;
	t->usual_at = at - at % 3600;
	t->usual = trigger_baseline(t->conf, &r->hours, at, w->campaigns.v, w->campaigns.n);
	return 0;
}

static int
judge_one(struct run *r, size_t k, int64_t at, bool last)
{
	struct judged *t = &r->t[k];
	const struct trigger_conf *c =
		trigger_at(t->conf, at - zone_day(r->q->zone, at), &t->night);
	struct trigger_view v;

	series_view(r->series, t->window, &v);
	for (int h = 0; h < t->halves; h++) {
		struct backtest_sum *sum = &r->sums[k][h];
		bool armed = !t->state[h].fired_at && !t->state[h].over_since;
		struct trigger_verdict said;

		if (!last && armed && !trigger_could_fire(c, t->grades[h], &v))
			continue;
		if (trigger_usual(c) != USUAL_NONE) {
			if (usual_read(r, t, at) < 0)
				return -1;
			v.baseline = t->usual.milli;
			v.spread = t->usual.spread;
		}
		said = trigger_judge(c, t->grades[h], &v, t->state[h], at);
		t->state[h] = said.state;
		if (said.said == TRIGGER_FIRES)
			count_firing(r, k, h, at);
		sum->observed = trigger_observed(c, t->grades[h], &v);
		sum->threshold = said.threshold;
		sum->baseline = v.baseline;
	}
	return 0;
}

/* item NULL: only time went on. */
static int
judge(struct run *r, const struct signal_item *item, int64_t at)
{
	for (size_t k = 0; k < r->q->n; k++) {
		struct judged *t = &r->t[k];
		bool waits = trigger_by_silence(t->conf), hears = false;

		for (int h = 0; h < t->halves; h++) {
			waits |= t->state[h].fired_at || t->state[h].over_since;
			hears |= trigger_hears(t->conf, &t->state[h], at);
		}
		if (item ? hears && series_counts(r->series, t->window, item) : waits)
			if (judge_one(r, k, at, false) < 0)
				return -1;
	}
	return 0;
}

/* The minutes between two mentions, as long as they can change anything. */
static int
minutes(struct run *r, int64_t until)
{
	int64_t at = series_now(r->series);

	for (at = at - at % 60 + 60; at && at < until; at += 60) {
		bool waits = r->by_silence;

		for (size_t k = 0; k < r->q->n && !waits; k++)
			for (int h = 0; h < r->t[k].halves; h++)
				waits |= r->t[k].state[h].fired_at ||
					 r->t[k].state[h].over_since;
		if (!waits)
			return 0;
		series_advance(r->series, at);
		if (judge(r, NULL, at) < 0)
			return -1;
	}
	return 0;
}

static void
mention_again(void *arg, const struct stored_mention *m)
{
	struct run *r = arg;
	struct signal_marks marks = stored_marks(m);
	struct signal_item item;

	if (r->bad || m->arrived_at > r->q->until || !signal_is_kept(&marks))
		return;
	item = stored_item(m, r->sites, r->topics, r->a);
	arena_reset(r->a);
	if (series_now(r->series) && minutes(r, item.at) < 0) {
		r->bad = true;
		return;
	}
	series_add(r->series, &item);
	r->bad = judge(r, &item, item.at) < 0;
}

static void
place(struct run *r)
{
	for (size_t k = 0; k < r->q->n; k++) {
		struct judged *t = &r->t[k];
		uint64_t topics = 0;

		t->conf = &r->q->triggers[k];
		t->usual_at = INT64_MIN;
		t->halves = trigger_grades(t->conf, t->grades);
		for (int h = 0; h < 3; h++)
			r->sums[k][h] =
				(struct backtest_sum){ .grade = h < t->halves ? t->grades[h]
									      : 0 };
		if (t->conf->kind == TRIGGER_WORDS && !t->conf->topics.n)
			topics = SIGNAL_ANY_SAFETY;
		for (size_t i = 0; i < t->conf->topics.n; i++)
			topics |= signal_topic_bits(r->topics, t->conf->topics.v[i], false);
		t->window = series_window_for(r->series, t->conf, topics);
		r->by_silence |= trigger_by_silence(t->conf);
	}
}

/* What each sees at the end. */
static int
look(struct run *r)
{
	if (minutes(r, r->q->until + 1) < 0)
		return -1;
	series_advance(r->series, r->q->until);
	for (size_t k = 0; k < r->q->n; k++)
		if (judge_one(r, k, r->q->until, true) < 0)
			return -1;
	return 0;
}

int
backtest_run(struct store *s, const struct backtest_ask *q, struct backtest_sum (*sums)[3],
	     int64_t *handled, struct err *e)
{
	struct run *r = heap_zero(1, sizeof *r);
	int rc = -1;

	*r = (struct run){ .s = s, .q = q, .sums = sums, .e = e };
	r->series = series_new(2 * DAY);
	r->sites = names_new();
	r->topics = names_new();
	r->a = arena_new();
	r->t = heap_zero(q->n, sizeof *r->t);
	r->incidents = heap_zero(JUDGED_MAX, sizeof *r->incidents);
	r->found = heap_zero(q->n * 3 * JUDGED_MAX, sizeof *r->found);
	place(r);
	if (judged_incidents(s, q, r->incidents, &r->incidents_n, e) == 0 &&
	    mentions_read(s, q->watch->name, q->from - 2 * DAY, INT64_MAX, mention_again, r,
			  e) == 0 &&
	    !r->bad && look(r) == 0)
		rc = 0;
	*handled = 0;
	for (size_t i = 0; i < r->incidents_n; i++)
		*handled += r->incidents[i].truth == TRUTH_RIGHT;
	series_free(r->series);
	names_free(r->sites);
	names_free(r->topics);
	arena_free(r->a);
	free(r->t);
	free(r->incidents);
	free(r->found);
	free(r);
	return rc;
}
