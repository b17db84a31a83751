#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "nlp/explain.h"

void
explain_parts(const struct score_text *t, const struct score *s, const int32_t *weights,
	      int64_t *parts)
{
	int64_t left = s->score, most = 0;
	size_t at = 0;

	/* in proportion to S; with S = 0 nothing was said on balance */
	for (size_t i = 0; i < t->n_items; i++) {
		int64_t v = score_item_value(t, &t->items[i], weights, s->promotion);

		parts[i] = s->sum ? v * s->score / s->sum : 0;
		left -= parts[i];
		if (llabs(v) > most) {
			most = llabs(v);
			at = i;
		}
	}
	if (t->n_items)
		parts[at] += left; /* what rounding left over goes to the weightiest */
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

void
explain_add_json(const struct score_text *t, const struct score *s, const int32_t *weights,
		 const struct topics *topics, struct arena *a, struct buf *out)
{
	int64_t *parts = arena_alloc(a, (t->n_items + 1) * sizeof *parts);

	explain_parts(t, s, weights, parts);
	buf_add(out, STR("{\"sum\":"));
	json_add_milli(out, s->sum);
	buf_add(out, STR(",\"subjectivity\":"));
	json_add_milli(out, s->subjectivity);
	buf_addf(out, ",\"first_hand\":%s,\"official\":%s,\"denial\":%s,\"promotion\":%s",
		 topics->first_hand ? "true" : "false", topics->official ? "true" : "false",
		 topics->denial ? "true" : "false", s->promotion ? "true" : "false");
	buf_add(out, STR(",\"parts\":["));
	for (size_t i = 0; i < t->n_items; i++) {
		const struct score_item *x = &t->items[i];

		buf_add(out, str_of(i ? "," : ""));
		item_add_json(t, s, x, weights[x->clause], parts[i], out);
	}
	buf_add_byte(out, ']');
	facts_add_json(t, out);
	buf_add_byte(out, '}');
}
