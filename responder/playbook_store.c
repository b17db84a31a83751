/* playbook_store.c - what has fired for an incident: reads firing. See playbook_store.h. */
#include "core/base.h"

#include "responder/playbook_store.h"

int
playbook_fired(struct store *s, const struct id *incident, struct arena *a,
	       struct conf_texts *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT DISTINCT trigger FROM firing WHERE incident ="
				       " :incident ORDER BY trigger LIMIT 64");
	int more;

	out->n = 0;
	out->v = arena_alloc(a, 64 * sizeof *out->v);
	stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0)
		out->v[out->n++] = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return more;
}
