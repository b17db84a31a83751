/* archive_store.c - SQL of table archive, and of what it takes from table document. */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"

#include "crawler/archive_store.h"

int
archive_place_read(struct store *s, struct archive_place *p, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT segment, bytes, seq FROM archive WHERE one = 1");
	int r = stmt_step(q, e);

	*p = (struct archive_place){ .seq = 0 };
	if (r == 1) {
		struct str name = stmt_col_text(q, 0);

		snprintf(p->segment, sizeof p->segment, "%.*s", STR_ARG(name));
		p->bytes = stmt_col_int(q, 1);
		p->seq = stmt_col_int(q, 2);
	}
	stmt_reset(q);
	return r;
}

int
archive_place_write(struct store *s, const struct archive_place *p, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO archive (one, segment, bytes, seq) VALUES (1,"
			      " :segment, :bytes, :seq) ON CONFLICT (one) DO UPDATE SET"
			      " segment = :segment, bytes = :bytes, seq = :seq");

	stmt_text(q, 1, str_of(p->segment));
	stmt_int(q, 2, p->bytes);
	stmt_int(q, 3, p->seq);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
archive_place_drop(struct store *s, struct err *e)
{
	return stmt_run(store_stmt(s, "DELETE FROM archive"), e) < 0 ? -1 : 0;
}

int
archive_each(struct store *s, int64_t seq, bool (*each)(void *arg, const struct archive_row *r),
	     void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq, at, body, archived FROM document WHERE seq"
				       " > :seq ORDER BY seq");
	int r;

	stmt_int(q, 1, seq);
	while ((r = stmt_step(q, e)) == 1) {
		struct archive_row row = { .seq = stmt_col_int(q, 0),
					   .at = stmt_col_int(q, 1),
					   .body = stmt_col_bytes(q, 2),
					   .again = stmt_col_int(q, 3) != 0 };

		if (!each(arg, &row))
			break;
	}
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
archive_again(struct store *s, int64_t old, int64_t seq, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE document SET archived = 1 WHERE seq = :seq AND"
				       " (EXISTS (SELECT 1 FROM archive WHERE seq >= :old) OR"
				       " EXISTS (SELECT 1 FROM document AS d WHERE d.seq = :old"
				       " AND d.archived = 1))");

	stmt_int(q, 1, seq);
	stmt_int(q, 2, old);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
