/* configuration -> watches; document -> mentions noticed -> (score.c) weighed */
#include "core/base.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/watch.h"

/* ---- compiling ---- */

struct compiling {
	struct watches *w;
	struct buf *report;
	size_t mistakes;
};

static void LY_PRINTF(3, 4)
	mistake(struct compiling *k, const struct watch *w, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	k->mistakes++;
	buf_addf(k->report, "watch \"%.*s\": %s\n", STR_ARG(w->name), text);
}

static struct str *
texts_copy(struct arena *a, struct conf_texts t)
{
	struct str *v = arena_alloc(a, (t.n + 1) * sizeof *v);

	for (size_t i = 0; i < t.n; i++)
		v[i] = arena_str(a, t.v[i]);
	return v;
}

static void
rivals_compile(struct compiling *k, struct watch *w, struct conf_texts rivals)
{
	w->rivals = arena_alloc(k->w->arena, (rivals.n + 1) * sizeof *w->rivals);
	for (size_t i = 0; i < rivals.n; i++) {
		struct buf b = BUF(LEXICON_TERM_MAX * 4);

		fold_add(&b, str_trim(rivals.v[i]));
		if (!b.n || b.over || b.n > LEXICON_TERM_MAX)
			mistake(k, w, "rivals: \"%.*s\" is empty or over %d bytes",
				STR_ARG(rivals.v[i]), LEXICON_TERM_MAX);
		else
			w->rivals[w->n_rivals++] = literals_add(
				&k->w->literals, arena_str(k->w->arena, buf_str(&b)), false);
		buf_release(&b);
	}
}

static void
watch_compile(struct compiling *k, struct watch *w, const struct watch_conf *c)
{
	struct arena *a = k->w->arena;
	struct buf warn = BUF(1 << 14);
	struct err e = { .kind = ERR_NONE };

	w->name = arena_str(a, c->name);
	w->title = arena_str(a, c->title.n ? c->title : c->name);
	w->query = query_parse(a, &k->w->literals, c->query, &warn, &e);
	if (!w->query)
		mistake(k, w, "query: %s", e.text);
	for (struct str rest = buf_str(&warn), line; str_next(&rest, '\n', &line);)
		if (line.n)
			buf_addf(k->report, "warning: watch \"%.*s\": query: %.*s\n",
				 STR_ARG(w->name), STR_ARG(line));
	buf_release(&warn);
	rivals_compile(k, w, c->rivals);
	w->own_sites = texts_copy(a, c->own_sites);
	w->own_accounts = texts_copy(a, c->own_accounts);
	w->topics = texts_copy(a, c->topics);
	w->n_own_sites = c->own_sites.n;
	w->n_own_accounts = c->own_accounts.n;
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
}

struct watches *
watches_new(const struct conf_list *confs, struct buf *report, struct err *e)
{
	struct arena *a = arena_new();
	struct watches *w = arena_alloc(a, sizeof *w);
	struct compiling k = { w, report, 0 };
	const struct watch_conf *c = confs ? confs->v : NULL;

	w->arena = a;
	w->n = confs ? confs->n : 0;
	w->v = arena_alloc(a, (w->n + 1) * sizeof *w->v);
	for (size_t i = 0; i < w->n; i++)
		watch_compile(&k, &w->v[i], &c[i]);
	if (k.mistakes) {
		err_set(e, ERR_USAGE, "%zu mistake%s in the watches", k.mistakes,
			k.mistakes == 1 ? "" : "s");
		watches_free(w);
		return NULL;
	}
	if (w->n)
		qsort(w->v, w->n, sizeof *w->v, by_name);
	calls_index(w);
	return w;
}

void
watches_free(struct watches *w)
{
	if (!w)
		return;
	literals_release(&w->literals);
	arena_free(w->arena);
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
			mistake(k, w, "topics: \"%.*s\" is in no topics-table of the lexicons",
				STR_ARG(w->topics[i]));
		else
			takes[j] = true;
	}
	w->takes = takes;
}

static bool
sample_matches(const struct watches *w, const struct watch *x, const struct image *m,
	       struct walk *walk, struct rx_scratch *scratch, struct str text)
{
	struct arena *a = arena_new();
	struct query_seen seen;
	bool yes;

	walk_run(walk, m, text);
	query_see(&seen, &walk->literals, w->literals.n, a);
	yes = query_test(x->query, &seen, scratch, text) == QUERY_YES;
	arena_free(a);
	return yes;
}

size_t
watches_check(struct watches *w, const struct image *m, struct buf *report)
{
	struct compiling k = { w, report, 0 };
	struct rx_scratch *scratch = rx_scratch_new();
	struct walk walk = WALK_INIT;

	for (size_t i = 0; i < w->n; i++) {
		struct watch *x = &w->v[i];

		topics_bind(&k, x, m);
		for (size_t j = 0; j < x->match.n; j++)
			if (!sample_matches(w, x, m, &walk, scratch, x->match.v[j]))
				mistake(&k, x, "match: the query does not match \"%.*s\"",
					STR_ARG(x->match.v[j]));
		for (size_t j = 0; j < x->nomatch.n; j++)
			if (sample_matches(w, x, m, &walk, scratch, x->nomatch.v[j]))
				mistake(&k, x, "nomatch: the query matches \"%.*s\"",
					STR_ARG(x->nomatch.v[j]));
	}
	walk_release(&walk);
	rx_scratch_free(scratch);
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

struct notice_of *
watches_notice(const struct watches *w, const struct walk *walk, struct str text,
	       struct rx_scratch *scratch, struct arena *a, size_t *n)
{
	struct query_seen seen;
	struct notice_of *v;
	uint32_t *called;
	size_t calls;

	*n = 0;
	if (!walk->literals.n)
		return NULL;
	query_see(&seen, &walk->literals, w->literals.n, a);
	called = called_list(w, &seen, a, &calls);
	v = arena_alloc(a, (calls + 1) * sizeof *v);
	for (size_t i = 0; i < calls; i++) {
		const struct watch *watch = &w->v[called[i]];
		enum query_answer yes = query_test(watch->query, &seen, scratch, text);
		struct notice_of *x = &v[*n];

		if (yes == QUERY_NO)
			continue;
		x->watch = watch;
		x->undecided = yes == QUERY_UNDECIDED;
		x->n = query_spans(watch->query, &seen, scratch, text, x->spans, NOTICE_SPANS);
		x->n = spans_sort(x->spans, x->n);
		rivals_collect(watch, &seen, x);
		(*n)++;
	}
	return v;
}

/* "example.com" is "example.com" and "shop.example.com". */
static bool
site_is(struct str host, struct str own)
{
	return str_eq_nocase(host, own) ||
	       (host.n > own.n && host.p[host.n - own.n - 1] == '.' &&
		str_eq_nocase(str_slice(host, host.n - own.n, own.n), own));
}

static struct str
host_of(struct str url)
{
	ptrdiff_t at = str_find(url, STR("://"));
	struct str host =
		at < 0 ? (struct str){ NULL, 0 } : str_slice(url, (size_t)at + 3, SIZE_MAX);
	size_t n = 0;

	while (n < host.n && host.p[n] != '/' && host.p[n] != ':' && host.p[n] != '?')
		n++;
	return str_slice(host, 0, n);
}

bool
watch_owns(const struct watch *w, const struct document *d)
{
	struct str host = host_of(d->url);

	if (d->flags & DOCUMENT_OWNED)
		return true;
	for (size_t i = 0; i < w->n_own_sites; i++)
		if (site_is(d->site, w->own_sites[i]) || site_is(host, w->own_sites[i]))
			return true;
	for (size_t i = 0; i < w->n_own_accounts; i++)
		if (d->author.n && str_eq_nocase(d->author, w->own_accounts[i]))
			return true;
	return false;
}
