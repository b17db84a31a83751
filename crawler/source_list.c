/* source_list.c - see source_list.h. */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/coverage.h"
#include "crawler/credentials.h"
#include "crawler/fetch.h"
#include "crawler/health_keep.h"
#include "crawler/source_list.h"
#include "crawler/state.h"
#include "crawler/websub.h"
#include "crawler/websub_store.h"

#define REPLY_MAX (RECORD_CALL_MAX - 4096)

/* One source with all that is known of it. */
struct look {
	const struct source_conf *source;
	struct source_state state;
	const struct tally *tally;
	struct health_facts facts;
	enum health health;
	struct str why; /* of the last failure */
};

static int
look_at(struct crawler *c, const struct source_conf *src, struct arena *a, struct look *l,
	struct err *e)
{
	struct credentials k;
	int known;

	*l = (struct look){ .source = src, .tally = health_tally(c, src) };
	known = fetch_state(c, src, a, &l->state, e);
	if (known < 0)
		return -1;
	credentials_fill(a, src, src->url, c->now, &k);
	l->facts = (struct health_facts){ .source = src,
					  .state = known ? &l->state : NULL,
					  .tally = l->tally,
					  .cookies_expired = k.expired,
					  .cookies_until_at = k.expires_at,
					  .ahead_s = c->setup.fetch->ahead_s };
	l->health = health_judge(&l->facts, c->now);
	l->why = l->state.why;
	return 0;
}

/* A message may have been cut in the middle of a character. */
static void
text_add(struct buf *b, const char *key, struct str text)
{
	struct buf clean = BUF(8192);

	utf8_add_clean(&clean, utf8_cut(text, 2000));
	buf_addf(b, ",\"%s\":", key);
	json_add_text(b, buf_str(&clean));
	buf_release(&clean);
}

/* ---- the list --------------------------------------------------------------------------------------- */

static void
number_add(struct buf *b, const char *key, int64_t v)
{
	buf_addf(b, ",\"%s\":%lld", key, (long long)v);
}

/* In thousandths; null when it is not known. */
static void
milli_add(struct buf *b, const char *key, int64_t v)
{
	buf_addf(b, ",\"%s\":", key);
	if (v < 0)
		buf_add(b, STR("null"));
	else
		json_add_milli(b, v);
}

static int
websub_add(struct crawler *c, struct buf *b, const struct look *l, struct err *e)
{
	struct subscription s;
	int r = websub_by_source(c->store, l->source->name, c->arena, &s, e);

	if (r != 1)
		return r;
	buf_addf(b,
		 ",\"websub\":{\"state\":\"%s\",\"expires_at\":%lld,\"delivered\":%lld,"
		 "\"pings\":%lld,\"refused\":%lld,\"heard_at\":%lld",
		 sub_state_words[s.state], (long long)s.expires_at, (long long)s.delivered,
		 (long long)s.pings, (long long)s.refused, (long long)s.heard_at);
	text_add(b, "hub", s.hub);
	text_add(b, "why", s.why);
	buf_add_byte(b, '}');
	return 0;
}

static void
state_add(struct buf *b, const struct look *l)
{
	const struct source_state *st = &l->state;

	number_add(b, "status", st->status);
	number_add(b, "failures", st->failures);
	number_add(b, "documents", st->documents);
	number_add(b, "seen", st->seen);
	number_add(b, "old", st->old);
	number_add(b, "refused", st->refused);
	number_add(b, "polled_at", st->polled_at);
	number_add(b, "ok_at", st->ok_at);
	number_add(b, "next_at", st->next_at == INT64_MAX ? -1 : st->next_at);
	number_add(b, "polls", st->polls);
	number_add(b, "unchanged", st->unchanged);
	number_add(b, "failing_at", st->failing_at);
	number_add(b, "outage_at", st->outage_at);
	number_add(b, "hurry_until_at", st->hurry_until_at);
	text_add(b, "polled_url", fetch_url(l->source, st));
	text_add(b, "moved_to", st->moved_to);
	text_add(b, "why", l->why);
}

static void
figures_add(struct buf *b, const struct look *l, int64_t now)
{
	const struct tally *t = l->tally;

	number_add(b, "newest_at", t->newest_at);
	number_add(b, "came_at", t->came_at);
	milli_add(b, "lag_s", t->newest_at ? (now - t->newest_at) * 1000 : -1);
	milli_add(b, "delay_s", tally_delay_s(t) < 0 ? -1 : tally_delay_s(t) * 1000);
	milli_add(b, "unchanged_share", tally_unchanged_milli(t, now));
	milli_add(b, "per_day", tally_per_day_milli(t, now));
}

static void
conf_add(struct buf *b, const struct look *l, struct arena *a, int64_t now)
{
	const struct source_conf *s = l->source;
	int64_t at;
	const struct words *ahead = health_ahead(&l->facts, now, &at);

	text_add(b, "platform", coverage_platform(a, s));
	buf_addf(b, ",\"basis\":\"%s\",\"class\":\"%s\",\"personal_data\":%s",
		 source_basis_words[s->basis], source_class_words[s->source_class],
		 s->personal_data ? "true" : "false");
	text_add(b, "kind", str_of(source_kind_words[s->kind]));
	if (s->contract_end_at)
		number_add(b, "contract_end_at", s->contract_end_at);
	if (s->accept_risk.n)
		text_add(b, "accept_risk", s->accept_risk);
	if (ahead)
		buf_addf(b,
			 ",\"ahead\":\"%s\",\"ahead_at\":%lld,\"ahead_zh\":\"%s\",\"ahead_en\":"
			 "\"%s\"",
			 ahead->key, (long long)at, ahead->zh, ahead->en);
}

static int
look_add(struct crawler *c, struct buf *b, const struct look *l, struct arena *a, struct err *e)
{
	const struct words *h = &health_words[l->health];
	int64_t told = l->tally->cause > 0 && l->tally->cause < CAUSE_COUNT ? l->tally->cause
									    : CAUSE_OTHER;
	const struct words *cause = &cause_words[l->state.failures ? told : CAUSE_NONE];

	buf_add(b, b->n > 1 ? STR(",\n{\"name\":") : STR("{\"name\":"));
	json_add_text(b, l->source->name);
	text_add(b, "url", l->source->url);
	buf_addf(b, ",\"state\":\"%s\",\"state_zh\":\"%s\",\"state_en\":\"%s\"", h->key, h->zh,
		 h->en);
	buf_addf(b, ",\"cause\":\"%s\",\"cause_zh\":\"%s\",\"cause_en\":\"%s\"", cause->key,
		 cause->zh, cause->en);
	state_add(b, l);
	figures_add(b, l, c->now);
	conf_add(b, l, a, c->now);
	if (websub_add(c, b, l, e) < 0)
		return -1;
	buf_add_byte(b, '}');
	return 0;
}

/* A number of an argument, which may come as text (from an address). */
static int64_t
number_of(const struct json *args, const char *key, int64_t dflt)
{
	const struct json *j = json_get(args, key);
	int64_t v;

	if (json_kind(j) == JSON_TEXT)
		return str_int64(json_text(j, STR("")), &v) == 0 ? v : dflt;
	return json_int(j, dflt);
}

static void
answer(struct out *out, const struct command *cmd, const char *type, const struct buf *b)
{
	if (buf_ok(b))
		out_reply(out, cmd->call, 200, type, buf_str(b));
	else
		out_reply(out, cmd->call, 413, NULL,
			  STR("the list is too long to be told at once: use \"from\" and "
			      "\"max\""));
}

int
source_list(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct source_conf *v = c->setup.sources->v;
	const struct json *args = cmd->args.n ? json_parse(c->arena, cmd->args, e) : NULL;
	int64_t from = number_of(args, "from", 0), max = number_of(args, "max", INT64_MAX);
	struct str state = json_text(json_get(args, "state"), STR(""));
	struct buf b = BUF(REPLY_MAX);
	struct arena *a = arena_new();
	int r = 0;

	buf_add_byte(&b, '[');
	for (size_t i = from > 0 ? (size_t)from : 0; r >= 0 && i < c->setup.sources->n; i++) {
		struct look l;

		if ((int64_t)i - from >= max)
			break;
		r = look_at(c, &v[i], a, &l, e);
		if (r >= 0 && (!state.n || str_is(state, health_words[l.health].key)))
			r = look_add(c, &b, &l, a, e);
		arena_reset(a);
	}
	buf_add_byte(&b, ']');
	if (r >= 0)
		answer(out, cmd, "application/json", &b);
	arena_free(a);
	buf_release(&b);
	return r < 0 ? -1 : 0;
}

/* ---- coverage --------------------------------------------------------------------------------------- */

/* Between polls of it: as configured, else as the last was planned. 0: it comes by itself. */
static int64_t
every_of(struct crawler *c, const struct look *l)
{
	const struct source_state *st = &l->state;
	int64_t every =
		l->source->interval_s ? l->source->interval_s : c->setup.fetch->interval_s;

	if (l->source->kind == SOURCE_PUSH || websub_interval(c, l->source, 0))
		return 0;
	return every ? every : st->next_at > st->polled_at ? st->next_at - st->polled_at : 1;
}

static struct coverage_source
cover_of(struct crawler *c, const struct look *l, struct arena *a)
{
	return (struct coverage_source){ .platform = coverage_platform(a, l->source),
					 .basis = l->source->basis,
					 .dark = health_is_dark(l->health),
					 .waiting = l->health == HEALTH_NEW,
					 .every_s = every_of(c, l),
					 .delay_s = tally_delay_s(l->tally),
					 .came_at = l->tally->came_at };
}

static void
platform_add(struct buf *b, const struct platform *p)
{
	const struct words *w = &coverage_words[p->how];

	buf_add(b, b->n > 1 ? STR(",\n{\"platform\":") : STR("{\"platform\":"));
	json_add_text(b, p->name);
	buf_addf(b,
		 ",\"coverage\":\"%s\",\"coverage_zh\":\"%s\",\"coverage_en\":\"%s\","
		 "\"sources\":%zu,\"working\":%zu,\"came_at\":%lld,\"listed\":%s}",
		 w->key, w->zh, w->en, p->sources, p->working, (long long)p->came_at,
		 p->listed ? "true" : "false");
}

int
source_coverage(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct source_conf *v = c->setup.sources->v;
	static const struct conf_texts none;
	const struct conf_texts *matter =
		c->setup.coverage ? &c->setup.coverage->platforms : &none;
	size_t n = c->setup.sources->n, n_out;
	struct coverage_source *s = arena_alloc(c->arena, (n + 1) * sizeof *s);
	struct buf b = BUF(REPLY_MAX);
	struct platform *p;

	for (size_t i = 0; i < n; i++) {
		struct look l;

		if (look_at(c, &v[i], c->arena, &l, e) < 0)
			return -1;
		s[i] = cover_of(c, &l, c->arena);
	}
	p = coverage_judge(c->arena, s, n, matter, &n_out);
	buf_add_byte(&b, '[');
	for (size_t i = 0; i < n_out; i++)
		platform_add(&b, &p[i]);
	buf_add_byte(&b, ']');
	answer(out, cmd, "application/json", &b);
	buf_release(&b);
	return 0;
}

/* ---- figures for Prometheus --------------------------------------------------------------------------- */

/* Of one source, or of all that are not told one by one: sums, and the worst lag. */
struct sum {
	struct str name;
	int64_t documents, failures, lag_s, per_day_milli, dark;
};
static const struct gauge {
	const char *name, *type, *help;
	size_t at;
	bool milli;
} gauges[] = {
#define SUM(field) offsetof(struct sum, field)
	{ "langyan_source_documents_total", "counter", "documents taken in", SUM(documents),
	  false },
	{ "langyan_source_failures", "gauge", "failed polls in a row", SUM(failures), false },
	{ "langyan_source_lag_seconds", "gauge", "age of the newest item; -1 = none came",
	  SUM(lag_s), false },
	{ "langyan_source_per_day", "gauge", "documents a day, over a week", SUM(per_day_milli),
	  true },
	{ "langyan_source_dark", "gauge", "1: nothing comes in from it", SUM(dark), false },
#undef SUM
};

static void
label_add(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_add_byte(b, '\\');
		buf_add_byte(b, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
	}
}

static void
gauge_add(struct buf *b, const struct gauge *g, const struct sum *v, size_t n)
{
	buf_addf(b, "# HELP %s %s\n# TYPE %s %s\n", g->name, g->help, g->name, g->type);
	for (size_t i = 0; i < n; i++) {
		int64_t x;

		memcpy(&x, (const char *)&v[i] + g->at, sizeof x);
		buf_addf(b, "%s{source=\"", g->name);
		label_add(b, v[i].name);
		buf_add(b, STR("\"} "));
		if (g->milli)
			json_add_milli(b, x);
		else
			buf_addf(b, "%lld", (long long)x);
		buf_add_byte(b, '\n');
	}
}

static void
sum_add(struct sum *s, const struct look *l, int64_t now)
{
	int64_t lag = l->tally->newest_at ? now - l->tally->newest_at : -1;
	int64_t per_day = tally_per_day_milli(l->tally, now);

	s->documents += l->state.documents + l->state.old;
	s->failures += l->state.failures;
	s->lag_s = lag > s->lag_s ? lag : s->lag_s;
	s->per_day_milli += per_day > 0 ? per_day : 0;
	s->dark += health_is_dark(l->health);
}

int
source_metrics(struct crawler *c, const struct command *cmd, struct out *out, struct err *e)
{
	const struct source_conf *v = c->setup.sources->v;
	size_t n = c->setup.sources->n,
	       one_by_one = n < SOURCE_METRICS_MAX ? n : SOURCE_METRICS_MAX;
	struct sum *sums = arena_alloc(c->arena, (one_by_one + 1) * sizeof *sums);
	int64_t states[HEALTH_COUNT] = { 0 };
	struct arena *a = arena_new();
	struct buf b = BUF(REPLY_MAX);
	int r = 0;

	for (size_t i = 0; r >= 0 && i < n; i++) {
		struct sum *s = &sums[i < one_by_one ? i : one_by_one];
		struct look l;

		r = look_at(c, &v[i], a, &l, e);
		if (r < 0)
			break;
		if (!s->name.n)
			*s = (struct sum){ .name = i < one_by_one ? v[i].name : STR("(others)"),
					   .lag_s = -1 };
		sum_add(s, &l, c->now);
		states[l.health]++;
		arena_reset(a);
	}
	arena_free(a);
	buf_add(&b,
		STR("# HELP langyan_sources sources by state\n# TYPE langyan_sources gauge\n"));
	for (size_t i = 0; i < HEALTH_COUNT; i++)
		buf_addf(&b, "langyan_sources{state=\"%s\"} %lld\n", health_words[i].key,
			 (long long)states[i]);
	for (size_t i = 0; n && i < LY_COUNT(gauges); i++)
		gauge_add(&b, &gauges[i], sums, one_by_one + (n > one_by_one));
	shed_add_metrics(c, &b);
	if (r >= 0)
		answer(out, cmd, "text/plain; version=0.0.4; charset=utf-8", &b);
	buf_release(&b);
	return r < 0 ? -1 : 0;
}
