/* Tasks of an incident: each is opened once, and many at once are the rows that one after the other would be. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/gate.h"
#include "responder/record_store.h"
#include "tests/support/store_folder.h"

#define AT 1773532800

struct world {
	struct responder_env env;
	struct incident incident;
	struct gate_ask q;
};

static void
world_open(struct world *w)
{
	*w = (struct world){ .env = { .store = store_open_ok(&record_migrations),
				      .clock = CLOCK_STEPPED } };
	w->incident.id = ID_OF(STR("incident"));
	w->q = (struct gate_ask){ .env = &w->env,
				  .incident = &w->incident,
				  .actor = STR("table"),
				  .at = AT,
				  .a = arena_new() };
}

static void
world_close(struct world *w)
{
	store_close(w->env.store);
	arena_free(w->q.a);
}

static struct entry
last(struct world *w, const char *key)
{
	struct entry of = { .incident = w->incident.id,
			    .kind = STR("task"),
			    .key = str_of(key) },
		     x = { .seq = 0 };
	struct err e = { 0 };

	assert_int_equal(entry_newest(w->env.store, &of, w->q.a, &x, &e), 1);
	return x;
}

static const struct gate_task wanted[] = {
	{ STR_INIT("zeta"), STR_INIT("first"), STR_INIT("lead"), 0, false },
	{ STR_INIT("alpha"), STR_INIT("second"), STR_INIT("fixer"), AT + 3600, true },
	{ STR_INIT("zeta"), STR_INIT("the same again"), STR_INIT("lead"), 0, false },
	{ STR_INIT("mid"), STR_INIT("third"), STR_INIT("legal"), 0, false },
};

static void
what_is_there_is_not_opened_again(void **state)
{
	struct world w;
	struct err e = { 0 };

	(void)state;
	world_open(&w);
	assert_int_equal(gate_tasks(&w.q, wanted, 2, &e), 2);
	assert_int_equal(gate_tasks(&w.q, wanted, LY_COUNT(wanted), &e), 1);
	assert_int_equal(last(&w, "zeta").seq, 1);
	assert_int_equal(last(&w, "alpha").seq, 2);
	assert_int_equal(last(&w, "mid").seq, 3);
	assert_int_equal(gate_tasks(&w.q, wanted, LY_COUNT(wanted), &e), 0);
	assert_int_equal(gate_tasks(&w.q, wanted, 0, &e), 0);
	world_close(&w);
}

static void
many_at_once_are_the_same_rows(void **state)
{
	struct world once, each;
	struct err e = { 0 };
	struct entry a, b;

	(void)state;
	world_open(&once);
	assert_int_equal(gate_tasks(&once.q, wanted, LY_COUNT(wanted), &e), 3);
	a = last(&once, "mid");
	store_close(once.env.store);
	assert_int_equal(unlink(store_folder.db), 0);
	world_open(&each);
	for (size_t i = 0; i < LY_COUNT(wanted); i++)
		assert_int_equal(gate_task(&each.q, &wanted[i], &e), i != 2);
	b = last(&each, "mid");
	assert_int_equal(a.seq, 3);
	assert_int_equal(b.seq, 3);
	assert_memory_equal(a.hash, b.hash, sizeof a.hash); /* over all before it */
	assert_true(str_eq(a.value, b.value));
	arena_free(once.q.a);
	world_close(&each);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(what_is_there_is_not_opened_again),
		IN_A_FOLDER(many_at_once_are_the_same_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
