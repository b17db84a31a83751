/* quote_store.c - see quote_store.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/quote_store.h"

#define QUOTED_BYTES 4096 /* more when it must */

static const char *const words[] = { [QUOTE_NOTICE] = "notice", [QUOTE_DIGEST] = "digest" };

/* mention: its id in hex. */
static int
quote_add(struct store *s, enum quote_in in, const struct id *id, const struct json *mention,
	  struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO quote (document, shown_in, id) SELECT m.document,"
			      " :in, :id FROM mention m WHERE m.id = :mention"
			      " ON CONFLICT (document, shown_in, id) DO NOTHING");
	struct id of;

	if (id_from_hex(json_text(mention, STR("")), &of) < 0)
		return 0;
	stmt_text(q, 1, str_of(words[in]));
	stmt_id(q, 2, id);
	stmt_id(q, 3, &of);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
quotes_add(struct store *s, enum quote_in in, const struct id *id, struct str facts,
	   struct err *e)
{
	struct arena *a = arena_new_small(QUOTED_BYTES);
	struct err bad;
	const struct json *j = json_parse(a, facts, &bad);
	const struct json *evidence = json_get(j, "evidence"),
			  *stories = json_get(j, "stories");
	int rc = quote_add(s, in, id, json_get(j, "reply_to"), e);

	for (size_t i = 0; rc == 0 && i < json_count(evidence); i++)
		rc = quote_add(s, in, id, json_at(evidence, i), e);
	for (size_t i = 0; rc == 0 && i < json_count(stories); i++)
		rc = quote_add(s, in, id, json_get(json_at(stories, i), "mention"), e);
	arena_free(a);
	return rc;
}

int
quotes_of(struct store *s, enum quote_in in, const struct id *document,
	  int (*each)(void *arg, const struct id *id), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id FROM quote WHERE document = :document AND"
				       " shown_in = :in ORDER BY id");
	int more, stop = 0;

	stmt_id(q, 1, document);
	stmt_text(q, 2, str_of(words[in]));
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct id id = stmt_col_id(q, 0);

		stop = each(arg, &id);
	}
	stmt_reset(q);
	return stop ? stop : more;
}
