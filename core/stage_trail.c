#include "core/base.h"

#include "core/hash.h"
#include "core/stage_trail.h"

#define CAP_FIRST 1024 /* places; doubled at three quarters full */

void
trails_init(struct trails *t, uint64_t seed)
{
	*t = (struct trails){ .seed = seed };
}

void
trails_release(struct trails *t)
{
	free(t->v);
	*t = (struct trails){ .seed = t->seed };
}

static size_t
home_of(const struct trails *t, const struct id *spool, int64_t seq)
{
	return (size_t)hash_fast(id_str(spool), t->seed ^ (uint64_t)seq * 0x9e3779b97f4a7c15) &
	       (t->cap - 1);
}

/* The first of (spool, seq) from place i on; all of one address stand before the next gap. */
static struct trail *
find_from(struct trails *t, size_t i, const struct id *spool, int64_t seq)
{
	for (; t->v[i].peer; i = (i + 1) & (t->cap - 1))
		if (t->v[i].seq == seq && id_eq(&t->v[i].spool, spool))
			return &t->v[i];
	return NULL;
}

struct trail *
trails_find(struct trails *t, const struct id *spool, int64_t seq)
{
	return t->cap ? find_from(t, home_of(t, spool, seq), spool, seq) : NULL;
}

struct trail *
trails_same(struct trails *t, struct trail *after)
{
	size_t i = (size_t)(after - t->v);

	return find_from(t, (i + 1) & (t->cap - 1), &after->spool, after->seq);
}

/* Where a new one goes; there is a gap. */
static void
put(struct trails *t, const struct trail *new)
{
	size_t i = home_of(t, &new->spool, new->seq);

	while (t->v[i].peer)
		i = (i + 1) & (t->cap - 1);
	t->v[i] = *new;
}

static void
grow(struct trails *t)
{
	struct trails old = *t;

	t->cap = old.cap ? old.cap * 2 : CAP_FIRST;
	t->v = calloc(t->cap, sizeof *t->v);
	if (!t->v)
		abort();
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].peer)
			put(t, &old.v[i]);
	free(old.v);
}

bool
trails_add(struct trails *t, const struct trail *new)
{
	if (t->n == TRAIL_MAX)
		return false;
	if (4 * t->n >= 3 * t->cap)
		grow(t);
	put(t, new);
	t->n++;
	return true;
}

/* Close the gap: whoever was pushed past it moves back. */
void
trails_drop(struct trails *t, struct trail *old)
{
	size_t gap = (size_t)(old - t->v), mask = t->cap - 1;

	for (size_t i = (gap + 1) & mask; t->v[i].peer; i = (i + 1) & mask) {
		size_t home = home_of(t, &t->v[i].spool, t->v[i].seq);

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		t->v[gap] = t->v[i];
		gap = i;
	}
	t->v[gap].peer = 0;
	t->n--;
}

struct trail *
trails_next(const struct trails *t, struct trail *after)
{
	for (size_t i = after ? (size_t)(after - t->v) + 1 : 0; i < t->cap; i++)
		if (t->v[i].peer)
			return &t->v[i];
	return NULL;
}
