/* gauge_store.c - sums and newest samples of a signal, as they were known at a time. */
#include "core/base.h"

#include "core/str.h"
#include "responder/gauge.h"

#define WEEK    (7 * (int64_t)86400)
#define SUM_MAX ((int64_t)1000000000000000000) /* so that four of them fit */

static int
sum_read(struct store *s, struct str signal, int64_t from, int64_t until, int64_t known,
	 int64_t *sum, int64_t *n, struct err *e)
{
	/* Not in whole numbers: a sum of what others send must not overflow. */
	struct stmt *q =
		store_stmt(s, "SELECT sum(CAST(value AS DOUBLE PRECISION)), count(*)"
			      " FROM signal_sample WHERE signal = :signal AND at > :from AND"
			      " at <= :until AND arrived_at <= :known");
	int found;

	stmt_text(q, 1, signal);
	stmt_int(q, 2, from);
	stmt_int(q, 3, until);
	stmt_int(q, 4, known);
	found = stmt_step(q, e);
	*sum = found > 0 ? stmt_col_int(q, 0) : 0;
	*sum = *sum > SUM_MAX ? SUM_MAX : *sum < -SUM_MAX ? -SUM_MAX : *sum;
	*n = found > 0 ? stmt_col_int(q, 1) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

struct reading {
	struct store *s;
	const struct signal_conf *c;
	const struct watch_conf *w; /* NULL: no campaigns are known */
	int64_t now;
	struct err *e;
};

static int
window_read(const struct reading *r, int64_t until, struct gauge_sum *out)
{
	const struct watch_campaign *p = r->w ? r->w->campaigns.v : NULL;
	int64_t from = until - r->c->window, n;

	*out = (struct gauge_sum){ 0 };
	for (size_t i = 0; r->w && i < r->w->campaigns.n; i++)
		out->left_out |= p[i].from_at < until && from < p[i].to_at;
	if (sum_read(r->s, r->c->name, from, until, r->now, &out->value_micro, &out->n, r->e) <
	    0)
		return -1;
	return r->c->of.n
		       ? sum_read(r->s, r->c->of, from, until, r->now, &out->of_micro, &n, r->e)
		       : 0;
}

int
gauge_read(struct store *s, const struct signal_conf *c, const struct watch_conf *w,
	   int64_t now, struct gauge_view *v, struct err *e)
{
	const struct reading r = { s, c, w, now, e };
	struct stmt *q =
		store_stmt(s, "SELECT at, value FROM signal_sample WHERE signal = :signal"
			      " AND at <= :now AND arrived_at <= :now ORDER BY at DESC"
			      " LIMIT 1");
	int found;

	*v = (struct gauge_view){ 0 };
	stmt_text(q, 1, c->name);
	stmt_int(q, 2, now);
	found = stmt_step(q, e);
	if (found > 0) {
		v->newest_at = stmt_col_int(q, 0);
		v->newest_micro = stmt_col_int(q, 1);
	}
	stmt_reset(q);
	if (found < 0 || !c->drop)
		return found < 0 ? -1 : 0;
	if (window_read(&r, now, &v->now) < 0 ||
	    window_read(&r, now - c->window, &v->earlier) < 0)
		return -1;
	for (int i = 0; i < GAUGE_WEEKS; i++)
		if (window_read(&r, now - (i + 1) * WEEK, &v->weeks[i]) < 0)
			return -1;
	return 0;
}
