/*
 * page_meta.h - inside the page extractor: where the pages say who wrote what and when.
 *
 * page_meta.c drives; page_ld.c reads JSON-LD, page_day.c finds the date, page_author.c the
 * author. Each asks the places in turn, the most deliberate first, and says which it was.
 */
#ifndef LY_CRAWLER_PAGE_META_H
#define LY_CRAWLER_PAGE_META_H

#include "crawler/page_tree.h"

/* What JSON-LD says, wherever it stands (@graph, lists, mainEntity). */
struct page_ld {
	struct str headline, author, company, date, modified, site, lang, body;
};
void page_ld_read(const struct tree *t, struct page_ld *ld);

/* First value of a meta element with one of the keys (ended by NULL); *key, if not NULL: which. */
struct str page_meta_get(const struct tree *t, const char *const *keys, const char **key);

/* Is node i, or anything above it, part of what is no article: menus, other stories, comments? */
bool page_is_aside(const struct tree *t, int32_t i);
/* The node of the heading (h1, or what says the title), -1: none. */
int32_t page_heading(const struct tree *t, struct str title);

void page_find_day(const struct tree *t, const struct page_ld *ld, struct str url,
		   int32_t heading, int64_t now, struct page *p);
void page_find_author(const struct tree *t, const struct page_ld *ld, struct str url,
		      int32_t heading, struct page *p);

/* Seconds east of UTC where most readers of a site are, by the country in its host's name or its
 * language ("pt-BR"), in that month; 0 when unknown. */
int page_country_offset(struct str url, struct str lang, int month);

#endif
