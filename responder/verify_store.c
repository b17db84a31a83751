#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/verify_store.h"

static int
each_mention(struct stmt *q, void (*each)(void *arg, const struct stored_mention *m), void *arg,
	     struct err *e)
{
	int more;

	while ((more = stmt_step(q, e)) > 0) {
		struct stored_mention m = stored_mention_of(q);

		each(arg, &m);
	}
	stmt_reset(q);
	return more;
}

int
verify_mentions(struct store *s, void (*each)(void *arg, const struct stored_mention *m),
		void *arg, struct err *e)
{
	return each_mention(store_stmt(s, "SELECT " STORED_COLUMNS), each, arg, e);
}

int
verify_mentions_until(struct store *s, struct str watch, int64_t from, int64_t to,
		      int64_t as_of, void (*each)(void *arg, const struct stored_mention *m),
		      void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " STORED_COLUMNS
				       " WHERE m.watch = :watch AND m.as_of <= :as_of AND"
				       " ((m.arrived_at >= :from AND m.arrived_at < :to) OR"
				       " (m.published_at >= :from AND m.published_at < :to))");

	stmt_text(q, 1, watch);
	stmt_int(q, 2, as_of);
	stmt_int(q, 3, from);
	stmt_int(q, 4, to);
	return each_mention(q, each, arg, e);
}

int
verify_mention(struct store *s, const struct id *id, struct stored_mention *out, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " STORED_COLUMNS " WHERE m.id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0)
		*out = stored_mention_of(q);
	return found;
}

#define ROLLUP(table)                                                                      \
	"SELECT watch, topic, at, mentions, negative, positive, complaints, score, reach," \
	" tone_reach, copies, lag, lagged FROM " table
static const char *const rollups[ROLLUP_SCALES] = {
	[ROLLUP_MINUTE] = ROLLUP("rollup_minute"),
	[ROLLUP_HOUR] = ROLLUP("rollup_hour"),
	[ROLLUP_DAY] = ROLLUP("rollup_day"),
};

int
verify_rollups(struct store *s, enum rollup_scale scale, struct names *watches,
	       struct names *topics, void (*each)(void *arg, const struct rollup_row *row),
	       void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, rollups[scale]);
	int more;

	while ((more = stmt_step(q, e)) > 0) {
		struct rollup_row row = {
			.scale = scale,
			.watch = names_add(watches, stmt_col_text(q, 0)),
			.topic = names_add(topics, stmt_col_text(q, 1)),
			.at = stmt_col_int(q, 2),
			.c = { stmt_col_int(q, 3), stmt_col_int(q, 4), stmt_col_int(q, 5),
			       stmt_col_int(q, 6), stmt_col_int(q, 7), stmt_col_int(q, 8),
			       stmt_col_int(q, 9), stmt_col_int(q, 10), stmt_col_int(q, 11),
			       stmt_col_int(q, 12) },
		};

		each(arg, &row);
	}
	stmt_reset(q);
	return more;
}

int
verify_firings(struct store *s, int (*each)(void *arg, const struct firing *f), void *arg,
	       struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, trigger, watch, story, grade, at, from_at, "
				       "to_at, observed, threshold,"
				       " baseline, facts, reason_zh, reason_en, evidence, "
				       "as_of FROM firing ORDER BY at, id");
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct str ids = stmt_col_bytes(q, 14);
		struct firing f = {
			.id = stmt_col_id(q, 0),
			.trigger = stmt_col_text(q, 1),
			.watch = stmt_col_text(q, 2),
			.story = stmt_col_text(q, 3),
			.grade = stmt_col_int(q, 4),
			.at = stmt_col_int(q, 5),
			.from_at = stmt_col_int(q, 6),
			.to_at = stmt_col_int(q, 7),
			.observed = stmt_col_int(q, 8),
			.threshold = stmt_col_int(q, 9),
			.baseline = stmt_col_int(q, 10),
			.facts = stmt_col_text(q, 11),
			.reason_zh = stmt_col_text(q, 12),
			.reason_en = stmt_col_text(q, 13),
			.evidence = (const struct id *)(const void *)ids.p,
			.evidence_n = ids.n / sizeof(struct id),
			.as_of = stmt_col_int(q, 15),
		};

		stop = each(arg, &f);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
verify_contents(struct store *s, void (*each)(void *arg, const struct stored_content *c),
		void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT d.id, c.digest, c.salt, c.title, c.body, c.author,"
			      " c.erased_why, c.erased_at FROM content c LEFT JOIN"
			      " document d ON d.n = c.document");
	int more;

	while ((more = stmt_step(q, e)) > 0) {
		struct stored_content c = {
			.document = stmt_col_id(q, 0),
			.digest = stmt_col_bytes(q, 1),
			.salt = stmt_col_bytes(q, 2),
			.title = stmt_col_text(q, 3),
			.body = stmt_col_text(q, 4),
			.author = stmt_col_text(q, 5),
			.erased_why = stmt_col_text(q, 6),
			.erased = !stmt_col_null(q, 7),
		};

		each(arg, &c);
	}
	stmt_reset(q);
	return more;
}

int
verify_pages(struct store *s, int (*each)(void *arg, const struct stored_notice *n), void *arg,
	     struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT id, incident, body, facts, erased_at, state,"
				       " sent_at FROM notice WHERE kind = 'page' AND incident"
				       " IS NOT NULL");
	int more, stop = 0;

	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct stored_notice n = { stmt_col_id(q, 0),    stmt_col_id(q, 1),
					   stmt_col_text(q, 2),  stmt_col_text(q, 3),
					   !stmt_col_null(q, 4), stmt_col_text(q, 5),
					   !stmt_col_null(q, 6) };

		stop = each(arg, &n);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

int
verify_reasons(struct store *s, const struct id *incident,
	       void (*each)(void *arg, const struct stored_reason *r), void *arg, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT trigger, reason_zh, reason_en, evidence FROM firing"
			      " WHERE incident = :incident");
	int more;

	stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_reason r = {
			stmt_col_text(q, 0), stmt_col_text(q, 1), stmt_col_text(q, 2),
			(int64_t)(stmt_col_bytes(q, 3).n / sizeof(struct id))
		};

		each(arg, &r);
	}
	stmt_reset(q);
	return more;
}

int
verify_heir(struct store *s, const struct id *incident, struct id *heir, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT coalesce(i.merged_into, (SELECT f.id FROM incident f WHERE"
		   " f.follows = i.id)) FROM incident i WHERE i.id = :id");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	if (found > 0)
		*heir = stmt_col_id(q, 0);
	stmt_reset(q);
	return found < 0 ? -1 : found && !id_none(heir);
}

int
verify_texts(struct store *s, struct id *after,
	     void (*each)(void *arg, const struct stored_text *t), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT m.id, m.image, m.watch, c.title, c.body, m.spans, m.score, m.label,"
		   " m.confidence, m.subjectivity, m.intent, d.source_class, d.source FROM "
		   "mention m"
		   " JOIN document d ON d.id = m.document"
		   " JOIN content c ON c.document = d.n"
		   " WHERE m.id > :after AND c.erased_at IS NULL ORDER BY m.id LIMIT 500");
	int more, any = 0;

	stmt_id(q, 1, after);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_text t = {
			.id = stmt_col_id(q, 0),
			.image = stmt_col_id(q, 1),
			.watch = stmt_col_text(q, 2),
			.title = stmt_col_text(q, 3),
			.body = stmt_col_text(q, 4),
			.spans = stmt_col_bytes(q, 5),
			.score = stmt_col_int(q, 6),
			.label = stmt_col_int(q, 7),
			.confidence = stmt_col_int(q, 8),
			.subjectivity = stmt_col_int(q, 9),
			.intent = stmt_col_int(q, 10),
			.source_class = stmt_col_int(q, 11),
			.source = stmt_col_text(q, 12),
		};

		*after = t.id;
		any = 1;
		each(arg, &t);
	}
	stmt_reset(q);
	return more < 0 ? -1 : any;
}

#define WHY_COLUMNS                                                                          \
	"SELECT w.document, w.alike_to, w.story, d.story, w.alike, w.why, c.title, c.body,"  \
	" k.title, k.body FROM story_why w JOIN document d ON d.id = w.document"             \
	" LEFT JOIN content c ON c.document = d.n LEFT JOIN document o ON o.id = w.alike_to" \
	" LEFT JOIN content k ON k.document = o.n"

int
verify_whys(struct store *s, const struct id *document,
	    void (*each)(void *arg, const struct stored_why *w), void *arg, struct err *e)
{
	struct stmt *q = document ? store_stmt(s, WHY_COLUMNS " WHERE w.arrived_at ="
							      " d.arrived_at AND d.id = :id")
				  : store_stmt(s, WHY_COLUMNS);
	int more;

	if (document)
		stmt_id(q, 1, document);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_why w = {
			.document = stmt_col_id(q, 0),
			.alike_to = stmt_col_id(q, 1),
			.story = stmt_col_id(q, 2),
			.told = stmt_col_id(q, 3),
			.alike = stmt_col_int(q, 4),
			.why = stmt_col_bytes(q, 5),
			.title = stmt_col_text(q, 6),
			.body = stmt_col_text(q, 7),
			.like_title = stmt_col_text(q, 8),
			.like_body = stmt_col_text(q, 9),
		};

		each(arg, &w);
	}
	stmt_reset(q);
	return more;
}

#define WENT_COLUMNS                                                                         \
	"SELECT v.document, v.was, v.story, d.story, v.as_of, v.at, d.story_as_of, c.title," \
	" c.body FROM story_move v LEFT JOIN document d ON d.id = v.document LEFT JOIN"      \
	" document o ON o.id = v.was LEFT JOIN content c ON c.document = o.n"

int
verify_went(struct store *s, const struct id *document,
	    void (*each)(void *arg, const struct stored_went *x), void *arg, struct err *e)
{
	struct stmt *q = document ? store_stmt(s, WENT_COLUMNS " WHERE v.document = :document"
							       " ORDER BY v.as_of")
				  : store_stmt(s, WENT_COLUMNS " ORDER BY v.document, v.as_of");
	int more;

	if (document)
		stmt_id(q, 1, document);
	while ((more = stmt_step(q, e)) > 0) {
		struct stored_went x = {
			.document = stmt_col_id(q, 0),
			.was = stmt_col_id(q, 1),
			.story = stmt_col_id(q, 2),
			.told = stmt_col_id(q, 3),
			.as_of = stmt_col_int(q, 4),
			.at = stmt_col_int(q, 5),
			.told_as_of = stmt_col_int(q, 6),
			.title = stmt_col_text(q, 7),
			.body = stmt_col_text(q, 8),
		};

		each(arg, &x);
	}
	stmt_reset(q);
	return more;
}

int
verify_went_untold(struct store *s, void (*each)(void *arg, const struct id *document),
		   void *arg, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT d.id FROM document d WHERE d.story_as_of <> 0 AND NOT EXISTS"
		   " (SELECT 1 FROM story_move v WHERE v.document = d.id AND v.as_of ="
		   " d.story_as_of)");
	int more;

	while ((more = stmt_step(q, e)) > 0) {
		struct id document = stmt_col_id(q, 0);

		each(arg, &document);
	}
	stmt_reset(q);
	return more;
}
