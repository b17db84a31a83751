/*
 * page.h - bytes -> document: main text and metadata out of an article page.
 *
 * libxml2's HTML SAX parser behind the pre-scan of core/xml; text density and structure find
 * the main text; JSON-LD, OpenGraph, meta and time elements the rest. Never HTML in the result.
 */
#ifndef LY_CRAWLER_PAGE_H
#define LY_CRAWLER_PAGE_H

#include "core/arena.h"
#include "core/err.h"

struct page {
	struct str title, author, text, site, lang, canonical;
	int64_t published_at;   /* 0 = not found */
	int published_offset_s; /* east of UTC, as the page wrote it */
	char charset[32];
	/* Which place said it: "json-ld", "og:title", "h1", "time" ...; NULL: nowhere. */
	const char *title_from, *author_from, *published_from, *text_from;
};
/* ERR_REJECT: no text found, a ceiling, not HTML. Texts live in a. */
int page_extract(struct arena *a, struct str bytes, struct str url, struct str type,
		 int64_t now, struct page *p, struct err *e) LY_MUST_USE;

#endif
