/*
 * The way of one row:
 *
 *   held ──release──▶ queued ──claim──▶ sending ──start, record──▶ sent
 *     └─▶ bundled       ▲                   ├──▶ retry_wait ──▶ (claim)
 *                       └── no token        └──▶ failed_perm
 */
#include "core/base.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/outbox.h"
#include "responder/retry.h"

#define BUNDLE_MAX 40 /* notices in one; keeps a body below every channel's ceiling */
#define NEXT_AFTER 3  /* failed tries until the next contact is told, too            */
#define REPORT_AT  5  /* failed tries until the operator is                          */

struct send {
	struct notices *n;
	struct id key;
	struct send *next;
};

const struct channel_conf *
outbox_channel(const struct notices *n, struct str name)
{
	return str_eq(name, n->net.name) ? &n->net : channel_find(n->c, name);
}

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

int
outbox_release(struct notices *n, int64_t now, struct err *e)
{
	struct notice_rows rows;

	if (notices_pick(n->env->store, PICK_HELD_DUE, now, n->a, &rows, e) < 0)
		return -1;
	for (size_t i = 0, count; i < rows.n; i += count) {
		for (count = 1; i + count < rows.n && count < BUNDLE_MAX; count++)
			if (!same_address(&rows.v[i], &rows.v[i + count]))
				break;
		if (release_some(n, &rows.v[i], count, now, e) < 0)
			return -1;
	}
	return (int)rows.n;
}

/* ---- queued -> sending -------------------------------------------------------------------------- */

/* The burst at once, the rest over the time: never more than the rate in any such time. */
static bool
bucket_take(struct bucket *b, struct channel_rate r, int64_t now, int64_t *next_at)
{
	int64_t refill = r.tokens - r.burst > 0 ? r.tokens - r.burst : 1; /* in per_s */

	if (now > b->at) {
		int64_t gone = now - b->at > r.per_s ? r.per_s : now - b->at;

		b->milli += b->at ? gone * refill * 1000 / r.per_s : r.burst * 1000;
		b->at = now;
	}
	if (b->milli > r.burst * 1000)
		b->milli = r.burst * 1000;
	if (b->milli >= 1000) {
		b->milli -= 1000;
		return true;
	}
	*next_at = now + 1 + (1000 - b->milli) * r.per_s / (refill * 1000);
	return false;
}

static struct bucket *
bucket_of(const struct notices *n, const struct channel_conf *c)
{
	const struct channel_conf *first = n->c->channels.v;

	return c == &n->net ? &n->buckets[n->c->channels.n] : &n->buckets[c - first];
}

static int
claim_one(struct notices *n, const struct notice_row *r, int64_t now, struct err *e)
{
	const struct channel_conf *c = outbox_channel(n, r->channel);
	int64_t next_at;

	if (c && n->env->send == SEND_REAL &&
	    !bucket_take(bucket_of(n, c), channel_rate(c), now, &next_at))
		return notice_set_state(n->env->store, &r->id, r->state.p, STR("rate"), next_at,
					e);
	return notice_claim(n->env->store, &r->id, e);
}

int
outbox_claim(struct notices *n, int64_t now, struct err *e)
{
	int changed = 0;

	for (;;) {
		struct notice_rows rows;

		if (notices_pick(n->env->store, PICK_READY, now, n->a, &rows, e) < 0)
			return -1;
		for (size_t i = 0; i < rows.n; i++)
			if (claim_one(n, &rows.v[i], now, e) < 0)
				return -1;
		if (!rows.n)
			return changed;
		changed += (int)rows.n;
	}
}

/* ---- sending: transfers ------------------------------------------------------------------------- */

static void
bell_ring(struct notices *n)
{
	uint64_t one = 1;

	if (write(n->event, &one, sizeof one) < 0)
		return; /* full: it rings already */
}

static struct ended *
ended_add(struct notices *n, const struct id *key)
{
	if (n->ended_n == n->ended_cap)
		n->ended = heap_more(n->ended, &n->ended_cap, sizeof *n->ended);
	n->ended[n->ended_n] = (struct ended){ .key = *key };
	bell_ring(n);
	return &n->ended[n->ended_n++];
}

static void
send_drop(struct send *s)
{
	struct send **at = &s->n->sends;

	while (*at && *at != s)
		at = &(*at)->next;
	if (*at)
		*at = s->next;
	free(s);
}

static void
send_done(void *arg, const struct channel_end *r)
{
	struct send *s = arg;

	if (r->end != HTTP_STOPPED) { /* we go down: the row stays 'sending' */
		struct ended *x = ended_add(s->n, &s->key);

		x->said = r->said;
		x->end = r->end;
		x->status = r->status;
		x->us = r->us;
		x->has_answer = r->answer.n > 0;
		hash_sha256(r->answer, x->answer);
	}
	send_drop(s);
}

static bool
is_under_way(const struct notices *n, const struct id *key)
{
	for (const struct send *s = n->sends; s; s = s->next)
		if (id_eq(&s->key, key))
			return true;
	for (size_t i = 0; i < n->ended_n; i++)
		if (id_eq(&n->ended[i].key, key))
			return true;
	return false;
}

static void
fail_now(struct notices *n, const struct id *key, const char *why)
{
	struct ended *x = ended_add(n, key);

	x->end = HTTP_PROTOCOL;
	x->said.fault = FAULT_BODY;
	snprintf(x->said.why, sizeof x->said.why, "%s", why);
}

static void
uuid_of(const char *hex, char out[37])
{
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
		 hex + 20);
}

static void
start_one(struct notices *n, const struct notice_row *r, int64_t now)
{
	const struct channel_conf *c = outbox_channel(n, r->channel);
	struct parcel p = { .key = r->id,
			    .thread = r->id,
			    .kind = r->kind,
			    .address = r->address,
			    .level = r->level,
			    .subject = r->subject,
			    .body = r->body,
			    .html = r->html,
			    .facts = r->facts,
			    .public_url = n->env->site->public_url,
			    .at = now,
			    .repeat_possible = r->repeat_possible != 0 };
	struct buf hex = BUF(64);
	struct err e = { 0 };
	struct send *s;
	char uuid[37];

	if (n->env->send == SEND_SINK) {
		struct ended *x = ended_add(n, &r->id);

		x->end = HTTP_OK;
		x->status = 200;
		return;
	}
	if (!c) {
		fail_now(n, &r->id, "the channel is no longer configured");
		return;
	}
	if (notice_thread(n->env->store, r, &p.thread, &e) < 0)
		p.thread = r->id;
	id_add_hex(&hex, &r->id);
	uuid_of(hex.p, uuid);
	p.hex = hex.p;
	p.uuid = uuid;
	s = heap_zero(1, sizeof *s);
	*s = (struct send){ n, r->id, n->sends };
	n->sends = s;
	p.crosses = channel_crosses(c, n->env->site);
	p.zh = compose_is_zh(n, person_find(n->c, r->recipient));
	if (channels_send(n->channels, c, &p, send_done, s, &e) < 0) {
		send_drop(s);
		if (e.kind != ERR_RETRY) /* else: all transfers are taken, it stays 'sending' */
			fail_now(n, &r->id, e.text);
	}
	buf_release(&hex);
}

int
notices_file_again(struct notices *n, const struct id *id, struct err *e)
{
	struct notice_row r;
	int found = notice_get(n->env->store, id, n->a, &r, e);
	const struct channel_conf *c = found > 0 ? outbox_channel(n, r.channel) : NULL;
	struct buf hex = BUF(64);

	if (found > 0 && !c)
		log_event(LOG_WARN, "notice_files_unknown", "via=%.*s", STR_ARG(r.channel));
	if (c && c->kind == CHANNEL_FILE && n->env->send != SEND_SINK) {
		id_add_hex(&hex, &r.id);
		found = file_again(
			c,
			&(struct parcel){ .hex = hex.p, .subject = r.subject, .body = r.body },
			e);
	}
	buf_release(&hex);
	return found < 0 ? -1 : 0;
}

void
outbox_start(struct notices *n, int64_t now)
{
	struct notice_rows rows;
	struct err e = { 0 };

	arena_reset(n->a);
	if (notices_pick(n->env->store, PICK_SENDING, now, n->a, &rows, &e) < 0) {
		log_event(LOG_ERROR, "outbox_unreadable", "why=%s", e.text);
		return;
	}
	for (size_t i = 0; i < rows.n; i++)
		if (!is_under_way(n, &rows.v[i].id))
			start_one(n, &rows.v[i], now);
	if (n->http)
		http_turn(n->http);
}

void
outbox_stop(struct notices *n)
{
	http_free(n->http); /* calls send_done for what runs */
	n->http = NULL;
	channels_free(n->channels); /* programs: their rows stay 'sending' */
	n->channels = NULL;
	while (n->sends)
		send_drop(n->sends);
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
				 .ended = str_of(http_end_words[x->end]) };

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
				      : matter_read(n->env->store, &r->incident, n->a, &m, e);
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

/* Another contact of the same person; none: the step goes on without them. */
static int
tell_otherwise(struct notices *n, const struct notice_row *r, bool for_good, int64_t now,
	       struct err *e)
{
	int other = escalate_next_contact(n, r, now, e);

	return other ? other : escalate_lost(n, r, for_good, now, e);
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
		    tell_otherwise(n, &rows.v[i], true, now, e) < 0)
			return -1;
	return 0;
}

static int
record_failed(struct notices *n, const struct notice_row *r, const struct ended *x, int64_t now,
	      struct err *e)
{
	const char *why = x->said.why;

	log_event(LOG_ERROR, "notice_refused", "to=%.*s via=%.*s status=%d why=%s",
		  STR_ARG(r->recipient), STR_ARG(r->channel), x->status, why);
	if (notice_set_state(n->env->store, &r->id, "failed_perm", str_of(why), 0, e) < 0 ||
	    compose_operator(n, r, why, now, e) < 0 || unbundle(n, r, now, e) < 0)
		return -1;
	return tell_otherwise(n, r, true, now, e) < 0 ? -1 : 0;
}

static int
record_retry(struct notices *n, const struct notice_row *r, const struct ended *x, int64_t now,
	     struct err *e)
{
	struct store *s = n->env->store;
	int64_t wait = retry_wait_s(&r->id, r->attempts, x->said.wait_s);
	const char *why = x->said.why;

	log_event(LOG_WARN, "notice_retry",
		  "to=%.*s via=%.*s try=%lld status=%d wait_s=%lld why=%s",
		  STR_ARG(r->recipient), STR_ARG(r->channel), (long long)r->attempts, x->status,
		  (long long)wait, why);
	if (notice_set_state(s, &r->id, "retry_wait", str_of(why), now + wait, e) < 0 ||
	    (retry_may_repeat(x->end, x->status) && notice_set_repeat(s, &r->id, e) < 0))
		return -1;
	if (r->attempts == NEXT_AFTER && tell_otherwise(n, r, false, now, e) < 0)
		return -1;
	return r->attempts == REPORT_AT ? compose_operator(n, r, why, now, e) : 0;
}

static int
record_one(struct notices *n, const struct ended *x, int64_t now, struct notice_events *out,
	   struct err *e)
{
	struct notice_row r;
	int found = notice_get(n->env->store, &x->key, n->a, &r, e);

	if (found <= 0)
		return found;
	if (record_attempt(n, &r, x, now, e) < 0)
		return -1;
	if (x->said.fault == FAULT_NONE)
		return record_sent(n, &r, now, out, e);
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
		bell_ring(n);
	return (int)done;
}
