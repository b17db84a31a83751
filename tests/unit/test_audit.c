#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/hash.h"
#include "responder/audit.h"
#include "responder/record_store.h"

static struct audit_row
row(void)
{
	return (struct audit_row){ .seq = 1,
				   .incident = { { 1, 2, 3 } },
				   .at = 1773446400,
				   .event = STR("W2"),
				   .from_state = STR("open"),
				   .to_state = STR("assessing"),
				   .from_level = 1,
				   .to_level = 2,
				   .actor = STR("trigger:burst"),
				   .reason = STR("{\"en\":\"63 negative an hour\"}"),
				   .evidence = STR("[]") };
}

static void
the_hash_of_a_row_is_pinned(void **state)
{
	struct audit_row r = row();
	struct buf b = BUF(128);
	uint8_t hash[32];

	(void)state;
	audit_hash(&r, hash);
	hash_add_hex(&b, hash, sizeof hash);
	assert_string_equal(b.p,
			    "e4e479f1fbd8a0d104fd992935edf6923173ff81c7747667681ae18d2caf5426");
	buf_release(&b);
}

static void
every_column_is_in_the_hash(void **state)
{
	uint8_t plain[32], other[32];
	struct audit_row r[12];

	(void)state;
	for (size_t i = 0; i < LY_COUNT(r); i++)
		r[i] = row();
	audit_hash(&r[0], plain);
	r[0].seq++;
	r[1].at++;
	r[2].incident.b[15]++;
	r[3].event = STR("W3");
	r[4].from_state = STR("ope");
	r[5].to_state = STR("nassessing"); /* a letter from one column to the next */
	r[6].from_level++;
	r[7].to_level++;
	r[8].actor = STR("trigger:flood");
	r[9].reason = STR("{}");
	r[10].firing.b[0]++;
	r[11].previous[31]++;
	for (size_t i = 0; i < LY_COUNT(r); i++) {
		audit_hash(&r[i], other);
		if (!memcmp(plain, other, sizeof plain))
			fail_msg("column %zu can be changed unseen", i);
	}
	r[0] = row();
	r[0].evidence = STR("[1]");
	audit_hash(&r[0], other);
	assert_memory_not_equal(plain, other, sizeof plain);
}

static void
each_row_holds_the_hash_of_the_one_before(void **state)
{
	struct err e = { 0 };
	struct store *s = store_open(":memory:", &record_migrations, &e);
	struct audit_row a = row(), b = row();
	static const uint8_t none[32];

	(void)state;
	assert_non_null(s);
	assert_int_equal(store_begin(s, &e), 0);
	assert_int_equal(audit_append(s, &a, &e), 0);
	assert_int_equal(audit_append(s, &b, &e), 0);
	assert_int_equal(a.seq, 1);
	assert_int_equal(b.seq, 2);
	assert_memory_equal(a.previous, none, 32);
	assert_memory_equal(b.previous, a.hash, 32);
	store_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hash_of_a_row_is_pinned),
		cmocka_unit_test(every_column_is_in_the_hash),
		cmocka_unit_test(each_row_holds_the_hash_of_the_one_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
