#include "core/base.h"

#include "core/str.h"
#include "responder/digest_store.h"
#include "responder/quote_store.h"

int
day_mentions(struct store *s, const struct day_read *read,
	     int (*each)(void *arg, const struct day_mention *m), void *arg, struct err *e)
{
	/* By time, and not by the random id: what came together lies together in that index.
	 * Stories as they were at that commit (story_store.h). */
	struct stmt *q = store_stmt(
		s,
		"SELECT m.id, m.document, coalesce(CASE WHEN d.story_as_of > :as_of THEN "
		"(SELECT"
		" v.was FROM story_move v WHERE v.document = d.id AND v.as_of > :as_of ORDER BY"
		" v.as_of LIMIT 1) END, d.story, m.story), m.story, d.author_key, "
		"m.arrived_at, m.published_at,"
		" m.score, m.label, m.intent, m.flags, d.flags, d.source_class, d.followers,"
		" m.topics, d.site, d.rank, m.as_of, d.story_as_of FROM mention m JOIN document"
		" d ON"
		" d.arrived_at = m.arrived_at AND d.id = m.document"
		" WHERE m.watch = :watch AND m.arrived_at >= :from AND m.arrived_at < :to"
		" AND m.as_of <= :as_of AND (:told_to = 0 OR (CASE WHEN m.published_at > 0 AND"
		" m.published_at < m.arrived_at THEN m.published_at ELSE m.arrived_at END) >="
		" :told_from AND (CASE WHEN m.published_at > 0 AND m.published_at <"
		" m.arrived_at THEN m.published_at ELSE m.arrived_at END) < :told_to)");
	int more, stop = 0;

	stmt_int(q, 1, read->as_of);
	stmt_text(q, 2, read->watch);
	stmt_int(q, 3, read->from);
	stmt_int(q, 4, read->to);
	stmt_int(q, 5, read->told_to);
	stmt_int(q, 6, read->told_from);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct day_mention m = {
			.id = stmt_col_id(q, 0),
			.document = stmt_col_id(q, 1),
			.story = stmt_col_id(q, 2),
			.voice = stmt_col_id(q, 3),
			.author_key = stmt_col_id(q, 4),
			.arrived_at = stmt_col_int(q, 5),
			.published_at = stmt_col_int(q, 6),
			.score = stmt_col_int(q, 7),
			.label = stmt_col_int(q, 8),
			.intent = stmt_col_int(q, 9),
			.flags = stmt_col_int(q, 10),
			.document_flags = stmt_col_int(q, 11),
			.source_class = stmt_col_int(q, 12),
			.followers = stmt_col_int(q, 13),
			.topics = stmt_col_text(q, 14),
			.site = stmt_col_text(q, 15),
			.rank = stmt_col_int(q, 16),
			.as_of = stmt_col_int(q, 17),
		};
		int64_t moved = stmt_col_int(q, 18);

		m.as_of = moved > m.as_of ? moved : m.as_of;
		stop = each(arg, &m);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
day_hours(struct store *s, struct str watch, int64_t from, int64_t to,
	  void (*each)(void *arg, int64_t at, int64_t mentions, int64_t negative), void *arg,
	  struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT at, mentions, negative FROM rollup_hour WHERE"
				       " watch = :watch AND topic = '' AND at >= :from AND at <"
				       " :to ORDER BY at");
	int more;

	stmt_text(q, 1, watch);
	stmt_int(q, 2, from);
	stmt_int(q, 3, to);
	while ((more = stmt_step(q, e)) > 0)
		each(arg, stmt_col_int(q, 0), stmt_col_int(q, 1), stmt_col_int(q, 2));
	stmt_reset(q);
	return more;
}

int
day_notices(struct store *s, const struct digest_day *d, int64_t *planned, int64_t *sent,
	    struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT count(*), coalesce(sum(CASE WHEN sent_at < :made THEN 1 ELSE 0 END),"
		   " 0) FROM notice WHERE created_at >= :from AND created_at < :to AND kind <>"
		   " 'digest'");
	int found;

	stmt_int(q, 1, d->made_at);
	stmt_int(q, 2, d->from);
	stmt_int(q, 3, d->to);
	found = stmt_step(q, e);
	*planned = found > 0 ? stmt_col_int(q, 0) : 0;
	*sent = found > 0 ? stmt_col_int(q, 1) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
day_documents(struct store *s, const struct day_read *read,
	      void (*each)(void *arg, const struct day_document *d), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT source, source_class, arrived_at, as_of FROM"
				       " document WHERE arrived_at >= :from AND arrived_at <"
				       " :to AND as_of <= :as_of");
	int more;

	stmt_int(q, 1, read->from);
	stmt_int(q, 2, read->to);
	stmt_int(q, 3, read->as_of);
	while ((more = stmt_step(q, e)) > 0) {
		struct day_document d = { .source = stmt_col_text(q, 0),
					  .source_class = stmt_col_int(q, 1),
					  .arrived_at = stmt_col_int(q, 2),
					  .as_of = stmt_col_int(q, 3) };

		each(arg, &d);
	}
	stmt_reset(q);
	return more;
}

int
day_rejects(struct store *s, int64_t from, int64_t until, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM reject WHERE at >= :from"
				       " AND at < :until");
	int found;

	stmt_int(q, 1, from);
	stmt_int(q, 2, until);
	found = stmt_step(q, e);
	*n = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
day_one(struct store *s, const char *sql, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, sql);
	int found = stmt_step(q, e);

	*at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
day_newest(struct store *s, int64_t *at, struct err *e)
{
	return day_one(s, "SELECT coalesce(max(arrived_at), 0) FROM document", at, e);
}

int
day_first(struct store *s, int64_t *at, struct err *e)
{
	return day_one(s, "SELECT coalesce(min(arrived_at), 0) FROM document", at, e);
}

int
day_incidents(struct store *s, const struct digest_day *d,
	      void (*each)(void *arg, const struct incident *i), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT id, number, watch, topic, title, state, level, opened_at, closed_at,"
		" acked_by, acked_until, confidential FROM incident WHERE opened_at < :made AND"
		" (closed_at IS NULL OR closed_at >= :from) ORDER BY"
		" CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, level DESC, opened_at, "
		"number");
	int more;

	stmt_int(q, 1, d->made_at);
	stmt_int(q, 2, d->from);
	while ((more = stmt_step(q, e)) > 0) {
		struct incident i = { .id = stmt_col_id(q, 0),
				      .number = stmt_col_text(q, 1),
				      .watch = stmt_col_text(q, 2),
				      .topic = stmt_col_text(q, 3),
				      .title = stmt_col_text(q, 4),
				      .closed_why = stmt_col_text(q, 5), /* the state's word */
				      .level = stmt_col_int(q, 6),
				      .opened_at = stmt_col_int(q, 7),
				      .closed_at = stmt_col_int(q, 8),
				      .acked_by = stmt_col_text(q, 9),
				      .acked_until = stmt_col_int(q, 10),
				      .confidential = stmt_col_int(q, 11) };

		each(arg, &i);
	}
	stmt_reset(q);
	return more;
}

/* ---- the digests themselves --------------------------------------------------------------------- */

int
digest_add(struct store *s, const struct digest_row *r, struct err *e)
{
	int added;
	struct stmt *q = store_stmt(
		s, "INSERT INTO digest (id, name, day, at, as_of, facts, body_text, body_md, "
		   "body_html)"
		   " VALUES (:id, :name, :day, :at, :as_of, :facts, :text, :md, :html)"
		   " ON CONFLICT (id) DO NOTHING");

	stmt_id(q, 1, &r->id);
	stmt_text(q, 2, r->name);
	stmt_int(q, 3, r->day);
	stmt_int(q, 4, r->at);
	stmt_int(q, 5, r->as_of);
	stmt_text(q, 6, r->facts);
	stmt_text(q, 7, r->text);
	stmt_text(q, 8, r->md);
	stmt_text(q, 9, r->html);
	added = stmt_run(q, e);
	return added > 0 && quotes_add(s, QUOTE_DIGEST, &r->id, r->facts, e) < 0 ? -1 : added;
}

int
digest_last(struct store *s, struct str name, int64_t *day, struct arena *a, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT coalesce(max(day), 0) FROM digest WHERE name ="
				       " :name OR name LIKE :personal");
	int found;

	stmt_text(q, 1, name);
	stmt_text(q, 2, str_of(arena_textf(a, "%.*s@%%", STR_ARG(name))));
	found = stmt_step(q, e);
	*day = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
digest_days(struct store *s, struct str name, int64_t since,
	    void (*each)(void *arg, int64_t day), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT day FROM digest WHERE name = :name AND day >="
				       " :since ORDER BY day");
	int more;

	stmt_text(q, 1, name);
	stmt_int(q, 2, since);
	while ((more = stmt_step(q, e)) > 0)
		each(arg, stmt_col_int(q, 0));
	stmt_reset(q);
	return more;
}

int
digest_told_on(struct store *s, struct str name, const char *date, struct arena *a,
	       struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM digest WHERE (name = :name OR name LIKE"
				       " :personal) AND facts LIKE :date LIMIT 1");
	int found;

	stmt_text(q, 1, name);
	stmt_text(q, 2, str_of(arena_textf(a, "%.*s@%%", STR_ARG(name))));
	stmt_text(q, 3, str_of(arena_textf(a, "%%,\"date\":\"%s\",%%", date)));
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}

static struct digest_row
row_of(struct stmt *q, struct arena *a)
{
	return (struct digest_row){ .id = stmt_col_id(q, 0),
				    .name = arena_str(a, stmt_col_text(q, 1)),
				    .day = stmt_col_int(q, 2),
				    .at = stmt_col_int(q, 3),
				    .as_of = stmt_col_int(q, 4),
				    .facts = arena_str(a, stmt_col_text(q, 5)),
				    .text = arena_str(a, stmt_col_text(q, 6)),
				    .md = arena_str(a, stmt_col_text(q, 7)),
				    .html = arena_str(a, stmt_col_text(q, 8)) };
}

int
digest_get(struct store *s, const struct id *id, struct arena *a, struct digest_row *out,
	   struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, name, day, at, as_of, facts, body_text,"
				       " body_md, body_html FROM digest WHERE id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0)
		*out = row_of(q, a);
	stmt_reset(q);
	return found;
}

int
digest_set_again(struct store *s, const struct digest_row *r, int64_t at, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE digest SET facts = :facts, body_text = :text,"
				       " body_md = :md, body_html = :html, erased_at = :at"
				       " WHERE id = :id");

	stmt_text(q, 1, r->facts);
	stmt_text(q, 2, r->text);
	stmt_text(q, 3, r->md);
	stmt_text(q, 4, r->html);
	stmt_int(q, 5, at);
	stmt_id(q, 6, &r->id);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
digest_read(struct store *s, struct str name, int64_t day, struct arena *a,
	    struct digest_row *out, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT id, name, day, at, as_of, facts, body_text, body_md, "
			      "body_html FROM digest"
			      " WHERE (:name = '' OR name = :name) AND (:day = 0 OR day = :day)"
			      " ORDER BY day DESC, name LIMIT 1");
	int found;

	stmt_text(q, 1, name);
	stmt_int(q, 2, day);
	found = stmt_step(q, e);
	if (found > 0)
		*out = row_of(q, a);
	stmt_reset(q);
	return found;
}

int
digest_read_dated(struct store *s, struct str name, const char *date, struct arena *a,
		  struct digest_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, name, day, at, as_of, facts, body_text,"
				       " body_md, body_html FROM digest WHERE (name = :name OR"
				       " name LIKE :personal) AND facts LIKE :date"
				       " ORDER BY day DESC, name LIMIT 1");
	int found;

	stmt_text(q, 1, name);
	stmt_text(q, 2, str_of(arena_textf(a, "%.*s@%%", STR_ARG(name))));
	stmt_text(q, 3,
		  date ? str_of(arena_textf(a, "%%,\"date\":\"%s\",%%", date)) : STR("%"));
	found = stmt_step(q, e);
	if (found > 0)
		*out = row_of(q, a);
	stmt_reset(q);
	return found;
}

int
digest_read_made(struct store *s, struct str name, int64_t made_at, int64_t as_of,
		 struct arena *a, struct digest_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, name, day, at, as_of, facts, body_text,"
				       " body_md, body_html FROM digest WHERE name = :name AND"
				       " at = :at AND as_of = :as_of");
	int found;

	stmt_text(q, 1, name);
	stmt_int(q, 2, made_at);
	stmt_int(q, 3, as_of);
	found = stmt_step(q, e);
	if (found > 0)
		*out = row_of(q, a);
	stmt_reset(q);
	return found;
}

int
digests_read(struct store *s, int (*each)(void *arg, const struct digest_row *row), void *arg,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, name, day, at, as_of, facts, body_text"
				       " FROM digest ORDER BY day, name");
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct digest_row row = { .id = stmt_col_id(q, 0),
					  .name = stmt_col_text(q, 1),
					  .day = stmt_col_int(q, 2),
					  .at = stmt_col_int(q, 3),
					  .as_of = stmt_col_int(q, 4),
					  .facts = stmt_col_text(q, 5),
					  .text = stmt_col_text(q, 6) };

		stop = each(arg, &row);
	}
	stmt_reset(q);
	return stop ? stop : more;
}
