/* mask.c - one pass over digits and at-signs; everything else is copied as it stands. */
#include "core/base.h"

#include <ctype.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

#include "crawler/mask.h"
#include "crawler/place.h"

#define DIGITS_MAX 19
#define ABROAD_MIN 8 /* digits behind a plus (ITU E.164) */
#define ABROAD_MAX 15

/* GB 11643-1999: weighted sum of 17 digits mod 11 gives the last one. */
static bool
is_identity(const char *d, size_t n, char last)
{
	static const int weight[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2 };
	static const char check[] = "10X98765432";
	int sum = 0;

	if (n < 17)
		return false;
	for (int i = 0; i < 17; i++)
		sum += (d[i] - '0') * weight[i];
	return check[sum % 11] == toupper((unsigned char)last);
}

static bool
is_card(const char *d, size_t n)
{
	int sum = 0;

	if (!((n == 16 && d[0] >= '4' && d[0] <= '6') || (n == 19 && d[0] == '6') ||
	      (n == 15 && d[0] == '3')))
		return false; /* batch and order numbers are long, too */
	for (size_t i = 0; i < n; i++) {
		int v = d[n - 1 - i] - '0';

		if (i % 2)
			v = v * 2 > 9 ? v * 2 - 9 : v * 2;
		sum += v;
	}
	return sum % 10 == 0;
}

static bool
is_mobile(const char *d, size_t n)
{
	if (n == 13 && d[0] == '8' && d[1] == '6')
		return is_mobile(d + 2, 11);
	return n == 11 && d[0] == '1' && d[1] >= '3' && d[1] <= '9';
}

/* The digit at byte i, as ASCII or full-width, and its length; 0 when there is none. */
static char
digit_at(struct str s, size_t i, size_t *len)
{
	const unsigned char *p = (const unsigned char *)s.p + i;

	*len = 1;
	if (i < s.n && isdigit(*p))
		return (char)*p;
	*len = 3;
	if (s.n - i >= 3 && i < s.n && p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 &&
	    p[2] <= 0x99)
		return (char)('0' + p[2] - 0x90);
	return 0;
}

/* What may stand between groups, once: space, hyphen, the same in full width. Its length or 0. */
static size_t
joint_at(struct str s, size_t i)
{
	static const char *const joints[] = { " ", "-", "\u3000", "－", "‐", "–" };

	for (size_t k = 0; k < LY_COUNT(joints); k++)
		if (str_starts(str_slice(s, i, 3), str_of(joints[k])))
			return strlen(joints[k]);
	return 0;
}

/* Digits with single spaces or hyphens between their groups: "138-1234 5678". */
struct digits {
	char d[DIGITS_MAX + 1];
	size_t n;
	size_t end[DIGITS_MAX + 2]; /* bytes up to behind digit k */
	bool group[DIGITS_MAX + 2]; /* a group ends behind digit k */
};

static void
digits_read(struct str s, size_t at, struct digits *g)
{
	size_t len, next;

	*g = (struct digits){ .n = 0 };
	for (size_t i = at; i < s.n && g->n < DIGITS_MAX + 1; i += len) {
		char c = digit_at(s, i, &len);

		if (c) {
			g->d[g->n++] = c;
			g->end[g->n] = i + len - at;
			g->group[g->n] = !digit_at(s, i + len, &next);
		} else {
			len = joint_at(s, i);
			if (!len || g->end[g->n] != i - at)
				return;
		}
	}
}

/* "021-62345678": an area code, a joint, a number of a subscriber; hotlines begin otherwise. */
static bool
is_landline(const struct digits *g, size_t k)
{
	size_t area = g->group[3] ? 3 : 4;

	return g->d[0] == '0' && g->d[1] != '0' && k > area && g->group[area] &&
	       g->d[area] >= '2' && g->d[area] <= '8' && k - area >= 7 && k - area <= 8 &&
	       (area == 4 || g->d[1] <= '2');
}

/* What the first k digits are; next: the byte behind them. */
static const char *
digits_name(const struct digits *g, size_t k, char next, size_t *len)
{
	*len = g->end[k];
	if (k == 17 && toupper((unsigned char)next) == 'X' && is_identity(g->d, 17, 'X')) {
		*len += 1;
		return "[身份证号]";
	}
	if (k == 18 && is_identity(g->d, 17, g->d[17]))
		return "[身份证号]";
	if (is_mobile(g->d, k))
		return "[手机号]";
	if (is_landline(g, k))
		return "[电话]";
	return is_card(g->d, k) ? "[银行卡号]" : NULL;
}

/* The longest run of whole groups from at that is personal; else *len passes the first group. */
static const char *
digits_are(struct str s, size_t at, size_t *len)
{
	struct digits g;
	char before = at ? s.p[at - 1] : ' ';
	const char *name = NULL;
	size_t first = 0;

	digits_read(s, at, &g);
	*len = g.end[g.n];
	if (isalnum((unsigned char)before) || before == '/' || before == '=' || before == '_' ||
	    before == '.')
		return NULL; /* part of an address, a key, a decimal */
	for (size_t k = g.n; k && !name; k--) {
		char next = at + g.end[k] < s.n ? s.p[at + g.end[k]] : ' ';

		if (!g.group[k])
			continue;
		first = k;
		name = digits_name(&g, k, next, len);
		if (!name && before == '+' && k >= ABROAD_MIN && k <= ABROAD_MAX &&
		    g.d[0] != '0')
			name = "[手机号]";
	}
	if (!name && first)
		*len = g.end[first];
	return name;
}

static bool
mail_byte(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '_' || c == '-' || c == '+';
}

/* An address around the at-sign at s.p[at]: from *from to *to. */
static bool
mail_around(struct str s, size_t at, size_t *from, size_t *to)
{
	size_t a = at, b = at + 1, dot = 0;

	while (a > 0 && at - a < 64 && mail_byte(s.p[a - 1]))
		a--;
	while (b < s.n && b - at < 255 && mail_byte(s.p[b])) {
		if (s.p[b] == '.')
			dot = b;
		b++;
	}
	while (b > at + 1 && s.p[b - 1] == '.')
		b--;
	*from = a;
	*to = b;
	return a < at && dot > at + 1 && dot + 2 < b + 1 && dot + 1 < b;
}

/* Most bytes are passed at once: no digit, full-width one or at-sign. */
static const bool may_begin[256] = {
	['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1,  ['5'] = 1,
	['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, [0xef] = 1, ['@'] = 1,
};

struct str
mask_text(struct arena *a, struct str s, size_t *masked)
{
	struct buf b = BUF(s.n * 8 + 64);
	size_t kept = 0, before = *masked;

	for (size_t i = 0; i < s.n;) {
		size_t len = 1, from, to;
		const char *with;

		if (!may_begin[(unsigned char)s.p[i]]) {
			i++;
			continue;
		}
		if (!digit_at(s, i, &len)) {
			len = 1;
		} else if (place_around(s, i, kept, &from, &to)) {
			buf_add(&b, str_slice(s, kept, from - kept));
			buf_add(&b, STR("[地址]"));
			kept = to;
			len = to - i;
			++*masked;
		} else {
			with = digits_are(s, i, &len);
			if (with) {
				buf_add(&b, str_slice(s, kept, i - kept));
				buf_add(&b, str_of(with));
				kept = i + len;
				++*masked;
			}
		}
		if (s.p[i] == '@' && mail_around(s, i, &from, &to) && from >= kept) {
			buf_add(&b, str_slice(s, kept, from - kept));
			buf_add(&b, STR("[邮箱]"));
			len = to - i;
			kept = to;
			++*masked;
		}
		i += len ? len : 1;
	}
	if (*masked != before) {
		buf_add(&b, str_slice(s, kept, s.n - kept));
		s = arena_str(a, buf_str(&b));
	}
	buf_release(&b);
	return s;
}
