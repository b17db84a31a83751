#include "core/base.h"

#include "core/hash.h"
#include "core/str.h"
#include "responder/inhibit.h"

static const struct matcher shipped_source[] = {
	{ TAG_LEVEL, MATCH_IS, STR_INIT("3"), NULL },
};
static const struct matcher shipped_target[] = {
	{ TAG_LEVEL, MATCH_IS, STR_INIT("1"), NULL },
};
/* A watch's L3 folds its L1. */
static const struct inhibit_conf shipped = {
	.sources = { shipped_source, LY_COUNT(shipped_source) },
	.targets = { shipped_target, LY_COUNT(shipped_target) },
	.equals = 1U << TAG_WATCH,
};

static const struct inhibit_conf *
rules_of(const struct inhibit_ask *q, size_t *n)
{
	*n = q->rules->n ? q->rules->n : 1;
	return q->rules->n ? q->rules->v : &shipped;
}

static bool
never(const struct inhibit_ask *q)
{
	return q->safety || str_is(q->target->v[TAG_LEVEL], "3");
}

bool
inhibit_may(const struct inhibit_ask *q)
{
	size_t n;
	const struct inhibit_conf *rules = rules_of(q, &n);

	for (size_t i = 0; i < n && !never(q); i++)
		if (matchers_fit(&rules[i].targets, q->target) == FIT_YES)
			return true;
	return false;
}

static bool
same(const struct tags *a, const struct tags *b, uint32_t equals)
{
	for (int i = 0; i < TAG_COUNT; i++)
		if (equals >> i & 1 && !str_eq(a->v[i], b->v[i]))
			return false;
	return true;
}

static bool
holds(const struct inhibit_conf *rule, const struct inhibit_ask *q, const struct inhibitor *by)
{
	bool both = matchers_fit(&rule->sources, q->target) == FIT_YES;

	if (id_eq(&by->incident, q->incident) ||
	    matchers_fit(&rule->sources, &by->tags) != FIT_YES ||
	    !same(&by->tags, q->target, rule->equals))
		return false;
	return !both || matchers_fit(&rule->targets, &by->tags) != FIT_YES;
}

const struct inhibitor *
inhibit_find(const struct inhibit_ask *q, const struct inhibitors *open)
{
	size_t n;
	const struct inhibit_conf *rules = rules_of(q, &n);

	for (size_t i = 0; i < n && !never(q); i++) {
		if (matchers_fit(&rules[i].targets, q->target) != FIT_YES)
			continue;
		for (size_t k = 0; k < open->n; k++)
			if (holds(&rules[i], q, &open->v[k]))
				return &open->v[k];
	}
	return NULL;
}
