/* cmd_rota.c - the rota in a shell: who, check, export; and changing it. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/rota_view.h"
#include "cli/show_time.h"

/* ---- told ------------------------------------------------------------------------------------ */

static void
put_names(const char *before, const struct json *list)
{
	for (size_t i = 0; i < json_count(list); i++)
		printf("%s%.*s", i ? ", " : before,
		       STR_ARG(json_text(json_at(list, i), STR(""))));
}

static void
put_done(const struct json *j, const struct zone *z)
{
	const struct json *nobody = json_get(j, "nobody");

	printf("change %lld of %.*s: %.*s ", (long long)json_int(json_get(j, "change"), 0),
	       STR_ARG(json_text(json_get(j, "schedule"), STR(""))),
	       STR_ARG(json_text(json_get(j, "kind"), STR(""))));
	show_span(z, show_time_read(json_get(j, "from")), show_time_read(json_get(j, "to")));
	putchar('\n');
	for (size_t i = 0; i < json_count(nobody); i++) {
		fputs("  nobody is on shift ", stdout);
		show_span(z, show_time_read(json_get(json_at(nobody, i), "from")),
			  show_time_read(json_get(json_at(nobody, i), "to")));
		putchar('\n');
	}
}

/* Whose shift goes to whom. */
static void
put_value(const struct json *v, const struct zone *z)
{
	const struct json *shifts = json_get(v, "shifts");

	if (json_get(v, "change")) {
		printf("of %lld", (long long)json_int(json_get(v, "change"), 0));
		return;
	}
	show_span(z, json_int(json_get(v, "from"), 0), json_int(json_get(v, "to"), 0));
	printf("  %.*s", STR_ARG(json_text(json_get(v, "kind"), STR(""))));
	put_names(" ", json_get(v, "who"));
	put_names(" instead of ", json_get(v, "instead"));
	if (json_get(v, "back_from")) {
		fputs(", back ", stdout);
		show_span(z, json_int(json_get(v, "back_from"), 0),
			  json_int(json_get(v, "back_to"), 0));
	}
	for (size_t i = 0; i < json_count(shifts); i++) {
		const struct json *s = json_at(shifts, i);

		fputs("\n      ", stdout);
		show_span(z, json_int(json_get(s, "from"), 0), json_int(json_get(s, "to"), 0));
		put_names("  ", json_get(s, "who"));
	}
}

static void
put_changes(const struct json *list, const struct zone *z)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *c = json_at(list, i);
		struct str why = json_text(json_get(c, "why"), STR(""));
		int64_t by = json_int(json_get(c, "cancelled_by"), 0);

		printf("%4lld  %.*s %.*s  ", (long long)json_int(json_get(c, "change"), 0),
		       STR_ARG(json_text(json_get(c, "schedule"), STR(""))),
		       STR_ARG(json_text(json_get(c, "kind"), STR(""))));
		put_value(json_get(c, "value"), z);
		printf("\n      %.*s", STR_ARG(json_text(json_get(c, "state"), STR(""))));
		if (by)
			printf(" by %lld", (long long)by);
		printf(", by %.*s%s%.*s\n", STR_ARG(json_text(json_get(c, "actor"), STR(""))),
		       why.n ? ": " : "", STR_ARG(why));
	}
	if (!json_count(list))
		fputs("no changes\n", stderr);
}

/* ---- the command ----------------------------------------------------------------------------- */

static int
answer_show(void *arg, const struct json *j, const struct settings *s, const struct zone *z,
	    struct err *e)
{
	const struct json *changes = json_get(j, "changes");

	(void)arg;
	(void)s;
	(void)e;
	if (changes)
		put_changes(changes, z);
	else
		put_done(j, z);
	return 0;
}

static const struct control_shown shown = { answer_show, NULL };
static const struct {
	const char *name;
	struct control_line line;
} acts[] = {
	{ "override",
	  { .verb = "rota.override",
	    .words = { "schedule", "kind" },
	    .options = "--who --instead --from --to --why ",
	    .shown = &shown } },
	{ "swap",
	  { .verb = "rota.swap",
	    .words = { "schedule", "who", "with" },
	    .options = "--at --back --why ",
	    .shown = &shown } },
	{ "temporary",
	  { .verb = "rota.temporary",
	    .words = { "schedule" },
	    .options = "--who --from --to --why ",
	    .lists = { { "--shift", "shifts" } },
	    .shown = &shown } },
	{ "cancel",
	  { .verb = "rota.cancel",
	    .words = { "change" },
	    .options = "--why ",
	    .shown = &shown } },
	{ "changes", { .verb = "rota.changes", .flags = "--all ", .shown = &shown } },
};

static int
rota(int argc, char **argv, struct err *e)
{
	static const struct {
		const char *verb;
		int (*run)(int argc, char **argv, struct err *e);
	} reads[] = { { "who", rota_who_run },
		      { "check", rota_check_run },
		      { "export", rota_export_run } };

	for (size_t i = 0; argc > 1 && i < LY_COUNT(reads); i++)
		if (!strcmp(argv[1], reads[i].verb))
			return reads[i].run(argc - 1, argv + 1, e);
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return control_line(argc - 1, argv + 1, &acts[i].line, e);
	return err_set(e, ERR_USAGE,
		       "rota needs a verb: who, check, export, override, swap, temporary, "
		       "changes or cancel");
}

const struct subcommand cmd_rota = {
	"rota",
	"who [--at T] [--watch W] [--schedule S] | check [--from T] [--days N] | "
	"export "
	"[--schedule S] [--person P] [--from T] [--days N] | override SCHEDULE "
	"add|remove|replace --who P --from T --to T [--instead P] | swap SCHEDULE P P --at T "
	"--back T | temporary SCHEDULE --from T --to T (--who P | --shift 'P: T / T'…) | "
	"changes "
	"[--all] | cancel N; all but check and export take --json",
	"who is on shift, is every minute covered, a calendar; stand-ins and swaps\n"
	"T is a time like \"2026-12-24 20:00\" on the site's clock (in a change: the "
	"schedule's), "
	"or with an\n"
	"offset. P is a person's key, several as \"anna,ben\". Changes take --why TEXT; all "
	"take "
	"-c FILE.\n"
	"check exits 1 when a minute of the next 90 days has nobody for a level, or nobody who "
	"can be\n"
	"woken for L3. swap: the first one's shift at --at against the second one's at "
	"--back.\n"
	"See docs/rota.md.",
	"  langyan rota who --at \"2026-12-24 20:00\" --watch shancui\n"
	"  langyan rota check\n"
	"  langyan rota export --person linjing > linjing.ics\n"
	"  langyan rota override pr-duty replace --who zhou --instead linjing --from "
	"\"2026-12-24 "
	"08:00\" --to \"2026-12-25 08:00\" --why ill\n"
	"  langyan rota swap pr-duty linjing zhou --at \"2026-12-24 12:00\" --back "
	"\"2026-12-31 "
	"12:00\"\n"
	"  langyan rota temporary pr-duty --from 2027-02-06 --to 2027-02-08 --shift \"linjing: "
	"2027-02-06 / 2027-02-07\" --shift \"zhou: 2027-02-07 / 2027-02-08\"\n"
	"  langyan rota cancel 3 --why \"came back early\"",
	rota
};
