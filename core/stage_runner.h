/*
 * stage_runner.h - the inside of a runner, shared by stage_run.c (the loop), stage_peer.c
 * (who is there, messages out), stage_flow.c (records, receipts, losses), stage_call.c
 * (commands) and stage_pipe.c ("-").
 *
 *             out end                                   in end
 *   crawl   ROUTER  ◀── hello, receipts, lost ──  DEALER   score
 *                   ──▶ hello, documents, ticks ─▶
 *   score   DEALER  ──▶ hello, results, ticks ──▶ ROUTER   respond
 *                   ◀── hello, receipts ─────────
 *
 * Invariants
 *  1. One thread. Everything here is called from runner_run; other threads see only figures,
 *     ready and stopping.
 *  2. step() is never called from inside step() or settle(): what a put() finds out about a
 *     peer (it is gone) is marked and dealt with at the next turn of the loop (peers_reap).
 *  3. ahead holds exactly what was put to a living peer and has no receipt; peer.inflight
 *     and inflight_bytes are its sums.
 *  4. A record is read from an in end only while there is room ahead for what it becomes.
 */
#ifndef LY_CORE_STAGE_RUNNER_H
#define LY_CORE_STAGE_RUNNER_H

#include <stdatomic.h>

#include "core/stage.h"
#include "core/stage_trail.h"
#include "core/stage_wire.h"

#define PEERS_MAX      256
#define ENDS_MAX       68
#define SPOOLS_MAX     64
#define CALLS_MAX      4096
#define SETTLES_KEPT   1024
#define WINDOW_DFLT    2048
#define HELLO_MS       1000
#define HELLO_AGAIN_MS 50 /* nobody has answered */
#define DEAD_MS        5000
#define FLUSH_US       2000
#define DRAIN_MS       10000
#define QUIET_MS       200              /* nothing came for so long: the input has dried up */
#define IDLE_MS        20               /* stepped: step() at least so often                */
#define FORGET_MS      (10 * 60 * 1000) /* what has no receipt for so long is not waited for */
#define INFLIGHT_MAX   ((int64_t)32 << 20) /* bytes on their way to one peer                   */
#define BACKLOG_MAX    ((size_t)64 << 20) /* bytes that a peer does not take: it is given up  */
#define ID_BYTES       64

enum end_kind { END_IN, END_OUT, END_CONTROL };

/* A message that the socket would not take yet. */
struct parcel {
	struct parcel *next;
	size_t n;
	char p[];
};
struct peer {
	uint32_t number; /* unique in the runner, for trails; never 0 */
	struct end *end;
	uint8_t id[ID_BYTES]; /* ROUTER's name for it; none on a connected end */
	size_t id_n;
	char name[32];
	bool greeted; /* it said hello and knows us */
	bool named;   /* bound end: it has said the name that we gave its link */
	bool lost;    /* what is on its way to it has to be sent again */
	bool gone;    /* and it is no more */
	bool barred;  /* its key was revoked: nothing of it counts */
	int64_t leaving;
	int64_t heard_ms, said_ms;
	int64_t window, inflight, inflight_bytes;
	struct id run, link;
	struct batch batch;
	struct parcel *first, *last;
	size_t backlog;
};
struct end {
	enum end_kind kind;
	void *socket;   /* NULL: a pipe */
	bool bound;     /* ROUTER */
	bool guarded;   /* tcp: its peers have keys */
	struct buf msg; /* the message that is being taken apart */
	struct unpack rest;
	uint32_t from; /* its peer */
};
struct spool_way {
	struct id spool;
	struct end *end;
};
/* A command on its way through the stage. */
struct call {
	int64_t number; /* ours; 0: free */
	int64_t token;  /* the caller's  */
	struct end *end;
	uint8_t id[ID_BYTES];
	size_t id_n;
	int64_t at_ms;
};
struct pipe;
struct figures {
	_Atomic uint64_t records_in, records_out, receipts, rejects, resent, batches;
	_Atomic uint64_t peers, unreceipted;
	_Atomic int64_t beat_ms;
	_Atomic uint32_t settle_us[SETTLES_KEPT];
};
struct runner_out {
	struct out out; /* first: the stage sees only this */
	struct runner *r;
};
struct runner {
	struct bus *bus;
	const struct stage *stage;
	void *self;
	struct ends ends;
	struct clock *clock;
	struct runner_out out;
	struct arena *arena;   /* of the open batch    */
	struct arena *scratch; /* of one hello or call */
	struct id run;

	struct end end[ENDS_MAX];
	size_t n_ends;
	struct end *end_out; /* NULL: none */
	struct pipe *pipe_in, *pipe_out;
	struct peer *peers[PEERS_MAX];
	uint32_t peers_made, peers_top; /* no place from peers_top on was ever taken */
	struct peer *current;           /* whose message is being filled */
	struct trails ahead, behind;
	struct spool_way spools[SPOOLS_MAX];
	size_t n_spools;
	struct call *calls;
	int64_t calls_made;

	int steps; /* since the last settle */
	int64_t batch_ms, input_ms, stepped_ms, expired_ms;
	int64_t held_ms;   /* since then the stage is not called: more comes; 0 = it is */
	int64_t domain_at; /* newest look at the domain clock, seconds */
	uint64_t puts, puts_seen;
	bool fresh;    /* something came since the stage was last called without a record */
	bool shut;     /* nobody takes our results: we take no documents */
	bool homeless; /* something was put while nobody was there */
	bool starved;  /* the stage asked for room and there was none */
	bool draining, done, broken;
	int64_t drain_ms;
	struct err why;

	int wake; /* eventfd */
	atomic_bool stopping, ready;
	struct figures figures;
};

/* stage_peer.c */
struct peer *peer_new(struct runner *r, struct end *end, const void *id, size_t id_n);
void peer_free(struct runner *r, struct peer *p);
struct peer *peer_get(struct runner *r, uint32_t number);          /* NULL when it is gone */
struct peer *peer_of_end(struct runner *r, const struct end *end); /* of a connected one */
struct peer *peer_find(struct runner *r, const struct end *end, const void *id, size_t id_n);
void peer_reset(struct peer *p);
bool peer_live(const struct peer *p);
/* 0; -1 with errno EAGAIN when the socket is full, EHOSTUNREACH when the peer is gone. */
int end_send(const struct end *end, const void *id, size_t id_n, struct str bytes);
void peer_add(struct runner *r, struct peer *p, struct str record);
void peers_flush(struct runner *r, bool all); /* else only what waits for 2 ms */
void peer_hello(struct runner *r, struct peer *p);
void hello_ask(struct runner *r, struct end *end, const void *id, size_t id_n);
void hello_take(struct runner *r, struct end *end, struct peer *p, const void *id, size_t id_n,
		struct str record, const char *user);
void peers_tend(struct runner *r, int64_t now_ms); /* heartbeats, the dead */
bool peers_backlog(const struct runner *r);

/* stage_flow.c */
size_t flow_room(struct out *o);
void flow_put(struct out *o, enum out_way way, struct str record);
void flow_flush(struct out *o);
int flow_step(struct runner *r, struct str in); /* -1: the stage has ended itself, see why */
int flow_settle(struct runner *r);
int flow_in(struct runner *r, struct end *end, struct peer *from, struct str record);
int flow_receipt(struct runner *r, struct str record);
int flow_back(struct runner *r, struct peer *from, struct str record);
int peers_reap(struct runner *r);
void flow_expire(struct runner *r, int64_t now_ms);

/* stage_call.c */
int call_take(struct runner *r, struct end *end, const void *id, size_t id_n,
	      struct str record);
void call_reply(struct runner *r, struct str record);

/* stage_pipe.c: in is stdin, out is stdout, one JSON object a line. */
struct pipe *pipe_open(const struct record_type *t); /* of the lines that come in */
void pipe_free(struct pipe *p);                      /* accepts NULL */
int pipe_fd(const struct pipe *p);                   /* -1 at the end of stdin */
int pipe_read(struct runner *r, struct pipe *p,
	      bool ready); /* 1: came, 0: nothing, -1: broken */
size_t pipe_room(const struct pipe *p);
void pipe_put(struct runner *r, struct pipe *p, struct str record);
int pipe_flush(struct runner *r, struct pipe *p); /* then the lines' receipts */

/* stage_run.c */
int runner_break(struct runner *r, const struct err *e); /* remember why; -1 */
#endif
