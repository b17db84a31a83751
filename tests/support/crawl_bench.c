/* crawl_bench.c - see crawl_bench.h. */
#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/str.h"

#include "crawler/spool_store.h"

#include "tests/support/crawl_bench.h"

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

void
disk_is_full(bool full)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr f = (sqlite3_syscall_ptr)(void (*)(void))failing_pwrite;

	disk_full = full;
	v->xSetSystemCall(v, "pwrite", full ? f : NULL);
	v->xSetSystemCall(v, "pwrite64", full ? f : NULL);
}

/* ---- a site ------------------------------------------------------------------------------- */

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
	a->retry_after_s = s->retry_after_s;
	if (!feed) {
		s->pages++;
		a->status = s->page_status ? s->page_status : 200;
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
		buf_addf(&a->location, "http://%s:%d/feed?new",
			 s->abroad ? "localhost" : "127.0.0.1", httpd_port(s->httpd));
		return;
	}
	s->polls++;
	snprintf(s->clock, sizeof s->clock, "%.*s", STR_ARG(q->clock));
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

static void
bench_flush(struct out *o)
{
	struct bench *b = (struct bench *)o;

	b->n_flushed = b->n_docs;
	b->n_replies_before = b->n_replies;
}

/* As kill -9 leaves it: the file as it is now, in another folder, with nobody's lock on it. */
void
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

void
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
	b->out = (struct out){ .room = bench_room,
			       .put = bench_put,
			       .scratch = OUT_SCRATCH,
			       .flush = bench_flush };
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
int
bench_wall(void **state)
{
	int rc = bench_make(state, CLOCK_SCALED);
	struct bench *b = *state;

	b->clock.scale = 1;
	return rc;
}

int
bench_stepped(void **state)
{
	return bench_make(state, CLOCK_STEPPED);
}

int
bench_unmake(void **state)
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

int
bench_step(struct bench *b, struct str in)
{
	int64_t now = clock_now(&b->clock);
	int r = crawl_stage.step(b->crawler, arena_str(b->step, in), now, &b->out, b->step,
				 &b->e);

	if (r < 0)
		fail_msg("%s", b->e.text);
	return r;
}

void
bench_settle(struct bench *b)
{
	if (crawl_stage.settle(b->crawler, clock_now(&b->clock), &b->out, &b->e) < 0)
		fail_msg("%s", b->e.text);
	arena_reset(b->step);
}

int
bench_turn(struct bench *b)
{
	int r = bench_step(b, STR(""));

	bench_settle(b);
	return r;
}

int
bench_command(struct bench *b, const char *verb, const char *args, struct str body)
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
	r = bench_step(b, buf_str(&record));
	buf_release(&record);
	return r;
}

/* Push text and settle; the body of the reply. */
const char *
bench_push(struct bench *b, struct str body)
{
	bench_command(b, "documents.push", "", body);
	bench_settle(b);
	assert_int_equal(b->reply.call, 7);
	return arena_text(b->kept, b->reply.body);
}

int64_t
bench_figure(struct bench *b, const char *name)
{
	const struct json *j;

	bench_command(b, "crawler.figures", "", STR(""));
	bench_settle(b);
	j = json_parse(b->kept, b->reply.body, &b->e);
	assert_non_null(j);
	return json_int(json_get(j, name), -1);
}

const struct json *
bench_source(struct bench *b)
{
	bench_command(b, "source.list", "", STR(""));
	bench_settle(b);
	return json_at(json_parse(b->kept, b->reply.body, &b->e), 0);
}

static void
receipt_put(struct bench *b, const struct receipt *r)
{
	struct buf record = BUF(256);

	record_encode(&receipt_record, r, &record);
	bench_step(b, buf_str(&record));
	buf_release(&record);
}

void
bench_receipt_step(struct bench *b, struct id spool, int64_t seq)
{
	receipt_put(b, &(struct receipt){ spool, seq });
}

void
bench_receipt_keep(struct bench *b, const struct document *d, int64_t keep)
{
	receipt_put(b, &(struct receipt){ d->spool, d->seq, keep });
	bench_settle(b);
}

void
bench_receipt(struct bench *b, struct id spool, int64_t seq)
{
	bench_receipt_step(b, spool, seq);
	bench_settle(b);
}

/* A commit for each of thousands would take a busy disk longer than a test waits. */
void
bench_receipt_all(struct bench *b, size_t from)
{
	int64_t at = clock_now(&b->clock);

	for (size_t i = from, upto = b->n_docs; i < upto; i++) {
		bench_receipt_step(b, b->docs[i].spool, b->docs[i].seq);
		if (i + 1 == upto || i % 64 == 63)
			bench_settle(b);
	}
	if (b->tick.at == at) /* the next time's may have come with the last */
		bench_receipt(b, b->tick.spool, b->tick.seq);
}

void
bench_lost(struct bench *b, struct id spool, int64_t seq)
{
	struct lost_seq v[] = { { seq } };
	struct lost l = { spool, { v, 1 } };
	struct buf record = BUF(256);

	record_encode(&lost_record, &l, &record);
	bench_step(b, buf_str(&record));
	buf_release(&record);
	bench_settle(b);
}

void
bench_fetch(struct bench *b)
{
	b->setup.quiet = false;
	bench_start(b);
}

/* Time goes on by s; let transfers go on until a poll that began then is over. */
void
bench_poll_after(struct bench *b, int64_t s)
{
	int64_t end = clock_mono_ms() + WAIT_S * 1000;
	struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };
	int64_t from = clock_now(&b->clock) + s;

	b->clock.start_at += s;
	do {
		assert_true(clock_mono_ms() < end);
		(void)poll(&p, 1, 10);
		bench_turn(b);
	} while (json_int(json_get(bench_source(b), "polled_at"), 0) < from);
}

int64_t
bench_int(struct bench *b, const char *name)
{
	return json_int(json_get(bench_source(b), name), -2);
}

const char *
bench_text(struct bench *b, const char *name)
{
	return arena_text(b->kept, json_text(json_get(bench_source(b), name), STR("")));
}

/* spool.db while no crawler has it, in a batch. */
struct store *
bench_spool(struct bench *b)
{
	char path[96];
	struct store *s;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open(path, &spool_migrations, &b->e);
	assert_non_null(s);
	assert_int_equal(store_begin(s, &b->e), 0);
	return s;
}

/* Documents about the health of name that begin with what. */
size_t
bench_health(const struct bench *b, const char *name, const char *what)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_docs; i++)
		n += b->docs[i].flags & DOCUMENT_HEALTH && str_is(b->docs[i].source, name) &&
		     str_starts(b->docs[i].identity, str_of(what));
	return n;
}
