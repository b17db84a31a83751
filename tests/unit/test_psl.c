#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/psl.h"
#include "core/str.h"

static void
a_host_belongs_to_whoever_registered_its_domain(void **state)
{
	static const struct {
		const char *host, *domain;
	} cases[] = {
		{ "news.example.co.uk", "example.co.uk" },
		{ "NEWS.Example.COM", "example.com" },
		{ "a.b.c.example.com.cn", "example.com.cn" },
		{ "example.com.", "example.com" },
		{ "weibo.com", "weibo.com" },
		{ "m.weibo.cn", "weibo.cn" },
		{ "alice.github.io", "alice.github.io" },
		{ "www.city.kawasaki.jp", "city.kawasaki.jp" },
		{ "www.食狮.公司.cn", "食狮.公司.cn" },
		{ "www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn" },
		{ "com", "com" },
		{ "co.uk", "co.uk" },
		{ "localhost", "localhost" },
		{ "newsroom.nosuchtld", "newsroom.nosuchtld" },
		{ "127.0.0.1", "127.0.0.1" },
		{ "[::1]", "[::1]" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "", "" },
		{ "...", "" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct str got = psl_domain(a, str_of(cases[i].host));

		assert_string_equal(got.p, cases[i].domain);
		assert_int_equal(got.n, strlen(cases[i].domain));
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_belongs_to_whoever_registered_its_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
