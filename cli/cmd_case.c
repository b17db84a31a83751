/* cmd_case.c - the case library and SOP pages in a shell: list, search, show, notes and lessons. */
#include "core/base.h"

#include <stdio.h>

#include "core/json.h"
#include "core/str.h"

#include "responder/plain.h"

#include "cli/command.h"
#include "cli/control.h"

#define UNREAD_SHOWN 10

static void
put(const struct json *row, const char *name, size_t max, FILE *to)
{
	struct buf b = BUF(8192);

	plain_add(&b, PLAIN_TEXT, json_text(json_get(row, name), STR("")), max);
	fputs(b.p, to);
	buf_release(&b);
}

static void
row_put(const struct json *row)
{
	struct str at = json_text(json_get(row, "at"), STR(""));

	printf("%.*s  ", (int)(at.n < 10 ? at.n : 10), at.p);
	put(row, "name", 200, stdout);
	if (json_int(json_get(row, "level"), 0))
		printf("  L%lld", (long long)json_int(json_get(row, "level"), 0));
	fputs("  ", stdout);
	put(row, "turn", 20, stdout);
	fputs("  ", stdout);
	put(row, "title", 100, stdout);
	putchar('\n');
	if (json_text(json_get(row, "snippet"), STR("")).n) {
		fputs("    ", stdout);
		put(row, "snippet", 200, stdout);
		putchar('\n');
	}
}

/* What was not looked through. */
static void
unread_put(const struct json *pages)
{
	if (json_count(pages))
		fprintf(stderr, "%zu of the SOP pages cannot be read:\n", json_count(pages));
	for (size_t i = 0; i < json_count(pages) && i < UNREAD_SHOWN; i++) {
		fputs("  ", stderr);
		put(json_at(pages, i), "page", 200, stderr);
		fputs(": ", stderr);
		put(json_at(pages, i), "why", 200, stderr);
		fputc('\n', stderr);
	}
}

static int
rows_show(void *arg, const struct json *j, const struct settings *s, const struct zone *z,
	  struct err *e)
{
	const struct json *rows = json_get(j, "cases");

	(void)arg;
	(void)s;
	(void)z;
	(void)e;
	if (json_count(rows) && str_is(json_text(json_get(j, "words"), STR("")), "any"))
		fputs("nothing has all of these words; some of them have:\n", stderr);
	for (size_t i = 0; i < json_count(rows); i++)
		row_put(json_at(rows, i));
	if (!json_count(rows))
		fputs("nothing found\n", stderr);
	if (json_read_true(json_get(j, "more")))
		fputs("of the newest 200 only: ask for a --kind, or search\n", stderr);
	unread_put(json_get(j, "unread"));
	return 0;
}

static int
cases(int argc, char **argv, struct err *e)
{
	static const struct control_shown rows = { rows_show, NULL };
	static const struct {
		const char *name;
		struct control_line line;
	} acts[] = {
		{ "list",
		  { .verb = "case.list", .options = "--kind --watch ", .shown = &rows } },
		{ "search",
		  { .verb = "case.search",
		    .words = { "query" },
		    .many = true,
		    .options = "--lang ",
		    .shown = &rows } },
		{ "show", { .verb = "case.show", .words = { "id" }, .options = "--lang " } },
		{ "note",
		  { .verb = "case.note", .words = { "id" }, .options = "--text --key " } },
		{ "lesson",
		  { .verb = "case.lesson",
		    .words = { "id" },
		    .options = "--side --text --key " } },
		{ "strike",
		  { .verb = "case.strike",
		    .words = { "id", "kind", "key" },
		    .options = "--why " } },
	};

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
