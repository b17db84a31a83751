/*
 * health.h - how a source is, in one word and in a sentence (pure).
 *
 * The first that fits, from above: what a person decided, what the law says, what the far end
 * says, what we do.
 */
#ifndef LY_CRAWLER_HEALTH_H
#define LY_CRAWLER_HEALTH_H

#include "core/http.h"

#include "crawler/conf.h"
#include "crawler/source_store.h"
#include "crawler/tally.h"

enum health {
	HEALTH_PAUSED,      /* by the configuration                              */
	HEALTH_RISK,        /* a bridge whose risk nobody accepted               */
	HEALTH_ENDED,       /* its contract                                      */
	HEALTH_GONE,        /* said so twice: a person must look                 */
	HEALTH_CREDENTIALS, /* expired, or refused after they were taken         */
	HEALTH_ROBOTS,      /* robots.txt does not allow it                      */
	HEALTH_BLOCKED,     /* a wall stands before it (captcha, login)          */
	HEALTH_FAILING,
	HEALTH_NEW, /* nothing came yet                                  */
	HEALTH_DUE, /* its time has come                                 */
	HEALTH_OK,
	HEALTH_COUNT
};
/* Why the last poll failed. A closed list: each has its words in both languages. */
enum cause {
	CAUSE_NONE,
	CAUSE_NAME,
	CAUSE_CONNECT,
	CAUSE_ADDRESS,
	CAUSE_TLS,
	CAUSE_SLOW,
	CAUSE_LARGE,
	CAUSE_REDIRECTS,
	CAUSE_BROKEN,
	CAUSE_CUT,
	CAUSE_ROBOTS,
	CAUSE_LOGIN,
	CAUSE_REFUSED,
	CAUSE_MISSING,
	CAUSE_GONE,
	CAUSE_BUSY,
	CAUSE_SERVER,
	CAUSE_STATUS,
	CAUSE_UNREAD,
	CAUSE_WALL,
	CAUSE_OTHER, /* the numbers are kept: add at the end */
	CAUSE_COUNT
};
struct words {
	const char *key, *zh, *en; /* key: for programs, never changes */
};
extern const struct words health_words[HEALTH_COUNT], cause_words[CAUSE_COUNT];

/* Of an answer that is not the source's content. known: our credentials were good once. */
enum cause cause_of(const struct http_response *r, bool credentials, bool known);

struct health_facts {
	const struct source_conf *source;
	const struct source_state *state; /* NULL: nothing is known */
	const struct tally *tally;
	size_t cookies_expired;
	int64_t cookies_until_at; /* first end of a cookie that goes; 0 = none */
	int64_t ahead_s;
};
enum health health_judge(const struct health_facts *f, int64_t now);
/* What a person should know although it works: an end that comes. NULL = nothing. */
const struct words *health_ahead(const struct health_facts *f, int64_t now, int64_t *at);
/* Is nothing coming in from it that should? */
bool health_is_dark(enum health h);

#endif
