/*
 * witness.h - a crawler that keeps evidence, with a site, a clock and a folder of the test's own.
 *
 * A mistake of the crawler ends the test. A witness is the state of a cmocka test.
 */
#ifndef LY_TESTS_SUPPORT_WITNESS_H
#define LY_TESTS_SUPPORT_WITNESS_H

#include "core/document.h"

#include "crawler/crawler.h"
#include "crawler/evidence_check.h"
#include "crawler/spool_store.h"

struct witness {
	struct out out; /* first */
	char dir[64], allow[64];
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct evidence_conf evidence;
	struct source_conf source[2];
	struct str allowed[1];
	struct conf_list sources;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct httpd *site;
	struct arena *step, *kept;
	struct document doc;            /* newest that was sent */
	size_t n_docs, edited, deleted; /* the last two: posts that it says were */
	int64_t wrong;
	struct err e;
	/* the site */
	int status, asked;
	const char *words, *type, *robots; /* robots NULL: there is none */
	bool moved, wall;
};

/* cmocka's setup and teardown: a crawler in a new folder, with sources "shop" (whose site is
 * ours) and "world". */
int witness_setup(void **state);
int witness_teardown(void **state);
/* The crawler over b->setup; after crawler_free() a restart. */
void witness_start(struct witness *b);
void witness_step(struct witness *b, struct str in);
void witness_settle(struct witness *b);
/* The document of the page path of our site comes in from source. */
void witness_push(struct witness *b, const char *source, const char *path);
/* For the newest document; keep: enum keep bits. */
void witness_receipt(struct witness *b, int64_t keep);
/* What the spool says of the newest document; rows live in b->kept. False: nothing. */
bool witness_look(struct witness *b, struct evidence_row *row, struct sight_row **v, size_t *n);
/* Steps until so many sights are there and none is on its way. */
struct sight_row *witness_sights(struct witness *b, size_t wanted);
/* The file of a sight, its path into n bytes at path, and what the store says of it. */
struct evidence_file witness_file(struct witness *b, const struct sight_row *v, char *path,
				  size_t n);
/* For struct evidence_told: counts in b->wrong, prints what is said. arg: a witness. */
void witness_told(void *arg, const struct evidence_row *row, const char *what);
/* Mismatches that are found now. */
int64_t witness_mismatches(struct witness *b);
/* Time goes on by s seconds. */
void witness_later(struct witness *b, int64_t s);

#endif
