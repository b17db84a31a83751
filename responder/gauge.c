/* gauge.c - see gauge.h: the keys, and what each condition sees. */
#include "core/base.h"

#include "core/str.h"
#include "responder/chance.h"
#include "responder/gauge.h"

#define MICRO   1000000
#define Z       3  /* deviations */
#define MISSED  2  /* intervals  */
#define WEEKS   2  /* of four, at least */
#define LEAST_N 30 /* of the whole that a share is of */

__extension__ typedef __int128 wide;

const char *const gauge_words[] = { "drop", "above", "below", "silent", NULL };
static const char *const class_words[] = { "voice", "business", "system", NULL };
static const char *const grade_words[] = { "by class", "W1", "W2", "W3", NULL };

#define AT(field) offsetof(struct signal_conf, field)
static const struct conf_key signal_keys[] = {
	{ "class", CONF_CHOICE, AT(class), 0, 0, "business",
	  "voice, business, system: which route its incidents take", NULL, class_words },
	{ "watch", CONF_NAME, AT(watch), 0, 0, "",
	  "whose incident it joins; may be left out when there is one watch", NULL, NULL },
	{ "of", CONF_TEXT, AT(of), 0, 200, "",
	  "the signal that it is a part of (orders of visits): a share with counts", NULL,
	  NULL },
	{ "window", CONF_SECONDS, AT(window), 300, 86400, "1h",
	  "drop: over how long it is added up", NULL, NULL },
	{ "drop", CONF_RATIO, AT(drop), 0, 1000, "0",
	  "fires when down by so much against the same weekday; 0 = not asked", NULL, NULL },
	{ "above", CONF_MILLI, AT(above), 0, 1000000000000, "0",
	  "fires when a sample is over this; 0 = not asked", NULL, NULL },
	{ "below", CONF_MILLI, AT(below), 0, 1000000000000, "0",
	  "fires when a sample is under this; 0 = not asked", NULL, NULL },
	{ "for", CONF_SECONDS, AT(hold), 0, 86400, "0", "above, below: how long it must last",
	  NULL, NULL },
	{ "interval", CONF_SECONDS, AT(interval), 0, 86400, "0",
	  "how often it comes: two missed ones fire; 0 = not asked", NULL, NULL },
	{ "grade", CONF_CHOICE, AT(grade), 0, 0, "by class",
	  "by class: system W3, others W2, a bare value that drops W1", NULL, grade_words },
	CONF_END,
};
#undef AT

static void
signal_check(struct conf_reader *r, void *self)
{
	const struct signal_conf *c = self;

	if (!c->drop && !c->above && !c->below && !c->interval)
		conf_error(r, c, "it could never fire: give drop, above, below or interval");
	if (c->drop && !c->of.n && c->grade > 1)
		conf_error(
			r, &c->grade,
			"a value without its counts is at most W1 when it drops: say of: what "
			"it is a part of");
	if (c->above && c->below && c->below >= c->above)
		conf_error(
			r, &c->below,
			"contradicts above: whatever comes is under the one or over the other");
	if (str_eq(c->of, c->name))
		conf_error(r, &c->of, "a signal is no part of itself");
}

const struct conf_schema signal_schema = {
	.name = "signal",
	.size = sizeof(struct signal_conf),
	.keys = signal_keys,
	.help = "A number from outside that may fire: pushed, or read by a metrics source.",
	.name_at = offsetof(struct signal_conf, name),
	.check = signal_check,
};

void
signals_conf_check(struct conf_reader *r, struct conf_list *signals, const struct str *watches,
		   size_t n)
{
	struct signal_conf *c = signals->v;

	for (size_t i = 0; i < signals->n; i++) {
		bool known = false;

		if (!c[i].watch.n && n == 1)
			c[i].watch = watches[0];
		for (size_t w = 0; w < n; w++)
			known |= str_eq(watches[w], c[i].watch);
		if (!c[i].watch.n)
			conf_error(r, &c[i], "whose is it? say watch: and the name of one");
		else if (!known)
			conf_unknown(r, &c[i].watch, "watch", c[i].watch, watches, n);
	}
}

bool
gauge_asks(const struct signal_conf *c, enum gauge_kind kind)
{
	const int64_t asked[GAUGE_KINDS] = { [GAUGE_DROP] = c->drop,
					     [GAUGE_ABOVE] = c->above,
					     [GAUGE_BELOW] = c->below,
					     [GAUGE_SILENT] = c->interval };

	return asked[kind] != 0;
}

int64_t
gauge_grade(const struct signal_conf *c, enum gauge_kind kind)
{
	if (kind == GAUGE_DROP && !c->of.n)
		return 1;
	if (c->grade)
		return c->grade;
	return c->class == SIGNAL_SYSTEM ? 3 : 2;
}

/* ---- looking -------------------------------------------------------------------------------------- */

/* The value of a window: a share in 1/1,000,000, or the mean in 1/1000. */
static int64_t
value_of(const struct signal_conf *c, const struct gauge_sum *s)
{
	if (c->of.n)
		return s->of_micro > 0 && s->value_micro <= s->of_micro * (wide)MICRO
			       ? (int64_t)((wide)s->value_micro * MICRO / s->of_micro)
			       : -1;
	return s->n ? s->value_micro / s->n / 1000 : -1;
}

/* Of large ones only the upper half is exact. */
static int64_t
root_of(wide v)
{
	return v > INT64_MAX ? chance_root((int64_t)(v >> 60)) << 30 : chance_root((int64_t)v);
}

/* The usual value and, for a bare one, how far the weeks lie apart. */
static int64_t
usual_of(const struct signal_conf *c, const struct gauge_view *v, int64_t *deviation)
{
	struct gauge_sum all = { 0 };
	int64_t weeks = 0, sum = 0;
	wide squares = 0;

	for (size_t i = 0; i < GAUGE_WEEKS; i++) {
		const struct gauge_sum *w = &v->weeks[i];
		int64_t x = value_of(c, w);

		if (w->left_out || !w->n || x < 0)
			continue;
		weeks++;
		all.value_micro += w->value_micro;
		all.of_micro += w->of_micro;
		sum += x;
	}
	*deviation = 0;
	if (weeks < WEEKS)
		return -1;
	if (c->of.n)
		return value_of(c, &all);
	for (size_t i = 0; i < GAUGE_WEEKS; i++) {
		int64_t d = value_of(c, &v->weeks[i]) - sum / weeks;

		if (!v->weeks[i].left_out && v->weeks[i].n)
			squares += (wide)d * d;
	}
	*deviation = root_of(squares / (weeks - 1));
	/* Four that are equal by chance say nothing of the fifth. */
	if (*deviation < sum / weeks / 100)
		*deviation = sum / weeks / 100;
	return sum / weeks;
}

/* The largest value of a window that is down by the share and by three deviations; -1: none. */
static int64_t
drop_limit(const struct signal_conf *c, const struct gauge_sum *s, int64_t usual,
	   int64_t deviation)
{
	int64_t by_share = usual * (1000 - c->drop) / 1000, whole = s->of_micro / MICRO, by_z;

	if (c->of.n && whole < LEAST_N)
		return -1;
	if (c->of.n && usual >= MICRO)
		return by_share;
	/* of a share p among n: the root of p (1 - p) / n */
	if (c->of.n)
		deviation = chance_root((int64_t)((wide)usual * (MICRO - usual) / whole));
	by_z = usual - Z * deviation;
	return by_z < by_share ? by_z : by_share;
}

static struct gauge_found
look_drop(const struct signal_conf *c, const struct gauge_view *v)
{
	struct gauge_found f = { .observed = value_of(c, &v->now) };
	int64_t deviation, earlier = value_of(c, &v->earlier);

	f.usual = usual_of(c, v, &deviation);
	if (f.usual <= 0 || f.observed < 0 || earlier < 0 || v->now.left_out ||
	    v->earlier.left_out)
		return f;
	f.threshold = drop_limit(c, &v->now, f.usual, deviation);
	f.over = f.observed <= f.threshold &&
		 earlier <= drop_limit(c, &v->earlier, f.usual, deviation);
	return f;
}

struct gauge_found
gauge_look(const struct signal_conf *c, enum gauge_kind kind, const struct gauge_view *v,
	   int64_t now)
{
	struct gauge_found f = { .observed = v->newest_micro / 1000, .usual = -1 };
	int64_t ends = v->newest_at + MISSED * c->interval;

	switch (kind) {
	case GAUGE_DROP:
		return look_drop(c, v);
	case GAUGE_ABOVE:
		f.threshold = c->above;
		f.over = v->newest_at && v->newest_micro > c->above * 1000;
		break;
	case GAUGE_BELOW:
		f.threshold = c->below;
		f.over = v->newest_at && v->newest_micro < c->below * 1000;
		break;
	default:
		f.observed = now - v->newest_at;
		f.threshold = MISSED * c->interval;
		/* heard since: the silence is theirs, not ours */
		f.over =
			v->newest_at && now >= ends && v->heard_at > v->newest_at + c->interval;
		break;
	}
	return f;
}

/* ---- words ------------------------------------------------------------------------------------------ */

static void
add_decimal(struct buf *b, int64_t milli)
{
	buf_addf(b, "%s%lld", milli < 0 ? "-" : "", llabs(milli) / 1000);
	if (milli % 1000)
		buf_addf(b, ".%03lld", llabs(milli) % 1000);
	while (milli % 1000 && b->p[b->n - 1] == '0')
		b->p[--b->n] = 0;
}

static void
add_value(const struct signal_conf *c, enum gauge_kind kind, int64_t v, struct buf *b)
{
	if (kind == GAUGE_DROP && c->of.n) /* in hundredths of a percent */
		buf_addf(b, "%lld.%02lld%%", (long long)v / 10000, (long long)v / 100 % 100);
	else
		add_decimal(b, v);
}

static void
reason_drop(const struct signal_conf *c, const struct gauge_view *v,
	    const struct gauge_found *f, bool zh, struct buf *b)
{
	buf_addf(b, zh ? "%.*s 在 %lld 分钟内为 " : "%.*s over %lld min: ", STR_ARG(c->name),
		 (long long)c->window / 60);
	add_value(c, GAUGE_DROP, f->observed, b);
	if (c->of.n)
		buf_addf(b, zh ? "（%lld / %lld）" : " (%lld of %lld)",
			 (long long)v->now.value_micro / MICRO,
			 (long long)v->now.of_micro / MICRO);
	buf_add(b, zh ? STR("，平时同一星期几约 ") : STR(", usually "));
	add_value(c, GAUGE_DROP, f->usual, b);
	buf_add(b,
		zh ? STR("，连续两次；高于 ")
		   : STR(" on this weekday, twice in a row; would have stayed silent above "));
	add_value(c, GAUGE_DROP, f->threshold, b);
	buf_add(b, zh ? STR(" 不会触发") : STR(""));
}

void
gauge_reason(const struct signal_conf *c, enum gauge_kind kind, const struct gauge_view *v,
	     const struct gauge_found *f, bool zh, struct buf *b)
{
	if (kind == GAUGE_DROP) {
		reason_drop(c, v, f, zh, b);
	} else if (kind == GAUGE_SILENT) {
		buf_addf(b,
			 zh ? "%.*s 已 %lld 秒没有数据，平时每 %lld "
			      "秒一次；其他来源正常；有一次数据就不会触发"
			    : "nothing of %.*s for %lld s, every %lld s otherwise; other "
			      "sources are heard; would have stayed silent with one",
			 STR_ARG(c->name), (long long)f->observed, (long long)c->interval);
	} else {
		bool above = kind == GAUGE_ABOVE;

		buf_addf(b, "%.*s ", STR_ARG(c->name));
		add_value(c, kind, f->observed, b);
		if (c->hold)
			buf_addf(b, zh ? "，已持续 %lld 秒" : " for %lld s",
				 (long long)c->hold);
		buf_add(b, zh ? (above ? STR("；不高于 ") : STR("；不低于 "))
			      : STR("; would have stayed silent at "));
		add_value(c, kind, f->threshold, b);
		buf_add(b, zh ? STR(" 不会触发") : above ? STR(" or below") : STR(" or above"));
	}
}
