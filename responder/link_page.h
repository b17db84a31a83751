/*
 * link_page.h - the page behind a signed link: what it is about, and a button. Pure.
 *
 * One page in both languages, whole in itself: no script, no picture, no other address. What other
 * people wrote is made plain and escaped.
 */
#ifndef LY_RESPONDER_LINK_PAGE_H
#define LY_RESPONDER_LINK_PAGE_H

#include "core/buf.h"
#include "responder/link.h"

enum link_outcome {
	LINK_SHOWN,    /* a button: nothing is done yet                    */
	LINK_DONE,     /* what it is for is done                           */
	LINK_WRONG,    /* not ours, cut short, changed, of somebody who left */
	LINK_EXPIRED,  /* after LINK_S                                     */
	LINK_USED,     /* by whom, when                                    */
	LINK_TAKEN,    /* "take", and somebody has it                      */
	LINK_CLOSED,   /* the incident is over                             */
	LINK_RECUSED,  /* who holds it must stay out                       */
	LINK_NAMELESS, /* a group's, and nobody of the choice was named     */
	LINK_LIMITED,  /* the address asks too often                       */
	LINK_OUTCOMES
};
extern const char *const link_outcome_words[LINK_OUTCOMES]; /* of metrics: "shown", … */

struct link_choice {
	struct str key, name;
};
struct link_page {
	enum link_outcome outcome;
	enum link_verb verb;
	struct str number; /* empty: nothing of the incident is told (wrong, limited) */
	int64_t level;
	struct str title, why_zh, why_en; /* empty: of a confidential one */
	struct str who;                   /* used, taken, done: by whom, as people say it */
	struct str when;                  /* used: at; taken, done: until; as people read it */
	const struct link_choice *people; /* a group's: one of them it is */
	size_t people_n;
};
int link_page_status(enum link_outcome o);
void link_page(const struct link_page *p, struct buf *out);
extern const char link_page_style[];
/* Its Content-Security-Policy: this style, a form to ourselves, nothing else, in no frame. */
extern const char link_page_policy[];

#endif
