/*
 * night.h - a crisis in the night, told hour by hour: a responder with all its parts, a team, what happens
 * from Saturday evening to Sunday morning, and a table of who was told what, when, how, and what never was.
 *
 * Domain time is passed in, nothing leaves. LY_TELL=1 prints the night in plain words.
 */
#ifndef LY_TESTS_SUPPORT_NIGHT_H
#define LY_TESTS_SUPPORT_NIGHT_H

#include "tests/support/record_world.h"

#define NIGHT_UNTIL "09:00"

/* Something that happens: somebody writes, somebody acts, or nothing but what it says. */
struct night_deed {
	const char *at;            /* "23:40" of Saturday, "00:15" of Sunday, in Shanghai */
	const char *plain;         /* as a person would tell it; NULL: with the one before  */
	struct world_mention says; /* .title set: this is heard                      */
	const char *who;           /* else "unix:WHO" does this                      */
	const char *verb, *args;   /* args: members after the incident's number, or NULL */
};
struct night_script {
	const char *title;
	const struct night_deed *deeds; /* in the order of their times; ends with .at NULL */
	const char *down, *up; /* the app's heartbeat is silent from then until then; or NULL */
	const char *secret;    /* what must stand in no notice; or NULL */
	const char *told_in;   /* a file where the night stands in plain words; or NULL */
};
struct night_team {
	const char *title;
	const char *people, *rest; /* YAML; rest: schedules, policies, routes, channels */
};

extern const struct night_team night_one, night_five, night_thirty;

/*
 * Plays the script with the team and compares what was told with the table, one line each:
 *
 *   23:40    moved  assessing L2 by W2
 *   23:40    L2 page rings: mei/phone
 *   23:40:30 L2 page waits: lin/mail (quiet until 08:00)
 *   08:00    L2 page told: lin/mail, su/mail
 *   never    L2 page: mei/mail (raised)
 *
 * rings: through what wakes, into somebody's quiet hours · on shift: quiet hours, but theirs is the
 * shift · silent: into quiet hours, through what wakes nobody · told: awake, or a group's channel ·
 * waits: held on purpose · never: planned, and did not leave.
 */
void night_play(const struct night_team *team, const struct night_script *script,
		const char *table);
#endif
