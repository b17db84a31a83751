/* The guard: no spelling, redirect, scheme or pooled connection leads to a private address. */
#include "core/base.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "tests/support/rogue_site.h"

static void
every_special_block_is_private_to_its_edges(void **state)
{
	static const struct {
		const char *address;
		bool is_private;
	} cases[] = {
		{ "0.0.0.0", true },
		{ "0.255.255.255", true },
		{ "1.0.0.0", false },
		{ "9.255.255.255", false },
		{ "10.0.0.0", true },
		{ "10.255.255.255", true },
		{ "11.0.0.0", false },
		{ "100.63.255.255", false },
		{ "100.64.0.0", true },
		{ "100.127.255.255", true },
		{ "100.128.0.0", false },
		{ "126.255.255.255", false },
		{ "127.0.0.0", true },
		{ "127.255.255.255", true },
		{ "128.0.0.0", false },
		{ "169.253.255.255", false },
		{ "169.254.0.0", true },
		{ "169.254.169.254", true },
		{ "169.254.255.255", true },
		{ "169.255.0.0", false },
		{ "172.15.255.255", false },
		{ "172.16.0.0", true },
		{ "172.31.255.255", true },
		{ "172.32.0.0", false },
		{ "191.255.255.255", false },
		{ "192.0.0.0", true },
		{ "192.0.0.255", true },
		{ "192.0.1.0", false },
		{ "192.0.2.0", true },
		{ "192.0.2.255", true },
		{ "192.0.3.0", false },
		{ "192.31.195.255", false },
		{ "192.31.196.0", true },
		{ "192.31.196.255", true },
		{ "192.31.197.0", false },
		{ "192.52.192.255", false },
		{ "192.52.193.0", true },
		{ "192.52.193.255", true },
		{ "192.52.194.0", false },
		{ "192.88.98.255", false },
		{ "192.88.99.0", true },
		{ "192.88.99.255", true },
		{ "192.88.100.0", false },
		{ "192.167.255.255", false },
		{ "192.168.0.0", true },
		{ "192.168.255.255", true },
		{ "192.169.0.0", false },
		{ "192.175.47.255", false },
		{ "192.175.48.0", true },
		{ "192.175.48.255", true },
		{ "192.175.49.0", false },
		{ "198.17.255.255", false },
		{ "198.18.0.0", true },
		{ "198.19.255.255", true },
		{ "198.20.0.0", false },
		{ "198.51.99.255", false },
		{ "198.51.100.0", true },
		{ "198.51.100.255", true },
		{ "198.51.101.0", false },
		{ "203.0.112.255", false },
		{ "203.0.113.0", true },
		{ "203.0.113.255", true },
		{ "203.0.114.0", false },
		{ "223.255.255.255", false },
		{ "224.0.0.0", true },
		{ "239.255.255.255", true },
		{ "240.0.0.0", true },
		{ "255.255.255.255", true },
		{ "::", true },
		{ "::1", true },
		{ "::7f00:1", true },
		{ "::ffff:127.0.0.1", true },
		{ "::ffff:10.1.2.3", true },
		{ "::ffff:8.8.8.8", false },
		{ "::ffff:0:8.8.8.8", true },
		{ "64:ff9b::127.0.0.1", true },
		{ "64:ff9b::169.254.169.254", true },
		{ "64:ff9b::8.8.8.8", false },
		{ "64:ff9b:1::8.8.8.8", true },
		{ "100::", true },
		{ "100::ffff:ffff:ffff:ffff", true },
		{ "100:0:0:1::1", true },
		{ "1fff:ffff::", true },
		{ "2001::1", true },
		{ "2001:1ff:ffff::", true },
		{ "2001:200::", false },
		{ "2001:4860:4860::8888", false },
		{ "2001:db7:ffff::", false },
		{ "2001:db8::", true },
		{ "2001:db8:ffff:ffff::", true },
		{ "2001:db9::", false },
		{ "2001:ffff::", false },
		{ "2002::", true },
		{ "2002:7f00:1::", true },
		{ "2002:ffff::", true },
		{ "2003::", false },
		{ "240e::1", false },
		{ "2606:4700::1111", false },
		{ "2620:4f:7fff::", false },
		{ "2620:4f:8000::1", true },
		{ "2620:4f:8001::", false },
		{ "3ffe:ffff::", false },
		{ "3fff::", true },
		{ "3fff:fff::", true },
		{ "3fff:1000::", false },
		{ "4000::", true },
		{ "5f00::1", true },
		{ "8000::", true },
		{ "fbff::", true },
		{ "fc00::", true },
		{ "fdff:ffff::", true },
		{ "fe00::", true },
		{ "fe80::1", true },
		{ "febf::", true },
		{ "fec0::1", true },
		{ "ff02::1", true },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		bool six = strchr(cases[i].address, ':') != NULL;
		uint8_t bytes[16];

		assert_int_equal(inet_pton(six ? AF_INET6 : AF_INET, cases[i].address, bytes),
				 1);
		if (http_address_private(bytes, six ? 16 : 4) != cases[i].is_private)
			fail_msg("%s is wrongly called %s", cases[i].address,
				 cases[i].is_private ? "public" : "private");
	}
	assert_true(http_address_private((const uint8_t *)"abc", 3));
}

/* Every spelling, direct and behind a redirect from a host that is allowed. */
static void
no_spelling_of_a_private_address_gets_through(void **state)
{
	static const char *const hosts[] = {
		"127.0.0.1",  "localhost",  "LOCALHOST",          "foo.localhost",   "[::1]",
		"0x7f000001", "2130706433", "017700000001",       "127.1",           "127.0.1",
		"0",          "0.0.0.0",    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
		"127.0.0.1.", "0x7f.0.0.1", "%31%32%37.0.0.1",
	};
	static const char *const others[] = {
		"http://169.254.169.254/latest/meta-data/",
		"http://10.0.0.1/",
		"http://192.168.1.1/",
		"http://172.16.0.1/",
		"http://100.64.0.1/",
		"http://[fe80::1]/",
		"http://[fc00::1]/",
		"http://[64:ff9b::7f00:1]/",
		"http://[2002:7f00:1::]/",
		"http://198.18.0.1/",
		"http://[::127.0.0.1]/",
	};
	int connections;

	(void)state;
	/* The positive control: the very server that nobody below may reach answers when allowed. */
	connections = rogue.seen->connections;
	rogue_ends_as(rogue_get(rogue_at("/ok"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	assert_int_equal(rogue.seen->connections, connections + 1);
	connections = rogue.seen->connections;
	for (size_t i = 0; i < LY_COUNT(hosts); i++) {
		struct http_response r = rogue_get(
			arena_textf(rogue.arena, "http://%s:%d/ok", hosts[i], rogue.port), NULL,
			ROGUE_PLAIN);

		/* A name that this machine does not resolve is no way in either. */
		if (r.end != HTTP_NO_NAME)
			rogue_ends_as(r, HTTP_BLOCKED);
	}
	for (size_t i = 0; i < LY_COUNT(others); i++)
		rogue_ends_as(rogue_get(others[i], NULL, ROGUE_PLAIN), HTTP_BLOCKED);
	assert_int_equal(rogue.seen->connections, connections);

	/* From an allowed server to another port of the same machine, and elsewhere. */
	for (size_t i = 0; i < LY_COUNT(hosts); i++) {
		struct http_response r =
			rogue_get(arena_textf(rogue.arena, "%s/to?http://%s:%d/", rogue.base,
					      hosts[i], rogue.port ^ 1),
				  rogue.here, ROGUE_PLAIN);

		if (r.end != HTTP_NO_NAME && r.end != HTTP_PROTOCOL)
			rogue_ends_as(r, HTTP_BLOCKED);
	}
	for (size_t i = 0; i < LY_COUNT(others); i++)
		rogue_ends_as(
			rogue_get(arena_textf(rogue.arena, "%s/to?%s", rogue.base, others[i]),
				  rogue.here, ROGUE_PLAIN),
			HTTP_BLOCKED);
}

static void
a_block_says_which_address_and_why(void **state)
{
	struct http_response r = rogue_get("http://2852039166/", NULL, ROGUE_PLAIN);

	(void)state;
	rogue_ends_as(r, HTTP_BLOCKED);
	assert_string_equal(r.detail, "169.254.169.254 is not allowed (link-local)");
	assert_int_equal(r.status, 0);
}

static void
an_allow_list_is_exact(void **state)
{
	static const char *const no[] = { "127.0.0.1", "127.0.0.1:1", "localhost:80",
					  "0.0.0.0",   "127.0.0.1:*", "" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(no); i++)
		rogue_ends_as(rogue_get(rogue_at("/ok"), no[i], ROGUE_PLAIN), HTTP_BLOCKED);
	rogue_ends_as(rogue_get(rogue_at("/ok"),
				arena_textf(rogue.arena, "127.0.0.1:%d0", rogue.port),
				ROGUE_PLAIN),
		      HTTP_BLOCKED);
	rogue_ends_as(rogue_get(rogue_at("/ok"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	rogue_ends_as(rogue_get(rogue_at("/ok"), "*", ROGUE_PLAIN), HTTP_OK);
	rogue_ends_as(rogue_get(arena_textf(rogue.arena, "http://localhost:%d/ok", rogue.port),
				rogue.here, ROGUE_PLAIN),
		      HTTP_OK);
}

/* The connection that a trusted source left open is no way in for another one. */
static void
a_pooled_connection_is_guarded_too(void **state)
{
	int connections, requests;

	(void)state;
	rogue_ends_as(rogue_get(rogue_at("/ok"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	connections = rogue.seen->connections;
	rogue_ends_as(rogue_get(rogue_at("/ok"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	assert_int_equal(rogue.seen->connections, connections); /* it is pooled indeed */
	requests = rogue.seen->requests;
	rogue_ends_as(rogue_get(rogue_at("/ok"), NULL, ROGUE_PLAIN), HTTP_BLOCKED);
	assert_int_equal(rogue.seen->requests, requests);
}

static void
other_schemes_are_refused_behind_a_redirect(void **state)
{
	static const char *const urls[] = { "file:///etc/passwd", "gopher://127.0.0.1:1/x",
					    "ftp://127.0.0.1/",   "dict://127.0.0.1:1/",
					    "smtp://127.0.0.1/",  "javascript:1" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(urls); i++) {
		struct http_response r =
			rogue_get(arena_textf(rogue.arena, "%s/to?%s", rogue.base, urls[i]),
				  rogue.here, ROGUE_PLAIN);

		if (strcmp(urls[i], "javascript:1") != 0)
			rogue_ends_as(r, HTTP_PROTOCOL);
		else /* for curl a relative path; nothing of it leaves this server */
			assert_true(r.end == HTTP_PROTOCOL ||
				    str_starts(r.url, str_of(rogue.base)));
		assert_null(strstr(r.body.p, "root:"));
	}
}

static void
a_proxy_comes_from_the_configuration_only(void **state)
{
	struct http_conf c = { .agent = STR("t"), .proxy = str_of(rogue.base) };
	struct err e = { 0 };
	struct http_response r;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	setenv("NO_PROXY", "*", 1);
	rogue_ends_as(rogue_get(rogue_at("/ok"), rogue.here, ROGUE_PLAIN), HTTP_OK);
	http_free(rogue.client);
	rogue.client = http_new(&c, &e);
	assert_non_null(rogue.client);
	r = rogue_get("http://example.test/ok", NULL, ROGUE_PLAIN);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	unsetenv("NO_PROXY");
	rogue_ends_as(r, HTTP_OK); /* no such name, but the proxy was asked */
	assert_int_equal(r.status, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_special_block_is_private_to_its_edges),
		ROGUE(no_spelling_of_a_private_address_gets_through),
		ROGUE(a_block_says_which_address_and_why),
		ROGUE(an_allow_list_is_exact),
		ROGUE(a_pooled_connection_is_guarded_too),
		ROGUE(other_schemes_are_refused_behind_a_redirect),
		ROGUE(a_proxy_comes_from_the_configuration_only),
	};

	return cmocka_run_group_tests(tests, rogue_start, rogue_stop);
}
