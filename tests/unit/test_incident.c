#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/log.h"
#include "core/str.h"
#include "responder/course.h"
#include "responder/record_store.h"

#define NOW ((int64_t)1773446400)

struct world {
	struct responder_env env;
	struct site_view site;
	struct incidents *incidents;
	struct err e;
};

static void
open_world(struct world *w)
{
	memset(w, 0, sizeof *w);
	w->env.store = store_open(":memory:", &record_migrations, &w->e);
	w->env.zone = zone_open("Asia/Shanghai", &w->e);
	w->env.site = &w->site;
	w->incidents = w->env.store ? incidents_new(&w->env, &w->e) : NULL;
	if (!w->incidents || store_begin(w->env.store, &w->e) < 0)
		fail_msg("%s", w->e.text);
}

static void
close_world(struct world *w)
{
	incidents_free(w->incidents);
	store_close(w->env.store);
	zone_close((struct zone *)(uintptr_t)w->env.zone);
}

static struct firing
firing(int n, int64_t grade, const char *topic)
{
	return (struct firing){ .id = ID_OF((struct str){ (const char *)&n, sizeof n }),
				.trigger = STR("t"),
				.watch = STR("w"),
				.grade = grade,
				.at = NOW,
				.topic = str_of(topic),
				.first_at = NOW - 60 };
}

/* -1 and e when the table says no. */
static int
move(struct world *w, struct incident *i, enum incident_event event, const struct firing *f,
     int64_t at)
{
	struct incident_move_info info = { .incident = i,
					   .event = event,
					   .at = at,
					   .actor = STR("unix:anna"),
					   .reason_zh = STR("因为"),
					   .reason_en = STR("because"),
					   .until = at + 3600,
					   .firing = f };
	struct incident other = { .level = 2, .grade = 2, .opened_at = at - 60 };
	struct move m;

	info.other = event >= EVENT_JOIN_L1 && event <= EVENT_JOIN_WATCHED ? &other : NULL;
	return incident_move(w->incidents, &info, &m, &w->e);
}

static struct incident *
opened(struct world *w, int n, int64_t grade, int64_t at)
{
	struct firing f = firing(n, grade, "");
	struct incident *i = incidents_add(w->incidents, &f, STR("title"), at, &w->e);

	if (!i || move(w, i, EVENT_W1 + (enum incident_event)(grade - 1), &f, at) < 0)
		fail_msg("%s", w->e.text);
	return i;
}

static void
the_table_of_moves(void **state)
{
	/* From state and level, by what, to state and level; "-" when it may not happen. */
	static const struct {
		const char *from;
		int64_t level;
		enum incident_event event;
		const char *to;
		int64_t to_level;
	} cases[] = {
		{ "none", 0, EVENT_W1, "open", 1 },
		{ "none", 0, EVENT_W2, "assessing", 2 },
		{ "none", 0, EVENT_W3, "responding", 3 },
		{ "none", 0, EVENT_ACK, "-", 0 },
		{ "open", 1, EVENT_W1, "open", 1 },
		{ "open", 1, EVENT_W2, "assessing", 2 },
		{ "open", 1, EVENT_W3, "responding", 3 },
		{ "open", 1, EVENT_ACK, "open", 1 },
		{ "open", 1, EVENT_PERSON_L2, "assessing", 2 },
		{ "open", 1, EVENT_PERSON_L3, "responding", 3 },
		{ "open", 1, EVENT_POLICY_EXHAUSTED, "open",
		  1 }, /* the night: no L3 by silence */
		{ "open", 1, EVENT_VERDICT_RESPOND, "responding", 3 },
		{ "open", 1, EVENT_VERDICT_WATCH, "-", 0 },
		{ "open", 1, EVENT_VERDICT_WRONG, "closed", 1 },
		{ "open", 1, EVENT_QUIET, "closed", 1 },
		{ "open", 1, EVENT_CLOSE, "closed", 1 },
		{ "open", 1, EVENT_MERGE, "merged", 1 },
		{ "assessing", 2, EVENT_W1, "assessing", 2 },
		{ "assessing", 2, EVENT_W2, "assessing", 2 },
		{ "assessing", 2, EVENT_W3, "responding", 3 },
		{ "assessing", 2, EVENT_POLICY_EXHAUSTED, "responding", 3 },
		{ "assessing", 2, EVENT_VERDICT_WATCH, "watching", 2 },
		{ "assessing", 2, EVENT_VERDICT_WRONG, "closed", 2 },
		{ "assessing", 2, EVENT_QUIET, "-", 0 },
		{ "responding", 3, EVENT_W3, "responding", 3 },
		{ "responding", 3, EVENT_STAND_DOWN, "watching", 3 },
		{ "responding", 3, EVENT_CLOSE, "-", 0 },
		{ "responding", 3, EVENT_QUIET, "-", 0 },
		{ "responding", 3, EVENT_EXPIRE, "-", 0 },
		{ "watching", 2, EVENT_PEAK, "assessing", 2 },
		{ "watching", 3, EVENT_PEAK, "responding", 3 },
		{ "watching", 2, EVENT_W3, "responding", 3 },
		{ "watching", 2, EVENT_QUIET, "closed", 2 },
		{ "watching", 3, EVENT_QUIET, "-", 0 }, /* L3 never by itself */
		{ "watching", 3, EVENT_CLOSE, "closed", 3 },
		{ "watching", 3, EVENT_EXPIRE, "-", 0 },
		{ "open", 1, EVENT_LOWER, "-", 0 },
		{ "open", 1, EVENT_JOIN_L1, "open", 1 },
		{ "open", 1, EVENT_JOIN_L2, "assessing", 2 },
		{ "watching", 2, EVENT_JOIN_L2, "watching", 2 },
		{ "watching", 2, EVENT_JOIN_L3, "responding", 3 },
		{ "responding", 3, EVENT_JOIN_L1, "responding", 3 },
		{ "assessing", 2, EVENT_JOIN_WATCHED, "-", 0 },
		{ "none", 0, EVENT_SUCCEED_L1, "open", 1 },
		{ "none", 0, EVENT_SUCCEED_L2, "assessing", 2 },
		{ "closed", 3, EVENT_RECUR, "open", 1 },
		{ "closed", 1, EVENT_ACK, "-", 0 },
		{ "merged", 2, EVENT_RECUR, "-", 0 },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		int from = 0;
		const struct level_move *m;

		while (strcmp(incident_state_words[from], cases[i].from) != 0)
			from++;
		m = level_next((enum incident_state)from, cases[i].level, cases[i].event);
		if (!m != !strcmp(cases[i].to, "-"))
			fail_msg("%s %s", cases[i].from, incident_event_words[cases[i].event]);
		if (!m)
			continue;
		assert_string_equal(incident_state_words[m->to ? (int)m->to : from],
				    cases[i].to);
		if (cases[i].event != EVENT_RECUR)
			assert_int_equal(m->level > cases[i].level ? m->level : cases[i].level,
					 cases[i].to_level);
	}
}

static void
a_person_takes_it_down_a_level_at_a_time(void **state)
{
	static const struct {
		const char *from;
		int64_t level;
		const char *to;
		int64_t to_level;
	} cases[] = { { "responding", 3, "assessing", 2 },
		      { "watching", 3, "watching", 2 },
		      { "assessing", 2, "open", 1 } };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct course_step step = { .event = EVENT_LOWER, .at = NOW };
		struct incident x = { .level = cases[i].level };

		while (strcmp(incident_state_words[x.state], cases[i].from) != 0)
			x.state++;
		assert_non_null(course_take(level_moves, &x, &step));
		assert_string_equal(incident_state_words[x.state], cases[i].to);
		assert_int_equal(x.level, cases[i].to_level);
	}
}

static void
numbers_count_by_the_year_of_the_sites_zone(void **state)
{
	/* 2026-12-31T15:59:59Z is still 2026 in Shanghai, a second later it is 2027. */
	static const struct {
		int64_t at;
		const char *number;
	} cases[] = { { NOW, "INC-2026-0001" },
		      { 1798732799, "INC-2026-0002" },
		      { 1798732800, "INC-2027-0001" },
		      { 1798732801, "INC-2027-0002" } };
	struct world w;

	(void)state;
	open_world(&w);
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_true(
			str_is(opened(&w, (int)i, 1, cases[i].at)->number, cases[i].number));
	close_world(&w);
}

static void
what_the_table_refuses_says_so_and_changes_nothing(void **state)
{
	struct world w;
	struct incident *i;

	(void)state;
	open_world(&w);
	i = opened(&w, 1, 3, NOW);
	assert_int_equal(move(&w, i, EVENT_CLOSE, NULL, NOW), -1);
	assert_int_equal(w.e.kind, ERR_REJECT);
	assert_string_equal(w.e.text, "INC-2026-0001 is responding at L3: cannot close");
	assert_int_equal(i->version, 1);
	close_world(&w);
}

static void
a_counter_joins_whatever_is_open_and_never_recurs(void **state)
{
	struct world w;
	struct incident *i;
	struct firing f = firing(2, 3, "injury");

	(void)state;
	open_world(&w);
	assert_null(incidents_open_for(w.incidents, STR("w"), &(struct id){ { 0 } }));
	i = opened(&w, 1, 1, NOW);
	assert_ptr_equal(incidents_open_for(w.incidents, STR("w"), &(struct id){ { 0 } }), i);
	assert_null(incidents_open_for(w.incidents, STR("v"), &(struct id){ { 0 } }));
	assert_int_equal(move(&w, i, EVENT_W3, &f, NOW), 0); /* the topic that joins names it */
	assert_true(str_is(i->topic, "injury"));
	assert_int_equal(move(&w, i, EVENT_STAND_DOWN, NULL, NOW), 0);
	assert_int_equal(move(&w, i, EVENT_CLOSE, NULL, NOW + 10), 0);
	assert_null(incidents_open_for(w.incidents, STR("w"), &(struct id){ { 0 } }));
	assert_ptr_equal(incidents_closed_for(w.incidents, &f, NOW + 86400), i);
	assert_null(incidents_closed_for(w.incidents, &f, NOW + 15 * 86400));
	f.topic = STR("death");
	assert_null(incidents_closed_for(w.incidents, &f, NOW + 86400));
	f.topic = STR("");
	assert_null(incidents_closed_for(w.incidents, &f, NOW + 86400));
	f.topic = STR("injury");
	f.watch = STR("v");
	assert_null(incidents_closed_for(w.incidents, &f, NOW + 86400));
	close_world(&w);
}

/* ---- histories ------------------------------------------------------------------------------------- */

/* What must hold after every move, whatever came before. */
static void
check_history(const struct incident *before, const struct incident *i,
	      enum incident_event event)
{
	incident_check(i);
	if (before->state == INCIDENT_NONE)
		return;
	assert_int_equal(i->version, before->version + 1);
	if (incident_is_open(before) && incident_is_open(i) && event != EVENT_LOWER)
		assert_true(i->level >= before->level);
	if (i->level > before->level)
		assert_true(event == EVENT_W2 || event == EVENT_W3 ||
			    event == EVENT_PERSON_L2 || event == EVENT_PERSON_L3 ||
			    event == EVENT_VERDICT_RESPOND || event == EVENT_PEAK ||
			    event == EVENT_JOIN_L2 || event == EVENT_JOIN_L3 ||
			    (event == EVENT_POLICY_EXHAUSTED && before->level == 2));
	if (before->level == 3 && incident_is_open(before) && i->state == INCIDENT_CLOSED)
		assert_int_equal(event, EVENT_CLOSE); /* an L3 only by a person */
	if (i->state == INCIDENT_RESPONDING && before->state != INCIDENT_RESPONDING)
		assert_int_equal(i->level, 3);
	if (event != EVENT_RECUR)
		assert_true(i->grade >= before->grade);
}

static void
random_histories_in_the_record_keep_the_invariants(void **state)
{
	enum { HISTORIES = 200, MOVES = 40 };
	uint32_t dice = 11;
	struct world w;
	int64_t refused = 0, taken = 0;

	(void)state;
	log_threshold(LOG_ERROR);
	open_world(&w);
	for (int h = 0; h < HISTORIES; h++) {
		struct incident *i = opened(&w, h, 1 + h % 3, NOW + h);

		for (int k = 0; k < MOVES; k++) {
			struct incident before = *i;
			enum incident_event event;
			struct firing f;
			bool fires;

			dice = dice * 1664525u + 1013904223u;
			event = (enum incident_event)((dice >> 8) % EVENT_COUNT);
			fires = event <= EVENT_W3;
			f = firing(h * 1000 + k, (int64_t)event + 1, k % 2 ? "injury" : "");
			if (move(&w, i, event, fires ? &f : NULL, NOW + h + k) < 0) {
				assert_int_equal(w.e.kind, ERR_REJECT);
				assert_memory_equal(&before, i, sizeof before);
				refused++;
				continue;
			}
			check_history(&before, i, event);
			taken++;
		}
	}
	assert_true(refused > 100 && taken > 100);
	close_world(&w);
}

static void
incidents_come_back_from_the_record_as_they_were(void **state)
{
	struct world w;
	struct incident *i, *back;
	struct incidents *again;

	(void)state;
	open_world(&w);
	i = opened(&w, 1, 2, NOW);
	assert_int_equal(move(&w, i, EVENT_ACK, NULL, NOW + 5), 0);
	assert_int_equal(move(&w, i, EVENT_VERDICT_WATCH, NULL, NOW + 9), 0);
	again = incidents_new(&w.env, &w.e);
	assert_non_null(again);
	back = incidents_find_number(again, STR("inc-2026-0001"));
	assert_non_null(back);
	assert_int_equal(back->state, INCIDENT_WATCHING);
	assert_int_equal(back->level, 2);
	assert_int_equal(back->version, 3);
	assert_int_equal(back->moved_at, NOW + 9);
	assert_int_equal(back->acked_until, NOW + 5 + 3600);
	assert_true(str_is(back->acked_by, "unix:anna"));
	incidents_free(again);
	close_world(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_moves),
		cmocka_unit_test(a_person_takes_it_down_a_level_at_a_time),
		cmocka_unit_test(numbers_count_by_the_year_of_the_sites_zone),
		cmocka_unit_test(what_the_table_refuses_says_so_and_changes_nothing),
		cmocka_unit_test(a_counter_joins_whatever_is_open_and_never_recurs),
		cmocka_unit_test(random_histories_in_the_record_keep_the_invariants),
		cmocka_unit_test(incidents_come_back_from_the_record_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
