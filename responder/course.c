/* course.c - see course.h. */
#include "core/base.h"

#include "core/hash.h"
#include "responder/course.h"

static int64_t
most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

/* ---- moving ---------------------------------------------------------------------------------- */

static bool
is_join(enum incident_event e)
{
	return e >= EVENT_JOIN_L1 && e <= EVENT_JOIN_WATCHED;
}

/* A row says at least so much; only starting anew and a person's word take it lower. */
static int64_t
level_after(const struct incident *i, const struct level_move *row, const struct course_step *s)
{
	int64_t level = row->level == LEVEL_OF_OTHER ? s->other->level : row->level;

	if (s->event == EVENT_RECUR || s->event == EVENT_LOWER)
		return level;
	return most(i->level, level);
}

static void
ack_take(struct incident *i, const struct course_step *s)
{
	if (s->event == EVENT_ACK) {
		i->acked_at = s->at;
		i->acked_until = s->until;
	}
	if (s->event == EVENT_ACK_OVER || s->event == EVENT_RECUR || s->event == EVENT_ESCALATE)
		i->acked_at = i->acked_until = 0;
}

const struct level_move *
course_take(const struct level_move *table, struct incident *i, const struct course_step *s)
{
	const struct level_move *row = level_find(table, i, s->event);

	if (!row)
		return NULL;
	i->level = level_after(i, row, s);
	if (row->to != INCIDENT_NONE && row->to != i->state) {
		i->state = row->to;
		i->moved_at = s->at;
	}
	i->grade = s->event == EVENT_RECUR ? 1 : most(i->grade, s->grade);
	i->safety |= s->safety;
	ack_take(i, s);
	if (is_join(s->event)) {
		i->grade = most(i->grade, s->other->grade);
		i->safety |= s->other->safety;
		i->opened_at = earlier(i->opened_at, s->other->opened_at);
		i->first_mention_at = earlier(i->first_mention_at, s->other->first_mention_at);
	}
	i->closed_at = incident_is_open(i) ? 0 : s->at;
	i->was_wrong = s->event == EVENT_VERDICT_WRONG;
	if (s->grade || is_join(s->event) || !incident_is_open(i))
		i->clear_at = 0;
	if (s->grade || i->closed_at || s->event == EVENT_LOWER)
		i->lower_at = 0;
	i->version++;
	return row;
}

/* ---- time ------------------------------------------------------------------------------------ */

int64_t
course_calm_at(const struct incident *i)
{
	if (!i->clear_at || !incident_is_open(i))
		return INT64_MAX;
	return i->clear_at + (i->level == 3 ? COURSE_CALM3_S : COURSE_CALM_S);
}

int64_t
course_end_at(const struct level_move *table, const struct incident *i,
	      enum incident_event *event)
{
	int64_t quiet = level_find(table, i, EVENT_QUIET) ? course_calm_at(i) : INT64_MAX;
	int64_t expire =
		level_find(table, i, EVENT_EXPIRE) ? i->opened_at + COURSE_WINDOW_S : INT64_MAX;

	*event = quiet <= expire ? EVENT_QUIET : EVENT_EXPIRE;
	return quiet <= expire ? quiet : expire;
}

enum incident_event
course_successor(const struct incident *before)
{
	if (before->clear_at)
		return EVENT_COUNT;
	return before->level >= 2 ? EVENT_SUCCEED_L2 : EVENT_SUCCEED_L1;
}

/* ---- signs ----------------------------------------------------------------------------------- */

enum course_tie
course_tie(const struct incident *i, bool tells, bool own, bool heir)
{
	if (!incident_is_open(i))
		return TIE_NONE;
	if (tells)
		return TIE_STORY;
	if (own)
		return TIE_WATCH;
	return heir ? TIE_HEIR : TIE_NONE;
}

enum incident_event
course_sign(const struct incident *i, int64_t grade, int64_t observed, int64_t peak,
	    int64_t now)
{
	if (i->state == INCIDENT_WATCHING && grade >= 2 && peak >= 0 && observed > peak &&
	    now - i->moved_at <= COURSE_PEAK_S)
		return EVENT_PEAK;
	return EVENT_W1 + (enum incident_event)(grade - 1);
}

bool
course_recurs(const struct incident *i, int64_t now)
{
	return i->state == INCIDENT_CLOSED && i->closed_at > now - COURSE_RECUR_S;
}

bool
course_comes_back(const struct incident *i, bool tells, bool own, bool heard, int64_t now)
{
	if (!course_recurs(i, now))
		return false;
	return i->was_wrong ? tells && (own || heard) : tells || own;
}

/* ---- people ---------------------------------------------------------------------------------- */

bool
course_may_close(const struct incident *i, int64_t now)
{
	return i->level < 3 || course_calm_at(i) <= now;
}

bool
course_may_lower(const struct incident *i, int64_t for_s, int64_t now)
{
	return i->lower_at && i->lower_at + 2 * for_s <= now;
}

enum incident_event
course_join(const struct incident *i, const struct incident *into)
{
	if (!incident_is_open(i) || !incident_is_open(into) || id_eq(&i->id, &into->id))
		return EVENT_COUNT;
	if (i->state == INCIDENT_WATCHING && into->state == INCIDENT_WATCHING)
		return EVENT_JOIN_WATCHED;
	return EVENT_JOIN_L1 + (enum incident_event)(i->level - 1);
}

static bool
is_open(enum incident_state s)
{
	return s >= INCIDENT_OPEN && s <= INCIDENT_WATCHING;
}

bool
move_calls_people(const struct move *m)
{
	if (!is_open(m->to_state) || m->to_state == INCIDENT_WATCHING)
		return false;
	return !is_open(m->from_state) || m->to_level > m->from_level ||
	       m->from_state == INCIDENT_WATCHING || m->event == EVENT_ACK_OVER ||
	       m->event == EVENT_ESCALATE || m->harm;
}
