/*
 * source_trial.h - one address asked and read as the crawler would, with nothing stored.
 *
 * source_trial.c asks and reads, source_show.c prints; source_test.c and source_discover.c are
 * the verbs.
 */
#ifndef LY_CLI_SOURCE_TRIAL_H
#define LY_CLI_SOURCE_TRIAL_H

#include "core/http.h"

#include "crawler/robots.h"
#include "crawler/source_guess.h"
#include "crawler/source_read.h"
#include "crawler/spool_store.h"

#include "cli/settings.h"

struct trial_world {
	struct arena *arena;
	struct settings *settings; /* NULL: no configuration was there */
	struct conf *defaults;     /* then: fetch as it is shipped     */
	struct fetch_conf fetch;
	struct http *http;
	struct conf_texts allow_private;
	struct zone *zone; /* of the site; NULL = UTC */
	int64_t now;
	struct {
		struct str origin, why; /* why: nothing, or all, may be asked there */
		struct robots rules;
		bool none, all, blocked;
	} robots;         /* of the last origin */
	int64_t asked_ms; /* monotonic: when the last request ended */
	size_t asked;
};
/* path NULL: langyan.yaml when it is there, else the defaults. */
int trial_world_open(struct trial_world *w, const char *path, struct err *e) LY_MUST_USE;
void trial_world_close(struct trial_world *w);
/* May our agent ask for url? *why in words, in the arena: the rule that decided. */
bool trial_may(struct trial_world *w, struct str url, struct str *why);
/* A GET as the crawler makes it. */
int trial_get(struct trial_world *w, struct str url, struct http_response *r,
	      struct err *e) LY_MUST_USE;

struct trial {
	const struct source_conf *source; /* of the configuration, or made up for a url */
	struct source_conf made;
	bool configured;
	struct source_ask ask;
	struct http_response answer;
	struct str robots; /* what robots.txt says of it, in words */
	bool forbidden;
	struct source_guess guess;
	struct source_content content;
	bool read;      /* content is there */
	bool fell_back; /* it is the fallback's: the first provider failed … */
	struct str why; /* … or nothing was read: why, in words */
	/* Of all items; -1: no data directory to ask. */
	int64_t fresh, seen, old;
	struct hot_entry
		*hot; /* of a hot list: what is known of each item (looks 0: nothing) */
	struct source_state state;
	bool has_state;
	/* full_text: the page behind the first item. */
	struct str page_url, page_title, page_why;
	size_t page_chars;
	struct str next; /* request that would come next, in words; empty = none */
};
/* A source by name, or an address. ERR_USAGE: no such source. What the far end does wrong is in
 * *t, not in *e. explain: items that tell where their values came from. */
int trial_run(struct trial_world *w, const char *target, size_t explain, struct trial *t,
	      struct err *e) LY_MUST_USE;

void trial_print(const struct trial_world *w, const struct trial *t, size_t items);
void trial_print_json(const struct trial_world *w, const struct trial *t, size_t items);
/* A piece of configuration for an address of that kind; name from its host. */
void trial_snippet(struct arena *a, const struct trial *t, struct buf *out);
/* "3 h ago", "in 5 min". */
void trial_add_when(struct buf *b, int64_t at, int64_t now);

#endif
