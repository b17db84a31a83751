/* configuration -> watches; document -> mentions noticed -> (score.c) weighed */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/query_field.h"
#include "nlp/watch.h"

/* ---- compiling ---- */

#define PLACED_MAX 100 /* faults whose place inside the query is looked up */

struct compiling {
	struct watches *w;
	const struct conf *conf; /* NULL: places are columns of the query */
	const struct conf_list *lists;
	struct buf *report;
	size_t mistakes, placed;
};

static void LY_PRINTF(4, 5) mistake(struct compiling *k, const struct watch *w,
				    enum watch_key key, const char *fmt, ...)
{
	const char *place = w->places[key];
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	k->mistakes++;
	buf_addf(k->report, "%s%swatch \"%.*s\": %s\n", place, place[0] ? ": " : "",
		 STR_ARG(w->name), text);
}

/* What is wrong in the query, each with its place. */
static void
faults_report(struct compiling *k, const struct watch *w, const struct watch_conf *c,
	      const struct query_faults *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct query_fault *x = &f->v[i];
		struct buf place = BUF(4096);

		if (k->conf && k->placed++ < PLACED_MAX)
			conf_add_place_inside(&place, k->conf, &c->query, x->at);
		else if (k->conf)
			buf_add(&place, str_of(conf_place(k->conf, &c->query)));
		if (place.n)
			buf_add(&place, STR(": "));
		buf_addf(k->report,
			 "%s%swatch \"%.*s\": query: ", x->warning ? "warning: " : "", place.p,
			 STR_ARG(w->name));
		if (!place.n) {
			query_add_place(k->report, c->query, x->at);
			buf_add(k->report, STR(": "));
		}
		buf_addf(k->report, "%s\n", x->text);
		buf_release(&place);
	}
	k->mistakes += f->wrong;
}

static struct str *
texts_copy(struct arena *a, struct conf_texts t)
{
	struct str *v = arena_alloc(a, (t.n + 1) * sizeof *v);

	for (size_t i = 0; i < t.n; i++)
		v[i] = arena_str(a, t.v[i]);
	return v;
}

/* The list that "list:NAME" names; NULL: it is a name itself, or told to be wrong. */
static const struct word_list *
list_named(struct compiling *k, struct watch *w, struct str s, bool *is_name)
{
	const struct word_list *l;
	struct err e = { .kind = ERR_NONE };

	*is_name = !str_starts(s, STR("list:"));
	if (*is_name)
		return NULL;
	l = word_list_find(k->lists, str_slice(s, 5, SIZE_MAX), &e);
	if (!l)
		mistake(k, w, WATCH_KEY_RIVALS, "rivals: %s", e.text);
	return l;
}

/* With the words of a list in the place of list:NAME. */
static struct conf_texts
lists_expand(struct compiling *k, struct watch *w, struct conf_texts in)
{
	struct conf_texts out = { NULL, 0 };

	for (size_t i = 0; i < in.n; i++) {
		bool name;
		const struct word_list *l = list_named(k, w, in.v[i], &name);
		size_t more = l ? l->words.n : name;
		struct str *v = arena_alloc(k->w->arena, (out.n + more + 1) * sizeof *v);

		if (out.n)
			memcpy(v, out.v, out.n * sizeof *v);
		if (more)
			memcpy(v + out.n, l ? l->words.v : &in.v[i], more * sizeof *v);
		out = (struct conf_texts){ v, out.n + more };
	}
	return out;
}

static void
rivals_compile(struct compiling *k, struct watch *w, struct conf_texts written)
{
	struct conf_texts rivals = lists_expand(k, w, written);

	w->rivals = arena_alloc(k->w->arena, (rivals.n + 1) * sizeof *w->rivals);
	for (size_t i = 0; i < rivals.n; i++) {
		struct buf b = BUF(LEXICON_TERM_MAX * 4);

		fold_add(&b, str_trim(rivals.v[i]));
		if (!b.n || b.over || b.n > LEXICON_TERM_MAX)
			mistake(k, w, WATCH_KEY_RIVALS,
				"rivals: \"%.*s\" is empty or over %d bytes",
				STR_ARG(rivals.v[i]), LEXICON_TERM_MAX);
		else
			w->rivals[w->n_rivals++] =
				literals_add(&k->w->literals,
					     arena_str(k->w->arena, buf_str(&b)), LITERAL_WORD);
		buf_release(&b);
	}
}

static void
places_note(struct compiling *k, struct watch *w, const struct watch_conf *c)
{
	const void *const keys[] = { [WATCH_KEY_QUERY] = &c->query,
				     [WATCH_KEY_RIVALS] = &c->rivals,
				     [WATCH_KEY_TOPICS] = &c->topics,
				     [WATCH_KEY_MATCH] = &c->match,
				     [WATCH_KEY_NOMATCH] = &c->nomatch };

	for (size_t i = 0; i < WATCH_KEYS; i++)
		w->places[i] =
			k->conf ? arena_text(k->w->arena, str_of(conf_place(k->conf, keys[i])))
				: "";
}

static void
watch_compile(struct compiling *k, struct watch *w, const struct watch_conf *c)
{
	struct arena *a = k->w->arena;
	struct query_setup setup = { &k->w->literals, &k->w->n_rules, k->w->zone, k->lists };
	struct query_faults faults;

	places_note(k, w, c);
	w->name = arena_str(a, c->name);
	w->title = arena_str(a, c->title.n ? c->title : c->name);
	w->text = arena_str(a, c->query);
	w->query = query_parse(a, &setup, w->text, &faults);
	faults_report(k, w, c, &faults);
	rivals_compile(k, w, c->rivals);
	w->own_sites = texts_copy(a, c->own_sites);
	w->own_accounts = texts_copy(a, c->own_accounts);
	w->notable = texts_copy(a, c->notable);
	w->topics = texts_copy(a, c->topics);
	w->n_own_sites = c->own_sites.n;
	w->n_own_accounts = c->own_accounts.n;
	w->n_notable = c->notable.n;
	w->n_topics = c->topics.n;
	w->match = (struct conf_texts){ texts_copy(a, c->match), c->match.n };
	w->nomatch = (struct conf_texts){ texts_copy(a, c->nomatch), c->nomatch.n };
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(((const struct watch *)a)->name, ((const struct watch *)b)->name);
}

/* Counting sort of (literal, watch) pairs. */
static void
calls_index(struct watches *w)
{
	size_t n, total = 0;

	w->from = arena_alloc(w->arena, (w->literals.n + 2) * sizeof *w->from);
	for (size_t i = 0; i < w->n; i++) {
		const uint32_t *v = query_required(w->v[i].query, &n);

		for (size_t j = 0; j < n; j++)
			w->from[v[j] + 2]++;
		total += n;
	}
	for (size_t i = 2; i < w->literals.n + 2; i++)
		w->from[i] += w->from[i - 1];
	w->callees = arena_alloc(w->arena, (total + 1) * sizeof *w->callees);
	for (size_t i = 0; i < w->n; i++) {
		const uint32_t *v = query_required(w->v[i].query, &n);

		for (size_t j = 0; j < n; j++)
			w->callees[w->from[v[j] + 1]++] = (uint32_t)i;
	}
	calls_make(&w->calls, w->literals.v, w->literals.n, w->from);
}

struct watches *
watches_new(const struct watches_setup *s, struct buf *report, struct err *e)
{
	struct arena *a = arena_new();
	struct watches *w = arena_alloc(a, sizeof *w);
	struct compiling k = { .w = w, .conf = s->conf, .lists = s->lists, .report = report };
	const struct watch_conf *c = s->confs ? s->confs->v : NULL;

	w->arena = a;
	if (s->zone.n) {
		w->zone = zone_open(arena_text(a, s->zone), e);
		if (!w->zone)
			goto fail;
	}
	w->n = s->confs ? s->confs->n : 0;
	w->v = arena_alloc(a, (w->n + 1) * sizeof *w->v);
	for (size_t i = 0; i < w->n; i++)
		watch_compile(&k, &w->v[i], &c[i]);
	if (k.mistakes) {
		err_set(e, ERR_USAGE, "%zu mistake%s in the watches", k.mistakes,
			k.mistakes == 1 ? "" : "s");
		goto fail;
	}
	if (w->n)
		qsort(w->v, w->n, sizeof *w->v, by_name);
	calls_index(w);
	return w;
fail:
	watches_free(w);
	return NULL;
}

void
watches_free(struct watches *w)
{
	if (!w)
		return;
	literals_release(&w->literals);
	zone_close(w->zone);
	arena_free(w->arena);
}

void
watches_account(const struct watches *w, struct query_rules *r)
{
	if (!r->scratch)
		r->scratch = rx_scratch_new();
	free(r->v);
	r->n = w->n_rules;
	r->text = 0;
	r->v = calloc(r->n + 1, sizeof *r->v);
	if (!r->v)
		abort();
}

void
watches_account_release(struct query_rules *r)
{
	rx_scratch_free(r->scratch);
	free(r->v);
	*r = (struct query_rules){ .n = 0 };
}

/* ---- checking ---- */

static void
topics_bind(struct compiling *k, struct watch *w, const struct image *m)
{
	bool *takes;

	w->takes = NULL;
	if (!w->n_topics)
		return;
	takes = arena_alloc(k->w->arena, m->n_topics + 1);
	for (size_t i = 0; i < w->n_topics; i++) {
		size_t j = 0;

		while (j < m->n_topics && !str_eq(image_str(m, m->topics[j].id), w->topics[i]))
			j++;
		if (j == m->n_topics)
			mistake(k, w, WATCH_KEY_TOPICS,
				"topics: \"%.*s\" is in no topics-table of the lexicons",
				STR_ARG(w->topics[i]));
		else
			takes[j] = true;
	}
	w->takes = takes;
}

/* topic: in queries names topics of the lexicons. */
static void
asked_topics_check(struct compiling *k, const struct watch *w, const struct image *m)
{
	struct str ids[100];
	size_t n = query_topics(w->query, ids, LY_COUNT(ids));

	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (j < m->n_topics && !str_eq(image_str(m, m->topics[j].id), ids[i]))
			j++;
		if (j == m->n_topics)
			mistake(k, w, WATCH_KEY_QUERY,
				"query: topic:%.*s is in no topics-table of the lexicons",
				STR_ARG(ids[i]));
	}
}

/* What fields say is not known of a sample: such a part speaks neither for nor against. */
static enum query_answer
sample_ask(const struct watch *x, const struct image *m, struct walk *walk,
	   struct query_rules *rules, struct str text)
{
	struct query_about about = { .text = text, .title_n = SIZE_MAX };
	struct arena *a = arena_new_small(4096);
	struct query_seen seen;
	enum query_answer answer;

	walk_run(walk, m, text);
	query_see(&seen, &walk->literals, a);
	answer = query_test(x->query, &seen, &about, rules, a);
	arena_free(a);
	return answer;
}

size_t
watches_check(struct watches *w, const struct image *m, struct buf *report)
{
	struct compiling k = { .w = w, .report = report };
	struct query_rules rules = { .scratch = rx_scratch_new() };
	struct walk walk = WALK_INIT;

	for (size_t i = 0; i < w->n; i++) {
		struct watch *x = &w->v[i];

		topics_bind(&k, x, m);
		asked_topics_check(&k, x, m);
		for (size_t j = 0; j < x->match.n; j++) {
			enum query_answer r = sample_ask(x, m, &walk, &rules, x->match.v[j]);

			if (r != QUERY_YES && r != QUERY_LATER)
				mistake(&k, x, WATCH_KEY_MATCH,
					"match: the query does not match \"%.*s\"",
					STR_ARG(x->match.v[j]));
		}
		for (size_t j = 0; j < x->nomatch.n; j++)
			if (sample_ask(x, m, &walk, &rules, x->nomatch.v[j]) == QUERY_YES)
				mistake(&k, x, WATCH_KEY_NOMATCH,
					"nomatch: the query matches \"%.*s\"",
					STR_ARG(x->nomatch.v[j]));
	}
	walk_release(&walk);
	watches_account_release(&rules);
	return k.mistakes;
}

/* ---- noticing ---- */

static int
by_place(const void *a, const void *b)
{
	const struct query_span *x = a, *y = b;

	return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
			      : (x->len < y->len) - (x->len > y->len);
}

/* By offset; what lies inside the one before goes ("山脆 OR 山脆薯片"). */
static size_t
spans_sort(struct query_span *v, size_t n)
{
	size_t kept = 0;

	qsort(v, n, sizeof *v, by_place);
	for (size_t i = 0; i < n; i++)
		if (!kept || v[i].at + v[i].len > v[kept - 1].at + v[kept - 1].len)
			v[kept++] = v[i];
	return kept;
}

static void
rivals_collect(const struct watch *w, const struct query_seen *seen, struct notice_of *out)
{
	for (size_t i = 0; i < w->n_rivals; i++)
		for (uint32_t j = query_first(seen, w->rivals[i]);
		     j && out->n_rivals < NOTICE_SPANS; j = seen->next[j - 1])
			out->rivals[out->n_rivals++] =
				(struct query_span){ seen->hits->v[j - 1].at,
						     seen->hits->v[j - 1].len };
	out->n_rivals = spans_sort(out->rivals, out->n_rivals);
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The watches that a required literal of theirs calls, by number, each once. */
static uint32_t *
called_list(const struct watches *w, const struct query_seen *seen, struct arena *a, size_t *n)
{
	const struct walk_hits *h = seen->hits;
	uint32_t *v = NULL;
	size_t room = 0, kept = 0;

	for (int pass = 0; pass < 2; pass++) {
		*n = 0;
		v = pass ? arena_alloc(a, (room + 1) * sizeof *v) : NULL;
		for (size_t i = 0; i < h->n; i++) {
			uint32_t literal = h->v[i].term;

			if (query_first(seen, literal) != i + 1)
				continue;
			for (uint32_t j = w->from[literal]; j < w->from[literal + 1];
			     j++, room++)
				if (v)
					v[(*n)++] = w->callees[j];
		}
	}
	if (*n)
		qsort(v, *n, sizeof *v, by_number);
	for (size_t i = 0; i < *n; i++)
		if (!i || v[i] != v[kept - 1])
			v[kept++] = v[i];
	*n = kept;
	return v;
}

#define NOTICES_AT_ONCE 4

/* Room for one more; few watches hold of those that are called. */
static struct notice_of *
notices_room(struct notice_of *v, size_t n, struct arena *a)
{
	struct notice_of *more;

	if (n < NOTICES_AT_ONCE || n & (n - 1))
		return v;
	more = arena_alloc(a, n * 2 * sizeof *v);
	memcpy(more, v, n * sizeof *v);
	return more;
}

/* What a document was asked with: kept for what is asked again when it is weighed. */
struct notice_asked {
	struct query_seen seen;
	struct query_about about;
	struct query_rules *rules;
	struct arena *a;
};

struct notice_of *
watches_notice(const struct watches *w, const struct walk *walk,
	       const struct query_about *about, struct query_rules *rules, struct arena *a,
	       size_t *n)
{
	struct notice_asked *k;
	struct notice_of *v;
	uint32_t *called;
	size_t calls;

	*n = 0;
	if (!walk->literals.n)
		return NULL;
	rules->text++;
	k = arena_alloc(a, sizeof *k);
	*k = (struct notice_asked){ .about = *about, .rules = rules, .a = a };
	k->about.zone = w->zone;
	query_see(&k->seen, &walk->literals, a);
	called = called_list(w, &k->seen, a, &calls);
	v = arena_alloc(a, NOTICES_AT_ONCE * sizeof *v);
	for (size_t i = 0; i < calls; i++) {
		const struct watch *watch = &w->v[called[i]];
		enum query_answer yes = query_test(watch->query, &k->seen, &k->about, rules, a);
		struct notice_of *x;

		if (yes == QUERY_NO)
			continue;
		v = notices_room(v, *n, a);
		x = &v[(*n)++];
		x->watch = watch;
		x->asked = k;
		x->undecided = yes == QUERY_UNDECIDED;
		x->later = yes == QUERY_LATER;
		x->n = query_spans(watch->query, &k->seen, &k->about, rules, a, x->spans,
				   NOTICE_SPANS);
		x->n = spans_sort(x->spans, x->n);
		rivals_collect(watch, &k->seen, x);
	}
	return v;
}

bool
notice_holds(struct notice_of *x, const struct mention *m)
{
	struct notice_asked *k = x->asked;
	struct query_about about = k->about;
	enum query_answer yes;

	if (!x->later)
		return true;
	about.mention = m;
	yes = query_test(x->watch->query, &k->seen, &about, k->rules, k->a);
	x->undecided = yes == QUERY_UNDECIDED;
	return yes != QUERY_NO;
}

bool
watch_owns(const struct watch *w, const struct document *d)
{
	struct str host = field_host(d->url);

	if (d->flags & DOCUMENT_OWNED)
		return true;
	for (size_t i = 0; i < w->n_own_sites; i++)
		if (field_site_is(d->site, w->own_sites[i]) ||
		    field_site_is(host, w->own_sites[i]))
			return true;
	for (size_t i = 0; i < w->n_own_accounts; i++)
		if (d->author.n && str_eq_nocase(d->author, w->own_accounts[i]))
			return true;
	return false;
}

bool
watch_knows(const struct watch *w, struct str author)
{
	for (size_t i = 0; author.n && i < w->n_notable; i++)
		if (str_eq_nocase(author, w->notable[i]))
			return true;
	return false;
}
