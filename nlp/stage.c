/*
 * document -> result with 0..n scored mentions -> (responder)
 *
 * Invariants
 *  1. One result leaves for each document that decodes, before the next record is looked at.
 *  2. A result depends on the document, the configuration and the lexicons, on nothing else.
 *  3. struct rules is immutable; reload makes a new one and swaps it between two records.
 */
#include "core/base.h"

#include <endian.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/copies.h"
#include "nlp/explain.h"
#include "nlp/gist.h"
#include "nlp/image_file.h"
#include "nlp/nlp.h"
#include "nlp/score.h"
#include "nlp/threshold.h"
#include "nlp/topic.h"
#include "nlp/watch.h"

struct rules {
	struct image *image;
	struct watches *watches;
	struct id conf;
};
struct nlp {
	struct rules *rules;
	struct gist_words *words;
	struct walk walk;
	struct query_rules accounts; /* of the watches' /rules/ */
	/* kept for a reload without reread */
	struct arena *arena;
	struct lexicons_conf lexicons;
	const char *images;
	int (*reread)(void *ctx, struct nlp_setup *fresh, struct buf *report, struct err *e);
	void *ctx;
};

/* ---- rules ---- */

static void
rules_free(struct rules *r)
{
	if (!r)
		return;
	image_free(r->image);
	watches_free(r->watches);
	free(r);
}

/* Work goes on without the file; then its scores cannot be computed again. */
static struct image *
image_shared(struct image *m, const char *folder)
{
	struct err e = { .kind = ERR_NONE };

	if (!m || !folder)
		return m;
	m = image_keep(m, folder, &e);
	if (e.kind)
		log_event(LOG_WARN, "image_not_kept", "stage=score why=\"%s\"", e.text);
	return m;
}

static struct image *
image_read(const struct lexicons_conf *c, const struct literals *lit, struct buf *report,
	   struct err *e)
{
	struct buf words = BUF(1 << 20);
	struct lexicon *l = lexicon_load(c->dir, c->extra.v, c->extra.n, &words, e);
	struct image *m = NULL;
	struct str rest = buf_str(&words), line;

	if (l)
		m = image_build(l, lit->v, lit->n, e);
	while (!l && str_next(&rest, '\n', &line))
		if (line.n && !str_starts(line, STR("warning:"))) /* for `lexicon check` */
			buf_addf(report, "%.*s\n", STR_ARG(line));
	buf_release(&words);
	lexicon_free(l);
	return m;
}

/* watches NULL: those of old are kept, compiled again from nothing is not possible. */
static struct rules *
rules_new(const struct nlp_setup *s, struct buf *report, struct err *e)
{
	struct rules *r = calloc(1, sizeof *r);
	struct err e2 = { .kind = ERR_NONE };
	size_t mistakes;

	if (!r)
		abort();
	r->conf = s->conf;
	r->watches = watches_new(
		&(struct watches_setup){ s->watches, s->places, s->zone, s->lists }, report, e);
	/* the lexicons' mistakes are wanted, too */
	r->image = image_read(s->lexicons,
			      r->watches ? &r->watches->literals : &(struct literals){ .n = 0 },
			      report, r->watches ? e : &e2);
	if (!r->watches || !r->image)
		goto fail;
	mistakes = watches_check(r->watches, r->image, report);
	if (mistakes) {
		err_set(e, ERR_USAGE, "%zu mistake%s in the watches", mistakes,
			mistakes == 1 ? "" : "s");
		goto fail;
	}
	r->image = image_shared(r->image, s->images);
	return r;
fail:
	rules_free(r);
	return NULL;
}

struct nlp *
nlp_new(const struct nlp_setup *setup, struct buf *report, struct err *e)
{
	struct rules *r = rules_new(setup, report, e);
	struct nlp *n;
	struct str *extra;

	if (!r)
		return NULL;
	n = calloc(1, sizeof *n);
	if (!n)
		abort();
	n->rules = r;
	n->words = gist_words_new();
	watches_account(r->watches, &n->accounts);
	if (setup->parks_none)
		n->accounts.n = 0;
	n->arena = arena_new();
	n->reread = setup->reread;
	n->ctx = setup->ctx;
	n->images = setup->images ? arena_text(n->arena, str_of(setup->images)) : NULL;
	n->lexicons.dir = arena_str(n->arena, setup->lexicons->dir);
	extra = arena_alloc(n->arena, (setup->lexicons->extra.n + 1) * sizeof *extra);
	for (size_t i = 0; i < setup->lexicons->extra.n; i++)
		extra[i] = arena_str(n->arena, setup->lexicons->extra.v[i]);
	n->lexicons.extra = (struct conf_texts){ extra, setup->lexicons->extra.n };
	return n;
}

void
nlp_free(struct nlp *n)
{
	if (!n)
		return;
	rules_free(n->rules);
	gist_words_free(n->words);
	walk_release(&n->walk);
	watches_account_release(&n->accounts);
	arena_free(n->arena);
	free(n);
}

struct id
nlp_image(const struct nlp *n)
{
	return n->rules->image->id;
}

/* ---- one document ---- */

struct weighing {
	const struct document *d;
	struct str text; /* the joined text */
	struct score_text *t;
	int32_t *weights;
	struct arena *a;
};

static void
names_add(struct rec_list *l, const struct query_span *v, size_t n, enum span_kind kind)
{
	for (size_t i = 0; i < n && i < SPANS_OF_NAMES; i++)
		((struct span *)l->v)[l->n++] = (struct span){ v[i].at, v[i].len, kind };
}

static int
by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
			      : (x->kind > y->kind) - (x->kind < y->kind);
}

static void
names_fill(const struct weighing *w, const struct notice_of *about, struct rec_list *l)
{
	l->v = arena_alloc(w->a, 2 * SPANS_OF_NAMES * sizeof(struct span));
	names_add(l, about->spans, about->n, SPAN_WATCH);
	names_add(l, about->rivals, about->n_rivals, SPAN_RIVAL);
	qsort(l->v, l->n, sizeof(struct span), by_place);
}

static int64_t
flags_of(const struct weighing *w, const struct notice_of *about, const struct score *s,
	 const struct topics *topics)
{
	return (topics->first_hand ? MENTION_FIRST_HAND : 0) |
	       (s->promotion ? MENTION_PROMOTION : 0) |
	       (topics->official ? MENTION_OFFICIAL : 0) |
	       (watch_owns(about->watch, w->d) ? MENTION_OWNED : 0) |
	       (s->rival ? MENTION_RIVAL : 0) | (about->undecided ? MENTION_UNDECIDED : 0) |
	       (topics->denial ? MENTION_DENIAL : 0) |
	       (watch_knows(about->watch, w->d->author) ? MENTION_NOTABLE : 0);
}

static void
mention_fill(struct weighing *w, const struct notice_of *about, struct mention *m)
{
	struct score_about whom = { about->spans,    about->rivals,      about->n,
				    about->n_rivals, w->d->source_class, w->d->source };
	struct topics *topics = arena_alloc(w->a, sizeof *topics);
	struct score s;

	score_weights(w->t, &whom, w->weights);
	score_weigh(w->t, &whom, w->weights, &s);
	topics_find(w->t, w->weights, about->watch->takes, w->d->source_class, topics);
	/* Praise that names a child or a hospital raises no alarm: but not where only learned weights
	 * or thresholds take for praise what the lists and rules call blame. */
	if (s.label == LABEL_POS && s.hand_label != LABEL_NEG)
		for (size_t i = 0; i < topics->n; i++)
			topics->v[i].safety = 0;
	*m = (struct mention){
		.id = ID_OF(id_str(&w->d->id), about->watch->name),
		.watch = about->watch->name,
		.score = s.score,
		.label = s.label,
		.confidence = s.confidence,
		.subjectivity = s.subjectivity,
		.intent = s.intent,
		.flags = flags_of(w, about, &s, topics),
		.topics = { topics->v, topics->n },
	};
	names_fill(w, about, &m->spans);
}

static struct str
joined(const struct document *d, struct arena *a)
{
	size_t n = d->title.n + 1 + d->text.n;
	char *p = arena_alloc(a, n + 1);

	if (d->title.n)
		memcpy(p, d->title.p, d->title.n);
	p[d->title.n] = '\n';
	if (d->text.n)
		memcpy(p + d->title.n + 1, d->text.p, d->text.n);
	return (struct str){ p, n };
}

#define PARKED_MAX 16 /* told with one document; others with the next */

static struct str
gist_bytes(const struct gist_words *words, struct str text, struct arena *a)
{
	uint32_t *parts = arena_alloc(a, GIST_MAX * sizeof *parts);
	size_t n = gist_parts(words, text, parts, NULL);

	for (size_t i = 0; i < n; i++)
		parts[i] = htole32(parts[i]);
	return (struct str){ (char *)parts, n * sizeof *parts };
}

/* Rules that hit their limit once too often: their owner is told once. */
static void
parked_tell(struct nlp *n, const struct notice_of *about, struct result *r, struct arena *a)
{
	struct parked_rule *v = r->parked.v;
	struct query_parked rules[PARKED_MAX];
	size_t count = query_parked(about->watch->query, &n->accounts, rules,
				    PARKED_MAX - r->parked.n);

	if (count && !v)
		r->parked.v = v = arena_alloc(a, PARKED_MAX * sizeof *v);
	for (size_t i = 0; i < count; i++) {
		v[r->parked.n++] = (struct parked_rule){ about->watch->name, rules[i].text };
		log_event(LOG_ERROR, "rule_parked", "watch=%.*s runs=%lld cpu_us=%lld",
			  STR_ARG(about->watch->name), (long long)rules[i].account.runs,
			  (long long)rules[i].account.cpu_us);
	}
}

void
nlp_mentions(struct nlp *n, struct result *r, struct arena *a)
{
	const struct rules *rules = n->rules;
	const struct document *d = &r->document;
	struct weighing w = { .d = d, .text = joined(d, a), .a = a };
	struct query_about about = { .text = w.text, .title_n = d->title.n, .document = d };
	struct notice_of *notices;
	struct mention *v;
	uint8_t *sig;
	size_t count;

	if (!walk_called(&n->walk, rules->image, &rules->watches->calls, w.text))
		return;
	about.lang = score_lang(&n->walk);
	notices = watches_notice(rules->watches, &n->walk, &about, &n->accounts, a, &count);
	if (!count)
		return;
	w.t = score_prepare(rules->image, &n->walk, w.text, a);
	w.weights = arena_alloc(a, w.t->n_clauses * sizeof *w.weights);
	v = arena_alloc(a, count * sizeof *v);
	r->mentions.v = v;
	for (size_t i = 0; i < count; i++) {
		struct mention *m = &v[r->mentions.n];

		mention_fill(&w, &notices[i], m);
		parked_tell(n, &notices[i], r, a);
		if (!notice_holds(&notices[i], m))
			continue;
		m->flags |= notices[i].undecided ? MENTION_UNDECIDED : 0;
		r->mentions.n++;
	}
	sig = arena_alloc(a, COPIES_BYTES);
	if (r->mentions.n && copies_sign(w.text, sig))
		r->copies = (struct str){ (char *)sig, COPIES_BYTES };
	if (r->mentions.n)
		r->gist = gist_bytes(n->words, w.text, a);
}

/* The mention of a document by a watch, weighed; false when the watch does not notice it. */
struct looked {
	struct weighing w;
	const struct notice_of *about;
	struct score s;
};

static bool
look(struct nlp *n, const struct document *d, struct str watch, struct arena *a,
     struct looked *k)
{
	const struct rules *rules = n->rules;
	struct query_about about = { .text = joined(d, a),
				     .title_n = d->title.n,
				     .document = d };
	const struct notice_of *v;
	struct score_about whom;
	size_t count, i = 0;

	walk_run(&n->walk, rules->image, about.text);
	about.lang = score_lang(&n->walk);
	v = watches_notice(rules->watches, &n->walk, &about, &n->accounts, a, &count);
	while (i < count && !str_eq(v[i].watch->name, watch))
		i++;
	if (i == count)
		return false;
	*k = (struct looked){ .w = { .d = d, .text = about.text, .a = a }, .about = &v[i] };
	k->w.t = score_prepare(rules->image, &n->walk, about.text, a);
	k->w.weights = arena_alloc(a, k->w.t->n_clauses * sizeof *k->w.weights);
	whom = (struct score_about){ v[i].spans,    v[i].rivals,     v[i].n,
				     v[i].n_rivals, d->source_class, d->source };
	score_weights(k->w.t, &whom, k->w.weights);
	score_weigh(k->w.t, &whom, k->w.weights, &k->s);
	return true;
}

bool
nlp_explain(struct nlp *n, const struct document *d, struct str watch, struct arena *a,
	    struct buf *out)
{
	struct topics topics;
	struct looked k;

	if (!look(n, d, watch, a, &k))
		return false;
	topics_find(k.w.t, k.w.weights, k.about->watch->takes, d->source_class, &topics);
	buf_add(out, STR("{\"score\":"));
	json_add_milli(out, k.s.score);
	buf_addf(out, ",\"label\":%d,\"explain\":", (int)k.s.label);
	explain_add_json(k.w.t, &k.s, k.w.weights, &topics, a, out);
	buf_add_byte(out, '}');
	return true;
}

bool
nlp_lean(struct nlp *n, const struct document *d, struct str watch, struct arena *a,
	 struct calibrate_row *out)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct looked k = { .w = { .text = joined(d, a) } };
	bool noticed = watch.n && look(n, d, watch, a, &k);

	if (!noticed) {
		walk_run(&n->walk, n->rules->image, k.w.text);
		k.w.t = score_prepare(n->rules->image, &n->walk, k.w.text, a);
		k.w.weights = arena_alloc(a, k.w.t->n_clauses * sizeof *k.w.weights);
		score_weights(k.w.t, &whole, k.w.weights);
		score_weigh(k.w.t, &whole, k.w.weights, &k.s);
	}
	out->lean = threshold_lean(k.w.t, &k.s);
	out->by = threshold_by(k.w.t);
	return noticed;
}

static int
document_take(struct nlp *n, struct str in, struct out *out, struct arena *a, struct err *e)
{
	struct result r = { .conf = n->rules->conf, .image = n->rules->image->id };

	if (record_decode(&document_record, in, &r.document, a, e) < 0)
		return -1;
	if (r.document.flags & (DOCUMENT_SAMPLE | DOCUMENT_HEALTH))
		return out_emit(out, &result_record, &r, e);
	nlp_mentions(n, &r, a);
	if (!r.mentions.n)
		r.document.title = r.document.text = r.document.author =
			(struct str){ NULL, 0 };
	return out_emit(out, &result_record, &r, e);
}

/* ---- commands ---- */

static int
reload(struct nlp *n, struct buf *report, struct err *e)
{
	struct nlp_setup fresh = { .lexicons = &n->lexicons, .images = n->images };
	struct rules *r;

	if (n->reread && n->reread(n->ctx, &fresh, report, e) < 0)
		return -1;
	if (n->reread) {
		r = rules_new(&fresh, report, e);
	} else {
		/* only the lexicons: the watches stay, with a new image */
		struct image *m =
			image_read(&n->lexicons, &n->rules->watches->literals, report, e);

		if (!m)
			return -1;
		if (watches_check(n->rules->watches, m, report)) {
			image_free(m);
			watches_check(n->rules->watches, n->rules->image, report);
			return err_set(e, ERR_USAGE, "a watch does not fit the new lexicons");
		}
		image_free(n->rules->image);
		n->rules->image = image_shared(m, n->images);
		return 0;
	}
	if (!r)
		return -1;
	rules_free(n->rules);
	n->rules = r;
	watches_account(r->watches, &n->accounts);
	return 0;
}

static int
command_take(struct nlp *n, struct str in, struct out *out, struct arena *a, struct err *e)
{
	struct command c = { .call = 0 };
	struct buf report = BUF(1 << 20);
	struct err why = { .kind = ERR_NONE };
	struct buf hex = BUF(64);

	if (record_decode(&command_record, in, &c, a, e) < 0)
		return -1;
	if (!str_is(c.verb, "reload")) {
		buf_addf(&report, "the scorer knows no \"%.*s\"\n", STR_ARG(c.verb));
		out_reply(out, c.call, 404, NULL, buf_str(&report));
	} else if (reload(n, &report, &why) < 0) {
		log_event(LOG_ERROR, "reload_refused", "stage=score");
		buf_addf(&report, "%s\nthe old rules stay\n", why.text);
		out_reply(out, c.call, 400, NULL, buf_str(&report));
	} else {
		id_add_hex(&hex, &n->rules->image->id);
		log_event(LOG_INFO, "reloaded", "stage=score image=%s watches=%zu", hex.p,
			  n->rules->watches->n);
		buf_addf(&report, "image %s, %zu watches\n", hex.p, n->rules->watches->n);
		out_reply(out, c.call, 200, NULL, buf_str(&report));
	}
	buf_release(&report);
	buf_release(&hex);
	return 0;
}

static int
score_step(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
	   struct err *e)
{
	struct nlp *n = self;

	(void)now;
	if (!in.n)
		return STEP_OK;
	switch (record_kind(in)) {
	case KIND_DOCUMENT:
		return document_take(n, in, out, a, e);
	case KIND_TICK:
		out->put(out, OUT_NEXT, in);
		return STEP_OK;
	case KIND_COMMAND:
		return command_take(n, in, out, a, e);
	default:
		return err_set(e, ERR_REJECT,
			       "a scorer takes documents, ticks and commands, not kind %d",
			       record_kind(in));
	}
}

static int
score_settle(void *self, int64_t now, struct out *out, struct err *e)
{
	(void)self, (void)now, (void)out, (void)e;
	return 0;
}

const struct stage score_stage = {
	.name = "score",
	.step = score_step,
	.settle = score_settle,
	.batch_records = 64,
	.batch_ms = 5,
	.linger_ms = 0,
};
