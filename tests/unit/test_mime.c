#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "core/mime.h"

static struct mime
parse(struct arena *a, const char *raw)
{
	struct err e = { 0 };
	struct mime m;

	if (mime_parse(a, str_of(raw), &m, &e) < 0)
		fail_msg("%s", e.text);
	return m;
}

static void
a_plain_message_is_read(void **state)
{
	struct arena *a = arena_new();
	struct mime m = parse(a, "From: \"Li Lei\" <li@example.com>\r\n"
				 "Subject: too\r\n late\r\n"
				 "Message-ID: <1@example.com>\r\n"
				 "Date: Tue, 17 Nov 2026 08:00:00 +0800\r\n"
				 "List-Id: Crisps <crisps.example.com>\r\n\r\n"
				 "It came\r\nlate.\r\n");

	(void)state;
	assert_true(str_is(m.author, "Li Lei"));
	assert_true(str_is(m.address, "li@example.com"));
	assert_true(str_is(m.subject, "too late"));
	assert_true(str_is(m.id, "1@example.com"));
	assert_true(str_is(m.list, "crisps.example.com"));
	assert_true(str_is(m.text, "It came\r\nlate."));
	assert_true(str_is(m.date, "Tue, 17 Nov 2026 08:00:00 +0800"));
	arena_free(a);
}

static void
words_of_headers_are_decoded(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "=?UTF-8?B?6Jav54mH?=", "薯片" },
		{ "=?gb2312?B?ytTGrA==?= x", "试片 x" },
		{ "=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait" },
		/* cut within a character, folded between */
		{ "=?utf-8?B?6Jav54k=?= =?utf-8?B?hw==?=", "薯片" },
		{ "Re: =?utf-8?Q?a?= (=?utf-8?Q?b?=)", "Re: a (b)" },
		{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
		{ "=?=?=?", "=?=?=?" },
		{ "\xca\xd4\xc6\xac\xba\xdc\xb2\xbb\xba\xc3\xb3\xd4", "试片很不好吃" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(arena_text(a, mime_words(a, str_of(cases[i].in))),
				    cases[i].out);
	arena_free(a);
}

static void
parts_give_their_text_and_attachments_are_left_alone(void **state)
{
	struct arena *a = arena_new();
	struct mime m = parse(
		a, "From: a@b.example\nContent-Type: multipart/mixed; boundary=\"x y\"\n\n"
		   "preamble\n--x y\nContent-Type: multipart/alternative; boundary=in\n\n"
		   "--in\nContent-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: "
		   "base64\n\n"
		   "yrzGrLK7tOA=\n--in\nContent-Type: text/html\n\n<p>rich</p>\n--in--\n"
		   "--x y\nContent-Type: text/plain\nContent-Disposition: attachment; "
		   "filename=a.txt\n\nsecret\n"
		   "--x y\nContent-Type: application/pdf\nContent-Transfer-Encoding: "
		   "base64\n\nAAAA\n"
		   "--x y\nContent-Type: message/rfc822\n\nFrom: c@d\nSubject: s\n"
		   "Content-Transfer-Encoding: quoted-printable\n\nin=\nner =E8=96=AF\n"
		   "--x y--\nepilogue\n");

	(void)state;
	assert_true(str_is(m.author, "a@b.example"));
	assert_string_equal(arena_text(a, m.text), "始片不脆\ninner 薯");
	assert_int_equal(m.attachments, 2);
	arena_free(a);
}

static void
html_alone_becomes_text_and_a_stub_gives_way_to_it(void **state)
{
	struct arena *a = arena_new();
	struct mime m;

	(void)state;
	m = parse(a, "Subject: x\nContent-Type: text/html; charset=utf-8\n\n"
		     "<style>p{}</style><p>one &amp; two</p><p>three</p>");
	assert_string_equal(arena_text(a, m.text), "one & two\nthree");
	m = parse(a, "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n"
		     "See HTML.\n--b\nContent-Type: text/html\n\n<p>a long story, told in "
		     "many words and over many lines, that the plain part does not have at "
		     "all</p>\n--b--\n");
	assert_non_null(strstr(arena_text(a, m.text), "a long story"));
	assert_null(strstr(arena_text(a, m.text), "See HTML"));
	arena_free(a);
}

static void
nesting_and_parts_have_an_end(void **state)
{
	struct arena *a = arena_new();
	struct buf b = BUF(8 << 20);
	struct err e = { 0 };
	struct mime m;

	(void)state;
	buf_add(&b, STR("Subject: deep\n"));
	for (int i = 0; i < 2000; i++)
		buf_addf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	buf_add(&b, STR("\nbottom\n"));
	assert_int_equal(mime_parse(a, buf_str(&b), &m, &e), 0);
	assert_int_equal(m.text.n, 0);
	buf_clear(&b);
	buf_add(&b, STR("Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n"));
	for (int i = 0; i < 5000; i++)
		buf_add(&b, STR("--b\n\npart\n"));
	assert_int_equal(mime_parse(a, buf_str(&b), &m, &e), 0);
	assert_true(m.text.n > 0 && m.text.n < 5000);
	assert_int_equal(mime_parse(a, STR("no mail\n\nat all"), &m, &e), -1);
	assert_string_equal(e.text, "it is no e-mail: none of From, Subject, Date");
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_message_is_read),
		cmocka_unit_test(words_of_headers_are_decoded),
		cmocka_unit_test(parts_give_their_text_and_attachments_are_left_alone),
		cmocka_unit_test(html_alone_becomes_text_and_a_stub_gives_way_to_it),
		cmocka_unit_test(nesting_and_parts_have_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
