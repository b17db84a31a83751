/*
 * draft_pick.h - which templates an incident gets. Pure.
 *
 * Of one kind and language those come first which the playbook names; then those that speak of the
 * incident's topic by name, before those for any; then those whose strategies the assessment
 * calls for; then by id. The first `variants` of them are drafted, so that people may choose. What
 * the assessment blocks for every claim, what is for a higher level, and what would stand on a
 * channel that the team does not have is never among them.
 */
#ifndef LY_RESPONDER_DRAFT_PICK_H
#define LY_RESPONDER_DRAFT_PICK_H

#include "responder/template.h"

#define DRAFT_VARIANTS 8

struct draft_ask {
	int64_t kind, lang, level;
	struct str topic;
	unsigned use, blocked; /* enum strategy */
	unsigned channels;     /* bits by template_channel_words; 0: all */
	size_t variants;       /* at most DRAFT_VARIANTS */
	bool (*wanted)(const void *arg, struct str id); /* by the playbook; or NULL */
	const void *arg;
};
/* Best first; how many. */
size_t draft_pick(const struct templates *all, const struct draft_ask *q,
		  const struct template *out[DRAFT_VARIANTS]);

#endif
