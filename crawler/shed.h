/*
 * shed.h - the valve (valve.h) at work: measures, puts polls off, counts and names them, tells.
 *
 * Once a second by the monotonic clock. When the valve leaves OPEN and when it is open again a
 * document of its own kind (DOCUMENT_HEALTH, as outage.h) goes to the responder, in the batch's
 * transaction: identity "valve-sheds:…" with the load as its title, "valve-opens:…" with what was
 * put off as its text: {"polls":312,"sources":5,"names":["forum",…]}. Off in stepped time, where
 * the moment would change the run.
 */
#ifndef LY_CRAWLER_SHED_H
#define LY_CRAWLER_SHED_H

#include "core/err.h"

#include "crawler/valve.h"

#define SHED_NAMES 8

struct crawler;
struct slot;
struct buf;
/* Part of struct crawler. */
struct shed {
	struct valve valve;
	struct valve_load load;
	int64_t looked_ms, cpu_us, receipts; /* at the last look          */
	int64_t receipted;                   /* since the start           */
	int64_t polls, polls_ever;           /* put off: since it left OPEN, since the start */
	int64_t sources;                     /* of them                   */
	struct str names[SHED_NAMES];
	int64_t round;   /* counts the times it left OPEN: slot->shed_round */
	int64_t told_at; /* the responder knows since then that it sheds; 0 = that it does not */
};
/* Was it told that we shed? Read at start. */
int shed_open(struct crawler *c, struct err *e) LY_MUST_USE;
/* A batch was rolled back, and with it perhaps a word: believe the disk. */
void shed_dropped(struct crawler *c);
/* Look when it is time; now_ms: the monotonic clock. -1: as crawler_begin and spool_take say. */
int shed_turn(struct crawler *c, int64_t now_ms, struct err *e) LY_MUST_USE;
/* The slot, just taken, is put off: true, and it has been given back. */
bool shed_poll(struct crawler *c, struct slot *slot);
/* When shed_turn wants to be called at the latest; INT64_MAX when it is open and calm. */
int64_t shed_due(const struct crawler *c, int64_t soon);
/* "valve":"poll_less", … for the figures, and lines for /metrics. */
void shed_add_json(const struct crawler *c, struct buf *b);
void shed_add_metrics(const struct crawler *c, struct buf *b);

#endif
