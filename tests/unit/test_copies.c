#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "nlp/copies.h"

static const char post[] =
	"昨天晚上在小区门口的便利店买了一包山脆薯片，回家打开之后发现里面有一块像塑料一样的东西"
	"，"
	"孩子差一点就吃下去了。打电话给客服，等了四十分钟没有人接，后来接通了说让我寄回去检测，"
	"请问这样的产品是怎么出厂的？希望厂家给个说法，也提醒大家注意。";

static int
alike(const char *a, const char *b)
{
	uint8_t x[COPIES_BYTES], y[COPIES_BYTES];

	assert_true(copies_sign(str_of(a), x));
	assert_true(copies_sign(str_of(b), y));
	return copies_alike(x, y);
}

static void
copies_are_alike_and_others_are_not(void **state)
{
	struct buf b = BUF(1 << 12);

	(void)state;
	assert_int_equal(alike(post, post), 64);
	/* a tail of 38 characters, as reposts have it */
	buf_addf(&b, "%s //@路人甲:转发微博，分享自某某客户端，更多精彩内容请点击链接查看全文",
		 post);
	assert_true(alike(post, b.p) >= 45);
	/* another head */
	buf_clear(&b);
	buf_addf(&b, "【网友投诉】%s", post);
	assert_true(alike(post, b.p) >= 45);
	/* punctuation, blanks and case do not count */
	assert_int_equal(alike("Shan Cui chips: there was GLASS in my bag!!",
			       "shan cui chips there was glass in my bag"),
			 64);
	assert_int_equal(
		alike("ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶ", "abcdefghijklmnopqrstuv"),
		64);
	assert_true(alike(post, "今天天气很好，我们一家人去公园野餐，带了很多好吃的东西，孩子玩"
				"得很开心。") < 5);
	buf_release(&b);
}

static void
short_texts_have_no_signature(void **state)
{
	uint8_t sig[COPIES_BYTES];

	(void)state;
	assert_false(copies_sign(STR(""), sig));
	assert_false(copies_sign(STR("转发微博"), sig));
	assert_false(copies_sign(STR("0123456789 012345678, !!!"), sig));
	assert_true(copies_sign(STR("0123456789 0123456789"), sig));
	assert_false(copies_sign(STR("。。。。。。。。。。。。。。。。。。。。。。。。"), sig));
}

static void
cut_sequences_stay_inside(void **state)
{
	uint8_t sig[COPIES_BYTES];
	char text[64];

	(void)state;
	memset(text, 'a', sizeof text);
	for (unsigned lead = 0xC0; lead < 0x100; lead++) {
		text[40] = (char)lead;
		assert_true(copies_sign((struct str){ text, 41 }, sig));
	}
}

/* The signature is stored: it must never change. */
static void
signatures_are_pinned(void **state)
{
	uint8_t sig[COPIES_BYTES], digest[32];
	struct buf hex = BUF(128);

	(void)state;
	assert_true(copies_sign(str_of(post), sig));
	hash_sha256((struct str){ (char *)sig, sizeof sig }, digest);
	hash_add_hex(&hex, digest, 8);
	assert_string_equal(hex.p, "78c37e32a04cbe29");
	buf_release(&hex);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_alike_and_others_are_not),
		cmocka_unit_test(short_texts_have_no_signature),
		cmocka_unit_test(cut_sequences_stay_inside),
		cmocka_unit_test(signatures_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
