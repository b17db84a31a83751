/* answer.c - see answer.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/answer.h"
#include "crawler/date.h"

#define RETRY_MAX_S   (24 * 3600)
#define VALIDATOR_MAX 1024
#define URL_MAX       2000 /* as a configured one */
#define GONE_CLOSES   2    /* 410 in a row */
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

/* ---- moves ---------------------------------------------------------------------------------- */

/* Never from https to http, and with headers of its own never to another host. */
static bool
may_adopt(const struct source_state *st, struct str to, bool secrets)
{
	if (!to.n || to.n > URL_MAX || str_eq(to, st->url))
		return false;
	if (str_starts(st->url, STR("https:")) && !str_starts(to, STR("https:")))
		return false;
	return !secrets || url_same_host(st->url, to);
}

static void
moves_forget(struct source_state *st)
{
	st->moved_to = STR("");
	st->moved_at = st->moved_times = 0;
}

bool
answer_moved(struct source_state *st, const struct http_response *r, bool secrets, int64_t now,
	     struct arena *a)
{
	if (!r->moved_for_good || !may_adopt(st, r->url, secrets)) {
		moves_forget(st);
		return false;
	}
	if (!str_eq(st->moved_to, r->url)) {
		if (r->status != 200)
			return false; /* not read there yet */
		st->moved_to = arena_str(a, r->url);
		st->moved_at = now;
		st->moved_times = 0;
	}
	st->moved_times++;
	if (st->moved_times < ADOPT_TIMES || now - st->moved_at < ADOPT_S)
		return false;
	st->adopted = st->moved_to;
	moves_forget(st);
	return true;
}

bool
answer_moved_back(struct source_state *st)
{
	if (!st->adopted.n || (st->failures < ADOPT_FAILS && !st->gone))
		return false;
	st->adopted = st->etag = st->last_modified = STR("");
	st->body = (struct id){ { 0 } };
	st->gone = 0;
	moves_forget(st);
	return true;
}

/* ---- outages -------------------------------------------------------------------------------- */

enum outage
answer_outage(const struct source_state *st, bool closed, int64_t blind_after_s, int64_t now)
{
	if (!st->failures)
		return st->outage_at ? OUTAGE_ENDS : OUTAGE_NONE;
	if (st->outage_at)
		return OUTAGE_NONE;
	if (closed)
		return OUTAGE_BEGINS;
	return st->failures >= OUTAGE_FAILS && now - st->failing_at >= blind_after_s
		       ? OUTAGE_BEGINS
		       : OUTAGE_NONE;
}
