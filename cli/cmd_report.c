/* cmd_report.c - an incident as a page: a brief for who must know now, or all of it afterwards. */
#include "core/base.h"

#include "cli/command.h"
#include "cli/control.h"

static int
report(int argc, char **argv, struct err *e)
{
	static const struct control_line line = { .verb = "report",
						  .words = { "kind", "id" },
						  .options = "--lang --format " };

	return control_line(argc, argv, &line, e);
}

const struct subcommand cmd_report = {
	"report", "brief|after-action INC-… [--lang zh|en] [--format md|html|text] [-c FILE]",
	"one incident as a page: a brief of one page, or the after-action report 复盘报告\n"
	"brief: what happened, what is known and claimed, evidence, clocks, what was said, "
	"open "
	"tasks.\n"
	"after-action: also the time line with levels and reasons, notices and "
	"acknowledgements,\n"
	"texts with their approvals, the measured reversal with n and intervals, and what "
	"people\n"
	"wrote with langyan case lesson. Every figure carries an id; langyan verify FILE "
	"counts them\n"
	"again and names any that was changed. Of a confidential incident only for those on "
	"its list.",
	"  langyan report brief INC-2026-0042 --lang en --format html > brief.html\n"
	"  langyan report after-action INC-2026-0042 > after.md && langyan verify after.md",
	report
};
