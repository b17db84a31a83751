#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/http.h"
#include "core/str.h"

static void
one_page_has_one_address(void **state)
{
	static const struct {
		const char *base, *url, *want;
	} cases[] = {
		{ "", "HTTP://Example.COM:80/a/../b/./c?x=1#top",
		  "http://example.com/b/c?x=1" },
		{ "", "https://example.com:443", "https://example.com/" },
		{ "", "https://example.com:8443/", "https://example.com:8443/" },
		{ "", "http://example.com./a", "http://example.com/a" },
		{ "", "  http://example.com/a\n", "http://example.com/a" },
		{ "", "http://example.com/%7euser/%e5%b1%b1",
		  "http://example.com/~user/%E5%B1%B1" },
		{ "", "http://example.com/山脆?词=召回",
		  "http://example.com/%E5%B1%B1%E8%84%86?%E8%AF%8D=%E5%8F%AC%E5%9B%9E" },
		{ "", "http://example.com/a%2Fb%2", "http://example.com/a%2Fb%252" },
		{ "", "http://example.com/a?utm_source=w&id=7&utm_medium=x&fbclid=1",
		  "http://example.com/a?id=7" },
		{ "", "http://example.com/a?utm_source=w", "http://example.com/a" },
		{ "", "http://example.com/a?", "http://example.com/a" },
		{ "", "http://example.com/a?b&&c=", "http://example.com/a?b&c=" },
		{ "", "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=a&chksm=8&scene=0",
		  "https://mp.weixin.qq.com/s?__biz=M&mid=2&idx=1&sn=a&scene=0" },
		{ "", "http://user:secret@example.com/a", "http://example.com/a" },
		{ "", "http://0x7f000001/", "http://127.0.0.1/" },
		{ "", "http://2130706433/", "http://127.0.0.1/" },
		{ "", "http://[::1]:8080/x", "http://[::1]:8080/x" },
		{ "http://example.com/news/1.html", "../a?p=2", "http://example.com/a?p=2" },
		{ "http://example.com/news/1.html", "//cdn.example.net/x",
		  "http://cdn.example.net/x" },
		{ "https://example.com/news/1.html", "/root", "https://example.com/root" },
		{ "http://example.com/news/1.html?a=1", "?p=2",
		  "http://example.com/news/1.html?p=2" },
		{ "http://example.com/news/1.html", "", "http://example.com/news/1.html" },
		{ "http://example.com/news/1.html", "https://other.example/",
		  "https://other.example/" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf out = BUF(4096), again = BUF(4096);
		struct err e = { 0 };

		if (url_canonical(str_of(cases[i].base), str_of(cases[i].url), &out, &e) < 0)
			fail_msg("%s: %s", cases[i].url, e.text);
		assert_string_equal(out.p, cases[i].want);
		/* and it stays what it is */
		assert_int_equal(url_canonical(STR(""), buf_str(&out), &again, &e), 0);
		assert_string_equal(again.p, cases[i].want);
		buf_release(&out);
		buf_release(&again);
	}
}

static void
what_is_not_a_web_address_is_rejected(void **state)
{
	static const char *const bad[] = {
		"",
		"javascript:alert(1)",
		"mailto:a@example.com",
		"file:///etc/passwd",
		"ftp://example.com/",
		"gopher://example.com/",
		"http://",
		"example.com/a",
		"http://exa mple.com/",
		"http://a\nb/",
		"http://example.com:99999/",
		"data:text/html,x",
		"http://[::1/",
		"http://\xff\xfe/",
		"http://a\xe5\xb1.com/",
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(bad); i++) {
		struct buf out = BUF(4096);
		struct err e = { 0 };

		if (url_canonical(STR(""), str_of(bad[i]), &out, &e) == 0)
			fail_msg("\"%s\" became %s", bad[i], out.p);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_int_equal(url_resolve(STR(""), str_of(bad[i]), &out, &e), -1);
		assert_int_equal(url_host(str_of(bad[i]), &out), -1);
		buf_release(&out);
	}
}

static void
a_relative_script_address_stays_rejected(void **state)
{
	struct buf out = BUF(4096);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(
		url_resolve(STR("http://example.com/"), STR("javascript:alert(1)"), &out, &e),
		-1);
	assert_non_null(strstr(e.text, "\"javascript:alert(1)\" is not a web address: "));
	buf_release(&out);
}

static void
resolving_drops_nothing(void **state)
{
	struct buf out = BUF(4096);
	struct err e = { 0 };

	(void)state;
	assert_int_equal(url_resolve(STR("http://example.com/a/b"), STR("c?utm_source=x#part"),
				     &out, &e),
			 0);
	assert_string_equal(out.p, "http://example.com/a/c?utm_source=x#part");
	buf_clear(&out);
	/* but the host is spelt as it goes over the wire, whatever the locale */
	assert_int_equal(url_resolve(STR(""), STR("HTTP://食狮.公司.CN./山"), &out, &e), 0);
	assert_string_equal(out.p, "http://xn--85x722f.xn--55qx5d.cn/%e5%b1%b1");
	buf_release(&out);
}

static void
a_long_address_is_rejected_not_cut(void **state)
{
	static char text[9000] = "http://example.com/";
	struct buf out = BUF(16384), small = BUF(30);
	struct err e = { 0 };

	(void)state;
	memset(text + 19, 'a', sizeof text - 19);
	assert_int_equal(url_canonical(STR(""), (struct str){ text, 8193 }, &out, &e), -1);
	assert_int_equal(url_canonical(STR(""), (struct str){ text, 8192 }, &out, &e), 0);
	assert_int_equal(url_canonical(STR(""), (struct str){ text, 60 }, &small, &e), -1);
	assert_non_null(strstr(e.text, "it is too long"));
	buf_release(&out);
	buf_release(&small);
}

/* However it is told: the second is not canonical. */
static void
a_host_of_more_than_1023_bytes_is_none(void **state)
{
	static const char *const ends[] = { "/a", "/a#f" };

	(void)state;
	for (size_t i = 0; i < 2 * LY_COUNT(ends); i++) {
		size_t n = i < LY_COUNT(ends) ? 1023 : 1024;
		struct buf url = BUF(4096), out = BUF(4096), host = BUF(4096);
		struct err e = { 0 };
		int may = n <= 1023 ? 0 : -1;

		buf_add(&url, STR("http://"));
		while (url.n < n + 7)
			buf_add_byte(&url, 'a');
		buf_add(&url, str_of(ends[i % LY_COUNT(ends)]));
		assert_int_equal(url_canonical(STR(""), buf_str(&url), &out, &e), may);
		assert_int_equal(url_host(buf_str(&url), &host), may);
		assert_int_equal(host.n, may < 0 ? 0 : n);
		buf_release(&url);
		buf_release(&out);
		buf_release(&host);
	}
}

static void
a_host_is_lower_case_and_han_becomes_punycode(void **state)
{
	static const struct {
		const char *url, *host;
	} cases[] = {
		{ "https://WWW.Example.COM:8443/a", "www.example.com" },
		{ "http://[2001:DB8::1]/", "[2001:db8::1]" },
		{ "http://127.1/", "127.0.0.1" },
		{ "http://食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn" },
		/* RFC 3492 section 7.1 */
		{ "http://他们为什么不说中文.example/",
		  "xn--ihqwcrb4cv8a8dqg056pqjye.example" },
		{ "http://ひとつ屋根の下2/", "xn--2-u9tlzr9756bt3uc0v" },
		{ "http://3年B組金八先生/", "xn--3b-ww4c5e180e575a65lsy2b" },
		{ "http://porquénopuedensimplementehablarenespañol/",
		  "xn--porqunopuedensimplementehablarenespaol-fmd56a" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf out = BUF(256);

		assert_int_equal(url_host(str_of(cases[i].url), &out), 0);
		assert_string_equal(out.p, cases[i].host);
		buf_release(&out);
	}
}

static void
a_value_is_escaped_and_hosts_are_compared(void **state)
{
	struct buf b = BUF(100);
	struct arena *a = arena_new();

	(void)state;
	url_add_percent(&b, STR("a b&c=山/~-._"));
	assert_string_equal(b.p, "a%20b%26c%3D%E5%B1%B1%2F~-._");
	buf_release(&b);
	assert_true(url_same_host(STR("http://A.example/x"), STR("https://a.example:8/y")));
	assert_false(url_same_host(STR("http://a.example/"), STR("http://b.example/")));
	assert_false(url_same_host(STR("no"), STR("no")));
	assert_true(
		str_is(url_canonical_text(a, STR("HTTP://a.example:80")), "http://a.example/"));
	assert_int_equal(url_canonical_text(a, STR("mailto:x")).n, 0);
	arena_free(a);
}

static void
an_origin_is_scheme_host_and_port(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "http://a.example/x", "http://a.example/x", true },
		{ "http://a.example/x", "http://A.example:80/y?z#w", true },
		{ "http://a.example/", "https://a.example/", false },
		{ "http://a.example/", "http://a.example:8080/", false },
		{ "http://a.example/", "http://b.a.example/", false },
		{ "http://a.example/", "no address", false },
		{ "no address", "none either", false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_int_equal(url_same_origin(str_of(cases[i].a), str_of(cases[i].b)),
				 cases[i].same);
}

static uint32_t
next(uint64_t *r, uint32_t n)
{
	*r ^= *r << 13;
	*r ^= *r >> 7;
	*r ^= *r << 17;
	return (uint32_t)(*r >> 20) % n;
}

/* A fragment is dropped, and an address with one is never taken for canonical unseen. */
static void
the_quick_way_and_the_slow_one_agree(void **state)
{
	static const char *const hosts[] = { "a.example", "A.example", "x-1.cn", "-a.b",
					     "a-.b",      "1.2.3.4",   "0x7f.1", "a.1",
					     "7.a",       "a..b",      "a.",     "",
					     "a_b.c",     "u@a.b",     "a.b:80", "a.b:81",
					     "[::1]",     "山.cn",     "%61.b",  "1.0xa",
					     "localhost", "a.b-",      "0x7f",   "a.b.c.d" };
	static const char *const paths[] = { "",     "/",    "/a",   "/a/b.html", "//",
					     "/.",   "/..",  "/a/.", "/a//b",     "/a%7e",
					     "/~u",  "/山",  "/a b", "/a/",       "/A_-.",
					     "/..a", "/a:b", "/a;b" };
	static const char *const queries[] = { "",       "?",      "?a=1",     "?a=1&b",
					       "?a&",    "?&a",    "?utm_x=1", "?a=1&spm=2",
					       "?a=%41", "?a=b=c", "?a=/b",    "?&",
					       "?=",     "?a+b",   "?a?b" };
	uint64_t dice = 88172645463325252u;
	int same = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct buf url = BUF(4096), slow = BUF(4096), x = BUF(4096), y = BUF(4096);
		struct err e = { 0 };
		int got;

		buf_addf(&url, "%s%s%s%s", next(&dice, 2) ? "http://" : "https://",
			 hosts[next(&dice, LY_COUNT(hosts))],
			 paths[next(&dice, LY_COUNT(paths))],
			 queries[next(&dice, LY_COUNT(queries))]);
		buf_addf(&slow, "%s#f", url.p);
		got = url_canonical(STR(""), buf_str(&url), &x, &e);
		if (got != url_canonical(STR(""), buf_str(&slow), &y, &e) ||
		    (!got && !str_eq(buf_str(&x), buf_str(&y))))
			fail_msg("%s: \"%.*s\", not \"%.*s\"", url.p, STR_ARG(buf_str(&x)),
				 STR_ARG(buf_str(&y)));
		same += !got && str_eq(buf_str(&x), buf_str(&url));
		buf_clear(&x);
		buf_clear(&y);
		got = url_host(buf_str(&url), &x);
		if (got != url_host(buf_str(&slow), &y) ||
		    (!got && !str_eq(buf_str(&x), buf_str(&y))))
			fail_msg("%s: another host", url.p);
		buf_release(&url);
		buf_release(&slow);
		buf_release(&x);
		buf_release(&y);
	}
	assert_true(same > 500); /* and some are canonical */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_page_has_one_address),
		cmocka_unit_test(what_is_not_a_web_address_is_rejected),
		cmocka_unit_test(a_relative_script_address_stays_rejected),
		cmocka_unit_test(a_value_is_escaped_and_hosts_are_compared),
		cmocka_unit_test(resolving_drops_nothing),
		cmocka_unit_test(a_long_address_is_rejected_not_cut),
		cmocka_unit_test(a_host_of_more_than_1023_bytes_is_none),
		cmocka_unit_test(a_host_is_lower_case_and_han_becomes_punycode),
		cmocka_unit_test(an_origin_is_scheme_host_and_port),
		cmocka_unit_test(the_quick_way_and_the_slow_one_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
