#include "core/base.h"

#include <stdlib.h>

#include "core/str.h"
#include "responder/heap.h"
#include "responder/similar.h"

const char *const similar_words[] = { "scenario", "topic", "cluster", "platform",
				      "level",    "words", NULL };
static const int64_t shares[SIMILAR_WHYS] = {
	[SIMILAR_SCENARIO] = 300, [SIMILAR_TOPIC] = 200, [SIMILAR_CLUSTER] = 150,
	[SIMILAR_PLATFORM] = 100, [SIMILAR_LEVEL] = 50,  [SIMILAR_WORDS] = 200,
};

/* Topics that want the same answer, as the templates' scenarios have them. */
static const struct {
	const char *topic;
	int scenario;
} scenarios[] = {
	{ "food_safety", 1 }, { "product_safety", 1 }, { "injury", 1 },
	{ "recall", 1 },      { "quality", 1 },        { "data_leak", 2 },
	{ "privacy", 2 },     { "rumour", 3 },         { "ai_forgery", 3 },
	{ "executive", 4 },   { "labour", 4 },         { "discrimination", 4 },
	{ "outage", 5 },      { "delivery", 6 },       { "service", 7 },
	{ "refund", 7 },      { "price", 8 },          { "advertising", 8 },
	{ "death", 9 },       { "minors", 9 },         { "environment", 10 },
};

int
similar_scenario(struct str topic)
{
	for (size_t i = 0; i < LY_COUNT(scenarios); i++)
		if (str_is(topic, scenarios[i].topic))
			return scenarios[i].scenario;
	return 0;
}

/* ---- traits as JSON --------------------------------------------------------------------------------- */

static int
by_bytes(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

void
traits_settle(struct traits *t)
{
	size_t n = 0;

	if (t->words_n)
		qsort(t->words, t->words_n, sizeof *t->words, by_bytes);
	for (size_t i = 0; i < t->words_n; i++)
		if (!n || !str_eq(t->words[n - 1], t->words[i]))
			t->words[n++] = t->words[i];
	t->words_n = n;
}

static void
list_add(struct buf *b, const char *name, const struct str *v, size_t n)
{
	buf_addf(b, ",\"%s\":[", name);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_add_byte(b, ',');
		json_add_text(b, v[i]);
	}
	buf_add_byte(b, ']');
}

void
traits_add_json(struct buf *b, const struct traits *t)
{
	buf_addf(b, "{\"level\":%lld,\"cluster\":", (long long)t->level);
	json_add_text(b, t->cluster);
	buf_add(b, STR(",\"turn\":"));
	json_add_text(b, t->turn);
	buf_add(b, STR(",\"template\":"));
	json_add_text(b, t->template);
	list_add(b, "topics", t->topics, t->topics_n);
	list_add(b, "sites", t->sites, t->sites_n);
	list_add(b, "words", t->words, t->words_n);
	buf_add_byte(b, '}');
}

static size_t
list_read(const struct json *j, struct str *v, size_t max)
{
	size_t n = json_count(j) < max ? json_count(j) : max;

	for (size_t i = 0; i < n; i++)
		v[i] = json_text(json_at(j, i), STR(""));
	return n;
}

void
traits_read(const struct json *j, struct traits *out)
{
	*out = (struct traits){ .level = json_int(json_get(j, "level"), 0),
				.cluster = json_text(json_get(j, "cluster"), STR("unknown")),
				.turn = json_text(json_get(j, "turn"), STR("")),
				.template = json_text(json_get(j, "template"), STR("")) };
	out->topics_n = list_read(json_get(j, "topics"), out->topics, TRAITS_TOPICS);
	out->sites_n = list_read(json_get(j, "sites"), out->sites, TRAITS_SITES);
	out->words_n = list_read(json_get(j, "words"), out->words, TRAITS_WORDS);
	traits_settle(out);
}

/* ---- likeness --------------------------------------------------------------------------------------- */

static bool
has(const struct str *v, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i], s))
			return true;
	return false;
}

static bool
has_word(const struct traits *t, struct str word)
{
	return t->words_n &&
	       bsearch(&word, t->words, t->words_n, sizeof *t->words, by_bytes) != NULL;
}

static int64_t
topic_share(const struct traits *a, const struct traits *b)
{
	if (!a->topics_n || !b->topics_n)
		return 0;
	if (str_eq(a->topics[0], b->topics[0]))
		return shares[SIMILAR_TOPIC];
	return has(b->topics, b->topics_n, a->topics[0]) ||
			       has(a->topics, a->topics_n, b->topics[0])
		       ? shares[SIMILAR_TOPIC] / 2
		       : 0;
}

static bool
same_scenario(const struct traits *a, const struct traits *b)
{
	int x = a->topics_n ? similar_scenario(a->topics[0]) : 0;

	return x && b->topics_n && x == similar_scenario(b->topics[0]);
}

static int64_t
platform_share(const struct traits *a, const struct traits *b)
{
	size_t both = 0, all;

	for (size_t i = 0; i < a->sites_n; i++)
		both += has(b->sites, b->sites_n, a->sites[i]);
	all = a->sites_n + b->sites_n - both;
	return all ? shares[SIMILAR_PLATFORM] * (int64_t)both / (int64_t)all : 0;
}

static int64_t
level_share(const struct traits *a, const struct traits *b)
{
	int64_t apart = llabs(a->level - b->level);

	if (!a->level || !b->level || apart > 1)
		return 0;
	return shares[SIMILAR_LEVEL] / (1 + apart);
}

/* weight[i]: of the i-th word of `to`, 1..1000; 0: most cases have it. */
static void
words_share(const struct traits *to, const struct traits *b, const int64_t *weight,
	    struct similar *s)
{
	int64_t all = 0, both = 0, of[SIMILAR_COMMON];

	for (size_t i = 0; i < to->words_n; i++) {
		size_t at = s->common_n;

		all += weight[i];
		if (!weight[i] || !has_word(b, to->words[i]))
			continue;
		both += weight[i];
		if (at == SIMILAR_COMMON && weight[i] <= of[at - 1])
			continue;
		at = at == SIMILAR_COMMON ? at - 1 : at;
		for (; at > 0 && of[at - 1] < weight[i]; at--) {
			of[at] = of[at - 1];
			s->common[at] = s->common[at - 1];
		}
		of[at] = weight[i];
		s->common[at] = to->words[i];
		s->common_n += s->common_n < SIMILAR_COMMON;
	}
	/* Half of the words in common is as much as there ever is. */
	if (all)
		s->share[SIMILAR_WORDS] = 2 * both >= all
						  ? shares[SIMILAR_WORDS]
						  : shares[SIMILAR_WORDS] * 2 * both / all;
}

static struct similar
judge(const struct traits *to, const struct traits *b, const int64_t *weight, size_t at)
{
	struct similar s = { .at = at };

	if (same_scenario(to, b))
		s.share[SIMILAR_SCENARIO] = shares[SIMILAR_SCENARIO];
	s.share[SIMILAR_TOPIC] = topic_share(to, b);
	if (to->cluster.n && !str_is(to->cluster, "unknown") && str_eq(to->cluster, b->cluster))
		s.share[SIMILAR_CLUSTER] = shares[SIMILAR_CLUSTER];
	s.share[SIMILAR_PLATFORM] = platform_share(to, b);
	s.share[SIMILAR_LEVEL] = level_share(to, b);
	words_share(to, b, weight, &s);
	for (int k = 0; k < SIMILAR_WHYS; k++)
		s.total += s.share[k];
	return s;
}

/* A word that half of the cases have tells nothing once there are a few. */
static void
weigh(const struct traits *to, const struct traits *const *cases, size_t n, int64_t *weight)
{
	for (size_t i = 0; i < to->words_n; i++) {
		size_t have = 0;

		for (size_t k = 0; k < n; k++)
			have += has_word(cases[k], to->words[i]);
		weight[i] = n < 4           ? 1000
			    : 2 * have >= n ? 0
					    : (int64_t)(1000 * (n + 1 - have) / (n + 1));
	}
}

size_t
similar_rank(const struct traits *to, const struct traits *const *cases, size_t n,
	     struct similar out[SIMILAR_MAX])
{
	int64_t weight[TRAITS_WORDS];
	size_t found = 0;

	weigh(to, cases, n, weight);
	for (size_t i = 0; i < n; i++) {
		struct similar s = judge(to, cases[i], weight, i);
		size_t at = found;

		if (s.total < SIMILAR_LEAST ||
		    (found == SIMILAR_MAX && s.total <= out[found - 1].total))
			continue;
		at = found == SIMILAR_MAX ? at - 1 : at;
		for (; at > 0 && out[at - 1].total < s.total; at--)
			out[at] = out[at - 1];
		out[at] = s;
		found += found < SIMILAR_MAX;
	}
	return found;
}
