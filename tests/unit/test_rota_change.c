#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/json.h"
#include "core/str.h"
#include "responder/rota_change.h"
#include "responder/rota_store.h"
#include "responder/verify.h"
#include "tests/support/desk.h"

static const char settings[] =
	"channels: { notes: { kind: file, path: ./notices, wakes: on } }\n"
	"people:\n"
	"  ann: { contacts: [ { channel: notes } ] }\n"
	"  ben: { contacts: [ { channel: notes } ] }\n"
	"  cai: { contacts: [ { channel: notes } ] }\n"
	"schedules:\n"
	"  pr: { shifts: [ { who: [ann, ben], rotate: { every: day, start: 2026-03-10 09:00 } "
	"} ] }\n"
	"  day: { zone: Europe/London, shifts: [ { who: [cai], from: 08:00, to: 20:00 } ] }\n"
	"policies: { p: { steps: [ { to: [\"schedule:pr\"] } ] } }\n"
	"routes: [ { policy: p, group_wait: 0s } ]\n";

/* 2026-03-10T09:00 in Shanghai: ann's first turn begins. */
#define BEGIN_AT 1773104400

static int
setup(void **state)
{
	struct desk *d = calloc(1, sizeof *d);

	assert_non_null(d);
	desk_open(d, settings, SEND_SINK, NULL, NULL, BEGIN_AT);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	desk_close(*state);
	free(*state);
	return 0;
}

typedef int change_fn(const struct rota_ask *q, struct buf *out, struct err *e);

/* One command in a transaction of its own; its status, the answer in *out. */
static int
change(struct desk *d, change_fn *what, const char *args, int64_t now, struct buf *out)
{
	struct err e = { 0 };
	struct rota_ask q = { .store = d->store,
			      .roster = notices_roster(d->notices),
			      .actor = STR("unix:ann"),
			      .now = now,
			      .args = json_parse(d->a, str_of(args), &e),
			      .a = d->a };
	int status = -1;

	if (!q.args)
		fail_msg("%s: %s", args, e.text);
	buf_clear(out);
	if (store_begin(d->store, &e) < 0 || (status = what(&q, out, &e)) < 0 ||
	    store_commit(d->store, &e) < 0)
		fail_msg("%s: %s", args, e.text);
	return status;
}

static void
must_change(struct desk *d, change_fn *what, const char *args, int64_t now)
{
	struct buf out = BUF(1 << 20);

	if (change(d, what, args, now, &out) != 200)
		fail_msg("%s: %s", args, out.p);
	buf_release(&out);
}

/* "ann ben" */
static void
check_who(struct desk *d, const char *schedule, const char *at, const char *want)
{
	const struct schedule_conf *s = schedule_find(&d->c, str_of(schedule));
	struct str who[ROTA_MAX];
	struct err e = { 0 };
	struct buf b = BUF(1000);
	int64_t t;
	size_t n;

	if (clock_parse_local(d->zone, str_of(at), &t, &e) < 0)
		fail_msg("%s", e.text);
	n = roster_who(notices_roster(d->notices), s, t, who);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%.*s", i ? " " : "", STR_ARG(who[i]));
	if (strcmp(b.p, want) != 0)
		fail_msg("%s at %s: \"%s\", not \"%s\"", schedule, at, b.p, want);
	buf_release(&b);
}

static void
a_stand_in_is_on_shift_and_is_told(void **state)
{
	struct desk *d = *state;

	check_who(d, "pr", "2026-03-10 10:00", "ann");
	must_change(
		d, rota_change_override,
		"{\"schedule\":\"pr\",\"kind\":\"replace\",\"who\":\"cai\",\"instead\":\"ann\","
		"\"from\":\"2026-03-10 12:00\",\"to\":\"2026-03-10 18:00\",\"why\":\"ill\"}",
		BEGIN_AT);
	check_who(d, "pr", "2026-03-10 11:59", "ann");
	check_who(d, "pr", "2026-03-10 12:00", "cai");
	check_who(d, "pr", "2026-03-10 18:00", "ann");
	desk_fire(d, 2, false, desk_iso("2026-03-10T13:00:00+08:00"));
	assert_non_null(strstr(desk_rows(d), "L2 page cai notes"));
	assert_null(strstr(desk_rows(d), "ann"));
}

static void
two_people_swap_their_shifts(void **state)
{
	struct desk *d = *state;

	check_who(d, "pr", "2026-03-12 10:00", "ann");
	check_who(d, "pr", "2026-03-15 10:00", "ben");
	must_change(d, rota_change_swap,
		    "{\"schedule\":\"pr\",\"who\":\"ann\",\"with\":\"ben\",\"at\":\"2026-03-12 "
		    "20:00\",\"back\":\"2026-03-15 20:00\"}",
		    BEGIN_AT);
	check_who(d, "pr", "2026-03-12 09:00", "ben");
	check_who(d, "pr", "2026-03-13 08:59", "ben");
	check_who(d, "pr", "2026-03-14 09:00", "ann");
	check_who(d, "pr", "2026-03-15 09:00", "ann");
	check_who(d, "pr", "2026-03-16 08:59", "ann");
	check_who(d, "pr", "2026-03-17 09:00", "ben");
}

static void
a_cancelled_change_holds_until_it_is_cancelled(void **state)
{
	struct desk *d = *state;
	int64_t later = desk_iso("2026-03-10T14:00:00+08:00");

	must_change(
		d, rota_change_override,
		"{\"schedule\":\"pr\",\"kind\":\"add\",\"who\":[\"cai\"],\"from\":\"2026-03-10 "
		"12:00\",\"to\":\"2026-03-10 18:00\"}",
		BEGIN_AT);
	must_change(d, rota_change_cancel, "{\"change\":\"1\"}", later);
	check_who(d, "pr", "2026-03-10 13:59", "ann cai"); /* what was stays */
	check_who(d, "pr", "2026-03-10 14:00", "ann");
}

static void
a_temporary_schedule_counts_alone_and_times_are_the_schedules(void **state)
{
	struct desk *d = *state;
	struct buf out = BUF(1 << 20);

	must_change(
		d, rota_change_override,
		"{\"schedule\":\"day\",\"kind\":\"add\",\"who\":\"ben\",\"from\":\"2026-03-11 "
		"00:00\",\"to\":\"2026-03-13 00:00\"}",
		BEGIN_AT);
	assert_int_equal(
		change(d, rota_change_temporary,
		       "{\"schedule\":\"day\",\"from\":\"2026-03-11 "
		       "00:00\",\"to\":\"2026-03-12 00:00\",\"shifts\":[\"ann, cai: 2026-03-11 "
		       "06:00 / 2026-03-12\"]}",
		       BEGIN_AT, &out),
		200);
	assert_non_null(strstr(out.p, "\"nobody\":[{\"from\":\"2026-03-11T00:00:00Z\",\"to\":"
				      "\"2026-03-11T06:00:00Z\"}]"));
	check_who(d, "day", "2026-03-10T23:59:59Z", "");
	check_who(d, "day", "2026-03-11T05:59:59Z", "");
	check_who(d, "day", "2026-03-11T06:00:00Z", "ann cai");
	check_who(d, "day", "2026-03-12T00:00:00Z", "ben");
	/* The later one decides; before and behind it the first goes on. */
	must_change(d, rota_change_temporary,
		    "{\"schedule\":\"day\",\"from\":\"2026-03-11 08:00\",\"to\":\"2026-03-11 "
		    "09:00\",\"who\":\"ben\"}",
		    BEGIN_AT);
	check_who(d, "day", "2026-03-11T08:30:00Z", "ben");
	check_who(d, "day", "2026-03-11T09:00:00Z", "ann cai");
	buf_release(&out);
}

static void
what_was_meant_otherwise_is_refused(void **state)
{
	static const struct {
		change_fn *what;
		const char *args;
		int status;
		const char *says;
	} cases[] = {
#define OVERRIDE(rest) rota_change_override, "{\"schedule\":\"pr\"," rest "}"
#define SPAN(from, to) "\"from\":\"" from "\",\"to\":\"" to "\""
#define ADD            "\"kind\":\"add\",\"who\":\"cai\","
		{ rota_change_override, "{}", 400, "which schedule?" },
		{ rota_change_override, "{\"schedule\":\"prr\"}", 404,
		  "did you mean \\\"pr\\\"?" },
		{ OVERRIDE("\"kind\":\"ad\""), 400, "add, remove or replace" },
		{ OVERRIDE("\"kind\":\"add\",\"who\":\"cay\""), 404,
		  "did you mean \\\"cai\\\"?" },
		{ OVERRIDE("\"kind\":\"add\"," SPAN("2026-03-10 12:00", "2026-03-10 13:00")),
		  400, "who?" },
		{ OVERRIDE(ADD SPAN("soon", "2026-03-10 13:00")), 400, "from: \\\"soon\\\"" },
		{ OVERRIDE(ADD "\"from\":\"2026-03-10 12:00\""), 400, "to: when?" },
		{ OVERRIDE(ADD SPAN("2026-03-10 13:00", "2026-03-10 13:00")), 400,
		  "end after" },
		{ OVERRIDE(ADD SPAN("2026-03-09 13:00", "2026-03-10 09:00")), 409,
		  "what was cannot be changed" },
		{ OVERRIDE(ADD SPAN("2026-03-10 13:00", "2027-03-12 13:00")), 400,
		  "more than a year" },
		{ OVERRIDE(ADD SPAN("2027-03-12 13:00", "2027-03-13 13:00")), 400,
		  "more than a year" },
		{ OVERRIDE(ADD
			   "\"instead\":\"ann\"," SPAN("2026-03-10 12:00", "2026-03-10 13:00")),
		  400, "only replace" },
		{ OVERRIDE("\"kind\":\"remove\",\"who\":\"cai\"," SPAN("2026-03-10 12:00",
								       "2026-03-12 13:00")),
		  409, "cai is not on shift" },
		{ OVERRIDE("\"kind\":\"replace\",\"who\":\"cai\",\"instead\":\"ben\"," SPAN(
			  "2026-03-10 12:00", "2026-03-11 09:00")),
		  409, "ben is not on shift" },
		{ rota_change_swap,
		  "{\"schedule\":\"pr\",\"who\":\"ann\",\"with\":\"ann\",\"at\":\"2026-03-10 "
		  "12:00\",\"back\":\"2026-03-10 12:00\"}",
		  400, "between two people" },
		{ rota_change_swap,
		  "{\"schedule\":\"pr\",\"who\":\"ben\",\"with\":\"ann\",\"at\":\"2026-03-10 "
		  "12:00\",\"back\":\"2026-03-12 12:00\"}",
		  409, "the next begins at 2026-03-11 09:00" },
		{ rota_change_swap,
		  "{\"schedule\":\"pr\",\"who\":\"cai\",\"with\":\"ann\",\"at\":\"2026-03-10 "
		  "12:00\",\"back\":\"2026-03-12 12:00\"}",
		  409, "cai is not on shift" },
		{ rota_change_temporary,
		  "{\"schedule\":\"pr\"," SPAN("2026-03-10 12:00", "2026-03-10 13:00") "}", 400,
		  "one of both" },
		{ rota_change_temporary,
		  "{\"schedule\":\"pr\"," SPAN("2026-03-10 12:00",
					       "2026-03-10 13:00") ",\"shifts\":[\"ann\"]}",
		  400, "a shift is" },
		{ rota_change_temporary,
		  "{\"schedule\":\"pr\"," SPAN(
			  "2026-03-10 12:00",
			  "2026-03-10 13:00") ",\"shifts\":["
					      "\"ann: 2026-03-10 12:30 / 2026-03-10 13:30\"]}",
		  400, "is not within" },
		{ rota_change_temporary,
		  "{\"schedule\":\"pr\"," SPAN(
			  "2026-03-10 12:00",
			  "2026-03-10 13:00") ",\"shifts\":["
					      "\": 2026-03-10 12:30 / 2026-03-10 13:00\"]}",
		  400, "without people" },
		{ rota_change_cancel, "{\"change\":\"7\"}", 404, "no such change" },
		{ rota_change_cancel, "{}", 404, "no such change" },
	};
	struct desk *d = *state;
	struct buf out = BUF(1 << 20);

	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int status = change(d, cases[i].what, cases[i].args, BEGIN_AT, &out);

		if (status != cases[i].status || !strstr(out.p, cases[i].says))
			fail_msg("case %zu: %d %s", i, status, out.p);
	}
	change(d, rota_change_list, "{\"all\":true}", BEGIN_AT, &out);
	assert_string_equal(out.p, "{\"changes\":[]}"); /* nothing was written */
	buf_release(&out);
}

static void
what_is_over_or_cancelled_cannot_be_cancelled(void **state)
{
	struct desk *d = *state;
	struct buf out = BUF(1 << 20);

	must_change(
		d, rota_change_override,
		"{\"schedule\":\"pr\"," ADD SPAN("2026-03-10 12:00", "2026-03-10 13:00") "}",
		BEGIN_AT);
	assert_int_equal(
		change(d, rota_change_cancel, "{\"change\":1}", BEGIN_AT + 5 * 3600, &out),
		409);
	assert_non_null(strstr(out.p, "is over"));
	must_change(d, rota_change_cancel, "{\"change\":1}", BEGIN_AT);
	assert_int_equal(change(d, rota_change_cancel, "{\"change\":1}", BEGIN_AT, &out), 409);
	assert_non_null(strstr(out.p, "cancelled already"));
	assert_int_equal(change(d, rota_change_cancel, "{\"change\":2}", BEGIN_AT, &out), 404);
	change(d, rota_change_list, "{}", BEGIN_AT, &out);
	assert_non_null(strstr(out.p, "\"state\":\"cancelled\",\"cancelled_by\":2"));
	buf_release(&out);
}

static void
there_is_a_ceiling_to_changes_that_are_not_over(void **state)
{
	static const char add[] =
		"{\"schedule\":\"pr\"," ADD SPAN("2026-03-10 12:00", "2026-03-10 13:00") "}";
	struct desk *d = *state;
	struct rota_row r = { .schedule = STR("gone"),
			      .kind = STR("override"),
			      .value = STR("{}"),
			      .actor = STR("x"),
			      .reason = STR(""),
			      .ends_at = BEGIN_AT + 60 };
	struct err e = { 0 };
	struct buf out = BUF(1 << 20);

	assert_int_equal(store_begin(d->store, &e), 0);
	for (int i = 0; i < ROTA_CHANGES_MAX; i++)
		assert_int_equal(rota_row_append(d->store, &r, &e), 0);
	assert_int_equal(store_commit(d->store, &e), 0);
	assert_int_equal(change(d, rota_change_override, add, BEGIN_AT, &out), 409);
	must_change(d, rota_change_override, add, BEGIN_AT + 60); /* those are over now */
	buf_release(&out);
}

/* ---- the chain ----------------------------------------------------------------------------------- */

static void
mismatch_add(void *arg, struct str what)
{
	buf_addf(arg, "%.*s\n", STR_ARG(what));
}

static int64_t
verified(struct desk *d, struct buf *out)
{
	struct verify_sum sum;
	struct err e = { 0 };

	buf_clear(out);
	if (verify_record(d->store, d->zone, mismatch_add, out, &sum, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(sum.rota, 3);
	return sum.mismatches;
}

static void
sql(struct desk *d, const char *text)
{
	struct err e = { 0 };

	if (stmt_run(store_stmt(d->store, text), &e) < 0)
		fail_msg("%s", e.text);
}

static void
a_row_that_was_changed_is_found(void **state)
{
	static const struct {
		const char *change, *undo, *says;
	} cases[] = {
		{ "UPDATE rota_change SET reason = 'x' WHERE seq = 2",
		  "UPDATE rota_change SET reason = '' WHERE seq = 2",
		  "rota change 2 was changed" },
		{ "UPDATE rota_change SET ends_at = ends_at + 1 WHERE seq = 1",
		  "UPDATE rota_change SET ends_at = ends_at - 1 WHERE seq = 1",
		  "rota change 1 was changed" },
		{ "UPDATE rota_change SET seq = 4 WHERE seq = 3",
		  "UPDATE rota_change SET seq = 3 WHERE seq = 4", "one is missing" },
		{ "UPDATE rota_change SET actor = 'unix:eve' WHERE seq = 3",
		  "UPDATE rota_change SET actor = 'unix:ann' WHERE seq = 3",
		  "rota change 3 was changed" },
	};
	struct desk *d = *state;
	struct buf out = BUF(1 << 20);

	for (int i = 0; i < 3; i++)
		must_change(d, rota_change_override,
			    "{\"schedule\":\"pr\"," ADD SPAN("2026-03-10 12:00",
							     "2026-03-10 13:00") "}",
			    BEGIN_AT);
	assert_int_equal(verified(d, &out), 0);
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		sql(d, cases[i].change);
		if (verified(d, &out) == 0 || !strstr(out.p, cases[i].says))
			fail_msg("case %zu: %s", i, out.p);
		sql(d, cases[i].undo);
		assert_int_equal(verified(d, &out), 0);
	}
	buf_release(&out);
}

/* ---- a model of many histories -------------------------------------------------------------------- */

static uint32_t
below(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % n;
}

#define LOOKS 96 /* half hours from BEGIN_AT on */

static void
look(struct desk *d, uint8_t seen[LOOKS])
{
	const struct schedule_conf *s = d->c.schedules.v;

	for (int64_t i = 0; i < LOOKS; i++) {
		struct str who[ROTA_MAX];
		size_t n = roster_who(notices_roster(d->notices), s, BEGIN_AT + i * 1800, who);

		seen[i] = 0;
		for (size_t k = 0; k < n; k++)
			seen[i] |= (uint8_t)(1 << (who[k].p[0] - 'a'));
	}
}

/* Whatever is asked at whatever time: who was on shift before now stays as it was; a rota read anew
 * from the record says the same. */
static void
no_change_alters_what_was(void **state)
{
	static change_fn *const what[] = { rota_change_override, rota_change_override,
					   rota_change_temporary, rota_change_swap,
					   rota_change_cancel };
	static const char *const names[] = { "ann", "ben", "cai" };
	struct desk *d = *state;
	uint8_t before[LOOKS], after[LOOKS];
	struct buf out = BUF(1 << 20), args = BUF(4096);
	struct err e = { 0 };
	uint32_t seed = 11;
	size_t taken = 0;

	for (int i = 0; i < 250; i++) {
		int64_t now = BEGIN_AT + (int64_t)i * 600, from, to;
		uint32_t kind, who;
		struct civil a, b;

		from = now + ((int64_t)(below(&seed, 40)) - 10) * 1800;
		to = from + ((int64_t)(below(&seed, 20)) + 1) * 1800;
		a = zone_civil(d->zone, from);
		b = zone_civil(d->zone, to);
		buf_clear(&args);
		kind = below(&seed, 3);
		who = below(&seed, 3);
		buf_addf(&args,
			 "{\"schedule\":\"pr\",\"kind\":\"%s\",\"who\":\"%s\",\"with\":\"%s\","
			 "\"change\":%u",
			 override_words[kind], names[who], names[(who + 1 + i % 2) % 3],
			 below(&seed, 60));
		for (int k = 0; k < 2; k++)
			buf_addf(&args,
				 ",\"%s\":\"%04d-%02d-%02d %02d:%02d\",\"%s\":\"%04d-%02d-%02d "
				 "%02d:%02d\"",
				 k ? "at" : "from", a.year, a.month, a.day, a.hour, a.minute,
				 k ? "back" : "to", b.year, b.month, b.day, b.hour, b.minute);
		buf_add_byte(&args, '}');
		look(d, before);
		taken +=
			change(d, what[below(&seed, LY_COUNT(what))], args.p, now, &out) == 200;
		look(d, after);
		for (int64_t k = 0; k < LOOKS && BEGIN_AT + k * 1800 < now; k++)
			if (before[k] != after[k])
				fail_msg("%s at +%d min: the past changed", args.p, i * 10);
		assert_int_equal(roster_load(notices_roster(d->notices), d->store, now, &e), 0);
		look(d, before);
		assert_memory_equal(before, after, sizeof before);
	}
	assert_true(taken > 60);
	buf_release(&out);
	buf_release(&args);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stand_in_is_on_shift_and_is_told),
		TEST(two_people_swap_their_shifts),
		TEST(a_cancelled_change_holds_until_it_is_cancelled),
		TEST(a_temporary_schedule_counts_alone_and_times_are_the_schedules),
		TEST(what_was_meant_otherwise_is_refused),
		TEST(what_is_over_or_cancelled_cannot_be_cancelled),
		TEST(there_is_a_ceiling_to_changes_that_are_not_over),
		TEST(a_row_that_was_changed_is_found),
		TEST(no_change_alters_what_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
