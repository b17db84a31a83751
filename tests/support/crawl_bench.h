/*
 * crawl_bench.h - the crawler as the runner drives it, with an out, a clock, a folder and a site of
 * the test's own.
 *
 * A mistake of the crawler ends the test.
 */
#ifndef LY_TESTS_SUPPORT_CRAWL_BENCH_H
#define LY_TESTS_SUPPORT_CRAWL_BENCH_H

#include "core/document.h"
#include "core/json.h"

#include "crawler/crawler.h"

#define KEPT   8192
#define MANY   60 /* pages */
#define WAIT_S 20 /* a test that waits for longer for its own loopback site has failed */

/* Every write of SQLite's fails from now. */
void disk_is_full(bool full);

struct site {
	struct httpd *httpd;     /* its thread reads and counts what the test sets and reads */
	_Atomic int status;      /* of /feed; 0 = 200 */
	_Atomic int page_status; /* of a page; 0 = 200; with retry_after_s, too */
	_Atomic int items;       /* in /feed          */
	_Atomic int shift;       /* its guids begin anew this often: g1 is another item    */
	_Atomic bool retold, moved_on; /* titles, links are others for the same items */
	_Atomic int64_t retry_after_s;
	_Atomic bool broken; /* /feed is no feed  */
	/* What everything, or every page, answers; NULL: itself. */
	const char *_Atomic wall, *_Atomic page_wall;
	const char *_Atomic robots;    /* NULL: there is none */
	_Atomic int robots_from;       /* the first so many askings find none */
	_Atomic int moves, redirected; /* /feed answers so, with /feed?new; how often it did */
	_Atomic bool abroad;           /* and with that of localhost, another host */
	_Atomic int polls, pages, not_modified, robots_asked;
	char clock[32];
};
struct bench {
	struct out out; /* first */
	char dir[64], url[96], allow[64];
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct source_conf source[3];
	struct str allowed[1];
	struct conf_list sources;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct site site;
	struct arena *step, *kept;
	size_t room;
	struct document docs[KEPT];
	size_t n_docs;
	struct tick tick;
	size_t n_ticks;
	struct reply reply;
	size_t n_replies;
	size_t n_flushed, n_replies_before; /* documents and replies at the newest flush */
	struct err e;
};
/* Setup and teardown. Scaled by one: it runs like the wall's, and start_at moves it. */
int bench_wall(void **state);
int bench_stepped(void **state);
int bench_unmake(void **state);
#define WALL(t)    cmocka_unit_test_setup_teardown(t, bench_wall, bench_unmake)
#define STEPPED(t) cmocka_unit_test_setup_teardown(t, bench_stepped, bench_unmake)

/* The crawler begins with b->setup; bench_fetch: it also fetches what is due. */
void bench_start(struct bench *b);
void bench_fetch(struct bench *b);
/* As kill -9 leaves it: the file as it is now, in another folder, with nobody's lock on it. */
void bench_copy(struct bench *b);

int bench_step(struct bench *b, struct str in);
void bench_settle(struct bench *b);
int bench_turn(struct bench *b);
/* A command without its settle; then the reply is in b->reply. */
int bench_command(struct bench *b, const char *verb, const char *args, struct str body);
/* Push text and settle; the body of the reply. */
const char *bench_push(struct bench *b, struct str body);
void bench_receipt_step(struct bench *b, struct id spool, int64_t seq);
/* The same with its keep flags, and settle. */
void bench_receipt_keep(struct bench *b, const struct document *d, int64_t keep);
void bench_receipt(struct bench *b, struct id spool, int64_t seq);
/* Of all that was sent since from, in batches as they come, then of the tick. */
void bench_receipt_all(struct bench *b, size_t from);
void bench_lost(struct bench *b, struct id spool, int64_t seq);
/* Time goes on by s; let transfers go on until a poll that began then is over. */
void bench_poll_after(struct bench *b, int64_t s);

/* Of crawler.figures; the first of source.list, a number and a text of it. */
int64_t bench_figure(struct bench *b, const char *name);
const struct json *bench_source(struct bench *b);
int64_t bench_int(struct bench *b, const char *name);
const char *bench_text(struct bench *b, const char *name);
/* Documents about the health of name that begin with what. */
size_t bench_health(const struct bench *b, const char *name, const char *what);
/* spool.db while no crawler has it, in a batch. */
struct store *bench_spool(struct bench *b);

#endif
