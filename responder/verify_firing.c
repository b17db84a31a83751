/* verify_firing.c - a firing's figures, reasons and facts once more, from the rows it names. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/rate.h"
#include "responder/reason.h"
#include "responder/record_store.h"
#include "responder/verify_parts.h"
#include "responder/verify_store.h"

/* Everything of one firing, in v->a. */
struct again {
	struct verify *v;
	const struct firing *f;
	const struct json *facts;
	struct trigger_conf t;
	struct names *sites, *topics;
	struct series *series;
	size_t window;
};

static int64_t
fact(const struct again *x, const char *key)
{
	return json_int(json_get(x->facts, key), 0);
}

static int64_t
word_fact(const struct again *x, const char *key, const char *const *words)
{
	struct str s = json_text(json_get(x->facts, key), STR(""));

	for (int64_t i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return i;
	return 0;
}

/* The trigger as it was, by the settings that the facts keep. */
static void
settings_again(struct again *x)
{
	const struct json *topics = json_get(x->facts, "topics");
	struct trigger_conf *t = &x->t;

	*t = (struct trigger_conf){
		.name = x->f->trigger,
		.kind = word_fact(x, "kind", trigger_words),
		.signal = word_fact(x, "signal", signal_words),
		.window = fact(x, "window_s"),
		.above = fact(x, "above"),
		.times_median = fact(x, "times_median"),
		.factor = fact(x, "factor"),
		.min_authors = fact(x, "min_authors"),
		.min_count = fact(x, "min_count"),
		.grade = x->f->grade,
		.below = fact(x, "below"),
		.drop = fact(x, "drop"),
		.chance = fact(x, "chance"),
		.classes = fact(x, "ask_classes"),
		.fresh = fact(x, "fresh"),
		.who = fact(x, "who"),
		.confidence = fact(x, "confidence"),
		.severity = fact(x, "severity"),
		.place = fact(x, "place"),
		.top = fact(x, "top"),
		.hold = fact(x, "for_s"),
		.shadow = fact(x, "shadow"),
		.level = fact(x, "level"),
		.by = fact(x, "by"),
		.first_hand = fact(x, "ask_first_hand"),
		.sources = fact(x, "ask_sources"),
		.authors = fact(x, "ask_authors"),
	};
	t->topics.n = json_count(topics);
	t->topics.v = arena_alloc(x->v->a, (t->topics.n + 1) * sizeof *t->topics.v);
	for (size_t i = 0; i < t->topics.n; i++)
		t->topics.v[i] = json_text(json_at(topics, i), STR(""));
}

static void
series_again(struct again *x)
{
	uint64_t bits = 0;

	if (x->t.kind == TRIGGER_WORDS && !x->t.topics.n)
		bits = SIGNAL_ANY_SAFETY;
	for (size_t i = 0; i < x->t.topics.n; i++)
		bits |= signal_topic_bits(x->topics, x->t.topics.v[i], false);
	x->series = series_new(x->t.window);
	x->window = series_window_for(x->series, &x->t, bits);
}

/* The mentions it names, oldest first. 1 all there, 0 some or their authors have expired, -1. */
static int
mentions_again(struct again *x)
{
	struct verify *v = x->v;

	for (size_t i = x->f->evidence_n; i-- > 0;) {
		struct stored_mention m;
		struct signal_item item;
		int found = verify_mention(v->s, &x->f->evidence[i], &m, v->e);

		if (found <= 0)
			return found;
		if (!str_eq(m.watch, x->f->watch) || m.arrived_at <= x->f->from_at ||
		    m.arrived_at > x->f->to_at)
			verify_differs(
				v,
				"firing %.*s at %lld names a mention from outside its window",
				STR_ARG(x->f->trigger), (long long)x->f->at);
		if (m.document_flags & RECORD_AUTHOR_GONE)
			return 0; /* how many different ones there were is known no more */
		item = stored_item(&m, x->sites, x->topics, v->a);
		series_add(x->series, &item);
	}
	series_advance(x->series, x->f->at);
	return 1;
}

/* ---- what was usual ---------------------------------------------------------------------------- */

static void
hour_again(void *arg, const struct stored_mention *m)
{
	struct verify *v = arg;
	struct signal_marks marks = stored_marks(m);
	int64_t at = m->document_flags & DOCUMENT_HISTORY ? m->published_at : m->arrived_at;
	int64_t i = (at - v->hours.first_at) / 3600;
	unsigned bits = signal_bits(&marks);

	if (!signal_counts_rollup(&marks) || at < v->hours.first_at || i >= (int64_t)v->hours.n)
		return;
	v->hours.mentions[i]++;
	if (v->upper_tier && m->followers < v->upper_tier)
		return;
	if (rate_is(v->signal)) {
		struct rollup_counts c = stored_counts(m);
		struct rate one = rate_of(v->signal, &c);

		v->hours.counts[i] += one.part;
		v->hours.of[i] += one.of;
	} else if (v->signal == SIGNAL_NEGATIVE)
		v->hours.counts[i] += !!(bits & SIGNAL_BIT_NEGATIVE);
	else if (v->signal == SIGNAL_COMPLAINTS)
		v->hours.counts[i] += !!(bits & SIGNAL_BIT_COMPLAINT);
	else if (v->signal == SIGNAL_REACH)
		v->hours.counts[i] += m->followers > 0 ? m->followers : 0;
	else
		v->hours.counts[i]++;
}

/* Campaigns are not in the record: a firing during which windows were left out says so by its
 * number of samples, and is then only compared with the roll-ups' own figure. */
static int
usual_again(struct again *x, struct baseline *out)
{
	struct verify *v = x->v;
	const struct json *usual = json_get(x->facts, "usual");
	int64_t as_of = json_int(json_get(usual, "as_of"), 0);
	struct baseline stored = { .milli = json_int(json_get(usual, "milli"), 0),
				   .samples = json_int(json_get(usual, "samples"), 0) };

	enum trigger_usual kind = trigger_usual(&x->t);
	struct rollup_ask ask = { x->f->watch, STR(""),
				  kind == USUAL_COUNT || kind == USUAL_RATE
					  ? (enum signal_kind)x->t.signal
					  : SIGNAL_NEGATIVE };

	baseline_span(&v->hours, x->f->at);
	v->hours.prior = json_int(json_get(usual, "prior"), 0);
	memset(v->hours.mentions, 0, sizeof v->hours.mentions);
	memset(v->hours.counts, 0, sizeof v->hours.counts);
	memset(v->hours.of, 0, sizeof v->hours.of);
	v->signal = ask.signal;
	v->upper_tier = kind == USUAL_MEAN ? DOCUMENT_T3 : 0;
	if (verify_mentions_until(v->s, x->f->watch, v->hours.first_at,
				  v->hours.first_at + (int64_t)v->hours.n * 3600, as_of,
				  hour_again, v, v->e) < 0)
		return -1;
	*out = trigger_baseline(&x->t, &v->hours, x->f->at, NULL, 0);
	/* Programs before took the median of all windows where this one has a moving average. */
	if (out->method == BASELINE_EWMA &&
	    str_is(json_text(json_get(usual, "method"), STR("")),
		   baseline_words[BASELINE_MEDIAN])) {
		*out = stored;
		out->method = BASELINE_MEDIAN;
		v->sum->expired++;
		return 0;
	}
	if (out->milli == stored.milli && out->samples == stored.samples)
		return 0;
	if (v->upper_tier)
		ask.topic = STR(ROLLUP_T3);
	if (rollup_read_hours(v->s, &ask, &v->hours, v->e) < 0)
		return -1;
	*out = trigger_baseline(&x->t, &v->hours, x->f->at, NULL, 0);
	return 0;
}

/* ---- comparing --------------------------------------------------------------------------------- */

static void
same_int(struct again *x, const char *what, int64_t is, int64_t should)
{
	if (is != should)
		verify_differs(x->v,
			       "firing %.*s of %.*s at %lld: %s is %lld, the rows give %lld",
			       STR_ARG(x->f->trigger), STR_ARG(x->f->watch),
			       (long long)x->f->at, what, (long long)is, (long long)should);
}

static void
same_text(struct again *x, const char *what, struct str is, struct str should)
{
	if (!str_eq(is, should))
		verify_differs(
			x->v,
			"firing %.*s of %.*s at %lld: %s is \"%.*s\", the rows give \"%.*s\"",
			STR_ARG(x->f->trigger), STR_ARG(x->f->watch), (long long)x->f->at, what,
			is.n < 150 ? (int)is.n : 150, is.p,
			should.n < 150 ? (int)should.n : 150, should.p);
}

static int
compare(struct again *x)
{
	struct trigger_view view;
	struct baseline usual;
	bool wants = json_kind(json_get(x->facts, "usual")) == JSON_OBJECT;
	struct firing f = *x->f;
	struct reason why = { .conf = &x->t,
			      .view = &view,
			      .usual_as_of = json_int(
				      json_get(json_get(x->facts, "usual"), "as_of"), 0),
			      .sites = x->sites,
			      .topics = x->topics,
			      .zone = x->v->zone };
	const struct signal_item **items =
		series_counted(x->series, x->window, x->v->a, &why.n);

	why.items = items;
	series_view(x->series, x->window, &view);
	if (wants) {
		if (usual_again(x, &usual) < 0)
			return -1;
		why.usual = &usual;
		why.usual_prior = x->v->hours.prior;
		view.baseline = usual.milli;
		view.spread = usual.spread;
	}
	/* The other part of a share is not named as evidence. */
	view.total = fact(x, "total");
	why.threshold = trigger_threshold(&x->t, f.grade, &view);
	f.observed = trigger_observed(&x->t, f.grade, &view);
	same_int(x, "observed", x->f->observed, f.observed);
	same_int(x, "baseline", x->f->baseline, view.baseline);
	same_int(x, "threshold", x->f->threshold, why.threshold);
	if (!why.n && !trigger_by_silence(&x->t))
		return 0;
	reason_make(&why, &f, x->v->a);
	same_text(x, "reason_zh", x->f->reason_zh, f.reason_zh);
	same_text(x, "reason_en", x->f->reason_en, f.reason_en);
	same_text(x, "facts", x->f->facts, f.facts);
	return 0;
}

static int
check_firing(void *arg, const struct firing *f)
{
	struct verify *v = arg;
	struct again x = { .v = v, .f = f };
	struct err bad;
	int done;

	v->sum->firings++;
	arena_reset(v->a);
	x.facts = json_parse(v->a, f->facts, &bad);
	if (!x.facts) {
		verify_differs(v, "firing %.*s at %lld: its facts are no JSON",
			       STR_ARG(f->trigger), (long long)f->at);
		return 0;
	}
	if (str_is(json_text(json_get(x.facts, "kind"), STR("")), "signal"))
		return verify_gauge(v, f, x.facts);
	if (f->evidence_n == REASON_EVIDENCE_MAX) {
		v->sum->expired++; /* more were counted than are named */
		return 0;
	}
	x.sites = names_new();
	x.topics = names_new();
	settings_again(&x);
	series_again(&x);
	done = mentions_again(&x);
	v->sum->expired += done == 0;
	if (done > 0)
		done = compare(&x);
	series_free(x.series);
	names_free(x.sites);
	names_free(x.topics);
	return done < 0 ? -1 : 0;
}

int
verify_all_firings(struct verify *v)
{
	return verify_firings(v->s, check_firing, v, v->e) < 0 ? -1 : 0;
}
