/* The crawler as the runner drives it, with an out, a clock and a folder of the test's own. */
#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/document.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/str.h"

#include "crawler/crawler.h"
#include "crawler/spool_store.h"

#define KEPT   8192
#define MANY   60 /* pages */
#define WAIT_S 20 /* a test that waits for longer for its own loopback site has failed */

/* ---- a disk that is full ------------------------------------------------------------------ */

static bool disk_full;

static ssize_t
failing_pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (disk_full) {
		errno = ENOSPC;
		return -1;
	}
	return pwrite(fd, p, n, at);
}

static void
disk_is_full(bool full)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr f = (sqlite3_syscall_ptr)(void (*)(void))failing_pwrite;

	disk_full = full;
	v->xSetSystemCall(v, "pwrite", full ? f : NULL);
	v->xSetSystemCall(v, "pwrite64", full ? f : NULL);
}

/* ---- a site ------------------------------------------------------------------------------- */

struct site {
	struct httpd *httpd; /* its thread reads and counts what the test sets and reads */
	_Atomic int status;  /* of /feed; 0 = 200 */
	_Atomic int items;   /* in /feed          */
	_Atomic int shift;   /* its guids begin anew this often: g1 is another item    */
	_Atomic bool retold, moved_on; /* titles, links are others for the same items */
	_Atomic int64_t retry_after_s;
	_Atomic bool broken; /* /feed is no feed  */
	/* What everything, or every page, answers; NULL: itself. */
	const char *_Atomic wall, *_Atomic page_wall;
	const char *_Atomic robots;    /* NULL: there is none */
	_Atomic int robots_from;       /* the first so many askings find none */
	_Atomic int moves, redirected; /* /feed answers so, with /feed?new; how often it did */
	_Atomic int polls, pages, not_modified, robots_asked;
	char clock[32];
};

static void
feed_add(const struct site *s, struct buf *b)
{
	buf_add(b, STR("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title>"
		       "<language>中文</language>"));
	for (int i = 1; i <= s->items; i++) {
		int n = i + s->shift * 1000;

		buf_addf(b,
			 "<item><guid isPermaLink=\"false\">g%d</guid><title>title %d%s</title>"
			 "<link>http://127.0.0.1:%d/item/%d%s</link>"
			 "<description>words of item %d</description></item>",
			 i, n, s->retold ? " (corrected)" : "", httpd_port(s->httpd), n,
			 s->moved_on ? "/new" : "", n);
	}
	buf_add(b, STR("</channel></rss>"));
}

static void
answer(void *arg, const struct site_request *q, struct site_answer *a)
{
	struct site *s = arg;
	bool feed = str_is(q->path, "/feed");

	a->status = feed && s->status ? s->status : 200;
	if (str_is(q->path, "/robots.txt")) {
		const char *robots = s->robots_asked >= s->robots_from ? s->robots : NULL;

		s->robots_asked++;
		a->status = robots ? 200 : 404;
		a->type = "text/plain";
		buf_add(&a->body, str_of(robots));
		return;
	}
	if (s->wall || (s->page_wall && !feed)) {
		a->type = "text/html; charset=utf-8";
		buf_add(&a->body, str_of(s->wall ? s->wall : s->page_wall));
		return;
	}
	if (!feed) {
		s->pages++;
		a->type = "text/html; charset=utf-8";
		buf_addf(
			&a->body,
			"<!doctype html><html><head><title>title</title></head><body><article>"
			"<h1>title</h1><p>The whole text behind %.*s. It says a good deal more "
			"than the feed did, in several sentences, and so it is taken in its "
			"place, every time that the page is there.</p><p>A second paragraph "
			"says that again in other words, because a page of one sentence is "
			"hardly a page, and nobody would write "
			"one.</p></article></body></html>",
			STR_ARG(q->path));
		return;
	}
	if (s->moves && !q->query.n) {
		s->redirected++;
		a->status = s->moves;
		buf_addf(&a->location, "http://127.0.0.1:%d/feed?new", httpd_port(s->httpd));
		return;
	}
	s->polls++;
	snprintf(s->clock, sizeof s->clock, "%.*s", STR_ARG(q->clock));
	a->retry_after_s = s->retry_after_s;
	if (a->status != 200)
		return;
	a->type = "application/rss+xml";
	buf_addf(&a->etag, "\"%d\"",
		 s->items + 100000 * s->shift + 10000 * s->retold + 20000 * s->moved_on);
	if (str_eq(q->if_none_match, buf_str(&a->etag))) {
		a->status = 304;
		s->not_modified++;
	} else if (s->broken) {
		a->type = "text/html";
		buf_clear(&a->etag);
		buf_add(&a->body, STR("<html><body>please log in to continue</body></html>"));
	} else {
		feed_add(s, &a->body);
	}
}

/* ---- the crawler on a bench --------------------------------------------------------------- */

struct bench {
	struct out out; /* first */
	char dir[64], url[96], allow[64];
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct source_conf source[3];
	struct str allowed[1];
	struct conf_list sources;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct site site;
	struct arena *step, *kept;
	size_t room;
	struct document docs[KEPT];
	size_t n_docs;
	struct tick tick;
	size_t n_ticks;
	struct reply reply;
	size_t n_replies;
	struct err e;
};

static size_t
bench_room(struct out *o)
{
	return ((struct bench *)o)->room;
}

static void
bench_put(struct out *o, enum out_way way, struct str record)
{
	struct bench *b = (struct bench *)o;
	struct err e = { 0 };

	record = arena_str(b->kept, record);
	if (way == OUT_REPLY) {
		assert_int_equal(record_decode(&reply_record, record, &b->reply, b->kept, &e),
				 0);
		b->n_replies++;
		return;
	}
	assert_int_equal(way, OUT_NEXT);
	b->room -= b->room > 0;
	if (record_kind(record) == KIND_TICK) {
		assert_int_equal(record_decode(&tick_record, record, &b->tick, b->kept, &e), 0);
		b->n_ticks++;
		return;
	}
	assert_true(b->n_docs < KEPT);
	if (record_decode(&document_record, record, &b->docs[b->n_docs++], b->kept, &e) < 0)
		fail_msg("%s", e.text);
}

/* As kill -9 leaves it: the file as it is now, in another folder, with nobody's lock on it. */
static void
bench_copy(struct bench *b)
{
	char command[256], dir[64];

	snprintf(dir, sizeof dir, "%s", b->dir);
	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-crawl-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(command, sizeof command, "cp -r %s/. %s/", dir, b->dir);
	assert_int_equal(system(command), 0);
	crawler_free(b->crawler);
	b->crawler = NULL;
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

static void
bench_start(struct bench *b)
{
	b->crawler = crawler_new(&b->setup, &b->e);
	if (!b->crawler)
		fail_msg("%s", b->e.text);
}

static int
bench_make(void **state, enum clock_mode mode)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-crawl-XXXXXX");
	if (!mkdtemp(b->dir))
		return -1;
	b->out = (struct out){ bench_room, bench_put, OUT_SCRATCH };
	b->step = arena_new();
	b->kept = arena_new();
	b->room = 1000;
	b->site.items = 3;
	b->site.httpd = site_open("127.0.0.1:0", answer, &b->site, &b->e);
	if (!b->site.httpd)
		return -1;
	snprintf(b->url, sizeof b->url, "http://127.0.0.1:%d/feed", httpd_port(b->site.httpd));
	snprintf(b->allow, sizeof b->allow, "127.0.0.1:%d", httpd_port(b->site.httpd));
	b->allowed[0] = str_of(b->allow);
	clock_init(&b->clock, mode, 1760000000, 0);
	b->fetch = (struct fetch_conf){ .agent = STR("test"),
					.timeout_s = 10,
					.max_bytes = 1 << 20,
					.max_redirects = 5,
					.per_host = 1,
					.max_transfers = 16,
					.interval_s = 300,
					.interval_min_s = 120,
					.interval_max_s = 7200,
					.blind_after_s = 3600,
					.per_address = 4,
					.delay_s = 1,
					.max_age_s = 7 * 86400 };
	b->spool = (struct spool_conf){ .keep_s = 7 * 86400,
					.keep_bytes = (int64_t)1 << 30,
					.resend_after_s = 30 };
	b->source[0] = (struct source_conf){ .name = STR("feed"),
					     .url = str_of(b->url),
					     .allow_private = { b->allowed, 1 } };
	b->source[1] = (struct source_conf){ .name = STR("shop"),
					     .kind = SOURCE_PUSH,
					     .source_class = CLASS_COMPLAINT };
	b->sources = (struct conf_list){ b->source, 2 };
	b->setup = (struct crawler_setup){ .fetch = &b->fetch,
					   .spool = &b->spool,
					   .sources = &b->sources,
					   .dir = b->dir,
					   .clock = &b->clock,
					   .step_s = 10,
					   .quiet = true };
	*state = b;
	return 0;
}

/* Scaled by one: it runs like the wall's, and start_at moves it. */
static int
wall(void **state)
{
	int rc = bench_make(state, CLOCK_SCALED);
	struct bench *b = *state;

	b->clock.scale = 1;
	return rc;
}

static int
stepped(void **state)
{
	return bench_make(state, CLOCK_STEPPED);
}

static int
unmake(void **state)
{
	struct bench *b = *state;
	char command[128];
	int rc;

	disk_is_full(false);
	crawler_free(b->crawler);
	httpd_close(b->site.httpd);
	buf_release(&b->out.scratch);
	arena_free(b->step);
	arena_free(b->kept);
	snprintf(command, sizeof command, "rm -rf %s", b->dir);
	rc = system(command);
	free(b);
	return rc;
}

static int
step(struct bench *b, struct str in)
{
	int64_t now = clock_now(&b->clock);
	int r = crawl_stage.step(b->crawler, arena_str(b->step, in), now, &b->out, b->step,
				 &b->e);

	if (r < 0)
		fail_msg("%s", b->e.text);
	return r;
}

static void
settle(struct bench *b)
{
	if (crawl_stage.settle(b->crawler, clock_now(&b->clock), &b->out, &b->e) < 0)
		fail_msg("%s", b->e.text);
	arena_reset(b->step);
}

static int
turn(struct bench *b)
{
	int r = step(b, STR(""));

	settle(b);
	return r;
}

static int
command_step(struct bench *b, const char *verb, const char *args, struct str body)
{
	struct command c = { .call = 7,
			     .actor = STR("test"),
			     .verb = str_of(verb),
			     .args = str_of(args),
			     .body = body };
	struct buf record = BUF(RECORD_CALL_MAX);
	int r;

	b->reply = (struct reply){ 0 };
	record_encode(&command_record, &c, &record);
	assert_true(buf_ok(&record));
	r = step(b, buf_str(&record));
	buf_release(&record);
	return r;
}

/* Push text and settle; the body of the reply. */
static const char *
push(struct bench *b, struct str body)
{
	command_step(b, "documents.push", "", body);
	settle(b);
	assert_int_equal(b->reply.call, 7);
	return arena_text(b->kept, b->reply.body);
}

static int64_t
figure(struct bench *b, const char *name)
{
	const struct json *j;

	command_step(b, "crawler.figures", "", STR(""));
	settle(b);
	j = json_parse(b->kept, b->reply.body, &b->e);
	assert_non_null(j);
	return json_int(json_get(j, name), -1);
}

static const struct json *
source_state(struct bench *b)
{
	command_step(b, "source.list", "", STR(""));
	settle(b);
	return json_at(json_parse(b->kept, b->reply.body, &b->e), 0);
}

static void
receipt_step(struct bench *b, struct id spool, int64_t seq)
{
	struct receipt r = { spool, seq };
	struct buf record = BUF(256);

	record_encode(&receipt_record, &r, &record);
	step(b, buf_str(&record));
	buf_release(&record);
}

static void
receipt(struct bench *b, struct id spool, int64_t seq)
{
	receipt_step(b, spool, seq);
	settle(b);
}

static void
lost(struct bench *b, struct id spool, int64_t seq)
{
	struct lost_seq v[] = { { seq } };
	struct lost l = { spool, { v, 1 } };
	struct buf record = BUF(256);

	record_encode(&lost_record, &l, &record);
	step(b, buf_str(&record));
	buf_release(&record);
	settle(b);
}

/* ---- pushed documents --------------------------------------------------------------------- */

static void
a_pushed_document_is_answered_and_sent_after_its_commit(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	command_step(
		b, "documents.push", "",
		STR("{\"id\":\"1\",\"text\":\"山脆里有虫 13812345678\",\"source\":\"shop\","
		    "\"author\":\"甲\",\"followers\":12,\"published\":\"2025-10-09T08:00:"
		    "00Z\"}"));
	assert_int_equal(b->n_replies, 0);
	assert_int_equal(b->n_docs, 0);
	settle(b);
	assert_int_equal(b->reply.status, 200);
	assert_string_equal(arena_text(b->kept, b->reply.body),
			    "{\"accepted\":1,\"seen\":0,\"refused\":0}");
	assert_int_equal(b->n_docs, 1);
	assert_true(str_is(b->docs[0].source, "shop"));
	assert_int_equal(b->docs[0].source_class, CLASS_COMPLAINT);
	assert_true(str_is(b->docs[0].text, "山脆里有虫 [手机号]"));
	assert_int_equal(b->docs[0].flags & DOCUMENT_MASKED, DOCUMENT_MASKED);
	assert_int_equal(b->docs[0].followers, 12);
	assert_int_equal(b->docs[0].published_at, 1759996800);
	assert_int_equal(b->docs[0].arrived_at, clock_now(&b->clock));
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
		assert_string_equal(push(b, str_of(cases[i].line)), cases[i].answer);
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
		  "\"\\\"text\\\" is not a text\"},{\"line\":4,\"why\":\"line 1, column 1: "
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
		const char *got = push(b, str_of(cases[i].body));

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
	j = json_parse(b->kept, str_of(push(b, buf_str(&body))), &b->e);
	assert_non_null(j);
	assert_int_equal(json_int(json_get(j, "refused"), 0), 21001);
	assert_int_equal(json_count(json_get(j, "errors")), 100);
	assert_int_equal(push(b, str_slice(buf_str(&body), 21000 * 37, body.n))[0], '{');
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
			push(b, buf_str(&body));
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
	push(b, STR("{\"text\":\"before\"}"));
	disk_is_full(true);
	command_step(b, "documents.push", "", STR("{\"text\":\"one\"}"));
	command_step(b, "documents.push", "", STR("{\"text\":\"two\"}"));
	b->n_replies = 0;
	settle(b);
	assert_int_equal(b->n_replies, 2);
	assert_int_equal(b->reply.status, 503);
	assert_int_equal(b->n_docs, 1);
	disk_is_full(false);
	assert_string_equal(push(b, STR("{\"text\":\"one\"}\n{\"text\":\"two\"}")),
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
	assert_int_equal(command_step(b, "documents.push", "", buf_str(&body)), STEP_OK);
	assert_int_equal(command_step(b, "documents.push", "", buf_str(&body)), STEP_SETTLE);
	settle(b);
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
		command_step(b, cases[i].verb, cases[i].args, STR(""));
		settle(b);
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
	push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	assert_int_equal(b->n_docs, 2);
	receipt(b, other, b->docs[0].seq);
	lost(b, other, b->docs[1].seq);
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(figure(b, "sent"), 2);
	receipt(b, b->docs[0].spool, b->docs[0].seq);
	lost(b, b->docs[1].spool, b->docs[1].seq);
	assert_int_equal(b->n_docs, 3);
	assert_int_equal(b->docs[2].seq, b->docs[1].seq);
	receipt(b, b->docs[2].spool, b->docs[2].seq);
	assert_int_equal(figure(b, "sent") + figure(b, "waiting"), 0);
}

static void
after_a_restart_only_the_unreceipted_go_again(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	receipt(b, b->docs[0].spool, b->docs[0].seq);
	crawler_free(b->crawler);
	bench_start(b);
	turn(b);
	assert_int_equal(b->n_docs, 3);
	assert_true(str_is(b->docs[2].text, "b"));
	assert_string_equal(push(b, STR("{\"text\":\"a\"}")),
			    "{\"accepted\":0,\"seen\":1,\"refused\":0}");
}

/* Nothing else may happen for hours: who looks whether it is late? */
static void
while_something_is_open_the_crawler_asks_to_be_called(void **state)
{
	struct bench *b = *state;

	bench_start(b);
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
	push(b, STR("{\"text\":\"a\"}"));
	assert_true(crawl_stage.due(b->crawler) <= clock_now(&b->clock) + 2);
	receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
}

/* ---- stepped time ------------------------------------------------------------------------- */

/* Receipt everything that was sent since from, in batches as they come, then the tick. A commit
 * for each of thousands would take a busy disk longer than a test waits. */
static void
receipt_all(struct bench *b, size_t from)
{
	int64_t at = clock_now(&b->clock);

	for (size_t i = from, upto = b->n_docs; i < upto; i++) {
		receipt_step(b, b->docs[i].spool, b->docs[i].seq);
		if (i + 1 == upto || i % 64 == 63)
			settle(b);
	}
	if (b->tick.at == at) /* the next time's may have come with the last */
		receipt(b, b->tick.spool, b->tick.seq);
}

static void
time_moves_only_when_all_is_receipted(void **state)
{
	struct bench *b = *state;
	int64_t start = 1760000000;

	bench_start(b);
	push(b, STR("{\"text\":\"a\"}\n{\"text\":\"b\"}"));
	turn(b);
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(b->n_ticks, 1);
	assert_int_equal(b->tick.count, 2);
	assert_int_equal(b->tick.at, start);
	assert_true(b->tick.upto >= b->docs[1].seq && b->tick.seq > b->tick.upto);
	for (int i = 0; i < 10; i++)
		turn(b);
	assert_int_equal(clock_now(&b->clock), start);
	assert_int_equal(b->n_ticks, 1);
	receipt(b, b->docs[0].spool, b->docs[0].seq);
	receipt(b, b->docs[1].spool, b->docs[1].seq);
	turn(b);
	assert_int_equal(clock_now(&b->clock), start);
	receipt(b, b->tick.spool, b->tick.seq);
	assert_int_equal(clock_now(&b->clock), start + 10);
	turn(b);
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
	turn(b);
	assert_int_equal(b->n_ticks, 1);
	push(b, STR("{\"text\":\"late\"}"));
	assert_int_equal(b->n_ticks, 1);
	receipt(b, b->tick.spool, b->tick.seq);
	while (b->n_ticks == 1 && clock_mono_ms() < end)
		turn(b);
	assert_int_equal(b->n_ticks, 2);
	assert_int_equal(b->tick.at, 1760000000);
	receipt_all(b, 0);
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
	push(b, buf_str(&body));
	buf_release(&body);
	turn(b);
	assert_int_equal(b->n_docs, 1000);
	assert_int_equal(b->n_ticks, 1);
	assert_int_equal(b->tick.count, 1000);
	while (clock_now(&b->clock) == 1760000000 && clock_mono_ms() < end) {
		size_t upto = b->n_docs;

		b->room = 1000;
		receipt_all(b, from);
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
	turn(b);
	first = b->tick;
	lost(b, first.spool, first.seq);
	turn(b);
	assert_int_equal(b->n_ticks, 2);
	assert_int_equal(b->tick.at, first.at);
	assert_true(b->tick.seq > first.seq);
	receipt(b, first.spool, first.seq); /* the old one's receipt means nothing */
	assert_int_equal(clock_now(&b->clock), 1760000000);
	receipt(b, b->tick.spool, b->tick.seq);
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
		turn(b);
		receipt(b, b->tick.spool, b->tick.seq);
	}
	turn(b);
	last = b->tick;
	/* killed: a second crawler on the same file, the first one is never closed properly */
	bench_copy(b);
	bench_start(b);
	push(b, STR("{\"text\":\"a\"}"));
	assert_int_equal(b->n_docs, 1);
	assert_true(b->docs[0].seq > last.seq);
	receipt(b, last.spool, last.seq);
	assert_int_equal(figure(b, "sent"), 1);
}

static void
a_stepped_run_ends_at_its_time(void **state)
{
	struct bench *b = *state;
	int r = STEP_OK, i;

	b->setup.until_at = 1760000060;
	bench_start(b);
	for (i = 0; r != STEP_DONE && i < 100; i++) {
		r = turn(b);
		if (r != STEP_DONE)
			receipt(b, b->tick.spool, b->tick.seq);
	}
	assert_int_equal(r, STEP_DONE);
	assert_int_equal(clock_now(&b->clock), 1760000060);
}

/* ---- fetching ----------------------------------------------------------------------------- */

static void
start_fetching(struct bench *b)
{
	b->setup.quiet = false;
	bench_start(b);
}

/* Time goes on by s; let transfers go on until a poll that began then is over. */
static void
poll_after(struct bench *b, int64_t s)
{
	int64_t end = clock_mono_ms() + WAIT_S * 1000;
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };
	int64_t from = clock_now(&b->clock) + s;

	b->clock.start_at += s;
	do {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		turn(b);
	} while (json_int(json_get(source_state(b), "polled_at"), 0) < from);
}

static int64_t
state_int(struct bench *b, const char *name)
{
	return json_int(json_get(source_state(b), name), -2);
}

static const char *
state_text(struct bench *b, const char *name)
{
	return arena_text(b->kept, json_text(json_get(source_state(b), name), STR("")));
}

/* spool.db while no crawler has it, in a batch. */
static struct store *
spool_file(struct bench *b)
{
	char path[96];
	struct store *s;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open(path, &spool_migrations, &b->e);
	assert_non_null(s);
	assert_int_equal(store_begin(s, &b->e), 0);
	return s;
}

static void
a_feed_comes_once_and_its_etag_is_remembered(void **state)
{
	struct bench *b = *state;

	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	assert_true(str_is(b->docs[0].source, "feed"));
	assert_true(str_is(b->docs[0].lang, "")); /* two bytes of "中" are no language */
	assert_int_equal(state_int(b, "documents"), 3);
	poll_after(b, 300);
	assert_int_equal(b->site.not_modified, 1);
	b->site.items = 4;
	poll_after(b, 300);
	assert_int_equal(b->site.polls, 3);
	assert_int_equal(b->n_docs, 4);
	assert_int_equal(state_int(b, "seen"), 3);
	crawler_free(b->crawler);
	bench_start(b);
	poll_after(b, 300);
	assert_int_equal(b->site.not_modified, 2);
	assert_int_equal(state_int(b, "failures"), 0);
}

static void
state_is(struct bench *b, const char *health, const char *cause)
{
	assert_string_equal(state_text(b, "state"), health);
	assert_string_equal(state_text(b, "cause"), cause);
}

/* Each answer of the site is one word and one cause, over a restart, too. */
static void
a_source_is_told_in_one_word_and_its_cause(void **state)
{
	struct bench *b = *state;

	b->source[0].cookies = STR("a=b");
	start_fetching(b);
	state_is(b, "new", "none");
	b->site.status = 403; /* before it ever went well: it refuses us */
	poll_after(b, 0);
	state_is(b, "failing", "refused");
	b->site.status = 0;
	poll_after(b, 3600);
	state_is(b, "ok", "none");
	assert_int_equal(state_int(b, "lag_s"), 0);
	b->site.broken = true; /* a login page where the feed was */
	b->site.items++;
	poll_after(b, 3600);
	state_is(b, "credentials", "login");
	b->site.broken = false;
	poll_after(b, 2 * 3600);
	state_is(b, "ok", "none");
	b->site.status = 403; /* after it went well: what we showed is not taken any more */
	poll_after(b, 3600);
	state_is(b, "credentials", "login");
	crawler_free(b->crawler);
	bench_start(b);
	state_is(b, "credentials", "login");
	b->site.status = 500;
	poll_after(b, 86400);
	state_is(b, "failing", "server");
	b->site.status = 410;
	poll_after(b, 2 * 86400);
	poll_after(b, 4 * 86400);
	state_is(b, "gone", "gone");
	command_step(b, "source.list", "{\"state\":\"gone\",\"from\":0,\"max\":1}", STR(""));
	settle(b);
	assert_int_equal(json_count(json_parse(b->kept, b->reply.body, &b->e)), 1);
	command_step(b, "source.list", "{\"state\":\"ok\"}", STR(""));
	settle(b);
	assert_true(str_is(b->reply.body, "[]"));
	command_step(b, "source.coverage", "", STR(""));
	settle(b);
	assert_non_null(strstr(arena_text(b->kept, b->reply.body), "\"coverage\":\"down\""));
	command_step(b, "source.metrics", "", STR(""));
	settle(b);
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
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->site.polls, 1);
	b->clock.start_at += 300;
	for (int i = 0; i < 5; i++)
		turn(b);
	assert_int_equal(b->site.polls, 1);
	state_is(b, "ended", "none");
	assert_non_null(
		strstr(push(b, STR("{\"id\":\"1\",\"source\":\"feed\",\"text\":\"x\"}")),
		       "its contract has ended"));
	command_step(b, "source.poll", "{\"name\":\"feed\"}", STR(""));
	settle(b);
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
	command_step(b, "documents.push",
		     "{\"source\":\"reviews\",\"class\":\"review\",\"site\":\"shop\","
		     "\"history\":\"1\",\"rows\":\"1\"}",
		     STR(rows));
	settle(b);
	assert_int_equal(b->reply.status, 200);
	assert_non_null(strstr(arena_text(b->kept, b->reply.body),
			       "\"accepted\":2,\"seen\":0,\"refused\":1"));
	assert_int_equal(b->n_docs, 2);
	assert_int_equal(b->docs[0].flags, DOCUMENT_HISTORY);
	assert_true(str_is(b->docs[0].source, "reviews") && str_is(b->docs[0].site, "shop"));
	assert_int_equal(b->docs[0].source_class, CLASS_REVIEW);
	command_step(b, "documents.push", "{\"colour\":\"red\"}", STR(rows));
	settle(b);
	assert_int_equal(b->reply.status, 400);
}

/* Marks go after 30 days; the feed shows the same items for 100, and then one more. */
static void
what_a_feed_still_shows_never_comes_again(void **state)
{
	struct bench *b = *state;

	b->spool.keep_seen_s = 30 * 86400;
	start_fetching(b);
	for (int day = 0; day < 100; day++) {
		struct store *s;
		int64_t before;

		poll_after(b, day ? 86400 : 0);
		/* All slices at once: in life it takes three days. */
		before = clock_now(&b->clock) - b->spool.keep_seen_s;
		crawler_free(b->crawler);
		s = spool_file(b);
		for (int i = 0; i < SEEN_SLICES; i++)
			assert_true(spool_forget_seen(s, i, before, &b->e) >= 0);
		assert_int_equal(store_commit(s, &b->e), 0);
		store_close(s);
		bench_start(b);
	}
	assert_int_equal(state_int(b, "documents"), 3);
	assert_true(b->site.not_modified > 80); /* hardly any poll was a whole one */
	b->site.items = 4;
	poll_after(b, 86400);
	assert_int_equal(state_int(b, "documents"), 4);
}

/* A guid that is given to another item is no identity; one whose item is corrected, or has
 * moved, is one still. */
static void
a_guid_used_again_loses_nothing_and_a_correction_is_no_news(void **state)
{
	struct bench *b = *state;

	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	b->site.retold = true;
	poll_after(b, 300);
	assert_int_equal(b->n_docs, 3);
	b->site.moved_on = true; /* both have changed, but not at once */
	poll_after(b, 300);
	assert_int_equal(b->n_docs, 3);
	for (int i = 1; i <= 3; i++) {
		b->site.shift = i;
		poll_after(b, 300);
		assert_int_equal(b->n_docs, 3 + 3 * i);
		b->site.items = 3 + i % 2; /* another body: the same items again, or one more */
		poll_after(b, 300);
		assert_int_equal(b->n_docs, 3 + 3 * i + i % 2);
		b->site.items = 3;
		b->n_docs = (size_t)(3 + 3 * i);
	}
	assert_int_equal(state_int(b, "refused"), 0);
}

static void
a_source_at_a_new_address_is_read_from_the_start(void **state)
{
	struct bench *b = *state;

	start_fetching(b);
	poll_after(b, 0);
	crawler_free(b->crawler);
	snprintf(b->url, sizeof b->url, "http://127.0.0.1:%d/feed?moved",
		 httpd_port(b->site.httpd));
	b->source[0].url = str_of(b->url);
	bench_start(b);
	turn(b);
	poll_after(b, 0);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(state_int(b, "seen"), 3);
}

/* The disk was full when the feed's items were to be committed. */
static void
items_of_a_dropped_batch_come_with_the_next_poll(void **state)
{
	struct bench *b = *state;
	int64_t end = clock_mono_ms() + WAIT_S * 1000;
	struct pollfd p = { .events = POLLIN };

	start_fetching(b);
	p.fd = crawl_stage.fd(b->crawler);
	disk_is_full(true);
	while (b->site.polls == 0) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		turn(b);
	}
	while (figure(b, "documents") < 3)
		turn(b);
	disk_is_full(false);
	assert_int_equal(b->n_docs, 0);
	poll_after(b, 60);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(b->n_docs, 3);
}

/* The same broken answer again is still no feed: nobody may be told that all is well. */
static void
a_feed_that_is_none_stays_a_failure(void **state)
{
	struct bench *b = *state;

	b->site.broken = true;
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(state_int(b, "failures"), 1);
	poll_after(b, 3600);
	assert_int_equal(state_int(b, "failures"), 2);
	b->site.broken = false;
	poll_after(b, 7200);
	assert_int_equal(state_int(b, "failures"), 0);
	assert_int_equal(b->n_docs, 3);
}

static void
a_wall_blocks_its_source_until_it_is_gone(void **state)
{
	struct bench *b = *state;

	b->site.wall = "<html><title>安全验证</title><body>请拖动滑块</body></html>";
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(state_int(b, "failures"), 1);
	assert_string_equal(state_text(b, "state"), "blocked");
	assert_string_equal(state_text(b, "why"), "blocked: a captcha (title \"安全验证\")");
	b->site.wall = "<html><title>页面不存在</title><body>返回首页</body></html>";
	poll_after(b, 3600);
	assert_string_equal(state_text(b, "state"), "failing");
	assert_int_equal(b->n_docs, 0);
	b->site.wall = NULL;
	poll_after(b, 7200);
	assert_int_equal(state_int(b, "failures"), 0);
	assert_int_equal(b->n_docs, 3);
}

/* The pages behind the items alone. */
static void
of_an_item_behind_a_wall_the_feeds_words_are_kept(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.page_wall = "<html><title>Just a moment...</title><body></body></html>";
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->n_docs, 3);
	for (size_t i = 0; i < b->n_docs; i++)
		assert_true(str_starts(b->docs[i].text, STR("words of item")));
	assert_true(str_find(str_of(state_text(b, "why")), STR("a browser check")) >= 0);
}

static void
gone_twice_is_closed_until_a_person_asks(void **state)
{
	struct bench *b = *state;

	b->site.status = 410;
	start_fetching(b);
	poll_after(b, 0);
	poll_after(b, 3600);
	assert_int_equal(state_int(b, "next_at"), -1);
	assert_int_equal(b->n_docs, 1); /* that it is dead */
	receipt(b, b->docs[0].spool, b->docs[0].seq);
	assert_true(crawl_stage.due(b->crawler) == INT64_MAX);
	b->site.status = 0;
	b->clock.start_at += 10; /* its host's pause */
	command_step(b, "source.poll", "{\"name\":\"feed\"}", STR(""));
	settle(b);
	assert_int_equal(b->reply.status, 202);
	poll_after(b, 0);
	assert_int_equal(b->n_docs, 1 + 3 + 1); /* and that it is back */
	assert_int_equal(state_int(b, "failures"), 0);
}

/* Documents about the health of name that begin with what. */
static size_t
health_count(const struct bench *b, const char *name, const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_docs; i++)
		n += b->docs[i].flags & DOCUMENT_HEALTH && str_is(b->docs[i].source, name) &&
		     str_starts(b->docs[i].identity, str_of(what));
	return n;
}

static void
a_dead_source_is_told_once_and_once_that_it_is_back(void **state)
{
	struct bench *b = *state;

	b->site.status = 500;
	start_fetching(b);
	poll_after(b, 0);
	poll_after(b, 1200);
	assert_int_equal(health_count(b, "feed", "outage"), 0); /* not for an hour yet */
	for (int i = 0; i < 5; i++)
		poll_after(b, 2 * 86400);
	assert_int_equal(health_count(b, "feed", "outage-begins:"), 1);
	assert_true(str_is(b->docs[0].title, "answered 500"));
	bench_copy(b);
	bench_start(b);
	poll_after(b, 2 * 86400);
	assert_int_equal(health_count(b, "feed", "outage-begins:"), 2); /* the same, again */
	assert_true(id_eq(&b->docs[0].id, &b->docs[1].id));
	b->site.status = 0;
	poll_after(b, 2 * 86400);
	assert_int_equal(health_count(b, "feed", "outage-begins:"), 2);
	assert_int_equal(health_count(b, "feed", "outage-ends:"), 1);
	poll_after(b, 3600);
	assert_int_equal(health_count(b, "feed", "outage-ends:"), 1);
}

static void
a_source_that_is_asked_seldom_is_tried_again_soon(void **state)
{
	struct bench *b = *state;
	int64_t wait;

	b->source[0].interval_s = 86400;
	b->site.status = 500;
	start_fetching(b);
	poll_after(b, 0);
	wait = state_int(b, "next_at") - state_int(b, "polled_at");
	assert_in_range(wait, 1620, 1980); /* half an hour, +-10 % */
	b->site.status = 0;
	poll_after(b, 2000);
	assert_int_equal(state_int(b, "next_at") - state_int(b, "polled_at"), 86400);
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
	start_fetching(b);
	for (int i = 0; i < 5; i++)
		poll_after(b, i ? 2 * 86400 : 60);
	assert_int_equal(health_count(b, "*", "outage-begins:"), 1);
	assert_int_equal(b->n_docs, 1);
	assert_true(str_is(b->docs[0].title, "12/12"));
	b->site.status = 0;
	for (int i = 0; i < 3; i++)
		poll_after(b, 2 * 86400);
	assert_int_equal(health_count(b, "*", "outage-ends:"), 1);
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
	start_fetching(b);
	poll_after(b, 60);
	poll_after(b, 600); /* not yet */
	assert_int_equal(health_count(b, "*", "outage-begins:"), 0);
	p.fd = crawl_stage.fd(b->crawler);
	disk_is_full(true);
	b->clock.start_at += 86400;
	for (int i = 0, from = b->site.polls; i < 2000 && b->site.polls < from + 12; i++) {
		(void)poll(&p, 1, 5);
		turn(b);
	}
	disk_is_full(false);
	assert_int_equal(health_count(b, "*", "outage-begins:"), 0);
	for (int i = 0; i < 2; i++)
		poll_after(b, 86400);
	assert_int_equal(health_count(b, "*", "outage-begins:"), 1);
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
	start_fetching(b);
	for (int i = 0; i < 3; i++)
		poll_after(b, i ? 80000 : 0);
	s = source_state(b);
	assert_true(str_is(json_text(json_get(s, "moved_to"), STR("")), moved));
	assert_true(str_is(json_text(json_get(s, "polled_url"), STR("")), b->url));
	poll_after(b, 80000); /* two days have passed, and 4 answers */
	assert_true(str_is(json_text(json_get(source_state(b), "polled_url"), STR("")), moved));
	b->site.redirected = 0;
	poll_after(b, 3600);
	assert_int_equal(b->site.redirected, 0);
	assert_int_equal(b->n_docs, 3);
	b->site.moves = 0;
	b->site.status = 404;
	for (int i = 0; i < 3; i++)
		poll_after(b, 86400);
	assert_true(
		str_is(json_text(json_get(source_state(b), "polled_url"), STR("")), b->url));
}

static void
a_move_for_now_is_never_adopted(void **state)
{
	struct bench *b = *state;

	b->site.moves = 302;
	start_fetching(b);
	for (int i = 0; i < 8; i++)
		poll_after(b, i ? 86400 : 0);
	assert_int_equal(b->site.redirected, 8);
	assert_true(
		str_is(json_text(json_get(source_state(b), "polled_url"), STR("")), b->url));
	assert_true(str_is(json_text(json_get(source_state(b), "moved_to"), STR("-")), ""));
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

	start_fetching(b);
	poll_after(b, 0);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		command_step(b, "source.hurry", cases[i].args, STR(""));
		settle(b);
		assert_int_equal(b->reply.status, cases[i].status);
		assert_int_equal(state_int(b, "hurry_until_at"), 0);
	}
	command_step(b, "source.hurry", "{\"name\":\"feed\",\"every\":\"40s\",\"for\":600}",
		     STR(""));
	settle(b);
	assert_int_equal(b->reply.status, 200);
	poll_after(b, 45);
	assert_int_equal(state_int(b, "next_at") - state_int(b, "polled_at"), 40);
	crawler_free(b->crawler);
	bench_start(b); /* it is remembered */
	poll_after(b, 45);
	assert_int_equal(state_int(b, "next_at") - state_int(b, "polled_at"), 40);
	poll_after(b, 600);
	assert_int_equal(state_int(b, "next_at") - state_int(b, "polled_at"), 300);
}

static void
retry_after_is_kept_to(void **state)
{
	static const struct {
		int64_t asked, waits;
	} cases[] = { { 7200, 7200 }, { INT64_MAX, 86400 }, { -5, 270 } };
	struct bench *b = *state;

	b->site.status = 503;
	start_fetching(b);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int64_t wait;

		b->site.retry_after_s = cases[i].asked;
		poll_after(b, i ? 2 * 86400 : 0);
		wait = state_int(b, "next_at") - state_int(b, "polled_at");
		assert_true(wait >= cases[i].waits);
	}
}

static void
full_text_comes_from_the_page_and_only_of_new_items(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.items = 30;
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->site.pages, 30);
	assert_int_equal(b->n_docs, 30);
	for (size_t i = 0; i < b->n_docs; i++)
		if (str_find(b->docs[i].text, STR("The whole text behind /item/")) < 0)
			fail_msg("%.*s", STR_ARG(b->docs[i].text));
	b->site.items = 31;
	poll_after(b, 300);
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
	start_fetching(b);
	p.fd = crawl_stage.fd(b->crawler);
	for (bool full = false, was = false; figure(b, "documents") < MANY;) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		full = !was && figure(b, "documents") >= 3;
		disk_is_full(full);
		if (full)
			was = b->n_docs < (size_t)figure(b, "documents");
		turn(b);
	}
	disk_is_full(false);
	poll_after(b, 60);
	assert_int_equal(b->site.not_modified, 0);
	assert_int_equal(b->n_docs, MANY);
}

static void
in_stepped_time_a_feed_is_asked_with_the_clock(void **state)
{
	struct bench *b = *state;
	struct pollfd p = { .events = POLLIN };
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	b->setup.quiet = false;
	bench_start(b);
	p.fd = crawl_stage.fd(b->crawler);
	while (!b->n_ticks) {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		turn(b);
	}
	assert_string_equal(b->site.clock, "1760000000");
	assert_int_equal(b->n_docs, 3);
	assert_int_equal(b->tick.count, 3);
	assert_int_equal(b->docs[0].arrived_at, 1760000000);
	for (size_t n = b->n_ticks; clock_now(&b->clock) < 1760000300; n = b->n_ticks) {
		receipt_all(b, n == 1 ? 0 : b->n_docs);
		while (b->n_ticks == n && clock_mono_ms() < end)
			turn(b);
	}
	while (b->site.polls < 2 && clock_mono_ms() < end) {
		(void)poll(&p, 1, 10);
		turn(b);
	}
	assert_string_equal(b->site.clock, "1760000300");
}

static void
what_robots_txt_disallows_is_not_asked_and_the_source_says_why(void **state)
{
	struct bench *b = *state;

	b->site.robots = "user-agent: *\ndisallow: /feed\n";
	start_fetching(b);
	poll_after(b, 0);
	assert_int_equal(b->site.polls, 0);
	assert_int_equal(b->n_docs, 0);
	assert_int_equal(state_int(b, "failures"), 1);
	assert_string_equal(state_text(b, "why"),
			    "robots.txt disallows it (line 2: \"/feed\")");
	assert_int_equal(figure(b, "robots_denied"), 1);

	/* It is read again after a day, not before, and kept over a restart. */
	b->site.robots = "user-agent: *\ndisallow:\n";
	poll_after(b, 3600);
	assert_int_equal(b->site.robots_asked, 1);
	crawler_free(b->crawler);
	bench_start(b);
	poll_after(b, 3600);
	assert_int_equal(b->site.robots_asked, 1);
	assert_int_equal(b->site.polls, 0);
	poll_after(b, 86400);
	assert_int_equal(b->site.robots_asked, 2);
	assert_int_equal(b->n_docs, 1 + 3 + 1); /* that it was dead, and is back */
	assert_int_equal(state_int(b, "failures"), 0);
}

static void
an_item_whose_page_is_disallowed_comes_with_the_words_of_its_feed(void **state)
{
	struct bench *b = *state;

	b->source[0].full_text = 1;
	b->site.robots = "user-agent: *\ndisallow: /item/2\n";
	start_fetching(b);
	poll_after(b, 0);
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
		turn(b);
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
	start_fetching(b);
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
	start_fetching(b);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define WALL(f)    cmocka_unit_test_setup_teardown(f, wall, unmake)
#define STEPPED(f) cmocka_unit_test_setup_teardown(f, stepped, unmake)
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
		WALL(while_something_is_open_the_crawler_asks_to_be_called),
		STEPPED(time_moves_only_when_all_is_receipted),
		STEPPED(what_is_pushed_behind_the_tick_gets_a_tick_of_its_own),
		STEPPED(more_than_the_window_holds_does_not_stop_time),
		STEPPED(a_lost_tick_is_sent_again_under_a_new_number),
		STEPPED(no_number_of_a_tick_becomes_a_documents_after_a_crash),
		STEPPED(a_stepped_run_ends_at_its_time),
		WALL(a_feed_comes_once_and_its_etag_is_remembered),
		WALL(a_source_is_told_in_one_word_and_its_cause),
		WALL(a_source_past_its_contract_is_closed),
		WALL(a_body_is_taken_as_its_arguments_say),
		WALL(what_a_feed_still_shows_never_comes_again),
		WALL(a_guid_used_again_loses_nothing_and_a_correction_is_no_news),
		WALL(a_source_at_a_new_address_is_read_from_the_start),
		WALL(items_of_a_dropped_batch_come_with_the_next_poll),
		WALL(a_feed_that_is_none_stays_a_failure),
		WALL(a_wall_blocks_its_source_until_it_is_gone),
		WALL(of_an_item_behind_a_wall_the_feeds_words_are_kept),
		WALL(gone_twice_is_closed_until_a_person_asks),
		WALL(a_dead_source_is_told_once_and_once_that_it_is_back),
		WALL(a_source_that_is_asked_seldom_is_tried_again_soon),
		WALL(when_all_is_dark_it_is_told_once_for_all),
		WALL(that_all_is_dark_is_told_again_when_its_batch_was_dropped),
		WALL(a_move_that_lasts_is_adopted_and_left_when_it_fails),
		WALL(a_move_for_now_is_never_adopted),
		WALL(a_hurried_source_is_asked_more_often_until_it_is_over),
		WALL(retry_after_is_kept_to),
		WALL(full_text_comes_from_the_page_and_only_of_new_items),
		WALL(an_etag_is_not_kept_when_an_item_was_lost_on_the_way),
		STEPPED(in_stepped_time_a_feed_is_asked_with_the_clock),
		WALL(what_robots_txt_disallows_is_not_asked_and_the_source_says_why),
		WALL(an_item_whose_page_is_disallowed_comes_with_the_words_of_its_feed),
		WALL(a_crawl_delay_is_that_of_the_host_of_the_page),
		WALL(a_crawl_delay_is_kept_between_requests_up_to_our_own_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
