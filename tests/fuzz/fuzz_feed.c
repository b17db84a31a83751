/* fuzz: crawler/feed.c crawler/feed_build.c crawler/feed_names.c crawler/feed_text.c crawler/feed_json.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check(struct str s)
{
	if (s.n > (256 << 10) || !utf8_valid(s))
		abort();
}

/* The bytes are the body. Whatever it is: an answer with a reason, and texts that are UTF-8. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str bytes = { (const char *)p, n };
	struct arena *a = arena_new();
	struct feed f;
	struct err e = { 0 };
	int rc = feed_parse(a, bytes, STR("http://example.test/a/rss.xml"), STR("text/xml"),
			    INT64_C(1772697600), &f, &e);

	if ((rc < 0) != (f.reject != FEED_OK) || (rc < 0 && e.kind != ERR_REJECT))
		abort();
	for (size_t i = 0; i < f.n; i++) {
		check(f.items[i].id);
		check(f.items[i].title);
		check(f.items[i].link);
		check(f.items[i].author);
		check(f.items[i].summary);
		check(f.items[i].content);
		if (f.items[i].published_at < 0 || f.items[i].updated_at < 0)
			abort();
	}
	arena_free(a);
	return 0;
}
