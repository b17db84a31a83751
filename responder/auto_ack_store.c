/* auto_ack_store.c - see auto_ack_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
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

int
auto_ack_forget(struct store *s, const struct id *mention, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM auto_ack WHERE mention = :mention");

	stmt_id(q, 1, mention);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

static void
waiting_read(struct stmt *q, struct arena *a, struct ack_waiting *w)
{
	struct buf hex = BUF(64);
	struct err bad;
	struct str reply_to = json_text(
		json_get(json_parse(a, stmt_col_text(q, 4), &bad), "reply_to"), STR(""));

	*w = (struct ack_waiting){ .id = stmt_col_id(q, 0),
				   .at = stmt_col_int(q, 1),
				   .tries = stmt_col_int(q, 2),
				   .text = arena_str(a, stmt_col_text(q, 3)),
				   .under_way = str_is(stmt_col_text(q, 5), "sending") };
	if (id_from_hex(reply_to, &w->mention) < 0)
		w->mention = (struct id){ { 0 } };
	id_add_hex(&hex, &w->id);
	memcpy(w->hex, hex.p, sizeof w->hex);
	buf_release(&hex);
}

int
auto_ack_waits(struct store *s, struct arena *a, struct ack_waiting *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT id, created_at, attempts, body, facts, state FROM notice WHERE state"
		   " IN ('planned', 'held', 'queued', 'retry_wait', 'sending') AND kind ="
		   " 'auto_ack' AND recalled = '' ORDER BY next_at,"
		   " created_at, id LIMIT :max");
	int n = 0, more;

	stmt_int(q, 1, max);
	while ((more = stmt_step(q, e)) > 0)
		waiting_read(q, a, &v[n++]);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
auto_ack_about(struct store *s, const struct id *mention, struct arena *a, struct document *d,
	       struct str *watch, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT m.watch, d.source, d.published_at, d.arrived_at, d.flags FROM mention"
		" m JOIN document d ON d.id = m.document JOIN content c ON c.document = d.n"
		" WHERE m.id = :id AND c.erased_at IS NULL");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0) {
		*watch = arena_str(a, stmt_col_text(q, 0));
		*d = (struct document){ .source = arena_str(a, stmt_col_text(q, 1)),
					.published_at = stmt_col_int(q, 2),
					.arrived_at = stmt_col_int(q, 3),
					.flags = stmt_col_int(q, 4) };
	}
	stmt_reset(q);
	return found;
}
