/* chain.c - see chain.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/chain.h"

static struct str
hash_str(const uint8_t hash[CHAIN_HASH])
{
	return (struct str){ (const char *)hash, CHAIN_HASH };
}

void
chain_part(struct buf *b, struct str part)
{
	char head[32];
	size_t at = sizeof head, n = part.n;

	/* "%zu:", some thousand times where much goes on */
	head[--at] = ':';
	do
		head[--at] = (char)('0' + n % 10);
	while (n /= 10);
	buf_add(b, (struct str){ head + at, sizeof head - at });
	buf_add(b, part);
}

void
chain_hash_part(struct buf *b, const uint8_t hash[CHAIN_HASH])
{
	chain_part(b, hash_str(hash));
}

void
chain_bind(struct stmt *q, int at, const uint8_t hash[CHAIN_HASH])
{
	stmt_bytes(q, at, hash_str(hash));
}

void
chain_col(struct stmt *q, int at, uint8_t out[CHAIN_HASH])
{
	struct str b = stmt_col_bytes(q, at);

	memset(out, 0, CHAIN_HASH);
	if (b.n == CHAIN_HASH)
		memcpy(out, b.p, CHAIN_HASH);
}

int
chain_newest(struct stmt *q, int64_t *seq, uint8_t hash[CHAIN_HASH], struct err *e)
{
	int found = stmt_step(q, e);

	*seq = 0;
	memset(hash, 0, CHAIN_HASH);
	if (found > 0) {
		*seq = stmt_col_int(q, 0);
		chain_col(q, 1, hash);
	}
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}
