#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#define DISTANCE_MAX 128 /* code points; names are shorter */

struct str
str_of(const char *cstr)
{
	return cstr ? (struct str){ cstr, strlen(cstr) } : (struct str){ "", 0 };
}

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

int
str_index(struct str s, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (str_is(s, words[i]))
			return i;
	return -1;
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && str_eq((struct str){ s.p, head.n }, head);
}

bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && str_eq(str_slice(s, s.n - tail.n, tail.n), tail);
}

ptrdiff_t
str_find(struct str s, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return -1;
	at = memmem(s.p, s.n, needle.p, needle.n);
	return at ? at - s.p : -1;
}

ptrdiff_t
str_find_rare(struct str s, struct str needle)
{
	const char *p = s.p, *end = s.p + s.n;

	if (!needle.n || needle.n > s.n)
		return str_find(s, needle);
	for (end -= needle.n - 1; p < end; p++) {
		p = memchr(p, *needle.p, (size_t)(end - p));
		if (!p)
			return -1;
		if (memcmp(p, needle.p, needle.n) == 0)
			return p - s.p;
	}
	return -1;
}
ptrdiff_t
str_find_nocase(struct str s, struct str needle)
{
	char first = needle.n ? lower(*needle.p) : 0;

	for (size_t i = 0; i + needle.n <= s.n; i++)
		if ((!needle.n || lower(s.p[i]) == first) &&
		    str_eq_nocase((struct str){ s.p + i, needle.n }, needle))
			return (ptrdiff_t)i;
	return -1;
}

ptrdiff_t
str_find_byte(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? at - s.p : -1;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.n && is_space(s.p[0]))
		s.p++, s.n--;
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct str
str_slice(struct str s, size_t at, size_t n)
{
	if (at >= s.n)
		return (struct str){ s.p ? s.p + s.n : s.p, 0 };
	return (struct str){ s.p + at, n < s.n - at ? n : s.n - at };
}

bool
str_next(struct str *rest, char sep, struct str *part)
{
	ptrdiff_t at = str_find_byte(*rest, sep);

	if (rest->n == 0)
		return false;
	*part = at < 0 ? *rest : str_slice(*rest, 0, (size_t)at);
	*rest = at < 0 ? str_slice(*rest, rest->n, 0)
		       : str_slice(*rest, (size_t)at + 1, rest->n);
	return true;
}

int
str_int64(struct str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	int64_t v = 0;

	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_slice(s, 1, s.n);
	if (s.n == 0)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		int digit = s.p[i] - '0';

		/* Downwards when negative, so that INT64_MIN has its place. */
		if (digit < 0 || digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, minus ? -digit : digit, &v))
			return -1;
	}
	*out = v;
	return 0;
}

int
str_milli(struct str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	ptrdiff_t dot = str_find_byte(s, '.');
	struct str part = dot < 0 ? (struct str){ "", 0 } : str_slice(s, (size_t)dot + 1, s.n);
	int64_t whole, scale = 100, milli = 0;

	if (dot >= 0 && (part.n == 0 || dot == 0 || s.p[dot - 1] < '0'))
		return -1;
	if (str_int64(dot < 0 ? s : str_slice(s, 0, (size_t)dot), &whole) < 0 ||
	    __builtin_mul_overflow(whole, 1000, &whole))
		return -1;
	for (size_t i = 0; i < part.n; i++, scale /= 10) {
		if (part.p[i] < '0' || part.p[i] > '9' || (scale == 0 && part.p[i] != '0'))
			return -1;
		milli += scale * (part.p[i] - '0');
	}
	if (__builtin_add_overflow(whole, minus ? -milli : milli, &whole))
		return -1;
	*out = whole;
	return 0;
}

/* The code points of s into to; false when they are more than it holds. */
static bool
distance_points(struct str s, uint32_t to[DISTANCE_MAX], size_t *n)
{
	const char *p = s.p, *end = s.p + s.n;

	for (*n = 0; p < end; (*n)++) {
		if (*n == DISTANCE_MAX)
			return false;
		p += utf8_next(p, end, &to[*n]);
	}
	return true;
}

size_t
str_distance(struct str a, struct str b, size_t max)
{
	uint32_t pa[DISTANCE_MAX], pb[DISTANCE_MAX];
	size_t row[DISTANCE_MAX + 1], na, nb;

	if (!distance_points(a, pa, &na) || !distance_points(b, pb, &nb))
		return str_eq(a, b) ? 0 : max + 1;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0], least = row[0] = i;

		for (size_t j = 1; j <= nb; j++) {
			size_t best = diagonal + (pa[i - 1] != pb[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
			least = best < least ? best : least;
		}
		if (least > max)
			return max + 1;
	}
	return row[nb] > max ? max + 1 : row[nb];
}
