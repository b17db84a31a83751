/* outage.c - see outage.h. */
#include "core/base.h"

#include "core/document.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/outage.h"
#include "crawler/state.h"

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

/* What is said of one source, or of all. */
struct word {
	enum outage what;
	struct str name, url, why;
	int64_t since_at;
};

static int
tell(struct crawler *c, const struct word *w, struct err *e)
{
	struct str identity =
		str_of(arena_textf(c->arena, "%s:%lld", says[w->what], (long long)w->since_at));
	struct document d = { .id = ID_OF(STR("outage"), w->name, identity),
			      .spool = spool_name(c->spool),
			      .source = w->name,
			      .source_class = CLASS_OTHER,
			      .site = w->name,
			      .identity = identity,
			      .url = w->url,
			      .title = w->why,
			      .followers = -1,
			      .published_at = w->since_at,
			      .arrived_at = c->now,
			      .flags = DOCUMENT_HEALTH };
	struct buf record = BUF(RECORD_MAX);
	int r;

	d.text_hash = ID_OF(d.title, d.text);
	d.seq = spool_next_seq(c->spool);
	record_encode(&document_record, &d, &record);
	r = buf_ok(&record) ? spool_take(c->spool, d.seq, c->now, buf_str(&record), e)
			    : err_set(e, ERR_BROKEN, "an outage is over %d bytes", RECORD_MAX);
	buf_release(&record);
	log_event(w->what == OUTAGE_BEGINS ? LOG_ERROR : LOG_INFO,
		  w->what == OUTAGE_BEGINS ? "source_dead" : "source_back",
		  "source=%.*s since=%lld", STR_ARG(w->name), (long long)w->since_at);
	return r;
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

	if (outage_is_all(s)) {
		s->since_at = s->since_at ? s->since_at : c->now;
		if (s->told_at || c->now - s->since_at < ALL_AFTER_S)
			return 0;
		w.what = OUTAGE_BEGINS;
		w.since_at = s->since_at;
		s->told_at = c->now;
	} else {
		s->since_at = 0;
		if (!s->told_at)
			return 0;
		w.what = OUTAGE_ENDS;
		s->told_at = 0;
	}
	w.why = str_of(arena_textf(c->arena, "%zu/%zu", s->failing, s->polled));
	st.outage_at = s->told_at;
	st.failing_at = s->since_at;
	return tell(c, &w, e) < 0 || source_state_write(c->store, w.name, &st, e) < 0 ? -1 : 0;
}

int
outage_note(struct harvest *h, struct err *e)
{
	struct crawler *c = h->c;
	struct source_state *st = &h->state;
	const struct source_conf *src = h->slot->source;
	struct word w = { .name = src->name,
			  .url = src->url,
			  .why = st->why,
			  .what = answer_outage(st, h->closed, c->setup.fetch->blind_after_s,
						c->now) };

	count(c, h->slot, st->failures > 0);
	if (note_all(c, e) < 0)
		return -1;
	/* While all is dark nobody is named; who stays dead is, afterwards. */
	if (w.what == OUTAGE_NONE && !st->failures)
		st->failing_at = 0;
	if (w.what == OUTAGE_NONE ||
	    (w.what == OUTAGE_BEGINS && outage_is_all(&c->outage) && !h->closed))
		return 0;
	w.since_at = st->failing_at;
	st->outage_at = w.what == OUTAGE_BEGINS ? c->now : 0;
	if (w.what == OUTAGE_ENDS)
		st->failing_at = 0;
	return tell(c, &w, e);
}
