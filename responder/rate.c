/* rate.c - see rate.h. */
#include "core/base.h"

#include "core/conf.h"
#include "core/str.h"
#include "responder/conf.h"
#include "responder/rate.h"

bool
rate_is(int64_t signal)
{
	return signal >= SIGNAL_NET && signal <= SIGNAL_LAG;
}

struct rate
rate_of(int64_t signal, const struct rollup_counts *c)
{
	switch (signal) {
	case SIGNAL_NET:
		return (struct rate){ (c->positive - c->negative) * 1000, c->mentions };
	case SIGNAL_NET_REACH:
		return (struct rate){ c->tone_reach * 1000, c->reach };
	case SIGNAL_ORIGINALITY:
		return (struct rate){ (c->mentions - c->copies) * 1000, c->mentions };
	case SIGNAL_LAG:
		return (struct rate){ c->lag_s, c->lagged };
	}
	return (struct rate){ 0, 0 };
}

int64_t
rate_value(struct rate r)
{
	return r.of > 0 ? r.part / r.of : 0;
}

/* "-0.42", ".5", "1" -> 1/1000; -1: it is none, or has more than three decimals. */
static int
milli_parse(struct str s, int64_t *out)
{
	bool minus = str_starts(s, STR("-")), percent = str_ends(s, STR("%"));
	int64_t v = 0, scale = percent ? 10 : 1000;
	bool point = false, digits = false;

	s = str_slice(s, minus || str_starts(s, STR("+")), s.n - percent);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9' || v > 100000 || (point && scale == 1))
			return -1;
		scale /= point ? 10 : 1;
		v = v * 10 + (s.p[i] - '0');
		digits = true;
	}
	*out = (minus ? -v : v) * scale;
	return digits ? 0 : -1;
}

int
rate_parse(int64_t signal, struct str text, int64_t *value, struct err *e)
{
	int64_t least = signal == SIGNAL_ORIGINALITY ? 0 : -1000;

	if (signal == SIGNAL_LAG)
		return conf_seconds(text, value, e);
	if (milli_parse(text, value) < 0 || *value < least || *value > 1000)
		return err_set(e, ERR_USAGE,
			       "\"%.*s\" is no number from %d to 1, as -0.4 or 35%%",
			       STR_ARG(text), least ? -1 : 0);
	return 0;
}

static void
lag_show(int64_t s, bool zh, struct buf *b)
{
	static const struct {
		int64_t s;
		const char *zh, *en;
	} units[] = { { 86400, "天", "d" }, { 3600, "小时", "h" }, { 60, "分钟", "min" } };

	for (size_t i = 0; i < LY_COUNT(units); i++)
		if (s >= 2 * units[i].s) {
			buf_addf(b, "%lld %s", (long long)((s + units[i].s / 2) / units[i].s),
				 zh ? units[i].zh : units[i].en);
			return;
		}
	buf_addf(b, "%lld %s", (long long)s, zh ? "秒" : "s");
}

void
rate_show(int64_t signal, int64_t value, bool zh, struct buf *b)
{
	int64_t hundredths = (llabs(value) + 5) / 10;

	if (signal == SIGNAL_LAG)
		lag_show(value, zh, b);
	else if (signal == SIGNAL_ORIGINALITY)
		buf_addf(b, "%lld%%", (long long)hundredths);
	else
		buf_addf(b, "%s%lld.%02lld", value < 0 ? "-" : "+",
			 (long long)(hundredths / 100), (long long)(hundredths % 100));
}
