/*
 * items[first .. n) are live and in order of (at, arrival). A window holds the index of its
 * first item inside; everything from there to n that its signal counts is in its tallies.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/result.h"
#include "responder/heap.h"
#include "responder/rate.h"
#include "responder/signal.h"
#include "responder/spread.h"
#include "responder/tally.h"
#include "responder/voices.h"

/* Which items a window counts. */
struct filter {
	unsigned all, none; /* enum signal_bit */
	uint64_t topics;
	int64_t confidence; /* at least, 1/1000 */
	int tier;           /* at least; -1 = anybody */
	bool ranked;        /* stands on a hot list */
};
struct window {
	int64_t length_s;
	enum signal_kind signal;
	enum trigger_kind kind;
	struct filter filter;
	int64_t severity, fresh_s; /* author; story: so young, 0 = of any age */
	size_t head;               /* first item within */
	int64_t count, reach;
	int64_t total;        /* share: counted or not, but not old */
	int64_t severe;       /* author: of topics that bad         */
	struct rate rate;     /* of a quotient                      */
	struct spread spread; /* story, old_news                    */
	struct id lead;       /* of them, at the last view          */
	struct tally authors; /* of what is counted */
	struct tally keys;    /* sites or classes, when the signal is their number */
	struct voices voices; /* words: of items[head .. heard) that are counted */
	size_t heard;         /* head: of none, they are to be added anew */
};
struct series {
	int64_t keep_s, now;
	struct signal_item *items;
	size_t first, n, cap;
	struct window *windows;
	size_t windows_n, windows_cap;
};

#define NOT_OURS (MENTION_PROMOTION | MENTION_OWNED | MENTION_RIVAL | MENTION_ECHO)

unsigned
signal_bits(const struct signal_marks *m)
{
	bool complaint = m->intent == INTENT_COMPLAINT ||
			 (m->source_class == CLASS_COMPLAINT && m->label <= LABEL_NEU);
	unsigned bits = 0;

	if (m->label > LABEL_NEU)
		bits |= SIGNAL_BIT_POSITIVE;
	if (m->flags & MENTION_FIRST_HAND)
		bits |= SIGNAL_BIT_FIRST_HAND;
	if (m->flags & MENTION_NOTABLE)
		bits |= SIGNAL_BIT_NOTABLE;
	if (m->document_flags & DOCUMENT_OLD)
		bits |= SIGNAL_BIT_OLD;
	if (m->flags & NOT_OURS)
		return bits;
	if (m->label < LABEL_NEU)
		bits |= SIGNAL_BIT_NEGATIVE;
	if (complaint)
		bits |= SIGNAL_BIT_COMPLAINT;
	if (!(m->flags & MENTION_DENIAL))
		bits |= SIGNAL_BIT_VOICE |
			(m->flags & MENTION_OFFICIAL ? SIGNAL_BIT_OFFICIAL : 0);
	return bits;
}

unsigned
signal_copy(const struct id *copies, const struct id *document)
{
	return id_none(copies) || id_eq(copies, document) ? 0 : SIGNAL_BIT_COPY;
}

int64_t
signal_lag(int64_t published_at, int64_t arrived_at, int64_t document_flags)
{
	if (published_at <= 0 || published_at > arrived_at || document_flags & DOCUMENT_HISTORY)
		return -1;
	return arrived_at - published_at < INT32_MAX ? arrived_at - published_at : INT32_MAX;
}

struct rollup_counts
signal_counts(unsigned bits, int64_t score, int64_t reach, int64_t lag_s)
{
	bool negative = bits & SIGNAL_BIT_NEGATIVE, positive = bits & SIGNAL_BIT_POSITIVE;

	reach = reach > 0 ? reach : 0;
	return (struct rollup_counts){ .mentions = 1,
				       .negative = negative,
				       .positive = positive,
				       .complaints = !!(bits & SIGNAL_BIT_COMPLAINT),
				       .score = score,
				       .reach = reach,
				       .tone_reach = (positive - negative) * reach,
				       .copies = !!(bits & SIGNAL_BIT_COPY),
				       .lag_s = lag_s >= 0 ? lag_s : 0,
				       .lagged = lag_s >= 0 };
}

bool
signal_counts_rollup(const struct signal_marks *m)
{
	bool old = m->document_flags & DOCUMENT_OLD && !(m->document_flags & DOCUMENT_STIRRED);

	return !old && !(m->document_flags & DOCUMENT_OWNED) &&
	       !(m->flags & (MENTION_OWNED | MENTION_ECHO));
}

bool
signal_counts_window(const struct signal_marks *m)
{
	return signal_counts_rollup(m) && !(m->document_flags & DOCUMENT_HISTORY);
}

bool
signal_is_kept(const struct signal_marks *m)
{
	return !(m->document_flags & (DOCUMENT_OWNED | DOCUMENT_HISTORY)) &&
	       !(m->flags & (MENTION_OWNED | MENTION_ECHO));
}

uint64_t
signal_topic_bits(struct names *topics, struct str topic, bool safety)
{
	uint32_t number = names_add(topics, topic);
	uint64_t bits = safety ? SIGNAL_ANY_SAFETY : 0;

	if (number && number <= SIGNAL_TOPICS_MAX)
		bits |= (uint64_t)1 << (number - 1);
	return bits;
}

uint64_t
signal_author(const struct id *author_key, struct str site)
{
	return hash_fast(id_none(author_key) ? site : id_str(author_key), 0);
}

struct series *
series_new(int64_t keep_s)
{
	struct series *s = heap_zero(1, sizeof *s);

	s->keep_s = keep_s;
	return s;
}

void
series_free(struct series *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->windows_n; i++) {
		tally_release(&s->windows[i].authors);
		tally_release(&s->windows[i].keys);
		voices_release(&s->windows[i].voices);
		spread_release(&s->windows[i].spread);
	}
	free(s->windows);
	free(s->items);
	free(s);
}

/* What each kind counts beside what its signal says. */
static const struct {
	unsigned all, none;
} kind_bits[] = {
	[TRIGGER_WORDS] = { SIGNAL_BIT_VOICE, SIGNAL_BIT_OLD },
	[TRIGGER_AUTHOR] = { SIGNAL_BIT_NEGATIVE, SIGNAL_BIT_OLD },
	[TRIGGER_OFFICIAL] = { SIGNAL_BIT_OFFICIAL, SIGNAL_BIT_OLD },
	[TRIGGER_STORY] = { SIGNAL_BIT_NEGATIVE, SIGNAL_BIT_OLD },
	[TRIGGER_OLD_NEWS] = { SIGNAL_BIT_NEGATIVE | SIGNAL_BIT_OLD, 0 },
	[TRIGGER_SHARE] = { SIGNAL_BIT_NEGATIVE, SIGNAL_BIT_OLD },
	[TRIGGER_KINDS] = { 0 },
};

static struct filter
filter_of(const struct trigger_conf *t, uint64_t topics)
{
	struct filter f = { .none = SIGNAL_BIT_OLD, .topics = topics, .tier = -1 };

	if (kind_bits[t->kind].all) {
		f.all = kind_bits[t->kind].all;
		f.none = kind_bits[t->kind].none;
	} else if (t->kind != TRIGGER_HOTLIST) {
		bool negative =
			t->signal == SIGNAL_NEGATIVE || t->signal == SIGNAL_NEGATIVE_AUTHORS;

		f.all = negative                         ? SIGNAL_BIT_NEGATIVE
			: t->signal == SIGNAL_COMPLAINTS ? SIGNAL_BIT_COMPLAINT
							 : 0;
	}
	f.ranked = t->kind == TRIGGER_HOTLIST;
	if (t->kind == TRIGGER_AUTHOR && t->who == TRIGGER_WHO_NOTABLE) {
		f.all |= SIGNAL_BIT_NOTABLE;
	} else if (t->kind == TRIGGER_AUTHOR) {
		f.tier = (int)t->who;
		f.confidence = t->confidence;
	}
	return f;
}

size_t
series_window_for(struct series *s, const struct trigger_conf *t, uint64_t topics)
{
	struct window *w;

	if (s->windows_n == s->windows_cap)
		s->windows = heap_more(s->windows, &s->windows_cap, sizeof *s->windows);
	w = &s->windows[s->windows_n];
	*w = (struct window){ .length_s = t->window,
			      .signal = (enum signal_kind)t->signal,
			      .kind = (enum trigger_kind)t->kind,
			      .filter = filter_of(t, topics),
			      .severity = t->severity,
			      .fresh_s = t->fresh };
	w->spread.min_authors = t->min_authors;
	w->spread.min_classes = t->classes;
	if (s->keep_s < t->window)
		s->keep_s = t->window;
	/* How young a story is can only be told of what is kept for longer than it is fresh. */
	if (s->keep_s < 2 * t->fresh)
		s->keep_s = 2 * t->fresh;
	return s->windows_n++;
}

int64_t
series_keep(const struct series *s)
{
	return s->keep_s;
}

int64_t
series_longest(const struct series *s)
{
	int64_t longest = 0;

	for (size_t i = 0; i < s->windows_n; i++)
		if (s->windows[i].length_s > longest)
			longest = s->windows[i].length_s;
	return longest;
}

size_t
series_window(struct series *s, int64_t window_s, enum signal_kind signal, uint64_t topics)
{
	const struct trigger_conf t = { .kind = topics ? TRIGGER_WORDS : TRIGGER_ABOVE,
					.signal = signal,
					.window = window_s };

	return series_window_for(s, &t, topics);
}

static bool
counts(const struct window *w, const struct signal_item *x)
{
	const struct filter *f = &w->filter;

	return (x->bits & (f->all | f->none)) == f->all &&
	       (!f->topics || x->topics & f->topics) && x->tier >= f->tier &&
	       x->confidence >= f->confidence && (!f->ranked || x->rank > 0);
}

bool
series_counts(const struct series *s, size_t window, const struct signal_item *item)
{
	const struct window *w = &s->windows[window];

	/* Of a share's whole every mention is a part. */
	return counts(w, item) || (w->kind == TRIGGER_SHARE && !(item->bits & SIGNAL_BIT_OLD));
}

static bool
has_spread(const struct window *w)
{
	return w->kind == TRIGGER_STORY || w->kind == TRIGGER_OLD_NEWS;
}

/* The next look adds them anew. */
static void
window_unhear(struct window *w)
{
	voices_clear(&w->voices);
	w->heard = w->head;
}

static void
window_spread(struct window *w, const struct signal_item *x, int sign)
{
	struct spread_item y = { x->story, x->author,
				 x->source_class < CLASS_COUNT ? x->source_class
							       : CLASS_OTHER };

	if (sign > 0)
		spread_add(&w->spread, &y);
	else
		spread_remove(&w->spread, &y);
}

static void
window_rate(struct window *w, const struct signal_item *x, int sign)
{
	struct rollup_counts c = signal_counts(x->bits, x->score, x->reach, x->lag_s);
	struct rate one = rate_of(w->signal, &c);

	w->rate.part += sign * one.part;
	w->rate.of += sign * one.of;
}

static void
window_put(struct window *w, const struct signal_item *x, int sign)
{
	void (*change)(struct tally *, uint64_t) = sign > 0 ? tally_add : tally_remove;

	if (w->kind == TRIGGER_SHARE && !(x->bits & SIGNAL_BIT_OLD))
		w->total += sign;
	if (!counts(w, x))
		return;
	w->count += sign;
	w->reach += sign * x->reach;
	w->severe += x->severity >= w->severity ? sign : 0;
	if (rate_is(w->signal))
		window_rate(w, x, sign);
	change(&w->authors, x->author);
	if (w->signal == SIGNAL_SITES)
		change(&w->keys, x->site);
	if (w->signal == SIGNAL_CLASSES)
		change(&w->keys, x->source_class);
	if (has_spread(w))
		window_spread(w, x, sign);
}

/* Move live items to the front when half of the room is dead. */
static void
compact(struct series *s)
{
	if (s->first < 1024 || s->first < s->n / 2)
		return;
	memmove(s->items, s->items + s->first, (s->n - s->first) * sizeof *s->items);
	for (size_t i = 0; i < s->windows_n; i++) {
		struct window *w = &s->windows[i];

		w->heard = (w->heard > w->head ? w->heard : w->head) - s->first;
		w->head -= s->first;
	}
	s->n -= s->first;
	s->first = 0;
}

void
series_add(struct series *s, const struct signal_item *item)
{
	size_t at;

	if (item->at <= s->now - s->keep_s)
		return;
	compact(s);
	at = s->n;
	if (s->n == s->cap)
		s->items = heap_more(s->items, &s->cap, sizeof *s->items);
	while (at > s->first && s->items[at - 1].at > item->at)
		at--;
	memmove(s->items + at + 1, s->items + at, (s->n - at) * sizeof *s->items);
	s->items[at] = *item;
	s->n++;
	for (size_t i = 0; i < s->windows_n; i++) {
		struct window *w = &s->windows[i];

		if (at < w->head || item->at <= s->now - w->length_s)
			w->head++;
		else
			window_put(w, item, 1);
		if (at + 1 < s->n)
			window_unhear(w); /* not the last: places have moved */
	}
	series_advance(s, item->at);
}

void
series_rename_author(struct series *s, uint64_t from, uint64_t to)
{
	for (size_t i = s->first; i < s->n; i++) {
		struct signal_item *x = &s->items[i];

		if (x->author != from)
			continue;
		for (size_t k = 0; k < s->windows_n; k++)
			if (i >= s->windows[k].head)
				window_put(&s->windows[k], x, -1);
		x->author = to;
		for (size_t k = 0; k < s->windows_n; k++)
			if (i >= s->windows[k].head)
				window_put(&s->windows[k], x, 1);
	}
	for (size_t k = 0; k < s->windows_n; k++)
		window_unhear(&s->windows[k]);
}

void
series_advance(struct series *s, int64_t now)
{
	if (now <= s->now)
		return;
	s->now = now;
	for (size_t i = 0; i < s->windows_n; i++) {
		struct window *w = &s->windows[i];

		while (w->head < s->n && s->items[w->head].at <= now - w->length_s)
			window_put(w, &s->items[w->head++], -1);
		voices_forget(&w->voices, now - w->length_s);
	}
	while (s->first < s->n && s->items[s->first].at <= now - s->keep_s)
		s->first++;
}

int64_t
series_now(const struct series *s)
{
	return s->now;
}

const struct signal_item **
series_counted(const struct series *s, size_t window, struct arena *a, size_t *n)
{
	const struct window *w = &s->windows[window];
	const struct signal_item **v =
		arena_alloc(a, ((size_t)w->count + 1) * sizeof(const struct signal_item *));

	*n = 0;
	for (size_t i = s->n; i > w->head; i--)
		if (counts(w, &s->items[i - 1]) &&
		    (!has_spread(w) || id_eq(&s->items[i - 1].story, &w->lead)))
			v[(*n)++] = &s->items[i - 1];
	return v;
}

/* ---- words: independent voices ------------------------------------------------------------ */

static struct voice
voice_of(const struct signal_item *x)
{
	return (struct voice){ x->story, x->at, x->author, x->site,
			       x->bits & SIGNAL_BIT_FIRST_HAND };
}

static int
by_report(const void *a, const void *b)
{
	const struct voice *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->author < y->author ? -1 : x->author > y->author;
}

/* All anew, of one second the author with the smallest number first: so that the outcome does
 * not hang on the order of arrival within a second. */
static void
hear_again(const struct series *s, struct window *w)
{
	struct voice *v = heap_zero((size_t)w->count, sizeof *v);
	size_t n = 0;

	window_unhear(w);
	for (; w->heard < s->n; w->heard++)
		if (counts(w, &s->items[w->heard]) && n < (size_t)w->count)
			v[n++] = voice_of(&s->items[w->heard]);
	qsort(v, n, sizeof *v, by_report);
	for (size_t i = 0; i < n; i++)
		if (!voices_add(&w->voices, &v[i]))
			abort(); /* our own mistake: they are in order */
	free(v);
}

static void
hear_new(const struct series *s, struct window *w)
{
	if (w->heard < w->head)
		w->heard = w->head;
	for (; w->heard < s->n; w->heard++) {
		struct voice v = voice_of(&s->items[w->heard]);

		if (counts(w, &s->items[w->heard]) && !voices_add(&w->voices, &v)) {
			hear_again(s, w);
			return;
		}
	}
}

static void
view_words(const struct series *s, struct window *w, struct trigger_view *out)
{
	hear_new(s, w);
	out->sites = w->voices.sites;
	out->site_authors = w->voices.site_authors;
	out->first_hand = w->voices.first_hand;
}

/* ---- stories, places on hot lists ----------------------------------------------------------- */

/* When the oldest item of it that is kept arrived. */
static int64_t
story_began(const struct series *s, const struct id *story)
{
	for (size_t i = s->first; i < s->n; i++)
		if (id_eq(&s->items[i].story, story))
			return s->items[i].at;
	return s->now;
}

/* Of the wide stories that are young enough the one with the most authors; of equal ones that
 * with the smallest id. */
static void
view_spread(const struct series *s, struct window *w, struct trigger_view *out)
{
	struct spread_story *best = NULL;

	for (size_t i = 0; w->spread.wide && i < w->spread.cap; i++) {
		struct spread_story *x = &w->spread.v[i];

		if (!x->items || !spread_is_wide(&w->spread, x))
			continue;
		if (!x->first_at)
			x->first_at = story_began(s, &x->story);
		if (w->fresh_s && s->now - x->first_at >= w->fresh_s)
			continue;
		if (!best || x->authors > best->authors ||
		    (x->authors == best->authors &&
		     memcmp(&x->story, &best->story, sizeof x->story) < 0))
			best = x;
	}
	w->lead = best ? best->story : (struct id){ { 0 } };
	out->observed = best ? best->authors : 0;
	out->authors = out->observed;
	out->classes = best ? best->classes : 0;
}

static int64_t
nearer(int64_t best, int64_t rank)
{
	return !best || rank < best ? rank : best;
}

static void
view_ranks(const struct series *s, const struct window *w, struct trigger_view *out)
{
	for (size_t i = w->head; w->count && i < s->n; i++) {
		const struct signal_item *x = &s->items[i];

		if (!counts(w, x))
			continue;
		out->rank = nearer(out->rank, x->rank);
		if (x->bits & SIGNAL_BIT_NEGATIVE || x->severity >= SIGNAL_CRISIS_SEVERITY ||
		    x->topics & SIGNAL_ANY_SAFETY)
			out->crisis_rank = nearer(out->crisis_rank, x->rank);
	}
}

void
series_view(struct series *s, size_t window, struct trigger_view *v)
{
	struct window *w = &s->windows[window];

	*v = (struct trigger_view){ .observed = w->count,
				    .authors = (int64_t)w->authors.distinct,
				    .total = w->total,
				    .severe = w->severe,
				    .baseline = -1 };
	if (w->filter.topics && w->count)
		view_words(s, w, v);
	if (has_spread(w))
		view_spread(s, w, v);
	if (w->kind == TRIGGER_HOTLIST)
		view_ranks(s, w, v);
	if (w->filter.topics || has_spread(w))
		return;
	if (w->signal == SIGNAL_AUTHORS || w->signal == SIGNAL_NEGATIVE_AUTHORS)
		v->observed = v->authors;
	if (w->signal == SIGNAL_SITES || w->signal == SIGNAL_CLASSES)
		v->observed = (int64_t)w->keys.distinct;
	if (w->signal == SIGNAL_REACH)
		v->observed = w->reach;
	if (rate_is(w->signal)) {
		v->observed = rate_value(w->rate);
		v->total = w->rate.of > 0 ? w->count : 0;
	}
}
