/* playbook.c - see playbook.h. */
#include "core/base.h"

#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/gauge.h"
#include "responder/playbook.h"
#include "responder/playbook_store.h"

static const char *const class_words[] = { "voice", "business", "system" };

/* ---- which -------------------------------------------------------------------------------------- */

const struct playbook_conf *
playbook_find(const struct conf_list *all, struct str name)
{
	const struct playbook_conf *p = all->v;

	for (size_t i = 0; i < all->n; i++)
		if (str_eq(p[i].name, name))
			return &p[i];
	return NULL;
}

struct conf_list
playbooks_merge(const struct conf_list *own, struct arena *a)
{
	const struct playbook_conf *mine = own->v, *s = playbooks_shipped;
	size_t room = own->n, n = 0;
	struct playbook_conf *v;

	while (s[room - own->n].name.n)
		room++;
	v = arena_alloc(a, (room + 1) * sizeof *v);
	for (size_t i = 0; i < own->n; i++)
		if (mine[i].enabled)
			v[n++] = mine[i];
	for (; s->name.n; s++)
		if (!playbook_find(own, s->name))
			v[n++] = *s;
	return (struct conf_list){ v, n };
}

const char *
playbook_fits(const struct playbook_conf *p, const struct playbook_ask *q, struct arena *a)
{
	if (p->watches.n && !conf_texts_have(&p->watches, q->watch))
		return NULL;
	if (q->topic.n && conf_texts_have(&p->topics, q->topic))
		return arena_textf(a, "topic %.*s", STR_ARG(q->topic));
	for (size_t i = 0; i < q->triggers_n; i++)
		if (conf_texts_have(&p->triggers, q->triggers[i]))
			return arena_textf(a, "trigger %.*s", STR_ARG(q->triggers[i]));
	for (size_t i = 0; i < q->triggers_n; i++)
		if (conf_texts_have(&p->classes, str_of(class_words[q->classes[i]])))
			return arena_textf(a, "class %s", class_words[q->classes[i]]);
	return p->topics.n || p->triggers.n || p->classes.n ? NULL : "whatever fires";
}

const struct playbook_conf *
playbook_choose(const struct conf_list *all, const struct playbook_ask *q, struct arena *a,
		const char **why)
{
	const struct playbook_conf *p = all->v;

	for (size_t i = 0; i < all->n; i++) {
		*why = playbook_fits(&p[i], q, a);
		if (*why)
			return &p[i];
	}
	return NULL;
}

enum signal_class
playbook_class(const struct responder_env *env, struct str trigger)
{
	struct str name = str_slice(trigger, sizeof GAUGE_PREFIX - 1, trigger.n);

	for (size_t i = 0; str_starts(trigger, STR(GAUGE_PREFIX)) && i < env->signals_n; i++)
		if (str_eq(env->signals[i].name, name))
			return (enum signal_class)env->signals[i].class;
	return SIGNAL_VOICE;
}

/* ---- what it says ------------------------------------------------------------------------------- */

struct str
playbook_title(const struct playbook_conf *p, bool zh)
{
	return zh || !p->title_en.n ? p->title : p->title_en;
}

struct str
play_task_what(const struct play_task *t, bool zh)
{
	return zh || !t->what_en.n ? t->what : t->what_en;
}

int64_t
playbook_clock(const struct playbook_conf *p, enum play_clock c, int64_t dflt)
{
	return p && p->clocks.s[c] ? p->clocks.s[c] : dflt;
}

bool
playbook_wants(const struct playbook_conf *p, struct str template)
{
	return p && conf_texts_have(&p->templates, template);
}

bool
playbook_is_confidential(const struct playbook_conf *p)
{
	return p && p->confidential;
}

bool
playbook_route(const struct playbook_conf *p, const struct route_conf *route,
	       struct route_conf *out)
{
	*out = route ? *route : (struct route_conf){ .go_on = 0 };
	if (!p || (!p->policy.n && !p->owner.n))
		return false;
	if (p->policy.n)
		out->policy = p->policy;
	if (p->owner.n)
		out->owner = p->owner;
	return true;
}

struct str
playbook_role(const struct playbook_conf *p, const char *role)
{
	const struct conf_pair *v = p ? p->roles.v : NULL;

	for (size_t i = 0; p && i < p->roles.n; i++)
		if (str_is(v[i].name, role))
			return v[i].value;
	return STR("");
}

/* ---- an incident gets one ------------------------------------------------------------------------- */

int
playbook_back(struct store *s, const struct conf_list *all, struct incident *i, struct err *e)
{
	struct entry of = { .incident = i->id, .kind = STR("playbook"), .key = STR("") }, x;
	struct arena *a = arena_new();
	int found = entry_newest(s, &of, a, &x, e);
	struct err bad;

	i->playbook = NULL;
	if (found > 0)
		i->playbook = playbook_find(
			all,
			json_text(json_get(json_parse(a, x.value, &bad), "name"), STR("")));
	arena_free(a);
	return found < 0 ? -1 : 0;
}

int
playbook_open(const struct gate_ask *q, int64_t level, struct err *e)
{
	const struct playbook_conf *p = q->incident->playbook;
	const struct play_task *t = p ? p->tasks.v : NULL;
	bool zh = !str_is(q->env->site->lang, "en");

	struct gate_task *v;
	size_t n = 0;

	if (!p)
		return 0;
	v = arena_alloc(q->a, p->tasks.n * sizeof *v);
	for (size_t i = 0; i < p->tasks.n; i++) {
		if (t[i].level > level)
			continue;
		v[n++] = (struct gate_task){
			.key = str_of(arena_textf(q->a, "%.*s.%.*s", STR_ARG(p->name),
						  STR_ARG(t[i].key))),
			.what = play_task_what(&t[i], zh),
			.role = t[i].role,
			.due_at = t[i].due ? q->at + t[i].due : 0,
		};
	}
	return gate_tasks(q, v, n, e) < 0 ? -1 : 0;
}

static int
bind(const struct gate_ask *q, struct incident *i, const struct playbook_conf *p,
     struct str why, struct err *e)
{
	const char *const value[] = { "name", arena_text(q->a, p->name), "why",
				      arena_text(q->a, why), NULL };

	log_event(LOG_INFO, "playbook_bound", "incident=%.*s playbook=%.*s", STR_ARG(i->number),
		  STR_ARG(p->name));
	i->playbook = p;
	return gate_add(q, "playbook", STR(""), gate_value(q, value), e);
}

int
playbook_bind(const struct gate_ask *q, struct incident *i, const struct conf_list *all,
	      struct err *e)
{
	struct playbook_ask ask = { .watch = i->watch, .topic = i->topic };
	const struct playbook_conf *p;
	struct conf_texts fired;
	enum signal_class classes[64];
	const char *why;

	if (i->playbook || !all->n || !incident_is_open(i))
		return 0;
	if (playbook_fired(q->env->store, &i->id, q->a, &fired, e) < 0)
		return -1;
	for (size_t k = 0; k < fired.n; k++)
		classes[k] = playbook_class(q->env, fired.v[k]);
	ask.triggers = fired.v;
	ask.classes = classes;
	ask.triggers_n = fired.n;
	p = playbook_choose(all, &ask, q->a, &why);
	if (!p)
		return 0;
	return bind(q, i, p, str_of(why), e) < 0 ? -1 : 1;
}

int
playbook_rebind(const struct gate_ask *q, struct incident *i, const struct playbook_conf *p,
		struct str why, struct err *e)
{
	if (bind(q, i, p, why, e) < 0 || confidential_on_move(q, i, e) < 0 ||
	    (i->level >= 2 && gate_roles(q, e) < 0))
		return -1;
	return playbook_open(q, i->level, e);
}
