/* cookies.c - see cookies.h. */
#include "core/base.h"

#include "core/http.h"
#include "core/str.h"

#include "crawler/cookies.h"

#define TEXT_MAX    ((size_t)64 << 10)
#define COOKIES_MAX 500
#define HTTP_ONLY   "#HttpOnly_"

/* Where a request goes, as cookies are matched. */
struct target {
	struct buf url, host;
	struct str path; /* into url */
	bool secure;
};

static int
target_set(struct target *t, struct str url, struct err *e)
{
	ptrdiff_t at;
	struct str rest;

	t->url = BUF(16384);
	t->host = BUF(512);
	if (url_resolve(STR(""), url, &t->url, e) < 0 || url_host(url, &t->host) < 0)
		return err_set(e, ERR_USAGE, "no address to match cookies with");
	t->secure = str_starts(buf_str(&t->url), STR("https://"));
	rest = str_slice(buf_str(&t->url), t->secure ? 8 : 7, t->url.n);
	at = str_find_byte(rest, '/');
	t->path = at < 0 ? STR("/") : str_slice(rest, (size_t)at, rest.n);
	for (size_t i = 0; i < t->path.n; i++)
		if (t->path.p[i] == '?' || t->path.p[i] == '#')
			t->path.n = i;
	return 0;
}

static void
target_release(struct target *t)
{
	buf_release(&t->url);
	buf_release(&t->host);
}

/* Visible ASCII and, in values, spaces and what is not ASCII; never what ends a cookie. */
static bool
proper(struct str s, bool value)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < (value ? 0x20 : 0x21) || c == 0x7f || c == ';' || (!value && c == '='))
			return false;
	}
	return value || s.n > 0;
}

static void
put(struct buf *b, struct str name, struct str value)
{
	buf_addf(b, "%s%.*s=%.*s", b->n ? "; " : "", STR_ARG(name), STR_ARG(value));
}

/* ---- the Netscape file ------------------------------------------------------------------------ */

struct line {
	struct str domain, path, name, value;
	bool below, secure; /* below: hosts under the domain, too */
	int64_t expires_at; /* 0 = with the browser's session     */
};

static int
flag(struct str s, bool *out)
{
	*out = str_eq_nocase(s, STR("true"));
	return *out || str_eq_nocase(s, STR("false")) ? 0 : -1;
}

/* NULL, or which field is wrong. */
static const char *
line_read(struct str s, struct line *l)
{
	struct str field[7];
	size_t n = 0;

	while (n < 6 && str_next(&s, '\t', &field[n]))
		n++;
	field[6] = n == 6 ? s : STR(""); /* an empty value may have lost its tab */
	if (n < 6)
		return "number of fields (7, with tabs between)";
	*l = (struct line){ .domain = field[0],
			    .path = field[2].n ? field[2] : STR("/"),
			    .name = field[5],
			    .value = field[6] };
	if (str_starts(l->domain, STR(".")))
		l->domain = str_slice(l->domain, 1, l->domain.n);
	if (!proper(l->domain, false))
		return "domain";
	if (flag(field[1], &l->below) < 0)
		return "second field (TRUE or FALSE)";
	if (field[0].p[0] == '.')
		l->below = true;
	if (l->path.p[0] != '/')
		return "path";
	if (flag(field[3], &l->secure) < 0)
		return "fourth field (TRUE or FALSE)";
	if (str_int64(field[4], &l->expires_at) < 0 || l->expires_at < 0)
		return "fifth field (when it expires, in seconds)";
	if (!proper(l->name, false))
		return "name";
	return proper(l->value, true) ? NULL : "value";
}

static bool
host_fits(const struct line *l, struct str host)
{
	if (str_eq_nocase(l->domain, host))
		return true;
	return l->below && host.n > l->domain.n && host.p[host.n - l->domain.n - 1] == '.' &&
	       str_eq_nocase(str_slice(host, host.n - l->domain.n, host.n), l->domain);
}

/* RFC 6265 5.1.4 */
static bool
path_fits(struct str want, struct str path)
{
	return str_starts(path, want) &&
	       (path.n == want.n || want.p[want.n - 1] == '/' || path.p[want.n] == '/');
}

static void
line_pick(const struct line *l, const struct target *t, int64_t now, struct buf *header,
	  struct cookies_picked *p)
{
	if (!host_fits(l, buf_str(&t->host)) || !path_fits(l->path, t->path) ||
	    (l->secure && !t->secure))
		return;
	if (l->expires_at && l->expires_at <= now) {
		p->expired++;
		return;
	}
	p->n++;
	if (l->expires_at && (!p->expires_at || l->expires_at < p->expires_at))
		p->expires_at = l->expires_at;
	put(header, l->name, l->value);
}

static int
file_pick(struct str text, const struct target *t, int64_t now, struct buf *header,
	  struct cookies_picked *p, struct err *e)
{
	struct str s;
	size_t cookies = 0;

	for (int number = 1; str_next(&text, '\n', &s); number++) {
		struct line l;
		const char *wrong;

		if (str_ends(s, STR("\r")))
			s.n--;
		if (str_starts(s, STR(HTTP_ONLY)))
			s = str_slice(s, sizeof HTTP_ONLY - 1, s.n);
		else if (str_starts(s, STR("#")))
			continue;
		if (!str_trim(s).n)
			continue;
		wrong = line_read(s, &l);
		if (wrong)
			return err_set(e, ERR_USAGE, "line %d of the cookies: the %s is wrong",
				       number, wrong);
		if (++cookies > COOKIES_MAX)
			return err_set(e, ERR_USAGE, "over %d cookies", COOKIES_MAX);
		line_pick(&l, t, now, header, p);
	}
	return 0;
}

/* ---- the header --------------------------------------------------------------------------------- */

static int
header_pick(struct str text, bool goes, struct buf *header, struct cookies_picked *p,
	    struct err *e)
{
	struct str pair;
	size_t cookies = 0;

	text = str_trim(text);
	if (text.n > 7 && str_eq_nocase(str_slice(text, 0, 7), STR("cookie:")))
		text = str_trim(str_slice(text, 7, text.n));
	while (str_next(&text, ';', &pair)) {
		ptrdiff_t eq;
		struct str name, value;

		pair = str_trim(pair);
		if (!pair.n)
			continue;
		eq = str_find_byte(pair, '=');
		name = str_slice(pair, 0, eq < 0 ? 0 : (size_t)eq);
		value = str_slice(pair, (size_t)(eq + 1), pair.n);
		if (++cookies > COOKIES_MAX || !proper(name, false) || !proper(value, true))
			return err_set(
				e, ERR_USAGE,
				"cookie %zu is not of the form name=value (nor is this a "
				"cookies.txt with tabs)",
				cookies);
		if (!goes)
			continue;
		put(header, name, value);
		p->n++;
	}
	return cookies ? 0 : err_set(e, ERR_USAGE, "no cookie in it");
}

int
cookies_pick(struct str text, struct str home, struct str url, int64_t now, struct buf *header,
	     struct cookies_picked *picked, struct err *e)
{
	struct target t, h;
	size_t before = header->n;
	int r;

	*picked = (struct cookies_picked){ 0 };
	if (text.n > TEXT_MAX)
		return err_set(e, ERR_USAGE, "cookies of over 64 KiB");
	r = target_set(&t, url, e);
	if (target_set(&h, home, e) < 0)
		r = -1;
	if (r == 0 && (str_find_byte(text, '\t') >= 0 || str_starts(text, STR("#"))))
		r = file_pick(text, &t, now, header, picked, e);
	else if (r == 0)
		r = header_pick(text,
				str_eq(buf_str(&t.host), buf_str(&h.host)) &&
					(t.secure || !h.secure),
				header, picked, e);
	target_release(&t);
	target_release(&h);
	if (r == 0 && (!buf_ok(header) || header->n - before > COOKIES_HEADER_MAX))
		r = err_set(e, ERR_USAGE, "cookies of over 8 KiB for one request");
	return r;
}
