/*
 * tell.h - the crawler's own word to the responder: a document of its own kind (DOCUMENT_HEALTH),
 * in the open batch, so that it comes once through any crash.
 */
#ifndef LY_CRAWLER_TELL_H
#define LY_CRAWLER_TELL_H

#include "core/base.h"
#include "core/err.h"

struct crawler;
struct word {
	struct str kind; /* part of its identity: what it is about */
	struct str says; /* "outage-begins" …, the rest of it with since_at */
	struct str name; /* as a source */
	struct str url, title, text;
	int64_t since_at;
};
int crawler_tell(struct crawler *c, const struct word *w, struct err *e) LY_MUST_USE;

#endif
