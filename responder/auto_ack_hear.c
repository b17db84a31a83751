/* auto_ack_hear.c - a complaint came: is it acknowledged? In the open transaction, as a row of the outbox;
 * and what waits there is asked again. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/auto_ack.h"
#include "responder/auto_ack_store.h"
#include "responder/draft_look.h"
#include "responder/lint.h"
#include "responder/notice_store.h"
#include "responder/quiet.h"
#include "responder/state.h"

#define HOUR    3600
#define AT_ONCE 256 /* of those that wait, the first; more than leave in one turn */

/* The highest level at which the watch is worked on; what is about safety counts as L2. */
static int64_t
level_of(struct responder *r, struct str watch)
{
	int64_t level = 0;

	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		const struct incident *x = incidents_at(r->incidents, i);
		int64_t is = x->safety && x->level < 2 ? 2 : x->level;

		if (incident_is_open(x) && is > level &&
		    incidents_covers(r->incidents, x, watch))
			level = is;
	}
	return level;
}

static void
trouble_read(struct responder *r, struct auto_ack_ask *q)
{
	const struct watch_state *w = state_watch(r, q->mention->watch);

	q->quiet = quiet_is(&r->conf->auto_ack.quiet, r->zone, q->now);
	q->level = level_of(r, q->mention->watch);
	q->grade = w ? raise_grade(r, w) : 0;
}

struct acking {
	struct auto_ack_ask ask;
	struct id who;
	struct draft_ack text;
};

static int
facts_read(struct responder *r, struct acking *k, struct err *e)
{
	const struct document *d = k->ask.document;
	const struct mention *m = k->ask.mention;
	bool en = d->lang.n ? str_starts(d->lang, STR("en"))
			    : lint_lang_of(d->text) == TEMPLATE_EN;
	struct draft_ack_ask q = { &r->conf->auto_ack.templates, m->watch, en, k->ask.now,
				   r->work };
	int found;

	k->who = ID_OF(STR("auto_ack"), id_str(&d->author_key));
	trouble_read(r, &k->ask);
	found = auto_ack_known(r->store, &k->who, e);
	k->ask.last_hour = auto_ack_count(r->store, k->ask.now - HOUR, e);
	if (found < 0 || k->ask.last_hour < 0)
		return -1;
	k->ask.known = found;
	found = draft_ack(r->drafts, &q, &k->text, e);
	k->ask.preapproved = found > 0;
	return found < 0 ? -1 : 0;
}

static int
send(struct responder *r, struct acking *k, struct err *e)
{
	struct str hash = draft_hash(k->text.text, r->work);
	struct auto_ack_row row = { k->who, k->ask.mention->id, k->ask.now, k->text.template,
				    hash };
	struct notice_text t = { .kind = "auto_ack",
				 .channel = r->conf->auto_ack.channel,
				 .subject = k->ask.mention->watch,
				 .body = k->text.text };
	struct buf facts = BUF(16384), hex = BUF(64);
	int bad;

	id_add_hex(&hex, &row.mention);
	buf_add_byte(&facts, '{');
	json_add_pair(&facts, "watch", k->ask.mention->watch);
	json_add_pair(&facts, "reply_to", buf_str(&hex));
	json_add_pair(&facts, "source", k->ask.document->source);
	json_add_pair(&facts, "url", k->ask.document->url);
	json_add_pair(&facts, "template", k->text.template);
	json_add_pair(&facts, "sha256", hash);
	buf_add_byte(&facts, '}');
	t.key = buf_str(&hex);
	t.facts = buf_str(&facts);
	log_event(LOG_INFO, "auto_ack", "watch=%.*s mention=%.8s template=%.*s",
		  STR_ARG(k->ask.mention->watch), hex.p, STR_ARG(k->text.template));
	r->wrote = r->acks_wait = true;
	r->due_known = false;
	bad = auto_ack_add(r->store, &row, e) < 0 ||
	      notices_tell(r->notices, &t, k->ask.now, e) < 0;
	buf_release(&facts);
	buf_release(&hex);
	return bad ? -1 : 0;
}

int
auto_ack_hear(struct responder *r, const struct document *d, const struct mention *m,
	      int64_t now, struct err *e)
{
	struct acking k = { .ask = { .conf = &r->conf->auto_ack,
				     .publish = &r->conf->publish,
				     .document = d,
				     .mention = m,
				     .now = now } };
	enum ack_lock held;

	if (!r->conf->auto_ack.enabled)
		return 0;
	k.ask.quiet = quiet_is(&r->conf->auto_ack.quiet, r->zone, now);
	held = auto_ack_glance(&k.ask);
	if (held != ACK_OPEN)
		return 0;
	if (facts_read(r, &k, e) < 0)
		return -1;
	held = auto_ack_judge(&k.ask);
	if (held == ACK_OPEN)
		return send(r, &k, e);
	log_event(LOG_INFO, "auto_ack_held", "watch=%.*s by=%s", STR_ARG(m->watch),
		  ack_lock_words[held]);
	return 0;
}

/* ---- asked again --------------------------------------------------------------------------------- */

struct asking {
	struct responder *r;
	struct arena *a;
	int64_t now;
};

/* Is it still what an approved template says? In either language. */
static int
text_stands(const struct asking *x, const struct ack_waiting *w, struct str watch,
	    struct err *e)
{
	int found = 0;

	for (int en = 0; en < 2 && !found; en++) {
		struct draft_ack_ask q = { &x->r->conf->auto_ack.templates, watch, en, w->at,
					   x->a };
		struct draft_ack text;

		found = draft_ack(x->r->drafts, &q, &text, e);
		if (found > 0)
			found = str_eq(text.text, w->text);
	}
	return found;
}

/* 1: nothing holds it, 0: *held does, -1. What it answered may be gone by now. */
static int
may_leave(const struct asking *x, const struct ack_waiting *w, enum ack_lock *held,
	  struct err *e)
{
	struct responder *r = x->r;
	struct document d;
	struct mention m = { .intent = INTENT_COMPLAINT };
	struct auto_ack_ask q = { .conf = &r->conf->auto_ack,
				  .publish = &r->conf->publish,
				  .document = &d,
				  .mention = &m,
				  .now = x->now };
	int found = auto_ack_about(r->store, &w->mention, x->a, &d, &m.watch, e);

	*held = ACK_AUTHOR;
	if (found <= 0)
		return found;
	trouble_read(r, &q);
	found = text_stands(x, w, m.watch, e);
	q.preapproved = found > 0;
	*held = auto_ack_again(&q);
	return found < 0 ? -1 : *held == ACK_OPEN;
}

/* It does not leave. Who was not sent it may be answered another time. */
static int
call_back(struct responder *r, const struct ack_waiting *w, enum ack_lock held, struct err *e)
{
	struct str why = str_of(ack_lock_words[held]);

	r->wrote = true;
	r->due_known = false;
	log_event(LOG_INFO, "auto_ack_held", "notice=%.8s by=%s", w->hex, ack_lock_words[held]);
	if (!w->tries && auto_ack_forget(r->store, &w->mention, e) < 0)
		return -1;
	return w->under_way ? notice_recall(r->store, &w->id, why, e)
			    : notice_set_state(r->store, &w->id, "superseded", why, 0, e);
}

int
auto_ack_turn(struct responder *r, int64_t now, struct err *e)
{
	struct asking x = { r, NULL, now };
	struct ack_waiting *v;
	int n, may = 1;

	if (!r->acks_wait)
		return 0;
	x.a = arena_new();
	v = arena_alloc(x.a, AT_ONCE * sizeof *v);
	n = auto_ack_waits(r->store, x.a, v, AT_ONCE, e);
	r->acks_wait = n != 0;
	for (int k = 0; k < n && may >= 0; k++) {
		enum ack_lock held;

		may = may_leave(&x, &v[k], &held, e);
		if (!may)
			may = call_back(r, &v[k], held, e);
	}
	arena_free(x.a);
	return n < 0 || may < 0 ? -1 : 0;
}
