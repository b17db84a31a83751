/*
 * exercise.h - 演练: a Langyan that rehearses tells nobody who is not enrolled, and whatever leaves says first
 * and last that it is an exercise. Pure.
 *
 * A drill has its own data directory and configuration; there `exercise:` is on. The outbox asks for
 * each row before it leaves, whatever planned it: notices, digests, texts of publish, actions.
 */
#ifndef LY_RESPONDER_EXERCISE_H
#define LY_RESPONDER_EXERCISE_H

#include "core/arena.h"
#include "core/conf.h"

/* The key `exercise`. */
struct exercise_conf {
	int64_t on;
	struct conf_texts enrolled; /* "anna", "anna/mail", "channel:hook" */
};
extern const struct conf_schema exercise_schema;

/* Why what would reach somebody else does not leave. */
#define EXERCISE_NOT "an exercise: they are not enrolled in it"
/* May this contact (or, recipient empty, this channel) be told of an exercise? */
bool exercise_may(const struct exercise_conf *c, struct str recipient, struct str channel);
/* "【演练】" or "[EXERCISE]". */
struct str exercise_mark(bool zh);
/* The mark as its first and last line; of HTML as the first and last thing that is shown. In a. */
struct str exercise_text(struct arena *a, struct str text, bool zh);
struct str exercise_html(struct arena *a, struct str html, bool zh);

#endif
