/* cmd_approve.c - a person says yes to exactly this text, or sends it back. */
#include "core/base.h"

#include "core/str.h"

#include "cli/command.h"
#include "cli/draft_call.h"

static int
approve(int argc, char **argv, struct err *e)
{
	static const struct draft_act yes = { "approve", "incident.approve", "--why ", false,
					      NULL };
	static const struct draft_act no = { "approve --reject", "incident.reject", "--why ",
					     false, NULL };

	if (argc > 1 && !strcmp(argv[1], "--reject"))
		return draft_call(argc - 1, argv + 1, &no, e);
	return draft_call(argc, argv, &yes, e);
}

const struct subcommand cmd_approve = {
	"approve", "[--reject] DRAFT [--why W] [-c FILE]",
	"say yes to a draft, as it stands now\n"
	"At L3 it wants two different people of the role approver, or their deputies "
	"(approvals:); "
	"nobody\n"
	"who is recused, nor its author alone. An edit or a fact that changes makes it void. "
	"--reject sends\n"
	"it back, with a reason. See docs/responses.md.",
	"  langyan draft show 3fa94c10 && langyan approve 3fa94c10\n"
	"  langyan approve --reject 3fa94c10 --why \"the batch number is not confirmed\"",
	approve
};
