/*
 * page_blocks.h - inside the page extractor: the page as lines of text, each with what speaks
 * for and against it being part of the article.
 *
 * page_text.c finds the place and marks what it would keep; page_blocks.c looks at every line
 * again, with its neighbours, and page_model.c weighs what it found.
 */
#ifndef LY_CRAWLER_PAGE_BLOCKS_H
#define LY_CRAWLER_PAGE_BLOCKS_H

#include "crawler/page_tree.h"

/* What is known of a line; the order is the model's. */
enum block_fact {
	BF_CHARS,      /* letters; a Han one counts as two                   */
	BF_LINKED,     /* percent of them in links                           */
	BF_STRONG,     /* percent of them in b, strong, em, i                */
	BF_COMMAS,     /* commas and full stops of any script                */
	BF_END,        /* enum block_end: how it ends                        */
	BF_TAG,        /* enum block_tag: its element                        */
	BF_KEPT,       /* 2 the place search keeps it, 1 its place holds it  */
	BF_WEIGHT,     /* points of its container, percent of the best place */
	BF_IN_ARTICLE, /* article or main above                              */
	BF_IN_ASIDE,   /* nav, aside                                         */
	BF_IN_FOOTER,  /* footer                                             */
	BF_IN_HEADER,
	BF_IN_FORM,
	BF_IN_FIGURE,
	BF_IN_TABLE,
	BF_IN_LIST,
	BF_IN_QUOTE,
	BF_HIDDEN,
	BF_UNLIKELY, /* levels up to the nearest that says so; 20: none */
	BF_NEGATIVE,
	BF_POSITIVE,
	BF_SAYS_SHARE, /* any above says so: levels up, 20: none */
	BF_SAYS_MORE,
	BF_SAYS_TALK,
	BF_SAYS_PICTURE,
	BF_SAYS_AD,
	BF_SAYS_FOOT,
	BF_SAYS_LEAD,
	BF_SAYS_ASK,
	BF_SAYS_TAGS,
	BF_SAYS_AUTHOR,
	BF_SAYS_DATE,
	BF_SAYS_NAV,
	BF_PHRASE_MORE, /* what it says itself: "Read also", "Foto:" ... */
	BF_PHRASE_ASK,
	BF_PHRASE_TALK,
	BF_PHRASE_PICTURE,
	BF_PHRASE_LEGAL,
	BF_DIGITS,     /* percent of the letters that are digits         */
	BF_PLACE,      /* percent of the page's letters that stand before */
	BF_SPAN,       /* letters before the first kept line (< 0), behind the last (> 0) */
	BF_NEAR,       /* lines to the nearest kept one                   */
	BF_PREV_CHARS, /* the line before                                 */
	BF_PREV_LINKED,
	BF_PREV_KEPT,
	BF_NEXT_CHARS, /* the line behind                                 */
	BF_NEXT_LINKED,
	BF_NEXT_KEPT,
	BF_AROUND,      /* unlinked letters of the six lines around        */
	BF_AROUND_KEPT, /* kept ones of them                               */
	BF_BOX_CHARS,   /* its container: letters (tens)                   */
	BF_BOX_LINKED,
	BF_BOX_P,    /* paragraphs in it                                */
	BF_BOX_MEAN, /* letters per line in it                          */
	BF_BOX_SAME, /* boxes beside it with the same class             */
	BF_IS_TITLE, /* says the title again                            */
	BF_SINCE_H1, /* lines since the heading; -1: none yet           */
	BF_DEPTH,
	BF_SIZE,      /* letters kept on the whole page (tens)           */
	BF_SHARE,     /* percent of the page's letters that are kept     */
	BF_REPEAT,    /* lines of the same words on the page             */
	BF_IN_BODY,   /* metadata holds the text: 1 and this in it, -1 and not; 0 it does not */
	BF_UP,        /* levels up to what holds half of the kept letters; 20: none */
	BF_SIDE,      /* percent of the kept letters in its part of that  */
	BF_PATH_KEPT, /* percent of them in lines of the same element and parent */
	BF_PATH_LINES, /* such lines                                      */
	BF_PATH_MEAN,  /* letters in one of them                          */
	BF_PATH_LINKED,
	BF_GOOD_BEFORE, /* lines before that read like prose               */
	BF_GOOD_BEHIND,
	BF_GOOD_BACK, /* lines back to the nearest; 20: none             */
	BF_GOOD_ON,
	BF_COUNT
};

#define BODY_MIN 400 /* bytes of a text in the metadata that is the article's */

struct block {
	int32_t from, end; /* nodes */
	int32_t element;   /* the block element that holds it */
	int32_t chars, link_chars, strong_chars, commas, digits;
	uint64_t words; /* hash of the first 200 letters */
	uint64_t path;  /* of the element and its parent */
	bool kept, in;  /* by the place search; by the model */
};
struct page_lines {
	struct block *v;
	int16_t (*facts)[BF_COUNT];
	int32_t n;
};
/* All lines of the page and what is known of them. Behind page_place. */
void page_lines_read(const struct tree *t, struct str title, struct page_lines *l);
/* Which lines belong to the article: those for which more speaks than against. */
void page_model(struct page_lines *l);

#endif
