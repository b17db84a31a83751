/* hurry.c - see hurry.h. */
#include "core/base.h"

#include "core/document.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/fetch.h"
#include "crawler/hurry.h"
#include "crawler/inbox.h"
#include "crawler/state.h"
#include "crawler/websub.h"

#define EVERY_MIN_S 30
#define EVERY_DFLT  120
#define DAY_S       86400
#define FOR_DFLT    (6 * 3600)
#define HOLD_S      1500 /* two of the responder's tellings, and some */

/* A number of seconds, or text like "2m". */
static int
seconds(const struct json *v, int64_t dflt, int64_t low, int64_t *out, struct err *e)
{
	struct str text = json_text(v, STR(""));

	*out = v ? json_int(v, -1) : dflt;
	if (text.n && str_int64(text, out) < 0 && conf_seconds(text, out, e) < 0)
		return -1;
	if (*out < low || *out > DAY_S)
		return err_set(e, ERR_REJECT, "%lld s is not within %lld s..1d",
			       (long long)*out, (long long)low);
	return 0;
}

static int
hurry_one(struct crawler *c, struct slot *slot, struct err *e)
{
	struct source_state st;
	int64_t at = c->now + slot->hurry_s;

	if (fetch_state(c, slot->source, c->arena, &st, e) < 0)
		return -1;
	if (slot->busy)
		return 0; /* written when its poll is over */
	st.url = slot->source->url;
	st.hurry_s = slot->hurry_s;
	st.hurry_until_at = slot->hurry_until_at;
	if (slot->hurry_until_at > c->now && !st.failures && st.next_at > at) {
		st.next_at = at;
		schedule_pull(c->schedule, slot, INT64_MIN, at);
	}
	return crawler_begin(c, e) < 0
		       ? -1
		       : source_state_write(c->store, slot->source->name, &st, e);
}

/* The slot of the source that gave document seq; NULL: it is not polled. */
static struct slot *
slot_of(struct crawler *c, int64_t seq, struct err *e)
{
	struct arena *a = arena_new();
	struct buf body = BUF(RECORD_MAX);
	struct slot *slot = NULL;
	struct document d;

	if (spool_body(c->store, seq, &body, e) == 0 && body.n &&
	    record_decode(&document_record, buf_str(&body), &d, a, e) == 0)
		slot = schedule_slot(c->schedule, d.source);
	buf_release(&body);
	arena_free(a);
	return slot;
}

/* What is due later comes sooner: as if the pace of now had been there at its last poll. */
int
hurry_incident(struct crawler *c, int64_t seq, struct err *e)
{
	struct slot *slot;
	struct source_state st;
	int64_t at;

	if (c->setup.clock->mode == CLOCK_STEPPED || !c->setup.fetch->incident_interval_s)
		return 0;
	slot = slot_of(c, seq, e);
	if (e->kind)
		return -1;
	if (!slot || inbox_is(slot->source))
		return 0;
	if (slot->incident_until_at <= c->now)
		log_event(LOG_INFO, "source_hurried", "source=%.*s",
			  STR_ARG(slot->source->name));
	slot->incident_until_at = c->now + HOLD_S;
	if (slot->busy || slot->due.at == INT64_MAX)
		return 0;
	if (fetch_state(c, slot->source, c->arena, &st, e) < 0)
		return -1;
	at = st.polled_at +
	     websub_interval(c, slot->source, fetch_interval(c, slot, &st, false, NULL));
	if (st.polled_at && !st.failures && at < st.next_at)
		schedule_pull(c->schedule, slot, INT64_MIN, at > c->now ? at : c->now);
	return 0;
}

static int
refuse(struct out *out, int64_t call, int status, const char *why)
{
	out_reply(out, call, status, NULL, str_of(why));
	return 0;
}

int
hurry_apply(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	struct err why = { 0 };
	const struct json *args = json_parse(c->arena, cmd->args, &why);
	const struct json *list = json_get(args, "names");
	size_t n = json_count(list), one = json_get(args, "name") ? 1 : 0;
	int64_t every, lasts;

	if (seconds(json_get(args, "every"), EVERY_DFLT, EVERY_MIN_S, &every, &why) < 0)
		return refuse(out, cmd->call, 400, why.text);
	if (seconds(json_get(args, "for"), FOR_DFLT, 0, &lasts, &why) < 0)
		return refuse(out, cmd->call, 400, why.text);
	/* All or none: each is known before the first is changed. */
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n + one; i++) {
			const struct json *name =
				i < n ? json_at(list, i) : json_get(args, "name");
			struct slot *slot =
				schedule_slot(c->schedule, json_text(name, STR("")));

			if (!slot)
				return refuse(out, cmd->call, 404, "no such source is polled");
			if (!round)
				continue;
			slot->hurry_s = lasts ? every : 0;
			slot->hurry_until_at = lasts ? c->now + lasts : 0;
			if (hurry_one(c, slot, e) < 0)
				return -1;
		}
	if (!(n + one))
		return refuse(out, cmd->call, 400, "which source? \"name\" or \"names\"");
	return refuse(out, cmd->call, 200, lasts ? "hurried" : "no longer hurried");
}
