#include "core/base.h"

#include "core/arena.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/names.h"

#define FIRST 64

struct names {
	struct arena *arena;
	struct str *v;
	size_t n, cap;
	uint32_t *slots; /* number + 1, 0 = empty; open addressing */
	size_t slots_n;
	uint8_t key[16];
};

static uint32_t *
slot_of(const struct names *n, struct str s)
{
	size_t i = hash_sip(n->key, s);

	for (;; i++) {
		uint32_t *at = &n->slots[i & (n->slots_n - 1)];

		if (!*at || str_eq(n->v[*at - 1], s))
			return at;
	}
}

static void
grow(struct names *n)
{
	size_t slots_n = n->slots_n * 2;

	free(n->slots);
	n->slots = heap_zero(slots_n, sizeof *n->slots);
	n->slots_n = slots_n;
	for (size_t i = 0; i < n->n; i++)
		*slot_of(n, n->v[i]) = (uint32_t)i + 1;
}

struct names *
names_new(void)
{
	struct names *n = heap_zero(1, sizeof *n);

	n->arena = arena_new();
	n->slots = heap_zero(FIRST, sizeof *n->slots);
	n->slots_n = FIRST;
	hash_random(n->key, sizeof n->key);
	names_add(n, (struct str){ "", 0 });
	return n;
}

void
names_free(struct names *n)
{
	if (!n)
		return;
	arena_free(n->arena);
	free(n->slots);
	free(n->v);
	free(n);
}

uint32_t
names_add(struct names *n, struct str s)
{
	uint32_t *at = slot_of(n, s);

	if (*at)
		return *at - 1;
	if ((n->n + 1) * 2 > n->slots_n) {
		grow(n);
		at = slot_of(n, s);
	}
	if (n->n == n->cap)
		n->v = heap_more(n->v, &n->cap, sizeof *n->v);
	n->v[n->n++] = arena_str(n->arena, s);
	*at = (uint32_t)n->n;
	return *at - 1;
}

struct str
names_get(const struct names *n, uint32_t number)
{
	return number < n->n ? n->v[number] : (struct str){ "", 0 };
}

size_t
names_count(const struct names *n)
{
	return n->n;
}
