/* answer_inside.h - what answers.c hands to answer_apply.c. */
#ifndef LY_RESPONDER_ANSWER_INSIDE_H
#define LY_RESPONDER_ANSWER_INSIDE_H

#include "responder/answer.h"
#include "responder/state.h"

struct answer_heard {
	const struct channel_conf *c;
	struct id id;          /* of the message */
	struct str from, chat; /* a mail's sender; a number of Telegram's. chat: of a message */
	struct str text;
	int64_t now;
	struct arena *a;
};
/* In the open transaction. *said: what to say back, in h->a; NULL: nothing, because nobody of ours
 * wrote, or no code. */
int answer_apply(struct responder *r, const struct answer_heard *h, const char **said,
		 struct err *e) LY_MUST_USE;
/* The same as a mail to whoever wrote, through the outbox. */
int answer_tell(struct responder *r, const struct answer_heard *h, const char *said,
		struct err *e) LY_MUST_USE;

#endif
