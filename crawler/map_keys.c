/* map_keys.c - the keys of mapped sources, their relations, and the mappings made of them. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/conf.h"

const char *const map_format_words[] = { "auto", "html", "json", NULL };

static const struct conf_key fallback_keys[] = {
	{ "url", CONF_URL, offsetof(struct map_way, url), 0, 2000, NULL, "address" },
	{ "format", CONF_CHOICE, offsetof(struct map_way, map.format), 0, 0, "auto",
	  "as of the source", .choices = map_format_words },
	{ "items", CONF_TEXT, offsetof(struct map_way, map.items), 0, 2000, "",
	  "as of the source" },
	{ "fields", CONF_MAP, offsetof(struct map_way, map.fields), 0, 16, "",
	  "as of the source" },
	{ "inside", CONF_TEXT, offsetof(struct map_way, map.inside), 0, 1000, "",
	  "as of the source" },
	{ "may_be_empty", CONF_BOOL, offsetof(struct map_way, map.may_be_empty), 0, 1, "off",
	  "as of the source" },
	{ "body", CONF_TEXT, offsetof(struct map_way, body), 0, 8192, "", "as of the source" },
	CONF_END,
};
const struct conf_schema fallback_schema = {
	.name = "fallback",
	.size = sizeof(struct map_way),
	.keys = fallback_keys,
	.help = "a second provider of the same list, asked when the first gives nothing",
};

static bool
is_mapped(const struct source_conf *s)
{
	return s->kind == SOURCE_LIST || s->kind == SOURCE_API || s->kind == SOURCE_HOTLIST;
}

static void
fault_tell(void *arg, const void *where, const char *says)
{
	conf_error(arg, where, "%s", says);
}

static void
way_compile(struct conf_reader *r, const struct source_conf *s, struct map_way *w)
{
	struct map_conf c = w->map;

	if (!w->map.items.n) {
		conf_error(r, s, "needs items: the path to the items");
		return;
	}
	c.format = w->map.format == FORMAT_HTML ||
				   (w->map.format == FORMAT_AUTO && s->kind == SOURCE_LIST)
			   ? MAP_HTML
			   : MAP_JSON;
	if (c.format == MAP_HTML && w->map.inside.n)
		conf_error(r, &w->map.inside, "is for JSON in a page: format: json is missing");
	w->compiled = map_compile(conf_arena(r), &w->map, c.format, fault_tell, r);
}

/* Keys that a kind does not read are told, not ignored. */
static void
not_here(struct conf_reader *r, const struct source_conf *s)
{
	const struct {
		const char *key;
		const void *at;
		bool set, fits;
	} keys[] = {
		{ "items", &s->way.map.items, s->way.map.items.n > 0, is_mapped(s) },
		{ "fields", &s->way.map.fields, s->way.map.fields.n > 0, is_mapped(s) },
		{ "inside", &s->way.map.inside, s->way.map.inside.n > 0, is_mapped(s) },
		{ "next", &s->way.map.next, s->way.map.next.n > 0,
		  s->kind == SOURCE_LIST || s->kind == SOURCE_API },
		{ "page_param", &s->page_param, s->page_param.n > 0,
		  s->kind == SOURCE_LIST || s->kind == SOURCE_API },
		{ "resume", &s->resume, s->resume > 0, s->kind == SOURCE_LIST },
		{ "body", &s->way.body, s->way.body.n > 0, is_mapped(s) },
		{ "fallback", &s->fallback.url, s->fallback.url.n > 0, is_mapped(s) },
	};

	for (size_t i = 0; i < LY_COUNT(keys); i++)
		if (keys[i].set && !keys[i].fits)
			conf_error(r, keys[i].at, "%s is not for a source of this kind",
				   keys[i].key);
}

static void
zone_drop(void *z)
{
	zone_close(z);
}

void
map_check(struct conf_reader *r, struct source_conf *s)
{
	struct err e = { 0 };

	not_here(r, s);
	s->way.url = s->url;
	if (s->kind == SOURCE_SITEMAP)
		s->full_text = 1; /* it gives addresses only */
	if (s->zone_name.n) {
		s->zone = zone_open(arena_text(conf_arena(r), s->zone_name), &e);
		if (s->zone)
			arena_defer(conf_arena(r), zone_drop, s->zone);
	}
	if (!is_mapped(s))
		return;
	way_compile(r, s, &s->way);
	if (s->fallback.url.n)
		way_compile(r, s, &s->fallback);
	if (s->resume && !s->way.map.next.n)
		conf_error(r, &s->resume, "resume needs next: the path to the next page");
}
