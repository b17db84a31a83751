/*
 * control.h - the records that are not about anybody's text: receipts, ticks, commands.
 */
#ifndef LY_CORE_CONTROL_H
#define LY_CORE_CONTROL_H

#include "core/record.h"

enum record_kind {
	KIND_DOCUMENT = 1,
	KIND_RESULT = 2,
	KIND_RECEIPT = 3,
	KIND_TICK = 4,
	KIND_COMMAND = 5,
	KIND_REPLY = 6,
	KIND_LOST = 7,
	KIND_HELLO = 8, /* runner to runner only: core/stage_wire.h */
};

/* The responder has committed document (spool, seq). Only the responder makes receipts;
 * they travel back the way the document came. */
struct receipt {
	struct id spool;
	int64_t seq;
	int64_t keep; /* enum keep_flag bits: what the crawler is asked for */
};
enum keep_flag {
	KEEP_TOPIC = 1 << 0,    /* a topic of severity 2 or 3                */
	KEEP_TIER = 1 << 1,     /* an author of T2 or T3                     */
	KEEP_INCIDENT = 1 << 2, /* an open incident counts it: said every 10 minutes */
	KEEP_EVIDENCE = KEEP_TOPIC | KEEP_TIER | KEEP_INCIDENT,
	/* No evidence: that incident is at L2 or L3, its source is to be polled more often. */
	KEEP_HURRY = 1 << 3,
};
extern const struct record_type receipt_record;

/* Stepped mode: the domain clock stands at `at`, and `count` documents with numbers up to
 * `upto` have been sent and are not receipted yet. The responder holds results until it has
 * `count` distinct ones of this spool (numbers may have holes, and some may be in the record
 * already after a crash: they count too), applies them in (arrived_at, id) order interleaved
 * with what is due until `at`, commits, waits for its outbox, then receipts all of them and
 * the tick. A tick for a time that has been applied is only receipted. */
struct tick {
	struct id spool;
	int64_t seq;   /* the tick's own number in the spool's sequence */
	int64_t upto;  /* last document number before it */
	int64_t count; /* unreceipted documents up to upto */
	int64_t at;    /* UTC seconds */
};
extern const struct record_type tick_record;

/* An act of a person or an HTTP request, to be applied in its own transaction. */
struct command {
	struct id id;     /* applied once, however often it is sent */
	int64_t call;     /* set by the runner: where the reply goes */
	struct str actor; /* "unix:anna", "token:push", "link:…"; never empty */
	struct str verb;  /* "incident.ack", "documents.push", "reload", … */
	struct str args;  /* JSON object; from HTTP: the query as {"k":"v"} */
	struct str type;  /* content type of body */
	struct str body;  /* bytes; ceiling of the route */
	int64_t version;  /* the version of the thing that the person saw; 0 = any */
};
extern const struct record_type command_record;

/* status is an HTTP status: 200 done, 202 taken in, 400 bad, 403, 404, 409 changed since
 * seen, 429, 503. body is text for a person or JSON, by type. */
struct reply {
	int64_t call;
	int64_t status;
	struct str type; /* "application/json", "text/plain; charset=utf-8" */
	struct str body;
};
extern const struct record_type reply_record;

/* Runner to crawler: the peer that had these is gone; they may be sent to another. */
struct lost {
	struct id spool;
	struct rec_list seqs; /* struct lost_seq */
};
struct lost_seq {
	int64_t seq;
};
extern const struct record_type lost_seq_record; /* a part */
extern const struct record_type lost_record;

#endif
