/* fuzz: responder/unsubscribe.c */
/* A token from outside, and one of any names: it is read as it was made. */
#include "core/base.h"

#include <stdlib.h>

#include "core/str.h"
#include "responder/unsubscribe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, size };
	struct arena *a = arena_new();
	struct buf token = BUF(1024), page = BUF(64 << 10);
	struct unsubscribe u, got;
	ptrdiff_t line = str_find_byte(in, '\n');

	if (unsubscribe_parse(in, STR("secret"), a, &u) == 0) {
		unsubscribe_add(&token, STR("secret"), &u);
		if (token.n != size)
			abort();
		buf_clear(&token);
	}
	u = (struct unsubscribe){ str_slice(in, 0, line < 0 ? size : (size_t)line),
				  line < 0 ? STR("") : str_slice(in, (size_t)line + 1, size) };
	unsubscribe_add(&token, STR("secret"), &u);
	if (token.n && (unsubscribe_parse(buf_str(&token), STR("secret"), a, &got) < 0 ||
			!str_eq(got.digest, u.digest) || !str_eq(got.person, u.person)))
		abort();
	if (token.n)
		unsubscribe_page((enum unsubscribe_page)(size % UNSUBSCRIBE_PAGES), u.digest,
				 &page);
	buf_release(&token);
	buf_release(&page);
	arena_free(a);
	return 0;
}
