#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/json.h"
#include "core/str.h"
#include "nlp/explain.h"
#include "tests/support/small_lexicon.h"

struct scored {
	struct arena *a;
	struct walk *w;
	struct score_text *t;
	struct score s;
	int32_t *weights;
};

static struct scored
scored_of(const struct image *m, struct str text, const struct score_about *about)
{
	static const struct score_about whole = { .source_class = CLASS_OTHER };
	struct scored x = { .a = arena_new() };

	x.w = arena_alloc(x.a, sizeof *x.w);
	walk_run(x.w, m, text);
	x.t = score_prepare(m, x.w, text, x.a);
	x.weights = arena_alloc(x.a, x.t->n_clauses * sizeof *x.weights);
	score_weights(x.t, about ? about : &whole, x.weights);
	score_weigh(x.t, about ? about : &whole, x.weights, &x.s);
	return x;
}

static void
scored_drop(struct scored *x)
{
	walk_release(x->w);
	arena_free(x->a);
}

/* "good 2000*-700 negation=-1400" for each item. */
static void
show(const struct scored *x, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < x->t->n_items; i++) {
		const struct score_item *it = &x->t->items[i];

		buf_addf(out, "%s%.*s %d", i ? "; " : "",
			 STR_ARG(str_slice(x->t->text, it->at, it->len)), it->base);
		for (unsigned j = 0; j < it->n_steps; j++)
			buf_addf(out, " %s", score_rule_words[it->steps[j].rule]);
		buf_addf(out, " = %d", it->value);
	}
}

/* Each rule in both languages: a text where it fires, and a near one where it must not. */
static void
every_rule_fires_where_it_should_and_not_beside_it(void **state)
{
	static const struct {
		const char *text, *shows;
	} cases[] = {
		/* negation */
		{ "not good", "good 2000 negation = -1400" },
		{ "not, good", "good 2000 = 2000" },
		{ "not a day at all goes by that is good", "good 2000 = 2000" },
		{ "不好吃", "好吃 2000 negation = -2000" },
		{ "不，好吃", "好吃 2000 = 2000" },
		{ "不是不好吃", "好吃 2000 negation negation = 540" },
		{ "没有异物", "异物 -3000 negation = 720" },
		/* degree */
		{ "very good", "good 2000 degree = 3000" },
		{ "very, good", "good 2000 = 2000" },
		{ "有点慢", "慢 -1500 degree = -900" },
		{ "有点事要去处理，慢", "慢 -1500 = -1500" },
		/* contrast */
		{ "good but slow",
		  "good 2000 before-but = 1000; slow -1500 after-but = -2250" },
		{ "good and slow", "good 2000 = 2000; slow -1500 = -1500" },
		{ "好看，但慢", "好看 2000 before-but = 1000; 慢 -1500 after-but = -2250" },
		{ "好看。慢", "好看 2000 = 2000; 慢 -1500 = -1500" },
		{ "好看。但是慢", "好看 2000 before-but = 1500; 慢 -1500 after-but = -2250" },
		/* concession */
		{ "although slow, good", "slow -1500 concede = -750; good 2000 = 2000" },
		{ "slow, good", "slow -1500 = -1500; good 2000 = 2000" },
		{ "虽然慢，不错", "慢 -1500 concede = -750; 不错 2000 = 2000" },
		/* summary */
		{ "slow. overall good", "slow -1500 = -1500; good 2000 summary = 4000" },
		{ "overall it came. good", "good 2000 = 2000" },
		{ "慢，总体不错", "慢 -1500 = -1500; 不错 2000 summary = 4000" },
		/* wish */
		{ "hope it is good", "good 2000 wish = 0" },
		{ "hope it is not bad", "bad -2000 negation wish = 0" },
		{ "hope. good", "good 2000 = 2000" },
		{ "希望好吃", "好吃 2000 wish = 0" },
		{ "希望小学好", "好 1500 = 1500" },
		/* sarcasm */
		{ "yeah right, great",
		  "yeah right -2000 sarcasm = -2000; great 3000 sarcasm = -1500" },
		{ "yeah right. great", "yeah right -2000 sarcasm = -2000; great 3000 = 3000" },
		{ "呵呵真好", "呵呵 -1500 sarcasm = -1500; 好 1500 sarcasm = -750" },
		/* opener and complaint */
		{ "thanks for losing it",
		  "thanks for 1000 opener = -500; losing -1500 = -1500" },
		{ "thanks for it", "thanks for 1000 = 1000" },
		{ "谢谢，太慢", "谢谢 1000 opener = -500; 太慢 -2000 = -2000" },
		{ "谢谢，不错", "谢谢 1000 = 1000; 不错 2000 = 2000" },
		/* negated ability */
		{ "can't get through", "get through -1500 ability = -1500" },
		{ "we get through", "" },
		{ "一直没打通", "打通 -1500 ability = -1500" },
		{ "打通了", "" },
		/* waiting */
		{ "on hold again", "on hold -1800 waiting = -1800" },
		{ "hold on", "" },
		{ "还没到", "还没到 -1800 waiting = -1800" },
		/* direction and noun */
		{ "profit fell", "fell -1500 direction = -1500" },
		{ "sales rose", "rose 1500 direction = 1500" },
		{ "costs rose", "rose -1500 direction = -1500" },
		{ "costs fell", "fell 1500 direction = 1500" },
		{ "turnover fell", "fell -3000 direction = -3000" }, /* weighs 2 */
		{ "profit. fell", "" },
		{ "利润下滑", "下滑 -1500 direction = -1500" },
		{ "成本下滑", "下滑 1500 direction = 1500" },
		{ "利润，水位上升", "" },
		/* with its figure */
		{ "profit fell 40 %", "fell -1500 direction figure = -3000" },
		{ "in 2008 profit fell", "fell -1500 direction = -1500" },
		{ "profit fell, 40 people came", "fell -1500 direction = -1500" },
		{ "利润下滑40%", "下滑 -1500 direction figure = -3000" },
		{ "40家店，利润下滑", "下滑 -1500 direction = -1500" },
		/* its noun before it in the sentence */
		{ "profit was 3 mn, it fell 5 %", "fell -1500 direction figure = -3000" },
		{ "profit was 3 mn, it fell", "" },
		{ "profit was 3 mn. it fell 5 %", "" },
		{ "profit rose, it fell 5 %", "rose 1500 direction = 1500" },
		{ "利润3亿元，下滑5%", "下滑 -1500 direction figure = -3000" },
		/* question */
		{ "was this the best?", "best 3000 question = 1200" },
		{ "this is the best.", "best 3000 = 3000" },
		{ "这是好吃？", "好吃 2000 question = 800" },
		/* a question that expects no answer */
		{ "is this the best?", "is this the -1500 rhetorical question = -1200; "
				       "best 3000 rhetorical question = -1200" },
		{ "这也叫好吃？", "这也叫 -1200 rhetorical question = -960; "
				  "好吃 2000 rhetorical question = -800" },
		/* how long, how often */
		{ "on hold for 45 minutes", "on hold -1800 waiting duration = -2160" },
		{ "on hold, 45 minutes now", "on hold -1800 waiting duration = -2160" },
		{ "on hold. 45 minutes", "on hold -1800 waiting = -1800" },
		{ "on hold in the minutes", "on hold -1800 waiting = -1800" },
		{ "broken since Monday", "broken -2000 duration = -2400" },
		{ "good since Monday", "good 2000 = 2000" },
		{ "还没到，等了40分钟", "还没到 -1800 waiting duration = -2160" },
		{ "慢了三分钟", "慢 -1500 duration = -1800" },
		{ "慢了第三分钟", "慢 -1500 = -1500" },
		{ "thanks for it nine times a day", "thanks for 1000 opener = -500" },
		{ "thanks for it, 45 minutes", "thanks for 1000 = 1000" },
		/* one figure beside another */
		{ "profit was 5.0 %, compared to 4.1 %", "compared to 3000 comparison = 3000" },
		{ "profit was 5.0 %, compared to 6.1 %",
		  "compared to -3000 comparison = -3000" },
		{ "profit was 5.0 %, compared to a negative 6.1 %",
		  "compared to 3000 comparison = 3000" },
		{ "costs were 5.0 mn, compared to 6,100 thousand in 2008",
		  "compared to 3000 comparison = 3000" },
		{ "profit was 5.0 mn, compared to costs of 6.1 mn",
		  "compared to 3000 comparison = 3000" },
		/* the first of two amounts: the other one is the same in other money */
		{ "profit was 8.0 mn euro $ 10.4 mn, compared to 8.4 mn euro $ 10.9 mn",
		  "compared to -3000 comparison = -3000" },
		{ "it was 5.0 %, compared to 4.1 %", "" },
		{ "profit was 5.0 %. compared to 4.1 %", "" },
		{ "profit was good in 2009, compared to 2008", "good 2000 = 2000" },
		{ "利润3.1亿元，去年同期为9800万元", "去年同期为 3000 comparison = 3000" },
		{ "利润3.1亿元，去年同期为5亿元", "去年同期为 -3000 comparison = -3000" },
		/* somebody else's words */
		{ "he said: \"it is all very good\"", "good 2000 degree quote = 1500" },
		{ "he said it is all \"good\"", "good 2000 = 2000" },
		{ "it is \"all very good to me\"", "good 2000 degree = 3000" },
		{ "公司表示：“我们做得不错啊”", "不错 2000 quote = 1000" },
		{ "公司表示：“不错”", "不错 2000 = 2000" },
		/* what a book is about */
		{ "a great tale of war", "great 3000 = 3000; war -2500 story = -750" },
		{ "a tale of it, war", "war -2500 = -2500" },
		{ "讲述难吃的事", "难吃 -2500 story = -750" },
		/* a part of a longer word */
		{ "the good-west house", "good 2000 compound = 0" },
		{ "self-love", "love 3000 compound = 0" },
		{ "pre-war house", "war -2500 compound = -1250" },
		{ "super-good", "good 2000 = 2000" },
		{ "good - west", "good 2000 = 2000" },
		/* shouting */
		{ "bad!", "bad -2000 shout = -2400" },
		{ "bad. no!", "bad -2000 = -2000" },
		{ "差！！！", "差 -2000 shout = -2400" },
		/* capitals beside small letters */
		{ "it is BAD", "BAD -2000 caps = -2600" },
		{ "IT IS BAD", "BAD -2000 = -2000" },
		/* the third time counts little */
		{ "bad, bad, bad",
		  "bad -2000 = -2000; bad -2000 = -2000; bad -2000 repeat = -600" },
		/* reposts */
		{ "差//@某人:好吃", "差 -2000 = -2000; 好吃 2000 repost = 600" },
		{ "转发//@某人:好吃", "好吃 2000 repost = 1400" },
		/* a negator alone */
		{ "they refused", "refused -1500 alone = -1500" },
		{ "refused a good deal", "good 2000 negation = -1400" },
		{ "拒绝了", "拒绝 -1200 alone = -1200" },
		/* what is neutral as a whole */
		{ "Best Buy", "" },
		{ "好几天", "" },
		/* symbols know no negation */
		{ "not :)", ":) 2000 = 2000" },
		{ "[微笑]", "[微笑] -1000 = -1000" },
	};
	struct image *m = small_image(NULL, 0);
	struct buf out = BUF(1 << 16);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct scored x = scored_of(m, str_of(cases[i].text), NULL);

		show(&x, &out);
		if (strcmp(out.p, cases[i].shows) != 0)
			print_message("text: %s\n", cases[i].text);
		assert_string_equal(out.p, cases[i].shows);
		scored_drop(&x);
	}
	buf_release(&out);
	image_free(m);
}

static void
labels_and_intents_follow(void **state)
{
	static const struct {
		const char *text;
		int label;
		enum intent intent;
	} cases[] = {
		{ "", LABEL_NEU, INTENT_NONE },
		{ "the shop opens at nine", LABEL_NEU, INTENT_NONE },
		{ "the service is awful", LABEL_NEG, INTENT_COMPLAINT },
		{ "my order is broken", LABEL_NEG, INTENT_COMPLAINT },
		{ "great chips", LABEL_POS, INTENT_PRAISE },
		{ "很好吃，不错", LABEL_POS, INTENT_PRAISE },
		{ "垃圾，难吃", LABEL_NEG, INTENT_COMPLAINT },
		{ "anyone know when it opens?", LABEL_NEU, INTENT_QUESTION },
		{ "请问几点开门？", LABEL_NEU, INTENT_QUESTION },
		{ "please help", LABEL_NEU, INTENT_HELP },
		{ "求助，打不开", LABEL_NEU, INTENT_HELP },
		{ "giveaway! enter to win, use code", LABEL_NEU, INTENT_PROMOTION },
		{ "转发抽三人，包邮", LABEL_NEU, INTENT_PROMOTION },
		{ "giveaway", LABEL_NEU, INTENT_PROMOTION },
		/* a complaint is none, whatever it was won with */
		{ "转发抽到的包邮薯片，垃圾", LABEL_NEG, INTENT_COMPLAINT },
		{ "giveaway chips are awful", LABEL_NEG, INTENT_COMPLAINT },
	};
	struct image *m = small_image(NULL, 0);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct scored x = scored_of(m, str_of(cases[i].text), NULL);

		if (x.s.label != cases[i].label || x.s.intent != (int64_t)cases[i].intent)
			print_message("text: %s\n", cases[i].text);
		assert_int_equal(x.s.label, cases[i].label);
		assert_string_equal(intent_words[x.s.intent], intent_words[cases[i].intent]);
		assert_true(x.s.score >= -1000 && x.s.score <= 1000);
		assert_true(x.s.confidence >= 0 && x.s.confidence <= 1000);
		assert_true(x.s.subjectivity >= 0 && x.s.subjectivity <= 1000);
		scored_drop(&x);
	}
	image_free(m);
}

static void
a_give_away_praises_less_than_it_says(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct scored a = scored_of(m, STR("great chips"), NULL);
	struct scored b = scored_of(m, STR("great chips giveaway, enter to win"), NULL);

	(void)state;
	assert_int_equal(a.s.sum, 3000);
	assert_int_equal(b.s.sum, 1200);
	assert_true(b.s.promotion);
	scored_drop(&a);
	scored_drop(&b);
	image_free(m);
}

/* Where own and rival stand in text; n words each, separated by |. */
static struct query_span
find(const char *text, const char *word)
{
	const char *p = strstr(text, word);

	assert_non_null(p);
	return (struct query_span){ (uint32_t)(p - text), (uint32_t)strlen(word) };
}

static void
what_is_said_of_a_rival_is_not_said_of_us(void **state)
{
	static const struct {
		const char *text, *own, *rival;
		int64_t sum;
		bool blamed;
	} cases[] = {
		{ "山脆好吃", "山脆", NULL, 2000, false },
		{ "山脆好吃，脆山难吃", "山脆", "脆山", 2000 - 250, true },
		{ "脆山难吃，山脆好吃", "山脆", "脆山", -250 + 2000, true },
		{ "山脆难吃，脆山好吃", "山脆", "脆山", -2500 + 200, false },
		/* the sentence goes on about the last one named */
		{ "脆山来了，难吃。山脆好吃", "山脆", "脆山", -250 + 2000, true },
		{ "山脆来了，难吃。脆山好吃", "山脆", "脆山", -2250 + 200, false },
		/* another sentence after ours, and before any name */
		{ "山脆来了。难吃", "山脆", NULL, -1500, false },
		{ "难吃。山脆来了", "山脆", NULL, -750, false },
		{ "难吃，山脆来了", "山脆", NULL, -2000, false },
		/* both in one clause */
		{ "山脆比脆山好吃", "山脆", "脆山", 1400, false },
	};
	struct image *m = small_image(NULL, 0);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct query_span own = find(cases[i].text, cases[i].own), rival = { 0, 0 };
		struct score_about about = { &own, &rival, 1, 0, CLASS_SOCIAL };
		struct scored x;

		if (cases[i].rival) {
			rival = find(cases[i].text, cases[i].rival);
			about.n_rivals = 1;
		}
		x = scored_of(m, str_of(cases[i].text), &about);
		if (x.s.sum != cases[i].sum || x.s.rival != cases[i].blamed)
			print_message("text: %s\n", cases[i].text);
		assert_int_equal(x.s.sum, cases[i].sum);
		assert_int_equal(x.s.rival, cases[i].blamed);
		scored_drop(&x);
	}
	image_free(m);
}

/* Random sentences from words of every kind: the parts are the score, to the last thousandth. */
static void
parts_add_up_to_the_score_exactly(void **state)
{
	static const char *const words[] = {
		"not ",
		"good ",
		"very ",
		"bad ",
		"but ",
		"although ",
		"overall ",
		"hope ",
		"!",
		"? ",
		". ",
		"yeah right ",
		"thanks for ",
		"profit fell ",
		"不",
		"好吃",
		"没有异物",
		"，",
		"但是",
		"呵呵",
		"。",
		"//@某人:",
		"太慢",
		"giveaway ",
		"GREAT ",
		"enter to win ",
		"[微笑]",
		"拒绝",
		"is this the ",
		"45 minutes ",
		"compared to 4.1 ",
		"profit 5.0 ",
		" said \"",
		"表示：“",
		"”",
		"self-",
	};
	struct image *m = small_image(NULL, 0);
	uint32_t r = 7;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct buf b = BUF(1 << 16), json = BUF(1 << 20);
		struct topics topics = { .n = 0 };
		struct scored x;
		int64_t sum = 0, total = 0;
		const int64_t *parts;
		size_t n_parts;
		struct err e = { .kind = ERR_NONE };

		for (uint32_t n = r % 14 + 1; n; n--) {
			r = r * 1664525u + 1013904223u;
			buf_add(&b, str_of(words[(r >> 16) % LY_COUNT(words)]));
		}
		x = scored_of(m, buf_str(&b), NULL);
		parts = explain_parts(x.t, &x.s, x.weights, x.a, &n_parts);
		assert_int_equal(n_parts, x.t->n_items);
		for (size_t i = 0; i < x.t->n_items; i++) {
			sum += parts[i];
			total +=
				score_item_value(x.t, &x.t->items[i], x.weights, x.s.promotion);
		}
		assert_int_equal(sum, x.s.score);
		assert_int_equal(total, x.s.sum);
		explain_add_json(x.t, &x.s, x.weights, &topics, x.a, &json);
		assert_non_null(json_parse(x.a, buf_str(&json), &e));
		scored_drop(&x);
		buf_release(&b);
		buf_release(&json);
	}
	image_free(m);
}

static void
an_item_is_its_base_times_its_steps(void **state)
{
	struct image *m = small_image(NULL, 0);
	struct scored x =
		scored_of(m, STR("It is not very GOOD, but awful! 不太慢，但没有异物？"), NULL);

	(void)state;
	assert_true(x.t->n_items > 3);
	for (size_t i = 0; i < x.t->n_items; i++) {
		int64_t v = x.t->items[i].base;

		for (unsigned j = 0; j < x.t->items[i].n_steps; j++)
			v = v * x.t->items[i].steps[j].factor / 1000;
		assert_int_equal(v, x.t->items[i].value);
	}
	scored_drop(&x);
	image_free(m);
}

static void
roots_are_whole_and_exact(void **state)
{
	(void)state;
	assert_int_equal(score_root(0), 0);
	assert_int_equal(score_root(1), 1);
	assert_int_equal(score_root(15), 3);
	assert_int_equal(score_root(16), 4);
	assert_int_equal(score_root(INT64_MAX), 3037000499LL);
	for (int64_t i = 1; i < 100000; i += 37) {
		assert_int_equal(score_root(i * i), i);
		assert_int_equal(score_root(i * i - 1), i - 1);
	}
	for (int64_t i = 3037000499LL; i > 100000; i -= i / 997) { /* beyond 53 bits, too */
		assert_int_equal(score_root(i * i), i);
		assert_int_equal(score_root(i * i - 1), i - 1);
	}
}

static void
languages_are_told_apart_by_their_letters(void **state)
{
	static const struct {
		const char *text, *lang;
	} cases[] = {
		{ "", "" },
		{ "123 !!", "en" },
		{ "good chips", "en" },
		{ "山脆 chips 真的好吃", "zh" },
		{ "Shancui 山脆 chips are a brand of crisps", "en" },
	};
	struct image *m = small_image(NULL, 0);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct scored x = scored_of(m, str_of(cases[i].text), NULL);

		assert_true(str_is(score_lang(x.w), cases[i].lang));
		scored_drop(&x);
	}
	image_free(m);
}

/* 256 KiB of what makes rules look around: with anything quadratic in it this takes minutes. */
static void
the_worst_texts_cost_no_more_than_their_length(void **state)
{
	static const char *const words[] = {
		"thanks for losing ", "good but ", "呵呵好", "异物",
		"yeah right good ",   "bad,",      "//@a:好"
	};
	struct image *m = small_image(NULL, 0);
	int64_t from = clock_cpu_us();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(words); i++) {
		struct buf b = BUF(1 << 20);
		struct query_span own = { 200000, 4 };
		struct score_about about = { &own, &own, 1, 1, CLASS_NEWS };
		struct topics topics;
		struct scored x;

		while (b.n < 256 << 10)
			buf_add(&b, str_of(words[i]));
		x = scored_of(m, buf_str(&b), &about);
		topics_find(x.t, x.weights, NULL, CLASS_NEWS, &topics);
		scored_drop(&x);
		buf_release(&b);
	}
	assert_true(clock_cpu_us() - from < 20000000);
	image_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_fires_where_it_should_and_not_beside_it),
		cmocka_unit_test(labels_and_intents_follow),
		cmocka_unit_test(a_give_away_praises_less_than_it_says),
		cmocka_unit_test(what_is_said_of_a_rival_is_not_said_of_us),
		cmocka_unit_test(parts_add_up_to_the_score_exactly),
		cmocka_unit_test(an_item_is_its_base_times_its_steps),
		cmocka_unit_test(the_worst_texts_cost_no_more_than_their_length),
		cmocka_unit_test(roots_are_whole_and_exact),
		cmocka_unit_test(languages_are_told_apart_by_their_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
