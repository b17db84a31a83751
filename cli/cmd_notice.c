/* cmd_notice.c - was I told? The ledger of notices in a shell; and a notice to try a channel with. */
#include "core/base.h"

#include <stdio.h>
#include <time.h>

#include "core/clock.h"
#include "core/conf.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/notice_said.h"
#include "responder/notice_store.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/show_time.h"

#define SHOWN    "50" /* notices of a list, when nothing is said */
#define SHORT_ID 12   /* digits */
#define WAIT_S   30   /* for the end of a trial */
#define LOOK_MS  100  /* how often */

struct asked {
	const char *path, *id;
	bool json;
	int64_t wait_s;
	struct buf args;
};

/* What is not in the table is said as it stands. */
static const char *
say(const struct notice_said *table, const char *word)
{
	const struct notice_said *x = notice_said_find(table, str_of(word));

	return x ? x->says : word;
}

/* Of our own reply, so that it ends with a zero. */
static const char *
text_of(const struct json *j, const char *key)
{
	return json_text(json_get(j, key), STR("")).p;
}

static void
put_why(const struct json *x)
{
	const char *why = text_of(x, "why");

	if (!strncmp(why, NOTICE_BUNDLE, sizeof NOTICE_BUNDLE - 1))
		printf(" (in %.12s)", why + 7);
	else if (why[0])
		printf(" (%s)", say(notice_whys, why));
	if (json_true(json_get(x, "repeat_possible")))
		printf(" possible repeat");
}

static void
put_line(const struct json *x, const struct zone *z)
{
	const char *to = text_of(x, "recipient"), *incident = text_of(x, "incident");
	long long level = json_int(json_get(x, "level"), 0);

	printf("%.*s  ", SHORT_ID, text_of(x, "id"));
	show_time_of(z, json_get(x, "at"));
	if (level) /* an incident's */
		printf("  L%lld", level);
	else
		fputs("  - ", stdout);
	printf(" %-8s %-10s via %-10s %-13s %s", text_of(x, "kind"), to[0] ? to : "-",
	       text_of(x, "channel"), incident[0] ? incident : "-", text_of(x, "state"));
	put_why(x);
	/* It is about us: which of all troubles, its title alone says. */
	if (!strcmp(text_of(x, "kind"), "operator"))
		printf("  %s", text_of(x, "subject"));
	putchar('\n');
}

static void
put_try(const struct json *t, const struct zone *z)
{
	const char *said = text_of(t, "said");
	int64_t status = json_int(json_get(t, "status"), 0),
		wait_s = json_int(json_get(t, "wait_s"), 0);

	printf("  %lld  ", (long long)json_int(json_get(t, "n"), 0));
	show_time_of(z, json_get(t, "at"));
	if (!strcmp(text_of(t, "ended"), "unknown"))
		printf("  nobody knows: we were ended meanwhile");
	else
		printf("  %s%s", status >= 200 && status < 300 && !said[0] ? "taken" : said,
		       said[0] || status ? "" : text_of(t, "ended"));
	if (status)
		printf("  [%lld]", (long long)status);
	printf("  %lld ms", (long long)json_int(json_get(t, "ms"), 0));
	if (wait_s)
		printf("  asks us to wait %lld s", (long long)wait_s);
	if (text_of(t, "answer")[0])
		printf("  answer %.12s", text_of(t, "answer"));
	putchar('\n');
}

static void
put_whole(const struct json *x, const struct zone *z)
{
	const struct json *tries = json_get(x, "tries");

	put_line(x, z);
	printf("  %s: %s\n", text_of(x, "kind"), say(notice_kinds, text_of(x, "kind")));
	printf("  %s: %s\n", text_of(x, "state"), say(notice_states, text_of(x, "state")));
	if (text_of(x, "subject")[0])
		printf("  %s\n", text_of(x, "subject"));
	fputs("  made ", stdout);
	show_time_of(z, json_get(x, "created_at"));
	fputs("  due ", stdout);
	show_time_of(z, json_get(x, "due_at"));
	fputs("  arrived ", stdout);
	show_time_of(z, json_get(x, "sent_at"));
	if (json_get(x, "next_at")) {
		fputs("  next try ", stdout);
		show_time_of(z, json_get(x, "next_at"));
	}
	putchar('\n');
	if (json_get(x, "superseded_by"))
		printf("  in its place: %.*s\n", SHORT_ID, text_of(x, "superseded_by"));
	printf(json_count(tries) ? "tries\n" : "never tried\n");
	for (size_t i = 0; i < json_count(tries); i++)
		put_try(json_at(tries, i), z);
}

/* ---- asking ------------------------------------------------------------------------------------- */

/* One command; its answer parsed, or NULL: *rc says how it ended. */
static const struct json *
ask(const struct settings *s, const char *verb, struct str args, struct arena *a,
    struct reply *r, int *rc, struct err *e)
{
	struct command cmd = { .verb = str_of(verb), .args = args };

	*rc = control_call(s, "respond", &cmd, a, r, e);
	return *rc == 0 ? control_answer(r, a, rc, e) : NULL;
}

static int
list_run(const struct settings *s, const struct zone *z, struct asked *o, struct arena *a,
	 struct err *e)
{
	struct reply r;
	const struct json *j, *v;
	int rc;

	if (!o->json && !strstr(o->args.p ? o->args.p : "", "\"limit\""))
		control_member(&o->args, "limit", SHOWN);
	if (o->args.n)
		buf_add_byte(&o->args, '}');
	j = ask(s, "notice.list", buf_str(&o->args), a, &r, &rc, e);
	if (!j)
		return rc;
	if (o->json)
		return control_print(&r);
	v = json_get(j, "notices");
	for (size_t i = 0; i < json_count(v); i++)
		put_line(json_at(v, i), z);
	return 0;
}

static const struct json *
show_ask(const struct settings *s, const char *id, struct arena *a, struct reply *r, int *rc,
	 struct err *e)
{
	struct buf args = BUF(200);
	const struct json *j;

	control_member(&args, "id", id);
	buf_add_byte(&args, '}');
	j = ask(s, "notice.show", buf_str(&args), a, r, rc, e);
	buf_release(&args);
	if (j && !json_get(j, "notice"))
		*rc = err_set(e, ERR_BROKEN, "the answer has no notice");
	return json_get(j, "notice");
}

static int
show_run(const struct settings *s, const struct zone *z, struct asked *o, struct arena *a,
	 struct err *e)
{
	struct reply r;
	const struct json *x;
	int rc;

	if (!o->id)
		return err_set(e, ERR_USAGE, "which notice? (langyan notice list)");
	x = show_ask(s, o->id, a, &r, &rc, e);
	if (!x)
		return rc;
	if (o->json)
		return control_print(&r);
	put_whole(x, z);
	return 0;
}

/* ---- a trial ------------------------------------------------------------------------------------ */

static bool
is_over(const char *state)
{
	return !strcmp(state, "sent") || !strcmp(state, "failed_perm");
}

enum trial { TRIAL_ARRIVED, TRIAL_WAITS, TRIAL_REFUSED };
/* Until it has ended, or too long. 0; else it could not be asked: an exit code, or -1. */
static int
trial_wait(const struct settings *s, const struct zone *z, const char *id, int64_t end_ms,
	   enum trial *said, struct err *e)
{
	static const struct timespec pause = { 0, LOOK_MS * 1000000 };

	for (;;) {
		struct arena *a = arena_new();
		struct reply r;
		int rc;
		const struct json *x = show_ask(s, id, a, &r, &rc, e);
		bool ends = !x || is_over(text_of(x, "state")) || clock_mono_ms() >= end_ms;

		if (x && ends) {
			put_whole(x, z);
			*said = !is_over(text_of(x, "state"))                ? TRIAL_WAITS
				: strcmp(text_of(x, "state"), "failed_perm") ? TRIAL_ARRIVED
									     : TRIAL_REFUSED;
		}
		arena_free(a);
		if (!x)
			return rc;
		if (ends)
			return 0;
		nanosleep(&pause, NULL);
	}
}

static int
test_run(const struct settings *s, const struct zone *z, struct asked *o, struct arena *a,
	 struct err *e)
{
	int64_t end_ms = clock_mono_ms() + (o->wait_s ? o->wait_s : WAIT_S) * 1000;
	struct reply r;
	const struct json *j, *v;
	int rc, n[3] = { 0 };

	if (!o->id)
		return err_set(e, ERR_USAGE, "whom? PERSON, PERSON/CHANNEL or CHANNEL");
	control_member(&o->args, "name", o->id);
	buf_add_byte(&o->args, '}');
	j = ask(s, "notice.test", buf_str(&o->args), a, &r, &rc, e);
	if (!j)
		return rc;
	v = json_get(j, "notices");
	for (size_t i = 0; i < json_count(v); i++) {
		enum trial said = TRIAL_WAITS;

		rc = trial_wait(s, z, text_of(json_at(v, i), "id"), end_ms, &said, e);
		if (rc)
			return rc;
		n[said]++;
	}
	if (n[TRIAL_REFUSED])
		fprintf(stderr,
			"langyan notify test: refused for good, so it is not tried again: "
			"mend what the try says, then test anew (docs/channels.md, "
			"\"When it fails\")\n");
	if (n[TRIAL_WAITS])
		fprintf(stderr,
			"langyan notify test: not all of it arrived within %lld s; it is "
			"tried on while \"langyan run\" or \"langyan respond\" runs\n",
			(long long)(o->wait_s ? o->wait_s : WAIT_S));
	return n[TRIAL_REFUSED] || n[TRIAL_WAITS];
}

/* ---- the command line --------------------------------------------------------------------------- */

static const struct act {
	const char *name, *options;
	int (*run)(const struct settings *s, const struct zone *z, struct asked *o,
		   struct arena *a, struct err *e);
} list_act = { "notice list", "--person --incident --state --channel --kind --since --limit ",
	       list_run },
  show_act = { "notice show", "", show_run }, test_act = { "notify test", "--wait ", test_run };

/* "24h" back from now, or a time, as ISO. */
static int
since_add(const char *value, struct buf *args, struct err *e)
{
	struct buf iso = BUF(64);
	struct err no = { 0 };
	int64_t span_s, at;

	if (conf_seconds(str_of(value), &span_s, &no) == 0)
		at = clock_wall() - span_s;
	else if (clock_parse_local(NULL, str_of(value), &at, e) < 0)
		return -1;
	clock_add_iso(&iso, at);
	control_member(args, "since", iso.p);
	buf_release(&iso);
	return 0;
}

static int
option_read(const struct act *act, const char *name, const char *value, struct asked *o,
	    struct err *e)
{
	struct err no = { 0 };

	if (strcmp(name, "-c") != 0 && !control_takes(act->options, name))
		return err_set(e, ERR_USAGE, "%s has no option \"%s\"", act->name, name);
	if (!value)
		return err_set(e, ERR_USAGE, "%s wants a value", name);
	if (!strcmp(name, "-c"))
		o->path = value;
	else if (!strcmp(name, "--since"))
		return since_add(value, &o->args, e);
	else if (strcmp(name, "--wait") != 0)
		control_member(&o->args, name + 2, value);
	else if (conf_seconds(str_of(value), &o->wait_s, &no) < 0 || o->wait_s < 1)
		return err_set(e, ERR_USAGE, "--wait wants a time like 30s");
	return 0;
}

static int
act_run(int argc, char **argv, const struct act *act, struct err *e)
{
	struct asked o = { .path = "langyan.yaml", .args = BUF(4096) };
	struct settings *s = NULL;
	struct zone *z = NULL;
	struct arena *a = arena_new();
	int rc = 0;

	for (int i = 1; i < argc && rc == 0; i++) {
		if (!strcmp(argv[i], "--json"))
			o.json = true;
		else if (argv[i][0] == '-')
			rc = option_read(act, argv[i], argv[i + 1], &o, e), i++;
		else if (o.id || act == &list_act)
			rc = err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
		else
			o.id = argv[i];
	}
	if (rc == 0)
		s = settings_read(o.path, NULL, e);
	z = s ? zone_open(s->site.zone.p, e) : NULL;
	rc = z ? act->run(s, z, &o, a, e) : -1;
	zone_close(z);
	settings_free(s);
	arena_free(a);
	buf_release(&o.args);
	return rc;
}

static int
notice(int argc, char **argv, struct err *e)
{
	if (argc > 1 && !strcmp(argv[1], "list"))
		return act_run(argc - 1, argv + 1, &list_act, e);
	if (argc > 1 && !strcmp(argv[1], "show"))
		return act_run(argc - 1, argv + 1, &show_act, e);
	return err_set(e, ERR_USAGE, "notice list or notice show ID");
}

static int
notify(int argc, char **argv, struct err *e)
{
	if (argc > 1 && !strcmp(argv[1], "test"))
		return act_run(argc - 1, argv + 1, &test_act, e);
	return err_set(e, ERR_USAGE, "notify test PERSON, PERSON/CHANNEL or CHANNEL");
}

const struct subcommand cmd_notice = {
	"notice", "list [filters] | show ID [--json] [-c FILE]",
	"was I told? Every notice: to whom, through what, in which state and why; and each "
	"try\n"
	"Filters: --person NAME, --incident INC-…, --state held|queued|sent|expired|…, "
	"--channel NAME,\n"
	"--kind page|clear|digest|test|…, --since 24h or a time, --limit N (the newest 50 "
	"when\n"
	"nothing is said). show tells each try: when, what was answered, how long it took; why "
	"it\n"
	"waits, what came in its place, whether it may be a repeat. The first digits of an id "
	"do.",
	"  langyan notice list --person anna --since 24h\n"
	"  langyan notice list --state retry_wait\n"
	"  langyan notice show 3f2a91bc04de\n"
	"  langyan notice list --json | jq '.notices[] | select(.state != \"sent\")'",
	notice
};

const struct subcommand cmd_notify = {
	"notify", "test PERSON|PERSON/CHANNEL|CHANNEL [--wait 30s] [-c FILE]",
	"send a test on the way that real notices take, and tell what was answered\n"
	"A person gets one through each contact. Exits 0 when all have arrived, else 1. While "
	"no\n"
	"responder runs the test waits for the next one.",
	"  langyan notify test anna\n  langyan notify test anna/mail\n"
	"  langyan notify test feishu-pr --wait 60s",
	notify
};
