/* ledger_store.c - see ledger_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/lane_store.h"
#include "responder/ledger_store.h"

#define COLUMNS                                                                               \
	"n.id, n.incident, n.level, n.seq, n.created_at, n.due_at, n.next_at,"                \
	" coalesce(n.sent_at, 0), n.attempts, n.repeat_possible, n.arrived,"                  \
	" coalesce(n.erased_at, 0), n.kind, coalesce(i.number, ''), n.state, n.recipient,"    \
	" n.channel, n.address, n.why, n.subject FROM notice n LEFT JOIN incident i ON i.id " \
	"= n.incident"

static struct ledger_row
row_of(struct stmt *q)
{
	return (struct ledger_row){
		.id = stmt_col_id(q, 0),
		.incident_id = stmt_col_id(q, 1),
		.level = stmt_col_int(q, 2),
		.seq = stmt_col_int(q, 3),
		.created_at = stmt_col_int(q, 4),
		.due_at = stmt_col_int(q, 5),
		.next_at = stmt_col_int(q, 6),
		.sent_at = stmt_col_int(q, 7),
		.attempts = stmt_col_int(q, 8),
		.repeat_possible = stmt_col_int(q, 9),
		.arrived = stmt_col_int(q, 10),
		.erased_at = stmt_col_int(q, 11),
		.kind = stmt_col_text(q, 12),
		.incident = stmt_col_text(q, 13),
		.state = stmt_col_text(q, 14),
		.recipient = stmt_col_text(q, 15),
		.channel = stmt_col_text(q, 16),
		.address = stmt_col_text(q, 17),
		.why = stmt_col_text(q, 18),
		.subject = stmt_col_text(q, 19),
	};
}

static int
each_row(struct stmt *q, int (*each)(void *arg, const struct ledger_row *r), void *arg,
	 struct err *e)
{
	int more, said = 0;

	while (!said && (more = stmt_step(q, e)) > 0) {
		struct ledger_row r = row_of(q);

		said = each(arg, &r);
	}
	stmt_reset(q);
	return said ? said : more;
}

/* When the newest `limit` of them begin; 0: with the first. */
static int
since_of(struct store *s, const struct ledger_filter *f, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT n.created_at FROM notice n LEFT JOIN incident i ON i.id = n.incident"
		   " WHERE (:person = '' OR n.recipient = :person) AND (:channel = '' OR"
		   " n.channel = :channel) AND (:state = '' OR n.state = :state) AND"
		   " (:incident = '' OR i.number = :incident) AND (:kind = '' OR n.kind ="
		   " :kind) ORDER BY n.created_at DESC LIMIT 1 OFFSET :skip");
	int found;

	stmt_text(q, 1, f->person);
	stmt_text(q, 2, f->channel);
	stmt_text(q, 3, f->state);
	stmt_text(q, 4, f->incident);
	stmt_text(q, 5, f->kind);
	stmt_int(q, 6, f->limit - 1);
	found = stmt_step(q, e);
	*at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
ledger_list(struct store *s, const struct ledger_filter *f,
	    int (*each)(void *arg, const struct ledger_row *r), void *arg, struct err *e)
{
	struct stmt *q;
	int64_t newest = 0;

	if (f->limit && since_of(s, f, &newest, e) < 0)
		return -1;
	q = store_stmt(s, "SELECT " COLUMNS
			  " WHERE (:person = '' OR n.recipient = :person) AND (:channel = ''"
			  " OR n.channel = :channel) AND (:state = '' OR n.state = :state) AND"
			  " (:incident = '' OR i.number = :incident) AND (:kind = '' OR n.kind"
			  " = :kind) AND n.created_at >= :since ORDER BY n.created_at, n.seq,"
			  " n.recipient, n.channel");
	stmt_text(q, 1, f->person);
	stmt_text(q, 2, f->channel);
	stmt_text(q, 3, f->state);
	stmt_text(q, 4, f->incident);
	stmt_text(q, 5, f->kind);
	stmt_int(q, 6, newest > f->since ? newest : f->since);
	return each_row(q, each, arg, e);
}

int
ledger_find(struct store *s, struct str hex, struct id *id, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id FROM notice WHERE substr(lower(hex(id)), 1,"
				       " :n) = :hex LIMIT 2");
	int more, n = 0;

	stmt_int(q, 1, (int64_t)hex.n);
	stmt_text(q, 2, hex);
	while ((more = stmt_step(q, e)) > 0) {
		*id = stmt_col_id(q, 0);
		n++;
	}
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
ledger_show(struct store *s, const struct id *id,
	    int (*each)(void *arg, const struct ledger_row *r), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " WHERE n.id = :id");

	stmt_id(q, 1, id);
	return each_row(q, each, arg, e);
}

int
ledger_successor(struct store *s, const struct ledger_row *r, struct id *id, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT id FROM notice WHERE incident = :incident AND recipient"
			      " = :recipient AND kind = 'page' AND seq > :seq ORDER BY seq,"
			      " created_at, id LIMIT 1");
	int found;

	stmt_id(q, 1, &r->incident_id);
	stmt_text(q, 2, r->recipient);
	stmt_int(q, 3, r->seq);
	found = stmt_step(q, e);
	if (found > 0)
		*id = stmt_col_id(q, 0);
	stmt_reset(q);
	return found;
}

int
ledger_tries(struct store *s, const struct id *notice,
	     void (*each)(void *arg, const struct ledger_try *t), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT n, at, status, us, wait_s, ended, said, answer"
				       " FROM attempt WHERE notice = :notice ORDER BY n");
	int more;

	stmt_id(q, 1, notice);
	while ((more = stmt_step(q, e)) > 0) {
		struct ledger_try t = {
			.n = stmt_col_int(q, 0),
			.at = stmt_col_int(q, 1),
			.status = stmt_col_int(q, 2),
			.us = stmt_col_int(q, 3),
			.wait_s = stmt_col_int(q, 4),
			.ended = stmt_col_text(q, 5),
			.said = stmt_col_text(q, 6),
			.answer = stmt_col_null(q, 7) ? STR("") : stmt_col_bytes(q, 7),
		};

		each(arg, &t);
	}
	stmt_reset(q);
	return more;
}

int
ledger_newest(struct store *s, struct str channel, int64_t from_at,
	      void (*each)(void *arg, const struct ledger_end *x), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT a.at, n.state = 'failed_perm', a.said FROM attempt a JOIN"
		   " notice n ON n.id = a.notice WHERE a.at >= :from AND n.channel ="
		   " :channel AND a.ended <> '" ATTEMPT_UNKNOWN "' ORDER BY a.at DESC,"
		   " a.n DESC LIMIT 1");
	int found;

	stmt_int(q, 1, from_at);
	stmt_text(q, 2, channel);
	found = stmt_step(q, e);
	if (found > 0) {
		struct ledger_end x = { stmt_col_int(q, 0), stmt_col_int(q, 1) != 0,
					stmt_col_text(q, 2) };

		each(arg, &x);
	}
	stmt_reset(q);
	return found;
}
