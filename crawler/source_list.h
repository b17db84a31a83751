/* source_list.h - what is told of sources: the list, the coverage, figures for Prometheus. */
#ifndef LY_CRAWLER_SOURCE_LIST_H
#define LY_CRAWLER_SOURCE_LIST_H

#include "core/control.h"
#include "core/stage.h"

struct crawler;
/* args: "from" and "max" (numbers) give a part, "state" only those in that state. JSON list. */
int source_list(struct crawler *c, const struct command *cmd, struct out *out,
		struct err *e) LY_MUST_USE;
/* How well each platform is heard. JSON list. */
int source_coverage(struct crawler *c, const struct command *cmd, struct out *out,
		    struct err *e) LY_MUST_USE;
/* Prometheus text: by state, and of each of the first SOURCE_METRICS_MAX sources; all others
 * together under source="(others)". */
#define SOURCE_METRICS_MAX 200
int source_metrics(struct crawler *c, const struct command *cmd, struct out *out,
		   struct err *e) LY_MUST_USE;

#endif
