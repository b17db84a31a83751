/* join_deny.c - does a text deny what a story says? Decides nothing. */
#include "core/base.h"

#include <stdlib.h>

#include "responder/join_inside.h"

#define AGAIN_S (24 * 3600)
#define FEELING 2 /* this much more blame than praise: praise is another story */

#define SORTS 5 /* place, code, day, year, spot */
struct tellings {
	uint32_t hash[GIST_MAX], count[GIST_MAX]; /* of one sort */
	unsigned n;
};

static int
sort_of(const struct joins *j, uint32_t part)
{
	switch (gist_kind_of(part)) {
	case GIST_CODE:
		return 1;
	case GIST_DAY:
		return 2;
	case GIST_YEAR:
		return 3;
	default:
		if (part & GIST_SPOT)
			return 4;
		return join_is_place(j, part) ? 0 : -1;
	}
}

static uint32_t
telling_add(struct tellings *t, uint32_t hash, uint32_t by)
{
	unsigned i = 0;

	while (i < t->n && t->hash[i] != hash)
		i++;
	if (i == t->n && by && t->n < GIST_MAX) {
		t->hash[i] = hash;
		t->count[t->n++] = 0;
	}
	if (i < t->n)
		t->count[i] += by;
	return i < t->n ? t->count[i] : 0;
}

/* Does the newcomer name another place than the story mostly does? What all name is no answer:
 * it may be the brand. Others that the story names once or twice do not hold it together: so a
 * stray that came in pulls no more after it. */
static bool
sort_clashes(const struct tellings *t, const uint32_t *mine, unsigned n, unsigned members)
{
	uint32_t most = 0, best = 0, common[GIST_MAX] = { 0 };
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++) {
		uint32_t count = 0;

		for (unsigned k = 0; k < t->n; k++)
			if (t->hash[k] == mine[i])
				common[k] = count = t->count[k];
		if (count * 5 >= members * 4)
			continue;
		left++;
		best = count > best ? count : best;
	}
	for (unsigned k = 0; k < t->n; k++)
		if (!(common[k] && t->count[k] * 5 >= members * 4) && t->count[k] > most)
			most = t->count[k];
	return left && most && best * 8 < most * 5;
}

bool
join_contradicts(const struct joins *j, const struct query *q, const struct tale *t)
{
	struct tellings told[SORTS];
	uint32_t mine[SORTS][GIST_MAX];
	unsigned mine_n[SORTS] = { 0 }, asked = 0, members = 0;
	int good = 0, feeling = 0;

	for (unsigned i = 0; i < q->x.n; i++) {
		uint32_t part = q->x.parts[i];
		int sort = sort_of(j, part);

		if (gist_kind_of(part) == GIST_AGAIN && q->x.at - t->first_at > AGAIN_S)
			return true;
		asked |= gist_kind_of(part) == GIST_GOOD || gist_kind_of(part) == GIST_BAD;
		if (sort >= 0)
			mine[sort][mine_n[sort]++] = gist_hash_of(part);
		asked |= sort >= 0;
	}
	asked |= q->x.sign != 0;
	if (!asked)
		return false;
	for (int s = 0; s < SORTS; s++)
		told[s].n = 0;
	for (uint32_t at = t->oldest; at && members < JOIN_FIRSTS;
	     at = join_member(j, at - 1)->next) {
		const struct entry *y = join_entry(j, at - 1);

		members++;
		feeling += y->sign;
		for (unsigned i = 0; i < y->n; i++) {
			uint32_t part = y->parts[i], kind = gist_kind_of(part);
			int sort = sort_of(j, part);

			if (sort >= 0)
				telling_add(&told[sort], gist_hash_of(part), 1);
			if (kind != GIST_GOOD && kind != GIST_BAD)
				continue;
			for (unsigned m = 0; m < q->x.n; m++) {
				good += q->x.parts[m] >> 8 == part >> 8;
				good -= q->x.parts[m] >> 8 == (part ^ GIST_CONTRARY) >> 8;
			}
		}
	}
	for (int s = 0; s < SORTS; s++)
		if (sort_clashes(&told[s], mine[s], mine_n[s], members))
			return true;
	return good < 0 || feeling * q->x.sign <= -FEELING;
}

/* ---- two groups ------------------------------------------------------------------------------- */

#define TOLD 256
struct told {
	uint32_t hash[TOLD], count[TOLD];
	unsigned n;
};

static uint32_t
told_count(const struct told *t, uint32_t hash)
{
	for (unsigned i = 0; i < t->n; i++)
		if (t->hash[i] == hash)
			return t->count[i];
	return 0;
}

static void
told_add(struct told *t, uint32_t hash)
{
	unsigned i = 0;

	while (i < t->n && t->hash[i] != hash)
		i++;
	if (i == TOLD)
		return;
	if (i == t->n) {
		t->hash[t->n] = hash;
		t->count[t->n++] = 0;
	}
	t->count[i]++;
}

static void
group_tell(const struct joins *j, const struct join_group *g, struct told told[SORTS])
{
	for (int s = 0; s < SORTS; s++)
		told[s].n = 0;
	for (unsigned i = 0; i < g->n; i++) {
		const struct entry *x = join_entry(j, g->number[i]);

		for (unsigned k = 0; k < x->n; k++) {
			int sort = sort_of(j, x->parts[k]);

			if (sort >= 0)
				told_add(&told[sort], gist_hash_of(x->parts[k]));
		}
	}
}

/* Do n texts name something else than those of y mostly do? As sort_clashes(). */
static bool
told_clashes(const struct told *x, unsigned n, const struct told *y)
{
	uint32_t mostly = 0, best = 0, most = 0;

	for (unsigned i = 0; i < y->n; i++)
		if (told_count(x, y->hash[i]) * 5 < n * 4 && y->count[i] > mostly)
			mostly = y->count[i];
	for (unsigned i = 0; mostly && i < y->n; i++) {
		uint32_t count = told_count(x, y->hash[i]);

		if (y->count[i] * 5 >= mostly * 4 && count * 5 < n * 4 && count > best)
			best = count;
	}
	for (unsigned i = 0; i < x->n; i++)
		if (!(x->count[i] * 5 >= n * 4 && told_count(y, x->hash[i])) &&
		    x->count[i] > most)
			most = x->count[i];
	return mostly && most && best * 8 < most * 5;
}

static bool
tellings_clash(const struct joins *j, const struct join_group *x, const struct join_group *y)
{
	const struct join_group *big = x->n >= y->n ? x : y, *small = big == x ? y : x;
	struct told most[SORTS], least[SORTS];

	group_tell(j, big, most);
	group_tell(j, small, least);
	for (int s = 0; s < SORTS; s++)
		if (told_clashes(&most[s], big->n, &least[s]) &&
		    (small->n == 1 || told_clashes(&least[s], small->n, &most[s])))
			return true;
	return false;
}

static bool
is_again(const struct joins *j, const struct join_group *g, int64_t first_at)
{
	for (unsigned i = 0; g->last_at - first_at > AGAIN_S && i < g->n; i++) {
		const struct entry *x = join_entry(j, g->number[i]);

		for (unsigned k = 0; x->at - first_at > AGAIN_S && k < x->n; k++)
			if (gist_kind_of(x->parts[k]) == GIST_AGAIN)
				return true;
	}
	return false;
}

/* Below 0: more that went well in one and badly in the other than what went alike. */
static int
outcome_of(const struct entry *x, const struct entry *y)
{
	int sum = 0;

	for (unsigned i = 0; i < x->n; i++) {
		uint32_t a = x->parts[i];

		if (gist_kind_of(a) != GIST_GOOD && gist_kind_of(a) != GIST_BAD)
			continue;
		for (unsigned k = 0; k < y->n; k++) {
			sum += a >> 8 == y->parts[k] >> 8;
			sum -= (a ^ GIST_CONTRARY) >> 8 == y->parts[k] >> 8;
		}
	}
	return sum;
}

static int
feeling_of(const struct joins *j, const struct join_group *g)
{
	int sum = 0;

	for (unsigned i = 0; i < g->n; i++)
		sum += join_entry(j, g->number[i])->sign;
	return sum;
}

static bool
is_contrary(const struct joins *j, const struct join_group *x, const struct join_group *y)
{
	int sum = 0, a = feeling_of(j, x), b = feeling_of(j, y);

	for (unsigned i = 0; i < x->n; i++)
		for (unsigned k = 0; k < y->n; k++)
			sum += outcome_of(join_entry(j, x->number[i]),
					  join_entry(j, y->number[k]));
	if (sum < 0)
		return true;
	if (x->n == 1 || y->n == 1)
		return a * b <= -FEELING;
	return a * b < 0 && abs(a) >= FEELING && abs(b) >= FEELING;
}

bool
join_groups_contradict(const struct joins *j, const struct join_group *x,
		       const struct join_group *y)
{
	int64_t first_at = x->first_at < y->first_at ? x->first_at : y->first_at;

	return is_again(j, x, first_at) || is_again(j, y, first_at) || is_contrary(j, x, y) ||
	       tellings_clash(j, x, y);
}
