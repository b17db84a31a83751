/* knock.c - token buckets by a hash of who knocks. */
#include "core/base.h"

#include "core/hash.h"
#include "responder/knock.h"

static int64_t
level(const struct knocks *k, size_t i, int64_t now_ms)
{
	int64_t full = k->burst * 1000, milli;

	if (!k->v[i].at_ms || now_ms - k->v[i].at_ms > k->burst * k->refill_ms)
		return full;
	milli = k->v[i].milli;
	if (now_ms > k->v[i].at_ms)
		milli += (now_ms - k->v[i].at_ms) * 1000 / k->refill_ms;
	return milli < full ? milli : full;
}

bool
knock(struct knocks *k, struct str who, int64_t now_ms)
{
	size_t i = hash_sip(k->key, who) % KNOCK_SLOTS;
	int64_t milli = level(k, i, now_ms);

	if (milli < 1000)
		return false;
	k->v[i].milli = milli - 1000;
	k->v[i].at_ms = now_ms;
	return true;
}
