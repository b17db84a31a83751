/* conf.h - what of langyan.yaml the crawler reads: fetch, spool, sources. */
#ifndef LY_CRAWLER_CONF_H
#define LY_CRAWLER_CONF_H

#include "core/conf.h"

struct fetch_conf {
	struct str agent, proxy;
	int64_t timeout_s, max_bytes, max_redirects, per_host, per_address, max_transfers;
	int64_t interval_s; /* between polls of a source that states none           */
	int64_t delay_s;    /* between requests to one host (not to allow_private)  */
	int64_t max_age_s;  /* older items are counted and raise nothing            */
};
struct spool_conf {
	int64_t keep_s, keep_bytes; /* receipted documents stay this long / this many bytes */
	int64_t resend_after_s;     /* without a receipt, on the monotonic clock            */
	int64_t keep_seen_s;        /* marks of items not met for so long go; 0 = never     */
};
enum source_kind { SOURCE_FEED, SOURCE_PAGE, SOURCE_PUSH };
struct source_conf {
	struct str name, url, lang, site;
	int64_t kind;                  /* enum source_kind             */
	int64_t source_class;          /* enum source_class            */
	int64_t basis;                 /* public, owned, licensed, ... */
	int64_t interval_s, max_age_s; /* 0 = fetch.*         */
	int64_t full_text;             /* fetch the page behind each item of a feed */
	struct conf_texts allow_private;
	struct conf_list headers; /* struct conf_pair */
};
extern const struct conf_schema fetch_schema, spool_schema, source_schema;

/* By name among sources (struct source_conf); NULL when there is none. */
const struct source_conf *source_find(const struct conf_list *sources, struct str name);

#endif
