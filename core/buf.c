#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"

const char buf_empty[1];

void
buf_add(struct buf *b, struct str s)
{
	size_t want;

	if (b->over || s.n >= b->max - b->n) {
		b->over = true;
		return;
	}
	want = b->n + s.n + 1;
	if (want > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 64;
		char *p;

		while (cap < want)
			cap *= 2;
		p = realloc(b->cap ? b->p : NULL, cap);
		if (!p)
			abort();
		b->p = p;
		b->cap = cap;
	}
	if (s.n)
		memcpy(b->p + b->n, s.p, s.n); /* s.p of an empty run may be NULL */
	b->n += s.n;
	b->p[b->n] = '\0';
}

void
buf_reserve(struct buf *b, size_t cap)
{
	char *p;

	if (cap <= b->cap || cap > b->max)
		return;
	p = realloc(b->cap ? b->p : NULL, cap);
	if (!p)
		abort();
	b->p = p;
	b->p[b->n] = '\0';
	b->cap = cap;
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	char small[256], *text = small;
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n >= (int)sizeof small) {
		text = malloc((size_t)n + 1);
		if (!text)
			abort();
		vsnprintf(text, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	va_end(ap);
	if (n > 0)
		buf_add(b, (struct str){ text, (size_t)n });
	if (text != small)
		free(text);
}

struct str
buf_take(struct buf *b, struct arena *a)
{
	struct str s = arena_str(a, buf_str(b));

	buf_clear(b);
	return s;
}

void
buf_clear(struct buf *b)
{
	if (b->cap)
		b->p[0] = '\0';
	b->n = 0;
	b->over = false;
}

void
buf_release(struct buf *b)
{
	if (b->cap)
		free(b->p);
	b->p = (char *)(uintptr_t)buf_empty;
	b->n = b->cap = 0;
	b->over = false;
}

void
buf_add_byte(struct buf *b, char c)
{
	if (b->n + 1 < b->cap && b->n + 1 < b->max && !b->over) {
		b->p[b->n++] = c;
		b->p[b->n] = '\0';
		return;
	}
	buf_add(b, (struct str){ &c, 1 });
}
