/* cmd_newsroom.c - play a scenario on loopback until a stop signal. */
#include "core/base.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "core/str.h"
#include "core/watchdog.h"

#include "drill/newsroom.h"

#include "cli/command.h"

struct options {
	struct newsroom_setup setup;
	bool list;
};

static int
options_read(int argc, char **argv, struct options *o, struct err *e)
{
	o->setup = (struct newsroom_setup){ .listen = "127.0.0.1:8790", .scale = 1 };
	for (int i = 1; i < argc; i++) {
		bool value = i + 1 < argc;

		if (!strcmp(argv[i], "--listen") && value) {
			o->setup.listen = argv[++i];
		} else if (!strcmp(argv[i], "--scale") && value) {
			if (str_int64(str_of(argv[++i]), &o->setup.scale) < 0 ||
			    o->setup.scale < 1)
				return err_set(e, ERR_USAGE,
					       "--scale wants a whole number from 1");
		} else if (!strcmp(argv[i], "--list")) {
			o->list = true;
		} else if (argv[i][0] == '-' || o->setup.path) {
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		} else {
			o->setup.path = argv[i];
		}
	}
	return o->setup.path ? 0 : err_set(e, ERR_USAGE, "which scenario?");
}

/* Every item as it will be served, one JSON object a line: what tests compare with. */
static int
list_items(const char *path, struct buf *report, struct err *e)
{
	struct scenario *s = scenario_read(path, report, e);

	if (!s)
		return -1;
	for (size_t i = 0; i < s->n; i++) {
		const struct scenario_item *x = &s->items[i];
		const struct scenario_feed *f =
			(const struct scenario_feed *)s->feeds.v + x->feed;

		printf("%lld\t%.*s-%zu\t%.*s\n", (long long)x->at, STR_ARG(f->name), x->number,
		       STR_ARG(x->author));
	}
	scenario_free(s);
	return 0;
}

static int
newsroom(int argc, char **argv, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct newsroom *n = NULL;
	struct pollfd p = { .events = POLLIN };
	struct options o = { 0 };
	int rc = -1;

	if (options_read(argc, argv, &o, e) < 0)
		return -1;
	if (o.list) {
		rc = list_items(o.setup.path, &report, e);
		goto done;
	}
	p.fd = signals_fd(e);
	if (p.fd >= 0)
		n = newsroom_open(&o.setup, &report, e);
	if (!n)
		goto done;
	printf("{\"port\":%d,\"items\":%zu}\n", newsroom_port(n), newsroom_items(n));
	fflush(stdout);
	while (poll(&p, 1, -1) < 0)
		;
	rc = 0;
done:
	if (report.n)
		fputs(report.p, stderr);
	buf_release(&report);
	newsroom_close(n);
	return rc;
}

const struct subcommand cmd_newsroom = {
	"newsroom", "[--listen ADDRESS:PORT] [--scale N] [--list] SCENARIO",
	"a loopback site that plays a scenario: RSS, Atom and pages over real HTTP\n"
	"The first line on stdout is {\"port\":…,\"items\":…}. Port 0 takes a free one.",
	"  langyan newsroom scenarios/shancui-food-safety.yaml\n"
	"  langyan newsroom --listen 127.0.0.1:0 --scale 60 scenarios/shancui-food-safety.yaml",
	newsroom
};
