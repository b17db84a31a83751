/* draft_inside.h - the inside of struct drafts: draft.c and draft_look.c alone. */
#ifndef LY_RESPONDER_DRAFT_INSIDE_H
#define LY_RESPONDER_DRAFT_INSIDE_H

#include "responder/draft_fill.h"
#include "responder/draft_store.h"
#include "responder/heap.h"
#include "responder/lint.h"
#include "responder/lint_together.h"

struct drafts {
	const struct responder_env *env;
	struct templates *templates; /* NULL: none are configured */
	struct lint *lint;
	struct together *together; /* made when it is first wanted */
	struct draft_facts *facts;
	unsigned channels;
	size_t variants;
	struct id *pending; /* rows of which no file is written yet */
	size_t pending_n, pending_cap;
	bool redo;      /* look for missing files once */
	int64_t due_at; /* of the oldest move that waits; INT64_MAX: none does */
	int64_t of_move,
		step; /* how far that move's are; begun anew after a restart: a draft is made once */
};
static inline void
drafts_pending(struct drafts *d, const struct id *id)
{
	if (d->pending_n == d->pending_cap)
		d->pending = heap_more(d->pending, &d->pending_cap, sizeof *d->pending);
	d->pending[d->pending_n++] = *id;
}
/* What the lint is asked of a text at level that was filled with k's values. supported is there even when nothing
 * was filled in: then no figure is supported. */
static inline struct lint_ask
draft_lint_ask(const struct draft_fill *k, int64_t level, struct str text)
{
	return (struct lint_ask){ .text = text,
				  .level = level,
				  .age_s = k->now - k->i->opened_at,
				  .blocked = k->ground->blocked,
				  .supported = k->values,
				  .supported_n = k->values_n };
}

#endif
