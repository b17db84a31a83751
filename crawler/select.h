/*
 * select.h - a page as a tree, and paths into it: XPath 1.0, or simple CSS turned into XPath.
 *
 * A path is XPath when it begins with / ./ .. ( @ or a function, or when it is "."; otherwise it
 * is CSS ("ul.list > li a[href^=/t/]"), and may end in " @href" for an attribute. "xpath:" and
 * "css:" in front say which.
 *
 *   CSS   name * .class #id [a] [a=v] [a~=v] [a|=v] [a^=v] [a$=v] [a*=v] blank > + ~ ,
 *         :first-child :last-child :only-child :first-of-type :last-of-type :nth-child(2n+1)
 *         :nth-of-type(3) :not(.x) :contains("text") :empty; a leading > starts at the item itself
 *   end   "@name", "::attr(name)": the attribute's value; "::text": the element's text
 *
 * Pages are hostile: they go through html_prescan (8 MiB, what 0.3 s can read), a path may make
 * 10 million XPath operations on one page, find 5,000 nodes, and texts are cut at 256 KiB.
 */
#ifndef LY_CRAWLER_SELECT_H
#define LY_CRAWLER_SELECT_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

#define SELECT_NODES_MAX 5000
#define SELECT_TEXT_MAX  ((size_t)256 << 10)

struct select;
/* Lives as long as a. NULL and ERR_USAGE, which shows the place in the path. Immutable. */
struct select *select_compile(struct arena *a, struct str path, struct err *e) LY_MUST_USE;
/* The XPath it became. */
struct str select_xpath(const struct select *s);
bool select_is_css(const struct select *s);
/* CSS alone, for tests: XPath appended to out; *attr is the attribute at its end, or empty. */
int select_css(struct str css, struct buf *out, struct str *attr, struct err *e) LY_MUST_USE;

struct dom;
/* The tree of decoded HTML (valid UTF-8); lives as long as a. NULL and ERR_REJECT at a ceiling. */
struct dom *dom_parse(struct arena *a, struct str html, struct err *e) LY_MUST_USE;
size_t dom_elements(const struct dom *d);

/* What a path found: a node, or (a function's result) a text alone. */
struct dom_hit {
	void *node; /* NULL: computed */
	struct str text;
};
/* All that s finds below node (NULL: the whole page), in the page's order. Count and *hits (in a),
 * or -1 with ERR_REJECT when the page makes the path too dear. */
int dom_find(struct dom *d, void *node, const struct select *s, struct arena *a,
	     struct dom_hit **hits, struct err *e) LY_MUST_USE;
/* Plain text of a hit: an attribute's value, or what is readable in an element: a line feed per
 * block, blanks folded, no script. In a. */
struct str dom_text(const struct dom_hit *h, struct arena *a);
/* As it stands, unfolded: for script elements that hold JSON. */
struct str dom_raw(const struct dom_hit *h, struct arena *a);
/* "/html/body/ul/li[3]/a/@href"; "computed" when it is no node. */
struct str dom_place(const struct dom_hit *h, struct arena *a);
/* Take hits (of one dom_find, in its order) out of the tree; attributes and the root stay. They
 * and what was found below them are gone. */
void dom_remove(const struct dom_hit *hits, size_t n);
/* What is left of the page, as HTML. In a. */
struct str dom_html(const struct dom *d, struct arena *a);

#endif
