#include "core/base.h"

#include "responder/answer_store.h"

#define DAY_S 86400

int
answer_from_read(struct store *s, struct answer_from *x, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT upto, validity FROM answer_from WHERE source = :source");
	int found;

	stmt_text(q, 1, x->source);
	found = stmt_step(q, e);
	if (found > 0) {
		x->upto = stmt_col_int(q, 0);
		x->validity = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return found;
}

int
answer_from_write(struct store *s, const struct answer_from *x, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO answer_from (source, upto, validity) VALUES (:source, :upto,"
		   " :validity) ON CONFLICT (source) DO UPDATE SET upto = excluded.upto,"
		   " validity = excluded.validity");

	stmt_text(q, 1, x->source);
	stmt_int(q, 2, x->upto);
	stmt_int(q, 3, x->validity);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
answer_try_add(struct store *s, const struct answer_try *x, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM answer_try WHERE at < :before");

	stmt_int(q, 1, x->at - DAY_S);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "INSERT INTO answer_try (id, at, who) VALUES (:id, :at, :who)"
			  " ON CONFLICT (id) DO NOTHING");
	stmt_id(q, 1, &x->id);
	stmt_int(q, 2, x->at);
	stmt_text(q, 3, x->who);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
answer_tries(struct store *s, struct str who, int64_t since, int64_t *his, int64_t *all,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(sum(CASE WHEN who = :who THEN 1 ELSE 0"
				       " END), 0), count(*) FROM answer_try WHERE at > :since");
	int found;

	stmt_text(q, 1, who);
	stmt_int(q, 2, since);
	found = stmt_step(q, e);
	*his = found > 0 ? stmt_col_int(q, 0) : 0;
	*all = found > 0 ? stmt_col_int(q, 1) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}
