/*
 * evidence_text.h - of a kept answer: its words, and whether it may be kept at all. Pure.
 */
#ifndef LY_CRAWLER_EVIDENCE_TEXT_H
#define LY_CRAWLER_EVIDENCE_TEXT_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

/* Types that are read; everything else is not even downloaded. NULL-ended. */
extern const char *const evidence_types[];
/* A header's value in the head of an HTTP message; empty when there is none. */
struct str evidence_field(struct str head, struct str name);
/* Title and main text of a page, the words of a text or JSON body; not masked. ERR_REJECT: there
 * are none that we can read. In a. */
int evidence_text(struct arena *a, struct str head, struct str body, struct str url,
		  int64_t now, struct str *text, struct err *e) LY_MUST_USE;
/* Does the address lead to an attachment or archive by its name (".zip", ".xlsx", ".pdf")? */
bool evidence_is_file(struct str url);
/* Do the bytes belong to one, whatever the type said? */
bool evidence_is_packed(struct str body);
/* The head as WARC has it: the transfer coding, which is taken off the body, has another name,
 * and lines end with CR LF, or nobody finds where the body begins. */
void evidence_head_add(struct buf *b, struct str head);

#endif
