/*
 * plain_walk.c - nlp/walk.c as it was before it was made fast: each place tries every length.
 *
 * The two are to find the same in any text. What a change of meaning changes there, it changes
 * here, in the plainest way.
 */
#include "core/base.h"

#include "core/str.h"
#include "nlp/fold.h"
#include "tests/support/plain_walk.h"

/* What to do at a byte, before folding. */
enum step {
	STEP_SKIP, /* control, a continuation that lost its lead */
	STEP_BLANK,
	STEP_LINE,
	STEP_LETTER, /* a Latin word or number begins */
	STEP_POINT,  /* ASCII punctuation             */
	STEP_TWO,
	STEP_THREE,
	STEP_FOUR,
};
#define X4(a)  a, a, a, a
#define X16(a) X4(a), X4(a), X4(a), X4(a)
#define S      STEP_SKIP
#define P      STEP_POINT
#define L      STEP_LETTER
static const uint8_t steps[256] = {
	X4(S),
	X4(S),
	S,
	STEP_BLANK,
	STEP_LINE,
	S,
	S,
	STEP_BLANK,
	S,
	S,
	X16(S), /* 00..1F */
	STEP_BLANK,
	P,
	P,
	P,
	X4(P),
	X4(P),
	X4(P), /* 20..2F */
	X4(L),
	X4(L),
	L,
	L,
	P,
	P,
	X4(P), /* 30..3F */
	P,
	L,
	L,
	L,
	X4(L),
	X4(L),
	X4(L), /* 40..4F */
	X4(L),
	X4(L),
	L,
	L,
	L,
	P,
	P,
	P,
	P,
	P, /* 50..5F */
	P,
	L,
	L,
	L,
	X4(L),
	X4(L),
	X4(L), /* 60..6F */
	X4(L),
	X4(L),
	L,
	L,
	L,
	P,
	P,
	P,
	P,
	S, /* 70..7F */
	X16(S),
	X16(S),
	X16(S),
	X16(S), /* 80..BF */
	S,
	S,
	STEP_TWO,
	L,
	X4(L),
	X4(L),
	X4(L),           /* C0..CF */
	X16(L),          /* D0..DF */
	X16(STEP_THREE), /* E0..EF */
	X4(STEP_FOUR),
	STEP_FOUR,
	S,
	S,
	S,
	X4(S),
	X4(S), /* F0..FF */
};
#undef S
#undef P
#undef L

/* What ASCII punctuation (also folded from full width) ends. */
static const uint8_t point_marks[128] = {
	[','] = MARK_CLAUSE, [';'] = MARK_CLAUSE, [':'] = MARK_CLAUSE,
	['('] = MARK_CLAUSE, [')'] = MARK_CLAUSE, ['.'] = MARK_SENTENCE,
	['!'] = MARK_SHOUT,  ['?'] = MARK_ASK,    ['|'] = MARK_CLAUSE,
};

#define STRETCH_MAX 64 /* bytes of a stretched word that are looked at */

struct pass {
	struct walk *w;
	const struct image *m;
	const uint8_t *p, *end; /* the text                                            */
	size_t at;              /* where the walk stands                               */
	size_t score_end;       /* up to here a SCORE hit covers the text              */
	size_t fact_end, topic_end;
	uint32_t unit;
	bool quiet;     /* in a name or a link: literals only                  */
	bool point_end; /* the last mark was a sentence's: "!!!" is one break   */
};

static struct walk_hit *
hit_add(struct walk_hits *h)
{
	if (h->n == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 256;
		h->v = realloc(h->v, h->cap * sizeof *h->v);
		if (!h->v)
			abort();
	}
	return &h->v[h->n++];
}

static void
mark_add(struct pass *s, size_t at, size_t len, enum walk_mark mark)
{
	*hit_add(&s->w->score) = (struct walk_hit){
		.at = (uint32_t)at, .len = (uint32_t)len, .unit = s->unit, .mark = (uint8_t)mark
	};
}

static bool
letter_at(const struct pass *s, size_t at)
{
	const uint8_t *p = s->p + at;
	unsigned c;

	if (p >= s->end)
		return false;
	fold_at(p, s->end, &c);
	return fold_is_word(c);
}

/* A Latin term that ends at end stops there: no letter follows, nor 't, 're (but 's may). */
static bool
edge_after(const struct pass *s, size_t end)
{
	unsigned c, d;
	size_t n;

	if (s->p + end >= s->end)
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

/* Look up all that the text begins with here; classes says which kinds of terms still count.
 * The longest of each is taken, every literal is. */
static void
terms_try(struct pass *s, unsigned classes)
{
	const uint8_t *p = s->p + s->at;
	struct longest l = { .score = 0 };
	char folded[LEXICON_TERM_MAX];

	for (size_t n = 0; n < s->m->longest && p < s->end; n++) {
		const struct image_term *t;
		unsigned c, found;
		int64_t v;
		size_t at;

		p += fold_at(p, s->end, &c);
		folded[n] = (char)c;
		v = image_find(s->m, (struct str){ folded, n + 1 });
		if (v < 0)
			continue;
		t = &s->m->terms[v];
		found = t->classes & classes;
		at = (size_t)(p - s->p);
		if (found & IMAGE_LITERAL)
			literals_add(s, t, s->at, at);
		if (t->edges & EDGE_END && !edge_after(s, at))
			continue;
		if (found & IMAGE_SCORE)
			l.score_end = at, l.score = (uint32_t)v;
		if (found & IMAGE_FACT)
			l.fact_end = at, l.fact = (uint32_t)v;
		if (found & IMAGE_TOPIC)
			l.topic_end = at, l.topic = (uint32_t)v;
	}
	longest_add(s, &l);
}

/* A place where a term may begin. */
static void
place_try(struct pass *s)
{
	unsigned classes = IMAGE_LITERAL;

	if (!s->quiet) {
		if (s->at >= s->score_end)
			classes |= IMAGE_SCORE;
		if (s->at >= s->fact_end)
			classes |= IMAGE_FACT;
		if (s->at >= s->topic_end)
			classes |= IMAGE_TOPIC;
	}
	terms_try(s, classes);
}

/* ---- words ---- */

/* The end of the Latin word or number that begins at at. */
static size_t
word_end(const struct pass *s, size_t at, bool *lower, bool *upper)
{
	const uint8_t *p = s->p + at;

	while (p < s->end) {
		unsigned c = *p, d;
		size_t n;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			*lower |= c >= 'a';
			p++;
		} else if (c >= 'A' && c <= 'Z') {
			*upper = true;
			p++;
		} else if (c >= 0xC3 && c <= 0xDF && s->end - p > 1) {
			*lower = true;
			p += 2;
		} else {
			n = fold_at(p, s->end, &d);
			if (n == 3 && fold_is_word(d))
				p += 3;
			else if (d == '\'' && letter_at(s, (size_t)(p - s->p) + n))
				p += n;
			else
				break;
		}
	}
	return (size_t)(p - s->p);
}

/* The word with runs of three and more letters cut to keep of them: "soooo" -> "soo", "so". */
static struct str
unstretched(const struct pass *s, size_t from, size_t end, size_t keep, char *to)
{
	struct str w = { to, 0 };
	size_t run = 0, first = 0;

	for (size_t i = from; i < end && i - from < STRETCH_MAX; i++) {
		char c = (char)fold_byte[s->p[i]];

		if (w.n && to[w.n - 1] == c) {
			if (++run == 3)
				w.n = first + keep;
			if (run >= 3)
				continue;
		} else {
			run = 1;
			first = w.n;
		}
		to[w.n++] = c;
	}
	return w;
}

/* People stretch what they feel: "sooo goooood". Only a whole word without a hit is tried. */
static void
stretched_try(struct pass *s, size_t from, size_t end)
{
	char to[STRETCH_MAX];

	for (size_t keep = 2; keep; keep--) {
		int64_t term = image_find(s->m, unstretched(s, from, end, keep, to));

		if (term < 0 || !(s->m->terms[term].classes & IMAGE_SCORE))
			continue;
		*hit_add(&s->w->score) = (struct walk_hit){ .at = (uint32_t)from,
							    .len = (uint32_t)(end - from),
							    .term = (uint32_t)term,
							    .unit = s->unit };
		return;
	}
}

static bool
is_stretched(const struct pass *s, size_t from, size_t end)
{
	for (size_t i = from + 2; i < end; i++)
		if ((s->p[i] | 32) == (s->p[i - 1] | 32) &&
		    (s->p[i] | 32) == (s->p[i - 2] | 32))
			return s->p[i] > '9' && s->p[i] < 0x80;
	return false;
}

/* "1,000.5" and "10:30" are one. */
static size_t
number_end(const struct pass *s, size_t end)
{
	const uint8_t *p = s->p + end;

	while (s->end - p >= 2 && (*p == ',' || *p == '.' || *p == ':') && p[1] >= '0' &&
	       p[1] <= '9')
		for (p++; p < s->end && *p >= '0' && *p <= '9';)
			p++;
	return (size_t)(p - s->p);
}

static bool
link_at(const struct pass *s)
{
	struct str rest = { (const char *)s->p + s->at, (size_t)(s->end - s->p) - s->at };
	unsigned c = fold_byte[s->p[s->at]];

	if (c == 'h')
		return str_starts(rest, STR("http://")) || str_starts(rest, STR("https://")) ||
		       str_starts(rest, STR("HTTP://")) || str_starts(rest, STR("HTTPS://"));
	return c == 'w' && str_starts(rest, STR("www."));
}

/* Literals only, to the end of what cannot be language: a link, a name after @. */
static void
quiet_walk(struct pass *s, size_t end)
{
	s->quiet = true;
	while (s->at < end) {
		place_try(s);
		do
			s->at++;
		while (s->at < end && ((s->p[s->at] & 0xC0) == 0x80 ||
				       (!s->m->inner && letter_at(s, s->at) &&
					fold_is_word(fold_byte[s->p[s->at - 1]]))));
	}
	s->quiet = false;
}

static void
link_walk(struct pass *s)
{
	size_t end = s->at;

	while (s->p + end < s->end && s->p[end] > ' ' && s->p[end] < 0x7F)
		end++;
	mark_add(s, s->at, end - s->at, MARK_LINK);
	s->w->links++;
	s->unit += 2;
	quiet_walk(s, end);
}

static void
name_walk(struct pass *s)
{
	size_t end = s->at + 1, n = 0;

	while (s->p + end < s->end && n < 30) {
		unsigned c = s->p[end];

		if (c < 0x80 && !fold_is_word(c) && c != '_' && c != '-')
			break;
		if (c >= 0xE0) {
			unsigned d;

			if (fold_at(s->p + end, s->end, &d) == 3 && !fold_is_word(d))
				break;
			if (c == 0xE3 && s->end - s->p > (ptrdiff_t)end + 1 &&
			    s->p[end + 1] == 0x80)
				break; /* 。、 and brackets */
		}
		end++, n += (c & 0xC0) != 0x80;
	}
	if (end == s->at + 1) {
		s->at++;
		return;
	}
	mark_add(s, s->at, end - s->at, MARK_NAME);
	s->w->names++;
	s->unit += 2;
	s->at++;
	quiet_walk(s, end);
}

static void
word_walk(struct pass *s)
{
	bool lower = false, upper = false;
	size_t from = s->at, end;
	size_t hits = s->w->score.n;

	if (link_at(s)) {
		link_walk(s);
		return;
	}
	place_try(s);
	end = word_end(s, from, &lower, &upper);
	if (end == from)
		end = from + 1;
	if (s->w->score.n == hits && s->score_end <= from && is_stretched(s, from, end))
		stretched_try(s, from, end);
	if (upper && !lower && end - from > 1) {
		s->w->caps++;
		if (s->w->score.n > hits)
			s->w->score.v[hits].caps = 1;
	} else if (lower) {
		s->w->lower++;
	}
	if (!lower && !upper) {
		end = number_end(s, end);
		s->w->numbers++;
		if (s->w->score.n == hits)
			mark_add(s, from, end - from, MARK_NUMBER);
	}
	if (s->m->inner)
		for (s->at = from + 1; s->at < end; s->at++) {
			s->quiet = true;
			place_try(s);
		}
	s->quiet = false;
	s->at = end;
	s->unit += 2;
	s->w->latin++;
	s->point_end = false;
}

/* ---- points ---- */

/* "3.5", "1,000", "U.S.", "e.g." do not break. */
static bool
point_inside(const struct pass *s, unsigned c, size_t n)
{
	bool before = s->at && fold_is_word(fold_byte[s->p[s->at - 1]]);

	if (c == '.')
		return before && letter_at(s, s->at + n);
	return (c == ',' || c == ':') && before && s->p[s->at - 1] <= '9' &&
	       letter_at(s, s->at + n) && s->p[s->at + n] <= '9';
}

static void
point_mark(struct pass *s, unsigned c, size_t n)
{
	unsigned mark = c < 128 ? point_marks[c] : MARK_NONE;

	if (mark == MARK_NONE || point_inside(s, c, n)) {
		s->at += n;
		return;
	}
	if (mark == MARK_SHOUT)
		s->w->shouts++;
	if (mark == MARK_ASK)
		s->w->asks++;
	/* one break for "?!!", but the strongest word of it counts */
	if (s->point_end && mark != MARK_CLAUSE) {
		struct walk_hit *last = &s->w->score.v[s->w->score.n - 1];

		if (last->mark == MARK_SENTENCE)
			last->mark = (uint8_t)mark;
	} else if (!s->point_end) {
		mark_add(s, s->at, n, (enum walk_mark)mark);
		s->point_end = mark != MARK_CLAUSE;
	}
	s->at += n;
}

static bool
repost_at(const struct pass *s)
{
	const uint8_t *p = s->p + s->at;
	unsigned c;

	if (s->end - p < 4 || p[0] != '/' || p[1] != '/')
		return false;
	for (p += 2; p < s->end && *p == ' ';)
		p++;
	if (p >= s->end)
		return false;
	fold_at(p, s->end, &c);
	return c == '@';
}

static void
point_walk(struct pass *s, unsigned c, size_t n)
{
	size_t at = s->at, before = s->score_end;

	if (c == '/' && repost_at(s)) {
		mark_add(s, s->at, 2, MARK_REPOST);
		s->at += 2;
		s->point_end = false;
		return;
	}
	place_try(s);
	if (s->score_end > before) { /* an emoticon */
		s->at = at + n;
		quiet_walk(s, s->score_end);
		s->unit++;
		s->point_end = false;
		return;
	}
	if (c == '@' && (!at || !fold_is_word(fold_byte[s->p[at - 1]])) && n == 1)
		name_walk(s);
	else
		point_mark(s, c, n);
}

static void
break_add(struct pass *s, size_t n, enum walk_mark mark)
{
	if (!s->point_end)
		mark_add(s, s->at, n, mark);
	s->point_end = mark != MARK_CLAUSE;
	s->at += n;
}

/* What a mark of CJK or general punctuation ends: 。 … — – 【 】. The enumeration comma does not. */
static enum walk_mark
wide_mark(const uint8_t *p)
{
	uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

	switch (v) {
	case 0xE38082: /* 。 */
	case 0xE280A6: /* … */
		return MARK_SENTENCE;
	case 0xE28093: /* – */
	case 0xE28094: /* — */
	case 0xE38090: /* 【 */
	case 0xE38091: /* 】 */
		return MARK_CLAUSE;
	default:
		return MARK_NONE;
	}
}

/* Three bytes: Han and kin, full-width forms, CJK and general punctuation, symbols. */
static void
three_walk(struct pass *s)
{
	const uint8_t *p = s->p + s->at;
	enum walk_mark mark;
	unsigned c;
	size_t n;

	if (s->end - p < 3) {
		s->at++;
		return;
	}
	if (p[0] >= 0xE4 && p[0] <= 0xE9) {
		place_try(s);
		s->at += 3;
		s->unit++;
		s->w->han++;
		s->point_end = false;
		return;
	}
	n = fold_at(p, s->end, &c);
	if (n == 3 && fold_is_word(c)) {
		word_walk(s);
		return;
	}
	if (n == 3) {
		if (c == ' ')
			s->at += 3;
		else
			point_walk(s, c, 3);
		return;
	}
	place_try(s);
	mark = wide_mark(p);
	if (mark != MARK_NONE) {
		break_add(s, 3, mark);
	} else {
		s->at += 3;
		s->unit++;
	}
}

void
plain_walk_run(struct walk *w, const struct image *m, struct str text)
{
	struct pass s = { .w = w, .m = m, .p = (const uint8_t *)text.p };

	s.end = s.p + text.n;
	w->score.n = w->facts.n = w->literals.n = 0;
	w->han = w->latin = w->shouts = w->asks = w->caps = w->lower = 0;
	w->numbers = w->links = w->names = 0;
	while (s.at < text.n) {
		unsigned c = s.p[s.at];

		switch ((enum step)steps[c]) {
		case STEP_SKIP:
		case STEP_BLANK:
			s.at++;
			break;
		case STEP_LINE:
			break_add(&s, 1, MARK_SENTENCE);
			break;
		case STEP_LETTER:
			word_walk(&s);
			break;
		case STEP_POINT:
			point_walk(&s, c, 1);
			break;
		case STEP_TWO:
			place_try(&s);
			s.at += 2;
			break;
		case STEP_THREE:
			three_walk(&s);
			break;
		case STEP_FOUR:
			place_try(&s);
			s.at += 4;
			s.unit++;
			break;
		}
	}
	w->units = s.unit;
}
