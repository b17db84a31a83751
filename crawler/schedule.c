/* schedule.c - a binary heap of slots; slots whose host is busy wait aside. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/http.h"
#include "core/str.h"

#include "crawler/schedule.h"

#define DAY_S 86400

struct host {
	char *name;
	int64_t free_at;
	size_t busy;
};
struct schedule {
	size_t per_host;
	struct slot **slots; /* by configuration order */
	size_t n;
	struct slot **heap; /* not busy, by next_at then order */
	size_t heaped;
	struct host *hosts;
	size_t n_hosts;
	size_t busy;
};

struct schedule *
schedule_new(size_t per_host)
{
	struct schedule *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->per_host = per_host ? per_host : SIZE_MAX;
	return s;
}

void
schedule_free(struct schedule *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->slots[i]);
	for (size_t i = 0; i < s->n_hosts; i++)
		free(s->hosts[i].name);
	free(s->slots);
	free(s->heap);
	free(s->hosts);
	free(s);
}

static void *
grown(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (!p)
		abort();
	return p;
}

static size_t
host_number(struct schedule *s, struct str url)
{
	struct buf b = BUF(512);
	size_t i = 0;

	if (url_host(url, &b) < 0)
		buf_clear(&b);
	while (i < s->n_hosts && !str_is(buf_str(&b), s->hosts[i].name))
		i++;
	if (i == s->n_hosts) {
		s->hosts = grown(s->hosts, ++s->n_hosts, sizeof *s->hosts);
		s->hosts[i] = (struct host){ .name = strdup(b.p) };
		if (!s->hosts[i].name)
			abort();
	}
	buf_release(&b);
	return i;
}

static bool
before(const struct slot *a, const struct slot *b)
{
	return a->next_at != b->next_at ? a->next_at < b->next_at : a->source < b->source;
}

static void
heap_push(struct schedule *s, struct slot *x)
{
	size_t i = s->heaped++;

	for (; i && before(x, s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = x;
}

static struct slot *
heap_pop(struct schedule *s)
{
	struct slot *top = s->heap[0], *last = s->heap[--s->heaped];
	size_t i = 0;

	for (;;) {
		size_t kid = 2 * i + 1;

		if (kid + 1 < s->heaped && before(s->heap[kid + 1], s->heap[kid]))
			kid++;
		if (kid >= s->heaped || !before(s->heap[kid], last))
			break;
		s->heap[i] = s->heap[kid];
		i = kid;
	}
	if (s->heaped)
		s->heap[i] = last;
	return top;
}

struct slot *
schedule_add(struct schedule *s, const struct source_conf *source, int64_t next_at)
{
	struct slot *x;

	if (source->kind == SOURCE_PUSH)
		return NULL;
	x = calloc(1, sizeof *x);
	if (!x)
		abort();
	x->source = source;
	x->given_at = INT64_MIN;
	x->next_at = next_at;
	x->host = host_number(s, source->url);
	s->slots = grown(s->slots, s->n + 1, sizeof(struct slot *));
	s->heap = grown(s->heap, s->n + 1, sizeof(struct slot *));
	s->slots[s->n++] = x;
	heap_push(s, x);
	return x;
}

struct slot *
schedule_take(struct schedule *s, int64_t now)
{
	struct slot *found = NULL;

	while (!found && s->heaped && s->heap[0]->next_at <= now) {
		struct slot *x = heap_pop(s);
		struct host *h = &s->hosts[x->host];

		if (h->busy < s->per_host && h->free_at <= now) {
			found = x;
			continue;
		}
		/* Not before its host is free: a second later at least, so this loop ends. */
		x->next_at = h->free_at > now ? h->free_at : now + 1;
		heap_push(s, x);
	}
	if (found) {
		found->busy = true;
		s->hosts[found->host].busy++;
		s->busy++;
	}
	return found;
}

void
schedule_give(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at,
	      int64_t host_free_at)
{
	struct host *h = &s->hosts[slot->host];

	slot->busy = false;
	slot->given_at = now;
	slot->next_at = next_at;
	h->busy--;
	if (host_free_at > h->free_at)
		h->free_at = host_free_at;
	s->busy--;
	heap_push(s, slot);
}

struct slot *
schedule_slot(struct schedule *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->slots[i]->source->name, name))
			return s->slots[i];
	return NULL;
}

void
schedule_pull(struct schedule *s, const struct slot *only, int64_t since, int64_t at)
{
	s->heaped = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct slot *x = s->slots[i];

		if (x->busy)
			continue;
		if ((!only || x == only) && x->given_at >= since && x->next_at > at)
			x->next_at = at;
		heap_push(s, x);
	}
}

int64_t
schedule_due(const struct schedule *s)
{
	return s->heaped ? s->heap[0]->next_at : INT64_MAX;
}

size_t
schedule_busy(const struct schedule *s)
{
	return s->busy;
}

size_t
schedule_count(const struct schedule *s)
{
	return s->n;
}

int64_t
schedule_after(int64_t now, int64_t interval_s, int64_t failures, struct str name)
{
	int64_t wait = interval_s, jitter;

	for (int64_t i = 0; i < failures && wait < DAY_S; i++)
		wait *= 2;
	if (failures && wait > DAY_S)
		wait = DAY_S;
	if (!failures)
		return now + wait;
	jitter = (int64_t)(hash_fast(name, (uint64_t)failures) % 201) - 100; /* +-100 of 1000 */
	return now + wait + wait * jitter / 1000;
}
