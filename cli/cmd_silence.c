/* cmd_silence.c - silences 静默 in a shell: add, list, expire. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/show_time.h"

/* What stands at its place becomes a list or one argument, what is behind an option the argument
 * of its name. */
static const struct act {
	const char *name, *verb, *place;
	bool list;
	const char *options; /* "--a --b " */
} acts[] = {
	{ "add", "silence.add", "match", true, "--from --until --for --why " },
	{ "expire", "silence.expire", "silence", false, "--why " },
	{ "list", "silence.list", NULL, false, "" },
};

struct silence_args {
	const char *path;
	bool json;
	struct buf args, places;
	size_t places_n;
};

static int
option_read(const struct act *act, const char *name, const char *value, struct silence_args *x,
	    struct err *e)
{
	bool path = !strcmp(name, "-c");

	if (!path && !control_takes(act->options, name))
		return err_set(e, ERR_USAGE, "silence %s has no option \"%s\"", act->name,
			       name);
	if (!value)
		return err_set(e, ERR_USAGE, "%s wants a value", name);
	if (path)
		x->path = value;
	else
		control_member(&x->args, name + 2, value);
	return 0;
}

static int
args_read(int argc, char **argv, const struct act *act, struct silence_args *x, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json")) {
			x->json = true;
		} else if (!strcmp(argv[i], "--all") && !act->place) {
			control_member(&x->args, "all", "all");
		} else if (argv[i][0] == '-') {
			if (option_read(act, argv[i], argv[i + 1], x, e) < 0)
				return -1;
			i++;
		} else if (!act->place || (x->places_n && !act->list)) {
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		} else {
			buf_add(&x->places, x->places_n++ ? STR(",") : STR(""));
			json_add_text(&x->places, str_of(argv[i]));
		}
	}
	if (act->place && !x->places_n)
		return err_set(e, ERR_USAGE, "silence %s: which %s?", act->name, act->place);
	buf_add(&x->args, x->args.n ? STR("") : STR("{"));
	if (act->place)
		buf_addf(&x->args, act->list ? "%s\"%s\":[%s]" : "%s\"%s\":%s",
			 x->args.n > 1 ? "," : "", act->place, x->places.p);
	buf_add_byte(&x->args, '}');
	return buf_ok(&x->args) && buf_ok(&x->places)
		       ? 0
		       : err_set(e, ERR_USAGE, "the options are too long");
}

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
act_run(int argc, char **argv, const struct act *act, struct err *e)
{
	struct silence_args x = { .path = "langyan.yaml",
				  .args = BUF(65536),
				  .places = BUF(32768) };
	struct command cmd = { .verb = str_of(act->verb) };
	const struct control_shown shown = { answer_show, NULL };
	int rc = args_read(argc, argv, act, &x, e);

	cmd.args = buf_str(&x.args);
	if (rc == 0)
		rc = control_run(x.path, "respond", &cmd, x.json ? NULL : &shown, e);
	buf_release(&x.args);
	buf_release(&x.places);
	return rc;
}

static int
silence(int argc, char **argv, struct err *e)
{
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return act_run(argc - 1, argv + 1, &acts[i], e);
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
