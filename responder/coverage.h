/*
 * coverage.h - is somebody there at every minute, for every level? Pure.
 *
 * A minute is covered when the policy that an incident would take then names, in any of its
 * steps, a person who can be reached: on shift at that minute in a schedule it names, or named
 * themselves, with a contact or a deputy who has one. At L3 one of their contacts must wake.
 * Quiet hours make no gap: what they hold back is for somebody, and L3 passes them.
 */
#ifndef LY_RESPONDER_COVERAGE_H
#define LY_RESPONDER_COVERAGE_H

#include "responder/roster.h"

enum cover_lack {
	COVER_NOBODY,   /* nobody can be reached                          */
	COVER_ASLEEP,   /* L3: somebody, but by nothing that wakes        */
	COVER_UNROUTED, /* no route: only the last resort would be written */
};
struct cover_gap {
	enum cover_lack lack;
	int64_t level;     /* 1..3                                    */
	struct str policy; /* its name, "owner:NAME"; UNROUTED: empty */
	struct str watch;  /* UNROUTED: of this one                   */
	int64_t from, to;
};
struct cover_ask {
	const struct roster *roster;
	const struct str *watches;
	size_t watches_n;
	unsigned classes; /* bits 1 << enum signal_class: those that can fire */
	const struct conf_list *playbooks; /* struct playbook_conf; NULL: none */
	int64_t from, to;
};
/* Gaps in the order of policies and levels, then of time; those that follow each other are one.
 * Their number. *looked_at, may be NULL: policies, and owners of routes without one. */
size_t coverage_check(const struct cover_ask *q,
		      void (*each)(void *arg, const struct cover_gap *gap), void *arg,
		      size_t *looked_at);

#endif
