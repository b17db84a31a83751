/* fuzz: crawler/prometheus.c crawler/metrics.c */
#include "core/base.h"

#include "core/str.h"

#include "crawler/metrics.h"
#include "crawler/prometheus.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first line is a selector, the rest a page. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str body = { (const char *)p, n }, first = STR(""), text;
	struct arena *a = arena_new();
	struct prometheus_sample *s = arena_alloc(a, sizeof *s);
	struct err e = { 0 };
	struct conf_pair pair = { .name = STR("s") };
	struct conf_list list = { &pair, 1 };
	struct metric *v;
	struct str why;
	int64_t line = 0;
	size_t found;
	int r;

	str_next(&body, '\n', &first);
	for (text = body; (r = prometheus_next(&text, &line, s, &e)) != 0;)
		if ((r < 0 && e.kind != ERR_REJECT) || s->n > PROMETHEUS_LABELS_MAX ||
		    s->at < 0)
			abort();
	pair.value = first;
	if (metrics_selector_check(first, &e) == 0 &&
	    metrics_read(a, body, &list, 1000, &v, &found, &why, &e) == 0 &&
	    (found != 1 || v[0].at < 0))
		abort();
	arena_free(a);
	return 0;
}
