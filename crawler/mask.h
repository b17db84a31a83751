/*
 * mask.h - personal data out of a text before it is stored (RESPONSE.md section 10).
 *
 * Masked: Chinese identity numbers (18 digits, GB 11643 check digit), mobile numbers of
 * mainland China and +international ones, landlines with an area code, bank cards (13-19 digits
 * with a right Luhn digit), e-mail addresses, Chinese postal addresses down to the house
 * (crawler/place.h). Digits may be full-width. Kept: hotlines (400-…, 95xxx, 12315), batch and
 * order numbers, towns and roads without a house.
 */
#ifndef LY_CRAWLER_MASK_H
#define LY_CRAWLER_MASK_H

#include "core/arena.h"

/* s itself when there was nothing to mask; else a copy in a with "[手机号]" and the like.
 * Counts what was masked into *masked. */
struct str mask_text(struct arena *a, struct str s, size_t *masked);

#endif
