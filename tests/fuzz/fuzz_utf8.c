/* fuzz: core/utf8.c */
/* Any bytes become valid UTF-8 once and then stay as they are; cuts of it are valid. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"

static void
check_clean(struct str s, size_t cut)
{
	struct buf again = BUF(1 << 20);
	const char *p = s.p, *end = s.p + s.n;
	size_t points = 0;

	if (!utf8_valid(s) || utf8_add_clean(&again, s) != 0 || !str_eq(buf_str(&again), s))
		abort();
	for (; p < end; points++) {
		char back[4];
		uint32_t cp;
		size_t n = utf8_next(p, end, &cp);

		if (utf8_put(back, cp) != n || memcmp(back, p, n) != 0)
			abort();
		(void)utf8_is_han(cp);
		p += n;
	}
	if (utf8_count(s) != points || !str_eq(utf8_head(s, points), s) ||
	    !utf8_valid(utf8_cut(s, cut)) || !utf8_valid(utf8_head(s, cut)))
		abort();
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct buf b = BUF(1 << 20);
	size_t bad = utf8_add_clean(&b, s);

	if ((bad == 0) != utf8_valid(s))
		abort();
	if (utf8_cut(s, n / 2).n > n / 2)
		abort();
	if (buf_ok(&b))
		check_clean(buf_str(&b), n / 2);
	buf_release(&b);
	return 0;
}
