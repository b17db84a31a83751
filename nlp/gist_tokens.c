/* gist_tokens.c - a text -> words, characters, figures (gist.c) */
#include "core/base.h"

#include "core/utf8.h"
#include "nlp/fold.h"
#include "nlp/gist_inside.h"

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
small(char c)
{
	return (char)fold_byte[(uint8_t)c];
}

static void
value_read(struct token *t, const char *p, const char *end)
{
	int64_t v = 0, scale = 1000;
	bool point = false;

	t->zero = *p == '0';
	t->plain = true;
	for (; p < end && v < INT64_C(100000000000000); p++) {
		if (!is_digit(*p)) {
			t->plain = false;
			point = point || *p == '.';
			continue;
		}
		t->digits++;
		if (point && scale == 1)
			continue;
		if (point)
			scale /= 10;
		v = v * 10 + (*p - '0');
	}
	t->milli = v * scale;
}

static int64_t
unit_of_letter(char c)
{
	switch (small(c)) {
	case 'k':
		return 1000;
	case 'm':
		return 1000000;
	case 'b':
		return 1000000000;
	default:
		return 0;
	}
}

void
gist_grow(struct token *t, int64_t by)
{
	if (t->milli < INT64_C(1000000000000000) / by)
		t->milli *= by;
	t->plain = false;
}

/* A run of letters and digits. */
struct run {
	const char *from, *end; /* end: behind what it is read from, 's included */
	size_t letters, digits, n;
	char word[32]; /* its first n, small */
};

/* The end of Langyan's, whose apostrophe is at p; p when no letter follows. */
static const char *
possessive_end(const char *p, const char *end)
{
	if (p + 1 >= end || !is_alpha(p[1]))
		return p;
	do
		p++;
	while (p < end && is_alpha(*p));
	return p;
}

static void
run_read(struct run *u, const char *p, const char *end)
{
	*u = (struct run){ .from = p };
	for (; p < end; p++) {
		bool inside = (*p == '.' || *p == ',') && u->digits && p + 1 < end &&
			      is_digit(p[1]) && is_digit(p[-1]);

		if (!is_alpha(*p) && !is_digit(*p) && !inside)
			break;
		u->letters += is_alpha(*p);
		u->digits += is_digit(*p);
		if (u->n < sizeof u->word)
			u->word[u->n++] = small(*p);
	}
	u->end = p < end && *p == '\'' && !u->digits ? possessive_end(p, end) : p;
}

static void
figure_read(struct token *t, const struct run *u)
{
	int64_t unit = unit_of_letter(u->end[-1]);

	t->kind = u->letters ? TOKEN_MODEL : TOKEN_NUMBER;
	if (u->letters == 1 && unit) { /* 8.3M */
		t->kind = TOKEN_NUMBER;
		value_read(t, u->from, u->end - 1);
		gist_grow(t, unit);
	} else if (!u->letters) {
		value_read(t, u->from, u->end);
	} else if (is_alpha(*u->from) && u->letters <= 3 && u->digits >= 3) {
		t->digits = (uint8_t)u->digits; /* C118: as good as a lot */
	}
}

/* A word, a number or a model. Returns where it ends. */
static const char *
latin_read(const struct gist_words *w, struct token *t, const char *p, const char *end)
{
	struct run u;

	run_read(&u, p, end);
	t->code = gist_hash_latin(u.word, u.n);
	if (u.digits) {
		figure_read(t, &u);
		return u.end;
	}
	t->kind = u.n < 2 ? TOKEN_BREAK : TOKEN_LATIN;
	t->capital = fold_byte[(uint8_t)*p] != (uint8_t)*p;
	t->word = gist_word_find(w, t->code);
	return u.end;
}

size_t
gist_tokens(const struct gist_words *w, struct str said, struct token t[GIST_TOKENS + 4])
{
	const char *p = said.n ? said.p : "", *end = p + said.n; /* nothing may be at NULL */
	bool opens = true;
	size_t n = 0;

	while (p < end && n < GIST_TOKENS) {
		uint32_t cp;
		const char *next = p + utf8_next(p, end, &cp);

		t[n] = (struct token){ .at = (uint32_t)(p - said.p), .opens = opens };
		if (cp < 0x80 && (is_alpha(*p) || is_digit(*p))) {
			next = latin_read(w, &t[n], p, end);
		} else if (cp >= 0x4E00 && cp < 0xA000) {
			t[n].kind = TOKEN_HAN;
			t[n].code = cp;
		} else {
			t[n].code = cp;
		}
		p = next;
		t[n].end = (uint32_t)(p - said.p);
		if (cp == ' ') /* a gap, but no break */
			continue;
		opens = cp == '\n' || cp == ':' || cp == 0xFF1A ||
			(opens && t[n].kind == TOKEN_BREAK);
		n++;
	}
	for (size_t i = 0; i < 4; i++)
		t[n + i] = (struct token){ .kind = TOKEN_BREAK };
	return n;
}

/* ---- figures in words ------------------------------------------------------------------------ */

#define FIGURE_MAX     12 /* characters */
#define FIGURE_SUM_MAX INT64_C(100000000000)

/* Of 一 its 1, of 万 10,000; 0: none of them. */
static int64_t
han_digit(uint32_t han)
{
	static const struct {
		uint32_t han;
		int64_t value;
	} v[] = { { 0x4E00, 1 },    { 0x4E8C, 2 },     { 0x4E24, 2 },        { 0x4E09, 3 },
		  { 0x56DB, 4 },    { 0x4E94, 5 },     { 0x516D, 6 },        { 0x4E03, 7 },
		  { 0x516B, 8 },    { 0x4E5D, 9 },     { 0x5341, 10 },       { 0x767E, 100 },
		  { 0x5343, 1000 }, { 0x4E07, 10000 }, { 0x4EBF, 100000000 } };

	for (size_t i = 0; i < LY_COUNT(v); i++)
		if (v[i].han == han)
			return v[i].value;
	return 0;
}

size_t
gist_han_figure(const struct token *t, int64_t *milli)
{
	int64_t sum = 0, part = 0, digit = 0, unit = 1;
	size_t n = 0;

	if (t->kind != TOKEN_HAN || !han_digit(t->code) || han_digit(t->code) > 10)
		return 0;
	for (; n < FIGURE_MAX && t[n].kind == TOKEN_HAN && han_digit(t[n].code); n++) {
		int64_t v = han_digit(t[n].code);

		if (v < 10) {
			digit = v;
		} else if (v < 10000) {
			part += (digit ? digit : 1) * v;
			digit = 0;
			unit = v;
		} else {
			if (sum + part + digit > FIGURE_SUM_MAX / v)
				return 0;
			sum = (sum + part + digit) * v;
			part = digit = 0;
			unit = v;
		}
	}
	/* 六万八: the last is of the unit below */
	*milli = 1000 * (sum + part + (unit >= 100 ? digit * (unit / 10) : digit));
	return unit > 1 ? n : 0;
}
