/* hotlist.c - see hotlist.h: the pure part. */
#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"

#include "crawler/hotlist.h"

#define BELOW_ALL 1000

int64_t
hot_step(int64_t rank)
{
	static const int64_t steps[] = { 1, 3, 10, 20, 50 };

	for (size_t i = 0; i < LY_COUNT(steps); i++)
		if (rank <= steps[i])
			return steps[i];
	return BELOW_ALL;
}

bool
hot_look(struct hot_entry *x, int64_t rank, int64_t looked_at, int64_t now)
{
	int64_t step = hot_step(rank);
	bool again = x->looks && now - x->last_at <= HOT_GAP_S;
	/* It was there one look ago: it has stood there since. */
	bool stayed = again && x->last_at == looked_at;

	if (!again) {
		x->first_at = now;
		x->dwell_s = 0;
		x->before = 0;
		x->best = rank;
		x->best_at = now;
		x->looks = 0;
	} else {
		x->before = stayed ? x->rank : 0;
		x->dwell_s += stayed ? now - x->last_at : 0;
		if (rank < x->best) {
			x->best = rank;
			x->best_at = now;
		}
	}
	x->rank = rank;
	x->last_at = now;
	x->looks++;
	if (again && step >= x->told)
		return false;
	x->told = step;
	return true;
}

struct str
hot_identity(const struct hot_entry *x, struct arena *a)
{
	struct buf b = BUF(100);
	struct str s;

	id_add_hex(&b, &x->entry);
	buf_addf(&b, "@%lld/%lld", (long long)x->first_at, (long long)x->told);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}
