/* fuzz: crawler/websub_find.c */
/* First line: the Link header; the rest: the body. What is found may stand in a request. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

#include "crawler/websub_find.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
proper(struct str s)
{
	must(s.n <= WEBSUB_URL_MAX && utf8_valid(s));
	must(!s.n || str_starts(s, STR("http://")) || str_starts(s, STR("https://")));
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] > 0x20 && s.p[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str body = { (const char *)data, n }, header = STR("");
	struct arena *a = arena_new();
	struct websub_links l;

	str_next(&body, '\n', &header);
	websub_find(a, header, body, STR("https://a.example.org/dir/feed"), &l);
	proper(l.hub);
	proper(l.self);
	arena_free(a);
	return 0;
}
