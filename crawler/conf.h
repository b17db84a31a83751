/* conf.h - what of langyan.yaml the crawler reads: fetch, spool, sources. */
#ifndef LY_CRAWLER_CONF_H
#define LY_CRAWLER_CONF_H

#include "core/conf.h"

#include "crawler/map_keys.h"

struct fetch_conf {
	struct str agent, proxy;
	int64_t timeout_s, max_bytes, max_redirects, per_host, per_address, max_transfers;
	int64_t interval_s; /* between polls of a source that states none; 0: its own pace */
	int64_t interval_min_s, interval_max_s; /* of that pace                     */
	int64_t incident_interval_s; /* at most so long during an incident; 0: no change */
	int64_t blind_after_s;       /* a source that fails for so long is reported as dead */
	int64_t delay_s;             /* between requests to one host (not to allow_private)  */
	int64_t max_crawl_delay_s;   /* most that a robots.txt may ask between requests   */
	int64_t max_age_s;           /* older items are counted and raise nothing            */
	int64_t ahead_s;             /* a contract's or a cookie's end is told so long before */
	struct str ca_file;          /* trusted in the place of the system's authorities */
};
struct spool_conf {
	int64_t keep_s, keep_bytes; /* receipted documents stay this long / this many bytes */
	int64_t resend_after_s;     /* without a receipt, on the monotonic clock            */
	int64_t keep_seen_s;        /* marks of items not met for so long go; 0 = never     */
};
struct archive_conf {
	int64_t keep_s, keep_bytes; /* keep_s 0 = no archive                             */
	int64_t every_s;            /* what fills no block waits so long, monotonic clock */
};
#define EVIDENCE_AGAIN_MAX 16
struct evidence_conf {
	int64_t fetch;                       /* 0: what was taken in only, no pages      */
	int64_t keep_s, keep_incident_s;     /* keep_s 0 = no evidence                   */
	int64_t max_bytes, keep_bytes;       /* of one page; of all files                */
	struct conf_texts again;             /* as written                               */
	int64_t again_s[EVIDENCE_AGAIN_MAX]; /* after the first sight, ascending         */
	size_t n_again;
};
enum source_kind {
	SOURCE_FEED,
	SOURCE_PAGE,
	SOURCE_PUSH,
	SOURCE_METRICS, /* crawler/metrics.h */
	SOURCE_FILE,    /* crawler/inbox.h   */
	SOURCE_MAIL,
	SOURCE_LIST,    /* items in a page: list pages, forum threads */
	SOURCE_API,     /* items in JSON                              */
	SOURCE_HOTLIST, /* items with a rank: crawler/hotlist.h       */
	SOURCE_SITEMAP, /* addresses of pages                         */
	SOURCE_KINDS
};
extern const char *const source_kind_words[], *const source_basis_words[]; /* NULL-ended */
enum source_basis { BASIS_PUBLIC, BASIS_OWNED, BASIS_LICENSED, BASIS_EXPORT, BASIS_BRIDGE };
struct secret_header {
	struct str name, value;
};
enum source_robots { ROBOTS_OBEY, ROBOTS_IGNORE };
struct source_conf {
	struct str name, url, lang, site;
	int64_t kind;                  /* enum source_kind             */
	int64_t source_class;          /* enum source_class            */
	int64_t basis;                 /* enum source_basis: crawler/law.h */
	int64_t interval_s, max_age_s; /* 0 = fetch.*         */
	int64_t full_text;             /* fetch the page behind each item of a feed */
	int64_t robots;                /* enum source_robots           */
	struct conf_texts allow_private;
	struct conf_list headers; /* struct conf_pair */
	struct str path, preset;  /* crawler/inbox.h */
	struct conf_list samples; /* struct conf_pair: crawler/metrics.h */
	/* secrets: crawler/credentials.h */
	struct str cookies;
	struct conf_list secret_headers; /* struct secret_header */
	/* crawler/law.h */
	int64_t contract_end_at; /* 0 = none */
	int64_t personal_data, paused;
	struct str accept_risk; /* a person's name */
	int64_t websub;         /* subscribe where the feed names a hub */
	/* crawler/map_keys.h, of list, api, hotlist, sitemap */
	struct map_way way, fallback; /* fallback.url empty: none */
	struct str page_param;        /* query parameter for the page's number or cursor */
	int64_t first_page, max_pages, max_items; /* the last two: 0 = by kind */
	int64_t resume;                           /* a thread: begin at the last page reached */
	struct str zone_name;                     /* of times that name none */
	struct zone *zone;                        /* the same; NULL = UTC    */
};
/* crawler/coverage.h */
struct coverage_conf {
	struct conf_texts platforms;
};
extern const struct conf_schema coverage_schema;
/* crawler/websub.h */
struct websub_conf {
	struct str public_url; /* what hubs reach us at; empty = off */
	int64_t lease_s;       /* asked for                         */
	int64_t poll_s;        /* between polls while a lease lives */
	struct conf_texts allow_private;
};
extern const struct conf_schema fetch_schema, spool_schema, archive_schema, evidence_schema,
	websub_schema, source_schema;

/* By name among sources (struct source_conf); NULL when there is none. */
const struct source_conf *source_find(const struct conf_list *sources, struct str name);

#endif
