/* fuzz: nlp/query.c nlp/query_ask.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A line with the query, then a text. A text that matches holds a required literal; spans lie
 * inside; the shown form of a query is understood the same way again. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n }, line;
	struct literals l = { .n = 0 };
	struct err e = { .kind = ERR_NONE };
	struct buf warn = BUF(1 << 16), shown = BUF(1 << 20);
	struct rx_scratch *scratch;
	struct walk w = WALK_INIT;
	struct query_seen seen;
	struct query_span spans[8];
	struct arena *a;
	struct query *q;
	struct image *m;
	const uint32_t *required;
	bool called = false;
	size_t count;

	if (!str_next(&text, '\n', &line) || !utf8_valid((struct str){ (const char *)p, n }))
		return 0;
	a = arena_new();
	scratch = rx_scratch_new();
	q = query_parse(a, &l, line, &warn, &e);
	if (!q && !e.text[0])
		abort();
	m = q ? image_build(NULL, l.v, l.n, &e) : NULL;
	if (m) {
		query_show(q, &shown);
		walk_run(&w, m, text);
		query_see(&seen, &w.literals, l.n, a);
		required = query_required(q, &count);
		for (size_t i = 0; i < count; i++)
			called |= query_first(&seen, required[i]) != 0;
		if (query_test(q, &seen, scratch, text) == QUERY_YES && !called)
			abort();
		count = query_spans(q, &seen, scratch, text, spans, LY_COUNT(spans));
		for (size_t i = 0; i < count; i++)
			if (spans[i].at > text.n || spans[i].len > text.n - spans[i].at)
				abort();
	}
	walk_release(&w);
	image_free(m);
	rx_scratch_free(scratch);
	literals_release(&l);
	arena_free(a);
	buf_release(&warn);
	buf_release(&shown);
	return 0;
}
