/* erase_store.c - what erasing takes out of the record: contents, links, copies of them. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/count_store.h"
#include "responder/post.h"
#include "responder/record_store.h"

#define REJECTS_A_PASS 256

static int64_t
erase_document(struct store *s, const struct id *document, struct str why, int64_t now,
	       struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE content SET salt = NULL, title = NULL, body = NULL,"
			      " author = NULL, erased_at = :at, erased_why = :why"
			      " WHERE erased_at IS NULL AND document ="
			      " (SELECT n FROM document WHERE id = :document)");

	stmt_int(q, 1, now);
	stmt_text(q, 2, why);
	stmt_id(q, 3, document);
	return stmt_run(q, e);
}

/* A text that was told as ours came with a command. */
static int
forget_told(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE command SET args = '{}' WHERE verb = 'echo.add'"
				       " AND reply LIKE '%\"' || :id || '\"%'");
	struct buf hex = BUF(64);
	int r;

	id_add_hex(&hex, document);
	stmt_text(q, 1, buf_str(&hex));
	r = stmt_run(q, e);
	buf_release(&hex);
	return r < 0 ? -1 : 0;
}

/* Texts of own accounts are kept once more, for their echo. */
static int64_t
erase_released(struct store *s, const struct id *author, const struct id *document,
	       struct err *e)
{
	struct stmt *q = document ? store_stmt(s, "DELETE FROM released WHERE id = :document")
				  : store_stmt(s, "DELETE FROM released WHERE id IN (SELECT id"
						  " FROM document WHERE author_key = :author)");

	stmt_id(q, 1, document ? document : author);
	if (stmt_run(q, e) < 0)
		return -1;
	return document ? forget_told(s, document, e) : 0;
}

/* That a post was edited or deleted says something of who wrote it. */
static int
erase_posts(struct store *s, const struct id *author, const struct id *document, struct err *e)
{
	struct stmt *q;

	if (document)
		return posts_drop(s, document, e);
	q = store_stmt(s, "DELETE FROM post WHERE document IN (SELECT id FROM document WHERE"
			  " author_key = :author)");
	stmt_id(q, 1, author);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* A result that was refused holds its document as it came: of whose bytes these are part, what it
 * said goes; that it was refused, when and why stays. */
static int
erase_rejects(struct store *s, const struct id *named, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, bytes FROM reject");
	struct stmt *empty = store_stmt(s, "UPDATE reject SET bytes = :none WHERE id = :id");
	struct id v[REJECTS_A_PASS];
	size_t n = 0;
	int more;

	while (n < LY_COUNT(v) && (more = stmt_step(q, e)) > 0)
		if (str_find(stmt_col_bytes(q, 1), id_str(named)) >= 0)
			v[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	for (size_t i = 0; i < n; i++) {
		stmt_bytes(empty, 1, (struct str){ "", 0 });
		stmt_id(empty, 2, &v[i]);
		if (stmt_run(empty, e) < 0)
			return -1;
	}
	if (n == LY_COUNT(v))
		return erase_rejects(s, named, e);
	return more < 0 ? -1 : 0;
}

/* Whom earlier commands named. */
static int
forget_names(struct store *s, struct err *e)
{
	return stmt_run(store_stmt(s, "UPDATE command SET args = '{}' WHERE verb = 'erase' AND"
				      " args <> '{}'"),
			e);
}

static int64_t
erase_author(struct store *s, const struct id *author, struct str why, int64_t now,
	     struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE content SET salt = NULL, title = NULL, body = NULL,"
			      " author = NULL, erased_at = :at, erased_why = :why"
			      " WHERE erased_at IS NULL AND document IN"
			      " (SELECT n FROM document WHERE author_key = :author)");

	stmt_int(q, 1, now);
	stmt_text(q, 2, why);
	stmt_id(q, 3, author);
	return stmt_run(q, e);
}

/* Links lead to what was said. */
static int
erase_link(struct store *s, const struct id *document, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE document SET url = '' WHERE id = :document");

	stmt_id(q, 1, document);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

/* ... or to who said it; what digests count of him is another's. */
static int
erase_author_links(struct store *s, const struct id *author, const struct id *fresh,
		   int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE document SET url = '', author_key = :fresh WHERE"
				       " author_key = :author RETURNING arrived_at");
	int more, bad = 0;

	stmt_id(q, 1, fresh);
	stmt_id(q, 2, author);
	while (!bad && (more = stmt_step(q, e)) > 0)
		bad = count_empty_at(s, stmt_col_int(q, 0), now, e);
	stmt_reset(q);
	return bad < 0 ? -1 : more;
}

int64_t
record_erase(struct store *s, const struct id *author, const struct id *document,
	     struct str why, int64_t now, struct id *fresh, struct err *e)
{
	int64_t n = erase_released(s, author, document, e) < 0 ||
				    erase_posts(s, author, document, e) < 0
			    ? -1
		    : document ? erase_document(s, document, why, now, e)
			       : erase_author(s, author, why, now, e);

	*fresh = id_random();
	if (n < 0 || erase_rejects(s, author ? author : document, e) < 0 ||
	    forget_names(s, e) < 0)
		return -1;
	if ((author ? erase_author_links(s, author, fresh, now, e)
		    : erase_link(s, document, e)) < 0)
		return -1;
	return n;
}

int
record_author(struct store *s, struct str name, struct str site, struct id *key, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT d.author_key FROM content c JOIN document d ON"
				       " d.n = c.document WHERE c.author = :name AND"
				       " (:site = '' OR d.site = :site) AND"
				       " d.author_key IS NOT NULL LIMIT 1");
	int found;

	stmt_text(q, 1, name);
	stmt_text(q, 2, site);
	found = stmt_step(q, e);
	if (found > 0)
		*key = stmt_col_id(q, 0);
	stmt_reset(q);
	return found;
}

int
record_each_erased(struct store *s,
		   void (*each)(void *arg, const struct id *document, int64_t arrived_at),
		   void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.id, d.arrived_at FROM content c JOIN document d ON"
			      " d.n = c.document WHERE c.erased_at IS NOT NULL AND"
			      " c.erased_why <> '" RECORD_EXPIRED "'");
	int r;

	while ((r = stmt_step(q, e)) == 1) {
		struct id document = stmt_col_id(q, 0);

		each(arg, &document, stmt_col_int(q, 1));
	}
	stmt_reset(q);
	return r;
}
