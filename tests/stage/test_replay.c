/*
 * langyan replay against a plain one: the same stages, one document after the other, one thread,
 * each tick committed, every row written. What happens must be the same, byte for byte.
 */
#include "core/base.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/command.h"
#include "cli/file.h"
#include "cli/replay_file.h"
#include "cli/settings.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "core/str.h"

#define DOCUMENTS 3000
#define T0        1773532800 /* 2026-03-15T00:00:00Z */

static const char conf_text[] =
	"site: { name: replay, data: \"%s/data\", allow_root: on }\n"
	"clock: { mode: stepped, step: 10s }\n"
	"sources: { board: { kind: push, class: forum }, paper: { kind: push, class: news } }\n"
	"lexicons: { dir: \"%s/lexicons\" }\n"
	"templates: { dir: \"%s/templates\" }\n"
	"watches: { shancui: { query: 山脆, size: small } }\n"
	"signals: { load: { class: system, above: 0.85 } }\n"
	"people: { anna: { name: Anna, zone: UTC, contacts: [ { channel: desk, address: anna } "
	"] } }\n"
	"schedules: { duty: { zone: UTC, shifts: [ { who: [anna], from: 00:00, to: 00:00 } ] } "
	"}\n"
	"policies: { default: { steps: [ { to: [\"schedule:duty\"], after: 0s } ] } }\n"
	"routes: [ { policy: default, owner: anna } ]\n"
	"channels: { desk: { kind: file, path: \"%s/notices\", wakes: on } }\n"
	"digests: { daily: { watches: [shancui], cut: 08:00, at: 09:00, to: [anna] } }\n";

static const char *const texts[] = {
	"山脆味道不错，孩子很喜欢", "山脆包装漏气，很失望，差评",   "今天天气很好，出门走走",
	"山脆有股怪味，再也不买了", "the match ended two all",      "山脆吃了拉肚子，送急诊了",
	"地铁又晚点了，真烦",       "山脆客服态度恶劣，投诉没人理", "新开的面馆人很多",
};

struct place {
	char *dir, *conf, *file, *out;
};

static char *
path_in(const char *dir, const char *name)
{
	struct buf b = BUF(4096);

	buf_addf(&b, "%s/%s", dir, name);
	return b.p; /* freed by place_close */
}

/* Three days, thin by day and dense for an hour of the second: some ticks hold many. */
static void
file_write(const char *path)
{
	FILE *f = fopen(path, "w");
	uint64_t dice = 7;
	int64_t at = T0;

	assert_non_null(f);
	for (int i = 0; i < DOCUMENTS; i++) {
		bool dense = i > 1000 && i < 1800;

		dice = dice * 6364136223846793005u + 1442695040888963407u;
		at += (int64_t)((dice >> 33) % (dense ? 4 : 230));
		if (i % 97 == 0)
			fprintf(f, "{\"signal\":\"load\",\"value\":0.%d,\"at\":%lld}\n",
				i % 291 ? 20 : 91, (long long)at);
		fprintf(f,
			"{\"id\":\"d%d\",\"source\":\"%s\",\"author\":\"a%d\",\"url\":"
			"\"https://s%d.example/%d\",\"text\":\"%s%d\",\"arrived\":%lld}\n",
			i, i % 3 ? "board" : "paper", (int)((dice >> 40) % 400), i % 9, i,
			texts[(dice >> 50) % LY_COUNT(texts)], i % 50, (long long)at);
	}
	assert_int_equal(fclose(f), 0);
}

static void
place_open(struct place *p)
{
	char *tree = getcwd(NULL, 0);
	FILE *f;

	assert_non_null(tree);
	p->dir = strdup("/tmp/ly-replay-XXXXXX");
	assert_non_null(p->dir);
	assert_non_null(mkdtemp(p->dir));
	p->conf = path_in(p->dir, "langyan.yaml");
	p->file = path_in(p->dir, "history.jsonl");
	p->out = path_in(p->dir, "out");
	f = fopen(p->conf, "w");
	assert_non_null(f);
	fprintf(f, conf_text, p->dir, tree, tree, p->dir);
	assert_int_equal(fclose(f), 0);
	free(tree);
	file_write(p->file);
}

static void
place_close(struct place *p)
{
	char *made[] = { p->conf, p->file, p->out };

	for (size_t i = 0; i < LY_COUNT(made); i++) {
		unlink(made[i]);
		free(made[i]);
	}
	assert_int_equal(rmdir(p->dir), 0); /* nothing else was written */
	free(p->dir);
}

/* What the command writes on stdout, appended to b; its exit code. options: two at most, NULL: none. */
static int
replay_run(const struct place *p, const char *option, const char *value, struct buf *b)
{
	char *argv[] = { (char *)"replay", (char *)"-c",  p->conf, p->file,
			 (char *)option,   (char *)value, NULL };
	struct err e = { .kind = ERR_NONE };
	int to = open(p->out, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600), was, code;

	fflush(stdout);
	was = dup(STDOUT_FILENO);
	dup2(to, STDOUT_FILENO);
	code = cmd_replay.run(4 + !!option + !!value, argv, &e);
	fflush(stdout);
	dup2(was, STDOUT_FILENO);
	close(was);
	close(to);
	if (code < 0)
		fail_msg("%s", e.text);
	assert_int_equal(file_read(p->out, b, &e), 0);
	return code;
}

/* ---- the plain one ------------------------------------------------------------------------------- */

struct plain {
	struct out out;
	struct responder *responder;
	struct buf *said;
	struct arena *a;
	bool receipted;
};

static void
told_put_plain(void *arg, const struct told *t)
{
	struct plain *k = arg;

	clock_add_iso(k->said, t->at);
	buf_addf(k->said, " %s %.*s %.*s %lld %lld ", t->type, STR_ARG(t->watch),
		 STR_ARG(t->incident), (long long)t->level, (long long)t->grade);
	id_add_hex(k->said, &t->id);
	buf_add_byte(k->said, '\n');
}

static void
put_plain(struct out *o, enum out_way way, struct str record)
{
	struct plain *k = (struct plain *)((char *)o - offsetof(struct plain, out));
	struct err e = { .kind = ERR_NONE };

	if (way == OUT_RECEIPT)
		k->receipted = true;
	else if (respond_stage.step(k->responder, record, 0, o, k->a, &e) < 0)
		fail_msg("%s", e.text);
}

/* As the runner does it: until the tick's receipt. */
static void
tick_plain(struct plain *k, struct id spool, int64_t seq, int64_t count, int64_t at)
{
	struct tick t = {
		.spool = spool, .seq = seq, .upto = seq - 1, .count = count, .at = at
	};
	struct buf record = BUF(4096);
	struct err e = { .kind = ERR_NONE };

	record_encode(&tick_record, &t, &record);
	assert_true(respond_stage.step(k->responder, buf_str(&record), at, &k->out, k->a, &e) >=
		    0);
	k->receipted = false;
	for (int i = 0; !k->receipted; i++) {
		assert_true(i < 1000);
		assert_int_equal(respond_stage.settle(k->responder, at, &k->out, &e), 0);
		assert_true(respond_stage.step(k->responder, STR(""), at, &k->out, k->a, &e) >=
			    0);
	}
	buf_release(&record);
	arena_reset(k->a);
}

static void
plain_run(const struct place *p, struct buf *said)
{
	struct err e = { .kind = ERR_NONE };
	struct settings *s = settings_read(p->conf, NULL, &e);
	struct nlp_setup setup;
	struct responder_conf conf;
	struct plain k = { .out = { .put = put_plain, .scratch = OUT_SCRATCH },
			   .said = said,
			   .a = arena_new() };
	struct id spool = ID_OF(STR("plain"));
	struct replay_file file;
	struct buf report = BUF(1 << 16);
	struct nlp *nlp;
	int64_t count = 0, seq = (int64_t)1 << 60;

	if (!s)
		fail_msg("%s", e.text);
	setup = settings_nlp(s);
	nlp = nlp_new(&setup, &report, &e);
	conf = settings_responder(s);
	conf.record = STR(":memory:");
	conf.clock = CLOCK_STEPPED;
	conf.send = SEND_SINK;
	conf.told = (struct told_sink){ told_put_plain, &k };
	k.responder = responder_new(&conf, 0, &e);
	if (!nlp || !k.responder ||
	    replay_file_open(&file, p->file,
			     &(struct replay_open){ { s, REPLAY_ALL }, spool, 0, 0 }, &e) < 0 ||
	    replay_file_read(&file, &e) < 0)
		fail_msg("%s %s", report.p, e.text);
	for (size_t i = 0; i < file.n; i++) {
		int64_t at = (file.v[i].at + 9) / 10 * 10;

		assert_true(score_stage.step(nlp, file.v[i].record, 0, &k.out, k.a, &e) >= 0);
		count++;
		if (i + 1 < file.n && file.v[i + 1].at <= at)
			continue;
		tick_plain(&k, spool, ++seq, count, at);
		count = 0;
	}
	tick_plain(&k, spool, ++seq, 0, file.v[file.n - 1].at + 86400);
	replay_file_release(&file);
	responder_free(k.responder);
	nlp_free(nlp);
	settings_free(s);
	arena_free(k.a);
	buf_release(&k.out.scratch);
	buf_release(&report);
}

/* "at type watch incident level grade id" of each line, as the plain one writes it. */
static void
lines_strip(struct str text, struct buf *b)
{
	static const char *const keys[] = { "at",    "type",  "watch", "incident",
					    "level", "grade", "id" };
	struct arena *a = arena_new();
	struct str line;

	while (str_next(&text, '\n', &line)) {
		struct err e = { .kind = ERR_NONE };
		const struct json *j = line.n ? json_parse(a, line, &e) : NULL;

		if (!line.n)
			continue;
		assert_non_null(j);
		for (size_t i = 0; i < LY_COUNT(keys); i++) {
			const struct json *v = json_get(j, keys[i]);

			if (json_kind(v) == JSON_INT)
				buf_addf(b, "%lld", (long long)json_int(v, -1));
			else
				buf_add(b, json_text(v, STR("?")));
			buf_add_byte(b, i + 1 < LY_COUNT(keys) ? ' ' : '\n');
		}
	}
	arena_free(a);
}

/* ---- the tests ------------------------------------------------------------------------------------ */

static void
what_happens_is_what_the_plain_stages_do(void **state)
{
	struct place p;
	struct buf out = BUF(4 << 20), got = BUF(4 << 20), wanted = BUF(4 << 20),
		   again = BUF(4 << 20);

	(void)state;
	place_open(&p);
	plain_run(&p, &wanted);
	assert_int_equal(replay_run(&p, NULL, NULL, &out), 0);
	lines_strip(buf_str(&out), &got);
	assert_string_equal(got.p, wanted.p);
	for (size_t i = 0; i < 4; i++) { /* the history sets off all there is to tell */
		static const char *const types[] = { " firing ", " move ", " notice ",
						     " digest " };

		assert_non_null(strstr(got.p, types[i]));
	}
	assert_int_equal(replay_run(&p, NULL, NULL, &again), 0);
	assert_string_equal(again.p, out.p);
	place_close(&p);
	buf_release(&out);
	buf_release(&got);
	buf_release(&wanted);
	buf_release(&again);
}

static void
signals_alone_fire_what_hangs_on_numbers(void **state)
{
	struct place p;
	struct buf out = BUF(4 << 20);
	struct str rest, line;
	int fired = 0;

	(void)state;
	place_open(&p);
	assert_int_equal(replay_run(&p, "--signals", NULL, &out), 0);
	rest = buf_str(&out);
	while (str_next(&rest, '\n', &line)) {
		if (str_find(line, STR("\"type\":\"firing\"")) < 0)
			continue;
		assert_true(str_find(line, STR("load")) > 0);
		fired++;
	}
	assert_int_equal(fired, 11);
	place_close(&p);
	buf_release(&out);
}

/* Its lines from the last to the first. */
static void
file_turn(const char *path)
{
	struct buf text = BUF(4 << 20);
	struct err e = { .kind = ERR_NONE };
	struct str *lines = calloc(2 * DOCUMENTS, sizeof *lines), rest, line;
	size_t n = 0;
	FILE *f;

	assert_int_equal(file_read(path, &text, &e), 0);
	rest = buf_str(&text);
	while (str_next(&rest, '\n', &line))
		if (line.n && n < 2 * DOCUMENTS)
			lines[n++] = line;
	f = fopen(path, "w");
	assert_non_null(f);
	while (n--)
		fprintf(f, "%.*s\n", STR_ARG(lines[n]));
	assert_int_equal(fclose(f), 0);
	free(lines);
	buf_release(&text);
}

static void
threads_and_the_order_of_lines_do_not_show(void **state)
{
	static const char *const threads[] = { "1", "2", "7" };
	struct place p;
	struct buf first = BUF(4 << 20);

	(void)state;
	place_open(&p);
	assert_int_equal(replay_run(&p, NULL, NULL, &first), 0);
	for (int turned = 0; turned < 2; turned++) {
		for (size_t i = 0; i < LY_COUNT(threads); i++) {
			struct buf again = BUF(4 << 20);

			assert_int_equal(replay_run(&p, "--threads", threads[i], &again), 0);
			assert_string_equal(again.p, first.p);
			buf_release(&again);
		}
		file_turn(p.file);
	}
	place_close(&p);
	buf_release(&first);
}

/* "line at record" of what blocks give, one after the other. */
struct told_lines {
	struct buf *b;
	size_t before;
};

static void
line_told(void *arg, const struct replay_said *x)
{
	struct told_lines *k = arg;
	struct document d;
	struct arena *a = arena_new();
	struct err e = { .kind = ERR_NONE };

	buf_addf(k->b, "%zu ", k->before + x->line);
	if (!x->record.n) {
		buf_addf(k->b, "%.*s\n", STR_ARG(x->why));
	} else {
		assert_int_equal(record_decode(&document_record, x->record, &d, a, &e), 0);
		buf_addf(k->b, "%lld %.*s\n", (long long)x->at, STR_ARG(d.text));
	}
	arena_free(a);
}

static void
blocks_told(const char *path, const struct settings *s, size_t block_bytes, bool whole,
	    struct buf *b)
{
	struct replay_open o = { { s, REPLAY_ALL }, ID_OF(STR("x")), 1, block_bytes };
	struct told_lines k = { b, 0 };
	struct replay_file f;
	struct err e = { .kind = ERR_NONE };

	if (replay_file_open(&f, path, &o, &e) < 0)
		fail_msg("%s", e.text);
	buf_addf(b, "%zu %d\n", f.documents, f.in_order);
	if (whole) {
		close(f.fd);
		f.fd = -1;
		assert_int_equal(file_read(path, &f.text, &e), 0);
	}
	for (size_t i = 0; i < f.blocks; i++)
		k.before += replay_file_block(&f, 0, i, line_told, &k);
	replay_file_release(&f);
}

static void
how_large_a_block_is_does_not_show(void **state)
{
	static const size_t sizes[] = { 1, 2, 7, 64, 200, 201, 1000, 4096, 70000 };
	struct place p;
	struct buf wanted = BUF(4 << 20);
	struct err e = { .kind = ERR_NONE };
	struct settings *s;
	FILE *f;

	(void)state;
	place_open(&p);
	f = fopen(p.file, "w");
	assert_non_null(f);
	for (int i = 0; i < 62; i++) /* empty lines, mistakes, long ones; the last has no end */
		fprintf(f,
			i % 7 == 3    ? "\n"
			: i % 11 == 5 ? "{no\n"
				      : "{\"text\":\"%0*d\",\"arrived\":%d}%s",
			i % 13 == 2 ? 9000 : 1 + i, i, 1773532800 + i, i == 61 ? "" : "\r\n");
	assert_int_equal(fclose(f), 0);
	s = settings_read(p.conf, NULL, &e);
	assert_non_null(s);
	blocks_told(p.file, s, 0, false, &wanted);
	assert_non_null(strstr(wanted.p, "\n62 1773532861 "));
	for (size_t i = 0; i < 2 * LY_COUNT(sizes); i++) {
		struct buf got = BUF(4 << 20);

		blocks_told(p.file, s, sizes[i / 2], i % 2, &got);
		assert_string_equal(got.p, wanted.p);
		buf_release(&got);
	}
	settings_free(s);
	place_close(&p);
	buf_release(&wanted);
}

static void
a_time_is_what_the_document_says(void **state)
{
	static const char *const lines[] = {
		"{\"text\":\"a\",\"arrived\":1773532800}",
		"{\"arrived\":1773532800000,\"text\":\"a\"}",
		" {\"text\" : \"a\" , \"published\" : 1773532801 } ",
		"{\"text\":\"a\",\"published\":1773532801,\"arrived\":1773532805}",
		"{\"text\":\"a\",\"arrived\":null,\"published\":1773532801}",
		"{\"text\":\"a\",\"arrived\":\"2026-03-15T00:00:07Z\"}",
		"{\"text\":\"a\",\"arrived\":\"2026-03-15 08:00:07 +0800\"}",
		"{\"text\":\"a \\\"arrived\\\":5\",\"published\":1773532801}",
		"{\"text\":\"a\\\\\",\"arrived\":1773532803}",
		"{\"text\":\"a\",\"arr\\u0069ved\":1773532804}",
		"{\"text\":\"a\",\"x\":{\"arrived\":9},\"arrived\":1773532806}",
		"{\"text\":\"a\",\"x\":[1,2],\"arrived\":1773532806}",
		"{\"signal\":\"load\",\"value\":0.5,\"at\":1773532809}",
		"{\"signal\":\"load\",\"value\":1,\"at\":1773532809,\"arrived\":7}",
		"{\"text\":\"\\\"signal\\\"\",\"arrived\":1773532810}",
		"\xEF\xBB\xBF{\"text\":\"a\",\"arrived\":1773532811}",
	};
	static const char *const refused[] = {
		"{\"text\":\"a\",\"arrived\":1.7735328e9}",
		"{\"text\":\"a\",\"arrived\":0,\"published\":1773532806}",
		"{",
		"{}",
		"[]",
		"{\"text\":\"a\"}",
		"{\"text\":\"a\",\"arrived\":\"soon\"}",
		"{\"text\":\"a\",\"arrived\":-1}",
		"{\"signal\":\"load\"}",
		"\"",
		"{\"a",
		"x",
	};
	struct arena *a = arena_new();
	struct place p;
	struct err e = { .kind = ERR_NONE };
	struct replay_how how = { NULL, REPLAY_ALL };

	(void)state;
	place_open(&p);
	how.s = settings_read(p.conf, NULL, &e);
	assert_non_null(how.s);
	for (size_t i = 0; i < LY_COUNT(lines); i++) {
		struct document d;
		struct str line = str_trim(str_of(lines[i]));

		assert_int_equal(replay_line_read(&how, a, line, &d, &e), 1);
		if (replay_line_time(&how, a, line) != d.arrived_at)
			fail_msg("%s", lines[i]);
	}
	for (size_t i = 0; i < LY_COUNT(refused); i++)
		assert_true(replay_line_time(&how, a, str_of(refused[i])) == REPLAY_NEVER);
	settings_free((struct settings *)(uintptr_t)how.s);
	arena_free(a);
	place_close(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happens_is_what_the_plain_stages_do),
		cmocka_unit_test(signals_alone_fire_what_hangs_on_numbers),
		cmocka_unit_test(threads_and_the_order_of_lines_do_not_show),
		cmocka_unit_test(how_large_a_block_is_does_not_show),
		cmocka_unit_test(a_time_is_what_the_document_says),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
