/* text -> the text as it is to be read, and the way back -> (walk.c) */
#include "core/base.h"

#include "nlp/fold.h"
#include "nlp/guise.h"

#define HIGHS     0x8080808080808080u
#define SAID_MAX  UINT32_MAX
#define RUN_LEAST 3 /* 看看 is grammar, 看看看 is feeling */

static inline bool
is_han_lead(unsigned c)
{
	return c >= 0xE4 && c <= 0xE9;
}

/* The character at p, or 0 for a byte that begins none; *n: its bytes. */
static inline uint32_t
char_at(const uint8_t *p, const uint8_t *end, size_t *n)
{
	unsigned c = *p;

	*n = c < 0xC2 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 1;
	if ((size_t)(end - p) < *n)
		*n = 1;
	if (*n == 1)
		return c < 0x80 ? c : 0;
	if (*n == 2)
		return (c & 31u) << 6 | (p[1] & 63u);
	if (*n == 3)
		return fold_han(p);
	return (c & 7u) << 18 | (p[1] & 63u) << 12 | (p[2] & 63u) << 6 | (p[3] & 63u);
}

static inline bool
has_cell(uint32_t c)
{
	return guise_bits[c / 64] >> c % 64 & 1;
}

/* From p over characters of three bytes that stand for themselves. A Han character for the
 * third time on end stops it. */
static const uint8_t *
threes_end(const uint8_t *p, const uint8_t *end)
{
	uint32_t last = 0, before = 0;

	for (; end - p >= 3 && (*p & 0xF0) == 0xE0; p += 3) {
		uint32_t c = fold_han(p);

		if (has_cell(c) || (c == last && c == before && is_han_lead(*p)))
			break;
		before = last;
		last = c;
	}
	return p;
}

/* The end of what stands for itself, seen from p, which stands at a character. A run of one
 * Han character ends it, too, at the first of them. */
static const uint8_t *
plain_end(const uint8_t *p, const uint8_t *end)
{
	while (p < end) {
		const uint8_t *from = p;
		uint64_t eight;
		uint32_t c;
		size_t n;

		while (end - p >= 8 && (memcpy(&eight, p, 8), !(eight & HIGHS)))
			p += 8;
		if (p == end)
			break;
		if (*p < 0x80) {
			p++;
			continue;
		}
		from = p;
		p = threes_end(p, end);
		if (p == end)
			break;
		c = char_at(p, end, &n);
		if (guise_of(c))
			return p;
		if (p > from && n == 3)
			return p - 3 * (RUN_LEAST - 1);
		p += n;
	}
	return end;
}

struct taking {
	struct guise *g;
	const struct guise_runs *runs;
	const uint8_t *text, *p, *end;
	const uint8_t *said_end; /* what was added last ends here in the text   */
	const uint8_t *word_end; /* up to here it is known whether twins are Latin */
	bool latin;
};

static void
bend_add(struct taking *t, const uint8_t *from)
{
	struct guise *g = t->g;

	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 64;
		g->bends = realloc(g->bends, g->cap * sizeof *g->bends);
		if (!g->bends)
			abort();
	}
	g->bends[g->n++] =
		(struct guise_bend){ (uint32_t)g->said.n, (uint32_t)(t->said_end - t->text),
				     (uint32_t)(from - t->text) };
}

/* n bytes at from in the text are read as said. */
static void
say(struct taking *t, const uint8_t *from, size_t n, struct str said)
{
	const struct guise *g = t->g;
	const struct guise_bend *last = g->n ? &g->bends[g->n - 1] : NULL;
	size_t at = (size_t)(from - t->text);

	if (at - g->said.n != (last ? last->from - last->to : 0))
		bend_add(t, from);
	buf_add(&t->g->said, said);
	t->said_end = from + n;
}

static void
say_as_is(struct taking *t, const uint8_t *end)
{
	if (end > t->p)
		say(t, t->p, (size_t)(end - t->p),
		    (struct str){ (const char *)t->p, (size_t)(end - t->p) });
	t->p = end;
}

/* ---- twins: is the word a Latin one? ---- */

struct letters {
	bool latin, other;
};

static bool
letter_note(struct letters *l, uint32_t c)
{
	unsigned cell = guise_of(c);

	if (c < 0x80) {
		l->latin |= (c | 32) >= 'a' && (c | 32) <= 'z';
		return fold_is_word(c);
	}
	if (cell >= GUISE_LETTER && cell < GUISE_ALIKE)
		l->latin = true;
	else if (cell == GUISE_NONE) /* an alphabet's letter without a twin */
		l->other |= (c >= 0xC0 && c < 0x2000) || (c >= 0xA000 && c < 0xAC00);
	return cell == GUISE_NONE ? (c >= 0xC0 && c < 0x2000) || (c >= 0xA000 && c < 0xAC00)
				  : cell < GUISE_OTHER;
}

/* What was said of the word that goes on at the end of it. */
static void
word_behind(const struct buf *said, struct letters *l)
{
	const uint8_t *from = (const uint8_t *)said->p, *p = from + said->n, *q;
	size_t n;

	for (; p > from; p = q) {
		for (q = p - 1; q > from && p - q < 4 && (*q & 0xC0) == 0x80;)
			q--;
		if (!letter_note(l, char_at(q, p, &n)) || q + n != p)
			return;
	}
}

static bool
twins_are_latin(struct taking *t)
{
	struct letters l = { false, false };
	const uint8_t *p = t->p;
	size_t n;

	if (t->p < t->word_end)
		return t->latin;
	word_behind(&t->g->said, &l);
	for (; p < t->end; p += n)
		if (!letter_note(&l, char_at(p, t->end, &n)))
			break;
	t->word_end = p;
	return t->latin = l.latin && !l.other;
}

/* ---- Han ---- */

static uint32_t
han_said(uint32_t c)
{
	unsigned cell = guise_of(c);

	return cell >= GUISE_OTHER ? cell : c;
}

static void
say_han(struct taking *t, const uint8_t *from, size_t n, uint32_t c)
{
	char s[3] = { (char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
		      (char)(0x80 | (c & 63)) };

	say(t, from, n, (struct str){ s, 3 });
}

/* One Han character, or as many on end as it is repeated. */
static void
han_take(struct taking *t, uint32_t said)
{
	const uint8_t *from = t->p, *p = from, *q;
	uint32_t next = 0, runs = 0;
	unsigned keep = 0;
	size_t n;

	for (;; p += 3, runs++) {
		next = p < t->end ? han_said(char_at(p, t->end, &n)) : 0;
		if (next != said || n != 3)
			break;
	}
	if (runs >= RUN_LEAST && t->runs)
		keep = t->runs->keep(t->runs->ctx, said, next);
	if (!keep || keep > runs)
		keep = runs;
	/* the first of those kept stands for all that go */
	for (q = p - 3 * (keep - 1); q < p; q += 3, from = q - 3)
		say_han(t, from, (size_t)(q - from), said);
	say_han(t, from, (size_t)(p - from), said);
	t->p = p;
}

/* ---- all of it ---- */

/* At a character that does not stand for itself, or at a run. */
static void
char_take(struct taking *t)
{
	size_t n;
	uint32_t c = char_at(t->p, t->end, &n);
	unsigned cell = guise_of(c);
	char letter = (char)(cell & 0x7F);

	if (cell >= GUISE_OTHER && n != 3) { /* a sign of four bytes, as 🈲: alone, no run */
		say_han(t, t->p, n, cell);
		t->p += n;
		return;
	}
	if (cell >= GUISE_OTHER || cell == GUISE_NONE) {
		han_take(t, cell ? cell : c);
		return;
	}
	if (cell >= GUISE_ALIKE && !twins_are_latin(t)) {
		say_as_is(t, t->p + n);
		return;
	}
	if (cell >= GUISE_LETTER)
		say(t, t->p, n, (struct str){ &letter, 1 });
	else if (cell == GUISE_MARK && t->said_end == t->p)
		t->said_end = t->p + n;
	t->p += n;
}

struct str
guise_take_off(struct guise *g, struct str text, const struct guise_runs *runs)
{
	struct taking t = { .g = g, .runs = runs, .text = (const uint8_t *)text.p };
	const uint8_t *plain;

	t.p = t.said_end = t.word_end = t.text;
	t.end = t.text + text.n;
	plain = plain_end(t.p, t.end);
	if (plain == t.end || text.n >= SAID_MAX)
		return text;
	if (!g->said.max)
		g->said = BUF(SAID_MAX);
	buf_clear(&g->said);
	g->n = 0;
	for (;;) {
		say_as_is(&t, plain);
		if (t.p == t.end)
			break;
		char_take(&t);
		plain = plain_end(t.p, t.end);
	}
	bend_add(&t, t.end);
	return buf_str(&g->said);
}

/* ---- the way back ---- */

/* The last bend at or before at, or NULL. */
static const struct guise_bend *
bend_find(const struct guise *g, uint32_t at)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (g->bends[mid].to <= at)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? &g->bends[low - 1] : NULL;
}

uint32_t
guise_begin(const struct guise *g, uint32_t at)
{
	const struct guise_bend *b = bend_find(g, at);

	return b ? b->from + (at - b->to) : at;
}

uint32_t
guise_end(const struct guise *g, uint32_t at)
{
	const struct guise_bend *b = bend_find(g, at);

	return !b ? at : b->to == at ? b->end : b->from + (at - b->to);
}

void
guise_release(struct guise *g)
{
	if (g->said.max)
		buf_release(&g->said);
	free(g->bends);
	*g = GUISE_INIT;
}
