/* small_lexicon.h - an image of a few words of every kind, in Chinese and English, for tests. */
#ifndef LY_TESTS_SMALL_LEXICON_H
#define LY_TESTS_SMALL_LEXICON_H

#include "nlp/image.h"

/* Lists that hold what the tests of nlp/ speak of; see the .c file for the words. */
struct lexicon *small_lexicon(void);
/* The image over it and these literals (texts as a watch would fold them). */
struct image *small_image(const struct image_literal *literals, size_t n);
/* The same with a learned list of each language, and thresholds for class video and source
 * "tube" (there every text is praise, in English blame). */
struct image *small_learned_image(void);

#endif
