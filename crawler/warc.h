/*
 * warc.h - records of WARC 1.1 (ISO 28500:2017), each a gzip member of its own. Pure.
 *
 * A block is head and body; the body of an HTTP message is its payload. Digests are SHA-256 in
 * hexadecimal, as sha256sum prints them: "sha256:9f86d0…". Record ids are UUIDs of version 8
 * made from 16 bytes of ours, so the same evidence gives the same records. No record names its
 * warcinfo: it belongs to the one before it, also when it is moved into another file.
 */
#ifndef LY_CRAWLER_WARC_H
#define LY_CRAWLER_WARC_H

#include "core/buf.h"
#include "core/err.h"

enum warc_type {
	WARC_INFO,
	WARC_REQUEST,
	WARC_RESPONSE,
	WARC_RESOURCE,
	WARC_METADATA,
	WARC_REVISIT, /* the same payload as the record it refers to */
	WARC_OTHER,   /* of others: read, never written              */
};
extern const char *const warc_type_words[]; /* "warcinfo", …; WARC_OTHER: "" */

/* What is written. Texts with control bytes are written without them. */
struct warc_record {
	enum warc_type type;
	struct id id;
	int64_t at;
	struct str target;       /* address; empty for warcinfo                       */
	struct str content_type; /* of the block                                      */
	struct str ip;           /* of who answered; empty = unknown                  */
	struct str filename;     /* INFO: of the file it heads; empty = none          */
	struct id with;          /* the response to a request, and so on; zero = none */
	struct id refers_to;     /* REVISIT                                           */
	struct str payload_sha;  /* REVISIT: of the payload that is not here, 32 bytes */
	struct str head, body;
};
/* Append r as one member. */
void warc_add(struct buf *out, const struct warc_record *r);

/* What is read. Texts point into the reader's memory until the next call. */
enum warc_check { WARC_UNSAID, WARC_RIGHT, WARC_WRONG };
struct warc_seen {
	enum warc_type type;
	struct str id, date, target, content_type, ip, refers_to; /* verbatim */
	struct str block, head, payload;            /* of HTTP messages; others: head empty */
	enum warc_check block_check, payload_check; /* computed again now */
	size_t at, n;                               /* the member in the file */
};
struct warc_reader {
	struct str rest; /* what is not read yet */
	size_t at;
	struct buf record; /* BUF(WARC_RECORD_MAX), released by the owner */
};
#define WARC_RECORD_MAX ((size_t)72 << 20)
/* The next record. 1; 0 at the end; -1 and ERR_REJECT: what stands there is no record (cut,
 * damaged, not ours). Nothing behind it can be read. */
int warc_read(struct warc_reader *r, struct warc_seen *s, struct err *e) LY_MUST_USE;

#endif
