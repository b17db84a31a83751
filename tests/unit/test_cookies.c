#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/cookies.h"

#define NOW 1000000
static const char file[] =
	"# Netscape HTTP Cookie File\r\n"
	"\n"
	".example.org\tTRUE\t/\tFALSE\t0\tall\t1\r\n"
	"news.example.org\tFALSE\t/\tFALSE\t2000000\tnews\t2\n"
	"#HttpOnly_news.example.org\tFALSE\t/paid\tTRUE\t1500000\tpaid\ta=b c\n"
	"news.example.org\tFALSE\t/\tFALSE\t999999\told\tgone\n"
	"other.example.net\tTRUE\t/\tFALSE\t0\tother\t3\n"
	"news.example.org\tFALSE\t/\tFALSE\t0\tempty\t\n";

struct got {
	char header[512];
	struct cookies_picked p;
};

static struct got
pick(const char *text, const char *url)
{
	struct buf b = BUF(COOKIES_HEADER_MAX + 1);
	struct err e = { 0 };
	struct got g = { "", { 0 } };

	if (cookies_pick(str_of(text), STR("https://news.example.org/feed"), str_of(url), NOW,
			 &b, &g.p, &e) < 0)
		snprintf(g.header, sizeof g.header, "%s", e.text);
	else
		snprintf(g.header, sizeof g.header, "%s", b.p);
	buf_release(&b);
	return g;
}

static void
a_request_carries_what_its_host_path_and_scheme_allow(void **state)
{
	static const struct {
		const char *url, *header;
	} cases[] = {
		{ "https://news.example.org/paid/x", "all=1; news=2; paid=a=b c; empty=" },
		{ "https://news.example.org/paid", "all=1; news=2; paid=a=b c; empty=" },
		{ "http://news.example.org/paid", "all=1; news=2; empty=" },
		{ "https://NEWS.example.org/paidmore", "all=1; news=2; empty=" },
		{ "https://a.b.example.org/", "all=1" },
		{ "https://example.org?x", "all=1" },
		{ "https://sub.news.example.org/", "all=1" },
		{ "https://www.other.example.net/", "other=3" },
		{ "https://evilexample.org/", "" },
		{ "https://example.org.evil.test/", "" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(pick(file, cases[i].url).header, cases[i].header);
}

static void
the_first_end_is_known_and_what_is_over_is_counted(void **state)
{
	struct got g = pick(file, "https://news.example.org/paid/x");

	(void)state;
	assert_int_equal(g.p.n, 4);
	assert_int_equal(g.p.expired, 1);
	assert_int_equal(g.p.expires_at, 1500000);
	assert_int_equal(pick(file, "https://example.org/").p.expires_at, 0);
}

static void
a_plain_header_goes_to_its_own_host_alone(void **state)
{
	(void)state;
	assert_string_equal(pick("Cookie: a=1;b=2 ; \n", "https://news.example.org/x").header,
			    "a=1; b=2");
	assert_string_equal(pick("a=1", "https://example.org/").header, "");
	assert_string_equal(pick("a=1", "https://sub.news.example.org/").header, "");
	assert_string_equal(pick("a=1", "http://news.example.org/").header, "");
}

static void
what_cannot_be_read_is_told_by_line_and_field_without_its_value(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "#\na\tTRUE\t/\tFALSE\n",
		  "line 2 of the cookies: the number of fields (7, with tabs between) is "
		  "wrong" },
		{ "a.b\tYES\t/\tFALSE\t0\tn\tsecret",
		  "line 1 of the cookies: the second field (TRUE or FALSE) is wrong" },
		{ "a.b\tTRUE\t/\tFALSE\tsecret\tn\tv",
		  "line 1 of the cookies: the fifth field (when it expires, in seconds) is "
		  "wrong" },
		{ "a.b\tTRUE\t/\tFALSE\t0\tn\tsec;ret",
		  "line 1 of the cookies: the value is wrong" },
		{ "secret",
		  "cookie 1 is not of the form name=value (nor is this a cookies.txt with "
		  "tabs)" },
		{ "a=1; b\nX-Evil: 1",
		  "cookie 2 is not of the form name=value (nor is this a cookies.txt with "
		  "tabs)" },
		{ " ; ", "no cookie in it" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(pick(cases[i].text, "https://news.example.org/").header,
				    cases[i].says);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_carries_what_its_host_path_and_scheme_allow),
		cmocka_unit_test(the_first_end_is_known_and_what_is_over_is_counted),
		cmocka_unit_test(a_plain_header_goes_to_its_own_host_alone),
		cmocka_unit_test(
			what_cannot_be_read_is_told_by_line_and_field_without_its_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
