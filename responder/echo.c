/*
 * 1. texts[] is a ring by number: head is the oldest, next the newest + 1; number i lies at
 *    i % ECHO_TEXTS.
 * 2. A text is a row of tokens (a Han character, a word); powers of BASE make the hash of any
 *    piece of it out of the hashes of its beginnings. The first WINDOW tokens of a sentence are
 *    looked up at each place of a text, then the sentence as a whole.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/echo.h"
#include "responder/heap.h"

#define WINDOW        10   /* tokens: the shortest sentence */
#define ENOUGH        28   /* a Han character says 2, a word 3 */
#define TOKENS_MAX    8192 /* of a text; what follows is not looked at */
#define SENTENCE_MAX  400  /* tokens */
#define SENTENCES_MAX 200  /* of a text */
#define ADDRESS_MAX   300
#define LINKS_MAX     20 /* of a text that are looked at */
#define SAME          45 /* of 64 places, as in story.c */
#define PLACES        64
#define HOUR_S        3600 /* clocks and time zones of sources: so much earlier is not before */
#define BASE          0x9E3779B97F4A7C15u

const char *const echo_words[] = { "none", "copy", "quote", "link" };

struct sentence {
	uint64_t first, whole;
	uint32_t n;
};
struct released {
	struct id id;
	int64_t at;
	uint64_t address; /* 0: none */
	bool signed_;
	uint8_t copies[PLACES * 4];
	struct sentence *v;
	size_t n;
};
struct slot {
	uint64_t first; /* 0: free */
	uint32_t text, sentence;
};
/* A text as tokens. */
struct tokens {
	uint64_t begun[TOKENS_MAX + 1]; /* hash of the first i tokens */
	uint32_t says[TOKENS_MAX + 1];  /* of the first i tokens */
	uint32_t ends[SENTENCES_MAX];   /* behind the last token of a sentence */
	size_t n, n_ends;
};
struct echoes {
	struct released texts[ECHO_TEXTS];
	uint32_t head, next;
	struct slot *slots;
	size_t n_slots, used; /* a power of two; used ones, those of texts gone too */
	uint64_t power[SENTENCE_MAX + 1];
	struct tokens t;              /* scratch */
	uint32_t covered[ECHO_TEXTS]; /* scratch: tokens of the text in work that are theirs */
};

struct echoes *
echoes_new(void)
{
	struct echoes *x = heap_zero(1, sizeof *x);

	x->power[0] = 1;
	for (size_t i = 1; i <= SENTENCE_MAX; i++)
		x->power[i] = x->power[i - 1] * BASE;
	return x;
}

void
echoes_free(struct echoes *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < ECHO_TEXTS; i++)
		free(x->texts[i].v);
	free(x->slots);
	free(x);
}

size_t
echoes_count(const struct echoes *x)
{
	return x->next - x->head;
}

/* ---- tokens ---- */

static uint64_t
mix(uint64_t v)
{
	v ^= v >> 33;
	v *= 0xff51afd7ed558ccdULL;
	v ^= v >> 33;
	return v | 1;
}

/* Full width as half, capitals as small. */
static uint32_t
folded(uint32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		cp -= 0xFEE0;
	return cp >= 'A' && cp <= 'Z' ? cp | 0x20 : cp;
}

static bool
is_letter(uint32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') ||
	       (cp >= 0xC0 && cp < 0x2000);
}

/* Does a character stand for itself: Han, kana, Hangul? */
static bool
is_alone(uint32_t cp)
{
	return (cp >= 0x3041 && cp < 0xA000) || (cp >= 0xAC00 && cp < 0xD7A4) ||
	       (cp >= 0x20000 && cp < 0x32000);
}

static void
token_add(struct tokens *t, uint64_t token, unsigned says)
{
	if (t->n == TOKENS_MAX)
		return;
	t->begun[t->n + 1] = t->begun[t->n] * BASE + mix(token);
	t->says[t->n + 1] = t->says[t->n] + says;
	t->n++;
}

/* . ends a sentence before a blank or the end; line ends begin a new one without ending any. */
static void
sentence_end(struct tokens *t, uint32_t cp, const char *p, const char *end)
{
	bool stop = cp == '!' || cp == '?' || cp == 0x3002 || cp == 0x2026 ||
		    (cp == '.' && (p == end || (unsigned char)*p <= ' '));

	if ((stop || cp == '\n') && t->n_ends < SENTENCES_MAX)
		t->ends[t->n_ends++] = (uint32_t)t->n << 1 | stop;
}

static void
tokens_add(struct tokens *t, struct str s)
{
	const char *p = s.n ? s.p : "", *end = p + s.n; /* nothing may be at NULL */
	uint64_t word = 0;

	while (p < end && t->n < TOKENS_MAX) {
		uint32_t cp;

		p += utf8_next(p, end, &cp);
		cp = folded(cp);
		if (is_letter(cp)) {
			word = (word ^ cp) * 0x100000001b3ULL;
			continue;
		}
		if (word)
			token_add(t, word, 3);
		word = 0;
		if (is_alone(cp))
			token_add(t, cp, 2);
		else
			sentence_end(t, cp, p, end);
	}
	if (word)
		token_add(t, word, 3);
}

static void
tokens_read(struct tokens *t, const struct echo_text *x)
{
	t->n = t->n_ends = 0;
	tokens_add(t, x->title);
	sentence_end(t, '\n', NULL, NULL);
	tokens_add(t, x->text);
}

/* Hash of n tokens from at on; n is at most SENTENCE_MAX. */
static uint64_t
piece(const struct echoes *x, size_t at, size_t n)
{
	return (x->t.begun[at + n] - x->t.begun[at] * x->power[n]) | 1;
}

/* ---- addresses ---- */

/* Without scheme, www., fragment, utm_ and last slash: 0 when no path is left. */
static uint64_t
address_of(struct str url)
{
	char room[ADDRESS_MAX];
	struct str s = url;
	ptrdiff_t at = str_find(s, STR("://"));
	bool host = true;
	size_t n = 0;

	if (at >= 0)
		s = str_slice(s, (size_t)at + 3, SIZE_MAX);
	if (str_starts(s, STR("www.")))
		s = str_slice(s, 4, SIZE_MAX);
	at = str_find_byte(s, '#');
	if (at >= 0)
		s = str_slice(s, 0, (size_t)at);
	at = str_find(s, STR("?utm_"));
	if (at >= 0)
		s = str_slice(s, 0, (size_t)at);
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	if (!s.n || s.n > sizeof room || str_find_byte(s, '/') < 0)
		return 0;
	for (; n < s.n; n++) {
		host &= s.p[n] != '/';
		room[n] =
			host && s.p[n] >= 'A' && s.p[n] <= 'Z' ? (char)(s.p[n] | 0x20) : s.p[n];
	}
	return hash_fast((struct str){ room, n }, 0) | 1;
}

static bool
of_address(char c)
{
	return c > ' ' && c < 0x7f && !strchr("<>\"'`(){}|\\^", c);
}

/* The next address in *rest, as far as it goes. */
static bool
link_next(struct str *rest, struct str *out)
{
	ptrdiff_t at = str_find(*rest, STR("http"));
	size_t n = 0;

	if (at < 0)
		return false;
	*rest = str_slice(*rest, (size_t)at, SIZE_MAX);
	while (n < rest->n && of_address(rest->p[n]))
		n++;
	*out = str_slice(*rest, 0, n);
	*rest = str_slice(*rest, n > 4 ? n : 4, SIZE_MAX);
	while (out->n && strchr(".,;:!?]", out->p[out->n - 1]))
		out->n--;
	return true;
}

/* ---- what we released ---- */

static void
slot_put(struct echoes *x, uint32_t text, uint32_t sentence)
{
	uint64_t first = x->texts[text % ECHO_TEXTS].v[sentence].first;
	size_t i = (first >> 20) & (x->n_slots - 1);

	while (x->slots[i].first)
		i = (i + 1) & (x->n_slots - 1);
	x->slots[i] = (struct slot){ first, text, sentence };
	x->used++;
}

/* Anew, with room for twice what is known and more. */
static void
slots_make(struct echoes *x, size_t more)
{
	size_t n = more;

	for (uint32_t i = x->head; i != x->next; i++)
		n += x->texts[i % ECHO_TEXTS].n;
	free(x->slots);
	for (x->n_slots = 256; x->n_slots < n * 4;)
		x->n_slots *= 2;
	x->slots = heap_zero(x->n_slots, sizeof *x->slots);
	x->used = 0;
	for (uint32_t i = x->head; i != x->next; i++)
		for (uint32_t k = 0; k < x->texts[i % ECHO_TEXTS].n; k++)
			slot_put(x, i, k);
}

static size_t
sentences_cut(struct echoes *x, struct sentence *v)
{
	const struct tokens *t = &x->t;
	size_t from = 0, n = 0;

	for (size_t i = 0; i < t->n_ends; i++) {
		size_t end = t->ends[i] >> 1, tokens = end - from;

		if (tokens > SENTENCE_MAX)
			tokens = SENTENCE_MAX;
		if (t->ends[i] & 1 && tokens >= WINDOW &&
		    t->says[from + tokens] - t->says[from] >= ENOUGH)
			v[n++] = (struct sentence){ piece(x, from, WINDOW),
						    piece(x, from, tokens), (uint32_t)tokens };
		from = end;
	}
	return n;
}

static bool
known(const struct echoes *x, const struct id *id)
{
	for (uint32_t i = x->head; i != x->next; i++)
		if (id_eq(&x->texts[i % ECHO_TEXTS].id, id))
			return true;
	return false;
}

size_t
echoes_marks(struct echoes *x, const struct echo_text *t)
{
	struct sentence cut[SENTENCES_MAX];

	tokens_read(&x->t, t);
	return sentences_cut(x, cut) + (address_of(t->url) != 0) + (t->copies.n == PLACES * 4);
}

void
echoes_add(struct echoes *x, const struct echo_text *t)
{
	struct sentence cut[SENTENCES_MAX];
	struct released *r;

	if (known(x, &t->id))
		return;
	if (x->next - x->head == ECHO_TEXTS)
		x->head++;
	tokens_read(&x->t, t);
	r = &x->texts[x->next % ECHO_TEXTS];
	free(r->v);
	*r = (struct released){ .id = t->id,
				.at = t->at,
				.address = address_of(t->url),
				.signed_ = t->copies.n == sizeof r->copies };
	if (r->signed_)
		memcpy(r->copies, t->copies.p, sizeof r->copies);
	r->n = sentences_cut(x, cut);
	r->v = heap_zero(r->n + 1, sizeof *r->v);
	memcpy(r->v, cut, r->n * sizeof *cut);
	if ((x->used + r->n) * 2 > x->n_slots)
		slots_make(x, r->n);
	for (uint32_t k = 0; k < r->n; k++)
		slot_put(x, x->next, k);
	x->next++;
}

/* ---- is it ours? ---- */

static bool
was_before(const struct released *r, const struct echo_text *t)
{
	return r->at <= t->at + HOUR_S;
}

/* The longest of our sentences that begins at this token, and whose. */
static const struct sentence *
sentence_at(const struct echoes *x, size_t at, const struct echo_text *t, uint32_t *text)
{
	uint64_t first = piece(x, at, WINDOW);
	const struct sentence *best = NULL;

	for (size_t i = (first >> 20) & (x->n_slots - 1); x->slots[i].first;
	     i = (i + 1) & (x->n_slots - 1)) {
		const struct slot *s = &x->slots[i];
		const struct released *r = &x->texts[s->text % ECHO_TEXTS];
		const struct sentence *v;

		if (s->first != first || s->text - x->head >= x->next - x->head)
			continue;
		v = &r->v[s->sentence];
		if (at + v->n > x->t.n || (best && v->n <= best->n) || !was_before(r, t) ||
		    piece(x, at, v->n) != v->whole)
			continue;
		best = v;
		*text = s->text;
	}
	return best;
}

/* Whose sentences fill most of the text; *tokens how much of it. */
static uint32_t
quoted(struct echoes *x, const struct echo_text *t, size_t *tokens)
{
	uint32_t text = 0, most = 0;

	*tokens = 0;
	tokens_read(&x->t, t);
	memset(x->covered, 0, sizeof x->covered);
	for (size_t i = 0; x->used && i + WINDOW <= x->t.n; i++) {
		const struct sentence *s = sentence_at(x, i, t, &text);
		uint32_t *n = &x->covered[text % ECHO_TEXTS];

		if (!s)
			continue;
		*n += s->n;
		if (*n > *tokens) {
			*tokens = *n;
			most = text;
		}
		i += s->n - 1;
	}
	return most;
}

static bool
is_alike(const struct released *r, const struct echo_text *t)
{
	int n = 0;

	if (!r->signed_ || t->copies.n != sizeof r->copies)
		return false;
	for (int i = 0; i < PLACES; i++)
		n += !memcmp(r->copies + i * 4, t->copies.p + i * 4, 4);
	return n >= SAME;
}

struct links {
	uint64_t v[LINKS_MAX];
	size_t n;
};

static void
links_read(struct links *l, struct str text)
{
	struct str link;

	for (l->n = 0; l->n < LINKS_MAX && link_next(&text, &link);)
		if ((l->v[l->n] = address_of(link)))
			l->n++;
}

static bool
is_linked(const struct released *r, const struct links *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i] == r->address)
			return true;
	return false;
}

enum echo_how
echoes_find(struct echoes *x, const struct echo_text *t, struct id *of)
{
	enum echo_how how = ECHO_NONE;
	struct links links;
	size_t tokens;
	uint32_t text;

	if (x->head == x->next)
		return ECHO_NONE;
	links_read(&links, t->text);
	text = quoted(x, t, &tokens);
	if (tokens) {
		how = tokens * 2 > x->t.n ? ECHO_COPY : ECHO_QUOTE;
		*of = x->texts[text % ECHO_TEXTS].id;
	}
	for (uint32_t i = x->next; i-- != x->head && how != ECHO_COPY;) {
		const struct released *r = &x->texts[i % ECHO_TEXTS];
		enum echo_how as = !was_before(r, t)                          ? ECHO_NONE
				   : is_alike(r, t)                           ? ECHO_COPY
				   : how == ECHO_NONE && is_linked(r, &links) ? ECHO_LINK
									      : ECHO_NONE;

		if (as == ECHO_NONE)
			continue;
		how = as;
		*of = r->id;
	}
	return how;
}
