/*
 * draft_ground.h - what a draft may stand on: confirmed facts, and what may be said at all.
 *
 * Facts of the incident come first, then those of its watch, then those for all. A fact of the
 * incident that nobody has confirmed, or that was withdrawn, fills nothing and hides what the
 * files say of it: a gap is in its place.
 */
#ifndef LY_RESPONDER_DRAFT_GROUND_H
#define LY_RESPONDER_DRAFT_GROUND_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/conf.h"
#include "responder/template.h"

/* Of the files: FILE for all watches; or a folder with all.yaml and WATCH.yaml, one a brand. */
struct draft_facts;
/* path empty: none. ERR_USAGE names file and line. */
struct draft_facts *draft_facts_read(struct str path, const struct responder_env *env,
				     struct err *e) LY_MUST_USE;
void draft_facts_free(struct draft_facts *f);
/* Empty: none. */
struct str draft_facts_get(const struct draft_facts *f, struct str watch, struct str key);

struct ground_fact {
	struct str key, value;
	bool confirmed;
};
struct draft_ground {
	struct ground_fact *facts;
	size_t facts_n;
	unsigned use,
		blocked; /* enum strategy; both 0: nothing is assessed, but deny is blocked */
};
/* From the record, as it stood at that second; INT64_MAX: as it stands. Texts in a. */
int draft_ground_read(struct store *s, const struct id *incident, int64_t at, struct arena *a,
		      struct draft_ground *out, struct err *e) LY_MUST_USE;
/* NULL: the incident has no such fact. */
const struct ground_fact *draft_ground_fact(const struct draft_ground *g, struct str key);

#endif
