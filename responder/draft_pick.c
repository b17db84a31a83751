#include "core/base.h"

#include "core/json.h"
#include "core/str.h"
#include "responder/draft_pick.h"

/* What comes first outweighs all that comes after it. */
#define WANTED   1000
#define BY_NAME  100
#define WORKED   50 /* over all strategies together */
#define STRATEGY 8

static int
bits(unsigned v)
{
	int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

static const struct draft_worked *
worked_find(const struct template *t, const struct draft_ask *q)
{
	for (size_t i = 0; i < q->worked_n; i++)
		if (str_eq(q->worked[i].template, t->id))
			return &q->worked[i];
	return NULL;
}

/* 0: not one of them. */
static int
worth(const struct template *t, const struct draft_ask *q)
{
	bool wanted = q->wanted && q->wanted(q->arg, t->id);
	const struct draft_worked *worked = worked_find(t, q);
	int fits = template_fits(t, q->topic);

	if (t->kind != q->kind || t->lang != q->lang || t->level > q->level ||
	    t->strategies & q->blocked || (!fits && !wanted) ||
	    (q->channels && !(t->channels & q->channels)))
		return 0;
	return 1 + (wanted ? WANTED : 0) + (fits == 2 ? BY_NAME : 0) +
	       (worked && worked->turned > worked->not_turned ? WORKED : 0) +
	       STRATEGY * bits(t->strategies & q->use);
}

size_t
draft_pick(const struct templates *all, const struct draft_ask *q,
	   const struct template *out[DRAFT_VARIANTS])
{
	size_t max = q->variants < DRAFT_VARIANTS ? q->variants : DRAFT_VARIANTS, n = 0;
	int worths[DRAFT_VARIANTS];

	for (size_t i = 0; max && i < templates_count(all); i++) { /* by id */
		int w = worth(templates_at(all, i), q);
		size_t at = n < max ? n : max - 1;

		if (!w || (n == max && w <= worths[max - 1]))
			continue;
		for (; at > 0 && worths[at - 1] < w; at--) {
			out[at] = out[at - 1];
			worths[at] = worths[at - 1];
		}
		out[at] = templates_at(all, i);
		worths[at] = w;
		n += n < max;
	}
	return n;
}

/* ---- why ------------------------------------------------------------------------------------------- */

void
draft_pick_why(const struct template *t, const struct draft_ask *q, struct buf *out)
{
	const struct draft_worked *worked = worked_find(t, q);

	buf_addf(out, "{\"wanted\":%s,\"topic\":\"",
		 q->wanted && q->wanted(q->arg, t->id) ? "true" : "false");
	buf_add(out, template_fits(t, q->topic) == 2 ? STR("name") : STR("any"));
	buf_addf(out, "\",\"strategies\":%d", bits(t->strategies & q->use));
	if (worked) {
		buf_addf(out, ",\"turned\":%lld,\"not_turned\":%lld,\"cases\":",
			 (long long)worked->turned, (long long)worked->not_turned);
		json_add_text(out, worked->cases);
	}
	buf_add_byte(out, '}');
}

void
draft_why_text(struct str why, bool zh, struct buf *out)
{
	struct arena *a = arena_new();
	struct err bad;
	const struct json *j = why.n ? json_parse(a, why, &bad) : NULL;
	int64_t strategies = json_int(json_get(j, "strategies"), 0);
	int64_t turned = json_int(json_get(j, "turned"), 0);
	int64_t judged = turned + json_int(json_get(j, "not_turned"), 0);

	if (json_true(json_get(j, "wanted")))
		buf_add(out, zh ? STR("预案点名；") : STR("its playbook names it; "));
	if (j)
		buf_add(out,
			str_is(json_text(json_get(j, "topic"), STR("")), "name")
				? (zh ? STR("专为此主题；") : STR("it speaks of this topic; "))
				: (zh ? STR("适用任何主题；") : STR("it fits any topic; ")));
	if (strategies)
		buf_addf(out,
			 zh ? "研判要的策略中有 %lld 项；"
			    : "%lld of the strategies that the assessment wants; ",
			 (long long)strategies);
	if (judged)
		buf_addf(out,
			 zh ? "相似案例 %lld 起中 %lld 起之后反转（%.*s）；相关，不等于因果"
			    : "of %lld similar cases %lld turned after it (%.*s); a "
			      "correlation, not a cause",
			 (long long)judged, (long long)turned,
			 STR_ARG(json_text(json_get(j, "cases"), STR(""))));
	else if (j)
		buf_add(out, zh ? STR("没有可判断的相似案例")
				: STR("no similar case can be judged"));
	arena_free(a);
}
