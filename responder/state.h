/*
 * state.h - what the stage remembers; private to stage.c, apply.c, raise.c, turn.c, act.c.
 *
 * Invariants
 *  1. Everything here but held can be rebuilt from the record: after a transaction that could
 *     not be committed, state_reload() does so and the held results are applied again.
 *  2. held[0 .. committed) are in the record and wait for their receipts, held[committed ..
 *     applied) are in the open transaction, the rest waits.
 *  3. Rows are written only while store_in_batch().
 */
#ifndef LY_RESPONDER_STATE_H
#define LY_RESPONDER_STATE_H

#include "core/result.h"
#include "responder/action.h"
#include "responder/answer.h"
#include "responder/baseline.h"
#include "responder/deadline.h"
#include "responder/gauge.h"
#include "responder/echo.h"
#include "responder/join.h"
#include "responder/jump.h"
#include "responder/knock.h"
#include "responder/link_page.h"
#include "responder/names.h"
#include "responder/responder.h"
#include "responder/rollup.h"
#include "responder/signal.h"
#include "responder/story.h"
#include "responder/tally.h"

/* A trigger on one watch. Some are judged for several grades: trigger_grades(). */
struct watch_trigger {
	const struct trigger_conf *conf;
	struct id version;
	size_t window; /* in the series */
	uint64_t topics;
	int halves;
	struct trigger_half {
		int64_t grade;
		struct trigger_state state;
		struct id firing; /* newest */
		int64_t muted_at; /* when it was last kept silent (hush.h) */
	} half[3];
	struct baseline usual; /* of the hour usual_at */
	int64_t usual_at, usual_as_of, usual_prior;
	struct trigger_conf night; /* filled when it is night: trigger_at() */
};
struct watch_state {
	const struct watch_conf *conf;
	uint32_t number; /* names.h */
	struct series *series;
	struct watch_trigger *triggers;
	size_t triggers_n;
	int64_t again; /* how often a silence of it broke: what fires then is another firing */
};

/* A number from outside, and how far each of its conditions is. */
struct gauge_state {
	const struct signal_conf *conf;
	char *trigger; /* GAUGE_PREFIX and its name */
	struct trigger_state at[GAUGE_KINDS];
};

/* A result that has no receipt yet. */
struct held {
	const struct result *result; /* in held_arena */
	struct id document, spool;
	int64_t seq, arrived_at;
	int64_t keep; /* for its receipt: keep.h */
};
/* Are we alive, and is somebody told when not: alive_turn.c. */
struct alive {
	int64_t started_at;
	struct pulses pulses;
	int64_t beat_at;      /* the next heartbeat                                    */
	bool beat, beating;   /* one leaves with the commit; one is on its way         */
	int64_t beat_fails;   /* of them in a row                                      */
	bool beat_heard;      /* the last was: to be written with the next             */
	enum alive_lack lack; /* why there is none, as it was said last                */
	int64_t look_at;      /* the next look for silence                             */
	int64_t silent_at;    /* people know that nothing is crawled since; 0: it is   */
	int64_t canary_at;    /* canaries until then were told                         */
};

struct responder {
	const struct responder_conf *conf;
	struct responder_env env;
	struct store *store;
	struct zone *zone;

	/* rebuilt from the record */
	struct names *watch_names, *sites, *topics;
	struct watch_state *watches;
	size_t watches_n;
	struct gauge_state *gauges;
	size_t gauges_n;
	struct stories *stories; /* copies */
	struct joins *joins;     /* events */
	int64_t copies_most;     /* rows that both are loaded from */
	struct echoes *echoes;
	struct incidents *incidents;
	struct hushes *hushes; /* hush_raise.c */
	struct notices *notices;
	struct drafts *drafts;
	struct digests *digests;
	struct retain *retain;
	struct answers *answers; /* answer.h; NULL: no channel is read */
	struct actions *actions; /* commands that run outlive a transaction undone */
	int64_t duty_at;         /* while duty_known: duties_due() */
	bool duty_known;
	int epoll;            /* readable when the outbox or a command has news */
	struct rollup rollup; /* of the open batch */
	int64_t commit_seq;   /* of the newest commit; rows of the open batch get + 1 */
	int64_t keep_at;      /* next time that evidence is asked for (keep.h) */
	bool keep_some;       /* some incident asks before that */
	int64_t forget_at;    /* next time that old signatures go */
	bool forget_more;     /* not all of them went at the last */
	int64_t judge_at;     /* next look at the triggers without a mention */
	int64_t turned_at;    /* the newest time we worked at, as committed (meta turned_at): an
			    * earlier one is a clock that was set back */
	struct jumps jumps, jumps_kept; /* of that clock; as committed */
	int64_t urge_at;                /* the next warning of a clock, when urge_known */
	bool urge_known;
	int64_t retold_at; /* the newest time that people had other ends of clocks; 0: none */
	int64_t retell_at; /* the next: they may have wrong ones; or INT64_MAX       */
	int64_t follow_at; /* the next text 48 h after a full response, when follow_known */
	bool follow_known;
	bool acks_wait;                   /* perhaps an acknowledgement is in the outbox */
	int64_t day_from, day_to, day_at; /* the local day last asked for */
	int64_t heard_at;                 /* when anything came last; 0 = not since the start */
	struct alive alive;
	bool fired;        /* a trigger fired in the open batch */
	int64_t fired_ms;  /* the newest batch with one was committed, by the monotonic clock */
	int64_t kept_hour; /* fleeting: of the newest document that is kept without a mention */
	bool turned;       /* time set something off in the open batch */
	struct {
		int64_t seen[2], again_at; /* as of when cases were settled: turn.c */
		int64_t look_at;           /* the next turn that settles some      */
	} library;
	struct {
		int64_t since;   /* documents packed since the watches' turn */
		int64_t end;     /* it is their turn, up to here; 0: it is not */
		size_t next;     /* which of them */
		bool known;      /* they had one since the start */
		int64_t slice;   /* documents of a block, and until that turn; 0: as they are */
		int64_t look_at; /* for blocks that are missing */
		int64_t rest_ms; /* and in that second not before, by the monotonic clock */
		uint64_t turns;
		int64_t until;         /* where the last ends: later arrivals are in none */
		int64_t emptied_after; /* emptied ones are looked for from there on */
		int64_t none_at;       /* when none was found */
		int64_t opened;        /* since the start those that end up to here were */
		bool all_open;
	} blocks;       /* count_fill.h */
	bool unquoting; /* perhaps there is something to write again: unquote.h */
	bool wrote;     /* the open batch has something to commit */

	/* results without a receipt, ticks: held.c */
	struct held *held;
	size_t held_n, held_cap, applied, committed;
	struct tally held_keys; /* hashes of (spool, seq) of all that are held */
	struct arena *held_arena;
	int64_t retry_at; /* the store was busy or full: try again then; 0 = not */
	char *dir;        /* of the record, for its reserve; NULL in memory      */
	bool full;        /* the disk is: only timers and notices are written    */
	struct tick tick; /* the one that waits; seq 0 = none */
	bool tick_applied, tick_committed;
	int64_t stepped_at;          /* stepped mode: our domain clock */
	int64_t due_at, rest_due_at; /* while due_known: turn_due(), and without triggers */
	bool due_known;
	struct {
		struct id spool;
		int64_t at;
	} past; /* newest tick in the record */

	struct {
		int64_t signature, body;
	} refused;                    /* pushed numbers, since the start */
	int64_t links[LINK_OUTCOMES]; /* the same, of signed links */
	struct knocks knocks;         /* who opens them */

	struct arena *batch; /* until the batch is settled */
	struct arena *work;  /* of one result              */
	struct buf scratch;
	struct baseline_hours hours;
};

/* state.c: build and rebuild. */
int state_load(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
void state_drop(struct responder *r);
/* News of fd wake the stage; a descriptor that is closed leaves by itself. -1: none. */
int state_wait_for(struct responder *r, int fd, struct err *e) LY_MUST_USE;
struct watch_state *state_watch(struct responder *r, struct str name);
/* "W2" … of a trigger with several, else "". */
struct str state_half(const struct watch_trigger *t, int half);
/* The bits of a topic hit for signal_item.topics. */
uint64_t state_topic_bits(struct responder *r, struct str topic, bool safety);

/* held.c: results on their way into the record, and stepped mode. */
/* Keep an encoded result. 1, 0 when it is here already, -1 (ERR_REJECT: not to be decoded). */
int held_add(struct responder *r, struct str bytes, struct err *e) LY_MUST_USE;
/* Receipts for what is committed, then forget it. */
void held_receipt(struct responder *r, struct out *out);
/* Apply what is not yet; wall mode: with now; stepped: the tick's documents in order of
 * (arrived_at, id), timers between them. */
int held_apply(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* Stepped: may the tick be applied now? */
bool held_tick_ready(const struct responder *r);
/* Stepped: take the tick as the one that waits. */
int held_tick(struct responder *r, const struct tick *t, struct err *e) LY_MUST_USE;
/* Stepped: did it arrive at a time that has been applied? Then it waits for no tick. */
bool held_is_late(const struct responder *r, const struct held *h);

/* apply.c: a result's rows, counts, and what they set off, in the open transaction. */
int apply_result(struct responder *r, const struct result *res, int64_t now,
		 struct err *e) LY_MUST_USE;

/* owners.c: one text to each who owns a route, once under its key; `second`: by their second contact. */
struct owners_word {
	const void *what;
	struct str key;
	void (*compose)(const struct responder *r, const void *what, bool zh,
			struct buf *subject, struct buf *body, struct buf *facts);
	bool second;
};
int owners_tell(struct responder *r, const struct owners_word *t, int64_t now,
		struct err *e) LY_MUST_USE;

/* alive_turn.c: heartbeats, canaries, silence (alive.h). */
int alive_load(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
void alive_hear(struct responder *r, const struct pulse *p);
int64_t alive_due(struct responder *r);
int alive_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* After the commit: a heartbeat that was due leaves. */
void alive_start(struct responder *r);

/* raise.c: judge the triggers of a watch that count the item that came, or all when it is NULL
 * and only time went on; a firing opens or moves an incident. */
int raise_judge(struct responder *r, struct watch_state *w, const struct signal_item *item,
		int64_t now, struct err *e) LY_MUST_USE;
/* The one way to move an incident here: move, then notices, drafts, clocks and onlookers. */
int raise_move(struct responder *r, struct incident_move_info *info, int64_t now,
	       struct err *e) LY_MUST_USE;
/* A firing that is kept: opens an incident or joins one, and moves it. */
int raise_fired(struct responder *r, const struct firing *f, struct str title, int64_t now,
		struct err *e) LY_MUST_USE;
/* The highest grade that a trigger of the watch, or a number from outside that belongs to it, has
 * fired and not cleared; 0: the watch is clear. */
int64_t raise_grade(const struct responder *r, const struct watch_state *w);

/* urge.c: the clocks of incidents (deadline.h). */
/* A page has left: those that waited for it start. */
int urge_sent(struct responder *r, struct incident *i, const struct notice_event *ev,
	      struct err *e) LY_MUST_USE;
/* Those that got what they waited for end, and those that the new state does not ask for. */
int urge_on_move(struct responder *r, const struct incident *i, const struct move *m,
		 int64_t now, struct err *e) LY_MUST_USE;
/* What a clock waited for is there; DEADLINE_KINDS: no clock waits for it. */
int urge_done(struct responder *r, const struct incident *i, enum deadline_kind kind,
	      int64_t now, struct err *e) LY_MUST_USE;
/* We have said when we speak again. */
int urge_promise(struct responder *r, const struct incident *i, int64_t due_at, int64_t now,
		 struct err *e) LY_MUST_USE;
/* Clocks v, n of them, of one that was merged into it: the earlier of both runs. */
int urge_merge(struct responder *r, const struct incident *into, const struct deadline *v,
	       int n, int64_t now, struct err *e) LY_MUST_USE;
/* Our own clock was set back: theirs go on as deadline_set_back() says, and whoever was told a time has
 * the right one when it is another by five minutes or more, at most once an hour. */
int urge_set_back(struct responder *r, const struct set_back *b, struct err *e) LY_MUST_USE;
/* When a clock warns next; INT64_MAX: none runs. What cannot be read is due at once: the turn reads it
 * again and fails as a whole. */
int64_t urge_due(struct responder *r);
/* Whoever has to be urged until now is. */
int urge_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

/* sitrep_turn.c: situation reports (sitrep.h). */
/* They begin when an incident is handled at L3, and end when it is not any more. */
int sitreps_on_move(struct responder *r, const struct incident *i, int64_t now,
		    struct err *e) LY_MUST_USE;
/* When the next is due; INT64_MAX: none. */
int64_t sitreps_due(struct responder *r);
int sitreps_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

/* followup.c: 48 h after a full response. */
/* q's incident has released one: the task, and the time of the text. */
int followup_start(struct responder *r, const struct gate_ask *q, struct err *e) LY_MUST_USE;
/* Our own clock was set back: the 48 hours go on. */
int followup_set_back(struct responder *r, const struct set_back *b, struct err *e) LY_MUST_USE;
/* An update was released: when the text was due, the task is done. */
int followup_done(struct responder *r, const struct gate_ask *q, struct err *e) LY_MUST_USE;
/* Does the incident still owe it? 1, 0, -1. */
int followup_owed(struct responder *r, const struct gate_ask *q, struct err *e) LY_MUST_USE;
/* from became part of into, or goes on in it: what it owes is owed there, once. */
int followup_carry(struct responder *r, const struct incident *from,
		   const struct incident *into, int64_t now, struct err *e) LY_MUST_USE;
/* When the next is drafted; INT64_MAX: none is. What cannot be read is due at once. */
int64_t followup_due(struct responder *r);
int followup_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

/* auto_ack_hear.c: a mention came, and everything that it sets off is written. */
int auto_ack_hear(struct responder *r, const struct document *d, const struct mention *m,
		  int64_t now, struct err *e) LY_MUST_USE;

/* What waits in the outbox is asked again: what a lock holds by now does not leave. Before each turn of
 * the outbox, and when an incident reaches L2. */
int auto_ack_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

/* hush_raise.c: stories that were called a wrong alarm (hush.h). */
struct hushes;
struct reason;
/* Those that hold, from the record, and how far they have spread since. */
int hushes_load(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
void hushes_free(struct hushes *s);
/* Called wrong: its stories are silent from now on. */
int hush_on_move(struct responder *r, const struct incident *i, const struct move *m,
		 int64_t now, struct err *e) LY_MUST_USE;
/* A mention of a story came: a silence may break, and what has fired may fire again. */
int hush_hear(struct responder *r, const struct document *d, const struct mention *m,
	      const struct id *story, int64_t now, struct err *e) LY_MUST_USE;
/* Texts went to another story, and their rows say so: a silence follows its story, and may break. */
struct story_went {
	struct id document, was, story;
	int64_t arrived_at, source_class;
};
int hushes_moved(struct responder *r, const struct story_went *v, size_t n, int64_t now,
		 struct err *e) LY_MUST_USE;
/* story_moved.c: what follows in the record when the newest to come showed that texts before it are of
 * another story: their rows, and what rests on them. In the transaction of that one. */
struct join_moved;
int story_moved(struct responder *r, const struct join_moved *v, size_t n, int64_t now,
		struct err *e) LY_MUST_USE;
/* The trigger is about to fire: does it only because of stories that are silent? 1, 0, -1. */
int hush_mutes(struct responder *r, struct watch_state *w, struct watch_trigger *t, int half,
	       const struct reason *why, struct err *e) LY_MUST_USE;

/* merge.c: one incident becomes part of another: it moves, firings, recusals and clocks go along. */
int merge_incidents(struct responder *r, struct incident *from, struct incident *into,
		    const struct incident_move_info *by, struct err *e) LY_MUST_USE;
/* into goes on from another, and has not moved yet: who was out of that one is out of it, and
 * who was let into a confidential one, or put out of it, stays so. */
int merge_shut(struct responder *r, const struct incident *from, struct incident *into,
	       int64_t now, struct err *e) LY_MUST_USE;

/* raise_gauge.c: numbers from outside. */
int gauges_load(struct responder *r, struct err *e) LY_MUST_USE;
void gauges_drop(struct responder *r);
/* Numbers came: they are judged at the next turn, not a minute later. */
void gauges_hear(struct responder *r, int64_t now);
/* Judge them all; once a minute, and when one came. */
int gauges_turn(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
int64_t gauges_grade(const struct responder *r, struct str watch); /* as raise_grade() */

/* turn.c. First of all in a transaction: was the clock set back? Then what waits for a time by our own
 * clock waits as long as before, not longer by the jump. */
int turn_clock(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* Has turn_clock() anything to say? */
bool turn_clock_jumped(const struct responder *r, int64_t now);
/* What time sets off. When it does next; asked anew only when .due_known was cleared, which
 * whatever changes a trigger's state, an incident or a notice does. */
int64_t turn_due(struct responder *r);
/* The next of it that looks at what is committed: not that triggers are judged, who look at what is in
 * memory, and at roll-ups of hours that are over. */
int64_t turn_due_committed(struct responder *r);
/* When something that cases are made of has changed, the next turn makes them. */
int turn_look_library(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;
/* Everything due until now, once. 1 rows changed, 0 nothing, -1. */
int turn_once(struct responder *r, int64_t now, struct err *e) LY_MUST_USE;

/* act.c */
int act_command(struct responder *r, const struct command *c, int64_t now, struct reply *reply,
		struct arena *a, struct err *e) LY_MUST_USE;
/* Does the verb change rows? Lists and shows do not. */
bool act_writes(struct str verb);

#endif
