/* fuzz: cli/replay_line.c */
#include "core/base.h"

#include <assert.h>

#include "core/str.h"

#include "cli/replay_line.h"
#include "cli/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Of a line that is taken, the time that is known sooner is the document's. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct settings none = { .fetch = { .max_age_s = 7 * 86400 } };
	struct arena *a = arena_new();
	struct str line = str_trim((struct str){ (const char *)data, n });

	for (int takes = REPLAY_ALL; line.n && takes <= REPLAY_SIGNALS; takes++) {
		struct replay_how how = { &none, takes };
		struct err e = { 0 };
		int64_t at = replay_line_time(&how, a, line);
		struct document d;
		int got = replay_line_read(&how, a, line, &d, &e);

		if (got > 0)
			assert(at == d.arrived_at);
		else
			assert(got == 0 || (e.kind == ERR_REJECT && e.text[0]));
	}
	arena_free(a);
	return 0;
}
