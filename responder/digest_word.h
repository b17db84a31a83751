/*
 * digest_word.h - what people say to digests: an editor's word on one that is still to be told, and
 * who wants no more of them. Rows of digest_word, never changed: the newest of its kind stands.
 */
#ifndef LY_RESPONDER_DIGEST_WORD_H
#define LY_RESPONDER_DIGEST_WORD_H

#include "core/json.h"
#include "responder/digest_day.h"

#define DIGEST_DATE 11 /* "2026-03-10" */
void digest_date(const struct zone *z, int64_t at, char out[DIGEST_DATE]);
/* The name in the configuration: without the "@…" of a personal one. */
struct str digest_base(struct str name);

/* The edit of the digest of that date that stood before made_at; texts in a. by is empty when there
 * is none. */
int digest_edit_read(struct store *s, const struct digest_day *d, struct arena *a,
		     struct day_edit *out, struct err *e) LY_MUST_USE;
/* Stories dropped and put first, by the names of their evidence; then at most DIGEST_TOP. */
void digest_edit_apply(const struct day_edit *x, struct day_watch *w, struct arena *a);

/* Does the person want no more of this digest? 1, 0, -1. */
int digest_is_off(struct store *s, struct str name, struct str person,
		  struct err *e) LY_MUST_USE;

/* In the open batch; HTTP status and a JSON reply, -1. */
struct digest_word_ask {
	struct store *store;
	const struct responder_env *env;
	const struct conf_list *digests;
	const struct notice_conf *people;
	struct str actor;
	int64_t now;
	const struct json *args;
	struct arena *a;
	bool *wrote; /* set when a row was written */
};
/* {"name"?,"date"?,"text"?,"drop"?:[],"first"?:[]}: what is not given stays as it was. 409 when
 * that digest has been told; 400 for what is no date, or over 2000 bytes or 50 stories. */
int digest_word_edit(const struct digest_word_ask *q, struct buf *out,
		     struct err *e) LY_MUST_USE;
/* {"key"} of a notice, or {"name","person"}; "back": wanted again. Of what stands already nothing is
 * written. */
int digest_word_off(const struct digest_word_ask *q, struct buf *out,
		    struct err *e) LY_MUST_USE;

#endif
