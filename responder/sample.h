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

#define SAMPLES_KEEP_S (400 * (int64_t)86400) /* a year before, and a month to compare with */

/* "-12.000034" -> -12000034, at most six decimals. -1 when it is none or too large. */
int sample_parse(struct str text, int64_t *value_micro) LY_MUST_USE;
void sample_add_value(struct buf *b, int64_t value_micro);
/* body: one {"signal","value","at"} or JSON Lines of them; at missing = now. All or nothing is
 * kept, in the open batch. Appends the answer to out and gives its HTTP status; -1 and *e. */
int samples_push(struct store *s, struct str body, struct str source, int64_t now,
		 struct buf *out, struct err *e) LY_MUST_USE;
/* Appends {"signals":[…]}: the newest sample of each. */
int samples_list(struct store *s, struct buf *out, struct err *e) LY_MUST_USE;
/* Appends {"signal":…,"samples":[…]}, newest first, at most 10,000. */
int samples_show(struct store *s, struct str signal, int64_t from, struct buf *out,
		 struct err *e) LY_MUST_USE;

#endif
