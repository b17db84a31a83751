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
#include "core/store.h"

extern const struct migrations record_migrations;

/* A piece of evidence as a notice, draft or digest shows it. Texts live in the arena given.
 * Of erased or expired content only title is empty; erased says why. */
struct evidence {
	struct id mention, document;
	struct str watch, url, site, source, title;
	struct str body;   /* whole text; show a cut of it      */
	struct str erased; /* reason, or empty                  */
	int64_t at;        /* arrived                           */
	int64_t score;     /* 1/1000                            */
	uint8_t digest[32]; /* of the content, also when erased */
};
/* 1 found, 0 there is none, -1. Sees the open transaction. */
int record_evidence(struct store *s, const struct id *mention, struct arena *a,
		    struct evidence *out, struct err *e) LY_MUST_USE;

/* meta: dflt when there is no such name. */
int record_meta_int(struct store *s, const char *name, int64_t dflt, int64_t *out,
		    struct err *e) LY_MUST_USE;
int record_meta_set(struct store *s, const char *name, int64_t value, struct err *e) LY_MUST_USE;

#endif
