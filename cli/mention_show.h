/* mention_show.h - a mention for a person: a line, or all there is; and as a labelled example. */
#ifndef LY_CLI_MENTION_SHOW_H
#define LY_CLI_MENTION_SHOW_H

#include "core/clock.h"

#include "responder/mention_store.h"

#include "cli/settings.h"

/* Hex digits of an id in a list; any beginning that only one mention has will do as an answer. */
#define MENTION_SHORT 12

/* One line: id, when, label, score, watch, site, beginning of the text; made harmless. */
void mention_put_line(const struct mention_row *m, const struct zone *z);
/* One JSON object on a line. */
void mention_put_json(const struct mention_row *m);
/* {"id","text","label","lang","source"}: what `lexicon fit` reads. */
void mention_put_labelled(const struct mention_row *m);
/* Everything: text, score and its explanation with the words of now, and who said what. */
int mention_show(struct store *record, const struct id *id, const struct settings *s,
		 const struct zone *z, struct err *e) LY_MUST_USE;

#endif
