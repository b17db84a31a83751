/*
 * page_rules.h - what a person says of one site's pages, where the general way errs.
 *
 *	page_rules:
 *	  news.example.com:            # and every host below it
 *	    title: h1.headline
 *	    text: div.story > p        # all that it finds, a line each
 *	    author: .byline a
 *	    published: time @datetime
 *	    remove: [ .ad, "aside", ".share" ]
 *
 * Paths are those of crawler/select.h: simple CSS or XPath. What is not given comes from
 * page_extract. A path that finds nothing on a page is an error that names it: the site has
 * changed, and a person must know (remove: may find nothing).
 */
#ifndef LY_CRAWLER_PAGE_RULES_H
#define LY_CRAWLER_PAGE_RULES_H

#include "core/conf.h"

#include "crawler/page.h"

struct select;
enum page_rule_part { RULE_TITLE, RULE_TEXT, RULE_AUTHOR, RULE_PUBLISHED, RULE_PARTS };
struct page_rule {
	struct str host; /* lower case */
	struct str part[RULE_PARTS];
	struct conf_texts remove;
	/* Compiled by the schema's check. */
	struct select *paths[RULE_PARTS], **removes;
};
extern const struct conf_schema page_rule_schema;

/* The rule of the address's host, the longest that fits; NULL: none. rules may be NULL. */
const struct page_rule *page_rule_find(const struct conf_list *rules, struct str url);

struct page_bytes {
	struct str bytes, url, type;
	int64_t now;
};
/* page_extract, and then the rule of the address. ERR_REJECT also: "page_rules HOST text:
 * \"div.story\" matched 0 nodes". */
int page_read_by(const struct conf_list *rules, struct arena *a, const struct page_bytes *b,
		 struct page *p, struct err *e) LY_MUST_USE;

#endif
