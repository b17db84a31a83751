/* The key `routes`: a tree, what its children inherit, and what can never be reached in it. */
#include "core/base.h"

#include "core/str.h"
#include "responder/known.h"
#include "responder/people_conf.h"

#define AT(field) offsetof(struct route_conf, field)

static const char *const level_words[] = { "1", "2", "3", NULL };
static const char *const class_words[] = { "voice", "business", "system", NULL };
static const char *const group_words[] = { "watch", "topic",  "grade",         "level",
					   "class", "kind",   "scenario",      "source",
					   "lang",  "voices", ROUTE_GROUP_ALL, NULL };

static const struct conf_key route_keys[] = {
	{ "watches", CONF_TEXTS, AT(watches), 0, 1000, "", "of these; empty: all" },
	{ "levels", CONF_TEXTS, AT(levels), 0, 3, "", "1, 2, 3; empty: all" },
	{ "classes", CONF_TEXTS, AT(classes), 0, 3, "", "voice, business, system; empty: all" },
	{ "match", CONF_TEXTS, AT(match), 0, 20, "",
	  "and what fits all of these: topic=food_safety, source=~\"news|forum\", lang!=zh" },
	{ "policy", CONF_NAME, AT(policy), 0, 0, "", "who is told, and then who" },
	{ "owner", CONF_NAME, AT(owner), 0, 0, "", "who answers for it" },
	{ "channels", CONF_TEXTS, AT(channels), 0, 32, "",
	  "through these if people have them; empty: as people order their contacts" },
	{ "continue", CONF_BOOL, AT(go_on), 0, 0, "off",
	  "look at the routes below, too: their first step gets a copy" },
	{ "group_by", CONF_TEXTS, AT(group_by), 0, 11, "[watch, level]",
	  "told together when these labels are the same; [...]: nothing is; []: all of it" },
	{ "group_wait", CONF_SECONDS, AT(group_wait), 0, 3600, "30s",
	  "a new group waits so long for others; L3 and safety never do" },
	{ "group_interval", CONF_SECONDS, AT(group_interval), 1, 86400, "5m",
	  "what joins a group that was told waits for the next of these steps" },
	{ "repeat_interval", CONF_SECONDS, AT(repeat_interval), 60, 30 * 86400, "4h",
	  "still open and nobody has it: told again" },
	{ "mute", CONF_TEXTS, AT(mute), 0, 20, "", "timetables in which L1 and L2 wait" },
	{ "active", CONF_TEXTS, AT(active), 0, 20, "",
	  "timetables outside which L1 and L2 wait; empty: none" },
	{ "routes", CONF_LIST, AT(routes), 0, 200, "",
	  "looked at when this one fits: what they do not say is as here", &route_schema },
	CONF_END,
};

static void
route_check(struct conf_reader *r, void *self)
{
	struct route_conf *o = self;

	conf_among(r, &o->levels, "level", level_words);
	conf_among(r, &o->classes, "class", class_words);
	conf_among(r, &o->group_by, "label", group_words);
	o->matchers = matchers_check(r, &o->match);
}

const struct conf_schema route_schema = {
	.name = "route",
	.size = sizeof(struct route_conf),
	.keys = route_keys,
	.help = "Which incidents go to whom: the first that fits decides, unless it says "
		"continue.",
	.check = route_check,
};

/* ---- the tree ---------------------------------------------------------------------------------- */

struct tree {
	struct conf_reader *r;
	const struct route_names *names;
	const struct known timetables;
};

static void
inherit(struct conf_reader *r, struct route_conf *o, const struct route_conf *from)
{
	struct {
		void *at;
		const void *from;
		size_t size;
	} const fields[] = {
		{ &o->policy, &from->policy, sizeof o->policy },
		{ &o->owner, &from->owner, sizeof o->owner },
		{ &o->channels, &from->channels, sizeof o->channels },
		{ &o->group_by, &from->group_by, sizeof o->group_by },
		{ &o->group_wait, &from->group_wait, sizeof o->group_wait },
		{ &o->group_interval, &from->group_interval, sizeof o->group_interval },
		{ &o->repeat_interval, &from->repeat_interval, sizeof o->repeat_interval },
	};

	for (size_t i = 0; i < LY_COUNT(fields); i++)
		if (!conf_written(r, fields[i].at))
			memcpy(fields[i].at, fields[i].from, fields[i].size);
}

static void
add_words(struct buf *b, const char *what, const struct conf_texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_addf(b, "%s%s%.*s", i ? "|" : what, i ? "" : "=", STR_ARG(t->v[i]));
}

static struct str
key_of(struct conf_reader *r, const struct route_conf *o, struct str parent)
{
	struct buf b = BUF(8 << 10);
	struct str key;

	buf_add(&b, parent);
	buf_add_byte(&b, '/');
	add_words(&b, "watch", &o->watches);
	add_words(&b, "level", &o->levels);
	add_words(&b, "class", &o->classes);
	matchers_add(&b, &o->matchers);
	key = arena_str(conf_arena(r), buf_str(&b));
	buf_release(&b);
	return key;
}

static bool
takes_all(const struct route_conf *o)
{
	return !o->go_on && !o->watches.n && !o->match.n &&
	       (!o->levels.n || (conf_texts_have(&o->levels, STR("1")) &&
				 conf_texts_have(&o->levels, STR("2")) &&
				 conf_texts_have(&o->levels, STR("3")))) &&
	       (!o->classes.n || (conf_texts_have(&o->classes, STR("voice")) &&
				  conf_texts_have(&o->classes, STR("business")) &&
				  conf_texts_have(&o->classes, STR("system"))));
}

static void
names_check(const struct tree *t, const struct route_conf *o)
{
	struct conf_reader *r = t->r;

	known_all(r, &o->watches, t->names->watches);
	known_must(r, &o->policy, o->policy, t->names->policies);
	known_must(r, &o->owner, o->owner, t->names->people);
	known_all(r, &o->channels, t->names->channels);
	known_all(r, &o->mute, &t->timetables);
	known_all(r, &o->active, &t->timetables);
	if (!o->policy.n && !o->owner.n)
		conf_error(r, o, "a route needs a policy or an owner: else nobody is told");
}

static void
tree_check(const struct tree *t, const struct conf_list *list, const struct route_conf *parent)
{
	struct route_conf *o = list->v;
	bool all = false;

	for (size_t i = 0; i < list->n; i++) {
		names_check(t, &o[i]);
		if (all)
			conf_error(t->r, &o[i],
				   "never reached: a route above it takes everything; give "
				   "that one a matcher, or `continue: on`");
		all |= takes_all(&o[i]);
		o[i].key = key_of(t->r, &o[i], parent ? parent->key : STR("{}"));
		for (size_t k = 0; k < o[i].routes.n; k++)
			inherit(t->r, (struct route_conf *)o[i].routes.v + k, &o[i]);
		tree_check(t, &o[i].routes, &o[i]);
	}
}

void
routes_check(struct conf_reader *r, const struct notice_conf *c,
	     const struct route_names *names)
{
	const struct tree t = { r, names,
				known_of(r, "timetable", &c->timetables, &timetable_schema) };

	tree_check(&t, &c->routes, NULL);
}
