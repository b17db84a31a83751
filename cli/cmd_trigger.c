/* cmd_trigger.c - what can fire, what each sees now, and what would have fired on the record. */
#include "core/base.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "core/conf.h"
#include "core/str.h"

#include "cli/command.h"
#include "cli/settings.h"
#include "responder/backtest.h"
#include "responder/record_store.h"
#include "responder/trigger.h"

#define DAY       86400
#define WEEK      (7 * DAY)
#define FEW       30 /* under so many counts, no percentages */
#define VARIANTS  5
#define TRIED_MAX ((size_t)BACKTEST_TRIGGERS)

struct asked {
	struct settings *s;
	struct store *record;
	struct zone *zone;
	int64_t days, until;
	struct str watch;
};
/* A watch's triggers, and behind each those that are tried with another figure. */
struct tried {
	struct trigger_conf v[BACKTEST_TRIGGERS];
	size_t of[BACKTEST_TRIGGERS]; /* whose variant it is; itself for the first n */
	size_t n, all;
};

static const char *
said_by(const struct settings *s, const struct watch_conf *w, size_t *n,
	const struct trigger_conf **t)
{
	*t = s->triggers.v;
	*n = s->triggers.n;
	if (*n)
		return "configured";
	*t = trigger_defaults(w->size, n);
	return "shipped";
}

static bool
applies(const struct trigger_conf *t, struct str watch)
{
	for (size_t i = 0; i < t->watches.n; i++)
		if (str_eq(t->watches.v[i], watch))
			return true;
	return !t->watches.n;
}

static void
span_add(struct buf *b, int64_t s)
{
	static const struct {
		int64_t s;
		const char *unit;
	} units[] = { { DAY, "d" }, { 3600, "h" }, { 60, "m" }, { 1, "s" } };
	size_t i = 0;

	while (s % units[i].s)
		i++;
	buf_addf(b, "%lld%s", (long long)(s / units[i].s), units[i].unit);
}

static const char *
grades_of(const struct trigger_conf *t)
{
	static const char *const own[] = { "W0", "W1", "W2", "W3" };
	int64_t grades[3];
	int n = trigger_grades(t, grades);

	return n == 1 ? own[grades[0]] : n == 2 ? "W2-W3" : "W1-W3";
}

static void
list_watch(const struct asked *q, const struct watch_conf *w)
{
	const struct trigger_conf *t;
	size_t n;
	const char *whose = said_by(q->s, w, &n, &t);

	printf("%.*s\t%s\t%s\n", STR_ARG(w->name), watch_size_words[w->size], whose);
	for (size_t i = 0; i < n; i++) {
		struct buf window = BUF(32);

		if (!applies(&t[i], w->name))
			continue;
		span_add(&window, t[i].window);
		printf("  %-12.*s %-9s %-17s %-5s %-6s%s\n", STR_ARG(t[i].name),
		       trigger_words[t[i].kind], signal_words[t[i].signal], window.p,
		       grades_of(&t[i]), t[i].shadow ? " in shadow" : "");
		buf_release(&window);
	}
}

/* ---- what each sees now -------------------------------------------------------------------------- */

static size_t
triggers_take(const struct asked *q, const struct watch_conf *w, struct tried *x)
{
	const struct trigger_conf *t;
	size_t n;

	said_by(q->s, w, &n, &t);
	x->n = 0;
	for (size_t i = 0; i < n && x->n < TRIED_MAX; i++)
		if (applies(&t[i], w->name)) {
			x->of[x->n] = x->n;
			x->v[x->n++] = t[i];
		}
	x->all = x->n;
	return x->n;
}

static int
run(const struct asked *q, const struct watch_conf *w, const struct tried *x,
    struct backtest_sum (*sums)[3], int64_t *handled, struct err *e)
{
	struct backtest_ask ask = { .watch = w,
				    .triggers = x->v,
				    .n = x->all,
				    .from = q->until - q->days * DAY,
				    .until = q->until,
				    .zone = q->zone };

	return backtest_run(q->record, &ask, sums, handled, e);
}

/* What must hold besides: of 15 mentions or more, by 5 authors. */
static void
gates_print(const struct trigger_conf *t)
{
	bool count = t->min_count > 0, authors = t->min_authors > 0;

	if (count)
		printf(", of %lld mentions or more", (long long)t->min_count);
	if (authors)
		printf(", by %lld authors or more", (long long)t->min_authors);
	if (t->hold)
		printf(", for %lld min", (long long)((t->hold + 59) / 60));
	if (t->shadow)
		printf(" (shadow: tells nobody)");
}

static void
now_print(const struct trigger_conf *t, const struct backtest_sum *s)
{
	printf("  %-12.*s W%lld  sees %lld", STR_ARG(t->name), (long long)s->grade,
	       (long long)s->observed);
	if (s->threshold < 0)
		printf(", cannot fire: too little is usual");
	else if (trigger_by_silence(t))
		printf(", fires at %lld or fewer", (long long)s->threshold);
	else if (t->kind == TRIGGER_HOTLIST)
		printf(", fires from place %lld on", (long long)s->threshold);
	else
		printf(", fires at %lld", (long long)s->threshold);
	if (s->baseline >= 0 && trigger_usual(t) == USUAL_SHARE)
		printf(" (usually %lld.%lld%%)", (long long)s->baseline / 10,
		       (long long)s->baseline % 10);
	else if (s->baseline >= 0)
		printf(" (usually %lld.%lld)", (long long)s->baseline / 1000,
		       (long long)s->baseline % 1000 / 100);
	gates_print(t);
	printf("\n");
}

static int
test_watch(const struct asked *q, const struct watch_conf *w, struct err *e)
{
	struct tried *x = calloc(1, sizeof *x);
	struct backtest_sum(*sums)[3] = calloc(TRIED_MAX, sizeof *sums);
	struct asked one = *q;
	int64_t handled;
	int rc = -1;

	if (!x || !sums)
		abort();
	one.days = 1;
	triggers_take(q, w, x);
	if (run(&one, w, x, sums, &handled, e) == 0) {
		printf("%.*s\n", STR_ARG(w->name));
		for (size_t k = 0; k < x->n; k++)
			for (int h = 0; h < 3 && sums[k][h].grade; h++)
				now_print(&x->v[k], &sums[k][h]);
		rc = 0;
	}
	free(x);
	free(sums);
	return rc;
}

/* ---- over the record ------------------------------------------------------------------------------- */

static int64_t *
figure_at(struct trigger_conf *t, const struct backtest_figure *f)
{
	return (int64_t *)(void *)((char *)t + f->at);
}

/* Each settled figure halved, at two thirds, at one and a half, doubled, threefold. */
static void
variants_add(struct tried *x)
{
	static const int64_t sixths[VARIANTS] = { 3, 4, 9, 12, 18 };

	for (size_t k = 0; k < x->n; k++) {
		const struct backtest_figure *f = backtest_figure_of(&x->v[k]);

		for (int i = 0; f && i < VARIANTS && x->all < TRIED_MAX; i++) {
			struct trigger_conf t = x->v[k];
			int64_t *figure = figure_at(&t, f);

			*figure = *figure * sixths[i] / 6;
			if (*figure < 1 || (t.kind == TRIGGER_SPIKE && *figure < 1000) ||
			    *figure == *figure_at(&x->v[k], f))
				continue;
			x->of[x->all] = k;
			x->v[x->all++] = t;
		}
	}
}

static int64_t
fired_of(const struct backtest_sum *s)
{
	return s->fired[TRUTH_UNKNOWN] + s->fired[TRUTH_RIGHT] + s->fired[TRUTH_WRONG];
}

/* "3 of 4", and from FEW on "75%". */
static void
part_print(int64_t n, int64_t of)
{
	if (!of)
		printf(" %9s", "-");
	else if (of < FEW)
		printf(" %3lld of %-3lld", (long long)n, (long long)of);
	else
		printf(" %8lld%%", (long long)(n * 100 / of));
}

static void
row_print(const struct trigger_conf *t, const struct backtest_sum *s, int64_t days,
	  int64_t handled)
{
	int64_t right = s->fired[TRUTH_RIGHT], wrong = s->fired[TRUTH_WRONG];

	printf("  %-12.*s W%lld %7lld %7.2f %7lld %7lld", STR_ARG(t->name), (long long)s->grade,
	       (long long)fired_of(s), (double)fired_of(s) * 7 / (double)days, (long long)right,
	       (long long)wrong);
	part_print(right, right + wrong);
	part_print(s->found, handled);
	printf("\n");
}

/* What a grade may cost: one W1 a week, one W2 or W3 a quarter. */
static bool
is_calm(const struct backtest_sum *s, int64_t days)
{
	int64_t right = s->fired[TRUTH_RIGHT], idle = fired_of(s) - right;

	return idle <= 1 || idle * (s->grade == 1 ? 7 : 91) <= days;
}

/* Of what is calm the one that finds most, then the one that fires least. */
static bool
is_better(const struct backtest_sum *a, const struct backtest_sum *b, int64_t days)
{
	if (is_calm(a, days) != is_calm(b, days))
		return is_calm(a, days);
	if (a->found != b->found)
		return a->found > b->found;
	return fired_of(a) < fired_of(b);
}

static void
figure_print(struct trigger_conf *t, const struct backtest_figure *f)
{
	int64_t v = *figure_at(t, f);

	if (!strcmp(f->key, "factor"))
		printf("%s: %lld.%lld", f->key, (long long)v / 1000, (long long)v % 1000 / 100);
	else
		printf("%s: %lld", f->key, (long long)v);
}

static void
suggest(struct tried *x, struct backtest_sum (*sums)[3], int64_t days)
{
	for (size_t k = 0; k < x->n; k++) {
		const struct backtest_figure *f = backtest_figure_of(&x->v[k]);
		size_t best = k;

		for (size_t i = x->n; f && i < x->all; i++)
			if (x->of[i] == k && is_better(&sums[i][0], &sums[best][0], days))
				best = i;
		/* Fires as little and finds as much: what is written stays. */
		if (!f || best == k ||
		    (is_calm(&sums[k][0], days) && sums[best][0].found == sums[k][0].found))
			continue;
		printf("  suggestion: %.*s with ", STR_ARG(x->v[k].name));
		figure_print(&x->v[best], f);
		printf(" instead of ");
		figure_print(&x->v[k], f);
		printf(": %lld firings, not %lld; %lld found, not %lld\n",
		       (long long)fired_of(&sums[best][0]), (long long)fired_of(&sums[k][0]),
		       (long long)sums[best][0].found, (long long)sums[k][0].found);
	}
}

static int
backtest_watch(const struct asked *q, const struct watch_conf *w, struct err *e)
{
	struct tried *x = calloc(1, sizeof *x);
	struct backtest_sum(*sums)[3] = calloc(TRIED_MAX, sizeof *sums);
	int64_t handled;
	int rc = -1;

	if (!x || !sums)
		abort();
	triggers_take(q, w, x);
	variants_add(x);
	if (run(q, w, x, sums, &handled, e) == 0) {
		printf("%.*s: %lld days, %lld incidents that people handled\n",
		       STR_ARG(w->name), (long long)q->days, (long long)handled);
		printf("  trigger      gr   fired  a week   right   wrong precision    "
		       "recall\n");
		for (size_t k = 0; k < x->n; k++)
			for (int h = 0; h < 3 && sums[k][h].grade; h++)
				row_print(&x->v[k], &sums[k][h], q->days, handled);
		suggest(x, sums, q->days);
		rc = 0;
	}
	free(x);
	free(sums);
	return rc;
}

/* ---- the command ------------------------------------------------------------------------------------- */

static int
options_read(struct asked *q, int n, char **given, struct err *e)
{
	for (int i = 0; i < n; i++) {
		int64_t span;

		if (!strcmp(given[i], "--days") && i + 1 < n) {
			if (str_int64(str_of(given[++i]), &span) < 0 || span < 1 || span > 400)
				return err_set(e, ERR_USAGE, "--days is 1 to 400, not \"%s\"",
					       given[i]);
			q->days = span;
		} else if (given[i][0] == '-' || q->watch.n) {
			return err_set(e, ERR_USAGE, "what is \"%s\"?", given[i]);
		} else {
			q->watch = str_of(given[i]);
		}
	}
	return 0;
}

/* How far the record goes: stepped ones have times of their own. */
static int
record_open(struct asked *q, struct err *e)
{
	const char *path = settings_path(q->s, "respond/langyan.db");
	int64_t judged;

	if (access(path, F_OK) < 0)
		return err_set(e, ERR_USAGE,
			       "there is no record yet: could not open \"%s\": %s", path,
			       strerror(errno));
	q->record = store_open_reader(path, &record_migrations, e);
	q->zone = zone_open(q->s->site.zone.p, e);
	if (!q->record || !q->zone ||
	    record_meta_int(q->record, "judged_at", 0, &judged, e) < 0)
		return -1;
	q->until = q->s->clock.mode == CLOCK_WALL ? clock_wall() : judged;
	return 0;
}

static int
each_watch(struct asked *q, const char *verb, struct err *e)
{
	const struct watch_conf *w = q->s->watches.v;
	size_t shown = 0;

	for (size_t i = 0; i < q->s->watches.n; i++) {
		int rc = 0;

		if (q->watch.n && !str_eq(q->watch, w[i].name))
			continue;
		shown++;
		if (!strcmp(verb, "list"))
			list_watch(q, &w[i]);
		else if (!strcmp(verb, "test"))
			rc = test_watch(q, &w[i], e);
		else
			rc = backtest_watch(q, &w[i], e);
		if (rc < 0)
			return -1;
	}
	return shown ? 0
		     : err_set(e, ERR_USAGE, "there is no watch \"%.*s\"", STR_ARG(q->watch));
}

static int
trigger_command(int argc, char **argv, struct err *e)
{
	const char *verb = argc > 1 ? argv[1] : "", *path;
	struct asked q = { .days = 28 };
	int i = argc > 1 ? command_options(argc - 1, argv + 1, &path, e) : 0, rc = -1;

	if (i < 0)
		return -1;
	if (strcmp(verb, "list") && strcmp(verb, "test") && strcmp(verb, "backtest"))
		return err_set(e, ERR_USAGE, "list, test or backtest");
	if (options_read(&q, argc - 1 - i, argv + 1 + i, e) < 0)
		return -1;
	q.s = settings_read(path, NULL, e);
	if (q.s && (!strcmp(verb, "list") || record_open(&q, e) == 0))
		rc = each_watch(&q, verb, e);
	store_close(q.record);
	zone_close(q.zone);
	settings_free(q.s);
	return rc;
}

const struct subcommand cmd_trigger = {
	"trigger",
	"list | test | backtest [-c FILE] [--days N] [WATCH]",
	"what can fire, what each sees now, and what would have fired on the record\n"
	"backtest runs the triggers as they are configured now over the last 28 days (or N): "
	"firings a week,\n"
	"how many of them fell into incidents that people handled or called wrong alarms, and "
	"whether a smaller\n"
	"or larger figure would have done better. Nothing is written, nobody is told.",
	"  langyan trigger list\n  langyan trigger test shancui\n"
	"  langyan trigger backtest --days 90",
	trigger_command,
};
