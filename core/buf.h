/* buf.h - a growing text with a declared ceiling. */
#ifndef LY_CORE_BUF_H
#define LY_CORE_BUF_H

#include "core/base.h"

/* .p is always a valid C string. Over .max nothing is added and .over is set:
 * fill first, ask once with buf_ok(). */
struct buf {
	char *p;
	size_t n, cap, max;
	bool over;
};
#define BUF(max_bytes) ((struct buf){ .p = (char *)(uintptr_t)buf_empty, .max = (max_bytes) })
extern const char buf_empty[1]; /* what an empty buffer points at; never written */

void buf_add(struct buf *b, struct str s);
/* Room for cap bytes at once, for who knows how many are to come; not over .max. */
void buf_reserve(struct buf *b, size_t cap);
void buf_addf(struct buf *b, const char *fmt, ...) LY_PRINTF(2, 3);
void buf_add_byte(struct buf *b, char c);
/* The bytes as a borrowed run; valid until the next change. */
static inline struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}
struct arena;
/* The text, in a; b is empty for the next. */
struct str buf_take(struct buf *b, struct arena *a);
void buf_clear(struct buf *b);   /* empty, keeps its memory   */
void buf_release(struct buf *b); /* empty, gives it back      */
static inline bool
buf_ok(const struct buf *b)
{
	return !b->over;
}
#endif
