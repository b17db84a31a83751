/*
 * release_world.h - an incident at L3 with people, texts and a channel to publish at: for tests of what
 * is approved and said.
 *
 * The responder is whole: notices and drafts are the real ones.
 */
#ifndef LY_TESTS_SUPPORT_RELEASE_WORLD_H
#define LY_TESTS_SUPPORT_RELEASE_WORLD_H

#include "core/str.h"
#include "responder/state.h"
#include "tests/support/record_world.h"

#define MINUTE 60
#define HOUR   3600

/* Where it was said, as members of "say". */
#define SAY ",\"channel\":\"weibo\",\"url\":\"https://w.example/1/abc\""

#define PERSON(key_, name_, roles_, n)                                                       \
	{                                                                                    \
		.key = STR_INIT(key_), .name = STR_INIT(name_), .unix_name = STR_INIT(key_), \
		.contacts = { release_world_desk, 1 }, .roles = {                            \
			roles_,                                                              \
			n                                                                    \
		}                                                                            \
	}

extern struct contact_conf release_world_desk[1];
extern struct str release_world_approver[1], release_world_work[3]; /* roles */
/* anna and bob approve; cara works in three roles, dan in one. */
extern struct person_conf release_world_people[4];
extern struct channel_conf release_world_channels[2]; /* "desk" (a file), "site" (a webhook) */
extern struct str release_world_publish[1];           /* "site" */

/* A small library of texts (en-h holding, en-f full, en-any-followup, en-ack) and a file of facts in
 * the world's folder; w->conf.draft names them. */
void release_world_library(struct world *w);
/* Open, with an incident at L3 that has one confirmed fact, at WORLD_T0 + an hour, and drafts of
 * every template. */
void open_l3(struct world *w);

/* A column (or what SQL makes of several) of the newest draft of a template, and its state. */
const char *newest(struct world *w, const char *template, const char *what);
const char *state_of(struct world *w, const char *template);
/* incident.VERB by who on the newest draft of a template; rest: more members. The status. at: minutes after
 * WORLD_T0 + an hour; act: 0. */
int act_at(struct world *w, const char *who, const char *verb, const char *template,
	   const char *rest, int64_t at);
int act(struct world *w, const char *who, const char *verb, const char *template,
	const char *rest);
/* The status is that and the reply holds says (NULL: anything), or the test fails. */
void is(struct world *w, int got, int status, const char *says);
/* Recipient and channel of each notice of that kind. */
const char *sent(struct world *w, const char *kind);

#endif
