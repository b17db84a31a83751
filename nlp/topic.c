/* facts in the clauses about the watch -> topics and flags of the mention */
#include "core/base.h"

#include "core/str.h"
#include "nlp/topic.h"

#define NEAR_ENOUGH   500 /* least weight of a clause whose facts count           */
#define SAME_SENTENCE 800 /* least weight for an authority to be about the watch  */
#define SURE_ENOUGH \
	600              /* least weight of a topic in all its words together: 孩子 alone is
			      not yet about minors */
#define NEGATED_WITHIN 6 /* units from a negator's start to the topic word       */

/* The index of the first hit or mark at or behind byte at. */
static size_t
hit_from(const struct walk_hits *h, uint32_t at)
{
	size_t lo = 0, hi = h->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (h->v[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Does a negator stand right before the fact, in its clause? "没有异物", "no recall". */
static bool
is_negated(const struct score_text *t, const struct walk_hit *fact, uint32_t clause)
{
	const struct walk_hits *h = &t->walk->score;
	uint32_t from = t->clauses[clause].at;

	for (size_t i = hit_from(h, fact->at); i-- > 0;) {
		const struct walk_hit *x = &h->v[i];
		const struct image_sense *s;

		if (x->at < from || fact->unit - x->unit > NEGATED_WITHIN)
			return false;
		if (x->mark || x->at + x->len > fact->at + fact->len)
			continue; /* "没有" may reach into "有异物" */
		s = image_find_sense(t->image, x->term, LEX_NEGATOR);
		if (s && s->value < 0)
			return true;
	}
	return false;
}

static void
topic_take(struct topics *out, const struct topic_hit *x)
{
	size_t i = 0;

	while (i < out->n && !str_eq(out->v[i].topic, x->topic))
		i++;
	if (i < out->n) { /* keep what is not negated, then what is surer; words add up */
		struct topic_hit *old = &out->v[i];
		int64_t both = old->negated == x->negated ? old->weight + x->weight : 0;

		if (x->negated < old->negated ||
		    (x->negated == old->negated && x->weight > old->weight))
			*old = *x;
		if (both)
			old->weight = both < 1000 ? both : 1000;
	} else if (out->n < TOPICS_MAX) {
		out->v[out->n++] = *x;
	}
}

static void
topics_drop_unsure(struct topics *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].weight >= SURE_ENOUGH)
			out->v[n++] = out->v[i];
	out->n = n;
}

static int
by_strength(const void *a, const void *b)
{
	const struct topic_hit *x = a, *y = b;
	int64_t d = x->negated - y->negated;

	if (!d)
		d = y->severity - x->severity;
	if (!d)
		d = y->weight - x->weight;
	if (!d)
		d = x->at - y->at;
	return d ? (d > 0) - (d < 0) : str_cmp(x->topic, y->topic);
}

struct official_seen {
	uint32_t authority, action; /* sentence + 1 of the last one seen */
};

static void
fact_take(const struct score_text *t, size_t i, int32_t weight, const bool *takes,
	  struct official_seen *seen, struct topics *out)
{
	const struct walk_hit *h = &t->walk->facts.v[i];
	const struct image_term *term = &t->image->terms[h->term];
	uint32_t clause = t->fact_clause[i], sentence = t->clauses[clause].sentence + 1;
	bool about = weight >= SAME_SENTENCE;

	for (unsigned j = 0; j < term->n; j++) {
		const struct image_sense *s = &t->image->senses[term->first + j];
		const struct image_topic *topic;
		struct topic_hit x;

		if (!(h->cls & image_class_of(s->kind)))
			continue;
		out->first_hand |= s->kind == LEX_FIRSTHAND;
		out->denial |= s->kind == LEX_DENY;
		if (s->kind == LEX_OFFICIAL && about)
			seen->authority = sentence;
		if (s->kind == LEX_ACTION && about && !is_negated(t, h, clause))
			seen->action = sentence;
		if (s->kind != LEX_TOPIC || (takes && !takes[s->arg]))
			continue;
		topic = &t->image->topics[s->arg];
		x = (struct topic_hit){
			.topic = image_str(t->image, topic->id),
			.severity = topic->severity,
			.weight = (int64_t)s->value * weight / 1000,
			.negated = is_negated(t, h, clause),
			.safety = topic->bits & TOPIC_SAFETY ? 1 : 0,
			.at = h->at,
			.len = h->len,
		};
		topic_take(out, &x);
	}
}

void
topics_find(const struct score_text *t, const int32_t *weights, const bool *takes,
	    int64_t source_class, struct topics *out)
{
	struct official_seen seen = { .authority = 0 };

	out->n = 0;
	out->first_hand = out->official = out->denial = false;
	for (size_t i = 0; i < t->walk->facts.n; i++) {
		int32_t weight = weights[t->fact_clause[i]];

		if (weight < NEAR_ENOUGH)
			continue;
		fact_take(t, i, weight, takes, &seen, out);
		if (seen.action &&
		    (seen.authority == seen.action || source_class == CLASS_OFFICIAL))
			out->official = true;
	}
	topics_drop_unsure(out);
	qsort(out->v, out->n, sizeof *out->v, by_strength);
}
