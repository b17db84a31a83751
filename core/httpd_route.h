/*
 * httpd_route.h - what a request asks for and whether it may: a pure function of its head.
 */
#ifndef LY_CORE_HTTPD_ROUTE_H
#define LY_CORE_HTTPD_ROUTE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/httpd.h"
#include "core/httpd_head.h"

struct route_rules {
	const struct httpd_mount *mounts;
	size_t n;
	struct str listen; /* its host is ours, too */
	struct conf_texts hosts;
	struct str token;
};
struct verdict {
	int status; /* 0: go on; else this answer, with text */
	const char *text;
	char allow[64]; /* 405: the methods there are */
	const struct route *route;
	size_t mount;
	bool owner;     /* the token was right */
	bool head_only; /* HEAD */
};
/* args gets the query and the path's <name> parts as a JSON object. */
struct verdict route_judge(const struct route_rules *r, const struct head *h, struct buf *args);
/* Append s with %XX (and + in a query) undone. -1: cut, a NUL, or not UTF-8. */
int route_unescape(struct str s, bool plus, struct buf *to) LY_MUST_USE;
/* The number in If-Match: "12" (quotes needed); 0 when there is none. */
int64_t route_version(struct str if_match);

#endif
