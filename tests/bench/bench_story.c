/*
 * bench_story.c - does grouping put together what is one event, and nothing else? On the labelled
 * headlines of tests/data/stories-*.tsv: copies and gist as the responder asks them, copies alone,
 * and two rivals, Jaccard of code-point bigrams and SimHash. Arguments: the names of the sets to
 * measure; without any, all.
 *
 * A headline comes at its hour and joins the story of the oldest one of the last 72 h that the
 * method calls the same. Counted are pairs of headlines: precision, of the pairs in one story,
 * those of one event; recall, of the pairs of one event in one language within 72 h, those in
 * one story. Pairs of two languages are told apart.
 */
#include "core/base.h"

#include <stdio.h>
#include <time.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/copies.h"
#include "nlp/fold.h"
#include "nlp/gist.h"
#include "responder/join.h"
#include "responder/story.h"
#include "tests/support/shipped.h"
#include "tests/support/story_set.h"
#include "tests/support/story_stream.h"

#define ITEMS_MAX   800
#define GRAMS_MAX   400
#define SIMHASH_D   3
#define PRECISE     95 /* percent: what is asked of a grouping */
#define PERCENT_MAX 60 /* of the thresholds tried */

enum { ZH, EN, LANGS };
static const char *const lang_words[LANGS] = { "zh", "en" };

/* How alike is the same, in percent, by the language of the newer one. */
struct limits {
	int v[LANGS];
};

struct text {
	const struct story_headline *x;
	struct str joined; /* headline, line feed, sentence: as the scorer joins them */
	uint64_t grams[GRAMS_MAX];
	size_t n; /* grams, sorted, each once */
	uint64_t simhash;
	int lang, sign;
	uint8_t sig[COPIES_BYTES];
	bool is_signed;
	uint32_t gist[GIST_MAX];
	size_t gist_n;
};
struct half {
	const char *name;
	bool asked; /* to measure it */
	struct story_set set;
	struct text *texts;      /* in order of arrival */
	int (*alike)[ITEMS_MAX]; /* Jaccard in percent */
};
struct tally {
	size_t together, right;             /* pairs in one story; of these of one event */
	size_t pairs[LANGS], joined[LANGS]; /* of one event and language */
	size_t across, across_joined;       /* of one event, two languages */
	size_t near_pairs, near_together;   /* of two events easily taken for each other */
};

/* ---- what is compared ---------------------------------------------------------------------- */

static bool
is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return fold_is_ascii_word(cp);
	return !(cp < 0xC0) && !(cp >= 0x2000 && cp <= 0x206F) &&
	       !(cp >= 0x3000 && cp <= 0x303F) && !(cp >= 0xFF00 && cp <= 0xFF65);
}

static int
gram_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
grams_fill(struct text *t)
{
	struct buf folded = BUF(1 << 16);
	uint32_t cp, before = 0;
	size_t n = 0;
	const char *p, *end;

	fold_add(&folded, t->joined);
	for (p = folded.p, end = p + folded.n; p < end && n < GRAMS_MAX;) {
		p += utf8_next(p, end, &cp);
		if (!is_letter(cp))
			continue;
		if (before)
			t->grams[n++] = (uint64_t)before << 32 | cp;
		before = cp;
	}
	buf_release(&folded);
	qsort(t->grams, n, sizeof *t->grams, gram_cmp);
	for (size_t i = 0; i < n; i++)
		if (!i || t->grams[i] != t->grams[t->n - 1])
			t->grams[t->n++] = t->grams[i];
}

static int
jaccard_percent(const struct text *a, const struct text *b)
{
	size_t i = 0, j = 0, both = 0;

	while (i < a->n && j < b->n) {
		both += a->grams[i] == b->grams[j];
		if (a->grams[i] == b->grams[j])
			i++, j++;
		else if (a->grams[i] < b->grams[j])
			i++;
		else
			j++;
	}
	return a->n + b->n ? (int)(both * 100 / (a->n + b->n - both)) : 100;
}

static uint64_t
simhash_of(const struct text *t)
{
	int votes[64] = { 0 };
	uint64_t out = 0;

	for (size_t i = 0; i < t->n; i++) {
		uint64_t h = hash_fast((struct str){ (const char *)&t->grams[i], 8 }, 0);

		for (int k = 0; k < 64; k++)
			votes[k] += h >> k & 1 ? 1 : -1;
	}
	for (int k = 0; k < 64; k++)
		out |= (uint64_t)(votes[k] > 0) << k;
	return out;
}

/* ---- a half -------------------------------------------------------------------------------- */

static struct str
joined(const struct story_headline *x, struct arena *a)
{
	char *p = arena_alloc(a, x->headline.n + 1 + x->sentence.n);

	memcpy(p, x->headline.p, x->headline.n);
	p[x->headline.n] = '\n';
	if (x->sentence.n)
		memcpy(p + x->headline.n + 1, x->sentence.p, x->sentence.n);
	return (struct str){ p, x->headline.n + 1 + x->sentence.n };
}

static int
arrival_cmp(const void *a, const void *b)
{
	const struct story_headline *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return x->line - y->line;
}

static int
half_read(struct half *h, const char *path, const struct image *m, struct arena *a,
	  struct err *e)
{
	struct gist_words *words;

	if (story_set_read(path, a, &h->set, e) < 0)
		return -1;
	if (h->set.n_items > ITEMS_MAX)
		return err_set(e, ERR_USAGE, "%s: more than %d items", path, ITEMS_MAX);
	qsort(h->set.items, h->set.n_items, sizeof *h->set.items, arrival_cmp);
	h->texts = arena_alloc(a, h->set.n_items * sizeof *h->texts);
	h->alike = arena_alloc(a, h->set.n_items * sizeof *h->alike);
	words = gist_words_new();
	for (size_t i = 0; i < h->set.n_items; i++) {
		struct text *t = &h->texts[i];

		*t = (struct text){ .x = &h->set.items[i] };
		t->joined = joined(t->x, a);
		t->lang = str_is(t->x->lang, lang_words[EN]) ? EN : ZH;
		/* as a whole: no brand is watched here */
		t->sign = (int)shipped_score(m, t->joined, NULL).label;
		grams_fill(t);
		t->simhash = simhash_of(t);
		t->is_signed = copies_sign(t->joined, t->sig);
		t->gist_n = gist_parts(words, t->joined, t->gist, NULL);
		for (size_t j = 0; j < i; j++)
			h->alike[i][j] = jaccard_percent(t, &h->texts[j]);
	}
	gist_words_free(words);
	return 0;
}

/* ---- the methods: the story of each text, as the number of its first one ------------------- */

static bool
is_recent(const struct half *h, size_t older, size_t newer)
{
	return (h->texts[newer].x->hour - h->texts[older].x->hour) * 3600 <= STORY_KEEP_S;
}

static void
by_jaccard(const struct half *h, struct limits percent, size_t *story)
{
	for (size_t i = 0; i < h->set.n_items; i++) {
		int least = percent.v[h->texts[i].lang];
		size_t j = 0;

		while (j < i && !(is_recent(h, j, i) && h->alike[i][j] >= least))
			j++;
		story[i] = j < i ? story[j] : i;
	}
}

static void
by_simhash(const struct half *h, struct limits unused, size_t *story)
{
	(void)unused;
	for (size_t i = 0; i < h->set.n_items; i++) {
		size_t j = 0;

		while (j < i && !(is_recent(h, j, i) &&
				  __builtin_popcountll(h->texts[i].simhash ^
						       h->texts[j].simhash) <= SIMHASH_D))
			j++;
		story[i] = j < i ? story[j] : i;
	}
}

static void
by_copies(const struct half *h, struct limits unused, size_t *story)
{
	struct stories *s = stories_new();

	(void)unused;
	for (size_t i = 0; i < h->set.n_items; i++) {
		const struct text *t = &h->texts[i];
		struct story_item item = { .at = t->x->hour * 3600, .sign = t->sign };
		struct id id;
		uint32_t n = (uint32_t)i;

		memcpy(item.document.b, &n, sizeof n);
		item.text_hash = ID_OF(t->joined);
		if (t->is_signed)
			item.copies = (struct str){ (const char *)t->sig, COPIES_BYTES };
		stories_forget(s, item.at);
		id = stories_add(s, &item);
		memcpy(&n, id.b, sizeof n);
		story[i] = n;
	}
	stories_free(s);
}

/* As the responder does: copies first, then parts. One stream, and no watch is known. */
static void
by_gist(const struct half *h, struct limits unused, size_t *story)
{
	struct stories *copies = stories_new();
	struct joins *joins = joins_new();

	(void)unused;
	for (size_t i = 0; i < h->set.n_items; i++) {
		const struct text *t = &h->texts[i];
		struct story_item item = { .at = t->x->hour * 3600, .sign = t->sign };
		struct join_item join = { .at = item.at,
					  .sign = t->sign,
					  .gist = { (const char *)t->gist, t->gist_n * 4 } };
		struct id copy;
		struct join to;
		uint32_t n = (uint32_t)i;

		memcpy(item.document.b, &n, sizeof n);
		item.text_hash = ID_OF(t->joined);
		if (t->is_signed)
			item.copies = (struct str){ (const char *)t->sig, COPIES_BYTES };
		stories_forget(copies, item.at);
		copy = stories_add(copies, &item);
		join.document = item.document;
		join.copy = id_eq(&copy, &item.document) ? NULL : &copy;
		joins_add(joins, &join, &to);
		story[i] = story_number_of(&to.story);
		story_stream_follow(joins, story);
	}
	stories_free(copies);
	joins_free(joins);
}

/* ---- what came of it ----------------------------------------------------------------------- */

static bool
is_near(const struct story_event *a, const struct story_event *b)
{
	return str_eq(a->near, b->name) || str_eq(b->near, a->name);
}

static void
pair_count(const struct half *h, size_t i, size_t j, bool together, struct tally *f)
{
	const struct story_headline *a = h->texts[i].x, *b = h->texts[j].x;

	f->together += together;
	if (a->event != b->event) {
		bool near = is_near(&h->set.events[a->event], &h->set.events[b->event]);

		f->near_pairs += near;
		f->near_together += near && together;
		return;
	}
	f->right += together;
	if (!is_recent(h, j, i))
		return;
	if (h->texts[i].lang == h->texts[j].lang) {
		f->pairs[h->texts[i].lang]++;
		f->joined[h->texts[i].lang] += together;
	} else {
		f->across++;
		f->across_joined += together;
	}
}

static struct tally
found_of(const struct half *h, void (*put)(const struct half *, struct limits, size_t *),
	 struct limits at)
{
	size_t story[ITEMS_MAX];
	struct tally f = { 0 };

	put(h, at, story);
	for (size_t i = 0; i < h->set.n_items; i++)
		for (size_t j = 0; j < i; j++)
			pair_count(h, i, j, story[i] == story[j], &f);
	return f;
}

static double
share(size_t n, size_t of)
{
	return of ? (double)n / (double)of : 0;
}

static double
f1_of(const struct tally *f)
{
	double p = share(f->right, f->together);
	double r = share(f->joined[0] + f->joined[1], f->pairs[0] + f->pairs[1]);

	return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

/* The thresholds with the best F1 of those that reach the precision. False when none do. */
static bool
jaccard_best(const struct half *h, size_t precision_percent, struct limits *best)
{
	double best_f1 = 0;

	for (int zh = 1; zh <= PERCENT_MAX; zh++)
		for (int en = 1; en <= PERCENT_MAX; en++) {
			struct limits at = { { zh, en } };
			struct tally f = found_of(h, by_jaccard, at);

			if (f.right * 100 >= f.together * precision_percent &&
			    f1_of(&f) > best_f1) {
				best_f1 = f1_of(&f);
				*best = at;
			}
		}
	return best_f1 > 0;
}

static void
method_print(const struct half *h, const char *name,
	     void (*put)(const struct half *, struct limits, size_t *), struct limits at)
{
	struct tally f = found_of(h, put, at);

	printf("%-8s %-34s %5zu %9.3f %7.3f %6.3f %6.3f %6.3f %4zu/%-4zu %4zu/%zu\n", h->name,
	       name, f.together, share(f.right, f.together),
	       share(f.joined[ZH] + f.joined[EN], f.pairs[ZH] + f.pairs[EN]), f1_of(&f),
	       share(f.joined[ZH], f.pairs[ZH]), share(f.joined[EN], f.pairs[EN]),
	       f.across_joined, f.across, f.near_together, f.near_pairs);
}

static void
jaccard_print(const struct half *h, const struct half *develop, size_t precision_percent)
{
	struct limits at;
	char name[40];

	snprintf(name, sizeof name, "Jaccard, precision .%zu: none", precision_percent);
	if (!jaccard_best(develop, precision_percent, &at)) {
		printf("%-8s %s\n", h->name, name);
		return;
	}
	snprintf(name, sizeof name, "Jaccard >= .%02d zh .%02d en, %s", at.v[ZH], at.v[EN],
		 precision_percent ? "precise" : "best F1");
	method_print(h, name, by_jaccard, at);
}

static int
percent_cmp(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* How alike two texts of one event in one language are. */
static void
overlap_print(const struct half *h, int lang, struct arena *a)
{
	size_t most = h->set.n_items * h->set.n_items, n = 0;
	int *v = arena_alloc(a, most * sizeof *v);

	for (size_t i = 0; i < h->set.n_items; i++)
		for (size_t j = 0; j < i; j++)
			if (h->texts[i].x->event == h->texts[j].x->event &&
			    h->texts[i].lang == lang && h->texts[j].lang == lang)
				v[n++] = h->alike[i][j];
	qsort(v, n, sizeof *v, percent_cmp);
	if (n)
		printf("%-8s %s: %zu pairs of one event; their Jaccard, percent: 10th %d, "
		       "median %d, 90th %d\n",
		       h->name, lang_words[lang], n, v[n / 10], v[n / 2], v[n * 9 / 10]);
}

static void
texts_print(const struct half *h, struct arena *a)
{
	printf("%-8s %zu events, %zu headlines\n", h->name, h->set.n_events, h->set.n_items);
	for (int lang = 0; lang < LANGS; lang++)
		overlap_print(h, lang, a);
}

static void
methods_print(const struct half *h, const struct half *develop)
{
	static const struct limits none;

	method_print(h, "stories: copies and gist", by_gist, none);
	method_print(h, "MinHash copies alone", by_copies, none);
	jaccard_print(h, develop, 0);
	jaccard_print(h, develop, PRECISE);
	method_print(h, "SimHash, distance <= 3", by_simhash, none);
}

/* ---- what it costs --------------------------------------------------------------------------- */

#define LIVE  10000
#define TIMED 4000

static double
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Half of a headline, and characters at random: mostly a story of its own. */
static void
other_text(const struct half *h, uint32_t *seed, struct buf *b)
{
	const struct story_headline *x;

	*seed = *seed * 1664525 + 1013904223;
	x = h->texts[(*seed >> 8) % h->set.n_items].x;
	buf_clear(b);
	buf_add(b, utf8_cut(x->headline, x->headline.n / 3));
	for (int i = 0; i < 24; i++) {
		char four[4];

		*seed = *seed * 1664525 + 1013904223;
		buf_add(b, (struct str){ four, utf8_put(four, 0x4E00 + (*seed >> 8) % 3000) });
	}
}

static void
cost_print(const struct half *h)
{
	struct gist_words *words = gist_words_new();
	struct joins *j = joins_new();
	struct buf text = BUF(1 << 12);
	double gist = 0, join = 0, at;
	uint32_t seed = 1;

	for (int i = 0; i < LIVE + TIMED; i++) {
		uint32_t parts[GIST_MAX], n = (uint32_t)i;
		struct join_item item = { .at = i * 25 };
		struct join to;

		other_text(h, &seed, &text);
		memcpy(item.document.b, &n, sizeof n);
		at = cpu_us();
		item.gist = (struct str){ (const char *)parts,
					  4 * gist_parts(words, buf_str(&text), parts, NULL) };
		gist += i < LIVE ? 0 : cpu_us() - at;
		at = cpu_us();
		joins_add(j, &item, &to);
		join += i < LIVE ? 0 : cpu_us() - at;
	}
	printf("at %zu live texts, a text: gist %.1f us, joining %.1f us CPU\n", joins_count(j),
	       gist / TIMED, join / TIMED);
	buf_release(&text);
	joins_free(j);
	gist_words_free(words);
}

static bool
is_asked(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return n == 0;
}

int
main(int argc, char **argv)
{
	static const char *const paths[] = { STORY_SET_DEVELOP, STORY_SET_MORE,
					     STORY_SET_TRAIN,   STORY_SET_NEAR,
					     STORY_SET_FRESH,   STORY_SET_NEAR2,
					     STORY_SET_BLIND,   STORY_SET_HELD };
	struct half half[LY_COUNT(paths)] = { { .name = "develop" }, { .name = "more" },
					      { .name = "train" },   { .name = "near" },
					      { .name = "fresh" },   { .name = "near2" },
					      { .name = "blind" },   { .name = "held" } };
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct arena *a = arena_new();
	struct image *m = shipped_image(&report);

	for (size_t i = 0; i < LY_COUNT(half); i++) {
		half[i].asked = is_asked(half[i].name, argv + 1, argc - 1);
		if ((i == 0 || half[i].asked) && half_read(&half[i], paths[i], m, a, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
	}
	for (size_t i = 0; i < LY_COUNT(half); i++)
		if (half[i].asked)
			texts_print(&half[i], a);
	printf("%-8s %-34s %5s %9s %7s %6s %6s %6s %9s %s\n", "set", "method", "pairs",
	       "precision", "recall", "F1", "rec.zh", "rec.en", "zh-en", "near misses joined");
	for (size_t i = 0; i < LY_COUNT(half); i++)
		if (half[i].asked)
			methods_print(&half[i], &half[0]);
	cost_print(&half[0]);
	image_free(m);
	buf_release(&report);
	arena_free(a);
	return 0;
}
