/*
 * bench_watch.c - what 10 to 10,000 watches cost a text of 500 bytes, and a reload, in CPU time.
 *
 * Watches are of every kind the language has: words, phrases, wildcards, NEAR, fields, rules,
 * {Exact}; their names are invented, their other words common. A line says what the watches add to
 * a walk for the lexicon alone in the same run.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/clock.h"
#include "core/str.h"
#include "nlp/score.h"
#include "nlp/watch.h"

#define DOCS       4000
#define BEST_OF    5
#define COUNT_MOST 10000

static const char *const samples[2][8] = {
	{ "昨天在便利店买了一包山脆薯片，味道还不错，就是有点咸。",
	  "等了一个多小时才送到，打电话客服也不接，太失望了！",
	  "打开以后发现里面有一根头发，恶心，以后再也不买了。",
	  "公司今天发布了第三季度财报，营业收入同比增长百分之八。",
	  "请问这个批次的产品是在哪里生产的？有人知道吗？",
	  "据当地媒体报道，市场监管部门已经对该批次产品进行抽样检验。",
	  "手机屏幕用了三天就花了，找售后说是人为损坏，呵呵。",
	  "周末和家人一起去公园散步，天气很好，孩子们玩得很开心。" },
	{ "Bought a bag of Shancui chips yesterday, tasty but a little too salty. ",
	  "I have been on hold for an hour and nobody picks up, this is ridiculous! ",
	  "Found a piece of plastic in my bag, absolutely disgusting, never again. ",
	  "The company said on Tuesday that third quarter sales rose eight percent. ",
	  "Does anyone know when the store near the station opens on Sunday? ",
	  "Officials have opened an inquiry into the recall, the report says. ",
	  "The screen cracked after three days and support refused to help me. ",
	  "We walked through the park with the kids and had a lovely afternoon. " },
};
/* %zu: the watch's number. */
static const char *const kinds[] = {
	"(brand%04zu OR 品牌%04zu) AND (recall OR /lot [0-9]+/)",
	"\"brand%04zu foods\" OR (品牌%04zu NEAR/9 (头发 OR 异物))",
	"name%04zu* AND (plastic OR hair OR 品牌%04zu) AND NOT game*",
	"({Brand%04zu} OR #品牌%04zu) AND company AND class:(news social)",
	"(brand%04zu OR 商号%04zu) AND sentiment:negative AND followers:>=1000",
	"(@brand%04zu OR 品牌%04zu店) AND title:(公司 OR company)",
	"\"brand%04zu screen\"~5 OR 品牌%04zu手机",
};

static uint32_t
next(uint32_t *r)
{
	*r = *r * 1664525u + 1013904223u;
	return *r >> 16;
}

struct docs {
	struct buf text;
	size_t at[DOCS + 1];
};

/* One document in nine speaks of a watch. */
static void
docs_make(struct docs *d, size_t watches)
{
	uint32_t r = 1;

	d->text = BUF(16 << 20);
	for (size_t i = 0; i < DOCS; i++) {
		d->at[i] = d->text.n;
		if (i % 9 == 0)
			buf_addf(&d->text, "brand%04zu 品牌%04zu ", next(&r) % watches,
				 next(&r) % watches);
		while (d->text.n - d->at[i] < 470)
			buf_add(&d->text, str_of(samples[i % 2][next(&r) % 8]));
	}
	d->at[DOCS] = d->text.n;
}

static struct watches *
watches_make(size_t n, struct buf *report, struct err *e)
{
	struct watch_conf *c = calloc(n, sizeof *c);
	struct conf_list list = { c, n };
	struct buf text = BUF(8 << 20);
	size_t *at = calloc(n + 1, sizeof *at);
	struct watches *w;

	for (size_t i = 0; i < n; i++) {
		at[i] = text.n;
		buf_addf(&text, kinds[i % LY_COUNT(kinds)], i, i);
	}
	at[n] = text.n;
	for (size_t i = 0; i < n; i++)
		c[i].name = c[i].query = (struct str){ text.p + at[i], at[i + 1] - at[i] };
	w = watches_new(&(struct watches_setup){ .confs = &list }, report, e);
	buf_release(&text);
	free(at);
	free(c);
	return w;
}

struct bench {
	const struct image *image;
	const struct watches *watches; /* NULL: only walk */
	struct walk walk;
	struct query_rules rules;
	struct arena *a;
	size_t matches;
};

static void
one(struct bench *b, struct str text)
{
	static const struct document d = { .followers = -1, .source_class = CLASS_NEWS };
	struct query_about about = { text, 0, &d, { NULL, 0 }, NULL, NULL };
	size_t n;

	walk_run(&b->walk, b->image, text);
	if (!b->watches)
		return;
	watches_notice(b->watches, &b->walk, &about, &b->rules, b->a, &n);
	b->matches += n;
	arena_reset(b->a);
}

/* CPU microseconds a document, the best of several runs. */
static double
measure(struct bench *b, const struct docs *d)
{
	int64_t best = INT64_MAX;

	for (int round = 0; round < BEST_OF; round++) {
		int64_t from = clock_cpu_us(), us;

		b->matches = 0;
		for (size_t i = 0; i < DOCS; i++)
			one(b, (struct str){ d->text.p + d->at[i], d->at[i + 1] - d->at[i] });
		us = clock_cpu_us() - from;
		best = us < best ? us : best;
	}
	return (double)best / DOCS;
}

static struct lexicon *
lexicons_read(void)
{
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicon_load(STR("lexicons"), NULL, 0, &report, &e);

	if (!l) {
		fprintf(stderr, "%s%s\n", report.p, e.text);
		exit(1);
	}
	buf_release(&report);
	return l;
}

struct loaded {
	struct watches *watches;
	struct image *image;
};

/* All that a reload does beside reading its configuration; us: lexicons, queries, image. */
static struct loaded
load(size_t count, int64_t us[3])
{
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	int64_t t[4] = { clock_cpu_us() };
	struct lexicon *l = lexicons_read();
	struct loaded x;

	t[1] = clock_cpu_us();
	x.watches = watches_make(count, &report, &e);
	if (!x.watches) {
		fprintf(stderr, "%s%s\n", report.p, e.text);
		exit(1);
	}
	t[2] = clock_cpu_us();
	x.image = image_build(l, x.watches->literals.v, x.watches->literals.n, &e);
	if (!x.image || watches_check(x.watches, x.image, &report))
		exit(1);
	t[3] = clock_cpu_us();
	for (int i = 0; i < 3; i++)
		us[i] = t[i + 1] - t[i] < us[i] ? t[i + 1] - t[i] : us[i];
	lexicon_free(l);
	buf_release(&report);
	return x;
}

static void
drop(struct loaded *x)
{
	image_free(x->image);
	watches_free(x->watches);
}

/* Returns the microseconds a document. */
static double
count_run(const struct image *bare, size_t count)
{
	int64_t us[3] = { INT64_MAX, INT64_MAX, INT64_MAX };
	struct bench b = { .image = bare, .a = arena_new() };
	struct loaded x = load(count, us);
	static struct docs d;
	double alone, with;

	for (int i = 1; i < BEST_OF; i++) {
		drop(&x);
		x = load(count, us);
	}
	docs_make(&d, count);
	alone = measure(&b, &d);
	b.image = x.image;
	b.watches = x.watches;
	watches_account(x.watches, &b.rules);
	with = measure(&b, &d);
	printf("%6zu watches %8.2f us/text, walk alone %5.2f, %zu of %d texts match\n", count,
	       with, alone, b.matches, DOCS);
	printf("%6zu watches reload %.0f ms: lexicons %.1f, queries %.1f, image %.1f\n", count,
	       (double)(us[0] + us[1] + us[2]) / 1000, (double)us[0] / 1000,
	       (double)us[1] / 1000, (double)us[2] / 1000);
	if (count == COUNT_MOST)
		printf("goal reload of %zu watches and the lexicons: %.0f ms (200)\n", count,
		       (double)(us[0] + us[1] + us[2]) / 1000);
	watches_account_release(&b.rules);
	walk_release(&b.walk);
	arena_free(b.a);
	buf_release(&d.text);
	drop(&x);
	return with;
}

int
main(void)
{
	static const size_t counts[] = { 10, 100, 1000, COUNT_MOST };
	struct err e = { .kind = ERR_NONE };
	struct lexicon *l = lexicons_read();
	struct image *bare = image_build(l, NULL, 0, &e);
	double us[LY_COUNT(counts)];

	for (size_t i = 0; bare && i < LY_COUNT(counts); i++)
		us[i] = count_run(bare, counts[i]);
	if (bare)
		printf("goal watches: %.1f, %.1f, %.1f us a text of 500 bytes with 10, 1000, "
		       "10000 of them (10)\n",
		       us[0], us[2], us[3]);
	image_free(bare);
	lexicon_free(l);
	return !bare;
}
