/* Evidence as the crawler keeps it: a receipt asks, a page is looked at, again and again. */
#include "core/base.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "core/append.h"
#include "core/document.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/archive.h"
#include "crawler/crawler.h"
#include "crawler/evidence_check.h"
#include "crawler/evidence_warc.h"
#include "crawler/spool_store.h"
#include "crawler/warc.h"

#define WAIT_S 20

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

/* For the stores alone. */
static void
disk_is_full(bool full)
{
	sqlite3_vfs *v = sqlite3_vfs_find(NULL);
	sqlite3_syscall_ptr f = (sqlite3_syscall_ptr)(void (*)(void))failing_pwrite;

	disk_full = full;
	v->xSetSystemCall(v, "pwrite", full ? f : NULL);
	v->xSetSystemCall(v, "pwrite64", full ? f : NULL);
}

struct bench {
	struct out out; /* first */
	char dir[64], allow[64];
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct evidence_conf evidence;
	struct source_conf source[2];
	struct str allowed[1];
	struct conf_list sources;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct httpd *site;
	struct arena *step, *kept;
	struct document doc; /* newest that was sent */
	size_t n_docs;
	int64_t wrong;
	struct err e;
	/* the site */
	int status, asked;
	const char *words, *type, *robots; /* robots NULL: there is none */
	bool moved, wall;
};

static void
answer(void *arg, const struct site_request *q, struct site_answer *a)
{
	struct bench *b = arg;

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
bench_room(struct out *o)
{
	(void)o;
	return 1000;
}

static void
bench_put(struct out *o, enum out_way way, struct str record)
{
	struct bench *b = (struct bench *)o;
	struct err e = { 0 };

	record = arena_str(b->kept, record);
	if (way != OUT_NEXT || record_kind(record) != KIND_DOCUMENT)
		return;
	if (record_decode(&document_record, record, &b->doc, b->kept, &e) < 0)
		fail_msg("%s", e.text);
	b->n_docs++;
}

static void
start(struct bench *b)
{
	b->crawler = crawler_new(&b->setup, &b->e);
	if (!b->crawler)
		fail_msg("%s", b->e.text);
}

static int
setup(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-ev-XXXXXX");
	if (!mkdtemp(b->dir))
		return -1;
	b->out = (struct out){ bench_room, bench_put, OUT_SCRATCH };
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
	start(b);
	*state = b;
	return 0;
}

static int
teardown(void **state)
{
	struct bench *b = *state;
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

static void
step(struct bench *b, struct str in)
{
	if (crawl_stage.step(b->crawler, arena_str(b->step, in), clock_now(&b->clock), &b->out,
			     b->step, &b->e) < 0)
		fail_msg("%s", b->e.text);
}

static void
settle(struct bench *b)
{
	if (crawl_stage.settle(b->crawler, clock_now(&b->clock), &b->out, &b->e) < 0)
		fail_msg("%s", b->e.text);
	arena_reset(b->step);
}

static void
push(struct bench *b, const char *source, const char *path)
{
	struct command c = { .call = 7, .actor = STR("test"), .verb = STR("documents.push") };
	struct buf record = BUF(RECORD_CALL_MAX), body = BUF(4096);

	buf_addf(&body,
		 "{\"source\":\"%s\",\"id\":\"%s\",\"url\":\"http://%s%s\",\"title\":\"cold\","
		 "\"text\":\"call 13800138000 about %s\"}",
		 source, path, b->allow, path, path);
	c.body = buf_str(&body);
	record_encode(&command_record, &c, &record);
	step(b, buf_str(&record));
	settle(b);
	buf_release(&record);
	buf_release(&body);
}

static void
receipt(struct bench *b, int64_t keep)
{
	struct receipt r = { b->doc.spool, b->doc.seq, keep };
	struct buf record = BUF(4096);

	record_encode(&receipt_record, &r, &record);
	step(b, buf_str(&record));
	buf_release(&record);
}

/* What the spool says of the document; rows in kept. False: nothing. */
static bool
look(struct bench *b, struct evidence_row *row, struct sight_row **v, size_t *n)
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
static struct sight_row *
sights(struct bench *b, size_t wanted)
{
	struct evidence_row row;
	struct sight_row *v;
	size_t n = 0;

	for (int64_t end = clock_mono_ms() + WAIT_S * 1000; clock_mono_ms() < end;) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		step(b, STR(""));
		settle(b);
		if (look(b, &row, &v, &n) && n >= wanted)
			break;
		(void)poll(&p, 1, 20);
	}
	assert_int_equal(n, wanted);
	return v;
}

/* The file of a sight, and what the store says of it. */
static struct evidence_file
file_of(struct bench *b, const struct sight_row *v, char *path, size_t n)
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

static void
told(void *arg, const struct evidence_row *row, const char *what)
{
	struct bench *b = arg;

	(void)row;
	b->wrong++;
	print_message("%s\n", what);
}

/* Mismatches that are found now. */
static int64_t
mismatches(struct bench *b)
{
	struct evidence_told t = { told, b };
	struct evidence_sum sum = { 0 };

	b->wrong = 0;
	assert_int_equal(evidence_check_all(b->dir, &t, &sum, &b->e), 0);
	return sum.wrong;
}

static void
later(struct bench *b, int64_t s)
{
	b->clock.start_at += s;
}

/* ------------------------------------------------------------------------------------------------ */

static void
what_a_receipt_asks_for_is_kept_with_its_page(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct evidence_file f;
	struct sight_row *v;
	struct stat st;
	char path[256];
	size_t n;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[0].outcome, SIGHT_TAKEN);
	assert_int_equal(v[1].outcome, SIGHT_FIRST);
	assert_int_equal(v[1].status, 200);
	assert_int_equal(b->asked, 1);
	assert_true(look(b, &row, &v, &n));
	assert_int_equal(row.why, KEEP_TOPIC);
	f = file_of(b, &v[1], path, sizeof path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, f.bytes);
	assert_int_equal(f.live, 2);
	assert_int_equal(row.bytes, v[0].bytes + v[1].bytes);
	assert_int_equal(mismatches(b), 0);
}

static void
without_a_wish_nothing_is_kept(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	push(b, "shop", "/p");
	receipt(b, 0);
	step(b, STR(""));
	settle(b);
	assert_false(look(b, &row, &v, &n));
	assert_int_equal(b->asked, 0);
}

static void
the_same_wish_twice_is_one(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	receipt(b, KEEP_TIER);
	step(b, STR(""));
	settle(b);
	assert_true(look(b, &row, &v, &n));
	assert_int_equal(n, 2);
	assert_int_equal(row.why, KEEP_TOPIC | KEEP_TIER);
	assert_int_equal(b->asked, 1);
}

static void
a_page_is_looked_at_again_and_what_became_of_it_is_told(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	b->evidence.again_s[2] = 2 * 86400;
	b->evidence.again_s[3] = 3 * 86400;
	b->evidence.n_again = 4;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	later(b, 3600);
	sights(b, 3);
	b->words = "The soup was warm, we are told.";
	later(b, 86400);
	sights(b, 4);
	b->status = 410;
	later(b, 86400);
	sights(b, 5);
	b->status = 503;
	later(b, 86400);
	v = sights(b, 6);
	assert_int_equal(v[2].outcome, SIGHT_SAME);
	assert_int_equal(v[3].outcome, SIGHT_CHANGED);
	assert_int_equal(v[4].outcome, SIGHT_GONE);
	assert_int_equal(v[5].outcome, SIGHT_UNREACHABLE);
	assert_int_equal(v[5].status, 503);
	assert_true(v[2].bytes < v[1].bytes); /* a revisit: the payload is not there again */
	assert_int_equal(mismatches(b), 0);
}

/* Not "changed": nobody could look at it. */
static void
a_wall_says_nothing_of_the_page(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	b->evidence.again_s[2] = 2 * 86400;
	b->evidence.n_again = 3;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	b->wall = true;
	later(b, 3600);
	sights(b, 3);
	b->wall = false;
	later(b, 86400);
	v = sights(b, 4);
	assert_int_equal(v[2].outcome, SIGHT_WALL);
	assert_int_equal(v[2].status, 200);
	assert_true(str_starts(v[2].why, STR("blocked: ")));
	assert_int_equal(v[3].outcome, SIGHT_SAME);
	assert_int_equal(mismatches(b), 0);
}

static void
the_words_at_first_sight_and_after_are_shown_masked(void **state)
{
	struct bench *b = *state;
	struct buf file = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;
	struct str words;

	b->words = "Call me at 13800138000.";
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	assert_true(look(b, &row, &v, &n));
	file_of(b, &v[0], path, sizeof path);
	assert_int_equal(append_read(path, v[0].from, v[0].bytes, &file, &b->e), 0);
	words = evidence_words(b->kept, buf_str(&file), &row, &v[0]);
	assert_true(str_find(words, STR("cold\ncall")) == 0);
	buf_clear(&file);
	assert_int_equal(append_read(path, v[1].from, v[1].bytes, &file, &b->e), 0);
	words = evidence_words(b->kept, buf_str(&file), &row, &v[1]);
	assert_true(str_find(words, STR("Call me at ")) >= 0);
	assert_true(str_find(words, STR("13800138000")) < 0);
	buf_release(&file);
}

static void
every_hop_of_a_redirect_is_kept(void **state)
{
	struct bench *b = *state;
	struct evidence_sum sum = { 0 };
	struct evidence_told t = { told, b };
	struct sight_row *v;

	b->moved = true;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_FIRST);
	assert_int_equal(b->asked, 2);
	assert_int_equal(evidence_check_all(b->dir, &t, &sum, &b->e), 0);
	/* resource, 2 x (request, response), metadata */
	assert_int_equal(sum.records, 6);
	assert_int_equal(sum.wrong, 0);
}

static void
an_attachment_is_not_read(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	push(b, "shop", "/customers.xlsx?x=1");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 0); /* its address says so */
	b->type = "application/octet-stream";
	push(b, "shop", "/leak");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 1); /* the head of the answer does */
	assert_true(v[1].bytes < 2000);
	assert_int_equal(mismatches(b), 0);
}

static void
a_private_address_is_not_asked(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	push(b, "world", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_int_equal(b->asked, 0);
}

static void
what_robots_txt_forbids_is_not_looked_at(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	b->robots = "User-agent: *\nDisallow: /p\n";
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	assert_int_equal(v[1].outcome, SIGHT_REFUSED);
	assert_true(str_find(v[1].why, STR("robots")) >= 0);
	assert_int_equal(b->asked, 0);
}

/* The second look is in a batch that a full disk undoes; the third would be 5 hours later. */
static void
a_look_of_a_dropped_batch_is_made_again_at_once(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;
	int64_t end = clock_mono_ms() + WAIT_S * 1000;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	later(b, 3600);
	disk_is_full(true);
	while (b->asked < 2 && clock_mono_ms() < end) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		step(b, STR(""));
		settle(b);
		(void)poll(&p, 1, 5);
	}
	for (int i = 0; i < 20; i++) {
		struct pollfd p = { .fd = crawl_stage.fd(b->crawler), .events = POLLIN };

		step(b, STR(""));
		settle(b);
		(void)poll(&p, 1, 5);
	}
	disk_is_full(false);
	v = sights(b, 3);
	assert_int_equal(v[2].outcome, SIGHT_SAME);
	assert_int_equal(mismatches(b), 0);
}

static void
what_the_law_closes_is_not_looked_at_any_more(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	b->asked = 0;
	b->source[0].contract_end_at = 1;
	later(b, 3600);
	v = sights(b, 3);
	assert_int_equal(v[2].outcome, SIGHT_REFUSED);
	assert_true(str_is(v[2].why, "its contract has ended"));
	assert_int_equal(b->asked, 0);
}

/* The bytes were written, their row was not: kill -9 between the two. */
static void
what_was_written_and_not_acknowledged_is_cut(void **state)
{
	struct bench *b = *state;
	struct evidence_file f;
	struct sight_row *v;
	char path[256];

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	f = file_of(b, &v[1], path, sizeof path);
	assert_int_equal(append_at(path, f.bytes, STR("half a record"), &b->e), 0);
	assert_int_equal(mismatches(b), 0); /* nobody was told of it */
	crawler_free(b->crawler);
	start(b);
	assert_int_equal(append_length(path), f.bytes);
	assert_int_equal(append_at(path, f.bytes, STR("half a record"), &b->e), 0);
	later(b, 3600);
	v = sights(b, 3);
	assert_int_equal(v[2].from, f.bytes);
	assert_int_equal(mismatches(b), 0);
	f = file_of(b, &v[2], path, sizeof path);
	assert_int_equal(append_length(path), f.bytes);
}

/* Then what it held is a mismatch, and what comes stands in another file. */
static void
behind_a_file_that_somebody_cut_nothing_is_written(void **state)
{
	struct bench *b = *state;
	struct evidence_file f, other;
	struct sight_row *v;
	char path[256];

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 1);
	f = file_of(b, v, path, sizeof path);
	crawler_free(b->crawler);
	assert_int_equal(append_cut(path, f.bytes - 1, &b->e), 1);
	start(b);
	push(b, "shop", "/q");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 1);
	other = file_of(b, v, path, sizeof path);
	assert_true(other.id > f.id);
	assert_int_equal(mismatches(b), 1);
}

/* A wish that was not committed goes with its receipt: the document is sent again. */
static void
a_wish_is_lost_only_together_with_its_receipt(void **state)
{
	struct bench *b = *state;
	char command[256], dir[64];
	struct evidence_row row;
	struct sight_row *v;
	size_t n, before;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	/* as kill -9 leaves it: the files as they are now */
	snprintf(dir, sizeof dir, "%s", b->dir);
	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-ev-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(command, sizeof command, "cp -r %s/. %s/", dir, b->dir);
	assert_int_equal(system(command), 0);
	crawler_free(b->crawler);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
	before = b->n_docs;
	start(b);
	settle(b);
	assert_false(look(b, &row, &v, &n));
	assert_int_equal(b->n_docs, before + 1);
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
}

static void
while_an_incident_is_open_it_is_looked_at_daily(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.n_again = 0;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	assert_true(look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
	receipt(b, KEEP_INCIDENT);
	settle(b);
	assert_true(look(b, &row, &v, &n));
	assert_true(row.next_at > clock_now(&b->clock) && row.next_at != EVIDENCE_NEVER);
	later(b, 86400 - 60);
	receipt(b, KEEP_INCIDENT); /* still open */
	later(b, 120);
	sights(b, 3);
	later(b, 86400 + 60); /* nothing was heard of it for long: closed */
	sights(b, 4);
	assert_true(look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
}

static void
what_has_no_page_is_never_looked_at_again(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 1);
	receipt(b, KEEP_INCIDENT);
	settle(b);
	assert_true(look(b, &row, &v, &n));
	assert_true(row.next_at == EVIDENCE_NEVER);
	assert_int_equal(b->asked, 0);
}

/* What a WARC file holds from its first byte to its last, read as any other tool would. */
static int
records_in(struct bench *b, const char *path, const char *words, bool *there)
{
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	struct buf file = BUF(64 << 20);
	struct warc_seen s;
	int n = 0, more;

	*there = false;
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	for (r.rest = buf_str(&file); (more = warc_read(&r, &s, &b->e)) == 1; n++) {
		assert_int_equal(s.type == WARC_INFO, n == 0);
		*there = *there || str_find(s.block, str_of(words)) >= 0;
	}
	assert_int_equal(more, 0);
	buf_release(&r.record);
	buf_release(&file);
	return n;
}

static void
evidence_of_many_documents_stands_in_one_file(void **state)
{
	struct bench *b = *state;
	struct document first;
	struct evidence_row row;
	struct sight_row *v;
	char path[256], same[256];
	size_t n;
	bool there;

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	first = b->doc;
	push(b, "shop", "/q");
	receipt(b, KEEP_TOPIC);
	sights(b, 1);
	b->doc = first;
	receipt(b, KEEP_TIER);
	v = sights(b, 1);
	file_of(b, v, path, sizeof path);
	assert_int_equal(records_in(b, path, "about /p", &there), 3);
	assert_true(there);
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	assert_true(look(b, &row, &v, &n));
	file_of(b, v, same, sizeof same);
	assert_string_equal(path, same);
	assert_int_equal(mismatches(b), 0);
}

static void
each_day_has_another_file(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;
	char path[256], other[256];

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	file_of(b, &v[1], path, sizeof path);
	later(b, 86400);
	v = sights(b, 3);
	file_of(b, &v[2], other, sizeof other);
	assert_string_not_equal(path, other);
	assert_int_equal(mismatches(b), 0);
}

static bool
gone(const char *path)
{
	return access(path, F_OK) < 0 && errno == ENOENT;
}

/* Settles until the file is away. */
static void
upkeep_until_gone(struct bench *b, const char *path)
{
	for (int i = 0; i < 20 && !gone(path); i++) {
		step(b, STR(""));
		settle(b);
	}
	assert_true(gone(path));
}

static void
what_is_past_its_time_goes_and_an_incidents_stays(void **state)
{
	struct bench *b = *state;
	struct evidence_row row, other;
	struct sight_row *v;
	struct document first;
	char path[256];
	size_t n;
	bool there;

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	first = b->doc;
	receipt(b, KEEP_TOPIC);
	v = sights(b, 1);
	file_of(b, v, path, sizeof path);
	push(b, "shop", "/q");
	receipt(b, KEEP_TOPIC | KEEP_INCIDENT);
	sights(b, 1);
	later(b, 190 * 86400);
	push(b, "shop", "/r");
	settle(b);
	upkeep_until_gone(b, path);
	b->doc = first;
	assert_false(look(b, &row, &v, &n));
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	assert_true(look(b, &other, &v, &n));
	file_of(b, v, path, sizeof path);
	records_in(b, path, "about /p", &there);
	assert_false(there);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(mismatches(b), 0);
}

static void
erase(struct bench *b, const struct document *d)
{
	struct command c = { .call = 8, .actor = STR("test"), .verb = STR("documents.erase") };
	struct buf record = BUF(RECORD_CALL_MAX), body = BUF(100);

	id_add_hex(&body, &d->id);
	buf_addf(&body, " %lld\n", (long long)d->arrived_at);
	c.body = buf_str(&body);
	record_encode(&command_record, &c, &record);
	step(b, buf_str(&record));
	settle(b);
	buf_release(&record);
	buf_release(&body);
}

static void
what_is_erased_is_in_no_file_and_its_neighbours_are(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	struct document first;
	char path[256];
	size_t n;
	bool there;

	push(b, "shop", "/p");
	first = b->doc;
	receipt(b, KEEP_TOPIC);
	v = sights(b, 2);
	file_of(b, v, path, sizeof path);
	push(b, "shop", "/q");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	erase(b, &first);
	upkeep_until_gone(b, path);
	assert_true(look(b, &row, &v, &n));
	assert_int_equal(n, 2);
	file_of(b, v, path, sizeof path);
	assert_int_equal(records_in(b, path, "about /p", &there), 5);
	assert_false(there);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(mismatches(b), 0);
	b->doc = first;
	assert_false(look(b, &row, &v, &n));
}

/* How many documents of spool and archive say words. */
static int
spool_says(struct bench *b, const char *words)
{
	char path[128];
	struct store *s;
	struct stmt *q;
	int n = 0;

	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open_reader(path, &spool_migrations, &b->e);
	assert_non_null(s);
	q = store_stmt(s, "SELECT body FROM document");
	while (stmt_step(q, &b->e) == 1)
		n += str_find(stmt_col_bytes(q, 0), str_of(words)) >= 0;
	stmt_reset(q);
	store_close(s);
	return n;
}

static int
archive_says(struct bench *b, const char *words)
{
	struct archive_reader *r = archive_open(b->dir, 0, INT64_MAX, &b->e);
	struct archive_figures f;
	struct document d;
	int n = 0;

	assert_non_null(r);
	while (archive_read(r, &d, &b->e) == 1)
		n += str_find(d.text, str_of(words)) >= 0;
	archive_read_figures(r, &f);
	assert_int_equal(f.damaged, 0);
	archive_close(r);
	return n;
}

static void
what_is_erased_leaves_spool_and_archive_and_does_not_come_again(void **state)
{
	struct archive_conf archive = { 30 * 86400, (int64_t)1 << 30, 60 };
	struct bench *b = *state;
	struct document first, third;

	b->evidence.fetch = 0;
	b->setup.archive = &archive;
	crawler_free(b->crawler);
	start(b);
	push(b, "shop", "/p");
	first = b->doc;
	receipt(b, KEEP_TOPIC);
	push(b, "shop", "/q");
	receipt(b, 0);
	settle(b);
	crawler_free(b->crawler); /* all is in the archive then */
	start(b);
	push(b, "shop", "/r"); /* in the spool alone */
	third = b->doc;
	receipt(b, 0);
	settle(b);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 2);
	assert_int_equal(archive_says(b, "about /p"), 1);
	erase(b, &first);
	erase(b, &third);
	for (int i = 0; i < 20; i++)
		settle(b);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 0);
	assert_int_equal(spool_says(b, "about /q"), 1);
	assert_int_equal(archive_says(b, "about /p"), 0);
	assert_int_equal(archive_says(b, "about /q"), 1);
	push(b, "shop", "/p"); /* seen: it is not taken in again */
	crawler_free(b->crawler);
	start(b);
	assert_int_equal(spool_says(b, "about /p") + spool_says(b, "about /r"), 0);
	assert_int_equal(archive_says(b, "about /p") + archive_says(b, "about /r"), 0);
	assert_int_equal(archive_says(b, "about /q"), 1);
}

/* A receipt that was on its way, or an incident that asks again, does not bring it back. */
static void
what_is_erased_is_not_kept_by_a_later_wish(void **state)
{
	struct bench *b = *state;
	struct evidence_row row;
	struct sight_row *v;
	size_t n;

	b->evidence.fetch = 0;
	push(b, "shop", "/p"); /* waits for its receipt */
	erase(b, &b->doc);
	receipt(b, KEEP_TOPIC);
	settle(b);
	assert_int_equal(spool_says(b, "about /p"), 1);
	assert_false(look(b, &row, &v, &n));
	push(b, "shop", "/q");
	receipt(b, 0);
	settle(b);
	receipt(b, KEEP_INCIDENT); /* in the batch of the command */
	erase(b, &b->doc);
	for (int i = 0; i < 5; i++)
		settle(b);
	assert_false(look(b, &row, &v, &n));
	assert_int_equal(spool_says(b, "about /q"), 0);
}

/* Part of the file is lost to the disk: the rest is moved, and the erased goes all the same. */
static void
what_is_erased_goes_although_its_file_was_cut(void **state)
{
	struct bench *b = *state;
	struct document first;
	struct sight_row *v;
	char path[256];
	bool there;

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	first = b->doc;
	receipt(b, KEEP_TOPIC);
	file_of(b, sights(b, 1), path, sizeof path);
	push(b, "shop", "/q");
	receipt(b, KEEP_TOPIC);
	sights(b, 1);
	push(b, "shop", "/r");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 1);
	assert_int_equal(append_cut(path, v->from + 1, &b->e), 1);
	erase(b, &first);
	upkeep_until_gone(b, path);
	b->doc.id = ID_OF(STR("shop"), STR("/q"));
	file_of(b, sights(b, 1), path, sizeof path);
	records_in(b, path, "about /q", &there);
	assert_true(there);
	assert_int_equal(mismatches(b), 1); /* what the disk lost is told, not hidden */
}

/* It answers that it is done only when it is: a kill -9 in between changes nothing of that. */
static void
an_erasure_goes_on_after_a_restart(void **state)
{
	struct bench *b = *state;
	struct sight_row *v;
	char path[256];

	b->evidence.fetch = 0;
	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	v = sights(b, 1);
	file_of(b, v, path, sizeof path);
	erase(b, &b->doc);
	crawler_free(b->crawler);
	start(b);
	upkeep_until_gone(b, path);
	assert_int_equal(mismatches(b), 0);
}

static void
a_changed_file_is_a_mismatch(void **state)
{
	struct bench *b = *state;
	struct buf file = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;

	push(b, "shop", "/p");
	receipt(b, KEEP_TOPIC);
	sights(b, 2);
	assert_true(look(b, &row, &v, &n));
	file_of(b, v, path, sizeof path);
	assert_int_equal(append_read(path, 0, -1, &file, &b->e), 0);
	file.p[file.n / 2] ^= 1;
	assert_int_equal(append_at(path, 0, buf_str(&file), &b->e), 0);
	assert_true(mismatches(b) > 0);
	assert_int_equal(append_cut(path, (int64_t)file.n - 1, &b->e), 1);
	assert_true(mismatches(b) > 0);
	assert_int_equal(unlink(path), 0);
	assert_true(mismatches(b) > 0);
	buf_release(&file);
}

#define OLDER 13 /* migrations that were known when a document had a file of its own */

/* The spool of a version that knew those, with evidence of the document: a file of its own. */
static void
older_write(struct bench *b, struct str bytes, int64_t at)
{
	struct migration steps[OLDER + 1] = { { 0 } };
	struct migrations older = { spool_migrations.app, steps };
	char path[256], day[300];
	uint8_t sha[32];
	struct store *s;
	struct stmt *q;

	memcpy(steps, spool_migrations.m, OLDER * sizeof *steps);
	hash_sha256(bytes, sha);
	snprintf(path, sizeof path, "%s/spool.db", b->dir);
	s = store_open(path, &older, &b->e);
	assert_non_null(s);
	assert_int_equal(store_begin(s, &b->e), 0);
	q = store_stmt(s, "INSERT INTO evidence (document, seq, at, why, source, url, file,"
			  " bytes, sights, fetches, next_at, held_until) VALUES (:d, 999, :at,"
			  " 1, 'shop', '', '20260320/old.warc.gz', :n, 1, 0, :next, 0)");
	stmt_id(q, 1, &b->doc.id);
	stmt_int(q, 2, at);
	stmt_int(q, 3, (int64_t)bytes.n);
	stmt_int(q, 4, EVIDENCE_NEVER);
	assert_int_equal(stmt_run(q, &b->e), 1);
	q = store_stmt(s,
		       "INSERT INTO sight (document, n, at, outcome, status, from_byte, bytes,"
		       " sha, text_sha, body_sha, why) VALUES (:d, 0, :at, 0, 0, 0, :n, :sha,"
		       " X'', X'', '')");
	stmt_id(q, 1, &b->doc.id);
	stmt_int(q, 2, at);
	stmt_int(q, 3, (int64_t)bytes.n);
	stmt_bytes(q, 4, (struct str){ (const char *)sha, sizeof sha });
	assert_int_equal(stmt_run(q, &b->e), 1);
	assert_int_equal(store_commit(s, &b->e), 0);
	store_close(s);
	snprintf(day, sizeof day, "%s/evidence/20260320", b->dir);
	assert_int_equal(mkdir(day, 0700), 0);
	snprintf(day, sizeof day, "%s/evidence/20260320/old.warc.gz", b->dir);
	assert_int_equal(append_at(day, 0, bytes, &b->e), 0);
}

static void
files_of_one_document_as_older_versions_wrote_them_stay_evidence(void **state)
{
	struct bench *b = *state;
	struct buf bytes = BUF(1 << 20);
	struct evidence_row row;
	struct sight_row *v;
	char path[256];
	size_t n;

	push(b, "shop", "/p");
	evidence_add_info(&bytes, STR("old.warc.gz"), 1774000000);
	evidence_add_document(&bytes, &b->doc, 1774000000);
	crawler_free(b->crawler);
	snprintf(path, sizeof path, "rm %s/spool.db*", b->dir);
	assert_int_equal(system(path), 0);
	older_write(b, buf_str(&bytes), 1774000000);
	buf_release(&bytes);
	start(b);
	settle(b);
	assert_int_equal(mismatches(b), 0);
	assert_true(look(b, &row, &v, &n));
	file_of(b, v, path, sizeof path);
	assert_non_null(strstr(path, "/evidence/20260320/old.warc.gz"));
	erase(b, &b->doc);
	upkeep_until_gone(b, path);
	*strrchr(path, '/') = '\0';
	assert_true(gone(path)); /* its day's folder, too */
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_a_receipt_asks_for_is_kept_with_its_page),
		T(without_a_wish_nothing_is_kept),
		T(the_same_wish_twice_is_one),
		T(a_page_is_looked_at_again_and_what_became_of_it_is_told),
		T(the_words_at_first_sight_and_after_are_shown_masked),
		T(every_hop_of_a_redirect_is_kept),
		T(an_attachment_is_not_read),
		T(a_private_address_is_not_asked),
		T(what_robots_txt_forbids_is_not_looked_at),
		T(a_look_of_a_dropped_batch_is_made_again_at_once),
		T(what_the_law_closes_is_not_looked_at_any_more),
		T(what_was_written_and_not_acknowledged_is_cut),
		T(behind_a_file_that_somebody_cut_nothing_is_written),
		T(evidence_of_many_documents_stands_in_one_file),
		T(each_day_has_another_file),
		T(what_is_erased_is_in_no_file_and_its_neighbours_are),
		T(an_erasure_goes_on_after_a_restart),
		T(what_is_erased_leaves_spool_and_archive_and_does_not_come_again),
		T(what_is_erased_is_not_kept_by_a_later_wish),
		T(what_is_erased_goes_although_its_file_was_cut),
		T(a_wall_says_nothing_of_the_page),
		T(a_wish_is_lost_only_together_with_its_receipt),
		T(while_an_incident_is_open_it_is_looked_at_daily),
		T(what_has_no_page_is_never_looked_at_again),
		T(what_is_past_its_time_goes_and_an_incidents_stays),
		T(a_changed_file_is_a_mismatch),
		T(files_of_one_document_as_older_versions_wrote_them_stay_evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
