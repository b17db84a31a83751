/* verify_rota.c - the chain of what people changed of the rota. */
#include "core/base.h"

#include "responder/rota_store.h"
#include "responder/verify_parts.h"

struct rota_chain {
	struct verify *v;
	int64_t seq;
	uint8_t hash[32];
};

static int
check_change(void *arg, const struct rota_row *r)
{
	struct rota_chain *c = arg;
	uint8_t hash[32];

	c->v->sum->rota++;
	if (r->seq != c->seq + 1)
		verify_differs(c->v, "rota change %lld comes after %lld: one is missing",
			       (long long)r->seq, (long long)c->seq);
	if (memcmp(r->previous, c->hash, sizeof c->hash) != 0)
		verify_differs(c->v,
			       "rota change %lld does not hold the hash of the one before it",
			       (long long)r->seq);
	rota_row_hash(r, hash);
	if (memcmp(r->hash, hash, sizeof hash) != 0)
		verify_differs(c->v, "rota change %lld was changed: its hash does not fit",
			       (long long)r->seq);
	memcpy(c->hash, r->hash, sizeof c->hash);
	c->seq = r->seq;
	return 0;
}

int
verify_all_rota(struct verify *v)
{
	struct rota_chain c = { .v = v };

	return rota_rows_read(v->s, INT64_MIN, check_change, &c, v->e);
}
