#include "core/base.h"

#include "core/buf.h"
#include "core/hash.h"
#include "core/str.h"
#include "responder/chain.h"
#include "responder/label_store.h"

#define ROW_MAX 65536 /* bytes that go into a hash */

void
label_hash(const struct label_row *r, uint8_t out[32])
{
	struct buf b = BUF(ROW_MAX);

	buf_addf(&b, "%lld %lld %lld %lld ", (long long)r->seq, (long long)r->at,
		 (long long)r->label, (long long)r->was);
	chain_hash_part(&b, r->previous);
	chain_part(&b, id_str(&r->mention));
	chain_part(&b, id_str(&r->batch));
	chain_part(&b, r->event);
	chain_part(&b, r->actor);
	chain_part(&b, r->reason);
	hash_sha256(buf_str(&b), out);
	buf_release(&b);
}

static void
bind_label(struct stmt *q, int at, int64_t label)
{
	if (label == LABEL_UNSAID)
		stmt_null(q, at);
	else
		stmt_int(q, at, label);
}

static int64_t
col_label(struct stmt *q, int at)
{
	return stmt_col_null(q, at) ? LABEL_UNSAID : stmt_col_int(q, at);
}

int
label_append(struct store *s, struct label_row *row, struct err *e)
{
	struct stmt *q;

	if (chain_newest(
		    store_stmt(s,
			       "SELECT seq, hash FROM mention_label ORDER BY seq DESC LIMIT 1"),
		    &row->seq, row->previous, e) < 0)
		return -1;
	row->seq++;
	label_hash(row, row->hash);
	q = store_stmt(s,
		       "INSERT INTO mention_label (seq, mention, at, event, label, was, actor,"
		       " reason, batch, previous, hash) VALUES (:seq, :mention, :at, :event,"
		       " :label, :was, :actor, :reason, :batch, :previous, :hash)");
	stmt_int(q, 1, row->seq);
	stmt_id(q, 2, &row->mention);
	stmt_int(q, 3, row->at);
	stmt_text(q, 4, row->event);
	bind_label(q, 5, row->label);
	bind_label(q, 6, row->was);
	stmt_text(q, 7, row->actor);
	stmt_text(q, 8, row->reason);
	stmt_id(q, 9, &row->batch);
	chain_bind(q, 10, row->previous);
	chain_bind(q, 11, row->hash);
	return stmt_run(q, e) < 0 ? -1 : 0;
}

#define COLUMNS \
	"SELECT seq, mention, at, label, was, batch, event, actor, reason, previous, hash"

/* Without the texts, which end with the step. */
static void
row_read(struct stmt *q, struct label_row *r)
{
	*r = (struct label_row){ .seq = stmt_col_int(q, 0),
				 .mention = stmt_col_id(q, 1),
				 .at = stmt_col_int(q, 2),
				 .label = col_label(q, 3),
				 .was = col_label(q, 4),
				 .batch = stmt_col_id(q, 5) };
	chain_col(q, 9, r->previous);
	chain_col(q, 10, r->hash);
}

int
label_newest(struct store *s, const struct id *mention, struct label_row *out, struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " FROM mention_label WHERE mention = :mention"
					       " ORDER BY seq DESC LIMIT 1");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	if (found > 0)
		row_read(q, out);
	stmt_reset(q);
	return found;
}

int
labels_read(struct store *s, const struct id *mention,
	    int (*each)(void *arg, const struct label_row *row), void *arg, struct err *e)
{
	struct stmt *q =
		mention ? store_stmt(s, COLUMNS " FROM mention_label WHERE mention = :mention"
						" ORDER BY seq")
			: store_stmt(s, COLUMNS " FROM mention_label ORDER BY seq");
	struct label_row r;
	int found, rc = 0;

	if (mention)
		stmt_id(q, 1, mention);
	while (rc == 0 && (found = stmt_step(q, e)) != 0) {
		if (found < 0)
			return -1;
		row_read(q, &r);
		r.event = stmt_col_text(q, 6);
		r.actor = stmt_col_text(q, 7);
		r.reason = stmt_col_text(q, 8);
		rc = each(arg, &r);
	}
	stmt_reset(q);
	return rc;
}

int
labels_of_batch(struct store *s, const struct id *batch, struct label_row *v, int max,
		struct err *e)
{
	struct stmt *q = store_stmt(s, COLUMNS " FROM mention_label WHERE batch = :batch"
					       " ORDER BY seq");
	int found = 0, n = 0;

	stmt_id(q, 1, batch);
	while (n < max && (found = stmt_step(q, e)) > 0)
		row_read(q, &v[n++]);
	stmt_reset(q);
	return found < 0 ? -1 : n;
}

int
label_last_batch(struct store *s, struct str actor, struct id *batch, struct err *e)
{
	struct stmt *q = store_stmt(
		s,
		"SELECT l.batch FROM mention_label l WHERE l.actor = :actor AND l.event ="
		" 'label' AND l.seq = (SELECT max(x.seq) FROM mention_label x WHERE x.mention"
		" = l.mention) ORDER BY l.seq DESC LIMIT 1");
	int found;

	stmt_text(q, 1, actor);
	found = stmt_step(q, e);
	if (found > 0)
		*batch = stmt_col_id(q, 0);
	stmt_reset(q);
	return found;
}

int
label_mention_known(struct store *s, const struct id *mention, struct err *e)
{
	struct stmt *q = store_stmt(s, "SELECT 1 FROM mention WHERE id = :id");
	int found;

	stmt_id(q, 1, mention);
	found = stmt_step(q, e);
	stmt_reset(q);
	return found;
}
