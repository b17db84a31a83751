/*
 * robots_gate.h - no request of a source leaves before its host's robots.txt was asked.
 *
 *	robots_start(c->robots, source, &request, &e)    in the place of
 *	http_start(c->http, &request, &e)
 *
 * It keeps the contract of http_start (done() is called once, later, with the same response; -1
 * and nothing is called) and copies the request. Before the request leaves, and before each
 * redirect of it is followed, the robots.txt of that origin (scheme, host, port) is known:
 *
 *   robots.txt                  what follows
 *   200                         its rules, read once in 24 h (max-age: between 10 min and that)
 *   other, also behind          there is none: everything may be fetched
 *   more than 5 redirects
 *   5xx, 429, too large         the last good copy; without one nothing may be fetched for 30
 *   no answer                   days, then everything (RFC 9309 2.3.1.4). Asked again after a
 *                               minute, then ever more rarely, not before its Retry-After
 *   its address is blocked      the request goes on, and the guard says so of it, too
 *
 * What may not be fetched ends as HTTP_DISALLOWED, detail says which line of robots.txt, or why
 * there is none; no answer at all ends as robots.txt did (HTTP_NO_NAME, ...). status is that of
 * robots.txt then. Redirects are followed here, one request each: to another origin without
 * secrets and without headers but those of caching and the clock; to another host when that
 * host's queue lets it, in five minutes at most (else HTTP_SLOW). A crawl-delay, and the address of
 * every host that answers, are told to the schedule.
 *
 * For a source with `robots: ignore` (owned or licensed) no robots.txt is asked.
 */
#ifndef LY_CRAWLER_ROBOTS_GATE_H
#define LY_CRAWLER_ROBOTS_GATE_H

#include "core/http.h"

#include "crawler/conf.h"

struct crawler;
struct robots_gate;
struct robots_setup {
	struct http *http;
	const struct fetch_conf *fetch;
	struct crawler *crawler; /* NULL (a dry run): nothing is remembered, the wall clock */
};
struct robots_gate *robots_gate_new(const struct robots_setup *s);
/* After http_free: what waits is told HTTP_STOPPED. Accepts NULL. */
void robots_gate_free(struct robots_gate *g);
int robots_start(struct robots_gate *g, const struct source_conf *source,
		 const struct http_request *r, struct err *e) LY_MUST_USE;
/* Call done() for what was answered without a request; after every http_turn. True when there
 * was something. */
bool robots_turn(struct robots_gate *g);
/* Something waits for robots_turn. */
bool robots_due(const struct robots_gate *g);
/* When something will that waits for a host; INT64_MAX for nothing. */
int64_t robots_next_at(const struct robots_gate *g);
/* Redirects that wait for the host they lead to: polls, but no transfers for now. */
size_t robots_waiting(const struct robots_gate *g);
/* One request, waiting, as http_once. */
int robots_once(struct robots_gate *g, const struct source_conf *source,
		const struct http_request *r, struct arena *a, struct http_response *out,
		struct err *e) LY_MUST_USE;

struct robots_figures {
	int64_t asked, missed, denied; /* files asked for; not had; requests refused */
};
void robots_figures(const struct robots_gate *g, struct robots_figures *f);

#endif
