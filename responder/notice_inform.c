/* notice_inform.c - what a playbook tells somebody of an incident; nobody waits for the answer. */
#include "core/base.h"

#include "core/str.h"
#include "responder/gate.h"
#include "responder/outbox.h"

/* Beside the waves of pages: the number is its own. 1, 0 no such incident, -1. */
static int
wave_of(struct notices *n, const struct incident *i, const struct notice_inform *say,
	struct matter *m, struct wave *w, struct err *e)
{
	int found = matter_read(n->env->store, &i->id, n->a, m, e);

	if (found <= 0 || matter_heard(n->env->store, w->now, m, e) < 0)
		return found ? -1 : 0;
	m->watch_title = watch_title(n->env, m->watch);
	w->m = m;
	w->kind = say->urge ? "urge" : "inform";
	w->seq = say->urge ? say->once | NOTICE_DUTIES : say->once;
	return 1;
}

int
notices_inform(struct notices *n, const struct incident *i, const struct notice_inform *say,
	       int64_t now, struct err *e)
{
	struct wave w = { .why = { say->why_zh, say->why_en }, .now = now };
	struct step_conf step = { .to = *say->to };
	struct policy_ask q = { .roster = n->roster,
				.level = i->level,
				.safety = i->safety != 0,
				.now = now,
				.first_only = i->level < 3 };
	struct tellings t = { .n = 0 };
	struct conf_texts out;
	struct matter m;
	int told = 0, found;

	notices_fresh(n);
	n->due_known = false;
	found = wave_of(n, i, say, &m, &w, e);
	if (found <= 0 || gate_out(n->env->store, &i->id, n->a, &out, e) < 0)
		return found ? -1 : 0;
	q.out = &out;
	step_tell(&q, &step, &t);
	for (size_t k = 0; k < t.n; k++) {
		int added = compose_add(n, &w, &t.v[k], e);

		if (added < 0)
			return -1;
		told += added;
	}
	return outbox_claim(n, now, e) < 0 ? -1 : told;
}
