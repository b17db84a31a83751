#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/str.h"
#include "core/xml.h"
#include "tests/support/sanitized.h"

/* Writes events down as text. */
static void
start(void *self, const struct xml_tag *t)
{
	struct buf *b = self;

	buf_addf(b, "<%.*s", STR_ARG(t->name));
	if (t->uri.n)
		buf_addf(b, "{%.*s}", STR_ARG(t->uri));
	for (size_t i = 0; i < t->n; i++)
		buf_addf(b, " %.*s=%.*s", STR_ARG(t->attrs[i].name),
			 STR_ARG(t->attrs[i].value));
	buf_add_byte(b, '>');
}
static void
end(void *self, struct str prefix, struct str name)
{
	(void)prefix;
	buf_addf(self, "</%.*s>", STR_ARG(name));
}
static void
text(void *self, struct str s)
{
	buf_add(self, s);
}
static const struct xml_events events = { start, end, text };

static void
well_formed_xml_is_told_as_it_is(void **state)
{
	static const char *const cases[][2] = {
		{ "<?xml version='1.0' encoding='gb2312'?><a b=\"1\">x<c/>中</a>",
		  "<a b=1>x<c></c>中</a>" },
		{ "<a b='x&amp;y&#38;#38;'>1 &lt; 2<![CDATA[<b>]]></a>",
		  "<a b=x&y&#38;>1 < 2<b></a>" },
		{ "<x:a xmlns:x='urn:u'><x:b/></x:a>", "<a{urn:u}><b{urn:u}></b></a>" },
	};

	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);
		struct err e;

		assert_int_equal(xml_read(str_of(cases[i][0]), &events, &b, &e), 0);
		assert_string_equal(b.p, cases[i][1]);
		assert_int_equal(xml_read_loose(a, str_of(cases[i][0]), &events, &b), 0);
		buf_release(&b);
	}
	arena_free(a);
}

struct seen {
	struct buf said;
	const char *name, *uri;
	size_t strange;
};
static void
see(void *self, const struct xml_tag *t)
{
	struct seen *s = self;

	buf_addf(&s->said, "%.*s{%.*s} ", STR_ARG(t->name), STR_ARG(t->uri));
	if (!str_is(t->name, "item"))
		return;
	s->strange += s->name && (s->name != t->name.p || s->uri != t->uri.p);
	s->name = t->name.p;
	s->uri = t->uri.p;
}
static void
ignore(void *self, struct str prefix, struct str name)
{
	(void)self, (void)prefix, (void)name;
}
static void
drop(void *self, struct str s)
{
	(void)self, (void)s;
}

static void
a_namespace_ends_with_its_element_and_a_name_stays_where_it_was(void **state)
{
	static const struct xml_events seeing = { see, ignore, drop };
	static const char xml[] = "<r xmlns='u:1' xmlns:p='u:2'><item/><p:b><c xmlns='u:3' "
				  "xmlns:p='u:4'><p:b/><d/>"
				  "</c><p:b/><item><d/></item></p:b></r>";
	struct arena *a = arena_new();
	struct seen s = { .said = BUF(1000) };

	(void)state;
	assert_int_equal(xml_read_loose(a, str_of(xml), &seeing, &s), 0);
	assert_string_equal(s.said.p, "r{u:1} item{u:1} b{u:2} c{u:3} b{u:4} d{u:3} b{u:2} "
				      "item{u:1} d{u:1} ");
	assert_int_equal(s.strange, 0);
	buf_release(&s.said);
	arena_free(a);
}

static void
what_is_forgiven_is_counted(void **state)
{
	static const char *const cases[] = {
		"<a><b></a>",   "<a>",          "<a></a></b>",      "<a b=1/>",      "<a b/>",
		"<a>&</a>",     "<a>&copy</a>", "<a>&nbsp;</a>",    "<a><p:b/></a>", "<a/>x",
		"<a>1 < 2</a>", "<a><!-- </a>", "<a><![CDATA[</a>",
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);

		if (!xml_read_loose(a, str_of(cases[i]), &events, &b))
			fail_msg("%s: nothing to forgive?", cases[i]);
		buf_release(&b);
	}
	arena_free(a);
}

static void
the_first_fault_ends_strict_reading(void **state)
{
	static const char *const cases[] = { "<a><b></a>",
					     "<a>&nbsp;</a>",
					     "<a b=1/>",
					     "<a>\x01</a>",
					     "<a",
					     "text",
					     "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);
		struct err e = { 0 };

		assert_int_equal(xml_read(str_of(cases[i]), &events, &b, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		buf_release(&b);
	}
}

static void
loose_reading_makes_the_best_of_it(void **state)
{
	static const char *const cases[][2] = {
		{ "<a><b>x</a>", "<a><b>x</a>" },
		{ "<a b=1 c='2' d>AT&T &nbsp;&mdash; a < b</a>",
		  "<a b=1 c=2 d=>AT&T \xc2\xa0— a < b</a>" },
		{ "<a b=\"x&amp;y\">&lt;</a>", "<a b=x&y><</a>" },
		{ "<x:a xmlns:x='urn:u'/>", "<a{urn:u} x=urn:u></a>" },
		{ "<!-- <b> --><a/><?php <c> ?>", "<a></a>" },
		{ "<a><![CDATA[1 < 2]]></a>", "<a>1 < 2</a>" },
		{ "<a>1<![CD", "<a>1" },
		{ "<a>1<![CDATA[2", "<a>1" },
		{ "<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]><a>&b;&d;</a>",
		  "<a>c&d;</a>" },
		{ "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
		  "<a>&b;</a>" },
		{ "<", "" },
		{ "<<<", "<<" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf b = BUF(1000);

		xml_read_loose(a, str_of(cases[i][0]), &events, &b);
		assert_string_equal(b.p, cases[i][1]);
		buf_release(&b);
	}
	arena_free(a);
}

static void
repeat(struct buf *b, const char *head, const char *s, int n, const char *tail)
{
	buf_clear(b);
	buf_add(b, str_of(head));
	for (int i = 0; i < n; i++)
		buf_add(b, str_of(s));
	buf_add(b, str_of(tail));
}

static void
what_takes_too_long_is_refused_before_it_is_parsed(void **state)
{
	static const struct {
		const char *head, *s, *tail;
		int n;
		bool html;
		const char *says;
	} cases[] = {
		{ "<a ", "b='' ", "/>", 256, false, NULL },
		{ "<a ", "b='' ", "/>", 257, false,
		  "text at byte 0 has over 256 attributes in a tag" },
		{ "<p ", "b ", ">", 200000, true,
		  "page at byte 0 has over 256 attributes in a tag" },
		{ "<p =\"", "b ", "\">", 200000, true,
		  "page at byte 0 has over 256 attributes in a tag" },
		{ "<body><![CDATA[<p ", "b ", ">]]>", 300, true,
		  "page at byte 15 has over 256 attributes in a tag" },
		{ "<a b='", "xxxxxxxx", "'/>", 8193, false,
		  "text at byte 0 has too long a tag" },
		{ "", "<a>", "", 512, false, NULL },
		{ "", "<a>", "", 513, false, "text at byte 1536 nests too many elements" },
		{ "", "<a></a>", "", 100000, false, NULL },
		{ "", "<br><li><p>", "", 10000, true, NULL },
		{ "", "<b>", "", 4097, true, "page at byte 12288 nests too many elements" },
		{ "", "<b><i></x>", "", 2000, true, NULL },
		{ "<b>", "</x>", "", 2000000, true,
		  "page at byte 2649003 has too many tags or ampersands" },
		{ "", "&", "", 2000000, true,
		  "page at byte 666666 has too many tags or ampersands" },
		{ "<!DOCTYPE a [<!ENTITY b \"c\">", "<!ENTITY d '&#38;'>", "]>", 63, false,
		  NULL },
		{ "<!DOCTYPE a [<!ENTITY b \"c\">", "<!ENTITY d '&#38;'>", "]>", 64, false,
		  "text at byte 1225 declares over 64 entities" },
		{ "<!DOCTYPE a [<!ENTITY b \"c\">", "<!ENTITY d '&b;&b;'>", "]>", 1, false,
		  "text at byte 40 declares an entity by another one" },
		{ "<!DOCTYPE a [<!-- ' --><!ENTITY b '%c;'>", "", "]><a ' ", 1, false,
		  "text at byte 35 declares an entity by another one" },
		{ "", "xxxxxxxxxxxxxxxx", "", 524289, false, "text at byte 0 is over 8 MiB" },
	};
	struct buf b = BUF(9 << 20);

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct err e = { 0 };
		int64_t began = clock_cpu_us(), took;
		int rc;

		repeat(&b, cases[i].head, cases[i].s, cases[i].n, cases[i].tail);
		began = clock_cpu_us();
		rc = cases[i].html ? html_prescan(buf_str(&b), &e)
				   : xml_prescan(buf_str(&b), &e);
		took = clock_cpu_us() - began;
		if (rc != (cases[i].says ? -1 : 0) ||
		    strcmp(e.text, cases[i].says ? cases[i].says : "") != 0)
			fail_msg("case %zu: \"%s\"", i, e.text);
		assert_true(SANITIZED || took < 2000 * 1000);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_xml_is_told_as_it_is),
		cmocka_unit_test(
			a_namespace_ends_with_its_element_and_a_name_stays_where_it_was),
		cmocka_unit_test(what_is_forgiven_is_counted),
		cmocka_unit_test(the_first_fault_ends_strict_reading),
		cmocka_unit_test(loose_reading_makes_the_best_of_it),
		cmocka_unit_test(what_takes_too_long_is_refused_before_it_is_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
