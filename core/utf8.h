/*
 * utf8.h - UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, <= U+10FFFF.
 *
 * core/charset.c turns outside bytes into valid UTF-8 once; after that nobody
 * validates again.
 */
#ifndef LY_CORE_UTF8_H
#define LY_CORE_UTF8_H

#include "core/base.h"
#include "core/buf.h"

/* Decode the code point at p (< end), set *cp, return the bytes it took (1..4).
 * A bad byte gives U+FFFD and 1. */
size_t utf8_next(const char *p, const char *end, uint32_t *cp);
/* Write cp as UTF-8; returns 1..4. to needs room for 4. */
size_t utf8_put(char *to, uint32_t cp);
bool utf8_valid(struct str s);
/* Append s to b with every bad byte replaced by U+FFFD; returns how many were. */
size_t utf8_add_clean(struct buf *b, struct str s);
/* The longest prefix of s of at most max_bytes that ends between code points. */
struct str utf8_cut(struct str s, size_t max_bytes);
/* Number of code points. */
size_t utf8_count(struct str s);
/* The first n code points of s. */
struct str utf8_head(struct str s, size_t n);
/* CJK ideographs of all planes. */
bool utf8_is_han(uint32_t cp);

#endif
