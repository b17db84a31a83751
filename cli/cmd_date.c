/* cmd_date.c - "langyan date": one date a line on stdin -> ISO 8601 UTC a line. */
#include "core/base.h"

#include <stdio.h>

#include "cli/command.h"
#include "cli/file.h"
#include "core/clock.h"
#include "core/str.h"
#include "crawler/date.h"

/* An IANA name, or an offset of whole hours: "+08:00" is the zone Etc/GMT-8. */
static struct zone *
zone_read(struct str text, struct err *e)
{
	char name[80];
	int64_t hours;

	if (text.n == 6 && (*text.p == '+' || *text.p == '-') &&
	    str_int64(str_slice(text, 1, 2), &hours) == 0 && hours <= 12 &&
	    str_is(str_slice(text, 3, 3), ":00"))
		snprintf(name, sizeof name, "Etc/GMT%c%d", *text.p == '+' ? '-' : '+',
			 (int)hours);
	else
		snprintf(name, sizeof name, "%.*s", STR_ARG(text));
	return zone_open(name, e);
}

static int
run(int argc, char **argv, struct err *e)
{
	struct zone *zone = NULL;
	int64_t now = clock_wall(), at;
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	for (int i = 1; i < argc; i++) {
		if (i + 1 < argc && strcmp(argv[i], "--now") == 0) {
			if (clock_parse_iso(str_of(argv[++i]), &now, e) < 0)
				goto fail;
		} else if (i + 1 < argc && strcmp(argv[i], "--tz") == 0) {
			zone_close(zone);
			zone = zone_read(str_of(argv[++i]), e);
			if (!zone)
				goto fail;
		} else {
			err_set(e, ERR_USAGE, "unexpected argument \"%s\"", argv[i]);
			goto fail;
		}
	}
	while ((n = getline(&line, &room, stdin)) >= 0) {
		struct buf b = BUF(64);

		if (date_parse((struct str){ line, (size_t)n }, now, zone, &at) == 0)
			clock_add_iso(&b, at);
		puts(b.p);
		buf_release(&b);
	}
	free(line);
	zone_close(zone);
	return file_ended(stdin, "-", e);
fail:
	zone_close(zone);
	return -1;
}

const struct subcommand cmd_date = {
	"date",
	"[--now TIME] [--tz ZONE] < DATES",
	"read dates as feeds and pages write them, one a line; answer in UTC, or an empty line",
	"  echo 'Thu, 05 Mar 2026 08:00:00 +0800' | langyan date\n"
	"  echo 昨天22:15 | langyan date --now 2026-03-05T08:00:00Z --tz Asia/Shanghai",
	run,
};
