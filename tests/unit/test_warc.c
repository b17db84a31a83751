/* WARC 1.1 records: written, read back, and refused when they are not what they say. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/gzip.h"
#include "core/hash.h"
#include "core/str.h"

#include "crawler/evidence_text.h"
#include "crawler/warc.h"

static const struct id one = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };

static void
response_add(struct buf *out)
{
	warc_add(out, &(struct warc_record){
			      .type = WARC_RESPONSE,
			      .id = one,
			      .at = 1774000000,
			      .target = STR("https://a.example/x"),
			      .content_type = STR("application/http;msgtype=response"),
			      .ip = STR("203.0.113.5"),
			      .head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
			      .body = STR("<p>hello</p>") });
}

static void
a_response_is_written_as_the_standard_has_it(void **state)
{
	struct buf file = BUF(1 << 16), text = BUF(1 << 16);
	struct err e = { 0 };
	struct str rest;

	(void)state;
	response_add(&file);
	rest = buf_str(&file);
	assert_int_equal(gzip_take(&rest, &text, &e), 0);
	assert_int_equal(rest.n, 0);
	assert_string_equal(
		text.p,
		"WARC/1.1\r\n"
		"WARC-Type: response\r\n"
		"WARC-Record-ID: <urn:uuid:01020304-0506-8708-890a-0b0c0d0e0f10>\r\n"
		"WARC-Date: 2026-03-20T09:46:40Z\r\n"
		"WARC-Target-URI: https://a.example/x\r\n"
		"WARC-IP-Address: 203.0.113.5\r\n"
		"WARC-Payload-Digest: "
		"sha256:a5652be1ca864d36d25cfb54a41f384e2de1b3acf7513a925d72ed7258fdc0ae\r\n"
		"WARC-Block-Digest: "
		"sha256:f55856b0b056c376e17aa199622d108ca090a103655f97024fd444f2a3c393dd\r\n"
		"Content-Type: application/http;msgtype=response\r\n"
		"Content-Length: 56\r\n"
		"\r\n"
		"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n\r\n");
	buf_release(&file);
	buf_release(&text);
}

static void
what_was_written_is_read_back_with_its_digests_right(void **state)
{
	struct buf file = BUF(1 << 16);
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	struct warc_seen s;
	struct err e = { 0 };
	size_t first;

	(void)state;
	response_add(&file);
	first = file.n;
	warc_add(&file, &(struct warc_record){ .type = WARC_METADATA,
					       .id = one,
					       .at = 1774000000,
					       .content_type = STR("application/warc-fields"),
					       .body = STR("outcome: gone\r\n") });
	r.rest = buf_str(&file);
	assert_int_equal(warc_read(&r, &s, &e), 1);
	assert_int_equal(s.type, WARC_RESPONSE);
	assert_true(str_is(s.target, "https://a.example/x"));
	assert_true(str_is(s.ip, "203.0.113.5"));
	assert_true(str_is(s.payload, "<p>hello</p>"));
	assert_true(str_ends(s.head, STR("\r\n\r\n")));
	assert_int_equal(s.block_check, WARC_RIGHT);
	assert_int_equal(s.payload_check, WARC_RIGHT);
	assert_int_equal(s.at, 0);
	assert_int_equal(s.n, first);
	assert_int_equal(warc_read(&r, &s, &e), 1);
	assert_int_equal(s.type, WARC_METADATA);
	assert_int_equal(s.block_check, WARC_RIGHT);
	assert_int_equal(s.payload_check, WARC_UNSAID);
	assert_true(str_is(s.payload, "outcome: gone\r\n"));
	assert_int_equal(s.at, first);
	assert_int_equal(warc_read(&r, &s, &e), 0);
	buf_release(&file);
	buf_release(&r.record);
}

static void
a_revisit_says_whose_payload_it_is(void **state)
{
	struct buf file = BUF(1 << 16), text = BUF(1 << 16);
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	uint8_t sha[32];
	struct warc_seen s;
	struct err e = { 0 };
	struct str rest;

	(void)state;
	hash_sha256(STR("<p>hello</p>"), sha);
	warc_add(&file, &(struct warc_record){ .type = WARC_REVISIT,
					       .id = one,
					       .refers_to = one,
					       .payload_sha = { (char *)sha, 32 },
					       .content_type = STR("application/http"),
					       .head = STR("HTTP/1.1 200 OK\r\n\r\n") });
	rest = r.rest = buf_str(&file);
	assert_int_equal(gzip_take(&rest, &text, &e), 0);
	assert_true(str_find(buf_str(&text),
			     STR("WARC-Profile: http://netpreserve.org/warc/1.1/revisit/"
				 "identical-payload-digest\r\n")) > 0);
	assert_int_equal(warc_read(&r, &s, &e), 1);
	assert_int_equal(s.type, WARC_REVISIT);
	assert_true(str_is(s.refers_to, "<urn:uuid:01020304-0506-8708-890a-0b0c0d0e0f10>"));
	assert_int_equal(s.block_check, WARC_RIGHT);
	assert_int_equal(s.payload_check, WARC_UNSAID); /* it is not here to be asked */
	buf_release(&file);
	buf_release(&text);
	buf_release(&r.record);
}

/* A line feed in an address must not become a header of its own. */
static void
control_bytes_do_not_reach_the_head(void **state)
{
	struct buf file = BUF(1 << 16);
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
	struct warc_seen s;
	struct err e = { 0 };

	(void)state;
	warc_add(&file, &(struct warc_record){ .type = WARC_RESOURCE,
					       .id = one,
					       .target = STR("http://a/\r\nWARC-Type: x") });
	r.rest = buf_str(&file);
	assert_int_equal(warc_read(&r, &s, &e), 1);
	assert_int_equal(s.type, WARC_RESOURCE);
	assert_true(str_is(s.target, "http://a/WARC-Type: x"));
	buf_release(&file);
	buf_release(&r.record);
}

/* Every flipped bit of a file is noticed. */
static void
a_changed_byte_is_noticed_wherever_it_is(void **state)
{
	struct buf file = BUF(1 << 16);
	struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };

	(void)state;
	response_add(&file);
	for (size_t i = 0; i < file.n; i++) {
		struct warc_seen s;
		struct err e = { 0 };
		int more;

		/* of the gzip head: time, extra flags and system say nothing of the content */
		if (i >= 4 && i <= 9)
			continue;
		file.p[i] ^= 0x04;
		r.rest = buf_str(&file);
		r.at = 0;
		more = warc_read(&r, &s, &e);
		file.p[i] ^= 0x04;
		if (more == 1 && s.block_check == WARC_RIGHT && s.payload_check == WARC_RIGHT)
			fail_msg("byte %zu", i);
		assert_true(more == 1 || e.kind == ERR_REJECT);
	}
	buf_release(&file);
	buf_release(&r.record);
}

static void
what_is_no_record_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "hello", "record at byte 0: its head has no end" },
		{ "HTTP/1.1 200 OK\r\n\r\n\r\n\r\n", "record at byte 0: not a WARC record" },
		{ "WARC/1.1\r\nWARC-Type: response\r\n\r\n\r\n\r\n",
		  "record at byte 0: its length is not the one it says" },
		{ "WARC/1.1\r\nContent-Length: 5\r\n\r\nab\r\n\r\n",
		  "record at byte 0: its length is not the one it says" },
		{ "WARC/1.1\r\nContent-Length: -1\r\n\r\nab\r\n\r\n",
		  "record at byte 0: its length is not the one it says" },
		{ "WARC/1.1\r\nnonsense\r\n\r\n\r\n\r\n",
		  "record at byte 0: line 2 of its head is none" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf file = BUF(1 << 16);
		struct warc_reader r = { .record = BUF(WARC_RECORD_MAX) };
		struct warc_seen s;
		struct err e = { 0 };

		gzip_add(&file, str_of(cases[i].text));
		r.rest = buf_str(&file);
		assert_int_equal(warc_read(&r, &s, &e), -1);
		assert_int_equal(e.kind, ERR_REJECT);
		assert_string_equal(e.text, cases[i].says);
		buf_release(&file);
		buf_release(&r.record);
	}
}

/* Some servers end their lines so; the body must be found all the same. */
static void
a_head_with_bare_line_feeds_is_written_with_both(void **state)
{
	struct buf b = BUF(1000);

	(void)state;
	evidence_head_add(&b, STR("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nA: b\r\n\n"));
	assert_string_equal(b.p, "HTTP/1.1 200 OK\r\nX-Orig-Transfer-Encoding: chunked\r\n"
				 "A: b\r\n\r\n");
	buf_release(&b);
}

static void
a_member_that_holds_too_much_is_refused(void **state)
{
	struct buf file = BUF(1 << 22), big = BUF(1 << 22), small = BUF(1 << 16);
	struct err e = { 0 };
	struct str rest;

	(void)state;
	for (int i = 0; i < 1 << 21; i++)
		buf_add_byte(&big, 'a');
	gzip_add(&file, buf_str(&big));
	rest = buf_str(&file);
	assert_int_equal(gzip_take(&rest, &small, &e), -1);
	assert_int_equal(e.kind, ERR_REJECT);
	assert_int_equal(rest.n, file.n);
	buf_release(&file);
	buf_release(&big);
	buf_release(&small);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_response_is_written_as_the_standard_has_it),
		cmocka_unit_test(what_was_written_is_read_back_with_its_digests_right),
		cmocka_unit_test(a_revisit_says_whose_payload_it_is),
		cmocka_unit_test(control_bytes_do_not_reach_the_head),
		cmocka_unit_test(a_changed_byte_is_noticed_wherever_it_is),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(a_head_with_bare_line_feeds_is_written_with_both),
		cmocka_unit_test(a_member_that_holds_too_much_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
