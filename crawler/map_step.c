/* map_step.c - see map_step.h. */
#include "core/base.h"

#include <stdio.h>
#include <time.h>

#include "core/conf.h"
#include "core/http.h"
#include "core/str.h"
#include "core/utf8.h"
#include "core/xml.h"

#include "crawler/date.h"
#include "crawler/map_step.h"

#define VALUE_MAX   ((size_t)256 << 10)
#define REMOVES_MAX 1000
#define NUMBER_MAX  INT64_C(1000000000000000)

struct map_verb {
	const char *name;
	size_t min, max; /* arguments */
	bool (*run)(const struct map_step *s, const struct map_env *env, struct str *v);
	int (*check)(struct arena *a, struct map_step *s, struct err *e);
	const char *args, *help;
	bool joins, fills;
};

static bool
give(const struct map_env *env, struct buf *b, struct str *v)
{
	bool ok = buf_ok(b);

	if (ok)
		*v = arena_str(env->arena, buf_str(b));
	buf_release(b);
	return ok;
}

/* ---- words and patterns --------------------------------------------------------------------- */

static bool
run_trim(const struct map_step *s, const struct map_env *env, struct str *v)
{
	(void)s, (void)env;
	*v = str_trim(*v);
	return true;
}

static void
rx_drop(void *rx)
{
	rx_free(rx);
}

static int
check_rx(struct arena *a, struct map_step *s, struct err *e)
{
	s->rx = rx_compile(s->arg[0], 0, e);
	if (!s->rx)
		return -1;
	arena_defer(a, rx_drop, s->rx);
	return 0;
}

static bool
run_regex(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct rx_span g[2];
	int n = rx_match(s->rx, env->scratch, *v, 0, g, 2);

	if (n < 1)
		return false;
	if (n > 1 && g[1].n == SIZE_MAX)
		return false;
	*v = str_slice(*v, g[n > 1].at, g[n > 1].n);
	return true;
}

static bool
run_remove(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct buf b = BUF(VALUE_MAX);
	struct rx_span g[1];
	size_t from = 0;

	for (size_t i = 0; i < REMOVES_MAX && from < v->n &&
			   rx_match(s->rx, env->scratch, *v, from, g, 1) > 0 && g[0].n;
	     i++) {
		buf_add(&b, str_slice(*v, from, g[0].at - from));
		from = g[0].at + g[0].n;
	}
	buf_add(&b, str_slice(*v, from, v->n));
	return give(env, &b, v);
}

static bool
run_replace(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct buf b = BUF(VALUE_MAX);
	struct str rest = *v;
	ptrdiff_t at;

	while ((at = str_find(rest, s->arg[0])) >= 0) {
		buf_add(&b, str_slice(rest, 0, (size_t)at));
		buf_add(&b, s->arg[1]);
		rest = str_slice(rest, (size_t)at + s->arg[0].n, rest.n);
	}
	buf_add(&b, rest);
	return give(env, &b, v);
}

static int
check_not_empty(struct arena *a, struct map_step *s, struct err *e)
{
	(void)a;
	return s->arg[0].n ? 0 : err_set(e, ERR_USAGE, "its first argument is empty");
}

static bool
run_prefix(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct buf b = BUF(VALUE_MAX);

	buf_add(&b, s->arg[0]);
	buf_add(&b, *v);
	return give(env, &b, v);
}

static bool
run_suffix(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct buf b = BUF(VALUE_MAX);

	buf_add(&b, *v);
	buf_add(&b, s->arg[0]);
	return give(env, &b, v);
}

static int
check_split(struct arena *a, struct map_step *s, struct err *e)
{
	if (str_int64(s->arg[1], &s->n) < 0 || s->n > 1000 || s->n < -1000)
		return err_set(e, ERR_USAGE, "\"%.*s\" is not a part's number (0, 1, -1 …)",
			       STR_ARG(s->arg[1]));
	return check_not_empty(a, s, e);
}

static bool
run_split(const struct map_step *s, const struct map_env *env, struct str *v)
{
	int64_t parts = 1, n = s->n;
	struct str rest = *v;
	ptrdiff_t at;

	(void)env;
	for (; (at = str_find(rest, s->arg[0])) >= 0; parts++)
		rest = str_slice(rest, (size_t)at + s->arg[0].n, rest.n);
	if (n < 0)
		n += parts;
	if (n < 0 || n >= parts)
		return false;
	for (rest = *v; n--;)
		rest = str_slice(rest, (size_t)str_find(rest, s->arg[0]) + s->arg[0].n, rest.n);
	at = str_find(rest, s->arg[0]);
	*v = str_trim(at < 0 ? rest : str_slice(rest, 0, (size_t)at));
	return true;
}

static bool
run_default(const struct map_step *s, const struct map_env *env, struct str *v)
{
	(void)env;
	if (!v->n)
		*v = s->arg[0];
	return true;
}

/* The values were joined before. */
static bool
run_join(const struct map_step *s, const struct map_env *env, struct str *v)
{
	(void)s, (void)env, (void)v;
	return true;
}

struct str
map_plain(struct str s, struct arena *a)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		unsigned char c = (unsigned char)(s.p[i + 1] | 32);

		if ((s.p[i] == '<' &&
		     ((c >= 'a' && c <= 'z') || s.p[i + 1] == '/' || s.p[i + 1] == '!')) ||
		    (s.p[i] == '&' && ((c >= 'a' && c <= 'z') || s.p[i + 1] == '#')))
			return str_trim(html_text(a, s));
	}
	return s;
}

static bool
run_html(const struct map_step *s, const struct map_env *env, struct str *v)
{
	(void)s;
	*v = str_trim(html_text(env->arena, *v));
	return true;
}

/* ---- addresses ------------------------------------------------------------------------------ */

bool
map_url(struct str s, const struct map_env *env, struct str *url)
{
	struct buf b = BUF(8192);
	struct err e = { 0 };

	s = str_trim(s);
	if (!s.n || url_resolve(env->url, s, &b, &e) < 0) {
		buf_release(&b);
		return false;
	}
	return give(env, &b, url);
}

static bool
run_url(const struct map_step *s, const struct map_env *env, struct str *v)
{
	(void)s;
	return map_url(*v, env, v);
}

/* The value of one query parameter, as it stands. */
static bool
run_query(const struct map_step *s, const struct map_env *env, struct str *v)
{
	ptrdiff_t at = str_find_byte(*v, '?');
	struct str rest = at < 0 ? STR("") : str_slice(*v, (size_t)at + 1, v->n), part;

	(void)env;
	at = str_find_byte(rest, '#');
	if (at >= 0)
		rest = str_slice(rest, 0, (size_t)at);
	while (str_next(&rest, '&', &part))
		if (part.n > s->arg[0].n && str_starts(part, s->arg[0]) &&
		    part.p[s->arg[0].n] == '=') {
			*v = str_slice(part, s->arg[0].n + 1, part.n);
			return true;
		}
	return false;
}

/* ---- numbers -------------------------------------------------------------------------------- */

static const struct unit {
	const char *word;
	int64_t times;
} units[] = {
	{ "万亿", 1000000000000 }, { "亿", 100000000 }, { "萬", 10000 }, { "万", 10000 },
	{ "億", 100000000 },       { "千", 1000 },      { "w", 10000 },  { "k", 1000 },
	{ "m", 1000000 },          { "b", 1000000000 },
};

static int64_t
unit_of(struct str rest)
{
	rest = str_trim(rest);
	for (size_t i = 0; i < LY_COUNT(units); i++) {
		struct str word = str_of(units[i].word);
		char after;

		if (rest.n < word.n || !str_eq_nocase(str_slice(rest, 0, word.n), word))
			continue;
		/* "3 million", "5 weeks": only a letter that stands alone is a unit. */
		after = rest.n > word.n ? rest.p[word.n] : ' ';
		if (word.n == 1 && ((after | 32) >= 'a' && (after | 32) <= 'z'))
			continue;
		return units[i].times;
	}
	return 1;
}

static bool
is_digit(struct str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* "1,234" from *i on; -1 when it is too large. */
static int64_t
whole_read(struct str s, size_t *i)
{
	int64_t whole = 0;

	for (; is_digit(s, *i) || (*i < s.n && s.p[*i] == ',' && is_digit(s, *i + 1)); ++*i) {
		if (s.p[*i] == ',')
			continue;
		if (whole > NUMBER_MAX / 10)
			return -1;
		whole = whole * 10 + (s.p[*i] - '0');
	}
	return whole;
}

/* The first number in a text: "1.2万 阅读" is 12000, "1,234" is 1234, "#3" is 3. */
bool
map_number(struct str s, int64_t *n)
{
	int64_t whole, part = 0, scale = 1, times;
	size_t i = 0;
	bool minus;

	while (i < s.n && !is_digit(s, i))
		i++;
	if (i == s.n)
		return false;
	minus = i && s.p[i - 1] == '-' && (i == 1 || s.p[i - 2] == ' ');
	whole = whole_read(s, &i);
	if (i < s.n && s.p[i] == '.' && is_digit(s, i + 1))
		for (i++; is_digit(s, i); i++)
			if (scale < 1000000) {
				part = part * 10 + (s.p[i] - '0');
				scale *= 10;
			}
	if (i < s.n && (s.p[i] | 32) == 'e' &&
	    (is_digit(s, i + 1) || (is_digit(s, i + 2) && strchr("+-", s.p[i + 1]))))
		return false; /* 1e308 is not 1 */
	times = unit_of(str_slice(s, i, s.n));
	if (whole < 0 || whole > NUMBER_MAX / times)
		return false;
	*n = whole * times + part * times / scale;
	if (minus)
		*n = -*n;
	return true;
}

static bool
run_number(const struct map_step *s, const struct map_env *env, struct str *v)
{
	int64_t n;

	(void)s;
	if (!map_number(*v, &n))
		return false;
	*v = str_of(arena_textf(env->arena, "%lld", (long long)n));
	return true;
}

/* ---- dates ---------------------------------------------------------------------------------- */

/* date.h knows seconds, and milliseconds of 13 digits. */
bool
map_date(struct str s, const struct map_env *env, int64_t *at)
{
	s = str_trim(s);
	return s.n && s.n < 300 && date_parse(s, env->now, env->zone, at) == 0 && *at > 0;
}

/* By a form of strptime's; a form without a year means the last such day. */
static bool
date_by_form(const struct map_step *s, const struct map_env *env, struct str v, int64_t *at)
{
	const struct zone *zone = s->zone ? s->zone : env->zone;
	struct civil now = zone_civil(zone, env->now), c;
	struct tm tm = { .tm_year = now.year - 1900,
			 .tm_mon = now.month - 1,
			 .tm_mday = now.day };
	bool has_year =
		str_find(s->arg[0], STR("%Y")) >= 0 || str_find(s->arg[0], STR("%y")) >= 0 ||
		str_find(s->arg[0], STR("%s")) >= 0 || str_find(s->arg[0], STR("%F")) >= 0;
	const char *rest = strptime(arena_text(env->arena, str_trim(v)),
				    arena_text(env->arena, s->arg[0]), &tm);

	if (!rest)
		return false;
	c = (struct civil){ .year = tm.tm_year + 1900,
			    .month = tm.tm_mon + 1,
			    .day = tm.tm_mday,
			    .hour = tm.tm_hour,
			    .minute = tm.tm_min,
			    .second = tm.tm_sec > 59 ? 59 : tm.tm_sec };
	if (c.year < 1 || c.year > 9999)
		return false;
	if (str_find(s->arg[0], STR("%z")) >= 0)
		*at = zone_utc(NULL, c) - tm.tm_gmtoff;
	else
		*at = zone_utc(zone, c);
	if (!has_year && *at > env->now + 86400) {
		c.year--;
		*at = zone_utc(zone, c);
	}
	return *at > 0;
}

static bool
run_date(const struct map_step *s, const struct map_env *env, struct str *v)
{
	struct map_env here = *env;
	struct buf b = BUF(64);
	int64_t at;

	if (s->zone)
		here.zone = s->zone;
	if (s->arg[0].n ? !date_by_form(s, env, *v, &at) : !map_date(*v, &here, &at))
		return false;
	clock_add_iso(&b, at);
	return give(env, &b, v);
}

static void
zone_drop(void *z)
{
	zone_close(z);
}

/* date · date FORM · date ZONE · date FORM ZONE */
static int
check_date(struct arena *a, struct map_step *s, struct err *e)
{
	struct str zone = s->n_args == 2 ? s->arg[1] : STR("");

	if (s->n_args == 1 && str_find_byte(s->arg[0], '%') < 0) {
		zone = s->arg[0];
		s->arg[0] = STR("");
	}
	if (s->arg[0].n && str_find_byte(s->arg[0], '%') < 0)
		return err_set(e, ERR_USAGE, "\"%.*s\" is no form like \"%%Y-%%m-%%d %%H:%%M\"",
			       STR_ARG(s->arg[0]));
	if (!zone.n)
		return 0;
	s->zone = zone_open(arena_text(a, zone), e);
	if (!s->zone)
		return -1;
	arena_defer(a, zone_drop, s->zone);
	return 0;
}

/* ---- the table ------------------------------------------------------------------------------ */

static const struct map_verb verbs[] = {
	{ "trim", 0, 0, run_trim, NULL, "", "without blanks at both ends" },
	{ "regex", 1, 1, run_regex, check_rx, "PATTERN",
	  "what the first group matches (the whole match without one); no match: nothing" },
	{ "remove", 1, 1, run_remove, check_rx, "PATTERN", "without all that matches" },
	{ "replace", 2, 2, run_replace, check_not_empty, "TEXT TEXT",
	  "each of the first by the second" },
	{ "split", 2, 2, run_split, check_split, "SEPARATOR N",
	  "the n-th part, from 0; -1 is the last" },
	{ "prefix", 1, 1, run_prefix, NULL, "TEXT", "with a text in front" },
	{ "suffix", 1, 1, run_suffix, NULL, "TEXT", "with a text behind" },
	{ "number", 0, 0, run_number, NULL, "", "the first number: 1.2万, 3.4k, 1,234" },
	{ "date", 0, 2, run_date, check_date, "[FORM] [ZONE]",
	  "by a form like \"%Y-%m-%d %H:%M\", or any usual spelling; in a zone" },
	{ "url", 0, 0, run_url, NULL, "", "whole, from the page's address" },
	{ "query", 1, 1, run_query, check_not_empty, "NAME", "a parameter of an address" },
	{ "html", 0, 0, run_html, NULL, "", "the text of a piece of HTML" },
	{ "join", 1, 1, run_join, NULL, "SEPARATOR",
	  "all values of the path, not only the first", .joins = true },
	{ "default", 1, 1, run_default, NULL, "TEXT", "when there is nothing", .fills = true },
};

/* Words, quoted or not. */
static int
words_read(struct arena *a, struct str text, struct str *v, size_t max, size_t *n,
	   struct err *e)
{
	for (*n = 0;; ++*n) {
		size_t i = 0;
		char q;

		text = str_trim(text);
		if (!text.n)
			return 0;
		if (*n == max)
			return err_set(e, ERR_USAGE, "cannot use \"%.*s\" here",
				       STR_ARG(str_slice(text, 0, 40)));
		q = text.p[0];
		if (q == '"' || q == '\'') {
			for (i = 1; i < text.n && text.p[i] != q;)
				i++;
			if (i == text.n)
				return err_set(e, ERR_USAGE, "a quote is not closed");
			v[*n] = arena_str(a, str_slice(text, 1, i - 1));
			text = str_slice(text, i + 1, text.n);
			continue;
		}
		while (i < text.n && text.p[i] != ' ')
			i++;
		v[*n] = arena_str(a, str_slice(text, 0, i));
		text = str_slice(text, i, text.n);
	}
}

static int
no_verb(struct str name, struct err *e)
{
	const char *names[LY_COUNT(verbs)];
	const char *near;

	for (size_t i = 0; i < LY_COUNT(verbs); i++)
		names[i] = verbs[i].name;
	near = conf_nearest(name, names, LY_COUNT(names));
	return err_set(e, ERR_USAGE, "no transform \"%.*s\"%s%s%s", STR_ARG(name),
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int
map_step_compile(struct arena *a, struct str text, struct map_step *s, struct err *e)
{
	struct str words[4];
	size_t n, i = 0;

	*s = (struct map_step){ 0 };
	if (words_read(a, text, words, LY_COUNT(words), &n, e) < 0)
		return -1;
	while (n && i < LY_COUNT(verbs) && !str_is(words[0], verbs[i].name))
		i++;
	if (!n || i == LY_COUNT(verbs))
		return no_verb(n ? words[0] : STR(""), e);
	s->verb = &verbs[i];
	s->n_args = n - 1;
	if (s->n_args < s->verb->min || s->n_args > s->verb->max)
		return err_set(e, ERR_USAGE, "%s is written: %s %s", s->verb->name,
			       s->verb->name, s->verb->args);
	for (i = 1; i < n; i++)
		s->arg[i - 1] = words[i];
	if (s->verb->check && s->verb->check(a, s, e) < 0)
		return err_within(e, "%s", s->verb->name);
	return 0;
}

bool
map_step_joins(const struct map_step *s)
{
	return s->verb->joins;
}

bool
map_step_fills(const struct map_step *s)
{
	return s->verb->fills;
}

bool
map_step_run(const struct map_step *s, const struct map_env *env, struct str *v)
{
	return s->verb->run(s, env, v);
}

void
map_steps_document(struct buf *out)
{
	for (size_t i = 0; i < LY_COUNT(verbs); i++)
		buf_addf(out, "- `%s%s%s`: %s\n", verbs[i].name, *verbs[i].args ? " " : "",
			 verbs[i].args, verbs[i].help);
}
