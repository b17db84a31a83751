/* fuzz: nlp/score.c nlp/weigh.c nlp/topic.c nlp/explain.c nlp/copies.c */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "nlp/copies.h"
#include "nlp/explain.h"
#include "tests/support/small_lexicon.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* The first byte says where "our" and a rival's name stand; the rest is a text. Scores are in
 * range and their parts add up. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str text = { (const char *)p + 1, n ? n - 1 : 0 };
	struct query_span own, rival;
	struct score_about about = { &own, &rival, 0, 0, CLASS_SOCIAL };
	struct walk w = WALK_INIT;
	struct buf json = BUF(64 << 20);
	static struct image *m; /* never written: built once */
	struct arena *a;
	struct score_text *t;
	struct topics topics;
	struct score s;
	int32_t *weights;
	int64_t *parts, sum = 0;
	uint8_t sig[COPIES_BYTES];

	if (n < 2)
		return 0;
	own = (struct query_span){ (uint32_t)((p[0] & 15) * text.n / 16), 1 };
	rival = (struct query_span){ (uint32_t)((p[0] >> 4) * text.n / 16), 1 };
	about.n = p[0] & 1;
	about.n_rivals = p[0] >> 1 & 1;
	if (!m)
		m = small_image(NULL, 0);
	a = arena_new();
	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	parts = arena_alloc(a, (t->n_items + 1) * sizeof *parts);
	score_weights(t, &about, weights);
	score_weigh(t, &about, weights, &s);
	topics_find(t, weights, NULL, CLASS_NEWS, &topics);
	explain_parts(t, &s, weights, parts);
	explain_add_json(t, &s, weights, &topics, a, &json);
	for (size_t i = 0; i < t->n_items; i++)
		sum += parts[i];
	if ((t->n_items && sum != s.score) || s.score < -1000 || s.score > 1000 ||
	    s.confidence < 0 || s.confidence > 1000 || s.subjectivity < 0 ||
	    s.subjectivity > 1000)
		abort();
	(void)copies_sign(text, sig);
	walk_release(&w);
	buf_release(&json);
	arena_free(a);
	return 0;
}
