/* health_keep.c - see health_keep.h. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/credentials.h"
#include "crawler/health_keep.h"
#include "crawler/health_store.h"
#include "crawler/state.h"

int
health_open(struct crawler *c, struct err *e)
{
	const struct source_conf *v = c->setup.sources->v;
	size_t n = c->setup.sources->n;
	struct arena *a = arena_new();
	int r = 0;

	c->tallies = calloc(n + 1, sizeof *c->tallies);
	if (!c->tallies)
		abort();
	for (size_t i = 0; r >= 0 && i < n; i++) {
		r = tally_load(c->store, v[i].name, a, &c->tallies[i], e);
		arena_reset(a);
	}
	arena_free(a);
	return r < 0 ? -1 : 0;
}

void
health_close(struct crawler *c)
{
	free(c->tallies);
	c->tallies = NULL;
}

static size_t
number_of(const struct crawler *c, const struct source_conf *src)
{
	const struct source_conf *v = c->setup.sources->v;
	size_t n = c->setup.sources->n;

	return src >= v && src < v + n ? (size_t)(src - v) : n;
}

struct tally *
health_tally(struct crawler *c, const struct source_conf *src)
{
	return &c->tallies[number_of(c, src)];
}

static void
changed(struct crawler *c, const struct tally *t)
{
	c->tallies_dirty = c->tallies_dirty || t->dirty;
}

void
health_document(struct crawler *c, const struct source_conf *src, const struct document *d)
{
	struct tally *t = health_tally(c, src);

	tally_document(t, d->published_at, c->now);
	changed(c, t);
}

void
health_poll(struct crawler *c, const struct source_conf *src, const struct source_state *st,
	    const struct http_response *r, enum health_read read)
{
	static const enum tally_poll polls[] = { TALLY_NEW,    TALLY_SAME,   TALLY_FAILED,
						 TALLY_FAILED, TALLY_FAILED, TALLY_FAILED };
	/* A login page, though what we showed was good once: it has run out. */
	bool login = read == HEALTH_LOGIN && credentials_any(src) && st->ok_at > 0;
	enum cause cause = CAUSE_NONE;
	struct tally *t = health_tally(c, src);

	if (read == HEALTH_UNREAD)
		cause = CAUSE_UNREAD;
	else if (read == HEALTH_WALL || read == HEALTH_LOGIN)
		cause = login ? CAUSE_LOGIN : CAUSE_WALL;
	else if (read == HEALTH_ANSWER)
		cause = cause_of(r, credentials_any(src), st->ok_at > 0);
	tally_poll(t, polls[read], cause, c->now);
	changed(c, t);
}

void
health_look(struct crawler *c, const struct source_conf *src, enum health_read read)
{
	static const enum tally_poll polls[] = { TALLY_NEW, TALLY_SAME, TALLY_FAILED,
						 TALLY_FAILED };

	struct tally *t = health_tally(c, src);

	tally_poll(t, polls[read], read == HEALTH_UNREAD ? CAUSE_UNREAD : CAUSE_NONE, c->now);
	changed(c, t);
}

int
health_settle(struct crawler *c, struct err *e)
{
	const struct source_conf *v = c->setup.sources->v;

	if (!c->tallies_dirty)
		return 0;
	for (size_t i = 0; i < c->setup.sources->n; i++)
		if (c->tallies[i].dirty &&
		    tally_save(c->store, v[i].name, &c->tallies[i], e) < 0)
			return -1;
	return 0;
}

int
health_end(struct crawler *c, struct err *e)
{
	for (size_t i = 0; c->tallies && i < c->setup.sources->n; i++)
		if (c->tallies[i].late_at)
			c->tallies_dirty = c->tallies[i].dirty = true;
	return health_settle(c, e);
}

void
health_committed(struct crawler *c)
{
	for (size_t i = 0; c->tallies_dirty && i < c->setup.sources->n; i++)
		if (c->tallies[i].dirty)
			c->tallies[i].late_at = c->tallies[i].dirty = false;
	c->tallies_dirty = false;
}

/* What cannot be read stays as it was counted, and is written with the next batch. */
void
health_dropped(struct crawler *c)
{
	const struct source_conf *v = c->setup.sources->v;
	struct arena *a;

	if (!c->tallies_dirty)
		return;
	a = arena_new();
	c->tallies_dirty = false;
	for (size_t i = 0; i < c->setup.sources->n; i++) {
		struct tally t = { 0 };
		struct err e = { 0 };

		if (!c->tallies[i].dirty)
			continue;
		if (tally_load(c->store, v[i].name, a, &t, &e) >= 0)
			c->tallies[i] = t;
		else
			c->tallies_dirty = true;
		arena_reset(a);
	}
	arena_free(a);
}
