/* join_find.c - the story that a newcomer belongs to, by the newest holders of its parts. */
#include "core/base.h"

#include "responder/join_inside.h"

#define DEPTH     6                 /* newest entries looked at for each part */
#define STEPS     16                /* of a chain, others' parts in the same slot included */
#define LOOK      12                /* candidates compared part by part, */
#define LEAST_SUM (150 * JOIN_FULL) /* of those that share that much evidence, by its rarity */

#define EVIDENCE_LEAST (-560) /* a member that is not alike at all pulls no more than this, */
#define EVIDENCE_MOST  3000   /* and one that is the same text */

static void
found_add(struct joins *j, uint32_t number, uint32_t weight)
{
	uint32_t i = number;

	while (j->found[i % JOIN_FOUND].number && j->found[i % JOIN_FOUND].number != number + 1)
		i++;
	if (!j->found[i % JOIN_FOUND].number) {
		if (j->filled_n == LY_COUNT(j->filled))
			return;
		j->filled[j->filled_n++] = (uint16_t)(i % JOIN_FOUND);
		j->found[i % JOIN_FOUND] = (struct found){ number + 1, 0 };
	}
	j->found[i % JOIN_FOUND].sum += weight;
}

static void
chain_follow(struct joins *j, const struct query *q, unsigned part)
{
	uint32_t link = join_slot(j, q->x.parts[part])->link;

	for (int step = 0, deep = 0; step < STEPS && deep < DEPTH; step++) {
		uint32_t number = (link - 1) >> 6, at = (link - 1) & 63;
		const struct entry *y = join_entry(j, number);

		if (!link || !join_lives(j, number))
			return;
		if (!((y->parts[at] ^ q->x.parts[part]) >> 8)) {
			deep++;
			if (y->watches & q->x.watches || !q->x.watches)
				found_add(j, number, q->evidence[part] * q->weight[part]);
		}
		link = y->prev[at];
	}
}

/* The numbers of the LOOK likeliest, likeliest first. */
static size_t
candidates(struct joins *j, const struct query *q, uint32_t out[LOOK])
{
	struct found best[LOOK];
	size_t n = 0;

	for (unsigned i = 0; i < q->x.n; i++)
		if (q->evidence[i] && gist_kind_of(q->x.parts[i]) != GIST_WEAK)
			chain_follow(j, q, i);
	for (size_t i = 0; i < j->filled_n; i++) {
		struct found f = j->found[j->filled[i]];
		size_t at;

		j->found[j->filled[i]].number = 0;
		if (f.sum < LEAST_SUM)
			continue;
		at = n < LOOK ? n++ : LOOK;
		for (; at && (f.sum > best[at - 1].sum ||
			      (f.sum == best[at - 1].sum && f.number < best[at - 1].number));
		     at--)
			if (at < LOOK)
				best[at] = best[at - 1];
		if (at < LOOK)
			best[at] = f;
	}
	j->filled_n = 0;
	for (size_t i = 0; i < n; i++)
		out[i] = best[i].number - 1;
	return n;
}

bool
join_may(const struct joins *j, const struct query *q, uint32_t tale)
{
	const struct tale *t = &j->tales[tale];

	return q->x.at - t->first_at <= JOIN_KEEP_S && !join_contradicts(j, q, t);
}

struct candidate {
	uint32_t number;
	int evidence;
};

/* What a single member pulls. */
static int
within(int evidence)
{
	if (evidence < EVIDENCE_LEAST)
		return EVIDENCE_LEAST;
	return evidence < EVIDENCE_MOST ? evidence : EVIDENCE_MOST;
}

/* Of member number: as it was found, or now. */
static int
evidence_of(const struct joins *j, const struct query *q, uint32_t number,
	    const struct candidate *c, size_t n)
{
	struct join x;

	for (size_t i = 0; i < n; i++)
		if (c[i].number == number)
			return c[i].evidence;
	return join_compare(j, q, join_entry(j, number), &x);
}

/* The mean over the first members that are written as q is; when none is, over all. */
static int
mean_of(const struct joins *j, const struct query *q, const struct tale *t,
	const struct candidate *c, size_t n)
{
	int sum[2] = { 0, 0 }, asked[2] = { 0, 0 };

	for (uint32_t m = t->oldest, k = 0; m && k < JOIN_ASKED; k++) {
		bool other = !join_entry(j, m - 1)->hans_n != !q->x.hans_n;
		int evidence = evidence_of(j, q, m - 1, c, n);

		m = join_member(j, m - 1)->next;
		sum[other] += within(evidence);
		asked[other]++;
	}
	return asked[0] ? sum[0] / asked[0] : sum[1] / asked[1];
}

static bool
is_told_before(const struct joins *j, const struct candidate *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (join_member(j, c[k].number)->tale == join_member(j, c[i].number)->tale)
			return true;
	return false;
}

/* The likeliest first. */
static size_t
candidates_compare(struct joins *j, const struct query *q, struct candidate c[LOOK])
{
	uint32_t number[LOOK];
	size_t n = candidates(j, q, number);
	struct join x;

	for (size_t i = 0; i < n; i++) {
		int evidence = join_compare(j, q, join_entry(j, number[i]), &x);
		size_t at = i;

		for (; at && evidence > c[at - 1].evidence; at--)
			c[at] = c[at - 1];
		c[at] = (struct candidate){ number[i], evidence };
	}
	return n;
}

uint32_t
join_most_alike(struct joins *j, const struct query *q, struct join *out)
{
	struct candidate c[LOOK], best = { 0, 0 };
	size_t n = candidates_compare(j, q, c);
	int most = 0, others = 0;

	for (size_t i = 0; i < n && join_sure(c[i].evidence) >= JOIN_ALIKE; i++) {
		uint32_t at = join_member(j, c[i].number)->tale;
		int mean, evidence;

		if (is_told_before(j, c, i))
			continue;
		mean = mean_of(j, q, &j->tales[at], c, n);
		evidence = (c[i].evidence + mean) / 2;
		if (evidence <= most || join_sure(evidence) < JOIN_ALIKE || !join_may(j, q, at))
			continue;
		most = evidence;
		others = mean;
		best = c[i];
	}
	if (!most)
		return JOIN_NONE;
	join_compare(j, q, join_entry(j, best.number), out);
	out->others = (int16_t)others;
	out->alike = join_alike_by(j->weights, out);
	return join_member(j, best.number)->tale;
}
