/*
 * origins.h - the address of the robots.txt that speaks for an address.
 *
 * It is told by curl's parser, as everything about addresses is, and kept for origins that are
 * written in letters no parser reads in another way: polls ask for the same ones again and again.
 */
#ifndef LY_CRAWLER_ORIGINS_H
#define LY_CRAWLER_ORIGINS_H

#include "core/arena.h"
#include "core/err.h"

struct origins;
struct origins *origins_new(void);
void origins_free(struct origins *o);
/* "http://example.com/robots.txt", in a. -1 and ERR_REJECT when url is no http(s) address. */
int origins_file(struct origins *o, struct str url, struct arena *a, struct str *file,
		 struct err *e) LY_MUST_USE;

#endif
