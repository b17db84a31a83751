/* The one table of moves, RESPONSE.md section 2. incident.c is the only one to apply it. */
#include "core/base.h"

#include "core/str.h"
#include "responder/incident.h"

const char *const incident_state_words[] = { "none",     "open",   "assessing", "responding",
					     "watching", "closed", "merged",    NULL };
const char *const incident_event_words[] = { "W1",
					     "W2",
					     "W3",
					     "ack",
					     "ack_over",
					     "person_L2",
					     "person_L3",
					     "policy_exhausted",
					     "verdict_respond",
					     "verdict_watch",
					     "verdict_wrong",
					     "stand_down",
					     "peak",
					     "quiet",
					     "close",
					     "recur",
					     "merge",
					     "expire",
					     "lower",
					     "join_L1",
					     "join_L2",
					     "join_L3",
					     "join_watched",
					     "succeed_L1",
					     "succeed_L2",
					     "escalate",
					     NULL };

enum incident_state
incident_state_of(struct str word)
{
	int k = str_index(word, incident_state_words);

	return k < 0 ? INCIDENT_STATES : (enum incident_state)k;
}

#define NONE       (1u << INCIDENT_NONE)
#define OPEN       (1u << INCIDENT_OPEN)
#define ASSESSING  (1u << INCIDENT_ASSESSING)
#define RESPONDING (1u << INCIDENT_RESPONDING)
#define WATCHING   (1u << INCIDENT_WATCHING)
#define CLOSED     (1u << INCIDENT_CLOSED)
#define ANY_OPEN   (OPEN | ASSESSING | RESPONDING | WATCHING)
#define STAYS      INCIDENT_NONE

/* The first row that fits decides. */
const struct level_move level_moves[] = {
	/* from, event, to, level, min, max */
	{ NONE, EVENT_W1, INCIDENT_OPEN, 1, 0, 0, "opened: to be watched" },
	{ NONE, EVENT_W2, INCIDENT_ASSESSING, 2, 0, 0, "opened: to be assessed" },
	{ NONE, EVENT_W3, INCIDENT_RESPONDING, 3, 0, 0, "opened: to be handled" },

	{ ANY_OPEN, EVENT_W1, STAYS, 0, 0, 0, "another sign joins" },
	{ OPEN, EVENT_W2, INCIDENT_ASSESSING, 2, 0, 0, "to be assessed" },
	{ ANY_OPEN, EVENT_W2, STAYS, 0, 0, 0, "another sign joins" },
	{ OPEN | ASSESSING | WATCHING, EVENT_W3, INCIDENT_RESPONDING, 3, 0, 0,
	  "to be handled" },
	{ RESPONDING, EVENT_W3, STAYS, 0, 0, 0, "another sign joins" },

	{ ANY_OPEN, EVENT_ACK, STAYS, 0, 0, 0, "a person takes it" },
	{ ANY_OPEN, EVENT_ACK_OVER, STAYS, 0, 0, 0, "taken, but nothing happened in time" },
	{ OPEN | ASSESSING | RESPONDING, EVENT_ESCALATE, STAYS, 0, 0, 0,
	  "a person wants the next step told" },

	{ OPEN, EVENT_PERSON_L2, INCIDENT_ASSESSING, 2, 0, 0,
	  "a person asks for an assessment" },
	{ OPEN | ASSESSING | WATCHING, EVENT_PERSON_L3, INCIDENT_RESPONDING, 3, 0, 0,
	  "a person asks for a response" },
	{ ASSESSING, EVENT_POLICY_EXHAUSTED, INCIDENT_RESPONDING, 3, 2, 2,
	  "nobody took it on any step" },
	/* Nobody at L1 or L3 has a level to rise to: it is written down and stays. */
	{ ANY_OPEN, EVENT_POLICY_EXHAUSTED, STAYS, 0, 0, 0, "nobody took it on any step" },

	{ OPEN | ASSESSING, EVENT_VERDICT_RESPOND, INCIDENT_RESPONDING, 3, 0, 0,
	  "assessed: needs a response" },
	{ ASSESSING, EVENT_VERDICT_WATCH, INCIDENT_WATCHING, 0, 0, 0,
	  "assessed: to be watched" },
	{ OPEN | ASSESSING, EVENT_VERDICT_WRONG, INCIDENT_CLOSED, 0, 0, 0,
	  "wrong alarm, not ours" },
	{ RESPONDING, EVENT_STAND_DOWN, INCIDENT_WATCHING, 0, 0, 0, "handled: to be watched" },

	{ WATCHING, EVENT_PEAK, INCIDENT_RESPONDING, 3, 3, 3, "flares up again" },
	{ WATCHING, EVENT_PEAK, INCIDENT_ASSESSING, 2, 1, 2, "flares up again" },
	/* An L1 that nobody had to look at ends like one that was watched. L3 never by itself. */
	{ OPEN, EVENT_QUIET, INCIDENT_CLOSED, 0, 1, 1, "calm again" },
	{ WATCHING, EVENT_QUIET, INCIDENT_CLOSED, 0, 1, 2, "calm again" },
	{ OPEN | ASSESSING | WATCHING, EVENT_CLOSE, INCIDENT_CLOSED, 0, 0, 0,
	  "a person closes it" },
	{ OPEN | ASSESSING | WATCHING, EVENT_EXPIRE, INCIDENT_CLOSED, 0, 1, 2,
	  "older than 14 days" },
	{ ANY_OPEN, EVENT_MERGE, INCIDENT_MERGED, 0, 0, 0, "part of another incident" },
	{ CLOSED, EVENT_RECUR, INCIDENT_OPEN, 1, 0, 0, "the same story again" },

	/* Down by a person alone, a level at a time, when the numbers have said less for long. */
	{ RESPONDING, EVENT_LOWER, INCIDENT_ASSESSING, 2, 3, 3, "a person takes it lower" },
	{ WATCHING, EVENT_LOWER, STAYS, 2, 3, 3, "a person takes it lower" },
	{ ASSESSING, EVENT_LOWER, INCIDENT_OPEN, 1, 2, 2, "a person takes it lower" },

	/* Another incident is merged into this one: the higher level of the two is kept. */
	{ ANY_OPEN, EVENT_JOIN_L1, STAYS, 0, 0, 0, "another of L1 joins" },
	{ OPEN, EVENT_JOIN_L2, INCIDENT_ASSESSING, 2, 0, 0, "another of L2 joins" },
	{ ANY_OPEN, EVENT_JOIN_L2, STAYS, 0, 0, 0, "another of L2 joins" },
	{ OPEN | ASSESSING | WATCHING, EVENT_JOIN_L3, INCIDENT_RESPONDING, 3, 0, 0,
	  "another of L3 joins" },
	{ RESPONDING, EVENT_JOIN_L3, STAYS, 0, 0, 0, "another of L3 joins" },
	{ WATCHING, EVENT_JOIN_WATCHED, STAYS, LEVEL_OF_OTHER, 0, 0,
	  "another that is watched joins" },

	/* What went on for 14 days goes on under a new number. */
	{ NONE, EVENT_SUCCEED_L1, INCIDENT_OPEN, 1, 0, 0, "goes on from one of 14 days" },
	{ NONE, EVENT_SUCCEED_L2, INCIDENT_ASSESSING, 2, 0, 0, "goes on from one of 14 days" },
	{ .what = NULL },
};

const struct level_move *
level_find(const struct level_move *table, const struct incident *i, enum incident_event event)
{
	enum incident_state state = i->state;
	int64_t level = i->level;

	for (const struct level_move *m = table; m->what; m++)
		if (m->event == event && m->from & 1u << state &&
		    (!m->max_level || (level >= m->min_level && level <= m->max_level)))
			return m;
	return NULL;
}
