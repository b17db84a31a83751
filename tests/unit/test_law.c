#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/credentials.h"
#include "crawler/law.h"

#define END 1000000
#define DAY 86400

struct root {
	struct conf_list sources;
};
static const struct conf_key root_keys[] = {
	{ "sources", CONF_TABLE, offsetof(struct root, sources), .dflt = "", .help = "",
	  .of = &source_schema },
	CONF_END,
};
static const struct conf_schema root_schema = { .name = "test",
						.size = sizeof(struct root),
						.keys = root_keys };

/* The one source of a configuration, or NULL and the report. */
static struct conf *
read_source(const char *keys, struct source_conf *s, struct buf *report)
{
	static struct root root; /* conf_show reads it */
	struct buf text = BUF(1 << 16);
	struct err e = { 0 };
	struct conf *c;

	root = (struct root){ 0 };
	buf_addf(&text, "sources:\n  s:\n    url: https://a.example.org/feed\n%s", keys);
	c = conf_read_text(buf_str(&text), "t.yaml", &root_schema, &root, report, &e);
	if (c)
		*s = *(const struct source_conf *)root.sources.v;
	buf_release(&text);
	return c;
}

static void
a_contract_is_told_before_its_end_and_closes_at_it(void **state)
{
	static const struct {
		int64_t now;
		enum law_said said;
	} cases[] = {
		{ END - 15 * DAY, LAW_OPEN }, { END - 14 * DAY, LAW_ENDING },
		{ END - 1, LAW_ENDING },      { END, LAW_ENDED },
		{ END + DAY, LAW_ENDED },
	};
	struct source_conf s = { .basis = BASIS_LICENSED, .contract_end_at = END };
	const char *why;

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		assert_int_equal(law_judge(&s, cases[i].now, 14 * DAY), cases[i].said);
		assert_int_equal(law_allows(&s, cases[i].now, &why),
				 cases[i].said != LAW_ENDED);
		assert_int_equal(why != NULL, cases[i].said == LAW_ENDED);
	}
}

static void
a_bridge_is_off_until_somebody_is_named(void **state)
{
	struct source_conf s = { .basis = BASIS_BRIDGE };
	const char *why;

	(void)state;
	assert_false(law_allows(&s, END, &why));
	assert_non_null(strstr(why, "accept_risk"));
	s.accept_risk = STR("Anna Chen");
	assert_true(law_allows(&s, END, &why));
	s.paused = 1;
	assert_int_equal(law_judge(&s, END, 0), LAW_PAUSED);
}

static void
secrets_go_with_the_basis_that_allows_them(void **state)
{
	static const struct {
		const char *keys, *says; /* NULL: it is well */
	} cases[] = {
		{ "    cookies: env:LY_TEST_COOKIE\n",
		  "what is read with a login is not public" },
		{ "    basis: owned\n    cookies: env:LY_TEST_COOKIE\n", NULL },
		{ "    basis: licensed\n    cookies: env:LY_TEST_COOKIE\n"
		  "    contract_end: 2027-01-01\n",
		  NULL },
		{ "    basis: bridge\n    accept_risk: Anna\n"
		  "    cookies: env:LY_TEST_COOKIE\n",
		  NULL },
		{ "    basis: owned\n    cookies: env:LY_TEST_BAD\n",
		  "not of the form name=value" },
		{ "    basis: owned\n    cookies: env:LY_TEST_OTHER\n",
		  "none of the cookies is for this source's address" },
		{ "    headers: { Cookie: a=b }\n", "it goes into \"cookies\"" },
		{ "    headers: { authorization: x }\n", "it goes into \"secret_headers\"" },
		{ "    secret_headers: { X-Api-Key: env:LY_TEST_COOKIE }\n",
		  "secret_headers.X-Api-Key: expected { value: … }" },
		{ "    secret_headers: { Cookie: { value: env:LY_TEST_COOKIE } }\n",
		  "cookies go into \"cookies\"" },
		{ "    secret_headers: { X-Api-Key: { value: env:LY_TEST_LINES } }\n",
		  "the value is not one line of text" },
		{ "    secret_headers: { X-Api-Key: { value: env:LY_TEST_COOKIE } }\n", NULL },
		{ "    accept_risk: Anna\n", "only a source of basis bridge has it" },
		{ "    cookies: a=hidden\n", "a secret is not written here" },
	};

	(void)state;
	setenv("LY_TEST_COOKIE", "a=hidden", 1);
	setenv("LY_TEST_BAD", "hidden", 1);
	setenv("LY_TEST_LINES", "hidden\nX-Evil: 1", 1);
	setenv("LY_TEST_OTHER", "b.test\tTRUE\t/\tFALSE\t0\tn\thidden", 1);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf report = BUF(1 << 16);
		struct source_conf s;
		struct conf *c = read_source(cases[i].keys, &s, &report);

		if (!cases[i].says && !c)
			fail_msg("%s: %s", cases[i].keys, report.p);
		if (cases[i].says && (c || !strstr(report.p, cases[i].says)))
			fail_msg("%s: %s", cases[i].keys, report.p);
		assert_null(strstr(report.p, "hidden"));
		conf_free(c);
		buf_release(&report);
	}
}

static void
a_request_elsewhere_carries_no_secret(void **state)
{
	static const struct {
		const char *url;
		size_t n;
	} cases[] = {
		{ "https://a.example.org/feed", 2 }, { "https://a.example.org/item/1", 2 },
		{ "http://a.example.org/feed", 0 },  { "https://a.example.org:444/feed", 0 },
		{ "https://b.example.org/feed", 0 },
	};
	struct arena *a = arena_new();
	struct buf report = BUF(1 << 16), shown = BUF(1 << 16);
	struct source_conf s;
	struct conf *c;

	(void)state;
	setenv("LY_TEST_COOKIE", "a.example.org\tFALSE\t/\tTRUE\t2000000\ta\thidden", 1);
	c = read_source("    basis: owned\n    cookies: env:LY_TEST_COOKIE\n"
			"    secret_headers: { X-Api-Key: { value: env:LY_TEST_COOKIE } }\n",
			&s, &report);
	assert_null(c); /* a tab may not stand in a header */
	setenv("LY_TEST_KEY", "hidden", 1);
	c = read_source("    basis: owned\n    cookies: env:LY_TEST_COOKIE\n"
			"    secret_headers: { X-Api-Key: { value: env:LY_TEST_KEY } }\n",
			&s, &report);
	assert_non_null(c);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct credentials k;

		credentials_fill(a, &s, str_of(cases[i].url), 1000000, &k);
		/* the port is no part of a cookie's place (RFC 6265 8.5) */
		if (k.n != cases[i].n && !(strstr(cases[i].url, ":444") && k.n == 1))
			fail_msg("%s: %zu", cases[i].url, k.n);
	}
	conf_show(c, &shown);
	assert_null(strstr(shown.p, "hidden"));
	conf_free(c);
	arena_free(a);
	buf_release(&report);
	buf_release(&shown);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_contract_is_told_before_its_end_and_closes_at_it),
		cmocka_unit_test(a_bridge_is_off_until_somebody_is_named),
		cmocka_unit_test(secrets_go_with_the_basis_that_allows_them),
		cmocka_unit_test(a_request_elsewhere_carries_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
