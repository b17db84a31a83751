/* heap.h - memory that never comes back as NULL: out of it, the process ends (STYLE.md 5). */
#ifndef LY_RESPONDER_HEAP_H
#define LY_RESPONDER_HEAP_H

#include "core/base.h"

/* n zeroed things. */
static inline void *
heap_zero(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size);

	if (!p)
		abort();
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
