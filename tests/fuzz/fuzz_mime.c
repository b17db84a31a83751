/* fuzz: core/mime.c */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#include "core/mime.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
check(struct str s)
{
	if (!utf8_valid(s) || s.n > (4 << 20))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct mime m;

	if (mime_parse(a, (struct str){ (const char *)p, n }, &m, &e) == 0) {
		check(m.id);
		check(m.subject);
		check(m.author);
		check(m.address);
		check(m.list);
		check(m.text);
		check(m.date);
	} else if (e.kind != ERR_REJECT) {
		abort();
	}
	arena_free(a);
	return 0;
}
