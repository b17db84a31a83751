#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "nlp/topic.h"
#include "tests/support/small_lexicon.h"

/* "food_safety/3!" for each: "-" when negated, "!" when it is a safety topic; then flags. */
static void
show(const struct image *m, const char *text, const char *own, const char *rival,
     int source_class, struct buf *out)
{
	struct score_about about = { .source_class = source_class };
	struct query_span spans[2];
	struct arena *a = arena_new();
	struct walk w = WALK_INIT;
	struct score_text *t;
	struct topics topics;
	int32_t *weights;

	if (own) {
		spans[0] = (struct query_span){ (uint32_t)(strstr(text, own) - text),
						(uint32_t)strlen(own) };
		about.spans = spans;
		about.n = 1;
	}
	if (rival) {
		spans[1] = (struct query_span){ (uint32_t)(strstr(text, rival) - text),
						(uint32_t)strlen(rival) };
		about.rivals = spans + 1;
		about.n_rivals = 1;
	}
	walk_run(&w, m, str_of(text));
	t = score_prepare(m, &w, str_of(text), a);
	weights = arena_alloc(a, t->n_clauses * sizeof *weights);
	score_weights(t, &about, weights);
	topics_find(t, weights, NULL, source_class, &topics);
	buf_clear(out);
	for (size_t i = 0; i < topics.n; i++)
		buf_addf(out, "%s%s%.*s/%d%s", i ? " " : "", topics.v[i].negated ? "-" : "",
			 STR_ARG(topics.v[i].topic), (int)topics.v[i].severity,
			 topics.v[i].safety ? "!" : "");
	buf_addf(out, "%s%s%s", topics.first_hand ? " first-hand" : "",
		 topics.official ? " official" : "", topics.denial ? " denial" : "");
	walk_release(&w);
	arena_free(a);
}

static void
topics_count_where_the_watch_is_spoken_of(void **state)
{
	static const struct {
		const char *text, *own, *rival;
		int source_class;
		const char *shows;
	} cases[] = {
		{ "山脆薯片吃出异物", "山脆", NULL, CLASS_SOCIAL, "food_safety/3!" },
		{ "吃出异物", NULL, NULL, CLASS_SOCIAL, "food_safety/3!" },
		/* negated: kept, but marked */
		{ "山脆薯片没有异物", "山脆", NULL, CLASS_SOCIAL, "-food_safety/3!" },
		{ "Shancui: no recall", "Shancui", NULL, CLASS_SOCIAL, "-recall/2" },
		{ "not my problem, a recall of Shancui", "Shancui", NULL, CLASS_SOCIAL,
		  "recall/2 first-hand" },
		{ "山脆没有异物，但是我拉肚子", "山脆", NULL, CLASS_SOCIAL, "food_safety/3!" },
		{ "山脆没有异味物", "山脆", NULL, CLASS_SOCIAL, "-odour/2" },
		{ "山脆有异味物", "山脆", NULL, CLASS_SOCIAL, "odour/2" },
		/* a topic inside an action counts all the same */
		{ "市场监管局责令召回山脆", "山脆", NULL, CLASS_NEWS, "recall/2 official" },
		/* a rival's clause is not ours */
		{ "山脆不错，脆山吃出异物", "山脆", "脆山", CLASS_SOCIAL, "" },
		{ "脆山不错，山脆吃出异物", "山脆", "脆山", CLASS_SOCIAL, "food_safety/3!" },
		/* the next sentence still is; what came before any name is not */
		{ "我买了山脆。吃出异物", "山脆", NULL, CLASS_SOCIAL, "food_safety/3!" },
		{ "别家吃出异物。我买了山脆", "山脆", NULL, CLASS_SOCIAL, "" },
		/* strongest first */
		{ "山脆客服说召回，有异物", "山脆", NULL, CLASS_SOCIAL,
		  "food_safety/3! recall/2 service/1" },
		/* first hand */
		{ "我家孩子吃了山脆拉肚子", "山脆", NULL, CLASS_SOCIAL,
		  "food_safety/3! first-hand" },
		/* an authority and what it does, in one sentence about us */
		{ "市场监管局责令召回山脆薯片", "山脆", NULL, CLASS_NEWS, "recall/2 official" },
		{ "市场监管局来了。山脆召回", "山脆", NULL, CLASS_NEWS, "recall/2" },
		{ "市场监管局没有立案，山脆说", "山脆", NULL, CLASS_NEWS, "" },
		{ "山脆召回", "山脆", NULL, CLASS_OFFICIAL, "recall/2 official" },
		{ "FDA: recall of Shancui chips", "Shancui", NULL, CLASS_NEWS,
		  "recall/2 official" },
		/* a rumour denied */
		{ "山脆辟谣：没有异物", "山脆", NULL, CLASS_SOCIAL, "-food_safety/3! denial" },
	};
	struct image *m = small_image(NULL, 0);
	struct buf out = BUF(1 << 12);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		show(m, cases[i].text, cases[i].own, cases[i].rival, cases[i].source_class,
		     &out);
		if (strcmp(out.p, cases[i].shows) != 0)
			print_message("text: %s\n", cases[i].text);
		assert_string_equal(out.p, cases[i].shows);
	}
	buf_release(&out);
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics_count_where_the_watch_is_spoken_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
