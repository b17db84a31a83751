/*
 * outbox.h - the inside of struct notices, shared by notice.c, compose.c, escalate.c, otherwise.c,
 * outbox.c, outbox_send.c.
 *
 * 1. Rows decide. Memory holds only what is under way: transfers (sends), their ends that are
 *    not written yet (ended), how fast each destination is sent to (outlets).
 * 2. A row is 'sending' in a committed transaction before its transfer starts, so that after a
 *    crash it goes out again with the same key, marked as a possible repeat.
 * 3. Only outbox.c and outbox_send.c change the state of a row that is on its way.
 */
#ifndef LY_RESPONDER_OUTBOX_H
#define LY_RESPONDER_OUTBOX_H

#include "responder/channel.h"
#include "responder/hold.h"
#include "responder/lane.h"
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
	bool began;         /* a transfer was tried: it says something of the destination */
	size_t parts, sent; /* that arrived */
};
/* A destination: a channel, the net, or (c NULL) a name that only rows have. */
struct outlet {
	struct str name;
	const struct channel_conf *c;
	struct lane lane;
	int64_t down_at; /* domain time; 0: it answers */
};
#define WHY_DOWN \
	"down" /* why of a row that waits, whose person was told another way meanwhile */
struct burning;
struct notices {
	const struct notice_conf *c;
	const struct responder_env *env;
	struct roster *roster;
	struct arena *a;          /* of the call                                   */
	struct arena *kept;       /* salt, path of the net                         */
	struct str salt;          /* of codes                                      */
	struct silences silences; /* of configuration and people, live ones          */
	struct arena *silenced;   /* theirs                                          */
	struct burning *burning;  /* in a: what may hold others, once asked for      */
	struct channel_conf net;
	struct outlet *outlets;
	size_t outlets_n, outlets_cap;
	struct http *http; /* NULL when nothing leaves (SEND_SINK)          */
	struct channels *channels;
	int epoll, event; /* fd to wait for: http, and what ended at once  */
	int timer;        /* readable when a destination may be sent to again */
	int64_t opens_ms; /* then, by outbox_ms(); 0: nobody waits for it */
	struct send *sends;
	bool unstarted; /* rows are 'sending' whose transfers the next turn starts */
	struct ended *ended;
	size_t ended_n, ended_cap;
	int64_t now;    /* newest domain time we were called with        */
	int64_t due_at; /* cached while due_known                        */
	bool due_known;
};
/* A call begins: what an earlier one read is gone. */
static inline void
notices_fresh(struct notices *n)
{
	arena_reset(n->a);
	n->burning = NULL;
}

/* ---- compose.c: rows and their words ---------------------------------------------------- */

struct why {
	struct str zh, en;
};
/* What is the same for all rows of one wave. */
struct wave {
	const struct matter *m;
	const char *kind; /* "page", "copy" (nobody waits for its answer), "clear" */
	int64_t seq;
	struct why why;                 /* why now; empty: the first told */
	bool unanswered;                /* nobody took the step before    */
	const struct step_conf *next;   /* who follows, or NULL */
	int64_t wait_s;                 /* to answer; 0: no clock         */
	const struct route_conf *route; /* whose times hold it; NULL: none */
	int64_t flush_at;               /* of its group; <= now: at once  */
	const struct sitrep *report;    /* its words are those of a situation report; or NULL */
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
/* What somebody must look after. Told once under its id, through a channel that is not its own. */
enum trouble_kind {
	TROUBLE_REFUSED, /* a notice will not be sent again              */
	TROUBLE_LATE,    /* a notice still has not arrived after 5 tries */
	TROUBLE_DOWN,    /* nothing gets through there                   */
};
struct trouble {
	enum trouble_kind kind;
	struct id once;
	const char *why;
	bool channel; /* nothing gets through there, until somebody changes its settings */
};
int compose_operator(struct notices *n, const struct notice_row *failed,
		     const struct trouble *t, int64_t now, struct err *e) LY_MUST_USE;
/* An operator's row did not get through: the same, by the next way to who looks after Langyan; each
 * way once. 1 it is told there, or was; 0 there is none left; -1. */
int compose_operator_again(struct notices *n, const struct notice_row *r, int64_t now,
			   struct err *e) LY_MUST_USE;
/* Is there hope in the row that compose_add() would write? 1: it is there, and has not failed for
 * good; 0: it is not, or has; -1. */
int compose_hopes(struct notices *n, const struct wave *w, const struct telling *t,
		  struct err *e) LY_MUST_USE;
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
/* By when its step's answer is waited for, and who follows: w->wait_s, w->next. */
void escalate_clock(struct notices *n, const struct matter *m, struct wave *w);
/* Another watch heard it, too: who would be told of that watch's is told once. */
int escalate_joined(struct notices *n, struct matter *m, struct str watch,
		    const struct why *why, int64_t now, struct err *e) LY_MUST_USE;
/* What matchers see of it now. */
int escalate_tags(struct notices *n, struct matter *m, int64_t now, struct err *e) LY_MUST_USE;
/* Whose times hold a row that waits, by the routes of now; m's tags must have been read. A page: the
 * first that fits; a copy: the one reached through `continue` that tells its recipient there, else the
 * first; others and nobody's: NULL. */
int escalate_route(struct notices *n, const struct notice_row *r, const struct matter *m,
		   int64_t now, const struct route_conf **out, struct err *e) LY_MUST_USE;
/* A person wants the next step told, whether somebody took it or not; behind the last the first. */
int escalate_now(struct notices *n, struct matter *m, const struct why *why, int64_t now,
		 struct err *e) LY_MUST_USE;
/* Unanswered until now: the next step, or the end. 0 done, 1 an event was added, -1. */
int escalate_turn(struct notices *n, const struct id *incident, int64_t now,
		  struct notice_events *out, struct err *e) LY_MUST_USE;
/* The clock was set back: each step waits as long as before (jump.h), from when its page left. */
int escalate_set_back(struct notices *n, const struct set_back *b, struct err *e) LY_MUST_USE;
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

/* Nobody has it and nobody is being told any more: the first step is told once more. */
int escalate_again(struct notices *n, struct matter *m, int64_t now, struct err *e) LY_MUST_USE;

/* ---- gather.c ------------------------------------------------------------------------------ */

/* It joins its group of that route: when the group is told. m's tags must have been read. */
int gather_join(struct notices *n, const struct matter *m, const struct route_conf *o,
		int64_t now, int64_t *flush_at, struct err *e) LY_MUST_USE;
/* It leaves all groups but those of this level; 0: all. */
int gather_leave(struct notices *n, const struct id *incident, int64_t level, int64_t now,
		 struct err *e) LY_MUST_USE;
/* Groups that are due. How many. */
int gather_turn(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;

/* ---- suppress.c ---------------------------------------------------------------------------- */

struct suppress_ask {
	const struct matter *matter;      /* its tags must have been read */
	const struct route_conf *route;   /* whose times hold it; NULL: none */
	const struct person_conf *person; /* NULL: a channel               */
	int64_t level;
	bool safety;
	int64_t reach_at; /* as hold.h */
	enum hold_why reach_why;
	bool counted; /* it was let go before: neither its hour nor the budget is asked again */
	int64_t now;
};
struct suppressed {
	struct hold hold;
	struct str detail; /* for people; in n->a */
};
/* Silences of configuration and people, anew. */
int suppress_load(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
int suppress_decide(struct notices *n, const struct suppress_ask *q, struct suppressed *out,
		    struct err *e) LY_MUST_USE;
/* The notice is held for that: its row, and one of notice_hold. */
int suppress_write(struct notices *n, const struct id *notice, const struct suppressed *s,
		   int64_t now, struct err *e) LY_MUST_USE;
/* Its time has come: 1 it is held again, 0 it may leave, -1. */
int suppress_again(struct notices *n, const struct notice_row *r, int64_t now,
		   struct err *e) LY_MUST_USE;

/* ---- otherwise.c ------------------------------------------------------------------------- */

/* A row failed for good, often, or its channel is down or shut for long: the person's next contact; for good and
 * there is none left: whoever stands in for them; nobody: the step goes on without them. Each is
 * a row of its own. Of a bundle not for good: each that it carries. What Langyan says of itself
 * (kind operator): compose_operator_again. 1 somebody has a row, 0, -1. */
int otherwise_tell(struct notices *n, const struct notice_row *r, bool for_good, int64_t now,
		   struct err *e) LY_MUST_USE;

/* ---- outbox.c, outbox_send.c ------------------------------------------------------------- */

/* Every destination, with what left for it in the last minute. Needs the open transaction. */
int outbox_open(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* NULL when no channel and no row has that name. */
struct outlet *outbox_outlet(struct notices *n, struct str name);
/* The clock of lanes: monotonic; in stepped mode now. */
int64_t outbox_ms(const struct notices *n, int64_t now);
/* When something may leave next; INT64_MAX: nothing waits, or only for a transfer to end or for
 * n->timer, which it sets. */
int outbox_due_at(struct notices *n, int64_t *at, struct err *e) LY_MUST_USE;
void outbox_ring(struct notices *n); /* notices_fd() is readable */
/* Held rows whose time has come, several to one address as one. Number of rows changed. */
int outbox_release(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* Rows whose turn it is become 'sending', most urgent first. Number of rows changed. */
int outbox_claim(struct notices *n, int64_t now, struct err *e) LY_MUST_USE;
/* Ends of transfers become rows; what does not fit into out stays. Number of rows changed. */
int outbox_record(struct notices *n, int64_t now, struct notice_events *out,
		  struct err *e) LY_MUST_USE;
/* Starts transfers, most urgent first: those of SEND_SINK all, else at most STARTS_MOST and, unless
 * stepped, for some STARTS_MS; the rest (n->unstarted, it rings) after what came meanwhile. */
#define STARTS_MOST 16
#define STARTS_MS   5
void outbox_start(struct notices *n, int64_t now);
void outbox_stop(struct notices *n);

#endif
