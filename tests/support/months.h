/*
 * months.h - simulated months of a watch, and crises in them, through the pure trigger code.
 *
 * Mentions come at random (Poisson) with quiet nights, loud evenings and weekends; 28 days before
 * the first are known as counts by hour, as `import --history` makes them. The same series,
 * baselines and trigger_judge() as in the stage; no store. What is assumed of calm months:
 * 12 in 100 negative, 5 in 100 complaints, 1 in 5,000 by an author with 500,000 followers or
 * more, 1 in 200 negative ones on a grave topic, 3 in 10 retell one of the last 50 stories, most
 * of them where it was told.
 */
#ifndef LY_TESTS_SUPPORT_MONTHS_H
#define LY_TESTS_SUPPORT_MONTHS_H

#include "responder/trigger.h"

#define MONTHS_TRIGGERS 24

enum months_crisis {
	CRISIS_NONE,
	CRISIS_FOOD,     /* people fall ill, on several sites              */
	CRISIS_HOT,      /* the executive climbs a hot list                */
	CRISIS_LEAK,     /* begins in one English forum, grows             */
	CRISIS_OUTAGE,   /* everybody complains at once                    */
	CRISIS_PLATFORM, /* all victims on one platform                    */
	CRISIS_OFFICIAL, /* an authority's finding, nobody speaks of it yet */
	CRISIS_OLD,      /* old news is told again                         */
	CRISES
};
extern const char *const months_crises[CRISES];

struct months {
	int64_t size; /* enum watch_size */
	double a_day;
	int64_t days; /* that are lived through; the crisis begins on the last evening */
	enum months_crisis crisis;
	uint64_t seed;
	double negative; /* share; 0 = .12 */
	const struct trigger_conf *triggers;
	size_t triggers_n; /* at most MONTHS_TRIGGERS */
	/* out: by trigger and grade: firings before the crisis; seconds from its first mention to
	 * the first firing, -1 = none in its 6 hours */
	int fired[MONTHS_TRIGGERS][4];
	int64_t found_s[MONTHS_TRIGGERS][4];
	int64_t mentions;
};
void months_live(struct months *m);
/* Firings of that grade before the crisis. */
int months_fired(const struct months *m, int64_t grade);
/* The first firing of the crisis of that grade or above; *trigger says which; -1 = none. */
int64_t months_found(const struct months *m, int64_t grade, size_t *trigger);

#endif
