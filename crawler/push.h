/*
 * push.h - one pushed document: a JSON object with id, url, title, text, author, followers,
 * published, arrived, lang, source, country, engagement, rating.
 *
 * text or title is required; id, url or the text itself gives the identity. Times are RFC 3339
 * or anything crawler/date.h reads. Unknown keys are named to the sender, never dropped silently.
 */
#ifndef LY_CRAWLER_PUSH_H
#define LY_CRAWLER_PUSH_H

#include "core/arena.h"
#include "core/err.h"

#include "crawler/intake.h"

struct pushed {
	struct str id, url, title, text, author, lang, source, country;
	int64_t followers;    /* -1 = unknown */
	int64_t engagement;   /* likes, replies and shares; 0 = none known */
	int64_t rating;       /* stars in 1/1000; 0 = unknown */
	int64_t published_at; /* 0 = unknown  */
	int64_t arrived_at;   /* 0 = now; read by replay, ignored on push */
	struct str ignored;   /* first unknown key, or empty */
};
/* ERR_REJECT names the key. Texts live in a. now: for relative dates. */
int push_parse(struct arena *a, struct str line, int64_t now, struct pushed *p,
	       struct err *e) LY_MUST_USE;
/* As it is to be taken in; borrows from both. Flags are the caller's. */
struct intake push_intake(const struct pushed *p, const struct source_conf *source);

/* How a whole body of documents is to be taken: the arguments of documents.push. */
struct push_as {
	struct source_conf source; /* of those that name none */
	int64_t flags;             /* DOCUMENT_HISTORY, or 0 */
	bool rows;                 /* each has an identity of its own, whatever its words */
};
/* args: {"source","class","site","lang","history","rows"}, values as text, or empty. A source that
 * is configured is taken as it is; another one has what args say. ERR_REJECT. Lives in a. */
int push_as_parse(struct arena *a, struct str args, const struct conf_list *sources,
		  struct push_as *as, struct err *e) LY_MUST_USE;

#endif
