/* fuzz: crawler/page.c crawler/page_author.c crawler/page_blocks.c crawler/page_country.c crawler/page_day.c crawler/page_ld.c crawler/page_meta.c crawler/page_model.c crawler/page_text.c crawler/page_tree.c crawler/page_words.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str bytes = { (const char *)p, n };
	struct arena *a = arena_new();
	struct page page;
	struct err e = { 0 };
	int rc = page_extract(a, bytes, STR("http://example.test/2026/03/05/a.html"), STR(""),
			      INT64_C(1772697600), &page, &e);

	if (rc < 0 ? e.kind != ERR_REJECT : !page.text.n)
		abort();
	if (!utf8_valid(page.text) || !utf8_valid(page.title) || !utf8_valid(page.author))
		abort();
	arena_free(a);
	return 0;
}
