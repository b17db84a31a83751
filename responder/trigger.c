#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/trigger.h"

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

bool
trigger_wants_baseline(const struct trigger_conf *t)
{
	return t->kind == TRIGGER_SPIKE || (t->kind == TRIGGER_ABOVE && t->times_median > 0);
}

int64_t
trigger_threshold(const struct trigger_conf *t, int64_t grade, int64_t baseline)
{
	int64_t least = 0;

	switch ((enum trigger_kind)t->kind) {
	case TRIGGER_ABOVE:
		least = t->above + 1;
		if (t->times_median && baseline >= 0)
			least = at_least(least, times_usual(t->times_median, baseline));
		break;
	case TRIGGER_SPIKE:
		least = at_least(1, times_usual(t->factor, at_least(baseline, 0)));
		break;
	case TRIGGER_WORDS:
		return grade == 2 ? t->first_hand : t->sources;
	}
	return at_least(least, t->min_count);
}

static bool
words_over(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v)
{
	if (v->observed < t->min_count)
		return false;
	return grade == 2 ? v->first_hand >= t->first_hand
			  : v->sites >= t->sources || v->site_authors >= t->authors;
}

struct trigger_verdict
trigger_judge(const struct trigger_conf *t, int64_t grade, const struct trigger_view *v,
	      struct trigger_state s, int64_t now)
{
	struct trigger_verdict out = { .said = TRIGGER_SILENT, .state = s };
	bool over, clear;

	out.threshold = trigger_threshold(t, grade, v->baseline);
	if (t->kind == TRIGGER_WORDS) {
		over = words_over(t, grade, v);
		clear = !over;
	} else {
		over = v->observed >= out.threshold && v->authors >= t->min_authors;
		clear = v->observed * 1000 < out.threshold * t->clear_below ||
			(v->observed == 0 && out.threshold > 0);
	}
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

struct id
trigger_version(const struct trigger_conf *t)
{
	const int64_t figures[] = { t->kind,        t->signal,       t->window,
				    t->above,       t->times_median, t->factor,
				    t->min_authors, t->min_count,    t->hold,
				    t->clear_below, t->grade,        t->first_hand,
				    t->sources,     t->authors };
	struct buf b = BUF(1 << 20);
	struct id id;

	for (size_t i = 0; i < LY_COUNT(figures); i++)
		buf_addf(&b, "%lld ", (long long)figures[i]);
	for (size_t i = 0; i < t->topics.n; i++)
		buf_addf(&b, "%.*s ", STR_ARG(t->topics.v[i]));
	id = ID_OF(STR("trigger"), t->name, buf_str(&b));
	buf_release(&b);
	return id;
}
