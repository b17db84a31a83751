/*
 * channel_text.h - text for a chat: made clean, written in what the chat reads, cut to its limit.
 *
 * Everything is additive: a text written in pieces (text_cut) is the text written at once, and as
 * long as its pieces together. So a cut is chosen on what we have to say, before it is escaped, and
 * cannot fall inside an escape, a link or a character. Pure.
 */
#ifndef LY_RESPONDER_CHANNEL_TEXT_H
#define LY_RESPONDER_CHANNEL_TEXT_H

#include "responder/channel.h"

/* Valid UTF-8 with no control bytes but line feeds, without marks that turn or hide text. */
void text_clean(struct buf *out, struct str s);
/* s as the dialect writes it. */
void text_add(struct buf *out, enum dialect d, struct str s);
/* The same without making links of addresses: for titles. */
void text_add_words(struct buf *out, enum dialect d, struct str s);
/* How much of a limit s, as it is sent, uses up. Of MEASURE_BODY s is a text that will stand in the
 * JSON: its escapes count, its quotes do not. */
size_t text_size(enum channel_measure m, struct str s);
/* The longest good beginning of *rest that takes at most room once written, taken off *rest: ends
 * behind a story (a line of dashes), else a paragraph, line, sentence, word, character. Never in a
 * character with what joins it, a link, a code span or an entity, unless one of them alone is longer
 * than room. Empty when nothing fits. */
struct str text_cut(struct str *rest, enum dialect d, enum channel_measure m, size_t room);

#endif
