/* rota_show.c - the rota read: who is on shift, is every minute covered, a calendar. */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"

#include "responder/policy.h"
#include "responder/rota_calendar.h"
#include "responder/route.h"

#include "cli/rota_view.h"
#include "cli/show_time.h"

#define LOOK_S       (40 * 86400) /* for the beginning and the end of a shift */
#define DAYS         90
#define DAYS_MAX     1100
#define GAPS_SHOWN   20 /* of one policy and level */
#define CALENDAR_MAX (64 << 20)

struct asked {
	const char *path;
	struct str at, from, watch, schedule, person, days;
	bool json;
	struct settings *s;
	struct rota_view v;
	int64_t when, span_s;
	const struct schedule_conf *only; /* of --schedule, or NULL */
	const struct person_conf *who;    /* of --person, or NULL   */
};

/* ---- what is asked --------------------------------------------------------------------------- */

struct option {
	const char *name;
	struct str *value;
};

static int
options_read(int argc, char **argv, const struct option *known, struct asked *q, struct err *e)
{
	q->path = "langyan.yaml";
	for (int i = 1; i < argc; i++) {
		const struct option *o = known;

		if (!strcmp(argv[i], "--json") && strcmp(argv[0], "who") == 0) {
			q->json = true;
			continue;
		}
		while (o->name && strcmp(o->name, argv[i]) != 0)
			o++;
		if (!o->name && strcmp(argv[i], "-c") != 0)
			return err_set(e, ERR_USAGE, "rota %s knows no \"%s\"", argv[0],
				       argv[i]);
		if (i + 1 == argc)
			return err_set(e, ERR_USAGE, "%s wants a value", argv[i]);
		if (o->name)
			*o->value = str_of(argv[++i]);
		else
			q->path = argv[++i];
	}
	return 0;
}

static int
unknown(const char *what, struct str name, struct err *e)
{
	return err_set(e, ERR_USAGE, "there is no %s \"%.*s\" in the configuration", what,
		       STR_ARG(name));
}

static int
names_read(struct asked *q, struct err *e)
{
	const struct notice_conf *c = &q->s->notice;
	size_t i = 0;

	if (q->schedule.n && !(q->only = schedule_find(c, q->schedule)))
		return unknown("schedule", q->schedule, e);
	if (q->person.n && !(q->who = person_find(c, q->person)))
		return unknown("person", q->person, e);
	while (q->watch.n && i < q->s->watches.n && !str_eq(q->watch, q->v.watches[i]))
		i++;
	return q->watch.n && i == q->s->watches.n ? unknown("watch", q->watch, e) : 0;
}

static int
times_read(struct asked *q, struct err *e)
{
	struct str when = q->at.n ? q->at : q->from;
	int64_t days = DAYS;

	q->when = q->v.now;
	if (when.n && clock_parse_local(q->v.zone, when, &q->when, e) < 0)
		return err_within(e, "%s", q->at.n ? "--at" : "--from");
	if (q->days.n && (str_int64(q->days, &days) < 0 || days < 1 || days > DAYS_MAX))
		return err_set(e, ERR_USAGE, "--days wants a number from 1 to %d", DAYS_MAX);
	q->span_s = days * 86400;
	return 0;
}

static int
asked_run(int argc, char **argv, const struct option *known, struct asked *q,
	  int (*run)(struct asked *q, struct err *e), struct err *e)
{
	int rc = options_read(argc, argv, known, q, e);

	if (rc == 0)
		q->s = settings_read(q->path, NULL, e);
	if (!q->s)
		return -1;
	rc = rota_view_open(q->s, &q->v, e);
	if (rc == 0 && (rc = times_read(q, e)) == 0 && (rc = names_read(q, e)) == 0)
		rc = run(q, e);
	rota_view_close(&q->v);
	settings_free(q->s);
	return rc;
}

/* ---- who ------------------------------------------------------------------------------------- */

struct shifts {
	int64_t at;
	struct rota_span on[ROTA_MAX];
	size_t n;
};

static void
span_keep(void *arg, const struct rota_span *s)
{
	struct shifts *x = arg;

	if (s->from <= x->at && x->at < s->to && x->n < ROTA_MAX)
		x->on[x->n++] = *s;
}

static struct str
name_of(const struct asked *q, struct str key)
{
	const struct person_conf *p = person_find(&q->s->notice, key);

	return p ? p->name : key;
}

static void
put_time(const struct asked *q, const char *before, int64_t at)
{
	fputs(before, stdout);
	show_time(q->v.zone, at);
}

static void
put_iso(const char *key, int64_t at)
{
	struct buf b = BUF(64);

	clock_add_iso(&b, at);
	printf(",\"%s\":\"%s\"", key, b.p);
	buf_release(&b);
}

static void
put_text(const char *key, struct str s)
{
	struct buf b = BUF(4096);

	json_add_text(&b, s);
	printf("%s:%s", key, b.p);
	buf_release(&b);
}

/* Who comes when the people of now change; at most so far ahead as the shifts were looked at. */
static int64_t
next_people(const struct asked *q, const struct schedule_conf *s, struct str *who, size_t *n)
{
	const struct schedule_conf *live = roster_schedule(q->v.roster, s);
	const struct zone *z = roster_schedule_zone(q->v.roster, s);
	struct str now[ROTA_MAX];
	size_t now_n = rota_who(live, z, q->when, now);

	for (int64_t t = rota_next(live, z, q->when); t < q->when + LOOK_S;
	     t = rota_next(live, z, t)) {
		*n = rota_who(live, z, t, who);
		for (size_t i = 0; i < *n || i < now_n; i++)
			if (i >= *n || i >= now_n || !str_eq(who[i], now[i]))
				return t;
	}
	return 0;
}

static void
put_schedule_json(const struct asked *q, const struct schedule_conf *s, const struct shifts *x,
		  int64_t next_at, const struct str *next, size_t next_n)
{
	put_text("{\"schedule\"", s->name);
	put_iso("at", q->when);
	fputs(",\"on\":[", stdout);
	for (size_t i = 0; i < x->n; i++) {
		put_text(i ? ",{\"person\"" : "{\"person\"", x->on[i].who);
		put_text(",\"name\"", name_of(q, x->on[i].who));
		put_iso("since", x->on[i].from);
		put_iso("until", x->on[i].to);
		putchar('}');
	}
	fputs("],\"next\":", stdout);
	if (!next_at) {
		puts("null}");
		return;
	}
	printf("{\"who\":[");
	for (size_t i = 0; i < next_n; i++) {
		struct buf b = BUF(1024);

		json_add_text(&b, next[i]);
		printf("%s%s", i ? "," : "", b.p);
		buf_release(&b);
	}
	putchar(']');
	put_iso("at", next_at);
	puts("}}");
}

static void
put_schedule(const struct asked *q, const struct schedule_conf *s)
{
	const struct schedule_conf *live = roster_schedule(q->v.roster, s);
	const struct zone *z = roster_schedule_zone(q->v.roster, s);
	struct shifts x = { .at = q->when };
	struct str next[ROTA_MAX];
	size_t next_n = 0;
	int64_t next_at = next_people(q, s, next, &next_n);

	rota_spans(live, z, q->when - LOOK_S, q->when + LOOK_S, span_keep, &x);
	if (q->json) {
		put_schedule_json(q, s, &x, next_at, next, next_n);
		return;
	}
	printf("%.*s\n", STR_ARG(s->name));
	for (size_t i = 0; i < x.n; i++) {
		printf("  %.*s (%.*s)", STR_ARG(name_of(q, x.on[i].who)), STR_ARG(x.on[i].who));
		if (x.on[i].from > q->when - LOOK_S)
			put_time(q, "  since ", x.on[i].from);
		if (x.on[i].to < q->when + LOOK_S)
			put_time(q, "  until ", x.on[i].to);
		putchar('\n');
	}
	if (!x.n)
		puts("  nobody");
	if (next_at) {
		put_time(q, "  from ", next_at);
		fputs(next_n ? ":" : ": nobody", stdout);
		for (size_t i = 0; i < next_n; i++)
			printf("%s%.*s", i ? ", " : " ", STR_ARG(name_of(q, next[i])));
		putchar('\n');
	}
}

/* ---- who is told of a watch ------------------------------------------------------------------ */

struct route_told {
	int64_t level;
	const char *policy;
	size_t step; /* from 0 */
	int64_t after_s;
};

static void
put_telling(const struct asked *q, const struct route_told *r, const struct telling *t)
{
	struct str who = t->person ? t->person->key : STR("");

	if (q->json) {
		put_text("{\"watch\"", q->watch);
		printf(",\"level\":%lld,\"step\":%zu,\"after_s\":%lld", (long long)r->level,
		       r->step + 1, (long long)r->after_s);
		put_text(",\"policy\"", str_of(r->policy));
		put_text(",\"person\"", who);
		put_text(",\"channel\"", t->channel->name);
		put_iso("at", t->at);
		put_text(",\"why\"", str_of(hold_words[t->why]));
		printf(",\"wakes\":%s}\n", t->wakes ? "true" : "false");
		return;
	}
	printf("    %.*s via %.*s%s", STR_ARG(t->person ? t->person->name : STR("channel")),
	       STR_ARG(t->channel->name), t->wakes ? " (wakes)" : "");
	if (t->at > q->when) {
		put_time(q, ", held until ", t->at);
		printf(" (%s)", hold_words[t->why]);
	}
	putchar('\n');
}

static void
put_step_head(const struct route_told *r, bool skipped, bool first)
{
	printf("  %zu. ", r->step + 1);
	if (skipped)
		puts("skipped: nobody can be told now");
	else if (first)
		puts("at once");
	else
		printf("unanswered for %lld min\n", (long long)(r->after_s / 60));
}

/* first: the step that is told at once; those before it are passed over. */
static void
put_step(const struct asked *q, const struct policy_ask *ask, struct route_told r, int first,
	 const struct step_conf *s)
{
	struct tellings t = { .n = 0 };

	step_tell(ask, s, &t);
	if (!q->json)
		put_step_head(&r, (int)r.step < first || !t.n, (int)r.step == first);
	for (size_t i = 0; i < t.n; i++)
		put_telling(q, &r, &t.v[i]);
}

static void
put_level(const struct asked *q, int64_t level)
{
	struct tags l = route_tags(&(struct route_ask){ q->watch, level, SIGNAL_VOICE });
	const struct route_conf *o = route_find(&q->s->notice, &l).route;
	struct policy_ask ask = {
		.roster = q->v.roster, .route = o, .level = level, .now = q->when
	};
	const struct policy_conf *p = o ? policy_find(&q->s->notice, o->policy) : NULL;
	const struct person_conf *owner = o && !p ? person_find(&q->s->notice, o->owner) : NULL;
	struct route_told r = { .level = level, .policy = p ? p->name.p : "" };
	struct tellings t = { .n = 0 };
	uint64_t skipped;
	int first = p ? policy_step(&ask, p, 0, &t, &skipped) : -1;

	if (!q->json)
		printf("L%lld: %s%s\n", (long long)level,
		       p       ? "policy "
		       : owner ? "the owner"
		       : o     ? "by role: "
			       : "no route: written to notices/ only",
		       r.policy);
	if (owner) {
		person_tell(&ask, owner, &t);
		for (size_t i = 0; i < t.n; i++)
			put_telling(q, &r, &t.v[i]);
	}
	for (size_t i = 0; p && i < p->steps.n; i++) {
		const struct step_conf *s = policy_step_at(p, (int64_t)i);

		r.step = i;
		r.after_s = i ? policy_wait_s(s, level, 0) : 0;
		put_step(q, &ask, r, first, s);
	}
	if (p && p->repeat && !q->json)
		printf("  unanswered: again from the first, %lld times\n",
		       (long long)p->repeat);
}

static int
who(struct asked *q, struct err *e)
{
	const struct schedule_conf *s = q->s->notice.schedules.v;

	(void)e;
	if (!q->json)
		put_time(q, "", q->when);
	if (!q->json)
		printf(" (%s)\n", zone_name(q->v.zone));
	for (size_t i = 0; i < q->s->notice.schedules.n; i++)
		if (!q->only || q->only == &s[i])
			put_schedule(q, &s[i]);
	for (int64_t level = 1; q->watch.n && level <= 3; level++)
		put_level(q, level);
	return 0;
}

int
rota_who_run(int argc, char **argv, struct err *e)
{
	struct asked q = { 0 };
	const struct option known[] = { { "--at", &q.at },
					{ "--watch", &q.watch },
					{ "--schedule", &q.schedule },
					{ NULL, NULL } };

	return asked_run(argc, argv, known, &q, who, e);
}

/* ---- check ------------------------------------------------------------------------------------ */

struct gaps {
	const struct asked *q;
	char policy[320];
	int64_t level;
	enum cover_lack lack;
	size_t shown; /* of this policy and level */
	int64_t hidden, hidden_s;
};

static void
put_hidden(struct gaps *g)
{
	if (g->hidden)
		printf("  … and %lld more, %lld h in all\n", (long long)g->hidden,
		       (long long)((g->hidden_s + 1800) / 3600));
	g->hidden = g->hidden_s = 0;
	g->shown = 0;
}

/* No gap of the rota, but perhaps a telephone that was changed. */
static void
put_unproved(void *arg, const struct contact_proof *p)
{
	printf("not proved: %.*s via %.*s, which wakes: ", STR_ARG(p->person->name),
	       STR_ARG(p->contact->channel));
	if (p->at)
		put_time(arg, "nothing has reached them since ", p->at);
	puts(p->at ? "" : "nothing has reached them yet");
}

static void
gap_put(void *arg, const struct cover_gap *x)
{
	static const char *const says[] = { "nobody can be reached", "nobody can be woken",
					    "no route" };
	struct gaps *g = arg;
	struct str name = x->policy.n ? x->policy : x->watch;
	struct buf span = BUF(64);

	if (!str_is(name, g->policy) || g->level != x->level || g->lack != x->lack) {
		put_hidden(g);
		printf("L%lld %s \"%.*s\": %s\n", (long long)x->level,
		       x->policy.n ? "policy" : "watch", STR_ARG(name), says[x->lack]);
		snprintf(g->policy, sizeof g->policy, "%.*s", STR_ARG(name));
		g->level = x->level;
		g->lack = x->lack;
	}
	if (g->shown++ >= GAPS_SHOWN) {
		g->hidden++;
		g->hidden_s += x->to - x->from;
		return;
	}
	put_time(g->q, "  ", x->from);
	put_time(g->q, " – ", x->to);
	clock_add_span(&span, x->to - x->from);
	printf("  %s\n", span.p);
	buf_release(&span);
}

static int
check(struct asked *q, struct err *e)
{
	struct cover_ask ask = rota_view_cover(&q->v, q->when, q->span_s);
	struct gaps g = { .q = q };
	size_t looked_at, n;

	if (!q->s->watches.n)
		return err_set(e, ERR_USAGE, "there are no watches: nobody is to be told");
	n = coverage_check(&ask, gap_put, &g, &looked_at);
	put_hidden(&g);
	rota_view_unproved(&q->v, put_unproved, q);
	put_time(q, "", q->when);
	put_time(q, " – ", q->when + q->span_s);
	if (n)
		printf(": %zu gaps\n", n);
	else
		printf(": every minute has somebody for every level (policies and owners "
		       "looked at: %zu)\n",
		       looked_at);
	return n ? 1 : 0;
}

int
rota_check_run(int argc, char **argv, struct err *e)
{
	struct asked q = { 0 };
	const struct option known[] = { { "--from", &q.from },
					{ "--days", &q.days },
					{ NULL, NULL } };

	return asked_run(argc, argv, known, &q, check, e);
}

/* ---- export ----------------------------------------------------------------------------------- */

static int export(struct asked *q, struct err *e)
{
	struct buf b = BUF(CALENDAR_MAX);
	struct rota_calendar_ask ask = { q->v.roster, q->only,
					 q->who,      q->s->site.name,
					 q->v.zone,   !str_is(q->s->site.lang, "en"),
					 q->when,     q->when + q->span_s,
					 q->v.now };
	size_t n = rota_calendar(&ask, &b);
	int rc = buf_ok(&b) ? 0 : err_set(e, ERR_USAGE, "that is too much for one calendar");

	if (rc == 0) {
		fwrite(b.p, 1, b.n, stdout);
		fprintf(stderr, "%zu shifts\n", n);
	}
	buf_release(&b);
	return rc;
}

int
rota_export_run(int argc, char **argv, struct err *e)
{
	struct asked q = { 0 };
	const struct option known[] = { { "--from", &q.from },
					{ "--days", &q.days },
					{ "--schedule", &q.schedule },
					{ "--person", &q.person },
					{ NULL, NULL } };

	return asked_run(argc, argv, known, &q, export, e);
}
