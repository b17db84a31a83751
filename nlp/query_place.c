/*
 * where in the text the words of a query stand, in tokens -> (query_ask.c)
 *
 * A token is a Latin word, a number, a Han or other single character, or an emoji; marks and
 * blanks are none. Between two words stand so many tokens as lie wholly between them; words that
 * overlap are not near each other.
 */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/query_tree.h"

/* ---- tokens ---- */

enum sort { SORT_NONE, SORT_LETTER, SORT_ALONE, SORT_JOIN /* within a word: ' */ };

static bool
is_mark(uint32_t cp)
{
	return (cp >= 0x2000 && cp <= 0x206F) || (cp >= 0x3000 && cp <= 0x303F) ||
	       (cp >= 0xFE00 && cp <= 0xFE6F) || (cp >= 0x1F3FB && cp <= 0x1F3FF) ||
	       cp == 0xFEFF || (cp >= 0xFF00 && cp <= 0xFF0F) ||
	       (cp >= 0xFF1A && cp <= 0xFF20) || (cp >= 0xFF3B && cp <= 0xFF40) ||
	       (cp >= 0xFF5B && cp <= 0xFF65);
}

static enum sort
sort_of(uint32_t cp)
{
	if (cp < 0x80)
		return fold_is_ascii_word(fold_byte[cp]) ? SORT_LETTER
		       : cp == '\''                      ? SORT_JOIN
							 : SORT_NONE;
	if (cp == 0x2018 || cp == 0x2019)
		return SORT_JOIN;
	if (cp < 0xC0 || is_mark(cp))
		return SORT_NONE;
	return cp < 0x800 || (cp >= 0xFF10 && cp <= 0xFF5A) ? SORT_LETTER : SORT_ALONE;
}

static void
tokens_make(struct asking *k)
{
	struct str s = k->about->text;
	size_t room = s.n + 1, n = 0;
	bool inside = false;
	enum sort next;
	uint32_t cp;

	if (k->starts)
		return;
	k->starts = arena_alloc(k->a, room * sizeof *k->starts);
	k->ends = arena_alloc(k->a, room * sizeof *k->ends);
	for (size_t at = 0, len; at < s.n; at += len) {
		enum sort sort;

		len = utf8_next(s.p + at, s.p + s.n, &cp);
		sort = sort_of(cp);
		if (sort == SORT_JOIN && inside && at + len < s.n) {
			utf8_next(s.p + at + len, s.p + s.n, &cp);
			next = sort_of(cp);
			if (next == SORT_LETTER)
				continue;
		}
		if (sort == SORT_LETTER && inside) {
			k->ends[n - 1] = (uint32_t)(at + len);
			continue;
		}
		inside = sort == SORT_LETTER;
		if (sort != SORT_LETTER && sort != SORT_ALONE)
			continue;
		k->starts[n] = (uint32_t)at;
		k->ends[n++] = (uint32_t)(at + len);
	}
	k->n_tokens = n;
}

/* How many of sorted v are below x. */
static size_t
count_below(const uint32_t *v, size_t n, uint32_t x)
{
	size_t lo = 0;

	while (n) {
		size_t half = n / 2;

		if (v[lo + half] < x) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

/* ---- does a hit count? ---- */

/* A letter of any kind, for the ends of tags and names. */
static bool
goes_on(struct str s, size_t at, bool name)
{
	uint32_t cp;

	if (at >= s.n)
		return false;
	if (s.p[at] == '_' || (name && s.p[at] == '-'))
		return true;
	utf8_next(s.p + at, s.p + s.n, &cp);
	return sort_of(cp) == SORT_LETTER ||
	       (sort_of(cp) == SORT_ALONE && cp < 0x1F000 && !(cp >= 0x2100 && cp < 0x2E80));
}

/* Of a code point: full width as its twin; 0 for what nobody sees. */
static uint32_t
shown(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		return cp - 0xFF01 + 0x21;
	if ((cp >= 0x200B && cp <= 0x200D) || cp == 0xFE0F || cp == 0xFEFF)
		return 0;
	return cp == 0x3000 ? ' ' : cp;
}

static uint32_t
shown_next(struct str *s)
{
	uint32_t cp = 0;

	while (s->n && !cp) {
		size_t n = utf8_next(s->p, s->p + s->n, &cp);

		cp = shown(cp);
		*s = str_slice(*s, n, SIZE_MAX);
	}
	return cp;
}

/* Are the letters that know a case the same? What folding made equal stays so. */
static bool
case_is(struct str text, struct str written)
{
	for (;;) {
		uint32_t a = shown_next(&text), b = shown_next(&written);

		if (!a || !b)
			return a == b;
		while (b == ' ' && written.n && written.p[0] == ' ')
			b = shown_next(&written);
		if (a != b && (a < 0x250 || b < 0x250) && a != '\'' && b != '\'' && a != '"' &&
		    b != '"')
			return false;
	}
}

/* Letters and digits that a wildcard may stand for; 0: none at at. */
static size_t
letter_len(struct str s, size_t at, bool han)
{
	uint32_t cp;
	size_t n;

	if (at >= s.n)
		return 0;
	n = utf8_next(s.p + at, s.p + s.n, &cp);
	if (sort_of(cp) == SORT_LETTER || (han && utf8_is_han(cp)))
		return n;
	return 0;
}

static bool
letter_before(struct str s, size_t at)
{
	size_t from = at;

	while (from > 0 && at - from < 4 && ((uint8_t)s.p[--from] & 0xC0) == 0x80)
		;
	return from < at && letter_len(s, from, false);
}

static bool
sign_holds(struct str s, size_t at, size_t end, bool name)
{
	return !letter_before(s, at) && !goes_on(s, end, name);
}

/* Does the pattern match from at on? Where it ends, or SIZE_MAX. */
static size_t
glob_end(struct str s, size_t at, struct str pattern)
{
	const uint8_t *end = (const uint8_t *)s.p + s.n;
	size_t j = 0, star = SIZE_MAX, from = 0, n;
	unsigned c;

	for (;;) {
		if (j == pattern.n) {
			bool open = j && pattern.p[j - 1] == GLOB_ANY;
			bool word = letter_len(s, at, false) && letter_before(s, at);

			if (open)
				while ((n = letter_len(s, at, false)))
					at += n;
			if (open || !word)
				return at;
		} else if (pattern.p[j] == GLOB_ANY) {
			star = j++;
			from = at;
			continue;
		} else if (pattern.p[j] == GLOB_ONE) {
			n = letter_len(s, at, true);
			if (n) {
				at += n;
				j++;
				continue;
			}
		} else if (at < s.n) {
			n = fold_at((const uint8_t *)s.p + at, end, &c);
			if (c == (uint8_t)pattern.p[j]) {
				at += n;
				j++;
				continue;
			}
		}
		if (star == SIZE_MAX || !(n = letter_len(s, from, false)))
			return SIZE_MAX;
		from += n;
		at = from;
		j = star + 1;
	}
}

bool
place_holds(const struct asking *k, const struct node *term, uint32_t hit, uint32_t *len)
{
	const struct walk_hit *h = &k->seen->hits->v[hit - 1];
	struct str s = k->about->text;

	*len = h->len;
	if (term->checks & CHECK_GLOB) {
		size_t end = glob_end(s, h->at + h->len, term->rest);

		if (end == SIZE_MAX)
			return false;
		*len = (uint32_t)(end - h->at);
	}
	if (h->at < k->from || h->at + *len > k->to)
		return false;
	if (term->checks & CHECK_CASE && !case_is(str_slice(s, h->at, h->len), term->text))
		return false;
	if (term->checks & CHECK_BYTES) {
		if (!str_eq(str_slice(s, h->at, term->text.n), term->text))
			return false;
		*len = (uint32_t)term->text.n;
	}
	if (term->checks & (CHECK_TAG | CHECK_USER))
		return sign_holds(s, h->at, h->at + *len, term->checks & CHECK_USER);
	return true;
}

uint32_t
place_next(const struct asking *k, const struct node *term, uint32_t hit, uint32_t *len)
{
	while (hit && !place_holds(k, term, hit, len))
		hit = k->seen->next[hit - 1];
	return hit;
}

/* ---- places ---- */

/* Tokens from first to before end. */
struct place {
	uint32_t first, end;
};
struct places {
	struct place *v;
	size_t n, cap;
};

static void
places_grow(struct asking *k, struct places *p, size_t room)
{
	struct place *v;

	if (p->n + room <= p->cap)
		return;
	p->cap = (p->n + room) * 2;
	v = arena_alloc(k->a, p->cap * sizeof *v);
	if (p->n)
		memcpy(v, p->v, p->n * sizeof *v);
	p->v = v;
}

static struct place
place_of(const struct asking *k, uint32_t at, uint32_t len)
{
	size_t first = count_below(k->starts, k->n_tokens, at + 1), end;

	if (first && k->ends[first - 1] > at)
		first--;
	end = count_below(k->starts, k->n_tokens, at + len);
	return (struct place){ (uint32_t)first, (uint32_t)(end > first ? end : first) };
}

static void
term_places(struct asking *k, const struct node *x, struct places *out)
{
	uint32_t len;

	for (uint32_t hit = place_next(k, x, query_first(k->seen, x->literal), &len); hit;
	     hit = place_next(k, x, k->seen->next[hit - 1], &len)) {
		places_grow(k, out, 1);
		out->v[out->n++] = place_of(k, k->seen->hits->v[hit - 1].at, len);
	}
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The beginnings or ends of places, sorted. */
static uint32_t *
edges_of(struct asking *k, const struct places *p, bool ends)
{
	uint32_t *v = arena_alloc(k->a, (p->n + 1) * sizeof *v);

	for (size_t i = 0; i < p->n; i++)
		v[i] = ends ? p->v[i].end : p->v[i].first;
	if (p->n)
		qsort(v, p->n, sizeof *v, by_number);
	return v;
}

/* Is one of sorted v within from..to? */
static bool
any_within(const uint32_t *v, size_t n, int64_t from, int64_t to)
{
	size_t i = from <= 0 ? 0 : count_below(v, n, (uint32_t)from);

	return i < n && v[i] <= to;
}

/* What of a NEAR counts as its place for the NEAR around it. */
enum side { SIDE_BOTH, SIDE_FIRST, SIDE_LAST };

static void places_find(struct asking *k, const struct node *x, enum side side,
			struct places *out);

/* Those of mine that have one of other's before (after) them, at most near tokens off. */
static void
partners_keep(struct asking *k, const struct places *mine, const struct places *other,
	      const struct node *x, bool mine_first, struct places *out)
{
	uint32_t *starts = edges_of(k, other, false), *ends = edges_of(k, other, true);

	places_grow(k, out, mine->n + 1);
	for (size_t i = 0; i < mine->n; i++) {
		const struct place *m = &mine->v[i];
		bool after = any_within(starts, other->n, m->end, m->end + x->near);
		bool before = any_within(ends, other->n, m->first - x->near, m->first);

		if ((after && (!x->ordered || mine_first)) ||
		    (before && (!x->ordered || !mine_first)))
			out->v[out->n++] = *m;
	}
}

static void
near_places(struct asking *k, const struct node *x, enum side side, struct places *out)
{
	struct places a = { .n = 0 }, b = { .n = 0 };

	places_find(k, x->first, x->ordered ? SIDE_LAST : SIDE_BOTH, &a);
	if (a.n)
		places_find(k, x->first->next, x->ordered ? SIDE_FIRST : SIDE_BOTH, &b);
	if (!a.n || !b.n)
		return;
	if (side != SIDE_LAST || !x->ordered)
		partners_keep(k, &a, &b, x, true, out);
	if (side != SIDE_FIRST || !x->ordered)
		partners_keep(k, &b, &a, x, false, out);
}

static void
places_find(struct asking *k, const struct node *x, enum side side, struct places *out)
{
	if (x->op == OP_TERM)
		term_places(k, x, out);
	else if (x->op == OP_NEAR)
		near_places(k, x, side, out);
	else
		for (const struct node *c = x->first; c; c = c->next)
			places_find(k, c, side, out);
}

bool
place_near(struct asking *k, const struct node *x)
{
	struct places out = { .n = 0 };

	tokens_make(k);
	near_places(k, x, SIDE_BOTH, &out);
	return out.n > 0;
}

#define CLOSE_MAX 8

/* From each place on as the earliest, the others as soon after it as they come. */
bool
place_close(struct asking *k, const struct node *x)
{
	struct places v[CLOSE_MAX] = { { .n = 0 } };
	uint32_t *starts[CLOSE_MAX];
	size_t n = 0;

	tokens_make(k);
	for (const struct node *c = x->first; c && n < CLOSE_MAX; c = c->next, n++) {
		places_find(k, c, SIDE_BOTH, &v[n]);
		if (!v[n].n)
			return false;
		starts[n] = edges_of(k, &v[n], false);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < v[i].n; j++) {
			int64_t end = v[i].v[j].end, words = end - v[i].v[j].first;
			size_t other = 0;

			for (; other < n; other++) {
				size_t at;

				if (other == i)
					continue;
				at = count_below(starts[other], v[other].n, v[i].v[j].end);
				if (at == v[other].n)
					break;
				words += v[other].v[at].end - v[other].v[at].first;
				if (v[other].v[at].end > end)
					end = v[other].v[at].end;
			}
			if (other == n && end - v[i].v[j].first - words <= x->near)
				return true;
		}
	return false;
}
