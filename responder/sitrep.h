/*
 * sitrep.h - situation report 态势快报: what an L3 incident looks like, on time, also when nothing
 * has changed.
 *
 * While an incident is handled (responding, L3) its roles are told every 30 minutes for 4 hours, then
 * every 2 hours: what was said since the last report, how far it reaches, the hot list, the claims
 * and their truth, what we said, which tasks are late, what we promised next. It ends with the
 * state.
 *
 *  1. A report counts the mentions of the commits behind the last one's (from_seq, to_seq]: each is
 *     in one report, however late it was stored, but for those that arrived over SITREP_LATE_S before
 *     the report's window: they are in none.
 *  2. What stands in the file of the incident is taken from its entries up to one; so all of a
 *     report can be computed again (verify_sitrep.c).
 *  3. One report for a time, one for all that were missed; a clock that is set back makes none
 *     come again and none stay away.
 */
#ifndef LY_RESPONDER_SITREP_H
#define LY_RESPONDER_SITREP_H

#include "core/conf.h"
#include "core/json.h"
#include "responder/notice_text.h"

#define SITREP_OFTEN_S 1800
#define SITREP_WHILE_S (4 * 3600)
#define SITREP_THEN_S  7200
#define SITREP_LATE_S  3600
#define SITREP_SHOWN   5 /* claims, late tasks */
#define SITREP_TOP     8

/* The first time > now at which one is due, of an incident that is handled since `since`. Pure. */
int64_t sitrep_next(int64_t since, int64_t now);

/* A row of table sitrep: one for each incident that has them. */
struct sitrep_state {
	struct id incident;
	int64_t since_at, n; /* handled since; reports made */
	int64_t told_at, next_at;
	int64_t to_seq, mentions; /* of the last one */
};

struct sitrep {
	int64_t n;
	int64_t from_at, to_at, from_seq, to_seq;
	struct conf_texts watches;
	/* voices that count (not ours, no echo, not old) */
	int64_t mentions, negative, complaints, authors, sites;
	int64_t reach;  /* followers of all who spoke, each once, where they are known */
	int64_t rank;   /* best place on a hot list; 0: on none */
	int64_t before; /* mentions of the report before; -1: this is the first */
	struct id top[SITREP_TOP]; /* negative ones of the greatest reach */
	size_t top_n;
	/* the file, up to entry number `entries` */
	int64_t entries;
	struct sitrep_claim {
		struct str text, truth; /* text empty: erased */
		int64_t entry;
	} claims[SITREP_SHOWN];
	int64_t claims_n;
	struct sitrep_task {
		struct str what, role;
		int64_t due_at;
	} late[SITREP_SHOWN]; /* longest overdue first */
	int64_t late_n;
	int64_t tasks_gone;         /* erased: whether they were late is not known any more */
	int64_t releases, released; /* in all; in this report's time */
	struct str last_kind;
	int64_t last_at;
	int64_t promise_at; /* 0: none */
	int64_t next_at;    /* of the next report */
};

/* ---- sitrep_count.c: from the record; texts in a ------------------------------------------------- */

/* Fills what stands under "voices", of the watches, window and commits in *s. */
int sitrep_voices(struct store *s, struct sitrep *x, struct err *e) LY_MUST_USE;
/* Fills what stands under "the file", up to entry x->entries; 0: to the newest, which is then in it. */
int sitrep_file(struct store *s, const struct id *incident, struct arena *a, struct sitrep *x,
		struct err *e) LY_MUST_USE;

/* ---- sitrep_words.c: pure -------------------------------------------------------------------------- */

struct sitrep_words {
	const struct sitrep *s;
	const struct matter *m;
	bool zh,
		brief; /* brief: across a border; of a confidential one not the counts either */
	enum plain_form form;
	const struct zone *zone;
	struct str owner;
};
void sitrep_subject(const struct sitrep_words *w, struct buf *b);
void sitrep_body(const struct sitrep_words *w, struct buf *b);
void sitrep_html(const struct sitrep_words *w, struct buf *b);
/* The two rows of figures, as a body has them. */
void sitrep_add_voices(const struct sitrep *s, bool zh, struct buf *b);
void sitrep_add_reach(const struct sitrep *s, bool zh, struct buf *b);
/* As facts, without the braces. */
void sitrep_facts(const struct sitrep *s, struct buf *b);
/* Back: what a report was made with, and what it says. Lists in a. -1: not such facts. */
int sitrep_of_facts(const struct json *facts, struct arena *a, struct sitrep *s) LY_MUST_USE;

/* ---- sitrep_store.c -------------------------------------------------------------------------------- */

/* In the place of the one before. */
int sitrep_write(struct store *s, const struct sitrep_state *x, struct err *e) LY_MUST_USE;
int sitrep_end(struct store *s, const struct id *incident, struct err *e) LY_MUST_USE;
/* 1, 0, -1. */
int sitrep_read(struct store *s, const struct id *incident, struct sitrep_state *x,
		struct err *e) LY_MUST_USE;
/* When the next of all is due; INT64_MAX: none. */
int sitrep_due_at(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;
/* Due until now, or told at a time to come: the clock was set back. How many, at most max; -1. */
int sitreps_due_rows(struct store *s, int64_t now, struct sitrep_state *v, int max,
		     struct err *e) LY_MUST_USE;
struct stored_mention;
/* Mentions of a watch in commits (from_seq, to_seq] that arrived at from_at or after. */
int sitrep_mentions(struct store *s, struct str watch, const struct sitrep *x,
		    void (*each)(void *arg, const struct stored_mention *m), void *arg,
		    struct err *e) LY_MUST_USE;
/* A text that reports quoted was struck from the file: what is kept of them says so instead, what
 * waits leaves so. How many, -1. */
int sitreps_strike(struct store *s, const struct id *incident, int64_t at,
		   struct err *e) LY_MUST_USE;
/* The same, of all of the file: its term is over (retain.h). */
int sitreps_expire(struct store *s, const struct id *incident, int64_t at,
		   struct err *e) LY_MUST_USE;
/* All notices of kind "sitrep". */
struct stored_sitrep {
	struct id id, incident;
	struct str body, facts;
	bool erased; /* composed again without a text that was erased, or struck */
};
int sitreps_stored(struct store *s, int (*each)(void *arg, const struct stored_sitrep *x),
		   void *arg, struct err *e) LY_MUST_USE;

#endif
