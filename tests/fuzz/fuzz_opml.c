/* fuzz: crawler/opml.c */
#include "core/base.h"

#include "core/str.h"

#include "crawler/opml.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read is written, and read again as the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct buf one = BUF(64 << 20), two = BUF(64 << 20), groups = BUF(1 << 16);
	struct opml o, again;
	struct err e = { 0 };

	if (opml_parse(a, (struct str){ (const char *)p, n }, &o, &e) == 0) {
		for (struct opml_node *x = opml_next(&o, NULL); x; x = opml_next(&o, x))
			if (opml_is_feed(x))
				opml_groups(x, &groups);
		opml_write(&o, &one);
		if (opml_parse(a, buf_str(&one), &again, &e) < 0)
			abort();
		opml_write(&again, &two);
		if (buf_ok(&one) && buf_ok(&two) && !str_eq(buf_str(&one), buf_str(&two)))
			abort();
	} else if (e.kind != ERR_REJECT) {
		abort();
	}
	buf_release(&one);
	buf_release(&two);
	buf_release(&groups);
	arena_free(a);
	return 0;
}
