/* verify_silence.c - the chain of silences that people began and ended. */
#include "core/base.h"

#include "responder/silence_store.h"
#include "responder/verify_parts.h"

struct silence_chain {
	struct verify *v;
	int64_t seq;
	uint8_t hash[32];
};

static int
check_row(void *arg, const struct silence_row *r)
{
	struct silence_chain *c = arg;
	uint8_t hash[32];

	c->v->sum->silences++;
	if (r->seq != c->seq + 1)
		verify_differs(c->v, "silence row %lld comes after %lld: one is missing",
			       (long long)r->seq, (long long)c->seq);
	if (memcmp(r->previous, c->hash, sizeof c->hash) != 0)
		verify_differs(c->v,
			       "silence row %lld does not hold the hash of the one before it",
			       (long long)r->seq);
	silence_row_hash(r, hash);
	if (memcmp(r->hash, hash, sizeof hash) != 0)
		verify_differs(c->v, "silence row %lld was changed: its hash does not fit",
			       (long long)r->seq);
	memcpy(c->hash, r->hash, sizeof c->hash);
	c->seq = r->seq;
	return 0;
}

int
verify_all_silences(struct verify *v)
{
	struct silence_chain c = { .v = v };

	return silence_rows_read(v->s, check_row, &c, v->e);
}
