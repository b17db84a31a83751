/* shed.c - see shed.h. */
#include "core/base.h"

#include <sys/resource.h>
#include <unistd.h>

#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#include "crawler/inbox.h"
#include "crawler/shed.h"
#include "crawler/state.h"
#include "crawler/tell.h"

#define LOOK_MS 1000

static int64_t
cpu_us(void)
{
	struct rusage u = { .ru_maxrss = 0 };

	if (getrusage(RUSAGE_SELF, &u) < 0)
		return 0;
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000 + u.ru_utime.tv_usec +
	       u.ru_stime.tv_usec;
}

/* What was used of each budget since the last look. */
static void
measure(struct crawler *c, int64_t now_ms)
{
	struct shed *s = &c->shed;
	int64_t used_us = cpu_us(), ms = now_ms - s->looked_ms;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct spool_figures f;

	spool_figures(c->spool, &f);
	s->load = (struct valve_load){
		.queue =
			valve_queue(spool_open_count(c->spool), s->receipted - s->receipts, ms),
		.disk = f.bytes / 2 * VALVE_FULL / c->setup.spool->keep_bytes,
		.cpu = (used_us - s->cpu_us) / (ms * (processors < 1 ? 1 : processors)),
	};
	s->looked_ms = now_ms;
	s->cpu_us = used_us;
	s->receipts = s->receipted;
}

static int
tell_sheds(struct crawler *c, struct err *e)
{
	const struct valve_load *l = &c->shed.load;

	log_event(LOG_WARN, "valve_sheds", "queue=%lld disk=%lld cpu=%lld", (long long)l->queue,
		  (long long)l->disk, (long long)l->cpu);
	return crawler_tell(
		c,
		&(struct word){ .kind = STR("valve"),
				.says = STR("valve-sheds"),
				.name = STR(VALVE_SOURCE),
				.title = str_of(arena_textf(
					c->arena, "CPU %lld %%, queue %lld %%, disk %lld %%",
					(long long)l->cpu / 10, (long long)l->queue / 10,
					(long long)l->disk / 10)),
				.since_at = c->shed.told_at },
		e);
}

static int
tell_opens(struct crawler *c, int64_t since_at, struct err *e)
{
	const struct shed *s = &c->shed;
	struct buf b = BUF(1 << 16);
	int r;

	log_event(LOG_INFO, "valve_opens", "polls=%lld sources=%lld", (long long)s->polls,
		  (long long)s->sources);
	buf_addf(&b, "{\"polls\":%lld,\"sources\":%lld,\"names\":[", (long long)s->polls,
		 (long long)s->sources);
	for (int64_t i = 0; i < s->sources && i < SHED_NAMES; i++) {
		if (i)
			buf_add_byte(&b, ',');
		json_add_text(&b, s->names[i]);
	}
	buf_add(&b, STR("]}"));
	r = crawler_tell(c,
			 &(struct word){ .kind = STR("valve"),
					 .says = STR("valve-opens"),
					 .name = STR(VALVE_SOURCE),
					 .text = buf_str(&b),
					 .since_at = since_at },
			 e);
	buf_release(&b);
	return r;
}

/* The word, and in its transaction that it was said: outage_at of a row of its own. */
static int
tell(struct crawler *c, struct err *e)
{
	struct shed *s = &c->shed;
	struct source_state st = { .url = STR(VALVE_SOURCE) };
	int64_t told_at = s->told_at;

	if (crawler_begin(c, e) < 0)
		return -1;
	s->told_at = st.outage_at = told_at ? 0 : c->now;
	if ((told_at ? tell_opens(c, told_at, e) : tell_sheds(c, e)) < 0)
		return -1;
	return source_state_write(c->store, STR(VALVE_SOURCE), &st, e);
}

int
shed_turn(struct crawler *c, int64_t now_ms, struct err *e)
{
	struct shed *s = &c->shed;
	bool was = s->valve.step;

	if (c->setup.clock->mode == CLOCK_STEPPED || now_ms < s->looked_ms + LOOK_MS)
		return 0;
	measure(c, now_ms);
	s->valve = valve_next(s->valve, &s->load, now_ms / 1000);
	if (s->valve.step && !was) {
		s->polls = s->sources = 0;
		s->round++;
	}
	return !s->valve.step == !s->told_at ? 0 : tell(c, e);
}

int
shed_open(struct crawler *c, struct err *e)
{
	struct arena *a = arena_new();
	struct source_state st;
	int r = source_state_read(c->store, STR(VALVE_SOURCE), a, &st, e);

	c->shed.told_at = r > 0 ? st.outage_at : 0;
	c->shed.looked_ms = clock_mono_ms();
	c->shed.cpu_us = cpu_us();
	arena_free(a);
	return r < 0 ? -1 : 0;
}

void
shed_dropped(struct crawler *c)
{
	struct err e = { .kind = ERR_NONE };

	/* When the disk cannot even be read, the next batch says so. */
	if (shed_open(c, &e) < 0)
		log_event(LOG_WARN, "valve_unread", "why=%s", e.text);
}

/* ---- polls ------------------------------------------------------------------------------------ */

static bool
is_spared(const struct crawler *c, const struct slot *slot)
{
	const struct source_conf *s = slot->source;

	return s->source_class == CLASS_OFFICIAL || s->source_class == CLASS_COMPLAINT ||
	       s->kind == SOURCE_HOTLIST || s->kind == SOURCE_METRICS || inbox_is(s) ||
	       slot->incident_until_at > c->now || slot->asked ||
	       (slot->hurry_s && slot->hurry_until_at > c->now);
}

static void
note(struct shed *s, struct slot *slot)
{
	s->polls++;
	s->polls_ever++;
	if (slot->shed_round == s->round)
		return;
	slot->shed_round = s->round;
	if (s->sources < SHED_NAMES)
		s->names[s->sources] = slot->source->name;
	s->sources++;
}

bool
shed_poll(struct crawler *c, struct slot *slot)
{
	const struct source_conf *s = slot->source;
	struct valve_source x = {
		.spared = is_spared(c, slot),
		.pages = s->full_text || s->kind == SOURCE_LIST || s->kind == SOURCE_SITEMAP,
		.asked_at = slot->given_at > 0 ? slot->given_at : 0,
		.due_at = slot->shed_due_at ? slot->shed_due_at : slot->due.at
	};
	int64_t until = valve_put_off(c->shed.valve.step, &x, c->now);

	if (!until) {
		slot->shed_due_at = 0;
		return false;
	}
	if (!slot->shed_due_at)
		note(&c->shed, slot);
	slot->shed_due_at = x.due_at;
	schedule_put_off(c->schedule, slot, c->now, until);
	return true;
}

int64_t
shed_due(const struct crawler *c, int64_t soon)
{
	return c->shed.valve.step || c->shed.valve.over_at ? soon : INT64_MAX;
}

/* ---- shown ------------------------------------------------------------------------------------ */

void
shed_add_json(const struct crawler *c, struct buf *b)
{
	const struct shed *s = &c->shed;

	buf_addf(b,
		 "\"valve\":\"%s\",\"load_queue\":%lld,\"load_disk\":%lld,\"load_cpu\":%lld,"
		 "\"polls_put_off\":%lld",
		 valve_words[s->valve.step], (long long)s->load.queue, (long long)s->load.disk,
		 (long long)s->load.cpu, (long long)s->polls_ever);
}

void
shed_add_metrics(const struct crawler *c, struct buf *b)
{
	const struct shed *s = &c->shed;

	buf_addf(b,
		 "# HELP langyan_valve_step what is shed: 0 nothing, 1 polls less often, 2 no "
		 "pages\n"
		 "# TYPE langyan_valve_step gauge\nlangyan_valve_step %d\n"
		 "# HELP langyan_load of each budget; the valve sheds from 0.85\n"
		 "# TYPE langyan_load gauge\n"
		 "langyan_load{budget=\"queue\"} %lld.%03lld\n"
		 "langyan_load{budget=\"disk\"} %lld.%03lld\n"
		 "langyan_load{budget=\"cpu\"} %lld.%03lld\n"
		 "# TYPE langyan_polls_put_off_total counter\nlangyan_polls_put_off_total "
		 "%lld\n",
		 (int)s->valve.step, (long long)s->load.queue / 1000,
		 (long long)s->load.queue % 1000, (long long)s->load.disk / 1000,
		 (long long)s->load.disk % 1000, (long long)s->load.cpu / 1000,
		 (long long)s->load.cpu % 1000, (long long)s->polls_ever);
}
