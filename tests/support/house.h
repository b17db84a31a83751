/*
 * house.h - a responder with all its parts, people, a digest, and files of what it told: for tests
 * of what goes out of every byte of its folder.
 */
#ifndef LY_TESTS_SUPPORT_HOUSE_H
#define LY_TESTS_SUPPORT_HOUSE_H

#include "tests/support/record_world.h"

#define HOUR 3600
#define DAY  86400
#define HOUSE_MARK \
	"quartzebra" /* in title, text, link and author of one mention; nowhere else */

struct house {
	struct world w;
	struct digest_conf digest;
};
void house_open(struct house *h);
void house_close(struct house *h);
/* Time goes on until `to`, a look every ten minutes. */
void house_live(struct house *h, int64_t from, int64_t to);
/* A burst at WORLD_T0 + 1 h, with the mention of HOUSE_MARK among its newest. */
void house_burst(struct house *h, const char *title);
/* No file of the folder holds HOUSE_MARK, or the test fails with their names. */
void house_nowhere(const struct house *h);
/* A file whose name has the part holds it, or the test fails. */
void house_holds(const struct house *h, const char *part);
/* How many notices there are of that condition. */
int64_t house_rows(struct house *h, const char *where);

#endif
