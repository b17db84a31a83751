/* source_ask.c - what a poll asks for: the first request, and those for further pages. */
#include "core/base.h"

#include "core/http.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/source_read.h"

#define BODY_MAX   65536
#define CURSOR_MAX 2000

int64_t
source_max_pages(const struct source_conf *src)
{
	if (src->max_pages)
		return src->max_pages;
	if (src->kind == SOURCE_SITEMAP)
		return 10;
	return src->way.map.next.n || src->page_param.n ? 3 : 1;
}

static bool
is_json(struct str body)
{
	body = str_trim(body);
	return body.n && (body.p[0] == '{' || body.p[0] == '[');
}

/* The body with "{page}" replaced; what a server said stays a value, whatever is in it. */
static struct str
body_of(struct str body, struct str page, struct arena *a)
{
	struct buf b = BUF(BODY_MAX), value = BUF(BODY_MAX);
	struct str rest = body, s;
	ptrdiff_t at;

	if (is_json(body))
		json_add_text(&value, page);
	else
		url_add_percent(&value, page);
	if (is_json(body)) /* without its quotes: they stand in the body where it is a text */
		s = str_slice(buf_str(&value), 1, value.n - 2);
	else
		s = buf_str(&value);
	while ((at = str_find(rest, STR("{page}"))) >= 0) {
		buf_add(&b, str_slice(rest, 0, (size_t)at));
		buf_add(&b, s);
		rest = str_slice(rest, (size_t)at + 6, rest.n);
	}
	buf_add(&b, rest);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	buf_release(&value);
	return s;
}

/* url with name=value in its query, in place of one that is there. */
static struct str
url_with(struct str url, struct str name, struct str value, struct arena *a)
{
	ptrdiff_t hash = str_find_byte(url, '#'), q;
	struct str path, query, part, s;
	struct buf b = BUF(8192);
	bool done = false;
	char sep = '?';

	url = hash < 0 ? url : str_slice(url, 0, (size_t)hash);
	q = str_find_byte(url, '?');
	path = q < 0 ? url : str_slice(url, 0, (size_t)q);
	query = q < 0 ? STR("") : str_slice(url, (size_t)q + 1, url.n);
	buf_add(&b, path);
	while (!done || query.n) {
		bool more = str_next(&query, '&', &part);
		bool ours = more && str_starts(part, name) && part.n > name.n &&
			    part.p[name.n] == '=';

		if (!more && done)
			break;
		buf_add_byte(&b, sep);
		sep = '&';
		if (more && !ours) {
			buf_add(&b, part);
			continue;
		}
		buf_add(&b, name);
		buf_add_byte(&b, '=');
		url_add_percent(&b, value);
		done = true;
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str
type_of(struct str body)
{
	if (!body.n)
		return STR("");
	return is_json(body) ? STR("application/json")
			     : STR("application/x-www-form-urlencoded");
}

static void
ask_with(const struct source_conf *src, const struct map_way *way, struct str page,
	 struct arena *a, struct source_ask *ask)
{
	*ask = (struct source_ask){ way->url, way->body, type_of(way->body) };
	if (way->body.n)
		ask->body = body_of(way->body, page, a);
	if (page.n && src->page_param.n)
		ask->url = url_with(way->url, src->page_param, page, a);
}

void
source_ask_first(const struct source_conf *src, const struct map_way *way, struct arena *a,
		 struct source_ask *ask)
{
	/* A cursor is not known yet; a number begins where the source's do. */
	bool counts = !way->map.next.n && (src->page_param.n || way->body.n);
	struct str page =
		counts ? str_of(arena_textf(a, "%lld", (long long)src->first_page)) : STR("");

	ask_with(src, way, page, a, ask);
}

/* An address, not a cursor: whole, or it begins as one does. */
static bool
is_address(struct str s)
{
	return str_starts(s, STR("http://")) || str_starts(s, STR("https://")) ||
	       str_starts(s, STR("/")) || str_starts(s, STR("?"));
}

bool
source_ask_next(const struct source_conf *src, const struct map_way *way, struct str url,
		struct str next, int64_t n, struct arena *a, struct source_ask *ask)
{
	bool by_param = src->page_param.n || str_find(way->body, STR("{page}")) >= 0;
	struct buf b = BUF(8192);
	struct err e = { 0 };
	bool ok;

	if (n > source_max_pages(src) || next.n > CURSOR_MAX)
		return false;
	if (!next.n && (way->map.next.n || !by_param))
		return false;
	if (!next.n)
		next = str_of(arena_textf(a, "%lld", (long long)(src->first_page + n - 1)));
	if (by_param && !is_address(next)) {
		ask_with(src, way, next, a, ask);
		return true;
	}
	ok = is_address(next) && url_resolve(url, next, &b, &e) == 0 && buf_ok(&b) &&
	     url_same_host(way->url, buf_str(&b));
	if (ok)
		*ask = (struct source_ask){ arena_str(a, buf_str(&b)), STR(""), STR("") };
	buf_release(&b);
	return ok;
}
