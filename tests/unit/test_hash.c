#include "core/base.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/str.h"

static void
check_hex(const uint8_t *p, size_t n, const char *want)
{
	struct buf b = BUF(4096);

	hash_add_hex(&b, p, n);
	assert_string_equal(b.p, want);
	buf_release(&b);
}

static void
hmac_agrees_with_rfc_4231(void **state)
{
	char k20[20], k131[131], d50[50];
	uint8_t out[32];

	(void)state;
	memset(k20, 0x0b, sizeof k20);
	hash_hmac_sha256((struct str){ k20, 20 }, STR("Hi There"), out);
	check_hex(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hash_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	check_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(k20, 0xaa, sizeof k20);
	memset(d50, 0xdd, sizeof d50);
	hash_hmac_sha256((struct str){ k20, 20 }, (struct str){ d50, 50 }, out);
	check_hex(out, 32, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
	memset(k131, 0xaa, sizeof k131);
	hash_hmac_sha256((struct str){ k131, 131 },
			 STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	check_hex(out, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 2202, RFC 4231; the lengths around a block from Python's hmac. */
static void
hmac_over_four_digests_agrees_with_the_rfcs(void **state)
{
	static const struct {
		enum hash_digest digest;
		int key;
		size_t key_n;
		const char *message, *hex;
	} cases[] = {
		{ HASH_SHA1, 0x0b, 20, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00" },
		{ HASH_SHA256, 0x0b, 20, "Hi There",
		  "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		{ HASH_SHA384, 0x0b, 20, "Hi There",
		  "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076e"
		  "de7f4af152e8b2fa9cb6" },
		{ HASH_SHA512, 0x0b, 20, "Hi There",
		  "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8"
		  "a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854" },
		{ HASH_SHA1, 0xaa, 131,
		  "Test Using Larger Than Block-Size Key - Hash Key First",
		  "90d0dace1c1bdc957339307803160335bde6df2b" },
		{ HASH_SHA256, 0xaa, 131,
		  "Test Using Larger Than Block-Size Key - Hash Key First",
		  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
		{ HASH_SHA384, 0xaa, 131,
		  "Test Using Larger Than Block-Size Key - Hash Key First",
		  "4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030"
		  "fe8296248df163f44952" },
		{ HASH_SHA512, 0xaa, 131,
		  "Test Using Larger Than Block-Size Key - Hash Key First",
		  "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f"
		  "2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598" },
		{ HASH_SHA1, 0x07, 64,
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		  "cdac30ac467ddaf50fd042a6ff390cc44da5091d" },
		{ HASH_SHA256, 0x07, 64,
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		  "170442e0cc50588338c643a8a30c91543c78c8465129751e8bdeb564743e1549" },
		{ HASH_SHA384, 0x07, 64,
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		  "9859d13fadd9970c885a6d7702bbed49e9a03c45c2c5b2641bfee262350474f123ed9d998e3a"
		  "6284b043914ee55a5e98" },
		{ HASH_SHA512, 0x07, 64,
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		  "0631ad51b95c2ca0f3a3a261ab7f2fd959ac54a4683c242db1d4ec9b653f1233e3ed0fcf2074"
		  "74c15d1957ef7c32fe80201683d245719d9415dc528a944ce6fc" },
		{ HASH_SHA1, 0x00, 0, "", "fbdb1d1b18aa6c08324b7d64b71fb76370690e1d" },
		{ HASH_SHA256, 0x00, 0, "",
		  "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad" },
		{ HASH_SHA384, 0x00, 0, "",
		  "6c1f2ee938fad2e24bd91298474382ca218c75db3d83e114b3d4367776d14d3551289e75e820"
		  "9cd4b792302840234adc" },
		{ HASH_SHA512, 0x00, 0, "",
		  "b936cee86c9f87aa5d3c6f2e84cb5a4239a5fe50480a6ec66b70ab5b1f4ac6730c6c515421b3"
		  "27ec1d69402e53dfb49ad7381eb067b338fd7b0cb22247225d47" },
	};

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		char key[131];
		uint8_t out[HASH_DIGEST_MAX];
		size_t n;

		memset(key, cases[i].key, sizeof key);
		n = hash_hmac(cases[i].digest, (struct str){ key, cases[i].key_n },
			      str_of(cases[i].message), out);
		check_hex(out, n, cases[i].hex);
	}
}

static void
sha256_agrees_with_fips_180(void **state)
{
	uint8_t out[32];

	(void)state;
	hash_sha256(STR("abc"), out);
	check_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hash_sha256((struct str){ NULL, 0 }, out);
	check_hex(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* The expected digests come from Python: hashlib.blake2b(message, digest_size=16). */
static void
an_id_is_blake2b_128_over_lengths_and_parts(void **state)
{
	struct id a = ID_OF(STR("ab"), STR("c")), b = ID_OF(STR("a"), STR("bc")), c;
	struct id empty = id_of(NULL, 0);
	char key[32];

	(void)state;
	check_hex(a.b, 16, "4826ed043ab3cdec576d8541fa5d5a80");
	check_hex(b.b, 16, "f14abc19c330e936bb9c8506d69bac9b");
	check_hex(empty.b, 16, "cae66941d9efbd404e4d88758ea67670");
	memset(key, 7, sizeof key);
	c = id_keyed((struct str){ key, 32 }, (struct str[]){ STR("ab"), STR("c") }, 2);
	check_hex(c.b, 16, "23d590a818888471a3147203f17c69cf");
	assert_false(id_eq(&a, &b));
	assert_true(id_cmp(&a, &b) == -id_cmp(&b, &a) || id_cmp(&a, &b) * id_cmp(&b, &a) < 0);
}

static void
an_id_survives_its_hex_form(void **state)
{
	struct id a = id_random(), b, none = { { 0 } };
	struct buf hex = BUF(64);

	(void)state;
	id_add_hex(&hex, &a);
	assert_int_equal(hex.n, 32);
	assert_int_equal(id_from_hex(buf_str(&hex), &b), 0);
	assert_true(id_eq(&a, &b));
	assert_int_equal(id_from_hex(STR("00112233445566778899AABBCCDDEEFF"), &b), 0);
	check_hex(b.b, 16, "00112233445566778899aabbccddeeff");
	assert_int_equal(id_from_hex(STR("00112233445566778899aabbccddeef"), &b), -1);
	assert_int_equal(id_from_hex(STR("00112233445566778899aabbccddeefg"), &b), -1);
	assert_true(id_none(&none));
	assert_false(id_none(&a));
	assert_int_equal(id_str(&a).n, 16);
	buf_release(&hex);
}

static void
base64_agrees_with_rfc_4648(void **state)
{
	static const struct {
		struct str plain, coded;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("Zg==") },
		{ STR_INIT("fo"), STR_INIT("Zm8=") },
		{ STR_INIT("foo"), STR_INIT("Zm9v") },
		{ STR_INIT("foob"), STR_INIT("Zm9vYg==") },
		{ STR_INIT("fooba"), STR_INIT("Zm9vYmE=") },
		{ STR_INIT("foobar"), STR_INIT("Zm9vYmFy") },
	};
	static const char *const bad[] = { "Zg",   "Zg=",        "Zg===",    "Z",
					   "Zh==", "Zm9v\nZg==", "Zg==Zm9v", "Z!==" };

	(void)state;
	for (size_t i = 0; i < LY_COUNT(cases); i++) {
		struct buf coded = BUF(64), plain = BUF(64);

		hash_add_base64(&coded, cases[i].plain);
		assert_string_equal(coded.p, cases[i].coded.p);
		assert_int_equal(hash_from_base64(cases[i].coded, &plain), 0);
		assert_string_equal(plain.p, cases[i].plain.p);
		buf_release(&coded);
		buf_release(&plain);
	}
	for (size_t i = 0; i < LY_COUNT(bad); i++) {
		struct buf plain = BUF(64);

		assert_int_equal(
			hash_from_base64((struct str){ bad[i], strlen(bad[i]) }, &plain), -1);
		buf_release(&plain);
	}
}

static void
base64_of_any_length_comes_back(void **state)
{
	char bytes[2500];

	(void)state;
	hash_random(bytes, sizeof bytes);
	for (size_t n = 0; n <= sizeof bytes; n += 83) {
		struct buf coded = BUF(8192), plain = BUF(8192), small = BUF(n ? n : 1);

		hash_add_base64(&coded, (struct str){ bytes, n });
		assert_int_equal(coded.n, (n + 2) / 3 * 4);
		assert_int_equal(hash_from_base64(buf_str(&coded), &plain), 0);
		assert_int_equal(plain.n, n);
		assert_memory_equal(plain.p, bytes, n);
		if (n) /* what does not fit is not called decoded */
			assert_int_equal(hash_from_base64(buf_str(&coded), &small), -1);
		buf_release(&coded);
		buf_release(&plain);
		buf_release(&small);
	}
}

static void
sip_agrees_with_its_paper(void **state)
{
	uint8_t key[16];
	char message[15];

	(void)state;
	for (int i = 0; i < 16; i++)
		key[i] = (uint8_t)i;
	for (int i = 0; i < 15; i++)
		message[i] = (char)i;
	assert_true(hash_sip(key, (struct str){ message, 15 }) == 0xa129ca6149be45e5u);
	assert_true(hash_sip(key, (struct str){ NULL, 0 }) == 0x726fdb47dd0e0e31u);
}

/* Signatures are stored: these values may never change. */
static void
the_fast_hash_is_pinned(void **state)
{
	(void)state;
	assert_true(hash_fast((struct str){ NULL, 0 }, 0) == 0x037bb84bb01ccb02u);
	assert_true(hash_fast(STR("a"), 0) == 0xc12222a13842431eu);
	assert_true(hash_fast(STR("a"), 1) == 0xf604ac82e719690fu);
	assert_true(hash_fast(STR("0123456789abcdef"), 0) == 0xfb870d0b17c17520u);
	assert_true(hash_fast(STR("山脆薯片召回 the quick brown fox"), 42) ==
		    0xd3235ccc20a843a9u);
}

/* 64 bits, each flipped in a 24-byte key: about half of the result must change. */
static void
the_fast_hash_spreads_every_bit(void **state)
{
	int worst_low = 64, worst_high = 0;

	(void)state;
	for (int bit = 0; bit < 24 * 8; bit++) {
		int flipped = 0;

		for (int round = 0; round < 64; round++) {
			char key[24];
			uint64_t before;

			hash_random(key, sizeof key);
			before = hash_fast((struct str){ key, sizeof key }, 5);
			key[bit / 8] = (char)(key[bit / 8] ^ (1 << bit % 8));
			flipped += __builtin_popcountll(
				before ^ hash_fast((struct str){ key, sizeof key }, 5));
		}
		if (flipped / 64 < worst_low)
			worst_low = flipped / 64;
		if (flipped / 64 > worst_high)
			worst_high = flipped / 64;
	}
	assert_in_range(worst_low, 28, 32);
	assert_in_range(worst_high, 32, 36);
}

static void
comparing_secrets_looks_at_every_byte(void **state)
{
	(void)state;
	assert_true(hash_equal("token-a", "token-a", 7));
	assert_false(hash_equal("token-a", "token-b", 7));
	assert_false(hash_equal("xoken-a", "token-a", 7));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hmac_agrees_with_rfc_4231),
		cmocka_unit_test(hmac_over_four_digests_agrees_with_the_rfcs),
		cmocka_unit_test(sha256_agrees_with_fips_180),
		cmocka_unit_test(an_id_is_blake2b_128_over_lengths_and_parts),
		cmocka_unit_test(an_id_survives_its_hex_form),
		cmocka_unit_test(base64_agrees_with_rfc_4648),
		cmocka_unit_test(base64_of_any_length_comes_back),
		cmocka_unit_test(sip_agrees_with_its_paper),
		cmocka_unit_test(the_fast_hash_is_pinned),
		cmocka_unit_test(the_fast_hash_spreads_every_bit),
		cmocka_unit_test(comparing_secrets_looks_at_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
