/*
 * bench_story_again.c - what a second look at stories is worth. The responder does not take one:
 * a text stays in the story that it joined (join.h); docs/stories.md says what would be gained.
 *
 * After each arrival the stories that have a member somewhat like the newcomer are taken apart
 * and put together again, as far as it takes: the two groups whose members are most alike on
 * average become one, and so on. The evidence is the responder's own (join_compare), computed
 * anew over what lives now. Two groups of several texts each need more evidence than a single
 * text and a group: had they been one event, they would have met before. Nor may they contradict
 * each other, as in join_deny.c.
 *
 * Arguments: the sets; without any, those that whoever makes a method may read.
 */
#include "core/base.h"

#include <stdio.h>

#include "core/str.h"
#include "responder/join_inside.h"
#include "tests/support/shipped.h"
#include "tests/support/story_stream.h"

#define TEXTS_MAX 1000
#define POOL      128 /* texts looked at again, the newest */
#define LOOK      (-40)
#define AGAIN_H   24
#define NEVER     (-100000) /* evidence of two that are 72 h apart */
#define LEAST     (-560)    /* what a pair says, as in join_find.c */
#define MOST      3000
#define TRY       (-220)

/* Evidence that two groups need, by how many texts the smaller one has: a logistic regression over the
 * proposals to join two groups of develop, more, train and near. */
static const int need[] = { 0, -76, -48, 114, 229, 319, 392, 453, 507 };

enum { PLACE, CODE, DAY, YEAR, SPOT, SORTS };
#define TOLD 256
struct told {
	uint32_t hash[TOLD];
	int count[TOLD], n;
};
struct group {
	size_t text[POOL];
	int n; /* 0: it has become part of another */
};
struct look {
	const struct story_stream *s;
	struct joins *joins; /* number of entry: of text */
	size_t story[TEXTS_MAX], now;
	size_t moved, moving; /* texts that changed their story; arrivals that moved some */
	struct group group[POOL];
	int n;
	int evidence[POOL][POOL]; /* of two texts of the pool */
	int mean[POOL][POOL];     /* of two groups; NEVER: they are not to become one */
	uint8_t place[TEXTS_MAX]; /* of a text in the pool */
	bool is_han[TEXTS_MAX];
};

/* ---- contradiction --------------------------------------------------------------------------- */

static int
sort_of(const struct joins *j, uint32_t part)
{
	switch (gist_kind_of(part)) {
	case GIST_HAN:
		return -1;
	case GIST_CODE:
		return CODE;
	case GIST_DAY:
		return DAY;
	case GIST_YEAR:
		return YEAR;
	default:
		if (part & GIST_SPOT)
			return SPOT;
		return join_is_place(j, part) ? PLACE : -1;
	}
}

static int
told_count(const struct told *t, uint32_t hash)
{
	for (int i = 0; i < t->n; i++)
		if (t->hash[i] == hash)
			return t->count[i];
	return 0;
}

static void
told_add(struct told *t, uint32_t hash)
{
	int i = 0;

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
group_told(const struct look *l, const struct group *g, int sort, struct told *t)
{
	t->n = 0;
	for (int i = 0; i < g->n; i++) {
		const struct story_text *x = &l->s->texts[g->text[i]];

		for (size_t k = 0; k < x->gist_n; k++)
			if (sort_of(l->joins, x->gist[k]) == sort)
				told_add(t, gist_hash_of(x->gist[k]));
	}
}

/* Do n texts name something else than those of y mostly do? What nearly all n name is no answer. */
static bool
told_clashes(const struct told *x, int n, const struct told *y)
{
	int mostly = 0, best = 0, most = 0;

	for (int i = 0; i < y->n; i++)
		if (told_count(x, y->hash[i]) * 5 < n * 4 && y->count[i] > mostly)
			mostly = y->count[i];
	for (int i = 0; mostly && i < y->n; i++) {
		int count = told_count(x, y->hash[i]);

		if (y->count[i] * 5 >= mostly * 4 && count * 5 < n * 4 && count > best)
			best = count;
	}
	for (int i = 0; i < x->n; i++)
		if (!(x->count[i] * 5 >= n * 4 && told_count(y, x->hash[i])) &&
		    x->count[i] > most)
			most = x->count[i];
	return mostly && most && best * 8 < most * 5;
}

static int
feeling_of(const struct look *l, const struct group *g)
{
	int sum = 0;

	for (int i = 0; i < g->n; i++)
		sum += l->s->texts[g->text[i]].sign;
	return sum;
}

static int64_t
hour_of(const struct look *l, size_t text)
{
	return l->s->texts[text].x->hour;
}

static int64_t
first_hour(const struct look *l, const struct group *g)
{
	int64_t first = hour_of(l, g->text[0]);

	for (int i = 1; i < g->n; i++)
		if (hour_of(l, g->text[i]) < first)
			first = hour_of(l, g->text[i]);
	return first;
}

static bool
is_again(const struct look *l, const struct group *g, int64_t first)
{
	for (int i = 0; i < g->n; i++) {
		const struct story_text *x = &l->s->texts[g->text[i]];

		for (size_t k = 0; k < x->gist_n; k++)
			if (gist_kind_of(x->gist[k]) == GIST_AGAIN &&
			    x->x->hour - first > AGAIN_H)
				return true;
	}
	return false;
}

/* Below 0: more that went well in one and badly in the other than what went alike. */
static int
outcome_of(const struct story_text *x, const struct story_text *y)
{
	int sum = 0;

	for (size_t i = 0; i < x->gist_n; i++) {
		uint32_t a = x->gist[i];

		if (gist_kind_of(a) != GIST_GOOD && gist_kind_of(a) != GIST_BAD)
			continue;
		for (size_t k = 0; k < y->gist_n; k++) {
			uint32_t b = y->gist[k];

			if (gist_kind_of(b) == GIST_HAN)
				continue;
			sum += a >> 8 == b >> 8;
			sum -= (a ^ GIST_CONTRARY) >> 8 == b >> 8;
		}
	}
	return sum;
}

static bool
is_contrary(const struct look *l, const struct group *x, const struct group *y)
{
	int sum = 0, a = feeling_of(l, x), b = feeling_of(l, y);

	for (int i = 0; i < x->n; i++)
		for (int k = 0; k < y->n; k++)
			sum += outcome_of(&l->s->texts[x->text[i]], &l->s->texts[y->text[k]]);
	if (sum < 0)
		return true;
	if (x->n == 1 || y->n == 1)
		return a * b <= -2;
	return a * b < 0 && (a >= 2 || a <= -2) && (b >= 2 || b <= -2);
}

static bool
groups_contradict(const struct look *l, const struct group *x, const struct group *y)
{
	int64_t a = first_hour(l, x), b = first_hour(l, y), first = a < b ? a : b;
	const struct group *big = x->n >= y->n ? x : y, *small = big == x ? y : x;

	if (is_again(l, x, first) || is_again(l, y, first) || is_contrary(l, x, y))
		return true;
	for (int sort = 0; sort < SORTS; sort++) {
		struct told most, least;

		group_told(l, big, sort, &most);
		group_told(l, small, sort, &least);
		if (told_clashes(&most, big->n, &least) &&
		    (small->n == 1 || told_clashes(&least, small->n, &most)))
			return true;
	}
	return false;
}

/* ---- together again -------------------------------------------------------------------------- */

/* Over pairs in one script, when there are such. */
static int
mean_of(const struct look *l, const struct group *x, const struct group *y, int *best)
{
	int sum[2] = { 0, 0 }, n[2] = { 0, 0 };

	*best = NEVER;
	for (int i = 0; i < x->n; i++)
		for (int k = 0; k < y->n; k++) {
			int v = l->evidence[l->place[x->text[i]]][l->place[y->text[k]]];
			bool other = l->is_han[x->text[i]] != l->is_han[y->text[k]];

			if (v == NEVER)
				return NEVER;
			sum[other] += v;
			n[other]++;
			*best = v > *best ? v : *best;
		}
	return n[0] ? sum[0] / n[0] : sum[1] / n[1];
}

static bool
are_one(const struct look *l, const struct group *x, const struct group *y)
{
	int best, mean = mean_of(l, x, y, &best), n = x->n < y->n ? x->n : y->n;

	if (n >= (int)LY_COUNT(need))
		n = (int)LY_COUNT(need) - 1;
	return (3 * mean + best) / 4 >= need[n] && !groups_contradict(l, x, y);
}

static void
join_groups(struct look *l, int a, int b)
{
	struct group *x = &l->group[a], *y = &l->group[b];
	int best;

	for (int i = 0; i < y->n; i++)
		x->text[x->n++] = y->text[i];
	y->n = 0;
	for (int c = 0; c < l->n; c++)
		if (c != a && l->group[c].n)
			l->mean[a][c] = l->mean[c][a] = mean_of(l, x, &l->group[c], &best);
}

/* The two groups that are most alike. */
static bool
next_pair(const struct look *l, int *a, int *b)
{
	int most = TRY;

	for (int i = 0; i < l->n; i++)
		for (int k = i + 1; l->group[i].n && k < l->n; k++)
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
	int a = 0, b = 0;

	for (int i = 0; i < l->n; i++)
		memcpy(l->mean[i], l->evidence[i], (size_t)l->n * sizeof *l->mean[i]);
	while (next_pair(l, &a, &b)) {
		if (are_one(l, &l->group[a], &l->group[b]))
			join_groups(l, a, b);
		else
			l->mean[a][b] = l->mean[b][a] = NEVER;
	}
}

/* ---- a stream -------------------------------------------------------------------------------- */

static int
evidence_of(const struct look *l, const struct query *q, size_t newer, size_t older)
{
	struct join x;
	int v;

	if ((hour_of(l, newer) - hour_of(l, older)) * 3600 > JOIN_KEEP_S)
		return NEVER;
	v = join_compare(l->joins, q, join_entry(l->joins, (uint32_t)older), &x);
	return v < LEAST ? LEAST : v < MOST ? v : MOST;
}

static void
query_of(const struct look *l, size_t text, struct query *q)
{
	struct join_item item = story_item_of(&l->s->texts[text], text);

	join_query(l->joins, &item, q);
	join_query_places(l->joins, q);
}

static void
pool_add(struct look *l, size_t text)
{
	struct query q;

	query_of(l, text, &q);
	l->place[text] = (uint8_t)l->n;
	l->group[l->n] = (struct group){ .text = { text }, .n = 1 };
	for (int i = 0; i < l->n; i++)
		l->evidence[i][l->n] = l->evidence[l->n][i] =
			evidence_of(l, &q, text, l->group[i].text[0]);
	l->evidence[l->n][l->n] = NEVER;
	l->n++;
}

/* The newcomer, and all of the stories that have a member somewhat like it. */
static void
pool_fill(struct look *l)
{
	bool asked[TEXTS_MAX] = { false };
	size_t from = 0, most = POOL - 1, n = 0;
	struct query q;

	query_of(l, l->now, &q);
	for (size_t i = 0; i < l->now; i++)
		if (evidence_of(l, &q, l->now, i) >= LOOK)
			asked[l->story[i]] = true;
	for (from = l->now; from && n < most; from--)
		n += asked[l->story[from - 1]];
	l->n = 0;
	for (; from < l->now; from++)
		if (asked[l->story[from]])
			pool_add(l, from);
	pool_add(l, l->now);
}

/* A story is named after its first text. */
static void
stories_name(struct look *l)
{
	size_t moved = l->moved;

	for (int i = 0; i < l->n; i++) {
		const struct group *g = &l->group[i];
		size_t first = TEXTS_MAX;

		for (int k = 0; k < g->n; k++)
			first = g->text[k] < first ? g->text[k] : first;
		for (int k = 0; k < g->n; k++) {
			l->moved += g->text[k] != l->now && l->story[g->text[k]] != first;
			l->story[g->text[k]] = first;
		}
	}
	l->moving += l->moved > moved;
}

static void
stream_follow(struct look *l)
{
	l->joins = joins_new();
	for (l->now = 0; l->now < l->s->n; l->now++) {
		const struct story_text *t = &l->s->texts[l->now];
		struct join_item item = story_item_of(t, l->now);
		struct join to;

		for (size_t k = 0; k < t->gist_n; k++)
			l->is_han[l->now] |= gist_kind_of(t->gist[k]) == GIST_HAN;
		joins_add(l->joins, &item, &to);
		l->story[l->now] = l->now;
		pool_fill(l);
		regroup(l);
		stories_name(l);
	}
	joins_free(l->joins);
}

static void
stories_count(const struct look *l, struct story_counts *c)
{
	for (size_t i = 0; i < l->s->n; i++)
		for (size_t k = 0; k < i; k++) {
			const struct story_headline *x = l->s->texts[i].x,
						    *y = l->s->texts[k].x;
			bool same = x->event == y->event, together = l->story[i] == l->story[k];
			bool asked = same && str_eq(x->lang, y->lang) &&
				     (x->hour - y->hour) * 3600 <= JOIN_KEEP_S;

			c->together += together;
			c->right += together && same;
			c->pairs += asked;
			c->joined += asked && together;
		}
}

static void
set_print(const char *name, const struct story_stream *s)
{
	struct look *l = calloc(1, sizeof *l);
	struct story_counts once = { 0 }, again = { 0 };

	if (!l || s->n > TEXTS_MAX)
		abort();
	l->s = s;
	story_stream_count(s, NULL, &once);
	stream_follow(l);
	stories_count(l, &again);
	printf("%-8s %9.3f %.3f %14.3f %.3f %9zu of %zu, %zu\n", name, story_precision(&once),
	       story_recall(&once), story_precision(&again), story_recall(&again), l->moving,
	       s->n, l->moved);
	free(l);
}

static bool
is_asked(const char *name, bool readable, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return true;
	return n == 0 && readable;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name, *path;
		bool readable;
	} sets[] = {
		{ "develop", STORY_SET_DEVELOP, true }, { "more", STORY_SET_MORE, true },
		{ "train", STORY_SET_TRAIN, true },     { "near", STORY_SET_NEAR, true },
		{ "fresh", STORY_SET_FRESH, true },     { "near2", STORY_SET_NEAR2, true },
		{ "blind", STORY_SET_BLIND, false },    { "held", STORY_SET_HELD, false }
	};
	struct buf report = BUF(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct arena *a = arena_new();
	struct image *m = shipped_image(&report);

	printf("%-8s %15s %20s %s\n", "set", "once: p, r", "looked at again: p, r",
	       "arrivals that moved others, how many");
	for (size_t i = 0; i < LY_COUNT(sets); i++) {
		struct story_stream s = { .n = 0 };

		if (!is_asked(sets[i].name, sets[i].readable, argv + 1, argc - 1))
			continue;
		if (story_stream_read(&s, sets[i].path, m, a, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		set_print(sets[i].name, &s);
	}
	image_free(m);
	buf_release(&report);
	arena_free(a);
	return 0;
}
