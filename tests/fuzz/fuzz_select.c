/* fuzz: crawler/select.c crawler/select_css.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A line with the path, then the page. CSS always becomes an XPath that libxml2 can read. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str html = { (const char *)p, n }, path, attr;
	struct buf xpath = BUF(1 << 16);
	struct arena *a = arena_new();
	struct dom_hit *hits;
	struct select *s;
	struct dom *d;
	struct err e = { 0 };
	int found;

	if (!utf8_valid(html) || !str_next(&html, '\n', &path)) {
		arena_free(a);
		return 0;
	}
	if (select_css(path, &xpath, &attr, &e) == 0 && buf_ok(&xpath) && xpath.n < 1900) {
		char *x = arena_textf(a, "xpath:%s", xpath.p);

		if (!select_compile(a, str_of(x), &e))
			abort();
	}
	s = select_compile(a, path, &e);
	d = s ? dom_parse(a, html, &e) : NULL;
	found = d ? dom_find(d, NULL, s, a, &hits, &e) : 0;
	for (int i = 0; i < found; i++)
		if (!utf8_valid(dom_text(&hits[i], a)) || !dom_place(&hits[i], a).n)
			abort();
	buf_release(&xpath);
	arena_free(a);
	return 0;
}
