/* digest_world.h - a record in memory, and digests of it. A mistake ends the test. */
#ifndef LY_TESTS_SUPPORT_DIGEST_WORLD_H
#define LY_TESTS_SUPPORT_DIGEST_WORLD_H

#include "responder/digest.h"

#define DAY  86400
#define HOUR 3600
/* 2026-03-10 09:00 in Shanghai: the moment `at`; the day ended at 08:00. */
#define AT_9 ((int64_t)1773104400)
#define CUT  (AT_9 - HOUR)

struct digest_world {
	char dir[64], path[80];
	struct store *store;
	struct zone *zone;
	struct site_view site;
	struct watch_conf watches[2];
	struct responder_env env;
	struct digest_conf conf;
	struct conf_list list;
	struct digests *digests;
	struct roster *roster; /* NULL */
	struct arena *a;
	struct buf told;
	int n;
};
struct digest_said {
	int64_t at, published_at, label, flags, document_flags, followers;
	const char *title, *site, *author, *topic, *story, *watch, *url;
};

/* Setup and teardown. */
int digest_world_make(void **state);
int digest_world_drop(void **state);
#define WITH(t) cmocka_unit_test_setup_teardown(t, digest_world_make, digest_world_drop)

/* A mention of the watch shancui goes into the record. */
void digest_world_say(struct digest_world *w, struct digest_said m);
void digest_world_open(struct digest_world *w, const char *number, int64_t level,
		       const char *topic, int64_t at);
/* A day as people have it: three complaints of one story, one praise, what came before and late. */
void digest_world_usual_day(struct digest_world *w);
struct digest_row digest_world_compose(struct digest_world *w, int64_t at);
/* The service starts at now; a turn of it makes so many digests. */
void digest_world_begin(struct digest_world *w, int64_t now);
void digest_world_turn(struct digest_world *w, int64_t now, int made);

void text_has(struct str text, const char *part);
void text_has_not(struct str text, const char *part);
size_t text_times(struct str s, const char *part);
size_t text_lines(struct str s);

#endif
