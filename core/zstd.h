/*
 * zstd.h - whole zstd frames. Only core/zstd.c includes zstd.h.
 */
#ifndef LY_CORE_ZSTD_H
#define LY_CORE_ZSTD_H

#include "core/buf.h"
#include "core/err.h"

/* Append s as one frame with its size and checksum. */
void zstd_add(struct buf *out, struct str s);
/* in is one whole frame that holds n bytes: append them. -1 and ERR_REJECT when it is damaged,
 * holds another number of bytes, or more than out may. */
int zstd_read(struct str in, size_t n, struct buf *out, struct err *e) LY_MUST_USE;

#endif
