#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "tests/support/plain_text.h"
#include "tests/support/plain_walk.h"

/* ---- terms ---- */

static int
by_text(const void *a, const void *b)
{
	return str_cmp(((const struct plain_term *)a)->text,
		       ((const struct plain_term *)b)->text);
}

struct plain_terms
plain_terms_make(const struct lexicon *l, const struct image_literal *lit, size_t n)
{
	size_t n_lex = l ? l->n_entries : 0, kept = 0;
	struct plain_terms t = { calloc(n_lex + n + 1, sizeof *t.v), n_lex + n, false };

	for (size_t i = 0; i < n_lex; i++) {
		int kind = l->entries[i].kind;

		t.v[i].text = l->entries[i].term;
		t.v[i].classes = kind == LEX_TOPIC   ? IMAGE_TOPIC
				 : lex_is_fact(kind) ? IMAGE_FACT
						     : IMAGE_SCORE;
	}
	for (size_t i = 0; i < n; i++) {
		struct plain_term *x = &t.v[n_lex + i];

		x->text = lit[i].text;
		x->classes = IMAGE_LITERAL;
		x->literals[0] = (uint32_t)i;
		x->edges[0] = lit[i].edge;
		x->n_literals = 1;
		t.inner |= lit[i].edge == LITERAL_INNER;
	}
	qsort(t.v, t.n, sizeof *t.v, by_text);
	for (size_t i = 0; i < t.n; i++) {
		struct plain_term *x = kept ? &t.v[kept - 1] : NULL, *y = &t.v[i];

		if (!x || !str_eq(x->text, y->text)) {
			t.v[kept++] = *y;
			continue;
		}
		x->classes |= y->classes;
		if (y->n_literals) {
			x->literals[x->n_literals] = y->literals[0];
			x->edges[x->n_literals++] = y->edges[0];
		}
	}
	t.n = kept;
	return t;
}

void
plain_terms_release(struct plain_terms *t)
{
	free(t->v);
}

/* The first term that is not before text. */
static size_t
term_place(const struct plain_terms *t, struct str text)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (str_cmp(t->v[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct plain_term *
plain_term_find(const struct plain_terms *t, struct str text, bool *more)
{
	size_t i = term_place(t, text);

	*more = i < t->n && str_starts(t->v[i].text, text);
	return *more && t->v[i].text.n == text.n ? &t->v[i] : NULL;
}

/* ---- what is known while a text is walked ---- */

struct hit {
	size_t at, end; /* letters */
	struct str term;
	uint32_t literal, unit;
	int mark, caps, cls;
};
struct hits {
	struct hit v[1024];
	size_t n;
};
struct plain {
	const struct plain_terms *terms;
	struct letter *v;
	size_t n, at;
	size_t score_end, fact_end, topic_end;
	uint32_t unit, han, latin, shouts, asks, caps, lower, numbers, links, names;
	bool quiet, point_end;
	struct hits score, facts, literals;
};

static size_t
bytes_of(uint32_t c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* ---- which terms begin at a letter ---- */

static bool
letter_like(uint32_t c)
{
	return ascii_letter(c) || ascii_digit(c) || (c >= 0xC0 && c < 0x800);
}

static bool
word_at(const struct plain *s, size_t i)
{
	return i < s->n && letter_like(s->v[i].c);
}

/* An ASCII letter or digit, not of full width, before i. */
static bool
ascii_before(const struct plain *s, size_t i)
{
	return i && (ascii_letter(s->v[i - 1].raw) || ascii_digit(s->v[i - 1].raw));
}

static bool
ends_well(const struct plain *s, struct str term, size_t end)
{
	size_t last = term.n - 1;
	uint32_t c = (uint8_t)term.p[last];

	if (c >= 0x80 && last)
		c = (uint8_t)term.p[last - 1] >= 0xC3 && (uint8_t)term.p[last - 1] < 0xE0 ? 'x'
											  : ' ';
	if (!letter_like(c) || end >= s->n)
		return true;
	if (word_at(s, end))
		return false;
	return s->v[end].c != '\'' || !word_at(s, end + 1) || s->v[end + 1].c == 's';
}

static bool
begins_well(const struct plain *s, size_t at)
{
	return !letter_like(s->v[at].c) || !at || !word_at(s, at - 1);
}

static struct hit *
hit_add(struct hits *h, const struct plain *s, size_t at, size_t end)
{
	struct hit *x = &h->v[h->n++];

	if (h->n > LY_COUNT(h->v))
		abort();
	*x = (struct hit){ .at = at, .end = end, .unit = s->unit };
	return x;
}

static unsigned
classes_here(const struct plain *s)
{
	return IMAGE_LITERAL | (s->quiet || s->at < s->score_end ? 0 : IMAGE_SCORE) |
	       (s->quiet || s->at < s->fact_end ? 0 : IMAGE_FACT) |
	       (s->quiet || s->at < s->topic_end ? 0 : IMAGE_TOPIC);
}

static void
literals_take(struct plain *s, const struct plain_term *t, size_t end)
{
	bool begins = begins_well(s, s->at), ends = ends_well(s, t->text, end);

	for (size_t i = 0; i < t->n_literals; i++) {
		enum literal_edge edge = t->edges[i];

		if (edge == LITERAL_INNER || (begins && (ends || edge == LITERAL_OPEN)))
			hit_add(&s->literals, s, s->at, end)->literal = t->literals[i];
	}
}

/* The longest of each class, from where the walk stands. */
static void
longest_take(struct plain *s, const struct plain_term *const best[], const size_t ends[])
{
	if (best[0]) {
		hit_add(&s->score, s, s->at, ends[0])->term = best[0]->text;
		s->score_end = ends[0];
	}
	if (best[1]) {
		struct hit *h = hit_add(&s->facts, s, s->at, ends[1]);

		h->term = best[1]->text;
		h->cls = IMAGE_FACT | (best[2] == best[1] ? IMAGE_TOPIC : 0);
		s->fact_end = ends[1];
	}
	if (best[2]) {
		s->topic_end = ends[2];
		if (best[2] == best[1])
			return;
		hit_add(&s->facts, s, s->at, ends[2])->term = best[2]->text;
		s->facts.v[s->facts.n - 1].cls = IMAGE_TOPIC;
	}
}

static const unsigned longest_classes[3] = { IMAGE_SCORE, IMAGE_FACT, IMAGE_TOPIC };

static void
terms_try(struct plain *s)
{
	const struct plain_term *best[3] = { NULL, NULL, NULL };
	unsigned classes = classes_here(s);
	size_t ends[3] = { 0, 0, 0 }, n = 0;
	char text[1024];
	bool more = true;

	for (size_t i = s->at; i < s->n && more && n < sizeof text - 8; i++) {
		const struct plain_term *t;

		n += utf8_put(text + n, s->v[i].c);
		t = plain_term_find(s->terms, (struct str){ text, n }, &more);
		if (t && t->classes & IMAGE_LITERAL)
			literals_take(s, t, i + 1);
		for (int k = 0; k < 3; k++)
			if (t && t->classes & classes & longest_classes[k] &&
			    ends_well(s, t->text, i + 1))
				best[k] = t, ends[k] = i + 1;
	}
	longest_take(s, best, ends);
}

static void
mark_add(struct plain *s, size_t end, enum walk_mark mark)
{
	hit_add(&s->score, s, s->at, end)->mark = mark;
}

/* ---- words ---- */

struct word {
	size_t end, bytes;
	bool lower, upper, digits, ascii;
};

static struct word
word_scan(const struct plain *s, size_t at)
{
	struct word w = { .end = at, .ascii = true };

	for (; w.end < s->n; w.end++) {
		const struct letter *x = &s->v[w.end];

		if (!word_at(s, w.end) && !(x->c == '\'' && word_at(s, w.end + 1)))
			break;
		w.bytes += bytes_of(x->raw);
		w.ascii &= ascii_letter(x->raw) || ascii_digit(x->raw);
		w.digits |= ascii_digit(x->raw);
		w.upper |= x->raw >= 'A' && x->raw <= 'Z';
		w.lower |=
			(x->raw >= 'a' && x->raw <= 'z') || (x->raw >= 0xC0 && x->raw < 0x800);
	}
	return w;
}

/* The bytes of letters at..end, small. */
static size_t
spelling(const struct plain *s, size_t at, size_t end, char *to)
{
	size_t n = 0;

	for (size_t i = at; i < end && n < 1000; i++) {
		uint32_t c = s->v[i].raw;

		n += utf8_put(to + n, c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	return n;
}

/* The first thing that stands three times on end is a letter. */
static bool
is_stretched(const char *p, size_t n)
{
	for (size_t i = 2; i < n; i++)
		if (p[i] == p[i - 1] && p[i] == p[i - 2])
			return p[i] > '9';
	return false;
}

static void
stretched_try(struct plain *s, size_t end)
{
	char from[1024], to[64];
	size_t n = spelling(s, s->at, end, from);
	bool more;

	if (!is_stretched(from, n))
		return;
	for (size_t keep = 2; keep; keep--) {
		const struct plain_term *t;
		size_t m = 0, run;

		for (size_t i = 0; i < n && i < 64; i += run) {
			for (run = 1; i + run < n && i + run < 64 && from[i + run] == from[i];)
				run++;
			for (size_t k = run >= 3 ? keep : run; k; k--)
				to[m++] = from[i];
		}
		t = plain_term_find(s->terms, (struct str){ to, m }, &more);
		if (t && t->classes & IMAGE_SCORE) {
			hit_add(&s->score, s, s->at, end)->term = t->text;
			return;
		}
	}
}

static void
respelt_try(struct plain *s, size_t end)
{
	static const char digits[] = "013457";
	char word[32];
	size_t n = end - s->at, count = 0;
	bool more;

	if (n < 4 || n > 16)
		return;
	for (int l = 0; l < 2; l++) {
		const char *letters = l ? "oleast" : "oieast";
		const struct plain_term *best[3] = { NULL, NULL, NULL }, *t;
		const size_t ends[3] = { end, end, end };

		count = 0;
		for (size_t i = 0; i < n; i++) {
			char c = (char)s->v[s->at + i].c;
			const char *p = strchr(digits, c);

			if (ascii_digit((uint8_t)c) && !p)
				return;
			count += p != NULL;
			word[i] = p ? letters[p - digits] : c;
		}
		if (count > n - count)
			return;
		t = plain_term_find(s->terms, (struct str){ word, n }, &more);
		if (!t)
			continue;
		for (int k = 0; k < 3; k++)
			best[k] = t->classes & classes_here(s) & longest_classes[k] ? t : NULL;
		literals_take(s, t, end);
		longest_take(s, best, ends);
		return;
	}
}

static void
quiet_walk(struct plain *s, size_t end)
{
	s->quiet = true;
	while (s->at < end) {
		terms_try(s);
		do
			s->at++;
		while (s->at < end && !s->terms->inner && word_at(s, s->at) &&
		       ascii_before(s, s->at));
	}
	s->quiet = false;
}

static bool
text_at(const struct plain *s, size_t at, const char *text)
{
	for (; *text; text++, at++)
		if (at >= s->n || s->v[at].raw != (uint8_t)*text)
			return false;
	return true;
}

static bool
link_walk(struct plain *s)
{
	static const char *const heads[] = { "http://", "https://", "HTTP://", "HTTPS://",
					     "www." };
	size_t end = s->at, i = 0;

	while (i < LY_COUNT(heads) && !text_at(s, s->at, heads[i]))
		i++;
	if (i == LY_COUNT(heads))
		return false;
	while (end < s->n && s->v[end].raw > ' ' && s->v[end].raw < 0x7F)
		end++;
	mark_add(s, end, MARK_LINK);
	s->links++;
	s->unit += 2;
	quiet_walk(s, end);
	return true;
}

static void
word_walk(struct plain *s)
{
	struct word w = word_scan(s, s->at);
	size_t from = s->at, hits = s->score.n, covered = s->score_end;
	char text[1024];

	if (link_walk(s))
		return;
	terms_try(s);
	if (s->score.n == hits && covered <= from) {
		size_t n = spelling(s, from, w.end, text);

		if (is_stretched(text, n))
			stretched_try(s, w.end);
		else if (w.ascii && w.digits && (w.lower || w.upper))
			respelt_try(s, w.end);
	} else if (s->score.n == hits && w.ascii && w.digits && (w.lower || w.upper)) {
		respelt_try(s, w.end);
	}
	if (w.upper && !w.lower && w.bytes > 1) {
		s->caps++;
		if (s->score.n > hits)
			s->score.v[hits].caps = 1;
	} else if (w.lower) {
		s->lower++;
	}
	if (!w.lower && !w.upper) {
		while (w.end + 1 < s->n && s->v[w.end].raw < 0x80 &&
		       strchr(",.:", (int)s->v[w.end].raw) && s->v[w.end].raw &&
		       ascii_digit(s->v[w.end + 1].raw))
			for (w.end++; w.end < s->n && ascii_digit(s->v[w.end].raw);)
				w.end++;
		s->numbers++;
		if (s->score.n == hits)
			mark_add(s, w.end, MARK_NUMBER);
	}
	if (s->terms->inner) {
		s->quiet = true;
		for (s->at = from + 1; s->at < w.end; s->at++)
			terms_try(s);
		s->quiet = false;
	}
	s->at = w.end;
	s->unit += 2;
	s->latin++;
	s->point_end = false;
}

/* ---- points ---- */

static void
name_walk(struct plain *s)
{
	size_t end = s->at + 1;

	for (; end < s->n && end - s->at <= 30; end++) {
		const struct letter *x = &s->v[end];

		if (x->raw < 0x80 && !word_at(s, end) && x->raw != '_' && x->raw != '-')
			break;
		if ((x->wide && !word_at(s, end)) || (x->raw >= 0x3000 && x->raw < 0x3040))
			break;
	}
	if (end == s->at + 1) {
		s->at++;
		return;
	}
	mark_add(s, end, MARK_NAME);
	s->names++;
	s->unit += 2;
	s->at++;
	quiet_walk(s, end);
}

static void
point_mark(struct plain *s)
{
	static const char signs[] = ",;:().!?|";
	static const uint8_t marks[] = { MARK_CLAUSE, MARK_CLAUSE, MARK_CLAUSE,
					 MARK_CLAUSE, MARK_CLAUSE, MARK_SENTENCE,
					 MARK_SHOUT,  MARK_ASK,    MARK_CLAUSE };
	uint32_t c = s->v[s->at].c;
	const char *p = c && c < 0x80 ? strchr(signs, (int)c) : NULL;
	unsigned mark = p ? marks[p - signs] : MARK_NONE;
	bool digits = s->at && ascii_digit(s->v[s->at - 1].raw) && s->at + 1 < s->n &&
		      ascii_digit(s->v[s->at + 1].raw);
	bool inside = c == '.' ? ascii_before(s, s->at) && word_at(s, s->at + 1)
			       : (c == ',' || c == ':') && digits;

	s->at++;
	if (mark == MARK_NONE || inside)
		return;
	s->shouts += mark == MARK_SHOUT;
	s->asks += mark == MARK_ASK;
	if (s->point_end && mark != MARK_CLAUSE) {
		struct hit *last = &s->score.v[s->score.n - 1];

		if (last->mark == MARK_SENTENCE)
			last->mark = (int)mark;
	} else if (!s->point_end) {
		s->at--;
		mark_add(s, s->at + 1, (enum walk_mark)mark);
		s->at++;
		s->point_end = mark != MARK_CLAUSE;
	}
}

static bool
repost_at(const struct plain *s)
{
	size_t i = s->at + 2;

	if (!text_at(s, s->at, "//"))
		return false;
	while (i < s->n && s->v[i].raw == ' ')
		i++;
	/* the very end of a text reposts nobody */
	return i < s->n && s->v[i].c == '@' && (i + 1 < s->n || i > s->at + 2 || s->v[i].wide);
}

static void
point_walk(struct plain *s)
{
	size_t at = s->at, covered = s->score_end;
	const struct letter *x = &s->v[at];

	if (repost_at(s)) {
		mark_add(s, at + 2, MARK_REPOST);
		s->at += 2;
		s->point_end = false;
		return;
	}
	terms_try(s);
	if (s->score_end > covered) {
		s->at++;
		quiet_walk(s, s->score_end);
		s->unit++;
		s->point_end = false;
	} else if (x->raw == '@' && !ascii_before(s, at)) {
		name_walk(s);
	} else {
		point_mark(s);
	}
}

static void
break_add(struct plain *s, enum walk_mark mark)
{
	if (!s->point_end)
		mark_add(s, s->at + 1, mark);
	s->point_end = mark != MARK_CLAUSE;
	s->at++;
}

/* Neither a word nor a point. */
static void
other_walk(struct plain *s, uint32_t c)
{
	static const struct {
		uint32_t c;
		enum walk_mark mark;
	} breaks[] = { { 0x3002, MARK_SENTENCE }, { 0x2026, MARK_SENTENCE },
		       { 0x2013, MARK_CLAUSE },   { 0x2014, MARK_CLAUSE },
		       { 0x3010, MARK_CLAUSE },   { 0x3011, MARK_CLAUSE } };

	terms_try(s);
	for (size_t i = 0; i < LY_COUNT(breaks); i++)
		if (breaks[i].c == c) {
			break_add(s, breaks[i].mark);
			return;
		}
	s->at++;
	s->unit += c >= 0x800;
	if (c >= 0x4000 && c < 0xA000) {
		s->han++;
		s->point_end = false;
	}
}

static void
letter_walk(struct plain *s)
{
	const struct letter *x = &s->v[s->at];

	if (x->raw == '\n')
		break_add(s, MARK_SENTENCE);
	else if (x->raw < ' ' || x->raw == 0x7F || x->c == ' ')
		s->at++;
	else if (word_at(s, s->at))
		word_walk(s);
	else if (x->c < 0x80)
		point_walk(s);
	else
		other_walk(s, x->raw);
}

/* ---- what was found ---- */

static void
hits_show(const struct plain *s, const char *name, const struct hits *h, struct buf *out)
{
	buf_addf(out, " %s", name);
	for (size_t i = 0; i < h->n; i++) {
		const struct hit *x = &h->v[i];
		size_t from = s->v[x->at].from, to = s->v[x->end - 1].to;

		buf_addf(out, " %zu+%zu:%.*s#%u,%u,%d,%d,%d", from, to - from, STR_ARG(x->term),
			 x->literal, x->unit, x->mark, x->caps, x->cls);
	}
}

void
plain_walk_show(const struct plain_terms *t, struct str text, struct buf *out)
{
	struct plain *s = calloc(1, sizeof *s);

	s->terms = t;
	s->v = plain_text(t, text, &s->n);
	while (s->at < s->n)
		letter_walk(s);
	buf_clear(out);
	buf_addf(out,
		 "%u units %u han %u latin %u shouts %u asks %u caps %u lower %u numbers "
		 "%u links %u names",
		 s->unit, s->han, s->latin, s->shouts, s->asks, s->caps, s->lower, s->numbers,
		 s->links, s->names);
	hits_show(s, "score", &s->score, out);
	hits_show(s, "facts", &s->facts, out);
	hits_show(s, "literals", &s->literals, out);
	free(s->v);
	free(s);
}
