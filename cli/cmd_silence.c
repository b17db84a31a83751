/* cmd_silence.c - silences 静默 in a shell: add, list, expire. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/show_time.h"

/* ---- told ------------------------------------------------------------------------------------ */

static struct str
text_of(const struct json *j, const char *key)
{
	return json_text(json_get(j, key), STR(""));
}

static void
put_silence(const struct json *j, const struct zone *z)
{
	const struct json *match = json_get(j, "match");

	printf("%.*s  %.*s  ", STR_ARG(text_of(j, "silence")), STR_ARG(text_of(j, "state")));
	if (text_of(j, "from").n)
		show_time_of(z, json_get(j, "from"));
	else
		fputs("always", stdout);
	fputs(" – ", stdout);
	show_time_of(z, json_get(j, "until"));
	for (size_t i = 0; i < json_count(match); i++)
		printf("%s%.*s", i ? ", " : "  ",
		       STR_ARG(json_text(json_at(match, i), STR(""))));
	printf("\n      by %.*s: %.*s", STR_ARG(text_of(j, "who")), STR_ARG(text_of(j, "why")));
	if (text_of(j, "ended_by").n)
		printf(" (ended by %.*s)", STR_ARG(text_of(j, "ended_by")));
	putchar('\n');
}

static int
answer_show(void *arg, const struct json *j, const struct settings *s, const struct zone *z,
	    struct err *e)
{
	const struct json *list = json_get(j, "silences");

	(void)arg;
	(void)s;
	(void)e;
	for (size_t i = 0; i < json_count(list); i++)
		put_silence(json_at(list, i), z);
	if (!list)
		put_silence(j, z);
	else if (!json_count(list))
		fputs("nothing is silenced\n", stderr);
	return 0;
}

/* ---- the command ----------------------------------------------------------------------------- */

static int
silence(int argc, char **argv, struct err *e)
{
	static const struct control_shown shown = { answer_show, NULL };
	static const struct {
		const char *name;
		struct control_line line;
	} acts[] = {
		{ "add",
		  { .verb = "silence.add",
		    .words = { "match" },
		    .many = true,
		    .options = "--from --until --for --why ",
		    .shown = &shown } },
		{ "expire",
		  { .verb = "silence.expire",
		    .words = { "silence" },
		    .options = "--why ",
		    .shown = &shown } },
		{ "list", { .verb = "silence.list", .flags = "--all ", .shown = &shown } },
	};

	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return control_line(argc - 1, argv + 1, &acts[i].line, e);
	return err_set(e, ERR_USAGE, "silence needs a verb: add, list or expire");
}

const struct subcommand cmd_silence = {
	"silence",
	"add MATCHER… (--for 2h | --until T) --why TEXT [--from T] | list [--all] | expire N "
	"[--why TEXT]; all take --json",
	"what fits is told to nobody for some time\n"
	"A MATCHER is LABEL=VALUE (!=, =~, !~) on watch, topic, grade, level, class, kind, "
	"scenario,\n"
	"source, lang or voices; all of them must fit. T is a time like \"2026-12-24 20:00\" "
	"on "
	"the site's\n"
	"clock, or with an offset. L3 is held only by a silence that names the level, what "
	"touches\n"
	"safety by none. What was held is sent or bundled when it ends. All take -c FILE.\n"
	"See docs/routes.md.",
	"  langyan silence add watch=shancui 'topic=~\"logistics|stock\"' --for 2h --why "
	"\"moving the warehouse\"\n"
	"  langyan silence list\n"
	"  langyan silence expire 3 --why \"done early\"",
	silence
};
