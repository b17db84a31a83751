#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/arena.h"

#define BLOCK_BYTES ((size_t)64 * 1024)
#define ALIGN       16

struct block {
	struct block *next;
	size_t used, size;
};
struct defer {
	struct defer *next;
	void (*fn)(void *);
	void *arg;
};
struct arena {
	struct block *blocks;
	struct defer *defers;
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *b = malloc(sizeof *b + ALIGN + size); /* arena_alloc makes it zero */

	if (!b) {
		fputs("out of memory\n", stderr);
		abort();
	}
	*b = (struct block){ .next = next, .size = size };
	return b;
}

struct arena *
arena_new_small(size_t bytes)
{
	struct arena *a = calloc(1, sizeof *a);

	if (!a)
		abort();
	a->blocks = block_new(bytes, NULL);
	return a;
}

struct arena *
arena_new(void)
{
	return arena_new_small(BLOCK_BYTES);
}

/* Not zero yet. */
static void *
take(struct arena *a, size_t size)
{
	struct block *b = a->blocks;
	uintptr_t base;

	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (size > b->size - b->used)
		b = a->blocks = block_new(size > BLOCK_BYTES ? size : BLOCK_BYTES, b);
	base = ((uintptr_t)(b + 1) + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
	b->used += size;
	return (char *)base + b->used - size;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

char *
arena_text(struct arena *a, struct str s)
{
	char *p = take(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

void
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct defer *d = arena_alloc(a, sizeof *d);

	*d = (struct defer){ a->defers, fn, arg };
	a->defers = d;
}

void
arena_reset(struct arena *a)
{
	for (; a->defers; a->defers = a->defers->next)
		a->defers->fn(a->defers->arg);
	while (a->blocks->next) {
		struct block *old = a->blocks;

		a->blocks = old->next;
		free(old);
	}
	a->blocks->used = 0;
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->blocks);
	free(a);
}

struct str
arena_str(struct arena *a, struct str s)
{
	return (struct str){ arena_text(a, s), s.n };
}

char *
arena_textf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}
