/* verify_gauge.c - a firing of a number from outside once more, from the samples. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/gauge.h"
#include "responder/record_store.h"
#include "responder/sample.h"
#include "responder/verify_parts.h"

static int64_t
fact(const struct json *facts, const char *key)
{
	return json_int(json_get(facts, key), 0);
}

static void
same_text(struct verify *v, const struct firing *f, const char *what, struct str is,
	  struct str should)
{
	if (!str_eq(is, should))
		verify_differs(v,
			       "firing %.*s at %lld: %s is \"%.*s\", the samples give \"%.*s\"",
			       STR_ARG(f->trigger), (long long)f->at, what,
			       is.n < 150 ? (int)is.n : 150, is.p,
			       should.n < 150 ? (int)should.n : 150, should.p);
}

static void
same_int(struct verify *v, const struct firing *f, const char *what, int64_t is, int64_t should)
{
	if (is != should)
		verify_differs(v, "firing %.*s at %lld: %s is %lld, the samples give %lld",
			       STR_ARG(f->trigger), (long long)f->at, what, (long long)is,
			       (long long)should);
}

static void
compare(struct verify *v, const struct firing *f, const struct signal_conf *c,
	enum gauge_kind kind, const struct gauge_view *view)
{
	struct gauge_found found = gauge_look(c, kind, view, f->at);
	struct buf b = BUF(1 << 16);

	same_int(v, f, "observed", f->observed, found.observed);
	same_int(v, f, "threshold", f->threshold, found.threshold);
	same_int(v, f, "usual", f->baseline, found.usual);
	gauge_reason(c, kind, view, &found, true, &b);
	same_text(v, f, "reason_zh", f->reason_zh, buf_str(&b));
	buf_clear(&b);
	gauge_reason(c, kind, view, &found, false, &b);
	same_text(v, f, "reason_en", f->reason_en, buf_str(&b));
	buf_release(&b);
}

/* The oldest sample that it rests on. */
static int64_t
rests_on(const struct firing *f, const struct signal_conf *c, enum gauge_kind kind,
	 const struct json *facts)
{
	if (kind == GAUGE_DROP)
		return f->at - GAUGE_WEEKS * (7 * (int64_t)86400) - 2 * c->window;
	return fact(facts, "newest_at");
}

int
verify_gauge(struct verify *v, const struct firing *f, const struct json *facts)
{
	struct signal_conf c = {
		.name = json_text(json_get(facts, "signal"), STR("")),
		.of = json_text(json_get(facts, "of"), STR("")),
		.window = fact(facts, "window_s"),
		.drop = fact(facts, "drop"),
		.above = fact(facts, "above"),
		.below = fact(facts, "below"),
		.hold = fact(facts, "for_s"),
		.interval = fact(facts, "interval_s"),
	};
	struct str condition = json_text(json_get(facts, "condition"), STR(""));
	int64_t left_out = fact(facts, "left_out"), from;
	struct gauge_view view;
	int kind = 0;

	while (gauge_words[kind] && !str_is(condition, gauge_words[kind]))
		kind++;
	if (!gauge_words[kind]) {
		verify_differs(v, "firing %.*s at %lld: its facts name no condition",
			       STR_ARG(f->trigger), (long long)f->at);
		return 0;
	}
	if (record_meta_int(v->s, SAMPLES_FROM, 0, &from, v->e) < 0)
		return -1;
	if (rests_on(f, &c, (enum gauge_kind)kind, facts) < from) {
		v->sum->expired++; /* samples are kept for 400 days, firings longer */
		return 0;
	}
	/* Campaigns are not in the record: the facts say which weeks they left out. */
	if (gauge_read(v->s, &c, NULL, f->at, &view, v->e) < 0)
		return -1;
	view.heard_at = fact(facts, "heard_at");
	for (int i = 0; i < GAUGE_WEEKS; i++)
		view.weeks[i].left_out = left_out >> i & 1;
	compare(v, f, &c, (enum gauge_kind)kind, &view);
	return 0;
}
