/* fuzz: nlp/walk.c nlp/walk_term.c nlp/fold.c nlp/guise.c nlp/threshold.c */
#include "core/base.h"

#include "core/arena.h"
#include "core/str.h"
#include "nlp/threshold.h"
#include "nlp/topic.h"
#include "tests/support/small_lexicon.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first 8 bytes damage a good image (place, new value); the rest is a text. An image that
 * opens must be safe to walk and to score with, however wrong it is. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct image_literal lit[] = { { STR_INIT("山脆"), false },
						    { STR_INIT("recal"), true } };
	static const struct score_about whole = { .source_class = CLASS_VIDEO,
						  .source = STR_INIT("tube") };
	/* never written: built once; the second with learned lists */
	static struct image *goods[2];
	const struct image *good;
	struct image *m;
	struct err e = { .kind = ERR_NONE };
	struct walk w = WALK_INIT;
	uint32_t at, value;
	char *copy;

	if (n < 8)
		return 0;
	if (!goods[0]) {
		goods[0] = small_image(lit, LY_COUNT(lit));
		goods[1] = small_learned_image();
	}
	good = goods[p[0] & 1];
	memcpy(&at, p, 4);
	memcpy(&value, p + 4, 4);
	copy = aligned_alloc(8, (good->bytes.n + 7) / 8 * 8);
	memcpy(copy, good->bytes.p, good->bytes.n);
	if (value)
		memcpy(copy + at % (good->bytes.n - 4), &value, 4);
	m = image_open((struct str){ copy, good->bytes.n }, &e);
	if (m) {
		struct str text = { (const char *)p + 8, n - 8 };
		struct arena *a = arena_new();
		struct score_text *t;
		struct topics topics;
		struct score s;
		int32_t *weights;

		walk_run(&w, m, text);
		t = score_prepare(m, &w, text, a);
		weights = arena_alloc(a, t->n_clauses * sizeof *weights);
		score_weights(t, &whole, weights);
		score_weigh(t, &whole, weights, &s);
		topics_find(t, weights, NULL, CLASS_NEWS, &topics);
		if (s.threshold) {
			struct buf said = BUF(1 << 20);

			threshold_add_text(m, s.threshold, &said);
			buf_release(&said);
		}
		arena_free(a);
	}
	walk_release(&w);
	image_free(m);
	free(copy);
	return 0;
}
