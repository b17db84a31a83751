/*
 * crawler.h - source -> document: the first stage.
 *
 * Everything that comes in (fetched, pushed, piped) is committed to spool.db before anybody
 * else sees it, in the transaction that also keeps it from coming in again.
 */
#ifndef LY_CRAWLER_CRAWLER_H
#define LY_CRAWLER_CRAWLER_H

#include "core/httpd.h"
#include "core/stage.h"

#include "crawler/conf.h"

struct crawler;
struct crawler_setup {
	const struct fetch_conf *fetch;
	const struct spool_conf *spool;
	const struct archive_conf *archive;   /* NULL: no archive    */
	const struct evidence_conf *evidence; /* NULL: none is kept */
	const struct websub_conf *websub;     /* NULL: off           */
	const struct coverage_conf *coverage; /* NULL: no list     */
	const struct conf_list *sources;      /* struct source_conf */
	const struct conf_list *page_rules;   /* struct page_rule; NULL: none */
	const char *dir;                      /* data directory: spool.db goes there */
	const char *presets;                  /* where shipped presets lie, for file sources */
	struct clock *clock;                  /* STEPPED: this stage is its master   */
	int64_t step_s;                       /* STEPPED: grid of the ticks          */
	int64_t until_at;                     /* STEPPED: end after this; 0 = never  */
	/* Receipts and evidence are written so often, behind documents; 0, and STEPPED: with them. */
	int64_t house_ms;
	bool quiet;      /* no fetching: pushed documents only  */
	bool all_in_one; /* scorers and responder are in this process */
};
struct crawler *crawler_new(const struct crawler_setup *s, struct err *e) LY_MUST_USE;
void crawler_free(struct crawler *c);
extern const struct stage crawl_stage; /* self is a struct crawler */
/* POST /api/v1/documents, GET /api/v1/sources, /websub/<token>. */
extern const struct route crawler_routes[];

/* Figures for /metrics and health. Only from the stage's own thread, or by the command
 * "crawler.figures" (JSON). Verbs of this stage: documents.push, source.list, source.coverage,
 * source.metrics, source.poll {name}, source.hurry {name|names, every, for}, websub.verify,
 * websub.deliver,
 * crawler.figures, documents.erase (body: ids, arrivals), reject.list, reject.retry {seq}, reload (answered 409: restart). */
#endif
