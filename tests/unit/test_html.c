#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/xml.h"

static void
html_becomes_plain_text(void **state)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "  a \n\t b  ", "a b" },
		{ "<p>one<p>two</p>", "one\ntwo" },
		{ "a<br>b<br/>c", "a\nb\nc" },
		{ "<ul><li>山脆</li><li>召回</li></ul>", "山脆\n召回" },
		{ "<td>1</td><td>2</td>", "1 2" },
		{ "<b>bold</b>er", "bolder" },
		{ "x<script>var a = '<p>';</script>y", "xy" },
		{ "x<STYLE type=\"text/css\">p { }</STYLE>y", "xy" },
		{ "x<script src=a />y", "xy" },
		{ "x<!-- <p>gone</p> -->y", "xy" },
		{ "a < b and c > d", "a < b and c > d" },
		{ "1 &lt; 2 &amp;&amp; 3", "1 < 2 && 3" },
		{ "a&nbsp;&nbsp;b", "a b" },
		{ "<a href=\"x>y\">link</a>", "link" },
		{ "<a href=\"never closed>link</a>", "link" },
		{ "cut off <a href=\"http://x.test/", "cut off" },
		{ "a link begins with <a href=", "a link begins with <a href=" },
		{ "<!DOCTYPE ~", "<!DOCTYPE ~" },
		{ "<!DOCTYPE html>x<!-- and no end", "x" },
		{ "<![CDATA[<b>x</b>]]>", "<![CDATA[x]]>" },
		{ "</>x<>y", "xy" },
		/* a quote is missing: the next tag begins anyway */
		{ "<a href=\"<br />\nhttp://x.test/\">x</a>", "http://x.test/\">x" },
		/* an end that ends nothing takes the next beginning with it */
		{ "a</script><script>b<script>c</script>d", "abd" },
		{ "<h1>Title</h1>text<hr>more", "Title\ntext\nmore" },
		{ "a string of more than eight bytes  with two blanks",
		  "a string of more than eight "
		  "bytes with two blanks" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str s = html_text(a, str_of(cases[i].html));

		assert_string_equal(arena_text(a, s), cases[i].text);
	}
	arena_free(a);
}

static void
each_element_of_its_own_line_begins_one(void **state)
{
	static const char blocks[] =
		"address article aside blockquote body br caption center dd details dir div dl "
		"dt "
		"fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr legend li "
		"main "
		"menu nav ol option p pre section summary table tbody tfoot thead title tr ul";
	static const char dropped[] = "applet script style";
	static const char inlines[] = "a abbr b em font i s span strong u z h7 para scripts";
	struct str left = STR_INIT(""), word;
	struct arena *a = arena_new();

	(void)state;
	for (left = str_of(blocks); str_next(&left, ' ', &word);)
		assert_string_equal(
			arena_text(a, html_text(a, str_of(arena_textf(a, "a<%.*s>b",
								      STR_ARG(word))))),
			"a\nb");
	for (left = str_of(dropped); str_next(&left, ' ', &word);)
		assert_string_equal(
			arena_text(a, html_text(a, str_of(arena_textf(a, "a<%.*s>b</%.*s>",
								      STR_ARG(word),
								      STR_ARG(word))))),
			"a");
	for (left = str_of(inlines); str_next(&left, ' ', &word);)
		assert_string_equal(
			arena_text(a, html_text(a, str_of(arena_textf(a, "a<%.*s>b",
								      STR_ARG(word))))),
			"ab");
	arena_free(a);
}

static void
references_become_their_characters(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
		{ "&lt;&gt;&amp;&quot;&apos;", "<>&\"'" },
		{ "&#20013;&#x6587;", "中文" },
		{ "&eacute;&Eacute;&copy 2026", "éÉ© 2026" },
		{ "&notit;", "¬it;" },
		{ "&hellip;&mdash;&rsquo;", "…—’" },
		{ "&hellip", "&hellip" }, /* needs its semicolon, unlike &copy */
		{ "&#128;&#150;", "€–" },
		{ "&#0;&#xd800;&#x110000;", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "&unknown; & &; &#; &#x;", "&unknown; & &; &#; &#x;" },
		{ "AT&T", "AT&T" },
		{ "&thetasym;&ZeroWidthSpace;", "ϑ\xe2\x80\x8b" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(arena_text(a, html_unescape(a, str_of(cases[i].from))),
				    cases[i].to);
	assert_int_equal(html_unescape(a, (struct str){ 0 }).n, 0); /* for the sanitizers */
	arena_free(a);
}

static void
what_html_means_is_escaped(void **state)
{
	struct buf b = BUF(200);

	(void)state;
	html_add(&b, STR("<a href='x' title=\"y\">&amp;</a>中"));
	assert_string_equal(b.p, "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;&lt;/a"
				 "&gt;中");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(html_becomes_plain_text),
		cmocka_unit_test(each_element_of_its_own_line_begins_one),
		cmocka_unit_test(references_become_their_characters),
		cmocka_unit_test(what_html_means_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
