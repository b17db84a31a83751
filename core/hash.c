#include "core/base.h"

#include <endian.h>

#include <sodium.h>

#include "core/hash.h"
#include "core/sha1.h"
#include "core/str.h"

#define CHUNK 768 /* bytes per base64 step: a multiple of 3, so that only the last is padded */

/* Picks the fastest implementation for this processor; before main, so before any thread. */
__attribute__((constructor)) static void
hash_start(void)
{
	if (sodium_init() < 0)
		abort();
}

static struct id
id_make(struct str key, const struct str *parts, size_t n)
{
	crypto_generichash_state st;
	struct id out;

	crypto_generichash_init(&st, key.n ? (const unsigned char *)key.p : NULL, key.n,
				sizeof out.b);
	for (size_t i = 0; i < n; i++) {
		uint64_t len = htole64(parts[i].n);

		crypto_generichash_update(&st, (const unsigned char *)&len, sizeof len);
		crypto_generichash_update(&st, (const unsigned char *)parts[i].p, parts[i].n);
	}
	crypto_generichash_final(&st, out.b, sizeof out.b);
	return out;
}

struct id
id_of(const struct str *parts, size_t n)
{
	return id_make((struct str){ NULL, 0 }, parts, n);
}

struct id
id_keyed(struct str key, const struct str *parts, size_t n)
{
	if (key.n != 32)
		abort(); /* our own mistake: a short key would hide nobody */
	return id_make(key, parts, n);
}

bool
id_eq(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool
id_none(const struct id *a)
{
	static const struct id none;

	return id_eq(a, &none);
}

int
id_cmp(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, sizeof a->b);
}

struct str
id_str(const struct id *a)
{
	return (struct str){ (const char *)a->b, sizeof a->b };
}

void
id_add_hex(struct buf *b, const struct id *a)
{
	hash_add_hex(b, a->b, sizeof a->b);
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hash_from_hex(struct str hex, uint8_t *out, size_t n)
{
	if (hex.n != 2 * n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int hi = nibble(hex.p[2 * i]), lo = nibble(hex.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -1;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

int
id_from_hex(struct str hex, struct id *out)
{
	return hash_from_hex(hex, out->b, sizeof out->b);
}

struct id
id_random(void)
{
	struct id out;

	hash_random(out.b, sizeof out.b);
	return out;
}

uint64_t
hash_sip(const uint8_t key[16], struct str s)
{
	uint8_t out[crypto_shorthash_BYTES];
	uint64_t v;

	crypto_shorthash(out, (const unsigned char *)(s.p ? s.p : ""), s.n, key);
	memcpy(&v, out, sizeof v);
	return le64toh(v);
}

/* Both halves of the 128-bit product, folded. */
static uint64_t
mix(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 m = a;

	m *= b;
	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t
read64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

uint64_t
hash_fast(struct str s, uint64_t seed)
{
	/* Odd constants: digits of the golden ratio, pi and e. Never change them (see hash.h). */
	const uint64_t k0 = 0x9e3779b97f4a7c15u, k1 = 0x243f6a8885a308d3u,
		       k2 = 0xb7e151628aed2a6bu;
	uint64_t h = mix(seed ^ k0, (uint64_t)s.n ^ k1), tail[2] = { 0, 0 };

	for (; s.n >= 16; s.p += 16, s.n -= 16)
		h = mix(read64(s.p) ^ h ^ k1, read64(s.p + 8) ^ k2);
	if (s.n) {
		memcpy(tail, s.p, s.n);
		h = mix(le64toh(tail[0]) ^ h ^ k1, le64toh(tail[1]) ^ k2);
	}
	return mix(h ^ k2, k0);
}

void
hash_sha256(struct str s, uint8_t out[32])
{
	crypto_hash_sha256(out, (const unsigned char *)s.p, s.n);
}

void
hash_hmac_sha256(struct str key, struct str message, uint8_t out[32])
{
	crypto_auth_hmacsha256_state st;

	crypto_auth_hmacsha256_init(&st, (const unsigned char *)(key.p ? key.p : ""), key.n);
	crypto_auth_hmacsha256_update(&st, (const unsigned char *)message.p, message.n);
	crypto_auth_hmacsha256_final(&st, out);
	sodium_memzero(&st, sizeof st);
}

/* ---- the four digests of hash_hmac, as parts: begin, add, end ---------------------------------- */

union running {
	struct sha1 sha1;
	crypto_hash_sha256_state sha256;
	crypto_hash_sha512_state sha512;
};

static void
begin_sha1(union running *r)
{
	sha1_begin(&r->sha1);
}
static void
begin_sha256(union running *r)
{
	crypto_hash_sha256_init(&r->sha256);
}
/* SHA-384 is SHA-512 from another start, cut (FIPS 180-4 5.3.4). */
static void
begin_sha384(union running *r)
{
	static const uint64_t start[8] = { 0xcbbb9d5dc1059ed8u, 0x629a292a367cd507u,
					   0x9159015a3070dd17u, 0x152fecd8f70e5939u,
					   0x67332667ffc00b31u, 0x8eb44a8768581511u,
					   0xdb0c2e0d64f98fa7u, 0x47b5481dbefa4fa4u };

	crypto_hash_sha512_init(&r->sha512);
	memcpy(r->sha512.state, start, sizeof start);
}
static void
begin_sha512(union running *r)
{
	crypto_hash_sha512_init(&r->sha512);
}
static void
add_sha1(union running *r, const uint8_t *p, size_t n)
{
	sha1_add(&r->sha1, p, n);
}
static void
add_sha256(union running *r, const uint8_t *p, size_t n)
{
	crypto_hash_sha256_update(&r->sha256, p, n);
}
static void
add_sha512(union running *r, const uint8_t *p, size_t n)
{
	crypto_hash_sha512_update(&r->sha512, p, n);
}
static void
end_sha1(union running *r, uint8_t *out)
{
	sha1_end(&r->sha1, out);
}
static void
end_sha256(union running *r, uint8_t *out)
{
	crypto_hash_sha256_final(&r->sha256, out);
}
static void
end_sha512(union running *r, uint8_t *out)
{
	crypto_hash_sha512_final(&r->sha512, out);
}

static const struct digest {
	size_t n, block;
	void (*begin)(union running *r);
	void (*add)(union running *r, const uint8_t *p, size_t n);
	void (*end)(union running *r, uint8_t *out); /* may write HASH_DIGEST_MAX bytes */
} digests[HASH_DIGEST_COUNT] = {
	[HASH_SHA1] = { 20, 64, begin_sha1, add_sha1, end_sha1 },
	[HASH_SHA256] = { 32, 64, begin_sha256, add_sha256, end_sha256 },
	[HASH_SHA384] = { 48, 128, begin_sha384, add_sha512, end_sha512 },
	[HASH_SHA512] = { 64, 128, begin_sha512, add_sha512, end_sha512 },
};

/* digest(key ^ filler, message) */
static void
hmac_half(const struct digest *d, const uint8_t *key, uint8_t filler, struct str message,
	  uint8_t out[HASH_DIGEST_MAX])
{
	uint8_t pad[128];
	union running r;

	for (size_t i = 0; i < d->block; i++)
		pad[i] = key[i] ^ filler;
	d->begin(&r);
	d->add(&r, pad, d->block);
	d->add(&r, (const uint8_t *)(message.p ? message.p : ""), message.n);
	d->end(&r, out);
	sodium_memzero(pad, sizeof pad);
	sodium_memzero(&r, sizeof r);
}

size_t
hash_hmac(enum hash_digest which, struct str key, struct str message,
	  uint8_t out[HASH_DIGEST_MAX])
{
	const struct digest *d = &digests[which];
	uint8_t block[128] = { 0 }, inner[HASH_DIGEST_MAX];
	union running r;

	if (key.n > d->block) {
		d->begin(&r);
		d->add(&r, (const uint8_t *)key.p, key.n);
		d->end(&r, inner);
		memcpy(block, inner, d->n);
	} else if (key.n) {
		memcpy(block, key.p, key.n);
	}
	hmac_half(d, block, 0x36, message, inner);
	hmac_half(d, block, 0x5c, (struct str){ (const char *)inner, d->n }, out);
	sodium_memzero(block, sizeof block);
	return d->n;
}

void
hash_add_hex(struct buf *b, const uint8_t *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		char two[2] = { digits[p[i] >> 4], digits[p[i] & 15] };

		buf_add(b, (struct str){ two, 2 });
	}
}

void
hash_add_base64(struct buf *b, struct str s)
{
	char out[CHUNK / 3 * 4 + 1];

	while (s.n) {
		size_t n = s.n < CHUNK ? s.n : CHUNK;

		sodium_bin2base64(out, sizeof out, (const unsigned char *)s.p, n,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_add(b, (struct str){ out, strlen(out) });
		s.p += n;
		s.n -= n;
	}
}

int
hash_from_base64(struct str s, struct buf *out)
{
	unsigned char bytes[CHUNK];

	if (s.n % 4)
		return -1;
	while (s.n) {
		size_t n = s.n < CHUNK / 3 * 4 ? s.n : CHUNK / 3 * 4, made;
		const char *end;

		if (sodium_base642bin(bytes, sizeof bytes, s.p, n, NULL, &made, &end,
				      sodium_base64_VARIANT_ORIGINAL) != 0 ||
		    end != s.p + n)
			return -1;
		if (n < s.n && made != CHUNK)
			return -1; /* padding in the middle */
		buf_add(out, (struct str){ (char *)bytes, made });
		s.p += n;
		s.n -= n;
	}
	return buf_ok(out) ? 0 : -1;
}

bool
hash_equal(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
hash_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

bool
hash_signature_right(struct str given, struct str secret, struct str body)
{
	static const char *const names[HASH_DIGEST_COUNT] = { "sha1", "sha256", "sha384",
							      "sha512" };
	ptrdiff_t eq = str_find_byte(given, '=');
	struct str name = str_slice(given, 0, eq < 0 ? 0 : (size_t)eq);
	struct str hex = str_slice(given, (size_t)(eq + 1), given.n);

	for (size_t i = 0; i < HASH_DIGEST_COUNT; i++) {
		uint8_t sum[HASH_DIGEST_MAX];
		char lower[2 * HASH_DIGEST_MAX];
		struct buf ours = BUF(2 * HASH_DIGEST_MAX + 1);
		bool right;

		if (!str_eq_nocase(name, str_of(names[i])))
			continue;
		hash_add_hex(&ours, sum, hash_hmac((enum hash_digest)i, secret, body, sum));
		right = hex.n == ours.n;
		for (size_t k = 0; right && k < hex.n; k++)
			lower[k] = hex.p[k] >= 'A' && hex.p[k] <= 'F' ? (char)(hex.p[k] | 0x20)
								      : hex.p[k];
		right = right && hash_equal(lower, ours.p, ours.n);
		buf_release(&ours);
		return right;
	}
	return false;
}
