/*
 * silence_store.h - silences that people began and ended: a chain of rows, only ever added to.
 *
 * Each row carries the hash of the row before it, so that `langyan verify` finds one that was
 * changed or taken out. A silence is its `add`, and the `expire` that names it.
 */
#ifndef LY_RESPONDER_SILENCE_STORE_H
#define LY_RESPONDER_SILENCE_STORE_H

#include "core/arena.h"
#include "core/store.h"
#include "responder/silence.h"

struct silence_row {
	int64_t seq; /* 1, 2, … */
	int64_t at;
	int64_t silence;     /* its number: the seq of its add   */
	struct str kind;     /* "add", "expire"                  */
	struct str matchers; /* one a line; of an expire: empty  */
	int64_t from_at, until_at;
	struct str actor, reason;
	uint8_t previous[32], hash[32];
};
/* The hash that the row should have, from all its other columns. Pure. */
void silence_row_hash(const struct silence_row *r, uint8_t out[32]);
/* Sets seq, previous and hash, of an add silence, too, and writes it in the open transaction. */
int silence_row_append(struct store *s, struct silence_row *r, struct err *e) LY_MUST_USE;
/* In order of seq. The row is borrowed; each returns 0 to go on. */
int silence_rows_read(struct store *s, int (*each)(void *arg, const struct silence_row *r),
		      void *arg, struct err *e) LY_MUST_USE;
/* Every silence as it is now, oldest first, with how it ended. In a. */
struct silence_kept {
	struct silence silence;
	int64_t n;           /* its number */
	struct str matchers; /* as given, one a line */
	struct str ended_by; /* empty: nobody */
};
struct silences_kept {
	struct silence_kept *v;
	size_t n;
};
/* Those that end after since. */
int silences_read(struct store *s, int64_t since, struct arena *a, struct silences_kept *out,
		  struct err *e) LY_MUST_USE;

#endif
