/* answer.c - see answer.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/date.h"

#define RETRY_MAX_S   (24 * 3600)
#define VALIDATOR_MAX 1024
#define GONE_CLOSES   2 /* 410 in a row */
/* A host that says "not now" without saying when: 5, 10, 20, ... minutes. */
#define CLOSED_MIN_S (5 * 60)
#define CLOSED_MAX_S 3600

/* What a status that is neither 200 nor 304 does beside being a failure. */
static const struct policy {
	int status;
	bool gone, closes_host;
	const char *words;
} policies[] = {
	{ 401, false, false, "it asks for a login" },
	{ 403, false, false, "it refuses us" },
	{ 404, false, false, "nothing is at this address" },
	{ 410, true, false, "gone for good" },
	{ 429, false, true, "too many requests" },
	{ 503, false, true, "not available now" },
	{ 0, false, false, NULL },
};

static const struct policy *
policy_of(int status)
{
	const struct policy *p = policies;

	while (p->status && p->status != status)
		p++;
	return p;
}

int64_t
answer_retry_at(struct str value, int64_t now)
{
	int64_t at;

	if (!value.n)
		return 0;
	if (str_int64(value, &at) == 0)
		return at < 0 ? 0 : now + (at < RETRY_MAX_S ? at : RETRY_MAX_S);
	if (date_parse(value, now, NULL, &at) < 0 || at <= now)
		return 0;
	return at > now + RETRY_MAX_S ? now + RETRY_MAX_S : at;
}

struct str
answer_validator(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] >= 0x7f)
			return STR("");
	return s.n <= VALIDATOR_MAX ? s : STR("");
}

static int64_t
closed_s(int64_t failures)
{
	int64_t s = CLOSED_MIN_S;

	for (int64_t i = 0; i < failures && s < CLOSED_MAX_S; i++)
		s *= 2;
	return s < CLOSED_MAX_S ? s : CLOSED_MAX_S;
}

static void
judge_status(const struct source_state *st, const struct http_response *r, int64_t now,
	     struct answer *a)
{
	const struct policy *p = policy_of(r->status);

	a->act = ANSWER_FAILED;
	a->closed = p->gone && st->gone + 1 >= GONE_CLOSES;
	a->host_until = answer_retry_at(r->retry_after, now);
	if (p->closes_host && !a->host_until)
		a->host_until = now + closed_s(st->failures);
	snprintf(a->why, sizeof a->why, "answered %d%s%s%s", r->status, p->words ? ": " : "",
		 p->words ? p->words : "", a->closed ? ", twice: closed" : "");
}

struct answer
answer_judge(const struct source_state *st, const struct http_response *r, int64_t now)
{
	struct answer a = { .body = ID_OF(r->body) };

	if (r->end != HTTP_OK) {
		a.act = ANSWER_FAILED;
		snprintf(a.why, sizeof a.why, "%s", r->detail);
	} else if (r->status == 304 || (r->status == 200 && id_eq(&a.body, &st->body))) {
		a.act = ANSWER_SAME;
	} else if (r->status == 200) {
		a.act = ANSWER_READ;
	} else {
		judge_status(st, r, now, &a);
	}
	return a;
}
