#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "core/utf8.h"

#include "crawler/intake.h"

#define NOW 1774000000
#define DAY 86400

static const struct source_conf news = { .name = STR_INIT("news"),
					 .url = STR_INIT("http://feeds.example.com.cn/rss"),
					 .lang = STR_INIT("zh") };
static const struct source_conf shop = { .name = STR_INIT("shop"),
					 .kind = SOURCE_PUSH,
					 .source_class = CLASS_OWNED };
static const uint8_t key[32] = "a key";

static struct document
fill(struct arena *a, struct intake in)
{
	struct document d;

	if (!in.source)
		in.source = &news;
	intake_fill(a, &in, key, NOW, 7 * DAY, &d);
	return d;
}

static void
the_identity_is_the_id_else_the_link_else_the_words(void **state)
{
	static const struct {
		struct intake one, other;
		bool same;
	} cases[] = {
		{ { .identity = STR_INIT("g"), .url = STR_INIT("http://a.example/1") },
		  { .identity = STR_INIT("g"), .url = STR_INIT("http://a.example/2") },
		  true },
		{ { .identity = STR_INIT("g"), .text = STR_INIT("x") },
		  { .identity = STR_INIT("h"), .text = STR_INIT("x") },
		  false },
		{ { .url = STR_INIT("HTTP://A.example:80/1#top"), .text = STR_INIT("x") },
		  { .url = STR_INIT("http://a.example/1"), .text = STR_INIT("y") },
		  true },
		{ { .url = STR_INIT("javascript:alert(1)"), .text = STR_INIT("x") },
		  { .text = STR_INIT("x") },
		  true },
		{ { .text = STR_INIT("x") }, { .text = STR_INIT(" x\n") }, true },
		{ { .text = STR_INIT("x") }, { .title = STR_INIT("x") }, false },
		{ { .identity = STR_INIT("g") },
		  { .identity = STR_INIT("g"), .source = &shop },
		  false },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document x = fill(a, cases[i].one), y = fill(a, cases[i].other);

		if (id_eq(&x.id, &y.id) != cases[i].same)
			fail_msg("case %zu", i);
	}
	arena_free(a);
}

static void
long_identities_differ_behind_what_is_shown_of_them(void **state)
{
	struct arena *a = arena_new();
	struct buf one = BUF(8192), other = BUF(8192);
	struct document x, y;

	(void)state;
	for (int i = 0; i < 1500; i++)
		buf_add(&one, STR("长"));
	buf_add(&other, buf_str(&one));
	buf_add_byte(&other, '2');
	x = fill(a, (struct intake){ .identity = buf_str(&one) });
	y = fill(a, (struct intake){ .identity = buf_str(&other) });
	assert_false(id_eq(&x.id, &y.id));
	assert_int_equal(x.identity.n, 1023);
	assert_true(utf8_valid(x.identity));
	buf_release(&one);
	buf_release(&other);
	arena_free(a);
}

static void
whatever_comes_out_is_valid_and_within_its_size(void **state)
{
	static const char bad[] = "\xff\xfe 中\xe4\xb8 x";
	struct arena *a = arena_new();
	struct buf large = BUF(2 << 20), record = BUF(RECORD_MAX);
	struct document d;
	struct str in[2];

	(void)state;
	while (large.n < 1 << 20)
		buf_add(&large, STR("退钱 13812345678 a@b.cn "));
	in[0] = (struct str){ bad, sizeof bad - 1 };
	in[1] = buf_str(&large);
	for (size_t i = 0; i < LY_COUNT(in); i++) {
		struct err e = { 0 };

		d = fill(a, (struct intake){ .identity = in[i],
					     .url = in[i],
					     .title = in[i],
					     .text = in[i],
					     .author = in[i],
					     .lang = in[i] });
		buf_clear(&record);
		record_encode(&document_record, &d, &record);
		assert_true(buf_ok(&record));
		if (record_decode(&document_record, buf_str(&record), &d, a, &e) < 0)
			fail_msg("%s", e.text);
	}
	assert_true(d.text.n <= TEXT_MAX_BYTES && d.title.n <= TITLE_MAX_BYTES);
	assert_int_equal(d.flags & (DOCUMENT_CUT | DOCUMENT_MASKED),
			 DOCUMENT_CUT | DOCUMENT_MASKED);
	buf_release(&large);
	buf_release(&record);
	arena_free(a);
}

static void
flags_say_what_is_to_be_known(void **state)
{
	static const struct {
		struct intake in;
		int64_t flags, published_at;
	} cases[] = {
		{ { .text = STR_INIT("x") }, 0, 0 },
		{ { .text = STR_INIT("x"), .published_at = NOW - 7 * DAY }, 0, NOW - 7 * DAY },
		{ { .text = STR_INIT("x"), .published_at = NOW - 7 * DAY - 1 },
		  DOCUMENT_OLD,
		  NOW - 7 * DAY - 1 },
		{ { .text = STR_INIT("x"), .published_at = NOW + 600 }, 0, NOW + 600 },
		{ { .text = STR_INIT("x"), .published_at = NOW + 601 }, DOCUMENT_DATED, NOW },
		{ { .text = STR_INIT("x"), .published_at = INT64_MAX }, DOCUMENT_DATED, NOW },
		{ { .text = STR_INIT("x"), .published_at = -1 }, DOCUMENT_OLD, -1 },
		{ { .text = STR_INIT("x"), .source = &shop }, DOCUMENT_OWNED, 0 },
		{ { .text = STR_INIT("写信 a@b.cn") }, DOCUMENT_MASKED, 0 },
		{ { .text = STR_INIT("x"), .author = STR_INIT("a@b.cn") }, DOCUMENT_MASKED, 0 },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct document d = fill(a, cases[i].in);

		assert_int_equal(d.flags, cases[i].flags);
		assert_int_equal(d.published_at, cases[i].published_at);
		assert_int_equal(d.arrived_at, NOW);
	}
	arena_free(a);
}

static void
site_and_author_key_come_from_where_it_was_said(void **state)
{
	struct arena *a = arena_new();
	struct document x, y, z;

	(void)state;
	x = fill(a, (struct intake){ .url = STR("http://www.a.example.com.cn/1"),
				     .author = STR("甲") });
	y = fill(a, (struct intake){ .text = STR("t"), .author = STR(" 甲 ") });
	z = fill(a, (struct intake){ .text = STR("t") });
	assert_true(str_is(x.site, "example.com.cn"));
	assert_true(str_is(y.site, "example.com.cn"));
	assert_true(id_eq(&x.author_key, &y.author_key));
	assert_true(id_none(&z.author_key));
	x = fill(a, (struct intake){ .source = &shop, .text = STR("t"), .author = STR("甲") });
	assert_true(str_is(x.site, "shop"));
	assert_false(id_eq(&x.author_key, &y.author_key));
	assert_true(str_is(y.lang, "zh"));
	arena_free(a);
}

static void
a_new_number_changes_nothing_else(void **state)
{
	struct arena *a = arena_new();
	struct buf old = BUF(RECORD_MAX), new = BUF(RECORD_MAX);
	struct document d = fill(a, (struct intake){ .text = STR("x"), .author = STR("甲") });
	struct document back;
	struct err e = { 0 };

	(void)state;
	d.seq = 7;
	record_encode(&document_record, &d, &old);
	intake_renumber(buf_str(&old), 1000, &new);
	assert_int_equal(record_decode(&document_record, buf_str(&new), &back, a, &e), 0);
	assert_int_equal(back.seq, 1000);
	assert_true(id_eq(&back.id, &d.id) && str_is(back.text, "x"));
	buf_clear(&new);
	intake_renumber(STR("no record"), 1, &new);
	assert_int_equal(new.n, 0);
	buf_release(&old);
	buf_release(&new);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_identity_is_the_id_else_the_link_else_the_words),
		cmocka_unit_test(long_identities_differ_behind_what_is_shown_of_them),
		cmocka_unit_test(whatever_comes_out_is_valid_and_within_its_size),
		cmocka_unit_test(flags_say_what_is_to_be_known),
		cmocka_unit_test(site_and_author_key_come_from_where_it_was_said),
		cmocka_unit_test(a_new_number_changes_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
