/*
 * record_world.h - a responder with a temporary record and an out of its own.
 *
 * With tests/support/record_neighbours.h the parts beside it (notices, drafts, digests) are
 * replaced by ones that only remember what they were told.
 */
#ifndef LY_TESTS_RECORD_WORLD_H
#define LY_TESTS_RECORD_WORLD_H

#include "core/result.h"
#include "responder/responder.h"
#include "responder/verify.h"

#define WORLD_T0 ((int64_t)1773446400) /* 2026-03-14T00:00:00Z, a Saturday, 08:00 in Shanghai */

/* What the notice part was told and will say. */
struct world_notices {
	int moves, acks, sends, tells, pages; /* pages: moves that opened or raised */
	char told_key[64], told_subject[200]; /* of the last tell */
	char urged[500];                      /* a line for each: clock, how far */
	int recalls[RECALL_TEXTS + 1];        /* of each kind */
	int64_t last_level;
	struct notice_events next; /* given out by the next turn */
	struct id code_incident;   /* what any code is of, when there is a person */
	const char *code_person;
	bool busy;
	int64_t due_at; /* 0 = never */
};
struct world {
	char dir[64], path[96];
	struct watch_conf watches[2]; /* "shancui" small, "qingshan" medium */
	struct responder_conf conf;
	struct responder *r;
	struct out out;
	struct {
		struct id spool;
		int64_t seq;
	} receipts[4096];
	size_t receipts_n, kept_n; /* kept_n: receipts that ask for evidence */
	size_t incident_kept_n;    /* … of an incident; not among receipts   */
	size_t hurried_n;          /* … at L2 or L3                          */
	struct buf reply;
	int64_t reply_status;
	struct arena *arena;
	struct id spool;
	int64_t seq;
	struct buf told;       /* one line per firing and move */
	struct conf *settings; /* of world_configure() */
	struct gist_words *words;
};
void world_open(struct world *w, enum clock_mode clock);
void world_reopen(struct world *w, int64_t now);
/* The responder ends: its settings may change until world_reopen. */
void world_stop(struct world *w);
/* The same, and people, policies, routes and channels are those of that YAML; data lies in w->dir. */
void world_configure(struct world *w, const char *settings);
void world_close(struct world *w); /* removes the directory */
extern struct world_notices
	world_notices; /* reset by world_open; read where a part is replaced */

/* A result with one mention. Zero values: neutral, no author, site "a.example". */
struct world_mention {
	const char *watch, *also; /* also: another that it is a mention of */
	const char *site, *author, *text, *topic, *title, *url, *lang;
	const char *identity; /* NULL: of its own */
	int64_t at, label, intent, flags, document_flags, followers, source_class, published_at;
	int64_t seq; /* 0: the next */
	int64_t severity, rank;
	int64_t score; /* 0: label * 600 */
	bool negated, no_mention, same_copy;
	bool gist; /* with the parts by which one event is known */
};
/* Encoded, in w->arena. */
struct str world_result(struct world *w, const struct world_mention *m);
/* step(); what it said. */
int world_step(struct world *w, struct str record, int64_t now);
void world_settle(struct world *w, int64_t now);
/* Result and settle. */
int world_say(struct world *w, const struct world_mention *m);
/* n negative mentions of the small watch by different people on different sites, a minute apart;
 * what the last said. */
int world_grumble(struct world *w, int64_t at, int n);
/* An empty step at now, then settle. */
void world_turn(struct world *w, int64_t now);
struct str world_tick(struct world *w, int64_t at, int64_t count);
/* A command; its reply is in w->reply, its status is returned. */
int world_act(struct world *w, const char *actor, const char *verb, const char *args,
	      int64_t version, int64_t now);
/* A sample of a number from outside, 1 at now; as world_act. */
int world_push(struct world *w, const char *signal, int64_t now);
/* The same on the first incident, an hour after WORLD_T0; rest: more members, ",\"to\":2". */
int world_act_on(struct world *w, const char *actor, const char *verb, const char *rest);
/* verify on the record: how many mismatches; w->reply has their lines, *sum the figures. */
int64_t world_verify(struct world *w, struct verify_sum *sum);
/* It finds none, or the test fails with its lines. */
void world_verified(struct world *w);
/* The newest entry of that kind and key, its value; "" for none. */
const char *world_standing(struct world *w, const char *kind, const char *key);
/* Change rows behind the responder's back: for verify to find. */
void world_forge(struct world *w, const char *sql);
/* First column of the first row, as text in w->arena ("" when none). */
const char *world_ask(struct world *w, const char *sql);

#endif
