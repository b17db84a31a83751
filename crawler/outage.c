/* outage.c - see outage.h. */
#include "core/base.h"

#include "core/log.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/outage.h"
#include "crawler/state.h"
#include "crawler/tell.h"

#define ALL_LEAST   5   /* failing sources; of fewer each is told by itself */
#define ALL_AFTER_S 900 /* most fail for so long: we are blind              */
#define ALL_NAME    "*" /* stands for all sources in the table; no configured name is one */

static const char *const says[] = {
	[OUTAGE_BEGINS] = "outage-begins",
	[OUTAGE_ENDS] = "outage-ends",
};

bool
outage_is_all(const struct outage_sum *s)
{
	return s->failing >= ALL_LEAST && s->failing * 2 > s->polled;
}

static int
tell(struct crawler *c, enum outage what, const struct word *w, struct err *e)
{
	struct word full = *w;

	full.kind = STR("outage");
	full.says = str_of(says[what]);
	log_event(what == OUTAGE_BEGINS ? LOG_ERROR : LOG_INFO,
		  what == OUTAGE_BEGINS ? "source_dead" : "source_back",
		  "source=%.*s since=%lld", STR_ARG(w->name), (long long)w->since_at);
	return crawler_tell(c, &full, e);
}

static void
count(struct crawler *c, struct slot *slot, bool failing)
{
	c->outage.polled += !slot->polled;
	c->outage.failing += failing;
	c->outage.failing -= slot->polled && slot->failing;
	slot->polled = true;
	slot->failing = failing;
}

void
outage_load(struct crawler *c, struct slot *slot, const struct source_state *st)
{
	if (st->polled_at)
		count(c, slot, st->failures > 0);
}

int
outage_open(struct crawler *c, struct err *e)
{
	struct arena *a = arena_new();
	struct source_state st;
	int r = source_state_read(c->store, STR(ALL_NAME), a, &st, e);

	c->outage.told_at = st.outage_at;
	c->outage.since_at = st.failing_at;
	arena_free(a);
	return r < 0 ? -1 : 0;
}

void
outage_dropped(struct crawler *c)
{
	struct arena *a = arena_new();
	struct source_state st;
	struct err e = { 0 };

	/* When the disk cannot even be read, the next batch says so. */
	if (source_state_read(c->store, STR(ALL_NAME), a, &st, &e) >= 0) {
		c->outage.told_at = st.outage_at;
		if (!c->outage.since_at)
			c->outage.since_at = st.failing_at;
	}
	arena_free(a);
}

/* Of all sources: is it dark, or light again? */
static int
note_all(struct crawler *c, struct err *e)
{
	struct outage_sum *s = &c->outage;
	struct word w = { .name = STR(ALL_NAME), .since_at = s->since_at };
	struct source_state st = { .url = STR(ALL_NAME) };
	enum outage what;

	if (outage_is_all(s)) {
		s->since_at = s->since_at ? s->since_at : c->now;
		if (s->told_at || c->now - s->since_at < ALL_AFTER_S)
			return 0;
		what = OUTAGE_BEGINS;
		w.since_at = s->since_at;
		s->told_at = c->now;
	} else {
		s->since_at = 0;
		if (!s->told_at)
			return 0;
		what = OUTAGE_ENDS;
		s->told_at = 0;
	}
	w.title = str_of(arena_textf(c->arena, "%zu/%zu", s->failing, s->polled));
	st.outage_at = s->told_at;
	st.failing_at = s->since_at;
	return tell(c, what, &w, e) < 0 || source_state_write(c->store, w.name, &st, e) < 0 ? -1
											    : 0;
}

int
outage_note(struct harvest *h, struct err *e)
{
	struct crawler *c = h->c;
	struct source_state *st = &h->state;
	const struct source_conf *src = h->slot->source;
	struct word w = { .name = src->name, .url = src->url, .title = st->why };
	enum outage what = answer_outage(st, h->closed, c->setup.fetch->blind_after_s, c->now);

	count(c, h->slot, st->failures > 0);
	if (!st->failures)
		c->outage.answered_at = c->now;
	if (note_all(c, e) < 0)
		return -1;
	/* While all is dark nobody is named; who stays dead is, afterwards. */
	if (what == OUTAGE_NONE && !st->failures)
		st->failing_at = 0;
	if (what == OUTAGE_NONE ||
	    (what == OUTAGE_BEGINS && outage_is_all(&c->outage) && !h->closed))
		return 0;
	w.since_at = st->failing_at;
	st->outage_at = what == OUTAGE_BEGINS ? c->now : 0;
	if (what == OUTAGE_ENDS)
		st->failing_at = 0;
	return tell(c, what, &w, e);
}
