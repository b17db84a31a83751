#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/http.h"
#include "core/str.h"
#include "crawler/origins.h"

/* Asked twice, so that what is kept answers too; always what curl's parser says. */
static void
an_origin_is_scheme_host_and_port(void **state)
{
	static const struct {
		const char *url, *file;
	} cases[] = {
		{ "http://example.com/a/b?c", "http://example.com/robots.txt" },
		{ "http://example.com", "http://example.com/robots.txt" },
		{ "http://example.com?x=/y", "http://example.com/robots.txt" },
		{ "http://example.com:80/", "http://example.com/robots.txt" },
		{ "http://example.com:8080/", "http://example.com:8080/robots.txt" },
		{ "https://example.com/", "https://example.com/robots.txt" },
		{ "HTTP://EXAMPLE.com/", "http://example.com/robots.txt" },
		{ "http://127.1/", "http://127.0.0.1/robots.txt" },
		{ "http://[::1]:81/", "http://[::1]:81/robots.txt" },
	};
	struct origins *o = origins_new();
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct str file;

	(void)state;
	for (size_t i = 0; i < 2 * LY_COUNT(cases); i++) {
		size_t k = i % LY_COUNT(cases);

		assert_int_equal(origins_file(o, str_of(cases[k].url), a, &file, &e), 0);
		if (!str_is(file, cases[k].file))
			fail_msg("%s: %.*s", cases[k].url, STR_ARG(file));
	}
	/* A name and a password may hold what looks like a host. */
	assert_int_equal(origins_file(o, STR("http://example.com:80@evil.test/"), a, &file, &e),
			 0);
	assert_true(str_find(file, STR("evil.test")) >= 0);
	assert_int_equal(origins_file(o, STR("file:///etc/passwd"), a, &file, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	arena_free(a);
	origins_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_origin_is_scheme_host_and_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
