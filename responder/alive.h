/*
 * alive.h - 守望: is Langyan itself alive, and who hears when it is not.
 *
 *   heartbeat   every minute a monitor outside is asked for an address of ours, and only while the whole
 *               chain is well: the record took a commit, the crawler's word came through the
 *               scorer, no page waits beyond its time. Calm is no fault.
 *   canary      every day each contact that wakes gets a test on the way that real notices take.
 *               It has no level, so that nothing rings.
 *   silence     nothing comes from the crawler, or no source answers: the owners of routes are told
 *               through their second contact, once, and once when it is over.
 *
 * Only by the wall clock: a drill or a replay is alive in nobody's name.
 */
#ifndef LY_RESPONDER_ALIVE_H
#define LY_RESPONDER_ALIVE_H

#include "core/clock.h"
#include "core/document.h"
#include "core/store.h"
#include "responder/people_conf.h"

/* The key `alive`. */
struct alive_conf {
	struct str heartbeat_out;            /* empty: nobody is pinged   */
	struct conf_texts heartbeat_private; /* "127.0.0.1:8080"          */
	int64_t heartbeat_every_s;
	int64_t canary;         /* 1: on                                    */
	int64_t canary_at;      /* seconds after midnight, where they are   */
	int64_t proof_s;        /* a contact should be proved once in so long */
	int64_t silent_after_s; /* 0: nobody is told of silence             */
};
extern const struct conf_schema alive_schema;

/* ---- the crawler's word (crawler/pulse.c) --------------------------------------------------------- */

#define PULSE_LATE_S 180 /* three of them are missing */
#define PULSES_MAX   8   /* crawlers                  */

struct pulse {
	struct id spool; /* whose */
	int64_t at;
	int64_t answered_at; /* a source did last, since its start; 0: none */
	int64_t polled, failing;
};
struct pulses {
	struct pulse v[PULSES_MAX];
	size_t n;
};
/* False: the document is no such word. */
bool pulse_read(struct arena *a, const struct document *d, struct pulse *out);
/* Instead of the one of before; of more crawlers than we keep the one heard longest ago goes. */
void pulses_take(struct pulses *all, const struct pulse *p);

/* ---- is all well? Pure. --------------------------------------------------------------------------- */

enum alive_lack {
	ALIVE_WELL,
	ALIVE_FULL,  /* the disk is                                */
	ALIVE_STILL, /* nothing comes from the crawler             */
	ALIVE_DEAF,  /* no source answers                          */
	ALIVE_LATE,  /* a page waits beyond its time               */
};
extern const char *const alive_words[]; /* "", "disk_full", … for the log */
struct alive_ask {
	const struct pulses *pulses;
	int64_t started_at; /* of us: as long as nothing came */
	int64_t late_pages;
	bool full;
	int64_t silent_after_s;
	int64_t now;
};
enum alive_lack alive_judge(const struct alive_ask *q);
/* Nothing is crawled for silent_after_s: since when, and *why (STILL or DEAF); 0: it is. */
int64_t alive_silent(const struct alive_ask *q, enum alive_lack *why);

/* ---- canaries -------------------------------------------------------------------------------------- */

/* The newest time <= now at which the clock of the zone shows `at` (seconds after midnight), and the
 * first after it. Pure. */
int64_t canary_last(const struct zone *z, int64_t at, int64_t now);
int64_t canary_next(const struct zone *z, int64_t at, int64_t now);

/* A contact that wakes, and when anything reached it last. */
struct contact_proof {
	const struct person_conf *person;
	const struct contact_conf *contact;
	int64_t at; /* 0: never */
};
/* Each contact that wakes, in the order of the configuration, with its proof. s NULL: none is proved.
 * How many, or -1. */
int contact_proofs(struct store *s, const struct notice_conf *c,
		   void (*each)(void *arg, const struct contact_proof *p), void *arg,
		   struct err *e) LY_MUST_USE;

#endif
