/*
 * gzip.h - one gzip member at a time (RFC 1952), for records that must be read one by one.
 *
 * Only core/gzip.c includes zlib.h.
 */
#ifndef LY_CORE_GZIP_H
#define LY_CORE_GZIP_H

#include "core/buf.h"
#include "core/err.h"

/* Append s as one member. The same bytes give the same member. */
void gzip_add(struct buf *out, struct str s);
/* Take one member off the front of *in and append what it holds to out, whose ceiling decides.
 * *in goes on behind it. -1 and ERR_REJECT, *in untouched: it is no member, is cut or damaged
 * (its CRC is checked), or holds more than out may. */
int gzip_take(struct str *in, struct buf *out, struct err *e) LY_MUST_USE;
/* A body with "Content-Encoding: gzip" or "deflate" (both spellings of it). */
int gzip_decode(struct str in, struct buf *out, struct err *e) LY_MUST_USE;

#endif
