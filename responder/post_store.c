/* post_store.c - see post.h: rows of post, and what rests on them. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/draft_store.h"
#include "responder/post.h"

#define MENTIONS_MAX 64   /* of one draft, or one document */
#define DRAFTS_MAX   1000 /* newest that are looked through */
#define SINCE_S      ((int64_t)90 * 86400)

bool
post_read(struct arena *a, const struct document *d, struct post_word *w)
{
	bool gone = str_starts(d->identity, STR("post-gone"));
	struct err bad;

	if (!gone && !str_starts(d->identity, STR("post-changed")))
		return false;
	*w = (struct post_word){ .at = d->published_at, .gone = gone };
	return id_from_hex(
		       json_text(json_get(json_parse(a, d->text, &bad), "document"), STR("")),
		       &w->document) == 0;
}

int
post_add(struct store *s, const struct post_word *w, struct err *e)
{
	struct stmt *q = store_stmt(s, "INSERT INTO post (document, at, gone) VALUES"
				       " (:document, :at, :gone) ON CONFLICT (document, at) DO"
				       " NOTHING");

	stmt_id(q, 1, &w->document);
	stmt_int(q, 2, w->at);
	stmt_int(q, 3, w->gone);
	return stmt_run(q, e);
}

int
posts_drop(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "DELETE FROM post WHERE document = :document");

	stmt_id(q, 1, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

struct looking {
	struct post_place *at, v[POSTS_LOOK]; /* v: those that go */
	int64_t until;
	int n, left; /* left: so many more are looked at */
};

/* To the end, or until so many were looked at; behind the last row it begins anew. */
static int
posts_look(struct store *s, struct looking *x, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT p.document, p.at, CASE WHEN c.erased_at IS NOT NULL OR (c.document IS"
		" NULL AND p.at <= :until) THEN 1 ELSE 0 END FROM post p LEFT JOIN document"
		" d ON d.id = p.document LEFT JOIN content c ON c.document = d.n WHERE"
		" (p.document, p.at) > (:document, :at) ORDER BY p.document, p.at LIMIT"
		" :most");
	int more;

	stmt_int(q, 1, x->until);
	stmt_id(q, 2, &x->at->document);
	stmt_int(q, 3, x->at->at);
	stmt_int(q, 4, x->left);
	while ((more = stmt_step(q, e)) > 0) {
		*x->at = (struct post_place){ stmt_col_id(q, 0), stmt_col_int(q, 1) };
		x->left--;
		if (stmt_col_int(q, 2))
			x->v[x->n++] = *x->at;
	}
	stmt_reset(q);
	if (x->left)
		*x->at = (struct post_place){ .at = 0 };
	return more;
}

int
posts_forget(struct store *s, struct post_place *after, int64_t until, struct err *e)
{
	struct looking x = { .at = after, .until = until, .left = POSTS_LOOK };
	bool first = id_none(&after->document);

	if (posts_look(s, &x, e) < 0 || (!first && x.left && posts_look(s, &x, e) < 0))
		return -1;
	for (int i = 0; i < x.n; i++) {
		struct stmt *q = store_stmt(s, "DELETE FROM post WHERE document = :document AND"
					       " at = :at");

		stmt_id(q, 1, &x.v[i].document);
		stmt_int(q, 2, x.v[i].at);
		if (stmt_run(q, e) < 0)
			return -1;
	}
	return x.n;
}

/* Of one mention. 1, 0, -1. */
static int
newest(struct store *s, const struct id *mention, int64_t since, struct post_word *out,
       struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT p.document, p.at, p.gone FROM mention m JOIN post p ON"
			      " p.document = m.document WHERE m.id = :mention AND p.at >="
			      " :since ORDER BY p.at DESC LIMIT 1");
	int found;

	stmt_id(q, 1, mention);
	stmt_int(q, 2, since);
	found = stmt_step(q, e);
	if (found > 0)
		*out = (struct post_word){ stmt_col_id(q, 0), stmt_col_int(q, 1),
					   stmt_col_int(q, 2) != 0 };
	stmt_reset(q);
	return found;
}

/* The mentions that the evidence of a draft names, each once. */
static size_t
mentions_of(const struct json *map, struct id v[MENTIONS_MAX])
{
	size_t n = 0;
	struct str slot;

	for (size_t i = 0; i < json_count(map); i++) {
		const struct json *list = json_get(json_member(map, i, &slot), "mentions");

		for (size_t k = 0; k < json_count(list) && n < MENTIONS_MAX; k++) {
			size_t was = 0;

			if (id_from_hex(json_text(json_at(list, k), STR("")), &v[n]) < 0)
				continue;
			while (was < n && !id_eq(&v[was], &v[n]))
				was++;
			n += was == n;
		}
	}
	return n;
}

int
post_of(struct store *s, const struct draft_row *row, struct arena *a, struct post_word *out,
	struct id *mention, struct err *e)
{
	int64_t since = row->author.n ? row->at : 0;
	struct id v[MENTIONS_MAX];
	struct post_word one;
	struct err bad;
	size_t n = mentions_of(row->evidence.n ? json_parse(a, row->evidence, &bad) : NULL, v);
	int any = 0;

	for (size_t i = 0; i < n; i++) {
		int found = newest(s, &v[i], since, &one, e);

		if (found < 0)
			return -1;
		if (!found || (any && one.at <= out->at))
			continue;
		*out = one;
		*mention = v[i];
		any = 1;
	}
	return any;
}

/* Is one of the mentions of the document? An index by document would cost every mention that comes in. */
static int
rests_on(struct store *s, struct str evidence, const struct id *document, struct err *e)
{
	struct arena *a = arena_new();
	struct id v[MENTIONS_MAX];
	struct err bad;
	size_t n = mentions_of(json_parse(a, evidence, &bad), v);
	int found = 0;

	for (size_t i = 0; i < n && !found; i++) {
		struct stmt *q = store_stmt(s, "SELECT 1 FROM mention WHERE id = :id AND"
					       " document = :document");

		stmt_id(q, 1, &v[i]);
		stmt_id(q, 2, document);
		found = stmt_step(q, e);
		stmt_reset(q);
	}
	arena_free(a);
	return found;
}

int
post_drafts(struct store *s, const struct post_word *w, struct arena *a, struct post_draft *v,
	    int max, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.id, i.number, d.evidence FROM draft d JOIN incident i"
			      " ON i.id = d.incident WHERE d.state <> 'superseded' AND d.at <="
			      " :at AND d.at >= :since ORDER BY d.at DESC LIMIT :most");
	int n = 0, more = 0;

	stmt_int(q, 1, w->at);
	stmt_int(q, 2, w->at - SINCE_S);
	stmt_int(q, 3, DRAFTS_MAX);
	while (n < max && (more = stmt_step(q, e)) > 0) {
		int rests = rests_on(s, stmt_col_text(q, 2), &w->document, e);

		if (rests < 0) {
			more = -1;
			break;
		}
		if (rests)
			v[n++] = (struct post_draft){ stmt_col_id(q, 0),
						      arena_str(a, stmt_col_text(q, 1)) };
	}
	stmt_reset(q);
	return more < 0 ? -1 : n;
}
