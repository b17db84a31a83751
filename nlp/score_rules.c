/* items in their clauses -> the rules that look behind an item or around it */
#include "core/base.h"

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/score_inside.h"

#define QUOTE_FACTOR 500  /* 1/1000 */
#define QUOTE_LEAST  18   /* bytes: three words or six Han characters; less is a name */
#define OFTEN        1500 /* a duration of so much also turns thanks: "nine times a day" */

static void
shout_and_ask(struct score_text *t)
{
	bool mixed = t->walk->lower > 0;

	for (size_t i = 0; i < t->n_items; i++) {
		struct score_item *x = &t->items[i];
		const struct score_clause *c = &t->clauses[x->clause];

		if (x->flags & ITEM_CAPS && mixed)
			score_step_add(x, RULE_CAPS, 1300, 0, 0);
		if (c->shout)
			score_step_add(x, RULE_SHOUT, 1200, 0, 0);
		if (c->ask && !(x->flags & ITEM_SYMBOL))
			score_step_add(x, RULE_QUESTION, x->value > 0 ? 400 : 800, 0, 0);
	}
}

/* ---- durations ---- */

/* The clause, or one beside it in its sentence, that says how long. */
static const struct score_clause *
lasting_near(const struct score_text *t, uint32_t clause)
{
	const struct score_clause *c = &t->clauses[clause];

	if (c->lasts)
		return c;
	if (clause && c[-1].sentence == c->sentence && c[-1].lasts)
		return c - 1;
	if (clause + 1 < t->n_clauses && c[1].sentence == c->sentence && c[1].lasts)
		return c + 1;
	return NULL;
}

static void
durations_apply(struct score_text *t)
{
	for (size_t i = 0; i < t->n_items; i++) {
		struct score_item *x = &t->items[i];
		bool lasts = x->kind == LEX_WAITING || x->kind == LEX_ABILITY;
		const struct score_clause *c =
			lasts ? lasting_near(t, x->clause) : &t->clauses[x->clause];

		if (c && c->lasts && x->value < 0 && !(x->flags & ITEM_SYMBOL))
			score_step_add(x, RULE_DURATION, c->lasts, c->lasts_at, c->lasts_len);
	}
}

/* ---- irony and reposts ---- */

/* The items that item i can look at: [from, to). */
static void
look_around(const struct score_text *t, size_t i, size_t *from, size_t *to)
{
	*from = i > LOOK_BACK ? i - LOOK_BACK : 0;
	*to = t->n_items - i > LOOK_BACK ? i + LOOK_BACK : t->n_items;
}

/* The sum of what stands from the opener's sentence to the end of the next one. */
static int64_t
sum_around(const struct score_text *t, size_t at)
{
	const struct score_clause *o = &t->clauses[t->items[at].clause];
	size_t from, to;
	int64_t sum = 0;

	look_around(t, at, &from, &to);
	for (size_t i = from; i < to; i++) {
		const struct score_item *x = &t->items[i];
		const struct score_clause *c = &t->clauses[x->clause];

		if (c->sentence >= o->sentence && c->sentence <= o->sentence + 1 &&
		    c->part == o->part && !(x->flags & ITEM_OPENER))
			sum += x->value;
	}
	return sum;
}

static void
sarcasm_apply(struct score_text *t, size_t at)
{
	const struct score_item *s = &t->items[at];
	size_t from, to;

	look_around(t, at, &from, &to);
	for (size_t i = from; i < to; i++) {
		struct score_item *x = &t->items[i];

		if (i != at && x->value > 0 &&
		    t->clauses[x->clause].sentence == t->clauses[s->clause].sentence)
			score_step_add(x, RULE_SARCASM, -500, s->at, s->len);
	}
}

/* "Thank you for telling me 60 times a day": nobody thanks for that. */
static bool
is_counted(const struct score_text *t, uint32_t clause)
{
	const struct score_clause *c = lasting_near(t, clause);

	return c && c->lasts >= OFTEN;
}

static void
irony_apply(struct score_text *t)
{
	for (size_t i = 0; i < t->n_items; i++) {
		struct score_item *x = &t->items[i];

		if (x->flags & ITEM_OPENER && x->value > 0 &&
		    (sum_around(t, i) < -700 || is_counted(t, x->clause)))
			score_step_add(x, RULE_OPENER, -500, 0, 0);
	}
	for (size_t i = 0; i < t->n_items; i++)
		if (t->items[i].flags & ITEM_SARCASM)
			sarcasm_apply(t, i);
}

/* The writer's own words come first; what is quoted behind //@ counts little beside them,
 * and more when the writer only says "转发". */
static void
repost_apply(struct score_text *t)
{
	bool own = false;

	for (size_t i = 0; i < t->n_items; i++)
		own |= t->clauses[t->items[i].clause].part == 0;
	for (size_t i = 0; i < t->n_items; i++) {
		struct score_item *x = &t->items[i];
		uint32_t part = t->clauses[x->clause].part;

		if (part)
			score_step_add(x, RULE_REPOST, own ? 300 : part == 1 ? 700 : 400, 0, 0);
	}
}

/* ---- words of somebody else ---- */

/* Opening and closing mark of a quotation; the same one for both if there is but one. */
static const struct quote {
	const char *open, *close;
} quotes[] = { { "\"", "\"" },
	       { "\xE2\x80\x9C", "\xE2\x80\x9D" },
	       { "\xE3\x80\x8C", "\xE3\x80\x8D" } };

/* Is somebody said to speak right before byte from or right behind byte to? */
static bool
speech_near(const struct score_text *t, size_t from, size_t to)
{
	size_t first = score_clause_at(t, (uint32_t)from),
	       last = score_clause_at(t, (uint32_t)to);

	if (last + 1 < t->n_clauses)
		last++;
	for (size_t c = first ? first - 1 : 0; c <= last; c++)
		if (t->clauses[c].speech)
			return true;
	return false;
}

static void
quote_apply(struct score_text *t, const struct quote *q, size_t from, size_t to)
{
	size_t mark = strlen(q->open);

	size_t lo = 0, hi = t->n_items;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (t->items[mid].at < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < t->n_items && t->items[lo].at < to; lo++)
		score_step_add(&t->items[lo], RULE_QUOTE, QUOTE_FACTOR, (uint32_t)(from - mark),
			       (uint32_t)mark);
}

static void
quotes_apply(struct score_text *t)
{
	bool speech = false;

	for (size_t c = 0; c < t->n_clauses && !speech; c++)
		speech = t->clauses[c].speech;
	for (size_t i = 0; i < LY_COUNT(quotes) && speech; i++) {
		struct str open = str_of(quotes[i].open), close = str_of(quotes[i].close);
		size_t at = 0;

		for (;;) {
			ptrdiff_t a = str_find(str_slice(t->text, at, SIZE_MAX), open), b;
			size_t from = at + (size_t)a + open.n;

			if (a < 0)
				break;
			b = str_find(str_slice(t->text, from, SIZE_MAX), close);
			if (b < 0)
				break;
			at = from + (size_t)b + close.n;
			if (b >= QUOTE_LEAST && speech_near(t, from - open.n, at))
				quote_apply(t, &quotes[i], from, from + (size_t)b);
		}
	}
}

void
score_rules_apply(struct score_text *t)
{
	if (!t->n_items)
		return;
	shout_and_ask(t);
	durations_apply(t);
	score_figures_apply(t);
	irony_apply(t);
	quotes_apply(t);
	repost_apply(t);
}
