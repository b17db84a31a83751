/* text -> tokens -> n-grams -> (learned.c, fit_rows.c) */
#include "core/base.h"

#include "core/str.h"
#include "nlp/eight.h"
#include "nlp/fold.h"
#include "nlp/gram.h"

#define NAME_MAX_CHARS 30

/* What a folded byte begins, by row of 16. */
enum begins {
	BLANK = '_',
	LETTER = 'a',
	DIGIT = '0',
	AT = '@',
	LOUD = '!',
	BREAK = ',',
	SIGN = '.',
};
static const char begins[257] = "__________,_____"
				"________________"
				"_!......,,..,.,."
				"0000000000,,...!"
				"@aaaaaaaaaaaaaaa"
				"aaaaaaaaaaa....."
				".aaaaaaaaaaaaaaa"
				"aaaaaaaaaaa.,.._"
				"................"
				"................"
				"................"
				"................"
				"...aaaaaaaaaaaaa"
				"aaaaaaaaaaaaaaaa"
				"................"
				"................";

/* The folded byte here; 0 and *n = 0 at the end. */
static unsigned
byte_at(const struct gram_cursor *c, size_t at, size_t *n)
{
	unsigned v = 0;

	*n = c->p + at < c->end ? fold_at(c->p + at, c->end, &v) : 0;
	return *n ? v : 0;
}

static bool
is_letter(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 0xC3 && c <= 0xDF);
}

/* Bytes of a word go in by eights; a letter counts twice at most. */
struct spelling {
	uint64_t hash, last;
	unsigned n, before, before2;
	struct buf *to; /* or NULL */
};

static void
letter_add(struct spelling *s, unsigned c)
{
	if (c < 0x80 && c == s->before && c == s->before2)
		return;
	s->before2 = s->before;
	s->before = c;
	if (s->to)
		buf_add_byte(s->to, (char)c);
	s->last |= (uint64_t)c << s->n % 8 * 8;
	if (++s->n % 8 == 0) {
		s->hash = image_mix(s->hash, s->last);
		s->last = 0;
	}
}

/* From at: the end of the word; what it is made of goes into s. */
static size_t
word_read(const struct gram_cursor *c, size_t at, struct spelling *s)
{
	size_t n, more;

	for (;; at += n) {
		unsigned v = byte_at(c, at, &n);

		if (v == '\'' && is_letter(byte_at(c, at + n, &more))) {
			letter_add(s, v);
		} else if (v >= 0xC3 && v <= 0xDF && c->end - c->p - (ptrdiff_t)at > 1) {
			letter_add(s, v);
			letter_add(s, c->p[at + 1]);
			n = 2;
		} else if (v >= 'a' && v <= 'z') {
			letter_add(s, v);
		} else {
			return at;
		}
	}
}

static size_t
number_end(const struct gram_cursor *c, size_t at)
{
	size_t n, more;

	for (;; at += n) {
		unsigned v = byte_at(c, at, &n), w;

		if (v >= '0' && v <= '9')
			continue;
		w = v == ',' || v == '.' || v == ':' ? byte_at(c, at + n, &more) : 0;
		if (w < '0' || w > '9')
			return at;
	}
}

static size_t
name_end(const struct gram_cursor *c, size_t at)
{
	size_t n;

	for (unsigned i = 0; i < NAME_MAX_CHARS; i++, at += n) {
		unsigned v = byte_at(c, at, &n);

		if (v >= 0xE4 && v <= 0xE9)
			n = 3;
		else if (!fold_is_ascii_word(v) && v != '_' && v != '-')
			break;
		if (c->p + at + n > c->end)
			break;
	}
	return at;
}

static size_t
link_end(const struct gram_cursor *c)
{
	static const struct str heads[] = { { "http://", 7 },
					    { "https://", 8 },
					    { "www.", 4 } };
	struct str rest = { (const char *)c->p + c->at, (size_t)(c->end - c->p) - c->at };
	size_t end = c->at;

	for (size_t i = 0; i < LY_COUNT(heads) && end == c->at; i++)
		if (str_eq_nocase(str_slice(rest, 0, heads[i].n), heads[i]))
			while (c->p + end < c->end && c->p[end] > ' ' && c->p[end] < 0x7F)
				end++;
	return end;
}

/* "ht" or "ww", in any case. */
static inline bool
begins_link(const uint8_t *p, const uint8_t *end)
{
	unsigned two = end - p > 1 ? (p[0] << 8 | p[1]) | 0x2020 : 0;

	return two == ('h' << 8 | 't') || two == ('w' << 8 | 'w');
}

/* A word of plain ASCII letters, none three times on end, as most are: the same as word_read(),
 * eight letters at a time. 0: it is not, or a link may begin so. */
static inline size_t
plain_word(const uint8_t *from, const uint8_t *end, uint64_t *hash)
{
	const uint8_t *p = from;
	uint64_t before = 0;

	if (begins_link(p, end))
		return 0;
	*hash = 0;
	for (;;) {
		uint64_t x = eight_bytes(p, end), low = x | 0x20 * EIGHT_ONES;
		uint64_t other = ~eight_letters(x, low) & EIGHT_HIGHS;
		uint64_t in = eight_before(other);

		if (eight_has_zero((low ^ (low << 8 | before >> 56)) |
				   (low ^ (low << 16 | before >> 48)) | ~in))
			return 0;
		*hash = image_mix(*hash, low & in);
		if (other) {
			p += eight_count(other);
			break;
		}
		p += 8;
		before = low;
	}
	return p < end && (*p == '\'' || *p >= 0xC3) ? 0 : (size_t)(p - from);
}

static void
letters_take(struct gram_cursor *c, unsigned first, struct gram_token *t)
{
	struct spelling s = { .n = 0 };

	t->kind = GRAM_WORD;
	if ((first == 'h' || first == 'w') && c->end - c->p - (ptrdiff_t)c->at > 3 &&
	    (c->p[c->at + 1] | 0x20) == (first == 'h' ? 't' : 'w')) {
		t->len = (uint32_t)(link_end(c) - c->at);
		if (t->len) {
			t->kind = GRAM_LINK;
			t->hash = GRAM_LINK;
			return;
		}
	}
	t->len = (uint32_t)(word_read(c, c->at, &s) - c->at);
	t->hash = image_mix(s.hash, s.last);
}

/* A code point that is not ASCII: what it is, its length into *n. 0: nothing to see. */
static uint32_t
wide_at(const struct gram_cursor *c, size_t *n)
{
	const uint8_t *p = c->p + c->at;
	size_t left = (size_t)(c->end - p);
	uint32_t v;

	*n = *p >= 0xF0 ? 4 : *p >= 0xE0 ? 3 : *p >= 0xC2 ? 2 : 1;
	if (*n == 1 || *n > left) {
		*n = *n > left ? left : 1;
		return 0;
	}
	v = *p & (0xFFu >> (*n + 1));
	for (size_t i = 1; i < *n; i++)
		v = v << 6 | (p[i] & 63u);
	if (v < 0x80)
		return 0; /* more bytes than it needs: written, it would be another token */
	return v == 0xFE0F || v == 0x200D || v == 0x200B || v == 0xFEFF || v == 0xA0 ? 0 : v;
}

static bool
is_wide_break(uint32_t v)
{
	return (v >= 0x3001 && v <= 0x3002) || (v >= 0x3008 && v <= 0x3011) || v == 0x2026 ||
	       v == 0x2013 || v == 0x2014;
}

/* Breaks one after the other, blanks between them too, are one. */
static bool
break_take(struct gram_cursor *c, struct gram_token *t)
{
	bool first = !c->broke;

	c->broke = true;
	c->at += t->len;
	t->kind = GRAM_BREAK;
	t->hash = GRAM_BREAK;
	return first;
}

static bool
take(struct gram_cursor *c, struct gram_token *t)
{
	c->broke = false;
	c->at += t->len;
	return true;
}

static size_t
run_end(const struct gram_cursor *c, size_t at, unsigned what)
{
	size_t n;

	while (byte_at(c, at, &n) == what)
		at += n;
	return at;
}

/* True when *t is a token; false when there is more to see. */
static bool
one_take(struct gram_cursor *c, struct gram_token *t)
{
	size_t n;
	unsigned v = byte_at(c, c->at, &n);

	*t = (struct gram_token){ .at = (uint32_t)c->at, .len = (uint32_t)n };
	if (is_letter(v) && (v < 0x80 || c->end - c->p - (ptrdiff_t)c->at > 1)) {
		letters_take(c, v, t);
		return take(c, t);
	}
	if (v >= 0x80) {
		uint32_t wide = wide_at(c, &n);

		t->len = (uint32_t)n;
		t->kind = GRAM_SIGN;
		t->hash = wide;
		if (!wide) {
			c->at += n;
			return false;
		}
		return is_wide_break(wide) ? break_take(c, t) : take(c, t);
	}
	switch ((enum begins)begins[v]) {
	case BLANK:
		c->at += n;
		return false;
	case BREAK:
		return break_take(c, t);
	case DIGIT:
		t->kind = t->hash = GRAM_NUMBER;
		t->len = (uint32_t)(number_end(c, c->at) - c->at);
		return take(c, t);
	case AT:
		t->kind = t->hash = GRAM_NAME;
		t->len = (uint32_t)(name_end(c, c->at + n) - c->at);
		return take(c, t);
	case LOUD:
		t->len = (uint32_t)(run_end(c, c->at, v) - c->at);
		/* fall through */
	default:
		t->kind = GRAM_SIGN;
		t->hash = v;
		return take(c, t);
	}
}

size_t
gram_read(struct gram_cursor *c, struct gram_token *tokens, size_t most)
{
	const uint8_t *p = c->p + c->at, *end = c->end;
	size_t n = 0, len;

	while (n < most && p < end) {
		struct gram_token *t = &tokens[n];
		uint32_t at = (uint32_t)(p - c->p);

		if (*p == ' ') {
			p++;
			continue;
		}
		len = 0;
		if (*p >= 0xE4 && *p <= 0xE9 && end - p >= 3) {
			*t = (struct gram_token){ fold_han(p), at, len = 3, GRAM_SIGN };
		} else if (*p < 0x80 && begins[*p] == LETTER) {
			*t = (struct gram_token){ 0, at, 0, GRAM_WORD };
			t->len = (uint32_t)(len = plain_word(p, end, &t->hash));
		}
		if (len) { /* as most are */
			c->broke = false;
			n++;
			p += len;
			p += p < end && *p == ' ';
		} else {
			c->at = at;
			n += one_take(c, t);
			p = c->p + c->at;
		}
	}
	c->at = (size_t)(p - c->p);
	return n;
}

uint64_t
gram_hash(struct str written, unsigned *tokens)
{
	struct gram_cursor c = gram_begin(written);
	struct gram_window w = { .n = 0 };
	struct gram_token t = { .kind = GRAM_SIGN };

	*tokens = 0;
	while (gram_next(&c, &t)) {
		if (*tokens == GRAM_MAX || (t.kind == GRAM_BREAK && *tokens))
			return 0;
		if (*tokens && w.n < *tokens)
			return 0; /* went over a break */
		gram_push(&w, &t, GRAM_MAX);
		++*tokens;
	}
	return *tokens && w.n == *tokens ? w.hash[w.n - 1] : 0;
}

static void
token_spell(struct buf *b, struct str text, const struct gram_token *t)
{
	struct gram_cursor c = gram_begin(text);
	struct spelling s = { .to = b };

	switch ((enum gram_kind)t->kind) {
	case GRAM_WORD:
		word_read(&c, t->at, &s);
		break;
	case GRAM_NUMBER:
		buf_add_byte(b, '0');
		break;
	case GRAM_LINK:
		buf_add(b, STR("http://"));
		break;
	case GRAM_NAME:
		buf_add_byte(b, '@');
		break;
	case GRAM_BREAK:
		buf_add_byte(b, ',');
		break;
	case GRAM_SIGN:
		if (t->hash < 0x80)
			buf_add_byte(b, (char)t->hash);
		else
			buf_add(b, str_slice(text, t->at, t->len));
		break;
	}
}

void
gram_spell(struct buf *b, struct str text)
{
	struct gram_cursor c = gram_begin(text);
	struct gram_token t, last = { .kind = GRAM_BREAK };

	for (bool first = true; gram_next(&c, &t); first = false, last = t) {
		bool wide = t.kind == GRAM_SIGN && t.hash >= 0x80;
		bool was_wide = last.kind == GRAM_SIGN && last.hash >= 0x80;

		if (!first && !(wide && was_wide))
			buf_add_byte(b, ' ');
		token_spell(b, text, &t);
	}
}
