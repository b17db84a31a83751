/* fuzz: core/charset.c core/charset_guess.c */
#include "core/base.h"

#include "core/charset.h"
#include "core/str.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* First line the Content-Type, the rest the bytes. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str bytes = { (const char *)p, n }, type;
	struct buf out = BUF(1 << 16);
	struct charset_found found;
	struct err e = { 0 };

	if (!str_next(&bytes, '\n', &type))
		return 0;
	if (charset_decode(bytes, type, &out, &found, &e) < 0 ? e.kind != ERR_REJECT
							      : !utf8_valid(buf_str(&out)))
		abort();
	buf_release(&out);
	return 0;
}
