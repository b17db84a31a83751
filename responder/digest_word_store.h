/* digest_word_store.h - rows of digest_word. */
#ifndef LY_RESPONDER_DIGEST_WORD_STORE_H
#define LY_RESPONDER_DIGEST_WORD_STORE_H

#include "core/arena.h"
#include "core/store.h"

struct digest_word {
	int64_t at;
	struct str kind; /* "edit", "off", "on"          */
	struct str name; /* of the digest                */
	struct str key;  /* a date, or a person          */
	struct str actor, value;
};
int digest_word_add(struct store *s, const struct digest_word *w, struct err *e) LY_MUST_USE;
/* The newest of name and key with a kind of its sort (edit; off and on) before `before`. Texts in a.
 * 1, 0, -1. */
int digest_word_newest(struct store *s, const struct digest_word *of, int64_t before,
		       struct arena *a, struct digest_word *out, struct err *e) LY_MUST_USE;
/* Reader and digest of a notice that carried one. 1, 0, -1. */
int digest_word_reader(struct store *s, const struct id *notice, struct arena *a,
		       struct str *person, struct str *facts, struct err *e) LY_MUST_USE;

#endif
