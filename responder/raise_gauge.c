/* raise_gauge.c - numbers from outside -> firing -> incident, in the open transaction. */
#include "core/base.h"

#include <stdio.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/heap.h"
#include "responder/signal_store.h"
#include "responder/state.h"

#define TEXT_MAX (64 << 10)

/* ---- life ------------------------------------------------------------------------------------------ */

int
gauges_load(struct responder *r, struct err *e)
{
	const struct signal_conf *c = r->conf->signals.v;

	r->gauges_n = r->conf->signals.n;
	r->gauges = heap_zero(r->gauges_n + 1, sizeof *r->gauges);
	for (size_t i = 0; i < r->gauges_n; i++) {
		struct gauge_state *g = &r->gauges[i];

		g->conf = &c[i];
		g->trigger = heap_zero(sizeof GAUGE_PREFIX + c[i].name.n, 1);
		snprintf(g->trigger, sizeof GAUGE_PREFIX + c[i].name.n, GAUGE_PREFIX "%.*s",
			 STR_ARG(c[i].name));
		for (int k = 0; k < GAUGE_KINDS; k++)
			if (gauge_asks(g->conf, (enum gauge_kind)k) &&
			    trigger_state_read(r->store, str_of(g->trigger), c[i].watch,
					       str_of(gauge_words[k]), &g->at[k], e) < 0)
				return -1;
	}
	return 0;
}

void
gauges_drop(struct responder *r)
{
	for (size_t i = 0; i < r->gauges_n; i++)
		free(r->gauges[i].trigger);
	free(r->gauges);
	r->gauges = NULL;
	r->gauges_n = 0;
}

int64_t
gauges_grade(const struct responder *r, struct str watch)
{
	int64_t most = 0;

	for (size_t i = 0; i < r->gauges_n; i++)
		for (int k = 0; k < GAUGE_KINDS; k++) {
			const struct gauge_state *g = &r->gauges[i];
			int64_t grade = gauge_grade(g->conf, (enum gauge_kind)k);

			if (str_eq(g->conf->watch, watch) && g->at[k].fired_at && grade > most)
				most = grade;
		}
	return most;
}

/* ---- what is kept ------------------------------------------------------------------------------------ */

static void
add_int(struct buf *b, const char *key, int64_t v)
{
	buf_addf(b, ",\"%s\":%lld", key, (long long)v);
}

/* Settings and figures, from which verify_gauge.c computes the rest anew. */
static void
facts_write(const struct signal_conf *c, enum gauge_kind kind, const struct gauge_view *v,
	    const struct gauge_found *f, struct buf *b)
{
	int64_t left_out = v->now.left_out << GAUGE_WEEKS | v->earlier.left_out
								    << (GAUGE_WEEKS + 1);

	for (int i = 0; i < GAUGE_WEEKS; i++)
		left_out |= (int64_t)v->weeks[i].left_out << i;
	buf_add(b, STR("{\"kind\":\"signal\",\"signal\":"));
	json_add_text(b, c->name);
	buf_addf(b, ",\"condition\":\"%s\",\"of\":", gauge_words[kind]);
	json_add_text(b, c->of);
	add_int(b, "window_s", c->window);
	add_int(b, "drop", c->drop);
	add_int(b, "above", c->above);
	add_int(b, "below", c->below);
	add_int(b, "for_s", c->hold);
	add_int(b, "interval_s", c->interval);
	add_int(b, "observed", f->observed);
	add_int(b, "threshold", f->threshold);
	add_int(b, "usual", f->usual);
	add_int(b, "newest_at", v->newest_at);
	add_int(b, "heard_at", v->heard_at);
	add_int(b, "left_out", left_out);
	buf_add_byte(b, '}');
}

static struct str
title_of(struct responder *r, const struct signal_conf *c, enum gauge_kind kind)
{
	static const char *const says[GAUGE_KINDS][2] = { { " 下降", " is down" },
							  { " 过高", " is too high" },
							  { " 过低", " is too low" },
							  { " 中断", " is silent" } };
	bool zh = !str_is(r->conf->site.lang, "en");
	struct str watch = watch_title(&r->env, c->watch);

	return str_of(arena_textf(r->batch, "%.*s%s%.*s%s", STR_ARG(watch), zh ? "：" : ": ",
				  STR_ARG(c->name), says[kind][!zh]));
}

static int
fire(struct responder *r, struct gauge_state *g, enum gauge_kind kind,
     const struct gauge_view *v, const struct gauge_found *found, int64_t now, struct err *e)
{
	const struct signal_conf *c = g->conf;
	int64_t length = kind == GAUGE_DROP ? c->window : c->interval > 60 ? c->interval : 60;
	struct buf b = BUF(TEXT_MAX);
	char window[64];
	struct firing f = {
		.trigger = str_of(g->trigger),
		.watch = c->watch,
		.story = STR(""),
		.topic = STR(""),
		.grade = gauge_grade(c, kind),
		.at = now,
		.from_at = now - length,
		.to_at = now,
		.observed = found->observed,
		.threshold = found->threshold,
		.baseline = found->usual,
		.first_at = now,
		.as_of = r->commit_seq + 1,
	};
	int added;

	snprintf(window, sizeof window, "%lld %s", (long long)(now - now % length),
		 gauge_words[kind]);
	f.id = ID_OF(STR("firing"), f.trigger, f.watch, str_of(window));
	gauge_reason(c, kind, v, found, true, &b);
	f.reason_zh = buf_take(&b, r->batch);
	gauge_reason(c, kind, v, found, false, &b);
	f.reason_en = buf_take(&b, r->batch);
	facts_write(c, kind, v, found, &b);
	f.facts = buf_take(&b, r->batch);
	buf_release(&b);
	f.version = ID_OF(f.trigger, c->of, f.facts);
	added = firing_add(r->store, &f, e);
	if (added <= 0)
		return added;
	r->fired = true;
	log_event(LOG_INFO, "trigger_fired", "trigger=%s watch=%.*s grade=W%d condition=%s",
		  g->trigger, STR_ARG(c->watch), (int)f.grade, gauge_words[kind]);
	return raise_fired(r, &f, title_of(r, c, kind), now, e);
}

/* ---- judging ------------------------------------------------------------------------------------------ */

static int
judge(struct responder *r, struct gauge_state *g, enum gauge_kind kind,
      const struct gauge_view *v, int64_t now, struct err *e)
{
	struct trigger_state *s = &g->at[kind], was = *s;
	struct gauge_found found = gauge_look(g->conf, kind, v, now);
	int64_t hold = kind == GAUGE_ABOVE || kind == GAUGE_BELOW ? g->conf->hold : 0;
	bool fires = false;

	if (!found.over) {
		*s = (struct trigger_state){ 0 };
	} else if (!s->fired_at) {
		s->over_since = s->over_since ? s->over_since : now;
		fires = now - s->over_since >= hold;
		s->fired_at = fires ? now : 0;
	}
	if (fires && fire(r, g, kind, v, &found, now, e) < 0)
		return -1;
	if (s->fired_at == was.fired_at && s->over_since == was.over_since)
		return 0;
	r->wrote = true;
	return trigger_state_write(r->store, str_of(g->trigger), g->conf->watch,
				   str_of(gauge_words[kind]), s, NULL, e);
}

void
gauges_hear(struct responder *r, int64_t now)
{
	r->heard_at = now > r->heard_at ? now : r->heard_at;
	r->due_known = false;
	if (r->gauges_n && r->judge_at > now)
		r->judge_at = now;
}

int
gauges_turn(struct responder *r, int64_t now, struct err *e)
{
	for (size_t i = 0; i < r->gauges_n; i++) {
		struct gauge_state *g = &r->gauges[i];
		struct gauge_view v;

		if (gauge_read(r->store, g->conf, watch_find(&r->env, g->conf->watch), now, &v,
			       e) < 0)
			return -1;
		v.heard_at = r->heard_at;
		for (int k = 0; k < GAUGE_KINDS; k++)
			if (gauge_asks(g->conf, (enum gauge_kind)k) &&
			    judge(r, g, (enum gauge_kind)k, &v, now, e) < 0)
				return -1;
	}
	return 0;
}
