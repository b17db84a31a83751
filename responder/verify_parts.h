/* verify_parts.h - one run of verify; private to verify*.c. */
#ifndef LY_RESPONDER_VERIFY_PARTS_H
#define LY_RESPONDER_VERIFY_PARTS_H

#include "core/arena.h"
#include "core/result.h"
#include "responder/baseline.h"
#include "responder/incident.h"
#include "responder/rollup.h"
#include "responder/signal.h"
#include "responder/verify.h"

struct verify {
	struct store *s;
	const struct zone *zone;
	void (*mismatch)(void *arg, struct str what);
	void *arg;
	struct verify_sum *sum;
	struct err *e;
	struct arena *a; /* of one row */
	struct buf scratch;
	/* roll-ups: as they should be, as they are */
	struct names *watches, *topics;
	struct rollup want, have;
	int64_t day_from, day_to;
	int64_t oldest;     /* mention that is left */
	int64_t rates_from; /* ROLLUP_RATES_FROM */
	/* the chain, and where it leaves each incident */
	int64_t seq;
	uint8_t hash[32];
	struct verify_place {
		struct id incident;
		enum incident_state state;
		int64_t level, moves;
	} * places;
	size_t places_n, places_cap;
	/* hours of one baseline */
	struct baseline_hours hours;
	enum signal_kind signal;
	int64_t upper_tier; /* only authors with so many followers are counted; 0 = all */
};
/* A figure that does not follow: counted and told. */
void verify_differs(struct verify *v, const char *fmt, ...) LY_PRINTF(2, 3);
/* 0, or -1 and *v->e. */
int verify_all_firings(struct verify *v) LY_MUST_USE;
int verify_all_notices(struct verify *v) LY_MUST_USE;
int verify_all_sitreps(struct verify *v) LY_MUST_USE;
int verify_all_digests(struct verify *v) LY_MUST_USE;
int verify_all_entries(struct verify *v) LY_MUST_USE;
int verify_all_rota(struct verify *v) LY_MUST_USE;
int verify_all_silences(struct verify *v) LY_MUST_USE; /* verify_silence.c */
int verify_all_drafts(struct verify *v) LY_MUST_USE;

struct json;
/* verify_gauge.c: a firing of a number from outside. */
int verify_gauge(struct verify *v, const struct firing *f, const struct json *facts);

#endif
