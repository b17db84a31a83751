/*
 * plain.h - text from outside, made harmless for the place where it will stand. Pure.
 *
 * Titles, site names and links of other people stand in notices. Everywhere: one line, no
 * control bytes, no marks that turn or hide text (bidi, zero width, tags). In a chat also no
 * byte that some chat program reads as a mention, link or emphasis: its full-width twin stands
 * there instead, which reads the same and means nothing to any of them.
 */
#ifndef LY_RESPONDER_PLAIN_H
#define LY_RESPONDER_PLAIN_H

#include "core/base.h"
#include "core/buf.h"

enum plain_form { PLAIN_TEXT, PLAIN_CHAT };
/* At most max code points; what is cut ends in "…". Runs of white space become one space. */
void plain_add(struct buf *b, enum plain_form form, struct str s, size_t max);
/* Is it shown as nothing: turns the direction, hides or joins invisibly? */
bool plain_hides(uint32_t cp);
/* What stands for cp in a chat: its full-width twin, or cp where it means nothing there. */
uint32_t plain_twin(uint32_t cp);
/* The link with every byte that could end or bend it percent-encoded. False and nothing added
 * when it is not http(s), or over 1,000 bytes. */
bool plain_add_url(struct buf *b, struct str url);
/* Escaped for an HTML text or attribute; line ends become <br>. */
void plain_add_html(struct buf *b, struct str s);

#endif
