/*
 * source_read.h - bytes -> items, for every kind of source that is fetched; and what to ask.
 *
 * One reader a kind, in a table. The crawler's harvest calls it with what a poll brought;
 * `langyan source test` calls it to show what a poll would bring. Pure: no network, no store.
 */
#ifndef LY_CRAWLER_SOURCE_READ_H
#define LY_CRAWLER_SOURCE_READ_H

#include "crawler/conf.h"
#include "crawler/intake.h"

/* What else belongs to the same poll. */
enum source_more {
	MORE_NONE,
	MORE_NEXT, /* the next page, worth a look while this one had something new */
	MORE_PARTS /* an index: each part is one                                    */
};
struct source_bytes {
	struct str body, type, url; /* as the answer brought them */
	int64_t now;
	int64_t max_age_s; /* of the source: parts of an index that are older are left out */
	const struct conf_list *page_rules; /* struct page_rule; NULL: none */
	size_t explain; /* items whose values tell where they came from              */
};
struct source_content {
	struct str what;  /* "RSS or Atom feed", "list page" … for people     */
	struct str title; /* of the feed; empty otherwise                     */
	struct map_item *v;
	size_t n;
	size_t left_out;  /* items over max_items, or too old to be asked for */
	struct str notes; /* what a person should look at: fields without a value … */
	char charset[32];
	const char *charset_why; /* as charset.h has it; "" when it was not said */
	enum source_more more;
	struct str next;   /* MORE_NEXT: what next: found; empty = count pages */
	struct str *parts; /* MORE_PARTS: addresses, the newest first          */
	size_t n_parts;
};
/* ERR_REJECT: it is not what the source should give; the error names the path that matched
 * nothing. way: &src->way or &src->fallback. All in a. */
int source_read(const struct source_conf *src, const struct map_way *way,
		const struct source_bytes *b, struct arena *a, struct source_content *out,
		struct err *e) LY_MUST_USE;

/* An item as it goes in; what has neither id nor address is named by its words, and a page by
 * them, too. url: of the page it stands on. Borrows from it. */
void source_intake(struct arena *a, const struct source_conf *src, const struct map_item *it,
		   struct str url, struct intake *in);
/* What names an entry of a hot list over all its looks. */
struct id source_hot_entry(const struct map_item *it);

/* One request of a poll. */
struct source_ask {
	struct str url, body; /* body empty: GET    */
	struct str type;      /* Content-Type of body */
};
/* The first request. */
void source_ask_first(const struct source_conf *src, const struct map_way *way, struct arena *a,
		      struct source_ask *ask);
/* Page n (1 = the first) behind one that gave next; url: of that one. False when there is none, it
 * is on another host (credentials stay at home), or it is over max_pages. */
bool source_ask_next(const struct source_conf *src, const struct map_way *way, struct str url,
		     struct str next, int64_t n, struct arena *a, struct source_ask *ask);
int64_t source_max_pages(const struct source_conf *src);
int64_t source_max_items(const struct source_conf *src);

#endif
