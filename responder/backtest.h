/*
 * backtest.h - triggers once more over the record: what would have fired, and what people said of
 * it then. Reads only.
 *
 * The same series, baselines and trigger_judge() as in the stage. Usual values come from the
 * roll-ups as they are now, so that a mention that came late counts where the stage did not know
 * it yet. A firing is right when it falls into an incident of the watch that people assessed or
 * handled, wrong when into one they called a wrong alarm; all others nobody has judged.
 */
#ifndef LY_RESPONDER_BACKTEST_H
#define LY_RESPONDER_BACKTEST_H

#include "core/clock.h"
#include "core/store.h"
#include "responder/conf.h"

#define BACKTEST_TRIGGERS 256

enum backtest_truth { TRUTH_UNKNOWN, TRUTH_RIGHT, TRUTH_WRONG, TRUTHS };
/* One trigger's outcome for one of its grades. */
struct backtest_sum {
	int64_t grade; /* 0: it is not judged for more grades */
	int64_t fired[TRUTHS];
	int64_t found; /* incidents that people handled, in which it fired */
	/* at the end */
	int64_t observed, threshold, baseline; /* threshold -1: nothing can fire it */
};
struct backtest_ask {
	const struct watch_conf *watch;
	const struct trigger_conf *triggers;
	size_t n;            /* at most BACKTEST_TRIGGERS */
	int64_t from, until; /* firings in from < at <= until count */
	const struct zone *zone;
};
/* sums: n times 3, by trigger and place among its grades. *handled: incidents that people
 * assessed or handled in that time. */
int backtest_run(struct store *s, const struct backtest_ask *q, struct backtest_sum (*sums)[3],
		 int64_t *handled, struct err *e) LY_MUST_USE;

/* A settled figure of a trigger, to be tried smaller and larger. NULL: its kind has none. */
struct backtest_figure {
	const char *key; /* "above", "factor", "chance" */
	size_t at;       /* offset in struct trigger_conf */
};
const struct backtest_figure *backtest_figure_of(const struct trigger_conf *t);

#endif
