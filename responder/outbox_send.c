/*
 * queued -> sending -> on the wire: whose turn it is at each destination, and the transfers.
 *
 * One transfer at a time to a destination. So what is urgent overtakes whatever has not begun,
 * nothing arrives before what was told first, and a process that is killed leaves at most one
 * notice of which nobody knows whether it arrived.
 */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/digest_word.h"
#include "responder/heap.h"
#include "responder/lane_store.h"
#include "responder/outbox.h"
#include "responder/retry.h"
#include "responder/unsubscribe.h"

#define STUCK_MAX 64
#define SHUT_MS   60000 /* whoever would wait longer for a destination is told another way */
#define FILES_MAX 64    /* a file that is written twice replaces itself */

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

/* ---- destinations ------------------------------------------------------------------------------ */

struct outlet *
outbox_outlet(struct notices *n, struct str name)
{
	for (size_t i = 0; i < n->outlets_n; i++)
		if (str_eq(n->outlets[i].name, name))
			return &n->outlets[i];
	return NULL;
}

int64_t
outbox_ms(const struct notices *n, int64_t now)
{
	return n->env->clock == CLOCK_STEPPED ? now * 1000 : clock_mono_ms();
}

/* What left in the last minute counts after a restart, too; so does what we were asked for. */
static int
outlet_remember(struct notices *n, struct outlet *o, int64_t now, struct err *e)
{
	int64_t *at = arena_alloc(n->a, (size_t)o->lane.rate * sizeof *at), until;
	int64_t from_at = now - o->lane.per_ms / 1000 - 1;
	int64_t ms = outbox_ms(n, now);
	int count = attempts_past(n->env->store, o->name, now - RETRY_MOST_S, now, at,
				  (size_t)o->lane.rate, &until, e);

	for (int i = 0; i < count; i++)
		if (at[i] >= from_at && at[i] <= now)
			lane_take(&o->lane, ms - 1000 * (now - at[i]));
	if (until > now)
		lane_shut(&o->lane, ms + 1000 * (until - now));
	return count < 0 ? -1 : 0;
}

static int
outlet_add(struct notices *n, const struct channel_conf *c, struct str name, int64_t now,
	   struct err *e)
{
	struct channel_rate rate = { 6000, 60, 0 }; /* of those that fail at once */
	struct outlet *o;

	if (outbox_outlet(n, name))
		return 0;
	if (n->outlets_n == n->outlets_cap)
		n->outlets = heap_more(n->outlets, &n->outlets_cap, sizeof *n->outlets);
	o = &n->outlets[n->outlets_n++];
	*o = (struct outlet){ .name = arena_str(n->kept, name), .c = c };
	if (c)
		rate = channel_rate(c);
	lane_init(&o->lane, rate.tokens, rate.per_s, rate.burst);
	return n->env->send == SEND_SINK ? 0 : outlet_remember(n, o, now, e);
}

int
outbox_open(struct notices *n, int64_t now, struct err *e)
{
	const struct channel_conf *c = n->c->channels.v;
	struct conf_texts named;

	if (outlet_add(n, &n->net, n->net.name, now, e) < 0)
		return -1;
	for (size_t i = 0; i < n->c->channels.n; i++)
		if (outlet_add(n, &c[i], c[i].name, now, e) < 0)
			return -1;
	/* Rows of a channel that is configured no more: they fail, and are told otherwise. */
	if (lanes_named(n->env->store, n->a, &named, e) < 0)
		return -1;
	for (size_t i = 0; i < named.n; i++)
		if (outlet_add(n, NULL, named.v[i], now, e) < 0)
			return -1;
	return 0;
}

/* How many transfers at once. */
static int64_t
outlet_most(const struct notices *n, const struct outlet *o)
{
	if (n->env->send == SEND_SINK)
		return INT64_MAX;
	return o->c && o->c->kind != CHANNEL_FILE ? 1 : FILES_MAX;
}

/* ---- queued -> sending -------------------------------------------------------------------------- */

/* It is down, or asked us to wait for long. */
static bool
outlet_is_shut(const struct notices *n, const struct outlet *o, int64_t ms)
{
	return n->env->send != SEND_SINK &&
	       (lane_is_down(&o->lane) || o->lane.shut_ms - ms > SHUT_MS);
}

/* Whoever waits for a destination that is shut is told another way. */
static int
outlet_bypass(struct notices *n, struct outlet *o, int64_t now, struct err *e)
{
	struct id ids[STUCK_MAX];
	int count = lane_stuck(n->env->store, o->name, STR(WHY_DOWN), ids, STUCK_MAX, e);

	for (int i = 0; i < count; i++) {
		struct notice_row r;
		int found = notice_get(n->env->store, &ids[i], n->a, &r, e);

		if (found < 0 ||
		    (found &&
		     notice_set_state(n->env->store, &r.id,
				      str_is(r.state, "queued") ? "queued" : "retry_wait",
				      STR(WHY_DOWN), r.next_at, e) < 0) ||
		    (found && otherwise_tell(n, &r, false, now, e) < 0))
			return -1;
	}
	return count;
}

/* Whatever has waited for its turn or for another try may have come into somebody's quiet hours. 1: it
 * waits on, 0: it may leave, -1. */
static int
outlet_too_late(struct notices *n, const struct id *id, int64_t now, struct err *e)
{
	struct notice_row r;
	const struct person_conf *p;
	enum quiet_why why = QUIET_NO;
	int64_t at;
	int found = notice_get(n->env->store, id, n->a, &r, e);

	if (found <= 0 || r.level >= 3 || !r.level)
		return found < 0 ? -1 : 0;
	if (!str_is(r.kind, "bundle"))
		return suppress_again(n, &r, now, e);
	p = person_find(n->c, r.recipient);
	at = p ? roster_reach(n->roster, p, r.level, false, now, &why) : now;
	if (at <= now || why == QUIET_BUNDLE) /* its hour has come */
		return 0;
	return notice_set_state(n->env->store, id, "retry_wait", STR("quiet"), at, e) < 0 ? -1
											  : 1;
}

/* How many changed; *bypassed more are told another way. */
static int
outlet_claim(struct notices *n, struct outlet *o, const struct lanes_ready *ready, int64_t now,
	     int *bypassed, struct err *e)
{
	int64_t ms = outbox_ms(n, now), going = 0, most = outlet_most(n, o);
	int changed = outlet_is_shut(n, o, ms) ? outlet_bypass(n, o, now, e) : 0;

	if (changed < 0 ||
	    (most < INT64_MAX && lane_sending(n->env->store, o->name, &going, e) < 0))
		return -1;
	*bypassed += changed;
	for (; going < most; going++, changed++) {
		struct lane_turn next;
		int found, late;

		if (n->env->send != SEND_SINK && lane_wait_ms(&o->lane, ms))
			break;
		found = lane_next(n->env->store, o->name, ready, now, &next, e);
		if (found <= 0)
			return found < 0 ? -1 : changed;
		late = next.due_at < now ? outlet_too_late(n, &next.id, now, e) : 0;
		if (late < 0)
			return -1;
		if (late) {
			going--;
			continue;
		}
		if (notice_claim(n->env->store, &next.id, e) < 0)
			return -1;
		if (n->env->send != SEND_SINK)
			lane_take(&o->lane, ms);
	}
	return changed;
}

static bool
some_wait(const struct lanes_ready *ready)
{
	return ready->queued_at < INT64_MAX || ready->retry_at < INT64_MAX;
}

int
outbox_claim(struct notices *n, int64_t now, struct err *e)
{
	struct lanes_ready ready;
	int changed = 0;

	if (n->env->send == SEND_LATER)
		return 0;
	/* Who is told another way may be so through a channel before. */
	for (int again = 1; again;) {
		again = 0;
		if (lanes_ready(n->env->store, &ready, e) < 0)
			return -1;
		for (size_t i = 0; some_wait(&ready) && i < n->outlets_n; i++) {
			int one = outlet_claim(n, &n->outlets[i], &ready, now, &again, e);

			if (one < 0)
				return -1;
			changed += one;
		}
	}
	return changed;
}

/* Seconds are too coarse for a destination that takes five of them: the timer wakes us. */
static void
timer_set(struct notices *n)
{
	int64_t wait = n->opens_ms ? n->opens_ms - clock_mono_ms() : 0;
	struct itimerspec when = { .it_value = { 0, 0 } };

	if (n->opens_ms) {
		wait = wait > 1 ? wait : 1;
		when.it_value = (struct timespec){ wait / 1000, wait % 1000 * 1000000 };
	}
	if (timerfd_settime(n->timer, 0, &when, NULL) < 0)
		log_event(LOG_ERROR, "outbox_timer", "why=%s", strerror(errno));
}

/* When what waits for this destination may go; INT64_MAX: not, or the timer says. */
static int
outlet_due_at(struct notices *n, struct outlet *o, int64_t *at, struct err *e)
{
	int64_t ms = outbox_ms(n, n->now), going, wait;

	if (lane_ready_at(n->env->store, o->name, at, e) < 0)
		return -1;
	if (*at == INT64_MAX || n->env->send == SEND_SINK)
		return 0;
	if (lane_sending(n->env->store, o->name, &going, e) < 0)
		return -1;
	wait = lane_wait_ms(&o->lane, ms);
	if (going >= outlet_most(n, o)) {
		*at = INT64_MAX; /* its end wakes us */
	} else if (wait && n->env->clock == CLOCK_STEPPED) {
		wait = n->now + (wait + 999) / 1000;
		*at = wait > *at ? wait : *at;
	} else if (wait && *at <= n->now) {
		if (!n->opens_ms || ms + wait < n->opens_ms)
			n->opens_ms = ms + wait;
		*at = INT64_MAX;
	}
	return 0;
}

int
outbox_due_at(struct notices *n, int64_t *at, struct err *e)
{
	struct lanes_ready ready;

	*at = INT64_MAX;
	n->opens_ms = 0;
	if (n->env->send == SEND_LATER)
		return 0;
	if (lanes_ready(n->env->store, &ready, e) < 0)
		return -1;
	for (size_t i = 0; some_wait(&ready) && i < n->outlets_n; i++) {
		int64_t one;

		if (outlet_due_at(n, &n->outlets[i], &one, e) < 0)
			return -1;
		*at = one < *at ? one : *at;
	}
	if (n->env->clock != CLOCK_STEPPED)
		timer_set(n);
	return 0;
}

/* ---- sending: transfers ------------------------------------------------------------------------- */

void
outbox_ring(struct notices *n)
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
	outbox_ring(n);
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
		x->began = true;
		x->end = r->end;
		x->status = r->status;
		x->us = r->us;
		x->sent = r->sent;
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

/* What waited may have been forbidden meanwhile. */
static bool
may_leave(const struct notices *n, const struct notice_row *r)
{
	bool ours = str_is(r->kind, "publish") || str_is(r->kind, "auto_ack");

	return !n->env->publish || !ours || conf_texts_have(n->env->publish, r->channel);
}

/* A digest to a reader: where one click ends it (RFC 8058 wants https). */
static struct str
unsubscribe_of(struct notices *n, const struct notice_row *r)
{
	struct str url = n->env->site->public_url, whole;
	struct buf b = BUF(UNSUBSCRIBE_MAX + 1024);
	struct err bad;
	struct unsubscribe u = { .person = r->recipient };

	if (!str_is(r->kind, "digest") || !r->recipient.n || !str_starts(url, STR("https://")))
		return STR("");
	u.digest = digest_base(
		json_text(json_get(json_parse(n->a, r->facts, &bad), "digest"), STR("")));
	buf_addf(&b, "%.*s" UNSUBSCRIBE_PATH, STR_ARG(url));
	unsubscribe_add(&b, n->salt, &u);
	whole = arena_str(n->a, buf_str(&b));
	buf_release(&b);
	return whole;
}

int
notices_unsubscribe(const struct notices *n, struct str token, struct arena *a,
		    struct unsubscribe *out)
{
	return unsubscribe_parse(token, n->salt, a, out);
}

/* Why it does not leave; NULL: it does. */
static const char *
refused(const struct notices *n, const struct notice_row *r)
{
	const struct channel_conf *c = outbox_channel(n, r->channel);

	if (r->recalled.n)
		return "called back before it left";
	if (!c)
		return "the channel is no longer configured";
	if (n->c->exercise.on && c != &n->net &&
	    !exercise_may(&n->c->exercise, r->recipient, r->channel))
		return EXERCISE_NOT;
	if (!may_leave(n, r))
		return "the configuration does not let us publish there any more";
	return NULL;
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
			    .unsubscribe = unsubscribe_of(n, r),
			    .at = now,
			    .repeat_possible = r->repeat_possible != 0,
			    .skip = (size_t)r->arrived };
	struct buf hex = BUF(64);
	struct err e = { 0 };
	struct send *s;
	char uuid[37];

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
	p.exercise = n->c->exercise.on != 0;
	if (p.exercise)
		p.html = exercise_html(n->a, r->html, p.zh);
	for (size_t parts = channel_parts(c, &p); parts > p.skip + 1; parts--)
		lane_take(&outbox_outlet(n, r->channel)->lane, outbox_ms(n, now));
	if (channels_send(n->channels, c, &p, send_done, s, &e) < 0) {
		send_drop(s);
		if (e.kind != ERR_RETRY) /* else: all transfers are taken, it stays 'sending' */
			fail_now(n, &r->id, e.text);
	}
	buf_release(&hex);
}

static int
start(struct notices *n, const struct id *id, int64_t now, struct err *e)
{
	struct notice_row r;
	const char *why;
	int found = notice_get(n->env->store, id, n->a, &r, e);

	if (found <= 0)
		return found;
	why = refused(n, &r);
	if (why) {
		fail_now(n, id, why);
	} else if (n->env->send == SEND_SINK) {
		struct ended *x = ended_add(n, id);

		x->end = HTTP_OK;
		x->status = 200;
	} else {
		start_one(n, &r, now);
	}
	return 0;
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
	/* Stepped: as many commits each time, however fast the machine is. */
	bool stepped = n->env->clock == CLOCK_STEPPED;
	int64_t until_ms = stepped ? INT64_MAX : clock_mono_ms() + STARTS_MS;
	struct id ids[SENDING_MAX];
	struct err e = { 0 };
	size_t started = 0;
	int count;

	notices_fresh(n);
	n->unstarted = false;
	count = notices_sending(n->env->store, ids, &e);
	for (int i = 0; i < count && !n->unstarted; i++) {
		if (is_under_way(n, &ids[i]))
			continue;
		n->unstarted = n->env->send != SEND_SINK && started &&
			       (started == STARTS_MOST || clock_mono_ms() >= until_ms);
		if (n->unstarted)
			outbox_ring(n);
		else
			count = start(n, &ids[i], now, &e) < 0 ? -1 : count;
		started++;
	}
	if (count < 0)
		log_event(LOG_ERROR, "outbox_unreadable", "why=%s", e.text);
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
