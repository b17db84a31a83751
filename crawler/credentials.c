/* credentials.c - see credentials.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/cookies.h"
#include "crawler/credentials.h"

void
credentials_fill(struct arena *a, const struct source_conf *src, struct str url, int64_t now,
		 struct credentials *out)
{
	const struct secret_header *own = src->secret_headers.v;
	struct buf cookie = BUF(COOKIES_HEADER_MAX + 1);
	struct cookies_picked picked = { 0 };
	struct err e = { 0 };

	*out = (struct credentials){ .v = arena_alloc(a, (src->secret_headers.n + 1) *
								 sizeof *out->v) };
	for (size_t i = 0; i < src->secret_headers.n && url_same_origin(url, src->url); i++)
		out->v[out->n++] = (struct http_header){ own[i].name, own[i].value };
	if (src->cookies.n &&
	    cookies_pick(src->cookies, src->url, url, now, &cookie, &picked, &e) == 0) {
		out->expired = picked.expired;
		out->expires_at = picked.expires_at;
		if (picked.n)
			out->v[out->n++] =
				(struct http_header){ STR("Cookie"),
						      arena_str(a, buf_str(&cookie)) };
	}
	buf_release(&cookie);
}

bool
credentials_any(const struct source_conf *src)
{
	return src->cookies.n || src->secret_headers.n;
}

static bool
header_proper(struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f)
			return false;
	return true;
}

void
credentials_check(struct conf_reader *r, const struct source_conf *src)
{
	const struct secret_header *own = src->secret_headers.v;
	struct buf cookie = BUF(COOKIES_HEADER_MAX + 1);
	struct cookies_picked picked;
	struct err e = { 0 };

	if (credentials_any(src) && !src->url.n)
		conf_error(r, src, "a source without url has nobody to show credentials to");
	for (size_t i = 0; i < src->secret_headers.n; i++) {
		if (!header_proper(own[i].value))
			conf_error(r, &own[i], "the value is not one line of text");
		if (str_eq_nocase(own[i].name, STR("cookie")))
			conf_error(r, &own[i], "cookies go into \"cookies\"");
	}
	if (src->cookies.n && src->url.n &&
	    cookies_pick(src->cookies, src->url, src->url, 0, &cookie, &picked, &e) < 0)
		conf_error(r, &src->cookies, "%s", e.text);
	else if (src->cookies.n && src->url.n && !picked.n)
		conf_error(r, &src->cookies,
			   "none of the cookies is for this source's address");
	buf_release(&cookie);
}
