/*
 * intake.h - what a source gave -> a committed document: identity, seen, masking, cut, spool.
 *
 * The identity chain: the source's own id (guid), else the canonical link, else the hash of title
 * and text. The same identity, or exactly the same title and text of the same author within one
 * source, is "seen" and refused. Copies of others and in other sources are kept: the responder
 * counts them.
 */
#ifndef LY_CRAWLER_INTAKE_H
#define LY_CRAWLER_INTAKE_H

#include "core/document.h"

#include "crawler/conf.h"

/* More is cut; the text's hash and the identity's are of the whole. */
#define TEXT_MAX_BYTES     (256 * 1024)
#define TITLE_MAX_BYTES    4096
#define IDENTITY_MAX_BYTES 1024
#define AUTHOR_MAX_BYTES   512
#define URL_MAX_BYTES      8192
#define LANG_MAX_BYTES     16
#define SITE_MAX_BYTES     200
#define COUNTRY_MAX_BYTES  8

struct crawler;
struct hot_entry;
struct intake {
	const struct source_conf *source;
	struct str identity; /* the source's own id; may be empty */
	struct str url, title, text, author, lang;
	struct str site; /* the platform, when the source names none; may be empty */
	int64_t followers, published_at;
	int64_t engagement, rating; /* 0 = unknown, as in a document */
	struct str country;         /* may be empty                  */
	int64_t flags;              /* DOCUMENT_HISTORY, DOCUMENT_SAMPLE, or 0 */
	bool words_alone; /* its identity alone is its own: two short praises are two    */
	const struct hot_entry *hot; /* of a hot list's entry, else NULL */
	int64_t heat;                /* only with hot; -1 = unknown      */
};
enum intake_said { INTAKE_TAKEN, INTAKE_SEEN, INTAKE_OLD /* taken, flagged */ };
/* 0.. one of intake_said and *id, or -1 (ERR_RETRY, ERR_BROKEN; ERR_REJECT: too large). */
int intake_document(struct crawler *c, const struct intake *in, struct id *id,
		    struct err *e) LY_MUST_USE;
/* 1 when the item's own id or link has been seen (its mark is kept alive); 0, -1 as above. */
int intake_is_known(struct crawler *c, const struct intake *in, struct err *e) LY_MUST_USE;
/* The same document under another number: see spool_again. */
void intake_renumber(struct str record, int64_t seq, struct buf *out);
/* The pure part: everything of a document but spool, seq and arrival. key: 32 bytes. */
void intake_fill(struct arena *a, const struct intake *in, const uint8_t *key, int64_t now,
		 int64_t max_age_s, struct document *d);

#endif
