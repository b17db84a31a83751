/* plain_walk.h - the walk written plainly and slowly: what walk_run() is compared with. */
#ifndef LY_TESTS_PLAIN_WALK_H
#define LY_TESTS_PLAIN_WALK_H

#include "nlp/walk.h"

/* As walk_run(). */
void plain_walk_run(struct walk *w, const struct image *m, struct str text);

#endif
