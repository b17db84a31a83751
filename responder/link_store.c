#include "core/base.h"

#include "responder/link_store.h"

int
link_key_newest(struct store *s, struct arena *a, struct link_key *k, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT number, secret, made_at FROM link_key"
				       " ORDER BY made_at DESC, number DESC LIMIT 1");
	int found = stmt_step(q, e);

	if (found > 0)
		*k = (struct link_key){ stmt_col_int(q, 0), arena_str(a, stmt_col_bytes(q, 1)),
					stmt_col_int(q, 2) };
	stmt_reset(q);
	return found;
}

int
link_key_read(struct store *s, int64_t number, struct arena *a, struct str *secret,
	      struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT secret FROM link_key WHERE number = :number");
	int found;

	stmt_int(q, 1, number);
	found = stmt_step(q, e);
	if (found > 0)
		*secret = arena_str(a, stmt_col_bytes(q, 0));
	stmt_reset(q);
	return found;
}

int
link_key_add(struct store *s, const struct link_key *k, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM link_key WHERE made_at < :before");

	stmt_int(q, 1, k->made_at - LINK_KEY_S - LINK_S);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "INSERT INTO link_key (number, secret, made_at) VALUES (:number,"
			  " :secret, :made)");
	stmt_int(q, 1, k->number);
	stmt_bytes(q, 2, k->secret);
	stmt_int(q, 3, k->made_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
link_use_add(struct store *s, const struct link_use *u, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO link_use (notice, verb, at, actor) VALUES (:notice,"
			      " :verb, :at, :actor) ON CONFLICT (notice, verb) DO NOTHING");

	stmt_id(q, 1, &u->notice);
	stmt_int(q, 2, (int64_t)u->verb);
	stmt_int(q, 3, u->at);
	stmt_text(q, 4, u->actor);
	return stmt_run(q, e);
}

int
link_use_read(struct store *s, struct arena *a, struct link_use *u, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT at, actor FROM link_use WHERE notice = :notice"
				       " AND verb = :verb");
	int found;

	stmt_id(q, 1, &u->notice);
	stmt_int(q, 2, (int64_t)u->verb);
	found = stmt_step(q, e);
	if (found > 0) {
		u->at = stmt_col_int(q, 0);
		u->actor = arena_str(a, stmt_col_text(q, 1));
	}
	stmt_reset(q);
	return found;
}
