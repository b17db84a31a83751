/*
 * page_tree.h - inside the page extractor: the page as a flat tree in document order.
 *
 * crawler/page.c drives; page_tree.c builds; page_text.c finds the main text; page_meta.c the
 * rest. A node's descendants are the nodes behind it up to its end, so that every walk is a
 * loop. Nobody else includes this.
 */
#ifndef LY_CRAWLER_PAGE_TREE_H
#define LY_CRAWLER_PAGE_TREE_H

#include "core/xml.h"
#include "crawler/page.h"

enum tag {
	TAG_OTHER, /* phrasing: span, b, em ... */
	TAG_TEXT,  /* no element: a run of text */
	TAG_A,
	TAG_ADDRESS,
	TAG_ARTICLE,
	TAG_ASIDE,
	TAG_BLOCKQUOTE,
	TAG_BODY,
	TAG_BR,
	TAG_BUTTON,
	TAG_CODE,
	TAG_DD,
	TAG_DIV,
	TAG_DL,
	TAG_DT,
	TAG_EMBED,
	TAG_FIELDSET,
	TAG_FIGCAPTION,
	TAG_FIGURE,
	TAG_FOOTER,
	TAG_FORM,
	TAG_H1,
	TAG_H2,
	TAG_H3,
	TAG_H4,
	TAG_H5,
	TAG_H6,
	TAG_HEAD,
	TAG_HEADER,
	TAG_HR,
	TAG_HTML,
	TAG_IFRAME,
	TAG_IMG,
	TAG_INPUT,
	TAG_LABEL,
	TAG_LI,
	TAG_LINK,
	TAG_MAIN,
	TAG_META,
	TAG_NAV,
	TAG_NOSCRIPT,
	TAG_OBJECT,
	TAG_OL,
	TAG_OPTION,
	TAG_P,
	TAG_PRE,
	TAG_RP,
	TAG_RT,
	TAG_SCRIPT,
	TAG_SECTION,
	TAG_SELECT,
	TAG_STYLE,
	TAG_SVG,
	TAG_TABLE,
	TAG_TBODY,
	TAG_TD,
	TAG_TEMPLATE,
	TAG_TEXTAREA,
	TAG_TH,
	TAG_TIME,
	TAG_TITLE,
	TAG_TR,
	TAG_UL,
	TAG_VIDEO,
	TAG_COUNT
};
struct tag_info {
	const char *name;
	bool block;   /* starts and ends a line                     */
	bool dropped; /* never text: script, style, select ...      */
	int8_t score; /* what it is worth as the article's place    */
};
extern const struct tag_info tag_info[TAG_COUNT];

/* What class and id say. */
enum {
	SAYS_UNLIKELY = 1, /* a menu, a sidebar, comments ... */
	SAYS_MAYBE = 2,    /* but perhaps the article         */
	SAYS_POSITIVE = 4, /* 25 points                       */
	SAYS_NEGATIVE = 8, /* -25                             */
	SAYS_SHARE = 16,
	SAYS_AUTHOR = 32,
	SAYS_DATE = 64,
	SAYS_MORE = 1 << 7, /* other articles             */
	SAYS_TALK = 1 << 8, /* what readers say           */
	SAYS_PICTURE = 1 << 9,
	SAYS_AD = 1 << 10,
	SAYS_FOOT = 1 << 11, /* the end, the law           */
	SAYS_LEAD = 1 << 12, /* what stands above the text */
	SAYS_ASK = 1 << 13,  /* subscribe, log in, buy     */
	SAYS_TAGS = 1 << 14,
	SAYS_NAV = 1 << 15,
};
struct word_index {
	uint8_t words[256], starts[256], phrases[256];
	uint8_t begins[1 << 12]; /* may a phrase begin with these two letters? */
};
void page_words_index(struct word_index *x);
/* hints: lower case, ended by a NUL. */
unsigned page_words(const struct word_index *x, struct str hints);
/* The same for how a line of text begins; lower case, ended by a NUL. */
unsigned page_phrases(const struct word_index *x, struct str line);

/* What a few elements have; the others share an empty one. */
struct node_attrs {
	struct str hints; /* "class id", lower case */
	struct str role, rel, itemprop;
	struct str value; /* datetime, content, or a title that is a date */
};
struct node {
	int32_t parent, end; /* index of the parent (-1), index behind the last descendant */
	uint8_t tag;
	uint16_t says; /* SAYS_* */
	bool removed, hidden;
	bool kept;                      /* text: the place search would keep it */
	bool strong;                    /* b, strong, em, i                     */
	const struct node_attrs *attrs; /* never NULL */
	union {
		struct str text; /* TAG_TEXT: as it stands, references decoded; else empty */
		struct {
			size_t from, n; /* while reading: where in chars */
		} at;
	};
	/* Sums over what is not removed; see page_text.c. */
	int32_t chars, link_chars, head_chars, commas;
	int32_t p, li, img, input, embed, dense_chars;
	/* Sums over everything that is no script; see page_blocks.c. */
	int32_t all_chars, all_link, all_lines, all_p, all_kept;
	float score;
	bool scored;
};
struct page_meta {
	struct str key, value; /* name, property or itemprop (as written) */
};
struct tree {
	struct arena *a;
	struct node *nodes;
	int32_t n;
	struct page_meta *meta;
	size_t n_meta, room_meta;
	struct str lang, canonical, title; /* title: of <title> */
	struct buf chars, room_nodes;
	struct buf json; /* every JSON-LD script, each behind a '\0' */
	bool full;       /* over the ceiling of nodes: the rest is missing */
	int32_t top;     /* page_place: the best place and its points */
	float top_score;
	struct str source; /* the page itself */
	struct word_index words;
	struct str body; /* page_find_meta: the whole text, if metadata hold it */
};
/* text: decoded and pre-scanned. t must live as long as a, in which everything is. */
int tree_read(struct arena *a, struct str text, struct tree *t, struct err *e) LY_MUST_USE;
/* Plain text of node i and what is in it; a line per block; removed ones are left out. */
struct str tree_text(const struct tree *t, int32_t i);
/* The same for the nodes from..end-1. */
struct str tree_text_range(const struct tree *t, int32_t from, int32_t end);
/* Where the article is: marks texts as kept. */
void page_place(struct tree *t, struct str title);
/* Main text. Marks nodes as removed. */
struct str page_main_text(struct tree *t, struct str title);
/* Title, author, date, site, language. Before page_main_text. */
void page_find_meta(struct tree *t, struct str url, int64_t now, struct page *p);

#endif
