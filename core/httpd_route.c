#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/httpd_route.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#define ARGS_MAX  64
#define NAMES_MAX 8

/* A name and its value, unescaped, both in one buf. */
struct arg {
	struct buf name, value;
};
struct args {
	struct arg v[ARGS_MAX];
	size_t n;
};

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
route_unescape(struct str s, bool plus, struct buf *to)
{
	size_t before = to->n;

	for (size_t i = 0; i < s.n; i++) {
		int hi, lo;

		if (s.p[i] != '%') {
			buf_add_byte(to, plus && s.p[i] == '+' ? ' ' : s.p[i]);
			continue;
		}
		hi = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1;
		lo = s.n - i > 2 ? hex_digit(s.p[i + 2]) : -1;
		if (hi < 0 || lo < 0 || (!hi && !lo))
			return -1;
		buf_add_byte(to, (char)(hi << 4 | lo));
		i += 2;
	}
	return buf_ok(to) && utf8_valid(str_slice(buf_str(to), before, to->n)) ? 0 : -1;
}

int64_t
route_version(struct str s)
{
	int64_t v = 0;

	if (s.n < 3 || s.p[0] != '"' || s.p[s.n - 1] != '"' ||
	    str_int64(str_slice(s, 1, s.n - 2), &v) < 0)
		return 0;
	return v > 0 ? v : 0;
}

/* ---- args ----------------------------------------------------------------------------------- */

static void
args_release(struct args *a)
{
	for (size_t i = 0; i < a->n; i++) {
		buf_release(&a->v[i].name);
		buf_release(&a->v[i].value);
	}
}

/* -1: not to be unescaped, twice the same name, or too many. */
static int
args_add(struct args *a, struct str name, struct str value, bool plus)
{
	struct arg *new = &a->v[a->n];

	if (a->n == ARGS_MAX)
		return -1;
	*new = (struct arg){ BUF(HEAD_TARGET_MAX + 1), BUF(HEAD_TARGET_MAX + 1) };
	a->n++;
	if (route_unescape(name, plus, &new->name) < 0 ||
	    route_unescape(value, plus, &new->value) < 0)
		return -1;
	for (size_t i = 0; i + 1 < a->n; i++)
		if (str_eq(buf_str(&a->v[i].name), buf_str(&new->name)))
			return -1;
	return 0;
}

static int
args_query(struct args *a, struct str query)
{
	struct str pair;

	while (str_next(&query, '&', &pair)) {
		ptrdiff_t eq = str_find_byte(pair, '=');
		size_t n = eq < 0 ? pair.n : (size_t)eq;

		if (!pair.n)
			continue;
		if (args_add(a, str_slice(pair, 0, n), str_slice(pair, n + (eq >= 0), pair.n),
			     true) < 0)
			return -1;
	}
	return 0;
}

static void
args_json(const struct args *a, struct buf *b)
{
	buf_add_byte(b, '{');
	for (size_t i = 0; i < a->n; i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, buf_str(&a->v[i].name));
		buf_add_byte(b, ':');
		json_add_text(b, buf_str(&a->v[i].value));
	}
	buf_add_byte(b, '}');
}

/* ---- the path ------------------------------------------------------------------------------- */

struct found {
	struct str name, value; /* escaped */
};

/* Segment by segment; a part in <> takes any one that is not empty. */
static bool
path_fits(struct str pattern, struct str path, struct found *names, size_t *n)
{
	struct str want, got;

	*n = 0;
	if (str_ends(pattern, STR("/")) != str_ends(path, STR("/")))
		return false; /* str_next() does not tell them apart */
	for (;;) {
		bool more = str_next(&pattern, '/', &want);

		if (more != str_next(&path, '/', &got))
			return false;
		if (!more)
			return true;
		if (want.n > 2 && want.p[0] == '<' && *n < NAMES_MAX) {
			if (!got.n)
				return false;
			names[(*n)++] = (struct found){ str_slice(want, 1, want.n - 2), got };
		} else if (!str_eq(want, got)) {
			return false;
		}
	}
}

static bool
method_fits(const struct route *route, struct str method, bool *head_only)
{
	*head_only = str_is(method, "HEAD") && !strcmp(route->method, "GET");
	return *head_only || str_is(method, route->method);
}

static void
allow_add(struct verdict *v, const char *method)
{
	size_t n = strlen(v->allow);

	if (!strstr(v->allow, method))
		snprintf(v->allow + n, sizeof v->allow - n, "%s%s", n ? ", " : "", method);
}

static void
route_find(const struct route_rules *r, struct verdict *v, const struct head *h,
	   struct str path, struct found *names, size_t *n)
{
	for (size_t m = 0; m < r->n; m++) {
		for (const struct route *x = r->mounts[m].routes; x->path; x++) {
			struct found these[NAMES_MAX];
			size_t k;

			if (v->route || !path_fits(str_of(x->path), path, these, &k))
				continue;
			allow_add(v, x->method);
			if (!method_fits(x, h->method, &v->head_only))
				continue;
			v->route = x;
			v->mount = m;
			memcpy(names, these, sizeof these);
			*n = k;
		}
	}
}

/* ---- may it? -------------------------------------------------------------------------------- */

/* "name:port" or "[::1]:port" without the port. */
static struct str
host_name(struct str host)
{
	ptrdiff_t end = host.n && host.p[0] == '[' ? str_find_byte(host, ']') + 1
						   : str_find_byte(host, ':');

	return end > 0 ? str_slice(host, 0, (size_t)end) : host;
}

static bool
host_ours(const struct route_rules *r, struct str host)
{
	static const char *const loopback[] = { "localhost", "127.0.0.1", "[::1]" };
	struct str name = host_name(host);

	for (size_t i = 0; i < LY_COUNT(loopback); i++)
		if (str_eq_nocase(name, str_of(loopback[i])))
			return true;
	for (size_t i = 0; i < r->hosts.n; i++)
		if (str_eq_nocase(name, r->hosts.v[i]) || str_eq_nocase(host, r->hosts.v[i]))
			return true;
	name = host_name(r->listen);
	return name.n && !str_is(name, "0.0.0.0") && !str_is(name, "[::]") &&
	       str_eq_nocase(host_name(host), name);
}

static bool
origin_ours(const struct head *h)
{
	struct str host = h->origin;

	if (h->fetch_site.n && !str_is(h->fetch_site, "same-origin") &&
	    !str_is(h->fetch_site, "none"))
		return false;
	if (!h->origin.n)
		return true;
	if (str_starts(host, STR("http://")))
		host = str_slice(host, 7, host.n);
	else if (str_starts(host, STR("https://")))
		host = str_slice(host, 8, host.n);
	else
		return false;
	return str_eq_nocase(host, h->host);
}

/* Compared by hash, so that the time taken tells nothing of the token. */
static bool
token_right(struct str token, struct str authorization)
{
	uint8_t ours[32], theirs[32];
	struct str given;

	if (!token.n || authorization.n < 8 ||
	    !str_eq_nocase(str_slice(authorization, 0, 7), STR("Bearer ")))
		return false;
	given = str_trim(str_slice(authorization, 7, authorization.n));
	hash_sha256(token, ours);
	hash_sha256(given, theirs);
	return hash_equal(ours, theirs, sizeof ours);
}

static struct verdict
refuse(struct verdict v, int status, const char *text)
{
	v.status = status;
	v.text = text;
	return v;
}

static struct verdict
access_judge(const struct route_rules *r, const struct head *h, struct verdict v)
{
	bool reads = str_is(h->method, "GET") || str_is(h->method, "HEAD");

	if (!reads && !origin_ours(h))
		return refuse(v, 403, "requests from other sites are refused");
	v.owner = token_right(r->token, h->authorization);
	if (v.route->access == ROUTE_TOKEN && !v.owner)
		return refuse(v, 401, "a bearer token is needed");
	if (h->length > v.route->max_body)
		return refuse(v, 413, "the body is too large");
	if (h->chunked && !v.route->max_body)
		return refuse(v, 413, "no body is taken here");
	return v;
}

struct verdict
route_judge(const struct route_rules *r, const struct head *h, struct buf *args)
{
	ptrdiff_t mark = str_find_byte(h->target, '?');
	struct str path = mark < 0 ? h->target : str_slice(h->target, 0, (size_t)mark);
	struct str query =
		mark < 0 ? STR("") : str_slice(h->target, (size_t)mark + 1, h->target.n);
	struct verdict v = { .status = 0 };
	struct found names[NAMES_MAX];
	struct args a = { .n = 0 };
	size_t n = 0;
	bool good;

	if (!host_ours(r, h->host))
		return refuse(v, 421, "this host name is not served here");
	route_find(r, &v, h, path, names, &n);
	if (!v.route && v.allow[0])
		return refuse(v, 405, "not by this method");
	if (!v.route)
		return refuse(v, 404, "nothing is here");
	v = access_judge(r, h, v);
	if (v.status)
		return v;
	good = args_query(&a, query) == 0;
	for (size_t i = 0; i < n && good; i++)
		good = args_add(&a, names[i].name, names[i].value, false) == 0;
	if (good && v.route->signed_body && h->signature.n)
		good = args_add(&a, STR("signature"), h->signature, false) == 0;
	if (good)
		args_json(&a, args);
	args_release(&a);
	return good && buf_ok(args) ? v : refuse(v, 400, "the address cannot be read");
}
