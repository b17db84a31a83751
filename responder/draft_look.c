/* draft_look.c - see draft_look.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/draft_inside.h"
#include "responder/draft_look.h"
#include "responder/post.h"
#include "responder/strategy.h"

#define FINDINGS_MAX 400
#define OTHERS       24 /* texts of an incident that are read beside it */
#define LINT_JSON    (256 << 10)

/* ---- what fills it ------------------------------------------------------------------------------ */

/* The values that its template could be filled with at the time of the draft, then all that is
 * confirmed of the incident. */
static void
values_find(struct draft_fill *k, const struct template *t)
{
	struct template_value v;

	for (int w = 0; t && template_known_words[w]; w++) {
		v = (struct template_value){ .text = { "", 0 } };
		draft_fill_find(k, t, str_of(template_known_words[w]), &v);
	}
	for (size_t i = 0; t && i < t->slots.n; i++) {
		const struct template_slot *s = t->slots.v;

		v = (struct template_value){ .text = { "", 0 } };
		draft_fill_find(k, t, s[i].name, &v);
	}
	for (size_t i = 0; i < k->ground->facts_n && k->values_n < DRAFT_VALUES; i++)
		if (k->ground->facts[i].confirmed)
			k->values[k->values_n++] = k->ground->facts[i].value;
}

static const struct json *
evidence_of(const struct draft_row *row, struct arena *a)
{
	struct err bad;

	return json_parse(a, row->evidence.n ? row->evidence : STR("{}"), &bad);
}

/* The key of a fact that fills the slot; empty: something else does. */
static struct str
fact_of(const struct json *slot)
{
	struct str own = json_text(json_get(slot, "incident_fact"), STR(""));

	return own.n ? own : json_text(json_get(slot, "fact"), STR(""));
}

/* What an own text of the language would be filled with first (draft_fill.c). */
static struct str
fact_before(const struct draft_row *row, struct str key, struct arena *a)
{
	return str_of(arena_textf(a, "%.*s_%.*s", STR_ARG(key), STR_ARG(row->lang)));
}

bool
draft_uses_fact(const struct draft_row *row, struct str key, struct arena *a)
{
	const struct json *map = evidence_of(row, a);
	struct str slot;

	for (size_t i = 0; i < json_count(map); i++) {
		struct str of = fact_of(json_member(map, i, &slot));

		if (of.n && (str_eq(of, key) || str_eq(fact_before(row, of, a), key)))
			return true;
	}
	return false;
}

bool
draft_facts_only(const struct draft_row *row, struct arena *a)
{
	const struct json *map = evidence_of(row, a);
	struct str name;

	for (size_t i = 0; i < json_count(map); i++) {
		const struct json *slot = json_member(map, i, &name);
		struct str known = json_text(json_get(slot, "incident"), STR(""));

		if (!fact_of(slot).n && !json_get(slot, "move") && !str_is(known, "watch") &&
		    !str_is(known, "number"))
			return false;
	}
	return true;
}

static struct str
value_now(struct drafts *d, const struct draft_look_ask *q, const struct draft_ground *g,
	  struct str key)
{
	const struct ground_fact *own = draft_ground_fact(g, key);

	if (own)
		return own->confirmed ? own->value : STR("");
	return d->templates ? draft_facts_get(d->facts, q->incident->watch, key) : STR("");
}

static void
ground_add(struct buf *b, struct str key, struct str value)
{
	buf_addf(b, "%zu %.*s %zu %.*s\n", key.n, STR_ARG(key), value.n, STR_ARG(value));
}

int
draft_ground_hash(struct drafts *d, const struct draft_look_ask *q, struct str *hex,
		  struct err *e)
{
	const struct json *map = evidence_of(q->row, q->a);
	struct buf b = BUF(1 << 20);
	struct draft_ground ground;
	struct str slot, value;

	if (draft_ground_read(d->env->store, &q->incident->id, INT64_MAX, q->a, &ground, e) < 0)
		return -1;
	for (size_t i = 0; i < json_count(map); i++) {
		struct str key = fact_of(json_member(map, i, &slot));

		if (!key.n)
			continue;
		ground_add(&b, key, value_now(d, q, &ground, key));
		key = fact_before(q->row, key, q->a);
		value = value_now(d, q, &ground, key);
		if (value.n)
			ground_add(&b, key, value);
	}
	*hex = draft_hash(buf_str(&b), q->a);
	buf_release(&b);
	return 0;
}

/* ---- what it says ------------------------------------------------------------------------------- */

static void
finding_add(struct lint_findings *f, const char *rule, const char *reason, const char *hint)
{
	if (f->n < FINDINGS_MAX)
		f->v[f->n++] = (struct lint_finding){ .rule = rule,
						      .severity = LINT_BLOCK,
						      .line = 1,
						      .reason = reason,
						      .hint = hint };
}

/* Tags of the template against what the assessment has blocked since. */
static void
strategy_look(const struct template *t, const struct draft_ground *g, struct arena *a,
	      struct lint_findings *f)
{
	struct strategies s = { .use = g->use, .blocked = g->blocked };
	const char *why = t ? strategies_conflict(&s, t->strategies) : NULL;

	if (why)
		finding_add(f, "any.strategy",
			    arena_textf(a, "against the assessment: %s", why),
			    "take another template, or say why it goes all the same");
}

/* A post that it rests on was edited or deleted since: said, and asked about when somebody approves. */
static int
post_look(struct drafts *d, const struct draft_look_ask *q, struct lint_findings *f,
	  struct err *e)
{
	struct buf at = BUF(64), hex = BUF(64);
	struct post_word w;
	struct id mention;
	int found = post_of(d->env->store, q->row, q->a, &w, &mention, e);

	if (found > 0 && f->n < FINDINGS_MAX) {
		clock_add_local(&at, d->env->zone, w.at);
		id_add_hex(&hex, &mention);
		finding_add(
			f, POST_RULE,
			arena_textf(q->a, "a post that it rests on was %s (seen %s): %.12s",
				    w.gone ? "deleted" : "edited", at.p, hex.p),
			arena_textf(
				q->a,
				"langyan evidence %.12s shows both; then edit it, or let it "
				"stand with a reason",
				hex.p));
		f->v[f->n - 1].severity = LINT_WARN;
	}
	buf_release(&at);
	buf_release(&hex);
	return found < 0 ? -1 : 0;
}

struct others {
	struct arena *a;
	const struct draft_row *row;
	struct together_text v[OTHERS];
	size_t n;
};

static int
other_add(void *arg, const struct draft_row *row)
{
	static const unsigned said = 1u << DRAFT_IN_REVIEW | 1u << DRAFT_APPROVED |
				     1u << DRAFT_RELEASED | 1u << DRAFT_ELSEWHERE;
	struct others *o = arg;

	if (o->n == OTHERS || !(said >> draft_state_of(row->state) & 1) ||
	    str_eq(row->template, o->row->template))
		return 0;
	o->v[o->n++] = (struct together_text){
		arena_text(o->a, row->template), arena_str(o->a, row->text),
		(enum template_lang)(str_index(row->lang, template_lang_words) == TEMPLATE_EN),
		str_index(row->kind, template_kind_words)
	};
	return 0;
}

/* Beside what was released or waits for it: figures, dates, remedies, stand. */
static int
together_look_at(struct drafts *d, const struct draft_look_ask *q, struct lint_findings *f,
		 struct err *e)
{
	struct others o = { .a = q->a, .row = q->row, .n = 1 };
	struct together_findings found;

	o.v[0] = (struct together_text){ "this text", q->row->text,
					 (enum template_lang)(
						 str_index(q->row->lang, template_lang_words) ==
						 TEMPLATE_EN),
					 str_index(q->row->kind, template_kind_words) };
	if (drafts_read(d->env->store, q->incident->number, 500, other_add, &o, e) < 0)
		return -1;
	if (o.n < 2)
		return 0;
	if (!d->together && !(d->together = together_new(e)))
		return -1;
	together_look(d->together, o.v, o.n, q->a, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct together_finding *t = &found.v[i];

		if (!t->text[0]) /* the first is this one: others among themselves are theirs */
			finding_add(f, t->rule,
				    arena_textf(q->a, "\"%.*s\", but %s says \"%.*s\": %s",
						STR_ARG(t->said[0]), o.v[t->text[1]].name,
						STR_ARG(t->said[1]), t->reason),
				    t->hint);
	}
	return 0;
}

static void
blocks_count(const struct draft_look_ask *q, const struct lint_findings *f,
	     struct draft_look *out)
{
	for (size_t i = 0; i < f->n; i++) {
		struct str rule = str_of(f->v[i].rule);
		bool gap = str_is(rule, "any.gap");
		struct draft_block b = { rule, f->v[i].hard || gap, false };

		if (f->v[i].severity != LINT_BLOCK)
			continue;
		out->gaps += gap;
		b.overridden = !b.hard && conf_texts_have(q->overridden, rule);
		out->faults += !b.overridden && !gap;
		if (out->n < DRAFT_BLOCKS)
			out->blocks[out->n++] = b;
	}
}

int
draft_look(struct drafts *d, const struct draft_look_ask *q, struct draft_look *out,
	   struct err *e)
{
	const struct template *t =
		d->templates ? templates_find(d->templates, q->row->template) : NULL;
	struct move m = { .to_level = q->incident->level };
	struct draft_ground ground;
	struct draft_fill k = { .env = d->env,
				.facts = d->facts,
				.ground = &ground,
				.i = q->incident,
				.m = &m,
				.now = q->row->at,
				.a = q->a };
	struct lint_findings found = { .n = 0 }, all;
	struct lint_ask ask;
	struct buf b = BUF(LINT_JSON);

	memset(out, 0, sizeof *out);
	if (draft_ground_read(d->env->store, &q->incident->id, INT64_MAX, q->a, &ground, e) < 0)
		return -1;
	if (d->templates)
		values_find(&k, t);
	k.now = q->now;
	ask = draft_lint_ask(&k, q->incident->level, q->row->text);
	ask.kind = str_index(q->row->kind, template_kind_words);
	ask.lang = str_index(q->row->lang, template_lang_words) == TEMPLATE_EN ? TEMPLATE_EN
									       : TEMPLATE_ZH;
	ask.max_length = t ? t->max_length : 0;
	if (d->lint)
		lint_text(d->lint, &ask, q->a, &found);
	all = (struct lint_findings){ arena_alloc(q->a, FINDINGS_MAX * sizeof *all.v), 0, 0 };
	for (; all.n < found.n && all.n < FINDINGS_MAX / 2; all.n++)
		all.v[all.n] = found.v[all.n];
	strategy_look(t, &ground, q->a, &all);
	if (together_look_at(d, q, &all, e) < 0 || post_look(d, q, &all, e) < 0)
		return -1;
	blocks_count(q, &all, out);
	lint_add_json(&b, &all, q->row->text, 0);
	out->lint = arena_str(q->a, buf_str(&b));
	buf_release(&b);
	return 0;
}

struct str
draft_preapproved(struct drafts *d, struct str template)
{
	const struct template *t = d->templates ? templates_find(d->templates, template) : NULL;

	return t ? t->approved_by : STR("");
}

void
draft_written(struct drafts *d, const struct id *id)
{
	drafts_pending(d, id);
}

/* ---- what may leave by itself ---------------------------------------------------------------------- */

static bool
may_ack(const struct template *t, bool en)
{
	return t && t->approved_by.n && (t->lang == TEMPLATE_EN) == en &&
	       (t->kind == TEMPLATE_REPLY || t->kind == TEMPLATE_COMPLAINT);
}

/* Filled from the files of facts alone: there is no incident. */
static bool
ack_make(struct drafts *d, const struct template *t, const struct draft_ack_ask *q,
	 struct draft_ack *out)
{
	struct draft_ground ground = { .blocked = STRATEGY_DENY };
	struct incident i = { .watch = q->watch, .level = 1, .opened_at = q->now };
	struct move m = { .to_level = 1 };
	struct draft_fill k = { .env = d->env,
				.facts = d->facts,
				.ground = &ground,
				.i = &i,
				.m = &m,
				.now = q->now,
				.a = q->a };
	struct template_source src = { draft_fill_find, &k };
	struct template_out made = template_out_new();
	struct lint_findings found;
	struct lint_ask ask;

	template_render(t, &src, &made);
	ask = draft_lint_ask(&k, 1, buf_str(&made.text));
	ask.kind = t->kind;
	ask.lang = (enum template_lang)t->lang;
	ask.max_length = t->max_length;
	lint_text(d->lint, &ask, q->a, &found);
	*out = (struct draft_ack){ t->id, arena_str(q->a, buf_str(&made.text)) };
	template_out_release(&made);
	return !found.blocks && !made.gaps_n;
}

int
draft_ack(struct drafts *d, const struct draft_ack_ask *q, struct draft_ack *out, struct err *e)
{
	(void)e;
	for (size_t k = 0; d->templates && k < q->templates->n; k++) {
		const struct template *t = templates_find(d->templates, q->templates->v[k]);

		if (may_ack(t, q->en) && ack_make(d, t, q, out))
			return 1;
	}
	return 0;
}
