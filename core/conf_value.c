/* conf_value.c: numbers with their units, in the one place that knows their spelling. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/conf_tree.h"
#include "core/str.h"
#include "core/utf8.h"

#define QUOTE_BYTES 60

/* A spelling of one unit; people's own spellings are only known to suggest ours. */
struct scale {
	const char *name;
	int64_t times;
	const char *ours; /* NULL when name is it */
};

static const struct scale seconds[] = {
	{ "s", 1, NULL },        { "m", 60, NULL },        { "h", 3600, NULL },
	{ "d", 86400, NULL },    { "w", 604800, NULL },    { "sec", 1, "s" },
	{ "secs", 1, "s" },      { "second", 1, "s" },     { "seconds", 1, "s" },
	{ "秒", 1, "s" },        { "min", 60, "m" },       { "mins", 60, "m" },
	{ "minute", 60, "m" },   { "minutes", 60, "m" },   { "分钟", 60, "m" },
	{ "分", 60, "m" },       { "hr", 3600, "h" },      { "hrs", 3600, "h" },
	{ "hour", 3600, "h" },   { "hours", 3600, "h" },   { "小时", 3600, "h" },
	{ "day", 86400, "d" },   { "days", 86400, "d" },   { "天", 86400, "d" },
	{ "week", 604800, "w" }, { "weeks", 604800, "w" }, { "周", 604800, "w" },
	{ "", 1, "s" },          { NULL, 0, NULL },
};
static const struct scale bytes[] = {
	{ "", 1, NULL },         { "k", 1 << 10, NULL },  { "M", 1 << 20, NULL },
	{ "G", 1 << 30, NULL },  { "b", 1, "" },          { "kb", 1 << 10, "k" },
	{ "kib", 1 << 10, "k" }, { "ki", 1 << 10, "k" },  { "m", 1 << 20, "M" },
	{ "mb", 1 << 20, "M" },  { "mib", 1 << 20, "M" }, { "mi", 1 << 20, "M" },
	{ "g", 1 << 30, "G" },   { "gb", 1 << 30, "G" },  { "gib", 1 << 30, "G" },
	{ "gi", 1 << 30, "G" },  { NULL, 0, NULL },
};

/* The value for a message, cut between code points. */
struct quoted {
	char text[QUOTE_BYTES + 8];
};
static struct quoted
quoted(struct str s)
{
	struct str head = utf8_cut(s, QUOTE_BYTES);
	struct quoted q;

	snprintf(q.text, sizeof q.text, "\"%.*s%s\"", STR_ARG(head), head.n < s.n ? "…" : "");
	return q;
}

const char *
conf_quote(struct arena *a, struct str s)
{
	return arena_text(a, str_of(quoted(s).text));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits off the head of *s. -1 when there is none or they overflow. */
static int
take_digits(struct str *s, int64_t *out)
{
	size_t n = 0;

	while (n < s->n && is_digit(s->p[n]))
		n++;
	if (n == 0 || str_int64(str_slice(*s, 0, n), out) < 0)
		return -1;
	*s = str_slice(*s, n, s->n);
	return 0;
}

/* Digits and a unit. When it is somebody's other spelling, *ours is how we write it. */
static int
scaled(struct str s, const struct scale *units, int64_t *out, const char **ours)
{
	struct str rest = s;
	int64_t v;

	*ours = NULL;
	if (take_digits(&rest, &v) < 0)
		return -1;
	for (const struct scale *u = units; u->name; u++) {
		if (!str_is(rest, u->name))
			continue;
		if (!u->ours || (v == 0 && rest.n == 0))
			return __builtin_mul_overflow(v, u->times, out) ? -1 : 0;
	}
	for (const struct scale *u = units; u->name && !*ours; u++)
		if (u->ours && str_eq_nocase(str_trim(rest), str_of(u->name)))
			*ours = u->ours;
	for (const struct scale *u = units; u->name && !*ours; u++)
		if (!u->ours && str_eq_nocase(str_trim(rest), str_of(u->name)))
			*ours = u->name; /* "5 M", "5S" */
	return -1;
}

/* `"5min" is not a …: did you mean "5m"?` */
static int
wrong_unit(struct str s, const char *ours, const char *what, struct err *e)
{
	struct str digits = s;
	int64_t v;

	if (!ours || take_digits(&digits, &v) < 0)
		return err_set(e, ERR_USAGE, "%s is not %s", quoted(s).text, what);
	digits = str_slice(s, 0, s.n - digits.n);
	return err_set(e, ERR_USAGE, "%s is not %s: did you mean \"%.*s%s\"?", quoted(s).text,
		       what, STR_ARG(digits), ours);
}

#define FORM_SECONDS "\"90s\", \"15m\", \"2h\", \"7d\""
#define FORM_BYTES   "\"512\", \"64k\", \"8M\", \"2G\""

int
conf_seconds(struct str s, int64_t *out, struct err *e)
{
	const char *ours;

	return scaled(s, seconds, out, &ours) == 0
		       ? 0
		       : wrong_unit(s, ours, "a duration like " FORM_SECONDS, e);
}

int
conf_bytes(struct str s, int64_t *out, struct err *e)
{
	const char *ours;

	return scaled(s, bytes, out, &ours) == 0
		       ? 0
		       : wrong_unit(s, ours, "a size like " FORM_BYTES, e);
}

int
conf_ratio(struct str s, int64_t *out_milli, struct err *e)
{
	bool percent = str_ends(s, STR("%"));
	struct str number = percent ? str_slice(s, 0, s.n - 1) : s;
	int64_t v;

	if (number.n == 0 || !is_digit(number.p[0]) || str_milli(number, &v) < 0 ||
	    (percent && v % 100))
		return err_set(e, ERR_USAGE, "%s is not a ratio like \"0.15\" or \"15%%\"",
			       quoted(s).text);
	*out_milli = percent ? v / 100 : v;
	return 0;
}

int
conf_clock(struct str s, int64_t *out, struct err *e)
{
	struct str rest = s;
	int64_t hour, minute;

	if (take_digits(&rest, &hour) == 0 && str_starts(rest, STR(":")) && rest.n == 3) {
		rest = str_slice(rest, 1, 2);
		if (take_digits(&rest, &minute) == 0 && rest.n == 0 && minute < 60 &&
		    hour * 60 + minute <= 24 * 60) {
			*out = hour * 3600 + minute * 60;
			if (s.n == 5)
				return 0;
			return err_set(e, ERR_USAGE,
				       "%s is not a time of day like \"08:00\": did you mean "
				       "\"%02d:%02d\"?",
				       quoted(s).text, (int)hour, (int)minute);
		}
	}
	return err_set(e, ERR_USAGE, "%s is not a time of day from \"00:00\" to \"24:00\"",
		       quoted(s).text);
}

int
conf_count(struct str s, int64_t *out, struct err *e)
{
	int64_t v = 0;
	bool good = s.n > 0 && s.p[0] != '_' && s.p[s.n - 1] != '_';

	for (size_t i = 0; i < s.n && good; i++) {
		if (s.p[i] == '_')
			good = s.p[i - 1] != '_';
		else
			good = is_digit(s.p[i]) && !__builtin_mul_overflow(v, 10, &v) &&
			       !__builtin_add_overflow(v, s.p[i] - '0', &v);
	}
	if (!good)
		return err_set(e, ERR_USAGE,
			       "%s is not a whole number like \"12\" or \"1_000_000\"",
			       quoted(s).text);
	*out = v;
	return 0;
}

int
conf_milli(struct str s, int64_t *out, struct err *e)
{
	if (s.n == 0 || s.p[0] == '+' || str_milli(s, out) < 0)
		return err_set(e, ERR_USAGE,
			       "%s is not a number like \"1.5\" with at most three decimals",
			       quoted(s).text);
	return 0;
}

static int
parse_bool(struct str s, int64_t *out, struct err *e)
{
	static const struct {
		const char *word;
		int64_t means;
	} others[] = { { "yes", 1 }, { "true", 1 },  { "y", 1 }, { "1", 1 }, { "on", 1 },
		       { "no", 0 },  { "false", 0 }, { "n", 0 }, { "0", 0 }, { "off", 0 } };

	if (str_is(s, "on") || str_is(s, "off")) {
		*out = s.n == 2;
		return 0;
	}
	for (size_t i = 0; i < LY_COUNT(others); i++)
		if (str_eq_nocase(s, str_of(others[i].word)))
			return err_set(e, ERR_USAGE,
				       "%s is not \"on\" or \"off\": did you mean \"%s\"?",
				       quoted(s).text, others[i].means ? "on" : "off");
	return err_set(e, ERR_USAGE, "%s is not \"on\" or \"off\"", quoted(s).text);
}

static int
parse_time(struct str s, int64_t *out, struct err *e)
{
	if (clock_parse_iso(s, out, e) < 0)
		return err_set(e, ERR_USAGE,
			       "%s is not a time like \"2026-11-21T08:00:00+08:00\"",
			       quoted(s).text);
	return 0;
}

const struct conf_unit *
conf_unit_find(enum conf_type type)
{
	static const struct conf_unit units[] = {
		[CONF_BOOL] = { "on or off", "\"on\", \"off\"", parse_bool },
		[CONF_COUNT] = { "number", "\"12\", \"1_000_000\"", conf_count },
		[CONF_SECONDS] = { "duration", FORM_SECONDS, conf_seconds },
		[CONF_BYTES] = { "size", FORM_BYTES, conf_bytes },
		[CONF_RATIO] = { "ratio", "\"0.15\", \"15%\"", conf_ratio },
		[CONF_MILLI] = { "decimal", "\"-1.5\"", conf_milli },
		[CONF_CLOCK] = { "time of day", "\"08:00\", \"22:30\"", conf_clock },
		[CONF_TIME] = { "time", "\"2026-11-21T08:00:00+08:00\"", parse_time },
	};

	return type < LY_COUNT(units) && units[type].parse ? &units[type] : NULL;
}

/* The largest unit of ours that divides v. */
static void
add_scaled(struct buf *b, const struct scale *units, size_t n, int64_t v)
{
	const struct scale *best = &units[0];

	for (size_t i = 0; i < n && v; i++)
		if (v % units[i].times == 0 && units[i].times > best->times)
			best = &units[i];
	buf_addf(b, "%lld%s", (long long)(v / best->times), v ? best->name : "");
}

static void
add_milli(struct buf *b, int64_t v)
{
	int part = (int)(v % 1000 < 0 ? -(v % 1000) : v % 1000), digits = 3;

	buf_addf(b, "%s%lld", v < 0 && v > -1000 ? "-" : "", (long long)(v / 1000));
	for (; part && part % 10 == 0; part /= 10)
		digits--;
	if (part)
		buf_addf(b, ".%0*d", digits, part);
}

void
conf_add_number(struct buf *b, enum conf_type type, int64_t v)
{
	switch (type) {
	case CONF_BOOL:
		buf_add(b, v ? STR("on") : STR("off"));
		break;
	case CONF_SECONDS:
		add_scaled(b, seconds, 4, v); /* s m h d: "7d" reads better than "1w" */
		break;
	case CONF_BYTES:
		add_scaled(b, bytes, 4, v);
		break;
	case CONF_RATIO:
	case CONF_MILLI:
		add_milli(b, v);
		break;
	case CONF_CLOCK:
		buf_addf(b, "%02d:%02d", (int)(v / 3600), (int)(v / 60 % 60));
		break;
	case CONF_TIME:
		clock_add_iso(b, v);
		break;
	default:
		buf_addf(b, "%lld", (long long)v);
	}
}

const char *
conf_nearest(struct str s, const char *const *names, size_t n)
{
	size_t best = s.n <= 2 ? 2 : s.n <= 5 ? 3 : 4; /* one more than may differ */
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		struct str name = str_of(names[i]);
		size_t far = str_eq_nocase(s, name) ? 0 : str_distance(s, name, best - 1);

		if (far < best && far < name.n) {
			best = far;
			found = names[i];
		}
		if (best == 0)
			break;
	}
	return found;
}
