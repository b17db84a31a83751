/* digest_words.h - a counted day -> a page: screen one, then the rest. Pure. */
#ifndef LY_RESPONDER_DIGEST_WORDS_H
#define LY_RESPONDER_DIGEST_WORDS_H

#include "responder/digest_day.h"
#include "responder/digest_page.h"

#define SCREEN_MAX 300 /* code points of screen one */

/* Verdict, at most three things to know, at most one to do, what we cannot see. */
struct digest_screen {
	struct str title, verdict, know[3], todo, blind; /* todo may be empty */
	size_t know_n;
};
void digest_screen(const struct responder_env *env, const struct digest_day *d, struct arena *a,
		   struct digest_screen *out);
/* The whole page, with the stories of at most `detail` watches; p->a is set. */
void digest_page(const struct responder_env *env, const struct digest_day *d,
		 const struct digest_screen *s, size_t detail, struct page *p);

#endif
