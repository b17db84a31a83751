/* draft_store.c - see draft_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/draft_store.h"

#define COLUMNS                                                                          \
	"d.id, d.incident, i.number, d.template, d.kind, d.lang, d.at, d.text, d.gaps, " \
	"d.lint,"                                                                        \
	" d.evidence, d.state, d.version, d.author, d.promise_at, d.why"
#define FROM " FROM draft d JOIN incident i ON i.id = d.incident"

static int
version_next(struct store *s, const struct draft_row *row, int64_t *version, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(max(version), 0) FROM draft"
				       " WHERE incident = :incident AND template = :template");
	int found;

	stmt_id(q, 1, &row->incident);
	stmt_text(q, 2, row->template);
	found = stmt_step(q, e);
	*version = found > 0 ? stmt_col_int(q, 0) + 1 : 1;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* Where it stands, DRAFT_STATES for none of our words. 1, 0, -1. */
static int
state_read(struct store *s, const struct id *id, enum draft_state *state, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT state FROM draft WHERE id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	*state = found > 0 ? draft_state_of(stmt_col_text(q, 0)) : DRAFT_STATES;
	stmt_reset(q);
	return found;
}

int
draft_assign(struct store *s, const struct id *id, enum draft_event event, enum draft_state *to,
	     struct err *e)
{
	struct stmt *q;
	enum draft_state from;
	int found = state_read(s, id, &from, e);

	if (found <= 0 || from == DRAFT_STATES)
		return found < 0 ? -1 : 0;
	*to = draft_next(from, event);
	if (*to == DRAFT_NONE)
		return 0;
	q = store_stmt(s, "UPDATE draft SET state = :state WHERE id = :id");
	stmt_text(q, 1, str_of(draft_state_words[*to]));
	stmt_id(q, 2, id);
	return stmt_run(q, e);
}

int
draft_set_lint(struct store *s, const struct id *id, struct str lint, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE draft SET lint = :lint WHERE id = :id");

	stmt_text(q, 1, lint);
	stmt_id(q, 2, id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define OLDER 64

/* What a machine wrote and nobody has asked approval for. */
static int
supersede(struct store *s, const struct draft_row *row, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT id FROM draft WHERE incident = :incident AND template = :template"
		   " AND version < :version AND author = '' AND state NOT IN ('in_review',"
		   " 'approved', 'superseded') ORDER BY version DESC LIMIT :limit");
	struct id old[OLDER];
	enum draft_state to;
	size_t n = 0;
	int more;

	stmt_id(q, 1, &row->incident);
	stmt_text(q, 2, row->template);
	stmt_int(q, 3, row->version);
	stmt_int(q, 4, OLDER);
	while ((more = stmt_step(q, e)) > 0)
		old[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	for (size_t i = 0; i < n && more >= 0; i++)
		more = draft_assign(s, &old[i], DRAFT_REPLACE, &to, e);
	return more < 0 ? -1 : 0;
}

struct str
draft_hash(struct str text, struct arena *a)
{
	struct buf b = BUF(128);
	uint8_t hash[32];
	struct str s;

	hash_sha256(text, hash);
	hash_add_hex(&b, hash, sizeof hash);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

int
draft_add(struct store *s, struct draft_row *row, struct err *e)
{
	struct stmt *q;
	int added;

	if (version_next(s, row, &row->version, e) < 0)
		return -1;
	q = store_stmt(s,
		       "INSERT INTO draft (id, incident, template, kind, lang, at, text, gaps,"
		       " lint, evidence, state, version, author, promise_at, why) VALUES (:id,"
		       " :incident, :template, :kind, :lang, :at, :text, :gaps, :lint,"
		       " :evidence, :state, :version, :author, :promise, :why)"
		       " ON CONFLICT (id) DO NOTHING");
	stmt_id(q, 1, &row->id);
	stmt_id(q, 2, &row->incident);
	stmt_text(q, 3, row->template);
	stmt_text(q, 4, row->kind);
	stmt_text(q, 5, row->lang);
	stmt_int(q, 6, row->at);
	stmt_text(q, 7, row->text);
	stmt_text(q, 8, row->gaps);
	stmt_text(q, 9, row->lint);
	stmt_text(q, 10, row->evidence);
	stmt_text(q, 11, row->state);
	stmt_int(q, 12, row->version);
	stmt_text(q, 13, row->author.n ? row->author : STR(""));
	stmt_int(q, 14, row->promise_at);
	stmt_text(q, 15, row->why.n ? row->why : STR(""));
	added = stmt_run(q, e);
	if (added <= 0)
		return added;
	return supersede(s, row, e) < 0 ? -1 : 1;
}

int
draft_add_new(struct store *s, struct draft_row *row, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT text, version FROM draft WHERE incident = :incident"
			      " AND template = :template ORDER BY version DESC LIMIT 1");
	bool same;
	int found;

	stmt_id(q, 1, &row->incident);
	stmt_text(q, 2, row->template);
	found = stmt_step(q, e);
	same = found > 0 && str_eq(stmt_col_text(q, 0), row->text);
	if (same)
		row->version = stmt_col_int(q, 1);
	stmt_reset(q);
	return found < 0 ? -1 : same ? 0 : draft_add(s, row, e);
}

static struct draft_row
row_of(struct stmt *q)
{
	return (struct draft_row){
		.id = stmt_col_id(q, 0),
		.incident = stmt_col_id(q, 1),
		.number = stmt_col_text(q, 2),
		.template = stmt_col_text(q, 3),
		.kind = stmt_col_text(q, 4),
		.lang = stmt_col_text(q, 5),
		.at = stmt_col_int(q, 6),
		.text = stmt_col_text(q, 7),
		.gaps = stmt_col_text(q, 8),
		.lint = stmt_col_text(q, 9),
		.evidence = stmt_col_text(q, 10),
		.state = stmt_col_text(q, 11),
		.version = stmt_col_int(q, 12),
		.author = stmt_col_text(q, 13),
		.promise_at = stmt_col_int(q, 14),
		.why = stmt_col_text(q, 15),
	};
}

/* ---- what waits --------------------------------------------------------------------------------- */

int
drafting_add(struct store *s, int64_t move, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO drafting (move) VALUES (:move)"
				       " ON CONFLICT (move) DO NOTHING");

	stmt_int(q, 1, move);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
drafting_next(struct store *s, struct arena *a, struct move *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT m.seq, m.incident, m.at, m.from_state, m.to_state, m.from_level,"
		   " m.to_level, m.evidence FROM drafting d JOIN move m ON m.seq = d.move"
		   " ORDER BY d.move LIMIT 1");
	int found = stmt_step(q, e);

	if (found > 0)
		*out = (struct move){
			.seq = stmt_col_int(q, 0),
			.incident = stmt_col_id(q, 1),
			.at = stmt_col_int(q, 2),
			.from_state = incident_state_of(stmt_col_text(q, 3)),
			.to_state = incident_state_of(stmt_col_text(q, 4)),
			.from_level = stmt_col_int(q, 5),
			.to_level = stmt_col_int(q, 6),
			.evidence = arena_str(a, stmt_col_text(q, 7)),
		};
	stmt_reset(q);
	return found;
}

int
drafting_drop(struct store *s, int64_t move, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM drafting WHERE move = :move");

	stmt_int(q, 1, move);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ---- reading ------------------------------------------------------------------------------------- */

int
draft_read(struct store *s, const struct id *id, struct arena *a, struct draft_row *out,
	   struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " COLUMNS FROM " WHERE d.id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0) {
		struct str *texts[] = { &out->number, &out->template, &out->kind,
					&out->lang,   &out->text,     &out->gaps,
					&out->lint,   &out->evidence, &out->state,
					&out->author, &out->why };

		*out = row_of(q);
		for (size_t i = 0; i < LY_COUNT(texts); i++)
			*texts[i] = arena_str(a, *texts[i]);
	}
	stmt_reset(q);
	return found;
}

int
drafts_read(struct store *s, struct str number, int64_t limit,
	    int (*each)(void *arg, const struct draft_row *row), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT " COLUMNS FROM " WHERE :number = '' OR i.number = :number"
			      " ORDER BY d.at DESC, i.number, d.template, d.version DESC"
			      " LIMIT :limit");
	int more, stop = 0;

	stmt_text(q, 1, number);
	stmt_int(q, 2, limit);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct draft_row row = row_of(q);

		stop = each(arg, &row);
	}
	stmt_reset(q);
	return stop ? stop : more;
}
