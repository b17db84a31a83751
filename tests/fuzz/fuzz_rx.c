/* fuzz: core/rx.c */
#include "core/base.h"

#include "core/rx.h"
#include "core/str.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Flags, then a line with the pattern, then the text. Whatever matches holds the literal. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p + 1, n ? n - 1 : 0 }, pattern;
	struct rx_scratch *s;
	struct rx_span g[4];
	struct rx *rx;
	struct err e = { 0 };
	int flags, rc;

	if (!n || !str_next(&text, '\n', &pattern) || !utf8_valid(text))
		return 0;
	flags = p[0] & 15;
	rx = rx_compile(pattern, flags, &e);
	if (!rx)
		return 0;
	s = rx_scratch_new();
	rc = rx_match(rx, s, text, 0, g, 4);
	if (rc > 0 && (g[0].at > text.n || g[0].n > text.n - g[0].at))
		abort();
	if (rc > 0 && !(flags & RX_NOCASE) && rx_literal(rx).n &&
	    str_find(str_slice(text, g[0].at, text.n), rx_literal(rx)) < 0)
		abort();
	rx_scratch_free(s);
	rx_free(rx);
	return 0;
}
