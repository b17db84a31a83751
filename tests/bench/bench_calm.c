/*
 * bench_calm.c - are the shipped triggers silent in calm months, and how soon do they find a
 * crisis? Simulated watches of 20, 3,000 and 50,000 mentions a day (tests/support/months.h).
 *
 *   bench_calm [SEEDS]   20 by default; ends with 1 when a limit is broken
 *
 * Three tables: calm months, crises by kind and size, and both over the factor of the burst
 * trigger, as docs/detection.md has them.
 */
#include "core/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/str.h"
#include "tests/support/months.h"

#define SEEDS_MAX 1000

static const struct size {
	const char *name;
	int64_t size, days, crisis_days;
	double a_day;
} sizes[] = {
	{ "20", WATCH_SMALL, 91, 2, 20 },
	{ "3,000", WATCH_MEDIUM, 91, 2, 3000 },
	{ "50,000", WATCH_LARGE, 30, 1, 50000 },
};
static const int64_t factors[] = { 2000, 2500, 3000, 4000, 5000, 6000, 8000 };
#define FACTORS LY_COUNT(factors)

/* The shipped ones of the size, then bursts with every factor. */
static size_t
triggers_of(const struct size *s, struct trigger_conf *v, size_t *shipped)
{
	const struct trigger_conf *t = trigger_defaults(s->size, shipped);
	size_t n = *shipped;

	memcpy(v, t, n * sizeof *v);
	for (size_t i = 0; i < FACTORS; i++) {
		v[n] = t[1]; /* burst */
		v[n++].factor = factors[i];
	}
	return n;
}

struct months_sum {
	int fired[4];
	int by_factor[FACTORS];
	int64_t days, mentions;
	int by_trigger[MONTHS_TRIGGERS];
};

static void
calm_run(const struct size *s, int64_t seeds, struct months_sum *sum)
{
	struct trigger_conf v[MONTHS_TRIGGERS];
	size_t shipped, n = triggers_of(s, v, &shipped);

	for (int64_t seed = 0; seed < seeds; seed++) {
		struct months m = { .size = s->size,
				    .a_day = s->a_day,
				    .days = s->days,
				    .seed = (uint64_t)seed,
				    .triggers = v,
				    .triggers_n = n };

		months_live(&m);
		for (size_t k = 0; k < shipped; k++)
			for (int g = 1; g <= 3; g++) {
				sum->fired[g] += m.fired[k][g];
				sum->by_trigger[k] += m.fired[k][g];
			}
		for (size_t i = 0; i < FACTORS; i++)
			sum->by_factor[i] += m.fired[shipped + i][2];
		sum->days += s->days;
		sum->mentions += m.mentions;
	}
}

static int
calm_print(const struct size *s, const struct months_sum *sum)
{
	const struct trigger_conf *t;
	double weeks = (double)sum->days / 7, quarters = (double)sum->days / 91;
	bool bad = sum->fired[1] > weeks || sum->fired[2] > quarters || sum->fired[3];
	size_t n;

	t = trigger_defaults(s->size, &n);
	printf("| %s | %lld | %.2f | %.2f | %d |", s->name, (long long)sum->days,
	       sum->fired[1] / weeks, sum->fired[2] / quarters, sum->fired[3]);
	for (size_t k = 0; k < n; k++)
		if (sum->by_trigger[k])
			printf(" %.*s %d", STR_ARG(t[k].name), sum->by_trigger[k]);
	printf(" |%s\n", bad ? " over the limit" : "");
	return bad;
}

static int
by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
print_minutes(const int64_t *v, size_t n, int64_t seeds)
{
	if (!n) {
		printf(" never |");
		return;
	}
	printf(" %.0f min", (double)v[n / 2] / 60);
	if ((int64_t)n < seeds)
		printf(" (%zu of %lld)", n, (long long)seeds);
	printf(" |");
}

/* Delays of all seeds: any grade, W2 or more, and the bursts by factor. */
struct delays {
	int64_t any[SEEDS_MAX], high[SEEDS_MAX], by_factor[FACTORS][SEEDS_MAX];
	size_t any_n, high_n, by_factor_n[FACTORS];
	int first[MONTHS_TRIGGERS];
};

static void
crisis_run(const struct size *s, enum months_crisis crisis, int64_t seeds, struct delays *d)
{
	struct trigger_conf v[MONTHS_TRIGGERS];
	size_t shipped, n = triggers_of(s, v, &shipped), who;

	memset(d, 0, sizeof *d);
	for (int64_t seed = 0; seed < seeds; seed++) {
		struct months m = { .size = s->size,
				    .a_day = s->a_day,
				    .days = s->crisis_days,
				    .crisis = crisis,
				    .seed = (uint64_t)seed,
				    .triggers = v,
				    .triggers_n = n };
		int64_t at;

		months_live(&m);
		for (size_t i = 0; i < FACTORS; i++)
			if (m.found_s[shipped + i][2] >= 0)
				d->by_factor[i][d->by_factor_n[i]++] =
					m.found_s[shipped + i][2];
		m.triggers_n = shipped;
		if ((at = months_found(&m, 2, &who)) >= 0)
			d->high[d->high_n++] = at;
		if ((at = months_found(&m, 1, &who)) < 0)
			continue;
		d->any[d->any_n++] = at;
		d->first[who]++;
	}
	qsort(d->any, d->any_n, sizeof *d->any, by_number);
	qsort(d->high, d->high_n, sizeof *d->high, by_number);
	for (size_t i = 0; i < FACTORS; i++)
		qsort(d->by_factor[i], d->by_factor_n[i], sizeof **d->by_factor, by_number);
}

static int
crises_print(int64_t seeds, struct delays *leak)
{
	static struct delays d;
	int bad = 0;

	printf("\n| crisis | a day | found after | W2 or W3 after | first by |\n"
	       "|---|---|---|---|---|\n");
	for (int c = 1; c < CRISES; c++)
		for (size_t i = 0; i < LY_COUNT(sizes); i++) {
			size_t n;
			const struct trigger_conf *t = trigger_defaults(sizes[i].size, &n);

			crisis_run(&sizes[i], (enum months_crisis)c, seeds, &d);
			bad |= (int64_t)d.any_n < seeds;
			printf("| %s | %s |", months_crises[c], sizes[i].name);
			print_minutes(d.any, d.any_n, seeds);
			print_minutes(d.high, d.high_n, seeds);
			for (size_t k = 0; k < n; k++)
				if (d.first[k])
					printf(" %.*s %d", STR_ARG(t[k].name), d.first[k]);
			printf(" |\n");
			if (c == CRISIS_LEAK)
				leak[i] = d;
		}
	return bad;
}

static void
curves_print(const struct months_sum *calm, const struct delays *leak, int64_t seeds)
{
	printf("\n| burst at | ");
	for (size_t i = 0; i < LY_COUNT(sizes); i++)
		printf("%s: false a quarter | leak found after | ", sizes[i].name);
	printf("\n|---|---|---|---|---|---|---|\n");
	for (size_t f = 0; f < FACTORS; f++) {
		printf("| %.3g x |", (double)factors[f] / 1000);
		for (size_t i = 0; i < LY_COUNT(sizes); i++) {
			printf(" %.2f |", calm[i].by_factor[f] * 91.0 / (double)calm[i].days);
			print_minutes(leak[i].by_factor[f], leak[i].by_factor_n[f], seeds);
		}
		printf("\n");
	}
}

int
main(int argc, char **argv)
{
	static struct months_sum calm[LY_COUNT(sizes)];
	static struct delays leak[LY_COUNT(sizes)];
	int64_t seeds = 20;
	int bad = 0;

	if (argc > 1 &&
	    (str_int64(str_of(argv[1]), &seeds) < 0 || seeds < 1 || seeds > SEEDS_MAX))
		return 2;
	printf("| a day | days | W1 a week | W2 a quarter | W3 | by "
	       "|\n|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < LY_COUNT(sizes); i++) {
		calm_run(&sizes[i], seeds, &calm[i]);
		bad |= calm_print(&sizes[i], &calm[i]);
		fflush(stdout);
	}
	bad |= crises_print(seeds, leak);
	curves_print(calm, leak, seeds);
	return bad;
}
