/* join_judge.c - how alike two texts are, and whether one contradicts a story. Decides nothing. */
#include "core/base.h"

#include "responder/join_inside.h"

#define PRIOR \
	200 /* documents without the part, in which it might have been: few are no stream */
#define LESS_EACH  5 /* after 72 h a fifth less alike */
#define AGAIN_S    (24 * 3600)
#define FEELING    2 /* this much more blame than praise: praise is another story */
#define NAME_PARTS 4 /* a shared run shorter than that, and nothing else: just the name */

/* By kind, of 20. */
static const uint8_t bases[GIST_KINDS] = {
	[GIST_WORD] = 20, [GIST_KNOWN] = 16,  [GIST_WEAK] = 5,   [GIST_MODEL] = 30,
	[GIST_IDEA] = 18, [GIST_NUMBER] = 30, [GIST_SMALL] = 14, [GIST_CODE] = 60,
	[GIST_DAY] = 20,  [GIST_YEAR] = 20,
};

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* log2 in 1/64, straight between powers of two: as good as any here, and equal everywhere. */
static uint32_t
lg(uint32_t x)
{
	unsigned e = 31 - (unsigned)__builtin_clz(x);

	return e * 64 + (uint32_t)(((uint64_t)x << 6 >> e) - 64);
}

static uint32_t
root_of(uint64_t x)
{
	uint64_t r = 0, bit = (uint64_t)1 << 62;

	while (bit > x)
		bit >>= 2;
	for (; bit; bit >>= 2) {
		if (x >= r + bit) {
			x -= r + bit;
			r = (r >> 1) + bit;
		} else {
			r >>= 1;
		}
	}
	return r ? (uint32_t)r : 1;
}

int
join_alike(const struct join *x)
{
	uint64_t sum = 0, run = 0, most = 0, alike;
	size_t runs = 0;

	for (size_t i = 0; i <= x->n; i++) {
		if (i < x->n && x->shared[i].part & GIST_FOLLOW) {
			run += x->shared[i].weight / 2;
			continue;
		}
		sum += run;
		most = run > most ? run : most;
		run = i < x->n ? x->shared[i].weight : 0;
		runs += i < x->n && gist_kind_of(x->shared[i].part) != GIST_WEAK;
	}
	if (runs < 2 && x->n < NAME_PARTS)
		return 0;
	sum -= most / 2;
	alike = sum * 1000 / ((uint64_t)x->root * x->root_like);
	if (x->asleep)
		alike = alike * 5 / 8;
	return (int)(alike - alike * x->age_s / ((uint64_t)JOIN_KEEP_S * LESS_EACH));
}

/* ---- alike ----------------------------------------------------------------------------------- */

/* A word that is shared has told its idea already. */
static bool
is_told(const struct query *q, uint64_t bits, uint32_t idea)
{
	for (unsigned i = 0; i < q->x.n; i++)
		if (bits >> i & 1 && !((q->x.parts[i] ^ idea) >> 24) &&
		    gist_kind_of(q->x.parts[i]) == GIST_KNOWN)
			return true;
	return false;
}

void
join_query(const struct joins *j, const struct join_item *item, struct query *q)
{
	uint32_t live = (uint32_t)joins_count(j);
	uint64_t sum = 0;

	memset(q->index, 0, sizeof q->index);
	q->x = (struct entry){ .document = item->document,
			       .at = item->at,
			       .watches = item->watches,
			       .sign = (int8_t)item->sign };
	q->x.n = (uint8_t)(item->gist.n / 4 < GIST_MAX ? item->gist.n / 4 : GIST_MAX);
	for (unsigned i = 0; i < q->x.n; i++) {
		const uint8_t *p = (const uint8_t *)item->gist.p + (size_t)i * 4;
		uint32_t part = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
				(uint32_t)p[3] << 24;
		uint32_t base = gist_kind_of(part) < GIST_KINDS ? bases[part & 15] : 0;
		uint32_t rare = lg(live + 1 + PRIOR), common, at = gist_hash_of(part);

		common = lg(join_slot(j, part)->count + 2); /* it and the newcomer */
		common = common < rare ? (rare - common) * base / 32 : 0;
		q->x.parts[i] = part;
		q->weight[i] = common * common;
		sum += q->weight[i];
		while (q->index[at & 255])
			at++;
		q->index[at & 255] = (uint8_t)(i + 1);
	}
	q->x.root = root_of(sum);
}

/* Bit i: the i-th part of q stands in y, too. */
static uint64_t
shared_of(const struct query *q, const struct entry *y)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < y->n; i++) {
		uint32_t at = gist_hash_of(y->parts[i]);

		while (q->index[at & 255] &&
		       (q->x.parts[q->index[at & 255] - 1] ^ y->parts[i]) >> 8)
			at++;
		if (q->index[at & 255])
			bits |= UINT64_C(1) << (q->index[at & 255] - 1);
	}
	return bits;
}

/* The parts of the heaviest run: mostly the name. */
static uint64_t
heaviest(const struct query *q, uint64_t bits)
{
	uint64_t run = 0, best = 0;
	uint32_t weight = 0, most = 0;

	for (unsigned i = 0; i < q->x.n; i++) {
		bool follows = q->x.parts[i] & GIST_FOLLOW && i && bits >> (i - 1) & 1;

		if (!(bits >> i & 1))
			continue;
		if (!follows)
			run = weight = 0;
		run |= UINT64_C(1) << i;
		weight += follows ? q->weight[i] / 2 : q->weight[i];
		if (weight > most) {
			most = weight;
			best = run;
		}
	}
	return best;
}

void
join_compare(const struct query *q, const struct entry *y, struct join *out)
{
	uint64_t bits = shared_of(q, y), name = heaviest(q, bits);

	out->n = 0;
	out->root = q->x.root;
	out->root_like = y->root;
	out->age_s = q->x.at > y->at ? (uint32_t)(q->x.at - y->at) : 0;
	for (unsigned i = 0; i < q->x.n; i++) {
		uint32_t part = q->x.parts[i];

		if (!(bits >> i & 1) || !q->weight[i] ||
		    (gist_kind_of(part) == GIST_IDEA && is_told(q, name, part)))
			continue;
		if (!i || !(bits >> (i - 1) & 1) || !q->weight[i - 1])
			part &= ~GIST_FOLLOW;
		out->shared[out->n++] = (struct join_part){ part, q->weight[i] };
	}
	out->like = y->document;
	out->alike = join_alike(out);
}

/* ---- contradictions -------------------------------------------------------------------------- */

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
	for (unsigned k = 0; k < t->first_n; k++) {
		const struct entry *y = join_entry(j, t->first[k]);

		if (t->first[k] - j->head >= joins_count(j))
			continue;
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
