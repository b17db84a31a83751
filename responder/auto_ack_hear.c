/* auto_ack_hear.c - a complaint came: is it acknowledged? In the open transaction, as a row of the outbox. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/auto_ack.h"
#include "responder/auto_ack_store.h"
#include "responder/draft_look.h"
#include "responder/lint.h"
#include "responder/quiet.h"
#include "responder/state.h"

#define HOUR 3600

/* The highest level at which the watch is worked on. */
static int64_t
level_of(struct responder *r, struct str watch)
{
	int64_t level = 0;

	for (size_t i = 0; i < incidents_count(r->incidents); i++) {
		const struct incident *x = incidents_at(r->incidents, i);

		if (incident_is_open(x) && x->level > level &&
		    incidents_covers(r->incidents, x, watch))
			level = x->level;
	}
	return level;
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
	const struct watch_state *w = state_watch(r, m->watch);
	bool en = d->lang.n ? str_starts(d->lang, STR("en"))
			    : lint_lang_of(d->text) == TEMPLATE_EN;
	struct draft_ack_ask q = { &r->conf->auto_ack.templates, m->watch, en, k->ask.now,
				   r->work };
	int found;

	k->who = ID_OF(STR("auto_ack"), id_str(&d->author_key), m->watch);
	k->ask.level = level_of(r, m->watch);
	k->ask.grade = w ? raise_grade(r, w) : 0;
	found = auto_ack_known(r->store, &k->who, e);
	k->ask.last_hour = auto_ack_count(r->store, k->ask.now - HOUR, e);
	if (found < 0 || k->ask.last_hour < 0)
		return -1;
	k->ask.known = found;
	found = draft_ack(r->drafts, &q, &k->text, e);
	k->ask.preapproved = found > 0;
	return found < 0 ? -1 : 0;
}

static void
member(struct buf *b, const char *name, struct str value)
{
	buf_addf(b, "%s\"%s\":", b->n > 1 ? "," : "", name);
	json_add_text(b, value);
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
	member(&facts, "watch", k->ask.mention->watch);
	member(&facts, "reply_to", buf_str(&hex));
	member(&facts, "source", k->ask.document->source);
	member(&facts, "url", k->ask.document->url);
	member(&facts, "template", k->text.template);
	member(&facts, "sha256", hash);
	buf_add_byte(&facts, '}');
	t.key = buf_str(&hex);
	t.facts = buf_str(&facts);
	log_event(LOG_INFO, "auto_ack", "watch=%.*s mention=%.8s template=%.*s",
		  STR_ARG(k->ask.mention->watch), hex.p, STR_ARG(k->text.template));
	r->wrote = true;
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
