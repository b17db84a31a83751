/* digest_again.h - digests that quote a text which was erased after them. */
#ifndef LY_RESPONDER_DIGEST_AGAIN_H
#define LY_RESPONDER_DIGEST_AGAIN_H

#include "responder/digest_store.h"

/* Facts, text, md and html of r without the erased texts that they quote, all else as it was. Also
 * of a notice that carries a digest: what is empty stays so. New texts in a. 1 changed, 0, -1. */
int digest_again(const struct responder_env *env, struct digest_row *r, struct arena *a,
		 struct err *e) LY_MUST_USE;
/* Does the text of a digest have a row of this evidence, and not as erased? */
bool digest_quotes(struct str text, const struct id *mention);

#endif
