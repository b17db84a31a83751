/* retain_store.c - see retain_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/record_store.h"
#include "responder/retain_store.h"
#include "responder/sitrep.h"
#include "responder/unquote_store.h"

#define WINDOW_MAX_S (7 * 86400) /* the longest window of a trigger */
#define TEXT_MAX     (4 << 20)

/* ---- documents ------------------------------------------------------------------------------ */

#define ROW "d.n, d.arrived_at, d.mentions, d.flags, d.id, d.author_key, c.erased_at"

static struct retain_row
row_of(struct stmt *q)
{
	return (struct retain_row){ .n = stmt_col_int(q, 0),
				    .arrived_at = stmt_col_int(q, 1),
				    .mentions = stmt_col_int(q, 2),
				    .flags = stmt_col_int(q, 3),
				    .document = stmt_col_id(q, 4),
				    .author = stmt_col_id(q, 5),
				    .gone = !stmt_col_null(q, 6) };
}

int
retain_documents(struct store *s, const struct retain_place *after, int64_t until,
		 struct retain_row *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT " ROW " FROM document d LEFT JOIN content c ON c.document = d.n"
		   " WHERE d.arrived_at >= :at AND d.arrived_at <= :until AND"
		   " (d.arrived_at > :at OR d.n > :n) ORDER BY d.arrived_at, d.n LIMIT :max");
	int n = 0, more;

	stmt_int(q, 1, after->at);
	stmt_int(q, 2, until);
	stmt_int(q, 3, after->n);
	stmt_int(q, 4, max);
	while ((more = stmt_step(q, e)) > 0 && n < max)
		v[n++] = row_of(q);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
retain_document(struct store *s, const struct id *mention, struct retain_row *row,
		struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " ROW " FROM mention m JOIN document d ON"
				       " d.id = m.document LEFT JOIN content c ON"
				       " c.document = d.n WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0)
		*row = row_of(q);
	stmt_reset(q);
	return found;
}

int
retain_text_go(struct store *s, int64_t n, int64_t now, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE content SET salt = NULL, title = NULL, body = NULL,"
			      " author = NULL, erased_at = :at, erased_why = '" RECORD_EXPIRED
			      "' WHERE document = :n AND erased_at IS NULL");

	stmt_int(q, 1, now);
	stmt_int(q, 2, n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* What the content is without its author: its digest, if there was one. 1, 0, -1. */
static int
digest_again(struct store *s, int64_t n, uint8_t digest[32], struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT salt, title, body, author FROM content WHERE"
				       " document = :n AND erased_at IS NULL");
	struct buf scratch = BUF(TEXT_MAX);
	int found;

	stmt_int(q, 1, n);
	found = stmt_step(q, e);
	if (found > 0 && !stmt_col_text(q, 3).n)
		found = 0;
	if (found > 0)
		record_digest(stmt_col_bytes(q, 0), stmt_col_text(q, 1), stmt_col_text(q, 2),
			      STR(""), &scratch, digest);
	stmt_reset(q);
	buf_release(&scratch);
	return found;
}

int
retain_author_go(struct store *s, int64_t n, struct err *e)
{
	uint8_t digest[32];
	int found = digest_again(s, n, digest, e);
	struct stmt *q;

	if (found <= 0)
		return found;
	q = store_stmt(s, "UPDATE content SET author = NULL, digest = :digest"
			  " WHERE document = :n");
	stmt_bytes(q, 1, (struct str){ (const char *)digest, sizeof digest });
	stmt_int(q, 2, n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
retain_document_go(struct store *s, int64_t n, const struct retain_change *c, struct err *e)
{
	struct stmt *q = c->link_stays ? store_stmt(s, "UPDATE document SET author_key = :key,"
						       " flags = flags | :gone WHERE n = :n")
				       : store_stmt(s, "UPDATE document SET author_key = :key,"
						       " flags = flags | :gone, url = '' WHERE"
						       " n = :n");

	if (!id_none(&c->author))
		stmt_id(q, 1, &c->author);
	stmt_int(q, 2, RECORD_AUTHOR_GONE);
	stmt_int(q, 3, n);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ---- what rests on them --------------------------------------------------------------------- */

int
retain_firings(struct store *s, const struct retain_span *span,
	       void (*each)(void *arg, struct str watch, struct str evidence), void *arg,
	       struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT f.watch, f.evidence FROM firing f JOIN incident i ON i.id ="
		   " f.incident WHERE f.to_at >= :from AND f.to_at <= :until AND f.from_at <"
		   " :to AND i.expired_at IS NULL AND i.id <> :but");
	int more;

	stmt_int(q, 1, span->from);
	stmt_int(q, 2, span->to + WINDOW_MAX_S);
	stmt_int(q, 3, span->to);
	stmt_id(q, 4, &span->but);
	while ((more = stmt_step(q, e)) > 0)
		each(arg, stmt_col_text(q, 0), stmt_col_bytes(q, 1));
	stmt_reset(q);
	return more;
}

/* ---- incidents ------------------------------------------------------------------------------ */

int
retain_incident(struct store *s, int64_t until, struct id *id, int64_t *ended_at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, closed_at FROM incident WHERE closed_at <="
				       " :until AND expired_at IS NULL ORDER BY closed_at, id"
				       " LIMIT 1");
	int found;

	stmt_int(q, 1, until);
	found = stmt_step(q, e);
	if (found > 0) {
		*id = stmt_col_id(q, 0);
		*ended_at = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return found;
}

int
retain_number(struct store *s, const struct id *incident, struct arena *a, struct str *number,
	      struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT number FROM incident WHERE id = :incident");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	if (found > 0)
		*number = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return found;
}

static int
counted(struct stmt *q, int64_t until, int64_t *n, int64_t *oldest_at, struct err *e)
{
	int found;

	stmt_int(q, 1, until);
	found = stmt_step(q, e);
	if (found > 0) {
		*n = stmt_col_int(q, 0);
		*oldest_at = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
retain_incidents_count(struct store *s, int64_t until, int64_t *n, int64_t *oldest_at,
		       struct err *e)
{
	return counted(store_stmt(s, "SELECT count(*), coalesce(min(closed_at), 0) FROM"
				     " incident WHERE closed_at <= :until AND expired_at IS"
				     " NULL"),
		       until, n, oldest_at, e);
}

int
retain_evidence(struct store *s, const struct id *incident, struct buf *b, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT evidence FROM firing WHERE incident = :incident"
				       " ORDER BY at, id");
	int more;

	stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0)
		buf_add(b, stmt_col_bytes(q, 0));
	stmt_reset(q);
	if (!buf_ok(b))
		return err_set(e, ERR_BROKEN, "an incident with too many mentions");
	return more;
}

static int
of_incident(struct stmt *q, const struct id *incident, struct err *e)
{
	stmt_id(q, 1, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* Not those on which the states of drafts and the figures of digests rest. */
static int
entries_go(struct store *s, const struct id *incident, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "UPDATE entry SET value = NULL, salt = NULL, erased_at = :now,"
		   " erased_why = '" RECORD_EXPIRED
		   "' WHERE incident = :incident AND erased_at IS NULL AND kind NOT IN"
		   " ('draft', 'approval', 'override', 'release', 'clock', 'note',"
		   " 'lesson')");

	stmt_int(q, 1, now);
	stmt_id(q, 2, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* None is older than the incident. */
const char retain_commands_go[] =
	"UPDATE command SET args = '{}', reply = '{}' WHERE verb >= 'incident.' AND verb <"
	" 'incident/' AND at >= (SELECT opened_at FROM incident WHERE id = :incident) AND args"
	" LIKE '%\"' || (SELECT number FROM incident WHERE id = :incident) || '\"%'";

int
retain_incident_go(struct store *s, const struct id *incident, int64_t now, struct err *e)
{
	struct stmt *q;

	if (entries_go(s, incident, now, e) < 0 ||
	    of_incident(store_stmt(s, "UPDATE action SET output = NULL WHERE incident ="
				      " :incident"),
			incident, e) < 0 ||
	    of_incident(store_stmt(s, retain_commands_go), incident, e) < 0 ||
	    sitreps_expire(s, incident, now, e) < 0 ||
	    rewrite_add(s, REWRITE_PACK, incident, e) < 0)
		return -1;
	q = store_stmt(s, "UPDATE incident SET expired_at = :now WHERE id = :incident");
	stmt_int(q, 1, now);
	stmt_id(q, 2, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ---- what was refused ----------------------------------------------------------------------- */

int
retain_rejects_go(struct store *s, int64_t until, int64_t max, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE reject SET bytes = :none WHERE id IN (SELECT id"
				       " FROM reject WHERE at <= :until AND length(bytes) > 0"
				       " ORDER BY at LIMIT :max)");

	stmt_bytes(q, 1, (struct str){ "", 0 });
	stmt_int(q, 2, until);
	stmt_int(q, 3, max);
	return stmt_run(q, e);
}

int
retain_rejects_count(struct store *s, int64_t until, int64_t *n, int64_t *oldest_at,
		     struct err *e)
{
	return counted(store_stmt(s, "SELECT count(*), coalesce(min(at), 0) FROM reject WHERE"
				     " at <= :until AND length(bytes) > 0"),
		       until, n, oldest_at, e);
}
