#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/draft_ground.h"
#include "responder/entry.h"
#include "responder/strategy.h"

#define FACTS_MAX 200

struct reading {
	struct arena *a;
	struct draft_ground *g;
	struct assessment form;
	bool assessed;
	bool claimed; /* the first claim is read */
};

static void
fact_add(struct reading *r, struct str key, const struct json *j)
{
	struct draft_ground *g = r->g;

	if (!g->facts)
		g->facts = arena_alloc(r->a, FACTS_MAX * sizeof *g->facts);
	if (g->facts_n < FACTS_MAX)
		g->facts[g->facts_n++] = (struct ground_fact){
			arena_str(r->a, key),
			arena_str(r->a, str_trim(json_text(json_get(j, "value"), STR("")))),
			str_is(json_text(json_get(j, "status"), STR("")), "confirmed"),
		};
}

static void
form_read(struct reading *r, const struct json *j)
{
	r->assessed = true;
	r->form = assessment_of(j);
}

/* Strategies are per claim: a text has its place when one claim wants it, and none when all
 * claims block it. While the cluster is unknown, a text that pays or repents is prepared, with
 * gaps where the findings will stand; nothing is denied or made light of. */
static void
claim_weigh(struct reading *r, enum truth truth)
{
	struct strategies t = strategies_of(&r->form, truth);
	unsigned blocked = t.blocked;

	if (t.cluster == CLUSTER_UNKNOWN)
		blocked &= ~(unsigned)STRATEGY_REBUILD;
	r->g->use |= t.use;
	r->g->blocked = r->claimed ? r->g->blocked & blocked : blocked;
	r->claimed = true;
}

static int
first_pass(void *arg, const struct entry *x)
{
	struct reading *r = arg;
	struct err bad;
	const struct json *j;

	if (!x->value.n || !(j = json_parse(r->a, x->value, &bad)))
		return 0; /* erased */
	if (str_is(x->kind, "fact"))
		fact_add(r, x->key, j);
	else if (str_is(x->kind, "assessment"))
		form_read(r, j);
	return 0;
}

static int
second_pass(void *arg, const struct entry *x)
{
	struct reading *r = arg;
	struct err bad;
	const struct json *j = x->value.n ? json_parse(r->a, x->value, &bad) : NULL;

	if (j)
		claim_weigh(r, truth_of(j));
	return 0;
}

int
draft_ground_read(struct store *s, const struct id *incident, int64_t at, struct arena *a,
		  struct draft_ground *out, struct err *e)
{
	struct reading r = { .a = a, .g = out, .form = ASSESSMENT_NONE };

	*out = (struct draft_ground){ .facts = NULL };
	if (entries_standing_at(s, incident, STR(""), at, first_pass, &r, e) < 0 ||
	    entries_standing_at(s, incident, STR("claim"), at, second_pass, &r, e) < 0)
		return -1;
	if (!r.claimed && r.assessed)
		claim_weigh(&r, TRUTH_UNVERIFIED);
	if (!r.claimed)
		out->blocked = STRATEGY_DENY;
	return 0;
}

const struct ground_fact *
draft_ground_fact(const struct draft_ground *g, struct str key)
{
	for (size_t i = 0; i < g->facts_n; i++)
		if (str_eq(g->facts[i].key, key))
			return &g->facts[i];
	return NULL;
}
