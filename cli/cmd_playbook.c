/* cmd_playbook.c - playbooks: which there are, what one says, what a trigger at a level would get. */
#include "core/base.h"

#include <stdio.h>

#include "core/conf.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/settings.h"
#include "responder/gauge.h"
#include "responder/playbook.h"

struct asked {
	struct settings *s;
	struct responder_conf c;
	struct responder_env env;
	struct arena *a;
	bool zh;
	const char *name; /* show: the playbook; test: the trigger */
	int64_t level;    /* test; else 3 */
	struct str watch, topic;
};

/* "90m", "2h", "at once". */
static const char *
span(const struct asked *q, int64_t s)
{
	if (!s)
		return "no time";
	if (s % 86400 == 0)
		return arena_textf(q->a, "%lldd", (long long)s / 86400);
	if (s % 3600 == 0)
		return arena_textf(q->a, "%lldh", (long long)s / 3600);
	return s % 60 ? arena_textf(q->a, "%llds", (long long)s)
		      : arena_textf(q->a, "%lldm", (long long)s / 60);
}

static bool
is_own(const struct asked *q, struct str name)
{
	return playbook_find(&q->s->playbooks, name) != NULL;
}

static void
put_texts(const char *label, const struct conf_texts *t)
{
	if (!t->n)
		return;
	printf("  %s:", label);
	for (size_t i = 0; i < t->n; i++)
		printf(" %.*s", STR_ARG(t->v[i]));
	putchar('\n');
}

static void
put_head(const struct asked *q, const struct playbook_conf *p)
{
	struct str title = playbook_title(p, q->zh);

	printf("%.*s  %.*s  (%s)%s\n", STR_ARG(p->name), STR_ARG(title),
	       is_own(q, p->name) ? "configured" : "shipped",
	       p->confidential ? "  confidential" : "");
}

/* ---- what it holds ------------------------------------------------------------------------------ */

static void
put_tasks(const struct asked *q, const struct playbook_conf *p)
{
	const struct play_task *t = p->tasks.v;

	for (size_t i = 0; i < p->tasks.n; i++) {
		struct str what = play_task_what(&t[i], q->zh);

		if (t[i].level <= q->level)
			printf("  task    L%lld  %.*s.%.*s  %.*s, %s%s: %.*s\n",
			       (long long)t[i].level, STR_ARG(p->name), STR_ARG(t[i].key),
			       STR_ARG(t[i].role), t[i].due ? "within " : "", span(q, t[i].due),
			       STR_ARG(what));
	}
}

static void
put_list(const struct conf_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		printf("%s%.*s", i ? " " : "", STR_ARG(t->v[i]));
}

static void
put_action(const struct action_conf *c)
{
	printf("  action  L%lld  %.*s  %s: ", (long long)c->level, STR_ARG(c->name),
	       action_words[c->kind]);
	put_list(&c->to);
	put_list(&c->templates);
	put_list(&c->argv);
	printf("%.*s%.*s", STR_ARG(c->what), STR_ARG(c->channel));
	if (c->kind == ACTION_WEBHOOK || c->kind == ACTION_COMMAND)
		printf("; %s%s",
		       c->changes ? "when two signals agree or a person says so" : "at once",
		       c->dry_run ? "; dry run: only written down" : "");
	putchar('\n');
}

static void
put_actions(const struct asked *q, const struct playbook_conf *p)
{
	const struct action_conf *c = p->actions.v;

	for (size_t i = 0; i < p->actions.n; i++)
		if (c[i].level <= q->level)
			put_action(&c[i]);
}

/* Whom each role would be given to, if nobody is out. */
static void
put_roles(const struct asked *q, const struct playbook_conf *p)
{
	struct conf_texts nobody = { NULL, 0 };

	for (int i = 0; role_words[i]; i++) {
		struct gate_slot s = gate_pick(&q->s->notice, &nobody, role_words[i],
					       playbook_role(p, role_words[i]));

		printf("  role    %s: %.*s", role_words[i],
		       STR_ARG(s.person ? s.person->name : STR("nobody")));
		if (s.deputy)
			printf(", deputy %.*s", STR_ARG(s.deputy->name));
		putchar('\n');
	}
}

static void
put_clocks(const struct asked *q, const struct playbook_conf *p)
{
	fputs("  clocks ", stdout);
	for (int i = 0; play_clock_words[i]; i++)
		printf("%s %s %s", i ? "," : "", play_clock_words[i],
		       p && p->clocks.s[i] ? span(q, p->clocks.s[i]) : "as usual");
	putchar('\n');
}

static void
put_route(const struct playbook_conf *p, const struct route_conf *base)
{
	struct route_conf r;

	if (!playbook_route(p, base, &r) && !base)
		return;
	printf("  route   policy %.*s, owner %.*s\n", STR_ARG(r.policy.n ? r.policy : STR("-")),
	       STR_ARG(r.owner.n ? r.owner : STR("-")));
}

/* ---- list, show --------------------------------------------------------------------------------- */

static int
list(const struct asked *q, struct err *e)
{
	const struct playbook_conf *p = q->c.playbooks.v;

	(void)e;
	for (size_t i = 0; i < q->c.playbooks.n; i++) {
		put_head(q, &p[i]);
		put_texts("watches", &p[i].watches);
		put_texts("topics", &p[i].topics);
		put_texts("triggers", &p[i].triggers);
		put_texts("classes", &p[i].classes);
		printf("  %zu tasks, %zu actions\n", p[i].tasks.n, p[i].actions.n);
	}
	return 0;
}

/* The mistake, with the nearest name. */
static int
unknown(const char *what, const char *name, const char *const *names, size_t n, struct err *e)
{
	const char *near = conf_nearest(str_of(name), names, n);

	return err_set(e, ERR_USAGE, "there is no %s \"%s\"%s%s%s", what, name,
		       near ? ": did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int
show(const struct asked *q, struct err *e)
{
	const struct playbook_conf *v = q->c.playbooks.v, *p;
	const char **names = arena_alloc(q->a, (q->c.playbooks.n + 1) * sizeof *names);

	if (!q->name)
		return err_set(e, ERR_USAGE, "which? (langyan playbook list)");
	p = playbook_find(&q->c.playbooks, str_of(q->name));
	for (size_t i = 0; i < q->c.playbooks.n; i++)
		names[i] = arena_text(q->a, v[i].name);
	if (!p)
		return unknown("playbook", q->name, names, q->c.playbooks.n, e);
	put_head(q, p);
	put_texts("watches", &p->watches);
	put_texts("topics", &p->topics);
	put_texts("triggers", &p->triggers);
	put_texts("classes", &p->classes);
	put_texts("templates", &p->templates);
	put_route(p, NULL);
	put_clocks(q, p);
	put_roles(q, p);
	put_tasks(q, p);
	put_actions(q, p);
	return 0;
}

/* ---- duties ------------------------------------------------------------------------------------- */

static int
duties(const struct asked *q, struct err *e)
{
	const struct duty_conf *d = q->c.duties.v;

	(void)e;
	for (size_t i = 0; i < q->c.duties.n; i++) {
		bool ours = q->topic.n ? duty_applies(&d[i], &q->c.legal, q->topic)
				       : duty_applies(&d[i], &q->c.legal,
						      d[i].topics.n ? d[i].topics.v[0]
								    : STR("any"));
		struct buf text = BUF(4096);

		if (q->topic.n && !ours)
			continue;
		duty_text(&q->c.duties, &d[i], q->zh, &text);
		printf("%.*s  %.*s%s%s\n  %s\n", STR_ARG(d[i].name), STR_ARG(d[i].jurisdiction),
		       duty_is_checked(&d[i]) ? "" : "  unconfirmed",
		       ours ? "" : "  (not ours: legal.jurisdictions, legal.we_are)", text.p);
		put_texts("topics", &d[i].topics);
		put_texts("we are", &d[i].we_are);
		buf_release(&text);
	}
	return 0;
}

/* What an incident of this topic would open at L2. */
static void
put_duties(const struct asked *q)
{
	const struct duty_conf *d = q->c.duties.v;

	for (size_t i = 0; i < q->c.duties.n; i++) {
		struct buf text = BUF(4096);

		if (!duty_applies(&d[i], &q->c.legal, q->topic) ||
		    !duty_is_first(&q->c.duties, &d[i], &q->c.legal, q->topic))
			continue;
		duty_text(&q->c.duties, &d[i], q->zh, &text);
		printf("  task    L2  duty.%.*s  legal: %s\n", STR_ARG(d[i].name), text.p);
		buf_release(&text);
	}
}

/* ---- test --------------------------------------------------------------------------------------- */

/* The triggers that there are. 0 when name is one of them. */
static int
trigger_known(const struct asked *q, const char *name, struct err *e)
{
	const struct signal_conf *g = q->s->signals.v;
	const struct trigger_conf *t = q->s->triggers.v;
	size_t all = q->s->triggers.n, n = 0;
	const char **names;

	if (!all)
		t = trigger_defaults(0, &all);
	names = arena_alloc(q->a, (all + q->s->signals.n + 1) * sizeof *names);
	for (size_t i = 0; i < all; i++)
		names[n++] = arena_text(q->a, t[i].name);
	for (size_t i = 0; i < q->s->signals.n; i++)
		names[n++] = arena_textf(q->a, GAUGE_PREFIX "%.*s", STR_ARG(g[i].name));
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return 0;
	return unknown("trigger", name, names, n, e);
}

static void
put_gates(const struct asked *q)
{
	for (const struct gate *g = gates; g->key; g++)
		if (g->level <= q->level)
			printf("  task    L%lld  %s  %s, no time: %s\n", (long long)g->level,
			       g->key, g->role, q->zh ? g->what_zh : g->what_en);
}

static int
test(const struct asked *q, struct err *e)
{
	struct str trigger = q->name ? str_of(q->name) : STR("");
	enum signal_class class = playbook_class(&q->env, trigger);
	struct playbook_ask ask = { q->watch, q->topic, &trigger, &class, 1 };
	struct route_ask to = { q->watch, q->level, class, .topic = q->topic };
	struct tags l;
	const struct playbook_conf *p;
	const char *why;

	if (!q->name)
		return err_set(e, ERR_USAGE, "what fires? playbook test TRIGGER LEVEL");
	if (trigger_known(q, q->name, e) < 0)
		return -1;
	if (q->watch.n && !watch_find(&q->env, q->watch))
		return err_set(e, ERR_USAGE, "there is no watch \"%.*s\"", STR_ARG(q->watch));
	p = playbook_choose(&q->c.playbooks, &ask, q->a, &why);
	if (p) {
		put_head(q, p);
		printf("  because %s\n", why);
		put_texts("templates", &p->templates);
	} else {
		puts("no playbook fits: what every incident gets");
	}
	to.scenario = p ? p->name : STR("");
	l = route_tags(&to);
	put_route(p, route_find(&q->s->notice, &l).route);
	put_clocks(q, p);
	if (q->level >= 2) {
		put_roles(q, p);
		put_gates(q);
		put_duties(q);
	}
	if (p) {
		put_tasks(q, p);
		put_actions(q, p);
	}
	return 0;
}

/* ---- the command -------------------------------------------------------------------------------- */

static int
options_read(struct asked *q, int n, char **given, struct err *e)
{
	for (int i = 0; i < n; i++) {
		struct str *to = !strcmp(given[i], "--watch")   ? &q->watch
				 : !strcmp(given[i], "--topic") ? &q->topic
								: NULL;

		if (to && i + 1 < n)
			*to = str_of(given[++i]);
		else if (given[i][0] == '-')
			return err_set(e, ERR_USAGE, "what is \"%s\"?", given[i]);
		else if (!q->name)
			q->name = given[i];
		else if (str_int64(str_of(given[i]), &q->level) < 0 || q->level < 1 ||
			 q->level > 3)
			return err_set(e, ERR_USAGE, "a level is 1, 2 or 3, not \"%s\"",
				       given[i]);
	}
	return 0;
}

static const struct {
	const char *name;
	int (*run)(const struct asked *q, struct err *e);
} verbs[] = { { "list", list }, { "show", show }, { "duties", duties }, { "test", test } };

static int
playbook_command(int argc, char **argv, struct err *e)
{
	struct asked q = { .level = 3, .watch = STR(""), .topic = STR("") };
	const char *path;
	int i = argc > 1 ? command_options(argc - 1, argv + 1, &path, e) : 0, rc = -1;
	size_t verb = 0;

	if (i < 0)
		return -1;
	while (verb < LY_COUNT(verbs) && (argc < 2 || strcmp(argv[1], verbs[verb].name) != 0))
		verb++;
	if (verb == LY_COUNT(verbs))
		return err_set(e, ERR_USAGE, "list, show NAME, duties or test TRIGGER LEVEL");
	if (options_read(&q, argc - 1 - i, argv + 1 + i, e) < 0)
		return -1;
	q.s = settings_read(path, NULL, e);
	if (!q.s)
		return -1;
	q.a = arena_new();
	q.c = settings_responder(q.s);
	q.env = (struct responder_env){ .watches = q.c.watches,
					.watches_n = q.c.watches_n,
					.signals = q.c.signals.v,
					.signals_n = q.c.signals.n };
	q.zh = !str_is(q.s->site.lang, "en");
	rc = verbs[verb].run(&q, e);
	arena_free(q.a);
	settings_free(q.s);
	return rc;
}

const struct subcommand cmd_playbook = {
	"playbook",
	"list | show NAME | duties | test TRIGGER LEVEL [--topic T] [--watch W] [-c FILE]",
	"playbooks: which there are, what one says, what a trigger at a level would get\n"
	"test opens and does nothing: it shows which playbook an incident would be bound to "
	"and "
	"why, who would be told,\n"
	"and the roles, clocks, tasks and actions up to that level. A number from outside is "
	"signal:NAME. duties lists the duty clocks, of one topic with --topic.",
	"  langyan playbook list\n  langyan playbook duties --topic data_leak\n  langyan "
	"playbook show data-leak\n"
	"  langyan playbook test flood 3 --topic food_safety --watch shancui",
	playbook_command,
};
