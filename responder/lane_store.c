/* lane_store.c - see lane_store.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/lane_store.h"
#include "responder/notice_store.h"
#include "responder/retry.h"

#define CHANNELS_MAX 256

int
lane_sending(struct store *s, struct str channel, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT count(*) FROM notice WHERE state = 'sending' AND"
				       " channel = :channel");
	int found;

	stmt_text(q, 1, channel);
	found = stmt_step(q, e);
	*n = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

/* In the order of notice_by_channel: "+", lest SQLite finds by next_at and sorts all that waits. 1, 0, -1. */
static int
turn_of(struct store *s, const char *state, struct str channel, int64_t now,
	struct lane_turn *t, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT id, level, next_at, created_at, due_at FROM notice WHERE state ="
		   " :state AND channel = :channel AND +next_at <= :now ORDER BY"
		   " level DESC, next_at, created_at, id LIMIT 1");
	int found;

	stmt_text(q, 1, str_of(state));
	stmt_text(q, 2, channel);
	stmt_int(q, 3, now);
	found = stmt_step(q, e);
	if (found > 0)
		*t = (struct lane_turn){ stmt_col_id(q, 0), stmt_col_int(q, 1),
					 stmt_col_int(q, 2), stmt_col_int(q, 3),
					 stmt_col_int(q, 4) };
	stmt_reset(q);
	return found;
}

static bool
goes_before(const struct lane_turn *a, const struct lane_turn *b)
{
	if (a->level != b->level)
		return a->level > b->level;
	if (a->next_at != b->next_at)
		return a->next_at < b->next_at;
	return a->created_at < b->created_at;
}

int
lanes_ready(struct store *s, struct lanes_ready *out, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT (SELECT min(next_at) FROM notice WHERE state = 'queued'),"
			      " (SELECT min(next_at) FROM notice WHERE state = 'retry_wait')");
	int found = stmt_step(q, e);

	*out = (struct lanes_ready){ INT64_MAX, INT64_MAX };
	if (found > 0 && !stmt_col_null(q, 0))
		out->queued_at = stmt_col_int(q, 0);
	if (found > 0 && !stmt_col_null(q, 1))
		out->retry_at = stmt_col_int(q, 1);
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
lane_next(struct store *s, struct str channel, const struct lanes_ready *ready, int64_t now,
	  struct lane_turn *next, struct err *e)
{
	struct lane_turn fresh, again;
	int a = 0, b = 0;

	if (ready->queued_at <= now)
		a = turn_of(s, "queued", channel, now, &fresh, e);
	if (a >= 0 && ready->retry_at <= now)
		b = turn_of(s, "retry_wait", channel, now, &again, e);
	if (a < 0 || b < 0)
		return -1;
	if (a && (!b || goes_before(&fresh, &again)))
		*next = fresh;
	else if (b)
		*next = again;
	return a || b;
}

/* The first of a state and level is found at once, however many wait behind it. */
#define FIRST(state, level)                                                \
	"SELECT min(next_at) AS at FROM notice WHERE state = '" state "' " \
	"AND channel = :channel AND level = " level
#define FIRSTS(state)                                                                        \
	FIRST(state, "0")                                                                    \
	" UNION ALL " FIRST(state, "1") " UNION ALL " FIRST(state, "2") " UNION ALL " FIRST( \
		state, "3")

int
lane_ready_at(struct store *s, struct str channel, int64_t *at, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "SELECT min(at) FROM (" FIRSTS("queued") " UNION ALL " FIRSTS(
				      "retry_wait") ") AS first");
	int found;

	stmt_text(q, 1, channel);
	found = stmt_step(q, e);
	*at = found > 0 && !stmt_col_null(q, 0) ? stmt_col_int(q, 0) : INT64_MAX;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
lane_stuck(struct store *s, struct str channel, struct str why, struct id *v, size_t max,
	   struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT id FROM notice WHERE state IN ('queued', 'retry_wait') AND"
		   " channel = :channel AND (kind IN ('page', 'bundle', 'operator') OR (kind ="
		   " 'test' AND state = 'queued')) AND why <> :why ORDER BY level DESC,"
		   " next_at, created_at, id LIMIT :max");
	int more;
	size_t n = 0;

	stmt_text(q, 1, channel);
	stmt_text(q, 2, why);
	stmt_int(q, 3, (int64_t)max);
	while ((more = stmt_step(q, e)) > 0 && n < max)
		v[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : (int)n;
}

int
lanes_named(struct store *s, struct arena *a, struct conf_texts *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT DISTINCT channel FROM notice WHERE state IN ('planned', 'held',"
		   " 'queued', 'retry_wait', 'sending') ORDER BY channel");
	int more;

	*out = (struct conf_texts){ arena_alloc(a, CHANNELS_MAX * sizeof *out->v), 0 };
	while ((more = stmt_step(q, e)) > 0 && out->n < CHANNELS_MAX)
		out->v[out->n++] = arena_str(a, stmt_col_text(q, 0));
	stmt_reset(q);
	return more < 0 ? -1 : 0;
}

int
attempts_past(struct store *s, struct str channel, int64_t from_at, int64_t now, int64_t *v,
	      size_t max, int64_t *until_at, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT a.at, a.wait_s FROM attempt a JOIN notice n ON n.id = a.notice"
		   " WHERE a.at >= :from AND a.at <= :now AND n.channel = :channel ORDER BY "
		   "a.at DESC"
		   " LIMIT :max");
	int more;
	size_t n = 0;

	stmt_int(q, 1, from_at);
	stmt_int(q, 2, now);
	stmt_text(q, 3, channel);
	stmt_int(q, 4, (int64_t)max);
	*until_at = 0;
	while ((more = stmt_step(q, e)) > 0 && n < max) {
		int64_t until = stmt_col_int(q, 0) + stmt_col_int(q, 1);

		v[n++] = stmt_col_int(q, 0);
		if (stmt_col_int(q, 1) && until > *until_at)
			*until_at = until;
	}
	stmt_reset(q);
	for (size_t i = 0; i < n / 2; i++) { /* oldest first */
		int64_t last = v[n - 1 - i];

		v[n - 1 - i] = v[i];
		v[i] = last;
	}
	return more < 0 ? -1 : (int)n;
}

int
notices_resume(struct store *s, int64_t now, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "INSERT INTO attempt (notice, n, at, status, ended, us) SELECT id, attempts,"
		   " :now, 0, '" ATTEMPT_UNKNOWN "', 0 FROM notice WHERE state = 'sending'"
		   " ON CONFLICT (notice, n) DO NOTHING");
	int n;

	stmt_int(q, 1, now);
	if (stmt_run(q, e) < 0 || notices_drop_recalled(s, NULL, e) < 0)
		return -1;
	q = store_stmt(s, "UPDATE notice SET state = 'retry_wait', repeat_possible = 1,"
			  " why = 'crash', next_at = :now WHERE state = 'sending'");
	stmt_int(q, 1, now);
	n = stmt_run(q, e);
	if (n < 0)
		return -1;
	q = store_stmt(s, "UPDATE notice SET next_at = :now WHERE state IN ('queued',"
			  " 'retry_wait') AND next_at > :latest");
	stmt_int(q, 1, now);
	stmt_int(q, 2, now + RETRY_MOST_S);
	return stmt_run(q, e) < 0 ? -1 : n;
}

/* SQL: the time is that of what began in the span. */
#define IN_SPAN(began) " AND " began " > :after AND " began " <= :until"
#define TRIED \
	"coalesce((SELECT max(a.at) FROM attempt a WHERE a.notice = notice.id), created_at)"

static int
span_run(struct stmt *q, const struct set_back_span *span, int64_t now, struct err *e)
{
	stmt_int(q, 1, span->by_s);
	stmt_int(q, 2, now);
	stmt_int(q, 3, span->after);
	stmt_int(q, 4, span->until);
	return stmt_run(q, e);
}

int
notices_earlier(struct store *s, const struct set_back_span *span, int64_t now, struct err *e)
{
	int planned, waiting = span_run(
			     store_stmt(s, "UPDATE notice SET next_at = next_at - :by WHERE"
					   " state IN ('queued', 'retry_wait') AND next_at >"
					   " :now" IN_SPAN(TRIED)),
			     span, now, e);

	planned = waiting < 0
			  ? -1
			  : span_run(store_stmt(s, "UPDATE notice SET due_at = due_at - :by,"
						   " next_at = next_at - :by WHERE state ="
						   " 'planned' AND due_at > :now" IN_SPAN(
							   "created_at")),
				     span, now, e);
	return planned < 0 ? -1 : waiting + planned;
}

int
attempt_add(struct store *s, const struct attempt_row *r, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO attempt (notice, n, at, status, ended, us, said, wait_s, answer)"
		" VALUES (:notice, :n, :at, :status, :ended, :us, :said, :wait, :answer)"
		" ON CONFLICT (notice, n) DO NOTHING");

	stmt_id(q, 1, &r->notice);
	stmt_int(q, 2, r->n);
	stmt_int(q, 3, r->at);
	stmt_int(q, 4, r->status);
	stmt_text(q, 5, r->ended);
	stmt_int(q, 6, r->us);
	stmt_text(q, 7, r->said.n ? r->said : STR(""));
	stmt_int(q, 8, r->wait_s);
	if (r->answer.n)
		stmt_bytes(q, 9, r->answer);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
