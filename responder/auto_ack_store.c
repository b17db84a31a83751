/* auto_ack_store.c - see auto_ack_store.h. */
#include "core/base.h"

#include "responder/auto_ack_store.h"

int
auto_ack_known(struct store *s, const struct id *who, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM auto_ack WHERE who = :who");
	int found;

	stmt_id(q, 1, who);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int64_t
auto_ack_count(struct store *s, int64_t since, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM auto_ack WHERE at > :since");
	int64_t n;

	stmt_int(q, 1, since);
	n = stmt_step(q, e) > 0 ? stmt_col_int(q, 0) : -1;
	stmt_reset(q);
	return n;
}

int
auto_ack_add(struct store *s, const struct auto_ack_row *row, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO auto_ack (who, mention, at, template, hash)"
				       " VALUES (:who, :mention, :at, :template, :hash)"
				       " ON CONFLICT (who) DO NOTHING");

	stmt_id(q, 1, &row->who);
	stmt_id(q, 2, &row->mention);
	stmt_int(q, 3, row->at);
	stmt_text(q, 4, row->template);
	stmt_text(q, 5, row->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
