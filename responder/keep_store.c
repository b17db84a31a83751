/* keep_store.c - incident -> firings -> mentions -> documents and their numbers in a spool. */
#include "core/base.h"

#include "core/arena.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/keep.h"

#define ID_BYTES    sizeof(((struct id *)0)->b)
#define FIRINGS_MAX 50

int
keep_of_mention(struct store *s, const struct id *mention, struct kept *k, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.id, d.spool, d.seq FROM mention m JOIN document"
			      " d ON d.id = m.document WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found == 1)
		*k = (struct kept){ *mention, stmt_col_id(q, 0), stmt_col_id(q, 1),
				    stmt_col_int(q, 2) };
	stmt_reset(q);
	return found;
}

static bool
is_there(const struct kept *v, int n, const struct id *mention)
{
	for (int i = 0; i < n; i++)
		if (id_eq(&v[i].mention, mention))
			return true;
	return false;
}

/* The ids of mentions of all firings, one behind the other. */
static int
mentions_read(struct store *s, const struct id *incident, struct arena *a, struct str *v,
	      size_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT evidence FROM firing WHERE incident = :incident"
				       " ORDER BY at DESC, grade DESC, id");
	int r;

	stmt_id(q, 1, incident);
	for (*n = 0; *n < FIRINGS_MAX && (r = stmt_step(q, e)) == 1; (*n)++)
		v[*n] = arena_str(a, stmt_col_bytes(q, 0));
	stmt_reset(q);
	return *n == FIRINGS_MAX || r >= 0 ? 0 : -1;
}

int
keep_of_incident(struct store *s, const struct id *incident, struct kept *v, int max,
		 struct err *e)
{
	struct arena *a = arena_new();
	struct str firings[FIRINGS_MAX];
	size_t n_firings;
	int n = 0, found = mentions_read(s, incident, a, firings, &n_firings, e);

	for (size_t i = 0; found >= 0 && i < n_firings; i++) {
		for (size_t at = 0; found >= 0 && n < max && at + ID_BYTES <= firings[i].n;
		     at += ID_BYTES) {
			struct id mention;

			memcpy(mention.b, firings[i].p + at, ID_BYTES);
			if (is_there(v, n, &mention))
				continue;
			found = keep_of_mention(s, &mention, &v[n], e);
			n += found == 1;
		}
	}
	arena_free(a);
	return found < 0 ? -1 : n;
}
