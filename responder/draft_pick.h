/*
 * draft_pick.h - which templates an incident gets. Pure.
 *
 * Of one kind and language those come first which the playbook names; then those that speak of the
 * incident's topic by name, before those for any; then those that turned more similar cases than not
 * (library.h); then those whose strategies the assessment calls for; then by id. The first `variants` of them are drafted, so that people may choose. What
 * the assessment blocks for every claim, what is for a higher level, and what would stand on a
 * channel that the team does not have is never among them.
 */
#ifndef LY_RESPONDER_DRAFT_PICK_H
#define LY_RESPONDER_DRAFT_PICK_H

#include "responder/template.h"

#define DRAFT_VARIANTS 8

/* A template that was the full response of cases like this incident, and what came of them. */
struct draft_worked {
	struct str template;
	int64_t turned, not_turned; /* cases */
	struct str cases;           /* "INC-2026-0007, INC-2026-0011" */
};

struct draft_ask {
	int64_t kind, lang, level;
	struct str topic;
	unsigned use, blocked; /* enum strategy */
	unsigned channels;     /* bits by template_channel_words; 0: all */
	size_t variants;       /* at most DRAFT_VARIANTS */
	bool (*wanted)(const void *arg, struct str id); /* by the playbook; or NULL */
	const void *arg;
	const struct draft_worked *worked;
	size_t worked_n;
};
/* Best first; how many. */
size_t draft_pick(const struct templates *all, const struct draft_ask *q,
		  const struct template *out[DRAFT_VARIANTS]);
/* Why t was picked: {"wanted","topic","strategies","turned","not_turned","cases"}. */
void draft_pick_why(const struct template *t, const struct draft_ask *q, struct buf *out);
/* The same in a sentence, from that JSON; nothing for "". */
void draft_why_text(struct str why, bool zh, struct buf *out);

#endif
