/*
 * feed.h - bytes -> text -> document: the bytes of an RSS, RDF, Atom, CDF or JSON feed.
 *
 * The caller gives raw bytes; decoding (core/charset), the pre-scan (core/xml) and parsing
 * happen here. Texts come out plain (no HTML), valid UTF-8, and live in the arena.
 * Ceilings: 8 MiB decoded, 5,000 items, 256 KiB a text (cut, whole ones are hashed by the caller
 * before), depth 512. Sources: RSS 2.0 (rssboard.org), RFC 4287, RDF Site
 * Summary 1.0, CDF (W3C note 1997-03), JSON Feed 1.1.
 */
#ifndef LY_CRAWLER_FEED_H
#define LY_CRAWLER_FEED_H

#include "core/arena.h"
#include "core/err.h"

/* Why a body is no feed: a closed list, counted per source and shown. */
enum feed_reject {
	FEED_OK,
	FEED_EMPTY,     /* no bytes                                       */
	FEED_NOT_XML,   /* no element at all                              */
	FEED_NOT_FEED,  /* XML without an rss, rdf, feed root; other JSON */
	FEED_HTML,      /* a web page (an error or wall page, perhaps)    */
	FEED_TOO_LARGE, /* a ceiling: size, attributes, depth, items      */
	FEED_BROKEN,    /* JSON that cannot be read                       */
	FEED_REJECT_COUNT
};
extern const char *const feed_reject_words[];

struct feed_item {
	struct str id; /* guid, atom:id, rdf:about; empty if none   */
	struct str title;
	struct str link; /* resolved against xml:base and the base URL */
	struct str author;
	struct str summary;               /* description, atom:summary: plain text     */
	struct str content;               /* content:encoded, atom:content: plain text */
	int64_t published_at, updated_at; /* 0 = not stated or unreadable */
};
struct feed {
	struct str title, link, language;
	struct feed_item *items;
	size_t n;
	int64_t ttl_s;       /* rss:ttl, sy:update*; 0 = none */
	uint32_t skip_hours; /* skipHours: bit 0 = 00:00-00:59 UTC */
	uint32_t skip_days;  /* skipDays: bit 1 = Monday .. bit 7 = Sunday */
	char charset[32];
	enum feed_reject reject;
};
/* base_url: where it was fetched (may be empty); type: the Content-Type header (may be empty);
 * now: for relative dates. 0, or -1 with ERR_REJECT and f->reject. A feed that breaks off after
 * some items gives those. */
int feed_parse(struct arena *a, struct str bytes, struct str base_url, struct str type,
	       int64_t now, struct feed *f, struct err *e) LY_MUST_USE;

#endif
