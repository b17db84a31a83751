/*
 * settings.h - langyan.yaml as one struct: each module's tables, listed.
 *
 * The modules own their structs and schemas; this file only says which top-level key holds
 * what, and fills in what several of them need (paths under the data directory, endpoints).
 */
#ifndef LY_CLI_SETTINGS_H
#define LY_CLI_SETTINGS_H

#include "core/clock.h"
#include "core/conf.h"
#include "core/stage.h"

#include "crawler/crawler.h"
#include "nlp/nlp.h"
#include "responder/responder.h"

struct site_conf {
	struct str name, zone, lang, data, public_url, region;
	int64_t allow_root;
};
struct clock_conf {
	int64_t mode; /* enum clock_mode */
	int64_t start_at, scale, step_s, length_s;
};
struct http_api_conf {
	struct str listen, respond_listen, token, signal_secret;
	struct conf_texts hosts;
};
struct wire_conf {
	struct conf_texts documents; /* scorers connect to each; a crawler binds the first */
	struct str results;
	struct str public_key, secret_key, server_key;
	struct conf_texts allowed;
	int64_t scorers; /* threads in `run` */
	int64_t window;
};
struct settings {
	struct conf *conf;
	struct arena *arena; /* paths */
	struct site_conf site;
	struct clock_conf clock;
	struct http_api_conf http;
	struct wire_conf wire;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct archive_conf archive;
	struct evidence_conf evidence;
	struct websub_conf websub;
	struct coverage_conf coverage;
	struct conf_list sources, page_rules, lists, watches, triggers, signals, digests,
		playbooks;
	struct lexicons_conf lexicons;
	struct lexicons_conf
		words; /* the same, extra from the folder of the file that names it */
	struct notice_conf notice;
	struct conf_list duties;
	struct retain_conf retain;
	struct alive_conf alive;
	struct library_conf library;
	struct legal_conf legal;
	struct draft_conf templates;
	struct approval_conf approvals;
	struct conf_texts publish;
	struct auto_ack_conf auto_ack;
};
extern const struct conf_schema settings_schema;

/* Read path. On mistakes NULL, ERR_USAGE, and all of them in *report (may be NULL: printed to
 * stderr). Data directory and its parts (crawl/, respond/, run/) are not made here. */
struct settings *settings_read(const char *path, struct buf *report, struct err *e) LY_MUST_USE;
void settings_free(struct settings *s);
/* Make the data directory and its parts, mode 0700. */
int settings_make_dirs(const struct settings *s, struct err *e) LY_MUST_USE;
/* "<data>/<part>", lives as long as s. */
const char *settings_path(const struct settings *s, const char *part);

/* The same as each stage wants it. Borrow from s. */
struct crawler_setup settings_crawler(const struct settings *s, struct clock *clock);
struct nlp_setup settings_nlp(const struct settings *s);
struct responder_conf settings_responder(const struct settings *s);
void settings_clock(const struct settings *s, struct clock *clock);
/* NULL when no keys are set. *out is filled. */
const struct curve *settings_curve(const struct settings *s, struct curve *out);

/* Options may stand behind what they are for. Brings those that are named ("--json"; with a value
 * "--kind=") with their values before all else, in their order; behind "--" nothing is one. The index of
 * what comes then. options: NULL-ended. */
int command_options_first(int argc, char **argv, const char *const *options);
/* Options that every command knows: -c FILE, wherever it stands. Gives FILE (default "langyan.yaml") and
 * the index of the first other argument; -1 with ERR_USAGE when the file is missing. */
int command_options(int argc, char **argv, const char **path, struct err *e);

#endif
