/* fuzz: nlp/score.c nlp/weigh.c nlp/topic.c nlp/explain.c nlp/copies.c nlp/gram.c nlp/learned.c nlp/learned_parts.c */
#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"
#include "nlp/copies.h"
#include "nlp/explain.h"
#include "nlp/gram.h"
#include "tests/support/small_lexicon.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* What a file would say of an n-gram is the n-gram. Tokens of what is no UTF-8 end anyhow. */
static void
spell_check(struct str text)
{
	struct gram_cursor c = gram_begin(text);
	struct gram_window w = { .n = 0 };
	struct gram_token t;
	bool valid = utf8_valid(text);
	unsigned tokens;

	for (int i = 0; i < 200 && gram_next(&c, &t); i++) {
		struct buf b = BUF(1 << 16);

		if (t.at + t.len > text.n)
			abort();
		gram_push(&w, &t, GRAM_MAX);
		gram_spell(&b, str_slice(text, w.at[w.n - 1], t.at + t.len - w.at[w.n - 1]));
		if (valid && buf_ok(&b) && gram_hash(buf_str(&b), &tokens) != w.hash[w.n - 1])
			abort();
		buf_release(&b);
	}
}

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
	const int64_t *parts;
	int64_t sum = 0;
	size_t n_parts;
	uint8_t sig[COPIES_BYTES];

	if (n < 2)
		return 0;
	own = (struct query_span){ (uint32_t)((p[0] & 15) * text.n / 16), 1 };
	rival = (struct query_span){ (uint32_t)((p[0] >> 4) * text.n / 16), 1 };
	about.n = p[0] & 1;
	about.n_rivals = p[0] >> 1 & 1;
	if (!m)
		m = small_learned_image();
	a = arena_new();
	walk_run(&w, m, text);
	t = score_prepare(m, &w, text, a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &about, weights);
	score_weigh(t, &about, weights, &s);
	topics_find(t, weights, NULL, CLASS_NEWS, &topics);
	parts = explain_parts(t, &s, weights, a, &n_parts);
	explain_add_json(t, &s, weights, &topics, a, &json);
	for (size_t i = 0; i < n_parts; i++)
		sum += parts[i];
	if ((n_parts && sum != s.score) || s.score < -1000 || s.score > 1000 ||
	    s.confidence < 0 || s.confidence > 1000 || s.subjectivity < 0 ||
	    s.subjectivity > 1000)
		abort();
	(void)copies_sign(text, sig);
	spell_check(text);
	walk_release(&w);
	buf_release(&json);
	arena_free(a);
	return 0;
}
