/* backtest_store.h - what people said of the incidents of a watch. */
#ifndef LY_RESPONDER_BACKTEST_STORE_H
#define LY_RESPONDER_BACKTEST_STORE_H

#include "responder/backtest.h"

#define JUDGED_MAX 4096

struct judged_incident {
	int64_t from,
		until; /* an hour before it was opened or heard of first; closed, or for ever */
	enum backtest_truth truth;
};
/* Those opened in the time that is asked about, oldest first, at most JUDGED_MAX into v. */
int judged_incidents(struct store *s, const struct backtest_ask *q, struct judged_incident *v,
		     size_t *n, struct err *e) LY_MUST_USE;

#endif
