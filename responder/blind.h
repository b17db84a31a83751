/*
 * blind.h - a source is dead or back: the people who own a route are told that we are blind there.
 *
 * What comes in is the crawler's own document (DOCUMENT_HEALTH), once for each outage and once
 * for its end; the record knows its id, so that it is told once, however often it is sent.
 */
#ifndef LY_RESPONDER_BLIND_H
#define LY_RESPONDER_BLIND_H

#include "core/clock.h"
#include "core/document.h"
#include "responder/people_conf.h"

struct blind_words {
	struct buf subject, body;
};
/* Pure: what one person reads. zone NULL: UTC. */
void blind_compose(const struct document *d, bool zh, const struct zone *zone,
		   struct blind_words *w);
/* The owners of all routes, each once; nobody owns one: the first lead, else the first person.
 * At most max names into v; how many. Pure. */
size_t blind_owners(const struct notice_conf *c, struct str *v, size_t max);

#endif
