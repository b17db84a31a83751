/* cmd_source.c - `langyan source VERB`: the table of its verbs, and the small ones. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/source_verbs.h"

static int
source_poll(int argc, char **argv, struct err *e)
{
	static const struct control_ask poll = { "crawl", "source.poll", "name", false };

	return control_ask(argc, argv, &poll, e);
}

static int
source_hurry(int argc, char **argv, struct err *e)
{
	static const char *const keys[] = { "name", "every", "for" };
	struct command cmd = { .verb = STR("source.hurry") };
	struct buf args = BUF(4096);
	const char *path;
	int i = command_options(argc, argv, &path, e), rc = i < 0 ? -1 : 0;

	if (rc == 0 && (i == argc || argc - i > (int)LY_COUNT(keys)))
		rc = err_set(e, ERR_USAGE, "source hurry takes NAME [EVERY [FOR]]");
	for (int k = 0; rc == 0 && i + k < argc; k++)
		control_member(&args, keys[k], argv[i + k]);
	buf_add_byte(&args, '}');
	cmd.args = buf_str(&args);
	if (rc == 0 && !buf_ok(&args))
		rc = err_set(e, ERR_USAGE, "the options are too long");
	if (rc == 0)
		rc = control_run(path, "crawl", &cmd, NULL, e);
	buf_release(&args);
	return rc;
}

static const struct source_verb verbs[] = {
	{ "list", source_list_run }, { "hurry", source_hurry },
	{ "poll", source_poll },     { "presets", source_presets_run },
	{ "import", source_import }, { "export", source_export },
	{ "test", source_test },     { "discover", source_discover },
};

static int
source(int argc, char **argv, struct err *e)
{
	const char *names[LY_COUNT(verbs)], *near;
	struct buf list = BUF(1024);

	for (size_t i = 0; argc > 1 && i < LY_COUNT(verbs); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1, e);
	for (size_t i = 0; i < LY_COUNT(verbs); i++) {
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
	"list [--state S] [--coverage] [--json] | test URL|NAME [--items N] [--json] |\n"
	"discover URL [--json] | poll NAME | hurry NAME [EVERY [FOR]] |\n"
	"presets [NAME [VALUE]] | import [--into FILE.yaml] [--class CLASS] FILE.opml | "
	"export;\n"
	"[-c FILE] after the verb",
	"where documents come from\n"
	"list: how every source is: state, lag, delay, 304 share, items a day, error and why;\n"
	"with --coverage how well each platform is heard\n"
	"test: asks an address, or a source by its name, and shows what would be taken in "
	"and\n"
	"where each value came from; nothing is stored. NAME is a key under sources: in FILE\n"
	"discover: looks for the feeds and sitemaps of a site and shows the best as "
	"configuration;\n"
	"both take --allow-private ADDRESS:PORT for what is in your own network\n"
	"poll: asks one now, also one that was closed because it said twice that it is gone\n"
	"hurry: asks one every 2m (EVERY, 30s at least) for 6h (FOR, a day at most; 0 ends "
	"it), for the\n"
	"time of an incident: Retry-After, robots.txt and waits after failures still hold\n"
	"presets: beginnings of sources for the configuration, by what they may be read\n"
	"import: an OPML's feeds as sources, to standard output or --into a new file, of "
	"--class news\n"
	"export: all feeds as OPML, with the groups and whatever else an imported one had",
	"  langyan source discover https://news.example/\n"
	"  langyan source test https://news.example/rss.xml\n"
	"  langyan source test north-hill-board --items 3 -c my-brand/langyan.yaml\n"
	"  langyan source list --state failing\n"
	"  langyan source list --json | jq '.[] | .name'\n"
	"  langyan source presets google-news '山脆薯片' >> sources.yaml\n"
	"  langyan source poll shancheng-daily\n"
	"  langyan source hurry shancheng-daily 1m 12h\n"
	"  langyan source import --into feeds.yaml subscriptions.opml\n"
	"  langyan source export > feeds.opml",
	source,
};
