/* fuzz: core/url.c */
#include "core/base.h"

#include "core/http.h"
#include "core/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* First line the base, the rest the address. What comes out stays itself when it is put in
 * again: two spellings of one page can then never alternate. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str url = { (const char *)p, n }, base;
	struct buf once = BUF(1 << 16), twice = BUF(1 << 16), host = BUF(1 << 16);
	struct err e = { 0 };

	if (!str_next(&url, '\n', &base))
		return 0;
	(void)!url_resolve(base, url, &host, &e);
	buf_clear(&host);
	(void)!url_host(url, &host);
	if (url_canonical(base, url, &once, &e) == 0 && once.n <= 8192) {
		if (url_canonical(STR(""), buf_str(&once), &twice, &e) < 0)
			abort();
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			abort();
	}
	buf_release(&once);
	buf_release(&twice);
	buf_release(&host);
	return 0;
}
