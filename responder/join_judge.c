/*
 * join_judge.c - how alike two texts are. Decides nothing.
 *
 * The weights are those of a logistic regression over the pairs of texts of
 * tests/data/stories-develop, -more, -train and -near (one event or not), which bench_story_fit computes
 * again and judges with events left out; in hundredths of a nat, integers, so that every machine
 * adds up the same.
 */
#include "core/base.h"

#include "responder/join_inside.h"

#define PRIOR \
	200 /* documents without the part, in which it might have been: few are no stream */
#define PRIOR_HAN  8   /* the same with a character: any text may have it */
#define NAME       600 /* of JOIN_FULL: how rare a name is where it is not what is watched */
#define NAME_PARTS 4   /* a shared run shorter than that, and nothing else: just the name */
#define JUST_NAME  (-60)
#define HOPELESS   (-400) /* characters and places are not asked below it */

#define SHORT 32 /* of 64: what is shorter by half a doubling is not alike for that */

const struct join_weights join_fitted = {
	.begin = -237,
	.own_length = -102,
	.like_length = -57,
	.older = -242,
	.says = { { [GIST_WORD] = 274,
		    [GIST_KNOWN] = 274,
		    [GIST_WEAK] = 145,
		    [GIST_MODEL] = 61,
		    [GIST_IDEA] = 94,
		    [GIST_NUMBER] = 202,
		    [GIST_SMALL] = 130,
		    [GIST_CODE] = 455,
		    [GIST_HAN] = 103 },
		  { [GIST_WORD] = 274,
		    [GIST_KNOWN] = 274,
		    [GIST_WEAK] = 145,
		    [GIST_MODEL] = 61,
		    [GIST_IDEA] = 198,
		    [GIST_STEP] = 161,
		    [GIST_NUMBER] = 523,
		    [GIST_SMALL] = 130,
		    [GIST_CODE] = 455 } },
	.against = { -63, -141, -416, -395, -416, -109, -339 },
};

/* ---- arithmetic ------------------------------------------------------------------------------ */

/* log2 in 1/64, straight between powers of two: as good as any here, and equal everywhere. */
static uint32_t
lg(uint32_t x)
{
	unsigned e = 31 - (unsigned)__builtin_clz(x);

	return e * 64 + (uint32_t)(((uint64_t)x << 6 >> e) - 64);
}

/* 1000 / (1 + exp(-evidence / 100)), straight between quarters of a nat. */
int
join_sure(int evidence)
{
	static const uint16_t v[] = { 500, 562, 622, 679, 731, 777, 818, 852, 881,
				      905, 924, 940, 953, 963, 971, 977, 982, 986,
				      989, 991, 993, 995, 996, 997, 998, 999 };
	int e = evidence < 0 ? -evidence : evidence, i = e / 25, up;

	if (i >= (int)LY_COUNT(v) - 1)
		up = v[LY_COUNT(v) - 1];
	else
		up = v[i] + (v[i + 1] - v[i]) * (e % 25) / 25;
	return evidence < 0 ? 1000 - up : up;
}

int
join_length(unsigned n)
{
	int beyond = (int)lg(n + 1) - 256;

	return beyond > -SHORT ? beyond : -SHORT;
}

static int
evidence_of(const struct join_weights *w, const struct join *x)
{
	int sum = w->begin + join_length(x->own_n) * w->own_length / 64 +
		  join_length(x->like_n) * w->like_length / 64;

	sum += (int)(w->older * (int64_t)x->age_s / JOIN_KEEP_S) + x->named;
	for (size_t i = 0; i < JOIN_AGAINSTS; i++)
		sum += x->against >> i & 1 ? w->against[i] : 0;
	for (size_t i = 0; i < x->n; i++)
		sum += (int)x->shared[i].weight;
	return sum;
}

int
join_alike_by(const struct join_weights *w, const struct join *x)
{
	return join_sure((evidence_of(w, x) + x->others) / 2);
}

int
join_alike(const struct join *x)
{
	return join_alike_by(&join_fitted, x);
}

/* ---- the newcomer ---------------------------------------------------------------------------- */

/* Among the live documents. */
struct rarities {
	uint32_t all, scale; /* log2 of how many there are; JOIN_FULL for each, by 65536 */
};

static struct rarities
rarities_of(const struct joins *j)
{
	uint32_t all = lg((uint32_t)joins_count(j) + 1 + PRIOR);

	return (struct rarities){ all, (JOIN_FULL << 16) / (all - 64) };
}

/* Of JOIN_FULL: how rare is what count of them have? */
static uint32_t
rarity(const struct rarities *r, uint32_t count)
{
	uint32_t some = lg(count);

	return some < r->all ? (r->all - some) * r->scale >> 16 : 0;
}

/* What says so much of JOIN_FULL; less than nothing is nothing. */
static uint32_t
weight_of(uint32_t rare, int says)
{
	return says > 0 ? rare * (uint32_t)says / JOIN_FULL : 0;
}

static void
han_add(const struct joins *j, struct query *q, uint32_t part, const struct rarities *r)
{
	uint32_t han = part >> 16, at = han;
	unsigned n = q->x.hans_n;

	if (n == GIST_HANS || han >= JOIN_HAN)
		return;
	q->x.hans[n] = part;
	q->han_weight[n] =
		weight_of(rarity(r, j->hans[han] + PRIOR_HAN), q->by->says[0][GIST_HAN]);
	q->han_pair[n][0] = part >> 4 & 63;
	q->han_pair[n][1] = part >> 10 & 63;
	q->x.hans_n++;
	while (q->han_index[at & 127])
		at++;
	q->han_index[at & 127] = q->x.hans_n;
}

static void
word_add(const struct joins *j, struct query *q, uint32_t part, const struct rarities *r)
{
	uint32_t kind = gist_kind_of(part), at = gist_hash_of(part);
	unsigned n = q->x.n;

	if (n == GIST_WORDS)
		return;
	q->x.parts[n] = part;
	q->weight[n] = rarity(r, join_slot(j, part)->count + 2); /* it and the newcomer */
	q->evidence[n] = weight_of(q->weight[n], q->by->says[0][kind]);
	q->ideas += kind == GIST_IDEA;
	q->codes += kind == GIST_CODE;
	q->round_up |= kind == GIST_MANY;
	q->x.n++;
	while (q->index[at & 255])
		at++;
	q->index[at & 255] = q->x.n;
}

static void
query_begin(const struct joins *j, struct query *q, const struct id *document, int64_t at,
	    uint64_t watches, int sign)
{
	memset(q, 0, offsetof(struct query, weight));
	memset(q->index, 0, sizeof q->index);
	memset(q->han_index, 0, sizeof q->han_index);
	q->ideas = q->codes = 0;
	q->round_up = q->placed = false;
	q->by = j->weights;
	q->x.document = *document;
	q->x.at = at;
	q->x.watches = watches;
	q->x.sign = (int8_t)sign;
}

void
join_query(const struct joins *j, const struct join_item *item, struct query *q)
{
	struct rarities r = rarities_of(j);

	query_begin(j, q, &item->document, item->at, item->watches, item->sign);
	for (size_t i = 0; i + 4 <= item->gist.n; i += 4) {
		const uint8_t *p = (const uint8_t *)item->gist.p + i;
		uint32_t part = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
				(uint32_t)p[3] << 24;

		if (gist_kind_of(part) == GIST_HAN)
			han_add(j, q, part, &r);
		else
			word_add(j, q, part, &r);
	}
}

void
join_query_again(const struct joins *j, const struct entry *x, struct query *q)
{
	struct rarities r = rarities_of(j);

	query_begin(j, q, &x->document, x->at, x->watches, x->sign);
	for (unsigned i = 0; i < x->n; i++)
		word_add(j, q, x->parts[i], &r);
	for (unsigned i = 0; i < x->hans_n; i++)
		han_add(j, q, x->hans[i], &r);
}

void
join_query_places(const struct joins *j, struct query *q)
{
	for (unsigned i = 0; i < q->x.n; i++)
		q->placed |= join_is_place(j, q->x.parts[i]);
}

/* ---- alike ----------------------------------------------------------------------------------- */

/* The place of a part in q, or -1. */
static int
place_of(const struct query *q, uint32_t part)
{
	uint32_t at = gist_hash_of(part);

	while (q->index[at & 255] && (q->x.parts[q->index[at & 255] - 1] ^ part) >> 8)
		at++;
	return q->index[at & 255] - 1;
}

/* Bit i: the i-th part of q stands in y, too. What y says otherwise goes to *other. */
static uint64_t
shared_of(const struct query *q, const struct entry *y, uint8_t *other)
{
	uint64_t bits = 0;
	unsigned ideas = 0, codes = 0;
	bool same_idea = false, same_code = false;

	*other = 0;
	for (unsigned i = 0; i < y->n; i++) {
		int at = place_of(q, y->parts[i]);
		uint32_t kind = gist_kind_of(y->parts[i]);

		if (at >= 0)
			bits |= UINT64_C(1) << at;
		ideas += kind == GIST_IDEA;
		codes += kind == GIST_CODE;
		same_idea |= kind == GIST_IDEA && at >= 0;
		same_code |= kind == GIST_CODE && at >= 0;
		if ((kind == GIST_GOOD || kind == GIST_BAD) &&
		    place_of(q, y->parts[i] ^ GIST_CONTRARY) >= 0)
			*other |= JOIN_CONTRARY;
	}
	if (q->ideas && ideas && !same_idea)
		*other |= JOIN_OTHER_IDEA;
	if (q->codes && codes && !same_code)
		*other |= JOIN_OTHER_CODE;
	return bits;
}

static bool
is_word(uint32_t part)
{
	return gist_kind_of(part) <= GIST_WEAK;
}

/* Neighbours that are shared: from from to end. */
struct run {
	unsigned from, end;
	bool weak;     /* none of them says much */
	uint32_t rare; /* of JOIN_FULL, the rarest */
	uint32_t evidence;
};

static bool
run_next(const struct query *q, uint64_t bits, struct run *r)
{
	unsigned i = r->end;

	while (i < q->x.n && !(bits >> i & 1 && is_word(q->x.parts[i])))
		i++;
	if (i == q->x.n)
		return false;
	*r = (struct run){ .from = i, .weak = true };
	do {
		r->weak &= gist_kind_of(q->x.parts[i]) == GIST_WEAK;
		i++;
	} while (i < q->x.n && bits >> i & 1 && is_word(q->x.parts[i]) &&
		 q->x.parts[i] & GIST_FOLLOW);
	r->end = i;
	return true;
}

static void
share(struct join *out, uint32_t part, uint32_t weight)
{
	if (weight)
		out->shared[out->n++] = (struct join_part){ part, weight };
}

/* A name of four characters is three pairs: a run counts as its rarest word. */
static void
run_share(const struct query *q, struct run *r, struct join *out)
{
	unsigned best = r->from;

	for (unsigned i = r->from; i < r->end; i++) {
		uint32_t evidence = q->evidence[i];

		if (!r->weak && gist_kind_of(q->x.parts[i]) == GIST_WEAK)
			evidence = 0;
		if (evidence > r->evidence) {
			r->evidence = evidence;
			best = i;
		}
	}
	r->rare = q->weight[best];
	share(out, q->x.parts[best], r->evidence);
}

/* A word of the heaviest run has told its idea already. */
static bool
is_told(const struct query *q, const struct run *heaviest, uint32_t idea)
{
	for (unsigned i = heaviest->from; i < heaviest->end; i++)
		if (!((q->x.parts[i] ^ idea) >> 24) &&
		    gist_kind_of(q->x.parts[i]) == GIST_KNOWN)
			return true;
	return false;
}

/* Words, and what one watch says of their name. Returns how many runs of them say something. */
static unsigned
words_share(const struct query *q, uint64_t bits, bool watched, struct run *heaviest,
	    struct join *out)
{
	struct run r = { .end = 0 };
	unsigned strong = 0;
	uint32_t lightest = NAME;

	while (run_next(q, bits, &r)) {
		run_share(q, &r, out);
		if (r.weak)
			continue;
		strong++;
		lightest = r.rare < lightest ? r.rare : lightest;
		if (r.evidence > heaviest->evidence)
			*heaviest = r;
	}
	if (strong && watched)
		out->named =
			(int16_t)((NAME - lightest) * q->by->says[0][GIST_WORD] / JOIN_FULL);
	return strong;
}

/* Figures, codes, ideas. Returns how many of them tell an event. */
static unsigned
rest_share(const struct query *q, uint64_t bits, const struct run *heaviest, struct join *out)
{
	const int16_t *says = q->by->says[out->against & JOIN_OTHER_TONGUE ? 1 : 0];
	unsigned telling = 0;

	for (unsigned i = 0; i < q->x.n; i++) {
		uint32_t kind = gist_kind_of(q->x.parts[i]);

		if (!(bits >> i & 1) || is_word(q->x.parts[i]) || kind == GIST_HAN ||
		    (kind == GIST_IDEA && is_told(q, heaviest, q->x.parts[i])))
			continue;
		telling += kind != GIST_STEP && kind != GIST_SMALL && kind < GIST_GOOD;
		share(out, q->x.parts[i], weight_of(q->weight[i], says[kind]));
	}
	return telling;
}

/* Characters that stand in no pair that is shared. */
static void
hans_share(const struct query *q, const struct entry *y, uint64_t bits, struct join *out)
{
	uint64_t told = bits << 1; /* by place + 1 */

	for (unsigned i = 0; i < y->hans_n; i++) {
		uint32_t han = y->hans[i] >> 16, at = han;
		unsigned k;

		while (q->han_index[at & 127] &&
		       q->x.hans[q->han_index[at & 127] - 1] >> 16 != han)
			at++;
		k = q->han_index[at & 127];
		if (!k || told >> q->han_pair[k - 1][0] & 1 ||
		    told >> q->han_pair[k - 1][1] & 1)
			continue;
		share(out, han << 16 | GIST_HAN, q->han_weight[k - 1]);
	}
}

/* Each names a place that the other does not. */
static bool
places_differ(const struct joins *j, const struct query *q, const struct entry *y,
	      uint64_t bits)
{
	bool mine = false;

	for (unsigned i = 0; q->placed && i < q->x.n && !mine; i++)
		mine = !(bits >> i & 1) && join_is_place(j, q->x.parts[i]);
	for (unsigned i = 0; mine && i < y->n; i++)
		if (join_is_place(j, y->parts[i]) && place_of(q, y->parts[i]) < 0)
			return true;
	return false;
}

/* The same with names of any kind. */
static bool
names_differ(const struct query *q, const struct entry *y, uint64_t bits)
{
	bool mine = false;

	for (unsigned i = 0; i < q->x.n && !mine; i++)
		mine = !(bits >> i & 1) && q->x.parts[i] & GIST_NAME && is_word(q->x.parts[i]);
	for (unsigned i = 0; mine && i < y->n; i++)
		if (y->parts[i] & GIST_NAME && is_word(y->parts[i]) &&
		    place_of(q, y->parts[i]) < 0)
			return true;
	return false;
}

int
join_compare(const struct joins *j, const struct query *q, const struct entry *y,
	     struct join *out)
{
	struct run heaviest = { .end = 0 };
	uint64_t bits = shared_of(q, y, &out->against);
	unsigned strong, telling;

	out->n = 0;
	out->named = 0;
	out->like = y->document;
	out->own_n = q->x.n;
	out->like_n = y->n;
	out->age_s = q->x.at > y->at ? (uint32_t)(q->x.at - y->at) : 0;
	if (!q->x.hans_n != !y->hans_n)
		out->against |= JOIN_OTHER_TONGUE;
	strong = words_share(q, bits, q->x.watches & y->watches, &heaviest, out);
	telling = rest_share(q, bits, &heaviest, out);
	if (strong < 2 && !telling)
		out->against |= JOIN_NAME_ALONE;
	if (evidence_of(q->by, out) < HOPELESS)
		return evidence_of(q->by, out);
	hans_share(q, y, bits, out);
	if (strong == 1 && out->n == 1 && heaviest.end - heaviest.from < NAME_PARTS)
		return evidence_of(q->by, out) < JUST_NAME ? evidence_of(q->by, out)
							   : JUST_NAME;
	if (places_differ(j, q, y, bits))
		out->against |= JOIN_OTHER_PLACE;
	if (names_differ(q, y, bits))
		out->against |= JOIN_OTHER_NAME;
	return evidence_of(q->by, out);
}
