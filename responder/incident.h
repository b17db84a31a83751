/*
 * incident.h - incident 舆情事件: what people work on, and the one table of its moves.
 *
 *            W1            W2, person        W3, verdict respond, person, L2 policy exhausted
 *   (none) ─────▶ open L1 ───────────▶ assessing L2 ───────────────▶ responding L3
 *                  │  │                  │       │ verdict watch        │ stand down
 *            quiet │  └── wrong alarm ───┤       └─────▶ watching ◀─────┘
 *                  ▼                     ▼    quiet │    │ new peak, W3 ──▶ responding L3
 *                closed ◀──── wrong alarm, close ───┘    merged
 *                  └── the same story within 14 d ──▶ open
 *   after 14 d an L1 or L2 is closed, and what is not over goes on in a successor
 *
 * Grade W0..W3 is what the numbers say; level L1..L3 is what people do. An acknowledgement is
 * a field that can be set in every open state, not a state.
 *
 * Invariants (incident_check asserts them)
 *  1. Only incident_move() assigns state or level, from the table in level.c.
 *  2. Every move is a row, chained by hash to the row before it (audit.h).
 *  3. The level rises only by grade, by a person, or by an exhausted L2 policy; it falls only by a
 *     person, a level at a time, when the numbers have said less for long (course.h).
 *  4. An L3 incident is closed by a person, never by itself.
 *  5. open is L1; assessing at least L2; responding is L3; closed and merged have closed_at.
 */
#ifndef LY_RESPONDER_INCIDENT_H
#define LY_RESPONDER_INCIDENT_H

#include "responder/conf.h"
#include "responder/firing.h"

struct playbook_conf;

enum incident_state {
	INCIDENT_NONE, /* before it is opened */
	INCIDENT_OPEN,
	INCIDENT_ASSESSING,
	INCIDENT_RESPONDING,
	INCIDENT_WATCHING,
	INCIDENT_CLOSED,
	INCIDENT_MERGED,
	INCIDENT_STATES
};
extern const char *const incident_state_words[]; /* "none", "open", …, NULL-ended */
/* INCIDENT_STATES when the word is none of ours. */
enum incident_state incident_state_of(struct str word);

enum incident_event {
	EVENT_W1,
	EVENT_W2,
	EVENT_W3,       /* a trigger fired                                        */
	EVENT_ACK,      /* a person takes it until acked_until                    */
	EVENT_ACK_OVER, /* that time is over without activity: step 0 again       */
	EVENT_PERSON_L2,
	EVENT_PERSON_L3,        /* a person raises it                                 */
	EVENT_POLICY_EXHAUSTED, /* nobody took an L1 or L2 page: raises L2 only           */
	EVENT_VERDICT_RESPOND,
	EVENT_VERDICT_WATCH,
	EVENT_VERDICT_WRONG, /* wrong alarm, not ours */
	EVENT_STAND_DOWN,    /* full response released, or a person: to watching       */
	EVENT_PEAK,          /* a new peak above the old one within 72 h               */
	EVENT_QUIET,         /* all signals clear for 24 h                             */
	EVENT_CLOSE,         /* a person closes                                        */
	EVENT_RECUR,         /* the same story within 14 d of closing                  */
	EVENT_MERGE,
	EVENT_EXPIRE,       /* into another · older than 14 d                         */
	EVENT_LOWER,        /* a person takes it a level down: course_may_lower()       */
	EVENT_JOIN_L1,      /* another of that level is merged into this one            */
	EVENT_JOIN_L2,      /* …                                                        */
	EVENT_JOIN_L3,      /* …                                                        */
	EVENT_JOIN_WATCHED, /* both are watched: it stays so                            */
	EVENT_SUCCEED_L1,   /* it follows one that was open for 14 d                    */
	EVENT_SUCCEED_L2,   /* …                                                        */
	EVENT_ESCALATE,     /* a person wants the next step told; who had taken it, has not */
	EVENT_COUNT
};
extern const char *const incident_event_words[]; /* "W1", …, "policy_exhausted", … */

/* The row in memory. Texts belong to the struct incidents that holds it.
 * Columns owner, policy, step, round, step_due of the row belong to notice_store.c, which
 * reads and writes them by itself; they are not mirrored here. */
struct incident {
	struct id id;
	struct str number; /* "INC-2026-0001" */
	struct str watch;
	struct str story; /* hex of the first story's id, or empty (a counter)  */
	struct str topic; /* strongest topic, or empty (a counter)              */
	struct str title;
	enum incident_state state;
	int64_t level, grade; /* 1..3 while open; grade: the highest so far      */
	int64_t opened_at, first_mention_at; /* a merge brings the earlier ones         */
	struct str acked_by; /* empty = nobody                                  */
	int64_t acked_at;    /* or when who took it last did something about it  */
	int64_t acked_until;
	int64_t safety; /* 1: breaks through quiet hours                         */
	struct id merged_into;
	struct id follows; /* the one of 14 days that it goes on from */
	int64_t closed_at;
	struct str closed_why;
	int64_t version;      /* counts moves; what a command must have seen          */
	int64_t confidential; /* 1: shown to few (confidential.h, which alone writes it) */
	/* Not in the row: */
	int64_t clear_at; /* since when all triggers of its watches are clear; 0 = not */
	int64_t lower_at; /* since when they say less than its level; 0 = they do not  */
	int64_t moved_at; /* newest move that changed the state                  */
	bool was_wrong;   /* closed by EVENT_VERDICT_WRONG                       */
	const struct playbook_conf *playbook; /* bound to it (playbook.h), or NULL */
	bool asks; /* something fired: what it counts is evidence behind the commit (keep.h) */
};
static inline bool
incident_is_open(const struct incident *i)
{
	return i->state >= INCIDENT_OPEN && i->state <= INCIDENT_WATCHING;
}

/* One row of `move`: what incident_move() did. Texts are borrowed for the call. */
struct move {
	int64_t seq; /* 1, 2, … over all incidents */
	struct id incident;
	int64_t at;
	enum incident_event event;
	enum incident_state from_state, to_state;
	int64_t from_level, to_level; /* 0 = there was no incident before */
	struct str actor;             /* "trigger:burst", "unix:anna", "policy", "clock" */
	struct str reason_zh, reason_en;
	const struct firing *firing; /* NULL when no trigger did it */
	bool newcomer;       /* of a watch whose business was not worked on here before */
	bool harm;           /* the first sign in it that people are hurt, or may be    */
	struct str evidence; /* JSON [{"mention":…,"digest":…}]; digest only names content */
};

/* Opened, raised, flared up, forgotten by who had taken it, or people are hurt now: people are
 * called. Pure. */
bool move_calls_people(const struct move *m);

/* What may happen in a state, without doing it: the row of the table, or NULL. Pure. */
struct level_move {
	unsigned from; /* bits 1 << enum incident_state */
	enum incident_event event;
	enum incident_state to;       /* INCIDENT_NONE = stays        */
	int64_t level;                /* at least this; 0 = unchanged; LEVEL_OF_OTHER */
	int64_t min_level, max_level; /* of the incident before; 0, 0 = any */
	const char *what;             /* for people and docs          */
};
#define LEVEL_OF_OTHER (-1) /* at least that of the one that is merged into it */
extern const struct level_move level_moves[]; /* ends with .what == NULL */
/* Which row of a table decides; of i only state and level are read. */
const struct level_move *level_find(const struct level_move *table, const struct incident *i,
				    enum incident_event event);
static inline const struct level_move *
level_next(enum incident_state state, int64_t level, enum incident_event event)
{
	return level_find(level_moves, &(struct incident){ .state = state, .level = level },
			  event);
}

/* All open incidents and those closed within 14 days, by the record. */
struct incidents;
/* Loads them. Texts are its own. */
struct incidents *incidents_new(const struct responder_env *env, struct err *e) LY_MUST_USE;
void incidents_free(struct incidents *s);
/* The open incident that a firing of this watch and story (all zero: of none) joins, or NULL: the one
 * that tells the story, whichever watch heard it first; else the watch's own; else one that the
 * watch's own was merged into (course_tie). So a story has one open incident, and a watch opens
 * one at a time: a counter (no topic) measures the same voices that a topic trigger reads, two
 * would page two people for one cause. */
struct incident *incidents_open_for(struct incidents *s, struct str watch,
				    const struct id *story);
/* From now on i is the watch's and the story's of that firing, too. */
void incidents_hear(struct incidents *s, const struct incident *i, const struct firing *f);
/* Texts of that story that arrived since then went to another: what most of the texts of an incident's
 * firings tell now is what it tells. Of two that tell one story the last to hear it has it. */
int incidents_story_moved(struct incidents *s, const struct id *story, int64_t since,
			  struct err *e) LY_MUST_USE;
/* Closed at most 14 d before now with this topic (never for counters), that the firing opens again
 * (course_comes_back); or NULL. That the watch once heard a story of it is no tie: another story of
 * that watch is not for the people of this incident. */
struct incident *incidents_closed_for(struct incidents *s, const struct firing *f, int64_t now);
struct incident *incidents_find(struct incidents *s, const struct id *id);
struct incident *incidents_find_number(struct incidents *s, struct str number);
size_t incidents_count(const struct incidents *s);
struct incident *incidents_at(struct incidents *s, size_t i); /* by opened_at, number */

/* What incident_move is told. */
struct incident_move_info {
	struct incident *incident; /* from incidents_*; for opening: from incidents_add */
	enum incident_event event;
	int64_t at;
	struct str actor;
	struct str reason_zh, reason_en;
	const struct firing *firing;  /* or NULL */
	struct str title;             /* with a firing that brings a topic: the new title   */
	int64_t until;                /* EVENT_ACK: acked_until */
	const struct incident *other; /* EVENT_MERGE: into it; EVENT_JOIN_…: it joins */
	/* out */
	enum incident_state from_state, to_state;
	int64_t from_level, to_level;
};
/* A new incident in INCIDENT_NONE, its number given in the open transaction by the year of at
 * in the site's zone. The next incident_move must be W1, W2 or W3. */
struct incident *incidents_add(struct incidents *s, const struct firing *f, struct str title,
			       int64_t at, struct err *e) LY_MUST_USE;
/* A new one that goes on from an old one of 14 days: its watch, story, topic and title. The next
 * incident_move must be course_successor()'s. */
struct incident *incidents_follow(struct incidents *s, const struct incident *old, int64_t at,
				  struct err *e) LY_MUST_USE;
/* Where an incident is worked on: itself, or what it was merged into or followed by, to the end. */
struct incident *incidents_heir(struct incidents *s, struct incident *i);
/* Is a watch's business worked on in i: its own, of one that was merged into it, or a story that it
 * heard, too? */
bool incidents_covers(struct incidents *s, const struct incident *i, struct str watch);
/* All of them, its own first; texts are borrowed. */
struct conf_texts incidents_watches(struct incidents *s, const struct incident *i,
				    struct arena *a);
/* Who took it has done something: the acknowledgement lasts its time from now on. */
int incident_active(struct incidents *s, struct incident *i, int64_t now,
		    struct err *e) LY_MUST_USE;
/* The only function that assigns state or level (by course_take). Writes the move row and the incident row in
 * the open transaction and fills *m (its texts live until the next call). ERR_REJECT when the
 * table has no such move: "INC-2026-0001 is closed: cannot ack". */
int incident_move(struct incidents *s, struct incident_move_info *info, struct move *m,
		  struct err *e) LY_MUST_USE;
void incident_check(const struct incident *i); /* asserts the invariants */

#endif
