/* guid.c - see guid.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/http.h"
#include "core/str.h"

#include "crawler/feed.h"
#include "crawler/guid.h"
#include "crawler/harvest.h"
#include "crawler/spool_store.h"
#include "crawler/state.h"

#define TITLES_MAX 3 /* two may be an item and its correction */

/* What one guid, or one link, stands for in a feed. */
struct group {
	struct str key;
	const struct feed_item *first;
	size_t titles; /* changes of title met, and one */
	struct str title;
	bool links; /* several */
};
struct groups {
	struct group *v; /* by hash; size is a power of two */
	size_t size;
};

static struct group *
group_of(struct groups *g, struct str key)
{
	size_t at = (size_t)hash_fast(key, 0);

	for (;; at++) {
		struct group *it = &g->v[at & (g->size - 1)];

		if (!it->first || str_eq(it->key, key))
			return it;
	}
}

static void
group_add(struct groups *g, struct str key, const struct feed_item *it)
{
	struct group *group;

	if (!key.n)
		return;
	group = group_of(g, key);
	if (!group->first) {
		*group = (struct group){ key, it, 1, it->title, false };
		return;
	}
	group->links |= !str_eq(group->first->link, it->link);
	group->titles += !str_eq(group->title, it->title);
	group->title = it->title;
}

static struct groups
groups_new(struct arena *a, size_t n)
{
	struct groups g = { NULL, 16 };

	while (g.size < n * 2)
		g.size *= 2;
	g.v = arena_alloc(a, g.size * sizeof *g.v);
	return g;
}

const uint8_t *
guid_judge(struct arena *a, const struct feed *f)
{
	struct groups guids = groups_new(a, f->n), links = groups_new(a, f->n);
	uint8_t *use = arena_alloc(a, f->n + 1);

	for (size_t i = 0; i < f->n; i++)
		group_add(&guids, f->items[i].id, &f->items[i]);
	for (size_t i = 0; i < f->n; i++) {
		const struct feed_item *it = &f->items[i];
		const struct group *g = it->id.n ? group_of(&guids, it->id) : NULL;

		if (g && !g->links && g->titles < TITLES_MAX)
			continue;
		use[i] = GUID_LINK;
		group_add(&links, it->link, it);
	}
	for (size_t i = 0; i < f->n; i++)
		if (use[i] == GUID_LINK && f->items[i].link.n &&
		    group_of(&links, f->items[i].link)->titles > 1)
			use[i] = GUID_WORDS;
	return use;
}

/* ---- over time -------------------------------------------------------------------------------- */

/* 1 when the mark stood; it is renewed, or set. */
static int
meet(struct crawler *c, const struct id *mark, struct err *e)
{
	int fresh = spool_mark_seen(c->store, mark, c->now, e);

	if (fresh == 0 && spool_renew_seen(c->store, mark, c->now, e) < 0)
		return -1;
	return fresh < 0 ? -1 : !fresh;
}

/* Does the guid, which was seen, stand for the item? Remembers what it stands for now. */
static int
stands_for(struct crawler *c, struct str source, const struct feed_item *it, struct str link,
	   struct err *e)
{
	struct id by_link = ID_OF(STR("guid link"), source, it->id, link);
	struct id by_title = ID_OF(STR("guid title"), source, it->id, it->title);
	int one = meet(c, &by_link, e), other;

	if (one < 0)
		return -1;
	other = it->title.n ? meet(c, &by_title, e) : 0;
	return other < 0 ? -1 : one || other;
}

static struct str
words_of(struct arena *a, const struct feed_item *it)
{
	struct id words = ID_OF(it->title, it->summary, it->content);
	struct buf b = BUF(40);
	struct str s;

	id_add_hex(&b, &words);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

int
guid_identity(struct harvest *h, const struct feed_item *it, enum guid_use use,
	      struct str *identity, struct err *e)
{
	struct str source = h->slot->source->name, link;
	struct id id = ID_OF(source, it->id);
	int seen, same;

	*identity = use == GUID_STANDS  ? it->id
		    : use == GUID_WORDS ? words_of(h->arena, it)
					: STR("");
	/* A guid that is the link itself cannot be given to another one. */
	if (use != GUID_STANDS || !it->link.n || str_eq(it->id, it->link))
		return 0;
	if (crawler_begin(h->c, e) < 0)
		return -1;
	seen = spool_is_seen(h->c->store, &id, e);
	link = url_canonical_text(h->arena, it->link);
	link = link.n ? link : it->link;
	same = seen < 0 ? -1 : stands_for(h->c, source, it, link, e);
	if (same < 0)
		return -1;
	if (seen && !same)
		*identity = str_of(
			arena_textf(h->arena, "%.*s %.*s", STR_ARG(it->id), STR_ARG(link)));
	return 0;
}
