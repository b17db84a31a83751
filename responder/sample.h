/*
 * sample.h - numbers from outside: what people push and ask of the signals they bring.
 *
 * A sample is (signal, at) -> value; the first of a time stays, so that sending it again changes
 * nothing. Values are kept in millionths. The rows are signal_store.h's.
 */
#ifndef LY_RESPONDER_SAMPLE_H
#define LY_RESPONDER_SAMPLE_H

#include "core/buf.h"
#include "core/store.h"
#include "responder/sample_read.h"

#define SAMPLES_KEEP_S (400 * (int64_t)86400) /* a year before, and a month to compare with */
#define SAMPLES_FROM \
	"samples_from" /* in meta: what is older may be gone; absent: all are there */

void sample_add_value(struct buf *b, int64_t value_micro);
struct pushed_body {
	struct str bytes, source;
	int64_t now;
};
/* All or nothing is kept, in the open batch. Appends the answer to out and gives its HTTP status:
 * 200, or 400 with the reason and the line; -1 and *e. */
int samples_push(struct store *s, enum samples_form form, const struct pushed_body *body,
		 struct buf *out, struct err *e) LY_MUST_USE;
/* Appends {"signals":[…]}: the newest sample of each. */
int samples_list(struct store *s, struct buf *out, struct err *e) LY_MUST_USE;
/* Appends {"signal":…,"samples":[…]}, newest first, at most 10,000. */
int samples_show(struct store *s, struct str signal, int64_t from, struct buf *out,
		 struct err *e) LY_MUST_USE;

#endif
