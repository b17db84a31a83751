/* verify_entry.c - the chain of what was added to the files of incidents. */
#include "core/base.h"

#include "core/str.h"
#include "responder/entry.h"
#include "responder/record_store.h"
#include "responder/verify_parts.h"

struct entry_chain {
	struct verify *v;
	int64_t seq;
	uint8_t hash[32];
};

/* The value is what its digest was made of; of an erased one nothing is left. */
static void
check_value(struct verify *v, const struct entry *x)
{
	uint8_t digest[32];

	if (x->erased.n) {
		v->sum->expired += record_is_expired(x->erased);
		v->sum->erased += !record_is_expired(x->erased);
		if (x->value.n || x->salt.n)
			verify_differs(v, "entry %lld is gone (%.*s) but still has text",
				       (long long)x->seq, STR_ARG(x->erased));
		return;
	}
	entry_digest(x->salt, x->value, digest);
	if (memcmp(digest, x->digest, sizeof digest) != 0)
		verify_differs(v, "entry %lld is not what its digest was made of",
			       (long long)x->seq);
}

static int
check_entry(void *arg, const struct entry *x)
{
	struct entry_chain *c = arg;
	uint8_t hash[32];

	c->v->sum->entries++;
	if (x->seq != c->seq + 1)
		verify_differs(c->v, "entry %lld comes after entry %lld: one is missing",
			       (long long)x->seq, (long long)c->seq);
	if (memcmp(x->previous, c->hash, sizeof c->hash) != 0)
		verify_differs(c->v, "entry %lld does not hold the hash of the one before it",
			       (long long)x->seq);
	entry_hash(x, hash);
	if (memcmp(x->hash, hash, sizeof hash) != 0)
		verify_differs(c->v, "entry %lld was changed: its hash does not fit",
			       (long long)x->seq);
	check_value(c->v, x);
	memcpy(c->hash, x->hash, sizeof c->hash);
	c->seq = x->seq;
	return 0;
}

int
verify_all_entries(struct verify *v)
{
	struct entry_chain c = { .v = v };

	return entries_read(v->s, NULL, check_entry, &c, v->e);
}
