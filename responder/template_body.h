/* template_body.h - for template*.c alone: the body of a file -> parts. */
#ifndef LY_RESPONDER_TEMPLATE_BODY_H
#define LY_RESPONDER_TEMPLATE_BODY_H

#include "responder/template.h"

/* The body begins in this line of the file. Sets t->parts; -1 and "file:line: …". */
int template_body_read(struct template *t, struct str body, int line,
		       struct err *e) LY_MUST_USE;
/* a-z, 0-9, _ and at most 40 of them. */
bool template_slot_name_ok(struct str s);
/* The declared slot, or NULL. */
const struct template_slot *template_slot_find(const struct template *t, struct str name);
/* What it wants; of a declared slot or a known one. */
struct str template_slot_wants(const struct template *t, struct str name);
/* Index of s, or -1. */
int template_word(const char *const *words, struct str s);

#endif
