/* text -> hits and breaks -> (watch.c, score.c, topic.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/fold.h"
#include "nlp/walk_term.h"

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

#define STRETCH_MAX    64 /* bytes of a stretched word that are looked at */
#define NAME_MAX_CHARS 30

static void
mark_add(struct pass *s, size_t at, size_t len, enum walk_mark mark)
{
	*hit_add(&s->w->score) = (struct walk_hit){
		.at = (uint32_t)at, .len = (uint32_t)len, .unit = s->unit, .mark = (uint8_t)mark
	};
}

/* ---- words ---- */

/* The end of the Latin word or number that goes on at at. */
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

#define SPELT_LEAST 4 /* shorter ones are sizes and names: "s3", "b2b" */
#define SPELT_MOST  16

/* The word with letters for its digits, i or l for 1. Empty when it is a number, a model, a
 * size: more digits than letters, or a digit that is none of 0 1 3 4 5 7. */
static struct str
respelt(const struct pass *s, size_t n, char one, char *to)
{
	static const char letters[] = "o??eas?t??"; /* of 0..9; ?: none */
	size_t digits = 0;

	for (size_t i = 0; i < n; i++) {
		char c = (char)fold_byte[s->p[s->at + i]];

		if (c <= '9') {
			digits++;
			c = c == '1' ? one : letters[c - '0'];
		}
		if (c < 'a')
			return (struct str){ to, 0 };
		to[i] = c;
	}
	return (struct str){ to, digits * 2 > n ? 0 : n };
}

/* "g00d", "sh1t": letters written as digits, in a whole word that is no term. */
static void
respelt_try(struct pass *s, size_t n)
{
	char to[SPELT_MOST];

	if (n < SPELT_LEAST || n > SPELT_MOST)
		return;
	for (const char *one = "il"; *one; one++) {
		struct str word = respelt(s, n, *one, to);
		int64_t term = word.n ? image_find(s->m, word) : -1;

		if (term < 0)
			continue;
		whole_take(s, (uint32_t)term, s->at + n);
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

	while (s->p + end < s->end) {
		unsigned c = s->p[end];

		if (n == NAME_MAX_CHARS && (c & 0xC0) != 0x80)
			break;
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

/* In a word only literals of rules count. */
static void
inner_walk(struct pass *s, size_t from, size_t end)
{
	s->quiet = true;
	for (s->at = from; s->at < end; s->at++)
		place_try(s);
	s->quiet = false;
}

/* From a run to the word that it begins: apostrophes, other alphabets and widths. */
static inline void
word_finish(const struct pass *s, struct word *w)
{
	const uint8_t *stop = s->p + s->at + w->run;

	if (stop < s->end && (*stop == '\'' || *stop >= 0xC3)) {
		w->n = word_end(s, s->at + w->run, &w->lower, &w->upper) - s->at;
		w->stretched = true;
	}
}

/* One word or number, w, of which next is the run behind a blank. */
static inline void
word_take(struct pass *s, const struct word *w, const struct word *next)
{
	struct walk *k = s->w;
	size_t from = s->at, end = from + (w->n ? w->n : 1), hits = k->score.n;

	latin_try(s, classes_here(s), w, next);
	if (w->stretched && k->score.n == hits && s->score_end <= from &&
	    is_stretched(s, from, end))
		stretched_try(s, from, end);
	else if (w->digits && (w->lower || w->upper) && k->score.n == hits && w->n == w->run)
		respelt_try(s, w->n);
	if (w->upper && !w->lower && end - from > 1) {
		k->caps++;
		if (k->score.n > hits)
			k->score.v[hits].caps = 1;
	} else if (w->lower) {
		k->lower++;
	}
	if (!w->lower && !w->upper) {
		end = number_end(s, end);
		k->numbers++;
		if (k->score.n == hits)
			mark_add(s, from, end - from, MARK_NUMBER);
	}
	if (s->m->inner)
		inner_walk(s, from + 1, end);
	s->at = end;
	s->unit += 2;
	k->latin++;
	s->point_end = false;
}

/* Words with a blank between them. */
static void
words_walk(struct pass *s)
{
	struct word pair[2] = { run_scan(s->p + s->at, s->end) };

	/* in turns, not copied: a copy would wait for what was just written */
	for (unsigned i = 0;; i ^= 1) {
		struct word *w = &pair[i], *next = &pair[i ^ 1];
		const uint8_t *p = s->p + s->at;
		unsigned two = w->run > 1 ? (p[0] << 8 | p[1]) | 0x2020 : 0;
		size_t stop = s->at + w->run;

		if ((two == ('h' << 8 | 't') || two == ('w' << 8 | 'w')) && link_at(s)) {
			link_walk(s);
			return;
		}
		*next = next_scan(s, s->p + stop);
		word_finish(s, w);
		word_take(s, w, next);
		if (!next->run || s->at != stop)
			return;
		s->at++;
	}
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

/* From one Han character to the last of them in a row. */
static void
han_walk(struct pass *s)
{
	size_t from = s->at;
	const uint8_t *p = s->p + s->at;

	do {
		han_try(s, classes_here(s));
		s->at += 3;
		s->unit++;
		p += 3;
	} while (s->end - p >= 3 && *p >= 0xE4 && *p <= 0xE9);
	s->w->han += (uint32_t)(s->at - from) / 3;
	s->point_end = false;
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
		han_walk(s);
		return;
	}
	n = fold_at(p, s->end, &c);
	if (n == 3 && fold_is_word(c)) {
		words_walk(s);
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

static void
text_walk(struct walk *w, const struct image *m, struct str text)
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
			words_walk(&s);
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

/* 不不不错 is 不错, 哈哈哈哈 is 哈哈: a run is as long as terms need it. */
static unsigned
run_keep(const void *ctx, uint32_t han, uint32_t next)
{
	const struct image *m = ctx;

	if (image_leads(m, (uint32_t[]){ han, han, han }, 3))
		return 0;
	if (next && image_leads(m, (uint32_t[]){ han, next }, 2))
		return 1;
	return image_leads(m, (uint32_t[]){ han, han }, 2) ? 2 : 1;
}

/* From places of the text as it was read to those of the text as it was given. */
static void
hits_back(struct walk_hits *hits, const struct guise *g)
{
	for (size_t i = 0; i < hits->n; i++) {
		struct walk_hit *h = &hits->v[i];
		uint32_t end = guise_end(g, h->at + h->len);

		h->at = guise_begin(g, h->at);
		h->len = end > h->at ? end - h->at : 0;
	}
}

/* The text as it is to be read. */
static struct str
said_of(struct walk *w, const struct image *m, struct str text)
{
	const struct guise_runs runs = { run_keep, m };

	return guise_take_off(&w->guise, text, &runs);
}

static void
said_walk(struct walk *w, const struct image *m, struct str text, struct str said)
{
	text_walk(w, m, said);
	w->said = said;
	if (said.p == text.p)
		return;
	hits_back(&w->score, &w->guise);
	hits_back(&w->facts, &w->guise);
	hits_back(&w->literals, &w->guise);
}

void
walk_run(struct walk *w, const struct image *m, struct str text)
{
	said_walk(w, m, text, said_of(w, m, text));
}

bool
walk_called(struct walk *w, const struct image *m, const struct calls *calls, struct str text)
{
	struct str said = said_of(w, m, text);
	bool called = calls_any(calls, m, said);

	w->score.n = w->facts.n = w->literals.n = 0;
	if (called)
		said_walk(w, m, text, said);
	return called;
}

void
walk_release(struct walk *w)
{
	free(w->score.v);
	free(w->facts.v);
	free(w->literals.v);
	guise_release(&w->guise);
	*w = WALK_INIT;
}
