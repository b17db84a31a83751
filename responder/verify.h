/*
 * verify.h - `langyan verify`: does every figure follow from the stored rows?
 *
 * Re-computed, each by the code that made it:
 *   roll-ups        from mentions and their documents
 *   firings         figures, both reasons and the facts, byte for byte, from the mentions they
 *                   name and, for what was usual, the mentions of the windows before
 *   contents        salted digests; evidence in moves names the same digest
 *   notices         what they count and say stands in a firing of their incident; of what was
 *                   erased they quote nothing
 *   digests         figures, from the mentions of the commits up to their as_of; the same
 *   moves           the chain of hashes, the table of moves, and where each incident stands
 *   labels          the chain of hashes
 *   entries         the chain of hashes, and each value by its salted digest
 *   drafts          states by their table from entry to entry; what was approved or released is, by
 *                   its hash, the text that is kept; a release has the approvals that it asked for
 *   rota            the chain of hashes of what people changed of it
 *   silences        the chain of hashes of what people silenced
 * What was erased or has expired is said, never called a mismatch.
 */
#ifndef LY_RESPONDER_VERIFY_H
#define LY_RESPONDER_VERIFY_H

#include "core/clock.h"
#include "core/store.h"

struct verify_sum {
	int64_t mentions, rollups, firings, moves, labels, entries, rota, silences, contents,
		notices;
	int64_t drafts;          /* with an entry */
	int64_t digests;         /* looked at, as those before */
	int64_t erased, expired; /* not looked at              */
	int64_t mismatches;
};
/* s must not change meanwhile: a copy, or the file of a responder that is stopped. Each mismatch
 * is told as one line without a line feed. 0 also with mismatches; -1 when it cannot be read. */
int verify_record(struct store *s, const struct zone *zone,
		  void (*mismatch)(void *arg, struct str what), void *arg,
		  struct verify_sum *sum, struct err *e) LY_MUST_USE;
/* The same for a file that a responder may be writing: copies it beside itself first. */
int verify_file(const char *path, const struct zone *zone,
		void (*mismatch)(void *arg, struct str what), void *arg, struct verify_sum *sum,
		struct err *e) LY_MUST_USE;

#endif
