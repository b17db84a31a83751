/*
 * The shipped templates, every one of them: that they lint clean once filled, cover what a team
 * meets, and pass the checklist of people who do this for a living:
 *   a first statement within 30 minutes says what is known, what is not, what we do and when we
 *   speak next; it cares; it names the one page where everything is; and people at work hear first.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/lint.h"
#include "responder/template.h"

#define LEAST_EACH   30 /* templates a language */
#define TO_FIND_OUT  5  /* slots that somebody must find out for a first statement */
#define FIRST_UPDATE (4 * 3600)

struct world {
	struct templates *all;
	struct lint *lint;
	struct arena *a;
};

static int
open_world(void **state)
{
	static struct world w;
	struct err e = { 0 };

	w.all = templates_load("templates", &e);
	w.lint = w.all ? lint_new(&e) : NULL;
	w.a = arena_new();
	if (!w.lint) {
		print_error("%s\n", e.text);
		return -1;
	}
	*state = &w;
	return 0;
}

static int
close_world(void **state)
{
	struct world *w = *state;

	templates_free(w->all);
	lint_free(w->lint);
	arena_free(w->a);
	return 0;
}

static bool
sample(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	(void)arg;
	out->text = str_of(template_sample(t, slot));
	return true;
}

static struct str
filled(struct world *w, const struct template *t)
{
	struct template_source src = { sample, NULL };
	struct template_out o = template_out_new();
	struct str text;

	template_render(t, &src, &o);
	if (!buf_ok(&o.text) || o.gaps_n)
		fail_msg("%s: %s", t->file.p, o.gaps.p);
	text = arena_str(w->a, buf_str(&o.text));
	template_out_release(&o);
	return text;
}

static bool
says(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_find_nocase(text, str_of(*words)) >= 0)
			return true;
	return false;
}

static size_t
parts_of(const struct template *t, const char *slot)
{
	size_t n = 0;

	for (size_t i = 0; i < t->parts_n; i++)
		n += t->parts[i].kind == PART_SLOT && str_is(t->parts[i].text, slot);
	return n;
}

static unsigned
bit(enum template_kind kind)
{
	return 1u << kind;
}

/* ---- every one ----------------------------------------------------------------------------------- */

/* Neither a finding that blocks nor one that warns, on the first day, at the highest level, with
 * every value known to be supported by nothing but itself. */
static void
filled_in_they_lint_clean(void **state)
{
	struct world *w = *state;
	size_t bad = 0;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);
		struct lint_ask ask = { .text = filled(w, t),
					.lang = (enum template_lang)t->lang,
					.kind = t->kind,
					.level = 3,
					.age_s = 60,
					.max_length = t->max_length };
		struct lint_findings f;

		lint_text(w->lint, &ask, w->a, &f);
		for (size_t k = 0; k < f.n; k++)
			print_error("%s: %s\n", t->file.p, f.v[k].rule);
		bad += f.n;
	}
	assert_int_equal(bad, 0);
}

/* What langyan itself knows, and no fact. */
static bool
no_fact(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	for (int i = 0; template_known_words[i]; i++)
		if (str_is(slot, template_known_words[i]))
			return sample(arg, t, slot, out);
	return false;
}

/* With no fact filled in, gaps and what they are for are all that is wrong: the words of a gap are
 * for whoever fills it. */
static void
unfilled_they_show_their_gaps_and_nothing_else_is_wrong(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);
		struct template_source src = { no_fact, NULL };
		struct template_out o = template_out_new();
		struct lint_ask ask = { .lang = (enum template_lang)t->lang,
					.kind = t->kind,
					.level = 3,
					.age_s = 60 };
		struct lint_findings f;

		template_render(t, &src, &o);
		ask.text = buf_str(&o.text);
		lint_text(w->lint, &ask, w->a, &f);
		for (size_t k = 0; k < f.n; k++)
			if (f.v[k].len && strcmp(f.v[k].rule, "any.gap") != 0)
				fail_msg("%s: %s", t->file.p, f.v[k].rule);
		assert_true(o.gaps_n > 0);
		template_out_release(&o);
	}
}

static void
there_are_enough_of_both_languages(void **state)
{
	struct world *w = *state;
	size_t n[2] = { 0, 0 };

	for (size_t i = 0; i < templates_count(w->all); i++)
		n[templates_at(w->all, i)->lang]++;
	assert_true(n[TEMPLATE_ZH] >= LEAST_EACH && n[TEMPLATE_EN] >= LEAST_EACH);
	assert_true(n[TEMPLATE_ZH] * 10 >= n[TEMPLATE_EN] * 9);
	assert_true(n[TEMPLATE_EN] * 10 >= n[TEMPLATE_ZH] * 9);
	assert_non_null(templates_find(w->all, STR("zh-food-safety-holding")));
	assert_null(templates_find(w->all, STR("zh-nothing")));
}

static size_t
lines_of(const struct template *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->parts_n; i++)
		for (size_t k = 0; t->parts[i].kind == PART_TEXT && k < t->parts[i].text.n; k++)
			n += t->parts[i].text.p[k] == '\n';
	return n;
}

static bool
same_slots(const struct template *x, const struct template *y)
{
	const struct template_slot *a = x->slots.v, *b = y->slots.v;
	size_t same = 0;

	for (size_t i = 0; i < x->slots.n; i++)
		for (size_t k = 0; k < y->slots.n; k++)
			same += str_eq(a[i].name, b[k].name);
	return same == x->slots.n && same == y->slots.n;
}

/* Texts of their own: two of one name ask for other facts or are cut into other lines, but for
 * those of a few lines and here and there one. In a library that were translated all would be
 * alike. */
static void
the_languages_are_not_translations_of_each_other(void **state)
{
	struct world *w = *state;
	size_t pairs = 0, alike = 0;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *zh = templates_at(w->all, i), *en;

		if (zh->lang != TEMPLATE_ZH || lines_of(zh) < 3)
			continue;
		en = templates_find(
			w->all,
			str_of(arena_textf(w->a, "en%.*s", (int)zh->id.n - 2, zh->id.p + 2)));
		if (!en)
			continue;
		pairs++;
		alike += same_slots(zh, en) && lines_of(zh) == lines_of(en);
	}
	assert_true(pairs >= 10);
	assert_true(alike * 10 <= pairs);
}

/* What a team meets, in both languages: by name where it says so, else by one for any. */
static void
each_scenario_has_what_it_calls_for(void **state)
{
	static const struct {
		const char *topic;
		unsigned named; /* in each language at least one of the library's own */
	} scenarios[] = { { "recall", 3 },    { "food_safety", 3 }, { "executive", 3 },
			  { "data_leak", 4 }, { "outage", 4 },      { "rumour", 3 },
			  { "delivery", 3 },  { "service", 3 },     { "price", 3 } };
	static const enum template_kind kinds[] = { TEMPLATE_HOLDING,   TEMPLATE_REPLY,
						    TEMPLATE_COMPLAINT, TEMPLATE_STAFF,
						    TEMPLATE_PRESS,     TEMPLATE_FULL };
	struct world *w = *state;

	for (size_t s = 0; s < LY_COUNT(scenarios); s++)
		for (int64_t lang = 0; lang < 2; lang++) {
			unsigned seen = 0, named = 0;

			for (size_t i = 0; i < templates_count(w->all); i++) {
				const struct template *t = templates_at(w->all, i);
				int fits = template_fits(t, str_of(scenarios[s].topic));

				if (t->lang != lang || !fits)
					continue;
				seen |= 1u << t->kind;
				named += fits == 2;
			}
			if (named < scenarios[s].named)
				fail_msg("only %u for %s in %s", named, scenarios[s].topic,
					 template_lang_words[lang]);
			for (size_t k = 0; k < LY_COUNT(kinds); k++)
				if (!(seen & bit(kinds[k])))
					fail_msg("no %s for %s in %s",
						 template_kind_words[kinds[k]],
						 scenarios[s].topic, template_lang_words[lang]);
		}
}

/* Tagged so that they can be chosen: how SCCT and Benoit call what they do. */
static void
each_says_what_it_does(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);

		if (!t->strategy.n || !t->repair.n || !t->channel.n || !t->audience.n)
			fail_msg("%s lacks strategy, repair, channel or audience", t->file.p);
		if (t->kind == TEMPLATE_FULL && utf8_count(filled(w, t)) * 4 < 600)
			fail_msg("%s is too short for a full response", t->file.p);
	}
}

/* ---- the checklist -------------------------------------------------------------------------------- */

/* Slots that stand outside of sections, and that no facts file of a brand fills once for all. */
static size_t
to_find_out(const struct template *t)
{
	static const char *const standing[] = {
		"brand",   "product", "service",    "contact", "hub",  "spokesperson", "watch",
		"concern", "told",    "first_seen", "date",    "time", "next_update",  NULL
	};
	size_t n = 0, depth = 0;

	for (size_t i = 0; i < t->parts_n; i++) {
		const struct template_part *p = &t->parts[i];
		bool known = false;

		depth += p->kind == PART_WITH || p->kind == PART_WITHOUT;
		depth -= p->kind == PART_END;
		for (size_t k = 0; standing[k]; k++)
			known |= str_is(p->text, standing[k]);
		n += p->kind == PART_SLOT && !depth && !known;
	}
	return n;
}

static void
a_first_statement_can_be_out_in_thirty_minutes(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);

		if (t->kind != TEMPLATE_HOLDING)
			continue;
		if (to_find_out(t) > TO_FIND_OUT)
			fail_msg("%s: %zu things to find out first", t->file.p, to_find_out(t));
		if (t->level > 2 || t->next_update > FIRST_UPDATE)
			fail_msg("%s comes or promises too late", t->file.p);
	}
}

/* Known, not known, what to do, what we do, when we speak next: the lint asks for them of its kind
 * (filled_in_they_lint_clean); that it does so is held here. */
static void
what_is_taken_out_of_a_first_statement_is_missed(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);
		struct lint_ask ask = { .text = STR("。"),
					.lang = (enum template_lang)t->lang,
					.kind = t->kind,
					.age_s = -1 };
		struct lint_findings f;

		lint_text(w->lint, &ask, w->a, &f);
		assert_true(f.blocks >= (t->kind == TEMPLATE_HOLDING ? 6u : 2u));
	}
}

static void
each_cares(void **state)
{
	static const char *const words[] = { "抱歉",  "对不起",  "道歉", "歉意",
					     "sorry", "apologi", NULL };
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);

		if (t->kind != TEMPLATE_STAFF && t->kind != TEMPLATE_COVER &&
		    !says(filled(w, t), words))
			fail_msg("%s shows no care", t->file.p);
	}
}

/* One page where everything is, the same on every channel; answers to one person need none. */
static void
each_names_one_page_and_when_we_speak_next(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);
		bool to_one = t->kind == TEMPLATE_REPLY || t->kind == TEMPLATE_COMPLAINT;

		if (parts_of(t, "hub") != (to_one ? 0 : 1))
			fail_msg("%s names %zu pages", t->file.p, parts_of(t, "hub"));
		if (t->kind != TEMPLATE_CLOSING && !parts_of(t, "next_update"))
			fail_msg("%s does not say when we speak next", t->file.p);
	}
}

static void
people_at_work_hear_first(void **state)
{
	static const char *const before[] = { "先于对外", "对外说明发出之前",
					      "before we say anything outside",
					      "before anyone outside", NULL };
	struct world *w = *state;

	for (size_t i = 0; i < templates_count(w->all); i++) {
		const struct template *t = templates_at(w->all, i);
		bool found = false;

		if (t->kind == TEMPLATE_STAFF && !says(filled(w, t), before))
			fail_msg("%s does not come first", t->file.p);
		if (t->kind != TEMPLATE_HOLDING)
			continue;
		for (size_t k = 0; k < templates_count(w->all); k++) {
			const struct template *s = templates_at(w->all, k);

			found |= s->kind == TEMPLATE_STAFF && s->lang == t->lang &&
				 s->level <= t->level && template_fits(s, t->scenario.v[0]);
		}
		if (!found)
			fail_msg("%s has no note to staff", t->file.p);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(filled_in_they_lint_clean),
		cmocka_unit_test(unfilled_they_show_their_gaps_and_nothing_else_is_wrong),
		cmocka_unit_test(there_are_enough_of_both_languages),
		cmocka_unit_test(the_languages_are_not_translations_of_each_other),
		cmocka_unit_test(each_scenario_has_what_it_calls_for),
		cmocka_unit_test(each_says_what_it_does),
		cmocka_unit_test(a_first_statement_can_be_out_in_thirty_minutes),
		cmocka_unit_test(what_is_taken_out_of_a_first_statement_is_missed),
		cmocka_unit_test(each_cares),
		cmocka_unit_test(each_names_one_page_and_when_we_speak_next),
		cmocka_unit_test(people_at_work_hear_first),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
