/*
 * prometheus.h - numbers as monitoring systems write them: the Prometheus text format (0.0.4, and
 * what OpenMetrics adds), and which sample of it a selector means.
 *
 * Pure; nothing is copied. Ceilings: 64 labels a sample, 4 KiB a name, 64 KiB a line.
 */
#ifndef LY_CRAWLER_PROMETHEUS_H
#define LY_CRAWLER_PROMETHEUS_H

#include "core/arena.h"
#include "core/err.h"

#define PROMETHEUS_LABELS_MAX 64

struct prometheus_label {
	struct str name, value; /* value: escapes are still in it */
	bool unequal;           /* of a selector: name!="value" */
};
struct prometheus_sample {
	struct str name;
	struct prometheus_label labels[PROMETHEUS_LABELS_MAX];
	size_t n;
	double value;
	int64_t at; /* UTC seconds; 0 = none was given */
};
/* Cut the next sample off *text. 1; 0 at the end; -1 and ERR_REJECT for a line that is none (it is
 * cut off, too). *line counts lines from 1; begin with 0. */
int prometheus_next(struct str *text, int64_t *line, struct prometheus_sample *s,
		    struct err *e) LY_MUST_USE;
/* `name`, `name{label="value",other!="x"}`. ERR_REJECT says what is wrong with it. */
int prometheus_selector(struct str text, struct prometheus_sample *want,
			struct err *e) LY_MUST_USE;
/* Has s the name and all the labels of want? */
bool prometheus_matches(const struct prometheus_sample *want,
			const struct prometheus_sample *s);

#endif
