/* fuzz: crawler/discover.c crawler/source_guess.c crawler/origin.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "crawler/discover.h"
#include "crawler/origin.h"
#include "crawler/source_guess.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A Link header on the first line, then a page or feed. Leads are whole and valid. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p, n }, header;
	struct str base = STR("http://example.test/a/");
	struct map_item item = { .followers = -1, .published_at = 1772697600 };
	struct leads l = { 0 };
	struct source_guess g;
	struct arena *a;
	struct err e = { 0 };

	if (!utf8_valid(text) || !str_next(&text, '\n', &header))
		return 0;
	a = arena_new();
	leads_of_header(a, &l, base, header);
	if (leads_of_page(a, &l, base, text, &e) < 0 && e.kind != ERR_REJECT)
		abort();
	leads_of_habit(a, &l, base);
	for (size_t i = 0; i < l.n; i++)
		if (!str_starts(l.v[i].url, STR("http")) || !utf8_valid(l.v[i].label))
			abort();
	source_guess(text, a, &g);
	for (size_t f = 0; f < MAP_FIELDS; f++)
		item.text[f] = str_slice(text, f, 5);
	origin_feed(a, text, base, 1772697600, &item, 1);
	arena_free(a);
	return 0;
}
