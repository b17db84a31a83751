/*
 * act.h - one command of a person on its way; private to act*.c.
 *
 * Each is applied in a transaction of its own and answered in JSON. A verb returns 0 also when it
 * refused (status says so), -1 when the record could not be read or written.
 */
#ifndef LY_RESPONDER_ACT_H
#define LY_RESPONDER_ACT_H

#include "core/control.h"
#include "core/json.h"
#include "responder/state.h"

#define ACT_ACK_S 3600 /* how long an acknowledgement lasts when nothing is said */

struct act {
	struct responder *r;
	const struct command *c;
	const struct json *args;
	int64_t now;
	struct buf out;  /* the reply's body */
	struct str kept; /* what is kept of the arguments; empty: all of them */
	int status;
	const char *type; /* of the reply; NULL: JSON */
	struct arena *a;
};
struct verb {
	const char *name;
	int (*act)(struct act *x, struct err *e);
	bool writes;
};
/* End with .name == NULL: act_move.c, act_case.c, act_rota.c, act_play.c. */
extern const struct verb act_move_verbs[], act_case_verbs[], act_rota_verbs[], act_play_verbs[];
extern const struct verb act_silence_verbs[]; /* the same, act_silence.c */
extern const struct verb act_draft_verbs[], act_link_verbs[], act_retain_verbs[]; /* the same */
extern const struct verb act_review_verbs[], act_release_verbs[];                 /* the same */
extern const struct verb act_pack_verbs[];                                        /* the same */
extern const struct verb act_notice_verbs[], act_unsubscribe_verbs[];             /* the same */
extern const struct verb act_library_verbs[];                                     /* the same */

/* Refuse: nothing was changed. why has one %.*s, for what. Returns 0. */
int act_say(struct act *x, int status, const char *why, struct str what);
/* An argument, trimmed; empty when it is missing or no text. */
struct str act_arg(const struct act *x, const char *name);
int64_t act_arg_int(const struct act *x, const char *name, int64_t dflt);
/* The person's own words, or ours. */
struct str act_why(const struct act *x, const char *ours);
/* "2h" from now, or a time to come within 90 days; as ISO 8601. Empty: not a time. */
struct str act_time(struct act *x, struct str text);
/* The incident of "id", or NULL: refused. */
struct incident *act_incident(struct act *x);
/* What entries of it are written with: by the actor, now. */
struct gate_ask act_gate(const struct act *x, const struct incident *i);
/* Refused: the command was given in view of an older version. */
bool act_seen_older(struct act *x, const struct incident *i);
/* The incident as it is now, and what was done. Returns 0. */
int act_done(struct act *x, const struct incident *i, const char *said);
void act_add_text(struct buf *b, const char *key, struct str s);
void act_add_time(struct buf *b, const char *key, int64_t at); /* null for 0 */
/* May the actor see what it is about? Who is out may not; a confidential one is for those on its
 * list. 1, 0, -1. */
int act_sees(const struct act *x, const struct incident *i, struct err *e) LY_MUST_USE;
/* 回避: 1 refused, because the actor is out of the incident of "id"; 0, -1. */
int act_is_out(struct act *x, struct err *e) LY_MUST_USE;
/* 机密: 1 refused, because the incident of "id" is shown to those on its list only; 0, -1. */
int act_is_secret(struct act *x, struct err *e) LY_MUST_USE;
/* What people say to digests (digest_word.h), with the arguments of the command. */
struct digest_word_ask;
typedef int act_digest_say(const struct digest_word_ask *q, struct buf *out, struct err *e);
int act_digest_word(struct act *x, act_digest_say *say, struct err *e) LY_MUST_USE;
/* ,"actions":[…]: every attempt of what a playbook does. */
int act_add_actions(struct act *x, const struct incident *i, struct err *e) LY_MUST_USE;
/* ,"told_first":{…}: who told it first, and by which evidence (disclosure.h). */
int act_add_told(struct act *x, const struct incident *i, struct err *e) LY_MUST_USE;
/* ,"similar":[…]: cases that are like it, and by what (similar.h). */
int act_add_similar(struct act *x, const struct incident *i, struct err *e) LY_MUST_USE;
/* ,"file":[…],"strategies":[…]: what stands beside the moves. */
int act_add_file(struct act *x, const struct incident *i, struct err *e) LY_MUST_USE;

#endif
