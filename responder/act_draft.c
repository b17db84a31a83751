/* act_draft.c - a person asks for drafts: of one template, or all that stand with the facts of now. */
#include "core/base.h"

#include "core/str.h"
#include "responder/act.h"
#include "responder/incident_store.h"

static void
add_made(void *arg, const struct draft_made *d)
{
	struct act *x = arg;

	buf_add(&x->out,
		x->out.p[x->out.n - 1] == '[' ? STR("{\"template\":") : STR(",{\"template\":"));
	json_add_text(&x->out, d->template);
	act_add_text(&x->out, "state", d->state);
	buf_addf(&x->out, ",\"version\":%lld,\"gaps\":%zu}", (long long)d->version, d->gaps);
}

/* The newest move with evidence is what the drafts rest on. */
struct newest {
	struct arena *a;
	struct move *m;
};

static int
move_take(void *arg, const struct audit_row *row)
{
	struct newest *x = arg;

	if (row->evidence.n > 2) {
		x->m->seq = row->seq;
		x->m->evidence = arena_str(x->a, row->evidence);
	}
	return 0;
}

static int
act_draft(struct act *x, struct err *e)
{
	struct str template = act_arg(x, "template");
	const struct incident *i = act_incident(x);
	struct move m = { .at = x->now };
	struct newest newest = { x->a, &m };
	int made;

	if (!i)
		return 0;
	m.incident = i->id;
	m.to_level = i->level;
	m.from_state = m.to_state = i->state;
	if (moves_read(x->r->store, &i->id, move_take, &newest, e) < 0)
		return -1;
	buf_add(&x->out, STR("{\"drafts\":["));
	made = drafts_asked(x->r->drafts, i, &m, template, x->now, add_made, x, e);
	if (made < 0)
		return -1;
	if (!made)
		return act_say(x, 404,
			       "there is no template \"%.*s\", nor a draft (or say \"all\")",
			       template);
	x->r->wrote = true;
	buf_add(&x->out, STR("]}"));
	return 0;
}

const struct verb act_draft_verbs[] = {
	{ "incident.draft", act_draft, true },
	{ .name = NULL },
};
