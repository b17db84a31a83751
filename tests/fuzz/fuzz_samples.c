/* fuzz: responder/sample_read.c */
#include "core/base.h"

#include <assert.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Whatever is pushed as numbers is refused with a reason, or each of them has a name, a time that
 * is not ahead, and a value that reads the same when it is written. The first byte: the form. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const int64_t now = 1773446400;
	struct arena *a = arena_new();
	struct buf b = BUF(64);
	struct samples s;
	struct err e = { 0 };

	if (!n)
		goto done;
	if (samples_read_body(a, (enum samples_form)(data[0] % 3),
			      (struct str){ (const char *)data + 1, n - 1 }, now, &s, &e) < 0) {
		assert(e.kind == ERR_REJECT && e.text[0]);
		goto done;
	}
	for (size_t i = 0; i < s.n; i++) {
		int64_t again;

		assert(s.v[i].signal.n && utf8_valid(s.v[i].signal));
		assert(s.v[i].at > 0 && s.v[i].at <= now + SAMPLES_AHEAD_S);
		buf_clear(&b);
		sample_add_value(&b, s.v[i].value_micro);
		assert(sample_parse(buf_str(&b), &again) == 0 && again == s.v[i].value_micro);
	}
done:
	buf_release(&b);
	arena_free(a);
	return 0;
}
