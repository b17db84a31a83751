/*
 * charset.h - bytes from outside -> valid UTF-8, once.
 *
 * Order (issue 3 deepens it): BOM; valid non-ASCII UTF-8 beats any label; HTTP header; XML
 * declaration or meta within 4 KiB; statistics over a candidate list. gb2312 and gbk are read
 * as gb18030, big5 as big5-hkscs, iso-8859-1 as windows-1252, euc-kr as cp949, shift_jis as
 * cp932, as browsers do (WHATWG Encoding). A bad byte becomes U+FFFD, the rest is kept.
 */
#ifndef LY_CORE_CHARSET_H
#define LY_CORE_CHARSET_H

#include "core/buf.h"
#include "core/err.h"

struct charset_found {
	char name[32];   /* of the converter that was used            */
	const char *why; /* "bom", "utf8", "header", "declared", "guess" */
	size_t replaced; /* bad sequences                             */
};
/* content_type: the HTTP header, or empty. Appends to out (its ceiling cuts: ERR_REJECT). */
int charset_decode(struct str bytes, struct str content_type, struct buf *out,
		   struct charset_found *found, struct err *e) LY_MUST_USE;

#endif
