/* fuzz: crawler/robots.c */
#include "core/base.h"

#include "core/str.h"
#include "crawler/robots.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* First line: agent. Second: address. Then the file. A rule that decided fits by itself. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str rest = { (const char *)p, n }, agent, url;
	struct arena *a = arena_new();
	const struct robots_rule *why, *again;
	struct buf once = BUF(1 << 20), twice = BUF(1 << 20);
	struct robots r, alone;
	bool allowed;

	if (str_next(&rest, '\n', &agent) && str_next(&rest, '\n', &url)) {
		robots_read(a, rest, robots_token(agent), &r);
		allowed = robots_allows(&r, url, &why);
		if ((why && allowed != why->allow) || r.delay_ms < -1 ||
		    r.delay_ms > ROBOTS_DELAY_MAX)
			abort();
		if (why) {
			alone = (struct robots){ .rules = r.rules + (why - r.rules), .n = 1 };
			if (robots_allows(&alone, url, &again) != allowed || again != why)
				abort();
		}
		robots_escape(url, &once);
		robots_escape(buf_str(&once), &twice);
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			abort();
	}
	buf_release(&once);
	buf_release(&twice);
	arena_free(a);
	return 0;
}
