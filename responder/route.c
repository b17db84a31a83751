#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/route.h"

/* ---- the shipped ones -------------------------------------------------------------------------- */

static const struct matcher is_voice[] = { { TAG_CLASS, MATCH_IS, STR_INIT("voice"), NULL } };
static const struct matcher is_business[] = { { TAG_CLASS, MATCH_IS, STR_INIT("business"),
						NULL } };
static const struct matcher is_system[] = { { TAG_CLASS, MATCH_IS, STR_INIT("system"), NULL } };
static const struct matcher is_most[] = { { TAG_LEVEL, MATCH_IS, STR_INIT("3"), NULL } };
static const struct matcher is_rising[] = { { TAG_VOICES, MATCH_IS, STR_INIT("rising"),
					      NULL } };
static const struct str by_watch[] = { STR_INIT("watch"), STR_INIT("level") };

#define SHIPPED(what, to, more)                                                            \
	{                                                                                  \
		.matchers = { what, 1 }, .policy = STR_INIT(ROUTE_ROLE to), .go_on = more, \
		.group_by = { (struct str *)by_watch, LY_COUNT(by_watch) },                \
		.group_wait = ROUTE_GROUP_WAIT, .group_interval = ROUTE_GROUP_INTERVAL,    \
		.repeat_interval = ROUTE_REPEAT_INTERVAL, .key = STR_INIT("shipped " to)   \
	}

static const struct route_conf shipped[] = {
	SHIPPED(is_voice, "spokesperson", 0),  SHIPPED(is_business, "lead", 1),
	SHIPPED(is_system, "fixer", 1),        SHIPPED(is_most, "spokesperson", 0),
	SHIPPED(is_rising, "spokesperson", 0),
};
static const struct conf_list shipped_list = { (void *)shipped, LY_COUNT(shipped) };

/* ---- fitting ------------------------------------------------------------------------------------- */

struct tags
route_tags(const struct route_ask *q)
{
	static const struct str numbers[] = { STR_INIT(""), STR_INIT("1"), STR_INIT("2"),
					      STR_INIT("3") };
	static const struct str classes[] = { STR_INIT("voice"), STR_INIT("business"),
					      STR_INIT("system") };
	struct tags l = { {
		[TAG_WATCH] = q->watch,
		[TAG_TOPIC] = q->topic,
		[TAG_GRADE] = numbers[q->grade > 0 && q->grade <= 3 ? q->grade : 0],
		[TAG_LEVEL] = numbers[q->level > 0 && q->level <= 3 ? q->level : 0],
		[TAG_CLASS] = classes[q->class],
		[TAG_KIND] = q->kind,
		[TAG_SCENARIO] = q->scenario,
		[TAG_SOURCE] = q->source,
		[TAG_LANG] = q->lang,
		[TAG_VOICES] = q->rising ? STR("rising") : STR("steady"),
	} };

	for (int i = 0; i < TAG_COUNT; i++)
		if (!l.v[i].p)
			l.v[i] = STR("");
	return l;
}

/* Nothing said: everything. */
static enum fit
covers(const struct conf_texts *t, struct str word)
{
	if (!t->n || conf_texts_have(t, word))
		return FIT_YES;
	return word.p ? FIT_NO : FIT_MAYBE;
}

enum fit
route_fits(const struct route_conf *o, const struct tags *l)
{
	enum fit all[] = { covers(&o->watches, l->v[TAG_WATCH]),
			   covers(&o->levels, l->v[TAG_LEVEL]),
			   covers(&o->classes, l->v[TAG_CLASS]),
			   matchers_fit(&o->matchers, l) };
	enum fit least = FIT_YES;

	for (size_t i = 0; i < LY_COUNT(all); i++)
		least = all[i] < least ? all[i] : least;
	return least;
}

/* ---- the walk --------------------------------------------------------------------------------------- */

static void
take(struct route_answer *a, const struct route_conf *o)
{
	if (!a->route)
		a->route = o;
	else if (a->copies_n < ROUTE_COPIES)
		a->copies[a->copies_n++] = o;
}

/* Did any of them fit? */
static bool
walk(const struct conf_list *list, const struct tags *l, struct route_answer *a)
{
	const struct route_conf *o = list->v;
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		if (route_fits(&o[i], l) != FIT_YES)
			continue;
		any = true;
		if (!walk(&o[i].routes, l, a))
			take(a, &o[i]);
		if (!o[i].go_on)
			break;
	}
	return any;
}

struct route_answer
route_find(const struct notice_conf *c, const struct tags *l)
{
	struct route_answer a = { NULL, { NULL }, 0 };

	if (l->v[TAG_LEVEL].n)
		walk(c->routes.n ? &c->routes : &shipped_list, l, &a);
	return a;
}

struct each_of {
	const struct tags *l;
	void (*each)(void *arg, const struct route_conf *o);
	void *arg;
};

/* True: whatever the labels are, one of them is taken. */
static bool
walk_each(const struct each_of *w, const struct conf_list *list)
{
	const struct route_conf *o = list->v;

	for (size_t i = 0; i < list->n; i++) {
		enum fit fit = route_fits(&o[i], w->l);

		if (fit == FIT_NO)
			continue;
		if (!walk_each(w, &o[i].routes))
			w->each(w->arg, &o[i]);
		if (fit == FIT_YES)
			return true; /* the first is known: what follows has copies */
	}
	return false;
}

bool
route_each(const struct notice_conf *c, const struct tags *l,
	   void (*each)(void *arg, const struct route_conf *o), void *arg)
{
	const struct each_of w = { l, each, arg };

	return walk_each(&w, &c->routes);
}

/* ---- groups ------------------------------------------------------------------------------------------ */

static bool
groups_by(const struct route_conf *o, int label)
{
	return conf_texts_have(&o->group_by, str_of(tag_words[label])) ||
	       conf_texts_have(&o->group_by, STR(ROUTE_GROUP_ALL));
}

struct id
route_group(const struct route_conf *o, const struct tags *l)
{
	struct buf b = BUF(16 << 10);
	struct id id;

	for (int i = 0; i < TAG_COUNT; i++)
		if (groups_by(o, i))
			buf_addf(&b, "%s=%zu:%.*s,", tag_words[i], l->v[i].n, STR_ARG(l->v[i]));
	id = ID_OF(STR("group"), o->key, buf_str(&b));
	buf_release(&b);
	return id;
}
