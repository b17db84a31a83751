/* hush_store.c - see hush_store.h. */
#include "core/base.h"

#include "core/arena.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/hush_store.h"

#define FIRINGS_MAX 50 /* the newest */
#define ID_SIZE     sizeof(((struct id *)0)->b)

int
hush_write(struct store *s, const struct hush_row *h, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO hush (story, watch, incident, from_at, at, authors, classes,"
		   " into_story) VALUES (:story, :watch, :incident, :from, :at, :authors,"
		   " :classes, :into) ON CONFLICT (story, watch) DO UPDATE SET"
		   " incident = excluded.incident, from_at = excluded.from_at,"
		   " at = excluded.at, authors = excluded.authors,"
		   " classes = excluded.classes, into_story = excluded.into_story,"
		   " broken_at = NULL, why = NULL");

	stmt_id(q, 1, &h->story);
	stmt_text(q, 2, h->watch);
	stmt_id(q, 3, &h->incident);
	stmt_int(q, 4, h->from_at);
	stmt_int(q, 5, h->at);
	stmt_int(q, 6, h->then.authors);
	stmt_int(q, 7, (int64_t)h->then.classes);
	if (id_none(&h->into))
		stmt_null(q, 8);
	else
		stmt_id(q, 8, &h->into);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
hush_break(struct store *s, const struct hush_row *h, enum hush_broken why, int64_t now,
	   struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE hush SET broken_at = :now, why = :why WHERE"
				       " story = :story AND watch = :watch");

	stmt_int(q, 1, now);
	stmt_text(q, 2, str_of(hush_words[why]));
	stmt_id(q, 3, &h->story);
	stmt_text(q, 4, h->watch);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
hushes_read(struct store *s, int64_t since, void (*each)(void *arg, const struct hush_row *h),
	    void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT story, watch, incident, from_at, at, authors,"
				       " classes, into_story FROM hush WHERE broken_at IS NULL"
				       " AND at > :since ORDER BY at, story, watch");
	int more;

	stmt_int(q, 1, since);
	while ((more = stmt_step(q, e)) > 0) {
		struct hush_row h = {
			.story = stmt_col_id(q, 0),
			.watch = stmt_col_text(q, 1),
			.incident = stmt_col_id(q, 2),
			.from_at = stmt_col_int(q, 3),
			.at = stmt_col_int(q, 4),
			.then = { .authors = stmt_col_int(q, 5),
				  .classes = (uint32_t)stmt_col_int(q, 6) },
			.into = stmt_col_id(q, 7),
		};

		each(arg, &h);
	}
	stmt_reset(q);
	return more;
}

int64_t
hushes_broken(struct store *s, struct str watch, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM hush WHERE watch = :watch AND"
				       " broken_at IS NOT NULL");
	int64_t n;

	stmt_text(q, 1, watch);
	n = stmt_step(q, e) > 0 ? stmt_col_int(q, 0) : -1;
	stmt_reset(q);
	return n;
}

int
hush_drop(struct store *s, const struct hush_row *h, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "DELETE FROM hush WHERE story = :story AND watch = :watch");

	stmt_id(q, 1, &h->story);
	stmt_text(q, 2, h->watch);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
hush_known(struct store *s, const struct id *story, struct str watch, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM hush WHERE story = :story AND watch ="
				       " :watch");
	int found;

	stmt_id(q, 1, story);
	stmt_text(q, 2, watch);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

int
mention_event(struct store *s, const struct id *mention, struct id *story, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT d.story FROM mention m JOIN document d ON d.id ="
				       " m.document WHERE m.id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0)
		*story = stmt_col_id(q, 0);
	stmt_reset(q);
	return found < 0 ? -1 : found && !id_none(story);
}

static int
story_add(struct store *s, const struct id *mention, struct id *v, int n, struct err *e)
{
	struct id story;
	int found = mention_event(s, mention, &story, e);

	for (int i = 0; found > 0 && i < n; i++)
		if (id_eq(&v[i], &story))
			return n;
	if (found > 0)
		v[n++] = story;
	return found < 0 ? -1 : n;
}

int
hush_stories(struct store *s, const struct id *incident, struct id *v, int max, struct err *e)
{
	struct arena *a = arena_new();
	struct str firings[FIRINGS_MAX];
	struct stmt *q = store_stmt(s, "SELECT evidence FROM firing WHERE incident = :incident"
				       " ORDER BY at DESC, grade DESC, id");
	int more = 0, n = 0, count = 0;

	stmt_id(q, 1, incident);
	while (count < FIRINGS_MAX && (more = stmt_step(q, e)) > 0)
		firings[count++] = arena_str(a, stmt_col_bytes(q, 0));
	stmt_reset(q);
	if (more < 0)
		n = -1;
	for (int f = 0; f < count && n >= 0; f++)
		for (size_t at = 0; at + ID_SIZE <= firings[f].n && n >= 0 && n < max;
		     at += ID_SIZE) {
			struct id mention;

			memcpy(mention.b, firings[f].p + at, ID_SIZE);
			n = story_add(s, &mention, v, n, e);
		}
	arena_free(a);
	return n;
}

int
hush_documents(struct store *s, int64_t from,
	       void (*each)(void *arg, const struct hush_heard *h), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT story, author_key, site, arrived_at, source_class, followers, rank"
		   " FROM document WHERE arrived_at >= :from AND story IS NOT NULL ORDER BY"
		   " arrived_at, id");
	int more;

	stmt_int(q, 1, from);
	while ((more = stmt_step(q, e)) > 0) {
		struct hush_heard h = {
			.story = stmt_col_id(q, 0),
			.author_key = stmt_col_id(q, 1),
			.site = stmt_col_text(q, 2),
			.at = stmt_col_int(q, 3),
			.source_class = stmt_col_int(q, 4),
			.followers = stmt_col_int(q, 5),
			.rank = stmt_col_int(q, 6),
		};

		each(arg, &h);
	}
	stmt_reset(q);
	return more;
}
