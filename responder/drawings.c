/* drawings.c - see drawings.h. */
#include "core/base.h"

#include "core/hash.h"
#include "responder/drawings.h"
#include "responder/heap.h"

#define IMAGE_MAX (1 << 20)
#define SHOWN_MAX (64 << 10) /* a chart as JSON has some 2 KB */

struct drawing {
	struct id shows;
	struct buf png;
};
struct drawings {
	struct drawing v[DRAWINGS_MAX];
	size_t made; /* the next takes the place of the oldest */
};

struct drawings *
drawings_new(void)
{
	return heap_zero(1, sizeof(struct drawings));
}

void
drawings_free(struct drawings *d)
{
	for (size_t i = 0; d && i < DRAWINGS_MAX; i++)
		buf_release(&d->v[i].png);
	free(d);
}

static struct id
shows(const struct chart *c)
{
	struct buf b = BUF(SHOWN_MAX);
	struct id id;

	chart_add_json(c, &b);
	id = ID_OF(buf_str(&b));
	buf_release(&b);
	return id;
}

struct str
drawings_png(struct drawings *d, const struct chart *c)
{
	const struct id id = shows(c);
	struct drawing *x = d->v;

	for (size_t i = 0; i < d->made && i < DRAWINGS_MAX; i++)
		if (id_eq(&x[i].shows, &id))
			return buf_str(&x[i].png);
	x += d->made++ % DRAWINGS_MAX;
	buf_release(&x->png);
	*x = (struct drawing){ id, BUF(IMAGE_MAX) };
	if (chart_png(c, &x->png) < 0)
		buf_release(&x->png);
	return buf_str(&x->png);
}

size_t
drawings_made(const struct drawings *d)
{
	return d->made;
}
