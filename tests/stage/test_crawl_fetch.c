/* The crawler: what its polls bring, and bring once. */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

#include "crawler/health_store.h"
#include "crawler/hotlist.h"
#include "crawler/inbox_store.h"
#include "crawler/source_store.h"
#include "crawler/spool_store.h"
#include "crawler/state.h"
#include "crawler/websub_store.h"

#include "tests/support/crawl_bench.h"

static void
a_feed_comes_once_and_its_etag_is_remembered(void **state)
{
	struct bench *b = *state;

	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	assert_true(str_is(b->docs[0].source, "feed"));
	assert_true(str_is(b->docs[0].lang, "")); /* two bytes of "中" are no language */
	assert_int_equal(bench_int(b, "documents"), 3);
	bench_poll_after(b, 300);
	assert_int_equal(b->site.not_modified, 1);
	b->site.items = 4;
	bench_poll_after(b, 300);
	assert_int_equal(b->site.polls, 3);
	assert_int_equal(b->n_docs, 4);
	assert_int_equal(bench_int(b, "seen"), 3);
	crawler_free(b->crawler);
	bench_start(b);
	bench_poll_after(b, 300);
	assert_int_equal(b->site.not_modified, 2);
	assert_int_equal(bench_int(b, "failures"), 0);
}

static void
state_is(struct bench *b, const char *health, const char *cause)
{
	assert_string_equal(bench_text(b, "state"), health);
	assert_string_equal(bench_text(b, "cause"), cause);
}

/* Each answer of the site is one word and one cause, over a restart, too. */
static void
a_source_is_told_in_one_word_and_its_cause(void **state)
{
	struct bench *b = *state;

	b->source[0].cookies = STR("a=b");
	bench_fetch(b);
	state_is(b, "new", "none");
	b->site.status = 403; /* before it ever went well: it refuses us */
	bench_poll_after(b, 0);
	state_is(b, "failing", "refused");
	b->site.status = 0;
	bench_poll_after(b, 3600);
	state_is(b, "ok", "none");
	assert_int_equal(bench_int(b, "lag_s"), 0);
	b->site.broken = true; /* a login page where the feed was */
	b->site.items++;
	bench_poll_after(b, 3600);
	state_is(b, "credentials", "login");
	b->site.broken = false;
	bench_poll_after(b, 2 * 3600);
	state_is(b, "ok", "none");
	b->site.status = 403; /* after it went well: what we showed is not taken any more */
	bench_poll_after(b, 3600);
	state_is(b, "credentials", "login");
	crawler_free(b->crawler);
	bench_start(b);
	state_is(b, "credentials", "login");
	b->site.status = 500;
	bench_poll_after(b, 86400);
	state_is(b, "failing", "server");
	b->site.status = 410;
	bench_poll_after(b, 2 * 86400);
	bench_poll_after(b, 4 * 86400);
	state_is(b, "gone", "gone");
	bench_command(b, "source.list", "{\"state\":\"gone\",\"from\":0,\"max\":1}", STR(""));
	bench_settle(b);
	assert_int_equal(json_count(json_parse(b->kept, b->reply.body, &b->e)), 1);
	bench_command(b, "source.list", "{\"state\":\"ok\"}", STR(""));
	bench_settle(b);
	assert_true(str_is(b->reply.body, "[]"));
	bench_command(b, "source.coverage", "", STR(""));
	bench_settle(b);
	assert_non_null(strstr(arena_text(b->kept, b->reply.body), "\"coverage\":\"down\""));
	bench_command(b, "source.metrics", "", STR(""));
	bench_settle(b);
	assert_non_null(strstr(arena_text(b->kept, b->reply.body),
			       "langyan_sources{state=\"gone\"} 1\n"));
	assert_non_null(strstr(arena_text(b->kept, b->reply.body),
			       "langyan_source_dark{source=\"feed\"} 1\n"));
}

/* A contract that ends while we run: the next poll is not made, pushes are refused. */
static void
a_source_past_its_contract_is_closed(void **state)
{
	struct bench *b = *state;

	b->source[0].basis = BASIS_LICENSED;
	b->source[0].contract_end_at = clock_now(&b->clock) + 200;
	b->source[0].interval_s = 100;
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.polls, 1);
	b->clock.start_at += 300;
	for (int i = 0; i < 5; i++)
		bench_turn(b);
	assert_int_equal(b->site.polls, 1);
	state_is(b, "ended", "none");
	assert_non_null(
		strstr(bench_push(b, STR("{\"id\":\"1\",\"source\":\"feed\",\"text\":\"x\"}")),
		       "its contract has ended"));
	bench_command(b, "source.poll", "{\"name\":\"feed\"}", STR(""));
	bench_settle(b);
	assert_int_equal(b->reply.status, 409);
}

/* The arguments of documents.push: history is flagged and never old, rows of the same words are
 * rows of their own, a source that is not configured has what the arguments say. */
static void
a_body_is_taken_as_its_arguments_say(void **state)
{
	static const char rows[] =
		"{\"id\":\"1\",\"text\":\"good\",\"published\":\"2020-01-01T00:00:00Z\"}\n"
		"{\"id\":\"2\",\"text\":\"good\",\"published\":\"2020-01-01T00:00:00Z\"}\n"
		"{\"id\":\"3\",\"text\":\"good\"}\n";
	struct bench *b = *state;

	bench_start(b);
	bench_command(b, "documents.push",
		      "{\"source\":\"reviews\",\"class\":\"review\",\"site\":\"shop\","
		      "\"history\":\"1\",\"rows\":\"1\"}",
		      STR(rows));
	bench_settle(b);
	assert_int_equal(b->reply.status, 200);
	assert_non_null(strstr(arena_text(b->kept, b->reply.body),
			       "\"accepted\":2,\"seen\":0,\"refused\":1"));
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(b->docs[0].flags, DOCUMENT_HISTORY);
	assert_true(str_is(b->docs[0].source, "reviews") && str_is(b->docs[0].site, "shop"));
	assert_int_equal(b->docs[0].source_class, CLASS_REVIEW);
	bench_command(b, "documents.push", "{\"colour\":\"red\"}", STR(rows));
	bench_settle(b);
	assert_int_equal(b->reply.status, 400);
}

/* Marks go after 30 days; the feed shows the same items for 100, and then one more. */
static void
what_a_feed_still_shows_never_comes_again(void **state)
{
	struct bench *b = *state;

	b->spool.keep_seen_s = 30 * 86400;
	bench_fetch(b);
	for (int day = 0; day < 100; day++) {
		struct store *s;
		int64_t before;

		bench_poll_after(b, day ? 86400 : 0);
		/* All slices at once: in life it takes three days. */
		before = clock_now(&b->clock) - b->spool.keep_seen_s;
		crawler_free(b->crawler);
		s = bench_spool(b);
		for (int i = 0; i < SEEN_SLICES; i++)
			assert_true(spool_forget_seen(s, i, before, &b->e) >= 0);
		assert_int_equal(store_commit(s, &b->e), 0);
		store_close(s);
		bench_start(b);
	}
	assert_int_equal(bench_int(b, "documents"), 3);
	assert_true(b->site.not_modified > 80); /* hardly any poll was a whole one */
	b->site.items = 4;
	bench_poll_after(b, 86400);
	assert_int_equal(bench_int(b, "documents"), 4);
}

/* A guid that is given to another item is no identity; one whose item is corrected, or has
 * moved, is one still. */
static void
a_guid_used_again_loses_nothing_and_a_correction_is_no_news(void **state)
{
	struct bench *b = *state;

	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	b->site.retold = true;
	bench_poll_after(b, 300);
	assert_int_equal(b->n_docs, 3);
	b->site.moved_on = true; /* both have changed, but not at once */
	bench_poll_after(b, 300);
	assert_int_equal(b->n_docs, 3);
	for (int i = 1; i <= 3; i++) {
		b->site.shift = i;
		bench_poll_after(b, 300);
		assert_int_equal(b->n_docs, 3 + 3 * i);
		b->site.items = 3 + i % 2; /* another body: the same items again, or one more */
		bench_poll_after(b, 300);
		assert_int_equal(b->n_docs, 3 + 3 * i + i % 2);
		b->site.items = 3;
		b->n_docs = (size_t)(3 + 3 * i);
	}
	assert_int_equal(bench_int(b, "refused"), 0);
}

static void
a_source_at_a_new_address_is_read_from_the_start(void **state)
{
	struct bench *b = *state;

	bench_fetch(b);
	bench_poll_after(b, 0);
	crawler_free(b->crawler);
	snprintf(b->url, sizeof b->url, "http://127.0.0.1:%d/feed?moved",
		 httpd_port(b->site.httpd));
	b->source[0].url = str_of(b->url);
	bench_start(b);
	bench_turn(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(bench_int(b, "seen"), 3);
}

/* The disk was full when the feed's items were to be committed. */
static void
items_of_a_dropped_batch_come_with_the_next_poll(void **state)
{
	struct bench *b = *state;
	int64_t end = clock_mono_ms() + WAIT_S * 1000;
	struct pollfd p = { .events = POLLIN };

	bench_fetch(b);
	p.fd = crawl_stage.fd(b->crawler);
	disk_is_full(true);
	while (b->site.polls == 0) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		bench_turn(b);
	}
	while (bench_figure(b, "documents") < 3)
		bench_turn(b);
	disk_is_full(false);
	assert_int_equal(b->n_docs, 0);
	bench_poll_after(b, 60);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(b->n_docs, 3);
}

/* What was to be written apart, behind it, is no part of a batch that is on disk. */
static void
receipts_that_a_full_disk_refuses_are_written_later_and_nothing_is_polled_for_it(void **state)
{
	struct bench *b = *state;
	int64_t due, end = clock_mono_ms() + WAIT_S * 1000;
	struct store *s;
	struct stmt *q;

	b->setup.house_ms = 1;
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	due = schedule_due(b->crawler->schedule);
	disk_is_full(true);
	bench_receipt_step(b, b->docs[0].spool, b->docs[0].seq);
	for (int64_t tried = b->crawler->housed_ms; b->crawler->housed_ms == tried;) {
		assert_true(clock_mono_ms() < end);
		bench_settle(b);
	}
	disk_is_full(false);
	assert_int_equal(b->crawler->drops, 0);
	assert_int_equal(schedule_due(b->crawler->schedule), due);
	assert_true(spool_dirty(b->crawler->spool));
	while (spool_dirty(b->crawler->spool)) {
		assert_true(clock_mono_ms() < end);
		bench_settle(b);
	}
	crawler_free(b->crawler);
	b->crawler = NULL;
	s = bench_spool(b);
	q = store_stmt(s, "SELECT count(*) FROM waiting");
	assert_int_equal(stmt_step(q, &b->e), 1);
	assert_int_equal(stmt_col_int(q, 0), 2);
	stmt_reset(q);
	store_close(s);
}

/* What a batch had counted is counted when it comes again, once. */
static void
the_counts_of_a_dropped_batch_go_with_it(void **state)
{
	struct bench *b = *state;
	struct tally t = { 0 };
	int64_t documents = 0, polls = 0;
	struct store *s;

	bench_fetch(b);
	bench_poll_after(b, 0);
	b->site.items = 5;
	disk_is_full(true);
	b->clock.start_at += 300;
	for (int64_t end = clock_mono_ms() + WAIT_S * 1000; bench_figure(b, "documents") < 5;) {
		assert_true(clock_mono_ms() < end);
		bench_turn(b);
	}
	disk_is_full(false);
	bench_poll_after(b, 60);
	crawler_free(b->crawler);
	b->crawler = NULL;
	s = bench_spool(b);
	assert_int_equal(tally_load(s, STR("feed"), b->kept, &t, &b->e), 1);
	store_close(s);
	for (size_t i = 0; i < TALLY_DAYS; i++) {
		documents += t.days[i].documents;
		polls += t.days[i].polls;
	}
	assert_int_equal(documents, 5);
	assert_int_equal(polls, 2);
}

/* The same broken answer again is still no feed: nobody may be told that all is well. */
static void
a_feed_that_is_none_stays_a_failure(void **state)
{
	struct bench *b = *state;

	b->site.broken = true;
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(bench_int(b, "failures"), 1);
	bench_poll_after(b, 3600);
	assert_int_equal(bench_int(b, "failures"), 2);
	b->site.broken = false;
	bench_poll_after(b, 7200);
	assert_int_equal(bench_int(b, "failures"), 0);
	assert_int_equal(b->n_docs, 3);
}

static void
a_wall_blocks_its_source_until_it_is_gone(void **state)
{
	struct bench *b = *state;

	b->site.wall = "<html><title>安全验证</title><body>请拖动滑块</body></html>";
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(bench_int(b, "failures"), 1);
	assert_string_equal(bench_text(b, "state"), "blocked");
	assert_string_equal(bench_text(b, "why"), "blocked: a captcha (title \"安全验证\")");
	b->site.wall = "<html><title>页面不存在</title><body>返回首页</body></html>";
	bench_poll_after(b, 3600);
	assert_string_equal(bench_text(b, "state"), "failing");
	assert_int_equal(b->n_docs, 0);
	b->site.wall = NULL;
	bench_poll_after(b, 7200);
	assert_int_equal(bench_int(b, "failures"), 0);
	assert_int_equal(b->n_docs, 3);
}

/* The pages behind the items alone. */
static void
of_an_item_behind_a_wall_the_feeds_words_are_kept(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.page_wall = "<html><title>Just a moment...</title><body></body></html>";
	bench_fetch(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	for (size_t i = 0; i < b->n_docs; i++)
		assert_true(str_starts(b->docs[i].text, STR("words of item")));
	assert_true(str_find(str_of(bench_text(b, "why")), STR("a browser check")) >= 0);
}

static void
gone_twice_is_closed_until_a_person_asks(void **state)
{
	struct bench *b = *state;

	b->site.status = 410;
	bench_fetch(b);
	bench_poll_after(b, 0);
	bench_poll_after(b, 3600);
	assert_int_equal(bench_int(b, "next_at"), -1);
	assert_int_equal(b->n_docs, 1); /* that it is dead */
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
	b->site.status = 0;
	b->clock.start_at += 10; /* its host's pause */
	bench_command(b, "source.poll", "{\"name\":\"feed\"}", STR(""));
	bench_settle(b);
	assert_int_equal(b->reply.status, 202);
	bench_poll_after(b, 0);
	assert_int_equal(b->n_docs, 1 + 3 + 1); /* and that it is back */
	assert_int_equal(bench_int(b, "failures"), 0);
}

/* Rows that spool.db has of the source "feed". */
static int64_t
rows_of_feed(struct bench *b)
{
	struct store *s = bench_spool(b);
	struct stmt *q =
		store_stmt(s, "SELECT (SELECT count(*) FROM source WHERE name = 'feed') + "
			      "(SELECT count(*) FROM source_read WHERE name = 'feed') + "
			      "(SELECT count(*) FROM tally WHERE name = 'feed') + "
			      "(SELECT count(*) FROM watched_file WHERE source = 'feed') + "
			      "(SELECT count(*) FROM watched_row WHERE source = 'feed') + "
			      "(SELECT count(*) FROM thread_page WHERE source = 'feed')");
	int64_t n;

	assert_int_equal(stmt_step(q, &b->e), 1);
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	store_close(s);
	return n;
}

/* So many days with the sources as they are; housekeeping goes through all of its parts. */
static void
keep_house_after(struct bench *b, int64_t days)
{
	bench_start(b);
	b->clock.start_at += days * 86400;
	for (int i = 0; i < 66; i++) {
		b->clock.start_at += 61;
		bench_push(b, STR("{\"text\":\"x\"}"));
	}
	crawler_free(b->crawler);
	b->crawler = NULL;
}

static void
a_source_that_is_taken_out_is_remembered_as_long_as_its_marks(void **state)
{
	struct bench *b = *state;
	struct id row = ID_OF(STR("row"));
	int64_t before;
	struct store *s;

	b->spool.keep_seen_s = 180 * 86400;
	bench_fetch(b);
	bench_poll_after(b, 0);
	crawler_free(b->crawler);
	s = bench_spool(b);
	assert_int_equal(watched_write(s, STR("feed"), &(struct watched){ .inode = 7 }, &b->e),
			 0);
	assert_int_equal(watched_row_count(s, STR("feed"), 7, &row, &before, &b->e), 0);
	assert_int_equal(thread_page_write(s, STR("feed"), STR("u"), STR("p"), &b->e), 0);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	b->setup.quiet = true;
	b->sources = (struct conf_list){ &b->source[1], 1 };
	keep_house_after(b, 100);
	assert_int_equal(rows_of_feed(b), 6);
	keep_house_after(b, 100);
	assert_int_equal(rows_of_feed(b), 0);
}

static void
a_source_that_comes_back_goes_on_where_it_was(void **state)
{
	struct bench *b = *state;

	b->spool.keep_seen_s = 180 * 86400;
	b->fetch.max_age_s = 3650 * 86400LL;
	bench_fetch(b);
	bench_poll_after(b, 0);
	crawler_free(b->crawler);
	b->setup.quiet = true;
	b->sources = (struct conf_list){ &b->source[1], 1 };
	keep_house_after(b, 40);
	b->setup.quiet = false;
	b->sources = (struct conf_list){ b->source, 2 };
	bench_start(b);
	bench_poll_after(b, 0);
	assert_int_equal(b->site.not_modified, 1);
	assert_int_equal(bench_int(b, "documents"), 3);
}

/* ---- what a hub brings -------------------------------------------------------------------- */

#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* The source is known, at an address that was adopted, and a hub has its subscription. */
static void
subscribed(struct bench *b, const struct source_state *st)
{
	const struct subscription sub = { .key = ID_OF(STR("websub"), STR(TOKEN)),
					  .source = STR("feed"),
					  .hub = STR("https://hub.example/"),
					  .topic = str_of(b->url),
					  .token = STR(TOKEN),
					  .secret = STR("secret"),
					  .callback = STR("http://we.example/websub/"),
					  .state = SUB_LIVE,
					  .next_at = clock_now(&b->clock) + 80000,
					  .expires_at = clock_now(&b->clock) + 86400 };
	struct store *s;

	bench_start(b);
	crawler_free(b->crawler);
	s = bench_spool(b);
	assert_int_equal(websub_write(s, &sub, &b->e), 0);
	assert_int_equal(source_state_write(s, STR("feed"), st, &b->e), 0);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	b->source[0].websub = 1;
	b->setup.quiet = false;
	bench_start(b);
}

static void
delivered(struct bench *b, const char *feed)
{
	struct command c = { .call = 7,
			     .actor = STR("test"),
			     .verb = STR("websub.deliver"),
			     .type = STR("application/rss+xml"),
			     .body = str_of(feed) };
	struct buf args = BUF(1024), record = BUF(RECORD_CALL_MAX);
	uint8_t sum[HASH_DIGEST_MAX];

	buf_add(&args, STR("{\"token\":\"" TOKEN "\",\"signature\":\"sha256="));
	hash_add_hex(&args, sum, hash_hmac(HASH_SHA256, STR("secret"), c.body, sum));
	buf_add(&args, STR("\"}"));
	c.args = buf_str(&args);
	record_encode(&command_record, &c, &record);
	bench_step(b, buf_str(&record));
	bench_settle(b);
	buf_release(&args);
	buf_release(&record);
	assert_int_equal(b->reply.status, 202);
}

static void
what_a_hub_brings_is_read_at_the_adopted_address_and_tells_no_pace(void **state)
{
	struct bench *b = *state;
	struct websub_conf hubs = { .public_url = STR("http://we.example"),
				    .lease_s = 86400,
				    .poll_s = 3600 };
	struct source_state st = { .url = str_of(b->url),
				   .adopted = STR("http://new.example/a/feed"),
				   .pace_s = 777,
				   .newest_at = 1759990000,
				   .ttl_s = 600,
				   .skip_hours = 6,
				   .skip_days = 1,
				   .documents = 3 };
	struct source_state got;
	struct store *s;

	b->setup.websub = &hubs;
	subscribed(b, &st);
	delivered(b, "<rss version=\"2.0\"><channel><title>t</title><ttl>1</ttl>"
		     "<item><guid isPermaLink=\"false\">1</guid><title>one</title>"
		     "<link>item/1</link><pubDate>Thu, 09 Oct 2025 08:50:00 GMT</pubDate>"
		     "</item></channel></rss>");
	assert_int_equal(b->n_docs, 1);
	assert_true(str_is(b->docs[0].url, "http://new.example/a/item/1"));
	crawler_free(b->crawler);
	b->crawler = NULL;
	s = bench_spool(b);
	assert_int_equal(source_state_read(s, STR("feed"), b->kept, &got, &b->e), 1);
	store_close(s);
	assert_int_equal(got.documents, 4);
	assert_int_equal(got.pace_s, 777);
	assert_int_equal(got.newest_at, 1759990000);
	assert_int_equal(got.ttl_s, 600);
	assert_int_equal(got.skip_hours, 6);
	assert_int_equal(got.skip_days, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WALL(a_feed_comes_once_and_its_etag_is_remembered),
		WALL(a_source_is_told_in_one_word_and_its_cause),
		WALL(a_source_past_its_contract_is_closed),
		WALL(a_body_is_taken_as_its_arguments_say),
		WALL(what_a_feed_still_shows_never_comes_again),
		WALL(a_guid_used_again_loses_nothing_and_a_correction_is_no_news),
		WALL(a_source_at_a_new_address_is_read_from_the_start),
		WALL(receipts_that_a_full_disk_refuses_are_written_later_and_nothing_is_polled_for_it),
		WALL(the_counts_of_a_dropped_batch_go_with_it),
		WALL(items_of_a_dropped_batch_come_with_the_next_poll),
		WALL(a_feed_that_is_none_stays_a_failure),
		WALL(a_wall_blocks_its_source_until_it_is_gone),
		WALL(of_an_item_behind_a_wall_the_feeds_words_are_kept),
		WALL(gone_twice_is_closed_until_a_person_asks),
		WALL(a_source_that_is_taken_out_is_remembered_as_long_as_its_marks),
		WALL(a_source_that_comes_back_goes_on_where_it_was),
		WALL(what_a_hub_brings_is_read_at_the_adopted_address_and_tells_no_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
