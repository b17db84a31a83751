/* Signed links: tokens, the page behind them, how often somebody may knock. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/knock.h"
#include "responder/link.h"
#include "responder/link_page.h"

static const struct str secret = STR_INIT("0123456789abcdef0123456789abcdef");

static struct link
made(struct buf *token)
{
	struct link l = { .verb = LINK_ESCALATE,
			  .key = 7,
			  .notice = ID_OF(STR("notice")),
			  .expires_at = 1773446400,
			  .nonce = { 1, 2, 3, 4, 5, 6, 7, 8 },
			  .incident = ID_OF(STR("incident")),
			  .recipient = STR("anna") };

	link_sign(&l, secret);
	link_add(token, &l);
	return l;
}

/* Read, with the incident and recipient of a row. */
static bool
opens(struct str token, struct id incident, const char *recipient, struct str key)
{
	struct link l;

	if (link_parse(token, &l) < 0)
		return false;
	l.incident = incident;
	l.recipient = str_of(recipient);
	return link_right(&l, key);
}

static void
a_token_says_what_was_put_in(void **state)
{
	struct buf token = BUF(100);
	struct link was = made(&token), l;

	(void)state;
	assert_int_equal(token.n, LINK_TOKEN);
	assert_int_equal(link_parse(buf_str(&token), &l), 0);
	assert_int_equal(l.verb, LINK_ESCALATE);
	assert_int_equal(l.key, 7);
	assert_true(id_eq(&l.notice, &was.notice));
	assert_int_equal(l.expires_at, 1773446400);
	assert_memory_equal(l.nonce, was.nonce, 8);
	assert_true(opens(buf_str(&token), was.incident, "anna", secret));
	buf_release(&token);
}

/* All other characters at every place: 64 x 255 tokens, none of which is right. */
static void
no_byte_can_be_changed(void **state)
{
	struct buf token = BUF(100);
	struct link was = made(&token);

	(void)state;
	for (size_t i = 0; i < token.n; i++) {
		char old = token.p[i];

		for (int c = 0; c < 256; c++) {
			if (c == (unsigned char)old)
				continue;
			token.p[i] = (char)c;
			if (opens(buf_str(&token), was.incident, "anna", secret))
				fail_msg("byte %zu as %d still opens", i, c);
		}
		token.p[i] = old;
	}
	assert_true(opens(buf_str(&token), was.incident, "anna", secret));
	buf_release(&token);
}

static void
nothing_shorter_longer_or_of_another_row_opens(void **state)
{
	struct buf token = BUF(200);
	struct link was = made(&token);
	struct str whole = buf_str(&token);
	struct link l;

	(void)state;
	assert_false(opens(whole, ID_OF(STR("another")), "anna", secret));
	assert_false(opens(whole, was.incident, "bob", secret));
	assert_false(opens(whole, was.incident, "", secret));
	assert_false(
		opens(whole, was.incident, "anna", STR("0123456789abcdef0123456789abcdeg")));
	for (size_t n = 0; n < whole.n; n++)
		assert_int_equal(link_parse(str_slice(whole, 0, n), &l), -1);
	buf_add(&token, STR("A"));
	assert_int_equal(link_parse(buf_str(&token), &l), -1);
	token.n = 0;
	buf_add(&token,
		STR("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd=="));
	assert_int_equal(link_parse(buf_str(&token), &l), -1);
	buf_release(&token);
}

static void
the_page_is_whole_and_what_others_wrote_is_made_plain(void **state)
{
	struct link_choice people[] = { { STR("anna"), STR("安\"><b>娜") } };
	struct link_page p = { .outcome = LINK_SHOWN,
			       .verb = LINK_TAKE,
			       .number = STR("INC-2026-0001"),
			       .level = 3,
			       .title = STR("<script>alert(1)</script>\xe2\x80\xae&"),
			       .people = people,
			       .people_n = 1 };
	struct buf b = BUF(1 << 16);

	(void)state;
	link_page(&p, &b);
	assert_non_null(strstr(b.p, "&lt;script&gt;alert(1)&lt;/script&gt;&amp;"));
	assert_null(strstr(b.p, "<script"));
	assert_null(strstr(b.p, "\xe2\x80\xae"));
	assert_non_null(strstr(
		b.p, "value=\"anna\">我是 安&quot;&gt;&lt;b&gt;娜 · 我来处理 · I take it"));
	assert_non_null(strstr(b.p, "<form method=\"post\">"));
	assert_non_null(strstr(b.p, "L3 处置 handle"));
	assert_null(strstr(b.p, "http"));
	buf_release(&b);
}

static void
each_outcome_is_said_in_both_languages_and_only_one_has_a_button(void **state)
{
	(void)state;
	for (int o = 0; o < LINK_OUTCOMES; o++)
		for (int v = 0; v < LINK_VERBS; v++) {
			struct link_page p = { .outcome = (enum link_outcome)o,
					       .verb = (enum link_verb)v,
					       .number = STR("INC-1"),
					       .level = 2,
					       .who = STR("林静"),
					       .when = STR("10:00") };
			struct buf b = BUF(1 << 16);
			bool button = o == LINK_SHOWN || o == LINK_NAMELESS;

			link_page(&p, &b);
			assert_true(buf_ok(&b));
			assert_int_equal(strstr(b.p, "<button") != NULL, button);
			assert_non_null(strstr(b.p, "<p lang=\"zh\">"));
			assert_non_null(strstr(b.p, "<p lang=\"en\">"));
			assert_null(strstr(b.p, "%W"));
			assert_true(link_page_status((enum link_outcome)o) >= 200);
			assert_true(link_outcome_words[o][0]);
			buf_release(&b);
		}
}

static void
the_policy_allows_the_style_and_nothing_else(void **state)
{
	struct buf b = BUF(1000);
	uint8_t digest[32];

	(void)state;
	hash_sha256(str_of(link_page_style), digest);
	buf_add(&b, STR("style-src 'sha256-"));
	hash_add_base64(&b, (struct str){ (const char *)digest, sizeof digest });
	buf_add(&b, STR("'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
	if (!strstr(link_page_policy, b.p))
		fail_msg("the style's hash: %s", b.p);
	assert_int_equal(strncmp(link_page_policy, "default-src 'none'; ", 20), 0);
	buf_release(&b);
}

static void
who_knocks_too_often_waits_and_others_do_not(void **state)
{
	static struct knocks k = { .burst = 3, .refill_ms = 1000 };
	struct str a = STR("http:10.0.0.1"), b = STR("http:10.0.0.2");

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(knock(&k, a, 5000));
	assert_false(knock(&k, a, 5000));
	assert_true(knock(&k, b, 5000));
	assert_false(knock(&k, a, 5999));
	assert_true(knock(&k, a, 6000));
	assert_false(knock(&k, a, 6001));
	/* Full again, and not fuller. */
	for (int i = 0; i < 3; i++)
		assert_true(knock(&k, a, 1000000));
	assert_false(knock(&k, a, 1000000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_says_what_was_put_in),
		cmocka_unit_test(no_byte_can_be_changed),
		cmocka_unit_test(nothing_shorter_longer_or_of_another_row_opens),
		cmocka_unit_test(the_page_is_whole_and_what_others_wrote_is_made_plain),
		cmocka_unit_test(
			each_outcome_is_said_in_both_languages_and_only_one_has_a_button),
		cmocka_unit_test(the_policy_allows_the_style_and_nothing_else),
		cmocka_unit_test(who_knocks_too_often_waits_and_others_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
