/* The crawler: what is pushed, receipts, stepped time. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/store.h"
#include "core/str.h"
#include "crawler/spool_store.h"

#include "tests/support/crawl_bench.h"

/* ---- pushed documents --------------------------------------------------------------------- */

static void
a_pushed_document_is_answered_and_sent_after_its_commit(void **state)
{
	struct bench *b = *state;
	int64_t began = clock_now(&b->clock);

	bench_start(b);
	bench_command(
		b, "documents.push", "",
		STR("{\"id\":\"1\",\"text\":\"山脆里有虫 13812345678\",\"source\":\"shop\","
		    "\"author\":\"甲\",\"followers\":12,\"published\":\"2025-10-09T08:00:"
		    "00Z\"}"));
	assert_int_equal(b->n_replies, 0);
	assert_int_equal(b->n_docs, 0);
	bench_settle(b);
	assert_int_equal(b->reply.status, 200);
	assert_string_equal(arena_text(b->kept, b->reply.body),
			    "{\"accepted\":1,\"seen\":0,\"refused\":0}");
	assert_int_equal(b->n_docs, 1);
	assert_int_equal(b->n_flushed, 1); /* before anything else that a settle does */
	assert_int_equal(b->n_replies_before, 0);
	assert_true(str_is(b->docs[0].source, "shop"));
	assert_int_equal(b->docs[0].source_class, CLASS_COMPLAINT);
	assert_true(str_is(b->docs[0].text, "山脆里有虫 [手机号]"));
	assert_int_equal(b->docs[0].flags & DOCUMENT_MASKED, DOCUMENT_MASKED);
	assert_int_equal(b->docs[0].followers, 12);
	assert_int_equal(b->docs[0].published_at, 1759996800);
	assert_in_range(b->docs[0].arrived_at, began, clock_now(&b->clock));
	assert_false(id_none(&b->docs[0].author_key));
}

static void
what_came_before_is_seen_and_other_authors_words_are_not(void **state)
{
	static const struct {
		const char *line, *answer;
	} cases[] = {
		{ "{\"id\":\"a\",\"text\":\"退钱\"}",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}" },
		{ "{\"id\":\"a\",\"text\":\"改过\"}",
		  "{\"accepted\":0,\"seen\":1,\"refused\":0}" },
		{ "{\"id\":\"b\",\"text\":\"退钱\"}",
		  "{\"accepted\":0,\"seen\":1,\"refused\":0}" },
		{ "{\"id\":\"c\",\"text\":\"退钱\",\"author\":\"甲\"}",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}" },
		{ "{\"id\":\"d\",\"text\":\"退钱\",\"author\":\"乙\"}",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}" },
		{ "{\"id\":\"e\",\"text\":\"退钱\",\"author\":\"乙\"}",
		  "{\"accepted\":0,\"seen\":1,\"refused\":0}" },
		{ "{\"id\":\"a\",\"text\":\"x\",\"source\":\"shop\"}",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}" },
		{ "{\"url\":\"http://X.example/1?utm_source=q\",\"text\":\"u\"}",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}" },
		{ "{\"url\":\"http://x.example:80/1\",\"text\":\"v\"}",
		  "{\"accepted\":0,\"seen\":1,\"refused\":0}" },
	};
	struct bench *b = *state;

	bench_start(b);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(bench_push(b, str_of(cases[i].line)), cases[i].answer);
}

static void
refused_lines_are_told_with_number_and_reason(void **state)
{
	static const struct {
		const char *body, *answer;
		int status;
	} cases[] = {
		{ "{\"text\":\"a\"}\n\n{\"text\":1}\nnonsense\n{\"text\":\"b\",\"colour\":"
		  "\"red\"}",
		  "{\"accepted\":2,\"seen\":0,\"refused\":2,\"errors\":[{\"line\":3,\"why\":"
		  "\"\\\"text\\\" is not a text\"},{\"line\":4,\"why\":\"column 1: "
		  "this is not a value\"}],\"ignored\":\"colour\"}",
		  200 },
		{ "{\"title\":\" \"}",
		  "{\"accepted\":0,\"seen\":0,\"refused\":1,\"errors\":[{\"line\":1,\"why\":"
		  "\"neither \\\"text\\\" nor \\\"title\\\"\"}]}",
		  400 },
		{ "", "{\"accepted\":0,\"seen\":0,\"refused\":0}", 400 },
		{ "{\n  \"id\": \"over several lines\",\n  \"text\": \"c\"\n}\n",
		  "{\"accepted\":1,\"seen\":0,\"refused\":0}", 200 },
	};
	struct bench *b = *state;

	bench_start(b);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *got = bench_push(b, str_of(cases[i].body));

		assert_int_equal(b->reply.status, cases[i].status);
		if (i != 0 || !strstr(got, "column"))
			assert_string_equal(got, cases[i].answer);
	}
}

/* Whatever comes, the answer is JSON and a person can read it. */
static void
an_answer_stays_whole_however_much_is_refused(void **state)
{
	struct bench *b = *state;
	struct buf body = BUF(8 << 20);
	const struct json *j;

	bench_start(b);
	for (int i = 0; i < 21000; i++)
		buf_add(&body, STR("{\"followers\":\"\\u0001\\u0001\\u0001\"}\n"));
	buf_add(&body, STR("{\"text\":\"x\",\""));
	for (int i = 0; i < 100000; i++)
		buf_add(&body, STR("键"));
	buf_add(&body, STR("\":1}\n"));
	j = json_parse(b->kept, str_of(bench_push(b, buf_str(&body))), &b->e);
	assert_non_null(j);
	assert_int_equal(json_int(json_get(j, "refused"), 0), 21001);
	assert_int_equal(json_count(json_get(j, "errors")), 100);
	assert_int_equal(bench_push(b, str_slice(buf_str(&body), 21000 * 37, body.n))[0], '{');
	assert_non_null(json_parse(b->kept, b->reply.body, &b->e));
	buf_release(&body);
}

/* bench_put decodes every record, so a character cut in two would be found. */
static void
what_is_too_long_is_cut_between_characters_and_keeps_its_identity(void **state)
{
	static const char *const keys[] = { "id", "url", "title", "author", "text" };
	struct bench *b = *state;

	bench_start(b);
	for (size_t k = 0; k < LY_COUNT(keys); k++)
		for (int last = 0; last < 2; last++) {
			static const size_t lengths[] = { 1020, 4000, 4090, 510, 300000 };
			struct buf body = BUF(1 << 20);

			buf_addf(&body, "{\"%s\":\"%s%zu", keys[k],
				 k == 1 ? "http://x.example/" : "", k);
			while (body.n < lengths[k] - 3)
				buf_add(&body, k == 1 ? STR("abc") : STR("长"));
			buf_addf(&body, "%d\"%s}", last,
				 k < 4 && k != 2 ? ",\"text\":\"words\"" : "");
			if (k == 0 || k == 1 || k == 3) { /* other words each time */
				body.n--;
				buf_addf(&body, ",\"title\":\"%zu %d\"}", k, last);
			}
			bench_push(b, buf_str(&body));
			if (!str_starts(b->reply.body, STR("{\"accepted\":1,")))
				fail_msg("%s %d: %.*s", keys[k], last, STR_ARG(b->reply.body));
			buf_release(&body);
		}
	assert_int_equal(b->n_docs, 2 * LY_COUNT(keys));
	assert_false(id_eq(&b->docs[0].id, &b->docs[1].id));
	assert_int_equal(b->docs[9].flags & DOCUMENT_CUT, DOCUMENT_CUT);
	assert_true(b->docs[9].text.n <= 256 * 1024);
}

static void
a_full_disk_refuses_the_push_and_the_next_one_is_taken(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	bench_push(b, STR("{\"text\":\"before\"}"));
	disk_is_full(true);
	bench_command(b, "documents.push", "", STR("{\"text\":\"one\"}"));
	bench_command(b, "documents.push", "", STR("{\"text\":\"two\"}"));
	b->n_replies = 0;
	bench_settle(b);
	assert_int_equal(b->n_replies, 2);
	assert_int_equal(b->reply.status, 503);
	assert_int_equal(b->n_docs, 1);
	disk_is_full(false);
	assert_string_equal(bench_push(b, STR("{\"text\":\"one\"}\n{\"text\":\"two\"}")),
			    "{\"accepted\":2,\"seen\":0,\"refused\":0}");
	assert_int_equal(b->n_docs, 3);
}

static void
a_large_push_ends_the_batch_at_once(void **state)
{
	struct bench *b = *state;
	struct buf body = BUF(8 << 20);

	bench_start(b);
	for (int i = 0; i < 10000; i++)
		buf_addf(&body,
			 "{\"text\":\"%d ....................................................."
			 "....................................................................."
			 "..."
			 "....................................................................."
			 "..."
			 "....................................................................."
			 "..."
			 "...................................................................."
			 "\"}\n",
			 i);
	assert_true(body.n > 3 << 20);
	assert_int_equal(bench_command(b, "documents.push", "", buf_str(&body)), STEP_OK);
	assert_int_equal(bench_command(b, "documents.push", "", buf_str(&body)), STEP_SETTLE);
	bench_settle(b);
	assert_int_equal(b->n_docs, 1000); /* the room there was */
	buf_release(&body);
}

static void
every_verb_answers_once(void **state)
{
	static const struct {
		const char *verb, *args;
		int status;
	} cases[] = {
		{ "source.list", "", 200 },
		{ "crawler.figures", "", 200 },
		{ "reject.list", "", 200 },
		{ "reject.retry", "", 200 },
		{ "reject.retry", "{\"seq\":0}", 200 },
		{ "reject.retry", "{\"seq\":\"5\"}", 400 },
		{ "reject.retry", "{\"seq\"", 400 },
		{ "reject.retry", "{\"seq\":-1}", 400 },
		{ "source.poll", "{\"name\":\"shop\"}", 404 },
		{ "source.poll", "{}", 404 },
		{ "reload", "", 409 },
		{ "no.such", "", 404 },
	};
	struct bench *b = *state;

	bench_start(b);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		b->n_replies = 0;
		bench_command(b, cases[i].verb, cases[i].args, STR(""));
		bench_settle(b);
		assert_int_equal(b->n_replies, 1);
		assert_int_equal(b->reply.status, cases[i].status);
	}
}

/* ---- receipts and losses ------------------------------------------------------------------ */

static void
a_receipt_ends_it_and_a_loss_sends_it_again(void **state)
{
	struct bench *b = *state;
	struct id other = ID_OF(STR("another spool"));

	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	assert_int_equal(b->n_docs, 2);
	bench_receipt(b, other, b->docs[0].seq);
	bench_lost(b, other, b->docs[1].seq);
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(bench_figure(b, "sent"), 2);
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	bench_lost(b, b->docs[1].spool, b->docs[1].seq);
	assert_int_equal(b->n_docs, 3);
	assert_int_equal(b->docs[2].seq, b->docs[1].seq);
	bench_receipt(b, b->docs[2].spool, b->docs[2].seq);
	assert_int_equal(bench_figure(b, "sent") + bench_figure(b, "waiting"), 0);
}

static void
after_a_restart_only_the_unreceipted_go_again(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	crawler_free(b->crawler);
	bench_start(b);
	bench_turn(b);
	assert_int_equal(b->n_docs, 3);
	assert_true(str_is(b->docs[2].text, "b"));
	assert_string_equal(bench_push(b, STR("{\"text\":\"a\"}")),
			    "{\"accepted\":0,\"seen\":1,\"refused\":0}");
}

static int64_t
waiting(struct bench *b)
{
	char path[96];
	struct store *s;
	struct stmt *q;
	int64_t n;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &b->e);
	assert_non_null(s);
	q = store_stmt(s, "SELECT count(*) FROM waiting");
	assert_int_equal(stmt_step(q, &b->e), 1);
	n = stmt_col_int(q, 0);
	stmt_reset(q);
	store_close(s);
	return n;
}

static void
receipts_are_no_part_of_what_documents_wait_for(void **state)
{
	struct bench *b = *state;

	b->setup.house_ms = INT64_MAX; /* never by its time */
	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_int_equal(waiting(b), 2);
	assert_in_range(crawl_stage.due(b->crawler), 0, clock_now(&b->clock));
	bench_push(b, STR("{\"text\":\"c\"}"));
	assert_int_equal(b->reply.status, 200);
	assert_int_equal(waiting(b), 3);
	/* A clean stop writes them, so the next start sends two. */
	crawler_free(b->crawler);
	assert_int_equal(waiting(b), 2);
	b->n_docs = 0;
	bench_start(b);
	bench_turn(b);
	assert_int_equal(b->n_docs, 2);
}

/* A number that was given out twice would be receipted twice: they are spent with the documents. */
static void
numbers_are_spent_with_the_documents_that_have_them(void **state)
{
	struct bench *b = *state;
	struct buf lines = BUF(1 << 20);
	struct store *s;
	int64_t spent;

	b->setup.house_ms = INT64_MAX; /* never by its time */
	bench_start(b);
	for (int i = 0; i < 2000; i++)
		buf_addf(&lines, "{\"text\":\"n%d\"}\n", i);
	bench_push(b, buf_str(&lines));
	buf_release(&lines);
	bench_copy(b);
	s = bench_spool(b);
	assert_int_equal(spool_numbers(s, &spent, &b->e), 0);
	store_close(s);
	assert_true(spent >= 2000);
}

#define TIME_COMES_MS 60000 /* a bound, never a pace */

static void
receipts_are_written_behind_documents_when_it_is_time(void **state)
{
	struct bench *b = *state;

	b->setup.house_ms = 1;
	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}"));
	bench_receipt_step(b, b->docs[0].spool, b->docs[0].seq);
	bench_push(b, STR("{\"text\":\"b\"}"));
	assert_int_equal(b->n_docs, 2);
	for (int64_t end = clock_mono_ms() + TIME_COMES_MS;
	     waiting(b) > 1 && clock_mono_ms() < end;)
		bench_settle(b);
	assert_int_equal(waiting(b), 1);
	assert_true(crawl_stage.due(b->crawler) > clock_now(&b->clock));
}

/* Nothing else may happen for hours: who looks whether it is late? */
static void
while_something_is_open_the_crawler_asks_to_be_called(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	bench_turn(b); /* an erasure that a stop cut short is looked for once */
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
	bench_push(b, STR("{\"text\":\"a\"}"));
	assert_true(crawl_stage.due(b->crawler) <= clock_now(&b->clock) + 2);
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
}

/* ---- stepped time ------------------------------------------------------------------------- */

static void
time_moves_only_when_all_is_receipted(void **state)
{
	struct bench *b = *state;
	int64_t start = 1760000000;

	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	bench_turn(b);
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(b->n_ticks, 1);
	assert_int_equal(b->tick.count, 2);
	assert_int_equal(b->tick.at, start);
	assert_true(b->tick.upto >= b->docs[1].seq && b->tick.seq > b->tick.upto);
	for (int i = 0; i < 10; i++)
		bench_turn(b);
	assert_int_equal(clock_now(&b->clock), start);
	assert_int_equal(b->n_ticks, 1);
	bench_receipt(b, b->docs[0].spool, b->docs[0].seq);
	bench_receipt(b, b->docs[1].spool, b->docs[1].seq);
	bench_turn(b);
	assert_int_equal(clock_now(&b->clock), start);
	bench_receipt(b, b->tick.spool, b->tick.seq);
	assert_int_equal(clock_now(&b->clock), start + 10);
	bench_turn(b);
	assert_int_equal(b->n_ticks, 2);
	assert_int_equal(b->tick.count, 0);
	assert_int_equal(b->tick.at, start + 10);
}

/* The responder lets go of a document with the tick that counts it, or a later one of its time. */
static void
what_is_pushed_behind_the_tick_gets_a_tick_of_its_own(void **state)
{
	struct bench *b = *state;
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	bench_start(b);
	bench_turn(b);
	assert_int_equal(b->n_ticks, 1);
	bench_push(b, STR("{\"text\":\"late\"}"));
	assert_int_equal(b->n_ticks, 1);
	bench_receipt(b, b->tick.spool, b->tick.seq);
	while (b->n_ticks == 1 && clock_mono_ms() < end)
		bench_turn(b);
	assert_int_equal(b->n_ticks, 2);
	assert_int_equal(b->tick.at, 1760000000);
	bench_receipt_all(b, 0);
	assert_int_equal(clock_now(&b->clock), 1760000010);
}

static void
more_than_the_window_holds_does_not_stop_time(void **state)
{
	struct bench *b = *state;
	struct buf body = BUF(1 << 20);
	int64_t end = clock_mono_ms() + WAIT_S * 1000;
	size_t from = 0;

	bench_start(b);
	for (int i = 0; i < 3000; i++)
		buf_addf(&body, "{\"text\":\"document %d\"}\n", i);
	bench_push(b, buf_str(&body));
	buf_release(&body);
	bench_turn(b);
	assert_int_equal(b->n_docs, 1000);
	assert_int_equal(b->n_ticks, 1);
	assert_int_equal(b->tick.count, 1000);
	while (clock_now(&b->clock) == 1760000000 && clock_mono_ms() < end) {
		size_t upto = b->n_docs;

		b->room = 1000;
		bench_receipt_all(b, from);
		from = upto;
	}
	assert_int_equal(b->n_docs, 3000);
	assert_int_equal(clock_now(&b->clock), 1760000010);
}

static void
a_lost_tick_is_sent_again_under_a_new_number(void **state)
{
	struct bench *b = *state;
	struct tick first;

	bench_start(b);
	bench_turn(b);
	first = b->tick;
	bench_lost(b, first.spool, first.seq);
	bench_turn(b);
	assert_int_equal(b->n_ticks, 2);
	assert_int_equal(b->tick.at, first.at);
	assert_true(b->tick.seq > first.seq);
	bench_receipt(b, first.spool, first.seq); /* the old one's receipt means nothing */
	assert_int_equal(clock_now(&b->clock), 1760000000);
	bench_receipt(b, b->tick.spool, b->tick.seq);
	assert_int_equal(clock_now(&b->clock), 1760000010);
}

static void
no_number_of_a_tick_becomes_a_documents_after_a_crash(void **state)
{
	struct bench *b = *state;
	struct tick last;

	bench_start(b);
	for (int i = 0; i < 2000; i++) {
		b->room = 1000;
		bench_turn(b);
		bench_receipt(b, b->tick.spool, b->tick.seq);
	}
	bench_turn(b);
	last = b->tick;
	/* killed: a second crawler on the same file, the first one is never closed properly */
	bench_copy(b);
	bench_start(b);
	bench_push(b, STR("{\"text\":\"a\"}"));
	assert_int_equal(b->n_docs, 1);
	assert_true(b->docs[0].seq > last.seq);
	bench_receipt(b, last.spool, last.seq);
	assert_int_equal(bench_figure(b, "sent"), 1);
}

static void
a_stepped_run_ends_at_its_time(void **state)
{
	struct bench *b = *state;
	int r = STEP_OK, i;

	b->setup.until_at = 1760000060;
	bench_start(b);
	for (i = 0; r != STEP_DONE && i < 100; i++) {
		r = bench_turn(b);
		if (r != STEP_DONE)
			bench_receipt(b, b->tick.spool, b->tick.seq);
	}
	assert_int_equal(r, STEP_DONE);
	assert_int_equal(clock_now(&b->clock), 1760000060);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WALL(a_pushed_document_is_answered_and_sent_after_its_commit),
		WALL(what_came_before_is_seen_and_other_authors_words_are_not),
		WALL(refused_lines_are_told_with_number_and_reason),
		WALL(an_answer_stays_whole_however_much_is_refused),
		WALL(what_is_too_long_is_cut_between_characters_and_keeps_its_identity),
		WALL(a_full_disk_refuses_the_push_and_the_next_one_is_taken),
		WALL(a_large_push_ends_the_batch_at_once),
		WALL(every_verb_answers_once),
		WALL(a_receipt_ends_it_and_a_loss_sends_it_again),
		WALL(after_a_restart_only_the_unreceipted_go_again),
		WALL(receipts_are_no_part_of_what_documents_wait_for),
		WALL(numbers_are_spent_with_the_documents_that_have_them),
		WALL(receipts_are_written_behind_documents_when_it_is_time),
		WALL(while_something_is_open_the_crawler_asks_to_be_called),
		STEPPED(time_moves_only_when_all_is_receipted),
		STEPPED(what_is_pushed_behind_the_tick_gets_a_tick_of_its_own),
		STEPPED(more_than_the_window_holds_does_not_stop_time),
		STEPPED(a_lost_tick_is_sent_again_under_a_new_number),
		STEPPED(no_number_of_a_tick_becomes_a_documents_after_a_crash),
		STEPPED(a_stepped_run_ends_at_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
