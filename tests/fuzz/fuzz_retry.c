/* fuzz: responder/plain.c responder/retry.c */
/*
 * A Retry-After header of another server gives 0..3600 s. Text of another person becomes one
 * line without control bytes, in a chat without a byte that means something; a link stays one.
 */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "responder/plain.h"
#include "responder/retry.h"

#define NOW 1795305600 /* 2026-11-22T00:00:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
line_is_plain(struct str s)
{
	must(utf8_valid(s));
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct id key = ID_OF(in);
	struct buf b = BUF(1 << 20), html = BUF(1 << 20);
	int64_t asked = retry_asked_s(in, NOW);

	must(asked >= 0 && asked <= 3600);
	must(retry_wait_s(&key, (int64_t)size, asked) >= asked);
	must(retry_judge(RETRY_HTTP, HTTP_OK, (int)size) <= RETRY_NEVER);
	must(retry_may_repeat(HTTP_CUT, 0));
	plain_add(&b, PLAIN_CHAT, in, 100);
	line_is_plain(buf_str(&b));
	must(!strpbrk(b.p, "*_`~|[]<>#@\\&") && utf8_count(buf_str(&b)) <= 101);
	buf_clear(&b);
	plain_add(&b, PLAIN_TEXT, in, 100);
	line_is_plain(buf_str(&b));
	plain_add_html(&html, in);
	must(!memchr(html.p, '"', html.n));
	buf_clear(&b);
	must(plain_add_url(&b, in) == (b.n > 0));
	must(!strpbrk(b.p, " \"'<>()\r\n"));
	buf_release(&b);
	buf_release(&html);
	return 0;
}
