/*
 * map.h - the one mapping language: list pages, JSON APIs and hot lists -> items.
 *
 *   items:  ul.list > li                      where the items are: CSS, XPath or a JSON path
 *   fields:
 *     title:     h3 a ?? h3                   the first path that gives something
 *     url:       h3 a @href                   relative addresses are made whole
 *     author:    .by | regex "by (\w+)"       transforms: map_step.h
 *     published: time @datetime | date Asia/Shanghai
 *     followers: .fans                        "1.2万" is 12000
 *     lang:      = zh                         a constant
 *
 * A field's paths start at its item (JSON: "$" in front starts at the root). Of several values
 * the first counts, for text all of them, a line each; "| join" says otherwise. Markup in JSON
 * texts is stripped: what leaves here is plain text, valid UTF-8.
 *
 * JSON may stand inside a page ("inside:"): "script#id" (a CSS path of a script element),
 * "window.NAME" (what is assigned to it), or regex "…" (its first group). JSONP is unwrapped.
 *
 * Ceilings: 5,000 items, 8 alternatives and 8 transforms a field, 256 KiB a value, 32 MiB in all.
 */
#ifndef LY_CRAWLER_MAP_H
#define LY_CRAWLER_MAP_H

#include "core/clock.h"
#include "core/conf.h"

enum map_field {
	MAP_ID,
	MAP_TITLE,
	MAP_URL,
	MAP_TEXT,
	MAP_AUTHOR,
	MAP_FOLLOWERS,
	MAP_PUBLISHED,
	MAP_LANG,
	MAP_RANK,       /* hot lists: the place; without it, the order */
	MAP_HEAT,       /* hot lists: the list's own figure            */
	MAP_ENGAGEMENT, /* likes, replies and shares together     */
	MAP_RATING,     /* stars                                  */
	MAP_COUNTRY,    /* two letters                            */
	MAP_FIELDS
};
extern const char *const map_field_words[]; /* NULL-ended */
enum map_format { MAP_HTML, MAP_JSON };

/* As it stands in a configuration. */
struct map_conf {
	struct str items, inside, next;
	struct conf_list fields; /* struct conf_pair */
	int64_t format;          /* as the file says; map_compile is told which it is */
	int64_t may_be_empty;    /* no items are no mistake */
};
struct mapping;
/* Compile it; each mistake is told by fault(arg, where, says), where: an address inside c (for
 * conf_error). NULL when there was any. Lives as long as a; immutable. */
struct mapping *map_compile(struct arena *a, const struct map_conf *c, enum map_format format,
			    void (*fault)(void *arg, const void *where, const char *says),
			    void *arg) LY_MUST_USE;

struct map_item {
	struct str text[MAP_FIELDS]; /* empty = nothing found */
	struct str from[MAP_FIELDS]; /* where it came from, of the first .explain items */
	int64_t followers, heat;     /* -1 = unknown */
	int64_t rank;                /* from 1 */
	int64_t published_at;        /* 0 = unknown */
	int64_t engagement, rating;  /* 0 = unknown; rating in 1/1000 */
};
struct map_input {
	struct str text; /* decoded: valid UTF-8 */
	struct str url;  /* of the page          */
	int64_t now;
	const struct zone *zone; /* of times that name none; NULL = UTC */
	size_t explain;          /* items whose values tell where they came from */
};
struct map_result {
	struct map_item *v;
	size_t n;
	struct str next;  /* next page's address or cursor, as found; or empty */
	struct str notes; /* fields that gave nothing, in words; empty if none */
	struct str where; /* of the items: "data.list[*]: 20", for people      */
};
/* 0, or -1 with ERR_REJECT, which names the path that matched 0 nodes and, as far as can be told,
 * where it failed. All in a. */
int map_run(const struct mapping *m, const struct map_input *in, struct arena *a,
	    struct map_result *out, struct err *e) LY_MUST_USE;
/* "li.item a @href | url" as it was written; empty when the field is not mapped. */
struct str map_written(const struct mapping *m, enum map_field f);

/* JSON inside HTML, JSONP, or as it is: the JSON part of text. how as above, may be empty. In a. */
int map_inside(struct str text, struct str how, struct arena *a, struct str *json,
	       struct err *e) LY_MUST_USE;
/* Is how well written? */
int map_inside_check(struct str how, struct err *e) LY_MUST_USE;

#endif
