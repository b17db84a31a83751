/* digest_store.h - what digests read of the record, and their own rows. */
#ifndef LY_RESPONDER_DIGEST_STORE_H
#define LY_RESPONDER_DIGEST_STORE_H

#include "responder/digest_day.h"

/* as_of: of its row, or of the newest move of its document to another story. */
struct day_mention {
	struct id id, document, story, voice, author_key; /* voice: of copies */
	int64_t arrived_at, published_at, score, label, intent, flags;
	int64_t document_flags, source_class, followers, rank, as_of;
	struct str topics, site; /* borrowed */
};
/* Of one watch, arrived from <= t < to, in commits up to as_of; when told_to is given, only what was
 * published (or, when that is not known or later, arrived) told_from <= t < told_to. In no order. */
struct day_read {
	struct str watch;
	int64_t from, to, told_from, told_to, as_of;
};
int day_mentions(struct store *s, const struct day_read *q,
		 int (*each)(void *arg, const struct day_mention *m), void *arg,
		 struct err *e) LY_MUST_USE;
/* seconds after midnight of the local day that holds t, days later. */
int64_t digest_moment(const struct zone *z, int64_t t, int64_t seconds, int days);
#define LAG_MINUTES 2880
struct lag {
	int64_t n, minutes[LAG_MINUTES];
};
void lag_add(struct lag *l, int64_t seconds);
int64_t lag_median(const struct lag *l); /* seconds */
/* Counts the watches of d, which have their names; adds to d->hours and lag. Texts in a. */
int digest_watches(const struct responder_env *env, struct digest_day *d, struct lag *lag,
		   struct arena *a, struct err *e) LY_MUST_USE;
/* Hours of rollup_hour of a watch, all topics, oldest first. */
int day_hours(struct store *s, struct str watch, int64_t from, int64_t to,
	      void (*each)(void *arg, int64_t at, int64_t mentions, int64_t negative),
	      void *arg, struct err *e) LY_MUST_USE;
/* Notices planned from <= t < to, and how many of them were sent before made_at. */
int day_notices(struct store *s, const struct digest_day *d, int64_t *planned, int64_t *sent,
		struct err *e) LY_MUST_USE;
/* Of all documents: from, to, as_of of q. In no order; texts are borrowed. */
struct day_document {
	struct str source;
	int64_t source_class, arrived_at, as_of;
};
int day_documents(struct store *s, const struct day_read *q,
		  void (*each)(void *arg, const struct day_document *d), void *arg,
		  struct err *e) LY_MUST_USE;
/* digest_sources.c: of the blocks of count_store.h, and of rows where there are none.
 * Sources heard from `since` on, in order of name and class; texts are borrowed. */
struct day_source {
	struct str source;
	int64_t source_class, in_window, last_at;
};
int day_sources(struct store *s, int64_t since, const struct digest_day *d,
		void (*each)(void *arg, const struct day_source *x), void *arg,
		struct err *e) LY_MUST_USE;
int day_rejects(struct store *s, int64_t from, int64_t until, int64_t *n,
		struct err *e) LY_MUST_USE;
/* Those that are open, or were closed in the window; highest level first. */
int day_incidents(struct store *s, const struct digest_day *d,
		  void (*each)(void *arg, const struct incident *i), void *arg,
		  struct err *e) LY_MUST_USE;

struct digest_row {
	struct id id;
	struct str name;
	int64_t day, at, as_of;
	struct str facts, text, md, html;
	/* Of one just composed alone: html with attached images; title and verdict. */
	struct str mail, subject;
};
/* 1 written, 0 it was there, -1. */
int digest_add(struct store *s, const struct digest_row *r, struct err *e) LY_MUST_USE;
/* Has one of that name and date (of a personal one: to anybody) been made? 1, 0, -1. */
int digest_told_on(struct store *s, struct str name, const char *date, struct arena *a,
		   struct err *e) LY_MUST_USE;
/* The newest day of a digest, or of any group of a personal one; 0 when there is none. a: scratch. */
int digest_last(struct store *s, struct str name, int64_t *day, struct arena *a,
		struct err *e) LY_MUST_USE;
/* The days of the rows of exactly that name, day >= since, oldest first. */
int digest_days(struct store *s, struct str name, int64_t since,
		void (*each)(void *arg, int64_t day), void *arg, struct err *e) LY_MUST_USE;
/* day 0: the newest; name empty: of any. Texts in a. 1, 0, -1. */
int digest_read(struct store *s, struct str name, int64_t day, struct arena *a,
		struct digest_row *out, struct err *e) LY_MUST_USE;
/* That of a date like "2026-03-10" in its own zone, NULL: the newest; of a personal one any group's.
 * Texts in a. 1, 0, -1. */
int digest_read_dated(struct store *s, struct str name, const char *date, struct arena *a,
		      struct digest_row *out, struct err *e) LY_MUST_USE;
/* The one that was made at made_at of that commit. */
int digest_read_made(struct store *s, struct str name, int64_t made_at, int64_t as_of,
		     struct arena *a, struct digest_row *out, struct err *e) LY_MUST_USE;
int digest_get(struct store *s, const struct id *id, struct arena *a, struct digest_row *out,
	       struct err *e) LY_MUST_USE;
/* facts, text, md and html of r, composed again at `at` without a text that was erased. */
int digest_set_again(struct store *s, const struct digest_row *r, int64_t at,
		     struct err *e) LY_MUST_USE;
/* Oldest first; row is borrowed, without md and html. each returns 0 to go on. */
int digests_read(struct store *s, int (*each)(void *arg, const struct digest_row *row),
		 void *arg, struct err *e) LY_MUST_USE;
/* When the newest document arrived; 0 for none. */
int day_newest(struct store *s, int64_t *at, struct err *e) LY_MUST_USE;
int day_first(struct store *s, int64_t *at, struct err *e) LY_MUST_USE; /* and the first */

#endif
