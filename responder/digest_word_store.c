#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/digest_word_store.h"

int
digest_word_add(struct store *s, const struct digest_word *w, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO digest_word (seq, at, kind, name, key, actor, value) SELECT"
		   " coalesce(max(seq), 0) + 1, :at, :kind, :name, :key, :actor, :value FROM"
		   " digest_word");

	stmt_int(q, 1, w->at);
	stmt_text(q, 2, w->kind);
	stmt_text(q, 3, w->name);
	stmt_text(q, 4, w->key);
	stmt_text(q, 5, w->actor);
	stmt_text(q, 6, w->value);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
digest_word_newest(struct store *s, const struct digest_word *of, int64_t before,
		   struct arena *a, struct digest_word *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT at, kind, name, key, actor, value FROM digest_word WHERE name = :name"
		" AND key = :key AND (kind = 'edit') = (:kind = 'edit') AND at < :before"
		" ORDER BY seq DESC LIMIT 1");
	int found;

	stmt_text(q, 1, of->name);
	stmt_text(q, 2, of->key);
	stmt_text(q, 3, of->kind);
	stmt_int(q, 4, before);
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct digest_word){ .at = stmt_col_int(q, 0),
					     .kind = arena_str(a, stmt_col_text(q, 1)),
					     .name = arena_str(a, stmt_col_text(q, 2)),
					     .key = arena_str(a, stmt_col_text(q, 3)),
					     .actor = arena_str(a, stmt_col_text(q, 4)),
					     .value = arena_str(a, stmt_col_text(q, 5)) };
	stmt_reset(q);
	return found;
}

int
digest_word_reader(struct store *s, const struct id *notice, struct arena *a,
		   struct str *person, struct str *facts, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT recipient, facts FROM notice WHERE id = :id AND"
				       " kind = 'digest'");
	int found;

	stmt_id(q, 1, notice);
	found = stmt_step(q, e);
	if (found > 0) {
		*person = arena_str(a, stmt_col_text(q, 0));
		*facts = arena_str(a, stmt_col_text(q, 1));
	}
	stmt_reset(q);
	return found;
}
