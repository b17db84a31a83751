/* merge.c - one incident becomes part of another, in the open transaction. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/confidential.h"
#include "responder/course.h"
#include "responder/deadline_store.h"
#include "responder/duty.h"
#include "responder/gate.h"
#include "responder/incident_store.h"
#include "responder/signal_store.h"
#include "responder/state.h"

/* Whoever must stay out of the one must stay out of the other. How many were out, or -1. */
static int
recusals_carry(const struct gate_ask *q, const struct incident *from, struct err *e)
{
	struct conf_texts out, known;
	struct buf value = BUF(1000);
	int bad = gate_out(q->env->store, &from->id, q->a, &out, e) < 0 ||
		  gate_out(q->env->store, &q->incident->id, q->a, &known, e) < 0;

	buf_addf(&value, "{\"out\":\"yes\",\"why\":\"recused from %.*s\"}",
		 STR_ARG(from->number));
	for (size_t i = 0; !bad && i < out.n; i++)
		bad = !gate_is_out(&known, out.v[i]) &&
		      gate_add(q, "recusal", out.v[i], buf_str(&value), e) < 0;
	buf_release(&value);
	return bad ? -1 : (int)out.n;
}

/* Before anybody is told; and few see both when few saw one. */
static int
shut_carry(struct responder *r, const struct incident *from, struct incident *into, int64_t now,
	   struct err *e)
{
	struct gate_ask gate = { &r->env, &r->conf->notice, into, STR("table"), now, r->batch };
	bool shown = !into->confidential;
	int out = recusals_carry(&gate, from, e);

	if (out < 0 || confidential_carry(&gate, into, from, e) < 0)
		return -1;
	/* What was composed for into before says more than is to be said, or to whom not. */
	if (((shown && into->confidential) || out) &&
	    notices_recall(r->notices, into,
			   shown && into->confidential ? RECALL_ALL : RECALL_OUT, now, e) < 0)
		return -1;
	return out && into->level >= 2 ? gate_roles(&gate, e) : 0;
}

int
merge_shut(struct responder *r, const struct incident *from, struct incident *into, int64_t now,
	   struct err *e)
{
	struct gate_ask gate = { &r->env, &r->conf->notice, into, STR("table"), now, r->batch };

	if (recusals_carry(&gate, from, e) < 0)
		return -1;
	return from->confidential ? confidential_readers(&gate, from, e) : 0;
}

/* "into INC-…: the same recall", each in its own language. */
static void
words(struct responder *r, struct incident_move_info *info, const char *zh, const char *en,
      const struct incident_move_info *by)
{
	struct str number = info->other->number;

	info->reason_zh =
		str_of(arena_textf(r->batch, "%s %.*s%s%.*s", zh, STR_ARG(number),
				   by->reason_zh.n ? "：" : "", STR_ARG(by->reason_zh)));
	info->reason_en =
		str_of(arena_textf(r->batch, "%s %.*s%s%.*s", en, STR_ARG(number),
				   by->reason_en.n ? ": " : "", STR_ARG(by->reason_en)));
}

int
merge_incidents(struct responder *r, struct incident *from, struct incident *into,
		const struct incident_move_info *by, struct err *e)
{
	struct incident_move_info join = *by, leave = *by;
	struct deadline clocks[DEADLINE_KINDS];
	int n = deadlines_of(r->store, &from->id, clocks, e);

	leave.incident = from;
	leave.other = into;
	join.incident = into;
	join.other = from;
	join.event = course_join(from, into);
	leave.event = EVENT_MERGE;
	words(r, &leave, "并入", "merged into", by);
	words(r, &join, "并入了", "takes in", by);
	if (join.event == EVENT_COUNT)
		return err_set(e, ERR_REJECT, "%.*s cannot be merged into %.*s",
			       STR_ARG(from->number), STR_ARG(into->number));
	/* Who is out must be so before anybody is told. */
	if (n < 0 || shut_carry(r, from, into, by->at, e) < 0 ||
	    raise_move(r, &leave, by->at, e) < 0 ||
	    firings_move(r->store, &from->id, &into->id, e) < 0 ||
	    duties_carry(r, from, into, by->at, e) < 0) /* before a new level opens its own */
		return -1;
	if (raise_move(r, &join, by->at, e) < 0)
		return -1;
	if (followup_carry(r, from, into, by->at, e) < 0)
		return -1;
	return urge_merge(r, into, clocks, n, by->at, e);
}
