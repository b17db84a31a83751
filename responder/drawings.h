/*
 * drawings.h - the charts of mails as PNG, drawn once for all readers of a digest.
 *
 * Known by what they show, in whichever language: what is composed again is drawn again. Holds the
 * last DRAWINGS_MAX; not for several threads.
 */
#ifndef LY_RESPONDER_DRAWINGS_H
#define LY_RESPONDER_DRAWINGS_H

#include "core/str.h"
#include "responder/digest_chart.h"

#define DRAWINGS_MAX 48 /* of at most 1 MiB; one is some 10 KB */

struct drawings;
struct drawings *drawings_new(void); /* the caller's, for drawings_free */
void drawings_free(struct drawings *d);
/* The PNG of a chart; empty when it cannot be drawn. Valid until DRAWINGS_MAX others were drawn. */
struct str drawings_png(struct drawings *d, const struct chart *c);
/* How many were drawn since drawings_new. */
size_t drawings_made(const struct drawings *d);

#endif
