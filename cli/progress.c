/* progress.c - see progress.h. */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"

#include "cli/progress.h"

#define BAR 30

void
progress_begin(struct progress *p, const char *what)
{
	*p = (struct progress){ .what = what,
				.begun_ms = clock_mono_ms(),
				.terminal = isatty(STDERR_FILENO) };
	p->shown_ms = p->begun_ms;
}

static void
show(struct progress *p, const char *end)
{
	int64_t ms = clock_mono_ms() - p->begun_ms;
	long long rate = ms > 0 ? (long long)(p->done * 1000 / ms) : 0;

	if (p->terminal)
		fputs("\r\033[K", stderr);
	if (p->terminal && p->total > 0) {
		int filled = (int)(p->done * BAR / p->total);

		fputc('[', stderr);
		for (int i = 0; i < BAR; i++)
			fputc(i < filled ? '#' : '.', stderr);
		fputs("] ", stderr);
	}
	fprintf(stderr, "%lld %s, %lld/s, %lld s%s", (long long)p->done, p->what, rate,
		(long long)(ms / 1000), end);
	p->shown_ms = clock_mono_ms();
}

void
progress_add(struct progress *p, int64_t n)
{
	p->done += n;
	if (clock_mono_ms() - p->shown_ms >= (p->terminal ? 200 : 10000))
		show(p, p->terminal ? "" : "\n");
}

void
progress_end(struct progress *p)
{
	show(p, "\n");
}
