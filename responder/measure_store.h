/* measure_store.h - what measure.h measures, of the record as it was at a time. Reads alone. */
#ifndef LY_RESPONDER_MEASURE_STORE_H
#define LY_RESPONDER_MEASURE_STORE_H

#include "core/conf.h"
#include "responder/measure.h"

struct measure_ask {
	const struct conf_texts *watches; /* empty: all */
	int64_t made_at;                  /* rows before then count */
	int64_t days;                     /* incidents opened in so many days before; 0: 90 */
	bool drills;                      /* these, or those in earnest */
};
int measure_read(struct store *s, const struct measure_ask *q, struct measures *out,
		 struct err *e) LY_MUST_USE;
/* Texts by template: how often a draft of it was the full response to an L3 incident of those days, and
 * how often it turned then; as the template made it, and as people edited it. The most used first. */
struct measured_use {
	int64_t used, judged, turned;
};
struct measured_template {
	struct str name, lang; /* borrowed */
	struct measured_use made, edited;
};
int measure_templates(struct store *s, const struct measure_ask *q,
		      void (*each)(void *arg, const struct measured_template *t), void *arg,
		      struct err *e) LY_MUST_USE;
/* Of rollup_hour, in whole hours within from <= t < to. */
int measure_tone(struct store *s, struct str watch, int64_t from, int64_t to,
		 struct measured_tone *out, struct err *e) LY_MUST_USE;
/* When its windows are over: roll-ups are whole hours. */
int64_t measure_over_at(const struct measured *m);
/* Of one whose windows are over (full_at is set): what was said before, during and after, in this
 * order, and what follows from it. enum reversal, -1. */
int measure_reversal(struct store *s, const struct measured *m, struct measured_tone tones[3],
		     struct err *e) LY_MUST_USE;

#endif
