#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "nlp/explain.h"
#include "nlp/learned.h"
#include "nlp/threshold.h"

/* Share total among the items in proportion to what they add to S; what rounding leaves over
 * goes to the weightiest. With S = 0 nothing was said on balance. */
static void
items_share(const struct score_text *t, const struct score *s, const int32_t *weights,
	    int64_t total, int64_t *parts)
{
	int64_t left = total, most = 0;
	size_t at = 0;

	for (size_t i = 0; i < t->n_items; i++) {
		int64_t v = score_item_value(t, &t->items[i], weights, s->promotion);

		parts[i] = s->sum ? v * total / s->sum : 0;
		left -= parts[i];
		if (llabs(v) > most) {
			most = llabs(v);
			at = i;
		}
	}
	if (t->n_items)
		parts[at] += left;
}

/* What a text is made of beside its items. */
struct shares {
	int64_t *parts; /* of the items, then of learned */
	const struct learned_part *learned;
	size_t n_learned;
};

static void
shares_find(const struct score_text *t, const struct score *s, const int32_t *weights,
	    struct arena *a, struct shares *out)
{
	int64_t left = s->score, items, most = 0, *learned;
	size_t at = FEATURE_BIAS;

	out->learned = learned_parts(t, s, weights, a, &out->n_learned);
	out->parts = arena_alloc(a, (t->n_items + out->n_learned + 1) * sizeof *out->parts);
	learned = out->parts + t->n_items;
	if (!out->n_learned) {
		items_share(t, s, weights, s->score, out->parts);
		return;
	}
	for (size_t i = 0; i < out->n_learned; i++) {
		int64_t sum = out->learned[i].sum[MODEL_POLAR];

		learned[i] = s->polar ? sum / 1000 * s->score / s->polar : 0;
		left -= learned[i];
		if (llabs(sum) > most && i != FEATURE_SCORE) {
			most = llabs(sum);
			at = i;
		}
	}
	learned[at] += left;
	items = s->sum ? learned[FEATURE_SCORE] : 0;
	learned[FEATURE_SCORE] -= items;
	items_share(t, s, weights, items, out->parts);
}

const int64_t *
explain_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
	      struct arena *a, size_t *n)
{
	struct shares shares;

	shares_find(t, s, weights, a, &shares);
	*n = t->n_items + shares.n_learned;
	return shares.parts;
}

static void
place_add(const struct score_text *t, uint32_t at, uint32_t len, struct buf *out)
{
	buf_addf(out, "\"at\":%u,\"len\":%u,\"text\":", at, len);
	json_add_text(out, str_slice(t->text, at, len));
}

static void
source_add(const struct score_text *t, uint32_t term, int kind, struct buf *out)
{
	const struct image_sense *s = image_find_sense(t->image, term, kind);
	const struct image_list *list;

	if (!s)
		return;
	list = &t->image->lists[s->list];
	buf_add(out, STR(",\"list\":"));
	json_add_text(out, image_str(t->image, list->name));
	buf_addf(out, ",\"line\":%u", (unsigned)s->line);
}

static void
step_add_json(const struct score_text *t, const struct score_step *step, struct buf *out)
{
	buf_add(out, STR("{\"rule\":"));
	json_add_text(out, str_of(score_rule_words[step->rule]));
	buf_add(out, STR(",\"factor\":"));
	json_add_milli(out, step->factor);
	if (step->len) {
		buf_add(out, STR(",\"by\":{"));
		place_add(t, step->at, step->len, out);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, '}');
}

static void
item_add_json(const struct score_text *t, const struct score *s, const struct score_item *x,
	      int32_t weight, int64_t part, struct buf *out)
{
	struct score_step last = { RULE_TARGET, weight, 0, 0 };
	struct score_step promo = { RULE_PROMOTION, 400, 0, 0 };
	const char *comma = "";

	buf_add_byte(out, '{');
	place_add(t, x->at, x->len, out);
	buf_add(out, STR(",\"kind\":"));
	json_add_text(out, str_of(lex_kind_words[x->kind]));
	source_add(t, x->term, x->kind, out);
	buf_add(out, STR(",\"base\":"));
	json_add_milli(out, x->base);
	buf_add(out, STR(",\"steps\":["));
	for (unsigned i = 0; i < x->n_steps; i++, comma = ",") {
		buf_add(out, str_of(comma));
		step_add_json(t, &x->steps[i], out);
	}
	if (s->promotion && x->value > 0) {
		buf_add(out, str_of(comma));
		step_add_json(t, &promo, out);
		comma = ",";
	}
	if (weight != 1000) {
		buf_add(out, str_of(comma));
		step_add_json(t, &last, out);
	}
	buf_addf(out, "],\"value\":");
	json_add_milli(out, x->value);
	buf_add(out, STR(",\"part\":"));
	json_add_milli(out, part);
	buf_add_byte(out, '}');
}

static void
facts_add_json(const struct score_text *t, struct buf *out)
{
	const char *comma = "";

	buf_add(out, STR(",\"facts\":["));
	for (size_t i = 0; i < t->walk->facts.n; i++) {
		const struct walk_hit *h = &t->walk->facts.v[i];
		const struct image_term *term = &t->image->terms[h->term];

		for (unsigned j = 0; j < term->n; j++) {
			const struct image_sense *s = &t->image->senses[term->first + j];

			if (!lex_is_fact(s->kind) || !(h->cls & image_class_of(s->kind)))
				continue;
			buf_addf(out, "%s{", comma);
			comma = ",";
			place_add(t, h->at, h->len, out);
			buf_add(out, STR(",\"kind\":"));
			json_add_text(out, str_of(lex_kind_words[s->kind]));
			if (s->kind == LEX_TOPIC) {
				buf_add(out, STR(",\"topic\":"));
				json_add_text(out,
					      image_str(t->image, t->image->topics[s->arg].id));
			}
			source_add(t, h->term, s->kind, out);
			buf_add_byte(out, '}');
		}
	}
	buf_add_byte(out, ']');
}

static void
sums_add_json(const struct score_text *t, const struct score *s, struct buf *out)
{
	struct learned_words words = learned_words(t);

	if (t->model < 0)
		return;
	buf_add(out, STR(",\"hand\":"));
	json_add_milli(out, s->hand);
	buf_add(out, STR(",\"polar\":"));
	json_add_milli(out, s->polar);
	buf_add(out, STR(",\"neutral\":"));
	json_add_milli(out, s->neutral);
	buf_addf(out, ",\"words\":%u,\"known\":%u", words.all, words.known);
}

/* By which thresholds the label was found, where these are not the usual ones. */
static void
threshold_add_json(const struct score_text *t, const struct score *s, struct buf *out)
{
	const struct image_threshold *x = s->threshold;
	struct score_lean lean = threshold_lean(t, s);

	if (!x)
		return;
	buf_add(out, STR(",\"thresholds\":{\"of\":"));
	json_add_text(out, image_str(t->image, x->of));
	buf_add(out, STR(",\"list\":"));
	json_add_text(out, image_str(t->image, t->image->lists[x->list].name));
	buf_addf(out, ",\"line\":%u,\"positive\":", (unsigned)x->line);
	json_add_milli(out, x->pos);
	buf_add(out, STR(",\"negative\":"));
	json_add_milli(out, x->neg);
	buf_add(out, STR(",\"leans\":["));
	json_add_milli(out, lean.pos);
	buf_add_byte(out, ',');
	json_add_milli(out, lean.neg);
	buf_add(out, STR("]}"));
}

static void
weight_add(const struct learned_part *p, int64_t by, int64_t part, struct buf *out)
{
	/* what stands for a value of 1 in the two sums */
	buf_add(out, STR(",\"weight\":["));
	for (int k = 0; k < MODEL_SUMS; k++) {
		buf_add(out, str_of(k ? "," : ""));
		json_add_milli(out, by ? p->sum[k] / by : 0);
	}
	buf_add(out, STR("],\"part\":"));
	json_add_milli(out, part);
	buf_add_byte(out, '}');
}

static void
gram_add_json(const struct score_text *t, const struct learned_part *p, int64_t part,
	      struct buf *out)
{
	const struct image_list *list = &t->image->lists[t->image->models[t->model].list];

	buf_add_byte(out, '{');
	place_add(t, p->at, p->len, out);
	buf_add(out, STR(",\"kind\":\"learned\",\"list\":"));
	json_add_text(out, image_str(t->image, list->name));
	buf_addf(out, ",\"line\":%u,\"counts\":", (unsigned)p->line);
	json_add_milli(out, p->value);
	weight_add(p, p->value, part, out);
}

static void
learned_add_json(const struct score_text *t, const struct shares *shares, struct buf *out)
{
	const struct learned_part *v = shares->learned;
	const int64_t *parts = shares->parts + t->n_items;
	const char *comma = t->n_items ? "," : "";

	for (size_t i = 0; i < shares->n_learned; i++) {
		if (i < FEATURES && !v[i].value)
			continue;
		buf_add(out, str_of(comma));
		comma = ",";
		if (v[i].gram) {
			gram_add_json(t, &v[i], parts[i], out);
			continue;
		}
		buf_add(out, STR("{\"feature\":"));
		json_add_text(out, str_of(model_feature_words[i]));
		buf_add(out, STR(",\"value\":"));
		json_add_milli(out, v[i].value);
		weight_add(&v[i], v[i].value, parts[i], out);
	}
}

void
explain_add_json(const struct score_text *t, const struct score *s, const int32_t *weights,
		 const struct topics *topics, struct arena *a, struct buf *out)
{
	struct shares shares;

	shares_find(t, s, weights, a, &shares);
	buf_add(out, STR("{\"sum\":"));
	json_add_milli(out, s->sum);
	sums_add_json(t, s, out);
	threshold_add_json(t, s, out);
	buf_add(out, STR(",\"subjectivity\":"));
	json_add_milli(out, s->subjectivity);
	buf_addf(out, ",\"first_hand\":%s,\"official\":%s,\"denial\":%s,\"promotion\":%s",
		 topics->first_hand ? "true" : "false", topics->official ? "true" : "false",
		 topics->denial ? "true" : "false", s->promotion ? "true" : "false");
	buf_add(out, STR(",\"parts\":["));
	for (size_t i = 0; i < t->n_items; i++) {
		const struct score_item *x = &t->items[i];

		buf_add(out, str_of(i ? "," : ""));
		item_add_json(t, s, x, weights[x->clause], shares.parts[i], out);
	}
	learned_add_json(t, &shares, out);
	buf_add_byte(out, ']');
	facts_add_json(t, out);
	buf_add_byte(out, '}');
}
