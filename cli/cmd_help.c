/* cmd_help.c - the table of commands, its help, and the manual page made from it. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/control.h"
#include "core/result.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/settings.h"

const struct subcommand *const commands[] = {
	&cmd_run,      &cmd_init,     &cmd_config,  &cmd_doctor,     &cmd_crawl,
	&cmd_score,    &cmd_respond,  &cmd_push,    &cmd_import,     &cmd_source,
	&cmd_watch,    &cmd_lexicon,  &cmd_analyze, &cmd_replay,     &cmd_incident,
	&cmd_playbook, &cmd_mention,  &cmd_echo,    &cmd_notice,     &cmd_notify,
	&cmd_rota,     &cmd_silence,  &cmd_signal,  &cmd_trigger,    &cmd_draft,
	&cmd_lint,     &cmd_approve,  &cmd_release, &cmd_pack,       &cmd_digest,
	&cmd_case,     &cmd_report,   &cmd_export,  &cmd_evidence,   &cmd_verify,
	&cmd_reject,   &cmd_reload,   &cmd_backup,  &cmd_restore,    &cmd_erase,
	&cmd_retain,   &cmd_newsroom, &cmd_keygen,  &cmd_parse_feed, &cmd_extract,
	&cmd_robots,   &cmd_date,     &cmd_to_utf8, &cmd_man,        &cmd_version,
	&cmd_help,     NULL,
};

const struct subcommand *
command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int
unknown(const char *name)
{
	const char *names[LY_COUNT(commands)];
	const char *near;
	size_t n = 0;

	for (; commands[n]; n++)
		names[n] = commands[n]->name;
	near = conf_nearest(str_of(name), names, n);
	fprintf(stderr, "langyan: no command \"%s\"", name);
	if (near)
		fprintf(stderr, ": did you mean \"%s\"?", near);
	fputs("\nlangyan help lists them\n", stderr);
	return 2;
}

static int
help(int argc, char **argv, struct err *e)
{
	const struct subcommand *c = argc > 1 ? command_find(argv[1]) : NULL;

	(void)e;
	if (argc > 1 && !c)
		return unknown(argv[1]);
	if (c) {
		printf("langyan %s%s%s\n\n%s\n", c->name, *c->usage ? " " : "", c->usage,
		       c->help);
		if (c->examples && *c->examples)
			printf("\nexamples:\n%s\n", c->examples);
		return 0;
	}
	puts("Langyan 狼烟 watches what people say about a brand and raises one, two or three\n"
	     "columns of smoke. usage: langyan COMMAND [-c FILE] …\n");
	for (size_t i = 0; commands[i]; i++) {
		const char *end = strchr(commands[i]->help, '\n');
		int len = end ? (int)(end - commands[i]->help) : (int)strlen(commands[i]->help);

		printf("  %-12s %.*s\n", commands[i]->name, len, commands[i]->help);
	}
	puts("\nlangyan help COMMAND tells more, with examples. FILE is langyan.yaml.");
	return 0;
}

const struct subcommand cmd_help = { "help", "[COMMAND]",
				     "this list, or more about one command",
				     "  langyan help incident", help };

/* roff: a leading dot or quote and every backslash and hyphen are escaped. */
static void
roff(const char *s)
{
	bool start = true;

	for (; *s; s++) {
		if (start && (*s == '.' || *s == '\''))
			fputs("\\&", stdout);
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else
			putchar(*s);
		start = *s == '\n';
	}
}

/* docs/wire.md is this; a test compares them. */
static int
man_wire(void)
{
	static const struct record_type *const types[] = { &document_record, &result_record,
							   &receipt_record,  &tick_record,
							   &command_record,  &reply_record,
							   &lost_record };
	struct buf b = BUF(1 << 20);

	buf_add(&b,
		STR("# The records that travel\n\nWritten by `langyan man wire` from the field "
		    "tables; the encoding is described in core/record.h.\n\n"));
	for (size_t i = 0; i < LY_COUNT(types); i++)
		record_document(types[i], &b);
	fputs(b.p, stdout);
	buf_release(&b);
	return 0;
}

static int
man(int argc, char **argv, struct err *e)
{
	struct buf keys = BUF(1 << 20);

	(void)e;
	if (argc > 1 && !strcmp(argv[1], "wire"))
		return man_wire();
	puts(".TH LANGYAN 1 \"\" \"Langyan\" \"Langyan manual\"\n.SH NAME\nlangyan \\- watch "
	     "what "
	     "people say about a brand, raise the alarm, draft the answer\n.SH SYNOPSIS\n.B "
	     "langyan\n.I COMMAND\n[\\-c\n.IR FILE ]\n.SH COMMANDS");
	for (size_t i = 0; commands[i]; i++) {
		fputs(".TP\n.B ", stdout);
		roff(commands[i]->name);
		putchar(' ');
		roff(commands[i]->usage);
		putchar('\n');
		roff(commands[i]->help);
		if (commands[i]->examples && *commands[i]->examples) {
			puts("\n.nf");
			roff(commands[i]->examples);
			fputs("\n.fi", stdout);
		}
		putchar('\n');
	}
	puts(".SH EXIT STATUS\n0 done, 1 failed, 2 asked wrongly.\n.SH CONFIGURATION\n.nf");
	conf_document(&settings_schema, &keys);
	roff(keys.p);
	puts(".fi");
	buf_release(&keys);
	return 0;
}

const struct subcommand cmd_man = { "man", "[wire]",
				    "the manual page, from the tables of this program",
				    "  langyan man > langyan.1", man };

static int
version(int argc, char **argv, struct err *e)
{
	(void)argc, (void)argv, (void)e;
	puts("langyan 0.1.0");
	return 0;
}

const struct subcommand cmd_version = { "version", "", "the version of this program", "",
					version };
