/* hosts.c - two chained hash tables that grow: hosts by name, places by address. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/http.h"
#include "core/str.h"

#include "crawler/hosts.h"

#define BUCKETS_FIRST 64

struct hosts {
	struct host **hosts;
	size_t host_buckets, n_hosts, made;
	struct place **places;
	size_t place_buckets, n_places;
	uint8_t key[16]; /* addresses and redirects come from outside */
};

static void *
zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		abort();
	return p;
}

static char *
copied(struct str s)
{
	char *p = zeroed(s.n + 1, 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct hosts *
hosts_new(void)
{
	struct hosts *h = zeroed(1, sizeof *h);

	h->host_buckets = h->place_buckets = BUCKETS_FIRST;
	h->hosts = zeroed(h->host_buckets, sizeof(struct host *));
	h->places = zeroed(h->place_buckets, sizeof(struct place *));
	hash_random(h->key, sizeof h->key);
	return h;
}

static void
place_free(struct place *p)
{
	free(p->name);
	free(p);
}

void
hosts_free(struct hosts *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->host_buckets; i++)
		for (struct host *x = h->hosts[i], *next; x; x = next) {
			next = x->next;
			free(x->name);
			free(x);
		}
	for (size_t i = 0; i < h->place_buckets; i++)
		for (struct place *x = h->places[i], *next; x; x = next) {
			next = x->next;
			place_free(x);
		}
	free(h->hosts);
	free(h->places);
	free(h);
}

static size_t
bucket(const struct hosts *h, struct str name, size_t buckets)
{
	return hash_sip(h->key, name) & (buckets - 1);
}

static void
hosts_grow(struct hosts *h)
{
	size_t n = h->host_buckets * 2;
	struct host **v = zeroed(n, sizeof(struct host *));

	for (size_t i = 0; i < h->host_buckets; i++)
		for (struct host *x = h->hosts[i], *next; x; x = next) {
			size_t to = bucket(h, str_of(x->name), n);

			next = x->next;
			x->next = v[to];
			v[to] = x;
		}
	free(h->hosts);
	h->hosts = v;
	h->host_buckets = n;
}

static void
places_grow(struct hosts *h)
{
	size_t n = h->place_buckets * 2;
	struct place **v = zeroed(n, sizeof(struct place *));

	for (size_t i = 0; i < h->place_buckets; i++)
		for (struct place *x = h->places[i], *next; x; x = next) {
			size_t to = bucket(h, str_of(x->name), n);

			next = x->next;
			x->next = v[to];
			v[to] = x;
		}
	free(h->places);
	h->places = v;
	h->place_buckets = n;
}

static struct host *
host_of(struct hosts *h, struct str name)
{
	size_t at = bucket(h, name, h->host_buckets);
	struct host *x = h->hosts[at];

	while (x && !str_is(name, x->name))
		x = x->next;
	if (x)
		return x;
	if (h->n_hosts >= h->host_buckets) {
		hosts_grow(h);
		at = bucket(h, name, h->host_buckets);
	}
	x = zeroed(1, sizeof *x);
	x->name = copied(name);
	x->due.order = h->made++;
	h->n_hosts++;
	x->free_at = INT64_MIN;
	x->next = h->hosts[at];
	h->hosts[at] = x;
	return x;
}

struct host *
hosts_get(struct hosts *h, struct str url)
{
	struct buf b = BUF(HOST_NAME_MAX_BYTES + 1);
	struct host *x;

	if (url_host(url, &b) < 0 || !buf_ok(&b))
		buf_clear(&b);
	x = host_of(h, buf_str(&b));
	buf_release(&b);
	return x;
}

static struct place *
place_of(struct hosts *h, struct str name)
{
	size_t at = bucket(h, name, h->place_buckets);
	struct place *x = h->places[at];

	while (x && !str_is(name, x->name))
		x = x->next;
	if (x)
		return x;
	if (h->n_places >= h->place_buckets) {
		places_grow(h);
		at = bucket(h, name, h->place_buckets);
	}
	x = zeroed(1, sizeof *x);
	x->name = copied(name);
	x->next = h->places[at];
	h->places[at] = x;
	h->n_places++;
	return x;
}

void
hosts_tidy(struct hosts *h, struct place *p)
{
	struct place **at;

	if (!p || p->hosts || p->busy || p->first)
		return;
	at = &h->places[bucket(h, str_of(p->name), h->place_buckets)];
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	h->n_places--;
	place_free(p);
}

struct place *
hosts_move(struct hosts *h, struct host *host, struct str address)
{
	struct place *from = host->place, *to;

	if (!address.n || (from && str_is(address, from->name)))
		return NULL;
	to = place_of(h, address);
	to->hosts++;
	to->busy += host->busy;
	host->place = to;
	if (from) {
		from->hosts--;
		from->busy -= host->busy;
	}
	return from;
}

static void
host_forget(struct hosts *h, struct host *x)
{
	struct place *p = x->place;

	if (p)
		p->hosts--;
	hosts_tidy(h, p);
	free(x->name);
	free(x);
	h->n_hosts--;
}

void
hosts_sweep(struct hosts *h, int64_t now)
{
	for (size_t i = 0; i < h->host_buckets; i++)
		for (struct host **at = &h->hosts[i], *x; (x = *at);) {
			if (x->sources || x->busy || x->free_at > now) {
				at = &x->next;
				continue;
			}
			*at = x->next;
			host_forget(h, x);
		}
}

size_t
hosts_count(const struct hosts *h)
{
	return h->n_hosts;
}
