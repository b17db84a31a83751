/*
 * sitemap.h - sitemaps (sitemaps.org, with Google's news and an index of them) -> addresses.
 *
 * XML, gzipped or not, or plain text with an address a line. At most 50 MiB unpacked and 50,000
 * entries, as the protocol has it. Read by the linear reader: no tree, nothing expanded.
 */
#ifndef LY_CRAWLER_SITEMAP_H
#define LY_CRAWLER_SITEMAP_H

#include "core/arena.h"
#include "core/err.h"

struct zone;
struct sitemap_entry {
	struct str url;         /* whole, http(s)                      */
	struct str title, lang; /* of news                             */
	int64_t lastmod_at;     /* 0 = not stated                      */
	int64_t published_at;   /* of news                             */
	size_t order;           /* in the file                         */
};
enum sitemap_kind { SITEMAP_PAGES, SITEMAP_INDEX, SITEMAP_TEXT };
struct sitemap {
	enum sitemap_kind kind; /* INDEX: the entries are sitemaps */
	struct sitemap_entry *v;
	size_t n;
	size_t news; /* entries with a title */
	bool cut;    /* there were more      */
	bool packed; /* it was gzipped       */
};
/* base_url: of the sitemap itself. Entries in the file's order. -1 and ERR_REJECT when it is no
 * sitemap. All in a. */
int sitemap_parse(struct arena *a, struct str bytes, struct str base_url, struct str type,
		  int64_t now, struct sitemap *out, struct err *e) LY_MUST_USE;
/* The newest first: by lastmod or publication; those without a time last, in their order. */
void sitemap_sort(struct sitemap *s);

#endif
