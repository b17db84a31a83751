/* fuzz: nlp/query_import.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "nlp/query_import.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first byte names the tool. It ends, and every note has a place in the query. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str query = { (const char *)p + 1, n ? n - 1 : 0 };
	struct buf out = BUF(1 << 20);
	struct import_notes notes;
	struct arena *a;

	if (!n || !utf8_valid(query))
		return 0;
	a = arena_new();
	query_import(a, (enum query_tool)(1 << p[0] % 3), query, &out, &notes);
	for (size_t i = 0; i < notes.n; i++)
		if (notes.v[i].at > query.n || !notes.v[i].text[0])
			abort();
	arena_free(a);
	buf_release(&out);
	return 0;
}
