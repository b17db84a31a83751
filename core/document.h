/*
 * document.h - document 文档: one item as a source gave it, and what was known when it came.
 *
 * Made by the crawler, committed to its spool before anybody else sees it. Immutable.
 * Identity (DESIGN.md section 2): id = hash(source, item identity); never a version.
 * Texts are plain (no HTML), valid UTF-8, personal data masked.
 */
#ifndef LY_CORE_DOCUMENT_H
#define LY_CORE_DOCUMENT_H

#include "core/record.h"

enum document_flag {
	DOCUMENT_CUT = 1 << 0, /* text was over 256 KiB and is cut; text_hash is of the whole */
	DOCUMENT_OLD = 1 << 1, /* older than max_age on arrival: counted, raises nothing */
	DOCUMENT_HISTORY = 1 << 2, /* import --history: fills roll-ups, silently */
	DOCUMENT_OWNED = 1 << 3,   /* from the brand's own site or account: never alarms */
	DOCUMENT_MASKED = 1 << 4,  /* personal data was masked at intake */
	DOCUMENT_DATED = 1 << 5,   /* published was clamped (future) or taken from the page */
	/* No document but a number (crawler/metrics.h): title is the signal, text the value,
	 * published_at its time. Nobody scores it. */
	DOCUMENT_SAMPLE = 1 << 6,
	/* not of the web: the crawler's own word that a source is dead or back. Its identity begins
	 * with "outage-begins" or "outage-ends", title is the source's cause or address, published_at
	 * since when; nobody notices or counts it, the responder tells people. Or of VALVE_SOURCE,
	 * with "valve-sheds" and "valve-opens": that it puts polls off. */
	DOCUMENT_HEALTH = 1 << 7,
	/* set by the responder: it is old, but its story has five authors who spread it anew, so
	 * that it counts as new */
	DOCUMENT_STIRRED = 1 << 8,
};
/* class of the source it came from: RESPONSE.md section 10 */
enum source_class {
	CLASS_NEWS,
	CLASS_SOCIAL,
	CLASS_FORUM,
	CLASS_VIDEO,
	CLASS_OWNED,
	CLASS_COMPLAINT,
	CLASS_OFFICIAL,
	CLASS_REVIEW,
	CLASS_OTHER,
	CLASS_COUNT
};
extern const char *const source_class_words[]; /* "news" ... NULL-ended */

struct document {
	struct id id;         /* hash(source, identity) */
	struct id spool;      /* which spool holds it: receipts are addressed (spool, seq) */
	int64_t seq;          /* its number there */
	struct str source;    /* the source's name in the configuration */
	int64_t source_class; /* enum source_class */
	struct str site;      /* registrable domain or platform, for "independent sources" */
	struct str identity;  /* guid, canonical link or hash: what made the id */
	struct str url;       /* http(s) or empty */
	struct str title;
	struct str text;
	struct str author;    /* as shown; empty = unknown */
	struct id author_key; /* keyed hash of (site, author); zero = unknown */
	int64_t followers;    /* -1 = unknown (tier "unknown", never T0) */
	int64_t published_at; /* 0 = unknown */
	int64_t arrived_at;   /* domain clock, set once, in the spool transaction */
	struct str lang;      /* "zh", "en", "" = not stated */
	struct id text_hash;  /* of title and whole text, before the cut */
	int64_t flags;        /* enum document_flag */
	/* Of a hot list's entry, as it stood when this document was made (crawler/hotlist.h): one is
	 * made when an entry appears and each time its best rank passes 50, 20, 10, 3, 1. */
	int64_t rank;        /* from 1; 0 = from no hot list */
	int64_t best_rank;   /* since it appeared            */
	int64_t rank_before; /* one look earlier; 0 = it was not there */
	int64_t listed_at;   /* when it appeared             */
	int64_t dwell_s;     /* how long it has stood there  */
	int64_t heat;        /* the list's own figure; -1 = none */
	/* As the source says. */
	int64_t engagement; /* likes, replies and shares together; 0 = none that is known */
	int64_t rating;     /* stars in 1/1000; 0 = unknown                     */
	struct str country; /* two letters; "" = not stated                     */
};
extern const struct record_type document_record; /* kind 1 */

#define VALVE_SOURCE "*valve" /* of the crawler's words about its load; no source is named so */

#define DOCUMENT_T3 500000 /* followers */
/* T0..T3 or -1 for unknown, from followers (DESIGN.md section 4). */
int document_tier(const struct document *d);

#endif
