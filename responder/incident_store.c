#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/chain.h"
#include "responder/incident_store.h"

/* ---- incident ------------------------------------------------------------------------------- */

int
incident_write(struct store *s, const struct incident *i, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO incident (id, number, watch, story, topic, title, state, level, "
		"grade,"
		" opened_at, first_mention_at, acked_by, acked_at, acked_until, step, round, "
		"safety,"
		" merged_into, closed_at, closed_why, version, follows, own_first_mention_at,"
		" moved_at) "
		"VALUES"
		" (:id, :number, "
		":watch,"
		" :story, :topic, :title, :state, :level, :grade, :opened, :first, :by, :acked,"
		" :until, 0, 0, :safety, :into, :closed, :why, :version, :follows, :first,"
		" :moved) ON "
		"CONFLICT"
		" (id) DO UPDATE SET opened_at = excluded.opened_at, first_mention_at ="
		" excluded.first_mention_at, story = excluded.story, topic = excluded.topic, "
		"title = excluded.title,"
		" state = excluded.state, level = excluded.level, grade = excluded.grade,"
		" acked_by = excluded.acked_by, acked_at = excluded.acked_at, acked_until ="
		" excluded.acked_until, safety = excluded.safety, merged_into ="
		" excluded.merged_into, closed_at = excluded.closed_at, closed_why ="
		" excluded.closed_why, version = excluded.version, moved_at ="
		" excluded.moved_at");

	stmt_id(q, 1, &i->id);
	stmt_text(q, 2, i->number);
	stmt_text(q, 3, i->watch);
	stmt_text(q, 4, i->story);
	stmt_text(q, 5, i->topic);
	stmt_text(q, 6, i->title);
	stmt_text(q, 7, str_of(incident_state_words[i->state]));
	stmt_int(q, 8, i->level);
	stmt_int(q, 9, i->grade);
	stmt_int(q, 10, i->opened_at);
	stmt_int(q, 11, i->first_mention_at);
	if (i->acked_by.n) {
		stmt_text(q, 12, i->acked_by);
		stmt_int(q, 13, i->acked_at);
		stmt_int(q, 14, i->acked_until);
	}
	stmt_int(q, 15, i->safety);
	if (!id_none(&i->merged_into))
		stmt_id(q, 16, &i->merged_into);
	if (i->closed_at) {
		stmt_int(q, 17, i->closed_at);
		stmt_text(q, 18, i->closed_why);
	}
	stmt_int(q, 19, i->version);
	if (!id_none(&i->follows))
		stmt_id(q, 20, &i->follows);
	stmt_int(q, 21, i->moved_at);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
incident_set_confidential(struct store *s, const struct id *incident, int64_t is, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE incident SET confidential = :is WHERE id = :id");

	stmt_int(q, 1, is);
	stmt_id(q, 2, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define INCIDENT_COLUMNS                                                                      \
	"id, number, watch, story, topic, title, state, level, grade, opened_at,"             \
	" first_mention_at, acked_by, acked_at, acked_until, safety, merged_into, closed_at," \
	" closed_why, version, follows, confidential, moved_at"

static int
incident_of(struct stmt *q, struct incident *i, struct err *e)
{
	enum incident_state state = incident_state_of(stmt_col_text(q, 6));

	*i = (struct incident){
		.id = stmt_col_id(q, 0),
		.number = stmt_col_text(q, 1),
		.watch = stmt_col_text(q, 2),
		.story = stmt_col_text(q, 3),
		.topic = stmt_col_text(q, 4),
		.title = stmt_col_text(q, 5),
		.state = state,
		.level = stmt_col_int(q, 7),
		.grade = stmt_col_int(q, 8),
		.opened_at = stmt_col_int(q, 9),
		.first_mention_at = stmt_col_int(q, 10),
		.acked_by = stmt_col_text(q, 11),
		.acked_at = stmt_col_int(q, 12),
		.acked_until = stmt_col_int(q, 13),
		.safety = stmt_col_int(q, 14),
		.merged_into = stmt_col_id(q, 15),
		.closed_at = stmt_col_int(q, 16),
		.closed_why = stmt_col_text(q, 17),
		.version = stmt_col_int(q, 18),
		.follows = stmt_col_id(q, 19),
		.confidential = stmt_col_int(q, 20),
		.moved_at = stmt_col_int(q, 21),
	};
	if (state == INCIDENT_STATES)
		return err_set(e, ERR_BROKEN, "incident %.*s is in no known state \"%.*s\"",
			       STR_ARG(i->number), STR_ARG(stmt_col_text(q, 6)));
	return 0;
}

int
incidents_read(struct store *s, int64_t since,
	       void (*each)(void *arg, const struct incident *i), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " INCIDENT_COLUMNS " FROM incident"
				       " WHERE closed_at IS NULL OR closed_at > :since"
				       " ORDER BY opened_at, number");
	int more;

	stmt_int(q, 1, since);
	while ((more = stmt_step(q, e)) > 0) {
		struct incident i;

		if (incident_of(q, &i, e) < 0) {
			more = -1;
			break;
		}
		each(arg, &i);
	}
	stmt_reset(q);
	return more;
}

int
incident_read(struct store *s, struct str number, struct arena *a, struct incident *out,
	      struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT " INCIDENT_COLUMNS " FROM incident"
				       " WHERE number = :number");
	int found;

	stmt_text(q, 1, number);
	found = stmt_step(q, e);
	if (found > 0 && incident_of(q, out, e) < 0)
		found = -1;
	if (found > 0) {
		struct str *texts[] = { &out->number,    &out->watch, &out->story,
					&out->topic,     &out->title, &out->acked_by,
					&out->closed_why };

		for (size_t k = 0; k < LY_COUNT(texts); k++)
			*texts[k] = arena_str(a, *texts[k]);
	}
	stmt_reset(q);
	return found;
}

/* ---- move ----------------------------------------------------------------------------------- */

int
move_newest(struct store *s, int64_t *seq, uint8_t hash[32], struct err *e)
{
	return chain_newest(
		store_stmt(s, "SELECT seq, hash FROM move ORDER BY seq DESC LIMIT 1"), seq,
		hash, e);
}

int
round_begin(struct store *s, const struct id *incident, struct err *e)
{
	struct stmt *q = store_stmt(s, "UPDATE incident SET round_entry = (SELECT"
				       " coalesce(max(seq), 0) FROM entry) WHERE id = :id");

	stmt_id(q, 1, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
round_read(struct store *s, const struct id *incident, struct round *out, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT round_entry, coalesce((SELECT at FROM move WHERE incident = :id AND"
		   " (event = 'recur' OR (from_state = 'watching' AND to_state IN"
		   " ('assessing', 'responding'))) ORDER BY seq DESC LIMIT 1), 0) FROM"
		   " incident WHERE id = :id");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	*out = (struct round){ 0 };
	if (found > 0)
		*out = (struct round){ stmt_col_int(q, 0), stmt_col_int(q, 1) };
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
move_was_wrong(struct store *s, const struct id *incident, bool *was, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT event FROM move WHERE incident = :incident"
				       " ORDER BY seq DESC LIMIT 1");
	int found;

	stmt_id(q, 1, incident);
	found = stmt_step(q, e);
	*was = found > 0 &&
	       str_is(stmt_col_text(q, 0), incident_event_words[EVENT_VERDICT_WRONG]);
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
move_write(struct store *s, const struct audit_row *row, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"INSERT INTO move (seq, incident, at, event, from_state, to_state, from_level,"
		" to_level, actor, reason, firing, evidence, previous, hash) VALUES (:seq,"
		" :incident, :at, :event, :from, :to, :from_level, :to_level, :actor, :reason,"
		" :firing, :evidence, :previous, :hash)");

	stmt_int(q, 1, row->seq);
	stmt_id(q, 2, &row->incident);
	stmt_int(q, 3, row->at);
	stmt_text(q, 4, row->event);
	stmt_text(q, 5, row->from_state);
	stmt_text(q, 6, row->to_state);
	stmt_int(q, 7, row->from_level);
	stmt_int(q, 8, row->to_level);
	stmt_text(q, 9, row->actor);
	stmt_text(q, 10, row->reason);
	if (!id_none(&row->firing))
		stmt_id(q, 11, &row->firing);
	stmt_text(q, 12, row->evidence);
	chain_bind(q, 13, row->previous);
	chain_bind(q, 14, row->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define MOVES                                                                                 \
	"SELECT seq, incident, at, event, from_state, to_state, from_level, to_level, actor," \
	" reason, firing, evidence, previous, hash FROM move"
const char moves_of_incident[] = MOVES " WHERE incident = :incident ORDER BY seq";

int
moves_read(struct store *s, const struct id *incident,
	   int (*each)(void *arg, const struct audit_row *row), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, incident ? moves_of_incident : MOVES " ORDER BY seq");
	int more, stop = 0;

	if (incident)
		stmt_id(q, 1, incident);
	while (!stop && (more = stmt_step(q, e)) > 0) {
		struct audit_row row = {
			.seq = stmt_col_int(q, 0),
			.incident = stmt_col_id(q, 1),
			.at = stmt_col_int(q, 2),
			.event = stmt_col_text(q, 3),
			.from_state = stmt_col_text(q, 4),
			.to_state = stmt_col_text(q, 5),
			.from_level = stmt_col_int(q, 6),
			.to_level = stmt_col_int(q, 7),
			.actor = stmt_col_text(q, 8),
			.reason = stmt_col_text(q, 9),
			.firing = stmt_col_id(q, 10),
			.evidence = stmt_col_text(q, 11),
		};

		chain_col(q, 12, row.previous);
		chain_col(q, 13, row.hash);
		stop = each(arg, &row);
	}
	stmt_reset(q);
	return stop ? stop : more;
}

/* ---- timer ---------------------------------------------------------------------------------- */

static struct id
timer_id(const char *kind, const struct id *incident)
{
	return ID_OF(STR("timer"), str_of(kind), id_str(incident));
}

int
timer_set(struct store *s, const char *kind, const struct id *incident, int64_t at,
	  struct err *e)
{
	struct id id = timer_id(kind, incident);
	struct stmt *q;

	if (!at) {
		q = store_stmt(s, "DELETE FROM timer WHERE id = :id");
		stmt_id(q, 1, &id);
		return stmt_run(q, e) < 0 ? -1 : 0;
	}
	q = store_stmt(
		s, "INSERT INTO timer (id, at, kind, incident, arg) VALUES (:id, :at, :kind,"
		   " :incident, '') ON CONFLICT (id) DO UPDATE SET at = excluded.at");
	stmt_id(q, 1, &id);
	stmt_int(q, 2, at);
	stmt_text(q, 3, str_of(kind));
	stmt_id(q, 4, incident);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
timer_get(struct store *s, const char *kind, const struct id *incident, int64_t *at,
	  struct err *e)
{
	struct id id = timer_id(kind, incident);
	struct stmt *q = store_stmt(s, "SELECT at FROM timer WHERE id = :id");
	int found;

	stmt_id(q, 1, &id);
	found = stmt_step(q, e);
	*at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
timers_due(struct store *s, const char *kind, int64_t now, struct id *v, int max, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT incident FROM timer WHERE kind = :kind AND at <="
				       " :now ORDER BY at, id LIMIT :max");
	int n = 0, more;

	stmt_text(q, 1, str_of(kind));
	stmt_int(q, 2, now);
	stmt_int(q, 3, max);
	while ((more = stmt_step(q, e)) > 0)
		v[n++] = stmt_col_id(q, 0);
	stmt_reset(q);
	return more < 0 ? -1 : n;
}

int
timer_next(struct store *s, const char *kind, int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT min(at) FROM timer WHERE kind = :kind");
	int found;

	stmt_text(q, 1, str_of(kind));
	found = stmt_step(q, e);
	*at = found > 0 && !stmt_col_null(q, 0) ? stmt_col_int(q, 0) : INT64_MAX;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

#define TOLD                                                                                 \
	"SELECT n.level, n.created_at, coalesce(n.sent_at, n.due_at), n.state, n.recipient," \
	" n.channel, n.why, n.kind, coalesce(i.number, ''), coalesce(n.erased_at, 0)"        \
	" FROM notice n LEFT JOIN incident i ON i.id = n.incident"
#define TOLD_ORDER " ORDER BY 3, n.seq, n.recipient, n.channel"
const char told_of_incident[] = TOLD " WHERE n.incident = :incident" TOLD_ORDER;

int
told_read(struct store *s, const struct id *incident,
	  void (*each)(void *arg, const struct told_row *n), void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, incident ? told_of_incident : TOLD TOLD_ORDER);
	int more;

	if (incident)
		stmt_id(q, 1, incident);
	while ((more = stmt_step(q, e)) > 0) {
		struct told_row n = {
			.level = stmt_col_int(q, 0),
			.created_at = stmt_col_int(q, 1),
			.at = stmt_col_int(q, 2),
			.state = stmt_col_text(q, 3),
			.recipient = stmt_col_text(q, 4),
			.channel = stmt_col_text(q, 5),
			.why = stmt_col_text(q, 6),
			.kind = stmt_col_text(q, 7),
			.incident = stmt_col_text(q, 8),
			.erased_at = stmt_col_int(q, 9),
		};

		each(arg, &n);
	}
	stmt_reset(q);
	return more;
}

/* ---- command -------------------------------------------------------------------------------- */

int
command_known(struct store *s, const struct id *id, struct arena *a, struct reply *reply,
	      struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT status, reply FROM command WHERE id = :id");
	int found;

	stmt_id(q, 1, id);
	found = stmt_step(q, e);
	if (found > 0) {
		reply->status = stmt_col_int(q, 0);
		reply->body = arena_str(a, stmt_col_text(q, 1));
	}
	stmt_reset(q);
	return found;
}

int
command_write(struct store *s, const struct command *c, int64_t now, const struct reply *reply,
	      struct err *e)
{
	struct stmt *q =
		store_stmt(s, "INSERT INTO command (id, at, actor, verb, args, status, reply)"
			      " VALUES (:id, :at, :actor, :verb, :args, :status, :reply)");

	stmt_id(q, 1, &c->id);
	stmt_int(q, 2, now);
	stmt_text(q, 3, c->actor);
	stmt_text(q, 4, c->verb);
	stmt_text(q, 5, c->args);
	stmt_int(q, 6, reply->status);
	stmt_text(q, 7, reply->body);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
commands_forget(struct store *s, struct str verb, struct str number, struct err *e)
{
	struct stmt *q =
		store_stmt(s, "UPDATE command SET args = '{}', reply = '{}' WHERE verb ="
			      " :verb AND args LIKE '%\"' || :number || '\"%'");

	stmt_text(q, 1, verb);
	stmt_text(q, 2, number);
	return stmt_run(q, e) < 0 ? -1 : 0;
}
