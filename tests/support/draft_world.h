/*
 * draft_world.h - a record in memory with one incident (INC-2026-0001 of the watch shancui), a file of
 * facts and the shipped templates: for tests of drafts.
 */
#ifndef LY_TESTS_SUPPORT_DRAFT_WORLD_H
#define LY_TESTS_SUPPORT_DRAFT_WORLD_H

#include "responder/draft.h"
#include "responder/draft_store.h"

#define DRAFT_WORLD_T0 ((int64_t)1773100800) /* 2026-03-10T00:00:00Z, 08:00 in Shanghai */

struct draft_world {
	char dir[64], facts[96];
	struct store *store;
	struct zone *zone;
	struct site_view site;
	struct watch_conf watch;
	struct responder_env env;
	struct draft_conf conf;
	struct drafts *drafts;
	struct incident incident;
	struct arena *a;
};

/* Setup and teardown of a test; *state is the world. */
int draft_world_make(void **state);
int draft_world_drop(void **state);
/* The same record and settings, another start. */
void draft_world_reopen(struct draft_world *w);
/* What the stage does before a move's drafts are asked for, in an open transaction. */
void draft_world_move_put(struct draft_world *w, const struct move *m);
/* One turn; in how many steps it made drafts. draft_world_turn: the next, a second after DRAFT_WORLD_T0. */
int draft_world_turn_at(struct draft_world *w, int64_t now);
int draft_world_turn(struct draft_world *w);
/* The incident moves from one level to another, a turn, and the files are written. */
void draft_world_move(struct draft_world *w, int64_t seq, int64_t from, int64_t to,
		      int64_t now);
/* "TEMPLATE vN STATE" of each draft, a line each; in w->a. */
const char *draft_world_names(struct draft_world *w);
/* The newest draft of a template, with its text; none fails the test. */
struct draft_row draft_world_row(struct draft_world *w, const char *template);
/* An entry of the incident, by unix:anna; draft_world_say: at DRAFT_WORLD_T0. */
void draft_world_say_at(struct draft_world *w, int64_t at, const char *kind, const char *key,
			const char *value);
void draft_world_say(struct draft_world *w, const char *kind, const char *key,
		     const char *value);

#endif
