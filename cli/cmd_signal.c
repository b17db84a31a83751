/* cmd_signal.c - numbers from outside: which there are, their samples, one more. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"

static int
signal_command(int argc, char **argv, struct err *e)
{
	const char *verb = argc > 1 ? argv[1] : "", *path;
	struct buf args = BUF(4096), body = BUF(4096);
	struct command cmd = { .type = STR("application/json") };
	int i = argc > 1 ? command_options(argc - 1, argv + 1, &path, e) : 0, rc = -1;
	int left = argc - 1 - i;
	char **given = argv + 1 + i;

	if (i < 0)
		return -1;
	if (!strcmp(verb, "list") && left == 0) {
		cmd.verb = STR("signal.list");
	} else if (!strcmp(verb, "show") && left == 1) {
		cmd.verb = STR("signal.show");
		buf_add(&args, STR("{\"name\":"));
		json_add_text(&args, str_of(given[0]));
		buf_add_byte(&args, '}');
	} else if (!strcmp(verb, "push") && left == 2) {
		cmd.verb = STR("signal.push");
		buf_add(&body, STR("{\"signal\":"));
		json_add_text(&body, str_of(given[0]));
		buf_add(&body, STR(",\"value\":"));
		json_add_text(&body, str_of(given[1]));
		buf_add_byte(&body, '}');
	} else {
		return err_set(e, ERR_USAGE, "list, show NAME, or push NAME VALUE");
	}
	cmd.args = buf_str(&args);
	cmd.body = buf_str(&body);
	rc = buf_ok(&args) && buf_ok(&body) ? control_run(path, "respond", &cmd, NULL, e)
					    : err_set(e, ERR_USAGE, "that is too long");
	buf_release(&args);
	buf_release(&body);
	return rc;
}

const struct subcommand cmd_signal = {
	"signal",
	"list | show [-c FILE] NAME | push [-c FILE] NAME VALUE",
	"numbers from outside: sales, load, complaints counted elsewhere\n"
	"They come from metrics sources, from POST /api/v1/signals, or from push. A sample is "
	"kept\n"
	"once for its time; list tells the newest of each, show the samples of one, newest "
	"first.",
	"  langyan signal list | jq .\n  langyan signal show conversion\n"
	"  langyan signal push returns 42",
	signal_command,
};
