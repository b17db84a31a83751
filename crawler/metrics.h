/*
 * metrics.h - numeric sources: what a selector finds in an answer becomes a sample of a signal.
 *
 *   sources:
 *     shop-metrics:
 *       kind: metrics
 *       url: http://…/metrics
 *       samples: {conversion: 'shop_conversion_ratio{shop="tmall"}', complaints: $.today.complaints}
 *
 * A selector that begins with $ is a path into a JSON answer, any other names samples of the
 * Prometheus text format; the values of all that match are added up. A sample travels as a document
 * with the flag "sample" (title: the signal, text: the value), so that it is as durable as one and
 * comes once; nlp lets it through unread, the responder keeps it by (signal, at).
 */
#ifndef LY_CRAWLER_METRICS_H
#define LY_CRAWLER_METRICS_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

#include "crawler/conf.h"

struct metric {
	struct str signal;
	int64_t value_micro; /* 1/1,000,000 */
	int64_t at;          /* UTC seconds */
};
/* The samples that conf (struct conf_pair: signal, selector) finds in body. One that nothing matches
 * is missing from the list and named in *why (the first of them); 0 found of some is ERR_REJECT. */
int metrics_read(struct arena *a, struct str body, const struct conf_list *samples, int64_t now,
		 struct metric **v, size_t *n, struct str *why, struct err *e) LY_MUST_USE;
/* Is the selector of the right form? */
int metrics_selector_check(struct str selector, struct err *e) LY_MUST_USE;
/* Value as text: "0.031200". */
void metric_add(struct buf *b, int64_t value_micro);

#endif
