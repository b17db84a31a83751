/*
 * library.h - 案例库, the case library: every closed incident, and the team's SOP pages, found again by
 * their words; and which cases are like an incident.
 *
 * A case is the incident itself: its page (report.h, REPORT_CASE) is composed from the record whenever
 * it is shown. Kept beside it are only the words by which it is found and what it is compared by. Both
 * are brought up to date by turns and by whoever searches (library_settle), so no writer has to: a row
 * says what it was made of, and is made again when that is another. They hold words of others, so
 * library_forget() is part of every erasure: the next who asks makes them of what is left.
 */
#ifndef LY_RESPONDER_LIBRARY_H
#define LY_RESPONDER_LIBRARY_H

#include "responder/dossier.h"
#include "responder/library_store.h"
#include "responder/similar.h"

/* The key library. */
struct library_conf {
	struct str sop; /* folder of SOP pages; empty: none */
};
extern const struct conf_schema library_schema; /* CONF_BLOCK */

#define LIBRARY_AT_ONCE 200
#define LIBRARY_CASES   500 /* newest cases that an incident is compared with */

/* In the open transaction. How many rows were made or dropped, -1. At most so many cases (LIBRARY_AT_ONCE), the
 * newest first: after an upgrade of a large record the next who asks, or the next turn, goes on. pages: also look at the folder of
 * SOP pages. A page that cannot be read, or all of them, is logged and keeps nothing else from being found. */
enum library_what { LIBRARY_CASES_ONLY, LIBRARY_WITH_PAGES };
int library_settle(const struct responder_env *env, enum library_what what, int most,
		   int64_t now, struct err *e) LY_MUST_USE;
/* Why the page of that row cannot be read, in a; empty: it can, or is no page. */
struct str library_unread(const struct library_row *row, struct arena *a);
/* No word of a case is left: in the transaction that erases. */
int library_forget(struct store *s, struct err *e) LY_MUST_USE;
/* Nor of this one, which went at its term. */
int library_forget_case(struct store *s, struct str number, struct err *e) LY_MUST_USE;

/* The case as text, in a: 1, 0, -1. */
int library_case_text(const struct responder_env *env, struct str number, bool zh, int64_t now,
		      struct arena *a, struct str *out, struct err *e) LY_MUST_USE;

/* What an incident is compared by. Texts in a. */
void library_traits(const struct dossier *d, struct arena *a, struct traits *out);
struct library_similar {
	struct str number, title, turn, template;
	int64_t total, share[SIMILAR_WHYS];
	struct str common[SIMILAR_COMMON];
	size_t common_n;
};
/* For whom cases are compared: may they be told of it? 1, 0, -1 and *e. */
struct library_reader {
	int (*sees)(void *arg, struct str number, struct err *e);
	void *arg;
};
/* The most similar of the newest LIBRARY_CASES (settled before) that the reader sees (NULL: all), but
 * itself. Texts in a. How many, -1. */
int library_similar_to(const struct responder_env *env, struct str number,
		       const struct library_reader *reader, int64_t now, struct arena *a,
		       struct library_similar out[SIMILAR_MAX], struct err *e) LY_MUST_USE;

#endif
