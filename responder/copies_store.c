#include "core/base.h"

#include "responder/copies_store.h"

int
copies_add(struct store *s, const struct copies_row *row, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO copies (document, arrived_at, signature, story, gist)"
		   " VALUES (:document, :at, :signature, :story, :gist)");

	stmt_id(q, 1, &row->document);
	stmt_int(q, 2, row->arrived_at);
	stmt_bytes(q, 3, row->signature);
	stmt_id(q, 4, &row->story);
	stmt_bytes(q, 5, row->gist);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
copies_newest(struct store *s, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT n FROM copies ORDER BY n DESC LIMIT 1");
	int found = stmt_step(q, e);

	*n = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
copies_read(struct store *s, int64_t from,
	    bool (*each)(void *arg, int64_t n, const struct copies_row *row), void *arg,
	    struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT n, document, arrived_at, signature, story, gist"
				       " FROM copies WHERE n > :from ORDER BY n");
	int more;

	stmt_int(q, 1, from);
	while ((more = stmt_step(q, e)) > 0) {
		struct copies_row row = { .document = stmt_col_id(q, 1),
					  .arrived_at = stmt_col_int(q, 2),
					  .signature = stmt_col_bytes(q, 3),
					  .story = stmt_col_id(q, 4),
					  .gist = stmt_col_bytes(q, 5) };

		if (!each(arg, stmt_col_int(q, 0), &row))
			break;
	}
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

#define OF_NO_LATER_TIME \
	" WHERE arrived_at <= :now OR n <= (SELECT max(n) FROM copies) - :most ORDER BY n"

/* The first that stays ends it: so those that stay have numbers without a gap. But what a clock that was
 * ahead wrote stays and ends nothing: those behind it would outlive their time for as long as it was. */
int
copies_forget(struct store *s, int64_t before, int64_t now, int64_t most, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"DELETE FROM copies WHERE n IN (SELECT n FROM copies" OF_NO_LATER_TIME
		" LIMIT :at_once) AND n < coalesce((SELECT min(o.n) FROM (SELECT n, arrived_at"
		" FROM copies" OF_NO_LATER_TIME
		" LIMIT :at_once + 1) AS o WHERE o.arrived_at >="
		" :before AND o.n > (SELECT max(n) FROM copies) - :most), "
		"9223372036854775807)");

	stmt_int(q, 1, now);
	stmt_int(q, 2, most);
	stmt_int(q, 3, COPIES_AT_ONCE);
	stmt_int(q, 4, before);
	return stmt_run(q, e);
}
