/*
 * rota_view.h - the rota for who only reads: configuration, and what people changed since.
 *
 * With a record that a responder may be writing; where there is none yet, the configuration alone.
 */
#ifndef LY_CLI_ROTA_VIEW_H
#define LY_CLI_ROTA_VIEW_H

#include "responder/alive.h"
#include "responder/coverage.h"

#include "cli/settings.h"

struct rota_view {
	const struct settings *s;
	struct zone *zone; /* of the site */
	struct roster *roster;
	int64_t now; /* the domain clock */
	struct str *watches;
	unsigned classes; /* for cover_ask */
};
/* s outlives it. -1 and *e; rota_view_close either way. */
int rota_view_open(const struct settings *s, struct rota_view *v, struct err *e) LY_MUST_USE;
void rota_view_close(struct rota_view *v);
/* What coverage_check is asked of all that can fire, from then on for so long. */
struct cover_ask rota_view_cover(const struct rota_view *v, int64_t from, int64_t span_s);
/* Gaps of the next 90 days, and when the first is. -1 when that cannot be told. */
int64_t rota_view_gaps(const struct settings *s, int64_t *first_at, struct err *e);
/* Contacts that wake and that nothing has reached for alive.proof, as the record says; none where there
 * is no record yet. */
void rota_view_unproved(const struct rota_view *v,
			void (*each)(void *arg, const struct contact_proof *p), void *arg);
/* A line in the log for each level that has a gap in the next 90 days; nothing when that cannot be
 * told. */
void rota_view_warn(const struct settings *s);

/* The verbs that read: argv[0] is the verb. The exit code, or -1 and *e. */
int rota_who_run(int argc, char **argv, struct err *e);
int rota_check_run(int argc, char **argv, struct err *e);
int rota_export_run(int argc, char **argv, struct err *e);

#endif
