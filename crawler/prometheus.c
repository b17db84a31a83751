/* prometheus.c - see prometheus.h. One pass, line by line. */
#include "core/base.h"

#include <math.h>
#include <stdio.h>

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/prometheus.h"

#define NAME_MAX_BYTES 4096
#define LINE_MAX_BYTES ((size_t)64 << 10)
#define NUMBER_BYTES   64
#define AT_MAX         253402300799.0 /* the last second of the year 9999 */

struct scan {
	struct str s;
	size_t at;
};

static char
peek(const struct scan *x)
{
	return x->at < x->s.n ? x->s.p[x->at] : 0;
}

static void
blanks(struct scan *x)
{
	while (peek(x) == ' ' || peek(x) == '\t')
		x->at++;
}

static bool
is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
	       (c & 0x80) || (!first && ((c >= '0' && c <= '9') || c == '.'));
}

static int
name_read(struct scan *x, struct str *name, struct err *e)
{
	size_t from = x->at;

	while (is_name(peek(x), x->at == from))
		x->at++;
	*name = str_slice(x->s, from, x->at - from);
	if (!name->n || name->n > NAME_MAX_BYTES)
		return err_set(e, ERR_REJECT, "column %zu: no name", from + 1);
	return 0;
}

/* "…", escapes stay. */
static int
quoted_read(struct scan *x, struct str *value, struct err *e)
{
	size_t from = x->at + 1;

	if (peek(x) != '"')
		return err_set(e, ERR_REJECT, "column %zu: a label's value needs quotes",
			       x->at + 1);
	for (x->at++; x->at < x->s.n && x->s.p[x->at] != '"'; x->at++)
		x->at += x->s.p[x->at] == '\\' && x->at + 1 < x->s.n;
	if (x->at >= x->s.n)
		return err_set(e, ERR_REJECT, "column %zu: the quote is never closed", from);
	*value = str_slice(x->s, from, x->at - from);
	x->at++;
	return 0;
}

static int
labels_read(struct scan *x, struct prometheus_sample *s, struct err *e)
{
	x->at++; /* the brace */
	for (;;) {
		struct prometheus_label l = { .unequal = false };

		blanks(x);
		if (peek(x) == '}')
			break;
		if (s->n == PROMETHEUS_LABELS_MAX)
			return err_set(e, ERR_REJECT, "it has over %d labels",
				       PROMETHEUS_LABELS_MAX);
		if (name_read(x, &l.name, e) < 0)
			return -1;
		blanks(x);
		l.unequal = peek(x) == '!';
		x->at += l.unequal;
		if (peek(x) != '=')
			return err_set(e, ERR_REJECT, "column %zu: \"=\" is missing",
				       x->at + 1);
		x->at++;
		blanks(x);
		if (quoted_read(x, &l.value, e) < 0)
			return -1;
		s->labels[s->n++] = l;
		blanks(x);
		if (peek(x) == ',')
			x->at++;
		else if (peek(x) != '}')
			return err_set(e, ERR_REJECT, "column %zu: \"}\" is missing",
				       x->at + 1);
	}
	x->at++;
	return 0;
}

/* A word up to the next blank as a number; 1.5e3, +Inf, NaN. */
static int
number_read(struct scan *x, double *value)
{
	char digits[NUMBER_BYTES], *end;
	size_t from = x->at, n;

	while (x->at < x->s.n && peek(x) != ' ' && peek(x) != '\t')
		x->at++;
	n = x->at - from;
	if (!n || n >= sizeof digits)
		return -1;
	snprintf(digits, sizeof digits, "%.*s", (int)n, x->s.p + from);
	*value = strtod(digits, &end);
	return *end ? -1 : 0;
}

/* Milliseconds, or OpenMetrics' seconds with a point. */
static int
time_read(struct scan *x, int64_t *at)
{
	size_t from = x->at;
	double t;

	if (number_read(x, &t) < 0 || !(t >= 0))
		return -1;
	if (memchr(x->s.p + from, '.', x->at - from) == NULL && t > 99999999999.0)
		t /= 1000; /* nobody has seconds of the year 5138 */
	if (t > AT_MAX)
		return -1;
	*at = (int64_t)t;
	return 0;
}

static int
sample_read(struct scan *x, struct prometheus_sample *s, struct err *e)
{
	if (name_read(x, &s->name, e) < 0)
		return -1;
	blanks(x);
	if (peek(x) == '{' && labels_read(x, s, e) < 0)
		return -1;
	blanks(x);
	if (number_read(x, &s->value) < 0)
		return err_set(e, ERR_REJECT, "the value is no number");
	blanks(x);
	if (x->at == x->s.n || peek(x) == '#') /* an exemplar */
		return 0;
	return time_read(x, &s->at) < 0 ? err_set(e, ERR_REJECT, "the time is no number") : 0;
}

int
prometheus_next(struct str *text, int64_t *line, struct prometheus_sample *s, struct err *e)
{
	struct str l;

	while (str_next(text, '\n', &l)) {
		struct scan x = { str_trim(l), 0 };

		++*line;
		if (!x.s.n || x.s.p[0] == '#')
			continue;
		*s = (struct prometheus_sample){ .n = 0 };
		if (x.s.n > LINE_MAX_BYTES)
			err_set(e, ERR_REJECT, "it is over 64 KiB");
		else if (sample_read(&x, s, e) == 0)
			return 1;
		return err_within(e, "line %lld", (long long)*line);
	}
	return 0;
}

int
prometheus_selector(struct str text, struct prometheus_sample *want, struct err *e)
{
	struct scan x = { str_trim(text), 0 };

	*want = (struct prometheus_sample){ .n = 0 };
	if (x.s.n > LINE_MAX_BYTES)
		return err_set(e, ERR_REJECT, "it is over 64 KiB");
	if (name_read(&x, &want->name, e) < 0)
		return -1;
	blanks(&x);
	if (peek(&x) == '{' && labels_read(&x, want, e) < 0)
		return -1;
	if (x.at != x.s.n)
		return err_set(e, ERR_REJECT, "column %zu: what is \"%.*s\"?", x.at + 1,
			       STR_ARG(utf8_cut(str_slice(x.s, x.at, x.s.n), 40)));
	return 0;
}

bool
prometheus_matches(const struct prometheus_sample *want, const struct prometheus_sample *s)
{
	if (!str_eq(want->name, s->name))
		return false;
	for (size_t i = 0; i < want->n; i++) {
		struct str has = STR("");

		for (size_t k = 0; k < s->n; k++)
			if (str_eq(s->labels[k].name, want->labels[i].name))
				has = s->labels[k].value;
		if (str_eq(has, want->labels[i].value) == want->labels[i].unequal)
			return false;
	}
	return true;
}
