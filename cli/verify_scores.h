/*
 * verify_scores.h - does every stored score follow from its text and the image that it names?
 *
 * An image is kept for the latest of them (nlp/image_file.h), a text until it is erased.
 */
#ifndef LY_CLI_VERIFY_SCORES_H
#define LY_CLI_VERIFY_SCORES_H

#include "core/err.h"

struct verify_scores {
	int64_t computed;
	int64_t no_image; /* of an image that is kept no more, or never was     */
	int64_t foreign;  /* another program gave another score: nobody is wrong */
	int64_t cut;      /* so many names in the text that not all were stored  */
	int64_t mismatches;
};
/* record: a langyan.db, read while a responder may write it; images: the folder. Mismatches go
 * to stdout. -1 when it cannot be read. */
int verify_scores(const char *record, const char *images, struct verify_scores *sum,
		  struct err *e) LY_MUST_USE;

#endif
