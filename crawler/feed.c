/*
 * feed.c - bytes -> text -> document: the walk from a response's body to its items.
 *
 * What begins with a brace is a JSON Feed (crawler/feed_json.c). XML is read by the linear reader of core/xml_loose.c, good and bad alike: it is faster than
 * libxml2 and expands nothing.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/charset.h"
#include "core/str.h"
#include "core/xml.h"
#include "crawler/feed_read.h"

#define BYTES_MAX ((size_t)8 << 20)

const char *const feed_reject_words[FEED_REJECT_COUNT] = {
	[FEED_OK] = "ok",           [FEED_EMPTY] = "empty",
	[FEED_NOT_XML] = "not_xml", [FEED_NOT_FEED] = "not_feed",
	[FEED_HTML] = "html",       [FEED_TOO_LARGE] = "too_large",
	[FEED_BROKEN] = "broken",
};

static int
reject(struct feed *f, enum feed_reject why, struct err *e, const char *says)
{
	f->reject = why;
	return err_set(e, ERR_REJECT, "%s", says);
}

static void
release(void *b)
{
	buf_release(b);
}

/* Lines end in one byte, as XML has it. */
static void
fold_lines(struct buf *b)
{
	char *from = b->n ? memchr(b->p, '\r', b->n) : NULL, *to = from, *end = b->p + b->n;

	for (; from && from < end; from++)
		if (*from != '\r')
			*to++ = *from;
		else if (from + 1 == end || from[1] != '\n')
			*to++ = '\n';
	if (!to)
		return;
	b->n = (size_t)(to - b->p);
	b->p[b->n] = '\0';
}

static int
decode(struct arena *a, struct str bytes, struct str type, struct feed *f, struct str *text,
       struct err *e)
{
	struct buf *b = arena_alloc(a, sizeof *b);
	struct charset_found found;

	*b = BUF(BYTES_MAX + 1);
	arena_defer(a, release, b);
	if (charset_decode(bytes, type, b, &found, e) < 0) {
		f->reject = FEED_TOO_LARGE;
		return -1;
	}
	snprintf(f->charset, sizeof f->charset, "%s", found.name);
	fold_lines(b);
	*text = str_trim(buf_str(b));
	return 0;
}

/* Is a root's end tag missing at the end? (Comments may follow it.) */
static bool
is_cut_off(struct str text)
{
	static const struct str roots[] = { STR_INIT("rss"), STR_INIT("rdf"), STR_INIT("feed"),
					    STR_INIT("channel") };
	const char *from;
	struct str name;
	ptrdiff_t colon;

	while (str_ends(text, STR("-->"))) {
		from = memrchr(text.p, '<', text.n);
		text = str_trim((struct str){ text.p, from ? (size_t)(from - text.p) : 0 });
	}
	from = text.n ? memrchr(text.p, '<', text.n) : NULL;
	if (!from || !str_ends(text, STR(">")) || from[1] != '/')
		return true;
	name = str_trim(str_slice(text, (size_t)(from - text.p) + 2,
				  text.n - 3 - (size_t)(from - text.p)));
	colon = str_find_byte(name, ':');
	name = str_slice(name, (size_t)(colon + 1), name.n);
	for (size_t i = 0; i < LY_COUNT(roots); i++)
		if (str_eq_nocase(name, roots[i]))
			return false;
	return true;
}

static struct feed_builder *
read_feed(struct arena *a, struct str text, struct str base_url, int64_t now, struct feed *f)
{
	struct feed_builder *b = feed_builder_new(a, f, base_url, now);

	if (is_cut_off(text))
		feed_builder_doubt(b);
	xml_read_loose(a, text, &feed_builder_events, b);
	feed_builder_end(b);
	return b;
}

int
feed_parse(struct arena *a, struct str bytes, struct str base_url, struct str type, int64_t now,
	   struct feed *f, struct err *e)
{
	struct feed_builder *b;
	struct str text;

	*f = (struct feed){ .title = STR("") };
	if (!str_trim(bytes).n)
		return reject(f, FEED_EMPTY, e, "empty body");
	if (bytes.n > BYTES_MAX)
		return reject(f, FEED_TOO_LARGE, e, "body is over 8 MiB");
	if (decode(a, bytes, type, f, &text, e) < 0)
		return -1;
	if (text.n && *text.p == '{')
		return feed_json_read(a, text, &(struct feed_place){ base_url, now }, f, e);
	if (xml_prescan(text, e) < 0) {
		f->reject = FEED_TOO_LARGE;
		return -1;
	}
	b = read_feed(a, text, base_url, now, f);
	if (f->n)
		return 0;
	if (feed_builder_is_page(b))
		return reject(f, FEED_HTML, e, "a web page, not a feed");
	if (!feed_builder_elements(b))
		return reject(f, FEED_NOT_XML, e, "no element in it");
	if (!feed_builder_is_feed(b))
		return reject(f, FEED_NOT_FEED, e,
			      "no feed: neither rss, rdf, feed nor channel");
	return 0;
}
