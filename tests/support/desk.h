/*
 * desk.h - a record with incidents and notices, driven by hand: who is told of a firing, when.
 *
 * Everything happens at times that are passed in. A mistake of the store ends the test.
 */
#ifndef LY_TESTS_SUPPORT_DESK_H
#define LY_TESTS_SUPPORT_DESK_H

#include "responder/notice.h"
#include "responder/notice_store.h"

struct desk {
	struct conf *conf;
	struct notice_conf c;
	struct site_view site;
	struct watch_conf watch;
	struct zone *zone;
	struct store *store;
	struct responder_env env;
	struct incidents *incidents;
	struct notices *notices;
	struct incident *incident; /* of the newest desk_fire */
	struct arena *a, *kept;    /* kept: until desk_close */
	const char *empty[200];    /* what empties the record, for desk_reset */
	size_t tables;
	char *path; /* of the record; NULL: in memory */
	int fired;
	struct buf seen;   /* a line for each event that notices_turn gave */
	int64_t exhausted; /* how many were POLICY_EXHAUSTED */
	/* Called with what has left and not been recorded yet; NULL: nobody looks. */
	void (*sent)(struct desk *d, void *arg);
	void *sent_arg;
};
/* settings: YAML of people, schedules, policies, routes, channels; a watch "tea" exists. path
 * NULL: in memory. data: where notices/ is. */
void desk_open(struct desk *d, const char *settings, enum send_mode send, const char *path,
	       const char *data, int64_t now);
void desk_close(struct desk *d);
/* The process died: memory is gone, the record stays (needs a path). */
void desk_crash(struct desk *d, int64_t now);
/* A document is heard of; returns the id of its mention. */
struct id desk_hear(struct desk *d, const char *title, const char *site, const char *url,
		    int64_t at);
/* A trigger fires with the mentions heard so far: opens the incident or joins it. */
void desk_fire(struct desk *d, int64_t grade, bool safety, int64_t at);
/* A trigger of another watch tells the same story: it joins the newest incident. */
void desk_fire_too(struct desk *d, const char *watch, int64_t grade, int64_t at);
/* Of "tea", but another incident of it. */
void desk_fire_another(struct desk *d, int64_t grade, bool safety, int64_t at);
/* Of any incident; desk_move: of the newest. */
void desk_move_of(struct desk *d, struct incident *i, enum incident_event event,
		  const char *actor, int64_t until, int64_t at);
void desk_move(struct desk *d, enum incident_event event, const char *actor, int64_t until,
	       int64_t at);
/* The verdict's clock of the newest incident, due at due_at, has reached that percent. */
void desk_urge(struct desk *d, int64_t percent, int64_t due_at, int64_t at);
/* Somebody must stay out of the newest incident, or (person NULL) it becomes confidential. */
void desk_shut(struct desk *d, const char *person, int64_t at);
/* One transaction of notices_turn (its events are moved as the stage does), commit, send. */
void desk_turn(struct desk *d, int64_t now);
/* Turns at every time something is due until `now`. */
void desk_until(struct desk *d, int64_t now);
/* "LEVEL KIND recipient channel state why|due" of every notice, one a line; times as HH:MM of
 * the zone. In d->a. */
const char *desk_rows(struct desk *d);
/* The only row that matches (recipient or channel may be NULL), else the test fails. */
struct notice_row desk_row(struct desk *d, const char *recipient, const char *channel,
			   const char *kind);
int64_t desk_iso(const char *text);
const struct conf_schema *desk_schema(void);

/* Duty by day, a boss who sleeps. */
extern const char desk_office[];
/* Open with nothing sent, and one report heard ten minutes before now. */
void desk_begin(struct desk *d, const char *settings, int64_t now);
/* As desk_begin of the same settings, for a fraction of its time: every row goes, the file and what
 * was prepared on it stay. What is in d->a is gone. */
void desk_reset(struct desk *d, int64_t now);

#endif
