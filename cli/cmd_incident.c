/* cmd_incident.c - incidents and notices in a shell: what the responder answers, for people. */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/control.h"

#define ERASE_MS 600000 /* a file of 64 MiB takes a second */

/* An act and the options it takes; each becomes a member of the command's args. */
static const struct act {
	const char *name, *verb;
	bool wants_incident;
} acts[] = {
	{ "list", "incident.list", false },      { "show", "incident.show", true },
	{ "ack", "incident.ack", true },         { "promote", "incident.promote", true },
	{ "verdict", "incident.verdict", true }, { "close", "incident.close", true },
};

struct incident_options {
	const char *path;
	bool json, all;
	int64_t version;
	struct buf args;
};

static void
args_add(struct buf *b, const char *name, const char *value)
{
	buf_add(b, b->n ? STR(",") : STR("{"));
	json_add_text(b, str_of(name));
	buf_add_byte(b, ':');
	json_add_text(b, str_of(value));
}

/* --why TEXT, --level N, --for 4h, --code 123456, --verdict WORD: as given. */
static int
options_read(int argc, char **argv, struct incident_options *o, const char **incident,
	     struct err *e)
{
	static const char *const known[] = { "--why", "--level", "--for", "--code",
					     "--verdict" };

	o->path = "langyan.yaml";
	for (int i = 1; i < argc; i++) {
		size_t k = 0;

		while (k < LY_COUNT(known) && strcmp(argv[i], known[k]) != 0)
			k++;
		if (!strcmp(argv[i], "--json"))
			o->json = true;
		else if (!strcmp(argv[i], "--all"))
			o->all = true;
		else if (argv[i][0] != '-' && !*incident)
			*incident = argv[i];
		else if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		else if (!strcmp(argv[i], "-c"))
			o->path = argv[++i];
		else if (!strcmp(argv[i], "--version") &&
			 (str_int64(str_of(argv[i + 1]), &o->version) < 0 || o->version < 1))
			return err_set(e, ERR_USAGE, "--version wants a number from 1");
		else if (!strcmp(argv[i], "--version"))
			i++;
		else if (k < LY_COUNT(known))
			args_add(&o->args, known[k] + 2, argv[++i]);
		else
			return err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	}
	if (*incident)
		args_add(&o->args, "id", *incident);
	if (o->all)
		args_add(&o->args, "state", "all");
	if (o->args.n)
		buf_add_byte(&o->args, '}');
	return buf_ok(&o->args) ? 0 : err_set(e, ERR_USAGE, "the options are too long");
}

static void
put_time(const struct zone *z, const struct json *iso)
{
	struct buf b = BUF(64);
	struct err e = { 0 };
	int64_t at;

	if (clock_parse_iso(json_text(iso, STR("")), &at, &e) == 0)
		clock_add_local(&b, z, at);
	printf("%-16s", b.n ? b.p : "-");
	buf_release(&b);
}

static void
put_text(const struct json *j, const char *key)
{
	struct str s = json_text(json_get(j, key), STR(""));

	printf("%.*s", STR_ARG(s));
}

static void
put_row(const struct json *x, const struct zone *z)
{
	put_text(x, "incident");
	printf("  L%lld W%lld  ", (long long)json_int(json_get(x, "level"), 0),
	       (long long)json_int(json_get(x, "grade"), 0));
	put_time(z, json_get(x, "opened_at"));
	fputs("  ", stdout);
	put_text(x, "state");
	fputs("  ", stdout);
	put_text(x, "title");
	fputs(json_text(json_get(x, "acked_by"), STR("")).n ? "  ack: " : "", stdout);
	put_text(x, "acked_by");
}

static void
put_list(const struct json *list, const struct zone *z)
{
	for (size_t i = 0; i < json_count(list); i++) {
		put_row(json_at(list, i), z);
		putchar('\n');
	}
	if (!json_count(list))
		puts("no open incident");
}

/* What an act has made of the incident. */
static void
put_done(const struct json *x, const struct zone *z)
{
	put_row(x, z);
	fputs("\n", stdout);
	put_text(x, "said");
	putchar('\n');
}

static void
put_show(const struct json *x, const struct zone *z, const char *lang)
{
	const struct json *moves = json_get(x, "moves"), *notices = json_get(x, "notices");

	put_text(x, "incident");
	printf("  L%lld W%lld  ", (long long)json_int(json_get(x, "level"), 0),
	       (long long)json_int(json_get(x, "grade"), 0));
	put_text(x, "state");
	fputs("  ", stdout);
	put_text(x, "title");
	putchar('\n');
	for (size_t i = 0; i < json_count(moves); i++) {
		const struct json *m = json_at(moves, i);

		fputs("  ", stdout);
		put_time(z, json_get(m, "at"));
		printf("  %-18.*s L%lld -> L%lld  ",
		       STR_ARG(json_text(json_get(m, "event"), STR(""))),
		       (long long)json_int(json_get(m, "from_level"), 0),
		       (long long)json_int(json_get(m, "to_level"), 0));
		put_text(m, "actor");
		fputs("\n      ", stdout);
		put_text(json_get(m, "reason"), lang);
		putchar('\n');
	}
	for (size_t i = 0; i < json_count(notices); i++) {
		const struct json *m = json_at(notices, i);

		fputs("  ✉ ", stdout);
		put_time(z, json_get(m, "created_at"));
		printf("  %.*s via %.*s: %.*s  %.*s\n",
		       STR_ARG(json_text(json_get(m, "recipient"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "channel"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "state"), STR("-"))),
		       STR_ARG(json_text(json_get(m, "why"), STR(""))));
	}
}

static int
reply_show(const struct reply *r, const struct act *act, bool json, const struct settings *s,
	   const struct zone *z, struct arena *a, struct err *e)
{
	const struct json *j;

	if (json || r->status != 200)
		return control_print(r);
	j = json_parse(a, r->body, e);
	if (!j)
		return -1;
	if (!strcmp(act->name, "list"))
		put_list(json_get(j, "incidents"), z);
	else if (!strcmp(act->name, "show"))
		put_show(j, z, str_is(s->site.lang, "en") ? "en" : "zh");
	else if (json_get(j, "incident"))
		put_done(j, z);
	else
		return control_print(r);
	return 0;
}

static int
act_run(int argc, char **argv, const struct act *act, struct err *e)
{
	struct incident_options o = { .args = BUF(16384) };
	const char *incident = NULL;
	struct settings *s = NULL;
	struct zone *z = NULL;
	struct arena *a = arena_new();
	struct command cmd = { .verb = str_of(act->verb) };
	struct reply r;
	int rc = options_read(argc, argv, &o, &incident, e);

	if (rc == 0 && act->wants_incident && !incident)
		rc = err_set(e, ERR_USAGE, "which incident? (langyan incident list)");
	if (rc == 0)
		s = settings_read(o.path, NULL, e);
	rc = -1;
	cmd.args = buf_str(&o.args);
	cmd.version = o.version;
	if (s && (z = zone_open(s->site.zone.p, e)) &&
	    control_call(s, "respond", &cmd, a, &r, e) == 0)
		rc = reply_show(&r, act, o.json, s, z, a, e);
	zone_close(z);
	settings_free(s);
	arena_free(a);
	buf_release(&o.args);
	return rc;
}

static int
incident(int argc, char **argv, struct err *e)
{
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return act_run(argc - 1, argv + 1, &acts[i], e);
	return err_set(e, ERR_USAGE, "list, show, ack, promote, verdict or close");
}

const struct subcommand cmd_incident = {
	"incident", "list [--all] | show | ack | promote | verdict | close INC-… [options]",
	"incidents: list them, show one's story, take it, raise it, judge it, close it\n"
	"Options: -c FILE, --json, --why TEXT, --for 4h (ack), --level 2|3 (promote),\n"
	"--verdict respond|watch|wrong_alarm|not_ours|stand_down, --code 123456 (from a "
	"notice).",
	"  langyan incident list\n  langyan incident show INC-2026-0042\n"
	"  langyan incident verdict INC-2026-0042 --verdict not_ours --why \"another 山脆\"\n"
	"  langyan incident ack INC-2026-0042 --for 2h\n"
	"  langyan incident close INC-2026-0042 --why \"recalled, statement out\"",
	incident
};

static int
notice(int argc, char **argv, struct err *e)
{
	static const struct act list = { "notices", "notice.list", false };

	if (argc < 2 || strcmp(argv[1], "list") != 0)
		return err_set(e, ERR_USAGE, "notice list");
	return act_run(argc - 1, argv + 1, &list, e);
}

const struct subcommand cmd_notice = {
	"notice", "list [-c FILE]",
	"every notice: to whom, through what, in which state and why (JSON)",
	"  langyan notice list | jq '.notices[] | select(.state != \"sent\")'", notice
};

static void
erased_add(void *arg, const struct id *document, int64_t arrived_at)
{
	struct buf *b = arg;

	id_add_hex(b, document);
	buf_addf(b, " %lld\n", (long long)arrived_at);
}

/* Ask until nothing of it can be read any more: each call does a part. */
static int
erase_rest(const struct settings *s, struct arena *a, struct reply *r, struct err *e)
{
	int64_t end_ms = clock_mono_ms() + ERASE_MS;

	for (;;) {
		const struct json *j = json_parse(a, r->body, e);
		int64_t left = j ? json_int(json_get(j, "left"), 0) : 0;
		struct command cmd = { .verb = STR("documents.erase") };

		if (!j || r->status != 200 || !left)
			return j ? 0 : -1;
		if (clock_mono_ms() > end_ms)
			return err_set(e, ERR_RETRY,
				       "it is not out of all files yet (%lld left): the same "
				       "command again goes on",
				       (long long)left);
		if (control_call(s, "crawl", &cmd, a, r, e) < 0)
			return -1;
	}
}

/* The crawler keeps it as evidence, in the spool, in the archive; also what an earlier call left. */
static int
erase_kept(const struct settings *s, struct arena *a, struct err *e)
{
	struct buf ids = BUF(RECORD_CALL_MAX / 2);
	struct command cmd = { .verb = STR("documents.erase") };
	struct store *record = store_open_reader(settings_path(s, "respond/langyan.db"),
						 &record_migrations, e);
	struct reply r;
	int rc = record ? record_each_erased(record, erased_add, &ids, e) : -1;

	store_close(record);
	if (!buf_ok(&ids))
		rc = err_set(e, ERR_REJECT, "more was erased than one command can name");
	cmd.body = buf_str(&ids);
	if (rc >= 0 && ids.n)
		rc = control_call(s, "crawl", &cmd, a, &r, e) < 0 ? -1 : control_print(&r);
	if (rc == 0 && ids.n)
		rc = erase_rest(s, a, &r, e);
	buf_release(&ids);
	return rc < 0 ? err_within(e, "not erased in the crawler's files") : rc;
}

static int
erase(int argc, char **argv, struct err *e)
{
	struct incident_options o = { .args = BUF(4096) };
	struct arena *a = arena_new();
	struct command cmd = { .verb = STR("erase") };
	struct settings *s = NULL;
	struct reply r;
	int rc = -1;

	o.path = "langyan.yaml";
	for (int i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		else if (!strcmp(argv[i], "-c"))
			o.path = argv[i + 1];
		else if (!strcmp(argv[i], "--author") || !strcmp(argv[i], "--site") ||
			 !strcmp(argv[i], "--reason"))
			args_add(&o.args, argv[i] + 2, argv[i + 1]);
		else
			err_set(e, ERR_USAGE, "no option \"%s\"", argv[i]);
	}
	buf_add_byte(&o.args, '}');
	if (!buf_ok(&o.args))
		err_set(e, ERR_USAGE, "the options are too long");
	cmd.args = buf_str(&o.args);
	if (e->kind == ERR_NONE)
		s = o.args.n > 1 ? settings_read(o.path, NULL, e) : NULL;
	if (!s && e->kind == ERR_NONE)
		err_set(e, ERR_USAGE, "whose? --author NAME");
	if (s && control_call(s, "respond", &cmd, a, &r, e) == 0)
		rc = control_print(&r);
	if (rc == 0)
		rc = erase_kept(s, a, e);
	settings_free(s);
	arena_free(a);
	buf_release(&o.args);
	return rc;
}

const struct subcommand cmd_erase = {
	"erase", "--author NAME [--site SITE] [--reason TEXT] [-c FILE]",
	"erase what one author wrote; a tombstone with the reason stays, figures and audit "
	"too\n"
	"Evidence, spool and document archive are rewritten without it before the command "
	"ends. Backups are not, nor notices and digests that quoted it.",
	"  langyan erase --author 张三 --reason \"request of 2026-11-20\"", erase
};
