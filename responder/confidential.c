#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/incident_store.h"
#include "responder/playbook.h"

/* ---- becoming ----------------------------------------------------------------------------------- */

int
confidential_set(struct store *s, struct incident *i, bool is, struct err *e)
{
	i->confidential = is;
	return incident_set_confidential(s, &i->id, is, e);
}

/* What stands under a kind and key, in q->a. 1, 0, -1. */
static int
standing(const struct gate_ask *q, const char *kind, struct str key, const struct json **j,
	 struct err *e)
{
	struct entry of = { .incident = q->incident->id, .kind = str_of(kind), .key = key }, x;
	struct err bad;
	int found = entry_newest(q->env->store, &of, q->a, &x, e);

	*j = found > 0 ? json_parse(q->a, x.value, &bad) : NULL;
	return found;
}

static int
become(const struct gate_ask *q, struct incident *i, const char *why, struct err *e)
{
	const char *const value[] = { "is", "yes", "why", why, NULL };

	log_event(LOG_INFO, "incident_confidential", "incident=%.*s", STR_ARG(i->number));
	if (gate_add(q, "confidential", STR(""), gate_value(q, value), e) < 0)
		return -1;
	return confidential_set(q->env->store, i, true, e);
}

int
confidential_carry(const struct gate_ask *q, struct incident *i, const struct incident *from,
		   struct err *e)
{
	if (i->confidential || !from->confidential)
		return 0;
	return become(q, i, arena_textf(q->a, "as %.*s was", STR_ARG(from->number)), e);
}

/* Does it go on from one that is? 1, 0, -1. */
static int
follows_one(const struct gate_ask *q, const struct incident *i, struct err *e)
{
	struct incident before = { .id = i->follows };
	struct gate_ask of = *q;
	const struct json *j;
	int said;

	if (id_none(&i->follows))
		return 0;
	of.incident = &before;
	said = standing(&of, "confidential", STR(""), &j, e);
	return said < 0 ? -1 : str_is(json_text(json_get(j, "is"), STR("")), "yes");
}

int
confidential_on_move(const struct gate_ask *q, struct incident *i, struct err *e)
{
	const char *why = NULL;
	const struct json *j;
	int said, follows;

	if (i->confidential || !incident_is_open(i))
		return 0;
	said = standing(q, "confidential", STR(""), &j, e);
	follows = said ? 0 : follows_one(q, i, e);
	if (said || follows < 0)
		return said < 0 || follows < 0 ? -1 : 0;
	if (i->topic.n && conf_texts_have(&q->people->confidential.topics, i->topic))
		why = arena_textf(q->a, "topic %.*s", STR_ARG(i->topic));
	else if (playbook_is_confidential(i->playbook))
		why = "as its playbook says";
	else if (follows)
		why = "as the one before it was";
	return why ? become(q, i, why, e) : 0;
}

int
confidential_on_topic(const struct gate_ask *q, struct incident *i, struct str topic,
		      struct err *e)
{
	const struct json *j;
	int said;

	if (i->confidential || !topic.n ||
	    !conf_texts_have(&q->people->confidential.topics, topic))
		return 0;
	said = standing(q, "confidential", STR(""), &j, e);
	if (said)
		return said < 0 ? -1 : 0;
	return become(q, i, arena_textf(q->a, "topic %.*s", STR_ARG(topic)), e);
}

struct readers {
	struct arena *a;
	struct reader {
		struct str person, value;
		struct reader *next;
	} * first, **last;
};

/* A row whose text was erased says nothing any more. */
static int
reader_keep(void *arg, const struct entry *x)
{
	struct readers *to = arg;
	struct reader *one;

	if (!x->value.n)
		return 0;
	one = arena_alloc(to->a, sizeof *one);
	*one = (struct reader){ arena_str(to->a, x->key), arena_str(to->a, x->value), NULL };
	*to->last = one;
	to->last = &one->next;
	return 0;
}

int
confidential_readers(const struct gate_ask *q, const struct incident *from, struct err *e)
{
	struct readers all = { .a = q->a };

	all.last = &all.first;
	if (entries_standing(q->env->store, &from->id, STR("reader"), reader_keep, &all, e) < 0)
		return -1;
	for (const struct reader *x = all.first; x; x = x->next)
		if (gate_add(q, "reader", x->person, x->value, e) < 0)
			return -1;
	return 0;
}

/* ---- the list ----------------------------------------------------------------------------------- */

static bool
by_conf(const struct gate_ask *q, const struct person_conf *p)
{
	static const char *const roles[] = { "lead", "spokesperson", "legal", "approver" };
	const struct conf_texts *people = &q->people->confidential.people;

	for (size_t i = 0; !people->n && i < LY_COUNT(roles); i++)
		if (conf_texts_have(&p->roles, str_of(roles[i])))
			return true;
	return conf_texts_have(people, p->key);
}

int
confidential_lists(const struct gate_ask *q, const struct person_conf *p, struct err *e)
{
	const struct json *j;
	int let = standing(q, "reader", p->key, &j, e);
	struct str in = json_text(json_get(j, "in"), STR(""));

	if (let < 0)
		return -1;
	if (in.n)
		return str_is(in, "yes");
	if (by_conf(q, p))
		return 1;
	return gate_has_role(q->env->store, &q->incident->id, p->key, q->a, e);
}

int
confidential_sees(const struct gate_ask *q, struct err *e)
{
	const struct person_conf *all = q->people->people.v,
				 *p = person_of_actor(q->people, q->actor);

	if (!q->incident->confidential)
		return 1;
	if (p)
		return confidential_lists(q, p, e);
	if (!str_starts(q->actor, STR("unix:")))
		return 0;
	for (size_t i = 0; i < q->people->people.n; i++) {
		int listed = confidential_lists(q, &all[i], e);

		if (listed)
			return listed < 0 ? -1 : 0;
	}
	return 1;
}
