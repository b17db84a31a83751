/*
 * robots.h - robots.txt by RFC 9309, read as Google's matcher reads it. Pure.
 *
 * Lines end with CR, LF or CRLF; a byte order mark is skipped; frequent misspellings of a key
 * count, and a space may stand for the colon of a line of two words. Rules belong to every
 * agent named since the last rule; all groups that name one agent are one group, and only when
 * none does the rules for "*" hold. The longest rule that fits decides, allow before disallow.
 * "*" is any run of bytes, "$" at the end the end of the address; bytes over 0x7f and the hex
 * digits of escapes are compared as "%E6". "allow: /x/index.html" allows "/x/", too.
 */
#ifndef LY_CRAWLER_ROBOTS_H
#define LY_CRAWLER_ROBOTS_H

#include "core/arena.h"
#include "core/buf.h"

#define ROBOTS_BYTES_MAX ((size_t)500 << 10) /* what is behind is not read (RFC 9309 2.5) */
#define ROBOTS_LINE_MAX  ((size_t)16663)     /* nor is the rest of a longer line          */
#define ROBOTS_DELAY_MAX ((int64_t)86400000) /* ms: a longer crawl-delay is this one      */

/* Rules times bytes of the path. Who asks for more (65,000 rules and a path of 500 bytes) has
 * made it to be slow, and gets a no. */
#define ROBOTS_WORK_MAX ((size_t)32 << 20)

struct robots_rule {
	struct str pattern; /* never empty, escaped */
	struct str folder;  /* "/x/$" for "/x/index.html"; empty for others */
	int64_t line;       /* from 1 */
	bool allow;
};
/* What of a robots.txt concerns one agent. Lives in the arena. */
struct robots {
	struct robots_rule *rules; /* in the order of the file */
	size_t n;
	bool named;           /* some group names the agent                         */
	int64_t delay_ms;     /* crawl-delay, the first of the group; -1 for none   */
	struct str *sitemaps; /* as written: for everybody, may be relative         */
	size_t n_sitemaps;
};
/* body: the file's bytes. agent: a product token ("Langyan"), compared whatever its case. */
void robots_read(struct arena *a, struct str body, struct str agent, struct robots *out);
/* May url be fetched? *why is the rule that decided, or NULL when none fits (or, with false, when
 * it is over ROBOTS_WORK_MAX). The address is
 * compared as it stands: see robots_escape. */
bool robots_allows(const struct robots *r, struct str url, const struct robots_rule **why);
/* s with bytes over 0x7f as "%E6" and the digits of escapes in capitals, as rules have them. */
void robots_escape(struct str s, struct buf *out);
/* The product token at the head of a User-Agent: "Langyan" of "Langyan/0.1 (+https://…)". */
struct str robots_token(struct str agent);

#endif
