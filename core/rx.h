/*
 * rx.h - rules in PCRE2 with JIT, and limits that hold (RELIABILITY.md 21).
 *
 * Subjects must be valid UTF-8: it is not checked again. Match limit 10,000, heap 2 MiB,
 * depth 1,000. \C, callouts and recursion are refused at compile time.
 */
#ifndef LY_CORE_RX_H
#define LY_CORE_RX_H

#include "core/base.h"
#include "core/err.h"

struct rx;
enum rx_flag { RX_NOCASE = 1, RX_MULTILINE = 2, RX_DOTALL = 4, RX_EXTENDED = 8 };

/* NULL and ERR_USAGE with the column in the pattern. Immutable: share between threads. */
struct rx *rx_compile(struct str pattern, int flags, struct err *e) LY_MUST_USE;
void rx_free(struct rx *rx);
/* Scratch memory for matching; one per thread. */
struct rx_scratch;
struct rx_scratch *rx_scratch_new(void);
void rx_scratch_free(struct rx_scratch *s);
struct rx_span {
	size_t at, n; /* group 0 is the whole match; n == SIZE_MAX: group did not take part */
};
#define RX_LIMIT (-2) /* a limit was hit: undecided, never "no match" */
/* From byte from on. Number of groups filled (>= 1), 0 for no match, RX_LIMIT. */
int rx_match(const struct rx *rx, struct rx_scratch *s, struct str subject, size_t from,
	     struct rx_span *spans, int n);
/* The longest literal that every match must contain, or empty (for prefilters). Bytes as
 * written in the pattern, unescaped; valid for the life of rx. */
struct str rx_literal(const struct rx *rx);

#endif
