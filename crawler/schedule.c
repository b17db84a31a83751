/*
 * schedule.c - a heap of sources, a heap of hosts.
 *
 * Invariants
 *  1. A slot is in exactly one of: the heap of sources, the queue of its host, nowhere (busy).
 *  2. A host with a queue is in the heap of hosts, in the queue of its place, or has as many
 *     requests running as it may: the end of one of them puts it back (host_wake).
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/http.h"
#include "core/str.h"

#include "crawler/schedule.h"

#define DAY_S         86400
#define NAMES_BUCKETS 64
#define HOSTS_ROOM    4096

struct heap {
	struct due **v;
	size_t n, cap;
};
struct schedule {
	size_t per_host, per_address;
	struct slot **slots; /* by configuration order */
	size_t n, cap;
	struct slot **names; /* buckets, chained by slot.same */
	size_t name_buckets;
	struct hosts *all;
	struct heap sources, hosts;
	size_t busy;
	size_t hosts_max; /* then those of pages are looked through */
};

static void *
grown(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n, size);
	if (!p)
		abort();
	return p;
}

/* ---- heaps ---------------------------------------------------------------------------------- */

static bool
before(const struct due *a, const struct due *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void
heap_set(struct heap *h, size_t i, struct due *x)
{
	h->v[i] = x;
	x->pos = i + 1;
}

static void
heap_up(struct heap *h, size_t i, struct due *x)
{
	for (; i && before(x, h->v[(i - 1) / 2]); i = (i - 1) / 2)
		heap_set(h, i, h->v[(i - 1) / 2]);
	heap_set(h, i, x);
}

static void
heap_down(struct heap *h, size_t i, struct due *x)
{
	for (;;) {
		size_t kid = 2 * i + 1;

		if (kid + 1 < h->n && before(h->v[kid + 1], h->v[kid]))
			kid++;
		if (kid >= h->n || !before(h->v[kid], x))
			break;
		heap_set(h, i, h->v[kid]);
		i = kid;
	}
	heap_set(h, i, x);
}

static void
heap_push(struct heap *h, struct due *x)
{
	if (h->n == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 64;
		h->v = grown(h->v, h->cap, sizeof(struct due *));
	}
	heap_up(h, h->n++, x);
}

static struct due *
heap_pop(struct heap *h)
{
	struct due *top = h->v[0], *last = h->v[--h->n];

	if (h->n)
		heap_down(h, 0, last);
	top->pos = 0;
	return top;
}

/* x stands in the heap and is due at another time now. */
static void
heap_move(struct heap *h, struct due *x, int64_t at)
{
	bool later = at > x->at;

	x->at = at;
	if (later)
		heap_down(h, x->pos - 1, x);
	else
		heap_up(h, x->pos - 1, x);
}

/* ---- a schedule ----------------------------------------------------------------------------- */

struct schedule *
schedule_new(size_t per_host, size_t per_address)
{
	struct schedule *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->per_host = per_host ? per_host : SIZE_MAX;
	s->per_address = per_address ? per_address : SIZE_MAX;
	s->all = hosts_new();
	s->hosts_max = HOSTS_ROOM;
	s->name_buckets = NAMES_BUCKETS;
	s->names = grown(NULL, s->name_buckets, sizeof(struct slot *));
	memset(s->names, 0, s->name_buckets * sizeof(struct slot *));
	return s;
}

void
schedule_free(struct schedule *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->slots[i]);
	hosts_free(s->all);
	free(s->slots);
	free(s->names);
	free(s->sources.v);
	free(s->hosts.v);
	free(s);
}

static struct slot **
name_bucket(struct schedule *s, struct str name)
{
	return &s->names[hash_fast(name, 0) & (s->name_buckets - 1)];
}

static void
name_add(struct schedule *s, struct slot *x)
{
	struct slot **at;

	if (s->n > s->name_buckets) {
		s->name_buckets *= 2;
		s->names = grown(s->names, s->name_buckets, sizeof(struct slot *));
		memset(s->names, 0, s->name_buckets * sizeof(struct slot *));
		for (size_t i = 0; i + 1 < s->n; i++) {
			at = name_bucket(s, s->slots[i]->source->name);
			s->slots[i]->same = *at;
			*at = s->slots[i];
		}
	}
	at = name_bucket(s, x->source->name);
	x->same = *at;
	*at = x;
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
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->slots = grown(s->slots, s->cap, sizeof(struct slot *));
	}
	*x = (struct slot){ .due = { .at = next_at, .order = s->n },
			    .source = source,
			    .given_at = INT64_MIN,
			    .host = hosts_get(s->all, source->url) };
	s->slots[s->n++] = x;
	x->host->sources++;
	name_add(s, x);
	heap_push(&s->sources, &x->due);
	return x;
}

void
schedule_put(struct schedule *s, struct slot *slot, int64_t next_at)
{
	heap_move(&s->sources, &slot->due, next_at);
}

/* ---- who may be asked ----------------------------------------------------------------------- */

/* If sources wait for h and it is waiting for nobody else: it serves when it is free. */
static void
host_wake(struct schedule *s, struct host *h, int64_t now)
{
	if (!h->first || h->due.pos || h->in_queue || h->busy >= s->per_host)
		return;
	h->due.at = h->free_at > now ? h->free_at : now;
	heap_push(&s->hosts, &h->due);
}

static void
place_wake(struct schedule *s, struct place *p, int64_t now)
{
	size_t room = p && p->busy < s->per_address ? s->per_address - p->busy : 0;

	for (; room && p->first; room--) {
		struct host *h = p->first;

		p->first = h->queued;
		if (!p->first)
			p->last = NULL;
		h->queued = NULL;
		h->in_queue = false;
		host_wake(s, h, now);
	}
}

static void
place_queue(struct host *h)
{
	struct place *p = h->place;

	if (p->last)
		p->last->queued = h;
	else
		p->first = h;
	p->last = h;
	h->in_queue = true;
}

static void
host_queue(struct slot *x)
{
	struct host *h = x->host;

	x->next = NULL;
	x->waiting = true;
	if (h->last)
		h->last->next = x;
	else
		h->first = x;
	h->last = x;
}

static void
host_enter(struct host *h)
{
	h->busy++;
	if (h->place)
		h->place->busy++;
}

static void
host_leave(struct schedule *s, struct host *h, int64_t now, int64_t free_at)
{
	h->busy--;
	if (free_at > h->free_at)
		h->free_at = free_at;
	host_wake(s, h, now);
	if (!h->place)
		return;
	h->place->busy--;
	place_wake(s, h->place, now);
}

/* The first host in the heap has its time: a slot of its queue, or NULL when it may not yet. */
static struct slot *
host_serve(struct schedule *s, int64_t now)
{
	struct host *h = (struct host *)heap_pop(&s->hosts);
	struct slot *x = h->first;

	if (h->free_at > now || h->busy >= s->per_host) {
		host_wake(s, h, now);
		return NULL;
	}
	if (h->place && h->place->busy >= s->per_address) {
		place_queue(h);
		return NULL;
	}
	h->first = x->next;
	if (!h->first)
		h->last = NULL;
	x->next = NULL;
	x->waiting = false;
	x->busy = true;
	s->busy++;
	host_enter(h);
	host_wake(s, h, now);
	return x;
}

struct slot *
schedule_take(struct schedule *s, int64_t now)
{
	struct slot *found = NULL;

	while (!found) {
		if (s->hosts.n && s->hosts.v[0]->at <= now) {
			found = host_serve(s, now);
		} else if (s->sources.n && s->sources.v[0]->at <= now) {
			struct slot *x = (struct slot *)heap_pop(&s->sources);

			host_queue(x);
			host_wake(s, x->host, now);
		} else {
			break;
		}
	}
	return found;
}

void
schedule_give(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at,
	      int64_t host_free_at)
{
	slot->busy = slot->asked = false;
	slot->given_at = now;
	slot->due.at = next_at;
	s->busy--;
	heap_push(&s->sources, &slot->due);
	host_leave(s, slot->host, now, host_free_at);
}

void
schedule_put_off(struct schedule *s, struct slot *slot, int64_t now, int64_t next_at)
{
	int64_t given_at = slot->given_at;

	schedule_give(s, slot, now, next_at, 0);
	slot->given_at = given_at;
}

void
schedule_address(struct schedule *s, struct str url, struct str address)
{
	struct place *left = hosts_move(s->all, hosts_get(s->all, url), address);

	if (!left)
		return;
	place_wake(s, left, INT64_MIN);
	hosts_tidy(s->all, left);
}

void
schedule_crawl_delay(struct schedule *s, struct str url, int64_t delay_s)
{
	hosts_get(s->all, url)->delay_s = delay_s;
}

int64_t
schedule_delay(struct schedule *s, struct str url)
{
	return hosts_get(s->all, url)->delay_s;
}

int64_t
schedule_enter(struct schedule *s, struct str url, int64_t now)
{
	return schedule_enter_from(s, STR(""), url, now);
}

/* For one more, who holds room at held already. */
static bool
place_has_room(const struct schedule *s, const struct place *p, const struct place *held)
{
	return !p || p->busy < s->per_address || (p == held && p->busy == s->per_address);
}

int64_t
schedule_enter_from(struct schedule *s, struct str home, struct str url, int64_t now)
{
	const struct place *held;
	struct host *h;

	if (hosts_count(s->all) > s->hosts_max) {
		hosts_sweep(s->all, now);
		s->hosts_max = 2 * hosts_count(s->all) + HOSTS_ROOM;
	}
	held = home.n ? hosts_get(s->all, home)->place : NULL;
	h = hosts_get(s->all, url);
	if (h->free_at > now)
		return h->free_at;
	if (h->busy >= s->per_host || !place_has_room(s, h->place, held))
		return now + 1;
	host_enter(h);
	return 0;
}

void
schedule_leave(struct schedule *s, struct str url, int64_t now, int64_t host_free_at)
{
	host_leave(s, hosts_get(s->all, url), now, host_free_at);
}

void
schedule_rehome(struct schedule *s, struct slot *slot, struct str url)
{
	slot->host->sources--;
	slot->host = hosts_get(s->all, url);
	slot->host->sources++;
}

bool
schedule_is_home(struct schedule *s, const struct slot *slot, struct str url)
{
	return hosts_get(s->all, url) == slot->host;
}

/* ---- asked from outside --------------------------------------------------------------------- */

struct slot *
schedule_slot(struct schedule *s, struct str name)
{
	struct slot *x = *name_bucket(s, name);

	while (x && !str_eq(x->source->name, name))
		x = x->same;
	return x;
}

void
schedule_pull(struct schedule *s, const struct slot *only, int64_t since, int64_t at)
{
	for (size_t i = only ? (size_t)only->due.order : 0; i < s->n; i++) {
		struct slot *x = s->slots[i];

		x->asked |= only != NULL;
		if (!x->busy && !x->waiting && x->given_at >= since && x->due.at > at)
			heap_move(&s->sources, &x->due, at);
		if (only)
			return;
	}
}

int64_t
schedule_due(const struct schedule *s)
{
	int64_t due = s->sources.n ? s->sources.v[0]->at : INT64_MAX;

	return s->hosts.n && s->hosts.v[0]->at < due ? s->hosts.v[0]->at : due;
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

size_t
schedule_hosts(const struct schedule *s)
{
	return hosts_count(s->all);
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

int64_t
schedule_spread(int64_t now, size_t i, size_t n, int64_t interval_s)
{
	int64_t wide = (int64_t)n < interval_s ? (int64_t)n : interval_s;

	return now + (int64_t)i * wide / (int64_t)(n ? n : 1);
}
