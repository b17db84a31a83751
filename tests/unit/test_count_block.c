/* What digests count of a mention goes into a block and comes back; other bytes are no block. */
#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/count_block.h"
#include "responder/distinct.h"

#define FROM ((int64_t)1773446400)

static const struct day_mention said[] = {
	{ .id = { { 1 } },
	  .document = { { 2 } },
	  .author_key = { { 3 } },
	  .arrived_at = FROM,
	  .published_at = FROM - 60,
	  .score = -700,
	  .label = LABEL_NEG,
	  .followers = (int64_t)1 << 40,
	  .rank = 3,
	  .topics = STR_INIT(
		  "[{\"topic\":\"service\",\"negated\":0},{\"topic\":\"price\",\"negated\":1},"
		  "{\"topic\":\"service\",\"negated\":0}]"),
	  .site = STR_INIT("a.example") },
	{ .id = { { 4 } }, .document = { { 5 } }, .document_flags = DOCUMENT_OWNED },
	{ .id = { { 6 } },
	  .document = { { 7 } },
	  .story = { { 8 } },
	  .voice = { { 9 } },
	  .arrived_at = FROM + 10,
	  .published_at = FROM + 20,
	  .label = LABEL_POS,
	  .flags = MENTION_RIVAL,
	  .followers = -1,
	  .topics = STR_INIT("[]"),
	  .site = STR_INIT("") },
};

/* In b, which the caller releases. */
static struct str
packed(struct buf *b)
{
	struct block_maker m;

	*b = BUF(1 << 20);
	block_begin(&m, FROM);
	for (size_t i = 0; i < LY_COUNT(said); i++)
		block_add(&m, &said[i]);
	assert_int_equal(block_write(&m, b), 0);
	block_release(&m);
	return buf_str(b);
}

static void
what_is_packed_comes_back(void **state)
{
	struct buf bytes;
	struct count_block b;
	struct counted_negative n;
	struct counted x, row;
	struct str names;

	(void)state;
	assert_true(block_open(packed(&bytes), FROM, &b));
	assert_int_equal(b.n, 2); /* our own voice is counted by no digest */
	assert_int_equal(b.negatives_n, 1);
	assert_int_equal(b.topics_n, 1);
	for (uint32_t i = 0; i < b.n; i++) {
		assert_true(counted_of(&said[2 * i], &row));
		x = block_get(&b, i);
		row.site = x.site;
		assert_memory_equal(&x, &row, sizeof x);
	}
	assert_int_equal(block_get(&b, 0).told_at, FROM - 60);
	assert_int_equal(block_get(&b, 1).told_at, FROM + 10);
	n = block_negative(&b, 0);
	assert_true(id_eq(&n.story, &said[0].document) && id_eq(&n.mention, &said[0].id));
	assert_int_equal(n.score, -700);
	assert_int_equal(n.of, 0);
	names = b.names;
	assert_true(str_is(block_name(&names), ""));
	assert_true(str_is(block_name(&names), "a.example"));
	assert_true(str_is(block_name(&names), ""));
	assert_true(str_is(block_name(&names), "service"));
	assert_int_equal(block_topic(&b, 0).topic, 1);
	buf_release(&bytes);
}

static void
other_bytes_are_no_block(void **state)
{
	struct buf bytes;
	struct count_block b;
	struct str all = packed(&bytes);

	(void)state;
	for (size_t n = 0; n < all.n; n++)
		assert_false(block_open(str_slice(all, 0, n), FROM, &b));
	/* Whatever a byte becomes: what opens can be read to its end. */
	for (size_t i = 0; i < all.n; i++) {
		char was = bytes.p[i];

		bytes.p[i] = (char)0xff;
		if (block_open(all, FROM, &b))
			for (uint32_t k = 0; k < b.topics_n; k++)
				assert_true(block_get(&b, block_topic(&b, k).of).site <
					    b.site_names_n);
		bytes.p[i] = was;
	}
	assert_true(block_open(all, FROM, &b));
	assert_false(heard_open(all, NULL, NULL));
	buf_release(&bytes);
}

static void
what_fits_no_field_makes_no_block(void **state)
{
	struct day_mention m = said[0];
	struct block_maker b;
	struct buf bytes = BUF(1 << 20);

	(void)state;
	m.arrived_at = FROM + ((int64_t)1 << 33);
	block_begin(&b, FROM);
	block_add(&b, &m);
	assert_int_equal(block_write(&b, &bytes), -1);
	block_release(&b);
	buf_release(&bytes);
}

static void
heard_again(void *arg, struct str key, const struct heard *h)
{
	int64_t class;
	struct str source = heard_source(key, &class);

	buf_addf(arg, "%.*s %lld %lld %lld\n", STR_ARG(source), (long long)class,
		 (long long)h->documents, (long long)h->last_at);
}

static void
sources_come_back_by_class(void **state)
{
	struct heard_list l;
	struct buf bytes = BUF(1 << 16), says = BUF(1 << 16);

	(void)state;
	heard_begin(&l);
	for (int i = 0; i < 5; i++)
		*heard_of(&l, i % 2 ? STR("board") : STR("wire"), i / 4) =
			(struct heard){ i, FROM + i };
	assert_int_equal(heard_write(&l, &bytes), 0);
	assert_true(heard_open(buf_str(&bytes), heard_again, &says));
	assert_string_equal(says.p, "wire 0 2 1773446402\nboard 0 3 1773446403\n"
				    "wire 1 4 1773446404\n");
	for (size_t n = 0; n < bytes.n; n++)
		assert_false(heard_open(str_slice(buf_str(&bytes), 0, n), NULL, NULL));
	heard_release(&l);
	buf_release(&bytes);
	buf_release(&says);
}

static void
a_set_counts_each_key_once(void **state)
{
	struct distinct d = { 0 };

	(void)state;
	for (int turn = 0; turn < 2; turn++)
		for (uint64_t i = 0; i < 1000; i++)
			distinct_add(&d, i % 2 ? i << 40 : i);
	assert_int_equal(d.n, 1000);
	distinct_release(&d);
	assert_int_equal(d.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_back),
		cmocka_unit_test(other_bytes_are_no_block),
		cmocka_unit_test(what_fits_no_field_makes_no_block),
		cmocka_unit_test(sources_come_back_by_class),
		cmocka_unit_test(a_set_counts_each_key_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
