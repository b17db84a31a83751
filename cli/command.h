/* command.h - a subcommand of langyan. One file each: cli/cmd_NAME.c. */
#ifndef LY_CLI_COMMAND_H
#define LY_CLI_COMMAND_H

#include "core/err.h"

struct subcommand {
	const char *name, *usage, *help, *examples;
	/* argv[0] is the command's name. The exit code: 0 done, 1 failed, 2 asked wrongly; or -1
	 * and *e, which main prints (ERR_USAGE ends with 2, others with 1). */
	int (*run)(int argc, char **argv, struct err *e);
};
/* All of them, in the order of `langyan help`; ends with .name == NULL. */
extern const struct subcommand *const commands[];
const struct subcommand *command_find(const char *name);

extern const struct subcommand cmd_analyze, cmd_approve, cmd_backup, cmd_case, cmd_config,
	cmd_crawl, cmd_date, cmd_digest, cmd_doctor, cmd_draft, cmd_echo, cmd_erase,
	cmd_evidence, cmd_export, cmd_extract, cmd_help, cmd_import, cmd_incident, cmd_init,
	cmd_keygen, cmd_lexicon, cmd_lint, cmd_man, cmd_mention, cmd_newsroom, cmd_notice,
	cmd_notify, cmd_pack, cmd_parse_feed, cmd_playbook, cmd_push, cmd_reject, cmd_release,
	cmd_reload, cmd_replay, cmd_report, cmd_respond, cmd_restore, cmd_retain, cmd_robots,
	cmd_rota, cmd_run, cmd_score, cmd_signal, cmd_silence, cmd_source, cmd_to_utf8,
	cmd_trigger, cmd_verify, cmd_version, cmd_watch;

#endif
