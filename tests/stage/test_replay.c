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

/* What the command writes on stdout, appended to b; its exit code. */
static int
replay_run(const struct place *p, const char *option, struct buf *b)
{
	char *argv[] = {
		(char *)"replay", (char *)"-c", p->conf, p->file, (char *)option, NULL
	};
	struct err e = { .kind = ERR_NONE };
	int to = open(p->out, O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600), was, code;

	fflush(stdout);
	was = dup(STDOUT_FILENO);
	dup2(to, STDOUT_FILENO);
	code = cmd_replay.run(option ? 5 : 4, argv, &e);
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
	    replay_file_read(&file, p->file, s, &spool, REPLAY_ALL, &e) < 0)
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
	assert_int_equal(replay_run(&p, NULL, &out), 0);
	lines_strip(buf_str(&out), &got);
	assert_string_equal(got.p, wanted.p);
	for (size_t i = 0; i < 4; i++) { /* the history sets off all there is to tell */
		static const char *const types[] = { " firing ", " move ", " notice ",
						     " digest " };

		assert_non_null(strstr(got.p, types[i]));
	}
	assert_int_equal(replay_run(&p, NULL, &again), 0);
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
	assert_int_equal(replay_run(&p, "--signals", &out), 0);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_happens_is_what_the_plain_stages_do),
		cmocka_unit_test(signals_alone_fire_what_hangs_on_numbers),
	};

	log_threshold(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
