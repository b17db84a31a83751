#include "core/base.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/result.h"
#include "core/str.h"
#include "nlp/nlp.h"
#include "nlp/query.h"

#define HEAD(kind) "# langyan-lexicon: 1\n# list: x\n# lang: any\n# kind: " kind "\n"

/* A lexicon folder of our own, a stage over it, and what it put out. */
struct rig {
	char dir[64];
	struct nlp *n;
	struct out out;
	struct buf seen;
	struct arena *a;
	int records;
	enum out_way way;
};

static void
put(struct out *o, enum out_way way, struct str record)
{
	struct rig *r = (struct rig *)(void *)((char *)o - offsetof(struct rig, out));

	buf_clear(&r->seen);
	buf_add(&r->seen, record);
	r->records++;
	r->way = way;
}

static void
file_put(struct rig *r, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", r->dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static struct nlp *
stage_new(struct rig *r, struct buf *report, struct err *e)
{
	static struct str rivals[] = { STR_INIT("脆山") };
	static struct str own[] = { STR_INIT("山脆官方") };
	static struct watch_conf c[] = {
		{ .name = STR_INIT("shancui"),
		  .query = STR_INIT("山脆 OR Shancui"),
		  .rivals = { rivals, 1 },
		  .own_accounts = { own, 1 } },
		{ .name = STR_INIT("chips"), .query = STR_INIT("薯片") },
	};
	struct conf_list watches = { c, LY_COUNT(c) };
	struct lexicons_conf lex = { .dir = str_of(r->dir) };
	struct nlp_setup s = { .lexicons = &lex, .watches = &watches };

	s.conf.b[0] = 7;
	return nlp_new(&s, report, e);
}

static int
rig_up(void **state)
{
	struct rig *r = calloc(1, sizeof *r);
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	memcpy(r->dir, "/tmp/langyan-test-XXXXXX", sizeof "/tmp/langyan-test-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	file_put(r, "p.tsv", HEAD("polarity") "好吃\t2\n难吃\t-2\n异物\t-3\n");
	file_put(r, "t.tsv", HEAD("topics-table") "food_safety\t3\t食品\tfood\tsafety\n");
	file_put(r, "u.tsv", HEAD("topic") "异物\tfood_safety\n");
	r->seen = BUF(1 << 20);
	r->out = (struct out){ .put = put, .scratch = OUT_SCRATCH };
	r->a = arena_new();
	r->n = stage_new(r, &report, &e);
	assert_string_equal(e.text, "");
	buf_release(&report);
	*state = r;
	return 0;
}

static int
rig_down(void **state)
{
	static const char *const names[] = { "p.tsv", "t.tsv", "u.tsv" };
	struct rig *r = *state;
	char path[128];

	for (size_t i = 0; i < LY_COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", r->dir, names[i]);
		unlink(path);
	}
	rmdir(r->dir);
	nlp_free(r->n);
	arena_free(r->a);
	buf_release(&r->seen);
	buf_release(&r->out.scratch);
	free(r);
	return 0;
}

static int
step(struct rig *r, const struct record_type *t, const void *rec, struct err *e)
{
	struct buf b = BUF(1 << 20);
	int rc;

	record_encode(t, rec, &b);
	rc = score_stage.step(r->n, arena_str(r->a, buf_str(&b)), 0, &r->out, r->a, e);
	buf_release(&b);
	return rc;
}

static struct result
result_of(struct rig *r, struct document d)
{
	struct err e = { .kind = ERR_NONE };
	struct result res;
	int before = r->records;

	d.id.b[0] = 1;
	d.seq = 42;
	assert_int_equal(step(r, &document_record, &d, &e), 0);
	assert_int_equal(r->records, before + 1);
	assert_int_equal(r->way, OUT_NEXT);
	assert_int_equal(record_decode(&result_record, arena_str(r->a, buf_str(&r->seen)), &res,
				       r->a, &e),
			 0);
	return res;
}

static void
a_document_about_two_watches_gives_two_mentions(void **state)
{
	struct rig *r = *state;
	struct result res = result_of(r, (struct document){ .title = STR("山脆薯片"),
							    .text = STR("吃出异物，难吃"),
							    .author = STR("某人"),
							    .flags = DOCUMENT_OLD });
	struct mention *m = res.mentions.v;
	struct topic_hit *t;
	struct span *s;

	assert_int_equal(res.mentions.n, 2);
	assert_true(str_is(m[0].watch, "chips"));
	assert_true(str_is(m[1].watch, "shancui"));
	assert_int_equal(m[1].label, LABEL_NEG);
	assert_int_equal(m[1].flags, 0);
	assert_int_equal(m[1].topics.n, 1);
	t = m[1].topics.v;
	assert_true(str_is(t->topic, "food_safety"));
	assert_int_equal(t->severity, 3);
	assert_int_equal(t->safety, 1);
	assert_int_equal(t->at, 13 + 6);
	s = m[1].spans.v;
	assert_int_equal(m[1].spans.n, 1); /* the name; the rest is found again by the score */
	assert_int_equal(s[0].kind, SPAN_WATCH);
	assert_int_equal(s[0].at, 0);
	assert_int_equal(s[0].len, 6);
	assert_true(str_is(res.document.text, "吃出异物，难吃"));
	assert_int_equal(res.document.flags, DOCUMENT_OLD);
	assert_int_equal(res.document.seq, 42);
	assert_int_equal(res.conf.b[0], 7);
	assert_false(id_none(&res.image));
	assert_int_equal(res.copies.n, 0); /* too short */
}

static void
a_document_about_nobody_gives_one_bare_result(void **state)
{
	struct rig *r = *state;
	struct result res = result_of(
		r, (struct document){ .title = STR("别的"),
				      .text = STR("与我们无关的一篇长文章，说的是别的事情。"),
				      .author = STR("某人"),
				      .url = STR("https://x.test/1") });

	assert_int_equal(res.mentions.n, 0);
	assert_int_equal(res.document.title.n, 0);
	assert_int_equal(res.document.text.n, 0);
	assert_int_equal(res.document.author.n, 0);
	assert_true(str_is(res.document.url, "https://x.test/1"));
	assert_int_equal(res.copies.n, 0);
}

static void
our_own_voice_is_marked_and_long_texts_are_signed(void **state)
{
	struct rig *r = *state;
	struct result res = result_of(
		r,
		(struct document){
			.text = STR("山脆薯片，好吃的薯片，今天开始在全国各地的超市上架销售了"),
			.author = STR("山脆官方") });
	struct mention *m = res.mentions.v;

	assert_int_equal(res.mentions.n, 2);
	assert_int_equal(m[0].flags & MENTION_OWNED, 0);
	assert_int_equal(m[1].flags & MENTION_OWNED, MENTION_OWNED);
	assert_int_equal(m[1].label, LABEL_POS);
	assert_int_equal(res.copies.n, 256);
}

static void
the_same_document_gives_the_same_bytes(void **state)
{
	struct rig *r = *state;
	struct document d = { .title = STR("山脆"), .text = STR("难吃，脆山好吃，有异物") };
	struct buf first = BUF(1 << 20);

	result_of(r, d);
	buf_add(&first, buf_str(&r->seen));
	for (int i = 0; i < 5; i++) {
		result_of(r, (struct document){ .text = STR("Shancui 薯片 难吃") });
		result_of(r, d);
		assert_int_equal(r->seen.n, first.n);
		assert_memory_equal(r->seen.p, first.p, first.n);
	}
	buf_release(&first);
}

static void
ticks_pass_through_as_they_came(void **state)
{
	struct rig *r = *state;
	struct tick t = { .seq = 9, .upto = 8, .at = 1000 };
	struct buf b = BUF(1 << 10);
	struct err e = { .kind = ERR_NONE };

	record_encode(&tick_record, &t, &b);
	assert_int_equal(step(r, &tick_record, &t, &e), 0);
	assert_int_equal(r->way, OUT_NEXT);
	assert_int_equal(r->seen.n, b.n);
	assert_memory_equal(r->seen.p, b.p, b.n);
	buf_release(&b);
}

static void
what_is_no_document_is_refused(void **state)
{
	struct rig *r = *state;
	struct receipt x = { .seq = 1 };
	struct err e = { .kind = ERR_NONE };

	assert_int_equal(step(r, &receipt_record, &x, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_int_equal(r->records, 0);
	assert_int_equal(score_stage.step(r->n, STR(""), 0, &r->out, r->a, &e), 0);
}

static struct reply
command(struct rig *r, const char *verb)
{
	struct command c = { .call = 5, .actor = STR("unix:test"), .verb = str_of(verb) };
	struct err e = { .kind = ERR_NONE };
	struct reply reply;

	assert_int_equal(step(r, &command_record, &c, &e), 0);
	assert_int_equal(r->way, OUT_REPLY);
	assert_int_equal(record_decode(&reply_record, arena_str(r->a, buf_str(&r->seen)),
				       &reply, r->a, &e),
			 0);
	assert_int_equal(reply.call, 5);
	return reply;
}

/* Thresholds that make everything praise stand for learned weights that take blame for it. */
static void
an_incident_keeps_its_alarm_where_the_rules_find_blame(void **state)
{
	struct rig *r = *state;
	struct result res;
	struct mention *m;
	struct topic_hit *t;
	char path[128];

	file_put(r, "w.tsv", HEAD("thresholds") "all\t-10\t10\tby=lists\n");
	assert_int_equal(command(r, "reload").status, 200);
	res = result_of(r, (struct document){ .text = STR("山脆里有异物") });
	m = res.mentions.v;
	t = m[0].topics.v;
	assert_int_equal(m[0].label, LABEL_POS);
	assert_int_equal(m[0].topics.n, 1);
	assert_int_equal(t->safety, 1);
	res = result_of(r, (struct document){ .text = STR("山脆好吃好吃好吃，没有异物") });
	m = res.mentions.v;
	t = m[0].topics.v;
	assert_int_equal(m[0].label, LABEL_POS);
	assert_int_equal(t->safety, 0);
	snprintf(path, sizeof path, "%s/w.tsv", r->dir);
	unlink(path);
}

static void
reload_takes_new_words_or_keeps_the_old_ones(void **state)
{
	struct rig *r = *state;
	struct document d = { .text = STR("山脆怪怪的") };
	struct id before = nlp_image(r->n), after;
	struct mention *m;

	m = result_of(r, d).mentions.v;
	assert_int_equal(m->score, 0);
	file_put(r, "p.tsv", HEAD("polarity") "怪怪的\tx\n");
	assert_int_equal(command(r, "reload").status, 400);
	assert_non_null(strstr(r->seen.p, "is not a number"));
	after = nlp_image(r->n);
	assert_true(id_eq(&before, &after));
	file_put(r, "p.tsv", HEAD("polarity") "怪怪的\t-2\n");
	assert_int_equal(command(r, "reload").status, 200);
	m = result_of(r, d).mentions.v;
	assert_true(m->score < 0);
	assert_int_equal(command(r, "dance").status, 404);
}

static void
mistakes_of_lexicons_and_watches_come_together(void **state)
{
	struct rig *r = *state;
	struct conf_list watches;
	struct watch_conf bad = { .name = STR("w"), .query = STR("茶") };
	struct lexicons_conf lex = { .dir = str_of(r->dir) };
	struct nlp_setup s = { .lexicons = &lex, .watches = &watches };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };

	watches = (struct conf_list){ &bad, 1 };
	file_put(r, "p.tsv", HEAD("polarity") "怪怪的\tx\n");
	assert_null(nlp_new(&s, &report, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_non_null(strstr(report.p, "watch \"w\": query: column 1: "));
	assert_non_null(strstr(report.p, "p.tsv:5:11: \"x\" is not a number"));
	buf_release(&report);
}

/* The result that comes with the third strike names the rule, and no other does. */
static void
a_parked_rule_is_told_with_the_document_that_parked_it(void **state)
{
	static struct watch_conf slow[] = {
		{ .name = STR_INIT("slow"),
		  .query = STR_INIT("/shancui (a|aa)+$/ AND sentiment:neutral") },
	};
	struct rig *r = *state;
	struct conf_list watches = { slow, 1 };
	struct lexicons_conf lex = { .dir = str_of(r->dir) };
	struct nlp_setup s = { .lexicons = &lex, .watches = &watches };
	struct buf report = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	struct nlp *n = nlp_new(&s, &report, &e);
	char text[4096] = "shancui ";

	assert_non_null(n);
	memset(text + 8, 'a', 3000);
	text[3008] = '!';
	for (int i = 1; i <= RULE_STRIKES + 1; i++) {
		struct result res = { .document = { .text = str_of(text), .followers = -1 } };
		const struct mention *m;

		nlp_mentions(n, &res, r->a);
		m = res.mentions.v;
		assert_int_equal(res.mentions.n, 1);
		assert_true(m->flags & MENTION_UNDECIDED);
		/* asked for its places and when it is weighed, too: one strike a document */
		assert_int_equal(res.parked.n, i == RULE_STRIKES);
		if (res.parked.n) {
			const struct parked_rule *p = res.parked.v;

			assert_true(str_is(p->watch, "slow"));
			assert_true(str_is(p->rule, "shancui (a|aa)+$"));
		}
	}
	nlp_free(n);
	buf_release(&report);
}

#define WITH_RIG(f) cmocka_unit_test_setup_teardown(f, rig_up, rig_down)

/* A number whose signal is named like a watch is nobody's word about it. */
static void
a_sample_goes_through_unread(void **state)
{
	struct rig *r = *state;
	struct document d = { .source = STR("shop"),
			      .title = STR("山脆"),
			      .text = STR("12.5"),
			      .followers = -1,
			      .flags = DOCUMENT_SAMPLE };
	struct result back;
	struct err e = { 0 };

	assert_int_equal(step(r, &document_record, &d, &e), 0);
	assert_int_equal(record_decode(&result_record, buf_str(&r->seen), &back, r->a, &e), 0);
	assert_int_equal(back.mentions.n, 0);
	assert_true(str_is(back.document.title, "山脆") && str_is(back.document.text, "12.5"));
}

static void
an_explanation_is_of_the_watch_and_adds_up_to_its_mention(void **state)
{
	struct rig *r = *state;
	struct document d = { .title = STR("山脆薯片"),
			      .text = STR("吃出异物，难吃"),
			      .heat = -1 };
	struct result res = result_of(r, d);
	const struct mention *m = res.mentions.v;
	struct buf b = BUF(1 << 16);
	struct err e = { .kind = ERR_NONE };
	const struct json *j, *parts;
	int64_t sum = 0;

	assert_true(nlp_explain(r->n, &d, STR("shancui"), r->a, &b));
	j = json_parse(r->a, buf_str(&b), &e);
	assert_non_null(j);
	parts = json_get(json_get(j, "explain"), "parts");
	for (size_t i = 0; i < json_count(parts); i++)
		sum += lround(json_real(json_get(json_at(parts, i), "part"), 0) * 1000);
	assert_int_equal(sum, m[1].score);
	assert_int_equal(json_int(json_get(j, "label"), 9), m[1].label);
	assert_false(nlp_explain(r->n, &d, STR("nobody"), r->a, &b));
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sample_goes_through_unread, rig_up, rig_down),
		WITH_RIG(a_document_about_two_watches_gives_two_mentions),
		WITH_RIG(a_document_about_nobody_gives_one_bare_result),
		WITH_RIG(our_own_voice_is_marked_and_long_texts_are_signed),
		WITH_RIG(the_same_document_gives_the_same_bytes),
		WITH_RIG(ticks_pass_through_as_they_came),
		WITH_RIG(what_is_no_document_is_refused),
		WITH_RIG(an_incident_keeps_its_alarm_where_the_rules_find_blame),
		WITH_RIG(reload_takes_new_words_or_keeps_the_old_ones),
		WITH_RIG(mistakes_of_lexicons_and_watches_come_together),
		WITH_RIG(a_parked_rule_is_told_with_the_document_that_parked_it),
		WITH_RIG(an_explanation_is_of_the_watch_and_adds_up_to_its_mention),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
