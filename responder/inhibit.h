/*
 * inhibit.h - inhibition 抑制: while one incident burns, another need not be told. Pure.
 *
 * As in Alertmanager: a rule holds a target while an open source has the same values of `equal`;
 * one that fits both sides of a rule is not held by another that does. L3 and safety are held
 * by none. Without the key `inhibit`: a watch's L3 folds its L1.
 */
#ifndef LY_RESPONDER_INHIBIT_H
#define LY_RESPONDER_INHIBIT_H

#include "responder/matcher.h"

struct inhibit_conf {
	struct conf_texts source, target, equal;
	/* read by the check: */
	struct matchers sources, targets;
	uint32_t equals; /* bits 1 << enum tag */
};
extern const struct conf_schema inhibit_schema;
/* Rules that silence each other, or themselves, for ever: a mistake at the rule that closes the
 * circle. */
void inhibit_check_all(struct conf_reader *r, const struct conf_list *rules);

/* Open incidents that may hold others. */
struct inhibitor {
	struct id incident;
	struct tags tags;
};
struct inhibitors {
	const struct inhibitor *v;
	size_t n;
};
struct inhibit_ask {
	const struct conf_list *rules; /* empty: the shipped one */
	const struct tags *target;
	const struct id *incident; /* nothing inhibits itself */
	bool safety;
};
/* Could any rule hold it? Spares the look at what is open. */
bool inhibit_may(const struct inhibit_ask *q);
/* Who holds it; NULL: nobody. */
const struct inhibitor *inhibit_find(const struct inhibit_ask *q,
				     const struct inhibitors *open);

#endif
