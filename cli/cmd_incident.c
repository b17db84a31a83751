/* cmd_incident.c - incidents in a shell: what the responder answers, for people. */
#include "core/base.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/record_store.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/incident_show.h"

#define ERASE_MS 600000 /* a file of 64 MiB takes a second */

/* An act and the options it takes; each becomes a member of the command's args. */
static const struct act {
	const char *name, *verb;
	enum { NONE, ONE, MANY } incidents;
	const char *options; /* "--a --b "                        */
	const char *second;  /* what the word behind the incident is, or NULL */
} acts[] = {
	{ "list", "incident.list", NONE, "--watch " },
	{ "show", "incident.show", ONE, "" },
	{ "ack", "incident.ack", MANY, "--for --code --why " },
	{ "escalate", "incident.escalate", ONE, "--why " },
	{ "promote", "incident.promote", MANY, "--level --why " },
	{ "lower", "incident.lower", MANY, "--why " },
	{ "verdict", "incident.verdict", MANY, "--verdict --why " },
	{ "close", "incident.close", MANY, "--why " },
	{ "merge", "incident.merge", MANY, "--into --why " },
	{ "assess", "incident.assess", ONE,
	  "--type --fault --injury --history --reputation --view --note " },
	{ "claim", "incident.claim", ONE, "--claim --text --truth --proof " },
	{ "fact", "incident.fact", ONE, "--key --value --status --source " },
	{ "task", "incident.task", MANY, "--task --what --role --state --due --why " },
	{ "assign", "incident.assign", MANY, "--role --person --deputy " },
	{ "recuse", "incident.recuse", ONE, "--person --out --why " },
	{ "release", "incident.release", ONE, "--kind --channel --url --text --next " },
	{ "strike", "incident.strike", ONE, "--kind --key --why " },
	{ "confidential", "incident.confidential", ONE, "--is --why " },
	{ "share", "incident.share", ONE, "--person --in --why " },
	{ "playbook", "incident.playbook", ONE, "--why ", "playbook" },
	{ "act", "incident.act", ONE, "", "action" },
	{ "duty", "incident.duty", ONE, "", "duty" },
	{ "draft", "incident.draft", ONE, "", "template" },
};

#define BULK_MAX 200 /* incidents of one command */

struct incident_options {
	const char *path, *incidents[BULK_MAX], *second;
	size_t n; /* incidents */
	bool json, all;
	int64_t version;
	struct buf args;
};

/* Those of the act go into its args as given. */
static int
value_read(const struct act *act, const char *name, const char *value,
	   struct incident_options *o, struct err *e)
{
	bool version = !strcmp(name, "--version"), path = !strcmp(name, "-c");

	if (!version && !path && !control_takes(act->options, name))
		return err_set(e, ERR_USAGE, "incident %s has no option \"%s\"", act->name,
			       name);
	if (!value)
		return err_set(e, ERR_USAGE, "%s wants a value", name);
	if (path)
		o->path = value;
	else if (!version)
		control_member(&o->args, name + 2, value);
	else if (str_int64(str_of(value), &o->version) < 0 || o->version < 1)
		return err_set(e, ERR_USAGE, "--version wants a number from 1");
	return 0;
}

static int
incident_read(const struct act *act, const char *value, struct incident_options *o,
	      struct err *e)
{
	if (o->n && act->second && !o->second)
		o->second = value;
	else if (o->n && act->incidents != MANY)
		return err_set(e, ERR_USAGE, "cannot use \"%s\"", value);
	else if (o->n == BULK_MAX)
		return err_set(e, ERR_USAGE, "at most %d incidents at once", BULK_MAX);
	else
		o->incidents[o->n++] = value;
	return 0;
}

static int
options_read(int argc, char **argv, const struct act *act, struct incident_options *o,
	     struct err *e)
{
	o->path = "langyan.yaml";
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--json"))
			o->json = true;
		else if (!strcmp(argv[i], "--all"))
			o->all = true;
		else if (argv[i][0] == '-') {
			if (value_read(act, argv[i], argv[i + 1], o, e) < 0)
				return -1;
			i++;
		} else if (incident_read(act, argv[i], o, e) < 0)
			return -1;
	}
	if (act->incidents && !o->n)
		return err_set(e, ERR_USAGE, "which incident? (langyan incident list)");
	if (act->second && !o->second)
		return err_set(e, ERR_USAGE, "which %s? (langyan incident %s INC-… NAME)",
			       act->second, act->name);
	if (o->version && o->n > 1)
		return err_set(e, ERR_USAGE, "--version is for one incident");
	if (o->second)
		control_member(&o->args, act->second, o->second);
	if (o->all)
		control_member(&o->args, "state", "all");
	return buf_ok(&o->args) ? 0 : err_set(e, ERR_USAGE, "the options are too long");
}

static int
reply_show(const struct reply *r, const struct act *act, bool json, const struct settings *s,
	   const struct zone *z, struct arena *a, struct err *e)
{
	const struct json *j;
	int rc;

	if (json)
		return control_print(r);
	j = control_answer(r, a, &rc, e);
	if (!j)
		return rc;
	if (!strcmp(act->name, "list"))
		incident_put_list(json_get(j, "incidents"), z);
	else if (!strcmp(act->name, "show"))
		incident_put_show(j, z, str_is(s->site.lang, "en") ? "en" : "zh");
	else if (json_get(j, "incident"))
		incident_put_done(j, z);
	else
		return control_print(r);
	return 0;
}

/* One command; of several incidents each has its own. */
static int
act_call(const struct act *act, const struct incident_options *o, size_t i,
	 const struct settings *s, const struct zone *z, struct err *e)
{
	struct arena *a = arena_new();
	struct buf args = BUF(65536);
	struct command cmd = { .verb = str_of(act->verb), .version = o->version };
	struct reply r;
	int rc = -1;

	buf_add(&args, buf_str(&o->args));
	if (o->n)
		control_member(&args, "id", o->incidents[i]);
	if (args.n)
		buf_add_byte(&args, '}');
	cmd.args = buf_str(&args);
	if (control_call(s, "respond", &cmd, a, &r, e) == 0)
		rc = reply_show(&r, act, o->json, s, z, a, e);
	buf_release(&args);
	arena_free(a);
	return rc;
}

static int
act_run(int argc, char **argv, const struct act *act, struct err *e)
{
	struct incident_options o = { .args = BUF(65536) };
	struct settings *s = NULL;
	struct zone *z = NULL;
	int rc = options_read(argc, argv, act, &o, e);

	if (rc == 0)
		s = settings_read(o.path, NULL, e);
	z = s ? zone_open(s->site.zone.p, e) : NULL;
	rc = z ? 0 : -1;
	/* What one refuses does not stop the others; who does not answer does. */
	for (size_t i = 0; z && (i < o.n || !i); i++) {
		int one = act_call(act, &o, i, s, z, e);

		rc = one ? one : rc;
		if (e->kind != ERR_NONE)
			break;
	}
	zone_close(z);
	settings_free(s);
	buf_release(&o.args);
	return rc;
}

static int
incident(int argc, char **argv, struct err *e)
{
	for (size_t i = 0; argc > 1 && i < LY_COUNT(acts); i++)
		if (!strcmp(argv[1], acts[i].name))
			return act_run(argc - 1, argv + 1, &acts[i], e);
	return err_set(e, ERR_USAGE,
		       "list, show, ack, escalate, promote, lower, verdict, close, merge, "
		       "assess, claim, fact, task, assign, recuse, release, strike, "
		       "confidential, share, playbook, act, duty or draft");
}

const struct subcommand cmd_incident = {
	"incident",
	"list [--all] [--watch W] | show | ack | escalate | promote | lower | verdict | close "
	"| merge | assess | claim | fact | task | assign | recuse | release | strike | "
	"confidential | share INC-… [options] | playbook INC-… NAME | act INC-… ACTION | "
	"duty INC-… NAME | draft INC-… TEMPLATE|all",
	"incidents: list them, show one's file, take it, raise it, judge it, work on it, close "
	"it\n"
	"Options: -c FILE, --json, --version N (refuse when it has changed since), and\n"
	"  ack      --for 4h, --code 123456 (from a notice), --why\n"
	"  escalate --why: whoever comes next is told now, taken or not\n"
	"  promote  --level 2|3, --why\n"
	"  lower    --why: one level down, when what fires has been lower for long\n"
	"  verdict  --verdict respond|watch|wrong_alarm|not_ours|stand_down, --why\n"
	"  merge    --into INC-…, --why: it becomes part of that one\n"
	"  assess   --type unknown|disaster|rumour|tampering|violence|challenge|\n"
	"           technical_error|human_error|misdeed|mismanagement, --fault, --injury and\n"
	"           --history unknown|no|yes, --reputation unknown|0|1|2 (bad, mixed, good),\n"
	"           --view all|legal, --note\n"
	"  claim    --text, --truth unverified|true|untrue|partly, --proof; --claim N: that "
	"one\n"
	"  fact     --key, --value, --status unconfirmed|confirmed|withdrawn, --source\n"
	"  task     --what, --role, --due 2h, --state open|done|dropped, --why; --task KEY\n"
	"  assign   --role lead|analyst|fixer|spokesperson|legal|approver, --person, --deputy\n"
	"  recuse   --person, --why; --out no takes it back\n"
	"  release  --kind statement|full|update|reply|staff_note, --channel, --url, --text,\n"
	"           --next 30m: what was said elsewhere, and when we promised to speak again\n"
	"  strike   --kind, --key, --why: erase a text of the file; who, when and why stay\n"
	"  confidential  --is yes|no, --why: few may see it, or all again\n"
	"  share    --person, --in yes|no, --why: let somebody see it, or no longer\n"
	"  playbook NAME, --why: bind another playbook (langyan playbook list)\n"
	"  act      ACTION: let an action of the playbook go, whatever signals say; again too\n"
	"  duty     NAME: another duty clock of the same group (langyan playbook duties)\n"
	"  draft    TEMPLATE: a draft of it with the facts of now; all: of each that stands\n"
	"ack, promote, lower, verdict, close, merge, task and assign take several: INC-… "
	"INC-…\n"
	"What is not given stays as it was; nothing is overwritten (docs/incidents.md).",
	"  langyan incident list\n  langyan incident show INC-2026-0042\n"
	"  langyan incident verdict INC-2026-0042 --verdict not_ours --why \"another 山脆\"\n"
	"  langyan incident ack INC-2026-0042 --for 2h\n"
	"  langyan incident verdict INC-2026-0043 INC-2026-0044 --verdict wrong_alarm\n"
	"  langyan incident merge INC-2026-0043 --into INC-2026-0042 --why \"one recall\"\n"
	"  langyan incident assess INC-2026-0042 --type rumour --fault no\n"
	"  langyan incident claim INC-2026-0042 --text \"three children are in hospital\"\n"
	"  langyan incident claim INC-2026-0042 --claim 1 --truth untrue --proof \"hospital, "
	"14:20\"\n"
	"  langyan incident release INC-2026-0042 --kind statement --channel weibo --next 1h\n"
	"  langyan incident close INC-2026-0042 --why \"recalled, statement out\"",
	incident
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

/* The crawler keeps it as evidence, in the spool, in the archive; also what an earlier call left.
 * args: whose, for what it set aside. */
static int
erase_kept(const struct settings *s, struct str args, struct arena *a, struct err *e)
{
	struct buf ids = BUF(RECORD_CALL_MAX / 2);
	struct command cmd = { .verb = STR("documents.erase"), .args = args };
	struct store *record = store_open_reader(settings_path(s, "respond/langyan.db"),
						 &record_migrations, e);
	struct reply r;
	int rc = record ? record_each_erased(record, erased_add, &ids, e) : -1;

	store_close(record);
	if (!buf_ok(&ids))
		rc = err_set(e, ERR_REJECT, "more was erased than one command can name");
	cmd.body = buf_str(&ids);
	if (rc >= 0)
		rc = control_call(s, "crawl", &cmd, a, &r, e) < 0 ? -1 : control_print(&r);
	if (rc == 0)
		rc = erase_rest(s, a, &r, e);
	buf_release(&ids);
	return rc < 0 ? err_within(e, "not erased in the crawler's files") : rc;
}

/* Copies of a store or file that an upgrade or a restore set aside, or a verify that was ended. */
static bool
is_copy(const char *name)
{
	static const char *const marks[] = { ".before-", ".replaced", ".verify-",
					     ".restoring" };

	for (size_t i = 0; i < LY_COUNT(marks); i++)
		if (strstr(name, marks[i]))
			return true;
	return false;
}

static void
copies_tell(const struct settings *s)
{
	static const char *const folders[] = { "respond", "crawl", "crawl/evidence" };

	for (size_t i = 0; i < LY_COUNT(folders); i++) {
		const char *path = settings_path(s, folders[i]);
		DIR *d = opendir(path);
		struct dirent *entry;

		while (d && (entry = readdir(d)))
			if (is_copy(entry->d_name))
				fprintf(stderr,
					"a copy of before may hold it still; remove it when "
					"you "
					"need it no more: %s/%s\n",
					path, entry->d_name);
		if (d)
			closedir(d);
	}
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
			control_member(&o.args, argv[i] + 2, argv[i + 1]);
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
		rc = erase_kept(s, buf_str(&o.args), a, e);
	if (rc == 0)
		copies_tell(s);
	settings_free(s);
	arena_free(a);
	buf_release(&o.args);
	return rc;
}

const struct subcommand cmd_erase = {
	"erase", "--author NAME [--site SITE] [--reason TEXT] [-c FILE]",
	"erase what one author wrote; a tombstone with the reason stays, figures and audit "
	"too\n"
	"Evidence, spool, document archive, and the notices and digests that quoted it are "
	"written again without it before the command ends.\n"
	"The reply says to whom such a notice went: what has left is theirs to delete. Backups "
	"are not touched.",
	"  langyan erase --author 张三 --reason \"request of 2026-11-20\"", erase
};
