/*
 * outbox.h - the inside of struct notices, shared by notice.c, compose.c, escalate.c, outbox.c.
 *
 * 1. Rows decide. Memory holds only what is under way: transfers (sends), their ends that are
 *    not written yet (ended), tokens of each channel.
 * 2. A row is 'sending' in a committed transaction before its transfer starts, so that after a
 *    crash it goes out again with the same key, marked as a possible repeat.
 * 3. Only outbox.c changes the state of a row that is on its way.
 */
#ifndef LY_RESPONDER_OUTBOX_H
#define LY_RESPONDER_OUTBOX_H

#include "responder/channel.h"
#include "responder/link.h"
#include "responder/notice.h"
#include "responder/notice_store.h"
#include "responder/policy.h"
#include "responder/roster.h"
#include "responder/sitrep.h"
#include "responder/route.h"

/* The safety net: a directory in the data directory that takes what nobody else gets. */
#define NET_NAME "last-resort"

struct send; /* a transfer under way */
struct ended {
	struct id key;
	struct channel_said said;
	enum http_end end;
	int status;
	int64_t us;
	uint8_t answer[32];
	bool has_answer;
};
/* Tokens in 1/1000. */
struct bucket {
	int64_t milli, at;
};
struct notices {
	const struct notice_conf *c;
	const struct responder_env *env;
	struct roster *roster;
	struct arena *a;    /* of the call                                   */
	struct arena *kept; /* salt, path of the net                         */
	struct str salt;    /* of codes                                      */
	struct channel_conf net;
	struct bucket *buckets; /* beside c->channels, the last is the net's   */
	struct http *http;      /* NULL when nothing leaves (SEND_SINK)          */
	struct channels *channels;
	int epoll, event; /* fd to wait for: http, and what ended at once  */
	struct send *sends;
	struct ended *ended;
	size_t ended_n, ended_cap;
	int64_t now;    /* newest domain time we were called with        */
	int64_t due_at; /* cached while due_known                        */
	bool due_known;
};

/* ---- compose.c: rows and their words ---------------------------------------------------- */

struct why {
	struct str zh, en;
};
/* What is the same for all rows of one wave. */
struct wave {
	const struct matter *m;
	const char *kind; /* "page", "copy" (nobody waits for its answer), "clear" */
	int64_t seq;
	struct why why;               /* why now; empty: the first told */
	bool unanswered;              /* nobody took the step before    */
	const struct step_conf *next; /* who follows, or NULL */
	int64_t wait_s;               /* to answer; 0: no clock         */
	const struct sitrep *report;  /* its words are those of a situation report; or NULL */
	int64_t now;
};
/* Writes the row held or queued. 1 written, 0 there already, -1. */
int compose_add(struct notices *n, const struct wave *w, const struct telling *t,
		struct err *e) LY_MUST_USE;
/* To the safety net. */
int compose_add_net(struct notices *n, const struct wave *w, struct err *e) LY_MUST_USE;
/* One row that carries several to the same address. */
int compose_bundle(struct notices *n, const struct notice_row *v, size_t count, int64_t now,
		   struct id *key, struct err *e) LY_MUST_USE;
/* One that somebody must look after: it failed for good. Through a channel that is not its own. */
int compose_operator(struct notices *n, const struct notice_row *failed, const char *detail,
		     int64_t now, struct err *e) LY_MUST_USE;
bool compose_is_zh(const struct notices *n, const struct person_conf *p);
/* As people say it: "林静", "pr-duty 值班". In n->a. */
struct str compose_step_names(struct notices *n, const struct step_conf *s, bool zh);
/* Words and facts of a row whose wave has a report. */
void notice_sitrep_fill(struct notices *n, const struct wave *w, const struct telling *t,
			struct notice_row *r);
const struct channel_conf *outbox_channel(const struct notices *n, struct str name);

/* ---- notice_links.c: what answers it with one touch --------------------------------------- */

/* Each empty without `site.public_url`. */
struct notice_links {
	struct str url[LINK_VERBS];
	struct str code; /* of a channel where one is read: a button says it; else empty */
};
/* Of a row that has its key; in n->a. May make a new key in the open transaction. */
int notice_links_of(struct notices *n, const struct notice_row *r, int64_t now,
		    struct notice_links *out, struct err *e) LY_MUST_USE;
/* ,"links":[{"label","verb","url"},…]; nothing when there is none. */
void notice_links_add(const struct notice_links *l, bool zh, struct buf *facts);

/* ---- escalate.c -------------------------------------------------------------------------- */

/* Tell the first step from `from` on that has somebody, set the incident's columns. 0; 1: nobody
 * is on any later step and nothing was written (only with from or m->round > 0); -1. */
int escalate_page(struct notices *n, struct matter *m, int64_t from, const struct why *why,
		  bool unanswered, int64_t now, struct err *e) LY_MUST_USE;
/* What matchers see of it now. */
int escalate_tags(struct notices *n, struct matter *m, int64_t now, struct err *e) LY_MUST_USE;
/* A person wants the next step told, whether somebody took it or not; behind the last the first. */
int escalate_now(struct notices *n, struct matter *m, const struct why *why, int64_t now,
		 struct err *e) LY_MUST_USE;
/* Unanswered until now: the next step, or the end. 0 done, 1 an event was added, -1. */
int escalate_turn(struct notices *n, const struct id *incident, int64_t now,
		  struct notice_events *out, struct err *e) LY_MUST_USE;
/* A page has left: the clock of its step starts, if it went to a person or the step has none. */
int escalate_sent(struct notices *n, const struct notice_row *r, int64_t now,
		  struct err *e) LY_MUST_USE;
/* A page cannot reach its person. for_good: when it was the last hope of its step, the next
 * step's turn is now; else the clock runs as if it had been sent. */
int escalate_lost(struct notices *n, const struct notice_row *r, bool for_good, int64_t now,
		  struct err *e) LY_MUST_USE;
/* Keys of the people of the step that the incident is at, then of its policy's others; without
 * any, all who are configured. Nobody who is out. In n->a. */
int escalate_people(struct notices *n, struct matter *m, int64_t now, struct conf_texts *out,
		    struct err *e) LY_MUST_USE;
/* A clock warns: those whom it warns are told. */
int escalate_urge(struct notices *n, const struct notice_urge *u, struct matter *m, int64_t now,
		  struct err *e) LY_MUST_USE;
/* It failed for good, or often: the person's next contact. 1 there is one, 0 none, -1. */
int escalate_next_contact(struct notices *n, const struct notice_row *r, int64_t now,
			  struct err *e) LY_MUST_USE;

/* ---- outbox.c ---------------------------------------------------------------------------- */

/* Held rows whose time has come, several to one address as one. Number of rows changed. */
int outbox_release(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* Rows that are ready and have a token become 'sending'. Number of rows changed. */
int outbox_claim(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* Ends of transfers become rows; what does not fit into out stays. Number of rows changed. */
int outbox_record(struct notices *n, int64_t now, struct notice_events *out,
		  struct err *e) LY_MUST_USE;
void outbox_start(struct notices *n, int64_t now);
void outbox_stop(struct notices *n);

#endif
