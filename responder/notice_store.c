#include "core/base.h"

#include <assert.h>
#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/hold.h"
#include "responder/notice_said.h"
#include "responder/notice_store.h"
#include "responder/quote_store.h"

#define ROWS_MAX  256
#define ROWS_FEW  4
#define HEARD_MAX 2000
#define DAY_S     86400

/* SQL: it has not left. A list of three words or more would be made into a table each time. */
#define WAITS \
	"(state = 'planned' OR state = 'held' OR state = 'queued' OR state = 'retry_wait')"

/* ---- rows of notice -------------------------------------------------------------------------- */

int
notice_add(struct store *s, const struct notice_row *r, struct err *e)
{
	int added;
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO notice (id, incident, level, kind, recipient, channel, address, "
		"seq,"
		" state, why, created_at, due_at, attempts, next_at, subject, body, html, "
		"facts,"
		" code, repeat_possible) VALUES (:id, :incident, :level, :kind, :recipient,"
		" :channel, :address, :seq, :state, :why, :created, :due, 0, :next, :subject,"
		" :body, :html, :facts, :code, 0) ON CONFLICT (id) DO NOTHING");

	assert(notice_said_find(notice_kinds, r->kind) &&
	       notice_said_find(notice_states, r->state));
	stmt_id(q, 1, &r->id);
	if (!id_none(&r->incident))
		stmt_id(q, 2, &r->incident);
	stmt_int(q, 3, r->level);
	stmt_text(q, 4, r->kind);
	stmt_text(q, 5, r->recipient);
	stmt_text(q, 6, r->channel);
	stmt_text(q, 7, r->address);
	stmt_int(q, 8, r->seq);
	stmt_text(q, 9, r->state);
	stmt_text(q, 10, r->why);
	stmt_int(q, 11, r->created_at);
	stmt_int(q, 12, r->due_at);
	stmt_int(q, 13, r->next_at);
	stmt_text(q, 14, r->subject);
	stmt_text(q, 15, r->body);
	stmt_text(q, 16, r->html);
	stmt_text(q, 17, r->facts);
	stmt_text(q, 18, r->code);
	added = stmt_run(q, e);
	return added > 0 && quotes_add(s, QUOTE_NOTICE, &r->id, r->facts, e) < 0 ? -1 : added;
}

#define COLUMNS                                                                                \
	"id, incident, level, kind, recipient, channel, address, seq, state, why, created_at," \
	" due_at, sent_at, attempts, next_at, subject, body, html, facts, code, "              \
	"repeat_possible, arrived, recalled"

static struct notice_row
row_of(struct stmt *q, struct arena *a)
{
	struct notice_row r = {
		.id = stmt_col_id(q, 0),
		.incident = stmt_col_id(q, 1),
		.level = stmt_col_int(q, 2),
		.kind = arena_str(a, stmt_col_text(q, 3)),
		.recipient = arena_str(a, stmt_col_text(q, 4)),
		.channel = arena_str(a, stmt_col_text(q, 5)),
		.address = arena_str(a, stmt_col_text(q, 6)),
		.seq = stmt_col_int(q, 7),
		.state = arena_str(a, stmt_col_text(q, 8)),
		.why = arena_str(a, stmt_col_text(q, 9)),
		.created_at = stmt_col_int(q, 10),
		.due_at = stmt_col_int(q, 11),
		.sent_at = stmt_col_int(q, 12),
		.attempts = stmt_col_int(q, 13),
		.next_at = stmt_col_int(q, 14),
		.subject = arena_str(a, stmt_col_text(q, 15)),
		.body = arena_str(a, stmt_col_text(q, 16)),
		.html = arena_str(a, stmt_col_text(q, 17)),
		.facts = arena_str(a, stmt_col_text(q, 18)),
		.code = arena_str(a, stmt_col_text(q, 19)),
		.repeat_possible = stmt_col_int(q, 20),
		.arrived = stmt_col_int(q, 21),
		.recalled = arena_str(a, stmt_col_text(q, 22)),
	};

	return r;
}

/* Room for another: mostly there are few. */
static void
row_more(struct notice_rows *rows, size_t *room, struct arena *a)
{
	struct notice_row *v;

	if (rows->n < *room)
		return;
	*room = *room ? 2 * *room : ROWS_FEW;
	v = arena_alloc(a, *room * sizeof *v);
	if (rows->n)
		memcpy(v, rows->v, rows->n * sizeof *v);
	rows->v = v;
}

static int
rows_of(struct stmt *q, struct arena *a, struct notice_rows *out, struct err *e)
{
	size_t room = 0;
	int more;

	*out = (struct notice_rows){ NULL, 0 };
	while ((more = stmt_step(q, e)) > 0 && out->n < ROWS_MAX) {
		row_more(out, &room, a);
		out->v[out->n++] = row_of(q, a);
	}
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

/* The first column of the only row; dflt when there is none or it is NULL. */
static int
one_int(struct stmt *q, int64_t dflt, int64_t *out, struct err *e)
{
	int found = stmt_step(q, e);

	*out = found > 0 && !stmt_col_null(q, 0) ? stmt_col_int(q, 0) : dflt;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
exists(struct stmt *q, struct err *e)
{
	int found = stmt_step(q, e);

	stmt_reset(q);
	return found;
}

int
notice_get(struct store *s, const struct id *id, struct arena *a, struct notice_row *r,
	   struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS " FROM notice WHERE id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0)
		*r = row_of(q, a);
	stmt_reset(q);
	return found;
}

int
notices_held_due(struct store *s, int64_t now, struct arena *a, struct notice_rows *out,
		 struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT EXISTS (SELECT 1 FROM notice WHERE state = 'held' AND due_at <="
		   " :now) OR EXISTS (SELECT 1 FROM notice WHERE state = 'planned' AND due_at"
		   " <= :now)");
	int64_t any;

	*out = (struct notice_rows){ NULL, 0 };
	stmt_int(q, 1, now);
	if (one_int(q, 0, &any, e) < 0)
		return -1;
	if (!any) /* mostly; to sort is more */
		return 0;
	q = store_stmt(s, "SELECT " COLUMNS " FROM notice WHERE state IN ('held', 'planned')"
			  " AND due_at <= :now ORDER BY recipient, channel, address, level"
			  " DESC, created_at, id LIMIT :max");
	stmt_int(q, 1, now);
	stmt_int(q, 2, ROWS_MAX);
	return rows_of(q, a, out, e);
}

int
notices_sending(struct store *s, struct id *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM notice WHERE state = 'sending' LIMIT 1");
	int more = exists(q, e), n = 0;

	if (more <= 0)
		return more;
	q = store_stmt(s, "SELECT id FROM notice WHERE state = 'sending' ORDER BY level DESC,"
			  " created_at, id LIMIT :max");
	stmt_int(q, 1, SENDING_MAX);
	while ((more = stmt_step(q, e)) > 0)
		out[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

/* "bundle:<hex>": the column why of a row that went with another, also when it was answered or has
 * expired since; in SQL and here. */
#define BUNDLE_OF(id) "'" NOTICE_BUNDLE "' || lower(hex(" id "))"
#define BY_ITSELF     "why NOT LIKE '" NOTICE_BUNDLE "%'"
static struct str
bundle_name(const struct id *into, struct buf *b)
{
	buf_add(b, STR(NOTICE_BUNDLE));
	id_add_hex(b, into);
	return buf_str(b);
}

int
notices_bundled(struct store *s, const struct id *into, struct arena *a,
		struct notice_rows *out, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS " FROM notice WHERE state = 'bundled' AND"
			      " why = :why ORDER BY created_at, id");
	struct buf why = BUF(64);
	int r;

	stmt_text(q, 1, bundle_name(into, &why));
	r = rows_of(q, a, out, e);
	buf_release(&why);
	return r;
}

int
notices_told(struct store *s, const struct id *incident, enum notice_told what, struct arena *a,
	     struct notice_rows *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT DISTINCT recipient, channel, address FROM notice WHERE incident ="
		   " :incident AND kind IN ('page', :other) AND sent_at IS NOT NULL ORDER BY"
		   " recipient, channel, address LIMIT :max");
	size_t room = 0;
	int more;

	*out = (struct notice_rows){ NULL, 0 };
	stmt_id(q, 1, incident);
	stmt_text(q, 2, what == TOLD_A_TIME ? STR("urge") : STR("copy"));
	stmt_int(q, 3, ROWS_MAX);
	while ((more = stmt_step(q, e)) > 0) {
		row_more(out, &room, a);
		out->v[out->n++] =
			(struct notice_row){ .recipient = arena_str(a, stmt_col_text(q, 0)),
					     .channel = arena_str(a, stmt_col_text(q, 1)),
					     .address = arena_str(a, stmt_col_text(q, 2)) };
	}
	stmt_reset(q);
	return more;
}

struct id
notice_tell_id(const struct notice_row *r, struct str key)
{
	return ID_OF(STR("tell"), r->kind, key, r->recipient, r->channel, r->address);
}

int
notice_set_state(struct store *s, const struct id *id, const char *state, struct str why,
		 int64_t next_at, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET state = :state, why = :why, next_at ="
				       " :next WHERE id = :id");

	stmt_text(q, 1, str_of(state));
	stmt_text(q, 2, why);
	stmt_int(q, 3, next_at);
	stmt_id(q, 4, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_claim(struct store *s, const struct id *id, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE notice SET state = 'sending', attempts = attempts + 1"
			      " WHERE id = :id");

	stmt_id(q, 1, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_set_sent(struct store *s, const struct id *id, int64_t at, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE notice SET state = 'sent', why = '', sent_at = :at"
			      " WHERE id = :id");

	stmt_int(q, 1, at);
	stmt_id(q, 2, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_set_bundled(struct store *s, const struct id *id, const struct id *into, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET state = 'bundled', why = :why WHERE"
				       " id = :id");
	struct buf why = BUF(64);
	int r;

	stmt_text(q, 1, bundle_name(into, &why));
	stmt_id(q, 2, id);
	r = stmt_run(q, e) < 0 ? -1 : 0;
	buf_release(&why);
	return r;
}

int
notice_set_bundle_sent(struct store *s, const struct id *into, int64_t at, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE notice SET sent_at = :at WHERE state = 'bundled' AND"
			      " why = :why");
	struct buf why = BUF(64);
	int r;

	stmt_int(q, 1, at);
	stmt_text(q, 2, bundle_name(into, &why));
	r = stmt_run(q, e) < 0 ? -1 : 0;
	buf_release(&why);
	return r;
}

int
notice_set_arrived(struct store *s, const struct id *id, size_t parts, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET arrived = :parts WHERE id = :id");

	stmt_int(q, 1, (int64_t)parts);
	stmt_id(q, 2, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_set_repeat(struct store *s, const struct id *id, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET repeat_possible = 1 WHERE id = :id");

	stmt_id(q, 1, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notice_set_again(struct store *s, const struct notice_row *r, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET body = :body, html = :html, facts ="
				       " :facts, erased_at = :at WHERE id = :id");

	stmt_text(q, 1, r->body);
	stmt_text(q, 2, r->html);
	stmt_text(q, 3, r->facts);
	stmt_int(q, 4, at);
	stmt_id(q, 5, &r->id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int64_t
notice_urge_seq(enum deadline_kind kind, int64_t at)
{
	return at * DEADLINE_KINDS + (int64_t)kind;
}

#define RETOLD_KINDS (1 << DEADLINE_KINDS)

int64_t
notice_retold_seq(unsigned kinds, int64_t at)
{
	return NOTICE_RETOLD + at * RETOLD_KINDS + (int64_t)kinds;
}

#define WHICH                                                                         \
	" incident = :incident AND (:below = 0 OR level < :below) AND ((:only = "     \
	":none AND (kind IN ('page', 'copy') OR (kind = 'urge' AND :warnings = 1))) " \
	"OR (:only < :none AND kind = 'urge' AND ((seq < :retold AND seq % :none = "  \
	":only) OR (seq >= :retold AND seq < :duties AND (seq & :its) <> 0 AND (seq " \
	"& :running) = 0))))"

static int
which_run(struct stmt *q, const struct notice_which *which, struct str why, struct err *e)
{
	stmt_text(q, 1, why);
	stmt_id(q, 2, &which->incident);
	stmt_int(q, 3, which->below);
	stmt_int(q, 4, (int64_t)which->only);
	stmt_int(q, 5, DEADLINE_KINDS);
	stmt_int(q, 6, which->warnings);
	stmt_int(q, 7, NOTICE_RETOLD);
	stmt_int(q, 8, NOTICE_DUTIES);
	stmt_int(q, 9, (int64_t)1 << which->only);
	stmt_int(q, 10, which->running);
	return stmt_run(q, e);
}

int
notices_supersede(struct store *s, const struct notice_which *which, struct str why,
		  struct err *e)
{
	int n = which_run(
		store_stmt(s, "UPDATE notice SET state = 'superseded', why = :why WHERE" WHICH
			      " AND " WAITS),
		which, why, e);

	if (n < 0 || which_run(store_stmt(s, "UPDATE notice SET recalled = :why WHERE" WHICH
					     " AND state = 'sending' AND recalled = ''"),
			       which, why, e) < 0)
		return -1;
	return n;
}

/* What superseded bundles held is held again for what it was held for last, or superseded itself
 * where it is called back. */
static int
bundles_open(struct store *s, struct err *e)
{
	return stmt_run(
		store_stmt(s, "UPDATE notice SET state = CASE WHEN recalled = '' THEN 'held'"
			      " ELSE 'superseded' END, why = CASE WHEN recalled = '' THEN"
			      " coalesce((SELECT h.why FROM notice_hold h WHERE h.notice ="
			      " notice.id ORDER BY h.n DESC LIMIT 1), '') ELSE recalled END"
			      " WHERE state = 'bundled'"
			      " AND sent_at IS NULL AND why IN (SELECT " BUNDLE_OF(
				      "id") " FROM notice WHERE kind = 'bundle' AND state ="
					    " 'superseded')"),
		e);
}

/* Bundles under way that hold something of it. */
static int
bundles_recall(struct store *s, const struct id *incident, struct str recipient, struct str why,
	       struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET recalled = :why WHERE kind = 'bundle' AND state ="
		   " 'sending' AND recalled = '' AND " BUNDLE_OF(
			   "id") " IN (SELECT why FROM notice WHERE incident = :incident AND"
				 " state = 'bundled' AND (:recipient = '' OR recipient ="
				 " :recipient))");

	stmt_text(q, 1, why);
	stmt_id(q, 2, incident);
	stmt_text(q, 3, recipient);
	return stmt_run(q, e);
}

int
notices_drop_recalled(struct store *s, const struct id *id, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET state = 'superseded', why = recalled WHERE"
		   " state = 'sending' AND recalled <> '' AND (:all = 1 OR id = :id)");
	int n;

	stmt_int(q, 1, id == NULL);
	if (id)
		stmt_id(q, 2, id);
	n = stmt_run(q, e);
	return n < 0 || bundles_open(s, e) < 0 ? -1 : n;
}

/* Bundles that have not left and hold something of it go; what they held is held again. */
static int
bundles_undo(struct store *s, const struct id *incident, struct str recipient, struct str why,
	     struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET state = 'superseded', why = :why WHERE kind = 'bundle'"
		   " AND state IN ('queued', 'retry_wait') AND " BUNDLE_OF(
			   "id") " IN (SELECT why FROM notice WHERE incident = :incident AND "
				 "state ="
				 " 'bundled' AND (:recipient = '' OR recipient = :recipient))");
	int n;

	stmt_text(q, 1, why);
	stmt_id(q, 2, incident);
	stmt_text(q, 3, recipient);
	n = stmt_run(q, e);
	return n <= 0 ? n : bundles_open(s, e);
}

/* What is under way, by itself or in a bundle: it does not go again. How many, or -1. */
static int
recall(struct store *s, const struct id *incident, struct str recipient, bool pages,
       struct str why, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET recalled = :why WHERE incident = :incident AND"
		   " (:recipient = '' OR recipient = :recipient) AND (kind = 'page') = :pages"
		   " AND recalled = '' AND (state = 'sending' OR (state = 'bundled' AND why IN"
		   " (SELECT " BUNDLE_OF("id") " FROM notice WHERE kind = 'bundle' AND state ="
					       " 'sending')))");

	stmt_text(q, 1, why);
	stmt_id(q, 2, incident);
	stmt_text(q, 3, recipient);
	stmt_int(q, 4, pages);
	return stmt_run(q, e);
}

int
notice_recall(struct store *s, const struct id *id, struct str why, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE notice SET recalled = :why WHERE id = :id AND"
				       " state = 'sending' AND recalled = ''");

	stmt_text(q, 1, why);
	stmt_id(q, 2, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
notices_withdraw(struct store *s, const struct id *incident, struct str recipient,
		 struct str why, struct err *e)
{
	int n[2] = { 0, 0 }, under_way;

	if (bundles_undo(s, incident, recipient, why, e) < 0 ||
	    bundles_recall(s, incident, recipient, why, e) < 0)
		return -1;
	for (int pages = 0; pages < 2; pages++) {
		struct stmt *q = store_stmt(
			s, "UPDATE notice SET state = 'superseded', why = :why WHERE incident ="
			   " :incident AND (:recipient = '' OR recipient = :recipient) AND"
			   " (kind = 'page') = :pages AND " WAITS);

		stmt_text(q, 1, why);
		stmt_id(q, 2, incident);
		stmt_text(q, 3, recipient);
		stmt_int(q, 4, pages);
		n[pages] = stmt_run(q, e);
		under_way = n[pages] < 0 ? -1 : recall(s, incident, recipient, pages, why, e);
		if (under_way < 0)
			return -1;
		n[pages] += under_way;
	}
	return n[1];
}

int
notice_page_waits(struct store *s, const struct id *incident, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT 1 FROM notice WHERE incident = :incident AND kind = 'page' AND"
		   " sent_at IS NULL AND recalled = '' AND state IN ('planned', 'held',"
		   " 'queued', 'retry_wait', 'sending', 'bundled') LIMIT 1");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int
notices_set_acked(struct store *s, const struct id *incident, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET state = 'acked' WHERE incident = :incident"
		   " AND kind IN ('page', 'copy') AND sent_at IS NOT NULL AND state IN"
		   " ('sent', 'bundled')");

	stmt_id(q, 1, incident);
	return stmt_run(q, e);
}

int
notices_set_expired(struct store *s, const struct id *incident, int64_t seq, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE notice SET why = CASE WHEN state = 'sent' THEN 'unanswered' ELSE why"
		   " END, state = 'expired' WHERE incident = :incident AND seq <= :seq AND kind"
		   " = 'page' AND sent_at IS NOT NULL AND state IN ('sent', 'bundled')");

	stmt_id(q, 1, incident);
	stmt_int(q, 2, seq);
	return stmt_run(q, e);
}

/* ---- single answers -------------------------------------------------------------------------- */

int
notice_last_seq(struct store *s, const struct id *incident, int64_t *seq, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT max(seq) FROM notice WHERE incident = :incident AND"
			      " kind NOT IN ('urge', 'inform', 'sitrep')");

	stmt_id(q, 1, incident);
	return one_int(q, 0, seq, e);
}

int
notice_last_page(struct store *s, const struct id *incident, int64_t *seq, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT max(seq) FROM notice WHERE incident = :incident AND"
			      " kind = 'page'");

	stmt_id(q, 1, incident);
	return one_int(q, 0, seq, e);
}

int
notice_wave_waits(struct store *s, const struct notice_row *r, int64_t *people,
		  int64_t *hopeful, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT count(*), coalesce(sum(CASE WHEN state = 'failed_perm'"
			      " THEN 0 ELSE 1 END), 0) FROM notice WHERE incident = :incident"
			      " AND seq = :seq AND kind = 'page' AND recipient <> '' AND state"
			      " <> 'superseded'");
	int found;

	stmt_id(q, 1, &r->incident);
	stmt_int(q, 2, r->seq);
	found = stmt_step(q, e);
	*people = found > 0 ? stmt_col_int(q, 0) : 0;
	*hopeful = found > 0 ? stmt_col_int(q, 1) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
notice_thread(struct store *s, const struct notice_row *r, struct id *out, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT id FROM notice WHERE incident = :incident AND"
			      " recipient = :recipient AND channel = :channel AND address ="
			      " :address AND state <> 'superseded' AND " BY_ITSELF
			      " ORDER BY seq, created_at, id LIMIT 1");
	int found;

	*out = r->id;
	if (id_none(&r->incident))
		return 0;
	stmt_id(q, 1, &r->incident);
	stmt_text(q, 2, r->recipient);
	stmt_text(q, 3, r->channel);
	stmt_text(q, 4, r->address);
	found = stmt_step(q, e);
	if (found > 0)
		*out = stmt_col_id(q, 0);
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
notice_budget_at(struct store *s, struct str recipient, int64_t now, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT due_at FROM notice WHERE recipient = :recipient AND"
		   " due_at > :since AND due_at <= :now AND CASE kind WHEN 'page' THEN 1"
		   " WHEN 'copy' THEN 1 WHEN 'urge' THEN 1 WHEN 'clear' THEN 1 WHEN 'inform'"
		   " THEN 1 WHEN 'bundle' THEN 1 ELSE 0 END = 1 AND state <> 'superseded' AND"
		   " state <> 'held' AND state <> 'planned' AND " BY_ITSELF
		   " ORDER BY due_at DESC LIMIT 1 OFFSET :skip");

	stmt_text(q, 1, recipient);
	stmt_int(q, 2, now - HOLD_BUDGET_S);
	stmt_int(q, 3, now);
	stmt_int(q, 4, HOLD_BUDGET_N - 1);
	return one_int(q, 0, at, e);
}

int
notice_code_free(struct store *s, struct str code, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT 1 FROM notice n JOIN incident i ON i.id = n.incident"
			      " WHERE n.code = :code AND i.state NOT IN ('closed', 'merged')"
			      " LIMIT 1");
	int taken;

	stmt_text(q, 1, code);
	taken = exists(q, e);
	return taken < 0 ? -1 : !taken;
}

int
notice_by_code(struct store *s, struct str code, struct arena *a, struct id *incident,
	       struct str *person, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT n.incident, n.recipient FROM notice n JOIN incident i"
		   " ON i.id = n.incident WHERE n.code = :code AND n.kind IN"
		   " ('page', 'copy', 'urge') AND i.state NOT IN ('closed', 'merged') ORDER BY"
		   " n.created_at DESC LIMIT 1");
	int found;

	stmt_text(q, 1, code);
	found = stmt_step(q, e);
	if (found > 0) {
		*incident = stmt_col_id(q, 0);
		*person = arena_str(a, stmt_col_text(q, 1));
	}
	stmt_reset(q);
	return found;
}

int
notice_due_at(struct store *s, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT min(t) FROM (SELECT min(due_at) AS t FROM notice WHERE state = 'held'"
		" UNION ALL SELECT min(due_at) FROM notice WHERE state = 'planned'"
		" UNION ALL SELECT min(flush_at) FROM notice_group"
		" UNION ALL SELECT min(step_due) FROM incident WHERE policy IS NOT NULL AND"
		" step_due > 0"
		" UNION ALL SELECT min(acked_until) FROM incident WHERE acked_by IS NOT NULL "
		"AND " ACKED ") AS due");

	return one_int(q, INT64_MAX, at, e);
}

int
notice_salt(struct store *s, struct str fresh, struct arena *a, struct str *out, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO meta (name, value) VALUES ('notice_salt', :value)"
			      " ON CONFLICT (name) DO NOTHING");
	int found;

	stmt_text(q, 1, fresh);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "SELECT value FROM meta WHERE name = 'notice_salt'");
	found = stmt_step(q, e);
	if (found > 0)
		*out = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
notice_first_sent(struct store *s, const struct id *incident, int64_t once, int64_t *at,
		  struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(min(sent_at), 0) FROM notice WHERE"
				       " incident = :incident AND seq = :once AND kind ="
				       " 'inform' AND sent_at > 0");
	int found;

	stmt_id(q, 1, incident);
	stmt_int(q, 2, once);
	found = stmt_step(q, e);
	*at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}
