#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"
#include "core/utf8.h"
#include "responder/ical.h"
#include "responder/rota_calendar.h"
#include "tests/support/desk.h"
#include "tests/support/rota_world.h"

/* As a program reads it: lines unfolded; what a line's TEXT says with escapes undone. */
static void
unfold(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (str_starts(str_slice(s, i, s.n), STR("\r\n ")))
			i += 2;
		else
			buf_add_byte(out, s.p[i]);
	}
}

static void
unescape(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n)
			buf_add_byte(out, s.p[++i] == 'n' ? '\n' : s.p[i]);
		else
			buf_add_byte(out, s.p[i]);
	}
}

static void
check_lines(struct str s)
{
	struct str rest = s, line;

	assert_true(str_ends(s, STR("\r\n")));
	while (str_next(&rest, '\n', &line)) {
		if (!line.n && !rest.n)
			break;
		assert_true(str_ends(line, STR("\r")));
		assert_true(line.n - 1 <= 75);
		assert_true(utf8_valid(line)); /* no character is cut */
	}
}

/* The shape is GoAlert's: calsub/renderical_test.go, TestRenderData_RenderICal. */
static void
an_event_is_written_as_rfc_5545_has_it(void **state)
{
	struct buf b = BUF(10000);

	(void)state;
	ical_begin(&b, STR("Sched"), NULL);
	ical_add(&b, &(struct ical_event){ .uid = STR("4c7d@langyan"),
					   .made_at = desk_iso("2020-01-01T05:00:00Z"),
					   .from = desk_iso("2020-01-01T08:00:00Z"),
					   .to = desk_iso("2020-01-15T08:00:00Z"),
					   .summary = STR("On call: Ann, Ben; \"x\" \\ y\nz"),
					   .description = STR("d") });
	ical_end(&b);
	assert_string_equal(b.p, "BEGIN:VCALENDAR\r\n"
				 "VERSION:2.0\r\n"
				 "PRODID:-//Langyan//rota//EN\r\n"
				 "CALSCALE:GREGORIAN\r\n"
				 "METHOD:PUBLISH\r\n"
				 "X-WR-CALNAME:Sched\r\n"
				 "X-WR-TIMEZONE:UTC\r\n"
				 "BEGIN:VEVENT\r\n"
				 "UID:4c7d@langyan\r\n"
				 "DTSTAMP:20200101T050000Z\r\n"
				 "DTSTART:20200101T080000Z\r\n"
				 "DTEND:20200115T080000Z\r\n"
				 "SUMMARY:On call: Ann\\, Ben\\; \"x\" \\\\ y\\nz\r\n"
				 "DESCRIPTION:d\r\n"
				 "END:VEVENT\r\n"
				 "END:VCALENDAR\r\n");
	check_lines(buf_str(&b));
	buf_release(&b);
}

/* Texts of all lengths, of characters of one to four bytes and of those that are escaped. */
static void
long_texts_are_folded_between_characters_and_come_back(void **state)
{
	static const char *const parts[] = { "a", "é", "值", "😀", ",", ";", "\\", "\n", " " };
	uint32_t seed = 7;

	(void)state;
	for (size_t n = 0; n < 400; n++) {
		struct buf text = BUF(10000), b = BUF(20000), flat = BUF(20000),
			   back = BUF(20000);
		struct ical_event v = { .uid = STR("u"), .to = 1 };
		ptrdiff_t at;

		for (size_t i = 0; i < n / 2; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_add(&text, str_of(parts[(seed >> 16) % LY_COUNT(parts)]));
		}
		v.summary = buf_str(&text);
		ical_add(&b, &v);
		check_lines(buf_str(&b));
		unfold(buf_str(&b), &flat);
		at = str_find(buf_str(&flat), STR("SUMMARY:")) + 8;
		unescape(str_slice(buf_str(&flat), (size_t)at,
				   flat.n - (size_t)at - strlen("\r\nEND:VEVENT\r\n")),
			 &back);
		assert_string_equal(back.p, text.p);
		buf_release(&text);
		buf_release(&b);
		buf_release(&flat);
		buf_release(&back);
	}
}

static void
control_bytes_are_left_out(void **state)
{
	struct buf b = BUF(1000);

	(void)state;
	ical_begin(&b, STR("a\r\nEND:VCALENDAR\x01\x7f b\tc"), NULL);
	assert_true(str_find(buf_str(&b), STR("X-WR-CALNAME:a\\nEND:VCALENDAR b\tc\r\n")) > 0);
	buf_release(&b);
}

/* ---- of a rota -------------------------------------------------------------------------------- */

static const char rota[] = "channels: { notes: { kind: file, path: ./notices } }\n"
			   "people:\n"
			   "  ann: { name: 安妮, contacts: [ { channel: notes } ] }\n"
			   "  ben: { contacts: [ { channel: notes } ] }\n"
			   "schedules:\n"
			   "  week: { shifts: [ { who: [ann, ben], rotate: { every: week, "
			   "start: 2026-01-05 09:00 } "
			   "} ] }\n"
			   "  always: { shifts: [ { who: [ben] } ] }\n";

static int
setup(void **state)
{
	static struct rota_world w;

	rota_world_must(&w, rota, "Europe/Berlin");
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	rota_world_close(*state);
	return 0;
}

/* "ann 20260325T080000Z 20260401T070000Z UID" of each event, a line each. */
static size_t
events(struct rota_world *f, const char *schedule, const char *person, const char *from,
       int days, struct buf *out)
{
	struct rota_calendar_ask q = { .roster = f->roster,
				       .schedule = schedule_find(&f->c, str_of(schedule)),
				       .person = person ? person_find(&f->c, str_of(person))
							: NULL,
				       .site = STR("desk"),
				       .zone = f->zone,
				       .zh = true,
				       .from = desk_iso(from),
				       .now = 0 };
	struct buf b = BUF(1 << 20), flat = BUF(1 << 20);
	struct str rest, line, uid = { NULL, 0 }, start = uid, end = uid;
	size_t n;

	q.to = q.from + (int64_t)days * 86400;
	n = rota_calendar(&q, &b);
	check_lines(buf_str(&b));
	unfold(buf_str(&b), &flat);
	rest = buf_str(&flat);
	while (str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (str_starts(line, STR("UID:")))
			uid = str_slice(line, 4, line.n);
		else if (str_starts(line, STR("DTSTART:")))
			start = str_slice(line, 8, line.n);
		else if (str_starts(line, STR("DTEND:")))
			end = str_slice(line, 6, line.n);
		else if (str_starts(line, STR("SUMMARY:")))
			buf_addf(out, "%.*s %.*s %.*s %.*s\n",
				 STR_ARG(str_slice(line, 8, line.n)), STR_ARG(start),
				 STR_ARG(end), STR_ARG(uid));
	}
	buf_release(&b);
	buf_release(&flat);
	return n;
}

static void
a_shift_is_an_event_that_keeps_its_uid_in_every_window(void **state)
{
	struct buf one = BUF(1 << 20), other = BUF(1 << 20);
	struct str rest, line;
	size_t same = 0;

	assert_int_equal(events(*state, "week", "ann", "2026-03-18T00:00:00Z", 28, &one), 3);
	/* Across the change of clocks on 2026-03-29 the hand-off stays at 09:00. */
	assert_true(str_starts(buf_str(&one),
			       STR("值班：安妮（week） 20260316T080000Z 20260323T080000Z ")));
	assert_true(str_find(buf_str(&one), STR(" 20260330T070000Z 20260406T070000Z ")) > 0);
	assert_int_equal(events(*state, "week", NULL, "2026-03-31T00:00:00Z", 60, &other), 9);
	rest = buf_str(&one);
	while (str_next(&rest, '\n', &line))
		same += line.n && str_find(buf_str(&other), line) >= 0;
	assert_int_equal(same, 2); /* those that both windows touch: byte for byte */
	buf_release(&one);
	buf_release(&other);
}

static void
who_is_always_on_shift_has_an_event_a_month_whatever_the_window(void **state)
{
	struct buf one = BUF(1 << 20), other = BUF(1 << 20);
	struct str rest, line;

	assert_int_equal(events(*state, "always", NULL, "2026-03-18T00:00:00Z", 28, &one), 2);
	assert_true(str_starts(buf_str(&one),
			       STR("值班：ben（always） 20260228T230000Z 20260331T220000Z ")));
	assert_int_equal(events(*state, "always", NULL, "2026-02-02T10:00:00Z", 90, &other), 4);
	rest = buf_str(&one);
	while (str_next(&rest, '\n', &line))
		assert_true(!line.n || str_find(buf_str(&other), line) >= 0);
	buf_release(&one);
	buf_release(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_written_as_rfc_5545_has_it),
		cmocka_unit_test(long_texts_are_folded_between_characters_and_come_back),
		cmocka_unit_test(control_bytes_are_left_out),
		cmocka_unit_test(a_shift_is_an_event_that_keeps_its_uid_in_every_window),
		cmocka_unit_test(
			who_is_always_on_shift_has_an_event_a_month_whatever_the_window),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
