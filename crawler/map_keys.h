/*
 * map_keys.h - what of a source's configuration says how its answers are read.
 *
 * The same keys stand at a source and in its fallback:.
 */
#ifndef LY_CRAWLER_MAP_KEYS_H
#define LY_CRAWLER_MAP_KEYS_H

#include "core/conf.h"

#include "crawler/map.h"

/* How one address is asked and read. */
struct map_way {
	struct str url;
	struct str body; /* of a POST; "{page}" in it is the page's number or cursor */
	struct map_conf map;
	struct mapping *compiled; /* NULL for kinds without fields */
};
#define MAP_KEYS(type, way)                                                                   \
	{ "format",                                                                           \
	  CONF_CHOICE,                                                                        \
	  offsetof(struct type, way.map.format),                                              \
	  0,                                                                                  \
	  0,                                                                                  \
	  "auto",                                                                             \
	  "how the answer is read: list is html, api and hotlist are json",                   \
	  .choices = map_format_words },                                                      \
		{ "items",                                                                    \
		  CONF_TEXT,                                                                  \
		  offsetof(struct type, way.map.items),                                       \
		  0,                                                                          \
		  2000,                                                                       \
		  "",                                                                         \
		  "path to the items: CSS or XPath in a page, data.list in JSON" },           \
		{ "fields",                                                                   \
		  CONF_MAP,                                                                   \
		  offsetof(struct type, way.map.fields),                                      \
		  0,                                                                          \
		  16,                                                                         \
		  "",                                                                         \
		  "id, title, url, text, author, followers, published, lang, rank, heat, "    \
		  "engagement, rating, country: "                                             \
		  "PATH [?? PATH] [| TRANSFORM]" },                                           \
		{ "inside",                                                                   \
		  CONF_TEXT,                                                                  \
		  offsetof(struct type, way.map.inside),                                      \
		  0,                                                                          \
		  1000,                                                                       \
		  "",                                                                         \
		  "where in a page the JSON stands: script#id, window.NAME or regex \"…\"" }, \
		{ "next",                                                                     \
		  CONF_TEXT,                                                                  \
		  offsetof(struct type, way.map.next),                                        \
		  0,                                                                          \
		  1000,                                                                       \
		  "",                                                                         \
		  "path to the next page's address, or an API's cursor" },                    \
		{ "may_be_empty",                                                             \
		  CONF_BOOL,                                                                  \
		  offsetof(struct type, way.map.may_be_empty),                                \
		  0,                                                                          \
		  1,                                                                          \
		  "off",                                                                      \
		  "a page without items is no mistake" },                                     \
	{                                                                                     \
		"body", CONF_TEXT, offsetof(struct type, way.body), 0, 8192, "",              \
			"ask by POST with this; {page} in it is the page's number or cursor"  \
	}

/* The words of "format"; auto is by kind. */
extern const char *const map_format_words[];
enum map_format_choice { FORMAT_AUTO, FORMAT_HTML, FORMAT_JSON };

struct source_conf;
struct conf_reader;
extern const struct conf_schema fallback_schema; /* struct map_way */
/* What a source of a mapped kind needs and what it must not have; compiles its mappings. */
void map_check(struct conf_reader *r, struct source_conf *s);

#endif
