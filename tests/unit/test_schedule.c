#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/schedule.h"

static struct source_conf sources[] = {
	{ .name = STR_INIT("a"), .url = STR_INIT("http://one.example/a") },
	{ .name = STR_INIT("b"), .url = STR_INIT("http://one.example/b") },
	{ .name = STR_INIT("c"), .url = STR_INIT("http://two.example/c") },
	{ .name = STR_INIT("p"), .kind = SOURCE_PUSH },
};

static void
what_is_due_comes_in_order_and_pushed_ones_never(void **state)
{
	struct schedule *s = schedule_new(0, 0);

	(void)state;
	schedule_add(s, &sources[0], 30);
	schedule_add(s, &sources[1], 10);
	schedule_add(s, &sources[2], 20);
	assert_null(schedule_add(s, &sources[3], 0));
	assert_int_equal(schedule_due(s), 10);
	assert_null(schedule_take(s, 9));
	assert_true(str_is(schedule_take(s, 100)->source->name, "b"));
	assert_true(str_is(schedule_take(s, 100)->source->name, "c"));
	assert_true(str_is(schedule_take(s, 100)->source->name, "a"));
	assert_null(schedule_take(s, 100));
	assert_int_equal(schedule_due(s), INT64_MAX);
	schedule_free(s);
}

static void
one_host_is_asked_one_thing_at_a_time(void **state)
{
	struct schedule *s = schedule_new(1, 0);
	struct slot *first, *other;

	(void)state;
	for (int i = 0; i < 3; i++)
		schedule_add(s, &sources[i], 10);
	first = schedule_take(s, 10);
	other = schedule_take(s, 10);
	assert_true(str_is(first->source->name, "a"));
	assert_true(str_is(other->source->name, "c"));
	assert_null(schedule_take(s, 10));
	schedule_give(s, first, 10, 1000, 15); /* polite until 15 */
	assert_null(schedule_take(s, 14));
	assert_true(str_is(schedule_take(s, 15)->source->name, "b"));
	schedule_free(s);
}

static void
a_closed_host_stays_closed_for_all_its_sources(void **state)
{
	struct schedule *s = schedule_new(1, 0);
	struct slot *x;

	(void)state;
	schedule_add(s, &sources[0], 10);
	schedule_add(s, &sources[1], 10);
	x = schedule_take(s, 10);
	schedule_give(s, x, 10, 5000, 4000); /* Retry-After */
	assert_null(schedule_take(s, 3999));
	assert_non_null(schedule_take(s, 4000));
	schedule_free(s);
}

static void
failures_wait_longer_up_to_a_day(void **state)
{
	static const struct {
		int64_t interval, failures, low, high;
	} cases[] = {
		{ 900, 0, 900, 900 },
		{ 900, 1, 1620, 1980 },
		{ 900, 2, 3240, 3960 },
		{ 900, 20, 77760, 95040 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t at = schedule_after(0, cases[i].interval, cases[i].failures, STR("x"));

		assert_in_range(at, cases[i].low, cases[i].high);
		assert_int_equal(
			at, schedule_after(0, cases[i].interval, cases[i].failures, STR("x")));
	}
}

static void
ten_thousand_sources_come_out_sorted(void **state)
{
	struct schedule *s = schedule_new(0, 0);
	uint64_t dice = 7;
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		dice = dice * 6364136223846793005u + 1442695040888963407u;
		schedule_add(s, &sources[i % 3], (int64_t)(dice >> 40) % 100000);
	}
	for (int i = 0; i < 10000; i++) {
		struct slot *x = schedule_take(s, 100000);

		assert_non_null(x);
		assert_true(x->due.at >= last);
		last = x->due.at;
	}
	assert_null(schedule_take(s, 100000));
	schedule_free(s);
}

/* ---- hosts and addresses --------------------------------------------------------------------- */

struct crowd {
	struct source_conf v[10000];
	char names[10000][16], urls[10000][48];
};

/* n sources, per_host of them on each host. */
static struct crowd *
crowd_new(size_t n, size_t per_host)
{
	struct crowd *c = calloc(1, sizeof *c);

	assert_non_null(c);
	for (size_t i = 0; i < n; i++) {
		snprintf(c->names[i], sizeof c->names[i], "s%zu", i);
		snprintf(c->urls[i], sizeof c->urls[i], "http://h%zu.example/%zu", i / per_host,
			 i);
		c->v[i] = (struct source_conf){ .name = str_of(c->names[i]),
						.url = str_of(c->urls[i]) };
	}
	return c;
}

static void
hosts_at_one_address_share_its_limit(void **state)
{
	struct crowd *c = crowd_new(4, 1);
	struct schedule *s = schedule_new(1, 2);
	struct slot *x[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		schedule_add(s, &c->v[i], 10);
	for (int i = 0; i < 4; i++)
		x[i] = schedule_take(s, 10); /* nobody knows yet where they live */
	for (int i = 0; i < 4; i++)
		schedule_address(s, x[i]->source->url,
				 i < 3 ? STR("192.0.2.1") : STR("192.0.2.2"));
	for (int i = 0; i < 4; i++)
		schedule_give(s, x[i], 10, 20, 0);
	assert_ptr_equal(schedule_take(s, 20), x[0]);
	assert_ptr_equal(schedule_take(s, 20), x[1]);
	assert_ptr_equal(schedule_take(s, 20), x[3]);
	assert_null(schedule_take(s, 20));
	assert_int_equal(schedule_due(s), INT64_MAX); /* nothing to be woken for */
	schedule_give(s, x[1], 21, 100, 0);
	assert_ptr_equal(schedule_take(s, 21), x[2]);
	schedule_free(s);
	free(c);
}

static void
a_host_that_moves_frees_the_address_it_leaves(void **state)
{
	struct crowd *c = crowd_new(2, 1);
	struct schedule *s = schedule_new(1, 1);
	struct slot *x[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		schedule_add(s, &c->v[i], 10);
	for (int i = 0; i < 2; i++)
		x[i] = schedule_take(s, 10);
	for (int i = 0; i < 2; i++)
		schedule_address(s, x[i]->source->url, STR("192.0.2.1"));
	for (int i = 0; i < 2; i++)
		schedule_give(s, x[i], 10, 20, 0);
	assert_ptr_equal(schedule_take(s, 20), x[0]);
	assert_null(schedule_take(s, 20));
	schedule_address(s, x[0]->source->url, STR("2001:db8::1"));
	assert_ptr_equal(schedule_take(s, 20), x[1]);
	schedule_free(s);
	free(c);
}

static void
requests_beside_the_polls_use_the_same_queue(void **state)
{
	struct schedule *s = schedule_new(1, 0);
	struct slot *a;

	(void)state;
	schedule_add(s, &sources[0], 10);
	schedule_add(s, &sources[1], 10);
	assert_int_equal(schedule_enter(s, STR("http://one.example:8080/page"), 10), 0);
	assert_null(schedule_take(s, 10));
	assert_int_equal(schedule_enter(s, STR("http://one.example/other"), 10), 11);
	schedule_leave(s, STR("http://one.example:8080/page"), 12, 14);
	assert_int_equal(schedule_enter(s, STR("http://one.example/other"), 13), 14);
	assert_null(schedule_take(s, 13));
	a = schedule_take(s, 14);
	assert_true(str_is(a->source->name, "a"));
	assert_true(schedule_is_home(s, a, STR("https://ONE.example/x")));
	assert_false(schedule_is_home(s, a, STR("https://two.example/x")));
	schedule_free(s);
}

/* A shop's pages and a source of another name live on one machine: it is asked one thing at a
 * time, whoever asks. */
static void
pages_and_polls_at_one_address_share_its_limit(void **state)
{
	struct schedule *s = schedule_new(1, 1);
	struct str page = STR("http://shop.example/1"), other = STR("http://blog.example/1");
	struct slot *a;

	(void)state;
	schedule_add(s, &sources[0], 10);
	schedule_address(s, sources[0].url, STR("192.0.2.1"));
	assert_int_equal(schedule_enter(s, page, 10), 0);
	schedule_address(s, page, STR("192.0.2.1"));
	assert_int_equal(schedule_enter(s, other, 10), 0);
	schedule_address(s, other, STR("192.0.2.2"));
	assert_null(schedule_take(s, 10));
	schedule_leave(s, page, 12, 12);
	a = schedule_take(s, 12);
	assert_non_null(a);
	assert_int_equal(schedule_enter(s, page, 12), 13);
	schedule_give(s, a, 14, 100, 14);
	assert_int_equal(schedule_enter(s, page, 14), 0);
	schedule_free(s);
}

/* A shop and its www live at one address: who is redirected from one to the other holds his room
 * there already, and does not wait for himself. */
static void
a_redirect_within_one_address_needs_no_room_of_its_own(void **state)
{
	struct schedule *s = schedule_new(1, 1);
	struct str home = sources[0].url, www = STR("http://www.one.example/feed");

	(void)state;
	schedule_add(s, &sources[0], 10);
	schedule_address(s, home, STR("192.0.2.1"));
	schedule_address(s, www, STR("192.0.2.1"));
	assert_non_null(schedule_take(s, 10));
	assert_int_equal(schedule_enter(s, www, 10), 11);
	assert_int_equal(schedule_enter_from(s, home, www, 10), 0);
	assert_int_equal(schedule_enter_from(s, home, STR("http://www.one.example/2"), 10),
			 11); /* the host itself is busy */
	schedule_leave(s, www, 12, 20);
	assert_int_equal(schedule_enter_from(s, home, www, 12), 20);
	schedule_free(s);
}

static void
hosts_of_pages_are_forgotten_when_there_are_many(void **state)
{
	struct schedule *s = schedule_new(1, 0);
	char url[64];

	(void)state;
	schedule_add(s, &sources[0], 10);
	for (int i = 0; i < 100000; i++) {
		snprintf(url, sizeof url, "http://page%d.example/", i);
		assert_int_equal(schedule_enter(s, str_of(url), i), 0);
		schedule_leave(s, str_of(url), i, i + 5);
	}
	assert_in_range(schedule_hosts(s), 1, 10000);
	assert_int_equal(schedule_enter(s, STR("http://page99999.example/"), 100000), 100004);
	schedule_free(s);
}

static void
one_source_is_pulled_without_looking_at_the_others(void **state)
{
	struct crowd *c = crowd_new(100, 10);
	struct schedule *s = schedule_new(1, 0);

	(void)state;
	for (size_t i = 0; i < 100; i++)
		schedule_add(s, &c->v[i], 1000 + (int64_t)i);
	schedule_pull(s, schedule_slot(s, STR("s77")), INT64_MIN, 5);
	assert_null(schedule_slot(s, STR("s100")));
	assert_int_equal(schedule_due(s), 5);
	assert_true(str_is(schedule_take(s, 5)->source->name, "s77"));
	assert_null(schedule_take(s, 5));
	assert_int_equal(schedule_due(s), 1000);
	schedule_free(s);
	free(c);
}

static uint64_t
roll(uint64_t *dice)
{
	*dice = *dice * 6364136223846793005u + 1442695040888963407u;
	return *dice >> 33;
}

/* A long random history: limits hold at every moment, and nobody is forgotten. */
static void
limits_hold_and_every_source_has_its_turn(void **state)
{
	enum { N = 600, HOSTS = 60, ADDRESSES = 7, TURNS = 40000 };
	struct crowd *c = crowd_new(N, N / HOSTS);
	struct schedule *s = schedule_new(2, 5);
	struct slot *out[N];
	size_t n_out = 0, took[N] = { 0 }, host_busy[HOSTS] = { 0 },
	       at_busy[ADDRESSES + 1] = { 0 };
	int where[HOSTS];
	uint64_t dice = 11;
	int64_t now = 0;

	(void)state;
	for (size_t i = 0; i < HOSTS; i++)
		where[i] = ADDRESSES;
	for (size_t i = 0; i < N; i++)
		schedule_add(s, &c->v[i], (int64_t)(roll(&dice) % 50));
	for (int turn = 0; turn < TURNS; turn++) {
		struct slot *x = roll(&dice) % 3 ? schedule_take(s, now) : NULL;
		size_t k, host;

		if (x) {
			k = (size_t)(x->source - c->v), host = k / (N / HOSTS);
			assert_true(x->busy && x->due.at <= now);
			took[k]++;
			out[n_out++] = x;
			assert_true(++host_busy[host] <= 2);
			at_busy[where[host]]++;
			continue;
		}
		now += (int64_t)(roll(&dice) % 3);
		if (!n_out)
			continue;
		k = roll(&dice) % n_out;
		x = out[k];
		out[k] = out[--n_out];
		host = (size_t)(x->source - c->v) / (N / HOSTS);
		if (where[host] == ADDRESSES) {
			char address[32];
			int to = (int)(roll(&dice) % ADDRESSES);

			snprintf(address, sizeof address, "192.0.2.%d", to);
			schedule_address(s, x->source->url, str_of(address));
			at_busy[ADDRESSES] -= host_busy[host];
			at_busy[to] += host_busy[host];
			where[host] = to;
		}
		host_busy[host]--;
		at_busy[where[host]]--;
		schedule_give(s, x, now, now + 100 + (int64_t)(roll(&dice) % 100),
			      now + (int64_t)(roll(&dice) % 4));
		if (turn > TURNS / 2) /* all have been found by then */
			for (int i = 0; i < ADDRESSES; i++)
				assert_true(at_busy[i] <= 5);
	}
	for (size_t i = 0; i < N; i++)
		assert_true(took[i] >= 3);
	schedule_free(s);
	free(c);
}

static void
a_sweep_is_spread_over_the_interval(void **state)
{
	(void)state;
	assert_int_equal(schedule_spread(1000, 0, 1, 900), 1000);
	assert_int_equal(schedule_spread(1000, 4, 5, 900), 1004); /* a few: a second apart */
	assert_int_equal(schedule_spread(1000, 0, 9000, 900), 1000);
	assert_int_equal(schedule_spread(1000, 4500, 9000, 900), 1450);
	assert_int_equal(schedule_spread(1000, 8999, 9000, 900), 1899);
	assert_int_equal(schedule_spread(1000, 0, 0, 900), 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_due_comes_in_order_and_pushed_ones_never),
		cmocka_unit_test(one_host_is_asked_one_thing_at_a_time),
		cmocka_unit_test(a_closed_host_stays_closed_for_all_its_sources),
		cmocka_unit_test(failures_wait_longer_up_to_a_day),
		cmocka_unit_test(ten_thousand_sources_come_out_sorted),
		cmocka_unit_test(hosts_at_one_address_share_its_limit),
		cmocka_unit_test(a_host_that_moves_frees_the_address_it_leaves),
		cmocka_unit_test(requests_beside_the_polls_use_the_same_queue),
		cmocka_unit_test(pages_and_polls_at_one_address_share_its_limit),
		cmocka_unit_test(a_redirect_within_one_address_needs_no_room_of_its_own),
		cmocka_unit_test(hosts_of_pages_are_forgotten_when_there_are_many),
		cmocka_unit_test(one_source_is_pulled_without_looking_at_the_others),
		cmocka_unit_test(limits_hold_and_every_source_has_its_turn),
		cmocka_unit_test(a_sweep_is_spread_over_the_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
