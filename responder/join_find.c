/* join_find.c - the story that a newcomer belongs to, by the newest holders of its parts. */
#include "core/base.h"

#include "responder/join_inside.h"

#define DEPTH     6                 /* newest entries looked at for each part */
#define STEPS     16                /* of a chain, others' parts in the same slot included */
#define LEAST_SUM (150 * JOIN_FULL) /* candidates share that much evidence, by its rarity */

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

/* The numbers of the JOIN_LOOK likeliest, likeliest first. */
static size_t
candidates(struct joins *j, const struct query *q, uint32_t out[JOIN_LOOK])
{
	struct found best[JOIN_LOOK];
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
		at = n < JOIN_LOOK ? n++ : JOIN_LOOK;
		for (; at && (f.sum > best[at - 1].sum ||
			      (f.sum == best[at - 1].sum && f.number < best[at - 1].number));
		     at--)
			if (at < JOIN_LOOK)
				best[at] = best[at - 1];
		if (at < JOIN_LOOK)
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

/* Of member number: as it was found, or now. */
static int
evidence_of(const struct joins *j, const struct query *q, uint32_t number,
	    const struct join_seen *seen)
{
	struct join x;

	for (size_t i = 0; i < seen->n; i++)
		if (seen->v[i].number == number)
			return seen->v[i].evidence;
	return join_compare(j, q, join_entry(j, number), &x);
}

/* The mean over the first members that are written as q is; when none is, over all. */
static int
mean_of(const struct joins *j, const struct query *q, const struct tale *t,
	const struct join_seen *seen)
{
	int sum[2] = { 0, 0 }, asked[2] = { 0, 0 };

	for (uint32_t m = t->oldest, k = 0; m && k < JOIN_ASKED; k++) {
		bool other = !join_entry(j, m - 1)->hans_n != !q->x.hans_n;
		int evidence = evidence_of(j, q, m - 1, seen);

		m = join_member(j, m - 1)->next;
		sum[other] += join_pull(evidence);
		asked[other]++;
	}
	return asked[0] ? sum[0] / asked[0] : sum[1] / asked[1];
}

static bool
is_told_before(const struct joins *j, const struct join_candidate *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (join_member(j, c[k].number)->tale == join_member(j, c[i].number)->tale)
			return true;
	return false;
}

/* The likeliest first. */
static void
candidates_compare(struct joins *j, const struct query *q, struct join_seen *seen)
{
	uint32_t number[JOIN_LOOK];
	struct join x;

	seen->n = candidates(j, q, number);
	for (size_t i = 0; i < seen->n; i++) {
		int evidence = join_compare(j, q, join_entry(j, number[i]), &x);
		size_t at = i;

		for (; at && evidence > seen->v[at - 1].evidence; at--)
			seen->v[at] = seen->v[at - 1];
		seen->v[at] = (struct join_candidate){ number[i], evidence };
	}
}

uint32_t
join_most_alike(struct joins *j, const struct query *q, struct join_seen *seen,
		struct join *out)
{
	struct join_candidate best = { 0, 0 };
	const struct join_candidate *c = seen->v;
	int most = 0, others = 0;

	candidates_compare(j, q, seen);
	for (size_t i = 0; i < seen->n && join_sure(c[i].evidence) >= JOIN_ALIKE; i++) {
		uint32_t at = join_member(j, c[i].number)->tale;
		int mean, evidence;

		if (is_told_before(j, c, i))
			continue;
		mean = mean_of(j, q, &j->tales[at], seen);
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

/* ---- later ------------------------------------------------------------------------------------ */

static void
copy_why(const struct joins *j, uint32_t of, struct join *out)
{
	out->alike = 1000;
	out->like = join_entry(j, of)->document;
}

static void
member_why(const struct joins *j, uint32_t number, struct join *out)
{
	const struct tale *t = &j->tales[join_member(j, number)->tale];
	int sum[2] = { 0, 0 }, asked[2] = { 0, 0 }, best = 0;
	uint32_t like = JOIN_NONE, at = t->oldest;
	struct query q;

	join_query_again(j, join_entry(j, number), &q);
	join_query_places(j, &q);
	for (unsigned k = 0; k < JOIN_FIRSTS && at && at <= number; k++) {
		bool other = !join_entry(j, at - 1)->hans_n != !q.x.hans_n;
		int evidence = join_compare(j, &q, join_entry(j, at - 1), out);

		if (like == JOIN_NONE || evidence > best) {
			like = at - 1;
			best = evidence;
		}
		sum[other] += join_pull(evidence);
		asked[other]++;
		at = join_member(j, at - 1)->next;
	}
	*out = (struct join){ .alike = 0 };
	if (like == JOIN_NONE)
		return;
	join_compare(j, &q, join_entry(j, like), out);
	out->others = (int16_t)(asked[0] ? sum[0] / asked[0] : sum[1] / asked[1]);
	out->alike = join_alike_by(j->weights, out);
}

void
join_why(const struct joins *j, uint32_t number, struct join *out)
{
	const struct member *m = join_member(j, number);
	const struct tale *t = &j->tales[m->tale];

	*out = (struct join){ .alike = 0 };
	if (m->copy_of)
		copy_why(j, m->copy_of - 1, out);
	else
		member_why(j, number, out);
	out->story = t->story;
	out->first_at = t->first_at;
	out->old_voices = t->voices_n;
}
