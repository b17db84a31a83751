#include "core/base.h"

#include "core/arena.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/export_store.h"

#define PAGE        1000 /* rows */
#define COLUMNS_MAX 40

/* Who wrote it, and what leads to them: a link to a page of news or of an authority leads to nobody. */
static const struct export_column mention_columns[] = {
	{ "mention", EXPORT_ID, false, NULL, 0 },
	{ "watch", EXPORT_TEXT, false, NULL, 1 },
	{ "arrived", EXPORT_TIME, false, NULL, 2 },
	{ "published", EXPORT_TIME, false, NULL, 3 },
	{ "source", EXPORT_TEXT, false, NULL, 4 },
	{ "class", EXPORT_CLASS, false, NULL, 5 },
	{ "site", EXPORT_TEXT, false, NULL, 6 },
	{ "language", EXPORT_TEXT, false, NULL, 7 },
	{ "title", EXPORT_TEXT, false, NULL, 8 },
	{ "text", EXPORT_TEXT, false, NULL, 9 },
	{ "score", EXPORT_MILLI, false, NULL, 10 },
	{ "label", EXPORT_TONE, false, NULL, 11 },
	{ "said", EXPORT_TONE, false, NULL, 12 },
	{ "intent", EXPORT_INTENT, false, NULL, 13 },
	{ "topics", EXPORT_JSON, false, NULL, 14 },
	{ "story", EXPORT_ID, false, NULL, 15 },
	{ "followers", EXPORT_INT, true, NULL, 16 },
	{ "author", EXPORT_TEXT, true, NULL, 17 },
	{ "author_key", EXPORT_ID, true, NULL, 18 },
	{ "url", EXPORT_TEXT, true, NULL, 19 },
	{ "public_url", EXPORT_TEXT, false, NULL, 20 },
	{ "gone", EXPORT_TEXT, false, NULL, 21 },
	{ .name = NULL },
};
static const char mention_sql[] =
	"SELECT m.arrived_at, m.id, m.id, m.watch, m.arrived_at, m.published_at, d.source,"
	" d.source_class, d.site, d.lang, c.title, c.body, m.score, m.label, (SELECT l.label"
	" FROM mention_label l WHERE l.mention = m.id ORDER BY l.seq DESC LIMIT 1), m.intent,"
	" m.topics, m.story, d.followers, c.author, d.author_key, d.url, CASE WHEN"
	" d.source_class IN (0, 4, 6) THEN d.url END, c.erased_why FROM mention m JOIN document"
	" d ON d.id = m.document JOIN content c ON c.document = d.n WHERE m.watch = :watch AND"
	" m.arrived_at >= :from AND m.arrived_at < :to AND (m.arrived_at, m.id) > (:after,"
	" :key) ORDER BY m.arrived_at, m.id LIMIT :limit";

static const struct export_column incident_columns[] = {
	{ "incident", EXPORT_TEXT, false, NULL, 0 },
	{ "watch", EXPORT_TEXT, false, NULL, 1 },
	{ "topic", EXPORT_TEXT, false, NULL, 2 },
	{ "title", EXPORT_TEXT, false, NULL, 3 },
	{ "state", EXPORT_TEXT, false, NULL, 4 },
	{ "level", EXPORT_INT, false, NULL, 5 },
	{ "grade", EXPORT_INT, false, NULL, 6 },
	{ "opened", EXPORT_TIME, false, NULL, 7 },
	{ "first_mention", EXPORT_TIME, false, NULL, 8 },
	{ "acked", EXPORT_TIME, false, NULL, 9 },
	{ "acked_by", EXPORT_TEXT, true, NULL, 10 },
	{ "closed", EXPORT_TIME, false, NULL, 11 },
	{ "closed_why", EXPORT_TEXT, false, NULL, 12 },
	{ "merged_into", EXPORT_TEXT, false, NULL, 13 },
	{ "confidential", EXPORT_INT, false, NULL, 14 },
	{ .name = NULL },
};
static const char incident_sql[] =
	"SELECT i.opened_at, i.id, i.number, CASE i.confidential WHEN 1 THEN NULL ELSE i.watch"
	" END, CASE i.confidential WHEN 1 THEN NULL ELSE i.topic END, CASE i.confidential WHEN"
	" 1 THEN NULL ELSE i.title END, i.state, i.level, i.grade, i.opened_at, CASE"
	" i.confidential WHEN 1 THEN NULL ELSE i.first_mention_at END, i.acked_at, i.acked_by,"
	" i.closed_at, CASE i.confidential WHEN 1 THEN NULL ELSE i.closed_why END, (SELECT"
	" x.number FROM incident x WHERE x.id = i.merged_into), i.confidential FROM incident i"
	" WHERE (:watch = '' OR (i.watch = :watch AND i.confidential = 0)) AND i.opened_at >= "
	":from AND i.opened_at <"
	" :to AND (i.opened_at, i.id) > (:after, :key) ORDER BY i.opened_at, i.id LIMIT"
	" :limit";

static const struct export_column move_columns[] = {
	{ "incident", EXPORT_TEXT, false, NULL, 0 },
	{ "at", EXPORT_TIME, false, NULL, 1 },
	{ "event", EXPORT_TEXT, false, NULL, 2 },
	{ "from", EXPORT_TEXT, false, NULL, 3 },
	{ "to", EXPORT_TEXT, false, NULL, 4 },
	{ "from_level", EXPORT_INT, false, NULL, 5 },
	{ "to_level", EXPORT_INT, false, NULL, 6 },
	{ "by", EXPORT_TEXT, true, NULL, 7 },
	{ "why_zh", EXPORT_TEXT, false, "zh", 8 },
	{ "why_en", EXPORT_TEXT, false, "en", 8 },
	{ .name = NULL },
};
static const char move_sql[] =
	"SELECT m.at, m.seq, i.number, m.at, m.event, m.from_state, m.to_state, m.from_level,"
	" m.to_level, m.actor, CASE i.confidential WHEN 1 THEN '{}' ELSE m.reason END FROM move"
	" m JOIN incident i ON i.id = m.incident WHERE (:watch = '' OR (i.watch = :watch AND "
	"i.confidential = 0)) AND"
	" m.at >= :from AND m.at < :to AND (m.at, m.seq) > (:after, :key) ORDER BY m.at, m.seq"
	" LIMIT :limit";

static const struct export_column firing_columns[] = {
	{ "firing", EXPORT_ID, false, NULL, 0 },
	{ "incident", EXPORT_TEXT, false, NULL, 1 },
	{ "watch", EXPORT_TEXT, false, NULL, 2 },
	{ "trigger", EXPORT_TEXT, false, NULL, 3 },
	{ "grade", EXPORT_INT, false, NULL, 4 },
	{ "at", EXPORT_TIME, false, NULL, 5 },
	{ "window_from", EXPORT_TIME, false, NULL, 6 },
	{ "window_to", EXPORT_TIME, false, NULL, 7 },
	{ "observed", EXPORT_INT, false, NULL, 8 },
	{ "threshold", EXPORT_INT, false, NULL, 9 },
	{ "baseline", EXPORT_INT, false, NULL, 10 },
	{ "why_zh", EXPORT_TEXT, false, NULL, 11 },
	{ "why_en", EXPORT_TEXT, false, NULL, 12 },
	{ .name = NULL },
};
static const char firing_sql[] =
	"SELECT f.at, f.id, f.id, i.number, CASE i.confidential WHEN 1 THEN NULL ELSE f.watch"
	" END, CASE i.confidential WHEN 1 THEN NULL ELSE f.trigger END, f.grade, f.at,"
	" CASE i.confidential WHEN 1 THEN NULL ELSE f.from_at END,"
	" CASE i.confidential WHEN 1 THEN NULL ELSE f.to_at END,"
	" CASE i.confidential WHEN 1 THEN NULL ELSE f.observed END,"
	" CASE i.confidential WHEN 1 THEN NULL ELSE f.threshold END,"
	" CASE i.confidential WHEN 1 THEN NULL ELSE f.baseline END, CASE i.confidential WHEN 1 "
	"THEN NULL ELSE f.reason_zh END, CASE"
	" i.confidential WHEN 1 THEN NULL ELSE f.reason_en END FROM firing f LEFT JOIN incident"
	" i ON i.id = f.incident WHERE (:watch = '' OR (f.watch = :watch AND "
	"coalesce(i.confidential, 0) = 0)) AND f.at >= :from AND"
	" f.at < :to AND (f.at, f.id) > (:after, :key) ORDER BY f.at, f.id LIMIT :limit";

static const struct export_column notice_columns[] = {
	{ "notice", EXPORT_ID, false, NULL, 0 },
	{ "incident", EXPORT_TEXT, false, NULL, 1 },
	{ "kind", EXPORT_TEXT, false, NULL, 2 },
	{ "level", EXPORT_INT, false, NULL, 3 },
	{ "state", EXPORT_TEXT, false, NULL, 4 },
	{ "why", EXPORT_TEXT, false, NULL, 5 },
	{ "channel", EXPORT_TEXT, false, NULL, 6 },
	{ "planned", EXPORT_TIME, false, NULL, 7 },
	{ "due", EXPORT_TIME, false, NULL, 8 },
	{ "sent", EXPORT_TIME, false, NULL, 9 },
	{ "attempts", EXPORT_INT, false, NULL, 10 },
	{ "recipient", EXPORT_TEXT, true, NULL, 11 },
	{ "address", EXPORT_TEXT, true, NULL, 12 },
	{ .name = NULL },
};
static const char notice_sql[] =
	"SELECT n.created_at, n.id, n.id, i.number, n.kind, n.level, n.state, n.why, n.channel,"
	" n.created_at, n.due_at, n.sent_at, n.attempts, n.recipient, n.address FROM notice n"
	" LEFT JOIN incident i ON i.id = n.incident WHERE (:watch = '' OR (i.watch = :watch "
	"AND i.confidential = 0))"
	" AND n.created_at >= :from AND n.created_at < :to AND (n.created_at, n.id) > (:after,"
	" :key) ORDER BY n.created_at, n.id LIMIT :limit";

/* What stands: the newest row of each number. */
static const struct export_column release_columns[] = {
	{ "incident", EXPORT_TEXT, false, NULL, 0 },
	{ "release", EXPORT_TEXT, false, NULL, 1 },
	{ "told", EXPORT_TIME, false, NULL, 2 },
	{ "said", EXPORT_TEXT, false, "at", 3 },
	{ "kind", EXPORT_TEXT, false, "kind", 3 },
	{ "channel", EXPORT_TEXT, false, "channel", 3 },
	{ "url", EXPORT_TEXT, false, "url", 3 },
	{ "state", EXPORT_TEXT, false, "state", 3 },
	{ "how", EXPORT_TEXT, false, "how", 3 },
	{ "needed", EXPORT_TEXT, false, "needed", 3 },
	{ "approved_by", EXPORT_TEXT, true, "approved_by", 3 },
	{ "draft", EXPORT_TEXT, false, "draft", 3 },
	{ "hash", EXPORT_TEXT, false, "hash", 3 },
	{ "gone", EXPORT_TEXT, false, NULL, 4 },
	{ .name = NULL },
};
static const char release_sql[] =
	"SELECT n.at, n.seq, i.number, n.key, n.at, CASE i.confidential WHEN 1 THEN '{}' ELSE"
	" coalesce(n.value, '{}') END, n.erased_why FROM"
	" entry n JOIN incident i ON i.id = n.incident WHERE n.kind = 'release' AND n.seq ="
	" (SELECT max(x.seq) FROM entry x WHERE x.incident = n.incident AND x.kind = 'release'"
	" AND x.key = n.key) AND (:watch = '' OR (i.watch = :watch AND i.confidential = 0)) "
	"AND n.at >= :from AND n.at <"
	" :to AND (n.at, n.seq) > (:after, :key) ORDER BY n.at, n.seq LIMIT :limit";

static const struct export_column lesson_columns[] = {
	{ "case", EXPORT_TEXT, false, NULL, 0 },   { "lesson", EXPORT_TEXT, false, NULL, 1 },
	{ "at", EXPORT_TIME, false, NULL, 2 },     { "side", EXPORT_TEXT, false, "side", 3 },
	{ "text", EXPORT_TEXT, false, "text", 3 }, { "by", EXPORT_TEXT, true, NULL, 4 },
	{ "gone", EXPORT_TEXT, false, NULL, 5 },   { .name = NULL },
};
static const char lesson_sql[] =
	"SELECT n.at, n.seq, i.number, n.key, n.at, CASE i.confidential WHEN 1 THEN '{}' ELSE"
	" coalesce(n.value, '{}') END, n.actor, n.erased_why FROM entry n JOIN incident i ON"
	" i.id = n.incident WHERE n.kind = 'lesson' AND n.seq = (SELECT max(x.seq) FROM entry x"
	" WHERE x.incident = n.incident AND x.kind = 'lesson' AND x.key = n.key) AND (:watch ="
	" '' OR (i.watch = :watch AND i.confidential = 0)) AND n.at >= :from AND n.at < :to "
	"AND (n.at, n.seq) > (:after,"
	" :key) ORDER BY n.at, n.seq LIMIT :limit";

const struct export_table export_tables[] = {
	{ "mentions", "each with text, score and what people said of it; by arrival",
	  mention_columns, mention_sql, false, true, 21 },
	{ "incidents", "as they are now; by opening", incident_columns, incident_sql, false,
	  false, -1 },
	{ "moves", "what was done to incidents, and why", move_columns, move_sql, true, false,
	  -1 },
	{ "firings", "what triggers observed", firing_columns, firing_sql, false, false, -1 },
	{ "notices", "who was told, through what, when", notice_columns, notice_sql, false,
	  false, -1 },
	{ "releases", "what was said in public, and who approved it", release_columns,
	  release_sql, true, false, 4 },
	{ "lessons", "what people learned of cases", lesson_columns, lesson_sql, true, false,
	  5 },
	{ .name = NULL },
};

const struct export_table *
export_find(struct str name)
{
	for (const struct export_table *t = export_tables; t->name; t++)
		if (str_is(name, t->name))
			return t;
	return NULL;
}

/* ---- one row ----------------------------------------------------------------------------------- */

#define BEFORE 2 /* columns of the place */

static struct export_cell
cell_read(struct stmt *q, const struct export_column *c, bool personal, struct arena *a)
{
	struct export_cell cell = { .none = c->personal && !personal };
	int at = BEFORE + c->at;
	struct err bad;

	if (cell.none || stmt_col_null(q, at)) {
		cell.none = true;
		return cell;
	}
	switch (c->kind) {
	case EXPORT_TEXT:
	case EXPORT_JSON:
		cell.text = stmt_col_text(q, at);
		if (c->member)
			cell.text = json_text(
				json_get(json_parse(a, cell.text, &bad), c->member), STR(""));
		cell.none = !cell.text.n;
		break;
	case EXPORT_ID:
		cell.id = stmt_col_id(q, at);
		cell.none = id_none(&cell.id);
		break;
	case EXPORT_TIME:
		cell.n = stmt_col_int(q, at);
		cell.none = !cell.n;
		break;
	default:
		cell.n = stmt_col_int(q, at);
	}
	return cell;
}

struct place {
	int64_t at, number;
	struct id id;
};

static int
row_give(struct stmt *q, const struct export_ask *ask, struct arena *a,
	 int (*each)(void *arg, const struct export_cell *cells, struct str gone), void *arg)
{
	const struct export_table *t = ask->table;
	struct export_cell cells[COLUMNS_MAX];
	struct str gone = t->gone < 0 ? STR("") : stmt_col_text(q, BEFORE + t->gone);

	for (size_t i = 0; t->columns[i].name && i < COLUMNS_MAX; i++)
		cells[i] = cell_read(q, &t->columns[i], ask->personal, a);
	return each(arg, cells, gone);
}

/* Rows behind *place, which moves on. 1 there may be more, 0, -1; *stop: what each said. */
static int
page_read(struct store *s, const struct export_ask *ask, struct place *place,
	  int (*each)(void *arg, const struct export_cell *cells, struct str gone), void *arg,
	  int *stop, struct err *e)
{
	struct stmt *q = store_stmt(s, ask->table->sql);
	struct arena *a = arena_new();
	int more = 0, n = 0;

	stmt_text(q, 1, ask->watch);
	stmt_int(q, 2, ask->from);
	stmt_int(q, 3, ask->to);
	stmt_int(q, 4, place->at);
	if (ask->table->by_number)
		stmt_int(q, 5, place->number);
	else
		stmt_id(q, 5, &place->id);
	stmt_int(q, 6, PAGE);
	while (!*stop && (more = stmt_step(q, e)) > 0) {
		place->at = stmt_col_int(q, 0);
		if (ask->table->by_number)
			place->number = stmt_col_int(q, 1);
		else
			place->id = stmt_col_id(q, 1);
		*stop = row_give(q, ask, a, each, arg);
		n++;
	}
	stmt_reset(q);
	arena_free(a);
	return more < 0 ? -1 : n == PAGE && !*stop;
}

static int
rows_read(struct store *s, const struct export_ask *ask,
	  int (*each)(void *arg, const struct export_cell *cells, struct str gone), void *arg,
	  struct err *e)
{
	struct place place = { .at = INT64_MIN };
	int stop = 0, more;

	do
		more = page_read(s, ask, &place, each, arg, &stop, e);
	while (more > 0);
	return more < 0 ? -1 : stop;
}

/* The first watch behind this name that has mentions, in a. 1, 0, -1. */
static int
next_watch(struct store *s, struct arena *a, struct str *watch, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT min(watch) FROM mention WHERE watch > :watch");
	int found;

	stmt_text(q, 1, *watch);
	found = stmt_step(q, e);
	if (found > 0 && stmt_col_null(q, 0))
		found = 0;
	if (found > 0)
		*watch = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return found;
}

int
export_read(struct store *s, const struct export_ask *q,
	    int (*each)(void *arg, const struct export_cell *cells, struct str gone), void *arg,
	    struct err *e)
{
	struct export_ask one = *q;
	struct arena *a;
	int found, stop = 0;

	if (!q->table->by_watch || q->watch.n)
		return rows_read(s, q, each, arg, e);
	a = arena_new();
	one.watch = STR("");
	while (!stop && (found = next_watch(s, a, &one.watch, e)) > 0)
		stop = rows_read(s, &one, each, arg, e);
	arena_free(a);
	return stop ? stop : found;
}
