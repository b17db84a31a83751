/* shed_store.c - the table valve_word: one row a word, never changed. */
#include "core/base.h"

#include "core/str.h"
#include "responder/shed.h"

int
shed_add(struct store *s, const struct id *document, const struct shed_word *w, int64_t as_of,
	 struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO valve_word (at, document, sheds, since_at, said, polls, sources,"
		" names, as_of) VALUES (:at, :document, :sheds, :since, :said, :polls,"
		" :sources, :names, :as_of) ON CONFLICT DO NOTHING");

	stmt_int(q, 1, w->at);
	stmt_id(q, 2, document);
	stmt_int(q, 3, w->sheds);
	stmt_int(q, 4, w->since_at);
	stmt_text(q, 5, w->load);
	stmt_int(q, 6, w->polls);
	stmt_int(q, 7, w->sources);
	stmt_text(q, 8, w->names);
	stmt_int(q, 9, as_of);
	return stmt_run(q, e);
}

int
shed_now(struct store *s, int64_t *since_at, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT min(CASE WHEN sheds = 1 THEN since_at ELSE 0 END) FROM"
			      " valve_word WHERE at = (SELECT max(at) FROM valve_word)");
	int found = stmt_step(q, e);

	*since_at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
shed_between(struct store *s, int64_t from, int64_t until, int64_t as_of, struct shed_sum *sum,
	     struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT count(*), coalesce(sum(polls), 0), coalesce(max(sources), 0) FROM"
		   " valve_word WHERE at >= :from AND at < :until AND as_of <= :as_of");
	int found;

	stmt_int(q, 1, from);
	stmt_int(q, 2, until);
	stmt_int(q, 3, as_of);
	found = stmt_step(q, e);
	if (found > 0)
		*sum = (struct shed_sum){ stmt_col_int(q, 0), stmt_col_int(q, 1),
					  stmt_col_int(q, 2) };
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}
