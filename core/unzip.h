/*
 * unzip.h - read members of a zip file (libzip), with ceilings on everything.
 *
 * At most 4,096 members are looked at. A member is read up to the caller's ceiling, counted as it
 * comes out: what the file says of its sizes is not believed. Encrypted ones are refused.
 */
#ifndef LY_CORE_UNZIP_H
#define LY_CORE_UNZIP_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

#define UNZIP_MEMBERS_MAX 4096

struct unzip;
/* bytes outlive it. NULL and ERR_REJECT when it is no zip. */
struct unzip *unzip_open(struct str bytes, struct err *e) LY_MUST_USE;
void unzip_close(struct unzip *z); /* accepts NULL */
size_t unzip_count(const struct unzip *z);
/* Name of member i as UTF-8 (valid), in a; a folder's ends with "/". */
struct str unzip_name(struct unzip *z, size_t i, struct arena *a);
/* Number of the member called name, or -1. */
int64_t unzip_find(struct unzip *z, const char *name);
/* Append member i to out, whose ceiling is the member's. -1 and ERR_REJECT names it. */
int unzip_read(struct unzip *z, size_t i, struct buf *out, struct err *e) LY_MUST_USE;
/* Does it begin as a zip does? */
bool unzip_is(struct str bytes);

#endif
