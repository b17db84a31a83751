/* Commands in from callers, replies out to them. */
#include "core/base.h"

#include "core/clock.h"
#include "core/log.h"
#include "core/stage_runner.h"

static void
reply_send(struct runner *r, const struct call *c, const struct reply *reply)
{
	struct buf b = BUF(RECORD_CALL_MAX + 64);

	record_encode(&reply_record, reply, &b);
	if (!buf_ok(&b) || end_send(c->end, c->id, c->id_n, buf_str(&b)) < 0)
		log_event(LOG_WARN, "reply_homeless", "stage=%s status=%lld", r->stage->name,
			  (long long)reply->status);
	buf_release(&b);
}

static void
refuse(struct runner *r, const struct call *c, int status, struct str why)
{
	struct reply reply = { .call = c->token,
			       .status = status,
			       .type = STR("text/plain; charset=utf-8"),
			       .body = why };

	reply_send(r, c, &reply);
}

/* Under a number of ours; its place in the table follows from it. NULL when that is taken. */
static struct call *
call_open(struct runner *r, const struct call *new)
{
	struct call *c = &r->calls[(r->calls_made + 1) % CALLS_MAX];

	if (c->number)
		return NULL;
	*c = *new;
	c->number = ++r->calls_made;
	return c;
}

int
call_take(struct runner *r, struct end *end, const void *id, size_t id_n, struct str record)
{
	struct call new = { .end = end, .id_n = id_n, .at_ms = clock_mono_ms() };
	struct err e = { .kind = ERR_NONE };
	struct command cmd;
	struct call *c;
	struct buf b = BUF(RECORD_CALL_MAX + 64);
	int rc = 0;

	arena_reset(r->scratch);
	if (id_n > ID_BYTES ||
	    record_decode(&command_record, record, &cmd, r->scratch, &e) < 0) {
		r->figures.rejects++;
		log_event(LOG_WARN, "wire_bad", "stage=%s reason=\"%s\"", r->stage->name,
			  e.text);
		return 0;
	}
	memcpy(new.id, id, id_n);
	new.token = cmd.call;
	c = r->draining ? NULL : call_open(r, &new);
	if (!c) {
		refuse(r, &new, 503, r->draining ? STR("stopping\n") : STR("too many calls\n"));
		return 0;
	}
	cmd.call = c->number;
	record_encode(&command_record, &cmd, &b);
	if (buf_ok(&b)) {
		r->figures.records_in++;
		rc = flow_step(r, buf_str(&b));
	} else {
		refuse(r, c, 413, STR("too large\n"));
		c->number = 0;
	}
	buf_release(&b);
	return rc;
}

void
call_reply(struct runner *r, struct str record)
{
	struct err e = { .kind = ERR_NONE };
	struct reply reply;
	struct call *c;

	arena_reset(r->scratch);
	if (record_decode(&reply_record, record, &reply, r->scratch, &e) < 0) {
		log_event(LOG_ERROR, "reply_bad", "stage=%s reason=\"%s\"", r->stage->name,
			  e.text);
		return;
	}
	c = &r->calls[(uint64_t)reply.call % CALLS_MAX];
	if (!reply.call || c->number != reply.call) {
		log_event(LOG_WARN, "reply_homeless", "stage=%s status=%lld", r->stage->name,
			  (long long)reply.status);
		return;
	}
	reply.call = c->token;
	reply_send(r, c, &reply);
	c->number = 0;
}
