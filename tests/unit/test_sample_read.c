#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/sample.h"

#define NOW ((int64_t)1773446400) /* 2026-03-14T00:00:00Z */

/* "signal value at" of each, or what is wrong. */
static const char *
read_as(enum samples_form form, const char *body, struct arena *a)
{
	struct buf b = BUF(1 << 16);
	struct samples s;
	struct err e = { 0 };
	const char *out;

	if (samples_read_body(a, form, str_of(body), NOW, &s, &e) < 0) {
		assert_int_equal(e.kind, ERR_REJECT);
		buf_addf(&b, "line %lld: %s", (long long)s.line, e.text);
	}
	for (size_t i = 0; !e.text[0] && i < s.n; i++) {
		buf_addf(&b, "%s%.*s ", i ? "; " : "", STR_ARG(s.v[i].signal));
		sample_add_value(&b, s.v[i].value_micro);
		buf_addf(&b, " %lld", (long long)(s.v[i].at - NOW));
	}
	out = arena_text(a, buf_str(&b));
	buf_release(&b);
	return out;
}

struct wanted {
	const char *body, *want;
};

static void
all_of(enum samples_form form, const struct wanted *w, size_t n)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < n; i++) {
		const char *said = read_as(form, w[i].body, a);

		if (strcmp(said, w[i].want))
			fail_msg("%s: \"%s\"", w[i].body, said);
	}
	arena_free(a);
}

static void
numbers_come_as_json_lines(void **state)
{
	static const struct wanted cases[] = {
		{ "{\"signal\":\"gmv\",\"value\":12.5}", "gmv 12.5 0" },
		{ "{\"signal\":\"a\",\"value\":1}\n\n{\"signal\":\"b\",\"value\":\"-0.25\","
		  "\"at\":\"2026-03-13T23:00:00Z\"}",
		  "a 1 0; b -0.25 -3600" },
		{ "{\"signal\":\"a\",\"value\":\"many\"}", "line 1: \"value\" is no number" },
		{ "{\"signal\":\"a\",\"value\":1e300}", "line 1: \"value\" is no number" },
		{ "{\"signal\":\"a\",\"value\":null}", "line 1: \"value\" is no number" },
		{ "{\"signal\":\" \",\"value\":1}",
		  "line 1: \"signal\" is no name of 1 to 200 bytes" },
		{ "{\"signal\":\"a\",\"value\":1}\n{\"signal\":\"a\",\"value\":1,\"at\":"
		  "\"2026-03-14T01:00:00Z\"}",
		  "line 2: \"at\" is in the future: a sample tells of what was" },
		{ "", "line 0: no sample was sent" },
	};

	(void)state;
	all_of(SAMPLES_JSON, cases, LY_COUNT(cases));
}

static void
numbers_come_as_csv(void **state)
{
	static const struct wanted cases[] = {
		{ "signal,value,at\nconversion,0.031,2026-03-14T07:00:00+08:00\n",
		  "conversion 0.031 -3600" },
		{ "\xEF\xBB\xBF"
		  "at,Signal,value\r\n,\"a \"\"b\"\", c\",-3\r\n",
		  "a \"b\", c -3 0" },
		{ "value,signal\n5,dau\n6,mau", "dau 5 0; mau 6 0" },
		{ "name,value\nx,1",
		  "line 1: the first line names the columns: signal,value,at" },
		{ "signal,value\nx", "line 2: it has 1 cells, the first line names more" },
		{ "signal,value\nx,12 %", "line 2: \"value\" is no number" },
		{ "signal,value\n\"x,1", "line 2: a quote is opened and never closed" },
		{ "signal,value,at\nx,1,2027-01-01T00:00:00Z",
		  "line 2: \"at\" is in the future: a sample tells of what was" },
		{ "signal,value\n", "line 1: no sample was sent" },
	};

	(void)state;
	all_of(SAMPLES_CSV, cases, LY_COUNT(cases));
}

static void
alerts_come_as_alertmanager_takes_them(void **state)
{
	static const struct wanted cases[] = {
		{ "[{\"labels\":{\"alertname\":\"HighLoad\",\"instance\":\"a\"},"
		  "\"startsAt\":\"2026-03-13T23:50:00.123Z\",\"endsAt\":\"2026-03-14T00:05:"
		  "00Z\"}]",
		  "alert/HighLoad 1 -600" },
		/* resolved */
		{ "[{\"labels\":{\"alertname\":\"HighLoad\"},\"startsAt\":"
		  "\"2026-03-13T23:50:00Z\",\"endsAt\":\"2026-03-13T23:55:00Z\"}]",
		  "alert/HighLoad 1 -600; alert/HighLoad 0 -300" },
		{ "[{\"labels\":{\"alertname\":\"Down\"},\"startsAt\":\"0001-01-01T00:00:00Z\","
		  "\"endsAt\":\"0001-01-01T00:00:00Z\"}]",
		  "alert/Down 1 0" },
		{ "[]", "" },
		{ "{}", "line 1: alerts come as a list: [{\"labels\":{…}}]" },
		{ "[{\"labels\":{\"instance\":\"a\"}}]",
		  "line 1: alert 1: an alert has labels, one of them alertname" },
		{ "[{\"labels\":{\"alertname\":\"x\"},\"startsAt\":\"2027-01-01T00:00:00Z\"}]",
		  "line 1: alert 1: \"startsAt\": \"at\" is in the future: a sample tells of "
		  "what was" },
	};

	(void)state;
	all_of(SAMPLES_ALERTS, cases, LY_COUNT(cases));
}

static void
more_than_a_body_may_hold_is_refused(void **state)
{
	struct buf b = BUF(4 << 20);
	struct arena *a = arena_new();

	(void)state;
	for (int i = 0; i <= SAMPLES_AT_ONCE; i++)
		buf_addf(&b, "{\"signal\":\"a\",\"value\":%d}\n", i);
	assert_string_equal(read_as(SAMPLES_JSON, b.p, a),
			    "line 10001: over 10000 samples at once");
	arena_free(a);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_as_json_lines),
		cmocka_unit_test(numbers_come_as_csv),
		cmocka_unit_test(alerts_come_as_alertmanager_takes_them),
		cmocka_unit_test(more_than_a_body_may_hold_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
