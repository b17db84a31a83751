#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/digest_figure.h"
#include "responder/digest_seal.h"

#define SUM       16
#define FILE_MAX  ((size_t)64 << 20)
#define TOKEN_MAX 4096
#define FIELDS    8

static const char zeros[] = "0000000000000000";

void
seal_add(const struct seal *s, struct buf *out)
{
	buf_add(out, STR("ly1."));
	hash_add_hex(out, (const uint8_t *)s->name.p, s->name.n);
	buf_addf(out, ".%lld.%lld.%lld.%s.", (long long)s->at, (long long)s->made_at,
		 (long long)s->as_of, s->zh ? "zh" : "en");
	if (s->watch.n)
		hash_add_hex(out, (const uint8_t *)s->watch.p, s->watch.n);
	else
		buf_add_byte(out, 'x');
	buf_addf(out, ".%s", zeros);
}

/* ---- finding it ---------------------------------------------------------------------------------- */

static bool
is_of_token(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.';
}

/* The last token that begins with "ly1.": where, and how long. */
static bool
token_find(struct str file, size_t *at, size_t *n)
{
	for (size_t i = file.n; i-- > 0;) {
		if (!str_starts(str_slice(file, i, file.n), STR("ly1.")))
			continue;
		*at = i;
		*n = 0;
		while (i + *n < file.n && *n < TOKEN_MAX && is_of_token(file.p[i + *n]))
			++*n;
		return *n > SUM + 4;
	}
	return false;
}

static void
sum_of(struct str file, size_t sum_at, char out[SUM + 1])
{
	struct buf b = BUF(FILE_MAX), hex = BUF(80);
	uint8_t sum[32];

	for (size_t i = 0; i < file.n; i++) {
		if (i == sum_at)
			buf_add(&b, STR(zeros));
		/* Mail has other ends of lines. */
		if ((i < sum_at || i >= sum_at + SUM) && file.p[i] != '\r')
			buf_add_byte(&b, file.p[i]);
	}
	/* Ends of lines at the end are lost on the way. */
	hash_sha256(str_trim(buf_str(&b)), sum);
	hash_add_hex(&hex, sum, sizeof sum);
	memcpy(out, hex.p, SUM);
	out[SUM] = '\0';
	buf_release(&b);
	buf_release(&hex);
}

struct str
seal_close(struct str file, struct arena *a)
{
	char sum[SUM + 1];
	struct str out;
	size_t at, n;

	if (file.n > FILE_MAX - SUM || !token_find(file, &at, &n))
		return file;
	sum_of(file, at + n - SUM, sum);
	out = arena_str(a, file);
	memcpy((char *)(uintptr_t)out.p + at + n - SUM, sum, SUM);
	return out;
}

/* Hex -> text in a. */
static bool
unhex(struct str hex, struct arena *a, struct str *out)
{
	uint8_t *bytes = arena_alloc(a, hex.n / 2 + 1);

	if (hex.n % 2 || hash_from_hex(hex, bytes, hex.n / 2) < 0)
		return false;
	*out = (struct str){ (const char *)bytes, hex.n / 2 };
	return true;
}

static bool
token_read(struct str token, struct arena *a, struct seal *out)
{
	struct str rest = token, v[FIELDS];
	size_t n = 0;

	while (n < FIELDS && str_next(&rest, '.', &v[n]))
		n++;
	*out = (struct seal){ .zh = n > 5 && str_is(v[5], "zh") };
	return n == FIELDS && str_int64(v[2], &out->at) == 0 &&
	       str_int64(v[3], &out->made_at) == 0 && str_int64(v[4], &out->as_of) == 0 &&
	       unhex(v[1], a, &out->name) && (str_is(v[6], "x") || unhex(v[6], a, &out->watch));
}

bool
seal_find(struct str file, struct arena *a, struct seal *out, bool *holds)
{
	char sum[SUM + 1];
	size_t at, n;

	if (file.n > FILE_MAX - SUM || !token_find(file, &at, &n) ||
	    !token_read(str_slice(file, at, n), a, out))
		return false;
	sum_of(file, at + n - SUM, sum);
	*holds = !memcmp(sum, file.p + at + n - SUM, SUM);
	return true;
}

/* ---- figures ------------------------------------------------------------------------------------- */

struct checking {
	const struct json *figures;
	const struct seal_told *told;
	int64_t n;
};

static const struct json *
figure_of(const struct checking *x, struct str digits)
{
	int64_t number = 0;

	if (str_int64(digits, &number) < 0 || number < 1)
		return NULL;
	return json_at(x->figures, (size_t)number - 1);
}

/* One figure as the file has it. */
static void
check(struct checking *x, struct str digits, struct str says)
{
	const struct json *f = figure_of(x, digits);
	struct str shown = json_text(json_get(f, "shown"), STR("")), id;
	char text[32];

	x->n++;
	if (shown.n && str_eq(shown, says))
		return;
	snprintf(text, sizeof text, "f%.*s", (int)(digits.n > 20 ? 20 : digits.n), digits.p);
	id = str_of(text);
	x->told->differs(x->told->arg, id, says, shown, f);
}

static size_t
digits_at(struct str s, size_t i)
{
	size_t n = 0;

	while (i + n < s.n && s.p[i + n] >= '0' && s.p[i + n] <= '9')
		n++;
	return n;
}

/* "63[f12]": what stands before is a figure as far back as it can be one. */
static size_t
back(struct str s, size_t at)
{
	size_t i = at;

	if (at >= 3 && !memcmp(s.p + at - 3, "—", 3))
		return at - 3;
	while (i > 0 && at - i < FIGURE_PRINT_MAX &&
	       ((s.p[i - 1] >= '0' && s.p[i - 1] <= '9') ||
		(s.p[i - 1] >= 'a' && s.p[i - 1] <= 'z') || strchr(".%+-", s.p[i - 1])))
		i--;
	return i;
}

static void
text_check(struct checking *x, struct str s)
{
	for (size_t i = 0; i + 3 < s.n; i++) {
		size_t n, from;
		struct str says;

		if (s.p[i] != '[' || s.p[i + 1] != 'f')
			continue;
		n = digits_at(s, i + 2);
		if (!n || i + 2 + n >= s.n || s.p[i + 2 + n] != ']')
			continue;
		from = back(s, i);
		says = str_slice(s, from, i - from);
		if (says.n) /* else somebody's own words */
			check(x, str_slice(s, i + 2, n), says);
	}
}

/* ="f12">63< */
static void
html_check(struct checking *x, struct str s)
{
	for (size_t i = 0; i + 5 < s.n; i++) {
		size_t n, from, to;

		if (memcmp(s.p + i, "=\"f", 3) != 0)
			continue;
		n = digits_at(s, i + 3);
		from = i + 3 + n;
		if (!n || from + 2 >= s.n || s.p[from] != '"' || s.p[from + 1] != '>')
			continue;
		from += 2;
		for (to = from; to < s.n && s.p[to] != '<';)
			to++;
		check(x, str_slice(s, i + 3, n), str_slice(s, from, to - from));
	}
}

/* A number that repeats the figure of that id. */
static void
repeated(struct checking *x, struct str id, int64_t says)
{
	struct str digits = str_slice(id, id.n > 0, id.n);
	const struct json *was = figure_of(x, digits);
	int64_t counted = json_int(json_get(was, "value"), -1); /* -1: unknown, in a chart */
	char text[32];

	if (was && says == counted)
		return;
	snprintf(text, sizeof text, "%lld", (long long)says);
	x->told->differs(x->told->arg, id, str_of(text),
			 json_text(json_get(was, "shown"), STR("")), was);
}

/* What stands again beside stories and in charts. */
static void
repeats_check(struct checking *x, const struct json *j)
{
	const struct json *stories = json_get(j, "stories"), *charts = json_get(j, "charts");
	static const char *const names[] = { "negative", "sites" };

	for (size_t i = 0; i < 2 * json_count(stories); i++) {
		const struct json *story = json_at(stories, i / 2);
		char id[32];

		snprintf(id, sizeof id, "f%lld",
			 (long long)json_int(json_get(story, "number"), -2) + 1 + (int)(i % 2));
		repeated(x, str_of(id), json_int(json_get(story, names[i % 2]), INT64_MIN));
	}
	for (size_t i = 0; i < json_count(charts); i++) {
		const struct json *ids = json_get(json_at(charts, i), "figure");

		for (size_t k = 0; k < json_count(ids); k++)
			repeated(x, json_text(json_at(ids, k), STR("")),
				 json_int(json_at(json_get(json_at(charts, i), "value"), k),
					  INT64_MIN));
	}
}

static void
json_check(struct checking *x, struct str s)
{
	struct arena *a = arena_new();
	struct err e;
	const struct json *j = json_parse(a, s, &e), *list = json_get(j, "figures");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *f = json_at(list, i);
		struct str id = json_text(json_get(f, "id"), STR("f"));
		struct str digits = str_slice(id, id.n > 0, id.n);
		const struct json *was = figure_of(x, digits);
		int64_t value = json_int(json_get(f, "value"), INT64_MIN);
		char text[32];

		check(x, digits, json_text(json_get(f, "shown"), STR("")));
		if (was && value != json_int(json_get(was, "value"), INT64_MIN)) {
			snprintf(text, sizeof text, "%lld", (long long)value);
			x->told->differs(x->told->arg, id, str_of(text),
					 json_text(json_get(was, "shown"), STR("")), was);
		}
	}
	repeats_check(x, j);
	text_check(x, s); /* screen one */
	arena_free(a);
}

int64_t
seal_figures(struct str file, const struct json *facts, const struct seal_told *told)
{
	struct checking x = { json_get(facts, "figures"), told, 0 };

	if (!json_count(x.figures))
		return -1;
	if (str_starts(file, STR("{")))
		json_check(&x, file);
	else if (str_starts(file, STR("<!DOCTYPE html>")))
		html_check(&x, file);
	else
		text_check(&x, file);
	return x.n;
}
