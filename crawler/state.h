/* state.h - the inside of struct crawler, for the files of this folder only. */
#ifndef LY_CRAWLER_STATE_H
#define LY_CRAWLER_STATE_H

#include "core/http.h"

#include "crawler/archive.h"
#include "crawler/crawler.h"
#include "crawler/evidence.h"
#include "crawler/outage.h"
#include "crawler/schedule.h"
#include "crawler/shed.h"
#include "crawler/spool.h"

struct crawler {
	struct crawler_setup setup;
	struct store *store;
	struct spool *spool;
	struct schedule *schedule;
	struct http *http;
	struct robots_gate *robots;
	struct archive *archive;   /* NULL: none */
	struct evidence *evidence; /* NULL: none */
	struct erasing *erasing;
	uint8_t author_key[32];

	/* During one step. */
	struct arena *arena;
	int64_t now;
	struct err *err; /* a callback of http_turn leaves its error here */
	bool failed;
	struct harvest *harvests; /* polls that are not over */
	struct websub *websub;    /* NULL: off */
	struct outage_sum outage;
	struct shed shed;
	struct tally *tallies; /* one a source, and one for all others: health_keep.h */
	bool tallies_dirty;

	/* Since the last settle. */
	int64_t begun_at;   /* domain time at which the open batch began     */
	size_t batch_bytes; /* of pushed bodies                              */
	uint64_t drops;     /* batches rolled back so far                    */
	struct crawler_reply
		*replies; /* answers that leave after the commit; live in the arena */

	/* STEPPED: invariants in stage.c */
	struct {
		bool fetched;     /* everything due at now was started and is in */
		int64_t tick_seq; /* on its way; 0 = none                        */
		int64_t tick_ms;  /* monotonic, when it was sent                 */
		bool told;        /* the tick of now was sent at least once      */
		bool lost;        /* must be sent again                          */
	} step;
	struct {
		int64_t documents, seen, refused, pushed, fetches, not_modified, rejected;
	} figures;
	int64_t kept_at;   /* last housekeeping */
	int64_t housed_ms; /* monotonic: receipts and evidence were last written apart */
	int64_t pulse_at;  /* the next word that we live: pulse.h */
	int seen_slice;    /* which part of the seen marks is looked through next */
};
struct crawler_reply {
	struct crawler_reply *next;
	int64_t call;
	int status;
	const char *type; /* NULL: JSON */
	struct str body;
};

/* Open the batch transaction if it is not. */
int crawler_begin(struct crawler *c, struct err *e) LY_MUST_USE;
/* So much waits for receipts, or lies on the disk, that nothing new should be taken in. */
bool crawler_full(const struct crawler *c);
#endif
