/* robots_known.c - see robots_known.h. The newest few are kept parsed. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/robots_known.h"

#define SLOTS       64
#define FRESH_S     86400
#define FRESH_MIN_S 600
#define AGAIN_MIN_S 60
#define AGAIN_MAX_S 86400
#define PATIENCE_S  (30 * 86400)

struct slot_file {
	struct arena *a; /* NULL: empty */
	uint64_t hash;   /* of its address */
	int64_t used;    /* by use, the latest is the largest */
	struct robots_file file;
};
struct robots_known {
	struct store *store;
	struct str agent;
	struct slot_file slots[SLOTS];
	int64_t uses;
};

/* ---- what an answer means ----------------------------------------------------------------- */

enum robots_stand
robots_stands(const struct robots_row *row, int64_t now)
{
	if (row->good_at)
		return ROBOTS_READ;
	return row->since_at && now - row->since_at < PATIENCE_S ? ROBOTS_CLOSED : ROBOTS_FREE;
}

/* Cache-Control's max-age, within its bounds. */
static int64_t
fresh_s(struct str cache_control)
{
	static const char name[] = "max-age=";
	ptrdiff_t at = str_find_nocase(cache_control, STR("max-age="));
	int64_t s = 0;
	size_t i;

	if (at < 0)
		return FRESH_S;
	for (i = (size_t)at + strlen(name); i < cache_control.n && s < FRESH_S; i++) {
		if (cache_control.p[i] < '0' || cache_control.p[i] > '9')
			break;
		s = 10 * s + (cache_control.p[i] - '0');
	}
	return s < FRESH_MIN_S ? FRESH_MIN_S : s < FRESH_S ? s : FRESH_S;
}

/* Could it not be had, though it may be there? */
static bool
is_missed(const struct http_response *r)
{
	if (r->end == HTTP_REDIRECTS)
		return false;
	return r->end != HTTP_OK || r->status >= 500 || r->status == 429;
}

static int64_t
again_at(const struct robots_row *row, const struct http_response *r, int64_t now)
{
	int64_t wait = (now - row->since_at) / 2, at = answer_retry_at(r->retry_after, now);

	wait = wait < AGAIN_MIN_S ? AGAIN_MIN_S : wait < AGAIN_MAX_S ? wait : AGAIN_MAX_S;
	return at > now + wait ? at : now + wait;
}

struct robots_row
robots_learnt(const struct robots_row *old, const struct http_response *r, int64_t now)
{
	struct robots_row row = *old;

	row.asked_at = now;
	row.status = r->status;
	row.end = r->end;
	if (is_missed(r)) {
		if (!row.since_at)
			row.since_at = now;
		row.next_at = again_at(&row, r, now);
		row.why = str_of(r->detail);
		return row;
	}
	row.since_at = 0;
	row.why = STR("");
	row.good_at = now;
	row.next_at = now + fresh_s(r->cache_control);
	row.body = r->end == HTTP_OK && r->status == 200 ? r->body : STR("");
	if (row.body.n > ROBOTS_BYTES_MAX + 1)
		row.body.n = ROBOTS_BYTES_MAX + 1; /* one more: it knows that it is cut */
	return row;
}

/* ---- memory and store --------------------------------------------------------------------- */

struct robots_known *
robots_known_new(struct store *store, struct str agent)
{
	struct robots_known *k = calloc(1, sizeof *k);

	if (!k)
		abort();
	k->store = store;
	k->agent = (struct str){ strndup(agent.p, agent.n), agent.n };
	if (!k->agent.p)
		abort();
	return k;
}

void
robots_known_free(struct robots_known *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		arena_free(k->slots[i].a);
	free((char *)k->agent.p);
	free(k);
}

/* The one that holds address; NULL: none does. */
static struct slot_file *
slot_of(struct robots_known *k, struct str address)
{
	uint64_t hash = hash_fast(address, 0);

	for (size_t i = 0; i < SLOTS; i++) {
		struct slot_file *x = &k->slots[i];

		if (x->a && x->hash == hash && str_eq(x->file.row.address, address)) {
			x->used = ++k->uses;
			return x;
		}
	}
	return NULL;
}

/* One that is empty, else the one that was used longest ago. */
static struct slot_file *
slot_free(struct robots_known *k)
{
	struct slot_file *best = &k->slots[0];

	for (size_t i = 0; i < SLOTS && best->a; i++)
		if (!k->slots[i].a || k->slots[i].used < best->used)
			best = &k->slots[i];
	return best;
}

/* a holds row's texts, and goes with the slot. */
static const struct robots_file *
slot_put(struct robots_known *k, struct arena *a, const struct robots_row *row)
{
	struct slot_file *slot = slot_of(k, row->address);

	if (!slot)
		slot = slot_free(k);
	arena_free(slot->a);
	slot->a = a;
	slot->hash = hash_fast(row->address, 0);
	slot->used = ++k->uses;
	slot->file.row = *row;
	robots_read(a, row->body, k->agent, &slot->file.rules);
	return &slot->file;
}

const struct robots_file *
robots_known_find(struct robots_known *k, struct str address, struct err *e)
{
	struct slot_file *slot = slot_of(k, address);
	struct robots_row row;
	struct arena *a;

	if (slot)
		return &slot->file;
	if (!k->store)
		return NULL;
	a = arena_new();
	if (robots_row_read(k->store, address, a, &row, e) == 1)
		return slot_put(k, a, &row);
	arena_free(a);
	return NULL;
}

const struct robots_file *
robots_known_put(struct robots_known *k, const struct robots_row *row, struct err *e)
{
	struct arena *a = arena_new();
	struct robots_row mine = *row; /* row may borrow from the slot that goes */

	mine.address = arena_str(a, row->address);
	mine.why = arena_str(a, row->why);
	mine.body = arena_str(a, row->body);
	if (k->store && robots_row_write(k->store, &mine, e) < 0) {
		arena_free(a);
		return NULL;
	}
	return slot_put(k, a, &mine);
}
