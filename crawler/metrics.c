/* metrics.c - see metrics.h. */
#include "core/base.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/metrics.h"
#include "crawler/prometheus.h"

#define SAMPLES_MAX 1000000
#define MICRO       1000000.0
#define VALUE_MAX   9.0e12 /* of a value, so that its millionths fit 64 bits */

/* What was found of one signal so far. */
struct found {
	struct prometheus_sample *want; /* NULL: a JSON path */
	double sum;
	int64_t at;
	bool any, bad;
};

int
metrics_selector_check(struct str selector, struct err *e)
{
	struct prometheus_sample want;

	if (!str_starts(selector, STR("$")))
		return prometheus_selector(selector, &want, e);
	if (selector.n < 3 || selector.p[1] != '.')
		return err_set(e, ERR_REJECT, "a path is like $.data.value");
	return 0;
}

static void
found_add(struct found *f, double value, int64_t at)
{
	f->bad = f->bad || !isfinite(value);
	f->sum += value;
	f->at = at > f->at ? at : f->at;
	f->any = true;
}

/* $.a.b[2].c or $.a.b.2.c */
static const struct json *
path_find(const struct json *j, struct str path)
{
	struct str part;

	while (j && str_next(&path, '.', &part)) {
		struct str index = STR("");
		ptrdiff_t open = str_find_byte(part, '[');
		char key[256];
		int64_t i;

		if (open >= 0 && part.p[part.n - 1] == ']') {
			index = str_slice(part, (size_t)open + 1, part.n - (size_t)open - 2);
			part = str_slice(part, 0, (size_t)open);
		}
		if (json_kind(j) == JSON_LIST && str_int64(part, &i) == 0) {
			j = i >= 0 ? json_at(j, (size_t)i) : NULL;
		} else if (part.n) {
			snprintf(key, sizeof key, "%.*s", (int)(part.n < 255 ? part.n : 255),
				 part.p);
			j = json_get(j, key);
		}
		if (index.n)
			j = str_int64(index, &i) == 0 && i >= 0 ? json_at(j, (size_t)i) : NULL;
	}
	return j;
}

static bool
number_of(const struct json *j, double *value)
{
	char digits[64], *end;
	struct str s;

	switch (json_kind(j)) {
	case JSON_INT:
		*value = (double)json_int(j, 0);
		return true;
	case JSON_REAL:
		*value = json_real(j, 0);
		return true;
	case JSON_TEXT:
		s = str_trim(json_text(j, STR("")));
		snprintf(digits, sizeof digits, "%.*s", (int)(s.n < 60 ? s.n : 60), s.p);
		*value = strtod(digits, &end);
		return end != digits && (!*end || !strcmp(end, "%"));
	default:
		return false;
	}
}

static int
json_search(struct arena *a, struct str body, const struct conf_pair *pairs, struct found *f,
	    size_t n, struct err *e)
{
	const struct json *j = NULL;

	for (size_t i = 0; i < n; i++) {
		double value;

		if (f[i].want)
			continue;
		if (!j && !(j = json_parse_web(a, body, e)))
			return -1;
		if (number_of(path_find(j, str_slice(pairs[i].value, 2, pairs[i].value.n)),
			      &value))
			found_add(&f[i], value, 0);
	}
	return 0;
}

static int
text_search(struct str body, struct found *f, size_t n, struct err *e)
{
	struct prometheus_sample s;
	int64_t line = 0;
	size_t good = 0, bad = 0;
	struct err first = { 0 };
	int r;

	for (int k = 0; k < SAMPLES_MAX; k++) {
		struct err why = { 0 };

		r = prometheus_next(&body, &line, &s, &why);
		if (r == 0)
			break;
		if (r < 0 && !bad++)
			first = why;
		if (r < 0)
			continue;
		good++;
		for (size_t i = 0; i < n; i++)
			if (f[i].want && prometheus_matches(f[i].want, &s))
				found_add(&f[i], s.value, s.at);
	}
	if (!bad || good)
		return 0; /* one odd line does not spoil the page */
	*e = first;
	return -1;
}

int
metrics_read(struct arena *a, struct str body, const struct conf_list *samples, int64_t now,
	     struct metric **v, size_t *n, struct str *why, struct err *e)
{
	const struct conf_pair *pairs = samples->v;
	struct found *f = arena_alloc(a, (samples->n + 1) * sizeof *f);
	bool text = false;

	*n = 0;
	*why = STR("");
	*v = arena_alloc(a, (samples->n + 1) * sizeof **v);
	for (size_t i = 0; i < samples->n; i++) {
		if (str_starts(pairs[i].value, STR("$")))
			continue;
		f[i].want = arena_alloc(a, sizeof *f[i].want);
		text = true;
		if (prometheus_selector(pairs[i].value, f[i].want, e) < 0)
			return -1;
	}
	if (json_search(a, body, pairs, f, samples->n, e) < 0 ||
	    (text && text_search(body, f, samples->n, e) < 0))
		return -1;
	for (size_t i = 0; i < samples->n; i++) {
		if (f[i].any && !f[i].bad && fabs(f[i].sum) < VALUE_MAX)
			(*v)[(*n)++] =
				(struct metric){ pairs[i].name, llround(f[i].sum * MICRO),
						 f[i].at ? f[i].at : now };
		else if (!why->n)
			*why = str_of(arena_textf(a, "%.*s: %s",
						  STR_ARG(utf8_cut(pairs[i].value, 100)),
						  !f[i].any ? "matches nothing"
							    : "its value is no usable number"));
	}
	if (!*n)
		return err_set(e, ERR_REJECT, "%.*s", STR_ARG(*why));
	return 0;
}

void
metric_add(struct buf *b, int64_t value_micro)
{
	uint64_t m = value_micro < 0 ? -(uint64_t)value_micro : (uint64_t)value_micro;

	buf_addf(b, "%s%" PRIu64 ".%06" PRIu64, value_micro < 0 ? "-" : "", m / 1000000,
		 m % 1000000);
}
