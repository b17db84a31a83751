/* The crawler: when a source is asked, and what it is not asked. */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/source_store.h"

#include "tests/support/crawl_bench.h"

static void
a_dead_source_is_told_once_and_once_that_it_is_back(void **state)
{
	struct bench *b = *state;

	b->site.status = 500;
	bench_fetch(b);
	bench_poll_after(b, 0);
	bench_poll_after(b, 1200);
	assert_int_equal(bench_health(b, "feed", "outage"), 0); /* not for an hour yet */
	for (int i = 0; i < 5; i++)
		bench_poll_after(b, 2 * 86400);
	assert_int_equal(bench_health(b, "feed", "outage-begins:"), 1);
	assert_true(str_is(b->docs[0].title, "answered 500"));
	bench_copy(b);
	bench_start(b);
	bench_poll_after(b, 2 * 86400);
	assert_int_equal(bench_health(b, "feed", "outage-begins:"), 2); /* the same, again */
	assert_true(id_eq(&b->docs[0].id, &b->docs[1].id));
	b->site.status = 0;
	bench_poll_after(b, 2 * 86400);
	assert_int_equal(bench_health(b, "feed", "outage-begins:"), 2);
	assert_int_equal(bench_health(b, "feed", "outage-ends:"), 1);
	bench_poll_after(b, 3600);
	assert_int_equal(bench_health(b, "feed", "outage-ends:"), 1);
}

static void
a_source_that_is_asked_seldom_is_tried_again_soon(void **state)
{
	struct bench *b = *state;
	int64_t wait;

	b->source[0].interval_s = 86400;
	b->site.status = 500;
	bench_fetch(b);
	bench_poll_after(b, 0);
	wait = bench_int(b, "next_at") - bench_int(b, "polled_at");
	assert_in_range(wait, 1620, 1980); /* half an hour, +-10 % */
	b->site.status = 0;
	bench_poll_after(b, 2000);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 86400);
}

/* Twelve sources of which all fail: one word for all of them. */
static void
when_all_is_dark_it_is_told_once_for_all(void **state)
{
	struct bench *b = *state;
	static struct source_conf many[12];
	static char names[12][8];

	for (int i = 0; i < 12; i++) {
		snprintf(names[i], sizeof names[i], "f%d", i);
		many[i] = b->source[0];
		many[i].name = str_of(names[i]);
	}
	b->sources = (struct conf_list){ many, 12 };
	b->site.status = 502;
	bench_fetch(b);
	for (int i = 0; i < 5; i++)
		bench_poll_after(b, i ? 2 * 86400 : 60);
	assert_int_equal(bench_health(b, "*", "outage-begins:"), 1);
	assert_int_equal(b->n_docs, 1);
	assert_true(str_is(b->docs[0].title, "12/12"));
	b->site.status = 0;
	for (int i = 0; i < 3; i++)
		bench_poll_after(b, 2 * 86400);
	assert_int_equal(bench_health(b, "*", "outage-ends:"), 1);
	assert_int_equal(b->n_docs, 2 + 12 * 3);
}

/* The word was in a batch that a full disk undid. */
static void
that_all_is_dark_is_told_again_when_its_batch_was_dropped(void **state)
{
	struct bench *b = *state;
	static struct source_conf many[12];
	static char names[12][8];
	struct pollfd p = { .events = POLLIN };

	for (int i = 0; i < 12; i++) {
		snprintf(names[i], sizeof names[i], "f%d", i);
		many[i] = b->source[0];
		many[i].name = str_of(names[i]);
	}
	b->sources = (struct conf_list){ many, 12 };
	b->site.status = 502;
	bench_fetch(b);
	bench_poll_after(b, 60);
	bench_poll_after(b, 600); /* not yet */
	assert_int_equal(bench_health(b, "*", "outage-begins:"), 0);
	p.fd = crawl_stage.fd(b->crawler);
	disk_is_full(true);
	b->clock.start_at += 86400;
	for (int i = 0, from = b->site.polls; i < 2000 && b->site.polls < from + 12; i++) {
		(void)poll(&p, 1, 5);
		bench_turn(b);
	}
	disk_is_full(false);
	assert_int_equal(bench_health(b, "*", "outage-begins:"), 0);
	for (int i = 0; i < 2; i++)
		bench_poll_after(b, 86400);
	assert_int_equal(bench_health(b, "*", "outage-begins:"), 1);
}

static void
a_move_that_lasts_is_adopted_and_left_when_it_fails(void **state)
{
	struct bench *b = *state;
	const struct json *s;
	char moved[96];

	snprintf(moved, sizeof moved, "http://127.0.0.1:%d/feed?new",
		 httpd_port(b->site.httpd));
	b->site.moves = 301;
	bench_fetch(b);
	for (int i = 0; i < 3; i++)
		bench_poll_after(b, i ? 80000 : 0);
	s = bench_source(b);
	assert_true(str_is(json_text(json_get(s, "moved_to"), STR("")), moved));
	assert_true(str_is(json_text(json_get(s, "polled_url"), STR("")), b->url));
	bench_poll_after(b, 80000); /* two days have passed, and 4 answers */
	assert_true(str_is(json_text(json_get(bench_source(b), "polled_url"), STR("")), moved));
	b->site.redirected = 0;
	bench_poll_after(b, 3600);
	assert_int_equal(b->site.redirected, 0);
	assert_int_equal(b->n_docs, 3);
	b->site.moves = 0;
	b->site.status = 404;
	for (int i = 0; i < 3; i++)
		bench_poll_after(b, 86400);
	assert_true(
		str_is(json_text(json_get(bench_source(b), "polled_url"), STR("")), b->url));
}

static void
a_move_for_now_is_never_adopted(void **state)
{
	struct bench *b = *state;

	b->site.moves = 302;
	bench_fetch(b);
	for (int i = 0; i < 8; i++)
		bench_poll_after(b, i ? 86400 : 0);
	assert_int_equal(b->site.redirected, 8);
	assert_true(
		str_is(json_text(json_get(bench_source(b), "polled_url"), STR("")), b->url));
	assert_true(str_is(json_text(json_get(bench_source(b), "moved_to"), STR("-")), ""));
}

static void
a_hurried_source_is_asked_more_often_until_it_is_over(void **state)
{
	struct bench *b = *state;
	static const struct {
		const char *args;
		int status;
	} cases[] = {
		{ "{\"name\":\"feed\",\"every\":5,\"for\":600}", 400 },
		{ "{\"name\":\"feed\",\"every\":60,\"for\":90000}", 400 },
		{ "{\"name\":\"nobody\"}", 404 },
		{ "{\"names\":[\"feed\",\"nobody\"],\"every\":40}", 404 },
		{ "{}", 400 },
		{ "no json", 400 },
	};

	bench_fetch(b);
	bench_poll_after(b, 0);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		bench_command(b, "source.hurry", cases[i].args, STR(""));
		bench_settle(b);
		assert_int_equal(b->reply.status, cases[i].status);
		assert_int_equal(bench_int(b, "hurry_until_at"), 0);
	}
	bench_command(b, "source.hurry", "{\"name\":\"feed\",\"every\":\"40s\",\"for\":600}",
		      STR(""));
	bench_settle(b);
	assert_int_equal(b->reply.status, 200);
	bench_poll_after(b, 45);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 40);
	crawler_free(b->crawler);
	bench_start(b); /* it is remembered */
	bench_poll_after(b, 45);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 40);
	bench_poll_after(b, 600);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 300);
}

static void
retry_after_is_kept_to(void **state)
{
	static const struct {
		int64_t asked, waits;
	} cases[] = { { 7200, 7200 }, { INT64_MAX, 86400 }, { -5, 270 } };
	struct bench *b = *state;

	b->site.status = 503;
	bench_fetch(b);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t wait;

		b->site.retry_after_s = cases[i].asked;
		bench_poll_after(b, i ? 2 * 86400 : 0);
		wait = bench_int(b, "next_at") - bench_int(b, "polled_at");
		assert_true(wait >= cases[i].waits);
	}
}

static void
full_text_comes_from_the_page_and_only_of_new_items(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.items = 30;
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.pages, 30);
	assert_int_equal(b->n_docs, 30);
	for (size_t i = 0; i < b->n_docs; i++)
		if (str_find(b->docs[i].text, STR("The whole text behind /item/")) < 0)
			fail_msg("%.*s", STR_ARG(b->docs[i].text));
	b->site.items = 31;
	bench_poll_after(b, 300);
	assert_int_equal(b->site.pages, 31);
	assert_int_equal(b->n_docs, 31);
}

/* Half of the pages are in, then the disk is full for one batch. */
static void
an_etag_is_not_kept_when_an_item_was_lost_on_the_way(void **state)
{
	struct bench *b = *state;
	struct pollfd p = { .events = POLLIN };
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	b->source[0].full_text = 1;
	b->site.items = MANY; /* so many that they do not all come between two turns */
	bench_fetch(b);
	p.fd = crawl_stage.fd(b->crawler);
	for (bool full = false, was = false; bench_figure(b, "documents") < MANY;) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		full = !was && bench_figure(b, "documents") >= 3;
		disk_is_full(full);
		if (full)
			was = b->n_docs < (size_t)bench_figure(b, "documents");
		bench_turn(b);
	}
	disk_is_full(false);
	bench_poll_after(b, 60);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(b->n_docs, MANY);
}

/* All that is due at the first time is fetched, and its tick is sent. */
static void
first_tick(struct bench *b)
{
	struct pollfd p = { .events = POLLIN };

	bench_fetch(b);
	p.fd = crawl_stage.fd(b->crawler);
	for (int64_t end = clock_mono_ms() + WAIT_S * 1000; !b->n_ticks;) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		bench_turn(b);
	}
}

static void
in_stepped_time_a_feed_is_asked_with_the_clock(void **state)
{
	struct bench *b = *state;
	struct pollfd p = { .events = POLLIN };
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	first_tick(b);
	p.fd = crawl_stage.fd(b->crawler);
	assert_string_equal(b->site.clock, "1760000000");
	assert_int_equal(b->n_docs, 3);
	assert_int_equal(b->tick.count, 3);
	assert_int_equal(b->docs[0].arrived_at, 1760000000);
	for (size_t n = b->n_ticks; clock_now(&b->clock) < 1760000300; n = b->n_ticks) {
		bench_receipt_all(b, n == 1 ? 0 : b->n_docs);
		while (b->n_ticks == n && clock_mono_ms() < end)
			bench_turn(b);
	}
	while (b->site.polls < 2 && clock_mono_ms() < end) {
		(void)poll(&p, 1, 10);
		bench_turn(b);
	}
	assert_string_equal(b->site.clock, "1760000300");
}

/* The clock waits for the poll: who waited for the clock would wait for ever. */
static void
in_stepped_time_a_crawl_delay_holds_no_poll(void **state)
{
	struct bench *b = *state;

	b->fetch.max_crawl_delay_s = 250;
	b->source[0].full_text = 1;
	b->site.robots = "user-agent: *\ncrawl-delay: 100\n";
	first_tick(b);
	assert_int_equal(b->site.pages, 3);
	assert_int_equal(b->n_docs, 3);
	assert_true(b->docs[2].text.n > 100);
}

static void
in_stepped_time_a_host_that_rests_is_done_without(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.page_status = 503;
	b->site.retry_after_s = 60;
	first_tick(b);
	assert_int_equal(b->site.pages, 1);
	assert_int_equal(b->n_docs, 3);
	assert_true(str_is(b->docs[2].text, "words of item 3"));
}

static void
what_robots_txt_disallows_is_not_asked_and_the_source_says_why(void **state)
{
	struct bench *b = *state;

	b->site.robots = "user-agent: *\ndisallow: /feed\n";
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.polls, 0);
	assert_int_equal(b->n_docs, 0);
	assert_int_equal(bench_int(b, "failures"), 1);
	assert_string_equal(bench_text(b, "why"),
			    "robots.txt disallows it (line 2: \"/feed\")");
	assert_int_equal(bench_figure(b, "robots_denied"), 1);

	/* It is read again after a day, not before, and kept over a restart. */
	b->site.robots = "user-agent: *\ndisallow:\n";
	bench_poll_after(b, 3600);
	assert_int_equal(b->site.robots_asked, 1);
	crawler_free(b->crawler);
	bench_start(b);
	bench_poll_after(b, 3600);
	assert_int_equal(b->site.robots_asked, 1);
	assert_int_equal(b->site.polls, 0);
	bench_poll_after(b, 86400);
	assert_int_equal(b->site.robots_asked, 2);
	assert_int_equal(b->n_docs, 1 + 3 + 1); /* that it was dead, and is back */
	assert_int_equal(bench_int(b, "failures"), 0);
}

static void
an_item_whose_page_is_disallowed_comes_with_the_words_of_its_feed(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.robots = "user-agent: *\ndisallow: /item/2\n";
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	assert_int_equal(b->site.pages, 2);
	for (size_t i = 0; i < b->n_docs; i++)
		assert_int_equal(str_find(b->docs[i].text, STR("words of item 2")) >= 0,
				 str_is(b->docs[i].title, "title 2"));
}

/* Let transfers go on until so many pages were asked for, or for rounds of 5 ms. */
static void
pages_after(struct bench *b, int64_t s, int pages, int rounds)
{
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

	b->clock.start_at += s;
	for (int i = 0; i < rounds && b->site.pages < pages; i++) {
		(void)poll(&p, 1, 5);
		bench_turn(b);
	}
}

static void
a_crawl_delay_is_kept_between_requests_up_to_our_own_bound(void **state)
{
	struct bench *b = *state;
	int before;

	b->fetch.max_crawl_delay_s = 250;
	b->source[0].full_text = 1;
	b->site.robots = "user-agent: *\ncrawl-delay: 3600\n";
	bench_fetch(b);
	pages_after(b, 0, 1, 4000);
	pages_after(b, 0, 3, 20);
	before = b->site.pages;
	assert_true(before >= 1 && before < 3);
	pages_after(b, 200, 3, 20);
	assert_int_equal(b->site.pages, before);
	pages_after(b, 50, before + 1, 4000);
	assert_int_equal(b->site.pages, before + 1);
}

/* The feed is at localhost, which asks for nothing; its pages are at 127.0.0.1, which does. */
static void
a_crawl_delay_is_that_of_the_host_of_the_page(void **state)
{
	struct bench *b = *state;
	int before;

	b->fetch.max_crawl_delay_s = 250;
	b->source[0].full_text = 1;
	snprintf(b->url, sizeof b->url, "http://localhost:%d/feed", httpd_port(b->site.httpd));
	b->source[0].url = str_of(b->url);
	b->site.robots = "user-agent: *\ncrawl-delay: 3600\n";
	b->site.robots_from = 1;
	bench_fetch(b);
	pages_after(b, 0, 1, 4000);
	pages_after(b, 0, 3, 20);
	before = b->site.pages;
	assert_int_equal(b->site.robots_asked, 2);
	assert_true(before >= 1 && before < 3);
	pages_after(b, 200, 3, 20);
	assert_int_equal(b->site.pages, before);
	pages_after(b, 50, before + 1, 4000);
	assert_int_equal(b->site.pages, before + 1);
}

/* Two names of one site: a source at 127.0.0.1 is redirected to localhost, where another lives.
 * The second one is due 40 s later, a third, if there is one, 60 s. */
static void
redirected_abroad(struct bench *b, size_t redirected)
{
	static char url[96];
	struct source_state later = { .next_at = clock_now(&b->clock) + 40 };
	struct store *s;

	snprintf(url, sizeof url, "http://localhost:%d/feed?new", httpd_port(b->site.httpd));
	b->source[1] = b->source[0];
	b->source[1].name = STR("two");
	b->source[2] = b->source[0];
	b->source[2].name = STR("three");
	b->source[1 - redirected].url = later.url = str_of(url);
	if (redirected)
		later.url = b->source[1].url;
	b->fetch.max_crawl_delay_s = 250;
	b->site.robots = "user-agent: *\ncrawl-delay: 100\n";
	b->site.moves = 302;
	b->site.abroad = true;
	bench_start(b);
	crawler_free(b->crawler);
	s = bench_spool(b);
	assert_int_equal(source_state_write(s, STR("two"), &later, &b->e), 0);
	later.next_at += 20;
	assert_int_equal(source_state_write(s, STR("three"), &later, &b->e), 0);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	bench_fetch(b);
}

/* Time goes on by s; turns until the site was polled so often. */
static void
polls_after(struct bench *b, int64_t s, int polls)
{
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

	b->clock.start_at += s;
	for (int64_t end = clock_mono_ms() + WAIT_S * 1000; b->site.polls < polls;) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		bench_turn(b);
	}
}

/* The same, and it is not polled in so many turns; with one redirect less or more. */
static void
no_poll_after(struct bench *b, int64_t s, int redirected)
{
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };
	int polls = b->site.polls;

	b->clock.start_at += s;
	for (int i = 0; i < 30 || b->site.redirected < redirected; i++) {
		(void)poll(&p, 1, 5);
		bench_turn(b);
	}
	assert_int_equal(b->site.redirected, redirected);
	assert_int_equal(b->site.polls, polls);
}

static void
the_host_that_a_redirect_led_to_has_its_pause(void **state)
{
	struct bench *b = *state;

	redirected_abroad(b, 0);
	bench_poll_after(b, 0);
	no_poll_after(b, 50, 1);
	polls_after(b, 51, 2);
	assert_int_equal(b->site.redirected, 1);
}

static void
a_redirect_waits_in_the_queue_of_the_host_it_leads_to(void **state)
{
	struct bench *b = *state;

	redirected_abroad(b, 1);
	bench_poll_after(b, 0);
	no_poll_after(b, 50, 1);
	for (size_t i = 0; i < b->n_docs; i++)
		bench_receipt(b, b->docs[i].spool, b->docs[i].seq);
	assert_in_range(crawl_stage.due(b->crawler), 1760000090, 1760000130);
	polls_after(b, 51, 2);
	assert_int_equal(b->site.redirected, 1);
}

/* A third source, at the first name again, is asked while the redirect waits, with room for one
 * transfer. It is redirected, too, and waits. */
static void
a_redirect_that_waits_keeps_nobody_from_being_asked(void **state)
{
	struct bench *b = *state;

	b->fetch.max_transfers = 1;
	b->fetch.per_host = 2;
	b->sources.n = 3;
	redirected_abroad(b, 1);
	bench_poll_after(b, 0);
	b->site.robots = "user-agent: *\ndisallow:\n";
	no_poll_after(b, 50, 1);
	no_poll_after(b, 20, 2);
	polls_after(b, 31, 2);
}

/* The responder names a document of its L2, again and again, until it is closed. */
static void
sources_of_an_incident_are_asked_more_often_while_it_is_open(void **state)
{
	struct bench *b = *state;
	int64_t told_at;

	b->fetch.interval_s = 0;
	b->fetch.incident_interval_s = 60;
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 900);
	bench_receipt_keep(b, &b->docs[0], KEEP_INCIDENT);
	bench_receipt(b, b->docs[1].spool, b->docs[1].seq);
	bench_receipt(b, b->docs[2].spool, b->docs[2].seq);
	assert_true(crawl_stage.due(b->crawler) >= bench_int(b, "next_at")); /* L1 */
	bench_receipt_keep(b, &b->docs[0], KEEP_INCIDENT | KEEP_HURRY);
	told_at = clock_now(&b->clock);
	assert_in_range(crawl_stage.due(b->crawler), 1760000060, 1760000061);
	for (int i = 0; i < 3; i++) {
		bench_poll_after(b, 61);
		assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 60);
	}
	b->clock.start_at += told_at + 1501 - clock_now(&b->clock); /* nobody told it again */
	bench_poll_after(b, 0);
	assert_true(bench_int(b, "next_at") - bench_int(b, "polled_at") > 900);
}

static void
what_somebody_wrote_or_the_site_wants_stands_against_an_incident(void **state)
{
	struct bench *b = *state;

	b->fetch.incident_interval_s = 60;
	b->source[0].interval_s = 600; /* a quota's, for all we know */
	bench_fetch(b);
	bench_poll_after(b, 0);
	bench_receipt_keep(b, &b->docs[0], KEEP_INCIDENT | KEEP_HURRY);
	bench_poll_after(b, 601);
	assert_int_equal(bench_int(b, "next_at") - bench_int(b, "polled_at"), 600);
	b->source[0].interval_s = 0;
	b->site.status = 429;
	b->site.retry_after_s = 1200;
	bench_poll_after(b, 601);
	bench_receipt_keep(b, &b->docs[0], KEEP_INCIDENT | KEEP_HURRY);
	assert_true(bench_int(b, "next_at") >= bench_int(b, "polled_at") + 1200);
	no_poll_after(b, 600, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WALL(a_dead_source_is_told_once_and_once_that_it_is_back),
		WALL(a_source_that_is_asked_seldom_is_tried_again_soon),
		WALL(when_all_is_dark_it_is_told_once_for_all),
		WALL(that_all_is_dark_is_told_again_when_its_batch_was_dropped),
		WALL(a_move_that_lasts_is_adopted_and_left_when_it_fails),
		WALL(a_move_for_now_is_never_adopted),
		WALL(a_hurried_source_is_asked_more_often_until_it_is_over),
		WALL(sources_of_an_incident_are_asked_more_often_while_it_is_open),
		WALL(what_somebody_wrote_or_the_site_wants_stands_against_an_incident),
		WALL(retry_after_is_kept_to),
		WALL(full_text_comes_from_the_page_and_only_of_new_items),
		WALL(an_etag_is_not_kept_when_an_item_was_lost_on_the_way),
		STEPPED(in_stepped_time_a_feed_is_asked_with_the_clock),
		STEPPED(in_stepped_time_a_crawl_delay_holds_no_poll),
		STEPPED(in_stepped_time_a_host_that_rests_is_done_without),
		WALL(what_robots_txt_disallows_is_not_asked_and_the_source_says_why),
		WALL(an_item_whose_page_is_disallowed_comes_with_the_words_of_its_feed),
		WALL(a_crawl_delay_is_that_of_the_host_of_the_page),
		WALL(a_crawl_delay_is_kept_between_requests_up_to_our_own_bound),
		WALL(the_host_that_a_redirect_led_to_has_its_pause),
		WALL(a_redirect_waits_in_the_queue_of_the_host_it_leads_to),
		WALL(a_redirect_that_waits_keeps_nobody_from_being_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
