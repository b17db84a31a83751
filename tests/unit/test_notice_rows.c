/* What is asked of rows of notices and groups, over rows alone. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/group_store.h"
#include "responder/hold.h"
#include "responder/hold_store.h"
#include "responder/lane_store.h"
#include "responder/notice_store.h"
#include "responder/record_store.h"

#define NOW INT64_C(1800000000)

struct rows {
	struct store *s;
	struct arena *a;
	struct id incident;
	int n;
};

static int
begin(void **state)
{
	struct rows *w = calloc(1, sizeof *w);
	struct err e = { 0 };

	assert_non_null(w);
	w->s = store_open(":memory:", &record_migrations, &e);
	w->a = arena_new();
	w->incident = ID_OF(STR("incident"));
	assert_non_null(w->s);
	assert_int_equal(store_begin(w->s, &e), 0);
	*state = w;
	return 0;
}

static int
end(void **state)
{
	struct rows *w = *state;

	store_rollback(w->s);
	store_close(w->s);
	arena_free(w->a);
	free(w);
	return 0;
}

/* One page of wave 1, due and (sent) left at that time. */
static struct id
add_at(struct rows *w, int64_t level, const char *who, const char *state, int64_t at)
{
	struct notice_row r = { .id = ID_OF(str_of(arena_textf(w->a, "%d", w->n++))),
				.incident = w->incident,
				.level = level,
				.kind = STR("page"),
				.recipient = str_of(who),
				.channel = STR("mail"),
				.address = str_of(who),
				.seq = 1,
				.state = str_of(state),
				.why = STR(""),
				.due_at = at,
				.next_at = at,
				.subject = STR(""),
				.body = STR(""),
				.html = STR(""),
				.facts = STR("{}"),
				.code = STR("") };
	struct err e = { 0 };

	assert_int_equal(notice_add(w->s, &r, &e), 1);
	if (str_is(r.state, "sent"))
		assert_int_equal(notice_set_sent(w->s, &r.id, at, &e), 0);
	return r.id;
}

static struct id
add(struct rows *w, const char *who, const char *state, int64_t at)
{
	return add_at(w, 2, who, state, at);
}

/* Of whatever level, waiting for its turn or for another try. */
static void
a_destination_is_due_with_the_first_that_waits_for_it(void **state)
{
	static const char *const states[] = { "queued", "retry_wait" };
	struct rows *w = *state;
	struct err e = { 0 };
	int64_t at, first = NOW + 100;

	assert_int_equal(lane_ready_at(w->s, STR("mail"), &at, &e), 0);
	assert_int_equal(at, INT64_MAX);
	add(w, "lin", "held", NOW);
	add(w, "lin", "sending", NOW);
	for (int i = 0; i < 8; i++) {
		add_at(w, i / 2, "lin", states[i % 2], --first);
		add_at(w, i / 2, "lin", states[i % 2], NOW + 200);
		assert_int_equal(lane_ready_at(w->s, STR("mail"), &at, &e), 0);
		assert_int_equal(at, first);
	}
	assert_int_equal(lane_ready_at(w->s, STR("hook"), &at, &e), 0);
	assert_int_equal(at, INT64_MAX);
}

/* A clock that was set back left rows behind that are to come: they are of no hour yet. */
static void
a_budget_counts_the_hour_that_is_over(void **state)
{
	struct rows *w = *state;
	struct err e = { 0 };
	int64_t at;

	for (int i = 0; i < HOLD_BUDGET_N; i++)
		add(w, "lin", "sent", NOW + 60 + i);
	assert_int_equal(notice_budget_at(w->s, STR("lin"), NOW, &at, &e), 0);
	assert_int_equal(at, 0);
	assert_int_equal(notice_budget_at(w->s, STR("lin"), NOW + 3600, &at, &e), 0);
	assert_int_equal(at, NOW + 60);
	assert_int_equal(notice_budget_at(w->s, STR("lin"), NOW + 60 + 3600, &at, &e), 0);
	assert_int_equal(at, 0);
}

/* What went inside another notice came with that one, whatever becomes of it. */
static void
what_went_in_a_bundle_is_counted_as_the_bundle_also_when_it_is_over(void **state)
{
	struct rows *w = *state;
	struct id bundle = ID_OF(STR("bundle")), thread;
	struct notice_row r = { .id = ID_OF(STR("later")),
				.incident = w->incident,
				.recipient = STR("lin"),
				.channel = STR("mail"),
				.address = STR("lin") };
	struct err e = { 0 };
	int64_t at;

	for (int i = 0; i < 2 * HOLD_BUDGET_N; i++) {
		struct id held = add(w, "lin", "held", NOW);

		assert_int_equal(notice_set_bundled(w->s, &held, &bundle, &e), 0);
		if (i == HOLD_BUDGET_N - 1) { /* the first half is answered, the other not */
			assert_int_equal(notice_set_bundle_sent(w->s, &bundle, NOW, &e), 0);
			assert_int_equal(notices_set_acked(w->s, &w->incident, &e),
					 HOLD_BUDGET_N);
		}
	}
	assert_int_equal(notice_set_bundle_sent(w->s, &bundle, NOW, &e), 0);
	assert_int_equal(notices_set_expired(w->s, &w->incident, 1, &e), HOLD_BUDGET_N);
	assert_int_equal(notice_budget_at(w->s, STR("lin"), NOW + 60, &at, &e), 0);
	assert_int_equal(at, 0);
	assert_int_equal(notice_thread(w->s, &r, &thread, &e), 0);
	assert_true(id_eq(&thread, &r.id));
}

static void
a_page_that_was_taken_back_is_no_hope(void **state)
{
	struct rows *w = *state;
	struct notice_row r = { .incident = w->incident, .seq = 1 };
	struct err e = { 0 };
	int64_t people, hopeful;

	add(w, "lin", "failed_perm", NOW);
	add(w, "ann", "superseded", NOW);
	assert_int_equal(notice_wave_waits(w->s, &r, &people, &hopeful, &e), 0);
	assert_int_equal(people, 1);
	assert_int_equal(hopeful, 0);
}

static void
whoever_was_told_is_found_however_often_others_were(void **state)
{
	struct rows *w = *state;
	struct notice_rows told;
	struct err e = { 0 };

	for (int i = 0; i < 300; i++)
		add(w, "lin", "sent", NOW + i);
	add(w, "zoe", "sent", NOW);
	add(w, "ann", "failed_perm", NOW);
	assert_int_equal(notices_told(w->s, &w->incident, TOLD_OF_IT, w->a, &told, &e), 0);
	assert_int_equal(told.n, 2);
	assert_true(str_is(told.v[0].recipient, "lin") && str_is(told.v[1].recipient, "zoe"));
	assert_true(str_is(told.v[1].channel, "mail") && str_is(told.v[1].address, "zoe"));
}

/* What names another end of clocks waits as long as one of them runs. */
static void
what_names_a_clock_that_is_over_is_dropped(void **state)
{
	static const unsigned kinds[] = { 1 << DEADLINE_VERDICT,
					  1 << DEADLINE_VERDICT | 1 << DEADLINE_FULL,
					  1 << DEADLINE_FULL };
	struct rows *w = *state;
	struct notice_which over = { .incident = w->incident,
				     .warnings = true,
				     .only = DEADLINE_VERDICT,
				     .running = 1 << DEADLINE_FULL };
	struct notice_row r = { .incident = w->incident,
				.kind = STR("urge"),
				.recipient = STR("lin"),
				.channel = STR("mail"),
				.address = STR("lin"),
				.state = STR("held"),
				.why = STR("quiet"),
				.subject = STR(""),
				.body = STR(""),
				.html = STR(""),
				.facts = STR("{}"),
				.code = STR("") };
	struct err e = { 0 };

	for (size_t k = 0; k < LY_COUNT(kinds); k++) {
		r.seq = notice_retold_seq(kinds[k], NOW);
		r.id = ID_OF(STR("retold"), (struct str){ (const char *)&r.seq, sizeof r.seq });
		assert_int_equal(notice_add(w->s, &r, &e), 1);
	}
	r.seq = NOTICE_DUTIES | 63;
	r.id = ID_OF(STR("duty"));
	assert_int_equal(notice_add(w->s, &r, &e), 1);
	assert_int_equal(notices_supersede(w->s, &over, STR("over"), &e), 1);
	over.only = DEADLINE_FULL;
	over.running = 0;
	assert_int_equal(notices_supersede(w->s, &over, STR("over"), &e), 2);
}

/* A bundle that is taken back was nobody's wish to wait anew: what it held waits for what it
 * waited for last. */
static void
what_a_bundle_held_is_held_for_its_own_reason_again(void **state)
{
	struct rows *w = *state;
	struct id held = add(w, "lin", "held", NOW), gone;
	struct id bundle = ID_OF(STR("bundle"));
	struct notice_hold why = { held, NOW, NOW + 60, STR("bundle"), STR("L1 on shift") };
	struct notice_row r = { .id = bundle,
				.kind = STR("bundle"),
				.recipient = STR("lin"),
				.channel = STR("mail"),
				.address = STR("lin"),
				.state = STR("queued"),
				.why = STR(""),
				.subject = STR(""),
				.body = STR(""),
				.html = STR(""),
				.facts = STR("{}"),
				.code = STR("") };
	struct err e = { 0 };

	w->incident = ID_OF(STR("another"));
	gone = add(w, "lin", "held", NOW);
	assert_int_equal(notice_hold_add(w->s, &why, &e), 0);
	assert_int_equal(notice_add(w->s, &r, &e), 1);
	assert_int_equal(notice_set_bundled(w->s, &held, &bundle, &e), 0);
	assert_int_equal(notice_set_bundled(w->s, &gone, &bundle, &e), 0);
	assert_int_equal(notices_withdraw(w->s, &w->incident, STR(""), STR("confidential"), &e),
			 1);
	assert_int_equal(notice_get(w->s, &held, w->a, &r, &e), 1);
	assert_true(str_is(r.state, "held") && str_is(r.why, "bundle"));
	assert_int_equal(notice_get(w->s, &gone, w->a, &r, &e), 1);
	assert_true(str_is(r.state, "superseded") && str_is(r.why, "confidential"));
}

static int64_t
seats_there(struct rows *w, const struct id *group)
{
	struct group_seat v[8];
	struct err e = { 0 };
	int n = group_seats(w->s, group, v, LY_COUNT(v), &e), there = 0;

	for (int i = 0; i < n; i++)
		there += !v[i].gone_at;
	return there;
}

static void
who_sits_in_another_group_now_is_gone_from_the_one_before(void **state)
{
	struct rows *w = *state;
	const struct id one = ID_OF(STR("one")), two = ID_OF(STR("two"));
	const struct group_member m = { w->incident, 2 };
	struct id left[GROUPS_MAX];
	struct err e = { 0 };
	size_t n;

	assert_int_equal(group_join(w->s, &one, &m, &e), 0);
	assert_int_equal(group_join(w->s, &two, &m, &e), 0);
	assert_int_equal(group_leave(w->s, &m, &two, NOW, left, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_true(id_eq(&left[0], &one));
	assert_int_equal(seats_there(w, &one), 0);
	assert_int_equal(seats_there(w, &two), 1);
	assert_int_equal(group_leave(w->s, &(struct group_member){ w->incident, 0 },
				     &(struct id){ { 0 } }, NOW, left, &n, &e),
			 0);
	assert_int_equal(seats_there(w, &two), 0);
}

#define WITH(t) cmocka_unit_test_setup_teardown(t, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_destination_is_due_with_the_first_that_waits_for_it),
		WITH(a_budget_counts_the_hour_that_is_over),
		WITH(what_went_in_a_bundle_is_counted_as_the_bundle_also_when_it_is_over),
		WITH(a_page_that_was_taken_back_is_no_hope),
		WITH(whoever_was_told_is_found_however_often_others_were),
		WITH(what_names_a_clock_that_is_over_is_dropped),
		WITH(what_a_bundle_held_is_held_for_its_own_reason_again),
		WITH(who_sits_in_another_group_now_is_gone_from_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
