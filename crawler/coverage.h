/*
 * coverage.h - which platforms we hear, and how well (pure).
 *
 *   live         a source of it is read or pushes, and works
 *   delayed      it works, but is asked more rarely than hourly, or brings items hours late
 *   export       somebody carries files in: as fresh as the last one
 *   down         there are sources, and none works; or they push and nothing came yet
 *   uncovered    it is on the list of those that matter, and there is no source
 */
#ifndef LY_CRAWLER_COVERAGE_H
#define LY_CRAWLER_COVERAGE_H

#include "core/arena.h"

#include "crawler/conf.h"
#include "crawler/health.h"

enum coverage { COVER_LIVE, COVER_DELAYED, COVER_EXPORT, COVER_DOWN, COVER_NONE, COVER_COUNT };
extern const struct words coverage_words[COVER_COUNT];

/* One source, as far as it matters here. */
struct coverage_source {
	struct str platform;
	int64_t basis;      /* enum source_basis                         */
	bool dark, waiting; /* health_is_dark; nothing came yet          */
	int64_t every_s;    /* between polls; 0 = it pushes              */
	int64_t delay_s;    /* tally_delay_s                             */
	int64_t came_at;    /* last document; 0 = none                   */
};
struct platform {
	struct str name;
	enum coverage how;
	size_t sources, working;
	int64_t came_at; /* last document of any of its sources */
	bool listed;     /* it is on the list of those that matter */
};
/* The listed ones in their order, then the others as they come; *n of them, in a. */
struct platform *coverage_judge(struct arena *a, const struct coverage_source *v, size_t n_v,
				const struct conf_texts *matter, size_t *n);
/* The platform of a source: its site, else the registrable domain of its address, else its name. */
struct str coverage_platform(struct arena *a, const struct source_conf *s);

#endif
