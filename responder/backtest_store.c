#include "core/base.h"

#include "responder/backtest_store.h"

#define EARLIER_S 3600 /* an incident begins a little after what it is about */

int
judged_incidents(struct store *s, const struct backtest_ask *q, struct judged_incident *v,
		 size_t *n, struct err *e)
{
	struct stmt *rows = store_stmt(
		s, "SELECT i.opened_at, i.first_mention_at, i.closed_at, (SELECT count(*) FROM"
		   " move m WHERE m.incident = i.id AND m.event = 'verdict_wrong'), (SELECT"
		   " count(*) FROM move m WHERE m.incident = i.id AND m.event IN"
		   " ('verdict_respond', 'verdict_watch', 'person_L2', 'person_L3',"
		   " 'stand_down')) FROM incident i WHERE i.watch = :watch AND i.opened_at >"
		   " :from AND i.opened_at <= :until ORDER BY i.opened_at");
	int more;

	*n = 0;
	stmt_text(rows, 1, q->watch->name);
	stmt_int(rows, 2, q->from);
	stmt_int(rows, 3, q->until);
	while ((more = stmt_step(rows, e)) > 0 && *n < JUDGED_MAX) {
		int64_t opened = stmt_col_int(rows, 0), first = stmt_col_int(rows, 1);
		struct judged_incident *x = &v[(*n)++];

		x->from = (first && first < opened ? first : opened) - EARLIER_S;
		x->until = stmt_col_null(rows, 2) ? INT64_MAX : stmt_col_int(rows, 2);
		x->truth = stmt_col_int(rows, 3)   ? TRUTH_WRONG
			   : stmt_col_int(rows, 4) ? TRUTH_RIGHT
						   : TRUTH_UNKNOWN;
	}
	stmt_reset(rows);
	return more < 0 ? -1 : 0;
}
