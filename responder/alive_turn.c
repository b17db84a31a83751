/* alive_turn.c - heartbeats, canaries and silence as time sets them off: alive.h decides. */
#include "core/base.h"

#include "core/hash.h"
#include "core/http.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/alive_store.h"
#include "responder/policy.h"
#include "responder/record_store.h"
#include "responder/roster.h"
#include "responder/state.h"

#define LATE_S        600        /* a page that should have left so long ago */
#define LOOK_S        60         /* between two looks for silence            */
#define AGAIN_S       10         /* not well: looked at again                */
#define CANARY_LATE_S (6 * 3600) /* after a stop: later than that, tomorrow's is next */
#define BEAT_BYTES    65536
#define BEAT_MS       10000
#define BEAT_UNHEARD  3 /* in a row: it is said */

static bool
is_on(const struct responder *r)
{
	return r->env.clock == CLOCK_WALL && r->notices && !r->conf->notice.exercise.on;
}

int
alive_load(struct responder *r, int64_t now, struct err *e)
{
	struct alive *x = &r->alive;

	x->started_at = x->started_at ? x->started_at : now;
	x->beat = false; /* its commit was undone */
	if (record_meta_int(r->store, "silent_told_at", 0, &x->silent_at, e) < 0)
		return -1;
	/* The first canaries are those of the next time. */
	return record_meta_int(r->store, "canary_at", now, &x->canary_at, e);
}

void
alive_hear(struct responder *r, const struct pulse *p)
{
	pulses_take(&r->alive.pulses, p);
	if (r->alive.silent_at || r->alive.lack)
		r->alive.look_at = r->alive.beat_at = 0;
	r->due_known = false;
}

/* ---- canaries --------------------------------------------------------------------------------------- */

struct canaries {
	struct responder *r;
	int64_t now, next_at;
	struct err *e;
	bool tells;
	int bad, told;
};

static const struct {
	const char *subject, *body;
} canary_words[] = {
	{ "[Langyan] daily check: this way to you works",
	  "Nothing has happened and nothing is to be done. Once a day Langyan makes sure that "
	  "an "
	  "L3 can reach you this way; the check does not ring.\nIf it stops coming: langyan "
	  "doctor.\n" },
	{ "[狼烟] 每日自检：这条渠道是通的", "没有发生任何事，也不需要做任何事。狼烟每天确认一"
					     "次：L3 来时，这条渠道找得到你；自检不会响铃。\n"
					     "如果哪天没有收到，请运行 langyan doctor。\n" },
};

static int
canary_tell(struct canaries *c, const struct contact_proof *x, int64_t at)
{
	const struct person_conf *p = x->person;
	bool zh = p->lang != LANG_SITE ? p->lang == LANG_ZH
				       : !str_is(c->r->conf->site.lang, "en");
	struct buf key = BUF(64);
	int bad;

	buf_addf(&key, "%lld", (long long)at);
	bad = notices_tell(c->r->notices,
			   &(struct notice_text){ .kind = "canary",
						  .key = buf_str(&key),
						  .person = p->key,
						  .channel = x->contact->channel,
						  .address = x->contact->address,
						  .subject = str_of(canary_words[zh].subject),
						  .body = str_of(canary_words[zh].body) },
			   c->now, c->e);
	buf_release(&key);
	c->told += bad == 0;
	return bad;
}

static void
canary_see(void *arg, const struct contact_proof *x)
{
	struct canaries *c = arg;
	const struct alive_conf *conf = &c->r->conf->alive;
	const struct zone *z = roster_zone(notices_roster(c->r->notices), x->person);
	int64_t last = canary_last(z, conf->canary_at, c->now);
	int64_t next = canary_next(z, conf->canary_at, c->now);

	if (last > c->r->alive.canary_at && c->now - last < CANARY_LATE_S) {
		next = c->now; /* due */
		if (c->tells && !c->bad)
			c->bad = canary_tell(c, x, last);
	}
	c->next_at = next < c->next_at ? next : c->next_at;
}

static int64_t
canaries_due(struct responder *r)
{
	struct canaries c = { .r = r, .now = r->alive.canary_at, .next_at = INT64_MAX };
	struct err e;

	if (!r->conf->alive.canary ||
	    contact_proofs(NULL, &r->conf->notice, canary_see, &c, &e) <= 0)
		return INT64_MAX;
	return c.next_at;
}

static int
canaries_turn(struct responder *r, int64_t now, struct err *e)
{
	struct canaries c = { .r = r, .now = now, .next_at = INT64_MAX, .e = e, .tells = true };

	if (r->alive.canary_at > now) /* the clock was set back; a date is told once */
		r->alive.canary_at = now;
	if (now < canaries_due(r))
		return 0;
	if (contact_proofs(NULL, &r->conf->notice, canary_see, &c, e) < 0 || c.bad)
		return -1;
	r->alive.canary_at = now;
	r->wrote = true;
	if (c.told)
		log_event(LOG_INFO, "canaries_told", "contacts=%d", c.told);
	return record_meta_set(r->store, "canary_at", now, e);
}

/* ---- silence ---------------------------------------------------------------------------------------- */

struct silent {
	int64_t since_at;
	enum alive_lack why; /* WELL: it is over */
};

static void
silent_text(const struct responder *r, const void *what, bool zh, struct buf *subject,
	    struct buf *body, struct buf *facts)
{
	const struct silent *s = what;
	static const char *const heads[][2] = {
		[ALIVE_WELL] = { "[Langyan] sources are read again", "[狼烟] 已恢复抓取" },
		[ALIVE_STILL] = { "[Langyan] we are blind: nothing comes from the crawler",
				  "[狼烟] 我们看不见了：采集没有任何动静" },
		[ALIVE_DEAF] = { "[Langyan] we are blind: no source answers",
				 "[狼烟] 我们看不见了：所有信源都抓不到" },
	};

	(void)facts;
	buf_add(subject, str_of(heads[s->why][zh]));
	buf_addf(body, zh ? "%s\n自：" : "%s\nsince: ", heads[s->why][zh]);
	clock_add_local(body, r->zone, s->since_at);
	buf_add_byte(body, '\n');
	if (s->why == ALIVE_STILL)
		buf_add(body, zh ? STR("采集或打分进程可能已停。请看 langyan doctor 和日志。"
				       "恢复之前，没有消息不等于没有事。\n")
				 : STR("The crawler or the scorer may have stopped: see "
				       "langyan doctor and "
				       "the log. Until it is over, silence here means "
				       "nothing.\n"));
	else if (s->why == ALIVE_DEAF)
		buf_add(body,
			zh ? STR("可能是我们自己的网络故障。请看 langyan source list。"
				 "恢复之前，没有消息不等于没有事。\n")
			   : STR("The fault may be our own connection: see langyan source "
				 "list. "
				 "Until it is over, silence here means nothing.\n"));
}

static int
silent_tell(struct responder *r, const struct silent *s, int64_t now, struct err *e)
{
	struct buf key = BUF(64);
	int bad;

	buf_addf(&key, "silent:%d:%lld", s->why != ALIVE_WELL, (long long)s->since_at);
	bad = owners_tell(r,
			  &(struct owners_word){ .what = s,
						 .key = buf_str(&key),
						 .compose = silent_text,
						 .second = true },
			  now, e);
	buf_release(&key);
	log_event(s->why ? LOG_ERROR : LOG_WARN, s->why ? "nothing_crawled" : "crawled_again",
		  "why=%s since=%lld", alive_words[s->why], (long long)s->since_at);
	r->alive.silent_at = s->why ? s->since_at : 0;
	r->wrote = true;
	return bad ? -1 : record_meta_set(r->store, "silent_told_at", r->alive.silent_at, e);
}

static struct alive_ask
ask_of(const struct responder *r, int64_t now)
{
	return (struct alive_ask){ .pulses = &r->alive.pulses,
				   .started_at = r->alive.started_at,
				   .full = r->full,
				   .silent_after_s = r->conf->alive.silent_after_s,
				   .now = now };
}

static int
silence_turn(struct responder *r, int64_t now, struct err *e)
{
	struct alive_ask q = ask_of(r, now);
	struct silent s = { .why = ALIVE_WELL };

	if (now < r->alive.look_at)
		return 0;
	r->alive.look_at = now + LOOK_S;
	s.since_at = alive_silent(&q, &s.why);
	if (s.why && !r->alive.silent_at)
		return silent_tell(r, &s, now, e);
	/* After a restart nothing has been heard yet: that is no news. */
	if (!s.why && r->alive.silent_at && r->alive.pulses.n &&
	    alive_judge(&q) != ALIVE_STILL) {
		s.since_at = r->alive.silent_at;
		return silent_tell(r, &s, now, e);
	}
	return 0;
}

/* ---- heartbeat -------------------------------------------------------------------------------------- */

static bool
beats(const struct responder *r)
{
	return r->conf->alive.heartbeat_out.n && r->env.send == SEND_REAL;
}

static void
beat_done(void *arg, const struct http_response *a)
{
	struct responder *r = arg;
	struct alive *x = &r->alive;

	x->beating = false;
	if (a->end == HTTP_STOPPED)
		return;
	if (a->end == HTTP_OK && a->status >= 200 && a->status < 300) {
		x->beat_fails = 0;
		x->beat_heard = true;
		return;
	}
	if (++x->beat_fails == BEAT_UNHEARD)
		log_event(LOG_ERROR, "heartbeat_unheard", "status=%d why=\"%s\"", a->status,
			  a->detail);
}

static int
heartbeat_turn(struct responder *r, int64_t now, struct err *e)
{
	struct alive *x = &r->alive;
	struct alive_ask q = ask_of(r, now);
	enum alive_lack lack;

	if (!beats(r) || now < x->beat_at)
		return 0;
	if (pages_late(r->store, now - LATE_S, &q.late_pages, e) < 0)
		return -1;
	lack = alive_judge(&q);
	if (lack != x->lack)
		log_event(lack ? LOG_WARN : LOG_INFO,
			  lack ? "heartbeat_withheld" : "heartbeat_again", "why=%s",
			  alive_words[lack ? lack : x->lack]);
	x->lack = lack;
	x->beat_at = now + (lack ? AGAIN_S : r->conf->alive.heartbeat_every_s);
	x->beat = !lack;
	if (lack)
		return 0;
	/* That the record takes a commit is part of what is proved. */
	r->wrote = true;
	if (x->beat_heard && record_meta_set(r->store, "heartbeat_heard_at", now, e) < 0)
		return -1;
	x->beat_heard = false;
	return record_meta_set(r->store, "heartbeat_at", now, e);
}

void
alive_start(struct responder *r)
{
	struct alive *x = &r->alive;
	struct http *h = x->beat && r->notices ? notices_http(r->notices) : NULL;
	struct err e = { .kind = ERR_NONE };

	if (!x->beat)
		return;
	x->beat = false;
	if (!h || x->beating)
		return;
	x->beating = true;
	if (http_start(
		    h,
		    &(struct http_request){ .method = STR("GET"),
					    .url = r->conf->alive.heartbeat_out,
					    .max_bytes = BEAT_BYTES,
					    .timeout_ms = BEAT_MS,
					    .allow_private = &r->conf->alive.heartbeat_private,
					    .done = beat_done,
					    .arg = r },
		    &e) == 0)
		return;
	x->beating = false;
	log_event(LOG_WARN, "heartbeat_unsent", "why=\"%s\"", e.text);
}

/* ---- together --------------------------------------------------------------------------------------- */

int64_t
alive_due(struct responder *r)
{
	int64_t at = INT64_MAX, canary;

	if (!is_on(r))
		return at;
	if (r->conf->alive.silent_after_s)
		at = r->alive.look_at;
	if (beats(r) && r->alive.beat_at < at)
		at = r->alive.beat_at;
	canary = canaries_due(r);
	return canary < at ? canary : at;
}

int
alive_turn(struct responder *r, int64_t now, struct err *e)
{
	if (!is_on(r) || r->full)
		return 0;
	if (canaries_turn(r, now, e) < 0 || silence_turn(r, now, e) < 0)
		return -1;
	return heartbeat_turn(r, now, e);
}
