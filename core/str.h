/*
 * str.h - borrowed runs of bytes: compare, cut, read numbers.
 *
 * Nothing here allocates or writes through a struct str. Case folding is ASCII
 * only; folding for matching lives in nlp/.
 */
#ifndef LY_CORE_STR_H
#define LY_CORE_STR_H

#include "core/base.h"

/* NULL gives the empty str. */
struct str str_of(const char *cstr);
bool str_eq(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b); /* ASCII letters fold */
bool str_is(struct str a, const char *cstr);
/* Which of these words, ended by NULL, it is; -1: none. */
int str_index(struct str s, const char *const *words);
int str_cmp(struct str a, struct str b); /* bytewise: <0, 0, >0 */
bool str_starts(struct str s, struct str head);
bool str_ends(struct str s, struct str tail);
/* Offset of the first occurrence, or -1. An empty needle is at 0. */
ptrdiff_t str_find(struct str s, struct str needle);
/* The same, faster where the needle's first byte hardly ever occurs. */
ptrdiff_t str_find_rare(struct str s, struct str needle);
ptrdiff_t str_find_nocase(struct str s, struct str needle);
ptrdiff_t str_find_byte(struct str s, char c);
/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str s);
/* From byte at, at most n bytes; clamped to s. */
struct str str_slice(struct str s, size_t at, size_t n);
/* Cut the part before the next sep off *rest into *part (sep is dropped).
 * False when *rest is used up. "a,,b" gives "a", "", "b"; "a," gives "a";
 * "" gives nothing. */
bool str_next(struct str *rest, char sep, struct str *part);
/* Whole s is a decimal number with optional sign; -1 when it is not or overflows. */
int str_int64(struct str s, int64_t *out) LY_MUST_USE;
/* "12.5" -> 12500; at most three decimals are kept, exactness required: -1 otherwise.
 * A digit stands on both sides of the point. */
int str_milli(struct str s, int64_t *out) LY_MUST_USE;
/* Edit distance (Levenshtein) in code points, stops counting above max and returns max + 1.
 * Texts of over 128 code points are either equal or far apart. */
size_t str_distance(struct str a, struct str b, size_t max);

#endif
