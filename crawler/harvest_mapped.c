/* harvest_mapped.c - what a poll of a list page, API, hot list or sitemap brought -> items. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/harvest.h"
#include "crawler/hotlist.h"
#include "crawler/state.h"

#define HOT_KEEP_S (30 * 86400)

static void
hot_take(struct harvest *h, const struct map_item *it, struct str url, int64_t looked_at)
{
	const struct source_conf *src = h->slot->source;
	struct hot_entry *x = arena_alloc(h->arena, sizeof *x);
	struct intake in;
	struct id entry = source_hot_entry(it);
	struct err e = { 0 };
	bool due;

	source_intake(h->arena, src, it, url, &in);
	if (crawler_begin(h->c, &e) < 0 ||
	    hot_read(h->c->store, src->name, &entry, x, &e) < 0) {
		crawler_fail(h->c, &e);
		return;
	}
	due = hot_look(x, it->rank, looked_at, h->c->now);
	if (hot_write(h->c->store, src->name, x, &e) < 0)
		crawler_fail(h->c, &e);
	if (!due)
		return;
	in.identity = hot_identity(x, h->arena);
	in.words_alone = true;
	in.hot = x;
	in.heat = it->heat;
	harvest_item(h, &in);
}

static void
hot_list_take(struct harvest *h, const struct source_content *content, struct str url)
{
	struct str source = h->slot->source->name;
	struct err e = { 0 };
	int64_t looked_at = hot_looked_at(h->c->store, source, &e);

	for (size_t i = 0; i < content->n && !h->c->failed && looked_at >= 0; i++)
		hot_take(h, &content->v[i], url, looked_at);
	if (looked_at < 0 || crawler_begin(h->c, &e) < 0 ||
	    hot_forget(h->c->store, source, h->c->now - HOT_KEEP_S, &e) < 0)
		crawler_fail(h->c, &e);
}

int
mapped_read(struct harvest *h, const struct http_response *r, struct err *e)
{
	const struct source_conf *src = h->slot->source;
	struct source_bytes b = { .body = r->body,
				  .type = r->type,
				  .url = r->url,
				  .now = h->c->now,
				  .page_rules = h->c->setup.page_rules,
				  .max_age_s = src->max_age_s ? src->max_age_s
							      : h->c->setup.fetch->max_age_s };
	int64_t before = h->state.documents + h->state.old;
	struct source_content content;

	if (source_read(src, turns_way(h), &b, h->arena, &content, e) < 0)
		return -1;
	h->pages = arena_alloc(h->arena, (content.n + 1) * sizeof *h->pages);
	h->n_pages = h->next_page = 0;
	if (src->kind == SOURCE_HOTLIST)
		hot_list_take(h, &content, r->url);
	for (size_t i = 0; i < content.n && !h->c->failed && src->kind != SOURCE_HOTLIST; i++) {
		struct intake in;

		source_intake(h->arena, src, &content.v[i], r->url, &in);
		harvest_item(h, &in);
	}
	turns_after(h, &content, r->url,
		    h->n_pages || h->state.documents + h->state.old > before);
	return 0;
}
