/* story_store.c - see story_store.h. */
#include "core/base.h"

#include "responder/story_store.h"

int
story_of_document(struct store *s, const struct id *document, struct story_of *out,
		  struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT d.story, d.arrived_at, d.source_class, c.erased_at FROM document d"
		   " LEFT JOIN content c ON c.document = d.n WHERE d.id = :document");
	int found;

	stmt_id(q, 1, document);
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct story_of){ .story = stmt_col_id(q, 0),
					  .arrived_at = stmt_col_int(q, 1),
					  .source_class = stmt_col_int(q, 2),
					  .erased = !stmt_col_null(q, 3) };
	stmt_reset(q);
	return found < 0 ? -1 : found && !id_none(&out->story);
}

int
story_move_add(struct store *s, const struct story_move *m, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE document SET story = :story, story_as_of ="
				       " :as_of WHERE id = :document");

	stmt_id(q, 1, &m->story);
	stmt_int(q, 2, m->as_of);
	stmt_id(q, 3, &m->document);
	if (stmt_run(q, e) < 0)
		return -1;
	q = store_stmt(s, "INSERT INTO story_move (document, as_of, at, was, story) VALUES"
			  " (:document, :as_of, :at, :was, :story) ON CONFLICT (document,"
			  " as_of) DO UPDATE SET story = excluded.story");
	stmt_id(q, 1, &m->document);
	stmt_int(q, 2, m->as_of);
	stmt_int(q, 3, m->at);
	stmt_id(q, 4, &m->was);
	stmt_id(q, 5, &m->story);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
story_why_drop(struct store *s, const struct id *document, int64_t arrived_at, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM story_why WHERE arrived_at = :at AND"
				       " document = :document");

	stmt_int(q, 1, arrived_at);
	stmt_id(q, 2, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
story_of_mention(struct store *s, const struct id *mention, struct story_told *out,
		 struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT d.id, d.story, d.arrived_at, d.story_as_of FROM mention m JOIN"
		   " document d ON d.id = m.document WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct story_told){ .document = stmt_col_id(q, 0),
					    .story = stmt_col_id(q, 1),
					    .arrived_at = stmt_col_int(q, 2),
					    .moved = stmt_col_int(q, 3) > 0 };
	stmt_reset(q);
	return found < 0 ? -1 : found && !id_none(&out->story);
}

int
story_stood(struct store *s, const struct id *document, int64_t at, struct id *story,
	    struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT was FROM story_move WHERE document = :document"
				       " AND at >= :at ORDER BY as_of LIMIT 1");
	int found;

	stmt_id(q, 1, document);
	stmt_int(q, 2, at);
	found = stmt_step(q, e);
	if (found > 0)
		*story = stmt_col_id(q, 0);
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
story_has_any(struct store *s, const struct id *story, int64_t from, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM document WHERE arrived_at >= :from AND"
				       " story = :story LIMIT 1");
	int found;

	stmt_int(q, 1, from);
	stmt_id(q, 2, story);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}
