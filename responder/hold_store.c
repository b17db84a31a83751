#include "core/base.h"

#include "core/str.h"
#include "responder/hold_store.h"

/* Does the newest row of the notice say the same? Its number in *n, 0: there is none. */
static int
newest_says(struct store *s, const struct notice_hold *r, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT n, why, detail, until_at FROM notice_hold WHERE"
				       " notice = :notice ORDER BY n DESC LIMIT 1");
	int found, same = 0;

	*n = 0;
	stmt_id(q, 1, &r->notice);
	found = stmt_step(q, e);
	if (found > 0) {
		*n = stmt_col_int(q, 0);
		same = str_eq(stmt_col_text(q, 1), r->why) &&
		       str_eq(stmt_col_text(q, 2), r->detail) &&
		       (stmt_col_int(q, 3) == r->until_at || str_is(r->why, "inhibited"));
	}
	stmt_reset(q);
	return found < 0 ? -1 : same;
}

int
notice_hold_add(struct store *s, const struct notice_hold *r, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET state = 'held', why = :why, due_at ="
				       " :until, next_at = :until WHERE id = :id");
	int64_t n;
	int same;

	stmt_text(q, 1, r->why);
	stmt_int(q, 2, r->until_at);
	stmt_id(q, 3, &r->notice);
	if (stmt_run(q, e) < 0 || (same = newest_says(s, r, &n, e)) < 0)
		return -1;
	if (same)
		return 0;
	q = store_stmt(s,
		       "INSERT INTO notice_hold (notice, n, at, why, detail, until_at) VALUES"
		       " (:notice, :n, :at, :why, :detail, :until)");
	stmt_id(q, 1, &r->notice);
	stmt_int(q, 2, n + 1);
	stmt_int(q, 3, r->at);
	stmt_text(q, 4, r->why);
	stmt_text(q, 5, r->detail);
	stmt_int(q, 6, r->until_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_holds_read(struct store *s, const struct id *notice,
		  void (*each)(void *arg, const struct notice_hold *r), void *arg,
		  struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT at, why, detail, until_at FROM notice_hold WHERE"
				       " notice = :notice ORDER BY n");
	int more;

	stmt_id(q, 1, notice);
	while ((more = stmt_step(q, e)) > 0) {
		struct notice_hold r = { .notice = *notice,
					 .at = stmt_col_int(q, 0),
					 .why = stmt_col_text(q, 1),
					 .detail = stmt_col_text(q, 2),
					 .until_at = stmt_col_int(q, 3) };

		each(arg, &r);
	}
	stmt_reset(q);
	return more;
}

int
notice_holds_wake(struct store *s, int64_t now, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE notice SET due_at = :now WHERE state = 'held' AND"
			      " due_at > :now AND (why = 'silenced' OR why = 'muted' OR"
			      " why = 'inhibited')");

	stmt_int(q, 1, now);
	return stmt_run(q, e);
}

int
notice_holds_ask_anew(struct store *s, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET due_at = :now, why = '' WHERE state ="
				       " 'held' AND due_at > :now");

	stmt_int(q, 1, now);
	return stmt_run(q, e);
}

const char matters_that_burn[] = "SELECT id FROM incident WHERE state = 'open' OR state ="
				 " 'assessing' OR state = 'responding' ORDER BY level DESC,"
				 " opened_at, number LIMIT :max";

int
matters_burning(struct store *s, struct id *out, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, matters_that_burn);
	int more, n = 0;

	stmt_int(q, 1, max);
	while ((more = stmt_step(q, e)) > 0 && n < max)
		out[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}
