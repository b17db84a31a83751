/*
 * Small plain texts (what is pushed, line by line) are read here, straight into the arena. At
 * anything else - a mistake, a number that is no small integer, a long list - quick_parse gives
 * up and jansson parses from the start: its errors have a place, its integers are exact. Its
 * values are then copied into the arena, so that nothing of jansson outlives json_parse. Whatever
 * the first accepts the second accepts, too, with the same values (tests/unit/test_json.c).
 */
#include "core/base.h"

#include <math.h>

/* Names that jansson and json.h share are put aside while its header is read. */
#define JSON_NULL   JANSSON_NULL
#define JSON_REAL   JANSSON_REAL
#define JSON_OBJECT JANSSON_OBJECT
#define json_true   jansson_true
#define json_real   jansson_real
#include <jansson.h>
#undef JSON_NULL
#undef JSON_REAL
#undef JSON_OBJECT
#undef json_true
#undef json_real

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#define DEPTH_MAX  64
#define VALUES_MAX 500000 /* each may be 3 bytes of text, ",[]", and 150 of memory */

struct json {
	enum json_kind kind;
	union {
		bool truth;
		int64_t number;
		double real;
		struct str text;
		struct {
			struct json *v;   /* n values                */
			struct str *keys; /* n names; NULL in a list */
			size_t n;
		} in;
	};
};

/* Depth and values are counted before jansson makes memory of them. Text that is no JSON passes
 * here and is refused by jansson with its own words. */
static int
depth_check(struct str s, struct err *e)
{
	size_t depth = 0, line = 1, begin = 0, values = 0;
	bool quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '\n') {
			line++;
			begin = i + 1;
		} else if (quoted) {
			if (c == '\\')
				i++;
			else
				quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == ',') {
			if (++values > VALUES_MAX)
				return err_set(e, ERR_REJECT, "line %zu: more than %d values",
					       line, VALUES_MAX);
		} else if (c == '[' || c == '{') {
			if (++depth > DEPTH_MAX)
				return err_set(
					e, ERR_REJECT,
					"line %zu, column %zu: nested deeper than %d", line,
					utf8_count((struct str){ s.p + begin, i - begin }) + 1,
					DEPTH_MAX);
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return 0;
}

static struct str
copy_text(struct arena *a, const char *p, size_t n)
{
	return arena_str(a, (struct str){ p, n });
}

/* Recurses at most DEPTH_MAX deep: depth_check was here first. from is not changed; jansson's
 * iterators only want it without const. */
static void
copy_value(struct arena *a, json_t *from, struct json *to)
{
	size_t i = 0;

	switch ((int)json_typeof(from)) {
	case JANSSON_OBJECT:
		to->kind = JSON_OBJECT;
		to->in.n = json_object_size(from);
		to->in.v = arena_alloc(a, to->in.n * sizeof *to->in.v);
		to->in.keys = arena_alloc(a, to->in.n * sizeof *to->in.keys);
		for (void *it = json_object_iter(from); it;
		     it = json_object_iter_next(from, it), i++) {
			to->in.keys[i] = copy_text(a, json_object_iter_key(it),
						   json_object_iter_key_len(it));
			copy_value(a, json_object_iter_value(it), &to->in.v[i]);
		}
		return;
	case JSON_ARRAY:
		to->kind = JSON_LIST;
		to->in.n = json_array_size(from);
		to->in.v = arena_alloc(a, to->in.n * sizeof *to->in.v);
		for (; i < to->in.n; i++)
			copy_value(a, json_array_get(from, i), &to->in.v[i]);
		return;
	case JSON_STRING:
		to->kind = JSON_TEXT;
		to->text = copy_text(a, json_string_value(from), json_string_length(from));
		return;
	case JSON_INTEGER:
		to->kind = JSON_INT;
		to->number = json_integer_value(from);
		return;
	case JANSSON_REAL:
		to->kind = JSON_REAL;
		to->real = json_real_value(from);
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		to->kind = JSON_BOOL;
		to->truth = json_typeof(from) == JSON_TRUE;
		return;
	default:
		to->kind = JSON_NULL;
	}
}

/* What jansson makes of it. */
const struct json *
json_parse_any(struct arena *a, struct str text, struct err *e)
{
	struct json *root = NULL;
	json_error_t why;
	json_t *value;

	if (depth_check(text, e) < 0)
		return NULL;
	value = json_loadb(text.p ? text.p : "", text.n,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	if (!value) {
		if (json_error_code(&why) == json_error_out_of_memory)
			abort();
		err_set(e, ERR_REJECT, "line %d, column %d: %s", why.line, why.column,
			json_error_code(&why) == json_error_null_character
				? "\\u0000 cannot stand in a text"
				: why.text);
		return NULL;
	}
	root = arena_alloc(a, sizeof *root);
	copy_value(a, value, root);
	json_decref(value);
	return root;
}

/* ---- the quick way ------------------------------------------------------------------------ */

#define QUICK_MAX    32 /* members of an object, entries of a list */
#define QUICK_DIGITS 18 /* such an integer fits int64_t */

struct quick {
	const char *p, *end;
	struct arena *a;
	int depth;
};

static bool quick_value(struct quick *q, struct json *to);

static char
quick_peek(struct quick *q)
{
	while (q->p < q->end &&
	       (*q->p == ' ' || *q->p == '\n' || *q->p == '\t' || *q->p == '\r'))
		q->p++;
	return q->p < q->end ? *q->p : '\0';
}

static bool
quick_take(struct quick *q, char c)
{
	if (quick_peek(q) != c)
		return false;
	q->p++;
	return true;
}

/* The four digits at p, or -1. */
static int32_t
quick_hex(const char *p, const char *end)
{
	int32_t v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = v << 4 | ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return v;
}

/* The code point of \u.... at *p (behind the u), which moves behind it; 0: not for us. */
static uint32_t
quick_point(const char **p, const char *end)
{
	int32_t high = quick_hex(*p, end), low;

	if (high <= 0)
		return 0;
	*p += 4;
	if (high < 0xd800 || high > 0xdfff)
		return (uint32_t)high;
	if (high > 0xdbff || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return 0;
	low = quick_hex(*p + 2, end);
	if (low < 0xdc00 || low > 0xdfff)
		return 0;
	*p += 6;
	return 0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00);
}

/* raw without its escapes. No escape is shorter than what it stands for. */
static bool
quick_unescape(struct arena *a, struct str raw, struct str *to)
{
	static const char named[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; /* pairs: letter, byte */
	char *out = arena_alloc(a, raw.n + 1), *at = out;

	for (const char *p = raw.p, *end = p + raw.n; p < end;) {
		const char *pair;
		uint32_t point;

		if (*p != '\\') {
			*at++ = *p++;
			continue;
		}
		p++;
		if (*p == 'u') {
			p++;
			point = quick_point(&p, end);
			if (!point)
				return false;
			at += utf8_put(at, point);
			continue;
		}
		for (pair = named; *pair && *pair != *p; pair += 2)
			;
		if (!*pair)
			return false;
		*at++ = pair[1];
		p++;
	}
	*to = (struct str){ out, (size_t)(at - out) };
	return true;
}

static bool
quick_text(struct quick *q, struct str *to)
{
	const char *from;
	bool escaped = false;
	struct str raw;

	if (!quick_take(q, '"'))
		return false;
	for (from = q->p; q->p < q->end && *q->p != '"'; q->p++) {
		if ((unsigned char)*q->p < 0x20)
			return false;
		if (*q->p != '\\')
			continue;
		escaped = true;
		if (++q->p == q->end)
			return false;
	}
	if (q->p == q->end)
		return false;
	raw = (struct str){ from, (size_t)(q->p++ - from) };
	if (!utf8_valid(raw))
		return false;
	if (escaped)
		return quick_unescape(q->a, raw, to);
	*to = arena_str(q->a, raw);
	return true;
}

static bool
quick_number(struct quick *q, struct json *to)
{
	bool minus = *q->p == '-';
	const char *from = q->p += minus;
	int64_t v = 0;
	char next;

	for (; q->p < q->end && *q->p >= '0' && *q->p <= '9'; q->p++) {
		if (q->p - from == QUICK_DIGITS)
			return false;
		v = v * 10 + (*q->p - '0');
	}
	if (q->p == from || (*from == '0' && (minus || q->p - from > 1)))
		return false;
	next = quick_peek(q);
	if (q->p < q->end && next != ',' && next != '}' && next != ']')
		return false; /* 1.5, 1e3, or a mistake */
	*to = (struct json){ .kind = JSON_INT, .number = minus ? -v : v };
	return true;
}

static bool
quick_word(struct quick *q, struct json *to)
{
	static const struct {
		struct str word;
		struct json means;
	} words[] = {
		{ { "true", 4 }, { .kind = JSON_BOOL, .truth = true } },
		{ { "false", 5 }, { .kind = JSON_BOOL, .truth = false } },
		{ { "null", 4 }, { .kind = JSON_NULL } },
	};

	for (size_t i = 0; i < LY_COUNT(words); i++) {
		struct str w = words[i].word;

		if ((size_t)(q->end - q->p) < w.n || memcmp(q->p, w.p, w.n) != 0)
			continue;
		q->p += w.n;
		*to = words[i].means;
		return true;
	}
	return false;
}

static bool
quick_is_new(const struct str *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(keys[i], keys[n]))
			return false;
	return true;
}

/* The members or entries up to the closing bracket. */
static bool
quick_in(struct quick *q, struct json *to, char closing)
{
	struct json v[QUICK_MAX];
	struct str keys[QUICK_MAX];
	bool object = closing == '}', more = true;
	size_t n = 0;

	q->p++;
	if (quick_take(q, closing))
		more = false;
	for (; more; n++) {
		if (n == QUICK_MAX)
			return false;
		if (object &&
		    (!quick_text(q, &keys[n]) || !quick_is_new(keys, n) || !quick_take(q, ':')))
			return false;
		if (!quick_value(q, &v[n]))
			return false;
		more = quick_take(q, ',');
		if (!more && !quick_take(q, closing))
			return false;
	}
	*to = (struct json){ .kind = object ? JSON_OBJECT : JSON_LIST, .in = { .n = n } };
	to->in.v = arena_alloc(q->a, n * sizeof *v);
	memcpy(to->in.v, v, n * sizeof *v);
	if (object) {
		to->in.keys = arena_alloc(q->a, n * sizeof *keys);
		memcpy(to->in.keys, keys, n * sizeof *keys);
	}
	return true;
}

static bool
quick_value(struct quick *q, struct json *to)
{
	bool done;

	switch (quick_peek(q)) {
	case '{':
	case '[':
		if (q->depth == DEPTH_MAX)
			return false;
		q->depth++;
		done = quick_in(q, to, *q->p == '{' ? '}' : ']');
		q->depth--;
		return done;
	case '"':
		to->kind = JSON_TEXT;
		return quick_text(q, &to->text);
	case '-':
		return quick_number(q, to);
	case '\0':
		return false; /* the end, too */
	default:
		return *q->p >= '0' && *q->p <= '9' ? quick_number(q, to) : quick_word(q, to);
	}
}

static const struct json *
quick_parse(struct arena *a, struct str text)
{
	struct quick q = { .p = text.p, .a = a };
	struct json *root;

	if (!text.n) /* its pointer may be NULL, which has no end */
		return NULL;
	q.end = text.p + text.n;
	root = arena_alloc(a, sizeof *root);
	if (!quick_value(&q, root))
		return NULL;
	quick_peek(&q);
	return q.p == q.end ? root : NULL;
}

const struct json *
json_parse(struct arena *a, struct str text, struct err *e)
{
	const struct json *quick = quick_parse(a, text);

	return quick ? quick : json_parse_any(a, text, e);
}

/* ---- halves of characters ------------------------------------------------------------------- */

/* What stands at p, behind its backslash: how many bytes of escapes, and whether they mean a
 * character. */
static size_t
escape_at(const char *p, const char *end, bool *whole)
{
	int32_t high, low;

	*whole = true;
	if (*p != 'u')
		return 1;
	high = quick_hex(p + 1, end);
	if (high < 0)
		return 1; /* a mistake: jansson tells it */
	*whole = high > 0 && (high < 0xd800 || high > 0xdfff);
	if (high < 0xd800 || high > 0xdbff || end - p < 7 || p[5] != '\\' || p[6] != 'u')
		return 5;
	low = quick_hex(p + 7, end);
	*whole = low >= 0xdc00 && low <= 0xdfff;
	return *whole ? 11 : 5;
}

/* Texts that were cut within an emoji end in half of it, and some hold \\u0000: neither is a
 * character, and U+FFFD is as long. False when there is nothing to mend. */
static bool
mend(struct arena *a, struct str *text)
{
	char *copy = NULL;

	for (size_t i = 0; i + 1 < text->n; i++) {
		bool whole;
		size_t n;

		if (text->p[i] != '\\')
			continue;
		n = escape_at(text->p + i + 1, text->p + text->n, &whole);
		if (!whole) {
			copy = copy ? copy : arena_text(a, *text);
			memcpy(copy + i + 2, "fffd", 4);
		}
		i += n;
	}
	if (copy)
		text->p = copy;
	return copy != NULL;
}

const struct json *
json_parse_web(struct arena *a, struct str text, struct err *e)
{
	const struct json *j = json_parse(a, text, e);

	if (j || !mend(a, &text))
		return j;
	*e = (struct err){ 0 };
	return json_parse(a, text, e);
}
/* ---- what was read ------------------------------------------------------------------------- */

enum json_kind
json_kind(const struct json *j)
{
	return j ? j->kind : JSON_NULL;
}

const struct json *
json_get(const struct json *j, const char *key)
{
	struct str name = str_of(key);

	if (json_kind(j) != JSON_OBJECT)
		return NULL;
	for (size_t i = 0; i < j->in.n; i++)
		if (str_eq(j->in.keys[i], name))
			return &j->in.v[i];
	return NULL;
}

size_t
json_count(const struct json *j)
{
	enum json_kind kind = json_kind(j);

	return kind == JSON_LIST || kind == JSON_OBJECT ? j->in.n : 0;
}

const struct json *
json_at(const struct json *j, size_t i)
{
	return json_kind(j) == JSON_LIST && i < j->in.n ? &j->in.v[i] : NULL;
}

const struct json *
json_member(const struct json *j, size_t i, struct str *key)
{
	if (json_kind(j) != JSON_OBJECT || i >= j->in.n)
		return NULL;
	*key = j->in.keys[i];
	return &j->in.v[i];
}

struct str
json_text(const struct json *j, struct str dflt)
{
	return json_kind(j) == JSON_TEXT ? j->text : dflt;
}

int64_t
json_int(const struct json *j, int64_t dflt)
{
	if (json_kind(j) == JSON_INT)
		return j->number;
	/* Beyond 2^53 a double no longer tells one integer from the next. */
	if (json_kind(j) == JSON_REAL && trunc(j->real) == j->real && fabs(j->real) <= 0x1p53)
		return (int64_t)j->real;
	return dflt;
}

double
json_read_real(const struct json *j, double dflt)
{
	if (json_kind(j) == JSON_INT)
		return (double)j->number;
	return json_kind(j) == JSON_REAL ? j->real : dflt;
}

bool
json_read_true(const struct json *j)
{
	return json_kind(j) == JSON_BOOL && j->truth;
}

/* Bytes at p that stand for themselves. */
static size_t
plain(const char *p, size_t n)
{
	size_t i = 0;

	for (; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f || c == 0xe2 || c == '<')
			break;
	}
	return i;
}

/* Escape what stands at p, or copy one byte; returns how many bytes it was. */
static size_t
add_special(struct buf *b, const char *p, size_t n)
{
	static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: byte, letter */
	unsigned char c = (unsigned char)*p;

	if (n >= 3 && memcmp(p, "\xe2\x80", 2) == 0 && ((unsigned char)p[2] & 0xfe) == 0xa8) {
		buf_add(b, (unsigned char)p[2] == 0xa8 ? STR("\\u2028") : STR("\\u2029"));
		return 3;
	}
	if (c == '<' && n >= 2 && p[1] == '/') {
		buf_add(b, STR("<\\/"));
		return 2;
	}
	for (size_t i = 0; i + 1 < sizeof named; i += 2)
		if (named[i] == *p) {
			buf_add_byte(b, '\\');
			buf_add_byte(b, named[i + 1]);
			return 1;
		}
	if (c < 0x20 || c == 0x7f)
		buf_addf(b, "\\u%04x", c);
	else
		buf_add_byte(b, *p);
	return 1;
}

void
json_add_text(struct buf *b, struct str s)
{
	buf_add_byte(b, '"');
	while (s.n) {
		size_t n = plain(s.p, s.n);

		if (n)
			buf_add(b, (struct str){ s.p, n });
		else
			n = add_special(b, s.p, s.n);
		s.p += n;
		s.n -= n;
	}
	buf_add_byte(b, '"');
}

/* Once or more for each line of analyze: printf would take a tenth of its time. */
void
json_add_pair(struct buf *b, const char *key, struct str value)
{
	if (b->n && b->p[b->n - 1] != '{' && b->p[b->n - 1] != '[')
		buf_add_byte(b, ',');
	buf_addf(b, "\"%s\":", key);
	json_add_text(b, value);
}

void
json_add_milli(struct buf *b, int64_t milli)
{
	uint64_t v = milli < 0 ? 0 - (uint64_t)milli : (uint64_t)milli, whole = v / 1000;
	unsigned part = (unsigned)(v % 1000);
	char text[32], *p = text + 26, *end = p;

	do
		*--p = (char)('0' + whole % 10);
	while (whole /= 10);
	if (milli < 0)
		*--p = '-';
	if (part) {
		*end++ = '.';
		for (unsigned unit = 100; part; part %= unit, unit /= 10)
			*end++ = (char)('0' + part / unit);
	}
	buf_add(b, (struct str){ p, (size_t)(end - p) });
}
