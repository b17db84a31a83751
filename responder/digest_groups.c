#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/digest_groups.h"
#include "responder/heap.h"
#include "responder/roster.h"

static bool
same_texts(const struct conf_texts *x, const struct conf_texts *y)
{
	for (size_t i = 0; i < x->n && i < y->n; i++)
		if (!str_eq(x->v[i], y->v[i]))
			return false;
	return x->n == y->n;
}

static int
by_name(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Of the digest's watches those that the reader wants, in one order, whatever theirs is; of all,
 * when it names none. */
static struct conf_texts
watches_of(const struct digest_conf *c, const struct person_conf *p, struct arena *a)
{
	struct conf_texts t = { arena_alloc(a, (p->watches.n + 1) * sizeof *t.v), 0 };

	if (!p->watches.n)
		return c->watches;
	for (size_t i = 0; i < p->watches.n; i++) {
		bool told = !c->watches.n;

		for (size_t k = 0; k < c->watches.n; k++)
			told |= str_eq(c->watches.v[k], p->watches.v[i]);
		if (told)
			t.v[t.n++] = p->watches.v[i];
	}
	if (!t.n || t.n == c->watches.n)
		return c->watches;
	qsort(t.v, t.n, sizeof *t.v, by_name);
	return t;
}

/* "daily@en.Europe_London", and a few digits of the watches when a reader chose some. */
static struct str
name_of(const struct digest_conf *c, const struct digest_conf *group, struct arena *a)
{
	struct buf b = BUF(400), all = BUF(1 << 20), hex = BUF(40);
	struct str out;
	struct id id;

	buf_addf(&b, "%.*s@%s.%.*s", STR_ARG(c->name), group->lang == 2 ? "en" : "zh",
		 STR_ARG(group->zone));
	for (size_t i = c->name.n; i < b.n; i++)
		if (b.p[i] == '/')
			b.p[i] = '_';
	if (!same_texts(&c->watches, &group->watches)) {
		for (size_t i = 0; i < group->watches.n; i++)
			buf_addf(&all, "%.*s\n", STR_ARG(group->watches.v[i]));
		id = ID_OF(buf_str(&all));
		id_add_hex(&hex, &id);
		buf_addf(&b, ".%.8s", hex.p);
	}
	out = arena_str(a, buf_str(&b));
	buf_release(&b);
	buf_release(&all);
	buf_release(&hex);
	return out;
}

static struct digest_conf
group_of(const struct digest_groups_ask *q, const struct person_conf *p, struct arena *a)
{
	struct digest_conf g = *q->conf;
	bool en = p->lang == LANG_SITE ? str_is(q->env->site->lang, "en") : p->lang == LANG_EN;

	g.lang = p->lang == LANG_SITE && q->conf->lang ? q->conf->lang : en ? 2 : 1;
	g.zone = p->zone.n ? p->zone : q->conf->zone.n ? q->conf->zone : q->env->site->zone;
	g.watches = watches_of(q->conf, p, a);
	g.name = name_of(q->conf, &g, a);
	g.to = (struct conf_texts){ arena_alloc(a, q->conf->to.n * sizeof *g.to.v), 0 };
	return g;
}

int
digest_groups(const struct digest_groups_ask *q, struct arena *a,
	      int (*add)(void *arg, const struct digest_conf *c, int64_t now, struct err *e),
	      void *arg, struct err *e)
{
	struct digest_conf *v = arena_alloc(a, (q->conf->to.n + 1) * sizeof *v);
	size_t n = 0;

	for (size_t i = 0; i < q->conf->to.n; i++) {
		const struct person_conf *p =
			person_find(roster_conf(q->roster), q->conf->to.v[i]);
		struct digest_conf g;
		size_t k = 0;

		if (!p)
			continue;
		g = group_of(q, p, a);
		while (k < n && !str_eq(v[k].name, g.name))
			k++;
		if (k == n)
			v[n++] = g;
		v[k].to.v[v[k].to.n++] = p->key;
	}
	for (size_t i = 0; i < n; i++)
		if (add(arg, &v[i], q->now, e) < 0)
			return -1;
	return 0;
}
