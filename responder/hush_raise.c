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
#include "responder/story_store.h"

#define STORIES_MAX 64    /* of one incident */
#define AUTHORS_MAX 20000 /* of one story; more than three times anybody's */
#define LOOK_S      60    /* a trigger that is kept silent is looked at again after */

struct hush {
	struct hush_row row;
	char *watch; /* row.watch */
	struct hush_reach now;
	struct hush_reach judged; /* what of it had come by row.at: authors, classes */
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
	bool is_new = n < AUTHORS_MAX;

	h->now.classes |= 1u << d->source_class;
	if (d->at > h->row.at) {
		h->now.tier = tier > h->now.tier ? tier : h->now.tier;
		h->now.official |= official;
		if (d->rank && (!h->now.rank || d->rank < h->now.rank))
			h->now.rank = d->rank;
	}
	for (size_t i = 0; i < n && is_new; i++)
		is_new = h->authors[i] != author;
	if (is_new && n == h->authors_cap)
		h->authors = heap_more(h->authors, &h->authors_cap, sizeof *h->authors);
	if (is_new) {
		h->authors[n] = author;
		h->now.authors++;
	}
	if (d->at <= h->row.at)
		h->judged = h->now;
}

/* What it is measured by: what a person called wrong, and is of it still. */
static struct hush_reach
measure(const struct hush *h)
{
	struct hush_reach then = h->row.then;

	if (then.authors > h->judged.authors)
		then.authors = h->judged.authors;
	then.classes &= h->judged.classes;
	return then;
}

static enum hush_broken
hush_is(const struct hush *h)
{
	struct hush_reach then = measure(h);

	return hush_judge(&then, &h->now);
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

static bool
shares_silence(const struct hush_row *h)
{
	return !id_none(&h->into) && !id_eq(&h->into, &h->story);
}

/* It is silent no more, nor is what became part of it: their places in the list change. */
static int
hush_end(struct responder *r, size_t at, enum hush_broken why, int64_t now, struct err *e)
{
	struct hushes *s = r->hushes;
	struct hush_row row = s->v[at].row;
	struct watch_state *w = state_watch(r, row.watch);
	struct id story = row.story;

	log_event(LOG_INFO, "hush_broken", "watch=%.*s why=%s authors=%lld were=%lld",
		  STR_ARG(row.watch), hush_words[why], (long long)s->v[at].now.authors,
		  (long long)measure(&s->v[at]).authors);
	if (hush_break(r->store, &row, why, now, e) < 0 || (w && arm_again(r, w, now, e) < 0))
		return -1;
	drop(s, at);
	for (size_t i = s->n; w && i-- > 0;)
		if (shares_silence(&s->v[i].row) && id_eq(&s->v[i].row.into, &story) &&
		    str_eq(s->v[i].row.watch, w->conf->name)) {
			if (hush_end(r, i, why, now, e) < 0)
				return -1;
			i = s->n;
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
		enum hush_broken why;

		if (!id_eq(&h->row.story, story) || !str_eq(h->row.watch, m->watch))
			continue;
		hear(h, &heard, m->flags & MENTION_OFFICIAL);
		why = hush_is(h);
		if (why == HUSH_HOLDS)
			continue;
		if (hush_end(r, i, why, now, e) < 0)
			return -1;
		i = r->hushes->n; /* who hears it twice heard it once */
	}
	return 0;
}

/* ---- texts that went to another story ----------------------------------------------------------------- */

/* The silence of a story for a watch, or NULL. */
static struct hush *
hush_of(struct hushes *s, const struct id *story, struct str watch)
{
	for (size_t i = 0; i < s->n; i++)
		if (id_eq(&s->v[i].row.story, story) && str_eq(s->v[i].row.watch, watch))
			return &s->v[i];
	return NULL;
}

/* A text that a person heard and called wrong comes to a story that is silent, too: it is nothing new
 * there. (measure() sees to it that no author is one too many.) */
static int
credit(struct responder *r, const struct story_went *x, struct err *e)
{
	struct hushes *s = r->hushes;

	for (size_t i = 0; i < s->n; i++) {
		const struct hush_row *from = &s->v[i].row;
		struct hush *to;

		if (!id_eq(&from->story, &x->was) || x->arrived_at > from->at ||
		    id_eq(&from->into, &from->story))
			continue;
		to = hush_of(s, &x->story, from->watch);
		if (!to)
			continue;
		to->row.then.authors++;
		to->row.then.classes |= 1u << x->source_class;
		if (hush_write(r->store, &to->row, e) < 0)
			return -1;
	}
	return 0;
}

/* Where documents of a story are looked for: none arrived long before the one it is named after. */
static int
story_from(struct responder *r, const struct id *story, int64_t *from, struct err *e)
{
	struct story_of head;
	int found = story_of_document(r->store, story, &head, e);

	if (found > 0)
		*from = head.arrived_at - STORY_KEEP_S;
	return found < 0 ? -1 : 0;
}

/* It is silent as the one that became part of it was, unless it was silent itself and is not any more. */
static int
take_over(struct responder *r, struct hush_row row, const struct id *story, struct err *e)
{
	int64_t from = row.from_at;
	int known = hush_known(r->store, story, row.watch, e);

	if (known || story_from(r, story, &from, e) < 0)
		return known > 0 ? 0 : -1;
	row.from_at = from < row.from_at ? from : row.from_at;
	row.story = row.into = *story;
	return hush_write(r->store, &keep(r->hushes, &row)->row, e) < 0 ? -1 : 1;
}

/* Texts of a silent story left it, or the one that began it went on. When that one is of another and
 * nothing is left behind, the silence is the other's, measured by what the story was when it was
 * called wrong. */
static int
follow(struct responder *r, size_t at, struct err *e)
{
	struct hushes *s = r->hushes;
	const struct hush_row row = s->v[at].row;
	struct id into = { { 0 } };
	struct story_of head;
	int found = story_of_document(r->store, &row.story, &head, e), left, taken = 1;

	if (found <= 0)
		return found;
	left = id_eq(&head.story, &row.story) ||
	       (found = story_has_any(r->store, &row.story, head.arrived_at - STORY_KEEP_S, e));
	if (found < 0)
		return -1;
	if (!left && !hush_of(s, &head.story, row.watch))
		taken = take_over(r, row, &head.story, e);
	if (taken < 0)
		return -1;
	into = left || !taken ? into : head.story;
	if (id_eq(&into, &row.into) || (left && id_eq(&row.into, &row.story)))
		return 0;
	s->v[at].row.into = into;
	return hush_write(r->store, &s->v[at].row, e);
}

static int
follow_all(struct responder *r, const struct story_went *v, size_t n, struct err *e)
{
	size_t were = r->hushes->n;

	for (size_t i = 0; i < were; i++) {
		const struct id story = r->hushes->v[i].row.story;
		bool any = false;

		for (size_t k = 0; k < n && !any; k++)
			any = id_eq(&v[k].document, &story) || id_eq(&v[k].was, &story);
		if (any && follow(r, i, e) < 0)
			return -1;
	}
	return 0;
}

static bool
has_sharer(const struct hushes *s, const struct hush_row *h)
{
	for (size_t i = 0; i < s->n; i++)
		if (shares_silence(&s->v[i].row) && id_eq(&s->v[i].row.into, &h->story) &&
		    str_eq(s->v[i].row.watch, h->watch))
			return true;
	return false;
}

/* What was silent for another's sake is not when that one is gone. */
static int
give_back(struct responder *r, struct err *e)
{
	struct hushes *s = r->hushes;

	for (size_t i = s->n; i-- > 0;) {
		const struct hush_row *h = &s->v[i].row;

		if (!id_eq(&h->into, &h->story) || has_sharer(s, h))
			continue;
		if (hush_drop(r->store, h, e) < 0)
			return -1;
		drop(s, i);
	}
	return 0;
}

/* As far as it has spread by the texts that it has now. */
static int
recount(struct responder *r, struct hush *h, struct err *e)
{
	struct hushes one = { h, 1, 1 };
	int64_t from = h->row.from_at;

	if (story_from(r, &h->row.story, &from, e) < 0)
		return -1;
	h->now = (struct hush_reach){ .tier = -1, .official = h->now.official };
	h->judged = (struct hush_reach){ .authors = 0 };
	return hush_documents(r->store, from, hear_each, &one, e) < 0 ? -1 : 0;
}

static bool
is_touched(const struct hush_row *h, const struct story_went *v, size_t n)
{
	for (size_t k = 0; k < n && !shares_silence(h); k++)
		if (id_eq(&v[k].was, &h->story) || id_eq(&v[k].story, &h->story))
			return true;
	return false;
}

int
hushes_moved(struct responder *r, const struct story_went *v, size_t n, int64_t now,
	     struct err *e)
{
	struct hushes *s = r->hushes;

	for (size_t k = 0; k < n && s->n; k++)
		if (credit(r, &v[k], e) < 0)
			return -1;
	if (follow_all(r, v, n, e) < 0 || give_back(r, e) < 0)
		return -1;
	for (size_t i = s->n; i-- > 0;)
		if (is_touched(&s->v[i].row, v, n) && recount(r, &s->v[i], e) < 0)
			return -1;
	for (size_t i = s->n; i-- > 0;) {
		enum hush_broken why = hush_is(&s->v[i]);

		if (why == HUSH_HOLDS || !is_touched(&s->v[i].row, v, n))
			continue;
		if (hush_end(r, i, why, now, e) < 0)
			return -1;
		i = s->n;
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

/* By its story; or by the one that it was of when that was called wrong: it has been judged, wherever
 * it stands now. */
static int
is_hushed(struct responder *r, const struct watch_state *w, const struct signal_item *item,
	  struct err *e)
{
	struct story_told told;
	int found = story_of_mention(r->store, &item->mention, &told, e);

	for (size_t i = 0; found > 0 && i < r->hushes->n; i++) {
		const struct hush_row *h = &r->hushes->v[i].row;
		struct id story = told.story;

		if (!str_eq(h->watch, w->conf->name))
			continue;
		if (told.moved && told.arrived_at <= h->at && !id_eq(&h->into, &h->story) &&
		    !id_eq(&story, &h->story) &&
		    story_stood(r->store, &told.document, h->at, &story, e) < 0)
			return -1;
		if (id_eq(&h->story, &story))
			return 1;
	}
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
