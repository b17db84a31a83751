/* hush_raise.c - the silence after a wrong alarm, in the stage: which stories of which watch, how far
 * they have spread since, and what triggers see beside them.
 *
 * Memory holds what can be counted again from the record: hushes_load(). */
#include "core/base.h"

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/course.h"
#include "responder/heap.h"
#include "responder/hush_store.h"
#include "responder/reason.h"
#include "responder/signal_store.h"
#include "responder/state.h"

#define STORIES_MAX 64    /* of one incident */
#define AUTHORS_MAX 20000 /* of one story; more than three times anybody's */
#define LOOK_S      60    /* a trigger that is kept silent is looked at again after */

struct hush {
	struct hush_row row;
	char *watch; /* row.watch */
	struct hush_reach now;
	uint64_t *authors;
	size_t authors_cap;
};
struct hushes {
	struct hush *v;
	size_t n, cap;
};

/* ---- counting ---------------------------------------------------------------------------------- */

/* What a document adds to one that it belongs to; official: it is an authority's word. */
static void
hear(struct hush *h, const struct hush_heard *d, bool official)
{
	uint64_t author = signal_author(&d->author_key, d->site);
	const struct document as = { .followers = d->followers };
	int64_t tier = document_tier(&as);
	size_t n = (size_t)h->now.authors;

	h->now.classes |= 1u << d->source_class;
	if (d->at > h->row.at) {
		h->now.tier = tier > h->now.tier ? tier : h->now.tier;
		h->now.official |= official;
		if (d->rank && (!h->now.rank || d->rank < h->now.rank))
			h->now.rank = d->rank;
	}
	for (size_t i = 0; i < n; i++)
		if (h->authors[i] == author)
			return;
	if (n == AUTHORS_MAX)
		return;
	if (n == h->authors_cap)
		h->authors = heap_more(h->authors, &h->authors_cap, sizeof *h->authors);
	h->authors[n] = author;
	h->now.authors++;
}

static void
hear_each(void *arg, const struct hush_heard *d)
{
	struct hushes *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (d->at >= s->v[i].row.from_at && id_eq(&s->v[i].row.story, &d->story))
			hear(&s->v[i], d, false);
}

static struct hush *
keep(struct hushes *s, const struct hush_row *row)
{
	struct hush *h;

	if (s->n == s->cap)
		s->v = heap_more(s->v, &s->cap, sizeof *s->v);
	h = &s->v[s->n++];
	*h = (struct hush){ .row = *row, .now = { .tier = -1 } };
	h->watch = heap_zero(row->watch.n + 1, 1);
	memcpy(h->watch, row->watch.p, row->watch.n);
	h->row.watch = (struct str){ h->watch, row->watch.n };
	return h;
}

static void
drop(struct hushes *s, size_t i)
{
	free(s->v[i].watch);
	free(s->v[i].authors);
	s->v[i] = s->v[--s->n];
}

/* Nothing is silent for longer than a story that comes back is the same. */
static void
lapse(struct hushes *s, int64_t now)
{
	for (size_t i = s->n; i-- > 0;)
		if (s->v[i].row.at <= now - COURSE_RECUR_S)
			drop(s, i);
}

/* ---- life ---------------------------------------------------------------------------------------- */

static void
keep_each(void *arg, const struct hush_row *row)
{
	keep(arg, row);
}

static int
count_again(struct responder *r, struct hushes *s, size_t first, struct err *e)
{
	int64_t from = INT64_MAX;
	struct hushes some;

	if (first == s->n)
		return 0;
	some = (struct hushes){ s->v + first, s->n - first, 0 };
	for (size_t i = first; i < s->n; i++)
		if (s->v[i].row.from_at < from)
			from = s->v[i].row.from_at;
	return hush_documents(r->store, from, hear_each, &some, e) < 0 ? -1 : 0;
}

int
hushes_load(struct responder *r, int64_t now, struct err *e)
{
	r->hushes = heap_zero(1, sizeof *r->hushes);
	for (size_t i = 0; i < r->watches_n; i++) {
		struct watch_state *w = &r->watches[i];

		w->again = hushes_broken(r->store, w->conf->name, e);
		if (w->again < 0)
			return -1;
	}
	if (hushes_read(r->store, now - COURSE_RECUR_S, keep_each, r->hushes, e) < 0)
		return -1;
	return count_again(r, r->hushes, 0, e);
}

void
hushes_free(struct hushes *s)
{
	if (!s)
		return;
	while (s->n)
		drop(s, s->n - 1);
	free(s->v);
	free(s);
}

/* ---- called wrong ---------------------------------------------------------------------------------- */

static void
forget(struct hushes *s, const struct hush_row *row)
{
	for (size_t i = s->n; i-- > 0;)
		if (id_eq(&s->v[i].row.story, &row->story) &&
		    str_eq(s->v[i].row.watch, row->watch))
			drop(s, i);
}

int
hush_on_move(struct responder *r, const struct incident *i, const struct move *m, int64_t now,
	     struct err *e)
{
	int64_t first_at = i->first_mention_at ? i->first_mention_at : i->opened_at;
	struct hush_row row = { .incident = i->id,
				.from_at = first_at - STORY_KEEP_S,
				.at = now };
	struct id stories[STORIES_MAX];
	struct conf_texts watches;
	size_t first;
	int n;

	if (m->event != EVENT_VERDICT_WRONG)
		return 0;
	watches = incidents_watches(r->incidents, i, r->batch);
	n = hush_stories(r->store, &i->id, stories, STORIES_MAX, e);
	for (size_t k = 0; k < watches.n; k++)
		for (int s = 0; s < n; s++) {
			row.watch = watches.v[k];
			row.story = stories[s];
			forget(r->hushes, &row);
		}
	first = r->hushes->n;
	for (size_t k = 0; k < watches.n; k++)
		for (int s = 0; s < n; s++) {
			row.watch = watches.v[k];
			row.story = stories[s];
			keep(r->hushes, &row);
		}
	if (n < 0 || count_again(r, r->hushes, first, e) < 0)
		return -1;
	for (size_t k = first; k < r->hushes->n; k++) {
		struct hush *h = &r->hushes->v[k];

		h->row.then = h->now;
		h->now.tier = -1;
		if (hush_write(r->store, &h->row, e) < 0)
			return -1;
	}
	return 0;
}

/* ---- told on --------------------------------------------------------------------------------------- */

/* Whatever has fired and not cleared, or was kept silent, may fire once more: now it would be about
 * something. As long as it seems to be over, the next turn looks at it, too. */
static int
arm_again(struct responder *r, struct watch_state *w, int64_t now, struct err *e)
{
	w->again++;
	r->due_known = false;
	r->judge_at = r->judge_at > now ? now : r->judge_at;
	for (size_t i = 0; i < w->triggers_n; i++)
		for (int h = 0; h < w->triggers[i].halves; h++) {
			struct watch_trigger *t = &w->triggers[i];
			struct trigger_half *x = &t->half[h];

			if (!x->state.fired_at && !x->muted_at)
				continue;
			x->muted_at = 0;
			x->state =
				(struct trigger_state){ .over_since = series_now(w->series) };
			if (trigger_state_write(r->store, t->conf->name, w->conf->name,
						state_half(t, h), &x->state, &x->firing, e) < 0)
				return -1;
		}
	return 0;
}

int
hush_hear(struct responder *r, const struct document *d, const struct mention *m,
	  const struct id *story, int64_t now, struct err *e)
{
	const struct hush_heard heard = { .story = *story,
					  .author_key = d->author_key,
					  .site = d->site,
					  .at = d->arrived_at,
					  .source_class = d->source_class,
					  .followers = d->followers,
					  .rank = record_rank(d) };

	lapse(r->hushes, d->arrived_at);
	for (size_t i = r->hushes->n; i-- > 0;) {
		struct hush *h = &r->hushes->v[i];
		struct watch_state *w;
		enum hush_broken why;

		if (!id_eq(&h->row.story, story) || !str_eq(h->row.watch, m->watch))
			continue;
		hear(h, &heard, m->flags & MENTION_OFFICIAL);
		why = hush_judge(&h->row.then, &h->now);
		if (why == HUSH_HOLDS)
			continue;
		log_event(LOG_INFO, "hush_broken", "watch=%.*s why=%s authors=%lld were=%lld",
			  STR_ARG(h->row.watch), hush_words[why], (long long)h->now.authors,
			  (long long)h->row.then.authors);
		w = state_watch(r, h->row.watch);
		if (hush_break(r->store, &h->row, why, now, e) < 0 ||
		    (w && arm_again(r, w, now, e) < 0))
			return -1;
		drop(r->hushes, i);
	}
	return 0;
}

/* ---- what is left to fire ----------------------------------------------------------------------------- */

static bool
any_of(const struct hushes *s, struct str watch)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->v[i].row.watch, watch))
			return true;
	return false;
}

static int
is_hushed(struct responder *r, const struct watch_state *w, const struct signal_item *item,
	  struct err *e)
{
	struct id story;
	int found = mention_event(r->store, &item->mention, &story, e);

	for (size_t i = 0; found > 0 && i < r->hushes->n; i++)
		if (id_eq(&r->hushes->v[i].row.story, &story) &&
		    str_eq(r->hushes->v[i].row.watch, w->conf->name))
			return 1;
	return found < 0 ? -1 : 0;
}

/* Of what the trigger counts, without what is silent: how it looks then. */
static int
view_without(struct responder *r, struct watch_state *w, struct watch_trigger *t,
	     struct trigger_view *v, struct err *e)
{
	struct series *rest = series_new(t->conf->window);
	size_t window = series_window_for(rest, t->conf, t->topics), n;
	const struct signal_item **items = series_counted(w->series, t->window, r->batch, &n);
	struct trigger_view seen;
	int64_t left_out = 0;
	int hushed = 0;

	for (size_t i = n; i-- > 0 && hushed >= 0;) {
		hushed = is_hushed(r, w, items[i], e);
		if (hushed == 0)
			series_add(rest, items[i]);
		left_out += hushed > 0;
	}
	series_advance(rest, series_now(w->series));
	series_view(rest, window, &seen);
	seen.baseline = v->baseline;
	seen.spread = v->spread;
	seen.total = v->total - left_out;
	*v = seen;
	series_free(rest);
	return hushed < 0 ? -1 : left_out > 0;
}

int
hush_mutes(struct responder *r, struct watch_state *w, struct watch_trigger *t, int half,
	   const struct reason *why, struct err *e)
{
	struct trigger_half *x = &t->half[half];
	struct trigger_state over = { .over_since = 1 }; /* for as long as it takes */
	int64_t at = series_now(w->series);
	struct trigger_view v = *why->view;
	int less;

	lapse(r->hushes, at);
	if (!any_of(r->hushes, w->conf->name) || trigger_by_silence(t->conf))
		return 0;
	if (x->muted_at && at - x->muted_at < LOOK_S)
		return 1;
	less = view_without(r, w, t, &v, e);
	if (less <= 0)
		return less;
	if (trigger_judge(why->conf, x->grade, &v, over, at).said == TRIGGER_FIRES) {
		x->muted_at = 0;
		return 0;
	}
	log_event(LOG_INFO, "trigger_hushed", "trigger=%.*s watch=%.*s grade=W%d observed=%lld",
		  STR_ARG(t->conf->name), STR_ARG(w->conf->name), (int)x->grade,
		  (long long)why->view->observed);
	x->muted_at = at;
	return 1;
}
