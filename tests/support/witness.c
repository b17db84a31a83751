/* a crawler that keeps evidence -> its tests */
#include "core/base.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "tests/support/crawl_bench.h"
#include "tests/support/witness.h"

static void
answer(void *arg, const struct site_request *q, struct site_answer *a)
{
	struct witness *b = arg;

	if (str_is(q->path, "/robots.txt")) {
		a->status = b->robots ? 200 : 404;
		a->type = "text/plain";
		buf_add(&a->body, str_of(b->robots));
		return;
	}
	b->asked++;
	a->status = b->status;
	a->type = b->type;
	if (b->moved && !str_is(q->path, "/here")) {
		a->status = 302;
		buf_add(&a->location, STR("/here"));
	}
	if (b->wall) {
		buf_add(&a->body,
			STR("<!doctype html><html><head><title>安全验证</title></head>"
			    "<body><p>请完成安全验证后继续访问</p></body></html>"));
		return;
	}
	buf_addf(
		&a->body,
		"<!doctype html><html><head><title>title</title></head><body><article><h1>title"
		"</h1><p>%s It goes on for a good while, in several sentences, as pages do "
		"that "
		"somebody wrote to be read by others, and not only by machines.</p><p>A second "
		"paragraph says that again in other words, because a page of one sentence is "
		"hardly a page, and nobody would write one.</p></article></body></html>",
		b->words);
}

static size_t
witness_room(struct out *o)
{
	(void)o;
	return 1000;
}

static void
witness_put(struct out *o, enum out_way way, struct str record)
{
	struct witness *b = (struct witness *)o;
	struct document d;
	struct err e = { 0 };

	record = arena_str(b->kept, record);
	if (way != OUT_NEXT || record_kind(record) != KIND_DOCUMENT)
		return;
	if (record_decode(&document_record, record, &d, b->kept, &e) < 0)
		fail_msg("%s", e.text);
	if (d.flags & DOCUMENT_HEALTH) { /* a word of the crawler's own */
		b->edited += str_starts(d.identity, STR("post-changed"));
		b->deleted += str_starts(d.identity, STR("post-gone"));
		return;
	}
	b->doc = d;
	b->n_docs++;
}

void
witness_start(struct witness *b)
{
	b->crawler = crawler_new(&b->setup, &b->e);
	if (!b->crawler)
		fail_msg("%s", b->e.text);
}

int
witness_setup(void **state)
{
	struct witness *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-ev-XXXXXX");
	if (!mkdtemp(b->dir))
		return -1;
	b->out = (struct out){ .room = witness_room,
			       .put = witness_put,
			       .scratch = OUT_SCRATCH };
	b->step = arena_new();
	b->kept = arena_new();
	b->status = 200;
	b->words = "The soup was cold.";
	b->type = "text/html; charset=utf-8";
	b->site = site_open("127.0.0.1:0", answer, b, &b->e);
	if (!b->site)
		return -1;
	snprintf(b->allow, sizeof b->allow, "127.0.0.1:%d", httpd_port(b->site));
	b->allowed[0] = str_of(b->allow);
	clock_init(&b->clock, CLOCK_SCALED, 1774000000, 1);
	b->fetch = (struct fetch_conf){ .agent = STR("test"),
					.timeout_s = 10,
					.max_bytes = 1 << 20,
					.max_redirects = 5,
					.per_host = 1,
					.max_transfers = 16,
					.interval_s = 300,
					.max_age_s = 7 * 86400 };
	b->spool = (struct spool_conf){ .keep_s = 7 * 86400,
					.keep_bytes = (int64_t)1 << 30,
					.resend_after_s = 30 };
	b->evidence = (struct evidence_conf){ .fetch = 1,
					      .keep_s = 180 * 86400,
					      .keep_incident_s = 1095 * 86400LL,
					      .max_bytes = 1 << 20,
					      .keep_bytes = 1 << 30,
					      .again_s = { 3600, 86400 },
					      .n_again = 2 };
	b->source[0] = (struct source_conf){ .name = STR("shop"),
					     .kind = SOURCE_PUSH,
					     .allow_private = { b->allowed, 1 } };
	b->source[1] = (struct source_conf){ .name = STR("world"), .kind = SOURCE_PUSH };
	b->sources = (struct conf_list){ b->source, 2 };
	b->setup = (struct crawler_setup){ .fetch = &b->fetch,
					   .spool = &b->spool,
					   .evidence = &b->evidence,
					   .sources = &b->sources,
					   .dir = b->dir,
					   .clock = &b->clock };
	witness_start(b);
	*state = b;
	return 0;
}

int
witness_teardown(void **state)
{
	struct witness *b = *state;
	char command[128];
	int rc;

	crawler_free(b->crawler);
	httpd_close(b->site);
	buf_release(&b->out.scratch);
	arena_free(b->step);
	arena_free(b->kept);
	snprintf(command, sizeof command, "rm -rf %s", b->dir);
	rc = system(command);
	free(b);
	return rc;
}

void
witness_step(struct witness *b, struct str in)
{
	if (crawl_stage.step(b->crawler, arena_str(b->step, in), clock_now(&b->clock), &b->out,
			     b->step, &b->e) < 0)
		fail_msg("%s", b->e.text);
}

void
witness_settle(struct witness *b)
{
	if (crawl_stage.settle(b->crawler, clock_now(&b->clock), &b->out, &b->e) < 0)
		fail_msg("%s", b->e.text);
	arena_reset(b->step);
}

void
witness_push(struct witness *b, const char *source, const char *path)
{
	struct command c = { .call = 7, .actor = STR("test"), .verb = STR("documents.push") };
	struct buf record = BUF(RECORD_CALL_MAX), body = BUF(4096);

	buf_addf(&body,
		 "{\"source\":\"%s\",\"id\":\"%s\",\"url\":\"http://%s%s\",\"title\":\"cold\","
		 "\"text\":\"call 13800138000 about %s\"}",
		 source, path, b->allow, path, path);
	c.body = buf_str(&body);
	record_encode(&command_record, &c, &record);
	witness_step(b, buf_str(&record));
	witness_settle(b);
	buf_release(&record);
	buf_release(&body);
}

void
witness_receipt(struct witness *b, int64_t keep)
{
	struct receipt r = { b->doc.spool, b->doc.seq, keep };
	struct buf record = BUF(4096);

	record_encode(&receipt_record, &r, &record);
	witness_step(b, buf_str(&record));
	buf_release(&record);
}

/* What the spool says of the document; rows in kept. False: nothing. */
bool
witness_look(struct witness *b, struct evidence_row *row, struct sight_row **v, size_t *n)
{
	char path[128];
	struct store *s;
	int found;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &b->e);
	assert_non_null(s);
	found = evidence_read(s, &b->doc.id, b->kept, row, &b->e);
	assert_true(found >= 0);
	assert_int_equal(sights_read(s, &b->doc.id, b->kept, v, n, &b->e), 0);
	store_close(s);
	return found == 1;
}

/* Steps until so many sights are there and none is on its way. */
struct sight_row *
witness_sights(struct witness *b, size_t wanted)
{
	struct evidence_row row;
	struct sight_row *v;
	size_t n = 0;

	for (int64_t end = clock_mono_ms() + WAIT_S * 1000; clock_mono_ms() < end;) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		witness_step(b, STR(""));
		witness_settle(b);
		if (witness_look(b, &row, &v, &n) && n >= wanted)
			break;
		(void)poll(&p, 1, 20);
	}
	assert_int_equal(n, wanted);
	return v;
}

/* The file of a sight, and what the store says of it. */
struct evidence_file
witness_file(struct witness *b, const struct sight_row *v, char *path, size_t n)
{
	struct evidence_file f = { .id = 0 };
	struct store *s;

	snprintf(path, n, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &b->e);
	assert_non_null(s);
	assert_int_equal(evidence_file_read(s, v->file, &f, &b->e), 1);
	store_close(s);
	snprintf(path, n, "%s/evidence/%s", b->dir, f.name);
	return f;
}

void
witness_told(void *arg, const struct evidence_row *row, const char *what)
{
	struct witness *b = arg;

	(void)row;
	b->wrong++;
	print_message("%s\n", what);
}

/* Mismatches that are found now. */
int64_t
witness_mismatches(struct witness *b)
{
	struct evidence_told t = { witness_told, b };
	struct evidence_sum sum = { 0 };

	b->wrong = 0;
	assert_int_equal(evidence_check_all(b->dir, &t, &sum, &b->e), 0);
	return sum.wrong;
}

void
witness_later(struct witness *b, int64_t s)
{
	b->clock.start_at += s;
}
