/* charset_guess.h - which encoding bytes without a label are in, by our own statistics. */
#ifndef LY_CORE_CHARSET_GUESS_H
#define LY_CORE_CHARSET_GUESS_H

#include "core/buf.h"
#include "core/err.h"

/* The converter's name, for text that is not UTF-8; never NULL. Looks at 24 KiB at most. */
const char *charset_guess(struct str bytes);
/* core/charset.c: convert by ICU, bad sequences counted and replaced. -1: no such converter. */
int charset_convert(const char *converter, struct str bytes, struct buf *out, size_t *replaced,
		    struct err *e) LY_MUST_USE;
/* The same to at most room UTF-16 units, for whoever looks at letters; what does not fit is left
 * out. -1: no such converter. */
int charset_units(const char *converter, struct str bytes, uint16_t *to, size_t room,
		  size_t *n) LY_MUST_USE;

#endif
