/* source_guess.c - see source_guess.h. */
#include "core/base.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/http.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/source_guess.h"

#define TAG_MAX   64
#define HEAD_MAX  2048 /* where a root element has to stand */
#define DEPTH_MAX 8
#define LOOKED_AT 20 /* entries of a list */

static const struct root {
	const char *name; /* with or without a prefix: <feed, <a:feed */
	int64_t kind;
	const char *why;
} roots[] = {
	{ "rss", SOURCE_FEED, "it has an <rss> element" },
	{ "feed", SOURCE_FEED, "it has a <feed> element (Atom)" },
	{ "rdf", SOURCE_FEED, "it has an <rdf:RDF> element (RSS 1.0)" },
	{ "channel", SOURCE_FEED, "it has a <channel> element" },
	{ "urlset", SOURCE_SITEMAP, "it has a <urlset> element" },
	{ "sitemapindex", SOURCE_SITEMAP, "it has a <sitemapindex> element" },
};

/* What members that hold a field are called, the likeliest first. */
static const struct naming {
	enum map_field field;
	const char *names[14];
} namings[] = {
	{ MAP_ID, { "id", "_id", "uuid", "guid", "mid", "tid", "aid", "item_id", "objectID" } },
	{ MAP_TITLE, { "title", "name", "headline", "subject", "word", "keyword", "query" } },
	{ MAP_URL,
	  { "url", "link", "href", "permalink", "html_url", "share_url", "external_url" } },
	{ MAP_TEXT,
	  { "content", "text", "body", "description", "summary", "desc", "comment", "message",
	    "review", "excerpt" } },
	{ MAP_AUTHOR,
	  { "author", "user", "account", "author_name", "username", "nickname", "user_name",
	    "owner", "creator", "by", "screen_name", "login" } },
	{ MAP_FOLLOWERS,
	  { "followers", "followers_count", "fans", "fans_count", "follower_count" } },
	{ MAP_PUBLISHED,
	  { "published", "published_at", "pubdate", "created_at", "created", "create_time",
	    "ctime", "time", "date", "timestamp", "publish_time", "updated_at" } },
	{ MAP_LANG, { "lang", "language" } },
	{ MAP_RATING, { "rating", "stars", "star" } },
};

struct search {
	struct arena *arena;
	const struct json *best; /* the first item */
	size_t score;
	struct str path;
};

/* Does an object look like an item? Members of known names count. */
static size_t
known_in(const struct json *first)
{
	size_t known = 0;

	for (size_t i = 0; i < LY_COUNT(namings); i++)
		for (size_t j = 0; j < LY_COUNT(namings[i].names) && namings[i].names[j]; j++)
			if (json_get(first, namings[i].names[j])) {
				known++;
				break;
			}
	return known;
}

/* A list of items, or of objects that each wrap one: [{"note":{"title":…}}]. */
static void
list_look(struct search *s, const struct json *list, struct str path)
{
	const struct json *first = json_at(list, 0), *best = first;
	size_t n = json_count(list), known, score;
	struct str key, within = STR("");

	if (json_kind(list) != JSON_LIST || json_kind(first) != JSON_OBJECT)
		return;
	known = known_in(first);
	for (size_t i = 0; i < json_count(first) && i < 200; i++) {
		const struct json *v = json_member(first, i, &key);
		bool plain = str_find_byte(key, '.') < 0 && str_find_byte(key, '[') < 0;

		if (plain && json_kind(v) == JSON_OBJECT && known_in(v) > known) {
			known = known_in(v);
			best = v;
			within = key;
		}
	}
	score = known * 100 + (n < LOOKED_AT ? n : LOOKED_AT);
	if (!known || score <= s->score)
		return;
	s->score = score;
	s->best = best;
	s->path = within.n ? str_of(arena_textf(s->arena, "%.*s[*].%.*s",
						STR_ARG(path.n ? path : STR("$")),
						STR_ARG(within)))
			   : path;
}

static void
lists_look(struct search *s, const struct json *j, struct str path, size_t depth)
{
	struct str key;

	list_look(s, j, path);
	if (depth == DEPTH_MAX || json_kind(j) != JSON_OBJECT)
		return;
	for (size_t i = 0; i < json_count(j) && i < 200; i++) {
		const struct json *v = json_member(j, i, &key);
		bool plain = str_find_byte(key, '.') < 0 && str_find_byte(key, '[') < 0;

		lists_look(s, v,
			   str_of(arena_textf(
				   s->arena, plain ? "%.*s%s%.*s" : "%.*s%s[\"%.*s\"]",
				   STR_ARG(path), path.n && plain ? "." : "", STR_ARG(key))),
			   depth + 1);
	}
}

/* The member of that name, in any case, if it says something. */
static const struct json *
member_named(const struct json *item, const char *name, struct str *key)
{
	for (size_t i = 0; i < json_count(item); i++) {
		const struct json *v = json_member(item, i, key);

		if (str_eq_nocase(*key, str_of(name)) && json_kind(v) != JSON_NULL &&
		    json_kind(v) != JSON_LIST &&
		    (json_kind(v) != JSON_TEXT || json_text(v, STR("")).n))
			return v;
	}
	return NULL;
}

/* What an object (a user …) is called: its names, the one to show first; NULL when it has none. */
static const char *
names_within(const struct json *object, struct str key, struct arena *a)
{
	static const char *const inner[] = { "display_name", "name",     "nickname", "nick",
					     "screen_name",  "username", "login",    "title" };
	const char *path = NULL;

	for (size_t i = 0; i < LY_COUNT(inner); i++)
		if (json_kind(json_get(object, inner[i])) == JSON_TEXT)
			path = path ? arena_textf(a, "%s ?? %.*s.%s", path, STR_ARG(key),
						  inner[i])
				    : arena_textf(a, "%.*s.%s", STR_ARG(key), inner[i]);
	return path;
}

/* Where an item has a field: in a member, or in the object that a member is. NULL: nowhere. */
static const char *
field_path(const struct json *item, const struct naming *n, struct arena *a)
{
	struct str key;

	for (size_t i = 0; i < LY_COUNT(n->names) && n->names[i]; i++) {
		const struct json *v = member_named(item, n->names[i], &key);
		const char *path;

		if (!v)
			continue;
		path = json_kind(v) == JSON_OBJECT ? names_within(v, key, a)
						   : arena_textf(a, "%.*s", STR_ARG(key));
		if (path)
			return path;
	}
	return NULL;
}

/* A figure about the author, in the author's own object: user.fans */
static const char *
author_path(const struct json *item, const struct naming *n, struct arena *a)
{
	const struct naming *author = &namings[0];
	struct str key;

	while (author->field != MAP_AUTHOR)
		author++;
	for (size_t i = 0; i < LY_COUNT(author->names) && author->names[i]; i++) {
		const struct json *v = member_named(item, author->names[i], &key);
		const char *path = json_kind(v) == JSON_OBJECT ? field_path(v, n, a) : NULL;

		if (path)
			return arena_textf(a, "%.*s.%s", STR_ARG(key), path);
	}
	return NULL;
}

static void
mapping_guess(struct arena *a, const struct json *root, struct source_guess *out)
{
	struct search s = { .arena = a, .path = STR("") };
	struct conf_pair *v = arena_alloc(a, LY_COUNT(namings) * sizeof *v);

	lists_look(&s, root, STR(""), 0);
	if (!s.best)
		return;
	out->items = s.path.n ? s.path : STR("$");
	out->fields.v = v;
	for (size_t i = 0; i < LY_COUNT(namings); i++) {
		const struct naming *n = &namings[i];
		const char *path = field_path(s.best, n, a);

		if (!path && n->field == MAP_FOLLOWERS)
			path = author_path(s.best, n, a);
		if (path)
			v[out->fields.n++] =
				(struct conf_pair){ str_of(map_field_words[n->field]),
						    str_of(path) };
	}
}

static bool
is_json_feed(const struct json *root)
{
	return str_find(json_text(json_get(root, "version"), STR("")), STR("jsonfeed.org")) >=
	       0;
}

static bool
has_lines_of_addresses(struct str text)
{
	struct str line;
	size_t n = 0;

	while (n < 5 && str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (line.n && !str_starts(line, STR("http")))
			return false;
		n += line.n > 0;
	}
	return n > 1;
}

/* The name of a tag that begins at s, without its prefix; empty when s is none. */
static struct str
tag_name(struct str s)
{
	size_t from = 0, n = 0;

	for (; n < s.n && n < TAG_MAX &&
	       (isalnum((unsigned char)s.p[n]) || (s.p[n] && strchr(":_-.", s.p[n])));
	     n++)
		if (s.p[n] == ':')
			from = n + 1;
	return str_slice(s, from, n - from);
}

/* Comments and instructions may be long; a page's own text is no root. */
static bool
root_guess(struct str head, struct source_guess *out)
{
	if (str_find_nocase(head, STR("<html")) >= 0 ||
	    str_find_nocase(head, STR("<!doctype html")) >= 0)
		return false;
	for (size_t at = 0; at < head.n; at++) {
		struct str name;

		if (head.p[at] != '<')
			continue;
		name = tag_name(str_slice(head, at + 1, TAG_MAX));
		for (size_t i = 0; i < LY_COUNT(roots); i++)
			if (str_eq_nocase(name, str_of(roots[i].name))) {
				out->kind = roots[i].kind;
				out->why = str_of(roots[i].why);
				return true;
			}
	}
	return false;
}

void
source_guess(struct str text, struct arena *a, struct source_guess *out)
{
	const struct json *root;
	struct err e = { 0 };

	*out = (struct source_guess){ .kind = SOURCE_PAGE, .items = STR("") };
	text = str_trim(text);
	if (text.n > 2 && memcmp(text.p, "\x1f\x8b", 2) == 0) {
		out->kind = SOURCE_SITEMAP;
		out->why = STR("it is gzipped, as sitemaps are");
		return;
	}
	if (text.n && (text.p[0] == '{' || text.p[0] == '[')) {
		root = json_parse_web(a, text, &e);
		out->kind = root && is_json_feed(root) ? SOURCE_FEED : SOURCE_API;
		out->why = out->kind == SOURCE_FEED ? STR("it is a JSON Feed")
			   : root                   ? STR("it is JSON")
						    : STR("it begins as JSON does");
		if (root && out->kind == SOURCE_API)
			mapping_guess(a, root, out);
		return;
	}
	if (root_guess(str_slice(text, 0, HEAD_MAX), out))
		return;
	if (has_lines_of_addresses(text)) {
		out->kind = SOURCE_SITEMAP;
		out->why = STR("it is a list of addresses");
		return;
	}
	out->why = STR("it is a web page");
}
