/*
 * bench_walk.c - what a walk, a score and a signature cost, in CPU time (watches: bench_watch.c).
 *
 * Texts are made of our own sample sentences, half Chinese, half English by document, in sizes
 * of about 100 B, 500 B and 4 KB. In the same run: memcpy, and one PCRE2 tokeniser pass, so that
 * the ratios hold on any machine.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/rx.h"
#include "core/str.h"
#include "cli/json_lines.h"
#include "nlp/copies.h"
#include "nlp/explain.h"
#include "nlp/topic.h"

#define TOTAL   (8 << 20) /* bytes of text in a run */
#define BEST_OF 3

static const char *const samples[2][12] = {
	{ "昨天在便利店买了一包山脆薯片，味道还不错，就是有点咸。",
	  "等了一个多小时才送到，打电话客服也不接，太失望了！",
	  "包装很精致，送给朋友很有面子，下次还会再买。",
	  "打开以后发现里面有一根头发，恶心，以后再也不买了。",
	  "公司今天发布了第三季度财报，营业收入同比增长百分之八。",
	  "虽然价格贵了一点，但是质量真的没话说，总体满意。",
	  "请问这个批次的产品是在哪里生产的？有人知道吗？",
	  "希望你们能把配送速度提高一些，别再让人等了。",
	  "这家店的服务态度真好，老板娘人也热情，推荐给大家。",
	  "据当地媒体报道，市场监管部门已经对该批次产品进行抽样检验。",
	  "手机屏幕用了三天就花了，找售后说是人为损坏，呵呵。",
	  "周末和家人一起去公园散步，天气很好，孩子们玩得很开心。" },
	{ "Bought a bag of Shancui chips yesterday, tasty but a little too salty. ",
	  "I have been on hold for an hour and nobody picks up, this is ridiculous! ",
	  "The new version is fast and the design is beautiful, well done. ",
	  "Found a piece of plastic in my bag, absolutely disgusting, never again. ",
	  "The company said on Tuesday that third quarter sales rose eight percent. ",
	  "It is not cheap, but the quality is excellent and it works as advertised. ",
	  "Does anyone know when the store near the station opens on Sunday? ",
	  "I wish they would fix the login bug instead of adding more stickers. ",
	  "Thanks for losing my luggage again, great job as always. ",
	  "Officials have opened an inquiry into the incident, the report says. ",
	  "The screen cracked after three days and support refused to help me. ",
	  "We walked through the park with the kids and had a lovely afternoon. " },
};

struct docs {
	char *text;
	struct str *v;
	size_t n, bytes;
};

static uint32_t
next(uint32_t *r)
{
	*r = *r * 1664525u + 1013904223u;
	return *r >> 16;
}

static struct docs
docs_make(size_t size)
{
	struct docs d = { .text = malloc(TOTAL + (1 << 16)),
			  .v = malloc((TOTAL / 40 + 2) *
				      sizeof(struct str)) /* no sentence is shorter */ };
	uint32_t r = 1;

	while (d.bytes < TOTAL) {
		size_t from = d.bytes, lang = d.n % 2;

		do {
			const char *s = samples[lang][next(&r) % 12];
			size_t n = strlen(s);

			memcpy(d.text + d.bytes, s, n);
			d.bytes += n;
		} while (d.bytes - from < size - 40);
		d.v[d.n++] = (struct str){ d.text + from, d.bytes - from };
	}
	return d;
}

struct bench {
	const struct image *image;
	struct walk walk;
	struct arena *arena;
	struct rx *words;
	struct rx_scratch *scratch;
	char *sink;
	uint64_t sum;
};

static void
do_memcpy(struct bench *b, struct str s)
{
	memcpy(b->sink, s.p, s.n);
	b->sum += (uint8_t)b->sink[s.n / 2];
}

static void
do_pcre(struct bench *b, struct str s)
{
	struct rx_span span;
	size_t at = 0;

	while (rx_match(b->words, b->scratch, s, at, &span, 1) > 0) {
		at = span.at + span.n;
		b->sum++;
	}
}

static void
do_guise(struct bench *b, struct str s)
{
	b->sum += guise_take_off(&b->walk.guise, s, NULL).n;
}

static void
do_walk(struct bench *b, struct str s)
{
	walk_run(&b->walk, b->image, s);
	b->sum += b->walk.score.n + b->walk.facts.n;
}

static void
do_score(struct bench *b, struct str s)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct score_text *t;
	struct topics topics;
	struct score x;
	int32_t *weights;

	walk_run(&b->walk, b->image, s);
	t = score_prepare(b->image, &b->walk, s, b->arena);
	weights = arena_alloc(b->arena, t->n_clauses * sizeof *weights);
	score_weights(t, &whole, weights);
	score_weigh(t, &whole, weights, &x);
	topics_find(t, weights, NULL, CLASS_OTHER, &topics);
	b->sum += (uint64_t)x.score;
	arena_reset(b->arena);
}

static void
do_copies(struct bench *b, struct str s)
{
	uint8_t sig[COPIES_BYTES];

	b->sum += copies_sign(s, sig);
}

static void
do_line(struct bench *b, struct str s)
{
	struct buf line = BUF(1 << 20);
	struct json_member m[] = { { .name = "id" }, { .name = "text" } };
	struct err e = { .kind = ERR_NONE };

	buf_add(&line, STR("{\"id\":1,\"text\":"));
	json_add_text(&line, s);
	buf_add_byte(&line, '}');
	b->sum += (uint64_t)json_line_read(buf_str(&line), m, 2, b->arena, &e) + m[1].text.n;
	buf_release(&line);
	arena_reset(b->arena);
}

static void
do_jansson(struct bench *b, struct str s)
{
	struct buf line = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	const struct json *j;

	buf_add(&line, STR("{\"id\":1,\"text\":"));
	json_add_text(&line, s);
	buf_add_byte(&line, '}');
	j = json_parse(b->arena, buf_str(&line), &e);
	b->sum += json_text(json_get(j, "text"), STR("")).n;
	buf_release(&line);
	arena_reset(b->arena);
}

/* Returns the MB/s. */
static double
run(struct bench *b, const char *name, const struct docs *d,
    void (*f)(struct bench *, struct str))
{
	int64_t best = INT64_MAX;

	for (int round = 0; round < BEST_OF; round++) {
		int64_t from = clock_cpu_us(), us;

		for (size_t i = 0; i < d->n; i++)
			f(b, d->v[i]);
		us = clock_cpu_us() - from;
		best = us < best ? us : best;
	}
	printf("%-34s %7zu B/text %9.1f MB/s %8.2f us/text\n", name, d->bytes / d->n,
	       (double)d->bytes / (double)(best ? best : 1), (double)best / (double)d->n);
	return (double)d->bytes / (double)(best ? best : 1);
}

/* 10 MB on one line of what a stranger may send: as many MB/s as any other text, about. */
static void
hostile_run(struct bench *b)
{
	static const struct {
		const char *name, *part;
		size_t n;
	} shapes[] = {
		{ "10 MB: one word", "bad", 3 },
		{ "10 MB: 不不不…", "不", 3 },
		{ "10 MB: emoji with skin", "👍🏽", 8 },
		{ "10 MB: bidi marks", "\u202E\u202C", 6 },
		{ "10 MB: marks over a letter", "\u0336", 2 },
		{ "10 MB: look-alike letters", "bаd ", 5 },
		{ "10 MB: traditional characters", "難", 3 },
		{ "10 MB: NULs", "", 1 },
		{ "10 MB: no UTF-8", "\xE4\xFF\xF0", 3 },
		{ "10 MB: @@@…", "@", 1 },
		{ "10 MB: //@a //@a …", "//@a ", 5 },
		{ "10 MB: not bad, but …", "not bad, but ", 13 },
	};
	char *text = malloc(10 << 20);

	for (size_t i = 0; i < LY_COUNT(shapes); i++) {
		struct str s = { text, (10 << 20) / shapes[i].n * shapes[i].n };
		struct docs d = { .v = &s, .n = 1, .bytes = s.n };

		for (size_t at = 0; at < s.n; at += shapes[i].n)
			memcpy(text + at, shapes[i].part, shapes[i].n);
		run(b, shapes[i].name, &d, do_score);
	}
	free(text);
}

int
main(void)
{
	static const size_t sizes[] = { 100, 500, 4096 };
	double scoring[LY_COUNT(sizes)];
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	int64_t t0 = clock_cpu_us(), t1, t2;
	struct lexicon *l = lexicon_load(STR("lexicons"), NULL, 0, &report, &e);
	struct bench b = { .arena = arena_new(), .sink = malloc(1 << 20) };
	struct image *m;

	if (!l) {
		fprintf(stderr, "%s%s\n", report.p, e.text);
		return 1;
	}
	t1 = clock_cpu_us();
	b.image = m = image_build(l, NULL, 0, &e);
	t2 = clock_cpu_us();
	printf("%zu entries: read %.1f ms, image of %zu bytes built %.1f ms\n", l->n_entries,
	       (double)(t1 - t0) / 1000, m->bytes.n, (double)(t2 - t1) / 1000);
	b.scratch = rx_scratch_new();
	b.words = rx_compile(STR("[A-Za-z][A-Za-z']*|\\p{Han}+"), 0, &e);
	for (size_t i = 0; i < LY_COUNT(sizes); i++) {
		struct docs d = docs_make(sizes[i]);

		run(&b, "memcpy", &d, do_memcpy);
		run(&b, "PCRE2 words, JIT", &d, do_pcre);
		run(&b, "guise looked for, none found", &d, do_guise);
		run(&b, "walk", &d, do_walk);
		scoring[i] = run(&b, "walk, items, score, topics", &d, do_score);
		run(&b, "copies (MinHash 64)", &d, do_copies);
		run(&b, "JSON line written, read by us", &d, do_line);
		run(&b, "JSON line written, read by jansson", &d, do_jansson);
		free(d.text);
		free(d.v);
	}
	hostile_run(&b);
	printf("goal scoring in the pipeline: %.0f, %.0f, %.0f MB/s in texts of 100, 500, 4096 "
	       "bytes (120)\n",
	       scoring[0], scoring[1], scoring[2]);
	printf("goal image: %zu bytes (8000000)\n", m->bytes.n);
	printf("(%llu)\n", (unsigned long long)b.sum);
	return 0;
}
