/* cmd_stage.c - one stage as a process, the same code that `run` starts as a thread. */
#include "core/base.h"

#include "core/str.h"

#include "cli/command.h"
#include "cli/service.h"

/* Endpoint arguments override wire:; "-" is JSON Lines on stdin or stdout. */
static int
stage_main(int argc, char **argv, unsigned part, struct err *e)
{
	struct service_setup setup = { .parts = part };
	struct str in[1];
	int i = command_options(argc, argv, &setup.path, e);

	if (i < 0)
		return -1;
	if (argc - i > 2)
		return err_set(e, ERR_USAGE, "at most two endpoints: IN OUT");
	if (i < argc && argv[i][0] == '-' && argv[i][1])
		return err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	if (part == PART_CRAWL) {
		setup.out = str_of(i < argc ? argv[i] : NULL);
	} else if (i < argc) {
		in[0] = str_of(argv[i]);
		setup.in = (struct conf_texts){ in, 1 };
		setup.out = str_of(i + 1 < argc ? argv[i + 1] : NULL);
	}
	return service_main(&setup, e);
}

static int
crawl(int argc, char **argv, struct err *e)
{
	return stage_main(argc, argv, PART_CRAWL, e);
}

static int
score(int argc, char **argv, struct err *e)
{
	return stage_main(argc, argv, PART_SCORE, e);
}

static int
respond(int argc, char **argv, struct err *e)
{
	return stage_main(argc, argv, PART_RESPOND, e);
}

#define ENDS \
	"Endpoints come from wire:, or are ipc:// or tcp://… here; - is JSON Lines on a pipe."
const struct subcommand cmd_crawl = {
	"crawl", "[-c FILE] [OUT]", "the crawler alone: sources -> documents\n" ENDS,
	"  langyan crawl -c langyan.yaml\n  langyan crawl tcp://*:7101", crawl
};
const struct subcommand cmd_score = { "score", "[-c FILE] [IN [OUT]]",
				      "one scorer alone: documents -> results\n" ENDS,
				      "  langyan score -c langyan.yaml\n  langyan score "
				      "tcp://crawler:7101 tcp://record:7102\n"
				      "  langyan score - - < documents.jsonl > results.jsonl",
				      score };
const struct subcommand cmd_respond = {
	"respond", "[-c FILE] [IN]",
	"the responder alone: results -> incidents, notices, the record\n" ENDS,
	"  langyan respond -c langyan.yaml\n  langyan respond tcp://*:7102", respond
};
