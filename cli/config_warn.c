/* config_warn.c - see config_warn.h. */
#include "core/base.h"

#include <unistd.h>

#include "core/str.h"
#include "responder/policy.h"

#include "cli/config_warn.h"
#include "cli/rota_view.h"

#define AHEAD_S    (90 * 86400)
#define POLICY_MAX 64

struct warning {
	const struct settings *s;
	struct buf *out;
	struct {
		struct str policy;
		bool lacks[4][3]; /* by level and lack: it was said */
	} said[POLICY_MAX];
	size_t n;
};

static void
hooks_warn(struct warning *w)
{
	const struct channel_conf *c = w->s->notice.channels.v;

	for (size_t i = 0; i < w->s->notice.channels.n; i++)
		if ((c[i].kind == CHANNEL_WEBHOOK || c[i].kind == CHANNEL_FEISHU) &&
		    !c[i].secret.n)
			buf_addf(w->out,
				 "%s: warning: channel \"%.*s\" is not signed: whoever learns "
				 "its address can post there; write secret: file:NAME\n",
				 conf_place(w->s->conf, &c[i].name), STR_ARG(c[i].name));
}

/* ---- contacts that wake ---------------------------------------------------------------------- */

static void
unproved_warn(void *arg, const struct contact_proof *p)
{
	struct warning *w = arg;

	buf_addf(w->out,
		 "%s: warning: nothing has reached \"%.*s\" through \"%.*s\", which wakes, %s: "
		 "langyan notify test %.*s/%.*s\n",
		 conf_place(w->s->conf, &p->contact->channel), STR_ARG(p->person->key),
		 STR_ARG(p->contact->channel), p->at ? "of late" : "yet",
		 STR_ARG(p->person->key), STR_ARG(p->contact->channel));
}

/* ---- levels ---------------------------------------------------------------------------------- */

static bool
is_news(struct warning *w, const struct cover_gap *g)
{
	size_t i = 0;
	bool was;

	while (i < w->n && !str_eq(w->said[i].policy, g->policy))
		i++;
	if (i == POLICY_MAX)
		return false;
	if (i == w->n)
		w->said[w->n++].policy = g->policy;
	was = w->said[i].lacks[g->level][g->lack];
	w->said[i].lacks[g->level][g->lack] = true;
	return !was;
}

static const char *
policy_place(const struct settings *s, struct str name)
{
	const struct policy_conf *p = policy_find(&s->notice, name);

	return conf_place(s->conf,
			  p ? (const void *)&p->name : (const void *)&s->notice.routes);
}

static void
gap_warn(void *arg, const struct cover_gap *g)
{
	static const char *const says[] = {
		"there are times at which nobody can be told of an L%lld: langyan rota check\n",
		"nobody on it can be woken for an L%lld: write wakes: yes at a contact that "
		"rings "
		"(docs/channels.md), or live with reading it in the morning\n",
		"no route takes an L%lld: only a file in the data directory tells of it\n",
	};
	struct warning *w = arg;

	if (!is_news(w, g))
		return;
	buf_addf(w->out, "%s: warning: ", policy_place(w->s, g->policy));
	if (g->policy.n)
		buf_addf(w->out, "policy \"%.*s\": ", STR_ARG(g->policy));
	buf_addf(w->out, says[g->lack], (long long)g->level);
}

void
config_warn(const struct settings *s, struct buf *out)
{
	struct warning w = { .s = s, .out = out };
	struct rota_view v;
	struct err e = { 0 };

	hooks_warn(&w);
	if (rota_view_open(s, &v, &e) == 0) {
		struct cover_ask q = rota_view_cover(&v, v.now, AHEAD_S);

		if (access(settings_path(s, "respond/langyan.db"), F_OK) == 0)
			rota_view_unproved(&v, unproved_warn, &w);
		else if (contact_proofs(NULL, &s->notice, unproved_warn, &w, &e) < 0)
			buf_addf(out, "warning: %s\n", e.text);
		coverage_check(&q, gap_warn, &w, NULL);
	}
	rota_view_close(&v);
}
