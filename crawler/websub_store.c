/* websub_store.c - the SQL of subscriptions; the table is made in spool_store.c. */
#include "core/base.h"

#include "crawler/websub_store.h"

#define COLUMNS                                                                          \
	"key, source, hub, topic, token, secret, callback, state, next_at, expires_at, " \
	"failures, delivered, pings, refused, heard_at, why"

static int
read_one(struct stmt *q, struct arena *a, struct subscription *sub, struct err *e)
{
	int r = stmt_step(q, e);

	*sub = (struct subscription){ 0 };
	if (r == 1) {
		sub->key = stmt_col_id(q, 0);
		sub->source = arena_str(a, stmt_col_text(q, 1));
		sub->hub = arena_str(a, stmt_col_text(q, 2));
		sub->topic = arena_str(a, stmt_col_text(q, 3));
		sub->token = arena_str(a, stmt_col_text(q, 4));
		sub->secret = arena_str(a, stmt_col_text(q, 5));
		sub->callback = arena_str(a, stmt_col_text(q, 6));
		sub->state = stmt_col_int(q, 7);
		sub->next_at = stmt_col_int(q, 8);
		sub->expires_at = stmt_col_int(q, 9);
		sub->failures = stmt_col_int(q, 10);
		sub->delivered = stmt_col_int(q, 11);
		sub->pings = stmt_col_int(q, 12);
		sub->refused = stmt_col_int(q, 13);
		sub->heard_at = stmt_col_int(q, 14);
		sub->why = arena_str(a, stmt_col_text(q, 15));
	}
	stmt_reset(q);
	return r;
}

int
websub_by_key(struct store *s, const struct id *key, struct arena *a, struct subscription *sub,
	      struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM websub WHERE key = :key");

	stmt_id(q, 1, key);
	return read_one(q, a, sub, e);
}

int
websub_by_source(struct store *s, struct str source, struct arena *a, struct subscription *sub,
		 struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM websub WHERE source = :source "
				       "AND state <> :leaving ORDER BY key LIMIT 1");

	stmt_text(q, 1, source);
	stmt_int(q, 2, SUB_LEAVING);
	return read_one(q, a, sub, e);
}

int
websub_by_time(struct store *s, int64_t now, struct arena *a, struct subscription *sub,
	       struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM websub WHERE next_at <= :now "
				       "ORDER BY next_at, key LIMIT 1");

	stmt_int(q, 1, now);
	return read_one(q, a, sub, e);
}

int
websub_after(struct store *s, const struct id *key, struct arena *a, struct subscription *sub,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM websub WHERE key > :key "
				       "ORDER BY key LIMIT 1");

	stmt_id(q, 1, key);
	return read_one(q, a, sub, e);
}

int
websub_write(struct store *s, const struct subscription *sub, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO websub (" COLUMNS ") VALUES (:key, :source, :hub, :topic, :token, "
		":secret, :callback, :state, :next, :expires, :failures, :delivered, :pings, "
		":refused, :heard, :why) ON CONFLICT (key) DO UPDATE SET state = :state, "
		"next_at = :next, expires_at = :expires, failures = :failures, "
		"delivered = :delivered, pings = :pings, refused = :refused, "
		"heard_at = :heard, why = :why");

	stmt_id(q, 1, &sub->key);
	stmt_text(q, 2, sub->source);
	stmt_text(q, 3, sub->hub);
	stmt_text(q, 4, sub->topic);
	stmt_text(q, 5, sub->token);
	stmt_text(q, 6, sub->secret);
	stmt_text(q, 7, sub->callback);
	stmt_int(q, 8, sub->state);
	stmt_int(q, 9, sub->next_at);
	stmt_int(q, 10, sub->expires_at);
	stmt_int(q, 11, sub->failures);
	stmt_int(q, 12, sub->delivered);
	stmt_int(q, 13, sub->pings);
	stmt_int(q, 14, sub->refused);
	stmt_int(q, 15, sub->heard_at);
	stmt_text(q, 16, sub->why);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
websub_forget(struct store *s, const struct id *key, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM websub WHERE key = :key");

	stmt_id(q, 1, key);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
websub_forget_all(struct store *s, struct err *e)
{
	return stmt_run(store_stmt(s, "DELETE FROM websub"), e) < 0 ? -1 : 0;
}

int
websub_next_at(struct store *s, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT next_at FROM websub ORDER BY next_at LIMIT 1");
	int r = stmt_step(q, e);

	*at = r == 1 ? stmt_col_int(q, 0) : INT64_MAX;
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}
