/*
 * The published mustache specification (github.com/mustache/spec), case by case where it applies
 * to us: each row names the spec's file and case; texts are our own. Slots a and b stand for its
 * data: a value, or none for what it calls false, null or missing. What differs: a value that is
 * missing leaves a gap, never an empty string; lists, lambdas, dotted names, partials, delimiters
 * and what is not escaped are refused when the file is read.
 */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/template.h"

#define GAP "[TO FILL: a]"

/* Behind each body stands a marker section that uses both slots, so that each is used. */
#define HEAD                                                                          \
	"---\nid: t\nlanguage: en\nscenario: [any]\nkind: holding\nchannel: [site]\n" \
	"format: html\nslots: { a: { wants: a }, b: { wants: b }, z: { wants: z } }\n---\n"
#define TAIL "{{#z}}{{a}}{{b}}{{/z}}"

struct values {
	const char *a, *b;
};

static bool
find(void *arg, const struct template *t, struct str slot, struct template_value *out)
{
	const struct values *v = arg;
	const char *text = str_is(slot, "a") ? v->a : str_is(slot, "b") ? v->b : NULL;

	(void)t;
	out->text = str_of(text);
	return text;
}

static const struct {
	const char *name, *body, *a, *b, *text;
} cases[] = {
	/* interpolation */
	{ "interpolation: No Interpolation", "as it is {x}\n", "1", "2", "as it is {x}\n" },
	{ "interpolation: Basic Interpolation", "for {{a}}\n", "all", "2", "for all\n" },
	{ "interpolation: No Re-interpolation", "{{a}}", "{{b}}", "2", "{{b}}" },
	{ "interpolation: HTML Escaping", "{{a}}", "& \" < >", "2", "&amp; &quot; &lt; &gt;" },
	{ "interpolation: Basic Context Miss Interpolation (a gap)", "({{a}})", NULL, "2",
	  "(" GAP ")" },
	{ "interpolation: Interpolation - Surrounding Whitespace", "| {{a}} |", "x", "2",
	  "| x |" },
	{ "interpolation: Interpolation - Standalone", "  {{a}}\n", "x", "2", "  x\n" },
	{ "interpolation: Interpolation With Padding", "|{{ a }}|", "x", "2", "|x|" },
	/* sections */
	{ "sections: Truthy", "<{{#a}}in{{/a}}>", "1", "2", "<in>" },
	{ "sections: Falsey", "<{{#a}}in{{/a}}>", NULL, "2", "<>" },
	{ "sections: Context Misses", "<{{#a}}in{{/a}}>", "  ", "2", "<>" },
	{ "sections: Doubled", "{{#a}}\n1\n{{/a}}\n2\n{{#a}}\n3\n{{/a}}\n", "1", "2",
	  "1\n2\n3\n" },
	{ "sections: Nested (Truthy)", "|x{{#a}} y{{#b}} z{{/b}}{{/a}}|", "1", "2", "|x y z|" },
	{ "sections: Nested (Falsey)", "|x{{#a}} y{{#b}} z{{/b}}{{/a}} w|", NULL, "2",
	  "|x w|" },
	{ "sections: Nested, the inner falsey", "|x{{#a}} y{{#b}} z{{/b}} v{{/a}}|", "1", NULL,
	  "|x y v|" },
	{ "sections: Surrounding Whitespace", " | {{#a}}\t|\t{{/a}} | \n", "1", "2",
	  " | \t|\t | \n" },
	{ "sections: Internal Whitespace", " | {{#a}} {{! here }}\n {{/a}} | \n", "1", "2",
	  " |  \n  | \n" },
	{ "sections: Indented Inline Sections", " {{#a}}YES{{/a}}\n {{#a}}GOOD{{/a}}\n", "1",
	  "2", " YES\n GOOD\n" },
	{ "sections: Standalone Lines", "| this\n{{#a}}\n|\n{{/a}}\n| is\n", "1", "2",
	  "| this\n|\n| is\n" },
	{ "sections: Indented Standalone Lines", "| this\n  {{#a}}\n|\n  {{/a}}\n| is\n", "1",
	  "2", "| this\n|\n| is\n" },
	{ "sections: Standalone Without Previous Line", "  {{#a}}\n#{{/a}}\n/", "1", "2",
	  "#\n/" },
	{ "sections: Padding", "|{{# a }}={{/ a }}|", "1", "2", "|=|" },
	/* inverted */
	{ "inverted: Falsey", "<{{^a}}in{{/a}}>", NULL, "2", "<in>" },
	{ "inverted: Truthy", "<{{^a}}in{{/a}}>", "1", "2", "<>" },
	{ "inverted: Doubled", "{{^a}}\n1\n{{/a}}\n2\n{{^a}}\n3\n{{/a}}\n", NULL, "2",
	  "1\n2\n3\n" },
	{ "inverted: Nested (Falsey)", "|x{{^a}} y{{^b}} z{{/b}}{{/a}}|", NULL, NULL,
	  "|x y z|" },
	{ "inverted: Nested (Truthy)", "|x{{^a}} y{{^b}} z{{/b}}{{/a}} w|", "1", NULL,
	  "|x w|" },
	{ "inverted: Surrounding Whitespace", " | {{^a}}\t|\t{{/a}} | \n", NULL, "2",
	  " | \t|\t | \n" },
	{ "inverted: Indented Inline Sections", " {{^a}}NO{{/a}}\n {{^a}}WAY{{/a}}\n", NULL,
	  "2", " NO\n WAY\n" },
	{ "inverted: Standalone Lines", "| this\n{{^a}}\n|\n{{/a}}\n| is\n", NULL, "2",
	  "| this\n|\n| is\n" },
	{ "inverted: Standalone Indented Lines", "| this\n  {{^a}}\n|\n  {{/a}}\n| is\n", NULL,
	  "2", "| this\n|\n| is\n" },
	{ "inverted: Padding", "|{{^ a }}={{/ a }}|", NULL, "2", "|=|" },
	/* comments */
	{ "comments: Inline", "1{{! a word }}2", "1", "2", "12" },
	{ "comments: Multiline", "1{{!\n a word\n on lines }}2\n", "1", "2", "12\n" },
	{ "comments: Standalone", "1\n{{! a word }}\n2\n", "1", "2", "1\n2\n" },
	{ "comments: Indented Standalone", "1\n  {{! a word }}\n2\n", "1", "2", "1\n2\n" },
	{ "comments: Standalone Without Previous Line", "  {{! a word }}\n2", "1", "2", "2" },
	{ "comments: Multiline Standalone", "1\n{{!\na word\n}}\n2\n", "1", "2", "1\n2\n" },
	{ "comments: Indented Multiline Standalone", "1\n  {{!\n  a word\n  }}\n2\n", "1", "2",
	  "1\n2\n" },
	{ "comments: Indented Inline", "  12 {{! 34 }}\n", "1", "2", "  12 \n" },
	{ "comments: Surrounding Whitespace", "1 {{! a word }} 2", "1", "2", "1  2" },
	{ "comments: Variable Name Collision", "1{{! a }}{{!a}}2", "x", "2", "12" },
};

static struct template *
parse(const char *body, struct err *e)
{
	struct buf text = BUF(8192);
	struct template *t;

	buf_addf(&text, HEAD "%s" TAIL, body);
	t = template_parse(buf_str(&text), "t.md", e);
	buf_release(&text);
	return t;
}

static void
what_applies_of_the_specification_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct values v = { cases[i].a, cases[i].b };
		struct template_source src = { find, &v };
		struct template_out o = template_out_new();
		struct err e = { 0 };
		struct template *t = parse(cases[i].body, &e);

		if (!t)
			fail_msg("%s: %s", cases[i].name, e.text);
		template_render(t, &src, &o);
		if (strcmp(o.text.p, cases[i].text) != 0)
			fail_msg("%s:\n%s|\nshould be\n%s|", cases[i].name, o.text.p,
				 cases[i].text);
		template_out_release(&o);
		template_free(t);
	}
}

/* "Standalone Without Newline": a section's end or a comment as the last thing of a file. */
static void
the_last_line_of_a_file_needs_no_end(void **state)
{
	static const char text[] =
		"---\nid: t\nlanguage: en\nscenario: [any]\nkind: holding\nchannel: [site]\n"
		"slots: { a: { wants: a } }\n---\n#{{#a}}\n/\n  {{/a}}";
	struct values v = { "1", "2" };
	struct template_source src = { find, &v };
	struct template_out o = template_out_new();
	struct err e = { 0 };
	struct template *t = template_parse(str_of(text), "t.md", &e);

	(void)state;
	if (!t)
		fail_msg("%s", e.text);
	template_render(t, &src, &o);
	assert_string_equal(o.text.p, "#\n/\n");
	template_out_release(&o);
	template_free(t);
}

static void
what_would_be_logic_or_unescaped_is_refused(void **state)
{
	static const struct {
		const char *name, *body;
	} refused[] = {
		{ "interpolation: Triple Mustache", "{{{a}}}" },
		{ "interpolation: Ampersand", "{{&a}}" },
		{ "interpolation: Dotted Names", "{{a.b}}" },
		{ "interpolation: Implicit Iterators", "{{.}}" },
		{ "partials: Basic Behavior", "{{>a}}" },
		{ "delimiters: Pair Behavior", "{{=<% %>=}}" },
		{ "~inheritance", "{{<a}}{{/a}}" },
		{ "~inheritance: blocks", "{{$a}}{{/a}}" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(refused); i++) {
		struct err e = { 0 };
		struct template *t = parse(refused[i].body, &e);

		if (t)
			fail_msg("taken: %s", refused[i].name);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_true(str_starts(str_of(e.text), STR("t.md:10: ")));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_applies_of_the_specification_holds),
		cmocka_unit_test(the_last_line_of_a_file_needs_no_end),
		cmocka_unit_test(what_would_be_logic_or_unescaped_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
