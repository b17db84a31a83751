/*
 * notice_said.h - the words in rows of notice, and what each says to people: kinds, states, whys.
 *
 * Data alone. A kind or state that is in no table is never written (notice_add, verify); each is
 * told in docs/operations.md, "Was I told?" (tests/unit/test_docs.c).
 */
#ifndef LY_RESPONDER_NOTICE_SAID_H
#define LY_RESPONDER_NOTICE_SAID_H

#include "core/base.h"
#include "core/str.h"

struct notice_said {
	const char *word, *says;
};
extern const struct notice_said notice_kinds[];  /* each ends with .word == NULL */
extern const struct notice_said notice_states[]; /* the diagram is in notice.h   */
extern const struct notice_said notice_whys[];   /* what is not here is said as it stands */

/* NULL: the table has no such word. */
const struct notice_said *notice_said_find(const struct notice_said *table, struct str word);

#endif
