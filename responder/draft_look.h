/*
 * draft_look.h - a draft is looked at again: by the lint, beside what else is said of the incident,
 * against what the assessment allows now; and what fills its slots.
 */
#ifndef LY_RESPONDER_DRAFT_LOOK_H
#define LY_RESPONDER_DRAFT_LOOK_H

#include "responder/draft.h"
#include "responder/draft_store.h"

/* What was found that blocks. */
struct draft_block {
	struct str rule;
	bool hard;       /* nobody can override it: also a gap, which is filled instead */
	bool overridden; /* somebody has, with a reason                                 */
};
#define DRAFT_BLOCKS 64
struct draft_look {
	struct str lint; /* JSON, as in the row */
	struct draft_block blocks[DRAFT_BLOCKS];
	size_t n;      /* blocks                                  */
	size_t faults; /* of them, those that nobody has overridden */
	size_t gaps;
};
/* overridden: rules that a person has overridden for exactly this text. Texts in a. */
struct draft_look_ask {
	const struct incident *incident;
	const struct draft_row *row;
	const struct conf_texts *overridden;
	int64_t now;
	struct arena *a;
};
int draft_look(struct drafts *d, const struct draft_look_ask *q, struct draft_look *out,
	       struct err *e) LY_MUST_USE;
/* Of what fills the slots now: another hash when a fact has another value, was withdrawn or came to
 * stand before another. In hex, in q->a. */
int draft_ground_hash(struct drafts *d, const struct draft_look_ask *q, struct str *hex,
		      struct err *e) LY_MUST_USE;
/* Is each slot filled by a confirmed fact, or by what we know ourselves (number, time, promise)? From
 * the evidence of the row. */
bool draft_facts_only(const struct draft_row *row, struct arena *a);
/* Does the fact of this key fill a slot of it? */
bool draft_uses_fact(const struct draft_row *row, struct str key, struct arena *a);
/* Who approved its template beforehand; "" nobody, or there is none any more. */
struct str draft_preapproved(struct drafts *d, struct str template);
/* A text that may leave by itself: of the first of these templates in that language which somebody
 * approved beforehand and which facts fill without a gap or fault. 1, 0 there is none, -1. */
struct draft_ack_ask {
	const struct conf_texts *templates;
	struct str watch;
	bool en;
	int64_t now;
	struct arena *a;
};
struct draft_ack {
	struct str template, text; /* in a */
};
int draft_ack(struct drafts *d, const struct draft_ack_ask *q, struct draft_ack *out,
	      struct err *e) LY_MUST_USE;
/* A person's version was written: it gets a file after the commit. */
void draft_written(struct drafts *d, const struct id *id);

#endif
