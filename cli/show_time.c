/* show_time.c - see show_time.h. */
#include "core/base.h"

#include <stdio.h>

#include "core/buf.h"
#include "core/str.h"

#include "cli/show_time.h"

void
show_time(const struct zone *z, int64_t at)
{
	struct buf b = BUF(64);

	clock_add_local(&b, z, at);
	fputs(b.p, stdout);
	buf_release(&b);
}

void
show_span(const struct zone *z, int64_t from, int64_t to)
{
	show_time(z, from);
	fputs(" – ", stdout);
	show_time(z, to);
}

int64_t
show_time_read(const struct json *iso)
{
	struct err bad = { 0 };
	int64_t at;

	return clock_parse_iso(json_text(iso, STR("")), &at, &bad) < 0 ? 0 : at;
}

void
show_time_of(const struct zone *z, const struct json *iso)
{
	int64_t at = show_time_read(iso);

	if (at)
		show_time(z, at);
	else
		printf("%-16s", "-");
}
