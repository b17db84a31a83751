/* act_rota.c - commands that change the rota. */
#include "core/base.h"

#include "responder/act.h"
#include "responder/rota_change.h"

static int
change_with(struct act *x,
	    int (*what)(const struct rota_ask *q, struct buf *out, struct err *e), bool writes,
	    struct err *e)
{
	struct rota_ask q = { .store = x->r->store,
			      .roster = notices_roster(x->r->notices),
			      .actor = x->c->actor,
			      .now = x->now,
			      .args = x->args,
			      .a = x->a };
	int status = what(&q, &x->out, e);

	x->status = status < 0 ? x->status : status;
	x->r->wrote |= writes && status == 200;
	return status < 0 ? -1 : 0;
}

static int
act_override(struct act *x, struct err *e)
{
	return change_with(x, rota_change_override, true, e);
}

static int
act_swap(struct act *x, struct err *e)
{
	return change_with(x, rota_change_swap, true, e);
}

static int
act_temporary(struct act *x, struct err *e)
{
	return change_with(x, rota_change_temporary, true, e);
}

static int
act_cancel(struct act *x, struct err *e)
{
	return change_with(x, rota_change_cancel, true, e);
}

static int
act_changes(struct act *x, struct err *e)
{
	return change_with(x, rota_change_list, false, e);
}

const struct verb act_rota_verbs[] = {
	{ "rota.override", act_override, true },   { "rota.swap", act_swap, true },
	{ "rota.temporary", act_temporary, true }, { "rota.cancel", act_cancel, true },
	{ "rota.changes", act_changes, false },    { .name = NULL },
};
