/*
 * names.h - texts as small numbers: sites, sources, topics, watches.
 *
 * A number stays the same as long as the table lives; 0 is the empty text.
 */
#ifndef LY_RESPONDER_NAMES_H
#define LY_RESPONDER_NAMES_H

#include "core/base.h"

struct names;
struct names *names_new(void);
void names_free(struct names *n);
/* The number of s, giving it one when it is new. */
uint32_t names_add(struct names *n, struct str s);
/* Lives as long as the table. */
struct str names_get(const struct names *n, uint32_t number);
size_t names_count(const struct names *n);

#endif
