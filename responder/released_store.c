#include "core/base.h"

#include "responder/released_store.h"

int
released_add(struct store *s, const struct released_row *row, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO released (id, at, kind, actor, url, title, body, signature)"
		   " VALUES (:id, :at, :kind, :actor, :url, :title, :body, :signature)"
		   " ON CONFLICT (id) DO NOTHING");
	const struct echo_text *t = &row->text;

	stmt_id(q, 1, &t->id);
	stmt_int(q, 2, t->at);
	stmt_text(q, 3, row->kind);
	stmt_text(q, 4, row->actor);
	stmt_text(q, 5, t->url);
	stmt_text(q, 6, t->title);
	stmt_text(q, 7, t->text);
	stmt_bytes(q, 8, t->copies);
	return stmt_run(q, e);
}

int
released_read(struct store *s, void (*each)(void *arg, const struct echo_text *t), void *arg,
	      struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT id, at, url, title, body, signature FROM (SELECT id, at, url, title,"
		   " body, signature FROM released ORDER BY at DESC, id LIMIT :limit) AS newest"
		   " ORDER BY at, id");
	int more;

	stmt_int(q, 1, ECHO_TEXTS);
	while ((more = stmt_step(q, e)) > 0) {
		struct echo_text t = { .id = stmt_col_id(q, 0),
				       .at = stmt_col_int(q, 1),
				       .url = stmt_col_text(q, 2),
				       .title = stmt_col_text(q, 3),
				       .text = stmt_col_text(q, 4),
				       .copies = stmt_col_bytes(q, 5) };

		each(arg, &t);
	}
	stmt_reset(q);
	return more;
}

int
echo_add(struct store *s, const struct id *mention, const struct id *released,
	 enum echo_how how, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO echo (mention, released, how) VALUES"
				       " (:mention, :released, :how)"
				       " ON CONFLICT (mention) DO NOTHING");

	stmt_id(q, 1, mention);
	stmt_id(q, 2, released);
	stmt_int(q, 3, how);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
released_list(struct store *s, int64_t limit,
	      int (*each)(void *arg, const struct released_spread *x), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT r.id, r.at, r.kind, r.url, r.title, r.body, count(DISTINCT d.id),"
		" count(DISTINCT CASE WHEN x.how = 1 THEN d.id END),"
		" count(DISTINCT CASE WHEN x.how = 2 THEN d.id END),"
		" count(DISTINCT CASE WHEN x.how = 3 THEN d.id END),"
		" count(DISTINCT d.site), coalesce(sum(CASE WHEN d.followers > 0 THEN"
		" d.followers ELSE 0 END), 0), coalesce(max(d.arrived_at), 0) FROM released r"
		" LEFT JOIN echo x ON x.released = r.id LEFT JOIN mention m ON m.id ="
		" x.mention LEFT JOIN document d ON d.id = m.document GROUP BY r.id"
		" ORDER BY r.at DESC, r.id LIMIT :limit");
	int more, stop = 0;

	stmt_int(q, 1, limit);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct released_spread x = {
			.id = stmt_col_id(q, 0),
			.at = stmt_col_int(q, 1),
			.kind = stmt_col_text(q, 2),
			.url = stmt_col_text(q, 3),
			.title = stmt_col_text(q, 4),
			.text = stmt_col_text(q, 5),
			.documents = stmt_col_int(q, 6),
			.copies = stmt_col_int(q, 7),
			.quotes = stmt_col_int(q, 8),
			.links = stmt_col_int(q, 9),
			.sites = stmt_col_int(q, 10),
			.followers = stmt_col_int(q, 11),
			.last_at = stmt_col_int(q, 12),
		};

		stop = each(arg, &x);
	}
	stmt_reset(q);
	return stop ? stop : more;
}
