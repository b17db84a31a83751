/*
 * disclosure.h - who told it first: we ourselves (own disclosure), or somebody outside.
 *
 * Outside is the earliest of the mentions on which the incident's firings rest, by publication. Own is
 * the earliest of what was released for the incident (but notes to staff) and of the texts of own sites
 * and accounts that belong to a story of those mentions. What is not known is said so, never guessed.
 */
#ifndef LY_RESPONDER_DISCLOSURE_H
#define LY_RESPONDER_DISCLOSURE_H

#include "core/store.h"

enum disclosure { DISCLOSURE_UNKNOWN, DISCLOSURE_OUTSIDE, DISCLOSURE_OWN };
extern const char *const disclosure_words[]; /* "unknown", "outside", "own" */
/* Times; 0: there is none. At the same second it was ours. Pure. */
enum disclosure disclosure_first(int64_t own_at, int64_t outside_at);

struct disclosure_seen {
	int64_t own_at, outside_at; /* 0: none */
	struct id mention;          /* outside */
	struct id document;         /* own; none: it was a release */
	int64_t release;            /* its number; 0: it was a document */
};
/* From the record. */
int disclosure_read(struct store *s, const struct id *incident, struct disclosure_seen *out,
		    struct err *e) LY_MUST_USE;

#endif
