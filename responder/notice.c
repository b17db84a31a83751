#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/deadline_store.h"
#include "responder/gate.h"
#include "responder/group_store.h"
#include "responder/heap.h"
#include "responder/hold_store.h"
#include "responder/lane_store.h"
#include "responder/outbox.h"

#define SALT_BYTES 16

/* ---- life -------------------------------------------------------------------------------------- */

static int
fds_open(struct notices *n, struct err *e)
{
	struct epoll_event on = { .events = EPOLLIN };

	n->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	n->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	n->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (n->event < 0 || n->timer < 0 || n->epoll < 0 ||
	    epoll_ctl(n->epoll, EPOLL_CTL_ADD, n->event, &on) < 0 ||
	    epoll_ctl(n->epoll, EPOLL_CTL_ADD, n->timer, &on) < 0)
		return err_set(e, ERR_RETRY, "could not wait for notices: %s", strerror(errno));
	if (n->env->send == SEND_SINK)
		return 0;
	n->http = http_new(&(struct http_conf){ .agent = STR("langyan"),
						.max_transfers = 64,
						.per_host = 4 },
			   e);
	if (!n->http)
		return -1;
	n->channels = channels_new(n->http, n->epoll);
	if (epoll_ctl(n->epoll, EPOLL_CTL_ADD, http_fd(n->http), &on) < 0)
		return err_set(e, ERR_RETRY, "could not wait for notices: %s", strerror(errno));
	return 0;
}

static void
net_name(struct notices *n)
{
	struct str data = n->env->site->data;
	const char *path =
		data.n ? arena_textf(n->kept, "%.*s/notices", STR_ARG(data)) : "notices";

	n->net = (struct channel_conf){ .name = STR(NET_NAME),
					.kind = CHANNEL_FILE,
					.path = str_of(path) };
}

/* Codes must not be guessed from what is public, and be the same on every stepped run. */
static int
salt_read(struct notices *n, struct err *e)
{
	uint8_t bytes[SALT_BYTES];
	struct buf fresh = BUF(64);
	int r;

	if (n->env->clock == CLOCK_STEPPED) {
		buf_add(&fresh, STR("stepped"));
	} else {
		hash_random(bytes, sizeof bytes);
		hash_add_hex(&fresh, bytes, sizeof bytes);
	}
	r = notice_salt(n->env->store, buf_str(&fresh), n->kept, &n->salt, e);
	buf_release(&fresh);
	return r;
}

static int
rows_load(struct notices *n, struct err *e)
{
	bool own = !store_in_batch(n->env->store);
	int repeats = -1;

	if (own && store_begin(n->env->store, e) < 0)
		return -1;
	if (salt_read(n, e) == 0)
		repeats = notices_resume(n->env->store, n->now, e);
	/* What held them may have gone from the configuration. */
	if (repeats >= 0 &&
	    (outbox_open(n, n->now, e) < 0 || notice_holds_wake(n->env->store, n->now, e) < 0))
		repeats = -1;
	if (repeats < 0) {
		if (own)
			store_rollback(n->env->store);
		return -1;
	}
	if (repeats)
		log_event(LOG_WARN, "notices_again", "count=%d why=unknown_whether_sent",
			  repeats);
	return own ? store_commit(n->env->store, e) : 0;
}

struct notices *
notices_new(const struct notice_conf *c, const struct responder_env *env, int64_t now,
	    struct err *e)
{
	struct notices *n = heap_zero(1, sizeof *n);

	*n = (struct notices){ .c = c,
			       .env = env,
			       .a = arena_new(),
			       .kept = arena_new(),
			       .epoll = -1,
			       .event = -1,
			       .timer = -1,
			       .now = now };
	net_name(n);
	n->roster = roster_new(c, env->zone, e);
	if (!n->roster || roster_load(n->roster, env->store, now, e) < 0 ||
	    suppress_load(n, now, e) < 0 || fds_open(n, e) < 0 || rows_load(n, e) < 0)
		goto fail;
	return n;
fail:
	notices_free(n);
	return NULL;
}

void
notices_free(struct notices *n)
{
	if (!n)
		return;
	outbox_stop(n);
	roster_free(n->roster);
	if (n->epoll >= 0)
		close(n->epoll);
	if (n->event >= 0)
		close(n->event);
	if (n->timer >= 0)
		close(n->timer);
	arena_free(n->a);
	arena_free(n->kept);
	arena_free(n->silenced);
	for (size_t i = 0; i < n->outlets_n; i++)
		lane_release(&n->outlets[i].lane);
	free(n->outlets);
	free(n->ended);
	free(n);
}

struct roster *
notices_roster(struct notices *n)
{
	return n->roster;
}

static void
begin(struct notices *n, int64_t now)
{
	notices_fresh(n);
	n->now = now > n->now ? now : n->now;
	n->due_known = false;
}

/* ---- moves ------------------------------------------------------------------------------------- */

static bool
is_open(enum incident_state s)
{
	return s >= INCIDENT_OPEN && s <= INCIDENT_WATCHING;
}

/* Why now, when it is more than that a trigger fired. */
static struct why
why_moved(struct notices *n, const struct move *m)
{
	struct why w = { STR(""), STR("") };
	bool raised = m->from_level > 0 && m->to_level > m->from_level;

	if (!m->firing || m->event == EVENT_PEAK || m->event == EVENT_RECUR)
		w = (struct why){ m->reason_zh, m->reason_en };
	if (raised) {
		w.zh = str_of(arena_textf(n->a, "从 L%lld 升到 L%lld%s%.*s",
					  (long long)m->from_level, (long long)m->to_level,
					  w.zh.n ? "：" : "", STR_ARG(w.zh)));
		w.en = str_of(arena_textf(n->a, "raised from L%lld to L%lld%s%.*s",
					  (long long)m->from_level, (long long)m->to_level,
					  w.en.n ? ": " : "", STR_ARG(w.en)));
	}
	return w;
}

/* The incident as its row says, with the firing that is in hand: its row may come later. */
static int
matter_of(struct notices *n, const struct incident *i, const struct move *m, struct matter *out,
	  struct err *e)
{
	const struct firing *f = m ? m->firing : NULL;
	int found = matter_read(n->env->store, &i->id, n->a, out, e);

	if (found <= 0)
		return found < 0 ? -1
				 : err_set(e, ERR_BROKEN, "incident \"%.*s\" has no row",
					   STR_ARG(i->number));
	out->watch_title = watch_title(n->env, out->watch);
	out->playbook = i->playbook;
	if (m && m->reason_zh.n && !is_open(m->to_state))
		out->closed_why_zh = m->reason_zh; /* the row keeps the English only */
	if (!f)
		return 0;
	out->trigger = f->trigger;
	out->reason_zh = f->reason_zh;
	out->reason_en = f->reason_en;
	out->facts = f->facts;
	return matter_evidence(
		n->env->store,
		(struct str){ (const char *)f->evidence, f->evidence_n * sizeof *f->evidence },
		n->a, out, e);
}

static int
page(struct notices *n, const struct move *m, struct matter *x, int64_t now, struct err *e)
{
	struct why why = why_moved(n, m);
	/* A page of the same level that waits would wait on: it was planned when nobody was hurt. */
	bool anew = m->harm && m->to_level == m->from_level;
	const struct notice_which old = { x->id, x->level + anew, false, DEADLINE_KINDS };

	if (notices_supersede(n->env->store, &old, anew ? STR("harm") : STR("raised"), e) < 0)
		return -1;
	x->round = 0;
	x->gathers = m->event != EVENT_ACK_OVER;
	return escalate_page(n, x, 0, &why, m->event == EVENT_ACK_OVER, now, e) < 0 ? -1 : 0;
}

/* Nobody is to be told any more. Clocks go on as long as it is open. */
static int
stop(struct notices *n, struct matter *x, const char *why, struct err *e)
{
	const struct notice_which which = { x->id, 0, strcmp(why, "closed") == 0,
					    DEADLINE_KINDS };

	x->policy = STR("");
	x->step_due = 0;
	if (notices_supersede(n->env->store, &which, str_of(why), e) < 0)
		return -1;
	return matter_write(n->env->store, x, e);
}

/* Once, to each of them who is still configured and not out by now; kind clear: when it wakes nobody. */
static int
tell_again(struct notices *n, const struct wave *w, const struct notice_rows *to, struct err *e)
{
	bool clear = strcmp(w->kind, "clear") == 0;
	int64_t level = clear ? 1 : w->m->level;
	bool safety = !clear && w->m->safety;
	struct conf_texts out;

	if (gate_out(n->env->store, &w->m->id, n->a, &out, e) < 0)
		return -1;
	for (size_t i = 0; i < to->n; i++) {
		const struct person_conf *p = person_find(n->c, to->v[i].recipient);
		struct telling t = { .person = p,
				     .channel = outbox_channel(n, to->v[i].channel),
				     .address = to->v[i].address,
				     .at = w->now };
		enum quiet_why why;

		if (!t.channel || (to->v[i].recipient.n && !p))
			continue; /* left the configuration since */
		if (gate_is_out(&out, to->v[i].recipient))
			continue;
		if (p)
			t.at = roster_reach(n->roster, p, level, safety, w->now, &why);
		t.why = p ? hold_of_quiet(why) : HOLD_NOT;
		if (compose_add(n, w, &t, e) < 0)
			return -1;
	}
	return 0;
}

/* It is over: to whoever was told. */
static int
clear(struct notices *n, const struct matter *x, int64_t now, struct err *e)
{
	struct wave w = { .m = x, .kind = "clear", .now = now };
	struct notice_rows rows;

	if (notice_last_seq(n->env->store, &x->id, &w.seq, e) < 0 ||
	    notices_told(n->env->store, &x->id, TOLD_OF_IT, n->a, &rows, e) < 0)
		return -1;
	w.seq++;
	return tell_again(n, &w, &rows, e);
}

/* It is another for its group, and for what it holds or what holds it. */
static int
moved(struct notices *n, const struct incident *i, const struct move *m, int64_t now,
      struct err *e)
{
	bool there = is_open(m->to_state) && m->to_state != INCIDENT_WATCHING;

	if (m->from_state == m->to_state && m->from_level == m->to_level)
		return 0;
	if (gather_leave(n, &i->id, there ? m->to_level : 0, now, e) < 0)
		return -1;
	return notice_holds_wake(n->env->store, now, e) < 0 ? -1 : 0;
}

/* Another watch heard it, too, and nobody is called for that: its people have a copy. */
static int
joined(struct notices *n, const struct incident *i, const struct move *m, int64_t now,
       struct err *e)
{
	struct why why = { m->reason_zh, m->reason_en };
	struct matter x;

	if (!m->newcomer || move_calls_people(m))
		return 0;
	if (matter_of(n, i, m, &x, e) < 0)
		return -1;
	return escalate_joined(n, &x, m->firing->watch, &why, now, e);
}

int
notices_on_move(struct notices *n, const struct incident *i, const struct move *m, int64_t now,
		struct err *e)
{
	struct matter x;
	int r = 0;

	begin(n, now);
	if (m->event == EVENT_ACK)
		return 0; /* notices_ack has it */
	if (moved(n, i, m, now, e) < 0)
		return -1;
	if (m->event == EVENT_ESCALATE) {
		struct why why = { m->reason_zh, m->reason_en };

		r = matter_of(n, i, m, &x, e) < 0 ? -1 : escalate_now(n, &x, &why, now, e);
	} else if (move_calls_people(m)) {
		r = matter_of(n, i, m, &x, e) < 0 ? -1 : page(n, m, &x, now, e);
	} else if (m->to_state == INCIDENT_WATCHING && m->from_state != INCIDENT_WATCHING) {
		r = matter_of(n, i, m, &x, e) < 0 ? -1 : stop(n, &x, "watching", e);
	} else if (is_open(m->from_state) && !is_open(m->to_state)) {
		r = matter_of(n, i, m, &x, e) < 0 || stop(n, &x, "closed", e) < 0 ? -1 : 0;
		if (r == 0 && m->to_state == INCIDENT_CLOSED)
			r = clear(n, &x, now, e);
	}
	if (r == 0)
		r = joined(n, i, m, now, e);
	if (r == 0)
		r = outbox_claim(n, now, e) < 0 ? -1 : 0;
	return r < 0 ? err_within(e, "notices of %.*s", STR_ARG(i->number)) : 0;
}

int
notices_ack(struct notices *n, const struct incident *i, struct str actor, int64_t now,
	    struct err *e)
{
	const struct person_conf *p;
	struct matter x;

	begin(n, now);
	if (matter_of(n, i, NULL, &x, e) < 0)
		return -1;
	p = person_of_actor(n->c, actor);
	x.owner = p ? p->key : actor;
	if (stop(n, &x, "answered", e) < 0)
		return -1;
	return notices_set_acked(n->env->store, &x.id, e) < 0 ? -1 : 0;
}

/* How many pages went, or -1. */
static int
withdraw(struct notices *n, const struct id *incident, enum notice_recall what, struct err *e)
{
	struct store *s = n->env->store;
	struct conf_texts out;
	int pages = 0;

	if (what != RECALL_OUT)
		return notices_withdraw(s, incident, STR(""), STR("confidential"), e);
	if (gate_out(s, incident, n->a, &out, e) < 0)
		return -1;
	for (size_t i = 0; i < out.n; i++) {
		int some = notices_withdraw(s, incident, out.v[i], STR("recused"), e);

		if (some < 0)
			return -1;
		pages += some;
	}
	return pages;
}

/* The step that the incident is at, anew. */
static int
page_again(struct notices *n, struct matter *x, int64_t now, struct err *e)
{
	const struct why why = { STR(""), STR("") };
	int r = escalate_page(n, x, x->step < 0 ? 0 : x->step, &why, false, now, e);

	if (r == 1) { /* nobody is on it any more, nor on a later one */
		x->round = 0;
		r = escalate_page(n, x, 0, &why, false, now, e);
	}
	return r < 0 ? -1 : 0;
}

int
notices_recall(struct notices *n, const struct incident *i, enum notice_recall what,
	       int64_t now, struct err *e)
{
	struct matter x;
	int pages, waits;

	begin(n, now);
	pages = withdraw(n, &i->id, what, e);
	if (pages < 0)
		return -1;
	if (!pages || what == RECALL_TEXTS)
		return 0;
	if (matter_of(n, i, NULL, &x, e) < 0)
		return -1;
	if (!x.policy.n && x.step >= 0)
		return 0; /* answered, or over */
	if (what == RECALL_OUT) {
		waits = x.step_due ? 1 : notice_page_waits(n->env->store, &x.id, e);
		if (waits)
			return waits < 0 ? -1 : 0;
	}
	return page_again(n, &x, now, e);
}

int
notices_urge(struct notices *n, const struct notice_urge *u, int64_t now, struct err *e)
{
	struct matter x;

	begin(n, now);
	if (matter_of(n, u->incident, NULL, &x, e) < 0 || escalate_urge(n, u, &x, now, e) < 0 ||
	    outbox_claim(n, now, e) < 0)
		return err_within(e, "notices of %.*s", STR_ARG(u->incident->number));
	return 0;
}

/* "our clock was set back by about 1 h; what holds now: verdict 2026-03-14 23:35" */
static struct str
retold(struct notices *n, const struct clock_back *by, bool zh)
{
	int64_t unit_s = by->by_s < 7200 ? 60 : 3600;
	struct buf b = BUF(2000);
	struct str text;

	buf_add(&b, str_of(zh ? "本机时钟拨回了约 " : "our clock was set back by about "));
	clock_add_span(&b, (by->by_s + unit_s / 2) / unit_s * unit_s);
	buf_add(&b, str_of(zh ? "，说过的时间以此为准：" : "; what holds now: "));
	for (size_t k = 0; k < by->n; k++) {
		const struct deadline_rule *rule = &deadline_rules[by->v[k].kind];

		buf_addf(&b, "%s%s ", k ? zh ? "；" : "; " : "", zh ? rule->zh : rule->en);
		clock_add_local(&b, n->env->zone, by->v[k].due_at);
	}
	text = arena_str(n->a, buf_str(&b));
	buf_release(&b);
	return text;
}

int
notices_retell(struct notices *n, const struct clock_back *by, struct err *e)
{
	struct wave w = { .kind = "urge", .now = by->now };
	struct notice_rows rows;
	struct matter x;
	unsigned kinds = 0;

	begin(n, by->now);
	if (matter_of(n, by->incident, NULL, &x, e) < 0 ||
	    matter_heard(n->env->store, by->now, &x, e) < 0 ||
	    notices_told(n->env->store, &x.id, TOLD_A_TIME, n->a, &rows, e) < 0)
		return err_within(e, "notices of %.*s", STR_ARG(by->incident->number));
	for (size_t k = 0; k < by->n; k++)
		kinds |= 1u << by->v[k].kind;
	w.seq = notice_retold_seq(kinds, by->now);
	w.m = &x;
	w.why = (struct why){ retold(n, by, true), retold(n, by, false) };
	if (tell_again(n, &w, &rows, e) < 0 || outbox_claim(n, by->now, e) < 0)
		return err_within(e, "notices of %.*s", STR_ARG(by->incident->number));
	return 0;
}

int
notices_clock_over(struct notices *n, const struct id *incident, enum deadline_kind kind,
		   struct err *e)
{
	struct notice_which which = { .incident = *incident, .warnings = true, .only = kind };
	struct deadline v[DEADLINE_KINDS];
	int running = deadlines_of(n->env->store, incident, v, e);

	for (int k = 0; k < running; k++)
		which.running |= v[k].kind == kind ? 0 : 1u << v[k].kind;
	if (running < 0)
		return -1;
	n->due_known = false;
	return notices_supersede(n->env->store, &which, STR("over"), e) < 0 ? -1 : 0;
}

int
notices_find_code(struct notices *n, struct str code, struct id *incident, struct str *person,
		  struct arena *a, struct err *e)
{
	return notice_by_code(n->env->store, code, a, incident, person, e);
}

int
notices_people(struct notices *n, const struct incident *i, int64_t now, struct arena *a,
	       struct conf_texts *out, struct err *e)
{
	struct conf_texts keys;
	struct matter x;

	begin(n, now);
	if (matter_of(n, i, NULL, &x, e) < 0 || escalate_people(n, &x, now, &keys, e) < 0)
		return -1;
	*out = (struct conf_texts){ arena_alloc(a, (keys.n + 1) * sizeof *out->v), keys.n };
	for (size_t k = 0; k < keys.n; k++)
		out->v[k] = arena_str(a, keys.v[k]);
	return 0;
}

/* ---- texts of others ----------------------------------------------------------------------------- */

int
notices_tell(struct notices *n, const struct notice_text *t, int64_t now, struct err *e)
{
	const struct person_conf *p = t->person.n ? person_find(n->c, t->person) : NULL;
	const struct channel_conf *c = t->channel.n ? channel_find(n->c, t->channel) : NULL;
	const struct contact_conf *k = p ? p->contacts.v : NULL;
	struct notice_row r = { .kind = str_of(t->kind),
				.recipient = t->person,
				.address = t->address,
				.level = t->level,
				.state = STR("queued"),
				.created_at = now,
				.due_at = now,
				.next_at = now,
				.subject = t->subject,
				.body = t->body,
				.facts = t->facts.n ? t->facts : STR("{}") };

	begin(n, now);
	for (size_t i = 0; p && i < p->contacts.n; i++) {
		const struct channel_conf *of = channel_find(n->c, k[i].channel);

		if (!of || (t->channel.n && !str_eq(of->name, t->channel)))
			continue;
		c = of;
		r.address = t->address.n ? t->address : k[i].address;
		break;
	}
	if (!c) {
		log_event(LOG_ERROR, "nobody_to_tell", "kind=%s to=%.*s written_to=%.*s",
			  t->kind, STR_ARG(t->person), STR_ARG(n->net.path));
		c = &n->net;
	}
	r.channel = c->name;
	r.html = c->kind == CHANNEL_SMTP ? t->html : STR("");
	r.id = notice_tell_id(&r, t->key);
	if (notice_add(n->env->store, &r, e) < 0)
		return -1;
	return outbox_claim(n, now, e) < 0 ? -1 : 0;
}

int
notices_set_back(struct notices *n, const struct set_back *b, struct err *e)
{
	struct store *s = n->env->store;
	struct set_back_span spans[SPANS_MAX];
	size_t count = set_back_spans(b, spans);

	begin(n, b->now);
	n->now = b->now;
	if (escalate_set_back(n, b, e) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (spans[i].by_s && (notices_earlier(s, &spans[i], b->now, e) < 0 ||
				      groups_earlier(s, &spans[i], b->now, e) < 0))
			return -1;
	return notice_holds_ask_anew(s, b->now, e) < 0 ? -1 : 0;
}

/* ---- turns --------------------------------------------------------------------------------------- */

int64_t
notices_due(struct notices *n)
{
	struct err e = { 0 };
	int64_t at, leaves;

	if (n->ended_n || n->unstarted)
		return n->now;
	if (n->due_known)
		return n->due_at;
	if (notice_due_at(n->env->store, &at, &e) < 0 || outbox_due_at(n, &leaves, &e) < 0) {
		log_event(LOG_ERROR, "outbox_unreadable", "why=%s", e.text);
		return n->now + 1;
	}
	at = leaves < at ? leaves : at;
	/* What an open transaction says may be undone. */
	n->due_known = !store_in_batch(n->env->store);
	return n->due_at = at;
}

static int
acks_over(struct notices *n, int64_t now, struct notice_events *out, struct err *e)
{
	struct id ids[MATTERS_MAX];
	size_t count;

	if (matters_due(n->env->store, DUE_ACKS, now, ids, &count, e) < 0)
		return -1;
	for (size_t i = 0; i < count && out->n < LY_COUNT(out->v); i++) {
		struct notice_event *x = &out->v[out->n];
		struct matter m;
		int found = matter_row(n->env->store, &ids[i], n->a, &m, e);

		if (found < 0)
			return -1;
		*x = (struct notice_event){
			.what = NOTICE_ACK_OVER, .incident = ids[i], .at = now, .level = m.level
		};
		snprintf(x->why, sizeof x->why,
			 "taken by %.*s, and nothing happened until then", STR_ARG(m.acked_by));
		snprintf(x->why_zh, sizeof x->why_zh, "%.*s 接手后到时仍无进展",
			 STR_ARG(m.acked_by));
		out->n += found > 0;
	}
	return 0;
}

static int
steps_over(struct notices *n, int64_t now, struct notice_events *out, struct err *e)
{
	struct id ids[MATTERS_MAX];
	size_t count, i;

	if (matters_due(n->env->store, DUE_STEPS, now, ids, &count, e) < 0)
		return -1;
	for (i = 0; i < count && out->n < LY_COUNT(out->v); i++)
		if (escalate_turn(n, &ids[i], now, out, e) < 0)
			return -1;
	return (int)i;
}

int
notices_turn(struct notices *n, int64_t now, struct notice_events *out, struct err *e)
{
	size_t before = out->n;
	int ended, steps, flushed, released, claimed;

	begin(n, now);
	if ((ended = outbox_record(n, now, out, e)) < 0 || acks_over(n, now, out, e) < 0 ||
	    (steps = steps_over(n, now, out, e)) < 0 ||
	    (flushed = gather_turn(n, now, e)) < 0 ||
	    (released = outbox_release(n, now, e)) < 0 ||
	    (claimed = outbox_claim(n, now, e)) < 0)
		return err_within(e, "notices");
	return ended || steps || flushed || released || claimed || n->unstarted ||
	       out->n > before;
}

void
notices_send(struct notices *n, int64_t now)
{
	n->due_known = false;
	n->now = now > n->now ? now : n->now;
	outbox_start(n, now);
}

bool
notices_busy(struct notices *n)
{
	return n->sends || n->ended_n || n->unstarted || notices_due(n) <= n->now ||
	       (n->opens_ms && outbox_ms(n, n->now) >= n->opens_ms);
}

struct http *
notices_http(struct notices *n)
{
	return n->http;
}

int
notices_fd(struct notices *n)
{
	return n->epoll;
}
