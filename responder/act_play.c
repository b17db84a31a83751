/* act_play.c - what people do with playbooks: bind another, let an action go; how they are shown. */
#include "core/base.h"

#include "core/str.h"
#include "core/utf8.h"
#include "responder/act.h"
#include "responder/action_store.h"

#define SHOWN_MAX 8192 /* bytes of an action's output */

static struct str
names_text(struct act *x, const struct playbook_conf *p)
{
	const struct action_conf *c = p->actions.v;
	const char *s = "";

	for (size_t i = 0; i < p->actions.n; i++)
		s = arena_textf(x->a, "%s%s%.*s", s, i ? ", " : "", STR_ARG(c[i].name));
	return str_of(s);
}

static const struct action_conf *
action_asked(struct act *x, const struct incident *i)
{
	const struct playbook_conf *p = i->playbook;
	const struct action_conf *c = p ? p->actions.v : NULL;
	struct str name = act_arg(x, "action");

	if (!p || !p->actions.n) {
		act_say(x, 409, "%.*s has no playbook with actions", i->number);
		return NULL;
	}
	for (size_t k = 0; k < p->actions.n; k++)
		if (str_eq(c[k].name, name))
			return &c[k];
	act_say(x, 404, "%.*s",
		str_of(arena_textf(x->a, "playbook %.*s has no action \"%.*s\"; it has %.*s",
				   STR_ARG(p->name), STR_ARG(utf8_cut(name, 80)),
				   STR_ARG(names_text(x, p)))));
	return NULL;
}

static int
act_act(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	const struct action_conf *c;
	struct action_by by;
	const char *said;
	int refused;

	if (!i || act_seen_older(x, i))
		return 0;
	c = action_asked(x, i);
	if (!c)
		return 0;
	by = (struct action_by){ i, c, x->c->actor, x->now };
	refused = action_let(x->r, &by, &said, e);
	if (refused < 0)
		return -1;
	return refused ? act_say(x, 409, "%.*s", str_of(said)) : act_done(x, i, said);
}

static int
act_playbook(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	struct str name = act_arg(x, "playbook");
	const struct playbook_conf *p = playbook_find(&x->r->conf->playbooks, name);
	struct gate_ask q = act_gate(x, i);

	if (!i || act_seen_older(x, i))
		return 0;
	if (!p)
		return act_say(x, 404, "there is no playbook \"%.*s\" (langyan playbook list)",
			       utf8_cut(name, 80));
	if (i->playbook == p)
		return act_say(x, 409, "it is bound to %.*s already", name);
	x->r->wrote = true;
	if (playbook_rebind(&q, i, p, act_why(x, "by a person"), e) < 0 ||
	    actions_open(x->r, i, x->now, e) < 0)
		return -1;
	return act_done(x, i, "bound to this playbook");
}

static int
act_duty(struct act *x, struct err *e)
{
	struct incident *i = act_incident(x);
	struct str name = act_arg(x, "duty");
	const struct duty_conf *d = duty_find(&x->r->conf->duties, name);
	struct gate_ask q = act_gate(x, i);
	int there;

	if (!i || act_seen_older(x, i))
		return 0;
	if (!d)
		return act_say(x, 404, "there is no duty \"%.*s\" (langyan playbook duties)",
			       utf8_cut(name, 80));
	there = duty_choose(x->r, &q, i, d, e);
	if (there)
		return there < 0 ? -1 : act_say(x, 409, "duty.%.*s runs already", d->name);
	return act_done(x, i, arena_textf(x->a, "duty.%.*s is open", STR_ARG(d->name)));
}

const struct verb act_play_verbs[] = {
	{ "incident.duty", act_duty, true },
	{ "incident.act", act_act, true },
	{ "incident.playbook", act_playbook, true },
	{ .name = NULL },
};

/* ---- shown -------------------------------------------------------------------------------------- */

struct showing {
	struct act *x;
	size_t n;
};

static void
add_action(void *arg, const struct action_row *r)
{
	struct showing *s = arg;
	struct buf *b = &s->x->out, text = BUF(4 * SHOWN_MAX);
	struct str head =
		str_slice(r->output, 0, r->output.n < SHOWN_MAX ? r->output.n : SHOWN_MAX);

	utf8_add_clean(&text, head);
	buf_addf(b, "%s{\"n\":%lld", s->n++ ? "," : "", (long long)r->n);
	act_add_text(b, "playbook", r->playbook);
	act_add_text(b, "action", r->name);
	act_add_text(b, "kind", r->kind);
	act_add_text(b, "state", r->state);
	act_add_text(b, "why", r->why);
	act_add_text(b, "by", r->by);
	act_add_time(b, "at", r->at);
	act_add_time(b, "started_at", r->started_at);
	act_add_time(b, "ended_at", r->ended_at);
	buf_addf(b, ",\"status\":%lld,\"us\":%lld,\"bytes\":%lld", (long long)r->status,
		 (long long)r->us, (long long)r->bytes);
	act_add_text(b, "output", buf_str(&text));
	buf_add_byte(b, '}');
	buf_release(&text);
}

int
act_add_actions(struct act *x, const struct incident *i, struct err *e)
{
	struct showing s = { .x = x };

	buf_add(&x->out, STR(",\"actions\":["));
	if (actions_read(x->r->store, &i->id, add_action, &s, e) < 0)
		return -1;
	buf_add_byte(&x->out, ']');
	return 0;
}
