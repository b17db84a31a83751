/* mask.c - one pass over digits and at-signs; everything else is copied as it stands. */
#include "core/base.h"

#include <ctype.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/str.h"

#include "crawler/mask.h"

#define DIGITS_MAX 19

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

/* Digits from p, single spaces or hyphens between them allowed. Returns bytes, fills d. */
static size_t
digits_read(struct str s, size_t at, char d[DIGITS_MAX + 1], size_t *n)
{
	size_t i = at, end = at;

	for (*n = 0; i < s.n && *n < DIGITS_MAX + 1; i++) {
		if (isdigit((unsigned char)s.p[i])) {
			d[(*n)++] = s.p[i];
			end = i + 1;
		} else if ((s.p[i] != ' ' && s.p[i] != '-') || end != i || !*n) {
			break;
		}
	}
	return end - at;
}

static const char *
digits_are(struct str s, size_t at, size_t *len)
{
	char d[DIGITS_MAX + 1];
	size_t n;

	*len = digits_read(s, at, d, &n);
	if (at && (isalnum((unsigned char)s.p[at - 1]) || strchr("/=_.", s.p[at - 1])))
		return NULL; /* part of an address, a key, a decimal */
	if (n > DIGITS_MAX)
		return NULL;
	if (n == 17 && at + *len < s.n && toupper((unsigned char)s.p[at + *len]) == 'X' &&
	    is_identity(d, 17, 'X')) {
		*len += 1;
		return "[身份证号]";
	}
	if (n == 18 && is_identity(d, 17, d[17]))
		return "[身份证号]";
	if (is_mobile(d, n))
		return "[手机号]";
	return is_card(d, n) ? "[银行卡号]" : NULL;
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

struct str
mask_text(struct arena *a, struct str s, size_t *masked)
{
	struct buf b = BUF(s.n * 8 + 64);
	size_t kept = 0, before = *masked;

	for (size_t i = 0; i < s.n;) {
		size_t len = 1, from, to;
		const char *with;

		if (isdigit((unsigned char)s.p[i])) {
			with = digits_are(s, i, &len);
			if (with) {
				buf_add(&b, str_slice(s, kept, i - kept));
				buf_add(&b, str_of(with));
				kept = i + len;
				++*masked;
			}
		} else if (s.p[i] == '@' && mail_around(s, i, &from, &to) && from >= kept) {
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
