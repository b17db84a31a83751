/* retain_plan.c - what would go, without letting go of it. */
#include "core/base.h"

#include "responder/record_store.h"
#include "responder/retain_hold.h"

#define NOBODY            \
	(struct id)       \
	{                 \
		{         \
			0 \
		}         \
	}

/* One read: rows behind *at. Their number or -1. */
static int
plan_some(struct store *s, enum retain_class k, int64_t until, struct retain_place *at,
	  struct retain_sum *sum, struct err *e)
{
	struct retain_row v[RETAIN_STEP];
	struct holds h;
	int n = retain_documents(s, at, until, v, RETAIN_STEP, e), rc = n;

	if (n <= 0)
		return n;
	rc = holds_read(s, v, n, &NOBODY, &h, e);
	for (int i = 0; rc >= 0 && i < n; i++)
		(void)retain_may_go(k, &v[i], &h, sum);
	holds_release(&h);
	store_read_end(s);
	*at = (struct retain_place){ v[n - 1].arrived_at, v[n - 1].n };
	return rc < 0 ? -1 : n;
}

static int
plan_documents(struct store *s, const struct retain_conf *c, enum retain_class k, int64_t now,
	       struct retain_sum *sum, struct err *e)
{
	struct retain_place at;
	int n = 1;

	if (!retain_term(c, k))
		return 0;
	if (record_meta_int(s, retain_place_names[k][0], INT64_MIN, &at.at, e) < 0 ||
	    record_meta_int(s, retain_place_names[k][1], 0, &at.n, e) < 0)
		return -1;
	while (n > 0)
		n = plan_some(s, k, now - retain_term(c, k), &at, sum, e);
	return n;
}

int
retain_plan(struct store *s, const struct retain_conf *c, int64_t now, struct retain_sum *sum,
	    struct err *e)
{
	if (plan_documents(s, c, RETAIN_AUTHORS, now, sum, e) < 0 ||
	    plan_documents(s, c, RETAIN_TEXT, now, sum, e) < 0)
		return -1;
	if (c->incidents_s &&
	    retain_incidents_count(s, now - c->incidents_s, &sum->of[RETAIN_INCIDENTS].n,
				   &sum->of[RETAIN_INCIDENTS].oldest_at, e) < 0)
		return -1;
	if (c->text_s && retain_rejects_count(s, now - c->text_s, &sum->of[RETAIN_REJECTS].n,
					      &sum->of[RETAIN_REJECTS].oldest_at, e) < 0)
		return -1;
	store_read_end(s);
	return 0;
}
