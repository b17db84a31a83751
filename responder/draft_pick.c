#include "core/base.h"

#include "core/str.h"
#include "responder/draft_pick.h"

/* What comes first outweighs all that comes after it. */
#define WANTED   1000
#define BY_NAME  100
#define STRATEGY 10

static int
bits(unsigned v)
{
	int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* 0: not one of them. */
static int
worth(const struct template *t, const struct draft_ask *q)
{
	bool wanted = q->wanted && q->wanted(q->arg, t->id);
	int fits = template_fits(t, q->topic);

	if (t->kind != q->kind || t->lang != q->lang || t->level > q->level ||
	    t->strategies & q->blocked || (!fits && !wanted) ||
	    (q->channels && !(t->channels & q->channels)))
		return 0;
	return 1 + (wanted ? WANTED : 0) + (fits == 2 ? BY_NAME : 0) +
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
