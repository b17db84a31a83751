/*
 * record_people.h - a responder's world with two people in it, and what sets its incidents off.
 */
#ifndef LY_TESTS_RECORD_PEOPLE_H
#define LY_TESTS_RECORD_PEOPLE_H

#include "responder/people_conf.h"
#include "tests/support/record_world.h"

extern struct person_conf world_people[2]; /* lin, the lead; wang, an analyst */

/* world_open with them, by the wall's clock, at WORLD_T0. */
void world_open_peopled(struct world *w);
/* INC-2026-0001 of the small watch: W1 by complaints. */
void world_complain(struct world *w, int64_t at);
/* A first-hand report: W2. */
void world_report(struct world *w, const char *watch, const char *topic, int64_t at);
/* "INC-2026-0001 assessing2, …", by number; borrowed until the next world_ask. */
const char *world_states(struct world *w);

#endif
