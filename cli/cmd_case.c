/* cmd_case.c - the case library and SOP pages in a shell: list, search, show, notes and lessons. */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/plain.h"

#include "cli/command.h"
#include "cli/control.h"

struct case_options {
	const char *conf;
	struct buf args, query;
	bool json;
};

static int
options_read(int argc, char **argv, const char *options, bool words, struct case_options *o,
	     struct err *e)
{
	for (int i = 1; i < argc; i++) {
		bool option = argv[i][0] == '-' && argv[i][1];

		if (!strcmp(argv[i], "--json")) {
			o->json = true;
		} else if (option && i + 1 == argc) {
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		} else if (!strcmp(argv[i], "-c")) {
			o->conf = argv[++i];
		} else if (option && control_takes(options, argv[i])) {
			control_member(&o->args, argv[i] + 2, argv[i + 1]);
			i++;
		} else if (option || !words) {
			return err_set(e, ERR_USAGE, "case %s cannot use \"%s\"", argv[0],
				       argv[i]);
		} else {
			if (o->query.n)
				buf_add_byte(&o->query, ' ');
			buf_add(&o->query, str_of(argv[i]));
		}
	}
	if (words && !o->query.n)
		return err_set(e, ERR_USAGE, "case search: what for?");
	if (o->query.n)
		control_member(&o->args, "query", o->query.p);
	if (o->args.n)
		buf_add_byte(&o->args, '}');
	return buf_ok(&o->args) && buf_ok(&o->query)
		       ? 0
		       : err_set(e, ERR_USAGE, "the options are too long");
}

static void
put(const struct json *row, const char *name, size_t max)
{
	struct buf b = BUF(8192);

	plain_add(&b, PLAIN_TEXT, json_text(json_get(row, name), STR("")), max);
	fputs(b.p, stdout);
	buf_release(&b);
}

static void
row_put(const struct json *row)
{
	struct str at = json_text(json_get(row, "at"), STR(""));

	printf("%.*s  ", (int)(at.n < 10 ? at.n : 10), at.p);
	put(row, "name", 200);
	if (json_int(json_get(row, "level"), 0))
		printf("  L%lld", (long long)json_int(json_get(row, "level"), 0));
	fputs("  ", stdout);
	put(row, "turn", 20);
	fputs("  ", stdout);
	put(row, "title", 100);
	putchar('\n');
	if (json_text(json_get(row, "snippet"), STR("")).n) {
		fputs("    ", stdout);
		put(row, "snippet", 200);
		putchar('\n');
	}
}

static int
rows_put(const struct reply *r, bool json, struct arena *a, struct err *e)
{
	const struct json *j, *rows;

	if (json || r->status != 200)
		return control_print(r);
	j = json_parse(a, r->body, e);
	rows = json_get(j, "cases");
	if (!j)
		return -1;
	if (json_count(rows) && str_is(json_text(json_get(j, "words"), STR("")), "any"))
		fputs("nothing has all of these words; some of them have:\n", stderr);
	for (size_t i = 0; i < json_count(rows); i++)
		row_put(json_at(rows, i));
	if (!json_count(rows))
		fputs("nothing found\n", stderr);
	return 0;
}

static int
rows_ask(int argc, char **argv, bool search, struct err *e)
{
	struct case_options o = { .conf = "langyan.yaml",
				  .args = BUF(8192),
				  .query = BUF(4096) };
	struct command cmd = { .verb = search ? STR("case.search") : STR("case.list") };
	struct arena *a = arena_new();
	struct settings *s = NULL;
	struct reply r;
	int rc =
		options_read(argc, argv, search ? "--lang " : "--kind --watch ", search, &o, e);

	if (rc == 0 && !(s = settings_read(o.conf, NULL, e)))
		rc = -1;
	cmd.args = buf_str(&o.args);
	if (rc == 0)
		rc = control_call(s, "respond", &cmd, a, &r, e);
	if (rc == 0)
		rc = rows_put(&r, o.json, a, e);
	settings_free(s);
	arena_free(a);
	buf_release(&o.args);
	buf_release(&o.query);
	return rc;
}

static int
cases(int argc, char **argv, struct err *e)
{
	static const struct {
		const char *name;
		struct control_line line;
	} acts[] = {
		{ "show", { "case.show", { "id" }, .options = "--lang " } },
		{ "note", { "case.note", { "id" }, .options = "--text --key " } },
		{ "lesson", { "case.lesson", { "id" }, .options = "--side --text --key " } },
		{ "strike", { "case.strike", { "id", "kind", "key" }, .options = "--why " } },
	};

	if (argc > 1 && (!strcmp(argv[1], "list") || !strcmp(argv[1], "search")))
		return rows_ask(argc - 1, argv + 1, argv[1][0] == 's', e);
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return control_line(argc - 1, argv + 1, &acts[i].line, e);
	return err_set(e, ERR_USAGE, "list, search, show, note, lesson or strike");
}

const struct subcommand cmd_case = {
	"case",
	"list [--kind case|sop] [--watch W] | search WORD… | show INC-…|PAGE.md | note INC-… "
	"--text T | lesson INC-… --side well|badly|change --text T | strike INC-… note|lesson "
	"KEY --why W",
	"案例库: closed incidents and SOP pages, found by their words; what was learned\n"
	"Options: -c FILE; list and search: --json; show and search: --lang zh|en.\n"
	"Every closed incident is a case: what was known, who did what when, what was said, "
	"what\n"
	"came of it, and what people wrote of it afterwards. SOP pages are the Markdown files "
	"of the\n"
	"folder library.sop. search wants all words; when nothing has them all, it shows what "
	"has\n"
	"some. Chinese needs no blanks between words. note and lesson are yours, and stay when "
	"the\n"
	"rest of the incident goes at its term; --key N writes that one anew; strike erases "
	"one.\n"
	"What an open incident is like, and why, stands in langyan incident show "
	"(docs/cases.md).",
	"  langyan case search 薯片 召回\n"
	"  langyan case show INC-2026-0042\n"
	"  langyan case lesson INC-2026-0042 --side badly --text \"the shops heard it from the "
	"press\"\n"
	"  langyan case list --kind sop",
	cases
};
