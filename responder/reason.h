/*
 * reason.h - why a trigger fired, as people say it, in zh and en, and every figure behind it.
 *
 * No author's name and no text of anybody: reasons go into the audit chain, which is never
 * erased. facts is a JSON object; verify.c re-computes each of its figures from stored rows:
 *   observed, authors, sites, first, stories  from the mentions named in the firing's evidence
 *   usual                                     from the mentions of earlier windows up to usual.as_of
 *   threshold, silent_below                   from these and the settings in the object
 */
#ifndef LY_RESPONDER_REASON_H
#define LY_RESPONDER_REASON_H

#include "core/clock.h"
#include "responder/baseline.h"
#include "responder/firing.h"
#include "responder/names.h"
#include "responder/signal.h"

#define REASON_EVIDENCE_MAX 8192 /* mention ids kept with a firing */

struct reason {
	const struct trigger_conf *conf;
	const struct trigger_view *view;
	const struct baseline *usual; /* NULL = not asked */
	int64_t usual_as_of;          /* commit the baseline was read at */
	int64_t usual_prior;          /* what the size of the watch says, 1/1000 an hour */
	int64_t threshold;
	const struct signal_item *const *items; /* counted, newest first, at least one */
	size_t n;
	const struct names *sites, *topics;
	const struct zone *zone;
};
/* Fills facts, both reasons, evidence, first_at, story, topic, safety of f (the rest of f is
 * set). Everything lives in a. */
void reason_make(const struct reason *r, struct firing *f, struct arena *a);
/* "山脆：食品安全" / "Shancui: negative spike", in a. */
struct str reason_title(const struct trigger_conf *t, const struct firing *f,
			struct str watch_title, struct str lang, struct arena *a);

#endif
