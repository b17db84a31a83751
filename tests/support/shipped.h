/* shipped.h - what is shipped in lexicons/, loaded and asked by tests and benches as a whole. */
#ifndef LY_TESTS_SUPPORT_SHIPPED_H
#define LY_TESTS_SUPPORT_SHIPPED_H

#include "core/arena.h"
#include "core/buf.h"
#include "nlp/score.h"

/* The image over all shipped lists, called from the tree's top. report gets what lexicon_load has
 * to say. What cannot be loaded ends the program, with the report. */
struct image *shipped_image(struct buf *report);
/* A text scored as a whole, about nobody. foreign: learned_is_foreign() of it; may be NULL. */
struct score shipped_score(const struct image *m, struct str text, bool *foreign);
/* A whole file of the tree, at most 1 MiB, in a. One that is not there or longer ends the
 * program. */
struct str shipped_file(struct arena *a, const char *path);

#endif
