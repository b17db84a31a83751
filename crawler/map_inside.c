/*
 * map_inside.c - the JSON part of a body: a script element, what is assigned to a name, what a
 * pattern holds, JSONP.
 */
#include "core/base.h"

#include "core/rx.h"
#include "core/str.h"
#include "core/utf8.h"

#include "core/json.h"

#include "crawler/map.h"
#include "crawler/select.h"

#define JSON_MAX  ((size_t)8 << 20)
#define FINDS_MAX 200 /* places where a name stands and nothing is assigned to it */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$';
}

/* Length of the value that begins s with { or [, by its brackets; 0 when it does not end. */
static size_t
balanced(struct str s)
{
	size_t depth = 0;
	char quote = '\0';

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (quote) {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = '\0';
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return 0;
}

/* JavaScript that is not JSON: undefined, NaN and a comma before a closing bracket. */
static struct str
as_json(struct str s, struct arena *a)
{
	struct buf b = BUF(JSON_MAX);
	bool in = false;
	struct str out;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		struct str rest = str_slice(s, i, s.n);
		bool word = !i || !is_word(s.p[i - 1]);

		if (in && c == '\\' && i + 1 < s.n) {
			buf_add_byte(&b, c);
			buf_add_byte(&b, s.p[++i]);
			continue;
		}
		if (c == '"')
			in = !in;
		if (!in && word && str_starts(rest, STR("undefined"))) {
			buf_add(&b, STR("null"));
			i += 8;
		} else if (!in && word && str_starts(rest, STR("NaN"))) {
			buf_add(&b, STR("null"));
			i += 2;
		} else if (!in && c == ',' &&
			   (str_starts(str_trim(str_slice(rest, 1, 20)), STR("}")) ||
			    str_starts(str_trim(str_slice(rest, 1, 20)), STR("]")))) {
			continue;
		} else {
			buf_add_byte(&b, c);
		}
	}
	out = buf_ok(&b) ? arena_str(a, buf_str(&b)) : s;
	buf_release(&b);
	return out;
}

/* JSON.parse("…"): the text in the quotes, which is JSON's own or single. */
static int
quoted(struct str s, struct arena *a, struct str *json, struct err *e)
{
	struct buf b = BUF(JSON_MAX);
	char q = s.n ? s.p[0] : '\0';
	const struct json *j;
	size_t i = 1;

	if (q != '"' && q != '\'')
		return err_set(e, ERR_REJECT, "JSON.parse() of what is no text");
	buf_add_byte(&b, '"');
	for (; i < s.n && s.p[i] != q; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n) {
			if (s.p[i + 1] != '\'')
				buf_add_byte(&b, '\\');
			buf_add_byte(&b, s.p[++i]);
		} else {
			if (s.p[i] == '"')
				buf_add_byte(&b, '\\');
			buf_add_byte(&b, s.p[i]);
		}
	}
	buf_add_byte(&b, '"');
	j = buf_ok(&b) ? json_parse_web(a, buf_str(&b), e) : NULL;
	buf_release(&b);
	if (!j)
		return err_set(e, ERR_REJECT, "JSON.parse() of a text that cannot be read");
	*json = json_text(j, STR(""));
	return 0;
}

/* What stands behind "name =" (or "name:"). */
static int
assigned(struct str text, struct str name, struct arena *a, struct str *json, struct err *e)
{
	struct str rest = text;
	size_t tries = 0;
	ptrdiff_t at;

	while (tries++ < FINDS_MAX && (at = str_find(rest, name)) >= 0) {
		bool whole = !at || !is_word(rest.p[at - 1]);
		struct str v;
		size_t n;

		rest = str_slice(rest, (size_t)at + name.n, rest.n);
		v = rest;
		if (v.n && (v.p[0] == '"' || v.p[0] == '\''))
			v = str_slice(v, 1, v.n); /* window["NAME"] */
		v = str_trim(v);
		if (v.n && v.p[0] == ']')
			v = str_trim(str_slice(v, 1, v.n));
		if (!whole || !v.n || (v.p[0] != '=' && v.p[0] != ':') ||
		    (v.n > 1 && v.p[1] == '='))
			continue;
		v = str_trim(str_slice(v, 1, v.n));
		if (str_starts(v, STR("JSON.parse(")))
			return quoted(str_trim(str_slice(v, 11, v.n)), a, json, e);
		if (!v.n || (v.p[0] != '{' && v.p[0] != '['))
			continue;
		n = balanced(v);
		if (!n)
			return err_set(e, ERR_REJECT,
				       "inside \"%.*s\": what is assigned to it does not end",
				       STR_ARG(name));
		*json = as_json(str_slice(v, 0, n), a);
		return 0;
	}
	return err_set(e, ERR_REJECT,
		       "inside \"%.*s\" matched 0 places: nothing is assigned to it",
		       STR_ARG(name));
}

static struct str
pattern_of(struct str how)
{
	struct str s = str_trim(str_slice(how, 6, how.n));

	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		s = str_slice(s, 1, s.n - 2);
	return s;
}

static int
by_pattern(struct str text, struct str how, struct arena *a, struct str *json, struct err *e)
{
	struct rx *rx = rx_compile(pattern_of(how), RX_DOTALL, e);
	struct rx_scratch *scratch;
	struct rx_span g[2];
	int n;

	if (!rx)
		return e->kind = ERR_REJECT, -1;
	scratch = rx_scratch_new();
	n = rx_match(rx, scratch, text, 0, g, 2);
	rx_scratch_free(scratch);
	rx_free(rx);
	if (n == RX_LIMIT)
		return err_set(e, ERR_REJECT, "inside %.*s takes too long on this page",
			       STR_ARG(how));
	if (n < 1 || (n > 1 && g[1].n == SIZE_MAX))
		return err_set(e, ERR_REJECT, "inside %.*s matched 0 places", STR_ARG(how));
	*json = as_json(str_slice(text, g[n > 1].at, g[n > 1].n), a);
	return 0;
}

static int
by_element(struct str text, struct str how, struct arena *a, struct str *json, struct err *e)
{
	struct select *s = select_compile(a, how, e);
	struct dom *d = s ? dom_parse(a, text, e) : NULL;
	struct dom_hit *hits;
	int n = d ? dom_find(d, NULL, s, a, &hits, e) : -1;

	if (n == 0)
		err_set(e, ERR_REJECT, "inside \"%.*s\" matched 0 nodes", STR_ARG(how));
	if (n < 1)
		return e->kind = ERR_REJECT, -1;
	*json = str_trim(dom_raw(&hits[0], a));
	return 0;
}

/* callback({…}); and what is put in front so that no page can run it: )]}' while(1); */
static struct str
unwrapped(struct str text)
{
	struct str s = str_trim(text);
	size_t at = 0, n;

	while (at < s.n && at < 200 && s.p[at] != '{' && s.p[at] != '[')
		at++;
	if (!at || at == s.n || at == 200 || s.p[0] == '<' || s.p[0] == '"')
		return s;
	if (str_starts(s, STR(")]}'")))
		return str_slice(s, at, s.n);
	n = balanced(str_slice(s, at, s.n));
	return n ? str_slice(s, at, n) : s;
}

static bool
is_name(struct str how)
{
	for (size_t i = 0; i < how.n; i++)
		if (!is_word(how.p[i]) && how.p[i] != '.')
			return false;
	return how.n && !str_is(how, "script");
}

int
map_inside_check(struct str how, struct err *e)
{
	struct arena *a;
	struct rx *rx;
	int rc = 0;

	if (!how.n || is_name(how))
		return 0;
	if (str_starts(how, STR("regex "))) {
		rx = rx_compile(pattern_of(how), RX_DOTALL, e);
		rx_free(rx);
		return rx ? 0 : -1;
	}
	a = arena_new();
	rc = select_compile(a, how, e) ? 0 : -1;
	arena_free(a);
	return rc;
}

int
map_inside(struct str text, struct str how, struct arena *a, struct str *json, struct err *e)
{
	if (!how.n)
		return *json = unwrapped(text), 0;
	if (is_name(how))
		return assigned(text, how, a, json, e);
	if (str_starts(how, STR("regex ")))
		return by_pattern(text, how, a, json, e);
	return by_element(text, how, a, json, e);
}
