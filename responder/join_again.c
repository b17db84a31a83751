/*
 * join_again.c - when a text has come: the stories it is somewhat like are looked at again, and
 * parted or put together where all that they have by now says so.
 *
 * 1. The pool is the newcomer and the first members of the stories that it is somewhat like: that it
 *    joined, and others. A story of many is settled: it is not asked, nor is who joined it.
 * 2. Each text of the pool is a group. The two groups with the best mean evidence become one, and
 *    so on, where they do not contradict each other, and where the evidence is enough for the
 *    size of the smaller: had two groups of several texts been one event, they would have met
 *    before, and be one story. Evidence is computed anew, over what lives now.
 * 3. The group with a story's oldest member keeps the story; another one is a story that is named
 *    after its oldest text. Who was not asked stays with the name, or goes where it went;
 *    copies go where what they copy goes; so do old voices, when a story becomes part of another.
 */
#include "core/base.h"

#include <assert.h>

#include "core/hash.h"
#include "core/str.h"
#include "responder/join_inside.h"

#define STORIES 4     /* that are looked at again, */
#define SETTLED 24    /* of no more texts than that, copies included: larger ones fall apart */
#define LOOK    (-40) /* evidence that the newcomer is somewhat like a member */
#define NEVER   (-100000)
#define TRY     (-220) /* below it two groups are not asked */

static_assert(STORIES * SETTLED <= JOIN_MOVED, "all of them may be moved");

/* What two parts of one story need at most: they have met. With more, stories of many short posts
 * fall apart; with less, what came together by mistake stays together. */
#define TOGETHER 40
/* Evidence that two groups need, by how many texts the smaller one has: a logistic regression over
 * the proposals to join two groups of the sets develop, more, train and near (docs/stories.md). */
static const int need[] = { 0, -76, -48, 114, 229, 319, 392, 453, 507 };

/* Of the members of two groups: [1] of such as are written otherwise. */
struct between {
	int sum[2], n[2];
	int best; /* of two that have a watch in common; NEVER: of none */
};
struct look {
	struct joins *j;
	uint32_t newest;
	uint32_t tale[STORIES], home[STORIES];
	unsigned tales;
	struct join_group group[JOIN_POOL];
	unsigned n;
	struct between between[JOIN_POOL][JOIN_POOL];
	int mean[JOIN_POOL][JOIN_POOL]; /* NEVER: they are not to become one */
};

/* ---- the pool ---------------------------------------------------------------------------------- */

static void
pool_add(struct look *l, uint32_t number)
{
	const struct entry *x = join_entry(l->j, number);
	const struct tale *t = &l->j->tales[join_member(l->j, number)->tale];
	int64_t first_at = t->oldest == number + 1 && t->first_at < x->at ? t->first_at : x->at;
	unsigned at = l->n++;

	for (; at && l->group[at - 1].number[0] > number; at--)
		l->group[at] = l->group[at - 1];
	l->group[at] = (struct join_group){
		.number = { number }, .n = 1, .first_at = first_at, .last_at = x->at
	};
}

static bool
has_tale(const struct look *l, uint32_t tale)
{
	for (unsigned i = 0; i < l->tales; i++)
		if (l->tale[i] == tale)
			return true;
	return false;
}

/* The first members of a story, the newcomer aside. */
static void
story_ask(struct look *l, uint32_t tale)
{
	const struct joins *j = l->j;
	const struct tale *t = &j->tales[tale];
	uint32_t number[JOIN_FIRSTS];
	unsigned n = 0;

	if (has_tale(l, tale) || l->tales == STORIES || t->live > SETTLED ||
	    join_entry(j, l->newest)->at - t->first_at > JOIN_KEEP_S)
		return;
	for (uint32_t at = t->oldest; at && n < JOIN_FIRSTS; at = join_member(j, at - 1)->next)
		if (at != l->newest + 1)
			number[n++] = at - 1;
	if (l->n + n > JOIN_POOL)
		return;
	for (unsigned i = 0; i < n; i++)
		pool_add(l, number[i]);
	l->tale[l->tales] = l->home[l->tales] = tale;
	l->tales++;
}

/* False: there is nothing to look at. */
static bool
pool_fill(struct look *l, const struct join_seen *seen)
{
	uint32_t own = join_member(l->j, l->newest)->tale;

	pool_add(l, l->newest);
	story_ask(l, own);
	if (!has_tale(l, own))
		return false;
	for (size_t i = 0; i < seen->n && seen->v[i].evidence >= LOOK; i++)
		story_ask(l, join_member(l->j, seen->v[i].number)->tale);
	return l->n > 1;
}

static void
mean_set(struct look *l, unsigned i, unsigned k)
{
	const struct between *b = &l->between[i][k];
	const struct join_group *x = &l->group[i], *y = &l->group[k];
	int64_t first_at = x->first_at < y->first_at ? x->first_at : y->first_at,
		last_at = x->last_at > y->last_at ? x->last_at : y->last_at;
	int mean = NEVER;

	if (b->best != NEVER && last_at - first_at <= JOIN_KEEP_S)
		mean = b->n[0] ? b->sum[0] / b->n[0] : b->sum[1] / b->n[1];
	l->mean[i][k] = l->mean[k][i] = mean;
}

static void
pool_compare(struct look *l)
{
	struct query q;
	struct join x;

	for (unsigned k = 1; k < l->n; k++) {
		join_query_again(l->j, join_entry(l->j, l->group[k].number[0]), &q);
		join_query_places(l->j, &q);
		for (unsigned i = 0; i < k; i++) {
			const struct entry *y = join_entry(l->j, l->group[i].number[0]);
			int v = join_pull(join_compare(l->j, &q, y, &x));
			int other = x.against & JOIN_OTHER_TONGUE ? 1 : 0;
			struct between b = { .best = NEVER };

			b.sum[other] = v;
			b.n[other] = 1;
			if (y->watches & q.x.watches || !q.x.watches)
				b.best = v;
			l->between[i][k] = l->between[k][i] = b;
			mean_set(l, i, k);
		}
	}
}

/* ---- together again ---------------------------------------------------------------------------- */

/* Were all of both in one story? */
static bool
were_one(const struct look *l, const struct join_group *x, const struct join_group *y)
{
	uint32_t tale = join_member(l->j, x->number[0])->tale;

	for (unsigned i = 0; i < x->n; i++)
		if (join_member(l->j, x->number[i])->tale != tale)
			return false;
	for (unsigned i = 0; i < y->n; i++)
		if (join_member(l->j, y->number[i])->tale != tale)
			return false;
	return true;
}

static int
needed(const struct look *l, const struct join_group *x, const struct join_group *y)
{
	unsigned n = x->n < y->n ? x->n : y->n;
	int v = need[n < LY_COUNT(need) ? n : LY_COUNT(need) - 1];

	return v > TOGETHER && were_one(l, x, y) ? TOGETHER : v;
}

static bool
are_one(const struct look *l, unsigned i, unsigned k)
{
	const struct join_group *x = &l->group[i], *y = &l->group[k];

	return (3 * l->mean[i][k] + l->between[i][k].best) / 4 >= needed(l, x, y) &&
	       !join_groups_contradict(l->j, x, y);
}

static void
between_add(struct between *to, const struct between *b)
{
	for (int s = 0; s < 2; s++) {
		to->sum[s] += b->sum[s];
		to->n[s] += b->n[s];
	}
	to->best = b->best > to->best ? b->best : to->best;
}

/* Group b, which is younger, becomes part of a. */
static void
groups_join(struct look *l, unsigned a, unsigned b)
{
	struct join_group *x = &l->group[a], *y = &l->group[b];

	memcpy(x->number + x->n, y->number, y->n * sizeof *y->number);
	x->n += y->n;
	y->n = 0;
	x->first_at = y->first_at < x->first_at ? y->first_at : x->first_at;
	x->last_at = y->last_at > x->last_at ? y->last_at : x->last_at;
	for (unsigned c = 0; c < l->n; c++) {
		if (c == a || !l->group[c].n)
			continue;
		between_add(&l->between[a][c], &l->between[b][c]);
		l->between[c][a] = l->between[a][c];
		mean_set(l, a, c);
	}
}

/* The two groups that are most alike. */
static bool
next_pair(const struct look *l, unsigned *a, unsigned *b)
{
	int most = TRY;

	for (unsigned i = 0; i < l->n; i++)
		for (unsigned k = i + 1; l->group[i].n && k < l->n; k++)
			if (l->group[k].n && l->mean[i][k] > most) {
				most = l->mean[i][k];
				*a = i;
				*b = k;
			}
	return most > TRY;
}

static void
regroup(struct look *l)
{
	unsigned a = 0, b = 0;

	while (next_pair(l, &a, &b)) {
		if (are_one(l, a, b))
			groups_join(l, a, b);
		else
			l->mean[a][b] = l->mean[b][a] = NEVER;
	}
}

/* ---- names ------------------------------------------------------------------------------------- */

/* The story of a group: of its oldest, when that is the oldest of a story. */
static uint32_t
group_tale(struct look *l, const struct join_group *g)
{
	struct joins *j = l->j;
	const struct entry *x = join_entry(j, g->number[0]);
	uint32_t tale = join_member(j, g->number[0])->tale;

	if (j->tales[tale].oldest == g->number[0] + 1)
		return tale;
	tale = join_tale_find(j, &x->document);
	return tale == JOIN_NONE ? join_tale_new(j, &x->document, x->at) : tale;
}

/* Where a story's oldest is, there is its home. */
static void
homes_find(struct look *l, const uint32_t *to)
{
	for (unsigned t = 0; t < l->tales; t++)
		for (unsigned i = 0; i < l->n; i++)
			for (unsigned k = 0; k < l->group[i].n; k++)
				if (l->j->tales[l->tale[t]].oldest == l->group[i].number[k] + 1)
					l->home[t] = to[i];
}

static void
member_move(struct look *l, uint32_t number, uint32_t to)
{
	struct joins *j = l->j;

	join_member_remove(j, number);
	join_member_add(j, number, to);
	if (number != l->newest)
		j->moved[j->moved_n++].document = join_entry(j, number)->document;
}

/* With its copies. */
static bool
text_move(struct look *l, uint32_t number, uint32_t to)
{
	struct joins *j = l->j;

	if (join_member(j, number)->tale == to)
		return false;
	member_move(l, number, to);
	for (uint32_t at = join_member(j, number)->copies; at && join_lives(j, at - 1);
	     at = join_member(j, at - 1)->next)
		member_move(l, at - 1, to);
	return true;
}

/* A story that has become part of another: who was not asked, and its old voices. */
static void
story_follow(struct look *l, uint32_t tale, uint32_t home)
{
	struct tale *t = &l->j->tales[tale];

	while (t->oldest)
		text_move(l, t->oldest - 1, home);
}

static void
voices_unite(struct tale *to, const struct tale *from)
{
	for (unsigned i = 0; i < from->voices_n; i++)
		join_voice_add(to, from->voices[i]);
}

static bool
groups_place(struct look *l)
{
	uint32_t to[JOIN_POOL];
	bool moved = false;

	for (unsigned i = 0; i < l->n; i++)
		if (l->group[i].n)
			to[i] = group_tale(l, &l->group[i]);
	homes_find(l, to);
	for (unsigned t = 0; t < l->tales; t++)
		if (l->home[t] != l->tale[t])
			voices_unite(&l->j->tales[l->home[t]], &l->j->tales[l->tale[t]]);
	for (unsigned i = 0; i < l->n; i++)
		for (unsigned k = 0; k < l->group[i].n; k++)
			moved |= text_move(l, l->group[i].number[k], to[i]);
	for (unsigned t = 0; t < l->tales; t++)
		if (l->home[t] != l->tale[t])
			story_follow(l, l->tale[t], l->home[t]);
	return moved;
}

bool
join_look_again(struct joins *j, uint32_t number, const struct join_seen *seen)
{
	struct look l;

	l.j = j;
	l.newest = number;
	l.n = l.tales = 0;
	if (!pool_fill(&l, seen))
		return false;
	pool_compare(&l);
	regroup(&l);
	if (!groups_place(&l))
		return false;
	for (size_t i = 0; i < j->moved_n; i++)
		join_why(j, join_number(j, &j->moved[i].document), &j->moved[i].why);
	return true;
}

/* ---- from the record --------------------------------------------------------------------------- */

static void
text_place(struct joins *j, const struct id *document, const struct join_home *home)
{
	uint32_t number = join_number(j, document), to;

	if (number == JOIN_NONE) /* it has left meanwhile */
		return;
	to = join_tale_find(j, &home->story);
	if (to == JOIN_NONE)
		to = join_tale_new(j, &home->story, home->first_at);
	if (join_member(j, number)->tale == to)
		return;
	join_member_remove(j, number);
	join_member_add(j, number, to);
}

static void
voices_place(struct joins *j, const struct join_home *home)
{
	uint32_t at = join_tale_find(j, &home->story);

	if (at == JOIN_NONE)
		return;
	j->tales[at].voices_n = home->voices_n;
	memcpy(j->tales[at].voices, home->voices, sizeof home->voices);
}

void
join_move_again(struct joins *j, struct str moved)
{
	struct join_homes h;

	if (!join_unpack_moved(&moved, &h))
		return;
	for (; h.texts.n; h.texts = str_slice(h.texts, JOIN_MOVED_TEXT, h.texts.n)) {
		struct id document;

		memcpy(document.b, h.texts.p, sizeof document.b);
		text_place(j, &document, &h.v[(uint8_t)h.texts.p[sizeof document.b]]);
	}
	for (size_t i = 0; i < h.n; i++)
		voices_place(j, &h.v[i]);
}
