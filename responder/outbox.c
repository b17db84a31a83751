/*
 * The way of one row; claim and start are in outbox_send.c:
 *
 *   planned, held ──release──▶ queued ──claim──▶ sending ──start, record──▶ sent
 *     └─▶ bundled                                    ├──▶ retry_wait ──▶ (claim)
 *                                                    ├──▶ failed_perm
 *                                                    └──▶ superseded (called back meanwhile)
 */
#include "core/base.h"

#include <stdio.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/lane_store.h"
#include "responder/outbox.h"
#include "responder/retry.h"

#define BUNDLE_MAX       40 /* notices in one; keeps a body below every channel's ceiling */
#define HOUR_S           3600
#define STATUS_SLOW_DOWN 429
#define REPORT_AT        5 /* failed tries until the operator is */
#define NEXT_AFTER       3 /* failed tries until the next contact is told, too            */

/* ---- held -> queued or bundled ----------------------------------------------------------------- */

static bool
same_address(const struct notice_row *a, const struct notice_row *b)
{
	return str_eq(a->recipient, b->recipient) && str_eq(a->channel, b->channel) &&
	       str_eq(a->address, b->address);
}

static int
release_some(struct notices *n, const struct notice_row *v, size_t count, int64_t now,
	     struct err *e)
{
	struct store *s = n->env->store;
	struct id key;

	if (count == 1)
		return notice_set_state(s, &v->id, "queued", STR(""), now, e);
	if (compose_bundle(n, v, count, now, &key, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (notice_set_bundled(s, &v[i].id, &key, e) < 0)
			return -1;
	return 0;
}

/* What is held again goes; the rest closes up. */
static int
rows_hold(struct notices *n, struct notice_rows *rows, int64_t now, struct err *e)
{
	size_t left = 0;

	for (size_t i = 0; i < rows->n; i++) {
		int again = suppress_again(n, &rows->v[i], now, e);

		if (again < 0)
			return -1;
		if (!again)
			rows->v[left++] = rows->v[i];
	}
	rows->n = left;
	return 0;
}

int
outbox_release(struct notices *n, int64_t now, struct err *e)
{
	struct notice_rows rows;
	size_t due;

	if (notices_held_due(n->env->store, now, n->a, &rows, e) < 0)
		return -1;
	due = rows.n;
	if (rows_hold(n, &rows, now, e) < 0)
		return -1;
	for (size_t i = 0, count; i < rows.n; i += count) {
		/* An L3 that a silence held comes alone. */
		for (count = 1; rows.v[i].level < 3 && i + count < rows.n && count < BUNDLE_MAX;
		     count++)
			if (!same_address(&rows.v[i], &rows.v[i + count]))
				break;
		if (release_some(n, &rows.v[i], count, now, e) < 0)
			return -1;
	}
	return (int)due;
}

/* ---- what ended becomes rows --------------------------------------------------------------------- */

static int
record_attempt(struct notices *n, const struct notice_row *r, const struct ended *x,
	       int64_t now, struct err *e)
{
	bool stepped = n->env->clock == CLOCK_STEPPED; /* the same input, the same bytes */
	struct attempt_row a = { .notice = r->id,
				 .n = r->attempts,
				 .at = now,
				 .status = x->status,
				 .us = stepped ? 0 : x->us,
				 .ended = str_of(http_end_words[x->end]),
				 .said = str_of(x->said.why),
				 .wait_s = x->said.wait_s };

	if (x->has_answer)
		a.answer = (struct str){ (const char *)x->answer, sizeof x->answer };
	return attempt_add(n->env->store, &a, e);
}

static int
sent_event(struct notices *n, const struct notice_row *r, int64_t now,
	   struct notice_events *out, struct err *e)
{
	struct notice_event *x = &out->v[out->n];
	struct matter m;
	int64_t people, hopeful;
	int found;

	found = id_none(&r->incident) ? 0
				      : matter_row(n->env->store, &r->incident, n->a, &m, e);
	if (found < 0)
		return -1;
	told_put(&n->env->told, &(struct told){ .at = now,
						.type = "notice",
						.id = r->id,
						.watch = found ? m.watch : STR(""),
						.incident = found ? m.number : STR(""),
						.level = r->level,
						.grade = found ? m.grade : 0,
						.reason = r->subject });
	if (!found || !str_is(r->kind, "page"))
		return 0;
	if (notice_wave_waits(n->env->store, r, &people, &hopeful, e) < 0)
		return -1;
	*x = (struct notice_event){ .what = NOTICE_SENT,
				    .incident = r->incident,
				    .at = now,
				    .level = r->level,
				    .to_person = r->recipient.n || !people,
				    .answer_at = m.step_due };
	snprintf(x->why, sizeof x->why, "notice sent to %.*s",
		 STR_ARG(r->recipient.n ? r->recipient : r->channel));
	snprintf(x->why_zh, sizeof x->why_zh, "已通知 %.*s",
		 STR_ARG(r->recipient.n ? r->recipient : r->channel));
	out->n++;
	return 0;
}

static int
record_sent(struct notices *n, const struct notice_row *r, int64_t now,
	    struct notice_events *out, struct err *e)
{
	struct store *s = n->env->store;
	struct notice_rows rows = { NULL, 0 };

	if (str_is(r->kind, "bundle") && notices_bundled(s, &r->id, n->a, &rows, e) < 0)
		return -1;
	if (notice_set_sent(s, &r->id, now, e) < 0 ||
	    (rows.n && notice_set_bundle_sent(s, &r->id, now, e) < 0) ||
	    escalate_sent(n, r, now, e) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (escalate_sent(n, &rows.v[i], now, e) < 0)
			return -1;
	/* By now it is known until when an answer is waited for. */
	if (sent_event(n, r, now, out, e) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (sent_event(n, &rows.v[i], now, out, e) < 0)
			return -1;
	return 0;
}

/* What a bundle carried goes on by itself. */
static int
unbundle(struct notices *n, const struct notice_row *r, int64_t now, struct err *e)
{
	struct notice_rows rows = { NULL, 0 };

	if (str_is(r->kind, "bundle") &&
	    notices_bundled(n->env->store, &r->id, n->a, &rows, e) < 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		if (notice_set_state(n->env->store, &rows.v[i].id, "failed_perm",
				     STR("bundle failed"), 0, e) < 0 ||
		    otherwise_tell(n, &rows.v[i], true, now, e) < 0)
			return -1;
	return 0;
}

/* It is told once an hour for each reason. */
static int
report(struct notices *n, const struct notice_row *r, enum trouble_kind kind,
       const struct channel_said *said, int64_t now, struct err *e)
{
	const char *why = said->why;
	struct trouble t = {
		kind,
		ID_OF(STR("trouble"), r->channel, id_str(&r->incident), str_of(why),
		      str_of(arena_textf(n->a, "%lld", (long long)(now / HOUR_S)))),
		why,
		said->fault == FAULT_KEY,
	};

	return compose_operator(n, r, &t, now, e);
}

static int
record_failed(struct notices *n, const struct notice_row *r, const struct ended *x, int64_t now,
	      struct err *e)
{
	const char *why = x->said.why;

	log_event(LOG_ERROR, "notice_refused", "to=%.*s via=%.*s status=%d why=%s",
		  STR_ARG(r->recipient), STR_ARG(r->channel), x->status, why);
	if (notice_set_state(n->env->store, &r->id, "failed_perm", str_of(why), 0, e) < 0 ||
	    report(n, r, TROUBLE_REFUSED, &x->said, now, e) < 0 || unbundle(n, r, now, e) < 0)
		return -1;
	return otherwise_tell(n, r, true, now, e) < 0 ? -1 : 0;
}

static int
record_retry(struct notices *n, const struct notice_row *r, const struct ended *x, int64_t now,
	     struct err *e)
{
	struct store *s = n->env->store;
	const struct outlet *o = outbox_outlet(n, r->channel);
	int64_t wait = retry_wait_s(&r->id, r->attempts, x->said.wait_s);
	const char *why = x->said.why;

	log_event(LOG_WARN, "notice_retry",
		  "to=%.*s via=%.*s try=%lld status=%d wait_s=%lld why=%s",
		  STR_ARG(r->recipient), STR_ARG(r->channel), (long long)r->attempts, x->status,
		  (long long)wait, why);
	if (notice_set_state(s, &r->id, "retry_wait", str_of(why), now + wait, e) < 0 ||
	    (x->sent > (size_t)r->arrived && notice_set_arrived(s, &r->id, x->sent, e) < 0) ||
	    (retry_may_repeat(x->end, x->status) && notice_set_repeat(s, &r->id, e) < 0))
		return -1;
	if (r->attempts >= NEXT_AFTER && otherwise_tell(n, r, false, now, e) < 0)
		return -1;
	if (r->attempts != REPORT_AT || (o && o->down_at))
		return 0; /* of a channel that is down they know */
	return report(n, r, TROUBLE_LATE, &x->said, now, e);
}

/* It is down when it failed three times in a row, or when nothing of us is taken there. Who asks
 * us to wait is not up for that: a 503 that says until when is a failure as any other. */
static void
outlet_hear(struct outlet *o, const struct notice_row *r, const struct ended *x, int64_t ms)
{
	enum channel_fault fault = x->said.fault;
	bool slower = x->status == STATUS_SLOW_DOWN || x->said.wait_s;

	if (fault == FAULT_KEY) {
		lane_refused(&o->lane, ms);
	} else if (fault == FAULT_WORLD) {
		if (!slower || x->status >= 500)
			lane_failed(&o->lane, ms);
	} else {
		if (lane_is_down(&o->lane))
			log_event(LOG_WARN, "channel_up", "via=%.*s", STR_ARG(o->name));
		lane_answered(&o->lane);
		o->down_at = 0;
	}
	if (fault == FAULT_WORLD && slower)
		lane_shut(&o->lane,
			  ms + 1000 * retry_wait_s(&r->id, r->attempts, x->said.wait_s));
}

static int
record_outlet(struct notices *n, const struct notice_row *r, const struct ended *x, int64_t now,
	      struct err *e)
{
	struct outlet *o = outbox_outlet(n, r->channel);
	struct id once;

	if (!o || !o->c || !x->began)
		return 0;
	outlet_hear(o, r, x, outbox_ms(n, now));
	if (!lane_is_down(&o->lane) || o->down_at)
		return 0;
	o->down_at = now;
	log_event(LOG_ERROR, "channel_down", "via=%.*s why=%s", STR_ARG(o->name), x->said.why);
	if (x->said.fault != FAULT_WORLD)
		return 0; /* what was refused is reported as such */
	once = ID_OF(STR("down"), o->name, id_str(&r->id));
	return compose_operator(
		n, r, &(struct trouble){ TROUBLE_DOWN, once, x->said.why, true }, now, e);
}

static int
record_one(struct notices *n, const struct ended *x, int64_t now, struct notice_events *out,
	   struct err *e)
{
	struct notice_row r;
	int found = notice_get(n->env->store, &x->key, n->a, &r, e);

	if (found <= 0)
		return found;
	if (record_attempt(n, &r, x, now, e) < 0 || record_outlet(n, &r, x, now, e) < 0)
		return -1;
	if (x->said.fault == FAULT_NONE)
		return record_sent(n, &r, now, out, e);
	if (r.recalled.n) /* nobody waits for it any more, nor is told otherwise */
		return notices_drop_recalled(n->env->store, &r.id, e) < 0 ? -1 : 0;
	return x->said.fault == FAULT_WORLD ? record_retry(n, &r, x, now, e)
					    : record_failed(n, &r, x, now, e);
}

int
outbox_record(struct notices *n, int64_t now, struct notice_events *out, struct err *e)
{
	size_t done = 0;
	uint64_t rung;

	if (n->http)
		http_turn(n->http);
	if (n->channels)
		channels_turn(n->channels);
	/* What this turn rang for is recorded below: a bell that is left ringing wakes us for ever. */
	if (read(n->event, &rung, sizeof rung) < 0)
		rung = 0; /* it did not ring */
	if (read(n->timer, &rung, sizeof rung) < 0)
		rung = 0; /* nor did this */
	while (done < n->ended_n && out->n + BUNDLE_MAX + 1 <= LY_COUNT(out->v)) {
		struct ended x = n->ended[done++];

		if (record_one(n, &x, now, out, e) < 0)
			return -1;
	}
	if (!done)
		return 0;
	memmove(n->ended, n->ended + done, (n->ended_n - done) * sizeof *n->ended);
	n->ended_n -= done;
	if (n->ended_n)
		outbox_ring(n);
	return (int)done;
}
