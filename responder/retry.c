#include "core/base.h"

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/retry.h"

#define FIRST_S 5
#define MOST_S  900

enum retry_said
retry_judge(enum retry_tongue tongue, enum http_end end, int status)
{
	static const enum retry_said by_end[HTTP_END_COUNT] = {
		[HTTP_OK] = RETRY_DONE,
		[HTTP_NO_NAME] = RETRY_LATER,
		[HTTP_NO_CONNECT] = RETRY_LATER,
		[HTTP_BLOCKED] = RETRY_NEVER,
		[HTTP_TLS] = RETRY_LATER,
		[HTTP_SLOW] = RETRY_LATER,
		[HTTP_TOO_LARGE] = RETRY_LATER,
		[HTTP_REDIRECTS] = RETRY_NEVER,
		[HTTP_PROTOCOL] = RETRY_NEVER,
		[HTTP_CUT] = RETRY_LATER,
		[HTTP_REFUSED_MAIL] = RETRY_NEVER,
		[HTTP_OTHER_TYPE] = RETRY_NEVER,
		[HTTP_STOPPED] = RETRY_LATER,
		[HTTP_DISALLOWED] = RETRY_NEVER,
	};

	if (tongue == RETRY_SMTP && status >= 400 && status < 500)
		return RETRY_LATER;
	if (end == HTTP_TOO_LARGE && status >= 200 && status < 300)
		return RETRY_DONE; /* it said yes, at length */
	if (end != HTTP_OK)
		return by_end[end];
	if (status >= 200 && status < 300)
		return RETRY_DONE;
	if (status >= 500 || status == 408 || status == 425 || status == 429)
		return RETRY_LATER;
	return RETRY_NEVER;
}

bool
retry_may_repeat(enum http_end end, int status)
{
	return end == HTTP_SLOW || end == HTTP_CUT || end == HTTP_STOPPED ||
	       (end == HTTP_OK && status >= 500);
}

int64_t
retry_wait_s(const struct id *key, int64_t attempts, int64_t asked_s)
{
	int64_t wait = FIRST_S, jitter;
	char n[8];

	for (int64_t i = 1; i < attempts && wait < MOST_S; i++)
		wait *= 2;
	if (wait > MOST_S)
		wait = MOST_S;
	for (size_t i = 0; i < sizeof n; i++)
		n[i] = (char)(attempts >> (8 * i));
	jitter = (int64_t)(hash_fast((struct str){ n, sizeof n }, hash_fast(id_str(key), 0)) %
			   401);
	wait = wait * (800 + jitter) / 1000;
	return wait > asked_s ? wait : asked_s;
}

static int
month_of(struct str s)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	for (int i = 0; i < 12; i++)
		if (str_is(s, months[i]))
			return i + 1;
	return 0;
}

/* n digits at `at`. */
static bool
digits(struct str s, size_t at, size_t n, int *out)
{
	*out = 0;
	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return false;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return true;
}

/* "Sun, 22 Nov 2026 00:02:00 GMT" (RFC 9110), always 29 bytes. */
static bool
http_date(struct str s, int64_t *at)
{
	struct civil c = { 0 };

	if (s.n != 29 || !str_ends(s, STR(" GMT")) || !digits(s, 5, 2, &c.day) ||
	    !digits(s, 12, 4, &c.year) || !digits(s, 17, 2, &c.hour) ||
	    !digits(s, 20, 2, &c.minute) || !digits(s, 23, 2, &c.second))
		return false;
	c.month = month_of(str_slice(s, 8, 3));
	if (!c.month || !c.day || c.day > 31 || c.hour > 23 || c.minute > 59 || c.second > 60 ||
	    c.year < 1970)
		return false;
	*at = zone_utc(NULL, c);
	return true;
}

int64_t
retry_asked_s(struct str header, int64_t now)
{
	int64_t s, at;

	header = str_trim(header);
	if (http_date(header, &at))
		s = at - now;
	else if (str_int64(header, &s) < 0)
		return 0;
	return s <= 0 ? 0 : s > RETRY_MOST_S ? RETRY_MOST_S : s;
}
