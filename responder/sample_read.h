/*
 * sample_read.h - what people push as numbers, read: JSON, CSV, Alertmanager's alerts. Pure.
 *
 *   JSON  {"signal":"conversion","value":0.031,"at":"2026-11-21T08:00:00Z"}, one or one a line
 *   CSV   signal,value,at          a head that names the columns; at may be missing
 *         conversion,0.031,2026-11-21T08:00:00+08:00
 *   alerts  the body of POST /api/v2/alerts: a list of {"labels","startsAt","endsAt"}; one is the
 *         sample 1 of the signal "alert/" and its name at its start, and 0 at its end
 *
 * All or nothing: the first mistake refuses the body, by its line.
 */
#ifndef LY_RESPONDER_SAMPLE_READ_H
#define LY_RESPONDER_SAMPLE_READ_H

#include "core/arena.h"
#include "core/buf.h"
#include "responder/signal_store.h"

#define SAMPLES_AT_ONCE 10000
#define SAMPLES_AHEAD_S 600 /* a sender's clock may be so far ahead */
#define ALERT_PREFIX    "alert/"

enum samples_form { SAMPLES_JSON, SAMPLES_CSV, SAMPLES_ALERTS };
enum samples_form samples_form_of(struct str content_type);

struct samples {
	struct sample *v; /* in the arena; source and arrived_at are empty */
	size_t n;
	int64_t line; /* the one that is refused, from 1 */
};
/* ERR_REJECT says what is wrong with .line. Names live in a or point into
 * the body. */
int samples_read_body(struct arena *a, enum samples_form form, struct str body, int64_t now,
		      struct samples *out, struct err *e) LY_MUST_USE;
/* "-12.000034" -> -12000034, at most six decimals. -1 when it is none or too large. */
int sample_parse(struct str text, int64_t *value_micro) LY_MUST_USE;

#endif
