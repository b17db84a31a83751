#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/channel.h"
#include "responder/retry.h"
#include "tests/support/desk.h"

static void
every_end_of_a_transfer_means_done_later_or_never(void **state)
{
	static const struct {
		enum retry_tongue tongue;
		enum http_end end;
		int status;
		enum retry_said said;
		bool repeat;
	} cases[] = {
		{ RETRY_HTTP, HTTP_OK, 200, RETRY_DONE, false },
		{ RETRY_HTTP, HTTP_OK, 202, RETRY_DONE, false },
		{ RETRY_HTTP, HTTP_OK, 400, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_OK, 401, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_OK, 404, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_OK, 413, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_OK, 302, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_OK, 408, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_OK, 425, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_OK, 429, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_OK, 500, RETRY_LATER, true },
		{ RETRY_HTTP, HTTP_OK, 503, RETRY_LATER, true },
		{ RETRY_SMTP, HTTP_OK, 250, RETRY_DONE, false }, /* SMTP */
		{ RETRY_SMTP, HTTP_REFUSED_MAIL, 550, RETRY_NEVER, false },
		{ RETRY_SMTP, HTTP_OK, 451, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_OK, 451, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_NO_NAME, 0, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_NO_CONNECT, 0, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_TLS, 0, RETRY_LATER, false },
		{ RETRY_HTTP, HTTP_SLOW, 0, RETRY_LATER, true },
		{ RETRY_HTTP, HTTP_CUT, 0, RETRY_LATER, true },
		{ RETRY_HTTP, HTTP_BLOCKED, 0, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_REDIRECTS, 302, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_PROTOCOL, 0, RETRY_NEVER, false },
		{ RETRY_HTTP, HTTP_TOO_LARGE, 200, RETRY_DONE, false },
		{ RETRY_HTTP, HTTP_TOO_LARGE, 500, RETRY_LATER, false },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (retry_judge(cases[i].tongue, cases[i].end, cases[i].status) !=
			    cases[i].said ||
		    retry_may_repeat(cases[i].end, cases[i].status) != cases[i].repeat)
			fail_msg("case %zu", i);
}

static void
waits_double_up_to_a_quarter_of_an_hour_and_differ_by_key(void **state)
{
	struct id a = ID_OF(STR("a")), b = ID_OF(STR("b"));
	int64_t base = 5;

	(void)state;
	for (int64_t n = 1; n <= 40; n++) {
		int64_t wait = retry_wait_s(&a, n, 0);

		assert_in_range(wait, base * 8 / 10, base * 12 / 10);
		assert_int_equal(wait, retry_wait_s(&a, n, 0)); /* the same on every run */
		assert_int_equal(retry_wait_s(&a, n, 3000), 3000);
		base = base * 2 > 900 ? 900 : base * 2;
	}
	assert_int_not_equal(retry_wait_s(&a, 9, 0), retry_wait_s(&b, 9, 0));
}

static void
retry_after_is_seconds_or_a_date(void **state)
{
	static const struct {
		const char *header;
		int64_t want; /* at 2026-11-22T00:00:00Z */
	} cases[] = {
		{ "120", 120 },
		{ " 7 ", 7 },
		{ "0", 0 },
		{ "-5", 0 },
		{ "99999", 3600 },
		{ "", 0 },
		{ "soon", 0 },
		{ "1e3", 0 },
		{ "9223372036854775808", 0 },
		{ "Sun, 22 Nov 2026 00:02:00 GMT", 120 },
		{ "Sat, 21 Nov 2026 23:59:00 GMT", 0 },
		{ "Mon, 22 Nov 2027 00:02:00 GMT", 3600 },
		{ "Sun, 22 Nov 2026 00:02:00 CET", 0 },
		{ "Sun, 42 Nov 2026 00:02:00 GMT", 0 },
		{ "Sun, 22 Now 2026 00:02:00 GMT", 0 },
		{ "Sun, 22 Nov 2026 24:02:00 GMT", 0 },
	};
	int64_t now = desk_iso("2026-11-22T00:00:00Z");

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		if (retry_asked_s(str_of(cases[i].header), now) != cases[i].want)
			fail_msg("\"%s\": %lld", cases[i].header,
				 (long long)retry_asked_s(str_of(cases[i].header), now));
}

/* Python: hmac.new(b"demo-secret", b'1599360473.{"version":"4"}', "sha256").hexdigest() */
static void
a_signature_is_hmac_sha256_over_time_and_body(void **state)
{
	struct buf b = BUF(300);

	(void)state;
	webhook_sign(STR("demo-secret"), 1599360473, STR("{\"version\":\"4\"}"), &b);
	assert_string_equal(b.p,
			    "t=1599360473,v1="
			    "8283e25e36b514de20191f40c2f87014db8ffed504f7a2a449374e01090dd692");
	buf_release(&b);
}

static void
a_webhook_is_alertmanagers_version_4(void **state)
{
	static const struct channel_conf c = { .name = STR_INIT("hook") };
	struct parcel p = {
		.hex = "00112233445566778899aabbccddeeff",
		.kind = STR("clear"),
		.level = 2,
		.subject = STR("[over] x"),
		.body = STR("a \"quoted\"\n</script>"),
		.facts = STR("{\"planned_at\":1,\"incident\":\"INC-2026-0001\",\"fingerprint\":"
			     "\"0123456789abcdef\",\"watch\":\"tea\",\"trigger\":\"burst\","
			     "\"opened_at\":"
			     "1773626400,\"closed_at\":1773630000}"),
		.public_url = STR("https://langyan.example.test"),
		.at = 5,
	};
	struct buf b = BUF(1 << 16);

	(void)state;
	webhook_render(&c, &p, &b);
	assert_string_equal(
		b.p,
		"{\"version\":\"4\",\"groupKey\":\"langyan/"
		"INC-2026-0001\",\"truncatedAlerts\":0,"
		"\"receiver\":\"hook\",\"status\":\"resolved\",\"groupLabels\":{\"incident\":"
		"\"INC-2026-0001\"},\"commonLabels\":{\"alertname\":\"burst\",\"kind\":"
		"\"clear\","
		"\"severity\":\"warning\",\"level\":\"2\",\"incident\":\"INC-2026-0001\","
		"\"watch\":"
		"\"tea\"},\"commonAnnotations\":{\"summary\":\"[over] x\",\"description\":\"a "
		"\\\"quoted\\\"\\n<\\/script>\"},\"externalURL\":\"https://"
		"langyan.example.test\","
		"\"alerts\":[{\"status\":\"resolved\",\"labels\":{\"alertname\":\"burst\","
		"\"kind\":"
		"\"clear\",\"severity\":\"warning\",\"level\":\"2\",\"incident\":\"INC-2026-"
		"0001\","
		"\"watch\":\"tea\"},\"annotations\":{\"summary\":\"[over] "
		"x\",\"description\":\"a "
		"\\\"quoted\\\"\\n<\\/"
		"script>\"},\"startsAt\":\"2026-03-16T02:00:00Z\",\"endsAt\":"
		"\"2026-03-16T03:00:00Z\",\"generatorURL\":"
		"\"https://langyan.example.test/incidents/INC-2026-0001\",\"fingerprint\":"
		"\"0123456789abcdef\"}]}");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_end_of_a_transfer_means_done_later_or_never),
		cmocka_unit_test(waits_double_up_to_a_quarter_of_an_hour_and_differ_by_key),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
		cmocka_unit_test(a_signature_is_hmac_sha256_over_time_and_body),
		cmocka_unit_test(a_webhook_is_alertmanagers_version_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
