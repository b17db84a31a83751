/*
 * cookies.h - cookies that a person gave us for a site: which of them go with a request (pure).
 *
 * Two forms are read: the Netscape file that browsers' add-ons and curl write (a line a cookie,
 * seven fields between tabs; "#HttpOnly_" before the domain is no comment) and the value of a
 * Cookie header ("a=1; b=2", also with "Cookie:" before it). Messages name lines and fields,
 * never values. Ceilings: 64 KiB, 500 cookies, 8 KiB of them in one request.
 */
#ifndef LY_CRAWLER_COOKIES_H
#define LY_CRAWLER_COOKIES_H

#include "core/buf.h"
#include "core/err.h"

#define COOKIES_HEADER_MAX 8192

struct cookies_picked {
	size_t n;           /* that go with the request                        */
	size_t expired;     /* that would, but their time is over              */
	int64_t expires_at; /* the first end among those that go; 0 = none says */
};
/* Append the Cookie header's value for url at now. home: the address they were given for; those
 * of the second form go to its host alone. -1 and ERR_USAGE when the text cannot be read. */
int cookies_pick(struct str text, struct str home, struct str url, int64_t now,
		 struct buf *header, struct cookies_picked *picked, struct err *e) LY_MUST_USE;

#endif
