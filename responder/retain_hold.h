/* retain_hold.h - what may go of a row, and which documents an incident rests on; private to
 * retain*.c. */
#ifndef LY_RESPONDER_RETAIN_HOLD_H
#define LY_RESPONDER_RETAIN_HOLD_H

#include "responder/names.h"
#include "responder/retain.h"
#include "responder/retain_store.h"

struct holds {
	struct id *v; /* mentions, in order */
	size_t n, cap;
	struct names *watches; /* of the firings that counted them */
};
/* Of the firings that counted something that arrived when the n rows did, but for those of an
 * incident (may be none). Release it also after -1. */
int holds_read(struct store *s, const struct retain_row *rows, int n, const struct id *but,
	       struct holds *h, struct err *e) LY_MUST_USE;
/* Does one of them count a mention of the document? */
bool holds_document(const struct holds *h, const struct id *document);
void holds_release(struct holds *h);

/* Where the walks over documents are kept in meta. */
extern const char *const retain_place_names[RETAIN_TEXT + 1][2];
int64_t retain_term(const struct retain_conf *c, enum retain_class k);
/* Is there something of class k to go from the row, on which no incident rests? Counted in sum. */
bool retain_may_go(enum retain_class k, const struct retain_row *row, const struct holds *h,
		   struct retain_sum *sum);
void retain_sum_add(struct retain_sum *sum, enum retain_class k, int64_t at);

#endif
