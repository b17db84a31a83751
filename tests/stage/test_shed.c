/* The crawler under overload: which polls it puts off, what it tells, and that all comes later. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "crawler/shed.h"

#include "tests/support/crawl_bench.h"

/* So many seconds of the monotonic clock, which the real one never reaches. */
static void
seconds_pass(struct bench *b, int64_t *ms, int n)
{
	for (int i = 0; i < n; i++)
		assert_int_equal(shed_turn(b->crawler, *ms += 1000, &b->e), 0);
	bench_settle(b);
}

/* The budget of the disk is nearly used by what is pushed, within a second of ours, however long
 * it takes. */
static void
disk_fill(struct bench *b, int64_t *ms)
{
	struct buf line = BUF(1 << 20);

	bench_turn(b);
	seconds_pass(b, ms, 1);
	for (int i = 0; i < 19; i++) {
		buf_clear(&line);
		buf_addf(&line, "{\"id\":\"big%d\",\"text\":\"", i);
		for (int k = 0; k < 15600; k++)
			buf_addf(&line, "%d ", i * 15600 + k);
		buf_add(&line, STR("\"}"));
		bench_push(b, buf_str(&line));
		assert_int_equal(b->reply.status, 200);
	}
	buf_release(&line);
}

static const struct document *
newest(const struct bench *b)
{
	return &b->docs[b->n_docs - 1];
}

static void
polls_wait_while_it_is_full_and_come_when_it_is_not(void **state)
{
	struct bench *b = *state;
	int64_t ms = clock_mono_ms() + 3600000;
	int polls;

	b->spool.keep_bytes = 1 << 20;
	b->source[0].interval_s = 300;
	bench_fetch(b);
	bench_poll_after(b, 0);
	polls = b->site.polls;
	disk_fill(b, &ms);
	seconds_pass(b, &ms, 3);
	assert_int_equal(bench_health(b, "*valve", "valve-"), 0); /* not at once */
	seconds_pass(b, &ms, 5);
	assert_int_equal(bench_health(b, "*valve", "valve-sheds"), 1);
	assert_true(str_find(newest(b)->title, STR("disk 8")) >= 0 ||
		    str_find(newest(b)->title, STR("disk 9")) >= 0);
	b->clock.start_at += 400;
	bench_turn(b);
	assert_int_equal(b->site.polls, polls);
	assert_int_equal(bench_figure(b, "polls_put_off"), 1);
	bench_turn(b); /* once is once */
	assert_int_equal(bench_figure(b, "polls_put_off"), 1);
	assert_string_equal(
		bench_push(b, STR("{\"id\":\"p\",\"text\":\"山脆\"}")),
		"{\"accepted\":1,\"seen\":0,\"refused\":0}"); /* what is pushed never waits */
	bench_poll_after(b, 1200);                            /* its turn, a quarter as often */
	assert_int_equal(b->site.polls, polls + 1);
	b->spool.keep_bytes = 1 << 30;
	seconds_pass(b, &ms, 62);
	assert_int_equal(bench_health(b, "*valve", "valve-opens"), 1);
	assert_string_equal(arena_text(b->kept, newest(b)->text),
			    "{\"polls\":1,\"sources\":1,\"names\":[\"feed\"]}");
	bench_poll_after(b, 400);
	assert_int_equal(b->site.polls, polls + 2);
	assert_int_equal(bench_figure(b, "polls_put_off"), 1);
}

/* Though the valve has put it off already; the time after it waits again. */
static void
what_somebody_asks_for_is_not_put_off(void **state)
{
	struct bench *b = *state;
	int64_t ms = clock_mono_ms() + 3600000;
	int polls;

	b->spool.keep_bytes = 1 << 20;
	b->source[0].interval_s = 300;
	bench_fetch(b);
	bench_poll_after(b, 0);
	disk_fill(b, &ms);
	seconds_pass(b, &ms, 8);
	polls = b->site.polls;
	b->clock.start_at += 400;
	bench_turn(b);
	assert_int_equal(bench_figure(b, "polls_put_off"), 1);
	bench_command(b, "source.poll", "{\"name\":\"feed\"}", STR(""));
	bench_settle(b);
	assert_int_equal(b->reply.status, 202);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.polls, polls + 1);
	b->clock.start_at += 400;
	bench_turn(b);
	assert_int_equal(bench_figure(b, "polls_put_off"), 2);
}

static void
who_is_hurried_or_official_is_asked_as_ever(void **state)
{
	struct bench *b = *state;
	int64_t ms = clock_mono_ms() + 3600000;

	b->spool.keep_bytes = 1 << 20;
	b->source[0].interval_s = 300;
	b->source[0].source_class = CLASS_OFFICIAL;
	bench_fetch(b);
	bench_poll_after(b, 0);
	disk_fill(b, &ms);
	seconds_pass(b, &ms, 8);
	assert_int_equal(bench_health(b, "*valve", "valve-sheds"), 1);
	bench_poll_after(b, 400);
	b->source[0].source_class = CLASS_NEWS;
	bench_command(b, "source.hurry", "{\"name\":\"feed\",\"every\":60,\"for\":3600}",
		      STR(""));
	bench_settle(b);
	assert_int_equal(b->reply.status, 200);
	bench_poll_after(b, 400);
	assert_int_equal(bench_figure(b, "polls_put_off"), 0);
}

static void
a_restart_in_the_midst_says_that_it_is_over(void **state)
{
	struct bench *b = *state;
	int64_t ms = clock_mono_ms() + 3600000;

	b->spool.keep_bytes = 1 << 20;
	bench_start(b);
	disk_fill(b, &ms);
	seconds_pass(b, &ms, 8);
	assert_int_equal(bench_health(b, "*valve", "valve-sheds"), 1);
	crawler_free(b->crawler);
	b->crawler = NULL;
	b->spool.keep_bytes = 1 << 30;
	bench_start(b);
	bench_turn(b);
	seconds_pass(b, &ms, 2);
	assert_int_equal(bench_health(b, "*valve", "valve-opens"), 1);
	seconds_pass(b, &ms, 60);
	assert_int_equal(bench_health(b, "*valve", "valve-opens"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WALL(polls_wait_while_it_is_full_and_come_when_it_is_not),
		WALL(what_somebody_asks_for_is_not_put_off),
		WALL(who_is_hurried_or_official_is_asked_as_ever),
		WALL(a_restart_in_the_midst_says_that_it_is_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
