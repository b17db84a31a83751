/*
 * hash.h - names, digests and signatures (libsodium).
 *
 * Test vectors: RFC 4231 and RFC 2202 (HMAC), RFC 7693 (BLAKE2b), RFC 4648 (base64).
 */
#ifndef LY_CORE_HASH_H
#define LY_CORE_HASH_H

#include "core/base.h"
#include "core/buf.h"

/* BLAKE2b-128 over parts, each preceded by its length: ("ab","c") is not ("a","bc"). */
struct id id_of(const struct str *parts, size_t n);
#define ID_OF(...)                                 \
	id_of((const struct str[]){ __VA_ARGS__ }, \
	      LY_COUNT(((const struct str[]){ __VA_ARGS__ })))
/* Keyed: for author keys, so that a dump does not tell who wrote. key: 32 bytes. */
struct id id_keyed(struct str key, const struct str *parts, size_t n);
bool id_eq(const struct id *a, const struct id *b);
bool id_none(const struct id *a);
int id_cmp(const struct id *a, const struct id *b);
struct str id_str(const struct id *a); /* the 16 bytes, borrowed */
void id_add_hex(struct buf *b, const struct id *a);
int id_from_hex(struct str hex, struct id *out) LY_MUST_USE;
struct id id_random(void);

/* 64-bit SipHash for hash tables fed from outside. key: 16 bytes. */
uint64_t hash_sip(const uint8_t key[16], struct str s);
/* Fast 64-bit mix for inside tables and signatures; stable for ever (tests pin it). */
uint64_t hash_fast(struct str s, uint64_t seed);

void hash_sha256(struct str s, uint8_t out[32]);
void hash_hmac_sha256(struct str key, struct str message, uint8_t out[32]);
/* An HMAC over one of the digests that others sign with. Bytes written to out: 20, 32, 48, 64. */
enum hash_digest { HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH_DIGEST_COUNT };
#define HASH_DIGEST_MAX 64
size_t hash_hmac(enum hash_digest d, struct str key, struct str message,
		 uint8_t out[HASH_DIGEST_MAX]);
void hash_add_hex(struct buf *b, const uint8_t *p, size_t n);
/* 2 n digits, in any case, to n bytes; -1 when they are others. */
int hash_from_hex(struct str hex, uint8_t *out, size_t n) LY_MUST_USE;
void hash_add_base64(struct buf *b, struct str s);
/* -1 when it is not base64. */
int hash_from_base64(struct str s, struct buf *out) LY_MUST_USE;
bool hash_equal(const void *a, const void *b, size_t n); /* constant time */
void hash_random(void *p, size_t n);

/* Is given ("sha256=9f86…", hex in any case) the keyed hash of body? In constant time. */
bool hash_signature_right(struct str given, struct str secret, struct str body);

#endif
