/*
 * A literal is hit where the folded text goes on as it does. So its first byte stands there, or
 * a sequence that folds to it (fold.h: it begins with E2, E3 or EF), and then its second or the
 * lead of such a one: a set of pairs. Where one of them stands the trie is asked.
 *
 * What the walk respells (walk.c, "g00d") is no such place: then a digit beside a letter is yes.
 */
#include "core/base.h"

#include "core/str.h"
#include "nlp/calls.h"
#include "nlp/fold.h"

#define MANY 400 /* literals; their pairs would be met in every text */

/* Sequences that fold to ASCII begin so. */
static const uint8_t wide[][2] = {
	{ 0xE2, 0x80 }, { 0xE3, 0x80 }, { 0xEF, 0xBC }, { 0xEF, 0xBD }
};

static void
pair_add(struct calls *c, unsigned first, unsigned second)
{
	unsigned pair = first << 8 | second;

	c->pairs[pair / 64] |= UINT64_C(1) << pair % 64;
}

static void
literal_add(struct calls *c, struct str text)
{
	unsigned first = (uint8_t)text.p[0], second = text.n > 1 ? (uint8_t)text.p[1] : 0;

	for (unsigned any = 0; text.n == 1 && any < 256; any++)
		pair_add(c, first, any);
	pair_add(c, first, second);
	for (size_t i = 0; i < LY_COUNT(wide); i++) {
		if (second < 0x80)
			pair_add(c, first, wide[i][0]);
		if (first < 0x80)
			pair_add(c, wide[i][0], wide[i][1]);
	}
}

static bool
is_letters(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	return true;
}

void
calls_make(struct calls *c, const struct image_literal *v, size_t n, const uint32_t *from)
{
	size_t calling = 0;

	memset(c, 0, sizeof *c);
	c->from = from;
	for (size_t i = 0; i < n; i++) {
		if (from[i] == from[i + 1] || !v[i].text.n)
			continue;
		calling++;
		c->spelt |= is_letters(v[i].text);
		literal_add(c, v[i].text);
	}
	c->many = calling > MANY;
}

static bool
is_calling(const struct calls *c, const struct image *m, uint32_t leaf)
{
	const struct image_term *t = &m->terms[LEAF_TERM(leaf)];

	for (unsigned i = 0; LEAF_CLASS(leaf) & IMAGE_LITERAL && i < t->n; i++) {
		const struct image_sense *x = &m->senses[t->first + i];

		if (x->kind == LEX_LITERAL && c->from[x->arg] < c->from[x->arg + 1])
			return true;
	}
	return false;
}

/* Does a calling literal stand at p? As the walk follows the trie. */
static bool
literal_at(const struct calls *c, const struct image *m, const uint8_t *p, const uint8_t *end)
{
	uint32_t u = m->units[0];

	while (p < end) {
		uint32_t base = UNIT_BASE(u);
		unsigned byte;

		p += fold_at(p, end, &byte);
		u = m->units[base ^ byte];
		if ((u & (UNIT_LEAF | 0xFF)) != byte || !byte)
			return false;
		if (u & UNIT_HAS_LEAF && is_calling(c, m, m->units[UNIT_BASE(u)]))
			return true;
	}
	return false;
}

static bool
is_letter(unsigned c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static bool
is_digit(unsigned c)
{
	return c >= '0' && c <= '9';
}

bool
calls_any(const struct calls *c, const struct image *m, struct str said)
{
	const uint8_t *p = (const uint8_t *)said.p, *end = p + said.n;

	for (unsigned second; !c->many && p < end; p++) {
		unsigned first = *p, pair;

		second = p + 1 < end ? p[1] : 0;
		pair = (unsigned)fold_byte[first] << 8 | fold_byte[second];
		if (c->pairs[pair / 64] >> pair % 64 & 1 && literal_at(c, m, p, end))
			return true;
		if (c->spelt && first < 0x80 && second < 0x80 &&
		    ((is_digit(first) && is_letter(second)) ||
		     (is_letter(first) && is_digit(second))))
			return true;
	}
	return c->many;
}
