#include "core/base.h"

#include "core/str.h"
#include "responder/route.h"

/* Nothing said: everything. */
static bool
covers(const struct conf_texts *t, struct str word)
{
	return !t->n || conf_texts_have(t, word);
}

bool
route_fits(const struct route_conf *o, const struct route_ask *q)
{
	static const struct str levels[] = { STR_INIT("1"), STR_INIT("2"), STR_INIT("3") };
	static const struct str classes[] = { STR_INIT("voice"), STR_INIT("business"),
					      STR_INIT("system") };

	if (q->level < 1 || q->level > 3)
		return false;
	return covers(&o->watches, q->watch) && covers(&o->levels, levels[q->level - 1]) &&
	       covers(&o->classes, classes[q->class]);
}

struct route_answer
route_find(const struct notice_conf *c, const struct route_ask *q)
{
	struct route_answer a = { NULL, { NULL }, 0 };
	const struct route_conf *o = c->routes.v;

	for (size_t i = 0; i < c->routes.n; i++) {
		if (!route_fits(&o[i], q))
			continue;
		if (!a.route)
			a.route = &o[i];
		else if (a.copies_n < ROUTE_COPIES)
			a.copies[a.copies_n++] = &o[i];
		if (!o[i].go_on)
			break;
	}
	return a;
}
