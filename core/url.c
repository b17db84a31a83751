#include "core/base.h"

#include <curl/curl.h>

#include "core/http.h"
#include "core/str.h"
#include "core/utf8.h"

#define URL_MAX  8192
#define HOST_MAX 1023 /* bytes as it is spelt */

/* Query parameters that say how somebody came, not what is shown. A trailing * is any end. */
static const char *const tracking[] = {
	"utm_*",          "fbclid",       "gclid",        "gclsrc",
	"dclid",          "gbraid",       "wbraid",       "msclkid",
	"yclid",          "twclid",       "ttclid",       "igshid",
	"mc_cid",         "mc_eid",       "_ga",          "_gl",
	"_hsenc",         "_hsmi",        "vero_id",      "ref_src",
	"ref_url",        "spm",          "scm",          "spm_id_from",
	"vd_source",      "share_source", "share_medium", "share_token",
	"share_from",     "share_app_id", "sharer_*",     "nsukey",
	"isappinstalled", "chksm",        "luicode",      "lfid",
	"tt_from",        "wx_header",    "from_wecom",   "bd_vid",
	"hmsr",           "hmpl",         "hmcu",         "hmkw",
	"hmci",           "oly_anon_id",  "oly_enc_id",   "wickedid",
};

static int
refuse(struct str url, const char *why, struct err *e)
{
	return err_set(e, ERR_REJECT, "\"%.*s\" is not a web address: %s",
		       (int)(url.n > 120 ? 120 : url.n), url.p ? url.p : "", why);
}

/* s into the handle, relative to what it holds already. */
static CURLUcode
put(CURLU *u, struct str s)
{
	char text[URL_MAX + 1];

	if (s.n > URL_MAX || !utf8_valid(s) || memchr(s.p ? s.p : "", '\0', s.n))
		return CURLUE_MALFORMED_INPUT;
	if (!s.n)
		return CURLUE_OK; /* the base itself */
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return curl_url_set(u, CURLUPART_URL, text, CURLU_URLENCODE);
}

static bool
is_web(CURLU *u)
{
	char *scheme = NULL;
	bool web;

	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK)
		return false;
	web = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
	curl_free(scheme);
	return web;
}

static bool
unreserved(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* ---- hosts ------------------------------------------------------------------------------ */

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / 700 : delta / 2;
	for (delta += delta / points; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static void
add_digit(struct buf *out, uint32_t d)
{
	buf_add_byte(out, (char)(d < 26 ? 'a' + d : '0' + d - 26));
}

static void
add_number(struct buf *out, uint32_t q, uint32_t bias)
{
	for (uint32_t k = 36;; k += 36) {
		uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

		if (q < t)
			break;
		add_digit(out, t + (q - t) % (36 - t));
		q = (q - t) / (36 - t);
	}
	add_digit(out, q);
}

/* RFC 3492 over the label as it is written. (curl could do it with libidn2, but depends on the
 * locale and, in 7.88, leaks when the name is refused.) */
static int
add_punycode(struct buf *out, struct str label)
{
	uint32_t points[63], n = 128, bias = 72, delta = 0;
	size_t count = 0, done = 0, basic;

	for (size_t at = 0; at < label.n;) {
		if (count == LY_COUNT(points))
			return -1;
		at += utf8_next(label.p + at, label.p + label.n, &points[count++]);
	}
	buf_add(out, STR("xn--"));
	for (size_t i = 0; i < count; i++)
		if (points[i] < 128) {
			buf_add_byte(out, (char)points[i]);
			done++;
		}
	basic = done;
	if (basic)
		buf_add_byte(out, '-');
	for (; done < count; delta++, n++) {
		uint32_t least = UINT32_MAX;

		for (size_t i = 0; i < count; i++)
			if (points[i] >= n && points[i] < least)
				least = points[i];
		delta += (least - n) * (uint32_t)(done + 1);
		n = least;
		for (size_t i = 0; i < count; i++) {
			delta += points[i] < n;
			if (points[i] != n)
				continue;
			add_number(out, delta, bias);
			bias = adapt(delta, (uint32_t)done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
	return 0;
}

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

/* Letters, digits, - _ . or a bracketed address: escapes were decoded, once. */
static bool
is_host(struct str s)
{
	bool address = s.n && s.p[0] == '[';

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(unreserved((unsigned char)c) || (unsigned char)c >= 0x80) &&
		    !(address && (c == '[' || c == ']' || c == ':')))
			return false;
	}
	return s.n && utf8_valid(s);
}

/* Lower case, in punycode when it was written in Han. */
static int
add_host(struct buf *out, CURLU *u)
{
	char *host = NULL;
	struct str rest, label;
	bool dot = false;
	int rc = 0;

	if (curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return -1;
	for (char *p = host; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p |= 0x20;
	rest = str_of(host);
	if (!is_host(rest))
		rc = -1;
	while (rc == 0 && str_next(&rest, '.', &label)) {
		if (dot)
			buf_add_byte(out, '.');
		dot = true;
		if (is_ascii(label))
			buf_add(out, label);
		else
			rc = add_punycode(out, label);
	}
	curl_free(host);
	return rc;
}

static CURLUcode
spell_host(CURLU *u)
{
	struct buf host = BUF(HOST_MAX + 1);
	CURLUcode rc = CURLUE_BAD_HOSTNAME;

	if (add_host(&host, u) == 0 && buf_ok(&host))
		rc = curl_url_set(u, CURLUPART_HOST, host.p, 0);
	buf_release(&host);
	return rc;
}

/* A handle with url resolved against base, or NULL and *e. */
static CURLU *
take(struct str base, struct str url, struct err *e)
{
	CURLU *u = curl_url();
	CURLUcode rc;

	if (!u)
		abort();
	base = str_trim(base);
	url = str_trim(url);
	rc = put(u, base);
	if (rc == CURLUE_OK)
		rc = put(u, url);
	if (rc == CURLUE_OK && is_web(u)) {
		rc = spell_host(u);
		if (rc == CURLUE_OK)
			return u;
		refuse(url, "its host is no name", e);
	} else {
		refuse(url, rc == CURLUE_OK ? "only http and https are" : curl_url_strerror(rc),
		       e);
	}
	curl_url_cleanup(u);
	return NULL;
}

static int
finish(struct str url, struct buf *out, struct err *e)
{
	return buf_ok(out) ? 0 : refuse(url, "it is too long", e);
}

int
url_resolve(struct str base, struct str url, struct buf *out, struct err *e)
{
	CURLU *u = take(base, url, e);
	char *text = NULL;

	if (!u)
		return -1;
	if (curl_url_get(u, CURLUPART_URL, &text, 0) == CURLUE_OK)
		buf_add(out, str_of(text));
	curl_free(text);
	curl_url_cleanup(u);
	return finish(url, out, e);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 3986 6.2.2: escapes in capitals, and none for what needs none. */
static void
add_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		int hi = i + 2 < s.n ? hex(s.p[i + 1]) : -1;
		int lo = i + 2 < s.n ? hex(s.p[i + 2]) : -1;

		if (c == '%' && hi >= 0 && lo >= 0) {
			c = (unsigned char)(hi << 4 | lo);
			i += 2;
			if (unreserved(c))
				buf_add_byte(out, (char)c);
			else
				buf_addf(out, "%%%02X", c);
		} else if (c <= 0x20 || c >= 0x7f || c == '%') {
			buf_addf(out, "%%%02X", c);
		} else {
			buf_add_byte(out, (char)c);
		}
	}
}

static bool
is_tracking(struct str name)
{
	for (size_t i = 0; i < LY_COUNT(tracking); i++) {
		struct str row = str_of(tracking[i]);

		if (row.p[row.n - 1] == '*' ? str_starts(name, str_slice(row, 0, row.n - 1))
					    : str_eq(name, row))
			return true;
	}
	return false;
}

static void
add_query(struct buf *out, struct str query)
{
	struct str part;
	char before = '?';

	while (str_next(&query, '&', &part)) {
		ptrdiff_t eq = str_find_byte(part, '=');

		if (!part.n || is_tracking(eq < 0 ? part : str_slice(part, 0, (size_t)eq)))
			continue;
		buf_add_byte(out, before);
		add_escaped(out, part);
		before = '&';
	}
}

/* The host as spell_host left it, without the root's dot. */
static int
add_name(struct buf *out, CURLU *u)
{
	char *host = NULL;
	struct str name;

	if (curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK)
		return -1;
	name = str_of(host);
	while (str_ends(name, STR(".")))
		name.n--;
	buf_add(out, name);
	curl_free(host);
	return name.n ? 0 : -1;
}

/* The parts put together again. */
static int
add_parts(struct buf *out, CURLU *u)
{
	char *scheme = NULL, *port = NULL, *path = NULL, *query = NULL;
	int rc = -1;

	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_PATH, &path, 0) != CURLUE_OK)
		goto done;
	buf_addf(out, "%s://", scheme);
	if (add_name(out, u) < 0)
		goto done;
	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == CURLUE_OK)
		buf_addf(out, ":%s", port);
	add_escaped(out, str_of(path));
	if (curl_url_get(u, CURLUPART_QUERY, &query, 0) == CURLUE_OK)
		add_query(out, str_of(query));
	rc = 0;
done:
	curl_free(scheme);
	curl_free(port);
	curl_free(path);
	curl_free(query);
	return rc;
}

/* ---- what is canonical already ------------------------------------------------------------- */

/* Letters, digits, -, labels with a dot between them, the last of which begins as no number does: neither an
 * address nor in need of punycode. What begins behind it, or NULL. */
static const char *
plain_host_end(const char *p, const char *end)
{
	const char *host = p, *label = p;

	for (; p < end && *p != '/'; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');

		if (!letter && (p == label || (*p != '-' && *p != '.')))
			return NULL;
		if (*p == '.')
			label = p + 1;
	}
	return p < end && p > label && *label >= 'a' && p - host <= HOST_MAX ? p : NULL;
}

/* Nothing to escape or to decode, no segment that begins with a dot, none that is empty. Its end. */
static const char *
plain_path_end(const char *p, const char *end)
{
	for (; p < end && *p != '?'; p++)
		if (*p == '/' ? p + 1 < end && (p[1] == '/' || p[1] == '.')
			      : !unreserved((unsigned char)*p))
			return NULL;
	return p;
}

static bool
plain_query(struct str query)
{
	struct str rest = query, part;

	for (size_t i = 0; i < query.n; i++)
		if (!unreserved((unsigned char)query.p[i]) && query.p[i] != '=' &&
		    query.p[i] != '&')
			return false;
	while (str_next(&rest, '&', &part)) {
		ptrdiff_t eq = str_find_byte(part, '=');

		if (!part.n || is_tracking(eq < 0 ? part : str_slice(part, 0, (size_t)eq)))
			return false;
	}
	return query.n && query.p[query.n - 1] != '&';
}

/* Most addresses are spelt as curl would leave them, which takes microseconds to say so. host: theirs. */
static bool
is_plain(struct str url, struct str *host)
{
	size_t scheme = str_starts(url, STR("https://"))  ? 8
			: str_starts(url, STR("http://")) ? 7
							  : 0;
	const char *end = url.p + url.n, *behind, *query;

	if (!scheme || url.n > URL_MAX)
		return false;
	behind = plain_host_end(url.p + scheme, end);
	query = behind ? plain_path_end(behind, end) : NULL;
	if (!query ||
	    (query < end && !plain_query((struct str){ query + 1, (size_t)(end - query) - 1 })))
		return false;
	*host = (struct str){ url.p + scheme, (size_t)(behind - url.p) - scheme };
	return true;
}

/* ---- canonical ------------------------------------------------------------------------------ */

static int
spell_again(struct str base, struct str url, struct buf *out, struct err *e)
{
	struct buf first = BUF(4 * URL_MAX);
	CURLU *u = take(base, url, e);
	int rc = u ? add_parts(&first, u) : -1;

	/* Once more: "%2e" has become a dot segment, the name "7." the address 0.0.0.7. */
	if (rc == 0) {
		curl_url_cleanup(u);
		u = take(STR(""), buf_str(&first), e);
		rc = u ? add_parts(out, u) : -1;
	}
	if (rc < 0 && u)
		refuse(url, "its host is no name", e);
	curl_url_cleanup(u);
	buf_release(&first);
	return rc;
}

int
url_canonical(struct str base, struct str url, struct buf *out, struct err *e)
{
	struct str host;

	if (!base.n && is_plain(url, &host))
		buf_add(out, url);
	else if (spell_again(base, url, out, e) < 0)
		return -1;
	return finish(url, out, e);
}

int
url_host(struct str url, struct buf *out)
{
	struct err e;
	struct str host;
	CURLU *u;
	int rc;

	if (is_plain(url, &host)) {
		buf_add(out, host);
		return buf_ok(out) ? 0 : -1;
	}
	u = take((struct str){ NULL, 0 }, url, &e);
	if (!u)
		return -1;
	rc = add_name(out, u);
	curl_url_cleanup(u);
	return rc < 0 || !buf_ok(out) ? -1 : 0;
}

/* "https://host:port" of the URL, in canonical spelling. */
static int
add_origin(struct buf *out, struct str url)
{
	struct err e;
	ptrdiff_t path;
	size_t scheme;

	if (url_canonical(STR(""), url, out, &e) < 0)
		return -1;
	scheme = str_starts(buf_str(out), STR("https://")) ? 8 : 7;
	path = str_find_byte(str_slice(buf_str(out), scheme, out->n), '/');
	if (path >= 0)
		out->n = scheme + (size_t)path;
	return 0;
}

bool
url_same_host(struct str a, struct str b)
{
	struct buf x = BUF(1024), y = BUF(1024);
	bool same = url_host(a, &x) == 0 && url_host(b, &y) == 0 &&
		    str_eq(buf_str(&x), buf_str(&y));

	buf_release(&x);
	buf_release(&y);
	return same;
}

struct str
url_canonical_text(struct arena *a, struct str url)
{
	struct buf b = BUF(8192);
	struct err e = { 0 };
	struct str s = { 0 };

	if (url.n && url_canonical(STR(""), url, &b, &e) == 0)
		s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

void
url_add_percent(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (unreserved(c))
			buf_add_byte(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

bool
url_same_origin(struct str a, struct str b)
{
	struct buf x = BUF(4 * URL_MAX), y = BUF(4 * URL_MAX);
	bool same = str_eq(a, b) || /* each poll asks whether its source is at home */
		    (add_origin(&x, a) == 0 && add_origin(&y, b) == 0 &&
		     str_eq(buf_str(&x), buf_str(&y)));

	buf_release(&x);
	buf_release(&y);
	return same;
}
