/* cmd_source.c - `langyan source VERB`: the table of its verbs, and the small ones. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/source_verbs.h"

static int
source_list(int argc, char **argv, struct err *e)
{
	static const struct control_ask list = { "crawl", "source.list", NULL, false };

	return control_ask(argc, argv, &list, e);
}

static int
source_poll(int argc, char **argv, struct err *e)
{
	static const struct control_ask poll = { "crawl", "source.poll", "name", false };

	return control_ask(argc, argv, &poll, e);
}

static const struct source_verb verbs[] = {
	{ "list", source_list },
	{ "poll", source_poll },
};

static int
source(int argc, char **argv, struct err *e)
{
	const char *names[LY_COUNT(verbs)], *near;
	struct buf list = BUF(1024);

	for (size_t i = 0; i < LY_COUNT(verbs); i++) {
		if (argc > 1 && !strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1, e);
		names[i] = verbs[i].name;
		buf_addf(&list, "%s%s", i ? ", " : "", verbs[i].name);
	}
	near = argc > 1 ? conf_nearest(str_of(argv[1]), names, LY_COUNT(names)) : NULL;
	if (near)
		err_set(e, ERR_USAGE, "source knows no \"%s\": did you mean \"%s\"?", argv[1],
			near);
	else
		err_set(e, ERR_USAGE, "source needs a verb: %s", list.p);
	buf_release(&list);
	return -1;
}

/* Each verb is a line of usage, and a line of help or two. */
const struct subcommand cmd_source = {
	"source",
	"list | poll [-c FILE] NAME",
	"where documents come from\n"
	"list: state of every source: last poll, documents, failures, why\n"
	"poll: asks one now, also one that was closed because it said twice that it is gone",
	"  langyan source list | jq .\n  langyan source poll shancheng-daily",
	source,
};
