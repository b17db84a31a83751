#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/str.h"

#include "crawler/mask.h"

static void
personal_numbers_are_masked_and_others_are_kept(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		{ "没有数字", "没有数字" },
		{ "我的电话13812345678，急", "我的电话[手机号]，急" },
		{ "+86 138-1234-5678 联系", "+[手机号] 联系" },
		{ "身份证11010519491231002X丢了", "身份证[身份证号]丢了" },
		{ "身份证 110105194912310021 是假的", "身份证 110105194912310021 是假的" },
		{ "卡号 4111 1111 1111 1111 被盗", "卡号 [银行卡号] 被盗" },
		{ "卡号 4111111111111112 不对", "卡号 4111111111111112 不对" },
		{ "写信到 li.lei+x@mail.example.cn。", "写信到 [邮箱]。" },
		{ "@山脆 你们管不管 a@b", "@山脆 你们管不管 a@b" },
		{ "客服 400-820-8820，12315，95588", "客服 400-820-8820，12315，95588" },
		{ "批次 20260310123456 和订单 8613812345678901",
		  "批次 20260310123456 和订单 8613812345678901" },
		{ "http://x.example/13812345678/4111111111111111",
		  "http://x.example/13812345678/4111111111111111" },
		{ "3.14159 2026-03-10 08:00", "3.14159 2026-03-10 08:00" },
		{ "13812345678 13912345678 都打不通", "[手机号] [手机号] 都打不通" },
		{ "2026-03-10 13812345678 张先生", "2026-03-10 [手机号] 张先生" },
		{ "13812345678 2026", "[手机号] 2026" },
		{ "4111-1111-1111-1111 13812345678", "[银行卡号] [手机号]" },
		{ "致电 +1 415 555 2671 或 +442071838750", "致电 +[手机号] 或 +[手机号]" },
		{ "涨了+12%，+1000 元", "涨了+12%，+1000 元" },
		{ "x.example/13812345678-13912345678", "x.example/13812345678-13912345678" },
		{ "138123456781381234567813812345678", "138123456781381234567813812345678" },
		{ "两个13812345678和13912345678", "两个[手机号]和[手机号]" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		size_t n = 0;
		struct str got = mask_text(a, str_of(cases[i].in), &n);

		assert_string_equal(arena_text(a, got), cases[i].out);
		assert_int_equal(n > 0, strcmp(cases[i].in, cases[i].out) != 0);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(personal_numbers_are_masked_and_others_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
