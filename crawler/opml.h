/*
 * opml.h - lists of feeds as other programs keep them: OPML 1.0 and 2.0, in and out.
 *
 * The whole file is kept as a tree, with what we do not know (elements, attributes, their order),
 * so that what goes out says what came in. Pure. Ceilings: 100,000 elements, 64 levels, 64
 * attributes an element; what is over them is told in lost.
 */
#ifndef LY_CRAWLER_OPML_H
#define LY_CRAWLER_OPML_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

struct opml_attr {
	struct str name, value; /* name with its prefix, as it was written */
};
struct opml_node {
	struct str name; /* with its prefix */
	struct opml_attr *attrs;
	size_t n, cap;
	struct str text; /* before its first child, trimmed */
	struct opml_node *parent, *first, *last, *next;
};
struct opml {
	struct opml_node *root; /* <opml>              */
	struct opml_node *body; /* outlines are in it  */
	size_t nodes, lost;
};
/* bytes in any charset. Everything lives in a. ERR_REJECT when it is no OPML. */
int opml_parse(struct arena *a, struct str bytes, struct opml *o, struct err *e) LY_MUST_USE;
/* An empty list with this title. */
void opml_new(struct arena *a, struct str title, struct opml *o);
/* As XML, indented. */
void opml_write(const struct opml *o, struct buf *out);

/* Attribute of an outline whatever its case (xmlUrl is often xmlurl); empty when it has none. */
struct str opml_attr(const struct opml_node *x, const char *name);
/* The next outline after x in the order of the file (from NULL: the first); NULL at the end. */
struct opml_node *opml_next(const struct opml *o, const struct opml_node *x);
/* A feed: an outline with an xmlUrl. */
bool opml_is_feed(const struct opml_node *x);
/* "Tech / Asia": the titles of the groups around x, and its category attribute. */
void opml_groups(const struct opml_node *x, struct buf *out);
/* Take x out of the tree. */
void opml_remove(struct opml_node *x);
/* A feed at the end of group (NULL: the body). */
struct opml_node *opml_add(struct arena *a, struct opml *o, struct opml_node *group,
			   struct str title, struct str url);

#endif
