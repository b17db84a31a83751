/* numbers in a sentence -> how long or how often (duration), one beside another (comparison) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/score_inside.h"

#define COMPARE_SCOPE 24 /* units from a figure to "compared to", and on to the other figure */
#define FIGURE_FACTOR \
	2000 /* 1/1000, for a change that comes with one; found on the dev halves */
#define COMPARE_VALUE 3000 /* 1/1000: as much as such a change */
#define CONVERTED     8    /* units: "8 mn euro $ 10 mn" says the same twice */
#define FIGURE_DIGITS 12   /* more are no figure of a report */
#define AMOUNT_LOOK   12   /* bytes behind a number in which its "mn" or "亿" must begin */

/* Is the character that ends at byte at one of the three-byte characters of set? */
static bool
han_before(struct str s, size_t at, const char *set)
{
	if (at < 3 || (uint8_t)s.p[at - 3] < 0xE0)
		return false;
	for (; *set; set += 3)
		if (!memcmp(s.p + at - 3, set, 3))
			return true;
	return false;
}

/* Does a word of the list end at byte at? */
static bool
word_before(struct str s, size_t at, const char *const *words, size_t n_words)
{
	size_t from = at, n;

	while (from && at - from < 8 && fold_is_ascii_word(fold_byte[(uint8_t)s.p[from - 1]]))
		from--;
	n = at - from;
	for (size_t i = 0; i < n_words; i++) {
		size_t j = 0;

		while (j < n && fold_byte[(uint8_t)s.p[from + j]] == (uint8_t)words[i][j])
			j++;
		if (j == n && n && !words[i][n])
			return true;
	}
	return false;
}

/* Is there a number right before byte at: "45 ", "two ", "三"? An ordinal ("第三") is none. */
static bool
counts_before(struct str s, size_t at)
{
	static const char *const words[] = {
		"two",     "three", "four",   "five",    "six",    "seven", "eight",
		"nine",    "ten",   "twelve", "twenty",  "thirty", "forty", "fifty",
		"several", "many",  "few",    "another", "entire", "whole", "of",
	};

	while (at && (s.p[at - 1] == ' ' || s.p[at - 1] == '-' || s.p[at - 1] == '+'))
		at--;
	if (!at)
		return false;
	if (s.p[at - 1] >= '0' && s.p[at - 1] <= '9')
		return true;
	if ((uint8_t)s.p[at - 1] < 0x80)
		return word_before(s, at, words, LY_COUNT(words));
	return han_before(s, at, "一二两三四五六七八九十百半几数多整") &&
	       !han_before(s, at - 3, "第");
}

void
score_duration_take(struct prepare *k, const struct walk_hit *h, const struct image_sense *s)
{
	struct score_clause *c = k->c;

	if (s->value <= c->lasts || (s->flags & LEX_COUNT && !counts_before(k->t->text, h->at)))
		return;
	c->lasts = s->value;
	c->lasts_at = h->at;
	c->lasts_len = h->len;
}

/* ---- one figure beside another ---- */

/* "5.0", "1,204": its value; 0 for what is a year, a sort of number, or too long. */
static int64_t
figure_value(struct str s)
{
	int64_t v = 0;
	int digits = 0, behind = -1;

	for (size_t i = 0; i < s.n && digits <= FIGURE_DIGITS; i++) {
		unsigned c = (uint8_t)s.p[i];

		if (c >= '0' && c <= '9' && behind < 3) {
			v = v * 10 + (int64_t)(c - '0');
			digits++;
			behind += behind >= 0;
		} else if (c == '.' && behind < 0) {
			behind = 0;
		} else if (c != ',' && (c < '0' || c > '9')) {
			return 0;
		}
	}
	if (digits > FIGURE_DIGITS || (behind < 0 && digits == 4 && v >= 1900 && v < 2100))
		return 0;
	for (behind = behind < 0 ? 0 : behind; behind < 3; behind++)
		v *= 10;
	return v;
}

/* What stands behind a number and makes it more: "mn", "亿". */
static int64_t
amount_of(struct str s, size_t at)
{
	static const struct amount {
		const char *word;
		int64_t times;
	} amounts[] = { { "thousand", 1000 },      { "million", 1000000 }, { "mn", 1000000 },
			{ "mln", 1000000 },        { "k", 1000 },          { "m", 1000000 },
			{ "billion", 1000000000 }, { "bn", 1000000000 },   { "万", 10000 },
			{ "亿", 100000000 } };
	size_t stop = at + AMOUNT_LOOK < s.n ? at + AMOUNT_LOOK : s.n;

	while (at < stop && s.p[at] == ' ')
		at++;
	for (size_t i = 0; i < LY_COUNT(amounts); i++) {
		size_t n = strlen(amounts[i].word);

		if (at + n <= s.n && !memcmp(s.p + at, amounts[i].word, n) &&
		    ((uint8_t)amounts[i].word[0] >= 0x80 || at + n == s.n ||
		     !fold_is_word(fold_byte[(uint8_t)s.p[at + n]])))
			return amounts[i].times;
	}
	return 1;
}

static bool
is_minus(struct str between)
{
	static const char *const words[] = { "negative", "minus", "loss", "-", "负", "亏损" };

	for (size_t i = 0; i < LY_COUNT(words); i++)
		if (str_find(between, str_of(words[i])) >= 0)
			return true;
	return false;
}

void
score_noun_drop(struct prepare *k, const struct half *noun, enum score_rule rule,
		const struct half *by)
{
	size_t n = k->t->n_items, from = n > LOOK_BACK ? n - LOOK_BACK : 0;

	for (size_t i = n; i-- > from && k->t->items[i].at >= noun->at;)
		if (k->t->items[i].at == noun->at)
			score_step_add(&k->t->items[i], rule, 0, by->at, by->len);
}

/* "negative" and the like between cue and second figure belong to the figure. */
static void
covered_drop(struct prepare *k, uint32_t from)
{
	for (size_t i = k->t->n_items; i-- > 0 && k->t->items[i].at >= from;)
		score_step_add(&k->t->items[i], RULE_COMPARISON, 0, k->compare.at,
			       k->compare.len);
}

static void
comparison_settle(struct prepare *k, const struct walk_hit *h, int64_t second)
{
	const struct half *cue = &k->compare;
	uint32_t from = cue->at + cue->len;
	int64_t first = k->figure.value * k->subject.sign;
	int sign = cue->sign ? cue->sign : k->subject.sign;
	struct score_item *x;

	if (!cue->sign && is_minus(str_slice(k->t->text, from, h->at - from)))
		sign = -sign;
	second *= sign;
	covered_drop(k, from);
	score_noun_drop(k, &k->subject, RULE_COMPARISON, cue);
	k->compare.set = k->subject.set = false;
	if (first == second)
		return;
	x = score_item_add(k, cue->hit, LEX_COMPARE,
			   first > second ? COMPARE_VALUE : -COMPARE_VALUE);
	x->flags |= ITEM_EVENT;
	score_step_add(x, RULE_COMPARISON, 1000, h->at, h->len);
}

void
score_number_take(struct prepare *k, const struct walk_hit *h)
{
	int64_t v = figure_value(str_slice(k->t->text, h->at, h->len));
	int64_t times = amount_of(k->t->text, h->at + h->len);

	if (!v || v > INT64_MAX / times)
		return;
	v *= times;
	if (!k->c->figure_len) {
		k->c->figure_at = h->at;
		k->c->figure_len = h->len;
	}
	if (k->compare.set && h->unit - k->compare.unit <= COMPARE_SCOPE)
		comparison_settle(k, h, v);
	else if (!k->figure.set || times == 1 || !k->figure.amount ||
		 h->unit - k->figure.unit > CONVERTED)
		k->figure = (struct figure){ v, h->unit, true, times > 1 };
}

/* Who says by how much reports; who says it without may just talk. */
void
score_figures_apply(struct score_text *t)
{
	for (size_t i = 0; i < t->n_items; i++) {
		struct score_item *x = &t->items[i];
		const struct score_clause *c = &t->clauses[x->clause];

		if ((x->kind == LEX_UP || x->kind == LEX_DOWN) && c->figure_len)
			score_step_add(x, RULE_FIGURE, FIGURE_FACTOR, c->figure_at,
				       c->figure_len);
	}
}

void
score_compare_take(struct prepare *k, const struct walk_hit *h)
{
	if (k->subject.set && k->figure.set && h->unit - k->figure.unit <= COMPARE_SCOPE)
		k->compare = (struct half){ 0, 1000, h->at, h->len, h->unit, true, h };
}
