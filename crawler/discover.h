/*
 * discover.h - where the feeds of a site may be: leads out of a page, its headers, and habit.
 *
 * Pure: nothing is asked. Each lead has to be tried. At most 60 leads, no address twice.
 */
#ifndef LY_CRAWLER_DISCOVER_H
#define LY_CRAWLER_DISCOVER_H

#include "core/arena.h"
#include "core/err.h"

#define LEADS_MAX 60

enum lead_kind {
	LEAD_GIVEN,   /* the address itself              */
	LEAD_HEADER,  /* Link: …; rel="alternate"        */
	LEAD_LINK,    /* <link rel="alternate">          */
	LEAD_ANCHOR,  /* a link that says RSS, feed, 订阅 */
	LEAD_SITEMAP, /* named in robots.txt             */
	LEAD_PATH,    /* where feeds often are           */
	LEAD_KINDS
};
extern const char *const lead_words[];
struct lead {
	enum lead_kind kind;
	struct str url, label; /* label: title or text of the link */
};
struct leads {
	struct lead *v;
	size_t n;
};
void leads_add(struct arena *a, struct leads *l, enum lead_kind kind, struct str base,
	       struct str url, struct str label);
/* A Link header as it came (RFC 8288). */
void leads_of_header(struct arena *a, struct leads *l, struct str base, struct str header);
/* A page, decoded. -1 and ERR_REJECT when it may not be parsed. */
int leads_of_page(struct arena *a, struct leads *l, struct str base, struct str html,
		  struct err *e) LY_MUST_USE;
/* Where feeds and sitemaps often are: at the site's root, and below the folder of base. */
void leads_of_habit(struct arena *a, struct leads *l, struct str base);

#endif
