/*
 * wall.h - an answer that is no document but a wall: a challenge, a login, a firewall's refusal,
 * an error page with status 200. Pure: (answer) -> what it is, and by what sign.
 *
 * Nothing is evaded. A source that is behind a wall fails with the sign as its reason, which
 * begins with "blocked: " (or "error page: "), and is asked ever more rarely, as any other
 * failure; `langyan source list` shows it as blocked. A person has to ask for access, find a feed, or
 * let it go.
 *
 * Signs are a table (wall.c): a title, words that readers see, or markup; each counts only on
 * a page with as little text as walls have, so that an article about captchas is none.
 */
#ifndef LY_CRAWLER_WALL_H
#define LY_CRAWLER_WALL_H

#include "core/arena.h"

enum wall_kind {
	WALL_NONE,
	WALL_CHALLENGE, /* "Just a moment": a script must run first  */
	WALL_CAPTCHA,   /* a person must prove to be one             */
	WALL_REFUSED,   /* a firewall says no                        */
	WALL_LOGIN,     /* members only                              */
	WALL_ERROR,     /* an error page, whatever its status says   */
	WALL_KINDS
};
extern const char *const wall_words[WALL_KINDS]; /* for people */

struct wall_answer {
	int status;
	struct str asked, url; /* the address that was asked for, and the one that answered */
	struct str type, body; /* Content-Type; bytes as they came */
};
struct wall {
	enum wall_kind kind;
	char why[160]; /* "blocked: captcha (title \"安全验证\")" */
};
/* a is for its own use. What is no HTML, or over 512 KiB, is no wall. */
struct wall wall_find(const struct wall_answer *r, struct arena *a);

#endif
