/* cmd_run.c - every stage in one process, and what happens told on the terminal. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "drill/newsroom.h"

#include "cli/command.h"
#include "cli/control.h"
#include "cli/service.h"

/* What the terminal shows; written by the responder's thread only, read after it ended. */
struct view {
	struct zone *zone;
	bool colour;
	int64_t highest;
	size_t firings, moves, notices, digests;
};

static const char *const level_names[] = { "", "L1 监测", "L2 研判", "L3 处置" };
static const char *const level_colours[] = { "", "\033[34m", "\033[33m", "\033[1;31m" };

static void
view_line(const struct view *v, const struct told *t, const char *mark)
{
	struct buf b = BUF(8192);
	size_t level = t->level >= 1 && t->level <= 3 ? (size_t)t->level : 0;

	clock_add_local(&b, v->zone, t->at);
	buf_addf(&b, "  %s%s %.*s%s%s%s  ", v->colour ? level_colours[level] : "", mark,
		 STR_ARG(t->incident), level ? "  " : "", level_names[level],
		 v->colour ? "\033[0m" : "");
	if (t->grade)
		buf_addf(&b, "(W%lld) ", (long long)t->grade);
	buf_add(&b, t->reason);
	puts(b.p);
	fflush(stdout);
	buf_release(&b);
}

static void
view_put(void *arg, const struct told *t)
{
	struct view *v = arg;

	if (!strcmp(t->type, "firing")) {
		v->firings++;
	} else if (!strcmp(t->type, "move")) {
		v->moves++;
		if (t->level > v->highest)
			v->highest = t->level;
		view_line(v, t, "▲");
	} else if (!strcmp(t->type, "notice")) {
		v->notices++;
		view_line(v, t, "  ✉");
	} else {
		v->digests++;
		view_line(v, t, "  ▤");
	}
}

struct run_options {
	const char *path, *scenario;
	bool once;
};

static int
options_read(int argc, char **argv, struct run_options *o, struct err *e)
{
	o->path = "langyan.yaml";
	for (int i = 1; i < argc; i++) {
		bool value = i + 1 < argc;

		if (!strcmp(argv[i], "-c") && value)
			o->path = argv[++i];
		else if (!strcmp(argv[i], "--newsroom") && value)
			o->scenario = argv[++i];
		else if (!strcmp(argv[i], "--once"))
			o->once = true;
		else
			return err_set(e, ERR_USAGE, "cannot use \"%s\"", argv[i]);
	}
	return 0;
}

/* The newsroom listens where the sources' first address points. */
static int
newsroom_begin(const struct run_options *o, struct newsroom **n, struct err *e)
{
	struct buf report = BUF(1 << 20);
	struct settings *s = settings_read(o->path, NULL, e);
	const struct source_conf *v = s ? s->sources.v : NULL;
	struct str at = { 0 };
	char listen[64];

	for (size_t i = 0; s && i < s->sources.n && !at.n; i++)
		if (v[i].allow_private.n)
			at = v[i].allow_private.v[0];
	if (s && !at.n)
		err_set(e, ERR_USAGE,
			"no source with allow_private: where should the newsroom be?");
	snprintf(listen, sizeof listen, "%.*s", STR_ARG(at));
	if (at.n)
		*n = newsroom_open(
			&(struct newsroom_setup){ o->scenario, listen,
						  s->clock.scale ? s->clock.scale : 1 },
			&report, e);
	if (report.n)
		fputs(report.p, stderr);
	buf_release(&report);
	settings_free(s);
	return *n ? 0 : -1;
}

/* States in which a notice owes nothing to anybody. */
static bool
is_delivered(struct str state)
{
	static const char *const well[] = { "sent", "acked", "expired", "bundled",
					    "superseded" };

	for (size_t i = 0; i < LY_COUNT(well); i++)
		if (str_is(state, well[i]))
			return true;
	return false;
}

/* Ask the record, not the view: how many notices are not delivered. */
static int64_t
notices_owed(const struct settings *s, size_t *all, struct err *e)
{
	struct command cmd = { .verb = STR("notice.list") };
	struct arena *a = arena_new();
	struct reply r;
	const struct json *list = NULL;
	int64_t owed = -1;

	if (control_call(s, "respond", &cmd, a, &r, e) == 0)
		list = json_get(json_parse(a, r.body, e), "notices");
	if (json_kind(list) == JSON_LIST)
		owed = 0;
	else if (e->kind == ERR_NONE)
		err_set(e, ERR_BROKEN, "the responder does not tell its notices");
	*all = json_count(list);
	for (size_t i = 0; i < *all; i++) {
		struct str state = json_text(json_get(json_at(list, i), "state"), STR("?"));

		if (!is_delivered(state)) {
			struct str why = json_text(json_get(json_at(list, i), "why"), STR(""));

			fprintf(stderr, "not delivered: %.*s (%.*s)\n", STR_ARG(state),
				STR_ARG(why));
			owed++;
		}
	}
	arena_free(a);
	return owed;
}

static int
closing(const struct run_options *o, const struct view *v, struct err *e)
{
	struct settings *s = settings_read(o->path, NULL, e);
	const char *me = program_invocation_name; /* as it was called: it can be pasted */
	char *where;
	size_t all = 0;
	int64_t owed = s ? notices_owed(s, &all, e) : -1;

	if (owed < 0) {
		settings_free(s);
		return -1;
	}
	printf("\n%zu firings, %zu moves, highest level L%lld, %zu notices of which %lld are "
	       "not "
	       "delivered, %zu digests\n",
	       v->firings, v->moves, (long long)v->highest, all, (long long)owed, v->digests);
	where = realpath(s->site.data.p, NULL);
	printf("everything is in %s: notices/ drafts/ digests/ and the record\n"
	       "  %s incident list -c %s\n"
	       "  %s verify -c %s    computes every figure again\n"
	       "  %s init my-brand    your own brand\n",
	       where ? where : s->site.data.p, me, o->path, me, o->path, me);
	free(where);
	settings_free(s);
	return v->highest == 3 && owed == 0 ? 0 : 1;
}

/* On a terminal: what is going on until the first incident. */
static void
told_begin(const struct run_options *o, const struct settings *s)
{
	if (o->scenario)
		printf("playing %s, %lld seconds in one; the first alarm takes about half a "
		       "minute\n",
		       o->scenario, (long long)(s->clock.scale ? s->clock.scale : 1));
	printf("notices, drafts and digests go to %.*s\n", STR_ARG(s->site.data));
	if (s->http.listen.n)
		printf("API at http://%.*s; ", STR_ARG(s->http.listen));
	puts(o->once ? "" : "Ctrl-C stops");
}

static int
run(int argc, char **argv, struct err *e)
{
	struct run_options o = { 0 };
	struct newsroom *n = NULL;
	struct settings *s = NULL;
	bool person = isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
	struct view v = { .colour = isatty(STDOUT_FILENO) };
	struct service_setup setup;
	int rc = -1;

	if (options_read(argc, argv, &o, e) < 0)
		return -1;
	/* Nobody is there to press Ctrl-C: a scenario ends by itself. */
	if (o.scenario && !isatty(STDOUT_FILENO))
		o.once = true;
	/* Who reads both needs no second telling in log lines. Set before the first thread. */
	if (person)
		log_threshold(LOG_WARN);
	s = settings_read(o.path, NULL, e);
	if (!s || !(v.zone = zone_open(s->site.zone.p, e)))
		goto done;
	if (o.scenario && newsroom_begin(&o, &n, e) < 0)
		goto done;
	if (person)
		told_begin(&o, s);
	setup = (struct service_setup){
		.path = o.path, .parts = PART_ALL, .told = { view_put, &v }, .endless = !o.once
	};
	rc = service_main(&setup, e);
	if (rc == 0 && (o.once || o.scenario))
		rc = closing(&o, &v, e);
	if (rc == 1 && !o.once)
		rc = 0; /* a person ended it when it suited them */
done:
	newsroom_close(n);
	zone_close(v.zone);
	settings_free(s);
	return rc;
}

const struct subcommand cmd_run = {
	"run", "[-c FILE] [--newsroom SCENARIO] [--once]",
	"every stage in one process; moves, notices and digests are told on stdout\n"
	"--newsroom plays a scenario on the loopback address of the sources; --once ends with "
	"the\n"
	"clock's length: and exits 0 only if L3 was reached and every notice was delivered.",
	"  langyan run\n  langyan run -c examples/quickstart/langyan.yaml "
	"--newsroom scenarios/shancui-food-safety.yaml --once",
	run
};
