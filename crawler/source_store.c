/* source_store.c - the SQL of spool.db's table source. */
#include "core/base.h"

#include "core/hash.h"

#include "crawler/source_store.h"

enum kind { TEXT, INT, ID };
#define COLUMN(name, kind)                                \
	{                                                 \
		kind, offsetof(struct source_state, name) \
	}
/* In the order of the statements below. */
static const struct column {
	enum kind kind;
	size_t at;
} columns[] = {
	COLUMN(etag, TEXT),       COLUMN(last_modified, TEXT),
	COLUMN(url, TEXT),        COLUMN(next_at, INT),
	COLUMN(polled_at, INT),   COLUMN(ok_at, INT),
	COLUMN(failures, INT),    COLUMN(gone, INT),
	COLUMN(status, INT),      COLUMN(why, TEXT),
	COLUMN(documents, INT),   COLUMN(seen, INT),
	COLUMN(old, INT),         COLUMN(refused, INT),
	COLUMN(body, ID),         COLUMN(adopted, TEXT),
	COLUMN(moved_to, TEXT),   COLUMN(moved_at, INT),
	COLUMN(moved_times, INT), COLUMN(pace_s, INT),
	COLUMN(newest_at, INT),   COLUMN(learned_s, INT),
	COLUMN(ttl_s, INT),       COLUMN(max_age_s, INT),
	COLUMN(skip_hours, INT),  COLUMN(skip_days, INT),
	COLUMN(hurry_s, INT),     COLUMN(hurry_until_at, INT),
	COLUMN(failing_at, INT),  COLUMN(outage_at, INT),
	COLUMN(polls, INT),       COLUMN(unchanged, INT),
	COLUMN(unfinished, INT),
};
static const char select_sql[] =
	"SELECT "
	"etag, last_modified, url, next_at, polled_at, ok_at, failures, gone, status, "
	"why, documents, seen, old, refused, body, adopted, moved_to, moved_at, "
	"moved_times, pace_s, newest_at, learned_s, ttl_s, max_age_s, skip_hours, "
	"skip_days, hurry_s, hurry_until_at, failing_at, outage_at, polls, unchanged, "
	"unfinished"
	" FROM source WHERE name = :name";
static const char upsert_sql[] =
	"INSERT INTO source (name, "
	"etag, last_modified, url, next_at, polled_at, ok_at, failures, gone, status, "
	"why, documents, seen, old, refused, body, adopted, moved_to, moved_at, "
	"moved_times, pace_s, newest_at, learned_s, ttl_s, max_age_s, skip_hours, "
	"skip_days, hurry_s, hurry_until_at, failing_at, outage_at, polls, unchanged, "
	"unfinished"
	") VALUES (:name, "
	":etag, :last_modified, :url, :next_at, :polled_at, :ok_at, :failures, :gone, "
	":status, :why, :documents, :seen, :old, :refused, :body, :adopted, :moved_to, "
	":moved_at, :moved_times, :pace_s, :newest_at, :learned_s, :ttl_s, :max_age_s, "
	":skip_hours, :skip_days, :hurry_s, :hurry_until_at, :failing_at, :outage_at, "
	":polls, :unchanged, :unfinished"
	") ON CONFLICT (name) DO UPDATE SET "
	"etag = :etag, last_modified = :last_modified, url = :url, next_at = :next_at, "
	"polled_at = :polled_at, ok_at = :ok_at, failures = :failures, gone = :gone, "
	"status = :status, why = :why, documents = :documents, seen = :seen, old = :old, "
	"refused = :refused, body = :body, adopted = :adopted, moved_to = :moved_to, "
	"moved_at = :moved_at, moved_times = :moved_times, pace_s = :pace_s, newest_at = "
	":newest_at, learned_s = :learned_s, ttl_s = :ttl_s, max_age_s = :max_age_s, "
	"skip_hours = :skip_hours, skip_days = :skip_days, hurry_s = :hurry_s, "
	"hurry_until_at = :hurry_until_at, failing_at = :failing_at, outage_at = "
	":outage_at, polls = :polls, unchanged = :unchanged, unfinished = :unfinished";

int
source_state_read(struct store *s, struct str name, struct arena *a, struct source_state *st,
		  struct err *e)
{
	struct stmt *q = store_stmt(s, select_sql);
	int r;

	*st = (struct source_state){ 0 };
	stmt_text(q, 1, name);
	r = stmt_step(q, e);
	for (size_t i = 0; r == 1 && i < LY_COUNT(columns); i++) {
		void *to = (char *)st + columns[i].at;

		if (columns[i].kind == INT)
			*(int64_t *)to = stmt_col_int(q, (int)i);
		else if (columns[i].kind == TEXT)
			*(struct str *)to = arena_str(a, stmt_col_text(q, (int)i));
		else
			*(struct id *)to = stmt_col_id(q, (int)i);
	}
	stmt_reset(q);
	return r;
}

int
source_state_write(struct store *s, struct str name, const struct source_state *st,
		   struct err *e)
{
	struct stmt *q = store_stmt(s, upsert_sql);

	stmt_text(q, 1, name);
	for (size_t i = 0; i < LY_COUNT(columns); i++) {
		const void *from = (const char *)st + columns[i].at;

		if (columns[i].kind == INT)
			stmt_int(q, (int)i + 2, *(const int64_t *)from);
		else if (columns[i].kind == TEXT)
			stmt_text(q, (int)i + 2, *(const struct str *)from);
		else
			stmt_id(q, (int)i + 2, from);
	}
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
source_rows_old(struct store *s, int64_t before, struct arena *a, struct str **names, size_t *n,
		struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT name FROM source WHERE polled_at < :before "
		"UNION SELECT t.name FROM tally t WHERE t.first_at < :before AND t.came_at < "
		":before AND NOT EXISTS (SELECT 1 FROM source o WHERE o.name = t.name AND "
		"o.polled_at >= :before)");
	size_t cap = 64;
	int r;

	*n = 0;
	*names = arena_alloc(a, cap * sizeof **names);
	stmt_int(q, 1, before);
	while ((r = stmt_step(q, e)) == 1) {
		if (*n == cap) {
			struct str *more = arena_alloc(a, (cap *= 2) * sizeof *more);

			memcpy(more, *names, *n * sizeof *more);
			*names = more;
		}
		(*names)[(*n)++] = arena_str(a, stmt_col_text(q, 0));
	}
	stmt_reset(q);
	return r < 0 ? -1 : 0;
}

int
source_rows_forget(struct store *s, struct str name, struct err *e)
{
	static const char *const all[] = {
		"DELETE FROM source WHERE name = :name",
		"DELETE FROM source_read WHERE name = :name",
		"DELETE FROM tally WHERE name = :name",
		"DELETE FROM watched_file WHERE source = :name",
		"DELETE FROM watched_row WHERE source = :name",
		"DELETE FROM hot_entry WHERE source = :name",
		"DELETE FROM thread_page WHERE source = :name",
	};

	for (size_t i = 0; i < LY_COUNT(all); i++) {
		struct stmt *q = store_stmt(s, all[i]);

		stmt_text(q, 1, name);
		if (stmt_run(q, e) < 0)
			return -1;
	}
	return 0;
}
