#include "core/base.h"

#include "core/hash.h"
#include "responder/group_store.h"

int
group_read(struct store *s, const struct id *id, struct group_row *g, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT interval_s, repeat_s, flushed_at, flush_at, told_at"
			      " FROM notice_group WHERE id = :id");
	int found;

	*g = (struct group_row){ .id = *id };
	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0) {
		g->interval_s = stmt_col_int(q, 0);
		g->repeat_s = stmt_col_int(q, 1);
		g->flushed_at = stmt_col_int(q, 2);
		g->flush_at = stmt_col_int(q, 3);
		g->told_at = stmt_col_int(q, 4);
	}
	stmt_reset(q);
	return found;
}

int
group_write(struct store *s, const struct group_row *g, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO notice_group (id, interval_s, repeat_s, flushed_at, flush_at,"
		   " told_at) VALUES (:id, :interval, :repeat, :flushed, :flush, :told) ON"
		   " CONFLICT (id) DO UPDATE SET interval_s = excluded.interval_s, repeat_s ="
		   " excluded.repeat_s, flushed_at = excluded.flushed_at, flush_at ="
		   " excluded.flush_at, told_at = excluded.told_at");

	stmt_id(q, 1, &g->id);
	stmt_int(q, 2, g->interval_s);
	stmt_int(q, 3, g->repeat_s);
	stmt_int(q, 4, g->flushed_at);
	stmt_int(q, 5, g->flush_at);
	stmt_int(q, 6, g->told_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static int
run_with(struct store *s, const char *sql, const struct id *group, struct err *e)
{
	struct stmt *q = store_stmt(s, sql);

	stmt_id(q, 1, group);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
group_drop(struct store *s, const struct id *id, struct err *e)
{
	if (run_with(s, "DELETE FROM group_member WHERE grp = :id", id, e) < 0)
		return -1;
	return run_with(s, "DELETE FROM notice_group WHERE id = :id", id, e);
}

static int
ids_read(struct stmt *q, struct id *out, size_t *n, struct err *e)
{
	int more;

	*n = 0;
	while ((more = stmt_step(q, e)) > 0 && *n < GROUPS_MAX)
		out[(*n)++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

int
groups_due(struct store *s, int64_t now, struct id *out, size_t *n, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT id FROM notice_group WHERE flush_at <= :now ORDER"
			      " BY flush_at, id LIMIT :max");

	stmt_int(q, 1, now);
	stmt_int(q, 2, GROUPS_MAX);
	return ids_read(q, out, n, e);
}

/* SQL: a time of the group that lies ahead and began then, by so much earlier. */
#define EARLIER(at, began)                                                \
	at " = CASE WHEN " at " > :now AND " began " > :after AND " began \
	   " <= :until THEN " at " - :by ELSE " at " END"
/* Since it was flushed last; the first time since the first of it opened (group_flush_at()). */
#define FLUSH_BEGAN                                                                       \
	"CASE WHEN flushed_at > 0 THEN flushed_at ELSE coalesce((SELECT min(i.opened_at)" \
	" FROM group_member m JOIN incident i ON i.id = m.incident WHERE m.grp ="         \
	" notice_group.id), flush_at) END"

int
groups_earlier(struct store *s, const struct set_back_span *span, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice_group SET " EARLIER("flush_at", FLUSH_BEGAN) ", " EARLIER(
			   "flushed_at",
			   "flushed_at") ", " EARLIER("told_at",
						      "told_at") " WHERE flush_at > :now OR "
								 "flushed_at > :now OR told_at "
								 "> :now");

	stmt_int(q, 1, now);
	stmt_int(q, 2, span->after);
	stmt_int(q, 3, span->until);
	stmt_int(q, 4, span->by_s);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
group_join(struct store *s, const struct id *group, const struct group_member *m, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO group_member (grp, incident, level, told_at, gone_at) VALUES"
		" (:grp, :incident, :level, 0, 0) ON CONFLICT (grp, incident, level) DO UPDATE"
		" SET gone_at = 0, told_at = 0");

	stmt_id(q, 1, group);
	stmt_id(q, 2, &m->incident);
	stmt_int(q, 3, m->level);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
group_seats(struct store *s, const struct id *group, struct group_seat *out, int max,
	    struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT incident, level, told_at, gone_at FROM"
				       " group_member WHERE grp = :grp ORDER BY gone_at,"
				       " incident, level LIMIT :max");
	int more, n = 0;

	stmt_id(q, 1, group);
	stmt_int(q, 2, max);
	while ((more = stmt_step(q, e)) > 0 && n < max)
		out[n++] = (struct group_seat){ { stmt_col_id(q, 0), stmt_col_int(q, 1) },
						stmt_col_int(q, 2),
						stmt_col_int(q, 3) };
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
group_told(struct store *s, const struct id *group, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE group_member SET told_at = :now WHERE grp = :grp"
				       " AND gone_at = 0");

	stmt_int(q, 1, now);
	stmt_id(q, 2, group);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
group_forget(struct store *s, const struct id *group, struct err *e)
{
	return run_with(s, "DELETE FROM group_member WHERE grp = :grp AND gone_at > 0", group,
			e);
}

/* Its seats but those at that level, and (group not none) in that group. */
#define SEATS_BUT                                                                              \
	" WHERE incident = :incident AND gone_at = 0 AND (level <> :level OR (:within = 1 AND" \
	" grp <> :group))"

static void
seats_bind(struct stmt *q, int at, const struct group_member *but, const struct id *group)
{
	stmt_id(q, at, &but->incident);
	stmt_int(q, at + 1, but->level);
	stmt_int(q, at + 2, !id_none(group));
	stmt_id(q, at + 3, group);
}

static bool
has_id(const struct id *v, size_t n, const struct id *id)
{
	for (size_t i = 0; i < n; i++)
		if (id_eq(&v[i], id))
			return true;
	return false;
}

int
group_leave(struct store *s, const struct group_member *but, const struct id *group,
	    int64_t now, struct id *out, size_t *n, struct err *e)
{
	/* An incident has a seat for each level in a group: few, and mostly none. */
	struct stmt *q = store_stmt(s, "SELECT grp FROM group_member" SEATS_BUT);
	int more;

	*n = 0;
	seats_bind(q, 1, but, group);
	while ((more = stmt_step(q, e)) > 0 && *n < GROUPS_MAX) {
		struct id id = stmt_col_id(q, 0);

		if (!has_id(out, *n, &id))
			out[(*n)++] = id;
	}
	stmt_reset(q);
	if (more < 0 || !*n)
		return more < 0 ? -1 : 0;
	q = store_stmt(s, "UPDATE group_member SET gone_at = :now" SEATS_BUT);
	stmt_int(q, 1, now);
	seats_bind(q, 2, but, group);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
