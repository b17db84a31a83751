/* prepared text + whom it is asked about -> score, label, subjectivity, intent (score.h) */
#include "core/base.h"

#include <math.h>

#include "core/str.h"
#include "nlp/learned.h"
#include "nlp/score.h"
#include "nlp/threshold.h"

/* All found on the dev halves, over every corpus at once. */
#define SCORE_ALPHA    15000000LL   /* A of 1000 S / sqrt(S^2 + A), in (1/1000)^2 */
#define SUM_MAX        1000000000LL /* its square fits */
#define PROMO_LIMIT    2000 /* from here on a text sells something, if it does not complain */
#define PROMO_LEAST    1000 /* the same if it has no bad word at all */
#define PROMO_FACTOR   400
#define POS_LEAST      100 /* least |score| for a label, at full subjectivity ... */
#define NEG_LEAST      40
#define OBJECTIVE_MORE 150 /* ... and how much more at none */

/* The machine's root is exact to its 53 bits; what these leave open is counted out. */
int64_t
score_root(int64_t v)
{
	uint64_t n = (uint64_t)v, r = (uint64_t)sqrt((double)v);

	while (r * r > n)
		r--;
	while ((r + 1) * (r + 1) <= n)
		r++;
	return (int64_t)r;
}

struct str
score_lang(const struct walk *w)
{
	if (w->han && w->han * 2 >= w->latin)
		return STR("zh");
	return w->latin ? STR("en") : STR("");
}

size_t
score_clause_at(const struct score_text *t, uint32_t at)
{
	size_t lo = 0, hi = t->n_clauses - 1;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (t->clauses[mid].end > at)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* ---- about whom ---- */

enum who { WHO_NONE, WHO_OWN, WHO_RIVAL, WHO_BOTH };
#define WEIGHT_BOTH   700 /* 比 … 好: both names in one clause              */
#define WEIGHT_SAME   900 /* no name, but ours came earlier in the sentence */
#define WEIGHT_AHEAD  800 /* no name, ours comes later in the sentence      */
#define WEIGHT_FOLLOW 600 /* another sentence after ours                    */
#define WEIGHT_REST   300 /* before any name                                */
#define WEIGHT_RIVAL  100

static void
who_mark(const struct score_text *t, const struct query_span *v, size_t n, uint8_t bit,
	 uint8_t *who)
{
	for (size_t i = 0; i < n; i++)
		who[score_clause_at(t, v[i].at)] |= bit;
}

/* Low bits: who is named in the clause. WHO_LATER: who is named next in its sentence. */
#define WHO_MASK  3
#define WHO_LATER 2 /* bits to the left */

static void
who_ahead(const struct score_text *t, uint8_t *who)
{
	for (size_t i = t->n_clauses - 1; i-- > 0;) {
		const struct score_clause *c = &t->clauses[i];
		uint8_t next = who[i + 1];

		if (c[1].sentence == c->sentence)
			who[i] |= (uint8_t)((next & WHO_MASK ? next & WHO_MASK
							     : next >> WHO_LATER)
					    << WHO_LATER);
	}
}

static int32_t
weight_of(uint8_t here, uint8_t last, bool same_sentence)
{
	uint8_t named = here & WHO_MASK, later = here >> WHO_LATER;

	if (named)
		return named == WHO_OWN ? 1000 : named == WHO_BOTH ? WEIGHT_BOTH : WEIGHT_RIVAL;
	if (last && same_sentence)
		return last == WHO_RIVAL ? WEIGHT_RIVAL : WEIGHT_SAME;
	if (later)
		return later & WHO_OWN ? WEIGHT_AHEAD : WEIGHT_RIVAL;
	if (!last)
		return WEIGHT_REST;
	return last == WHO_RIVAL ? WEIGHT_RIVAL : WEIGHT_FOLLOW;
}

void
score_weights(const struct score_text *t, const struct score_about *about, int32_t *weights)
{
	uint8_t *who = t->who, last = WHO_NONE;
	uint32_t last_in = 0;

	if (!about->n) {
		for (size_t i = 0; i < t->n_clauses; i++)
			weights[i] = 1000;
		return;
	}
	memset(who, 0, t->n_clauses);
	who_mark(t, about->spans, about->n, WHO_OWN, who);
	who_mark(t, about->rivals, about->n_rivals, WHO_RIVAL, who);
	who_ahead(t, who);
	for (size_t i = 0; i < t->n_clauses; i++) {
		weights[i] = weight_of(who[i], last, last_in == t->clauses[i].sentence);
		if (who[i] & WHO_MASK) {
			last = (who[i] & WHO_MASK) == WHO_RIVAL ? WHO_RIVAL : WHO_OWN;
			last_in = t->clauses[i].sentence;
		}
	}
}

/* ---- the sum ---- */

int64_t
score_item_value(const struct score_text *t, const struct score_item *x, const int32_t *weights,
		 bool promotion)
{
	int64_t v = x->value;

	(void)t;
	if (promotion && v > 0)
		v = v * PROMO_FACTOR / 1000;
	return v * weights[x->clause] / 1000;
}

/* Opinion against report: words of feeling, the writer in person, emphasis, against length,
 * figures, links. */
static int64_t
subjectivity_of(const struct score_text *t)
{
	const struct walk *w = t->walk;
	int64_t for_it = 0, against = 600;

	for (size_t i = 0; i < t->n_items; i++) {
		const struct score_item *x = &t->items[i];
		int64_t v = x->base < 0 ? -x->base : x->base;

		for_it += x->flags & ITEM_EVENT    ? v / 4
			  : x->flags & ITEM_SYMBOL ? v * 3 / 2
						   : v;
	}
	for_it += t->firsthand / 2 + 500LL * (w->shouts < 3 ? w->shouts : 3) + 300LL * w->asks;
	against += 40LL * w->units + 200LL * w->numbers + 300LL * w->links;
	return 1000 * for_it / (for_it + against);
}

static void
sides_sum(const struct score_text *t, const int32_t *weights, struct score *out)
{
	for (size_t i = 0; i < t->n_items; i++) {
		int64_t v = score_item_value(t, &t->items[i], weights, out->promotion);

		out->sum += v;
		if (v < 0)
			out->negative -= v;
		else
			out->positive += v;
	}
	if (out->sum > SUM_MAX || out->sum < -SUM_MAX)
		out->sum = out->sum > 0 ? SUM_MAX : -SUM_MAX;
}

/* Is the blame in the rival's clauses rather than in ours? */
static bool
rival_blamed(const struct score_text *t, const int32_t *weights)
{
	int64_t own = 0, rival = 0;

	for (size_t i = 0; i < t->n_items; i++) {
		int64_t v = t->items[i].value;

		if (v < 0 && weights[t->items[i].clause] == WEIGHT_RIVAL)
			rival -= v;
		else if (v < 0)
			own -= v;
	}
	return rival > own;
}

struct score_lean
score_lean(const struct score *s)
{
	int64_t extra = OBJECTIVE_MORE * (1000 - s->subjectivity) / 1000;

	return (struct score_lean){ s->score - POS_LEAST - extra + 1,
				    -s->score - NEG_LEAST - extra + 1 };
}

/* By how far it is from the edge, and how much the words agree. */
int64_t
score_sure(const struct score *s, int64_t far)
{
	int64_t sides = s->negative + s->positive, sure = 500 + far / 2;

	if (s->label && sides)
		sure = sure * (500 + 500 * llabs(s->sum) / sides) / 1000;
	return sure > 990 ? 990 : sure;
}

static void
label_set(struct score *s)
{
	struct score_lean lean = score_lean(s);

	s->label = lean.pos > 0 ? LABEL_POS : lean.neg > 0 ? LABEL_NEG : LABEL_NEU;
	s->confidence = score_sure(s, llabs((s->score > 0 ? lean.pos : lean.neg) - 1));
}

static enum intent
intent_of(const struct score_text *t, const struct score *s, int64_t source_class)
{
	if (s->promotion)
		return INTENT_PROMOTION;
	if (t->help > 0)
		return INTENT_HELP;
	if (source_class == CLASS_COMPLAINT)
		return INTENT_COMPLAINT;
	if (s->label == LABEL_NEG && (s->subjectivity >= 400 || t->firsthand))
		return INTENT_COMPLAINT;
	if (t->walk->asks && (t->question > 0 || s->label == LABEL_NEU))
		return INTENT_QUESTION;
	if (s->label == LABEL_POS && s->subjectivity >= 400)
		return INTENT_PRAISE;
	if (source_class == CLASS_NEWS || source_class == CLASS_OFFICIAL)
		return INTENT_NEWS;
	return INTENT_NONE;
}

/* Does the text sell something? A complaint with two words of selling in it does not: it must
 * not be taken for an advert, for adverts raise no alarm. */
static bool
sells(const struct score_text *t)
{
	int64_t bad = 0, good = 0;

	if (t->promo < PROMO_LEAST)
		return false;
	for (size_t i = 0; i < t->n_items; i++) {
		int64_t v = t->items[i].value;

		bad -= v < 0 ? v : 0;
		good += v > 0 ? v : 0;
	}
	return t->promo >= PROMO_LIMIT ? bad <= good : !bad;
}

void
score_weigh(const struct score_text *t, const struct score_about *about, const int32_t *weights,
	    struct score *out)
{
	int64_t root;

	*out = (struct score){ .promotion = sells(t) };
	sides_sum(t, weights, out);
	root = score_root(out->sum * out->sum + SCORE_ALPHA);
	out->score = 1000 * out->sum / root;
	out->subjectivity = subjectivity_of(t);
	out->rival = about->n_rivals && rival_blamed(t, weights);
	label_set(out);
	learned_weigh(t, about, weights, out);
	threshold_apply(t, about, out);
	out->intent = intent_of(t, out, about->source_class);
}
