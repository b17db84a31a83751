/*
 * compare.h - did one text turn more incidents than another, or is that chance? Pure.
 *
 * Fisher's exact test, two-sided: right for the small numbers that a team has. Of several pairs each
 * is held to what Holm's method asks of it, so that looking at many finds no difference that is none.
 * Where even the clearest outcome could not be told from chance there is not enough data, which is
 * something else than no difference. Nobody drew lots for which text was used: it stays a correlation.
 */
#ifndef LY_RESPONDER_COMPARE_H
#define LY_RESPONDER_COMPARE_H

#include "core/base.h"

#define COMPARE_ALPHA 50000 /* 1/1,000,000 */

struct compared {
	int64_t turned, judged;
};
/* Chance of a difference at least so unlikely, 1/1,000,000. 1,000,000 when either was never judged. */
int64_t compare_fisher(const struct compared *a, const struct compared *b);
/* The least that it could be with so many judged. */
int64_t compare_least(int64_t a_judged, int64_t b_judged);

enum comparison { COMPARE_TOO_FEW, COMPARE_NONE, COMPARE_FIRST, COMPARE_SECOND };
struct compare_pair {
	struct compared a, b;
	/* out */
	int64_t p; /* 1/1,000,000, before Holm */
	enum comparison is;
};
/* All pairs that are looked at together. */
void compare_all(struct compare_pair *v, size_t n);

#endif
