/* cmd_release.c - what was approved is said: recorded, published, corrected, taken back. */
#include "core/base.h"

#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/draft_call.h"

#define OPTIONS "--channel --url --at --next --publish --how --corrects --why "

/* release withdraw INC-… N --why W */
static int
withdraw(int argc, char **argv, struct err *e)
{
	struct control_line line = { .verb = "incident.withdraw",
				     .words = { "id", "release" },
				     .options = "--why " };

	return control_line(argc, argv, &line, e);
}

static int
release(int argc, char **argv, struct err *e)
{
	static const struct draft_act say = { "release", "incident.say", OPTIONS, false, NULL };

	if (argc > 1 && !strcmp(argv[1], "withdraw"))
		return withdraw(argc - 1, argv + 1, e);
	return draft_call(argc, argv, &say, e);
}

const struct subcommand cmd_release = {
	"release",
	"DRAFT --channel C [--url U] [--at T] [--next T] [--publish CHANNEL] [--corrects N "
	"--why W] "
	"[--how emergency|elsewhere] | withdraw INC-… N --why W; each with [-c FILE]",
	"write down that an approved draft was said, where and when; or let it be said\n"
	"--publish gives it to a webhook of yours that publish: names. --next: when we speak "
	"again "
	"(what\n"
	"the text promises, otherwise). --corrects N: it takes the place of release N. --how "
	"emergency:\n"
	"with one approval, ten minutes after another approver was told. --how elsewhere: a "
	"team "
	"that has\n"
	"too few approvers tells what it released. See docs/responses.md.",
	"  langyan release 3fa94c10 --channel weibo --url https://weibo.example/1/abc\n"
	"  langyan release 77ac01de --publish site\n"
	"  langyan release withdraw INC-2026-0042 2 --why \"wrong batch number\"",
	release
};
