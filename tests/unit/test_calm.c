/* Simulated months: the shipped triggers stay calm on calm days and see a crisis. */
#include "core/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "responder/baseline.h"
#include "responder/signal.h"

#define HOUR  3600
#define T0    ((int64_t)1773446400)
#define KINDS 3 /* complaints, burst, flood: the counters among the shipped defaults */

struct months {
	int64_t size, days;
	double a_day, negative, complaints;
	int64_t crisis_h; /* hours of crisis at the end: negative many times the usual */
	int fired[KINDS],
		after[KINDS]; /* before and in the crisis; the first two weeks are not counted */
	uint64_t dice;
};
struct counts {
	int64_t *mentions, *negative, *complaints; /* by hour */
};

static double
dice(struct months *m)
{
	m->dice ^= m->dice << 13;
	m->dice ^= m->dice >> 7;
	m->dice ^= m->dice << 17;
	return (double)(m->dice >> 11) / 9007199254740992.0;
}

/* Share of a day's mentions in an hour of it: nights are quiet, evenings loud. */
static double
share(int64_t hour)
{
	int64_t h = hour % 24;

	return (h < 7 ? .25 : h < 18 ? 1.1 : h < 23 ? 1.8 : .6) / 23.45;
}

static void
usual_at(struct months *m, const struct counts *c, const struct trigger_conf *t, int64_t hour,
	 struct baseline *out)
{
	struct baseline_hours *h = calloc(1, sizeof *h);
	const int64_t *counts = t->signal == SIGNAL_COMPLAINTS ? c->complaints : c->negative;

	baseline_span(h, T0 + hour * HOUR);
	h->prior = baseline_prior(m->size, (enum signal_kind)t->signal);
	for (size_t i = 0; i < h->n; i++) {
		int64_t at = (h->first_at - T0) / HOUR + (int64_t)i;

		if (at < 0 || at >= hour)
			continue;
		h->mentions[i] = c->mentions[at];
		h->counts[i] = counts[at];
	}
	*out = baseline_of(h, t->window, T0 + hour * HOUR, NULL, 0);
	free(h);
}

static void
live(struct months *m)
{
	int64_t hours = m->days * 24;
	struct counts c = { calloc((size_t)hours, 8), calloc((size_t)hours, 8),
			    calloc((size_t)hours, 8) };
	struct series *s = series_new(0);
	struct trigger_state state[KINDS] = { { 0 } };
	struct baseline usual[KINDS];
	size_t n, window[KINDS];
	const struct trigger_conf *t = trigger_defaults(m->size, &n);

	for (size_t k = 0; k < KINDS; k++)
		window[k] = series_window(s, t[k].window, (enum signal_kind)t[k].signal, 0);
	for (int64_t hour = 0; hour < hours; hour++) {
		bool crisis = hour >= hours - m->crisis_h;
		double rate = m->a_day * share(hour) * (crisis ? 5 : 1);

		for (size_t k = 0; k < KINDS; k++)
			usual_at(m, &c, &t[k], hour, &usual[k]);
		for (double at = -log(1 - dice(m)) / rate; at < 1;
		     at -= log(1 - dice(m)) / rate) {
			struct signal_item x = { .at = T0 + hour * HOUR + (int64_t)(at * HOUR),
						 .author = (uint64_t)(dice(m) * m->a_day * 3) };
			bool negative = dice(m) < (crisis ? .8 : m->negative);
			bool complaint = dice(m) < m->complaints;

			x.bits = (uint8_t)((negative ? SIGNAL_BIT_NEGATIVE : 0) |
					   (complaint ? SIGNAL_BIT_COMPLAINT : 0));
			c.mentions[hour]++;
			c.negative[hour] += negative;
			c.complaints[hour] += complaint;
			series_add(s, &x);
			for (size_t k = 0; k < KINDS; k++) {
				struct trigger_view v;
				struct trigger_verdict said;

				series_view(s, window[k], &v);
				v.baseline = usual[k].milli;
				said = trigger_judge(&t[k], t[k].grade, &v, state[k], x.at);
				state[k] = said.state;
				if (said.said == TRIGGER_FIRES && hour >= 14 * 24)
					(crisis ? m->after : m->fired)[k]++;
			}
		}
	}
	series_free(s);
	free(c.mentions);
	free(c.negative);
	free(c.complaints);
}

static void
calm_months_fire_at_most_one_w1_a_week_and_one_w2_a_quarter(void **state)
{
	struct months cases[] = {
		{ .size = WATCH_SMALL,
		  .days = 374,
		  .a_day = 20,
		  .negative = .12,
		  .complaints = .05 },
		{ .size = WATCH_SMALL,
		  .days = 374,
		  .a_day = 20,
		  .negative = .25,
		  .complaints = .1 },
		{ .size = WATCH_MEDIUM,
		  .days = 44,
		  .a_day = 3000,
		  .negative = .12,
		  .complaints = .05 },
		{ .size = WATCH_LARGE,
		  .days = 17,
		  .a_day = 50000,
		  .negative = .12,
		  .complaints = .05 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t days = cases[i].days - 14;

		cases[i].dice = 88172645463325252u + i;
		live(&cases[i]);
		print_message("# size %d, %g a day, %d days: W1 %d, W2 %d, W3 %d\n",
			      (int)cases[i].size, cases[i].a_day, (int)days, cases[i].fired[0],
			      cases[i].fired[1], cases[i].fired[2]);
		assert_true(cases[i].fired[0] <= 1 + days / 7);
		assert_true(cases[i].fired[1] <= 1 + days / 90);
		assert_int_equal(cases[i].fired[2], 0);
	}
}

static void
a_crisis_is_found_at_every_size(void **state)
{
	struct months cases[] = {
		{ .size = WATCH_SMALL,
		  .days = 60,
		  .a_day = 20,
		  .negative = .12,
		  .crisis_h = 12 },
		{ .size = WATCH_MEDIUM,
		  .days = 20,
		  .a_day = 3000,
		  .negative = .12,
		  .crisis_h = 6 },
		{ .size = WATCH_LARGE,
		  .days = 16,
		  .a_day = 50000,
		  .negative = .12,
		  .crisis_h = 6 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		cases[i].dice = 88172645463325252u + i;
		live(&cases[i]);
		if (!cases[i].after[1] || !cases[i].after[2])
			fail_msg("size %d: W2 %d, W3 %d", (int)cases[i].size, cases[i].after[1],
				 cases[i].after[2]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calm_months_fire_at_most_one_w1_a_week_and_one_w2_a_quarter),
		cmocka_unit_test(a_crisis_is_found_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
