/*
 * record_store.h - the record (langyan.db): its migrations and the rows several parts read.
 *
 * All responder parts write their rows in the one batch transaction of the stage, each in its
 * own *_store.c. Console and CLI open the file read-only with record_migrations.
 */
#ifndef LY_RESPONDER_RECORD_STORE_H
#define LY_RESPONDER_RECORD_STORE_H

#include "core/arena.h"
#include "core/result.h"
#include "core/str.h"
#include "core/store.h"

extern const struct migrations record_migrations;

/* A piece of evidence as a notice, draft or digest shows it. Texts live in the arena given.
 * Of erased or expired content only title is empty; erased says why. */
struct evidence {
	struct id mention, document;
	struct str watch, url, site, source, title;
	struct str body;    /* whole text; show a cut of it      */
	struct str erased;  /* reason, or empty                  */
	int64_t at;         /* arrived                           */
	int64_t score;      /* 1/1000                            */
	uint8_t digest[32]; /* of the content, also when erased */
	/* for those that show each story once (matter_store.c): */
	struct id story;     /* of the event */
	int64_t told, sites; /* mentions and sites that it stands for */
};
/* 1 found, 0 there is none, -1. Sees the open transaction. */
int record_evidence(struct store *s, const struct id *mention, struct arena *a,
		    struct evidence *out, struct err *e) LY_MUST_USE;

/* ---- rows of results: written by apply.c only ----------------------------------------------
 * document: one row per result, also without mentions. content: only with mentions.
 * mention.topics is JSON [{"topic","severity","safety","negated","at","len"}]; mention.spans is
 * 12 bytes a span: u32 at, len, kind, little endian; mention.label is -1, 0, 1. */

/* 1 when the record has the document, 0, -1. */
int record_known(struct store *s, const struct id *document, struct err *e) LY_MUST_USE;
struct record_document {
	const struct document *document;
	struct id story; /* none without mentions */
	int64_t mentions, as_of;
};
int record_add_document(struct store *s, const struct record_document *d,
			struct err *e) LY_MUST_USE;
/* Title, text and author behind a salted digest. scratch is cleared and used. */
int record_add_content(struct store *s, const struct document *d, const struct id *salt,
		       struct buf *scratch, struct err *e) LY_MUST_USE;
/* The document's best place on a hot list as it is kept: at most 1000, 0 = on none. */
int64_t record_rank(const struct document *d);
/* The greatest severity of a topic that is not negated, 0 = none. */
int64_t record_severity(const struct mention *m);
struct record_mention {
	const struct result *result;
	const struct mention *mention;
	struct id story;
	int64_t as_of;
};
int record_add_mention(struct store *s, const struct record_mention *m, struct buf *scratch,
		       struct err *e) LY_MUST_USE;
/* Why a document, no copy, joined the story of an event. */
struct record_why {
	struct id document, story, alike_to;
	int64_t arrived_at, alike; /* of 1000 */
	struct str why;            /* join_pack_why() */
};
int record_add_why(struct store *s, const struct record_why *w, struct err *e) LY_MUST_USE;
/* What was refused, kept with its reason (bounded by retention). */
int record_add_reject(struct store *s, struct str in, const struct err *why, int64_t now,
		      struct err *e) LY_MUST_USE;

/* SHA-256 over salt, title, body, author, each behind its length (8 bytes, little endian).
 * Uses scratch. */
void record_digest(struct str salt, struct str title, struct str body, struct str author,
		   struct buf *scratch, uint8_t out[32]);

/* Erase the content of every document of an author (author_key) or of one document; the other
 * is NULL. Author keys are replaced by a fresh one, so that counts of different authors stay
 * what they were and lead to nobody: *fresh. Returns the number of texts erased, or -1. */
int64_t record_erase(struct store *s, const struct id *author, const struct id *document,
		     struct str why, int64_t now, struct id *fresh, struct err *e) LY_MUST_USE;

/* Every document whose content was erased (not expired), in any order. */
int record_each_erased(struct store *s,
		       void (*each)(void *arg, const struct id *document, int64_t arrived_at),
		       void *arg, struct err *e) LY_MUST_USE;

/* Of content that went at its term (retain.h): erased_why. Nobody erases for that reason. */
#define RECORD_EXPIRED "expired"
static inline bool
record_is_expired(struct str erased)
{
	return str_is(erased, RECORD_EXPIRED);
}
/* In document.flags, beside those of core/document.h: the author is known no more. The key is
 * another for each day, so that counts of different authors hold within a day only. */
#define RECORD_AUTHOR_GONE (1 << 20)

/* The numbers of one spool that the record holds, in any order: what a restore need not send. */
int record_each_seq(struct store *s, const struct id *spool,
		    void (*each)(void *arg, int64_t seq), void *arg, struct err *e) LY_MUST_USE;

/* The key of an author by the name shown and, unless empty, the site. 1, 0, -1. */
int record_author(struct store *s, struct str name, struct str site, struct id *key,
		  struct err *e) LY_MUST_USE;

/* meta: dflt when there is no such name. */
int record_meta_int(struct store *s, const char *name, int64_t dflt, int64_t *out,
		    struct err *e) LY_MUST_USE;
int record_meta_set(struct store *s, const char *name, int64_t value,
		    struct err *e) LY_MUST_USE;

#endif
