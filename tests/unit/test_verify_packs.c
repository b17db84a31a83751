/* Files of response packs are still what they were, and whatever cannot be looked at is told. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/entry.h"
#include "responder/record_store.h"
#include "tests/support/folder.h"

#include "cli/verify_packs.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ENTRY(sha)                                                                             \
	"{\"act\":\"attach\",\"incident\":\"INC-1\",\"file\":\"a.pdf\",\"sha256\":\"" sha "\"" \
	"}"

static void
each_fault_is_counted_and_nothing_is_skipped(void **state)
{
	static const struct {
		const char *value;
		int files, mismatches;
	} cases[] = {
		{ ENTRY(ABC), 1, 0 },     { "{\"act\":\"waive\",\"why\":\"x\"}", 0, 0 },
		{ ENTRY("00"), 1, 1 },    /* no such file */
		{ ENTRY("other"), 1, 1 }, /* a file of other bytes */
		{ "{\"sha256\":", 0, 1 }, /* cannot be read */
	};
	char dir[] = "/tmp/langyan-packs-XXXXXX";
	struct arena *a = arena_new();
	const char *pack;

	(void)state;
	assert_non_null(mkdtemp(dir));
	pack = arena_textf(a, "%s/pack", dir);
	assert_int_equal(mkdir(pack, 0700), 0);
	assert_int_equal(mkdir(arena_textf(a, "%s/INC-1", pack), 0700), 0);
	folder_put(arena_textf(a, "%s/INC-1/" ABC, pack), "abc");
	folder_put(arena_textf(a, "%s/INC-1/other", pack), "abd");
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		const char *path = arena_textf(a, "%s/%zu.db", dir, i);
		struct settings s = { .site = { .data = str_of(dir) } };
		struct verify_packs sum = { 0 };
		struct err e = { 0 };
		struct store *record = store_open(path, &record_migrations, &e);
		struct entry x = { .incident = ID_OF(STR("i")),
				   .at = 1,
				   .kind = STR("pack"),
				   .key = STR("plan"),
				   .actor = STR("unix:anna"),
				   .value = str_of(cases[i].value),
				   .salt = STR("0123456789abcdef") };

		assert_non_null(record);
		assert_int_equal(store_begin(record, &e), 0);
		assert_int_equal(entry_append(record, &x, &e), 0);
		assert_int_equal(store_commit(record, &e), 0);
		store_close(record);
		assert_int_equal(verify_packs(&s, path, &sum, &e), 0);
		if (sum.files != cases[i].files || sum.mismatches != cases[i].mismatches)
			fail_msg("case %zu: %lld files, %lld mismatches", i,
				 (long long)sum.files, (long long)sum.mismatches);
	}
	folder_remove(dir);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_is_counted_and_nothing_is_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
