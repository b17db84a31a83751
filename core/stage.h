/*
 * stage.h - one step of the walk from source to notice, and the runner that drives it.
 *
 *   crawler ──documents──▶ nlp (any number) ──results──▶ responder
 *      ◀────────────────── receipts ──────────────────────┘
 *
 * A stage knows no socket, no thread and no wall clock. The runner owns those: it unpacks
 * wire messages into records, calls step() for each, ends batches with settle(), keeps the
 * credit window, heartbeats, reconnects, and carries receipts back. `langyan run` gives each
 * stage a thread and inproc:// ends; `langyan score` gives one a process and ipc:// or tcp://
 * ends with CURVE; tests and replay call the functions with an out of their own.
 *
 * Invariants
 *  1. A record leaves only through struct out. Receipts and effects leave only from settle().
 *  2. At most ends.window records are on their way to one consumer without a receipt.
 *  3. A consumer that is silent for 5 s is gone: what it held comes back to the producer's
 *     stage as one KIND_LOST record.
 *  4. A message is at most 64 records and RECORD_MAX bytes.
 */
#ifndef LY_CORE_STAGE_H
#define LY_CORE_STAGE_H

#include "core/clock.h"
#include "core/conf.h"
#include "core/control.h"

enum out_way {
	OUT_NEXT,    /* to one consumer with room              */
	OUT_RECEIPT, /* back to where the document came from   */
	OUT_REPLY,   /* to the caller of a command             */
};
/* Where a stage emits to. The runner, replay and tests each make their own. */
struct out {
	size_t (*room)(struct out *o); /* records that may go to OUT_NEXT now */
	/* record is one encoded record, borrowed for the call. */
	void (*put)(struct out *o, enum out_way way, struct str record);
	struct buf scratch;           /* for out_emit; released by the owner of the out */
	void (*flush)(struct out *o); /* what was put leaves now; NULL: it never waits */
};
#define OUT_SCRATCH BUF(RECORD_CALL_MAX + 64) /* replies may be larger than a record */

static inline size_t
out_room(struct out *o)
{
	return o->room ? o->room(o) : SIZE_MAX;
}
/* What was put leaves before the stage goes on with what takes long. */
static inline void
out_flush(struct out *o)
{
	if (o->flush)
		o->flush(o);
}
/* Encode and put: receipts go OUT_RECEIPT, replies OUT_REPLY, all else OUT_NEXT. -1 and
 * ERR_REJECT when rec is over RECORD_MAX (replies: RECORD_CALL_MAX). */
int out_emit(struct out *o, const struct record_type *t, const void *rec, struct err *e);
void out_receipt(struct out *o, struct id spool, int64_t seq);
/* The same, and evidence of the document is to be kept (enum keep_flag bits). */
void out_receipt_keep(struct out *o, struct id spool, int64_t seq, int64_t keep);
/* body is copied. type NULL means text/plain. A body that is too large becomes a 500. */
void out_reply(struct out *o, int64_t call, int status, const char *type, struct str body);

enum step_said {
	STEP_OK = 0,
	STEP_SETTLE = 1, /* end the open batch at once: something fired */
	STEP_DONE = 2,   /* settle, then this stage ends by itself      */
};
struct stage {
	const char *name; /* "crawl", "score", "respond" */
	/* in is one record (record_kind() tells which), or empty: due() has come, fd() is
	 * readable, or there is room again. -1 with ERR_REJECT: the record is counted and set
	 * aside with its reason; -1 with any other kind ends the stage. in and a live until settle. */
	int (*step)(void *self, struct str in, int64_t now, struct out *out, struct arena *a,
		    struct err *e);
	/* Ends a batch: commit, then receipts and effects. Called after batch_records steps,
	 * batch_ms after the first, when the input is empty and linger_ms has passed, at
	 * STEP_SETTLE, and before the end. */
	int (*settle)(void *self, int64_t now, struct out *out, struct err *e);
	/* Next wake-up on the domain clock; INT64_MAX for none. May be NULL. There is one, too, when
	 * that clock was set back. */
	int64_t (*due)(void *self);
	/* A descriptor (an epoll of curl's) that is polled for reading; -1 for none. May be NULL. */
	int (*fd)(void *self);
	/* A record was refused (ERR_REJECT) or came late; for the stage's own reject list. May be NULL. */
	void (*refuse)(void *self, struct str in, const struct err *why);
	int batch_records, batch_ms, linger_ms;
};

/* A transport context and its threads: one per process. */
struct bus;
/* Keys of this process and of whom it talks to (Z85, 40 characters each). */
struct curve {
	struct str public_key, secret_key;
	struct str server_key;     /* of the end we connect to    */
	struct conf_texts allowed; /* whom we let in; others are refused by ZAP */
};
/* curve NULL: inproc:// and ipc:// only; tcp:// is refused without keys. */
struct bus *bus_new(const struct curve *curve, struct err *e) LY_MUST_USE;
/* After all its runners, callers and servers. Accepts NULL. */
void bus_free(struct bus *b);
/* A new list of whom we let in; who is not on it any more is cut off at its next heartbeat. */
int bus_allow(struct bus *b, struct conf_texts allowed, struct err *e) LY_MUST_USE;
/* A fresh key pair as Z85 text. */
void bus_keygen(char public_key[41], char secret_key[41]);

struct ends {
	struct conf_texts in;   /* endpoints records come from; empty for the crawler      */
	bool bind_in;           /* the responder binds, a scorer connects                  */
	struct str out;         /* endpoint records go to; empty for the responder         */
	bool bind_out;          /* the crawler binds, a scorer connects                    */
	struct str control;     /* bound for commands; empty = none                        */
	struct str control_too; /* a second one (inproc:// for httpd); empty = none        */
	int64_t window;         /* records on their way per consumer; 0 = 2048             */
	struct id conf, image;  /* told in the hello                                       */
};
/* What a runner can be asked from other threads while it runs. All fields atomic. */
struct runner;
struct runner *runner_new(struct bus *b, const struct stage *s, void *self, struct ends ends,
			  struct clock *clock);
void runner_free(struct runner *r);
/* Blocks until the stage is done, runner_stop() was called (intake stops, settle, drain for
 * at most 10 s) or something is broken. 0, or -1 and why. */
int runner_run(struct runner *r, struct err *e);
void runner_stop(struct runner *r);  /* async-signal-safe */
bool runner_ready(struct runner *r); /* all ends are open */
struct runner_figures {
	uint64_t records_in, records_out, receipts, rejects, resent, batches;
	uint64_t peers, unreceipted;
	int64_t settle_us_p50, settle_us_p99; /* over the last 1,024 */
	int64_t beat_ms;                      /* monotonic time of the last turn of the loop */
};
void runner_figures(struct runner *r, struct runner_figures *f);

/* The other end of a control endpoint. One thread each. */
struct caller;
struct caller *caller_open(struct bus *b, const char *endpoint, struct err *e) LY_MUST_USE;
void caller_close(struct caller *c);
/* Send one command and wait. The reply's texts live in a. ERR_RETRY when nobody answers. */
int caller_call(struct caller *c, const struct command *cmd, int timeout_ms, struct arena *a,
		struct reply *reply, struct err *e) LY_MUST_USE;
/* Without waiting: *token names the call; replies come in any order through caller_poll. */
int caller_send(struct caller *c, const struct command *cmd, int64_t *token, struct err *e);
int
caller_fd(struct caller *c); /* edge-triggered as ZMQ_FD: poll it, then caller_poll until 0 */
/* 1 and *token, *reply; 0 when there is none. */
int caller_poll(struct caller *c, struct arena *a, int64_t *token, struct reply *reply);

#endif
