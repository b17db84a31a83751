/* The response pack: when a piece is there, who may say so, and what the third one is. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/str.h"
#include "responder/gate.h"
#include "responder/pack.h"

#define T0 ((int64_t)1773446400) /* 2026-03-14T00:00:00Z */

static struct arena *a;

static void
take(struct pack_file *p, const char *entry, const char *by)
{
	struct err e = { 0 };
	const struct json *j = json_parse(a, str_of(arena_textf(a, "%s", entry)), &e);

	assert_non_null(j);
	pack_take(p, j, str_of(by));
}

#define STATUS(act) \
	"{\"act\":\"" act "\",\"text\":\"at the lab\",\"until\":\"2026-03-14T04:00:00Z\"}"

static void
a_piece_is_complete_by_file_confirmed_status_or_two_people(void **state)
{
	static const struct {
		const char *entries[4];
		enum pack_state state;
		bool now, later; /* complete at T0, at T0 + 5 h */
	} cases[] = {
		{ { NULL }, PACK_MISSING, false, false },
		{ { "{\"act\":\"attach\",\"file\":\"x.pdf\",\"sha256\":\"00\"}" },
		  PACK_ATTACHED,
		  true,
		  true },
		{ { STATUS("interim") }, PACK_UNCONFIRMED, false, false },
		{ { STATUS("interim"), STATUS("confirmed") }, PACK_DATED, true, false },
		{ { STATUS("confirmed"), "{\"act\":\"attach\",\"sha256\":\"00\"}" },
		  PACK_ATTACHED,
		  true,
		  true },
		{ { "{\"act\":\"release\"}" }, PACK_RELEASED, true, true },
		{ { "{\"act\":\"findings\",\"text\":\"all is well\"}" },
		  PACK_MISSING,
		  false,
		  false },
	};

	(void)state;
	a = arena_new();
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct pack_file p = { .state = PACK_MISSING };

		for (int k = 0; k < 4 && cases[i].entries[k]; k++)
			take(&p, cases[i].entries[k], "unix:anna");
		if (p.state != cases[i].state || pack_is_complete(&p, T0) != cases[i].now ||
		    pack_is_complete(&p, T0 + 5 * 3600) != cases[i].later)
			fail_msg("case %zu: %s", i, pack_state_words[p.state]);
	}
	arena_free(a);
}

static void
two_different_people_waive(void **state)
{
	struct pack_file p = { .state = PACK_MISSING };
	struct pack_doing anna = { .act = PACK_WAIVE, .by = STR("unix:anna"), .now = T0 },
			  bob = { .act = PACK_WAIVE, .by = STR("unix:bob"), .now = T0 };

	(void)state;
	a = arena_new();
	assert_null(pack_refused(&p, &anna));
	take(&p, "{\"act\":\"waive\",\"why\":\"no lab\"}", "unix:anna");
	assert_int_equal(p.state, PACK_MISSING);
	assert_non_null(strstr(pack_refused(&p, &anna), "somebody else"));
	take(&p, "{\"act\":\"waive\",\"why\":\"no lab\"}", "unix:anna");
	assert_int_equal(p.state, PACK_MISSING);
	assert_null(pack_refused(&p, &bob));
	take(&p, "{\"act\":\"waive\",\"why\":\"no lab\"}", "unix:bob");
	assert_int_equal(p.state, PACK_WAIVED);
	assert_non_null(pack_refused(&p, &bob));
	arena_free(a);
}

static void
a_status_promises_a_time_and_never_takes_the_place_of_a_file(void **state)
{
	struct pack_file p = { .state = PACK_MISSING };
	struct pack_doing d = { .act = PACK_CONFIRMED, .until = T0, .now = T0 };

	(void)state;
	assert_non_null(strstr(pack_refused(&p, &d), "time to come"));
	d.until = T0 + 60;
	assert_null(pack_refused(&p, &d));
	p.state = PACK_ATTACHED;
	assert_non_null(strstr(pack_refused(&p, &d), "say less"));
}

static void
all_three_make_it_complete(void **state)
{
	struct pack_file p[PACK_PIECES] = { { .state = PACK_RELEASED },
					    { .state = PACK_WAIVED },
					    { .state = PACK_DATED, .until = T0 + 60 } };

	(void)state;
	assert_true(pack_all_complete(p, T0));
	assert_false(pack_all_complete(p, T0 + 60));
	p[1].state = PACK_UNCONFIRMED;
	assert_false(pack_all_complete(p, T0));
}

static void
the_third_piece_is_by_what_it_is_about(void **state)
{
	static const struct {
		const char *topic, *word;
	} cases[] = {
		{ "food_safety", "sampling" },    { "recall", "sampling" },
		{ "executive", "investigation" }, { "data_leak", "scope" },
		{ "outage", "status" },           { "rumour", "proof" },
		{ "price", "findings" },          { "", "findings" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++)
		assert_string_equal(pack_wants(PACK_THIRD, str_of(cases[i].topic)).word,
				    cases[i].word);
	assert_string_equal(pack_wants(PACK_PLAN, STR("recall")).word, "plan");
	for (int k = 0; k < PACK_PIECES; k++) {
		int r = 0;

		while (role_words[r] && strcmp(role_words[r], pack_owners[k]) != 0)
			r++;
		assert_non_null(role_words[r]);
	}
}

static void
a_file_is_hashed_up_to_its_ceiling(void **state)
{
	char path[] = "/tmp/langyan-pack-XXXXXX";
	int fd = mkstemp(path);
	struct err e = { 0 };
	struct str hex;
	int64_t n;

	(void)state;
	a = arena_new();
	assert_true(fd >= 0);
	assert_int_equal(pack_file_hash(path, a, &hex, &n, &e), -1);
	assert_non_null(strstr(e.text, "empty"));
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(pack_file_hash(path, a, &hex, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_int_equal(
		memcmp(hex.p,
		       "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 64),
		0);
	assert_int_equal(ftruncate(fd, PACK_FILE_MAX + 1), 0);
	assert_int_equal(pack_file_hash(path, a, &hex, &n, &e), -1);
	assert_non_null(strstr(e.text, "larger than"));
	assert_int_equal(pack_file_hash("/tmp", a, &hex, &n, &e), -1);
	close(fd);
	unlink(path);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_is_complete_by_file_confirmed_status_or_two_people),
		cmocka_unit_test(two_different_people_waive),
		cmocka_unit_test(a_status_promises_a_time_and_never_takes_the_place_of_a_file),
		cmocka_unit_test(all_three_make_it_complete),
		cmocka_unit_test(the_third_piece_is_by_what_it_is_about),
		cmocka_unit_test(a_file_is_hashed_up_to_its_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
