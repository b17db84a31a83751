/* Inboxes of a crawler as the runner drives it: files that grow and turn, mail. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/document.h"
#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/crawler.h"
#include "tests/support/sanitized.h"

#define T0 1795000000

struct bench {
	struct out out; /* first */
	char dir[64], path[128];
	struct clock clock;
	struct fetch_conf fetch;
	struct spool_conf spool;
	struct archive_conf archive;
	struct source_conf source;
	struct conf_list sources;
	struct crawler_setup setup;
	struct crawler *crawler;
	struct arena *step, *kept;
	struct document docs[4096];
	size_t n;
	struct reply reply;
	struct err e;
};

static size_t
bench_room(struct out *o)
{
	(void)o;
	return 10000;
}

static void
bench_put(struct out *o, enum out_way way, struct str record)
{
	struct bench *b = (struct bench *)o;
	struct err e = { 0 };

	record = arena_str(b->kept, record);
	if (way == OUT_REPLY)
		assert_int_equal(record_decode(&reply_record, record, &b->reply, b->kept, &e),
				 0);
	else if (record_kind(record) == KIND_DOCUMENT)
		assert_int_equal(
			record_decode(&document_record, record, &b->docs[b->n++], b->kept, &e),
			0);
}

static void
start(struct bench *b)
{
	b->crawler = crawler_new(&b->setup, &b->e);
	if (!b->crawler)
		fail_msg("%s", b->e.text);
}

static int
up(void **state)
{
	struct bench *b = calloc(1, sizeof *b);

	snprintf(b->dir, sizeof b->dir, "/tmp/langyan-inbox-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	b->out = (struct out){ .room = bench_room, .put = bench_put, .scratch = OUT_SCRATCH };
	b->step = arena_new();
	b->kept = arena_new();
	clock_init(&b->clock, CLOCK_SCALED, T0, 1);
	b->fetch = (struct fetch_conf){ .agent = STR("test"),
					.timeout_s = 10,
					.max_bytes = 1 << 20,
					.per_host = 1,
					.max_transfers = 16,
					.interval_s = 300,
					.max_age_s = 3650 * 86400 };
	b->spool = (struct spool_conf){ .keep_s = 7 * 86400,
					.keep_bytes = (int64_t)1 << 30,
					.resend_after_s = 3600 };
	b->source = (struct source_conf){ .name = STR("box"), .kind = SOURCE_FILE };
	b->sources = (struct conf_list){ &b->source, 1 };
	b->setup = (struct crawler_setup){ .fetch = &b->fetch,
					   .spool = &b->spool,
					   .archive = &b->archive,
					   .sources = &b->sources,
					   .dir = b->dir,
					   .presets = "presets",
					   .clock = &b->clock,
					   .step_s = 10 };
	snprintf(b->path, sizeof b->path, "%s/in.jsonl", b->dir);
	b->source.path = str_of(b->path);
	*state = b;
	return 0;
}

static int
down(void **state)
{
	struct bench *b = *state;
	char command[128];
	int rc;

	crawler_free(b->crawler);
	buf_release(&b->out.scratch);
	arena_free(b->step);
	arena_free(b->kept);
	snprintf(command, sizeof command, "rm -rf %s", b->dir);
	rc = system(command);
	free(b);
	return rc;
}

static void
put(const char *path, const char *mode, const char *text)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* The next look. */
static void
look(struct bench *b)
{
	b->clock.start_at += 61;
	if (crawl_stage.step(b->crawler, STR(""), clock_now(&b->clock), &b->out, b->step,
			     &b->e) < 0 ||
	    crawl_stage.settle(b->crawler, clock_now(&b->clock), &b->out, &b->e) < 0)
		fail_msg("%s", b->e.text);
	arena_reset(b->step);
}

/* Texts of all documents so far, in order. */
static const char *
texts(struct bench *b)
{
	struct buf all = BUF(1 << 20);
	const char *s;

	for (size_t i = 0; i < b->n; i++)
		buf_addf(&all, "%s%.*s", i ? "|" : "", STR_ARG(b->docs[i].text));
	s = arena_text(b->kept, buf_str(&all));
	buf_release(&all);
	return s;
}

static const struct json *
source_state(struct bench *b)
{
	struct command c = { .call = 7, .actor = STR("t"), .verb = STR("source.list") };
	struct buf record = BUF(4096);
	const struct json *j;

	record_encode(&command_record, &c, &record);
	assert_true(crawl_stage.step(b->crawler, arena_str(b->step, buf_str(&record)),
				     clock_now(&b->clock), &b->out, b->step, &b->e) >= 0);
	j = json_at(json_parse(b->kept, b->reply.body, &b->e), 0);
	buf_release(&record);
	assert_non_null(j);
	return j;
}

static void
a_file_is_followed_as_it_grows_and_a_torn_line_waits(void **state)
{
	struct bench *b = *state;

	put(b->path, "w", "{\"text\":\"one\"}\n{\"text\":\"tw");
	start(b);
	look(b);
	assert_string_equal(texts(b), "one");
	put(b->path, "a", "o\"}\n{broken\n{\"text\":\"three\"}\n");
	look(b);
	assert_string_equal(texts(b), "one|two|three");
	assert_int_equal(json_int(json_get(source_state(b), "refused"), 0), 1);
	/* no line end at the end: taken when it does not grow any more */
	put(b->path, "a", "{\"text\":\"four\"}");
	look(b);
	assert_string_equal(texts(b), "one|two|three");
	look(b);
	assert_string_equal(texts(b), "one|two|three|four");
	crawler_free(b->crawler);
	b->n = 0;
	start(b);
	look(b);
	put(b->path, "a", "\n{\"text\":\"five\"}\n");
	look(b);
	/* the four of before have no receipt and are sent again; none came twice */
	assert_string_equal(texts(b), "one|two|three|four|five");
	assert_int_equal(json_int(json_get(source_state(b), "documents"), 0), 5);
	assert_int_equal(json_int(json_get(source_state(b), "seen"), 0), 0);
}

/* Rows of nobody in a table that grows, and again from its start in another file of that name. */
static void
equal_rows_of_nobody_are_as_many_as_the_file_has(void **state)
{
	static const char head[] = "评价内容,评价时间\n";
	static const char row[] = "好评,2026-11-17\n";
	struct bench *b = *state;
	char whole[256];

	snprintf(b->path + strlen(b->path) - 5, 5, "csv");
	b->source.preset = STR("shop-reviews");
	put(b->path, "w", head);
	put(b->path, "a", row);
	start(b);
	look(b);
	put(b->path, "a", row);
	look(b);
	put(b->path, "a", row);
	put(b->path, "a", "差评,2026-11-17\n");
	look(b);
	assert_string_equal(texts(b), "好评|好评|好评|差评");
	look(b);
	crawler_free(b->crawler);
	b->n = 0;
	start(b); /* what has no receipt is sent again */
	snprintf(whole, sizeof whole, "%s%s差评,2026-11-17\n%s%s%s", head, row, row, row, row);
	assert_int_equal(unlink(b->path), 0);
	put(b->path, "w", whole);
	look(b);
	assert_int_equal(json_int(json_get(source_state(b), "seen"), 0), 4);
	assert_int_equal(json_int(json_get(source_state(b), "documents"), 0), 5);
}

/* The 64 KiB that are looked at for the header end in the middle of a character. */
static void
the_header_of_a_long_table_is_known_in_the_next_look(void **state)
{
	struct bench *b = *state;
	struct buf table = BUF(1 << 17);

	snprintf(b->path + strlen(b->path) - 5, 5, "csv");
	b->source.preset = STR("zh");
	buf_add(&table, STR("内容,时间\n"));
	for (int i = 0; i < 700; i++) {
		for (int k = 0; k < 30; k++)
			buf_add(&table, STR("好"));
		buf_add(&table, STR(",2026-11-17\n"));
	}
	assert_false(utf8_valid((struct str){ table.p, 65536 }));
	put(b->path, "w", table.p);
	start(b);
	look(b);
	assert_int_equal(b->n, 700);
	put(b->path, "a", "差评,2026-11-17\n差评\xe5"); /* and one is being written */
	look(b);
	put(b->path, "a", "\xa5\xbd,2026-11-17\n");
	look(b);
	assert_int_equal(b->n, 702);
	assert_true(str_is(b->docs[700].text, "差评"));
	assert_true(str_is(b->docs[701].text, "差评好"));
	buf_release(&table);
}

static void
rotation_by_renaming_and_by_truncating_loses_nothing(void **state)
{
	struct bench *b = *state;
	char old[160];

	put(b->path, "w", "{\"text\":\"1\"}\n");
	start(b);
	look(b);
	/* written to the old one, then renamed, then a new one */
	put(b->path, "a", "{\"text\":\"2\"}\n");
	snprintf(old, sizeof old, "%s.1", b->path);
	assert_int_equal(rename(b->path, old), 0);
	put(b->path, "w", "{\"text\":\"3\"}\n");
	look(b);
	assert_string_equal(texts(b), "1|3|2");
	/* truncated in place, longer than before at the next look */
	put(b->path, "w", "{\"text\":\"4\"}\n{\"text\":\"5\"}\n{\"text\":\"6\"}\n");
	look(b);
	look(b);
	assert_string_equal(texts(b), "1|3|2|4|5|6");
	assert_int_equal(json_int(json_get(source_state(b), "documents"), 0), 6);
}

static void
a_folder_gives_each_file_by_its_kind(void **state)
{
	struct bench *b = *state;
	char path[160];

	snprintf(b->path, sizeof b->path, "%s/drop", b->dir);
	b->source.path = str_of(b->path);
	b->source.preset = STR("zh");
	assert_int_equal(mkdir(b->path, 0700), 0);
	snprintf(path, sizeof path, "%s/a.csv", b->path);
	/* GB18030: 内容,时间 / 难吃,2026-11-17 */
	put(path, "w",
	    "\xc4\xda\xc8\xdd,\xca\xb1\xbc\xe4\n\xc4\xd1\xb3\xd4,2026-11-17\n"
	    "\"\xba\xc3\n\xb3\xd4\",2026-11-17\n\"\xb0\xeb");
	snprintf(path, sizeof path, "%s/b.txt", b->path);
	put(path, "w", "a whole\ntext");
	snprintf(path, sizeof path, "%s/c.log", b->path);
	put(path, "w", "line one\nline two\n");
	snprintf(path, sizeof path, "%s/d.csv.part", b->path);
	put(path, "w", "x");
	start(b);
	look(b);
	assert_string_equal(texts(b), "难吃|好\n吃|line one|line two");
	snprintf(path, sizeof path, "%s/a.csv", b->path);
	put(path, "a", "\xcc\xec\",2026-11-18\n");
	look(b);
	assert_string_equal(texts(b), "难吃|好\n吃|line one|line two|半天|a whole\ntext");
	assert_true(str_is(b->docs[5].title, "b"));
	look(b);
	assert_int_equal(b->n, 6);
}

/* Four files of 10 MiB: a document and empty lines. */
static void
a_look_takes_so_many_bytes_and_goes_on_with_the_next(void **state)
{
	struct bench *b = *state;
	char path[160];

	snprintf(b->path, sizeof b->path, "%s/in", b->dir);
	b->source.path = str_of(b->path);
	assert_int_equal(mkdir(b->path, 0700), 0);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%d.jsonl", b->path, i);
		put(path, "w", "{\"text\":\"");
		put(path, "a", i % 2 ? "odd" : "even");
		put(path, "a", i / 2 ? "2\"}\n" : "1\"}\n");
		for (int k = 0; k < 80; k++) {
			char lines[131072];

			memset(lines, '\n', sizeof lines - 1);
			lines[sizeof lines - 1] = '\0';
			put(path, "a", lines);
		}
	}
	start(b);
	look(b);
	assert_int_equal(b->n, 2);
	look(b);
	assert_int_equal(b->n, 4);
}

/* A folder is looked at every minute, however many files lie in it. */
static void
what_is_in_a_folder_is_not_in_memory(void **state)
{
	struct bench *b = *state;
	struct rusage before, after;
	char path[160];

	snprintf(b->path, sizeof b->path, "%s/in", b->dir);
	b->source.path = str_of(b->path);
	assert_int_equal(mkdir(b->path, 0700), 0);
	for (int i = 0; i < 3000; i++) {
		snprintf(path, sizeof path, "%s/%d.log", b->path, i);
		put(path, "w", "a line\n");
		assert_int_equal(truncate(path, 100000), 0); /* the rest is one line of zeros */
	}
	start(b);
	getrusage(RUSAGE_SELF, &before);
	look(b);
	look(b);
	getrusage(RUSAGE_SELF, &after);
	/* 300 MB lie there; what a sanitizer holds back is its own affair */
	if (!SANITIZED)
		assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, 80 * 1024);
}

static void
a_folder_that_is_not_there_is_a_failure_that_is_told(void **state)
{
	struct bench *b = *state;

	start(b);
	look(b);
	assert_int_equal(json_int(json_get(source_state(b), "failures"), 0), 1);
	assert_non_null(strstr(
		arena_text(b->kept, json_text(json_get(source_state(b), "why"), STR(""))),
		"could not find"));
	put(b->path, "w", "{\"text\":\"one\"}\n");
	b->clock.start_at += 300;
	look(b);
	assert_string_equal(texts(b), "one");
	assert_int_equal(json_int(json_get(source_state(b), "failures"), 1), 0);
}

static void
a_maildir_is_read_and_never_changed(void **state)
{
	struct bench *b = *state;
	char path[160], cur[160];

	b->source.kind = SOURCE_MAIL;
	snprintf(b->path, sizeof b->path, "%s/mail", b->dir);
	b->source.path = str_of(b->path);
	assert_int_equal(mkdir(b->path, 0700), 0);
	snprintf(path, sizeof path, "%s/cur", b->path);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/new", b->path);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof path, "%s/new/1.M1.host", b->path);
	put(path, "w",
	    "From: Li <li@a.example>\nSubject: bad\nMessage-ID: <1@a>\nList-Id: "
	    "<l.a.example>\nDate: Tue, 17 Nov 2026 08:00:00 +0800\n\nIt is bad.\n");
	start(b);
	look(b);
	assert_string_equal(texts(b), "It is bad.");
	assert_true(str_is(b->docs[0].title, "bad") && str_is(b->docs[0].author, "Li"));
	assert_true(str_is(b->docs[0].site, "l.a.example"));
	assert_true(str_is(b->docs[0].identity, "1@a"));
	assert_int_equal(b->docs[0].published_at, 1794873600);
	/* somebody reads it: it moves; and the same message comes by another way */
	snprintf(cur, sizeof cur, "%s/cur/1.M1.host:2,S", b->path);
	assert_int_equal(rename(path, cur), 0);
	snprintf(path, sizeof path, "%s/new/2.M2.host", b->path);
	put(path, "w", "From: Li <li@a.example>\nMessage-ID: <1@a>\n\nIt is bad.\n-- \nlist\n");
	look(b);
	assert_int_equal(b->n, 1);
	assert_int_equal(access(cur, F_OK), 0);
	assert_int_equal(json_int(json_get(source_state(b), "seen"), 0), 1);
}

static void
an_mbox_is_followed_and_its_last_message_waits_until_it_is_whole(void **state)
{
	struct bench *b = *state;

	b->source.kind = SOURCE_MAIL;
	put(b->path, "w",
	    "From a Tue Nov 17 08:00:00 2026\nFrom: a@b.example\nSubject: 1\n\none\n"
	    ">From here on\n\nFrom b Tue Nov 17 08:00:00 2026\nFrom: b@b.example\n"
	    "Subject: 2\n\ntw");
	start(b);
	look(b);
	assert_string_equal(texts(b), "one\nFrom here on");
	put(b->path, "a", "o\n");
	look(b);
	assert_int_equal(b->n, 1);
	look(b);
	assert_string_equal(texts(b), "one\nFrom here on|two");
}

/* A path inside the folder that is watched. */
static const char *
inside(struct bench *b, const char *name)
{
	return arena_textf(b->kept, "%s/%s", b->path, name);
}

static void
watch_folder(struct bench *b)
{
	snprintf(b->path, sizeof b->path, "%s/drop", b->dir);
	b->source.path = str_of(b->path);
	assert_int_equal(mkdir(b->path, 0700), 0);
}

static const char *
why(struct bench *b)
{
	return arena_text(b->kept, json_text(json_get(source_state(b), "why"), STR("")));
}

static void
a_file_turned_within_a_folder_keeps_its_kind(void **state)
{
	struct bench *b = *state;

	watch_folder(b);
	put(inside(b, "a.jsonl"), "w", "{\"text\":\"1\"}\n");
	put(inside(b, "b.jsonl-20261128"), "w", "{\"text\":\"old\"}\n");
	start(b);
	look(b);
	put(inside(b, "a.jsonl"), "a", "{\"text\":\"2\"}\n");
	assert_int_equal(rename(inside(b, "a.jsonl"), inside(b, "a.jsonl.1")), 0);
	put(inside(b, "a.jsonl"), "w", "{\"text\":\"3\"}\n");
	look(b);
	assert_string_equal(texts(b), "1|old|3|2");
}

static void
bytes_that_are_no_text_are_refused_once_and_make_no_document(void **state)
{
	struct bench *b = *state;
	static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\nabc\n";
	FILE *f;

	watch_folder(b);
	put(inside(b, "a.jsonl.1.gz"), "w", "\x1f\x8b\x08\x08words\nwords\n");
	f = fopen(inside(b, "b.png"), "w");
	assert_int_equal(fwrite(png, 1, sizeof png - 1, f), sizeof png - 1);
	fclose(f);
	put(inside(b, "c.log"), "w", "a line\n");
	start(b);
	look(b);
	assert_string_equal(texts(b), "a line");
	assert_int_equal(json_int(json_get(source_state(b), "refused"), 0), 2);
	assert_non_null(strstr(why(b), "no text"));
	look(b);
	assert_int_equal(json_int(json_get(source_state(b), "refused"), 0), 2);
}

/* Half of its bytes are zeros, its lines are none of ours: told with file and line, not misread. */
static void
utf_16_is_refused_where_it_is_and_never_misread(void **state)
{
	static const char csv[] = "\xff\xfe"
				  "a\0\n\0"
				  "b\0\n";
	static const char json[] = "\xfe\xff\0{\0}\0\n";
	struct bench *b = *state;
	FILE *f;

	b->source.preset = STR("zh");
	watch_folder(b);
	f = fopen(inside(b, "a.csv"), "w");
	assert_int_equal(fwrite(csv, 1, sizeof csv, f), sizeof csv);
	fclose(f);
	f = fopen(inside(b, "b.jsonl"), "w");
	assert_int_equal(fwrite(json, 1, sizeof json - 1, f), sizeof json - 1);
	fclose(f);
	start(b);
	look(b);
	assert_int_equal(b->n, 0);
	assert_int_equal(json_int(json_get(source_state(b), "refused"), 0), 2);
	assert_string_equal(why(b), "a.csv line 1: it is UTF-16, which cannot be followed: "
				    "import it");
}

static void
a_file_that_cannot_be_taken_keeps_nobody_from_the_others(void **state)
{
	struct bench *b = *state;

	watch_folder(b);
	put(inside(b, "a.csv"), "w", "text\nno preset for it\n");
	put(inside(b, "b.jsonl"), "w", "{\"text\":\"one\"}\n");
	start(b);
	look(b);
	assert_string_equal(texts(b), "one");
	assert_int_equal(json_int(json_get(source_state(b), "failures"), 1), 0);
	assert_non_null(strstr(why(b), "needs preset"));
}

static void
the_owners_link_is_followed_and_others_are_not(void **state)
{
	struct bench *b = *state;
	char real[160];

	snprintf(real, sizeof real, "%s/real.jsonl", b->dir);
	put(real, "w", "{\"text\":\"one\"}\n");
	assert_int_equal(symlink(real, b->path), 0);
	start(b);
	look(b);
	assert_string_equal(texts(b), "one");
	crawler_free(b->crawler);
	b->n = 0;
	watch_folder(b);
	assert_int_equal(symlink("/etc/passwd", inside(b, "secrets")), 0);
	put(inside(b, "z.log"), "w", "a line\n");
	start(b);
	look(b);
	assert_string_equal(texts(b), "one|a line");
}

static void
a_hole_that_truncation_left_is_passed_over(void **state)
{
	struct bench *b = *state;
	FILE *f;

	put(b->path, "w", "{\"text\":\"1\"}\n{\"text\":\"2\"}\n");
	start(b);
	look(b);
	f = fopen(b->path, "r+");
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), 0), 0);
	assert_int_equal(fseek(f, 100000, SEEK_SET), 0);
	fputs("{\"text\":\"3\"}\n", f);
	fclose(f);
	look(b);
	assert_string_equal(texts(b), "1|2|3");
	assert_int_equal(json_int(json_get(source_state(b), "refused"), 1), 0);
}

/* Same first bytes, more of it than before: only what stands before our place is another. */
static void
a_file_that_is_written_anew_is_read_from_its_start(void **state)
{
	struct bench *b = *state;
	char long_line[400], first[450];

	memset(long_line, 'x', sizeof long_line - 1);
	long_line[sizeof long_line - 1] = '\0';
	snprintf(first, sizeof first, "{\"text\":\"%s\"}\n", long_line);
	put(b->path, "w", first);
	put(b->path, "a", "{\"text\":\"1\"}\n");
	start(b);
	look(b);
	assert_int_equal(b->n, 2);
	put(b->path, "w", first);
	put(b->path, "a", "{\"text\":\"2\"}\n{\"text\":\"3\"}\n");
	look(b);
	assert_int_equal(b->n, 4);
	assert_true(str_is(b->docs[2].text, "2") && str_is(b->docs[3].text, "3"));
}

int
main(void)
{
#define INBOX(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		INBOX(a_file_is_followed_as_it_grows_and_a_torn_line_waits),
		INBOX(equal_rows_of_nobody_are_as_many_as_the_file_has),
		INBOX(the_header_of_a_long_table_is_known_in_the_next_look),
		INBOX(rotation_by_renaming_and_by_truncating_loses_nothing),
		INBOX(a_folder_gives_each_file_by_its_kind),
		INBOX(a_look_takes_so_many_bytes_and_goes_on_with_the_next),
		INBOX(what_is_in_a_folder_is_not_in_memory),
		INBOX(a_folder_that_is_not_there_is_a_failure_that_is_told),
		INBOX(a_maildir_is_read_and_never_changed),
		INBOX(a_file_turned_within_a_folder_keeps_its_kind),
		INBOX(bytes_that_are_no_text_are_refused_once_and_make_no_document),
		INBOX(utf_16_is_refused_where_it_is_and_never_misread),
		INBOX(a_file_that_cannot_be_taken_keeps_nobody_from_the_others),
		INBOX(the_owners_link_is_followed_and_others_are_not),
		INBOX(a_hole_that_truncation_left_is_passed_over),
		INBOX(a_file_that_is_written_anew_is_read_from_its_start),
		INBOX(an_mbox_is_followed_and_its_last_message_waits_until_it_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
