#include "core/base.h"

#include "cli/json_lines.h"
#include "core/str.h"
#include "core/utf8.h"

#define DEPTH_MAX 64

struct reader {
	struct str s;
	size_t at;
	struct arena *a;
	struct err *e;
};

static int
bad(struct reader *r, const char *what)
{
	return err_set(r->e, ERR_REJECT, "column %zu: %s", r->at + 1, what);
}

static void
blanks(struct reader *r)
{
	while (r->at < r->s.n &&
	       (r->s.p[r->at] == ' ' || r->s.p[r->at] == '\t' || r->s.p[r->at] == '\r'))
		r->at++;
}

static int
expect(struct reader *r, char c, const char *what)
{
	blanks(r);
	if (r->at >= r->s.n || r->s.p[r->at] != c)
		return bad(r, what);
	r->at++;
	return 0;
}

static int
hex4(struct reader *r, uint32_t *v)
{
	*v = 0;
	if (r->s.n - r->at < 4)
		return bad(r, "\\u needs four hex digits");
	for (int i = 0; i < 4; i++) {
		unsigned c = (uint8_t)r->s.p[r->at++];
		unsigned d = c >= '0' && c <= '9'                 ? c - '0'
			     : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
								  : 16;

		if (d == 16)
			return bad(r, "\\u needs four hex digits");
		*v = *v << 4 | d;
	}
	return 0;
}

/* \uD83D\uDE00 and alone; a surrogate without its twin becomes U+FFFD. */
static int
escape_u(struct reader *r, char **to)
{
	uint32_t v, low;

	if (hex4(r, &v) < 0)
		return -1;
	if (v >= 0xD800 && v < 0xDC00 && r->s.n - r->at >= 6 && r->s.p[r->at] == '\\' &&
	    r->s.p[r->at + 1] == 'u') {
		size_t back = r->at;

		r->at += 2;
		if (hex4(r, &low) < 0)
			return -1;
		if (low >= 0xDC00 && low < 0xE000)
			v = 0x10000 + ((v - 0xD800) << 10) + (low - 0xDC00);
		else
			r->at = back;
	}
	if (v >= 0xD800 && v < 0xE000)
		v = 0xFFFD;
	*to += utf8_put(*to, v);
	return 0;
}

static int
escape(struct reader *r, char **to)
{
	static const char from[] = "\"\\/bfnrt", is[] = "\"\\/\b\f\n\r\t";
	const char *p;

	if (r->at >= r->s.n)
		return bad(r, "the text is not closed");
	if (r->s.p[r->at] == 'u') {
		r->at++;
		return escape_u(r, to);
	}
	p = memchr(from, r->s.p[r->at], sizeof from - 1);
	if (!p)
		return bad(r, "this escape is not JSON");
	*(*to)++ = is[p - from];
	r->at++;
	return 0;
}

#define ONES  0x0101010101010101u
#define HIGHS (0x80 * ONES)

/* In which of eight bytes does c stand? Their high bits; bytes behind the first may be wrong. */
static inline uint64_t
bytes_equal(uint64_t eight, unsigned c)
{
	uint64_t x = eight ^ c * ONES;

	return (x - ONES) & ~x & HIGHS;
}

/* The first quote, backslash or control byte from at on, or the end. */
static size_t
text_stop(struct str s, size_t at)
{
	uint64_t eight;

	for (; s.n - at >= 8; at += 8) {
		memcpy(&eight, s.p + at, 8);
		if (bytes_equal(eight, '"') | bytes_equal(eight, '\\') |
		    ((eight - 0x20 * ONES) & ~eight & HIGHS))
			break;
	}
	while (at < s.n && s.p[at] != '"' && s.p[at] != '\\' && (uint8_t)s.p[at] >= 0x20)
		at++;
	return at;
}

/* At the byte after the opening quote. */
static int
text_read(struct reader *r, struct str *out)
{
	size_t from = r->at;
	char *copy, *to;

	r->at = text_stop(r->s, r->at);
	*out = str_slice(r->s, from, r->at - from);
	if (r->at < r->s.n && r->s.p[r->at] == '"') {
		r->at++;
		return 0;
	}
	copy = to = arena_alloc(r->a, r->s.n - from + 4);
	if (out->n)
		memcpy(to, out->p, out->n);
	to += out->n;
	while (r->at < r->s.n && r->s.p[r->at] != '"') {
		uint8_t c = (uint8_t)r->s.p[r->at++];

		if (c < 0x20)
			return bad(r, "a control byte stands in a text");
		if (c != '\\')
			*to++ = (char)c;
		else if (escape(r, &to) < 0)
			return -1;
	}
	if (r->at >= r->s.n)
		return bad(r, "the text is not closed");
	r->at++;
	*out = (struct str){ copy, (size_t)(to - copy) };
	return 0;
}

static int
word_skip(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->s.n && !memchr(",]} \t\r", r->s.p[r->at], 6))
		r->at++;
	return r->at == from ? bad(r, "a value is missing") : 0;
}

/* Over one value of any kind; nested ones by counting brackets. */
static int
value_skip(struct reader *r)
{
	struct str text;
	uint64_t square = 0; /* which of the open brackets are [ */
	int depth = 0;

	do {
		char c;

		blanks(r);
		if (r->at >= r->s.n)
			return bad(r, "the object is not closed");
		c = r->s.p[r->at];
		if (c == '"') {
			r->at++;
			if (text_read(r, &text) < 0)
				return -1;
		} else if (c == '{' || c == '[') {
			r->at++;
			if (++depth > DEPTH_MAX)
				return bad(r, "nested too deep");
			square = square << 1 | (c == '[');
		} else if (depth && (c == '}' || c == ']' || c == ',' || c == ':')) {
			if ((c == ']' && !(square & 1)) || (c == '}' && square & 1))
				return bad(r, "this bracket closes nothing");
			r->at++;
			if (c == '}' || c == ']') {
				square >>= 1;
				depth--;
			}
		} else if (word_skip(r) < 0) {
			return -1;
		}
	} while (depth);
	return 0;
}

static int
member_read(struct reader *r, struct json_member *members, size_t n)
{
	struct json_member *m = NULL;
	struct str name;
	size_t from;

	if (expect(r, '"', "a name in quotes is missing") < 0 || text_read(r, &name) < 0 ||
	    expect(r, ':', "a : is missing") < 0)
		return -1;
	blanks(r);
	for (size_t i = 0; i < n && !m; i++)
		m = str_is(name, members[i].name) ? &members[i] : NULL;
	from = r->at;
	if (!m)
		return value_skip(r);
	if (m->raw.n)
		return bad(r, "this member stands here twice");
	if (from < r->s.n && r->s.p[from] == '"') {
		r->at++;
		if (text_read(r, &m->text) < 0)
			return -1;
	} else {
		if (from < r->s.n && (r->s.p[from] == '{' || r->s.p[from] == '['))
			return bad(r, "a text is wanted here");
		if (word_skip(r) < 0)
			return -1;
	}
	m->raw = str_slice(r->s, from, r->at - from);
	return 0;
}

int
json_line_read(struct str line, struct json_member *members, size_t n, struct arena *a,
	       struct err *e)
{
	struct reader r = { .s = line, .a = a, .e = e };

	for (size_t i = 0; i < n; i++)
		members[i].text = members[i].raw = (struct str){ NULL, 0 };
	if (expect(&r, '{', "a line is one JSON object") < 0)
		return -1;
	blanks(&r);
	if (r.at < r.s.n && r.s.p[r.at] == '}') {
		r.at++;
	} else {
		for (;;) {
			if (member_read(&r, members, n) < 0)
				return -1;
			blanks(&r);
			if (r.at < r.s.n && r.s.p[r.at] == ',') {
				r.at++;
				continue;
			}
			if (expect(&r, '}', "a , or } is missing") < 0)
				return -1;
			break;
		}
	}
	blanks(&r);
	return r.at == r.s.n ? 0 : bad(&r, "something follows the object");
}
