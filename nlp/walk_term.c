/* a place of the text -> the terms that begin there -> (walk.c) */
#include "core/base.h"

#include "nlp/eight.h"
#include "nlp/fold.h"
#include "nlp/walk_term.h"

void
hits_grow(struct walk_hits *h)
{
	h->cap = h->cap ? h->cap * 2 : 256;
	h->v = realloc(h->v, h->cap * sizeof *h->v);
	if (!h->v)
		abort();
}

bool
letter_at(const struct pass *s, size_t at)
{
	const uint8_t *p = s->p + at;
	unsigned c;

	if (p >= s->end)
		return false;
	fold_at(p, s->end, &c);
	return fold_is_word(c);
}

/* A Latin term that ends at end stops there: no letter follows, nor 't, 're
 * (but 's may). */
static bool
edge_after(const struct pass *s, size_t end)
{
	unsigned c, d;
	size_t n;

	if (s->p + end >= s->end || s->p[end] == ' ')
		return true;
	n = fold_at(s->p + end, s->end, &c);
	if (fold_is_word(c))
		return false;
	if (c != '\'' || s->p + end + n >= s->end)
		return true;
	fold_at(s->p + end + n, s->end, &d);
	return !fold_is_word(d) || d == 's';
}

static bool
edge_before(const struct pass *s, size_t at)
{
	const uint8_t *p = s->p + at;

	if (!at)
		return true;
	if (fold_is_word(fold_byte[p[-1]]))
		return false;
	if (at >= 2 && (p[-1] & 0xC0) == 0x80 && fold_is_word(p[-2]))
		return false;
	/* a full-width letter or digit */
	if (at >= 3 && p[-3] == 0xEF) {
		unsigned c;

		return !fold_wide(p - 3, s->end, &c) || !fold_is_word(c);
	}
	return true;
}

static void
literals_add(struct pass *s, const struct image_term *t, size_t at, size_t end)
{
	bool start = !(t->edges & EDGE_START) || edge_before(s, at);
	bool stop = !(t->edges & EDGE_END) || edge_after(s, end);

	for (unsigned i = 0; i < t->n; i++) {
		const struct image_sense *x = &s->m->senses[t->first + i];

		if (x->kind != LEX_LITERAL ||
		    !((start && (stop || x->flags & SENSE_OPEN)) || x->flags & SENSE_INNER))
			continue;
		*hit_add(&s->w->literals) = (struct walk_hit){ .at = (uint32_t)at,
							       .len = (uint32_t)(end - at),
							       .term = (uint32_t)x->arg,
							       .unit = s->unit };
	}
}

/* The longest of each class that the trie led to. */
struct longest {
	size_t score_end, fact_end, topic_end;
	uint32_t score, fact, topic;
};

static void
fact_add(struct pass *s, uint32_t term, size_t end, uint8_t cls)
{
	*hit_add(&s->w->facts) = (struct walk_hit){ .at = (uint32_t)s->at,
						    .len = (uint32_t)(end - s->at),
						    .term = term,
						    .unit = s->unit,
						    .cls = cls };
}

static void
longest_add(struct pass *s, const struct longest *l)
{
	bool one = l->fact_end && l->fact_end == l->topic_end;

	if (l->score_end) {
		*hit_add(&s->w->score) =
			(struct walk_hit){ .at = (uint32_t)s->at,
					   .len = (uint32_t)(l->score_end - s->at),
					   .term = l->score,
					   .unit = s->unit };
		s->score_end = l->score_end;
	}
	if (l->fact_end) {
		fact_add(s, l->fact, l->fact_end, one ? IMAGE_FACT | IMAGE_TOPIC : IMAGE_FACT);
		s->fact_end = l->fact_end;
	}
	if (l->topic_end) {
		if (!one)
			fact_add(s, l->topic, l->topic_end, IMAGE_TOPIC);
		s->topic_end = l->topic_end;
	}
}

static inline bool
is_han_lead(unsigned c)
{
	return c >= 0xE4 && c <= 0xE9;
}

/* Follow the trie on from unit u, which the text up to p led to; classes says
 * which kinds of terms still count. The longest of each is taken, every literal
 * on the way is. */
static void
terms_follow(struct pass *s, unsigned classes, uint32_t u, const uint8_t *p, const uint8_t *end)
{
	const uint32_t *units = s->m->units;
	struct longest l = { .score = 0 };

	for (;;) {
		uint32_t base = UNIT_BASE(u);
		unsigned c;
		size_t n;

		if (u & UNIT_HAS_LEAF) {
			uint32_t leaf = units[base], v = LEAF_TERM(leaf);
			unsigned found = LEAF_CLASS(leaf) & classes;
			size_t at = (size_t)(p - s->p);

			if (found & IMAGE_LITERAL)
				literals_add(s, &s->m->terms[v], s->at, at);
			if (found & ~(unsigned)IMAGE_LITERAL &&
			    (!(LEAF_EDGES(leaf) & EDGE_END) || edge_after(s, at))) {
				if (found & IMAGE_SCORE)
					l.score_end = at, l.score = v;
				if (found & IMAGE_FACT)
					l.fact_end = at, l.fact = v;
				if (found & IMAGE_TOPIC)
					l.topic_end = at, l.topic = v;
			}
		}
		if (p >= end)
			break;
		if (is_han_lead(*p) && end - p >= 3) { /* no fold, no leaf within */
			u = units[base ^ p[0]];
			if ((u & (UNIT_LEAF | 0xFF)) != p[0])
				break;
			u = units[UNIT_BASE(u) ^ p[1]];
			if ((u & (UNIT_LEAF | 0xFF)) != p[1])
				break;
			u = units[UNIT_BASE(u) ^ p[2]];
			if ((u & (UNIT_LEAF | 0xFF)) != p[2])
				break;
			p += 3;
			continue;
		}
		n = fold_at(p, end, &c);
		u = units[base ^ c];
		if ((u & (UNIT_LEAF | 0xFF)) != c || !c)
			break;
		p += n;
	}
	longest_add(s, &l);
}

void
whole_take(struct pass *s, uint32_t term, size_t end)
{
	const struct image_term *t = &s->m->terms[term];
	unsigned found = t->classes & classes_here(s);
	struct longest l = { .score = term, .fact = term, .topic = term };

	if (found & IMAGE_LITERAL)
		literals_add(s, t, s->at, end);
	l.score_end = found & IMAGE_SCORE ? end : 0;
	l.fact_end = found & IMAGE_FACT ? end : 0;
	l.topic_end = found & IMAGE_TOPIC ? end : 0;
	longest_add(s, &l);
}

/* A term that nothing longer begins with: the text up to p led to u. */
static inline void
term_take(struct pass *s, unsigned classes, uint32_t u, const uint8_t *p)
{
	uint32_t leaf = s->m->units[UNIT_BASE(u)];

	if ((LEAF_CLASS(leaf) & classes) != IMAGE_SCORE || !(u & UNIT_HAS_LEAF)) {
		terms_follow(s, classes, u, p, p);
		return;
	}
	if (LEAF_EDGES(leaf) & EDGE_END && !edge_after(s, (size_t)(p - s->p)))
		return;
	s->score_end = (size_t)(p - s->p);
	*hit_add(&s->w->score) = (struct walk_hit){ .at = (uint32_t)s->at,
						    .len = (uint32_t)(s->score_end - s->at),
						    .term = LEAF_TERM(leaf),
						    .unit = s->unit };
}

/* No term can reach further than this. */
static inline const uint8_t *
reach(const struct pass *s)
{
	const uint8_t *p = s->p + s->at;

	/* full-width letters take three bytes */
	return (size_t)(s->end - p) > s->m->longest * 3u ? p + s->m->longest * 3u : s->end;
}

static inline bool
may_begin(const struct pass *s, uint64_t hash, unsigned classes)
{
	unsigned want = BEGINS_OTHER | (classes & IMAGE_SCORE ? BEGINS_SCORE : 0);

	return image_begins(s->m, hash) & want;
}

static uint32_t
three_bytes(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

/* A place where a term may begin that is neither Latin nor Han. */
static void
sign_try(struct pass *s, unsigned classes)
{
	const uint8_t *p = s->p + s->at;
	unsigned c;
	uint64_t hash;

	fold_at(p, s->end, &c);
	hash = image_mix_sign(c, s->end - p > 1 ? p[1] : 0, s->end - p > 2 ? p[2] : 0);
	if (may_begin(s, hash, classes))
		terms_follow(s, classes, s->m->units[0], p, reach(s));
}

/* At a lead E4..E9 with three bytes left. */
void
han_try(struct pass *s, unsigned classes)
{
	const uint8_t *p = s->p + s->at;
	uint32_t han = fold_han(p) - IMAGE_HAN_FIRST, u;
	bool next;

	if (han >= IMAGE_HAN) {
		sign_try(s, classes);
		return;
	}
	u = s->m->han[han];
	if (!(BEGINS(u) & classes))
		return;
	next = s->end - p >= 6 && is_han_lead(p[3]);
	if (may_begin(s, image_mix_han(three_bytes(p), next ? three_bytes(p + 3) : 0), classes))
		terms_follow(s, classes, u, p + 3, reach(s));
	else if (ALONE(u) & classes)
		term_take(s, classes, u, p + 3);
}

/* The run of ASCII letters and digits at p, eight at a time. */
struct word
run_scan(const uint8_t *p, const uint8_t *end)
{
	struct word w = { .n = 0 };
	uint64_t lower = 0, upper = 0, digits = 0, stretched = 0, before = 0;

	for (;;) {
		uint64_t x = eight_bytes(p + w.run, end), low = x | 0x20 * EIGHT_ONES;
		uint64_t letter = eight_letters(x, low), digit = eight_digits(x);
		uint64_t other = ~(letter | digit) & EIGHT_HIGHS, in = eight_before(other);
		uint64_t thrice = (low ^ (low << 8 | before >> 56)) |
				  (low ^ (low << 16 | before >> 48)) | ~in;

		lower |= letter & in & x << 2;
		upper |= letter & in & ~(x << 2);
		digits |= digit & in;
		stretched |= (thrice - EIGHT_ONES) & ~thrice;
		if (low & in) {
			w.last = low & in;
			w.hash = image_mix(w.hash, w.last);
		}
		if (other) {
			w.run += eight_count(other);
			break;
		}
		w.run += 8;
		before = low;
	}
	w.n = w.run;
	w.lower = lower & EIGHT_HIGHS;
	w.upper = upper & EIGHT_HIGHS;
	w.stretched = stretched & EIGHT_HIGHS;
	w.digits = digits & EIGHT_HIGHS;
	return w;
}

/* The unit that a run of up to eight leads to, or 0. */
static inline uint32_t
run_find(const struct image *m, const struct word *w)
{
	size_t i = w->hash >> m->words_shift;

	while (m->words[i].run != w->last) {
		if (!m->words[i].run)
			return 0;
		i = (i + 1) & m->words_mask;
	}
	return m->words[i].unit;
}

/* Does a term go on after the run w at p, as the text does? next: the run after
 * a blank. */
static inline bool
run_goes_on(const struct pass *s, unsigned classes, const struct word *w,
	    const struct word *next, const uint8_t *stop)
{
	const uint8_t *behind = stop + 1 + next->run;

	if (stop >= s->end)
		return false;
	if (fold_is_lead(*stop)) /* it may stand for any ASCII */
		return true;
	if (next->run)
		return may_begin(s, image_mix_word(w->hash, next->hash, 0), classes) ||
		       (behind < s->end && *behind == 0xEF);
	return may_begin(s, image_mix_word(w->hash, 0, fold_byte[*stop]), classes) ||
	       (*stop == ' ' && behind < s->end && *behind == 0xEF);
}

/* At the first of a run's letters or digits, or at one of another alphabet or
 * width. */
void
latin_try(struct pass *s, unsigned classes, const struct word *w, const struct word *next)
{
	const uint8_t *p = s->p + s->at, *stop = p + w->run;
	uint32_t u;

	if ((s->m->inner || s->m->open) &&
	    may_begin(s, image_mix_sign(fold_byte[*p], 0, 0), classes)) {
		terms_follow(s, classes, s->m->units[0], p, reach(s));
	} else if (!w->run && *p < 0xE0) {
		sign_try(s, classes);
	} else if (!w->run || (stop < s->end && *stop == 0xEF)) {
		/* full width: the run may not be whole */
		terms_follow(s, classes, s->m->units[0], p, reach(s));
	} else if (w->run > 8) {
		if (may_begin(s, w->hash, classes) || run_goes_on(s, classes, w, next, stop))
			terms_follow(s, classes, s->m->units[0], p, reach(s));
	} else {
		u = run_find(s->m, w);
		if (BEGINS(u) & classes && run_goes_on(s, classes, w, next, stop))
			terms_follow(s, classes, u, stop, reach(s));
		else if (ALONE(u) & classes)
			term_take(s, classes, u, stop);
	}
}

/* Wherever a term may begin. */
void
place_try(struct pass *s)
{
	unsigned classes = classes_here(s), c;
	const uint8_t *p = s->p + s->at;

	if (is_han_lead(*p) && s->end - p >= 3) {
		han_try(s, classes);
		return;
	}
	fold_at(p, s->end, &c);
	if (!fold_is_ascii_word(c)) {
		sign_try(s, classes);
	} else if (s->at && fold_is_word(fold_byte[p[-1]])) {
		sign_try(s, classes); /* inside a word */
	} else {
		struct word w = run_scan(p, s->end), next = next_scan(s, p + w.run);

		latin_try(s, classes, &w, &next);
	}
}
