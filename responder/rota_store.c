/* rota_store.c - rows of rota_change. See rota_store.h. */
#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/chain.h"
#include "responder/rota_store.h"

void
rota_row_hash(const struct rota_row *r, uint8_t out[32])
{
	struct buf b = BUF(2 * ROTA_VALUE_MAX);

	buf_addf(&b, "%lld %lld %lld ", (long long)r->seq, (long long)r->at,
		 (long long)r->ends_at);
	chain_hash_part(&b, r->previous);
	chain_part(&b, r->schedule);
	chain_part(&b, r->kind);
	chain_part(&b, r->value);
	chain_part(&b, r->actor);
	chain_part(&b, r->reason);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

int
rota_row_append(struct store *s, struct rota_row *r, struct err *e)
{
	struct stmt *q;

	if (chain_newest(
		    store_stmt(s,
			       "SELECT seq, hash FROM rota_change ORDER BY seq DESC LIMIT 1"),
		    &r->seq, r->previous, e) < 0)
		return -1;
	r->seq++;
	rota_row_hash(r, r->hash);
	q = store_stmt(s, "INSERT INTO rota_change (seq, at, schedule, kind, value, actor,"
			  " reason, ends_at, previous, hash) VALUES (:seq, :at, :schedule,"
			  " :kind, :value, :actor, :reason, :ends, :previous, :hash)");
	stmt_int(q, 1, r->seq);
	stmt_int(q, 2, r->at);
	stmt_text(q, 3, r->schedule);
	stmt_text(q, 4, r->kind);
	stmt_text(q, 5, r->value);
	stmt_text(q, 6, r->actor);
	stmt_text(q, 7, r->reason);
	stmt_int(q, 8, r->ends_at);
	chain_bind(q, 9, r->previous);
	chain_bind(q, 10, r->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

int
rota_rows_read(struct store *s, int64_t since, int (*each)(void *arg, const struct rota_row *r),
	       void *arg, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT seq, at, schedule, kind, value, actor, reason,"
				       " ends_at, previous, hash FROM rota_change WHERE ends_at"
				       " > :since ORDER BY seq");
	int found, rc = 0;

	stmt_int(q, 1, since);
	while (rc == 0 && (found = stmt_step(q, e)) != 0) {
		struct rota_row r;

		if (found < 0)
			return -1;
		r = (struct rota_row){ .seq = stmt_col_int(q, 0),
				       .at = stmt_col_int(q, 1),
				       .schedule = stmt_col_text(q, 2),
				       .kind = stmt_col_text(q, 3),
				       .value = stmt_col_text(q, 4),
				       .actor = stmt_col_text(q, 5),
				       .reason = stmt_col_text(q, 6),
				       .ends_at = stmt_col_int(q, 7) };
		chain_col(q, 8, r.previous);
		chain_col(q, 9, r.hash);
		rc = each(arg, &r);
	}
	stmt_reset(q);
	return rc;
}
