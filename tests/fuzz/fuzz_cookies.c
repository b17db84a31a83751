/* fuzz: crawler/cookies.c */
/* Whatever the file holds, what goes with a request is one line, and never to another host. */
#include "core/base.h"

#include "core/str.h"

#include "crawler/cookies.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = { (const char *)data, n };
	struct buf b = BUF(COOKIES_HEADER_MAX + 1);
	struct cookies_picked p;
	struct err e = { 0 };

	if (cookies_pick(text, STR("https://a.example.org/x"), STR("https://a.example.org/x/y"),
			 1000, &b, &p, &e) == 0) {
		must((p.n > 0) == (b.n > 0));
		for (size_t i = 0; i < b.n; i++)
			must((unsigned char)b.p[i] >= 0x20 && b.p[i] != 0x7f);
	}
	buf_clear(&b);
	if (str_find_byte(text, '\t') < 0 && !str_starts(text, STR("#")) &&
	    cookies_pick(text, STR("https://a.example.org/x"), STR("https://b.example.net/"),
			 1000, &b, &p, &e) == 0)
		must(!b.n);
	buf_release(&b);
	return 0;
}
