/*
 * rota_world.h - a configuration of people and shifts, with its roster; and what the cases share that
 * were read from the tests of GoAlert (github.com/target/goalert).
 */
#ifndef LY_TESTS_ROTA_WORLD_H
#define LY_TESTS_ROTA_WORLD_H

#include "responder/roster.h"

struct rota_world {
	struct notice_conf c;
	struct conf *conf;
	struct zone *zone;
	struct roster *roster;
	struct buf report; /* why the text was refused */
};
/* text: a configuration in YAML. False: refused; close it all the same. */
bool rota_world_open(struct rota_world *w, const char *text, const char *zone);
/* The same, and the test fails when it is refused. */
void rota_world_must(struct rota_world *w, const char *text, const char *zone);
void rota_world_close(struct rota_world *w);

/* Behind these people whom everything reaches: ann bob bar baz ben bin foo joe rab sam u1 u2 u3.
 * part: schedules: and policies:. */
bool goalert_open(struct rota_world *w, const char *part, const char *zone);
void goalert_must(struct rota_world *w, const char *part, const char *zone);
/* "2026-05-01 12:00" on the wall of the world's zone. */
int64_t goalert_when(const struct rota_world *w, const char *text);
/* Fail with the case's place at GoAlert unless got is what it says there. */
void goalert_same(size_t i, const char *file, const char *function, const struct buf *got,
		  const char *want);

#define ROTATION "schedule/rotation/rotation_test.go"
#define ASSIGN   "test/smoke/graphqloncallassignments_test.go", "TestGraphQLOnCallAssignments"
#define ALWAYS   "from: \"1970-01-02T00:00:00Z\", to: \"2090-01-01T00:00:00Z\""
#define JOE      "shifts: [ { who: [joe], from: 00:00, to: 23:59 } ]"
#define JOE_TURNS                                                                          \
	"shifts: [ { who: [joe], rotate: { every: week, start: 2006-01-02 15:04 }, from: " \
	"00:00, "                                                                          \
	"to: 23:59 } ]"
#define BOB_FOR_JOE "overrides: [ { kind: replace, instead: [joe], who: [bob], "

#endif
