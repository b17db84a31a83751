/* hits -> clauses and items with the rules that need no target -> (weigh.c) a score */
#include "core/base.h"

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/learned.h"
#include "nlp/score_inside.h"

const char *const score_rule_words[] = {
	"negation", "degree",     "before-but", "after-but", "concede",    "summary",
	"wish",     "sarcasm",    "opener",     "ability",   "direction",  "question",
	"shout",    "caps",       "repeat",     "repost",    "alone",      "promotion",
	"target",   "rhetorical", "waiting",    "duration",  "comparison", "quote",
	"story",    "compound",   "figure",     NULL,
};

/* Distances are in units: 2 a Latin word, 1 a Han character (walk.h). Found on the dev halves. */
#define NEGATION_SCOPE 6 /* after the negator's end */
#define NEGATION_HAN   5
#define NEGATED_FAULT \
	300 /* 1/1000 of the negator's factor; 1000 costs 0.2 of macro-F1 and of AUC */
#define DEGREE_SCOPE      4
#define ABILITY_SCOPE     10
#define ABILITY_HAN       3
#define DIRECTION_SCOPE   24
#define APPOSITION_SCOPE  60
#define OPENER_VALUE      1000
#define RHETORICAL_SCOPE  16
#define RHETORICAL_FACTOR (-500) /* 1/1000, for praise behind it in the sentence */
#define COMPOUND_BLAME    500    /* 1/1000; praise in a compound is none */
#define SYMBOL_MAX_TERM   12
/* Units a hit is long: 2 a Latin word, 1 anything else. */
static uint32_t
units_of(struct str s)
{
	uint32_t n = 0;
	bool word = false;

	for (size_t i = 0; i < s.n; i++) {
		unsigned c = (uint8_t)s.p[i];

		if (c < 0x80 && fold_is_word(c)) {
			n += word ? 0 : 2;
			word = true;
		} else {
			if (c >= 0xE0)
				n++;
			if (c != '\'')
				word = false;
		}
	}
	return n;
}

static struct str
hit_text(const struct prepare *k, const struct walk_hit *h)
{
	return str_slice(k->t->text, h->at, h->len);
}

void
score_step_add(struct score_item *x, enum score_rule rule, int32_t factor, uint32_t at,
	       uint32_t len)
{
	if (x->n_steps == SCORE_STEPS)
		return;
	x->steps[x->n_steps++] = (struct score_step){ (uint8_t)rule, factor, at, len };
	x->value = (int32_t)((int64_t)x->value * factor / 1000);
}

struct score_item *
score_item_add(struct prepare *k, const struct walk_hit *h, int kind, int32_t base)
{
	struct score_text *t = k->t;
	struct score_item *x;

	if (t->n_items == k->cap_items) {
		struct score_item *v;

		k->cap_items = k->cap_items * 2 + 4;
		v = arena_alloc(k->a, k->cap_items * sizeof *v);
		if (t->n_items)
			memcpy(v, t->items, t->n_items * sizeof *v);
		t->items = v;
	}
	x = &t->items[t->n_items++];
	/* the steps are as they are: n_steps says how many count */
	x->at = h->at;
	x->len = h->len;
	x->term = h->term;
	x->clause = (uint32_t)(k->c - t->clauses);
	x->base = x->value = base;
	x->kind = (uint8_t)kind;
	x->flags = h->caps ? ITEM_CAPS : 0;
	x->n_steps = 0;
	k->c->n++;
	return x;
}

/* ---- clauses ---- */

static void
clause_begin(struct prepare *k, uint32_t at, uint32_t unit, bool sentence)
{
	struct score_text *t = k->t;
	struct score_clause *last = k->c;

	k->c = &t->clauses[t->n_clauses++];
	*k->c = (struct score_clause){ .at = at, .first = (uint32_t)t->n_items, .unit = unit };
	if (last) {
		last->end = at;
		k->c->part = last->part;
		k->c->sentence = last->sentence + (sentence ? 1 : 0);
	}
	t->n_sentences = k->c->sentence + 1;
	if (sentence) {
		k->before_clause = k->sentence_clause;
		k->sentence_clause = (uint32_t)t->n_clauses - 1;
	}
}

/* Negators that found nothing to negate say something by themselves when the list says so. */
static void
alone_settle(struct prepare *k)
{
	for (size_t i = 0; i < 2; i++) {
		struct pending *p = &k->negation[i];
		struct walk_hit h = { .at = p->at, .len = p->len };

		if (p->set && !p->used && p->sense->flags & LEX_ALONE && p->sense->arg) {
			struct score_item *x;

			h.term = p->term;
			x = score_item_add(k, &h, LEX_NEGATOR, p->sense->arg);
			score_step_add(x, RULE_ALONE, 1000, 0, 0);
			if (k->contrast.set)
				score_step_add(x, RULE_AFTER_BUT, k->contrast.factor,
					       k->contrast.at, k->contrast.len);
		}
	}
}

static void
steps_to_clause(struct prepare *k, size_t from, size_t to, enum score_rule rule, int32_t factor,
		const struct pending *cue)
{
	if (to - from > LOOK_BACK)
		from = to - LOOK_BACK;
	for (size_t i = from; i < to; i++)
		score_step_add(&k->t->items[i], rule, factor, cue->at, cue->len);
}

/* The change waiting is one of this noun. */
static void
change_add(struct prepare *k, const struct half *noun)
{
	const struct half *a = &k->change;
	struct score_item *x;

	score_noun_drop(k, noun, RULE_DIRECTION, a);
	x = score_item_add(k, a->hit, a->sign > 0 ? LEX_UP : LEX_DOWN,
			   (int32_t)((int64_t)noun->weight * DIRECTION_VALUE / 1000 * a->sign *
				     noun->sign));
	x->flags |= ITEM_EVENT;
	score_step_add(x, RULE_DIRECTION, 1000, noun->at, noun->len);
	/* a comparison of the same noun would say it twice */
	k->subject.set = false;
}

/* "Sales were 3 mn, a drop of 5 %": the noun may stand in a clause before the change's own. */
static void
change_settle(struct prepare *k)
{
	const struct half *a = &k->change, *b = &k->subject;

	if (a->set && b->set && k->c->figure_len && a->unit - b->unit <= APPOSITION_SCOPE)
		change_add(k, b);
}

static void
clause_end(struct prepare *k)
{
	struct score_text *t = k->t;

	alone_settle(k);
	change_settle(k);
	if (k->concede.set)
		steps_to_clause(k, k->c->first, t->n_items, RULE_CONCEDE, k->concede.factor,
				&k->concede);
	memset(k->negation, 0, sizeof k->negation);
	k->story.set = k->degree.set = k->concede.set = k->change.set = k->noun.set = false;
}

static void
sentence_end(struct prepare *k, const struct walk_hit *mark)
{
	struct score_text *t = k->t;

	for (size_t c = k->sentence_clause; c < t->n_clauses; c++) {
		t->clauses[c].ask = mark && mark->mark == MARK_ASK;
		t->clauses[c].shout = mark && mark->mark == MARK_SHOUT;
	}
	k->wish.set = k->summary.set = k->contrast.set = k->rhetorical.set = false;
	k->subject.set = k->figure.set = k->compare.set = false;
}

/* ---- cues ---- */

static struct pending
pending_of(const struct prepare *k, const struct walk_hit *h, const struct image_sense *s,
	   uint32_t scope)
{
	return (struct pending){ .factor = s->value,
				 .at = h->at,
				 .len = h->len,
				 .term = h->term,
				 .until = h->unit + units_of(hit_text(k, h)) + scope,
				 .set = true,
				 .sense = s };
}

static bool
reaches(const struct pending *p, const struct walk_hit *h)
{
	return p->set && h->unit <= p->until;
}

/* Everything said in this sentence so far weighs less, what follows more. */
static void
contrast_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct score_text *t = k->t;
	struct pending p = pending_of(k, h, s, 0);
	size_t from = t->clauses[k->sentence_clause].first;
	int32_t before = 2000 - s->value < 200 ? 200 : 2000 - s->value;

	alone_settle(k);
	if (from < t->n_items) {
		steps_to_clause(k, from, t->n_items, RULE_BEFORE_BUT, before, &p);
	} else if (k->sentence_clause) {
		from = t->clauses[k->before_clause].first;
		steps_to_clause(k, from, t->n_items, RULE_BEFORE_BUT, (before + 1000) / 2, &p);
	}
	k->contrast = p;
	k->wish.set = false;
	memset(k->negation, 0, sizeof k->negation);
}

static void
negator_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	bool han = h->len && (uint8_t)k->t->text.p[h->at] >= 0xE0;
	uint32_t scope = s->scope ? (han ? s->scope : s->scope * 2u)
			 : han    ? NEGATION_HAN
				  : NEGATION_SCOPE;
	struct pending p = pending_of(k, h, s, scope);

	k->negation[1] = k->negation[0].set && reaches(&k->negation[0], h)
				 ? k->negation[0]
				 : (struct pending){ .set = false };
	k->negation[0] = p;
}

/* A negated thing one should be able to do. */
static void
ability_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct pending *p = &k->negation[0];
	bool han = (uint8_t)k->t->text.p[h->at] >= 0xE0;
	struct score_item *x;

	if (!p->set || p->factor >= 0 ||
	    h->unit + (han ? NEGATION_HAN : NEGATION_SCOPE) >
		    p->until + (han ? ABILITY_HAN : ABILITY_SCOPE))
		return;
	x = score_item_add(k, h, LEX_ABILITY, s->value);
	score_step_add(x, RULE_ABILITY, 1000, p->at, p->len);
	p->used = true;
}

static void
direction_pair(struct prepare *k)
{
	const struct half *a = &k->change, *b = &k->noun;
	uint32_t d = a->unit > b->unit ? a->unit - b->unit : b->unit - a->unit;

	if (!a->set || !b->set || d > DIRECTION_SCOPE)
		return;
	change_add(k, b);
	k->change.set = k->noun.set = false;
}

static void
half_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	int kind = s->kind;
	bool change = kind == LEX_UP || kind == LEX_DOWN;
	struct half *half = change ? &k->change : &k->noun;

	*half = (struct half){ kind == LEX_UP || kind == LEX_GOOD_NOUN ? 1 : -1,
			       s->value,
			       h->at,
			       h->len,
			       h->unit,
			       true,
			       h };
	if (!change && k->compare.set)
		k->compare.sign = half->sign;
	else if (!change)
		k->subject = *half;
	direction_pair(k);
}

/* ---- items ---- */

static void
repeat_apply(struct prepare *k, struct score_item *x)
{
	size_t here = k->t->n_items - 1, from = here > LOOK_BACK ? here - LOOK_BACK : 0;
	int seen = 0;

	for (size_t i = here; i-- > from && seen < 2;)
		seen += k->t->items[i].term == x->term;
	if (seen >= 2)
		score_step_add(x, RULE_REPEAT, 300, 0, 0);
}

/* A fault that is not there ("没有异物", "not bad") is much less than praise. */
static int32_t
negated_factor(const struct score_item *x, const struct pending *p)
{
	return x->value < 0 ? (int32_t)((int64_t)p->factor * NEGATED_FAULT / 1000) : p->factor;
}

static void
cues_apply(struct prepare *k, struct score_item *x, const struct walk_hit *h)
{
	bool symbol = x->flags & ITEM_SYMBOL;

	if (!symbol && reaches(&k->degree, h))
		score_step_add(x, RULE_DEGREE, k->degree.factor, k->degree.at, k->degree.len);
	for (size_t i = 0; i < 2 && !symbol; i++)
		if (reaches(&k->negation[i], h)) {
			score_step_add(x, RULE_NEGATION, negated_factor(x, &k->negation[i]),
				       k->negation[i].at, k->negation[i].len);
			k->negation[i].used = true;
		}
	if (reaches(&k->rhetorical, h) && x->value > 0 && !symbol)
		score_step_add(x, RULE_RHETORICAL, RHETORICAL_FACTOR, k->rhetorical.at,
			       k->rhetorical.len);
	if (k->story.set && x->value < 0)
		score_step_add(x, RULE_STORY, k->story.factor, k->story.at, k->story.len);
	if (k->wish.set && x->value > 0)
		score_step_add(x, RULE_WISH, k->wish.factor, k->wish.at, k->wish.len);
	if (k->contrast.set)
		score_step_add(x, RULE_AFTER_BUT, k->contrast.factor, k->contrast.at,
			       k->contrast.len);
	if (k->summary.set)
		score_step_add(x, RULE_SUMMARY, k->summary.factor, k->summary.at,
			       k->summary.len);
	repeat_apply(k, x);
	k->degree.set = false;
}

static bool
is_symbol(struct str s)
{
	unsigned c = (uint8_t)s.p[0];

	return s.n <= SYMBOL_MAX_TERM * 3 && (c == '[' || c >= 0xF0 || c == 0xE2 ||
					      (c < 0x80 && !fold_is_word(c) && c != '#'));
}

/* A Latin word that a hyphen ties to another one: alt-right, self-love. "super-good" is none. */
static bool
in_compound(struct str text, const struct walk_hit *h)
{
	static const char *const open[] = { "super", "ultra", "so",   "oh",
					    "all",   "not",   "very", "mega" },
				 *const close[] = { "ish", "looking", "quality", "ass", "y" };
	size_t at = h->at, end = at + h->len;
	struct str before = str_slice(text, 0, at ? at - 1 : 0);
	struct str behind = str_slice(text, end + 1, SIZE_MAX);

	if (!fold_is_ascii_word(fold_byte[(uint8_t)text.p[at]]))
		return false;
	if (at > 1 && text.p[at - 1] == '-' &&
	    fold_is_ascii_word(fold_byte[(uint8_t)text.p[at - 2]])) {
		for (size_t i = 0; i < LY_COUNT(open); i++)
			if (str_ends(before, str_of(open[i])))
				return false;
		return true;
	}
	if (end + 1 < text.n && text.p[end] == '-' &&
	    fold_is_ascii_word(fold_byte[(uint8_t)text.p[end + 1]])) {
		for (size_t i = 0; i < LY_COUNT(close); i++)
			if (str_starts(behind, str_of(close[i])))
				return false;
		return true;
	}
	return false;
}

static void
polarity_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct score_item *x = score_item_add(k, h, s->kind, s->value);

	x->flags |= s->flags & LEX_SUBJ0 ? ITEM_EVENT : 0;
	x->flags |= s->kind == LEX_SARCASM ? ITEM_SARCASM : 0;
	x->flags |= image_find_sense(k->t->image, h->term, LEX_OPENER) ? ITEM_OPENER : 0;
	x->flags |= is_symbol(hit_text(k, h)) ? ITEM_SYMBOL : 0;
	cues_apply(k, x, h);
	if (in_compound(k->t->text, h))
		score_step_add(x, RULE_COMPOUND, x->value < 0 ? COMPOUND_BLAME : 0, 0, 0);
	if (s->kind == LEX_WAITING || s->kind == LEX_SARCASM)
		score_step_add(x, s->kind == LEX_WAITING ? RULE_WAITING : RULE_SARCASM, 1000, 0,
			       0);
}

/* A question that expects no answer is blame, and praise in it is none. */
static void
rhetorical_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct score_item *x = score_item_add(k, h, LEX_RHETORICAL, s->value);

	score_step_add(x, RULE_RHETORICAL, 1000, 0, 0);
	k->rhetorical = pending_of(k, h, s, RHETORICAL_SCOPE);
}

static void
opener_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct score_item *x;

	if (image_find_sense(k->t->image, h->term, LEX_POLARITY))
		return; /* polarity_take saw it */
	x = score_item_add(k, h, LEX_OPENER,
			   (int32_t)((int64_t)OPENER_VALUE * s->value / 1000));
	x->flags |= ITEM_OPENER;
	cues_apply(k, x, h);
}

static void
sense_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	switch ((enum lex_kind)s->kind) {
	case LEX_POLARITY:
	case LEX_WAITING:
	case LEX_SARCASM:
		polarity_take(k, h, s);
		break;
	case LEX_OPENER:
		opener_take(k, h, s);
		break;
	case LEX_NEGATOR:
		negator_take(k, h, s);
		break;
	case LEX_DEGREE:
		k->degree = pending_of(k, h, s, DEGREE_SCOPE);
		break;
	case LEX_CONTRAST:
		contrast_take(k, h, s);
		break;
	case LEX_CONCEDE:
		k->concede = pending_of(k, h, s, 0);
		break;
	case LEX_SUMMARY:
		k->summary = pending_of(k, h, s, 0);
		break;
	case LEX_WISH:
		k->wish = pending_of(k, h, s, 0);
		break;
	case LEX_ABILITY:
		ability_take(k, h, s);
		break;
	case LEX_RHETORICAL:
		rhetorical_take(k, h, s);
		break;
	case LEX_DURATION:
		score_duration_take(k, h, s);
		break;
	case LEX_COMPARE:
		score_compare_take(k, h);
		break;
	case LEX_STORY:
		k->story = pending_of(k, h, s, 0);
		break;
	case LEX_SPEECH:
		k->c->speech = 1;
		break;
	case LEX_UP:
	case LEX_DOWN:
	case LEX_GOOD_NOUN:
	case LEX_BAD_NOUN:
		half_take(k, h, s);
		break;
	default:
		break;
	}
}

static void
hit_take(struct prepare *k, const struct walk_hit *h)
{
	const struct image_term *term = &k->t->image->terms[h->term];

	for (unsigned i = 0; i < term->n; i++) {
		const struct image_sense *s = &k->t->image->senses[term->first + i];

		if (s->kind < LEX_FIRSTHAND)
			sense_take(k, h, s);
	}
}

static void
mark_take(struct prepare *k, const struct walk_hit *h)
{
	switch ((enum walk_mark)h->mark) {
	case MARK_CLAUSE:
		clause_end(k);
		clause_begin(k, h->at + h->len, h->unit, false);
		break;
	case MARK_SENTENCE:
	case MARK_ASK:
	case MARK_SHOUT:
		clause_end(k);
		sentence_end(k, h);
		clause_begin(k, h->at + h->len, h->unit, true);
		break;
	case MARK_REPOST:
		clause_end(k);
		sentence_end(k, NULL);
		clause_begin(k, h->at + h->len, h->unit, true);
		k->c->part++;
		break;
	case MARK_NUMBER:
		score_number_take(k, h);
		break;
	default:
		break;
	}
}

static void
facts_place(struct score_text *t, struct arena *a)
{
	const struct walk_hits *f = &t->walk->facts;

	t->fact_clause = arena_alloc(a, (f->n + 1) * sizeof *t->fact_clause);
	for (size_t i = 0, c = 0; i < f->n; i++) {
		const struct image_term *term = &t->image->terms[f->v[i].term];

		while (c + 1 < t->n_clauses && t->clauses[c].end <= f->v[i].at)
			c++;
		t->fact_clause[i] = (uint32_t)c;
		for (unsigned j = 0; j < term->n; j++) {
			const struct image_sense *s = &t->image->senses[term->first + j];

			if (t->clauses[c].part || !(f->v[i].cls & image_class_of(s->kind)))
				continue;
			t->promo += s->kind == LEX_PROMO ? s->value : 0;
			t->question += s->kind == LEX_QUESTION ? s->value : 0;
			t->help += s->kind == LEX_HELP ? s->value : 0;
			t->firsthand += s->kind == LEX_FIRSTHAND ? s->value : 0;
		}
	}
}

struct score_text *
score_prepare(const struct image *m, const struct walk *w, struct str text, struct arena *a)
{
	struct score_text *t = arena_alloc(a, sizeof *t);
	struct prepare k = { .t = t, .a = a };
	size_t breaks = 1, hits = 0;

	t->image = m;
	t->walk = w;
	t->text = text;
	for (size_t i = 0; i < w->score.n; i++) {
		hits += w->score.v[i].mark == MARK_NONE;
		breaks += w->score.v[i].mark != MARK_NONE && w->score.v[i].mark <= MARK_REPOST;
	}
	t->clauses = arena_alloc(a, breaks * sizeof *t->clauses);
	t->who = arena_alloc(a, breaks);
	t->items = arena_alloc(a, hits * sizeof *t->items); /* hardly a hit is two */
	k.cap_items = hits;
	clause_begin(&k, 0, 0, true);
	for (size_t i = 0; i < w->score.n; i++) {
		const struct walk_hit *h = &w->score.v[i];

		if (h->mark)
			mark_take(&k, h);
		else
			hit_take(&k, h);
	}
	clause_end(&k);
	sentence_end(&k, NULL);
	k.c->end = (uint32_t)text.n;
	t->n_parts = k.c->part + 1;
	score_rules_apply(t);
	facts_place(t, a);
	learned_prepare(t, a);
	return t;
}
