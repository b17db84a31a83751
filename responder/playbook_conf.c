/* playbook_conf.c - the key `playbooks`: its tables, and which names must be there. */
#include "core/base.h"

#include "core/str.h"
#include "responder/gauge.h"
#include "responder/playbook.h"

#define HOUR 3600
#define DAY  86400

const char *const action_words[] = { "notify", "draft", "task", "webhook", "command", NULL };
const char *const play_clock_words[] = { "verdict", "statement", "pack", NULL };
static const char *const class_words[] = { "voice", "business", "system", NULL };

static struct conf_texts
texts_of(struct conf_reader *r, const char *const *words)
{
	struct conf_texts t = { NULL, 0 };

	while (words[t.n])
		t.n++;
	t.v = arena_alloc(conf_arena(r), (t.n + 1) * sizeof *t.v);
	for (size_t i = 0; i < t.n; i++)
		t.v[i] = str_of(words[i]);
	return t;
}

/* name, which stands in field, is one of l; empty is not asked. */
static void
must_be(struct conf_reader *r, const void *field, const char *what, struct str name,
	const struct conf_texts *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->v[i], name))
			return;
	if (name.n)
		conf_unknown(r, field, what, name, l->v, l->n);
}

static void
all_must_be(struct conf_reader *r, const struct conf_texts *t, const char *what,
	    const struct conf_texts *l)
{
	for (size_t i = 0; i < t->n; i++)
		must_be(r, &t->v[i], what, t->v[i], l);
}

static void
role_check(struct conf_reader *r, const void *field, struct str role)
{
	struct conf_texts roles = texts_of(r, role_words);

	must_be(r, field, "role", role, &roles);
}

/* ---- tasks ------------------------------------------------------------------------------------ */

#define AT(field) offsetof(struct play_task, field)
static const struct conf_key task_keys[] = {
	{ "level", CONF_COUNT, AT(level), 1, 3, "2", "opened when the incident reaches it" },
	{ "key", CONF_NAME, AT(key), 0, 60, NULL, "its name in the playbook" },
	{ "what", CONF_TEXT, AT(what), 1, 500, NULL, "what is to be done, as people say it" },
	{ "role", CONF_NAME, AT(role), 0, 0, "lead",
	  "whose: lead, analyst, fixer, spokesperson, legal, approver" },
	{ "due", CONF_SECONDS, AT(due), 0, 90 * DAY, "0", "by then; 0: no time" },
	CONF_END,
};
#undef AT

static void
task_check(struct conf_reader *r, void *self)
{
	const struct play_task *t = self;

	role_check(r, &t->role, t->role);
}

static const struct conf_schema task_schema = {
	.name = "task",
	.size = sizeof(struct play_task),
	.keys = task_keys,
	.help = "Something to do at a level, opened once.",
	.check = task_check,
};

/* ---- actions ---------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct action_conf, field)
static const struct conf_key action_keys[] = {
	{ "name", CONF_NAME, AT(name), 0, 60, NULL, "how people call it" },
	{ "level", CONF_COUNT, AT(level), 1, 3, "3", "done when the incident reaches it" },
	{ "kind", CONF_CHOICE, AT(kind), 0, 0, NULL, "notify, draft, task, webhook or command",
	  NULL, action_words },
	{ "to", CONF_TEXTS, AT(to), 0, 32, "",
	  "notify: person:NAME, schedule:NAME, channel:NAME, role:legal" },
	{ "templates", CONF_TEXTS, AT(templates), 0, 32, "",
	  "draft: templates that are filled in" },
	{ "what", CONF_TEXT, AT(what), 0, 500, "", "task: what is to be done" },
	{ "role", CONF_NAME, AT(role), 0, 0, "", "task: whose; empty: lead" },
	{ "due", CONF_SECONDS, AT(due), 0, 90 * DAY, "0", "task: by then; 0: no time" },
	{ "channel", CONF_NAME, AT(channel), 0, 0, "", "webhook: a channel of that kind" },
	{ "argv", CONF_TEXTS, AT(argv), 0, 64, "",
	  "command: program (whole path) and its arguments; no shell, nothing is put in" },
	{ "pass", CONF_TEXTS, AT(pass), 0, 32, "",
	  "command: environment variables of ours that it may see" },
	{ "dir", CONF_PATH, AT(dir), 0, 0, "", "command: where it runs; empty: /" },
	{ "timeout", CONF_SECONDS, AT(timeout), 1, HOUR, "30s",
	  "command: it and all that it started are ended then" },
	{ "keep", CONF_BYTES, AT(keep_bytes), 0, 1 << 20, "64k",
	  "command: so much of its output is kept" },
	{ "changes", CONF_BOOL, AT(changes), 0, 0, "on",
	  "webhook, command: it changes a system: only when two signals agree, or a person "
	  "says "
	  "so" },
	{ "dry_run", CONF_BOOL, AT(dry_run), 0, 0, "on",
	  "webhook, command: only write down what would have been done" },
	CONF_END,
};

/* Keys of one kind alone, and which of them it must have. */
static const struct {
	int64_t kind;
	const char *key;
	size_t at;
	enum { TEXTS, TEXT, NUMBER } type;
	bool must;
} keys_of[] = {
	{ ACTION_NOTIFY, "to", AT(to), TEXTS, true },
	{ ACTION_DRAFT, "templates", AT(templates), TEXTS, true },
	{ ACTION_TASK, "what", AT(what), TEXT, true },
	{ ACTION_TASK, "role", AT(role), TEXT, false },
	{ ACTION_TASK, "due", AT(due), NUMBER, false },
	{ ACTION_WEBHOOK, "channel", AT(channel), TEXT, true },
	{ ACTION_COMMAND, "argv", AT(argv), TEXTS, true },
	{ ACTION_COMMAND, "pass", AT(pass), TEXTS, false },
	{ ACTION_COMMAND, "dir", AT(dir), TEXT, false },
};
#undef AT

static bool
is_given(const void *field, int type)
{
	if (type == TEXTS)
		return ((const struct conf_texts *)field)->n > 0;
	return type == TEXT ? ((const struct str *)field)->n > 0 : *(const int64_t *)field != 0;
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '=' || s.p[i] == ' ' || (unsigned char)s.p[i] < 33)
			return false;
	return s.n > 0 && !str_starts(s, STR("LD_"));
}

static void
command_check(struct conf_reader *r, const struct action_conf *c)
{
	if (c->argv.n && (!c->argv.v[0].n || c->argv.v[0].p[0] != '/'))
		conf_error(r, &c->argv.v[0],
			   "a command begins with the whole path of a program, like "
			   "\"/usr/bin/systemctl\", and is no shell's line");
	for (size_t i = 0; i < c->pass.n; i++)
		if (!is_name(c->pass.v[i]))
			conf_error(r, &c->pass.v[i],
				   "\"%.*s\" is no variable that may be passed on",
				   STR_ARG(c->pass.v[i]));
}

static void
action_check(struct conf_reader *r, void *self)
{
	const struct action_conf *c = self;

	for (size_t i = 0; i < LY_COUNT(keys_of); i++) {
		const void *field = (const char *)self + keys_of[i].at;
		bool given = is_given(field, keys_of[i].type);

		if (keys_of[i].kind == c->kind && keys_of[i].must && !given)
			conf_error(r, c, "an action of the kind \"%s\" needs \"%s\"",
				   action_words[c->kind], keys_of[i].key);
		if (keys_of[i].kind != c->kind && given)
			conf_error(r, field,
				   "\"%s\" means nothing to an action of the kind \"%s\"",
				   keys_of[i].key, action_words[c->kind]);
	}
	role_check(r, &c->role, c->role);
	command_check(r, c);
}

static const struct conf_schema action_schema = {
	.name = "action",
	.size = sizeof(struct action_conf),
	.keys = action_keys,
	.help = "Something that is done at a level by itself, once. A person does it with "
		"`langyan "
		"incident act`.",
	.check = action_check,
};

/* ---- playbooks -------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct play_clocks, field)
static const struct conf_key clock_keys[] = {
	{ "verdict", CONF_SECONDS, AT(s[PLAY_VERDICT]), 0, DAY, "0",
	  "L2: from the first notice to a verdict; 0: as usual" },
	{ "statement", CONF_SECONDS, AT(s[PLAY_STATEMENT]), 0, DAY, "0",
	  "L3: to the first statement; 0: as usual" },
	{ "pack", CONF_SECONDS, AT(s[PLAY_PACK]), 0, 7 * DAY, "0",
	  "L3: to the response pack; 0: as usual" },
	CONF_END,
};
#undef AT
static const struct conf_schema clock_schema = {
	.name = "clocks",
	.size = sizeof(struct play_clocks),
	.keys = clock_keys,
	.help = "Other spans than the usual ones.",
};

#define AT(field) offsetof(struct playbook_conf, field)
static const struct conf_key playbook_keys[] = {
	{ "title", CONF_TEXT, AT(title), 0, 100, "", "as people call it; empty: its name" },
	{ "enabled", CONF_BOOL, AT(enabled), 0, 0, "on", "off: never bound" },
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "only these; empty: all" },
	{ "topics", CONF_TEXTS, AT(topics), 0, 60, "",
	  "fits an incident of one of these topics" },
	{ "triggers", CONF_TEXTS, AT(triggers), 0, 1000, "",
	  "or one for which one of these has fired; a number from outside is signal:NAME" },
	{ "classes", CONF_TEXTS, AT(classes), 0, 3, "",
	  "or something of this class: voice, business, system. All three empty: whatever "
	  "fires" },
	{ "confidential", CONF_BOOL, AT(confidential), 0, 0, "off",
	  "its incidents are shown to those only whom `confidential` names" },
	{ "policy", CONF_NAME, AT(policy), 0, 0, "",
	  "who is told, and then who; empty: as the route says" },
	{ "owner", CONF_NAME, AT(owner), 0, 0, "",
	  "who answers for it; empty: as the route says" },
	{ "templates", CONF_TEXTS, AT(templates), 0, 64, "",
	  "drafted before all others of their kind and language" },
	{ "roles", CONF_MAP, AT(roles), 0, 6, "",
	  "role: person; where they are not out of the incident" },
	{ "clocks", CONF_BLOCK, AT(clocks), 0, 0, "", "other spans", &clock_schema },
	{ "tasks", CONF_LIST, AT(tasks), 0, 64, "", "任务, beside those of the level",
	  &task_schema },
	{ "actions", CONF_LIST, AT(actions), 0, 32, "", "what is done by itself",
	  &action_schema },
	CONF_END,
};

/* No two tasks or actions of the same name. */
static void
doubles_check(struct conf_reader *r, const struct playbook_conf *p)
{
	const struct play_task *t = p->tasks.v;
	const struct action_conf *c = p->actions.v;

	for (size_t i = 0; i < p->tasks.n; i++)
		for (size_t k = 0; k < i; k++)
			if (t[i].key.n && str_eq(t[i].key, t[k].key))
				conf_error(r, &t[i].key, "there is a task \"%.*s\" above",
					   STR_ARG(t[i].key));
	for (size_t i = 0; i < p->actions.n; i++)
		for (size_t k = 0; k < i; k++)
			if (c[i].name.n && str_eq(c[i].name, c[k].name))
				conf_error(r, &c[i].name, "there is an action \"%.*s\" above",
					   STR_ARG(c[i].name));
}

static void
playbook_check(struct conf_reader *r, void *self)
{
	struct playbook_conf *p = self;
	struct conf_texts classes = texts_of(r, class_words);
	const struct conf_pair *role = p->roles.v;

	if (!p->title.n)
		p->title = p->name;
	all_must_be(r, &p->classes, "class", &classes);
	for (size_t i = 0; i < p->roles.n; i++)
		role_check(r, &role[i].name, role[i].name);
	doubles_check(r, p);
}

const struct conf_schema playbook_schema = {
	.name = "playbook",
	.size = sizeof(struct playbook_conf),
	.keys = playbook_keys,
	.help = "What an incident of a kind gets at each level. The first that fits is bound; "
		"behind those written here stand the shipped ones (langyan playbook list).",
	.name_at = AT(name),
	.check = playbook_check,
};
#undef AT

/* ---- names between the tables ------------------------------------------------------------------ */

/* The struct str at name_at of each entry. */
static struct conf_texts
names_of(struct conf_reader *r, const struct conf_list *l, const struct conf_schema *s)
{
	struct conf_texts t = { NULL, l->n };

	t.v = arena_alloc(conf_arena(r), (l->n + 1) * sizeof *t.v);
	for (size_t i = 0; i < l->n; i++)
		memcpy(&t.v[i], (const char *)l->v + i * s->size + s->name_at, sizeof t.v[i]);
	return t;
}

struct names {
	struct conf_texts people, schedules, policies, channels, watches, triggers, roles;
};

static void
to_check(struct conf_reader *r, const struct conf_texts *to, const struct names *n)
{
	for (size_t i = 0; i < to->n; i++) {
		const struct str *t = &to->v[i];
		const struct conf_texts *by_kind[TARGET_BAD] = { [TARGET_PERSON] = &n->people,
								 [TARGET_SCHEDULE] =
									 &n->schedules,
								 [TARGET_CHANNEL] =
									 &n->channels };
		static const char *const what[TARGET_BAD] = { [TARGET_PERSON] = "person",
							      [TARGET_SCHEDULE] = "schedule",
							      [TARGET_CHANNEL] = "channel" };
		struct str name;
		enum target_kind kind = target_parse(*t, &name);

		if (str_starts(*t, STR("role:")))
			must_be(r, t, "role", str_slice(*t, 5, t->n), &n->roles);
		else if (kind == TARGET_BAD || !name.n)
			conf_error(r, t,
				   "\"%.*s\" is not person:NAME, schedule:NAME, channel:NAME "
				   "or role:NAME",
				   STR_ARG(*t));
		else
			must_be(r, t, what[kind], name, by_kind[kind]);
	}
}

static void
actions_check(struct conf_reader *r, const struct conf_list *actions,
	      const struct notice_conf *notice, const struct names *n)
{
	const struct action_conf *c = actions->v;

	for (size_t i = 0; i < actions->n; i++) {
		const struct channel_conf *to =
			c[i].channel.n ? channel_find(notice, c[i].channel) : NULL;

		to_check(r, &c[i].to, n);
		must_be(r, &c[i].channel, "channel", c[i].channel, &n->channels);
		if (to && to->kind != CHANNEL_WEBHOOK)
			conf_error(r, &c[i].channel, "channel \"%.*s\" is no webhook",
				   STR_ARG(c[i].channel));
	}
}

void
playbooks_conf_check(struct conf_reader *r, const struct conf_list *playbooks,
		     const struct playbook_names *q)
{
	const struct playbook_conf *p = playbooks->v;
	struct names n = {
		.people = names_of(r, &q->notice->people, &person_schema),
		.schedules = names_of(r, &q->notice->schedules, &schedule_schema),
		.policies = names_of(r, &q->notice->policies, &policy_schema),
		.channels = names_of(r, &q->notice->channels, &channel_schema),
		.watches = { (struct str *)(uintptr_t)q->watches, q->watches_n },
		.triggers = { (struct str *)(uintptr_t)q->triggers, q->triggers_n },
		.roles = texts_of(r, role_words),
	};

	for (size_t i = 0; i < playbooks->n; i++) {
		const struct conf_pair *role = p[i].roles.v;

		all_must_be(r, &p[i].watches, "watch", &n.watches);
		all_must_be(r, &p[i].triggers, "trigger", &n.triggers);
		must_be(r, &p[i].policy, "policy", p[i].policy, &n.policies);
		must_be(r, &p[i].owner, "person", p[i].owner, &n.people);
		for (size_t k = 0; k < p[i].roles.n; k++)
			must_be(r, &role[k].value, "person", role[k].value, &n.people);
		actions_check(r, &p[i].actions, q->notice, &n);
	}
}
