/*
 * digest_figure.h - figure 数字: a number that a digest prints, under an id by which it is computed
 * again; and the marks that carry the id through sentences and cells to where it is written.
 *
 * Ids are f1, f2, … in the order in which figures are added, which the counting alone decides. In
 * text and Markdown a figure is "63[f12]", in HTML <span title="f12">63</span>, in an SVG
 * <text data-f="f12">63</text>.
 */
#ifndef LY_RESPONDER_DIGEST_FIGURE_H
#define LY_RESPONDER_DIGEST_FIGURE_H

#include "core/arena.h"
#include "core/buf.h"

enum figure_form {
	FIGURE_COUNT,
	FIGURE_SHARE,  /* 1/1000: "64%", under ten "5.2%"        */
	FIGURE_SIGNED, /* 1/1000: "+0.33"                        */
	FIGURE_CHANGE, /* 1/1000: "+12%"                         */
	FIGURE_MICRO,  /* 1/1,000,000: "3.42"                    */
	FIGURE_SPAN,   /* seconds: "23min", "3.2h", "2.1d"       */
};
struct figure {
	struct str watch; /* or empty */
	const char *name; /* "negative.before" */
	enum figure_form form;
	bool known; /* false: too little to say; shown as "—" */
	int64_t value;
	int64_t n; /* of how many; -1: of itself */
};
struct figures {
	struct figure *v;
	size_t n, cap;
};
/* Its index. Memory is f's, until figures_release. name is borrowed. */
size_t figure_add(struct figures *f, const struct figure *x);
void figures_release(struct figures *f);

#define FIGURE_PRINT_MAX 40
/* As it is printed, in every form and language alike. */
void figure_show(const struct figure *x, char out[FIGURE_PRINT_MAX]);

/* The printed figure between marks, in a. No text from outside holds such bytes once it has gone
 * through page_clean(). */
#define FIGURE_OPEN  '\x01'
#define FIGURE_VALUE '\x02'
#define FIGURE_CLOSE '\x03'
const char *figure_mark(const struct figures *f, size_t i, struct arena *a);
/* The same of a figure that stands in no list: its number from 1. */
const char *figure_mark_of(size_t number, const struct figure *x, struct arena *a);
/* Does a marked figure begin at s? Then its number (from 1), its printed value and its length. */
bool figure_marked(struct str s, size_t *number, struct str *value, size_t *len);

#endif
