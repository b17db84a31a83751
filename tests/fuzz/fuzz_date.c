/* fuzz: crawler/date.c crawler/date_plain.c crawler/date_number.c crawler/date_words.c crawler/date_usual.c */
#include "core/base.h"

#include "core/clock.h"
#include "core/utf8.h"
#include "crawler/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What is read lies within the years 0 to 10000, and reads as itself in our own form. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct buf iso = BUF(64);
	int64_t at, again;
	int offset_s;

	if (!utf8_valid(s) ||
	    date_parse_local(s, INT64_C(1772697600), NULL, &at, &offset_s) < 0)
		return 0;
	if (offset_s < -86400 || offset_s > 86400)
		abort();
	if (at < -INT64_C(62135596800) || at > INT64_C(253402300799))
		return 0; /* an offset, or "9999 years ago", led out of what can be written */
	clock_add_iso(&iso, at);
	if (date_parse(buf_str(&iso), 0, NULL, &again) < 0 || again != at)
		abort();
	buf_release(&iso);
	return 0;
}
