/*
 * entry.h - the file of an incident: what people and clocks add to it beside its moves.
 *
 * A row is never changed. What stands is the newest row of each (kind, key); what stood before
 * stays to be read. The rows of all incidents are one chain, like that of the moves (audit.h):
 * hash = SHA-256 over previous and every column, the value by a salted digest. So a value can be
 * erased and the chain still holds.
 *
 * kind         key              value (JSON)
 * assessment   ""               type, fault, injury, history, reputation, note
 * claim        "1", "2", …      text, truth, proof
 * fact         "batch"          value, status, source
 * task         "claim", "t1"    what, role, state, due_at, why
 * role         "lead"           person, deputy
 * recusal      "linjing"        out, why
 * release      "1", "2", …      release.h
 * draft, approval, override     review.h
 * pack         "third"          pack.h
 * note, lesson "1", "2", …      text; of a lesson also side: well, badly, change (act_library.c)
 */
#ifndef LY_RESPONDER_ENTRY_H
#define LY_RESPONDER_ENTRY_H

#include "core/arena.h"
#include "core/store.h"

#define ENTRY_VALUE_MAX 65536 /* bytes */

struct entry {
	int64_t seq; /* 1, 2, … over all incidents */
	struct id incident;
	int64_t at;
	struct str kind, key, actor;
	struct str value;  /* JSON; empty when erased  */
	struct str salt;   /* 16 bytes; empty when erased */
	struct str erased; /* why, or empty            */
	uint8_t digest[32], previous[32], hash[32];
};
/* Of the value. Pure. */
void entry_digest(struct str salt, struct str value, uint8_t out[32]);
/* The hash that the row should have, from all its other columns. Pure. */
void entry_hash(const struct entry *x, uint8_t out[32]);
/* Sets seq, digest, previous and hash, and writes it in the open transaction. */
int entry_append(struct store *s, struct entry *x, struct err *e) LY_MUST_USE;
/* The same for n of them, one behind the other: the end of the chain is looked up once. */
int entries_append(struct store *s, struct entry *x, size_t n, struct err *e) LY_MUST_USE;
/* The newest of its kind and key; texts in a. 1, 0, -1. */
int entry_newest(struct store *s, const struct entry *of, struct arena *a, struct entry *out,
		 struct err *e) LY_MUST_USE;
/* Every row of a kind, by key, then in order of seq; x is borrowed. each returns 0 to go on. */
int entries_of_kind(struct store *s, const struct id *incident, struct str kind,
		    int (*each)(void *arg, const struct entry *x), void *arg,
		    struct err *e) LY_MUST_USE;
/* Of a kind each key, borrowed, with the seq of its newest row. each returns 0 to go on. */
int entries_newest(struct store *s, const struct id *incident, struct str kind,
		   int (*each)(void *arg, struct str key, int64_t seq), void *arg,
		   struct err *e) LY_MUST_USE;
/* What stands of a kind (empty: of all), by kind, then in order of first writing. x is borrowed.
 * each returns 0 to go on. */
int entries_standing(struct store *s, const struct id *incident, struct str kind,
		     int (*each)(void *arg, const struct entry *x), void *arg,
		     struct err *e) LY_MUST_USE;
/* What stood at that second. */
int entries_standing_at(struct store *s, const struct id *incident, struct str kind, int64_t at,
			int (*each)(void *arg, const struct entry *x), void *arg,
			struct err *e) LY_MUST_USE;
/* Every row in order of seq; incident NULL: of all incidents. */
int entries_read(struct store *s, const struct id *incident,
		 int (*each)(void *arg, const struct entry *x), void *arg,
		 struct err *e) LY_MUST_USE;
/* Its SQL when it is asked of one incident: a search, however many others there are. */
extern const char entries_of_incident[];
/* How many rows of a kind an incident has. -1 on failure. */
int64_t entries_count(struct store *s, const struct id *incident, struct str kind,
		      struct err *e) LY_MUST_USE;
/* The values of an incident's rows of this kind and key go; a tombstone with the reason stays.
 * Number of rows, or -1. */
int64_t entries_erase(struct store *s, const struct entry *of, struct str why, int64_t now,
		      struct err *e) LY_MUST_USE;

#endif
