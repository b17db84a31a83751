#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/rate.h"
#include "responder/reason_text.h"

#define TEXT_MAX (256 << 10)
#define KINDS_OF_A_STORY                                                      \
	(1u << TRIGGER_WORDS | 1u << TRIGGER_STORY | 1u << TRIGGER_OLD_NEWS | \
	 1u << TRIGGER_OFFICIAL | 1u << TRIGGER_HOTLIST)

/* ---- what the counted mentions say ------------------------------------------------------------ */

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
distinct(uint64_t *v, size_t n)
{
	int64_t k = 0;

	qsort(v, n, sizeof *v, by_number);
	for (size_t i = 0; i < n; i++)
		k += !i || v[i] != v[i - 1];
	return k;
}

static void
count_distinct(const struct reason *r, struct found *f)
{
	uint64_t *v = heap_zero(r->n, sizeof *v);

	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->site;
	f->sites = distinct(v, r->n);
	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->source_class;
	f->classes = distinct(v, r->n);
	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->author;
	f->authors = distinct(v, r->n);
	free(v);
}

static int
by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct id));
}

static void
top_put(struct found *f, const struct id *story, int64_t n)
{
	size_t at = f->top_n;

	while (at > 0 && f->top[at - 1].n < n)
		at--;
	if (at == REASON_STORIES)
		return;
	if (f->top_n < REASON_STORIES)
		f->top_n++;
	for (size_t i = f->top_n - 1; i > at; i--)
		f->top[i] = f->top[i - 1];
	f->top[at].story = *story;
	f->top[at].n = n;
}

static void
count_stories(const struct reason *r, struct found *f)
{
	struct id *v = heap_zero(r->n, sizeof *v);
	size_t from = 0;

	for (size_t i = 0; i < r->n; i++)
		v[i] = r->items[i]->story;
	qsort(v, r->n, sizeof *v, by_id);
	for (size_t i = 1; i <= r->n; i++) {
		if (i < r->n && id_eq(&v[i], &v[from]))
			continue;
		top_put(f, &v[from], (int64_t)(i - from));
		f->stories++;
		from = i;
	}
	free(v);
}

/* The topic that most of the counted mentions have: of words one that it asks for, whatever a trigger of
 * another kind counts only when more than half of it is about that. */
static struct str
topic_of(const struct reason *r)
{
	bool words = r->conf->kind == TRIGGER_WORDS;
	int64_t counts[SIGNAL_TOPICS_MAX] = { 0 }, most = words ? 0 : (int64_t)r->n / 2 + 1;
	struct str best = words ? STR("safety") : STR("");

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < SIGNAL_TOPICS_MAX; k++)
			counts[k] += (int64_t)(r->items[i]->topics >> k & 1);
	for (size_t k = 0; k < SIGNAL_TOPICS_MAX; k++) {
		struct str name = names_get(r->topics, (uint32_t)k + 1);

		if (counts[k] < most || !counts[k] ||
		    (r->conf->topics.n && !conf_texts_have(&r->conf->topics, name)))
			continue;
		if (counts[k] == most && best.n && str_cmp(name, best) > 0)
			continue; /* a tie goes by the alphabet: the same on every run */
		most = counts[k];
		best = name;
	}
	return best;
}

static struct found
look(const struct reason *r)
{
	struct found f = { .first = r->n ? r->items[r->n - 1] : NULL };

	if (!r->n)
		return f; /* what is missing has no mentions */
	count_distinct(r, &f);
	count_stories(r, &f);
	for (size_t i = 0; i < r->n; i++)
		f.first_hand += !!(r->items[i]->bits & SIGNAL_BIT_FIRST_HAND);
	f.topic = topic_of(r);
	return f;
}

/* ---- facts ------------------------------------------------------------------------------------- */

static void
add_int(struct buf *b, const char *key, int64_t v)
{
	buf_addf(b, ",\"%s\":%lld", key, (long long)v);
}

static void
facts_first(const struct reason *r, const struct found *f, struct buf *b)
{
	if (f->first) {
		buf_add(b, STR(",\"first\":{\"mention\":\""));
		id_add_hex(b, &f->first->mention);
		buf_add(b, STR("\",\"site\":"));
		json_add_text(b, reason_site(r, f->first));
		add_int(b, "at", f->first->at);
		buf_add_byte(b, '}');
	}
	buf_add(b, STR(",\"top_stories\":["));
	for (size_t i = 0; i < f->top_n; i++) {
		buf_add(b, i ? STR(",{\"story\":\"") : STR("{\"story\":\""));
		id_add_hex(b, &f->top[i].story);
		buf_addf(b, "\",\"mentions\":%lld}", (long long)f->top[i].n);
	}
	buf_add_byte(b, ']');
}

static void
facts_usual(const struct reason *r, const struct firing *x, struct buf *b)
{
	buf_addf(b, ",\"usual\":{\"method\":\"%s\",\"milli\":%lld,\"samples\":%lld",
		 baseline_words[r->usual->method], (long long)r->usual->milli,
		 (long long)r->usual->samples);
	if (r->conf->kind == TRIGGER_DROP || rate_is(r->conf->signal))
		add_int(b, "spread", r->usual->spread);
	add_int(b, "at", x->at);
	add_int(b, "as_of", r->usual_as_of);
	add_int(b, "prior", r->usual_prior);
	buf_add_byte(b, '}');
}

static void
facts_words(const struct reason *r, const struct found *f, struct buf *b)
{
	const struct trigger_conf *t = r->conf;

	add_int(b, "first_hand", f->first_hand);
	add_int(b, "first_hand_stories", r->view->first_hand);
	add_int(b, "independent_sites", r->view->sites);
	add_int(b, "site_authors", r->view->site_authors);
	add_int(b, "ask_first_hand", t->first_hand);
	add_int(b, "ask_sources", t->sources);
	add_int(b, "ask_authors", t->authors);
	buf_add(b, STR(",\"topic\":"));
	json_add_text(b, f->topic);
	buf_add(b, STR(",\"topics\":["));
	for (size_t i = 0; i < t->topics.n; i++) {
		buf_add(b, i ? STR(",") : STR(""));
		json_add_text(b, t->topics.v[i]);
	}
	buf_add_byte(b, ']');
}

/* What only some kinds read; verify_firing.c takes the settings from here. */
static void
facts_kind(const struct reason *r, struct buf *b)
{
	const struct trigger_conf *t = r->conf;
	const struct trigger_view *v = r->view;
	const struct {
		const char *key;
		int64_t value;
		unsigned kinds;
	} figures[] = {
		{ "below", t->below, 1u << TRIGGER_BELOW },
		{ "drop", t->drop, 1u << TRIGGER_DROP },
		{ "chance", t->chance, 1u << TRIGGER_SHARE | 1u << TRIGGER_AUTHOR },
		{ "total", v->total, 1u << TRIGGER_SHARE },
		{ "who", t->who, 1u << TRIGGER_AUTHOR },
		{ "confidence", t->confidence, 1u << TRIGGER_AUTHOR },
		{ "severity", t->severity, 1u << TRIGGER_AUTHOR },
		{ "severe", v->severe, 1u << TRIGGER_AUTHOR },
		{ "place", t->place, 1u << TRIGGER_HOTLIST },
		{ "top", t->top, 1u << TRIGGER_HOTLIST },
		{ "ask_classes", t->classes, 1u << TRIGGER_STORY | 1u << TRIGGER_OLD_NEWS },
		{ "fresh", t->fresh, 1u << TRIGGER_STORY },
		{ "for_s", t->hold, 1u << TRIGGER_SHARE },
	};

	for (size_t i = 0; i < LY_COUNT(figures); i++)
		if (figures[i].kinds & 1u << t->kind)
			add_int(b, figures[i].key, figures[i].value);
	if (rate_is(t->signal)) {
		add_int(b, "level", t->level);
		add_int(b, "by", t->by);
		add_int(b, "total", v->total);
	}
	if (t->shadow)
		add_int(b, "shadow", 1);
}

static void
facts_write(const struct reason *r, const struct found *f, const struct firing *x,
	    struct buf *b)
{
	const struct trigger_conf *t = r->conf;

	buf_add(b, STR("{\"trigger\":"));
	json_add_text(b, t->name);
	buf_addf(b, ",\"kind\":\"%s\",\"signal\":\"%s\"", trigger_words[t->kind],
		 signal_words[t->signal]);
	add_int(b, "window_s", t->window);
	add_int(b, "observed", x->observed);
	add_int(b, "threshold", r->threshold);
	add_int(b, "silent_below", r->threshold);
	add_int(b, "above", t->above);
	add_int(b, "times_median", t->times_median);
	add_int(b, "factor", t->factor);
	add_int(b, "min_count", t->min_count);
	add_int(b, "min_authors", t->min_authors);
	add_int(b, "authors", f->authors);
	add_int(b, "sites", f->sites);
	add_int(b, "classes", f->classes);
	add_int(b, "stories", f->stories);
	facts_kind(r, b);
	if (r->usual)
		facts_usual(r, x, b);
	if (t->kind == TRIGGER_WORDS)
		facts_words(r, f, b);
	facts_first(r, f, b);
	buf_add(b, STR(",\"counted\":\"mentions of the watch that arrived after from_at and "
		       "not after "
		       "to_at; see docs/store.md\"}"));
}

/* ---- all of it --------------------------------------------------------------------------------- */

static struct str
hex_of(const struct id *id, struct arena *a)
{
	struct buf b = BUF(64);
	struct str s;

	id_add_hex(&b, id);
	s = buf_take(&b, a);
	buf_release(&b);
	return s;
}

void
reason_make(const struct reason *r, struct firing *f, struct arena *a)
{
	struct found x = look(r);
	struct buf b = BUF(TEXT_MAX);
	struct id *ids;

	reason_write(r, &x, f, true, &b);
	f->reason_zh = buf_take(&b, a);
	reason_write(r, &x, f, false, &b);
	f->reason_en = buf_take(&b, a);
	facts_write(r, &x, f, &b);
	f->facts = buf_take(&b, a);
	buf_release(&b);
	f->evidence_n = r->n < REASON_EVIDENCE_MAX ? r->n : REASON_EVIDENCE_MAX;
	ids = arena_alloc(a, (f->evidence_n + 1) * sizeof *ids);
	for (size_t i = 0; i < f->evidence_n; i++)
		ids[i] = r->items[i]->mention;
	f->evidence = ids;
	f->first_at = x.first ? x.first->at : f->at;
	/* A counter adds up many stories; these are about the one that leads. */
	f->story = x.top_n && KINDS_OF_A_STORY & 1u << r->conf->kind
			   ? hex_of(&x.top[0].story, a)
			   : (struct str){ "", 0 };
	f->topic = arena_str(a, x.topic);
	f->safety = r->conf->kind == TRIGGER_WORDS;
}
