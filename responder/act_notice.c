/* act_notice.c - the ledger of notices for people: was I told? And a notice to try a channel with. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/act.h"
#include "responder/incident_store.h"
#include "responder/ledger_store.h"
#include "responder/notice.h"
#include "responder/notice_said.h"
#include "responder/notice_store.h"

#define HEX_MIN 4 /* digits of an id that may stand for it */

struct showing {
	struct act *x;
	size_t n;
	bool whole; /* with its tries */
	struct err *e;
};

static void
add_id(struct buf *b, const char *key, const struct id *id)
{
	buf_addf(b, ",\"%s\":\"", key);
	id_add_hex(b, id);
	buf_add_byte(b, '"');
}

/* Whoever may not see the incident learns that somebody was told, not of what. */
static bool
shows_subject(struct act *x, const struct ledger_row *r)
{
	const struct incident *i =
		r->incident.n ? incidents_find_number(x->r->incidents, r->incident) : NULL;
	struct err e = { 0 };

	return !i || act_sees(x, i, &e) > 0;
}

static void
add_row(struct act *x, const struct ledger_row *r)
{
	struct buf *b = &x->out;

	buf_addf(b, "{\"level\":%lld", (long long)r->level);
	add_id(b, "id", &r->id);
	act_add_text(b, "kind", r->kind);
	act_add_text(b, "incident", r->incident);
	act_add_time(b, "created_at", r->created_at);
	act_add_time(b, "at", r->sent_at ? r->sent_at : r->due_at);
	act_add_time(b, "due_at", r->due_at);
	act_add_time(b, "sent_at", r->sent_at);
	act_add_text(b, "state", r->state);
	act_add_text(b, "recipient", r->recipient);
	act_add_text(b, "channel", r->channel);
	act_add_text(b, "why", r->why);
	if (shows_subject(x, r))
		act_add_text(b, "subject", r->subject);
	buf_addf(b, ",\"attempts\":%lld,\"repeat_possible\":%s", (long long)r->attempts,
		 r->repeat_possible ? "true" : "false");
	if (r->erased_at)
		act_add_time(b, "erased_at", r->erased_at);
}

static void
add_try(void *arg, const struct ledger_try *t)
{
	struct showing *s = arg;
	struct buf *b = &s->x->out;

	buf_addf(b, "%s{\"n\":%lld", s->n++ ? "," : "", (long long)t->n);
	act_add_time(b, "at", t->at);
	buf_addf(b, ",\"status\":%lld,\"ms\":%lld,\"wait_s\":%lld", (long long)t->status,
		 (long long)(t->us / 1000), (long long)t->wait_s);
	act_add_text(b, "ended", t->ended);
	act_add_text(b, "said", t->said);
	buf_add(b, STR(",\"answer\":\""));
	hash_add_hex(b, (const uint8_t *)t->answer.p, t->answer.n);
	buf_add(b, STR("\"}"));
}

static int
add_whole(struct showing *s, const struct ledger_row *r)
{
	struct act *x = s->x;
	struct id by;
	int found = 0;

	act_add_text(&x->out, "address", r->address);
	buf_addf(&x->out, ",\"parts_arrived\":%lld", (long long)r->arrived);
	if (str_is(r->state, "retry_wait") || str_is(r->state, "queued"))
		act_add_time(&x->out, "next_at", r->next_at);
	if (str_is(r->state, "superseded") && r->incident.n)
		found = ledger_successor(x->r->store, r, &by, s->e);
	if (found < 0)
		return -1;
	if (found)
		add_id(&x->out, "superseded_by", &by);
	buf_add(&x->out, STR(",\"tries\":["));
	s->n = 0;
	if (ledger_tries(x->r->store, &r->id, add_try, s, s->e) < 0)
		return -1;
	buf_add_byte(&x->out, ']');
	return 0;
}

static int
show_row(void *arg, const struct ledger_row *r)
{
	struct showing *s = arg;

	if (s->n++)
		buf_add_byte(&s->x->out, ',');
	add_row(s->x, r);
	if (s->whole && add_whole(s, r) < 0)
		return -1;
	buf_add_byte(&s->x->out, '}');
	return 0;
}

/* Oldest first; those of a person, an incident, … . */
static int
act_list(struct act *x, struct err *e)
{
	struct showing s = { .x = x, .e = e };
	struct ledger_filter f = {
		.person = act_arg(x, "person"),
		.channel = act_arg(x, "channel"),
		.state = act_arg(x, "state"),
		.incident = act_arg(x, "incident"),
		.kind = act_arg(x, "kind"),
		.limit = act_arg_int(x, "limit", 0),
	};
	struct str since = act_arg(x, "since");
	struct err bad = { 0 };

	if (f.state.n && !notice_said_find(notice_states, f.state))
		return act_say(x, 400, "no notice is ever in the state \"%.*s\"", f.state);
	if (f.kind.n && !notice_said_find(notice_kinds, f.kind))
		return act_say(x, 400, "there is no kind of notice \"%.*s\"", f.kind);
	if (since.n && clock_parse_iso(since, &f.since, &bad) < 0)
		return act_say(x, 400, "\"%.*s\" is no time like 2026-03-14T08:00:00Z", since);
	buf_add(&x->out, STR("{\"notices\":["));
	if (ledger_list(x->r->store, &f, show_row, &s, e) < 0)
		return -1;
	buf_add(&x->out, STR("]}"));
	return 0;
}

static int
act_show(struct act *x, struct err *e)
{
	struct showing s = { .x = x, .whole = true, .e = e };
	struct str hex = act_arg(x, "id");
	struct id id;
	int found;

	if (hex.n < HEX_MIN || hex.n > 32)
		return act_say(x, 400, "a notice is named by 4 to 32 digits, not \"%.*s\"",
			       hex);
	found = ledger_find(x->r->store, hex, &id, e);
	if (found < 0)
		return -1;
	if (found != 1)
		return found ? act_say(x, 409, "several notices begin with \"%.*s\"", hex)
			     : act_say(x, 404, "no notice begins with \"%.*s\"", hex);
	buf_add(&x->out, STR("{\"notice\":"));
	if (ledger_show(x->r->store, &id, show_row, &s, e) < 0)
		return -1;
	buf_add_byte(&x->out, '}');
	return 0;
}

/* ---- a trial ------------------------------------------------------------------------------------ */

static const struct trial_words {
	const char *subject, *body;
} trial_words[] = {
	{ "[Langyan] test: this channel works",
	  "This is a test that %.*s asked for. Nothing has happened and nothing is to be "
	  "done.\nIf you can read it, notices reach you this way.\n" },
	{ "[狼烟] 测试：这条渠道是通的",
	  "这是 %.*s 发起的测试通知，没有发生任何事，也不需要做任何事。\n"
	  "能看到这条消息，就说明通知可以这样送达你。\n" },
};

/* One, on the way that real ones go; it is shown. */
static int
tell_trial(struct showing *s, const struct person_conf *p, struct str channel,
	   struct str address, struct err *e)
{
	struct act *x = s->x;
	const struct site_view *site = &x->r->conf->site;
	bool zh = p && p->lang != LANG_SITE ? p->lang == LANG_ZH : !str_is(site->lang, "en");
	struct notice_row row = { .kind = STR("test"),
				  .recipient = p ? p->key : STR(""),
				  .channel = channel,
				  .address = address };
	struct buf key = BUF(64), body = BUF(4096);
	struct id id;
	int r;

	id_add_hex(&key, &x->c->id);
	buf_addf(&body, trial_words[zh].body, STR_ARG(x->c->actor));
	r = notices_tell(x->r->notices,
			 &(struct notice_text){ .kind = "test",
						.key = buf_str(&key),
						.person = p ? p->key : STR(""),
						.channel = channel,
						.address = address,
						.subject = str_of(trial_words[zh].subject),
						.body = buf_str(&body) },
			 x->now, e);
	id = notice_tell_id(&row, buf_str(&key));
	buf_release(&key);
	buf_release(&body);
	return r < 0 ? -1 : ledger_show(x->r->store, &id, show_row, s, e);
}

/* Whose contact goes through it; a name to say, or empty. */
static struct str
reader_of(const struct notice_conf *c, struct str channel)
{
	const struct person_conf *p = c->people.v;

	for (size_t i = 0; i < c->people.n; i++) {
		const struct contact_conf *k = p[i].contacts.v;

		for (size_t j = 0; j < p[i].contacts.n; j++)
			if (str_eq(k[j].channel, channel))
				return p[i].key;
	}
	return STR("PERSON");
}

/* "anna": each of her contacts; "anna/mail": that one; "hook": a channel by itself. */
static int
act_test(struct act *x, struct err *e)
{
	const struct notice_conf *c = &x->r->conf->notice;
	struct str name = act_arg(x, "name"), via = STR("");
	const char *slash = name.n ? memchr(name.p, '/', name.n) : NULL;
	const struct person_conf *p;
	struct showing s = { .x = x, .e = e };
	size_t told = 0;

	if (slash) {
		via = str_slice(name, (size_t)(slash - name.p) + 1, name.n);
		name = str_slice(name, 0, (size_t)(slash - name.p));
	}
	p = person_find(c, name);
	if (!p && (via.n || !channel_find(c, name)))
		return act_say(x, 404, "there is no person and no channel \"%.*s\"", name);
	if (!p && channel_needs_address(channel_find(c, name)))
		return act_say(x, 400, "it needs an address: langyan notify test %.*s",
			       str_of(arena_textf(x->r->batch, "%.*s/%.*s",
						  STR_ARG(reader_of(c, name)), STR_ARG(name))));
	buf_add(&x->out, STR("{\"notices\":["));
	if (!p && tell_trial(&s, NULL, name, STR(""), e) < 0)
		return -1;
	for (size_t i = 0; p && i < p->contacts.n; i++) {
		const struct contact_conf *k = (const struct contact_conf *)p->contacts.v + i;

		if (via.n && !str_eq(via, k->channel))
			continue;
		if (tell_trial(&s, p, k->channel, k->address, e) < 0)
			return -1;
		told++;
	}
	if (p && !told) {
		buf_clear(&x->out);
		return act_say(x, 404, "they have no contact through \"%.*s\"", via);
	}
	x->r->wrote = true;
	buf_add(&x->out, STR("]}"));
	return 0;
}

const struct verb act_notice_verbs[] = {
	{ "notice.list", act_list, false },
	{ "notice.show", act_show, false },
	{ "notice.test", act_test, true },
	{ .name = NULL },
};
