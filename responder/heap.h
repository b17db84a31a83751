/* heap.h - memory that never comes back as NULL: out of it, the process ends (STYLE.md 5). */
#ifndef LY_RESPONDER_HEAP_H
#define LY_RESPONDER_HEAP_H

#include <sys/mman.h>

#include "core/base.h"

#define HEAP_LARGE ((uintptr_t)2 << 20)

/* n zeroed things. */
static inline void *
heap_zero(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
	return p;
}
/* The same for a table that is looked up at random places: in large pages where the system has
 * them, for a table of many megabytes else costs a fault every 4 KiB and a page walk every look. */
static inline void *
heap_table(size_t n, size_t size)
{
	uint8_t *p = heap_zero(n, size);
	uintptr_t from = ((uintptr_t)p + HEAP_LARGE - 1) & ~(HEAP_LARGE - 1),
		  to = ((uintptr_t)p + n * size) & ~(HEAP_LARGE - 1);

	if (to > from)
		madvise((void *)from, to - from, MADV_HUGEPAGE);
	return p;
}
/* The array p of *cap things, twice as long (at least 16); *cap is set. */
static inline void *
heap_more(void *p, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : 16;
	p = reallocarray(p, *cap, size);
	if (!p)
		abort();
	return p;
}

#endif
