#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"
#include "nlp/image.h"
#include "tests/support/small_lexicon.h"

static void
every_term_is_found_and_nothing_else(void **state)
{
	struct lexicon *l = small_lexicon();
	struct err e = { .kind = ERR_NONE };
	struct image *m = image_build(l, NULL, 0, &e);

	(void)state;
	assert_non_null(m);
	for (size_t i = 0; i < l->n_entries; i++) {
		int64_t term = image_find(m, l->entries[i].term);
		const struct image_sense *s;

		assert_true(term >= 0);
		s = image_find_sense(m, (uint32_t)term, l->entries[i].kind);
		assert_non_null(s);
		assert_int_equal(s->value, l->entries[i].value);
	}
	assert_int_equal(image_find(m, STR("goo")), -1);
	assert_int_equal(image_find(m, STR("goods")), -1);
	assert_int_equal(image_find(m, STR("")), -1);
	assert_int_equal(image_find(m, STR("g\0od")), -1);
	image_free(m);
	lexicon_free(l);
}

static void
literals_and_words_share_a_term(void **state)
{
	static const struct image_literal lit[] = { { STR_INIT("好看"), LITERAL_WORD },
						    { STR_INIT("好看"), LITERAL_INNER },
						    { STR_INIT("shancui"), LITERAL_WORD } };
	struct image *m = small_image(lit, LY_COUNT(lit));
	int64_t term = image_find(m, STR("好看"));

	(void)state;
	assert_true(term >= 0);
	assert_int_equal(m->terms[term].classes, IMAGE_SCORE | IMAGE_LITERAL);
	assert_int_equal(m->terms[term].n, 3);
	assert_true(m->inner);
	assert_int_equal(m->n_literals, 3);
	image_free(m);
}

static void
the_hash_follows_the_content(void **state)
{
	static const struct image_literal a[] = { { STR_INIT("a1"), LITERAL_WORD } };
	static const struct image_literal b[] = { { STR_INIT("b1"), LITERAL_WORD } };
	struct image *x = small_image(a, 1), *y = small_image(a, 1), *z = small_image(b, 1);

	(void)state;
	assert_true(id_eq(&x->id, &y->id));
	assert_false(id_eq(&x->id, &z->id));
	image_free(x);
	image_free(y);
	image_free(z);
}

static void
what_was_built_can_be_opened_again(void **state)
{
	struct image *m = small_image(NULL, 0);
	char *copy = aligned_alloc(8, (m->bytes.n + 7) / 8 * 8);
	struct err e = { .kind = ERR_NONE };
	struct image *o;

	(void)state;
	memcpy(copy, m->bytes.p, m->bytes.n);
	o = image_open((struct str){ copy, m->bytes.n }, &e);
	assert_non_null(o);
	assert_true(image_find(o, STR("太慢")) >= 0);
	assert_true(id_eq(&o->id, &m->id));
	image_free(o);
	image_free(m);
	free(copy);
}

static void
damaged_bytes_are_refused_or_harmless(void **state)
{
	struct image *m = small_image(NULL, 0);
	size_t n = m->bytes.n;
	char *copy = aligned_alloc(8, (n + 7) / 8 * 8);
	int refused = 0;

	(void)state;
	for (size_t cut = 0; cut < 400; cut += 7) {
		struct err e = { .kind = ERR_NONE };

		memcpy(copy, m->bytes.p, n);
		assert_null(image_open((struct str){ copy, cut }, &e));
		assert_int_equal(e.kind, ERR_REJECT);
	}
	for (size_t i = 0; i < n; i += n / 2000 + 1) {
		struct err e = { .kind = ERR_NONE };
		struct image *o;

		memcpy(copy, m->bytes.p, n);
		copy[i] = (char)(copy[i] ^ 0x5A);
		o = image_open((struct str){ copy, n }, &e);
		refused += !o;
		if (o)
			(void)image_find(o, STR("太慢"));
		image_free(o);
	}
	assert_true(refused > 0);
	image_free(m);
	free(copy);
}

static void
a_hundred_thousand_terms_build_in_a_blink(void **state)
{
	size_t n = 100000;
	struct image_literal *lit = calloc(n, sizeof *lit);
	char *text = calloc(n, 16);
	struct err e = { .kind = ERR_NONE };
	struct image *m;
	int64_t from = clock_cpu_us(), us;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		uint64_t h = hash_fast(STR("x"), i);
		size_t k = 0;

		for (; k < 8; k++, h /= 26)
			text[i * 16 + k] = (char)('a' + h % 26);
		lit[i].text = (struct str){ text + i * 16, k };
	}
	m = image_build(NULL, lit, n, &e);
	us = clock_cpu_us() - from;
	assert_non_null(m);
	for (size_t i = 0; i < n; i += 997)
		assert_true(image_find(m, lit[i].text) >= 0);
	/* 0.2 s here without sanitizers; a naive first fit takes minutes */
	assert_true(us < 20000000);
	image_free(m);
	free(lit);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_term_is_found_and_nothing_else),
		cmocka_unit_test(literals_and_words_share_a_term),
		cmocka_unit_test(the_hash_follows_the_content),
		cmocka_unit_test(what_was_built_can_be_opened_again),
		cmocka_unit_test(damaged_bytes_are_refused_or_harmless),
		cmocka_unit_test(a_hundred_thousand_terms_build_in_a_blink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
