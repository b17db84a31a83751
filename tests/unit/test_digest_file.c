/* What a digest's file proves of itself: every figure by its id, and that nothing was changed. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "core/utf8.h"

#include "responder/digest_chart.h"
#include "responder/digest_seal.h"
#include "responder/drawings.h"

#include "tests/support/digest_world.h"

struct found {
	char said[4096];
};

static void
differs(void *arg, struct str id, struct str says, struct str counted,
	const struct json *figure)
{
	struct found *f = arg;
	size_t n = strlen(f->said);

	snprintf(f->said + n, sizeof f->said - n, "%.*s %.*s: %.*s, not %.*s\n", STR_ARG(id),
		 STR_ARG(json_text(json_get(figure, "figure"), STR("?"))), STR_ARG(says),
		 STR_ARG(counted));
}

/* What a file that says `now` where it said `was` is told of. */
static const char *
changed(struct digest_world *w, struct str file, struct str facts, const char *was,
	const char *now)
{
	struct found *f = arena_alloc(w->a, sizeof *f);
	struct seal_told told = { differs, f };
	struct err e = { 0 };
	struct seal seal;
	bool holds;
	ptrdiff_t at = str_find(file, str_of(was));

	if (at < 0)
		fail_msg("no \"%s\" in:\n%.*s", was, STR_ARG(file));
	file = str_of(
		arena_textf(w->a, "%.*s%s%s", (int)at, file.p, now, file.p + at + strlen(was)));
	assert_true(seal_find(file, w->a, &seal, &holds));
	assert_int_equal(holds, !strcmp(was, now));
	assert_true(seal_figures(file, json_parse(w->a, facts, &e), &told) > 50);
	return f->said;
}

static void
two_days(struct digest_world *w)
{
	digest_world_usual_day(w);
	for (int i = 0; i < 40; i++)
		digest_world_say(w, (struct digest_said){ .at = CUT - 2 * HOUR - i * 3,
							  .label = i % 3 ? 1 : -1,
							  .author = arena_textf(w->a, "x%d", i),
							  .followers = i * 20000 });
}

static void
a_figure_that_was_changed_is_named_in_every_form(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	two_days(w);
	r = digest_world_compose(w, AT_9);
	const struct {
		struct str file;
		const char *was, *now, *says;
	} cases[] = {
		{ r.text, "提及 44[f1]", "提及 44[f1]", "" },
		{ r.text, "提及 44[f1]", "提及 45[f1]", "f1 all.mentions.now: 45, not 44\n" },
		{ r.text, "39%[f9]", "3%[f9]", "f9 all.negative_share.now: 3%, not 39%\n" },
		{ r.md, "44[f57]", "44[f57]", "" },
		{ r.md, "44[f57]", "144[f57]", "f57 mentions.now: 144, not 44\n" },
		{ r.md, "+0.22[f78]", "-0.22[f78]", "f78 net.now: -0.22, not +0.22\n" },
		{ r.md, "—[f79]", "0[f79]", "f79 net.before: 0, not —\n" },
		{ r.html, "<h1", "<h1", "" },
		{ r.html, "\"f57\">44<", "\"f57\">43<", "f57 mentions.now: 43, not 44\n" },
		{ r.mail, "\"f1\">44<", "\"f1\">4<", "f1 all.mentions.now: 4, not 44\n" },
		{ r.facts, "\"figure\":\"mentions.now\",\"value\":44",
		  "\"figure\":\"mentions.now\",\"value\":45",
		  "f57 mentions.now: 45, not 44\n" },
		{ r.facts, "\"value\":44,\"shown\":\"44\"", "\"value\":44,\"shown\":\"4\"",
		  "f1 all.mentions.now: 4, not 44\n" },
		{ r.facts, "\"verdict\"", "\"verdict\"", "" },
	};

	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(
			changed(w, cases[i].file, r.facts, cases[i].was, cases[i].now),
			cases[i].says);
}

/* The labels of charts are figures, too. */
static void
a_label_of_a_chart_that_was_changed_is_named(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;
	ptrdiff_t at;
	const char *label;

	two_days(w);
	r = digest_world_compose(w, AT_9);
	at = str_find(r.html, STR(" data-f=\"f"));
	assert_true(at > 0);
	label = arena_textf(w->a, "%.*s",
			    (int)str_find_byte(str_slice(r.html, (size_t)at, 100), '/'),
			    r.html.p + at);
	text_has(str_of(changed(w, r.html, r.facts, label,
				arena_textf(w->a, "%.*s77<",
					    (int)(strchr(label, '>') - label + 1), label))),
		 " hour.mentions: 77, not ");
	text_has_not(r.mail, "<svg");
	text_has(r.mail, "<img src=\"cid:chart0\"");
	assert_int_equal(text_times(r.mail, "<details"), 0);
}

static void
other_words_break_the_sum(void **state)
{
	struct digest_world *w = *state;
	struct digest_row r;

	two_days(w);
	r = digest_world_compose(w, AT_9);
	assert_string_equal(changed(w, r.text, r.facts, "吃出异物", "很好吃"), "");
	assert_string_equal(changed(w, r.html, r.facts, "吃出异物", "很好吃"), "");
	assert_string_equal(changed(w, r.md, r.facts, "weitopic", "other"), "");
}

static void
the_chat_form_is_short_and_has_no_ids(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	struct digest_row r;
	struct str chat;

	two_days(w);
	r = digest_world_compose(w, AT_9);
	chat = json_text(json_get(json_parse(w->a, r.facts, &e), "chat"), STR(""));
	text_has(chat, "· 提及 44 条，负面 17 条（39%）；前一日 1 条，负面 1 条。\n");
	text_has_not(chat, "[");
	assert_true(utf8_count(chat) <= 600);
}

static void
a_chart_is_drawn_from_its_facts(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	struct digest_row r;
	struct chart c;
	struct buf png = BUF(1 << 20);
	const struct json *charts;

	two_days(w);
	r = digest_world_compose(w, AT_9);
	charts = json_get(json_parse(w->a, r.facts, &e), "charts");
	assert_true(json_count(charts) >= 1);
	assert_true(chart_parse(json_at(charts, 0), &c));
	assert_int_equal(c.n, 24);
	assert_int_equal(c.value[21], 39);
	assert_int_equal(chart_png(&c, &png), 0);
	assert_memory_equal(png.p, "\x89PNG", 4);
	assert_true(png.n < 40000);
	buf_release(&png);
	assert_false(chart_parse(json_get(json_parse(w->a, r.facts, &e), "screen"), &c));
}

/* 500 readers at eight: their mails show the same pictures. */
static void
a_chart_is_drawn_once_for_all_its_readers(void **state)
{
	struct chart c = { .kind = CHART_BARS, .n = 24, .value = { 3, 9 }, .height = 60 };
	struct drawings *d = drawings_new();
	struct str first = drawings_png(d, &c), again;

	(void)state;
	for (int reader = 1; reader < 500; reader++) {
		again = drawings_png(d, &c);
		assert_ptr_equal(again.p, first.p);
	}
	assert_int_equal(drawings_made(d), 1);
	assert_memory_equal(first.p, "\x89PNG", 4);
	for (int64_t i = 0; i < DRAWINGS_MAX; i++) { /* the oldest goes, others are others */
		c.value[0] = 10 + i;
		again = drawings_png(d, &c);
		assert_memory_equal(again.p, "\x89PNG", 4);
	}
	assert_int_equal(drawings_made(d), 1 + DRAWINGS_MAX);
	again = drawings_png(d, &c);
	assert_int_equal(drawings_made(d), 1 + DRAWINGS_MAX);
	c.value[0] = 3;
	again = drawings_png(d, &c);
	assert_int_equal(drawings_made(d), 2 + DRAWINGS_MAX);
	drawings_free(d);
}

/* Who writes "[f1]" or a seal in a title changes nothing. */
static void
titles_are_no_figures(void **state)
{
	struct digest_world *w = *state;
	struct found f = { "" };
	struct seal_told told = { differs, &f };
	struct err e = { 0 };
	struct digest_row r;
	struct seal seal;
	bool holds;

	digest_world_say(w, (struct digest_said){ .at = CUT - HOUR,
						  .label = -1,
						  .title = "\x01"
							   "1\x02"
							   "99\x03 ly1.00.1.2.3.zh.x.0" });
	r = digest_world_compose(w, AT_9);
	text_has(r.text, "1 99 ly1.00");
	assert_true(seal_find(r.text, w->a, &seal, &holds) && holds);
	assert_true(seal_find(r.html, w->a, &seal, &holds) && holds);
	assert_true(str_is(seal.name, "daily"));
	assert_int_equal(seal.made_at, AT_9);
	assert_true(seal_figures(r.text, json_parse(w->a, r.facts, &e), &told) > 0);
	assert_string_equal(f.said, "");
}

static void
a_figure_in_a_title_is_words_in_every_form(void **state)
{
	struct digest_world *w = *state;
	struct err e = { 0 };
	struct digest_row r;
	struct seal seal;
	bool holds;

	digest_world_say(w, (struct digest_said){ .at = CUT - HOUR,
						  .label = -1,
						  .site = "7[f2]",
						  .title = "销量 999[f1]" });
	r = digest_world_compose(w, AT_9);
	const struct str forms[] = { r.text, r.md, r.html, r.facts };

	text_has(r.text, "销量 999［f1]");
	text_has_not(r.facts, "999[f1]");
	for (size_t i = 0; i < LY_COUNT(forms); i++) {
		struct found f = { "" };
		struct seal_told told = { differs, &f };

		assert_true(seal_figures(forms[i], json_parse(w->a, r.facts, &e), &told) > 0);
		assert_string_equal(f.said, "");
		assert_true(seal_find(forms[i], w->a, &seal, &holds) && holds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_figure_that_was_changed_is_named_in_every_form),
		WITH(a_label_of_a_chart_that_was_changed_is_named),
		WITH(other_words_break_the_sum),
		WITH(the_chat_form_is_short_and_has_no_ids),
		WITH(a_chart_is_drawn_from_its_facts),
		cmocka_unit_test(a_chart_is_drawn_once_for_all_its_readers),
		WITH(titles_are_no_figures),
		WITH(a_figure_in_a_title_is_words_in_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
