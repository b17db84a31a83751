#include "core/base.h"

#include "core/utf8.h"

#define BAD_POINT 0xfffd
#define BAD_TEXT  STR("\xef\xbf\xbd")

/* Length of the well-formed sequence at p, 0 when there is none (RFC 3629, table in section 4:
 * only the second byte's range depends on the first). */
static size_t
sequence(const unsigned char *p, size_t n)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t want = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;

	if (want < 2)
		return want;
	if (p[0] > 0xf4 || n < want)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong   */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90; /* overlong   */
	else if (p[0] == 0xf4)
		high = 0x8f; /* > U+10FFFF */
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return want;
}

/* Three bytes whose ranges depend on nothing: nearly all of a Chinese text and its marks. */
static bool
han(const unsigned char *p, size_t n)
{
	return n >= 3 && p[0] >= 0xe1 && p[0] <= 0xef && p[0] != 0xed &&
	       (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80;
}

size_t
utf8_next(const char *p, const char *end, uint32_t *cp)
{
	const unsigned char *u = (const unsigned char *)p;
	size_t n = sequence(u, (size_t)(end - p));

	switch (n) {
	case 1:
		*cp = u[0];
		return 1;
	case 2:
		*cp = (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu);
		return 2;
	case 3:
		*cp = (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
		return 3;
	case 4:
		*cp = (u[0] & 0x07u) << 18 | (u[1] & 0x3fu) << 12 | (u[2] & 0x3fu) << 6 |
		      (u[3] & 0x3fu);
		return 4;
	default:
		*cp = BAD_POINT;
		return 1;
	}
}

size_t
utf8_put(char *to, uint32_t cp)
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = BAD_POINT;
	if (cp < 0x80) {
		to[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		to[0] = (char)(0xc0 | cp >> 6);
		to[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		to[0] = (char)(0xe0 | cp >> 12);
		to[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		to[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | cp >> 18);
	to[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	to[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	to[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* Bytes at the start of s that are well-formed. */
static size_t
valid_head(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		uint64_t eight;
		size_t n;

		while (han((const unsigned char *)s.p + i, s.n - i))
			i += 3;
		while (s.n - i >= sizeof eight) {
			memcpy(&eight, s.p + i, sizeof eight);
			if (eight & 0x8080808080808080u)
				break;
			i += sizeof eight;
		}
		if (i == s.n)
			break;
		n = sequence((const unsigned char *)s.p + i, s.n - i);
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

bool
utf8_valid(struct str s)
{
	return valid_head(s) == s.n;
}

size_t
utf8_add_clean(struct buf *b, struct str s)
{
	size_t bad = 0;

	for (;;) {
		size_t good = valid_head(s);

		if (good)
			buf_add(b, (struct str){ s.p, good });
		if (good == s.n)
			return bad;
		buf_add(b, BAD_TEXT);
		bad++;
		s.p += good + 1;
		s.n -= good + 1;
	}
}

struct str
utf8_cut(struct str s, size_t max_bytes)
{
	size_t n = max_bytes;

	if (s.n <= max_bytes)
		return s;
	/* s.p[n] is the first byte left out: it must not continue a sequence. */
	while (n > 0 && max_bytes - n < 3 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return (struct str){ s.p, n };
}

size_t
utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return count;
}

struct str
utf8_head(struct str s, size_t n)
{
	const char *p = s.p, *end = s.p + s.n;
	uint32_t cp;

	for (; n > 0 && p < end; n--)
		p += utf8_next(p, end, &cp);
	return (struct str){ s.p, (size_t)(p - s.p) };
}

bool
utf8_is_han(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} blocks[] = {
		{ 0x4e00, 0x9fff },                       /* first: nearly all text */
		{ 0x3005, 0x3005 },   { 0x3007, 0x3007 }, /* 々 〇 */
		{ 0x3400, 0x4dbf },   { 0xf900, 0xfaff },
		{ 0x20000, 0x2fffd }, { 0x30000, 0x3fffd }, /* planes kept for ideographs */
	};

	for (size_t i = 0; i < LY_COUNT(blocks); i++)
		if (cp >= blocks[i].from && cp <= blocks[i].to)
			return true;
	return false;
}
