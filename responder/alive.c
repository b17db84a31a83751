/* alive.c - see alive.h. */
#include "core/base.h"

#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"
#include "responder/alive.h"

#define DAY_S 86400

#define AT(field) offsetof(struct alive_conf, field)
static const struct conf_key keys[] = {
	{ "heartbeat_out", CONF_SECRET, AT(heartbeat_out), 0, 2000, "",
	  "address of a monitor outside that is asked for as long as all is well; it tells you "
	  "when we stop" },
	{ "heartbeat_every", CONF_SECONDS, AT(heartbeat_every_s), 10, 3600, "1m",
	  "how often: give the monitor two or three times as long" },
	{ "heartbeat_private", CONF_TEXTS, AT(heartbeat_private), 0, 20, "",
	  "ADDRESS:PORT of a monitor in your own network" },
	{ "canary", CONF_BOOL, AT(canary), 0, 1, "on",
	  "a test a day to each contact that wakes; it does not ring" },
	{ "canary_at", CONF_CLOCK, AT(canary_at), 0, 86399, "10:00",
	  "when, on the clock of whom it is for" },
	{ "proof", CONF_SECONDS, AT(proof_s), 3600, 366 * 86400LL, "7d",
	  "doctor and rota check name contacts that wake and that nothing has reached for so "
	  "long" },
	{ "silent_after", CONF_SECONDS, AT(silent_after_s), 0, 30 * 86400LL, "1h",
	  "tell when nothing has been crawled for so long; 0 = never" },
	CONF_END,
};

static void
check(struct conf_reader *r, void *self)
{
	struct alive_conf *c = self;

	if (c->heartbeat_out.n && !str_starts(c->heartbeat_out, STR("https://")) &&
	    !str_starts(c->heartbeat_out, STR("http://")))
		conf_error(r, &c->heartbeat_out,
			   "heartbeat_out is no address: write https://… as the monitor shows "
			   "it");
}

const struct conf_schema alive_schema = {
	.name = "alive",
	.size = sizeof(struct alive_conf),
	.keys = keys,
	.help = "Who hears when Langyan itself has stopped.",
	.check = check,
};

/* ---- the crawler's word --------------------------------------------------------------------------- */

bool
pulse_read(struct arena *a, const struct document *d, struct pulse *out)
{
	struct err e;
	const struct json *j;

	if (!str_starts(d->identity, STR("pulse:")))
		return false;
	j = json_parse(a, d->text, &e);
	*out = (struct pulse){ .spool = d->spool,
			       .at = d->arrived_at,
			       .answered_at = json_int(json_get(j, "answered_at"), 0),
			       .polled = json_int(json_get(j, "polled"), 0),
			       .failing = json_int(json_get(j, "failing"), 0) };
	return true;
}

void
pulses_take(struct pulses *all, const struct pulse *p)
{
	size_t oldest = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (id_eq(&all->v[i].spool, &p->spool)) {
			all->v[i] = *p;
			return;
		}
		if (all->v[i].at < all->v[oldest].at)
			oldest = i;
	}
	if (all->n < PULSES_MAX)
		oldest = all->n++;
	all->v[oldest] = *p;
}

/* ---- is all well? ----------------------------------------------------------------------------------- */

const char *const alive_words[] = { "", "disk_full", "nothing_comes", "no_source_answers",
				    "page_waits" };

/* A crawler that is not heard of for a day has been taken out, when another is. */
static bool
counts(const struct alive_ask *q, const struct pulse *p)
{
	for (size_t i = 0; i < q->pulses->n; i++)
		if (q->pulses->v[i].at > p->at + DAY_S)
			return false;
	return true;
}

/* When the crawler that has been still for longest was heard. */
static int64_t
heard_at(const struct alive_ask *q)
{
	int64_t at = q->pulses->n ? INT64_MAX : q->started_at;

	for (size_t i = 0; i < q->pulses->n; i++)
		if (counts(q, &q->pulses->v[i]) && q->pulses->v[i].at < at)
			at = q->pulses->v[i].at;
	return at;
}

/* When a source answered last; 0: none is asked, or not all of them fail. */
static int64_t
answered_at(const struct alive_ask *q)
{
	int64_t at = q->started_at, polled = 0;

	for (size_t i = 0; i < q->pulses->n; i++) {
		const struct pulse *p = &q->pulses->v[i];

		if (!counts(q, p))
			continue;
		if (p->failing < p->polled)
			return 0;
		polled += p->polled;
		at = p->answered_at > at ? p->answered_at : at;
	}
	return polled ? at : 0;
}

int64_t
alive_silent(const struct alive_ask *q, enum alive_lack *why)
{
	int64_t heard = heard_at(q), answered = answered_at(q);

	*why = ALIVE_WELL;
	if (!q->silent_after_s)
		return 0;
	if (q->now - heard >= q->silent_after_s) {
		*why = ALIVE_STILL;
		return heard;
	}
	if (!answered || q->now - answered < q->silent_after_s)
		return 0;
	*why = ALIVE_DEAF;
	return answered;
}

enum alive_lack
alive_judge(const struct alive_ask *q)
{
	enum alive_lack why;

	if (q->full)
		return ALIVE_FULL;
	if (!q->pulses->n || q->now - heard_at(q) > PULSE_LATE_S)
		return ALIVE_STILL;
	if (alive_silent(q, &why))
		return why;
	return q->late_pages ? ALIVE_LATE : ALIVE_WELL;
}

/* ---- canaries --------------------------------------------------------------------------------------- */

static int64_t
on_day(const struct zone *z, int64_t now, int64_t at, int days)
{
	struct civil c = zone_civil(z, now);

	c.day += days;
	c.hour = (int)(at / 3600);
	c.minute = (int)(at / 60 % 60);
	c.second = (int)(at % 60);
	return zone_utc(z, c);
}

int64_t
canary_last(const struct zone *z, int64_t at, int64_t now)
{
	int64_t today = on_day(z, now, at, 0);

	return today <= now ? today : on_day(z, now, at, -1);
}

int64_t
canary_next(const struct zone *z, int64_t at, int64_t now)
{
	int64_t today = on_day(z, now, at, 0);

	return today > now ? today : on_day(z, now, at, 1);
}
