/*
 * lint_place.h - where in a text something stands: its sentence, what follows, its paragraph,
 * between quotation marks. Pure; at and end are bytes within t, results are slices of t.
 */
#ifndef LY_RESPONDER_LINT_PLACE_H
#define LY_RESPONDER_LINT_PLACE_H

#include "responder/lint_rules.h"

/* The sentence around [at, end). *from: where it begins. */
struct str lint_sentence(struct str t, size_t at, size_t end, size_t *from);
/* That sentence; with the one after it; the whole text. */
struct str lint_scope_of(struct str t, enum lint_scope scope, size_t at, size_t end);
/* The sentence and at most two after it, within its paragraph: where a dated action may stand
 * that makes good for an empty phrase. */
struct str lint_follows(struct str t, size_t at, size_t end);
/* The line (a paragraph of a plain text) around at. */
struct str lint_paragraph(struct str t, size_t at);
/* Between quotation marks that open and close within its sentence? */
bool lint_is_quoted(struct str t, size_t at, size_t end);
/* Within a gap of a template (【待补：…】, [TO FILL: …])? Its words are for whoever fills it. */
bool lint_in_gap(struct str t, size_t at);
/* From 1. */
int lint_line(struct str t, size_t at);

#endif
