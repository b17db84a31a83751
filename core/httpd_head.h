/*
 * httpd_head.h - the head of an HTTP/1 request, read strictly.
 *
 * libmicrohttpd is lenient (bare LF, folded lines, the last of two Content-Lengths), and a
 * proxy in front of us may read the same bytes otherwise: that difference is what smuggling
 * lives on. So every head is read here first, and what was read here is what is used.
 */
#ifndef LY_CORE_HTTPD_HEAD_H
#define LY_CORE_HTTPD_HEAD_H

#include "core/base.h"

#define HEAD_BYTES_MAX  16384
#define HEAD_LINES_MAX  100
#define HEAD_TARGET_MAX 8000
#define HEAD_NO_LENGTH  (-1)

/* Texts point into the bytes that were checked. */
struct head {
	size_t n; /* bytes, the empty line included */
	struct str method, target;
	int minor; /* HTTP/1.minor: 0 or 1 */
	struct str host, authorization, origin, fetch_site, type, if_match;
	struct str signature; /* X-Hub-Signature */
	int64_t length;       /* Content-Length, or HEAD_NO_LENGTH */
	bool chunked;
};
/* 0: not whole yet, give more. 200: *h is the head. Else the status of a refusal: 400, 414,
 * 417, 431, 501 or 505, with *why in words. */
int head_read(struct str bytes, struct head *h, const char **why);

#endif
