/* websub_hear.c - what hubs say to us: intents to verify, and changes. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/fetch.h"
#include "crawler/harvest.h"
#include "crawler/law.h"
#include "crawler/state.h"
#include "crawler/verbs.h"
#include "crawler/websub.h"
#include "crawler/websub_state.h"

#define CHALLENGE_MAX 2048
#define TOKEN_BYTES   64
#define PING_S        60 /* a source is not polled oftener than that for a hub's sake */
#define BATCH_BYTES   (4 << 20)
#define TEXT          "text/plain; charset=utf-8"

/* The subscription that the address names: 1, 0 or -1. */
static int
named(struct crawler *c, const struct json *args, struct subscription *s, struct err *e)
{
	struct str token = json_text(json_get(args, "token"), STR(""));
	struct id key = websub_key(token);

	return c->websub && token.n == TOKEN_BYTES
		       ? websub_by_key(c->store, &key, c->arena, s, e)
		       : 0;
}

/* ---- intents -------------------------------------------------------------------------------------- */

static bool
challenge_proper(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7e)
			return false;
	return s.n && s.n <= CHALLENGE_MAX;
}

/* What the hub wants to hear a yes to, and when we say it. */
static const struct intent {
	const char *mode;
	enum sub_event event;
	bool leaving;   /* only while we are leaving; else only while we are not */
	bool either;    /* in any state */
	bool challenge; /* it is echoed */
} intents[] = {
	{ "subscribe", SUB_VERIFIED, false, false, true },
	{ "unsubscribe", SUB_VERIFIED, true, false, true },
	{ "denied", SUB_REFUSED, false, true, false },
};

static const struct intent *
intent_of(const struct subscription *s, const struct json *args)
{
	struct str mode = json_text(json_get(args, "hub.mode"), STR(""));
	struct str topic = json_text(json_get(args, "hub.topic"), STR(""));
	struct str challenge = json_text(json_get(args, "hub.challenge"), STR(""));
	bool leaving = s->state == SUB_LEAVING;

	for (size_t i = 0; i < LY_COUNT(intents); i++) {
		const struct intent *x = &intents[i];

		if (str_is(mode, x->mode) && (x->either || x->leaving == leaving) &&
		    str_eq(topic, s->topic) && (!x->challenge || challenge_proper(challenge)) &&
		    (leaving || s->state != SUB_DENIED || x->either))
			return x;
	}
	return NULL;
}

int
websub_verify(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct json *args = json_parse(c->arena, cmd->args, e);
	struct subscription s;
	int64_t lease_s = 0;
	const struct intent *x;
	struct buf b = BUF(CHALLENGE_MAX + 1);
	int r = named(c, args, &s, e);

	if (r < 0)
		return -1;
	x = r ? intent_of(&s, args) : NULL;
	if (!x) {
		out_reply(out, cmd->call, 404, TEXT, STR("nothing like that was asked for\n"));
		return 0;
	}
	if (str_int64(json_text(json_get(args, "hub.lease_seconds"), STR("")), &lease_s) < 0 ||
	    lease_s <= 0)
		lease_s = c->setup.websub->lease_s; /* not told: what we asked for */
	if (x->event == SUB_REFUSED)
		s.why = str_of("the hub has denied it");
	else
		s.why = STR("");
	if (websub_keep(c, &s, websub_move(c, &s, x->event, lease_s), e) < 0)
		return -1;
	if (x->challenge)
		buf_add(&b, json_text(json_get(args, "hub.challenge"), STR("")));
	verb_answer(c, cmd->call, 200, TEXT, buf_str(&b));
	buf_release(&b);
	return 0;
}

/* ---- changes -------------------------------------------------------------------------------------- */

/* What a poll that is on its way writes at its end must hold our counts, too. */
static int
counts_add(struct crawler *c, const struct harvest *h, const struct source_state *before,
	   int known, struct err *e)
{
	for (struct harvest *x = c->harvests; x; x = x->next) {
		if (x->slot != h->slot)
			continue;
		x->state.documents += h->state.documents - before->documents;
		x->state.seen += h->state.seen - before->seen;
		x->state.old += h->state.old - before->old;
		x->state.refused += h->state.refused - before->refused;
		return 0;
	}
	return known == 1 ? source_state_write(c->store, h->slot->source->name, &h->state, e)
			  : 0;
}

/* The items of a body: 1 taken in, 0 when it holds none that can be read, -1. */
static int
items_take(struct crawler *c, struct slot *slot, const struct command *cmd, struct err *e)
{
	struct harvest h = {
		.c = c, .slot = slot, .arena = c->arena, .drops = c->drops, .brought = true
	};
	struct http_response r = {
		.end = HTTP_OK, .status = 200, .body = cmd->body, .type = cmd->type
	};
	struct source_state before;
	struct err why = { 0 };
	int known = fetch_state(c, slot->source, c->arena, &h.state, e);

	if (known < 0 || crawler_begin(c, e) < 0)
		return -1;
	before = h.state;
	r.url = fetch_url(slot->source, &h.state);
	if (harvest_read(&h, &r, &why) < 0) {
		log_event(LOG_WARN, "websub_unread", "source=%.*s why=%s",
			  STR_ARG(slot->source->name), why.text);
		return 0;
	}
	if (c->failed)
		return -1; /* *e holds why: it is c->err */
	return counts_add(c, &h, &before, known, e) < 0 ? -1 : 1;
}

static int
change_take(struct crawler *c, struct subscription *s, const struct command *cmd, struct err *e)
{
	struct slot *slot = schedule_slot(c->schedule, s->source);
	const char *closed;
	int taken = 0;

	if (!slot || !law_allows(slot->source, c->now, &closed))
		return 0;
	if (cmd->body.n && !slot->source->full_text)
		taken = items_take(c, slot, cmd, e);
	if (taken < 0)
		return -1;
	s->heard_at = c->now;
	*(taken ? &s->delivered : &s->pings) += 1;
	/* A light ping, or pages to be fetched: a poll does all of that. */
	if (!taken && !slot->busy)
		schedule_pull(c->schedule, slot, INT64_MIN,
			      slot->given_at > c->now - PING_S ? slot->given_at + PING_S
							       : c->now);
	return 0;
}

int
websub_deliver(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct json *args = json_parse(c->arena, cmd->args, e);
	struct subscription s;
	int r = named(c, args, &s, e);

	if (r < 0)
		return -1;
	if (!r || s.state == SUB_LEAVING) {
		out_reply(out, cmd->call, 410, TEXT, STR("nobody listens here\n"));
		return 0;
	}
	if (crawler_full(c)) {
		out_reply(out, cmd->call, 503, TEXT, STR("full: try again later\n"));
		return 0;
	}
	if (!hash_signature_right(json_text(json_get(args, "signature"), STR("")), s.secret,
				  cmd->body)) {
		s.refused++;
		log_event(LOG_WARN, "websub_signature", "source=%.*s refused=%lld",
			  STR_ARG(s.source), (long long)s.refused);
	} else if (change_take(c, &s, cmd, e) < 0) {
		return -1;
	}
	if (websub_keep(c, &s, SUB_NOTHING, e) < 0)
		return -1;
	c->batch_bytes += cmd->body.n;
	verb_answer(c, cmd->call, 202, TEXT, STR(""));
	return c->batch_bytes > BATCH_BYTES ? STEP_SETTLE : STEP_OK;
}
