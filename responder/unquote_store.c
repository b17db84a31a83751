/* unquote_store.c - see unquote_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/unquote_store.h"

/* In the order in which they are done. */
static const char *const words[] = {
	[REWRITE_QUOTES] = "quotes", [REWRITE_ALL] = "all",   [REWRITE_NOTICE] = "notice",
	[REWRITE_DIGEST] = "digest", [REWRITE_PACK] = "pack", [REWRITE_LOG] = "log",
};

int
rewrite_add(struct store *s, enum rewrite_what what, const struct id *id, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO rewrite (what, id) VALUES (:what, :id)"
				       " ON CONFLICT (what, id) DO NOTHING");

	stmt_text(q, 1, str_of(words[what]));
	stmt_id(q, 2, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
rewrite_done(struct store *s, const struct rewrite *x, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM rewrite WHERE what = :what AND id = :id");

	stmt_text(q, 1, str_of(words[x->what]));
	stmt_id(q, 2, &x->id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static int
next_of(struct store *s, enum rewrite_what what, struct rewrite *after, struct err *e)
{
	static const struct id none;
	struct stmt *q = store_stmt(s, "SELECT id FROM rewrite WHERE what = :what AND"
				       " id > :after ORDER BY id LIMIT 1");
	int found;

	stmt_text(q, 1, str_of(words[what]));
	stmt_id(q, 2, what == after->what ? &after->id : &none);
	found = stmt_step(q, e);
	if (found > 0)
		*after = (struct rewrite){ what, stmt_col_id(q, 0) };
	stmt_reset(q);
	return found;
}

int
rewrite_next(struct store *s, struct rewrite *after, struct err *e)
{
	int found = 0;

	for (size_t what = after->what; !found && what < LY_COUNT(words); what++)
		found = next_of(s, (enum rewrite_what)what, after, e);
	return found;
}

int
mention_is_erased(struct store *s, const struct id *mention, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM mention m JOIN document d ON d.id ="
				       " m.document JOIN content c ON c.document = d.n"
				       " WHERE m.id = :id AND c.erased_at IS NOT NULL");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int
notices_telling(struct store *s, int (*each)(void *arg, const struct id *id, struct str facts),
		void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, facts FROM notice WHERE kind NOT IN"
				       " ('bundle', 'operator') ORDER BY created_at, id");
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);

		stop = each(arg, &id, stmt_col_text(q, 1));
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
notices_carrying(struct store *s, const struct made_between *made,
		 int (*each)(void *arg, const struct id *id), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id FROM notice WHERE kind IN ('bundle',"
				       " 'operator') AND created_at >= :from AND created_at <="
				       " :until ORDER BY created_at, id");
	int more, stop = 0;

	stmt_int(q, 1, made->from);
	stmt_int(q, 2, made->until);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);

		stop = each(arg, &id);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
drafts_resting(struct store *s, int (*each)(void *arg, struct str evidence), void *arg,
	       struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT evidence FROM draft WHERE state <> 'superseded'");
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0)
		stop = each(arg, stmt_col_text(q, 0));
	stmt_reset(q);
	return stop ? stop : more;
}
