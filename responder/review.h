/*
 * review.h - one draft on its way to the public, in the open transaction.
 *
 * What was done to a draft is told by entries of the incident's file, which are chained (entry.h);
 * where it stands and who has approved it follows from them:
 *
 *   kind "draft"     key: its id             event, from, to, hash, template, version, why
 *   kind "approval"  key: its id "." person  draft, hash, ground, step, of
 *   kind "override"  key: its id "." rule    draft, hash, rule, why
 *
 * A text that only the machine has touched has no entry: its first state follows from its lint.
 */
#ifndef LY_RESPONDER_REVIEW_H
#define LY_RESPONDER_REVIEW_H

#include "responder/draft_look.h"
#include "responder/state.h"

#define REVIEW_OVERRIDES 40

/* Texts live as long as the arena of the gate_ask that it was read with. */
struct review {
	struct draft_row row;
	enum draft_state state;
	struct str hex, hash;   /* of the draft's id; SHA-256 of its text */
	struct approvals given; /* that are not void                      */
	struct str ground;      /* what filled its slots at the newest of them */
	int64_t given_at;       /* when that one was given              */
	size_t rounds;          /* how often what was given became void */
	struct str over[REVIEW_OVERRIDES];
	struct conf_texts overridden; /* rules, over                         */
	struct conf_texts out, may;   /* keys of people                      */
	int64_t needed;
};
/* 1; 0: the incident has no such draft; -1. */
int review_read(struct responder *r, const struct gate_ask *q, const struct id *draft,
		struct review *v, struct err *e) LY_MUST_USE;
/* The ask of approval.h about it. */
struct approval_ask review_ask(struct responder *r, const struct review *v);
/* By draft_assign(), with its entry. 1; 0: the table has no such move; -1. */
int review_move(struct responder *r, const struct gate_ask *q, struct review *v,
		enum draft_event event, struct str why, struct err *e) LY_MUST_USE;
/* The lint looks at it again and moves it; *look: what it found. 0, -1. */
int review_look(struct responder *r, const struct gate_ask *q, struct review *v,
		struct draft_look *look, struct err *e) LY_MUST_USE;
/* A person's version in its place, in *v then: looked at. 1; 0: they wrote the same within this second; -1. */
struct review_edit {
	struct str text, author;
	int64_t promise_at;
};
int review_edit(struct responder *r, const struct gate_ask *q, struct review *v,
		const struct review_edit *edit, struct draft_look *look,
		struct err *e) LY_MUST_USE;
/* What fills its slots is what filled them when it was approved: 1, 0, -1. */
int review_same_ground(struct responder *r, const struct gate_ask *q, const struct review *v,
		       struct err *e) LY_MUST_USE;
/* Everybody who may approve and has not is told that it is their turn. */
int review_tell(struct responder *r, const struct gate_ask *q, const struct review *v,
		struct err *e) LY_MUST_USE;
/* When the first of them was sent; 0: none was. */
int review_told_at(struct responder *r, const struct gate_ask *q, const struct review *v,
		   int64_t *at, struct err *e) LY_MUST_USE;
/* The fact of this key has another value, or is no longer confirmed: what it fills is not approved
 * any more. How many drafts, -1. */
int review_fact_changed(struct responder *r, const struct gate_ask *q, struct str key,
			struct err *e) LY_MUST_USE;
/* A post that drafts rest on was edited or deleted: the lint of each says so. What was approved stays so. */
struct post_word;
int review_post_changed(struct responder *r, const struct post_word *w, int64_t now,
			struct err *e) LY_MUST_USE;

#endif
