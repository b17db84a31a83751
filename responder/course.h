/*
 * course.h - course 走向: what becomes of an incident with signs, time and people. Pure.
 *
 * Everything that decides about an incident and needs neither record nor people is here, so that
 * a test can live through a million histories with it (tests/unit/test_histories.c). The table
 * of moves is passed in; everybody but that test passes level_moves. When an acknowledgement is
 * over, a query says (matter_store.c).
 *
 * Times are UTC seconds. Of struct incident only numbers are read and written, never its texts.
 */
#ifndef LY_RESPONDER_COURSE_H
#define LY_RESPONDER_COURSE_H

#include "responder/incident.h"

#define COURSE_RECUR_S  (14 * 86400) /* a story that comes back within this is a recurrence */
#define COURSE_WINDOW_S (14 * 86400) /* the longest that an L1 or L2 stays one incident      */
#define COURSE_PEAK_S   (72 * 3600)  /* a peak within this of standing down is the same fire */
#define COURSE_CALM_S   (24 * 3600)  /* L1, L2: all signals clear for so long ends it        */
#define COURSE_CALM3_S  (72 * 3600) /* L3: … and a person                                   */

/* What a move brings beside its event. */
struct course_step {
	enum incident_event event;
	int64_t at;
	int64_t grade, safety;        /* of the firing; 0 without one  */
	int64_t until;                /* EVENT_ACK                     */
	const struct incident *other; /* EVENT_JOIN_…: what joins      */
};
/* Moves it by the row of the table that decides; NULL: there is none, and nothing was changed.
 * Sets state, level, grade, safety, version, moved_at, closed_at, the acknowledgement's times,
 * and after a merge the earlier opened_at and first_mention_at. */
const struct level_move *course_take(const struct level_move *table, struct incident *i,
				     const struct course_step *s);

/* When it ends by itself: COURSE_CALM_S of calm, or COURSE_WINDOW_S after opening, whichever comes
 * first and the table knows; *event says by what. INT64_MAX: not by itself. */
int64_t course_end_at(const struct level_move *table, const struct incident *i,
		      enum incident_event *event);
/* Since when it is calm enough to be closed; INT64_MAX: it is not calm. */
int64_t course_calm_at(const struct incident *i);
/* After EVENT_EXPIRE: what still fires goes on in another. EVENT_COUNT: its signals are clear. */
enum incident_event course_successor(const struct incident *before);

/* How near is an open incident to what fires? The nearest takes it: so a story has one, however many
 * watches hear it. */
enum course_tie {
	TIE_NONE,
	TIE_HEIR,  /* one of that watch was merged into it */
	TIE_WATCH, /* it is that watch's                   */
	TIE_STORY  /* it tells the story, whichever watch heard it first */
};
enum course_tie course_tie(const struct incident *i, bool tells, bool own, bool heir);
/* By which event a firing moves an open incident. peak: more than the incident's firings of this
 * trigger ever had (echo is not counted); -1 = it has none that can be compared. */
enum incident_event course_sign(const struct incident *i, int64_t grade, int64_t observed,
				int64_t peak, int64_t now);
/* May a firing of its topic open it again? It was closed within COURSE_RECUR_S before now. */
bool course_recurs(const struct incident *i, int64_t now);
/* Does one? It does when it is of the incident's own watch, or one that was merged into it (own), or
 * tells its story, as an open one is joined. What was called a wrong alarm is that until its silence
 * breaks (hush.h): only its story opens it, heard by a watch that was kept silent (heard: one of
 * incidents_watches; by those nothing of the story fires before). */
bool course_comes_back(const struct incident *i, bool tells, bool own, bool heard, int64_t now);
/* May a person close it? An L3 when all signals have been clear for COURSE_CALM3_S. */
bool course_may_close(const struct incident *i, int64_t now);
/* May a person take it a level down? When the numbers have said less for twice the time that they
 * have to last (for_s: `for` of the triggers that would raise that level). */
bool course_may_lower(const struct incident *i, int64_t for_s, int64_t now);
/* By which event `into` takes i in. EVENT_COUNT: it may not (one is not open, or it is itself). */
enum incident_event course_join(const struct incident *i, const struct incident *into);

#endif
