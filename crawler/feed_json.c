/*
 * feed_json.c - JSON Feed 1.0 and 1.1 -> feed and items (jsonfeed.org/version/1.1).
 *
 * What the specification asks of a reader is done: an id may be a number, an item without
 * authors has the feed's, 1.0's single author counts as 1.1's list of one. A title is plain
 * text; of two contents the one in HTML is read.
 */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "crawler/date.h"
#include "crawler/feed_read.h"

#define ITEMS_MAX  5000
#define VALUES_MAX 200000 /* each costs some 300 bytes before it is thrown away */

struct reading {
	struct arena *a;
	struct str base;
	int64_t now;
};

static struct str
text_of(const struct reading *r, const struct json *j, const char *key)
{
	return feed_text_value(r->a, json_text(json_get(j, key), STR("")));
}
static struct str
html_of(const struct reading *r, const struct json *j, const char *key)
{
	struct feed_raw raw = { .text = json_text(json_get(j, key), STR("")),
				.markup = MARKUP_HTML };

	return feed_text_plain(r->a, &raw);
}
static struct str
link_of(const struct reading *r, const struct json *j, const char *key)
{
	struct str s = text_of(r, j, key);

	return s.n ? feed_link(r->a, r->base, s) : s;
}
static int64_t
date_of(const struct reading *r, const struct json *j, const char *key)
{
	struct str s = json_text(json_get(j, key), STR(""));
	int64_t at;

	return s.n && date_parse(s, r->now, NULL, &at) == 0 && at > 0 ? at : 0;
}

/* Names in a row: "Ann, Ben". */
static struct str
authors_of(const struct reading *r, const struct json *j)
{
	const struct json *list = json_get(j, "authors");
	struct buf b = BUF(4096);
	struct str names;

	for (size_t i = 0; i < json_count(list); i++) {
		struct str name = text_of(r, json_at(list, i), "name");

		if (name.n && b.n)
			buf_add(&b, STR(", "));
		buf_add(&b, name);
	}
	if (!b.n)
		buf_add(&b, text_of(r, json_get(j, "author"), "name"));
	names = arena_str(r->a, buf_str(&b));
	buf_release(&b);
	return names;
}

static struct str
id_of(const struct reading *r, const struct json *j)
{
	const struct json *id = json_get(j, "id");

	if (json_kind(id) == JSON_INT)
		return str_of(arena_textf(r->a, "%lld", (long long)json_int(id, 0)));
	return feed_text_value(r->a, json_text(id, STR("")));
}

static void
read_item(const struct reading *r, const struct json *j, struct str authors,
	  struct feed_item *it)
{
	*it = (struct feed_item){ .id = id_of(r, j),
				  .title = text_of(r, j, "title"),
				  .link = link_of(r, j, "url"),
				  .author = authors_of(r, j),
				  .summary = text_of(r, j, "summary"),
				  .content = html_of(r, j, "content_html"),
				  .published_at = date_of(r, j, "date_published"),
				  .updated_at = date_of(r, j, "date_modified") };
	if (!it->link.n)
		it->link = link_of(r, j, "external_url");
	if (!it->content.n)
		it->content = text_of(r, j, "content_text");
	if (!it->author.n)
		it->author = authors;
}

/* "https://jsonfeed.org/version/1.1", however it is spelt; some leave it out. */
static bool
is_feed(const struct json *j)
{
	struct str version = json_text(json_get(j, "version"), STR(""));

	return json_kind(json_get(j, "items")) == JSON_LIST &&
	       (str_find_nocase(version, STR("jsonfeed.org/")) >= 0 ||
		(!version.n && json_get(j, "title")));
}

/* How many values there are, at most: what stands between commas, outside texts. */
static size_t
count_values(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;
	bool quoted = false;
	size_t n = 0;

	for (; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (quoted)
			p += *p == '\\';
		else
			n += *p == ',' || *p == '{' || *p == '[';
	}
	return n;
}

int
feed_json_read(struct arena *a, struct str text, const struct feed_place *at, struct feed *f,
	       struct err *e)
{
	struct reading r = { a, at->base_url, at->now };
	const struct json *j, *items;
	struct str authors;
	size_t n;

	if (count_values(text) > VALUES_MAX) {
		f->reject = FEED_TOO_LARGE;
		return err_set(e, ERR_REJECT, "JSON of over %d values", VALUES_MAX);
	}
	j = json_parse_web(a, text, e);
	items = json_get(j, "items");
	if (!j) {
		f->reject = FEED_BROKEN;
		return -1;
	}
	if (!is_feed(j)) {
		f->reject = FEED_NOT_FEED;
		return err_set(e, ERR_REJECT, "JSON, but no JSON Feed");
	}
	f->title = text_of(&r, j, "title");
	f->link = link_of(&r, j, "home_page_url");
	f->language = text_of(&r, j, "language");
	authors = authors_of(&r, j);
	n = json_count(items) < ITEMS_MAX ? json_count(items) : ITEMS_MAX;
	f->items = arena_alloc(a, (n + 1) * sizeof *f->items);
	for (size_t i = 0; i < n; i++)
		if (json_kind(json_at(items, i)) == JSON_OBJECT)
			read_item(&r, json_at(items, i), authors, &f->items[f->n++]);
	return 0;
}
