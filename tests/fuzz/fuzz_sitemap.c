/* fuzz: crawler/sitemap.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/sitemap.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Entries have an address that is whole and texts that are valid. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str bytes = { (const char *)p, n };
	struct arena *a = arena_new();
	struct sitemap s;
	struct err e = { 0 };
	int rc = sitemap_parse(a, bytes, STR("https://example.test/sitemap.xml"), STR(""),
			       1772697600, &s, &e);

	if (rc < 0 && e.kind != ERR_REJECT)
		abort();
	for (size_t i = 0; rc == 0 && i < s.n; i++)
		if (!str_starts(s.v[i].url, STR("http")) || !utf8_valid(s.v[i].title) ||
		    !utf8_valid(s.v[i].lang))
			abort();
	if (rc == 0)
		sitemap_sort(&s);
	arena_free(a);
	return 0;
}
