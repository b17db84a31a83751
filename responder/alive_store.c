/* alive_store.c - see alive_store.h. */
#include "core/base.h"

#include "core/str.h"
#include "responder/alive_store.h"
#include "responder/policy.h"

int
pages_late(struct store *s, int64_t before, int64_t *n, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT count(*) FROM notice n WHERE n.kind = 'page' AND n.state IN"
		   " ('planned', 'held', 'queued', 'sending', 'retry_wait') AND n.due_at <="
		   " :before AND NOT EXISTS (SELECT 1 FROM notice o WHERE o.incident ="
		   " n.incident AND o.kind = 'page' AND o.sent_at >= n.due_at)");
	int found;

	stmt_int(q, 1, before);
	found = stmt_step(q, e);
	*n = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

static int
proved_at(struct store *s, const struct person_conf *p, const struct contact_conf *k,
	  int64_t *at, struct err *e)
{
	struct stmt *q = store_stmt(
		s, "SELECT coalesce(max(sent_at), 0) FROM notice WHERE recipient = :who AND"
		   " channel = :channel AND address = :address AND sent_at IS NOT NULL");
	int found;

	stmt_text(q, 1, p->key);
	stmt_text(q, 2, k->channel);
	stmt_text(q, 3, k->address);
	found = stmt_step(q, e);
	*at = found > 0 ? stmt_col_int(q, 0) : 0;
	stmt_reset(q);
	return found < 0 ? -1 : 0;
}

int
contact_proofs(struct store *s, const struct notice_conf *c,
	       void (*each)(void *arg, const struct contact_proof *p), void *arg, struct err *e)
{
	const struct person_conf *p = c->people.v;
	int n = 0;

	for (size_t i = 0; i < c->people.n; i++) {
		const struct contact_conf *k = p[i].contacts.v;

		for (size_t j = 0; j < p[i].contacts.n; j++) {
			struct contact_proof x = { &p[i], &k[j], 0 };
			const struct channel_conf *by = channel_find(c, k[j].channel);

			if (!by || !contact_wakes(&k[j], by))
				continue;
			if (s && proved_at(s, &p[i], &k[j], &x.at, e) < 0)
				return -1;
			each(arg, &x);
			n++;
		}
	}
	return n;
}
