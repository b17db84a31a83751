/* The address that ends a digest: right only as it was made, and the page behind it. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/unsubscribe.h"
#include "tests/support/hostile.h"

static void
a_token_is_right_only_as_it_was_made(void **state)
{
	const struct unsubscribe u = { STR("daily"), STR("linjing") };
	struct arena *a = arena_new();
	struct unsubscribe got;
	struct buf token = BUF(1024);

	(void)state;
	unsubscribe_add(&token, STR("secret"), &u);
	assert_int_equal(token.n, 32 + 2 * strlen("daily\nlinjing"));
	assert_int_equal(unsubscribe_parse(buf_str(&token), STR("secret"), a, &got), 0);
	assert_true(str_is(got.digest, "daily") && str_is(got.person, "linjing"));
	assert_int_equal(unsubscribe_parse(buf_str(&token), STR("Secret"), a, &got), -1);
	for (size_t i = 0; i < token.n; i++) {
		char was = token.p[i];

		token.p[i] = was == '0' ? '1' : '0';
		assert_int_equal(unsubscribe_parse(buf_str(&token), STR("secret"), a, &got),
				 -1);
		assert_int_equal(
			unsubscribe_parse((struct str){ token.p, i }, STR("secret"), a, &got),
			-1);
		token.p[i] = was;
	}
	buf_clear(&token);
	for (int i = 0; i < 2000; i++)
		buf_add_byte(&token, 'a');
	assert_int_equal(unsubscribe_parse(buf_str(&token), STR("secret"), a, &got), -1);
	buf_release(&token);
	arena_free(a);
}

static void
names_that_are_too_long_have_no_token(void **state)
{
	char name[UNSUBSCRIBE_MAX];
	const struct unsubscribe u = { { name, sizeof name }, STR("x") };
	struct buf token = BUF(2048);

	(void)state;
	memset(name, 'd', sizeof name);
	unsubscribe_add(&token, STR("secret"), &u);
	assert_int_equal(token.n, 0);
	buf_release(&token);
}

/* One page each, in both languages; nothing in it runs or loads. */
static void
a_page_has_a_button_only_where_there_is_something_to_do(void **state)
{
	static const struct {
		enum unsubscribe_page page;
		int status;
		const char *has, *lacks;
	} cases[] = {
		{ UNSUBSCRIBE_ASKED, 200, "退订 · Unsubscribe</button>", "name=\"back\"" },
		{ UNSUBSCRIBE_DONE, 200, "name=\"back\" value=\"1\"", "退订 ·" },
		{ UNSUBSCRIBE_BACK, 200, "You have it back", "<form" },
		{ UNSUBSCRIBE_WRONG, 404, "not valid", "<form" },
		{ UNSUBSCRIBE_LIMITED, 429, "Too many requests", "<form" },
	};
	struct hostile h = { 7 };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf title = BUF(8192), b = BUF(64 << 10);

		hostile_add(&h, &title);
		unsubscribe_page(cases[i].page, buf_str(&title), &b);
		assert_int_equal(unsubscribe_status(cases[i].page), cases[i].status);
		assert_non_null(strstr(b.p, cases[i].has));
		assert_null(strstr(b.p, cases[i].lacks));
		assert_null(strstr(b.p, "<script"));
		assert_null(strstr(b.p, "http"));
		assert_false(hostile_marks(buf_str(&b)));
		buf_release(&title);
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_right_only_as_it_was_made),
		cmocka_unit_test(names_that_are_too_long_have_no_token),
		cmocka_unit_test(a_page_has_a_button_only_where_there_is_something_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
