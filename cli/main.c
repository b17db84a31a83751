/* main.c - langyan: one executable, a table of commands. */
#include "core/base.h"

#include <stdio.h>

#include "cli/command.h"

int
main(int argc, char **argv)
{
	struct err e = { 0 };
	const struct subcommand *c;
	char word_help[] = "help", word_version[] = "version";
	char *help[] = { word_help, NULL, NULL };
	int rc;

	if (argc < 2)
		return cmd_help.run(1, help, &e), 2;
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return cmd_help.run(1, help, &e);
	if (!strcmp(argv[1], "--version"))
		argv[1] = word_version;
	c = command_find(argv[1]);
	if (!c)
		return cmd_help.run(argc, argv, &e);
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			help[1] = argv[1];
			return cmd_help.run(2, help, &e);
		}
	rc = c->run(argc - 1, argv + 1, &e);
	if (rc >= 0)
		return rc;
	fprintf(stderr, "langyan %s: %s\n", c->name, e.text);
	/* Not the usage: as often as not the mistake is in a file. */
	if (e.kind == ERR_USAGE)
		fprintf(stderr, "langyan help %s tells how\n", c->name);
	return e.kind == ERR_USAGE ? 2 : 1;
}
