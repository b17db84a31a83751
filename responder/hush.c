/* hush.c - see hush.h. */
#include "core/base.h"

#include "responder/hush.h"

const char *const hush_words[] = { "holds",   "authors",  "class", "tier",
				   "hotlist", "official", NULL };

enum hush_broken
hush_judge(const struct hush_reach *then, const struct hush_reach *now)
{
	if (now->official)
		return HUSH_OFFICIAL;
	if (now->rank)
		return HUSH_HOTLIST;
	if (now->tier >= HUSH_TIER)
		return HUSH_TIERED;
	if (now->classes & ~then->classes)
		return HUSH_CLASS;
	if (now->authors >= HUSH_TIMES * (then->authors ? then->authors : 1))
		return HUSH_AUTHORS;
	return HUSH_HOLDS;
}
